// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/store/database.h"

#include <map>

namespace signalbox::gateway {

namespace {

using soci::into;
using soci::use;
using Values = std::vector<schema::ConfigValue>;

std::int64_t currentVersion(soci::session &sql)
{
    long long version = 0;
    sql << "SELECT version FROM config_version WHERE id = 1", into(version);
    return version;
}

/// Rows of a SELECT workspace, type, key, value.
Values rows(soci::session &sql, const std::string &select, const std::string &first,
    const std::string &second)
{
    Values values;
    std::string workspace, type, key, value;
    soci::statement statement(sql);
    statement.alloc();
    statement.prepare(select);
    statement.exchange(use(first, "a"));
    statement.exchange(use(second, "b"));
    statement.exchange(into(workspace));
    statement.exchange(into(type));
    statement.exchange(into(key));
    statement.exchange(into(value));
    statement.define_and_bind();
    statement.execute();
    while (statement.fetch())
        values.push_back({ type, key, value, workspace });
    return values;
}

/// The first text that no longer begins with `prefix`, for an index range; UTF-8 never holds 0xFF.
std::string pastPrefix(const std::string &prefix)
{
    return prefix + '\xFF';
}

class SqliteConfigStore final : public ConfigStore {
public:
    explicit SqliteConfigStore(std::shared_ptr<Database> database)
        : m_database(std::move(database))
    {
    }

    StoreResult<std::int64_t> version() override
    {
        return m_database->read<std::int64_t>("read the config version",
            [](soci::session &sql) -> StoreResult<std::int64_t> { return currentVersion(sql); });
    }

    StoreResult<Values> get(
        const std::string &workspace, const std::vector<schema::ConfigKey> &keys) override
    {
        return m_database->read<
            Values>("read config values", [&](soci::session &sql) -> StoreResult<Values> {
            Values values;
            std::string type, key, value;
            soci::statement statement = (sql.prepare
                    << "SELECT value FROM config WHERE workspace = :w AND type = :t AND key = :k",
                use(workspace), use(type), use(key), into(value));
            for (const schema::ConfigKey &wanted : keys) {
                type = wanted.type;
                key = wanted.key;
                const bool found = statement.execute(true);
                values.push_back(
                    { type, key, found ? std::optional(value) : std::nullopt, workspace });
            }
            return values;
        });
    }

    StoreResult<std::vector<std::string>> list(
        const std::string &workspace, const std::string &type) override
    {
        using Keys = std::vector<std::string>;
        return m_database->read<Keys>(
            "list config keys", [&](soci::session &sql) -> StoreResult<Keys> {
                Keys keys;
                std::string key;
                soci::statement statement = (sql.prepare
                        << "SELECT key FROM config WHERE workspace = :w AND type = :t ORDER BY key",
                    use(workspace), use(type), into(key));
                statement.execute();
                while (statement.fetch())
                    keys.push_back(key);
                return keys;
            });
    }

    StoreResult<Values> values(const std::string &workspace, const std::string &type) override
    {
        return m_database->read<Values>(
            "read config values of a type", [&](soci::session &sql) -> StoreResult<Values> {
                return rows(sql,
                    "SELECT workspace, type, key, value FROM config WHERE workspace = :a AND type "
                    "= :b ORDER BY type, key",
                    workspace, type);
            });
    }

    StoreResult<Values> valuesOfPrefix(
        const std::string &workspace, const std::string &prefix) override
    {
        return m_database->read<Values>(
            "read config values of a prefix", [&](soci::session &sql) -> StoreResult<Values> {
                Values values;
                for (schema::ConfigValue &value : rows(sql,
                         "SELECT workspace, type, key, value FROM config WHERE workspace = :a AND "
                         "type >= :b ORDER BY type, key",
                         workspace, prefix)) {
                    if (!value.type.starts_with(prefix))
                        break;
                    values.push_back(std::move(value));
                }
                return values;
            });
    }

    StoreResult<Values> valuesOfAllWorkspaces(const std::string &type) override
    {
        return m_database->read<Values>(
            "read config values of all workspaces", [&](soci::session &sql) -> StoreResult<Values> {
                const bool prefix = type.ends_with('*');
                const std::string from = prefix ? type.substr(0, type.size() - 1) : type;
                const std::string to = prefix ? pastPrefix(from) : type;
                return rows(sql,
                    "SELECT workspace, type, key, value FROM config WHERE type BETWEEN :a AND :b "
                    "ORDER BY workspace, type, key",
                    from, to);
            });
    }

