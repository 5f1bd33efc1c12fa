// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/diagramlayout.h"

#include <gmock/gmock.h>

#include <random>
#include <set>

using namespace signalbox;
using namespace signalbox::rules;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = DiagramTrack::Kind;

namespace {

using Topics = schema::Members<std::string>;

struct Line {
    schema::Blueprint blueprint;
    Line &entry(const std::string &key, const Topics &topics)
    {
        schema::ProcessorEntry entry;
        entry.topics = topics;
        blueprint.flow.emplace_back(key, entry);
        return *this;
    }
    Line &door(const std::string &name, const std::string &topic)
    {
        schema::Interface interface;
        interface.flow = topic;
        blueprint.interfaces.emplace_back(name, interface);
        return *this;
    }
    [[nodiscard]] Expansion expanded(const std::string &id = "f1") const
    {
        return expand(blueprint, { "acme", "line", id, {} });
    }
    [[nodiscard]] Diagram diagram() const { return diagramOf(expanded(), "acme"); }
};

const DiagramTrack *track(const Diagram &diagram, const std::string &topic, std::size_t nth = 0)
{
    for (const DiagramTrack &one : diagram.tracks) {
        if (one.topic == topic && nth-- == 0)
            return &one;
    }
    return nullptr;
}

/// What dot would say if it placed the nodes of each column below one another, with straight lines.
DotPlain grid(const DiagramWeb &web)
{
    DotPlain plain;
    std::vector<double> used(web.column.size() + 1, 0);
    plain.height = 1000;
    std::vector<DiagramPoint> at;
    for (std::size_t i = 0; i < web.column.size(); ++i) {
        const double x = 2 + 3.5 * web.column[i];
        const double y = 990 - (used[std::size_t(web.column[i])] += 2);
        plain.nodes.push_back({ "n" + std::to_string(i), x, y, 0.6 });
        plain.nodes.push_back({ "c" + std::to_string(web.column[i]), x, 999, 0.01 });
        at.push_back({ x, y });
    }
    for (const auto &[from, to] : web.edges)
        plain.edges.push_back({ "n" + std::to_string(from), "n" + std::to_string(to),
            { at[from], at[from], at[to], at[to] } });
    return plain;
}

schema::Blueprint randomBlueprint(std::mt19937 &random)
{
    schema::Blueprint blueprint;
    const auto below = [&](int n) { return int(random() % unsigned(n)); };
    const std::vector<std::string> specs { "input", "more-input", "request", "response", "output",
        "triples", "x-request", "x-response", "y-response", " ", "next" };
    const std::vector<std::string> classes {
        "flow:tg:", "request:tg:", "response:tg:", "notify:tg:", "strange/"
    };
    const int entries = below(14);
    for (int i = 0; i < entries; ++i) {
        schema::ProcessorEntry entry;
        for (int t = below(6); t > 0; --t) {
            const std::string topic = classes[std::size_t(below(5))] + "t"
                + std::to_string(below(6)) + (below(2) ? ":{workspace}:{id}" : "");
            schema::set(
                entry.topics, specs[std::size_t(below(int(specs.size())))], std::string(topic));
        }
        auto &section = below(4) ? blueprint.flow : blueprint.blueprint;
        section.emplace_back("p" + std::to_string(i) + ":{id}", entry);
    }
    return blueprint;
}

} // namespace

TEST(Diagram, eachConsumerOfAFanOutHasItsOwnTrack)
{
    const Diagram diagram = Line()
                                .entry("chunker:{id}", { { "output", "flow:tg:chunks:{id}" } })
                                .entry("embed:{id}", { { "input", "flow:tg:chunks:{id}" } })
                                .entry("extract:{id}", { { "input", "flow:tg:chunks:{id}" } })
                                .diagram();
    ASSERT_EQ(diagram.tracks.size(), 2u);
    EXPECT_EQ(diagram.tracks[0].queue, "flow:tg:chunks:f1.embed--acme--f1--input");
    EXPECT_EQ(diagram.tracks[1].queue, "flow:tg:chunks:f1.extract--acme--f1--input");
    EXPECT_THAT(diagram.tracks[0].from, ElementsAre(0));
    EXPECT_EQ(diagram.tracks[1].to, 2u);
    EXPECT_EQ(diagram.tracks[1].scope, Scope::Flow);
}

