// SPDX-License-Identifier: GPL-3.0-only
// Numbered migrations: each once, under a lock, from every earlier version.
#include "app/gateway/store/database.h"
#include "tests/integration/tenants/fillings.h"

#include <sys/wait.h>
#include <unistd.h>

namespace signalbox::gateway::test {
namespace {

const rules::TenantId acme = tenantId("acme");

std::vector<Migration> upTo(SqlDialect dialect, std::size_t version)
{
    auto all = migrationsFor(dialect);
    all.resize(version);
    return all;
}

void putOldRows(SqlConnection &sql)
{
    sql.execute("INSERT INTO tenants VALUES ('acme', 'acme', '{}', 1, 1, 1)");
    sql.execute("INSERT INTO channel_connections (tenant_id, id, channel_type, workspace_id, "
                "body, secrets, is_active, version, created_at, updated_at) VALUES ('acme', "
                "'old', 'slack', 'T1', 'body', 'secret', 1, 1, 1, 1)");
    sql.execute("INSERT INTO channel_routes VALUES ('slack', 'T1', 'acme', 'old')");
}

void expectOldRows(TenantStore &store, std::size_t version)
{
    EXPECT_EQ(must(store.connection(acme, "old")).body, "body") << version;
    EXPECT_FALSE(store.connectionSecrets(acme, "old")) << "not sealed yet";
    EXPECT_EQ(must(store.sealSecrets()).sealed, 1) << version;
    EXPECT_EQ(must(store.connectionSecrets(acme, "old")), "secret") << version;
    EXPECT_EQ(must(store.route("slack", "T1")).connectionId, "old") << version;
    fill(store, acme, "new");
}

/// Runs `open` in two processes that begin at the same moment; true when both succeed.
bool atOnce(const std::function<bool()> &open)
{
    int gate[2] = { -1, -1 };
    if (pipe(gate) != 0)
        return false;
    pid_t children[2] = { 0, 0 };
    for (pid_t &child : children) {
        child = fork();
        if (child == 0) {
            close(gate[1]);
            char byte = 0;
            static_cast<void>(!read(gate[0], &byte, 1)); // until the gate closes
            _exit(open() ? 0 : 1);
        }
    }
    close(gate[0]);
    close(gate[1]);
    bool good = true;
    for (const pid_t child : children) {
        int status = 0;
        waitpid(child, &status, 0);
        good = good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    return good;
}

TEST(TenantMigrations, AreNumberedWithoutGaps)
{
    int version = 0;
    for (const Migration &migration : tenantMigrations())
        EXPECT_EQ(migration.version, ++version) << migration.name;
    EXPECT_GE(version, 4);
}

TEST(TenantMigrations, LeadUpFromEveryEarlierVersionOnSqlite)
{
    for (std::size_t from = 1; from <= tenantMigrations().size(); ++from) {
        const support::TemporaryFolder folder;
        {
            auto database =
                must(openDatabase(folder.path() + "/tenants.db", upTo(SqlDialect::Sqlite, from)));
            SqlConnection sql(database->sql, SqlDialect::Sqlite);
            putOldRows(sql);
        }
        const auto store = openSqliteTenants(folder.path());
        expectOldRows(*store, from);
    }
}

TEST(TenantMigrations, LeadUpFromEveryEarlierVersionOnPostgres)
{
    for (std::size_t from = 1; from <= tenantMigrations().size(); ++from) {
        postgres().reset();
        must(migratePostgres(postgres().ownerUrl(), upTo(SqlDialect::Postgres, from)));
        const auto owner = postgresSource({ postgres().ownerUrl(), {}, 1 });
        must(owner->transact(true, "old rows", &acme, [](SqlConnection &sql) {
            putOldRows(sql);
            return StoreResult<Done>(Done {});
        }));
        if (from < tenantMigrations().size()) {
            const auto early = openPostgresTenants({ postgres().appUrl(), {}, 1 });
            ASSERT_FALSE(early);
            EXPECT_EQ(early.error().text,
                "the database has version " + std::to_string(from) + ", this program needs "
                    + std::to_string(tenantMigrations().size())
                    + ": start once with --store-owner, as the role that owns it");
        }
        const auto store = must(openPostgresTenants(postgresOptions()));
        expectOldRows(*store, from);
    }
}

TEST(TenantMigrations, OfTwoProcessesAtOnceAreAppliedOnceOnSqlite)
{
    const support::TemporaryFolder folder;
    for (int begun = 0; begun < 20; ++begun) // what they have against each other shows now and then
        ASSERT_TRUE(atOnce([path = folder.path() + "/" + std::to_string(begun)] {
            return openDatabase(path, upTo(SqlDialect::Sqlite, 1)).hasValue();
        })) << begun;
    EXPECT_TRUE(atOnce([&] {
        const auto store = openSqliteTenants(folder.path());
        return store->tenants("", 1).hasValue();
    }));
    const auto store = openSqliteTenants(folder.path());
    addTenant(*store, "acme");
    fill(*store, acme, "x");
}

TEST(TenantMigrations, OfTwoProcessesAtOnceAreAppliedOnceOnPostgres)
{
    postgres().reset();
    const PostgresOptions options = postgresOptions();
    EXPECT_TRUE(atOnce([&] { return openPostgresTenants(options).hasValue(); }));
    const auto store = must(openPostgresTenants(options));
    addTenant(*store, "acme");
    fill(*store, acme, "x");
}

TEST(TenantMigrations, ANewerDatabaseIsRefused)
{
    const auto store = emptyStore(StoreKind::Postgres);
    postgres().psql("INSERT INTO schema_version VALUES (99, 'from the future')");
    for (const std::string &owner : { std::string(), postgres().ownerUrl() }) {
        const auto refused = openPostgresTenants({ postgres().appUrl(), owner, 1 });
        ASSERT_FALSE(refused);
        EXPECT_TRUE(refused.error().text.starts_with("the database has version 99"))
            << refused.error().text;
    }
}

} // namespace
} // namespace signalbox::gateway::test
