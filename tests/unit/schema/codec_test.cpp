// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/codec.h"

#include "models/schema/blueprint.h"
#include "models/schema/config.h"
#include "models/schema/cutjson.h"
#include "models/schema/fabric.h"

#include <gtest/gtest.h>

using namespace signalbox::schema;

TEST(Codec, textThatIsNoJsonIsAnErrorWithoutPath)
{
    for (const char *text :
        { "", " ", "{", "{\"a\":}", "nul", "{} {}", "[1,]", "\xff", "{\"a\":\"\xc3\"}" }) {
        const auto decoded = decode<FlowRecord>(text);
        ASSERT_FALSE(decoded) << text;
        EXPECT_EQ(decoded.error().path, "") << text;
        EXPECT_NE(decoded.error().message.find("not valid JSON"), std::string::npos) << text;
        EXPECT_FALSE(isJson(text)) << text;
    }
}

TEST(Codec, aTextOfAnotherKindIsAnError)
{
    const auto decoded = decode<FlowRecord>("[]");
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().text(), "expected object, found array");
}

TEST(Codec, deepNestingIsRefusedAndNeverOverflows)
{
    for (const char *piece : { "[", "{\"a\":" }) {
        std::string text;
        for (int i = 0; i < 100000; ++i)
            text += piece;
        const auto decoded = decode<ConfigResponse>(text);
        ASSERT_FALSE(decoded);
        EXPECT_EQ(decoded.error().message, "nested deeper than 256 levels");
        EXPECT_FALSE(isJson(text));
        EXPECT_EQ(pretty(text), text);
    }
}

TEST(Codec, nestingWithinTheLimitIsKept)
{
    const std::string deep = std::string(200, '[') + "7" + std::string(200, ']');
    const auto decoded = decode<Blueprint>("{\"x\":" + deep + "}");
    ASSERT_TRUE(decoded);
    EXPECT_EQ(encode(*decoded), "{\"x\":" + deep + "}");
}

TEST(Codec, wideObjectsAreReadInLinearTime)
{
    std::string text = "{\"version\":1,\"config\":{\"flow\":{";
    for (int i = 0; i < 200000; ++i)
        text += (i ? ",\"k" : "\"k") + std::to_string(i) + "\":\"v\"";
    text += "}}}";
    const auto decoded = decode<ConfigResponse>(text);
    ASSERT_TRUE(decoded);
    ASSERT_EQ(decoded->config.size(), 1u);
    EXPECT_EQ(decoded->config.front().second.size(), 200000u);
    EXPECT_EQ(decode<ConfigResponse>(encode(*decoded)).value(), *decoded);
}

TEST(Codec, ofEqualNamesTheLastOneCountsInTheFirstPlace)
{
    std::string text = "{\"x\":1,\"description\":\"a\",\"description\":\"b\",\"x\":2";
    for (int i = 0; i < 60; ++i) // beyond the size where names are hashed
        text += ",\"m" + std::to_string(i % 30) + "\":" + std::to_string(i);
    const auto decoded = decode<Blueprint>(text + "}");
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->description, "b");
    const std::string out = encode(*decoded);
    EXPECT_TRUE(out.starts_with("{\"x\":2,\"description\":\"b\",\"m0\":30,\"m1\":31")) << out;
}

TEST(Codec, sixtyFourBitNumbersStayExact)
{
    const auto decoded = decode<Blueprint>(
        R"({"a":9223372036854775807,"b":-9223372036854775808,"c":18446744073709551615,"d":0.1})");
    ASSERT_TRUE(decoded);
    EXPECT_EQ(encode(*decoded),
        R"({"a":9223372036854775807,"b":-9223372036854775808,"c":18446744073709551615,"d":0.1})");
    const auto row = decode<QueueRow>(R"({"published":9223372036854775807})");
    ASSERT_TRUE(row);
    EXPECT_EQ(row->published, INT64_MAX);
}

TEST(Codec, aCountThatDoesNotFitIsAnErrorNotAnotherNumber)
{
    EXPECT_EQ(decode<QueueRow>(R"({"ready":18446744073709551615})").error().text(),
        "ready: number out of range");
    EXPECT_EQ(decode<QueueRow>(R"({"ready":1.5})").error().text(), "ready: expected whole number");
    EXPECT_EQ(decode<QueueRow>(R"({"ready":"7"})").error().text(),
        "ready: expected number, found string");
    EXPECT_EQ(decode<QueueRow>(R"({"ready":7.0})")->ready, 7);
}

TEST(Codec, invalidUtf8IsReplacedInWriting)
{
    FlowRecord record;
    record.description = "a\xff\x62";
    const std::string text = encode(record);
    EXPECT_TRUE(isJson(text));
    EXPECT_NE(text.find("a\xef\xbf\xbd"
                        "b"),
        std::string::npos);
}

TEST(Codec, prettyIndentsAndKeepsTheOrder)
{
    EXPECT_EQ(pretty(R"({"b":1,"a":["ü"]})"), "{\n  \"b\": 1,\n  \"a\": [\n    \"ü\"\n  ]\n}");
    EXPECT_EQ(pretty("not json"), "not json");
}

TEST(Codec, membersAreFoundAndSetByName)
{
    Members<std::string> members { { "a", "1" } };
    set(members, "b", std::string("2"));
    set(members, "a", std::string("3"));
    ASSERT_NE(find(members, "a"), nullptr);
    EXPECT_EQ(*find(members, "a"), "3");
    EXPECT_EQ(members.size(), 2u);
    EXPECT_EQ(find(members, "c"), nullptr);
}

TEST(Codec, aTextBecomesAJsonString)
{
    EXPECT_EQ(jsonString("a\"b\\c\n\x01"), R"("a\"b\\c\n\u0001")");
    EXPECT_EQ(jsonString(""), "\"\"");
    EXPECT_TRUE(isJson(jsonString("\xff\xfe"))) << "invalid UTF-8 is replaced";
}

TEST(Codec, jsonThatWasCutOffIsLaidOutAsFarAsItGoes)
{
    EXPECT_EQ(prettyCut(R"({"a":{"b":[1,{}, []],"c":"x,{y\"z"},"d":"cu)"),
        "{\n  \"a\": {\n    \"b\": [\n      1,\n      {},\n      []\n    ],\n"
        "    \"c\": \"x,{y\\\"z\"\n  },\n  \"d\": \"cu");
    EXPECT_EQ(prettyCut("no JSON, {at all}"), "no JSON, {at all}");
    EXPECT_EQ(prettyCut(""), "");
    EXPECT_EQ(prettyCut(R"(["\)"), "[\n  \"\\"); // ends within an escape
    EXPECT_EQ(prettyCut("]]}"), "]]}");
    EXPECT_EQ(prettyCut("[]]]"), "[]\n]\n]"); // no brackets are open
}
