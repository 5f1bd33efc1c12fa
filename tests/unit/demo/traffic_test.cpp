// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/traffic.h"

#include <gtest/gtest.h>

using namespace signalbox::gateway::demo;

namespace {
double mean(const Traffic &traffic, double overMs)
{
    double sum = 0;
    constexpr int steps = 20000;
    for (int i = 0; i < steps; ++i) {
        const double factor = traffic.factor(overMs * i / steps);
        EXPECT_LE(factor, traffic.peak());
        EXPECT_GE(factor, 0);
        sum += factor;
    }
    return sum / steps;
}

TEST(Traffic, EveryShapeHasTheAverageThatItsRateSays)
{
    const LineBook book = lineBook();
    EXPECT_NEAR(mean({ book, 60, "steady" }, book.dayMs), 1, 0.001);
    EXPECT_NEAR(mean({ book, 60, "day" }, book.dayMs), 1, 0.1);
    EXPECT_NEAR(mean({ book, 60, "surge" }, book.surge.floodMs + book.surge.pauseMs), 1, 0.1);
}

TEST(Traffic, ASurgeBeginsWithTheFloodAndADayHasQuietHours)
{
    const LineBook book = lineBook();
    EXPECT_EQ(Traffic(book, 60, "surge").factor(0), book.surge.floodFactor);
    EXPECT_EQ(Traffic(book, 60, "surge").factor(book.surge.floodMs + 1), book.surge.pauseFactor);
    const Traffic day(book, 60, "day");
    double low = day.peak();
    double high = 0;
    for (int i = 0; i < 1000; ++i) {
        low = std::min(low, day.factor(book.dayMs * i / 1000));
        high = std::max(high, day.factor(book.dayMs * i / 1000));
    }
    EXPECT_LT(low, 0.5);
    EXPECT_GT(high, 2);
}

TEST(Traffic, ThinnedArrivalsComeAtTheRate)
{
    const LineBook book = lineBook();
    const Traffic traffic(book, 600, "surge");
    Random random(5);
    const double span = 10 * (book.surge.floodMs + book.surge.pauseMs);
    int arrivals = 0;
    for (double at = traffic.nextCandidate(random); at < span; at += traffic.nextCandidate(random))
        arrivals += traffic.accept(at, random) ? 1 : 0;
    EXPECT_NEAR(arrivals / (span / 60000) / 600, 1, 0.12);
}

TEST(Traffic, ARateOfZeroFlowsNot)
{
    EXPECT_FALSE(Traffic(lineBook(), 0, "day").flows());
}

TEST(Randomness, ServiceTimesHaveTheirMedian)
{
    Random random(3);
    int below = 0;
    for (int i = 0; i < 20000; ++i)
        below += random.logNormal(40, 0.5) < 40 ? 1 : 0;
    EXPECT_NEAR(below / 20000.0, 0.5, 0.02);
}
} // namespace
