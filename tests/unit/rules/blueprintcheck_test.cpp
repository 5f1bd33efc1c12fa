// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/blueprintcheck.h"
#include "models/rules/blueprintrows.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace signalbox;
using namespace signalbox::rules;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = BlueprintIssue::Kind;
using Severity = BlueprintIssue::Severity;

namespace {

const std::string good = R"({
 "description": "Reads papers", "tags": ["demo"], "x-owner": {"team": 7},
 "parameters": {"model": {"type": "llm-model", "description": "M", "order": 1},
                "rag": {"type": "llm-model", "controlled-by": "model", "advanced": true}},
 "blueprint": {"prompt:{blueprint}": {"topics": {"request": "request:tg:prompt:{workspace}:{blueprint}",
                                                 "response": "response:tg:prompt:{workspace}:{blueprint}"},
                                      "parameters": {"model": "{model}", "rag": "{rag}"}}},
 "flow": {"decoder:{id}": {"topics": {"input": "flow:tg:load:{workspace}:{id}",
                                      "output": "flow:tg:text:{workspace}:{id}"}},
          "writer:{id}": {"topics": {"input": "flow:tg:text:{workspace}:{id}",
                                     "librarian-request": "request:tg:librarian:{workspace}",
                                     "librarian-response": "response:tg:librarian:{workspace}",
                                     "prompt-request": "request:tg:prompt:{workspace}:{blueprint}",
                                     "prompt-response": "response:tg:prompt:{workspace}:{blueprint}"}}},
 "interfaces": {"load": {"flow": "flow:tg:load:{workspace}:{id}"}}})";

const KnownTypes types { std::set<std::string, std::less<>> { "llm-model" } };

std::string with(std::string text, const std::string &what, const std::string &by)
{
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), by);
}

std::vector<Kind> kinds(const std::vector<BlueprintIssue> &issues)
{
    std::vector<Kind> result;
    for (const auto &issue : issues)
        result.push_back(issue.kind);
    return result;
}

/// The one issue of a text, with what it marks.
struct Found {
    BlueprintIssue issue;
    std::string marked;
    std::string path;
};
Found only(const std::string &text)
{
    const auto issues = checkBlueprint(text, types);
    EXPECT_EQ(issues.size(), 1u) << text;
    if (issues.empty())
        return {};
    const auto &issue = issues.front();
    return { issue, text.substr(issue.begin, issue.end - issue.begin),
        schema::pathText(issue.path) };
}

} // namespace

TEST(BlueprintCheck, aSoundOneHasNothingToSay)
{
    EXPECT_THAT(kinds(checkBlueprint(good, types)), IsEmpty());
}

TEST(BlueprintCheck, whatIsNoJsonIsMarkedWhereItStops)
{
    const std::string broken = with(good, "\"tags\":", "\"tags\"");
    const auto found = only(broken);
    EXPECT_EQ(found.issue.kind, Kind::NotJson);
    EXPECT_EQ(found.issue.begin, broken.find("[\"demo\"]"));
    EXPECT_FALSE(found.issue.subject.empty());
    EXPECT_EQ(checkBlueprint("", {}).size(), 1u);
    EXPECT_EQ(only("[]").issue.kind, Kind::WrongKind);
}

TEST(BlueprintCheck, bothSectionsAreRequired)
{
    EXPECT_THAT(
        kinds(checkBlueprint("{}", {})), ElementsAre(Kind::SectionMissing, Kind::SectionMissing));
    EXPECT_THAT(
        kinds(checkBlueprint(R"({"blueprint":{},"flow":null})", {})), ElementsAre(Kind::WrongKind));
    EXPECT_THAT(kinds(checkBlueprint(R"({"blueprint":{},"flow":{}})", {})),
        ElementsAre(Kind::NothingToRun));
}

TEST(BlueprintCheck, valuesThatAreNoTextAreFaultsAtTheirPlace)
{
    auto found = only(with(good, "\"{rag}\"", "\"{rag}\", \"size\": 12"));
    EXPECT_EQ(found.issue.kind, Kind::WrongKind);
    EXPECT_EQ(found.issue.severity, Severity::Fault);
    EXPECT_EQ(found.issue.subject, "text");
    EXPECT_EQ(found.marked, "12");
    EXPECT_EQ(found.path, "blueprint[\"prompt:{blueprint}\"].parameters.size");
    // the parameter is then used by nothing
    const auto notes = checkBlueprint(with(good, "\"{model}\"", "true"), types);
    EXPECT_THAT(kinds(notes), ElementsAre(Kind::UnusedParameter, Kind::WrongKind));
}

