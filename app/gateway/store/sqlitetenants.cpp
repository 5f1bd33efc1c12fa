// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/store/database.h"
#include "app/gateway/store/sqlconnection.h"
#include "app/gateway/store/tenantstore.h"

#include <filesystem>

namespace signalbox::gateway {

namespace {

/// A file of its own, so that conversations do not make configuration wait; opened when somebody
/// asks, so that a platform without tenants pays nothing.
class SqliteSource final : public SqlSource {
public:
    SqliteSource(std::string directory, std::vector<TenantTable> tables)
        : SqlSource(std::move(tables))
        , m_directory(std::move(directory))
    {
    }

    StoreResult<Done> transact(
        bool write, const char *purpose, const rules::TenantId *, const Body &body) override
    {
        const auto database = opened();
        if (!database)
            return unexpected(database.error());
        try {
            Transaction transaction((*database)->sql, (*database)->mutex,
                write ? Transaction::Kind::Write : Transaction::Kind::Read);
            SqlConnection connection((*database)->sql, SqlDialect::Sqlite);
            auto result = body(connection);
            if (result)
                transaction.commit();
            return result;
        } catch (const std::exception &error) {
            return unexpected(sqlError(purpose, error));
        }
    }

    StoreResult<Done> forgetOverwritten() override
    {
        const auto database = opened();
        if (!database)
            return unexpected(database.error());
        try {
            const std::scoped_lock lock((*database)->mutex);
            (*database)->sql << "PRAGMA wal_checkpoint(TRUNCATE)";
            return Done {};
        } catch (const std::exception &error) {
            return unexpected(sqlError("empty the log of the database", error));
        }
    }

private:
    StoreResult<std::shared_ptr<Database>> opened()
    {
        const std::scoped_lock lock(m_mutex);
        if (m_database)
            return m_database;
        std::string path = ":memory:";
        if (!m_directory.empty())
            path = (std::filesystem::path(m_directory) / "tenants.db").string();
        auto database = openDatabase(path, migrationsFor(SqlDialect::Sqlite));
        if (database)
            m_database = *database;
        return database;
    }

    const std::string m_directory;
    std::mutex m_mutex; ///< of m_database
    std::shared_ptr<Database> m_database;
};

} // namespace

std::unique_ptr<SqlSource> sqliteSource(
    const std::string &directory, std::vector<TenantTable> tables)
{
    return std::make_unique<SqliteSource>(directory, std::move(tables));
}

std::unique_ptr<TenantStore> openSqliteTenants(
    const std::string &directory, const TenantLimits &limits, const SecretKeyFile &keys)
{
    return std::make_unique<TenantStore>(sqliteSource(directory), limits, keys);
}

} // namespace signalbox::gateway
