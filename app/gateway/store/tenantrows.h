// SPDX-License-Identifier: GPL-3.0-only
// Rows of the tenant store. Columns are what is looked for, ordered by or constrained; everything
// else of an entity is in `body`, the JSON that models/schema makes of it, so that members which
// nobody here knows survive. Times are milliseconds since 1970.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace signalbox::gateway {

struct TenantRow {
    std::string id; ///< a rules::TenantId
    std::string slug; ///< unique
    std::string body;
    std::int64_t version = 1;
    std::int64_t createdMs = 0;
    std::int64_t updatedMs = 0;
    bool operator==(const TenantRow &) const = default;
};

/// An agent or a template.
struct AgentRow {
    std::string id;
    std::string body;
    bool active = true; ///< templates: always
    std::int64_t version = 1;
    std::int64_t createdMs = 0;
    std::int64_t updatedMs = 0;
    bool operator==(const AgentRow &) const = default;
};

struct ConnectionRow {
    std::string id;
    std::string channelType; ///< one of the eight (tenant-platform §1)
    std::string workspaceId; ///< the channel's own id; with the type it finds the tenant
    std::string body; ///< without the secrets
    bool active = true;
    std::int64_t version = 1;
    std::int64_t createdMs = 0;
    std::int64_t updatedMs = 0;
    bool operator==(const ConnectionRow &) const = default;
};

/// Which tenant and connection an inbound message belongs to, before a tenant is known.
struct RouteRow {
    std::string tenantId;
    std::string connectionId;
    bool operator==(const RouteRow &) const = default;
};

struct PortalUserRow {
    std::string id;
    std::string email; ///< unique, case is the caller's matter
    std::string name;
    std::string role; ///< `platform_admin` `customer_admin` `customer_operator`
    std::string body;
    std::int64_t createdMs = 0;
    bool operator==(const PortalUserRow &) const = default;
};

struct MembershipRow {
    std::string userId;
    std::string tenantId;
    std::string role; ///< `customer_admin` `customer_operator`
    std::int64_t createdMs = 0;
    bool operator==(const MembershipRow &) const = default;
};

/// The token that is sent names the tenant first, so that it can be looked for within it; only
/// its hash is kept.
struct InvitationRow {
    std::string id;
    std::string email;
    std::string role;
    std::string tokenSha256; ///< hex
    std::string body;
    std::int64_t createdMs = 0;
    std::int64_t expiresMs = 0;
    std::int64_t acceptedMs = 0; ///< 0 = not yet
    bool operator==(const InvitationRow &) const = default;
};

struct ConversationRow {
    std::string id;
    std::string agentId;
    std::string userId; ///< unique with tenant and agent
    std::int64_t createdMs = 0;
    std::int64_t updatedMs = 0;
    bool operator==(const ConversationRow &) const = default;
};
struct OpenedConversation {
    ConversationRow row;
    bool created = false;
};

/// `user` or `assistant`, what REST gives as a conversation's history.
struct WebMessageRow {
    std::int64_t seq = 0; ///< by the store, rising
    std::string id; ///< unique within the tenant
    std::string conversationId;
    std::string role;
    std::string content;
    std::int64_t createdMs = 0;
    bool operator==(const WebMessageRow &) const = default;
};

/// signalbox-gateway §7. A web conversation is the thread whose id is the conversation's.
struct ThreadRow {
    std::string id;
    std::string channelType;
    std::string agentId;
    std::string userId;
    std::string conversationId; ///< "" for other channels than web
    std::string state = "open"; ///< `open` `escalated` `human` `closed`
    std::string needs; ///< "" `person` `confirmation`
    std::string holder; ///< who has taken it, a user's id; "" = nobody
    std::string flow; ///< that answers, "" = none
    std::string body;
    std::string lastText; ///< of the newest message, at most 200 characters; by the store
    std::string lastRole; ///< by the store
    std::int64_t sinceMs = 0; ///< since when it needs something, or has its state
    std::int64_t version = 1;
    std::int64_t createdMs = 0;
    std::int64_t updatedMs = 0;
    bool operator==(const ThreadRow &) const = default;
};

