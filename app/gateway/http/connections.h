// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/http/edge.h"
#include "app/gateway/http/net.h"
#include "app/gateway/http/restexchange.h"

#include <condition_variable>
#include <memory>
#include <mutex>

namespace signalbox::gateway {

using Stream = boost::beast::basic_stream<boost::asio::ip::tcp,
    boost::asio::strand<boost::asio::io_context::executor_type>>;

class WebSocketConnection;

/// The open WebSockets, so that a graceful stop can tell them. Thread-safe.
class OpenSockets {
public:
    void add(const std::shared_ptr<WebSocketConnection> &connection);
    void remove(WebSocketConnection *connection);
    [[nodiscard]] std::vector<std::shared_ptr<WebSocketConnection>> all() const;
    /// Until none is open, at most `time`.
    void waitUntilEmpty(std::chrono::milliseconds time) const;

private:
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_closed;
    std::map<WebSocketConnection *, std::weak_ptr<WebSocketConnection>> m_open;
};

/// Serves one accepted TCP connection until it ends: requests one after another, or an upgrade.
boost::asio::awaitable<void> serveConnection(Stream stream, Edge &edge, OpenSockets &open);
/// Takes over a connection whose upgrade was granted.
boost::asio::awaitable<void> serveWebSocket(Stream stream,
    boost::beast::http::request<boost::beast::http::string_body> upgrade, RestRequest rest,
    Edge &edge, OpenSockets &open);
/// Says goodbye (1001) on its own sequence.
void stopWebSocket(const std::shared_ptr<WebSocketConnection> &connection);

} // namespace signalbox::gateway
