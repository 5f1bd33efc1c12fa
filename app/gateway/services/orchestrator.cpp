// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/orchestratorturn.h"

#include "app/gateway/fabric/requester.h"
#include "models/schema/channel.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {

constexpr int maxSteps = 6; ///< prompts of one turn
constexpr int confirmationsAtStart = 1000; ///< of one tenant
constexpr int interruptedPage = 1000; ///< threads read at once
constexpr std::size_t waitingTurns = 100; ///< of one conversation
constexpr std::int64_t longestTurnMs = 3600000; ///< what waits longer was lost with its gateway
constexpr const char *personWasAsked = "A person has been asked to take over.";

std::string memoryEntry(const std::string &role, const std::string &content)
{
    return dump({ { "role", role }, { "content", content } });
}

} // namespace

Orchestrator::Orchestrator(TenantCore &core, ChatTools &tools, Options options)
    : RequestServer(core.fabric(), "orchestrator", "orchestrator-svc")
    , m_core(core)
    , m_tools(tools)
    , m_options(options)
    , m_turns(static_cast<std::size_t>(options.turns), waitingTurns)
{
}

Orchestrator::~Orchestrator()
{
    stopTurns();
    stop();
}

Expected<Done, std::string> Orchestrator::prepare()
{
    if (const auto opened = open({}); !opened)
        return unexpected(opened.error().text);
    ProducerOptions options;
    options.processor = "orchestrator-svc";
    auto again = m_fabric.createProducer("request:tg:orchestrator", {}, options);
    if (!again)
        return unexpected(again.error().text);
    m_again = *again;
    ThreadQuery waiting;
    waiting.order = ThreadQuery::Order::NeedFirst;
    waiting.needs = "confirmation";
    waiting.limit = confirmationsAtStart;
    for (const schema::Tenant &each : m_core.tenants()) {
        const auto tenant = rules::TenantId::of(each.id);
        const auto rows = tenant ? m_core.store().threads(*tenant, waiting)
                                 : TenantStore::Rows<ThreadRow>(std::vector<ThreadRow> {});
        if (!rows)
            return unexpected(rows.error().text);
        {
            const std::lock_guard lock(m_waitingMutex);
            for (const ThreadRow &row : *rows)
                m_waiting.emplace(factsOf(row).expiresMs, std::pair(*tenant, row.id));
        }
        if (tenant)
            if (auto done = giveUpInterrupted(*tenant); !done)
                return done;
    }
    m_turns.start();
    return Done {};
}

/// Turns that ended with their process: nobody else will say that their questions have no answer.
Expected<Done, std::string> Orchestrator::giveUpInterrupted(const rules::TenantId &tenant)
{
    ThreadQuery open;
    open.state = "open";
    open.needs = "none";
    open.limit = interruptedPage;
    std::vector<std::pair<std::string, Owed>> interrupted; // first: a notice changes the order
    for (;;) {
        const auto rows = m_core.store().threads(tenant, open);
        if (!rows)
            return unexpected(rows.error().text);
        for (const ThreadRow &row : *rows)
            if (const Owed what = row.lastRole == "user" ? owed(tenant, row) : Owed::Nothing;
                what != Owed::Nothing)
                interrupted.emplace_back(row.id, what);
        if (rows->size() < static_cast<std::size_t>(interruptedPage))
            break;
        open.afterId = rows->back().id;
        open.afterMs = rows->back().updatedMs;
    }
    for (const auto &[thread, what] : interrupted)
        if (what == Owed::Answer)
            giveUp(tenant, thread, "the gateway was stopped before it came");
        else
            giveUp(tenant, thread, "no gateway is at it any more", Tell::Here);
    return Done {};
}

