// SPDX-License-Identifier: GPL-3.0-only
// Stopping a flow in two phases and resuming after a crash, contract signalbox-gateway §1.
#include "app/gateway/services/configservice.h"
#include "app/gateway/services/flowservice.h"

#include <nlohmann/json.hpp>
#include <set>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

FlowService::Result<FlowService::Snapshot> FlowService::snapshotOf(
    const rules::FlowRef &ref, const schema::FlowRecord &record)
{
    if (const auto known = m_snapshots.find(ref); known != m_snapshots.end())
        return known->second;
    const auto kept = value(flowSnapshots, ref.workspace, ref.id);
    if (!kept)
        return unexpected(kept.error());
    if (*kept) {
        const Json parsed = Json::parse(**kept, nullptr, false);
        if (parsed.is_object() && parsed.contains("blueprint") && parsed.contains("parameters")) {
            auto blueprint = readBlueprint(dump(parsed["blueprint"]));
            if (!blueprint)
                return unexpected(blueprint.error());
            Snapshot snapshot { std::move(*blueprint), {} };
            for (const auto &[name, parameter] : parsed["parameters"].items())
                snapshot.parameters.emplace_back(name, pythonText(parameter));
            m_snapshots.insert_or_assign(ref, snapshot);
            return snapshot;
        }
        spdlog::error("flow-svc: the snapshot of {}/{} cannot be read", ref.workspace, ref.id);
    }
    // A record that somebody wrote by hand: as good as it gets, and not remembered.
    if (record.blueprintName.empty())
        return unexpected(flowError("Internal error: flow has no flow blueprint"));
    const auto definition = value(ref.workspace, "flow-blueprint", record.blueprintName);
    if (!definition)
        return unexpected(definition.error());
    if (!*definition)
        return unexpected(
            flowError("the JSON object must be str, bytes or bytearray, not NoneType"));
    auto blueprint = readBlueprint(**definition);
    if (!blueprint)
        return unexpected(blueprint.error());
    return Snapshot { std::move(*blueprint), record.parameters };
}

FlowService::Result<schema::FlowResponse> FlowService::stopFlow(const Request &request)
{
    const auto id = text(request.body, "flow-id");
    if (!id)
        return unexpected(flowError("No flow ID"));
    const auto found = value(request.workspace, "flow", *id);
    if (!found)
        return unexpected(found.error());
    if (!*found)
        return unexpected(flowError("Flow ID invalid"));
    auto record = schema::decode<schema::FlowRecord>(**found);
    if (!record)
        return unexpected(flowError(record.error().text()));
    const bool marked = record->stopping();
    if (const auto stopped = finishStop({ request.workspace, *id }, std::move(*record), marked);
        !stopped)
        return unexpected(stopped.error());
    return schema::FlowResponse {};
}

FlowService::Result<Done> FlowService::finishStop(
    const rules::FlowRef &ref, schema::FlowRecord record, bool marked)
{
    if (const auto own = snapshotOf(ref, record); !own)
        return unexpected(own.error()); // nothing is touched yet
    if (!marked) {
        record.status = "stopping";
        if (auto written = write(
                "put", "values", { { "flow", ref.id, schema::encode(record), ref.workspace } });
            !written)
            return written;
        publish(ref, "stopping", record.blueprintName);
    }
    if (!step("stop:marked"))
        return unexpected(flowError("abandoned"));

    const auto flows = allFlows();
    if (!flows)
        return unexpected(flows.error());
    std::vector<rules::LiveFlow> live;
    for (const Flow &flow : *flows) {
        rules::LiveFlow entry { flow.ref.workspace, flow.ref.id, flow.record, std::nullopt };
        if (flow.ref == ref || !flow.record.stopping()) {
            if (auto snapshot = snapshotOf(flow.ref, flow.record)) {
                entry.blueprint = std::move(snapshot->blueprint);
                entry.record.parameters = std::move(snapshot->parameters);
            } else if (snapshot.error().message.empty()) {
                return unexpected(
                    snapshot
                        .error()); // unknown is not unreadable: deleting less sure would be wrong
            } else {
                spdlog::warn("flow-svc: {}/{} keeps nothing: {}", flow.ref.workspace, flow.ref.id,
                    snapshot.error().message);
            }
        }
        live.push_back(std::move(entry));
    }
    const auto plan = rules::ClosureIndex(live).planStop(ref, rules::StopBehaviour::ours());
    if (!plan)
        return unexpected(flowError("Flow ID invalid"));

    if (auto deleted = deleteEntries(*plan); !deleted)
        return deleted;
    if (!step("stop:entries"))
        return unexpected(flowError("abandoned"));
    deleteTopics(*plan);
    if (!step("stop:topics"))
        return unexpected(flowError("abandoned"));
    if (auto deleted = write("delete", "keys",
            { { "flow", ref.id, std::nullopt, ref.workspace },
                { ref.workspace, ref.id, std::nullopt, flowSnapshots } });
        !deleted)
        return deleted;
    m_snapshots.erase(ref);
    spdlog::info("flow-svc: {}/{} stopped", ref.workspace, ref.id);
    publish(ref, "stopped", record.blueprintName);
    if (!step("stop:done"))
        return unexpected(flowError("abandoned"));
    return Done {};
}

