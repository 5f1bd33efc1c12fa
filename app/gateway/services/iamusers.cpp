// SPDX-License-Identifier: GPL-3.0-only
// Users and API keys, contract TG §2.3.
#include "app/gateway/services/iamservice.h"

#include <nlohmann/json.hpp>

namespace signalbox::gateway {

namespace {

constexpr std::size_t maxFieldBytes = 1024;
constexpr std::size_t maxRoles = 100;

/// What a provider says of its users is not changed here: its next token would say it again.
ServiceFault issuersBusiness(const char *what, const UserRow &row)
{
    return { "operation-not-permitted",
        "the " + std::string(what) + " of " + row.user.username + " is for " + row.issuer
            + " to give" };
}

const Json &objectMember(const Json &body, const char *name)
{
    static const Json none = Json::object();
    const auto found = body.find(name);
    return found != body.end() && found->is_object() ? *found : none;
}

std::optional<bool> flag(const Json &object, const char *name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_boolean())
        return std::nullopt;
    return found->get<bool>();
}

Expected<std::vector<std::string>, ServiceFault> rolesOf(const Json &object)
{
    std::vector<std::string> roles;
    const auto found = object.find("roles");
    if (found == object.end() || found->is_null())
        return roles;
    if (!found->is_array() || found->size() > maxRoles)
        return unexpected(
            invalid("roles must be a list of at most " + std::to_string(maxRoles) + " names"));
    for (const Json &role : *found) {
        if (!role.is_string() || role.get_ref<const std::string &>().empty()
            || role.get_ref<const std::string &>().size() > maxFieldBytes
            || role.get_ref<const std::string &>().find('\x1F') != std::string::npos)
            return unexpected(invalid("a role must be a name"));
        roles.push_back(
            role.get<std::string>()); // not checked against the known ones: trap 36, trace 075
    }
    return roles;
}

bool tooLong(const Json &object)
{
    for (const auto &[name, value] : object.items())
        if (value.is_string() && value.get_ref<const std::string &>().size() > maxFieldBytes)
            return true;
    return false;
}

} // namespace

IamService::Result<UserRow> IamService::user(const Json &body)
{
    const auto id = text(body, "user_id");
    if (!id || id->empty())
        return unexpected(invalid("user_id required"));
    if (m_options.anonymous && *id == anonymousUserId)
        return unexpected(Fault { "operation-not-permitted",
            "nobody stands behind the anonymous user: start the gateway without --anonymous" });
    auto found = m_store.userById(*id);
    if (!found)
        return unexpected(faultOf(found.error()));
    const std::string asserted = text(body, "workspace").value_or("");
    if (!asserted.empty() && asserted != found->user.defaultWorkspace)
        return unexpected(
            Fault { "operation-not-permitted", "user is not in workspace '" + asserted + "'" });
    return std::move(*found);
}

IamService::Answer IamService::createUser(const Json &body)
{
    const Json &given = objectMember(body, "user");
    const std::string workspace = text(body, "workspace").value_or("");
    if (workspace.empty())
        return unexpected(invalid("workspace required"));
    const std::string username = text(given, "username").value_or("");
    const std::string password = text(given, "password").value_or("");
    if (username.empty() || password.empty())
        return unexpected(invalid("username and password required"));
    if (tooLong(given))
        return unexpected(
            invalid("a member of user is longer than " + std::to_string(maxFieldBytes) + " bytes"));
    if (!workspaceLive(workspace))
        return unexpected(Fault { "not-found", "workspace not found" });
    if (m_store.userByName(username))
        return unexpected(Fault { "duplicate", "username already exists" });
    auto roles = rolesOf(given);
    if (!roles)
        return unexpected(roles.error());
    UserRow row;
    row.user.id = newUuid();
    row.user.username = username;
    row.user.defaultWorkspace = workspace;
    row.user.name = text(given, "name").value_or("");
    if (row.user.name.empty())
        row.user.name = username;
    row.user.email = text(given, "email").value_or("");
    row.user.roles = std::move(*roles);
    row.user.enabled = flag(given, "enabled").value_or(true);
    row.user.mustChangePassword = flag(given, "must_change_password").value_or(false);
    row.user.created = isoTime(nowMicros());
    row.passwordHash = hashPassword(password, m_options.passwordIterations);
    if (const auto inserted = m_store.insertUser(row); !inserted)
        return unexpected(faultOf(inserted.error()));
    schema::IamResponse response;
    response.user = std::move(row.user);
    return response;
}

