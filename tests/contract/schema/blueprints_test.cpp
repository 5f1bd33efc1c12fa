// SPDX-License-Identifier: GPL-3.0-only
// The blueprints that a real back end ships are sound by our rules.
#include "models/rules/blueprintcheck.h"
#include "models/rules/blueprintrows.h"
#include "models/schema/config.h"
#include "tests/contract/schema/understanding.h"

#include <cstdio>
#include <gtest/gtest.h>

using namespace signalbox;
using namespace signalbox::contract;

TEST(StockBlueprints, haveNoFaultAndTheLargestNoCautionEither)
{
    int seen = 0;
    int largest = 0;
    for (const Exchange &exchange : readExchanges(SIGNALBOX_ANSWERS)) {
        const auto answer = schema::decode<schema::ConfigResponse>(exchange.answer);
        if (!answer)
            continue;
        rules::KnownTypes types;
        types.emplace();
        for (const auto &[type, values] : answer->config)
            if (type == "parameter-type")
                for (const auto &[key, value] : values)
                    types->insert(key);
        for (const auto &[type, values] : answer->config) {
            if (type != "flow-blueprint")
                continue;
            for (const auto &[key, value] : values) {
                const auto tree = schema::JsonTree::parse(value);
                if (!tree)
                    continue; // one was stored broken on purpose (TG §4.2)
                const bool whole = rules::summaryOf(*tree).entries == 36;
                for (const auto &issue : rules::checkBlueprint(value, types)) {
                    EXPECT_NE(issue.severity, rules::BlueprintIssue::Severity::Fault)
                        << key << " " << schema::pathText(issue.path) << " " << issue.subject;
                    if (!whole)
                        continue;
                    EXPECT_EQ(issue.severity, rules::BlueprintIssue::Severity::Note)
                        << key << " " << schema::pathText(issue.path);
                }
                ++seen;
                largest += whole;
            }
        }
    }
    std::printf("stock blueprints checked: %d, of 36 entries: %d\n", seen, largest);
    EXPECT_GE(seen, 3);
    EXPECT_GE(largest, 1);
}
