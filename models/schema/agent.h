// SPDX-License-Identifier: GPL-3.0-only
// Agents, templates, tools and what an agent may look up, contract tenant-platform §1.
#pragma once

#include "models/schema/page.h"

namespace signalbox::schema {

struct EscalationRule {
    std::string condition; ///< e.g. `billing_dispute AND attempts > 2`, models/rules/condition.h
    std::string action; ///< e.g. `handoff_human`
    Rest rest;
    bool operator==(const EscalationRule &) const = default;
};

struct Agent {
    std::string id;
    std::string tenantId;
    std::string name;
    std::string role;
    std::string persona;
    std::string systemPrompt;
    std::string
        modelPreference; ///< `scripted`, `flow:<id>`, `<provider>/<model>`; fallbacks after commas
    std::vector<std::string> toolAssignments;
    std::vector<EscalationRule> escalationRules;
    std::optional<std::string> escalationAssignee;
    bool naturalLanguageEscalation = false;
    bool isActive = true;
    std::optional<double> budgetLimitUsd;
    std::string createdAt;
    std::string updatedAt;
    std::int64_t version = 0; ///< of the row; a write that names an older one is refused (409)
    Rest rest;
    bool operator==(const Agent &) const = default;
};

/// Global, of no tenant. Deploying one makes an independent agent.
struct AgentTemplate {
    std::string id;
    std::string name;
    std::string role;
    std::string description;
    std::string category; ///< support sales operations finance general
    std::string persona;
    std::string systemPrompt;
    std::string modelPreference;
    std::vector<std::string> toolAssignments;
    std::vector<EscalationRule> escalationRules;
    Rest rest;
    bool operator==(const AgentTemplate &) const = default;
};

/// What a tool is, `GET /api/portal/tools` (annex).
struct ToolInfo {
    std::string name;
    std::string description;
    JsonText parameters; ///< JSON Schema of its arguments
    bool requiresConfirmation = false;
    bool standIn = false; ///< answers made-up data until a real one is connected
    bool operator==(const ToolInfo &) const = default;
};

/// A text that `kb_search` looks through, `/tenants/{tid}/kb` (annex).
struct KbText {
    std::string id;
    std::string tenantId;
    std::string title;
    std::string text;
    std::string createdAt;
    Rest rest;
    bool operator==(const KbText &) const = default;
};

} // namespace signalbox::schema
