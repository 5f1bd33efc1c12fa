// SPDX-License-Identifier: GPL-3.0-only
// The pub/sub interface of the platform, contract signalbox-gateway §1–§3. No back end type appears
// here.
#pragma once

#include "models/schema/expected.h"
#include "models/schema/fabric.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signalbox::gateway {

struct FabricError {
    enum class Kind { Timeout, NoTopic, NoQueue, Full, Closed, Schema, Limit, Conflict };
    Kind kind = Kind::Closed;
    std::string text; ///< says where and what to do
    bool operator==(const FabricError &) const = default;
};
template <class T> using FabricResult = Expected<T, FabricError>;

struct Message {
    std::string value; ///< UTF-8 JSON of the record
    schema::Members<std::string> properties; ///< `id` correlates requests
    std::uint64_t delivery = 0; ///< set on receipt; acknowledge() by it
    std::int64_t seq = 0; ///< within the topic
    std::int64_t atMs = 0; ///< Unix time of publish
    bool redelivered = false;
    [[nodiscard]] std::string property(std::string_view name) const;
};

/// Checks a message before it is sent; returns "" or the fault with its path (§3: encoding is
/// strict by schema).
using MessageSchema = std::function<std::string(std::string_view value)>;

enum class InitialPosition { Latest, Earliest };
enum class ConsumerType { Shared, Exclusive };

struct ProducerOptions {
    std::string processor;
    /// How long a send to a full queue waits before it fails with Full.
    std::chrono::milliseconds blockFor { 5000 };
};

struct ConsumerOptions {
    std::string processor;
    std::string workspace;
    std::string flow;
    int prefetch = 1; ///< unacked messages per consumer
};

/// Thread-safe.
class Producer {
public:
    virtual ~Producer() = default;
    /// Fans out to every bound queue: all or none. Fails with NoTopic, Full (back-pressure),
    /// Schema, Limit.
    virtual FabricResult<Done> send(Message message) = 0;
    virtual void flush() = 0;
    virtual void close() = 0;
};

/// Thread-safe. Closing returns unacked messages to a shared queue (redelivered), and ends an own
/// one.
class Consumer {
public:
    virtual ~Consumer() = default;
    virtual FabricResult<Message> receive(
        std::chrono::milliseconds timeout = std::chrono::milliseconds(2000)) = 0;
    /// nullopt when nothing is there now or the prefetch is used up.
    virtual std::optional<Message> tryReceive() = 0;
    virtual void acknowledge(const Message &message) = 0;
    virtual void negativeAcknowledge(
        const Message &message) = 0; ///< requeued at the front, marked redelivered
    /// Called after a message may have become available, on any thread, outside all locks. Must not
    /// block. Not called any more once close() or another onReadable() has returned: do not call
    /// those while holding a lock that `wake` takes.
    virtual void onReadable(std::function<void()> wake) = 0;
    virtual void unsubscribe() = 0;
    virtual void close() = 0;
    [[nodiscard]] virtual std::string queue() const = 0;
};

/// Who owns a topic, told when it is ensured, shown in the queue rows.
struct TopicInfo {
    std::string scope; ///< flow blueprint workspace global system subscriber orphan
    std::string workspace;
    std::string flow;
    std::string blueprint;
};

struct Limits {
    std::int64_t maxDepth = 20000; ///< messages per queue, ready + unacked
    std::int64_t maxQueueBytes = std::int64_t(64) << 20;
    std::int64_t maxMessageBytes = std::int64_t(50) << 20;
    std::int64_t maxQueues = 500000;
    std::int64_t maxTopics = 500000;
    std::int64_t tailRingBytes = std::int64_t(64) << 20;
};

/// What a tail sees: a copy, never a delivery.
struct Tap {
    virtual ~Tap() = default;
};

