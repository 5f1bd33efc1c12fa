// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/condition.h"

#include <gtest/gtest.h>

using namespace signalbox::rules;

namespace {

bool holds(const char *text, const ConditionFacts &facts)
{
    const auto condition = Condition::compile(text);
    EXPECT_TRUE(condition) << text;
    return condition && condition->holds(facts);
}

ConditionFacts dispute(double attempts)
{
    ConditionFacts facts;
    facts.numbers = { { "attempts", attempts }, { "cost_usd", 0.5 } };
    facts.texts = { { "channel", "slack" } };
    facts.said = "I have a Billing problem. I dispute it!";
    return facts;
}

} // namespace

TEST(Condition, TopicsAndNumbersAreJoined)
{
    EXPECT_TRUE(holds("billing_dispute AND attempts > 2", dispute(3)));
    EXPECT_FALSE(holds("billing_dispute AND attempts > 2", dispute(2)));
    EXPECT_FALSE(holds("refund AND attempts > 2", dispute(3)));
    EXPECT_TRUE(holds("refund or attempts>=3", dispute(3)));
    EXPECT_TRUE(holds("not refund and (attempts = 3 or channel = web)", dispute(3)));
    EXPECT_TRUE(holds("channel == \"Slack\" AND cost_usd < 0.75", dispute(0)));
    EXPECT_FALSE(holds("channel != slack", dispute(0)));
}

TEST(Condition, AndBindsCloserThanOr)
{
    EXPECT_TRUE(holds("billing OR refund AND refund", dispute(0)));
    EXPECT_FALSE(holds("(billing OR refund) AND refund", dispute(0)));
}

TEST(Condition, ATopicIsFoundAtTheBeginningOfWordsOnly)
{
    EXPECT_TRUE(saysTopic("bill", "my BILLs"));
    EXPECT_FALSE(saysTopic("bill", "handbill"));
    EXPECT_FALSE(saysTopic("", "anything"));
    EXPECT_FALSE(saysTopic("__", "anything"));
}

TEST(Condition, AFaultSaysWhere)
{
    const struct {
        const char *text;
        std::size_t position, length;
    } faults[] = {
        { "", 0, 0 },
        { "a AND", 5, 0 },
        { "a b", 2, 1 },
        { "(a", 2, 0 },
        { "a)", 1, 1 },
        { "attempts", 8, 0 },
        { "attempts > x", 11, 1 },
        { "topic > 2", 0, 5 },
        { "channel > web", 8, 1 },
        { "a AND \"b", 6, 2 },
        { "a & b", 2, 1 },
        { "AND a", 0, 3 },
    };
    for (const auto &fault : faults) {
        const auto condition = Condition::compile(fault.text);
        ASSERT_FALSE(condition) << fault.text;
        EXPECT_EQ(condition.error().position, fault.position) << fault.text;
        EXPECT_EQ(condition.error().length, fault.length) << fault.text;
        EXPECT_FALSE(condition.error().message.empty());
    }
}

TEST(Condition, WhatIsTooDeepOrTooLongIsRefused)
{
    EXPECT_FALSE(Condition::compile(std::string(100, '(') + "a" + std::string(100, ')')));
    EXPECT_TRUE(Condition::compile(std::string(60, '(') + "a" + std::string(60, ')')));
    EXPECT_FALSE(Condition::compile(std::string(4001, 'a')));
}
