// SPDX-License-Identifier: GPL-3.0-only
// What every cache does, asked of each (tenant-platform §2, §4).
#include "app/gateway/cache/cache.h"
#include "tests/support/serverprocess.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <gtest/gtest.h>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;

enum class CacheKind { InProcess, Redis };

support::RedisServer &redis()
{
    static support::RedisServer server;
    return server;
}

template <class T> T must(CacheResult<T> result)
{
    if (!result)
        throw std::runtime_error(result.error().text);
    return std::move(*result);
}

rules::TenantId tenant(const std::string &text)
{
    return rules::TenantId::of(text).value();
}

bool becomes(const std::function<bool()> &condition)
{
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        std::this_thread::yield();
    }
    return true;
}

/// What a listener has heard.
class Heard {
public:
    CacheListener listener()
    {
        return { [this](const std::string &text) { add(text); }, [this] { add("<gap>"); } };
    }
    bool wait(std::size_t count)
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, 10s, [&] { return m_all.size() >= count; });
    }
    std::vector<std::string> all()
    {
        const std::scoped_lock lock(m_mutex);
        return m_all;
    }

private:
    void add(const std::string &text)
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_all.push_back(text);
        }
        m_changed.notify_all();
    }
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<std::string> m_all;
};
using Texts = std::vector<std::string>;

class Caches : public testing::TestWithParam<CacheKind> {
protected:
    void SetUp() override
    {
        if (GetParam() == CacheKind::InProcess) {
            cache = makeInProcessCache();
            return;
        }
        redis().stop();
        redis().start();
        cache = must(openRedisCache(redis().url()));
    }
    std::unique_ptr<Cache> cache;
    const rules::TenantId acme = tenant("acme");
    const rules::TenantId other = tenant("other");
};

INSTANTIATE_TEST_SUITE_P(
    On, Caches, testing::Values(CacheKind::InProcess, CacheKind::Redis), [](const auto &info) {
        return info.param == CacheKind::InProcess ? std::string("InProcess") : std::string("Redis");
    });

TEST_P(Caches, AValueIsKeptUntilItsTimeIsOver)
{
    const auto key = rules::sessionKey(acme, "t:1");
    EXPECT_FALSE(must(cache->get(key)));
    must(cache->set(key, std::string("a\0b\xFF", 4), Cache::forever));
    EXPECT_EQ(must(cache->get(key)), std::string("a\0b\xFF", 4)) << "any bytes";
    must(cache->set(key, "short", 50ms));
    EXPECT_TRUE(becomes([&] { return !must(cache->get(key)); }));
    must(cache->set(key, "again", Cache::forever));
    EXPECT_TRUE(must(cache->remove(key)));
    EXPECT_FALSE(must(cache->remove(key)));
}

TEST_P(Caches, OnlyTheFirstOfManySetsWhatIsAbsent)
{
    const auto key = rules::idempotencyKey(acme, "m1");
    std::atomic<int> first = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] { first += must(cache->setIfAbsent(key, "x", 1h)) ? 1 : 0; });
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_EQ(first, 1);
    const auto soon = rules::idempotencyKey(acme, "m2");
    EXPECT_TRUE(must(cache->setIfAbsent(soon, "x", 50ms)));
    EXPECT_TRUE(becomes([&] { return must(cache->setIfAbsent(soon, "x", 1h)); }));
}

TEST_P(Caches, ABucketGivesWhatItHoldsAndFillsAgain)
{
    const auto key = rules::rateLimitKey(acme, "web");
    const TokenBucket bucket { 30, 60s };
    std::atomic<int> granted = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            for (int n = 0; n < 10; ++n)
                granted += must(cache->takeToken(key, bucket)).granted ? 1 : 0;
        });
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_GE(granted, 30);
    EXPECT_LE(granted, 32) << "what came in the meantime: one each two seconds";
    const TokenGrant refused = must(cache->takeToken(key, { 30, 600s }));
    EXPECT_FALSE(refused.granted);
    EXPECT_GT(refused.retryAfter, 0ms);
    EXPECT_LE(refused.retryAfter, 20s);
    const auto quick = rules::rateLimitKey(acme, "slack");
    EXPECT_EQ(must(cache->takeToken(quick, { 2, 100ms })).left, 1);
    EXPECT_EQ(must(cache->takeToken(quick, { 2, 100ms })).left, 0);
    EXPECT_TRUE(becomes([&] { return must(cache->takeToken(quick, { 2, 100ms })).granted; }));
    EXPECT_TRUE(must(cache->takeToken(rules::rateLimitKey(other, "web"), bucket)).granted)
        << "each tenant has its own";
}

