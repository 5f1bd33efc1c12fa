// SPDX-License-Identifier: GPL-3.0-only
#include "tests/integration/chat/desk.h"

namespace signalbox::integration {

Desk::Got Desk::call(const std::string &method, const std::string &path, const Json &body,
    const std::string &key) const
{
    const auto reply = support::http(gateway.port(), method, "/api/portal" + path,
        body.is_null() ? std::string() : body.dump(), key.empty() ? gateway.key() : key);
    return { reply.status, Json::parse(reply.body, nullptr, false) };
}

Json Desk::want(int status, const std::string &method, const std::string &path, const Json &body,
    const std::string &key) const
{
    Got got = call(method, path, body, key);
    EXPECT_EQ(got.status, status) << method << " " << path << ": " << got.body;
    return std::move(got.body);
}

void Desk::makeTenant(const std::string &id) const
{
    want(201, "POST", "/tenants", { { "id", id }, { "name", "Tenant " + id }, { "slug", id } });
}

std::string Desk::makeAgent(const std::string &tenant, Json more) const
{
    Json agent { { "name", "Ada" }, { "role", "support" }, { "model_preference", "scripted" } };
    agent.update(more);
    return want(201, "POST", "/tenants/" + tenant + "/agents", agent)["id"];
}

std::string Desk::talk(
    const std::string &tenant, const std::string &agent, const std::string &key) const
{
    const Json body { { "tenant_id", tenant }, { "agent_id", agent } };
    return call("POST", "/chat/conversations", body, key).body["id"];
}

ChatSocket Desk::chat(
    const std::string &tenant, const std::string &conversation, const std::string &dialect) const
{
    const Json auth { { "type", "auth" }, { "userId", me()["user"]["id"] },
        { "role", "platform_admin" }, { "tenantId", tenant }, { "token", gateway.key() },
        { "dialect", dialect } };
    return { gateway.port(), conversation, auth };
}

ChatSocket Desk::chatAgain(const support::GatewayProcess &again, const std::string &tenant,
    const std::string &conversation)
{
    const auto me = support::http(again.port(), "GET", "/api/portal/auth/me", {}, again.key());
    const Json auth { { "type", "auth" }, { "userId", Json::parse(me.body)["user"]["id"] },
        { "role", "platform_admin" }, { "tenantId", tenant }, { "token", again.key() } };
    return { again.port(), conversation, auth };
}

std::vector<Json> Desk::until(support::WebSocketClient &socket, const std::string &type)
{
    std::vector<Json> frames;
    nextWhere(socket, [&](const Json &frame) {
        frames.push_back(frame);
        return frame["type"] == type;
    });
    return frames;
}

void Desk::say(support::WebSocketClient &socket, const std::string &text, const std::string &id)
{
    Json frame { { "type", "message" }, { "text", text } };
    if (!id.empty())
        frame["id"] = id;
    send(socket, frame);
}

} // namespace signalbox::integration
