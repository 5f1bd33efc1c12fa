// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/diagramlayout.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_map>

namespace signalbox::rules {

namespace {

using namespace diagramsize;

constexpr double leave = 8; ///< straight out of a station before a line bends
constexpr double clearance = 6; ///< between a line and a station that it passes
constexpr double roundness = 5; ///< radius of a bend

double distance(DiagramPoint a, DiagramPoint b)
{
    return std::hypot(a.x - b.x, a.y - b.y);
}

DiagramPoint between(DiagramPoint a, DiagramPoint b, double part)
{
    return { a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part };
}

/// Corners become short arcs; points that lie on one another go.
DiagramLine rounded(const DiagramLine &corners)
{
    DiagramLine points;
    for (const DiagramPoint &point : corners) {
        if (points.empty() || distance(points.back(), point) > 0.01)
            points.push_back(point);
    }
    if (points.size() < 3)
        return points;
    DiagramLine line { points.front() };
    for (std::size_t i = 1; i + 1 < points.size(); ++i) {
        const double before = distance(points[i - 1], points[i]);
        const double after = distance(points[i], points[i + 1]);
        const double radius = std::min({ roundness, before / 2, after / 2 });
        const DiagramPoint start = between(points[i], points[i - 1], radius / before);
        const DiagramPoint end = between(points[i], points[i + 1], radius / after);
        for (const double part : { 0.0, 0.33, 0.67, 1.0 })
            line.push_back(
                between(between(start, points[i], part), between(points[i], end, part), part));
    }
    line.push_back(points.back());
    return line;
}

/// A B-spline as dot writes it, as straight pieces.
DiagramLine flattened(const DiagramLine &control)
{
    constexpr int pieces = 8;
    DiagramLine line;
    if (!control.empty())
        line.push_back(control.front());
    for (std::size_t i = 0; i + 3 < control.size(); i += 3) {
        for (int step = 1; step <= pieces; ++step) {
            const double t = double(step) / pieces;
            const DiagramPoint a = between(control[i], control[i + 1], t);
            const DiagramPoint b = between(control[i + 1], control[i + 2], t);
            const DiagramPoint c = between(control[i + 2], control[i + 3], t);
            line.push_back(between(between(a, b, t), between(b, c, t), t));
        }
    }
    return line;
}

/// Height of a line where it first passes `x`.
double heightAt(const DiagramLine &line, double x)
{
    for (std::size_t i = 1; i < line.size(); ++i) {
        const DiagramPoint a = line[i - 1];
        const DiagramPoint b = line[i];
        if (std::min(a.x, b.x) <= x && x <= std::max(a.x, b.x) && a.x != b.x)
            return a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x);
    }
    return line.empty() ? 0 : line.back().y;
}

class Drawing {
public:
    Drawing(const Diagram &diagram, const DiagramWeb &web, const DotPlain &plain)
        : m_diagram(diagram)
        , m_web(web)
        , m_plain(plain)
    {
    }
    Expected<DiagramLayout, std::string> draw();

private:
    std::string place();
    void findSlots();
    void drawTrack(std::size_t index);
    DiagramLine way(std::size_t from, std::size_t to, DiagramPoint start, DiagramPoint end) const;
    DiagramLine loop(std::size_t station, DiagramPoint end) const;
    [[nodiscard]] double clearOfStations(int column, double y) const;
    [[nodiscard]] DiagramPoint outOf(std::size_t node) const;
    [[nodiscard]] DiagramPoint into(std::size_t track) const;
    void fit();

