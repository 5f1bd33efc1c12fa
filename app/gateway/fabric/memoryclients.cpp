// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/fabric/memorystate.h"

namespace signalbox::gateway::memory {

namespace {

class MemoryProducer final : public Producer {
public:
    MemoryProducer(std::shared_ptr<State> state, std::shared_ptr<Topic> topic, MessageSchema schema,
        ProducerOptions options)
        : m_state(std::move(state))
        , m_name(topic->name)
        , m_topic(std::move(topic))
        , m_schema(std::move(schema))
        , m_options(std::move(options))
    {
    }

    FabricResult<Done> send(Message message) override
    {
        std::shared_ptr<Topic> topic;
        {
            std::lock_guard lock(m_mutex);
            if (m_closed)
                return unexpected(FabricError {
                    FabricError::Kind::Closed, "the producer of '" + m_name + "' is closed" });
            topic = m_topic;
        }
        if (m_schema) {
            const std::string fault = m_schema(message.value);
            if (!fault.empty())
                return unexpected(
                    FabricError { FabricError::Kind::Schema, "'" + m_name + "': " + fault });
        }
        const Topic *before = topic.get();
        auto sent = m_state->send(topic, m_name, std::move(message), m_options.blockFor);
        if (topic.get() != before) {
            std::lock_guard lock(m_mutex);
            m_topic = topic;
        }
        return sent;
    }
    void flush() override { } // send() has queued the message when it returns
    void close() override
    {
        std::lock_guard lock(m_mutex);
        m_closed = true;
    }

private:
    const std::shared_ptr<State> m_state;
    const std::string m_name;
    std::mutex m_mutex;
    std::shared_ptr<Topic> m_topic; ///< replaced when it was deleted and made again
    bool m_closed = false;
    const MessageSchema m_schema;
    const ProducerOptions m_options;
};

class MemoryConsumer final : public Consumer {
public:
    MemoryConsumer(std::shared_ptr<State> state, std::shared_ptr<ConsumerState> consumer)
        : m_state(std::move(state))
        , m_consumer(std::move(consumer))
    {
    }
    ~MemoryConsumer() override { close(); }

    FabricResult<Message> receive(std::chrono::milliseconds timeout) override
    {
        const auto deadline = std::chrono::steady_clock::now() + timeout;
        std::unique_lock lock(m_state->mutex);
        for (;;) {
            if (m_consumer->closed || m_state->closed)
                return unexpected(FabricError { FabricError::Kind::Closed,
                    "the consumer of '" + m_consumer->queue->name + "' is closed" });
            if (deliverable())
                break;
            ++m_consumer->waiting;
            const auto status = m_consumer->readable.wait_until(lock, deadline);
            --m_consumer->waiting;
            if (status == std::cv_status::timeout && !m_consumer->closed && !deliverable())
                return unexpected(FabricError { FabricError::Kind::Timeout,
                    "nothing on '" + m_consumer->queue->name + "' within "
                        + std::to_string(timeout.count()) + " ms" });
        }
        const auto [stored, delivery] = takeLocked();
        lock.unlock();
        return toMessage(stored, delivery);
    }

    std::optional<Message> tryReceive() override
    {
        std::unique_lock lock(m_state->mutex);
        if (m_consumer->closed || m_state->closed || !deliverable())
            return std::nullopt;
        const auto [stored, delivery] = takeLocked();
        lock.unlock();
        return toMessage(stored, delivery);
    }

    void acknowledge(const Message &message) override
    {
        Wakes wakes;
        Stored stored; // its payload is freed outside the lock
        {
            std::lock_guard lock(m_state->mutex);
            if (!settleLocked(message.delivery, stored))
                return;
            Queue &queue = *m_consumer->queue;
            ++queue.acked;
            ++m_state->totals.acked;
            m_state->releaseLocked(queue, stored);
            m_state->touchLocked(queue);
            State::wakeSendersLocked(*queue.topic);
            wakeSelfLocked(wakes);
        }
        wakes.run();
    }

