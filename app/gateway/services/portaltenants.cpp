// SPDX-License-Identifier: GPL-3.0-only
// Tenants, who may see them, and what they used.
#include "app/gateway/fabric/requester.h"
#include "app/gateway/services/credentials.h"
#include "app/gateway/services/portalservice.h"
#include "models/schema/iam.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace signalbox::gateway {

namespace {

constexpr std::int64_t invitationMs = std::int64_t(48) * 3600 * 1000;
constexpr std::int64_t dayMs = std::int64_t(24) * 3600 * 1000;
constexpr int usageDays = 30;
constexpr double budgetWarning = 0.8;

bool customerRole(const std::string &role)
{
    return role == "customer_admin" || role == "customer_operator";
}

double usd(std::int64_t micros)
{
    return double(micros) / 1e6;
}

/// Into a sum that knows how many of its turns nobody has priced.
template <class Sum> void addCost(Sum &sum, const UsageRow &row)
{
    sum.turns += row.turns;
    sum.unpricedTurns += row.unpricedTurns;
    if (row.turns > row.unpricedTurns)
        sum.costUsd = sum.costUsd.value_or(0) + usd(row.costMicros);
}

bool isDay(const std::string &text)
{
    return text.size() == 10 && parseIsoTime(text + "T00:00:00Z").has_value();
}

template <class T> schema::Page<T> pageOf(std::vector<T> items)
{
    return { std::move(items), std::nullopt, std::nullopt };
}

} // namespace

PortalService::Answer PortalService::me(const Call &call)
{
    schema::PortalIdentity identity;
    identity.user.id = call.caller.id;
    identity.user.name = call.caller.name;
    if (const auto row = m_store.portalUser(call.caller.id))
        identity.user = userOf(*row, {});
    const auto memberships = m_store.membershipsOf(call.caller.id);
    if (!memberships)
        return faultOf(memberships.error(), "user");
    bool admin = false;
    for (const MembershipRow &row : *memberships) {
        identity.memberships.push_back({ row.userId, row.tenantId, row.role, {} });
        admin = admin || row.role == "customer_admin";
    }
    identity.user.role = call.caller.admin ? "platform_admin"
        : admin                            ? "customer_admin"
                                           : "customer_operator";
    return ok(schema::encode(identity));
}

PortalService::Answer PortalService::tenants(const Call &call)
{
    if (call.is("GET"))
        return ok(schema::encode(pageOf(tenantsOf(call))));
    if (!call.is("POST"))
        return notAllowed("GET, POST");
    return call.caller.admin ? createTenant(call) : forbidden();
}

PortalService::Answer PortalService::createTenant(const Call &call)
{
    auto tenant = bodyAs<schema::Tenant>(call);
    if (!tenant)
        return tenant.error();
    if (tenant->id.empty())
        tenant->id = newUuid();
    if (const auto id = Tenant::of(tenant->id); !id)
        return fail(422, "invalid", id.error(), "id");
    if (tenant->name.empty())
        return fail(422, "invalid", "a tenant needs a name", "name");
    if (!schema::isSlug(tenant->slug))
        return fail(422, "invalid", "2 to 50 lower case letters, digits and hyphens", "slug");
    if (tenant->subscriptionState.empty())
        tenant->subscriptionState = "active";
    tenant->version = 1;
    TenantRow row = rowOf(*tenant);
    row.createdMs = row.updatedMs = unixMs();
    if (const auto made = m_store.insertTenant(row); !made)
        return made.error().kind == StoreError::Kind::Duplicate
            ? fail(409, "duplicate", "another tenant has that slug or id", "slug")
            : faultOf(made.error(), "tenant");
    return ok(schema::encode(tenantOf(row)), 201);
}

PortalService::Answer PortalService::tenantItem(const Call &call)
{
    const Place place = placeOf(call, call.path[1]);
    if (!place.member())
        return forbidden();
    const auto held = m_store.tenant(*place.tenant);
    if (!held)
        return faultOf(held.error(), "tenant");
    if (call.is("GET"))
        return ok(schema::encode(tenantOf(*held)));
    if (!call.caller.admin)
        return forbidden();
    if (call.is("DELETE")) {
        if (const auto gone = m_store.deleteTenant(*place.tenant); !gone)
            return faultOf(gone.error(), "tenant");
        m_core.forgetTenant(*place.tenant);
        m_core.membersChanged(*place.tenant);
        return ok("{}");
    }
    if (!call.is("PUT"))
        return notAllowed("GET, PUT, DELETE");
    auto tenant = bodyAs<schema::Tenant>(call);
    if (!tenant)
        return tenant.error();
    if (tenant->name.empty())
        return fail(422, "invalid", "a tenant needs a name", "name");
    if (!schema::isSlug(tenant->slug))
        return fail(422, "invalid", "2 to 50 lower case letters, digits and hyphens", "slug");
    tenant->id = held->id;
    TenantRow row = rowOf(*tenant);
    if (row.version == 0)
        row.version = held->version;
    row.createdMs = held->createdMs;
    row.updatedMs = unixMs();
    const auto version = m_store.updateTenant(row);
    if (!version)
        return version.error().kind == StoreError::Kind::Duplicate
            ? fail(409, "duplicate", "another tenant has that slug", "slug")
            : faultOf(version.error(), "tenant");
    row.version = *version;
    return ok(schema::encode(tenantOf(row)));
}

