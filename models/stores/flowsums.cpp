// SPDX-License-Identifier: GPL-3.0-only
// What queues, workers and events tell of a flow, summed up into its row.
#include "models/stores/flowdata.h"

#include "models/rules/expand.h"
#include "models/schema/metrics.h"
#include "models/stores/blueprintstore.h"
#include "models/stores/flowhealth.h"
#include "models/stores/queuesources.h"

#include <QDateTime>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace signalbox {
namespace {

constexpr int flowsPerPart = 150; ///< a millisecond or two
constexpr int looksPerPart = 5; ///< an expansion is a good part of a millisecond

/// Key of the flow that a topic belongs to: its last two parts are workspace and flow (TG §5.8).
QString flowOfTopic(const std::string *topic)
{
    const auto parts = topic ? QString::fromStdString(*topic).split(u':') : QStringList();
    return parts.size() < 5 ? QString() : FlowStore::key(parts[parts.size() - 2], parts.back());
}

/// What one era of names is asked (TG §5.8). Aggregated throughout: the plain series of the
/// processors carry secrets in their labels (TG §1.12).
struct MetricQueries {
    const char *handled;
    const char *processors;
    const char *versions; ///< nullptr: that era has none
    const char *limits;
};
constexpr MetricQueries newNames {
    "sum by (consumer,status)(rate(tg_consumer_processing_total[1m]))",
    "count by (processor)(tg_processor_info)", "max by (processor)(tg_config_version)",
    "sum by (processor,consumer)(rate(tg_consumer_rate_limit_total[1m]))"
};
/// Before 2.8.4 the label `flow` stands where the topic does now, and a process may be named by its
/// job alone (TG §1.12).
constexpr MetricQueries oldNames { "sum by (flow,status)(rate(processing_count_total[1m]))",
    "count by (processor,job)(processor_info)", nullptr,
    "sum by (processor,flow)(rate(rate_limit_count_total[1m]))" };

/// As FlowStore::metricKey() calls the flow; empty when the sample names none.
QString measuredFlow(const schema::Members<std::string> &labels, bool old)
{
    if (!old)
        return flowOfTopic(schema::find(labels, "consumer"));
    const auto *flow = schema::find(labels, "flow");
    return flow ? QString::fromStdString(*flow) : QString();
}

const std::string *processOf(const schema::Members<std::string> &labels)
{
    const auto *processor = schema::find(labels, "processor");
    return processor && !processor->empty() ? processor : schema::find(labels, "job");
}

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
            else
                d->workersListed = true;
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
    const auto metrics = d->session->capabilities().metrics;
    const bool old = metrics == Capabilities::Metrics::Old;
    if (!old && metrics != Capabilities::Metrics::New)
        return;
    if (std::exchange(d->oldNames, old) != old)
        forgetMetrics(); // another era calls flows otherwise
    const MetricQueries &queries = old ? oldNames : newNames;
    const int generation = d->session->generation();
    auto query = [this](const char *promql) {
        Request request;
        request.service = "metrics";
        request.operation = "query";
        request.body = schema::encode(schema::MetricsParameters { { { "query", promql } } });
        return signalbox::ask<schema::InstantVector>(*d->session->gateway(), request);
    };
    const auto current = [this, generation, old] {
        return generation == d->session->generation() && d->oldNames == old;
    };
    query(queries.handled)
        .then(this, [this, current, old](const Answer<schema::InstantVector> &answer) {
            if (!current() || !answer)
                return;
            // A Prometheus that was started anew has nothing to tell yet.
            d->told.measured = answer->samples.empty() ? -1 : d->clock.elapsed();
            d->measured.clear();
            for (const auto &sample : answer->samples) {
                const auto *status = schema::find(sample.labels, "status");
                const QString flow = measuredFlow(sample.labels, old);
                if (flow.isEmpty() || !status)
                    continue;
                auto &sum = d->measured[flow];
                (*status == "error" ? sum.error : sum.ok) += sample.value;
            }
            summarise();
        });
    query(queries.processors)
        .then(this, [this, current](const Answer<schema::InstantVector> &answer) {
            if (!current() || !answer)
                return;
            // The gateway that hands this on is one of them: none at all tells nothing.
            d->told.processors = answer->samples.empty() ? -1 : d->clock.elapsed();
            d->liveProcessors.clear();
            for (const auto &sample : answer->samples)
                if (const auto *processor = processOf(sample.labels))
                    d->liveProcessors.insert(*processor);
            d->everLive.insert(d->liveProcessors.begin(), d->liveProcessors.end());
            summarise();
        });
    if (queries.versions)
        query(queries.versions)
            .then(this, [this, current](const Answer<schema::InstantVector> &answer) {
                if (!current() || !answer)
                    return;
                d->told.versions = d->clock.elapsed();
                d->configVersions.clear();
                for (const auto &sample : answer->samples)
                    if (const auto *processor = schema::find(sample.labels, "processor"))
                        d->configVersions[*processor] = std::int64_t(sample.value);
            });
    query(queries.limits)
        .then(this, [this, current, old](const Answer<schema::InstantVector> &answer) {
            if (!current() || !answer)
                return;
            d->told.limits = d->clock.elapsed();
            d->rateLimited.clear();
            for (const auto &sample : answer->samples) {
                const auto *processor = schema::find(sample.labels, "processor");
                const QString flow = measuredFlow(sample.labels, old);
                if (processor && !flow.isEmpty() && sample.value > 0)
                    d->rateLimited[flow][*processor] += sample.value;
            }
        });
}

