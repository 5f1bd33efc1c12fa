// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/ops.h"

#include "models/schema/tenantparts.h"

namespace signalbox::schema {

template <class V> void members(V &v, const KeyRow *)
{
    v("key", &KeyRow::key, Always);
    v("tenant_id", &KeyRow::tenantId, Always);
    v("type", &KeyRow::type, Always);
    v("subject", &KeyRow::subject, Always);
    v("kind", &KeyRow::kind, Always);
    v("value", &KeyRow::value, Always);
    v("size", &KeyRow::size, Always);
    v("ttl_ms", &KeyRow::ttlMs);
}

template <class V> void members(V &v, const PendingConfirmation *)
{
    v("tenant_id", &PendingConfirmation::tenantId, Always);
    v("thread_id", &PendingConfirmation::threadId, Always);
    v("call_id", &PendingConfirmation::callId, Always);
    v("agent_id", &PendingConfirmation::agentId, Always);
    v("agent_name", &PendingConfirmation::agentName, Always);
    v("channel_type", &PendingConfirmation::channelType, Always);
    v("user_name", &PendingConfirmation::userName, Always);
    v("tool", &PendingConfirmation::tool, Always);
    v("arguments", &PendingConfirmation::arguments, Always);
    v("requested_at", &PendingConfirmation::requestedAt, Always);
    v("expires_at", &PendingConfirmation::expiresAt, Always);
    v("state", &PendingConfirmation::state, Always);
    v("decided_by", &PendingConfirmation::decidedBy);
    v("decided_at", &PendingConfirmation::decidedAt);
    v("reason", &PendingConfirmation::reason);
}

template <class V> void members(V &v, const ConfirmationAnswer *)
{
    v("decision", &ConfirmationAnswer::decision, Always | Required);
    v("reason", &ConfirmationAnswer::reason);
    v("call_id", &ConfirmationAnswer::callId);
}

template <class V> void members(V &v, const Escalation *)
{
    v("tenant_id", &Escalation::tenantId, Always);
    v("thread_id", &Escalation::threadId, Always);
    v("agent_id", &Escalation::agentId, Always);
    v("agent_name", &Escalation::agentName, Always);
    v("channel_type", &Escalation::channelType, Always);
    v("user_name", &Escalation::userName, Always);
    v("reason", &Escalation::reason, Always);
    v("state", &Escalation::state, Always);
    v("since", &Escalation::since, Always);
    v("assignee", &Escalation::assignee);
    v("holder", &Escalation::holder);
}

template <class V> void members(V &v, const EscalationAction *)
{
    v("action", &EscalationAction::action, Always | Required);
    v("note", &EscalationAction::note);
}

template <class V> void members(V &v, const HumanMessage *)
{
    v("tenant_id", &HumanMessage::tenantId, Always);
    v("text", &HumanMessage::text, Always | Required);
    v("id", &HumanMessage::id);
}

template <class V> void members(V &v, const PromptPart *)
{
    v("role", &PromptPart::role, Always);
    v("content", &PromptPart::content, Always);
    v("tokens", &PromptPart::tokens, Always);
    v("falls_out", &PromptPart::fallsOut);
}

template <class V> void members(V &v, const PromptView *)
{
    v("tenant_id", &PromptView::tenantId, Always);
    v("thread_id", &PromptView::threadId, Always);
    v("model", &PromptView::model, Always);
    v("system", &PromptView::system, Always);
    v("memory", &PromptView::memory, Always);
    v("memory_limit", &PromptView::memoryLimit, Always);
    v("recalled", &PromptView::recalled, Always);
    v("tools", &PromptView::tools, Always);
    v("tokens", &PromptView::tokens, Always);
    v("estimated", &PromptView::estimated, Always);
}

SIGNALBOX_WIRE(KeyRow)
SIGNALBOX_WIRE(Page<KeyRow>)
SIGNALBOX_WIRE(PendingConfirmation)
SIGNALBOX_WIRE(Page<PendingConfirmation>)
SIGNALBOX_WIRE(ConfirmationAnswer)
SIGNALBOX_WIRE(Escalation)
SIGNALBOX_WIRE(Page<Escalation>)
SIGNALBOX_WIRE(EscalationAction)
SIGNALBOX_WIRE(HumanMessage)
SIGNALBOX_WIRE(PromptView)
SIGNALBOX_WIRE_PART(PendingConfirmation)
SIGNALBOX_WIRE_PART(Escalation)

} // namespace signalbox::schema
