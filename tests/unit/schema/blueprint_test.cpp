// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/blueprint.h"

#include <gtest/gtest.h>

using namespace signalbox::schema;

namespace {
template <class T> void expectUnchanged(const std::string &text)
{
    const auto decoded = decode<T>(text);
    ASSERT_TRUE(decoded) << decoded.error().text() << "\n" << text;
    EXPECT_EQ(encode(*decoded), text);
    EXPECT_EQ(decode<T>(encode(*decoded)).value(), *decoded);
}
} // namespace

TEST(Blueprint, roundTripKeepsUnknownMembersAndOrderAtEachLevel)
{
    expectUnchanged<Blueprint>(
        R"({"flow":{"p:{id}":{"note":1,"topics":{"b":"t","a":"u"}},"q:{id}":{"parameters":{"m":"{x}"},"topics":{}}},)"
        R"("blueprint":{},"version":3,"parameters":{"x":{"order":1,"type":"t","unit":"s","advanced":false,)"
        R"("controlled-by":null}},"interfaces":{"i":{"flow":"f"}},"tags":["a"],"description":"d"})");
}

TEST(Blueprint, missingSectionsAreReadAndTold)
{
    const auto decoded = decode<Blueprint>(R"({"flow":{}})");
    ASSERT_TRUE(decoded);
    EXPECT_TRUE(decoded->rest.lacks("blueprint"));
    EXPECT_FALSE(decoded->rest.lacks("flow"));
    EXPECT_EQ(encode(*decoded), R"({"flow":{}})");
    EXPECT_FALSE(Blueprint().rest.lacks("flow"));
}

TEST(Blueprint, aNewOneIsWrittenWhole)
{
    Blueprint blueprint;
    blueprint.flow = { { "p:{id}", { { { "input", "t" } }, {}, {} } } };
    EXPECT_EQ(encode(blueprint),
        R"({"description":"","tags":[],"parameters":{},"blueprint":{},"flow":{"p:{id}":{"topics":{"input":"t"},)"
        R"("parameters":{}}},"interfaces":{}})");
}

TEST(Blueprint, errorsNameThePath)
{
    EXPECT_EQ(
        decode<Blueprint>(R"({"flow":{"chunker:{id}":{"parameters":{"size":5}}}})").error().text(),
        "flow.chunker:{id}.parameters.size: expected string, found number");
    EXPECT_EQ(decode<Blueprint>(R"({"tags":["a",{}]})").error().text(),
        "tags[1]: expected string, found object");
    EXPECT_EQ(decode<Blueprint>(R"({"parameters":{"m":{"advanced":"yes"}}})").error().text(),
        "parameters.m.advanced: expected boolean, found string");
}

TEST(Blueprint, removedEntriesAreGoneAndOthersKeepTheirRest)
{
    auto blueprint = decode<Blueprint>(R"({"flow":{"a:{id}":{"x":1},"b:{id}":{"y":2}}})").value();
    blueprint.flow.erase(blueprint.flow.begin());
    EXPECT_EQ(encode(blueprint), R"({"flow":{"b:{id}":{"y":2}}})");
}

TEST(ProcessorEntry, roundTrip)
{
    expectUnchanged<ProcessorEntry>(R"({"topics":{"request":"q"},"parameters":{}})");
    expectUnchanged<ProcessorEntry>(R"({"topics":{"request":"q"}})");
    expectUnchanged<ProcessorEntry>(R"({"settings":{"a":1}})");
}

TEST(ParameterType, defaultsOfEachKindReadAsTheTextAStartUses)
{
    const auto value = [](const char *text) {
        return decode<ParameterType>(text).value().defaultValue;
    };
    EXPECT_EQ(value(R"({"default":"gpt"})"), "gpt");
    EXPECT_EQ(value(R"({"default":0.3})"), "0.3");
    EXPECT_EQ(value(R"({"default":2000})"), "2000");
    EXPECT_EQ(value(R"({"default":true})"), "true");
    EXPECT_EQ(value(R"({"default":false})"), "false");
    EXPECT_EQ(value(R"({"default":null})"), std::nullopt);
    EXPECT_EQ(value(R"({})"), std::nullopt);
    EXPECT_EQ(decode<ParameterType>(R"({"default":[1]})").error().text(),
        "default: expected string, number or boolean, found array");
}

TEST(ParameterType, roundTripKeepsTheKindsAsTheyCame)
{
    for (const char *text :
        { R"({"type":"float","default":0.3,"min":0,"max":2.0,"required":true,"description":"d"})",
            R"({"type":"integer","default":"2000","placeholder":2000,"helper":7,"description":"d"})",
            R"({"type":"string","default":false})", R"({"type":"boolean","default":"false"})",
            R"({"type":"boolean","default":false,"required":false})",
            R"({"default":null,"min":null})", R"({"type":"string","enum":["a","b",3],"x":{}})",
            R"({"type":"string","enum":[{"id":"a","description":"A","more":1}],"pattern":"^a"})" })
        expectUnchanged<ParameterType>(text);
}

TEST(ParameterType, aNewDefaultIsWrittenInTheKindOfTheType)
{
    ParameterType type;
    type.type = "integer";
    type.defaultValue = "5";
    EXPECT_EQ(encode(type), R"({"type":"integer","description":"","default":5})");
    type.defaultValue = "five";
    EXPECT_EQ(encode(type), R"({"type":"integer","description":"","default":"five"})");
    type.type = "boolean";
    type.defaultValue = "true";
    EXPECT_EQ(encode(type), R"({"type":"boolean","description":"","default":true})");
    auto read = decode<ParameterType>(R"({"type":"string","default":true})").value();
    read.defaultValue = "false";
    EXPECT_EQ(encode(read), R"({"type":"string","default":"false"})");
}

TEST(ParameterType, choicesAreTextsOrObjects)
{
    const auto type =
        decode<ParameterType>(R"({"enum":["a",{"id":"b","description":"B"},4]})").value();
    EXPECT_EQ(type.choices, (std::vector<EnumChoice> { { "a", "" }, { "b", "B" }, { "4", "" } }));
    EXPECT_EQ(decode<ParameterType>(R"({"enum":[{"description":"B"}]})").error().text(),
        "enum[0].id: missing");
}

TEST(ParameterType, boundsOfBothSpellings)
{
    const auto type = decode<ParameterType>(R"({"minimum":1,"maximum":"9"})").value();
    EXPECT_EQ(type.min, 1);
    EXPECT_EQ(type.max, 9);
    EXPECT_EQ(encode(type), R"({"min":1,"max":"9"})");
    const auto both = decode<ParameterType>(R"({"minimum":1,"min":2})").value();
    EXPECT_EQ(both.min, 2);
    EXPECT_EQ(encode(both), R"({"minimum":1,"min":2})");
}
