// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/reconcile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

using namespace signalbox;
using namespace signalbox::rules;

namespace {

schema::Blueprint lineBlueprint()
{
    schema::Blueprint blueprint;
    schema::ProcessorEntry chunker;
    schema::set(chunker.topics, "input", std::string("flow:tg:text-load:{workspace}:{id}"));
    schema::set(chunker.topics, "output", std::string("flow:tg:chunk-load:{workspace}:{id}"));
    schema::ProcessorEntry prompt;
    schema::set(prompt.topics, "request", std::string("request:tg:prompt:{workspace}:{blueprint}"));
    schema::set(blueprint.flow, "chunker:{id}", std::move(chunker));
    schema::set(blueprint.blueprint, "prompt:{blueprint}", std::move(prompt));
    return blueprint;
}

LiveFlow line(const std::string &id, bool stopping = false)
{
    LiveFlow flow { "acme", id, {}, lineBlueprint() };
    flow.record.blueprintName = "line";
    if (stopping)
        flow.record.status = "stopping";
    return flow;
}

const std::string promptQueue = "request:tg:prompt:acme:line.prompt--acme--line--request";

std::string inputOf(const std::string &id)
{
    return "flow:tg:text-load:acme:" + id + ".chunker--acme--" + id + "--input";
}

BrokerQueue queue(const std::string &name, std::int64_t consumers = 1, std::int64_t ready = 0)
{
    return { name, {}, consumers, ready, 0 };
}

Platform healthy()
{
    Platform platform;
    platform.flows = { line("a") };
    platform.queues = { queue(inputOf("a")), queue(promptQueue) };
    platform.queuesComplete = true;
    platform.entries = { { "acme", "chunker", "a" }, { "acme", "prompt", "line" } };
    return platform;
}

std::vector<Mismatch> kinds(const Reconciliation &seen)
{
    std::vector<Mismatch> all;
    for (const Finding &finding : seen.findings)
        all.push_back(finding.kind);
    return all;
}

using Kinds = std::vector<Mismatch>;

} // namespace

TEST(Reconcile, nothingIsFoundWhereAllBelongsTogether)
{
    EXPECT_TRUE(reconcile(healthy()).findings.empty());
    EXPECT_EQ(reconcile(healthy()).matched, 2U);
}

TEST(Reconcile, whatAStoppedFlowLeftIsAnOrphanAndWhatSomebodyReadsIsNot)
{
    auto platform = healthy();
    platform.queues.push_back(queue(inputOf("b"), 0, 7));
    platform.queues.push_back(queue(inputOf("c"), 2));
    platform.entries->push_back({ "acme", "chunker", "b" });
    const auto seen = reconcile(platform);
    EXPECT_EQ(kinds(seen),
        (Kinds { Mismatch::OrphanEntry, Mismatch::ForeignConsumer, Mismatch::OrphanQueue }));
    EXPECT_EQ(seen.findings[2].ready, 7);
}

TEST(Reconcile, whatALiveFlowMayHaveBeenStartedWithIsLeftAlone)
{
    auto platform = healthy(); // whose blueprint was edited since, perhaps
    platform.entries->push_back({ "acme", "watch", "a" });
    platform.entries->push_back({ "acme", "watch", "line" });
    platform.queues.push_back(queue("flow:tg:seen:acme:a.watch--acme--a--input", 0));
    const auto seen = reconcile(platform);
    EXPECT_TRUE(seen.findings.empty());
    EXPECT_EQ(seen.heldEntries, 2U);
    EXPECT_EQ(seen.undecided, 1U);
    platform.flows.front().exact = true; // this is what it runs by
    EXPECT_EQ(kinds(reconcile(platform)),
        (Kinds { Mismatch::OrphanEntry, Mismatch::OrphanEntry, Mismatch::OrphanQueue }));
}

