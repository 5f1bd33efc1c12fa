// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/eventhub.h"

#include <gtest/gtest.h>

namespace signalbox::gateway {
namespace {

using schema::Event;

class Hub : public ::testing::Test {
protected:
    Hub()
    {
        limits.eventRing = 50;
        hub = std::make_unique<EventHub>(*fabric, limits);
        EXPECT_TRUE(fabric->ensureTopic("notify:tg:flow", { "system", "", "", "" }));
        EXPECT_TRUE(hub->start());
        for (const char *workspace : { "home", "away" })
            makeQueue(workspace);
        tick();
    }
    void makeQueue(const std::string &workspace)
    {
        const std::string topic = "flow:tg:feed:" + workspace;
        EXPECT_TRUE(fabric->ensureTopic(topic, { "workspace", workspace, "", "" }));
        EXPECT_TRUE(fabric->ensureQueue(topic, "eater"));
    }
    void publish(const std::string &workspace)
    {
        auto producer = fabric->createProducer("flow:tg:feed:" + workspace);
        ASSERT_TRUE(producer);
        ASSERT_TRUE((*producer)->send({ "{}", {} }));
    }
    void tick() { hub->tick(now += std::chrono::seconds(1)); }
    std::vector<Event> draw(EventHub::Place &place, const Identity &who)
    {
        std::vector<Event> events;
        for (const std::string &frame : hub->draw(place, who)) {
            const auto event = schema::decode<Event>(frame);
            EXPECT_TRUE(event) << frame;
            events.push_back(*event);
        }
        return events;
    }
    static schema::Subscribe everything()
    {
        return { { "queue", "config", "flow", "processor" }, {}, {}, {}, {} };
    }

    HttpLimits limits;
    std::unique_ptr<Backend> fabric = makeMemoryBackend();
    std::unique_ptr<EventHub> hub;
    std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now();
    const Identity admin { "a", "admin", "home", { "admin" }, {} };
    const Identity reader { "r", "reader", "home", { "reader" }, {} };
};

TEST_F(Hub, AClientThatKeepsUpLosesNothing)
{
    auto place = hub->placeFor(everything());
    for (int i = 1; i <= 5; ++i) {
        publish("home");
        tick();
        const auto events = draw(place, admin);
        ASSERT_EQ(events.size(), 1u);
        ASSERT_EQ(events[0].queues.size(), 1u);
        EXPECT_EQ(events[0].queues[0].ready, i);
        EXPECT_EQ(events[0].dropped, 0);
    }
    EXPECT_TRUE(draw(place, admin).empty());
}

TEST_F(Hub, AWishForAnIntervalHoldsCountsBackButNothingElse)
{
    auto wish = everything();
    wish.intervalMs = 5000;
    auto place = hub->placeFor(wish);
    const auto start = std::chrono::steady_clock::now();
    ASSERT_TRUE(draw(place, admin).empty());
    for (int second = 1; second <= 4; ++second) {
        publish("home");
        tick();
        EXPECT_FALSE(hub->due(place, start + std::chrono::seconds(second))) << second;
    }
    EXPECT_TRUE(hub->due(place, start + std::chrono::seconds(5)));
    const auto events = draw(place, admin);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].queues.at(0).ready, 4);
    EXPECT_EQ(events[0].dropped, 0) << "what the client asked to be left out is not lost";

    publish("home");
    tick();
    EXPECT_FALSE(hub->due(place, std::chrono::steady_clock::now()));
    hub->publishConfig({});
    EXPECT_TRUE(hub->due(place, std::chrono::steady_clock::now())) << "configuration never waits";
}

TEST_F(Hub, WhatAnEarlierWishHeldBackIsNotDroppedAfterIt)
{
    auto wish = everything();
    wish.since = hub->sequence();
    for (int i = 0; i < 5; ++i) {
        publish("home");
        tick();
    }
    auto place = hub->placeFor(wish);
    place.heldTo = hub->sequence();
    const auto events = draw(place, admin);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].queues.at(0).ready, 5);
    EXPECT_EQ(events[0].dropped, 0);
}

TEST_F(Hub, AnIntervalNeverMakesTheRingRunOver)
{
    auto wish = everything();
    wish.intervalMs = 60000;
    auto place = hub->placeFor(wish);
    ASSERT_TRUE(draw(place, admin).empty());
    for (std::size_t i = 0; i <= limits.eventRing; ++i) {
        publish("home");
        tick();
        if (hub->due(place, std::chrono::steady_clock::now())) {
            EXPECT_EQ(draw(place, admin).at(0).kind, Event::Kind::Queue);
        }
    }
}