/// One pub/sub back end. Thread-safe. Topic class decides: flow and request have shared queues
/// `<topic>.<subscription>`, response and notify one queue per subscriber that ends with it.
/// Consumers never create named queues: createConsumer on flow/request fails with NoQueue unless
/// ensured. Nor do they create topics: every topic is ensured by its owner first, else NoTopic. A
/// topic without a queue takes messages and drops them. A queue that is deleted ends its consumers:
/// they get Closed. The memory back end keeps no history, so Earliest is Latest for a subscriber's
/// own queue.
class Backend {
public:
    virtual ~Backend() = default;
    virtual FabricResult<std::shared_ptr<Producer>> createProducer(
        const std::string &topic, MessageSchema schema = {}, ProducerOptions options = {}) = 0;
    virtual FabricResult<std::shared_ptr<Consumer>> createConsumer(const std::string &topic,
        const std::string &subscription, InitialPosition position = InitialPosition::Latest,
        ConsumerType type = ConsumerType::Shared, ConsumerOptions options = {}) = 0;
    virtual FabricResult<Done> ensureTopic(const std::string &topic, const TopicInfo &info) = 0;
    virtual bool topicExists(const std::string &topic) const = 0;
    virtual FabricResult<Done> deleteTopic(
        const std::string &topic) = 0; ///< its queues too (§1); the lost messages are counted
    virtual FabricResult<Done> createQueue(
        const std::string &topic, const std::string &subscription) = 0;
    virtual FabricResult<Done> ensureQueue(
        const std::string &topic, const std::string &subscription) = 0;
    virtual FabricResult<std::int64_t> deleteQueue(
        const std::string &queue, bool ifUnused, std::optional<std::int64_t> expectedReady) = 0;
    virtual bool queueExists(const std::string &queue) const = 0;
    virtual FabricResult<std::int64_t> purge(
        const std::string &queue, std::optional<std::int64_t> expectedReady) = 0;
    /// Takes at most `count` ready messages (nullopt = all) from the head of `from` and appends
    /// them to `to`, in one step and in their order: all of them or, when they do not fit, none
    /// (Full). They keep properties, payload and age, and get new numbers of the other topic. They
    /// count as deleted in `from` and as published in `to`, so the balance of both closes. Nobody
    /// else who listens to the topic of `to` gets them. Returns how many went.
    virtual FabricResult<std::int64_t> move(const std::string &from, const std::string &to,
        std::optional<std::int64_t> expectedReady, std::optional<std::int64_t> count) = 0;

    // views for the service `fabric`; one lock each, values consistent with each other
    virtual std::vector<schema::QueueRow> queues() const = 0;
    /// At most `count` rows in the order of their names, beginning after `after` ("" = from the
    /// start).
    virtual std::vector<schema::QueueRow> queuesAfter(
        const std::string &after, std::size_t count) const = 0;
    virtual std::optional<schema::QueueDetail> queue(const std::string &name) const = 0;
    virtual std::vector<schema::TopicRow> topics() const = 0;
    virtual std::optional<schema::TopicRow> topic(const std::string &name) const = 0;
    virtual std::vector<schema::ConsumerRow> consumers() const = 0;
    /// From the head; payloads cut at 64 KiB.
    virtual FabricResult<std::vector<schema::FabricMessage>> peek(
        const std::string &queue, int count) const = 0;
    /// The whole message `seq` of the queue's topic while it is ready or unacked there.
    virtual std::optional<Message> find(const std::string &queue, std::int64_t seq) const = 0;
    /// Since the back end was made, queues that are gone included: published = acked + waiting +
    /// deleted.
    struct Totals {
        std::int64_t published =
            0; ///< messages that entered a queue (a fan-out counts once per queue)
        std::int64_t delivered = 0;
        std::int64_t acked = 0;
        std::int64_t redelivered = 0;
        std::int64_t deleted = 0;
        std::int64_t waiting = 0; ///< ready + unacked now
        std::int64_t unrouted = 0; ///< sent to a topic without a queue: nobody wanted them
        std::int64_t queues = 0;
        std::int64_t topics = 0;
        std::int64_t consumers = 0;
    };
    virtual Totals totals() const = 0;
    /// Rows that changed since `mark` and names that vanished; moves `mark` on. For the event hub.
    struct Delta {
        std::vector<schema::QueueRow> changed;
        std::vector<std::string> removed;
        bool gap =
            false; ///< `mark` is so old that names which vanished may be missing: take a full list
    };
    virtual Delta changesSince(std::uint64_t &mark) const = 0;
    /// `sink` is called outside all locks with each message published to a topic (or entering a
    /// queue), on the sender's thread, and never again once the Tap is gone. Order is that of `seq`
    /// only for one sender.
    virtual FabricResult<std::unique_ptr<Tap>> tap(
        const std::string &topicOrQueue, std::function<void(const Message &)> sink) = 0;
    /// Messages still in flow/request queues, per queue; for the graceful stop.
    virtual schema::Members<std::int64_t> pending() const = 0;
    virtual void close() = 0;
    /// Whether somebody receives from a queue of the topic now.
    virtual bool hasConsumers(const std::string &topic) const = 0;
};

std::unique_ptr<Backend> makeMemoryBackend(const Limits &limits = {});

} // namespace signalbox::gateway
