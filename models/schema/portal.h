// SPDX-License-Identifier: GPL-3.0-only
// `/api/portal` apart from its entities: people, sign-in, errors, tries. Contract tenant-platform
// §1, §5 and signalbox-gateway §4, §7.
#pragma once

#include "models/schema/agent.h"
#include "models/schema/conversation.h"

namespace signalbox::schema {

/// `platform_admin` is the IAM role `admin`, the others are memberships.
struct PortalUser {
    std::string id;
    std::string email;
    std::string name;
    std::string role; ///< platform_admin customer_admin customer_operator; in the list of a
                      ///< tenant's users: the role there
    std::string createdAt;
    Rest rest;
    bool operator==(const PortalUser &) const = default;
};

struct Membership {
    std::string userId;
    std::string tenantId;
    std::string role; ///< customer_admin customer_operator
    Rest rest;
    bool operator==(const Membership &) const = default;
};

/// `POST /tenants/{tid}/users`: an existing user by id or by user name.
struct NewMember {
    std::string user;
    std::string role;
    bool operator==(const NewMember &) const = default;
};

struct Invitation {
    std::string id;
    std::string tenantId;
    std::string email;
    std::string role;
    std::optional<std::string> token; ///< only in the answer that made it
    std::string expiresAt; ///< 48 h after it was made
    std::optional<std::string> acceptedAt;
    std::string createdAt;
    Rest rest;
    bool operator==(const Invitation &) const = default;
};

struct PortalLogin {
    std::string email; ///< or the user name
    std::string password;
    bool operator==(const PortalLogin &) const = default;
};

/// `POST /auth/login` (with token) and `GET /auth/me`.
struct PortalIdentity {
    std::optional<std::string> token;
    PortalUser user;
    std::vector<Membership> memberships;
    bool operator==(const PortalIdentity &) const = default;
};

/// `{"error":{"code","message","field"?,…}}`, §5. What a 409 carries beside is told by its code.
struct PortalError {
    std::string code;
    std::string message;
    std::optional<std::string> field; ///< dotted path of what is wrong
    std::optional<std::int64_t> version; ///< 409: what is stored now
    std::optional<std::string> holder; ///< 409 of an escalation: who has it
    std::optional<std::string> decision; ///< 409 of a confirmation: the first answer
    std::optional<std::string> by; ///< … and who gave it
    std::optional<std::int64_t> retryAfterMs; ///< 429
    bool operator==(const PortalError &) const = default;
};

/// `POST /chat/conversations`, get-or-create. `test`: a fresh test user with a rate bucket of its
/// own, cleaned up (signalbox-gateway §7).
struct ConversationRequest {
    std::string tenantId;
    std::string agentId;
    bool test = false;
    bool operator==(const ConversationRequest &) const = default;
};

/// `POST /tenants/{tid}/agents/{aid}/test`: one turn that stores nothing. `history` is what came
/// before, newest last; `draft` answers instead of the stored agent.
struct PromptMessage {
    std::string role; ///< user assistant tool
    std::string content;
    bool operator==(const PromptMessage &) const = default;
};
struct AgentTry {
    std::string text;
    std::vector<PromptMessage> history;
    std::optional<Agent> draft;
    bool operator==(const AgentTry &) const = default;
};
struct AgentTryResult {
    std::string text;
    std::vector<ToolCall> tools; ///< those that need a person are `waiting` and were not run
    bool escalated = false;
    std::string reason;
    TurnFigures turn;
    bool operator==(const AgentTryResult &) const = default;
};

} // namespace signalbox::schema
