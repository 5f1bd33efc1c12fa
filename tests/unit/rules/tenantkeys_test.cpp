// SPDX-License-Identifier: GPL-3.0-only
// tenant-platform §2: formats exact, none without a tenant.
#include "models/rules/tenantkeys.h"

#include <gtest/gtest.h>

namespace signalbox::rules {
namespace {

const TenantId acme = TenantId::of("acme").value();

TEST(TenantKeys, HaveTheContractsFormats)
{
    EXPECT_EQ(rateLimitKey(acme, "web").text(), "acme:ratelimit:web");
    EXPECT_EQ(idempotencyKey(acme, "m").text(), "acme:dedup:m");
    EXPECT_EQ(sessionKey(acme, "t").text(), "acme:session:t");
    EXPECT_EQ(engagedThreadKey(acme, "t").text(), "acme:engaged:t");
    EXPECT_EQ(memoryShortKey(acme, "a", "u").text(), "acme:memory:short:a:u");
    EXPECT_EQ(escalationStatusKey(acme, "t").text(), "acme:escalation:t");
    EXPECT_EQ(pendingToolConfirmKey(acme, "t").text(), "acme:tool_confirm:t");
    EXPECT_EQ(webchatResponseKey(acme, "c").text(), "acme:webchat:response:c");
}

TEST(TenantKeys, AreNotMadeWithoutATenant)
{
    for (const char *bad : { "", ":", "a:b", "acme:" })
        EXPECT_FALSE(TenantId::of(bad)) << bad;
    EXPECT_EQ(TenantId::of("").error(), "a tenant's id is empty");
    for (const char *good : { "a", "acme-2", "0b9d6a50-6f0e-4e0e-8a5d-1f0b8d1f6c11", "ä b" })
        EXPECT_TRUE(TenantId::of(good)) << good;
    static_assert(!std::is_default_constructible_v<TenantId>);
    static_assert(!std::is_constructible_v<TenantId, std::string_view>);
    static_assert(!std::is_constructible_v<TenantKey, TenantId, KeyKind, std::string_view>);
    static_assert(!std::is_convertible_v<TenantChannel, TenantKey>);
}

TEST(TenantKeys, AreReadBackByTheKnownPrefixWithTheRestAsItIs)
{
    for (const TenantKey &key : { rateLimitKey(acme, "web"), idempotencyKey(acme, "a:b:c"),
             sessionKey(acme, ""), engagedThreadKey(acme, ":"), memoryShortKey(acme, "a", "u:v"),
             escalationStatusKey(acme, "session:x"), pendingToolConfirmKey(acme, "t") }) {
        const auto read = readTenantKey(key.text());
        ASSERT_TRUE(read) << key.text();
        EXPECT_EQ(read->tenant, "acme");
        EXPECT_EQ(read->kind, key.kind());
        EXPECT_EQ("acme:" + std::string(prefixOf(read->kind)) + ':' + read->rest, key.text());
    }
    EXPECT_EQ(readTenantKey("acme:memory:short:a:u:v"),
        (ReadKey { "acme", KeyKind::MemoryShort, "a:u:v" }));
    EXPECT_EQ(readTenantKey("acme:webchat:response:c"),
        (ReadKey { "acme", KeyKind::WebchatResponse, "c" }));
    for (const char *none : { "", ":", "acme", ":session:t", "acme:memory:long:x", "acme:session",
             "acme:sessions:t", "acme:webchat:x" })
        EXPECT_FALSE(readTenantKey(none)) << none;
}

TEST(TenantKeys, KindsHaveNames)
{
    for (const KeyKind kind : allKeyKinds)
        EXPECT_EQ(keyKindOf(prefixOf(kind)), kind);
    EXPECT_FALSE(keyKindOf("memory"));
}

} // namespace
} // namespace signalbox::rules
