// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/fabric/requester.h"

#include <openssl/rand.h>

#include <array>
#include <map>
#include <mutex>
#include <stdexcept>

namespace signalbox::gateway {

namespace {

using Clock = std::chrono::steady_clock;

/// Ends the subscription on every path, a throwing recipient included.
struct Subscription {
    std::shared_ptr<Consumer> consumer;
    ~Subscription()
    {
        consumer->unsubscribe();
        consumer->close();
    }
};

FabricError timeoutError(const std::string &topic, std::chrono::milliseconds timeout)
{
    return { FabricError::Kind::Timeout,
        "no answer on '" + topic + "' within " + std::to_string(timeout.count()) + " ms" };
}

constexpr int answerPrefetch = 256;

} // namespace

std::string newUuid()
{
    std::array<unsigned char, 16> bytes {};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        throw std::runtime_error("the system gives no random numbers");
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text += '-';
        text += digits[bytes[i] >> 4];
        text += digits[bytes[i] & 0x0F];
    }
    return text;
}

FabricResult<Message> request(Backend &fabric, const RequestTopics &topics,
    const std::string &subscription, std::string value, std::chrono::milliseconds timeout,
    const Recipient &recipient)
{
    const std::string id = newUuid();
    ConsumerOptions options;
    options.prefetch = answerPrefetch;
    auto consumer = fabric.createConsumer(topics.response, subscription + "--" + id,
        InitialPosition::Latest, ConsumerType::Exclusive, options);
    if (!consumer)
        return unexpected(consumer.error());
    const Subscription subscribed { *consumer };
    auto producer = fabric.createProducer(topics.request);
    if (!producer)
        return unexpected(producer.error());
    Message message;
    message.value = std::move(value);
    message.properties.emplace_back("id", id);
    if (const auto sent = (*producer)->send(std::move(message)); !sent)
        return unexpected(sent.error());

    auto deadline = Clock::now() + timeout;
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0)
            return unexpected(timeoutError(topics.response, timeout));
        auto answer = subscribed.consumer->receive(left);
        if (!answer) {
            if (answer.error().kind == FabricError::Kind::Timeout)
                return unexpected(timeoutError(topics.response, timeout));
            return answer;
        }
        subscribed.consumer->acknowledge(*answer);
        if (answer->property("id") != id)
            continue; // somebody else's: a response topic fans out to all
        if (!recipient || recipient(*answer))
            return answer;
        deadline = Clock::now() + timeout;
    }
}

struct Requester::Data : std::enable_shared_from_this<Requester::Data> {
    struct Pending {
        Recipient last;
        Part part;
        DoneFn done;
        std::chrono::milliseconds timeout;
        Clock::time_point deadline;
    };

    Backend &fabric;
    const RequestTopics topics;
    const std::string subscription;
    const std::size_t maxInFlight;
    mutable std::mutex mutex;
    std::mutex connecting;
    std::map<std::string, std::shared_ptr<Pending>> pending;
    std::shared_ptr<Consumer> consumer;
    std::shared_ptr<Producer> producer;
    bool closed = false;

    Data(Backend &backend, RequestTopics t, std::string s, int max)
        : fabric(backend)
        , topics(std::move(t))
        , subscription(std::move(s))
        , maxInFlight(static_cast<std::size_t>(std::max(1, max)))
    {
    }

    /// Subscribes at the first request, and again when the topics were deleted and made anew since.
    FabricResult<Done> connect()
    {
        std::lock_guard one(connecting);
        std::shared_ptr<Consumer> stale;
        {
            std::lock_guard lock(mutex);
            if (consumer && fabric.queueExists(consumer->queue()))
                return Done {};
            stale = std::move(consumer);
        }
        if (stale)
            stale->close();
        ConsumerOptions options;
        options.prefetch = answerPrefetch;
        auto made = fabric.createConsumer(topics.response, subscription, InitialPosition::Latest,
            ConsumerType::Exclusive, options);
        if (!made)
            return unexpected(made.error());
        ProducerOptions sending;
        sending.blockFor = std::chrono::milliseconds(0); // the caller's thread must not wait
        auto producing = fabric.createProducer(topics.request, {}, sending);
        if (!producing)
            return unexpected(producing.error());
        {
            std::lock_guard lock(mutex);
            consumer = *made;
            producer = *producing;
        }
        (*made)->onReadable([weak = weak_from_this(), answers = std::weak_ptr<Consumer>(*made)] {
            const auto self = weak.lock();
            const auto from = answers.lock();
            if (self && from)
                self->drain(*from);
        });
        return Done {};
    }

