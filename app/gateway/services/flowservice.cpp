// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/flowservice.h"

#include "app/gateway/services/configservice.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {

const RequestTopics configTopics { "request:tg:config", "response:tg:config" };

} // namespace

FlowService::FlowService(Backend &fabric, Options options)
    : RequestServer(fabric, "flow", "flow-svc")
    , m_options(std::move(options))
    , m_receiver(fabric, { "flow-svc", m_options.configTimeout, m_options.fetchRetry })
{
    for (const LostMessages &lost : m_options.lost)
        m_lost[lost.workspace].emplace_back(lost.queue, lost.count);
    m_receiver.onWorkspaces([this](const WorkspaceUpdate &update) {
        for (const std::string &workspace : update.created)
            if (const auto opened = open(workspace); !opened)
                spdlog::error(
                    "flow-svc: cannot serve workspace {}: {}", workspace, opened.error().text);
    });
}

FlowService::~FlowService()
{
    stop();
}

Expected<Done, std::string> FlowService::prepare()
{
    TopicInfo system;
    system.scope = "system";
    if (const auto ensured = m_fabric.ensureTopic("notify:tg:flow", system); !ensured)
        return unexpected(ensured.error().text);
    auto events = m_fabric.createProducer("notify:tg:flow");
    if (!events)
        return unexpected(events.error().text);
    m_events = *events;
    if (auto resumed = resume(); !resumed)
        return resumed;
    const auto workspaces = keys(workspaceRegistry, "workspace");
    if (!workspaces)
        return unexpected(workspaces.error().message);
    for (const std::string &workspace : *workspaces)
        if (const auto opened = open(workspace); !opened)
            return unexpected(opened.error().text);
    if (const auto started = m_receiver.start(); !started)
        return unexpected(started.error().text);
    return Done {};
}

void FlowService::ended()
{
    m_receiver.stop();
}

std::string FlowService::handle(const Request &request)
{
    const auto answer = dispatch(request);
    return answer ? schema::encode(*answer) : errorAnswer(answer.error());
}

FlowService::Result<schema::FlowResponse> FlowService::dispatch(const Request &request)
{
    const std::string operation = text(request.body, "operation").value_or("");
    if (operation == "list-blueprints")
        return listBlueprints(request);
    if (operation == "get-blueprint")
        return getBlueprint(request);
    if (operation == "put-blueprint")
        return putBlueprint(request);
    if (operation == "delete-blueprint")
        return deleteBlueprint(request);
    if (operation == "list-flows")
        return listFlows(request);
    if (operation == "list-edited-flows")
        return listEditedFlows(request);
    if (operation == "get-flow")
        return getFlow(request);
    if (operation == "start-flow")
        return startFlow(request);
    if (operation == "stop-flow")
        return stopFlow(request);
    return unexpected(Fault { "bad-operation", "Bad operation" });
}

FlowService::Result<schema::ConfigResponse> FlowService::config(const Json &body)
{
    const auto answered =
        request(m_fabric, configTopics, m_subscription, dump(body), m_options.configTimeout);
    if (!answered) {
        spdlog::warn("flow-svc: config call failed: {}", answered.error().text);
        // A time-out has an empty text, as clients know it (TG §4.2).
        return unexpected(flowError(
            answered.error().kind == FabricError::Kind::Timeout ? "" : answered.error().text));
    }
    const Json parsed = Json::parse(answered->value, nullptr, false);
    if (parsed.is_object() && parsed.contains("error"))
        return unexpected(flowError(text(parsed["error"], "message").value_or("")));
    auto response = schema::decode<schema::ConfigResponse>(answered->value);
    if (!response)
        return unexpected(flowError(response.error().text()));
    return std::move(*response);
}

FlowService::Result<std::optional<std::string>> FlowService::value(
    const std::string &workspace, const std::string &type, const std::string &key)
{
    Json body;
    body["operation"] = "get";
    body["workspace"] = workspace;
    body["keys"] = Json::array({ Json { { "type", type }, { "key", key } } });
    auto response = config(body);
    if (!response)
        return unexpected(response.error());
    if (response->values.size() != 1)
        return unexpected(flowError("the config service answered "
            + std::to_string(response->values.size()) + " values for one"));
    return std::move(response->values.front().value);
}

