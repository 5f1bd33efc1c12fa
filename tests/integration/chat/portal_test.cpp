// SPDX-License-Identifier: GPL-3.0-only
// REST of tenant-platform §5 against a real gateway process.
#include "tests/integration/chat/desk.h"

#include <algorithm>
#include <openssl/hmac.h>

namespace signalbox::integration {
namespace {

class Portal : public Desk { };

TEST_F(Portal, IsAnnounced)
{
    const Json version = Json::parse(support::http(gateway.port(), "GET", "/api/v1/version").body);
    for (const char *each : { "tenants", "ops" })
        EXPECT_NE(std::find(version["capabilities"].begin(), version["capabilities"].end(), each),
            version["capabilities"].end());
}

TEST_F(Portal, ATenantIsMadeChangedAndGone)
{
    makeTenant("acme");
    Json tenant = want(200, "GET", "/tenants/acme");
    EXPECT_EQ(tenant["version"], 1);
    tenant["name"] = "Acme & Sons";
    tenant["colour"] = "red"; // unknown to us
    const Json changed = want(200, "PUT", "/tenants/acme", tenant);
    EXPECT_EQ(changed["version"], 2);
    EXPECT_EQ(changed["colour"], "red");
    const Json late = want(409, "PUT", "/tenants/acme", tenant);
    EXPECT_EQ(late["error"]["version"], 2);
    EXPECT_EQ(
        want(409, "POST", "/tenants", { { "name", "x" }, { "slug", "acme" } })["error"]["field"],
        "slug");
    EXPECT_EQ(want(422, "POST", "/tenants", { { "name", "x" }, { "slug", "A" } })["error"]["field"],
        "slug");
    EXPECT_EQ(want(422, "POST", "/tenants",
                  { { "id", "a:b" }, { "name", "x" }, { "slug", "ab" } })["error"]["field"],
        "id");
    want(200, "DELETE", "/tenants/acme");
    want(403, "GET", "/tenants/acme");
    EXPECT_EQ(call("GET", "/tenants", nullptr, "tg_wrong").status, 401);
}

TEST_F(Portal, AnAgentIsCheckedAndGuardedByItsVersion)
{
    makeTenant("acme");
    const std::string id = makeAgent("acme");
    Json agent = want(200, "GET", "/tenants/acme/agents/" + id);
    agent["escalation_rules"] =
        Json::array({ { { "condition", "a AND" }, { "action", "handoff_human" } } });
    EXPECT_EQ(want(422, "PUT", "/tenants/acme/agents/" + id, agent)["error"]["field"],
        "escalation_rules[0].condition");
    agent["escalation_rules"] = Json::array();
    agent["tool_assignments"] = { "no_such" };
    EXPECT_EQ(want(422, "PUT", "/tenants/acme/agents/" + id, agent)["error"]["field"],
        "tool_assignments");
    agent["tool_assignments"] = Json::array();
    agent["is_active"] = false;
    EXPECT_EQ(want(200, "PUT", "/tenants/acme/agents/" + id, agent)["is_active"], false);
    EXPECT_EQ(want(409, "PUT", "/tenants/acme/agents/" + id, agent)["error"]["version"], 2);
    agent["is_active"] = "yes";
    EXPECT_EQ(want(400, "PUT", "/tenants/acme/agents/" + id, agent)["error"]["field"], "is_active");
}

TEST_F(Portal, AnAgentIsTriedWithoutATrace)
{
    makeTenant("acme");
    const std::string id = makeAgent("acme");
    const std::string path = "/tenants/acme/agents/" + id + "/test";
    const Json plain = want(200, "POST", path, { { "text", "hello" } });
    const Json history = Json::array({ { { "role", "user" }, { "content", "earlier" } } });
    const Json later = want(200, "POST", path, { { "text", "hello" }, { "history", history } });
    EXPECT_NE(plain["text"], later["text"]);
    Json draft = want(200, "GET", "/tenants/acme/agents/" + id);
    draft["tool_assignments"] = { "calendar_book" };
    const Json drafted = want(200, "POST", path, { { "text", "book it" }, { "draft", draft } });
    EXPECT_EQ(drafted["tools"][0]["state"], "waiting");
    EXPECT_TRUE(want(200, "GET", "/ops/confirmations")["items"].empty());
    EXPECT_TRUE(want(200, "GET", "/ops/conversations")["items"].empty());
}

TEST_F(Portal, MembersSeeTheirTenantAndNobodyElseLearnsOfIt)
{
    makeTenant("acme");
    makeTenant("other");
    const Reader operatorOfAcme = makeUser(gateway, "olga", "reader");
    const std::string &key = operatorOfAcme.key;
    EXPECT_TRUE(want(200, "GET", "/tenants", nullptr, key)["items"].empty());
    const Json stranger = want(403, "GET", "/tenants/acme", nullptr, key);
    EXPECT_EQ(stranger, want(403, "GET", "/tenants/nowhere", nullptr, key));
    want(201, "POST", "/tenants/acme/users",
        { { "user", "olga" }, { "role", "customer_operator" } });
    EXPECT_EQ(want(200, "GET", "/tenants", nullptr, key)["items"].size(), 1u);
    want(200, "GET", "/tenants/acme/agents", nullptr, key);
    want(403, "POST", "/tenants/acme/agents", { { "name", "x" } }, key);
    want(403, "PUT", "/tenants/acme", { { "name", "x" }, { "slug", "acme" } }, key);
    want(403, "GET", "/tenants/other/agents", nullptr, key);
    want(403, "GET", "/ops/keys?tenant=other", nullptr, key);
    EXPECT_EQ(want(200, "GET", "/auth/me", nullptr, key)["user"]["role"], "customer_operator");
    want(200, "DELETE", "/tenants/acme/users/" + operatorOfAcme.user);
    want(403, "GET", "/tenants/acme", nullptr, key);
}

TEST_F(Portal, AnInvitationIsTakenOnce)
{
    makeTenant("acme");
    const Reader guest = makeUser(gateway, "guest", "reader");
    const Json made = want(201, "POST", "/tenants/acme/invitations",
        { { "email", "g@example.com" }, { "role", "customer_admin" } });
    ASSERT_TRUE(made.contains("token"));
    EXPECT_FALSE(want(200, "GET", "/tenants/acme/invitations")["items"][0].contains("token"));
    const Json token { { "token", made["token"] } };
    want(404, "POST", "/invitations/accept", { { "token", "acme:wrong" } }, guest.key);
    want(200, "POST", "/invitations/accept", token, guest.key);
    want(409, "POST", "/invitations/accept", token, guest.key);
    EXPECT_EQ(makeAgent("acme").empty(), false);
    want(201, "POST", "/tenants/acme/agents", { { "name", "mine" } }, guest.key);
}

TEST_F(Portal, SecretsOfAChannelNeverComeBack)
{
    makeTenant("acme");
    const Json made = want(201, "POST", "/tenants/acme/channels",
        { { "channel_type", "slack" }, { "workspace_id", "T1" },
            { "config",
                { { "signing_secret", "s3cret-value" }, { "bot_token", "xoxb-value" } } } });
    EXPECT_EQ(made["config"]["signing_secret"], "********");
    const std::string path = "/tenants/acme/channels/" + made["id"].get<std::string>();
    Json kept = made;
    kept["is_active"] = true;
    const Json changed = want(200, "PUT", path, kept); // masked: what is stored stays
    const Json test = want(200, "POST", path + "/test");
    EXPECT_EQ(test["ok"], true) << test;
    EXPECT_EQ(test["steps"].back()["state"], "untested");
    EXPECT_EQ(want(200, "GET", "/tenants/acme/channels").dump().find("s3cret"), std::string::npos);
    EXPECT_EQ(want(422, "POST", "/tenants/acme/channels",
                  { { "channel_type", "fax" }, { "workspace_id", "1" } })["error"]["field"],
        "channel_type");
    makeTenant("other");
    want(409, "POST", "/tenants/other/channels",
        { { "channel_type", "slack" }, { "workspace_id", "T1" } });
}

std::string hexHmac(const std::string &key, const std::string &text)
{
    unsigned char digest[32];
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), int(key.size()),
        reinterpret_cast<const unsigned char *>(text.data()), text.size(), digest, &size);
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
        char pair[3];
        std::snprintf(pair, sizeof pair, "%02x", digest[i]);
        hex += pair;
    }
    return hex;
}

