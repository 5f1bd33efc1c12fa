// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/expand.h"
#include "models/rules/parties.h"
#include "tests/bench/playedqueues.h"

#include <gtest/gtest.h>

#include <set>

using namespace signalbox;
using namespace signalbox::rules;

namespace {
schema::Blueprint withTopics(schema::Members<std::string> topics, const std::string &key = "p:{id}")
{
    schema::Blueprint blueprint;
    blueprint.flow = { { key, { std::move(topics), {}, {} } } };
    return blueprint;
}
const Bindings bindings { "ws", "bp", "f1", { { "model", "small" } } };
} // namespace

TEST(Substitute, replacesInOrderAndKeepsWhatItDoesNotKnow)
{
    EXPECT_EQ(substitute("{workspace}/{blueprint}/{id}/{model}/{other}/{", bindings),
        "ws/bp/f1/small/{other}/{");
    // plain replacement, one after the other: a value may make a later placeholder (TG §4.1)
    EXPECT_EQ(substitute("{a}", { "w", "b", "i", { { "a", "{b}" }, { "b", "x" } } }), "x");
    EXPECT_EQ(substitute("{b}", { "w", "b", "i", { { "a", "x" }, { "b", "{a}" } } }), "{a}");
    EXPECT_EQ(substitute("{{id}}", { "w", "b", "model", { { "model", "m" } } }), "m");
    EXPECT_EQ(substitute("{id}", { "w", "b", "{id}", {} }), "{id}");
}

TEST(Substitute, valuesThatDoubleTheTextAreBounded)
{
    Bindings greedy { "w", "b", "i", {} };
    for (int i = 0; i < 60; ++i) {
        const std::string next = "{p" + std::to_string(i + 1) + "}";
        greedy.parameters.emplace_back("p" + std::to_string(i), next + next);
    }
    EXPECT_LE(substitute("{p0}", greedy).size(), std::size_t(1) << 18);
}

TEST(Scope, isThatOfTheNarrowestPlaceholder)
{
    EXPECT_EQ(templateScope("a:{workspace}:{id}"), Scope::Flow);
    EXPECT_EQ(templateScope("a:{workspace}:{blueprint}"), Scope::Blueprint);
    EXPECT_EQ(templateScope("a:{workspace}"), Scope::Workspace);
    EXPECT_EQ(templateScope("a:{model}"), Scope::Workspace);
    EXPECT_EQ(templateScope("a"), Scope::Global);
    for (const Scope scope : { Scope::Flow, Scope::Orphan, Scope::Unknown, Scope::System })
        EXPECT_EQ(parseScope(name(scope)), scope);
    EXPECT_FALSE(parseScope("elsewhere"));
}

TEST(Scope, systemServicesOwnTheirTopics)
{
    for (const char *topic : { "request:tg:librarian:default", "response:tg:collection:w",
             "request:tg:config", "notify:tg:config", "response:tg:iam", "request:tg:fabric:w",
             "request:tg:knowledge:w" })
        EXPECT_TRUE(systemOwnedTopic(topic)) << topic;
    for (const char *topic :
        { "request:tg:agent:w:f", "flow:tg:librarian:w", "request:tg:config:w:f",
            "request:other:config", "notify:other:x", "nonsense", "request:tg:librarians:w" })
        EXPECT_FALSE(systemOwnedTopic(topic)) << topic;
}

TEST(Expand, blueprintSectionFirstThenFlowWithoutRepetition)
{
    schema::Blueprint blueprint =
        withTopics({ { "input", "flow:tg:a:{id}" }, { "output", "flow:tg:s:{workspace}" } });
    schema::ProcessorEntry shared { { { "request", "flow:tg:s:{workspace}" } },
        { { "m", "{model}" } }, {} };
    blueprint.blueprint = { { "q:{blueprint}", shared } };
    blueprint.interfaces = { { "load", {} } };
    blueprint.interfaces[0].second.flow = "flow:tg:a:{id}";
    const Expansion expansion = expand(blueprint, bindings);
    ASSERT_EQ(expansion.entries.size(), 2u);
    EXPECT_EQ(expansion.entries[0].processor, "q");
    EXPECT_EQ(expansion.entries[0].variant, "bp");
    EXPECT_EQ(expansion.entries[0].section, "blueprint");
    EXPECT_EQ(
        expansion.entries[0].entry.parameters, (schema::Members<std::string> { { "m", "small" } }));
    EXPECT_EQ(expansion.entries[1].variant, "f1");
    ASSERT_EQ(expansion.topics.size(), 2u);
    EXPECT_EQ(expansion.topics[0],
        (ExpandedTopic { "flow:tg:s:ws", "flow:tg:s:{workspace}", Scope::Workspace }));
    EXPECT_EQ(expansion.topics[1].topic, "flow:tg:a:f1");
    EXPECT_EQ(expansion.interfaces[0].second.flow, "flow:tg:a:f1");
    EXPECT_TRUE(expansion.faults.empty());
}

