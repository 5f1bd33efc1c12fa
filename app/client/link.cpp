// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/link.h"

#include "app/client/localcall.h"
#include "models/rules/resource.h"
#include "models/schema/metrics.h"
#include "models/stores/format.h"

#include <QUrlQuery>

#include <algorithm>

namespace signalbox {

Link::Link(const LinkTiming &timing, std::shared_ptr<WireBuffer> wire)
    : m_timing(timing)
    , m_wire(std::move(wire))
    , m_rest(new Rest(this))
    , m_retry(this)
    , m_eventRetry(this)
    , m_partingEnd(this)
    , m_random(std::random_device {}())
{
    m_retry.setSingleShot(true);
    m_eventRetry.setSingleShot(true);
    m_partingEnd.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &Link::connectNow);
    connect(&m_eventRetry, &QTimer::timeout, this, &Link::openEvents);
    connect(&m_partingEnd, &QTimer::timeout, this, [this] { end(m_parting); });
    connect(m_rest, &Rest::traffic, this, &Link::traffic);
}

Link::~Link()
{
    drop({ ErrorKind::Cancelled, {}, tr("the connection was closed"), true });
}

void Link::open(const LinkTarget &target)
{
    close();
    m_target = target;
    m_failures = 0;
    m_since.reset();
    m_handshakeToken = false;
    m_rest->setBase(target.url, target.apiKey);
    m_rest->setTls(target.tls);
    connectNow();
}

void Link::renew(const std::string &bearer)
{
    m_target.apiKey = bearer;
    m_rest->setBase(m_target.url, bearer);
    note(QStringLiteral("short"), QStringLiteral("auth"), {}, true);
    for (MuxSocket *socket : { m_short, m_streams })
        if (socket)
            socket->renew(bearer);
    if (m_events)
        m_events->renew(bearer);
    reconnectNow(); // what waits because the former one was refused
}

void Link::close()
{
    m_retry.stop();
    end(m_parting);
    drop({ ErrorKind::Cancelled, {}, tr("the connection was closed"), true });
    setPhase(Phase::Idle, tr("not connected"));
}

void Link::reconnectNow()
{
    if (m_phase != Phase::Waiting && m_phase != Phase::Refused && m_phase != Phase::Untrusted)
        return;
    m_retry.stop();
    connectNow();
}

void Link::end(EventSocket *&events)
{
    if (auto *old = std::exchange(events, nullptr)) {
        old->disconnect(this);
        old->close();
        old->deleteLater();
    }
}

/// What a far end that stops still says about its losses comes by the events' socket, and the one
/// of the requests may be read to its end before that: the events are listened to a moment longer.
void Link::part()
{
    if (!m_events || !m_subscribed)
        return;
    end(m_parting);
    m_since = m_events->lastSeq();
    m_parting = std::exchange(m_events, nullptr);
    m_parting->disconnect(this);
    connect(m_parting, &EventSocket::messagesLost, this, &Link::takeLosses);
    connect(m_parting, &EventSocket::lost, this, [this] { end(m_parting); });
    connect(m_parting, &EventSocket::refused, this, [this] { end(m_parting); });
    m_partingEnd.start(int(m_timing.parting.count()));
}

void Link::takeLosses(qint64 messages, int queues)
{
    m_lostMessages += messages;
    m_lostQueues += queues;
    note(QStringLiteral("events"), withLosses(tr("the far end stops")), {}, false, true);
    if (m_phase == Phase::Waiting)
        setPhase(Phase::Waiting, withLosses(m_lostWhy), std::max(0, m_retry.remainingTime()));
}