TEST(BlueprintCheck, unknownPlaceholdersAreNamedWhereverTheyStand)
{
    auto found =
        only(with(good, "request:tg:librarian:{workspace}", "request:tg:librarian:{class}"));
    EXPECT_EQ(found.issue.kind, Kind::UnknownPlaceholder);
    EXPECT_EQ(found.issue.subject, "class");
    found = only(with(good, "request:tg:librarian:{workspace}", "request:tg:librarian:{id"));
    EXPECT_EQ(found.issue.kind, Kind::UnknownPlaceholder);
    EXPECT_EQ(found.issue.subject, "{id");
    const auto key = checkBlueprint(with(good, "decoder:{id}", "decoder:{flow}"), types);
    ASSERT_FALSE(key.empty());
    EXPECT_EQ(key.front().kind, Kind::UnknownPlaceholder);
    EXPECT_EQ(key.front().severity, Severity::Fault);
    found = only(with(good, "\"{model}\"", "\"{model} {who} { \\\"a\\\": 1 }\""));
    EXPECT_EQ(found.issue.subject, "who");
    EXPECT_EQ(found.issue.severity, Severity::Caution); // may be the processor's own
}

TEST(BlueprintCheck, topicsWithoutTheOtherSideAreFoundOnlyWhereItMustBeHere)
{
    const auto issues = checkBlueprint(
        with(good, "flow:tg:text:{workspace}:{id}\"}", "flow:tg:txt:{id}\"}"), types);
    EXPECT_THAT(kinds(issues), ElementsAre(Kind::NobodyConsumes, Kind::NobodyProduces));
    EXPECT_EQ(issues[0].subject, "flow:tg:txt:{id}");
    // a workspace's or everybody's topic has its other side elsewhere
    EXPECT_THAT(
        kinds(checkBlueprint(
            with(good, "flow:tg:text:{workspace}:{id}\"}", "flow:tg:text:{workspace}\"}"), types)),
        ElementsAre(Kind::NobodyProduces));
}

TEST(BlueprintCheck, answersMustComeToWhereTheClientListens)
{
    const std::string other = "\"prompt-response\": \"response:tg:prompt:{workspace}:{blueprint}\"";
    const auto found =
        only(with(good, other, "\"prompt-response\": \"response:tg:prompt:{workspace}:{id}\""));
    EXPECT_EQ(found.issue.kind, Kind::NobodyAnswers);
    EXPECT_EQ(found.marked, "\"response:tg:prompt:{workspace}:{id}\"");
}

TEST(BlueprintCheck, interfacesNeedTopicsThatSomebodyKnows)
{
    const std::string door = R"({"flow": "flow:tg:load:{workspace}:{id}"}})";
    const auto doors = [&](const std::string &text) {
        return kinds(checkBlueprint(with(good, door, text), types));
    };
    EXPECT_THAT(doors("{}}"), ElementsAre(Kind::NobodyProduces, Kind::InterfaceWithoutTopic));
    EXPECT_THAT(doors(R"({"request": "request:tg:x:{id}"}})"),
        ElementsAre(Kind::NobodyProduces, Kind::HalfInterface, Kind::InterfaceLeadsNowhere));
    EXPECT_THAT(doors("\"flow:tg:load:{workspace}:{id}\"}"), ElementsAre(Kind::OldInterface));
    EXPECT_THAT(doors(R"({"flow": 3}})"), ElementsAre(Kind::NobodyProduces, Kind::WrongKind));
}

TEST(BlueprintCheck, parametersNeedTypesThatExistAndControllersToo)
{
    const std::string model = R"({"type": "llm-model", "description": "M", "order": 1})";
    EXPECT_EQ(only(with(good, model, "{}")).issue.kind, Kind::NoParameterType);
    auto found = only(with(good, model, R"({"type": "modle"})"));
    EXPECT_EQ(found.issue.kind, Kind::UnknownParameterType);
    EXPECT_EQ(found.marked, "\"modle\"");
    EXPECT_THAT(checkBlueprint(with(good, model, R"({"type": "modle"})"), {}), IsEmpty());
    EXPECT_EQ(
        only(with(good, model, R"({"type": "llm-model", "order": "1"})")).issue.subject, "number");
    EXPECT_EQ(only(with(good, "\"controlled-by\": \"model\"", "\"controlled-by\": \"nobody\""))
                  .issue.kind,
        Kind::UnknownController);
    EXPECT_THAT(kinds(checkBlueprint(
                    with(good, model, R"({"type": "llm-model", "controlled-by": "rag"})"), types)),
        ElementsAre(Kind::ControlCircle, Kind::ControlCircle));
}

