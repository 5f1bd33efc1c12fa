// SPDX-License-Identifier: GPL-3.0-only
// Random blueprints and flow sets against a reference that is written as plainly as the contract
// says it.
#include "models/rules/plan.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>

using namespace signalbox;
using namespace signalbox::rules;

namespace {

using Random = std::mt19937;
using Entry = std::pair<std::string, std::string>;

int below(Random &random, int count)
{
    return std::uniform_int_distribution<int>(0, count - 1)(random);
}

std::string oneOf(Random &random, const std::vector<std::string> &texts)
{
    return texts[std::size_t(below(random, int(texts.size())))];
}

/// Few names, so that templates of different flows meet.
std::string randomTopic(Random &random)
{
    static const std::vector<std::string> heads { "flow:tg:a", "flow:tg:b", "request:tg:c",
        "response:tg:c", "request:tg:librarian", "request:tg:config", "notify:tg:n", "odd" };
    static const std::vector<std::string> tails { "", ":{id}", ":{workspace}", ":{blueprint}",
        ":{workspace}:{id}", ":{p}", ":{q}", ":w0", ":w1", ":f0", ":b0", ":{unknown}", ":{{p}}",
        ":{p}{q}" };
    return oneOf(random, heads) + oneOf(random, tails);
}

schema::Members<schema::ProcessorEntry> randomSection(Random &random)
{
    static const std::vector<std::string> names { "input", "output", "request", "response",
        "x-request", "y" };
    static const std::vector<std::string> variants { ":{id}", ":{workspace}", ":{blueprint}",
        ":fixed", ":{p}", "" };
    schema::Members<schema::ProcessorEntry> section;
    for (int i = below(random, 4); i > 0; --i) {
        schema::ProcessorEntry entry;
        for (int t = 1 + below(random, 4); t > 0; --t)
            schema::set(entry.topics, oneOf(random, names), randomTopic(random));
        schema::set(
            section, oneOf(random, { "p", "q", "r" }) + oneOf(random, variants), std::move(entry));
    }
    return section;
}

LiveFlow randomFlow(Random &random, std::map<std::string, schema::Blueprint> &blueprints)
{
    LiveFlow flow;
    flow.workspace = oneOf(random, { "w0", "w1" });
    flow.id = oneOf(random, { "f0", "f1", "f2", "w0" });
    flow.record.blueprintName = oneOf(random, { "b0", "b1" });
    flow.record.parameters = { { "p", oneOf(random, { "f0", "w1", "x", "{q}", "" }) } };
    if (below(random, 2))
        flow.record.parameters.emplace_back("q", oneOf(random, { "y", "{id}", "w0" }));
    if (below(random, 8) != 0) // else unreadable
        flow.blueprint = blueprints[flow.record.blueprintName];
    if (below(random, 5) == 0) { // started from its own snapshot
        flow.blueprint = schema::Blueprint();
        flow.blueprint->flow = randomSection(random);
    }
    if (below(random, 6) == 0)
        flow.record.status = "stopping";
    return flow;
}

std::vector<LiveFlow> randomFlows(Random &random)
{
    std::map<std::string, schema::Blueprint> blueprints;
    for (const char *name : { "b0", "b1" }) {
        blueprints[name].flow = randomSection(random);
        blueprints[name].blueprint = randomSection(random);
    }
    std::vector<LiveFlow> flows;
    std::set<Entry> used;
    for (int i = 1 + below(random, 6); i > 0; --i) {
        LiveFlow flow = randomFlow(random, blueprints);
        if (used.insert({ flow.workspace, flow.id }).second)
            flows.push_back(std::move(flow));
    }
    return flows;
}

// The reference: strings and sets, nothing shared with the code under test.

std::string replaced(std::string text, const LiveFlow &flow)
{
    const auto all = [&text](const std::string &what, const std::string &with) {
        std::string result;
        for (std::size_t at = 0; at < text.size();)
            if (text.compare(at, what.size(), what) == 0) {
                result += with;
                at += what.size();
            } else {
                result += text[at++];
            }
        text = result;
    };
    all("{workspace}", flow.workspace);
    all("{blueprint}", flow.record.blueprintName);
    all("{id}", flow.id);
    for (const auto &[name, value] : flow.record.parameters)
        all("{" + name + "}", value);
    return text;
}

struct Produced {
    std::set<std::string> owned; ///< from a template, either section
    std::set<std::string> ownedByFlowSection;
    std::set<std::string> literal;
    std::set<Entry> entries;
    std::set<Entry> flowSectionEntries;
};

Produced producedBy(const LiveFlow &flow)
{
    Produced result;
    const auto section = [&](const auto &entries, bool isFlow) {
        for (const auto &[key, entry] : entries) {
            const auto colon = key.find(':');
            if (colon == key.npos)
                continue;
            const Entry name(
                replaced(key.substr(0, colon), flow), replaced(key.substr(colon + 1), flow));
            result.entries.insert(name);
            if (isFlow)
                result.flowSectionEntries.insert(name);
            for (const auto &[topicName, topic] : entry.topics) {
                const bool fromTemplate = topic.find('{') != topic.npos;
                (fromTemplate ? result.owned : result.literal).insert(replaced(topic, flow));
                if (fromTemplate && isFlow)
                    result.ownedByFlowSection.insert(replaced(topic, flow));
            }
        }
    };
    section(flow.blueprint->blueprint, false);
    section(flow.blueprint->flow, true);
    return result;
}

bool isSystem(const std::string &topic)
{
    if (topic.starts_with("notify:tg:"))
        return true;
    for (const char *base : { "request:tg:librarian", "request:tg:config" }) {
        const std::string service = base;
        if (topic == service)
            return true;
        if (topic.starts_with(service + ":") && topic.find(':', service.size() + 1) == topic.npos)
            return true;
    }
    return false;
}

template <class Has>
bool anotherHas(const std::vector<LiveFlow> &flows, const LiveFlow &leaving, Has &&has)
{
    return std::ranges::any_of(flows, [&](const LiveFlow &flow) {
        const bool same = flow.workspace == leaving.workspace && flow.id == leaving.id;
        return !same && flow.blueprint && flow.record.status != "stopping"
            && has(flow, producedBy(flow));
    });
}

std::set<std::string> expectedDeletions(
    const std::vector<LiveFlow> &flows, const LiveFlow &leaving, bool real)
{
    const Produced own = producedBy(leaving);
    std::set<std::string> result;
    for (const std::string &topic : real ? own.ownedByFlowSection : own.owned) {
        if (!real && (own.literal.contains(topic) || isSystem(topic)))
            continue;
        const bool kept = anotherHas(flows, leaving, [&](const LiveFlow &, const Produced &other) {
            return real ? other.ownedByFlowSection.contains(topic)
                        : other.owned.contains(topic) || other.literal.contains(topic);
        });
        if (!kept)
            result.insert(topic);
    }
    return result;
}

std::map<Entry, Fate> expectedEntries(
    const std::vector<LiveFlow> &flows, const LiveFlow &leaving, bool real)
{
    std::map<Entry, Fate> result;
    const Produced own = producedBy(leaving);
    for (const Entry &entry : own.entries) {
        const bool kept =
            anotherHas(flows, leaving, [&](const LiveFlow &flow, const Produced &other) {
                return flow.workspace == leaving.workspace && other.entries.contains(entry);
            });
        Fate fate = kept ? (real ? Fate::Broken : Fate::Kept) : Fate::Deleted;
        if (real && !own.flowSectionEntries.contains(entry))
            fate = Fate::LeftBehind;
        result[entry] = fate;
    }
    return result;
}

void checkPlan(
    const std::vector<LiveFlow> &flows, const LiveFlow &leaving, const StopPlan &plan, bool real)
{
    const auto deleted = plan.deletedTopics();
    EXPECT_EQ(std::set(deleted.begin(), deleted.end()), expectedDeletions(flows, leaving, real));
    std::map<Entry, Fate> entries;
    for (const EntryFate &entry : plan.entries)
        entries[{ entry.processor, entry.variant }] = entry.fate;
    EXPECT_EQ(entries, expectedEntries(flows, leaving, real));
    // every topic of the flow has exactly one fate
    const Produced own = producedBy(leaving);
    std::set<std::string> all = own.owned;
    all.insert(own.literal.begin(), own.literal.end());
    std::set<std::string> told;
    for (const TopicFate &topic : plan.topics)
        EXPECT_TRUE(told.insert(topic.topic).second) << topic.topic;
    EXPECT_EQ(told, all);
}

/// What flows have created and may delete: no literals, nothing of a system service.
std::set<std::string> ownedWorld(const std::vector<LiveFlow> &flows)
{
    std::set<std::string> world;
    for (const LiveFlow &flow : flows) {
        const Produced produced = producedBy(flow);
        for (const std::string &topic : produced.owned)
            if (!isSystem(topic) && !produced.literal.contains(topic))
                world.insert(topic);
    }
    return world;
}

constexpr unsigned firstSeed = 20260801;
constexpr unsigned rounds = 3000;

} // namespace

