// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/queuestore.h"

#include "models/rules/topic.h"
#include "models/schema/metrics.h"
#include "models/stores/format.h"
#include "models/stores/queuetable.h"
#include "models/stores/rates.h"
#include "models/stores/session.h"

#include <QElapsedTimer>

#include <unordered_map>

namespace signalbox {
namespace {

constexpr qint64 pageLimit = 5000; ///< signalbox-gateway §6
constexpr std::size_t bufferedBatches = 4000; ///< about a minute of batches while a fetch runs
constexpr std::size_t removalsOneByOne = 200;
constexpr qint64 ratesEveryMs = 900; ///< of pulses that come with every batch, one a second

std::string slotKey(const std::string &workspace, const std::string &flow)
{
    return workspace + '\n' + flow;
}

std::string rabbitName(const rules::ExpectedQueue &queue)
{
    const auto topic = rules::parseTopic(queue.topic);
    if (!topic || queue.queue.size() <= queue.topic.size())
        return queue.queue;
    return rules::rabbitExchange(*topic) + queue.queue.substr(queue.topic.size());
}

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

struct QueueStore::Data {
    Session *session;
    std::vector<QueueState> rows;
    std::unordered_map<std::string, int> index;
    std::vector<RateRing> rings; ///< parallel to rows
    std::vector<int> slotOf; ///< parallel to rows: index into totals, -1 without flow
    std::vector<quint32> stamp; ///< parallel to rows: fetch that saw it last
    quint32 fetchStamp = 0;
    std::unordered_map<std::string, int> slotNumbers;
    std::vector<FlowTotals> totals;
    QHash<QString, int> perWorkspace;
    bool totalsStale = true;

    QElapsedTimer clock;
    qint64 rated = 0; ///< when rates were last taken
    bool loaded = false;
    bool fetching = false;
    bool again = false;
    qint64 fetchSeq = 0; ///< of the first page: older batches are contained in it
    std::vector<LiveBatchPtr> buffered;
    QString error;
    QString source;
    bool countsKnown = false;
    QHash<QString, std::vector<ExpectedFlowQueue>> expected;

    std::vector<int> changedRows;
    int insertedFrom = -1;

    int slot(const std::string &workspace, const std::string &flow)
    {
        if (flow.empty())
            return -1;
        const auto [at, fresh] =
            slotNumbers.try_emplace(slotKey(workspace, flow), int(totals.size()));
        if (fresh) {
            FlowTotals one;
            one.workspace = QString::fromStdString(workspace);
            one.flow = QString::fromStdString(flow);
            totals.push_back(std::move(one));
        }
        return at->second;
    }

    void upsert(const schema::QueueRow &row, bool countsKnown, const QString &source)
    {
        const qint64 now = clock.elapsed();
        const auto at = index.find(row.name);
        if (at == index.end()) {
            const int number = int(rows.size());
            if (insertedFrom < 0)
                insertedFrom = number;
            index.emplace(row.name, number);
            rows.push_back(
                { row, QString::fromStdString(row.name), countsKnown, {}, {}, now, source });
            slotOf.push_back(slot(row.workspace, row.flow));
            rings.emplace_back();
            if (countsKnown)
                rings.back().push(now, row.published, row.acked);
            stamp.push_back(fetchStamp);
            return;
        }
        const int number = at->second;
        QueueState &held = rows[number];
        stamp[number] = fetchStamp;
        held.seenMs = now;
        if (countsKnown && source != QLatin1String("events"))
            rings[number].push(now, row.published, row.acked);
        if (held.row == row && held.countsKnown == countsKnown)
            return;
        if (held.row.flow != row.flow || held.row.workspace != row.workspace)
            slotOf[number] = slot(row.workspace, row.flow);
        held.row = row;
        held.countsKnown = countsKnown;
        held.source = source;
        changedRows.push_back(number);
    }

