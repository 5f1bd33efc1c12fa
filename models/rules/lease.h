// SPDX-License-Identifier: GPL-3.0-only
// What a lease of writing allows (ARCHITECTURE.md, annex). Console and gateway ask the same
// functions.
#pragma once

#include "models/rules/access.h"
#include "models/schema/lease.h"

#include <array>
#include <optional>

namespace signalbox::rules {

/// The scopes of a lease. `destroy` is needed besides the others for whatever deletes, stops,
/// disables, revokes or purges.
inline constexpr std::string_view leaseFlows = "flows"; ///< flows and blueprints
inline constexpr std::string_view leaseConfig = "config"; ///< values, documents, collections
inline constexpr std::string_view leaseAccess = "access"; ///< users, keys, workspaces
inline constexpr std::string_view leaseMessages = "messages"; ///< queues, agents, tools
inline constexpr std::string_view leaseDestroy = "destroy";
inline constexpr std::array leaseScopes { leaseFlows, leaseConfig, leaseAccess, leaseMessages,
    leaseDestroy };

inline constexpr std::array<std::int64_t, 4> leaseMinutes { 5, 15, 30, 60 };
inline constexpr std::size_t longestReason = 500; ///< bytes

/// One operation at the far end. `flow` says that a flow hosts the service: it has no operations
/// then.
struct Change {
    std::string_view service;
    std::string_view operation;
    bool flow = false;
    std::string_view workspace; ///< "" = none: only a lease for all of them covers it
};

OperationClass classOf(const Change &change);
/// Which scope it needs; "" = nobody knows it: only a lease with every scope covers it.
std::string_view scopeOf(const Change &change);
/// Does the lease allow it? Its time is not looked at. Identity and access belong to no workspace.
bool covers(const schema::Lease &lease, const Change &change);
/// Taking, renewing and ending leases needs none; nor does changing one's own password.
bool needsNoLease(const Change &change);

/// Why such a lease is not given: a scope that is not known, a time that is not offered, no reason.
/// nullopt: fine.
std::optional<std::string> leaseFault(const schema::Lease &asked);

} // namespace signalbox::rules
