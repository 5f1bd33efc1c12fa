// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/filter.h"

#include <gtest/gtest.h>

using namespace signalbox;
using namespace signalbox::rules;

namespace {

const std::vector<FilterField> fields { { "state", FieldKind::Text, {} },
    { "workspace", FieldKind::Text, { "ws" } }, { "backlog", FieldKind::Number, {} },
    { "age", FieldKind::DurationMs, {} } };

struct Row : Filter::Row {
    std::string state = "running";
    std::string workspace = "acme";
    std::optional<double> backlog = 150;
    std::optional<double> age = 90000;
    [[nodiscard]] std::string_view text(std::size_t field) const override
    {
        return field == 0 ? state : field == 1 ? workspace : std::string_view();
    }
    [[nodiscard]] std::optional<double> number(std::size_t field) const override
    {
        return field == 2 ? backlog : age;
    }
};

bool matches(const std::string &text, const Row &row = {})
{
    const auto filter = Filter::compile(text, fields);
    EXPECT_TRUE(filter) << text << ": " << (filter ? "" : filter.error().message);
    return filter && filter->matches(row);
}

FilterError errorOf(const std::string &text)
{
    const auto filter = Filter::compile(text, fields);
    EXPECT_FALSE(filter) << text;
    return filter ? FilterError() : filter.error();
}

} // namespace

TEST(Filter, anEmptyOneMatchesEverything)
{
    EXPECT_TRUE(Filter().matches(Row()));
    EXPECT_TRUE(Filter::compile("  ", fields)->empty());
    EXPECT_EQ(Filter().text(), "");
}

TEST(Filter, termsAreJoinedByAnd)
{
    EXPECT_TRUE(matches("state:running backlog>100 -ws:other acm"));
    EXPECT_FALSE(matches("state:running backlog>150"));
    EXPECT_FALSE(matches("-state:running"));
    EXPECT_TRUE(matches("\"ACME\""));
    EXPECT_FALSE(matches("absent"));
}

TEST(Filter, textPatterns)
{
    EXPECT_TRUE(matches("state:RUN*"));
    EXPECT_TRUE(matches("state:*ing"));
    EXPECT_TRUE(matches("state:*nn*"));
    EXPECT_FALSE(matches("state:run"));
    EXPECT_TRUE(matches("state:stopped,running"));
    EXPECT_TRUE(matches("state!=stopped"));
    EXPECT_TRUE(matches("workspace:\"acme\""));
    Row row;
    row.state = "two words";
    EXPECT_TRUE(matches("state:\"two words\"", row));
}

TEST(Filter, numbersAndDurations)
{
    EXPECT_TRUE(matches("backlog>=150"));
    EXPECT_TRUE(matches("backlog<1k"));
    EXPECT_TRUE(matches("backlog:150"));
    EXPECT_FALSE(matches("backlog!=150"));
    EXPECT_TRUE(matches("age>1m"));
    EXPECT_TRUE(matches("age=90s"));
    EXPECT_TRUE(matches("age<=1.5m"));
    EXPECT_TRUE(matches("age<1h"));
}

TEST(Filter, theUnknownMatchesNoComparison)
{
    Row row;
    row.backlog.reset();
    for (const char *text : { "backlog>0", "backlog<1", "backlog=0", "backlog!=0" })
        EXPECT_FALSE(matches(text, row)) << text;
    EXPECT_TRUE(matches("-backlog>0", row));
}

TEST(Filter, errorsPointAtTheirPlace)
{
    FilterError error = errorOf("running nope:1");
    EXPECT_EQ(error.position, 8u);
    EXPECT_EQ(error.length, 4u);
    EXPECT_NE(error.message.find("nope"), std::string::npos);
    error = errorOf("state:x backlog>ten");
    EXPECT_EQ(error.position, 16u);
    EXPECT_EQ(error.length, 3u);
    EXPECT_EQ(errorOf("backlog>5x").position, 8u);
    EXPECT_EQ(errorOf("age>5k").position, 4u);
    EXPECT_EQ(errorOf("a \"open").position, 2u);
    EXPECT_EQ(errorOf("-").position, 0u);
    EXPECT_EQ(errorOf("state:").position, 5u);
    EXPECT_EQ(errorOf("state>x").position, 5u);
    EXPECT_EQ(errorOf(":x").position, 0u);
    EXPECT_EQ(errorOf("state:a,").position, 8u);
    EXPECT_EQ(errorOf("\"\"").length, 1u);
}

TEST(Filter, sizeIsBounded)
{
    std::string many;
    for (int i = 0; i < 65; ++i)
        many += "a ";
    EXPECT_NE(errorOf(many).message.find("64"), std::string::npos);
    EXPECT_NE(errorOf(std::string(5000, 'a')).message.find("4096"), std::string::npos);
}

TEST(Filter, canonicalTextMeansTheSame)
{
    for (const char *text : { "state:running", "ws:a,b* -backlog>1.5k", "\"two words\" plain",
             "state:\"a,b\"", "age!=5m", "\"-x\"", "--x", "state:a**", "state:**a", "state:***",
             "a\\b", "\"q\\\"x\"", "state=\"*\"", "backlog=3" }) {
        const auto filter = Filter::compile(text, fields);
        ASSERT_TRUE(filter) << text;
        const auto again = Filter::compile(filter->text(), fields);
        ASSERT_TRUE(again) << text << " became " << filter->text() << ": " << again.error().message;
        EXPECT_EQ(again->text(), filter->text()) << text;
    }
    EXPECT_EQ(Filter::compile(" WS=acme   backlog:5 ", fields)->text(), "workspace:acme backlog=5");
}

TEST(Filter, aFieldWithSeveralValuesFitsByAnyOfThem)
{
    struct Shared : Row {
        [[nodiscard]] bool anyText(
            std::size_t field, const std::function<bool(std::string_view)> &fits) const override
        {
            return field == 1 ? fits("acme") || fits("globex") : Row::anyText(field, fits);
        }
    };
    const Shared shared;
    EXPECT_TRUE(matches("ws:globex", shared));
    EXPECT_TRUE(matches("ws:ac*", shared));
    EXPECT_FALSE(matches("ws:initech", shared));
    EXPECT_FALSE(matches("-ws:globex", shared));
    EXPECT_TRUE(matches("state:running ws:acme", shared));
}
