// SPDX-License-Identifier: GPL-3.0-only
// REST has one answer: nothing of a stream is thrown away (trap 4, mended).
#include "app/gateway/http/joinedparts.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace signalbox::gateway {
namespace {

using Json = nlohmann::json;

Json joined(
    const std::string &kind, const std::vector<const char *> &parts, const std::string &last)
{
    JoinedParts all(kind);
    for (const char *part : parts)
        all.add(part);
    return Json::parse(all.with(last));
}

TEST(RestAnswer, TheWishForPartsIsTakenBack)
{
    EXPECT_EQ(Json::parse(withoutStreaming(R"({"streaming":true,"prompt":"p"})")),
        Json::parse(R"({"streaming":false,"prompt":"p"})"));
    for (const char *kept : { R"({"prompt" : "p"})", R"({"streaming": false})", "[1]" })
        EXPECT_EQ(withoutStreaming(kept), kept);
}

TEST(RestAnswer, HoldsTheTextOfAllParts)
{
    EXPECT_EQ(joined("text-completion",
                  { R"({"response":"a ","end_of_stream":false})",
                      R"({"response":"b","end_of_stream":false})" },
                  R"({"response":"","in_token":3,"end_of_stream":true})"),
        Json::parse(R"({"response":"a b","in_token":3,"end_of_stream":true})"));
    EXPECT_EQ(joined("prompt", { R"({"text":"a"})" }, R"({"text":"","end_of_stream":true})"),
        Json::parse(R"({"text":"a","end_of_stream":true})"));
}

TEST(RestAnswer, OfAnAgentAndOfRetrievalIsTheAnswerOnly)
{
    EXPECT_EQ(joined("agent",
                  { R"({"message_type":"thought","content":"hm"})",
                      R"({"message_type":"answer","content":"Be"})",
                      R"({"message_type":"answer","content":"cause"})" },
                  R"({"message_type":"answer","end_of_dialog":true})")
                  .at("content"),
        "Because");
    EXPECT_EQ(joined("graph-rag",
                  { R"({"message_type":"explain","response":"no"})",
                      R"({"message_type":"chunk","response":"yes"})" },
                  R"({"message_type":"chunk","response":"","end_of_session":true})")
                  .at("response"),
        "yes");
}

TEST(RestAnswer, ThatIsWholeAlreadyStaysAsItIs)
{
    const char *whole = R"({"message_type":"answer","content":"Because","end_of_dialog":true})";
    EXPECT_EQ(joined("agent", { R"({"message_type":"answer","content":"Bec"})" }, whole),
        Json::parse(whole));
    const char *error = R"({"error":{"type":"llm-error","message":"x"}})";
    EXPECT_EQ(joined("prompt", { R"({"text":"a"})" }, error), Json::parse(error));
    EXPECT_EQ(
        joined("embeddings", {}, R"({"vectors":[[1]]})"), Json::parse(R"({"vectors":[[1]]})"));
}

TEST(RestAnswer, HoldsTheTriplesOfAllBatches)
{
    EXPECT_EQ(joined("triples", { R"({"response":[{"s":1},{"s":2}],"complete":false})" },
                  R"({"response":[{"s":3}],"complete":true})")
                  .at("response"),
        Json::parse(R"([{"s":1},{"s":2},{"s":3}])"));
}

} // namespace
} // namespace signalbox::gateway
