// SPDX-License-Identifier: GPL-3.0-only
// Starting a flow, contract TG §4.3–§4.4, signalbox-gateway §1.
#include "app/gateway/services/configservice.h"
#include "app/gateway/services/flowservice.h"
#include "app/gateway/wallclock.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {

constexpr std::size_t maxIdBytes = 256; // goes into topic and queue names

/// Anything but names with values would start the flow with other parameters than were asked for.
std::string parametersFault(const Json &body)
{
    const auto found = body.find("parameters");
    if (found == body.end() || found->is_null() || found->is_object())
        return {};
    return "parameters must be an object, not " + pythonType(*found);
}

schema::Members<std::string> givenParameters(const Json &body)
{
    schema::Members<std::string> given;
    const auto found = body.find("parameters");
    if (found == body.end() || !found->is_object())
        return given;
    for (const auto &[name, value] : found->items())
        schema::set(given, name, pythonText(value));
    return given;
}

TopicInfo infoOf(const rules::ExpandedTopic &topic, const std::string &workspace,
    const std::string &blueprint, const std::string &flow)
{
    TopicInfo info;
    info.scope = std::string(rules::name(topic.scope));
    const bool flows = topic.scope == rules::Scope::Flow;
    if (flows || topic.from.find("{workspace}") != std::string::npos)
        info.workspace = workspace;
    if (flows)
        info.flow = flow;
    if (flows || topic.scope == rules::Scope::Blueprint)
        info.blueprint = blueprint;
    return info;
}

} // namespace

FlowService::Result<schema::Blueprint> FlowService::readBlueprint(const std::string &text) const
{
    if (const std::string fault = pythonJsonError(text); !fault.empty())
        return unexpected(flowError(fault));
    const Json parsed = Json::parse(text, nullptr, false);
    if (!parsed.is_object())
        return unexpected(flowError("a blueprint must be an object, not " + pythonType(parsed)));
    for (const char *section : { "flow", "blueprint" }) {
        const auto found = parsed.find(section);
        if (found == parsed.end())
            return unexpected(flowError("'" + std::string(section) + "'"));
        if (!found->is_object())
            continue;
        for (const auto &[key, entry] : found->items())
            if (key.find(':') == std::string::npos)
                return unexpected(
                    flowError("the key '" + key + "' of section '" + section + "' has no ':'"));
    }
    auto blueprint = schema::decode<schema::Blueprint>(text);
    if (!blueprint)
        return unexpected(flowError(blueprint.error().text()));
    return std::move(*blueprint);
}

FlowService::Result<schema::Members<std::string>> FlowService::resolve(const std::string &workspace,
    const schema::Blueprint &blueprint, const schema::Members<std::string> &given)
{
    Json body;
    body["operation"] = "getvalues";
    body["workspace"] = workspace;
    body["type"] = "parameter-type";
    const auto types = config(body);
    if (!types)
        return unexpected(types.error());
    const auto lookup = [&](const std::string &type) -> std::optional<schema::ParameterType> {
        for (const schema::ConfigValue &value : types->values)
            if (value.key == type && value.value)
                if (auto decoded = schema::decode<schema::ParameterType>(*value.value))
                    return std::move(*decoded);
        return std::nullopt;
    };
    rules::Resolution resolution = rules::resolveParameters(blueprint, given, lookup, true);
    if (!resolution.missing.empty())
        return unexpected(flowError("Required parameter '" + resolution.missing.front()
            + "' not provided and has no default"));
    return std::move(resolution.values);
}

FlowService::Result<Done> FlowService::ensure(const rules::Expansion &expansion,
    const std::string &workspace, const std::string &blueprintName, const std::string &flow,
    Made *made)
{
    for (const rules::ExpandedTopic &topic : expansion.topics) {
        if (topic.topic.empty() || !rules::ownedTemplate(topic.from))
            continue; // a literal is global and never created by the flow service
        const bool fresh = !m_fabric.topicExists(topic.topic);
        if (topic.scope == rules::Scope::System && !fresh)
            continue; // its service has told who owns it
        if (const auto ensured =
                m_fabric.ensureTopic(topic.topic, infoOf(topic, workspace, blueprintName, flow));
            !ensured)
            return unexpected(flowError(ensured.error().text));
        if (fresh && made)
            made->topics.push_back(topic.topic);
    }
    for (const rules::ExpectedQueue &queue : rules::expectedQueues(expansion, workspace)) {
        if (!m_fabric.topicExists(queue.topic))
            continue; // a literal that nobody has made yet
        const bool fresh = made && !m_fabric.queueExists(queue.queue);
        if (const auto ensured =
                m_fabric.ensureQueue(queue.topic, queue.queue.substr(queue.topic.size() + 1));
            !ensured)
            return unexpected(flowError(ensured.error().text));
        if (fresh)
            made->queues.push_back(queue.queue);
    }
    return Done {};
}

