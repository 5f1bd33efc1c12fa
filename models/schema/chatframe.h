// SPDX-License-Identifier: GPL-3.0-only
// Frames of `/chat/ws/{conversation_id}`, contract tenant-platform §4. Both dialects: `response`
// whole, or `chunk`… and `done`.
#pragma once

#include "models/schema/codec.h"

#include <cstdint>

namespace signalbox::schema {

/// First frame of a client.
struct ChatAuth {
    std::string userId; ///< wire `userId`
    std::string role;
    std::string tenantId; ///< wire `tenantId`
    std::optional<std::string> token; ///< unless the upgrade carried a bearer
    std::optional<std::string> dialect; ///< `response`, else streaming (annex)
    bool operator==(const ChatAuth &) const = default;
};

struct ChatSend {
    std::string text;
    std::optional<std::string> id; ///< the client's, what duplicates are told by (annex)
    bool operator==(const ChatSend &) const = default;
};

struct ChatClientFrame {
    enum class Kind { Auth, Message };
    Kind kind = Kind::Message;
    ChatAuth auth;
    ChatSend message;
    bool operator==(const ChatClientFrame &) const = default;
};

/// What a server says. Members that a kind does not have are empty.
struct ChatFrame {
    enum class Kind {
        Ready, ///< signed in and subscribed (annex)
        Typing,
        Response,
        Chunk,
        Done,
        ToolCall,
        ToolResult,
        ConfirmationRequired,
        ConfirmationResolved,
        Escalated,
        HumanMessage,
        Error,
        Unknown,
    };
    Kind kind = Kind::Unknown;
    std::string type; ///< as on the wire
    std::string conversationId;
    std::string text; ///< chunk: to be appended; response, done, human_message: whole
    std::optional<std::string> messageId; ///< of the stored row (annex): typing the user's, a
                                          ///< human_message its own, all others the answer's
    std::string callId; ///< tool_call, tool_result, confirmation_*
    std::string tool;
    JsonText arguments;
    JsonText result;
    std::string error; ///< of a tool
    std::int64_t durationMs = 0;
    std::string expiresAt;
    std::string decision; ///< approve deny expired
    std::string by; ///< who decided
    std::string reason;
    std::string from; ///< human_message
    std::string code; ///< error
    std::string message;
    bool operator==(const ChatFrame &) const = default;
};

} // namespace signalbox::schema
