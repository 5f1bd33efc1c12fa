// SPDX-License-Identifier: GPL-3.0-only
#pragma once

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
    std::atomic<std::int64_t> late { 0 }; ///< rows that should have been sent and were not yet
};

inline std::int64_t nowUs()
{
    return std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

struct Tier {
    int workspaces = 500;
    int flows = 6; ///< of each workspace
    int queues = 50; ///< of each flow
    int changes = 20000; ///< a second
    [[nodiscard]] int total() const { return workspaces * flows * queues; }
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

/// As our gateway names them: topic, processor, workspace, variant.
inline std::string queueName(const Tier &tier, int queue)
{
    const int flow = queue / tier.queues;
    const std::string workspace = workspaceName(flow / tier.flows);
    const std::string processor = "sorter-" + padded(queue % tier.queues, 2);
    return "flow:" + workspace + ":in-" + processor + ":" + flowName(flow % tier.flows) + "."
        + processor + "--" + workspace + "--" + flowName(flow % tier.flows) + "--input";
}

} // namespace signalbox::bench
