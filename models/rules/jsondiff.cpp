// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/jsondiff.h"

#include "models/rules/linediff.h"
#include "models/schema/codec.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace signalbox::rules {

using schema::JsonPath;
using schema::JsonTree;
using Kind = JsonTree::Kind;

namespace {

std::vector<int> childrenOf(const JsonTree &tree, int node)
{
    std::vector<int> children;
    for (int child = tree.first(node); child != JsonTree::none; child = tree.next(child))
        children.push_back(child);
    return children;
}

/// The members of an object: names in the order of the text, each once; of equal ones the last
/// counts, as JsonTree::child() says. An object may have many thousands.
struct MembersOf {
    MembersOf(const JsonTree &tree, int node)
    {
        for (int child : childrenOf(tree, node)) {
            std::string name = tree.key(child);
            if (nodes.insert_or_assign(name, child).second)
                names.push_back(std::move(name));
        }
    }
    [[nodiscard]] int at(const std::string &name) const
    {
        const auto found = nodes.find(name);
        return found == nodes.end() ? JsonTree::none : found->second;
    }
    std::vector<std::string> names;
    std::unordered_map<std::string, int> nodes;
};

class Differ {
public:
    Differ(const JsonTree &before, const JsonTree &after)
        : m_before(before)
        , m_after(after)
    {
    }

    void compare(const JsonPath &path, int before, int after)
    {
        if (m_before.canonical(before) == m_after.canonical(after))
            return;
        if (m_before.isObject(before) && m_after.isObject(after))
            objects(path, before, after);
        else if (m_before.isArray(before) && m_after.isArray(after))
            arrays(path, before, after);
        else
            changes.push_back({ JsonChange::Changed, path, std::string(m_before.raw(before)),
                std::string(m_after.raw(after)) });
    }

    std::vector<JsonChange> changes;

private:
    void removed(const JsonPath &path, int node)
    {
        changes.push_back({ JsonChange::Removed, path, std::string(m_before.raw(node)), {} });
    }
    void added(const JsonPath &path, int node)
    {
        changes.push_back({ JsonChange::Added, path, {}, std::string(m_after.raw(node)) });
    }
    void objects(const JsonPath &path, int before, int after)
    {
        const MembersOf held(m_before, before);
        const MembersOf now(m_after, after);
        for (const std::string &name : held.names) {
            if (now.at(name) == JsonTree::none)
                removed(path / name, held.at(name));
            else
                compare(path / name, held.at(name), now.at(name));
        }
        for (const std::string &name : now.names)
            if (held.at(name) == JsonTree::none)
                added(path / name, now.at(name));
    }
    /// Items by the member that tells them apart; nothing when there is none.
    static std::optional<std::map<std::string, int>> named(
        const JsonTree &tree, const std::vector<int> &items, const char *name)
    {
        std::map<std::string, int> found;
        for (std::size_t i = 0; i < items.size(); ++i) {
            const int member = tree.child(items[i], name);
            if (member == JsonTree::none || tree.kind(member) != Kind::String
                || !found.emplace(tree.string(member), int(i)).second)
                return {};
        }
        return found;
    }
    void arrays(const JsonPath &path, int before, int after)
    {
        const auto held = childrenOf(m_before, before);
        const auto now = childrenOf(m_after, after);
        for (const char *name : { "id", "name", "key" }) {
            const auto first = named(m_before, held, name);
            const auto second = named(m_after, now, name);
            if (!first || !second || first->empty() || second->empty())
                continue;
            return byName(path, before, after, held, now, *first, *second);
        }
        if (held.size() == now.size()) {
            for (std::size_t i = 0; i < held.size(); ++i)
                compare(path / int(i), held[i], now[i]);
            return;
        }
        byPlace(path, held, now);
    }
    void byName(const JsonPath &path, int before, int after, const std::vector<int> &held,
        const std::vector<int> &now, const std::map<std::string, int> &first,
        const std::map<std::string, int> &second)
    {
        const std::size_t known = changes.size();
        for (const auto &[name, place] : first)
            if (!second.contains(name))
                removed(path / place, held[std::size_t(place)]);
        for (const auto &[name, place] : second) {
            const auto was = first.find(name);
            if (was == first.end())
                added(path / place, now[std::size_t(place)]);
            else
                compare(path / place, held[std::size_t(was->second)], now[std::size_t(place)]);
        }
        if (changes.size() == known) // only the order is another one
            changes.push_back({ JsonChange::Changed, path, std::string(m_before.raw(before)),
                std::string(m_after.raw(after)) });
    }
    void byPlace(const JsonPath &path, const std::vector<int> &held, const std::vector<int> &now)
    {
        std::string first;
        std::string second;
        for (int item : held)
            first += m_before.canonical(item) + '\n'; // canonical text holds no line end
        for (int item : now)
            second += m_after.canonical(item) + '\n';
        for (const DiffLine &line : diffLines(first, second)) {
            if (line.kind == DiffLine::Removed)
                removed(path / (line.before - 1), held[std::size_t(line.before - 1)]);
            else if (line.kind == DiffLine::Added)
                added(path / (line.after - 1), now[std::size_t(line.after - 1)]);
        }
    }

