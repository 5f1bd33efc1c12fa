// SPDX-License-Identifier: GPL-3.0-only
// The one place where statements about a tenant's rows are made (tenant-platform §3). Internal to
// this folder. On SQLite nothing else keeps tenants apart.
#pragma once

#include "models/rules/tenantkeys.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace signalbox::gateway {

class SqlConnection;

using SqlValue = std::variant<std::int64_t, std::string>;
/// Bound to `:name`, wherever and however often that stands.
struct SqlParameter {
    std::string name;
    SqlValue value;
    SqlParameter(const char *n, std::int64_t v)
        : name(n)
        , value(v)
    {
    }
    SqlParameter(const char *n, const std::string &v)
        : name(n)
        , value(v)
    {
    }
};
using SqlParameters = std::vector<SqlParameter>;

/// Values in the order of a list of columns such as "id, body, #version", where '#' says that it
/// is a number. No column is null.
class SqlRow {
public:
    std::vector<SqlValue> values;

    SqlRow &operator>>(std::string &out)
    {
        out = std::move(std::get<std::string>(values.at(m_next++)));
        return *this;
    }
    SqlRow &operator>>(std::int64_t &out)
    {
        out = std::get<std::int64_t>(values.at(m_next++));
        return *this;
    }
    SqlRow &operator>>(bool &out)
    {
        out = std::get<std::int64_t>(values.at(m_next++)) != 0;
        return *this;
    }

private:
    std::size_t m_next = 0;
};
std::string columnNames(const std::string &columns); ///< without the '#'

struct TenantTable {
    std::string name;
    std::string predicate;
};
/// Every table with rows of tenants, and what keeps them apart: `tenant_id = :tenant`.
const std::vector<TenantTable> &tenantTables();

class TenantSql {
public:
    TenantSql(SqlConnection &connection, const rules::TenantId &tenant,
        const std::vector<TenantTable> &tables)
        : m_connection(connection)
        , m_tenant(tenant)
        , m_tables(tables)
    {
    }

    [[nodiscard]] const std::string &tenant() const { return m_tenant.text(); }
    /// For tables that belong to no tenant.
    SqlConnection &shared() { return m_connection; }

    std::vector<SqlRow> select(const char *table, const std::string &columns,
        const std::string &where, const SqlParameters &parameters = {},
        const std::string &tail = {});
    /// `SELECT column …`, to stand in brackets within another statement of the same tenant.
    std::string within(const char *table, const char *column, const std::string &where) const;
    /// The columns are the parameters' names. Returns how many rows there are more.
    std::int64_t insert(
        const char *table, const SqlParameters &columns, const std::string &tail = {});
    /// The new row's seq.
    std::int64_t append(const char *table, const SqlParameters &columns);
    std::int64_t update(const char *table, const std::string &set, const std::string &where,
        const SqlParameters &parameters);
    std::int64_t remove(
        const char *table, const std::string &where, const SqlParameters &parameters);
    std::int64_t count(
        const char *table, const std::string &where, const SqlParameters &parameters = {});
    /// As count(), but it stops at `most`.
    std::int64_t countUpTo(std::int64_t most, const char *table, const std::string &where,
        const SqlParameters &parameters);

private:
    [[nodiscard]] std::string guarded(const char *table, const std::string &where) const;
    [[nodiscard]] SqlParameters with(const SqlParameters &parameters) const;
    [[nodiscard]] std::string insertion(const char *table, const SqlParameters &columns) const;

    SqlConnection &m_connection;
    const rules::TenantId &m_tenant;
    const std::vector<TenantTable> &m_tables;
};

} // namespace signalbox::gateway