void FlowService::takeBack(const Made &made)
{
    const auto leftOver = [](const std::string &what, const FabricError &error) {
        spdlog::error("flow-svc: {} is left over from a start that failed: {}", what, error.text);
    };
    for (const std::string &topic : made.topics)
        if (const auto deleted = m_fabric.deleteTopic(topic); !deleted)
            leftOver(topic, deleted.error());
    // On a topic that others keep it would fill up for nobody, and then hold up who sends.
    for (const std::string &queue : made.queues)
        if (m_fabric.queueExists(queue))
            if (const auto deleted = m_fabric.deleteQueue(queue, false, std::nullopt); !deleted)
                leftOver(queue, deleted.error());
}

std::vector<schema::ConfigValue> FlowService::startBatch(const rules::FlowRef &ref,
    const schema::FlowRecord &record, const Snapshot &snapshot, const rules::Expansion &expansion)
{
    std::vector<schema::ConfigValue> batch;
    for (const rules::ExpandedEntry &entry : expansion.entries)
        batch.push_back({ "processor:" + entry.processor, entry.variant,
            schema::encode(entry.entry), ref.workspace });
    batch.push_back({ "flow", ref.id, schema::encode(record), ref.workspace });
    Json kept;
    kept["blueprint-name"] = record.blueprintName;
    kept["blueprint"] = Json::parse(schema::encode(snapshot.blueprint), nullptr, false);
    kept["parameters"] = Json::object();
    for (const auto &[name, value] : snapshot.parameters)
        kept["parameters"][name] = value;
    batch.push_back({ ref.workspace, ref.id, dump(kept), flowSnapshots });
    return batch;
}

schema::Members<std::int64_t> FlowService::lostOf(const std::string &workspace)
{
    const auto found = m_lost.find(workspace);
    if (found == m_lost.end())
        return {};
    auto lost = std::move(found->second);
    m_lost.erase(found);
    return lost;
}

FlowService::Result<schema::FlowResponse> FlowService::startFlow(const Request &request)
{
    const auto blueprintName = text(request.body, "blueprint-name");
    if (!blueprintName)
        return unexpected(flowError("No blueprint name"));
    const auto id = text(request.body, "flow-id");
    if (!id)
        return unexpected(flowError("No flow ID"));
    if (id->empty() || id->size() > maxIdBytes)
        return unexpected(flowError("a flow ID has 1 to " + std::to_string(maxIdBytes) + " bytes"));
    const auto existing = value(request.workspace, "flow", *id);
    if (!existing)
        return unexpected(existing.error());
    if (*existing)
        return unexpected(flowError("Flow already exists"));
    const auto description = text(request.body, "description");
    if (!description)
        return unexpected(flowError("No description"));
    if (const std::string fault = parametersFault(request.body); !fault.empty())
        return unexpected(flowError(fault));
    const auto definition = value(request.workspace, "flow-blueprint", *blueprintName);
    if (!definition)
        return unexpected(definition.error());
    if (!*definition)
        return unexpected(flowError("Blueprint does not exist"));
    auto blueprint = readBlueprint(**definition);
    if (!blueprint)
        return unexpected(blueprint.error());
    auto parameters = resolve(request.workspace, *blueprint, givenParameters(request.body));
    if (!parameters)
        return unexpected(parameters.error());

    const rules::FlowRef ref { request.workspace, *id };
    const Snapshot snapshot { std::move(*blueprint), std::move(*parameters) };
    schema::FlowRecord record;
    record.description = *description;
    record.blueprintName = *blueprintName;
    record.parameters = snapshot.parameters;
    record.startedMs = unixMs();
    const rules::Expansion expansion = expansionOf(ref, record, snapshot);
    record.interfaces = expansion.interfaces;
    for (const std::string &fault : expansion.faults)
        spdlog::warn("flow-svc: {}/{}: {}", ref.workspace, ref.id, fault);
    if (!step("start:planned"))
        return unexpected(flowError("abandoned"));

    Made made;
    if (const auto ensured = ensure(expansion, ref.workspace, *blueprintName, ref.id, &made);
        !ensured) {
        takeBack(made);
        return unexpected(ensured.error());
    }
    if (!step("start:topics"))
        return unexpected(flowError("abandoned"));
    if (const auto written = write("put", "values", startBatch(ref, record, snapshot, expansion));
        !written) {
        // After a time-out (empty text) the write may still happen: the topics stay, for it or for
        // the next try.
        if (!written.error().message.empty())
            takeBack(made);
        return unexpected(written.error());
    }
    m_snapshots.insert_or_assign(ref, snapshot);
    spdlog::info("flow-svc: {}/{} runs, blueprint {}", ref.workspace, ref.id, *blueprintName);
    publish(ref, "running", *blueprintName);
    if (!step("start:written"))
        return unexpected(flowError("abandoned"));
    schema::FlowResponse response;
    response.lost = lostOf(ref.workspace);
    return response;
}

} // namespace signalbox::gateway
