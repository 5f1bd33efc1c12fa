// SPDX-License-Identifier: GPL-3.0-only
// A tenant's agents, channel connections and invitations.
#include "app/gateway/store/tenantcalls.h"

namespace signalbox::gateway {

namespace {

constexpr const char *agentColumns = "id, body, #is_active, #version, #created_at, #updated_at";
constexpr const char *connectionColumns =
    "id, channel_type, workspace_id, body, #is_active, #version, #created_at, #updated_at";
constexpr const char *invitationColumns =
    "id, email, role, token_sha256, body, #created_at, #expires_at, #accepted_at";

AgentRow agentOf(SqlRow &in)
{
    AgentRow row;
    in >> row.id >> row.body >> row.active >> row.version >> row.createdMs >> row.updatedMs;
    return row;
}

ConnectionRow connectionOf(SqlRow &in)
{
    ConnectionRow row;
    in >> row.id >> row.channelType >> row.workspaceId >> row.body >> row.active >> row.version
        >> row.createdMs >> row.updatedMs;
    return row;
}

InvitationRow invitationOf(SqlRow &in)
{
    InvitationRow row;
    in >> row.id >> row.email >> row.role >> row.tokenSha256 >> row.body >> row.createdMs
        >> row.expiresMs >> row.acceptedMs;
    return row;
}

std::int64_t flag(bool value)
{
    return value ? 1 : 0;
}

void addRoute(TenantSql &sql, const ConnectionRow &row)
{
    sql.shared().execute("INSERT INTO channel_routes (channel_type, workspace_id, tenant_id, "
                         "connection_id) VALUES (:type, :workspace, :tenant, :id)",
        { { "type", row.channelType }, { "workspace", row.workspaceId }, { "tenant", sql.tenant() },
            { "id", row.id } });
}

void removeRoute(TenantSql &sql, const std::string &connection)
{
    sql.shared().execute(
        "DELETE FROM channel_routes WHERE tenant_id = :tenant AND connection_id = :id",
        { { "tenant", sql.tenant() }, { "id", connection } });
}

} // namespace

StoreResult<std::vector<AgentRow>> TenantStore::agents(const Tenant &tenant)
{
    return scoped<std::vector<AgentRow>>(reads, "list agents", tenant, [](TenantSql &sql) {
        return allOf(
            sql.select("agents", agentColumns, {}, {}, "ORDER BY created_at, id"), agentOf);
    });
}

StoreResult<AgentRow> TenantStore::agent(const Tenant &tenant, const std::string &id)
{
    return scoped<AgentRow>(reads, "find an agent", tenant, [&](TenantSql &sql) {
        return oneOf(
            sql.select("agents", agentColumns, "id = :id", { { "id", id } }), agentOf, "agent");
    });
}

StoreResult<Done> TenantStore::insertAgent(const Tenant &tenant, const AgentRow &row)
{
    return scoped<Done>(writes, "add an agent", tenant, [&](TenantSql &sql) {
        sql.insert("agents",
            { { "id", row.id }, { "body", row.body }, { "is_active", flag(row.active) },
                { "version", std::int64_t(1) }, { "created_at", row.createdMs },
                { "updated_at", row.updatedMs } });
        return withinBound(sql, "agents", m_limits.agents, "agents");
    });
}

StoreResult<std::int64_t> TenantStore::updateAgent(const Tenant &tenant, const AgentRow &row)
{
    return scoped<std::int64_t>(writes, "change an agent", tenant, [&](TenantSql &sql) {
        return updateVersion(sql, "agents",
            "body = :body, is_active = :active, updated_at = :updated",
            { { "body", row.body }, { "active", flag(row.active) }, { "updated", row.updatedMs } },
            row.id, row.version, "agent");
    });
}

StoreResult<Done> TenantStore::deleteAgent(const Tenant &tenant, const std::string &id)
{
    return scoped<Done>(writes, "delete an agent", tenant, [&](TenantSql &sql) {
        return touched(sql.remove("agents", "id = :id", { { "id", id } }), "agent");
    });
}

StoreResult<std::vector<ConnectionRow>> TenantStore::connections(const Tenant &tenant)
{
    return scoped<std::vector<ConnectionRow>>(
        reads, "list channel connections", tenant, [](TenantSql &sql) {
            return allOf(sql.select("channel_connections", connectionColumns, {}, {},
                             "ORDER BY created_at, id"),
                connectionOf);
        });
}

StoreResult<ConnectionRow> TenantStore::connection(const Tenant &tenant, const std::string &id)
{
    return scoped<ConnectionRow>(reads, "find a channel connection", tenant, [&](TenantSql &sql) {
        return oneOf(
            sql.select("channel_connections", connectionColumns, "id = :id", { { "id", id } }),
            connectionOf, "channel connection");
    });
}

StoreResult<Done> TenantStore::insertConnection(
    const Tenant &tenant, const ConnectionRow &row, const std::string &secrets)
{
    const auto kept = sealed(tenant, row.id, secrets);
    if (!kept)
        return unexpected(kept.error());
    return scoped<Done>(writes, "add a channel connection", tenant, [&](TenantSql &sql) {
        sql.insert("channel_connections",
            { { "id", row.id }, { "channel_type", row.channelType },
                { "workspace_id", row.workspaceId }, { "body", row.body }, { "secrets", *kept },
                { "is_active", flag(row.active) }, { "version", std::int64_t(1) },
                { "created_at", row.createdMs }, { "updated_at", row.updatedMs } });
        addRoute(sql, row);
        return withinBound(sql, "channel_connections", m_limits.connections, "channel connections");
    });
}

StoreResult<std::int64_t> TenantStore::updateConnection(
    const Tenant &tenant, const ConnectionRow &row, const std::optional<std::string> &secrets)
{
    using Result = StoreResult<std::int64_t>;
    const auto kept =
        secrets ? sealed(tenant, row.id, *secrets) : StoreResult<std::string>(std::string());
    if (!kept)
        return unexpected(kept.error());
    return scoped<std::int64_t>(
        writes, "change a channel connection", tenant, [&](TenantSql &sql) -> Result {
            SqlParameters parameters { { "type", row.channelType },
                { "workspace", row.workspaceId }, { "body", row.body },
                { "active", flag(row.active) }, { "updated", row.updatedMs } };
            std::string set = "channel_type = :type, workspace_id = :workspace, body = :body, "
                              "is_active = :active, updated_at = :updated";
            if (secrets) {
                set += ", secrets = :secrets";
                parameters.emplace_back("secrets", *kept);
            }
            auto version = updateVersion(sql, "channel_connections", set, std::move(parameters),
                row.id, row.version, "channel connection");
            if (version) {
                removeRoute(sql, row.id);
                addRoute(sql, row);
            }
            return version;
        });
}

StoreResult<Done> TenantStore::deleteConnection(const Tenant &tenant, const std::string &id)
{
    return scoped<Done>(writes, "delete a channel connection", tenant, [&](TenantSql &sql) {
        return touched(sql.remove("channel_connections", "id = :id", { { "id", id } }),
            "channel connection"); // its route goes by cascade
    });
}

StoreResult<std::vector<InvitationRow>> TenantStore::invitations(const Tenant &tenant)
{
    return scoped<std::vector<InvitationRow>>(
        reads, "list invitations", tenant, [](TenantSql &sql) {
            return allOf(
                sql.select("invitations", invitationColumns, {}, {}, "ORDER BY created_at, id"),
                invitationOf);
        });
}

StoreResult<InvitationRow> TenantStore::invitationByToken(
    const Tenant &tenant, const std::string &sha256)
{
    return scoped<InvitationRow>(reads, "find an invitation", tenant, [&](TenantSql &sql) {
        return oneOf(sql.select("invitations", invitationColumns, "token_sha256 = :token",
                         { { "token", sha256 } }),
            invitationOf, "invitation");
    });
}

StoreResult<Done> TenantStore::insertInvitation(const Tenant &tenant, const InvitationRow &row)
{
    return scoped<Done>(writes, "add an invitation", tenant, [&](TenantSql &sql) {
        sql.insert("invitations",
            { { "id", row.id }, { "email", row.email }, { "role", row.role },
                { "token_sha256", row.tokenSha256 }, { "body", row.body },
                { "created_at", row.createdMs }, { "expires_at", row.expiresMs },
                { "accepted_at", std::int64_t(0) } });
        return Done {};
    });
}

StoreResult<Done> TenantStore::acceptInvitation(
    const Tenant &tenant, const std::string &id, std::int64_t nowMs)
{
    return scoped<Done>(
        writes, "accept an invitation", tenant, [&](TenantSql &sql) -> StoreResult<Done> {
            if (sql.update("invitations", "accepted_at = :now",
                    "id = :id AND accepted_at = 0 AND expires_at > :now",
                    { { "id", id }, { "now", nowMs } })
                == 1)
                return Done {};
            if (sql.count("invitations", "id = :id", { { "id", id } }) == 0)
                return unexpected(notThere("invitation"));
            return unexpected(storeFault(
                StoreError::Kind::Conflict, "the invitation was accepted before or has expired"));
        });
}

StoreResult<Done> TenantStore::deleteInvitation(const Tenant &tenant, const std::string &id)
{
    return scoped<Done>(writes, "delete an invitation", tenant, [&](TenantSql &sql) {
        return touched(sql.remove("invitations", "id = :id", { { "id", id } }), "invitation");
    });
}

} // namespace signalbox::gateway
