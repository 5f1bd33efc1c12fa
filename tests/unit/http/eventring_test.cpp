// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/eventring.h"

#include <gtest/gtest.h>

namespace signalbox::gateway {
namespace {

using schema::Event;

Event queues(const std::vector<std::string> &names, std::int64_t ready,
    const std::vector<std::string> &removed = {})
{
    Event event;
    event.kind = Event::Kind::Queue;
    event.workspace = "w";
    for (const std::string &name : names) {
        schema::QueueRow row;
        row.name = name;
        row.ready = ready;
        event.queues.push_back(row);
    }
    event.removedQueues = removed;
    return event;
}

Event processors(std::int64_t processed)
{
    Event event;
    event.kind = Event::Kind::Processor;
    event.workspace = "w";
    event.processors.resize(3);
    event.processors[0].processed = processed;
    return event;
}

TEST(EventRing, HoldsOfEachQueueTheLastRowAndCountsTheOthers)
{
    EventRing ring(100, 1000, 10);
    ring.push(queues({ "a", "b", "c" }, 1), 1);
    ring.push(queues({ "a", "c" }, 2), 2);
    ring.push(queues({ "c" }, 3), 3);
    EXPECT_EQ(ring.first(), 11);
    EXPECT_EQ(ring.last(), 13);
    ASSERT_EQ(ring.at(11).queues.size(), 1u);
    EXPECT_EQ(ring.at(11).queues[0]->name, "b");
    EXPECT_EQ(ring.at(11).replaced, 2);
    ASSERT_EQ(ring.at(12).queues.size(), 1u);
    EXPECT_EQ(ring.at(12).queues[0]->name, "a");
    EXPECT_EQ(ring.at(12).replaced, 1);
    EXPECT_EQ(ring.at(13).queues[0]->ready, 3);
    EXPECT_EQ(ring.at(13).replaced, 0);
}

TEST(EventRing, RowsHeldAndReplacedAreAllThatWerePublished)
{
    EventRing ring(10000, 100000, 0);
    std::int64_t published = 0;
    for (int round = 0; round < 500; ++round) {
        std::vector<std::string> names;
        for (int queue = 0; queue < 20; ++queue)
            if ((round * 7 + queue * 13) % (queue + 2) == 0)
                names.push_back("q" + std::to_string(queue));
        published += std::int64_t(names.size());
        ring.push(queues(names, round), round);
    }
    std::int64_t held = 0;
    std::int64_t replaced = 0;
    for (std::int64_t seq = ring.first(); seq <= ring.last(); ++seq) {
        held += std::int64_t(ring.at(seq).queues.size());
        replaced += ring.at(seq).replaced;
    }
    EXPECT_EQ(held + replaced, published);
    EXPECT_LE(held, 20) << "one row per queue, however long the ring is";
}

TEST(EventRing, ARemovedQueueLeavesItsNameAndWorkspaceOnlyOnce)
{
    EventRing ring(100, 1000, 0);
    ring.push(queues({ "a" }, 1), 1);
    EXPECT_EQ(ring.workspaceOf("a"), "w");
    ring.push(queues({}, 0, { "a", "never-seen" }), 2);
    EXPECT_EQ(ring.workspaceOf("a"), "");
    EXPECT_TRUE(ring.at(1).queues.empty());
    EXPECT_EQ(ring.at(1).replaced, 1);
    ASSERT_TRUE(ring.at(2).event);
    EXPECT_EQ(ring.at(2).event->removedQueues.size(), 2u);
    ring.push(queues({ "a" }, 9), 3); // the same name once more is a new queue
    EXPECT_EQ(ring.at(3).queues.size(), 1u);
    EXPECT_EQ(ring.at(1).replaced, 1);
}

TEST(EventRing, OfTheProcessorsOfAWorkspaceTheLastEventStays)
{
    EventRing ring(100, 1000, 0);
    ring.push(processors(1), 1);
    ring.push(processors(2), 2);
    EXPECT_FALSE(ring.at(1).event);
    ASSERT_TRUE(ring.at(2).event);
    EXPECT_EQ(ring.at(2).event->processors[0].processed, 2);
}

TEST(EventRing, IsBoundedInEventsAndInRowsThatNothingReplaces)
{
    EventRing few(3, 1000, 0);
    for (int i = 0; i < 10; ++i)
        few.push(queues({ "a" }, i), i);
    EXPECT_EQ(few.first(), 8);
    EXPECT_EQ(few.at(10).queues[0]->ready, 9);
    EventRing narrow(1000, 10, 0);
    for (int i = 0; i < 10; ++i)
        narrow.push(queues({}, 0, { "x", "y", "z" }), i);
    EXPECT_EQ(narrow.first(), 9) << "four rows each: two fit";
    few.push(queues({ "b" }, 1), 1);
    few.push(queues({ "b" }, 1), 1);
    few.push(queues({ "b" }, 1), 1);
    few.push(queues({ "a" }, 11), 1); // its former row has left the ring long ago
    EXPECT_EQ(few.at(few.last()).queues[0]->ready, 11);
}

} // namespace
} // namespace signalbox::gateway
