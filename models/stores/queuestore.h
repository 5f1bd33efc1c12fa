// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/live.h"
#include "models/stores/queuestate.h"
#include "models/stores/table.h"

#include <unordered_map>

namespace signalbox::rules {
struct MissingQueue;
}

namespace signalbox {

class QueueHistory;
class QueueReplay;
class QueueSources;
struct BrokerQueue;
struct PulsarQueue;
class Session;

/// Every queue known on this connection. GUI thread. Bounded by what the back end has; history only
/// for watched ones.
class QueueStore : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by Session")
    Q_MOC_INCLUDE("models/stores/queuesources.h")
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(bool loaded READ loaded NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString sourceText READ sourceText NOTIFY changed
            FINAL) ///< "events", "Prometheus every 15 s", "unknown: no source"
    /// Who tells counts here, and how each of them is.
    Q_PROPERTY(signalbox::QueueSources *sources READ sources CONSTANT FINAL)
public:
    explicit QueueStore(Session *session);
    ~QueueStore() override;

    const std::vector<QueueState> &rows() const;
    const QueueState *find(const std::string &name) const;
    /// By the name of the fabric or, where Prometheus tells the queues, of the broker.
    const QueueState *find(const rules::ExpectedQueue &expected) const;
    /// Every queue that the flow consumes: its own, its subscribers', and those it shares.
    std::vector<const QueueState *> ofFlow(const QString &workspace, const QString &flow) const;
    /// Ids of the flows (of the queue's workspace) that consume it; more than one: it is shared.
    QStringList flowsOf(const std::string &name) const;
    QStringList flowsOf(int row) const;
    bool consumed(int row) const; ///< by any flow
    QueueHistory *history() const; ///< of what is looked at, deep, or in trouble
    QueueReplay *replay() const; ///< of all of them, for looking back
    int count() const;
    bool loaded() const;
    QString error() const;
    QString sourceText() const;
    QueueSources *sources() const;
    Q_INVOKABLE signalbox::TableModel *newTable(QObject *parent) const;
    void fetch(); ///< our gateway's list, or Prometheus
    /// The broker's own list, where the connection has its address; brokerAsked() ends the round.
    void fetchBroker();
    /// The same, with what each queue is bound to, which else is read for new ones only.
    void fetchBindings();
    int bindingsRead() const; ///< how often they were; RabbitMQ's management API only
    /// Some exchange feeds it, as the last reading said; nullopt: nobody tells.
    std::optional<bool> isBound(const QueueState &queue) const;
    /// Queues can be deleted and purged here: by the fabric service, or at the broker itself.
    bool canDelete() const;
    /// A blueprint expects it, and the whole list of the broker, read since, does not have it.
    /// False also where nothing tells a whole list, or the last one is too old.
    bool missing(const QueueState &queue) const;
    /// The same of one that may have no row: our gateway's list has what there is.
    bool lacks(const rules::ExpectedQueue &expected) const;
    /// Every queue that there is is told now: by our gateway, or by a whole list of the broker that
    /// is not old. A scrape never tells that.
    bool listsEach() const;
    std::vector<rules::MissingQueue> missingOf(const QString &workspace, const QString &flow) const;
    /// How many its topic is divided into at Pulsar, whose sums it shows; 0: it is not divided.
    int partitionsOf(const QueueState &queue) const;
    /// How often a source is asked; the poller says it.
    void setRefresh(rules::QueueSource source, qint64 everyMs);
    void setBrokerRefresh(qint64 everyMs); ///< of the connection's second address
    qint64 brokerEveryMs() const; ///< how often that is asked, unless the poller said otherwise
    /// A name for people: what a queue without one is bound to.
    QString labelOf(const QueueState &queue) const;
    /// How long ago a figure was told; nullopt: nobody tells it.
    std::optional<qint64> ageOf(const QueueState &queue, rules::QueueFigure figure) const;
    /// Who told it: "RabbitMQ"; "" nobody.
    QString sourceOf(const QueueState &queue, rules::QueueFigure figure) const;
    /// Everybody who tells of it and how long ago, the most exact first: "RabbitMQ, 2 s ago".
    QStringList toldBy(const QueueState &queue) const;
    void follow(); ///< called once by Session when every store exists
    /// Over the queues of one flow, as they are now; nullopt when it has none.
    std::optional<FlowTotals> totalsOf(const QString &workspace, const QString &flow) const;
    WorkspaceTotals totalsIn(const QString &workspace) const;
    bool countsKnown() const; ///< some source tells counts
    int rowOf(const std::string &name) const; ///< -1 when not known
    /// What the flows of one workspace consume by their blueprints: tells who shares a queue, and
    /// where no fabric service lists queues, which ones there are.
    void setExpected(const QString &workspace, std::vector<ExpectedFlowQueue> expected);
    Cell::Aspect aspectOf(const QueueState &queue) const;
    QString whyOf(const QueueState &queue) const; ///< one sentence for the aspect
    QString datedWhyOf(const QueueState &queue) const; ///< and from when, while nothing comes
    /// How long its oldest message waits by now; a queue that does not change is not told again, so
    /// the time goes on here for as long as anything comes.
    std::optional<qint64> oldestMs(const QueueState &queue) const;
    /// Figures and signal as tables and pictures show them: of now, or of the instant that is
    /// replayed. Whoever decides or writes takes those of now instead.
    QueueFigures shown(const QueueState &queue) const;
    Cell::Aspect shownAspect(const QueueState &queue) const;
    QString shownWhy(const QueueState &queue) const; ///< datedWhyOf() of what is shown

signals:
    void changed(); ///< at most once a frame
    void rowsChanged(const std::vector<int> &rows);
    void rowsInserted(int first, int last);
    void rowRemoved(int row, int movedFrom); ///< as TableModel::rowRemoved
    void reset();
    void brokerAsked(bool fine, qint64 tookMs);

private:
    void fetchFabric(const std::string &cursor);
    void takePage(const schema::FabricResponse &page);
    void finishList();
    void finishFetch();
    void failFetch(const GatewayError &error);
    void fetchPrometheus();
    void showExpected();
    void noteNoMetrics();
    void tellExpected();
    std::optional<qint64> expectedSince(const std::string &name) const;
    void takePrometheus(std::unordered_map<std::string, rules::QueueReading> &told);
    schema::QueueRow identify(const std::string &name, bool exclusive, qint64 consumers) const;
    void followBroker();
    void takeBrokerPage(const std::vector<BrokerQueue> &queues);
    void followPulsar();
    void takePulsarPage(const std::vector<PulsarQueue> &queues);
    void endBroker(int queues, bool whole);
    void failBroker(const GatewayError &error);
    bool atPulsar() const; ///< the broker is one
    bool brokerTells() const; ///< its last list is no older than it should be
    rules::QueueSource brokerSource() const;
    void showSources();
    rules::AllSourceTerms termsNow() const;
    void chooseAnew(qint64 nowMs);
    void indexExpected();
    void flush();
    void takeBatch(const LiveBatch &batch);
    void removeRows(const std::vector<int> &rows); ///< ascending
    void tick();
    void continueRound();
    /// Of the rows from `first` to before `last` those whose age reads differently now.
    std::vector<int> grownOlder(qint64 sinceMs, int first, int last) const;
    void tellMoved(const std::vector<int> &rows);
    void showOwners();
    void showInstant();
    QueueFigures present(const QueueState &queue) const;
    void clear();

    struct Data;
    std::unique_ptr<Data> d;
};

} // namespace signalbox
