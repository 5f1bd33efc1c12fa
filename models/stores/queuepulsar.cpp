// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/queuepulsar.h"

#include "models/schema/pulsar.h"
#include "models/stores/session.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

/// Where the platform has its topics (TG §5.4): class by class.
struct PulsarSpace {
    rules::TopicClass topicClass;
    const char *domain;
    const char *space;
};
constexpr std::array<PulsarSpace, 4> pulsarSpaces { {
    { rules::TopicClass::Flow, "persistent", "tg/flow" },
    { rules::TopicClass::Request, "non-persistent", "tg/request" },
    { rules::TopicClass::Response, "non-persistent", "tg/response" },
    { rules::TopicClass::Notify, "non-persistent", "tg/notify" },
} };

/// "X" of "X-partition-3"; "" where the name is none of a partition.
std::string wholeOf(const std::string &topic)
{
    constexpr std::string_view mark = "-partition-";
    const std::size_t at = topic.rfind(mark);
    if (at == std::string::npos || at + mark.size() == topic.size()
        || topic.find_first_not_of("0123456789", at + mark.size()) != std::string::npos)
        return {};
    return topic.substr(0, at);
}

rules::QueueReading pulsarReading(
    const schema::PulsarTopicStats &topic, const schema::PulsarSubscription &subscription)
{
    using rules::QueueFigure;
    rules::QueueReading reading;
    reading.source = rules::QueueSource::Pulsar;
    // What was handed out is part of the backlog there.
    reading.tell(
        QueueFigure::Ready, std::max<std::int64_t>(0, subscription.backlog - subscription.unacked));
    reading.tell(QueueFigure::Unacked, subscription.unacked);
    reading.tell(QueueFigure::Consumers, std::int64_t(subscription.consumers.size()));
    if (topic.published >= 0)
        reading.tell(QueueFigure::Published, topic.published);
    // Not told as such: what came and is not in the backlog is gone. It is off by what came before
    // the subscription was made, which no rate notices; where the topic was loaded anew, the count
    // began again and tells nothing until it is beyond the backlog.
    if (topic.published >= subscription.backlog)
        reading.tell(QueueFigure::Acked, topic.published - subscription.backlog);
    if (subscription.backlogBytes >= 0)
        reading.tell(QueueFigure::Bytes, subscription.backlogBytes);
    return reading;
}

} // namespace

QueuePulsar::QueuePulsar(Session *session, QObject *parent)
    : QObject(parent)
    , m_session(session)
{
}

void QueuePulsar::clear()
{
    ++m_generation;
    m_asking = false;
    m_waiting.clear();
    m_gathered.clear();
    m_partitions.clear();
    m_onTheWay = 0;
    m_turn = {};
}

template <class T, class Then>
void QueuePulsar::get(const char *operation, const Place &place, Then then)
{
    const schema::PulsarRequest ask { operation, place.domain, place.space, place.topic };
    Request request;
    request.service = "pulsar";
    request.operation = operation;
    request.body = schema::encode(ask);
    struct Sized {
        Answer<T> answer;
        qint64 bytes = 0;
    };
    ++m_onTheWay;
    m_session->gateway()
        ->request(std::move(request))
        .then(QtFuture::Launch::Sync,
            [](const Reply &reply) -> Sized {
                if (!reply)
                    return { unexpected(reply.error()), 0 };
                auto value = schema::decode<T>(reply->body);
                if (value)
                    return { std::move(*value), qint64(reply->body.size()) };
                return { unexpected(GatewayError { ErrorKind::Protocol, QString(),
                             QString::fromStdString("unexpected answer, " + value.error().text()),
                             false }),
                    qint64(reply->body.size()) };
            })
        .then(this, [this, then, generation = m_generation](const Sized &sized) {
            if (generation != m_generation || !m_asking)
                return;
            --m_onTheWay;
            ++m_running.requests;
            m_running.bytes += sized.bytes;
            if (sized.answer)
                then(&*sized.answer);
            else if (sized.answer.error().kind != ErrorKind::NotFound)
                return fail(sized.answer.error());
            else // no such namespace, or the topic went after it was listed
                then(static_cast<const T *>(nullptr));
            askMore();
        });
}

