// SPDX-License-Identifier: GPL-3.0-only
// Random filters against an evaluator that knows the terms before they became text.
#include "models/rules/filter.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <random>

using namespace signalbox;
using namespace signalbox::rules;

namespace {

using Random = std::mt19937;

int below(Random &random, int count)
{
    return std::uniform_int_distribution<int>(0, count - 1)(random);
}

const std::vector<FilterField> fields { { "name", FieldKind::Text, { "n" } },
    { "state", FieldKind::Text, {} }, { "depth", FieldKind::Number, {} },
    { "age", FieldKind::DurationMs, {} } };

struct Row : Filter::Row {
    std::string texts[2];
    std::optional<double> numbers[2];
    [[nodiscard]] std::string_view text(std::size_t field) const override
    {
        return field < 2 ? texts[field] : std::string_view();
    }
    [[nodiscard]] std::optional<double> number(std::size_t field) const override
    {
        return field < 2 ? std::nullopt : numbers[field - 2];
    }
};

std::string randomText(Random &random, int longest)
{
    static const std::string alphabet = "aAbB ,\"\\*-:>.";
    std::string text;
    for (int i = below(random, longest + 1); i > 0; --i)
        text += alphabet[std::size_t(below(random, int(alphabet.size())))];
    return text;
}

std::string lower(std::string text)
{
    for (char &c : text)
        if (c >= 'A' && c <= 'Z')
            c = char(c + 32);
    return text;
}

std::string inQuotes(const std::string &text)
{
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            result += '\\';
        result += c;
    }
    return result + "\"";
}

struct Term {
    std::string text;
    std::function<bool(const Row &)> holds;
};

Term textTerm(Random &random)
{
    const int field = below(random, 2);
    const bool unequal = below(random, 3) == 0;
    std::vector<std::string> values;
    std::string list;
    for (int i = 1 + below(random, 3); i > 0; --i) {
        values.push_back(lower(randomText(random, 3)));
        list += (list.empty() ? "" : ",") + inQuotes(values.back());
    }
    const std::string name = field ? "state" : below(random, 2) ? "name" : "n";
    const std::string op = unequal ? "!=" : below(random, 2) ? ":" : "=";
    return { name + op + list, [=](const Row &row) {
                const bool any = std::ranges::find(values, lower(row.texts[field])) != values.end();
                return any != unequal;
            } };
}

Term wildTerm(Random &random)
{
    static const char *letters[] = { "a", "b", "ab", "ba", "A" };
    const std::string core = letters[below(random, 5)];
    const bool front = below(random, 2);
    const bool back = !front || below(random, 2);
    return { std::string("state:") + (front ? "*" : "") + core + (back ? "*" : ""),
        [=](const Row &row) {
            const std::string text = lower(row.texts[1]);
            const std::string part = lower(core);
            if (front && back)
                return text.find(part) != text.npos;
            return front ? text.ends_with(part) : text.starts_with(part);
        } };
}

Term numberTerm(Random &random)
{
    static const char *operators[] = { ">", ">=", "<", "<=", "=", "!=", ":" };
    static const char *units[2][3] = { { "", "k", "M" }, { "", "s", "m" } };
    static const double factors[2][3] = { { 1, 1e3, 1e6 }, { 1, 1e3, 6e4 } };
    const int field = below(random, 2);
    const int op = below(random, 7);
    const int number = below(random, 4);
    const int unit = below(random, 3);
    const double limit = number * factors[field][unit];
    return { std::string(field ? "age" : "depth") + operators[op] + std::to_string(number)
            + units[field][unit],
        [=](const Row &row) {
            if (!row.numbers[field])
                return false;
            const double value = *row.numbers[field];
            const bool results[] = { value > limit, value >= limit, value < limit, value <= limit,
                value == limit, value != limit, value == limit };
            return results[op];
        } };
}

Term freeTerm(Random &random)
{
    const std::string word = randomText(random, 3) + "a";
    return { inQuotes(word), [needle = lower(word)](const Row &row) {
                return lower(row.texts[0]).find(needle) != std::string::npos
                    || lower(row.texts[1]).find(needle) != std::string::npos;
            } };
}

Term randomTerm(Random &random)
{
    static Term (*const kinds[])(Random &) = { textTerm, wildTerm, numberTerm, freeTerm };
    Term term = kinds[below(random, 4)](random);
    if (below(random, 4) == 0)
        return { "-" + term.text, [holds = term.holds](const Row &row) { return !holds(row); } };
    return term;
}

Row randomRow(Random &random)
{
    Row row;
    for (std::string &text : row.texts)
        text = randomText(random, 4);
    for (auto &number : row.numbers)
        if (below(random, 4))
            number = below(random, 4) * (below(random, 2) ? 1 : 1000);
    return row;
}

} // namespace

TEST(FilterProperty, agreesWithTheReferenceAndSoDoesItsCanonicalText)
{
    constexpr unsigned firstSeed = 7000;
    for (unsigned seed = firstSeed; seed < firstSeed + 4000; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Random random(seed);
        std::vector<Term> terms;
        std::string text;
        for (int i = below(random, 4); i > 0; --i) {
            terms.push_back(randomTerm(random));
            text += (text.empty() ? "" : " ") + terms.back().text;
        }
        const auto filter = Filter::compile(text, fields);
        ASSERT_TRUE(filter) << text << ": " << filter.error().message;
        const auto canonical = Filter::compile(filter->text(), fields);
        ASSERT_TRUE(canonical) << text << " became " << filter->text() << ": "
                               << canonical.error().message;
        ASSERT_EQ(canonical->text(), filter->text()) << text;
        for (int i = 0; i < 20; ++i) {
            const Row row = randomRow(random);
            const bool expected =
                std::ranges::all_of(terms, [&](const Term &term) { return term.holds(row); });
            ASSERT_EQ(filter->matches(row), expected) << text;
            ASSERT_EQ(canonical->matches(row), expected) << filter->text();
        }
    }
}

TEST(FilterProperty, whatAFilterImpliesHoldsWhereverItDoes)
{
    int implied = 0;
    for (unsigned seed = 1; seed < 6000; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Random random(seed);
        std::string wide;
        for (int i = below(random, 3); i > 0; --i)
            wide += (wide.empty() ? "" : " ") + randomTerm(random).text;
        const std::string narrow = below(random, 2) ? wide + " " + randomTerm(random).text
                                                    : randomTerm(random).text + " " + wide;
        const auto left = Filter::compile(narrow, fields);
        const auto right = Filter::compile(wide, fields);
        ASSERT_TRUE(left && right) << narrow;
        if (left->implies(*right))
            ++implied;
        for (int i = 0; i < 20; ++i) {
            const Row row = randomRow(random);
            const bool inLeft = left->matches(row);
            const bool inRight = right->matches(row);
            ASSERT_FALSE(left->implies(*right) && inLeft && !inRight) << narrow << " | " << wide;
            ASSERT_FALSE(right->implies(*left) && inRight && !inLeft) << wide << " | " << narrow;
        }
    }
    EXPECT_GT(implied, 1000); // it does say yes
    const auto implies = [](const char *left, const char *right) {
        return Filter::compile(left, fields)->implies(*Filter::compile(right, fields));
    };
    EXPECT_TRUE(implies("yard-0", "YARD"));
    EXPECT_TRUE(implies("yard state:up", "ar"));
    EXPECT_FALSE(implies("yar", "yard"));
    EXPECT_FALSE(implies("-yard", "-yar"));
    EXPECT_FALSE(implies("yard depth>1", "yard")); // numbers change while nobody looks
}
