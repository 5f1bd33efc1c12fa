// SPDX-License-Identifier: GPL-3.0-only
// Users that an OpenID provider vouches for (Annex of ARCHITECTURE.md, "OpenID Connect"). They get
// a record of their own at their first token, never one that exists already: a name that an issuer
// gives proves nothing about our own users.
#include "app/gateway/services/iamservice.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {

/// The same for ever: issuer and subject are all that identifies somebody (OpenID Connect §5.7).
std::string idOf(const std::string &issuer, const std::string &subject)
{
    const std::string hash = sha256Hex(issuer + '\n' + subject);
    return "oidc-" + hash.substr(0, 32);
}

std::string issuerHost(const std::string &issuer)
{
    const std::size_t scheme = issuer.find("://");
    const std::size_t from = scheme == std::string::npos ? 0 : scheme + 3;
    return issuer.substr(from, issuer.find_first_of(":/", from) - from);
}

UserRow saidBy(const IssuedIdentity &who, const std::string &home, UserRow row)
{
    row.user.defaultWorkspace = home;
    row.user.name = who.name;
    row.user.email = who.email;
    row.user.roles = who.roles;
    row.tokenIssued = who.issued;
    return row;
}

} // namespace

IamService::Result<IamService::Bearer> IamService::issuedBearer(const std::string &token)
{
    const auto who = m_issuer->check(token, nowMicros() / 1000000);
    if (!who)
        return unexpected(who.error().reason == TokenRefusal::Reason::UnknownKey
                ? ServiceFault { keysWanted, "" }
                : authFailure());
    const auto row = issuedUser(*who);
    if (!row)
        return unexpected(row.error());
    if (!row->user.enabled)
        return unexpected(authFailure());
    return Bearer { row->user, row->user.defaultWorkspace };
}

/// The first of the token's workspaces that is in use; of a token that names none, the default one.
IamService::Result<std::string> IamService::issuedHome(const IssuedIdentity &who)
{
    for (const std::string &workspace : who.workspaces)
        if (workspaceLive(workspace))
            return workspace;
    const std::string &fallback = m_options.oidc.workspace;
    if (who.workspaces.empty() && workspaceLive(fallback))
        return fallback;
    spdlog::info("issuer {}: {} has no workspace here: '{}' is not in use", m_options.oidc.issuer,
        who.handle, who.workspaces.empty() ? fallback : who.workspaces.front());
    return unexpected(authFailure());
}

std::string IamService::freeUsername(const IssuedIdentity &who, const std::string &id)
{
    const std::string elsewhere = who.handle + '@' + issuerHost(m_options.oidc.issuer);
    for (const std::string &name : { who.handle, elsewhere })
        if (name != anonymousUserId && !m_store.userByName(name))
            return name;
    return id;
}

/// What the newest token says counts, for older ones too: rights that the issuer has taken away do
/// not come back with a token from before. Nothing is locked or written when it says nothing new.
IamService::Result<UserRow> IamService::issuedUser(const IssuedIdentity &who)
{
    const std::string id = idOf(m_options.oidc.issuer, who.subject);
    auto found = m_store.userById(id);
    if (!found && found.error().kind != StoreError::Kind::NotFound)
        return unexpected(faultOf(found.error()));
    if (found && who.issued < found->tokenIssued)
        return std::move(*found);
    const auto home = issuedHome(who);
    if (!home)
        return unexpected(home.error());
    if (found && saidBy(who, *home, *found) == *found)
        return std::move(*found);
    const std::lock_guard one(m_changing);
    return keepIssued(who, id, *home);
}

IamService::Result<UserRow> IamService::keepIssued(
    const IssuedIdentity &who, const std::string &id, const std::string &home)
{
    const auto found = m_store.userById(id); // again, now that nobody else changes it
    UserRow row = saidBy(who, home, found ? *found : UserRow {});
    if (found && who.issued < found->tokenIssued)
        return *found;
    if (found) {
        if (const auto updated = m_store.updateUser(row); !updated)
            return unexpected(faultOf(updated.error()));
        if (!(row.user == found->user))
            tell("update-user");
        return row;
    }
    row.user.id = id;
    row.user.username = freeUsername(who, id);
    row.user.created = isoTime(nowMicros());
    row.issuer = m_options.oidc.issuer;
    if (const auto inserted = m_store.insertUser(row); !inserted)
        return unexpected(faultOf(inserted.error()));
    spdlog::info("issuer {}: {} is new here", m_options.oidc.issuer, row.user.username);
    tell("create-user");
    return row;
}

} // namespace signalbox::gateway
