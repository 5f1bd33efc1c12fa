// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/tenantplatform.h"

namespace signalbox::gateway::demo {

/// The demo's tenants: three of them with agents, channels, people and conversations in every
/// state, made at the first start only. Then somebody writes now and then, slowly, so that there is
/// always something to see and nearly nothing to do. One thread.
class DemoTenants {
public:
    struct Options {
        std::chrono::milliseconds pause { 20000 }; ///< between two messages
        std::string flow; ///< that answers for one of the agents, "" = none does
    };
    /// The platform has been started and outlives this.
    DemoTenants(TenantPlatform &platform, Options options);
    ~DemoTenants(); ///< stops
    DemoTenants(const DemoTenants &) = delete;
    DemoTenants &operator=(const DemoTenants &) = delete;

    void start();
    void stop();

private:
    struct Data;
    std::unique_ptr<Data> m_data;
};

} // namespace signalbox::gateway::demo
