// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/replaylog.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

using namespace signalbox::rules;

namespace {

constexpr std::int64_t start = 1'700'000'000'000;
constexpr std::size_t everything = std::size_t(1) << 30;

/// Keeps a whole copy for each sample.
struct NaiveLog {
    struct Sample {
        std::int64_t ms = 0;
        bool dark = false;
        std::map<std::string, ReplayLog::Figures> all;
    };
    std::vector<Sample> samples;
    const Sample *at(std::int64_t ms) const
    {
        const Sample *found = samples.empty() ? nullptr : &samples.front();
        for (const Sample &sample : samples)
            if (sample.ms <= ms)
                found = &sample;
        return found;
    }
};

ReplayLog::Figures figuresOf(std::mt19937 &random)
{
    const auto some = [&random](int most) { return std::int32_t(random() % unsigned(most)); };
    return { some(2'000'000'000), some(500), some(4), random() % 5 == 0 ? -1 : some(100'000),
        some(100'000) };
}

} // namespace

TEST(ReplayLog, EveryInstantIsAsANaiveReferenceKeptIt)
{
    for (unsigned seed = 1; seed <= 4; ++seed) {
        std::mt19937 random(seed);
        ReplayLog::Bounds bounds;
        bounds.spanMs = 300'000;
        bounds.bytes = seed % 2 == 0 ? 12'000 : everything;
        ReplayLog log(bounds);
        NaiveLog naive;
        std::map<std::string, std::pair<std::uint32_t, ReplayLog::Figures>> live;
        int made = 0;
        std::int64_t now = start;
        for (int turn = 0; turn < 300; ++turn) {
            now += 500 + std::int64_t(random() % 2500);
            for (int i = 0; i < int(random() % 3); ++i)
                live["q" + std::to_string(made++)] = { log.add(), figuresOf(random) };
            if (live.size() > 5 && random() % 3 == 0)
                live.erase(std::next(live.begin(), long(random() % live.size())));
            for (auto &[name, one] : live)
                if (random() % 3 == 0)
                    one.second = figuresOf(random);
            if (random() % 40 == 0) {
                log.dark(now);
                if (!naive.samples.empty() && !naive.samples.back().dark)
                    naive.samples.push_back({ now, true, {} });
                continue;
            }
            log.begin(now);
            NaiveLog::Sample sample { now, false, {} };
            for (const auto &[name, one] : live) {
                log.tell(one.first, one.second);
                sample.all[name] = one.second;
            }
            log.end();
            naive.samples.push_back(std::move(sample));
            ASSERT_LE(log.bytes(), bounds.bytes + 4000);
            ASSERT_LE(log.toMs() - log.fromMs(), bounds.spanMs);
            if (turn % 11 != 0)
                continue;
            for (int look = 0; look < 6; ++look) {
                const std::int64_t instant =
                    log.fromMs() + std::int64_t(random() % unsigned(log.toMs() - log.fromMs() + 1));
                const std::size_t budget = random() % 2 == 0 ? 1 : everything;
                while (!log.seek(instant, budget)) { }
                const auto *then = naive.at(instant);
                ASSERT_EQ(log.shownMs().has_value(), !then->dark);
                for (const auto &[name, one] : live) {
                    const auto expected = then->all.find(name);
                    ASSERT_EQ(log.at(one.first),
                        expected == then->all.end() ? ReplayLog::nothing : expected->second)
                        << "seed " << seed << " turn " << turn << ' ' << name;
                }
                std::size_t gone = 0;
                for (const auto &[name, figures] : then->all)
                    gone += live.contains(name) ? 0 : 1;
                ASSERT_EQ(log.goneSince(), gone);
            }
        }
    }
}

TEST(ReplayLog, WhatDoesNotFitGoesAndTheReachSaysSo)
{
    ReplayLog::Bounds bounds;
    bounds.bytes = 200'000;
    ReplayLog log(bounds);
    std::vector<std::uint32_t> numbers;
    for (int i = 0; i < 1000; ++i)
        numbers.push_back(log.add());
    std::mt19937 random(3);
    std::int64_t now = start;
    for (int second = 0; second < 3600; ++second) {
        now += 1000;
        if (!log.due(now))
            continue;
        log.begin(now);
        for (const std::uint32_t number : numbers)
            log.tell(number, figuresOf(random));
        log.end();
    }
    EXPECT_LE(log.bytes(), bounds.bytes);
    EXPECT_EQ(log.stepMs(), bounds.mostStepMs); // costly samples are taken seldom
    EXPECT_LT(log.toMs() - log.fromMs(), 3'600'000);
    EXPECT_GT(log.toMs() - log.fromMs(), 60'000);
}

TEST(ReplayLog, FewChangesAreKeptForAnHourEverySecond)
{
    ReplayLog log;
    const std::uint32_t number = log.add();
    for (int second = 0; second < 2 * 3600; ++second) {
        const std::int64_t now = start + second * 1000;
        ASSERT_TRUE(log.due(now));
        log.begin(now);
        log.tell(number, { second, 0, 1, 0, 0 });
        log.end();
    }
    EXPECT_EQ(log.toMs() - log.fromMs(), 3'600'000);
    EXPECT_LT(log.bytes(), std::size_t(1) << 20);
    ASSERT_TRUE(log.seek(log.toMs() - 1'800'000, everything));
    EXPECT_EQ(log.at(number)[ReplayLog::Ready], 2 * 3600 - 1 - 1800);
}

TEST(ReplayLog, ASampleThatIsCutOffByALookKeepsWhatItTold)
{
    ReplayLog log;
    const std::uint32_t a = log.add();
    const std::uint32_t b = log.add();
    const auto take = [&](std::int64_t now, int value) {
        log.begin(now);
        log.tell(a, { value, 0, 0, 0, 0 });
        log.tell(b, { value, 0, 0, 0, 0 });
        log.end();
    };
    take(start, 1);
    log.begin(start + 1000);
    log.tell(a, { 2, 0, 0, 0, 0 });
    ASSERT_TRUE(log.seek(start + 5000, everything));
    EXPECT_FALSE(log.open());
    EXPECT_EQ(log.at(a)[ReplayLog::Ready], 2);
    EXPECT_EQ(log.at(b)[ReplayLog::Ready], 1); // not gone: it was not its turn
    take(start + 2000, 3);
    ASSERT_TRUE(log.seek(start, everything));
    EXPECT_EQ(log.at(a)[ReplayLog::Ready], 1);
    EXPECT_EQ(log.goneSince(), 0U);
}

TEST(ReplayLog, AClockThatIsSetFarBackBeginsAnew)
{
    ReplayLog log;
    const std::uint32_t number = log.add();
    for (const std::int64_t now : { start, start + 1000, start - 3'600'000 }) {
        ASSERT_TRUE(log.due(now));
        log.begin(now);
        log.tell(number, { std::int32_t((now - start) / 1000 + 10'000), 0, 0, 0, 0 });
        log.end();
    }
    EXPECT_EQ(log.samples(), 1U);
    EXPECT_EQ(log.fromMs(), start - 3'600'000);
    ASSERT_TRUE(log.seek(log.fromMs(), everything));
    EXPECT_EQ(log.at(number)[ReplayLog::Ready], 6400);
}

/// Where it was before, the newest sample is the one that is shown.
TEST(ReplayLog, AClockThatIsSetBackALittleGoesOnSampling)
{
    ReplayLog log;
    const std::uint32_t number = log.add();
    const auto take = [&](std::int64_t now, std::int32_t ready) {
        ASSERT_TRUE(log.due(now)) << now - start;
        log.begin(now);
        log.tell(number, { ready, 0, 0, 0, 0 });
        log.end();
        EXPECT_FALSE(log.due(now + 100)) << now - start;
    };
    take(start, 1);
    take(start + 30'000, 2);
    for (std::int32_t second = 0; second < 20; ++second)
        take(start + second * 1000, 10 + second);
    EXPECT_EQ(log.samples(), 22U);
    EXPECT_EQ(log.fromMs(), start);
    EXPECT_EQ(log.toMs(), start + 30'000);
    ASSERT_TRUE(log.seek(log.toMs(), everything));
    EXPECT_EQ(log.at(number)[ReplayLog::Ready], 29);
    ASSERT_TRUE(log.seek(start + 29'999, everything));
    EXPECT_EQ(log.at(number)[ReplayLog::Ready], 1);
    take(start + 31'000, 40);
    EXPECT_EQ(log.toMs(), start + 31'000);
}

TEST(ReplayLog, FiguresThatDoNotFitAreUnknownAndRatesKeepThreeDigits)
{
    EXPECT_EQ(ReplayLog::count(-1), ReplayLog::unknown);
    EXPECT_EQ(ReplayLog::count(1LL << 40), ReplayLog::unknown);
    EXPECT_EQ(ReplayLog::count(7), 7);
    EXPECT_EQ(ReplayLog::rate(std::nullopt), ReplayLog::unknown);
    EXPECT_EQ(ReplayLog::rate(1e12), ReplayLog::unknown);
    EXPECT_EQ(ReplayLog::rate(0.0), 0);
    EXPECT_DOUBLE_EQ(*ReplayLog::perSecond(ReplayLog::rate(0.2)), 0.2);
    EXPECT_DOUBLE_EQ(*ReplayLog::perSecond(ReplayLog::rate(12.34)), 12.3);
    EXPECT_DOUBLE_EQ(*ReplayLog::perSecond(ReplayLog::rate(20'049.0)), 20'000.0);
    EXPECT_FALSE(ReplayLog::perSecond(ReplayLog::unknown));
}
