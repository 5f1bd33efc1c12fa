// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/gatekeeper.h"

#include "app/gateway/http/answer.h"
#include "app/gateway/http/jsonbody.h"
#include "app/gateway/wallclock.h"
#include "models/rules/access.h"
#include "models/schema/envelope.h"
#include "models/schema/iam.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace signalbox::gateway {

namespace {

constexpr std::size_t maxCached = 10000;
constexpr std::size_t maxTokenBytes = 8192;

bool isApiKey(std::string_view token)
{
    return token.starts_with("tg_");
}

/// Which of iam's internal operations tells who is behind `token` (TG §2.1): `tg_…`, a JWT with its
/// two dots, or nothing at all. "" = a shape that nobody could know.
std::string_view resolverOf(std::string_view token, bool anonymous)
{
    if (token.size() > maxTokenBytes)
        return {};
    if (isApiKey(token))
        return "resolve-api-key";
    if (std::count(token.begin(), token.end(), '.') == 2)
        return "resolve-token";
    return token.empty() && anonymous ? "authenticate-anonymous" : std::string_view();
}

/// `{"user":{…},"default_workspace"?}`; an error is no identity, except that a JWT outlives its
/// user (TG §2.1).
std::optional<Identity> identityOf(const FabricResult<Message> &result)
{
    if (!result) {
        spdlog::warn("sign-in: iam did not answer: {}", result.error().text);
        return std::nullopt;
    }
    if (schema::errorOf(result->value))
        return std::nullopt;
    const auto response = schema::decode<schema::IamResponse>(result->value);
    const auto body = parseBody(result->value);
    if (!response || !response->user || !body.is_object())
        return std::nullopt;
    const schema::User &user = *response->user;
    Identity identity { user.id, user.username, user.defaultWorkspace, user.roles, {} };
    if (auto held = schema::decode<schema::LeaseResponse>(result->value))
        identity.leases = std::move(held->leases);
    if (!user.enabled)
        identity.roles.clear();
    const auto workspace = body.find("default_workspace");
    if (workspace != body.end() && workspace->is_string()
        && !workspace->get_ref<const std::string &>().empty())
        identity.defaultWorkspace = workspace->get<std::string>();
    return identity;
}

} // namespace

std::string bearerOf(std::string_view authorization)
{
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization.starts_with(scheme))
        return {};
    return std::string(authorization.substr(scheme.size()));
}

Gatekeeper::Gatekeeper(FabricCalls &calls, const HttpLimits &limits, bool anonymous, bool leases)
    : m_calls(calls)
    , m_limits(limits)
    , m_anonymous(anonymous)
    , m_needsLease(leases)
{
}

void Gatekeeper::authenticate(const std::string &token, Known known)
{
    const std::string_view resolver = resolverOf(token, m_anonymous);
    if (resolver.empty()) {
        {
            const std::lock_guard lock(m_mutex);
            ++m_failures;
        }
        known(std::nullopt);
        return;
    }
    resolve(token,
        "{\"operation\":\"" + std::string(resolver) + "\",\"token\":" + jsonString(token) + "}",
        std::move(known));
}

void Gatekeeper::reassure(const std::string &token, const Identity &held, Known known)
{
    if (isApiKey(token)) {
        authenticate(token, std::move(known));
        return;
    }
    const std::string request =
        "{\"operation\":\"whoami\",\"actor\":" + jsonString(held.userId) + "}";
    resolve("user " + held.userId, request, [held, known = std::move(known)](auto now) {
        Identity identity = held;
        identity.roles = now ? now->roles : std::vector<std::string>();
        identity.leases = now ? now->leases : std::vector<schema::Lease>();
        known(std::move(identity));
    });
}

void Gatekeeper::resolve(const std::string &key, std::string request, Known known)
{
    const auto now = std::chrono::steady_clock::now();
    std::uint64_t epoch = 0;
    {
        std::unique_lock lock(m_mutex);
        const auto entry = m_cache.find(key);
        if (entry != m_cache.end() && now - entry->second.at < m_limits.identityCache) {
            const std::optional<Identity> identity = entry->second.identity;
            lock.unlock();
            known(identity);
            return;
        }
        auto &waiting = m_waiting[key];
        waiting.push_back(std::move(known));
        if (waiting.size() > 1)
            return;
        epoch = m_epoch;
    }
    FabricCalls::Ask ask;
    ask.topics = FabricCalls::serviceTopics("iam");
    ask.value = std::move(request);
    ask.timeout = m_limits.authentication;
    m_calls.ask(std::move(ask),
        [this, key, epoch](const FabricResult<Message> &result) { resolved(key, epoch, result); });
}

void Gatekeeper::resolved(
    const std::string &key, std::uint64_t epoch, const FabricResult<Message> &result)
{
    const std::optional<Identity> identity = identityOf(result);
    std::vector<Known> waiting;
    {
        const std::lock_guard lock(m_mutex);
        trim();
        // Refusals are not kept (TG §2.1: positive results only); nor is what forgetAll() overtook.
        if (identity && epoch == m_epoch)
            m_cache[key] = { identity, std::chrono::steady_clock::now() };
        else
            m_cache.erase(key);
        if (!identity)
            ++m_failures;
        const auto entry = m_waiting.find(key);
        if (entry != m_waiting.end()) {
            waiting.swap(entry->second);
            m_waiting.erase(entry);
        }
    }
    for (const Known &known : waiting)
        known(identity);
}

void Gatekeeper::trim()
{
    if (m_cache.size() < maxCached)
        return;
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(m_cache,
        [&](const auto &entry) { return now - entry.second.at >= m_limits.identityCache; });
    if (m_cache.size() >= maxCached)
        m_cache.clear();
}

void Gatekeeper::forgetAll()
{
    const std::lock_guard lock(m_mutex);
    m_cache.clear();
    ++m_epoch;
}

std::int64_t Gatekeeper::failures() const
{
    const std::lock_guard lock(m_mutex);
    return m_failures;
}

std::string Gatekeeper::leaseRefusal(const Identity &who, const rules::Change &change) const
{
    if (!m_needsLease || rules::needsNoLease(change)
        || rules::classOf(change) == rules::OperationClass::Read)
        return {};
    const auto now = unixMs();
    const bool held =
        std::any_of(who.leases.begin(), who.leases.end(), [&](const schema::Lease &lease) {
            return lease.expiresMs > now && rules::covers(lease, change);
        });
    if (held)
        return {};
    std::string text = "a lease is needed to change anything here: " + std::string(change.service);
    if (!change.operation.empty())
        text += " " + std::string(change.operation);
    return text;
}

bool Gatekeeper::leasedOneOnly(
    const Identity &who, std::string_view service, std::string_view operation) const
{
    return service == "fabric" && !leaseRefusal(who, { service, operation, false, {} }).empty();
}

std::string Gatekeeper::socketRefusal(
    const Identity &who, std::string_view capability, std::string_view workspace) const
{
    if (!capability.ends_with(":write"))
        return {};
    return leaseRefusal(who, { "fabric", "publish", false, workspace });
}

bool Gatekeeper::may(const Identity &who, std::string_view capability, std::string_view workspace)
{
    return rules::allowed(who.roles, who.defaultWorkspace, capability, workspace);
}

} // namespace signalbox::gateway