    const Diagram &m_diagram;
    const DiagramWeb &m_web;
    const DotPlain &m_plain;
    DiagramLayout m_layout;
    std::vector<DiagramBox> m_boxes; ///< stations, then switches as flat boxes
    std::vector<double> m_columnX; ///< centre
    std::vector<std::vector<std::size_t>> m_byColumn; ///< stations, from the top
    std::map<std::pair<std::size_t, std::size_t>, DiagramLine> m_edges;
    std::vector<double> m_slot; ///< per track: y where it meets its station
    std::vector<std::size_t> m_switchOf; ///< per track: node, or 0 when it has none
};

std::string Drawing::place()
{
    const std::size_t nodes = m_web.column.size();
    m_boxes.assign(nodes, {});
    std::vector<char> placed(nodes, 0);
    std::size_t columns = 0;
    for (const int column : m_web.column)
        columns = std::max(columns, std::size_t(column) + 1);
    m_columnX.assign(columns, 0);
    m_byColumn.resize(m_columnX.size());
    const auto indexOf = [](std::string_view name, char kind, std::size_t size) {
        std::size_t index = 0;
        if (name.size() < 2 || name.front() != kind)
            return size;
        for (const char digit : name.substr(1)) {
            if (digit < '0' || digit > '9' || index > size)
                return size;
            index = index * 10 + std::size_t(digit - '0');
        }
        return std::min(index, size);
    };
    for (const DotPlain::Node &node : m_plain.nodes) {
        const double x = node.x * pointsPerInch;
        const double y = (m_plain.height - node.y) * pointsPerInch;
        if (const std::size_t pin = indexOf(node.name, 'c', m_columnX.size());
            pin < m_columnX.size())
            m_columnX[pin] = x;
        const std::size_t index = indexOf(node.name, 'n', nodes);
        if (index == nodes)
            continue;
        const double height = index < m_web.stations ? node.height * pointsPerInch : 0;
        m_boxes[index] = { x - stationWidth / 2, y - height / 2, stationWidth, height };
        placed[index] = 1;
    }
    if (std::find(placed.begin(), placed.end(), 0) != placed.end())
        return "the answer does not place every station";
    for (std::size_t node = 0; node < m_web.stations; ++node)
        m_byColumn[std::size_t(m_web.column[node])].push_back(node);
    for (auto &column : m_byColumn)
        std::sort(column.begin(), column.end(),
            [this](std::size_t a, std::size_t b) { return m_boxes[a].y < m_boxes[b].y; });
    for (const DotPlain::Edge &edge : m_plain.edges) {
        const std::size_t tail = indexOf(edge.tail, 'n', nodes);
        const std::size_t head = indexOf(edge.head, 'n', nodes);
        if (tail == nodes || head == nodes)
            continue;
        DiagramLine points = edge.points;
        for (DiagramPoint &point : points)
            point = { point.x * pointsPerInch, (m_plain.height - point.y) * pointsPerInch };
        m_edges[{ tail, head }] = flattened(points);
    }
    return {};
}

/// Tracks that end at one station are ordered as they arrive, so that they do not cross before it.
void Drawing::findSlots()
{
    m_switchOf.assign(m_diagram.tracks.size(), 0);
    for (std::size_t i = 0; i < m_web.switches.size(); ++i) {
        for (const std::size_t track : m_web.switches[i].tracks)
            m_switchOf[track] = m_web.stations + i;
    }
    std::vector<std::vector<std::pair<double, std::size_t>>> arriving(m_web.stations);
    for (std::size_t i = 0; i < m_diagram.tracks.size(); ++i) {
        const DiagramTrack &track = m_diagram.tracks[i];
        if (!track.to)
            continue;
        double sum = 0;
        double count = 0;
        const auto look = [&](std::size_t node) {
            const auto edge = m_edges.find({ node, *track.to });
            if (edge != m_edges.end() && edge->second.size() > 1) {
                sum += heightAt(edge->second, m_boxes[*track.to].x - gap / 2);
                ++count;
            }
        };
        if (m_switchOf[i] != 0)
            look(m_switchOf[i]);
        else
            std::for_each(track.from.begin(), track.from.end(), look);
        arriving[*track.to].emplace_back(count > 0 ? sum / count : -1, i);
    }
    m_slot.assign(m_diagram.tracks.size(), 0);
    for (std::size_t station = 0; station < arriving.size(); ++station) {
        auto &tracks = arriving[station];
        std::sort(tracks.begin(), tracks.end());
        const DiagramBox &box = m_boxes[station];
        for (std::size_t i = 0; i < tracks.size(); ++i)
            m_slot[tracks[i].second] =
                box.y + box.height * (double(i) + 0.5) / double(tracks.size());
    }
}

DiagramPoint Drawing::outOf(std::size_t node) const
{
    const DiagramBox &box = m_boxes[node];
    return { box.x + box.width, box.y + box.height / 2 };
}

DiagramPoint Drawing::into(std::size_t track) const
{
    return { m_boxes[*m_diagram.tracks[track].to].x - approach, m_slot[track] };
}

double Drawing::clearOfStations(int column, double y) const
{
    for (const std::size_t station : m_byColumn[std::size_t(column)]) {
        const DiagramBox &box = m_boxes[station];
        if (y > box.y - clearance && y < box.y + box.height + clearance)
            return y < box.y + box.height / 2 ? box.y - clearance : box.y + box.height + clearance;
    }
    return y;
}

/// Straight past every column, aslant between two.
DiagramLine Drawing::way(
    std::size_t from, std::size_t to, DiagramPoint start, DiagramPoint end) const
{
    const auto edge = m_edges.find({ from, to });
    const int first = m_web.column[from];
    const int last = m_web.column[to];
    if (first >= last) { // against the direction of reading: as dot drew it
        DiagramLine line { start };
        if (edge != m_edges.end() && edge->second.size() > 2)
            line.insert(line.end(), edge->second.begin() + 1, edge->second.end() - 1);
        line.push_back({ end.x - leave, end.y });
        line.push_back(end);
        return line;
    }
    DiagramLine corners { start, { outOf(from).x + leave, start.y } };
    for (int column = first + 1; column < last; ++column) {
        const double x = m_columnX[std::size_t(column)];
        const double y =
            edge == m_edges.end() ? start.y : clearOfStations(column, heightAt(edge->second, x));
        corners.push_back({ x - stationWidth / 2 - approach, y });
        corners.push_back({ x + stationWidth / 2 + leave, y });
    }
    corners.push_back(end);
    return rounded(corners);
}

/// Out on the right, over the roof, in on the left.
DiagramLine Drawing::loop(std::size_t station, DiagramPoint end) const
{
    const DiagramBox &box = m_boxes[station];
    const DiagramPoint out = outOf(station);
    const double roof = box.y - clearance;
    return rounded(
        { out, { out.x + leave, out.y }, { out.x + leave, roof }, { end.x, roof }, end });
}

void Drawing::drawTrack(std::size_t index)
{
    const DiagramTrack &track = m_diagram.tracks[index];
    DiagramTrackLine &line = m_layout.tracks[index];
    const DiagramPoint start = into(index);
    line.approach = { start, { start.x + approach, start.y } };
    if (const std::size_t points = m_switchOf[index]; points != 0) {
        const DiagramPoint middle { m_boxes[points].x, m_boxes[points].y };
        for (const std::size_t from : track.from)
            line.ways.push_back(way(from, points, outOf(from), middle));
        line.ways.push_back(way(points, *track.to, middle, start));
        return;
    }
    for (const std::size_t from : track.from) {
        line.ways.push_back(
            from == *track.to ? loop(from, start) : way(from, *track.to, outOf(from), start));
    }
}

/// Moves everything so that it begins at the margin, and measures it.
void Drawing::fit()
{
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;
    bool first = true;
    const auto see = [&](double x, double y) {
        left = first ? x : std::min(left, x);
        top = first ? y : std::min(top, y);
        right = first ? x : std::max(right, x);
        bottom = first ? y : std::max(bottom, y);
        first = false;
    };
    const auto everyPoint = [this](const auto &visit) {
        for (DiagramTrackLine &track : m_layout.tracks) {
            for (DiagramPoint &point : track.approach)
                visit(point);
            for (DiagramLine &line : track.ways)
                for (DiagramPoint &point : line)
                    visit(point);
        }
    };
    for (const DiagramBox &box : m_layout.stations) {
        see(box.x, box.y);
        see(box.x + box.width, box.y + box.height);
    }
    everyPoint([&](const DiagramPoint &point) { see(point.x, point.y); });
    // room for the name of a door that leads to a station of the first column
    const double across = margin - left + (m_layout.stations.empty() ? 0 : gap - approach);
    const double down = margin - top;
    for (DiagramBox &box : m_layout.stations) {
        box.x += across;
        box.y += down;
    }
    everyPoint([&](DiagramPoint &point) {
        point.x += across;
        point.y += down;
    });
    m_layout.width = right + across + margin;
    m_layout.height = bottom + down + margin;
}

Expected<DiagramLayout, std::string> Drawing::draw()
{
    if (std::string fault = place(); !fault.empty())
        return unexpected(std::move(fault));
    findSlots();
    m_layout.stations.assign(m_boxes.begin(), m_boxes.begin() + std::ptrdiff_t(m_web.stations));
    m_layout.tracks.resize(m_diagram.tracks.size());
    std::vector<std::size_t> exits(m_web.stations, 0);
    for (std::size_t i = 0; i < m_diagram.tracks.size(); ++i) {
        const DiagramTrack &track = m_diagram.tracks[i];
        if (track.to) {
            drawTrack(i);
            continue;
        }
        constexpr double step = 6;
        const DiagramBox &box = m_boxes[track.from.front()];
        const double y = std::max(
            box.y + 4, box.y + box.height - 7 - step * double(exits[track.from.front()]++));
        m_layout.tracks[i].approach = { { box.x + box.width, y }, { box.x + box.width + 14, y } };
    }
    fit();
    return m_layout;
}

} // namespace

Expected<DiagramLayout, std::string> layOut(
    const Diagram &diagram, const DiagramWeb &web, const DotPlain &plain)
{
    return Drawing(diagram, web, plain).draw();
}

} // namespace signalbox::rules
