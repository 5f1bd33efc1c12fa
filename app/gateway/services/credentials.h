// SPDX-License-Identifier: GPL-3.0-only
// Passwords, API keys and tokens, contract TG §2.1 and §10.7. Stateless; throws std::runtime_error
// when OpenSSL fails.
#pragma once

#include "app/gateway/store/store.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::gateway {

/// `bytes` random bytes as URL-safe base64 without padding.
std::string randomToken(std::size_t bytes);
/// `tg_` and 32 characters.
std::string newApiKey();
std::string sha256Hex(std::string_view text);
/// Lower case.
std::string hmacSha256Hex(std::string_view secret, std::string_view text);

/// pbkdf2-sha256$<iterations>$<b64 salt>$<b64 hash>, 16 bytes of salt.
std::string hashPassword(std::string_view password, int iterations);
/// Takes as long for a malformed `hash` as for a wrong password.
bool passwordMatches(std::string_view password, std::string_view hash, int iterations);

SigningKeyRow newSigningKey(std::int64_t nowMs);

struct TokenClaims {
    std::string subject;
    std::string defaultWorkspace;
    std::int64_t issued = 0; ///< seconds since 1970
    std::int64_t expires = 0;
    bool operator==(const TokenClaims &) const = default;
};
/// Compact JWS, EdDSA (Ed25519).
std::string signToken(const SigningKeyRow &key, const TokenClaims &claims);
/// nullopt: malformed, another algorithm, no key fits, or expired at `now` (seconds, no leeway).
std::optional<TokenClaims> verifyToken(
    std::string_view token, const std::vector<SigningKeyRow> &keys, std::int64_t now);

} // namespace signalbox::gateway
