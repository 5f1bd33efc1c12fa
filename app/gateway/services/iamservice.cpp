// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/iamservice.h"

#include "models/rules/access.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {

constexpr std::size_t maxPasswordBytes = 4096;

} // namespace

ServiceFault authFailure()
{
    return { "auth-failed", "auth failure" };
}

ServiceFault faultOf(const StoreError &error)
{
    if (error.kind == StoreError::Kind::NotFound)
        return { "not-found", error.text };
    if (error.kind == StoreError::Kind::Duplicate)
        return { "duplicate", error.text };
    if (error.kind == StoreError::Kind::Limit)
        return { "limit", error.text };
    return { "internal-error", error.text };
}

IamService::IamService(Backend &fabric, IamStore &store, Options options)
    : RequestServer(fabric, "iam", "iam-svc", 2)
    , m_store(store)
    , m_options(std::move(options))
    , m_leases([] { return nowMicros() / 1000; }, store)
{
}

IamService::~IamService()
{
    stop();
}

Expected<Done, std::string> IamService::prepare()
{
    TopicInfo system;
    system.scope = "system";
    if (const auto ensured = m_fabric.ensureTopic("notify:tg:iam", system); !ensured)
        return unexpected(ensured.error().text);
    auto notices = m_fabric.createProducer("notify:tg:iam");
    if (!notices)
        return unexpected(notices.error().text);
    m_notices = *notices;

    if (const auto known = m_store.workspace("default"); !known) {
        if (known.error().kind != StoreError::Kind::NotFound)
            return unexpected(known.error().text);
        const schema::Workspace made { "default", "Default", true, isoTime(nowMicros()), {} };
        if (const auto inserted = m_store.insertWorkspace(made); !inserted)
            return unexpected(inserted.error().text);
    }
    const auto workspaces = m_store.workspaces();
    if (!workspaces)
        return unexpected(workspaces.error().text);
    for (const schema::Workspace &workspace :
        *workspaces) // a crash may have come between record and registration
        if (workspace.enabled)
            if (const auto registered = registerWorkspace(workspace.id, true); !registered) {
                const std::string why = "workspace " + workspace.id
                    + " cannot be registered: " + registered.error().message;
                if (registered.error().type != "limit") // a full store must not end the gateway
                    return unexpected(why);
                spdlog::error("iam-svc: {}", why);
            }

    if (const auto restored = m_leases.restore(); !restored)
        return unexpected(restored.error().text);
    const auto users = m_store.users();
    if (!users)
        return unexpected(users.error().text);
    if (users->empty() && m_options.bootstrap == PlatformOptions::Bootstrap::Token) {
        const std::string key = m_options.adminKey.empty() ? newApiKey() : m_options.adminKey;
        if (const auto seeded = seedAdmin(key, m_options.adminPassword, nullptr); !seeded)
            return unexpected(seeded.error().message);
        m_seededKey = key;
    }
    if (!m_options.oidc.issuer.empty()) {
        m_issuer = std::make_unique<OidcIssuer>(m_options.oidc);
        m_issuer->start();
    }
    if (const auto opened = open(""); !opened)
        return unexpected(opened.error().text);
    return Done {};
}

void IamService::ended()
{
    if (m_issuer)
        m_issuer->stop();
}

const std::map<std::string, std::pair<IamService::Operation, bool>> &IamService::operations()
{
    static const std::map<std::string, std::pair<Operation, bool>> all {
        { "whoami", { &IamService::whoami, false } },
        { "login", { &IamService::login, false } },
        { "bootstrap", { &IamService::bootstrap, true } },
        { "bootstrap-status", { &IamService::bootstrapStatus, false } },
        { "change-password", { &IamService::changePassword, true } },
        { "rotate-signing-key", { &IamService::rotateSigningKey, true } },
        { "create-user", { &IamService::createUser, true } },
        { "list-users", { &IamService::listUsers, false } },
        { "get-user", { &IamService::getUser, false } },
        { "update-user", { &IamService::updateUser, true } },
        { "disable-user", { &IamService::disableUser, true } },
        { "enable-user", { &IamService::enableUser, true } },
        { "delete-user", { &IamService::deleteUser, true } },
        { "reset-password", { &IamService::resetPassword, true } },
        { "create-api-key", { &IamService::createApiKey, true } },
        { "list-api-keys", { &IamService::listApiKeys, false } },
        { "revoke-api-key", { &IamService::revokeApiKey, true } },
        { "list-my-workspaces", { &IamService::listMyWorkspaces, false } },
        { "list-workspaces", { &IamService::listWorkspaces, false } },
        { "create-workspace", { &IamService::createWorkspace, true } },
        { "get-workspace", { &IamService::getWorkspace, false } },
        { "update-workspace", { &IamService::updateWorkspace, true } },
        { "disable-workspace", { &IamService::disableWorkspace, true } },
    };
    return all;
}

