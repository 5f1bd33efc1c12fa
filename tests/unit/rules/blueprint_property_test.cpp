// SPDX-License-Identifier: GPL-3.0-only
// Damaged blueprints: what the check passes can be started, and it never marks what is not there.
#include "models/rules/blueprintcheck.h"
#include "models/rules/blueprintrows.h"
#include "models/rules/plan.h"

#include <gtest/gtest.h>

#include <random>

using namespace signalbox;
using namespace signalbox::rules;

namespace {

using Random = std::mt19937;

std::size_t below(Random &random, std::size_t limit)
{
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

template <class T> const T &oneOf(Random &random, const std::vector<T> &all)
{
    return all[below(random, all.size())];
}

std::string topic(Random &random)
{
    static const std::vector<std::string> classes { "flow", "flow", "request", "response",
        "notify" };
    static const std::vector<std::string> tails { "{id}", "{workspace}:{id}", "{blueprint}",
        "{workspace}", "all", "{model}" };
    return oneOf(random, classes) + ":tg:t" + std::to_string(below(random, 4)) + ":"
        + oneOf(random, tails);
}

std::string value(Random &random)
{
    static const std::vector<std::string> wrong { "3", "null", "true", "[]", "{}", "\"\"",
        "\"{nobody}\"", "\"plain\"" };
    return below(random, 12) == 0 ? oneOf(random, wrong) : "\"" + topic(random) + "\"";
}

std::string section(Random &random)
{
    static const std::vector<std::string> specs { "input", "output", "request", "response",
        "x-request", "x-response", "triples-input", " " };
    static const std::vector<std::string> keys { "a:{id}", "b:{id}", "c:{blueprint}",
        "d:{workspace}", "e", ":f", "g:{model}" };
    std::string text = "{";
    const std::size_t count = below(random, 4);
    for (std::size_t i = 0; i < count; ++i) {
        text += (i ? "," : "") + ("\"" + oneOf(random, keys) + "\":{\"topics\":{");
        const std::size_t topics = below(random, 4);
        for (std::size_t j = 0; j < topics; ++j)
            text += (j ? "," : "") + ("\"" + oneOf(random, specs) + "\":" + value(random));
        text += "},\"parameters\":{\"m\":" + value(random) + "}}";
    }
    return text + "}";
}

std::string blueprint(Random &random)
{
    std::string text = R"({"description":"d","tags":["a"],"parameters":{"model":{"type":"t"}})";
    if (below(random, 20) != 0)
        text += ",\"blueprint\":" + section(random);
    if (below(random, 20) != 0)
        text += ",\"flow\":" + section(random);
    text += ",\"interfaces\":{\"x\":{\"flow\":" + value(random) + "}},\"other\":[1,2]}";
    return text;
}

void damage(Random &random, std::string &text)
{
    static const std::string letters = "{}[]\",:x0 \\n";
    for (std::size_t i = below(random, 3); i > 0 && !text.empty(); --i) {
        const std::size_t at = below(random, text.size());
        if (below(random, 2) == 0)
            text.erase(at, 1);
        else
            text.insert(at, 1, letters[below(random, letters.size())]);
    }
}

} // namespace

TEST(BlueprintProperty, whatHasNoFaultCanBeStarted)
{
    Random random(20261121);
    int sound = 0;
    for (int round = 0; round < 4000; ++round) {
        std::string text = blueprint(random);
        if (round % 2 == 1)
            damage(random, text);
        const auto issues = checkBlueprint(text, {});
        std::size_t last = 0;
        bool fault = false;
        for (const BlueprintIssue &issue : issues) {
            EXPECT_LE(issue.begin, issue.end) << text;
            EXPECT_LE(issue.end, text.size()) << text;
            EXPECT_GE(issue.begin, last) << text;
            last = issue.begin;
            fault = fault || issue.severity == BlueprintIssue::Severity::Fault;
        }
        const auto tree = schema::JsonTree::parse(text);
        const auto rows = tree ? blueprintRows(*tree) : std::vector<BlueprintRow>();
        for (const BlueprintRow &row : rows)
            ASSERT_NE(tree->at(row.path), schema::JsonTree::none) << text;
        if (fault)
            continue;
        ++sound;
        const auto decoded = schema::decode<schema::Blueprint>(text);
        ASSERT_TRUE(decoded) << text << "\n" << decoded.error().text();
        const auto plan = planStart("acme", "f1", "b", *decoded, { { "model", "small" } }, {});
        EXPECT_TRUE(plan.expansion.faults.empty()) << text << plan.expansion.faults.front();
        EXPECT_TRUE(plan.problems.empty()) << text << plan.problems.front();
    }
    EXPECT_GT(sound, 500);
}

TEST(BlueprintProperty, whatCannotBeReadIsAlwaysAFault)
{
    Random random(7);
    int unreadable = 0;
    for (int round = 0; round < 4000; ++round) {
        std::string text = blueprint(random);
        damage(random, text);
        if (schema::decode<schema::Blueprint>(text))
            continue;
        ++unreadable;
        const auto issues = checkBlueprint(text, {});
        EXPECT_TRUE(std::any_of(issues.begin(), issues.end(), [](const BlueprintIssue &issue) {
            return issue.severity == BlueprintIssue::Severity::Fault;
        })) << text;
    }
    EXPECT_GT(unreadable, 300);
}
