// SPDX-License-Identifier: GPL-3.0-only
// The two sides of an open WebSocket: the transport (Beast) and the protocol spoken on it. Neither
// knows the other's type.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace signalbox::gateway {

inline constexpr int closePolicy = 1008; ///< RFC 6455 7.4.1
inline constexpr int closeGoingAway = 1001;

/// The transport. All members but post() are called on the connection's own sequence only.
class SocketPeer {
public:
    virtual ~SocketPeer() = default;
    /// Runs `work` on the connection's sequence; from any thread. Dropped when the connection is
    /// gone.
    virtual void post(std::function<void()> work) = 0;
    /// Queues a text frame. A peer whose unsent bytes pass the limit is closed.
    virtual void send(std::string frame) = 0;
    [[nodiscard]] virtual std::size_t unsent() const = 0;
    /// After what is queued was sent.
    virtual void close(int code, std::string reason) = 0;
    /// wantsFrame() may have become true.
    virtual void resume() = 0;
};

/// The protocol. All members are called on the connection's own sequence.
class SocketSession {
public:
    virtual ~SocketSession() = default;
    virtual void frame(std::string text) = 0;
    /// Back-pressure: while false no further frame is read.
    [[nodiscard]] virtual bool wantsFrame() const = 0;
    virtual void drained() = 0; ///< unsent bytes fell below the pause mark
    virtual void tick(std::chrono::steady_clock::time_point now) = 0;
    /// 0 = no tick needed any more.
    [[nodiscard]] virtual std::chrono::milliseconds tickInterval() const = 0;
    virtual void stopping() = 0; ///< the gateway ends
    virtual void closed() = 0; ///< last call; the peer must be let go
};

} // namespace signalbox::gateway
