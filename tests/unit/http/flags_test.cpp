// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/dispatcher.h"
#include "app/gateway/http/packs.h"

#include <gtest/gtest.h>

namespace signalbox::gateway {
namespace {

TEST(LastPart, FollowsTheEndFlagsOfEachService)
{
    EXPECT_FALSE(isLastPart(
        "agent", R"({"message_type":"thought","end_of_message":true,"end_of_dialog":false})"));
    EXPECT_TRUE(isLastPart(
        "agent", R"({"message_type":"answer","end_of_message":true,"end_of_dialog":true})"));
    EXPECT_FALSE(isLastPart("graph-rag", R"({"end_of_stream":true,"end_of_session":false})"))
        << "explanations follow";
    EXPECT_TRUE(isLastPart("document-rag", R"({"end_of_stream":false,"end_of_session":true})"));
    EXPECT_FALSE(isLastPart("text-completion", R"({"response":"a","end_of_stream":false})"));
    EXPECT_TRUE(isLastPart("text-completion", R"({"response":"","end_of_stream":true})"));
    EXPECT_TRUE(isLastPart("embeddings", R"({"vectors":[]})")) << "no flag: one answer";
    for (const char *kind : { "agent", "graph-rag", "prompt", "triples" })
        EXPECT_TRUE(isLastPart(kind, R"({"error":{"type":"x","message":"y"}})")) << kind;
    EXPECT_TRUE(isLastPart("agent", "not JSON"));
}

ServiceCall call(std::string service, std::string operation, std::string flow, std::string request)
{
    return { std::move(service), std::move(operation), "w", std::move(flow), std::move(request),
        {} };
}

TEST(MissingMember, IsNamedAsTheRealOneNamesIt)
{
    EXPECT_EQ(missingMember(call("text-completion", "", "f", R"({"system":"s"})")), "prompt");
    EXPECT_EQ(missingMember(call("text-completion", "", "f", R"({"system":"s","prompt":""})")), "");
    EXPECT_EQ(missingMember(call("config", "put", "", R"({"values":[{"type":"t","key":"k"}]})")),
        "value");
    EXPECT_EQ(missingMember(call("config", "get", "", R"({"keys":[{"type":"t"}]})")), "key");
    EXPECT_EQ(missingMember(call("config", "get", "", "{}")), "") << "the service answers for that";
    EXPECT_EQ(missingMember(call("flow", "start-flow", "", "{}")), "");
}

TEST(Packs, CodesAreReadWithoutRegionAndCase)
{
    EXPECT_EQ(packOf("DE-at"), packOf("de"));
    EXPECT_EQ(packOf("xx"), packOf("en"));
    EXPECT_EQ(packOf("a/b"), std::nullopt);
    EXPECT_EQ(packOf(".."), std::nullopt);
}

} // namespace
} // namespace signalbox::gateway
