// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/fabric/fabric.h"

#include <atomic>
#include <future>
#include <gtest/gtest.h>
#include <thread>

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;
using Kind = FabricError::Kind;

constexpr auto none = 0ms;

class MemoryFabric : public testing::Test {
protected:
    explicit MemoryFabric(const Limits &limits = {})
        : fabric(makeMemoryBackend(limits))
    {
        for (const char *topic : { "flow:tg:in", "request:tg:r", "response:tg:r", "notify:tg:n" })
            EXPECT_TRUE(fabric->ensureTopic(topic, { "flow", "acme", "plant", "bp" }));
    }

    void send(const std::string &topic, const std::string &value)
    {
        const auto producer = fabric->createProducer(topic);
        ASSERT_TRUE(producer);
        Message message;
        message.value = value;
        const auto sent = (*producer)->send(message);
        ASSERT_TRUE(sent) << sent.error().text;
    }
    std::shared_ptr<Consumer> consumer(
        const std::string &topic, const std::string &subscription, int prefetch = 1)
    {
        ConsumerOptions options;
        options.prefetch = prefetch;
        auto made = fabric->createConsumer(
            topic, subscription, InitialPosition::Latest, ConsumerType::Shared, options);
        EXPECT_TRUE(made) << (made ? "" : made.error().text);
        return made ? *made : nullptr;
    }
    schema::QueueRow row(const std::string &queue)
    {
        const auto detail = fabric->queue(queue);
        EXPECT_TRUE(detail) << queue;
        return detail ? detail->row : schema::QueueRow {};
    }
    static std::string valueOf(const FabricResult<Message> &message)
    {
        return message ? message->value : message.error().text;
    }

    std::unique_ptr<Backend> fabric;
};

TEST_F(MemoryFabric, ATopicAddressThatIsNoneIsRefused)
{
    for (const char *bad :
        { "", "flow", "flow:tg", "flow:tg:", "flow::x", "queue:tg:x", "q0/tg/flow/x" }) {
        const auto made = fabric->ensureTopic(bad, {});
        ASSERT_FALSE(made) << bad;
        EXPECT_EQ(made.error().kind, Kind::Schema) << bad;
    }
    EXPECT_TRUE(fabric->ensureTopic("flow:tg:a:b:c", {}));
}

TEST_F(MemoryFabric, ASendToAMissingTopicFailsWithNoTopic)
{
    const auto producer = fabric->createProducer("flow:tg:nothing");
    ASSERT_FALSE(producer);
    EXPECT_EQ(producer.error().kind, Kind::NoTopic);
}

TEST_F(MemoryFabric, ConsumersNeverCreateNamedQueues)
{
    for (const char *topic : { "flow:tg:in", "request:tg:r" }) {
        const auto made = fabric->createConsumer(topic, "s");
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().kind, Kind::NoQueue);
    }
    const auto lost = fabric->createConsumer("response:tg:none", "s");
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().kind, Kind::NoTopic);
}

TEST_F(MemoryFabric, AMessageWithoutQueueIsDroppedAndCounted)
{
    send("flow:tg:in", "x");
    EXPECT_EQ(fabric->totals().unrouted, 1);
    EXPECT_EQ(fabric->totals().published, 0);
}

TEST_F(MemoryFabric, EverySubscriptionGetsACopyAndConsumersOfOneCompete)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "b"));
    const auto a1 = consumer("flow:tg:in", "a");
    const auto a2 = consumer("flow:tg:in", "a");
    const auto b = consumer("flow:tg:in", "b", 2);
    send("flow:tg:in", "1");
    send("flow:tg:in", "2");
    EXPECT_EQ(valueOf(a1->receive(none)), "1");
    EXPECT_EQ(valueOf(a2->receive(none)), "2");
    EXPECT_EQ(valueOf(b->receive(none)), "1");
    EXPECT_EQ(valueOf(b->receive(none)), "2");
}