TEST(Diagram, aRequestAndItsAnswersAreOneTrack)
{
    const Diagram diagram = Line()
                                .entry("rag:{id}",
                                    { { "prompt-request", "request:tg:prompt:{id}" },
                                        { "prompt-response", "response:tg:prompt:{id}" } })
                                .entry("prompt:{id}",
                                    { { "request", "request:tg:prompt:{id}" },
                                        { "response", "response:tg:prompt:{id}" } })
                                .diagram();
    ASSERT_EQ(diagram.tracks.size(), 1u);
    EXPECT_EQ(diagram.tracks[0].answers, "response:tg:prompt:f1");
    EXPECT_EQ(diagram.tracks[0].kind, Kind::Queue);
}

TEST(Diagram, whoListensToAnswersHasASubscriptionOfItsOwn)
{
    const Diagram diagram =
        Line()
            .entry("llm:{id}",
                { { "request", "request:tg:llm:{id}" }, { "response", "response:tg:llm:{id}" } })
            .entry("metering:{id}", { { "input", "response:tg:llm:{id}" } })
            .diagram();
    const DiagramTrack *answers = track(diagram, "response:tg:llm:f1");
    ASSERT_TRUE(answers);
    EXPECT_EQ(answers->kind, Kind::Subscription);
    EXPECT_EQ(answers->queue, "");
    EXPECT_THAT(answers->from, ElementsAre(0));
    EXPECT_EQ(answers->to, 1u);
}

TEST(Diagram, aTopicThatNobodyHereConsumesLeavesThePicture)
{
    const Diagram diagram = Line()
                                .entry("decoder:{id}",
                                    { { "output", "flow:tg:text:{id}" },
                                        { "librarian-request", "request:tg:librarian:acme" },
                                        { "librarian-response", "response:tg:librarian:acme" } })
                                .entry("other:{id}", { { "output", "flow:tg:text:{id}" } })
                                .diagram();
    ASSERT_EQ(diagram.tracks.size(), 3u);
    for (const DiagramTrack &one : diagram.tracks)
        EXPECT_EQ(one.kind, Kind::Exit);
    EXPECT_EQ(diagram.tracks[1].scope, Scope::System);
    EXPECT_EQ(diagram.tracks[1].answers, "response:tg:librarian:acme");
}

TEST(Diagram, interfacesAreDoorsOfTheTracksTheySendInto)
{
    const Diagram diagram = Line()
                                .entry("decoder:{id}", { { "input", "flow:tg:load:{id}" } })
                                .door("document-load", "flow:tg:load:{id}")
                                .door("elsewhere", "flow:tg:other:{id}")
                                .diagram();
    ASSERT_EQ(diagram.tracks.size(), 1u);
    EXPECT_THAT(diagram.tracks[0].doors, ElementsAre("document-load"));
    EXPECT_THAT(diagram.tracks[0].from, IsEmpty());
}

TEST(Diagram, aBlankTopicNameHasNoDirection)
{
    const Diagram diagram = Line()
                                .entry("a:{id}", { { " ", "flow:tg:odd:{id}" } })
                                .entry("b:{id}", { { "output", "flow:tg:odd:{id}" } })
                                .diagram();
    const DiagramTrack *odd = track(diagram, "flow:tg:odd:f1");
    ASSERT_TRUE(odd);
    EXPECT_EQ(odd->kind, Kind::Undirected);
    EXPECT_THAT(odd->from, ElementsAre(1));
    EXPECT_EQ(odd->to, 0u);
}

TEST(Diagram, severalProducersAndConsumersMeetAtOneSwitch)
{
    Line line;
    for (const char *name : { "a", "b", "c" })
        line.entry(std::string(name) + ":{id}", { { "output", "flow:tg:t:{id}" } });
    for (const char *name : { "x", "y" })
        line.entry(std::string(name) + ":{id}", { { "input", "flow:tg:t:{id}" } });
    const DiagramWeb web = webOf(line.diagram());
    ASSERT_EQ(web.switches.size(), 1u);
    EXPECT_EQ(web.edges.size(), 5u);
    EXPECT_THAT(web.column, ElementsAre(0, 0, 0, 2, 2, 1));
}

