// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/plan.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace signalbox;
using namespace signalbox::rules;

namespace {

schema::Blueprint stock()
{
    schema::ProcessorEntry worker;
    worker.topics = { { "input", "flow:tg:in:{workspace}:{id}" },
        { "output", "flow:tg:store:{workspace}" },
        { "librarian-request", "request:tg:librarian:{workspace}" }, { "audit", "flow:tg:audit" } };
    schema::ProcessorEntry shared;
    shared.topics = { { "input", "flow:tg:common:{blueprint}" } };
    schema::Blueprint blueprint;
    blueprint.flow = { { "worker:{id}", worker } };
    blueprint.blueprint = { { "shared:{blueprint}", shared } };
    return blueprint;
}

LiveFlow live(const std::string &id, const std::string &workspace = "ws")
{
    LiveFlow flow;
    flow.workspace = workspace;
    flow.id = id;
    flow.record.blueprintName = "bp";
    flow.blueprint = stock();
    return flow;
}

TopicFate fateOf(const StopPlan &plan, const std::string &topic)
{
    const auto found = std::ranges::find(plan.topics, topic, &TopicFate::topic);
    EXPECT_NE(found, plan.topics.end()) << topic;
    return found == plan.topics.end() ? TopicFate() : *found;
}

Fate entryFateOf(const StopPlan &plan, const std::string &processor)
{
    const auto found = std::ranges::find(plan.entries, processor, &EntryFate::processor);
    EXPECT_NE(found, plan.entries.end()) << processor;
    return found == plan.entries.end() ? Fate::NeverTouched : found->fate;
}

using Refs = std::vector<FlowRef>;
using Names = std::vector<std::string>;

} // namespace

TEST(StopPlan, theLastFlowTakesEverythingOwned)
{
    const auto plan = planStop({ "ws", "a" }, { live("a") }, StopBehaviour::ours());
    ASSERT_TRUE(plan);
    EXPECT_TRUE(plan->lastOfWorkspace);
    EXPECT_EQ(plan->deletedTopics(),
        (Names { "flow:tg:common:bp", "flow:tg:in:ws:a", "flow:tg:store:ws" }));
    EXPECT_EQ(fateOf(*plan, "flow:tg:audit").fate, Fate::NeverTouched);
    EXPECT_EQ(fateOf(*plan, "request:tg:librarian:ws").fate, Fate::NeverTouched);
    EXPECT_EQ(fateOf(*plan, "request:tg:librarian:ws").scope, Scope::System);
    EXPECT_EQ(plan->entries.size(), 2u);
    EXPECT_EQ(plan->queues.size(), 2u);
}

TEST(StopPlan, whatAnotherFlowProducesStays)
{
    const auto plan = planStop(
        { "ws", "a" }, { live("b"), live("a"), live("c", "other") }, StopBehaviour::ours());
    ASSERT_TRUE(plan);
    EXPECT_FALSE(plan->lastOfWorkspace);
    EXPECT_EQ(plan->workspaces, 2u);
    EXPECT_EQ(plan->liveFlows, 3u);
    EXPECT_EQ(plan->deletedTopics(), (Names { "flow:tg:in:ws:a" }));
    EXPECT_EQ(fateOf(*plan, "flow:tg:store:ws").keptBy, (Refs { { "ws", "b" } }));
    EXPECT_EQ(
        fateOf(*plan, "flow:tg:common:bp").keptBy, (Refs { { "other", "c" }, { "ws", "b" } }));
    EXPECT_EQ(plan->entries.back().fate, Fate::Kept);
    EXPECT_EQ(plan->entries.back().keptBy, (Refs { { "ws", "b" } }));
}

TEST(StopPlan, flowsThatAreStoppingKeepNothing)
{
    LiveFlow leaving = live("b");
    leaving.record.status = "stopping";
    const auto plan = planStop({ "ws", "a" }, { live("a"), leaving }, StopBehaviour::ours());
    EXPECT_TRUE(plan->lastOfWorkspace);
    EXPECT_EQ(plan->deletedTopics().size(), 3u);
}

