// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/cache/listening.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <mutex>
#include <unordered_map>
#include <variant>

namespace signalbox::gateway {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t entryBytes = 256; ///< of an entry besides its texts, about

struct Bucket {
    double tokens = 0;
    Clock::time_point at;
};
using Kept = std::variant<std::string, std::deque<std::string>, Bucket>;

/// When which key of which tenant ends.
using Ends = std::multimap<Clock::time_point, std::pair<std::string, std::string>>;

struct Entry {
    Kept value;
    Clock::time_point expires = Clock::time_point::max();
    Ends::iterator end; ///< meant when it expires
    std::size_t bytes = 0;

    [[nodiscard]] bool doesExpire() const { return expires != Clock::time_point::max(); }
};

std::size_t bytesOf(const std::string &key, const Kept &value)
{
    std::size_t bytes = entryBytes + key.size();
    if (const auto *text = std::get_if<std::string>(&value))
        bytes += text->size();
    else if (const auto *list = std::get_if<std::deque<std::string>>(&value))
        for (const std::string &item : *list)
            bytes += item.size() + sizeof(std::string);
    return bytes;
}

Clock::time_point endOf(milliseconds timeToLive)
{
    return timeToLive == Cache::forever ? Clock::time_point::max() : Clock::now() + timeToLive;
}

CacheError wrongType(const rules::TenantKey &key)
{
    return { CacheError::Kind::WrongType, key.text() + " holds another kind of value" };
}

struct Channels {
    std::mutex mutex;
    std::unordered_multimap<std::string, std::shared_ptr<Listening>> listening;
};

class InProcessSubscription final : public CacheSubscription {
public:
    InProcessSubscription(std::shared_ptr<Channels> channels, std::string channel,
        std::shared_ptr<Listening> listening)
        : m_channels(std::move(channels))
        , m_channel(std::move(channel))
        , m_listening(std::move(listening))
    {
    }
    ~InProcessSubscription() override
    {
        {
            const std::scoped_lock lock(m_channels->mutex);
            const auto [from, to] = m_channels->listening.equal_range(m_channel);
            const auto own = std::find_if(
                from, to, [this](const auto &entry) { return entry.second == m_listening; });
            if (own != to)
                m_channels->listening.erase(own);
        }
        m_listening->end();
    }
    InProcessSubscription(const InProcessSubscription &) = delete;
    InProcessSubscription &operator=(const InProcessSubscription &) = delete;

private:
    const std::shared_ptr<Channels> m_channels;
    const std::string m_channel;
    const std::shared_ptr<Listening> m_listening;
};

class InProcessCache final : public Cache {
public:
    explicit InProcessCache(const InProcessLimits &limits)
        : m_limits(limits)
    {
    }

    CacheResult<std::optional<std::string>> get(const rules::TenantKey &key) override
    {
        const std::scoped_lock lock(m_mutex);
        const Entry *entry = find(key);
        if (!entry)
            return std::optional<std::string>();
        if (const auto *text = std::get_if<std::string>(&entry->value))
            return std::optional(*text);
        return unexpected(wrongType(key));
    }

    CacheResult<Done> set(
        const rules::TenantKey &key, const std::string &value, milliseconds timeToLive) override
    {
        const std::scoped_lock lock(m_mutex);
        return put(key, value, endOf(timeToLive));
    }

    CacheResult<bool> setIfAbsent(
        const rules::TenantKey &key, const std::string &value, milliseconds timeToLive) override
    {
        const std::scoped_lock lock(m_mutex);
        if (find(key))
            return false;
        if (const auto done = put(key, value, endOf(timeToLive)); !done)
            return unexpected(done.error());
        return true;
    }

    CacheResult<bool> remove(const rules::TenantKey &key) override
    {
        const std::scoped_lock lock(m_mutex);
        return find(key) != nullptr && erase(key.tenant().text(), key.text());
    }

