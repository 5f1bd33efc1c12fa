// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/demo/seeder.h"

#include <condition_variable>
#include <functional>
#include <mutex>

namespace signalbox::gateway::demo {

/// One flow that really is stopped and started again every few minutes, so that starts, stops and
/// the state between are seen. It keeps out of the way of an operator: a flow that somebody else
/// stopped is not started again.
class Shuttle {
public:
    /// `meanwhile` is called every few seconds while it waits.
    Shuttle(const ServiceCalls &calls, ShuttlePlan plan, std::function<void()> meanwhile);
    /// Blocks until stop(). Reports by log only.
    void run();
    void stop(); ///< from another thread

private:
    bool wait(std::chrono::milliseconds time); ///< false when stopped
    Expected<bool, std::string> there() const;
    Expected<bool, std::string> resume(); ///< false: the flow is an operator's now
    Expected<bool, std::string> halt();

    const ServiceCalls &m_calls;
    const ShuttlePlan m_plan;
    const std::function<void()> m_meanwhile;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_stopped = false;
};

} // namespace signalbox::gateway::demo
