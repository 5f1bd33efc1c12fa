// SPDX-License-Identifier: GPL-3.0-only
// Where queues come from: fabric service, Prometheus, or blueprints alone.
#include "models/stores/queuedata.h"

#include "models/rules/topic.h"
#include "models/schema/metrics.h"
#include "models/stores/session.h"

namespace signalbox {
namespace {

constexpr qint64 pageLimit = 5000; ///< signalbox-gateway §6

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

/// Where only the name is known: what it says, and nothing that it does not say (field-notes §4).
schema::QueueRow rowOfRabbitName(const std::string &name)
{
    schema::QueueRow row;
    row.name = name;
    row.scope = std::string(rules::name(rules::Scope::Unknown));
    const auto parsed = rules::parseRabbitQueue(name);
    if (!parsed)
        return row;
    row.topic = parsed->topic.text();
    row.topicClass = std::string(rules::name(parsed->topic.topicClass));
    row.processor = parsed->processor;
    row.workspace = parsed->workspace;
    if (parsed->gatewayLeftover)
        row.scope = std::string(rules::name(rules::Scope::Orphan));
    else if (rules::systemOwnedTopic(row.topic))
        row.scope = std::string(rules::name(rules::Scope::System));
    return row;
}

} // namespace

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
        d->ledger.beginFetch();
        fetchFabric({});
    } else if (d->session->knowsQueues()) {
        d->fetching = true;
        d->ledger.beginFetch();
        fetchPrometheus();
    } else {
        showExpected();
    }
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
    const int generation = d->session->generation();
    signalbox::ask<schema::FabricResponse>(*d->session->gateway(), request)
        .then(this, [this, generation](const Answer<schema::FabricResponse> &page) {
            if (generation != d->session->generation())
                return;
            if (!page)
                return failFetch(page.error());
            takePage(*page);
            if (page->cursor && !page->cursor->empty() && !page->queues.empty())
                return fetchFabric(*page->cursor);
            finishFetch();
        });
}

void QueueStore::takePage(const schema::FabricResponse &page)
{
    if (d->fetchSeq < 0)
        d->fetchSeq = page.seq.value_or(0);
    d->countsKnown = true;
    d->source = d->session->hasEvents() ? tr("events") : tr("fabric service");
    for (const auto &row : page.queues)
        d->ledger.upsert(row, true, QStringLiteral("fabric"), d->clock.elapsed());
    flush();
}

/// Rows that this fetch did not meet are gone; then what was pushed meanwhile is applied in its
/// order.
void QueueStore::finishFetch()
{
    removeRows(d->ledger.notSeen());
    d->loaded = true;
    d->fetching = false;
    d->error.clear();
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
    d->buffered.clear();
    d->error = error.text;
    emit changed();
}

void QueueStore::fetchPrometheus()
{
    struct Gathered {
        std::unordered_map<std::string, schema::QueueRow> rows;
        int waiting = 3;
        std::optional<GatewayError> error;
    };
    auto gathered = std::make_shared<Gathered>();
    const int generation = d->session->generation();
    static const std::pair<const char *, std::int64_t schema::QueueRow::*> series[] = {
        { "rabbitmq_queue_messages_ready", &schema::QueueRow::ready },
        { "rabbitmq_queue_messages_unacked", &schema::QueueRow::unacked },
        { "rabbitmq_queue_consumers", &schema::QueueRow::consumers }
    };
    for (const auto &[name, member] : series) {
        Request request;
        request.service = "metrics";
        request.operation = "query";
        request.body = schema::encode(schema::MetricsParameters { { { "query", name } } });
        signalbox::ask<schema::InstantVector>(*d->session->gateway(), request)
            .then(this,
                [this, gathered, generation, member = member](
                    const Answer<schema::InstantVector> &answer) {
                    if (generation != d->session->generation())
                        return;
                    if (!answer)
                        gathered->error = answer.error();
                    else
                        for (const auto &sample : answer->samples)
                            if (const auto *queue = schema::find(sample.labels, "queue"))
                                gathered->rows[*queue].*member = std::int64_t(sample.value);
                    if (--gathered->waiting > 0)
                        return;
                    if (gathered->error)
                        return failFetch(*gathered->error);
                    takePrometheus(gathered->rows);
                });
    }
}

void QueueStore::takePrometheus(std::unordered_map<std::string, schema::QueueRow> &told)
{
    d->countsKnown = !told.empty();
    d->source = told.empty() ? tr("Prometheus, which has no series per queue")
                             : tr("Prometheus every 15 s");
    std::unordered_map<std::string, const ExpectedFlowQueue *> expected;
    for (const auto &list : std::as_const(d->expected))
        for (const auto &one : list)
            expected.emplace(QueueLedger::rabbitName(one.queue), &one);
    for (auto &[name, counts] : told) {
        const auto known = expected.find(name);
        auto row =
            known == expected.end() ? rowOfRabbitName(name) : expectedRow(*known->second, name);
        row.ready = counts.ready;
        row.unacked = counts.unacked;
        row.consumers = counts.consumers;
        // A processor's queue that no live flow asks for, unbound as far as one can tell from here
        // (field-notes §5.2).
        const bool flowsRead = !d->expected.isEmpty();
        if (known == expected.end() && flowsRead && !row.processor.empty() && row.consumers == 0)
            row.scope = std::string(rules::name(rules::Scope::Orphan));
        d->ledger.upsert(row, true, QStringLiteral("prometheus"), d->clock.elapsed());
    }
    for (const auto &[name, one] : expected)
        if (!told.contains(name))
            d->ledger.upsert(
                expectedRow(*one, name), false, QStringLiteral("blueprint"), d->clock.elapsed());
    flush();
    finishFetch();
}

void QueueStore::showExpected()
{
    d->ledger.beginFetch();
    d->countsKnown = false;
    d->source = tr("unknown: no source");
    for (const auto &list : std::as_const(d->expected))
        for (const auto &one : list)
            d->ledger.upsert(expectedRow(one, one.queue.queue), false, QStringLiteral("blueprint"),
                d->clock.elapsed());
    flush();
    d->fetching = true;
    finishFetch();
}

void QueueStore::setExpected(const QString &workspace, std::vector<ExpectedFlowQueue> expected)
{
    d->ledger.setConsumed(workspace.toStdString(), expected);
    d->owners.request();
    if (d->session->capabilities().fabric)
        return;
    if (expected.empty())
        d->expected.remove(workspace);
    else
        d->expected.insert(workspace, expected);
    fetch();
}

} // namespace signalbox