TEST(Reconcile, aFlowCalledLikeItsWorkspaceHidesNothingThatItLeft)
{
    auto platform = healthy();
    platform.queues.push_back(queue(inputOf("acme"), 0)); // of flow "acme", which was stopped
    // The live flow's blueprint has a chunker by id: this one can only be that of another flow.
    EXPECT_EQ(kinds(reconcile(platform)), Kinds { Mismatch::OrphanQueue });
    platform.queues.back() = queue("flow:tg:seen:acme:acme.watch--acme--acme--input", 0);
    EXPECT_EQ(reconcile(platform).undecided, 1U); // it has no watch now, perhaps it had one
}

TEST(Reconcile, besideAFlowThatCannotBeReadNothingIsCalledAnOrphan)
{
    auto platform = healthy();
    platform.queues.push_back(queue(inputOf("b"), 0));
    platform.entries->push_back({ "acme", "chunker", "b" });
    platform.flows.push_back({ "acme", "b", {}, std::nullopt });
    const auto seen = reconcile(platform);
    EXPECT_EQ(kinds(seen), (Kinds { Mismatch::Unreadable }));
    EXPECT_EQ(seen.undecided, 1U);
}

TEST(Reconcile, whatMayBelongToAWorkspaceThatIsNotServedIsLeftUndecided)
{
    Platform platform = healthy();
    platform.unserved = { "globex" };
    platform.queues.push_back(queue("flow:tg:text-load:globex:n.chunker--globex--n--input", 0, 5));
    platform.queues.push_back(queue(inputOf("gone"), 0, 5));
    const Reconciliation seen = reconcile(platform);
    ASSERT_EQ(seen.findings.size(), 1u);
    EXPECT_EQ(seen.findings.front().kind, Mismatch::OrphanQueue);
    EXPECT_EQ(seen.findings.front().workspace, "acme");
    EXPECT_EQ(seen.undecided, 1u);
}

TEST(Reconcile, aFlowMissesItsQueueItsEntryAndItsConsumer)
{
    auto platform = healthy();
    platform.queues = { queue(promptQueue, 0, 5) };
    platform.entries->pop_back();
    EXPECT_EQ(kinds(reconcile(platform)),
        (Kinds { Mismatch::MissingEntry, Mismatch::NoConsumer, Mismatch::MissingQueue }));
    platform.attaching = { { "acme", "a" } }; // it was just started
    EXPECT_EQ(kinds(reconcile(platform)), (Kinds { Mismatch::MissingEntry }));
    platform.attaching.clear();
    platform.queuesComplete = false; // what is not listed may be there
    platform.entries.reset();
    EXPECT_EQ(kinds(reconcile(platform)), (Kinds { Mismatch::NoConsumer }));
}

/// Our gateway lists what belongs to no workspace to those only who may see all of them.
TEST(Reconcile, aQueueOfNoWorkspaceIsMissedOnlyWhereSuchAreListed)
{
    auto platform = healthy();
    schema::ProcessorEntry lookup;
    schema::set(lookup.topics, "request", std::string("request:tg:lookup"));
    schema::set(platform.flows.front().blueprint->flow, "lookup:{id}", std::move(lookup));
    platform.entries->push_back({ "acme", "lookup", "a" });
    EXPECT_EQ(kinds(reconcile(platform)), (Kinds { Mismatch::MissingQueue }));
    platform.globalsListed = false;
    EXPECT_EQ(kinds(reconcile(platform)), Kinds());
    platform.queues.erase(platform.queues.begin());
    EXPECT_EQ(kinds(reconcile(platform)), (Kinds { Mismatch::MissingQueue }));
}

TEST(Reconcile, aStopThatDoesNotEndIsToldAndItsQueuesAreNoOrphansYet)
{
    auto platform = healthy();
    platform.flows.push_back(line("b", true));
    platform.queues.push_back(queue(inputOf("b"), 0));
    EXPECT_TRUE(reconcile(platform).findings.empty());
    platform.stoppingForMs[{ "acme", "b" }] = 31000;
    EXPECT_EQ(kinds(reconcile(platform)), (Kinds { Mismatch::StuckStopping }));
}

