// SPDX-License-Identifier: GPL-3.0-only
// What the parts of the tenant store share. Internal to this folder.
#pragma once

#include "app/gateway/store/sqlconnection.h"
#include "app/gateway/store/tenantstore.h"

#include <algorithm>

namespace signalbox::gateway {

template <class T, class Body>
StoreResult<T> inTransaction(SqlSource &source, bool write, const char *purpose,
    const rules::TenantId *tenant, const Body &body)
{
    std::optional<T> value;
    const auto done = source.transact(
        write, purpose, tenant, [&](SqlConnection &connection) -> StoreResult<Done> {
            StoreResult<T> result = body(connection);
            if (!result)
                return unexpected(result.error());
            value = std::move(*result);
            return Done {};
        });
    if (!done)
        return unexpected(done.error());
    return std::move(*value);
}

template <class T, class Body>
StoreResult<T> TenantStore::scoped(
    bool write, const char *purpose, const Tenant &tenant, Body &&body)
{
    return inTransaction<T>(*m_source, write, purpose, &tenant, [&](SqlConnection &connection) {
        TenantSql sql(connection, tenant, m_source->tables());
        return StoreResult<T>(body(sql));
    });
}

template <class T, class Body>
StoreResult<T> TenantStore::shared(bool write, const char *purpose, Body &&body)
{
    return inTransaction<T>(*m_source, write, purpose, nullptr,
        [&](SqlConnection &connection) { return StoreResult<T>(body(connection)); });
}

inline constexpr bool reads = false;
inline constexpr bool writes = true;

inline StoreError storeFault(StoreError::Kind kind, std::string text, std::int64_t version = 0)
{
    return { kind, std::move(text), version };
}
inline StoreError notThere(const char *what)
{
    return storeFault(StoreError::Kind::NotFound, std::string(what) + " not found");
}

/// Each row as `make` reads it.
template <class T> std::vector<T> allOf(std::vector<SqlRow> rows, T (*make)(SqlRow &))
{
    std::vector<T> all;
    all.reserve(rows.size());
    for (SqlRow &row : rows)
        all.push_back(make(row));
    return all;
}
template <class T>
StoreResult<T> oneOf(std::vector<SqlRow> rows, T (*make)(SqlRow &), const char *what)
{
    if (rows.empty())
        return unexpected(notThere(what));
    return make(rows.front());
}

inline StoreResult<Done> touched(std::int64_t rows, const char *what)
{
    if (rows == 0)
        return unexpected(notThere(what));
    return Done {};
}

inline std::string limitOf(int rows)
{
    return "LIMIT " + std::to_string(std::clamp(rows, 1, 1000));
}

/// Writes `set` where the version is the one that the caller has seen.
StoreResult<std::int64_t> updateVersion(TenantSql &sql, const char *table, const std::string &set,
    SqlParameters parameters, const std::string &id, std::int64_t version, const char *what);

StoreResult<Done> withinBound(
    TenantSql &sql, const char *table, std::int64_t bound, const char *what);

/// Words to look for: letters and digits, at most 16 of at most 64 bytes.
std::vector<std::string> searchWords(const std::string &text);
/// Finds rows that hold all (or, `any`, one) of the words, bound as :words; `index` is SQLite's
/// table.
std::string searchTerm(SqlDialect dialect, const char *index);
std::string searchText(SqlDialect dialect, const std::vector<std::string> &words);

} // namespace signalbox::gateway
