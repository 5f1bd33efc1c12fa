// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/leases.h"

#include "app/gateway/fabric/requester.h"
#include "app/gateway/services/answers.h"
#include "models/rules/lease.h"

#include <algorithm>
#include <array>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {
namespace {

constexpr std::int64_t msPerMinute = 60000;
constexpr std::array names { std::string_view("take-lease"), std::string_view("renew-lease"),
    std::string_view("end-lease"), std::string_view("revoke-lease"),
    std::string_view("list-leases"), std::string_view("list-my-leases") };

std::string fault(const char *type, const std::string &text)
{
    return errorAnswer({ type, text });
}

} // namespace

Leases::Leases(Clock clock, IamStore &store)
    : m_clock(std::move(clock))
    , m_store(store)
{
}

StoreResult<Done> Leases::restore()
{
    const auto rows = m_store.leases();
    if (!rows)
        return unexpected(rows.error());
    const std::lock_guard lock(m_mutex);
    const std::int64_t now = m_clock();
    for (const LeaseRow &row : *rows) {
        const auto lease = schema::decode<schema::Lease>(row.record);
        // One that was taken in the future tells of a clock that was set back: nobody knows how
        // long it would still run.
        if (!lease || lease->expiresMs <= now || lease->takenMs > now) {
            if (const auto gone = m_store.deleteLease(row.id); !gone)
                return unexpected(gone.error());
            continue;
        }
        m_held[row.id] = *lease;
    }
    return Done {};
}

StoreResult<Done> Leases::keep(const schema::Lease &lease)
{
    return m_store.keepLease({ lease.id, lease.expiresMs, schema::encode(lease) }, m_clock());
}

bool Leases::knows(std::string_view operation)
{
    return std::find(names.begin(), names.end(), operation) != names.end();
}

std::string Leases::handle(std::string_view operation, std::string_view body)
{
    const auto request = schema::decode<schema::LeaseRequest>(body);
    if (!request)
        return fault("invalid-argument", request.error().text());
    if (request->actor.empty())
        return fault("auth-failed", "auth failure");
    const std::lock_guard lock(m_mutex);
    drop();
    if (operation == "list-leases")
        return list({});
    if (operation == "list-my-leases")
        return list(request->actor);
    if (!request->lease)
        return fault("invalid-argument", "lease is missing");
    if (operation == "take-lease")
        return take(*request);
    if (operation == "renew-lease")
        return renew(*request);
    return end(*request, operation == "revoke-lease");
}

std::vector<schema::Lease> Leases::of(const std::string &user)
{
    const std::lock_guard lock(m_mutex);
    drop();
    std::vector<schema::Lease> found;
    for (const auto &[id, lease] : m_held)
        if (user.empty() || lease.user == user)
            found.push_back(lease);
    return found;
}

void Leases::drop()
{
    const std::int64_t now = m_clock();
    std::erase_if(m_held, [now](const auto &held) { return held.second.expiresMs <= now; });
}

std::string Leases::take(const schema::LeaseRequest &request)
{
    schema::Lease lease = *request.lease;
    if (const auto wrong = rules::leaseFault(lease))
        return fault("invalid-argument", *wrong);
    const auto own = std::count_if(m_held.begin(), m_held.end(),
        [&](const auto &held) { return held.second.user == request.actor; });
    if (static_cast<std::size_t>(own) >= perUser)
        return fault("limit", "too many leases of this user: end one first");
    lease.id = newUuid();
    lease.user = request.actor;
    lease.takenMs = m_clock();
    lease.expiresMs = lease.takenMs + lease.minutes * msPerMinute;
    if (const auto kept = keep(lease); !kept)
        return fault("internal-error", kept.error().text);
    m_held[lease.id] = lease;
    spdlog::info("iam-svc: lease {} of {} minutes for {}", lease.id, lease.minutes, lease.user);
    return schema::encode(schema::LeaseResponse { lease, {}, m_clock() });
}

std::string Leases::renew(const schema::LeaseRequest &request)
{
    const auto held = m_held.find(request.lease->id);
    if (held == m_held.end() || held->second.user != request.actor)
        return fault("not-found", "this lease has ended");
    schema::Lease asked = held->second;
    asked.minutes = request.lease->minutes;
    if (const auto wrong = rules::leaseFault(asked))
        return fault("invalid-argument", *wrong);
    asked.expiresMs = m_clock() + asked.minutes * msPerMinute;
    if (const auto kept = keep(asked); !kept)
        return fault("internal-error", kept.error().text);
    held->second = asked;
    return schema::encode(schema::LeaseResponse { asked, {}, m_clock() });
}

std::string Leases::end(const schema::LeaseRequest &request, bool anybodys)
{
    const auto held = m_held.find(request.lease->id);
    if (held == m_held.end() || (!anybodys && held->second.user != request.actor))
        return fault("not-found", "this lease has ended");
    schema::LeaseResponse response { held->second, {}, m_clock() };
    if (const auto gone = m_store.deleteLease(held->first); !gone)
        return fault("internal-error", gone.error().text);
    m_held.erase(held);
    spdlog::info("iam-svc: lease {} ended by {}", response.lease->id, request.actor);
    return schema::encode(response);
}

std::string Leases::list(const std::string &user)
{
    schema::LeaseResponse response;
    response.nowMs = m_clock();
    for (const auto &[id, lease] : m_held)
        if (user.empty() || lease.user == user)
            response.leases.push_back(lease);
    return schema::encode(response);
}

} // namespace signalbox::gateway
