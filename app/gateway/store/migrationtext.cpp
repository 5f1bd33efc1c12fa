// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/store/migrations.h"

#include <array>
#include <sstream>

namespace signalbox::gateway {

namespace {

/// Forced, so that it binds the owner too; for reads and for writes. A setting that a pooled
/// connection has had before is "", which must mean no tenant.
std::string isolation(const std::string &table)
{
    const std::string own = "(tenant_id = nullif(current_setting('app.current_tenant', true), ''))";
    return "ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY;\nALTER TABLE " + table
        + " FORCE ROW LEVEL SECURITY;\nCREATE POLICY tenant_isolation ON " + table + " USING " + own
        + " WITH CHECK " + own + ";\n";
}

std::string grant(const std::string &rights, const std::string &table)
{
    return "GRANT " + rights + " ON " + table + " TO konstruct_app;\n";
}

std::string accessTo(const std::string &word, const std::string &table)
{
    const std::string everything = "SELECT, INSERT, UPDATE, DELETE";
    if (word == "@shared")
        return grant(everything, table);
    return isolation(table) + grant(word == "@isolated" ? everything : "SELECT, INSERT", table);
}

std::string lineFor(std::string line, SqlDialect dialect)
{
    constexpr std::array accessWords { "@shared", "@isolated", "@appended" };
    const bool postgres = dialect == SqlDialect::Postgres;
    const std::string word = line.substr(0, line.find(' '));
    const std::string rest = line.size() > word.size() ? line.substr(word.size() + 1) : "";
    for (const char *access : accessWords)
        if (word == access)
            return postgres ? accessTo(word, rest.substr(0, rest.find(';'))) : std::string();
    if (word == "@sqlite" || word == "@postgres")
        return postgres == (word == "@postgres") ? rest + '\n' : std::string();
    const std::string serial = "@serial";
    if (const std::size_t at = line.find(serial); at != std::string::npos)
        line.replace(at, serial.size(),
            postgres ? "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
                     : "INTEGER PRIMARY KEY AUTOINCREMENT");
    return line + '\n';
}

} // namespace

std::vector<std::string> statementsOf(const std::string &sql)
{
    std::vector<std::string> all;
    std::string statement;
    std::istringstream lines(sql);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("--"))
            continue;
        statement += line + '\n';
        if (line.ends_with(';')) {
            all.push_back(statement);
            statement.clear();
        }
    }
    return all;
}

std::string migrationText(const std::string &sql, SqlDialect dialect)
{
    std::string text;
    std::istringstream lines(sql);
    for (std::string line; std::getline(lines, line);)
        if (!line.starts_with("--"))
            text += lineFor(line, dialect);
    return text;
}

std::vector<Migration> migrationsFor(SqlDialect dialect)
{
    std::vector<Migration> all = tenantMigrations();
    for (Migration &migration : all)
        migration.sql = migrationText(migration.sql, dialect);
    return all;
}

} // namespace signalbox::gateway
