// SPDX-License-Identifier: GPL-3.0-only
// `/ops/*`, contract signalbox-gateway §7 and tenant-platform §5, and what events carry of the
// tenant platform. Times are RFC 3339 in UTC unless a name says `Ms`.
#pragma once

#include "models/schema/conversation.h"

namespace signalbox::schema {

/// What fits a filter of conversations is counted up to here; a `total` of one more says that there
/// are others (annex).
inline constexpr std::int64_t countedAtMost = 10000;

/// One key of a tenant in the cache, read back by its prefix.
struct KeyRow {
    std::string key; ///< as stored
    std::string tenantId;
    std::string type; ///< ratelimit dedup session engaged memory escalation tool_confirm
    std::string subject; ///< what follows the prefix, opaque
    std::string kind; ///< string list bucket
    std::string value; ///< its beginning, at most 500 characters
    std::int64_t size = 0; ///< characters, or entries of a list
    std::optional<std::int64_t> ttlMs; ///< absent: it does not expire
    bool operator==(const KeyRow &) const = default;
};

/// A tool call that waits for a person; at most one per thread.
struct PendingConfirmation {
    std::string tenantId;
    std::string threadId;
    std::string callId;
    std::string agentId;
    std::string agentName;
    std::string channelType;
    std::string userName;
    std::string tool;
    JsonText arguments;
    std::string requestedAt;
    std::string expiresAt;
    std::string state; ///< pending approved denied expired
    std::optional<std::string> decidedBy;
    std::optional<std::string> decidedAt;
    std::optional<std::string> reason;
    bool operator==(const PendingConfirmation &) const = default;
};

struct ConfirmationAnswer {
    std::string decision; ///< approve deny
    std::string reason;
    std::optional<std::string> callId {}; ///< that was looked at (annex); none = whichever waits
    bool operator==(const ConfirmationAnswer &) const = default;
};

/// A thread that a person must look after, or does.
struct Escalation {
    std::string tenantId;
    std::string threadId;
    std::string agentId;
    std::string agentName;
    std::string channelType;
    std::string userName;
    std::string reason;
    std::string state; ///< waiting taken closed (returned to the agent: closed)
    std::string since;
    std::optional<std::string> assignee; ///< whom the agent names
    std::optional<std::string> holder; ///< who took it
    bool operator==(const Escalation &) const = default;
};

struct EscalationAction {
    std::string action; ///< take return close
    std::string note; ///< return: context for the agent
    bool operator==(const EscalationAction &) const = default;
};

/// `POST /ops/conversations/{id}/human-message`.
struct HumanMessage {
    std::string tenantId;
    std::string text;
    std::optional<std::string> id; ///< the client's, told twice it is written once
    bool operator==(const HumanMessage &) const = default;
};

/// Memory lens: the next prompt of a thread.
struct PromptPart {
    std::string role; ///< system user assistant tool recalled
    std::string content;
    std::int64_t tokens = 0; ///< counted or estimated, see PromptView::estimated
    bool fallsOut = false; ///< the next message pushes it out of the short memory
    bool operator==(const PromptPart &) const = default;
};
struct PromptView {
    std::string tenantId;
    std::string threadId;
    std::string model;
    PromptPart system;
    std::vector<PromptPart> memory; ///< oldest first
    std::int64_t memoryLimit = 0;
    std::vector<PromptPart> recalled;
    std::vector<std::string> tools;
    std::int64_t tokens = 0; ///< of all parts
    bool estimated = true;
    bool operator==(const PromptView &) const = default;
};

/// Typing of a person or an agent in a thread.
struct TypingState {
    std::string who; ///< assistant, or the person's name
    bool on = false;
    bool operator==(const TypingState &) const = default;
};

/// A piece of an answer that is being written.
struct TurnChunk {
    std::string turnId; ///< id of the message that it will be stored as
    std::int64_t offset = 0; ///< bytes of the answer before it
    std::string text;
    bool operator==(const TurnChunk &) const = default;
};

/// Data of the event kinds conversation, message, typing, chunk, tool, confirmation, escalation and
/// audit: each kind has its own member.
struct TenantEvent {
    std::string threadId; ///< "" for an audit entry without one
    std::optional<ConversationRow> conversation; ///< absolute
    bool removed = false; ///< conversation: it is gone
    std::optional<ChannelThreadMessage> message;
    std::optional<TypingState> typing;
    std::optional<TurnChunk> chunk;
    std::optional<ToolCall> tool; ///< with the id of its turn in `turnId`
    std::string turnId;
    std::optional<PendingConfirmation> confirmation;
    std::optional<Escalation> escalation;
    std::optional<AuditEvent> audit;
    bool operator==(const TenantEvent &) const = default;
};

} // namespace signalbox::schema
