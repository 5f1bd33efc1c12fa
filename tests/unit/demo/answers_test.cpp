// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/answers.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace signalbox;
using namespace signalbox::gateway::demo;
using schema::Json;

namespace {
constexpr const char *kinds[] { "text-completion", "text-completion-rag", "prompt", "prompt-rag",
    "agent", "graph-rag", "document-rag", "embeddings", "graph-embeddings", "document-embeddings",
    "row-embeddings", "triples", "sparql", "rows", "nlp-query", "structured-query",
    "structured-diag", "reranker", "keyword-index", "image-to-text", "mcp-tool" };

struct Answers : testing::Test {
    Words words;
    Random random { 11 };
    schema::Members<std::string> parameters { { "model", "kestrel-large" } };
    Workbench bench { words, random, parameters, "acme", "plant" };
};

TEST_F(Answers, EveryKindAnswersItsOwnQuestionAndExactlyTheLastPartIsLast)
{
    for (const char *kind : kinds)
        for (int i = 0; i < 20; ++i) {
            const Parts parts = answer(kind, question(kind, "twelve crates", bench), {}, bench);
            ASSERT_FALSE(parts.empty()) << kind;
            EXPECT_EQ(failureIn(parts.back()), "") << kind << parts.back();
            for (std::size_t n = 0; n < parts.size(); ++n)
                EXPECT_EQ(isLast(kind, parts[n]), n + 1 == parts.size()) << kind << parts[n];
        }
}

TEST_F(Answers, AStreamedCompletionEndsWithAnEmptyPartThatCountsTokens)
{
    const Parts parts =
        answer("text-completion", R"({"system":"s","prompt":"p","streaming":true})", {}, bench);
    ASSERT_GT(parts.size(), 1u);
    const Json last = Json::parse(parts.back());
    EXPECT_EQ(last["response"], "");
    EXPECT_EQ(last["end_of_stream"], true);
    EXPECT_GT(last["in_token"].get<int>(), 0);
    EXPECT_GT(last["out_token"].get<int>(), 0);
    EXPECT_EQ(last["model"], "kestrel-large");
    std::string whole;
    for (const std::string &part : parts)
        whole += wordsIn(part);
    EXPECT_EQ(Json::parse(withWords(parts.back(), whole))["response"], whole);
    EXPECT_FALSE(whole.empty());
}

TEST_F(Answers, WithoutStreamingACompletionIsOnePart)
{
    const Parts parts = answer("text-completion", R"({"system":"s","prompt":"p"})", {}, bench);
    ASSERT_EQ(parts.size(), 1u);
    EXPECT_NE(Json::parse(parts[0])["response"], "");
}

TEST_F(Answers, APromptSaysWhatTheModelBehindItWrote)
{
    const Parts parts = answer("prompt", R"({"id":"read-paper","variables":{}})",
        { { "text-completion", R"({"response":"Nine wagons.","end_of_stream":true})" } }, bench);
    ASSERT_EQ(parts.size(), 1u);
    EXPECT_EQ(Json::parse(parts[0])["text"], "Nine wagons.");
}

TEST_F(Answers, AFailedCallFailsTheAnswerAndNamesWhoFailed)
{
    const Parts parts = answer("graph-rag", R"({"query":"where?"})",
        { { "prompt", failure("prompt", "the model is overloaded") } }, bench);
    ASSERT_EQ(parts.size(), 1u);
    EXPECT_EQ(failureIn(parts[0]), "prompt: the model is overloaded");
    EXPECT_EQ(Json::parse(parts[0])["error"]["type"], "graph-rag-error");
    EXPECT_TRUE(isLast("graph-rag", parts[0]));
}

TEST_F(Answers, AnIncompleteRequestIsRefused)
{
    for (const char *kind :
        { "text-completion", "prompt", "agent", "graph-rag", "document-rag", "embeddings" }) {
        EXPECT_NE(failureIn(answer(kind, "{}", {}, bench).back()), "") << kind;
        EXPECT_NE(failureIn(answer(kind, "no json", {}, bench).back()), "") << kind;
    }
}

TEST_F(Answers, TheSameTextHasTheSameVector)
{
    const Json a =
        Json::parse(answer("embeddings", R"({"texts":["crate","crate","wagon"]})", {}, bench)[0]);
    ASSERT_EQ(a["vectors"].size(), 3u);
    EXPECT_EQ(a["vectors"][0], a["vectors"][1]);
    EXPECT_NE(a["vectors"][0], a["vectors"][2]);
}
} // namespace
