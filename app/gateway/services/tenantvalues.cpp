// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/tenantvalues.h"

#include "app/gateway/services/answers.h"

#include <nlohmann/json.hpp>

namespace signalbox::gateway {

namespace {

/// The value that the body holds; a body that cannot be read is an empty value, so that one bad row
/// hides no list.
template <class T> T fromBody(const std::string &body)
{
    auto value = schema::decode<T>(body);
    return value ? std::move(*value) : T {};
}

std::optional<std::string> given(const std::string &text)
{
    return text.empty() ? std::nullopt : std::optional(text);
}

Json parsedBody(const std::string &body)
{
    Json value = Json::parse(body, nullptr, false);
    return value.is_object() ? value : Json::object();
}

double decimal(const Json &object, const char *name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

} // namespace

std::string rfc3339(std::int64_t unixMs)
{
    if (unixMs <= 0)
        return {};
    const std::string whole = isoTime(unixMs * 1000, false); // …+00:00
    std::string millis = std::to_string(1000 + unixMs % 1000);
    millis[0] = '.';
    return whole.substr(0, 19) + millis + "Z";
}

std::string dayOf(std::int64_t unixMs)
{
    return isoTime(unixMs * 1000, false).substr(0, 10);
}

std::string shortened(std::string_view text, std::size_t bytes)
{
    if (text.size() <= bytes)
        return std::string(text);
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U)
        --bytes;
    return std::string(text.substr(0, bytes));
}

std::int64_t estimatedTokens(std::string_view text)
{
    return static_cast<std::int64_t>((text.size() + 3) / 4);
}

schema::Tenant tenantOf(const TenantRow &row)
{
    auto tenant = fromBody<schema::Tenant>(row.body);
    tenant.id = row.id;
    tenant.slug = row.slug;
    tenant.version = row.version;
    tenant.createdAt = rfc3339(row.createdMs);
    tenant.updatedAt = rfc3339(row.updatedMs);
    return tenant;
}

TenantRow rowOf(const schema::Tenant &tenant)
{
    TenantRow row;
    row.id = tenant.id;
    row.slug = tenant.slug;
    row.body = schema::encode(tenant);
    row.version = tenant.version;
    return row;
}

std::string whyHalted(const schema::Tenant &tenant)
{
    return "the tenant " + tenant.name + " is " + tenant.subscriptionState;
}

std::string whySwitchedOff(const schema::Agent &agent)
{
    return "the agent " + agent.name + " is switched off";
}

schema::Agent agentOf(const std::string &tenant, const AgentRow &row)
{
    auto agent = fromBody<schema::Agent>(row.body);
    agent.id = row.id;
    agent.tenantId = tenant;
    agent.isActive = row.active;
    agent.version = row.version;
    agent.createdAt = rfc3339(row.createdMs);
    agent.updatedAt = rfc3339(row.updatedMs);
    return agent;
}

AgentRow rowOf(const schema::Agent &agent)
{
    AgentRow row;
    row.id = agent.id;
    row.body = schema::encode(agent);
    row.active = agent.isActive;
    row.version = agent.version;
    return row;
}

schema::AgentTemplate templateOf(const AgentRow &row)
{
    auto value = fromBody<schema::AgentTemplate>(row.body);
    value.id = row.id;
    return value;
}

AgentRow rowOf(const schema::AgentTemplate &value)
{
    AgentRow row;
    row.id = value.id;
    row.body = schema::encode(value);
    return row;
}

schema::ChannelConnection connectionOf(const std::string &tenant, const ConnectionRow &row)
{
    auto connection = fromBody<schema::ChannelConnection>(row.body);
    connection.id = row.id;
    connection.tenantId = tenant;
    connection.channelType = row.channelType;
    connection.workspaceId = row.workspaceId;
    connection.isActive = row.active;
    connection.version = row.version;
    connection.createdAt = rfc3339(row.createdMs);
    return connection;
}

std::string namedAgent(const schema::ChannelConnection &connection)
{
    const auto *named = schema::find(connection.config, "agent_id");
    return named && named->text != "\"\"" ? named->text : std::string();
}

std::string whyNobody(const schema::ChannelConnection &connection)
{
    return namedAgent(connection).empty() ? "this tenant has no active agent"
                                          : "the agent that agent_id names is not there";
}

schema::Invitation invitationOf(const std::string &tenant, const InvitationRow &row)
{
    schema::Invitation invitation;
    invitation.id = row.id;
    invitation.tenantId = tenant;
    invitation.email = row.email;
    invitation.role = row.role;
    invitation.expiresAt = rfc3339(row.expiresMs);
    if (row.acceptedMs > 0)
        invitation.acceptedAt = rfc3339(row.acceptedMs);
    invitation.createdAt = rfc3339(row.createdMs);
    return invitation;
}

schema::PortalUser userOf(const PortalUserRow &row, const std::string &role)
{
    auto user = fromBody<schema::PortalUser>(row.body);
    user.id = row.id;
    user.email = row.email;
    user.name = row.name;
    user.role = role;
    user.createdAt = rfc3339(row.createdMs);
    return user;
}

schema::WebConversation webConversationOf(const std::string &tenant, const ConversationRow &row)
{
    schema::WebConversation conversation;
    conversation.id = row.id;
    conversation.tenantId = tenant;
    conversation.agentId = row.agentId;
    conversation.userId = row.userId;
    conversation.createdAt = rfc3339(row.createdMs);
    conversation.updatedAt = rfc3339(row.updatedMs);
    return conversation;
}

schema::WebConversationMessage webMessageOf(const std::string &tenant, const WebMessageRow &row)
{
    schema::WebConversationMessage message;
    message.id = row.id;
    message.conversationId = row.conversationId;
    message.tenantId = tenant;
    message.role = row.role;
    message.content = row.content;
    message.createdAt = rfc3339(row.createdMs);
    return message;
}

ThreadFacts factsOf(const ThreadRow &row)
{
    const Json body = parsedBody(row.body);
    ThreadFacts facts;
    facts.userName = text(body, "user_name").value_or("");
    facts.openedBy = text(body, "opened_by").value_or("");
    facts.test = body.value("test", false);
    facts.attempts = integer(body, "attempts").value_or(0);
    facts.messages = integer(body, "messages").value_or(0);
    facts.toolFailures = integer(body, "tool_failures").value_or(0);
    facts.tokens = integer(body, "tokens").value_or(0);
    facts.costUsd = decimal(body, "cost_usd");
    facts.reason = text(body, "reason").value_or("");
    facts.assignee = text(body, "assignee").value_or("");
    facts.holderName = text(body, "holder_name").value_or("");
    facts.expiresMs = integer(body, "expires_ms").value_or(0);
    facts.connectionId = text(body, "connection_id").value_or("");
    facts.channelThread = text(body, "channel_thread").value_or("");
    return facts;
}

std::string bodyOf(const ThreadFacts &facts)
{
    return dump({ { "user_name", facts.userName }, { "opened_by", facts.openedBy },
        { "test", facts.test }, { "attempts", facts.attempts }, { "messages", facts.messages },
        { "tool_failures", facts.toolFailures }, { "tokens", facts.tokens },
        { "cost_usd", facts.costUsd }, { "reason", facts.reason }, { "assignee", facts.assignee },
        { "holder_name", facts.holderName }, { "expires_ms", facts.expiresMs },
        { "connection_id", facts.connectionId }, { "channel_thread", facts.channelThread } });
}

schema::ChannelThread threadOf(const std::string &tenant, const ThreadRow &row)
{
    schema::ChannelThread thread;
    thread.tenantId = tenant;
    thread.id = row.id;
    thread.channelType = row.channelType;
    thread.agentId = row.agentId;
    thread.userId = row.userId;
    thread.conversationId = given(row.conversationId);
    thread.state = row.state;
    thread.needs = row.needs;
    thread.since = rfc3339(row.sinceMs);
    thread.createdAt = rfc3339(row.createdMs);
    thread.updatedAt = rfc3339(row.updatedMs);
    return thread;
}

schema::ConversationRow conversationOf(
    const schema::Tenant &tenant, const std::string &agentName, const ThreadRow &row)
{
    const ThreadFacts facts = factsOf(row);
    schema::ConversationRow conversation;
    conversation.thread = threadOf(tenant.id, row);
    conversation.tenantName = tenant.name;
    conversation.agentName = agentName;
    conversation.userName = facts.userName.empty() ? row.userId : facts.userName;
    conversation.lastMessage = row.lastText;
    conversation.lastRole = row.lastRole;
    conversation.messages = facts.messages;
    conversation.workspace = workspaceOf(tenant);
    conversation.flow = given(row.flow);
    conversation.holder = given(facts.holderName.empty() ? row.holder : facts.holderName);
    if (row.needs == "confirmation" && facts.expiresMs > 0)
        conversation.expiresAt = rfc3339(facts.expiresMs);
    conversation.test = facts.test;
    conversation.tenantState = given(tenant.subscriptionState);
    return conversation;
}

schema::Escalation escalationOf(
    const std::string &tenant, const std::string &agentName, const ThreadRow &row)
{
    const ThreadFacts facts = factsOf(row);
    schema::Escalation escalation;
    escalation.tenantId = tenant;
    escalation.threadId = row.id;
    escalation.agentId = row.agentId;
    escalation.agentName = agentName;
    escalation.channelType = row.channelType;
    escalation.userName = facts.userName.empty() ? row.userId : facts.userName;
    escalation.reason = facts.reason;
    escalation.state = row.state == "human" ? "taken"
        : row.state == "escalated"          ? "waiting"
                                            : "closed";
    escalation.since = rfc3339(row.sinceMs);
    escalation.assignee = given(facts.assignee);
    escalation.holder = given(facts.holderName.empty() ? row.holder : facts.holderName);
    return escalation;
}

schema::ChannelThreadMessage messageOf(const std::string &tenant, const ThreadMessageRow &row)
{
    auto message = fromBody<schema::ChannelThreadMessage>(row.body);
    message.id = row.id;
    message.threadId = row.threadId;
    message.tenantId = tenant;
    message.role = row.role;
    message.content = row.text;
    message.createdAt = rfc3339(row.createdMs);
    return message;
}

ThreadMessageRow rowOf(const schema::ChannelThreadMessage &message, std::int64_t createdMs)
{
    ThreadMessageRow row;
    row.id = message.id;
    row.threadId = message.threadId;
    row.role = message.role;
    row.text = message.content;
    row.createdMs = createdMs;
    schema::ChannelThreadMessage rest = message; // the text is kept once
    rest.content.clear();
    row.body = schema::encode(rest);
    return row;
}

schema::AuditEvent auditOf(const std::string &tenant, const AuditRow &row)
{
    auto event = fromBody<schema::AuditEvent>(row.body);
    event.id = std::to_string(row.seq);
    event.tenantId = tenant;
    event.agentId = given(row.agentId);
    event.userId = given(row.userId);
    event.actionType = row.actionType;
    event.createdAt = rfc3339(row.createdMs);
    return event;
}

std::string bodyOf(const ParkedCall &call)
{
    Json steps = Json::array();
    for (const schema::PromptMessage &step : call.steps)
        steps.push_back({ { "role", step.role }, { "content", step.content } });
    Json done = Json::array();
    for (const schema::ToolCall &each : call.done)
        done.push_back(schema::encode(each));
    return dump(
        { { "tool", call.tool }, { "arguments", call.arguments }, { "turn_id", call.turnId },
            { "text", call.text }, { "steps", std::move(steps) }, { "done", std::move(done) },
            { "figures", schema::encode(call.figures) }, { "began_ms", call.beganMs } });
}

ParkedCall parkedOf(const gateway::ConfirmationRow &row)
{
    const Json body = parsedBody(row.body);
    ParkedCall call;
    call.id = row.id;
    call.tool = text(body, "tool").value_or("");
    call.arguments = text(body, "arguments").value_or("{}");
    call.turnId = text(body, "turn_id").value_or("");
    call.text = text(body, "text").value_or("");
    call.beganMs = integer(body, "began_ms").value_or(row.createdMs);
    if (const auto figures = text(body, "figures"))
        call.figures = fromBody<schema::TurnFigures>(*figures);
    for (const Json &step : body.value("steps", Json::array()))
        if (step.is_object())
            call.steps.push_back(
                { text(step, "role").value_or(""), text(step, "content").value_or("") });
    for (const Json &each : body.value("done", Json::array()))
        if (each.is_string())
            call.done.push_back(fromBody<schema::ToolCall>(each.get<std::string>()));
    return call;
}

schema::PendingConfirmation confirmationOf(const std::string &tenant, const std::string &agentName,
    const ThreadRow &thread, const gateway::ConfirmationRow &row)
{
    const ParkedCall call = parkedOf(row);
    schema::PendingConfirmation pending;
    pending.tenantId = tenant;
    pending.threadId = thread.id;
    pending.callId = row.id;
    pending.agentId = thread.agentId;
    pending.agentName = agentName;
    pending.channelType = thread.channelType;
    pending.userName = factsOf(thread).userName;
    pending.tool = call.tool;
    pending.arguments.text = call.arguments;
    pending.requestedAt = rfc3339(row.createdMs);
    pending.expiresAt = rfc3339(row.expiresMs);
    pending.state = row.decision == "approve" ? "approved"
        : row.decision == "deny"              ? "denied"
        : row.decision.empty()                ? "pending"
                                              : "expired";
    pending.decidedBy = given(row.decidedBy);
    if (row.decidedMs > 0)
        pending.decidedAt = rfc3339(row.decidedMs);
    pending.reason = given(row.reason);
    return pending;
}

} // namespace signalbox::gateway