TEST_F(MemoryFabric, EveryResponseSubscriberGetsEveryMessageAndItsQueueEndsWithIt)
{
    auto first = consumer("response:tg:r", "s");
    auto second = consumer("response:tg:r", "s");
    ASSERT_NE(first->queue(), second->queue());
    send("response:tg:r", "x");
    EXPECT_EQ(valueOf(first->receive(none)), "x");
    EXPECT_EQ(valueOf(second->receive(none)), "x");
    EXPECT_EQ(row(first->queue()).scope, "subscriber");
    const std::string name = first->queue();
    first->close();
    EXPECT_FALSE(fabric->queueExists(name));
    EXPECT_TRUE(fabric->queueExists(second->queue()));
    EXPECT_EQ(fabric->totals().deleted, 1) << "the unacked message went with the queue";
}

TEST_F(MemoryFabric, PrefetchBoundsWhatIsUnacked)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    const auto c = consumer("flow:tg:in", "a", 2);
    for (const char *value : { "1", "2", "3" })
        send("flow:tg:in", value);
    const auto one = c->receive(none);
    ASSERT_TRUE(one);
    ASSERT_TRUE(c->tryReceive());
    EXPECT_FALSE(c->tryReceive());
    EXPECT_EQ(c->receive(none).error().kind, Kind::Timeout);
    c->acknowledge(*one);
    EXPECT_EQ(valueOf(c->receive(none)), "3");
}

TEST_F(MemoryFabric, ANackedMessageComesAgainFirstAndMarked)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    const auto c = consumer("flow:tg:in", "a");
    send("flow:tg:in", "1");
    send("flow:tg:in", "2");
    const auto one = c->receive(none);
    ASSERT_TRUE(one);
    EXPECT_FALSE(one->redelivered);
    c->negativeAcknowledge(*one);
    const auto again = c->receive(none);
    EXPECT_EQ(valueOf(again), "1");
    EXPECT_TRUE(again->redelivered);
    EXPECT_EQ(again->seq, one->seq);
    EXPECT_EQ(row("flow:tg:in.a").redelivered, 1);
}

TEST_F(MemoryFabric, AClosingConsumerGivesItsMessagesBackInOrder)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    auto c = consumer("flow:tg:in", "a", 3);
    for (const char *value : { "1", "2", "3", "4" })
        send("flow:tg:in", value);
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(c->receive(none));
    c->close();
    EXPECT_EQ(c->receive(none).error().kind, Kind::Closed);
    const auto next = consumer("flow:tg:in", "a", 4);
    for (const char *value : { "1", "2", "3", "4" })
        EXPECT_EQ(valueOf(next->receive(none)), value);
}

TEST_F(MemoryFabric, AReceiverIsWokenByASend)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    const auto c = consumer("flow:tg:in", "a");
    auto received = std::async(std::launch::async, [&] { return valueOf(c->receive(20s)); });
    send("flow:tg:in", "x");
    EXPECT_EQ(received.get(), "x");
}

TEST_F(MemoryFabric, AReceiverIsEndedWhenItsQueueGoes)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    const auto c = consumer("flow:tg:in", "a");
    auto received = std::async(std::launch::async, [&] { return c->receive(20s).error().kind; });
    ASSERT_TRUE(fabric->deleteTopic("flow:tg:in"));
    EXPECT_EQ(received.get(), Kind::Closed);
    EXPECT_FALSE(fabric->queueExists("flow:tg:in.a"));
    EXPECT_FALSE(fabric->topicExists("flow:tg:in"));
}

TEST_F(MemoryFabric, OnReadableTellsOfWhatIsThereAndWhatComes)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    send("flow:tg:in", "before");
    const auto c = consumer("flow:tg:in", "a");
    std::atomic<int> wakes { 0 };
    std::vector<std::string> got;
    c->onReadable([&] {
        ++wakes;
        while (const auto message = c->tryReceive()) {
            got.push_back(message->value);
            c->acknowledge(*message);
        }
    });
    EXPECT_EQ(got, std::vector<std::string>({ "before" }));
    send("flow:tg:in", "after");
    EXPECT_EQ(got, std::vector<std::string>({ "before", "after" }));
    c->onReadable({});
    const int until = wakes;
    send("flow:tg:in", "unseen");
    EXPECT_EQ(wakes, until);
}

