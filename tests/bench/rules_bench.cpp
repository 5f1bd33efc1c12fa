// SPDX-License-Identifier: GPL-3.0-only
// Prints `bench NAME VALUE UNIT [limit LIMIT]`: planning a stop over 3 000 flows, and decoding of
// wire text.
#include "models/rules/plan.h"
#include "models/schema/config.h"
#include "models/schema/fabric.h"

#include <chrono>
#include <cstdio>
#include <string>

using namespace signalbox;

namespace {

constexpr int flowCount = 3000;
constexpr int processorCount =
    20; ///< each with a request pair and a shared topic: 45 topics in all
constexpr double planLimitMs = 100;

double millisecondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
}

schema::Blueprint largeBlueprint()
{
    schema::Blueprint blueprint;
    for (int i = 0; i < processorCount; ++i) {
        const std::string name = "worker-" + std::to_string(i);
        schema::ProcessorEntry entry;
        entry.topics = { { "request", "request:tg:" + name + ":{workspace}:{id}" },
            { "response", "response:tg:" + name + ":{workspace}:{id}" },
            { "output", "flow:tg:shared-" + std::to_string(i % 5) + ":{workspace}" },
            { "librarian-request", "request:tg:librarian:{workspace}" } };
        entry.parameters = { { "model", "{model}" } };
        blueprint.flow.emplace_back(name + ":{id}", std::move(entry));
    }
    return blueprint;
}

std::vector<rules::LiveFlow> manyFlows()
{
    const schema::Blueprint blueprint = largeBlueprint();
    std::vector<rules::LiveFlow> flows(flowCount);
    for (int i = 0; i < flowCount; ++i) {
        flows[i].workspace = "workspace-" + std::to_string(i % 30);
        flows[i].id = "flow-" + std::to_string(i);
        flows[i].record.blueprintName = "large";
        flows[i].record.parameters = { { "model", "small" } };
        flows[i].blueprint = blueprint;
    }
    return flows;
}

bool benchStopPlan()
{
    const auto flows = manyFlows();
    double best = 1e9;
    bool right = true;
    for (int round = 0; round < 5; ++round) {
        const auto start = std::chrono::steady_clock::now();
        const auto plan =
            rules::planStop({ "workspace-7", "flow-37" }, flows, rules::StopBehaviour::ours());
        best = std::min(best, millisecondsSince(start));
        right = right && plan && plan->deletedTopics().size() == 2 * processorCount;
    }
    std::printf("bench stop-plan-3000 %.1f ms limit %.0f\n", best, planLimitMs);
    if (!right)
        std::fprintf(stderr, "stop-plan-3000: the plan is wrong\n");
    return right && best <= planLimitMs;
}

bool benchDecode()
{
    schema::FabricResponse response;
    for (int i = 0; i < 5000; ++i) {
        schema::QueueRow row;
        row.topic = "request:tg:prompt:workspace-1:flow-" + std::to_string(i);
        row.name = row.topic + ".prompt--workspace-1--flow--request";
        row.topicClass = "request";
        row.scope = "flow";
        row.workspace = "workspace-1";
        row.published = row.delivered = row.acked = 1000 + i;
        response.queues.push_back(row);
    }
    const std::string text = schema::encode(response);
    const auto start = std::chrono::steady_clock::now();
    constexpr int rounds = 10;
    bool right = true;
    for (int round = 0; round < rounds; ++round) {
        const auto decoded = schema::decode<schema::FabricResponse>(text);
        right = right && decoded && decoded->queues.size() == response.queues.size();
    }
    const double seconds = millisecondsSince(start) / 1000;
    std::printf("bench decode %.1f MB/s\n", double(text.size()) * rounds / 1e6 / seconds);
    return right;
}

} // namespace

int main()
{
    const bool planned = benchStopPlan();
    const bool decoded = benchDecode();
    return planned && decoded ? 0 : 1;
}
