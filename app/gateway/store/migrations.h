// SPDX-License-Identifier: GPL-3.0-only
// The numbered files of resources/sql, embedded at build time.
#pragma once

#include <string>
#include <vector>

namespace signalbox::gateway {

struct Migration {
    int version = 0; ///< of the database once it is applied; 1, 2, 3 … without gaps
    std::string name;
    std::string sql; ///< statements, each ended by ';' at the end of a line
};

const std::vector<Migration> &migrations();
const std::vector<Migration> &tenantMigrations(); ///< for migrationText()

/// The single statements of a migration, comments left out.
std::vector<std::string> statementsOf(const std::string &sql);

enum class SqlDialect { Sqlite, Postgres };

/// A file of resources/sql/tenants for one database: `@serial`, `@sqlite`, `@postgres`, `@shared`,
/// `@isolated` and `@appended` become what they mean there (tenant-platform §3).
std::string migrationText(const std::string &sql, SqlDialect dialect);
std::vector<Migration> migrationsFor(SqlDialect dialect);

} // namespace signalbox::gateway
