// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/store/sqlconnection.h"

#include "app/gateway/store/database.h"
#include "models/schema/utf8.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace signalbox::gateway {

namespace {

/// Parameters and results of one statement; SOCI holds references into it.
struct Exchange {
    std::vector<std::string> givenTexts;
    std::vector<long long> givenNumbers;
    std::vector<bool> isNumber; ///< of each column
    std::vector<std::string> texts;
    std::vector<long long> numbers;

    Exchange(const std::string &columns, const SqlParameters &parameters)
        : givenTexts(parameters.size())
        , givenNumbers(parameters.size())
    {
        int depth = 0; // a comma within brackets belongs to a column
        bool fresh = !columns.empty();
        for (const char c : columns) {
            if (fresh && c != ' ') {
                isNumber.push_back(c == '#');
                fresh = false;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            fresh = fresh || (c == ',' && depth == 0);
        }
        texts.resize(isNumber.size());
        numbers.resize(isNumber.size());
    }

    void bind(soci::statement &statement, const SqlParameters &parameters)
    {
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const auto &[name, value] = parameters[i];
            if (const auto *number = std::get_if<std::int64_t>(&value)) {
                givenNumbers[i] = *number;
                statement.exchange(soci::use(givenNumbers[i], name));
            } else {
                givenTexts[i] = schema::plainUtf8(std::get<std::string>(value));
                statement.exchange(soci::use(givenTexts[i], name));
            }
        }
        for (std::size_t i = 0; i < isNumber.size(); ++i) {
            if (isNumber[i])
                statement.exchange(soci::into(numbers[i]));
            else
                statement.exchange(soci::into(texts[i]));
        }
    }

    [[nodiscard]] SqlRow row() const
    {
        SqlRow row;
        row.values.reserve(isNumber.size());
        for (std::size_t i = 0; i < isNumber.size(); ++i) {
            if (isNumber[i])
                row.values.emplace_back(std::int64_t(numbers[i]));
            else
                row.values.emplace_back(texts[i]);
        }
        return row;
    }
};

bool mentions(const std::string &text, const char *words)
{
    return text.find(words) != std::string::npos;
}

} // namespace

std::int64_t SqlConnection::execute(const std::string &statement, const SqlParameters &parameters)
{
    Exchange exchange({}, parameters);
    soci::statement prepared(m_session);
    prepared.alloc();
    prepared.prepare(statement);
    exchange.bind(prepared, parameters);
    prepared.define_and_bind();
    prepared.execute(true);
    return prepared.get_affected_rows();
}

std::vector<SqlRow> SqlConnection::rows(
    const std::string &columns, const std::string &statement, const SqlParameters &parameters)
{
    Exchange exchange(columns, parameters);
    soci::statement prepared(m_session);
    prepared.alloc();
    prepared.prepare(statement);
    exchange.bind(prepared, parameters);
    prepared.define_and_bind();
    prepared.execute();
    std::vector<SqlRow> rows;
    while (prepared.fetch())
        rows.push_back(exchange.row());
    return rows;
}

StoreError sqlError(const char *purpose, const std::exception &error)
{
    StoreError result = Database::storeError(purpose, error);
    const auto *soci = dynamic_cast<const soci::soci_error *>(&error);
    if (!soci)
        return result;
    const auto category = soci->get_error_category();
    if (category == soci::soci_error::connection_error)
        result.kind = StoreError::Kind::Busy;
    if (category != soci::soci_error::constraint_violation
        && result.kind != StoreError::Kind::Duplicate)
        return result;
    // PostgreSQL names its constraints after their kind, whatever language it speaks; it names the
    // values too, so that text stays here.
    const std::string told = std::exchange(result.text, std::string(purpose) + ": ");
    spdlog::info("store: {}", told);
    if (mentions(told, "CHECK constraint") || mentions(told, "_check")) {
        result.kind = StoreError::Kind::Invalid;
        result.text += "a value is none that can be kept";
    } else if (mentions(told, "FOREIGN KEY constraint") || mentions(told, "_fkey")) {
        result.kind = StoreError::Kind::NotFound;
        result.text += "what it belongs to is not there";
    } else {
        result.kind = StoreError::Kind::Duplicate;
        result.text += "another one has that already";
    }
    return result;
}

StoreResult<Done> applyMigrations(SqlConnection &sql, const std::vector<Migration> &all)
{
    const std::int64_t newest = all.empty() ? 0 : all.back().version;
    sql.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, name TEXT "
                "NOT NULL)");
    std::int64_t version = 0;
    sql.select("#COALESCE(MAX(version), 0)", "FROM schema_version").at(0) >> version;
    if (version > newest)
        return unexpected(StoreError { StoreError::Kind::Invalid,
            "the database has version " + std::to_string(version) + ", this program knows "
                + std::to_string(newest)
                + ": use a newer signalbox-gateway, or another data folder or database" });
    for (const Migration &migration : all) {
        if (migration.version <= version)
            continue;
        for (const std::string &statement : statementsOf(migration.sql))
            sql.execute(statement);
        sql.execute("INSERT INTO schema_version (version, name) VALUES (:version, :name)",
            { { "version", std::int64_t(migration.version) }, { "name", migration.name } });
        spdlog::info(
            "store: database brought to version {} ({})", migration.version, migration.name);
    }
    return Done {};
}

} // namespace signalbox::gateway
