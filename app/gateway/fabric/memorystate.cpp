// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/fabric/memorystate.h"

#include <algorithm>

namespace signalbox::gateway::memory {

Message toMessage(const Stored &stored, std::uint64_t delivery)
{
    Message message;
    message.value = stored.payload->value;
    message.properties = stored.payload->properties;
    message.delivery = delivery;
    message.seq = stored.seq;
    message.atMs = stored.atMs;
    message.redelivered = stored.redelivered;
    return message;
}

std::string processorOf(std::string_view subscription)
{
    const std::size_t end = subscription.find("--");
    if (end == std::string_view::npos || subscription.find("--", end + 2) == std::string_view::npos)
        return {};
    return std::string(subscription.substr(0, end));
}

std::shared_ptr<Topic> State::topicLocked(const std::string &name) const
{
    const auto found = topics.find(name);
    return found == topics.end() ? nullptr : found->second;
}

FabricResult<std::shared_ptr<Queue>> State::addQueueLocked(
    Topic &topic, const std::string &name, const std::string &subscription)
{
    if (static_cast<std::int64_t>(queues.size()) >= limits.maxQueues)
        return unexpected(FabricError { FabricError::Kind::Limit,
            "no more than " + std::to_string(limits.maxQueues) + " queues: cannot make '" + name
                + "'" });
    auto queue = std::make_shared<Queue>();
    queue->name = name;
    queue->subscription = subscription;
    queue->topic = &topic;
    queue->own = !topic.shared();
    topic.queues.push_back(queue);
    queues.emplace(name, queue);
    ++totals.queues;
    touchLocked(*queue);
    return queue;
}

std::int64_t State::removeQueueLocked(const std::shared_ptr<Queue> &queue, Wakes &wakes)
{
    const std::int64_t lost = queue->depth();
    for (const auto &consumer : queue->consumers) {
        consumer->closed = true;
        consumer->unacked.clear();
        consumer->readable.notify_all();
        wakes.add(consumer);
        --totals.consumers;
    }
    queue->consumers.clear();
    queue->ready.clear();
    queue->deleted += lost;
    queue->unacked = queue->bytes = 0;
    queue->gone = true;
    totals.deleted += lost;
    totals.waiting -= lost;
    --totals.queues;
    unlinkLocked(*queue);
    removals.push_back({ ++changes, queue->name });
    if (removals.size() > maxRemovals) {
        forgotten = removals.front().change;
        removals.pop_front();
    }
    std::erase(queue->topic->queues, queue);
    wakeSendersLocked(*queue->topic);
    queue->topic = nullptr;
    queues.erase(queue->name);
    return lost;
}

void State::moveLocked(Queue &from, Queue &to, std::size_t count, std::vector<Stored> &moved)
{
    moved.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        Stored stored = from.ready.popFront();
        from.bytes -= stored.payload->bytes;
        to.bytes += stored.payload->bytes;
        stored.seq = ++to.topic->published;
        to.ready.pushBack(stored);
        moved.push_back(std::move(stored));
    }
    const auto number = static_cast<std::int64_t>(count);
    from.deleted += number;
    to.published += number;
    totals.deleted += number;
    totals.published += number;
    touchLocked(from);
    touchLocked(to);
    wakeSendersLocked(*from.topic);
}

void State::unlinkLocked(Queue &queue)
{
    (queue.older ? queue.older->newer : oldest) = queue.newer;
    (queue.newer ? queue.newer->older : newest) = queue.older;
    queue.older = queue.newer = nullptr;
}

void State::touchLocked(Queue &queue)
{
    if (&queue != newest) {
        if (queue.changed != 0)
            unlinkLocked(queue);
        queue.older = newest;
        (newest ? newest->newer : oldest) = &queue;
        newest = &queue;
    }
    queue.changed = ++changes;
}

void State::wakeReadersLocked(Queue &queue, Wakes &wakes) const
{
    if (queue.ready.empty())
        return;
    for (const auto &consumer : queue.consumers) {
        if (!consumer->hasRoom())
            continue;
        if (consumer->waiting > 0)
            consumer->readable.notify_one();
        if (consumer->wakeup.isSet())
            wakes.add(consumer);
    }
}

void State::wakeSendersLocked(Topic &topic)
{
    if (topic.waitingSenders > 0)
        topic.space.notify_all();
}

void State::releaseLocked(Queue &queue, const Stored &stored)
{
    queue.bytes -= stored.payload->bytes;
    --totals.waiting;
}

namespace {

const Queue *fullQueue(const Topic &topic, const Limits &limits, std::int64_t bytes)
{
    for (const auto &queue : topic.queues) {
        const std::int64_t depth = queue->depth();
        if (depth >= limits.maxDepth || (depth > 0 && queue->bytes + bytes > limits.maxQueueBytes))
            return queue.get();
    }
    return nullptr;
}

std::int64_t sizeOf(const Message &message)
{
    std::size_t bytes = message.value.size();
    for (const auto &[name, value] : message.properties)
        bytes += name.size() + value.size();
    return static_cast<std::int64_t>(bytes);
}

} // namespace