TEST(Expand, writtenOutAnywhereATopicIsALiteral)
{
    for (const bool literalFirst : { true, false }) {
        schema::Members<std::string> topics { { "a", "flow:tg:x:ws" },
            { "b", "flow:tg:x:{workspace}" } };
        if (!literalFirst)
            std::swap(topics[0].second, topics[1].second);
        const Expansion expansion = expand(withTopics(topics), bindings);
        ASSERT_EQ(expansion.topics.size(), 1u);
        EXPECT_EQ(
            expansion.topics[0], (ExpandedTopic { "flow:tg:x:ws", "flow:tg:x:ws", Scope::Global }));
    }
}

TEST(Expand, faultsNameTheirPlace)
{
    schema::Blueprint blueprint = withTopics({ { "input", "" } });
    blueprint.flow.emplace_back("nocolon", schema::ProcessorEntry());
    const auto faults = expand(blueprint, bindings).faults;
    ASSERT_EQ(faults.size(), 2u);
    EXPECT_EQ(faults[0], "flow.p:{id}.topics.input: the topic is empty");
    EXPECT_EQ(faults[1], "flow.nocolon: expected <processor>:<variant>, found no ':'");
}

TEST(TopicParties, aServerTakesItsRequestsAndItsClientSendsThem)
{
    Expansion expansion;
    const auto entry = [&](const std::string &processor, schema::Members<std::string> topics) {
        ExpandedEntry one;
        one.processor = processor;
        one.entry.topics = std::move(topics);
        expansion.entries.push_back(std::move(one));
    };
    entry("prompt", { { "request", "request:tg:p:w" }, { "response", "response:tg:p:w" } });
    entry("rag",
        { { "prompt-request", "request:tg:p:w" }, { "prompt-response", "response:tg:p:w" } });
    entry("rag", { { "output", "request:tg:p:w" }, { " ", "request:tg:p:w" } });
    const TopicParties asked = partiesOf(expansion, "request:tg:p:w");
    EXPECT_EQ(asked.consumers, std::vector<std::string>({ "prompt" }));
    EXPECT_EQ(asked.producers, std::vector<std::string>({ "rag" })); // once
    EXPECT_EQ(asked.undirected, std::vector<std::string>({ "rag" }));
    const TopicParties answered = partiesOf(expansion, "response:tg:p:w");
    EXPECT_EQ(answered.consumers, std::vector<std::string>({ "rag" }));
    EXPECT_EQ(answered.producers, std::vector<std::string>({ "prompt" }));
    EXPECT_EQ(partiesOf(expansion, "request:tg:p"), TopicParties());
}

TEST(ExpectedQueues, oneForEachConsumedFlowOrRequestTopic)
{
    const Expansion expansion =
        expand(withTopics({ { "input", "flow:tg:in:{id}" }, { "request", "request:tg:r:{id}" },
                   { "response", "response:tg:r:{id}" }, { "x-request", "request:tg:x" },
                   { "x-response", "response:tg:x" }, { "side-input", "notify:tg:n" } }),
            bindings);
    const auto queues = expectedQueues(expansion, "ws");
    ASSERT_EQ(queues.size(), 2u);
    EXPECT_EQ(queues[0].queue, "flow:tg:in:f1.p--ws--f1--input");
    EXPECT_EQ(queues[1].queue, "request:tg:r:f1.p--ws--f1--request");
    EXPECT_EQ(queues[1].spec, "request");
}

namespace {
schema::Blueprint parameterised()
{
    schema::Blueprint blueprint;
    blueprint.parameters = { { "model", {} }, { "rag-model", {} }, { "size", {} } };
    blueprint.parameters[0].second.type = "llm";
    blueprint.parameters[1].second.type = "llm";
    blueprint.parameters[1].second.controlledBy = "model";
    blueprint.parameters[2].second.type = "size";
    return blueprint;
}

TypeLookup typesWith(std::optional<std::string> modelDefault, bool sizeRequired)
{
    return [=](const std::string &type) {
        schema::ParameterType found;
        if (type == "llm")
            found.defaultValue = modelDefault;
        found.required = type == "size" && sizeRequired;
        return std::optional(found);
    };
}
} // namespace

