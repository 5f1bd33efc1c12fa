// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/store/database.h"

namespace signalbox::gateway {

namespace {

using soci::into;
using soci::use;

constexpr char unitSeparator = '\x1F'; // between the roles of a user; a role is one word

std::string joined(const std::vector<std::string> &roles)
{
    std::string text;
    for (const std::string &role : roles)
        text += (text.empty() ? "" : std::string(1, unitSeparator)) + role;
    return text;
}

std::vector<std::string> split(const std::string &text)
{
    std::vector<std::string> roles;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t to = std::min(text.find(unitSeparator, from), text.size());
        roles.push_back(text.substr(from, to - from));
        from = to + 1;
    }
    return roles;
}

/// The columns of one table row, bound to variables, in both directions.
struct UserColumns {
    std::string id, username, workspace, name, email, roles, created, hash, issuer;
    int enabled = 0;
    int mustChange = 0;
    long long tokenIssued = 0;

    static constexpr const char *select =
        "SELECT id, username, default_workspace, name, email, roles, enabled, "
        "must_change_password, created, password_hash, issuer, token_issued FROM users ";
    UserColumns() = default;
    explicit UserColumns(const UserRow &row)
        : id(row.user.id)
        , username(row.user.username)
        , workspace(row.user.defaultWorkspace)
        , name(row.user.name)
        , email(row.user.email)
        , roles(joined(row.user.roles))
        , created(row.user.created)
        , hash(row.passwordHash)
        , issuer(row.issuer)
        , enabled(row.user.enabled ? 1 : 0)
        , mustChange(row.user.mustChangePassword ? 1 : 0)
        , tokenIssued(row.tokenIssued)
    {
    }
    [[nodiscard]] UserRow row() const
    {
        UserRow row;
        row.user.id = id;
        row.user.username = username;
        row.user.defaultWorkspace = workspace;
        row.user.name = name;
        row.user.email = email;
        row.user.roles = split(roles);
        row.user.created = created;
        row.user.enabled = enabled != 0;
        row.user.mustChangePassword = mustChange != 0;
        row.passwordHash = hash;
        row.issuer = issuer;
        row.tokenIssued = tokenIssued;
        return row;
    }
};

std::vector<UserRow> selectUsers(
    soci::session &sql, const std::string &where, const std::string &value)
{
    std::vector<UserRow> rows;
    UserColumns c;
    soci::statement statement =
        (sql.prepare << std::string(UserColumns::select) + where + " ORDER BY seq", use(value),
            into(c.id), into(c.username), into(c.workspace), into(c.name), into(c.email),
            into(c.roles), into(c.enabled), into(c.mustChange), into(c.created), into(c.hash),
            into(c.issuer), into(c.tokenIssued));
    statement.execute();
    while (statement.fetch())
        rows.push_back(c.row());
    return rows;
}

std::vector<KeyRow> selectKeys(
    soci::session &sql, const std::string &where, const std::string &value)
{
    std::vector<KeyRow> rows;
    KeyRow row;
    schema::ApiKey &key = row.key;
    soci::statement statement = (sql.prepare << "SELECT id, user_id, name, prefix, sha256, "
                                                "expires, created, last_used FROM api_keys "
                + where + " ORDER BY seq",
        use(value), into(key.id), into(key.userId), into(key.name), into(key.prefix),
        into(row.sha256), into(key.expires), into(key.created), into(key.lastUsed));
    statement.execute();
    while (statement.fetch())
        rows.push_back(row);
    return rows;
}

std::vector<schema::Workspace> selectWorkspaces(
    soci::session &sql, const std::string &where, const std::string &value)
{
    std::vector<schema::Workspace> rows;
    schema::Workspace row;
    int enabled = 0;
    soci::statement statement = (sql.prepare
            << "SELECT id, name, enabled, created FROM workspaces " + where + " ORDER BY seq",
        use(value), into(row.id), into(row.name), into(enabled), into(row.created));
    statement.execute();
    while (statement.fetch()) {
        row.enabled = enabled != 0;
        rows.push_back(row);
    }
    return rows;
}

template <class T> StoreResult<T> one(std::vector<T> rows, const char *what)
{
    if (rows.empty())
        return unexpected(
            StoreError { StoreError::Kind::NotFound, std::string(what) + " not found" });
    return std::move(rows.front());
}

/// After an insert: no more rows than the bound allows.
StoreResult<Done> withinLimit(
    soci::session &sql, const std::string &table, const char *what, std::int64_t limit)
{
    long long count = 0;
    sql << "SELECT COUNT(*) FROM " + table, into(count);
    if (count > limit)
        return unexpected(Database::limitError(what, limit));
    return Done {};
}

const std::string everything = "WHERE '' = :all";

class SqliteIamStore final : public IamStore {
public:
    explicit SqliteIamStore(std::shared_ptr<Database> database)
        : m_database(std::move(database))
    {
    }