/// Ends everything of the present try; what was in flight fails with `error`.
void Link::drop(const GatewayError &error)
{
    m_eventRetry.stop();
    m_rest->abortAll();
    for (auto &[request, call] : std::exchange(m_forStreams, {}))
        call->failed(error);
    while (!m_chats.empty())
        endChat(m_chats.begin()->first, &error);
    if (m_events)
        m_since = m_events->lastSeq();
    for (MuxSocket **socket : { &m_short, &m_streams })
        if (auto *old = std::exchange(*socket, nullptr)) {
            old->disconnect(this);
            old->close(error);
            old->deleteLater();
        }
    end(m_events);
    if (auto *old = std::exchange(m_probe, nullptr)) {
        old->disconnect(this);
        old->deleteLater();
    }
    m_probed = m_whoKnown = m_signedIn = m_subscribed = false;
}

void Link::connectNow()
{
    drop(networkError(tr("not connected")));
    m_eventFailures = 0;
    if (!m_target.url.isValid() || m_target.url.host().isEmpty())
        return setPhase(
            Phase::Refused, tr("%1 is no URL of a gateway").arg(m_target.url.toString()));
    setPhase(Phase::Connecting, m_failures ? tr("reconnecting") : tr("connecting"));
    m_probe = new Probe(m_rest, m_timing.probe, this);
    connect(m_probe, &Probe::versionKnown, this, [this](bool own) {
        note(QStringLiteral("rest"), QStringLiteral("version"), m_probe->facts().version.body,
            false, false);
        // Ours offers events; they are subscribed before anything is fetched.
        if (own && judge(m_probe->facts()).events)
            openEvents();
    });
    connect(m_probe, &Probe::finished, this, [this] {
        // Every gateway answers something; silence says nothing about what this one can do.
        if (const auto &version = m_probe->facts().version; version.status == 0)
            return version.untrusted ? distrust(version.error) : lose(version.error);
        m_probed = true;
        settleSignIn();
    });
    note(QStringLiteral("rest"), QStringLiteral("version"), {}, true);
    m_probe->start();
    openShort(m_handshakeToken);
}

void Link::openShort(bool tokenInUrl)
{
    m_short = new MuxSocket(m_timing, this);
    m_short->setTls(m_target.tls);
    connect(m_short, &MuxSocket::traffic, this, &Link::traffic);
    connect(
        m_short, &MuxSocket::strayFrame, this, [this](const std::string &text, const QString &why) {
            note(QStringLiteral("short"), why, text, false, true);
        });
    connect(m_short, &MuxSocket::refused, this, &Link::refuse);
    connect(m_short, &MuxSocket::lost, this, [this, tokenInUrl](const QString &why) {
        // Before 2.4.5 the credential belongs into the handshake (TG §7.1).
        if (!tokenInUrl && m_short->handshakeStatus() == 401 && !m_target.apiKey.empty()) {
            m_handshakeToken = true;
            std::exchange(m_short, nullptr)->deleteLater();
            return openShort(true);
        }
        if (m_short->handshakeStatus() == 401)
            return refuse(why);
        if (m_short->untrusted())
            return distrust(why);
        lose(why);
    });
    connect(m_short, &MuxSocket::signedIn, this, [this](const QString &defaultWorkspace) {
        note(QStringLiteral("short"), QStringLiteral("auth-ok"), {}, false);
        m_defaultWorkspace = defaultWorkspace;
        askWhoAmI();
    });
    note(QStringLiteral("short"), QStringLiteral("auth"), {}, true);
    m_short->open(m_rest->socketUrl(QStringLiteral("/api/v1/socket")), m_target.apiKey, tokenInUrl);
}

