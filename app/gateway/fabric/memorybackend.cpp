// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/fabric/memorystate.h"

#include <algorithm>

namespace signalbox::gateway {

using namespace memory;

namespace {

constexpr std::size_t viewPayloadBytes = 64 * 1024; // signalbox-gateway §6
constexpr std::size_t maxTapsPerPlace = 200;

FabricError noTopic(const std::string &topic)
{
    return { FabricError::Kind::NoTopic, "no topic '" + topic + "'" };
}
FabricError noQueue(const std::string &queue)
{
    return { FabricError::Kind::NoQueue, "no queue '" + queue + "'" };
}

/// "" when it is no address in the form class:space:name.
std::string classOf(const std::string &topic)
{
    const std::size_t first = topic.find(':');
    const std::size_t second = first == std::string::npos ? first : topic.find(':', first + 1);
    if (second == std::string::npos || second == first + 1 || second + 1 == topic.size())
        return {};
    const std::string topicClass = topic.substr(0, first);
    for (const char *known : { "flow", "request", "response", "notify" })
        if (topicClass == known)
            return topicClass;
    return {};
}

/// Cut at a character boundary, so that what is left is UTF-8.
std::string cut(const std::string &text, std::size_t bytes)
{
    if (text.size() <= bytes)
        return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80)
        --bytes;
    return text.substr(0, bytes);
}

std::optional<FabricError> unexpectedReady(const Queue &queue, std::optional<std::int64_t> expected)
{
    const auto ready = static_cast<std::int64_t>(queue.ready.size());
    if (!expected || ready <= *expected)
        return std::nullopt;
    return FabricError { FabricError::Kind::Conflict,
        "queue '" + queue.name + "' holds " + std::to_string(ready) + " messages by now, not "
            + std::to_string(*expected) };
}

schema::TopicRow topicRow(const Topic &topic)
{
    return { topic.name, topic.topicClass, topic.info.scope, topic.info.workspace, topic.info.flow,
        static_cast<std::int64_t>(topic.queues.size()), topic.published };
}

class MemoryTap final : public Tap {
public:
    MemoryTap(std::shared_ptr<State> state, std::shared_ptr<TapState> tap, std::string place)
        : m_state(std::move(state))
        , m_tap(std::move(tap))
        , m_place(std::move(place))
    {
    }
    ~MemoryTap() override
    {
        {
            std::lock_guard lock(m_state->mutex);
            if (const auto topic = m_state->topics.find(m_place); topic != m_state->topics.end())
                std::erase(topic->second->taps, m_tap);
            if (const auto queue = m_state->queues.find(m_place); queue != m_state->queues.end())
                std::erase(queue->second->taps, m_tap);
        }
        std::lock_guard lock(m_tap->mutex);
        m_tap->sink = nullptr;
    }

private:
    const std::shared_ptr<State> m_state;
    const std::shared_ptr<TapState> m_tap;
    const std::string m_place;
};

class MemoryBackend final : public Backend {
public:
    explicit MemoryBackend(const Limits &limits)
        : m_state(std::make_shared<State>(limits))
    {
    }
    ~MemoryBackend() override { close(); }

    FabricResult<std::shared_ptr<Producer>> createProducer(
        const std::string &topic, MessageSchema schema, ProducerOptions options) override
    {
        std::shared_ptr<Topic> found;
        {
            std::lock_guard lock(m_state->mutex);
            found = m_state->topicLocked(topic);
        }
        if (!found)
            return unexpected(noTopic(topic));
        return makeProducer(m_state, std::move(found), std::move(schema), std::move(options));
    }

