// SPDX-License-Identifier: GPL-3.0-only
// Random operations against a naive reference, and many threads at once. The balance of every queue
// closes at every look.
#include "app/gateway/fabric/fabric.h"

#include <atomic>
#include <deque>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>
#include <thread>

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;

constexpr int topicCount = 3;
constexpr int subscriptionCount = 3;
constexpr std::int64_t depthLimit = 8;

std::string topicName(int topic)
{
    return "flow:tg:t" + std::to_string(topic);
}
std::string queueName(int topic, int subscription)
{
    return topicName(topic) + ".s" + std::to_string(subscription);
}

/// One queue, as simple as can be.
struct NaiveQueue {
    std::deque<std::pair<std::string, bool>> ready; ///< value, redelivered
    std::int64_t published = 0, delivered = 0, acked = 0, redelivered = 0, deleted = 0, unacked = 0;
};

struct Held {
    std::shared_ptr<Consumer> consumer;
    std::string queue;
    int prefetch = 1;
    std::vector<std::pair<Message, std::string>> unacked;
};

class Walk {
public:
    explicit Walk(unsigned seed)
        : m_random(seed)
    {
        Limits limits;
        limits.maxDepth = depthLimit;
        m_fabric = makeMemoryBackend(limits);
        for (int t = 0; t < topicCount; ++t)
            EXPECT_TRUE(m_fabric->ensureTopic(topicName(t), {}));
    }

    void step()
    {
        switch (pick(10)) {
        case 0:
            return ensure();
        case 1:
        case 2:
        case 3:
            return publish();
        case 4:
            return subscribe();
        case 5:
        case 6:
            return receive();
        case 7:
            return settle();
        case 8:
            return close();
        default:
            return pick(4) == 0 ? (pick(2) == 0 ? purge() : drop()) : move();
        }
    }

