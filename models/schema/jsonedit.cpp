// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/codec.h"
#include "models/schema/jsontree.h"

#include <algorithm>

namespace signalbox::schema {
namespace {

std::string spliced(std::string_view text, std::size_t from, std::size_t to, std::string_view with)
{
    std::string out(text.substr(0, from));
    out += with;
    out += text.substr(to);
    return out;
}

/// The white space at the beginning of the line on which `at` stands.
std::string indentOf(std::string_view text, std::size_t at)
{
    const std::size_t line = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
    const std::size_t word = text.find_first_not_of(" \t", line);
    return std::string(text.substr(line, std::min(word, at) - line));
}

bool manyLines(std::string_view text)
{
    return text.find('\n') != std::string_view::npos;
}

/// A structured value over several lines, for a place that is indented by `indent`.
std::string laidOut(std::string_view value, const std::string &indent)
{
    if (value.empty() || (value.front() != '{' && value.front() != '['))
        return std::string(value);
    std::string out;
    for (char c : pretty(value)) {
        out += c;
        if (c == '\n')
            out += indent;
    }
    return out;
}

/// How the members of a container are set apart, seen from those it has or from the whole text.
struct Manner {
    std::string before; ///< white space before a member
    std::string after; ///< white space before the closing bracket of a container that was empty
    std::string colon = ":";
    std::string indent; ///< of a member that stands on its own line
    bool lines = false; ///< one member a line
};

Manner mannerOf(const JsonTree &tree, int container)
{
    const std::string &text = tree.text();
    Manner manner;
    const int first = tree.first(container);
    if (first == JsonTree::none) {
        manner.lines = manyLines(text);
        manner.colon = manner.lines || text.find("\": ") != std::string::npos ? ": " : ":";
        if (manner.lines) {
            const std::string outer = indentOf(text, tree.begin(container));
            manner.indent = outer + "  ";
            manner.before = "\n" + manner.indent;
            manner.after = "\n" + outer;
        }
        return manner;
    }
    const std::size_t open = tree.begin(container) + 1;
    const std::string lead = text.substr(open, tree.memberBegin(first) - open);
    manner.lines = manyLines(lead);
    if (tree.isObject(container)) {
        manner.colon = text.substr(tree.nameEnd(first), tree.begin(first) - tree.nameEnd(first));
    }
    manner.before = lead;
    if (manner.lines) {
        manner.indent = indentOf(text, tree.memberBegin(first));
    } else if (const int second = tree.next(first); second != JsonTree::none) {
        const std::size_t comma = text.find(',', tree.end(first));
        manner.before = text.substr(comma + 1, tree.memberBegin(second) - comma - 1);
    } else {
        manner.before = manner.colon.ends_with(' ') || tree.isArray(container) ? " " : "";
    }
    return manner;
}

/// Adds a member (`name` not empty) or an item at the end of a container.
std::string added(
    const JsonTree &tree, int container, const std::string *name, std::string_view value)
{
    const Manner manner = mannerOf(tree, container);
    std::string member = name ? jsonString(*name) + manner.colon : std::string();
    member += manner.lines ? laidOut(value, manner.indent) : std::string(value);
    int last = tree.first(container);
    if (last == JsonTree::none)
        return spliced(tree.text(), tree.begin(container) + 1, tree.end(container) - 1,
            manner.before + member + manner.after);
    while (tree.next(last) != JsonTree::none)
        last = tree.next(last);
    return spliced(tree.text(), tree.end(last), tree.end(last), "," + manner.before + member);
}

void layOut(const JsonTree &tree, int node, const std::string &indent, std::string &out)
{
    if ((!tree.isObject(node) && !tree.isArray(node)) || tree.first(node) == JsonTree::none) {
        out += tree.isObject(node) ? "{}" : tree.isArray(node) ? "[]" : tree.raw(node);
        return;
    }
    const std::string inner = indent + "  ";
    out += tree.isObject(node) ? "{" : "[";
    for (int child = tree.first(node); child != JsonTree::none; child = tree.next(child)) {
        out += (child == tree.first(node) ? "\n" : ",\n") + inner;
        if (tree.isObject(node)) {
            out.append(tree.text(), tree.memberBegin(child),
                tree.nameEnd(child) - tree.memberBegin(child));
            out += ": ";
        }
        layOut(tree, child, inner, out);
    }
    out += "\n" + indent + (tree.isObject(node) ? "}" : "]");
}

void join(const JsonTree &tree, int node, const char *comma, const char *colon, std::string &out)
{
    if (!tree.isObject(node) && !tree.isArray(node)) {
        out += tree.raw(node);
        return;
    }
    out += tree.isObject(node) ? '{' : '[';
    for (int child = tree.first(node); child != JsonTree::none; child = tree.next(child)) {
        if (child != tree.first(node))
            out += comma;
        if (tree.isObject(node)) {
            out.append(tree.text(), tree.memberBegin(child),
                tree.nameEnd(child) - tree.memberBegin(child));
            out += colon;
        }
        join(tree, child, comma, colon, out);
    }
    out += tree.isObject(node) ? '}' : ']';
}

} // namespace

std::string indented(const JsonTree &tree)
{
    std::string out;
    layOut(tree, 0, {}, out);
    return out;
}

std::string onOneLine(const JsonTree &tree, bool spaced)
{
    std::string out;
    join(tree, 0, spaced ? ", " : ",", spaced ? ": " : ":", out);
    return out;
}

std::string inMannerOf(const std::string &model, const std::string &text)
{
    if (manyLines(model) || !manyLines(text))
        return text;
    const auto tree = JsonTree::parse(text);
    const auto held = JsonTree::parse(model);
    if (!tree || !held)
        return text;
    return onOneLine(*tree, onOneLine(*held, true) == model && onOneLine(*held, false) != model);
}

std::string withValue(const JsonTree &tree, const JsonPath &path, std::string_view value)
{
    int node = 0;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const JsonStep &step = path[i];
        const int inner =
            step.index >= 0 ? tree.item(node, step.index) : tree.child(node, step.key);
        if (inner != JsonTree::none) {
            node = inner;
            continue;
        }
        if (step.index >= 0 || !tree.isObject(node))
            return tree.text();
        std::string made(value);
        for (std::size_t deeper = path.size(); deeper > i + 1; --deeper) {
            if (path[deeper - 1].index >= 0)
                return tree.text();
            made = "{" + jsonString(path[deeper - 1].key) + ":" + made + "}";
        }
        return added(tree, node, &step.key, made);
    }
    return spliced(tree.text(), tree.begin(node), tree.end(node), value);
}

