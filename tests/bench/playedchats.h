// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "tests/bench/playedqueues.h"

namespace signalbox::bench {

inline constexpr int chatTenants = 20;
inline constexpr int chatConversations = 10000;
inline constexpr int chatMessages = 20000; ///< of the longest, which is the first
inline constexpr int chatChunks = 2000; ///< a second
inline constexpr int chatTurnChunks = 40;
inline constexpr int chatStreams = 200; ///< answers that come at the same time

inline std::string chatTenant(int conversation)
{
    return "tenant-" + padded(conversation % chatTenants, 2);
}
inline std::string chatThread(int conversation)
{
    return "talk-" + padded(conversation, 5);
}
inline std::string chatKey(int conversation)
{
    return chatTenant(conversation) + '/' + chatThread(conversation);
}

} // namespace signalbox::bench
