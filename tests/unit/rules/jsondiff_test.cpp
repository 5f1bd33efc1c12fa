// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/jsondiff.h"
#include "models/rules/linediff.h"
#include "models/schema/codec.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

using namespace signalbox;
using namespace signalbox::rules;
using schema::JsonTree;

namespace {

std::vector<JsonChange> changes(const std::string &a, const std::string &b)
{
    return diffJson(*JsonTree::parse(a), *JsonTree::parse(b));
}

/// Before and after, put together again from the list.
std::pair<std::string, std::string> replayed(const std::vector<DiffLine> &lines)
{
    std::pair<std::string, std::string> texts;
    for (const DiffLine &line : lines) {
        if (line.kind != DiffLine::Added)
            texts.first += line.text + '\n';
        if (line.kind != DiffLine::Removed)
            texts.second += line.text + '\n';
    }
    return texts;
}

/// Length of the longest common subsequence, the plain way.
std::size_t common(const std::vector<std::string> &a, const std::vector<std::string> &b)
{
    std::vector<std::vector<std::size_t>> best(
        a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t j = 0; j < b.size(); ++j)
            best[i + 1][j + 1] =
                a[i] == b[j] ? best[i][j] + 1 : std::max(best[i][j + 1], best[i + 1][j]);
    return best[a.size()][b.size()];
}

/// A value for the naive reference: an object, or a leaf (its JSON text).
struct Plain {
    std::map<std::string, Plain> members;
    std::string leaf; ///< "" = object
    bool operator==(const Plain &) const = default;
};

std::string text(const Plain &value)
{
    if (!value.leaf.empty())
        return value.leaf;
    std::string out;
    for (const auto &[name, member] : value.members)
        out += (out.empty() ? "" : ",") + schema::jsonString(name) + ":" + text(member);
    return "{" + out + "}";
}

Plain randomValue(std::mt19937 &random, int depth)
{
    static const char *const leaves[] = { "1", "\"a\"", "true", "[1,2]", "null", "\"x\"", "[]",
        "2" };
    Plain value;
    if (depth == 0 || random() % 3 == 0) {
        value.leaf = leaves[random() % std::size(leaves)];
        return value;
    }
    for (unsigned n = random() % 4; n > 0; --n)
        value.members[std::string(1, char('a' + random() % 4))] = randomValue(random, depth - 1);
    return value;
}

Plain changed(Plain value, std::mt19937 &random)
{
    if (!value.leaf.empty() || random() % 8 == 0)
        return random() % 2 ? randomValue(random, 2) : value;
    for (auto &[name, member] : value.members)
        if (random() % 3 == 0)
            member = changed(member, random);
    if (random() % 3 == 0)
        value.members[std::string(1, char('a' + random() % 5))] = randomValue(random, 1);
    if (random() % 4 == 0 && !value.members.empty())
        value.members.erase(value.members.begin());
    return value;
}

using Maybe = std::optional<Plain>;

/// The rule in so many words: one side unchanged → the other; both the same → that; two objects →
/// member by member; else a conflict, where mine stands.
Maybe naive(const Maybe &base, const Maybe &mine, const Maybe &theirs, int &conflicts)
{
    if (mine == theirs || theirs == base)
        return mine;
    if (mine == base)
        return theirs;
    const bool objects = mine && theirs && mine->leaf.empty() && theirs->leaf.empty()
        && (!base || base->leaf.empty());
    if (!objects) {
        ++conflicts;
        return mine;
    }
    std::set<std::string> names;
    for (const Maybe *side : { &base, &mine, &theirs })
        if (*side)
            for (const auto &[name, member] : (*side)->members)
                names.insert(name);
    Plain merged;
    for (const std::string &name : names) {
        const auto of = [&](const Maybe &side) -> Maybe {
            if (!side || !side->members.contains(name))
                return {};
            return side->members.at(name);
        };
        if (const Maybe member = naive(of(base), of(mine), of(theirs), conflicts))
            merged.members[name] = *member;
    }
    return merged;
}

} // namespace

TEST(LineDiff, IsShortestAndGivesBothTextsBack)
{
    std::mt19937 random(3);
    for (int round = 0; round < 3000; ++round) {
        std::string texts[2];
        for (std::string &one : texts)
            for (unsigned n = random() % 14; n > 0; --n)
                one += std::string(1, char('a' + random() % 4)) + '\n';
        const auto lines = diffLines(texts[0], texts[1]);
        EXPECT_EQ(replayed(lines).first, texts[0]);
        EXPECT_EQ(replayed(lines).second, texts[1]);
        const auto same = std::count_if(lines.begin(), lines.end(),
            [](const DiffLine &line) { return line.kind == DiffLine::Same; });
        EXPECT_EQ(std::size_t(same), common(linesOf(texts[0]), linesOf(texts[1])));
    }
}

TEST(LineDiff, LargeDifferentTextsStayCorrect)
{
    std::string a;
    std::string b;
    for (int i = 0; i < 6000; ++i) {
        a += "a" + std::to_string(i) + '\n';
        b += "b" + std::to_string(i) + '\n';
    }
    const auto lines = diffLines("head\n" + a + "tail\n", "head\n" + b + "tail\n");
    EXPECT_EQ(lines.size(), 12002U);
    EXPECT_EQ(lines.front().kind, DiffLine::Same);
    EXPECT_EQ(lines.back().kind, DiffLine::Same);
}

