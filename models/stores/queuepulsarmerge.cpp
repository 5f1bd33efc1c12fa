// SPDX-License-Identifier: GPL-3.0-only
// What Pulsar tells becomes rows: a subscription of a topic is a queue (TG §5.4).
#include "models/stores/queuedata.h"

#include "models/stores/session.h"

namespace signalbox {

namespace {

constexpr qint64 rabbitEveryMs = 5000; ///< its own interval of statistics (field-notes §4)
constexpr qint64 pulsarEveryMs = 15000; ///< a request a topic: not more often than a scrape

} // namespace

bool QueueStore::atPulsar() const
{
    return d->session->broker().kind == QLatin1String("pulsar");
}

rules::QueueSource QueueStore::brokerSource() const
{
    return atPulsar() ? rules::QueueSource::Pulsar : rules::QueueSource::RabbitMq;
}

qint64 QueueStore::brokerEveryMs() const
{
    return atPulsar() ? pulsarEveryMs : rabbitEveryMs;
}

void QueueStore::followPulsar()
{
    d->pulsar = new QueuePulsar(d->session, this);
    connect(d->pulsar, &QueuePulsar::page, this, &QueueStore::takePulsarPage);
    connect(d->pulsar, &QueuePulsar::listed, this, &QueueStore::endBroker);
    connect(d->pulsar, &QueuePulsar::failed, this, &QueueStore::failBroker);
}

int QueueStore::partitionsOf(const QueueState &queue) const
{
    return d->pulsar->partitionsOf(queue.row.topic);
}

void QueueStore::takePulsarPage(const std::vector<PulsarQueue> &queues)
{
    const qint64 now = d->clock.elapsed();
    indexExpected();
    d->countsKnown = d->countsKnown || !queues.empty();
    for (const PulsarQueue &queue : queues) {
        auto reading = queue.reading;
        reading.toldMs = now;
        // Whose it is, names tell there as they do at RabbitMQ; who feeds it is never in doubt.
        auto row = identify(rules::rabbitExchange(queue.topic) + '.' + queue.subscription, false,
            reading.value(rules::QueueFigure::Consumers));
        const auto topicClass = queue.topic.topicClass;
        if (row.topic.empty() || topicClass == rules::TopicClass::Response
            || topicClass == rules::TopicClass::Notify) {
            takeTopic(row, queue.topic);
            if (!d->liveFlows.contains(row.workspace + '\n' + row.flow))
                row.flow.clear();
        }
        row.name = queue.topic.text() + '.' + queue.subscription;
        d->ledger.tell(row, reading);
    }
    flush();
}

} // namespace signalbox
