// SPDX-License-Identifier: GPL-3.0-only
// Who may do what on the tenant platform (tenant-platform §5, signalbox-gateway §4).
#pragma once

#include "app/gateway/services/answers.h"
#include "app/gateway/services/tenantcore.h"

namespace signalbox::gateway {

/// The caller as the edge has authenticated it.
struct TenantCaller {
    std::string id;
    std::string name;
    bool admin = false; ///< IAM role `admin`
};

/// `actor`, `name` and `roles` of a request that the edge sent.
TenantCaller callerOf(const Json &request);
/// `platform_admin`, `customer_admin`, `customer_operator`, or "" for who has nothing to do there —
/// and for a tenant that does not exist, so that nobody learns which do.
std::string roleIn(TenantCore &core, const TenantCaller &caller, const rules::TenantId &tenant);

} // namespace signalbox::gateway