std::string withoutValue(const JsonTree &tree, const JsonPath &path)
{
    const int node = tree.at(path);
    if (node == JsonTree::none || node == 0)
        return tree.text();
    const int parent = tree.parent(node);
    int before = JsonTree::none;
    for (int child = tree.first(parent); child != node; child = tree.next(child))
        before = child;
    std::string out;
    if (const int after = tree.next(node); after != JsonTree::none)
        out = spliced(tree.text(), tree.memberBegin(node), tree.memberBegin(after), "");
    else if (before != JsonTree::none)
        out = spliced(tree.text(), tree.end(before), tree.end(node), "");
    else
        out = spliced(tree.text(), tree.begin(parent) + 1, tree.end(parent) - 1, "");
    // The same name may stand there more than once: an earlier one must not come to light.
    const auto again = tree.isObject(parent)
        ? JsonTree::parse(out)
        : Expected<JsonTree, JsonFault>(unexpected(JsonFault()));
    return again && again->at(path) != JsonTree::none ? withoutValue(*again, path) : out;
}

std::string withItem(const JsonTree &tree, const JsonPath &path, std::string_view value)
{
    const int node = tree.at(path);
    if (node == JsonTree::none)
        return withValue(tree, path, "[" + std::string(value) + "]");
    return tree.isArray(node) ? added(tree, node, nullptr, value) : tree.text();
}

} // namespace signalbox::schema