    void negativeAcknowledge(const Message &message) override
    {
        Wakes wakes;
        {
            std::lock_guard lock(m_state->mutex);
            Stored stored;
            if (!settleLocked(message.delivery, stored))
                return;
            stored.redelivered = true;
            m_consumer->queue->ready.pushFront(std::move(stored));
            m_state->touchLocked(*m_consumer->queue);
            m_state->wakeReadersLocked(*m_consumer->queue, wakes);
        }
        wakes.run();
    }

    void onReadable(std::function<void()> wake) override
    {
        bool now = false;
        m_consumer->wakeup.set(std::move(wake));
        {
            std::lock_guard lock(m_state->mutex);
            now = !m_consumer->closed && deliverable();
        }
        if (now)
            m_consumer->wakeup.trigger();
    }

    void unsubscribe() override { close(); }

    void close() override
    {
        Wakes wakes;
        {
            std::lock_guard lock(m_state->mutex);
            if (!m_consumer->closed)
                detachLocked(wakes);
        }
        m_consumer->wakeup.clear();
        wakes.run();
    }

    std::string queue() const override { return m_consumer->queue->name; }

private:
    [[nodiscard]] bool deliverable() const
    {
        return !m_consumer->queue->ready.empty() && m_consumer->hasRoom();
    }

    std::pair<Stored, std::uint64_t> takeLocked()
    {
        Queue &queue = *m_consumer->queue;
        Stored stored = queue.ready.popFront();
        const std::uint64_t delivery = ++m_state->nextDelivery;
        m_consumer->unacked.emplace(delivery, stored);
        ++queue.unacked;
        ++queue.delivered;
        ++m_state->totals.delivered;
        if (stored.redelivered) {
            ++queue.redelivered;
            ++m_state->totals.redelivered;
        }
        m_state->touchLocked(queue);
        return { std::move(stored), delivery };
    }

    bool settleLocked(std::uint64_t delivery, Stored &stored)
    {
        const auto found = m_consumer->unacked.find(delivery);
        if (found == m_consumer->unacked.end())
            return false; // settled before, or its queue is gone
        stored = std::move(found->second);
        m_consumer->unacked.erase(found);
        --m_consumer->queue->unacked;
        return true;
    }

    void wakeSelfLocked(Wakes &wakes)
    {
        if (!deliverable())
            return;
        if (m_consumer->waiting > 0)
            m_consumer->readable.notify_one();
        if (m_consumer->wakeup.isSet())
            wakes.add(m_consumer);
    }

    void detachLocked(Wakes &wakes)
    {
        Queue &queue = *m_consumer->queue;
        m_consumer->closed = true;
        m_consumer->readable.notify_all();
        std::erase(queue.consumers, m_consumer);
        --m_state->totals.consumers;
        queue.exclusive = false;
        for (auto it = m_consumer->unacked.rbegin(); it != m_consumer->unacked.rend(); ++it) {
            it->second.redelivered = true;
            queue.ready.pushFront(std::move(it->second));
            --queue.unacked;
        }
        m_consumer->unacked.clear();
        m_state->touchLocked(queue);
        if (queue.own)
            m_state->removeQueueLocked(m_consumer->queue, wakes);
        else
            m_state->wakeReadersLocked(queue, wakes);
    }

    const std::shared_ptr<State> m_state;
    const std::shared_ptr<ConsumerState> m_consumer;
};

} // namespace

FabricResult<std::shared_ptr<Producer>> makeProducer(std::shared_ptr<State> state,
    std::shared_ptr<Topic> topic, MessageSchema schema, ProducerOptions options)
{
    return std::shared_ptr<Producer>(std::make_shared<MemoryProducer>(
        std::move(state), std::move(topic), std::move(schema), std::move(options)));
}

std::shared_ptr<Consumer> makeConsumer(
    std::shared_ptr<State> state, std::shared_ptr<ConsumerState> consumer)
{
    return std::make_shared<MemoryConsumer>(std::move(state), std::move(consumer));
}

} // namespace signalbox::gateway::memory
