// SPDX-License-Identifier: GPL-3.0-only
// Workspaces, contract TG §2.3 and §3.3.
#include "app/gateway/services/configservice.h"
#include "app/gateway/services/iamservice.h"
#include "models/rules/access.h"
#include "models/schema/envelope.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace signalbox::gateway {

namespace {

constexpr std::size_t maxWorkspaceIdBytes = 256; // goes into topic names
constexpr std::size_t maxWorkspaceNameBytes = 1024;

const Json &givenRecord(const Json &body)
{
    static const Json none = Json::object();
    const auto found = body.find("workspace_record");
    return found != body.end() && found->is_object() ? *found : none;
}

std::optional<bool> enabledOf(const Json &record)
{
    const auto found = record.find("enabled");
    if (found == record.end() || !found->is_boolean())
        return std::nullopt;
    return found->get<bool>();
}

} // namespace

IamService::Result<schema::Workspace> IamService::record(const Json &body)
{
    const std::string id = text(givenRecord(body), "id").value_or("");
    if (id.empty())
        return unexpected(invalid("workspace_record.id required"));
    auto found = m_store.workspace(id);
    if (!found)
        return unexpected(faultOf(found.error()));
    return std::move(*found);
}

/// Over the fabric, as every service speaks to another: the config service announces it and fills
/// it from the template.
IamService::Result<Done> IamService::registerWorkspace(const std::string &id, bool live)
{
    Json entry;
    entry["workspace"] = workspaceRegistry;
    entry["type"] = "workspace";
    entry["key"] = id;
    Json body;
    if (live) {
        Json known = body;
        known["operation"] = "get";
        known["keys"] = Json::array({ entry });
        const auto got = request(m_fabric, { "request:tg:config", "response:tg:config" },
            m_subscription, dump(known), m_options.configTimeout);
        if (!got)
            return unexpected(Fault { "internal-error", got.error().text });
        const auto values = schema::decode<schema::ConfigResponse>(got->value);
        if (values && values->values.size() == 1 && values->values.front().value)
            return Done {};
        entry["value"] = "{\"enabled\": true}";
        body["operation"] = "put";
        body["values"] = Json::array({ entry });
    } else {
        body["operation"] = "delete";
        body["keys"] = Json::array({ entry });
    }
    const auto answered = request(m_fabric, { "request:tg:config", "response:tg:config" },
        m_subscription, dump(body), m_options.configTimeout);
    if (!answered)
        return unexpected(Fault { "internal-error", answered.error().text });
    if (const auto refused = schema::errorOf(answered->value); refused && refused->type == "limit")
        return unexpected(Fault { "limit", refused->message });
    const Json parsed = Json::parse(answered->value, nullptr, false);
    if (!parsed.is_object() || parsed.contains("error"))
        return unexpected(
            Fault { "internal-error", "the config service refused: " + answered->value });
    return Done {};
}

IamService::Answer IamService::listMyWorkspaces(const Json &body)
{
    const auto self = whoami(body);
    if (!self)
        return self;
    const auto workspaces = m_store.workspaces();
    if (!workspaces)
        return unexpected(faultOf(workspaces.error()));
    const auto &roles = self->user->roles;
    const bool all = std::any_of(roles.begin(), roles.end(),
        [](const std::string &role) { return rules::roleSpansWorkspaces(role); });
    schema::IamResponse response;
    for (const schema::Workspace &workspace : *workspaces)
        if (all || workspace.id == self->user->defaultWorkspace)
            response.workspaces.push_back(workspace);
    return response;
}

IamService::Answer IamService::listWorkspaces(const Json &)
{
    auto workspaces = m_store.workspaces();
    if (!workspaces)
        return unexpected(faultOf(workspaces.error()));
    schema::IamResponse response;
    response.workspaces = std::move(*workspaces);
    return response;
}

IamService::Answer IamService::createWorkspace(const Json &body)
{
    const Json &given = givenRecord(body);
    const std::string id = text(given, "id").value_or("");
    if (id.empty())
        return unexpected(invalid("workspace_record.id required"));
    if (reservedWorkspace(id))
        return unexpected(invalid("workspace ids beginning with '_' are reserved"));
    std::string name = text(given, "name").value_or("");
    if (id.size() > maxWorkspaceIdBytes || name.size() > maxWorkspaceNameBytes)
        return unexpected(
            invalid("a workspace id has at most " + std::to_string(maxWorkspaceIdBytes)
                + " bytes, a name " + std::to_string(maxWorkspaceNameBytes)));
    auto known = m_store.workspace(id);
    if (!known) {
        if (known.error().kind != StoreError::Kind::NotFound)
            return unexpected(faultOf(known.error()));
        const schema::Workspace made { id, name.empty() ? id : name,
            enabledOf(given).value_or(true), isoTime(nowMicros()), {} };
        if (const auto inserted = m_store.insertWorkspace(made); !inserted)
            return unexpected(faultOf(inserted.error()));
        known = made;
    }
    if (const auto registered = registerWorkspace(id, true); !registered)
        return unexpected(registered.error());
    schema::IamResponse response;
    response.workspace = std::move(*known);
    return response;
}

IamService::Answer IamService::getWorkspace(const Json &body)
{
    auto found = record(body);
    if (!found)
        return unexpected(found.error());
    schema::IamResponse response;
    response.workspace = std::move(*found);
    return response;
}

IamService::Answer IamService::updateWorkspace(const Json &body)
{
    auto found = record(body);
    if (!found)
        return unexpected(found.error());
    const Json &given = givenRecord(body);
    if (const auto name = text(given, "name"); name && !name->empty()) {
        if (name->size() > maxWorkspaceNameBytes)
            return unexpected(invalid("a workspace name has at most "
                + std::to_string(maxWorkspaceNameBytes) + " bytes"));
        found->name = *name;
    }
    found->enabled =
        enabledOf(given).value_or(found->enabled); // left out = kept: trap 30 is mended here
    if (const auto updated = m_store.updateWorkspace(*found); !updated)
        return unexpected(faultOf(updated.error()));
    schema::IamResponse response;
    response.workspace = std::move(*found);
    return response;
}

IamService::Answer IamService::disableWorkspace(const Json &body)
{
    auto found = record(body);
    if (!found)
        return unexpected(found.error());
    if (const auto unregistered = registerWorkspace(found->id, false); !unregistered)
        return unexpected(unregistered.error());
    found->enabled = false;
    if (const auto updated = m_store.updateWorkspace(*found); !updated)
        return unexpected(faultOf(updated.error()));
    const auto users = m_store.users();
    if (!users)
        return unexpected(faultOf(users.error()));
    for (UserRow row : *users) {
        if (row.user.defaultWorkspace != found->id)
            continue;
        row.user.enabled = false;
        if (const auto updated = m_store.updateUser(row); !updated)
            return unexpected(faultOf(updated.error()));
        if (const auto deleted = m_store.deleteKeysOf(row.user.id); !deleted)
            return unexpected(faultOf(deleted.error()));
    }
    return schema::IamResponse {};
}

} // namespace signalbox::gateway
