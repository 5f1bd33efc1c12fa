// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/issuertoken.h"

#include "models/rules/roles.h"

#include <algorithm>

namespace signalbox::gateway {

namespace {

using Reason = TokenRefusal::Reason;

constexpr std::size_t maxHandleBytes = 256;
constexpr std::size_t maxTextBytes = 1024; ///< as everywhere in a user's record

Unexpected<TokenRefusal> refused(Reason reason, std::string text)
{
    return { { reason, std::move(text) } };
}

/// From a token that nobody has checked yet into a log: short, one line.
std::string inQuotes(std::string_view text)
{
    std::string result = "'";
    for (const char c : text.substr(0, 64))
        result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return result + "'";
}

bool usable(const std::string &text, std::size_t most)
{
    return !text.empty() && text.size() <= most
        && std::none_of(text.begin(), text.end(),
            [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// RFC 9068 and RFC 7519: nothing that is a token for another purpose.
bool tokenType(std::string_view type)
{
    std::string lower(type);
    std::transform(lower.begin(), lower.end(), lower.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower.empty() || lower == "jwt" || lower == "at+jwt" || lower == "application/at+jwt";
}

Expected<Done, TokenRefusal> checkSignature(
    const schema::CompactToken &token, const std::vector<PublicKey> &keys)
{
    const schema::JoseHeader &header = token.header;
    constexpr std::string_view accepted[] = { "RS256", "PS256", "ES256", "EdDSA" };
    if (std::find(std::begin(accepted), std::end(accepted), header.algorithm) == std::end(accepted))
        return refused(Reason::Algorithm, "algorithm " + inQuotes(header.algorithm));
    if (header.critical)
        return refused(Reason::Algorithm, "it asks for extensions (crit)");
    if (!tokenType(header.type))
        return refused(Reason::Malformed, "it is a " + inQuotes(header.type));
    std::vector<const PublicKey *> found;
    for (const PublicKey &key : keys)
        if (key.fits(header.algorithm) && (header.keyId.empty() || key.id() == header.keyId))
            found.push_back(&key);
    if (found.empty())
        return refused(Reason::UnknownKey,
            "no " + header.algorithm + " key " + inQuotes(header.keyId) + " is known");
    if (header.keyId.empty() && found.size() > 1)
        return refused(Reason::Signature, "it names no key and several could be meant");
    for (const PublicKey *key : found)
        if (key->verifies(header.algorithm, token.covered, token.signature))
            return Done {};
    return refused(Reason::Signature, "the signature does not fit key " + inQuotes(header.keyId));
}

Expected<Done, TokenRefusal> checkTimes(
    const schema::OidcClaims &claims, const OidcOptions &options, std::int64_t now)
{
    const std::int64_t leeway = options.leeway.count();
    if (!claims.expires || !claims.issued)
        return refused(Reason::Claims, "exp or iat is missing");
    if (*claims.expires + leeway <= now)
        return refused(
            Reason::Expired, "expired " + std::to_string(now - *claims.expires) + " s ago");
    const std::int64_t from = std::max(claims.notBefore.value_or(*claims.issued), *claims.issued);
    if (from - leeway > now)
        return refused(Reason::NotYetValid, "valid only in " + std::to_string(from - now) + " s");
    return Done {};
}

std::vector<std::string> rolesOf(std::string_view payload, const OidcOptions &options)
{
    std::vector<std::string> roles;
    const auto add = [&](std::string_view role) {
        const auto known = rules::allRoles();
        if (std::find(known.begin(), known.end(), role) != known.end()
            && std::find(roles.begin(), roles.end(), role) == roles.end())
            roles.emplace_back(role);
    };
    const auto claimed = schema::claimTexts(payload, options.roleClaim);
    for (const std::string &value : claimed.value_or(std::vector<std::string>())) {
        if (options.roles.empty())
            add(value);
        for (const auto &[from, to] : options.roles)
            if (from == value)
                add(to);
    }
    return roles;
}

std::string handleOf(
    std::string_view payload, const OidcOptions &options, const std::string &subject)
{
    for (const std::string &claim : { options.userClaim, std::string("email") })
        if (std::string handle = schema::claimText(payload, claim); usable(handle, maxHandleBytes))
            return handle;
    return subject;
}

IssuedIdentity identityOf(
    std::string_view payload, const schema::OidcClaims &claims, const OidcOptions &options)
{
    IssuedIdentity who;
    who.subject = claims.subject;
    who.handle = handleOf(payload, options, claims.subject);
    who.name = schema::claimText(payload, "name");
    if (!usable(who.name, maxTextBytes))
        who.name = who.handle;
    who.email = schema::claimText(payload, "email");
    if (!usable(who.email, maxTextBytes))
        who.email.clear();
    who.roles = rolesOf(payload, options);
    who.workspaces =
        schema::claimTexts(payload, options.workspaceClaim).value_or(std::vector<std::string>());
    who.issued = claims.issued.value_or(0);
    return who;
}

} // namespace

std::string claimedIssuer(std::string_view token)
{
    const auto parts = schema::takeApart(token);
    return parts ? schema::claimText(parts->payload, "iss") : std::string();
}

Expected<IssuedIdentity, TokenRefusal> checkToken(std::string_view token,
    const std::vector<PublicKey> &keys, const OidcOptions &options, std::int64_t now)
{
    const auto parts = schema::takeApart(token);
    if (!parts)
        return refused(Reason::Malformed, parts.error().text());
    if (const auto signedRight = checkSignature(*parts, keys); !signedRight)
        return unexpected(signedRight.error());
    const auto claims = schema::decode<schema::OidcClaims>(parts->payload);
    if (!claims)
        return refused(Reason::Claims, claims.error().text());
    if (claims->issuer != options.issuer)
        return refused(Reason::Issuer, "issued by " + inQuotes(claims->issuer));
    const auto forUs = [&](const std::string &audience) {
        return std::find(options.audiences.begin(), options.audiences.end(), audience)
            != options.audiences.end();
    };
    if (std::none_of(claims->audience.begin(), claims->audience.end(), forUs))
        return refused(Reason::Audience,
            "meant for "
                + (claims->audience.empty() ? "nobody" : inQuotes(claims->audience.front())));
    if (const auto inTime = checkTimes(*claims, options, now); !inTime)
        return unexpected(inTime.error());
    if (!usable(claims->subject, maxHandleBytes))
        return refused(Reason::Claims, "sub is missing or cannot be used");
    return identityOf(parts->payload, *claims, options);
}

} // namespace signalbox::gateway
