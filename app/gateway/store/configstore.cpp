// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/store/database.h"

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
                sql << "UPDATE config_version SET version = version + 1 WHERE id = 1";
                return currentVersion(sql);
            });
    }

private:
    const std::shared_ptr<Database> m_database;
};

} // namespace

std::unique_ptr<ConfigStore> makeConfigStore(std::shared_ptr<Database> database)
{
    return std::make_unique<SqliteConfigStore>(std::move(database));
}

} // namespace signalbox::gateway
