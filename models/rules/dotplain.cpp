// SPDX-License-Identifier: GPL-3.0-only
// The text that goes to `dot` and the text that comes back.
#include "models/rules/diagramlayout.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace signalbox::rules {

namespace {

constexpr std::size_t largeGraph =
    300; ///< nodes; beyond them straight lines, for dot spends most of its time on curves

std::string inches(double pixels)
{
    std::array<char, 32> buffer {};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
        pixels / diagramsize::pointsPerInch, std::chars_format::fixed, 4);
    return error == std::errc() ? std::string(buffer.data(), end) : std::string("1");
}

double heightOf(std::size_t tracks)
{
    return std::max(diagramsize::stationHeight, double(tracks) * diagramsize::slotHeight);
}

/// Words of one line, split at blanks. Our names need no quotes; a style may have them and is not
/// read.
class Words {
public:
    explicit Words(std::string_view line)
        : m_rest(line)
    {
    }
    std::string_view next()
    {
        const std::size_t start = m_rest.find_first_not_of(" \t\r");
        if (start == std::string_view::npos) {
            m_rest = {};
            return {};
        }
        const std::size_t end = std::min(m_rest.find_first_of(" \t\r", start), m_rest.size());
        const std::string_view word = m_rest.substr(start, end - start);
        m_rest.remove_prefix(end);
        return word;
    }
    bool number(double &value)
    {
        const std::string_view word = next();
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        constexpr double largest = 1e6; // inches: nothing sane is wider
        return error == std::errc() && end == word.data() + word.size() && std::isfinite(value)
            && std::abs(value) <= largest;
    }

private:
    std::string_view m_rest;
};

bool readEdge(Words &words, DotPlain::Edge &edge)
{
    constexpr double most = 100000;
    edge.tail = words.next();
    edge.head = words.next();
    double count = 0;
    if (edge.head.empty() || !words.number(count) || count < 2 || count > most)
        return false;
    for (int i = 0; i < int(count); ++i) {
        DiagramPoint point;
        if (!words.number(point.x) || !words.number(point.y))
            return false;
        edge.points.push_back(point);
    }
    return true;
}

bool readNode(Words &words, DotPlain::Node &node)
{
    double width = 0;
    node.name = words.next();
    return !node.name.empty() && words.number(node.x) && words.number(node.y) && words.number(width)
        && words.number(node.height);
}

} // namespace

std::string dotInput(const Diagram &diagram, const DiagramWeb &web)
{
    std::vector<std::size_t> arrivals(web.stations, 0);
    for (const DiagramTrack &track : diagram.tracks) {
        if (track.to)
            ++arrivals[*track.to];
    }
    const bool large = web.column.size() > largeGraph;
    std::string text =
        "digraph signalbox {\nrankdir=LR; splines=" + std::string(large ? "line" : "spline")
        + "; ranksep=" + inches(diagramsize::gap) + "; nodesep=" + inches(diagramsize::spacing)
        + ";\nnode[shape=box fixedsize=true label=\"\" width=" + inches(diagramsize::stationWidth)
        + "];\nedge[arrowhead=none headport=w tailport=e];\n";
    if (large)
        text += "nslimit=0.5; mclimit=0.3;\n";
    int last = -1;
    for (std::size_t node = 0; node < web.column.size(); ++node) {
        text += "n" + std::to_string(node)
            + (node < web.stations ? "[height=" + inches(heightOf(arrivals[node])) + "];\n"
                                   : "[width=0.01 height=0.01];\n");
        last = std::max(last, web.column[node]);
    }
    // one thin node per column pins its place, so that the picture is as narrow as can be
    std::vector<std::string> columns(std::size_t(last + 1));
    for (std::size_t node = 0; node < web.column.size(); ++node)
        columns[std::size_t(web.column[node])] += " n" + std::to_string(node) + ";";
    for (std::size_t column = 0; column < columns.size(); ++column) {
        const std::string pin = "c" + std::to_string(column);
        text += pin + "[style=invis width=0.01 height=0.01]; {rank=same; " + pin + ";"
            + columns[column] + "}\n";
        if (column > 0)
            text += "c" + std::to_string(column - 1) + " -> " + pin + "[style=invis weight=100];\n";
    }
    for (const auto &[from, to] : web.edges)
        text += "n" + std::to_string(from) + " -> n" + std::to_string(to) + ";\n";
    return text + "}\n";
}

Expected<DotPlain, std::string> parseDotPlain(std::string_view text)
{
    DotPlain plain;
    bool graphSeen = false;
    for (std::size_t line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        Words words(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::string_view kind = words.next();
        bool fine = true;
        if (kind == "graph" && !graphSeen) {
            double scale = 0;
            fine = words.number(scale) && words.number(plain.width) && words.number(plain.height);
            graphSeen = true;
        } else if (kind == "node" && graphSeen) {
            fine = readNode(words, plain.nodes.emplace_back());
        } else if (kind == "edge" && graphSeen) {
            fine = readEdge(words, plain.edges.emplace_back());
        } else if (kind == "stop" && graphSeen) {
            return plain;
        } else {
            fine = kind.empty();
        }
        if (!fine)
            return unexpected("line " + std::to_string(line) + " cannot be read");
    }
    return unexpected(std::string(graphSeen ? "the answer ends early" : "the answer is empty"));
}

} // namespace signalbox::rules
