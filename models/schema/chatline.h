// SPDX-License-Identifier: GPL-3.0-only
// How models talk to a web chat (`/chat/ws`) through the Gateway: service `chat` inside the
// console. `open` is a stream of ChatPart; `send` writes a message to the socket that is open;
// `drop` cuts it without a word. It is no service of a far end.
#pragma once

#include "models/schema/codec.h"

#include <cstdint>

namespace signalbox::schema {

struct ChatLineRequest {
    std::string operation; ///< open send drop
    std::string conversation;
    std::string tenantId; ///< open: the claims of the first frame
    std::string userId;
    std::string role;
    bool slow = false; ///< open: reads one frame every `slowFrameMs`, so that the far end feels it
    std::string text; ///< send
    std::string id; ///< send: what duplicates are told by
    bool operator==(const ChatLineRequest &) const = default;
};

/// One frame as it came.
struct ChatPart {
    std::string frame; ///< text of the frame; invalid UTF-8 was replaced
    std::int64_t atMs = 0; ///< Unix time, our clock, when it was read
    bool operator==(const ChatPart &) const = default;
};

} // namespace signalbox::schema
