// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/capabilities.h"
#include "models/gateway.h"
#include "models/live.h"
#include "models/schema/iam.h"
#include "models/stores/format.h"
#include "models/stores/loglinks.h"

#include <QDateTime>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

class BlueprintStore;
class ConfigStore;
class FlowStore;
class JournalStore;
class LeaseStore;
class QueueStore;
class TableModel;
class WireStore;
class WorkspaceStore;

/// One open connection and the live state behind it. GUI thread. app/client drives it through the
/// set…() calls; it hands the guarded Gateway to the stores and to nobody else. After every
/// reconnect it fetches all anew.
class Session : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the program")
    Q_MOC_INCLUDE("models/stores/blueprintstore.h")
    Q_MOC_INCLUDE("models/stores/configstore.h")
    Q_MOC_INCLUDE("models/stores/flowstore.h")
    Q_MOC_INCLUDE("models/stores/journalstore.h")
    Q_MOC_INCLUDE("models/stores/leasestore.h")
    Q_MOC_INCLUDE("models/stores/queuestore.h")
    Q_MOC_INCLUDE("models/stores/wirestore.h")
    Q_MOC_INCLUDE("models/stores/workspacestore.h")
    Q_PROPERTY(State state READ state NOTIFY changed FINAL)
    Q_PROPERTY(QString stateText READ stateText NOTIFY changed
            FINAL) ///< "live", "reconnecting in 4 s: connection refused"
    Q_PROPERTY(QString connectionName READ connectionName NOTIFY changed FINAL)
    Q_PROPERTY(QString url READ url NOTIFY changed FINAL)
    Q_PROPERTY(QString environment READ environment NOTIFY changed
            FINAL) ///< development staging production
    Q_PROPERTY(bool protectedConnection READ protectedConnection NOTIFY changed FINAL)
    Q_PROPERTY(bool readOnly READ readOnly NOTIFY changed FINAL)
    Q_PROPERTY(bool replaying READ replaying NOTIFY changed FINAL)
    /// What is open to others on the way there: "" nothing, "unencrypted", "unverified".
    Q_PROPERTY(QString insecure READ insecure NOTIFY changed FINAL)
    Q_PROPERTY(bool anonymous READ anonymous NOTIFY changed FINAL) ///< signed in as nobody
    Q_PROPERTY(bool mustChangePassword READ mustChangePassword NOTIFY changed FINAL)
    Q_PROPERTY(QString backend READ backend NOTIFY changed
            FINAL) ///< "gateway 2.8 · RabbitMQ · Prometheus"
    Q_PROPERTY(QString user READ user NOTIFY changed FINAL)
    Q_PROPERTY(QString role READ role NOTIFY changed FINAL)
    Q_PROPERTY(QString workspace READ workspace WRITE setWorkspace NOTIFY workspaceChanged
            FINAL) ///< "" = all
    Q_PROPERTY(bool hasFabric READ hasFabric NOTIFY changed FINAL)
    Q_PROPERTY(bool hasEvents READ hasEvents NOTIFY changed FINAL)
    Q_PROPERTY(bool knowsQueues READ knowsQueues NOTIFY changed FINAL) ///< some source tells them
    /// Messages of a queue can be listened to: through our gateway, or at the broker itself.
    Q_PROPERTY(bool canTail READ canTail NOTIFY changed FINAL)
    Q_PROPERTY(QDateTime asOf READ asOf NOTIFY pulse FINAL) ///< server time of the newest data
    Q_PROPERTY(int ageMs READ ageMs NOTIFY pulse FINAL) ///< since data last came; -1 never
    /// Our clock minus the server's. Each value that carries a time is late by its way here, so the
    /// least lateness of the last half minute or so counts.
    Q_PROPERTY(int skewMs READ skewMs NOTIFY pulse FINAL)
    Q_PROPERTY(int receivedPerSecond READ receivedPerSecond NOTIFY pulse FINAL)
    Q_PROPERTY(int shownPerSecond READ shownPerSecond NOTIFY pulse FINAL)
    /// Replaced by a newer value of the same queue before anything was shown of them.
    Q_PROPERTY(int mergedPerSecond READ mergedPerSecond NOTIFY pulse FINAL)
    Q_PROPERTY(qint64 dropped READ dropped NOTIFY pulse FINAL)
    Q_PROPERTY(double requestsPerSecond READ requestsPerSecond NOTIFY pulse FINAL)
    Q_PROPERTY(double bytesPerSecond READ bytesPerSecond NOTIFY pulse FINAL)
    /// How closely somebody looks: Watched is live; Calm (nobody touched anything for a while)
    /// refreshes counts every 5 s; Hidden every 30 s, and polling stops, unless alerts call outside
    /// of the window. Changes of flows, configuration and connection never wait.
    Q_PROPERTY(Attention attention READ attention WRITE setAttention NOTIFY attentionChanged FINAL)
    Q_PROPERTY(signalbox::WorkspaceStore *workspaces READ workspaces CONSTANT FINAL)
    Q_PROPERTY(signalbox::FlowStore *flows READ flows CONSTANT FINAL)
    Q_PROPERTY(signalbox::BlueprintStore *blueprints READ blueprints CONSTANT FINAL)
    Q_PROPERTY(signalbox::QueueStore *queues READ queues CONSTANT FINAL)
    Q_PROPERTY(signalbox::ConfigStore *config READ config CONSTANT FINAL)
    Q_PROPERTY(signalbox::WireStore *wire READ wire CONSTANT FINAL)
    Q_PROPERTY(signalbox::LeaseStore *leases READ leases CONSTANT FINAL)
    Q_PROPERTY(signalbox::JournalStore *journal READ journal CONSTANT FINAL)
