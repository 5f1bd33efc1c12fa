// SPDX-License-Identifier: GPL-3.0-only
// Row level security binds neither superusers, nor owners that may lift it, nor tables without it:
// what would make it void is refused at start.
#include "app/gateway/store/sqlconnection.h"

namespace signalbox::gateway {

namespace {

StoreError roleFault(const std::string &text)
{
    return { StoreError::Kind::Invalid, text, 0 };
}

std::string firstText(std::vector<SqlRow> rows)
{
    std::string text;
    if (!rows.empty())
        rows.front() >> text;
    return text;
}

std::int64_t firstNumber(std::vector<SqlRow> rows)
{
    std::int64_t number = 0;
    if (!rows.empty())
        rows.front() >> number;
    return number;
}

StoreResult<Done> checkVersion(SqlConnection &sql)
{
    const bool made = firstNumber(sql.rows("#made",
                          "SELECT COUNT(*) AS made FROM pg_tables WHERE schemaname = "
                          "current_schema() AND tablename = 'schema_version'"))
        == 1;
    const auto version =
        made ? firstNumber(sql.select("#COALESCE(MAX(version), 0)", "FROM schema_version")) : 0;
    const int newest = tenantMigrations().back().version;
    if (version != newest)
        return unexpected(roleFault("the database has version " + std::to_string(version)
            + ", this program needs " + std::to_string(newest)
            + (version < newest ? ": start once with --store-owner, as the role that owns it"
                                : ": use a newer signalbox-gateway, or another database")));
    return Done {};
}

StoreResult<Done> checkTables(SqlConnection &sql)
{
    for (const TenantTable &table : tenantTables()) {
        const auto bound = firstNumber(sql.rows("#bound",
            "SELECT COUNT(*) AS bound FROM pg_class c WHERE c.relname = :name AND c.relnamespace "
            "= CAST(current_schema() AS regnamespace) AND c.relrowsecurity AND "
            "c.relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = "
            "c.oid)",
            { { "name", table.name } }));
        if (bound != 1)
            return unexpected(
                roleFault("table " + table.name + " is not bound by forced row level security"));
    }
    return Done {};
}

} // namespace

StoreResult<Done> checkPostgresRole(SqlConnection &sql)
{
    const std::string role = firstText(sql.rows("role", "SELECT current_user AS role"));
    const std::string may = "the role " + role + " may ";
    const std::string use = ": use konstruct_app, as signalbox-roles.sql makes it";
    if (firstNumber(sql.rows("#lifts",
            "SELECT COUNT(*) AS lifts FROM pg_roles WHERE rolname = current_user AND (rolsuper OR "
            "rolbypassrls)"))
        != 0)
        return unexpected(roleFault(may + "lift row level security" + use));
    if (auto version = checkVersion(sql); !version)
        return version;
    const std::string owned = firstText(sql.rows("owned",
        "SELECT c.relname AS owned FROM pg_class c WHERE c.relkind IN ('r', 'p') AND "
        "c.relnamespace = CAST(current_schema() AS regnamespace) AND pg_has_role(current_user, "
        "c.relowner, 'MEMBER') ORDER BY 1 LIMIT 1"));
    if (!owned.empty())
        return unexpected(roleFault(may + "act as the owner of table " + owned + use));
    return checkTables(sql);
}

} // namespace signalbox::gateway
