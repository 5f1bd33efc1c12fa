// SPDX-License-Identifier: GPL-3.0-only
// What the demo platform costs while nobody looks: processor time, memory and messages per second.
#include "tests/support/gatewayprocess.h"
#include "tests/support/processcost.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

using signalbox::support::GatewayProcess;
using signalbox::support::processorSeconds;
using signalbox::support::pssMiB;
using Json = nlohmann::json;

namespace {
constexpr auto settle = std::chrono::seconds(15); ///< seeding and opening traffic
constexpr auto span = std::chrono::seconds(30);

double published(const GatewayProcess &gateway)
{
    double sum = 0;
    Json request { { "operation", "list-queues" }, { "limit", 5000 } };
    const auto reply = signalbox::support::http(
        gateway.port(), "POST", "/api/v1/fabric", request.dump(), gateway.key());
    const Json rows = Json::parse(reply.body);
    for (const Json &row : rows.at("queues"))
        sum += row.at("published").get<double>();
    return sum;
}
} // namespace

int main()
{
    signalbox::support::TemporaryFolder folder;
    GatewayProcess gateway(SIGNALBOX_GATEWAY_PROGRAM, folder.path(), { "--demo" });
    std::this_thread::sleep_for(settle);
    const double before = published(gateway);
    const double began = processorSeconds(gateway.pid());
    std::this_thread::sleep_for(span);
    const double used = processorSeconds(gateway.pid()) - began;
    const double memory = pssMiB(std::to_string(gateway.pid()));
    const double messages = published(gateway) - before;
    const double seconds = std::chrono::duration<double>(span).count();
    std::printf("bench demo-gateway-cpu %.2f %% limit 3\n", 100 * used / seconds);
    std::printf("bench demo-gateway-memory %.1f MiB limit 25\n", memory);
    std::printf("bench demo-messages %.0f messages/s limit 100\n", messages / seconds);
    return gateway.stop();
}