TEST_F(Hub, ASlowClientGetsTheLastValueAndTheExactCount)
{
    auto place = hub->placeFor(everything());
    for (int i = 0; i < 7; ++i) {
        publish("home");
        tick();
    }
    const auto events = draw(place, admin);
    ASSERT_EQ(events.size(), 1u);
    ASSERT_EQ(events[0].queues.size(), 1u);
    EXPECT_EQ(events[0].queues[0].ready, 7);
    EXPECT_EQ(events[0].dropped, 6);
    EXPECT_EQ(events[0].seq, hub->sequence());
    publish("home");
    publish("home"); // within one tick: one change
    tick();
    EXPECT_EQ(draw(place, admin).at(0).dropped, 6) << "counted since the subscription";
}

TEST_F(Hub, ForeignWorkspacesAreNotSent)
{
    auto place = hub->placeFor(everything());
    publish("away");
    publish("home");
    tick();
    schema::ConfigNotice notice;
    notice.version = 3;
    notice.changes = { { "t", { "away", "home" } }, { "u", { "away" } } };
    hub->publishConfig(notice);
    const auto events = draw(place, reader);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].workspace, "home");
    EXPECT_EQ(events[1].config.changes,
        (schema::Members<std::vector<std::string>> { { "t", { "home" } } }));
}

TEST_F(Hub, OnlyWishedKindsAndWorkspacesAreSent)
{
    schema::Subscribe wish;
    wish.kinds = { "queue" };
    wish.workspaces = std::vector<std::string> { "away" };
    auto place = hub->placeFor(wish);
    publish("away");
    publish("home");
    tick();
    hub->publishConfig({});
    const auto events = draw(place, admin);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].workspace, "away");
}

TEST_F(Hub, ARemovedQueueIsNamedOnceWithoutItsRow)
{
    auto place = hub->placeFor(everything());
    publish("home");
    tick();
    ASSERT_TRUE(fabric->deleteTopic("flow:tg:feed:home"));
    tick();
    const auto events = draw(place, admin);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_TRUE(events[0].queues.empty());
    EXPECT_EQ(events[0].removedQueues.size(), 1u);
    EXPECT_EQ(events[0].dropped, 1);
}

TEST_F(Hub, WhatTheRingDroppedIsAGapAndWhatItHoldsFollows)
{
    auto place = hub->placeFor(everything());
    const std::int64_t begin = place.next;
    for (int i = 0; i < 60; ++i) {
        schema::ConfigNotice notice;
        notice.version = i;
        notice.changes = { { "t", { "home" } } };
        hub->publishConfig(notice);
    }
    const auto events = draw(place, admin);
    ASSERT_EQ(events.size(), 51u);
    EXPECT_EQ(events[0].kind, Event::Kind::Gap);
    EXPECT_EQ(events[0].gapFrom, begin);
    EXPECT_EQ(events[0].gapTo, begin + 9);
    EXPECT_EQ(events[1].seq, begin + 10);
    EXPECT_EQ(events.back().config.version, 59);
}

TEST_F(Hub, ANumberFromTheFutureIsAGapToo)
{
    schema::Subscribe wish = everything();
    wish.since = hub->sequence() + 1000;
    auto place = hub->placeFor(wish);
    const auto events = draw(place, admin);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].kind, Event::Kind::Gap);
    publish("home");
    tick();
    EXPECT_EQ(draw(place, admin).size(), 1u);
}

TEST_F(Hub, ProcessorRowsAreSentOncePerChange)
{
    std::vector<schema::ProcessorRow> rows(1);
    rows[0].processor = "eater";
    rows[0].workspace = "home";
    hub = std::make_unique<EventHub>(*fabric, limits);
    hub->setProcessors([&] { return rows; });
    auto place = hub->placeFor(everything());
    const auto second = [&] {
        hub->tick(now += std::chrono::seconds(1));
        std::erase_if(rows, [](const auto &row) { return row.state == "gone"; });
        auto events = draw(place, reader);
        std::erase_if(
            events, [](const Event &event) { return event.kind != Event::Kind::Processor; });
        return events;
    };
    EXPECT_EQ(second().size(), 1u);
    EXPECT_EQ(second().size(), 0u);
    rows[0].processed = 5;
    EXPECT_EQ(second().at(0).processors.at(0).processed, 5);
    rows.clear();
    EXPECT_TRUE(second().at(0).processors.empty()) << "all gone is said";
    EXPECT_EQ(second().size(), 0u);
}

} // namespace
} // namespace signalbox::gateway