TEST(LineDiff, FoldsWhatIsFarFromADifference)
{
    std::string a;
    for (int i = 0; i < 40; ++i)
        a += std::to_string(i) + '\n';
    std::string b = a;
    b.replace(b.find("20\n"), 3, "x\n");
    const auto lines = folded(diffLines(a, b), 2);
    ASSERT_EQ(lines.size(), 8U);
    EXPECT_EQ(lines.front().skipped, 18);
    EXPECT_EQ(lines.back().skipped, 17);
    // One line alone is shown instead of counted.
    for (const auto &line : folded(diffLines("a\nb\nc\nd\n", "a\nb\nc\nx\n"), 2))
        EXPECT_NE(line.kind, DiffLine::Gap);
}

TEST(LineMerge, SeparateEditsGoTogetherAndTouchingOnesDoNot)
{
    EXPECT_EQ(mergeLines("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\ne\n"), "A\nb\nc\nD\ne\n");
    EXPECT_FALSE(mergeLines("a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n"));
    EXPECT_EQ(mergeLines("a\nb\n", "a\nX\n", "a\nX\n"), "a\nX\n");
    EXPECT_EQ(mergeLines("one\n\ntwo", "ONE\n\ntwo", "one\n\nTWO"), "ONE\n\nTWO");
}

TEST(JsonDiff, TellsPlacesByMeaning)
{
    EXPECT_TRUE(changes(R"({"a":1,"b":[1]})", R"({ "b":[ 1.0 ], "a":1 })").empty());
    const auto found = changes(R"({"a":1,"gone":2,"l":[1,2]})", R"({"a":2,"new":3,"l":[1,5]})");
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(schema::pathText(found[0].path), "a");
    EXPECT_EQ(found[1].kind, JsonChange::Removed);
    EXPECT_EQ(schema::pathText(found[2].path), "l[1]");
    EXPECT_EQ(found[3].kind, JsonChange::Added);
}

TEST(JsonDiff, OfEqualNamesTheLastCounts)
{
    const auto before = *JsonTree::parse(R"({"a":1,"b":2,"a":3})");
    const auto after = *JsonTree::parse(R"({"b":2,"a":1,"a":4,"c":5,"c":6})");
    const auto changes = diffJson(before, after);
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0].before, "3");
    EXPECT_EQ(changes[0].after, "4");
    EXPECT_EQ(changes[1].kind, JsonChange::Added);
    EXPECT_EQ(changes[1].after, "6");
}

TEST(JsonDiff, ItemsAreToldApartByName)
{
    const auto found = changes(R"([{"name":"a","t":1},{"name":"b","t":1}])",
        R"([{"name":"x"},{"name":"b","t":2},{"name":"a","t":1}])");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(schema::pathText(found[0].path), "[1].t");
    EXPECT_EQ(found[1].kind, JsonChange::Added);
    EXPECT_EQ(changes(R"([{"id":"a"},{"id":"b"}])", R"([{"id":"b"},{"id":"a"}])").size(), 1U);
    EXPECT_EQ(changes("[1,2,3]", "[1,3]").size(), 1U);
}

TEST(Merge3, AgreesWithTheNaiveRule)
{
    std::mt19937 random(5);
    int withConflicts = 0;
    for (int round = 0; round < 5000; ++round) {
        const Plain base = randomValue(random, 3);
        const Plain mine = changed(base, random);
        const Plain theirs = changed(base, random);
        int conflicts = 0;
        const Maybe expected = naive(base, mine, theirs, conflicts);
        const Merge merge = merge3(text(base), text(mine), text(theirs));
        ASSERT_TRUE(expected);
        ASSERT_TRUE(sameMeaning(merge.text, text(*expected))) << text(base) << '\n'
                                                              << text(mine) << '\n'
                                                              << text(theirs) << '\n'
                                                              << merge.text;
        ASSERT_EQ(int(merge.conflicts.size()), conflicts);
        withConflicts += conflicts > 0;
        std::string all = merge.text;
        for (const MergeConflict &conflict : merge.conflicts)
            all = withTheirs(all, conflict);
        // Mine and theirs exchanged, every conflict then decided for mine: the same.
        const Merge other = merge3(text(base), text(theirs), text(mine));
        ASSERT_TRUE(sameMeaning(all, other.text)) << all << '\n' << other.text;
    }
    EXPECT_GT(withConflicts, 500);
}

TEST(Merge3, LongTextsAreMergedLineByLine)
{
    const auto merge = merge3(R"({"prompt":"a\nb\nc","n":1})", R"({"prompt":"A\nb\nc","n":1})",
        R"({"prompt":"a\nb\nC","n":2})");
    EXPECT_TRUE(merge.conflicts.empty());
    EXPECT_EQ(merge.text, R"({"prompt":"A\nb\nC","n":2})");
}

TEST(Merge3, WhatIsNotJsonIsMergedAsText)
{
    EXPECT_EQ(merge3("a\nb\nc\n", "a\nb\nx\n", "z\nb\nc\n").text, "z\nb\nx\n");
    const auto merge = merge3("plain", "mine", "theirs");
    ASSERT_EQ(merge.conflicts.size(), 1U);
    EXPECT_EQ(merge.text, "mine");
    EXPECT_EQ(withTheirs(merge.text, merge.conflicts.front()), "theirs");
}
