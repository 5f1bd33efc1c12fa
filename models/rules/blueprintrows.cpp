// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/blueprintrows.h"

#include <algorithm>
#include <array>
#include <map>

namespace signalbox::rules {
namespace {

using schema::JsonTree;
using Row = BlueprintRow;
using RowKind = Row::Kind;

constexpr std::array<std::string_view, 4> sections { "parameters", "blueprint", "flow",
    "interfaces" };

class Rows {
public:
    explicit Rows(const JsonTree &tree)
        : m_tree(tree)
    {
    }
    std::vector<Row> run()
    {
        if (!m_tree.isObject(0))
            return {};
        for (const char *name : { "description", "tags" })
            if (const int node = m_tree.child(0, name); node != JsonTree::none)
                add(RowKind::About, 0, node, { { name, -1 } });
        for (const std::string_view name : sections)
            section(std::string(name));
        for (const int node : members(0)) {
            const std::string name = m_tree.key(node);
            if (!known(name))
                add(RowKind::Other, 0, node, { { name, -1 } });
        }
        return std::move(m_rows);
    }

private:
    static bool known(std::string_view name)
    {
        return name == "description" || name == "tags"
            || std::find(sections.begin(), sections.end(), name) != sections.end();
    }
    [[nodiscard]] std::string shown(int node) const
    {
        if (m_tree.kind(node) == JsonTree::Kind::String)
            return m_tree.string(node);
        if (!m_tree.isArray(node))
            return std::string(m_tree.raw(node));
        std::string words;
        for (int item = m_tree.first(node); item != JsonTree::none; item = m_tree.next(item))
            words += (words.empty() ? "" : ", ") + m_tree.string(item);
        return words;
    }
    /// Of equal names only the last counts.
    [[nodiscard]] std::vector<int> members(int object) const
    {
        std::vector<int> nodes;
        std::map<std::string, std::size_t> seen;
        for (int node = m_tree.first(object); node != JsonTree::none; node = m_tree.next(node)) {
            const auto [at, isNew] = seen.emplace(m_tree.key(node), nodes.size());
            if (isNew)
                nodes.push_back(node);
            else
                nodes[at->second] = node;
        }
        return nodes;
    }
    Row &add(RowKind kind, int depth, int node, schema::JsonPath path)
    {
        Row &row = m_rows.emplace_back();
        row.kind = kind;
        row.depth = depth;
        row.name = m_tree.key(node);
        row.begin = m_tree.memberBegin(node);
        row.path = std::move(path);
        const bool branch = kind == RowKind::Section || kind == RowKind::Parameter
            || kind == RowKind::Entry || kind == RowKind::Interface;
        if (branch && m_tree.isObject(node))
            row.count = m_tree.count(node);
        else
            row.value = shown(node);
        return row;
    }
    void section(const std::string &name)
    {
        const int node = m_tree.child(0, name);
        if (node == JsonTree::none)
            return;
        const schema::JsonPath path { { name, -1 } };
        add(RowKind::Section, 0, node, path);
        if (!m_tree.isObject(node))
            return;
        for (const int member : members(node)) {
            const schema::JsonPath own = path / m_tree.key(member);
            if (name == "parameters")
                parameter(member, own);
            else if (name == "interfaces")
                interface(member, own);
            else
                entry(member, own);
        }
    }
    void parameter(int node, const schema::JsonPath &path)
    {
        Row &row = add(RowKind::Parameter, 1, node, path);
        if (!m_tree.isObject(node))
            return;
        row.count = -1;
        for (const char *name : { "type", "description", "controlled-by" }) {
            const int part = m_tree.child(node, name);
            const std::string text = part == JsonTree::none ? std::string() : shown(part);
            if (text.empty() || text == "null")
                continue;
            row.value += (row.value.empty() ? "" : " · ")
                + (name == std::string_view("controlled-by") ? "← " + text : text);
        }
    }
    void entry(int node, const schema::JsonPath &path)
    {
        Row &row = add(RowKind::Entry, 1, node, path);
        const std::size_t colon = row.name.find(':');
        row.scope =
            templateScope(colon == std::string::npos ? std::string_view()
                                                     : std::string_view(row.name).substr(colon));
        row.count = -1;
        if (!m_tree.isObject(node))
            return;
        const std::size_t at = m_rows.size() - 1;
        for (const int part : members(node)) {
            const std::string name = m_tree.key(part);
            const schema::JsonPath own = path / name;
            if ((name != "topics" && name != "parameters") || !m_tree.isObject(part)) {
                add(RowKind::Other, 2, part, own);
                continue;
            }
            for (const int leaf : members(part)) {
                Row &made = add(name == "topics" ? RowKind::Topic : RowKind::Setting, 2, leaf,
                    own / m_tree.key(leaf));
                if (name == "topics") {
                    made.role = topicRole(made.name);
                    if (m_tree.kind(leaf) == JsonTree::Kind::String)
                        made.scope = templateScope(made.value);
                }
            }
        }
        m_rows[at].count = int(m_rows.size() - at) - 1;
    }
    void interface(int node, const schema::JsonPath &path)
    {
        Row &row = add(RowKind::Interface, 1, node, path);
        if (!m_tree.isObject(node)) {
            row.scope = templateScope(row.value);
            return;
        }
        for (const int door : members(node)) {
            Row &made = add(RowKind::Door, 2, door, path / m_tree.key(door));
            if (m_tree.kind(door) == JsonTree::Kind::String)
                made.scope = templateScope(made.value);
        }
    }

    const JsonTree &m_tree;
    std::vector<Row> m_rows;
};

} // namespace

std::vector<BlueprintRow> blueprintRows(const JsonTree &tree)
{
    return Rows(tree).run();
}

BlueprintSummary summaryOf(const JsonTree &tree)
{
    BlueprintSummary summary;
    for (const Row &row : blueprintRows(tree)) {
        if (row.kind == RowKind::About && row.name == "description")
            summary.description = row.value;
        summary.parameters += row.kind == RowKind::Parameter;
        summary.interfaces += row.kind == RowKind::Interface;
        if (row.kind != RowKind::Entry)
            continue;
        ++summary.entries;
        ++(row.scope == Scope::Flow             ? summary.ofFlow
                : row.scope == Scope::Blueprint ? summary.ofBlueprint
                                                : summary.ofWorkspace);
    }
    return summary;
}

} // namespace signalbox::rules