std::string IamService::handle(const Request &request)
{
    const std::string operation = text(request.body, "operation").value_or("");
    if (const auto resolver = resolvers().find(operation); resolver != resolvers().end())
        return resolve(resolver->second, request);
    if (Leases::knows(operation))
        return lease(operation, request.body);
    const auto found = operations().find(operation);
    if (found == operations().end())
        return errorAnswer({ "invalid-argument",
            "unknown or not-yet-implemented operation: '" + operation + "'" });
    const auto [method, changes] = found->second;
    std::unique_lock one(m_changing, std::defer_lock);
    if (changes)
        one.lock();
    const Answer answer = (this->*method)(request.body);
    if (!answer)
        return errorAnswer(answer.error());
    if (changes)
        tell(operation);
    return operation == "whoami" ? withLeases(*answer) : schema::encode(*answer);
}

std::string IamService::lease(const std::string &operation, const Json &body)
{
    std::string answer = m_leases.handle(operation, dump(body));
    if (operation != "list-leases" && operation != "list-my-leases")
        tell(operation);
    return answer;
}

void IamService::tell(const std::string &operation)
{
    Json notice;
    notice["operation"] = operation;
    Message message;
    message.value = dump(notice);
    if (const auto sent = m_notices->send(std::move(message)); !sent)
        spdlog::error("iam-svc: notice of {} is lost: {}", operation, sent.error().text);
}

bool IamService::workspaceLive(const std::string &id)
{
    const auto workspace = m_store.workspace(id);
    return workspace && workspace->enabled;
}

IamService::Answer IamService::login(const Json &body)
{
    const std::string username = text(body, "username").value_or("");
    const std::string password = text(body, "password").value_or("");
    if (username.empty() || password.size() > maxPasswordBytes)
        return unexpected(authFailure());
    const auto found = m_store.userByName(username);
    const bool matches =
        passwordMatches(password, found ? found->passwordHash : "", m_options.passwordIterations);
    if (!found || !matches || !found->user.enabled)
        return unexpected(authFailure()); // one text for all: trap 37
    std::string workspace = text(body, "workspace").value_or("");
    if (workspace.empty())
        workspace = found->user.defaultWorkspace;
    if (!workspaceLive(workspace))
        return unexpected(authFailure());
    const auto key = signingKey();
    if (!key)
        return unexpected(key.error());
    const std::int64_t now = nowMicros() / 1000000;
    const TokenClaims claims { found->user.id, workspace, now,
        now + m_options.tokenLifetime.count() };
    schema::IamResponse response;
    response.jwt = signToken(*key, claims);
    response.jwtExpires = isoTime(claims.expires * 1000000, false);
    return response;
}

IamService::Result<SigningKeyRow> IamService::signingKey()
{
    auto keys = m_store.signingKeys();
    if (!keys)
        return unexpected(faultOf(keys.error()));
    if (!keys->empty())
        return keys->front();
    SigningKeyRow made = newSigningKey(nowMicros() / 1000);
    if (const auto inserted = m_store.insertSigningKey(made); !inserted)
        return unexpected(faultOf(inserted.error()));
    return made;
}

IamService::Answer IamService::rotateSigningKey(const Json &)
{
    if (const auto inserted = m_store.insertSigningKey(newSigningKey(nowMicros() / 1000));
        !inserted)
        return unexpected(faultOf(inserted.error()));
    if (const auto dropped = dropRetiredKeys(); !dropped)
        return unexpected(dropped.error());
    return schema::IamResponse {};
}