TEST(BlueprintCheck, keysOfEntriesNameProcessorAndVariant)
{
    const auto issues = checkBlueprint(with(good, "decoder:{id}", "decoder"), types);
    ASSERT_FALSE(issues.empty());
    EXPECT_EQ(issues.front().kind, Kind::NoVariant);
    EXPECT_EQ(schema::pathText(issues.front().path), "flow.decoder");
    EXPECT_EQ(only(with(good, "decoder:{id}", ":{id}")).issue.kind, Kind::NoProcessor);
    // an entry that flows share, with a topic of one of them
    EXPECT_EQ(checkBlueprint(with(good, "decoder:{id}", "decoder:{workspace}"), types)[0].kind,
        Kind::NarrowerTopic);
}

TEST(BlueprintCheck, equalNamesAndOldFormsAreCautionedAgainst)
{
    EXPECT_EQ(only(with(good, "\"tags\"", "\"description\": \"x\", \"tags\"")).issue.kind,
        Kind::TwiceNamed);
    const auto issues =
        checkBlueprint(R"({"blueprint":{},"flow":{"a:{id}":{"settings":{"x":"y"}}}})", {});
    EXPECT_THAT(kinds(issues), ElementsAre(Kind::EntryWithoutTopics));
}

TEST(BlueprintCheck, entriesThatGoAreNamed)
{
    const auto before = schema::decode<schema::Blueprint>(good);
    const auto after = schema::decode<schema::Blueprint>(with(good, "decoder:{id}", "reader:{id}"));
    ASSERT_TRUE(before && after);
    EXPECT_THAT(entriesGone(*before, *after), ElementsAre("flow.decoder:{id}"));
    EXPECT_THAT(entriesGone(*before, *before), IsEmpty());
}

TEST(BlueprintRows, everyMemberIsThereOnceAtItsPlace)
{
    const auto tree = schema::JsonTree::parse(good);
    ASSERT_TRUE(tree);
    const auto rows = blueprintRows(*tree);
    std::size_t topics = 0;
    for (const BlueprintRow &row : rows) {
        EXPECT_NE(tree->at(row.path), schema::JsonTree::none) << row.name;
        EXPECT_EQ(good.compare(row.begin + 1, row.name.size(), row.name), 0) << row.name;
        topics += row.kind == BlueprintRow::Kind::Topic;
    }
    EXPECT_EQ(topics, 9u);
    EXPECT_EQ(rows.front().value, "Reads papers");
    EXPECT_EQ(rows.back().name, "x-owner");
    EXPECT_EQ(rows.back().value, "{\"team\": 7}");
    const auto prompt = std::find_if(
        rows.begin(), rows.end(), [](const auto &row) { return row.name == "prompt:{blueprint}"; });
    ASSERT_NE(prompt, rows.end());
    EXPECT_EQ(prompt->scope, Scope::Blueprint);
    EXPECT_EQ(prompt->count, 4);
    EXPECT_THAT(blueprintRows(*schema::JsonTree::parse("[1]")), IsEmpty());
}

TEST(BlueprintRows, theSummaryCountsByScope)
{
    const auto summary = summaryOf(*schema::JsonTree::parse(good));
    EXPECT_EQ(summary.description, "Reads papers");
    EXPECT_EQ(summary.entries, 3);
    EXPECT_EQ(summary.ofFlow, 2);
    EXPECT_EQ(summary.ofBlueprint, 1);
    EXPECT_EQ(summary.ofWorkspace, 0);
    EXPECT_EQ(summary.interfaces, 1);
    EXPECT_EQ(summary.parameters, 2);
}

TEST(BlueprintCheck, theDemoPlatformsOwnBlueprintsHaveNoFault)
{
    std::size_t seen = 0;
    for (const auto &file :
        std::filesystem::directory_iterator(SIGNALBOX_SOURCE_DIR "/resources/demo/blueprints")) {
        std::stringstream text;
        text << std::ifstream(file.path()).rdbuf();
        for (const auto &issue : checkBlueprint(text.str(), {}))
            EXPECT_NE(issue.severity, Severity::Fault)
                << file.path() << " " << schema::pathText(issue.path) << " " << int(issue.kind);
        ++seen;
    }
    EXPECT_GE(seen, 5u);
}
