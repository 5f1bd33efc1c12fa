// SPDX-License-Identifier: GPL-3.0-only
// What people change in a tenant is a line of its audit, which events tell at once.
#include "app/gateway/services/portalservice.h"

#include <nlohmann/json.hpp>

namespace signalbox::gateway {

namespace {

/// "" for what changes nothing that is kept.
std::string changeOf(const std::vector<std::string> &path)
{
    if (path.size() <= 2)
        return "tenant_changed";
    if (path.back() == "test")
        return {};
    const std::string &what = path[2];
    return what == "agents"     ? "agent_changed"
        : what == "channels"    ? "channel_changed"
        : what == "users"       ? "member_changed"
        : what == "invitations" ? "invitation_changed"
        : what == "kb"          ? "knowledge_changed"
                                : "";
}

/// A member of an answer that is an object; "" when there is none.
std::string memberOf(const std::string &body, const char *name)
{
    const Json answer = Json::parse(body, nullptr, false);
    return answer.is_object() ? text(answer, name).value_or("") : std::string();
}

} // namespace

/// The address says what, never the body: it may hold secrets.
void PortalService::noteWrite(const Call &call, const Answer &answer)
{
    if (call.path.empty() || call.path[0] != "tenants" || call.is("GET") || answer.status < 200
        || answer.status > 299)
        return;
    const std::string change = changeOf(call.path);
    const bool made = call.path.size() == 1;
    const auto tenant = Tenant::of(made ? memberOf(answer.body, "id") : call.path[1]);
    if (change.empty() || !tenant)
        return;
    schema::AuditEvent entry;
    entry.userId = call.caller.id;
    entry.actionType = change;
    entry.inputSummary = call.method;
    for (std::size_t at = 2; at < call.path.size(); ++at)
        entry.inputSummary += (at == 2 ? " " : "/") + call.path[at];
    const bool agents = change == "agent_changed";
    if (agents && call.path.size() == 4)
        entry.agentId = call.path[3];
    else if (agents)
        entry.agentId = memberOf(answer.body, "id");
    if (const std::string name = memberOf(answer.body, "name"); !name.empty())
        entry.outputSummary = name;
    m_core.audit(*tenant, std::move(entry));
}

} // namespace signalbox::gateway
