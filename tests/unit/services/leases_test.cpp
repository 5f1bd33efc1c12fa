// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/leases.h"
#include "tests/unit/services/platformtest.h"

namespace signalbox::gateway {
namespace {

constexpr std::int64_t minute = 60000;

class LeasesTest : public testing::Test {
protected:
    std::int64_t now = 1000;
    StoreResult<Store> store = openSqliteStore("");
    Leases leases { [this] { return now; }, *store->iam };

    Json ask(const std::string &operation, const std::string &actor, Json lease)
    {
        const Json body { { "operation", operation }, { "actor", actor }, { "lease", lease } };
        return Json::parse(leases.handle(operation, body.dump()));
    }
    static Json wanted(int minutes = 5)
    {
        return { { "workspace", "" }, { "scopes", { "flows" } }, { "minutes", minutes },
            { "reason", "drill" } };
    }
};

TEST_F(LeasesTest, AreGivenPerUserAndEndByTheServersClock)
{
    const Json taken = ask("take-lease", "ann", wanted());
    EXPECT_EQ(taken["lease"]["user"], "ann");
    EXPECT_EQ(taken["lease"]["expires-ms"], now + 5 * minute);
    EXPECT_EQ(taken["now-ms"], now);
    EXPECT_EQ(leases.of("ann").size(), 1u);
    EXPECT_TRUE(leases.of("bob").empty());
    now += 5 * minute - 1;
    EXPECT_EQ(leases.of("ann").size(), 1u);
    ++now;
    EXPECT_TRUE(leases.of("ann").empty());
    EXPECT_TRUE(
        hasError(ask("renew-lease", "ann", taken["lease"]), "not-found", "this lease has ended"));
}

TEST_F(LeasesTest, AreRenewedFromNowOn)
{
    Json lease = ask("take-lease", "ann", wanted())["lease"];
    now += 4 * minute;
    lease["minutes"] = 30;
    EXPECT_EQ(ask("renew-lease", "ann", lease)["lease"]["expires-ms"], now + 30 * minute);
    EXPECT_EQ(leases.of("ann").front().reason, "drill");
    lease["minutes"] = 600;
    EXPECT_EQ(ask("renew-lease", "ann", lease)["error"]["type"], "invalid-argument");
}

TEST_F(LeasesTest, AreEndedByTheirOwnerAndRevokedForAnybody)
{
    const Json lease = ask("take-lease", "ann", wanted())["lease"];
    EXPECT_EQ(ask("end-lease", "bob", lease)["error"]["type"], "not-found");
    EXPECT_EQ(ask("renew-lease", "bob", lease)["error"]["type"], "not-found");
    EXPECT_EQ(leases.of("ann").size(), 1u);
    EXPECT_EQ(ask("revoke-lease", "bob", lease)["lease"]["id"], lease["id"]);
    EXPECT_TRUE(leases.of("ann").empty());
}

TEST_F(LeasesTest, AreListedForTheirOwnerAndForAll)
{
    ask("take-lease", "ann", wanted());
    ask("take-lease", "bob", wanted());
    EXPECT_EQ(ask("list-my-leases", "ann", nullptr)["leases"].size(), 1u);
    EXPECT_EQ(ask("list-leases", "ann", nullptr)["leases"].size(), 2u);
}

TEST_F(LeasesTest, AreBoundedPerUserAndCheckedWhole)
{
    for (std::size_t i = 0; i < Leases::perUser; ++i)
        EXPECT_TRUE(ask("take-lease", "ann", wanted()).contains("lease"));
    EXPECT_EQ(ask("take-lease", "ann", wanted())["error"]["type"], "limit");
    EXPECT_TRUE(ask("take-lease", "bob", wanted()).contains("lease"));
    EXPECT_EQ(ask("take-lease", "cid", wanted(7))["error"]["type"], "invalid-argument");
    EXPECT_EQ(ask("take-lease", "cid", nullptr)["error"]["type"], "invalid-argument");
    EXPECT_EQ(ask("take-lease", "", wanted())["error"]["type"], "auth-failed");
}

TEST_F(LeasesTest, OutliveTheirProcessByTheSameClock)
{
    Json longer = ask("take-lease", "ann", wanted(30))["lease"];
    ask("take-lease", "ann", wanted());
    ask("end-lease", "bob", ask("take-lease", "bob", wanted(30))["lease"]);
    longer["minutes"] = 60;
    ask("renew-lease", "ann", longer);
    now += 5 * minute;
    Leases next([this] { return now; }, *store->iam);
    ASSERT_TRUE(next.restore());
    ASSERT_EQ(next.of("").size(), 1u) << "one has run out meanwhile, one was ended";
    EXPECT_EQ(next.of("ann"), leases.of("ann"));
    EXPECT_EQ(next.of("ann").front().expiresMs, 1000 + 60 * minute);
    EXPECT_EQ(next.of("ann").front().reason, "drill");
    now += 55 * minute;
    EXPECT_TRUE(next.of("ann").empty());
    Leases late([this] { return now; }, *store->iam);
    ASSERT_TRUE(late.restore());
    EXPECT_TRUE(store->iam->leases()->empty());
}

TEST_F(LeasesTest, EndWhenTheClockWasSetBackBehindTheirBeginning)
{
    ask("take-lease", "ann", wanted());
    now -= 500;
    Leases next([this] { return now; }, *store->iam);
    ASSERT_TRUE(next.restore());
    EXPECT_TRUE(next.of("ann").empty());
}

} // namespace
} // namespace signalbox::gateway