TEST_P(Caches, AListKeepsTheNewest)
{
    const auto key = rules::memoryShortKey(acme, "agent", "user:with:colons");
    for (int i = 0; i < 25; ++i)
        must(cache->append(key, std::to_string(i), 20, Cache::forever));
    const auto list = must(cache->list(key));
    ASSERT_EQ(list.size(), 20U);
    EXPECT_EQ(list.front(), "5");
    EXPECT_EQ(list.back(), "24");
    EXPECT_TRUE(must(cache->list(rules::memoryShortKey(acme, "agent", "nobody"))).empty());
    must(cache->append(key, "last", 20, 50ms));
    EXPECT_TRUE(becomes([&] { return must(cache->list(key)).empty(); }));
}

TEST_P(Caches, AKeyOfAnotherKindIsRefusedAndStays)
{
    const auto key = rules::sessionKey(acme, "t");
    must(cache->set(key, "text", Cache::forever));
    const auto list = cache->list(key);
    ASSERT_FALSE(list);
    EXPECT_EQ(list.error().kind, CacheError::Kind::WrongType);
    const auto bucket = cache->takeToken(key, {});
    ASSERT_FALSE(bucket);
    EXPECT_EQ(bucket.error().kind, CacheError::Kind::WrongType);
    const auto appended = cache->append(key, "x", 2, Cache::forever);
    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().kind, CacheError::Kind::WrongType);
    EXPECT_EQ(must(cache->get(key)), "text");
}

TEST_P(Caches, AMessageReachesAllWhoListenAtThatMomentAndNobodyElse)
{
    const auto channel = rules::webchatResponseKey(acme, "conv");
    const auto foreign = rules::webchatResponseKey(other, "conv");
    Heard one;
    Heard two;
    Heard stranger;
    must(cache->publish(channel, "before"));
    const auto first = must(cache->subscribe(channel, one.listener()));
    auto second = must(cache->subscribe(channel, two.listener()));
    const auto third = must(cache->subscribe(foreign, stranger.listener()));
    must(cache->publish(channel, "1"));
    must(cache->publish(channel, std::string(1000000, 'x')));
    ASSERT_TRUE(one.wait(2));
    ASSERT_TRUE(two.wait(2));
    EXPECT_EQ(one.all(), Texts({ "1", std::string(1000000, 'x') }));
    second.reset();
    must(cache->publish(channel, "3"));
    must(cache->publish(foreign, "theirs"));
    ASSERT_TRUE(one.wait(3));
    ASSERT_TRUE(stranger.wait(1));
    EXPECT_EQ(two.all().size(), 2U);
    EXPECT_EQ(stranger.all(), Texts({ "theirs" }));
}

TEST_P(Caches, WhoSubscribesAgainHearsEverythingThatIsPublishedAfterwards)
{
    const auto channel = rules::webchatResponseKey(acme, "conv");
    for (int i = 0; i < 50; ++i) {
        Heard heard;
        const auto subscription = must(cache->subscribe(channel, heard.listener()));
        must(cache->publish(channel, std::to_string(i)));
        ASSERT_TRUE(heard.wait(1)) << i;
        EXPECT_EQ(heard.all().front(), std::to_string(i));
    }
}

