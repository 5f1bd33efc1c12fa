// SPDX-License-Identifier: GPL-3.0-only
// A protected gateway: nothing is changed without a lease (ARCHITECTURE.md, annex).
#include "tests/integration/gateway/session.h"

#include <gtest/gtest.h>

namespace signalbox::integration {
namespace {

using support::GatewayProcess;
using support::TemporaryFolder;
using support::WebSocketClient;

const std::string program = SIGNALBOX_GATEWAY_PROGRAM;

class Lease : public ::testing::Test {
protected:
    TemporaryFolder folder;
    GatewayProcess gateway { program, folder.path() + "/data", { "--protect" } };

    support::HttpReply post(const std::string &path, const Json &body, const std::string &key = {})
    {
        return support::http(
            gateway.port(), "POST", path, body.dump(), key.empty() ? gateway.key() : key);
    }
    Json iam(const std::string &operation, const Json &lease = nullptr)
    {
        return Json::parse(
            post("/api/v1/iam", { { "operation", operation }, { "lease", lease } }).body);
    }
    static Json wanted(const Json &scopes, const std::string &workspace = "")
    {
        return { { "workspace", workspace }, { "scopes", scopes }, { "minutes", 5 },
            { "reason", "drill" } };
    }
    int put(const std::string &workspace = "default")
    {
        const Json value { { "type", "prompt" }, { "key", "a" }, { "value", "1" } };
        return post("/api/v1/config",
            { { "operation", "put" }, { "workspace", workspace }, { "values", { value } } })
            .status;
    }
};

TEST_F(Lease, IsAnnouncedAndEveryWriteWantsOne)
{
    const Json version = Json::parse(support::http(gateway.port(), "GET", "/api/v1/version").body);
    const auto &offered = version["capabilities"];
    EXPECT_NE(std::find(offered.begin(), offered.end(), "leases"), offered.end());
    EXPECT_EQ(put(), 403);
    const auto refused = post("/api/v1/flow",
        { { "operation", "stop-flow" }, { "flow-id", "x" }, { "workspace", "default" } });
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(Json::parse(refused.body)["error"]["type"], "lease-required");
    EXPECT_EQ(post("/api/v1/iam", { { "operation", "rotate-signing-key" } }).status, 403);
    EXPECT_EQ(
        post("/api/v1/config", { { "operation", "list" }, { "type", "prompt" } }).status, 200);
    EXPECT_EQ(post("/api/v1/iam", { { "operation", "list-users" } }).status, 200);
}

TEST_F(Lease, TalkingToAnAgentAndTryingOneWantsOneToo)
{
    const auto portal = [this](const char *method, const std::string &path, const Json &body) {
        return support::http(
            gateway.port(), method, "/api/portal" + path, body.dump(), gateway.key());
    };
    const auto setUp = iam("take-lease", wanted({ "access", "config", "messages" }))["lease"];
    const Json tenant { { "id", "acme" }, { "name", "Acme" }, { "slug", "acme" } };
    ASSERT_EQ(portal("POST", "/tenants", tenant).status, 201);
    const Json agent =
        Json::parse(portal("POST", "/tenants/acme/agents", { { "name", "Ada" } }).body);
    const std::string id = agent["id"];
    const Json open { { "tenant_id", "acme" }, { "agent_id", id } };
    const auto opened = portal("POST", "/chat/conversations", open);
    ASSERT_EQ(opened.status, 201) << opened.body;
    const std::string conversation = Json::parse(opened.body)["id"];
    iam("end-lease", setUp);

    EXPECT_EQ(portal("POST", "/chat/conversations", open).status, 403);
    EXPECT_EQ(
        portal("POST", "/tenants/acme/agents/" + id + "/test", { { "text", "hello" } }).status,
        403);
    const std::string one = "/chat/conversations/" + conversation;
    EXPECT_EQ(portal("DELETE", one, nullptr).status, 403);
    const Json me = Json::parse(
        support::http(gateway.port(), "GET", "/api/portal/auth/me", {}, gateway.key()).body);
    WebSocketClient socket(gateway.port(), "/chat/ws/" + conversation);
    send(socket,
        { { "type", "auth" }, { "userId", me["user"]["id"] }, { "role", "platform_admin" },
            { "tenantId", "acme" }, { "token", gateway.key() } });
    EXPECT_EQ(next(socket)["type"], "ready");
    send(socket, { { "type", "message" }, { "text", "hello" } });
    EXPECT_EQ(next(socket)["code"], "lease-required");
    iam("take-lease", wanted({ "messages" }));
    send(socket, { { "type", "message" }, { "text", "hello" } });
    const Json answer = next(socket);
    EXPECT_EQ(answer["type"], "typing") << answer;
    EXPECT_EQ(portal("DELETE", one, nullptr).status, 403) << "deleting is another scope";
}

TEST_F(Lease, LetsThroughWhatItCoversUntilItEnds)
{
    const Json lease = iam("take-lease", wanted({ "config" }, "default"))["lease"];
    ASSERT_TRUE(lease.is_object());
    EXPECT_EQ(put(), 200);
    EXPECT_EQ(
        post("/api/v1/config",
            { { "operation", "delete" }, { "keys", { { { "type", "prompt" }, { "key", "a" } } } } })
            .status,
        403)
        << "deleting is another scope";
    EXPECT_EQ(post("/api/v1/flow", { { "operation", "delete-blueprint" } }).status, 403);
    EXPECT_EQ(iam("list-leases")["leases"].size(), 1u);
    EXPECT_TRUE(iam("end-lease", lease).contains("lease"));
    EXPECT_EQ(put(), 403);
}

TEST_F(Lease, ForOneWorkspaceReachesNoQueueOfAnother)
{
    iam("take-lease", wanted({ "access" }));
    ASSERT_EQ(
        post("/api/v1/iam",
            { { "operation", "create-workspace" }, { "workspace_record", { { "id", "other" } } } })
            .status,
        200);
    iam("take-lease", wanted({ "flows" }, "other"));
    const Json entry { { "topics", { { "input", "flow:tg:in:{workspace}:{id}" } } } };
    const Json blueprint { { "blueprint", Json::object() }, { "flow", { { "eat:{id}", entry } } } };
    const auto inOther = [this](Json body) {
        body["workspace"] = "other";
        return post("/api/v1/flow", body);
    };
    ASSERT_EQ(inOther({ { "operation", "put-blueprint" }, { "blueprint-name", "line" },
                          { "blueprint-definition", blueprint.dump() } })
                  .status,
        200);
    const auto started = inOther({ { "operation", "start-flow" }, { "flow-id", "f" },
        { "blueprint-name", "line" }, { "description", "" } });
    ASSERT_EQ(started.body.find("error"), std::string::npos) << started.body;
    const auto publish = [this](const std::string &workspace) {
        return Json::parse(post("/api/v1/fabric",
            { { "operation", "publish" }, { "workspace", workspace },
                { "topic", "flow:tg:in:other:f" },
                { "payload",
                    "{}" } }).body);
    };
    iam("take-lease", wanted({ "messages" }, "default"));
    EXPECT_EQ(publish("default")["error"]["type"], "lease-required") << "said to be of default";
    iam("take-lease", wanted({ "messages" }, "other"));
    EXPECT_FALSE(publish("other").contains("error"));
    iam("take-lease", wanted({ "messages" }));
    EXPECT_FALSE(publish("default").contains("error")) << "everywhere";
}

TEST_F(Lease, AnImportSocketNeedsOneAndAnExportDoesNot)
{
    const auto open = [this](const std::string &what) {
        WebSocketClient socket(
            gateway.port(), "/api/v1/flow/none/" + what + "/triples?token=" + gateway.key());
    };
    EXPECT_THROW(open("import"), std::runtime_error);
    EXPECT_NO_THROW(open("export"));
    iam("take-lease", wanted({ "messages" }));
    EXPECT_NO_THROW(open("import"));
}

TEST_F(Lease, OfAnotherUserIsWorthNothingAndAnAdministratorEndsIt)
{
    const Json all = iam("take-lease", wanted({ "access" }))["lease"];
    const Reader other = makeUser(gateway, "other", "admin");
    const Json value { { "operation", "put" }, { "values", Json::array() } };
    EXPECT_EQ(post("/api/v1/config", value, other.key).status, 403);
    EXPECT_EQ(post("/api/v1/iam", { { "operation", "revoke-lease" }, { "lease", all } }, other.key)
                  .status,
        200);
    EXPECT_EQ(
        post("/api/v1/iam",
            { { "operation", "create-workspace" }, { "workspace_record", { { "id", "new" } } } })
            .status,
        403);
}

TEST_F(Lease, CountsOnAnOpenSocketAsWellAndOutlivesAKill)
{
    const Json put { { "operation", "put" },
        { "values", { { { "type", "prompt" }, { "key", "a" }, { "value", "1" } } } } };
    {
        WebSocketClient socket(gateway.port(), "/api/v1/socket");
        ASSERT_EQ(signIn(socket, gateway.key()).at("type"), "auth-ok");
        EXPECT_EQ(ask(socket, 1, "config", put)["error"]["type"], "lease-required");
        ask(socket, 2, "iam", { { "operation", "take-lease" }, { "lease", wanted({ "config" }) } });
        EXPECT_FALSE(ask(socket, 3, "config", put).contains("error"));
    }
    const Json held = iam("list-my-leases")["leases"];
    ASSERT_EQ(held.size(), 1u);
    gateway.kill();
    GatewayProcess again(program, folder.path() + "/data", { "--protect" });
    const auto asked = [&](const std::string &path, const Json &body) {
        return support::http(again.port(), "POST", path, body.dump(), gateway.key());
    };
    EXPECT_EQ(asked("/api/v1/config", put).status, 200);
    EXPECT_EQ(asked("/api/v1/flow", { { "operation", "delete-blueprint" } }).status, 403)
        << "it covers what it covered before";
    const Json now =
        Json::parse(asked("/api/v1/iam", { { "operation", "list-my-leases" } }).body)["leases"];
    EXPECT_EQ(now, held) << "with its end";
    asked("/api/v1/iam", { { "operation", "end-lease" }, { "lease", held[0] } });
    again.kill();
    GatewayProcess last(program, folder.path() + "/data", { "--protect" });
    EXPECT_EQ(
        support::http(last.port(), "POST", "/api/v1/config", put.dump(), gateway.key()).status, 403)
        << "what was ended stays ended";
}

} // namespace
} // namespace signalbox::integration
