// SPDX-License-Identifier: GPL-3.0-only
// Conversations of every channel and what happened in them, contracts tenant-platform §1 and
// signalbox-gateway §7. Times are RFC 3339 in UTC unless a name says `Ms`.
#pragma once

#include "models/schema/channel.h"

namespace signalbox::schema {

struct WebConversation {
    std::string id;
    std::string tenantId;
    std::string agentId;
    std::string userId;
    std::string createdAt;
    std::string updatedAt;
    Rest rest;
    bool operator==(const WebConversation &) const = default;
};

struct WebConversationMessage {
    std::string id;
    std::string conversationId;
    std::string tenantId;
    std::string role; ///< user assistant
    std::string content;
    std::string createdAt;
    Rest rest;
    bool operator==(const WebConversationMessage &) const = default;
};

/// A thread of any channel. A web conversation is the thread of the same id.
struct ChannelThread {
    std::string tenantId;
    std::string id;
    std::string channelType;
    std::string agentId;
    std::string userId; ///< the channel's own
    std::optional<std::string> conversationId;
    std::string state; ///< open escalated human closed
    std::string needs; ///< person confirmation or ""
    std::string since; ///< when it began to be in that state
    std::string createdAt;
    std::string updatedAt;
    Rest rest;
    bool operator==(const ChannelThread &) const = default;
};

/// One call of a tool in a turn.
struct ToolCall {
    std::string id;
    std::string tool;
    JsonText arguments;
    std::string state; ///< running waiting done failed denied expired
    std::optional<JsonText> result;
    std::optional<std::string> error;
    std::int64_t durationMs = 0; ///< without the wait for a person
    bool operator==(const ToolCall &) const = default;
};

/// What a turn cost; part of the assistant's message.
struct TurnFigures {
    std::int64_t latencyMs = 0; ///< accepted to stored
    std::int64_t firstChunkMs = 0; ///< accepted to first text; 0 = not streamed
    std::int64_t promptTokens = 0;
    std::int64_t completionTokens = 0;
    std::optional<double> costUsd; ///< not there: nobody knows the price
    std::string provider;
    std::string model;
    bool operator==(const TurnFigures &) const = default;
};

/// How an answer came to the user of another channel than the web (annex).
struct Delivery {
    std::string state; ///< waiting sent failed; unsent: there is no way to that user
    std::int64_t tries = 0;
    std::string error; ///< of the last try; unsent: why
    std::string at; ///< sent and failed: when; waiting: when it is tried next
    /// A person had it sent again: so many of the tries came before that.
    std::optional<std::int64_t> earlier {};
    bool operator==(const Delivery &) const = default;
};

struct ChannelThreadMessage {
    std::string id;
    std::string threadId;
    std::string tenantId;
    std::string role; ///< user assistant human notice; note: of a person, for the agent (annex)
    std::string author; ///< who wrote it, for people
    std::string content;
    std::vector<MediaAttachment> attachments;
    std::vector<ToolCall> tools;
    std::optional<TurnFigures> turn; ///< assistant only
    std::optional<Delivery> delivery; ///< of answers to other channels than the web
    std::optional<std::string> gateway; ///< user: which one took it, and owes the answer (annex)
    std::string createdAt;
    Rest rest;
    /// It was told before: this is what becomes of its delivery.
    [[nodiscard]] bool isToldAgain() const
    {
        return delivery && (delivery->tries > 0 || delivery->earlier);
    }
    bool operator==(const ChannelThreadMessage &) const = default;
};

/// One row of `GET /ops/conversations`: a thread with what a list shows of it.
struct ConversationRow {
    ChannelThread thread; ///< its members and the others make one object on the wire
    std::string tenantName;
    std::string agentName;
    std::string userName;
    std::string lastMessage; ///< at most 200 characters
    std::string lastRole;
    std::int64_t messages = 0;
    std::string workspace; ///< of the fabric
    std::optional<std::string> flow; ///< that answers
    std::optional<std::string> holder; ///< the person who has it
    std::optional<std::string> expiresAt; ///< of what waits for a confirmation
    bool test = false; ///< of a test run
    std::optional<std::string> tenantState; ///< its subscription's (annex), see mayTalk()
    bool operator==(const ConversationRow &) const = default;
};

struct AuditEvent {
    std::string id;
    std::string tenantId;
    std::optional<std::string> agentId;
    std::optional<std::string> userId;
    std::optional<std::string> threadId;
    std::string actionType; ///< llm_call tool_invocation escalation …
    std::string inputSummary; ///< at most 500 characters
    std::string outputSummary;
    std::int64_t latencyMs = 0;
    Members<JsonText> metadata; ///< prompt_tokens completion_tokens cost_usd provider model …
    std::string createdAt;
    Rest rest;
    bool operator==(const AuditEvent &) const = default;
};

} // namespace signalbox::schema