    /// Swap-remove; returns the row that moved into its place.
    int removeRow(int number)
    {
        const int last = int(rows.size()) - 1;
        index.erase(rows[number].row.name);
        if (number != last) {
            rows[number] = std::move(rows[last]);
            rings[number] = rings[last];
            slotOf[number] = slotOf[last];
            stamp[number] = stamp[last];
            index[rows[number].row.name] = number;
        }
        rows.pop_back();
        rings.pop_back();
        slotOf.pop_back();
        stamp.pop_back();
        return last;
    }
};

QueueStore::QueueStore(Session *session)
    : QObject(session)
    , d(std::make_unique<Data>())
{
    d->session = session;
    d->source = tr("unknown: no source");
    d->clock.start();
}

QueueStore::~QueueStore() = default;

void QueueStore::follow()
{
    connect(d->session, &Session::emptied, this, &QueueStore::clear);
    connect(d->session, &Session::cameOnline, this, &QueueStore::fetch);
    connect(d->session, &Session::live, this, [this](const LiveBatchPtr &batch) {
        if (d->fetching) {
            if (d->buffered.size() < bufferedBatches)
                d->buffered.push_back(batch);
            else
                d->again = true;
        } else if (d->loaded) {
            takeBatch(*batch);
        }
    });
    connect(d->session, &Session::pulse, this, &QueueStore::tick);
}

const std::vector<QueueState> &QueueStore::rows() const
{
    return d->rows;
}
int QueueStore::count() const
{
    return int(d->rows.size());
}
bool QueueStore::loaded() const
{
    return d->loaded;
}
QString QueueStore::error() const
{
    return d->error;
}
QString QueueStore::sourceText() const
{
    return d->source;
}
bool QueueStore::countsKnown() const
{
    return d->countsKnown;
}

int QueueStore::rowOf(const std::string &name) const
{
    const auto at = d->index.find(name);
    return at == d->index.end() ? -1 : at->second;
}

const QueueState *QueueStore::find(const std::string &name) const
{
    const int row = rowOf(name);
    return row < 0 ? nullptr : &d->rows[row];
}

std::vector<const QueueState *> QueueStore::ofFlow(
    const QString &workspace, const QString &flow) const
{
    std::vector<const QueueState *> found;
    const auto at = d->slotNumbers.find(slotKey(workspace.toStdString(), flow.toStdString()));
    if (at == d->slotNumbers.end())
        return found;
    for (std::size_t row = 0; row < d->rows.size(); ++row)
        if (d->slotOf[row] == at->second)
            found.push_back(&d->rows[row]);
    return found;
}

TableModel *QueueStore::newTable(QObject *parent) const
{
    return new QueueTable(const_cast<QueueStore *>(this), parent);
}

Cell::Aspect QueueStore::aspectOf(const QueueState &queue)
{
    const auto &row = queue.row;
    if (!queue.countsKnown)
        return Cell::Unknown;
    const bool served = row.topicClass == "flow" || row.topicClass == "request";
    if (row.consumers == 0 && served)
        return row.ready > 0 && row.scope != "orphan" ? Cell::Stop : Cell::Warning;
    if (row.scope == "orphan" || (row.ready > 0 && row.oldestMs.value_or(0) > 60000))
        return Cell::Warning;
    return Cell::Clear;
}

QString QueueStore::whyOf(const QueueState &queue)
{
    const auto &row = queue.row;
    if (!queue.countsKnown)
        return tr("Expected from the blueprint; no source tells its counts.");
    if (row.scope == "orphan")
        return tr("No live flow needs it: %1 messages left behind.").arg(format::count(row.ready));
    if (row.consumers == 0 && (row.topicClass == "flow" || row.topicClass == "request"))
        return tr("No consumer: %1 messages wait.").arg(format::count(row.ready));
    if (row.ready > 0 && row.oldestMs.value_or(0) > 60000)
        return tr("The oldest message has waited for %1.").arg(format::age(row.oldestMs));
    return tr("%1 consumers, %2 waiting.").arg(row.consumers).arg(format::count(row.ready));
}

const std::vector<FlowTotals> &QueueStore::flowTotals()
{
    if (!d->totalsStale)
        return d->totals;
    d->totalsStale = false;
    for (FlowTotals &one : d->totals)
        one = { one.workspace, one.flow };
    std::unordered_map<std::string, int> perWorkspace;
    for (std::size_t i = 0; i < d->rows.size(); ++i) {
        const QueueState &state = d->rows[i];
        ++perWorkspace[state.row.workspace];
        if (d->slotOf[i] < 0)
            continue;
        FlowTotals &sum = d->totals[d->slotOf[i]];
        ++sum.queues;
        if (!state.countsKnown) {
            ++sum.unknownCounts;
            continue;
        }
        sum.ready += state.row.ready;
        sum.unacked += state.row.unacked;
        sum.outRate += state.outRate.value_or(0);
        sum.ratesKnown = sum.ratesKnown && state.outRate.has_value();
        if (sum.deepest < 0 || state.row.ready > d->rows[sum.deepest].row.ready)
            sum.deepest = int(i);
        if (state.row.consumers == 0
            && (state.row.topicClass == "flow" || state.row.topicClass == "request")) {
            ++sum.starving;
            sum.starvingReady += state.row.ready;
            if (sum.worst < 0 || state.row.ready > d->rows[sum.worst].row.ready)
                sum.worst = int(i);
        }
    }
    d->perWorkspace.clear();
    for (const auto &[workspace, n] : perWorkspace)
        d->perWorkspace.insert(QString::fromStdString(workspace), n);
    return d->totals;
}

int QueueStore::queuesIn(const QString &workspace)
{
    flowTotals();
    return d->loaded ? d->perWorkspace.value(workspace, 0) : -1;
}

// ---- fetching ----

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
        ++d->fetchStamp;
        fetchFabric({});
    } else if (d->session->knowsQueues()) {
        d->fetching = true;
        ++d->fetchStamp;
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
        d->upsert(row, true, QStringLiteral("fabric"));
    flush();
}

/// Rows that this fetch did not meet are gone; then what was pushed meanwhile is applied in its
/// order.
void QueueStore::finishFetch()
{
    std::vector<int> gone;
    for (int row = 0; row < count(); ++row)
        if (d->stamp[row] != d->fetchStamp)
            gone.push_back(row);
    const bool many = gone.size() > removalsOneByOne;
    for (auto row = gone.rbegin(); row != gone.rend(); ++row) {
        const int movedFrom = d->removeRow(*row);
        if (!many)
            emit rowRemoved(*row, movedFrom);
    }
    if (many)
        emit reset();
    d->totalsStale = true;
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
            expected.emplace(rabbitName(one.queue), &one);
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
        d->upsert(row, true, QStringLiteral("prometheus"));
    }
    for (const auto &[name, one] : expected)
        if (!told.contains(name))
            d->upsert(expectedRow(*one, name), false, QStringLiteral("blueprint"));
    flush();
    finishFetch();
}

