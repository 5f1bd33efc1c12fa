// SPDX-License-Identifier: GPL-3.0-only
// Where others come in, and where an agent goes out: signed webhooks and the tool http_request.
#include "tests/integration/chat/desk.h"
#include "tests/integration/chat/hooks.h"
#include "tests/integration/chat/httpstub.h"

namespace signalbox::integration {
namespace {

class Hooks : public Desk {
protected:
    Hooks()
        : Desk({ "--slack-api", "http://127.0.0.1:1" }) // answers are the matter of other tests
    {
    }
    void begin(const char *channel, const char *workspace)
    {
        makeTenant("acme");
        makeAgent("acme");
        want(201, "POST", "/tenants/acme/channels",
            { { "channel_type", channel }, { "workspace_id", workspace },
                { "config", hookConfig() } });
    }
    support::HttpReply post(const std::string &path, const std::string &header, const Json &event,
        const std::string &secret = "abc", std::int64_t at = unixSeconds()) const
    {
        return postHook(gateway.port(), path, header, event, secret, at);
    }
    /// The only conversation, once it has so many messages.
    Json rowWith(int messages) const
    {
        Json row;
        const auto deadline = std::chrono::steady_clock::now() + support::patience;
        do {
            const Json rows = want(200, "GET", "/ops/conversations?tenant=acme")["items"];
            row = rows.empty() ? Json() : rows[0];
        } while ((row.is_null() || row["messages"] != messages)
            && std::chrono::steady_clock::now() < deadline);
        EXPECT_EQ(row["messages"], messages) << row;
        return row;
    }
    int duplicates() const
    {
        int count = 0;
        const Json page = want(200, "GET", "/ops/conversations?tenant=acme");
        for (const Json &row : page["items"])
            count += row["messages"].get<int>() > 2;
        return count;
    }
};

TEST_F(Hooks, TheAgentThatAConnectionNamesAnswersAndNoOtherInItsPlace)
{
    begin("telegram", "bot-7");
    const std::string named = makeAgent("acme", { { "name", "Zoe" } });
    Json connection = want(200, "GET", "/tenants/acme/channels")["items"][0];
    connection["config"]["agent_id"] = named;
    const std::string path = "/tenants/acme/channels/" + connection["id"].get<std::string>();
    connection = want(200, "PUT", path, connection);
    const auto write = [&](const char *thread) {
        return post("telegram/bot-7", "Signalbox",
            { { "user_id", "u1" }, { "thread_id", thread }, { "text", "hello" } });
    };
    EXPECT_EQ(write("room-1").status, 200);
    EXPECT_EQ(rowWith(2)["agent_name"], "Zoe");
    Json agent = want(200, "GET", "/tenants/acme/agents/" + named);
    agent["is_active"] = false;
    want(200, "PUT", "/tenants/acme/agents/" + named, agent);
    const auto refused = write("room-2");
    EXPECT_EQ(refused.status, 200);
    const std::string thread = Json::parse(refused.body)["thread_id"];
    Json last;
    const auto deadline = std::chrono::steady_clock::now() + support::patience;
    do
        last = want(200, "GET", "/ops/threads/acme/" + thread + "/messages")["items"].back();
    while (last["role"] != "notice" && std::chrono::steady_clock::now() < deadline);
    EXPECT_EQ(last["content"], "No answer: the agent Zoe is switched off");
    EXPECT_EQ(want(200, "POST", path + "/test")["ok"], false);
    want(200, "DELETE", "/tenants/acme/agents/" + named);
    const auto nobody = write("room-3");
    EXPECT_EQ(nobody.status, 409);
    EXPECT_EQ(Json::parse(nobody.body)["error"]["code"], "no-agent");
}

TEST_F(Hooks, ASignedSlackEventBecomesAConversation)
{
    begin("slack", "T1");
    const Json verify { { "type", "url_verification" }, { "team_id", "T1" },
        { "challenge", "ch-1" } };
    EXPECT_EQ(Json::parse(post("slack", "Slack", verify).body)["challenge"], "ch-1");
    EXPECT_EQ(post("slack", "Slack", verify, "wrong").status, 401);
    EXPECT_EQ(post("slack", "Slack", verify, "abc", unixSeconds() - 3600).status, 401);
    EXPECT_EQ(post("slack", "Slack", verify, "abc", unixSeconds() + 3600).status, 401);
    const Json event { { "type", "event_callback" }, { "team_id", "T1" }, { "event_id", "Ev1" },
        { "event",
            { { "type", "app_mention" }, { "user", "U1" }, { "text", "hello" }, { "channel", "C1" },
                { "ts", "1.0" } } } };
    EXPECT_EQ(post("slack", "Slack", event).status, 200);
    EXPECT_EQ(post("slack", "Slack", event).status, 200); // Slack tells twice when it is in doubt
    const Json row = rowWith(2);
    EXPECT_EQ(row["channel_type"], "slack");
    EXPECT_EQ(row["last_role"], "assistant");
    EXPECT_EQ(duplicates(), 0);
}

TEST_F(Hooks, SlackVerifiesAnAddressWithoutNamingATeam)
{
    begin("slack", "T1");
    const Json verify { { "token", "x" }, { "challenge", "ch-2" }, { "type", "url_verification" } };
    EXPECT_EQ(post("slack", "Slack", verify, "wrong").status, 401);
    EXPECT_EQ(post("slack", "Slack", verify, "abc", unixSeconds() - 3600).status, 401);
    const auto reply = post("slack", "Slack", verify);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(Json::parse(reply.body)["challenge"], "ch-2");
    Json connection = want(200, "GET", "/tenants/acme/channels")["items"][0];
    connection["is_active"] = false;
    want(200, "PUT", "/tenants/acme/channels/" + connection["id"].get<std::string>(), connection);
    EXPECT_EQ(post("slack", "Slack", verify).status, 401);
}

TEST_F(Hooks, ASlackThreadGoesOnWithoutAMentionAndFilesAreTold)
{
    begin("slack", "T1");
    const auto event = [](const char *id, const char *type, const char *text, Json more) {
        Json inner { { "type", type }, { "user", "U1" }, { "text", text }, { "channel", "C7" } };
        inner.update(more);
        return Json { { "type", "event_callback" }, { "team_id", "T1" }, { "event_id", id },
            { "event", inner } };
    };
    EXPECT_EQ(
        post("slack", "Slack", event("E0", "message", "not for it", { { "ts", "4.0" } })).status,
        200);
    EXPECT_TRUE(want(200, "GET", "/ops/conversations?tenant=acme")["items"].empty());
    post("slack", "Slack", event("E1", "app_mention", "hello", { { "ts", "5.1" } }));
    rowWith(2);
    post("slack", "Slack", event("E1b", "message", "hello", { { "ts", "5.1" } })); // the same one
    post("slack", "Slack",
        event("E2", "message", "a reply", { { "ts", "5.2" }, { "thread_ts", "5.1" } }));
    rowWith(4);
    post("slack", "Slack",
        event("E3", "message", "see this",
            { { "ts", "5.3" }, { "thread_ts", "5.1" }, { "subtype", "file_share" },
                { "files",
                    Json::array({ { { "name", "pump.png" }, { "mimetype", "image/png" },
                        { "size", 1200 }, { "url_private", "https://files.invalid/p" } } }) } }));
    const std::string thread = rowWith(6)["id"];
    const Json said = want(200, "GET", "/ops/threads/acme/" + thread + "/messages")["items"][4];
    ASSERT_EQ(said["attachments"].size(), 1u) << said;
    EXPECT_EQ(said["attachments"][0]["filename"], "pump.png");
    EXPECT_EQ(said["attachments"][0]["media_type"], "image");
    EXPECT_EQ(said["attachments"][0]["size_bytes"], 1200);
}

TEST_F(Hooks, AttachmentsOfAnyChannelAreKeptAsWhatIsToldOfThem)
{
    begin("telegram", "bot-7");
    const Json file { { "media_type", "audio" }, { "mime_type", "audio/ogg" },
        { "filename", "note.ogg" }, { "size_bytes", 7 }, { "unknown", "left out" } };
    Json event { { "user_id", "u1" }, { "attachments", Json::array({ file }) } };
    EXPECT_EQ(post("telegram/bot-7", "Signalbox", event).status, 200);
    const std::string thread = rowWith(2)["id"];
    const Json said = want(200, "GET", "/ops/threads/acme/" + thread + "/messages")["items"][0];
    EXPECT_EQ(said["attachments"][0]["filename"], "note.ogg");
    EXPECT_EQ(said["attachments"][0]["media_type"], "audio");
    event["attachments"] = Json::array({ 1 });
    EXPECT_EQ(post("telegram/bot-7", "Signalbox", event).status, 422);
    event["attachments"] = std::vector<Json>(21, file);
    EXPECT_EQ(post("telegram/bot-7", "Signalbox", event).status, 422);
}

TEST_F(Hooks, WhoIsHandedOverOnAnotherChannelIsToldOnce)
{
    makeTenant("acme");
    makeAgent("acme", { { "natural_language_escalation", true } });
    want(201, "POST", "/tenants/acme/channels",
        { { "channel_type", "telegram" }, { "workspace_id", "bot-7" },
            { "config", hookConfig() } });
    const auto say = [&](const char *text) {
        post("telegram/bot-7", "Signalbox", { { "user_id", "u1" }, { "text", text } });
    };
    say("I want a person");
    const std::string thread = rowWith(3)["id"];
    say("anybody?");
    rowWith(4);
    const Json all = want(200, "GET", "/ops/threads/acme/" + thread + "/messages")["items"];
    int notices = 0;
    for (const Json &each : all)
        if (each["role"] == "notice") {
            ++notices;
            EXPECT_EQ(each["content"], "A person has been asked to take over.");
            EXPECT_TRUE(each.contains("delivery")) << each;
        }
    EXPECT_EQ(notices, 1);
}

TEST_F(Hooks, ASignedWebhookOfAnyChannelFeedsTheSameRouter)
{
    begin("telegram", "bot-7");
    const Json event { { "user_id", "u1" }, { "user_name", "Uma" }, { "text", "hello there" } };
    EXPECT_EQ(post("telegram/bot-7", "Signalbox", event, "wrong").status, 401);
    EXPECT_EQ(post("telegram/bot-8", "Signalbox", event).status, 401);
    EXPECT_EQ(post("slack/bot-7", "Signalbox", event).status, 401);
    EXPECT_EQ(post("telegram/bot-7", "Slack", event).status, 401);
    for (const int late : { -301, 301, -1000000000 })
        EXPECT_EQ(
            post("telegram/bot-7", "Signalbox", event, "abc", unixSeconds() + late).status, 401)
            << late;
    EXPECT_EQ(post("telegram/bot-7", "Signalbox", { { "text", "whose?" } }).status, 422);
    EXPECT_TRUE(want(200, "GET", "/ops/conversations?tenant=acme")["items"].empty());

    EXPECT_EQ(post("telegram/bot-7", "Signalbox", event).status, 200);
    const Json row = rowWith(2);
    EXPECT_EQ(row["channel_type"], "telegram");
    EXPECT_EQ(row["user_name"], "Uma");
    EXPECT_EQ(row["last_role"], "assistant");
    const Json keys = want(200, "GET", "/ops/keys?tenant=acme&type=ratelimit")["items"];
    ASSERT_EQ(keys.size(), 1u);
    EXPECT_EQ(keys[0]["key"], "acme:ratelimit:telegram");
}

TEST_F(Hooks, WhatIsPlayedAgainIsSaidOnce)
{
    begin("telegram", "bot-7");
    const std::int64_t at = unixSeconds();
    const Json event { { "user_id", "u1" }, { "text", "no id of its own" } };
    for (int time = 0; time < 3; ++time)
        EXPECT_EQ(post("telegram/bot-7", "Signalbox", event, "abc", at).status, 200);
    rowWith(2);
    // A later one is another message, and comes after all of the earlier ones.
    EXPECT_EQ(post("telegram/bot-7", "Signalbox", event, "abc", at - 1).status, 200);
    rowWith(4);
    const Json named { { "user_id", "u1" }, { "id", "m-1" }, { "text", "with an id" } };
    for (const int before : { 2, 3 })
        EXPECT_EQ(post("telegram/bot-7", "Signalbox", named, "abc", at - before).status, 200);
    rowWith(6);
    EXPECT_EQ(post("telegram/bot-7", "Signalbox", event, "abc", at - 4).status, 200);
    rowWith(8);
}

class HttpTool : public Desk {
protected:
    HttpTool()
        : Desk({ "--tool-host", "localhost", "--tool-host", "127.0.0.1" })
    {
    }
    std::string begin() const
    {
        makeTenant("acme");
        return talk("acme", makeAgent("acme", { { "tool_assignments", { "http_request" } } }));
    }
    /// What the tool said to an address that a person has approved.
    std::string errorOf(
        const std::string &conversation, ChatSocket &socket, const std::string &url) const
    {
        say(socket, url); // the scripted model asks the first address that it reads
        until(socket, "confirmation_required");
        want(200, "POST", "/ops/confirmations/acme/" + conversation, { { "decision", "approve" } });
        const auto frames = until(socket, "done");
        for (const Json &frame : frames)
            if (frame["type"] == "tool_result")
                return frame.value("error", "");
        return "no result";
    }
};

TEST_F(HttpTool, AnAllowedNameThatMeansThisMachineIsNotAsked)
{
    const QuietListener listener;
    const std::string conversation = begin();
    auto socket = chat("acme", conversation);
    for (const char *host : { "localhost", "127.0.0.1" })
        EXPECT_EQ(errorOf(conversation, socket,
                      "https://" + std::string(host) + ":" + listener.port() + "/secret"),
            "it is in a private network");
    EXPECT_FALSE(listener.wasAsked());
}

TEST_F(HttpTool, WhatIsNotOnTheListIsNotAsked)
{
    const QuietListener listener;
    const std::string conversation = begin();
    auto socket = chat("acme", conversation);
    const std::string port = ":" + listener.port();
    EXPECT_EQ(errorOf(conversation, socket, "https://example.invalid/"),
        "example.invalid is not on the allow-list of this gateway");
    // Ways around the list: another scheme, a name before the @, a backslash, another spelling.
    for (const std::string &url : { "http://localhost" + port, "https://localhost@127.1" + port,
             "https://localhost" + port + "@127.1" + port, "https://[::1]" + port,
             "https://127.1" + port, "https://2130706433" + port, "https://LOCALHOST." + port,
             "https://example.invalid\\@localhost" + port })
        EXPECT_NE(errorOf(conversation, socket, url), "") << url;
    EXPECT_FALSE(listener.wasAsked());
}

} // namespace
} // namespace signalbox::integration