PortalService::Answer PortalService::users(const Call &call, const Place &place)
{
    if (call.path.size() == 3 && call.is("GET")) {
        const auto rows = m_store.members(*place.tenant);
        if (!rows)
            return faultOf(rows.error(), "user");
        std::vector<schema::PortalUser> users;
        for (const MembershipRow &row : *rows) {
            const auto known = m_store.portalUser(row.userId);
            PortalUserRow user;
            user.id = row.userId;
            users.push_back(userOf(known ? *known : user, row.role));
        }
        return ok(schema::encode(pageOf(std::move(users))));
    }
    if (!place.admin())
        return forbidden();
    if (call.path.size() == 3 && call.is("POST"))
        return addMember(call, place);
    if (call.path.size() == 4 && call.is("DELETE")) {
        if (const auto gone = m_store.deleteMembership(*place.tenant, call.path[3]); !gone)
            return faultOf(gone.error(), "user");
        m_core.membersChanged(*place.tenant);
        return ok("{}");
    }
    if (call.path.size() > 4)
        return missing("address");
    return call.path.size() == 3 ? notAllowed("GET, POST") : notAllowed("DELETE");
}

/// There is one registry of users: who joins a tenant is known to IAM.
PortalService::Answer PortalService::addMember(const Call &call, const Place &place)
{
    const auto asked = bodyAs<schema::NewMember>(call);
    if (!asked)
        return asked.error();
    if (!customerRole(asked->role))
        return fail(422, "invalid", "customer_admin or customer_operator", "role");
    const auto listed =
        request(m_fabric, { "request:tg:iam", "response:tg:iam" }, "portal-svc--" + newUuid(),
            dump({ { "operation", "list-users" } }), std::chrono::seconds(10));
    const auto people = listed ? schema::decode<schema::IamResponse>(listed->value)
                               : schema::Decoded<schema::IamResponse>(
                                   unexpected(schema::SchemaError { "", listed.error().text }));
    if (!people)
        return fail(503, "unavailable", "the user registry did not answer");
    const auto user =
        std::find_if(people->users.begin(), people->users.end(), [&](const auto &each) {
            return each.id == asked->user || each.username == asked->user
                || (!each.email.empty() && each.email == asked->user);
        });
    if (user == people->users.end())
        return fail(422, "invalid", "there is no such user: make one on the Access page", "user");
    PortalUserRow row;
    row.id = user->id;
    row.email = user->email.empty() ? user->username : user->email;
    row.name = user->name.empty() ? user->username : user->name;
    row.role = asked->role;
    row.createdMs = unixMs();
    if (const auto kept = m_store.putPortalUser(row); !kept)
        return faultOf(kept.error(), "user");
    const MembershipRow member { row.id, place.tenant->text(), asked->role, row.createdMs };
    if (const auto kept = m_store.putMembership(*place.tenant, member); !kept)
        return faultOf(kept.error(), "user");
    m_core.membersChanged(*place.tenant);
    return ok(schema::encode(userOf(row, asked->role)), 201);
}

PortalService::Answer PortalService::invitations(const Call &call, const Place &place)
{
    if (!place.admin())
        return forbidden();
    if (call.path.size() == 4 && call.is("DELETE")) {
        const auto gone = m_store.deleteInvitation(*place.tenant, call.path[3]);
        return gone ? ok("{}") : faultOf(gone.error(), "invitation");
    }
    if (call.path.size() != 3)
        return missing("address");
    if (call.is("GET")) {
        const auto rows = m_store.invitations(*place.tenant);
        if (!rows)
            return faultOf(rows.error(), "invitation");
        std::vector<schema::Invitation> list;
        for (const InvitationRow &row : *rows)
            list.push_back(invitationOf(place.tenant->text(), row));
        return ok(schema::encode(pageOf(std::move(list))));
    }
    if (!call.is("POST"))
        return notAllowed("GET, POST");
    auto asked = bodyAs<schema::Invitation>(call);
    if (!asked)
        return asked.error();
    if (asked->email.find('@') == std::string::npos)
        return fail(422, "invalid", "an address with @", "email");
    if (!customerRole(asked->role))
        return fail(422, "invalid", "customer_admin or customer_operator", "role");
    InvitationRow row;
    row.id = newUuid();
    row.email = asked->email;
    row.role = asked->role;
    row.createdMs = unixMs();
    row.expiresMs = row.createdMs + invitationMs;
    const std::string token = place.tenant->text() + ":" + randomToken(24);
    row.tokenSha256 = sha256Hex(token);
    if (const auto made = m_store.insertInvitation(*place.tenant, row); !made)
        return faultOf(made.error(), "invitation");
    schema::Invitation answer = invitationOf(place.tenant->text(), row);
    answer.token = token;
    return ok(schema::encode(answer), 201);
}

