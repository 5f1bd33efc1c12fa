// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/faketenants.h"

#include "models/rules/isolation.h"
#include "models/rules/resource.h"
#include "models/schema/jsontree.h"

#include <algorithm>

namespace signalbox {
namespace {

Reply fine(std::string body)
{
    return Response { std::move(body), std::chrono::microseconds(400) };
}

Reply refused(ErrorKind kind, const char *code, const std::string &text, std::int64_t version = 0)
{
    schema::PortalError error;
    error.code = code;
    error.message = text;
    if (version)
        error.version = version;
    GatewayError ours { kind, QString::fromUtf8(code), QString::fromStdString(text), false };
    ours.body = "{\"error\":" + schema::encode(error) + "}";
    return unexpected(std::move(ours));
}

Reply absent()
{
    return refused(ErrorKind::NotFound, "not_found", "there is no such thing");
}

template <class T> Reply page(std::vector<T> rows)
{
    schema::Page<T> out;
    out.total = std::int64_t(rows.size());
    out.items = std::move(rows);
    return fine(schema::encode(out));
}

template <class T> T *byId(std::vector<T> &rows, const std::string &id)
{
    const auto at =
        std::find_if(rows.begin(), rows.end(), [&](const T &row) { return row.id == id; });
    return at == rows.end() ? nullptr : &*at;
}

/// A write names the version it has seen; an older one is refused.
template <class T> std::optional<Reply> stale(const T &held, const T &sent)
{
    if (sent.version == 0 || sent.version == held.version)
        return {};
    return refused(ErrorKind::Conflict, "conflict", "somebody was faster", held.version);
}

void masked(schema::ChannelConnection &row)
{
    for (auto &[name, value] : row.config)
        value.text = "\"" + std::string(schema::maskedSecret) + "\"";
}

} // namespace

FakeTenants::FakeTenants(FakeGateway &gateway)
    : m_gateway(gateway)
{
    gateway.capabilities().tenants = gateway.capabilities().ops = true;
    for (const char *service : { "portal", "ops" })
        gateway.answerWith(service, [this](const Request &request) { return answer(request); });
}

std::optional<Reply> FakeTenants::answer(const Request &request)
{
    const auto call = rules::resourceCall(request.operation);
    if (!call)
        return refused(ErrorKind::Service, "bad_request", "no request line");
    Line line;
    line.method = call->method;
    for (const auto &segment : call->segments())
        line.at.push_back(rules::percentDecoded(segment).value_or(""));
    line.tenant = rules::tenantAsked(request.service, request.operation);
    if (const auto at = call->query.find("cursor="); at != std::string_view::npos)
        line.cursor = std::string(call->query.substr(at + 7));
    if (const auto at = call->query.find("agent="); at != std::string_view::npos) {
        const auto rest = call->query.substr(at + 6);
        line.agent = std::string(rest.substr(0, rest.find('&')));
    }
    for (const char *needs : { "person", "confirmation" })
        if (call->query.find(std::string("needs=") + needs) != std::string_view::npos)
            line.needs = needs;
    if (hostile && line.method == "GET" && !line.tenant.empty())
        return fine(R"({"items":[],"days":[],"tenant_id":"intruder"})");
    if (request.service == "ops")
        return onOps(line);
    if (line.at.front() == "usage")
        return onUsage(line);
    if (line.at.front() == "agent-templates") {
        schema::AgentTemplate one;
        one.id = "support";
        one.name = "Customer support";
        one.role = "support";
        one.description = "Answers questions about orders and hands over what it cannot solve.";
        one.category = "support";
        one.persona = "Patient, brief, never guesses.";
        one.systemPrompt = "You answer for the service desk.";
        one.modelPreference = "scripted";
        one.toolAssignments = { "kb_search" };
        one.escalationRules.push_back({ "billing_dispute AND attempts > 2", "handoff_human", {} });
        return page(std::vector { one });
    }
    if (line.at.front() == "tools") {
        std::vector<schema::ToolInfo> tools;
        for (const char *name : { "http_request", "kb_search", "calendar_lookup" }) {
            schema::ToolInfo tool;
            tool.name = name;
            tool.parameters.text = "{}";
            tools.push_back(tool);
        }
        return page(tools);
    }
    if (line.at.front() == "auth" && !role.empty()) {
        schema::PortalIdentity me;
        me.user.id = "me";
        me.user.role = role;
        for (const auto &tenant : tenants)
            me.memberships.push_back({ "me", tenant.id, role, {} });
        return fine(schema::encode(me));
    }
    if (line.at.front() == "invitations") {
        const auto sent = schema::decode<schema::Invitation>(request.body);
        const auto held = std::find_if(invitations.begin(), invitations.end(),
            [&](const auto &one) { return sent && one.token && one.token == sent->token; });
        if (held == invitations.end())
            return absent();
        users[held->tenantId].push_back({ "me", held->email, "Me", held->role, {}, {} });
        held->acceptedAt = "2026-11-21T13:00:00Z";
        held->token.reset();
        return fine("{}");
    }
    if (line.at.front() != "tenants")
        return std::nullopt;
    if (line.at.size() < 3)
        return onTenants(line, request.body);
    if (!byId(tenants, line.at[1]))
        return refused(ErrorKind::Denied, "forbidden", "not a member");
    if (line.at[2] == "agents")
        return onAgents(line, request.body);
    if (line.at[2] == "kb")
        return onTexts(line, request.body);
    return line.at[2] == "channels" ? onChannels(line, request.body) : onPeople(line, request.body);
}

Reply FakeTenants::onTenants(const Line &line, const std::string &body)
{
    if (line.at.size() == 1 && line.method == "GET")
        return page(tenants);
    auto sent = schema::decode<schema::Tenant>(body.empty() ? "{}" : body);
    if (line.at.size() == 1) {
        if (!sent || !schema::isSlug(sent->slug))
            return refused(ErrorKind::Service, "invalid", "slug: lower case, digits, hyphens");
        sent->id = "t-" + std::to_string(m_next++);
        sent->version = 1;
        tenants.push_back(*sent);
        return fine(schema::encode(*sent));
    }
    auto *row = byId(tenants, line.at[1]);
    if (!row)
        return absent();
    if (line.method == "PUT") {
        if (auto conflict = stale(*row, *sent))
            return *conflict;
        sent->version = row->version + 1;
        *row = *sent;
    } else if (line.method == "DELETE") {
        std::erase_if(agents, [&](const auto &one) { return one.tenantId == row->id; });
        std::erase_if(tenants, [id = row->id](const auto &one) { return one.id == id; });
        return fine("{}");
    }
    return fine(schema::encode(*row));
}

Reply FakeTenants::onAgents(const Line &line, const std::string &body)
{
    if (line.at.size() == 3 && line.method == "GET") {
        std::vector<schema::Agent> mine;
        for (const auto &one : agents)
            if (one.tenantId == line.at[1])
                mine.push_back(one);
        return page(mine);
    }
    auto sent = schema::decode<schema::Agent>(body.empty() ? "{}" : body);
    if (line.at.size() == 3) {
        if (!sent || sent->name.empty())
            return refused(ErrorKind::Service, "invalid", "a name is needed");
        sent->id = "agent-" + std::to_string(m_next++);
        sent->tenantId = line.at[1];
        sent->version = 1;
        agents.push_back(*sent);
        return fine(schema::encode(*sent));
    }
    auto *row = byId(agents, line.at[3]);
    if (!row || row->tenantId != line.at[1])
        return absent();
    if (line.method == "PUT") {
        if (auto conflict = stale(*row, *sent))
            return *conflict;
        sent->version = row->version + 1;
        *row = *sent;
    } else if (line.method == "DELETE") {
        std::erase_if(agents, [id = row->id](const auto &one) { return one.id == id; });
        return fine("{}");
    }
    return fine(schema::encode(*row));
}

Reply FakeTenants::onChannels(const Line &line, const std::string &body)
{
    if (line.at.size() == 3 && line.method == "GET") {
        std::vector<schema::ChannelConnection> mine;
        for (auto one : channels)
            if (one.tenantId == line.at[1]) {
                masked(one);
                mine.push_back(std::move(one));
            }
        return page(mine);
    }
    if (line.at.size() == 5) {
        schema::ChannelTest test;
        test.ok = true;
        test.steps = { { "settings", "ok", "every member that is needed is there" },
            { "delivery", "untested", "only the vendor can tell" } };
        return fine(schema::encode(test));
    }
    auto sent = schema::decode<schema::ChannelConnection>(body.empty() ? "{}" : body);
    if (line.at.size() == 3) {
        sent->id = "channel-" + std::to_string(m_next++);
        sent->tenantId = line.at[1];
        sent->version = 1;
        channels.push_back(*sent);
        masked(*sent);
        return fine(schema::encode(*sent));
    }
    auto *row = byId(channels, line.at[3]);
    if (!row || row->tenantId != line.at[1])
        return absent();
    if (line.method == "DELETE") {
        std::erase_if(channels, [id = row->id](const auto &one) { return one.id == id; });
        return fine("{}");
    }
    if (auto conflict = stale(*row, *sent))
        return *conflict;
    for (auto &[name, value] : sent->config)
        if (value.text == "\"" + std::string(schema::maskedSecret) + "\"")
            if (const auto *held = schema::find(row->config, name))
                value = *held;
    sent->version = row->version + 1;
    *row = *sent;
    auto shown = *row;
    masked(shown);
    return fine(schema::encode(shown));
}

Reply FakeTenants::onTexts(const Line &line, const std::string &body)
{
    if (line.method == "POST") {
        auto sent = schema::decode<schema::KbText>(body);
        if (!sent || sent->title.empty() || sent->text.empty())
            return refused(ErrorKind::Service, "invalid", "a text needs a title and words");
        sent->id = "text-" + std::to_string(m_next++);
        sent->tenantId = line.at[1];
        sent->createdAt = "2026-11-21T12:00:00Z";
        texts.push_back(*sent);
        return fine(schema::encode(*sent));
    }
    if (line.at.size() == 3) {
        std::vector<schema::KbText> mine;
        for (auto one : texts)
            if (one.tenantId == line.at[1]) {
                one.text.clear();
                mine.push_back(std::move(one));
            }
        return page(mine);
    }
    const auto *row = byId(texts, line.at[3]);
    if (!row || row->tenantId != line.at[1])
        return absent();
    std::string answer = line.method == "DELETE" ? "{}" : schema::encode(*row);
    if (line.method == "DELETE")
        std::erase_if(texts, [id = row->id](const auto &one) { return one.id == id; });
    return fine(std::move(answer));
}

Reply FakeTenants::onPeople(const Line &line, const std::string &body)
{
    const std::string &tenant = line.at[1];
    if (line.at[2] == "users") {
        auto &mine = users[tenant];
        if (line.method == "GET")
            return page(mine);
        if (line.method == "DELETE") {
            std::erase_if(mine, [&](const auto &one) { return one.id == line.at[3]; });
            return fine("{}");
        }
        const auto sent = schema::decode<schema::NewMember>(body);
        if (!sent)
            return refused(ErrorKind::Service, "invalid", "a user is needed");
        schema::PortalUser made;
        made.id = made.name = sent->user;
        made.role = sent->role;
        mine.push_back(made);
        return fine(schema::encode(made));
    }
    if (line.method == "GET") {
        std::vector<schema::Invitation> open;
        for (auto one : invitations)
            if (one.tenantId == tenant) {
                one.token.reset();
                open.push_back(std::move(one));
            }
        return page(open);
    }
    if (line.method == "DELETE") {
        std::erase_if(invitations, [&](const auto &one) { return one.id == line.at[3]; });
        return fine("{}");
    }
    auto sent = schema::decode<schema::Invitation>(body);
    if (!sent || sent->email.empty())
        return refused(ErrorKind::Service, "invalid", "an address is needed");
    sent->id = "inv-" + std::to_string(m_next++);
    sent->tenantId = tenant;
    sent->token = "invite-once-" + sent->id;
    sent->expiresAt = "2026-11-23T12:00:00Z";
    sent->createdAt = "2026-11-21T12:00:00Z";
    invitations.push_back(*sent);
    return fine(schema::encode(*sent));
}

Reply FakeTenants::onUsage(const Line &line) const
{
    const auto found = usage.find(line.tenant);
    if (line.at.back() == "summary")
        return fine(schema::encode(found == usage.end() ? schema::UsageSummary() : found->second));
    const bool some = found != usage.end() && found->second.turns > 0;
    if (line.at.back() == "by-provider") {
        std::vector<schema::ProviderUsage> rows;
        if (some)
            rows = { { "ollama", "qwen3:8b", 1204, 843211, std::nullopt, 1204 },
                { "openai-compatible", "gpt-large", 311, 402118, 18.42, 0 } };
        return page(rows);
    }
    if (line.at.back() == "message-volume") {
        std::vector<schema::MessageVolume> rows;
        if (some)
            rows = { { "2026-11-20", "web", 210, 208 }, { "2026-11-20", "slack", 41, 40 } };
        return page(rows);
    }
    std::vector<schema::BudgetAlert> rows;
    if (some)
        rows = { { "a1", 20, 18.42, "warning", 1204 } };
    return page(rows);
}

Reply FakeTenants::onOps(const Line &line) const
{
    if (line.at.front() == "audit") {
        std::vector<schema::AuditEvent> mine;
        for (const auto &one : audit)
            if (one.tenantId == line.tenant)
                mine.push_back(one);
        if (auditPage == 0)
            return page(mine);
        std::reverse(mine.begin(), mine.end()); // newest first, page by page
        schema::Page<schema::AuditEvent> part;
        const auto from = std::find_if(mine.begin(), mine.end(),
            [&line](const auto &one) { return line.cursor.empty() || one.id == line.cursor; });
        for (auto at = from; at != mine.end() && part.items.size() < auditPage; ++at)
            part.items.push_back(*at);
        if (std::size_t(mine.end() - from) > auditPage)
            part.cursor = (from + std::ptrdiff_t(auditPage))->id;
        return fine(schema::encode(part));
    }
    std::vector<schema::ConversationRow> mine;
    for (const auto &one : conversations)
        if ((line.tenant.empty() || one.thread.tenantId == line.tenant)
            && (line.agent.empty() || one.thread.agentId == line.agent)
            && (line.needs.empty() || one.thread.needs == line.needs))
            mine.push_back(one);
    return page(mine);
}

schema::Tenant &FakeTenants::addTenant(const std::string &id, const std::string &name)
{
    schema::Tenant row;
    row.id = row.slug = id;
    row.name = name;
    row.settings.workspace = "acme";
    row.agentQuota = 20;
    row.subscriptionState = "active";
    row.createdAt = "2026-03-01T09:30:00Z";
    row.version = 1;
    return tenants.emplace_back(std::move(row));
}

schema::Agent &FakeTenants::addAgent(
    const std::string &tenant, const std::string &id, const std::string &name)
{
    schema::Agent row;
    row.id = id;
    row.tenantId = tenant;
    row.name = name;
    row.role = "support";
    row.persona = "Patient, brief, never guesses.";
    row.systemPrompt = "You answer for the service desk of the railway.\nSay what you do not know.";
    row.modelPreference = "scripted";
    row.toolAssignments = { "kb_search", "calendar_lookup" };
    row.escalationRules.push_back({ "billing_dispute AND attempts > 2", "handoff_human", {} });
    row.budgetLimitUsd = 20;
    row.version = 3;
    row.updatedAt = "2026-11-20T08:00:00Z";
    return agents.emplace_back(std::move(row));
}

void FakeTenants::fillDemo()
{
    addTenant("acme", "Acme Rail");
    addTenant("globex", "Globex Logistics").subscriptionState = "past_due";
    addTenant("initech", "Initech").subscriptionState = "trial";
    addAgent("acme", "a1", "Service desk");
    addAgent("acme", "a2", "Timetable").role = "operations";
    auto &resting = addAgent("acme", "a3", "Claims");
    resting.isActive = false;
    resting.budgetLimitUsd.reset();
    addAgent("globex", "a1", "Dispatch");
    const auto channel = [&](const char *id, const char *type, const char *place, bool active) {
        schema::ChannelConnection row;
        row.id = id;
        row.tenantId = "acme";
        row.channelType = type;
        row.workspaceId = place;
        row.config = { { "bot_token", { "\"xoxb-planted-secret\"" } },
            { "signing_secret", { "\"planted-signing-secret\"" } } };
        row.isActive = active;
        row.createdAt = "2026-05-01T00:00:00Z";
        row.version = 1;
        channels.push_back(std::move(row));
    };
    channel("c1", "slack", "T024BE7LD", true);
    channel("c2", "telegram", "acme_rail_bot", false);
    channel("c3", "carrier-pigeon", "loft-7", true);
    for (const auto &[id, name, role] : { std::tuple("mira", "Mira", "customer_admin"),
             std::tuple("ines", "Ines Okafor", "customer_operator") }) {
        schema::PortalUser user;
        user.id = id;
        user.name = name;
        user.email = std::string(id) + "@example.org";
        user.role = role;
        users["acme"].push_back(std::move(user));
    }
    schema::KbText rules;
    rules.id = "k1";
    rules.tenantId = "acme";
    rules.title = "Lost property";
    rules.text = "What is found on a train is kept for six weeks.";
    rules.createdAt = "2026-06-01T00:00:00Z";
    texts.push_back(rules);
    schema::Invitation open;
    open.id = "inv-0";
    open.tenantId = "acme";
    open.email = "otto@example.org";
    open.role = "customer_operator";
    open.expiresAt = "2026-11-23T09:00:00Z";
    invitations.push_back(open);
    schema::UsageSummary &used = usage["acme"];
    used.from = "2026-10-23";
    used.to = "2026-11-21";
    for (int day = 0; day < 30; ++day) {
        const std::int64_t turns = 20 + (day * 37) % 61 + (day % 7 < 5 ? 30 : 0);
        const int number = day < 9 ? 23 + day : day - 8;
        const std::string month = day < 9 ? "2026-10-" : "2026-11-";
        used.days.push_back({ month + (number < 10 ? "0" : "") + std::to_string(number), turns,
            turns * 700, turns * 120, double(turns) * 0.0121, turns / 2 });
        used.turns += turns;
        used.promptTokens += turns * 700;
        used.completionTokens += turns * 120;
        used.costUsd = used.costUsd.value_or(0) + double(turns) * 0.0121;
        used.unpricedTurns += turns / 2;
    }
    const auto note = [&](const char *type, const char *in, const char *out, std::int64_t ms) {
        schema::AuditEvent event;
        event.id = "e" + std::to_string(audit.size());
        event.tenantId = "acme";
        event.agentId = "a1";
        event.actionType = type;
        event.inputSummary = in;
        event.outputSummary = out;
        event.latencyMs = ms;
        event.metadata = { { "provider", { "\"ollama\"" } }, { "cost_usd", { "0.0021" } } };
        event.createdAt = "2026-11-21T21:0" + std::to_string(audit.size()) + ":00Z";
        audit.push_back(std::move(event));
    };
    note("llm_call", "Where is wagon 4711?", "It stands on track 7.", 812);
    note("tool_invocation", "kb_search {\"query\":\"wagon 4711\"}", "2 passages", 24);
    note("escalation", "billing_dispute AND attempts > 2", "handoff_human", 1);
    for (int i = 0; i < 5; ++i) {
        schema::ConversationRow row;
        row.thread.id = "th" + std::to_string(i);
        row.thread.tenantId = i < 4 ? "acme" : "globex";
        row.thread.needs = i == 0 ? "person" : i == 1 ? "confirmation" : "";
        conversations.push_back(std::move(row));
    }
}

} // namespace signalbox