void Link::askWhoAmI()
{
    m_user = {};
    if (m_short->preIam()) {
        m_whoKnown = true;
        return settleSignIn();
    }
    schema::IamRequest who;
    who.operation = "whoami";
    Request request;
    request.service = "iam";
    request.operation = who.operation;
    request.body = schema::encode(who);
    request.timeout = m_timing.probe;
    request.id = "whoami";
    note(QStringLiteral("short"), QStringLiteral("whoami"), request.body, true);
    m_short->ask(request, std::make_unique<LocalCall>([this](const Reply &reply) {
        if (!reply
            && (reply.error().kind == ErrorKind::Network
                || reply.error().kind == ErrorKind::Cancelled))
            return; // the socket is gone; its own signal says so
        note(QStringLiteral("short"), QStringLiteral("whoami"),
            reply ? reply->body : reply.error().text.toStdString(), false, !reply);
        // Who may not ask who he is still may read: then the far end decides what is allowed.
        if (reply) {
            const auto answer = schema::decode<schema::IamResponse>(reply->body);
            if (answer && answer->user)
                m_user = *answer->user;
            else if (!answer)
                note(QStringLiteral("short"), protocolError(answer.error()).text, reply->body,
                    false, true);
        }
        m_whoKnown = true;
        settleSignIn();
    }));
}

void Link::settleSignIn()
{
    if (!m_probed || !m_whoKnown || m_signedIn || !m_short || !m_short->ready())
        return;
    auto facts = m_probe->facts();
    facts.preIamSocket = m_short->preIam() || m_handshakeToken;
    facts.oldAuthField = m_short->oldField();
    m_capabilities = judge(facts);
    m_short->setCancels(m_capabilities.cancel);
    m_signedIn = true;
    if (m_defaultWorkspace.isEmpty())
        m_defaultWorkspace = m_user.defaultWorkspace.empty()
            ? QStringLiteral("default")
            : QString::fromStdString(m_user.defaultWorkspace);
    emit signedIn(m_capabilities, m_user, m_defaultWorkspace);
    if (!m_capabilities.events || m_subscribed || m_eventFailures > 0)
        goLive();
}

void Link::goLive()
{
    if (!m_signedIn)
        return;
    m_failures = 0;
    end(m_parting);
    m_lostMessages = m_lostQueues = 0;
    if (m_capabilities.events && m_subscribed)
        setPhase(Phase::Live, tr("live"));
    else
        setPhase(Phase::Polling, m_capabilities.events ? tr("polling, no events") : tr("polling"));
}

void Link::openEvents()
{
    if (m_events)
        m_since = m_events->lastSeq();
    end(m_events);
    m_events = new EventSocket(m_timing, m_since, this);
    m_events->setTls(m_target.tls);
    m_events->setInterval(m_intervalMs);
    connect(m_events, &EventSocket::batch, this, &Link::batch);
    connect(m_events, &EventSocket::alive, this, &Link::alive);
    connect(m_events, &EventSocket::traffic, this, &Link::traffic);
    connect(m_events, &EventSocket::frame, this,
        [this](const QString &kind, const QString &workspace, const std::string &text) {
            note(QStringLiteral("events"), kind, text, false, false, workspace);
        });
    connect(m_events, &EventSocket::strayFrame, this,
        [this](const std::string &text, const QString &why) {
            note(QStringLiteral("events"), why, text, false, true);
        });
    connect(m_events, &EventSocket::messagesLost, this, &Link::takeLosses);
    connect(m_events, &EventSocket::lost, this, &Link::loseEvents);
    connect(m_events, &EventSocket::refused, this, [this](const QString &why) {
        // What had signed in before is refused now: the key was revoked. Requests fail too.
        if (m_signedIn && why == QLatin1String("auth failure"))
            return refuse(why);
        loseEvents(why);
    });
    connect(m_events, &EventSocket::subscribed, this, [this] {
        m_subscribed = true;
        m_eventFailures = 0;
        goLive();
    });
    note(QStringLiteral("events"), QStringLiteral("subscribe"), {}, true);
    m_events->open(m_rest->socketUrl(QStringLiteral("/api/v1/events")), m_target.apiKey);
}

void Link::setInterval(int ms)
{
    m_intervalMs = ms;
    if (m_events)
        m_events->setInterval(ms);
}

