// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/fakeserver.h"

#include <QJsonDocument>
#include <QTimer>
#include <QUrlQuery>

namespace signalbox {
namespace {

QByteArray json(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QJsonObject parsed(const QByteArray &text)
{
    return QJsonDocument::fromJson(text).object();
}

QJsonObject error(const QString &type, const QString &message)
{
    return { { QStringLiteral("error"),
        QJsonObject {
            { QStringLiteral("type"), type }, { QStringLiteral("message"), message } } } };
}

const QByteArray emptyVector = R"({"status":"success","data":{"resultType":"vector","result":[]}})";

} // namespace

FakeServer::FakeServer(QObject *parent)
    : QObject(parent)
    , m_ws(QStringLiteral("fake"), QWebSocketServer::NonSecureMode)
{
    connect(&m_tcp, &QTcpServer::newConnection, this, &FakeServer::accept);
    connect(&m_ws, &QWebSocketServer::newConnection, this, &FakeServer::takeSocket);
    setFlows(QStringLiteral("acme"), {});
    listen();
}

FakeServer::~FakeServer()
{
    refuseConnections();
}

bool FakeServer::listen(quint16 port)
{
    return m_tcp.listen(QHostAddress::LocalHost, port);
}

QUrl FakeServer::url() const
{
    return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_tcp.serverPort()));
}

void FakeServer::refuseConnections()
{
    m_tcp.close();
    dropAll();
}

void FakeServer::beOwn()
{
    m_own = true;
    setRest(QStringLiteral("/api/v1/version"),
        { 200,
            R"({"product":"signalbox-gateway","version":"9.9","api":"trustgraph-2.8","capabilities":["events","fabric","cancel","flow-stop:queues"]})" });
}

/// What TG §7.1 and §7.2 say about each era.
void FakeServer::beReal(char era)
{
    m_own = false;
    setRest(QStringLiteral("/api/v1/version"), { 405, "405: Method Not Allowed" });
    setRest(QStringLiteral("/api/v1/i18n"), { era == 'A' ? 404 : 200, "{}" });
    const bool iam = era == 'C' || era == 'D';
    auth = era == 'A' ? Auth::HandshakeToken
        : era == 'B'  ? Auth::BadMessage
        : era == 'C'  ? Auth::OldField
                      : Auth::Ok;
    setRest(QStringLiteral("/api/v1/auth/bootstrap-status"),
        { iam ? 200 : 404, iam ? R"({"bootstrap_available":false})" : "404: Not Found" });
    setRest(QStringLiteral("/api/v1/iam"),
        era == 'D'       ? Rest { 401, R"({"error":"auth failure"})" }
            : era == 'C' ? Rest { 400, R"({"error":"unknown operation"})" }
                         : Rest { 404, "404: Not Found" });
    for (const char *kind : { "reranker", "image-to-text", "thru/x" })
        setRest(QStringLiteral("/api/v1/flow/x/service/") + QLatin1String(kind),
            era == 'D' ? Rest { 401, R"({"error":"auth failure"})" }
                       : Rest { 404, R"({"error":"unknown kind"})" });
    if (era == 'D')
        setRest(QStringLiteral("/api/v1/iam list-groups"),
            { 200,
                R"({"error":{"type":"invalid-argument","message":"unknown or not-yet-implemented operation: 'list-groups'"}})" });
}

void FakeServer::setRest(const QString &pathBegin, const Rest &answer)
{
    m_rest.insert(pathBegin, answer);
}
void FakeServer::setMetric(const QString &inQuery, const QByteArray &body)
{
    m_metrics.insert(inQuery, body);
}

void FakeServer::setAnswer(
    const QString &service, const QString &operation, const QJsonObject &payload)
{
    m_answers.insert(service + u'/' + operation, payload);
}

void FakeServer::setRawAnswer(
    const QString &service, const QString &operation, const QString &frame)
{
    m_rawAnswers.insert(service + u'/' + operation, frame);
}

void FakeServer::setFlows(const QString &workspace, const QJsonObject &flows)
{
    m_flows.insert(workspace, flows);
    ++version;
}

void FakeServer::setQueues(const QJsonArray &rows)
{
    m_queues = rows;
}

// ---- HTTP ----