public:
    enum State { Disconnected, Connecting, Live, Polling, Stale, Refused };
    Q_ENUM(State)
    enum Attention { Watched, Calm, Hidden };
    Q_ENUM(Attention)

    explicit Session(QObject *parent = nullptr);
    ~Session() override;

    State state() const;
    QString stateText() const;
    QString connectionName() const;
    /// Not what people call it: stays when it is renamed, so what is kept is kept under this.
    QString connectionIdentity() const;
    QString url() const;
    QString environment() const;
    bool protectedConnection() const;
    /// Changes are refused: by choice, because none of the leases that are needed is held, or
    /// because a past instant is shown.
    bool readOnly() const;
    const LogTemplates &logs() const;
    QString insecure() const;
    bool anonymous() const;
    bool mustChangePassword() const;
    bool forcedReadOnly() const; ///< by choice: no lease changes that
    bool leaseNeeded() const;
    bool replaying() const; ///< a past instant is shown: changes are refused until now is again
    QString backend() const;
    QString user() const;
    QString role() const;
    QString workspace() const;
    void setWorkspace(const QString &id);
    bool hasFabric() const;
    bool hasEvents() const;
    bool knowsQueues() const;
    bool canTail() const;
    bool hasMetrics() const; ///< Prometheus answers through the metrics proxy
    bool hasBroker() const; ///< a second address, whose list of queues is read
    QDateTime asOf() const;
    int ageMs() const;
    int skewMs() const;
    int receivedPerSecond() const;
    int shownPerSecond() const;
    int mergedPerSecond() const;
    qint64 dropped() const;
    double requestsPerSecond() const;
    double bytesPerSecond() const;
    WorkspaceStore *workspaces() const;
    FlowStore *flows() const;
    BlueprintStore *blueprints() const;
    QueueStore *queues() const;
    ConfigStore *config() const;
    WireStore *wire() const;
    LeaseStore *leases() const;
    JournalStore *journal() const;
    Attention attention() const;
    void setAttention(Attention attention);
    /// Alerts call outside of the window: what is polled is asked while it is hidden too, slowly.
    void setCallsOutside(bool calls);
    bool asks() const; ///< what is polled is asked for now: somebody looks, or is to be called
    /// Since data last came, without the time in which we did not ask for any; -1 never.
    qint64 unansweredMs() const;
    int refreshMs() const; ///< how often counts come now: 1000, 5000 or 30000
    /// What is older is marked with its age: three refreshes, at least 5 s. changed() tells when
    /// stale() turns.
    int staleAfterMs() const;
    bool stale() const; ///< data came once, and then nothing for longer than staleAfterMs()
    /// Nothing came for two refreshes and 2 s: what moves (rates, signals) is not known any more.
    bool silent() const;
    QString asOfText() const; ///< "as of 12 s ago" while silent, else ""

    Q_INVOKABLE void refresh(); ///< F5: everything shown is fetched again
    Q_INVOKABLE void reconnectNow();
    /// May the caller do this on that workspace ("" = the current one)? "" = yes, else the missing
    /// capability, "read-only", "replay" while a past instant is shown, "lease" when none that is
    /// held covers it, "lease-over" when the one that was held has ended.
    Q_INVOKABLE QString denied(
        const QString &service, const QString &operation, const QString &workspace = {}) const;

    // driven by app/client
    /// The second address of a connection: the broker itself. Its secret is not known here.
    struct Broker {
        QString kind; ///< "" none, "rabbitmq", "pulsar"
        QString url; ///< for people
        QString vhost; ///< RabbitMQ
    };
    struct Connection {
        QString name;
        QString url;
        QString environment = QStringLiteral("development");
        bool protectedConnection = false;
        bool readOnly = false;
        QString insecure {};
        bool anonymous = false;
        bool leaseNeeded = false; ///< also where the far end says so
        LogTemplates logs {};
        Broker broker {};
        QString identity {}; ///< "" = its name; what is kept of it is found under this
    };
    const Broker &broker() const;
    void setConnection(const Connection &connection);
    void setGateway(std::shared_ptr<Gateway> guarded,
        LiveSource *live); ///< before the first setState(Live/Polling)
    void setState(State state, const QString &text);
    void setSignedIn(const Capabilities &capabilities, const schema::User &user,
        const QString &defaultWorkspace);
    /// What the same far end can do turned out otherwise since: metrics came to be.
    void setCapabilities(const Capabilities &capabilities);
    void setForcedReadOnly(bool readOnly); ///< of the open connection; everything shown stays
    void setConnectionName(const QString &name); ///< the open connection was renamed
    void setLogs(const LogTemplates &logs); ///< the templates of the open connection were edited
    void addTraffic(qint64 requests, qint64 bytes);
    /// Fresh data or a sign of life arrived; `serverTimeMs` 0 when the far end does not tell its
    /// time.
    void noteFresh(qint64 serverTimeMs);
    /// What a poll or a notice found changed. Empty types = anything, empty workspaces = all.
    void announceConfig(const QStringList &types, const QStringList &workspaces);
    bool online() const; ///< Live or Polling
    const QString &defaultWorkspace() const;
    const schema::User &account() const;
    int generation() const; ///< grows with every setConnection(); answers of an older one are void
    const Capabilities &capabilities() const;
    qint64 serverNowMs() const; ///< Unix time by the server's clock
    format::Zone zone() const;
    void setZone(format::Zone zone); ///< in which times are shown; zoneChanged() tells every view
    Gateway *gateway() const; ///< guarded; nullptr while never connected

signals:
    void changed();
    void workspaceChanged();
    void pulse(); ///< every refreshMs(), and when a batch arrived (at most 10 per second)
    void reconnectRequested();
    void attentionChanged();
    void zoneChanged();
    // for the stores
    void emptied(); ///< another connection: nothing held is true any more
    void cameOnline(); ///< first time and after every reconnect: fetch anew
    void live(const signalbox::LiveBatchPtr &batch);
    void configChanged(const QStringList &types, const QStringList &workspaces);

private:
    void beat();

    struct Data;
    std::unique_ptr<Data> d;
};

} // namespace signalbox
