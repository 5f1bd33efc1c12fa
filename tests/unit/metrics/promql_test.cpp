// SPDX-License-Identifier: GPL-3.0-only
// The subset of signalbox-gateway §8. That the numbers are those of a real Prometheus is checked by
// tests/integration/metrics; here stand the rules, one by one.
#include "app/gateway/metrics/promql/evaluator.h"
#include "app/gateway/metrics/promql/functions.h"
#include "app/gateway/metrics/promql/parser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>

namespace signalbox::gateway::promql {
namespace {

using metrics::Labels;
using metrics::Series;

constexpr std::int64_t second = 1000;

class Fixed : public Storage {
public:
    std::vector<Series> all;
    [[nodiscard]] std::vector<Series> select(
        const std::vector<Matcher> &matchers, std::int64_t from, std::int64_t to) const override
    {
        std::vector<Series> found;
        for (const Series &series : all) {
            if (!accepts(matchers, series.labels))
                continue;
            Series part { series.labels, {} };
            for (const metrics::Point &point : series.points)
                if (point.timeMs >= from && point.timeMs <= to)
                    part.points.push_back(point);
            if (!part.points.empty())
                found.push_back(part);
        }
        return found;
    }
};

Series series(Labels labels, std::vector<metrics::Point> points)
{
    return { metrics::sorted(std::move(labels)), std::move(points) };
}

class Promql : public ::testing::Test {
protected:
    Promql()
    {
        for (const char *job : { "a", "b" })
            for (const char *status : { "ok", "error" }) {
                const double step = *job == 'a' ? 2 : 3;
                const double share = *status == 'o' ? 10 : 1;
                Series one = series(
                    { { "__name__", "done_total" }, { "job", job }, { "status", status } }, {});
                for (int i = 0; i <= 10; ++i)
                    one.points.push_back({ i * 10 * second, i * step * share });
                storage.all.push_back(one);
            }
    }

    InstantResult at(const std::string &query, std::int64_t time = 100 * second)
    {
        const auto node = parseQuery(query);
        if (!node) {
            ADD_FAILURE() << query << ": " << node.error().text;
            return {};
        }
        auto result = evaluateAt(**node, storage, time);
        if (!result) {
            ADD_FAILURE() << query << ": " << result.error().text;
            return {};
        }
        return std::move(*result);
    }

    /// `{job="a"} 3; …`
    std::string text(const std::string &query, std::int64_t time = 100 * second)
    {
        const InstantResult result = at(query, time);
        std::ostringstream out;
        if (result.type == ValueType::Scalar)
            out << result.scalar;
        for (const Sample &sample : result.vector) {
            out << (out.str().empty() ? "" : "; ");
            for (const auto &[name, value] : sample.labels)
                out << name << '=' << value << ' ';
            out << sample.value;
        }
        return out.str();
    }

    static std::string fault(const std::string &query)
    {
        const auto node = parseQuery(query);
        return node ? "parsed" : node.error().text;
    }

