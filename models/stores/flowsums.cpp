// SPDX-License-Identifier: GPL-3.0-only
// What queues, workers and events tell of a flow, summed up into its row.
#include "models/stores/flowdata.h"

#include "models/schema/metrics.h"
#include "models/stores/flowhealth.h"

#include <algorithm>

namespace signalbox {
namespace {

constexpr int seriesPoints = 60;

} // namespace

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
            d->workers.take(page->processors, d->clock.elapsed());
            if (page->cursor && !page->cursor->empty() && !page->processors.empty())
                fetchProcessors(*page->cursor);
        });
}

void FlowStore::takeBatch(const LiveBatch &batch)
{
    d->workers.take(batch.processors, d->clock.elapsed());
    QSet<QString> touched;
    for (const auto &[workspaceBytes, event] : batch.flows) {
        const QString workspace = QString::fromStdString(workspaceBytes);
        const QString rowKey = key(workspace, QString::fromStdString(event.flow));
        touched.insert(workspace);
        const int row = rowOf(rowKey);
        if (row >= 0 && event.state == "stopping" && !d->rows[row].stopping) {
            d->rows[row].stopping = true;
            d->facts[rowKey].stoppingSince = d->clock.elapsed();
            d->facts[rowKey].stoppingSeen = true;
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
                const auto parts =
                    consumer ? QString::fromStdString(*consumer).split(u':') : QStringList();
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
                    d->liveProcessors.insert(*processor);
            summarise();
        });
}

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
    const auto now = std::tie(row.backlog, row.rate, row.errorPercent, row.processorsUp, row.queues,
        row.queuesText, row.aspect, row.why);
    const std::tuple before { row.backlog, row.rate, row.errorPercent, row.processorsUp, row.queues,
        row.queuesText, row.aspect, row.why };
    if (d->session->silent()) {
        // The signal stays what it was, with its age beside it; what moves is not known any more.
        row.rate.reset();
        row.errorPercent.reset();
        return now != before;
    }
    countQueues(row, totals);
    FlowFacts facts;
    askWorkers(row, facts);
    judge(row, totals, facts);
    return now != before;
}

/// The queues of a flow: those that its blueprint names, there or not yet, and those of its
/// subscribers.
void FlowStore::countQueues(FlowRow &row, const FlowTotals *totals)
{
    const int named = d->facts.value(key(row.workspace, row.id)).namedQueues;
    const int subscribers = totals ? totals->queues - totals->named : 0;
    row.queues = named >= 0 ? named + subscribers : totals ? totals->queues : -1;
    row.queuesText = named < 0 ? tr("Its blueprint is not known: these are at the broker.")
        : totals && totals->shared > 0
        ? tr("%1 named by its blueprint, %2 of them shared with other flows; %3 of subscribers, "
             "which come and go with them")
              .arg(named)
              .arg(totals->shared)
              .arg(subscribers)
        : tr("%1 named by its blueprint; %2 of subscribers, which come and go with them")
              .arg(named)
              .arg(subscribers);
    const bool counts =
        d->session->queues()->countsKnown() && totals && totals->unknownCounts < totals->queues;
    row.backlog = counts ? std::optional(totals->ready) : std::nullopt;
    row.rate = counts && totals->ratesKnown ? std::optional(totals->outRate) : std::nullopt;
}

void FlowStore::askWorkers(FlowRow &row, FlowFacts &facts)
{
    const QString rowKey = key(row.workspace, row.id);
    row.processorsUp.reset();
    row.errorPercent.reset();
    const auto workers = d->workers.of(rowKey);
    if (!workers.empty()) {
        int up = 0;
        for (const auto &worker : workers) {
            up += worker.state == "running";
            const QString name = QString::fromStdString(worker.processor);
            if (worker.state == "dead")
                facts.deadProcessors.append(name);
            else if (worker.state == "paused")
                facts.pausedProcessors.append(name);
        }
        row.processorsUp = up;
        row.errorPercent = d->workers.errorPercent(rowKey);
    } else if (d->measuredKnown) {
        const auto measured = d->measured.value(rowKey);
        const double sum = measured.ok + measured.error;
        row.rate = measured.ok;
        row.errorPercent = sum > 0 ? measured.error * 100 / sum : 0;
    }
    const auto *entries = d->workers.entries(rowKey);
    if (d->liveProcessorsKnown && entries)
        row.processorsUp = int(std::count_if(entries->begin(), entries->end(),
            [this](const auto &entry) { return d->liveProcessors.contains(entry.processor); }));
}

void FlowStore::judge(FlowRow &row, const FlowTotals *totals, FlowFacts &facts)
{
    auto &known = d->facts[key(row.workspace, row.id)];
    const qint64 now = d->clock.elapsed();
    const auto forMs = [now](qint64 since) { return since < 0 ? 0 : now - since; };
    facts.stopping = row.stopping;
    facts.stoppingForMs = forMs(known.stoppingSince);
    facts.stoppingSeen = known.stoppingSeen;
    facts.processors = row.processors;
    facts.processorsUp = row.processorsUp;
    facts.countsKnown = d->session->queues()->countsKnown();
    facts.totals = totals;
    if (!totals || totals->starving == 0)
        known.starvingSince = -1;
    else if (known.starvingSince < 0)
        known.starvingSince = now;
    facts.starvingForMs = forMs(known.starvingSince);
    const auto &queueRows = d->session->queues()->rows();
    if (totals && totals->worst >= 0)
        facts.starvingProcessor = QString::fromStdString(queueRows[totals->worst].row.processor);
    if (totals && totals->deepest >= 0)
        facts.deepestProcessor = QString::fromStdString(queueRows[totals->deepest].row.processor);
    facts.errorPercent = row.errorPercent;
    facts.backlog = row.backlog;
    constexpr int minute = int(60000 / Data::sampleMs);
    if (row.series.size() >= minute)
        facts.backlogMinuteAgo = qint64(row.series[row.series.size() - minute]);
    facts.recordFault = known.fault;
    const auto health = healthOf(facts);
    row.aspect = health.aspect;
    row.why = health.why;
}

void FlowStore::sampleSeries()
{
    if (d->clock.elapsed() - d->sampledAt < Data::sampleMs)
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

} // namespace signalbox