TEST(Reconcile, aServiceWhoseExchangeIsLostIsToldAndNeverDeleted)
{
    auto platform = healthy();
    platform.queues.push_back({ "tg.request.librarian:acme.librarian", false, 1, 0, 0 });
    const auto seen = reconcile(platform);
    EXPECT_EQ(kinds(seen), (Kinds { Mismatch::ServiceUnbound }));
    const auto steps = planRepair(seen.findings, { true, true, true }, true);
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_EQ(steps[0].kind, RepairStep::ByHand);
}

TEST(Reconcile, bothNamesOfAQueueAreTheSameQueue)
{
    auto platform = healthy();
    platform.queues = { queue("tg.flow.text-load:acme:a.chunker--acme--a--input"),
        queue("tg.request.prompt:acme:line.prompt--acme--line--request") };
    EXPECT_TRUE(reconcile(platform).findings.empty());
}

TEST(Reconcile, aPlanStopsFirstAndSparesQueuesWithMessages)
{
    auto platform = healthy();
    platform.flows.push_back(line("z", true));
    platform.stoppingForMs[{ "acme", "z" }] = 60000;
    platform.queues.push_back(queue(inputOf("b"), 0, 7));
    platform.queues.push_back(queue(inputOf("c"), 0, 0));
    platform.entries->push_back({ "acme", "chunker", "c" });
    const auto found = reconcile(platform).findings;
    const auto kindsOf = [&](RepairMeans means, bool withMessages) {
        std::vector<RepairStep::Kind> all;
        for (const RepairStep &step : planRepair(found, means, withMessages))
            all.push_back(step.kind);
        return all;
    };
    using Steps = std::vector<RepairStep::Kind>;
    EXPECT_EQ(kindsOf({ true, true, true }, false),
        (Steps { RepairStep::StopFlow, RepairStep::DeleteEntry, RepairStep::DeleteQueue,
            RepairStep::ByHand }));
    EXPECT_EQ(kindsOf({ true, true, true }, true),
        (Steps { RepairStep::StopFlow, RepairStep::DeleteEntry, RepairStep::DeleteQueue,
            RepairStep::DeleteQueue }));
    EXPECT_EQ(kindsOf({}, true), Steps(4, RepairStep::ByHand));
}

/// Flows come and go, queues stay: an orphan is exactly a queue of a flow that is not there.
TEST(ReconcileProperty, orphansAreExactlyTheQueuesOfFlowsThatAreGone)
{
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
        Platform platform;
        platform.queuesComplete = true;
        std::size_t orphans = 0;
        std::size_t missing = 0;
        bool any = false;
        for (int i = 0; i < 8; ++i) {
            const std::string id = "f" + std::to_string(i);
            const bool listed = random() % 2 == 0;
            const bool there = random() % 2 == 0;
            const bool read = listed || random() % 2 == 0;
            if (listed)
                platform.flows.push_back(line(id));
            if (there)
                platform.queues.push_back(queue(inputOf(id), read ? 1 : 0));
            any = any || listed;
            orphans += there && !listed && !read;
            missing += listed && !there;
        }
        platform.queues.push_back(queue(promptQueue));
        std::shuffle(platform.queues.begin(), platform.queues.end(), random);
        const auto seen = reconcile(platform);
        EXPECT_EQ(seen.count(Mismatch::OrphanQueue), orphans);
        EXPECT_EQ(seen.count(Mismatch::MissingQueue), missing);
        EXPECT_EQ(seen.count(Mismatch::ForeignConsumer),
            seen.queues - seen.matched - seen.count(Mismatch::OrphanQueue));
        EXPECT_EQ(any || seen.matched == 0, true);
    }
}