    CacheResult<TokenGrant> takeToken(
        const rules::TenantKey &key, const TokenBucket &bucket) override
    {
        const std::scoped_lock lock(m_mutex);
        const auto now = Clock::now();
        const auto capacity = static_cast<double>(bucket.capacity);
        const double perMs = capacity / static_cast<double>(bucket.refill.count());
        double tokens = capacity;
        if (const Entry *entry = find(key)) {
            const auto *kept = std::get_if<Bucket>(&entry->value);
            if (!kept)
                return unexpected(wrongType(key));
            const double passed = std::chrono::duration<double, std::milli>(now - kept->at).count();
            tokens = std::min(capacity, kept->tokens + passed * perMs);
        }
        TokenGrant grant;
        grant.granted = tokens >= 1;
        if (grant.granted)
            tokens -= 1;
        else
            grant.retryAfter = milliseconds(std::int64_t(std::ceil((1 - tokens) / perMs)));
        grant.left = static_cast<std::int64_t>(tokens);
        // A full bucket needs no memory: it is gone when it has been left alone so long.
        if (const auto done = put(key, Bucket { tokens, now }, now + bucket.refill); !done)
            return unexpected(done.error());
        return grant;
    }

    CacheResult<Done> append(const rules::TenantKey &key, const std::string &value,
        std::size_t bound, milliseconds timeToLive) override
    {
        const std::scoped_lock lock(m_mutex);
        std::deque<std::string> items;
        if (const Entry *entry = find(key)) {
            const auto *list = std::get_if<std::deque<std::string>>(&entry->value);
            if (!list)
                return unexpected(wrongType(key));
            items = *list;
        }
        items.push_back(value);
        while (items.size() > bound)
            items.pop_front();
        return put(key, std::move(items), endOf(timeToLive));
    }

    CacheResult<std::vector<std::string>> list(const rules::TenantKey &key) override
    {
        const std::scoped_lock lock(m_mutex);
        const Entry *entry = find(key);
        if (!entry)
            return std::vector<std::string>();
        const auto *items = std::get_if<std::deque<std::string>>(&entry->value);
        if (!items)
            return unexpected(wrongType(key));
        return std::vector<std::string>(items->begin(), items->end());
    }

    CacheResult<Done> publish(const rules::TenantChannel &channel, const std::string &text) override
    {
        std::vector<std::shared_ptr<Listening>> all;
        {
            const std::scoped_lock lock(m_channels->mutex);
            const auto [from, to] = m_channels->listening.equal_range(channel.text());
            for (auto entry = from; entry != to; ++entry)
                all.push_back(entry->second);
        }
        for (const auto &one : all)
            one->tell(text);
        return Done {};
    }

    CacheResult<std::unique_ptr<CacheSubscription>> subscribe(
        const rules::TenantChannel &channel, CacheListener listener) override
    {
        auto listening = std::make_shared<Listening>(std::move(listener));
        const std::scoped_lock lock(m_channels->mutex);
        m_channels->listening.emplace(channel.text(), listening);
        return std::unique_ptr<CacheSubscription>(
            std::make_unique<InProcessSubscription>(m_channels, channel.text(), listening));
    }

    CacheResult<KeptKeys> scan(const rules::TenantId &tenant, std::optional<rules::KeyKind> kind,
        const std::string &cursor, std::size_t limit) override
    {
        const std::scoped_lock lock(m_mutex);
        KeptKeys page;
        const auto own = m_tenants.find(tenant.text());
        if (own == m_tenants.end())
            return page;
        std::string last;
        const auto now = Clock::now();
        const std::size_t most = std::clamp(limit, std::size_t(1), std::size_t(1000));
        for (auto at = own->second.upper_bound(cursor); at != own->second.end(); ++at) {
            auto key = rules::readTenantKey(at->first);
            if (!key || at->second.expires <= now || (kind && key->kind != *kind))
                continue;
            if (page.keys.size() == most) {
                page.cursor = last;
                break;
            }
            last = at->first;
            page.keys.push_back(keptKey(std::move(*key), at->second, now));
        }
        return page;
    }

