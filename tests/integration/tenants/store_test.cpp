// SPDX-License-Identifier: GPL-3.0-only
// What every tenant store does, asked of each (tenant-platform §1, §3).
#include "tests/integration/tenants/fillings.h"

#include <algorithm>
#include <future>

namespace signalbox::gateway::test {
namespace {

class TenantStores : public testing::TestWithParam<StoreKind> {
protected:
    void SetUp() override
    {
        store = emptyStore(GetParam());
        addTenant(*store, "acme");
    }
    std::unique_ptr<TenantStore> store;
    const rules::TenantId acme = tenantId("acme");
};

INSTANTIATE_TEST_SUITE_P(On, TenantStores, testing::Values(StoreKind::Sqlite, StoreKind::Postgres),
    [](const auto &info) {
        return info.param == StoreKind::Sqlite ? std::string("Sqlite") : std::string("Postgres");
    });

template <class T> StoreError::Kind kindOf(const StoreResult<T> &result)
{
    EXPECT_FALSE(result);
    return result ? StoreError::Kind::Io : result.error().kind;
}

template <class T> std::vector<std::string> ids(const std::vector<T> &rows)
{
    std::vector<std::string> all;
    for (const T &row : rows)
        all.push_back(row.id);
    return all;
}
using Ids = std::vector<std::string>;

TEST_P(TenantStores, TenantsAreListedBySlugInPages)
{
    for (const char *id : { "b", "c", "a" })
        addTenant(*store, id);
    EXPECT_EQ(ids(must(store->tenants("", 2))), Ids({ "a", "acme" }));
    EXPECT_EQ(ids(must(store->tenants("slug-of-acme", 10))), Ids({ "b", "c" }));
    EXPECT_EQ(must(store->tenantBySlug("slug-of-b")).id, "b");
    EXPECT_EQ(kindOf(store->insertTenant({ "x", "slug-of-b", "{}", 1, 1, 1 })),
        StoreError::Kind::Duplicate);
    EXPECT_EQ(
        kindOf(store->insertTenant({ "x:y", "s", "{}", 1, 1, 1 })), StoreError::Kind::Invalid);
    EXPECT_EQ(kindOf(store->tenant(tenantId("nobody"))), StoreError::Kind::NotFound);
}

TEST_P(TenantStores, AChangeOfWhatHasChangedIsAConflictThatTellsTheVersion)
{
    must(store->insertAgent(acme, { "a", "one", true, 1, 1, 1 }));
    AgentRow row = must(store->agent(acme, "a"));
    row.body = "two";
    row.active = false;
    EXPECT_EQ(must(store->updateAgent(acme, row)), 2);
    const auto late = store->updateAgent(acme, row);
    EXPECT_EQ(kindOf(late), StoreError::Kind::Conflict);
    EXPECT_EQ(late.error().version, 2);
    EXPECT_EQ(must(store->agent(acme, "a")).body, "two");
    EXPECT_FALSE(must(store->agent(acme, "a")).active);
    row.id = "b";
    EXPECT_EQ(kindOf(store->updateAgent(acme, row)), StoreError::Kind::NotFound);
    TenantRow tenant = must(store->tenant(acme));
    EXPECT_EQ(must(store->updateTenant(tenant)), 2);
    EXPECT_EQ(kindOf(store->updateTenant(tenant)), StoreError::Kind::Conflict);
}

TEST_P(TenantStores, AChannelsWorkspaceFindsOneTenantAndSecretsAreNotToldWithTheConnection)
{
    addTenant(*store, "other");
    const ConnectionRow row { "c", "slack", "T1", "{}", true, 1, 1, 1 };
    must(store->insertConnection(acme, row, "xoxb-secret"));
    EXPECT_EQ(must(store->route("slack", "T1")), (RouteRow { "acme", "c" }));
    EXPECT_EQ(
        kindOf(store->insertConnection(tenantId("other"), row, "")), StoreError::Kind::Duplicate);
    EXPECT_TRUE(must(store->connections(tenantId("other"))).empty()) << "nothing of it is kept";
    ConnectionRow moved = must(store->connection(acme, "c"));
    EXPECT_EQ(moved, row);
    moved.workspaceId = "T2";
    must(store->updateConnection(acme, moved, std::nullopt));
    EXPECT_EQ(must(store->connectionSecrets(acme, "c")), "xoxb-secret");
    EXPECT_EQ(kindOf(store->route("slack", "T1")), StoreError::Kind::NotFound);
    EXPECT_EQ(must(store->route("slack", "T2")).connectionId, "c");
    must(store->deleteConnection(acme, "c"));
    EXPECT_EQ(kindOf(store->route("slack", "T2")), StoreError::Kind::NotFound);
}

TEST_P(TenantStores, StorageKnowsEightChannels)
{
    int count = 0;
    for (const char *type :
        { "slack", "whatsapp", "mattermost", "rocketchat", "teams", "telegram", "signal", "web" }) {
        const std::string id = "c" + std::to_string(count++);
        EXPECT_TRUE(store->insertConnection(acme, { id, type, id, "{}", true, 1, 1, 1 }, ""))
            << type;
    }
    EXPECT_EQ(kindOf(store->insertConnection(
                  acme, { "x", "carrier pigeon", "x", "{}", true, 1, 1, 1 }, "")),
        StoreError::Kind::Invalid);
}

TEST_P(TenantStores, AnAgentAndAUserHaveOneConversationAlsoWhenAskedForAtOnce)
{
    std::vector<std::future<OpenedConversation>> all;
    for (int i = 0; i < 8; ++i)
        all.push_back(std::async(std::launch::async, [this, i] {
            const std::string id = "conv" + std::to_string(i);
            return must(store->openConversation(acme, { id, "a", "u", 1, 1 }));
        }));
    int created = 0;
    std::string id;
    for (auto &one : all) {
        const OpenedConversation opened = one.get();
        created += opened.created ? 1 : 0;
        EXPECT_TRUE(id.empty() || id == opened.row.id);
        id = opened.row.id;
    }
    EXPECT_EQ(created, 1);
    EXPECT_EQ(ids(must(store->threads(acme, {}))), Ids({ id })) << "its thread has its id";
}

TEST_P(TenantStores, HistoryComesInPagesOldestFirst)
{
    must(store->openConversation(acme, { "c", "a", "u", 1, 1 }));
    std::vector<std::int64_t> seqs;
    for (int i = 0; i < 7; ++i)
        seqs.push_back(must(store->appendMessage(
            acme, { 0, std::to_string(i), "c", i % 2 == 0 ? "user" : "tool", "t", "{}", i })));
    EXPECT_TRUE(std::is_sorted(seqs.begin(), seqs.end()));
    EXPECT_EQ(ids(must(store->messages(acme, "c", { 0, 0, 3 }))), Ids({ "4", "5", "6" }));
    EXPECT_EQ(ids(must(store->messages(acme, "c", { seqs[4], 0, 3 }))), Ids({ "1", "2", "3" }));
    EXPECT_EQ(ids(must(store->messages(acme, "c", { 0, seqs[1], 3 }))), Ids({ "2", "3", "4" }));
    EXPECT_EQ(ids(must(store->webMessages(acme, "c", {}))), Ids({ "0", "2", "4", "6" }));
    EXPECT_EQ(kindOf(store->appendMessage(acme, { 0, "3", "c", "user", "again", "{}", 9 })),
        StoreError::Kind::Duplicate);
    EXPECT_EQ(must(store->messages(acme, "c", {})).size(), 7U);
    EXPECT_EQ(kindOf(store->appendMessage(acme, { 0, "9", "nowhere", "user", "t", "{}", 9 })),
        StoreError::Kind::NotFound);
}

TEST_P(TenantStores, AThreadTellsItsLastMessageAndThoseThatWaitComeOldestFirst)
{
    const std::string text = std::string(150, 'x') + "äöü" + std::string(100, 'y');
    for (const char *id : { "a", "b", "c" }) {
        must(store->openConversation(acme, { id, "agent", id, 1, 1 }));
        must(store->appendMessage(acme, { 0, id, id, "user", text, "{}", 10 + *id }));
    }
    const ThreadRow first = must(store->thread(acme, "a"));
    EXPECT_EQ(first.lastText, std::string(150, 'x') + "äöü" + std::string(47, 'y'));
    EXPECT_EQ(first.lastRole, "user");
    EXPECT_EQ(ids(must(store->threads(acme, {}))), Ids({ "c", "b", "a" }));
    ThreadRow waits = must(store->thread(acme, "b"));
    waits.needs = "person";
    waits.state = "escalated";
    waits.sinceMs = 50;
    must(store->updateThread(acme, waits));
    waits = must(store->thread(acme, "c"));
    waits.needs = "confirmation";
    waits.sinceMs = 40;
    must(store->updateThread(acme, waits));
    ThreadQuery query;
    query.order = ThreadQuery::Order::NeedFirst;
    EXPECT_EQ(ids(must(store->threads(acme, query))), Ids({ "c", "b" }));
    query.afterId = "c";
    query.afterMs = 40;
    EXPECT_EQ(ids(must(store->threads(acme, query))), Ids({ "b" }));
    query = {};
    query.needs = "none";
    EXPECT_EQ(ids(must(store->threads(acme, query))), Ids({ "a" }));
    query.needs = "person";
    EXPECT_EQ(ids(must(store->threads(acme, query))), Ids({ "b" }));
    query = {};
    query.userId = "c";
    EXPECT_EQ(ids(must(store->threads(acme, query))), Ids({ "c" }));
    EXPECT_EQ(must(store->threadCounts(acme)), (ThreadCounts { 3, 1, 1 }));
}

TEST_P(TenantStores, WhatFitsAQueryIsCountedUpToABound)
{
    for (const char *id : { "a", "b", "c" }) {
        must(store->openConversation(acme, { id, "agent", id, 1, 1 }));
        must(store->appendMessage(acme, { 0, id, id, "user", "hello there", "{}", 10 + *id }));
    }
    ThreadQuery query;
    query.limit = 1;
    EXPECT_EQ(must(store->countThreads(acme, query, 100)), 3) << "of all pages";
    EXPECT_EQ(must(store->countThreads(acme, query, 2)), 2) << "no more than wanted";
    query.words = "hel";
    query.afterId = "c";
    query.afterMs = 1000;
    EXPECT_EQ(must(store->countThreads(acme, query, 100)), 3);
    query.userId = "b";
    EXPECT_EQ(must(store->countThreads(acme, query, 100)), 1);
    query.words = "goodbye";
    EXPECT_EQ(must(store->countThreads(acme, query, 100)), 0);
    query = {};
    query.order = ThreadQuery::Order::NeedFirst;
    EXPECT_EQ(must(store->countThreads(acme, query, 100)), 0);
}

TEST_P(TenantStores, ASearchFindsBeginningsOfWordsInAnyLetterCase)
{
    must(store->openConversation(acme, { "c", "a", "u", 1, 1 }));
    const auto say = [&](const char *id, const std::string &text) {
        must(store->appendMessage(acme, { 0, id, "c", "user", text, "{}", 1 }));
    };
    say("1", "My REFUND for order-4711, please!");
    say("2", "refunded twice: see https://example.com/orders/4712");
    say("3", "Die Größe ÄNDERN");
    const auto found = [&](const char *words) {
        return ids(must(store->searchMessages(acme, words, 0, 100)));
    };
    EXPECT_EQ(found("refund"), Ids({ "2", "1" }));
    EXPECT_EQ(found("refund order 4711"), Ids({ "1" }));
    EXPECT_EQ(found("example order"), Ids({ "2" }));
    EXPECT_EQ(found("größe ändern"), Ids({ "3" }));
    EXPECT_EQ(found("efund"), Ids());
    EXPECT_EQ(found("\"' OR * NEAR( -- \\ & | ! :"), Ids()) << "no syntax gets through";
    EXPECT_EQ(found("' \" refund ;"), Ids({ "2", "1" }));
    EXPECT_EQ(found("…"), Ids());
    must(store->changeMessage(acme, { 0, "1", "c", "user", "forget it", "{}", 1 }));
    EXPECT_EQ(found("refund"), Ids({ "2" }));
    EXPECT_EQ(found("forget"), Ids({ "1" }));
    ThreadQuery query;
    query.words = "größe";
    EXPECT_EQ(ids(must(store->threads(acme, query))), Ids({ "c" }));
    must(store->deleteConversation(acme, "c"));
    EXPECT_EQ(found("refund"), Ids());
    EXPECT_TRUE(must(store->threads(acme, {})).empty());
}

TEST_P(TenantStores, AThreadIsTakenByOneAndTheSecondLearnsWhoWasFirst)
{
    ThreadRow row;
    row.id = "t";
    row.channelType = "slack";
    row.needs = "person";
    must(store->insertThread(acme, row));
    EXPECT_EQ(must(store->takeThread(acme, "t", "ann", 5)).state, "human");
    EXPECT_EQ(must(store->takeThread(acme, "t", "ann", 6)).holder, "ann") << "again is fine";
    const auto second = store->takeThread(acme, "t", "bob", 7);
    EXPECT_EQ(kindOf(second), StoreError::Kind::Conflict);
    EXPECT_EQ(second.error().text, "the thread is held by ann");
    EXPECT_EQ(must(store->thread(acme, "t")).holder, "ann");
    EXPECT_EQ(kindOf(store->takeThread(acme, "x", "bob", 7)), StoreError::Kind::NotFound);
}

TEST_P(TenantStores, WhatIsToBeSentIsTriedByOneAtATimeAndLeavesWhenItIsOver)
{
    must(store->openConversation(acme, { "c", "a", "u", 1, 1 }));
    must(store->appendMessage(acme, { 0, "m1", "c", "assistant", "one", "{}", 100 }, true));
    must(store->appendMessage(acme, { 0, "m2", "c", "user", "two", "{}", 101 }));
    must(store->appendMessage(acme, { 0, "m3", "c", "human", "three", "{}", 102 }, true));
    EXPECT_EQ(ids(must(store->outbox(acme, 0, 10))), Ids({ "m1", "m3" }));
    const OutboxRow first = must(store->firstToSend(acme, "c"));
    EXPECT_EQ(first.id, "m1");
    EXPECT_EQ(first.dueMs, 100);
    EXPECT_EQ(kindOf(store->claimToSend(acme, first, 99, 150)), StoreError::Kind::Conflict);
    must(store->claimToSend(acme, first, 100, 150));
    EXPECT_EQ(kindOf(store->claimToSend(acme, first, 200, 250)), StoreError::Kind::Conflict);
    const OutboxRow tried = must(store->firstToSend(acme, "c"));
    EXPECT_EQ(tried.tries, 1);
    EXPECT_EQ(tried.dueMs, 150);
    EXPECT_EQ(kindOf(store->claimToSend(acme, tried, 149, 300)), StoreError::Kind::Conflict);
    must(store->settleToSend(acme, { 0, "m1", "c", "assistant", {}, "waits", 100 }, 400));
    EXPECT_EQ(must(store->firstToSend(acme, "c")).dueMs, 400);
    must(store->settleToSend(acme, { 0, "m1", "c", "assistant", {}, "sent", 100 }, 0));
    EXPECT_EQ(must(store->message(acme, "m1")).body, "sent");
    EXPECT_EQ(must(store->message(acme, "m1")).text, "one");
    EXPECT_EQ(must(store->firstToSend(acme, "c")).id, "m3");
    must(store->deleteConversation(acme, "c"));
    EXPECT_EQ(kindOf(store->firstToSend(acme, "c")), StoreError::Kind::NotFound);
}

TEST_P(TenantStores, WhatIsSentAgainIsPutBackOnceAndByWhoHasSeenWhatBecameOfIt)
{
    must(store->openConversation(acme, { "c", "a", "u", 1, 1 }));
    must(store->appendMessage(acme, { 0, "m1", "c", "assistant", "one", "failed", 100 }));
    must(store->appendMessage(acme, { 0, "m2", "c", "assistant", "two", "{}", 101 }, true));
    const ThreadMessageRow again { 0, "m1", "c", "assistant", {}, "waits", 100 };
    EXPECT_EQ(kindOf(store->sendAgain(acme, again, "waiting", 6, 200)), StoreError::Kind::Conflict);
    EXPECT_EQ(ids(must(store->outbox(acme, 0, 10))), Ids({ "m2" })) << "nothing of it is kept";
    must(store->sendAgain(acme, again, "failed", 6, 200));
    EXPECT_EQ(kindOf(store->sendAgain(acme, again, "failed", 6, 201)), StoreError::Kind::Conflict);
    const auto rows = must(store->outbox(acme, 0, 10));
    ASSERT_EQ(ids(rows), Ids({ "m2", "m1" })) << "after what waits";
    EXPECT_EQ(rows[1].tries, 6);
    EXPECT_EQ(rows[1].dueMs, 200);
    EXPECT_EQ(must(store->message(acme, "m1")).body, "waits");
    EXPECT_EQ(must(store->message(acme, "m1")).text, "one");
}

TEST_P(TenantStores, AConfirmationIsPendingOnceExpiresAndIsDecidedOnce)
{
    must(store->openConversation(acme, { "c", "a", "u", 1, 1 }));
    const auto ask = [&](const char *id, std::int64_t now) {
        return store->insertConfirmation(acme, { id, "c", "{}", {}, {}, {}, now, now + 10, 0 });
    };
    must(ask("1", 100));
    EXPECT_EQ(kindOf(ask("2", 109)), StoreError::Kind::Duplicate);
    EXPECT_EQ(must(store->pendingConfirmations(acme, 110)).size(), 0U);
    EXPECT_EQ(
        kindOf(store->decide(acme, "c", "approve", "ann", "", 110)), StoreError::Kind::Conflict);
    must(ask("2", 110));
    EXPECT_EQ(ids(must(store->pendingConfirmations(acme, 111))), Ids({ "2" }));
    EXPECT_EQ(must(store->decide(acme, "c", "deny", "ann", "too dear", 112)).decision, "deny");
    const auto second = store->decide(acme, "c", "approve", "bob", "", 113);
    EXPECT_EQ(kindOf(second), StoreError::Kind::Conflict);
    EXPECT_EQ(second.error().text, "the confirmation was decided by ann");
    EXPECT_EQ(must(store->confirmation(acme, "c")).reason, "too dear");
    EXPECT_EQ(kindOf(store->decide(acme, "x", "deny", "bob", "", 1)), StoreError::Kind::NotFound);
}

TEST_P(TenantStores, TheAuditIsReadFromTheNewestAndOutlivesItsTenant)
{
    for (int i = 0; i < 5; ++i)
        must(store->appendAudit(
            acme, { 0, "a", "u", i % 2 == 0 ? "llm_call" : "escalation", std::to_string(i), i }));
    const auto page = must(store->audit(acme, { {}, {}, 0, 2 }));
    ASSERT_EQ(page.size(), 2U);
    EXPECT_EQ(page[0].body, "4");
    const auto next = must(store->audit(acme, { {}, {}, page[1].seq, 2 }));
    EXPECT_EQ(next[0].body, "2");
    EXPECT_EQ(must(store->audit(acme, { {}, "escalation", 0, 10 })).size(), 2U);
    must(store->deleteTenant(acme));
    EXPECT_EQ(must(store->audit(acme, {})).size(), 5U);
}

TEST_P(TenantStores, UsageAddsUpByDayAgentAndModel)
{
    must(store->addUsage(acme, { "2026-01-01", "a", "p", "m", 1, 10, 20, 30 }));
    must(store->addUsage(acme, { "2026-01-01", "a", "p", "m", 1, 1, 2, 3, 1 }));
    must(store->addUsage(acme, { "2026-01-02", "a", "p", "m", 1, 5000000000, 0, 0 }));
    EXPECT_EQ(must(store->usage(acme, "2026-01-01", "2026-01-01")),
        std::vector<UsageRow>({ { "2026-01-01", "a", "p", "m", 2, 11, 22, 33, 1 } }));
    EXPECT_EQ(must(store->usage(acme, "2026-01-02", "2026-02-01")).at(0).promptTokens, 5000000000);
    must(store->addVolume(acme, { "2026-01-01", "web", 1, 0 }));
    must(store->addVolume(acme, { "2026-01-01", "web", 0, 2 }));
    EXPECT_EQ(must(store->volume(acme, "2026-01-01", "2026-01-01")),
        std::vector<VolumeRow>({ { "2026-01-01", "web", 1, 2 } }));
}

TEST_P(TenantStores, TextsWithMostOfTheWordsComeFirst)
{
    must(store->putKnowledge(acme, { "1", "", "Returns", "A refund takes 5 days.", 1 }));
    must(store->putKnowledge(acme, { "2", "", "Shipping", "Parcels take 2 days.", 1 }));
    must(store->putKnowledge(acme, { "3", "b", "Secret", "refund days of agent b", 1 }));
    EXPECT_EQ(ids(must(store->searchKnowledge(acme, "a", "how many days does a refund take", 9))),
        Ids({ "1", "2" }));
    EXPECT_EQ(ids(must(store->searchKnowledge(acme, "b", "refund", 9))), Ids({ "1", "3" }));
    must(store->putKnowledge(acme, { "1", "", "Returns", "No money back.", 1 }));
    EXPECT_EQ(ids(must(store->searchKnowledge(acme, "b", "refund", 9))), Ids({ "3" }));
}

TEST_P(TenantStores, AnInvitationIsAcceptedOnceAndInTime)
{
    must(store->insertInvitation(acme, { "1", "e", "r", "h1", "{}", 0, 100, 0 }));
    must(store->insertInvitation(acme, { "2", "e", "r", "h2", "{}", 0, 100, 0 }));
    EXPECT_EQ(must(store->invitationByToken(acme, "h2")).id, "2");
    must(store->acceptInvitation(acme, "1", 99));
    EXPECT_EQ(kindOf(store->acceptInvitation(acme, "1", 99)), StoreError::Kind::Conflict);
    EXPECT_EQ(kindOf(store->acceptInvitation(acme, "2", 100)), StoreError::Kind::Conflict);
    EXPECT_EQ(kindOf(store->acceptInvitation(acme, "3", 1)), StoreError::Kind::NotFound);
}

TEST_P(TenantStores, PeopleAndTemplatesBelongToNoTenant)
{
    must(store->putPortalUser({ "u", "e@x", "Name", "customer_admin", "{}", 1 }));
    must(store->putPortalUser({ "u", "e@y", "Name", "customer_admin", "{}", 1 }));
    EXPECT_EQ(must(store->portalUserByEmail("e@y")).id, "u");
    EXPECT_EQ(kindOf(store->putPortalUser({ "v", "e@y", "N", "r", "{}", 1 })),
        StoreError::Kind::Duplicate);
    must(store->putMembership(acme, { "u", {}, "customer_admin", 1 }));
    must(store->putMembership(acme, { "u", {}, "customer_operator", 1 }));
    EXPECT_EQ(must(store->membershipsOf("u")),
        std::vector<MembershipRow>({ { "u", "acme", "customer_operator", 1 } }));
    must(store->deletePortalUser("u"));
    EXPECT_TRUE(must(store->members(acme)).empty());
    must(store->putTemplate({ "t", "one", true, 1, 1, 1 }));
    must(store->putTemplate({ "t", "two", true, 1, 1, 2 }));
    EXPECT_EQ(must(store->agentTemplate("t")).body, "two");
    EXPECT_EQ(must(store->templates()).size(), 1U);
    must(store->deleteTemplate("t"));
    EXPECT_EQ(kindOf(store->agentTemplate("t")), StoreError::Kind::NotFound);
}

TEST_P(TenantStores, HostileTextIsKeptAsValidUtf8)
{
    must(store->insertAgent(acme,
        { "a", std::string("a\0b\xFF\xED\xA0\x80", 7) + "<img>\u202E'; DROP TABLE agents;--", true,
            1, 1, 1 }));
    const std::string bad = "\uFFFD";
    EXPECT_EQ(must(store->agent(acme, "a")).body,
        "a" + bad + "b" + bad + bad + bad + bad + "<img>\u202E'; DROP TABLE agents;--");
    must(store->openConversation(acme, { "c", "a", "u", 1, 1 }));
    std::string big;
    while (big.size() < 10000000)
        big += "word" + std::to_string(big.size()) + ' ';
    must(store->appendMessage(acme, { 0, "m", "c", "user", big, "{}", 1 }));
    EXPECT_EQ(must(store->messages(acme, "c", {})).at(0).text, big);
}

TEST_P(TenantStores, ATenantGoesWithAllThatIsItsOwn)
{
    addTenant(*store, "other");
    fill(*store, acme, "of-acme");
    must(store->deleteTenant(acme));
    EXPECT_EQ(everythingOf(*store, acme),
        std::vector<std::string>({ "audit|agent|llm_call|of-acme", "counts|0|0" }));
    EXPECT_EQ(
        kindOf(store->insertAgent(acme, { "a", "b", true, 1, 1, 1 })), StoreError::Kind::NotFound);
}

TEST_P(TenantStores, ABoundIsNotPassed)
{
    TenantLimits limits;
    limits.agents = 2;
    store = emptyStore(GetParam(), limits);
    addTenant(*store, "acme");
    addTenant(*store, "other");
    for (const char *tenant : { "acme", "other" })
        for (const char *id : { "1", "2" })
            must(store->insertAgent(tenantId(tenant), { id, "b", true, 1, 1, 1 }));
    const auto refused = store->insertAgent(acme, { "3", "b", true, 1, 1, 1 });
    EXPECT_EQ(kindOf(refused), StoreError::Kind::Limit);
    EXPECT_EQ(refused.error().text, "too many agents: the limit is 2");
    EXPECT_EQ(must(store->agents(acme)).size(), 2U);
}

} // namespace
} // namespace signalbox::gateway::test