    FabricResult<std::shared_ptr<Consumer>> createConsumer(const std::string &topic,
        const std::string &subscription, InitialPosition, ConsumerType type,
        ConsumerOptions options) override
    {
        std::lock_guard lock(m_state->mutex);
        if (m_state->closed)
            return unexpected(FabricError { FabricError::Kind::Closed, "the fabric is closed" });
        const auto found = m_state->topicLocked(topic);
        if (!found)
            return unexpected(noTopic(topic));
        auto queue = subscribeLocked(*found, subscription, type);
        if (!queue)
            return unexpected(queue.error());
        auto consumer = std::make_shared<ConsumerState>();
        consumer->id = ++m_state->nextConsumer;
        consumer->options = std::move(options);
        consumer->options.prefetch = std::max(1, consumer->options.prefetch);
        consumer->queue = *queue;
        if ((*queue)->own)
            (*queue)->owner = consumer->options;
        (*queue)->consumers.push_back(consumer);
        (*queue)->exclusive = type == ConsumerType::Exclusive;
        ++m_state->totals.consumers;
        m_state->touchLocked(**queue);
        return makeConsumer(m_state, std::move(consumer));
    }

    FabricResult<Done> ensureTopic(const std::string &topic, const TopicInfo &info) override
    {
        const std::string topicClass = classOf(topic);
        if (topicClass.empty())
            return unexpected(FabricError { FabricError::Kind::Schema,
                "'" + topic
                    + "' is no topic address: it must be class:space:name, class one of flow, "
                      "request, response, notify" });
        std::lock_guard lock(m_state->mutex);
        if (m_state->closed)
            return unexpected(FabricError { FabricError::Kind::Closed, "the fabric is closed" });
        if (const auto found = m_state->topicLocked(topic)) {
            found->info = info;
            return Done {};
        }
        if (static_cast<std::int64_t>(m_state->topics.size()) >= m_state->limits.maxTopics)
            return unexpected(FabricError { FabricError::Kind::Limit,
                "no more than " + std::to_string(m_state->limits.maxTopics)
                    + " topics: cannot make '" + topic + "'" });
        auto made = std::make_shared<Topic>();
        made->name = topic;
        made->topicClass = topicClass;
        made->info = info;
        m_state->topics.emplace(topic, std::move(made));
        ++m_state->totals.topics;
        return Done {};
    }

    bool topicExists(const std::string &topic) const override
    {
        std::lock_guard lock(m_state->mutex);
        return m_state->topics.contains(topic);
    }

    FabricResult<Done> deleteTopic(const std::string &topic) override
    {
        Wakes wakes;
        {
            std::lock_guard lock(m_state->mutex);
            const auto found = m_state->topicLocked(topic);
            if (!found)
                return unexpected(noTopic(topic));
            const auto queues = found->queues;
            for (const auto &queue : queues)
                m_state->removeQueueLocked(queue, wakes);
            found->gone = true;
            found->space.notify_all();
            m_state->topics.erase(topic);
            --m_state->totals.topics;
        }
        wakes.run();
        return Done {};
    }

    FabricResult<Done> createQueue(
        const std::string &topic, const std::string &subscription) override
    {
        return makeQueue(topic, subscription, false);
    }
    FabricResult<Done> ensureQueue(
        const std::string &topic, const std::string &subscription) override
    {
        return makeQueue(topic, subscription, true);
    }

    FabricResult<std::int64_t> deleteQueue(
        const std::string &queue, bool ifUnused, std::optional<std::int64_t> expectedReady) override
    {
        Wakes wakes;
        std::int64_t lost = 0;
        {
            std::lock_guard lock(m_state->mutex);
            const auto found = m_state->queues.find(queue);
            if (found == m_state->queues.end())
                return unexpected(noQueue(queue));
            if (ifUnused && !found->second->consumers.empty())
                return unexpected(FabricError { FabricError::Kind::Conflict,
                    "queue '" + queue + "' has " + std::to_string(found->second->consumers.size())
                        + " consumers" });
            if (const auto conflict = unexpectedReady(*found->second, expectedReady))
                return unexpected(*conflict);
            const auto held = found->second;
            lost = m_state->removeQueueLocked(held, wakes);
        }
        wakes.run();
        return lost;
    }

    bool queueExists(const std::string &queue) const override
    {
        std::lock_guard lock(m_state->mutex);
        return m_state->queues.contains(queue);
    }