FlowService::Result<std::vector<std::string>> FlowService::keys(
    const std::string &workspace, const std::string &type)
{
    Json body;
    body["operation"] = "list";
    body["workspace"] = workspace;
    body["type"] = type;
    auto response = config(body);
    if (!response)
        return unexpected(response.error());
    return std::move(response->directory);
}

FlowService::Result<Done> FlowService::write(
    const char *operation, const char *list, const std::vector<schema::ConfigValue> &values)
{
    Json body;
    body["operation"] = operation;
    Json &entries = body[list] = Json::array();
    for (const schema::ConfigValue &value : values) {
        Json entry;
        entry["workspace"] = value.workspace;
        entry["type"] = value.type;
        entry["key"] = value.key;
        if (value.value)
            entry["value"] = *value.value;
        entries.push_back(std::move(entry));
    }
    const auto response = config(body);
    if (!response)
        return unexpected(response.error());
    return Done {};
}

FlowService::Result<std::vector<FlowService::Flow>> FlowService::allFlows()
{
    Json body;
    body["operation"] = "getvalues-all-ws";
    body["type"] = "flow";
    auto response = config(body);
    if (!response)
        return unexpected(response.error());
    std::vector<Flow> flows;
    for (const schema::ConfigValue &value : response->values) {
        auto record = schema::decode<schema::FlowRecord>(value.value.value_or(""));
        if (!record) {
            spdlog::warn("flow-svc: record of {}/{} cannot be read: {}", value.workspace, value.key,
                record.error().text());
            continue;
        }
        flows.push_back({ { value.workspace, value.key }, std::move(*record) });
    }
    return flows;
}

FlowService::Result<schema::FlowResponse> FlowService::listBlueprints(const Request &request)
{
    auto names = keys(request.workspace, "flow-blueprint");
    if (!names)
        return unexpected(names.error());
    schema::FlowResponse response;
    response.blueprintNames = std::move(*names);
    return response;
}

FlowService::Result<schema::FlowResponse> FlowService::getBlueprint(const Request &request)
{
    const auto name = text(request.body, "blueprint-name");
    if (const auto id = text(request.body, "flow-id"); id && !name)
        return blueprintOf({ request.workspace, *id });
    if (!name)
        return unexpected(flowError("No blueprint name"));
    auto definition = value(request.workspace, "flow-blueprint", *name);
    if (!definition)
        return unexpected(definition.error());
    schema::FlowResponse response;
    response.blueprintDefinition = std::move(*definition);
    return response;
}

/// The text that a running flow was started from, and will be stopped by (ARCHITECTURE.md, annex).
FlowService::Result<schema::FlowResponse> FlowService::blueprintOf(const rules::FlowRef &ref)
{
    const auto found = value(ref.workspace, "flow", ref.id);
    if (!found)
        return unexpected(found.error());
    if (!*found)
        return unexpected(flowError("No flow " + ref.id));
    const auto record = schema::decode<schema::FlowRecord>(**found);
    if (!record)
        return unexpected(flowError(record.error().text()));
    const auto snapshot = snapshotOf(ref, *record);
    if (!snapshot)
        return unexpected(snapshot.error());
    schema::FlowResponse response;
    response.blueprintDefinition = schema::encode(snapshot->blueprint);
    return response;
}

FlowService::Result<schema::FlowResponse> FlowService::putBlueprint(const Request &request)
{
    const auto name = text(request.body, "blueprint-name");
    if (!name)
        return unexpected(flowError("No blueprint name"));
    const auto definition = text(request.body, "blueprint-definition");
    if (!definition)
        return unexpected(flowError("No blueprint definition"));
    const auto put =
        write("put", "values", { { "flow-blueprint", *name, *definition, request.workspace } });
    if (!put)
        return unexpected(put.error());
    return schema::FlowResponse {};
}

