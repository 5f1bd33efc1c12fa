// SPDX-License-Identifier: GPL-3.0-only
// The real gateway over loopback: requests per second and p99 of one socket, and one list of many
// flows.
#include "tests/support/gatewayprocess.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace {

using signalbox::support::GatewayProcess;
using signalbox::support::HttpClient;
using signalbox::support::WebSocketClient;
using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;

constexpr int requests = 5000;
constexpr int window = 12; ///< in flight, as the console keeps
constexpr int flows = 100;

double milliseconds(Clock::duration time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

void benchSocket(const GatewayProcess &gateway)
{
    WebSocketClient socket(gateway.port(), "/api/v1/socket");
    socket.sendText(Json { { "type", "auth" }, { "token", gateway.key() } }.dump());
    socket.receive();
    std::vector<Clock::time_point> sent(requests);
    std::vector<double> times;
    const auto begin = Clock::now();
    int next = 0;
    const auto sendOne = [&] {
        sent[static_cast<std::size_t>(next)] = Clock::now();
        socket.sendText("{\"id\":" + std::to_string(next++)
            + ",\"service\":\"config\",\"request\":{\"operation\":\"list\",\"type\":\"bench\"}}");
    };
    while (next < window)
        sendOne();
    while (times.size() < requests) {
        const auto frame = socket.receive();
        const int id = Json::parse(frame.value()).at("id");
        times.push_back(milliseconds(Clock::now() - sent[static_cast<std::size_t>(id)]));
        if (next < requests)
            sendOne();
    }
    const double seconds = milliseconds(Clock::now() - begin) / 1000;
    std::sort(times.begin(), times.end());
    std::printf("bench socket-requests %.0f req/s\n", requests / seconds);
    std::printf("bench socket-p99 %.2f ms\n", times[times.size() * 99 / 100]);
}

void benchList(const GatewayProcess &gateway)
{
    HttpClient client(gateway.port());
    const Json topics { { "request", "request:tg:prompt:{workspace}:{id}" },
        { "response", "response:tg:prompt:{workspace}:{id}" } };
    const Json blueprint { { "blueprint", Json::object() },
        { "flow",
            { { "prompt:{id}", { { "topics", topics }, { "parameters", Json::object() } } } } },
        { "interfaces", { { "prompt", topics } } } };
    const auto call = [&](const Json &body) {
        return client.request("POST", "/api/v1/flow", body.dump(), gateway.key()).body;
    };
    call({ { "operation", "put-blueprint" }, { "blueprint-name", "b" },
        { "blueprint-definition", blueprint.dump() } });
    for (int i = 0; i < flows; ++i)
        call({ { "operation", "start-flow" }, { "flow-id", "f" + std::to_string(i) },
            { "blueprint-name", "b" }, { "description", "" } });
    std::vector<double> times;
    for (int i = 0; i < 20; ++i) {
        const auto begin = Clock::now();
        const Json listed = Json::parse(call({ { "operation", "list-flows" } }));
        times.push_back(milliseconds(Clock::now() - begin));
        if (listed.at("flow-ids").size() != flows)
            throw std::runtime_error("not all flows are listed");
    }
    std::sort(times.begin(), times.end());
    std::printf("bench list-flows-one-request %.2f ms limit 50\n", times[times.size() / 2]);
}

} // namespace

int main()
{
    const signalbox::support::TemporaryFolder folder;
    {
        GatewayProcess first(SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data");
        first.stop(); // the first start makes the administrator, which takes its time on purpose
    }
    const GatewayProcess gateway(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", { "--log-level", "warn" });
    std::printf("bench gateway-ready %.1f ms limit 100\n",
        static_cast<double>(gateway.startTime().count()) / 1000);
    benchSocket(gateway);
    benchList(gateway);
    return 0;
}