    Fixed storage;
};

TEST_F(Promql, SelectorsKnowTheFourMatchers)
{
    EXPECT_EQ(at("done_total").vector.size(), 4U);
    EXPECT_EQ(
        text(R"(done_total{job="a",status!="ok"})"), "__name__=done_total job=a status=error 20");
    EXPECT_EQ(at(R"({__name__=~"done_.*",status!~"er.+"})").vector.size(), 2U);
    EXPECT_EQ(at(R"(done_total{status=~"o"})").vector.size(), 0U) << "anchored at both ends";
    EXPECT_EQ(at(R"(done_total{nosuch=""})").vector.size(), 4U) << "absent is empty";
    EXPECT_EQ(at("done_total{job='a',}").vector.size(), 2U);
    EXPECT_EQ(at("done_total{job=`a`}").vector.size(), 2U);
    EXPECT_EQ(at(R"(done_total{job="\x61"})").vector.size(), 2U);
}

TEST_F(Promql, ASampleIsCurrentForFiveMinutes)
{
    EXPECT_EQ(at("done_total", 400 * second).vector.size(), 4U);
    EXPECT_EQ(at("done_total", 400 * second + 1).vector.size(), 0U);
    EXPECT_EQ(at("done_total", -1).vector.size(), 0U);
}

TEST_F(Promql, AnEndedSeriesIsGoneAtOnce)
{
    storage.all.front().points.push_back({ 105 * second, metrics::staleMark() });
    EXPECT_EQ(at("done_total", 104 * second).vector.size(), 4U);
    EXPECT_EQ(at("done_total", 105 * second).vector.size(), 3U);
    EXPECT_EQ(at("rate(done_total[1m])", 106 * second).vector.size(), 4U)
        << "what it did before still counts";
}

TEST_F(Promql, AggregationsByAndWithout)
{
    EXPECT_EQ(text("sum(done_total)"), "550");
    EXPECT_EQ(text("sum by (job) (done_total)"), "job=a 220; job=b 330");
    EXPECT_EQ(text("sum(done_total) by (job)"), "job=a 220; job=b 330");
    EXPECT_EQ(text("avg without (status) (done_total)"), "job=a 110; job=b 165");
    EXPECT_EQ(text("max by (nosuch) (done_total)"), "300");
    EXPECT_EQ(text("COUNT(done_total) WITHOUT (job, status)"), "4");
    EXPECT_EQ(text("count(nosuch)"), "");
}

TEST_F(Promql, ArithmeticWithScalarsDropsTheName)
{
    EXPECT_EQ(text(R"(done_total{job="a",status="ok"} / 2 + 1)"), "job=a status=ok 101");
    EXPECT_EQ(text(R"(2 ^ 3 ^ 2)"), "512");
    EXPECT_EQ(text("-2 ^ 2"), "-4");
    EXPECT_EQ(text("1 + 2 * 3 % 4"), "3");
    EXPECT_EQ(text("(1 + 2) * 0x10"), "48");
    EXPECT_EQ(text("-sum(done_total)"), "-550");
    EXPECT_EQ(text("1e3 - Inf"), "-inf");
    EXPECT_TRUE(std::isnan(at("0 / 0").scalar));
    EXPECT_EQ(text("7 # seven\n - 1"), "6");
}

TEST_F(Promql, ComparisonsFilterOrAnswerWithBool)
{
    EXPECT_EQ(text("done_total > 200"), "__name__=done_total job=b status=ok 300");
    EXPECT_EQ(text("200 < done_total"), "__name__=done_total job=b status=ok 300")
        << "the vector's value stays";
    EXPECT_EQ(text("sum by (job) (done_total) >= bool 300"), "job=a 0; job=b 1");
    EXPECT_EQ(text("1 == bool 2"), "0");
}

TEST_F(Promql, RateIsExtrapolatedToTheEndsOfTheRange)
{
    // 20 a step of ten seconds, samples at both ends.
    EXPECT_EQ(text(R"(rate(done_total{job="a",status="ok"}[1m]))"), "job=a status=ok 2");
    EXPECT_EQ(text(R"(increase(done_total{job="a",status="ok"}[1m]))"), "job=a status=ok 120");
    // At 105 s the range begins at 45 s: five seconds are made up at each end.
    EXPECT_EQ(text(R"(increase(done_total{job="a",status="ok"}[1m]))", 105 * second),
        "job=a status=ok 120");
    EXPECT_EQ(at("rate(done_total[5s])").vector.size(), 0U) << "one sample is none";
}

TEST_F(Promql, AResetIsMadeGood)
{
    using metrics::Point;
    const std::vector<Point> points { { 0, 10 }, { 10 * second, 20 }, { 20 * second, 5 },
        { 30 * second, 15 } };
    EXPECT_DOUBLE_EQ(*extrapolated(points, 30 * second, 30 * second, false), 25);
}

TEST_F(Promql, ExtrapolationStopsAtZeroAndAtHalfAStep)
{
    using metrics::Point;
    const std::vector<Point> young { { 50 * second, 1 }, { 60 * second, 3 } };
    // Zero was at most 5 s before the first sample.
    EXPECT_DOUBLE_EQ(*extrapolated(young, 60 * second, 60 * second, false), 3);
    const std::vector<Point> late { { 10 * second, 100 }, { 20 * second, 110 } };
    EXPECT_DOUBLE_EQ(*extrapolated(late, 60 * second, 60 * second, false), 10 * 25.0 / 10)
        << "10 s to the start as they are, half a step at the far end";
}

TEST_F(Promql, QuantilesInterpolateWithinABucket)
{
    const double infinite = std::numeric_limits<double>::infinity();
    const std::vector<Bucket> buckets { { 1, 10 }, { 2, 20 }, { infinite, 20 } };
    EXPECT_DOUBLE_EQ(bucketQuantile(0.25, buckets), 0.5);
    EXPECT_DOUBLE_EQ(bucketQuantile(0.75, buckets), 1.5);
    EXPECT_DOUBLE_EQ(bucketQuantile(1, buckets), 2);
    EXPECT_EQ(bucketQuantile(-1, buckets), -infinite);
    EXPECT_EQ(bucketQuantile(2, buckets), infinite);
    EXPECT_DOUBLE_EQ(bucketQuantile(0.9, { { 1, 10 }, { infinite, 20 } }), 1)
        << "beyond the last bound there is only the bound";
    EXPECT_TRUE(std::isnan(bucketQuantile(0.5, { { 1, 10 }, { 2, 20 } }))) << "no +Inf";
    EXPECT_TRUE(std::isnan(bucketQuantile(0.5, { { 1, 0 }, { infinite, 0 } }))) << "nothing seen";
}

TEST_F(Promql, HistogramsAreGroupedByTheirOtherLabels)
{
    storage.all.clear();
    for (const char *job : { "a", "b" })
        for (const char *bound : { "1", "2", "+Inf" })
            storage.all.push_back(
                series({ { "__name__", "took_bucket" }, { "job", job }, { "le", bound } },
                    { { 100 * second, *bound == '1' ? 10.0 : 20.0 } }));
    EXPECT_EQ(text("histogram_quantile(0.75, took_bucket)"), "job=a 1.5; job=b 1.5");
    EXPECT_EQ(text("histogram_quantile(1 - 0.25, sum by (le) (took_bucket))"), "1.5");
}

TEST_F(Promql, RangeQueriesStepFromStartToEnd)
{
    const auto node = parseQuery("sum by (job) (done_total)");
    const auto lines = evaluateRange(**node, storage, 0, 100 * second, 25 * second);
    ASSERT_TRUE(lines);
    ASSERT_EQ(lines->size(), 2U);
    ASSERT_EQ(lines->front().points.size(), 5U);
    EXPECT_EQ(lines->front().points[1].timeMs, 25 * second);
    EXPECT_EQ(lines->front().points[1].value, 44) << "of the sample at 20 s";
    const auto tooFine = evaluateRange(**node, storage, 0, 20000 * second, second);
    ASSERT_FALSE(tooFine);
    EXPECT_EQ(tooFine.error().kind, EvaluationFault::Kind::BadData);
    EXPECT_NE(tooFine.error().text.find("11000 points"), std::string::npos);
}

TEST_F(Promql, SeriesThatBecomeOneAreRefused)
{
    storage.all.push_back(series({ { "__name__", "other" }, { "job", "a" }, { "status", "ok" } },
        { { 90 * second, 1 }, { 100 * second, 2 } }));
    const auto node = parseQuery(R"(rate({__name__=~"done_total|other"}[1m]))");
    const auto result = evaluateAt(**node, storage, 100 * second);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, EvaluationFault::Kind::Execution);
    EXPECT_NE(result.error().text.find("same labelset"), std::string::npos);
}

TEST_F(Promql, BoundsOfWorkAreSaid)
{
    const auto node = parseQuery("done_total");
    EvaluationLimits small;
    small.points = 10;
    const auto result = evaluateAt(**node, storage, 100 * second, small);
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().text.find("the limit is 10"), std::string::npos);
    EvaluationLimits hasty;
    hasty.time = std::chrono::milliseconds(-1);
    const auto late = evaluateAt(**node, storage, 100 * second, hasty);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, EvaluationFault::Kind::Timeout);
}