    FabricResult<std::int64_t> purge(
        const std::string &queue, std::optional<std::int64_t> expectedReady) override
    {
        Ring<Stored> dropped; // freed outside the lock
        std::lock_guard lock(m_state->mutex);
        const auto found = m_state->queues.find(queue);
        if (found == m_state->queues.end())
            return unexpected(noQueue(queue));
        Queue &q = *found->second;
        if (const auto conflict = unexpectedReady(q, expectedReady))
            return unexpected(*conflict);
        const auto count = static_cast<std::int64_t>(q.ready.size());
        for (std::size_t i = 0; i < q.ready.size(); ++i)
            m_state->releaseLocked(q, q.ready[i]);
        std::swap(dropped, q.ready);
        q.deleted += count;
        m_state->totals.deleted += count;
        m_state->touchLocked(q);
        State::wakeSendersLocked(*q.topic);
        return count;
    }

    FabricResult<std::int64_t> move(const std::string &from, const std::string &to,
        std::optional<std::int64_t> expectedReady, std::optional<std::int64_t> count) override
    {
        std::vector<Stored> moved;
        std::vector<std::shared_ptr<TapState>> taps;
        Wakes wakes;
        {
            std::lock_guard lock(m_state->mutex);
            const auto source = m_state->queues.find(from);
            const auto target = m_state->queues.find(to);
            if (source == m_state->queues.end() || target == m_state->queues.end())
                return unexpected(noQueue(source == m_state->queues.end() ? from : to));
            if (source == target)
                return unexpected(FabricError {
                    FabricError::Kind::Conflict, "'" + from + "' cannot be moved onto itself" });
            Queue &left = *source->second;
            Queue &right = *target->second;
            if (const auto conflict = unexpectedReady(left, expectedReady))
                return unexpected(*conflict);
            const auto most =
                static_cast<std::size_t>(std::max<std::int64_t>(0, count.value_or(INT64_MAX)));
            const std::size_t number = std::min(left.ready.size(), most);
            if (const auto full = noRoom(left, right, number))
                return unexpected(*full);
            m_state->moveLocked(left, right, number, moved);
            // one look after all are there: every consumer with room is woken, as often as there
            // is something for it
            for (std::size_t i = 0; i < std::min(number, right.consumers.size()); ++i)
                m_state->wakeReadersLocked(right, wakes);
            taps = right.taps;
        }
        wakes.run();
        for (const Stored &stored : moved)
            for (const auto &tap : taps)
                tap->call(toMessage(stored, 0));
        return static_cast<std::int64_t>(moved.size());
    }

    std::vector<schema::QueueRow> queues() const override { return queuesAfter({}, SIZE_MAX); }

    std::vector<schema::QueueRow> queuesAfter(
        const std::string &after, std::size_t count) const override
    {
        std::vector<schema::QueueRow> rows;
        std::lock_guard lock(m_state->mutex);
        const std::int64_t now = unixMs();
        auto it = after.empty() ? m_state->queues.begin() : m_state->queues.upper_bound(after);
        rows.reserve(std::min(count, m_state->queues.size()));
        for (; it != m_state->queues.end() && rows.size() < count; ++it)
            rows.push_back(m_state->rowLocked(*it->second, now));
        return rows;
    }

    std::optional<schema::QueueDetail> queue(const std::string &name) const override
    {
        std::lock_guard lock(m_state->mutex);
        const auto found = m_state->queues.find(name);
        if (found == m_state->queues.end())
            return std::nullopt;
        schema::QueueDetail detail;
        detail.row = m_state->rowLocked(*found->second, unixMs());
        detail.bindings.push_back(detail.row.topic);
        for (const auto &consumer : found->second->consumers)
            detail.consumers.push_back(State::consumerRowLocked(*consumer));
        return detail;
    }

    std::vector<schema::TopicRow> topics() const override
    {
        std::vector<schema::TopicRow> rows;
        std::lock_guard lock(m_state->mutex);
        rows.reserve(m_state->topics.size());
        for (const auto &[name, topic] : m_state->topics)
            rows.push_back(topicRow(*topic));
        return rows;
    }

