// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/lease.h"

#include <gtest/gtest.h>

#include <random>

namespace signalbox::rules {
namespace {

schema::Lease lease(std::vector<std::string> scopes, std::string workspace = {})
{
    schema::Lease lease;
    lease.scopes = std::move(scopes);
    lease.workspace = std::move(workspace);
    lease.minutes = 15;
    lease.reason = "drill";
    return lease;
}

schema::Lease everything(std::string workspace = {})
{
    return lease({ leaseScopes.begin(), leaseScopes.end() }, std::move(workspace));
}

TEST(Lease, EachScopeCoversItsOwnOnly)
{
    const Change start { "flow", "start-flow", false, "acme" };
    const Change put { "config", "put", false, "acme" };
    const Change publish { "fabric", "publish", false, "acme" };
    const Change user { "iam", "create-user", false, {} };
    const Change agent { "agent", {}, true, "acme" };
    EXPECT_TRUE(covers(lease({ "flows" }), start));
    EXPECT_FALSE(covers(lease({ "flows" }), put));
    EXPECT_TRUE(covers(lease({ "config" }), put));
    EXPECT_FALSE(covers(lease({ "config" }), user));
    EXPECT_TRUE(covers(lease({ "access" }), user));
    EXPECT_TRUE(covers(lease({ "messages" }), publish));
    EXPECT_TRUE(covers(lease({ "messages" }), agent));
    EXPECT_FALSE(covers(lease({ "flows", "config", "access" }), agent));
}

TEST(Lease, WhatDestroysNeedsTheScopeOfDestroyingBesides)
{
    const Change stop { "flow", "stop-flow", false, "acme" };
    const Change purge { "fabric", "purge", false, "acme" };
    EXPECT_FALSE(covers(lease({ "flows" }), stop));
    EXPECT_TRUE(covers(lease({ "flows", "destroy" }), stop));
    EXPECT_FALSE(covers(lease({ "flows", "destroy" }), purge));
}

TEST(Lease, OneWorkspaceIsThatOneAndAccessBelongsToNone)
{
    const auto acme = everything("acme");
    EXPECT_TRUE(covers(acme, { "config", "put", false, "acme" }));
    EXPECT_FALSE(covers(acme, { "config", "put", false, "beta" }));
    EXPECT_FALSE(covers(acme, { "config", "put", false, {} }));
    EXPECT_FALSE(covers(acme, { "iam", "create-user", false, "acme" }));
    EXPECT_TRUE(covers(everything(), { "iam", "create-user", false, {} }));
}

TEST(Lease, WhatNobodyKnowsIsCoveredByEverythingOnly)
{
    std::mt19937 random(7);
    for (int i = 0; i < 500; ++i) {
        std::string name = "x";
        for (int j = 0; j < 6; ++j)
            name += char('a' + random() % 26);
        for (const std::string service : { "flow", "config", "iam", "fabric", "other" }) {
            const Change change { service, name, false, "acme" };
            EXPECT_EQ(classOf(change), OperationClass::Write);
            EXPECT_TRUE(covers(everything(), change));
            EXPECT_FALSE(covers(everything("acme"), change));
            EXPECT_FALSE(covers(lease({ "flows", "config", "access", "messages" }), change));
            EXPECT_FALSE(needsNoLease(change));
        }
    }
    EXPECT_FALSE(covers(lease({ "messages" }), { "no-such-kind", {}, true, "acme" }));
}

TEST(Lease, EveryKnownChangeHasAScope)
{
    for (const Operation &operation : allOperations())
        EXPECT_FALSE(scopeOf({ operation.service, operation.operation, false, {} }).empty());
}

TEST(Lease, ALeaseIsWholeOrNotGiven)
{
    EXPECT_EQ(leaseFault(everything()), std::nullopt);
    EXPECT_TRUE(leaseFault(lease({})));
    EXPECT_TRUE(leaseFault(lease({ "fly" })));
    EXPECT_TRUE(leaseFault(lease({ "destroy" })));
    auto one = everything();
    one.minutes = 61;
    EXPECT_TRUE(leaseFault(one));
    one = everything();
    one.reason = " \n";
    EXPECT_TRUE(leaseFault(one));
    one.reason = std::string(longestReason + 1, 'a');
    EXPECT_TRUE(leaseFault(one));
}

} // namespace
} // namespace signalbox::rules
