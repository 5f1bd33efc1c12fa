// SPDX-License-Identifier: GPL-3.0-only
// What an OpenID provider answers and what its tokens say: OpenID Connect Core and Discovery 1.0,
// RFC 6749 (tokens, errors), RFC 7515 (compact JWS), RFC 7517 (keys), RFC 7519 (claims). Reading
// only decodes: nothing here checks a signature.
#pragma once

#include "models/schema/codec.h"

#include <cstdint>

namespace signalbox::schema {

/// `/.well-known/openid-configuration`
struct OidcDiscovery {
    std::string issuer;
    std::string authorizationEndpoint;
    std::string tokenEndpoint;
    std::string jwksUri;
    std::string endSessionEndpoint; ///< "" = not offered
    std::string revocationEndpoint; ///< "" = not offered
    std::vector<std::string> challengeMethods; ///< of PKCE
    bool operator==(const OidcDiscovery &) const = default;
};

/// A public key as published; numbers are base64url. What is private in it is not read.
struct JsonWebKey {
    std::string type; ///< RSA EC OKP …
    std::string id; ///< kid, "" = none
    std::string use; ///< sig enc, "" = any
    std::vector<std::string> operations; ///< key_ops, empty = any
    std::string algorithm; ///< "" = any that fits the type
    std::string curve;
    std::string modulus; ///< n
    std::string exponent; ///< e
    std::string x;
    std::string y;
    bool operator==(const JsonWebKey &) const = default;
};

struct JsonWebKeySet {
    std::vector<JsonWebKey> keys;
    bool operator==(const JsonWebKeySet &) const = default;
};

struct JoseHeader {
    std::string algorithm;
    std::string keyId; ///< "" = none
    std::string type; ///< "" = none
    std::optional<JsonText> critical; ///< extensions that must be understood
    bool operator==(const JoseHeader &) const = default;
};

/// The claims that decide whether a token counts. Times in seconds since 1970; fractions are cut.
struct OidcClaims {
    std::string issuer;
    std::string subject;
    std::vector<std::string> audience; ///< of a text or a list
    std::string authorizedParty; ///< azp
    std::string nonce;
    std::optional<std::int64_t> expires;
    std::optional<std::int64_t> notBefore;
    std::optional<std::int64_t> issued;
    bool operator==(const OidcClaims &) const = default;
};

/// What the token endpoint answers.
struct OidcTokens {
    std::string accessToken;
    std::string idToken; ///< "" = none
    std::string refreshToken; ///< "" = none
    std::string type;
    std::optional<std::int64_t> expiresIn; ///< seconds
    bool operator==(const OidcTokens &) const = default;
};

/// What it answers when it refuses (RFC 6749 §5.2).
struct OAuthError {
    std::string error;
    std::string description;
    bool operator==(const OAuthError &) const = default;
};

/// A compact JWS taken apart; the signature is not checked.
struct CompactToken {
    JoseHeader header;
    std::string payload; ///< JSON text
    std::string signature; ///< bytes
    std::string_view covered; ///< what was signed; points into the token
};
Decoded<CompactToken> takeApart(std::string_view token);

/// Bytes of base64url without padding; nullopt for anything else, leftover bits included.
std::optional<std::string> fromBase64Url(std::string_view text);

/// The texts of one claim: a text is split at spaces, a list gives its texts, anything else none.
/// `name` is a member, or a path of members with dots between them (`realm_access.roles`); a member
/// with dots in its own name is found first. nullopt: there is no such claim.
std::optional<std::vector<std::string>> claimTexts(std::string_view payload, std::string_view name);
/// One text, as it is; "" when there is none.
std::string claimText(std::string_view payload, std::string_view name);

} // namespace signalbox::schema
