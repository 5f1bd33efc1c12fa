// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/fabric/fabric.h"

#include <memory>
#include <string>

namespace signalbox::gateway::demo {

/// A fault drill: interrupts the stop of one flow half-way, as a crash of the flow service would.
/// Its entries are gone, its topics and messages are still there, its record says `stopping`, until
/// somebody stops it once more or the gateway is started again (signalbox-gateway §1). Goes into
/// PlatformOptions::flowStep; copies share their state. Thread-safe.
class StopDrill {
public:
    StopDrill();
    /// PlatformOptions::flowStep. Other flows than the armed one are never touched.
    bool operator()(const std::string &step) const;
    FabricResult<Done> arm(
        Backend &fabric, const std::string &workspace, const std::string &flow) const;
    /// true when the armed stop was interrupted. No further one will be.
    bool disarm() const;

private:
    struct State;
    std::shared_ptr<State> m_state;
};

} // namespace signalbox::gateway::demo
