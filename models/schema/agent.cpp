// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/agent.h"

#include "models/schema/tenantparts.h"

namespace signalbox::schema {

template <class V> void members(V &v, const EscalationRule *)
{
    v("condition", &EscalationRule::condition, Always);
    v("action", &EscalationRule::action, Always);
}

template <class V> void members(V &v, const Agent *)
{
    v("id", &Agent::id, Always);
    v("tenant_id", &Agent::tenantId, Always);
    v("name", &Agent::name, Always);
    v("role", &Agent::role, Always);
    v("persona", &Agent::persona, Always);
    v("system_prompt", &Agent::systemPrompt, Always);
    v("model_preference", &Agent::modelPreference, Always);
    v("tool_assignments", &Agent::toolAssignments, Always);
    v("escalation_rules", &Agent::escalationRules, Always);
    v("escalation_assignee", &Agent::escalationAssignee);
    v("natural_language_escalation", &Agent::naturalLanguageEscalation, Always);
    v("is_active", &Agent::isActive, Always);
    v("budget_limit_usd", &Agent::budgetLimitUsd);
    v("created_at", &Agent::createdAt);
    v("updated_at", &Agent::updatedAt);
    v("version", &Agent::version);
}

template <class V> void members(V &v, const AgentTemplate *)
{
    v("id", &AgentTemplate::id, Always);
    v("name", &AgentTemplate::name, Always);
    v("role", &AgentTemplate::role, Always);
    v("description", &AgentTemplate::description, Always);
    v("category", &AgentTemplate::category, Always);
    v("persona", &AgentTemplate::persona, Always);
    v("system_prompt", &AgentTemplate::systemPrompt, Always);
    v("model_preference", &AgentTemplate::modelPreference, Always);
    v("tool_assignments", &AgentTemplate::toolAssignments, Always);
    v("escalation_rules", &AgentTemplate::escalationRules, Always);
}

template <class V> void members(V &v, const ToolInfo *)
{
    v("name", &ToolInfo::name, Always);
    v("description", &ToolInfo::description, Always);
    v("parameters", &ToolInfo::parameters, Always);
    v("requires_confirmation", &ToolInfo::requiresConfirmation, Always);
    v("stand_in", &ToolInfo::standIn);
}

template <class V> void members(V &v, const KbText *)
{
    v("id", &KbText::id, Always);
    v("tenant_id", &KbText::tenantId, Always);
    v("title", &KbText::title, Always);
    v("text", &KbText::text, Always);
    v("created_at", &KbText::createdAt);
}

SIGNALBOX_WIRE(EscalationRule)
SIGNALBOX_WIRE(Agent)
SIGNALBOX_WIRE(Page<Agent>)
SIGNALBOX_WIRE_PART(Agent)
SIGNALBOX_WIRE(AgentTemplate)
SIGNALBOX_WIRE(Page<AgentTemplate>)
SIGNALBOX_WIRE(ToolInfo)
SIGNALBOX_WIRE(Page<ToolInfo>)
SIGNALBOX_WIRE(KbText)
SIGNALBOX_WIRE(Page<KbText>)

} // namespace signalbox::schema