/// A key signs until the next one is made; its last token ends one lifetime after that. So rotating
/// locks nobody out (trap 32), yet a key that leaked is worth nothing once its tokens are over.
IamService::Result<Done> IamService::dropRetiredKeys()
{
    const auto keys = m_store.signingKeys();
    if (!keys)
        return unexpected(faultOf(keys.error()));
    const std::int64_t now = nowMicros() / 1000;
    const auto lifetime =
        std::chrono::duration_cast<std::chrono::milliseconds>(m_options.tokenLifetime).count();
    for (std::size_t i = 1; i < keys->size(); ++i) {
        if ((*keys)[i - 1].createdMs + lifetime > now)
            continue;
        if (const auto deleted = m_store.deleteSigningKey((*keys)[i].kid); !deleted)
            return unexpected(faultOf(deleted.error()));
    }
    return Done {};
}

IamService::Answer IamService::bootstrapStatus(const Json &)
{
    const auto users = m_store.users();
    if (!users)
        return unexpected(faultOf(users.error()));
    schema::IamResponse response;
    response.bootstrapAvailable =
        m_options.bootstrap == PlatformOptions::Bootstrap::OnRequest && users->empty();
    return response;
}

IamService::Answer IamService::bootstrap(const Json &body)
{
    const auto status = bootstrapStatus(body);
    if (!status)
        return status;
    if (!status->bootstrapAvailable)
        return unexpected(authFailure());
    schema::IamResponse response;
    if (const auto seeded = seedAdmin(newApiKey(), "", &response); !seeded)
        return unexpected(seeded.error());
    return response;
}

IamService::Result<Done> IamService::seedAdmin(
    const std::string &key, const std::string &password, schema::IamResponse *told)
{
    if (!key.starts_with("tg_")) // the edge would never recognise it: trap 41
        return unexpected(
            Fault { "invalid-argument", "the admin's API key must begin with 'tg_'" });
    if (const auto made = signingKey(); !made)
        return unexpected(made.error());
    UserRow admin;
    admin.user.id = newUuid();
    admin.user.username = "admin";
    admin.user.name = "Administrator";
    admin.user.defaultWorkspace = "default";
    admin.user.roles = { "admin" };
    admin.user.created = isoTime(nowMicros());
    admin.user.mustChangePassword = password.empty();
    // "!" matches no password: the key is the way in, reset-password makes another
    admin.passwordHash =
        password.empty() ? "!" : hashPassword(password, m_options.passwordIterations);
    if (const auto inserted = m_store.insertUser(admin); !inserted)
        return unexpected(faultOf(inserted.error()));
    if (auto added = addKey(admin.user.id, "bootstrap", "", key, nullptr); !added)
        return added;
    if (told) {
        told->bootstrapAdminUserId = admin.user.id;
        told->bootstrapAdminApiKey = key;
    }
    spdlog::info("iam-svc: first admin made");
    return Done {};
}

IamService::Answer IamService::changePassword(const Json &body)
{
    std::string id = text(body, "user_id").value_or("");
    if (id.empty())
        id = text(body, "actor").value_or("");
    std::string current = text(body, "password").value_or("");
    if (current.empty())
        current = text(body, "current_password").value_or("");
    const std::string fresh = text(body, "new_password").value_or("");
    if (fresh.empty() || fresh.size() > maxPasswordBytes)
        return unexpected(Fault { "invalid-argument",
            "new_password must have 1 to " + std::to_string(maxPasswordBytes) + " bytes" });
    auto found = m_store.userById(id);
    const bool matches =
        passwordMatches(current, found ? found->passwordHash : "", m_options.passwordIterations);
    if (!found || !matches || !found->user.enabled)
        return unexpected(authFailure());
    found->passwordHash = hashPassword(fresh, m_options.passwordIterations);
    found->user.mustChangePassword = false;
    if (const auto updated = m_store.updateUser(*found); !updated)
        return unexpected(faultOf(updated.error()));
    return schema::IamResponse {};
}

} // namespace signalbox::gateway
