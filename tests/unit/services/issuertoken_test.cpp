// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/issuertoken.h"
#include "tests/support/issuerkey.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace signalbox::gateway {
namespace {

using Json = nlohmann::ordered_json;
using Reason = TokenRefusal::Reason;
using support::IssuerKey;
using support::toBase64Url;

constexpr std::int64_t now = 1800000000;

PublicKey publicKey(const Json &jwk)
{
    const auto key = PublicKey::from(*schema::decode<schema::JsonWebKey>(jwk.dump()));
    EXPECT_TRUE(key) << key.error();
    return *key;
}

std::string faultOf(const Json &jwk)
{
    const auto key = PublicKey::from(*schema::decode<schema::JsonWebKey>(jwk.dump()));
    return key ? "" : key.error();
}

class IssuerTokenTest : public testing::Test {
protected:
    IssuerTokenTest()
    {
        options.issuer = "https://id.example.org";
        options.audiences = { "signalbox", "other" };
    }
    Json claims(const Json &more = Json::object()) const
    {
        Json all { { "iss", options.issuer }, { "sub", "u-1" }, { "aud", "signalbox" },
            { "iat", now - 10 }, { "exp", now + 300 } };
        all.update(more);
        return all;
    }
    Json without(const char *name) const
    {
        Json all = claims();
        all.erase(name);
        return all;
    }
    Expected<IssuedIdentity, TokenRefusal> check(const std::string &token) const
    {
        return checkToken(token, keys, options, now);
    }
    std::optional<Reason> refusal(const std::string &token) const
    {
        const auto who = check(token);
        return who ? std::nullopt : std::optional(who.error().reason);
    }
    std::string by(const IssuerKey &key, const Json &claims, std::string_view algorithm = "ES256")
    {
        return key.token(claims, algorithm);
    }

    // Made once: an RSA key takes its time.
    inline static const IssuerKey rsa = IssuerKey::rsa("rsa-1");
    inline static const IssuerKey otherRsa = IssuerKey::rsa("rsa-1");
    inline static const IssuerKey ec = IssuerKey::ec("ec-1");
    inline static const IssuerKey ed = IssuerKey::ed25519("ed-1");
    std::vector<PublicKey> keys { publicKey(rsa.jwk()), publicKey(ec.jwk()), publicKey(ed.jwk()) };
    OidcOptions options;
};

TEST_F(IssuerTokenTest, EachOfTheFourAlgorithmsIsVerified)
{
    EXPECT_EQ(refusal(by(rsa, claims(), "RS256")), std::nullopt);
    EXPECT_EQ(refusal(by(rsa, claims(), "PS256")), std::nullopt);
    EXPECT_EQ(refusal(by(ec, claims(), "ES256")), std::nullopt);
    EXPECT_EQ(refusal(by(ed, claims(), "EdDSA")), std::nullopt);
}

TEST_F(IssuerTokenTest, ASignatureOfAnotherKeyIsRefusedForEachAlgorithm)
{
    const struct {
        IssuerKey stranger;
        const char *algorithm;
    } cases[] = { { otherRsa, "RS256" }, { otherRsa, "PS256" }, { IssuerKey::ec("ec-1"), "ES256" },
        { IssuerKey::ed25519("ed-1"), "EdDSA" } };
    for (const auto &[stranger, algorithm] : cases)
        EXPECT_EQ(refusal(by(stranger, claims(), algorithm)), Reason::Signature) << algorithm;
}

TEST_F(IssuerTokenTest, AChangedClaimOrHeaderBreaksTheSignature)
{
    const std::string token = by(ec, claims());
    const std::size_t first = token.find('.');
    const std::size_t second = token.find('.', first + 1);
    const std::string payload = toBase64Url(claims({ { "sub", "admin" } }).dump());
    EXPECT_EQ(
        refusal(token.substr(0, first + 1) + payload + token.substr(second)), Reason::Signature);
    const std::string header = toBase64Url(R"({"alg":"ES256","kid":"ec-1","typ":"JWT"})");
    EXPECT_EQ(refusal(header + token.substr(first)), Reason::Signature);
}

TEST_F(IssuerTokenTest, AnUnsignedTokenIsRefusedWhateverItIsCalled)
{
    const std::string payload = toBase64Url(claims().dump());
    for (const char *algorithm : { "none", "None", "NONE", "" }) {
        const std::string header =
            toBase64Url(Json({ { "alg", algorithm }, { "kid", "ec-1" } }).dump());
        EXPECT_EQ(refusal(header + '.' + payload + '.'), Reason::Algorithm) << algorithm;
    }
    const std::string header = toBase64Url(R"({"alg":"ES256","kid":"ec-1"})");
    EXPECT_EQ(refusal(header + '.' + payload + '.'), Reason::Signature) << "an empty signature";
}

TEST_F(IssuerTokenTest, APublicKeyIsNoSecretForHmac)
{
    const std::string text =
        toBase64Url(R"({"alg":"HS256","kid":"rsa-1"})") + '.' + toBase64Url(claims().dump());
    for (const std::string &secret : { rsa.publicPem(), rsa.jwk()["n"].get<std::string>() }) {
        unsigned char mac[EVP_MAX_MD_SIZE];
        unsigned size = 0;
        HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
            reinterpret_cast<const unsigned char *>(text.data()), text.size(), mac, &size);
        const std::string_view bytes(reinterpret_cast<const char *>(mac), size);
        EXPECT_EQ(refusal(text + '.' + toBase64Url(bytes)), Reason::Algorithm);
    }
}

