// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/chattools.h"
#include "app/gateway/services/llmpool.h"
#include "app/gateway/services/requestserver.h"
#include "app/gateway/services/turnqueue.h"

namespace signalbox::gateway {

/// One turn of an agent (tenant-platform §4.4): takes dispatches from `request:tg:orchestrator`,
/// pops their extras, validates strictly, and goes from escalation check over memory, LLM, tools
/// and rules to the stored, then published answer. What a thread is asked at once is done one after
/// another in its order, and keeps nobody else waiting.
class Orchestrator final : public RequestServer {
public:
    struct Options {
        int turns = 16; ///< at once
        std::chrono::milliseconds llmPatience { 120000 }; ///< per awaited part
        std::chrono::milliseconds confirmation { 600000 }; ///< for a person to answer
        /// No other gateway works on these tenants: a turn that does not run here runs nowhere.
        /// Else only those that this one took.
        bool alone = true;
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
    static std::string systemPrompt(const schema::Agent &agent);
    static std::vector<schema::PromptMessage> memoryOf(
        TenantCore &core, const rules::TenantId &tenant, const ThreadRow &thread);
    /// A memory that went with its process is made anew of what was stored before message `until`.
    static void recall(TenantCore &core, const rules::TenantId &tenant, const ThreadRow &thread,
        const std::string &until);
    /// What a person said in the agent's place is the agent's side of the conversation.
    static void rememberPerson(TenantCore &core, const rules::TenantId &tenant,
        const ThreadRow &thread, const std::string &author, const std::string &text);
    /// What a person gave the conversation back with: in the next prompt, and falls out of the
    /// memory as everything else.
    static void rememberNote(TenantCore &core, const rules::TenantId &tenant,
        const ThreadRow &thread, const std::string &note);

private:
    struct Turn;
    Expected<Done, std::string> prepare() override;
    std::string handle(const Request &request) override;
    [[nodiscard]] std::string errorType() const override { return "orchestrator-error"; }

    void ended() override;

    enum class Tell { Here, AlsoOtherChannels };
    /// On the service's thread, in the order of the queue: they only say what is to be done.
    void queueBegin(const Request &request);
    void queueResume(const Request &request);
    void refuseDispatch(const Request &request, const std::string &thread, const std::string &why);
    void begin(const rules::TenantId &tenant, const std::string &thread,
        const schema::KonstructMessage &message);
    void resume(const rules::TenantId &tenant, const std::string &thread);
    /// There will be no answer, for that reason or because there is no such thread: nobody is to
    /// wait for it.
    void giveUp(const rules::TenantId &tenant, const std::string &thread, const std::string &why,
        Tell tell = Tell::AlsoOtherChannels);
    void handOverNotice(const Turn &turn);
    void tellOtherChannel(const rules::TenantId &tenant, const ThreadRow &thread);
    Expected<Done, std::string> giveUpInterrupted(const rules::TenantId &tenant);
    enum class Owed { Nothing, Answer, OldAnswer };
    Owed owed(const rules::TenantId &tenant, const ThreadRow &thread);
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
    void fail(Turn &turn, const std::string &why, Tell tell = Tell::AlsoOtherChannels);
    void account(Turn &turn);
    std::string ruleThatHolds(const Turn &turn);
    static void remember(TenantCore &core, const rules::TenantId &tenant, const ThreadRow &thread,
        const char *role, const std::string &text);
    void tellTyping(const Turn &turn, bool on);
    void tellTool(const Turn &turn, const schema::ToolCall &tool);

    TenantCore &m_core;
    ChatTools &m_tools;
    const Options m_options;
    std::stop_source m_stop;
    std::shared_ptr<Producer> m_again;
    std::mutex m_waitingMutex;
    std::multimap<std::int64_t, std::pair<rules::TenantId, std::string>> m_waiting; ///< by end
    TurnQueue m_turns;
};

} // namespace signalbox::gateway
