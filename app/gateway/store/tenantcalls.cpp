// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/store/tenantcalls.h"

namespace signalbox::gateway {

namespace {

constexpr std::size_t mostWords = 16;
constexpr std::size_t longestWord = 64;

/// Other than letters and digits of ASCII; what lies beyond ASCII is the database's to divide.
bool divides(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    return byte < 0x80 && !letter && (byte < '0' || byte > '9');
}

} // namespace

TenantStore::TenantStore(
    std::unique_ptr<SqlSource> source, const TenantLimits &limits, SecretKeyFile keys)
    : m_source(std::move(source))
    , m_limits(limits)
    , m_keyFile(std::move(keys))
{
}

TenantStore::~TenantStore() = default;

StoreResult<std::int64_t> updateVersion(TenantSql &sql, const char *table, const std::string &set,
    SqlParameters parameters, const std::string &id, std::int64_t version, const char *what)
{
    parameters.emplace_back("id", id);
    parameters.emplace_back("version", version);
    if (sql.update(
            table, set + ", version = version + 1", "id = :id AND version = :version", parameters)
        == 1)
        return version + 1;
    auto rows = sql.select(table, "#version", "id = :id", { { "id", id } });
    if (rows.empty())
        return unexpected(notThere(what));
    std::int64_t current = 0;
    rows.front() >> current;
    return unexpected(storeFault(StoreError::Kind::Conflict,
        std::string(what) + " has changed: its version is " + std::to_string(current), current));
}

StoreResult<Done> withinBound(
    TenantSql &sql, const char *table, std::int64_t bound, const char *what)
{
    if (sql.count(table, {}) > bound)
        return unexpected(storeFault(StoreError::Kind::Limit,
            std::string("too many ") + what + ": the limit is " + std::to_string(bound)));
    return Done {};
}

std::vector<std::string> searchWords(const std::string &text)
{
    std::vector<std::string> words;
    std::string word;
    for (const char c : text + ' ') {
        if (!divides(c)) {
            word += c;
        } else if (!word.empty()) {
            if (word.size() <= longestWord && words.size() < mostWords)
                words.push_back(word);
            word.clear();
        }
    }
    return words;
}

std::string searchTerm(SqlDialect dialect, const char *index)
{
    if (dialect == SqlDialect::Postgres)
        return "words @@ to_tsquery('simple', :words)";
    return std::string("seq IN (SELECT rowid FROM ") + index + " WHERE " + index + " MATCH :words)";
}

std::string searchText(SqlDialect dialect, const std::vector<std::string> &words)
{
    const bool postgres = dialect == SqlDialect::Postgres;
    std::string text;
    for (const std::string &word : words) {
        if (!text.empty())
            text += postgres ? " & " : " ";
        text += postgres ? "'" + word + "':*" : '"' + word + "\"*";
    }
    return text;
}

} // namespace signalbox::gateway
