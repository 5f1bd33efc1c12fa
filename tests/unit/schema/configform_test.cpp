// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/configform.h"

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

const FormField *find(const std::vector<FormField> &fields, const std::string &path)
{
    for (const auto &field : fields)
        if (pathText(field.path) == path && field.kind != FieldKind::Group)
            return &field;
    return nullptr;
}

/// Entries of every known type, each with members that no form knows, spelled in odd ways.
struct Sample {
    const char *type;
    const char *key;
    const char *text;
};
const Sample samples[] = {
    { "prompt", "template.q",
        "{\"prompt\":\"Say {{word}}\",  \"response-type\" :\"json\",\"schema\":{\"type\":"
        "\"object\"},\"id\":\"q\", \"x\":1.50e0}" },
    { "prompt", "system", "\"You are \\u0061 helper.\\nBe kind.\"" },
    { "tool", "t",
        "{\n \"id\":\"t\",\"name\":\"T\",\"description\":\"d\",\"type\":\"mcp-tool\",\n "
        "\"mcp-tool\":\"s\",\"arguments\":[{\"name\":\"a\",\"type\":\"string\",\"unit\":null},"
        "{\"name\":\"b\",\"type\":\"number\"}],\"group\":[\"default\"],\"x-owner\":{\"k\": [1 "
        ",2]}}" },
    { "mcp", "s", "{\"url\":\"http://h/\",\"auth-token\":\"tg_x\",\"retry\":{\"n\":3.0}}" },
    { "token-cost", "m",
        "{\"model_name\":\"m\",\"input_price\":2.5e-06,\"output_price\":1e-05,\"cached\":1E-7}" },
    { "parameter-type", "p",
        "{\"type\":\"integer\",\"default\":10,\"enum\":[\"a\",{\"id\":\"b\",\"x\":1}],\"min\":0,"
        "\"maxLength\":  7}" },
    { "schema", "s",
        "{\"name\":\"s\",\"fields\":[{\"name\":\"tag\",\"type\":\"string\",\"primary_key\":true,"
        "\"note\":\"\\/\"}],\"v\":[ ]}" },
    { "collection", "c", "{\"collection\":\"c\",\"tags\":[\"a\",\"b\"],\"user\":\"u\"}" },
    { "tool-service", "j",
        "{\"id\":\"j\",\"request-queue\":\"request:tg:j\",\"response-queue\":\"response:tg:j\","
        "\"config-params\":[{\"name\":\"style\",\"required\":true}]}" },
};

} // namespace

TEST(ConfigForm, AToolShowsWhatItsTypeNeeds)
{
    auto fields = readForm(
        "tool", "kq", parsed(R"({"name":"K","type":"knowledge-query","collection":"plant"})"));
    ASSERT_TRUE(find(fields, "collection"));
    EXPECT_EQ(find(fields, "collection")->refers, "collection");
    EXPECT_FALSE(find(fields, "template"));
    EXPECT_EQ(find(fields, "description")->fault, "missing");
    fields = readForm("tool", "p", parsed(R"({"name":"P","type":"prompt","collection":"left"})"));
    EXPECT_TRUE(find(fields, "template"));
    EXPECT_TRUE(find(fields, "collection")); // it is there, so it is shown
}

TEST(ConfigForm, AnotherShapeIsShownAsItIsWritten)
{
    const auto fields =
        readForm("collection", "c", parsed(R"({"collection":"c","tags":"one","name":["x"]})"));
    EXPECT_EQ(find(fields, "tags")->kind, FieldKind::Json);
    EXPECT_EQ(find(fields, "name")->value, "[\"x\"]");
    EXPECT_TRUE(readForm("collection", "c", parsed("[1]")).empty());
    EXPECT_TRUE(readForm("flow", "f", parsed("{}")).empty());
}

TEST(ConfigForm, EveryEditLeavesAllOtherBytes)
{
    for (const Sample &sample : samples) {
        const JsonTree tree = parsed(sample.text);
        const auto fields = readForm(sample.type, sample.key, tree);
        ASSERT_FALSE(fields.empty()) << sample.type;
        for (const FormField &field : fields) {
            const int node = tree.at(field.path);
            if (!field.present || field.kind == FieldKind::Group || field.kind == FieldKind::Add)
                continue;
            const bool number = field.kind == FieldKind::Number || field.kind == FieldKind::Integer;
            const std::string wanted = number   ? "41"
                : field.kind == FieldKind::Flag ? (field.value == "true" ? "false" : "true")
                : field.kind == FieldKind::Json ? "{\"n\":1}"
                                                : "käse \"x\"\\";
            const auto out = writeField(tree, field, wanted);
            ASSERT_TRUE(out) << sample.type << ' ' << pathText(field.path);
            const std::string &text = tree.text();
            const std::string head = text.substr(0, tree.begin(node));
            const std::string tail = text.substr(tree.end(node));
            EXPECT_TRUE(out->starts_with(head) && out->ends_with(tail)) << *out;
            const auto again = readForm(sample.type, sample.key, parsed(*out));
            EXPECT_EQ(find(again, pathText(field.path))->value, wanted) << *out;
            // Typed back: what was there stands there again, spelled as the form spells it.
            EXPECT_EQ(*writeField(tree, field, field.value), text) << pathText(field.path);
        }
    }
}

