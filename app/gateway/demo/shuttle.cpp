// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/shuttle.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace signalbox::gateway::demo {

namespace {
constexpr auto restFlag =
    "demo-shuttle"; ///< set while the flow rests, so that a restart knows who stopped it
constexpr auto resting = R"({"resting":true})";
constexpr auto underWay = R"({"resting":false})";
constexpr auto retry = std::chrono::seconds(15);
constexpr std::chrono::steady_clock::duration meanwhileEvery = std::chrono::seconds(5);
} // namespace

Shuttle::Shuttle(const ServiceCalls &calls, ShuttlePlan plan, std::function<void()> meanwhile)
    : m_calls(calls)
    , m_plan(std::move(plan))
    , m_meanwhile(std::move(meanwhile))
{
}

void Shuttle::run()
{
    for (;;) {
        const auto begun = resume();
        if (!begun)
            spdlog::warn("demo: shuttle flow: {}", begun.error());
        else if (!*begun)
            spdlog::info("demo: {} was stopped by somebody else and stays so", m_plan.flow.id);
        const bool ours = begun && *begun;
        if (!wait(begun ? m_plan.runs : retry))
            return;
        if (!ours)
            continue;
        const auto halted = halt();
        if (!halted)
            spdlog::warn("demo: shuttle flow: {}", halted.error());
        if (!wait(m_plan.rests))
            return;
    }
}

void Shuttle::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopped = true;
    }
    m_wake.notify_all();
}

bool Shuttle::wait(std::chrono::milliseconds time)
{
    const auto deadline = std::chrono::steady_clock::now() + time;
    for (;;) {
        const auto next = std::min(deadline, std::chrono::steady_clock::now() + meanwhileEvery);
        {
            std::unique_lock lock(m_mutex);
            if (m_wake.wait_until(lock, next, [this] { return m_stopped; }))
                return false;
        }
        if (next == deadline)
            return true;
        m_meanwhile();
    }
}

Expected<bool, std::string> Shuttle::there() const
{
    const auto flows = m_calls.flows(m_plan.flow.workspace);
    if (!flows)
        return unexpected(flows.error());
    return std::find(flows->begin(), flows->end(), m_plan.flow.id) != flows->end();
}

Expected<bool, std::string> Shuttle::resume()
{
    const auto present = there();
    if (!present || *present)
        return present;
    const auto flag = m_calls.flag(restFlag);
    if (!flag)
        return unexpected(flag.error());
    if (*flag != resting)
        return false;
    if (const auto started = m_calls.startFlow(m_plan.flow); !started)
        return unexpected(started.error());
    if (const auto set = m_calls.setFlag(restFlag, underWay); !set)
        return unexpected(set.error());
    return true;
}

Expected<bool, std::string> Shuttle::halt()
{
    const auto present = there();
    if (!present || !*present)
        return present;
    // Set first: after a crash in between the flow is found running and all is well.
    if (const auto set = m_calls.setFlag(restFlag, resting); !set)
        return unexpected(set.error());
    const auto stopped = m_calls.flow(
        m_plan.flow.workspace, { { "operation", "stop-flow" }, { "flow-id", m_plan.flow.id } });
    if (!stopped)
        return unexpected(stopped.error());
    return true;
}

} // namespace signalbox::gateway::demo
