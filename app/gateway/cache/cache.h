// SPDX-License-Identifier: GPL-3.0-only
// What the tenant platform remembers for a while, and how its parts tell each other
// (tenant-platform §2, §4): in this process, or in a Redis 7 that several gateways share. Both
// behave alike; tests/unit/cache holds them to it.
//
// Thread-safe. Calls block (Redis: at most Cache::patience), so they are made on service threads.
// Nothing is kept without a TenantKey, and nobody is reached without a TenantChannel.
#pragma once

#include "models/rules/tenantkeys.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace signalbox::gateway {

struct CacheError {
    enum class Kind {
        Unavailable, ///< no server; the call may or may not have been done
        WrongType, ///< the key holds another kind of value
        Limit, ///< the bound of what is kept is reached; nothing was done
        Invalid,
    };
    Kind kind = Kind::Unavailable;
    std::string text;
};
template <class T> using CacheResult = Expected<T, CacheError>;

/// `capacity` at once, refilled evenly.
struct TokenBucket {
    std::int64_t capacity = 30;
    std::chrono::milliseconds refill { 60000 }; ///< from empty to full
};
struct TokenGrant {
    bool granted = false;
    std::int64_t left = 0; ///< whole tokens after this one
    std::chrono::milliseconds retryAfter { 0 }; ///< until the next one; 0 when granted
};

/// One key as operators see it (signalbox-gateway §7, /ops/keys).
struct KeptKey {
    rules::ReadKey key;
    std::string type; ///< `string` `list` `bucket`
    std::int64_t ttlMs = -1; ///< left; -1 = it does not expire
    std::vector<std::string> values; ///< one of a string; tokens left of a bucket; a list's, oldest
                                     ///< first
};
struct KeptKeys {
    std::vector<KeptKey> keys;
    std::string cursor; ///< for the next page; "" = that was the last
};

/// Ends when it is destroyed: no call to its listener is running or will come afterwards.
/// Destroyed before its cache, and not from its own listener.
class CacheSubscription {
public:
    virtual ~CacheSubscription() = default;
};

struct CacheListener {
    /// On a thread of the cache, or on the publisher's. Quick, and asks the cache nothing.
    std::function<void(const std::string &text)> message;
    /// The server was away: messages may be missing. As above.
    std::function<void()> gap;
};

class Cache {
public:
    static constexpr std::chrono::milliseconds patience { 2000 };
    /// As a time to live: until it is removed.
    static constexpr std::chrono::milliseconds forever { 0 };

    virtual ~Cache() = default;

    virtual CacheResult<std::optional<std::string>> get(const rules::TenantKey &key) = 0;
    virtual CacheResult<Done> set(const rules::TenantKey &key, const std::string &value,
        std::chrono::milliseconds timeToLive) = 0;
    /// False: there was one already; it and its time stay.
    virtual CacheResult<bool> setIfAbsent(const rules::TenantKey &key, const std::string &value,
        std::chrono::milliseconds timeToLive) = 0;
    /// False: there was none.
    virtual CacheResult<bool> remove(const rules::TenantKey &key) = 0;

    virtual CacheResult<TokenGrant> takeToken(
        const rules::TenantKey &key, const TokenBucket &bucket) = 0;

    /// Appends and keeps the newest `bound`. The time counts from the last append.
    virtual CacheResult<Done> append(const rules::TenantKey &key, const std::string &value,
        std::size_t bound, std::chrono::milliseconds timeToLive) = 0;
    /// Oldest first; empty when there is none.
    virtual CacheResult<std::vector<std::string>> list(const rules::TenantKey &key) = 0;

    /// To all who listen at this moment, in every gateway on this cache.
    virtual CacheResult<Done> publish(
        const rules::TenantChannel &channel, const std::string &text) = 0;
    /// In force when the call returns. It outlives a loss of the server.
    virtual CacheResult<std::unique_ptr<CacheSubscription>> subscribe(
        const rules::TenantChannel &channel, CacheListener listener) = 0;

    /// Keys of one tenant, of one kind or all, about `limit` (1 … 1 000) a page, in no order; while
    /// keys come and go one may be missed or come twice.
    virtual CacheResult<KeptKeys> scan(const rules::TenantId &tenant,
        std::optional<rules::KeyKind> kind, const std::string &cursor, std::size_t limit) = 0;

    /// The same of one key; nothing when there is none.
    virtual CacheResult<std::optional<KeptKey>> kept(const rules::TenantKey &key) = 0;

    /// For logs, without secrets: `in-process` or `redis host:port`.
    [[nodiscard]] virtual std::string name() const = 0;
};

struct InProcessLimits {
    std::size_t bytes = std::size_t(64) << 20; ///< of keys and values
};
std::unique_ptr<Cache> makeInProcessCache(const InProcessLimits &limits = {});

/// `redis://[user:password@]host[:port][/number]`, with %xx in user and password; "" and no more
/// says that it is one. Nothing is connected yet.
std::string redisUrlFault(const std::string &url);
/// Connects once, so that a wrong address or password is told at start; later losses are mended by
/// themselves.
CacheResult<std::unique_ptr<Cache>> openRedisCache(const std::string &url);

} // namespace signalbox::gateway