void QueueStore::showExpected()
{
    ++d->fetchStamp;
    d->countsKnown = false;
    d->source = tr("unknown: no source");
    for (const auto &list : std::as_const(d->expected))
        for (const auto &one : list)
            d->upsert(expectedRow(one, one.queue.queue), false, QStringLiteral("blueprint"));
    flush();
    d->fetching = true;
    finishFetch();
}

void QueueStore::setExpected(const QString &workspace, std::vector<ExpectedFlowQueue> expected)
{
    if (d->session->capabilities().fabric)
        return;
    if (expected.empty())
        d->expected.remove(workspace);
    else
        d->expected.insert(workspace, expected);
    fetch();
}

// ---- live ----

void QueueStore::takeBatch(const LiveBatch &batch)
{
    if (batch.queues.empty() && batch.removedQueues.empty())
        return;
    for (const auto &row : batch.queues)
        d->upsert(row, true, QStringLiteral("events"));
    flush();
    const bool many = batch.removedQueues.size() > removalsOneByOne;
    for (const auto &name : batch.removedQueues) {
        const int row = rowOf(name);
        if (row < 0)
            continue;
        const int movedFrom = d->removeRow(row);
        if (!many)
            emit rowRemoved(row, movedFrom);
    }
    if (many)
        emit reset();
    d->totalsStale = true;
    emit changed();
}

/// Says what upsert() gathered: first the new rows, then the changed ones.
void QueueStore::flush()
{
    if (d->insertedFrom >= 0)
        emit rowsInserted(std::exchange(d->insertedFrom, -1), count() - 1);
    if (!d->changedRows.empty())
        emit rowsChanged(std::exchange(d->changedRows, {}));
    d->totalsStale = true;
}

/// With events a value holds until the next one comes, so every second is a sample. Polled sources
/// sample by themselves.
void QueueStore::tick()
{
    if (!d->loaded || !d->session->online() || !d->countsKnown)
        return;
    const qint64 now = d->clock.elapsed();
    if (now - d->rated < ratesEveryMs)
        return;
    d->rated = now;
    const bool pushed = d->session->hasEvents();
    std::vector<int> moved;
    for (int row = 0; row < count(); ++row) {
        QueueState &state = d->rows[row];
        if (!state.countsKnown || state.source == QLatin1String("prometheus"))
            continue;
        if (pushed)
            d->rings[row].push(now, state.row.published, state.row.acked);
        const auto in = d->rings[row].inRate();
        const auto out = d->rings[row].outRate();
        if (in == state.inRate && out == state.outRate)
            continue;
        state.inRate = in;
        state.outRate = out;
        moved.push_back(row);
    }
    if (moved.empty())
        return;
    d->totalsStale = true;
    emit rowsChanged(moved);
    emit changed();
}

void QueueStore::clear()
{
    d->rows.clear();
    d->index.clear();
    d->rings.clear();
    d->slotOf.clear();
    d->stamp.clear();
    d->slotNumbers.clear();
    d->totals.clear();
    d->perWorkspace.clear();
    d->expected.clear();
    d->buffered.clear();
    d->changedRows.clear();
    d->insertedFrom = -1;
    d->totalsStale = true;
    d->loaded = d->fetching = d->again = d->countsKnown = false;
    d->error.clear();
    d->source = tr("unknown: no source");
    emit reset();
    emit changed();
}

} // namespace signalbox
