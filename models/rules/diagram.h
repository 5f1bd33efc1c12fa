// SPDX-License-Identifier: GPL-3.0-only
// The track diagram of a flow as a graph: stations, tracks, columns. Contract signalbox-gateway §1
// (direction), §6 (queues). Pure, any thread.
#pragma once

#include "models/rules/expand.h"

namespace signalbox::rules {

/// A processor entry.
struct DiagramStation {
    std::string key; ///< `<processor>:<variant>:<section>`, unique in a diagram
    std::string processor;
    std::string variant;
    Scope scope = Scope::Flow;
    bool operator==(const DiagramStation &) const = default;
};

/// A queue, or the place where one leaves the picture. Each consumer of a topic has its own track,
/// for backlog is per consumer. A request and its answers are one track.
struct DiagramTrack {
    enum class Kind {
        Queue, ///< shared queue of a `flow` or `request` topic; `queue` names it
        Subscription, ///< one queue per subscriber (`response`, `notify`, or an unknown address)
        Exit, ///< leaves this blueprint: nobody in it consumes the topic
        Undirected ///< the topic's name tells no direction
    };
    Kind kind = Kind::Queue;
    std::string topic; ///< as written after expansion, also when it is no known address
    std::string spec; ///< name of the topic inside the entry
    std::string queue; ///< "" unless Kind::Queue
    std::string answers; ///< topic of the answers, "" when there are none
    Scope scope = Scope::Flow; ///< of the topic
    std::vector<std::size_t> from; ///< stations that produce; ascending, no duplicates
    std::optional<std::size_t> to; ///< station that consumes; nullopt for an exit
    std::vector<std::string> doors; ///< interfaces of the blueprint that send into it
    bool operator==(const DiagramTrack &) const = default;
};

struct Diagram {
    std::vector<DiagramStation> stations; ///< order of the expansion
    std::vector<DiagramTrack> tracks; ///< by station, exits last
    bool operator==(const Diagram &) const = default;
};
Diagram diagramOf(const Expansion &expansion, std::string_view workspace);

/// What a layout places: stations 0…n-1, then one switch for each topic with several producers and
/// several consumers, so that p + c lines are drawn instead of p × c.
struct DiagramWeb {
    struct Switch {
        std::vector<std::size_t> from;
        std::vector<std::size_t> tracks;
        bool operator==(const Switch &) const = default;
    };
    std::size_t stations = 0;
    std::vector<Switch> switches;
    std::vector<std::pair<std::size_t, std::size_t>>
        edges; ///< node → node, no duplicates, no loops
    std::vector<int> column; ///< per node; every edge that closes no circle goes right
    bool operator==(const DiagramWeb &) const = default;
};
DiagramWeb webOf(const Diagram &diagram);

/// Column per node: the fewest columns that the longest way needs, then short lines. O(nodes +
/// edges).
std::vector<int> columnsOf(
    std::size_t nodes, const std::vector<std::pair<std::size_t, std::size_t>> &edges);

} // namespace signalbox::rules
