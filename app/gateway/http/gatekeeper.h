// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/http/fabriccalls.h"
#include "app/gateway/http/limits.h"
#include "models/rules/lease.h"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace signalbox::gateway {

struct Identity {
    std::string userId;
    std::string username;
    std::string defaultWorkspace;
    std::vector<std::string> roles;
    std::vector<schema::Lease> leases; ///< that ran when iam was asked; see their time
    bool operator==(const Identity &) const = default;
};

/// The token of `Authorization: Bearer …`: scheme exactly so, one space (TG §1.3). "" = anonymous
/// attempt.
std::string bearerOf(std::string_view authorization);

/// Who is behind a credential, asked of iam over the fabric, kept for at most a second so that a
/// revocation is seen within one. Thread-safe. All failures look the same from outside.
class Gatekeeper {
public:
    /// nullopt: auth failure.
    using Known = std::function<void(std::optional<Identity>)>;
    /// With `anonymous` a caller without any credential is asked about too (TG §2.5).
    /// With `leases` nothing is changed without one (ARCHITECTURE.md, annex).
    Gatekeeper(
        FabricCalls &calls, const HttpLimits &limits, bool anonymous = false, bool leases = false);
    [[nodiscard]] bool anonymous() const { return m_anonymous; }
    [[nodiscard]] bool needsLease() const { return m_needsLease; }

    /// Inline when known lately, else on a fabric thread.
    void authenticate(const std::string &token, Known known);
    /// For an identity that a socket holds already: an API key as above; for a JWT only the user is
    /// looked at again, since its expiry ends no open socket (TG §1.6.1).
    void reassure(const std::string &token, const Identity &held, Known known);
    /// After a change that a caller just made itself, nothing old is served.
    void forgetAll();
    [[nodiscard]] std::int64_t failures() const;

    /// Why a change needs a lease that the caller does not hold now; "" when it may go on.
    [[nodiscard]] std::string leaseRefusal(const Identity &who, const rules::Change &change) const;
    /// `fabric` names what it changes by queue or topic: whether it must be of the workspace that
    /// the call names, because no lease covers the others.
    [[nodiscard]] bool leasedOneOnly(
        const Identity &who, std::string_view service, std::string_view operation) const;
    /// The same for what a flow's import or export socket does; an import counts as a publish.
    [[nodiscard]] std::string socketRefusal(
        const Identity &who, std::string_view capability, std::string_view workspace) const;
    static bool may(const Identity &who, std::string_view capability, std::string_view workspace);

private:
    struct Entry {
        std::optional<Identity> identity;
        std::chrono::steady_clock::time_point at;
    };
    void resolve(const std::string &key, std::string request, Known known);
    void resolved(const std::string &key, std::uint64_t epoch, const FabricResult<Message> &result);
    void trim();

    FabricCalls &m_calls;
    const HttpLimits m_limits;
    const bool m_anonymous;
    const bool m_needsLease;
    mutable std::mutex m_mutex;
    std::map<std::string, Entry> m_cache; ///< by credential, or by user for reassure()
    std::map<std::string, std::vector<Known>> m_waiting;
    std::uint64_t m_epoch = 0;
    std::int64_t m_failures = 0;
};

} // namespace signalbox::gateway