TEST(StopPlanProperty, agreesWithTheReferenceForBothBackEnds)
{
    for (unsigned seed = firstSeed; seed < firstSeed + rounds && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Random random(seed);
        const auto flows = randomFlows(random);
        const ClosureIndex index(flows);
        for (const LiveFlow &flow : flows) {
            if (!flow.blueprint)
                continue;
            const FlowRef ref { flow.workspace, flow.id };
            for (const bool real : { false, true }) {
                const auto plan =
                    index.planStop(ref, real ? StopBehaviour::real() : StopBehaviour::ours());
                ASSERT_TRUE(plan);
                checkPlan(flows, flow, *plan, real);
            }
        }
    }
}

TEST(StopPlanProperty, doesNotDependOnTheOrderOfFlows)
{
    for (unsigned seed = firstSeed; seed < firstSeed + rounds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Random random(seed);
        auto flows = randomFlows(random);
        const FlowRef ref { flows.front().workspace, flows.front().id };
        const auto ours = planStop(ref, flows, StopBehaviour::ours());
        const auto real = planStop(ref, flows, StopBehaviour::real());
        std::shuffle(flows.begin(), flows.end(), random);
        ASSERT_EQ(planStop(ref, flows, StopBehaviour::ours()), ours);
        ASSERT_EQ(planStop(ref, flows, StopBehaviour::real()), real);
    }
}

