// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/event.h"

#include <gtest/gtest.h>

using namespace signalbox::schema;

TEST(Subscribe, starMeansAll)
{
    const std::string text =
        R"({"type":"subscribe","kinds":["queue"],"workspaces":"*","tenants":["t"],"since":5})";
    const auto subscribe = decode<Subscribe>(text);
    ASSERT_TRUE(subscribe);
    EXPECT_FALSE(subscribe->workspaces);
    EXPECT_EQ(subscribe->tenants, std::vector<std::string> { "t" });
    EXPECT_EQ(encode(*subscribe), text);
}

TEST(Subscribe, anythingElseIsRefusedWithItsPath)
{
    EXPECT_EQ(decode<Subscribe>(R"({"kinds":[]})").error().text(), "type: missing");
    EXPECT_EQ(decode<Subscribe>(R"({"type":"auth"})").error().text(),
        "type: expected \"subscribe\", found \"auth\"");
    EXPECT_EQ(decode<Subscribe>(R"({"type":"subscribe","workspaces":"w"})").error().text(),
        "workspaces: expected array, found string");
}

TEST(Event, eachKindRoundTrips)
{
    for (const char *text :
        { R"({"seq":1,"ts":2,"kind":"config","data":{"version":3,"changes":{"flow":["w"]},)"
          R"("workspace_changes":{"created":[],"deleted":["x"]}}})",
            R"({"seq":1,"ts":2,"kind":"flow","workspace":"w","data":{"flow":"f","state":"running","blueprint":"b"}})",
            R"({"seq":1,"ts":2,"kind":"processor","data":{"processors":[]}})",
            R"({"seq":9007199254740993,"ts":2,"kind":"queue","data":{"queues":[],"removed":["q"],"dropped":4}})",
            R"({"type":"gap","from":3,"to":9})", R"({"type":"subscribed","seq":12})" }) {
        const auto event = decode<Event>(text);
        ASSERT_TRUE(event) << event.error().text();
        EXPECT_NE(event->kind, Event::Kind::Unknown);
        EXPECT_EQ(encode(*event), text);
    }
}

TEST(Event, rowsComeThrough)
{
    Event event;
    event.kind = Event::Kind::Queue;
    event.kindText = "queue";
    event.queues.resize(2);
    event.queues[1].ready = 5;
    EXPECT_EQ(decode<Event>(encode(event)).value(), event);
    EXPECT_EQ(decode<Event>(R"({"kind":"queue","data":{"queues":[{"ready":"x"}]}})").error().text(),
        "data.queues[0].ready: expected number, found string");
}

TEST(Event, anUnknownKindIsNamedAndNoError)
{
    const auto event = decode<Event>(R"({"seq":4,"ts":1,"kind":"gossip","data":[1]})");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->kind, Event::Kind::Unknown);
    EXPECT_EQ(event->kindText, "gossip");
    EXPECT_EQ(event->seq, 4);
}

TEST(Event, lostMessagesComeThroughPerQueue)
{
    const auto event = decode<Event>(
        R"({"seq":9,"ts":1,"kind":"lost","workspace":"w","data":{"lost":{"q2":3,"q1":1}}})");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->kind, Event::Kind::Lost);
    EXPECT_EQ(event->lost, (Members<std::int64_t> { { "q2", 3 }, { "q1", 1 } }));
    EXPECT_EQ(decode<Event>(encode(*event)).value(), *event);
    EXPECT_EQ(decode<Event>(R"({"kind":"lost","data":{"lost":{"q":"x"}}})").error().text(),
        "data.lost.q: expected number, found string");
}