    CacheResult<std::optional<KeptKey>> kept(const rules::TenantKey &key) override
    {
        const std::scoped_lock lock(m_mutex);
        const Entry *entry = find(key);
        auto read = rules::readTenantKey(key.text());
        if (!entry || !read)
            return std::optional<KeptKey>();
        return std::optional(keptKey(std::move(*read), *entry, Clock::now()));
    }

    [[nodiscard]] std::string name() const override { return "in-process"; }

private:
    using Keys = std::map<std::string, Entry>; ///< of one tenant, by the whole key

    static KeptKey keptKey(rules::ReadKey key, const Entry &entry, Clock::time_point now)
    {
        KeptKey kept;
        kept.key = std::move(key);
        if (entry.doesExpire())
            kept.ttlMs = std::chrono::ceil<milliseconds>(entry.expires - now).count();
        if (const auto *text = std::get_if<std::string>(&entry.value)) {
            kept.type = "string";
            kept.values = { *text };
        } else if (const auto *list = std::get_if<std::deque<std::string>>(&entry.value)) {
            kept.type = "list";
            kept.values.assign(list->begin(), list->end());
        } else {
            kept.type = "bucket";
            kept.values = { std::to_string(
                static_cast<std::int64_t>(std::get<Bucket>(entry.value).tokens)) };
        }
        return kept;
    }

    const Entry *find(const rules::TenantKey &key)
    {
        const auto own = m_tenants.find(key.tenant().text());
        if (own == m_tenants.end())
            return nullptr;
        const auto entry = own->second.find(key.text());
        if (entry == own->second.end())
            return nullptr;
        if (entry->second.expires > Clock::now())
            return &entry->second;
        erase(key.tenant().text(), key.text());
        return nullptr;
    }

    CacheResult<Done> put(const rules::TenantKey &key, Kept value, Clock::time_point expires)
    {
        sweep();
        const std::size_t bytes = bytesOf(key.text(), value);
        const Entry *old = find(key);
        if (m_bytes - (old ? old->bytes : 0) + bytes > m_limits.bytes)
            return unexpected(CacheError { CacheError::Kind::Limit,
                "the cache is full: the limit is " + std::to_string(m_limits.bytes) + " bytes" });
        Entry &entry = m_tenants[key.tenant().text()][key.text()];
        forgetEnd(entry);
        m_bytes += bytes - entry.bytes;
        entry.value = std::move(value);
        entry.expires = expires;
        entry.bytes = bytes;
        if (entry.doesExpire())
            entry.end = m_ends.emplace(expires, std::pair(key.tenant().text(), key.text()));
        return Done {};
    }

    void forgetEnd(Entry &entry)
    {
        if (entry.doesExpire())
            m_ends.erase(entry.end);
        entry.expires = Clock::time_point::max();
    }

    bool erase(const std::string &tenant, const std::string &key)
    {
        const auto own = m_tenants.find(tenant);
        if (own == m_tenants.end())
            return false;
        const auto entry = own->second.find(key);
        if (entry == own->second.end())
            return false;
        m_bytes -= entry->second.bytes;
        forgetEnd(entry->second);
        own->second.erase(entry);
        if (own->second.empty())
            m_tenants.erase(own);
        return true;
    }

    /// What nobody asks for again must go too.
    void sweep()
    {
        const auto now = Clock::now();
        while (!m_ends.empty() && m_ends.begin()->first <= now) {
            const auto [tenant, key] = m_ends.begin()->second;
            erase(tenant, key);
        }
    }

    const InProcessLimits m_limits;
    std::mutex m_mutex; ///< of all below but the channels, which have their own
    std::unordered_map<std::string, Keys> m_tenants;
    Ends m_ends;
    std::size_t m_bytes = 0;
    const std::shared_ptr<Channels> m_channels = std::make_shared<Channels>();
};

} // namespace

std::unique_ptr<Cache> makeInProcessCache(const InProcessLimits &limits)
{
    return std::make_unique<InProcessCache>(limits);
}

} // namespace signalbox::gateway