    StoreResult<schema::Members<schema::Members<std::string>>> all(
        const std::string &workspace) override
    {
        using All = schema::Members<schema::Members<std::string>>;
        auto read = valuesOfPrefix(workspace, "");
        if (!read)
            return unexpected(read.error());
        All all;
        for (schema::ConfigValue &value : *read) {
            if (all.empty() || all.back().first != value.type)
                all.emplace_back(value.type, schema::Members<std::string>());
            all.back().second.emplace_back(std::move(value.key), std::move(*value.value));
        }
        return all;
    }

    StoreResult<std::int64_t> write(const Values &puts, const Values &deletes) override
    {
        return m_database->write<std::int64_t>(
            "write config values", [&](soci::session &sql) -> StoreResult<std::int64_t> {
                std::string workspace, type, key, value;
                soci::statement put = (sql.prepare << "INSERT INTO config (workspace, type, key, "
                                                      "value) VALUES (:w, :t, :k, :v) "
                                                      "ON CONFLICT (workspace, type, key) DO "
                                                      "UPDATE SET value = excluded.value",
                    use(workspace), use(type), use(key), use(value));
                for (const schema::ConfigValue &item : puts) {
                    if (!item.value)
                        return unexpected(StoreError { StoreError::Kind::Invalid,
                            item.type + "/" + item.key + " has no value" });
                    workspace = item.workspace;
                    type = item.type;
                    key = item.key;
                    value = *item.value;
                    put.execute(true);
                }
                soci::statement drop = (sql.prepare
                        << "DELETE FROM config WHERE workspace = :w AND type = :t AND key = :k",
                    use(workspace), use(type), use(key));
                for (const schema::ConfigValue &item : deletes) {
                    workspace = item.workspace;
                    type = item.type;
                    key = item.key;
                    drop.execute(true);
                }
                if (auto within = withinLimits(sql, puts); !within)
                    return unexpected(within.error());
                sql << "UPDATE config_version SET version = version + 1 WHERE id = 1";
                return currentVersion(sql);
            });
    }

private:
    /// In the transaction that has just written `puts`.
    StoreResult<Done> withinLimits(soci::session &sql, const Values &puts)
    {
        std::map<std::string, std::int64_t> added;
        for (const schema::ConfigValue &item : puts)
            ++added[item.workspace];
        for (const auto &[workspace, count] : added)
            if (!mayHold(sql, workspace, count, m_database->limits.workspaceConfigKeys))
                return unexpected(
                    Database::limitError("configuration keys in workspace " + workspace,
                        m_database->limits.workspaceConfigKeys));
        const auto all = static_cast<std::int64_t>(puts.size());
        if (all > 0 && !mayHold(sql, allWorkspaces, all, m_database->limits.configKeys))
            return unexpected(Database::limitError(
                "configuration keys in all workspaces", m_database->limits.configKeys));
        return Done {};
    }

    /// Rows are counted only when there could be too many: a put may replace one.
    bool mayHold(
        soci::session &sql, const std::string &workspace, std::int64_t added, std::int64_t limit)
    {
        const auto known = m_atMost.find(workspace);
        if (known != m_atMost.end() && known->second + added <= limit) {
            known->second += added;
            return true;
        }
        long long count = 0;
        if (workspace == allWorkspaces)
            sql << "SELECT COUNT(*) FROM config", into(count);
        else
            sql << "SELECT COUNT(*) FROM config WHERE workspace = :w", use(workspace), into(count);
        if (count > limit)
            return false;
        m_atMost[workspace] = count;
        return true;
    }

    static inline const std::string allWorkspaces; ///< the empty name is no workspace's
    const std::shared_ptr<Database> m_database;
    /// No fewer than there are rows, by workspace; a roll-back leaves too much, never too little.
    /// Guarded by the database's mutex. Grows with the workspaces that were written to.
    std::map<std::string, std::int64_t> m_atMost;
};

} // namespace

std::unique_ptr<ConfigStore> makeConfigStore(std::shared_ptr<Database> database)
{
    return std::make_unique<SqliteConfigStore>(std::move(database));
}

} // namespace signalbox::gateway