void FlowStore::forgetMetrics()
{
    d->told = {};
    d->measured.clear();
    d->liveProcessors.clear();
    d->everLive.clear();
    d->configVersions.clear();
    d->rateLimited.clear();
}

/// Old names tell a flow's id, or a blueprint's name, without the workspace.
void FlowStore::countNames()
{
    d->named.clear();
    if (!d->oldNames)
        return;
    for (const FlowRow &row : d->rows) {
        ++d->named[row.id];
        d->named[row.blueprint] += 2; // what is shared is counted there as well
    }
}

/// Under which a flow's figures are kept; empty where they cannot be told from those of another.
QString FlowStore::metricKey(const FlowRow &row) const
{
    if (!d->oldNames)
        return key(row.workspace, row.id);
    return d->named.value(row.id) == 1 ? row.id : QString();
}

/// What Prometheus told and does not tell any more is not known after three rounds.
void FlowStore::forgetOldMetrics()
{
    constexpr qint64 rounds = 3;
    const qint64 every = d->session->queues()->sources()->everyMs(rules::QueueSource::Prometheus);
    const qint64 since = d->clock.elapsed() - rounds * (every > 0 ? every : Data::metricsMs);
    const auto old = [since](qint64 &told) {
        const bool forget = told >= 0 && told < since;
        if (forget)
            told = -1;
        return forget;
    };
    if (old(d->told.measured))
        d->measured.clear();
    if (old(d->told.processors))
        d->liveProcessors.clear();
    if (old(d->told.versions))
        d->configVersions.clear();
    if (old(d->told.limits))
        d->rateLimited.clear();
}

void FlowStore::summarise()
{
    d->summary.met();
    forgetOldMetrics();
    if (d->nextRow >= 0) {
        d->again = true;
        return;
    }
    countNames();
    d->nextRow = 0;
    d->moved = d->again = false;
    summariseMore();
}

/// After a change of one workspace: of few flows at once, of many together with what else changes.
void FlowStore::summariseSoon()
{
    if (count() <= flowsPerPart)
        summarise();
    else
        d->summary.request();
}

void FlowStore::summariseMore()
{
    if (d->nextRow < 0)
        return;
    std::vector<int> changedRows;
    d->looksLeft = looksPerPart;
    const int last = std::min(count(), d->nextRow + flowsPerPart);
    for (int number = d->nextRow; number < last; ++number) {
        FlowRow &row = d->rows[number];
        const auto totals = d->session->queues()->totalsOf(row.workspace, row.id);
        if (summariseRow(row, totals ? &*totals : nullptr))
            changedRows.push_back(number);
    }
    d->moved = d->moved || !changedRows.empty();
    d->nextRow = last < count() ? last : -1;
    if (d->nextRow >= 0)
        d->parts.start();
    else
        sampleSeries();
    if (!changedRows.empty())
        emit rowsChanged(changedRows);
    if (d->nextRow >= 0)
        return;
    if (d->moved)
        emit changed();
    if (std::exchange(d->again, false))
        d->summary.request();
}

bool FlowStore::summariseRow(FlowRow &row, const FlowTotals *totals)
{
    const auto now = std::tie(row.backlog, row.uncounted, row.rate, row.errorPercent,
        row.processorsUp, row.queues, row.queuesText, row.aspect, row.why);
    const std::tuple before { row.backlog, row.uncounted, row.rate, row.errorPercent,
        row.processorsUp, row.queues, row.queuesText, row.aspect, row.why };
    if (d->session->silent()) {
        // The signal stays what it was, with its age beside it; what moves is not known any more.
        row.rate.reset();
        row.errorPercent.reset();
        row.handled.reset();
        return now != before;
    }
    countQueues(row, totals);
    rules::FlowEvidence evidence;
    askWorkers(row, evidence);
    judge(row, totals, evidence);
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
    row.uncounted = 0;
    row.rate = counts && totals->ratesKnown ? std::optional(totals->outRate) : std::nullopt;
}