FlowService::Result<Done> FlowService::deleteEntries(const rules::StopPlan &plan)
{
    std::vector<schema::ConfigValue> entries;
    for (const rules::EntryFate &entry : plan.entries)
        if (entry.fate == rules::Fate::Deleted)
            entries.push_back({ "processor:" + entry.processor, entry.variant, std::nullopt,
                plan.flow.workspace });
    if (entries.empty())
        return Done {};
    return write("delete", "keys", entries);
}

void FlowService::deleteTopics(const rules::StopPlan &plan)
{
    for (const rules::TopicFate &topic : plan.topics) {
        if (topic.fate != rules::Fate::Deleted)
            continue;
        const bool gone =
            deleteRetried(topic.topic, [&] { return m_fabric.deleteTopic(topic.topic); });
        if (gone)
            continue;
        TopicInfo orphan;
        orphan.scope = std::string(rules::name(rules::Scope::Orphan));
        orphan.workspace = plan.flow.workspace;
        if (const auto told = m_fabric.ensureTopic(topic.topic, orphan); !told)
            spdlog::error(
                "flow-svc: {} cannot be shown as an orphan: {}", topic.topic, told.error().text);
    }
    // A queue of an entry that is gone, on a topic that somebody else keeps, would fill up for
    // nobody.
    std::set<std::pair<std::string, std::string>> gone;
    for (const rules::EntryFate &entry : plan.entries)
        if (entry.fate == rules::Fate::Deleted)
            gone.emplace(entry.processor, entry.variant);
    for (const rules::ExpectedQueue &queue : plan.queues)
        if (gone.contains({ queue.processor, queue.variant }) && m_fabric.queueExists(queue.queue))
            deleteRetried(queue.queue, [&]() -> FabricResult<Done> {
                const auto deleted = m_fabric.deleteQueue(queue.queue, false, std::nullopt);
                if (!deleted)
                    return unexpected(deleted.error());
                return Done {};
            });
}

bool FlowService::deleteRetried(
    const std::string &what, const std::function<FabricResult<Done>()> &attempt)
{
    for (int tries = 1;; ++tries) {
        const auto deleted = attempt();
        if (deleted)
            return true;
        const FabricError::Kind kind = deleted.error().kind;
        if (kind == FabricError::Kind::NoTopic || kind == FabricError::Kind::NoQueue)
            return true; // gone already
        if (tries >= m_options.deleteTries || stopping()) {
            spdlog::error("flow-svc: {} is an orphan, not deleted after {} tries: {}", what, tries,
                deleted.error().text);
            return false;
        }
        spdlog::warn("flow-svc: {} not deleted, try {}: {}", what, tries, deleted.error().text);
        std::this_thread::sleep_for(m_options.deleteInterval);
    }
}

/// Ensures all topics of all live flows, then ends the stops that a crash has interrupted.
Expected<Done, std::string> FlowService::resume()
{
    const auto flows = allFlows();
    if (!flows)
        return unexpected("the flows cannot be read: " + flows.error().message);
    for (const Flow &flow : *flows) {
        const auto snapshot = snapshotOf(flow.ref, flow.record);
        if (!snapshot) {
            spdlog::error("flow-svc: {}/{} has no topics: {}", flow.ref.workspace, flow.ref.id,
                snapshot.error().message);
            continue;
        }
        if (flow.record.stopping())
            continue;
        const auto ensured = ensure(expansionOf(flow.ref, flow.record, *snapshot),
            flow.ref.workspace, flow.record.blueprintName, flow.ref.id, nullptr);
        if (!ensured)
            return unexpected(ensured.error().message);
    }
    for (const Flow &flow : *flows) {
        if (!flow.record.stopping())
            continue;
        spdlog::warn("flow-svc: the stop of {}/{} was interrupted and goes on", flow.ref.workspace,
            flow.ref.id);
        if (const auto stopped = finishStop(flow.ref, flow.record, true); !stopped)
            spdlog::error("flow-svc: {}/{} stays in stopping: {}", flow.ref.workspace, flow.ref.id,
                stopped.error().message);
    }
    return Done {};
}

} // namespace signalbox::gateway