TEST_F(MemoryFabric, AStrictSchemaFailsTheSendWithThePath)
{
    const auto producer = fabric->createProducer(
        "flow:tg:in", [](std::string_view) { return std::string("a.b: expected string"); });
    ASSERT_TRUE(producer);
    const auto sent = (*producer)->send({});
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().kind, Kind::Schema);
    EXPECT_NE(sent.error().text.find("a.b"), std::string::npos);
}

TEST_F(MemoryFabric, AnExclusiveConsumerIsAlone)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    auto only =
        fabric->createConsumer("flow:tg:in", "a", InitialPosition::Latest, ConsumerType::Exclusive);
    ASSERT_TRUE(only);
    EXPECT_EQ(fabric->createConsumer("flow:tg:in", "a").error().kind, Kind::Conflict);
    (*only)->close();
    EXPECT_TRUE(fabric->createConsumer("flow:tg:in", "a"));
}

TEST_F(MemoryFabric, PurgeTakesOnlyWhatIsReadyAndRefusesWhenMoreCame)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    const auto c = consumer("flow:tg:in", "a");
    for (int i = 0; i < 5; ++i)
        send("flow:tg:in", "x");
    ASSERT_TRUE(c->receive(none));
    EXPECT_EQ(fabric->purge("flow:tg:in.a", 3).error().kind, Kind::Conflict);
    const auto purged = fabric->purge("flow:tg:in.a", 4);
    ASSERT_TRUE(purged);
    EXPECT_EQ(*purged, 4);
    EXPECT_EQ(row("flow:tg:in.a").unacked, 1);
    EXPECT_EQ(row("flow:tg:in.a").deleted, 4);
    EXPECT_EQ(fabric->purge("flow:tg:in.b", {}).error().kind, Kind::NoQueue);
}

TEST_F(MemoryFabric, DeleteQueueIfUnusedSparesAQueueWithConsumers)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    auto c = consumer("flow:tg:in", "a");
    EXPECT_EQ(fabric->deleteQueue("flow:tg:in.a", true, {}).error().kind, Kind::Conflict);
    c->close();
    send("flow:tg:in", "x");
    const auto deleted = fabric->deleteQueue("flow:tg:in.a", true, {});
    ASSERT_TRUE(deleted);
    EXPECT_EQ(*deleted, 1);
}

TEST_F(MemoryFabric, ATopicKnowsWhetherSomebodyConsumesIt)
{
    EXPECT_FALSE(fabric->hasConsumers("flow:tg:no-such-topic"));
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "b"));
    EXPECT_FALSE(fabric->hasConsumers("flow:tg:in")) << "queues alone consume nothing";
    auto c = consumer("flow:tg:in", "b");
    EXPECT_TRUE(fabric->hasConsumers("flow:tg:in"));
    EXPECT_FALSE(fabric->hasConsumers("request:tg:r"));
    c->close();
    EXPECT_FALSE(fabric->hasConsumers("flow:tg:in"));
}

TEST_F(MemoryFabric, PeekShowsTheHeadAndTouchesNothing)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    send("flow:tg:in", "1");
    send("flow:tg:in", std::string(70 * 1024, 'y'));
    const auto before = row("flow:tg:in.a");
    const auto seen = fabric->peek("flow:tg:in.a", 10);
    ASSERT_TRUE(seen);
    ASSERT_EQ(seen->size(), 2u);
    EXPECT_EQ((*seen)[0].payload, "1");
    EXPECT_FALSE((*seen)[0].truncated);
    EXPECT_TRUE((*seen)[1].truncated);
    EXPECT_EQ((*seen)[1].payload.size(), 64u * 1024);
    EXPECT_EQ((*seen)[1].size, 70 * 1024);
    auto after = row("flow:tg:in.a");
    after.oldestMs = before.oldestMs;
    EXPECT_EQ(after, before);
    EXPECT_EQ(fabric->find("flow:tg:in.a", 2)->value.size(), 70u * 1024);
    EXPECT_FALSE(fabric->find("flow:tg:in.a", 3));
}

