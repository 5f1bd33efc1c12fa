// SPDX-License-Identifier: GPL-3.0-only
// REST of tenant-platform §5 against a real gateway process.
#include "tests/integration/chat/ground.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace signalbox::integration {
namespace {

/// Files below a folder that hold the text.
std::vector<std::string> filesWith(const std::string &folder, const std::string &text)
{
    std::vector<std::string> found;
    for (const auto &file : std::filesystem::recursive_directory_iterator(folder)) {
        if (!file.is_regular_file())
            continue;
        std::ifstream in(file.path(), std::ios::binary);
        const std::string bytes { std::istreambuf_iterator<char>(in), {} };
        if (bytes.find(text) != std::string::npos)
            found.push_back(file.path().filename());
    }
    return found;
}

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

TEST_F(Portal, ATenantThatIsHaltedIsReadButNothingIsSaidInIt)
{
    makeTenant("acme");
    const std::string agent = makeAgent("acme");
    const std::string conversation = talk("acme", agent);
    want(200, "POST", "/ops/escalations/acme/" + conversation, { { "action", "take" } });
    const std::string write = "/ops/conversations/" + conversation + "/human-message";
    const Json message { { "tenant_id", "acme" }, { "text", "I look at it." } };
    want(201, "POST", write, message);
    Json tenant = want(200, "GET", "/tenants/acme");
    for (const char *state : { "suspended", "cancelled" }) {
        tenant["subscription_state"] = state;
        tenant["version"] = 0;
        want(200, "PUT", "/tenants/acme", tenant);
        const Json opening { { "tenant_id", "acme" }, { "agent_id", agent }, { "test", true } };
        const std::string why = std::string("the tenant Tenant acme is ") + state;
        for (const Json &refused :
            { want(409, "POST", "/chat/conversations", opening), want(409, "POST", write, message),
                want(409, "POST", "/tenants/acme/agents/" + agent + "/test",
                    { { "text", "hello" } }) }) {
            EXPECT_EQ(refused["error"]["code"], "tenant-inactive");
            EXPECT_EQ(refused["error"]["message"], why);
        }
        const Json rows = want(200, "GET", "/ops/conversations?tenant=acme")["items"];
        ASSERT_EQ(rows.size(), 1u);
        EXPECT_EQ(rows[0]["tenant_state"], state);
        EXPECT_EQ(
            want(200, "GET", "/ops/threads/acme/" + conversation + "/messages")["items"].size(),
            1u);
    }
    for (const char *state : { "past_due", "trial", "of another far end" }) {
        tenant["subscription_state"] = state;
        want(200, "PUT", "/tenants/acme", tenant);
        want(201, "POST", write, message);
    }
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
    // Who is no member any more hears nothing of it any more.
    const std::string agent = makeAgent("acme");
    const std::string conversation = talk("acme", agent, key);
    ChatSocket socket(gateway.port(), conversation,
        { { "type", "auth" }, { "userId", operatorOfAcme.user }, { "role", "customer_operator" },
            { "tenantId", "acme" }, { "token", key } });
    auto mine = chat("acme", talk("acme", agent));
    say(socket, "hello");
    until(socket, "done");
    want(200, "DELETE", "/tenants/acme/users/" + operatorOfAcme.user);
    EXPECT_EQ(until(socket, "error").back()["code"], "auth");
    EXPECT_FALSE(socket.receive());
    EXPECT_EQ(socket.closeCode(), 4401);
    want(403, "GET", "/tenants/acme", nullptr, key);
    say(mine, "hello");
    until(mine, "done"); // of everybody else nothing has changed
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
    const Json nobody = want(200, "POST", path + "/test");
    EXPECT_EQ(nobody["ok"], false) << "who writes there gets no answer: " << nobody;
    makeAgent("acme");
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

TEST_F(Portal, WhateverIsConfiguredOfAChannelIsASecret)
{
    makeTenant("acme");
    const Json config { { "signing_secret", "a" }, { "bot_token", "b" }, { "n", 5 },
        { "nested", { { "token", "planted-x" } } }, { "list", { "planted-y" } },
        { "agent_id", "ada" }, { "loud", true } };
    const Json made = want(201, "POST", "/tenants/acme/channels",
        { { "channel_type", "slack" }, { "workspace_id", "T1" }, { "config", config } });
    for (const char *secret : { "signing_secret", "n", "nested", "list" })
        EXPECT_EQ(made["config"][secret], "********") << secret;
    EXPECT_EQ(made["config"]["agent_id"], "ada");
    EXPECT_EQ(made["config"]["loud"], true);
    EXPECT_EQ(want(200, "GET", "/tenants/acme/channels")["items"][0]["config"], made["config"]);
    want(200, "PUT", "/tenants/acme/channels/" + made["id"].get<std::string>(), made);
    EXPECT_EQ(filesWith(folder.path() + "/data", "planted-"), std::vector<std::string>());
}

TEST_F(Portal, AnErrorSaysWhichFieldAndNothingOfTheDatabase)
{
    makeTenant("acme");
    makeTenant("other");
    const auto plain = [](const Json &answer, const char *field) {
        EXPECT_EQ(answer["error"]["code"], "duplicate") << answer;
        EXPECT_EQ(answer["error"].value("field", ""), field) << answer;
        for (const char *word : { "INSERT", "UPDATE", "constraint", "UNIQUE", ":id", "executing" })
            EXPECT_EQ(answer.dump().find(word), std::string::npos) << answer;
    };
    plain(want(409, "PUT", "/tenants/other", { { "name", "O" }, { "slug", "acme" } }), "slug");
    std::string second;
    for (const char *workspace : { "T1", "T2" })
        second = want(201, "POST", "/tenants/acme/channels",
            { { "channel_type", "slack" }, { "workspace_id", workspace } })["id"];
    plain(want(409, "PUT", "/tenants/acme/channels/" + second,
              { { "channel_type", "slack" }, { "workspace_id", "T1" } }),
        "workspace_id");
    const std::string conversation = talk("acme", makeAgent("acme"));
    want(200, "POST", "/ops/escalations/acme/" + conversation, { { "action", "take" } });
    const Json message { { "tenant_id", "acme" }, { "text", "once" }, { "id", "m-1" } };
    want(201, "POST", "/ops/conversations/" + conversation + "/human-message", message);
    plain(
        want(409, "POST", "/ops/conversations/" + conversation + "/human-message", message), "id");
}

TEST_F(Portal, WhatIsAskedForMustExist)
{
    makeTenant("acme");
    talk("acme", makeAgent("acme"));
    EXPECT_EQ(want(200, "GET", "/ops/conversations")["total"], 1);
    EXPECT_EQ(want(200, "GET", "/ops/conversations?channel=slack")["total"], 0);
    EXPECT_EQ(want(422, "GET", "/ops/conversations?needs=help")["error"]["field"], "needs");
    EXPECT_EQ(want(422, "GET", "/ops/conversations?state=asleep")["error"]["field"], "state");
    for (const char *signs : { "%22", ":*", "%28%29" })
        EXPECT_TRUE(want(200, "GET", "/ops/conversations?q=" + std::string(signs))["items"].empty())
            << signs;
    EXPECT_EQ(want(422, "POST", "/tenants/acme/agents",
                  { { "name", "x" }, { "model_preference", "gpt-nonsense/xx" } })["error"]["field"],
        "model_preference");
    want(200, "DELETE", "/tenants/acme");
    EXPECT_EQ(
        want(200, "GET", "/ops/audit?tenant=acme")["items"][0]["action_type"], "tenant_changed");
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

class Templates : public Desk {
protected:
    Templates()
        : Desk({ "--demo" })
    {
    }
};

TEST_F(Templates, DeployedOneIsAnAgentOfItsOwn)
{
    const auto pattern = [&] { // the demo makes it after it serves
        Json found;
        const auto deadline = std::chrono::steady_clock::now() + support::patience;
        do
            for (const Json all = want(200, "GET", "/agent-templates")["items"];
                 const Json &each : all)
                if (each["id"] == "support")
                    found = each;
        while (found.is_null() && std::chrono::steady_clock::now() < deadline);
        return found;
    };
    const Json from = pattern();
    ASSERT_TRUE(from.is_object());
    makeTenant("of-templates");
    const std::string deploy = "/tenants/of-templates/agents/from-template/";
    const std::string id = from["id"];
    Json agent = want(201, "POST", deploy + id, Json::object());
    EXPECT_EQ(agent["tenant_id"], "of-templates");
    EXPECT_NE(agent["id"], id);
    const std::vector<const char *> taken { "name", "role", "persona", "system_prompt",
        "model_preference", "tool_assignments", "escalation_rules" };
    for (const char *member : taken)
        EXPECT_EQ(agent[member], from[member]) << member;
    agent["persona"] = "changed afterwards";
    want(200, "PUT", "/tenants/of-templates/agents/" + agent["id"].get<std::string>(), agent);
    EXPECT_EQ(pattern(), from) << "what was made of it is another's";
    const Json second = want(201, "POST", deploy + id, Json::object());
    EXPECT_NE(second["id"], agent["id"]);
    EXPECT_EQ(second["persona"], from["persona"]);
    want(404, "POST", deploy + "none", Json::object());
    want(403, "POST", "/tenants/nobodys/agents/from-template/" + id, Json::object());
    want(405, "GET", deploy + id);
}

TEST_F(Portal, ARefusedMethodNamesThoseThatTheAddressTakes)
{
    makeTenant("acme");
    const auto allowOf = [&](const char *method, const std::string &path) {
        const auto reply =
            support::http(gateway.port(), method, "/api/portal" + path, {}, gateway.key());
        EXPECT_EQ(reply.status, 405) << method << " " << path;
        const auto allow = reply.headers.find("allow");
        return allow == reply.headers.end() ? std::string() : allow->second;
    };
    EXPECT_EQ(allowOf("GET", "/auth/login"), "POST");
    EXPECT_EQ(allowOf("POST", "/auth/me"), "GET");
    EXPECT_EQ(allowOf("DELETE", "/tenants"), "GET, POST");
    EXPECT_EQ(allowOf("POST", "/tenants/acme"), "GET, PUT, DELETE");
    EXPECT_EQ(allowOf("PUT", "/tenants/acme/agents"), "GET, POST");
    EXPECT_EQ(allowOf("PUT", "/tenants/acme/users"), "GET, POST");
    EXPECT_EQ(allowOf("PUT", "/chat/conversations"), "GET, POST");
}

class ChannelSecrets : public DeskOnGround { };

INSTANTIATE_TEST_SUITE_P(On, ChannelSecrets, bothGrounds(), groundName);

TEST_P(ChannelSecrets, LieSealedAndALostKeyIsToldAndLosesNone)
{
    makeTenant("acme");
    makeAgent("acme");
    const Json made = want(201, "POST", "/tenants/acme/channels",
        { { "channel_type", "slack" }, { "workspace_id", "T1" },
            { "config",
                { { "signing_secret", "planted-signing" }, { "bot_token", "planted-token" } } } });
    const std::string path = "/tenants/acme/channels/" + made["id"].get<std::string>();
    EXPECT_EQ(want(200, "POST", path + "/test", Json::object())["ok"], true);
    const std::string data = folder.path() + "/data";
    EXPECT_EQ(filesWith(data, "planted-"), std::vector<std::string>());
    EXPECT_EQ(gateway.log().find("planted-"), std::string::npos);
    for (const char *topic : { "request:tg:portal", "response:tg:portal" })
        EXPECT_EQ(answer(gateway, "/api/v1/fabric",
                      { { "operation", "get-payload" }, { "topic", topic }, { "seq", 1 } },
                      gateway.key())["error"]["type"],
            "operation-not-permitted")
            << topic;
    gateway.stop();
    std::filesystem::rename(data + "/tenants.key", folder.path() + "/kept.key");
    const support::GatewayProcess without(SIGNALBOX_GATEWAY_PROGRAM, data, options);
    const auto ask = [&without](
                         const std::string &method, const std::string &where, const Json &body) {
        const auto reply = support::http(without.port(), method, "/api/portal" + where,
            body.is_null() ? std::string() : body.dump(), without.key());
        return Got { reply.status, Json::parse(reply.body) };
    };
    const Got told = ask("POST", path + "/test", Json::object());
    EXPECT_EQ(told.status, 503);
    EXPECT_NE(told.body["error"]["message"].get<std::string>().find("tenants.key is missing"),
        std::string::npos)
        << told.body;
    Json connection = ask("GET", "/tenants/acme/channels", nullptr).body["items"][0];
    connection["is_active"] = false; // leaves the secrets as they are
    connection = ask("PUT", path, connection).body;
    EXPECT_EQ(connection["is_active"], false);
    connection["config"]["bot_token"] = "another"; // would lose the one that cannot be read
    EXPECT_EQ(ask("PUT", path, connection).status, 503);
    EXPECT_FALSE(std::filesystem::exists(data + "/tenants.key")) << "no key in place of the lost";
    std::filesystem::rename(folder.path() + "/kept.key", data + "/tenants.key");
    const Got again = ask("POST", path + "/test", Json::object()); // without a new start
    EXPECT_EQ(again.status, 200) << again.body;
    EXPECT_EQ(again.body["steps"][0]["state"], "ok") << again.body;
}

TEST(ChannelSecretKeys, AFileThatIsNamedMustHoldAKey)
{
    const support::TemporaryFolder folder;
    const std::string file = folder.path() + "/keys";
    const auto refused = [&] {
        const auto ended = support::runProgram(SIGNALBOX_GATEWAY_PROGRAM,
            { "--port", "0", "--data", folder.path() + "/data", "--secret-key-file", file });
        EXPECT_NE(ended.code, 0);
        return ended.errors;
    };
    EXPECT_NE(refused().find("cannot read the key file"), std::string::npos);
    std::ofstream(file) << "# a comment\nabc\n";
    EXPECT_NE(refused().find("line 2 of the key file"), std::string::npos);
}

} // namespace
} // namespace signalbox::integration