IamService::Answer IamService::listUsers(const Json &body)
{
    const auto rows = m_store.users();
    if (!rows)
        return unexpected(faultOf(rows.error()));
    const std::string workspace = text(body, "workspace").value_or("");
    schema::IamResponse response;
    if (m_options.anonymous && (workspace.empty() || anonymousUser().defaultWorkspace == workspace))
        response.users.push_back(anonymousUser());
    for (const UserRow &row : *rows)
        if (workspace.empty() || row.user.defaultWorkspace == workspace)
            response.users.push_back(row.user);
    return response;
}

IamService::Answer IamService::getUser(const Json &body)
{
    if (m_options.anonymous && text(body, "user_id") == anonymousUserId) {
        schema::IamResponse anonymous;
        anonymous.user = anonymousUser();
        return anonymous;
    }
    auto found = user(body);
    if (!found)
        return unexpected(found.error());
    schema::IamResponse response;
    response.user = std::move(found->user);
    return response;
}

IamService::Answer IamService::updateUser(const Json &body)
{
    auto found = user(body);
    if (!found)
        return unexpected(found.error());
    const Json &given = objectMember(body, "user");
    if (!text(given, "password").value_or("").empty())
        return unexpected(invalid("password cannot be changed by update-user"));
    if (const auto username = text(given, "username");
        username && !username->empty() && *username != found->user.username)
        return unexpected(invalid("username cannot be changed"));
    if (tooLong(given))
        return unexpected(
            invalid("a member of user is longer than " + std::to_string(maxFieldBytes) + " bytes"));
    auto roles = rolesOf(given);
    if (!roles)
        return unexpected(roles.error());
    // What is left out is kept: trap 30 is mended here. Empty texts and lists mean "keep" too (TG
    // §2.3).
    if (const auto name = text(given, "name"); name && !name->empty())
        found->user.name = *name;
    if (const auto email = text(given, "email"); email && !email->empty())
        found->user.email = *email;
    if (!roles->empty() && !found->issuer.empty() && *roles != found->user.roles)
        return unexpected(issuersBusiness("roles", *found));
    if (!roles->empty())
        found->user.roles = std::move(*roles);
    found->user.enabled = flag(given, "enabled").value_or(found->user.enabled);
    found->user.mustChangePassword =
        flag(given, "must_change_password").value_or(found->user.mustChangePassword);
    if (const auto updated = m_store.updateUser(*found); !updated)
        return unexpected(faultOf(updated.error()));
    schema::IamResponse response;
    response.user = std::move(found->user);
    return response;
}

IamService::Answer IamService::disableUser(const Json &body)
{
    auto found = user(body);
    if (!found)
        return unexpected(found.error());
    found->user.enabled = false;
    if (const auto updated = m_store.updateUser(*found); !updated)
        return unexpected(faultOf(updated.error()));
    if (const auto deleted = m_store.deleteKeysOf(found->user.id); !deleted)
        return unexpected(faultOf(deleted.error()));
    return schema::IamResponse {};
}

IamService::Answer IamService::enableUser(const Json &body)
{
    auto found = user(body);
    if (!found)
        return unexpected(found.error());
    found->user.enabled = true;
    if (const auto updated = m_store.updateUser(*found); !updated)
        return unexpected(faultOf(updated.error()));
    return schema::IamResponse {};
}

