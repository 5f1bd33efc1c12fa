// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/stopdrill.h"

#include "app/gateway/demo/json.h"

#include <mutex>
#include <nlohmann/json.hpp>

namespace signalbox::gateway::demo {

namespace {
constexpr auto flowNotices = "notify:tg:flow";
constexpr auto interruptedStep = "stop:entries";
} // namespace

struct StopDrill::State {
    std::mutex mutex;
    std::shared_ptr<Consumer> notices; ///< held while armed
    std::string workspace;
    std::string flow;
    bool struck = false;

    /// The flow service says which flow it stops before it begins.
    bool stopsOurs()
    {
        bool ours = false;
        while (const auto notice = notices->tryReceive()) {
            notices->acknowledge(*notice);
            const schema::Json event = parsed(notice->value);
            if (event.is_object() && event.value("state", "") == "stopping")
                ours = event.value("workspace", "") == workspace && event.value("flow", "") == flow;
        }
        return ours;
    }
    void close()
    {
        if (notices)
            notices->close();
        notices.reset();
    }
};

StopDrill::StopDrill()
    : m_state(std::make_shared<State>())
{
}

bool StopDrill::operator()(const std::string &step) const
{
    if (step != interruptedStep)
        return true;
    const std::lock_guard lock(m_state->mutex);
    if (!m_state->notices || !m_state->stopsOurs())
        return true;
    m_state->struck = true;
    m_state->close();
    return false;
}

FabricResult<Done> StopDrill::arm(
    Backend &fabric, const std::string &workspace, const std::string &flow) const
{
    auto notices = fabric.createConsumer(flowNotices, "demo-drill", InitialPosition::Latest,
        ConsumerType::Exclusive, { {}, {}, {}, 64 });
    if (!notices)
        return unexpected(notices.error());
    const std::lock_guard lock(m_state->mutex);
    m_state->close();
    m_state->notices = *notices;
    m_state->workspace = workspace;
    m_state->flow = flow;
    m_state->struck = false;
    return Done {};
}

bool StopDrill::disarm() const
{
    const std::lock_guard lock(m_state->mutex);
    m_state->close();
    return m_state->struck;
}

} // namespace signalbox::gateway::demo