void FakeServer::accept()
{
    while (QTcpSocket *socket = m_tcp.nextPendingConnection()) {
        m_raw.append(socket);
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { takeHttp(socket); });
    }
}

void FakeServer::takeHttp(QTcpSocket *socket)
{
    const QByteArray head = socket->peek(socket->bytesAvailable());
    const qsizetype end = head.indexOf("\r\n\r\n");
    if (end < 0)
        return;
    const auto first = head.left(head.indexOf("\r\n")).split(' ');
    const QString path = QString::fromUtf8(first.value(1));
    if (head.toLower().contains("upgrade: websocket")) {
        const QUrlQuery query(QUrl(path).query());
        const bool events = path.startsWith(QStringLiteral("/api/v1/events"));
        const bool refused = auth == Auth::HandshakeToken
            && query.queryItemValue(QStringLiteral("token"), QUrl::FullyDecoded) != token;
        if (refused || (events && !m_own)) {
            socket->readAll();
            socket->write(refused
                    ? "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    : "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            socket->disconnectFromHost();
            return;
        }
        socket->disconnect(this);
        m_ws.handleConnection(socket);
        return;
    }
    const QByteArray lower = head.left(end).toLower();
    qsizetype length = 0;
    if (const qsizetype at = lower.indexOf("content-length:"); at >= 0)
        length = lower.mid(at + 15, lower.indexOf('\r', at) - at - 15).trimmed().toLongLong();
    if (head.size() < end + 4 + length)
        return;
    socket->read(end + 4 + length);
    seen.append({ QStringLiteral("rest"), path, QString::fromLatin1(first.value(0)), {},
        parsed(head.mid(end + 4, length)) });
    answerHttp(socket, first.value(0), path, head.mid(end + 4, length));
}

void FakeServer::answerHttp(
    QTcpSocket *socket, const QByteArray &method, const QString &path, const QByteArray &body)
{
    Rest answer { 404, "404: Not Found" };
    qsizetype best = 0;
    const QString asked = path + u' ' + parsed(body).value(QStringLiteral("operation")).toString();
    const QString line = QString::fromLatin1(method) + u' ' + asked;
    for (auto it = m_rest.constBegin(); it != m_rest.constEnd(); ++it)
        if ((asked.startsWith(it.key()) || line.startsWith(it.key())) && it.key().size() > best) {
            best = it.key().size();
            answer = it.value();
        }
    if (best == 0 && path.startsWith(QStringLiteral("/api/metrics/"))) {
        answer = { 200, emptyVector };
        const QString query = QUrl::fromPercentEncoding(path.toUtf8());
        for (auto it = m_metrics.constBegin(); it != m_metrics.constEnd(); ++it)
            if (query.contains(it.key()))
                answer.body = it.value();
    }
    socket->write("HTTP/1.1 " + QByteArray::number(answer.status)
        + " X\r\nContent-Type: application/json\r\nContent-Length: "
        + QByteArray::number(answer.body.size()) + "\r\n\r\n" + answer.body);
}

// ---- sockets ----

void FakeServer::takeSocket()
{
    while (QWebSocket *socket = m_ws.nextPendingConnection()) {
        socket->setParent(this);
        m_sockets.append(socket);
        if (auth == Auth::HandshakeToken)
            socket->setProperty("signedIn", true);
        connect(socket, &QWebSocket::textMessageReceived, this,
            [this, socket](const QString &text) { takeFrame(socket, text); });
        connect(socket, &QWebSocket::disconnected, this, [this, socket] {
            m_sockets.removeAll(socket);
            socket->deleteLater();
        });
    }
}

void FakeServer::send(QWebSocket *socket, const QJsonObject &frame)
{
    if (binary)
        socket->sendBinaryMessage(json(frame));
    else
        socket->sendTextMessage(QString::fromUtf8(json(frame)));
}

void FakeServer::takeAuth(QWebSocket *socket, const QJsonObject &frame)
{
    if (auth == Auth::BadMessage || auth == Auth::HandshakeToken) {
        auto bad = error(QStringLiteral("error"), QStringLiteral("Bad message"));
        bad.insert(QStringLiteral("complete"), true);
        socket->setProperty("signedIn", true);
        return send(socket, bad);
    }
    if (auth == Auth::Garbage) {
        socket->sendTextMessage(QStringLiteral("<html>sign-in page</html>"));
        return;
    }
    if (auth == Auth::Failed || frame.value(QStringLiteral("token")).toString() != token)
        return send(socket,
            { { QStringLiteral("type"), QStringLiteral("auth-failed") },
                { QStringLiteral("error"), QStringLiteral("auth failure") } });
    socket->setProperty("signedIn", true);
    send(socket,
        { { QStringLiteral("type"), QStringLiteral("auth-ok") },
            { auth == Auth::OldField ? QStringLiteral("workspace")
                                     : QStringLiteral("default_workspace"),
                QStringLiteral("acme") } });
}

void FakeServer::takeFrame(QWebSocket *socket, const QString &text)
{
    const auto frame = parsed(text.toUtf8());
    const QString type = frame.value(QStringLiteral("type")).toString();
    if (type == QLatin1String("auth"))
        return takeAuth(socket, frame);
    if (type == QLatin1String("cancel")) {
        ++cancels;
        return;
    }
    if (type == QLatin1String("subscribe")) {
        subscriptions.append(frame);
        seen.append({ QStringLiteral("events"), QStringLiteral("events"),
            QStringLiteral("subscribe"), {}, frame });
        socket->setProperty("events", true);
        const auto since = frame.value(QStringLiteral("since"));
        return send(socket,
            { { QStringLiteral("kind"), QStringLiteral("subscribed") },
                { QStringLiteral("seq"), since.isDouble() ? since.toDouble() : double(seq) } });
    }
    const auto request = frame.value(QStringLiteral("request")).toObject();
    seen.append({ QStringLiteral("short"), frame.value(QStringLiteral("service")).toString(),
        request.value(QStringLiteral("operation")).toString(),
        frame.value(QStringLiteral("workspace")).toString(), frame });
    mostInFlight = std::max(mostInFlight, ++m_inFlight);
    if (silent)
        return;
    if (holdAfter >= 0 && m_answered >= holdAfter) {
        m_held.append({ socket, frame });
        return;
    }
    ++m_answered;
    QPointer<QWebSocket> alive = socket;
    QTimer::singleShot(delayMs, this, [this, alive, frame] {
        if (alive)
            answer(alive, frame);
    });
}

void FakeServer::release()
{
    holdAfter = -1;
    for (const auto &[socket, frame] : std::exchange(m_held, {}))
        if (socket)
            answer(socket, frame);
}

void FakeServer::answer(QWebSocket *socket, const QJsonObject &frame)
{
    --m_inFlight;
    const QString service = frame.value(QStringLiteral("service")).toString();
    const QString operation = frame.value(QStringLiteral("request"))
                                  .toObject()
                                  .value(QStringLiteral("operation"))
                                  .toString();
    if (const auto raw = m_rawAnswers.constFind(service + u'/' + operation);
        raw != m_rawAnswers.constEnd()) {
        const auto lines = raw->split(u'\n');
        for (const QString &line : lines)
            socket->sendTextMessage(line.contains(QStringLiteral("%1"))
                    ? line.arg(u'"' + frame.value(QStringLiteral("id")).toString() + u'"')
                    : line);
        return;
    }
    const QByteArray ready = rawPayload
        ? rawPayload(service, operation, frame.value(QStringLiteral("request")).toObject())
        : QByteArray();
    if (!ready.isEmpty()) {
        socket->sendTextMessage(QStringLiteral("{\"id\":\"")
            + frame.value(QStringLiteral("id")).toString() + QStringLiteral("\",\"response\":")
            + QString::fromUtf8(ready) + QStringLiteral(",\"complete\":true}"));
        return;
    }
    send(socket,
        { { QStringLiteral("id"), frame.value(QStringLiteral("id")) },
            { QStringLiteral("response"), payload(service, operation, frame) },
            { QStringLiteral("complete"), true } });
}

QJsonObject FakeServer::payload(
    const QString &service, const QString &operation, const QJsonObject &frame)
{
    if (const auto at = m_answers.constFind(service + u'/' + operation); at != m_answers.constEnd())
        return *at;
    const auto request = frame.value(QStringLiteral("request")).toObject();
    QString workspace = frame.value(QStringLiteral("workspace")).toString();
    if (workspace.isEmpty())
        workspace = QStringLiteral("acme");
    if (service == QLatin1String("iam") && operation == QLatin1String("whoami"))
        return parsed(
            R"({"user":{"id":"u1","username":"mira","default_workspace":"acme","roles":["admin"],"enabled":true}})");
    if (service == QLatin1String("iam")) {
        QJsonArray list;
        for (auto it = m_flows.constBegin(); it != m_flows.constEnd(); ++it)
            list.append(QJsonObject { { QStringLiteral("id"), it.key() },
                { QStringLiteral("name"), it.key() }, { QStringLiteral("enabled"), true } });
        return { { QStringLiteral("workspaces"), list } };
    }
    if (service == QLatin1String("config")) {
        QJsonArray values;
        const QJsonObject flows = m_flows.value(workspace);
        if (request.value(QStringLiteral("type")).toString() == QLatin1String("flow"))
            for (auto it = flows.constBegin(); it != flows.constEnd(); ++it)
                values.append(QJsonObject { { QStringLiteral("type"), QStringLiteral("flow") },
                    { QStringLiteral("key"), it.key() },
                    { QStringLiteral("value"), QString::fromUtf8(json(it.value().toObject())) } });
        return { { QStringLiteral("version"), version }, { QStringLiteral("values"), values },
            { QStringLiteral("directory"), QJsonArray() },
            { QStringLiteral("config"), QJsonObject() } };
    }
    if (service == QLatin1String("fabric") && operation == QLatin1String("list-queues"))
        return { { QStringLiteral("queues"), m_queues }, { QStringLiteral("seq"), double(seq) },
            { QStringLiteral("total"), m_queues.size() } };
    if (service == QLatin1String("fabric"))
        return { { QStringLiteral("processors"), QJsonArray() } };
    return error(QStringLiteral("bad-operation"), QStringLiteral("Bad operation"));
}

// ---- verbs ----

void FakeServer::stop()
{
    m_tcp.close();
    const auto all = m_sockets; // closing one takes it out
    for (QWebSocket *socket : all)
        if (!socket->property("events").toBool())
            socket->close(QWebSocketProtocol::CloseCodeGoingAway, QStringLiteral("stopping"));
}

void FakeServer::dropAll()
{
    m_inFlight = 0;
    m_held.clear();
    const auto all = m_raw;
    m_raw.clear();
    for (const auto &socket : all) {
        if (socket)
            socket->blockSignals(false);
        if (socket)
            socket->abort();
    }
}

void FakeServer::goDeaf()
{
    for (const auto &socket : std::as_const(m_raw))
        if (socket)
            socket->blockSignals(true);
}

void FakeServer::sendRaw(const QString &text)
{
    for (QWebSocket *socket : std::as_const(m_sockets))
        if (socket->property("signedIn").toBool() && !socket->property("events").toBool())
            socket->sendTextMessage(text);
}

void FakeServer::pushEvent(QJsonObject event)
{
    if (!event.contains(QStringLiteral("seq"))
        && event.value(QStringLiteral("type")).toString() != QLatin1String("gap"))
        event.insert(QStringLiteral("seq"), double(++seq));
    for (QWebSocket *socket : std::as_const(m_sockets))
        if (socket->property("events").toBool())
            send(socket, event);
}

void FakeServer::pushText(const QByteArray &event)
{
    for (QWebSocket *socket : std::as_const(m_sockets))
        if (socket->property("events").toBool())
            socket->sendTextMessage(QString::fromUtf8(event));
}

int FakeServer::count(const QString &service, const QString &operation) const
{
    return int(std::count_if(seen.begin(), seen.end(), [&](const Seen &one) {
        return one.channel == QLatin1String("short") && one.service == service
            && (operation.isEmpty() || one.operation == operation);
    }));
}

int FakeServer::indexOf(
    const QString &channel, const QString &service, const QString &operation) const
{
    for (qsizetype at = 0; at < seen.size(); ++at)
        if (seen[at].channel == channel && seen[at].service == service
            && seen[at].operation == operation)
            return int(at);
    return -1;
}

} // namespace signalbox
