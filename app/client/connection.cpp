// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/connection.h"

#include "app/client/journalgate.h"
#include "app/client/linkstream.h"
#include "app/client/poller.h"
#include "app/client/readonlyguard.h"
#include "models/stores/leasestore.h"
#include "models/stores/wirestore.h"

#include <QDateTime>

#include <cmath>

namespace signalbox {

/// The network end of the Gateway interface: GUI thread in, I/O thread out.
class Connection::Sender final : public Gateway {
public:
    explicit Sender(Link *link)
        : m_link(link)
    {
    }
    void detach() { m_link = nullptr; } ///< the link is about to go

    QFuture<Reply> request(Request request) override
    {
        auto call = std::make_shared<std::unique_ptr<SingleCall>>(std::make_unique<SingleCall>());
        auto future = (*call)->future();
        if (m_link)
            QMetaObject::invokeMethod(
                m_link,
                [link = m_link, request = std::move(request), call] {
                    link->ask(request, std::move(*call));
                },
                Qt::QueuedConnection);
        return future; // a call that is never delivered settles as cancelled
    }

    std::unique_ptr<Subscription> stream(Request request) override
    {
        auto sink = std::make_shared<StreamSink>();
        auto *link = m_link;
        std::weak_ptr<bool> alive = m_alive;
        auto stream = std::make_unique<LinkStream>(sink, [link, alive, id = request.id] {
            if (alive.lock() && link)
                QMetaObject::invokeMethod(
                    link, [link, id] { link->cancelStream(id); }, Qt::QueuedConnection);
        });
        auto call =
            std::make_shared<std::unique_ptr<StreamCall>>(std::make_unique<StreamCall>(sink));
        if (link)
            QMetaObject::invokeMethod(
                link,
                [link, request = std::move(request), call] {
                    link->askStream(request, std::move(*call));
                },
                Qt::QueuedConnection);
        return stream;
    }

    void release()
    {
        m_alive.reset();
        detach();
    }

private:
    Link *m_link;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

/// Batches come home to the GUI thread here; the I/O thread waits with the next one until this one
/// has been applied.
class Connection::Live final : public LiveSource {
public:
    using LiveSource::LiveSource;
};

Connection::Connection(Session *session, const LinkTiming &timing, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_timing(timing)
    , m_wire(new WireBuffer(session->wire()), [](WireBuffer *buffer) { buffer->deleteLater(); })
    , m_live(new Live(this))
{
    m_link = new Link(timing, m_wire);
    m_link->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_link, &QObject::deleteLater);
    m_thread.setObjectName(QStringLiteral("link"));
    m_sender = std::make_shared<Sender>(m_link);
    m_broker = new Broker(timing.brokerStatistics);
    m_broker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_broker, &QObject::deleteLater);
    connect(m_broker, &Broker::traffic, this,
        [this](qint64 requests, qint64 bytes) { m_session->addTraffic(requests, bytes); });
    m_brokerGate = std::make_shared<BrokerGate>(m_sender, m_broker);
    m_journal = std::make_shared<JournalGate>(
        std::make_shared<WireLog>(m_brokerGate, m_wire), session->journal());
    m_guard = std::make_shared<ReadOnlyGuard>(m_journal);
    m_journal->setCheck([guard = m_guard.get()](const Request &request) {
        return guard->refusal(request); // the guard owns what asks it
    });
    m_journal->setRefused([session](const GatewayError &error) {
        if (error.code == QLatin1String("lease-required"))
            session->leases()->lost();
    });
    m_decorated = m_guard;
    connect(session, &Session::changed, this, &Connection::guard);
    m_poller = new Poller(session, this);

