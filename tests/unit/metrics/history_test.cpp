// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/history.h"
#include "app/gateway/metrics/promql/parser.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace signalbox::gateway::metrics {
namespace {

using promql::Sample;

void put(History &history, std::int64_t timeMs, const std::vector<Sample> &samples)
{
    history.append(timeMs, [&](const TakeSample &take) {
        for (const Sample &sample : samples)
            take(sample.labels, sample.value);
    });
}

TEST(Column, GivesBackExactlyWhatItTook)
{
    std::mt19937_64 random(7);
    std::vector<double> values { 0, -0.0, 1, 0.1, 1e300, -5, 4503599627370495.0,
        -4503599627370495.0, 4503599627370496.0, std::numeric_limits<double>::infinity(),
        staleMark(), 3, 3, 2 };
    for (int i = 0; i < 5000; ++i)
        values.push_back(random() % 3 == 0 ? std::bit_cast<double>(random())
                                           : double(int(random() % 2000) - 1000));
    Column column;
    for (const double value : values)
        column.append(value);
    Column::Reader reader(column);
    for (const double value : values)
        ASSERT_EQ(std::bit_cast<std::uint64_t>(reader.next()), std::bit_cast<std::uint64_t>(value));
}

TEST(Column, ACounterThatStandsStillTakesAByteASample)
{
    Column column;
    for (int i = 0; i < 1000; ++i)
        column.append(123456);
    column.finish();
    EXPECT_LE(column.bytes(), 1010U);
}

class HistoryTest : public ::testing::Test {
protected:
    static Sample sample(const std::string &name, double value)
    {
        return { { { "__name__", name }, { "job", "x" } }, value };
    }
    [[nodiscard]] std::vector<Series> select(
        const std::string &selector, std::int64_t from, std::int64_t to) const
    {
        return history.select(*promql::parseSelector(selector), from, to);
    }
    History history { { 120, 3 } };
};

TEST_F(HistoryTest, SelectsByMatchersAndTimeBothEndsIncluded)
{
    for (int i = 1; i <= 10; ++i)
        put(history, i * 1000, { sample("a", i), sample("b", -i) });
    const auto found = select("a", 3000, 5000);
    ASSERT_EQ(found.size(), 1U);
    ASSERT_EQ(found[0].points.size(), 3U);
    EXPECT_EQ(found[0].points.front().timeMs, 3000);
    EXPECT_EQ(found[0].points.back().value, 5);
    EXPECT_EQ(select(R"({job="x"})", 0, 99999).size(), 2U);
    EXPECT_TRUE(select("a", 11000, 12000).empty());
}

TEST_F(HistoryTest, WhatIsMissingFromASamplingHasEnded)
{
    put(history, 1000, { sample("a", 1) });
    put(history, 2000, {});
    put(history, 3000, {});
    put(history, 4000, { sample("a", 5) });
    const auto points = select("a", 0, 5000)[0].points;
    ASSERT_EQ(points.size(), 3U) << "the end is marked once";
    EXPECT_TRUE(isStale(points[1].value));
    EXPECT_EQ(points[1].timeMs, 2000);
    EXPECT_EQ(points[2].value, 5);
    EXPECT_EQ(points[2].timeMs, 4000);
}

TEST_F(HistoryTest, KeepsSoManySamplingsAndNoMore)
{
    for (int i = 1; i <= 1000; ++i)
        put(history, i * 1000, { sample("a", i), sample(i < 700 ? "old" : "new", 1) });
    const auto points = select("a", 0, 1000000)[0].points;
    EXPECT_GE(points.size(), 120U);
    EXPECT_LE(points.size(), 180U);
    EXPECT_EQ(points.back().value, 1000);
    EXPECT_EQ(points.front().value * 1000, static_cast<double>(points.front().timeMs));
    EXPECT_TRUE(select("old", 0, 1000000).empty());
    EXPECT_EQ(history.size().series, 2U) << "what ended long ago is gone";
}

TEST_F(HistoryTest, SeriesOverTheLimitAreCounted)
{
    put(history, 1000, { sample("a", 1), sample("b", 1), sample("c", 1), sample("d", 1) });
    put(history, 2000, { sample("a", 1), sample("b", 1), sample("c", 1), sample("d", 1) });
    EXPECT_EQ(history.size().series, 3U);
    EXPECT_EQ(history.size().refused, 2);
}

TEST_F(HistoryTest, ATimeThatDoesNotMoveOnIsNotTaken)
{
    put(history, 1000, { sample("a", 1) });
    put(history, 1000, { sample("a", 2) });
    put(history, 900, { sample("a", 3) });
    EXPECT_EQ(select("a", 0, 5000)[0].points.size(), 1U);
}

TEST_F(HistoryTest, TheLastSamplingIsKnown)
{
    put(history, 1000, { sample("a", 1), sample("b", 2) });
    put(history, 2000, { sample("b", 3) });
    std::int64_t time = 0;
    const auto last = history.last(time);
    EXPECT_EQ(time, 2000);
    ASSERT_EQ(last.size(), 1U);
    EXPECT_EQ(last[0].value, 3);
}

TEST_F(HistoryTest, ANulInALabelDoesNoHarm)
{
    put(history, 1000, { { { { "__name__", "a" }, { "job", std::string("x\0y", 3) } }, 1 } });
    EXPECT_EQ(select(R"(a{job="x y"})", 0, 2000).size(), 1U);
}

} // namespace
} // namespace signalbox::gateway::metrics