TEST(ConfigForm, ManyRandomEditsNeverTouchAnUnknownMember)
{
    std::mt19937 random(11);
    for (int round = 0; round < 400; ++round) {
        const Sample &sample = samples[random() % std::size(samples)];
        std::string text = sample.text;
        const auto unknown = [&](const JsonTree &tree) {
            std::vector<std::string> raw;
            for (const char *name : { "x", "x-owner", "retry", "cached", "maxLength", "v", "user" })
                if (const int node = tree.child(0, name); node != JsonTree::none)
                    raw.push_back(name + std::string(tree.raw(node)));
            return raw;
        };
        const auto before = unknown(parsed(text));
        for (int step = 0; step < 12; ++step) {
            const JsonTree tree = parsed(text);
            const auto fields = readForm(sample.type, sample.key, tree);
            const FormField &field = fields[random() % fields.size()];
            if (field.kind == FieldKind::Add)
                text = addItem(tree, field);
            else if (field.kind == FieldKind::Group)
                text = removeItem(tree, field);
            else if (const auto out = writeField(tree, field,
                         std::vector<std::string> { "", "7", "true", "a b\nc" }[random() % 4]))
                text = *out;
        }
        EXPECT_EQ(unknown(parsed(text)), before) << text;
    }
}

TEST(ConfigForm, NumbersAreWrittenAsTyped)
{
    const JsonTree tree = parsed(R"({"model_name":"m","input_price":0.1,"output_price":0})");
    const auto fields = readForm("token-cost", "m", tree);
    EXPECT_EQ(*writeField(tree, *find(fields, "input_price"), "2.5e-06"),
        R"({"model_name":"m","input_price":2.5e-06,"output_price":0})");
    EXPECT_FALSE(writeField(tree, *find(fields, "input_price"), "two"));
    EXPECT_EQ(*writeField(tree, *find(fields, "output_price"), ""),
        R"({"model_name":"m","input_price":0.1})");
}

TEST(ConfigForm, DefaultsFollowTheDeclaredType)
{
    const JsonTree tree = parsed(R"({"type":"integer"})");
    const auto fields = readForm("parameter-type", "p", tree);
    EXPECT_EQ(
        *writeField(tree, *find(fields, "default"), "12"), R"({"type":"integer","default":12})");
    const JsonTree text = parsed(R"({"type":"string"})");
    EXPECT_EQ(*writeField(text, *find(readForm("parameter-type", "p", text), "default"), "12"),
        R"({"type":"string","default":"12"})");
}

TEST(ConfigForm, PromptVariablesAreFound)
{
    const std::vector<std::string> expected { "question", "items", "flag", "name" };
    EXPECT_EQ(
        promptVariables("{{ question|safe }} {% for x in items %}{{x.y}} {{question}}{% endfor "
                        "%}{% if flag %}{{name}}{% endif %} { {{ \"lit\" }} {{"),
        expected);
}

TEST(ConfigForm, SecretsAreNamedAndMasked)
{
    const JsonTree tree =
        parsed(R"({"url":"u","auth-token":"tg_abc","n":{"password":"p","tokens":5}})");
    EXPECT_EQ(secretPaths(tree).size(), 2U);
    EXPECT_EQ(masked(tree), R"({"url":"u","auth-token":"•••","n":{"password":"•••","tokens":5}})");
    EXPECT_EQ(shownMasked(R"({"token":"planted"})"), "{\n  \"token\": \"•••\"\n}");
    EXPECT_EQ(shownMasked("no {json"), "no {json");
}

TEST(ConfigForm, SummariesAreOneLine)
{
    EXPECT_EQ(configSummary("tool", parsed(R"({"description":"a\n  b"})")), "a b");
    EXPECT_EQ(configSummary("x", parsed("[1,2]")), "[1,2]");
    EXPECT_LE(configSummary("x", parsed("\"" + std::string(500, 'x') + "\""), 20).size(), 20U);
    EXPECT_EQ(
        configSummary("mcp", parsed(R"({"auth-token":"tg_abc"})")), R"({"auth-token":"•••"})");
}