    void compare()
    {
        const auto rows = m_fabric->queues();
        ASSERT_EQ(rows.size(), m_naive.size());
        for (const schema::QueueRow &row : rows) {
            const NaiveQueue &naive = m_naive.at(row.name);
            ASSERT_EQ(row.published, row.acked + row.ready + row.unacked + row.deleted) << row.name;
            ASSERT_EQ(row.ready, static_cast<std::int64_t>(naive.ready.size())) << row.name;
            ASSERT_EQ(row.unacked, naive.unacked);
            ASSERT_EQ(row.published, naive.published);
            ASSERT_EQ(row.delivered, naive.delivered);
            ASSERT_EQ(row.acked, naive.acked);
            ASSERT_EQ(row.redelivered, naive.redelivered);
            ASSERT_EQ(row.deleted, naive.deleted);
        }
        const auto totals = m_fabric->totals();
        ASSERT_EQ(totals.published, totals.acked + totals.waiting + totals.deleted);
    }

private:
    int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(m_random); }
    std::string anyQueue() { return queueName(pick(topicCount), pick(subscriptionCount)); }

    void ensure()
    {
        const int t = pick(topicCount), s = pick(subscriptionCount);
        EXPECT_TRUE(m_fabric->ensureQueue(topicName(t), "s" + std::to_string(s)));
        m_naive.try_emplace(queueName(t, s));
    }
    void publish()
    {
        const int t = pick(topicCount);
        ProducerOptions options;
        options.blockFor = 0ms;
        const auto producer = m_fabric->createProducer(topicName(t), {}, options);
        Message message;
        message.value = std::to_string(++m_number);
        const bool sent = (*producer)->send(message).hasValue();
        bool room = true;
        for (int s = 0; s < subscriptionCount; ++s)
            if (const auto found = m_naive.find(queueName(t, s)); found != m_naive.end())
                room = room
                    && static_cast<std::int64_t>(found->second.ready.size()) + found->second.unacked
                        < depthLimit;
        ASSERT_EQ(sent, room);
        for (int s = 0; sent && s < subscriptionCount; ++s)
            if (const auto found = m_naive.find(queueName(t, s)); found != m_naive.end()) {
                found->second.ready.emplace_back(message.value, false);
                ++found->second.published;
            }
    }
    void subscribe()
    {
        const int t = pick(topicCount), s = pick(subscriptionCount);
        ConsumerOptions options;
        options.prefetch = 1 + pick(3);
        auto made = m_fabric->createConsumer(topicName(t), "s" + std::to_string(s),
            InitialPosition::Latest, ConsumerType::Shared, options);
        ASSERT_EQ(made.hasValue(), m_naive.contains(queueName(t, s)));
        if (made && m_held.size() < 12)
            m_held.push_back({ *made, queueName(t, s), options.prefetch, {} });
    }
    Held *anyHeld()
    {
        return m_held.empty()
            ? nullptr
            : &m_held[static_cast<std::size_t>(pick(static_cast<int>(m_held.size())))];
    }
    void receive()
    {
        Held *held = anyHeld();
        if (!held)
            return;
        const auto message = held->consumer->tryReceive();
        const auto naive = m_naive.find(held->queue);
        const bool expected = naive != m_naive.end() && !naive->second.ready.empty()
            && static_cast<int>(held->unacked.size()) < held->prefetch;
        ASSERT_EQ(message.has_value(), expected);
        if (!message)
            return;
        NaiveQueue &queue = naive->second;
        ASSERT_EQ(message->value, queue.ready.front().first);
        ASSERT_EQ(message->redelivered, queue.ready.front().second);
        queue.redelivered += queue.ready.front().second ? 1 : 0;
        queue.ready.pop_front();
        ++queue.delivered;
        ++queue.unacked;
        held->unacked.emplace_back(*message, message->value);
    }
    void settle()
    {
        Held *held = anyHeld();
        if (!held || held->unacked.empty())
            return;
        const auto at = static_cast<std::size_t>(pick(static_cast<int>(held->unacked.size())));
        const auto [message, value] = held->unacked[at];
        held->unacked.erase(held->unacked.begin() + static_cast<std::ptrdiff_t>(at));
        NaiveQueue &queue = m_naive.at(held->queue);
        --queue.unacked;
        if (pick(3) > 0) {
            held->consumer->acknowledge(message);
            held->consumer->acknowledge(message); // twice is once
            ++queue.acked;
        } else {
            held->consumer->negativeAcknowledge(message);
            queue.ready.emplace_front(value, true);
        }
    }
    void close()
    {
        if (m_held.empty() || pick(3) > 0)
            return;
        const auto at = static_cast<std::size_t>(pick(static_cast<int>(m_held.size())));
        Held held = std::move(m_held[at]);
        m_held.erase(m_held.begin() + static_cast<std::ptrdiff_t>(at));
        held.consumer->close();
        NaiveQueue &queue = m_naive.at(held.queue);
        for (auto it = held.unacked.rbegin(); it != held.unacked.rend(); ++it) {
            queue.ready.emplace_front(it->second, true);
            --queue.unacked;
        }
    }
    void purge()
    {
        const std::string name = anyQueue();
        const auto purged = m_fabric->purge(name, std::nullopt);
        const auto naive = m_naive.find(name);
        ASSERT_EQ(purged.hasValue(), naive != m_naive.end());
        if (!purged)
            return;
        ASSERT_EQ(*purged, static_cast<std::int64_t>(naive->second.ready.size()));
        naive->second.deleted += *purged;
        naive->second.ready.clear();
    }
    void move()
    {
        const std::string from = anyQueue();
        const std::string to = anyQueue();
        const std::int64_t count = pick(5);
        const std::int64_t seen = pick(static_cast<int>(depthLimit));
        const auto source = m_naive.find(from);
        const auto target = m_naive.find(to);
        const auto before = m_fabric->totals();
        const auto moved = m_fabric->move(from, to, seen, count);
        const auto number = [](const auto &queue) {
            return static_cast<std::int64_t>(queue->second.ready.size());
        };
        if (source == m_naive.end() || target == m_naive.end() || from == to
            || number(source) > seen) {
            ASSERT_FALSE(moved);
            return;
        }
        const std::int64_t wanted = std::min(count, number(source));
        if (wanted > 0 && number(target) + target->second.unacked + wanted > depthLimit) {
            ASSERT_FALSE(moved);
            ASSERT_EQ(moved.error().kind, FabricError::Kind::Full);
            return;
        }
        ASSERT_TRUE(moved);
        ASSERT_EQ(*moved, wanted);
        ASSERT_EQ(m_fabric->totals().waiting, before.waiting); // none lost, none made
        for (std::int64_t i = 0; i < wanted; ++i) {
            target->second.ready.push_back(source->second.ready.front());
            source->second.ready.pop_front();
        }
        source->second.deleted += wanted;
        target->second.published += wanted;
    }
    void drop()
    {
        const std::string name = anyQueue();
        const auto dropped = m_fabric->deleteQueue(name, false, std::nullopt);
        ASSERT_EQ(dropped.hasValue(), m_naive.erase(name) == 1);
        std::erase_if(m_held, [&](const Held &held) { return held.queue == name; });
    }

    std::mt19937 m_random;
    std::unique_ptr<Backend> m_fabric;
    std::map<std::string, NaiveQueue> m_naive;
    std::vector<Held> m_held;
    int m_number = 0;
};

