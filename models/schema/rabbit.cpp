// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/rabbit.h"

#include "models/schema/reader.h"

namespace signalbox::schema {

template <class V> void members(V &v, const RabbitStats *)
{
    v("publish", &RabbitStats::published);
    v("ack", &RabbitStats::acked);
    v("deliver_no_ack", &RabbitStats::deliveredNoAck);
    v("get_no_ack", &RabbitStats::takenNoAck);
    v("redeliver", &RabbitStats::redelivered);
}

template <class V> void members(V &v, const RabbitQueueRow *)
{
    using T = RabbitQueueRow;
    v("name", &T::name, Required);
    v("messages_ready", &T::ready);
    v("messages_unacknowledged", &T::unacked);
    v("consumers", &T::consumers);
    v("message_bytes", &T::bytes);
    v("exclusive", &T::exclusive);
    v("auto_delete", &T::autoDelete);
    v("durable", &T::durable);
    v("message_stats", &T::stats);
}

template <class V> void members(V &v, const RabbitQueuePage *)
{
    using T = RabbitQueuePage;
    v("items", &T::items, Required | Always);
    v("page", &T::page);
    v("page_count", &T::pageCount);
    v("total_count", &T::totalCount);
}

template <class V> void members(V &v, const RabbitBinding *)
{
    using T = RabbitBinding;
    v("source", &T::source, Required | Always);
    v("destination", &T::destination, Required);
    v("destination_type", &T::destinationType);
    v("routing_key", &T::routingKey);
    v("arguments", &T::arguments);
}

template <class V> void members(V &v, const RabbitExchange *)
{
    using T = RabbitExchange;
    v("name", &T::name, Required);
    v("type", &T::type);
    v("durable", &T::durable);
}

template <class V> void members(V &v, const RabbitListener *)
{
    v("protocol", &RabbitListener::protocol);
    v("port", &RabbitListener::port);
}

template <class V> void members(V &v, const RabbitOverview *)
{
    using T = RabbitOverview;
    v("product_name", &T::product);
    v("rabbitmq_version", &T::version, Required);
    v("cluster_name", &T::cluster);
    v("listeners", &T::listeners);
}

template <class V> void members(V &v, const RabbitFault *)
{
    using T = RabbitFault;
    v("error", &T::error);
    v("reason", &T::reason);
}

template <class V> void members(V &v, const RabbitRequest *)
{
    using T = RabbitRequest;
    v("operation", &T::operation, Always);
    v("page", &T::page);
    v("queue", &T::queue);
}

namespace {

/// An object within an object; a list stands for nothing there (Erlang writes an empty map so).
const Json *objectIn(const Reader &in, std::string_view key)
{
    std::size_t hint = 0;
    const Json *found = findMember(in.value(), key, hint);
    return found && found->is_object() ? found : nullptr;
}

} // namespace

void read(const Reader &in, RabbitConsumer &out)
{
    if (!in.isObject())
        return;
    readMember(in, "consumer_tag", out.tag);
    readMember(in, "prefetch_count", out.prefetch);
    readMember(in, "active", out.active);
    if (const Json *queue = objectIn(in, "queue"))
        readMember(Reader(in, "queue", *queue), "name", out.queue);
    if (const Json *channel = objectIn(in, "channel_details")) {
        const Reader here(in, "channel_details", *channel);
        readMember(here, "name", out.peer);
        readMember(here, "user", out.user);
    }
}

Json write(const RabbitConsumer &consumer)
{
    Json object = Json::object();
    object["consumer_tag"] = consumer.tag;
    object["prefetch_count"] = consumer.prefetch;
    object["active"] = consumer.active;
    object["queue"]["name"] = consumer.queue;
    object["channel_details"]["name"] = consumer.peer;
    object["channel_details"]["user"] = consumer.user;
    return object;
}

// Lists stand by themselves there; the consumers of one queue are a member of its detail.
void read(const Reader &in, RabbitBindings &out)
{
    read(in, out.items);
}
Json write(const RabbitBindings &list)
{
    return write(list.items);
}
void read(const Reader &in, RabbitExchanges &out)
{
    read(in, out.items);
}
Json write(const RabbitExchanges &list)
{
    return write(list.items);
}
void read(const Reader &in, RabbitConsumers &out)
{
    if (in.value().is_object())
        readMember(in, "consumer_details", out.items);
    else
        read(in, out.items);
}
Json write(const RabbitConsumers &list)
{
    return write(list.items);
}

SIGNALBOX_WIRE(RabbitQueuePage)
SIGNALBOX_WIRE(RabbitQueueRow)
SIGNALBOX_WIRE(RabbitBindings)
SIGNALBOX_WIRE(RabbitExchanges)
SIGNALBOX_WIRE(RabbitConsumers)
SIGNALBOX_WIRE(RabbitOverview)
SIGNALBOX_WIRE(RabbitFault)
SIGNALBOX_WIRE(RabbitRequest)

} // namespace signalbox::schema
