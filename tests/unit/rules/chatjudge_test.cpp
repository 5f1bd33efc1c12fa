// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/chatjudge.h"
#include "models/rules/worddiff.h"

#include <gmock/gmock.h>

using namespace signalbox;
using namespace signalbox::rules;

namespace {

const Matcher plain = [](const std::string &pattern,
                          const std::string &text) -> Expected<bool, std::string> {
    if (pattern == "(")
        return unexpected(std::string("missing )"));
    return text.find(pattern) != std::string::npos;
};

schema::ChatTest testOf(const std::string &expect)
{
    const auto test = schema::decode<schema::ChatTest>(
        R"({"name":"t","tenant":"acme","agent":"Support","steps":[{"say":"hi","expect":[)" + expect
        + "]}]}");
    EXPECT_TRUE(test) << (test ? "" : test.error().text());
    return test ? *test : schema::ChatTest {};
}

std::vector<ChatFault> faultsOf(const std::string &expect, const ChatOutcome &outcome)
{
    const auto test = testOf(expect);
    return test.steps.empty() ? std::vector<ChatFault> {} : judge(1, test.steps[0], outcome, plain);
}

std::string refusal(const std::string &text)
{
    const auto test = schema::decode<schema::ChatTest>(text);
    return test ? "" : test.error().text();
}

} // namespace

TEST(ChatJudge, everyExpectationCanHoldAndCanFail)
{
    ChatOutcome good;
    good.text = "Your Refund is 49.90";
    good.tools = { "lookup_order" };
    good.escalated = true;
    good.elapsedMs = 800;
    ChatOutcome bad;
    bad.text = "No.";
    bad.elapsedMs = 9000;
    for (const std::string expect :
        { R"({"contains":"refund"})", R"({"regex":"49.90"})", R"({"tool":"lookup_order"})",
            R"({"escalated":true})", R"({"latency-ms":1000})", R"({"lacks":"No."})" }) {
        EXPECT_THAT(faultsOf(expect, good), testing::IsEmpty()) << expect;
        EXPECT_EQ(faultsOf(expect, bad).size(), 1U) << expect;
    }
}

TEST(ChatJudge, aFaultNamesStepExpectationAndActualText)
{
    ChatOutcome outcome;
    outcome.text = "I cannot help.";
    outcome.elapsedMs = 5;
    const auto faults = faultsOf(R"({"contains":"refund"})", outcome);
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].step, 1U);
    EXPECT_EQ(faults[0].say, "hi");
    EXPECT_EQ(faults[0].expectation, "contains “refund”");
    EXPECT_EQ(faults[0].actual, "I cannot help.");
}

TEST(ChatJudge, noAnswerIsAFaultWhateverIsExpected)
{
    ChatOutcome outcome;
    outcome.error = "no sign for two minutes";
    EXPECT_EQ(faultsOf(R"({"lacks":"x"})", outcome).size(), 1U);
    EXPECT_EQ(faultsOf("", outcome).size(), 1U);
}

TEST(ChatJudge, aPatternThatCannotBeReadIsAFault)
{
    ChatOutcome outcome;
    outcome.elapsedMs = 5;
    const auto faults = faultsOf(R"({"regex":"("})", outcome);
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].actual, "the pattern cannot be read: missing )");
}

TEST(ChatTestFile, whatNobodyReadsIsRefusedSoThatNoCheckIsSilentlyLeftOut)
{
    const std::string head = R"({"tenant":"a","agent":"b","steps":[)";
    EXPECT_EQ(refusal(head + R"({"say":"x","expct":[]}]})"), "steps[0].expct: unknown member");
    EXPECT_EQ(refusal(head + R"({"say":"x","expect":[{"contain":"y"}]}]})"),
        "steps[0].expect[0].contain: unknown member");
    EXPECT_EQ(refusal(head + R"({"say":"x","expect":[{"contains":"y","tool":"z"}]}]})"),
        "steps[0].expect[0]: an expectation has exactly one member");
    EXPECT_EQ(refusal(head + R"({"say":"x","expect":[{"contains":null}]}]})"),
        "steps[0].expect[0]: an expectation needs a value");
    EXPECT_NE(refusal(R"({"tenant":"a","agent":"b","steps":[]})"), "");
    EXPECT_NE(refusal(R"({"tenant":"a","agent":"b"})"), "");
    EXPECT_NE(refusal(R"({"agent":"b","steps":[{"say":"x"}]})"), "");
}

TEST(ChatTestFile, whatWasWrittenReadsBackEqual)
{
    const auto test =
        testOf(R"({"contains":"a"},{"regex":"b"},{"escalated":false},{"latency-ms":5})");
    const auto again = schema::decode<schema::ChatTest>(schema::encode(test));
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, test);
}

TEST(WordDiff, namesTheWordsThatDiffer)
{
    const auto pieces = diffWords("the quick  brown fox", "the slow brown fox jumps");
    using P = WordPiece;
    EXPECT_THAT(pieces,
        testing::ElementsAre(P { P::Same, "the" }, P { P::Removed, "quick" },
            P { P::Added, "slow" }, P { P::Same, "brown fox" }, P { P::Added, "jumps" }));
    EXPECT_THAT(diffWords("", ""), testing::IsEmpty());
    EXPECT_THAT(diffWords("n\nw", "n\nw"), testing::ElementsAre(P { P::Same, "n\nw" }));
}