TEST_F(Promql, WhatIsNotSupportedIsNamed)
{
    const std::vector<std::pair<const char *, const char *>> table {
        { "min(x)", "1:1: the aggregation min is not supported; this gateway has selectors" },
        { "topk(3, x)", "1:1: the aggregation topk is not supported" },
        { "irate(x[5m])", "1:1: the function irate is not supported" },
        { "x offset 5m", "1:3: offset is not supported" },
        { "x[5m] offset 5m", "1:7: offset is not supported" },
        { "x @ 3", "1:3: the modifier @ is not supported" },
        { "rate(x[5m:1m])", "1:7: a subquery is not supported" },
        { "a + b", "1:3: an operator between two vectors is not supported" },
        { "a\n  and b", "2:3: the operator and is not supported" },
        { "a / on(x) b", "1:5: matching of two vectors (on) is not supported" },
        { "\"x\"", "1:1: a text as a value is not supported" },
    };
    for (const auto &[query, text] : table)
        EXPECT_TRUE(fault(query).starts_with(text)) << query << " gives " << fault(query);
}

TEST_F(Promql, FaultsNameTheirPlace)
{
    const std::vector<std::pair<const char *, const char *>> table {
        { "", "1:1: parse error: no expression found in input" },
        { "{", "1:2: parse error: unexpected end of input inside braces" },
        { "sum(", "1:5: parse error: unexpected end of input" },
        { "x)", "1:2: parse error: unexpected \")\"" },
        { "{job=~\"(\"}", "1:7: parse error: error parsing regexp" },
        { "{job=\"\"}", "1:1: parse error: vector selector must contain at least one non-empty" },
        { "{job=~\".*\"}", "1:1: parse error: vector selector must contain" },
        { "a{__name__=\"b\"}", "1:1: parse error: metric name must not be set twice" },
        { "rate(x)", "1:6: parse error: expected type range vector in rate, got instant vector" },
        { "sum(1)", "1:5: parse error: expected type instant vector in an aggregation" },
        { "sum(x[5m])", "1:5: parse error: expected type instant vector" },
        { "histogram_quantile(x, x)", "1:20: parse error: expected type scalar" },
        { "1 > 2", "1:3: parse error: comparisons between scalars must use BOOL modifier" },
        { "x + bool 1", "1:5: parse error: bool modifier can only be used" },
        { "x[5m] + 1", "1:1: parse error: binary expression must contain only" },
        { "x[0s]", "1:3: parse error: duration must be greater than 0" },
        { "x[5]", "1:3: parse error: unexpected \"5\"" },
        { "1[5m]", "1:2: parse error: ranges only allowed for vector selectors" },
        { "5mm", "1:1: parse error: bad number or duration syntax" },
        { "x{a=\"b", "1:5: parse error: unterminated quoted string" },
        { "x $", "1:3: parse error: unexpected character: '$'" },
    };
    for (const auto &[query, text] : table)
        EXPECT_TRUE(fault(query).starts_with(text)) << query << " gives " << fault(query);
}

