// SPDX-License-Identifier: GPL-3.0-only
// Service `fabric`, contract signalbox-gateway §6. Times in milliseconds, sizes in bytes, counts
// since creation.
#pragma once

#include "models/schema/codec.h"

#include <cstdint>

namespace signalbox::schema {

/// One queue. Balance at every snapshot: published = acked + ready + unacked + deleted.
struct QueueRow {
    std::string name; ///< `<topic>.<subscription>`
    std::string topic; ///< `class:space:name`
    std::string topicClass; ///< flow request response notify
    std::string scope; ///< flow blueprint workspace global system subscriber orphan
    std::string workspace; ///< "" when none
    std::string flow;
    std::string blueprint;
    std::string processor;
    std::int64_t ready = 0;
    std::int64_t unacked = 0;
    std::int64_t consumers = 0;
    std::int64_t published = 0;
    std::int64_t delivered = 0;
    std::int64_t acked = 0;
    std::int64_t redelivered = 0;
    std::int64_t deleted = 0; ///< purged, or dropped with a subscriber
    std::optional<std::int64_t> oldestMs;
    std::int64_t bytes = 0;
    std::int64_t maxDepth = 0;
    bool operator==(const QueueRow &) const = default;
};

struct ConsumerRow {
    std::string id;
    std::string queue;
    std::string processor;
    std::string workspace;
    std::string flow;
    std::string state; ///< running paused stopped
    std::int64_t unacked = 0;
    bool operator==(const ConsumerRow &) const = default;
};

struct TopicRow {
    std::string topic;
    std::string topicClass;
    std::string scope;
    std::string workspace;
    std::string flow;
    std::int64_t queues = 0;
    std::int64_t published = 0;
    bool operator==(const TopicRow &) const = default;
};

/// A worker that serves one processor entry.
struct ProcessorRow {
    std::string processor;
    std::string variant;
    std::string workspace;
    std::string flow; ///< "" when shared
    std::string state; ///< running paused dead
    std::int64_t processed = 0;
    std::int64_t errors = 0;
    double meanMs = 0; ///< service time, exponentially weighted
    std::int64_t configVersion = 0;
    bool operator==(const ProcessorRow &) const = default;
};

struct QueueDetail {
    QueueRow row; ///< its members and the two below make one object on the wire
    std::vector<std::string> bindings; ///< topics
    std::vector<ConsumerRow> consumers; ///< wire `consumer-rows`: `consumers` is the row's count
    bool operator==(const QueueDetail &) const = default;
};

struct FabricMessage {
    std::int64_t seq = 0;
    std::int64_t atMs = 0; ///< Unix time of publish
    Members<std::string> properties;
    std::int64_t size = 0;
    std::string payload; ///< text; at most 64 KiB in a tail
    bool truncated = false;
    bool redelivered = false;
    bool operator==(const FabricMessage &) const = default;
};

struct FabricRequest {
    std::string operation; ///< list-queues get-queue list-topics list-consumers list-processors
                           ///< tail peek get-payload publish purge delete-queue move line-control
    std::optional<std::string> workspace;
    std::optional<std::string> scope;
    std::optional<std::string> filter; ///< the filter language of models/rules/filter.h
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
    std::optional<std::string> format; ///< rows or columns
    std::optional<std::string> queue;
    std::optional<std::string> topic;
    std::optional<std::int64_t> count;
    std::optional<std::int64_t> seq;
    std::optional<std::int64_t> expectedReady;
    std::optional<bool> ifUnused;
    std::optional<std::string> to; ///< move: the queue that takes the messages
    Members<std::string> properties;
    std::optional<std::string> payload;
    std::optional<std::string> action; ///< line-control: pause resume speed fail
    std::optional<std::string> processor;
    std::optional<std::string> variant;
    std::optional<double> factor;
    bool operator==(const FabricRequest &) const = default;
};

/// One answer type for all operations; each fills what it has.
struct FabricResponse {
    std::vector<QueueRow> queues; ///< also decoded from `format: columns`
    std::optional<QueueDetail> queue;
    std::vector<TopicRow> topics;
    std::vector<ConsumerRow> consumers;
    std::vector<ProcessorRow> processors;
    std::vector<FabricMessage> messages;
    std::int64_t received = 0; ///< tail: since it began
    std::int64_t filtered = 0;
    std::int64_t dropped = 0;
    std::optional<std::int64_t> pending; ///< tail at a broker: of `received`, still waiting there
    std::optional<std::int64_t> affected;
    std::optional<std::string> cursor;
    std::optional<std::int64_t> total;
    std::optional<std::int64_t> seq; ///< event number the list is consistent with
    bool operator==(const FabricResponse &) const = default;
};

/// One part of a tail: the counts are there from the first part on, zeros included (§6).
std::string encodeTail(const FabricResponse &part);

/// The same answer with `columns` instead of `queues`: `{"columns":{"name":[…],"ready":[…],…}}`.
std::string encodeColumns(const FabricResponse &response);

} // namespace signalbox::schema
