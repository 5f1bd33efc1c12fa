// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/oidc.h"

#include <gtest/gtest.h>

namespace signalbox::schema {
namespace {

TEST(Base64Url, HasOneTextForEachValue)
{
    EXPECT_EQ(fromBase64Url(""), "");
    EXPECT_EQ(fromBase64Url("TQ"), "M");
    EXPECT_EQ(fromBase64Url("TWE"), "Ma");
    EXPECT_EQ(fromBase64Url("TWFu"), "Man");
    EXPECT_EQ(fromBase64Url("-_-_"), "\xfb\xff\xbf");
    for (const char *bad : { "T", "TR", "TQ==", "TW F", "TWF+", "TWFuT" })
        EXPECT_EQ(fromBase64Url(bad), std::nullopt) << bad;
}

TEST(OidcClaims, AudienceIsATextOrAListAndTimesMayHaveFractions)
{
    const auto one = decode<OidcClaims>(R"({"aud":"a","exp":12.9,"nbf":null})");
    ASSERT_TRUE(one);
    EXPECT_EQ(one->audience, std::vector<std::string> { "a" });
    EXPECT_EQ(one->expires, 12);
    EXPECT_EQ(one->notBefore, std::nullopt);
    const auto two = decode<OidcClaims>(R"({"aud":["a","b"]})");
    ASSERT_TRUE(two);
    EXPECT_EQ(two->audience.size(), 2u);
    for (const char *bad : { R"({"aud":7})", R"({"exp":"soon"})", R"({"exp":1e300})", "[]", "x" })
        EXPECT_FALSE(decode<OidcClaims>(bad)) << bad;
}

TEST(ClaimTexts, FollowAPathAndPreferAMemberWithDotsInItsName)
{
    const char *payload = R"({"a":{"b":["x",1,"y"]},"c.d":"one  two","c":{"d":"no"},"n":5})";
    using Texts = std::vector<std::string>;
    EXPECT_EQ(claimTexts(payload, "a.b"), Texts({ "x", "y" }));
    EXPECT_EQ(claimTexts(payload, "c.d"), Texts({ "one", "two" }));
    EXPECT_EQ(claimTexts(payload, "n"), Texts());
    EXPECT_EQ(claimTexts(payload, "a.b.c"), std::nullopt);
    EXPECT_EQ(claimTexts(payload, "none"), std::nullopt);
    EXPECT_EQ(claimTexts("no JSON", "a"), std::nullopt);
    EXPECT_EQ(claimText(payload, "c.d"), "one  two");
    EXPECT_EQ(claimText(payload, "n"), "");
}

TEST(OidcDiscovery, NeedsIssuerAndKeys)
{
    EXPECT_TRUE(decode<OidcDiscovery>(R"({"issuer":"i","jwks_uri":"j","more":1})"));
    EXPECT_FALSE(decode<OidcDiscovery>(R"({"issuer":"i"})"));
}

TEST(CompactToken, HasThreePartsAndAHeader)
{
    const auto token = takeApart("eyJhbGciOiJub25lIn0.e30.");
    ASSERT_TRUE(token);
    EXPECT_EQ(token->header.algorithm, "none");
    EXPECT_EQ(token->payload, "{}");
    EXPECT_EQ(token->covered, "eyJhbGciOiJub25lIn0.e30");
    for (const char *bad : { "", "a.b", "e30.e30.e30", "eyJhbGciOiJub25lIn0.e30.a.b" })
        EXPECT_FALSE(takeApart(bad)) << bad;
}

} // namespace
} // namespace signalbox::schema
