// SPDX-License-Identifier: GPL-3.0-only
// Workspaces, config and flows of the far end inside the process.
#include "tests/support/fakegateway.h"

#include "models/rules/expand.h"
#include "models/rules/topic.h"
#include "models/schema/flow.h"

namespace signalbox {

void FakeGateway::addWorkspace(const std::string &id, const std::string &name)
{
    schema::Workspace workspace;
    workspace.id = id;
    workspace.name = name.empty() ? id : name;
    m_workspaces.push_back(workspace);
    ++m_version;
    LiveBatch batch;
    schema::ConfigNotice notice;
    notice.version = m_version;
    notice.created = { id };
    batch.config = { notice };
    emitBatch(std::move(batch));
}

void FakeGateway::putConfig(const std::string &workspace, const std::string &type,
    const std::string &key, const std::string &value)
{
    schema::set(m_config[workspace][type], key, value);
    announceConfig(type, workspace);
}

void FakeGateway::deleteConfig(
    const std::string &workspace, const std::string &type, const std::string &key)
{
    std::erase_if(m_config[workspace][type], [&](const auto &one) { return one.first == key; });
    announceConfig(type, workspace);
}

void FakeGateway::putBlueprint(
    const std::string &workspace, const std::string &name, const std::string &json)
{
    putConfig(workspace, "flow-blueprint", name, json);
}

void FakeGateway::putParameterType(
    const std::string &workspace, const std::string &name, const std::string &json)
{
    putConfig(workspace, "parameter-type", name, json);
}

std::optional<schema::Blueprint> FakeGateway::blueprint(
    const std::string &workspace, const std::string &name) const
{
    const auto config = m_config.find(workspace);
    if (config == m_config.end() || !config->second.contains("flow-blueprint"))
        return {};
    const auto *text = schema::find(config->second.at("flow-blueprint"), name);
    if (!text)
        return {};
    auto decoded = schema::decode<schema::Blueprint>(*text);
    return decoded ? std::optional(*decoded) : std::nullopt;
}

bool FakeGateway::startFlow(const std::string &workspace, const std::string &id,
    const std::string &name, const schema::Members<std::string> &parameters)
{
    const auto from = blueprint(workspace, name);
    if (!from)
        return false;
    const auto expansion = rules::expand(*from, { workspace, name, id, parameters });
    schema::FlowRecord record;
    record.description = "started from " + name;
    record.blueprintName = name;
    record.interfaces = expansion.interfaces;
    record.parameters = parameters;
    for (const auto &expected : rules::expectedQueues(expansion, workspace)) {
        if (m_queues.contains(expected.queue))
            continue;
        schema::QueueRow row;
        row.name = expected.queue;
        row.topic = expected.topic;
        if (const auto topic = rules::parseTopic(expected.topic))
            row.topicClass = std::string(rules::name(topic->topicClass));
        row.scope = std::string(rules::name(expected.scope));
        row.workspace = workspace;
        row.flow = expected.scope == rules::Scope::Flow ? id : "";
        row.blueprint = name;
        row.processor = expected.processor;
        row.consumers = 1;
        setQueue(row);
    }
    for (const auto &entry : expansion.entries)
        setProcessor({ entry.processor, entry.variant, workspace,
            entry.scope == rules::Scope::Flow ? id : "", "running", 0, 0, 5, m_version });
    putConfig(workspace, "flow", id, schema::encode(record));
    announceFlow(workspace, id, "running");
    return true;
}

void FakeGateway::setStopping(const std::string &workspace, const std::string &id)
{
    const auto *text = schema::find(m_config[workspace]["flow"], id);
    if (!text)
        return;
    auto record = schema::decode<schema::FlowRecord>(*text);
    if (!record)
        return;
    record->status = "stopping";
    putConfig(workspace, "flow", id, schema::encode(*record));
    announceFlow(workspace, id, "stopping");
}

void FakeGateway::removeFlow(const std::string &workspace, const std::string &id)
{
    std::vector<std::string> gone;
    for (const auto &[name, row] : m_queues)
        if (row.workspace == workspace && row.flow == id)
            gone.push_back(name);
    for (const auto &name : gone)
        removeQueue(name);
    std::erase_if(m_processors, [&](const auto &one) {
        return one.second.workspace == workspace && one.second.flow == id;
    });
    deleteConfig(workspace, "flow", id);
    announceFlow(workspace, id, "stopped");
}

void FakeGateway::announceConfig(const std::string &type, const std::string &workspace)
{
    ++m_version;
    LiveBatch batch;
    schema::ConfigNotice notice;
    notice.version = m_version;
    notice.changes = { { type, { workspace } } };
    batch.config = { notice };
    emitBatch(std::move(batch));
}

void FakeGateway::announceFlow(
    const std::string &workspace, const std::string &id, const std::string &state)
{
    LiveBatch batch;
    batch.flows = { { workspace, { id, state, {} } } };
    emitBatch(std::move(batch));
}

} // namespace signalbox
