// SPDX-License-Identifier: GPL-3.0-only
// Answers of RabbitMQ's management API (3.8 to 4), field-notes §4. What is not named
// here is not kept.
#pragma once

#include "models/schema/codec.h"

#include <cstdint>

namespace signalbox::schema {

/// Counters since the queue was declared. A queue that never saw a message has none at all.
struct RabbitStats {
    std::int64_t published = 0;
    std::int64_t acked = 0;
    std::int64_t deliveredNoAck = 0; ///< gone with the delivery: nobody acknowledges them
    std::int64_t takenNoAck = 0; ///< likewise, taken one by one
    std::int64_t redelivered = 0;
    bool operator==(const RabbitStats &) const = default;
};

/// One queue of a list. A count that is not there is not known: the statistics come seconds after
/// the queue.
struct RabbitQueueRow {
    std::string name;
    std::optional<std::int64_t> ready;
    std::optional<std::int64_t> unacked;
    std::optional<std::int64_t> consumers;
    std::optional<std::int64_t> bytes;
    bool exclusive = false;
    bool autoDelete = false;
    bool durable = false;
    std::optional<RabbitStats> stats;
    bool operator==(const RabbitQueueRow &) const = default;
};

struct RabbitQueuePage {
    std::vector<RabbitQueueRow> items;
    std::int64_t page = 1;
    std::int64_t pageCount = 1;
    std::int64_t totalCount = 0; ///< over all pages, at the moment of this one
    bool operator==(const RabbitQueuePage &) const = default;
};

struct RabbitBinding {
    std::string source; ///< exchange; "" = the default one, which every queue is bound to
    std::string destination;
    std::string destinationType; ///< queue or exchange
    std::string routingKey;
    JsonText arguments; ///< an object
    bool operator==(const RabbitBinding &) const = default;
};

struct RabbitBindings {
    std::vector<RabbitBinding> items;
    bool operator==(const RabbitBindings &) const = default;
};

struct RabbitExchange {
    std::string name; ///< "" the default one
    std::string type;
    bool durable = false;
    bool operator==(const RabbitExchange &) const = default;
};

struct RabbitExchanges {
    std::vector<RabbitExchange> items;
    bool operator==(const RabbitExchanges &) const = default;
};

struct RabbitConsumer {
    std::string tag;
    std::string queue;
    std::string peer; ///< "127.0.0.1:34942 -> 127.0.0.1:5672 (5)": whose channel it is
    std::string user;
    std::int64_t prefetch = 0;
    bool active = true; ///< false: another one is served in its place
    bool operator==(const RabbitConsumer &) const = default;
};

struct RabbitConsumers {
    std::vector<RabbitConsumer> items;
    bool operator==(const RabbitConsumers &) const = default;
};

struct RabbitListener {
    std::string protocol; ///< amqp, amqp/ssl, http, …
    std::int64_t port = 0;
    bool operator==(const RabbitListener &) const = default;
};

struct RabbitOverview {
    std::string product; ///< RabbitMQ
    std::string version;
    std::string cluster;
    std::vector<RabbitListener> listeners;
    bool operator==(const RabbitOverview &) const = default;
};

/// Why it did not do something: "bad_request", "406 PRECONDITION_FAILED - queue 'x' … in use".
struct RabbitFault {
    std::string error;
    std::string reason;
    bool operator==(const RabbitFault &) const = default;
};

/// What is asked of the management API, as a request of this program: `page` for lists of queues,
/// `queue` for one.
struct RabbitRequest {
    std::string operation; ///< overview queues queue bindings queue-bindings consumers exchanges
    std::int64_t page = 1;
    std::string queue;
    bool operator==(const RabbitRequest &) const = default;
};

} // namespace signalbox::schema
