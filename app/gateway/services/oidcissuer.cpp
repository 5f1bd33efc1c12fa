// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/oidcissuer.h"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {

constexpr std::size_t maxKeys = 100;
constexpr std::size_t mostAsking = 256;
constexpr auto noteInterval = std::chrono::seconds(1);

} // namespace

bool trustworthyUrl(std::string_view url)
{
    if (url.starts_with("https://"))
        return url.size() > 8;
    for (const std::string_view here : { "http://127.0.0.1", "http://[::1]", "http://localhost" })
        if (url.starts_with(here)
            && (url.size() == here.size() || url[here.size()] == ':' || url[here.size()] == '/'))
            return url.substr(here.size()).find('@') == std::string_view::npos;
    return false;
}

OidcIssuer::OidcIssuer(OidcOptions options)
    : m_options(std::move(options))
    , m_keys(std::make_shared<std::vector<PublicKey>>())
    , m_allowed(m_options.keyBurst)
    , m_allowedAt(Clock::now())
{
}

OidcIssuer::~OidcIssuer()
{
    stop();
}

void OidcIssuer::start()
{
    m_thread = std::thread([this] { run(); });
}

void OidcIssuer::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop.request_stop();
    }
    m_wake.notify_all();
    if (m_thread.joinable())
        m_thread.join();
    const std::lock_guard lock(m_mutex);
    m_waiting.clear();
}

void OidcIssuer::run()
{
    while (!m_stop.stop_requested()) {
        take(readKeys());
        std::vector<std::function<void()>> waiting;
        {
            const std::lock_guard lock(m_mutex);
            waiting.swap(m_waiting);
            m_reading = false;
        }
        for (const auto &then : waiting)
            if (!m_stop.stop_requested())
                then();
        std::unique_lock lock(m_mutex);
        const auto pause = m_failed ? m_options.keyPause : m_options.keyAge;
        m_wake.wait_for(lock, pause, [this] { return m_stop.stop_requested() || m_wanted; });
        m_wanted = false;
        m_reading = true;
    }
}

Expected<std::vector<PublicKey>, std::string> OidcIssuer::readKeys()
{
    std::string base = m_options.issuer;
    while (base.ends_with('/'))
        base.pop_back();
    const std::stop_token stop = m_stop.get_token();
    const auto document = m_options.fetch(base + "/.well-known/openid-configuration", stop);
    if (!document)
        return unexpected(document.error());
    const auto discovery = schema::decode<schema::OidcDiscovery>(*document);
    if (!discovery)
        return unexpected("its discovery document: " + discovery.error().text());
    if (discovery->issuer != m_options.issuer)
        return unexpected("its discovery document is of '" + discovery->issuer + "'");
    if (!trustworthyUrl(discovery->jwksUri))
        return unexpected("its keys lie at '" + discovery->jwksUri + "', neither https nor here");
    const auto published = m_options.fetch(discovery->jwksUri, stop);
    if (!published)
        return unexpected(published.error());
    const auto set = schema::decode<schema::JsonWebKeySet>(*published);
    if (!set)
        return unexpected("its keys: " + set.error().text());
    if (set->keys.size() > maxKeys)
        return unexpected("it publishes " + std::to_string(set->keys.size()) + " keys, "
            + std::to_string(maxKeys) + " are the most");
    std::vector<PublicKey> keys;
    for (const schema::JsonWebKey &key : set->keys) {
        if (auto usable = PublicKey::from(key))
            keys.push_back(std::move(*usable));
        else
            spdlog::debug(
                "issuer {}: key '{}' is left out: {}", m_options.issuer, key.id, usable.error());
    }
    if (keys.empty())
        return unexpected(std::string("none of its keys can be used"));
    return keys;
}

void OidcIssuer::take(Expected<std::vector<PublicKey>, std::string> keys)
{
    const std::lock_guard lock(m_mutex);
    if (keys) {
        if (m_failed || m_keys->empty())
            spdlog::info("issuer {}: {} keys", m_options.issuer, keys->size());
        m_keys = std::make_shared<const std::vector<PublicKey>>(std::move(*keys));
        m_read = Clock::now();
    } else if (!m_stop.stop_requested() && !m_failed) { // once, until it works again
        spdlog::warn("issuer {}: its keys cannot be read: {}{}", m_options.issuer, keys.error(),
            m_keys->empty() ? "" : "; the last ones stand");
    }
    m_failed = !keys;
}

bool OidcIssuer::claims(std::string_view token) const
{
    return claimedIssuer(token) == m_options.issuer;
}

std::shared_ptr<const std::vector<PublicKey>> OidcIssuer::keys()
{
    const std::lock_guard lock(m_mutex);
    if (!m_keys->empty() && Clock::now() - m_read > m_options.keyLife) {
        spdlog::warn("issuer {}: its last keys are too old", m_options.issuer);
        m_keys = std::make_shared<std::vector<PublicKey>>();
    }
    return m_keys;
}

Expected<IssuedIdentity, TokenRefusal> OidcIssuer::check(std::string_view token, std::int64_t now)
{
    auto who = checkToken(token, *keys(), m_options, now);
    if (!who)
        note(who.error());
    return who;
}

void OidcIssuer::note(const TokenRefusal &refusal)
{
    const std::lock_guard lock(m_mutex);
    const auto now = Clock::now();
    if (m_noted != Clock::time_point() && now - m_noted < noteInterval) {
        ++m_unnoted;
        return;
    }
    m_noted = now;
    spdlog::info("issuer {}: a token is refused: {}{}", m_options.issuer, refusal.text,
        m_unnoted ? " (and " + std::to_string(m_unnoted) + " before)" : "");
    m_unnoted = 0;
}

bool OidcIssuer::mayRead()
{
    const auto now = Clock::now();
    const std::chrono::duration<double, std::milli> passed = now - m_allowedAt;
    m_allowedAt = now;
    m_allowed = std::min<double>(m_options.keyBurst,
        m_allowed + passed.count() / static_cast<double>(m_options.keyPause.count()));
    if (m_allowed < 1)
        return false;
    m_allowed -= 1;
    return true;
}

bool OidcIssuer::afterReading(std::function<void()> then)
{
    const std::lock_guard lock(m_mutex);
    if (m_stop.stop_requested() || m_waiting.size() >= mostAsking)
        return false;
    if (!m_reading && !m_wanted) {
        if (!mayRead())
            return false;
        m_wanted = true;
        m_wake.notify_all();
    }
    m_waiting.push_back(std::move(then));
    return true;
}

} // namespace signalbox::gateway
