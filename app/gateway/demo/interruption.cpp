// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/interruption.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

namespace signalbox::gateway::demo {

namespace {
constexpr auto flagName = "demo-interrupted-stop";
constexpr auto leftAlone = R"({"left-alone":true})";
constexpr auto longestWait = std::chrono::seconds(8);
constexpr auto poll = std::chrono::milliseconds(100);
constexpr std::int64_t enoughMessages = 20;
} // namespace

Interruption::Interruption(
    Backend &fabric, const ServiceCalls &calls, const Line &line, StopDrill drill, SeedFlow flow)
    : m_fabric(fabric)
    , m_calls(calls)
    , m_line(line)
    , m_drill(std::move(drill))
    , m_flow(std::move(flow))
{
}

Expected<bool, std::string> Interruption::run()
{
    const auto flag = m_calls.flag(flagName);
    if (!flag)
        return unexpected(flag.error());
    if (*flag == leftAlone)
        return false;
    const auto flows = m_calls.flows(m_flow.workspace);
    if (!flows)
        return unexpected(flows.error());
    if (std::find(flows->begin(), flows->end(), m_flow.id) == flows->end())
        if (const auto started = m_calls.startFlow(m_flow); !started)
            return unexpected(started.error());
    if (const auto done = interrupt(); !done)
        return unexpected(done.error());
    return m_hangs;
}

Expected<Done, std::string> Interruption::interrupt()
{
    waitForMessages();
    if (const auto armed = m_drill.arm(m_fabric, m_flow.workspace, m_flow.id); !armed)
        return unexpected(armed.error().text);
    const auto stopped =
        m_calls.flow(m_flow.workspace, { { "operation", "stop-flow" }, { "flow-id", m_flow.id } });
    m_hangs = m_drill.disarm();
    if (!stopped && !m_hangs)
        return unexpected(stopped.error());
    return Done {};
}

/// A stop is of interest when something would be lost by it.
void Interruption::waitForMessages() const
{
    const auto deadline = std::chrono::steady_clock::now() + longestWait;
    while (!m_calls.stopping() && std::chrono::steady_clock::now() < deadline) {
        std::int64_t waiting = 0;
        for (const schema::QueueRow &row : m_fabric.queues())
            if (row.workspace == m_flow.workspace && row.flow == m_flow.id
                && row.topicClass == "flow")
                waiting += row.ready;
        if (waiting >= enoughMessages)
            return;
        std::this_thread::sleep_for(poll);
    }
}

Expected<Done, std::string> Interruption::look()
{
    if (!m_hangs || m_line.knowsFlow(m_flow.workspace, m_flow.id))
        return Done {};
    m_hangs = false;
    return m_calls.setFlag(flagName, leftAlone);
}

} // namespace signalbox::gateway::demo