/// Requests still work: resume the events where they ended, and say that nothing new is pushed
/// meanwhile.
void Link::loseEvents(const QString &why)
{
    note(QStringLiteral("events"), why, {}, false, true);
    m_subscribed = false;
    ++m_eventFailures;
    const int shift = std::min(m_eventFailures - 1, 6);
    m_eventRetry.start(
        int(std::min<qint64>(m_timing.firstRetry.count() << shift, m_timing.lastRetry.count())));
    if (!m_signedIn)
        return settleSignIn();
    setPhase(Phase::Polling, tr("polling, events lost: %1").arg(why));
}

QString Link::withLosses(const QString &why) const
{
    return m_lostMessages == 0
        ? why
        : tr("%1; messages lost with its stop: %2, queues: %3")
              .arg(why, format::count(m_lostMessages), format::count(m_lostQueues));
}

milliseconds Link::nextRetry()
{
    const qint64 full = std::min<qint64>(
        m_timing.firstRetry.count() << std::min(m_failures, 10), m_timing.lastRetry.count());
    ++m_failures;
    // ± a quarter, so that many consoles do not come back at the same moment.
    std::uniform_int_distribution<qint64> jitter(-full / 4, full / 4);
    return milliseconds(full + jitter(m_random));
}

void Link::lose(const QString &why)
{
    note(QStringLiteral("short"), why, {}, false, true);
    part();
    drop(networkError(why));
    m_lostWhy = why;
    const auto wait = nextRetry();
    m_retry.start(wait);
    setPhase(Phase::Waiting, withLosses(why), int(wait.count()));
}

void Link::refuse(const QString &why)
{
    note(QStringLiteral("short"), why, {}, false, true);
    drop({ ErrorKind::Auth, {}, why, true });
    m_retry.start(m_timing.refusedRetry);
    setPhase(Phase::Refused, why, int(m_timing.refusedRetry.count()));
}

/// Nothing was sent to whoever answered; a person has to look at it.
void Link::distrust(const QString &why)
{
    note(QStringLiteral("short"), why, {}, false, true);
    drop(networkError(why));
    m_retry.start(m_timing.refusedRetry);
    setPhase(Phase::Untrusted, why, int(m_timing.refusedRetry.count()));
}

void Link::setPhase(Phase phase, const QString &text, int retryInMs)
{
    m_phase = phase;
    emit phaseChanged(phase, text, retryInMs);
}

void Link::ask(Request request, std::unique_ptr<Call> call)
{
    if (request.service == "metrics")
        return askMetrics(request, std::move(call));
    if (request.flow.empty() && rules::isResource(request.service))
        return askResource(request, std::move(call));
    if (request.flow.empty() && request.service == "chat")
        return askChat(request, std::move(call));
    if (!m_short)
        return call->failed(networkError(tr("not connected")));
    m_short->ask(std::move(request), std::move(call));
}

/// The metrics proxy: `operation` is its path, `body` an object of query parameters (TG §1.12).
void Link::askMetrics(const Request &request, std::unique_ptr<Call> call)
{
    if (!m_signedIn)
        return call->failed(networkError(tr("not connected")));
    const auto parameters = schema::decode<schema::MetricsParameters>(request.body);
    if (!parameters)
        return call->failed(protocolError(parameters.error()));
    QStringList items;
    for (const auto &[name, value] : parameters->values)
        items.append(QString::fromStdString(name) + u'='
            + QString::fromLatin1(QUrl::toPercentEncoding(QString::fromStdString(value))));
    const QString path = QStringLiteral("/api/metrics/") + QString::fromStdString(request.operation)
        + (items.isEmpty() ? QString() : u'?' + items.join(u'&'));
    const std::shared_ptr<Call> shared = std::move(call);
    m_rest->get(
        path, true, request.timeout, [shared, timeout = request.timeout](const RestAnswer &answer) {
            if (answer.timedOut)
                return shared->failed(timeoutError(timeout));
            if (answer.status == 0)
                return shared->failed(networkError(answer.error));
            auto reply = replyFrom(answer.body, answer.status, {});
            if (reply)
                shared->part(std::move(reply->body), true);
            else
                shared->failed(reply.error());
        });
}

