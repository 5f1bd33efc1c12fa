// SPDX-License-Identifier: GPL-3.0-only
// Answers to users of other channels than the web: where they go, what becomes of them, and that a
// killed gateway forgets none.
#include "tests/integration/chat/ground.h"
#include "tests/integration/chat/hooks.h"
#include "tests/integration/chat/httpstub.h"

#include <atomic>

namespace signalbox::integration {
namespace {

/// Stands before the desk, whose gateway is told its address.
struct FarSide {
    std::atomic<int> status { 200 };
    std::atomic<const char *> said { R"({"ok":true})" };
    std::atomic<int> failures { 0 }; ///< so many of the next answers are 503
    HttpStub stub { [this](const HttpStub::Asked &) {
        if (failures > 0) {
            --failures;
            return HttpStub::Reply { 503, {}, {} };
        }
        return HttpStub::Reply { status, { std::string(said.load()) }, {} };
    } };
};

class Delivery : protected FarSide, public DeskOnGround {
protected:
    Delivery()
        : DeskOnGround({ "--channel-host", "127.0.0.1", "--slack-api", stub.url() + "/api" })
    {
        makeTenant("acme");
        agent = makeAgent("acme");
    }
    void connect(const char *channel, const char *workspace, const Json &more) const
    {
        want(201, "POST", "/tenants/acme/channels",
            { { "channel_type", channel }, { "workspace_id", workspace },
                { "config", hookConfig(more) } });
    }
    /// Returns the thread.
    std::string hear(const std::string &path, const Json &event) const
    {
        const auto reply = postHook(gateway.port(), path, "Signalbox", event);
        EXPECT_EQ(reply.status, 200) << reply.body;
        return Json::parse(reply.body)["thread_id"];
    }
    /// The newest answer of that role, once its delivery is in that state after so many tries.
    static Json answerThat(const support::GatewayProcess &of, const std::string &thread,
        const std::string &state, std::int64_t tries, const std::string &role)
    {
        Json found;
        const auto fits = [&] {
            return !found.is_null() && found["delivery"].value("state", "") == state
                && found["delivery"].value("tries", 0) >= tries;
        };
        const auto deadline = std::chrono::steady_clock::now() + support::patience;
        do {
            const auto reply = support::http(of.port(), "GET",
                "/api/portal/ops/threads/acme/" + thread + "/messages", {}, of.key());
            const Json page = Json::parse(reply.body);
            for (const Json &message : page["items"])
                if (message["role"] == role)
                    found = message;
        } while (!fits() && std::chrono::steady_clock::now() < deadline);
        EXPECT_TRUE(fits()) << found;
        return found;
    }
    Json answerThat(const std::string &thread, const std::string &state, std::int64_t tries = 0,
        const std::string &role = "assistant") const
    {
        return answerThat(gateway, thread, state, tries, role);
    }
    /// What the audit says of deliveries, newest first, once there are so many.
    Json audited(std::size_t count) const
    {
        Json lines;
        const auto deadline = std::chrono::steady_clock::now() + support::patience;
        do
            lines = want(200, "GET", "/ops/audit?tenant=acme&type=delivery")["items"];
        while (lines.size() < count && std::chrono::steady_clock::now() < deadline);
        EXPECT_EQ(lines.size(), count);
        return lines;
    }
    std::string agent;
};

INSTANTIATE_TEST_SUITE_P(On, Delivery, bothGrounds(), groundName);

const Json hello { { "user_id", "u1" }, { "user_name", "Uma" }, { "thread_id", "room-7" },
    { "text", "hello" } };

TEST_P(Delivery, AnAnswerIsPostedToTheCallbackSignedAndSaysThatItWasTaken)
{
    connect("telegram", "bot-7", { { "callback_url", stub.url() + "/answers?of=acme" } });
    const std::string thread = hear("telegram/bot-7", hello);
    const Json answer = answerThat(thread, "sent");
    EXPECT_EQ(answer["delivery"]["tries"], 1);
    EXPECT_FALSE(answer["delivery"]["at"].get<std::string>().empty());
    const auto asked = stub.requests(1).front();
    EXPECT_TRUE(asked.head.starts_with("POST /answers?of=acme HTTP/1.1\r\n")) << asked.head;
    EXPECT_EQ(asked.header("X-Signalbox-Delivery"), answer["id"]);
    const std::string stamp = asked.header("X-Signalbox-Timestamp");
    EXPECT_NEAR(double(std::stoll(stamp)), double(unixSeconds()), 60);
    EXPECT_EQ(asked.header("X-Signalbox-Signature"),
        "v0=" + hexHmac("abc", "v0:" + stamp + ":" + asked.body));
    const Json body = Json::parse(asked.body);
    EXPECT_EQ(body["id"], answer["id"]);
    EXPECT_EQ(body["thread_id"], "room-7");
    EXPECT_EQ(body["user_id"], "u1");
    EXPECT_EQ(body["role"], "assistant");
    EXPECT_EQ(body["text"], answer["content"]);
    const Json lines = audited(1);
    EXPECT_EQ(lines[0]["output_summary"], "sent");
    EXPECT_EQ(lines.dump().find("/answers"), std::string::npos) << "an address is a secret";
}

TEST_P(Delivery, AnAnswerToSlackGoesToItsThreadAndCallsNobody)
{
    connect("slack", "T1", Json::object());
    const Json event { { "type", "event_callback" }, { "team_id", "T1" }, { "event_id", "Ev1" },
        { "event",
            { { "type", "app_mention" }, { "user", "U1" }, { "text", "say <!channel> & more" },
                { "channel", "C1" }, { "ts", "17.25" } } } };
    const auto reply = postHook(gateway.port(), "slack", "Slack", event);
    ASSERT_EQ(reply.status, 200) << reply.body;
    const Json answer = answerThat(Json::parse(reply.body)["thread_id"], "sent");
    const auto asked = stub.requests(1).front();
    EXPECT_TRUE(asked.head.starts_with("POST /api/chat.postMessage HTTP/1.1\r\n")) << asked.head;
    EXPECT_EQ(asked.header("Authorization"), "Bearer xoxb-of-a-test");
    const Json body = Json::parse(asked.body);
    EXPECT_EQ(body["channel"], "C1");
    EXPECT_EQ(body["thread_ts"], "17.25");
    EXPECT_NE(answer["content"].get<std::string>().find("<!channel>"), std::string::npos);
    EXPECT_EQ(body["text"].get<std::string>().find("<!channel>"), std::string::npos);
    EXPECT_NE(
        body["text"].get<std::string>().find("&lt;!channel&gt; &amp; more"), std::string::npos);
    EXPECT_EQ(gateway.log().find("xoxb-of-a-test"), std::string::npos);
}

TEST_P(Delivery, WhatSlackRefusesForGoodIsGivenUpAndSaysWhy)
{
    said = R"({"ok":false,"error":"channel_not_found"})";
    connect("slack", "T1", Json::object());
    const Json answer = answerThat(hear("slack/T1", hello), "failed");
    EXPECT_EQ(answer["delivery"]["error"], "Slack says channel_not_found");
    EXPECT_EQ(answer["delivery"]["tries"], 1);
    EXPECT_EQ(audited(1)[0]["output_summary"], "failed: Slack says channel_not_found");
    said = R"(["no answer of Slack"])";
    const Json other { { "user_id", "u2" }, { "thread_id", "x" }, { "text", "again" } };
    EXPECT_EQ(answerThat(hear("slack/T1", other), "waiting", 1)["delivery"]["error"],
        "the answer is not Slack's");
}

TEST_P(Delivery, WhatFailsForAWhileIsTriedAgainAndWhatComesLaterWaitsForIt)
{
    connect("telegram", "bot-7", { { "callback_url", stub.url() } });
    failures = 1;
    const std::string thread = hear("telegram/bot-7", hello);
    const Json first = answerThat(thread, "waiting", 1);
    EXPECT_EQ(first["delivery"]["error"], "status 503");
    Json second = hello;
    second["text"] = "the second";
    hear("telegram/bot-7", second);
    const auto asked = stub.requests(3);
    EXPECT_EQ(asked[0].body, asked[1].body) << "the same message again";
    EXPECT_EQ(asked[1].header("X-Signalbox-Delivery"), first["id"]);
    EXPECT_EQ(asked[2].header("X-Signalbox-Delivery"), answerThat(thread, "sent", 1)["id"]);
    EXPECT_NE(asked[2].header("X-Signalbox-Delivery"), first["id"]);
    EXPECT_EQ(audited(2)[1]["metadata"]["tries"], 2);
}

TEST_P(Delivery, AnAddressThatRefusesIsNotAskedAgain)
{
    status = 410;
    connect("telegram", "bot-7", { { "callback_url", stub.url() } });
    const Json answer = answerThat(hear("telegram/bot-7", hello), "failed");
    EXPECT_EQ(answer["delivery"]["error"], "status 410");
    EXPECT_EQ(stub.requests().size(), 1u);
}

TEST_P(Delivery, APrivateAddressIsAskedOnlyWhenItsHostIsNamed)
{
    const QuietListener other;
    connect("telegram", "bot-7", { { "callback_url", "https://localhost:" + other.port() } });
    connect("telegram", "bot-8", { { "callback_url", "http://localhost:" + other.port() } });
    EXPECT_EQ(answerThat(hear("telegram/bot-7", hello), "failed")["delivery"]["error"],
        "it is in a private network");
    EXPECT_EQ(answerThat(hear("telegram/bot-8", hello), "failed")["delivery"]["error"],
        "its address is not https");
    EXPECT_FALSE(other.wasAsked());
}

TEST_P(Delivery, WhatAPersonWritesIsSentToo)
{
    connect("telegram", "bot-7", { { "callback_url", stub.url() } });
    const std::string thread = hear("telegram/bot-7", hello);
    answerThat(thread, "sent");
    want(200, "POST", "/ops/escalations/acme/" + thread, { { "action", "take" } });
    want(201, "POST", "/ops/conversations/" + thread + "/human-message",
        { { "tenant_id", "acme" }, { "text", "I am a person." } });
    const Json told = answerThat(thread, "sent", 1, "human");
    const Json body = Json::parse(stub.requests(2).back().body);
    EXPECT_EQ(body["role"], "human");
    EXPECT_EQ(body["text"], "I am a person.");
    EXPECT_EQ(body["id"], told["id"]);
}

TEST_P(Delivery, WhoGetsNoAnswerIsToldSo)
{
    connect("telegram", "bot-7", { { "callback_url", stub.url() } });
    Json changed = want(200, "GET", "/tenants/acme/agents/" + agent);
    changed["model_preference"] = "openai/nowhere"; // this gateway knows no such provider
    want(200, "PUT", "/tenants/acme/agents/" + agent, changed);
    const std::string thread = hear("telegram/bot-7", hello);
    const Json failed = answerThat(thread, "sent", 1, "notice");
    const Json body = Json::parse(stub.requests(1).back().body);
    EXPECT_EQ(body["role"], "notice");
    EXPECT_EQ(body["thread_id"], "room-7");
    EXPECT_EQ(body["id"], failed["id"]);
    EXPECT_TRUE(body["text"].get<std::string>().starts_with("No answer: ")) << body;
    // So is who writes to an agent that is switched off.
    changed["version"] = 0;
    changed["is_active"] = false;
    want(200, "PUT", "/tenants/acme/agents/" + agent, changed);
    Json second = hello;
    second["text"] = "and now?";
    hear("telegram/bot-7", second);
    EXPECT_EQ(Json::parse(stub.requests(2).back().body)["text"],
        "No answer: the agent Ada is switched off");
    // Of a tenant that is suspended nothing is taken.
    Json tenant = want(200, "GET", "/tenants/acme");
    tenant["subscription_state"] = "suspended";
    want(200, "PUT", "/tenants/acme", tenant);
    second["text"] = "anybody?";
    const auto refused = postHook(gateway.port(), "telegram/bot-7", "Signalbox", second);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(Json::parse(refused.body)["error"]["code"], "tenant-inactive");
}

TEST_P(Delivery, WhereThereIsNoWayTheAnswerSaysThatItWasNotSent)
{
    connect("whatsapp", "phone-1", Json::object());
    const std::string thread = hear("whatsapp/phone-1", hello);
    EXPECT_EQ(answerThat(thread, "unsent")["delivery"]["error"],
        "this gateway sends nothing to whatsapp, and the connection has no callback_url");
    EXPECT_TRUE(stub.requests().empty());
    // A web conversation is the answer's own place.
    const std::string web = talk("acme", agent);
    auto socket = chat("acme", web);
    say(socket, "hello");
    until(socket, "done");
    const Json rows = want(200, "GET", "/ops/threads/acme/" + web + "/messages")["items"];
    EXPECT_FALSE(rows.back().contains("delivery")) << rows.back();
}

TEST_P(Delivery, WhatFailedIsSentAgainOnceWhenAPersonWantsIt)
{
    status = 410;
    connect("telegram", "bot-7", { { "callback_url", stub.url() } });
    const std::string thread = hear("telegram/bot-7", hello);
    const Json failed = answerThat(thread, "failed");
    const std::string messages = "/ops/threads/acme/" + thread + "/messages/";
    const std::string again = messages + failed["id"].get<std::string>() + "/send";
    support::WebSocketClient events(gateway.port(), "/api/v1/events");
    signIn(events, gateway.key());
    send(events,
        { { "type", "subscribe" }, { "kinds", { "message" } }, { "workspaces", "*" },
            { "tenants", "*" } });
    EXPECT_EQ(next(events)["type"], "subscribed");
    status = 200;
    const Json waiting = want(200, "POST", again, Json::object());
    EXPECT_EQ(waiting["delivery"]["state"], "waiting");
    EXPECT_EQ(waiting["delivery"]["earlier"], 1);
    const Json sent = answerThat(thread, "sent", 2);
    EXPECT_EQ(sent["id"], failed["id"]);
    EXPECT_EQ(sent["content"], failed["content"]);
    const auto asked = stub.requests(2);
    EXPECT_EQ(asked[1].header("X-Signalbox-Delivery"), failed["id"]);
    EXPECT_EQ(asked[1].body, asked[0].body);
    const Json lines = audited(3);
    EXPECT_EQ(lines[0]["output_summary"], "sent");
    EXPECT_EQ(lines[1]["input_summary"], "send again " + failed["id"].get<std::string>());
    EXPECT_FALSE(lines[1].value("user_id", "").empty());
    std::vector<std::string> told; // as the same message, in order
    nextWhere(events, [&](const Json &event) {
        const Json &message = event["data"]["message"];
        EXPECT_EQ(message["id"], failed["id"]);
        const std::string state = message["delivery"]["state"];
        if (told.empty() && state == "failed")
            return false; // it is stored before it is told: of the first time
        told.push_back(state);
        return told.back() == "sent";
    });
    EXPECT_EQ(told, (std::vector<std::string> { "waiting", "sent" }));
    EXPECT_EQ(want(409, "POST", again, Json::object())["error"]["code"], "sent");
    want(404, "POST", messages + "none/send", Json::object());
    want(404, "POST",
        "/ops/threads/acme/other/messages/" + failed["id"].get<std::string>() + "/send",
        Json::object());
    EXPECT_EQ(stub.requests().size(), 2u);
}

TEST_P(Delivery, WhatIsUnderWayOrHasNoWayIsNotSentAgain)
{
    status = 503;
    connect("telegram", "bot-7", { { "callback_url", stub.url() } });
    connect("whatsapp", "phone-1", Json::object());
    const auto path = [](const std::string &thread, const Json &message) {
        return "/ops/threads/acme/" + thread + "/messages/" + message["id"].get<std::string>()
            + "/send";
    };
    const std::string thread = hear("telegram/bot-7", hello);
    const Json waiting = answerThat(thread, "waiting", 1);
    EXPECT_EQ(want(409, "POST", path(thread, waiting), Json::object())["error"]["code"], "waiting");
    const std::string other = hear("whatsapp/phone-1", hello);
    const Json unsent = answerThat(other, "unsent");
    const Json refused = want(409, "POST", path(other, unsent), Json::object());
    EXPECT_EQ(refused["error"]["code"], "no-way");
    EXPECT_NE(
        refused["error"]["message"].get<std::string>().find("callback_url"), std::string::npos);
    // Once there is a way, it goes.
    status = 200;
    Json connection;
    const Json connections = want(200, "GET", "/tenants/acme/channels");
    for (const Json &each : connections["items"])
        if (each["channel_type"] == "whatsapp")
            connection = each;
    connection["config"] = hookConfig({ { "callback_url", stub.url() + "/late" } });
    want(200, "PUT", "/tenants/acme/channels/" + connection["id"].get<std::string>(), connection);
    want(200, "POST", path(other, unsent), Json::object());
    EXPECT_EQ(answerThat(other, "sent", 1)["delivery"]["earlier"], 0);
    const std::string web = talk("acme", agent);
    auto socket = chat("acme", web);
    say(socket, "hello");
    until(socket, "done");
    const Json rows = want(200, "GET", "/ops/threads/acme/" + web + "/messages")["items"];
    EXPECT_EQ(want(409, "POST", path(web, rows.back()), Json::object())["error"]["code"], "no-way");
}

TEST_P(Delivery, WhatWaitsIsNotSentOnceTheTenantIsHalted)
{
    status = 503;
    connect("telegram", "bot-7", { { "callback_url", stub.url() } });
    const std::string thread = hear("telegram/bot-7", hello);
    answerThat(thread, "waiting", 1);
    Json tenant = want(200, "GET", "/tenants/acme");
    tenant["subscription_state"] = "suspended";
    want(200, "PUT", "/tenants/acme", tenant);
    const Json failed = answerThat(thread, "failed"); // at its next time
    EXPECT_EQ(failed["delivery"]["error"], "the tenant Tenant acme is suspended");
    const std::size_t asked = stub.requests().size();
    EXPECT_EQ(failed["delivery"]["tries"], asked + 1) << "the last one asked nobody";
    status = 200;
    const std::string again =
        "/ops/threads/acme/" + thread + "/messages/" + failed["id"].get<std::string>() + "/send";
    const Json refused = want(409, "POST", again, Json::object());
    EXPECT_EQ(refused["error"]["code"], "no-way");
    EXPECT_NE(refused["error"]["message"].get<std::string>().find("suspended"), std::string::npos);
    // It is sent when somebody wants it and the tenant is served again.
    tenant["version"] = 0;
    tenant["subscription_state"] = "active";
    want(200, "PUT", "/tenants/acme", tenant);
    want(200, "POST", again, Json::object());
    answerThat(thread, "sent");
    EXPECT_EQ(stub.requests().size(), asked + 1);
}

TEST_P(Delivery, WhatWaitsIsSentOnceAfterAKill)
{
    status = 503;
    connect("telegram", "bot-7", { { "callback_url", stub.url() } });
    const std::string thread = hear("telegram/bot-7", hello);
    const Json waiting = answerThat(thread, "waiting", 1);
    gateway.kill();
    const std::size_t before = stub.requests().size();
    status = 200;
    const support::GatewayProcess again(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", options);
    const Json sent = answerThat(again, thread, "sent", 2, "assistant");
    EXPECT_EQ(sent["id"], waiting["id"]);
    EXPECT_EQ(sent["content"], waiting["content"]);
    EXPECT_EQ(stub.requests().size(), before + 1);
}

} // namespace
} // namespace signalbox::integration
