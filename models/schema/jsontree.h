// SPDX-License-Identifier: GPL-3.0-only
// JSON with its places: where in the text every value stands. Editors show a fault where it is,
// forms change one member and leave every other byte as it was, diffs and merges name paths.
#pragma once

#include "models/schema/expected.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::schema {

/// Why a text is not JSON, and where. Line and column count from 1, columns in characters.
struct JsonFault {
    std::size_t offset = 0; ///< byte
    int line = 1;
    int column = 1;
    std::string message;
    bool operator==(const JsonFault &) const = default;
};

/// One step into an object (`key`) or an array (`index` ≥ 0).
struct JsonStep {
    std::string key;
    int index = -1;
    bool operator==(const JsonStep &) const = default;
};
using JsonPath = std::vector<JsonStep>;

JsonPath operator/(JsonPath path, std::string key);
JsonPath operator/(JsonPath path, int index);
/// "arguments[0].name"; a name that is not a plain word is quoted: `["two words"]`.
std::string pathText(const JsonPath &path);

/// A parsed text. Values are addressed by number, 0 is the whole. Immutable; copies are deep. The
/// same texts as parseTree() accepts are accepted here; of equal names the last one counts.
class JsonTree {
public:
    enum class Kind : std::uint8_t { Null, Boolean, Number, String, Array, Object };
    static constexpr int none = -1;

    /// `kept`: values that lie deeper are checked, but have no node; 1: the root and its members.
    static Expected<JsonTree, JsonFault> parse(std::string text, int kept = 256);

    [[nodiscard]] const std::string &text() const { return m_text; }
    [[nodiscard]] Kind kind(int node) const { return m_nodes[std::size_t(node)].kind; }
    [[nodiscard]] bool isObject(int node) const { return kind(node) == Kind::Object; }
    [[nodiscard]] bool isArray(int node) const { return kind(node) == Kind::Array; }
    [[nodiscard]] std::string_view raw(int node) const; ///< the value as it is written
    [[nodiscard]] std::string key(int node) const; ///< name within its object, decoded
    [[nodiscard]] bool isNamed(int node, std::string_view name) const; ///< key() without a copy
    [[nodiscard]] std::string string(int node) const; ///< decoded; raw() of what is no string
    [[nodiscard]] std::size_t begin(int node) const { return m_nodes[std::size_t(node)].begin; }
    [[nodiscard]] std::size_t end(int node) const { return m_nodes[std::size_t(node)].end; }
    /// Where the member begins: its name in an object, else its value.
    [[nodiscard]] std::size_t memberBegin(int node) const;
    /// Behind the closing quote of its name; 0 when it has none.
    [[nodiscard]] std::size_t nameEnd(int node) const { return m_nodes[std::size_t(node)].keyEnd; }
    [[nodiscard]] int parent(int node) const { return m_nodes[std::size_t(node)].parent; }
    [[nodiscard]] int first(int node) const { return m_nodes[std::size_t(node)].first; }
    [[nodiscard]] int next(int node) const { return m_nodes[std::size_t(node)].next; }
    [[nodiscard]] int count(int node) const; ///< children
    [[nodiscard]] int child(int node, std::string_view name) const; ///< none when not there
    [[nodiscard]] int item(int node, int index) const;
    [[nodiscard]] int at(const JsonPath &path) const;
    /// Equal for values that mean the same: order of members, white space, escapes and the spelling
    /// of numbers do not count.
    [[nodiscard]] std::string canonical(int node) const;

private:
    friend class JsonTreeParser;
    struct Node {
        Kind kind = Kind::Null;
        int parent = none;
        int first = none;
        int next = none;
        std::size_t begin = 0;
        std::size_t end = 0;
        std::size_t keyBegin = 0; ///< 0 with keyEnd 0: has no name
        std::size_t keyEnd = 0;
    };
    void canonical(int node, std::string &out) const;

    std::string m_text;
    std::vector<Node> m_nodes;
};

// Layout. Values and names stay as they are spelled; only white space changes.

/// Over several lines, indented by two.
std::string indented(const JsonTree &tree);
/// On one line; with `spaced`, one space after colons and commas.
std::string onOneLine(const JsonTree &tree, bool spaced);
/// `text` laid out as `model` is where that is on one line; else as it is.
std::string inMannerOf(const std::string &model, const std::string &text);

// Edits. Every byte that the edit does not name stays. `value` is JSON text.

/// Replaces the value at `path`, or adds it in the manner of its neighbours; missing objects on the
/// way are made. The text itself when the way leads through something else.
std::string withValue(const JsonTree &tree, const JsonPath &path, std::string_view value);
/// Without the member or item; the text itself when it is not there.
std::string withoutValue(const JsonTree &tree, const JsonPath &path);
/// With one more item at the end of the array at `path`, which is made when it is not there.
std::string withItem(const JsonTree &tree, const JsonPath &path, std::string_view value);

} // namespace signalbox::schema
