// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/fakegateway.h"

#include "models/stores/session.h"

#include <QDateTime>

#include <algorithm>

namespace signalbox {

struct FakeGateway::Waiting {
    QPromise<Reply> promise;
    Request request;
    bool settled = false;
};

void FakeStream::cancel()
{
    if (!std::exchange(m_ended, true))
        emit ended();
}

FakeGateway::FakeGateway(QObject *parent)
    : QObject(parent)
{
    m_life.setInterval(500);
    connect(&m_life, &QTimer::timeout, this, [this] {
        if (m_session && m_connected && !m_held)
            m_session->noteFresh(0);
    });
    m_capabilities.own = true;
    m_capabilities.era = Capabilities::Era::D;
    m_capabilities.product = QStringLiteral("signalbox-gateway 0.1.0");
    m_capabilities.broker = QStringLiteral("memory");
    m_capabilities.events = m_capabilities.fabric = m_capabilities.cancel = true;
    m_capabilities.raw = { QStringLiteral("move"), QStringLiteral("send-again") };
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
    if (m_atOnce && !m_held)
        settle(waiting, answer(waiting->request));
    else if (!m_held)
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
    QTimer::singleShot(m_delay, this, [this, held, request] { openStream(held, request); });
    return stream;
}

void FakeGateway::openStream(const QPointer<FakeStream> &stream, const Request &request)
{
    if (!stream)
        return;
    const auto first = answer(request);
    if (!first) {
        emit stream->failed(first.error());
        return;
    }
    if (const auto opener = m_openers.find(request.service); opener != m_openers.end())
        return opener->second(stream, request);
    const auto ask = schema::decode<schema::FabricRequest>(request.body);
    const auto shown = schema::decode<schema::FabricResponse>(first->body);
    if (request.operation == "tail" && ask && shown)
        m_tails.push_back(
            { stream, ask->queue.value_or(ask->topic.value_or("")), shown->received });
    emit stream->part(first->body, false);
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

Reply FakeGateway::reply(std::string body)
{
    return Response { std::move(body), std::chrono::microseconds(500) };
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
    if (const auto other = m_answerers.find(request.service); other != m_answerers.end())
        if (auto answered = other->second(request))
            return std::move(*answered);
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

void FakeGateway::connectTo(Session &session)
{
    m_session = &session;
    Session::Connection connection;
    connection.name = QStringLiteral("fake");
    connection.url = QStringLiteral("http://127.0.0.1:1");
    connection.environment = m_environment;
    connection.protectedConnection = m_protected;
    connection.readOnly = m_readOnly;
    connection.leaseNeeded = m_leaseNeeded;
    connection.broker.kind = m_broker;
    connection.broker.vhost = QStringLiteral("/");
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
    m_life.start();
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

} // namespace signalbox