/// The newest message is one that this gateway took: another one may be at its own. One that names
/// no gateway is of an earlier version: nobody is at it any more when it is old, and its user no
/// longer waits for a word. What came before a person gave the conversation back was theirs to
/// answer.
Orchestrator::Owed Orchestrator::owed(const rules::TenantId &tenant, const ThreadRow &thread)
{
    const bool begun = factsOf(thread).attempts > 0;
    if (begun && m_options.alone)
        return Owed::Answer;
    MessageQuery newest;
    newest.limit = 1;
    const auto last = m_core.store().messages(tenant, thread.id, newest);
    if (!last || last->empty())
        return m_options.alone ? Owed::Answer : Owed::Nothing;
    const ThreadMessageRow &row = last->front();
    if (!begun && row.createdMs < thread.sinceMs)
        return Owed::Nothing;
    const auto taken = messageOf(tenant.text(), row).gateway;
    if (m_options.alone || (taken && *taken == m_core.instance()))
        return Owed::Answer;
    return !taken && row.createdMs < unixMs() - longestTurnMs ? Owed::OldAnswer : Owed::Nothing;
}

void Orchestrator::ended()
{
    m_turns.stop();
}

std::string Orchestrator::handle(const Request &request)
{
    if (text(request.body, "operation").value_or("") == "resume")
        queueResume(request);
    else
        queueBegin(request);
    return {}; // nobody waits for it: the answer goes to the conversation
}

std::string Orchestrator::systemPrompt(const schema::Agent &agent)
{
    std::string text =
        "You are " + agent.name + (agent.role.empty() ? "" : ", " + agent.role) + ".";
    for (const std::string &part : { agent.persona, agent.systemPrompt })
        if (!part.empty())
            text += "\n" + part;
    return text;
}

std::vector<schema::PromptMessage> Orchestrator::memoryOf(
    TenantCore &core, const rules::TenantId &tenant, const ThreadRow &thread)
{
    std::vector<schema::PromptMessage> memory;
    const auto kept =
        core.cache().list(rules::memoryShortKey(tenant, thread.agentId, thread.userId));
    if (!kept) {
        spdlog::warn("orchestrator: memory: {}", kept.error().text);
        return memory;
    }
    for (const std::string &entry : *kept) {
        const Json body = Json::parse(entry, nullptr, false);
        if (body.is_object())
            memory.push_back(
                { text(body, "role").value_or("user"), text(body, "content").value_or("") });
    }
    return memory;
}

void Orchestrator::recall(TenantCore &core, const rules::TenantId &tenant, const ThreadRow &thread,
    const std::string &until)
{
    const auto kept =
        core.cache().list(rules::memoryShortKey(tenant, thread.agentId, thread.userId));
    if (!kept || !kept->empty())
        return;
    MessageQuery query;
    query.limit = int(memoryLength);
    const auto rows = core.store().messages(tenant, thread.id, query);
    if (!rows)
        return spdlog::warn("orchestrator: memory: {}", rows.error().text);
    for (const ThreadMessageRow &row : *rows) {
        if (row.id == until)
            return;
        if (row.role == "human")
            rememberPerson(core, tenant, thread, messageOf(tenant.text(), row).author, row.text);
        else if (row.role == "note")
            rememberNote(core, tenant, thread, row.text);
        else if (row.role == "user" || row.role == "assistant")
            remember(core, tenant, thread, row.role.c_str(), row.text);
    }
}

void Orchestrator::rememberPerson(TenantCore &core, const rules::TenantId &tenant,
    const ThreadRow &thread, const std::string &author, const std::string &text)
{
    remember(core, tenant, thread, "assistant", author.empty() ? text : author + ": " + text);
}

void Orchestrator::rememberNote(TenantCore &core, const rules::TenantId &tenant,
    const ThreadRow &thread, const std::string &note)
{
    remember(core, tenant, thread, "system", "A colleague who had the conversation says: " + note);
}