    const JsonTree &m_before;
    const JsonTree &m_after;
};

struct Side {
    const JsonTree *tree;
    int node;
    [[nodiscard]] bool there() const { return node != JsonTree::none; }
    [[nodiscard]] bool isObject() const { return there() && tree->isObject(node); }
    [[nodiscard]] bool isString() const { return there() && tree->kind(node) == Kind::String; }
    [[nodiscard]] std::string canonical() const { return there() ? tree->canonical(node) : ""; }
    [[nodiscard]] std::optional<std::string> raw() const
    {
        return there() ? std::optional(std::string(tree->raw(node))) : std::nullopt;
    }
    [[nodiscard]] Side child(const std::string &name) const
    {
        return { tree, there() ? tree->child(node, name) : JsonTree::none };
    }
};

/// Collects what theirs changes in mine.
class Merger {
public:
    struct Edit {
        JsonPath path;
        std::optional<std::string> value; ///< absent: take away
    };

    void walk(const JsonPath &path, const Side &base, const Side &mine, const Side &theirs)
    {
        const std::string was = base.canonical();
        const std::string my = mine.canonical();
        const std::string their = theirs.canonical();
        if (my == their || their == was)
            return;
        if (my == was) {
            edits.push_back({ path, theirs.raw() });
            return;
        }
        if (mine.isObject() && theirs.isObject() && (base.isObject() || !base.there()))
            return members(path, base, mine, theirs);
        if (base.isString() && mine.isString() && theirs.isString()) {
            const auto merged = mergeLines(base.tree->string(base.node),
                mine.tree->string(mine.node), theirs.tree->string(theirs.node));
            if (merged) {
                edits.push_back({ path, schema::jsonString(*merged) });
                return;
            }
        }
        conflicts.push_back({ path, base.raw(), mine.raw(), theirs.raw() });
    }

    std::vector<Edit> edits;
    std::vector<MergeConflict> conflicts;

private:
    static std::vector<std::string> namesOf(const Side &side)
    {
        return MembersOf(*side.tree, side.node).names;
    }
    void members(const JsonPath &path, const Side &base, const Side &mine, const Side &theirs)
    {
        std::vector<std::string> names = namesOf(mine);
        for (std::string &name : namesOf(theirs))
            if (!mine.child(name).there())
                names.push_back(std::move(name));
        if (base.isObject())
            for (std::string &name : namesOf(base))
                if (!mine.child(name).there() && !theirs.child(name).there())
                    names.push_back(std::move(name));
        for (const std::string &name : names)
            walk(path / name, base.child(name), mine.child(name), theirs.child(name));
    }
};

std::string applied(
    const std::string &text, const JsonPath &path, const std::optional<std::string> &value)
{
    const auto tree = JsonTree::parse(text);
    if (!tree)
        return text;
    return value ? schema::withValue(*tree, path, *value) : schema::withoutValue(*tree, path);
}

Merge mergeTexts(const std::string &base, const std::string &mine, const std::string &theirs)
{
    if (mine == theirs || theirs == base)
        return { mine, 0, {} };
    if (mine == base)
        return { theirs, 1, {} };
    if (auto merged = mergeLines(base, mine, theirs))
        return { std::move(*merged), 1, {} };
    return { mine, 0, { { {}, base, mine, theirs } } };
}

} // namespace

std::vector<JsonChange> diffJson(const JsonTree &before, const JsonTree &after)
{
    Differ differ(before, after);
    differ.compare({}, 0, 0);
    return std::move(differ.changes);
}

Merge merge3(const std::string &base, const std::string &mine, const std::string &theirs)
{
    const auto was = JsonTree::parse(base);
    const auto my = JsonTree::parse(mine);
    const auto their = JsonTree::parse(theirs);
    if (!was || !my || !their)
        return mergeTexts(base, mine, theirs);
    Merger merger;
    merger.walk({}, { &*was, 0 }, { &*my, 0 }, { &*their, 0 });
    Merge merge { mine, int(merger.edits.size()), std::move(merger.conflicts) };
    if (was->canonical(0) == my->canonical(0) && merge.taken > 0) {
        merge.text = theirs; // only they changed it: as they wrote it
        return merge;
    }
    for (const auto &edit : merger.edits)
        merge.text = applied(merge.text, edit.path, edit.value);
    return merge;
}

std::string withTheirs(const std::string &text, const MergeConflict &conflict)
{
    if (conflict.path.empty())
        return conflict.theirs.value_or(text);
    return applied(text, conflict.path, conflict.theirs);
}

bool sameMeaning(const std::string &a, const std::string &b)
{
    if (a == b)
        return true;
    const auto first = JsonTree::parse(a);
    const auto second = JsonTree::parse(b);
    return first && second && first->canonical(0) == second->canonical(0);
}

} // namespace signalbox::rules
