// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/store/tenantsql.h"

#include "app/gateway/store/sqlconnection.h"

#include <stdexcept>

namespace signalbox::gateway {

const std::vector<TenantTable> &tenantTables()
{
    static const std::vector<TenantTable> all = [] {
        std::vector<TenantTable> tables;
        for (const char *name : { "invitations", "agents", "channel_connections",
                 "web_conversations", "web_conversation_messages", "channel_threads",
                 "channel_thread_messages", "channel_outbox", "tool_confirmations", "audit_events",
                 "usage_days", "volume_days", "knowledge_texts" })
            tables.push_back({ name, "tenant_id = :tenant" });
        return tables;
    }();
    return all;
}

std::string columnNames(const std::string &columns)
{
    std::string names;
    for (const char c : columns)
        if (c != '#')
            names += c;
    return names;
}

std::string TenantSql::guarded(const char *table, const std::string &where) const
{
    for (const TenantTable &known : m_tables)
        if (known.name == table)
            return known.predicate + (where.empty() ? "" : " AND (" + where + ')');
    throw std::logic_error(std::string(table) + " is no table of tenants");
}

SqlParameters TenantSql::with(const SqlParameters &parameters) const
{
    SqlParameters all { { "tenant", m_tenant.text() } };
    all.insert(all.end(), parameters.begin(), parameters.end());
    return all;
}

std::vector<SqlRow> TenantSql::select(const char *table, const std::string &columns,
    const std::string &where, const SqlParameters &parameters, const std::string &tail)
{
    return m_connection.select(columns,
        std::string("FROM ") + table + " WHERE " + guarded(table, where) + ' ' + tail,
        with(parameters));
}

std::string TenantSql::within(const char *table, const char *column, const std::string &where) const
{
    return std::string("SELECT ") + column + " FROM " + table + " WHERE " + guarded(table, where);
}

std::string TenantSql::insertion(const char *table, const SqlParameters &columns) const
{
    static_cast<void>(guarded(table, {})); // refuses a table that it does not know
    std::string names = "tenant_id";
    std::string values = ":tenant";
    for (const SqlParameter &column : columns) {
        names += ", " + column.name;
        values += ", :" + column.name;
    }
    return std::string("INSERT INTO ") + table + " (" + names + ") VALUES (" + values + ')';
}

std::int64_t TenantSql::insert(
    const char *table, const SqlParameters &columns, const std::string &tail)
{
    return m_connection.execute(insertion(table, columns) + ' ' + tail, with(columns));
}

std::int64_t TenantSql::append(const char *table, const SqlParameters &columns)
{
    std::int64_t seq = 0;
    m_connection.rows("#seq", insertion(table, columns) + " RETURNING seq", with(columns)).at(0)
        >> seq;
    return seq;
}

std::int64_t TenantSql::update(const char *table, const std::string &set, const std::string &where,
    const SqlParameters &parameters)
{
    return m_connection.execute(
        std::string("UPDATE ") + table + " SET " + set + " WHERE " + guarded(table, where),
        with(parameters));
}

std::int64_t TenantSql::remove(
    const char *table, const std::string &where, const SqlParameters &parameters)
{
    return m_connection.execute(
        std::string("DELETE FROM ") + table + " WHERE " + guarded(table, where), with(parameters));
}

std::int64_t TenantSql::count(
    const char *table, const std::string &where, const SqlParameters &parameters)
{
    std::int64_t rows = 0;
    select(table, "#COUNT(*)", where, parameters).at(0) >> rows;
    return rows;
}

std::int64_t TenantSql::countUpTo(
    std::int64_t most, const char *table, const std::string &where, const SqlParameters &parameters)
{
    std::int64_t rows = 0;
    m_connection
            .select("#COUNT(*)",
                "FROM (" + within(table, "tenant_id", where) + " LIMIT " + std::to_string(most)
                    + ") AS counted",
                with(parameters))
            .at(0)
        >> rows;
    return rows;
}

} // namespace signalbox::gateway
