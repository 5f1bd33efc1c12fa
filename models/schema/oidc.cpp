// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/oidc.h"

#include "models/schema/reader.h"

#include <cmath>

namespace signalbox::schema {

namespace {

/// `aud`: one text or a list of them.
void readAudience(const Reader &in, std::vector<std::string> &out)
{
    if (in.value().is_string())
        out = { in.value().get<std::string>() };
    else
        read(in, out);
}

/// A NumericDate may have a fraction.
void readTime(const Reader &in, std::optional<std::int64_t> &out)
{
    out.reset();
    if (in.value().is_null())
        return;
    constexpr double most = 9e15; // whole in a double, and far beyond any date
    if (!in.value().is_number())
        return in.expected("number");
    const double time = in.value().get<double>();
    if (!(std::abs(time) <= most))
        return in.fail("not a time");
    out = static_cast<std::int64_t>(std::floor(time));
}

const Json *claim(const Json &payload, std::string_view name)
{
    if (!payload.is_object())
        return nullptr;
    if (const auto found = payload.find(std::string(name)); found != payload.end())
        return &*found;
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos)
        return nullptr;
    const auto found = payload.find(std::string(name.substr(0, dot)));
    return found == payload.end() ? nullptr : claim(*found, name.substr(dot + 1));
}

std::vector<std::string> words(std::string_view text)
{
    std::vector<std::string> found;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0)
            found.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return found;
}

} // namespace

template <class V> void members(V &v, const OidcDiscovery *)
{
    v("issuer", &OidcDiscovery::issuer, Required);
    v("authorization_endpoint", &OidcDiscovery::authorizationEndpoint);
    v("token_endpoint", &OidcDiscovery::tokenEndpoint);
    v("jwks_uri", &OidcDiscovery::jwksUri, Required);
    v("end_session_endpoint", &OidcDiscovery::endSessionEndpoint);
    v("revocation_endpoint", &OidcDiscovery::revocationEndpoint);
    v("code_challenge_methods_supported", &OidcDiscovery::challengeMethods);
}

template <class V> void members(V &v, const JsonWebKey *)
{
    v("kty", &JsonWebKey::type, Required);
    v("kid", &JsonWebKey::id);
    v("use", &JsonWebKey::use);
    v("key_ops", &JsonWebKey::operations);
    v("alg", &JsonWebKey::algorithm);
    v("crv", &JsonWebKey::curve);
    v("n", &JsonWebKey::modulus);
    v("e", &JsonWebKey::exponent);
    v("x", &JsonWebKey::x);
    v("y", &JsonWebKey::y);
}

template <class V> void members(V &v, const JsonWebKeySet *)
{
    v("keys", &JsonWebKeySet::keys, Required);
}

template <class V> void members(V &v, const JoseHeader *)
{
    v("alg", &JoseHeader::algorithm, Required);
    v("kid", &JoseHeader::keyId);
    v("typ", &JoseHeader::type);
    v("crit", &JoseHeader::critical);
}

template <class V> void members(V &v, const OidcClaims *)
{
    const auto writeTime = [](std::optional<std::int64_t> OidcClaims::*field) {
        return [field](const OidcClaims &claims) { return write(claims.*field); };
    };
    v("iss", &OidcClaims::issuer);
    v("sub", &OidcClaims::subject);
    v.custom("aud", &OidcClaims::audience, Sparse, readAudience,
        [](const OidcClaims &claims) { return write(claims.audience); });
    v("azp", &OidcClaims::authorizedParty);
    v("nonce", &OidcClaims::nonce);
    v.custom("exp", &OidcClaims::expires, Sparse, readTime, writeTime(&OidcClaims::expires));
    v.custom("nbf", &OidcClaims::notBefore, Sparse, readTime, writeTime(&OidcClaims::notBefore));
    v.custom("iat", &OidcClaims::issued, Sparse, readTime, writeTime(&OidcClaims::issued));
}

template <class V> void members(V &v, const OidcTokens *)
{
    v("access_token", &OidcTokens::accessToken, Required);
    v("id_token", &OidcTokens::idToken);
    v("refresh_token", &OidcTokens::refreshToken);
    v("token_type", &OidcTokens::type);
    v("expires_in", &OidcTokens::expiresIn);
}

template <class V> void members(V &v, const OAuthError *)
{
    v("error", &OAuthError::error, Required);
    v("error_description", &OAuthError::description);
}

SIGNALBOX_WIRE(OidcDiscovery)
SIGNALBOX_WIRE(JsonWebKey)
SIGNALBOX_WIRE(JsonWebKeySet)
SIGNALBOX_WIRE(JoseHeader)
SIGNALBOX_WIRE(OidcClaims)
SIGNALBOX_WIRE(OidcTokens)
SIGNALBOX_WIRE(OAuthError)

std::optional<std::string> fromBase64Url(std::string_view text)
{
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    unsigned group = 0;
    unsigned bits = 0;
    for (const char c : text) {
        const std::size_t value = alphabet.find(c);
        if (value == std::string_view::npos)
            return std::nullopt;
        group = (group << 6) | static_cast<unsigned>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(group >> bits);
            group &= (1u << bits) - 1;
        }
    }
    if (group != 0 || bits == 6) // one text for one value
        return std::nullopt;
    return bytes;
}

Decoded<CompactToken> takeApart(std::string_view token)
{
    const auto fault = [](const char *message) { return unexpected(SchemaError { "", message }); };
    const std::size_t first = token.find('.');
    const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
        return fault("not three parts");
    const auto header = fromBase64Url(token.substr(0, first));
    auto payload = fromBase64Url(token.substr(first + 1, second - first - 1));
    auto signature = fromBase64Url(token.substr(second + 1));
    if (!header || !payload || !signature)
        return fault("not base64url");
    auto said = decode<JoseHeader>(*header);
    if (!said)
        return unexpected(SchemaError { "header." + said.error().path, said.error().message });
    return CompactToken { std::move(*said), std::move(*payload), std::move(*signature),
        token.substr(0, second) };
}

std::optional<std::vector<std::string>> claimTexts(std::string_view payload, std::string_view name)
{
    const auto tree = parseTree(payload);
    const Json *found = tree ? claim(*tree, name) : nullptr;
    if (!found)
        return std::nullopt;
    std::vector<std::string> texts;
    if (found->is_string())
        texts = words(found->get_ref<const std::string &>());
    else if (found->is_array())
        for (const Json &item : *found)
            if (item.is_string())
                texts.push_back(item.get<std::string>());
    return texts;
}

std::string claimText(std::string_view payload, std::string_view name)
{
    const auto tree = parseTree(payload);
    const Json *found = tree ? claim(*tree, name) : nullptr;
    return found && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace signalbox::schema
