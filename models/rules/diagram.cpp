// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/diagram.h"

#include "models/rules/topic.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace signalbox::rules {

namespace {

using Stations = std::vector<std::size_t>;
using Edge = std::pair<std::size_t, std::size_t>;

struct Ends {
    Stations producers;
    bool consumed = false;
};
using TopicEnds = std::unordered_map<std::string, Ends>;

void add(Stations &stations, std::size_t station)
{
    if (std::find(stations.begin(), stations.end(), station) == stations.end())
        stations.push_back(station);
}

/// An answer that the entry waits for after its own request travels on the request's track.
bool answersOwnRequest(const schema::ProcessorEntry &entry, std::string_view spec)
{
    return schema::find(entry.topics, std::string(clientOf(spec)) + "-request") != nullptr;
}

bool consumes(const schema::ProcessorEntry &entry, std::string_view spec)
{
    const TopicRole role = topicRole(spec);
    return direction(role) == Direction::Consumes
        && (role != TopicRole::ClientResponse || !answersOwnRequest(entry, spec));
}

TopicEnds endsOf(const Expansion &expansion)
{
    TopicEnds ends;
    for (std::size_t i = 0; i < expansion.entries.size(); ++i) {
        const schema::ProcessorEntry &entry = expansion.entries[i].entry;
        for (const auto &[spec, topic] : entry.topics) {
            Ends &end = ends[topic];
            end.consumed = end.consumed || consumes(entry, spec);
            if (direction(topicRole(spec)) == Direction::Produces)
                add(end.producers, i);
        }
    }
    return ends;
}

std::string answersOf(const schema::ProcessorEntry &entry, std::string_view spec)
{
    const TopicRole role = topicRole(spec);
    const std::string name = role == TopicRole::ServerRequest ? "response"
        : role == TopicRole::ClientRequest ? std::string(clientOf(spec)) + "-response"
                                           : std::string();
    const std::string *topic = name.empty() ? nullptr : schema::find(entry.topics, name);
    return topic ? *topic : std::string();
}

std::vector<std::string> doorsTo(const Expansion &expansion, const std::string &topic)
{
    std::vector<std::string> doors;
    for (const auto &[name, interface] : expansion.interfaces) {
        if (interface.flow == topic || interface.request == topic)
            doors.push_back(name);
    }
    return doors;
}

/// Which queue a consumer of this topic shares; "" where every subscriber has its own.
std::string queueOf(const ExpandedEntry &entry, const std::string &spec, const std::string &topic,
    std::string_view workspace)
{
    const TopicRole role = topicRole(spec);
    const auto address = parseTopic(topic);
    if (!address || (role != TopicRole::Input && role != TopicRole::ServerRequest)
        || (address->topicClass != TopicClass::Flow && address->topicClass != TopicClass::Request))
        return {};
    return topic + "." + subscriptionName(entry.processor, workspace, entry.variant, spec);
}

Stations othersThatTouch(const Expansion &expansion, const std::string &topic, std::size_t station)
{
    Stations others;
    for (std::size_t i = 0; i < expansion.entries.size(); ++i) {
        const auto &topics = expansion.entries[i].entry.topics;
        const bool touches = std::any_of(
            topics.begin(), topics.end(), [&](const auto &one) { return one.second == topic; });
        if (i != station && touches)
            others.push_back(i);
    }
    return others;
}

class Columns {
public:
    Columns(std::size_t nodes, const std::vector<Edge> &edges)
        : m_next(nodes)
        , m_before(nodes)
        , m_column(nodes, 0)
    {
        std::vector<Stations> all(nodes);
        for (const auto &[from, to] : edges) {
            if (from != to)
                all[from].push_back(to);
        }
        for (std::size_t node = 0; node < nodes; ++node)
            visit(node, all);
        // nodes were noted when left behind: the reverse is a topological order
        std::reverse(m_order.begin(), m_order.end());
        place();
        tighten();
    }
    [[nodiscard]] const std::vector<int> &columns() const { return m_column; }

private:
    /// Depth first without recursion: a chain of 100 000 stations must not end the program. Edges
    /// back to a node on the way close a circle and are left out.
    void visit(std::size_t start, const std::vector<Stations> &all)
    {
        enum : char { New, OnTheWay, Done };
        if (m_state.empty())
            m_state.assign(all.size(), New);
        if (m_state[start] != New)
            return;
        std::vector<std::pair<std::size_t, std::size_t>> way { { start, 0 } };
        m_state[start] = OnTheWay;
        while (!way.empty()) {
            auto &[node, at] = way.back();
            if (at == all[node].size()) {
                m_state[node] = Done;
                m_order.push_back(node);
                way.pop_back();
                continue;
            }
            const std::size_t from = node;
            const std::size_t to = all[node][at++];
            if (m_state[to] == OnTheWay)
                continue;
            m_next[from].push_back(to);
            m_before[to].push_back(from);
            if (m_state[to] == New) {
                m_state[to] = OnTheWay;
                way.emplace_back(to, 0);
            }
        }
    }
    void place()
    {
        for (const std::size_t node : m_order) {
            for (const std::size_t next : m_next[node])
                m_column[next] = std::max(m_column[next], m_column[node] + 1);
            m_last = std::max(m_last, m_column[node]);
        }
    }
    /// Whoever has more lines to the right than to the left goes as far right as it may, and the
    /// other way round.
    void tighten()
    {
        constexpr int rounds = 4;
        for (int round = 0; round < rounds; ++round) {
            for (auto node = m_order.rbegin(); node != m_order.rend(); ++node) {
                int left = 0;
                int right = m_last;
                for (const std::size_t before : m_before[*node])
                    left = std::max(left, m_column[before] + 1);
                for (const std::size_t next : m_next[*node])
                    right = std::min(right, m_column[next] - 1);
                if (m_next[*node].size() > m_before[*node].size())
                    m_column[*node] = right;
                else if (m_next[*node].size() < m_before[*node].size())
                    m_column[*node] = left;
            }
        }
    }

