// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/fakegateway.h"

#include "models/rules/expand.h"
#include "models/rules/topic.h"
#include "models/schema/config.h"
#include "models/schema/flow.h"
#include "models/stores/session.h"

#include <QDateTime>

#include <algorithm>

namespace signalbox {

struct FakeGateway::Waiting {
    QPromise<Reply> promise;
    Request request;
    bool settled = false;
};

namespace {

Reply reply(std::string body)
{
    return Response { std::move(body), std::chrono::microseconds(500) };
}

/// A stream that hands over what it is given; deleting it ends it.
class FakeStream final : public Subscription {
public:
    void cancel() override
    {
        if (!std::exchange(m_ended, true))
            emit ended();
    }

private:
    bool m_ended = false;
};

std::string processorKey(const std::string &processor, const std::string &variant)
{
    return processor + '\n' + variant;
}

} // namespace

FakeGateway::FakeGateway(QObject *parent)
    : QObject(parent)
{
    m_capabilities.own = true;
    m_capabilities.era = Capabilities::Era::D;
    m_capabilities.product = QStringLiteral("signalbox-gateway 0.1.0");
    m_capabilities.broker = QStringLiteral("memory");
    m_capabilities.events = m_capabilities.fabric = m_capabilities.cancel = true;
    m_capabilities.stopDeletesQueues = m_capabilities.listMyWorkspaces = true;
    m_capabilities.metrics = Capabilities::Metrics::New;
    m_user.id = m_user.username = "mira";
    m_user.name = "Mira";
    m_user.roles = { "admin" };
    m_user.defaultWorkspace = "acme";
    connect(&m_traffic, &QTimer::timeout, this, [this] { pass(1 + int(m_turn % 5)); });
}

FakeGateway::~FakeGateway()
{
    dropConnection();
}

// ---- asking ----

QFuture<Reply> FakeGateway::request(Request request)
{
    auto waiting = std::make_shared<Waiting>();
    waiting->promise.start();
    waiting->request = request;
    auto future = waiting->promise.future();
    m_asked.push_back(std::move(request));
    if (!m_connected) {
        settle(waiting,
            unexpected(
                GatewayError { ErrorKind::Network, {}, QStringLiteral("not connected"), true }));
        return future;
    }
    m_waiting.push_back(waiting);
    if (!m_held)
        QTimer::singleShot(m_delay, this, [this, waiting] {
            if (!waiting->settled && !m_held)
                settle(waiting, answer(waiting->request));
        });
    return future;
}

void FakeGateway::hold(bool held)
{
    m_held = held;
    if (held)
        return;
    const auto waitingNow = m_waiting;
    for (const auto &waiting : waitingNow)
        QTimer::singleShot(m_delay, this, [this, waiting] {
            if (!waiting->settled)
                settle(waiting, answer(waiting->request));
        });
}

void FakeGateway::settle(const std::shared_ptr<Waiting> &waiting, const Reply &reply)
{
    if (std::exchange(waiting->settled, true))
        return;
    std::erase(m_waiting, waiting);
    waiting->promise.addResult(reply);
    waiting->promise.finish();
}

std::unique_ptr<Subscription> FakeGateway::stream(Request request)
{
    m_asked.push_back(request);
    auto stream = std::make_unique<FakeStream>();
    QPointer<FakeStream> held = stream.get();
    QTimer::singleShot(m_delay, this, [this, held, request] {
        if (!held)
            return;
        const auto first = answer(request);
        if (first)
            emit held->part(first->body, false);
        else
            emit held->failed(first.error());
    });
    return stream;
}

int FakeGateway::pending() const
{
    return int(m_waiting.size());
}

int FakeGateway::askedCount(const std::string &service, const std::string &operation) const
{
    return int(std::count_if(m_asked.begin(), m_asked.end(), [&](const Request &one) {
        return one.service == service && (operation.empty() || one.operation == operation);
    }));
}

Reply FakeGateway::fail(ErrorKind kind, const std::string &code, const std::string &text)
{
    return unexpected(
        GatewayError { kind, QString::fromStdString(code), QString::fromStdString(text), false });
}

std::string FakeGateway::workspaceOf(const Request &request) const
{
    return request.workspace.empty() ? m_user.defaultWorkspace : request.workspace;
}

Reply FakeGateway::answer(const Request &request)
{
    const auto failing =
        std::find_if(m_failures.begin(), m_failures.end(), [&](const Failure &one) {
            return (one.service.empty() || one.service == request.service)
                && (one.operation.empty() || one.operation == request.operation);
        });
    if (failing != m_failures.end()) {
        const auto error = failing->error;
        m_failures.erase(failing);
        return unexpected(error);
    }
    if (request.service == "iam")
        return answerIam(request);
    const auto workspace = workspaceOf(request);
    if (std::none_of(m_workspaces.begin(), m_workspaces.end(),
            [&](const auto &one) { return one.id == workspace; }))
        return fail(ErrorKind::NotFound, "workspace-not-found", "workspace not found");
    if (request.service == "config")
        return answerConfig(request);
    if (request.service == "flow")
        return answerFlow(request);
    if (request.service == "fabric" && m_capabilities.fabric)
        return answerFabric(request);
    if (request.service == "metrics") {
        const auto at = std::find_if(m_metrics.begin(), m_metrics.end(),
            [&](const auto &one) { return request.body.find(one.first) != std::string::npos; });
        return reply(at == m_metrics.end()
                ? R"({"status":"success","data":{"resultType":"vector","result":[]}})"
                : at->second);
    }
    return fail(ErrorKind::NotFound, "unknown-service", "unknown service");
}

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

Reply FakeGateway::answerFabric(const Request &request)
{
    const auto ask = schema::decode<schema::FabricRequest>(request.body);
    if (!ask)
        return fail(ErrorKind::Service, "invalid-argument", ask.error().text());
    schema::FabricResponse answer;
    answer.seq = m_seq;
    if (ask->operation == "list-queues") {
        const auto limit = std::size_t(ask->limit.value_or(5000));
        auto at = ask->cursor ? m_queues.upper_bound(*ask->cursor) : m_queues.begin();
        for (; at != m_queues.end() && answer.queues.size() < limit; ++at)
            answer.queues.push_back(at->second);
        if (at != m_queues.end())
            answer.cursor = answer.queues.back().name;
        answer.total = std::int64_t(m_queues.size());
        return reply(
            ask->format == "columns" ? schema::encodeColumns(answer) : schema::encode(answer));
    }
    if (ask->operation == "list-processors") {
        for (const auto &[key, row] : m_processors)
            answer.processors.push_back(row);
    } else if (ask->operation == "get-queue") {
        const auto *row = queue(ask->queue.value_or(""));
        if (!row)
            return fail(ErrorKind::NotFound, "not-found", "no such queue");
        answer.queue = schema::QueueDetail { *row, { row->topic }, {} };
    } else if (ask->operation == "tail" || ask->operation == "peek") {
        answer.seq.reset();
        schema::FabricMessage message;
        message.seq = 1;
        message.atMs = QDateTime::currentMSecsSinceEpoch();
        message.payload = R"({"text":"one message"})";
        message.size = std::int64_t(message.payload.size());
        answer.messages = { message };
        answer.received = 1;
    } else {
        return fail(ErrorKind::Service, "not-implemented", "not implemented");
    }
    return reply(schema::encode(answer));
}

// ---- verbs ----

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

void FakeGateway::setQueue(const schema::QueueRow &row)
{
    m_queues[row.name] = row;
    LiveBatch batch;
    batch.queues = { row };
    batch.received = 1;
    emitBatch(std::move(batch));
}

void FakeGateway::changeQueue(
    const std::string &name, const std::function<void(schema::QueueRow &)> &change)
{
    const auto at = m_queues.find(name);
    if (at == m_queues.end())
        return;
    auto row = at->second;
    change(row);
    setQueue(row);
}

void FakeGateway::removeQueue(const std::string &name)
{
    if (m_queues.erase(name) == 0)
        return;
    LiveBatch batch;
    batch.removedQueues = { name };
    emitBatch(std::move(batch));
}

const schema::QueueRow *FakeGateway::queue(const std::string &name) const
{
    const auto at = m_queues.find(name);
    return at == m_queues.end() ? nullptr : &at->second;
}

std::vector<std::string> FakeGateway::queueNames() const
{
    std::vector<std::string> names;
    for (const auto &[name, row] : m_queues)
        names.push_back(name);
    return names;
}

void FakeGateway::setProcessor(const schema::ProcessorRow &row)
{
    m_processors[processorKey(row.processor, row.workspace + '\n' + row.variant)] = row;
    LiveBatch batch;
    batch.processors = { row };
    emitBatch(std::move(batch));
}

void FakeGateway::pass(int count)
{
    ++m_turn;
    LiveBatch batch;
    for (auto &[name, row] : m_queues) {
        if (row.topicClass != "flow" || row.flow.empty())
            continue;
        row.published += count;
        row.ready += count;
        const auto handled = row.consumers > 0 ? std::min<std::int64_t>(row.ready, count) : 0;
        row.ready -= handled;
        row.delivered += handled;
        row.acked += handled;
        row.bytes = row.ready * 512;
        row.maxDepth = std::max(row.maxDepth, row.ready);
        row.oldestMs = row.ready > 0 ? std::optional(row.oldestMs.value_or(0) + 100) : std::nullopt;
        batch.queues.push_back(row);
    }
    for (auto &[key, row] : m_processors)
        if (row.state == "running") {
            row.processed += count;
            batch.processors.push_back(row);
        }
    batch.received = qint64(batch.queues.size());
    emitBatch(std::move(batch));
}

void FakeGateway::keepPassing(int everyMs)
{
    if (everyMs > 0)
        m_traffic.start(everyMs);
    else
        m_traffic.stop();
}

void FakeGateway::emitBatch(LiveBatch batch)
{
    batch.lastSeq = ++m_seq;
    batch.serverTimeMs = QDateTime::currentMSecsSinceEpoch();
    if (m_connected && m_capabilities.events)
        emit m_live.batch(std::make_shared<const LiveBatch>(std::move(batch)));
}

void FakeGateway::emitGap()
{
    LiveBatch batch;
    batch.gap = true;
    emitBatch(std::move(batch));
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

void FakeGateway::connectTo(Session &session)
{
    m_session = &session;
    Session::Connection connection;
    connection.name = QStringLiteral("fake");
    connection.url = QStringLiteral("http://127.0.0.1:1");
    connection.environment = m_environment;
    connection.protectedConnection = m_protected;
    connection.readOnly = m_readOnly;
    session.setConnection(connection);
    // Not owned by the session: the test owns it.
    session.setGateway(std::shared_ptr<Gateway>(static_cast<Gateway *>(this), [](Gateway *) {}),
        m_capabilities.events ? &m_live : nullptr);
    reconnect();
}

void FakeGateway::dropConnection(const QString &why)
{
    m_connected = false;
    const auto lost = m_waiting;
    for (const auto &waiting : lost)
        settle(waiting, unexpected(GatewayError { ErrorKind::Network, {}, why, true }));
    if (m_session)
        m_session->setState(Session::Stale, QStringLiteral("reconnecting: %1").arg(why));
}

void FakeGateway::reconnect()
{
    m_connected = true;
    if (!m_session)
        return;
    m_session->setSignedIn(m_capabilities, m_user, QString::fromStdString(m_user.defaultWorkspace));
    m_session->setState(m_capabilities.events ? Session::Live : Session::Polling,
        m_capabilities.events ? QStringLiteral("live") : QStringLiteral("polling"));
}

void FakeGateway::failNext(
    const std::string &service, const std::string &operation, const GatewayError &error)
{
    m_failures.push_back({ service, operation, error });
}

void FakeGateway::answerMetric(const std::string &query, const std::string &prometheusJson)
{
    m_metrics[query] = prometheusJson;
}

void FakeGateway::setEnvironment(const QString &environment, bool isProtected)
{
    m_environment = environment;
    m_protected = isProtected;
}

// ---- a small platform ----

void FakeGateway::fillDemo()
{
    static const char *const rag = R"({"description":"Answers from documents","tags":["demo"],
"parameters":{"model":{"type":"model","description":"Language model","order":1},
 "chunk-size":{"type":"chunk-size","description":"Characters per chunk","order":2,"advanced":true},
 "rag-model":{"type":"model","description":"Model for answers","order":3,"advanced":true,"controlled-by":"model"}},
"blueprint":{"prompt:{blueprint}":{"topics":{"request":"request:tg:prompt:{workspace}:{blueprint}","response":"response:tg:prompt:{workspace}:{blueprint}"},"parameters":{"model":"{model}"}}},
"flow":{
 "decoder:{id}":{"topics":{"input":"flow:tg:document-load:{workspace}:{id}","output":"flow:tg:text-load:{workspace}:{id}"}},
 "chunker:{id}":{"topics":{"input":"flow:tg:text-load:{workspace}:{id}","output":"flow:tg:chunk-load:{workspace}:{id}"},"parameters":{"chunk-size":"{chunk-size}"}},
 "embedder:{id}":{"topics":{"input":"flow:tg:chunk-load:{workspace}:{id}","output":"flow:tg:vectors:{workspace}:{id}"}},
 "writer:{id}":{"topics":{"input":"flow:tg:vectors:{workspace}:{id}","prompt-request":"request:tg:prompt:{workspace}:{blueprint}","prompt-response":"response:tg:prompt:{workspace}:{blueprint}"}},
 "answerer:{id}":{"topics":{"request":"request:tg:answer:{workspace}:{id}","response":"response:tg:answer:{workspace}:{id}"},"parameters":{"model":"{rag-model}"}}},
"interfaces":{"document-load":{"flow":"flow:tg:document-load:{workspace}:{id}"},
 "answer":{"request":"request:tg:answer:{workspace}:{id}","response":"response:tg:answer:{workspace}:{id}"}}})";
    static const char *const small =
        R"({"description":"One station","tags":["demo"],"parameters":{},"blueprint":{},
"flow":{"mirror:{id}":{"topics":{"input":"flow:tg:in:{workspace}:{id}","output":"flow:tg:out:{workspace}:{id}"}}},
"interfaces":{"in":{"flow":"flow:tg:in:{workspace}:{id}"}}})";
    for (const char *id : { "acme", "globex", "initech" })
        addWorkspace(id);
    for (const char *id : { "acme", "globex", "initech" }) {
        putBlueprint(id, "document-rag", rag);
        putBlueprint(id, "mirror", small);
        putParameterType(id, "model",
            R"({"type":"string","description":"Model","default":"small","enum":[{"id":"small","description":"Small"},{"id":"large","description":"Large"}]})");
        putParameterType(id, "chunk-size",
            R"({"type":"integer","description":"Size","default":2000,"min":100,"max":8000})");
    }
    const schema::Members<std::string> parameters { { "model", "small" }, { "chunk-size", "2000" },
        { "rag-model", "small" } };
    for (const char *id : { "ingest-eu", "ingest-us", "support-rag" })
        startFlow("acme", id, "document-rag", parameters);
    startFlow("acme", "ontology-lab", "document-rag", parameters);
    startFlow("acme", "legacy-sync", "mirror");
    startFlow("globex", "news", "document-rag", parameters);
    changeQueue(
        "flow:tg:chunk-load:acme:ingest-us.embedder--acme--ingest-us--input", [](auto &row) {
            row.published = 20000;
            row.acked = 1796;
            row.delivered = 1796;
            row.ready = 18204;
            row.oldestMs = 252000;
        });
    changeQueue(
        "flow:tg:text-load:acme:ontology-lab.chunker--acme--ontology-lab--input", [](auto &row) {
            row.published = 2911;
            row.ready = 2911;
            row.consumers = 0;
            row.oldestMs = 600000;
        });
    setProcessor({ "chunker", "ontology-lab", "acme", "ontology-lab", "dead", 100, 12, 40, 1 });
    setStopping("acme", "legacy-sync");
}

} // namespace signalbox
