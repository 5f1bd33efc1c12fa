// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/meteredbackend.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <mutex>

namespace signalbox::gateway::metrics {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view ourselves = "api-gateway"; ///< who gives no name
constexpr std::string_view completions = "response:tg:text-completion:";

/// The final part of a completion says what it cost (TG §4.7).
void countTokens(Meters &meters, const std::string &value)
{
    if (value.find("\"in_token\"") == std::string::npos)
        return;
    const auto part = nlohmann::json::parse(value, nullptr, false);
    if (!part.is_object())
        return;
    const auto number = [&](const char *name) {
        const auto member = part.find(name);
        return member != part.end() && member->is_number_integer() ? member->get<std::int64_t>()
                                                                   : 0;
    };
    const auto model = part.find("model");
    const bool named = model != part.end() && model->is_string();
    meters.tokens(
        named ? model->get<std::string>() : "unknown", number("in_token"), number("out_token"));
}

class MeteredProducer final : public Producer {
public:
    MeteredProducer(
        std::shared_ptr<Producer> inner, std::shared_ptr<ProducerMeter> meter, Meters *tokens)
        : m_inner(std::move(inner))
        , m_meter(std::move(meter))
        , m_tokens(tokens)
    {
    }
    FabricResult<Done> send(Message message) override
    {
        if (m_tokens)
            countTokens(*m_tokens, message.value);
        auto sent = m_inner->send(std::move(message));
        if (sent)
            m_meter->sent();
        return sent;
    }
    void flush() override { m_inner->flush(); }
    void close() override { m_inner->close(); }

private:
    const std::shared_ptr<Producer> m_inner;
    const std::shared_ptr<ProducerMeter> m_meter;
    Meters *const m_tokens; ///< of producers of completions
};

class MeteredConsumer final : public Consumer {
public:
    MeteredConsumer(std::shared_ptr<Consumer> inner, std::shared_ptr<ConsumerMeter> meter)
        : m_inner(std::move(inner))
        , m_meter(std::move(meter))
    {
        m_meter->attached();
    }
    ~MeteredConsumer() override { leave(); }

    FabricResult<Message> receive(std::chrono::milliseconds timeout) override
    {
        auto message = m_inner->receive(timeout);
        if (message)
            begun(message->delivery);
        return message;
    }
    std::optional<Message> tryReceive() override
    {
        auto message = m_inner->tryReceive();
        if (message)
            begun(message->delivery);
        return message;
    }
    void acknowledge(const Message &message) override
    {
        ended(message.delivery, true);
        m_inner->acknowledge(message);
    }
    void negativeAcknowledge(const Message &message) override
    {
        ended(message.delivery, false);
        m_inner->negativeAcknowledge(message);
    }
    void onReadable(std::function<void()> wake) override { m_inner->onReadable(std::move(wake)); }
    void unsubscribe() override
    {
        m_inner->unsubscribe();
        leave();
    }
    void close() override
    {
        m_inner->close();
        leave();
    }
    [[nodiscard]] std::string queue() const override { return m_inner->queue(); }

private:
    void begun(std::uint64_t delivery)
    {
        const std::lock_guard lock(m_mutex);
        m_begun.emplace_back(delivery, Clock::now());
    }
    void ended(std::uint64_t delivery, bool well)
    {
        Clock::time_point begin;
        {
            const std::lock_guard lock(m_mutex);
            const auto entry = std::find_if(m_begun.begin(), m_begun.end(),
                [delivery](const auto &one) { return one.first == delivery; });
            if (entry == m_begun.end())
                return;
            begin = entry->second;
            m_begun.erase(entry);
        }
        m_meter->processed(well, Clock::now() - begin);
    }
    void leave()
    {
        const std::lock_guard lock(m_mutex);
        if (!std::exchange(m_left, true))
            m_meter->detached();
    }

    const std::shared_ptr<Consumer> m_inner;
    const std::shared_ptr<ConsumerMeter> m_meter;
    std::mutex m_mutex;
    std::vector<std::pair<std::uint64_t, Clock::time_point>> m_begun; ///< no longer than the
                                                                      ///< prefetch
    bool m_left = false;
};

class MeteredBackend final : public Backend {
public:
    MeteredBackend(std::unique_ptr<Backend> inner, Meters &meters)
        : m_inner(std::move(inner))
        , m_meters(meters)
    {
    }

    FabricResult<std::shared_ptr<Producer>> createProducer(
        const std::string &topic, MessageSchema schema, ProducerOptions options) override;
    FabricResult<std::shared_ptr<Consumer>> createConsumer(const std::string &topic,
        const std::string &subscription, InitialPosition position, ConsumerType type,
        ConsumerOptions options) override;
    FabricResult<Done> deleteTopic(const std::string &topic) override
    {
        auto deleted = m_inner->deleteTopic(topic);
        if (deleted) {
            const std::lock_guard lock(m_mutex);
            m_consumers.erase(topic);
            m_producers.erase(topic);
        }
        return deleted;
    }