    std::optional<schema::TopicRow> topic(const std::string &name) const override
    {
        std::lock_guard lock(m_state->mutex);
        const auto found = m_state->topicLocked(name);
        return found ? std::optional(topicRow(*found)) : std::nullopt;
    }

    std::vector<schema::ConsumerRow> consumers() const override
    {
        std::vector<schema::ConsumerRow> rows;
        std::lock_guard lock(m_state->mutex);
        for (const auto &[name, queue] : m_state->queues)
            for (const auto &consumer : queue->consumers)
                rows.push_back(State::consumerRowLocked(*consumer));
        return rows;
    }

    bool hasConsumers(const std::string &topic) const override
    {
        std::lock_guard lock(m_state->mutex);
        const auto found = m_state->topicLocked(topic);
        return found && std::ranges::any_of(found->queues, [](const auto &queue) {
            return !queue->consumers.empty();
        });
    }

    FabricResult<std::vector<schema::FabricMessage>> peek(
        const std::string &queue, int count) const override
    {
        std::vector<Stored> stored;
        {
            std::lock_guard lock(m_state->mutex);
            const auto found = m_state->queues.find(queue);
            if (found == m_state->queues.end())
                return unexpected(noQueue(queue));
            const Ring<Stored> &ready = found->second->ready;
            for (std::size_t i = 0;
                 i < ready.size() && i < static_cast<std::size_t>(std::max(0, count)); ++i)
                stored.push_back(ready[i]);
        }
        std::vector<schema::FabricMessage> messages;
        for (const Stored &item : stored) {
            schema::FabricMessage message;
            message.seq = item.seq;
            message.atMs = item.atMs;
            message.properties = item.payload->properties;
            message.size = static_cast<std::int64_t>(item.payload->value.size());
            message.payload = cut(item.payload->value, viewPayloadBytes);
            message.truncated = message.payload.size() < item.payload->value.size();
            message.redelivered = item.redelivered;
            messages.push_back(std::move(message));
        }
        return messages;
    }

    std::optional<Message> find(const std::string &queue, std::int64_t seq) const override
    {
        std::lock_guard lock(m_state->mutex);
        const auto found = m_state->queues.find(queue);
        if (found == m_state->queues.end())
            return std::nullopt;
        const Ring<Stored> &ready = found->second->ready;
        for (std::size_t i = 0; i < ready.size(); ++i)
            if (ready[i].seq == seq)
                return toMessage(ready[i], 0);
        for (const auto &consumer : found->second->consumers)
            for (const auto &[delivery, stored] : consumer->unacked)
                if (stored.seq == seq)
                    return toMessage(stored, 0);
        return std::nullopt;
    }

    Totals totals() const override
    {
        std::lock_guard lock(m_state->mutex);
        return m_state->totals;
    }

    Delta changesSince(std::uint64_t &mark) const override
    {
        Delta delta;
        std::lock_guard lock(m_state->mutex);
        const std::int64_t now = unixMs();
        for (const Queue *queue = m_state->newest; queue && queue->changed > mark;
             queue = queue->older)
            delta.changed.push_back(m_state->rowLocked(*queue, now));
        for (auto it = m_state->removals.rbegin();
             it != m_state->removals.rend() && it->change > mark; ++it)
            if (!m_state->queues.contains(it->name))
                delta.removed.push_back(it->name);
        delta.gap = mark < m_state->forgotten && mark != 0;
        mark = m_state->changes;
        return delta;
    }

    FabricResult<std::unique_ptr<Tap>> tap(
        const std::string &topicOrQueue, std::function<void(const Message &)> sink) override
    {
        auto tap = std::make_shared<TapState>();
        tap->sink = std::move(sink);
        std::lock_guard lock(m_state->mutex);
        const auto topic = m_state->topics.find(topicOrQueue);
        const auto queue = m_state->queues.find(topicOrQueue);
        if (topic == m_state->topics.end() && queue == m_state->queues.end())
            return unexpected(FabricError {
                FabricError::Kind::NoTopic, "no topic or queue '" + topicOrQueue + "'" });
        auto &taps = topic != m_state->topics.end() ? topic->second->taps : queue->second->taps;
        if (taps.size() >= maxTapsPerPlace)
            return unexpected(FabricError { FabricError::Kind::Limit,
                "'" + topicOrQueue + "' is tailed " + std::to_string(maxTapsPerPlace)
                    + " times already" });
        taps.push_back(tap);
        return std::unique_ptr<Tap>(
            std::make_unique<MemoryTap>(m_state, std::move(tap), topicOrQueue));
    }