    StoreResult<std::vector<UserRow>> users() override
    {
        return m_database->read<std::vector<UserRow>>(
            "list users", [](soci::session &sql) -> StoreResult<std::vector<UserRow>> {
                return selectUsers(sql, everything, "");
            });
    }
    StoreResult<UserRow> userById(const std::string &id) override
    {
        return m_database->read<UserRow>(
            "find a user", [&](soci::session &sql) -> StoreResult<UserRow> {
                return one(selectUsers(sql, "WHERE id = :v", id), "user");
            });
    }
    StoreResult<UserRow> userByName(const std::string &username) override
    {
        return m_database->read<UserRow>(
            "find a user by name", [&](soci::session &sql) -> StoreResult<UserRow> {
                return one(selectUsers(sql, "WHERE username = :v", username), "user");
            });
    }
    StoreResult<Done> insertUser(const UserRow &user) override
    {
        return m_database->write<Done>("add a user", [&](soci::session &sql) -> StoreResult<Done> {
            const UserColumns c(user);
            sql << "INSERT INTO users (id, username, default_workspace, name, email, roles, "
                   "enabled, must_change_password, created, password_hash, issuer, token_issued) "
                   "VALUES (:i, :u, :w, :n, :e, :r, :en, :m, :c, :h, :is, :ti)",
                use(c.id), use(c.username), use(c.workspace), use(c.name), use(c.email),
                use(c.roles), use(c.enabled), use(c.mustChange), use(c.created), use(c.hash),
                use(c.issuer), use(c.tokenIssued);
            return withinLimit(sql, "users", "users", m_database->limits.users);
        });
    }
    StoreResult<Done> updateUser(const UserRow &user) override
    {
        return m_database->write<Done>(
            "change a user", [&](soci::session &sql) -> StoreResult<Done> {
                const UserColumns c(user);
                soci::statement statement =
                    (sql.prepare << "UPDATE users SET default_workspace = :w, name = :n, email = "
                                    ":e, roles = :r, enabled = :en, "
                                    "must_change_password = :m, password_hash = :h, token_issued "
                                    "= :ti WHERE id = :i",
                        use(c.workspace), use(c.name), use(c.email), use(c.roles), use(c.enabled),
                        use(c.mustChange), use(c.hash), use(c.tokenIssued), use(c.id));
                statement.execute(true);
                return touched(statement, "user");
            });
    }
    StoreResult<Done> deleteUser(const std::string &id) override
    {
        return change("delete a user", "DELETE FROM users WHERE id = :v", id,
            "user"); // its keys go by cascade
    }

