// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/isolation.h"

#include <gtest/gtest.h>

namespace signalbox::rules {
namespace {

TEST(Isolation, ARequestTellsItsTenantByPathOrQuery)
{
    EXPECT_EQ(tenantAsked("portal", "GET /tenants/acme/agents"), "acme");
    EXPECT_EQ(tenantAsked("ops", "GET /keys?type=dedup&tenant=a%20b"), "a b");
    EXPECT_EQ(tenantAsked("ops", "GET /conversations?xtenant=b"), "");
    EXPECT_EQ(tenantAsked("portal", "GET /tenants"), "");
    EXPECT_EQ(tenantAsked("iam", "GET /x?tenant=a"), "");
}

TEST(Isolation, AnyMarkOfAnotherTenantIsFoundWhereverItStands)
{
    const auto at = [](const char *text) {
        const auto proof = foreignIn("acme", text);
        return proof ? proof->where + "=" + proof->found : std::string();
    };
    EXPECT_EQ(
        at(R"({"items":[{"tenant_id":"acme"},{"tenant_id":"beta"}]})"), "items[1].tenant_id=beta");
    EXPECT_EQ(at(R"([{"id":"1","tenantId":"beta"}])"), "[0].tenantId=beta");
    EXPECT_EQ(at(R"({"a":{"b":[[{"tenant_id":"beta"}]]}})"), "a.b[0][0].tenant_id=beta");
    EXPECT_EQ(at(R"({"tenant":"beta"})"), "tenant=beta");
    EXPECT_EQ(at(R"({"id":"beta","slug":"acme"})"), "id=beta");
    EXPECT_EQ(at(R"({"key":"beta:dedup:1","subject":"1","tenant_id":"acme"})"), "key=beta");
    // Escapes hide nothing, nor does another type, nor what only begins alike.
    EXPECT_EQ(at(R"({"tenant\u005fid":"b\u0065ta"})"), "tenant_id=beta");
    EXPECT_EQ(at(R"({"tenant_id":7})"), "tenant_id=7");
    EXPECT_EQ(at(R"({"tenant_id":"acme "})"), "tenant_id=acme ");
    EXPECT_EQ(at(R"({"tenant_id":"ACME"})"), "tenant_id=ACME");
}

TEST(Isolation, AnEmptyTenantIsNobodysAndNoneSaysNothing)
{
    for (const char *text : { R"({"items":[{"tenant_id":"acme"},{"tenant_id":""}]})",
             R"({"tenant":""})", R"({"tenantId":""})", R"({"id":"","slug":"acme"})",
             R"({"key":":dedup:1","subject":"1"})" }) {
        const auto proof = foreignIn("acme", text);
        ASSERT_TRUE(proof) << text;
        EXPECT_EQ(proof->found, "") << text;
        EXPECT_EQ(proof->expected, "acme") << text;
    }
    for (const char *text : { R"({"name":"a template"})", R"({"tenant_id":null})" })
        EXPECT_FALSE(foreignIn("acme", text)) << text;
    schema::Event event;
    event.tenant = "acme";
    event.about.emplace_back().message.emplace();
    const auto proof = foreignIn(event);
    ASSERT_TRUE(proof) << "a message is always some tenant's";
    EXPECT_EQ(proof->where, "data.message.tenant_id");
}

TEST(Isolation, WhatIsItsOwnOrSaysNothingPasses)
{
    for (const char *text : { R"({"items":[{"tenant_id":"acme"}]})", R"({"tenant_id":null})",
             R"({"key":"acme:memory:short:a:b","subject":"a:b"})", "{}", "[]", "7", "no json", "",
             R"({"key":"other","value":"beta:x"})" })
        EXPECT_FALSE(foreignIn("acme", text)) << text;
    // Tools and people may write what they like.
    EXPECT_FALSE(
        foreignIn("acme", R"({"arguments":{"tenant_id":"beta"},"metadata":{"tenant":"b"}})"));
    EXPECT_FALSE(foreignIn("", R"({"tenant_id":"beta"})"));
}

TEST(Isolation, AnEventMustCarryWhatItSays)
{
    schema::Event event;
    event.tenant = "acme";
    event.about.emplace_back();
    EXPECT_FALSE(foreignIn(event));
    const auto caught = [&] {
        const auto proof = foreignIn(event);
        event.about.front() = {};
        return proof ? proof->found : std::string("-");
    };
    event.about.front().message.emplace().tenantId = "beta";
    EXPECT_EQ(caught(), "beta");
    event.about.front().conversation.emplace().thread.tenantId = "beta";
    EXPECT_EQ(caught(), "beta");
    event.about.front().confirmation.emplace().tenantId = "beta";
    EXPECT_EQ(caught(), "beta");
    event.about.front().escalation.emplace().tenantId = "beta";
    EXPECT_EQ(caught(), "beta");
    event.about.front().audit.emplace().tenantId = "beta";
    EXPECT_EQ(caught(), "beta");
    event.about.front().audit.emplace().tenantId = "acme";
    EXPECT_EQ(caught(), "-");
}

} // namespace
} // namespace signalbox::rules
