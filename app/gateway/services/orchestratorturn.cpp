// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/orchestratorturn.h"

#include "app/gateway/fabric/requester.h"
#include "models/rules/condition.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <cmath>

namespace signalbox::gateway {

Expected<Orchestrator::Turn, std::string> Orchestrator::Turn::of(
    TenantCore &core, const rules::TenantId &tenant, const std::string &thread)
{
    Turn turn(tenant);
    const auto owner = core.tenant(tenant);
    const auto row = core.store().thread(tenant, thread);
    if (!owner || !row)
        return unexpected("there is no thread " + thread + " of " + tenant.text());
    const auto agent = core.store().agent(tenant, row->agentId);
    if (!agent && agent.error().kind != StoreError::Kind::NotFound)
        return unexpected("the agent of thread " + thread + " cannot be read now");
    turn.owner = *owner;
    turn.thread = *row;
    turn.hasAgent = agent.hasValue();
    if (agent)
        turn.agent = agentOf(tenant.text(), *agent);
    turn.id = newUuid();
    turn.beganMs = unixMs();
    return turn;
}

LlmPrompt Orchestrator::Turn::prompt(std::vector<schema::ToolInfo> offered) const
{
    LlmPrompt prompt;
    prompt.tenant = tenant.text();
    prompt.workspace = workspaceOf(owner);
    prompt.system = systemPrompt(agent);
    prompt.messages = memory;
    prompt.messages.insert(prompt.messages.end(), steps.begin(), steps.end());
    prompt.tools = std::move(offered);
    return prompt;
}

void Orchestrator::Turn::add(const LlmReply &reply)
{
    const bool first = figures.provider.empty();
    figures.provider = reply.provider;
    figures.model = reply.model;
    figures.promptTokens += reply.promptTokens;
    figures.completionTokens += reply.completionTokens;
    // One part without a price, and nobody knows what the turn costs.
    if (first)
        figures.costUsd = reply.costUsd;
    else if (figures.costUsd && reply.costUsd)
        *figures.costUsd += *reply.costUsd;
    else
        figures.costUsd.reset();
}

void Orchestrator::Turn::resume(const ParkedCall &call)
{
    id = call.turnId;
    text = call.text;
    steps = call.steps;
    tools = call.done;
    figures = call.figures;
    beganMs = call.beganMs;
    parked.id = call.id;
    parked.tool = call.tool;
    parked.arguments.text = call.arguments;
}

void Orchestrator::tellTool(const Turn &turn, const schema::ToolCall &tool)
{
    if (!turn.keeps)
        return;
    schema::TenantEvent about;
    about.threadId = turn.thread.id;
    about.turnId = turn.id;
    about.tool = tool;
    m_core.tell(turn.tenant, schema::Event::Kind::Tool, std::move(about));
    const bool over = tool.state != "running" && tool.state != "waiting";
    schema::ChatFrame frame;
    frame.messageId = turn.id;
    frame.kind = over ? schema::ChatFrame::Kind::ToolResult : schema::ChatFrame::Kind::ToolCall;
    frame.callId = tool.id;
    frame.tool = tool.tool;
    if (over) {
        frame.result = tool.result.value_or(schema::JsonText {});
        frame.error = tool.error.value_or("");
        frame.durationMs = tool.durationMs;
    } else {
        frame.arguments = tool.arguments;
    }
    m_core.frame(turn.tenant, turn.thread.id, frame);
}

/// The turn rests until a person has answered, or the time is over: nothing of it stays in memory.
bool Orchestrator::park(Turn &turn, const schema::ToolCall &tool)
{
    const std::int64_t now = unixMs();
    gateway::ConfirmationRow row;
    row.id = tool.id;
    row.threadId = turn.thread.id;
    row.createdMs = now;
    row.expiresMs = now + m_options.confirmation.count();
    row.body = bodyOf(ParkedCall { tool.id, tool.tool, tool.arguments.text, turn.id, turn.text,
        turn.steps, turn.tools, turn.figures, turn.beganMs });
    if (const auto kept = m_core.store().insertConfirmation(turn.tenant, row); !kept) {
        schema::ToolCall refused = tool;
        refused.state = "running"; // it never came to wait
        tellTool(turn, refused);
        settle(turn, std::move(refused),
            unexpected(kept.error().kind == StoreError::Kind::Duplicate
                    ? "another call of this conversation waits for a person"
                    : kept.error().text));
        return true;
    }
    const std::string about = dump({ { "call_id", tool.id }, { "tool", tool.tool } });
    const auto noted = m_core.cache().set(
        rules::pendingToolConfirmKey(turn.tenant, turn.thread.id), about, m_options.confirmation);
    if (!noted)
        spdlog::warn("orchestrator: confirmation key: {}", noted.error().text);
    const auto changed = m_core.changeThread(
        turn.tenant, turn.thread.id, [&](ThreadRow &thread, ThreadFacts &facts) {
            thread.needs = "confirmation";
            thread.sinceMs = now;
            facts.expiresMs = row.expiresMs;
        });
    {
        const std::lock_guard lock(m_waitingMutex);
        m_waiting.emplace(row.expiresMs, std::pair(turn.tenant, turn.thread.id));
    }
    tellTyping(turn, false);
    tellTool(turn, tool);
    schema::ChatFrame frame;
    frame.kind = schema::ChatFrame::Kind::ConfirmationRequired;
    frame.messageId = turn.id;
    frame.conversationId = turn.thread.id;
    frame.callId = tool.id;
    frame.tool = tool.tool;
    frame.arguments = tool.arguments;
    frame.expiresAt = rfc3339(row.expiresMs);
    m_core.frame(turn.tenant, turn.thread.id, frame);
    schema::TenantEvent event;
    event.threadId = turn.thread.id;
    event.confirmation =
        confirmationOf(turn.tenant.text(), turn.agent.name, changed ? *changed : turn.thread, row);
    m_core.tell(turn.tenant, schema::Event::Kind::Confirmation, std::move(event));
    m_core.tellThread(turn.tenant, turn.thread.id);
    return false;
}

StoreResult<schema::PendingConfirmation> Orchestrator::answer(const rules::TenantId &tenant,
    const std::string &thread, const std::string &decision, const std::string &by,
    const std::string &reason)
{
    auto waiting = m_core.store().confirmation(tenant, thread);
    if (!waiting)
        return unexpected(waiting.error());
    const std::int64_t now =
        decision == "expired" ? std::min(unixMs(), waiting->expiresMs - 1) : unixMs();
    const auto row = m_core.store().decide(tenant, thread, decision, by, reason, now);
    if (!row)
        return unexpected(row.error());
    return settled(tenant, *row);
}

/// Tells everybody, and goes on with the turn.
StoreResult<schema::PendingConfirmation> Orchestrator::settled(
    const rules::TenantId &tenant, const gateway::ConfirmationRow &row)
{
    const std::string &thread = row.threadId;
    if (const auto gone = m_core.cache().remove(rules::pendingToolConfirmKey(tenant, thread));
        !gone)
        spdlog::warn("orchestrator: confirmation key: {}", gone.error().text);
    const auto changed =
        m_core.changeThread(tenant, thread, [](ThreadRow &each, ThreadFacts &facts) {
            if (each.needs == "confirmation")
                each.needs.clear();
            each.sinceMs = unixMs();
            facts.expiresMs = 0;
        });
    if (!changed)
        return unexpected(changed.error());
    auto pending =
        confirmationOf(tenant.text(), m_core.agentName(tenant, changed->agentId), *changed, row);
    schema::ChatFrame frame;
    frame.kind = schema::ChatFrame::Kind::ConfirmationResolved;
    frame.messageId = parkedOf(row).turnId;
    frame.conversationId = thread;
    frame.callId = pending.callId;
    frame.tool = pending.tool;
    frame.decision = row.decision;
    frame.by = row.decidedBy;
    frame.reason = row.reason;
    m_core.frame(tenant, thread, frame);
    schema::TenantEvent event;
    event.threadId = thread;
    event.confirmation = pending;
    m_core.tell(tenant, schema::Event::Kind::Confirmation, std::move(event));
    m_core.tellThread(tenant, thread);
    schema::AuditEvent entry;
    entry.agentId = changed->agentId;
    entry.threadId = thread;
    if (!row.decidedBy.empty())
        entry.userId = row.decidedBy;
    entry.actionType = "confirmation";
    entry.inputSummary = pending.tool + " " + pending.arguments.text;
    entry.outputSummary = row.decision + (row.reason.empty() ? "" : ": " + row.reason);
    m_core.audit(tenant, std::move(entry));
    Message again;
    again.value =
        dump({ { "operation", "resume" }, { "tenant", tenant.text() }, { "thread", thread } });
    again.properties.emplace_back("id", newUuid());
    if (const auto sent = m_again->send(std::move(again)); !sent)
        spdlog::error("orchestrator: a turn is not resumed: {}", sent.error().text);
    return pending;
}

void Orchestrator::expire(std::int64_t nowMs)
{
    std::vector<std::pair<rules::TenantId, std::string>> over;
    {
        const std::lock_guard lock(m_waitingMutex);
        const auto end = m_waiting.upper_bound(nowMs);
        for (auto each = m_waiting.begin(); each != end; ++each)
            over.push_back(each->second);
        m_waiting.erase(m_waiting.begin(), end);
    }
    for (const auto &[tenant, thread] : over) {
        const auto row = m_core.store().confirmation(tenant, thread);
        const auto held = m_core.store().thread(tenant, thread);
        if (!row || !held || row->expiresMs > nowMs || held->needs != "confirmation")
            continue;
        // The store may have seen it first, when somebody answered too late.
        const auto done = row->decision.empty() ? answer(tenant, thread, "expired", {}, {})
            : row->decision == "expired"
            ? settled(tenant, *row)
            : StoreResult<schema::PendingConfirmation>(schema::PendingConfirmation {});
        if (!done)
            spdlog::warn("orchestrator: expiry: {}", done.error().text);
    }
}

std::string Orchestrator::ruleThatHolds(const Turn &turn)
{
    const ThreadFacts facts = factsOf(turn.thread);
    rules::ConditionFacts known;
    known.numbers = { { "attempts", double(facts.attempts) },
        { "messages", double(facts.messages) },
        { "tool_failures", double(facts.toolFailures + turn.failures) },
        { "tokens", double(facts.tokens) }, { "cost_usd", facts.costUsd } };
    known.texts = { { "channel", turn.thread.channelType },
        { "tool", turn.tools.empty() ? "" : turn.tools.back().tool },
        { "sender", turn.thread.userId } };
    for (const schema::PromptMessage &message : turn.memory)
        if (message.role == "user")
            known.said += message.content + "\n";
    for (const schema::EscalationRule &rule : turn.agent.escalationRules) {
        const auto condition = rules::Condition::compile(rule.condition);
        if (condition && condition->holds(known) && rule.action == handOverTool)
            return rule.condition;
    }
    return {};
}

void Orchestrator::finish(Turn &turn)
{
    if (const std::string rule = ruleThatHolds(turn); !rule.empty() && !turn.handOver) {
        turn.handOver = true;
        turn.reason = rule;
    }
    turn.figures.latencyMs = unixMs() - turn.beganMs;
    if (!turn.keeps)
        return;
    schema::ChannelThreadMessage message;
    message.id = turn.id;
    message.threadId = turn.thread.id;
    message.role = "assistant";
    message.author = turn.agent.name;
    message.content = turn.text;
    message.tools = turn.tools;
    message.turn = turn.figures;
    if (const auto stored = m_core.addMessage(turn.tenant, message); !stored)
        return fail(turn, "the answer could not be stored: " + stored.error().text);
    remember(m_core, turn.tenant, turn.thread, "assistant", turn.text);
    account(turn);
    tellTyping(turn, false);
    if (turn.handOver) // before the turn is over: who waits for that knows then what came of it
        escalate(turn.tenant, turn.thread.id, turn.agent, turn.reason);
    schema::ChatFrame frame;
    frame.kind = schema::ChatFrame::Kind::Done;
    frame.conversationId = turn.thread.id;
    frame.text = turn.text;
    frame.messageId = turn.id;
    m_core.frame(turn.tenant, turn.thread.id, frame);
}

void Orchestrator::account(Turn &turn)
{
    const std::int64_t now = unixMs();
    UsageRow usage;
    usage.day = dayOf(now);
    usage.agentId = turn.agent.id;
    usage.provider = turn.figures.provider;
    usage.model = turn.figures.model;
    usage.turns = 1;
    usage.promptTokens = turn.figures.promptTokens;
    usage.completionTokens = turn.figures.completionTokens;
    usage.costMicros = std::llround(turn.figures.costUsd.value_or(0) * 1e6);
    usage.unpricedTurns = turn.figures.costUsd ? 0 : 1;
    const auto counted = m_core.store().addUsage(turn.tenant, usage);
    const auto volume =
        m_core.store().addVolume(turn.tenant, { usage.day, turn.thread.channelType, 0, 1 });
    const auto noted =
        m_core.changeThread(turn.tenant, turn.thread.id, [&](ThreadRow &, ThreadFacts &facts) {
            facts.toolFailures += turn.failures;
            facts.tokens += turn.figures.promptTokens + turn.figures.completionTokens;
            facts.costUsd += turn.figures.costUsd.value_or(0);
        });
    if (!counted || !volume || !noted)
        spdlog::warn("orchestrator: a turn of {} is not fully counted", turn.thread.id);
    schema::AuditEvent event;
    event.agentId = turn.agent.id;
    event.threadId = turn.thread.id;
    event.actionType = "llm_call";
    event.inputSummary = turn.said;
    event.outputSummary = turn.text;
    event.latencyMs = turn.figures.latencyMs;
    event.metadata = { { "prompt_tokens", { std::to_string(turn.figures.promptTokens) } },
        { "completion_tokens", { std::to_string(turn.figures.completionTokens) } },
        { "provider", { schema::jsonString(turn.figures.provider) } },
        { "model", { schema::jsonString(turn.figures.model) } } };
    if (turn.figures.costUsd) // what nobody has priced is unknown, not free
        event.metadata.push_back({ "cost_usd", { Json(*turn.figures.costUsd).dump() } });
    m_core.audit(turn.tenant, std::move(event));
}

void Orchestrator::fail(Turn &turn, const std::string &why, Tell tell)
{
    spdlog::warn("orchestrator: {} {}: {}", turn.tenant.text(), turn.thread.id, why);
    turn.reason = why;
    turn.failed = true;
    if (!turn.keeps)
        return;
    schema::ChannelThreadMessage notice;
    notice.id = newUuid();
    notice.threadId = turn.thread.id;
    notice.role = "notice";
    notice.content = "No answer: " + why;
    notice.tools = turn.tools;
    if (tell == Tell::AlsoOtherChannels)
        notice.delivery.emplace(); // nobody hears the error there
    if (const auto stored = m_core.addMessage(turn.tenant, notice); !stored)
        spdlog::warn("orchestrator: notice: {}", stored.error().text);
    tellTyping(turn, false);
    m_core.errorFrame(turn.tenant, turn.thread.id, "no-answer", why);
}

void Orchestrator::escalate(const rules::TenantId &tenant, const std::string &thread,
    const schema::Agent &agent, const std::string &reason)
{
    const auto marked =
        m_core.cache().set(rules::escalationStatusKey(tenant, thread), "escalated", Cache::forever);
    if (!marked)
        spdlog::warn("orchestrator: escalation key: {}", marked.error().text);
    const auto row = m_core.changeThread(tenant, thread, [&](ThreadRow &each, ThreadFacts &facts) {
        each.state = "escalated";
        each.needs = "person";
        each.holder.clear();
        each.sinceMs = unixMs();
        facts.reason = reason;
        facts.assignee = agent.escalationAssignee.value_or("");
        facts.holderName.clear();
        facts.attempts = 0;
    });
    if (!row)
        return spdlog::error("orchestrator: escalation: {}", row.error().text);
    schema::ChatFrame frame;
    frame.kind = schema::ChatFrame::Kind::Escalated;
    frame.conversationId = thread;
    frame.reason = reason;
    m_core.frame(tenant, thread, frame);
    if (row->channelType != "web")
        tellOtherChannel(tenant, *row);
    schema::TenantEvent event;
    event.threadId = thread;
    event.escalation = escalationOf(tenant.text(), agent.name, *row);
    m_core.tell(tenant, schema::Event::Kind::Escalation, std::move(event));
    m_core.tellThread(tenant, thread);
    schema::AuditEvent entry;
    entry.agentId = agent.id;
    entry.threadId = thread;
    entry.actionType = "escalation";
    entry.inputSummary = reason;
    m_core.audit(tenant, std::move(entry));
}

Expected<schema::AgentTryResult, std::string> Orchestrator::tryTurn(
    const rules::TenantId &tenant, const schema::Agent &agent, const schema::AgentTry &asked)
{
    Turn turn(tenant);
    const auto owner = m_core.tenant(tenant);
    if (!owner)
        return unexpected("there is no such tenant");
    turn.owner = *owner;
    turn.agent = agent;
    turn.keeps = false;
    turn.beganMs = unixMs();
    turn.thread.channelType = "web";
    turn.memory = asked.history;
    turn.memory.push_back({ "user", asked.text });
    ThreadFacts facts; // as if this thread had had those turns
    for (const schema::PromptMessage &message : turn.memory)
        facts.attempts += message.role == "user";
    facts.messages = std::int64_t(turn.memory.size());
    turn.thread.body = bodyOf(facts);
    advance(turn);
    if (turn.failed)
        return unexpected(turn.reason);
    schema::AgentTryResult result;
    result.text = turn.text;
    result.tools = turn.tools;
    result.escalated = turn.handOver;
    result.reason = turn.handOver ? turn.reason : std::string();
    result.turn = turn.figures;
    result.turn.latencyMs = unixMs() - turn.beganMs;
    return result;
}

} // namespace signalbox::gateway
