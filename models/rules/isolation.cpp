// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/isolation.h"

#include "models/rules/resource.h"

#include <algorithm>

namespace signalbox::rules {

std::string tenantAsked(std::string_view service, std::string_view operation)
{
    if (std::string named = resourceTenant(service, operation); !named.empty())
        return named;
    const auto call = resourceCall(operation);
    std::string_view query = call && isResource(service) ? call->query : std::string_view();
    constexpr std::string_view name = "tenant=";
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        if (pair.starts_with(name))
            return percentDecoded(pair.substr(name.size())).value_or("");
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
    }
    return {};
}

std::optional<ForeignTenant> foreignIn(std::string_view tenant, std::string_view text)
{
    if (tenant.empty())
        return std::nullopt;
    for (const schema::TenantMark &mark : schema::tenantMarks(text))
        if (mark.tenant != tenant)
            return ForeignTenant { mark.path, std::string(tenant), mark.tenant };
    return std::nullopt;
}

std::optional<ForeignTenant> foreignIn(const schema::Event &event)
{
    std::optional<ForeignTenant> proof;
    const auto look = [&](const char *where, const std::string &tenant) {
        if (!proof && tenant != event.tenant)
            proof = ForeignTenant { where, event.tenant, tenant };
    };
    for (const schema::TenantEvent &about : event.about) {
        if (about.conversation)
            look("data.conversation.tenant_id", about.conversation->thread.tenantId);
        if (about.message)
            look("data.message.tenant_id", about.message->tenantId);
        if (about.confirmation)
            look("data.confirmation.tenant_id", about.confirmation->tenantId);
        if (about.escalation)
            look("data.escalation.tenant_id", about.escalation->tenantId);
        if (about.audit)
            look("data.audit.tenant_id", about.audit->tenantId);
    }
    return proof;
}

} // namespace signalbox::rules
