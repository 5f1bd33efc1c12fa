// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/live.h"
#include "models/rules/health.h"
#include "models/rules/plan.h"
#include "models/schema/fabric.h"
#include "models/stores/format.h"
#include "models/stores/table.h"

#include <QFuture>

namespace signalbox {

class FlowHistory;
class Session;
struct FlowExpansion;
struct FlowTotals;

/// A flow as the operator sees it. Numbers that are not known are nullopt and shown as unknown,
/// never as 0.
///
/// A flow's queues are those that it consumes: the ones its blueprint names, also those scoped to a
/// blueprint or workspace that it shares with other flows, and those of its subscribers. Backlog,
/// rate, workers and signal are over all of them, because the flow waits for all of them; so a
/// shared queue counts in each flow that shares it. Sums over flows must not add these numbers:
/// QueueStore::totalsIn() counts each queue once.
struct FlowRow {
    QString workspace;
    QString id;
    QString blueprint;
    QString description;
    bool stopping = false;
    int processors = -1; ///< entries that the blueprint produces for it; -1 while unknown
    int queues = -1; ///< as above; -1 while unknown
    QString queuesText; ///< one sentence: how many of which kind
    std::optional<qint64> backlog; ///< ready over its queues
    int uncounted = 0; ///< of them those that the backlog leaves out: nobody tells theirs
    std::optional<double> rate; ///< messages acked per second over its queues
    std::optional<double> errorPercent; ///< of the messages handled in the last minute
    std::optional<double> handled {}; ///< those a second, failed ones too: what the share weighs
    std::optional<int> processorsUp;
    std::optional<qint64>
        startedAtMs; ///< Unix time by the server's clock; not told by every back end
    Cell::Aspect aspect = Cell::Unknown;
    QString why; ///< one sentence that explains the aspect
    rules::HealthFinding finding; ///< what the aspect was decided from
    QList<qreal> series; ///< backlog, last 10 minutes, at most 60 points
    schema::FlowRecord record;
    /// "running", "stopping", or "unknown" where the record is not one of a flow. For filters.
    QString state() const;
};

/// Flows of every workspace the caller may see, with their blueprints. GUI thread.
class FlowStore : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by Session")
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(bool loaded READ loaded NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL) ///< last failed fetch, "" when fine
    Q_PROPERTY(qint64 ageMs READ ageMs NOTIFY changed FINAL)
public:
    explicit FlowStore(Session *session);
    ~FlowStore() override;

    const std::vector<FlowRow> &rows() const;
    const FlowRow *find(const QString &workspace, const QString &id) const;
    /// The rows as tables show them: rows(), or while a past instant is replayed the same flows
    /// with what their queues held then; all else is unknown.
    const std::vector<FlowRow> &shown() const;
    const FlowRow &shownAs(const FlowRow &row) const; ///< of shown(), for one of rows()
    /// "workspace/id", each with "%25" for "%" and "%2F" for "/", so that one key names one flow
    /// whatever a foreign back end allows in ids.
    static QString key(const QString &workspace, const QString &id);
    static std::pair<QString, QString> parseKey(const QString &key); ///< workspace and id
    FlowHistory &history(); ///< of what they were, for looking back
    int count() const;
    bool loaded() const; ///< every visible workspace has answered once
    bool loadedIn(const QString &workspace) const; ///< that one has answered once
    QString error() const;
    QString errorIn(const QString &workspace) const; ///< what of it could not be read, or ""
    qint64 ageMs() const;
    /// A table over this store with its own filter and order; several may exist.
    Q_INVOKABLE signalbox::TableModel *newTable(QObject *parent) const;
    QFuture<Answer<Done>> start(const QString &workspace, const QString &id,
        const QString &blueprint, const QString &description,
        const schema::Members<std::string> &parameters);
    QFuture<Answer<Done>> stop(const QString &workspace, const QString &id);
    void fetch(); ///< all visible workspaces
    void fetchWorkspace(const QString &workspace);
    /// Rates and live processors through the metrics proxy; for connections without the fabric
    /// service.
    void fetchMetrics();
    /// Workers of a flow as the fabric service tells them, its own ones first, then those it
    /// shares; empty where there is none.
    std::vector<schema::ProcessorRow> processorsOf(
        const QString &workspace, const QString &id) const;
    /// Whether a process of that name runs, by Prometheus; nullopt: nobody tells now.
    std::optional<bool> processRuns(const std::string &processor) const;
    int rowOf(const QString &key) const; ///< -1 when not known
    qint64 serverNowMs() const; ///< for ages: Unix time by the server's clock
    format::Zone zone() const;
    QString asOfText() const; ///< as Session's

signals:
    void changed();
    void rowsChanged(const std::vector<int> &rows);
    void rowsInserted(int first, int last);
    void rowRemoved(int row, int movedFrom); ///< as TableModel::rowRemoved
    void reset();
    void flowAppeared(const QString &workspace, const QString &id);
    void flowChanged(const QString &workspace, const QString &id);
    void flowGone(const QString &workspace, const QString &id);
    void zoneChanged(); ///< times are shown in another zone

private:
    void clear();
    void fetchProcessors(const std::string &cursor);
    void fetchByName(const QString &workspace);
    void takeRecords(const QString &workspace, const schema::Members<schema::FlowRecord> &records,
        const QStringList &faults);
    void failWorkspace(const QString &workspace, const GatewayError &error);
    void finishWorkspace(const QString &workspace);
    void expandWorkspace(const QString &workspace);
    void takeExpansion(const QString &workspace, const std::vector<FlowExpansion> &all);
    void removeFlow(int row);
    void takeBatch(const LiveBatch &batch);
    void forgetMetrics();
    void forgetOldMetrics();
    void countNames();
    QString metricKey(const FlowRow &row) const;
    void summarise(); ///< a part at once, the rest of many flows soon after
    void summariseMore();
    void summariseSoon();
    bool summariseRow(FlowRow &row, const FlowTotals *totals);
    void countQueues(FlowRow &row, const FlowTotals *totals);
    void askWorkers(FlowRow &row, rules::FlowEvidence &evidence);
    void judge(FlowRow &row, const FlowTotals *totals, rules::FlowEvidence &evidence);
    void sumQueues(const FlowRow &row, const FlowTotals *totals, rules::FlowEvidence &evidence);
    void findUnlisted(const FlowRow &row, const FlowTotals *totals, rules::FlowEvidence &evidence);
    void tellTimes(const FlowRow &row, rules::FlowEvidence &evidence);
    void sampleSeries();
    void followReplay();
    FlowRow then(const FlowRow &row) const;
    void noteStarted(const QString &workspace, const QString &id);
    QFuture<Answer<Done>> change(const QString &workspace, const schema::FlowRequest &request);

    struct Data;
    std::unique_ptr<Data> d;
};

} // namespace signalbox
