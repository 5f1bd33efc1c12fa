// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/chattools.h"
#include "app/gateway/services/llmpool.h"
#include "app/gateway/services/requestserver.h"

#include <array>

namespace signalbox::gateway {

/// One turn of an agent (tenant-platform §4.4): takes dispatches from `request:tg:orchestrator`,
/// pops their extras, validates strictly, and goes from escalation check over memory, LLM, tools
/// and rules to the stored, then published answer. What a thread is asked at once is done one after
/// another.
class Orchestrator final : public RequestServer {
public:
    struct Options {
        int threads = 4;
        std::chrono::milliseconds llmPatience { 120000 }; ///< per awaited part
        std::chrono::milliseconds confirmation { 600000 }; ///< for a person to answer
    };
    Orchestrator(TenantCore &core, ChatTools &tools, Options options);
    ~Orchestrator() override;
    void stopTurns() { m_stop.request_stop(); }

    /// One turn that keeps nothing and runs no tool that needs a person.
    Expected<schema::AgentTryResult, std::string> tryTurn(
        const rules::TenantId &tenant, const schema::Agent &agent, const schema::AgentTry &asked);
    /// Approve, deny or expired. Conflict: answered before.
    StoreResult<schema::PendingConfirmation> answer(const rules::TenantId &tenant,
        const std::string &thread, const std::string &decision, const std::string &by,
        const std::string &reason);
    /// About once a second: confirmations whose time is over are answered with `expired`.
    void expire(std::int64_t nowMs);
    /// A person is needed from now on.
    void escalate(const rules::TenantId &tenant, const std::string &thread,
        const schema::Agent &agent, const std::string &reason);

    static constexpr std::size_t memoryLength = 20;
    static std::string systemPrompt(const schema::Agent &agent, const std::string &note);
    static std::vector<schema::PromptMessage> memoryOf(
        TenantCore &core, const rules::TenantId &tenant, const ThreadRow &thread);

private:
    struct Turn;
    Expected<Done, std::string> prepare() override;
    std::string handle(const Request &request) override;
    [[nodiscard]] std::string errorType() const override { return "orchestrator-error"; }

    void begin(const Request &request);
    void resume(const Request &request);
    void handOverNotice(const Turn &turn);
    void advance(Turn &turn);
    LlmResult ask(Turn &turn);
    void chunk(Turn &turn, const std::string &text);
    bool call(Turn &turn, const LlmCall &call); ///< false: it waits for a person
    void settle(
        Turn &turn, schema::ToolCall tool, const Expected<std::string, std::string> &result);
    bool park(Turn &turn, const schema::ToolCall &tool);
    StoreResult<schema::PendingConfirmation> settled(
        const rules::TenantId &tenant, const gateway::ConfirmationRow &row);
    void finish(Turn &turn);
    void fail(Turn &turn, const std::string &why);
    void account(Turn &turn);
    std::string ruleThatHolds(const Turn &turn);
    /// A memory that went with its process is made anew of what was stored before message `until`.
    void recall(const Turn &turn, const std::string &until);
    void remember(const Turn &turn, const char *role, const std::string &text);
    void tellTyping(const Turn &turn, bool on);
    void tellTool(const Turn &turn, const schema::ToolCall &tool);
    std::mutex &lockOf(const rules::TenantId &tenant, const std::string &thread);

    TenantCore &m_core;
    ChatTools &m_tools;
    const Options m_options;
    std::stop_source m_stop;
    std::array<std::mutex, 64> m_turns;
    std::shared_ptr<Producer> m_again;
    std::mutex m_waitingMutex;
    std::multimap<std::int64_t, std::pair<rules::TenantId, std::string>> m_waiting; ///< by end
};

} // namespace signalbox::gateway