    FabricResult<Done> ensureTopic(const std::string &topic, const TopicInfo &info) override
    {
        return m_inner->ensureTopic(topic, info);
    }
    [[nodiscard]] bool topicExists(const std::string &topic) const override
    {
        return m_inner->topicExists(topic);
    }
    FabricResult<Done> createQueue(
        const std::string &topic, const std::string &subscription) override
    {
        return m_inner->createQueue(topic, subscription);
    }
    FabricResult<Done> ensureQueue(
        const std::string &topic, const std::string &subscription) override
    {
        return m_inner->ensureQueue(topic, subscription);
    }
    FabricResult<std::int64_t> deleteQueue(
        const std::string &queue, bool ifUnused, std::optional<std::int64_t> expectedReady) override
    {
        return m_inner->deleteQueue(queue, ifUnused, expectedReady);
    }
    [[nodiscard]] bool queueExists(const std::string &queue) const override
    {
        return m_inner->queueExists(queue);
    }
    FabricResult<std::int64_t> purge(
        const std::string &queue, std::optional<std::int64_t> expectedReady) override
    {
        return m_inner->purge(queue, expectedReady);
    }
    FabricResult<std::int64_t> move(const std::string &from, const std::string &to,
        std::optional<std::int64_t> expectedReady, std::optional<std::int64_t> count) override
    {
        return m_inner->move(from, to, expectedReady, count);
    }
    [[nodiscard]] std::vector<schema::QueueRow> queues() const override
    {
        return m_inner->queues();
    }
    [[nodiscard]] std::vector<schema::QueueRow> queuesAfter(
        const std::string &after, std::size_t count) const override
    {
        return m_inner->queuesAfter(after, count);
    }
    [[nodiscard]] std::optional<schema::QueueDetail> queue(const std::string &name) const override
    {
        return m_inner->queue(name);
    }
    [[nodiscard]] std::vector<schema::TopicRow> topics() const override
    {
        return m_inner->topics();
    }
    [[nodiscard]] std::optional<schema::TopicRow> topic(const std::string &name) const override
    {
        return m_inner->topic(name);
    }
    [[nodiscard]] std::vector<schema::ConsumerRow> consumers() const override
    {
        return m_inner->consumers();
    }
    [[nodiscard]] bool hasConsumers(const std::string &topic) const override
    {
        return m_inner->hasConsumers(topic);
    }
    [[nodiscard]] FabricResult<std::vector<schema::FabricMessage>> peek(
        const std::string &queue, int count) const override
    {
        return m_inner->peek(queue, count);
    }
    [[nodiscard]] std::optional<Message> find(
        const std::string &queue, std::int64_t seq) const override
    {
        return m_inner->find(queue, seq);
    }
    [[nodiscard]] Totals totals() const override { return m_inner->totals(); }
    Delta changesSince(std::uint64_t &mark) const override { return m_inner->changesSince(mark); }
    FabricResult<std::unique_ptr<Tap>> tap(
        const std::string &topicOrQueue, std::function<void(const Message &)> sink) override
    {
        return m_inner->tap(topicOrQueue, std::move(sink));
    }
    [[nodiscard]] schema::Members<std::int64_t> pending() const override
    {
        return m_inner->pending();
    }
    void close() override { m_inner->close(); }

private:
    template <class Meter>
    using ByTopic = std::map<std::string, std::map<std::string, std::shared_ptr<Meter>>>;

    const std::unique_ptr<Backend> m_inner;
    Meters &m_meters;
    std::mutex m_mutex;
    ByTopic<ConsumerMeter> m_consumers; ///< topic → processor; kept while the topic is
    ByTopic<ProducerMeter> m_producers;
};

std::string nameOf(const std::string &processor)
{
    return processor.empty() ? std::string(ourselves) : processor;
}

FabricResult<std::shared_ptr<Producer>> MeteredBackend::createProducer(
    const std::string &topic, MessageSchema schema, ProducerOptions options)
{
    const std::string processor = nameOf(options.processor);
    auto producer = m_inner->createProducer(topic, std::move(schema), std::move(options));
    if (!producer)
        return producer;
    const std::lock_guard lock(m_mutex);
    std::shared_ptr<ProducerMeter> &meter = m_producers[topic][processor];
    if (!meter)
        meter = m_meters.producer(processor, topic);
    if (!meter)
        return producer;
    Meters *tokens = topic.starts_with(completions) ? &m_meters : nullptr;
    return std::shared_ptr<Producer>(
        std::make_shared<MeteredProducer>(std::move(*producer), meter, tokens));
}

FabricResult<std::shared_ptr<Consumer>> MeteredBackend::createConsumer(const std::string &topic,
    const std::string &subscription, InitialPosition position, ConsumerType type,
    ConsumerOptions options)
{
    const std::string processor = nameOf(options.processor);
    auto consumer =
        m_inner->createConsumer(topic, subscription, position, type, std::move(options));
    if (!consumer || !(topic.starts_with("flow:") || topic.starts_with("request:")))
        return consumer;
    const std::lock_guard lock(m_mutex);
    std::shared_ptr<ConsumerMeter> &meter = m_consumers[topic][processor];
    if (!meter)
        meter = m_meters.consumer(processor, topic);
    if (!meter)
        return consumer;
    return std::shared_ptr<Consumer>(
        std::make_shared<MeteredConsumer>(std::move(*consumer), meter));
}

} // namespace

std::unique_ptr<Backend> metered(std::unique_ptr<Backend> backend, Meters &meters)
{
    return std::make_unique<MeteredBackend>(std::move(backend), meters);
}

} // namespace signalbox::gateway::metrics