void Orchestrator::remember(TenantCore &core, const rules::TenantId &tenant,
    const ThreadRow &thread, const char *role, const std::string &text)
{
    const auto key = rules::memoryShortKey(tenant, thread.agentId, thread.userId);
    const auto kept =
        core.cache().append(key, memoryEntry(role, text), memoryLength, Cache::forever);
    if (!kept)
        spdlog::warn("orchestrator: memory: {}", kept.error().text);
}

void Orchestrator::tellTyping(const Turn &turn, bool on)
{
    schema::TenantEvent about;
    about.threadId = turn.thread.id;
    about.typing = schema::TypingState { "assistant", on };
    m_core.tell(turn.tenant, schema::Event::Kind::Typing, std::move(about));
}

void Orchestrator::refuseDispatch(
    const Request &request, const std::string &thread, const std::string &why)
{
    spdlog::error("orchestrator: a dispatch is refused: {}", why);
    const auto tenant = rules::TenantId::of(text(request.body, "tenant_id").value_or(""));
    if (!tenant)
        return;
    schema::AuditEvent event;
    event.actionType = "dispatch_refused";
    event.outputSummary = why;
    m_core.audit(*tenant, std::move(event));
    if (!thread.empty())
        m_core.errorFrame(*tenant, thread, "invalid-message", why);
}

/// §4.4: extras out, strict validation, tenant; then the turn, behind those of the conversation
/// that came before.
void Orchestrator::queueBegin(const Request &request)
{
    const auto popped = schema::popExtras(dump(request.body));
    auto message = popped
        ? schema::decodeStrictMessage(popped->message)
        : Expected<schema::KonstructMessage, schema::SchemaError>(unexpected(popped.error()));
    if (!message)
        return refuseDispatch(
            request, popped ? popped->conversationId : std::string(), message.error().text());
    const auto tenant = rules::TenantId::of(message->tenantId);
    if (!tenant)
        return spdlog::error("orchestrator: {}", tenant.error());
    const std::string thread =
        popped->conversationId.empty() ? message->threadId.value_or("") : popped->conversationId;
    const bool taken = m_turns.add(
        tenant->text(), thread, [this, tenant = *tenant, thread, message = std::move(*message)] {
            begin(tenant, thread, message);
        });
    if (!taken)
        giveUp(*tenant, thread, "too many messages of this conversation wait for their answers");
}

void Orchestrator::queueResume(const Request &request)
{
    const auto tenant = rules::TenantId::of(text(request.body, "tenant").value_or(""));
    const std::string thread = text(request.body, "thread").value_or("");
    if (!tenant)
        return spdlog::error("orchestrator: {}", tenant.error());
    if (!m_turns.add(
            tenant->text(), thread, [this, tenant = *tenant, thread] { resume(tenant, thread); }))
        giveUp(*tenant, thread, "too many messages of this conversation wait for their answers");
}

void Orchestrator::giveUp(
    const rules::TenantId &tenant, const std::string &thread, const std::string &why, Tell tell)
{
    auto turn = Turn::of(m_core, tenant, thread);
    if (turn)
        return fail(*turn, why, tell);
    spdlog::error("orchestrator: {}", turn.error());
    m_core.errorFrame(tenant, thread, "no-answer", turn.error());
}

void Orchestrator::begin(const rules::TenantId &tenant, const std::string &thread,
    const schema::KonstructMessage &message)
{
    auto turn = Turn::of(m_core, tenant, thread);
    if (!turn)
        return giveUp(tenant, thread, turn.error()); // deleted, or it cannot be read now
    const auto held = m_core.cache().get(rules::escalationStatusKey(tenant, thread));
    const bool escalated = (held && held->has_value()) || turn->thread.state == "escalated"
        || turn->thread.state == "human";
    if (!schema::mayTalk(turn->owner)) // since it passed the router
        return fail(*turn, whyHalted(turn->owner));
    recall(m_core, tenant, turn->thread, message.id);
    remember(m_core, tenant, turn->thread, "user", message.content.text);
    if (escalated)
        return handOverNotice(*turn);
    if (!turn->hasAgent)
        return fail(*turn, "the agent of this conversation was deleted");
    if (!turn->agent.isActive)
        return fail(*turn, whySwitchedOff(turn->agent));
    turn->memory = memoryOf(m_core, tenant, turn->thread);
    turn->said = message.content.text;
    const auto counted =
        m_core.changeThread(tenant, thread, [&](ThreadRow &row, ThreadFacts &facts) {
            ++facts.attempts;
            row.flow = flowOf(turn->agent.modelPreference);
            if (row.state == "closed")
                row.state = "open";
        });
    if (counted)
        turn->thread = *counted;
    tellTyping(*turn, true);
    advance(*turn);
}

