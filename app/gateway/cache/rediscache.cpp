// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/cache/redislistener.h"

#include <algorithm>
#include <array>

namespace signalbox::gateway {

namespace {

using Words = std::vector<std::string>;

constexpr std::size_t mostIdle = 8; ///< connections that are kept
constexpr int mostScans = 100; ///< SCAN steps for one page

/// One step, whoever asks: the server's clock and no other counts.
constexpr const char *takeTokenScript = R"lua(
local t = redis.call('TIME')
local now = t[1] * 1000 + t[2] / 1000
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local capacity = tonumber(ARGV[1])
local rate = capacity / tonumber(ARGV[2])
local tokens = capacity
if kept[1] then
    tokens = math.min(capacity, tonumber(kept[1]) + (now - tonumber(kept[2])) * rate)
end
local granted, wait = 0, 0
if tokens >= 1 then
    tokens = tokens - 1
    granted = 1
else
    wait = math.ceil((1 - tokens) / rate)
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return { granted, math.floor(tokens), wait }
)lua";

constexpr const char *appendScript = R"lua(
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], -tonumber(ARGV[2]), -1)
if ARGV[3] == '0' then
    redis.call('PERSIST', KEYS[1])
else
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return 1
)lua";

/// So that nothing in a tenant's id is a pattern.
std::string globText(const std::string &text)
{
    std::string out;
    for (const char c : text) {
        if (std::string_view("*?[]\\^-").find(c) != std::string_view::npos)
            out += '\\';
        out += c;
    }
    return out;
}

std::vector<std::string> textsOf(const redisReply &reply)
{
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < reply.elements; ++i)
        texts.push_back(textOf(reply.element[i]));
    return texts;
}

class RedisSubscription final : public CacheSubscription {
public:
    RedisSubscription(
        RedisListener &listener, std::string channel, std::shared_ptr<Listening> listening)
        : m_listener(listener)
        , m_channel(std::move(channel))
        , m_listening(std::move(listening))
    {
    }
    ~RedisSubscription() override { m_listener.remove(m_channel, m_listening); }
    RedisSubscription(const RedisSubscription &) = delete;
    RedisSubscription &operator=(const RedisSubscription &) = delete;

private:
    RedisListener &m_listener;
    const std::string m_channel;
    const std::shared_ptr<Listening> m_listening;
};

class RedisCache final : public Cache {
public:
    explicit RedisCache(RedisAddress address)
        : m_address(std::move(address))
        , m_listener(m_address)
    {
    }

    CacheResult<std::optional<std::string>> get(const rules::TenantKey &key) override
    {
        auto reply = ask({ "GET", key.text() });
        if (!reply)
            return unexpected(reply.error());
        if ((*reply)->type == REDIS_REPLY_NIL)
            return std::optional<std::string>();
        return std::optional(textOf(reply->get()));
    }

    CacheResult<Done> set(const rules::TenantKey &key, const std::string &value,
        std::chrono::milliseconds timeToLive) override
    {
        return done(ask(setting(key, value, timeToLive)));
    }

    CacheResult<bool> setIfAbsent(const rules::TenantKey &key, const std::string &value,
        std::chrono::milliseconds timeToLive) override
    {
        Words command = setting(key, value, timeToLive);
        command.emplace_back("NX");
        auto reply = ask(command);
        if (!reply)
            return unexpected(reply.error());
        return (*reply)->type != REDIS_REPLY_NIL;
    }

    CacheResult<bool> remove(const rules::TenantKey &key) override
    {
        auto reply = ask({ "DEL", key.text() });
        if (!reply)
            return unexpected(reply.error());
        return (*reply)->integer > 0;
    }

    CacheResult<TokenGrant> takeToken(
        const rules::TenantKey &key, const TokenBucket &bucket) override
    {
        auto reply = ask({ "EVAL", takeTokenScript, "1", key.text(),
            std::to_string(bucket.capacity), std::to_string(bucket.refill.count()) });
        if (!reply)
            return unexpected(reply.error());
        if ((*reply)->elements != 3)
            return unexpected(
                CacheError { CacheError::Kind::Invalid, "redis: an answer of another shape" });
        return TokenGrant { (*reply)->element[0]->integer == 1, (*reply)->element[1]->integer,
            std::chrono::milliseconds((*reply)->element[2]->integer) };
    }

    CacheResult<Done> append(const rules::TenantKey &key, const std::string &value,
        std::size_t bound, std::chrono::milliseconds timeToLive) override
    {
        return done(ask({ "EVAL", appendScript, "1", key.text(), value, std::to_string(bound),
            std::to_string(timeToLive.count()) }));
    }

    CacheResult<std::vector<std::string>> list(const rules::TenantKey &key) override
    {
        auto reply = ask({ "LRANGE", key.text(), "0", "-1" });
        if (!reply)
            return unexpected(reply.error());
        return textsOf(**reply);
    }

    CacheResult<Done> publish(const rules::TenantChannel &channel, const std::string &text) override
    {
        return done(ask({ "PUBLISH", channel.text(), text }));
    }

    CacheResult<std::unique_ptr<CacheSubscription>> subscribe(
        const rules::TenantChannel &channel, CacheListener listener) override
    {
        auto listening = m_listener.add(channel.text(), std::move(listener));
        if (!listening)
            return unexpected(listening.error());
        return std::unique_ptr<CacheSubscription>(
            std::make_unique<RedisSubscription>(m_listener, channel.text(), *listening));
    }

