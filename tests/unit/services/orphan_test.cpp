// SPDX-License-Identifier: GPL-3.0-only
// What a stop does when the fabric will not delete.
#include "app/gateway/services/configservice.h"
#include "app/gateway/services/flowservice.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;

/// The memory back end, but for a topic that is not deleted for a number of times.
class Stubborn final : public Backend {
public:
    std::string topicName;
    int refusals = 0;
    int tries = 0;

    FabricResult<Done> deleteTopic(const std::string &name) override
    {
        if (name == topicName && tries++ < refusals)
            return unexpected(FabricError { FabricError::Kind::Closed, "not now" });
        return m_inner->deleteTopic(name);
    }
    FabricResult<std::shared_ptr<Producer>> createProducer(
        const std::string &name, MessageSchema schema, ProducerOptions options) override
    {
        return m_inner->createProducer(name, std::move(schema), std::move(options));
    }
    FabricResult<std::shared_ptr<Consumer>> createConsumer(const std::string &name,
        const std::string &subscription, InitialPosition position, ConsumerType type,
        ConsumerOptions options) override
    {
        return m_inner->createConsumer(name, subscription, position, type, std::move(options));
    }
    FabricResult<Done> ensureTopic(const std::string &name, const TopicInfo &info) override
    {
        return m_inner->ensureTopic(name, info);
    }
    bool topicExists(const std::string &name) const override { return m_inner->topicExists(name); }
    FabricResult<Done> createQueue(
        const std::string &name, const std::string &subscription) override
    {
        return m_inner->createQueue(name, subscription);
    }
    FabricResult<Done> ensureQueue(
        const std::string &name, const std::string &subscription) override
    {
        return m_inner->ensureQueue(name, subscription);
    }
    FabricResult<std::int64_t> deleteQueue(
        const std::string &name, bool ifUnused, std::optional<std::int64_t> expected) override
    {
        return m_inner->deleteQueue(name, ifUnused, expected);
    }
    bool queueExists(const std::string &name) const override { return m_inner->queueExists(name); }
    FabricResult<std::int64_t> purge(
        const std::string &name, std::optional<std::int64_t> expected) override
    {
        return m_inner->purge(name, expected);
    }
    FabricResult<std::int64_t> move(const std::string &from, const std::string &to,
        std::optional<std::int64_t> expected, std::optional<std::int64_t> count) override
    {
        return m_inner->move(from, to, expected, count);
    }
    std::vector<schema::QueueRow> queues() const override { return m_inner->queues(); }
    std::vector<schema::QueueRow> queuesAfter(
        const std::string &after, std::size_t count) const override
    {
        return m_inner->queuesAfter(after, count);
    }
    std::optional<schema::QueueDetail> queue(const std::string &name) const override
    {
        return m_inner->queue(name);
    }
    std::vector<schema::TopicRow> topics() const override { return m_inner->topics(); }
    std::optional<schema::TopicRow> topic(const std::string &name) const override
    {
        return m_inner->topic(name);
    }
    std::vector<schema::ConsumerRow> consumers() const override { return m_inner->consumers(); }
    bool hasConsumers(const std::string &topic) const override
    {
        return m_inner->hasConsumers(topic);
    }
    FabricResult<std::vector<schema::FabricMessage>> peek(
        const std::string &name, int count) const override
    {
        return m_inner->peek(name, count);
    }
    std::optional<Message> find(const std::string &name, std::int64_t seq) const override
    {
        return m_inner->find(name, seq);
    }
    Totals totals() const override { return m_inner->totals(); }
    Delta changesSince(std::uint64_t &mark) const override { return m_inner->changesSince(mark); }
    FabricResult<std::unique_ptr<Tap>> tap(
        const std::string &place, std::function<void(const Message &)> sink) override
    {
        return m_inner->tap(place, std::move(sink));
    }
    schema::Members<std::int64_t> pending() const override { return m_inner->pending(); }
    void close() override { m_inner->close(); }

private:
    const std::unique_ptr<Backend> m_inner = makeMemoryBackend();
};

class StubbornFabric : public testing::Test {
protected:
    void SetUp() override
    {
        auto opened = openSqliteStore("");
        ASSERT_TRUE(opened);
        store = std::move(*opened);
        ASSERT_TRUE(store.config->write(
            { { "workspace", "default", "{}", workspaceRegistry },
                { "flow-blueprint", "one",
                    R"({"blueprint":{},"flow":{"work:{id}":{"topics":{"input":"flow:tg:in:{workspace}:{id}"}}}})",
                    "default" } },
            {}));
        config = std::make_unique<ConfigService>(fabric, *store.config);
        ASSERT_TRUE(config->begin());
        FlowService::Options options;
        options.deleteInterval = 1ms;
        flow = std::make_unique<FlowService>(fabric, options);
        ASSERT_TRUE(flow->begin());
        fabric.topicName = "flow:tg:in:default:f";
        ask({ { "operation", "start-flow" }, { "flow-id", "f" }, { "blueprint-name", "one" },
            { "description", "d" } });
        ASSERT_TRUE(fabric.topicExists(fabric.topicName));
    }
    Json ask(const Json &body)
    {
        const auto answer = request(fabric,
            { "request:tg:flow:default", "response:tg:flow:default" }, "test", body.dump(), 30s);
        EXPECT_TRUE(answer);
        return answer ? Json::parse(answer->value) : Json();
    }
    Json stop() { return ask({ { "operation", "stop-flow" }, { "flow-id", "f" } }); }
    Json flows() { return ask({ { "operation", "list-flows" } })["flow-ids"]; }

    Stubborn fabric;
    Store store;
    std::unique_ptr<ConfigService> config;
    std::unique_ptr<FlowService> flow;
};

TEST_F(StubbornFabric, ADeletionIsRetried)
{
    fabric.refusals = 4;
    EXPECT_FALSE(stop().contains("error"));
    EXPECT_EQ(fabric.tries, 5);
    EXPECT_FALSE(fabric.topicExists(fabric.topicName));
    EXPECT_TRUE(flows().empty());
}

TEST_F(StubbornFabric, AfterTheLastTryItIsAnOrphanAndTheRecordGoesAllTheSame)
{
    fabric.refusals = 1000;
    EXPECT_FALSE(stop().contains("error"));
    EXPECT_EQ(fabric.tries, 5);
    ASSERT_TRUE(fabric.topicExists(fabric.topicName));
    EXPECT_EQ(fabric.topic(fabric.topicName)->scope, "orphan");
    EXPECT_TRUE(flows().empty());
    EXPECT_TRUE(store.config->list(flowSnapshots, "default")->empty());
}

} // namespace
} // namespace signalbox::gateway
