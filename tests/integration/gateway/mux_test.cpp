// SPDX-License-Identifier: GPL-3.0-only
// `/api/v1/socket` of the real process, TG §1.6 and signalbox-gateway §6.
#include "tests/integration/gateway/session.h"

#include <gtest/gtest.h>
#include <thread>

namespace signalbox::integration {
namespace {

using support::GatewayProcess;
using support::TemporaryFolder;
using support::WebSocketClient;

class Mux : public ::testing::Test {
protected:
    static void SetUpTestSuite()
    {
        folder = new TemporaryFolder;
        gateway = new GatewayProcess(SIGNALBOX_GATEWAY_PROGRAM, folder->path() + "/data");
    }
    static void TearDownTestSuite()
    {
        delete gateway;
        delete folder;
    }
    static inline TemporaryFolder *folder = nullptr;
    static inline GatewayProcess *gateway = nullptr;
    const Json listFlows { { "operation", "list-flows" } };
};

TEST_F(Mux, FirstFrameSignsIn)
{
    WebSocketClient socket(gateway->port(), "/api/v1/socket");
    EXPECT_EQ(signIn(socket, gateway->key()),
        (Json { { "type", "auth-ok" }, { "default_workspace", "default" } }));
    const Json frame = ask(socket, "1", "flow", listFlows);
    EXPECT_TRUE(frame.at("response").at("flow-ids").is_array());
}

TEST_F(Mux, WrongCredentialMayBeFollowedByARightOne)
{
    WebSocketClient socket(gateway->port(), "/api/v1/socket");
    const Json refused { { "type", "auth-failed" }, { "error", "auth failure" } };
    EXPECT_EQ(signIn(socket, "tg_bad"), refused);
    EXPECT_EQ(signIn(socket, ""), refused);
    socket.sendText(R"({"type":"auth"})");
    EXPECT_EQ(next(socket), refused);
    EXPECT_EQ(signIn(socket, gateway->key()).at("type"), "auth-ok");
    EXPECT_EQ(signIn(socket, "tg_bad"), refused);
    EXPECT_TRUE(ask(socket, 1, "flow", listFlows).contains("response"))
        << "the identity stays in force";
}

TEST_F(Mux, NothingIsServedBeforeSignInWhateverTheHandshakeCarried)
{
    WebSocketClient socket(gateway->port(), "/api/v1/socket?token=" + gateway->key());
    EXPECT_EQ(ask(socket, "1", "flow", listFlows),
        Json::parse(
            R"({"id":"1","error":{"message":"auth failure","type":"auth-required"},"complete":true})"));
}

TEST_F(Mux, ErrorsStandInTwoPlaces)
{
    WebSocketClient socket(gateway->port(), "/api/v1/socket");
    signIn(socket, gateway->key());
    const auto errorOf = [&](const std::string &frame) {
        socket.sendText(frame);
        const Json given = next(socket);
        EXPECT_TRUE(given.at("complete"));
        EXPECT_FALSE(given.contains("response")) << given;
        return given;
    };
    for (const char *unreadable : { "{nope", "[1,2]", "\"str\"", "42", "null" }) {
        const Json frame = errorOf(unreadable);
        EXPECT_FALSE(frame.contains("id")) << unreadable;
        EXPECT_EQ(frame.at("error").at("type"), "error");
    }
    EXPECT_EQ(errorOf(R"({"id":"a"})"),
        Json::parse(
            R"({"id":"a","error":{"type":"error","message":"Bad message"},"complete":true})"));
    EXPECT_EQ(errorOf(R"({"request":{}})"),
        Json::parse(R"({"error":{"type":"error","message":"Bad message"},"complete":true})"));
    const std::pair<const char *, const char *> refused[] = {
        { R"({"id":"b","request":{"operation":"list-flows"}})", "unknown-service" },
        { R"({"id":"c","service":"nosuch","request":{"operation":"x"}})", "unknown-service" },
        { R"({"id":"d","service":"flow","request":{"operation":"frob"}})", "unknown-service" },
        { R"({"id":"e","service":"flow","request":{}})", "unknown-service" },
        { R"({"id":"f","service":"flow","workspace":"nope","request":{"operation":"list-flows"}})",
            "workspace-not-found" },
        { R"({"id":"g","service":"text-completion","flow":"nosuch","request":{"system":"s","prompt":"p"}})",
            "error" },
        { R"({"id":"h","service":"nosuch","flow":"f1","request":{}})", "unknown-service" },
        { R"({"id":"i","service":"iam","request":{"operation":"create-user","user":{"workspace":5}}})",
            "error" },
        { R"({"id":"l","service":"flow","request":null})", "unknown-service" },
        { R"({"id":"m","service":"flow","request":"str"})", "unknown-service" },
        { R"({"id":"n","type":"ping","request":{}})", "unknown-service" },
        { R"({"id":"o","service":"iam","request":{"operation":"resolve-token"}})",
            "unknown-service" },
        { R"({"id":"p","service":7,"request":{}})", "error" },
    };
    for (const auto &[frame, type] : refused) {
        const Json given = errorOf(frame);
        EXPECT_EQ(given.at("error").at("type"), type) << frame;
        EXPECT_EQ(given.at("id"), Json::parse(frame).at("id"));
    }
    const Json service =
        ask(socket, "j", "flow", { { "operation", "get-flow" }, { "flow-id", "nosuch" } });
    EXPECT_EQ(service.at("response").at("error").at("type"), "flow-error");
    EXPECT_EQ(service.at("response").size(), 1u);
}

TEST_F(Mux, AnyIdIsEchoed)
{
    WebSocketClient socket(gateway->port(), "/api/v1/socket");
    signIn(socket, gateway->key());
    for (const Json &id : { Json("x"), Json(7), Json(), Json(""), Json(1.5),
             Json { { "a", Json::array({ 1 }) } }, Json(false), Json(9007199254740993) }) {
        send(socket, { { "id", id }, { "service", "flow" }, { "request", listFlows } });
        EXPECT_EQ(next(socket).at("id"), id);
    }
}

TEST_F(Mux, BinaryFramesCarryJson)
{
    WebSocketClient socket(gateway->port(), "/api/v1/socket");
    signIn(socket, gateway->key());
    socket.sendBinary(R"({"id":"1","service":"flow","request":{"operation":"list-flows"}})");
    EXPECT_TRUE(next(socket).contains("response"));
    socket.sendBinary(std::string("\xff\xfe\x00", 3));
    EXPECT_EQ(next(socket).at("error").at("type"), "error");
    EXPECT_TRUE(ask(socket, "2", "flow", listFlows).contains("response"));
}

TEST_F(Mux, AnswersOfOneSocketMayBeManyAtOnce)
{
    WebSocketClient socket(gateway->port(), "/api/v1/socket");
    signIn(socket, gateway->key());
    for (int i = 0; i < 40; ++i)
        send(socket, { { "id", i }, { "service", "flow" }, { "request", listFlows } });
    for (int i = 0; i < 40; ++i)
        EXPECT_EQ(next(socket).at("id"), i) << "one service answers in order";
}

TEST_F(Mux, PingIsAnswered)
{
    WebSocketClient socket(gateway->port(), "/api/v1/socket");
    socket.sendPing("hello");
    signIn(socket, gateway->key());
    EXPECT_EQ(socket.pongs(), std::vector<std::string> { "hello" });
}

TEST_F(Mux, ATailStreamsUntilItIsCancelled)
{
    WebSocketClient socket(gateway->port(), "/api/v1/socket");
    signIn(socket, gateway->key());
    send(socket,
        { { "id", "tail" }, { "service", "fabric" },
            { "request", { { "operation", "tail" }, { "topic", "notify:tg:config" } } } });
    const Json first = nextWhere(socket, [](const Json &) { return true; });
    EXPECT_EQ(first.at("id"), "tail");
    EXPECT_EQ(first.at("complete"), false) << first;
    done(*gateway, "/api/v1/config",
        { { "operation", "put" },
            { "values", { { { "type", "mux" }, { "key", "k" }, { "value", "1" } } } } });
    const Json part = nextWhere(socket, [](const Json &frame) {
        return !frame.value("response", Json::object()).value("messages", Json::array()).empty();
    });
    EXPECT_EQ(part.at("complete"), false);
    send(socket, { { "type", "cancel" }, { "id", "tail" } });
    const Json last =
        nextWhere(socket, [](const Json &frame) { return frame.value("complete", false); });
    EXPECT_EQ(last,
        Json::parse(
            R"({"id":"tail","error":{"type":"cancelled","message":"cancelled"},"complete":true})"));
    EXPECT_TRUE(ask(socket, "after", "flow", listFlows).contains("response"));
}

TEST_F(Mux, MoreInFlightThanAllowedIsSaidAndSlotsComeBackAtOnce)
{
    constexpr int allowed = 64;
    WebSocketClient socket(gateway->port(), "/api/v1/socket");
    signIn(socket, gateway->key());
    const Json tail { { "operation", "tail" }, { "topic", "notify:tg:config" } };
    for (int i = 0; i < allowed; ++i)
        send(socket, { { "id", i }, { "service", "fabric" }, { "request", tail } });
    send(socket, { { "id", "more" }, { "service", "flow" }, { "request", listFlows } });
    const auto isMore = [](const Json &frame) { return frame.value("id", Json()) == "more"; };
    EXPECT_EQ(nextWhere(socket, isMore).at("error").at("type"), "limit");
    send(socket, { { "type", "cancel" }, { "id", allowed / 2 } }); // not the first one: trap 5
    send(socket, { { "id", "more" }, { "service", "flow" }, { "request", listFlows } });
    EXPECT_TRUE(nextWhere(socket, isMore).contains("response"));
}

TEST_F(Mux, RevokedKeyIsRefusedWithinASecond)
{
    const Reader reader = makeUser(*gateway, "revoked", "reader");
    WebSocketClient socket(gateway->port(), "/api/v1/socket");
    signIn(socket, reader.key);
    ASSERT_TRUE(ask(socket, 1, "flow", listFlows).contains("response"));
    done(
        *gateway, "/api/v1/iam", { { "operation", "revoke-api-key" }, { "key_id", reader.keyId } });
    const auto revoked = std::chrono::steady_clock::now();
    Json frame;
    do
        frame = ask(socket, 2, "flow", listFlows);
    while (frame.contains("response")
        && std::chrono::steady_clock::now() - revoked < std::chrono::seconds(5));
    EXPECT_LT(std::chrono::steady_clock::now() - revoked, std::chrono::seconds(1));
    EXPECT_EQ(frame.at("error").at("type"), "auth-required");
    EXPECT_EQ(support::http(
                  gateway->port(), "POST", "/api/v1/iam", R"({"operation":"whoami"})", reader.key)
                  .status,
        401);
}

TEST_F(Mux, ReadersStayInTheirWorkspace)
{
    done(*gateway, "/api/v1/iam",
        { { "operation", "create-workspace" }, { "workspace_record", { { "id", "foreign" } } } });
    const Reader reader = makeUser(*gateway, "homely", "reader");
    WebSocketClient socket(gateway->port(), "/api/v1/socket");
    signIn(socket, reader.key);
    send(socket,
        { { "id", 1 }, { "service", "flow" }, { "workspace", "foreign" },
            { "request", listFlows } });
    EXPECT_EQ(next(socket).at("error").at("type"), "access-denied");
    EXPECT_EQ(ask(socket, 2, "flow", { { "operation", "stop-flow" }, { "flow-id", "x" } })
                  .at("error")
                  .at("type"),
        "access-denied");
}

TEST_F(Mux, LargeValuesPassAndTooLargeFramesCloseWith1009)
{
    WebSocketClient socket(gateway->port(), "/api/v1/socket");
    signIn(socket, gateway->key());
    const std::string megabytes(std::size_t(5) << 20, 'x');
    const Json put { { "operation", "put" },
        { "values", { { { "type", "big" }, { "key", "k" }, { "value", megabytes } } } } };
    EXPECT_TRUE(ask(socket, "h5", "config", put).contains("response"));
    const Json got = ask(socket, "g5", "config",
        { { "operation", "get" }, { "keys", { { { "type", "big" }, { "key", "k" } } } } });
    EXPECT_EQ(got.at("response").at("values").at(0).at("value"), megabytes);
    done(*gateway, "/api/v1/config",
        { { "operation", "delete" }, { "keys", { { { "type", "big" }, { "key", "k" } } } } });
    const std::string tooLarge((std::size_t(50) << 20) + 1, 'x');
    std::thread sender([&] {
        try {
            socket.sendText(tooLarge);
        } catch (const std::runtime_error &) {
            // the gateway may close before all of it is taken
        }
    });
    while (socket.receive()) { }
    sender.join();
    EXPECT_EQ(socket.closeCode(), 1009);
}

TEST_F(Mux, FloodOfUnreadableFramesEndsTheSocket)
{
    WebSocketClient socket(gateway->port(), "/api/v1/socket");
    for (int i = 0; i < 200; ++i)
        try {
            socket.sendText("{");
        } catch (const std::runtime_error &) {
            break;
        }
    while (socket.receive()) { }
    EXPECT_EQ(socket.closeCode(), 1008);
}

} // namespace
} // namespace signalbox::integration
