// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/faketalks.h"

#include "models/rules/resource.h"
#include "models/schema/portal.h"

#include <QDateTime>

#include <algorithm>

namespace signalbox {
namespace {

std::string valueIn(std::string_view query, const std::string &name)
{
    std::size_t at = 0;
    while (at < query.size()) {
        const auto end = std::min(query.find('&', at), query.size());
        const auto pair = query.substr(at, end - at);
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name)
            return rules::percentDecoded(pair.substr(equals + 1)).value_or("");
        at = end + 1;
    }
    return {};
}

Reply good(std::string body)
{
    Response response;
    response.body = std::move(body);
    return response;
}

Reply conflict(const schema::PortalError &error)
{
    GatewayError out { ErrorKind::Conflict, QStringLiteral("conflict"),
        QString::fromStdString(error.message), false };
    out.body = schema::encode(error);
    return unexpected(std::move(out));
}

Reply unknown()
{
    return unexpected(GatewayError {
        ErrorKind::NotFound, QStringLiteral("not-found"), QStringLiteral("not found"), false });
}

} // namespace

std::string fakeTime(int seconds)
{
    return QDateTime::currentDateTimeUtc()
        .addSecs(seconds)
        .toString(Qt::ISODateWithMs)
        .toStdString();
}

FakeTalks::FakeTalks(FakeGateway &gateway)
    : m_gateway(gateway)
{
    gateway.capabilities().tenants = gateway.capabilities().ops = true;
    gateway.answerWith("ops", [this](const Request &request) { return answer(request); });
}

schema::ConversationRow &FakeTalks::add(const std::string &tenant, const std::string &id,
    const std::string &user, const std::string &state)
{
    schema::ConversationRow row;
    row.thread.tenantId = tenant;
    row.thread.id = id;
    row.thread.channelType = "web";
    row.thread.agentId = "agent-1";
    row.thread.userId = user;
    row.thread.conversationId = id;
    row.thread.state = state;
    row.thread.needs = state == "escalated" ? "person" : state == "confirmation" ? state : "";
    row.thread.since = row.thread.createdAt = row.thread.updatedAt = fakeTime(-60);
    row.tenantName = tenant;
    row.agentName = "Support agent";
    row.userName = user;
    row.workspace = "acme";
    return rows.emplace_back(std::move(row));
}

schema::ConversationRow *FakeTalks::find(const std::string &tenant, const std::string &id)
{
    const auto at = std::find_if(rows.begin(), rows.end(),
        [&](const auto &row) { return row.thread.tenantId == tenant && row.thread.id == id; });
    return at == rows.end() ? nullptr : &*at;
}

void FakeTalks::tell(const std::string &tenant, schema::TenantEvent event)
{
    schema::Event told;
    told.kind = schema::Event::Kind::Message;
    told.tenant = tenant;
    told.about.push_back(std::move(event));
    LiveBatch batch;
    batch.tenants.push_back(std::move(told));
    m_gateway.emitBatch(std::move(batch));
}

void FakeTalks::announce(const schema::ConversationRow &row)
{
    schema::TenantEvent event;
    event.threadId = row.thread.id;
    event.conversation = row;
    tell(row.thread.tenantId, std::move(event));
}

schema::ChannelThreadMessage FakeTalks::say(const std::string &tenant, const std::string &id,
    const std::string &role, const std::string &text, bool tellIt)
{
    schema::ChannelThreadMessage message;
    message.id = "m" + std::to_string(m_next++);
    message.threadId = id;
    message.tenantId = tenant;
    message.role = role;
    message.content = text;
    message.createdAt = fakeTime();
    messages[tenant + "/" + id].push_back(message);
    if (auto *row = find(tenant, id)) {
        row->lastMessage = text.substr(0, 200);
        row->lastRole = role;
        ++row->messages;
    }
    if (tellIt) {
        schema::TenantEvent event;
        event.threadId = id;
        event.message = message;
        tell(tenant, std::move(event));
    }
    return message;
}

void FakeTalks::chunk(const std::string &tenant, const std::string &id, const std::string &turn,
    std::int64_t offset, const std::string &text)
{
    schema::TenantEvent event;
    event.threadId = id;
    event.chunk = schema::TurnChunk { turn, offset, text };
    tell(tenant, std::move(event));
}

void FakeTalks::typing(
    const std::string &tenant, const std::string &id, const std::string &who, bool on)
{
    schema::TenantEvent event;
    event.threadId = id;
    event.typing = schema::TypingState { who, on };
    tell(tenant, std::move(event));
}