TEST_F(Promql, DepthAndLengthAreBounded)
{
    EXPECT_NE(fault(std::string(500, '(') + "1").find("nested deeper"), std::string::npos);
    EXPECT_NE(fault(std::string(500, '-') + "1").find("nested deeper"), std::string::npos);
    std::string chain = "1";
    for (int i = 0; i < 2000; ++i)
        chain += "+1";
    EXPECT_NE(fault(chain).find("more than 1000 operators"), std::string::npos);
    EXPECT_NE(fault(std::string(20000, ' ')).find("longer than"), std::string::npos);
}

TEST(Durations, DescendInTheirUnits)
{
    const auto ms = [](const char *text) {
        std::int64_t value = -1;
        return durationOf(text, value) ? value : -1;
    };
    EXPECT_EQ(ms("5m"), 300000);
    EXPECT_EQ(ms("1h30m"), 5400000);
    EXPECT_EQ(ms("1d12h"), 129600000);
    EXPECT_EQ(ms("1s500ms"), 1500);
    for (const char *wrong : { "", "5", "m", "5m1h", "5m5m", "5x", "-5m", "5 m", "9999999999999y" })
        EXPECT_EQ(ms(wrong), -1) << wrong;
}

} // namespace
} // namespace signalbox::gateway::promql
