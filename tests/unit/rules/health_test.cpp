// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/health.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

using namespace signalbox::rules;
using Worker = EntryEvidence::Worker;

namespace {

FlowEvidence wellFlow()
{
    FlowEvidence flow;
    flow.countsKnown = true;
    flow.workersComplete = true;
    flow.queues = 4;
    for (const char *name : { "chunker", "embedder", "prompt" })
        flow.entries.push_back({ name, Worker::Running, true, {}, 0 });
    return flow;
}

int below(std::mt19937 &random, int count)
{
    return std::uniform_int_distribution<int>(0, count - 1)(random);
}

/// Anything that sources may tell, sense or not.
FlowEvidence anyFlow(std::mt19937 &random)
{
    FlowEvidence flow;
    const auto ms = [&] { return std::int64_t(below(random, 5)) * 9000; };
    flow.stopping = below(random, 8) == 0;
    flow.stoppingForMs = ms();
    flow.fault = below(random, 10) == 0 ? "gone" : "";
    flow.countsKnown = below(random, 3) > 0;
    flow.workersComplete = below(random, 2) > 0;
    static const char *const names[] { "a", "b", "kw-index", "c" };
    for (int i = below(random, 4); i > 0; --i) {
        EntryEvidence entry;
        entry.processor = names[below(random, 4)];
        entry.worker = Worker(below(random, 5));
        entry.seen = below(random, 2) > 0;
        if (below(random, 3) == 0)
            entry.configVersion = below(random, 3);
        entry.rateLimited = below(random, 4) == 0 ? 0.5 : 0;
        flow.entries.push_back(entry);
    }
    flow.absentForMs = ms();
    flow.queues = below(random, 4);
    flow.unknownQueues = std::min(flow.queues, below(random, 3));
    flow.starving = std::min(flow.queues, below(random, 3));
    flow.starvingReady = flow.starving > 0 ? below(random, 3) * 10 : 0;
    flow.starvingForMs = ms();
    for (int i = below(random, 4) - 1; i > 0; --i)
        flow.missing.push_back({ "q" + std::to_string(i), names[below(random, 4)] });
    flow.missingForMs = ms();
    if (below(random, 2))
        flow.backlog = below(random, 4) * 90;
    if (below(random, 2))
        flow.backlogMinuteAgo = below(random, 4) * 90;
    flow.stillForMs = below(random, 4) * 100000;
    flow.unacked = below(random, 2);
    if (below(random, 2))
        flow.errorPercent = below(random, 5) * 4;
    flow.driftForMs = below(random, 3) * 40000;
    if (below(random, 2))
        flow.newestConfig = 2;
    return flow;
}

} // namespace

TEST(Health, aFlowWithAllThatItsBlueprintNamesIsClear)
{
    EXPECT_EQ(judgeFlow(wellFlow()), (HealthFinding { Signal::Clear, HealthReason::Clear, {} }));
}

TEST(Health, aListedFlowWhoseProcessesAreGoneIsInDanger)
{
    auto flow = wellFlow();
    flow.entries[1].worker = Worker::Dead;
    EXPECT_EQ(judgeFlow(flow).signal, Signal::Danger);
    EXPECT_EQ(judgeFlow(flow).processors, (std::vector<std::string> { "embedder" }));

    flow = wellFlow(); // 10 of 16 run, and every queue that is there has a consumer
    flow.entries.assign(16, { "x", Worker::Running, true, {}, 0 });
    for (int i = 0; i < 6; ++i)
        flow.entries[std::size_t(i)] = { "gone" + std::to_string(i), Worker::Absent, false, {}, 0 };
    EXPECT_EQ(judgeFlow(flow).reason, HealthReason::NotAttached); // it was just started
    flow.absentForMs = 10000;
    EXPECT_EQ(judgeFlow(flow).signal, Signal::Danger);
    EXPECT_EQ(judgeFlow(flow).processors.size(), 6U);
}

