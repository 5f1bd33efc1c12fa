// SPDX-License-Identifier: GPL-3.0-only
// Asio and Beast, for the few sources that see them; precompiled.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

namespace signalbox::gateway {

/// Token for a co_await that tells an error instead of throwing it.
inline auto into(boost::beast::error_code &error)
{
    return boost::asio::redirect_error(boost::asio::use_awaitable, error);
}

} // namespace signalbox::gateway
