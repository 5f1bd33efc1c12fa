// SPDX-License-Identifier: GPL-3.0-only
// What the demo platform costs while nobody looks: processor time, memory and messages per second.
#include "tests/support/gatewayprocess.h"

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <unistd.h>

using signalbox::support::GatewayProcess;
using Json = nlohmann::json;

namespace {
constexpr auto settle = std::chrono::seconds(15); ///< seeding and opening traffic
constexpr auto span = std::chrono::seconds(30);

double processorSeconds(pid_t pid)
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string field;
    double ticks = 0;
    for (int i = 3; fields >> field; ++i)
        if (i == 14 || i == 15)
            ticks += std::stod(field);
    return ticks / double(sysconf(_SC_CLK_TCK));
}

double proportionalMiB(pid_t pid)
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
    std::string name;
    while (file >> name) {
        double kib = 0;
        if (name == "Pss:" && file >> kib)
            return kib / 1024;
    }
    return -1;
}

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
    const double memory = proportionalMiB(gateway.pid());
    const double messages = published(gateway) - before;
    const double seconds = std::chrono::duration<double>(span).count();
    std::printf("bench demo-gateway-cpu %.2f %% limit 3\n", 100 * used / seconds);
    std::printf("bench demo-gateway-memory %.1f MiB limit 25\n", memory);
    std::printf("bench demo-messages %.0f messages/s limit 100\n", messages / seconds);
    return gateway.stop();
}
