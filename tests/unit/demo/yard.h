// SPDX-License-Identifier: GPL-3.0-only
// A worker with a fabric of its own.
#pragma once

#include "app/gateway/demo/worker.h"
#include "models/rules/topic.h"

#include <gtest/gtest.h>

namespace signalbox::gateway::demo {

struct YardTest : testing::Test {
    std::unique_ptr<Backend> fabric = makeMemoryBackend();
    std::unique_ptr<Yard> yard;
    std::vector<std::shared_ptr<Worker>> workers;

    void SetUp() override { build({}); }
    void TearDown() override
    {
        yard->scheduler.stop();
        const std::lock_guard lock(yard->mutex);
        for (const auto &worker : workers)
            worker->close();
    }

    void build(const Limits &limits)
    {
        if (yard)
            yard->scheduler.stop();
        yard.reset();
        fabric = makeMemoryBackend(limits);
        yard.reset(new Yard { *fabric, lineBook(), Words(), Scheduler(std::chrono::microseconds(0)),
            {}, 99, 1, Clock::now(), false, {}, {}, std::chrono::milliseconds(30000) });
        yard->scheduler.start();
    }

    /// A station that takes no time and makes no error, unless a test says otherwise.
    Station &station(const std::string &processor)
    {
        Station quick;
        quick.medianMs = 0.01;
        schema::set(yard->book.stations, std::string_view(processor), quick);
        for (auto &[name, station] : yard->book.stations)
            if (name == processor)
                return station;
        throw std::logic_error("not there");
    }

    /// What the flow service does for an entry before it is written.
    void ensure(const std::string &processor, const schema::ProcessorEntry &entry)
    {
        for (const auto &[name, topic] : entry.topics) {
            ASSERT_TRUE(fabric->ensureTopic(topic, { "flow", "acme", "plant", "bp" })) << topic;
            const rules::TopicRole role = rules::topicRole(name);
            const auto address = rules::parseTopic(topic);
            const bool shared = address
                && (address->topicClass == rules::TopicClass::Flow
                    || address->topicClass == rules::TopicClass::Request);
            if (!shared
                || (role != rules::TopicRole::Input && role != rules::TopicRole::ServerRequest))
                continue;
            ASSERT_TRUE(fabric->ensureQueue(
                topic, rules::subscriptionName(processor, "acme", "plant", name)));
        }
    }

    std::shared_ptr<Worker> open(const std::string &processor, schema::Members<std::string> topics,
        schema::Members<std::string> parameters = {})
    {
        schema::ProcessorEntry entry;
        entry.topics = std::move(topics);
        entry.parameters = std::move(parameters);
        ensure(processor, entry);
        auto worker =
            std::make_shared<Worker>(*yard, Worker::Name { processor, "acme", "plant" }, entry);
        const std::lock_guard lock(yard->mutex);
        workers.push_back(worker);
        worker->open();
        return worker;
    }

    static std::string queue(
        const std::string &topic, const std::string &processor, const std::string &spec)
    {
        return topic + "." + rules::subscriptionName(processor, "acme", "plant", spec);
    }

    schema::QueueRow row(const std::string &queue)
    {
        const auto detail = fabric->queue(queue);
        EXPECT_TRUE(detail) << queue;
        return detail ? detail->row : schema::QueueRow {};
    }

    schema::ProcessorRow rowOf(const Worker &worker)
    {
        const std::lock_guard lock(yard->mutex);
        return worker.row();
    }

    void publish(const std::string &topic, const std::string &value, const std::string &id = {})
    {
        const auto producer = fabric->createProducer(topic);
        ASSERT_TRUE(producer) << topic;
        Message message;
        message.value = value;
        if (!id.empty())
            message.properties.emplace_back("id", id);
        ASSERT_TRUE((*producer)->send(message));
    }

    /// Everything that reaches a topic from now on.
    std::shared_ptr<Consumer> listen(const std::string &topic)
    {
        EXPECT_TRUE(fabric->ensureTopic(topic, { "flow", "acme", "plant", "bp" }));
        EXPECT_TRUE(fabric->ensureQueue(topic, "listener"));
        ConsumerOptions options;
        options.prefetch = 10000;
        auto consumer = fabric->createConsumer(
            topic, "listener", InitialPosition::Latest, ConsumerType::Shared, options);
        EXPECT_TRUE(consumer);
        return *consumer;
    }

    static void balanced(const schema::QueueRow &row)
    {
        EXPECT_EQ(row.published, row.acked + row.ready + row.unacked + row.deleted) << row.name;
    }

    /// Until the condition holds; false after ten seconds.
    static bool eventually(const std::function<bool()> &condition)
    {
        const auto deadline = Clock::now() + std::chrono::seconds(10);
        while (!condition()) {
            if (Clock::now() >= deadline)
                return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return true;
    }
};

} // namespace signalbox::gateway::demo