TEST_P(Caches, KeysAreShownWithTypeAndTimeAndOneTenantsOnly)
{
    for (const auto &who : { acme, other }) {
        must(cache->set(rules::escalationStatusKey(who, "t:1"), "escalated", Cache::forever));
        must(cache->append(rules::memoryShortKey(who, "a", "u"), "hello", 20, 1h));
        must(cache->takeToken(rules::rateLimitKey(who, "web"), {}));
    }
    for (int i = 0; i < 50; ++i)
        must(cache->set(rules::sessionKey(acme, std::to_string(i)), "s", 1h));
    must(cache->set(rules::sessionKey(tenant("acm*"), "x"), "s", 1h));
    const auto all = [&](const rules::TenantId &who, std::optional<rules::KeyKind> kind) {
        std::map<std::string, KeptKey> found;
        std::string cursor;
        do {
            auto page = must(cache->scan(who, kind, cursor, 10));
            for (KeptKey &key : page.keys) {
                EXPECT_EQ(key.key.tenant, who.text());
                const std::string name(rules::prefixOf(key.key.kind));
                found[name + '/' + key.key.rest] = std::move(key);
            }
            cursor = page.cursor;
        } while (!cursor.empty());
        return found;
    };
    auto found = all(acme, std::nullopt);
    EXPECT_EQ(found.size(), 53U);
    EXPECT_EQ(found["escalation/t:1"].type, "string");
    EXPECT_EQ(found["escalation/t:1"].ttlMs, -1);
    EXPECT_EQ(found["escalation/t:1"].values, Texts({ "escalated" }));
    EXPECT_EQ(found["memory:short/a:u"].type, "list");
    EXPECT_EQ(found["memory:short/a:u"].values, Texts({ "hello" }));
    EXPECT_GT(found["memory:short/a:u"].ttlMs, 3500000);
    EXPECT_EQ(found["ratelimit/web"].type, "bucket");
    EXPECT_EQ(found["ratelimit/web"].values, Texts({ "29" }));
    EXPECT_EQ(all(acme, rules::KeyKind::Session).size(), 50U);
    EXPECT_EQ(all(tenant("acm*"), std::nullopt).size(), 1U) << "a tenant's id is no pattern";
    EXPECT_EQ(all(other, std::nullopt).size(), 3U);
    EXPECT_TRUE(all(tenant("nobody"), std::nullopt).empty());
    // One by itself is told alike.
    const auto one = must(cache->kept(rules::memoryShortKey(acme, "a", "u")));
    ASSERT_TRUE(one);
    EXPECT_EQ(one->type, "list");
    EXPECT_EQ(one->key.rest, "a:u");
    EXPECT_EQ(one->values, Texts({ "hello" }));
    EXPECT_GT(one->ttlMs, 3500000);
    must(cache->takeToken(rules::rateLimitKey(acme, "mail"), { 30, 10h })); // not full soon
    const auto bucket = must(cache->kept(rules::rateLimitKey(acme, "mail")));
    ASSERT_TRUE(bucket);
    EXPECT_EQ(bucket->type, "bucket");
    EXPECT_EQ(bucket->values, Texts({ "29" }));
    EXPECT_FALSE(must(cache->kept(rules::memoryShortKey(acme, "a", "other"))));
}

/// All that the cache tells of a tenant, times left out.
Texts everythingOf(Cache &cache, const rules::TenantId &who)
{
    std::set<std::string> lines; // a page may tell a key twice
    std::string cursor;
    do {
        const auto page = must(cache.scan(who, std::nullopt, cursor, 100));
        for (const KeptKey &key : page.keys) {
            std::string line = key.key.tenant + '|' + std::string(rules::prefixOf(key.key.kind))
                + '|' + key.key.rest + '|' + key.type;
            for (const std::string &value : key.values)
                line += '|' + value;
            lines.insert(line);
        }
        cursor = page.cursor;
    } while (!cursor.empty());
    return { lines.begin(), lines.end() };
}

/// One random change under a few ids that all tenants have.
void change(Cache &cache, const rules::TenantId &who, const std::string &mark, unsigned what,
    unsigned which)
{
    const std::string id = "id" + std::to_string(which % 3);
    switch (what % 6) {
    case 0:
        must(cache.set(rules::sessionKey(who, id), mark, 1h));
        break;
    case 1:
        must(cache.setIfAbsent(rules::idempotencyKey(who, id), mark, 1h));
        break;
    case 2:
        must(cache.append(rules::memoryShortKey(who, "agent", id), mark, 5, 1h));
        break;
    case 3:
        must(cache.remove(rules::sessionKey(who, id)));
        break;
    case 4:
        must(cache.takeToken(rules::rateLimitKey(who, id), { 30, std::chrono::hours(10000) }));
        break;
    default:
        must(cache.remove(rules::memoryShortKey(who, "agent", id)));
    }
}

