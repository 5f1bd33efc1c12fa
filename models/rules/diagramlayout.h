// SPDX-License-Identifier: GPL-3.0-only
// Where stations and tracks of a diagram lie. Graphviz `dot` places the stations (text in, text
// out: whoever calls runs the program); lines are drawn here. Lengths in px at zoom 1, y grows
// downwards. Pure, any thread.
#pragma once

#include "models/rules/diagram.h"
#include "models/schema/expected.h"

namespace signalbox::rules {

struct DiagramPoint {
    double x = 0;
    double y = 0;
    bool operator==(const DiagramPoint &) const = default;
};
using DiagramLine = std::vector<DiagramPoint>;

struct DiagramBox {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
    bool operator==(const DiagramBox &) const = default;
};

namespace diagramsize {
constexpr double stationWidth = 160;
constexpr double stationHeight = 34;
constexpr double slotHeight = 20; ///< between two tracks that end at one station
constexpr double gap = 70; ///< between two columns
constexpr double spacing = 7; ///< between two stations of a column
constexpr double approach = 32; ///< the straight end of a track, where occupancy is shown
constexpr double margin = 14;
constexpr double pointsPerInch = 72; ///< dot speaks in inches
} // namespace diagramsize

struct DiagramTrackLine {
    DiagramLine approach; ///< straight, ends at the station; for an exit: begins at the station
    std::vector<DiagramLine> ways; ///< from each producer to the begin of the approach
    bool operator==(const DiagramTrackLine &) const = default;
};

struct DiagramLayout {
    double width = 0;
    double height = 0;
    std::vector<DiagramBox> stations;
    std::vector<DiagramTrackLine> tracks;
    bool operator==(const DiagramLayout &) const = default;
};

/// What `dot` is asked. Holds no name of anything: equal structure means equal text, so it is the
/// key of every cache.
std::string dotInput(const Diagram &diagram, const DiagramWeb &web);

/// What `dot -Tplain` answered; lengths in inches, y upwards, as it writes them.
struct DotPlain {
    struct Node {
        std::string name;
        double x = 0;
        double y = 0;
        double height = 0;
        bool operator==(const Node &) const = default;
    };
    struct Edge {
        std::string tail;
        std::string head;
        DiagramLine points; ///< of a B-spline: 3n + 1
        bool operator==(const Edge &) const = default;
    };
    double width = 0;
    double height = 0;
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    bool operator==(const DotPlain &) const = default;
};
/// The error says which line is wrong.
Expected<DotPlain, std::string> parseDotPlain(std::string_view text);

/// The error says what the answer lacks. Never out of bounds, whatever `plain` holds.
Expected<DiagramLayout, std::string> layOut(
    const Diagram &diagram, const DiagramWeb &web, const DotPlain &plain);

} // namespace signalbox::rules
