// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/pulsar.h"

#include "models/schema/reader.h"

namespace signalbox::schema {

template <class V> void members(V &v, const PulsarConsumer *)
{
    v("consumerName", &PulsarConsumer::name);
}

template <class V> void members(V &v, const PulsarSubscription *)
{
    using T = PulsarSubscription;
    v("msgBacklog", &T::backlog);
    v("unackedMessages", &T::unacked);
    v("backlogSize", &T::backlogBytes);
    v("consumers", &T::consumers);
}

template <class V> void members(V &v, const PulsarPartitions *)
{
    v("partitions", &PulsarPartitions::count);
}

template <class V> void members(V &v, const PulsarTopicStats *)
{
    v("msgInCounter", &PulsarTopicStats::published);
    v("subscriptions", &PulsarTopicStats::subscriptions);
    v("metadata", &PulsarTopicStats::partitions);
}

template <class V> void members(V &v, const PulsarRequest *)
{
    using T = PulsarRequest;
    v("operation", &T::operation, Always);
    v("domain", &T::domain);
    v("space", &T::space);
    v("topic", &T::topic);
}

void read(const Reader &in, PulsarTopics &out)
{
    read(in, out.items);
}
Json write(const PulsarTopics &list)
{
    return write(list.items);
}

SIGNALBOX_WIRE(PulsarTopics)
SIGNALBOX_WIRE(PulsarTopicStats)
SIGNALBOX_WIRE(PulsarRequest)

} // namespace signalbox::schema
