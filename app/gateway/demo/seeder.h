// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/demo/catalogue.h"
#include "app/gateway/fabric/requester.h"

#include <atomic>

namespace signalbox::gateway::demo {

/// Asks the system services over the fabric as any client would. Blocking.
class ServiceCalls {
public:
    /// `stopping`: no further call is made once it is set.
    ServiceCalls(Backend &fabric, const std::atomic<bool> &stopping);

    /// Answer text, or why there is none: the service's own error text, or that of the fabric. A
    /// workspace that was just created gets its queues a moment later: a missing topic is waited
    /// for.
    Expected<std::string, std::string> call(
        const std::string &topicName, const std::string &body) const;
    Expected<std::string, std::string> config(
        const std::string &workspace, const schema::Json &request) const;
    Expected<std::string, std::string> flow(
        const std::string &workspace, const schema::Json &request) const;
    Expected<std::vector<std::string>, std::string> flows(const std::string &workspace) const;
    /// A flag of ours in the reserved workspace `__system__` (TG §3.3); "" when it was never set.
    Expected<std::string, std::string> flag(const std::string &name) const;
    Expected<Done, std::string> setFlag(const std::string &name, const std::string &value) const;
    Expected<Done, std::string> startFlow(const SeedFlow &flow) const;
    [[nodiscard]] bool stopping() const { return m_stopping; }

private:
    Backend &m_fabric;
    const std::atomic<bool> &m_stopping;
};

/// Brings the demo platform into being at the first start: workspaces, configuration, blueprints,
/// flows. It only adds what is missing, and does nothing once it was done, so an operator's changes
/// survive.
class Seeder {
public:
    Seeder(const ServiceCalls &calls, std::string adminKey);
    /// true when it seeded, false when that was done before.
    Expected<bool, std::string> run();

private:
    Expected<Done, std::string> putTemplate();
    Expected<Done, std::string> putConfig(const std::string &workspace);
    Expected<Done, std::string> createWorkspaces();
    Expected<Done, std::string> putBlueprints(const std::string &workspace);
    Expected<Done, std::string> startFlows();

    const ServiceCalls &m_calls;
    const std::string m_adminKey;
    const SeedPlan m_plan;
};

} // namespace signalbox::gateway::demo
