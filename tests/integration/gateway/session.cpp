// SPDX-License-Identifier: GPL-3.0-only
#include "tests/integration/gateway/session.h"

#include <stdexcept>

namespace signalbox::integration {

Json next(support::WebSocketClient &socket)
{
    const auto text = socket.receive();
    if (!text)
        throw std::runtime_error(
            "closed with " + std::to_string(socket.closeCode()) + " " + socket.closeReason());
    return Json::parse(*text);
}

Json nextWhere(support::WebSocketClient &socket, const std::function<bool(const Json &)> &wanted)
{
    const auto deadline = std::chrono::steady_clock::now() + support::patience;
    while (std::chrono::steady_clock::now() < deadline) {
        Json frame = next(socket);
        if (wanted(frame))
            return frame;
    }
    throw std::runtime_error("the awaited frame did not come");
}

void send(support::WebSocketClient &socket, const Json &frame)
{
    socket.sendText(frame.dump());
}

Json signIn(support::WebSocketClient &socket, const std::string &key)
{
    send(socket, { { "type", "auth" }, { "token", key } });
    return next(socket);
}

Json ask(support::WebSocketClient &socket, const Json &id, const std::string &service,
    const Json &request)
{
    send(socket, { { "id", id }, { "service", service }, { "request", request } });
    return nextWhere(socket, [&](const Json &frame) {
        return frame.value("id", Json()) == id && frame.value("complete", false);
    });
}

Json answer(const support::GatewayProcess &gateway, const std::string &path, const Json &body,
    const std::string &key)
{
    const auto reply = support::http(gateway.port(), "POST", path, body.dump(), key);
    return Json::parse(reply.body, nullptr, false);
}

Json done(const support::GatewayProcess &gateway, const std::string &path, const Json &body)
{
    const auto reply = support::http(gateway.port(), "POST", path, body.dump(), gateway.key());
    Json answered = Json::parse(reply.body, nullptr, false);
    if (reply.status != 200 || !answered.is_object() || answered.contains("error"))
        throw std::runtime_error(
            body.dump() + " answered " + std::to_string(reply.status) + " " + reply.body);
    return answered;
}

std::string smallBlueprint(const std::string &kind)
{
    const Json topics = { { "request", "request:tg:" + kind + ":{workspace}:{id}" },
        { "response", "response:tg:" + kind + ":{workspace}:{id}" } };
    const Json entry = { { "topics", topics }, { "parameters", Json::object() } };
    const Json feed = { { "topics", { { "input", "flow:tg:feed:{workspace}:{id}" } } },
        { "parameters", Json::object() } };
    return Json {
        { "description", "small" }, { "blueprint", Json::object() },
        { "flow", { { kind + ":{id}", entry }, { "eater:{id}", feed } } },
        { "interfaces", { { kind, topics } } }
    }.dump();
}

void startFlow(
    const support::GatewayProcess &gateway, const std::string &flow, const std::string &blueprint)
{
    done(gateway, "/api/v1/flow",
        { { "operation", "start-flow" }, { "flow-id", flow }, { "blueprint-name", blueprint },
            { "description", "" } });
}

void stopFlow(const support::GatewayProcess &gateway, const std::string &flow)
{
    done(gateway, "/api/v1/flow", { { "operation", "stop-flow" }, { "flow-id", flow } });
}

Reader makeUser(const support::GatewayProcess &gateway, const std::string &name,
    const std::string &role, const std::string &workspace)
{
    const Json user = done(gateway, "/api/v1/iam",
        { { "operation", "create-user" }, { "workspace", workspace },
            { "user", { { "username", name }, { "password", name }, { "roles", { role } } } } });
    Reader reader;
    reader.user = user.at("user").at("id");
    const Json key = done(gateway, "/api/v1/iam",
        { { "operation", "create-api-key" },
            { "key", { { "user_id", reader.user }, { "name", name } } } });
    reader.key = key.at("api_key_plaintext");
    reader.keyId = key.at("api_key").at("id");
    return reader;
}

} // namespace signalbox::integration
