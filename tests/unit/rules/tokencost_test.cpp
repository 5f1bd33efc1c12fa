// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/configlinks.h"
#include "models/rules/tokencost.h"
#include "models/schema/tokencost.h"

#include <gtest/gtest.h>

#include <limits>

using namespace signalbox;
using namespace signalbox::rules;

TEST(TokenCost, isTheSumOfWhatHasAPriceAndNamesWhatHasNone)
{
    const std::map<std::string, TokenPrice> prices { { "a", { 1e-6, 2e-6 } },
        { "b", { 1e-6, {} } } };
    const auto bill = billOf({ { "a", false, 100 }, { "a", true, 10 }, { "b", true, 5 },
                                 { "c", false, 1 }, { "c", true, 1 } },
        prices);
    EXPECT_DOUBLE_EQ(bill.tokensPerSecond, 117);
    EXPECT_NEAR(bill.usdPerHour, (100e-6 + 20e-6) * 3600, 1e-12);
    EXPECT_EQ(bill.unpriced, (std::vector<std::string> { "b", "c" }));
}

TEST(TokenCost, whatIsNoRateCountsAsNone)
{
    const auto bill =
        billOf({ { "a", false, -3 }, { "a", true, std::numeric_limits<double>::quiet_NaN() } }, {});
    EXPECT_EQ(bill.tokensPerSecond, 0);
    EXPECT_TRUE(bill.unpriced.empty());
}

TEST(TokenCost, aPriceIsReadAndWrittenAsItWas)
{
    const std::string text = R"({"model_name":"m","input_price":2.5e-06,"x":1})";
    const auto cost = schema::decode<schema::TokenCost>(text);
    ASSERT_TRUE(cost);
    EXPECT_EQ(cost->inputPrice, 2.5e-6);
    EXPECT_FALSE(cost->outputPrice);
    EXPECT_EQ(schema::encode(*cost), text);
}

TEST(TokenCost, aPriceThatNothingReadsIsToldBesideTheOneThatIsRead)
{
    const std::string price = R"({"model_name":"m","input_price":1e-06,"output_price":1e-06})";
    const std::vector<ConfigEntryView> alone { { "token-cost", "m", price } };
    const std::vector<ConfigEntryView> both { { "token-cost", "m", price },
        { "token-costs", "m", price } };
    EXPECT_TRUE(issuesOf(alone, "token-cost", "m", price).empty());
    EXPECT_EQ(issuesOf(both, "token-cost", "m", price).size(), 1u);
    EXPECT_EQ(issuesOf(both, "token-costs", "m", price).size(), 1u);
    // those are all that have to be known for it
    EXPECT_TRUE(concerns("token-cost", "token-costs"));
    EXPECT_FALSE(concerns("token-cost", "tool"));
    EXPECT_FALSE(concerns("token-costs", "token-cost"));
    for (const char *type : { "tool", "prompt", "mcp", "tool-service", "schema", "collection" }) {
        EXPECT_TRUE(concerns("tool", type));
        EXPECT_FALSE(concerns("prompt", type));
    }
    EXPECT_FALSE(concerns("tool", "flow"));
}
