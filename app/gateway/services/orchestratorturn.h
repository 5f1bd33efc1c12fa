// SPDX-License-Identifier: GPL-3.0-only
// One turn while it runs. Internal to the orchestrator.
#pragma once

#include "app/gateway/services/answers.h"
#include "app/gateway/services/orchestrator.h"

namespace signalbox::gateway {

struct Orchestrator::Turn {
    explicit Turn(rules::TenantId of)
        : tenant(std::move(of))
    {
    }
    /// Of a thread that is stored, with its agent if that is still there.
    static Expected<Turn, std::string> of(
        TenantCore &core, const rules::TenantId &tenant, const std::string &thread);

    rules::TenantId tenant;
    schema::Tenant owner;
    schema::Agent agent;
    bool hasAgent = true; ///< false: it was deleted
    ThreadRow thread;
    std::string id; ///< of the message that the answer will be
    std::string said; ///< by the user, in this turn
    std::string text; ///< of the answer so far
    std::vector<schema::PromptMessage> memory;
    std::vector<schema::PromptMessage> steps; ///< after it: what was called and came back
    std::vector<schema::ToolCall> tools;
    schema::ToolCall parked; ///< that a person has answered for
    schema::TurnFigures figures;
    std::int64_t beganMs = 0;
    std::int64_t failures = 0; ///< of tools
    bool handOver = false;
    bool failed = false; ///< `reason` says why
    bool keeps = true; ///< false: nothing is stored, nobody is told
    std::string reason;

    [[nodiscard]] LlmPrompt prompt(std::vector<schema::ToolInfo> offered) const;
    void add(const LlmReply &reply);
    void resume(const ParkedCall &call);
};

inline std::int64_t millisecondsSince(std::chrono::steady_clock::time_point began)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - began)
        .count();
}

} // namespace signalbox::gateway