/// The thread belongs to a person: they are told by the event of the message, the user by this.
void Orchestrator::handOverNotice(const Turn &turn)
{
    schema::ChatFrame frame;
    frame.kind = schema::ChatFrame::Kind::Escalated;
    frame.conversationId = turn.thread.id;
    frame.reason = turn.thread.state == "human" ? "A person has this conversation and will answer."
                                                : personWasAsked;
    m_core.frame(turn.tenant, turn.thread.id, frame);
}

/// Frames reach the web only; elsewhere the hand-over is told once, as a message.
void Orchestrator::tellOtherChannel(const rules::TenantId &tenant, const ThreadRow &thread)
{
    schema::ChannelThreadMessage notice;
    notice.id = newUuid();
    notice.threadId = thread.id;
    notice.role = "notice";
    notice.content = personWasAsked;
    notice.delivery.emplace(); // it is for the user
    if (const auto stored = m_core.addMessage(tenant, notice); !stored)
        spdlog::warn("orchestrator: notice: {}", stored.error().text);
}

void Orchestrator::resume(const rules::TenantId &tenant, const std::string &thread)
{
    auto turn = Turn::of(m_core, tenant, thread);
    const auto row = m_core.store().confirmation(tenant, thread);
    if (!turn || !row || row->decision.empty())
        return spdlog::error("orchestrator: nothing to resume in {}", thread);
    turn->resume(parkedOf(*row));
    if (!schema::mayTalk(turn->owner))
        return fail(*turn, whyHalted(turn->owner));
    if (!turn->hasAgent)
        return fail(*turn, "the agent of this conversation was deleted");
    recall(m_core, tenant, turn->thread, {});
    turn->memory = memoryOf(m_core, tenant, turn->thread);
    schema::ToolCall tool = turn->parked;
    tellTyping(*turn, true);
    if (row->decision == "approve") {
        tool.state = "running";
        tellTool(*turn, tool);
        const auto began = std::chrono::steady_clock::now();
        const auto result =
            m_tools.run(tenant, turn->agent.id, tool.tool, tool.arguments.text, m_stop.get_token());
        tool.durationMs = millisecondsSince(began);
        settle(*turn, std::move(tool), result);
    } else {
        const bool denied = row->decision == "deny";
        tool.state = denied ? "denied" : "expired";
        const std::string why = denied ? "a person refused it" : "nobody answered in time";
        settle(*turn, std::move(tool),
            unexpected(row->reason.empty() ? why : why + ": " + row->reason));
    }
    advance(*turn);
}

LlmResult Orchestrator::ask(Turn &turn)
{
    LlmPrompt prompt = turn.prompt(m_tools.of(turn.agent));
    std::string last;
    const auto recipient = [&](const Message &part) {
        const auto text = chunkOf(part.value);
        if (!text) {
            last = part.value;
            return true;
        }
        chunk(turn, *text);
        return false;
    };
    const auto answered = request(m_fabric, { "request:tg:llm-pool", "response:tg:llm-pool" },
        "orchestrator-svc--" + newUuid(), llmRequest(prompt, turn.agent.modelPreference),
        m_options.llmPatience, recipient);
    if (!answered)
        return unexpected("the LLM pool did not answer: " + answered.error().text);
    return replyOf(last);
}

