// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/config.h"

#include <gtest/gtest.h>

using namespace signalbox::schema;

TEST(ConfigRequest, roundTripOfEachOperation)
{
    for (const char *text : { R"({"operation":"get","keys":[{"type":"t","key":"k"}]})",
             R"({"operation":"put","values":[{"type":"t","key":"k","value":"v"}]})",
             R"({"operation":"getvalues","workspace":"w","type":"t"})", R"({"operation":"config"})",
             R"({"operation":"delete","keys":[]})" }) {
        const auto request = decode<ConfigRequest>(text);
        ASSERT_TRUE(request) << request.error().text();
        EXPECT_EQ(encode(*request), text);
    }
}

TEST(ConfigRequest, missingListsStayMissing)
{
    const auto request = decode<ConfigRequest>(R"({"operation":"get","keys":null})");
    ASSERT_TRUE(request);
    EXPECT_FALSE(request->keys);
    EXPECT_TRUE(decode<ConfigRequest>(R"({"keys":[]})")->keys);
}

TEST(ConfigRequest, errorsNameTheElement)
{
    EXPECT_EQ(
        decode<ConfigRequest>(R"({"operation":"get","keys":[{"type":"t","key":"k"},{"type":"t"}]})")
            .error()
            .text(),
        "keys[1].key: missing");
    EXPECT_EQ(
        decode<ConfigRequest>(R"({"operation":"put","values":[{"type":"t","key":"k","value":{}}]})")
            .error()
            .text(),
        "values[0].value: expected string, found object");
    EXPECT_EQ(decode<ConfigRequest>(R"({"operation":7})").error().text(),
        "operation: expected string, found number");
}

TEST(ConfigResponse, allFourMembersAreAlwaysWritten)
{
    ConfigResponse response;
    response.version = 12;
    EXPECT_EQ(encode(response), R"({"version":12,"values":[],"directory":[],"config":{}})");
    response.values = { { "t", "k", std::nullopt, "" } };
    response.directory = { "a" };
    response.config = { { "t", { { "k", "{\"a\":1}" } } } };
    const std::string text =
        R"({"version":12,"values":[{"type":"t","key":"k","value":null}],"directory":["a"],)"
        R"("config":{"t":{"k":"{\"a\":1}"}}})";
    EXPECT_EQ(encode(response), text);
    EXPECT_EQ(decode<ConfigResponse>(text).value(), response);
}

TEST(ConfigValue, anEmptyValueIsNotAMissingOne)
{
    EXPECT_EQ(decode<ConfigValue>(R"({"type":"t","key":"k","value":""})")->value, "");
    EXPECT_EQ(decode<ConfigValue>(R"({"type":"t","key":"k","value":null})")->value, std::nullopt);
    EXPECT_EQ(decode<ConfigValue>(R"({"type":"t","key":"k"})")->value, std::nullopt);
    ConfigValue value { "t", "k", "v", "w" };
    EXPECT_EQ(encode(value), R"({"type":"t","key":"k","value":"v","workspace":"w"})");
}

TEST(ConfigNotice, roundTrip)
{
    const std::string text = R"({"version":42,"changes":{"flow":["a","b"],"prompt":["a"]},)"
                             R"("workspace_changes":{"created":["a"],"deleted":[]}})";
    const auto notice = decode<ConfigNotice>(text);
    ASSERT_TRUE(notice);
    EXPECT_EQ(notice->created, std::vector<std::string> { "a" });
    EXPECT_EQ(encode(*notice), text);
}

TEST(ConfigNotice, olderFormAndMissingMembers)
{
    const auto notice =
        decode<ConfigNotice>(R"({"version":3,"types":["flow"],"workspace_changes":null})");
    ASSERT_TRUE(notice);
    ASSERT_EQ(notice->changes.size(), 1u);
    EXPECT_EQ(notice->changes.front().first, "flow");
    EXPECT_TRUE(notice->changes.front().second.empty());
    EXPECT_TRUE(decode<ConfigNotice>(R"({"version":3})"));
    EXPECT_EQ(decode<ConfigNotice>(R"({"changes":{"flow":[1]}})").error().text(),
        "changes.flow[0]: expected string, found number");
}