    void drain(Consumer &from)
    {
        while (auto message = from.tryReceive()) {
            from.acknowledge(*message);
            deliver(*message);
        }
    }

    void deliver(const Message &message)
    {
        const std::string id = message.property("id");
        std::shared_ptr<Pending> waiting;
        {
            std::lock_guard lock(mutex);
            const auto found = pending.find(id);
            if (found == pending.end())
                return;
            waiting = found->second;
        }
        const bool last = !waiting->last || waiting->last(message);
        {
            std::lock_guard lock(mutex);
            if (last) {
                if (pending.erase(id) == 0)
                    return; // cancelled or expired meanwhile
            } else {
                if (!pending.contains(id))
                    return;
                waiting->deadline = Clock::now() + waiting->timeout;
            }
        }
        if (last)
            waiting->done(message);
        else if (waiting->part)
            waiting->part(message);
    }

    void fail(const std::string &id, FabricError error)
    {
        std::shared_ptr<Pending> waiting;
        {
            std::lock_guard lock(mutex);
            const auto found = pending.find(id);
            if (found == pending.end())
                return;
            waiting = std::move(found->second);
            pending.erase(found);
        }
        waiting->done(unexpected(std::move(error)));
    }
};

Requester::Requester(
    Backend &fabric, RequestTopics topics, std::string subscription, int maxInFlight)
    : m_data(
        std::make_shared<Data>(fabric, std::move(topics), std::move(subscription), maxInFlight))
{
}

Requester::~Requester()
{
    std::shared_ptr<Consumer> consumer;
    std::map<std::string, std::shared_ptr<Data::Pending>> pending;
    {
        std::lock_guard lock(m_data->mutex);
        m_data->closed = true;
        consumer = std::move(m_data->consumer);
        pending = std::move(m_data->pending);
        m_data->pending.clear();
    }
    if (consumer)
        consumer->close();
    for (const auto &[id, waiting] : pending)
        waiting->done(
            unexpected(FabricError { FabricError::Kind::Closed, "the requester was closed" }));
}

std::string Requester::send(
    std::string value, std::chrono::milliseconds timeout, Recipient last, Part part, DoneFn done)
{
    const std::string id = newUuid();
    const auto pending = std::make_shared<Data::Pending>(Data::Pending {
        std::move(last), std::move(part), std::move(done), timeout, Clock::now() + timeout });
    bool accepted = false;
    {
        std::lock_guard lock(m_data->mutex);
        accepted = m_data->pending.size() < m_data->maxInFlight;
        if (accepted)
            m_data->pending.emplace(id, pending);
    }
    if (!accepted) {
        pending->done(unexpected(FabricError { FabricError::Kind::Limit,
            "more than " + std::to_string(m_data->maxInFlight) + " requests wait on '"
                + m_data->topics.request + "'" }));
        return id;
    }
    if (const auto connected = m_data->connect(); !connected) {
        m_data->fail(id, connected.error());
        return id;
    }
    std::shared_ptr<Producer> producer;
    {
        std::lock_guard lock(m_data->mutex);
        producer = m_data->producer;
    }
    Message message;
    message.value = std::move(value);
    message.properties.emplace_back("id", id);
    if (const auto sent = producer->send(std::move(message)); !sent)
        m_data->fail(id, sent.error());
    return id;
}

void Requester::cancel(const std::string &id)
{
    m_data->fail(id, { FabricError::Kind::Closed, "cancelled" });
}

void Requester::expire(std::chrono::steady_clock::time_point now)
{
    std::vector<std::pair<std::string, std::chrono::milliseconds>> late;
    {
        std::lock_guard lock(m_data->mutex);
        for (const auto &[id, waiting] : m_data->pending)
            if (waiting->deadline <= now)
                late.emplace_back(id, waiting->timeout);
    }
    for (const auto &[id, timeout] : late)
        m_data->fail(id, timeoutError(m_data->topics.response, timeout));
}

std::size_t Requester::inFlight() const
{
    std::lock_guard lock(m_data->mutex);
    return m_data->pending.size();
}

} // namespace signalbox::gateway