    connect(m_link, &Link::phaseChanged, this, &Connection::takePhase);
    connect(m_link, &Link::signedIn, this,
        [this](const Capabilities &capabilities, const schema::User &user,
            const QString &defaultWorkspace) {
            if (!m_open)
                return;
            m_session->setGateway(m_decorated, capabilities.events ? m_live : nullptr);
            m_bearerTaken = true;
            m_brokerGate->setFabric(
                !capabilities.fabric && m_target.broker.kind == QLatin1String("rabbitmq"));
            m_session->setSignedIn(capabilities, user, defaultWorkspace);
        });
    connect(m_link, &Link::batch, this, [this](const LiveBatchPtr &batch) {
        if (m_open)
            emit m_live->batch(batch);
        QMetaObject::invokeMethod(
            m_link, [link = m_link] { link->batchTaken(); }, Qt::QueuedConnection);
    });
    connect(m_link, &Link::alive, this, [this] { m_session->noteFresh(0); });
    connect(m_link, &Link::traffic, this,
        [this](qint64 requests, qint64 bytes) { m_session->addTraffic(requests, bytes); });
    connect(session, &Session::reconnectRequested, this, [this] {
        if (m_open && m_target.credential && !m_linked)
            return retryCredential();
        QMetaObject::invokeMethod(
            m_link, [link = m_link] { link->reconnectNow(); }, Qt::QueuedConnection);
    });
    connect(session, &Session::attentionChanged, this, [this] {
        const int ms = m_session->attention() == Session::Watched ? 0 : m_session->refreshMs();
        QMetaObject::invokeMethod(
            m_link, [link = m_link, ms] { link->setInterval(ms); }, Qt::QueuedConnection);
    });
    m_countdown.setInterval(500);
    connect(&m_countdown, &QTimer::timeout, this, &Connection::showCountdown);
    m_credentialRetry.setSingleShot(true);
    connect(&m_credentialRetry, &QTimer::timeout, this, &Connection::retryCredential);
    m_thread.start();
}

Connection::~Connection()
{
    m_open = false;
    leaveCredential();
    m_target.credential.reset(); // before the thread that it asks on
    m_sender->release();
    m_brokerGate->detach();
    m_link->disconnect(this);
    m_broker->disconnect(this);
    m_thread.quit();
    m_thread.wait();
}

namespace {

Session::Connection shownOf(const Connection::Target &target)
{
    Session::Connection shown;
    shown.name = target.name;
    shown.identity = target.identity;
    shown.url = target.url.toString(QUrl::RemoveUserInfo);
    shown.environment = target.environment;
    shown.protectedConnection = target.protectedConnection;
    shown.readOnly = target.readOnly;
    shown.leaseNeeded = target.protectedConnection;
    shown.insecure = insecurityOf(shown.url, target.tls.acceptedCertificate);
    shown.anonymous = target.signIn == SignIn::Anonymous;
    shown.logs = target.logs;
    // Its user and password are as open as what is asked there.
    if (shown.insecure.isEmpty() && !target.broker.kind.isEmpty())
        shown.insecure = insecurityOf(target.broker.url.toString(), {});
    shown.broker = { target.broker.kind, target.broker.url.toString(QUrl::RemoveUserInfo),
        target.broker.vhost };
    return shown;
}

} // namespace

void Connection::open(const Target &target)
{
    // The same caller again (read-only was switched) need not sign in anew.
    if (m_target.credential != target.credential)
        leaveCredential();
    else if (target.credential)
        target.credential->disconnect(this);
    m_target = target;
    const Session::Connection shown = shownOf(target);
    m_open = true;
    m_linked = m_bearerTaken = false;
    m_why.clear();
    m_session->setConnection(shown);
    m_session->wire()->setUrl(shown.url);
    m_session->setGateway(m_decorated, nullptr);
    openBroker(target.broker);
    if (!target.credential) {
        m_session->setState(Session::Connecting, tr("connecting"));
        return moveTo(target.url, target.apiKey);
    }
    QMetaObject::invokeMethod(
        m_link, [link = m_link] { link->close(); }, Qt::QueuedConnection);
    auto *source = target.credential.get();
    connect(source, &CredentialSource::bearer, this, &Connection::takeBearer);
    connect(source, &CredentialSource::lost, this, &Connection::takeFault);
    m_session->setState(Session::Connecting, tr("signing in"));
    source->acquire();
}

void Connection::openBroker(const BrokerTarget &target)
{
    QMetaObject::invokeMethod(
        m_broker, [broker = m_broker, target] { broker->open(target); }, Qt::QueuedConnection);
}

void Connection::takeBearer(const std::string &token)
{
    m_credentialFailures = 0;
    m_credentialRetry.stop();
    if (!std::exchange(m_linked, true)) {
        m_bearerTaken = false;
        return moveTo(m_target.url, token);
    }
    m_target.apiKey = token;
    QMetaObject::invokeMethod(
        m_link, [link = m_link, token] { link->renew(token); }, Qt::QueuedConnection);
}

void Connection::takeFault(const CredentialFault &fault)
{
    m_linked = false;
    QMetaObject::invokeMethod(
        m_link, [link = m_link] { link->close(); }, Qt::QueuedConnection);
    if (fault.kind != CredentialFault::Unreachable) {
        m_countdown.stop();
        return m_session->setState(Session::Refused, fault.text);
    }
    const qint64 wait = std::min<qint64>(m_timing.lastRetry.count(),
        m_timing.firstRetry.count() << std::min(m_credentialFailures++, 10));
    m_credentialRetry.start(int(wait));
    takePhase(Link::Phase::Waiting, fault.text, int(wait));
}

void Connection::retryCredential()
{
    m_credentialRetry.stop();
    m_countdown.stop();
    m_session->setState(m_session->state() == Session::Stale ? Session::Stale : Session::Connecting,
        tr("signing in"));
    m_target.credential->acquire();
}

void Connection::leaveCredential()
{
    m_credentialRetry.stop();
    if (!m_target.credential)
        return;
    m_target.credential->disconnect(this);
    m_target.credential->release();
}

/// The far end does not let the bearer in. What it let in before may have ended early (a key was
/// rotated): the credential may give another one. What it never let in is no use to ask for again.
void Connection::refusedBy(const QString &text)
{
    m_countdown.stop();
    if (m_target.credential && std::exchange(m_bearerTaken, false)) {
        m_linked = false;
        QMetaObject::invokeMethod(
            m_link, [link = m_link] { link->close(); }, Qt::QueuedConnection);
        return retryCredential();
    }
    const bool nothingGiven = !m_target.credential && m_target.apiKey.empty();
    m_session->setState(Session::Refused,
        !nothingGiven                              ? tr("sign-in refused: %1").arg(text)
            : m_target.signIn == SignIn::Anonymous ? tr("nobody is let in here without signing in")
                                                   : tr("the API key is needed"));
}

void Connection::moveTo(const QUrl &url, const std::string &apiKey)
{
    m_target.url = url;
    m_target.apiKey = apiKey;
    QMetaObject::invokeMethod(
        m_link,
        [link = m_link, target = LinkTarget { url, apiKey, m_target.tls }] { link->open(target); },
        Qt::QueuedConnection);
}

void Connection::close()
{
    m_open = false;
    leaveCredential();
    openBroker({});
    m_countdown.stop();
    QMetaObject::invokeMethod(
        m_link, [link = m_link] { link->close(); }, Qt::QueuedConnection);
    m_session->setState(Session::Disconnected, tr("not connected"));
}

void Connection::announce(const Target &target, Session::State state, const QString &text)
{
    Session::Connection shown = shownOf(target);
    shown.url.clear();
    const QString identity = shown.identity.isEmpty() ? shown.name : shown.identity;
    if (m_session->connectionIdentity() != identity || !m_open)
        m_session->setConnection(shown);
    m_session->setState(state, text);
}

void Connection::setReadOnly(bool readOnly)
{
    m_target.readOnly = readOnly;
    m_session->setForcedReadOnly(readOnly);
}

void Connection::guard()
{
    using Mode = ReadOnlyGuard::Mode;
    m_guard->setMode(m_session->forcedReadOnly() ? Mode::Closed
            : m_session->leaseNeeded()           ? Mode::NeedsLease
                                                 : Mode::Open);
    m_guard->setReplay(m_session->replaying());
    const LeaseStore *leases = m_session->leases();
    m_guard->setLease(
        leases->lease() ? std::optional(*leases->lease()) : std::nullopt, leases->end());
    m_guard->setDefaultWorkspace(m_session->defaultWorkspace().toStdString());
}

void Connection::takePhase(Link::Phase phase, const QString &text, int retryInMs)
{
    if (!m_open)
        return;
    if (phase != Link::Phase::Connecting)
        m_why = phase == Link::Phase::Waiting ? text : QString();
    m_retryAt = retryInMs < 0 ? 0 : QDateTime::currentMSecsSinceEpoch() + retryInMs;
    const bool seenBefore = m_session->ageMs() >= 0;
    switch (phase) {
    case Link::Phase::Idle:
        break; // open() or close() has said what is shown
    case Link::Phase::Connecting:
        m_countdown.stop();
        m_session->setState(
            m_session->state() == Session::Stale ? Session::Stale : Session::Connecting,
            m_why.isEmpty() ? text : tr("reconnecting: %1").arg(m_why));
        break;
    case Link::Phase::Live:
        m_countdown.stop();
        m_session->noteFresh(0);
        m_session->setState(Session::Live, text);
        emit connected();
        break;
    case Link::Phase::Polling:
        m_countdown.stop();
        if (!m_session->online()) // signed in just now; else only the events were lost
            m_session->noteFresh(0);
        m_session->setState(Session::Polling, text);
        emit connected();
        break;
    case Link::Phase::Untrusted:
        m_countdown.stop();
        m_session->setState(Session::Refused, tr("not connected: %1").arg(text));
        break;
    case Link::Phase::Refused:
        refusedBy(text);
        break;
    case Link::Phase::Waiting:
        if (seenBefore)
            m_session->setState(Session::Stale, text);
        showCountdown();
        m_countdown.start();
        break;
    }
}

void Connection::showCountdown()
{
    const qint64 left = std::max<qint64>(0, m_retryAt - QDateTime::currentMSecsSinceEpoch());
    const auto state = m_session->state() == Session::Stale ? Session::Stale : Session::Connecting;
    m_session->setState(state,
        tr("reconnecting in %1 s: %2").arg(qint64(std::ceil(double(left) / 1000))).arg(m_why));
}

} // namespace signalbox
