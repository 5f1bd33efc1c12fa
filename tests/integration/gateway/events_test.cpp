// SPDX-License-Identifier: GPL-3.0-only
// `/api/v1/events` of the real process.
#include "tests/integration/gateway/session.h"

#include <gtest/gtest.h>

namespace signalbox::integration {
namespace {

using support::GatewayProcess;
using support::TemporaryFolder;
using support::WebSocketClient;

class Events : public ::testing::Test {
protected:
    static void SetUpTestSuite()
    {
        folder = new TemporaryFolder;
        gateway = new GatewayProcess(SIGNALBOX_GATEWAY_PROGRAM, folder->path() + "/data");
        done(*gateway, "/api/v1/flow",
            { { "operation", "put-blueprint" }, { "blueprint-name", "small" },
                { "blueprint-definition", smallBlueprint() } });
        done(*gateway, "/api/v1/iam",
            { { "operation", "create-workspace" },
                { "workspace_record", { { "id", "hidden" } } } });
    }
    static void TearDownTestSuite()
    {
        delete gateway;
        delete folder;
    }
    static Json subscribe(WebSocketClient &socket, const Json &wish)
    {
        Json frame = wish;
        frame["type"] = "subscribe";
        send(socket, frame);
        return next(socket);
    }
    static void put(const std::string &type, const std::string &key, const std::string &value,
        const std::string &workspace = "default")
    {
        done(*gateway, "/api/v1/config",
            { { "operation", "put" }, { "workspace", workspace },
                { "values", { { { "type", type }, { "key", key }, { "value", value } } } } });
    }
    static void publish(const std::string &topic, int count, std::size_t bytes = 10)
    {
        support::HttpClient client(gateway->port());
        const std::string body = Json {
            { "operation", "publish" }, { "topic", topic }, { "properties", Json::object() },
            { "payload", Json { { "text", std::string(bytes, 'x') } }.dump() }
        }.dump();
        for (int i = 0; i < count; ++i) {
            const auto reply = client.request("POST", "/api/v1/fabric", body, gateway->key());
            if (reply.status != 200 || Json::parse(reply.body).contains("error"))
                throw std::runtime_error("publish answered " + reply.body);
        }
    }
    static auto kindIs(const char *kind)
    {
        return [kind](const Json &frame) { return frame.value("kind", "") == kind; };
    }
    static inline TemporaryFolder *folder = nullptr;
    static inline GatewayProcess *gateway = nullptr;
};

TEST_F(Events, NothingWithoutSignIn)
{
    WebSocketClient socket(gateway->port(), "/api/v1/events");
    EXPECT_EQ(
        subscribe(socket, { { "kinds", { "config" } } }).at("error").at("type"), "auth-required");
    EXPECT_EQ(signIn(socket, "tg_bad").at("type"), "auth-failed");
    EXPECT_EQ(signIn(socket, gateway->key()).at("type"), "auth-ok");
    EXPECT_EQ(subscribe(socket, { { "kinds", { "config" } } }).at("type"), "subscribed");
    send(socket, { { "type", "dance" } });
    EXPECT_EQ(next(socket).at("error").at("type"), "error");
}

TEST_F(Events, ConfigChangesComeWithVersionAndTypesButNoValues)
{
    WebSocketClient socket(gateway->port(), "/api/v1/events");
    signIn(socket, gateway->key());
    subscribe(socket, { { "kinds", { "config" } } });
    put("events-test", "k", "secret-value");
    const Json event = nextWhere(socket, kindIs("config"));
    EXPECT_EQ(event.at("data").at("changes").at("events-test"), Json::array({ "default" }));
    EXPECT_GT(event.at("data").at("version").get<std::int64_t>(), 0);
    EXPECT_EQ(event.dump().find("secret-value"), std::string::npos);
}

TEST_F(Events, FlowAndQueueEventsFollowAStartAndAStop)
{
    WebSocketClient socket(gateway->port(), "/api/v1/events");
    signIn(socket, gateway->key());
    subscribe(socket, { { "kinds", { "flow", "queue" } } });
    startFlow(*gateway, "seen");
    const auto flowIs = [](const char *state) {
        return [state](const Json &frame) {
            return frame.value("kind", "") == "flow" && frame.at("data").at("flow") == "seen"
                && frame.at("data").at("state") == state;
        };
    };
    EXPECT_EQ(nextWhere(socket, flowIs("running")).at("workspace"), "default");
    publish("flow:tg:feed:default:seen", 3);
    const Json queues = nextWhere(socket, [](const Json &frame) {
        if (frame.value("kind", "") != "queue")
            return false;
        for (const Json &row : frame.at("data").at("queues"))
            if (row.value("topic", "") == "flow:tg:feed:default:seen" && row.value("ready", 0) == 3)
                return true;
        return false;
    });
    EXPECT_EQ(queues.at("workspace"), "default");
    stopFlow(*gateway, "seen");
    nextWhere(socket, flowIs("stopped"));
    nextWhere(socket, [](const Json &frame) {
        if (frame.value("kind", "") != "queue")
            return false;
        for (const Json &name : frame.at("data").at("removed"))
            if (name.get<std::string>().starts_with("flow:tg:feed:default:seen"))
                return true;
        return false;
    });
}

TEST_F(Events, WhatACallerMayNotReadIsNotSent)
{
    const Reader reader = makeUser(*gateway, "event-reader", "reader");
    WebSocketClient socket(gateway->port(), "/api/v1/events");
    signIn(socket, reader.key);
    subscribe(socket, { { "kinds", { "config" } }, { "workspaces", "*" } });
    put("covert", "k", "1", "hidden");
    put("overt", "k", "1");
    const Json event = nextWhere(socket, kindIs("config"));
    EXPECT_TRUE(event.at("data").at("changes").contains("overt")) << event;
    EXPECT_FALSE(event.at("data").at("changes").contains("covert"));
}

TEST_F(Events, NumbersGoOnAndMissedEventsAreResumed)
{
    std::int64_t last = 0;
    {
        WebSocketClient socket(gateway->port(), "/api/v1/events");
        signIn(socket, gateway->key());
        const Json subscribed = subscribe(socket, { { "kinds", { "config" } } });
        put("resume", "a", "1");
        const Json event = nextWhere(socket, kindIs("config"));
        last = event.at("seq");
        EXPECT_GT(last, subscribed.at("seq").get<std::int64_t>());
    }
    put("resume", "b", "1");
    put("resume-too", "c", "1");
    WebSocketClient socket(gateway->port(), "/api/v1/events");
    signIn(socket, gateway->key());
    subscribe(socket, { { "kinds", { "config" } }, { "since", last } });
    const Json first = nextWhere(socket, kindIs("config"));
    EXPECT_TRUE(first.at("data").at("changes").contains("resume"));
    const Json second = nextWhere(socket, kindIs("config"));
    EXPECT_TRUE(second.at("data").at("changes").contains("resume-too"));
    EXPECT_GT(second.at("seq").get<std::int64_t>(), first.at("seq").get<std::int64_t>());
}

TEST_F(Events, WhatTheRingNoLongerHoldsIsAGap)
{
    WebSocketClient socket(gateway->port(), "/api/v1/events");
    signIn(socket, gateway->key());
    const std::int64_t now = subscribe(socket, { { "kinds", { "config" } } }).at("seq");
    const Json subscribed = subscribe(socket, { { "kinds", { "config" } }, { "since", 5 } });
    EXPECT_EQ(subscribed.at("type"), "subscribed");
    const Json gap =
        nextWhere(socket, [](const Json &frame) { return frame.value("type", "") == "gap"; });
    EXPECT_EQ(gap.at("from"), 6);
    EXPECT_LE(gap.at("to").get<std::int64_t>(), now);
}

TEST_F(Events, ASlowClientGetsCoalescedRowsAndTheCountOfThem)
{
    startFlow(*gateway, "slow");
    std::int64_t before = 0;
    {
        WebSocketClient socket(gateway->port(), "/api/v1/events");
        signIn(socket, gateway->key());
        before = subscribe(socket, { { "kinds", { "queue" } } }).at("seq");
        // Several changes of one queue, each an event of its own.
        for (int i = 1; i <= 4; ++i) {
            publish("flow:tg:feed:default:slow", 1);
            nextWhere(socket, [&](const Json &frame) {
                for (const Json &row :
                    frame.value("data", Json::object()).value("queues", Json::array()))
                    if (row.value("topic", "") == "flow:tg:feed:default:slow"
                        && row.value("ready", 0) == i)
                        return true;
                return false;
            });
        }
    }
    WebSocketClient late(gateway->port(), "/api/v1/events");
    signIn(late, gateway->key());
    subscribe(
        late, { { "kinds", { "queue" } }, { "workspaces", { "default" } }, { "since", before } });
    const Json event = nextWhere(late, kindIs("queue"));
    int rows = 0;
    for (const Json &row : event.at("data").at("queues"))
        if (row.at("topic") == "flow:tg:feed:default:slow") {
            ++rows;
            EXPECT_EQ(row.at("ready"), 4) << "the last value wins";
        }
    EXPECT_EQ(rows, 1);
    EXPECT_GE(event.at("data").at("dropped").get<int>(), 3);
    stopFlow(*gateway, "slow");
}

TEST_F(Events, ASubscriptionOfTooManyNamesIsRefusedWithTheLimit)
{
    WebSocketClient socket(gateway->port(), "/api/v1/events");
    signIn(socket, gateway->key());
    const Json refused = subscribe(socket,
        { { "kinds", { "config" } }, { "workspaces", std::vector<std::string>(1001, "w") } });
    EXPECT_EQ(refused.at("error").at("type"), "limit");
    EXPECT_NE(refused.at("error").at("message").get<std::string>().find("1000"), std::string::npos);
    EXPECT_EQ(subscribe(socket, { { "kinds", { "config" } } }).at("type"), "subscribed");
}

TEST_F(Events, ARevokedKeyEndsTheStreamWithinASecond)
{
    const Reader reader = makeUser(*gateway, "event-revoked", "reader");
    WebSocketClient socket(gateway->port(), "/api/v1/events");
    signIn(socket, reader.key);
    subscribe(socket, { { "kinds", { "config" } } });
    done(
        *gateway, "/api/v1/iam", { { "operation", "revoke-api-key" }, { "key_id", reader.keyId } });
    const auto revoked = std::chrono::steady_clock::now();
    while (socket.receive()) { }
    EXPECT_LT(std::chrono::steady_clock::now() - revoked, std::chrono::seconds(1));
    EXPECT_EQ(socket.closeCode(), 1008);
}

TEST_F(Events, ListAnswersNameTheEventTheyAreConsistentWith)
{
    WebSocketClient socket(gateway->port(), "/api/v1/events");
    signIn(socket, gateway->key());
    const std::int64_t seq = subscribe(socket, { { "kinds", { "queue" } } }).at("seq");
    const Json list =
        done(*gateway, "/api/v1/fabric", { { "operation", "list-queues" }, { "limit", 10 } });
    EXPECT_GE(list.at("seq").get<std::int64_t>(), seq);
}

} // namespace
} // namespace signalbox::integration
