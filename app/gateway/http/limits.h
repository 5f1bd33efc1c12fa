// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace signalbox::gateway {

/// Every bound of the HTTP side. Passing one is answered with a clear error, never with a silent
/// drop.
struct HttpLimits {
    std::size_t headerBytes = 64 * 1024; ///< 431
    std::size_t bodyBytes = std::size_t(256) << 20; ///< 413 (TG §1.1)
    std::size_t frameBytes = 52428800; ///< close 1009 (TG §1.6.7)
    int connections = 2000; ///< 503 before the request is read
    int socketsPerUser = 64; ///< auth-failed with the reason
    int inFlightPerSocket = 64; ///< error type `limit`
    int inFlightRest = 512; ///< 503
    int flawedFramesPerMinute = 120; ///< unparsable frames; then close 1008
    std::size_t outgoingBytes = std::size_t(64) << 20; ///< unsent per socket; then close 1013
    std::size_t readPauseBytes = 1 << 20; ///< unsent per socket from which no further frame is read
    std::size_t subscribedNames = 1000; ///< kinds, workspaces, tenants; error type `limit`
    std::size_t eventRing = 5000; ///< events kept for `since`; queue rows cost once per queue
    std::chrono::milliseconds headerTime {
        30000
    }; ///< to send a request once begun, and between two of them
    std::chrono::milliseconds bodyTime { 300000 };
    std::chrono::milliseconds writeTime { 120000 }; ///< no progress of a write
    std::chrono::milliseconds unauthenticatedIdle {
        60000
    }; ///< socket without sign-in; then close 1008
    std::chrono::milliseconds halfOpen { 90000 }; ///< no sign of life from a peer, pings unanswered
    std::chrono::milliseconds answer { 600000 }; ///< per awaited part (TG §1.1)
    std::chrono::milliseconds authentication { 5000 }; ///< iam silent: auth failure
    std::chrono::milliseconds identityCache {
        700
    }; ///< revocation is seen within a second, events look every 200 ms
    std::chrono::milliseconds drain { 10000 }; ///< graceful stop
};

} // namespace signalbox::gateway