void FlowStore::askWorkers(FlowRow &row, rules::FlowEvidence &evidence)
{
    using Worker = rules::EntryEvidence::Worker;
    const QString rowKey = key(row.workspace, row.id);
    const QString measuredAs = metricKey(row);
    row.processorsUp.reset();
    row.errorPercent.reset();
    row.handled.reset();
    evidence.workersComplete = d->workersListed;
    evidence.entries = d->workers.evidence(rowKey, d->workersListed);
    const auto known = [](const auto &entry) { return entry.worker != Worker::Unknown; };
    if (std::any_of(evidence.entries.begin(), evidence.entries.end(), known)) {
        if (const auto tried = d->workers.tried(rowKey)) {
            row.errorPercent = tried->errorPercent;
            row.handled = tried->perSecond;
        }
    } else if (d->told.measured >= 0 && (!d->oldNames || d->measured.contains(measuredAs))) {
        const auto measured = d->measured.value(measuredAs);
        const double sum = measured.ok + measured.error;
        row.rate = measured.ok;
        row.errorPercent = sum > 0 ? measured.error * 100 / sum : 0;
        row.handled = sum;
    }
    const auto limited = d->rateLimited.value(measuredAs);
    for (auto &entry : evidence.entries) {
        if (d->told.processors >= 0) {
            entry.worker =
                d->liveProcessors.contains(entry.processor) ? Worker::Running : Worker::Absent;
            entry.seen = d->everLive.contains(entry.processor);
        }
        // Workers of the fabric service tell the version of their own entry, not of the whole.
        if (const auto at = d->configVersions.find(entry.processor); at != d->configVersions.end())
            entry.configVersion = at->second;
        if (const auto at = limited.find(entry.processor); at != limited.end())
            entry.rateLimited = at->second;
    }
    for (const auto &[processor, version] : d->configVersions)
        evidence.newestConfig = std::max(evidence.newestConfig.value_or(version), version);
    if (std::any_of(evidence.entries.begin(), evidence.entries.end(), known))
        row.processorsUp = int(std::count_if(evidence.entries.begin(), evidence.entries.end(),
            [](const auto &entry) { return entry.worker == Worker::Running; }));
}

/// Our gateway lists every queue: one that the blueprint names and the list lacks is not there, and
/// what is sent to it is lost. Until it is known which, they are queues of which nothing is known.
void FlowStore::findUnlisted(
    const FlowRow &row, const FlowTotals *totals, rules::FlowEvidence &evidence)
{
    const QueueStore &queues = *d->session->queues();
    auto &facts = d->facts[key(row.workspace, row.id)];
    const int there = totals ? totals->named : 0;
    if (!d->session->hasFabric() || !d->session->hasEvents() || !queues.listsEach()
        || facts.namedQueues <= there) {
        facts.unlisted.clear();
        facts.unlistedAt = -1;
        return;
    }
    if (std::any_of(facts.unlisted.begin(), facts.unlisted.end(),
            [&](const auto &queue) { return queues.rowOf(queue.name) >= 0; }))
        facts.unlistedAt = -1; // it came, and another one may have gone
    const auto held = d->session->blueprints()->held(row.workspace);
    const auto *blueprint =
        held ? held->of(row.id.toStdString(), row.record.blueprintName) : nullptr;
    if (facts.unlistedAt != there && blueprint && d->looksLeft > 0) {
        --d->looksLeft;
        facts.unlistedAt = there;
        facts.unlisted.clear();
        const std::string workspace = row.workspace.toStdString();
        const auto expansion = rules::expand(*blueprint,
            { workspace, row.record.blueprintName, row.id.toStdString(), row.record.parameters });
        std::unordered_set<std::string> others; // of no workspace: they are listed to few
        for (const auto &topic : expansion.topics)
            if (topic.scope == rules::Scope::Global || topic.scope == rules::Scope::System)
                others.insert(topic.topic);
        std::unordered_set<std::string> seen;
        for (const auto &queue : rules::expectedQueues(expansion, workspace))
            if (!others.contains(queue.topic) && seen.insert(queue.queue).second
                && !queues.find(queue))
                facts.unlisted.push_back({ queue.queue, queue.processor });
    }
    if (facts.unlistedAt == there) {
        evidence.missing = facts.unlisted;
        return;
    }
    evidence.queues += facts.namedQueues - there;
    evidence.unknownQueues += facts.namedQueues - there;
}

