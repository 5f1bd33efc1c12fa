// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/session.h"

#include "models/rules/access.h"
#include "models/stores/blueprintstore.h"
#include "models/stores/configstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/journalstore.h"
#include "models/stores/leasestore.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuestore.h"
#include "models/stores/wirestore.h"
#include "models/stores/workspacestore.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>

#include <array>

namespace signalbox {
namespace {

constexpr int watchedMs = 1000;
constexpr int calmMs = 5000;
constexpr int hiddenMs = 30000;
constexpr int pollMs = 5000; ///< far ends without events are asked so often
constexpr int leastStaleMs = 5000;
constexpr int silenceMs = 2000;
constexpr int batchPulseMs = 100;
constexpr int batchLateMs = 250; ///< a batch may be so late before the pulse comes without it
constexpr int windowTurns = 5; ///< rates of the status line
constexpr int turnMs = 900;

/// Per second, over the last few turns.
struct Window {
    struct Turn {
        qint64 sum = 0;
        qint64 ms = 0;
    };
    std::array<Turn, windowTurns> turns {};
    int at = 0;
    qint64 current = 0;
    void add(qint64 n) { current += n; }
    void turn(qint64 ms)
    {
        turns[at] = { std::exchange(current, 0), ms };
        at = (at + 1) % windowTurns;
    }
    [[nodiscard]] double perSecond() const
    {
        Turn all;
        for (const Turn &turn : turns) {
            all.sum += turn.sum;
            all.ms += turn.ms;
        }
        return all.ms > 0 ? double(all.sum) * 1000 / double(all.ms) : 0;
    }
};

/// The least of the samples of the last half minute to minute.
class LeastLate {
public:
    void clear() { *this = LeastLate(); }
    qint64 push(qint64 nowMs, qint64 sample)
    {
        if (m_since < 0 || nowMs - m_since >= halfMs) {
            m_before = m_since < 0 ? sample : m_now;
            m_now = sample;
            m_since = nowMs;
        }
        m_now = std::min(m_now, sample);
        return std::min(m_now, m_before);
    }

private:
    static constexpr qint64 halfMs = 30000;
    qint64 m_since = -1;
    qint64 m_now = 0;
    qint64 m_before = 0;
};

} // namespace

struct Session::Data {
    State state = Disconnected;
    QString stateText;
    Connection connection;
    Capabilities capabilities;
    schema::User user;
    QString defaultWorkspace;
    QString workspace;
    std::shared_ptr<Gateway> gateway;
    QPointer<LiveSource> live;
    int generation = 0;
    Attention attention = Watched;
    bool callsOutside = false;
    QElapsedTimer sinceAsking; ///< again, after a pause

    QDateTime asOf;
    QElapsedTimer sinceData;
    QElapsedTimer sinceAttention; ///< what comes faster from now on did not come so before
    bool everOnline = false; ///< since setConnection()
    bool wasStale = false; ///< before attention changed, and nothing has come since
    bool wasSilent = false;
    bool toldStale = false;
    int skewMs = 0;
    LeastLate lateness;
    QElapsedTimer clock;
    format::Zone zone = format::Zone::Local;
    qint64 dropped = 0;
    Window received, shown, merged, requests, bytes;
    QTimer pulseTimer;
    QElapsedTimer sincePulse;
    QElapsedTimer sinceTurn;

    [[nodiscard]] int paceMs() const; ///< between two signs of life
    [[nodiscard]] bool online() const { return state == Live || state == Polling; }
    /// What is shown came over a connection that is known to be gone: old from that moment on.
    [[nodiscard]] bool lost() const { return everOnline && !online() && sinceData.isValid(); }
    [[nodiscard]] bool olderThan(qint64 ms) const
    {
        return sinceData.isValid() && sinceData.elapsed() > ms
            && (!sinceAttention.isValid() || sinceAttention.elapsed() > ms);
    }

    void turnWindows()
    {
        if (sinceTurn.elapsed() < turnMs)
            return;
        const qint64 ms = sinceTurn.restart();
        for (Window *window : { &received, &shown, &merged, &requests, &bytes })
            window->turn(ms);
    }

