// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/fabric/requester.h"

#include <atomic>
#include <condition_variable>
#include <future>
#include <gtest/gtest.h>
#include <mutex>
#include <set>
#include <thread>

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;
using Kind = FabricError::Kind;

const RequestTopics topics { "request:tg:r", "response:tg:r" };

/// Answers each request with `parts` messages, the last one "end".
class Server {
public:
    Server(Backend &fabric, int parts)
        : m_thread([&fabric, parts, this] {
            auto consumer = fabric.createConsumer("request:tg:r", "svc");
            auto producer = fabric.createProducer("response:tg:r");
            while (!m_stop) {
                const auto request = (*consumer)->receive(20ms);
                if (!request)
                    continue;
                for (int i = 1; i <= parts; ++i) {
                    Message part;
                    part.value = i == parts ? "end" : std::to_string(i);
                    part.properties.emplace_back("id", request->property("id"));
                    EXPECT_TRUE((*producer)->send(part));
                }
                (*consumer)->acknowledge(*request);
            }
        })
    {
    }
    ~Server()
    {
        m_stop = true;
        m_thread.join();
    }

private:
    std::atomic<bool> m_stop { false };
    std::thread m_thread;
};

class Requests : public testing::Test {
protected:
    Requests()
        : fabric(makeMemoryBackend())
    {
        EXPECT_TRUE(fabric->ensureTopic("request:tg:r", {}));
        EXPECT_TRUE(fabric->ensureTopic("response:tg:r", {}));
        EXPECT_TRUE(fabric->ensureQueue("request:tg:r", "svc"));
    }
    std::int64_t subscribers() { return fabric->topic("response:tg:r")->queues; }

    std::unique_ptr<Backend> fabric;
};

TEST_F(Requests, WithoutRecipientTheFirstAnswerIsTheResult)
{
    const Server server(*fabric, 3);
    const auto answer = request(*fabric, topics, "me", "{}", 10s);
    ASSERT_TRUE(answer) << answer.error().text;
    EXPECT_EQ(answer->value, "1");
    EXPECT_EQ(subscribers(), 0);
}

TEST_F(Requests, ARecipientSeesEachPartUntilItHasEnough)
{
    const Server server(*fabric, 3);
    std::vector<std::string> parts;
    const auto answer = request(*fabric, topics, "me", "{}", 10s, [&](const Message &part) {
        parts.push_back(part.value);
        return part.value == "end";
    });
    ASSERT_TRUE(answer);
    EXPECT_EQ(parts, std::vector<std::string>({ "1", "2", "end" }));
}

TEST_F(Requests, ATimeOutUnsubscribesAndTheRequestStaysInTheQueue)
{
    const auto answer = request(*fabric, topics, "me", "{}", 20ms);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::Timeout);
    EXPECT_EQ(subscribers(), 0);
    EXPECT_EQ(fabric->queue("request:tg:r.svc")->row.ready, 1);
}

TEST_F(Requests, AThrowingRecipientUnsubscribesToo)
{
    const Server server(*fabric, 2);
    EXPECT_THROW((void)request(*fabric, topics, "me", "{}", 10s,
                     [](const Message &) -> bool { throw std::runtime_error("no"); }),
        std::runtime_error);
    EXPECT_EQ(subscribers(), 0);
}

TEST_F(Requests, AFailingSendUnsubscribesToo)
{
    ASSERT_TRUE(fabric->deleteTopic("request:tg:r"));
    EXPECT_EQ(request(*fabric, topics, "me", "{}", 10s).error().kind, Kind::NoTopic);
    EXPECT_EQ(subscribers(), 0);
}

/// Collects the ends of requests.
struct Ends {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::string> values;
    Requester::DoneFn fn()
    {
        return [this](FabricResult<Message> result) {
            {
                std::lock_guard lock(mutex);
                values.push_back(result
                        ? result->value
                        : "error " + std::to_string(static_cast<int>(result.error().kind)));
            }
            changed.notify_all();
        };
    }
    bool wait(std::size_t count)
    {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, 20s, [&] { return values.size() >= count; });
    }
};

std::string failed(Kind kind)
{
    return "error " + std::to_string(static_cast<int>(kind));
}

