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
                then(*sized.answer);
            else if (sized.answer.error().kind != ErrorKind::NotFound)
                return fail(sized.answer.error());
            // else: no such namespace, or the topic went after it was listed
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
    m_told = 0;
    m_whole = true;
    m_found = false;
    m_onTheWay = 1; // this call: answers that are there at once do not end the round
    for (const PulsarSpace &space : pulsarSpaces)
        get<schema::PulsarTopics>("topics", { space.domain, space.space, {} },
            [this](const schema::PulsarTopics &topics) { takeTopics(topics); });
    if (generation != m_generation || !m_asking)
        return;
    --m_onTheWay;
    askMore();
}

void QueuePulsar::takeTopics(const schema::PulsarTopics &topics)
{
    m_found = true;
    for (const std::string &topic : topics.items) {
        const std::size_t scheme = topic.find("://");
        const std::size_t name = topic.find_last_of('/');
        if (scheme == std::string::npos || name < scheme + 3)
            continue;
        if (m_waiting.size() >= mostTopics) {
            m_whole = false;
            break;
        }
        m_waiting.push_back({ topic.substr(0, scheme), topic.substr(scheme + 3, name - scheme - 3),
            topic.substr(name + 1) });
    }
}

void QueuePulsar::askMore()
{
    while (m_asking && m_onTheWay < atOnce && !m_waiting.empty()) {
        const Place place = std::move(m_waiting.front());
        m_waiting.pop_front();
        get<schema::PulsarTopicStats>("stats", place,
            [this, place](const schema::PulsarTopicStats &stats) { takeStats(place, stats); });
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
