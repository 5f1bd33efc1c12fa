// SPDX-License-Identifier: GPL-3.0-only
// Whether a token of an OpenID provider counts, and who it speaks of. Pure; thread-safe.
#pragma once

#include "app/gateway/services/oidcoptions.h"
#include "app/gateway/services/publickey.h"

namespace signalbox::gateway {

struct IssuedIdentity {
    std::string subject;
    std::string handle; ///< for people; unique at no issuer
    std::string name;
    std::string email;
    std::vector<std::string> roles; ///< of ours; what means nothing here gives nothing
    std::vector<std::string> workspaces; ///< the token's, in its order; empty = it names none
    std::int64_t issued = 0; ///< seconds since 1970
    bool operator==(const IssuedIdentity &) const = default;
};

struct TokenRefusal {
    enum class Reason {
        Malformed,
        Algorithm, ///< none, symmetric, or one that is not accepted
        UnknownKey, ///< reading the keys again may help
        Signature,
        Issuer,
        Audience,
        Expired,
        NotYetValid,
        Claims ///< one is missing or cannot be used
    };
    Reason reason = Reason::Malformed;
    std::string text; ///< for the log; holds nothing of the token but names and times
};

/// The issuer that a token claims to come from, nothing checked; "" when it has none.
std::string claimedIssuer(std::string_view token);

/// `now` in seconds since 1970.
Expected<IssuedIdentity, TokenRefusal> checkToken(std::string_view token,
    const std::vector<PublicKey> &keys, const OidcOptions &options, std::int64_t now);

} // namespace signalbox::gateway
