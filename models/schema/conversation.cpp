// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/conversation.h"

#include "models/schema/tenantparts.h"

namespace signalbox::schema {

template <class V> void members(V &v, const WebConversation *)
{
    v("id", &WebConversation::id, Always);
    v("tenant_id", &WebConversation::tenantId, Always);
    v("agent_id", &WebConversation::agentId, Always);
    v("user_id", &WebConversation::userId, Always);
    v("created_at", &WebConversation::createdAt);
    v("updated_at", &WebConversation::updatedAt);
}

template <class V> void members(V &v, const WebConversationMessage *)
{
    v("id", &WebConversationMessage::id, Always);
    v("conversation_id", &WebConversationMessage::conversationId, Always);
    v("tenant_id", &WebConversationMessage::tenantId, Always);
    v("role", &WebConversationMessage::role, Always);
    v("content", &WebConversationMessage::content, Always);
    v("created_at", &WebConversationMessage::createdAt);
}

template <class V> void members(V &v, const ChannelThread *)
{
    v("tenant_id", &ChannelThread::tenantId, Always);
    v("id", &ChannelThread::id, Always);
    v("channel_type", &ChannelThread::channelType, Always);
    v("agent_id", &ChannelThread::agentId, Always);
    v("user_id", &ChannelThread::userId, Always);
    v("conversation_id", &ChannelThread::conversationId);
    v("state", &ChannelThread::state, Always);
    v("needs", &ChannelThread::needs);
    v("since", &ChannelThread::since, Always);
    v("created_at", &ChannelThread::createdAt);
    v("updated_at", &ChannelThread::updatedAt);
}

template <class V> void members(V &v, const ToolCall *)
{
    v("id", &ToolCall::id, Always);
    v("tool", &ToolCall::tool, Always);
    v("arguments", &ToolCall::arguments, Always);
    v("state", &ToolCall::state, Always);
    v("result", &ToolCall::result);
    v("error", &ToolCall::error);
    v("duration_ms", &ToolCall::durationMs);
}

template <class V> void members(V &v, const TurnFigures *)
{
    v("latency_ms", &TurnFigures::latencyMs, Always);
    v("first_chunk_ms", &TurnFigures::firstChunkMs);
    v("prompt_tokens", &TurnFigures::promptTokens, Always);
    v("completion_tokens", &TurnFigures::completionTokens, Always);
    v("cost_usd", &TurnFigures::costUsd, Always);
    v("provider", &TurnFigures::provider, Always);
    v("model", &TurnFigures::model, Always);
}

template <class V> void members(V &v, const Delivery *)
{
    v("state", &Delivery::state, Always);
    v("tries", &Delivery::tries);
    v("error", &Delivery::error);
    v("at", &Delivery::at);
    v("earlier", &Delivery::earlier);
}

template <class V> void members(V &v, const ChannelThreadMessage *)
{
    v("id", &ChannelThreadMessage::id, Always);
    v("thread_id", &ChannelThreadMessage::threadId, Always);
    v("tenant_id", &ChannelThreadMessage::tenantId, Always);
    v("role", &ChannelThreadMessage::role, Always);
    v("author", &ChannelThreadMessage::author);
    v("content", &ChannelThreadMessage::content, Always);
    v("attachments", &ChannelThreadMessage::attachments);
    v("tools", &ChannelThreadMessage::tools);
    v("turn", &ChannelThreadMessage::turn);
    v("delivery", &ChannelThreadMessage::delivery);
    v("gateway", &ChannelThreadMessage::gateway);
    v("created_at", &ChannelThreadMessage::createdAt, Always);
}

template <class V> void members(V &v, const AuditEvent *)
{
    v("id", &AuditEvent::id, Always);
    v("tenant_id", &AuditEvent::tenantId, Always);
    v("agent_id", &AuditEvent::agentId);
    v("user_id", &AuditEvent::userId);
    v("thread_id", &AuditEvent::threadId);
    v("action_type", &AuditEvent::actionType, Always);
    v("input_summary", &AuditEvent::inputSummary, Always);
    v("output_summary", &AuditEvent::outputSummary, Always);
    v("latency_ms", &AuditEvent::latencyMs, Always);
    v("metadata", &AuditEvent::metadata, Always);
    v("created_at", &AuditEvent::createdAt, Always);
}

namespace {

/// The members of a ConversationRow beside its thread's.
template <class V> void rowMembers(V &v)
{
    v("tenant_name", &ConversationRow::tenantName, Always);
    v("agent_name", &ConversationRow::agentName, Always);
    v("user_name", &ConversationRow::userName, Always);
    v("last_message", &ConversationRow::lastMessage, Always);
    v("last_role", &ConversationRow::lastRole, Always);
    v("messages", &ConversationRow::messages, Always);
    v("workspace", &ConversationRow::workspace, Always);
    v("flow", &ConversationRow::flow);
    v("holder", &ConversationRow::holder);
    v("expires_at", &ConversationRow::expiresAt);
    v("test", &ConversationRow::test);
    v("tenant_state", &ConversationRow::tenantState);
}

} // namespace

void read(const Reader &in, ConversationRow &out)
{
    if (!in.isObject())
        return;
    read(in, out.thread);
    out.thread.rest = {}; // it holds the row's other members
    if (in.failed())
        return;
    MemberReader<ConversationRow> reader(in, out);
    rowMembers(reader);
}

Json write(const ConversationRow &row)
{
    Json object = write(row.thread);
    MemberWriter<ConversationRow> writer(row);
    rowMembers(writer);
    for (auto &[key, value] : writer.object.get_ref<Json::object_t &>())
        object[key] = std::move(value);
    return object;
}

SIGNALBOX_WIRE(WebConversation)
SIGNALBOX_WIRE(Page<WebConversation>)
SIGNALBOX_WIRE(WebConversationMessage)
SIGNALBOX_WIRE(Page<WebConversationMessage>)
SIGNALBOX_WIRE(ChannelThread)
SIGNALBOX_WIRE(ToolCall)
SIGNALBOX_WIRE(TurnFigures)
SIGNALBOX_WIRE(ChannelThreadMessage)
SIGNALBOX_WIRE(Page<ChannelThreadMessage>)
SIGNALBOX_WIRE(ConversationRow)
SIGNALBOX_WIRE(Page<ConversationRow>)
SIGNALBOX_WIRE(AuditEvent)
SIGNALBOX_WIRE(Page<AuditEvent>)

SIGNALBOX_WIRE_PART(ChannelThreadMessage)
SIGNALBOX_WIRE_PART(ToolCall)
SIGNALBOX_WIRE_PART(TurnFigures)
SIGNALBOX_WIRE_PART(AuditEvent)

} // namespace signalbox::schema
