// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/tenantaccess.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace signalbox::gateway {

TenantCaller callerOf(const Json &request)
{
    TenantCaller caller;
    caller.id = text(request, "actor").value_or("");
    caller.name = text(request, "name").value_or(caller.id);
    const auto roles = request.find("roles");
    caller.admin = roles != request.end() && roles->is_array()
        && std::find(roles->begin(), roles->end(), "admin") != roles->end();
    return caller;
}

std::string roleIn(TenantCore &core, const TenantCaller &caller, const rules::TenantId &tenant)
{
    if (caller.id.empty())
        return {};
    if (caller.admin)
        return core.store().tenant(tenant) ? "platform_admin" : "";
    const auto memberships = core.store().membershipsOf(caller.id);
    if (!memberships)
        return {};
    for (const MembershipRow &row : *memberships)
        if (row.tenantId == tenant.text())
            return row.role;
    return {};
}

} // namespace signalbox::gateway
