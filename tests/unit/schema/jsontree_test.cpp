// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/codec.h"
#include "models/schema/jsontree.h"

#include <gtest/gtest.h>

#include <random>

using namespace signalbox::schema;

namespace {

JsonTree parsed(const std::string &text)
{
    auto tree = JsonTree::parse(text);
    EXPECT_TRUE(tree) << text;
    return *tree;
}

JsonFault faultOf(const std::string &text)
{
    const auto tree = JsonTree::parse(text);
    EXPECT_FALSE(tree) << text;
    return tree ? JsonFault() : tree.error();
}

const std::string tool = R"({
  "name": "Knowledge query",
  "limit": 1e2,
  "arguments": [ {"name":"question", "type":"string"} ],
  "x-team" : { "ünknown": [1,  2.50, null] }
})";

} // namespace

TEST(JsonTree, whatLiesDeeperIsCheckedAndHasNoNode)
{
    const auto tree = JsonTree::parse(tool, 1);
    ASSERT_TRUE(tree);
    EXPECT_EQ(tree->count(0), 4);
    const int arguments = tree->child(0, "arguments");
    ASSERT_NE(arguments, JsonTree::none);
    EXPECT_TRUE(tree->isArray(arguments));
    EXPECT_EQ(tree->first(arguments), JsonTree::none);
    EXPECT_EQ(tree->raw(arguments), R"([ {"name":"question", "type":"string"} ])");
    EXPECT_EQ(tree->key(tree->next(arguments)), "x-team");
    const std::string broken = R"({"a": {"b": [1, {"c": tru}]}})";
    const auto fault = JsonTree::parse(broken, 1);
    ASSERT_FALSE(fault);
    EXPECT_EQ(fault.error(), faultOf(broken));
}

TEST(JsonTree, FaultsStandWhereTheyAre)
{
    const auto fault = faultOf("{\n  \"ä\": 1\n  \"b\": 2\n}");
    EXPECT_EQ(fault.line, 3);
    EXPECT_EQ(fault.column, 3);
    EXPECT_EQ(fault.message, "a comma or } is expected");
    EXPECT_EQ(faultOf("{\"ä\" 1}").column, 6); // characters, not bytes
    EXPECT_EQ(faultOf("[1,]").offset, 3U);
    EXPECT_EQ(faultOf("").offset, 0U);
    EXPECT_EQ(faultOf("{\"a\": \"open").offset, 6U); // where the text began
    EXPECT_EQ(faultOf("tru").offset, 0U);
    EXPECT_EQ(faultOf("1 2").offset, 2U);
    EXPECT_EQ(faultOf("[[[1}").message, "a comma or ] is expected");
}

TEST(JsonTree, FindsValuesAndDecodesText)
{
    const JsonTree tree = parsed(R"({"a":{"b":["x","\u00e9\n\ud83d\ude00"]},"a b":1,"a":2})");
    EXPECT_EQ(tree.raw(tree.at(JsonPath() / "a")), "2"); // the last of equal names counts
    EXPECT_EQ(tree.at(JsonPath() / "a" / "b"), JsonTree::none);
    const JsonTree other = parsed(R"(["x","\u00e9\n\ud83d\ude00"])");
    EXPECT_EQ(other.string(other.item(0, 1)), "é\n😀");
    EXPECT_EQ(pathText(JsonPath() / "arguments" / 0 / "two words"), "arguments[0][\"two words\"]");
}

TEST(JsonTree, aNameIsFoundHoweverItIsSpelled)
{
    const JsonTree tree = parsed(R"({"a":1,"\u0061b":2,"a\"b":3,"a\\b":4,"":5,"ab":6,"aab":7})");
    EXPECT_EQ(tree.raw(tree.child(0, "a")), "1");
    EXPECT_EQ(tree.raw(tree.child(0, "ab")), "6"); // of equal names the last
    EXPECT_EQ(tree.raw(tree.child(0, "a\"b")), "3");
    EXPECT_EQ(tree.raw(tree.child(0, "a\\b")), "4");
    EXPECT_EQ(tree.raw(tree.child(0, "")), "5");
    EXPECT_EQ(tree.child(0, "\\u0061b"), JsonTree::none);
    EXPECT_EQ(tree.child(0, "b"), JsonTree::none);
    for (int member = tree.first(0); member != JsonTree::none; member = tree.next(member))
        EXPECT_TRUE(tree.isNamed(member, tree.key(member)));
}

TEST(JsonTree, CanonicalTextTellsMeaningNotSpelling)
{
    EXPECT_EQ(parsed("{\"b\":1.0,\"a\":\"\\u0041\"}").canonical(0),
        parsed("{ \"a\" : \"A\", \"b\" : 1e0 }").canonical(0));
    EXPECT_NE(
        parsed("12345678901234567890").canonical(0), parsed("12345678901234567891").canonical(0));
    EXPECT_NE(parsed("\"1\"").canonical(0), parsed("1").canonical(0));
}