IamService::Answer IamService::deleteUser(const Json &body)
{
    const auto found = user(body);
    if (!found)
        return unexpected(found.error());
    if (const auto deleted = m_store.deleteUser(found->user.id); !deleted)
        return unexpected(faultOf(deleted.error()));
    return schema::IamResponse {};
}

IamService::Answer IamService::resetPassword(const Json &body)
{
    auto found = user(body);
    if (!found)
        return unexpected(found.error());
    if (!found->issuer.empty())
        return unexpected(issuersBusiness("password", *found));
    schema::IamResponse response;
    response.temporaryPassword = randomToken(12);
    found->passwordHash = hashPassword(*response.temporaryPassword, m_options.passwordIterations);
    found->user.mustChangePassword = true;
    if (const auto updated = m_store.updateUser(*found); !updated)
        return unexpected(faultOf(updated.error()));
    return response;
}

IamService::Result<Done> IamService::addKey(const std::string &userId, const std::string &name,
    const std::string &expires, const std::string &plaintext, schema::IamResponse *told)
{
    KeyRow row;
    row.key.id = newUuid();
    row.key.userId = userId;
    row.key.name = name;
    row.key.prefix = plaintext.substr(0, 7);
    row.key.expires = expires;
    row.key.created = isoTime(nowMicros());
    row.sha256 = sha256Hex(plaintext);
    if (const auto inserted = m_store.insertKey(row); !inserted)
        return unexpected(faultOf(inserted.error()));
    if (told) {
        told->apiKey = std::move(row.key);
        told->apiKeyPlaintext = plaintext;
    }
    return Done {};
}

IamService::Answer IamService::createApiKey(const Json &body)
{
    const Json &given = objectMember(body, "key");
    const std::string name = text(given, "name").value_or("");
    Json asked;
    asked["user_id"] = text(given, "user_id").value_or("");
    asked["workspace"] = text(body, "workspace").value_or("");
    if (name.empty() || name.size() > maxFieldBytes)
        return unexpected(
            invalid("key.name required, at most " + std::to_string(maxFieldBytes) + " bytes"));
    const auto owner = user(asked);
    if (!owner)
        return unexpected(owner.error());
    // A time that cannot be read means "never", one without zone is UTC (TG §2.1).
    const auto time = parseIsoTime(text(given, "expires").value_or(""));
    const std::string expires = time ? isoTime(*time, *time % 1000000 != 0) : "";
    schema::IamResponse response;
    if (const auto added = addKey(owner->user.id, name, expires, newApiKey(), &response); !added)
        return unexpected(added.error());
    return response;
}

IamService::Answer IamService::listApiKeys(const Json &body)
{
    if (m_options.anonymous && text(body, "user_id") == anonymousUserId)
        return schema::IamResponse {}; // it needs none
    const auto owner = user(body);
    if (!owner)
        return unexpected(owner.error());
    const auto keys = m_store.keysOf(owner->user.id);
    if (!keys)
        return unexpected(faultOf(keys.error()));
    schema::IamResponse response;
    for (const KeyRow &row : *keys)
        response.apiKeys.push_back(row.key);
    return response;
}

IamService::Answer IamService::revokeApiKey(const Json &body)
{
    const std::string id = text(body, "key_id").value_or("");
    if (id.empty())
        return unexpected(invalid("key_id required"));
    const auto key = m_store.keyById(id);
    if (!key)
        return unexpected(faultOf(key.error()));
    Json asked;
    asked["user_id"] = key->key.userId;
    asked["workspace"] = text(body, "workspace").value_or("");
    if (const auto owner = user(asked); !owner)
        return unexpected(owner.error());
    if (const auto deleted = m_store.deleteKey(id); !deleted)
        return unexpected(faultOf(deleted.error()));
    return schema::IamResponse {};
}

} // namespace signalbox::gateway