TEST(StartPlanProperty, doesNotDependOnTheOrderOfFlows)
{
    int shared = 0;
    for (unsigned seed = firstSeed; seed < firstSeed + rounds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Random random(seed);
        auto flows = randomFlows(random);
        const LiveFlow fresh = flows.front();
        if (!fresh.blueprint)
            continue;
        const auto plan = [&] {
            return planStart("w1", "new", fresh.record.blueprintName, *fresh.blueprint,
                fresh.record.parameters, flows);
        };
        const StartPlan before = plan();
        shared += int(before.sharedTopics.size());
        std::shuffle(flows.begin(), flows.end(), random);
        ASSERT_EQ(plan(), before);
    }
    EXPECT_GT(shared, 0);
}

TEST(StopPlanProperty, startThenStopLeavesWhatWasThere)
{
    for (unsigned seed = firstSeed; seed < firstSeed + rounds && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Random random(seed);
        auto flows = randomFlows(random);
        LiveFlow fresh = flows.front();
        if (!fresh.blueprint)
            continue;
        fresh.workspace = "w1";
        fresh.id = "new";
        fresh.record.status.reset();
        std::erase_if(
            flows, [](const LiveFlow &flow) { return flow.record.stopping() || !flow.blueprint; });
        const std::set<std::string> before = ownedWorld(flows);
        std::set<std::string> world = before;
        const StartPlan start = planStart("w1", "new", fresh.record.blueprintName, *fresh.blueprint,
            fresh.record.parameters, flows);
        for (const std::string &topic : start.newTopics) {
            EXPECT_FALSE(isSystem(topic)) << topic;
            world.insert(topic);
        }
        flows.push_back(fresh);
        const auto stop = planStop({ "w1", "new" }, flows, StopBehaviour::ours());
        ASSERT_TRUE(stop);
        for (const std::string &topic : stop->deletedTopics()) {
            EXPECT_FALSE(before.contains(topic)) << topic;
            world.erase(topic);
        }
        EXPECT_EQ(world, before);
    }
}