TEST(Health, whatMayNeverHaveBeenDeployedIsNoDangerUntilItWasSeen)
{
    auto flow = wellFlow();
    flow.workersComplete = false;
    flow.absentForMs = 60000;
    flow.entries[0] = { "embedder", Worker::Absent, false, {}, 0 };
    EXPECT_EQ(judgeFlow(flow).reason, HealthReason::MayBeAbsent);
    EXPECT_EQ(judgeFlow(flow).signal, Signal::Caution);
    flow.entries[0].seen = true;
    EXPECT_EQ(judgeFlow(flow).signal, Signal::Danger);
    // Two entries of the stock blueprint run nowhere (contract field-notes §4).
    flow.entries[0] = { "kw-index", Worker::Absent, false, {}, 0 };
    EXPECT_EQ(judgeFlow(flow).signal, Signal::Clear);
    EXPECT_EQ(judgeFlow(flow).reason, HealthReason::ClearBut);
}

TEST(Health, aQueueWithoutAConsumerIsInDangerOnceItHadTheTimeToAttach)
{
    auto flow = wellFlow();
    flow.starving = 1;
    flow.starvingProcessor = "chunker";
    EXPECT_EQ(judgeFlow(flow).signal, Signal::Unknown);
    flow.starvingForMs = 15000;
    EXPECT_EQ(judgeFlow(flow).signal, Signal::Danger);
    flow.starvingForMs = 0;
    flow.starvingReady = 2911; // messages wait: no matter since when
    EXPECT_EQ(judgeFlow(flow).number, 2911);
    EXPECT_EQ(judgeFlow(flow).signal, Signal::Danger);
}

TEST(Health, aQueueThatTheBrokerDoesNotHaveIsADangerOnceItHadTheTimeToBeMade)
{
    auto flow = wellFlow();
    flow.missing = { { "tg.flow.x.chunker", "chunker" } };
    flow.missingForMs = 9999;
    EXPECT_EQ(judgeFlow(flow).signal, Signal::Unknown);
    EXPECT_EQ(judgeFlow(flow).reason, HealthReason::NotAttached);
    EXPECT_EQ(judgeFlow(flow).other, 2);
    flow.missingForMs = 10000;
    EXPECT_EQ(judgeFlow(flow),
        (HealthFinding {
            Signal::Danger, HealthReason::Missing, { "chunker" }, 1, 0, 0, "tg.flow.x.chunker" }));
    flow.missing.push_back({ "tg.flow.y.prompt", "prompt" });
    flow.missing.push_back({ "tg.flow.z.prompt", "prompt" });
    EXPECT_EQ(judgeFlow(flow).number, 3);
    EXPECT_EQ(judgeFlow(flow).processors, (std::vector<std::string> { "chunker", "prompt" }));
    // Messages that nobody takes are still there; those to a queue that is not are lost.
    flow.starving = 1;
    flow.starvingReady = 3;
    EXPECT_EQ(judgeFlow(flow).reason, HealthReason::Missing);
}

TEST(Health, aQueueThatNoStockDeploymentHasIsNamedAndIsNoFault)
{
    auto flow = wellFlow();
    flow.missing = { { "tg.request.kw", "kw-index" } };
    flow.missingForMs = 100000;
    EXPECT_EQ(
        judgeFlow(flow), (HealthFinding { Signal::Clear, HealthReason::ClearBut, { "kw-index" } }));
}

TEST(Health, aBacklogIsAFaultOnlyWhileItGrows)
{
    auto flow = wellFlow();
    flow.backlog = 100000;
    EXPECT_EQ(judgeFlow(flow).signal, Signal::Clear);
    flow.backlogMinuteAgo = 90000;
    EXPECT_EQ(judgeFlow(flow).signal, Signal::Clear);
    flow.backlogMinuteAgo = 50000;
    EXPECT_EQ(judgeFlow(flow).reason, HealthReason::FallsBehind);
}

