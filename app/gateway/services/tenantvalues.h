// SPDX-License-Identifier: GPL-3.0-only
// Rows of the tenant store ↔ values of the wire. Pure. What a row has as a column is taken from
// there, everything else from its body.
#pragma once

#include "app/gateway/store/tenantrows.h"
#include "app/gateway/wallclock.h"
#include "models/schema/ops.h"
#include "models/schema/portal.h"
#include "models/schema/tenant.h"

namespace signalbox::gateway {

/// 2026-11-21T10:00:00.123Z; "" for 0.
std::string rfc3339(std::int64_t unixMs);
/// 2026-11-21
std::string dayOf(std::int64_t unixMs);
/// At most `bytes` bytes of it, cut between characters.
std::string shortened(std::string_view text, std::size_t bytes);
/// About four bytes each: what providers that do not count are said to have used.
std::int64_t estimatedTokens(std::string_view text);

schema::Tenant tenantOf(const TenantRow &row);
TenantRow rowOf(const schema::Tenant &tenant);
/// Why nothing is said in a tenant that may not talk.
std::string whyHalted(const schema::Tenant &tenant);
schema::Agent agentOf(const std::string &tenant, const AgentRow &row);
std::string whySwitchedOff(const schema::Agent &agent);
AgentRow rowOf(const schema::Agent &agent);
schema::AgentTemplate templateOf(const AgentRow &row);
AgentRow rowOf(const schema::AgentTemplate &value);
/// With masked secrets: the row has never seen others.
schema::ChannelConnection connectionOf(const std::string &tenant, const ConnectionRow &row);
/// The JSON of its `agent_id`, "" when it names none.
std::string namedAgent(const schema::ChannelConnection &connection);
/// Why nobody answers what begins on it.
std::string whyNobody(const schema::ChannelConnection &connection);
schema::Invitation invitationOf(const std::string &tenant, const InvitationRow &row);
schema::PortalUser userOf(const PortalUserRow &row, const std::string &role);
schema::WebConversation webConversationOf(const std::string &tenant, const ConversationRow &row);
schema::WebConversationMessage webMessageOf(const std::string &tenant, const WebMessageRow &row);

/// What a thread's body holds.
struct ThreadFacts {
    std::string userName;
    std::string openedBy; ///< whose test it is
    bool test = false;
    std::int64_t attempts = 0; ///< the user's turns since the last hand-over
    std::int64_t messages = 0;
    std::int64_t toolFailures = 0;
    std::int64_t tokens = 0;
    double costUsd = 0; ///< of the turns that have a price
    std::string reason; ///< of the escalation
    std::string assignee;
    std::string holderName;
    std::int64_t expiresMs = 0; ///< of what waits for a confirmation
    std::string connectionId; ///< it came by, "" for the web
    std::string channelThread; ///< what the channel calls it: where answers go
};
ThreadFacts factsOf(const ThreadRow &row);
std::string bodyOf(const ThreadFacts &facts);

schema::ChannelThread threadOf(const std::string &tenant, const ThreadRow &row);
schema::ConversationRow conversationOf(
    const schema::Tenant &tenant, const std::string &agentName, const ThreadRow &row);
schema::Escalation escalationOf(
    const std::string &tenant, const std::string &agentName, const ThreadRow &row);
schema::ChannelThreadMessage messageOf(const std::string &tenant, const ThreadMessageRow &row);
ThreadMessageRow rowOf(const schema::ChannelThreadMessage &message, std::int64_t createdMs);
schema::AuditEvent auditOf(const std::string &tenant, const AuditRow &row);

/// A call that waits: what is needed to go on with its turn after an answer.
struct ParkedCall {
    std::string id; ///< of the call and of the confirmation
    std::string tool;
    std::string arguments; ///< JSON
    std::string turnId;
    std::string text; ///< of the turn so far
    std::vector<schema::PromptMessage> steps; ///< of the turn, after the memory
    std::vector<schema::ToolCall> done;
    schema::TurnFigures figures {}; ///< of the turn so far
    std::int64_t beganMs = 0;
};
std::string bodyOf(const ParkedCall &call);
ParkedCall parkedOf(const gateway::ConfirmationRow &row);
schema::PendingConfirmation confirmationOf(const std::string &tenant, const std::string &agentName,
    const ThreadRow &thread, const gateway::ConfirmationRow &row);

} // namespace signalbox::gateway
