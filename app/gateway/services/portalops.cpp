// SPDX-License-Identifier: GPL-3.0-only
// What operators see and do: `/ops/*`.
#include "app/gateway/services/orchestrator.h"
#include "app/gateway/services/portalservice.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace signalbox::gateway {

namespace {

constexpr int mostRows = 1000;

std::int64_t wholeNumber(const std::string &text)
{
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// `time|id` of the last row of a page.
std::pair<std::int64_t, std::string> placeIn(const std::string &cursor)
{
    const std::size_t end = std::min(cursor.find('|'), cursor.size());
    return { wholeNumber(cursor.substr(0, end)),
        end < cursor.size() ? cursor.substr(end + 1) : std::string() };
}

bool oneOf(const std::string &value, std::initializer_list<const char *> known)
{
    return std::find(known.begin(), known.end(), value) != known.end();
}

/// RFC 3339 of this program's: sorts as it stands.
bool laterFirst(const schema::ConversationRow &a, const schema::ConversationRow &b)
{
    return a.thread.updatedAt == b.thread.updatedAt ? a.thread.id > b.thread.id
                                                    : a.thread.updatedAt > b.thread.updatedAt;
}

schema::KeyRow keyRowOf(const KeptKey &kept)
{
    constexpr std::size_t shownBytes = 500;
    schema::KeyRow row;
    const std::string_view prefix = rules::prefixOf(kept.key.kind);
    row.key = kept.key.tenant + ":" + std::string(prefix) + ":" + kept.key.rest;
    row.tenantId = kept.key.tenant;
    row.type = std::string(prefix);
    row.subject = kept.key.rest;
    row.kind = kept.type;
    std::string all;
    for (const std::string &value : kept.values)
        all += (all.empty() ? "" : "\n") + value;
    row.size = kept.type == "list" ? std::int64_t(kept.values.size()) : std::int64_t(all.size());
    row.value = shortened(all, shownBytes);
    if (kept.ttlMs >= 0)
        row.ttlMs = kept.ttlMs;
    return row;
}

} // namespace

PortalService::Answer PortalService::ops(const Call &call)
{
    const Path &path = call.path;
    const std::size_t depth = path.size();
    const std::string what = depth > 1 ? path[1] : std::string();
    const bool reads = call.is("GET");
    if (what == "conversations" && depth == 2)
        return reads ? conversationList(call) : notAllowed("GET");
    if (what == "conversations" && depth == 4 && path[3] == "human-message")
        return call.is("POST") ? humanMessage(call) : notAllowed("POST");
    if (what == "threads" && depth == 5)
        return reads ? thread(call) : notAllowed("GET");
    if (what == "threads" && depth == 7 && path[4] == "messages" && path[6] == "send")
        return call.is("POST") ? sendAgain(call) : notAllowed("POST");
    if (what == "keys" && depth == 2)
        return reads ? keys(call) : notAllowed("GET");
    if (what == "confirmations" && depth == 2)
        return reads ? confirmations(call) : notAllowed("GET");
    if (what == "confirmations" && depth == 4)
        return call.is("POST") ? decide(call) : notAllowed("POST");
    if (what == "escalations" && depth == 2)
        return reads ? escalations(call) : notAllowed("GET");
    if (what == "escalations" && depth == 4)
        return call.is("POST") ? escalation(call) : notAllowed("POST");
    if (what == "audit" && depth == 2)
        return reads ? audit(call) : notAllowed("GET");
    return missing("address");
}

PortalService::Answer PortalService::conversationList(const Call &call)
{
    const std::string only = call.asked("tenant");
    const auto [beforeMs, afterId] = placeIn(call.asked("cursor"));
    ThreadQuery query;
    query.state = call.asked("state");
    query.needs = call.asked("needs");
    if (!oneOf(query.state, { "", "open", "escalated", "human", "closed" }))
        return fail(422, "invalid", "open, escalated, human or closed", "state");
    if (!oneOf(query.needs, { "", "person", "confirmation", "none" }))
        return fail(422, "invalid", "person, confirmation or none", "needs");
    query.channelType = call.asked("channel");
    query.agentId = call.asked("agent");
    query.words = call.asked("q");
    query.afterMs = beforeMs;
    query.afterId = afterId;
    query.limit = call.limit(mostRows, 100);
    const bool filtered = !query.state.empty() || !query.needs.empty() || !query.words.empty()
        || !query.channelType.empty() || !query.agentId.empty();
    schema::Page<schema::ConversationRow> page;
    std::optional<std::int64_t> total = 0; // one above countedAtMost: of more
    // One query for each tenant that the caller may see; then the newest of all.
    for (const schema::Tenant &each : tenantsOf(call)) {
        const auto tenant = Tenant::of(each.id);
        if (!tenant || (!only.empty() && only != each.id))
            continue;
        const auto rows = m_store.threads(*tenant, query);
        if (!rows)
            return faultOf(rows.error(), "conversation");
        for (const ThreadRow &row : *rows)
            page.items.push_back(conversationOf(each, m_core.agentName(*tenant, row.agentId), row));
        total = added(total, *tenant, query, filtered, std::int64_t(rows->size()));
    }
    std::sort(page.items.begin(), page.items.end(), laterFirst);
    if (page.items.size() >= static_cast<std::size_t>(query.limit)) {
        page.items.resize(static_cast<std::size_t>(query.limit));
        const schema::ChannelThread &last = page.items.back().thread;
        const auto micros = parseIsoTime(last.updatedAt);
        page.cursor = std::to_string(micros.value_or(0) / 1000) + "|" + last.id;
    }
    page.total = total;
    return ok(schema::encode(page));
}

/// `total` with the conversations of one tenant more; nullopt: that is not known.
std::optional<std::int64_t> PortalService::added(std::optional<std::int64_t> total,
    const Tenant &tenant, const ThreadQuery &query, bool filtered, std::int64_t read)
{
    if (!total || (filtered && *total > schema::countedAtMost))
        return total;
    if (!filtered) {
        const auto counts = m_store.threadCounts(tenant);
        return counts ? std::optional(*total + counts->threads) : std::nullopt;
    }
    if (query.afterId.empty() && read < query.limit)
        return std::min(*total + read, schema::countedAtMost + 1); // they are all here
    const auto fits = m_store.countThreads(tenant, query, schema::countedAtMost + 1 - *total);
    return fits ? std::optional(*total + *fits) : std::nullopt;
}

PortalService::Answer PortalService::thread(const Call &call)
{
    const Place place = placeOf(call, call.path[2]);
    if (!place.member())
        return forbidden();
    const auto row = m_store.thread(*place.tenant, call.path[3]);
    if (!row)
        return faultOf(row.error(), "thread");
    if (call.path[4] == "messages") {
        MessageQuery query;
        query.before = wholeNumber(call.asked("before"));
        query.limit = call.limit(mostRows, 100);
        const auto rows = m_store.messages(*place.tenant, row->id, query);
        if (!rows)
            return faultOf(rows.error(), "thread");
        schema::Page<schema::ChannelThreadMessage> page;
        for (const ThreadMessageRow &message : *rows)
            page.items.push_back(messageOf(place.tenant->text(), message));
        if (rows->size() == static_cast<std::size_t>(query.limit))
            page.cursor = std::to_string(rows->front().seq);
        return ok(schema::encode(page));
    }
    if (call.path[4] != "prompt")
        return missing("address");
    const auto held = m_store.agent(*place.tenant, row->agentId);
    if (!held)
        return faultOf(held.error(), "agent");
    const schema::Agent agent = agentOf(place.tenant->text(), *held);
    const auto part = [](const std::string &role, const std::string &content) {
        return schema::PromptPart { role, content, estimatedTokens(content), false };
    };
    schema::PromptView view;
    view.tenantId = place.tenant->text();
    view.threadId = row->id;
    view.model = agent.modelPreference;
    view.system = part("system", Orchestrator::systemPrompt(agent));
    view.tokens = view.system.tokens;
    for (const auto &message : Orchestrator::memoryOf(m_core, *place.tenant, *row)) {
        view.memory.push_back(part(message.role, message.content));
        view.tokens += view.memory.back().tokens;
    }
    view.memoryLimit = std::int64_t(Orchestrator::memoryLength);
    if (view.memory.size() >= Orchestrator::memoryLength)
        view.memory.front().fallsOut = true;
    for (const schema::ToolInfo &tool : m_tools.of(agent))
        view.tools.push_back(tool.name);
    return ok(schema::encode(view));
}

PortalService::Answer PortalService::keys(const Call &call)
{
    const Place place = placeOf(call, call.asked("tenant"));
    if (!place.member())
        return forbidden();
    std::optional<rules::KeyKind> kind;
    if (const std::string type = call.asked("type"); !type.empty()) {
        kind = rules::keyKindOf(type);
        if (!kind)
            return fail(422, "invalid", "no such type of keys: " + type, "type");
    }
    if (const std::string thread = call.asked("thread"); !thread.empty())
        return keysOf(*place.tenant, thread);
    const auto limit = static_cast<std::size_t>(call.limit(mostRows, 200));
    const auto kept = m_core.cache().scan(*place.tenant, kind, call.asked("cursor"), limit);
    if (!kept)
        return fail(503, "unavailable", kept.error().text);
    schema::Page<schema::KeyRow> page;
    for (const KeptKey &key : kept->keys)
        page.items.push_back(keyRowOf(key));
    if (!kept->cursor.empty())
        page.cursor = kept->cursor;
    return ok(schema::encode(page));
}

/// Those that a thread's turns go by, however many others there are.
PortalService::Answer PortalService::keysOf(const Tenant &tenant, const std::string &thread)
{
    const auto row = m_store.thread(tenant, thread);
    if (!row)
        return faultOf(row.error(), "thread");
    const std::string bucket = row->channelType + (factsOf(*row).test ? "-test" : "");
    schema::Page<schema::KeyRow> page;
    for (const rules::TenantKey &key : { rules::rateLimitKey(tenant, bucket),
             rules::sessionKey(tenant, thread), rules::engagedThreadKey(tenant, thread),
             rules::memoryShortKey(tenant, row->agentId, row->userId),
             rules::escalationStatusKey(tenant, thread),
             rules::pendingToolConfirmKey(tenant, thread) }) {
        const auto kept = m_core.cache().kept(key);
        if (!kept)
            return fail(503, "unavailable", kept.error().text);
        if (*kept)
            page.items.push_back(keyRowOf(**kept));
    }
    return ok(schema::encode(page));
}

PortalService::Answer PortalService::confirmations(const Call &call)
{
    const std::string only = call.asked("tenant");
    schema::Page<schema::PendingConfirmation> page;
    for (const schema::Tenant &each : tenantsOf(call)) {
        const auto tenant = Tenant::of(each.id);
        if (!tenant || (!only.empty() && only != each.id))
            continue;
        const auto rows = m_store.pendingConfirmations(*tenant, unixMs());
        if (!rows)
            return faultOf(rows.error(), "confirmation");
        for (const auto &row : *rows)
            if (const auto held = m_store.thread(*tenant, row.threadId))
                page.items.push_back(
                    confirmationOf(each.id, m_core.agentName(*tenant, held->agentId), *held, row));
    }
    std::sort(page.items.begin(), page.items.end(),
        [](const auto &a, const auto &b) { return a.requestedAt < b.requestedAt; });
    return ok(schema::encode(page));
}

PortalService::Answer PortalService::decide(const Call &call)
{
    const Place place = placeOf(call, call.path[2]);
    if (!place.member())
        return forbidden();
    const auto asked = bodyAs<schema::ConfirmationAnswer>(call);
    if (!asked)
        return asked.error();
    if (asked->decision != "approve" && asked->decision != "deny")
        return fail(422, "invalid", "approve or deny", "decision");
    if (asked->callId) // what was looked at is decided, and no other
        if (const auto now = m_store.confirmation(*place.tenant, call.path[3]);
            now && now->id != *asked->callId)
            return fail(409, "other-call", "another call waits by now", "call_id");
    const auto done = m_orchestrator.answer(
        *place.tenant, call.path[3], asked->decision, call.caller.name, asked->reason);
    if (done)
        return ok(schema::encode(*done));
    const auto first = m_store.confirmation(*place.tenant, call.path[3]);
    if (done.error().kind != StoreError::Kind::Conflict || !first)
        return faultOf(done.error(), "confirmation");
    schema::PortalError error;
    error.code = first->decision.empty() || first->decision == "expired" ? "expired" : "answered";
    error.message = error.code == "expired" ? "nobody answered in time"
                                            : first->decidedBy + " was first: " + first->decision;
    error.decision = first->decision.empty() ? "expired" : first->decision;
    error.by = first->decidedBy;
    return { 409, schema::encode(error) };
}

PortalService::Answer PortalService::escalations(const Call &call)
{
    const std::string only = call.asked("tenant");
    schema::Page<schema::Escalation> page;
    for (const schema::Tenant &each : tenantsOf(call)) {
        const auto tenant = Tenant::of(each.id);
        if (!tenant || (!only.empty() && only != each.id))
            continue;
        for (const char *state : { "escalated", "human" }) {
            ThreadQuery query;
            query.state = state;
            query.limit = mostRows;
            const auto rows = m_store.threads(*tenant, query);
            if (!rows)
                return faultOf(rows.error(), "escalation");
            for (const ThreadRow &row : *rows)
                page.items.push_back(
                    escalationOf(each.id, m_core.agentName(*tenant, row.agentId), row));
        }
    }
    std::sort(page.items.begin(), page.items.end(),
        [](const auto &a, const auto &b) { return a.since < b.since; });
    return ok(schema::encode(page));
}

PortalService::Answer PortalService::escalation(const Call &call)
{
    const Place place = placeOf(call, call.path[2]);
    if (!place.member())
        return forbidden();
    const auto asked = bodyAs<schema::EscalationAction>(call);
    if (!asked)
        return asked.error();
    const Tenant &tenant = *place.tenant;
    const std::string &id = call.path[3];
    const bool take = asked->action == "take";
    if (!take && asked->action != "return" && asked->action != "close")
        return fail(422, "invalid", "take, return or close", "action");
    if (asked->note.size() > longestChatText)
        return fail(413, "too-large", "the note is too large", "note");
    const auto handingBack =
        take ? std::unique_lock<std::mutex>() : std::unique_lock(m_handingBack);
    const auto held = m_store.thread(tenant, id);
    if (!held)
        return faultOf(held.error(), "thread");
    const auto taken = [&](const ThreadRow &row) {
        schema::PortalError error;
        error.code = "taken";
        const ThreadFacts facts = factsOf(row);
        error.holder = facts.holderName.empty() ? row.holder : facts.holderName;
        error.message = *error.holder + " has this conversation";
        return Answer { 409, schema::encode(error) };
    };
    if (!held->holder.empty() && held->holder != call.caller.id)
        return taken(*held);
    if (take) {
        const auto got = m_store.takeThread(tenant, id, call.caller.id, unixMs());
        if (!got && got.error().kind == StoreError::Kind::Conflict) {
            const auto now = m_store.thread(tenant, id);
            return now ? taken(*now) : faultOf(now.error(), "thread");
        }
        if (!got)
            return faultOf(got.error(), "thread");
    } else {
        // Who gives it back has it first: whoever is slower learns that, and leaves no note.
        const auto mine =
            m_core.changeThreadIf(tenant, id, [&](ThreadRow &row, ThreadFacts &facts) {
                if ((!row.holder.empty() && row.holder != call.caller.id)
                    || (row.state != "human" && row.state != "escalated"))
                    return false;
                row.state = "human";
                row.needs.clear();
                row.holder = call.caller.id;
                facts.holderName = call.caller.name;
                return true;
            });
        if (!mine && mine.error().kind == StoreError::Kind::Conflict) {
            const auto now = m_store.thread(tenant, id);
            return now && !now->holder.empty() && now->holder != call.caller.id
                ? taken(*now)
                : fail(409, "conflict", "nobody was asked to take over this conversation");
        }
        if (!mine)
            return faultOf(mine.error(), "thread");
    }
    const auto key = rules::escalationStatusKey(tenant, id);
    const auto marked =
        take ? m_core.cache().set(key, "escalated", Cache::forever) : CacheResult<Done>(Done {});
    const auto unmarked = take ? CacheResult<bool>(true) : m_core.cache().remove(key);
    if (!marked || !unmarked) {
        m_core.tellThread(tenant, id); // somebody has it all the same
        return fail(503, "unavailable", marked ? unmarked.error().text : marked.error().text);
    }
    if (!take && !asked->note.empty()) // before the agent may be asked again
        if (const auto kept = keepNote(tenant, *held, call.caller.name, asked->note); !kept)
            return faultOf(kept.error(), "thread");
    const auto row = m_core.changeThread(tenant, id, [&](ThreadRow &each, ThreadFacts &facts) {
        if (take) {
            facts.holderName = call.caller.name;
            return;
        }
        each.state = asked->action == "close" ? "closed" : "open";
        each.needs.clear();
        each.holder.clear();
        each.sinceMs = unixMs();
        facts.holderName.clear();
    });
    if (!row)
        return faultOf(row.error(), "thread");
    schema::TenantEvent event;
    event.threadId = id;
    event.escalation = escalationOf(tenant.text(), m_core.agentName(tenant, row->agentId), *row);
    const std::string answer = schema::encode(*event.escalation);
    m_core.tell(tenant, schema::Event::Kind::Escalation, std::move(event));
    m_core.tellThread(tenant, id);
    schema::AuditEvent entry;
    entry.agentId = row->agentId;
    entry.userId = call.caller.id;
    entry.threadId = id;
    entry.actionType = "escalation";
    entry.inputSummary = asked->action;
    entry.outputSummary = asked->note;
    m_core.audit(tenant, std::move(entry));
    return ok(answer);
}

/// A message of the thread that only operators and the agent see.
StoreResult<Done> PortalService::keepNote(
    const Tenant &tenant, const ThreadRow &thread, const std::string &author, std::string text)
{
    schema::ChannelThreadMessage note;
    note.id = newUuid();
    note.threadId = thread.id;
    note.role = "note";
    note.author = author;
    note.content = std::move(text);
    if (const auto stored = m_core.addMessage(tenant, note); !stored)
        return unexpected(stored.error());
    Orchestrator::recall(m_core, tenant, thread, note.id);
    Orchestrator::rememberNote(m_core, tenant, thread, note.content);
    return Done {};
}

PortalService::Answer PortalService::humanMessage(const Call &call)
{
    const auto asked = bodyAs<schema::HumanMessage>(call);
    if (!asked)
        return asked.error();
    const std::string named = asked->tenantId.empty() ? call.asked("tenant") : asked->tenantId;
    const Place place = placeOf(call, named);
    if (!place.member())
        return forbidden();
    if (asked->text.empty() || asked->text.size() > longestChatText)
        return asked->text.empty() ? fail(422, "invalid", "the message is empty", "text")
                                   : fail(413, "too-large", "the message is too large", "text");
    const Tenant &tenant = *place.tenant;
    if (const auto refused = halted(tenant))
        return *refused;
    const auto row = m_store.thread(tenant, call.path[2]);
    if (!row)
        return faultOf(row.error(), "thread");
    if (row->holder != call.caller.id)
        return fail(409, "not-taken", "take the conversation first: the agent still answers");
    schema::ChannelThreadMessage message;
    message.id = asked->id.value_or("").empty() ? newUuid() : *asked->id;
    message.threadId = row->id;
    message.role = "human";
    message.author = call.caller.name;
    message.content = asked->text;
    const auto stored = m_core.addMessage(tenant, message);
    if (!stored)
        return stored.error().kind == StoreError::Kind::Duplicate
            ? fail(409, "duplicate", "a message of that id is there already", "id")
            : faultOf(stored.error(), "message");
    Orchestrator::recall(m_core, tenant, *row, message.id);
    Orchestrator::rememberPerson(m_core, tenant, *row, message.author, message.content);
    schema::ChatFrame frame;
    frame.kind = schema::ChatFrame::Kind::HumanMessage;
    frame.conversationId = row->id;
    frame.text = asked->text;
    frame.from = call.caller.name;
    frame.messageId = message.id;
    m_core.frame(tenant, row->id, frame);
    return ok(schema::encode(*stored), 201);
}

PortalService::Answer PortalService::sendAgain(const Call &call)
{
    const Place place = placeOf(call, call.path[2]);
    if (!place.member())
        return forbidden();
    const std::string &id = call.path[5];
    const auto row = m_store.message(*place.tenant, id);
    if (!row)
        return faultOf(row.error(), "message");
    if (row->threadId != call.path[3])
        return missing("message");
    const auto again = m_core.sendAgain(*place.tenant, *row, call.caller.id);
    if (again)
        return ok(schema::encode(*again));
    if (again.error().kind != StoreError::Kind::Conflict)
        return faultOf(again.error(), "message");
    const auto now = m_store.message(*place.tenant, id); // perhaps another one was faster
    if (!now)
        return faultOf(now.error(), "message");
    const auto delivery = messageOf(place.tenant->text(), *now).delivery;
    const std::string state = delivery ? delivery->state : std::string();
    return fail(
        409, state == "waiting" || state == "sent" ? state.c_str() : "no-way", again.error().text);
}

PortalService::Answer PortalService::audit(const Call &call)
{
    Place place = placeOf(call, call.asked("tenant"));
    if (const auto gone = Tenant::of(call.asked("tenant")); gone && call.caller.admin)
        place.tenant = *gone; // the audit outlives its tenant
    if (!place.tenant)
        return forbidden();
    AuditQuery query;
    query.agentId = call.asked("agent");
    query.actionType = call.asked("type");
    query.before = wholeNumber(call.asked("cursor"));
    query.limit = call.limit(mostRows, 100);
    const auto rows = m_store.audit(*place.tenant, query);
    if (!rows)
        return faultOf(rows.error(), "audit");
    schema::Page<schema::AuditEvent> page;
    for (const AuditRow &row : *rows)
        page.items.push_back(auditOf(place.tenant->text(), row));
    if (rows->size() == static_cast<std::size_t>(query.limit))
        page.cursor = std::to_string(rows->back().seq);
    return ok(schema::encode(page));
}

} // namespace signalbox::gateway