TEST_F(IssuerTokenTest, AKeyIsUsedAsItsOwnerSaidNotAsTheTokenSays)
{
    Json onlyPss = rsa.jwk();
    onlyPss["alg"] = "PS256";
    keys = { publicKey(onlyPss) };
    EXPECT_EQ(refusal(by(rsa, claims(), "PS256")), std::nullopt);
    EXPECT_EQ(refusal(by(rsa, claims(), "RS256")), Reason::UnknownKey);
    const Json header { { "alg", "ES256" }, { "kid", "rsa-1" } };
    EXPECT_EQ(refusal(ec.token(header, claims(), "ES256")), Reason::UnknownKey)
        << "another type under a known name";
}

TEST_F(IssuerTokenTest, UnknownKeysAreToldApartFromBadSignatures)
{
    EXPECT_EQ(refusal(by(IssuerKey::ec("ec-2"), claims())), Reason::UnknownKey);
    keys.clear();
    EXPECT_EQ(refusal(by(ec, claims())), Reason::UnknownKey);
}

TEST_F(IssuerTokenTest, ATokenWithoutKeyNameNeedsAnIssuerWithOneKeyOfItsKind)
{
    const Json header { { "alg", "ES256" } };
    EXPECT_EQ(refusal(ec.token(header, claims(), "ES256")), std::nullopt);
    keys.push_back(publicKey(IssuerKey::ec("ec-2").jwk()));
    EXPECT_EQ(refusal(ec.token(header, claims(), "ES256")), Reason::Signature);
}

TEST_F(IssuerTokenTest, ExtensionsAndTokensForOtherPurposesAreRefused)
{
    const Json critical { { "alg", "ES256" }, { "kid", "ec-1" }, { "crit", { "exp" } } };
    EXPECT_EQ(refusal(ec.token(critical, claims(), "ES256")), Reason::Algorithm);
    for (const char *type : { "logout+jwt", "secevent+jwt", "dpop+jwt" }) {
        const Json header { { "alg", "ES256" }, { "kid", "ec-1" }, { "typ", type } };
        EXPECT_EQ(refusal(ec.token(header, claims(), "ES256")), Reason::Malformed) << type;
    }
    for (const char *type : { "JWT", "at+JWT", "application/at+jwt" }) {
        const Json header { { "alg", "ES256" }, { "kid", "ec-1" }, { "typ", type } };
        EXPECT_EQ(refusal(ec.token(header, claims(), "ES256")), std::nullopt) << type;
    }
}

TEST_F(IssuerTokenTest, IssuerAndAudienceMustBeTheConfiguredOnes)
{
    EXPECT_EQ(refusal(by(ec, claims({ { "iss", "https://id.example.org/" } }))), Reason::Issuer);
    EXPECT_EQ(refusal(by(ec, without("iss"))), Reason::Issuer);
    EXPECT_EQ(refusal(by(ec, claims({ { "aud", "somebody" } }))), Reason::Audience);
    EXPECT_EQ(refusal(by(ec, claims({ { "aud", { "a", "b" } } }))), Reason::Audience);
    EXPECT_EQ(refusal(by(ec, without("aud"))), Reason::Audience);
    EXPECT_EQ(refusal(by(ec, claims({ { "aud", { "a", "other" } } }))), std::nullopt);
}

TEST_F(IssuerTokenTest, TimesCountWithTheStatedLeeway)
{
    EXPECT_EQ(refusal(by(ec, claims({ { "exp", now - 59 } }))), std::nullopt);
    EXPECT_EQ(refusal(by(ec, claims({ { "exp", now - 60 } }))), Reason::Expired);
    EXPECT_EQ(refusal(by(ec, claims({ { "nbf", now + 60 } }))), std::nullopt);
    EXPECT_EQ(refusal(by(ec, claims({ { "nbf", now + 61 } }))), Reason::NotYetValid);
    EXPECT_EQ(refusal(by(ec, claims({ { "iat", now + 61 } }))), Reason::NotYetValid);
    EXPECT_EQ(refusal(by(ec, claims({ { "exp", now + 0.5 } }))), std::nullopt) << "a fraction";
    EXPECT_EQ(refusal(by(ec, without("exp"))), Reason::Claims);
    EXPECT_EQ(refusal(by(ec, without("iat"))), Reason::Claims);
    for (const Json &odd : { Json("tomorrow"), Json(1e300), Json::array({ 1 }) })
        EXPECT_EQ(refusal(by(ec, claims({ { "exp", odd } }))), Reason::Claims) << odd;
}