TEST_F(Portal, ASignedSlackEventBecomesAConversation)
{
    makeTenant("acme");
    makeAgent("acme");
    want(201, "POST", "/tenants/acme/channels",
        { { "channel_type", "slack" }, { "workspace_id", "T1" },
            { "config", { { "signing_secret", "abc" }, { "bot_token", "x" } } } });
    const auto post = [&](const Json &event, const std::string &secret, std::int64_t age = 0) {
        const std::string body = event.dump();
        const std::string stamp = std::to_string(std::time(nullptr) - age);
        const std::string raw = "POST /api/portal/webhooks/slack HTTP/1.1\r\nHost: x\r\n"
                                "Connection: close\r\nX-Slack-Request-Timestamp: "
            + stamp + "\r\nX-Slack-Signature: v0=" + hexHmac(secret, "v0:" + stamp + ":" + body)
            + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        return support::rawHttp(gateway.port(), raw);
    };
    const Json verify { { "type", "url_verification" }, { "team_id", "T1" },
        { "challenge", "ch-1" } };
    EXPECT_EQ(Json::parse(post(verify, "abc").body)["challenge"], "ch-1");
    EXPECT_EQ(post(verify, "wrong").status, 401);
    EXPECT_EQ(post(verify, "abc", 3600).status, 401);
    const Json event { { "type", "event_callback" }, { "team_id", "T1" }, { "event_id", "Ev1" },
        { "event",
            { { "type", "app_mention" }, { "user", "U1" }, { "text", "hello" }, { "channel", "C1" },
                { "ts", "1.0" } } } };
    EXPECT_EQ(post(event, "abc").status, 200);
    EXPECT_EQ(post(event, "abc").status, 200); // Slack tells twice when it is in doubt
    Json row;
    const auto deadline = std::chrono::steady_clock::now() + support::patience;
    do {
        row = want(200, "GET", "/ops/conversations?tenant=acme")["items"].at(0);
    } while (row["messages"] != 2 && std::chrono::steady_clock::now() < deadline);
    EXPECT_EQ(row["channel_type"], "slack");
    EXPECT_EQ(row["last_role"], "assistant");
    EXPECT_EQ(row["messages"], 2);
}

TEST_F(Portal, UsageAddsUp)
{
    makeTenant("acme");
    const std::string agent = makeAgent("acme", { { "budget_limit_usd", 0.000001 } });
    const std::string conversation = talk("acme", agent);
    auto socket = chat("acme", conversation);
    for (int i = 0; i < 2; ++i) {
        say(socket, "hello");
        until(socket, "done");
    }
    const Json summary = want(200, "GET", "/usage/acme/summary");
    EXPECT_EQ(summary["turns"], 2);
    EXPECT_GT(summary["prompt_tokens"], 0);
    const Json providers = want(200, "GET", "/usage/acme/by-provider");
    ASSERT_TRUE(providers.is_array());
    EXPECT_EQ(providers[0]["provider"], "scripted");
    EXPECT_EQ(providers[0]["turns"], 2);
    const Json volume = want(200, "GET", "/usage/acme/message-volume");
    EXPECT_EQ(volume[0]["in"], 2);
    EXPECT_EQ(volume[0]["out"], 2);
    EXPECT_EQ(want(200, "GET", "/usage/acme/budget-alerts")[0]["level"], "exceeded");
}

} // namespace
} // namespace signalbox::integration