TEST(FabricProperty, RandomOperationsMatchTheNaiveReference)
{
    for (unsigned seed = 1; seed <= 60; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Walk walk(seed);
        for (int i = 0; i < 800; ++i) {
            walk.step();
            walk.compare();
            if (testing::Test::HasFatalFailure())
                return;
        }
    }
}

TEST(FabricStress, ManyThreadsLoseNothingAndTheBalanceAlwaysCloses)
{
    constexpr int producers = 4, perProducer = 5000, consumers = 4;
    Limits limits;
    limits.maxDepth = 64; // back-pressure is at work all the time
    const auto fabric = makeMemoryBackend(limits);
    ASSERT_TRUE(fabric->ensureTopic("flow:tg:t", {}));
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:t", "a"));
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:t", "b"));
    std::atomic<int> acked { 0 };
    std::mutex mutex;
    std::map<std::string, std::multiset<std::int64_t>> got;
    std::vector<std::thread> threads;
    for (int p = 0; p < producers; ++p)
        threads.emplace_back([&] {
            ProducerOptions options;
            options.blockFor = 60s;
            const auto producer = fabric->createProducer("flow:tg:t", {}, options);
            for (int i = 0; i < perProducer; ++i)
                ASSERT_TRUE((*producer)->send({}));
        });
    constexpr int expected = producers * perProducer * 2;
    for (int c = 0; c < consumers; ++c)
        threads.emplace_back([&, c] {
            const std::string subscription = c % 2 == 0 ? "a" : "b";
            std::multiset<std::int64_t> seen;
            std::mt19937 random(static_cast<unsigned>(c));
            while (acked < expected) {
                ConsumerOptions options;
                options.prefetch = 3;
                const auto consumer = fabric->createConsumer("flow:tg:t", subscription,
                    InitialPosition::Latest, ConsumerType::Shared, options);
                ASSERT_TRUE(consumer);
                for (int i = 0; i < 500 && acked < expected;
                     ++i) { // then it closes with messages in hand
                    const auto message = (*consumer)->receive(5ms);
                    if (!message)
                        continue;
                    if (random() % 8 == 0) {
                        (*consumer)->negativeAcknowledge(*message);
                        continue;
                    }
                    (*consumer)->acknowledge(*message);
                    seen.insert(message->seq);
                    ++acked;
                }
            }
            std::lock_guard lock(mutex);
            got[subscription].insert(seen.begin(), seen.end());
        });
    std::atomic<bool> done { false };
    std::thread watcher([&] {
        std::uint64_t mark = 0;
        while (!done) {
            for (const schema::QueueRow &row : fabric->queues())
                EXPECT_EQ(row.published, row.acked + row.ready + row.unacked + row.deleted);
            for (const schema::QueueRow &row : fabric->changesSince(mark).changed)
                EXPECT_LE(row.ready + row.unacked, limits.maxDepth);
            std::this_thread::yield();
        }
    });
    for (std::thread &thread : threads)
        thread.join();
    done = true;
    watcher.join();
    std::multiset<std::int64_t> all;
    for (std::int64_t seq = 1; seq <= producers * perProducer; ++seq)
        all.insert(seq);
    EXPECT_EQ(got["a"], all);
    EXPECT_EQ(got["b"], all);
}

TEST(FabricScale, ADeltaOverManyQueuesCostsOnlyWhatChanged)
{
    const auto fabric = makeMemoryBackend();
    constexpr int queues = 150000;
    ASSERT_TRUE(fabric->ensureTopic("flow:tg:busy", {}));
    ASSERT_TRUE(fabric->ensureQueue("flow:tg:busy", "s"));
    ASSERT_TRUE(fabric->ensureTopic("flow:tg:idle", {}));
    for (int i = 0; i < queues; ++i)
        ASSERT_TRUE(fabric->ensureQueue("flow:tg:idle", "s" + std::to_string(i)));
    std::uint64_t mark = 0;
    fabric->changesSince(mark);
    const auto producer = fabric->createProducer("flow:tg:busy");
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 1000; ++i) {
        ASSERT_TRUE((*producer)->send({}));
        ASSERT_EQ(fabric->changesSince(mark).changed.size(), 1u);
    }
    // A scan of all queues takes milliseconds each time; generous for a busy machine and for
    // sanitizers.
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

} // namespace
} // namespace signalbox::gateway