void FlowStore::sumQueues(
    const FlowRow &row, const FlowTotals *totals, rules::FlowEvidence &evidence)
{
    evidence.countsKnown = d->session->queues()->countsKnown();
    evidence.errorPercent = row.errorPercent;
    evidence.backlog = row.backlog;
    constexpr qint64 minuteMs = 60000;
    evidence.backlogMinuteAgo =
        FlowHistory::valueAgo(row.series, minuteMs - (d->clock.elapsed() - d->sampledAt));
    if (!totals)
        return findUnlisted(row, totals, evidence);
    evidence.queues = totals->queues;
    evidence.unknownQueues = totals->unknownCounts;
    if (totals->unknownCounts > 0)
        evidence.missing = d->session->queues()->missingOf(row.workspace, row.id);
    // What is known to be missing is not unknown.
    evidence.unknownQueues -= int(evidence.missing.size());
    findUnlisted(row, totals, evidence);
    // A sum over more queues than a minute ago is no growth.
    auto &facts = d->facts[key(row.workspace, row.id)];
    const std::pair summed { totals->named, evidence.unknownQueues };
    if (std::exchange(facts.summed, summed) != summed)
        facts.summedSince = d->clock.elapsed();
    if (d->clock.elapsed() - facts.summedSince < minuteMs + Data::sampleMs)
        evidence.backlogMinuteAgo.reset();
    evidence.starving = totals->starving;
    evidence.starvingReady = totals->starvingReady;
    evidence.unacked = totals->unacked;
    const auto &queueRows = d->session->queues()->rows();
    if (totals->worst >= 0)
        evidence.starvingProcessor = queueRows[totals->worst].row.processor;
    if (totals->deepest >= 0)
        evidence.deepestProcessor = queueRows[totals->deepest].row.processor;
}

/// Since when things are as they are, by the steady clock.
void FlowStore::tellTimes(const FlowRow &row, rules::FlowEvidence &evidence)
{
    using Worker = rules::EntryEvidence::Worker;
    auto &known = d->facts[key(row.workspace, row.id)];
    const qint64 now = d->clock.elapsed();
    const auto forMs = [now](qint64 since) { return since < 0 ? 0 : now - since; };
    const auto since = [now, forMs](qint64 &begin, bool so) {
        begin = !so ? -1 : begin < 0 ? now : begin;
        return forMs(begin);
    };
    const auto any = [&](auto &&test) {
        return std::any_of(evidence.entries.begin(), evidence.entries.end(), test);
    };
    evidence.stoppingForMs = forMs(known.stoppingSince);
    evidence.stoppingSeen = known.stoppingSeen;
    evidence.starvingForMs = since(known.starvingSince, evidence.starving > 0);
    evidence.absentForMs = since(
        known.absentSince, any([](const auto &entry) { return entry.worker == Worker::Absent; }));
    evidence.missingForMs = since(known.missingSince, !evidence.missing.empty());
    evidence.stillForMs = since(known.stillSince,
        row.backlog.value_or(0) > 0 && row.rate && *row.rate <= 0 && evidence.starving == 0);
    evidence.driftForMs = since(known.driftSince, any([&](const auto &entry) {
        return entry.configVersion && evidence.newestConfig
            && *entry.configVersion < *evidence.newestConfig;
    }));
}

void FlowStore::judge(FlowRow &row, const FlowTotals *totals, rules::FlowEvidence &evidence)
{
    evidence.stopping = row.stopping;
    evidence.fault = d->facts.value(key(row.workspace, row.id)).fault.toStdString();
    sumQueues(row, totals, evidence);
    if (row.backlog) // in what is not there nothing waits
        row.uncounted = evidence.unknownQueues;
    tellTimes(row, evidence);
    row.finding = rules::judgeFlow(evidence);
    row.aspect = aspectOf(row.finding.signal);
    row.why = whyOf(row.finding, evidence);
}

void FlowStore::sampleSeries()
{
    if (d->clock.elapsed() - d->sampledAt < Data::sampleMs)
        return;
    std::vector<int> sampled;
    const bool silent = d->session->silent();
    const qint64 sinceMs = d->clock.elapsed() - d->sampledAt;
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    for (int number = 0; number < count(); ++number) {
        FlowRow &row = d->rows[number];
        const auto aspect = silent ? Cell::Unknown : row.aspect;
        const QString rowKey = key(row.workspace, row.id);
        FlowHistory::Figures figures { silent ? std::nullopt : row.backlog, row.errorPercent,
            aspect };
        figures.processors = row.processors;
        if (!silent) {
            const Data::Facts facts = d->facts.value(rowKey);
            figures.finding = row.finding;
            figures.fault = facts.fault.toStdString();
            figures.stoppingSeen = facts.stoppingSeen;
            figures.processorsUp = row.processorsUp;
        }
        d->history.tell(rowKey, nowMs, figures);
        const qsizetype before = row.series.size();
        FlowHistory::extend(row.series, sinceMs, figures.backlog, Data::seriesPoints);
        if (before > 0 || !row.series.isEmpty())
            sampled.push_back(number);
    }
    if (d->rows.empty())
        return;
    d->sampledAt = d->clock.elapsed();
    if (sampled.empty())
        return;
    emit rowsChanged(sampled);
}

} // namespace signalbox