void Orchestrator::chunk(Turn &turn, const std::string &text)
{
    if (turn.figures.firstChunkMs == 0)
        turn.figures.firstChunkMs = std::max<std::int64_t>(1, unixMs() - turn.beganMs);
    if (!turn.keeps) {
        turn.text += text;
        return;
    }
    schema::ChatFrame frame;
    frame.kind = schema::ChatFrame::Kind::Chunk;
    frame.text = text;
    frame.messageId = turn.id;
    m_core.frame(turn.tenant, turn.thread.id, frame);
    schema::TenantEvent about;
    about.threadId = turn.thread.id;
    about.chunk = schema::TurnChunk { turn.id, std::int64_t(turn.text.size()), text };
    turn.text += text;
    m_core.tell(turn.tenant, schema::Event::Kind::Chunk, std::move(about));
}

void Orchestrator::advance(Turn &turn)
{
    for (int step = 0; step < maxSteps; ++step) {
        const std::size_t before = turn.text.size();
        const auto reply = ask(turn);
        if (!reply)
            return fail(turn, reply.error());
        turn.add(*reply);
        if (turn.text.size() == before)
            turn.text += reply->text; // it was not streamed
        if (reply->calls.empty())
            return finish(turn);
        if (turn.text.size() > before)
            turn.steps.push_back({ "assistant", turn.text.substr(before) });
        for (const LlmCall &each : reply->calls)
            if (!call(turn, each))
                return;
    }
    fail(turn, "the agent called tools " + std::to_string(maxSteps) + " times and said nothing");
}

bool Orchestrator::call(Turn &turn, const LlmCall &call)
{
    schema::ToolCall tool;
    tool.id = newUuid();
    tool.tool = call.tool;
    tool.arguments.text = schema::isJson(call.arguments) ? call.arguments : "{}";
    tool.state = "running";
    const auto offered = m_tools.of(turn.agent);
    const auto known = std::find_if(
        offered.begin(), offered.end(), [&](const auto &each) { return each.name == call.tool; });
    if (known == offered.end()) {
        tellTool(turn, tool);
        settle(turn, std::move(tool), unexpected("this agent has no tool " + call.tool));
        return true;
    }
    if (known->requiresConfirmation) {
        tool.state = "waiting";
        if (!turn.keeps) {
            turn.tools.push_back(std::move(tool));
            return false;
        }
        return park(turn, tool);
    }
    tellTool(turn, tool);
    if (call.tool == handOverTool) {
        turn.handOver = true;
        turn.reason = "the agent asks for a person";
    }
    const auto began = std::chrono::steady_clock::now();
    const auto result =
        m_tools.run(turn.tenant, turn.agent.id, tool.tool, tool.arguments.text, m_stop.get_token());
    tool.durationMs = millisecondsSince(began);
    settle(turn, std::move(tool), result);
    return true;
}

void Orchestrator::settle(
    Turn &turn, schema::ToolCall tool, const Expected<std::string, std::string> &result)
{
    if (tool.state == "running")
        tool.state = result ? "done" : "failed";
    if (result)
        tool.result = schema::JsonText { *result };
    else
        tool.error = result.error();
    turn.failures += tool.state == "failed";
    turn.steps.push_back(
        { "tool", tool.tool + " says " + (result ? *result : "error: " + result.error()) });
    if (turn.keeps) {
        tellTool(turn, tool);
        schema::AuditEvent event;
        event.agentId = turn.agent.id;
        event.threadId = turn.thread.id;
        event.actionType = "tool_invocation";
        event.inputSummary = tool.tool + " " + tool.arguments.text;
        event.outputSummary = result ? *result : result.error();
        event.latencyMs = tool.durationMs;
        m_core.audit(turn.tenant, std::move(event));
    }
    turn.tools.push_back(std::move(tool));
}

} // namespace signalbox::gateway
