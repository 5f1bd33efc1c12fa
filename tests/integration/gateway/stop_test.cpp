// SPDX-License-Identifier: GPL-3.0-only
// The graceful stop of the real process: what is in flight ends, what cannot be drained is told in
// log, event and the next start's answer (contract signalbox-gateway §1).
#include "tests/integration/gateway/session.h"

#include <gtest/gtest.h>
#include <signal.h>

namespace signalbox::integration {
namespace {

using support::GatewayProcess;
using support::TemporaryFolder;
using support::WebSocketClient;

const std::string program = SIGNALBOX_GATEWAY_PROGRAM;
const std::string feed = "flow:tg:feed:default:doomed";
const std::string queue = feed + ".eater--default--doomed--input";

void subscribe(WebSocketClient &socket, const std::string &key, const Json &kinds)
{
    ASSERT_EQ(signIn(socket, key).at("type"), "auth-ok");
    send(socket, { { "type", "subscribe" }, { "kinds", kinds } });
    ASSERT_EQ(next(socket).at("type"), "subscribed");
}

void putSmall(const GatewayProcess &gateway)
{
    done(gateway, "/api/v1/flow",
        { { "operation", "put-blueprint" }, { "blueprint-name", "small" },
            { "blueprint-definition", smallBlueprint() } });
}

Json start(const GatewayProcess &gateway, const std::string &flow)
{
    return done(gateway, "/api/v1/flow",
        { { "operation", "start-flow" }, { "flow-id", flow }, { "blueprint-name", "small" },
            { "description", "" } });
}

void publish(const GatewayProcess &gateway, int count)
{
    for (int i = 0; i < count; ++i)
        done(gateway, "/api/v1/fabric",
            { { "operation", "publish" }, { "topic", feed }, { "properties", Json::object() },
                { "payload", R"({"text":"x"})" } });
}

TEST(Stop, WhatCannotBeDrainedIsToldInLogEventAndTheNextStartsAnswer)
{
    TemporaryFolder folder;
    const std::string data = folder.path() + "/data";
    {
        GatewayProcess gateway(program, data, { "--drain", "1" });
        putSmall(gateway);
        startFlow(gateway, "doomed");
        publish(gateway, 3); // nobody consumes them
        done(gateway, "/api/v1/iam",
            { { "operation", "create-workspace" }, { "workspace_record", { { "id", "far" } } } });
        const Reader stranger = makeUser(gateway, "stranger", "reader", "far");
        WebSocketClient mine(gateway.port(), "/api/v1/events");
        subscribe(mine, gateway.key(), { "lost" });
        WebSocketClient theirs(gateway.port(), "/api/v1/events");
        subscribe(theirs, stranger.key, { "lost" });
        gateway.signal(SIGTERM);
        const Json event = next(mine);
        EXPECT_EQ(event.value("kind", ""), "lost") << event.dump();
        EXPECT_EQ(event.value("workspace", ""), "default");
        EXPECT_EQ(event.at("data").at("lost"), (Json { { queue, 3 } }));
        EXPECT_FALSE(mine.receive());
        EXPECT_EQ(mine.closeCode(), 1001);
        EXPECT_FALSE(theirs.receive()) << "what a caller may not read is not sent";
        EXPECT_EQ(theirs.closeCode(), 1001);
        EXPECT_EQ(gateway.wait(), 0);
        EXPECT_NE(gateway.log().find("3 messages of " + queue), std::string::npos) << gateway.log();
    }
    GatewayProcess gateway(program, data, { "--drain", "0" });
    EXPECT_EQ(start(gateway, "after").value("lost", Json()), (Json { { queue, 3 } }));
    EXPECT_FALSE(start(gateway, "later").contains("lost")) << "told once";
}

TEST(Stop, NothingLostIsNoEvent)
{
    TemporaryFolder folder;
    GatewayProcess gateway(program, folder.path() + "/data");
    putSmall(gateway);
    startFlow(gateway, "doomed");
    WebSocketClient socket(gateway.port(), "/api/v1/events");
    subscribe(socket, gateway.key(), { "lost" });
    gateway.signal(SIGTERM);
    EXPECT_FALSE(socket.receive());
    EXPECT_EQ(socket.closeCode(), 1001);
    EXPECT_EQ(gateway.wait(), 0);
}

TEST(Stop, EventsGoOnWhileQueuesAreDrained)
{
    TemporaryFolder folder;
    GatewayProcess gateway(program, folder.path() + "/data", { "--drain", "3" });
    putSmall(gateway);
    startFlow(gateway, "doomed");
    WebSocketClient socket(gateway.port(), "/api/v1/events");
    subscribe(socket, gateway.key(), { "queue", "lost" });
    publish(gateway, 2);
    gateway.signal(SIGTERM);
    bool seen = false;
    const Json last = nextWhere(socket, [&](const Json &frame) {
        for (const Json &row : frame.value("data", Json::object()).value("queues", Json::array()))
            seen = seen || (row.value("name", "") == queue && row.value("ready", 0) == 2);
        return frame.value("kind", "") == "lost";
    });
    EXPECT_TRUE(seen) << "the sample of the second in which the stop began";
    EXPECT_EQ(last.at("data").at("lost").at(queue), 2);
    EXPECT_EQ(gateway.wait(), 0);
}

/// The answer of a worker of the demo line that streams its parts.
TEST(Stop, AStreamInFlightEndsBeforeTheSocketDoes)
{
    TemporaryFolder folder;
    GatewayProcess gateway(program, folder.path() + "/data", { "--demo" });
    const Json question = { { "id", 1 }, { "service", "text-completion" },
        { "flow", "timetable-answers" }, { "workspace", "default" },
        { "request", { { "system", "s" }, { "prompt", "p" }, { "streaming", true } } } };
    WebSocketClient socket(gateway.port(), "/api/v1/socket");
    ASSERT_EQ(signIn(socket, gateway.key()).at("type"), "auth-ok");
    // The platform is being set up: asked until a worker serves it.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    Json frame;
    do {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline) << frame.dump();
        send(socket, question);
        frame = next(socket);
    } while (frame.value("complete", true));
    gateway.signal(SIGTERM);
    int parts = 1;
    while (!frame.value("complete", true)) {
        frame = next(socket);
        ASSERT_TRUE(frame.contains("response")) << frame.dump();
        ++parts;
    }
    EXPECT_GT(parts, 2);
    EXPECT_FALSE(frame.at("response").contains("error")) << frame.dump();
    while (socket.receive()) { }
    EXPECT_EQ(socket.closeCode(), 1001);
    EXPECT_EQ(gateway.wait(), 0);
}

} // namespace
} // namespace signalbox::integration