    StoreResult<std::vector<KeyRow>> keysOf(const std::string &userId) override
    {
        return m_database->read<std::vector<KeyRow>>(
            "list keys", [&](soci::session &sql) -> StoreResult<std::vector<KeyRow>> {
                return selectKeys(sql, "WHERE user_id = :v", userId);
            });
    }
    StoreResult<KeyRow> keyByHash(const std::string &sha256) override
    {
        return m_database->read<KeyRow>(
            "find a key", [&](soci::session &sql) -> StoreResult<KeyRow> {
                return one(selectKeys(sql, "WHERE sha256 = :v", sha256), "key");
            });
    }
    StoreResult<KeyRow> keyById(const std::string &id) override
    {
        return m_database->read<KeyRow>(
            "find a key", [&](soci::session &sql) -> StoreResult<KeyRow> {
                return one(selectKeys(sql, "WHERE id = :v", id), "key");
            });
    }
    StoreResult<Done> insertKey(const KeyRow &row) override
    {
        return m_database->write<Done>("add a key", [&](soci::session &sql) -> StoreResult<Done> {
            const schema::ApiKey &key = row.key;
            sql << "INSERT INTO api_keys (id, user_id, name, prefix, sha256, expires, created, "
                   "last_used) "
                   "VALUES (:i, :u, :n, :p, :s, :e, :c, :l)",
                use(key.id), use(key.userId), use(key.name), use(key.prefix), use(row.sha256),
                use(key.expires), use(key.created), use(key.lastUsed);
            long long own = 0;
            sql << "SELECT COUNT(*) FROM api_keys WHERE user_id = :u", use(key.userId), into(own);
            if (own > m_database->limits.userApiKeys)
                return unexpected(
                    Database::limitError("API keys of one user", m_database->limits.userApiKeys));
            return withinLimit(sql, "api_keys", "API keys", m_database->limits.apiKeys);
        });
    }
    StoreResult<Done> deleteKey(const std::string &id) override
    {
        return change("delete a key", "DELETE FROM api_keys WHERE id = :v", id, "key");
    }
    StoreResult<Done> deleteKeysOf(const std::string &userId) override
    {
        return change(
            "delete a user's keys", "DELETE FROM api_keys WHERE user_id = :v", userId, nullptr);
    }

    StoreResult<std::vector<schema::Workspace>> workspaces() override
    {
        using Rows = std::vector<schema::Workspace>;
        return m_database->read<Rows>(
            "list workspaces", [](soci::session &sql) -> StoreResult<Rows> {
                return selectWorkspaces(sql, everything, "");
            });
    }
    StoreResult<schema::Workspace> workspace(const std::string &id) override
    {
        return m_database->read<schema::Workspace>(
            "find a workspace", [&](soci::session &sql) -> StoreResult<schema::Workspace> {
                return one(selectWorkspaces(sql, "WHERE id = :v", id), "workspace");
            });
    }
    StoreResult<Done> insertWorkspace(const schema::Workspace &workspace) override
    {
        return m_database->write<
            Done>("add a workspace", [&](soci::session &sql) -> StoreResult<Done> {
            const int enabled = workspace.enabled ? 1 : 0;
            sql << "INSERT INTO workspaces (id, name, enabled, created) VALUES (:i, :n, :e, :c)",
                use(workspace.id), use(workspace.name), use(enabled), use(workspace.created);
            return withinLimit(sql, "workspaces", "workspaces", m_database->limits.workspaces);
        });
    }
    StoreResult<Done> updateWorkspace(const schema::Workspace &workspace) override
    {
        return m_database->write<Done>(
            "change a workspace", [&](soci::session &sql) -> StoreResult<Done> {
                const int enabled = workspace.enabled ? 1 : 0;
                soci::statement statement =
                    (sql.prepare << "UPDATE workspaces SET name = :n, enabled = :e WHERE id = :i",
                        use(workspace.name), use(enabled), use(workspace.id));
                statement.execute(true);
                return touched(statement, "workspace");
            });
    }

    StoreResult<std::vector<SigningKeyRow>> signingKeys() override
    {
        using Rows = std::vector<SigningKeyRow>;
        return m_database->read<Rows>(
            "read signing keys", [](soci::session &sql) -> StoreResult<Rows> {
                Rows rows;
                SigningKeyRow row;
                long long created = 0;
                soci::statement statement =
                    (sql.prepare << "SELECT kid, private_pem, public_pem, created_ms FROM "
                                    "signing_keys ORDER BY seq DESC",
                        into(row.kid), into(row.privatePem), into(row.publicPem), into(created));
                statement.execute();
                while (statement.fetch()) {
                    row.createdMs = created;
                    rows.push_back(row);
                }
                return rows;
            });
    }
    StoreResult<Done> insertSigningKey(const SigningKeyRow &key) override
    {
        return m_database->write<Done>(
            "add a signing key", [&](soci::session &sql) -> StoreResult<Done> {
                const long long created = key.createdMs;
                sql << "INSERT INTO signing_keys (kid, private_pem, public_pem, created_ms) VALUES "
                       "(:k, :p, :u, :c)",
                    use(key.kid), use(key.privatePem), use(key.publicPem), use(created);
                return Done {};
            });
    }
    StoreResult<Done> deleteSigningKey(const std::string &kid) override
    {
        return change(
            "delete a signing key", "DELETE FROM signing_keys WHERE kid = :v", kid, "signing key");
    }

