// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace signalbox::bench {

/// What the generator has said of one queue, newest last; `ready` is a number that only grows. In
/// memory that generator and bench share, so that the bench can ask what was true at any instant of
/// the last while.
struct PlayedQueue {
    struct Change {
        std::atomic<std::int64_t> atUs {
            0
        }; ///< steady clock, the moment it was handed to the socket
        std::atomic<std::int64_t> ready { 0 };
    };
    std::array<Change, 4> changes;
    std::atomic<std::int64_t> count { 0 }; ///< of changes so far
};

struct PlayedTotals {
    std::atomic<std::int64_t> changes { 0 }; ///< rows sent
    std::atomic<std::int64_t> workers { 0 }; ///< rows of workers sent
    std::atomic<std::int64_t> late { 0 }; ///< rows that should have been sent and were not yet
};

inline std::int64_t nowUs()
{
    return std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

inline constexpr int playedProcessors = 36; ///< of each flow, as many as a stock one has

struct Tier {
    int workspaces = 500;
    int flows = 6; ///< of each workspace
    int queues = 50; ///< of each flow
    int changes = 20000; ///< a second
    [[nodiscard]] int total() const { return workspaces * flows * queues; }
    [[nodiscard]] int totalFlows() const { return workspaces * flows; }
    [[nodiscard]] int totalWorkers() const { return totalFlows() * playedProcessors; }
    /// Rows of workers a second besides, a quarter as many: at L each is told every 22 s.
    [[nodiscard]] int workerRows() const { return changes / 4; }
};

inline Tier tierOf(const std::string &name)
{
    if (name == "M")
        return { 100, 5, 50, 5000 };
    if (name == "XL")
        return { 1000, 10, 50, 100000 };
    return {};
}

inline std::string padded(int number, int digits)
{
    std::string text = std::to_string(number);
    return std::string(std::size_t(std::max(0, digits - int(text.size()))), '0') + text;
}

inline std::string workspaceName(int workspace)
{
    return "yard-" + padded(workspace, 4);
}

inline std::string flowName(int flow)
{
    return "ingest-" + padded(flow, 2);
}

inline std::string processorName(int processor)
{
    return "sorter-" + padded(processor, 2);
}

/// One queue of a flow: the first of each processor is its input; those that remain are what the
/// first processors are asked on, so that a flow has flow and request topics.
struct PlayedPlace {
    int processor = 0;
    const char *topicClass = "flow";
    const char *spec = "input";
    /// `workspace` and `flow` may be placeholders.
    [[nodiscard]] std::string topic(const std::string &workspace, const std::string &flow) const
    {
        return std::string(topicClass) + ":tg:" + processorName(processor) + ':' + workspace + ':'
            + flow;
    }
};

inline PlayedPlace placeOf(int queueOfFlow)
{
    if (queueOfFlow < playedProcessors)
        return { queueOfFlow, "flow", "input" };
    return { queueOfFlow - playedProcessors, "request", "request" };
}

/// As our gateway names them: topic, processor, workspace, variant, name of the topic in the entry.
inline std::string queueName(const Tier &tier, int queue)
{
    const int flow = queue / tier.queues;
    const std::string workspace = workspaceName(flow / tier.flows);
    const std::string id = flowName(flow % tier.flows);
    const PlayedPlace place = placeOf(queue % tier.queues);
    return place.topic(workspace, id) + "." + processorName(place.processor) + "--" + workspace
        + "--" + id + "--" + place.spec;
}

inline constexpr const char *playedBlueprint = "played-line";

/// The blueprint that expands to exactly the queues above: a line in which each processor feeds the
/// next one, the first ones are servers too, and the others ask them.
inline std::string blueprintText(const Tier &tier)
{
    const auto member = [](const std::string &name, const std::string &value) {
        return '"' + name + "\":\"" + value + '"';
    };
    const auto topicOf = [](const char *topicClass, int processor) {
        return PlayedPlace { processor, topicClass, "" }.topic("{workspace}", "{id}");
    };
    const int servers = tier.queues - playedProcessors;
    std::string flow;
    for (int i = 0; i < playedProcessors; ++i) {
        std::string topics = member("input", topicOf("flow", i));
        if (i + 1 < playedProcessors)
            topics += ',' + member("output", topicOf("flow", i + 1));
        if (i < servers)
            topics += ',' + member("request", topicOf("request", i)) + ','
                + member("response", topicOf("response", i));
        else if (servers > 0)
            topics += ',' + member("sorter-request", topicOf("request", i % servers)) + ','
                + member("sorter-response", topicOf("response", i % servers));
        flow += (i > 0 ? "," : "") + ('"' + processorName(i)) + ":{id}\":{\"topics\":{" + topics
            + "},\"parameters\":{}}";
    }
    return R"({"description":"A line as long as a stock one","tags":["played"],"parameters":{},)"
           R"("blueprint":{},"flow":{)"
        + flow + R"(},"interfaces":{"document-load":{)" + member("flow", topicOf("flow", 0))
        + "}}}";
}

} // namespace signalbox::bench
