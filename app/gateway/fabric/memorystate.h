// SPDX-License-Identifier: GPL-3.0-only
// What the memory back end, its producers and its consumers share. Internal to this folder.
#pragma once

#include "app/gateway/fabric/fabric.h"
#include "app/gateway/fabric/ring.h"
#include "app/gateway/fabric/wakeup.h"
#include "app/gateway/wallclock.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::gateway::memory {

/// Shared by all queues of a fan-out.
struct Payload {
    std::string value;
    schema::Members<std::string> properties;
    std::int64_t bytes = 0;
};

struct Stored {
    std::shared_ptr<const Payload> payload;
    std::int64_t seq = 0;
    std::int64_t atMs = 0;
    bool redelivered = false;
};

struct Queue;
struct Topic;

struct ConsumerState {
    std::uint64_t id = 0;
    ConsumerOptions options;
    std::shared_ptr<Queue> queue;
    std::map<std::uint64_t, Stored> unacked; ///< by delivery
    bool closed = false;
    int waiting = 0; ///< threads in receive()
    std::condition_variable readable;
    Wakeup wakeup;
    [[nodiscard]] bool hasRoom() const
    {
        return unacked.size() < static_cast<std::size_t>(options.prefetch);
    }
};

struct TapState {
    void call(const Message &message)
    {
        std::lock_guard lock(mutex);
        if (sink)
            sink(message);
    }
    std::recursive_mutex mutex; ///< recursive: the sink may end its own tap
    std::function<void(const Message &)> sink;
};

struct Queue {
    std::string name;
    std::string subscription;
    Topic *topic = nullptr; ///< valid until `gone`
    bool own = false; ///< of one response/notify subscriber, ends with it
    bool exclusive = false;
    bool gone = false;
    ConsumerOptions owner; ///< of an own queue
    Ring<Stored> ready;
    std::int64_t unacked = 0;
    std::int64_t bytes = 0;
    std::int64_t published = 0;
    std::int64_t delivered = 0;
    std::int64_t acked = 0;
    std::int64_t redelivered = 0;
    std::int64_t deleted = 0;
    std::vector<std::shared_ptr<ConsumerState>> consumers;
    std::vector<std::shared_ptr<TapState>> taps;
    std::uint64_t changed = 0; ///< number of its last change; the list below is in this order
    Queue *older = nullptr;
    Queue *newer = nullptr;
    [[nodiscard]] std::int64_t depth() const
    {
        return static_cast<std::int64_t>(ready.size()) + unacked;
    }
};

struct Topic {
    std::string name;
    std::string topicClass;
    TopicInfo info;
    bool gone = false;
    std::int64_t published = 0;
    std::vector<std::shared_ptr<Queue>> queues;
    std::vector<std::shared_ptr<TapState>> taps;
    int waitingSenders = 0;
    std::condition_variable space;
    [[nodiscard]] bool shared() const { return topicClass == "flow" || topicClass == "request"; }
};

/// Consumers to wake once the lock is released.
class Wakes {
public:
    void add(const std::shared_ptr<ConsumerState> &consumer) { m_consumers.push_back(consumer); }
    void run()
    {
        for (const auto &consumer : m_consumers)
            consumer->wakeup.trigger();
    }

private:
    std::vector<std::shared_ptr<ConsumerState>> m_consumers;
};

/// One lock guards everything: sections are short, and every view is consistent with itself.
/// Members whose name ends in `Locked` are called with `mutex` held.
struct State {
    explicit State(const Limits &l)
        : limits(l)
    {
    }

    mutable std::mutex mutex;
    const Limits limits;
    bool closed = false;
    std::map<std::string, std::shared_ptr<Topic>, std::less<>> topics;
    std::map<std::string, std::shared_ptr<Queue>, std::less<>> queues;
    Backend::Totals totals;
    std::uint64_t nextDelivery = 0;
    std::uint64_t nextConsumer = 0;

    // queues in the order of their last change, and the names that vanished
    std::uint64_t changes = 0;
    Queue *oldest = nullptr;
    Queue *newest = nullptr;
    struct Removal {
        std::uint64_t change = 0;
        std::string name;
    };
    std::deque<Removal> removals;
    std::uint64_t forgotten = 0; ///< change number of the last removal that fell out of `removals`
    static constexpr std::size_t maxRemovals = 100000;

    FabricResult<Done> send(std::shared_ptr<Topic> &topic, const std::string &name, Message message,
        std::chrono::milliseconds blockFor);

    std::shared_ptr<Topic> topicLocked(const std::string &name) const;
    FabricResult<std::shared_ptr<Queue>> addQueueLocked(
        Topic &topic, const std::string &name, const std::string &subscription);
    /// Ends its consumers; returns the messages that are lost with it.
    std::int64_t removeQueueLocked(const std::shared_ptr<Queue> &queue, Wakes &wakes);
    /// The first `count` ready ones of `from` behind those of `to`; the room was looked at.
    void moveLocked(Queue &from, Queue &to, std::size_t count, std::vector<Stored> &moved);
    void touchLocked(Queue &queue);
    void unlinkLocked(Queue &queue);
    void wakeReadersLocked(Queue &queue, Wakes &wakes) const;
    static void wakeSendersLocked(Topic &topic);
    void releaseLocked(Queue &queue, const Stored &stored);

    [[nodiscard]] schema::QueueRow rowLocked(const Queue &queue, std::int64_t nowMs) const;
    [[nodiscard]] static schema::ConsumerRow consumerRowLocked(const ConsumerState &consumer);
};

Message toMessage(const Stored &stored, std::uint64_t delivery);
std::string processorOf(
    std::string_view subscription); ///< of `processor--workspace--variant--spec`, else ""

FabricResult<std::shared_ptr<Producer>> makeProducer(std::shared_ptr<State> state,
    std::shared_ptr<Topic> topic, MessageSchema schema, ProducerOptions options);
std::shared_ptr<Consumer> makeConsumer(
    std::shared_ptr<State> state, std::shared_ptr<ConsumerState> consumer);

} // namespace signalbox::gateway::memory
