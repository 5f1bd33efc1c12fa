// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/dispatcher.h"
#include "app/gateway/http/packs.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

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
    EXPECT_EQ(packOf("es_MX"), packOf("es"));
    EXPECT_EQ(packOf("xx"), packOf("en"));
    for (const char *chinese : { "zh", "zh-Hans", "zh-CN", "zh_TW" })
        EXPECT_EQ(packOf(chinese), packOf("zh-cn")) << chinese;
    EXPECT_EQ(packOf("a/b"), std::nullopt);
    EXPECT_EQ(packOf(".."), std::nullopt);
}

/// The names between braces, sorted.
std::vector<std::string> placeholders(const std::string &text)
{
    std::vector<std::string> names;
    for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1))
        names.push_back(text.substr(at, text.find('}', at) - at + 1));
    std::sort(names.begin(), names.end());
    return names;
}

TEST(Packs, AllLanguagesOfTheContractHaveTheSameKeysAndPlaceholders)
{
    const auto english = nlohmann::json::parse(*packOf("en"));
    for (const char *language : { "es", "sw", "pt", "tr", "hi", "he", "ar", "zh-cn", "ru", "de" }) {
        const auto pack = nlohmann::json::parse(*packOf(language));
        EXPECT_NE(pack, english) << language;
        ASSERT_EQ(pack.size(), english.size()) << language;
        for (const auto &[key, text] : english.items()) {
            ASSERT_TRUE(pack.contains(key)) << language << " lacks " << key;
            EXPECT_EQ(placeholders(pack[key]), placeholders(text)) << language << " " << key;
        }
    }
}

} // namespace
} // namespace signalbox::gateway