/// The tenant platform (TP §5): the operation is the request line.
void Link::askResource(const Request &request, std::unique_ptr<Call> call)
{
    if (!m_signedIn)
        return call->failed(networkError(tr("not connected")));
    const auto line = rules::resourceCall(request.operation);
    if (!line)
        return call->failed({ ErrorKind::Protocol, {},
            tr("%1 is no request that can be sent").arg(QString::fromStdString(request.operation)),
            false });
    const std::string target = std::string(rules::resourceBase(request.service))
        + request.operation.substr(line->method.size() + 1);
    const std::shared_ptr<Call> shared = std::move(call);
    m_rest->send(QByteArray(line->method.data(), qsizetype(line->method.size())),
        QString::fromStdString(target), line->method == "GET" ? std::string() : request.body, true,
        request.timeout, [shared, timeout = request.timeout](const RestAnswer &answer) {
            if (answer.timedOut)
                return shared->failed(timeoutError(timeout));
            if (answer.status == 0)
                return shared->failed(networkError(answer.error));
            auto reply = resourceReply(answer.body, answer.status);
            if (reply)
                shared->part(std::move(reply->body), true);
            else
                shared->failed(reply.error());
        });
}

void Link::askStream(Request request, std::unique_ptr<Call> call)
{
    if (!m_signedIn)
        return call->failed(networkError(tr("not connected")));
    if (request.flow.empty() && request.service == "chat")
        return openChat(request, std::move(call));
    if (m_streams && m_streams->ready())
        return m_streams->ask(std::move(request), std::move(call));
    m_forStreams.emplace_back(std::move(request), std::move(call));
    if (!m_streams)
        openStreams();
}

/// Long streams have their own socket: a server may stall all requests behind one (trap 5).
void Link::openStreams()
{
    m_streams = new MuxSocket(m_timing, this);
    m_streams->setTls(m_target.tls);
    m_streams->setCancels(m_capabilities.cancel);
    connect(m_streams, &MuxSocket::traffic, this, &Link::traffic);
    connect(m_streams, &MuxSocket::strayFrame, this,
        [this](const std::string &text, const QString &why) {
            note(QStringLiteral("stream"), why, text, false, true);
        });
    connect(m_streams, &MuxSocket::signedIn, this, [this] {
        for (auto &[request, call] : std::exchange(m_forStreams, {}))
            m_streams->ask(std::move(request), std::move(call));
    });
    auto gone = [this](const QString &why) {
        note(QStringLiteral("stream"), why, {}, false, true);
        std::exchange(m_streams, nullptr)->deleteLater();
        for (auto &[request, call] : std::exchange(m_forStreams, {}))
            call->failed(networkError(why));
    };
    connect(m_streams, &MuxSocket::lost, this, gone);
    connect(m_streams, &MuxSocket::refused, this, gone);
    note(QStringLiteral("stream"), QStringLiteral("auth"), {}, true);
    m_streams->open(
        m_rest->socketUrl(QStringLiteral("/api/v1/socket")), m_target.apiKey, m_handshakeToken);
}

void Link::cancelStream(const std::string &id)
{
    std::erase_if(m_forStreams, [&](const auto &one) { return one.first.id == id; });
    if (endChat(id, nullptr))
        return;
    if (m_streams)
        m_streams->cancel(id);
}

void Link::batchTaken()
{
    if (m_events)
        m_events->taken();
}

void Link::note(const QString &channel, const QString &what, std::string_view text, bool sent,
    bool failed, const QString &workspace)
{
    WireRow row;
    row.workspace = workspace;
    row.channel = channel;
    row.direction = sent ? QStringLiteral("→") : QStringLiteral("←");
    row.operation = failed ? QString() : what;
    row.state = failed ? what : sent ? QStringLiteral("sent") : QStringLiteral("ok");
    row.failed = failed;
    m_wire->add(std::move(row), text);
}

} // namespace signalbox
