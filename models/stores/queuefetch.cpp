// SPDX-License-Identifier: GPL-3.0-only
// Where queues come from: fabric service, Prometheus, or blueprints alone.
#include "models/stores/queuedata.h"

#include "models/pages.h"
#include "models/rules/topic.h"
#include "models/schema/metrics.h"
#include "models/stores/flowstore.h"
#include "models/stores/session.h"

#include <algorithm>

namespace signalbox {
namespace {

constexpr qint64 pageLimit = 5000; ///< signalbox-gateway §6
constexpr qint64 prometheusMs = 15000; ///< the scrape interval (TG §11)
constexpr int renewalsOfStop = 3; ///< rounds of the broker that read its bindings anew

} // namespace

schema::QueueRow expectedRow(const ExpectedFlowQueue &expected, const std::string &name)
{
    schema::QueueRow row;
    row.name = name;
    row.topic = expected.queue.topic;
    if (const auto topic = rules::parseTopic(row.topic))
        row.topicClass = std::string(rules::name(topic->topicClass));
    row.scope = std::string(rules::name(expected.queue.scope));
    row.workspace = expected.workspace;
    if (expected.queue.scope == rules::Scope::Flow)
        row.flow = expected.flow;
    row.blueprint = expected.blueprint;
    row.processor = expected.queue.processor;
    return row;
}

void QueueStore::fetch()
{
    if (!d->session->online() || !d->session->gateway())
        return;
    if (d->fetching) {
        d->again = true;
        return;
    }
    const auto &can = d->session->capabilities();
    if (can.fabric) {
        d->fetching = true;
        d->fetchSeq = -1;
        d->list = { d->list.number + 1 };
        d->ledger.beginFetch();
        d->fabricTurn = {};
        d->sources->use(rules::QueueSource::Fabric,
            d->session->hasEvents() ? tr("events") : tr("fabric service"),
            d->session->hasEvents() ? 0 : prometheusMs);
        d->sources->asked(rules::QueueSource::Fabric);
        fetchFabric({});
    } else if (d->session->hasMetrics()) {
        d->fetching = true;
        fetchPrometheus();
    } else {
        noteNoMetrics();
        showExpected();
    }
}

/// No source, and why: it is looked for again while the connection is open.
void QueueStore::noteNoMetrics()
{
    const auto source = rules::QueueSource::Prometheus;
    d->sources->use(source, tr("Prometheus"),
        d->sources->uses(source) ? d->sources->everyMs(source) : prometheusMs);
    using Metrics = Capabilities::Metrics;
    const auto metrics = d->session->capabilities().metrics;
    d->sources->tellsNone(source,
        metrics == Metrics::Denied        ? tr("this caller may not read it: needs metrics:read")
            : metrics == Metrics::Unknown ? tr("no answer yet; looked for again")
                                          : tr("not to be had through this gateway; looked for "
                                               "again"),
        {});
}

void QueueStore::fetchFabric(const std::string &cursor)
{
    schema::FabricRequest ask;
    ask.operation = "list-queues";
    ask.limit = pageLimit;
    ask.format = "columns";
    if (!cursor.empty())
        ask.cursor = cursor;
    Request request;
    request.service = "fabric";
    request.operation = ask.operation;
    request.body = schema::encode(ask);
    const auto current = [this, generation = d->session->generation(), number = d->list.number] {
        return generation == d->session->generation() && number == d->list.number && d->fetching;
    };
    const bool first = d->list.asked++ == 0;
    const auto page = askPage<schema::FabricResponse>(*d->session->gateway(), request);
    auto cursorKnown = page.cursor;
    cursorKnown.then(this, [this, current](const std::string &next) {
        if (!current())
            return;
        if (next.empty() || d->list.ends)
            d->list.ends = true;
        else
            fetchFabric(next);
        finishList();
    });
    auto decoded = page.content;
    decoded.then(this, [this, current, first](const Answer<schema::FabricResponse> &content) {
        if (!current())
            return;
        if (!content)
            return failFetch(content.error());
        if (first)
            d->fetchSeq = content->seq.value_or(0);
        if (content->queues.empty())
            d->list.ends = true; // whatever it says about more
        ++d->list.taken;
        takePage(*content);
        finishList();
    });
}

void QueueStore::finishList()
{
    if (d->list.ends && d->list.taken == d->list.asked)
        finishFetch();
}

void QueueStore::takePage(const schema::FabricResponse &page)
{
    d->countsKnown = true;
    for (const auto &row : page.queues)
        d->ledger.upsert(row, QStringLiteral("fabric"), d->clock.elapsed());
    ++d->fabricTurn.requests;
    d->showing.request(); // every look at a list that grows costs a frame
}

/// Rows that this fetch did not meet are gone; then what was pushed meanwhile is applied in its
/// order.
void QueueStore::finishFetch()
{
    d->loaded = true;
    d->fetching = false;
    d->error.clear();
    if (d->session->capabilities().fabric) {
        removeRows(d->ledger.endFetch(d->clock.elapsed()));
        d->sources->succeeded(rules::QueueSource::Fabric, count(), d->fabricTurn);
        flush();
    }
    showSources();
    for (const auto &batch : std::exchange(d->buffered, {}))
        if (batch->lastSeq > d->fetchSeq)
            takeBatch(*batch);
    emit changed();
    if (std::exchange(d->again, false))
        fetch();
}

void QueueStore::failFetch(const GatewayError &error)
{
    d->fetching = false;
    d->again = false;
    // What was pushed meanwhile holds, whatever became of the list.
    for (const auto &batch : std::exchange(d->buffered, {}))
        if (d->loaded && batch->lastSeq > d->fetchSeq)
            takeBatch(*batch);
    flush();
    if (error.retry && d->session->hasEvents()) // else the poller asks again
        d->retry.start();
    // While the broker itself tells the queues, the other's fault is its own, not that of the page.
    const bool told =
        d->sources->ageMs(brokerSource()) >= 0 && d->sources->faultOf(brokerSource()).isEmpty();
    d->error = told ? QString() : error.text;
    d->sources->failed(d->session->capabilities().fabric ? rules::QueueSource::Fabric
                                                         : rules::QueueSource::Prometheus,
        error.text, {});
    showSources();
    emit changed();
}

void QueueStore::fetchPrometheus()
{
    struct Gathered {
        std::unordered_map<std::string, rules::QueueReading> rows;
        int waiting = 3;
        std::optional<GatewayError> error;
    };
    auto gathered = std::make_shared<Gathered>();
    d->sources->use(rules::QueueSource::Prometheus, tr("Prometheus"),
        d->sources->uses(rules::QueueSource::Prometheus)
            ? d->sources->everyMs(rules::QueueSource::Prometheus)
            : prometheusMs);
    d->sources->asked(rules::QueueSource::Prometheus);
    const int generation = d->session->generation();
    using rules::QueueFigure;
    static const std::pair<const char *, QueueFigure> series[] = {
        { "rabbitmq_queue_messages_ready", QueueFigure::Ready },
        { "rabbitmq_queue_messages_unacked", QueueFigure::Unacked },
        { "rabbitmq_queue_consumers", QueueFigure::Consumers }
    };
    const std::string vhost = d->session->broker().vhost.toStdString();
    for (const auto &[name, figure] : series) {
        Request request;
        request.service = "metrics";
        request.operation = "query";
        request.body = schema::encode(schema::MetricsParameters { { { "query", name } } });
        signalbox::ask<schema::InstantVector>(*d->session->gateway(), request)
            .then(this,
                [this, gathered, generation, vhost, figure = figure](
                    const Answer<schema::InstantVector> &answer) {
                    if (generation != d->session->generation())
                        return;
                    if (!answer) {
                        gathered->error = answer.error();
                    } else {
                        for (const auto &sample : answer->samples) {
                            const auto *queue = schema::find(sample.labels, "queue");
                            const auto *host = schema::find(sample.labels, "vhost");
                            if (queue && (vhost.empty() || !host || *host == vhost))
                                gathered->rows[*queue].tell(figure, std::int64_t(sample.value));
                        }
                    }
                    if (--gathered->waiting > 0)
                        return;
                    if (gathered->error)
                        return failFetch(*gathered->error);
                    takePrometheus(gathered->rows);
                });
    }
}

void QueueStore::takePrometheus(std::unordered_map<std::string, rules::QueueReading> &told)
{
    const qint64 now = d->clock.elapsed();
    d->countsKnown = d->countsKnown || !told.empty();
    tellExpected();
    // The broker's own list is newer than any scrape: what it does not name is there no more.
    const qint64 listAge = d->sources->ageMs(rules::QueueSource::RabbitMq);
    const bool listed = d->brokerWhole && listAge >= 0
        && listAge < std::min(prometheusMs, d->sources->everyMs(rules::QueueSource::Prometheus));
    d->ledger.beginListing(rules::QueueSource::Prometheus, now);
    for (auto &[name, reading] : told) {
        if (listed && d->ledger.numberOf(name) < 0)
            continue;
        reading.source = rules::QueueSource::Prometheus;
        reading.toldMs = now;
        d->ledger.tell(identify(name, false,
                           reading.tells(rules::QueueFigure::Consumers)
                               ? reading.value(rules::QueueFigure::Consumers)
                               : -1),
            reading);
    }
    flush();
    removeRows(d->ledger.endListing(rules::QueueSource::Prometheus, now));
    flush();
    if (told.empty())
        d->sources->tellsNone(
            rules::QueueSource::Prometheus, tr("answers, without series per queue"), { 3, 0, 0 });
    else
        d->sources->succeeded(rules::QueueSource::Prometheus, int(told.size()), { 3, 0, 0 });
    finishFetch();
}

std::optional<qint64> QueueStore::expectedSince(const std::string &name) const
{
    const int row = d->ledger.numberOf(name);
    if (row < 0)
        return {};
    for (const auto &reading : rows()[std::size_t(row)].readings)
        if (reading.source == rules::QueueSource::Blueprint)
            return reading.toldMs;
    return {};
}

/// What blueprints expect is there, counted or not.
void QueueStore::tellExpected()
{
    if (d->session->capabilities().fabric)
        return;
    indexExpected();
    // Without any source the names of our own kind are as good as a broker's.
    const bool broker = d->session->knowsQueues() && !atPulsar();
    const bool otherNames = std::exchange(d->expectedAtBroker, broker) != broker;
    if (!std::exchange(d->expectedUntold, false) && !otherNames)
        return;
    rules::QueueReading nothing { rules::QueueSource::Blueprint, d->clock.elapsed() };
    const qint64 now = nothing.toldMs;
    d->ledger.beginListing(nothing.source, now);
    for (const auto &[name, one] : d->expectedNames) {
        const std::string &shown = broker ? name : one.queue.queue;
        nothing.toldMs = expectedSince(shown).value_or(now); // the first time counts
        d->ledger.tell(expectedRow(one, shown), nothing);
    }
    flush();
    removeRows(d->ledger.endListing(nothing.source, d->clock.elapsed()));
}

void QueueStore::showExpected()
{
    d->countsKnown = d->countsKnown && d->brokerWhole;
    tellExpected();
    finishFetch();
}

void QueueStore::setExpected(const QString &workspace, std::vector<ExpectedFlowQueue> expected)
{
    d->ledger.setConsumed(workspace.toStdString(), expected);
    d->owners.request();
    if (d->session->capabilities().fabric)
        return;
    const auto *flows = d->session->flows();
    const bool flowless = expected.empty() && flows->loadedIn(workspace)
        && std::none_of(flows->rows().begin(), flows->rows().end(),
            [&](const FlowRow &flow) { return flow.workspace == workspace; });
    if (flowless)
        d->flowless.insert(workspace.toStdString());
    else
        d->flowless.erase(workspace.toStdString());
    // A flow went: its exchanges go with it or a little later, and what they fed is an orphan.
    std::unordered_set<std::string> asked;
    for (const ExpectedFlowQueue &one : expected)
        asked.insert(one.queue.queue);
    const auto before = d->expected.value(workspace);
    if (std::any_of(before.begin(), before.end(),
            [&](const ExpectedFlowQueue &one) { return !asked.contains(one.queue.queue); }))
        d->broker->renewBindings(renewalsOfStop);
    if (expected.empty())
        d->expected.remove(workspace);
    else
        d->expected.insert(workspace, expected);
    d->expectedMoved = true;
    fetch();
    fetchBroker();
}

} // namespace signalbox
