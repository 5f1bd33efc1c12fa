// SPDX-License-Identifier: GPL-3.0-only
// Two tenants that have everything under the same ids (tenant-platform §3).
#include "tests/integration/tenants/fillings.h"

#include <random>

namespace signalbox::gateway::test {
namespace {

const rules::TenantId acme = tenantId("acme");
const rules::TenantId other = tenantId("other");

std::unique_ptr<TenantStore> both(std::unique_ptr<TenantStore> store)
{
    for (const auto &tenant : { acme, other })
        addTenant(*store, tenant.text());
    fill(*store, other, "of-other");
    fill(*store, acme, "of-acme");
    return store;
}

class Isolation : public testing::TestWithParam<StoreKind> { };

INSTANTIATE_TEST_SUITE_P(
    On, Isolation, testing::Values(StoreKind::Sqlite, StoreKind::Postgres), [](const auto &info) {
        return info.param == StoreKind::Sqlite ? std::string("Sqlite") : std::string("Postgres");
    });

TEST_P(Isolation, NobodySeesAnothersRowUnderTheSameId)
{
    const auto store = both(emptyStore(GetParam()));
    EXPECT_EQ(foreignRow(*store, acme, "of-other"), "");
    EXPECT_EQ(foreignRow(*store, other, "of-acme"), "");
    EXPECT_GE(everythingOf(*store, acme).size(), 19U) << "and everything of its own";
}

/// One random change, of either tenant, under the same few ids.
void change(TenantStore &store, const rules::TenantId &tenant, const std::string &mark,
    unsigned what, unsigned which)
{
    const std::string id = "id" + std::to_string(which % 3);
    const std::string user = "user" + std::to_string(which % 2);
    switch (what % 16) {
    case 0:
        static_cast<void>(store.insertAgent(tenant, { id, mark, true, 1, 1, 1 }));
        break;
    case 1:
        if (auto agent = store.agent(tenant, id)) {
            agent->body += '+' + mark;
            must(store.updateAgent(tenant, *agent));
        }
        break;
    case 2:
        static_cast<void>(store.deleteAgent(tenant, id));
        break;
    case 3:
        static_cast<void>(store.openConversation(tenant, { id, "agent", user, 1, 1 }));
        break;
    case 4:
        static_cast<void>(store.appendMessage(
            tenant, { 0, "m" + std::to_string(which), id, "user", "hello " + mark, "{}", 1 }));
        break;
    case 5:
        static_cast<void>(store.changeMessage(tenant,
            { 0, "m" + std::to_string(which), id, "user", "hello again " + mark, "{}", 1 }));
        break;
    case 6:
        static_cast<void>(store.deleteConversation(tenant, id));
        break;
    case 7:
        static_cast<void>(store.takeThread(tenant, id, mark, 1));
        break;
    case 8:
        static_cast<void>(store.insertConfirmation(
            tenant, { "ok" + std::to_string(which), id, mark, {}, {}, {}, 7, 1000, 0 }));
        break;
    case 9:
        static_cast<void>(store.decide(tenant, id, "deny", mark, "", 8));
        break;
    case 10:
        must(store.addUsage(tenant, { "2026-01-01", id, "p", "m", 1, 1, 1, 1 }));
        break;
    case 11:
        must(store.putKnowledge(tenant, { id, {}, "t", "refunds " + mark, 1 }));
        break;
    case 12:
        static_cast<void>(store.deleteKnowledge(tenant, id));
        break;
    case 13:
        static_cast<void>(store.appendMessage(tenant,
            { 0, "m" + std::to_string(which), id, "assistant", "hello " + mark, mark, 1 }, true));
        break;
    case 14:
        if (const auto row = store.firstToSend(tenant, id)) {
            static_cast<void>(store.claimToSend(tenant, *row, 1, 1));
            static_cast<void>(store.settleToSend(
                tenant, { 0, row->id, id, "assistant", {}, mark, 1 }, which % 2));
            if (which % 4 == 0)
                static_cast<void>(store.sendAgain(
                    tenant, { 0, row->id, id, "assistant", {}, mark, 1 }, mark, 3, 5));
        }
        break;
    default:
        must(store.appendAudit(tenant, { 0, id, user, "llm_call", mark, 1 }));
    }
}

TEST_P(Isolation, WhatOneDoesMakesNoDifferenceToTheOther)
{
    const auto shared = emptyStore(GetParam());
    const auto alone = openSqliteTenants("");
    for (const auto &tenant : { acme, other })
        addTenant(*shared, tenant.text());
    addTenant(*alone, acme.text());
    std::mt19937 random(20260101); // NOLINT(cert-msc51-cpp): the same every time
    for (int step = 0; step < 600; ++step) {
        const unsigned what = random();
        const unsigned which = random() % 12;
        if (random() % 2 == 0) {
            change(*shared, other, "of-other", what, which);
            continue;
        }
        change(*shared, acme, "of-acme", what, which);
        change(*alone, acme, "of-acme", what, which);
    }
    EXPECT_EQ(everythingOf(*shared, acme), everythingOf(*alone, acme));
    EXPECT_EQ(foreignRow(*shared, acme, "of-other"), "");
    EXPECT_EQ(foreignRow(*shared, other, "of-acme"), "");
}

TEST(IsolationOfSqlite, WithoutThePredicateOfAnyOneTableTheCheckFails)
{
    for (std::size_t weak = 0; weak < tenantTables().size(); ++weak) {
        auto tables = tenantTables();
        tables[weak].predicate = ":tenant <> ''";
        const auto store = both(std::make_unique<TenantStore>(sqliteSource("", tables)));
        const bool seen = !foreignRow(*store, acme, "of-other").empty()
            || !foreignRow(*store, other, "of-acme").empty();
        // Volumes and the outbox hold no words: more rows than its own give it away.
        const bool counted = must(store->volume(acme, "2026-01-01", "2026-01-01")).size() > 1
            || must(store->outbox(acme, 0, 10)).size() > 1;
        EXPECT_TRUE(seen || counted) << tables[weak].name;
    }
}

TEST(IsolationOfSqlite, NoStatementReachesATableThatIsNotKnownAsATenants)
{
    const auto source = sqliteSource("");
    const auto done = source->transact(false, "look around", &acme, [&](SqlConnection &sql) {
        TenantSql scoped(sql, acme, source->tables());
        scoped.select("portal_users", "id", "");
        return Done {};
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().text, "look around: portal_users is no table of tenants");
}

/// The tables of the database that hold rows of tenants, but for the three shared ones.
TEST(IsolationOfSqlite, EveryTableWithATenantIsKnown)
{
    const auto source = sqliteSource("");
    std::vector<std::string> found;
    must(source->transact(false, "list tables", nullptr, [&](SqlConnection &sql) {
        for (SqlRow &row : sql.select("m.name",
                 "FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'tenant_id' "
                 "WHERE m.type = 'table' AND m.name NOT IN ('channel_routes', "
                 "'user_tenant_roles') ORDER BY m.name"))
            row >> found.emplace_back();
        return StoreResult<Done>(Done {});
    }));
    std::vector<std::string> known;
    for (const TenantTable &table : tenantTables())
        known.push_back(table.name);
    std::sort(known.begin(), known.end());
    EXPECT_EQ(found, known);
}

/// A query that forgets the tenant, or lies about it. "" or what it could do to `table`.
std::string hostile(SqlSource &source, const std::string &table)
{
    const auto count = [&](const rules::TenantId *tenant, const std::string &where) {
        std::int64_t rows = 0;
        must(source.transact(false, "count", tenant, [&](SqlConnection &sql) {
            sql.rows("#n", "SELECT COUNT(*) AS n FROM " + table + where).at(0) >> rows;
            return StoreResult<Done>(Done {});
        }));
        return rows;
    };
    const auto change = [&](const std::string &statement) {
        std::int64_t rows = 0;
        const auto done = source.transact(true, "change", &acme, [&](SqlConnection &sql) {
            rows = sql.execute(statement);
            return StoreResult<Done>(unexpected(StoreError { {}, "rolled back", 0 }));
        });
        return done.error().text == "rolled back" ? rows : -1;
    };
    if (count(nullptr, "") != 0)
        return "without a tenant it reads rows";
    if (count(&acme, "") == 0)
        return "with a tenant it reads nothing";
    if (count(&acme, " WHERE tenant_id <> 'acme'") != 0)
        return "it reads another's rows";
    if (table != "audit_events" && change("DELETE FROM " + table) != count(&acme, ""))
        return "it deletes another's rows";
    if (change("UPDATE " + table + " SET tenant_id = 'other'") > 0)
        return "it gives rows to another";
    return {};
}

TEST(IsolationOfPostgres, AQueryThatForgetsTheTenantYieldsNothing)
{
    const auto store = both(emptyStore(StoreKind::Postgres));
    const auto source = postgresSource(postgresOptions());
    for (const TenantTable &table : tenantTables())
        EXPECT_EQ(hostile(*source, table.name), "") << table.name;
}

TEST(IsolationOfPostgres, WithoutThePolicyOfAnyOneTableTheCheckFails)
{
    const auto store = both(emptyStore(StoreKind::Postgres));
    const auto source = postgresSource(postgresOptions());
    for (const TenantTable &table : tenantTables()) {
        postgres().psql("ALTER TABLE " + table.name + " DISABLE ROW LEVEL SECURITY");
        EXPECT_NE(hostile(*source, table.name), "") << table.name;
        const auto refused = openPostgresTenants({ postgres().appUrl(), {}, 1 });
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().text,
            "table " + table.name + " is not bound by forced row level security");
        postgres().psql("ALTER TABLE " + table.name + " ENABLE ROW LEVEL SECURITY");
    }
    EXPECT_EQ(hostile(*source, "agents"), "");
}

TEST(IsolationOfPostgres, TheOwnerIsBoundToo)
{
    const auto store = both(emptyStore(StoreKind::Postgres));
    const auto owner = postgresSource({ postgres().ownerUrl(), {}, 1 });
    for (const TenantTable &table : tenantTables())
        EXPECT_EQ(hostile(*owner, table.name), "") << table.name;
}

TEST(IsolationOfPostgres, ARoleThatCouldLiftThePoliciesIsRefused)
{
    const auto store = emptyStore(StoreKind::Postgres);
    const auto super = openPostgresTenants({ postgres().superUrl(), {}, 1 });
    ASSERT_FALSE(super);
    EXPECT_EQ(super.error().text,
        "the role postgres may lift row level security: use konstruct_app, as "
        "signalbox-roles.sql makes it");
    const auto owner = openPostgresTenants({ postgres().ownerUrl(), {}, 1 });
    ASSERT_FALSE(owner);
    EXPECT_TRUE(owner.error().text.starts_with(
        "the role konstruct_owner may act as the owner of table agent_templates"))
        << owner.error().text;
}

TEST(IsolationOfPostgres, ALostConnectionIsReplacedBeforeAnythingIsAsked)
{
    const auto store = both(emptyStore(StoreKind::Postgres));
    postgres().restart();
    EXPECT_EQ(must(store->agents(acme)).size(), 1U);
    EXPECT_EQ(foreignRow(*store, acme, "of-other"), "");
}

} // namespace
} // namespace signalbox::gateway::test
