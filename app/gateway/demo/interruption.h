// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/demo/line.h"
#include "app/gateway/demo/seeder.h"
#include "app/gateway/demo/stopdrill.h"

namespace signalbox::gateway::demo {

/// The flow of the demo platform that hangs in `stopping`: started and stopped over the flow
/// service, its stop interrupted by a StopDrill. The gateway ends an interrupted stop when it
/// starts, so it is done anew in every run, until an operator has ended the stop himself: then it
/// stays away.
class Interruption {
public:
    Interruption(Backend &fabric, const ServiceCalls &calls, const Line &line, StopDrill drill,
        SeedFlow flow);
    /// true when the flow hangs in `stopping` now.
    Expected<bool, std::string> run();
    /// From time to time after run(): remembers when an operator has ended the stop.
    Expected<Done, std::string> look();

private:
    Expected<Done, std::string> interrupt();
    void waitForMessages() const;

    Backend &m_fabric;
    const ServiceCalls &m_calls;
    const Line &m_line;
    const StopDrill m_drill;
    const SeedFlow m_flow;
    bool m_hangs = false;
};

} // namespace signalbox::gateway::demo