    CacheResult<KeptKeys> scan(const rules::TenantId &tenant, std::optional<rules::KeyKind> kind,
        const std::string &cursor, std::size_t limit) override
    {
        const std::string pattern = globText(tenant.text()) + ':'
            + (kind ? std::string(rules::prefixOf(*kind)) + ':' : std::string()) + '*';
        const std::string step =
            std::to_string(std::clamp(limit, std::size_t(1), std::size_t(1000)));
        KeptKeys page;
        page.cursor = cursor.empty() ? "0" : cursor;
        for (int scans = 0; scans < mostScans && page.keys.empty(); ++scans) {
            auto reply = ask({ "SCAN", page.cursor, "MATCH", pattern, "COUNT", step });
            if (!reply)
                return unexpected(reply.error());
            if ((*reply)->elements != 2)
                return unexpected(
                    CacheError { CacheError::Kind::Invalid, "redis: an answer of another shape" });
            page.cursor = textOf((*reply)->element[0]);
            for (const std::string &key : textsOf(*(*reply)->element[1]))
                if (const auto looked = look(tenant, key, page); !looked)
                    return unexpected(looked.error());
            if (page.cursor == "0") {
                page.cursor.clear();
                break;
            }
        }
        return page;
    }

    CacheResult<std::optional<KeptKey>> kept(const rules::TenantKey &key) override
    {
        KeptKeys page;
        if (const auto looked = look(key.tenant(), key.text(), page); !looked)
            return unexpected(looked.error());
        return page.keys.empty() ? std::optional<KeptKey>()
                                 : std::optional(std::move(page.keys.front()));
    }

    [[nodiscard]] std::string name() const override
    {
        return "redis " + m_address.host + ':' + std::to_string(m_address.port);
    }

    CacheResult<Done> greet() { return done(ask({ "PING" })); }

private:
    static Words setting(
        const rules::TenantKey &key, const std::string &value, std::chrono::milliseconds timeToLive)
    {
        Words command { "SET", key.text(), value };
        if (timeToLive != forever) {
            command.emplace_back("PX");
            command.push_back(std::to_string(timeToLive.count()));
        }
        return command;
    }

    static CacheResult<Done> done(const CacheResult<RedisReply> &reply)
    {
        if (!reply)
            return unexpected(reply.error());
        return Done {};
    }

    /// Adds what is kept under `key`, if it still is and is one of `tenant`'s.
    CacheResult<Done> look(const rules::TenantId &tenant, const std::string &key, KeptKeys &page)
    {
        auto read = rules::readTenantKey(key);
        if (!read || read->tenant != tenant.text())
            return Done {};
        auto type = ask({ "TYPE", key });
        auto time = ask({ "PTTL", key });
        if (!type || !time)
            return unexpected(!type ? type.error() : time.error());
        KeptKey kept { std::move(*read), textOf(type->get()), (*time)->integer, {} };
        CacheResult<RedisReply> value = RedisReply();
        if (kept.type == "string") {
            value = ask({ "GET", key });
            if (value)
                kept.values = { textOf(value->get()) };
        } else if (kept.type == "list") {
            value = ask({ "LRANGE", key, "0", "-1" });
            if (value)
                kept.values = textsOf(**value);
        } else if (kept.type == "hash") {
            kept.type = "bucket";
            value = ask({ "HGET", key, "tokens" });
            if (value) {
                const std::string tokens = textOf(value->get());
                kept.values = { tokens.substr(0, tokens.find('.')) };
            }
        }
        const bool gone = kept.ttlMs == -2 || kept.type == "none"
            || (!value && value.error().kind == CacheError::Kind::WrongType)
            || (value && *value && (*value)->type == REDIS_REPLY_NIL);
        if (gone)
            return Done {};
        if (!value)
            return unexpected(value.error());
        page.keys.push_back(std::move(kept));
        return Done {};
    }

    /// Never asks twice: a connection that has ended while it lay idle is seen before it is used.
    CacheResult<RedisReply> ask(const Words &command)
    {
        auto connection = takeIdle();
        if (!connection) {
            auto opened = RedisConnection::open(m_address);
            if (!opened)
                return unexpected(opened.error());
            connection = std::make_unique<RedisConnection>(std::move(*opened));
        }
        auto reply = connection->ask(command);
        if (connection->context()->err == 0) {
            const std::scoped_lock lock(m_mutex);
            if (m_idle.size() < mostIdle)
                m_idle.push_back(std::move(connection));
        }
        return reply;
    }

    std::unique_ptr<RedisConnection> takeIdle()
    {
        const std::scoped_lock lock(m_mutex);
        while (!m_idle.empty()) {
            auto connection = std::move(m_idle.back());
            m_idle.pop_back();
            if (connection->isQuiet())
                return connection;
        }
        return {};
    }

    const RedisAddress m_address;
    std::mutex m_mutex; ///< of m_idle
    std::vector<std::unique_ptr<RedisConnection>> m_idle;
    RedisListener m_listener;
};

} // namespace

CacheResult<std::unique_ptr<Cache>> openRedisCache(const std::string &url)
{
    auto address = redisAddress(url);
    if (!address)
        return unexpected(CacheError { CacheError::Kind::Invalid, address.error() });
    auto cache = std::make_unique<RedisCache>(std::move(*address));
    if (const auto greeted = cache->greet(); !greeted)
        return unexpected(greeted.error());
    return std::unique_ptr<Cache>(std::move(cache));
}

} // namespace signalbox::gateway
