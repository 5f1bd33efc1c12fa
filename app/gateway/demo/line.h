// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/configreceiver.h"
#include "app/gateway/services/lineaccess.h"

#include <memory>
#include <thread>

namespace signalbox::gateway::demo {

struct LineOptions {
    std::uint64_t seed = 20260;
    double speed = 1; ///< of all service times and sources
    bool faults = true; ///< workers named in the seed die as planned
    std::chrono::microseconds tick { 5000 }; ///< timers are rounded up to it
};

/// The workers behind all processor entries. Follows the config service: a worker begins when its
/// entry appears, begins anew when the entry changes (TG §3.5 names the trap) and ends when it
/// vanishes. Thread-safe.
class Line : public ProcessorRegistry, public LineControl {
public:
    Line(Backend &fabric, LineOptions options);
    ~Line() override;

    /// Returns at once; workers begin as their entries become known.
    FabricResult<Done> start();
    void quiesce(); ///< sources fall silent, workers go on
    void stop(); ///< detaches all workers

    [[nodiscard]] std::vector<schema::ProcessorRow> processors() const override;
    /// Is there a record of this flow? From the notices of the config service.
    [[nodiscard]] bool knowsFlow(const std::string &workspace, const std::string &id) const;
    Expected<std::int64_t, ServiceFault> control(const LineCommand &command) override;
    /// Blocks until the entries of `version` are served; false after `timeout`.
    bool waitFor(std::int64_t version, std::chrono::milliseconds timeout) const;

private:
    struct Data;
    std::shared_ptr<Data> m_data;
};

} // namespace signalbox::gateway::demo