TEST_F(IssuerTokenTest, WhatIsNoTokenIsRefused)
{
    const std::string good = by(ec, claims());
    for (const std::string &bad : { std::string(), std::string("a"), std::string("a.b"),
             std::string(".."), good + ".x", good + "=", "." + good.substr(good.find('.')),
             toBase64Url("[]") + good.substr(good.find('.')) })
        EXPECT_EQ(refusal(bad), Reason::Malformed) << bad.substr(0, 40);
    const Json header { { "alg", "ES256" }, { "kid", "ec-1" } };
    EXPECT_EQ(refusal(ec.token(header, Json("text"), "ES256")), Reason::Claims);
    EXPECT_EQ(refusal(by(ec, without("sub"))), Reason::Claims);
    EXPECT_EQ(refusal(by(ec, claims({ { "sub", "a\nb" } }))), Reason::Claims);
}

TEST_F(IssuerTokenTest, RolesComeFromTheClaimAndOnlyKnownOnesCount)
{
    const auto rolesFor = [&](const Json &more) { return check(by(ec, claims(more)))->roles; };
    using Roles = std::vector<std::string>;
    EXPECT_EQ(rolesFor(Json::object()), Roles());
    EXPECT_EQ(rolesFor({ { "roles", { "emperor", "writer", 7, "writer" } } }), Roles({ "writer" }));
    EXPECT_EQ(rolesFor({ { "roles", "reader writer" } }), Roles({ "reader", "writer" }));
    EXPECT_EQ(rolesFor({ { "roles", { { "admin", true } } } }), Roles());
    options.roles = { { "line crew", "writer" }, { "chief", "admin" }, { "chief", "reader" } };
    EXPECT_EQ(rolesFor({ { "roles", { "admin", "line crew" } } }), Roles({ "writer" }))
        << "once mapped, a role's own name means nothing";
    options.roleClaim = "realm_access.roles";
    EXPECT_EQ(rolesFor({ { "realm_access", { { "roles", { "chief" } } } } }),
        Roles({ "admin", "reader" }));
    options.roleClaim = "https://x.example/roles";
    EXPECT_EQ(rolesFor({ { "https://x.example/roles", { "line crew" } } }), Roles({ "writer" }));
}

TEST_F(IssuerTokenTest, TheHandleIsTheNamedClaimElseMailElseSubject)
{
    const auto handle = [&](const Json &more) { return check(by(ec, claims(more)))->handle; };
    EXPECT_EQ(handle({ { "preferred_username", "ines" }, { "email", "i@x.org" } }), "ines");
    EXPECT_EQ(handle({ { "email", "i@x.org" } }), "i@x.org");
    EXPECT_EQ(handle({ { "preferred_username", "a\nb" } }), "u-1");
    EXPECT_EQ(handle({ { "preferred_username", std::string(300, 'x') } }), "u-1");
}

TEST(PublicKey, TakesOnlyKeysThatAreStrongEnoughAndMeantForIt)
{
    Json rsa = IssuerKey::rsa("k").jwk();
    EXPECT_EQ(faultOf(rsa), "");
    EXPECT_NE(faultOf(IssuerKey::rsa("k", 1024).jwk()).find("1024 bits"), std::string::npos);
    rsa["use"] = "enc";
    EXPECT_EQ(faultOf(rsa), "meant for 'enc'");
    rsa["use"] = "sig";
    rsa["key_ops"] = { "sign" };
    EXPECT_EQ(faultOf(rsa), "not meant to verify");
    rsa.erase("key_ops");
    rsa["e"] = "";
    EXPECT_NE(faultOf(rsa), "");
    EXPECT_NE(faultOf(IssuerKey::ec("k", "P-384").jwk()), "");
    Json ec = IssuerKey::ec("k").jwk();
    ec["y"] = ec["x"];
    EXPECT_EQ(faultOf(ec), "not a valid key") << "off the curve";
    EXPECT_NE(faultOf({ { "kty", "oct" }, { "k", "c2VjcmV0" } }), "");
    EXPECT_NE(faultOf({ { "kty", "OKP" }, { "crv", "X25519" }, { "x", toBase64Url("x") } }), "");
}

} // namespace
} // namespace signalbox::gateway
