// SPDX-License-Identifier: GPL-3.0-only
// Signing in over REST, contract TG §2.2. Values of these types are never logged.
#pragma once

#include "models/schema/codec.h"

#include <chrono>
#include <optional>

namespace signalbox::schema {

/// POST /auth/login
struct LoginRequest {
    std::string username;
    std::string password;
    bool operator==(const LoginRequest &) const = default;
};

/// POST /auth/change-password
struct PasswordChange {
    std::string current;
    std::string next;
    bool operator==(const PasswordChange &) const = default;
};

/// How long a token is good for: its `exp` minus its `iat`, so that nobody's clock matters. nullopt
/// when it is no token that says so.
std::optional<std::chrono::seconds> tokenLifetime(std::string_view token);

} // namespace signalbox::schema