void FakeTalks::askConfirmation(const std::string &tenant, const std::string &id, int secondsLeft)
{
    schema::PendingConfirmation pending;
    pending.tenantId = tenant;
    pending.threadId = id;
    pending.callId = "call-" + std::to_string(m_next++);
    pending.tool = "refund_order";
    pending.arguments.text = R"({"order":"7731","amount":"49.90 EUR","reason":"arrived broken"})";
    pending.requestedAt = fakeTime();
    pending.expiresAt = fakeTime(secondsLeft);
    pending.state = "pending";
    confirmations.push_back(pending);
    if (auto *row = find(tenant, id)) {
        row->thread.state = row->thread.needs = "confirmation";
        row->thread.since = fakeTime();
        row->expiresAt = pending.expiresAt;
        row->lastMessage = "wants to run refund_order";
        announce(*row);
    }
    schema::TenantEvent event;
    event.threadId = id;
    event.confirmation = pending;
    tell(tenant, std::move(event));
}

void FakeTalks::decideBy(const std::string &who, const std::string &tenant, const std::string &id,
    const std::string &decision)
{
    for (auto &each : confirmations)
        if (each.tenantId == tenant && each.threadId == id && each.state == "pending") {
            each.state = decision == "approve" ? "approved" : "denied";
            each.decidedBy = who;
        }
    std::erase_if(keys, [&](const schema::KeyRow &key) {
        return key.tenantId == tenant && key.type == "tool_confirm" && key.subject == id;
    });
}

void FakeTalks::takeBy(const std::string &who, const std::string &tenant, const std::string &id)
{
    if (auto *row = find(tenant, id)) {
        row->holder = who;
        row->thread.state = "human";
        row->thread.needs.clear();
    }
}

std::optional<Reply> FakeTalks::answer(const Request &request)
{
    const auto line = rules::resourceCall(request.operation);
    if (!line)
        return unknown();
    if (!hostile.empty() && request.operation.find(hostile) != std::string::npos)
        return good(R"({"items":[],"system":{},"tenant_id":"intruder"})");
    std::vector<std::string> at;
    for (const auto part : line->segments())
        at.push_back(rules::percentDecoded(part).value_or(""));
    const bool read = line->method == "GET";
    if (at[0] == "conversations" && at.size() == 1 && read)
        return list(line->query);
    if (at[0] == "conversations" && at.size() == 3 && !read)
        return write(at[1], request);
    if (at[0] == "threads" && at.size() == 4 && read)
        return at[3] == "prompt" ? prompt(at[1], at[2]) : page(at[1] + "/" + at[2], line->query);
    if (at[0] == "threads" && at.size() == 6 && at[5] == "send" && !read)
        return sendAgain(at[1], at[2], at[4]);
    if (at[0] == "confirmations" && at.size() == 3 && !read)
        return decide(at[1], at[2], request);
    if (at[0] == "escalations" && at.size() == 3 && !read)
        return escalate(at[1], at[2], request);
    if (at[0] == "confirmations" && read) {
        schema::Page<schema::PendingConfirmation> out;
        for (const auto &each : confirmations)
            if (each.state == "pending")
                out.items.push_back(each);
        return good(schema::encode(out));
    }
    if (at[0] == "escalations" && read) {
        schema::Page<schema::Escalation> out;
        for (const auto &row : rows)
            if (row.thread.state == "escalated") {
                schema::Escalation each;
                each.tenantId = row.thread.tenantId;
                each.threadId = row.thread.id;
                each.reason = "billing dispute, 3rd attempt";
                each.state = "waiting";
                out.items.push_back(each);
            }
        return good(schema::encode(out));
    }
    if (at[0] == "keys" && read) {
        schema::Page<schema::KeyRow> out;
        for (const auto &key : keys)
            if (key.tenantId == valueIn(line->query, "tenant"))
                out.items.push_back(key);
        return good(schema::encode(out));
    }
    return unknown();
}

