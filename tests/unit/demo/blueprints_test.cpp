// SPDX-License-Identifier: GPL-3.0-only
// The demo platform's blueprints are what the product promises, and plan without a fault.
#include "app/gateway/demo/catalogue.h"
#include "models/rules/configlinks.h"
#include "models/rules/plan.h"
#include "models/rules/topic.h"
#include "models/schema/tokencost.h"

#include <gtest/gtest.h>
#include <set>

using namespace signalbox;
using namespace signalbox::gateway::demo;

namespace {
schema::Blueprint blueprint(const std::string &name)
{
    auto decoded = schema::decode<schema::Blueprint>(blueprintText(name));
    EXPECT_TRUE(decoded) << name;
    return std::move(decoded).value();
}

std::optional<schema::ParameterType> parameterType(const std::string &name)
{
    const auto types = parameterTypes();
    const std::string *text = schema::find(types, name);
    if (!text)
        return std::nullopt;
    auto decoded = schema::decode<schema::ParameterType>(*text);
    EXPECT_TRUE(decoded) << name;
    return std::move(decoded).value();
}

rules::StartPlan planFor(const SeedFlow &flow)
{
    const schema::Blueprint made = blueprint(flow.blueprint);
    const rules::Resolution resolved =
        rules::resolveParameters(made, flow.parameters, parameterType, true);
    EXPECT_TRUE(resolved.missing.empty()) << flow.id;
    EXPECT_TRUE(resolved.unresolved.empty()) << flow.id;
    return rules::planStart(flow.workspace, flow.id, flow.blueprint, made, resolved.values, {});
}

std::vector<SeedFlow> allFlows()
{
    SeedPlan plan = seedPlan();
    plan.flows.push_back(plan.shuttle.flow);
    plan.flows.push_back(plan.interrupted);
    return plan.flows;
}

TEST(Blueprints, ThereAreFiveInThreeWorkspaces)
{
    const SeedPlan plan = seedPlan();
    EXPECT_EQ(plan.blueprints.size(), 5u);
    std::set<std::string> workspaces { "default" };
    for (const SeedWorkspace &workspace : plan.workspaces) {
        workspaces.insert(workspace.id);
        EXPECT_FALSE(workspace.name.empty());
    }
    EXPECT_EQ(workspaces.size(), 3u);
    std::set<std::string> used;
    for (const SeedFlow &flow : allFlows()) {
        EXPECT_TRUE(workspaces.contains(flow.workspace)) << flow.id;
        used.insert(flow.blueprint);
    }
    EXPECT_EQ(used, std::set<std::string>(plan.blueprints.begin(), plan.blueprints.end()));
}

TEST(Blueprints, TheLargestHasThirtyEntriesAndFortyFiveTopics)
{
    const rules::StartPlan plan = planFor(seedPlan().flows.front());
    EXPECT_GE(plan.expansion.entries.size(), 30u);
    EXPECT_GE(plan.expansion.topics.size(), 45u);
}

TEST(Blueprints, OneSharesTopicsAndEntriesByBlueprintAndWorkspace)
{
    const auto flows = allFlows();
    const auto desk = std::find_if(flows.begin(), flows.end(),
        [](const SeedFlow &flow) { return flow.blueprint == "shared-desk"; });
    ASSERT_NE(desk, flows.end());
    const rules::StartPlan plan = planFor(*desk);
    std::set<rules::Scope> topics;
    for (const rules::ExpandedTopic &topic : plan.expansion.topics)
        topics.insert(topic.scope);
    std::set<rules::Scope> entries;
    std::set<std::string> sections;
    for (const rules::ExpandedEntry &entry : plan.expansion.entries) {
        entries.insert(entry.scope);
        sections.insert(entry.section);
    }
    for (const rules::Scope scope :
        { rules::Scope::Flow, rules::Scope::Blueprint, rules::Scope::Workspace }) {
        EXPECT_TRUE(topics.contains(scope)) << rules::name(scope);
        EXPECT_TRUE(entries.contains(scope)) << rules::name(scope);
    }
    EXPECT_TRUE(topics.contains(rules::Scope::Global));
    EXPECT_TRUE(topics.contains(rules::Scope::System));
    EXPECT_EQ(sections, (std::set<std::string> { "blueprint", "flow" }));
}

TEST(Blueprints, EverySeededFlowPlansWithoutAFault)
{
    for (const SeedFlow &flow : allFlows()) {
        const rules::StartPlan plan = planFor(flow);
        EXPECT_TRUE(plan.problems.empty())
            << flow.id << ' ' << (plan.problems.empty() ? "" : plan.problems[0]);
        EXPECT_TRUE(plan.expansion.faults.empty()) << flow.id;
        for (const rules::ExpandedTopic &topic : plan.expansion.topics) {
            EXPECT_EQ(topic.topic.find('{'), std::string::npos) << topic.topic;
            EXPECT_TRUE(rules::parseTopic(topic.topic)) << topic.topic;
        }
        for (const rules::ExpandedEntry &entry : plan.expansion.entries) {
            EXPECT_EQ(entry.variant.find('{'), std::string::npos);
            for (const auto &[name, value] : entry.entry.parameters)
                EXPECT_EQ(value.find('{'), std::string::npos) << entry.processor << ' ' << name;
        }
    }
}

TEST(DemoConfig, HasNothingThatABackEndWouldRefuse)
{
    const auto entries = configEntries();
    std::vector<rules::ConfigEntryView> all;
    for (const auto &[type, values] : entries)
        for (const auto &[key, text] : values)
            all.push_back({ type, key, text });
    EXPECT_GE(all.size(), 10u);
    for (const rules::ConfigEntryView &one : all)
        for (const rules::ConfigIssue &issue : rules::issuesOf(all, one.type, one.key, one.value))
            ADD_FAILURE() << one.type << '/' << one.key << ' ' << issue.path << ": "
                          << issue.message;
}

TEST(DemoConfig, EveryModelThatAFlowCanHaveHasItsPrice)
{
    const auto entries = configEntries();
    const auto *costs = schema::find(entries, "token-cost");
    ASSERT_NE(costs, nullptr);
    const auto models = parameterType("llm-model");
    ASSERT_TRUE(models);
    for (const auto &model : models->choices) {
        const std::string *text = schema::find(*costs, model.id);
        ASSERT_NE(text, nullptr) << model.id;
        const auto cost = schema::decode<schema::TokenCost>(*text);
        ASSERT_TRUE(cost) << model.id;
        EXPECT_EQ(cost->modelName, model.id);
    }
}

TEST(Blueprints, EveryFlowTopicThatIsWrittenIsAlsoReadSomewhere)
{
    const LineBook book = lineBook();
    for (const SeedFlow &flow : allFlows()) {
        const rules::StartPlan plan = planFor(flow);
        std::set<std::string> read;
        std::set<std::string> written;
        for (const GlobalStation &global : book.globals)
            read.insert(global.topic);
        for (const rules::ExpandedEntry &entry : plan.expansion.entries)
            for (const auto &[name, topic] : entry.entry.topics) {
                const rules::TopicRole role = rules::topicRole(name);
                if (role == rules::TopicRole::Input || role == rules::TopicRole::ServerRequest)
                    read.insert(topic);
                else if (role == rules::TopicRole::Output
                    || role == rules::TopicRole::ClientRequest)
                    written.insert(topic);
            }
        for (const std::string &topic : written)
            EXPECT_TRUE(read.contains(topic) || rules::systemOwnedTopic(topic))
                << flow.id << ' ' << topic;
    }
}

TEST(Blueprints, InterfacesLeadToTopicsThatASectionNames)
{
    for (const SeedFlow &flow : allFlows()) {
        const rules::StartPlan plan = planFor(flow);
        std::set<std::string> known;
        for (const rules::ExpandedTopic &topic : plan.expansion.topics)
            known.insert(topic.topic);
        EXPECT_FALSE(plan.expansion.interfaces.empty());
        for (const auto &[name, interface] : plan.expansion.interfaces)
            for (const auto &topic : { interface.flow, interface.request, interface.response })
                EXPECT_TRUE(!topic || known.contains(*topic)) << flow.id << ' ' << name;
    }
}

TEST(Blueprints, ParametersAreOrderedTypedAndTheirValuesFit)
{
    bool advanced = false;
    bool controlled = false;
    for (const SeedFlow &flow : allFlows()) {
        const schema::Blueprint made = blueprint(flow.blueprint);
        std::set<std::int64_t> orders;
        for (const auto &[name, parameter] : made.parameters) {
            ASSERT_TRUE(parameter.order) << name;
            EXPECT_TRUE(orders.insert(*parameter.order).second) << flow.blueprint << ' ' << name;
            EXPECT_TRUE(parameterType(parameter.type)) << parameter.type;
            advanced = advanced || parameter.advanced;
            controlled = controlled || parameter.controlledBy.has_value();
            if (parameter.controlledBy) {
                EXPECT_TRUE(schema::find(made.parameters, *parameter.controlledBy)) << name;
            }
        }
        for (const auto &[name, value] : flow.parameters)
            EXPECT_TRUE(schema::find(made.parameters, name)) << flow.id << ' ' << name;
        const auto resolved = rules::resolveParameters(made, flow.parameters, parameterType, true);
        for (const auto &[name, value] : resolved.values) {
            const auto type = parameterType(schema::find(made.parameters, name)->type);
            EXPECT_EQ(rules::checkParameter(*type, value), "")
                << flow.id << ' ' << name << '=' << value;
        }
    }
    EXPECT_TRUE(advanced);
    EXPECT_TRUE(controlled);
}

TEST(Blueprints, EveryStationAndFaultOfTheBookExists)
{
    std::set<std::string> processors;
    for (const std::string &name : seedPlan().blueprints) {
        const schema::Blueprint made = blueprint(name);
        for (const auto *section : { &made.blueprint, &made.flow })
            for (const auto &[key, entry] : *section)
                processors.insert(key.substr(0, key.find(':')));
    }
    const LineBook book = lineBook();
    for (const GlobalStation &global : book.globals)
        processors.insert(global.processor);
    for (const auto &[name, station] : book.stations)
        EXPECT_TRUE(processors.contains(name)) << name;
    for (const std::string &name : processors)
        EXPECT_TRUE(schema::find(book.stations, name)) << name << " has no behaviour of its own";
    const auto flows = allFlows();
    for (const Fault &fault : seedPlan().faults)
        EXPECT_TRUE(std::any_of(flows.begin(), flows.end(), [&](const SeedFlow &flow) {
            return flow.id == fault.flow && flow.workspace == fault.workspace;
        }));
}
} // namespace
