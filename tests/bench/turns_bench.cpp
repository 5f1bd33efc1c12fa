// SPDX-License-Identifier: GPL-3.0-only
// Turns of the tenant platform through the real gateway: one at a time, what a turn costs besides
// its model, which answers at once here; many at the same time, how many a second. Prints
// `bench NAME VALUE UNIT`.
#include "tests/support/gatewayprocess.h"
#include "tests/support/processcost.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

using namespace signalbox::support;
using Json = nlohmann::json;

namespace {

constexpr int tenants = 16; ///< each may be told thirty messages a minute
constexpr int turnsEach = 28;

Json ask(const GatewayProcess &gateway, const char *method, const std::string &path,
    const Json &body = nullptr)
{
    const auto reply = http(gateway.port(), method, "/api/portal" + path,
        body.is_null() ? std::string() : body.dump(), gateway.key());
    if (reply.status >= 300)
        throw std::runtime_error(path + ": " + reply.body);
    return Json::parse(reply.body);
}

std::string conversationOf(const GatewayProcess &gateway, const std::string &tenant)
{
    ask(gateway, "POST", "/tenants", { { "id", tenant }, { "name", tenant }, { "slug", tenant } });
    const Json agent =
        ask(gateway, "POST", "/tenants/" + tenant + "/agents", { { "name", "Ada" } });
    return ask(gateway, "POST", "/chat/conversations",
        { { "tenant_id", tenant }, { "agent_id", agent["id"] } })["id"];
}

std::unique_ptr<WebSocketClient> chat(const GatewayProcess &gateway, const std::string &user,
    const std::string &tenant, const std::string &conversation)
{
    auto socket = std::make_unique<WebSocketClient>(gateway.port(), "/chat/ws/" + conversation);
    socket->sendText(Json { { "type", "auth" }, { "userId", user }, { "role", "platform_admin" },
        { "tenantId", tenant }, { "token", gateway.key() } }
                         .dump());
    const auto ready = socket->receive();
    if (!ready || Json::parse(*ready)["type"] != "ready")
        throw std::runtime_error("no chat: " + ready.value_or("closed"));
    return socket;
}

/// From the question to the frame that ends it, in ms.
double turn(WebSocketClient &socket, const std::string &text)
{
    const auto began = std::chrono::steady_clock::now();
    socket.sendText(Json { { "type", "message" }, { "text", text } }.dump());
    while (const auto frame = socket.receive()) {
        const std::string type = Json::parse(*frame)["type"];
        if (type == "error")
            throw std::runtime_error(*frame);
        if (type == "done")
            return std::chrono::duration<double, std::milli>(
                std::chrono::steady_clock::now() - began)
                .count();
    }
    throw std::runtime_error("the chat was closed");
}

} // namespace

int main()
{
    const TemporaryFolder folder;
    const GatewayProcess gateway(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", { "--log-level", "warn" });
    const std::string user = ask(gateway, "GET", "/auth/me")["user"]["id"];
    std::vector<std::unique_ptr<WebSocketClient>> sockets;
    for (int i = 0; i < tenants + 1; ++i) {
        const std::string tenant = "tenant-" + std::to_string(i);
        sockets.push_back(chat(gateway, user, tenant, conversationOf(gateway, tenant)));
    }

    std::vector<double> times;
    double cpu = processorSeconds(gateway.pid());
    for (int i = 0; i < turnsEach; ++i)
        times.push_back(turn(*sockets.back(), "message " + std::to_string(i)));
    cpu = processorSeconds(gateway.pid()) - cpu;
    std::sort(times.begin(), times.end());
    std::printf("bench turn-added-latency-median %.2f ms\n", times[times.size() / 2]);
    std::printf("bench turn-added-latency-most %.2f ms\n", times.back());
    std::printf("bench turn-cpu %.2f ms\n", cpu * 1000 / turnsEach);

    std::atomic<int> done { 0 };
    const auto began = std::chrono::steady_clock::now();
    cpu = processorSeconds(gateway.pid());
    {
        std::vector<std::jthread> talkers;
        for (int i = 0; i < tenants; ++i)
            talkers.emplace_back([&socket = *sockets[std::size_t(i)], &done] {
                for (int n = 0; n < turnsEach; ++n, ++done)
                    turn(socket, "message " + std::to_string(n));
            });
    }
    const double took =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    cpu = processorSeconds(gateway.pid()) - cpu;
    std::printf("bench turns %.1f turns/s\n", done / took);
    std::printf("bench turns-cpu %.2f ms\n", cpu * 1000 / done);
    return 0;
}
