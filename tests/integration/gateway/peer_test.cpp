// SPDX-License-Identifier: GPL-3.0-only
// Peers that stop reading or vanish, against server and platform in this process: limits are short
// here, so that they are reached.
#include "app/gateway/http/server.h"
#include "app/gateway/services/platform.h"
#include "tests/integration/gateway/session.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace signalbox::integration {
namespace {

using support::WebSocketClient;
using namespace gateway;

const std::string key = "tg_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef";

class Peer : public ::testing::Test {
protected:
    void begin(const HttpLimits &limits)
    {
        PlatformOptions options;
        options.adminKey = key;
        options.passwordIterations = 1;
        options.drain = std::chrono::milliseconds(0);
        platform = std::make_unique<Platform>(options);
        const auto started = platform->start();
        ASSERT_TRUE(started) << started.error();
        ServerOptions serving;
        serving.limits = limits;
        server = std::make_unique<Server>(platform->fabric(), serving);
        const auto listening = server->start();
        ASSERT_TRUE(listening) << listening.error();
        port = *listening;
    }
    void TearDown() override
    {
        if (server)
            server->stop();
        if (platform)
            platform->stop();
    }
    std::unique_ptr<Platform> platform;
    std::unique_ptr<Server> server;
    int port = 0;
};

void subscribeQueues(WebSocketClient &socket, const Json &since = {})
{
    ASSERT_EQ(signIn(socket, key).at("type"), "auth-ok");
    Json wish { { "type", "subscribe" }, { "kinds", { "queue" } },
        { "workspaces", { "default" } } };
    if (!since.is_null())
        wish["since"] = since;
    send(socket, wish);
    ASSERT_EQ(next(socket).at("type"), "subscribed");
}

/// What one client has been told about the queues of one topic.
struct Told {
    std::int64_t rows = 0;
    std::int64_t dropped = 0;
    std::int64_t seq = 0;
    std::map<std::string, int> ready;
    [[nodiscard]] bool all(std::size_t queues, int value) const
    {
        return ready.size() == queues
            && std::ranges::all_of(ready, [&](const auto &one) { return one.second == value; });
    }
    void take(const Json &frame)
    {
        ASSERT_EQ(frame.value("kind", ""), "queue") << frame.dump();
        seq = frame.at("seq");
        dropped = frame.at("data").at("dropped");
        for (const Json &row : frame.at("data").at("queues")) {
            ++rows;
            ready[row.at("name")] = row.at("ready");
        }
    }
};

TEST_F(Peer, AStalledClientOfTheEventsMissesNothingThatItIsNotToldAbout)
{
    HttpLimits limits;
    limits.readPauseBytes = 4096;
    ASSERT_NO_FATAL_FAILURE(begin(limits));
    constexpr int queues = 1000;
    constexpr int rounds = 8;
    const std::string topic = "flow:tg:wide:default:w";
    WebSocketClient brisk(port, "/api/v1/events");
    ASSERT_NO_FATAL_FAILURE(subscribeQueues(brisk));
    Backend &fabric = platform->fabric();
    TopicInfo info;
    info.scope = "flow";
    info.workspace = "default";
    info.flow = "w";
    ASSERT_TRUE(fabric.ensureTopic(topic, info));
    // Long names: the buffers of the system between the two hold megabytes.
    const std::string tail(700, 'x');
    for (int i = 0; i < queues; ++i)
        ASSERT_TRUE(
            fabric.createQueue(topic, "p" + std::to_string(i) + tail + "--default--w--input"));
    const auto producer = fabric.createProducer(topic);
    ASSERT_TRUE(producer);

    Told fast;
    while (!fast.all(queues, 0))
        ASSERT_NO_FATAL_FAILURE(fast.take(next(brisk)));
    fast.rows = 0; // counted from here on, where the other one begins
    WebSocketClient stalled(port, "/api/v1/events", 4096); // reads nothing for now
    ASSERT_NO_FATAL_FAILURE(subscribeQueues(stalled, fast.seq));

    for (int round = 1; round <= rounds; ++round) {
        ASSERT_TRUE((*producer)->send({ "{}", {}, 0, 0, 0, false }));
        while (!fast.all(queues, round))
            ASSERT_NO_FATAL_FAILURE(fast.take(next(brisk)));
    }
    EXPECT_EQ(fast.dropped, 0);
    Told slow;
    while (!slow.all(queues, rounds))
        ASSERT_NO_FATAL_FAILURE(slow.take(next(stalled)));
    EXPECT_GT(slow.dropped, 0) << "it was stalled";
    EXPECT_EQ(slow.rows + slow.dropped, fast.rows) << "exactly what was left out is counted";
}

TEST_F(Peer, ASilentPeerIsNoticedAndItsPlaceIsFree)
{
    HttpLimits limits;
    limits.halfOpen = std::chrono::milliseconds(400);
    limits.socketsPerUser = 1;
    ASSERT_NO_FATAL_FAILURE(begin(limits));
    WebSocketClient silent(port, "/api/v1/socket");
    ASSERT_EQ(signIn(silent, key).at("type"), "auth-ok"); // from here on it answers no ping
    WebSocketClient other(port, "/api/v1/socket");
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    Json answer = signIn(other, key);
    EXPECT_EQ(answer.at("type"), "auth-failed") << "one socket per user here";
    while (answer.at("type") != "auth-ok" && std::chrono::steady_clock::now() < deadline)
        answer = signIn(other, key); // answers pings while it waits for its own answer
    EXPECT_EQ(answer.at("type"), "auth-ok");
    EXPECT_FALSE(silent.receive()) << "the connection is gone";
}

} // namespace
} // namespace signalbox::integration
