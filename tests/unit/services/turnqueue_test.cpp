// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/turnqueue.h"

#include <atomic>
#include <future>
#include <gtest/gtest.h>

namespace signalbox::gateway {
namespace {

/// One thread whose first work is held until open().
class TurnQueueTest : public ::testing::Test {
protected:
    TurnQueueTest()
    {
        queue.start();
        queue.add("held", "held", [this] {
            begun.set_value();
            opened.get_future().wait();
        });
        begun.get_future().wait();
    }
    void note(const std::string &tenant, const std::string &conversation, const std::string &what)
    {
        ++wanted;
        EXPECT_TRUE(queue.add(tenant, conversation, [this, what] {
            order.push_back(what);
            if (order.size() == wanted)
                done.set_value();
        }));
    }
    /// What was done once all of it is.
    std::vector<std::string> open()
    {
        opened.set_value();
        done.get_future().wait();
        queue.stop();
        return order;
    }

    std::promise<void> begun;
    std::promise<void> opened;
    std::promise<void> done; ///< all that was noted
    std::size_t wanted = 0; ///< not changed after open()
    std::vector<std::string> order; ///< by the one thread, read after its end
    TurnQueue queue { 1, 3 };
};

TEST_F(TurnQueueTest, TenantsTakeTurnsAndEachConversationKeepsItsOrder)
{
    note("a", "one", "a1");
    note("a", "one", "a2");
    note("a", "two", "a3");
    note("b", "one", "b1");
    EXPECT_EQ(open(), (std::vector<std::string> { "a1", "b1", "a3", "a2" }));
}

TEST_F(TurnQueueTest, OneConversationWaitsWithSoManyAtMostAndAnotherIsTaken)
{
    for (int i = 0; i < 3; ++i)
        note("a", "one", std::to_string(i));
    EXPECT_FALSE(queue.add("a", "one", [] { FAIL() << "it was refused"; }));
    note("a", "two", "other");
    EXPECT_TRUE(queue.has("a", "one"));
    EXPECT_FALSE(queue.has("b", "one"));
    EXPECT_EQ(open().size(), 4u);
    EXPECT_FALSE(queue.has("a", "one"));
}

TEST_F(TurnQueueTest, WorkThatThrowsStopsNeitherItsConversationNorTheQueue)
{
    queue.add("a", "one", [] { throw std::runtime_error("of a test"); });
    note("a", "one", "after it");
    EXPECT_EQ(open(), (std::vector<std::string> { "after it" }));
}

TEST(TurnQueueThreads, TwoRunAtOnceAndTheThirdWaits)
{
    TurnQueue queue(2, 3);
    std::promise<void> begun[2];
    std::promise<void> open;
    const std::shared_future<void> opened = open.get_future().share();
    std::promise<void> third;
    std::atomic<int> running = 0;
    std::atomic<int> most = 0;
    queue.add("a", "early", [] {}); // added before the start, done after it
    queue.start();
    for (int i = 0; i < 2; ++i)
        queue.add("a", std::to_string(i), [&, i] {
            ++running;
            begun[i].set_value();
            opened.wait();
            --running;
        });
    for (auto &each : begun)
        each.get_future().wait();
    queue.add("b", "third", [&] {
        most = running.load();
        third.set_value();
    });
    EXPECT_TRUE(queue.has("b", "third"));
    open.set_value();
    third.get_future().wait();
    EXPECT_LT(most, 2);
    queue.stop();
    EXPECT_FALSE(queue.has("a", "early"));
    // What comes now waits for the next start.
    std::promise<void> again;
    EXPECT_TRUE(queue.add("a", "late", [&] { again.set_value(); }));
    queue.start();
    again.get_future().wait();
}

} // namespace
} // namespace signalbox::gateway
