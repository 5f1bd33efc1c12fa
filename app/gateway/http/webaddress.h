// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signalbox::gateway {

/// Where the gateway itself asks something by HTTP.
struct WebAddress {
    bool secure = false; ///< https
    std::string host; ///< without the brackets of an IPv6 address
    std::string port;
    std::string target; ///< path and query, at least "/"
    [[nodiscard]] std::string authority() const; ///< for the Host header
};

/// `http(s)://host[:port][/path][?query]`, a fragment is dropped; nullopt for anything else, for
/// user and password before the host too.
std::optional<WebAddress> webAddressOf(std::string_view url);

} // namespace signalbox::gateway
