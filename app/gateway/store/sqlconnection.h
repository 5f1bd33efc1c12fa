// SPDX-License-Identifier: GPL-3.0-only
// One database connection within a transaction, and where such come from. Internal to this folder;
// SOCI stays in sqlconnection.cpp. What goes wrong is thrown and becomes a StoreError in
// SqlSource::transact().
#pragma once

#include "app/gateway/store/migrations.h"
#include "app/gateway/store/store.h"
#include "app/gateway/store/tenantsql.h"

namespace soci {
class session;
}

namespace signalbox::gateway {

class SqlConnection {
public:
    SqlConnection(soci::session &session, SqlDialect dialect)
        : m_session(session)
        , m_dialect(dialect)
    {
    }

    [[nodiscard]] SqlDialect dialect() const { return m_dialect; }

    /// Returns how many rows it has touched.
    std::int64_t execute(const std::string &statement, const SqlParameters &parameters = {});
    /// `columns` says what the statement yields, see SqlRow.
    std::vector<SqlRow> rows(const std::string &columns, const std::string &statement,
        const SqlParameters &parameters = {});
    /// SELECT `columns` `rest`
    std::vector<SqlRow> select(
        const std::string &columns, const std::string &rest, const SqlParameters &parameters = {})
    {
        return rows(columns, "SELECT " + columnNames(columns) + ' ' + rest, parameters);
    }

private:
    soci::session &m_session;
    SqlDialect m_dialect;
};

/// Thread-safe.
class SqlSource {
public:
    using Body = std::function<StoreResult<Done>(SqlConnection &)>;

    explicit SqlSource(std::vector<TenantTable> tables = tenantTables())
        : m_tables(std::move(tables))
    {
    }
    virtual ~SqlSource() = default;
    SqlSource(const SqlSource &) = delete;
    SqlSource &operator=(const SqlSource &) = delete;

    /// One transaction, kept when `body` succeeds; `tenant` nullptr = of none.
    virtual StoreResult<Done> transact(
        bool write, const char *purpose, const rules::TenantId *tenant, const Body &body) = 0;
    /// What was overwritten stays nowhere that this program can reach: not in a log beside the
    /// database either.
    virtual StoreResult<Done> forgetOverwritten() { return Done {}; }
    [[nodiscard]] const std::vector<TenantTable> &tables() const { return m_tables; }

private:
    const std::vector<TenantTable> m_tables;
};

/// What a constraint refused, by its name or SQLite's words; else what the error says.
StoreError sqlError(const char *purpose, const std::exception &error);

/// Applies what `all` has beyond the database's version, each once; within a transaction that
/// holds the lock. A newer database is refused.
StoreResult<Done> applyMigrations(SqlConnection &sql, const std::vector<Migration> &all);

std::unique_ptr<SqlSource> sqliteSource(
    const std::string &directory, std::vector<TenantTable> tables = tenantTables());

struct PostgresOptions;
/// Has no look at the database; see openPostgresTenants().
std::unique_ptr<SqlSource> postgresSource(const PostgresOptions &options);
/// As the owner: brings the database to the newest of `all`.
StoreResult<Done> migratePostgres(const std::string &ownerUrl, const std::vector<Migration> &all);
/// What must hold so that the policies bind this connection's role (tenant-platform §3).
StoreResult<Done> checkPostgresRole(SqlConnection &sql);

} // namespace signalbox::gateway