TEST_F(MemoryFabric, ATapSeesCopiesUntilItGoes)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    std::vector<std::string> ofTopic, ofQueue;
    auto topic = fabric->tap("flow:tg:in", [&](const Message &m) { ofTopic.push_back(m.value); });
    auto queue = fabric->tap("flow:tg:in.a", [&](const Message &m) { ofQueue.push_back(m.value); });
    ASSERT_TRUE(topic && queue);
    send("flow:tg:in", "1");
    topic->reset();
    send("flow:tg:in", "2");
    EXPECT_EQ(ofTopic, std::vector<std::string>({ "1" }));
    EXPECT_EQ(ofQueue, std::vector<std::string>({ "1", "2" }));
    EXPECT_EQ(row("flow:tg:in.a").ready, 2);
    EXPECT_EQ(fabric->tap("flow:tg:none", [](const Message &) {}).error().kind, Kind::NoTopic);
}

TEST_F(MemoryFabric, RowsSayWhoOwnsTheQueue)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "chunker--acme--plant--input"));
    const auto r = row("flow:tg:in.chunker--acme--plant--input");
    EXPECT_EQ(r.scope, "flow");
    EXPECT_EQ(r.workspace, "acme");
    EXPECT_EQ(r.flow, "plant");
    EXPECT_EQ(r.blueprint, "bp");
    EXPECT_EQ(r.processor, "chunker");
    EXPECT_EQ(r.topicClass, "flow");
    EXPECT_FALSE(r.oldestMs);
}

TEST_F(MemoryFabric, ChangesSinceTellsOnlyWhatChanged)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    ASSERT_TRUE(fabric->ensureQueue("request:tg:r", "b"));
    std::uint64_t mark = 0;
    EXPECT_EQ(fabric->changesSince(mark).changed.size(), 2u);
    EXPECT_TRUE(fabric->changesSince(mark).changed.empty());
    send("request:tg:r", "x");
    const auto changed = fabric->changesSince(mark);
    ASSERT_EQ(changed.changed.size(), 1u);
    EXPECT_EQ(changed.changed[0].name, "request:tg:r.b");
    EXPECT_EQ(changed.changed[0].ready, 1);
    ASSERT_TRUE(fabric->deleteTopic("request:tg:r"));
    EXPECT_EQ(fabric->changesSince(mark).removed, std::vector<std::string>({ "request:tg:r.b" }));
    EXPECT_TRUE(fabric->changesSince(mark).removed.empty());
}

TEST_F(MemoryFabric, ChangesSinceAdmitsAGapWhenNamesWereForgotten)
{
    std::uint64_t mark = 0;
    fabric->changesSince(mark);
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "first"));
    fabric->changesSince(mark);
    for (int i = 0; i < 100001; ++i) {
        ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "x"));
        ASSERT_TRUE(fabric->deleteQueue("flow:tg:in.x", false, {}));
    }
    EXPECT_TRUE(fabric->changesSince(mark).gap);
    EXPECT_FALSE(fabric->changesSince(mark).gap);
}

TEST_F(MemoryFabric, PagesOfQueuesFollowTheirNames)
{
    for (const char *name : { "c", "a", "b", "d" })
        ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", name));
    const auto first = fabric->queuesAfter("", 3);
    ASSERT_EQ(first.size(), 3u);
    EXPECT_EQ(first[2].name, "flow:tg:in.c");
    const auto rest = fabric->queuesAfter(first[2].name, 3);
    ASSERT_EQ(rest.size(), 1u);
    EXPECT_EQ(rest[0].name, "flow:tg:in.d");
}

TEST_F(MemoryFabric, PendingCountsNamedQueuesOnly)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    const auto answers = consumer("response:tg:r", "s");
    const auto c = consumer("flow:tg:in", "a");
    send("flow:tg:in", "1");
    send("flow:tg:in", "2");
    send("response:tg:r", "3");
    ASSERT_TRUE(c->receive(none));
    EXPECT_EQ(fabric->pending(), (schema::Members<std::int64_t> { { "flow:tg:in.a", 2 } }));
}

