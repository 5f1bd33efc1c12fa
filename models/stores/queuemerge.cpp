// SPDX-License-Identifier: GPL-3.0-only
// What several sources tell becomes one row a queue: whose it is, who is trusted how long.
#include "models/stores/queuedata.h"

#include "models/rules/health.h"
#include "models/rules/topic.h"
#include "models/stores/format.h"
#include "models/stores/session.h"

#include <algorithm>
#include <limits>

namespace signalbox {
namespace {

using rules::QueueFigure;
using rules::QueueSource;

constexpr qint64 brokerMs = 5000; ///< the broker's own interval of statistics (field-notes §4)
constexpr qint64 scrapeMs = 15000;
constexpr qint64 rounds = 3; ///< three rounds without a word, and what was said is stale
constexpr qint64 always = std::numeric_limits<qint64>::max() / 4;

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

QString sourceName(QueueSource source)
{
    switch (source) {
    case QueueSource::RabbitMq:
        return QStringLiteral("RabbitMQ");
    case QueueSource::Pulsar:
        return QStringLiteral("Pulsar");
    case QueueSource::Prometheus:
        return QStringLiteral("Prometheus");
    case QueueSource::Fabric:
        return QueueStore::tr("our gateway");
    case QueueSource::Blueprint:
        break;
    }
    return {};
}

} // namespace

void takeTopic(schema::QueueRow &row, const rules::TopicAddress &topic)
{
    row.topic = topic.text();
    row.topicClass = std::string(rules::name(topic.topicClass));
    row.scope = std::string(rules::name(rules::Scope::Subscriber));
    const std::size_t first = topic.name.find(':');
    if (first == std::string::npos)
        return;
    const std::size_t second = topic.name.find(':', first + 1);
    row.workspace = topic.name.substr(first + 1, second - first - 1);
    if (second != std::string::npos)
        row.flow = topic.name.substr(second + 1);
}

/// Whose a broker's queue is. `consumers` below 0: not known.
schema::QueueRow QueueStore::identify(
    const std::string &name, bool exclusive, qint64 consumers) const
{
    const auto known = d->expectedNames.find(name);
    if (known != d->expectedNames.end())
        return expectedRow(known->second, name);
    auto row = rowOfRabbitName(name);
    const std::string *exchange = d->broker->exchangeOf(name);
    const auto fed = exchange ? rules::topicOfRabbitExchange(*exchange) : std::nullopt;
    if (row.topic.empty() && fed) {
        takeTopic(row, *fed);
        // The last part may be a flow's id as well as a blueprint's name.
        if (!d->liveFlows.contains(row.workspace + '\n' + row.flow))
            row.flow.clear();
    } else if (row.topic.empty() && exclusive) {
        row.scope = std::string(rules::name(rules::Scope::Subscriber));
    }
    // A processor's queue that no live flow asks for and that nothing feeds; where bindings are not
    // known, as far as one can tell from here (field-notes §5.2).
    const bool unfed = !exchange || exchange->empty();
    const bool flowsKnown = !d->expected.isEmpty() || d->flowless.contains(row.workspace);
    if (flowsKnown && !row.processor.empty() && consumers == 0 && unfed)
        row.scope = std::string(rules::name(rules::Scope::Orphan));
    return row;
}

QString QueueStore::labelOf(const QueueState &queue) const
{
    const auto &row = queue.row;
    const bool unnamed = !queue.readings.empty() && row.scope == "subscriber" && !row.topic.empty()
        && !row.name.starts_with(row.topic) && !rules::parseRabbitQueue(row.name);
    const auto topic = unnamed ? rules::parseTopic(row.topic) : std::nullopt;
    return topic ? QStringLiteral("%1 · %2").arg(
               QString::fromStdString(rules::rabbitExchange(*topic)), queue.name)
                 : queue.name;
}

std::optional<qint64> QueueStore::ageOf(const QueueState &queue, QueueFigure figure) const
{
    if (!queue.tells(figure))
        return {};
    const qint64 now = d->clock.elapsed();
    if (queue.readings.empty())
        return d->session->hasEvents() ? std::max(0, d->session->ageMs()) : now - queue.seenMs;
    const auto chosen = rules::chosenFigure(queue.readings, figure, d->ledger.terms(), now);
    return chosen ? std::optional(now - chosen->toldMs) : std::nullopt;
}

QString QueueStore::sourceOf(const QueueState &queue, QueueFigure figure) const
{
    if (!queue.tells(figure))
        return {};
    if (queue.readings.empty())
        return sourceName(QueueSource::Fabric);
    const auto chosen =
        rules::chosenFigure(queue.readings, figure, d->ledger.terms(), d->clock.elapsed());
    return chosen ? sourceName(chosen->source) : QString();
}

QStringList QueueStore::toldBy(const QueueState &queue) const
{
    QStringList told;
    const qint64 now = d->clock.elapsed();
    auto readings = queue.readings;
    std::sort(readings.begin(), readings.end(),
        [](const auto &a, const auto &b) { return a.source > b.source; });
    for (const auto &reading : readings) {
        const QString age = format::age(now - reading.toldMs);
        if (reading.source == QueueSource::Blueprint)
            told.append(tr("expected by a blueprint"));
        else if (d->ledger.terms()[std::size_t(reading.source)].holds)
            told.append(tr("%1, pushed as it changes").arg(sourceName(reading.source)));
        else if (rules::isStale(reading, d->ledger.terms(), now))
            told.append(tr("%1, %2 ago: too old").arg(sourceName(reading.source), age));
        else
            told.append(tr("%1, %2 ago").arg(sourceName(reading.source), age));
    }
    if (told.isEmpty())
        told.append(d->session->hasEvents()
                ? tr("%1, pushed as it changes").arg(sourceName(QueueSource::Fabric))
                : sourceName(QueueSource::Fabric));
    return told;
}

rules::AllSourceTerms QueueStore::termsNow() const
{
    rules::AllSourceTerms terms {};
    const auto set = [&](QueueSource source, qint64 lagMs, qint64 everyMs) {
        const qint64 every = d->sources->everyMs(source);
        // Asked more often it tells the same figures more often: they are as late as before.
        terms[std::size_t(source)] = { lagMs, rounds * (every > 0 ? every : everyMs), false };
    };
    set(QueueSource::RabbitMq, brokerMs, brokerMs);
    set(QueueSource::Pulsar, 0, scrapeMs);
    set(QueueSource::Prometheus, scrapeMs, scrapeMs);
    set(QueueSource::Fabric, 0, scrapeMs);
    terms[std::size_t(QueueSource::Fabric)].holds =
        d->session->hasEvents() && !d->session->silent();
    terms[std::size_t(QueueSource::Blueprint)] = { 0, always, false };
    return terms;
}

/// A source that fell silent gives way, and takes its place again when it speaks: only then is
/// there anything to choose for rows that nobody told anew.
void QueueStore::chooseAnew(qint64 nowMs)
{
    const auto terms = termsNow();
    d->ledger.setTerms(terms);
    unsigned late = 0;
    for (std::size_t number = 0; number < rules::queueSources; ++number) {
        const auto source = QueueSource(number);
        if (source == QueueSource::Fabric)
            late |= unsigned(!terms[number].holds) << number;
        else if (d->sources->ageMs(source) > terms[number].staleAfterMs)
            late |= 1U << number;
    }
    // What a list told that then broke off grows old a little later.
    const bool again = late != 0 && nowMs - d->chosenAt > brokerMs;
    if (std::exchange(d->late, late) == late && !again)
        return;
    d->chosenAt = nowMs;
    d->ledger.choose(nowMs);
    flush();
    emit changed();
}

void QueueStore::indexExpected()
{
    if (!std::exchange(d->expectedMoved, false))
        return;
    d->expectedNames.clear();
    d->liveFlows.clear();
    for (const auto &list : std::as_const(d->expected))
        for (const auto &one : list) {
            d->expectedNames.emplace(QueueLedger::rabbitName(one.queue), one);
            d->liveFlows.insert(one.workspace + '\n' + one.flow);
        }
    d->expectedUntold = true;
}

// ---- the broker's own list ----

void QueueStore::followBroker()
{
    d->broker = new QueueBroker(d->session, this);
    connect(d->broker, &QueueBroker::page, this, &QueueStore::takeBrokerPage);
    connect(d->broker, &QueueBroker::listed, this, &QueueStore::endBroker);
    connect(d->broker, &QueueBroker::failed, this, &QueueStore::failBroker);
}

void QueueStore::fetchBroker()
{
    if (!d->session->hasBroker() || !d->session->gateway() || d->broker->asking()
        || d->pulsar->asking())
        return;
    const QueueSource source = brokerSource();
    d->sources->use(source, sourceName(source),
        d->sources->uses(source) ? d->sources->everyMs(source) : brokerEveryMs());
    d->sources->asked(source);
    d->brokerAskedAt = d->clock.elapsed();
    d->ledger.beginListing(source, d->brokerAskedAt);
    d->ledger.setTerms(termsNow());
    if (atPulsar())
        d->pulsar->ask();
    else
        d->broker->ask();
}

void QueueStore::fetchBindings()
{
    d->broker->renewBindings();
    fetchBroker();
}

int QueueStore::bindingsRead() const
{
    return d->broker->bindingsRead();
}

std::optional<bool> QueueStore::isBound(const QueueState &queue) const
{
    const std::string *exchange = d->broker->exchangeOf(queue.row.name);
    return exchange ? std::optional(!exchange->empty()) : std::nullopt;
}

bool QueueStore::canDelete() const
{
    return d->session->hasFabric() || d->session->broker().kind == QLatin1String("rabbitmq");
}

bool QueueStore::brokerTells() const
{
    const qint64 age = d->sources->ageMs(brokerSource());
    return age >= 0 && age <= d->ledger.terms()[std::size_t(brokerSource())].staleAfterMs;
}

bool QueueStore::missing(const QueueState &queue) const
{
    if (!d->brokerWhole || queue.readings.size() != 1)
        return false;
    const auto &expected = queue.readings.front();
    return expected.source == QueueSource::Blueprint && expected.toldMs < d->wholeFrom
        && brokerTells();
}

bool QueueStore::lacks(const rules::ExpectedQueue &expected) const
{
    if (const QueueState *row = find(expected))
        return missing(*row);
    // What belongs to no workspace is listed to few.
    const auto topic = rules::parseTopic(expected.topic);
    return d->session->hasFabric() && listsEach() && topic
        && topic->name.find(':') != std::string::npos;
}

bool QueueStore::listsEach() const
{
    if (d->session->hasFabric())
        return loaded() && !d->session->stale();
    return d->brokerWhole && brokerTells();
}

std::vector<rules::MissingQueue> QueueStore::missingOf(
    const QString &workspace, const QString &flow) const
{
    std::vector<rules::MissingQueue> found;
    if (!d->brokerWhole)
        return found;
    for (const int row : d->ledger.ofFlow(workspace.toStdString(), flow.toStdString()))
        if (const QueueState &queue = rows()[std::size_t(row)]; missing(queue))
            found.push_back({ queue.row.name, queue.row.processor });
    return found;
}

void QueueStore::setRefresh(QueueSource source, qint64 everyMs)
{
    if (d->sources->uses(source))
        d->sources->use(source, sourceName(source), everyMs);
}

void QueueStore::setBrokerRefresh(qint64 everyMs)
{
    setRefresh(brokerSource(), everyMs);
}

void QueueStore::takeBrokerPage(const std::vector<BrokerQueue> &queues)
{
    const qint64 now = d->clock.elapsed();
    indexExpected();
    d->countsKnown = d->countsKnown || !queues.empty();
    for (const BrokerQueue &queue : queues) {
        auto reading = queue.reading;
        reading.toldMs = now;
        const bool consumersKnown = reading.tells(QueueFigure::Consumers);
        const QueueState *before = find(queue.name);
        // Its last reader left: what feeds it may be gone too, which makes it an orphan.
        if (before && before->row.consumers > 0 && consumersKnown
            && reading.value(QueueFigure::Consumers) == 0 && !before->row.processor.empty()
            && before->row.scope == rules::name(rules::Scope::Unknown))
            d->broker->renewBindings();
        d->ledger.tell(identify(queue.name, queue.exclusive,
                           consumersKnown ? reading.value(QueueFigure::Consumers) : -1),
            reading);
    }
    flush();
}

void QueueStore::endBroker(int queues, bool whole)
{
    const QueueSource source = brokerSource();
    const auto turn = atPulsar() ? d->pulsar->turn() : d->broker->turn();
    d->sources->succeeded(source, queues, turn,
        atPulsar() && !whole
            ? tr("of the first %1 topics a namespace").arg(qint64(QueuePulsar::mostTopics))
            : QString());
    d->brokerWhole = whole;
    if (whole) {
        d->wholeFrom = d->brokerAskedAt;
        removeRows(d->ledger.endListing(source, d->clock.elapsed()));
    }
    tellExpected();
    flush();
    d->loaded = true;
    showSources();
    emit changed();
    emit brokerAsked(true, turn.tookMs);
}

void QueueStore::failBroker(const GatewayError &error)
{
    const auto turn = atPulsar() ? d->pulsar->turn() : d->broker->turn();
    d->sources->failed(brokerSource(), error.text, turn);
    showSources();
    emit changed();
    emit brokerAsked(false, turn.tookMs);
}

void QueueStore::showSources()
{
    d->sources->tick(d->session->silent());
    const QString words = d->sources->words();
    const bool mute = d->session->hasMetrics() && d->sources->uses(QueueSource::Prometheus)
        && d->sources->ageMs(QueueSource::Prometheus) < 0 && d->sources->count() == 1;
    d->source = !words.isEmpty()                  ? words
        : mute && d->error.isEmpty() && d->loaded ? tr("Prometheus, which has no series per queue")
                                                  : tr("unknown: no source");
    if (const QString fault = d->sources->faultOf(brokerSource()); !fault.isEmpty())
        d->source = words.isEmpty() ? fault : d->source + QStringLiteral(" · ") + fault;
}

} // namespace signalbox
