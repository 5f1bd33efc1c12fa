// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/live.h"
#include "models/rules/expand.h"
#include "models/schema/fabric.h"
#include "models/stores/table.h"

#include <QHash>

#include <unordered_map>

namespace signalbox {

class Session;

/// One queue with what we derive from two snapshots. Rates are per second over the last 5 s.
struct QueueState {
    schema::QueueRow row;
    QString name; ///< row.name once, for tables
    bool countsKnown =
        true; ///< false: only its existence is expected (blueprint), no source tells counts
    std::optional<double> inRate;
    std::optional<double> outRate;
    qint64 seenMs = 0; ///< steady clock of the last value
    QString source; ///< events, fabric, prometheus, blueprint
};

/// A queue that a blueprint says should exist, for connections without the fabric service.
struct ExpectedFlowQueue {
    std::string workspace;
    std::string flow;
    std::string blueprint;
    rules::ExpectedQueue queue;
};

/// Sums over the queues that belong to one flow.
struct FlowTotals {
    QString workspace;
    QString flow;
    int queues = 0;
    int unknownCounts = 0; ///< of them without a source for counts
    qint64 ready = 0;
    qint64 unacked = 0;
    double outRate = 0;
    bool ratesKnown = true; ///< every queue with counts has told its rate
    int starving = 0; ///< named flow/request queues without a consumer
    qint64 starvingReady = 0; ///< messages that wait in them
    int worst = -1; ///< row of the starving queue with most waiting, -1
    int deepest = -1; ///< row of the queue with most ready, -1
};

/// Every queue known on this connection. GUI thread. Bounded by what the back end has; history only
/// for watched ones.
class QueueStore : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by Session")
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(bool loaded READ loaded NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString sourceText READ sourceText NOTIFY changed
            FINAL) ///< "events", "Prometheus every 15 s", "unknown: no source"
public:
    explicit QueueStore(Session *session);
    ~QueueStore() override;

    const std::vector<QueueState> &rows() const;
    const QueueState *find(const std::string &name) const;
    std::vector<const QueueState *> ofFlow(const QString &workspace, const QString &flow) const;
    int count() const;
    bool loaded() const;
    QString error() const;
    QString sourceText() const;
    Q_INVOKABLE signalbox::TableModel *newTable(QObject *parent) const;
    void fetch();
    void follow(); ///< called once by Session when every store exists
    /// Totals per flow, summed in one pass over the rows when something changed since the last
    /// call.
    const std::vector<FlowTotals> &flowTotals();
    /// Per workspace: number of queues; -1 when unknown. Same pass.
    int queuesIn(const QString &workspace);
    bool countsKnown() const; ///< some source tells counts
    int rowOf(const std::string &name) const; ///< -1 when not known
    /// What the flows of one workspace need; used only where no fabric service lists queues.
    void setExpected(const QString &workspace, std::vector<ExpectedFlowQueue> expected);
    static Cell::Aspect aspectOf(const QueueState &queue);
    static QString whyOf(const QueueState &queue); ///< one sentence for the aspect

signals:
    void changed(); ///< at most once a frame
    void rowsChanged(const std::vector<int> &rows);
    void rowsInserted(int first, int last);
    void rowRemoved(int row, int movedFrom); ///< as TableModel::rowRemoved
    void reset();

private:
    void fetchFabric(const std::string &cursor);
    void takePage(const schema::FabricResponse &page);
    void finishFetch();
    void failFetch(const GatewayError &error);
    void fetchPrometheus();
    void showExpected();
    void takePrometheus(std::unordered_map<std::string, schema::QueueRow> &told);
    void flush();
    void takeBatch(const LiveBatch &batch);
    void tick();
    void clear();

    struct Data;
    std::unique_ptr<Data> d;
};

} // namespace signalbox
