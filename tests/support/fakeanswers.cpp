// SPDX-License-Identifier: GPL-3.0-only
// What the services of the far end inside the process answer.
#include "tests/support/fakegateway.h"

#include "models/schema/config.h"
#include "models/schema/flow.h"

namespace signalbox {

Reply FakeGateway::answerIam(const Request &request)
{
    schema::IamResponse answer;
    if (request.operation == "whoami")
        answer.user = m_user;
    else if (request.operation == "list-my-workspaces" || request.operation == "list-workspaces")
        answer.workspaces = m_workspaces;
    else
        return fail(ErrorKind::NotFound, "unknown-service", "unknown service");
    return reply(schema::encode(answer));
}

Reply FakeGateway::answerConfig(const Request &request)
{
    const auto ask = schema::decode<schema::ConfigRequest>(request.body);
    if (!ask)
        return fail(ErrorKind::Service, "config-error", ask.error().text());
    const std::string workspace = workspaceOf(request);
    schema::ConfigResponse answer;
    auto &config = m_config[workspace];
    const std::string type = ask->type.value_or("");
    if (ask->operation == "getvalues" || ask->operation == "list") {
        answer.version = m_version;
        for (const auto &[key, value] : config[type]) {
            answer.directory.push_back(key);
            if (ask->operation == "getvalues")
                answer.values.push_back({ type, key, value, {} });
        }
    } else if (ask->operation == "get") {
        answer.version = m_version;
        for (const auto &key : ask->keys.value_or(std::vector<schema::ConfigKey>())) {
            const auto *value = schema::find(config[key.type], key.key);
            answer.values.push_back(
                { key.type, key.key, value ? std::optional(*value) : std::nullopt, {} });
        }
    } else if (ask->operation == "config") {
        answer.version = m_version;
        for (const auto &[name, values] : config)
            if (!values.empty())
                answer.config.emplace_back(name, values);
    } else if (ask->operation == "put") {
        for (const auto &value : ask->values.value_or(std::vector<schema::ConfigValue>()))
            putConfig(workspace, value.type, value.key, value.value.value_or(""));
    } else if (ask->operation == "delete") {
        for (const auto &key : ask->keys.value_or(std::vector<schema::ConfigKey>()))
            deleteConfig(workspace, key.type, key.key);
    } else {
        return fail(ErrorKind::NotFound, "unknown-service", "unknown service");
    }
    return reply(schema::encode(answer));
}

Reply FakeGateway::answerFlow(const Request &request)
{
    const auto ask = schema::decode<schema::FlowRequest>(request.body);
    if (!ask)
        return fail(ErrorKind::Service, "flow-error", ask.error().text());
    const std::string workspace = workspaceOf(request);
    const std::string id = ask->flowId.value_or("");
    const std::string name = ask->blueprintName.value_or("");
    auto &config = m_config[workspace];
    schema::FlowResponse answer;
    if (ask->operation == "list-flows") {
        for (const auto &[key, value] : config["flow"])
            answer.flowIds.push_back(key);
    } else if (ask->operation == "get-flow") {
        const auto *record = schema::find(config["flow"], id);
        if (!record)
            return fail(ErrorKind::Service, "flow-error", "Flow ID invalid");
        answer.flow = *record;
    } else if (ask->operation == "list-blueprints") {
        for (const auto &[key, value] : config["flow-blueprint"])
            answer.blueprintNames.push_back(key);
    } else if (ask->operation == "get-blueprint") {
        const auto *definition = schema::find(config["flow-blueprint"], name);
        answer.blueprintDefinition = definition ? std::optional(*definition) : std::nullopt;
    } else if (ask->operation == "put-blueprint") {
        putConfig(workspace, "flow-blueprint", name, ask->blueprintDefinition.value_or(""));
    } else if (ask->operation == "delete-blueprint") {
        // Ours refuses what is in use (signalbox-gateway §9, trap 13); a real one does not look.
        for (const auto &[flow, record] : config["flow"])
            if (const auto read = schema::decode<schema::FlowRecord>(record);
                m_capabilities.own && read && read->blueprintName == name)
                return fail(ErrorKind::Conflict, "conflict", "Blueprint is in use by: " + flow);
        deleteConfig(workspace, "flow-blueprint", name);
    } else if (ask->operation == "start-flow") {
        if (schema::find(config["flow"], id))
            return fail(ErrorKind::Service, "flow-error", "Flow already exists");
        if (!startFlow(workspace, id, name, ask->parameters))
            return fail(ErrorKind::Service, "flow-error", "Blueprint does not exist");
    } else if (ask->operation == "stop-flow") {
        if (!schema::find(config["flow"], id))
            return fail(ErrorKind::Service, "flow-error", "Flow ID invalid");
        removeFlow(workspace, id);
    } else {
        return fail(ErrorKind::NotFound, "unknown-service", "unknown service");
    }
    return reply(schema::encode(answer));
}

} // namespace signalbox
