// SPDX-License-Identifier: GPL-3.0-only
// The same pipeline on PostgreSQL and Redis.
#include "tests/integration/chat/desk.h"
#include "tests/support/serverprocess.h"

namespace signalbox::integration {
namespace {

TEST(ChatOnServers, ATurnWithAToolAndAConfirmationRunsOnPostgresAndRedis)
{
    support::TemporaryFolder folder;
    support::PostgresServer postgres;
    support::RedisServer redis;
    const support::GatewayProcess gateway(SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data",
        { "--store", postgres.appUrl(), "--store-owner", postgres.ownerUrl(), "--cache",
            redis.url() });
    const auto call = [&](const std::string &method, const std::string &path, const Json &body) {
        const auto reply = support::http(gateway.port(), method, "/api/portal" + path,
            body.is_null() ? std::string() : body.dump(), gateway.key());
        EXPECT_LT(reply.status, 300) << method << " " << path << ": " << reply.body;
        return Json::parse(reply.body, nullptr, false);
    };
    call("POST", "/tenants", { { "id", "acme" }, { "name", "Acme" }, { "slug", "acme" } });
    const Json agent = call("POST", "/tenants/acme/agents",
        { { "name", "Ada" }, { "tool_assignments", { "calendar_book" } } });
    const Json conversation = call(
        "POST", "/chat/conversations", { { "tenant_id", "acme" }, { "agent_id", agent["id"] } });
    const std::string id = conversation["id"];
    const Json me = call("GET", "/auth/me", nullptr);
    ChatSocket socket(gateway.port(), id,
        { { "type", "auth" }, { "userId", me["user"]["id"] }, { "role", "platform_admin" },
            { "tenantId", "acme" }, { "token", gateway.key() } });
    const auto awaited = [&](const char *type) {
        return nextWhere(socket, [&](const Json &frame) { return frame["type"] == type; });
    };
    send(socket, { { "type", "message" }, { "text", "hello" } });
    EXPECT_FALSE(awaited("done")["text"].get<std::string>().empty());
    send(socket, { { "type", "message" }, { "text", "please book tuesday" } });
    awaited("confirmation_required");
    call("POST", "/ops/confirmations/acme/" + id, { { "decision", "approve" } });
    EXPECT_NE(awaited("done")["text"].get<std::string>().find("booked"), std::string::npos);
    const Json history = call("GET", "/chat/conversations/" + id + "/messages", nullptr);
    EXPECT_EQ(history["items"].size(), 4u);
    const Json keys = call("GET", "/ops/keys?tenant=acme&type=engaged", nullptr);
    EXPECT_EQ(keys["items"].size(), 1u);
}

} // namespace
} // namespace signalbox::integration
