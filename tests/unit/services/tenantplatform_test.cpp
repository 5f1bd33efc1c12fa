// SPDX-License-Identifier: GPL-3.0-only
// What the tenant platform does at its start, and with what others have left.
#include "app/gateway/services/tenantcore.h"
#include "app/gateway/services/tenantplatform.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace signalbox::gateway {
namespace {

constexpr std::int64_t hour = 3600000;

class TenantPlatformTest : public ::testing::Test {
protected:
    TenantPlatformTest()
    {
        EXPECT_TRUE(store->insertTenant({ "acme", "acme", "{}", 1, 1, 1 }));
        EXPECT_TRUE(store->insertAgent(acme, { "agent", "{}", true, 1, 1, 1 }));
    }
    /// A thread that ends with what a user said.
    void said(const std::string &thread, std::int64_t atMs, const std::string &gateway)
    {
        ThreadRow row;
        row.id = thread;
        row.channelType = "telegram";
        row.agentId = "agent";
        row.userId = "u-" + thread;
        row.sinceMs = row.createdMs = row.updatedMs = atMs - 1;
        ThreadFacts facts;
        facts.attempts = 1;
        row.body = bodyOf(facts);
        ASSERT_TRUE(store->insertThread(acme, row));
        schema::ChannelThreadMessage message;
        message.id = "of-" + thread;
        message.threadId = thread;
        message.role = "user";
        message.content = "hello?";
        if (!gateway.empty())
            message.gateway = gateway;
        ASSERT_TRUE(store->appendMessage(acme, rowOf(message, atMs)));
    }
    schema::ChannelThreadMessage last(const std::string &thread)
    {
        const auto rows = store->messages(acme, thread, {});
        EXPECT_TRUE(rows && !rows->empty());
        return rows && !rows->empty() ? messageOf("acme", rows->back())
                                      : schema::ChannelThreadMessage();
    }

    const rules::TenantId acme = *rules::TenantId::of("acme");
    const rules::TenantId other = *rules::TenantId::of("other");
    const std::unique_ptr<Backend> fabric = makeMemoryBackend();
    const std::unique_ptr<TenantStore> store = openSqliteTenants("");
    const std::unique_ptr<Cache> cache = makeInProcessCache();
};

TEST_F(TenantPlatformTest, WhatNoGatewayIsAtIsGivenUpAndOldUsersAreLeftAlone)
{
    const std::int64_t now = unixMs();
    said("old", now - 2 * hour, {});
    said("recent", now - hour / 2, {}); // perhaps another one, of that version, is at it
    said("mine", now - 2 * hour, "one");
    said("theirs", now - 2 * hour, "two");
    TenantOptions options;
    options.alone = false;
    options.instance = "one";
    TenantPlatform platform(*fabric, *store, *cache, options);
    ASSERT_TRUE(platform.start());
    EXPECT_EQ(last("old").role, "notice");
    EXPECT_EQ(last("old").content, "No answer: no gateway is at it any more");
    EXPECT_FALSE(last("old").delivery) << "nobody waits for it now";
    EXPECT_EQ(last("mine").content, "No answer: the gateway was stopped before it came");
    EXPECT_TRUE(last("mine").delivery);
    EXPECT_EQ(last("recent").role, "user");
    EXPECT_EQ(last("theirs").role, "user");
}

TEST_F(TenantPlatformTest, AChangeIsMadeOnlyWhileItFits)
{
    said("t", unixMs(), "one");
    TenantCore core(*fabric, *store, *cache);
    ASSERT_TRUE(core.begin());
    int asked = 0;
    const auto free = [&asked](ThreadRow &row, ThreadFacts &) {
        ++asked;
        return row.holder.empty();
    };
    // Somebody takes it between the look and the write.
    const auto slower = core.changeThreadIf(acme, "t", [&](ThreadRow &row, ThreadFacts &facts) {
        const bool fits = free(row, facts);
        if (asked == 1) {
            EXPECT_TRUE(store->takeThread(acme, "t", "mira", 5));
        }
        row.state = "closed";
        return fits;
    });
    ASSERT_FALSE(slower);
    EXPECT_EQ(slower.error().kind, StoreError::Kind::Conflict);
    EXPECT_EQ(asked, 2);
    EXPECT_EQ(store->thread(acme, "t")->state, "human");
    EXPECT_EQ(store->thread(acme, "t")->holder, "mira");
}

TEST_F(TenantPlatformTest, OfATenantThatIsGoneNoKeyIsLeft)
{
    TenantCore core(*fabric, *store, *cache);
    for (const auto &tenant : { acme, other }) {
        const TokenBucket slow { 30, std::chrono::hours(10) }; // it is not full again soon
        ASSERT_TRUE(cache->takeToken(rules::rateLimitKey(tenant, "web"), slow));
        ASSERT_TRUE(
            cache->append(rules::memoryShortKey(tenant, "agent", "u:1"), "x", 20, Cache::forever));
        for (const rules::TenantKey &key :
            { rules::idempotencyKey(tenant, "m"), rules::sessionKey(tenant, "t"),
                rules::engagedThreadKey(tenant, "t"), rules::escalationStatusKey(tenant, "t:1"),
                rules::pendingToolConfirmKey(tenant, "t") })
            ASSERT_TRUE(cache->set(key, "1", Cache::forever));
    }
    ThreadRow thread;
    thread.id = "t";
    thread.agentId = "agent";
    thread.userId = "u:1";
    core.forgetThread(other, thread);
    const auto kept = [this](const rules::TenantId &tenant) {
        return cache->scan(tenant, std::nullopt, {}, 100)->keys.size();
    };
    EXPECT_EQ(kept(other), 3u) << "the rate, the message and the other thread";
    EXPECT_EQ(kept(acme), 7u);
    core.forgetTenant(acme);
    EXPECT_EQ(kept(acme), 0u);
    EXPECT_EQ(kept(other), 3u);
}

} // namespace
} // namespace signalbox::gateway