TEST(StopPlan, anUnreadableBlueprintKeepsNothingAndIsTold)
{
    LiveFlow unreadable = live("b");
    unreadable.blueprint.reset();
    const auto plan = planStop({ "ws", "a" }, { live("a"), unreadable }, StopBehaviour::ours());
    EXPECT_EQ(plan->deletedTopics().size(), 3u);
    EXPECT_EQ(plan->unreadable, (Refs { { "ws", "b" } }));
    const auto own = planStop({ "ws", "b" }, { live("a"), unreadable }, StopBehaviour::ours());
    ASSERT_TRUE(own);
    EXPECT_EQ(own->problems.size(), 1u);
    EXPECT_TRUE(own->topics.empty());
}

TEST(StopPlan, anUnknownFlowHasNone)
{
    EXPECT_FALSE(planStop({ "ws", "x" }, { live("a") }, StopBehaviour::ours()));
}

TEST(StopPlan, theLiteralOfAnotherFlowKeepsATopicTooButNotOnTheRealOne)
{
    LiveFlow other = live("b", "elsewhere");
    schema::ProcessorEntry writer;
    writer.topics = { { "output", "flow:tg:store:ws" } };
    other.blueprint = schema::Blueprint();
    other.blueprint->flow = { { "p:{id}", writer } };
    const auto plan = planStop({ "ws", "a" }, { live("a"), other }, StopBehaviour::ours());
    EXPECT_EQ(fateOf(*plan, "flow:tg:store:ws").fate, Fate::Kept);
    const auto real = planStop({ "ws", "a" }, { live("a"), other }, StopBehaviour::real());
    EXPECT_EQ(fateOf(*real, "flow:tg:store:ws").fate, Fate::Deleted);
}

TEST(StopPlan, theRealOneLeavesBehindAndBreaksTheLibrarianWithTheLastFlow)
{
    const auto last = planStop({ "ws", "a" }, { live("a") }, StopBehaviour::real());
    EXPECT_EQ(fateOf(*last, "flow:tg:common:bp").fate, Fate::LeftBehind);
    EXPECT_EQ(fateOf(*last, "request:tg:librarian:ws").fate, Fate::Broken);
    EXPECT_EQ(fateOf(*last, "flow:tg:audit").fate, Fate::NeverTouched);
    EXPECT_EQ(last->deletedTopics(),
        (Names { "flow:tg:in:ws:a", "flow:tg:store:ws", "request:tg:librarian:ws" }));
}

TEST(StopPlan, theRealOneRemovesSharedEntriesFromUnderOthers)
{
    LiveFlow one = live("a");
    LiveFlow two = live("b");
    one.blueprint->flow[0].first = two.blueprint->flow[0].first = "worker:{workspace}";
    const auto real = planStop({ "ws", "a" }, { one, two }, StopBehaviour::real());
    EXPECT_EQ(fateOf(*real, "request:tg:librarian:ws").fate, Fate::Kept);
    EXPECT_EQ(entryFateOf(*real, "worker"), Fate::Broken);
    EXPECT_EQ(entryFateOf(*real, "shared"), Fate::LeftBehind);
    const auto ours = planStop({ "ws", "a" }, { one, two }, StopBehaviour::ours());
    EXPECT_EQ(entryFateOf(*ours, "worker"), Fate::Kept);
    EXPECT_EQ(entryFateOf(*ours, "shared"), Fate::Kept);
}

TEST(StartPlan, partsNewSharedAndLiteralTopics)
{
    const StartPlan plan = planStart("ws", "b", "bp", stock(), {}, { live("a") });
    EXPECT_TRUE(plan.problems.empty());
    EXPECT_EQ(plan.newTopics, (Names { "flow:tg:in:ws:b" }));
    EXPECT_EQ(plan.sharedTopics, (Names { "flow:tg:common:bp", "flow:tg:store:ws" }));
    EXPECT_EQ(plan.literalTopics, (Names { "request:tg:librarian:ws", "flow:tg:audit" }));
    EXPECT_EQ(plan.queues.size(), 2u);
}

TEST(StartPlan, problemsAreNamed)
{
    schema::Blueprint broken = stock();
    broken.flow.emplace_back("nocolon", schema::ProcessorEntry());
    EXPECT_EQ(planStart("ws", "a", "bp", broken, {}, { live("a") }).problems.size(), 2u);
    EXPECT_EQ(planStart("ws", "Not Valid", "bp", stock(), {}, {}).problems.size(), 1u);
    broken = stock();
    broken.flow[0].second.topics[0].second = "flow:tg:{model}";
    EXPECT_EQ(planStart("ws", "b", "bp", broken, {}, {}).problems.size(), 1u);
}