void QueuePulsar::ask()
{
    if (m_asking || !m_session->gateway())
        return;
    m_asking = true;
    const int generation = ++m_generation;
    m_since.start();
    m_running = {};
    m_waiting.clear();
    m_gathered.clear();
    m_partitionsNow.clear();
    m_told = 0;
    m_whole = true;
    m_found = false;
    m_onTheWay = 1; // this call: answers that are there at once do not end the round
    for (const PulsarSpace &space : pulsarSpaces) {
        const Place place { space.domain, space.space, {} };
        get<schema::PulsarTopics>("partitioned", place,
            [this, place](const schema::PulsarTopics *divided) { askTopics(place, divided); });
    }
    if (generation != m_generation || !m_asking)
        return;
    --m_onTheWay;
    askMore();
}

/// Which topics are divided is read first: their partitions are listed like topics of their own.
void QueuePulsar::askTopics(const Place &space, const schema::PulsarTopics *divided)
{
    Names names;
    if (divided)
        names.insert(divided->items.begin(), divided->items.end());
    get<schema::PulsarTopics>(
        "topics", space, [this, names = std::move(names)](const schema::PulsarTopics *topics) {
            if (topics)
                takeTopics(*topics, names);
        });
}

void QueuePulsar::takeTopics(const schema::PulsarTopics &topics, const Names &divided)
{
    m_found = true;
    for (const std::string &topic : divided)
        if (!wait(topic, true))
            return;
    for (const std::string &topic : topics.items)
        if (!divided.contains(wholeOf(topic)) && !divided.contains(topic) && !wait(topic, false))
            return;
}

/// To be asked for; false: no more of them.
bool QueuePulsar::wait(const std::string &topic, bool divided)
{
    const std::size_t scheme = topic.find("://");
    const std::size_t name = topic.find_last_of('/');
    if (scheme == std::string::npos || name < scheme + 3)
        return true;
    if (m_waiting.size() >= mostTopics)
        return m_whole = false;
    m_waiting.push_back({ topic.substr(0, scheme), topic.substr(scheme + 3, name - scheme - 3),
        topic.substr(name + 1), divided });
    return true;
}

int QueuePulsar::partitionsOf(const std::string &topic) const
{
    const auto at = m_partitions.find(topic);
    return at == m_partitions.end() ? 0 : at->second;
}

void QueuePulsar::askMore()
{
    while (m_asking && m_onTheWay < atOnce && !m_waiting.empty()) {
        const Place place = std::move(m_waiting.front());
        m_waiting.pop_front();
        get<schema::PulsarTopicStats>(place.divided ? "partitioned-stats" : "stats", place,
            [this, place](const schema::PulsarTopicStats *stats) {
                if (stats)
                    takeStats(place, *stats);
            });
    }
    if (m_asking && m_onTheWay == 0)
        finish();
}

void QueuePulsar::takeStats(const Place &place, const schema::PulsarTopicStats &stats)
{
    const auto *const space = std::find_if(pulsarSpaces.begin(), pulsarSpaces.end(),
        [&](const PulsarSpace &one) { return place.space == one.space; });
    if (space == pulsarSpaces.end())
        return;
    const rules::TopicAddress topic { space->topicClass, "tg", place.topic, {} };
    if (place.divided && stats.partitions)
        m_partitionsNow[topic.text()] = int(stats.partitions->count);
    for (const auto &[name, subscription] : stats.subscriptions)
        m_gathered.push_back({ topic, name, pulsarReading(stats, subscription) });
    m_told += int(stats.subscriptions.size());
    if (m_gathered.size() >= pageSize)
        handOn();
}

void QueuePulsar::handOn()
{
    if (!m_gathered.empty())
        emit page(std::exchange(m_gathered, {}));
}

void QueuePulsar::finish()
{
    if (!m_found)
        return fail({ ErrorKind::NotFound, {},
            tr("it has none of the platform's namespaces (tg/flow, tg/request, …)"), false });
    handOn();
    m_running.tookMs = m_since.elapsed();
    m_turn = m_running;
    m_asking = false;
    m_partitions = std::move(m_partitionsNow);
    emit listed(m_told, m_whole);
}

void QueuePulsar::fail(const GatewayError &error)
{
    handOn(); // what was told is true all the same
    m_running.tookMs = m_since.elapsed();
    m_turn = m_running;
    m_asking = false;
    m_waiting.clear();
    emit failed(error);
}

} // namespace signalbox