struct ThreadMessageRow {
    std::int64_t seq = 0; ///< by the store, rising
    std::string id; ///< unique within the tenant
    std::string threadId;
    std::string role; ///< `user` `assistant` `human` `tool` `notice` …
    std::string text; ///< what is shown and searched
    std::string body; ///< the rest: tool call, attachments, tokens, latency
    std::int64_t createdMs = 0;
    bool operator==(const ThreadMessageRow &) const = default;
};

/// A message that is to be sent to the channel of its thread.
struct OutboxRow {
    std::int64_t seq = 0; ///< by the store, rising
    std::string id; ///< of the message
    std::string threadId;
    std::int64_t dueMs = 0; ///< not before
    std::int64_t tries = 0; ///< begun so far
    bool operator==(const OutboxRow &) const = default;
};

struct ConfirmationRow {
    std::string id;
    std::string threadId;
    std::string body; ///< tool, arguments
    std::string decision; ///< "" = pending, `approve` `deny` `expired`
    std::string decidedBy;
    std::string reason;
    std::int64_t createdMs = 0;
    std::int64_t expiresMs = 0;
    std::int64_t decidedMs = 0;
    bool operator==(const ConfirmationRow &) const = default;
};

struct AuditRow {
    std::int64_t seq = 0; ///< by the store, rising
    std::string agentId;
    std::string userId;
    std::string actionType;
    std::string body;
    std::int64_t createdMs = 0;
    bool operator==(const AuditRow &) const = default;
};

/// Sums of one day, agent and model.
struct UsageRow {
    std::string day; ///< YYYY-MM-DD, UTC
    std::string agentId;
    std::string provider;
    std::string model;
    std::int64_t turns = 0;
    std::int64_t promptTokens = 0;
    std::int64_t completionTokens = 0;
    std::int64_t costMicros = 0; ///< millionths of a US dollar, of the turns that have a price
    std::int64_t unpricedTurns = 0; ///< of `turns`: what they cost is not known
    bool operator==(const UsageRow &) const = default;
};
struct VolumeRow {
    std::string day; ///< YYYY-MM-DD, UTC
    std::string channelType;
    std::int64_t in = 0;
    std::int64_t out = 0;
    bool operator==(const VolumeRow &) const = default;
};

/// A text that kb_search looks through.
struct KnowledgeRow {
    std::string id;
    std::string agentId; ///< "" = for all agents of the tenant
    std::string title;
    std::string content;
    std::int64_t createdMs = 0;
    bool operator==(const KnowledgeRow &) const = default;
};

/// What is empty is not asked for.
struct ThreadQuery {
    enum class Order {
        Newest, ///< by updatedMs, newest first
        NeedFirst, ///< what needs a person or an answer, longest waiting first; nothing else
    };
    Order order = Order::Newest;
    std::string state;
    std::string needs; ///< `person` `confirmation` `none`
    std::string channelType;
    std::string agentId;
    std::string userId;
    std::string words; ///< all of them, each the beginning of a word of one message
    std::string afterId; ///< the last row of the page before, with its time:
    std::int64_t afterMs = 0; ///< updatedMs, or sinceMs where the order is NeedFirst
    int limit = 100; ///< 1 … 1 000
};

/// Always oldest first. `before` and `after` are seq, 0 = not asked for.
struct MessageQuery {
    std::int64_t before = 0; ///< the newest ones older than this
    std::int64_t after = 0; ///< the oldest ones newer than this
    int limit = 100; ///< 1 … 1 000
};

struct AuditQuery {
    std::string agentId;
    std::string actionType;
    std::int64_t before = 0; ///< seq; 0 = from the newest
    int limit = 100; ///< 1 … 1 000
};

struct ThreadCounts {
    std::int64_t threads = 0; ///< closed ones, too
    std::int64_t needPerson = 0;
    std::int64_t needConfirmation = 0;
    bool operator==(const ThreadCounts &) const = default;
};

} // namespace signalbox::gateway