TEST(ResolveParameters, givenThenDefaultThenController)
{
    const auto real = resolveParameters(
        parameterised(), { { "model", "big" } }, typesWith("small", false), false);
    // the real service takes the default although something controls (TG §4.3, trap 14); ours does
    // not
    EXPECT_EQ(real.values,
        (schema::Members<std::string> { { "model", "big" }, { "rag-model", "small" } }));
    EXPECT_EQ(real.unresolved, std::vector<std::string> { "size" });
    const auto ours =
        resolveParameters(parameterised(), { { "model", "big" } }, typesWith("small", false), true);
    EXPECT_EQ(
        ours.values, (schema::Members<std::string> { { "model", "big" }, { "rag-model", "big" } }));
}

TEST(ResolveParameters, requiredOnesAreNamedAndExtraOnesAppended)
{
    const auto result =
        resolveParameters(parameterised(), { { "extra", "1" } }, typesWith({}, true), true);
    EXPECT_EQ(result.missing, std::vector<std::string> { "size" });
    EXPECT_EQ(result.unresolved, (std::vector<std::string> { "model", "rag-model" }));
    EXPECT_EQ(result.values, (schema::Members<std::string> { { "extra", "1" } }));
}

TEST(ResolveParameters, controllersInACircleEnd)
{
    schema::Blueprint blueprint;
    blueprint.parameters = { { "a", {} }, { "b", {} } };
    blueprint.parameters[0].second.controlledBy = "b";
    blueprint.parameters[1].second.controlledBy = "a";
    for (const bool mended : { false, true })
        EXPECT_EQ(
            resolveParameters(blueprint, {}, typesWith({}, false), mended).unresolved.size(), 2u);
    EXPECT_EQ(
        resolveParameters(blueprint, { { "b", "x" } }, typesWith({}, false), true).values.size(),
        2u);
}

// The far end of the bench lists these queues: its flows have to be of a blueprint that makes them.
TEST(PlayedLine, expandsToTheQueuesThatTheBenchPlays)
{
    const bench::Tier tier = bench::tierOf("L");
    const auto blueprint = schema::decode<schema::Blueprint>(bench::blueprintText(tier));
    ASSERT_TRUE(blueprint) << blueprint.error().text();
    const int flow = 3 * tier.flows + 2; // the third of the fourth workspace
    const std::string workspace = bench::workspaceName(3);
    const Expansion expansion =
        expand(*blueprint, { workspace, bench::playedBlueprint, bench::flowName(2), {} });
    EXPECT_EQ(expansion.entries.size(), std::size_t(bench::playedProcessors));
    EXPECT_TRUE(expansion.faults.empty());
    std::set<std::string> made;
    for (const ExpectedQueue &queue : expectedQueues(expansion, workspace))
        made.insert(queue.queue);
    std::set<std::string> played;
    for (int queue = 0; queue < tier.queues; ++queue)
        played.insert(bench::queueName(tier, flow * tier.queues + queue));
    EXPECT_EQ(made, played);
}

TEST(CheckParameter, saysWhatIsWrong)
{
    schema::ParameterType number;
    number.type = "integer";
    number.min = 1;
    number.max = 10;
    EXPECT_EQ(checkParameter(number, "5"), "");
    EXPECT_EQ(checkParameter(number, "x"), "not a number");
    EXPECT_EQ(checkParameter(number, "1.5"), "must be a whole number");
    EXPECT_EQ(checkParameter(number, "0"), "must be at least 1");
    EXPECT_EQ(checkParameter(number, "11"), "must be at most 10");
    schema::ParameterType choice;
    choice.choices = { { "a", "A" } };
    choice.required = true;
    EXPECT_EQ(checkParameter(choice, "a"), "");
    EXPECT_NE(checkParameter(choice, "b"), "");
    EXPECT_NE(checkParameter(choice, ""), "");
    schema::ParameterType flag;
    flag.type = "boolean";
    EXPECT_EQ(checkParameter(flag, "true"), "");
    EXPECT_NE(checkParameter(flag, "yes"), "");
    schema::ParameterType pattern;
    pattern.pattern = "[a-z]+";
    EXPECT_EQ(checkParameter(pattern, "abc"), "");
    EXPECT_NE(checkParameter(pattern, "A"), "");
    pattern.pattern = "(";
    EXPECT_EQ(checkParameter(pattern, "A"), "");
}