Reply FakeTalks::list(std::string_view query)
{
    const std::string needs = valueIn(query, "needs");
    const std::string words = valueIn(query, "q");
    const std::string cursor = valueIn(query, "cursor");
    const std::size_t from = cursor.empty() ? 0 : std::stoul(cursor);
    schema::Page<schema::ConversationRow> out;
    std::vector<const schema::ConversationRow *> fitting;
    for (const auto &row : rows) {
        bool fits = needs.empty() || row.thread.needs == needs;
        if (fits && !words.empty()) {
            const auto &said = messages[row.thread.tenantId + "/" + row.thread.id];
            fits = std::any_of(said.begin(), said.end(), [&](const auto &message) {
                return message.content.find(words) != std::string::npos;
            });
        }
        if (fits)
            fitting.push_back(&row);
    }
    for (std::size_t i = from; i < fitting.size() && int(out.items.size()) < pageLimit; ++i)
        out.items.push_back(*fitting[i]);
    if (from + out.items.size() < fitting.size())
        out.cursor = std::to_string(from + out.items.size());
    out.total = std::int64_t(fitting.size());
    if (!words.empty() && total)
        out.total = total;
    return good(schema::encode(out));
}

Reply FakeTalks::page(const std::string &key, std::string_view query)
{
    const auto &all = messages[key];
    const std::string before = valueIn(query, "before");
    const std::size_t limit = std::stoul(valueIn(query, "limit"));
    std::size_t end = all.size();
    for (std::size_t i = 0; i < all.size(); ++i)
        if ("c" + std::to_string(i) == before) // the cursor of a page, as ours: no id
            end = i;
    const std::size_t begin = end > limit ? end - limit : 0;
    schema::Page<schema::ChannelThreadMessage> out;
    out.items.assign(all.begin() + std::ptrdiff_t(begin), all.begin() + std::ptrdiff_t(end));
    if (begin > 0)
        out.cursor = "c" + std::to_string(begin);
    return good(schema::encode(out));
}

Reply FakeTalks::prompt(const std::string &tenant, const std::string &id)
{
    schema::PromptView view;
    view.tenantId = tenant;
    view.threadId = id;
    view.model = "scripted";
    view.system = { "system", "You are the support agent of a railway shop.", 860, false };
    for (const auto &message : messages[tenant + "/" + id])
        view.memory.push_back({ message.role, message.content, 114, view.memory.empty() });
    view.memoryLimit = 20;
    view.recalled = { { "recalled", "Order 7731 was delivered on 18 November.", 350, false } };
    view.tokens = 860 + 350 + 114 * std::int64_t(view.memory.size());
    return good(schema::encode(view));
}

Reply FakeTalks::decide(const std::string &tenant, const std::string &id, const Request &request)
{
    const auto body = schema::decode<schema::ConfirmationAnswer>(request.body);
    for (auto &each : confirmations) {
        if (each.tenantId != tenant || each.threadId != id)
            continue;
        if (body->callId && *body->callId != each.callId) {
            if (each.state != "pending")
                continue; // one of before
            schema::PortalError error;
            error.code = "other-call";
            error.message = "another call waits by now";
            return conflict(error);
        }
        if (each.state != "pending") {
            schema::PortalError error;
            error.code = "conflict";
            error.message = "already answered";
            error.decision = each.state == "approved" ? "approve" : "deny";
            error.by = each.decidedBy;
            return conflict(error);
        }
        decideBy(me, tenant, id, body->decision);
        each.reason = body->reason;
        schema::TenantEvent event;
        event.threadId = id;
        event.confirmation = each;
        if (auto *row = find(tenant, id)) {
            row->thread.state = "streaming";
            row->thread.needs.clear();
            announce(*row);
        }
        tell(tenant, std::move(event));
        return good(schema::encode(each));
    }
    return unknown();
}

Reply FakeTalks::escalate(const std::string &tenant, const std::string &id, const Request &request)
{
    const auto body = schema::decode<schema::EscalationAction>(request.body);
    auto *row = find(tenant, id);
    if (!row)
        return unknown();
    if (row->holder && *row->holder != me) {
        schema::PortalError error;
        error.code = "conflict";
        error.message = "somebody has it";
        error.holder = row->holder;
        return conflict(error);
    }
    if (body->action == "take") {
        takeBy(me, tenant, id);
    } else {
        row->holder.reset();
        row->thread.state = body->action == "close" ? "closed" : "idle";
    }
    announce(*row);
    return good("{}");
}

Reply FakeTalks::write(const std::string &id, const Request &request)
{
    const auto body = schema::decode<schema::HumanMessage>(request.body);
    auto *row = find(body->tenantId, id);
    if (!row)
        return unknown();
    auto message = say(body->tenantId, id, "human", body->text, false);
    message.author = me;
    messages[body->tenantId + "/" + id].back().author = me;
    schema::TenantEvent event;
    event.threadId = id;
    event.message = message;
    tell(body->tenantId, std::move(event));
    return good("{}");
}