FabricResult<Done> State::send(std::shared_ptr<Topic> &topic, const std::string &name,
    Message message, std::chrono::milliseconds blockFor)
{
    const std::int64_t bytes = sizeOf(message);
    if (bytes > limits.maxMessageBytes)
        return unexpected(FabricError { FabricError::Kind::Limit,
            "a message of " + std::to_string(bytes) + " bytes for '" + name
                + "' is larger than the limit of " + std::to_string(limits.maxMessageBytes) });
    auto payload = std::make_shared<Payload>();
    payload->value = std::move(message.value);
    payload->properties = std::move(message.properties);
    payload->bytes = bytes;
    const auto deadline = std::chrono::steady_clock::now() + blockFor;
    Stored stored { std::move(payload), 0, unixMs(), false };
    Wakes wakes;
    std::vector<std::shared_ptr<TapState>> taps;
    {
        std::unique_lock lock(mutex);
        for (;;) {
            if (closed)
                return unexpected(
                    FabricError { FabricError::Kind::Closed, "the fabric is closed" });
            if (topic->gone) {
                const auto again = topicLocked(name);
                if (!again)
                    return unexpected(
                        FabricError { FabricError::Kind::NoTopic, "no topic '" + name + "'" });
                topic = again;
            }
            const Queue *full = fullQueue(*topic, limits, bytes);
            if (!full)
                break;
            const std::string fullName = full->name;
            const std::shared_ptr<Topic> held = topic;
            ++held->waitingSenders;
            const auto status = held->space.wait_until(lock, deadline);
            --held->waitingSenders;
            if (status == std::cv_status::timeout && !held->gone && fullQueue(*held, limits, bytes))
                return unexpected(FabricError { FabricError::Kind::Full,
                    "queue '" + fullName
                        + "' is full; its consumers must catch up or it must be purged" });
        }
        stored.seq = ++topic->published;
        if (topic->queues.empty())
            ++totals.unrouted;
        for (const auto &queue : topic->queues) {
            queue->ready.pushBack(stored);
            queue->bytes += bytes;
            ++queue->published;
            ++totals.published;
            ++totals.waiting;
            touchLocked(*queue);
            wakeReadersLocked(*queue, wakes);
            taps.insert(taps.end(), queue->taps.begin(), queue->taps.end());
        }
        taps.insert(taps.end(), topic->taps.begin(), topic->taps.end());
    }
    wakes.run();
    if (!taps.empty()) {
        const Message seen = toMessage(stored, 0);
        for (const auto &tap : taps)
            tap->call(seen);
    }
    return Done {};
}

schema::ConsumerRow State::consumerRowLocked(const ConsumerState &consumer)
{
    schema::ConsumerRow row;
    row.id = std::to_string(consumer.id);
    row.queue = consumer.queue->name;
    row.processor = consumer.options.processor.empty() ? processorOf(consumer.queue->subscription)
                                                       : consumer.options.processor;
    row.workspace = consumer.options.workspace;
    if (row.workspace.empty() && consumer.queue->topic)
        row.workspace = consumer.queue->topic->info.workspace;
    row.flow = consumer.options.flow;
    row.state = "running";
    row.unacked = static_cast<std::int64_t>(consumer.unacked.size());
    return row;
}

schema::QueueRow State::rowLocked(const Queue &queue, std::int64_t nowMs) const
{
    schema::QueueRow row;
    row.name = queue.name;
    row.topic = queue.topic->name;
    row.topicClass = queue.topic->topicClass;
    const TopicInfo &info = queue.topic->info;
    row.scope = queue.own ? "subscriber" : info.scope;
    row.workspace = info.workspace;
    row.flow = info.flow;
    row.blueprint = info.blueprint;
    row.processor = processorOf(queue.subscription);
    if (queue.own) {
        if (!queue.owner.workspace.empty())
            row.workspace = queue.owner.workspace;
        if (!queue.owner.flow.empty())
            row.flow = queue.owner.flow;
        if (!queue.owner.processor.empty())
            row.processor = queue.owner.processor;
    }
    row.ready = static_cast<std::int64_t>(queue.ready.size());
    row.unacked = queue.unacked;
    row.consumers = static_cast<std::int64_t>(queue.consumers.size());
    row.published = queue.published;
    row.delivered = queue.delivered;
    row.acked = queue.acked;
    row.redelivered = queue.redelivered;
    row.deleted = queue.deleted;
    if (!queue.ready.empty())
        row.oldestMs = std::max<std::int64_t>(0, nowMs - queue.ready.front().atMs);
    row.bytes = queue.bytes;
    row.maxDepth = limits.maxDepth;
    return row;
}

} // namespace signalbox::gateway::memory
