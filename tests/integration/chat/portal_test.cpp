// SPDX-License-Identifier: GPL-3.0-only
// REST of tenant-platform §5 against a real gateway process.
#include "tests/integration/chat/desk.h"

#include <algorithm>

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