TEST(JsonTree, AcceptsExactlyWhatTheCodecAccepts)
{
    std::mt19937 random(7);
    const std::string letters = "{}[]\",:0123456789.eE+-\\utrfalsn \n\t/\x01\xC3\xA9\xED\xA0";
    const std::vector<std::string> seeds { tool, R"([1,-0.5e+3,"\u12aB",{"k":null},true,false])",
        R"("\ud83d\ude00 é")", "{\"a\":[[],{},\"\"]}" };
    for (int round = 0; round < 60000; ++round) {
        std::string text = seeds[random() % seeds.size()];
        for (unsigned change = random() % 4; change > 0; --change) {
            const std::size_t at = random() % (text.size() + 1);
            if (random() % 3 == 0 && at < text.size())
                text.erase(at, 1 + random() % 2);
            else if (random() % 2 == 0 && at < text.size())
                text[at] = letters[random() % letters.size()];
            else
                text.insert(at, 1, letters[random() % letters.size()]);
        }
        ASSERT_EQ(bool(JsonTree::parse(text)), isJson(text)) << text;
    }
    const std::string deep(256, '[');
    EXPECT_EQ(
        bool(JsonTree::parse(deep + std::string(256, ']'))), isJson(deep + std::string(256, ']')));
    EXPECT_FALSE(JsonTree::parse("[" + deep + std::string(257, ']')));
    EXPECT_EQ(bool(JsonTree::parse("1e999")), isJson("1e999"));
    EXPECT_EQ(bool(JsonTree::parse("1e-999")), isJson("1e-999"));
}

TEST(JsonEdit, OneValueChangesAndNoOtherByte)
{
    const JsonTree tree = parsed(tool);
    const std::string out = withValue(tree, JsonPath() / "arguments" / 0 / "name", "\"q\"");
    std::string expected = tool;
    expected.replace(expected.find("\"question\""), 10, "\"q\"");
    EXPECT_EQ(out, expected);
}

TEST(JsonEdit, NewMembersLookLikeTheirNeighbours)
{
    EXPECT_EQ(withValue(parsed("{\n    \"a\": 1\n}"), JsonPath() / "b", "2"),
        "{\n    \"a\": 1,\n    \"b\": 2\n}");
    EXPECT_EQ(withValue(parsed(R"({"a": 1, "b": 2})"), JsonPath() / "c", "3"),
        R"({"a": 1, "b": 2, "c": 3})");
    EXPECT_EQ(withValue(parsed(R"({"a":1})"), JsonPath() / "c", "3"), R"({"a":1,"c":3})");
    EXPECT_EQ(withValue(parsed("{}"), JsonPath() / "c" / "d", "3"), R"({"c":{"d":3}})");
    EXPECT_EQ(withItem(parsed("{\n  \"a\": []\n}"), JsonPath() / "a", R"({"x":1})"),
        "{\n  \"a\": [\n    {\n      \"x\": 1\n    }\n  ]\n}");
    EXPECT_EQ(withItem(parsed(R"({"b":1})"), JsonPath() / "a", "1"), R"({"b":1,"a":[1]})");
}

TEST(JsonEdit, WhatIsTakenAwayTakesItsCommaWithIt)
{
    EXPECT_EQ(withoutValue(parsed("[1, 2, 3]"), JsonPath() / 1), "[1, 3]");
    EXPECT_EQ(withoutValue(parsed("[1, 2, 3]"), JsonPath() / 2), "[1, 2]");
    EXPECT_EQ(withoutValue(parsed("{ \"a\": 1 }"), JsonPath() / "a"), "{}");
    EXPECT_EQ(withoutValue(parsed(R"({"a":1,"b":2,"a":3})"), JsonPath() / "a"), R"({"b":2})");
    EXPECT_EQ(withoutValue(parsed("{}"), JsonPath() / "a"), "{}");
}

TEST(JsonLayout, OnlyWhiteSpaceChanges)
{
    const std::string compact = R"({"a":1.50e0,"b":[],"c":{"\u0041":[1,{"x":"\/"}]}})";
    const std::string lines = indented(parsed(compact));
    EXPECT_EQ(onOneLine(parsed(lines), false), compact);
    EXPECT_TRUE(lines.starts_with("{\n  \"a\": 1.50e0,\n  \"b\": [],"));
    EXPECT_EQ(inMannerOf(compact, lines), compact);
    EXPECT_EQ(
        inMannerOf("{\"a\": 1, \"b\": 2}", "{\n\"a\": 3,\n\"b\":4\n}"), "{\"a\": 3, \"b\": 4}");
    EXPECT_EQ(inMannerOf("{\n}", lines), lines);
    EXPECT_EQ(inMannerOf(compact, "{\nbroken"), "{\nbroken");
}