FlowService::Result<schema::FlowResponse> FlowService::deleteBlueprint(const Request &request)
{
    const auto name = text(request.body, "blueprint-name");
    if (!name)
        return unexpected(flowError("No blueprint name"));
    const auto flows = allFlows();
    if (!flows)
        return unexpected(flows.error());
    std::string users;
    for (const Flow &flow : *flows)
        if (flow.ref.workspace == request.workspace && flow.record.blueprintName == *name)
            users += (users.empty() ? "" : ", ") + flow.ref.id;
    if (!users.empty())
        return unexpected(Fault { "conflict", "Blueprint is in use by: " + users });
    const auto dropped =
        write("delete", "keys", { { "flow-blueprint", *name, std::nullopt, request.workspace } });
    if (!dropped)
        return unexpected(dropped.error());
    return schema::FlowResponse {};
}

FlowService::Result<schema::FlowResponse> FlowService::listFlows(const Request &request)
{
    auto ids = keys(request.workspace, "flow");
    if (!ids)
        return unexpected(ids.error());
    schema::FlowResponse response;
    response.flowIds = std::move(*ids);
    return response;
}

/// Those that go on by a text that their blueprint no longer has (ARCHITECTURE.md, annex).
FlowService::Result<schema::FlowResponse> FlowService::listEditedFlows(const Request &request)
{
    const auto flows = allFlows();
    if (!flows)
        return unexpected(flows.error());
    std::map<std::string, std::string> present; // by name; "" = gone or not readable
    schema::FlowResponse response;
    for (const Flow &flow : *flows) {
        if (flow.ref.workspace != request.workspace)
            continue;
        const auto snapshot = snapshotOf(flow.ref, flow.record);
        if (!snapshot)
            continue; // a record written by hand, of which there is no other text
        const auto [at, fresh] = present.try_emplace(flow.record.blueprintName);
        if (fresh) {
            const auto text = value(request.workspace, "flow-blueprint", at->first);
            if (!text)
                return unexpected(text.error());
            if (*text)
                if (const auto blueprint = readBlueprint(**text))
                    at->second = schema::encode(*blueprint);
        }
        if (at->second != schema::encode(snapshot->blueprint))
            response.flowIds.push_back(flow.ref.id);
    }
    return response;
}

FlowService::Result<schema::FlowResponse> FlowService::getFlow(const Request &request)
{
    const auto id = text(request.body, "flow-id");
    if (!id)
        return unexpected(flowError("No flow ID"));
    auto found = value(request.workspace, "flow", *id);
    if (!found)
        return unexpected(found.error());
    if (!*found)
        return unexpected(
            flowError("the JSON object must be str, bytes or bytearray, not NoneType"));
    const auto record = schema::decode<schema::FlowRecord>(**found);
    if (!record)
        return unexpected(flowError(record.error().text()));
    schema::FlowResponse response;
    response.flow = **found;
    response.description = record->description;
    response.parameters = record->parameters;
    const rules::FlowRef ref { request.workspace, *id };
    if (const auto snapshot = snapshotOf(ref, *record)) {
        bool ready = !record->stopping();
        for (const rules::ExpectedQueue &queue :
            rules::expectedQueues(expansionOf(ref, *record, *snapshot), ref.workspace)) {
            const auto detail = m_fabric.queue(queue.queue);
            ready = ready && detail && detail->row.consumers > 0;
        }
        response.ready = ready;
    }
    return response;
}

rules::Expansion FlowService::expansionOf(
    const rules::FlowRef &ref, const schema::FlowRecord &record, const Snapshot &snapshot) const
{
    return rules::expand(
        snapshot.blueprint, { ref.workspace, record.blueprintName, ref.id, snapshot.parameters });
}

void FlowService::publish(
    const rules::FlowRef &ref, const char *state, const std::string &blueprint)
{
    Json event =
        Json::parse(schema::encode(schema::FlowEvent { ref.id, state, blueprint }), nullptr, false);
    if (!event.is_object())
        event = Json::object();
    event["workspace"] = ref.workspace;
    Message message;
    message.value = dump(event);
    if (const auto sent = m_events->send(std::move(message)); !sent)
        spdlog::error(
            "flow-svc: event of {}/{} is lost: {}", ref.workspace, ref.id, sent.error().text);
}

} // namespace signalbox::gateway