TEST(Diagram, equalStructureGivesEqualInputWhateverTheNames)
{
    Line line;
    line.entry("a:{id}", { { "output", "flow:tg:t:{id}" } })
        .entry("b:{id}", { { "input", "flow:tg:t:{id}" } });
    Line named;
    named.entry("\"];x:{id}", { { "output", "flow:tg:u:{id}" } })
        .entry("y:{id}", { { "input", "flow:tg:u:{id}" } });
    const std::string text = dotInput(line.diagram(), webOf(line.diagram()));
    EXPECT_EQ(text, dotInput(named.diagram(), webOf(named.diagram())));
    EXPECT_THAT(text, testing::Not(HasSubstr("tg:")));
}

TEST(DiagramColumns, areAsFewAsTheLongestWay)
{
    EXPECT_THAT(columnsOf(0, {}), IsEmpty());
    EXPECT_THAT(columnsOf(4, { { 0, 1 }, { 1, 2 }, { 3, 2 } }), ElementsAre(0, 1, 2, 1));
    EXPECT_THAT(columnsOf(2, { { 0, 1 }, { 1, 0 } }), ElementsAre(0, 1));
}

TEST(DiagramColumns, surviveAChainOfAHundredThousand)
{
    constexpr std::size_t length = 100000;
    std::vector<std::pair<std::size_t, std::size_t>> edges;
    for (std::size_t i = 0; i + 1 < length; ++i)
        edges.emplace_back(i, i + 1);
    EXPECT_EQ(columnsOf(length, edges).back(), int(length) - 1);
}

TEST(DiagramColumns, everyLineOfAGraphWithoutCirclesGoesRight)
{
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        const std::size_t nodes = 1 + random() % 40;
        std::vector<std::pair<std::size_t, std::size_t>> edges;
        std::vector<int> longest(nodes, 0);
        for (std::size_t to = 1; to < nodes; ++to) {
            for (unsigned n = random() % 3; n > 0; --n) {
                const std::size_t from = random() % to;
                edges.emplace_back(from, to);
                longest[to] = std::max(longest[to], longest[from] + 1);
            }
        }
        const std::vector<int> columns = columnsOf(nodes, edges);
        for (const auto &[from, to] : edges)
            EXPECT_LT(columns[from], columns[to]);
        EXPECT_LE(*std::max_element(columns.begin(), columns.end()),
            *std::max_element(longest.begin(), longest.end()));
        EXPECT_GE(*std::min_element(columns.begin(), columns.end()), 0);
    }
}

TEST(DiagramProperty, everyExpectedQueueIsExactlyOneTrackAndEveryTrackHasItsEnds)
{
    std::mt19937 random(11);
    for (int round = 0; round < 400; ++round) {
        const Expansion expansion = expand(randomBlueprint(random), { "acme", "b", "f1", {} });
        const Diagram diagram = diagramOf(expansion, "acme");
        ASSERT_EQ(diagram.stations.size(), expansion.entries.size());
        std::multiset<std::string> expected;
        for (const ExpectedQueue &queue : expectedQueues(expansion, "acme"))
            expected.insert(queue.queue);
        std::multiset<std::string> drawn;
        for (const DiagramTrack &one : diagram.tracks) {
            if (one.kind == Kind::Queue)
                drawn.insert(one.queue);
            EXPECT_TRUE(std::is_sorted(one.from.begin(), one.from.end()));
            EXPECT_EQ(std::set(one.from.begin(), one.from.end()).size(), one.from.size());
            for (const std::size_t from : one.from)
                EXPECT_LT(from, diagram.stations.size());
            EXPECT_EQ(one.to.has_value(), one.kind != Kind::Exit);
        }
        EXPECT_EQ(drawn, expected);
    }
}