PortalService::Answer PortalService::acceptInvitation(const Call &call)
{
    const auto asked = bodyAs<schema::Invitation>(call);
    const std::string token = asked ? asked->token.value_or("") : std::string();
    const auto tenant = Tenant::of(token.substr(0, token.find(':')));
    if (!tenant)
        return missing("invitation");
    const auto row = m_store.invitationByToken(*tenant, sha256Hex(token));
    if (!row)
        return missing("invitation");
    const std::int64_t now = unixMs();
    if (const auto taken = m_store.acceptInvitation(*tenant, row->id, now); !taken)
        return taken.error().kind == StoreError::Kind::Conflict
            ? fail(409, "conflict", "this invitation was used or has expired")
            : faultOf(taken.error(), "invitation");
    PortalUserRow user { call.caller.id, row->email, call.caller.name, row->role, {}, now };
    if (const auto kept = m_store.putPortalUser(user); !kept)
        return faultOf(kept.error(), "user");
    const MembershipRow member { user.id, tenant->text(), row->role, now };
    if (const auto kept = m_store.putMembership(*tenant, member); !kept)
        return faultOf(kept.error(), "user");
    m_core.membersChanged(*tenant);
    return ok(schema::encode(schema::Membership { user.id, tenant->text(), row->role, {} }));
}

PortalService::Answer PortalService::usage(const Call &call, const Place &place)
{
    const std::int64_t now = unixMs();
    const std::string from =
        isDay(call.asked("from")) ? call.asked("from") : dayOf(now - (usageDays - 1) * dayMs);
    const std::string to = isDay(call.asked("to")) ? call.asked("to") : dayOf(now);
    const std::string &what = call.path[2];
    if (what == "message-volume") {
        const auto rows = m_store.volume(*place.tenant, from, to);
        if (!rows)
            return faultOf(rows.error(), "tenant");
        std::vector<schema::MessageVolume> list;
        for (const VolumeRow &row : *rows)
            list.push_back({ row.day, row.channelType, row.in, row.out });
        return ok(schema::encodeList(list));
    }
    const auto rows = m_store.usage(*place.tenant, from, to);
    if (!rows)
        return faultOf(rows.error(), "tenant");
    if (what == "summary") {
        schema::UsageSummary summary;
        summary.from = from;
        summary.to = to;
        std::map<std::string, schema::UsageDay> days;
        for (const UsageRow &row : *rows) {
            schema::UsageDay &day = days[row.day];
            day.day = row.day;
            addCost(day, row);
            addCost(summary, row);
            day.promptTokens += row.promptTokens;
            day.completionTokens += row.completionTokens;
        }
        if (summary.turns == 0)
            summary.costUsd = 0; // nothing was spent, which is known
        for (const auto &[name, day] : days) {
            summary.promptTokens += day.promptTokens;
            summary.completionTokens += day.completionTokens;
            summary.days.push_back(day);
        }
        return ok(schema::encode(summary));
    }
    if (what == "by-provider") {
        std::map<std::pair<std::string, std::string>, schema::ProviderUsage> sums;
        for (const UsageRow &row : *rows) {
            schema::ProviderUsage &sum = sums[{ row.provider, row.model }];
            sum.provider = row.provider;
            sum.model = row.model;
            addCost(sum, row);
            sum.tokens += row.promptTokens + row.completionTokens;
        }
        std::vector<schema::ProviderUsage> list;
        for (auto &[key, sum] : sums)
            list.push_back(std::move(sum));
        return ok(schema::encodeList(list));
    }
    if (what != "budget-alerts")
        return missing("address");
    std::map<std::string, schema::UsageDay> spent; // by agent
    for (const UsageRow &row : *rows)
        addCost(spent[row.agentId], row);
    const auto held = m_store.agents(*place.tenant);
    if (!held)
        return faultOf(held.error(), "agent");
    std::vector<schema::BudgetAlert> alerts;
    for (const AgentRow &row : *held) {
        const double budget = agentOf(place.tenant->text(), row).budgetLimitUsd.value_or(0);
        const double sum = spent[row.id].costUsd.value_or(0);
        const std::int64_t unpriced = spent[row.id].unpricedTurns;
        const char *const level = sum >= budget ? "exceeded"
            : sum >= budget * budgetWarning     ? "warning"
            : unpriced > 0                      ? "unknown"
                                                : nullptr;
        if (budget > 0 && level)
            alerts.push_back({ row.id, budget, sum, level, unpriced });
    }
    return ok(schema::encodeList(alerts));
}

} // namespace signalbox::gateway