TEST_F(MemoryFabric, ProducersOutliveATopicThatIsMadeAnew)
{
    const auto producer = fabric->createProducer("flow:tg:in");
    ASSERT_TRUE(fabric->deleteTopic("flow:tg:in"));
    EXPECT_EQ((*producer)->send({}).error().kind, Kind::NoTopic);
    ASSERT_TRUE(fabric->ensureTopic("flow:tg:in", {}));
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    EXPECT_TRUE((*producer)->send({}));
    EXPECT_EQ(row("flow:tg:in.a").ready, 1);
}

TEST_F(MemoryFabric, AClosedFabricEndsEverything)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    const auto c = consumer("flow:tg:in", "a");
    const auto producer = fabric->createProducer("flow:tg:in");
    auto received = std::async(std::launch::async, [&] { return c->receive(20s).error().kind; });
    fabric->close();
    EXPECT_EQ(received.get(), Kind::Closed);
    EXPECT_EQ((*producer)->send({}).error().kind, Kind::Closed);
}

Limits small()
{
    Limits limits;
    limits.maxDepth = 3;
    limits.maxQueueBytes = 100;
    limits.maxMessageBytes = 80;
    limits.maxTopics = 6;
    limits.maxQueues = 4;
    return limits;
}

class SmallFabric : public MemoryFabric {
protected:
    SmallFabric()
        : MemoryFabric(small())
    {
    }
    FabricResult<Done> trySend(
        const std::string &topic, const std::string &value, std::chrono::milliseconds blockFor)
    {
        ProducerOptions options;
        options.blockFor = blockFor;
        const auto producer = fabric->createProducer(topic, {}, options);
        Message message;
        message.value = value;
        return (*producer)->send(message);
    }
};

TEST_F(SmallFabric, AFullQueueHoldsUpTheSenderAndThenFailsForAllQueues)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "b"));
    const auto b = consumer("flow:tg:in", "b", 3);
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(trySend("flow:tg:in", "x", none));
        b->acknowledge(*b->receive(none));
    }
    const auto full = trySend("flow:tg:in", "x", 10ms);
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().kind, Kind::Full);
    EXPECT_NE(full.error().text.find("flow:tg:in.a"), std::string::npos);
    EXPECT_EQ(row("flow:tg:in.a").published, 3);
    EXPECT_EQ(row("flow:tg:in.b").published, 3) << "all or none";
}

TEST_F(SmallFabric, AnAcknowledgementLetsTheSenderGoOn)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    const auto c = consumer("flow:tg:in", "a");
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(trySend("flow:tg:in", "x", none));
    auto sent =
        std::async(std::launch::async, [&] { return trySend("flow:tg:in", "y", 20s).hasValue(); });
    const auto message = c->receive(none);
    ASSERT_TRUE(message);
    EXPECT_EQ(fabric->queue("flow:tg:in.a")->row.published, 3)
        << "unacked messages count against the depth";
    c->acknowledge(*message);
    EXPECT_TRUE(sent.get());
}

TEST_F(SmallFabric, BytesAreBoundedButOneLargeMessageAlwaysFits)
{
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", "a"));
    ASSERT_TRUE(trySend("flow:tg:in", std::string(70, 'x'), none));
    EXPECT_EQ(trySend("flow:tg:in", std::string(40, 'x'), none).error().kind, Kind::Full);
    EXPECT_EQ(trySend("flow:tg:in", std::string(81, 'x'), none).error().kind, Kind::Limit);
}

TEST_F(SmallFabric, TopicsAndQueuesAreBounded)
{
    ASSERT_TRUE(fabric->ensureTopic("flow:tg:5", {}));
    ASSERT_TRUE(fabric->ensureTopic("flow:tg:6", {}));
    EXPECT_EQ(fabric->ensureTopic("flow:tg:7", {}).error().kind, Kind::Limit);
    for (const char *name : { "a", "b", "c", "d" })
        ASSERT_TRUE(fabric->ensureQueue("flow:tg:in", name));
    EXPECT_EQ(fabric->ensureQueue("flow:tg:in", "e").error().kind, Kind::Limit);
    EXPECT_EQ(fabric->createConsumer("notify:tg:n", "s").error().kind, Kind::Limit);
}

} // namespace
} // namespace signalbox::gateway