    std::vector<Stations> m_next;
    std::vector<Stations> m_before;
    std::vector<int> m_column;
    std::vector<char> m_state;
    std::vector<std::size_t> m_order;
    int m_last = 0;
};

} // namespace

Diagram diagramOf(const Expansion &expansion, std::string_view workspace)
{
    Diagram diagram;
    std::unordered_map<std::string, Scope> scopes;
    for (const ExpandedTopic &topic : expansion.topics)
        scopes.emplace(topic.topic, topic.scope);
    const TopicEnds ends = endsOf(expansion);
    std::vector<DiagramTrack> exits;
    for (std::size_t i = 0; i < expansion.entries.size(); ++i) {
        const ExpandedEntry &entry = expansion.entries[i];
        diagram.stations.push_back({ entry.processor + ":" + entry.variant + ":" + entry.section,
            entry.processor, entry.variant, entry.scope });
        for (const auto &[spec, topic] : entry.entry.topics) {
            if (topic.empty())
                continue; // a fault of the blueprint; the expansion names it
            DiagramTrack track;
            track.topic = topic;
            track.spec = spec;
            track.answers = answersOf(entry.entry, spec);
            const auto scope = scopes.find(topic);
            track.scope = scope == scopes.end() ? Scope::Unknown : scope->second;
            const TopicRole role = topicRole(spec);
            if (consumes(entry.entry, spec)) {
                track.queue = queueOf(entry, spec, topic, workspace);
                track.kind = track.queue.empty() ? DiagramTrack::Kind::Subscription
                                                 : DiagramTrack::Kind::Queue;
                track.from = ends.at(topic).producers;
                track.to = i;
                track.doors = doorsTo(expansion, topic);
                diagram.tracks.push_back(std::move(track));
            } else if (role == TopicRole::Unknown) {
                track.kind = DiagramTrack::Kind::Undirected;
                track.from = othersThatTouch(expansion, topic, i);
                track.to = i;
                diagram.tracks.push_back(std::move(track));
            } else if ((role == TopicRole::Output || role == TopicRole::ClientRequest)
                && !ends.at(topic).consumed) {
                track.kind = DiagramTrack::Kind::Exit;
                track.from = { i };
                exits.push_back(std::move(track));
            }
        }
    }
    diagram.tracks.insert(diagram.tracks.end(), exits.begin(), exits.end());
    return diagram;
}

std::vector<int> columnsOf(std::size_t nodes, const std::vector<Edge> &edges)
{
    return Columns(nodes, edges).columns();
}

DiagramWeb webOf(const Diagram &diagram)
{
    DiagramWeb web;
    web.stations = diagram.stations.size();
    std::map<std::string, Stations> byTopic; // tracks
    for (std::size_t i = 0; i < diagram.tracks.size(); ++i) {
        const DiagramTrack &track = diagram.tracks[i];
        if (track.to && track.kind != DiagramTrack::Kind::Undirected && track.from.size() > 1)
            byTopic[track.topic].push_back(i);
    }
    std::set<Edge> edges;
    std::set<std::size_t> switched;
    for (auto &[topic, tracks] : byTopic) {
        if (tracks.size() < 2)
            continue;
        const std::size_t node = web.stations + web.switches.size();
        for (const std::size_t from : diagram.tracks[tracks.front()].from)
            edges.emplace(from, node);
        for (const std::size_t track : tracks) {
            edges.emplace(node, *diagram.tracks[track].to);
            switched.insert(track);
        }
        web.switches.push_back({ diagram.tracks[tracks.front()].from, std::move(tracks) });
    }
    for (std::size_t i = 0; i < diagram.tracks.size(); ++i) {
        const DiagramTrack &track = diagram.tracks[i];
        if (!track.to || switched.contains(i))
            continue;
        for (const std::size_t from : track.from) {
            if (from != *track.to)
                edges.emplace(from, *track.to);
        }
    }
    web.edges.assign(edges.begin(), edges.end());
    web.column = columnsOf(web.stations + web.switches.size(), web.edges);
    return web;
}

} // namespace signalbox::rules
