// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/queuerates.h"

#include <gtest/gtest.h>
#include <random>

namespace signalbox::rules {
namespace {

using Kind = Drain::Kind;

TEST(QueueRates, ACounterThatWentBackTellsNoRate)
{
    EXPECT_EQ(counterRate(10, 30, 2000), 10.0);
    EXPECT_EQ(counterRate(10, 10, 2000), 0.0);
    EXPECT_EQ(counterRate(10, 9, 2000), std::nullopt);
    EXPECT_EQ(counterRate(10, 30, 0), std::nullopt);
    EXPECT_EQ(counterRate(10, 30, -5), std::nullopt);
}

TEST(QueueRates, AnEmptyQueueHasDrainedWhateverItsRates)
{
    EXPECT_EQ(timeToDrain(0, {}, {}).kind, Kind::Empty);
    EXPECT_EQ(timeToDrain(0, 5.0, 1.0).kind, Kind::Empty);
}

TEST(QueueRates, WithoutARateNothingIsSaid)
{
    EXPECT_EQ(timeToDrain(5, {}, 1.0).kind, Kind::Unknown);
    EXPECT_EQ(timeToDrain(5, 1.0, {}).kind, Kind::Unknown);
    EXPECT_EQ(drainMs(timeToDrain(5, {}, {})), std::nullopt);
}

TEST(QueueRates, TheDifferenceOfTheRatesDecides)
{
    EXPECT_EQ(timeToDrain(100, 10.0, 20.0), (Drain { Kind::Draining, 10 }));
    EXPECT_EQ(timeToDrain(100, 20.0, 10.0).kind, Kind::Growing);
    EXPECT_EQ(timeToDrain(100, 0.0, 0.0).kind, Kind::Standing);
    EXPECT_EQ(timeToDrain(100, 1000.0, 1005.0).kind, Kind::Standing); // noise
    EXPECT_EQ(timeToDrain(1000000000, 0.0, 1.0).kind, Kind::Standing); // longer than a month
}

TEST(QueueRates, WhatGrowsSortsBehindWhatStandsAndThatBehindEveryTime)
{
    std::mt19937 random(7);
    std::uniform_int_distribution<int> number(0, 5000);
    for (int i = 0; i < 2000; ++i) {
        const Drain drain = timeToDrain(number(random), number(random) / 7.0, number(random) / 7.0);
        const double ms = drainMs(drain).value();
        ASSERT_GE(ms, 0);
        const double standing = drainMs({ Kind::Standing, 0 }).value();
        const double growing = drainMs({ Kind::Growing, 0 }).value();
        ASSERT_LT(standing, growing);
        if (drain.kind == Kind::Draining) {
            ASSERT_GT(ms, 0);
            ASSERT_LT(ms, standing);
        }
    }
}

} // namespace
} // namespace signalbox::rules