TEST_F(Requests, ManyRequestsShareOneSubscription)
{
    const Server server(*fabric, 1);
    Ends ends;
    Requester requester(*fabric, topics, "edge");
    for (int i = 0; i < 200; ++i)
        requester.send("{}", 10s, {}, {}, ends.fn());
    ASSERT_TRUE(ends.wait(200));
    EXPECT_EQ(ends.values, std::vector<std::string>(200, "end"));
    EXPECT_EQ(subscribers(), 1);
    EXPECT_EQ(requester.inFlight(), 0u);
}

TEST_F(Requests, PartsComeBeforeTheLast)
{
    const Server server(*fabric, 4);
    Ends ends;
    std::vector<std::string> parts;
    Requester requester(*fabric, topics, "edge");
    requester.send(
        "{}", 10s, [](const Message &m) { return m.value == "end"; },
        [&](const Message &m) { parts.push_back(m.value); }, ends.fn());
    ASSERT_TRUE(ends.wait(1));
    EXPECT_EQ(parts, std::vector<std::string>({ "1", "2", "3" }));
}

TEST_F(Requests, ExpireEndsWhatWaitsTooLong)
{
    Ends ends;
    Requester requester(*fabric, topics, "edge");
    requester.send("{}", 10s, {}, {}, ends.fn());
    requester.expire(std::chrono::steady_clock::now());
    EXPECT_EQ(requester.inFlight(), 1u);
    requester.expire(std::chrono::steady_clock::now() + 11s);
    EXPECT_EQ(ends.values, std::vector<std::string>({ failed(Kind::Timeout) }));
}

TEST_F(Requests, CancelAndDestructionEndEachRequestOnce)
{
    Ends ends;
    {
        Requester requester(*fabric, topics, "edge");
        const std::string id = requester.send("{}", 10s, {}, {}, ends.fn());
        requester.send("{}", 10s, {}, {}, ends.fn());
        requester.cancel(id);
        requester.cancel(id);
        EXPECT_EQ(ends.values.size(), 1u);
    }
    EXPECT_EQ(ends.values, std::vector<std::string>(2, failed(Kind::Closed)));
    EXPECT_EQ(subscribers(), 0);
}

TEST_F(Requests, TooManyInFlightIsAnErrorOfItsOwn)
{
    Ends ends;
    Requester requester(*fabric, topics, "edge", 1);
    requester.send("{}", 10s, {}, {}, ends.fn());
    requester.send("{}", 10s, {}, {}, ends.fn());
    EXPECT_EQ(ends.values, std::vector<std::string>({ failed(Kind::Limit) }));
}

TEST_F(Requests, ARequesterSubscribesAgainWhenTheTopicsWereMadeAnew)
{
    Ends ends;
    Requester requester(*fabric, topics, "edge");
    {
        const Server server(*fabric, 1);
        requester.send("{}", 10s, {}, {}, ends.fn());
        ASSERT_TRUE(ends.wait(1));
    }
    for (const char *topic : { "request:tg:r", "response:tg:r" })
        ASSERT_TRUE(fabric->deleteTopic(topic));
    requester.send("{}", 10s, {}, {}, ends.fn());
    ASSERT_TRUE(ends.wait(2));
    EXPECT_EQ(ends.values[1], failed(Kind::NoTopic));
    for (const char *topic : { "request:tg:r", "response:tg:r" })
        ASSERT_TRUE(fabric->ensureTopic(topic, {}));
    ASSERT_TRUE(fabric->ensureQueue("request:tg:r", "svc"));
    const Server server(*fabric, 1);
    requester.send("{}", 10s, {}, {}, ends.fn());
    ASSERT_TRUE(ends.wait(3));
    EXPECT_EQ(ends.values[2], "end");
}

TEST(Uuid, IsRandomAndOfVersionFour)
{
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string id = newUuid();
        EXPECT_EQ(id.size(), 36u);
        EXPECT_EQ(id[14], '4');
        EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
        seen.insert(id);
    }
    EXPECT_EQ(seen.size(), 1000u);
}

} // namespace
} // namespace signalbox::gateway
