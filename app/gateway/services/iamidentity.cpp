// SPDX-License-Identifier: GPL-3.0-only
// Who is behind a bearer, contract TG §2.1 and §2.5.
#include "app/gateway/services/iamservice.h"

#include <nlohmann/json.hpp>

namespace signalbox::gateway {

const std::map<std::string, IamService::Resolver> &IamService::resolvers()
{
    static const std::map<std::string, Resolver> all {
        { "resolve-api-key", &IamService::apiKeyBearer },
        { "resolve-token", &IamService::tokenBearer },
        { "authenticate-anonymous", &IamService::anonymousBearer },
    };
    return all;
}

std::string IamService::resolve(const Resolver &resolver, const Request &request)
{
    const std::string token = text(request.body, "token").value_or("");
    Result<Bearer> bearer = (this->*resolver)(token);
    if (bearer || bearer.error().type != keysWanted)
        return resolved(std::move(bearer));
    // No thread of ours waits for another server: the answer comes from the issuer's thread.
    const bool later =
        m_issuer->afterReading([this, resolver, token, topic = request.topic, id = request.id] {
            respond(topic, id, resolved((this->*resolver)(token)));
        });
    return later ? std::string() : resolved(std::move(bearer));
}

std::string IamService::resolved(Result<Bearer> bearer)
{
    if (!bearer)
        return errorAnswer(bearer.error().type == keysWanted ? authFailure() : bearer.error());
    if (!bearer->user.enabled)
        bearer->user.roles.clear();
    schema::IamResponse response;
    response.user = std::move(bearer->user);
    Json answer = Json::parse(withLeases(response), nullptr, false);
    answer["default_workspace"] = bearer->workspace;
    return dump(answer);
}

std::string IamService::withLeases(const schema::IamResponse &response)
{
    Json answer = Json::parse(schema::encode(response), nullptr, false);
    const auto leases =
        response.user ? m_leases.of(response.user->id) : std::vector<schema::Lease>();
    if (leases.empty())
        return dump(answer);
    answer["leases"] = Json::array();
    for (const schema::Lease &lease : leases)
        answer["leases"].push_back(Json::parse(schema::encode(lease), nullptr, false));
    return dump(answer);
}

IamService::Result<IamService::Bearer> IamService::apiKeyBearer(const std::string &token)
{
    const auto key = m_store.keyByHash(sha256Hex(token));
    if (!key && key.error().kind != StoreError::Kind::NotFound)
        return unexpected(faultOf(key.error()));
    if (!key) // any key at all will do where nobody is asked for one (TG §2.5)
        return m_options.anonymous ? anonymousBearer({}) : unexpected(authFailure());
    const auto expires = parseIsoTime(key->key.expires);
    const auto owner = m_store.userById(key->key.userId);
    if ((expires && *expires <= nowMicros()) || !owner || !owner->user.enabled
        || !workspaceLive(owner->user.defaultWorkspace))
        return unexpected(authFailure());
    return Bearer { owner->user, owner->user.defaultWorkspace };
}

IamService::Result<IamService::Bearer> IamService::tokenBearer(const std::string &token)
{
    if (m_issuer && m_issuer->claims(token))
        return issuedBearer(token);
    const auto keys = m_store.signingKeys();
    if (!keys)
        return unexpected(faultOf(keys.error()));
    const auto claims = verifyToken(token, *keys, nowMicros() / 1000000);
    if (!claims)
        return unexpected(authFailure());
    Bearer bearer;
    bearer.workspace = claims->defaultWorkspace;
    if (const auto owner = m_store.userById(claims->subject)) {
        bearer.user = owner->user;
    } else { // trace 018: still somebody, who may nothing
        bearer.user.id = claims->subject;
        bearer.user.defaultWorkspace = bearer.workspace;
        bearer.user.enabled = false;
    }
    return bearer;
}

IamService::Result<IamService::Bearer> IamService::anonymousBearer(const std::string &)
{
    if (!m_options.anonymous)
        return unexpected(authFailure());
    Bearer bearer;
    bearer.user = anonymousUser();
    bearer.workspace = bearer.user.defaultWorkspace;
    return bearer;
}

/// The synthetic administrator of TG §2.5; no record stands behind it.
schema::User IamService::anonymousUser()
{
    schema::User user;
    user.id = anonymousUserId;
    user.username = anonymousUserId;
    user.name = "Anonymous User";
    user.defaultWorkspace = "default";
    user.roles = { "admin" };
    return user;
}

IamService::Answer IamService::whoami(const Json &body)
{
    const auto actor = text(body, "actor");
    if (!actor || actor->empty())
        return unexpected(authFailure());
    schema::IamResponse response;
    if (m_options.anonymous && *actor == anonymousUserId) {
        response.user = anonymousUser();
        return response;
    }
    const auto found = m_store.userById(*actor);
    if (!found)
        return unexpected(faultOf(found.error()));
    response.user = found->user;
    return response;
}

} // namespace signalbox::gateway
