// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/flowstore.h"

#include "models/schema/config.h"
#include "models/schema/metrics.h"
#include "models/stores/blueprintstore.h"
#include "models/stores/flowhealth.h"
#include "models/stores/flowtable.h"
#include "models/stores/session.h"
#include "models/stores/soon.h"
#include "models/stores/workspacestore.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QtConcurrent>

#include <map>

namespace signalbox {
namespace {

constexpr std::chrono::milliseconds summaryEvery { 250 };
constexpr qint64 sampleMs = 10000; ///< 60 points in 10 minutes
constexpr int seriesPoints = 60;
constexpr qint64 minuteMs = 60000;
constexpr std::chrono::milliseconds stopTimeout {
    90000
}; ///< retried deletion takes 10 s and more (TG §4.5)

QString text(const std::string &bytes)
{
    return QString::fromStdString(bytes);
}

struct Records {
    schema::Members<schema::FlowRecord> flows;
    QStringList faults; ///< "id: why"
};

Records recordsOf(const schema::ConfigResponse &answer)
{
    Records records;
    for (const auto &entry : answer.values) {
        if (!entry.value)
            continue;
        auto record = schema::decode<schema::FlowRecord>(*entry.value);
        if (record)
            records.flows.emplace_back(entry.key, std::move(*record));
        else
            records.faults.append(text(entry.key + ": " + record.error().text()));
    }
    return records;
}

/// What the blueprint makes of one flow.
struct Expanded {
    QString id;
    bool known = false;
    int processors = -1;
    std::vector<std::string> processorNames;
    std::vector<rules::ExpectedQueue> queues;
};

struct FlowInput {
    QString id;
    schema::FlowRecord record;
};

std::vector<Expanded> expandAll(const QString &workspace, const std::vector<FlowInput> &flows,
    const BlueprintStore::LoadedPtr &loaded)
{
    std::vector<Expanded> all;
    for (const auto &flow : flows) {
        Expanded one;
        one.id = flow.id;
        if (const auto *blueprint = schema::find(loaded->blueprints, flow.record.blueprintName)) {
            const auto expansion = rules::expand(*blueprint,
                { workspace.toStdString(), flow.record.blueprintName, flow.id.toStdString(),
                    flow.record.parameters });
            one.known = true;
            one.processors = int(expansion.entries.size());
            for (const auto &entry : expansion.entries)
                one.processorNames.push_back(entry.processor);
            one.queues = rules::expectedQueues(expansion, workspace.toStdString());
        }
        all.push_back(std::move(one));
    }
    return all;
}

/// Handled and failed messages of a flow, to tell the share of errors in the last minute.
struct ErrorWindow {
    struct Sample {
        qint64 ms;
        qint64 handled;
        qint64 errors;
    };
    std::vector<Sample> samples;
    void push(qint64 ms, qint64 handled, qint64 errors)
    {
        if (!samples.empty()
            && (handled < samples.back().handled || errors < samples.back().errors))
            samples.clear(); // a worker restarted
        if (!samples.empty() && ms - samples.back().ms < 2000)
            return;
        samples.push_back({ ms, handled, errors });
        while (samples.size() > 2 && ms - samples[1].ms >= minuteMs)
            samples.erase(samples.begin());
    }
    [[nodiscard]] std::optional<double> percent() const
    {
        if (samples.size() < 2)
            return {};
        const qint64 handled = samples.back().handled - samples.front().handled;
        const qint64 errors = samples.back().errors - samples.front().errors;
        // Nothing handled: there is no share to tell, but a quiet flow has no errors either.
        return handled <= 0 ? 0.0 : double(errors) * 100 / double(handled);
    }
};

struct Workers {
    std::map<std::string, schema::ProcessorRow> rows; ///< by processor and variant
    ErrorWindow window;
};

struct WorkspaceState {
    bool loaded = false;
    bool fetching = false;
    bool again = false;
    QString error;
};

} // namespace

struct FlowStore::Data {
    Session *session;
    std::vector<FlowRow> rows;
    QHash<QString, int> index;
    QHash<QString, WorkspaceState> workspaces;
    QHash<QString, Workers> workers; ///< by flow key
    QHash<QString, std::vector<std::string>> processorNames; ///< by flow key, from the blueprint
    QHash<QString, QString> recordFaults; ///< by flow key
    QHash<QString, qint64> stoppingSince; ///< by flow key, steady
    QHash<QString, qint64> starvingSince; ///< by flow key, steady
    QHash<QString, qint64> startedAt; ///< by flow key, Unix ms, only of starts that were seen
    struct Measured {
        double ok = 0;
        double error = 0;
    };
    QHash<QString, Measured> measured; ///< by flow key, per second, from Prometheus
    bool measuredKnown = false;
    std::unordered_map<std::string, bool> liveProcessors; ///< Prometheus
    bool liveProcessorsKnown = false;
    QElapsedTimer clock;
    qint64 freshAt = -1;
    qint64 sampledAt = -sampleMs;
    QString error;
    Soon summary { summaryEvery };
};

FlowStore::FlowStore(Session *session)
    : QObject(session)
    , d(std::make_unique<Data>())
{
    d->session = session;
    d->clock.start();
    d->summary.calls([this] { summarise(); });
    auto soon = [this] { d->summary.request(); };
    connect(session, &Session::emptied, this, &FlowStore::clear);
    connect(session, &Session::pulse, this, soon);
    connect(session->queues(), &QueueStore::changed, this, soon);
    connect(session->workspaces(), &WorkspaceStore::loadedAnew, this, &FlowStore::fetch);
    connect(session->blueprints(), &BlueprintStore::changed, this, &FlowStore::expandWorkspace);
    connect(
        session, &Session::live, this, [this](const LiveBatchPtr &batch) { takeBatch(*batch); });
    connect(session, &Session::cameOnline, this, [this] {
        if (d->session->capabilities().fabric)
            fetchProcessors({});
        else if (d->session->knowsQueues())
            fetchMetrics();
    });
    connect(session, &Session::configChanged, this,
        [this](const QStringList &types, const QStringList &workspaces) {
            if (!types.isEmpty() && !types.contains(QStringLiteral("flow")))
                return;
            for (const QString &workspace :
                workspaces.isEmpty() ? d->session->workspaces()->ids() : workspaces)
                fetchWorkspace(workspace);
        });
}

FlowStore::~FlowStore() = default;

const std::vector<FlowRow> &FlowStore::rows() const
{
    return d->rows;
}
int FlowStore::count() const
{
    return int(d->rows.size());
}
QString FlowStore::error() const
{
    return d->error;
}

QString FlowStore::key(const QString &workspace, const QString &id)
{
    return workspace + u'/' + id;
}

int FlowStore::rowOf(const QString &key) const
{
    return d->index.value(key, -1);
}

const FlowRow *FlowStore::find(const QString &workspace, const QString &id) const
{
    const int row = rowOf(key(workspace, id));
    return row < 0 ? nullptr : &d->rows[row];
}

bool FlowStore::loaded() const
{
    const auto ids = d->session->workspaces()->ids();
    if (!d->session->workspaces()->loaded() || ids.isEmpty())
        return d->session->workspaces()->loaded();
    return std::all_of(ids.begin(), ids.end(),
        [this](const QString &id) { return d->workspaces.value(id).loaded; });
}

qint64 FlowStore::ageMs() const
{
    return d->freshAt < 0 ? -1 : d->clock.elapsed() - d->freshAt;
}

TableModel *FlowStore::newTable(QObject *parent) const
{
    return new FlowTable(const_cast<FlowStore *>(this), d->session, parent);
}

std::vector<schema::ProcessorRow> FlowStore::processorsOf(
    const QString &workspace, const QString &id) const
{
    std::vector<schema::ProcessorRow> rows;
    const auto at = d->workers.constFind(key(workspace, id));
    if (at != d->workers.constEnd())
        for (const auto &[name, row] : at->rows)
            rows.push_back(row);
    return rows;
}

// ---- records ----

void FlowStore::fetch()
{
    const auto ids = d->session->workspaces()->ids();
    // A workspace that is gone takes its flows along.
    for (int row = count() - 1; row >= 0; --row)
        if (!ids.contains(d->rows[row].workspace))
            removeFlow(row);
    for (const QString &workspace : ids)
        fetchWorkspace(workspace);
    if (ids.isEmpty())
        emit changed();
}

void FlowStore::fetchWorkspace(const QString &workspace)
{
    if (!d->session->online() || !d->session->gateway())
        return;
    WorkspaceState &state = d->workspaces[workspace];
    if (state.fetching) {
        state.again = true;
        return;
    }
    state.fetching = true;
    schema::ConfigRequest ask;
    ask.operation = "getvalues";
    ask.type = "flow";
    Request request;
    request.service = "config";
    request.operation = ask.operation;
    request.workspace = workspace.toStdString();
    request.body = schema::encode(ask);
    const int generation = d->session->generation();
    d->session->gateway()
        ->request(request)
        .then(QtFuture::Launch::Sync,
            [](const Reply &reply) -> Answer<Records> {
                if (!reply)
                    return unexpected(reply.error());
                auto answer = schema::decode<schema::ConfigResponse>(reply->body);
                if (!answer)
                    return unexpected(GatewayError { ErrorKind::Protocol, {},
                        text("unexpected answer, " + answer.error().text()), false });
                return recordsOf(*answer);
            })
        .then(this, [this, workspace, generation](const Answer<Records> &records) {
            if (generation != d->session->generation())
                return;
            if (records)
                takeRecords(workspace, records->flows, records->faults);
            else if (records.error().kind == ErrorKind::Denied)
                fetchByName(workspace);
            else
                failWorkspace(workspace, records.error());
        });
}

/// Without config:read the flow service itself answers, one request per flow (TG §4.2).
void FlowStore::fetchByName(const QString &workspace)
{
    struct Gathered {
        Records records;
        std::size_t waiting = 0;
        std::optional<GatewayError> error;
    };
    const int generation = d->session->generation();
    auto askFlow = [this, workspace](const schema::FlowRequest &ask) {
        Request request;
        request.service = "flow";
        request.operation = ask.operation;
        request.workspace = workspace.toStdString();
        request.body = schema::encode(ask);
        return signalbox::ask<schema::FlowResponse>(*d->session->gateway(), request);
    };
    schema::FlowRequest list;
    list.operation = "list-flows";
    askFlow(list).then(
        this, [this, workspace, generation, askFlow](const Answer<schema::FlowResponse> &listed) {
            if (generation != d->session->generation())
                return;
            if (!listed)
                return failWorkspace(workspace, listed.error());
            if (listed->flowIds.empty())
                return takeRecords(workspace, {}, {});
            auto gathered = std::make_shared<Gathered>();
            gathered->waiting = listed->flowIds.size();
            for (const auto &id : listed->flowIds) {
                schema::FlowRequest get;
                get.operation = "get-flow";
                get.flowId = id;
                askFlow(get).then(this,
                    [this, workspace, generation, gathered, id](
                        const Answer<schema::FlowResponse> &one) {
                        if (generation != d->session->generation())
                            return;
                        if (!one)
                            gathered->error = one.error();
                        else if (auto record =
                                     schema::decode<schema::FlowRecord>(one->flow.value_or("")))
                            gathered->records.flows.emplace_back(id, std::move(*record));
                        else
                            gathered->records.faults.append(
                                text(id + ": " + record.error().text()));
                        if (--gathered->waiting > 0)
                            return;
                        if (gathered->error && gathered->records.flows.empty())
                            return failWorkspace(workspace, *gathered->error);
                        takeRecords(workspace, gathered->records.flows, gathered->records.faults);
                    });
            }
        });
}

void FlowStore::failWorkspace(const QString &workspace, const GatewayError &error)
{
    d->workspaces[workspace].error = error.text;
    finishWorkspace(workspace);
}

void FlowStore::finishWorkspace(const QString &workspace)
{
    WorkspaceState &state = d->workspaces[workspace];
    state.fetching = false;
    d->error.clear();
    for (auto it = d->workspaces.constBegin(); it != d->workspaces.constEnd(); ++it)
        if (!it->error.isEmpty())
            d->error = tr("%1: %2").arg(it.key(), it->error);
    emit changed();
    if (std::exchange(state.again, false))
        fetchWorkspace(workspace);
}

void FlowStore::takeRecords(const QString &workspace,
    const schema::Members<schema::FlowRecord> &records, const QStringList &faults)
{
    QSet<QString> present;
    std::vector<int> changedRows;
    QStringList appeared;
    const int firstNew = count();
    for (const auto &[idBytes, record] : records) {
        const QString id = text(idBytes);
        const QString rowKey = key(workspace, id);
        present.insert(rowKey);
        if (record.stopping() && !d->stoppingSince.contains(rowKey))
            d->stoppingSince.insert(rowKey, d->clock.elapsed());
        const int held = rowOf(rowKey);
        if (held >= 0 && d->rows[held].record == record
            && d->rows[held].stopping == record.stopping())
            continue;
        FlowRow fresh;
        FlowRow &row = held >= 0 ? d->rows[held] : fresh;
        row.workspace = workspace;
        row.id = id;
        row.blueprint = text(record.blueprintName);
        row.description = text(record.description);
        row.stopping = record.stopping();
        row.record = record;
        if (held >= 0) {
            changedRows.push_back(held);
            continue;
        }
        if (d->startedAt.contains(rowKey))
            row.startedAtMs = d->startedAt.value(rowKey);
        d->index.insert(rowKey, count());
        d->rows.push_back(std::move(fresh));
        appeared.append(id);
    }
    if (count() > firstNew)
        emit rowsInserted(firstNew, count() - 1);
    emit rowsChanged(changedRows);
    for (int row = count() - 1; row >= 0; --row)
        if (d->rows[row].workspace == workspace
            && !present.contains(key(workspace, d->rows[row].id)))
            removeFlow(row);
    WorkspaceState &state = d->workspaces[workspace];
    state.error = faults.isEmpty() ? QString() : tr("cannot be read: %1").arg(faults.join(u';'));
    state.loaded = true;
    d->freshAt = d->clock.elapsed();
    for (int row : changedRows)
        if (row < count())
            emit flowChanged(workspace, d->rows[row].id);
    for (const QString &id : appeared)
        emit flowAppeared(workspace, id);
    finishWorkspace(workspace);
    expandWorkspace(workspace);
    summarise();
}

void FlowStore::removeFlow(int row)
{
    const QString workspace = d->rows[row].workspace;
    const QString id = d->rows[row].id;
    const QString rowKey = key(workspace, id);
    const int last = count() - 1;
    d->index.remove(rowKey);
    if (row != last) {
        d->rows[row] = std::move(d->rows[last]);
        d->index[key(d->rows[row].workspace, d->rows[row].id)] = row;
    }
    d->rows.pop_back();
    d->workers.remove(rowKey);
    d->processorNames.remove(rowKey);
    d->recordFaults.remove(rowKey);
    d->stoppingSince.remove(rowKey);
    d->starvingSince.remove(rowKey);
    d->startedAt.remove(rowKey);
    emit rowRemoved(row, last);
    emit flowGone(workspace, id);
}

void FlowStore::expandWorkspace(const QString &workspace)
{
    std::vector<FlowInput> flows;
    for (const FlowRow &row : d->rows)
        if (row.workspace == workspace)
            flows.push_back({ row.id, row.record });
    if (flows.empty()) {
        d->session->queues()->setExpected(workspace, {});
        return;
    }
    const auto loaded = d->session->blueprints()->held(workspace);
    if (!loaded) {
        d->session->blueprints()->load(workspace); // says changed() when it is there
        return;
    }
    const int generation = d->session->generation();
    QtConcurrent::run([workspace, flows = std::move(flows), loaded] {
        return expandAll(workspace, flows, loaded);
    }).then(this, [this, workspace, generation](const std::vector<Expanded> &all) {
        if (generation != d->session->generation())
            return;
        std::vector<int> changedRows;
        std::vector<ExpectedFlowQueue> expected;
        for (const Expanded &one : all) {
            const QString rowKey = key(workspace, one.id);
            const int number = rowOf(rowKey);
            if (number < 0)
                continue;
            FlowRow &row = d->rows[number];
            d->processorNames.insert(rowKey, one.processorNames);
            if (one.known)
                d->recordFaults.remove(rowKey);
            else
                d->recordFaults.insert(rowKey,
                    tr("Its blueprint %1 is gone or cannot be read: it cannot be stopped.")
                        .arg(row.blueprint));
            const int queues = one.known ? int(one.queues.size()) : -1;
            if (row.processors != one.processors || row.queues != queues)
                changedRows.push_back(number);
            row.processors = one.processors;
            row.queues = queues;
            for (const auto &queue : one.queues)
                expected.push_back({ workspace.toStdString(), one.id.toStdString(),
                    row.record.blueprintName, queue });
        }
        emit rowsChanged(changedRows);
        d->session->queues()->setExpected(workspace, std::move(expected));
        summarise();
        emit changed();
    });
}

// ---- workers and measured rates ----

void FlowStore::fetchProcessors(const std::string &cursor)
{
    schema::FabricRequest ask;
    ask.operation = "list-processors";
    ask.limit = 5000;
    if (!cursor.empty())
        ask.cursor = cursor;
    Request request;
    request.service = "fabric";
    request.operation = ask.operation;
    request.body = schema::encode(ask);
    const int generation = d->session->generation();
    signalbox::ask<schema::FabricResponse>(*d->session->gateway(), request)
        .then(this, [this, generation](const Answer<schema::FabricResponse> &page) {
            if (generation != d->session->generation())
                return;
            if (!page) {
                d->error = tr("processors: %1").arg(page.error().text);
                emit changed();
                return;
            }
            takeProcessors(page->processors);
            if (page->cursor && !page->cursor->empty() && !page->processors.empty())
                fetchProcessors(*page->cursor);
        });
}

void FlowStore::takeProcessors(const std::vector<schema::ProcessorRow> &processors)
{
    const qint64 now = d->clock.elapsed();
    QSet<QString> touched;
    for (const auto &row : processors) {
        if (row.flow.empty())
            continue;
        const QString flowKey = key(text(row.workspace), text(row.flow));
        d->workers[flowKey].rows[row.processor + '\n' + row.variant] = row;
        touched.insert(flowKey);
    }
    for (const QString &flowKey : touched) {
        Workers &workers = d->workers[flowKey];
        qint64 handled = 0;
        qint64 errors = 0;
        for (const auto &[name, row] : workers.rows) {
            handled += row.processed;
            errors += row.errors;
        }
        workers.window.push(now, handled, errors);
    }
}

void FlowStore::takeBatch(const LiveBatch &batch)
{
    takeProcessors(batch.processors);
    QSet<QString> touched;
    for (const auto &[workspaceBytes, event] : batch.flows) {
        const QString workspace = text(workspaceBytes);
        const QString rowKey = key(workspace, text(event.flow));
        touched.insert(workspace);
        if (event.state == "running" && rowOf(rowKey) < 0)
            d->startedAt.insert(rowKey,
                batch.serverTimeMs > 0 ? batch.serverTimeMs : QDateTime::currentMSecsSinceEpoch());
        const int row = rowOf(rowKey);
        if (row >= 0 && event.state == "stopping" && !d->rows[row].stopping) {
            d->rows[row].stopping = true;
            d->stoppingSince.insert(rowKey, d->clock.elapsed());
            emit rowsChanged({ row });
            emit flowChanged(workspace, d->rows[row].id);
        }
    }
    for (const QString &workspace : touched)
        fetchWorkspace(workspace);
}

void FlowStore::fetchMetrics()
{
    if (!d->session->online())
        return;
    if (d->session->capabilities().fabric)
        return fetchProcessors({});
    if (d->session->capabilities().metrics != Capabilities::Metrics::New)
        return; // names before 2.8.4 carry no topic: nothing can be told per flow
    const int generation = d->session->generation();
    auto query = [this](const char *promql) {
        Request request;
        request.service = "metrics";
        request.operation = "query";
        request.body = schema::encode(schema::MetricsParameters { { { "query", promql } } });
        return signalbox::ask<schema::InstantVector>(*d->session->gateway(), request);
    };
    // The consumer label is the full topic id; its last two parts are workspace and flow (TG §5.8).
    query("sum by (consumer,status)(rate(tg_consumer_processing_total[1m]))")
        .then(this, [this, generation](const Answer<schema::InstantVector> &answer) {
            if (generation != d->session->generation() || !answer)
                return;
            d->measured.clear();
            d->measuredKnown = true;
            for (const auto &sample : answer->samples) {
                const auto *consumer = schema::find(sample.labels, "consumer");
                const auto *status = schema::find(sample.labels, "status");
                const auto parts = consumer ? text(*consumer).split(u':') : QStringList();
                if (parts.size() < 5 || !status)
                    continue;
                auto &sum = d->measured[key(parts[parts.size() - 2], parts.back())];
                (*status == "error" ? sum.error : sum.ok) += sample.value;
            }
            summarise();
        });
    // Aggregated by processor: the plain series carries secrets in its labels (TG §1.12).
    query("count by (processor)(tg_processor_info)")
        .then(this, [this, generation](const Answer<schema::InstantVector> &answer) {
            if (generation != d->session->generation() || !answer)
                return;
            d->liveProcessors.clear();
            d->liveProcessorsKnown = true;
            for (const auto &sample : answer->samples)
                if (const auto *processor = schema::find(sample.labels, "processor"))
                    d->liveProcessors.emplace(*processor, true);
            summarise();
        });
}

// ---- sums ----

void FlowStore::summarise()
{
    d->summary.met();
    auto *queues = d->session->queues();
    const auto &totals = queues->flowTotals();
    QHash<QString, const FlowTotals *> byFlow;
    byFlow.reserve(qsizetype(totals.size()));
    for (const FlowTotals &one : totals)
        byFlow.insert(key(one.workspace, one.flow), &one);
    std::vector<int> changedRows;
    for (int number = 0; number < count(); ++number) {
        FlowRow &row = d->rows[number];
        if (summariseRow(row, byFlow.value(key(row.workspace, row.id))))
            changedRows.push_back(number);
    }
    sampleSeries();
    if (changedRows.empty())
        return;
    emit rowsChanged(changedRows);
    emit changed();
}

bool FlowStore::summariseRow(FlowRow &row, const FlowTotals *totals)
{
    const QString rowKey = key(row.workspace, row.id);
    const auto now =
        std::tie(row.backlog, row.rate, row.errorPercent, row.processorsUp, row.aspect, row.why);
    const std::tuple before { row.backlog, row.rate, row.errorPercent, row.processorsUp, row.aspect,
        row.why };
    const auto &queueRows = d->session->queues()->rows();
    const bool counts =
        d->session->queues()->countsKnown() && totals && totals->unknownCounts < totals->queues;
    row.backlog = counts ? std::optional(totals->ready) : std::nullopt;
    row.rate = counts && totals->ratesKnown ? std::optional(totals->outRate) : std::nullopt;

    FlowFacts facts;
    const auto workers = d->workers.constFind(rowKey);
    row.processorsUp.reset();
    row.errorPercent.reset();
    if (workers != d->workers.constEnd() && !workers->rows.empty()) {
        int up = 0;
        for (const auto &[name, worker] : workers->rows) {
            up += worker.state == "running";
            if (worker.state == "dead")
                facts.deadProcessors.append(text(worker.processor));
            else if (worker.state == "paused")
                facts.pausedProcessors.append(text(worker.processor));
        }
        row.processorsUp = up;
        row.errorPercent = workers->window.percent();
    } else if (d->measuredKnown) {
        const auto measured = d->measured.value(rowKey);
        const double sum = measured.ok + measured.error;
        row.rate = measured.ok;
        row.errorPercent = sum > 0 ? measured.error * 100 / sum : 0;
    }
    if (d->liveProcessorsKnown && d->processorNames.contains(rowKey)) {
        int up = 0;
        for (const auto &name : d->processorNames.value(rowKey))
            up += d->liveProcessors.contains(name);
        row.processorsUp = up;
    }
    facts.stopping = row.stopping;
    facts.stoppingForMs = d->clock.elapsed() - d->stoppingSince.value(rowKey, d->clock.elapsed());
    facts.countsKnown = d->session->queues()->countsKnown();
    facts.totals = totals;
    if (!totals || totals->starving == 0)
        d->starvingSince.remove(rowKey);
    else if (!d->starvingSince.contains(rowKey))
        d->starvingSince.insert(rowKey, d->clock.elapsed());
    facts.starvingForMs = d->clock.elapsed() - d->starvingSince.value(rowKey, d->clock.elapsed());
    if (totals && totals->worst >= 0)
        facts.starvingProcessor = text(queueRows[totals->worst].row.processor);
    if (totals && totals->deepest >= 0)
        facts.deepestProcessor = text(queueRows[totals->deepest].row.processor);
    facts.expectedQueues = row.queues;
    facts.errorPercent = row.errorPercent;
    facts.backlog = row.backlog;
    constexpr int minute = int(minuteMs / sampleMs);
    if (row.series.size() >= minute)
        facts.backlogMinuteAgo = qint64(row.series[row.series.size() - minute]);
    facts.recordFault = d->recordFaults.value(rowKey);
    const auto health = healthOf(facts);
    row.aspect = health.aspect;
    row.why = health.why;
    return now != before;
}

void FlowStore::sampleSeries()
{
    if (d->clock.elapsed() - d->sampledAt < sampleMs)
        return;
    std::vector<int> sampled;
    for (int number = 0; number < count(); ++number) {
        FlowRow &row = d->rows[number];
        if (!row.backlog)
            continue;
        row.series.append(double(*row.backlog));
        while (row.series.size() > seriesPoints)
            row.series.removeFirst();
        sampled.push_back(number);
    }
    if (sampled.empty())
        return;
    d->sampledAt = d->clock.elapsed();
    emit rowsChanged(sampled);
}

// ---- commands ----

QFuture<Answer<Done>> FlowStore::change(
    const QString &workspace, const schema::FlowRequest &flowRequest)
{
    if (!d->session->gateway())
        return ready<Answer<Done>>(
            unexpected(GatewayError { ErrorKind::Network, {}, tr("not connected"), true }));
    Request request;
    request.service = "flow";
    request.operation = flowRequest.operation;
    request.workspace = workspace.toStdString();
    request.body = schema::encode(flowRequest);
    request.timeout = stopTimeout;
    return ask<schema::FlowResponse>(*d->session->gateway(), request)
        .then(this, [this, workspace](const Answer<schema::FlowResponse> &answer) -> Answer<Done> {
            fetchWorkspace(workspace);
            if (!answer)
                return unexpected(answer.error());
            return Done {};
        });
}

QFuture<Answer<Done>> FlowStore::start(const QString &workspace, const QString &id,
    const QString &blueprint, const QString &description,
    const schema::Members<std::string> &parameters)
{
    schema::FlowRequest start;
    start.operation = "start-flow";
    start.flowId = id.toStdString();
    start.blueprintName = blueprint.toStdString();
    start.description = description.toStdString();
    start.parameters = parameters;
    return change(workspace, start);
}

QFuture<Answer<Done>> FlowStore::stop(const QString &workspace, const QString &id)
{
    schema::FlowRequest stop;
    stop.operation = "stop-flow";
    stop.flowId = id.toStdString();
    return change(workspace, stop);
}

QFuture<Answer<std::vector<rules::LiveFlow>>> FlowStore::liveFlows()
{
    using Flows = std::vector<rules::LiveFlow>;
    const auto ids = d->session->workspaces()->ids();
    struct Gathered {
        QPromise<Answer<Flows>> promise;
        qsizetype waiting = 0;
        std::optional<GatewayError> error;
    };
    auto gathered = std::make_shared<Gathered>();
    gathered->promise.start();
    gathered->waiting = ids.size();
    auto future = gathered->promise.future();
    auto finish = [this, gathered] {
        Flows flows;
        for (const FlowRow &row : d->rows) {
            const auto loaded = d->session->blueprints()->held(row.workspace);
            const auto *blueprint =
                loaded ? schema::find(loaded->blueprints, row.record.blueprintName) : nullptr;
            flows.push_back({ row.workspace.toStdString(), row.id.toStdString(), row.record,
                blueprint ? std::optional(*blueprint) : std::nullopt });
        }
        if (!gathered->error && !loaded())
            gathered->error = GatewayError { ErrorKind::Service, {},
                tr("the flows of some workspaces are not known: %1").arg(d->error), true };
        gathered->promise.addResult(gathered->error ? Answer<Flows>(unexpected(*gathered->error))
                                                    : Answer<Flows>(std::move(flows)));
        gathered->promise.finish();
    };
    if (ids.isEmpty())
        finish();
    for (const QString &workspace : ids)
        d->session->blueprints()->load(workspace).then(
            this, [gathered, finish](const Answer<BlueprintStore::LoadedPtr> &loaded) {
                if (!loaded)
                    gathered->error = loaded.error();
                if (--gathered->waiting == 0)
                    finish();
            });
    return future;
}

void FlowStore::clear()
{
    d->rows.clear();
    d->index.clear();
    d->workspaces.clear();
    d->workers.clear();
    d->processorNames.clear();
    d->recordFaults.clear();
    d->stoppingSince.clear();
    d->starvingSince.clear();
    d->startedAt.clear();
    d->measured.clear();
    d->measuredKnown = d->liveProcessorsKnown = false;
    d->liveProcessors.clear();
    d->error.clear();
    d->freshAt = -1;
    emit reset();
    emit changed();
}

} // namespace signalbox