    schema::Members<std::int64_t> pending() const override
    {
        schema::Members<std::int64_t> pending;
        std::lock_guard lock(m_state->mutex);
        for (const auto &[name, queue] : m_state->queues)
            if (!queue->own && queue->depth() > 0)
                pending.emplace_back(name, queue->depth());
        return pending;
    }

    void close() override
    {
        Wakes wakes;
        {
            std::lock_guard lock(m_state->mutex);
            if (m_state->closed)
                return;
            m_state->closed = true;
            for (const auto &[name, topic] : m_state->topics)
                topic->space.notify_all();
            for (const auto &[name, queue] : m_state->queues)
                for (const auto &consumer : queue->consumers) {
                    consumer->readable.notify_all();
                    wakes.add(consumer);
                }
        }
        wakes.run();
    }

private:
    /// Why the first `number` messages of `from` do not fit into `to`.
    [[nodiscard]] std::optional<FabricError> noRoom(
        const Queue &from, const Queue &to, std::size_t number) const
    {
        const Limits &limits = m_state->limits;
        std::int64_t bytes = to.bytes;
        for (std::size_t i = 0; i < number; ++i)
            bytes += from.ready[i].payload->bytes;
        const std::int64_t depth = to.depth() + static_cast<std::int64_t>(number);
        if (number == 0 || (depth <= limits.maxDepth && bytes <= limits.maxQueueBytes))
            return std::nullopt;
        return FabricError { FabricError::Kind::Full,
            "queue '" + to.name + "' has no room for " + std::to_string(number)
                + " messages: nothing was moved" };
    }

    FabricResult<Done> makeQueue(
        const std::string &topic, const std::string &subscription, bool mayExist)
    {
        std::lock_guard lock(m_state->mutex);
        const auto found = m_state->topicLocked(topic);
        if (!found)
            return unexpected(noTopic(topic));
        if (!found->shared())
            return unexpected(FabricError { FabricError::Kind::Conflict,
                "'" + topic + "' has one queue per subscriber, none by name" });
        const std::string name = topic + '.' + subscription;
        if (m_state->queues.contains(name)) {
            if (mayExist)
                return Done {};
            return unexpected(
                FabricError { FabricError::Kind::Conflict, "queue '" + name + "' exists already" });
        }
        const auto made = m_state->addQueueLocked(*found, name, subscription);
        if (!made)
            return unexpected(made.error());
        return Done {};
    }

    FabricResult<std::shared_ptr<Queue>> subscribeLocked(
        Topic &topic, const std::string &subscription, ConsumerType type)
    {
        std::string name = topic.name + '.' + subscription;
        if (topic.shared()) {
            const auto found = m_state->queues.find(name);
            if (found == m_state->queues.end())
                return unexpected(noQueue(name));
            const bool taken = !found->second->consumers.empty();
            if (found->second->exclusive || (type == ConsumerType::Exclusive && taken))
                return unexpected(FabricError {
                    FabricError::Kind::Conflict, "queue '" + name + "' is consumed exclusively" });
            return found->second;
        }
        while (m_state->queues.contains(name))
            name = topic.name + '.' + subscription + '.' + std::to_string(++m_state->nextConsumer);
        return m_state->addQueueLocked(topic, name, subscription);
    }

    const std::shared_ptr<State> m_state;
};

} // namespace

std::string Message::property(std::string_view name) const
{
    const std::string *found = schema::find(properties, name);
    return found ? *found : std::string();
}

std::unique_ptr<Backend> makeMemoryBackend(const Limits &limits)
{
    return std::make_unique<MemoryBackend>(limits);
}

} // namespace signalbox::gateway
