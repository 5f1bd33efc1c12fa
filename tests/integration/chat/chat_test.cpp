// SPDX-License-Identifier: GPL-3.0-only
// Acceptance areas CHAT-01 … CHAT-05 of tenant-platform §4, against a real gateway process, on both
// grounds.
#include "tests/integration/chat/ground.h"

#include <algorithm>
#include <set>

namespace signalbox::integration {
namespace {

using support::WebSocketClient;

class Chat : public DeskOnGround {
protected:
    std::string agent;
    std::string conversation;
    void begin(const Json &more = Json::object())
    {
        makeTenant("acme");
        agent = makeAgent("acme", more);
        conversation = talk("acme", agent);
    }
};

INSTANTIATE_TEST_SUITE_P(On, Chat, bothGrounds(), groundName);

std::string chunksOf(const std::vector<Json> &frames)
{
    std::string text;
    for (const Json &frame : frames)
        if (frame["type"] == "chunk")
            text += frame["text"].get<std::string>();
    return text;
}

std::vector<std::string> typesOf(const std::vector<Json> &frames)
{
    std::vector<std::string> types;
    for (const Json &frame : frames)
        if (types.empty() || types.back() != frame["type"])
            types.push_back(frame["type"]);
    return types;
}

TEST_P(Chat, CHAT01_AnAgentAnswersInRealTimeInBothDialects)
{
    begin();
    auto streaming = chat("acme", conversation);
    auto whole = chat("acme", conversation, "response");
    say(streaming, "hello there");
    const auto frames = until(streaming, "done");
    EXPECT_EQ(typesOf(frames), (std::vector<std::string> { "typing", "chunk", "done" }));
    EXPECT_GT(frames.size(), 4u);
    EXPECT_EQ(chunksOf(frames), frames.back()["text"]);
    const auto responses = until(whole, "response");
    EXPECT_EQ(typesOf(responses), (std::vector<std::string> { "typing", "response" }));
    EXPECT_EQ(responses.back()["text"], frames.back()["text"]);
    EXPECT_EQ(responses.back()["conversation_id"], conversation);
}

TEST_P(Chat, CHAT02_MemoryHoldsTwentyMessagesAndChangesTheAnswer)
{
    begin();
    auto socket = chat("acme", conversation);
    std::string last;
    for (int i = 0; i < 12; ++i) {
        say(socket, "message " + std::to_string(i));
        last = until(socket, "done").back()["text"];
        const char *remembered = i == 0 ? "first message that I see" : "I remember ";
        EXPECT_NE(last.find(remembered), std::string::npos) << last;
    }
    EXPECT_NE(last.find("I remember 19 messages"), std::string::npos) << last;
    const Json lens = want(200, "GET", "/ops/threads/acme/" + conversation + "/prompt");
    EXPECT_EQ(lens["memory"].size(), 20u);
    EXPECT_EQ(lens["memory"][0]["falls_out"], true);
    EXPECT_EQ(lens["memory_limit"], 20);
}

TEST_P(Chat, CHAT02_WhatIsDeletedIsNotRemembered)
{
    begin();
    auto socket = chat("acme", conversation);
    say(socket, "message one");
    until(socket, "done");
    say(socket, "message two");
    EXPECT_NE(until(socket, "done").back()["text"].get<std::string>().find("I remember "),
        std::string::npos);
    want(200, "DELETE", "/chat/conversations/" + conversation);
    const Json left = want(200, "GET", "/ops/keys?tenant=acme&type=memory:short")["items"];
    EXPECT_TRUE(left.empty()) << left;
    const std::string anew = talk("acme", agent);
    EXPECT_NE(anew, conversation);
    auto again = chat("acme", anew);
    say(again, "message three");
    EXPECT_NE(
        until(again, "done").back()["text"].get<std::string>().find("first message that I see"),
        std::string::npos);
    want(200, "DELETE", "/tenants/acme");
    makeTenant("acme");
    const Json none = want(200, "GET", "/ops/keys?tenant=acme")["items"];
    EXPECT_TRUE(none.empty()) << none;
}

TEST_P(Chat, CHAT02_AToolIsCalledAndItsResultIsInTheAnswer)
{
    begin({ { "tool_assignments", { "kb_search" } } });
    const Json made = want(201, "POST", "/tenants/acme/kb",
        { { "title", "Holidays" }, { "text", "The policy for holidays is marmalade." } });
    const std::string one = "/tenants/acme/kb/" + made["id"].get<std::string>();
    EXPECT_EQ(want(200, "GET", one)["text"], "The policy for holidays is marmalade.");
    want(405, "PUT", one, Json::object());
    makeTenant("beta");
    want(404, "GET", "/tenants/beta/kb/" + made["id"].get<std::string>());
    auto socket = chat("acme", conversation);
    say(socket, "policy holidays");
    const auto frames = until(socket, "done");
    EXPECT_EQ(typesOf(frames),
        (std::vector<std::string> { "typing", "tool_call", "tool_result", "chunk", "done" }));
    EXPECT_NE(frames.back()["text"].get<std::string>().find("marmalade"), std::string::npos);
    const Json audit = want(200, "GET", "/ops/audit?tenant=acme")["items"];
    EXPECT_EQ(audit[0]["action_type"], "llm_call");
    EXPECT_EQ(audit[1]["action_type"], "tool_invocation");
    // Of a long text the agent gets the part that it looks for.
    std::string filler;
    for (int i = 0; i < 500; ++i)
        filler += " and so forth";
    want(201, "POST", "/tenants/acme/kb",
        { { "title", "Dogs" },
            { "text", "It begins" + filler + ". A DACHSHUND pays twopence." + filler + "." } });
    say(socket, "policy dachshund");
    const auto found = until(socket, "tool_result").back()["result"]["hits"];
    std::string passage;
    for (const Json &hit : found)
        if (hit["title"] == "Dogs")
            passage = hit["text"];
    EXPECT_NE(passage.find("DACHSHUND pays twopence"), std::string::npos) << passage;
    EXPECT_TRUE(passage.starts_with("…") && passage.ends_with("…")) << passage;
    EXPECT_LT(passage.size(), 700u);
}

TEST_P(Chat, CHAT02_AToolThatNeedsAPersonWaitsAndGoesOnWhenApproved)
{
    begin({ { "tool_assignments", { "calendar_book" } } });
    auto socket = chat("acme", conversation);
    say(socket, "please book tuesday");
    const Json asked = until(socket, "confirmation_required").back();
    EXPECT_EQ(asked["tool"], "calendar_book");
    EXPECT_FALSE(asked["expires_at"].get<std::string>().empty());
    const Json waiting = want(200, "GET", "/ops/confirmations")["items"];
    ASSERT_EQ(waiting.size(), 1u);
    EXPECT_EQ(waiting[0]["state"], "pending");
    const std::string path = "/ops/confirmations/acme/" + conversation;
    // What was looked at is approved, and no call that waits in its place by now.
    EXPECT_EQ(want(409, "POST", path,
                  { { "decision", "approve" }, { "call_id", "another" } })["error"]["code"],
        "other-call");
    want(200, "POST", path,
        { { "decision", "approve" }, { "reason", "fine" }, { "call_id", waiting[0]["call_id"] } });
    const auto frames = until(socket, "done");
    EXPECT_EQ(frames.front()["type"], "confirmation_resolved");
    for (const Json &frame : frames) // all of them name the answer that they are of
        EXPECT_EQ(frame["message_id"], asked["message_id"]) << frame;
    EXPECT_NE(frames.back()["text"].get<std::string>().find("booked"), std::string::npos);
    const Json second = want(409, "POST", path, { { "decision", "deny" } });
    EXPECT_EQ(second["error"]["decision"], "approve");
    EXPECT_EQ(second["error"]["code"], "answered");
    EXPECT_TRUE(want(200, "GET", "/ops/confirmations")["items"].empty());
}

TEST_P(Chat, CHAT02_ADeniedToolIsNotRun)
{
    begin({ { "tool_assignments", { "calendar_book" } } });
    auto socket = chat("acme", conversation);
    say(socket, "please book tuesday");
    until(socket, "confirmation_required");
    want(200, "POST", "/ops/confirmations/acme/" + conversation,
        { { "decision", "deny" }, { "reason", "not today" } });
    const std::string text = until(socket, "done").back()["text"];
    EXPECT_NE(text.find("not today"), std::string::npos) << text;
    EXPECT_EQ(text.find("\"booked\""), std::string::npos) << text;
}

TEST_P(Chat, CHAT02_AToolOfATenantThatIsSuspendedMeanwhileIsNotRun)
{
    begin({ { "tool_assignments", { "calendar_book" } } });
    auto socket = chat("acme", conversation);
    say(socket, "please book tuesday");
    until(socket, "confirmation_required");
    Json tenant = want(200, "GET", "/tenants/acme");
    tenant["subscription_state"] = "suspended";
    want(200, "PUT", "/tenants/acme", tenant);
    want(200, "POST", "/ops/confirmations/acme/" + conversation, { { "decision", "approve" } });
    const auto frames = until(socket, "error");
    EXPECT_EQ(typesOf(frames), (std::vector<std::string> { "confirmation_resolved", "error" }));
    EXPECT_EQ(frames.back()["code"], "no-answer");
    EXPECT_EQ(frames.back()["message"], "the tenant Tenant acme is suspended");
}

TEST_P(Chat, CHAT02_APendingConfirmationIsThereAfterACrashAndItsTurnGoesOn)
{
    begin({ { "tool_assignments", { "calendar_book" } } });
    {
        auto socket = chat("acme", conversation);
        say(socket, "please book tuesday");
        until(socket, "confirmation_required");
    }
    gateway.kill();
    const support::GatewayProcess again(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", options);
    const auto ask = [&](const char *method, const std::string &path, const Json &body = nullptr) {
        const auto reply = support::http(again.port(), method, "/api/portal" + path,
            body.is_null() ? std::string() : body.dump(), again.key());
        EXPECT_EQ(reply.status, 200) << path << ": " << reply.body;
        return Json::parse(reply.body, nullptr, false);
    };
    const Json waiting = ask("GET", "/ops/confirmations")["items"];
    ASSERT_EQ(waiting.size(), 1u);
    EXPECT_EQ(waiting[0]["tool"], "calendar_book");
    EXPECT_EQ(waiting[0]["arguments"]["when"], "please book tuesday");
    EXPECT_EQ(ask("GET", "/ops/conversations?needs=confirmation")["items"].size(), 1u);
    auto socket = chatAgain(again, "acme", conversation);
    ask("POST", "/ops/confirmations/acme/" + conversation, { { "decision", "approve" } });
    const std::string text = until(socket, "done").back()["text"];
    EXPECT_NE(text.find("booked"), std::string::npos) << text;
    const Json history = ask("GET", "/chat/conversations/" + conversation + "/messages")["items"];
    ASSERT_EQ(history.size(), 2u) << history;
    EXPECT_EQ(history[1]["content"], text);
    EXPECT_TRUE(ask("GET", "/ops/confirmations")["items"].empty());
}

TEST_P(Chat, CHAT02_ARuleHandsOverAndAPersonAnswersUntilHeGivesItBack)
{
    begin({ { "escalation_rules",
        Json::array({ { { "condition", "billing_dispute AND attempts > 1" },
            { "action", "handoff_human" } } }) } });
    auto socket = chat("acme", conversation);
    say(socket, "a billing dispute");
    until(socket, "done");
    say(socket, "still that dispute");
    const auto handedOver = until(socket, "done"); // what came of a turn is told before its end
    ASSERT_EQ(
        typesOf(handedOver), (std::vector<std::string> { "typing", "chunk", "escalated", "done" }));
    EXPECT_EQ(handedOver[handedOver.size() - 2]["reason"], "billing_dispute AND attempts > 1");
    const Json waiting = want(200, "GET", "/ops/escalations")["items"];
    ASSERT_EQ(waiting.size(), 1u);
    EXPECT_EQ(waiting[0]["state"], "waiting");
    say(socket, "anybody there?");
    EXPECT_EQ(typesOf(until(socket, "escalated")),
        (std::vector<std::string> { "typing", "escalated" })); // the model was not asked
    const std::string path = "/ops/escalations/acme/" + conversation;
    const Json message { { "tenant_id", "acme" }, { "text", "I look at it." } };
    const std::string write = "/ops/conversations/" + conversation + "/human-message";
    want(409, "POST", write, message); // not taken yet
    want(200, "POST", path, { { "action", "take" } });
    want(201, "POST", write, message);
    EXPECT_EQ(until(socket, "human_message").back()["text"], "I look at it.");
    EXPECT_EQ(history(conversation).back()["content"], "I look at it.");
    want(200, "POST", path, { { "action", "return" }, { "note", "credited 5" } });
    say(socket, "thanks");
    const std::string thanked = until(socket, "done").back()["text"];
    EXPECT_NE(thanked.find("I remember 7 messages"), std::string::npos) << thanked;
    const Json lens = want(200, "GET", "/ops/threads/acme/" + conversation + "/prompt");
    const Json &note = lens["memory"][lens["memory"].size() - 3]; // before the thanks
    EXPECT_EQ(note["role"], "system");
    EXPECT_EQ(note["content"], "A colleague who had the conversation says: credited 5");
    const Json &said = lens["memory"][lens["memory"].size() - 4];
    EXPECT_EQ(said["role"], "assistant");
    EXPECT_TRUE(said["content"].get<std::string>().ends_with(": I look at it.")) << said;
}

TEST_P(Chat, CHAT02_WhatItWasGivenBackWithIsRememberedUntilItFallsOutOfTheMemory)
{
    begin();
    auto socket = chat("acme", conversation);
    say(socket, "hello");
    until(socket, "done");
    const std::string path = "/ops/escalations/acme/" + conversation;
    want(200, "POST", path, { { "action", "take" } });
    want(413, "POST", path,
        { { "action", "return" }, { "note", std::string(std::size_t(65) * 1024, 'n') } });
    want(200, "POST", path, { { "action", "return" }, { "note", "credited 5" } });
    const Json told =
        want(200, "GET", "/ops/threads/acme/" + conversation + "/messages")["items"].back();
    EXPECT_EQ(told["role"], "note");
    EXPECT_EQ(told["content"], "credited 5");
    EXPECT_FALSE(told["author"].get<std::string>().empty());
    EXPECT_EQ(history(conversation).size(), 2u) << "the user does not see it";
    const auto lens = [&](const support::GatewayProcess &of) {
        return support::http(of.port(), "GET",
            "/api/portal/ops/threads/acme/" + conversation + "/prompt", {}, of.key())
            .body;
    };
    EXPECT_NE(lens(gateway).find("credited 5"), std::string::npos);
    EXPECT_EQ(gateway.stop(), 0);
    const support::GatewayProcess again(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", options);
    auto later = chatAgain(again, "acme", conversation);
    say(later, "thanks"); // wherever the memory is kept
    const std::string text = until(later, "done").back()["text"];
    EXPECT_NE(text.find("I remember 3 messages"), std::string::npos) << text;
    for (int i = 0; i < 9; ++i) {
        EXPECT_NE(lens(again).find("credited 5"), std::string::npos) << i;
        say(later, "message " + std::to_string(i));
        until(later, "done");
    }
    const Json memory = Json::parse(lens(again))["memory"]; // the last answer quotes the oldest
    EXPECT_EQ(memory.size(), 20u);
    EXPECT_TRUE(std::none_of(memory.begin(), memory.end(), [](const Json &entry) {
        return entry["role"] == "system";
    })) << memory;
}

TEST_P(Chat, CHAT03_HistoryPersistsOverARestartAndTheConversationIsTheSame)
{
    begin();
    {
        auto socket = chat("acme", conversation);
        say(socket, "keep this");
        until(socket, "done");
    }
    const Json before = history(conversation);
    ASSERT_EQ(before.size(), 2u);
    EXPECT_EQ(before[0]["role"], "user");
    EXPECT_EQ(before[0]["content"], "keep this");
    EXPECT_EQ(talk("acme", agent), conversation); // get-or-create
    EXPECT_EQ(gateway.stop(), 0);
    const support::GatewayProcess again(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", options);
    const auto reply = support::http(again.port(), "GET",
        "/api/portal/chat/conversations/" + conversation + "/messages", {}, again.key());
    EXPECT_EQ(Json::parse(reply.body)["items"], before);
    // And so is what the agent remembers of it, wherever that is kept.
    auto socket = chatAgain(again, "acme", conversation);
    say(socket, "do you remember?");
    const std::string text = until(socket, "done").back()["text"];
    EXPECT_NE(text.find("I remember 2 messages"), std::string::npos) << text;
    EXPECT_NE(text.find("the oldest is \"keep this\""), std::string::npos) << text;
}

TEST_P(Chat, CHAT03_ADuplicateIsAnsweredOnceAndStoredOnce)
{
    begin();
    auto socket = chat("acme", conversation);
    say(socket, "once", "client-1");
    until(socket, "done");
    say(socket, "once", "client-1");
    EXPECT_EQ(until(socket, "error").back()["code"], "duplicate");
    EXPECT_EQ(history(conversation).size(), 2u);
}

TEST_P(Chat, CHAT04_ClaimsThatDoNotFitTheBearerAreRefusedWith4401)
{
    begin();
    const std::string user = me()["user"]["id"];
    const auto refused = [&](const Json &auth) {
        WebSocketClient socket(gateway.port(), "/chat/ws/" + conversation);
        send(socket, auth);
        const Json frame = next(socket);
        EXPECT_EQ(frame["type"], "error") << auth;
        EXPECT_EQ(frame["code"], "auth") << auth;
        EXPECT_FALSE(socket.receive());
        EXPECT_EQ(socket.closeCode(), 4401) << auth;
    };
    const Json good { { "type", "auth" }, { "userId", user }, { "role", "platform_admin" },
        { "tenantId", "acme" }, { "token", gateway.key() } };
    for (const auto &[member, value] :
        { std::pair("userId", "somebody"), std::pair("role", "customer_operator"),
            std::pair("tenantId", "other"), std::pair("tenantId", "a:b"),
            std::pair("token", "tg_wrong"), std::pair("token", "") }) {
        Json bad = good;
        bad[member] = value;
        refused(bad);
    }
    refused({ { "type", "message" }, { "text", "before the sign-in" } });
    const Reader stranger = makeUser(gateway, "stranger", "reader");
    Json theirs = good;
    theirs["token"] = stranger.key;
    refused(theirs);
}

TEST_P(Chat, CHAT05_TypingComesAtOnceAndTooManyMessagesAreRefused)
{
    begin();
    auto socket = chat("acme", conversation);
    const auto began = std::chrono::steady_clock::now();
    say(socket, "hello");
    EXPECT_EQ(next(socket)["type"], "typing");
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
    until(socket, "done");
    for (int i = 0; i < 60; ++i)
        say(socket, "again " + std::to_string(i));
    EXPECT_EQ(until(socket, "error").back()["code"], "rate-limit");
    const Json shown =
        want(200, "GET", "/ops/threads/acme/" + conversation + "/messages?limit=1000")["items"];
    EXPECT_TRUE(std::any_of(shown.begin(), shown.end(), [](const Json &message) {
        return message["role"] == "notice"
            && message["content"].get<std::string>().find("too many messages") != std::string::npos;
    }));
}

TEST_P(Chat, HostileMessagesComeBackAsTheyAreOrAreRefused)
{
    begin();
    auto socket = chat("acme", conversation);
    const std::string hostile = "<img src=x onerror=alert(1)> \u202Ereversed\u202C \x07 {\"a\":[[[";
    say(socket, hostile);
    until(socket, "done");
    EXPECT_EQ(history(conversation)[0]["content"], hostile);
    say(socket, std::string(10 << 20, 'x'));
    EXPECT_EQ(until(socket, "error").back()["code"], "too-large");
    say(socket, "  ");
    EXPECT_EQ(until(socket, "error").back()["code"], "invalid");
    socket.sendText(std::string(100000, '['));
    EXPECT_EQ(until(socket, "error").back()["code"], "invalid");
    say(socket, "still here");
    until(socket, "done");
}

TEST_P(Chat, TextThatIsNoUtf8EndsTheSocketAndNothingElse)
{
    begin();
    auto socket = chat("acme", conversation);
    auto other = chat("acme", conversation);
    socket.sendText("{\"type\":\"message\",\"text\":\"torn \xC3\x28 \xED\xA0\x80\"}");
    EXPECT_FALSE(socket.receive());
    EXPECT_EQ(socket.closeCode(), 1007);
    EXPECT_TRUE(history(conversation).empty());
    say(other, "the other one goes on");
    until(other, "done");
    EXPECT_EQ(history(conversation).size(), 2u);
}

TEST_P(Chat, WhatAnAgentReadsInHostileTextComesBackAsTextOnEveryWay)
{
    begin({ { "tool_assignments", { "kb_search" } } });
    const std::string hostile = "<img src=http://127.0.0.1:1/x> \u202Egpj.exe\u202C \x01\x1b[31m";
    want(201, "POST", "/tenants/acme/kb",
        { { "title", "<script>alert(1)</script>" }, { "text", "pump " + hostile } });
    auto socket = chat("acme", conversation);
    say(socket, "what is the pump");
    const auto frames = until(socket, "done");
    const auto result = std::find_if(frames.begin(), frames.end(),
        [](const Json &frame) { return frame["type"] == "tool_result"; });
    ASSERT_NE(result, frames.end());
    EXPECT_EQ((*result)["result"]["hits"][0]["text"], "pump " + hostile);
    EXPECT_EQ((*result)["result"]["hits"][0]["title"], "<script>alert(1)</script>");
    const std::string deep = std::string(3000, '[') + std::string(3000, ']');
    const auto reply = support::http(gateway.port(), "POST", "/api/portal/chat/conversations",
        "{\"tenant_id\":\"acme\",\"agent_id\":" + deep + "}", gateway.key());
    EXPECT_EQ(reply.status, 400) << reply.body;
    want(413, "POST", "/ops/conversations/" + conversation + "/human-message",
        { { "tenant_id", "acme" }, { "text", std::string(10 << 20, 'x') } });
}

TEST_P(Chat, EventsTellEveryStepToMembersOnly)
{
    begin();
    const Reader stranger = makeUser(gateway, "stranger", "reader");
    const auto subscribed = [&](WebSocketClient &socket, const std::string &key) {
        EXPECT_EQ(signIn(socket, key)["type"], "auth-ok");
        send(socket,
            { { "type", "subscribe" },
                { "kinds", { "conversation", "message", "typing", "chunk", "audit" } },
                { "workspaces", "*" }, { "tenants", "*" } });
        EXPECT_EQ(next(socket)["type"], "subscribed");
    };
    WebSocketClient mine(gateway.port(), "/api/v1/events");
    subscribed(mine, gateway.key());
    WebSocketClient theirs(gateway.port(), "/api/v1/events");
    subscribed(theirs, stranger.key);
    auto socket = chat("acme", conversation);
    say(socket, "hello");
    const std::string text = until(socket, "done").back()["text"];
    std::set<std::string> kinds;
    std::string streamed;
    nextWhere(mine, [&](const Json &event) {
        kinds.insert(event["kind"]);
        EXPECT_EQ(event["tenant"], "acme");
        if (event["kind"] == "chunk") {
            EXPECT_EQ(event["data"]["chunk"]["offset"], streamed.size());
            streamed += event["data"]["chunk"]["text"].get<std::string>();
        }
        return event["kind"] == "audit";
    });
    EXPECT_EQ(streamed, text);
    EXPECT_EQ(
        kinds, (std::set<std::string> { "conversation", "message", "typing", "chunk", "audit" }));
    EXPECT_TRUE(theirs.silentFor(std::chrono::milliseconds(300)));
}

} // namespace
} // namespace signalbox::integration