Reply FakeTalks::sendAgain(
    const std::string &tenant, const std::string &id, const std::string &message)
{
    for (auto &each : messages[tenant + "/" + id]) {
        if (each.id != message || !each.delivery)
            continue;
        auto &delivery = *each.delivery;
        if (delivery.state == "waiting" || delivery.state == "sent") {
            schema::PortalError error;
            error.code = delivery.state;
            error.message = "another was faster";
            return conflict(error);
        }
        delivery.earlier = delivery.tries;
        delivery.state = "waiting";
        delivery.at = fakeTime();
        schema::TenantEvent event;
        event.threadId = id;
        event.message = each;
        tell(tenant, std::move(event));
        return good(schema::encode(each));
    }
    return unknown();
}

void FakeTalks::fillDemo(int idle)
{
    auto &nora = add("acme", "c-8840", "Nora Lindqvist", "escalated");
    nora.thread.since = fakeTime(-360);
    say("acme", "c-8840", "user", "You charged me twice.", false);
    say("acme", "c-8840", "assistant", "I will look into it.", false);
    say("acme", "c-8840", "user", "billing dispute, 3rd attempt", false);
    auto &slack = add("acme", "C04-8841", "t_8841 (Slack)");
    slack.thread.channelType = "slack";
    slack.agentName = "Ops agent";
    say("acme", "C04-8841", "user", "Please refund order 7731, it arrived broken.", false);
    auto answer = say("acme", "C04-8841", "assistant",
        "I found order 7731 (delivered 18 Nov, 49.90 EUR). It qualifies for a refund. I will issue "
        "it now.",
        false);
    auto &stored = messages["acme/C04-8841"].back();
    stored.author = "Ops agent";
    schema::ToolCall call;
    call.id = "t1";
    call.tool = "lookup_order";
    call.arguments.text = R"({"order":"7731"})";
    call.state = "done";
    call.result = schema::JsonText { "\"found\"" };
    call.durationMs = 86;
    stored.tools = { call };
    stored.turn = schema::TurnFigures { 2900, 410, 600, 212, 0.0041, "scripted", "" };
    stored.delivery = schema::Delivery { "sent", 1, {}, fakeTime(-47) };
    auto &phone = add("acme", "wa-4670", "+46 70 …12", "confirmation");
    phone.thread.channelType = "whatsapp";
    phone.agentName = "Sales agent";
    phone.expiresAt = fakeTime(432);
    phone.lastMessage = "wants to run send_quote";
    say("acme", "wa-4670", "user", "What does it cost?", false);
    say("acme", "wa-4670", "assistant", "I will send you a quote.", false);
    messages["acme/wa-4670"].back().delivery = schema::Delivery { "unsent", 0,
        "this gateway sends nothing to whatsapp, and the connection has no callback_url", {} };
    add("globex", "c-1", "demo@globex", "streaming").lastMessage = "“The warranty covers…”";
    add("acme", "c-2", "Lena K.", "typing").lastMessage = "where is my parcel?";
    auto &done = add("acme", "C04-8790", "t_8790 (Slack)");
    done.thread.channelType = "slack";
    done.lastMessage = "thanks!";
    done.thread.since = fakeTime(-840);
    for (int i = 0; i < idle; ++i)
        add(i % 2 ? "globex" : "initech", "idle-" + std::to_string(i),
            "visitor " + std::to_string(i))
            .lastMessage = "bye";
    askConfirmation("acme", "C04-8841", 48);
    const auto key = [this](const char *type, const char *text, const char *subject,
                         const char *value, std::int64_t ttl) {
        schema::KeyRow row;
        row.tenantId = "acme";
        row.type = type;
        row.key = text;
        row.subject = subject;
        row.value = value;
        row.ttlMs = ttl;
        keys.push_back(row);
    };
    key("engaged", "acme:engaged:C04-8841", "C04-8841", "1", 1560000);
    key("memory:short", "acme:memory:short:agent-1:t_8841 (Slack)", "agent-1:t_8841 (Slack)", "…",
        0);
    keys.back().ttlMs.reset();
    key("tool_confirm", "acme:tool_confirm:C04-8841", "C04-8841", "refund_order", 48000);
    key("ratelimit", "acme:ratelimit:slack", "slack", "23 of 30", 60000);
}

} // namespace signalbox
