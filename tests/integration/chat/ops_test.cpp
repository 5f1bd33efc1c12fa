// SPDX-License-Identifier: GPL-3.0-only
// What operators see and do, signalbox-gateway §7.
#include "tests/integration/chat/ground.h"

#include <future>
#include <set>

namespace signalbox::integration {
namespace {

class Ops : public DeskOnGround { };

INSTANTIATE_TEST_SUITE_P(On, Ops, bothGrounds(), groundName);

TEST_P(Ops, KeysOfATenantAreListedByTypeWithTheirTime)
{
    makeTenant("acme");
    const std::string conversation = talk("acme", makeAgent("acme"));
    auto socket = chat("acme", conversation);
    say(socket, "hello");
    until(socket, "done");
    std::set<std::string> types;
    const Json listed = want(200, "GET", "/ops/keys?tenant=acme")["items"];
    for (const Json &row : listed) {
        types.insert(row["type"]);
        EXPECT_EQ(row["tenant_id"], "acme");
        EXPECT_TRUE(row["key"].get<std::string>().starts_with("acme:")) << row;
    }
    EXPECT_EQ(types, (std::set<std::string> { "ratelimit", "dedup", "engaged", "memory:short" }));
    const Json engaged = want(200, "GET", "/ops/keys?tenant=acme&type=engaged")["items"];
    ASSERT_EQ(engaged.size(), 1u);
    EXPECT_GT(engaged[0]["ttl_ms"], 1000000);
    want(422, "GET", "/ops/keys?tenant=acme&type=nonsense");
}

TEST_P(Ops, ASecondPersonLearnsWhoHasTheConversation)
{
    makeTenant("acme");
    const std::string agent = makeAgent("acme", { { "natural_language_escalation", true } });
    const std::string conversation = talk("acme", agent);
    auto socket = chat("acme", conversation);
    say(socket, "I want a person");
    until(socket, "escalated");
    const Reader other = makeUser(gateway, "second", "reader");
    want(201, "POST", "/tenants/acme/users",
        { { "user", "second" }, { "role", "customer_operator" } });
    const std::string path = "/ops/escalations/acme/" + conversation;
    want(200, "POST", path, { { "action", "take" } }, other.key);
    const Json refused = want(409, "POST", path, { { "action", "take" } });
    EXPECT_EQ(refused["error"]["holder"], "second");
    want(409, "POST", path, { { "action", "return" } });
    EXPECT_EQ(want(200, "GET", "/ops/conversations?needs=person")["items"].size(), 0u);
    want(200, "POST", path, { { "action", "close" } }, other.key);
    EXPECT_EQ(want(200, "GET", "/ops/conversations?state=closed")["items"].size(), 1u);
    EXPECT_EQ(want(200, "GET", "/ops/conversations")["total"], 1) << "it is in the list";
}

TEST_P(Ops, OfThoseWhoGiveAConversationBackAtOnceOneIsHeard)
{
    makeTenant("acme");
    const std::string conversation = talk("acme", makeAgent("acme"));
    const std::string path = "/ops/escalations/acme/" + conversation;
    for (int round = 0; round < 5; ++round) {
        want(200, "POST", path, { { "action", "take" } });
        std::vector<std::future<int>> asked;
        for (int i = 0; i < 3; ++i)
            asked.push_back(std::async(std::launch::async, [&, i] {
                return call("POST", path,
                    { { "action", "return" }, { "note", "note " + std::to_string(i) } })
                    .status;
            }));
        std::multiset<int> answers;
        for (auto &each : asked)
            answers.insert(each.get());
        EXPECT_EQ(answers, (std::multiset<int> { 200, 409, 409 }));
        int notes = 0;
        const Json page = want(200, "GET", "/ops/threads/acme/" + conversation + "/messages");
        for (const Json &row : page["items"])
            notes += row["role"] == "note";
        EXPECT_EQ(notes, round + 1) << "whoever is slower leaves none";
    }
}

TEST_P(Ops, ConversationsArePagedNewestFirstAndFiltered)
{
    makeTenant("acme");
    const std::string agent = makeAgent("acme");
    std::set<std::string> made;
    for (int i = 0; i < 5; ++i)
        made.insert(want(201, "POST", "/chat/conversations",
            { { "tenant_id", "acme" }, { "agent_id", agent }, { "test", true } })["id"]);
    std::set<std::string> seen;
    std::string cursor;
    do {
        const std::string line = "/ops/conversations?limit=2&cursor=" + cursor;
        EXPECT_EQ(want(200, "GET", line + "&channel=web")["total"], 5) << "on every page";
        const Json page = want(200, "GET", line);
        for (const Json &row : page["items"]) {
            EXPECT_TRUE(seen.insert(row["id"]).second) << "twice";
            EXPECT_EQ(row["test"], true);
        }
        cursor = page.value("cursor", "");
        if (const std::size_t bar = cursor.find('|'); bar != std::string::npos)
            cursor.replace(bar, 1, "%7C");
    } while (!cursor.empty());
    EXPECT_EQ(seen, made);
    EXPECT_TRUE(want(200, "GET", "/ops/conversations?channel=slack")["items"].empty());
    // Of two tenants the sum, and each for itself.
    makeTenant("beta");
    talk("beta", makeAgent("beta"));
    EXPECT_EQ(want(200, "GET", "/ops/conversations?channel=web&limit=1")["total"], 6);
    EXPECT_EQ(want(200, "GET", "/ops/conversations?channel=web&tenant=beta")["total"], 1);
    EXPECT_EQ(want(200, "GET", "/ops/conversations?channel=web&q=nothing")["total"], 0);
    EXPECT_EQ(
        support::http(gateway.port(), "GET", "/ops/conversations", {}, gateway.key()).status, 200);
}

TEST_P(Ops, TwoTenantsWithTheSameConversationIdsDoNotMeet)
{
    for (const char *tenant : { "one", "two" })
        makeTenant(tenant);
    const std::string first = talk("one", makeAgent("one"));
    const std::string second = talk("two", makeAgent("two"));
    auto mine = chat("one", first);
    auto theirs = chat("two", second);
    say(mine, "only for one");
    until(mine, "done");
    EXPECT_TRUE(theirs.silentFor(std::chrono::milliseconds(200)));
    want(404, "GET", "/ops/threads/two/" + first + "/messages");
    EXPECT_EQ(want(200, "GET", "/ops/conversations?tenant=two")["items"][0]["messages"], 0);
    const Json theirKeys = want(200, "GET", "/ops/keys?tenant=two")["items"];
    for (const Json &row : theirKeys)
        EXPECT_EQ(row["tenant_id"], "two");
    // Those of a thread by itself, however many there are.
    std::set<std::string> types;
    const Json own = want(200, "GET", "/ops/keys?tenant=one&thread=" + first);
    for (const Json &row : own["items"])
        types.insert(row["type"].get<std::string>());
    types.erase("ratelimit"); // a bucket that is full again is gone
    EXPECT_EQ(types, (std::set<std::string> { "engaged", "memory:short" }));
    want(404, "GET", "/ops/keys?tenant=two&thread=" + first);
}

} // namespace
} // namespace signalbox::integration