    StoreResult<std::vector<LeaseRow>> leases() override
    {
        using Rows = std::vector<LeaseRow>;
        return m_database->read<Rows>("read leases", [](soci::session &sql) -> StoreResult<Rows> {
            Rows rows;
            LeaseRow row;
            long long expires = 0;
            soci::statement statement = (sql.prepare << "SELECT id, expires_ms, record FROM leases",
                into(row.id), into(expires), into(row.record));
            statement.execute();
            while (statement.fetch()) {
                row.expiresMs = expires;
                rows.push_back(row);
            }
            return rows;
        });
    }
    StoreResult<Done> keepLease(const LeaseRow &lease, std::int64_t nowMs) override
    {
        return m_database->write<
            Done>("keep a lease", [&](soci::session &sql) -> StoreResult<Done> {
            const long long expires = lease.expiresMs;
            const long long now = nowMs;
            sql << "DELETE FROM leases WHERE expires_ms <= :n", use(now);
            sql << "INSERT INTO leases (id, expires_ms, record) VALUES (:i, :e, :r) ON CONFLICT "
                   "(id) DO UPDATE SET expires_ms = excluded.expires_ms, record = excluded.record",
                use(lease.id), use(expires), use(lease.record);
            return Done {};
        });
    }
    StoreResult<Done> deleteLease(const std::string &id) override
    {
        return change("end a lease", "DELETE FROM leases WHERE id = :v", id, nullptr);
    }

private:
    static StoreResult<Done> touched(soci::statement &statement, const char *what)
    {
        if (what && statement.get_affected_rows() == 0)
            return unexpected(
                StoreError { StoreError::Kind::NotFound, std::string(what) + " not found" });
        return Done {};
    }

    /// `what` nullptr: nothing to change is fine.
    StoreResult<Done> change(
        const char *purpose, const char *statementText, const std::string &value, const char *what)
    {
        return m_database->write<Done>(purpose, [&](soci::session &sql) -> StoreResult<Done> {
            soci::statement statement = (sql.prepare << statementText, use(value));
            statement.execute(true);
            return touched(statement, what);
        });
    }

    const std::shared_ptr<Database> m_database;
};

class SqliteFactStore final : public FactStore {
public:
    explicit SqliteFactStore(std::shared_ptr<Database> database)
        : m_database(std::move(database))
    {
    }

    StoreResult<std::optional<std::string>> fact(const std::string &name) override
    {
        using Fact = std::optional<std::string>;
        return m_database->read<Fact>("read a fact", [&](soci::session &sql) -> StoreResult<Fact> {
            std::string value;
            sql << "SELECT value FROM facts WHERE name = :n", use(name), into(value);
            return sql.got_data() ? Fact(value) : Fact();
        });
    }

    StoreResult<Done> setFact(const std::string &name, const std::string &value) override
    {
        return m_database->write<Done>(
            "remember a fact", [&](soci::session &sql) -> StoreResult<Done> {
                sql << "INSERT INTO facts (name, value) VALUES (:n, :v) ON CONFLICT (name) DO "
                       "UPDATE SET value = excluded.value",
                    use(name), use(value);
                return Done {};
            });
    }

private:
    const std::shared_ptr<Database> m_database;
};

} // namespace

std::unique_ptr<IamStore> makeIamStore(std::shared_ptr<Database> database)
{
    return std::make_unique<SqliteIamStore>(std::move(database));
}

std::unique_ptr<FactStore> makeFactStore(std::shared_ptr<Database> database)
{
    return std::make_unique<SqliteFactStore>(std::move(database));
}

} // namespace signalbox::gateway