TEST(Health, aFlowThatHandlesNothingStandsStillAndAModelAtWorkGetsItsTime)
{
    auto flow = wellFlow();
    flow.backlog = 5;
    flow.stillForMs = 119000;
    EXPECT_EQ(judgeFlow(flow).signal, Signal::Clear);
    flow.stillForMs = 120000;
    EXPECT_EQ(judgeFlow(flow).reason, HealthReason::Still);
    flow.unacked = 1;
    EXPECT_EQ(judgeFlow(flow).signal, Signal::Clear);
    flow.stillForMs = 600000;
    EXPECT_EQ(judgeFlow(flow).reason, HealthReason::Still);
}

TEST(Health, aWorkerThatStaysOnAnOldConfigurationIsNamed)
{
    auto flow = wellFlow();
    flow.newestConfig = 42;
    flow.entries[0].configVersion = 42;
    flow.entries[1].configVersion = 41;
    EXPECT_EQ(judgeFlow(flow).signal, Signal::Clear); // the notice is on its way
    flow.driftForMs = 60000;
    const auto found = judgeFlow(flow);
    EXPECT_EQ(found.reason, HealthReason::ConfigDrift);
    EXPECT_EQ(found.processors, (std::vector<std::string> { "embedder" }));
    EXPECT_EQ(found.number, 41);
    EXPECT_EQ(found.other, 42);
}

TEST(Health, aRateLimitIsNamed)
{
    auto flow = wellFlow();
    flow.entries[2].rateLimited = 3.5;
    EXPECT_EQ(judgeFlow(flow).reason, HealthReason::RateLimited);
    EXPECT_DOUBLE_EQ(judgeFlow(flow).share, 3.5);
}

TEST(HealthProperty, moreTroubleNeverLooksBetterAndClearMeansThatAllIsKnown)
{
    std::mt19937 random(20261121);
    const auto rank = [](Signal signal) {
        return signal == Signal::Danger ? 3 : signal == Signal::Caution ? 2 : 0;
    };
    int clear = 0;
    for (int round = 0; round < 50000; ++round) {
        const auto flow = anyFlow(random);
        const auto found = judgeFlow(flow);
        if (flow.stopping) {
            EXPECT_LE(rank(found.signal), 2);
            continue;
        }
        if (found.signal == Signal::Clear) {
            ++clear;
            EXPECT_TRUE(flow.countsKnown && flow.queues > 0 && flow.unknownQueues == 0);
            EXPECT_EQ(flow.starving, 0);
            for (const auto &queue : flow.missing)
                EXPECT_TRUE(shipsWithoutProcess(queue.processor));
            EXPECT_LT(flow.errorPercent.value_or(0), 1);
            for (const auto &entry : flow.entries)
                EXPECT_TRUE(entry.worker != Worker::Dead && entry.worker != Worker::Paused);
        }
        // a dead process more
        auto worse = flow;
        worse.entries.push_back({ "d", Worker::Dead, true, {}, 0 });
        EXPECT_GE(rank(judgeFlow(worse).signal), rank(found.signal));
        if (flow.fault.empty()) {
            EXPECT_EQ(judgeFlow(worse).signal, Signal::Danger);
        }
        worse = flow; // a queue is gone
        worse.missing.push_back({ "gone", "c" });
        EXPECT_GE(rank(judgeFlow(worse).signal), rank(found.signal));
        worse = flow; // more errors
        worse.errorPercent = flow.errorPercent.value_or(0) + 10;
        EXPECT_GE(rank(judgeFlow(worse).signal), rank(found.signal));
        worse = flow; // a queue loses its consumer while messages wait
        worse.starving = flow.starving + 1;
        worse.starvingReady = flow.starvingReady + 1;
        EXPECT_GE(rank(judgeFlow(worse).signal), rank(found.signal));
        // The order in which entries are named decides nothing.
        auto turned = flow;
        std::reverse(turned.entries.begin(), turned.entries.end());
        EXPECT_EQ(judgeFlow(turned).signal, found.signal);
        EXPECT_EQ(judgeFlow(turned).reason, found.reason);
    }
    EXPECT_GT(clear, 100);
}