TEST(DiagramProperty, tracksBeginAtTheirProducersAndEndAtTheirStation)
{
    std::mt19937 random(13);
    for (int round = 0; round < 300; ++round) {
        const Expansion expansion = expand(randomBlueprint(random), { "acme", "b", "f1", {} });
        const Diagram diagram = diagramOf(expansion, "acme");
        const DiagramWeb web = webOf(diagram);
        const auto layout = layOut(diagram, web, grid(web));
        ASSERT_TRUE(layout) << layout.error();
        for (std::size_t i = 0; i < diagram.tracks.size(); ++i) {
            const DiagramTrack &track = diagram.tracks[i];
            const DiagramTrackLine &line = layout.value().tracks[i];
            ASSERT_EQ(line.approach.size(), 2u);
            if (!track.to)
                continue;
            const DiagramBox &box = layout.value().stations[*track.to];
            EXPECT_NEAR(line.approach.back().x, box.x, 0.01);
            EXPECT_GT(line.approach.back().y, box.y);
            EXPECT_LT(line.approach.back().y, box.y + box.height);
            EXPECT_GE(line.ways.size(), track.from.size());
            for (std::size_t w = 0; w < track.from.size(); ++w) {
                const DiagramBox &origin = layout.value().stations[track.from[w]];
                EXPECT_NEAR(line.ways[w].front().x, origin.x + origin.width, 0.01);
            }
            if (!line.ways.empty()) {
                EXPECT_NEAR(line.ways.back().back().x, line.approach.front().x, 0.01);
                EXPECT_NEAR(line.ways.back().back().y, line.approach.front().y, 0.01);
            }
            for (const DiagramLine &way : line.ways)
                for (const DiagramPoint &point : way) {
                    EXPECT_GE(point.x, 0);
                    EXPECT_GE(point.y, 0);
                    EXPECT_LE(point.x, layout.value().width);
                    EXPECT_LE(point.y, layout.value().height);
                }
        }
    }
}

TEST(DotPlain, isReadAsGraphvizWritesIt)
{
    const auto plain = parseDotPlain("graph 1 4.5 2\n"
                                     "node n0 1.0556 0.5 2.1111 0.52778 \"\" solid box black grey\n"
                                     "edge n0 n1 4 2.1 0.5 2.4 0.5 2.9 1.5 3.2 1.5 solid black\n"
                                     "stop\n");
    ASSERT_TRUE(plain) << plain.error();
    EXPECT_EQ(plain.value().width, 4.5);
    ASSERT_EQ(plain.value().nodes.size(), 1u);
    EXPECT_EQ(plain.value().nodes[0].height, 0.52778);
    ASSERT_EQ(plain.value().edges.size(), 1u);
    EXPECT_EQ(plain.value().edges[0].points.size(), 4u);
    EXPECT_EQ(plain.value().edges[0].points[2], (DiagramPoint { 2.9, 1.5 }));
}

TEST(DotPlain, garbageNamesItsLine)
{
    EXPECT_EQ(parseDotPlain("").error(), "the answer is empty");
    EXPECT_EQ(parseDotPlain("graph 1 2 3\nnode n0 1 2 3 4\n").error(), "the answer ends early");
    EXPECT_EQ(
        parseDotPlain("graph 1 2 3\nnode n0 nan 2 3 4\nstop\n").error(), "line 2 cannot be read");
    EXPECT_EQ(parseDotPlain("<html>\n").error(), "line 1 cannot be read");
    EXPECT_EQ(
        parseDotPlain("graph 1 2 3\nedge a b 900000 1 2\nstop\n").error(), "line 2 cannot be read");
}

TEST(DotPlain, aLayoutFromACutOrChangedAnswerIsAnErrorOrALayoutButNeverACrash)
{
    Line line;
    line.entry("a:{id}", { { "output", "flow:tg:t:{id}" } })
        .entry("b:{id}", { { "input", "flow:tg:t:{id}" }, { "output", "flow:tg:t:{id}" } });
    const Diagram diagram = line.diagram();
    const DiagramWeb web = webOf(diagram);
    const std::string good = "graph 1 6 2\nnode c0 1 2 0 0 x\nnode c1 4 2 0 0 x\n"
                             "node n0 1 1 2.1 0.5 x\nnode n1 4 1 2.1 0.5 x\n"
                             "edge n0 n1 4 2.1 1 2.4 1 2.9 1 3 1 solid black\nstop\n";
    ASSERT_TRUE(layOut(diagram, web, *parseDotPlain(good)));
    std::mt19937 random(17);
    for (int round = 0; round < 3000; ++round) {
        std::string text = good.substr(0, round < 100 ? random() % good.size() : good.size());
        for (unsigned n = random() % 4; n > 0 && !text.empty(); --n)
            text[random() % text.size()] = char(random() % 96 + 32);
        const auto plain = parseDotPlain(text);
        if (!plain)
            continue;
        const auto layout = layOut(diagram, web, plain.value());
        if (layout)
            EXPECT_EQ(layout.value().tracks.size(), diagram.tracks.size());
        else
            EXPECT_EQ(layout.error(), "the answer does not place every station");
    }
}
