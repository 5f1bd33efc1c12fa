// SPDX-License-Identifier: GPL-3.0-only
// What belongs to no tenant: who the tenants are, templates, people, inbound routes.
#include "app/gateway/store/tenantcalls.h"

namespace signalbox::gateway {

namespace {

constexpr const char *tenantColumns = "id, slug, body, #version, #created_at, #updated_at";
constexpr const char *templateColumns = "id, body, #version, #created_at, #updated_at";
constexpr const char *personColumns = "id, email, name, role, body, #created_at";
constexpr const char *memberColumns = "user_id, tenant_id, role, #created_at";

TenantRow tenantOf(SqlRow &in)
{
    TenantRow row;
    in >> row.id >> row.slug >> row.body >> row.version >> row.createdMs >> row.updatedMs;
    return row;
}

AgentRow templateOf(SqlRow &in)
{
    AgentRow row;
    in >> row.id >> row.body >> row.version >> row.createdMs >> row.updatedMs;
    return row;
}

PortalUserRow personOf(SqlRow &in)
{
    PortalUserRow row;
    in >> row.id >> row.email >> row.name >> row.role >> row.body >> row.createdMs;
    return row;
}

MembershipRow memberOf(SqlRow &in)
{
    MembershipRow row;
    in >> row.userId >> row.tenantId >> row.role >> row.createdMs;
    return row;
}

RouteRow routeOf(SqlRow &in)
{
    RouteRow row;
    in >> row.tenantId >> row.connectionId;
    return row;
}

} // namespace

StoreResult<std::vector<TenantRow>> TenantStore::tenants(const std::string &afterSlug, int limit)
{
    return shared<std::vector<TenantRow>>(reads, "list tenants", [&](SqlConnection &sql) {
        return allOf(sql.select(tenantColumns,
                         "FROM tenants WHERE slug > :after ORDER BY slug " + limitOf(limit),
                         { { "after", afterSlug } }),
            tenantOf);
    });
}

StoreResult<TenantRow> TenantStore::tenant(const Tenant &tenant)
{
    return shared<TenantRow>(reads, "find a tenant", [&](SqlConnection &sql) {
        return oneOf(
            sql.select(tenantColumns, "FROM tenants WHERE id = :id", { { "id", tenant.text() } }),
            tenantOf, "tenant");
    });
}

StoreResult<TenantRow> TenantStore::tenantBySlug(const std::string &slug)
{
    return shared<TenantRow>(reads, "find a tenant by its slug", [&](SqlConnection &sql) {
        return oneOf(
            sql.select(tenantColumns, "FROM tenants WHERE slug = :slug", { { "slug", slug } }),
            tenantOf, "tenant");
    });
}

StoreResult<Done> TenantStore::insertTenant(const TenantRow &row)
{
    if (const auto id = Tenant::of(row.id); !id)
        return unexpected(storeFault(StoreError::Kind::Invalid, id.error()));
    return shared<Done>(writes, "add a tenant", [&](SqlConnection &sql) -> StoreResult<Done> {
        sql.execute("INSERT INTO tenants (id, slug, body, version, created_at, updated_at) VALUES "
                    "(:id, :slug, :body, 1, :created, :updated)",
            { { "id", row.id }, { "slug", row.slug }, { "body", row.body },
                { "created", row.createdMs }, { "updated", row.updatedMs } });
        std::int64_t count = 0;
        sql.select("#COUNT(*)", "FROM tenants").at(0) >> count;
        if (count > m_limits.tenants)
            return unexpected(storeFault(StoreError::Kind::Limit,
                "too many tenants: the limit is " + std::to_string(m_limits.tenants)));
        return Done {};
    });
}

StoreResult<std::int64_t> TenantStore::updateTenant(const TenantRow &row)
{
    using Result = StoreResult<std::int64_t>;
    return shared<std::int64_t>(writes, "change a tenant", [&](SqlConnection &sql) -> Result {
        const auto changed = sql.execute(
            "UPDATE tenants SET slug = :slug, body = :body, updated_at = :updated, version = "
            "version + 1 WHERE id = :id AND version = :version",
            { { "slug", row.slug }, { "body", row.body }, { "updated", row.updatedMs },
                { "id", row.id }, { "version", row.version } });
        if (changed == 1)
            return row.version + 1;
        auto rows = sql.select("#version", "FROM tenants WHERE id = :id", { { "id", row.id } });
        if (rows.empty())
            return unexpected(notThere("tenant"));
        std::int64_t current = 0;
        rows.front() >> current;
        return unexpected(storeFault(StoreError::Kind::Conflict,
            "tenant has changed: its version is " + std::to_string(current), current));
    });
}

StoreResult<Done> TenantStore::deleteTenant(const Tenant &tenant)
{
    return shared<Done>(writes, "delete a tenant", [&](SqlConnection &sql) {
        return touched(
            sql.execute("DELETE FROM tenants WHERE id = :id", { { "id", tenant.text() } }),
            "tenant");
    });
}

StoreResult<std::vector<AgentRow>> TenantStore::templates()
{
    return shared<std::vector<AgentRow>>(reads, "list templates", [](SqlConnection &sql) {
        return allOf(sql.select(templateColumns, "FROM agent_templates ORDER BY created_at, id"),
            templateOf);
    });
}

StoreResult<AgentRow> TenantStore::agentTemplate(const std::string &id)
{
    return shared<AgentRow>(reads, "find a template", [&](SqlConnection &sql) {
        return oneOf(
            sql.select(templateColumns, "FROM agent_templates WHERE id = :id", { { "id", id } }),
            templateOf, "template");
    });
}

StoreResult<Done> TenantStore::putTemplate(const AgentRow &row)
{
    return shared<Done>(writes, "write a template", [&](SqlConnection &sql) {
        sql.execute("INSERT INTO agent_templates (id, body, version, created_at, updated_at) "
                    "VALUES (:id, :body, 1, :created, :updated) ON CONFLICT (id) DO UPDATE SET "
                    "body = excluded.body, version = agent_templates.version + 1, updated_at = "
                    "excluded.updated_at",
            { { "id", row.id }, { "body", row.body }, { "created", row.createdMs },
                { "updated", row.updatedMs } });
        return Done {};
    });
}

StoreResult<Done> TenantStore::deleteTemplate(const std::string &id)
{
    return shared<Done>(writes, "delete a template", [&](SqlConnection &sql) {
        return touched(sql.execute("DELETE FROM agent_templates WHERE id = :id", { { "id", id } }),
            "template");
    });
}

StoreResult<std::vector<PortalUserRow>> TenantStore::portalUsers()
{
    return shared<std::vector<PortalUserRow>>(reads, "list portal users", [](SqlConnection &sql) {
        return allOf(
            sql.select(personColumns, "FROM portal_users ORDER BY created_at, id"), personOf);
    });
}

StoreResult<PortalUserRow> TenantStore::portalUser(const std::string &id)
{
    return shared<PortalUserRow>(reads, "find a portal user", [&](SqlConnection &sql) {
        return oneOf(
            sql.select(personColumns, "FROM portal_users WHERE id = :id", { { "id", id } }),
            personOf, "user");
    });
}

StoreResult<PortalUserRow> TenantStore::portalUserByEmail(const std::string &email)
{
    return shared<PortalUserRow>(reads, "find a portal user by email", [&](SqlConnection &sql) {
        return oneOf(sql.select(personColumns, "FROM portal_users WHERE email = :email",
                         { { "email", email } }),
            personOf, "user");
    });
}

StoreResult<Done> TenantStore::putPortalUser(const PortalUserRow &row)
{
    return shared<Done>(writes, "write a portal user", [&](SqlConnection &sql) {
        sql.execute("INSERT INTO portal_users (id, email, name, role, body, created_at) VALUES "
                    "(:id, :email, :name, :role, :body, :created) ON CONFLICT (id) DO UPDATE SET "
                    "email = excluded.email, name = excluded.name, role = excluded.role, body = "
                    "excluded.body",
            { { "id", row.id }, { "email", row.email }, { "name", row.name }, { "role", row.role },
                { "body", row.body }, { "created", row.createdMs } });
        return Done {};
    });
}

StoreResult<Done> TenantStore::deletePortalUser(const std::string &id)
{
    return shared<Done>(writes, "delete a portal user", [&](SqlConnection &sql) {
        sql.execute("DELETE FROM user_tenant_roles WHERE user_id = :id", { { "id", id } });
        return touched(
            sql.execute("DELETE FROM portal_users WHERE id = :id", { { "id", id } }), "user");
    });
}

StoreResult<std::vector<MembershipRow>> TenantStore::membershipsOf(const std::string &userId)
{
    return shared<std::vector<MembershipRow>>(
        reads, "list a user's tenants", [&](SqlConnection &sql) {
            return allOf(sql.select(memberColumns,
                             "FROM user_tenant_roles WHERE user_id = :id ORDER BY tenant_id",
                             { { "id", userId } }),
                memberOf);
        });
}

StoreResult<RouteRow> TenantStore::route(
    const std::string &channelType, const std::string &workspaceId)
{
    return shared<RouteRow>(reads, "find whom a message is for", [&](SqlConnection &sql) {
        return oneOf(sql.select("tenant_id, connection_id",
                         "FROM channel_routes WHERE channel_type = :type AND workspace_id = :id",
                         { { "type", channelType }, { "id", workspaceId } }),
            routeOf, "route");
    });
}

// Memberships belong to a tenant and are looked for by user too, so their table is shared and the
// tenant stands in each statement here.

StoreResult<std::vector<MembershipRow>> TenantStore::members(const Tenant &tenant)
{
    return shared<std::vector<MembershipRow>>(
        reads, "list a tenant's users", [&](SqlConnection &sql) {
            return allOf(sql.select(memberColumns,
                             "FROM user_tenant_roles WHERE tenant_id = :tenant ORDER BY "
                             "created_at, user_id",
                             { { "tenant", tenant.text() } }),
                memberOf);
        });
}

StoreResult<Done> TenantStore::putMembership(const Tenant &tenant, const MembershipRow &row)
{
    return shared<Done>(writes, "write a membership", [&](SqlConnection &sql) {
        sql.execute("INSERT INTO user_tenant_roles (user_id, tenant_id, role, created_at) VALUES "
                    "(:user, :tenant, :role, :created) ON CONFLICT (user_id, tenant_id) DO "
                    "UPDATE SET role = excluded.role",
            { { "user", row.userId }, { "tenant", tenant.text() }, { "role", row.role },
                { "created", row.createdMs } });
        return Done {};
    });
}

StoreResult<Done> TenantStore::deleteMembership(const Tenant &tenant, const std::string &userId)
{
    return shared<Done>(writes, "end a membership", [&](SqlConnection &sql) {
        return touched(sql.execute("DELETE FROM user_tenant_roles WHERE user_id = :user AND "
                                   "tenant_id = :tenant",
                           { { "user", userId }, { "tenant", tenant.text() } }),
            "membership");
    });
}

} // namespace signalbox::gateway