TEST_P(Caches, WhatOneTenantDoesMakesNoDifferenceToTheOther)
{
    const auto alone = makeInProcessCache();
    std::mt19937 random(20260101); // NOLINT(cert-msc51-cpp): the same every time
    for (int step = 0; step < 400; ++step) {
        const auto what = static_cast<unsigned>(random());
        const auto which = static_cast<unsigned>(random());
        const std::string mark = std::to_string(step);
        if (random() % 2 == 0) {
            change(*cache, other, "of-other " + mark, what, which);
            continue;
        }
        change(*cache, acme, mark, what, which);
        change(*alone, acme, mark, what, which);
    }
    EXPECT_EQ(everythingOf(*cache, acme), everythingOf(*alone, acme));
    EXPECT_GT(everythingOf(*cache, acme).size(), 5U);
    for (const std::string &line : everythingOf(*cache, other))
        EXPECT_TRUE(line.starts_with("other|")) << line;
}

TEST(InProcessCache, IsBoundedAndWhatHasExpiredMakesRoom)
{
    const auto cache = makeInProcessCache({ 100000 });
    const auto acme = tenant("acme");
    const std::string big(30000, 'x');
    for (const char *id : { "1", "2", "3" })
        must(cache->set(rules::sessionKey(acme, id), big, 50ms));
    const auto refused = cache->set(rules::sessionKey(acme, "4"), big, Cache::forever);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, CacheError::Kind::Limit);
    EXPECT_EQ(refused.error().text, "the cache is full: the limit is 100000 bytes");
    EXPECT_TRUE(becomes(
        [&] { return cache->set(rules::sessionKey(acme, "4"), big, Cache::forever).hasValue(); }));
}

TEST(RedisCache, ALossOfTheServerIsToldAndMended)
{
    redis().stop();
    redis().start();
    const auto cache = must(openRedisCache(redis().url()));
    const auto acme = tenant("acme");
    const auto channel = rules::webchatResponseKey(acme, "conv");
    Heard heard;
    const auto subscription = must(cache->subscribe(channel, heard.listener()));
    must(cache->publish(channel, "1"));
    ASSERT_TRUE(heard.wait(1));
    redis().stop();
    const auto lost = cache->get(rules::sessionKey(acme, "t"));
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().kind, CacheError::Kind::Unavailable);
    redis().start();
    ASSERT_TRUE(heard.wait(2)) << "the gap";
    EXPECT_TRUE(cache->set(rules::sessionKey(acme, "t"), "v", 1h));
    must(cache->publish(channel, "2"));
    ASSERT_TRUE(heard.wait(3));
    EXPECT_EQ(heard.all(), Texts({ "1", "<gap>", "2" }));
}

TEST(RedisCache, AWrongAddressOrPasswordIsToldAtStart)
{
    const auto wrong = openRedisCache(
        "redis://:wrong-secret@127.0.0.1:" + redis().url().substr(redis().url().rfind(':') + 1));
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().text.find("WRONGPASS"), std::string::npos) << wrong.error().text;
    EXPECT_EQ(wrong.error().text.find("wrong-secret"), std::string::npos);
    const auto nobody = openRedisCache("redis://127.0.0.1:" + std::to_string(support::freePort()));
    ASSERT_FALSE(nobody);
    EXPECT_EQ(nobody.error().kind, CacheError::Kind::Unavailable);
}

TEST(RedisCache, AddressesAreReadOrRefused)
{
    for (const char *good : { "redis://h", "redis://h:1", "redis://h:1/2", "redis://u:p@h",
             "redis://:p%40%2F@[::1]:6379/0", "redis://[::1]" })
        EXPECT_EQ(redisUrlFault(good), "") << good;
    for (const char *bad : { "", "h:1", "http://h", "redis://", "redis://h:0", "redis://h:x",
             "redis://h/x", "redis://u:p@" })
        EXPECT_NE(redisUrlFault(bad), "") << bad;
}

} // namespace
} // namespace signalbox::gateway