    WireStore *wire = nullptr;
    WorkspaceStore *workspaces = nullptr;
    BlueprintStore *blueprints = nullptr;
    QueueStore *queues = nullptr;
    FlowStore *flows = nullptr;
    ConfigStore *config = nullptr;
    LeaseStore *leases = nullptr;
    JournalStore *journal = nullptr;
};

int Session::Data::paceMs() const
{
    const int refresh = attention == Watched ? watchedMs : attention == Calm ? calmMs : hiddenMs;
    return state == Polling ? std::max(refresh, pollMs) : refresh;
}

Session::Session(QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Data>())
{
    d->stateText = tr("not connected");
    d->clock.start();
    d->wire = new WireStore(this);
    d->workspaces = new WorkspaceStore(this);
    d->blueprints = new BlueprintStore(this);
    d->queues = new QueueStore(this);
    d->flows = new FlowStore(this);
    d->config = new ConfigStore(this);
    d->leases = new LeaseStore(this);
    d->journal = new JournalStore(this);
    connect(d->queues->replay(), &QueueReplay::toggled, this, &Session::changed);
    d->workspaces->follow(); // after all stores exist: it sums over flows and queues
    d->queues->follow();
    d->pulseTimer.setInterval(watchedMs + batchLateMs);
    d->sinceTurn.start();
    d->sincePulse.start();
    connect(&d->pulseTimer, &QTimer::timeout, this, &Session::beat);
    d->pulseTimer.start();
}

Session::~Session()
{
    // The stores go first: they hold continuations and use the gateway.
    for (QObject *store : std::initializer_list<QObject *> { d->config, d->flows, d->queues,
             d->blueprints, d->workspaces, d->wire, d->leases, d->journal })
        delete store;
}

Session::State Session::state() const
{
    return d->state;
}
QString Session::stateText() const
{
    return d->stateText;
}
QString Session::connectionName() const
{
    return d->connection.name;
}
QString Session::connectionIdentity() const
{
    return d->connection.identity;
}
QString Session::url() const
{
    return d->connection.url;
}
QString Session::environment() const
{
    return d->connection.environment;
}
bool Session::protectedConnection() const
{
    return d->connection.protectedConnection;
}
bool Session::readOnly() const
{
    return d->connection.readOnly || (d->connection.leaseNeeded && !d->leases->held())
        || replaying();
}
bool Session::forcedReadOnly() const
{
    return d->connection.readOnly;
}
const LogTemplates &Session::logs() const
{
    return d->connection.logs;
}
QString Session::insecure() const
{
    return d->connection.insecure;
}
bool Session::anonymous() const
{
    return d->connection.anonymous;
}
bool Session::mustChangePassword() const
{
    return d->user.mustChangePassword;
}
bool Session::replaying() const
{
    return d->queues->replay()->active();
}
bool Session::leaseNeeded() const
{
    return d->connection.leaseNeeded;
}
LeaseStore *Session::leases() const
{
    return d->leases;
}
JournalStore *Session::journal() const
{
    return d->journal;
}
QString Session::workspace() const
{
    return d->workspace;
}
bool Session::hasFabric() const
{
    return d->capabilities.fabric;
}
bool Session::hasEvents() const
{
    return d->capabilities.events;
}
QDateTime Session::asOf() const
{
    return d->asOf;
}
int Session::skewMs() const
{
    return d->skewMs;
}
int Session::receivedPerSecond() const
{
    return qRound(d->received.perSecond());
}
int Session::shownPerSecond() const
{
    return qRound(d->shown.perSecond());
}
int Session::mergedPerSecond() const
{
    return qRound(d->merged.perSecond());
}
qint64 Session::dropped() const
{
    return d->dropped;
}
double Session::requestsPerSecond() const
{
    return d->requests.perSecond();
}
double Session::bytesPerSecond() const
{
    return d->bytes.perSecond();
}
WorkspaceStore *Session::workspaces() const
{
    return d->workspaces;
}
FlowStore *Session::flows() const
{
    return d->flows;
}
BlueprintStore *Session::blueprints() const
{
    return d->blueprints;
}
QueueStore *Session::queues() const
{
    return d->queues;
}
ConfigStore *Session::config() const
{
    return d->config;
}
WireStore *Session::wire() const
{
    return d->wire;
}
Session::Attention Session::attention() const
{
    return d->attention;
}
const Capabilities &Session::capabilities() const
{
    return d->capabilities;
}
Gateway *Session::gateway() const
{
    return d->gateway.get();
}
const QString &Session::defaultWorkspace() const
{
    return d->defaultWorkspace;
}
const schema::User &Session::account() const
{
    return d->user;
}
int Session::generation() const
{
    return d->generation;
}
bool Session::online() const
{
    return d->online();
}

bool Session::hasMetrics() const
{
    const auto metrics = d->capabilities.metrics;
    return metrics == Capabilities::Metrics::Old || metrics == Capabilities::Metrics::New;
}

bool Session::hasBroker() const
{
    return !d->connection.broker.kind.isEmpty();
}

const Session::Broker &Session::broker() const
{
    return d->connection.broker;
}

bool Session::knowsQueues() const
{
    return d->capabilities.fabric || hasMetrics() || hasBroker();
}

bool Session::canTail() const
{
    return d->capabilities.fabric || d->connection.broker.kind == QLatin1String("rabbitmq");
}

QString Session::backend() const
{
    QStringList parts { d->capabilities.product, d->capabilities.broker };
    if (!d->capabilities.own && hasMetrics())
        parts.append(QStringLiteral("Prometheus"));
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

QString Session::user() const
{
    const auto &name = d->user.username.empty() ? d->user.id : d->user.username;
    return QString::fromStdString(name);
}

QString Session::role() const
{
    QStringList roles;
    for (const auto &role : d->user.roles)
        roles.append(QString::fromStdString(role));
    return roles.join(QStringLiteral(", "));
}

int Session::ageMs() const
{
    return d->sinceData.isValid() ? int(std::min<qint64>(d->sinceData.elapsed(), INT_MAX)) : -1;
}

void Session::setWorkspace(const QString &id)
{
    if (id == d->workspace)
        return;
    d->workspace = id;
    emit workspaceChanged();
}

void Session::setAttention(Attention attention)
{
    if (attention == d->attention)
        return;
    d->wasStale = stale();
    d->wasSilent = silent();
    d->sinceAttention.start();
    if (d->state == Polling && !asks())
        d->sinceAsking.start(); // whoever comes next asks, or pauses as before
    d->attention = attention;
    d->pulseTimer.start(refreshMs() + batchLateMs);
    emit attentionChanged();
}

void Session::setCallsOutside(bool calls)
{
    if (calls == d->callsOutside)
        return;
    if (d->state == Polling && !asks())
        d->sinceAsking.start();
    d->callsOutside = calls;
    if (d->attention == Hidden)
        emit attentionChanged();
}

bool Session::asks() const
{
    return d->attention != Hidden || d->callsOutside;
}

qint64 Session::unansweredMs() const
{
    const qint64 age = ageMs();
    return d->sinceAsking.isValid() ? std::min(age, d->sinceAsking.elapsed()) : age;
}

int Session::refreshMs() const
{
    return d->attention == Watched ? watchedMs : d->attention == Calm ? calmMs : hiddenMs;
}

int Session::staleAfterMs() const
{
    return std::max(leastStaleMs, 3 * d->paceMs());
}

bool Session::stale() const
{
    return d->wasStale || d->lost() || d->olderThan(staleAfterMs());
}

bool Session::silent() const
{
    return d->wasSilent || d->lost() || d->olderThan(2 * d->paceMs() + silenceMs);
}

QString Session::asOfText() const
{
    return silent() ? tr("as of %1 ago").arg(format::age(qint64(ageMs()))) : QString();
}

void Session::beat()
{
    d->turnWindows();
    d->sincePulse.restart();
    if (std::exchange(d->toldStale, stale()) != d->toldStale)
        emit changed();
    emit pulse();
}

void Session::refresh()
{
    if (online())
        emit cameOnline();
    else
        reconnectNow();
}

void Session::reconnectNow()
{
    emit reconnectRequested();
}

QString Session::denied(
    const QString &service, const QString &operation, const QString &workspace) const
{
    const std::string serviceName = service.toStdString();
    const std::string operationName = operation.toStdString();
    const std::string place =
        (workspace.isEmpty() ? d->workspace.isEmpty() ? d->defaultWorkspace : d->workspace
                             : workspace)
            .toStdString();
    const rules::Change change { serviceName, operationName, false, place };
    if (rules::classOf(change) != rules::OperationClass::Read) {
        if (forcedReadOnly())
            return QStringLiteral("read-only");
        if (replaying() && !rules::needsNoLease(change))
            return QStringLiteral("replay");
        if (leaseNeeded() && !rules::needsNoLease(change) && !d->leases->covers(change))
            return d->leases->held() || d->leases->ended().isEmpty() ? QStringLiteral("lease")
                                                                     : QStringLiteral("lease-over");
    }
    const auto *known = rules::findOperation(serviceName, operationName);
    if (!known)
        known = rules::findFlowService(serviceName);
    // Without a known user (anonymous regime, whoami refused) the far end decides.
    if (!known || d->user.roles.empty() || known->capability.empty()
        || known->capability == "public")
        return {};
    QString target = workspace.isEmpty() ? d->workspace : workspace;
    if (target.isEmpty())
        target = QString::fromStdString(d->user.defaultWorkspace);
    return rules::allowed(
               d->user.roles, d->user.defaultWorkspace, known->capability, target.toStdString())
        ? QString()
        : QString::fromUtf8(known->capability.data(), qsizetype(known->capability.size()));
}

void Session::setConnection(const Connection &connection)
{
    ++d->generation;
    // What the command line or the last session chose holds for the first connection; another one
    // has other workspaces.
    const QString before = d->connection.identity;
    d->connection = connection;
    if (connection.identity.isEmpty())
        d->connection.identity = connection.name;
    const bool another = !before.isEmpty() && before != d->connection.identity;
    d->capabilities = {};
    d->user = {};
    d->defaultWorkspace.clear();
    d->asOf = {};
    d->skewMs = 0;
    d->lateness.clear();
    d->sinceData.invalidate();
    d->everOnline = false;
    d->wasStale = d->wasSilent = false;
    d->dropped = 0;
    setState(Disconnected, tr("not connected"));
    if (another)
        setWorkspace({});
    emit emptied();
    emit changed();
}

void Session::setGateway(std::shared_ptr<Gateway> guarded, LiveSource *live)
{
    if (d->live)
        d->live->disconnect(this);
    d->gateway = std::move(guarded);
    d->live = live;
    if (!live)
        return;
    connect(live, &LiveSource::batch, this, [this](const LiveBatchPtr &batch) {
        d->received.add(batch->received);
        d->shown.add(qint64(batch->queues.size()));
        d->merged.add(batch->coalesced);
        d->dropped = batch->droppedByServer;
        noteFresh(batch->serverTimeMs);
        emit this->live(batch);
        for (const auto &notice : batch->config) {
            QStringList types;
            QStringList workspaces;
            for (const auto &[type, in] : notice.changes) {
                types.append(QString::fromStdString(type));
                for (const auto &workspace : in)
                    workspaces.append(QString::fromStdString(workspace));
            }
            if (!notice.created.empty() || !notice.deleted.empty())
                types.append(QStringLiteral("workspace"));
            workspaces.removeDuplicates();
            emit configChanged(types, workspaces);
        }
        if (batch->gap)
            emit cameOnline(); // what was lost may have been anything
        if (d->sincePulse.elapsed() >= batchPulseMs) {
            d->pulseTimer.start(); // the timer is for when nothing comes: one frame draws both
            beat();
        }
    });
}

void Session::setState(State state, const QString &text)
{
    if (state == d->state && text == d->stateText)
        return;
    const bool before = online();
    d->state = state;
    d->stateText = text;
    d->everOnline = d->everOnline || online();
    if (before && !online())
        beat(); // what is shown is old at once, not only when it has grown old
    emit changed();
    if (!before && online())
        emit cameOnline();
}

void Session::setSignedIn(
    const Capabilities &capabilities, const schema::User &user, const QString &defaultWorkspace)
{
    d->capabilities = capabilities;
    if (capabilities.raw.contains(QLatin1String("leases")))
        d->connection.leaseNeeded = true;
    d->user = user;
    d->defaultWorkspace = defaultWorkspace;
    emit changed();
}

void Session::setCapabilities(const Capabilities &capabilities)
{
    if (capabilities == d->capabilities)
        return;
    d->capabilities = capabilities;
    emit changed();
}

void Session::setForcedReadOnly(bool readOnly)
{
    if (readOnly == d->connection.readOnly)
        return;
    d->connection.readOnly = readOnly;
    emit changed();
}

void Session::setConnectionName(const QString &name)
{
    if (name == d->connection.name)
        return;
    d->connection.name = name;
    emit changed();
}

void Session::setLogs(const LogTemplates &logs)
{
    if (logs == d->connection.logs)
        return;
    d->connection.logs = logs;
    emit changed();
}

void Session::addTraffic(qint64 requests, qint64 bytes)
{
    d->requests.add(requests);
    d->bytes.add(bytes);
}

void Session::noteFresh(qint64 serverTimeMs)
{
    d->sinceData.start();
    d->wasStale = d->wasSilent = false;
    const auto now = QDateTime::currentDateTime();
    if (serverTimeMs > 0) {
        d->asOf = QDateTime::fromMSecsSinceEpoch(serverTimeMs);
        const qint64 late =
            d->lateness.push(d->clock.elapsed(), now.toMSecsSinceEpoch() - serverTimeMs);
        d->skewMs = int(std::clamp<qint64>(late, INT_MIN, INT_MAX));
    } else if (!hasEvents()) {
        d->asOf = now;
    }
}

qint64 Session::serverNowMs() const
{
    return QDateTime::currentMSecsSinceEpoch() - d->skewMs;
}

format::Zone Session::zone() const
{
    return d->zone;
}

void Session::setZone(format::Zone zone)
{
    if (zone == d->zone)
        return;
    d->zone = zone;
    d->wire->setZone(zone);
    emit zoneChanged();
}

void Session::announceConfig(const QStringList &types, const QStringList &workspaces)
{
    emit configChanged(types, workspaces);
}

} // namespace signalbox
