// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/jsontree.h"

#include "models/schema/codec.h"
#include "models/schema/utf8.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace signalbox::schema {
namespace {

constexpr int deepest = 256; ///< as parseTree()

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Stands in a text as it is, and alone.
bool isPlain(char c)
{
    return c >= 0x20 && static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\';
}

void appendUtf8(std::string &out, unsigned code)
{
    if (code < 0x80) {
        out += char(code);
    } else if (code < 0x800) {
        out += char(0xC0 | (code >> 6));
        out += char(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        out += char(0xE0 | (code >> 12));
        out += char(0x80 | ((code >> 6) & 0x3F));
        out += char(0x80 | (code & 0x3F));
    } else {
        out += char(0xF0 | (code >> 18));
        out += char(0x80 | ((code >> 12) & 0x3F));
        out += char(0x80 | ((code >> 6) & 0x3F));
        out += char(0x80 | (code & 0x3F));
    }
}

std::optional<unsigned> hex4(std::string_view text, std::size_t at)
{
    unsigned code = 0;
    if (at + 4 > text.size())
        return {};
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + 4, code, 16);
    if (error != std::errc() || end != text.data() + at + 4)
        return {};
    return code;
}

/// A literal that the parser has accepted → its characters.
std::string decoded(std::string_view literal)
{
    std::string out;
    for (std::size_t at = 1; at + 1 < literal.size(); ++at) {
        if (literal[at] != '\\') {
            out += literal[at];
            continue;
        }
        const char c = literal[++at];
        if (c != 'u') {
            constexpr std::string_view from = "bfnrt";
            constexpr std::string_view to = "\b\f\n\r\t";
            const auto found = from.find(c);
            out += found == std::string_view::npos ? c : to[found];
            continue;
        }
        unsigned code = hex4(literal, at + 1).value_or(0xFFFD);
        at += 4;
        if (code >= 0xD800 && code < 0xDC00) {
            code = 0x10000 + ((code - 0xD800) << 10) + (hex4(literal, at + 3).value_or(0) - 0xDC00);
            at += 6;
        }
        appendUtf8(out, code);
    }
    return out;
}

/// 1.0, 1e0 and 1 are the same number; whole numbers of any length stay exact.
std::string plainNumber(std::string_view raw)
{
    if (raw == "-0")
        return "0";
    if (raw.find_first_of(".eE") == std::string_view::npos)
        return std::string(raw);
    double value = 0;
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    if (error != std::errc() || !std::isfinite(value))
        return std::string(raw);
    if (value == std::floor(value) && std::abs(value) < 9007199254740992.0)
        return std::to_string(std::int64_t(value));
    char buffer[40];
    const auto written = std::to_chars(buffer, buffer + sizeof buffer, value);
    return { buffer, written.ptr };
}

} // namespace

/// Builds a JsonTree; the first fault ends it.
class JsonTreeParser {
public:
    JsonTreeParser(JsonTree &tree, int kept)
        : m_tree(tree)
        , m_text(tree.m_text)
        , m_kept(kept)
    {
    }

    bool run()
    {
        space();
        if (!value(JsonTree::none, 0, 0, 0))
            return false;
        space();
        return m_at == m_text.size() || fail("nothing may follow the value");
    }
    [[nodiscard]] JsonFault fault() const
    {
        JsonFault fault;
        fault.offset = m_faultAt;
        fault.message = m_message;
        for (std::size_t i = 0; i < m_faultAt && i < m_text.size(); ++i) {
            if (m_text[i] == '\n') {
                ++fault.line;
                fault.column = 1;
            } else if ((static_cast<unsigned char>(m_text[i]) & 0xC0) != 0x80) {
                ++fault.column;
            }
        }
        return fault;
    }

private:
    bool fail(const char *message) { return fail(message, m_at); }
    bool fail(const char *message, std::size_t at)
    {
        m_faultAt = at;
        m_message = message;
        return false;
    }
    [[nodiscard]] char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    [[nodiscard]] bool over() const { return m_at >= m_text.size(); }
    void space()
    {
        while (!over() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r'))
            ++m_at;
    }

    bool value(int parent, std::size_t keyBegin, std::size_t keyEnd, int depth)
    {
        if (over())
            return fail("the text ends where a value is expected");
        if (depth > m_kept)
            return content(JsonTree::none, depth);
        const int node = int(m_tree.m_nodes.size());
        JsonTree::Node &made = m_tree.m_nodes.emplace_back();
        made.parent = parent;
        made.keyBegin = keyBegin;
        made.keyEnd = keyEnd;
        made.begin = m_at;
        if (!content(node, depth))
            return false;
        m_tree.m_nodes[std::size_t(node)].end = m_at;
        return true;
    }
    bool content(int node, int depth)
    {
        const auto is = [&](JsonTree::Kind kind) {
            if (node != JsonTree::none)
                m_tree.m_nodes[std::size_t(node)].kind = kind;
            return true;
        };
        switch (peek()) {
        case '{':
            return is(JsonTree::Kind::Object) && container(node, '}', depth);
        case '[':
            return is(JsonTree::Kind::Array) && container(node, ']', depth);
        case '"':
            return is(JsonTree::Kind::String) && string();
        case 't':
            return is(JsonTree::Kind::Boolean) && word("true");
        case 'f':
            return is(JsonTree::Kind::Boolean) && word("false");
        case 'n':
            return is(JsonTree::Kind::Null) && word("null");
        default:
            if (peek() == '-' || isDigit(peek()))
                return is(JsonTree::Kind::Number) && number();
            return fail("a value is expected: text in quotes, a number, true, false, null, { or [");
        }
    }
    bool word(std::string_view expected)
    {
        if (std::string_view(m_text).substr(m_at, expected.size()) != expected)
            return fail("unknown word; text needs quotes");
        m_at += expected.size();
        return true;
    }
    bool digits()
    {
        if (!isDigit(peek()))
            return fail("a digit is expected");
        while (isDigit(peek()))
            ++m_at;
        return true;
    }
    bool number()
    {
        const std::size_t from = m_at;
        if (peek() == '-')
            ++m_at;
        if (peek() == '0') {
            ++m_at;
            if (isDigit(peek()))
                return fail("a number does not begin with 0");
        } else if (!digits()) {
            return false;
        }
        if (peek() == '.') {
            ++m_at;
            if (!digits())
                return false;
        }
        const bool plain = peek() != 'e' && peek() != 'E';
        if (!plain) {
            ++m_at;
            if (peek() == '+' || peek() == '-')
                ++m_at;
            if (!digits())
                return false;
        }
        if (plain && m_at - from < 300)
            return true;
        double value = 0;
        const auto result = std::from_chars(m_text.data() + from, m_text.data() + m_at, value);
        // Too small to tell from 0 is fine, too large is not.
        if (result.ec == std::errc::result_out_of_range && tooLarge(from))
            return fail("the number is too large", from);
        return true;
    }
    /// from_chars says only "out of range"; the exponent tells which way.
    [[nodiscard]] bool tooLarge(std::size_t from) const
    {
        const std::string text = m_text.substr(from, m_at - from);
        return !std::isfinite(std::strtod(text.c_str(), nullptr));
    }
    bool string()
    {
        const std::size_t opened = m_at++;
        while (!over() && peek() != '"') {
            if (peek() == '\\') {
                if (!escape())
                    return false;
                continue;
            }
            if (static_cast<unsigned char>(peek()) < 0x20)
                return fail(peek() == '\n' ? "the line ends inside a text: write \\n, or close it"
                                           : "a control character must be written as \\u00..");
            if (isPlain(peek())) {
                do
                    ++m_at;
                while (!over() && isPlain(m_text[m_at]));
                continue;
            }
            const std::size_t length = utf8Length(m_text, m_at);
            if (length == 0)
                return fail("not valid UTF-8");
            m_at += length;
        }
        if (over())
            return fail("this text is not closed", opened);
        ++m_at;
        return true;
    }
    bool escape()
    {
        const std::size_t from = m_at++;
        const char c = peek();
        if (over() || std::string_view("\"\\/bfnrtu").find(c) == std::string_view::npos)
            return fail("unknown escape; a backslash is written \\\\", from);
        ++m_at;
        if (c != 'u')
            return true;
        const auto code = hex4(m_text, m_at);
        if (!code)
            return fail("\\u needs four hexadecimal digits", from);
        m_at += 4;
        if (*code >= 0xDC00 && *code < 0xE000)
            return fail("half of a surrogate pair", from);
        if (*code < 0xD800 || *code >= 0xE000)
            return true;
        if (m_text.compare(m_at, 2, "\\u") != 0)
            return fail("half of a surrogate pair", from);
        const auto low = hex4(m_text, m_at + 2);
        if (!low || *low < 0xDC00 || *low >= 0xE000)
            return fail("half of a surrogate pair", from);
        m_at += 6;
        return true;
    }
    bool container(int node, char close, int depth)
    {
        if (depth >= deepest)
            return fail("nested deeper than 256 levels");
        const std::size_t opened = m_at++;
        int last = JsonTree::none;
        space();
        if (peek() == close && !over()) {
            ++m_at;
            return true;
        }
        for (;;) {
            if (!member(node, close, depth, last))
                return false;
            space();
            if (over())
                return fail(close == '}' ? "this { is not closed" : "this [ is not closed", opened);
            if (peek() == close) {
                ++m_at;
                return true;
            }
            if (peek() != ',')
                return fail(close == '}' ? "a comma or } is expected" : "a comma or ] is expected");
            ++m_at;
            space();
            if (peek() == close)
                return fail("no comma before the closing bracket", m_at);
        }
    }
    bool member(int node, char close, int depth, int &last)
    {
        std::size_t keyBegin = 0;
        std::size_t keyEnd = 0;
        if (close == '}') {
            if (peek() != '"')
                return fail(
                    over() ? "the text ends inside an object" : "a name in quotes is expected");
            keyBegin = m_at;
            if (!string())
                return false;
            keyEnd = m_at;
            space();
            if (peek() != ':')
                return fail("a colon is expected after the name");
            ++m_at;
            space();
        }
        if (depth >= m_kept)
            return value(JsonTree::none, keyBegin, keyEnd, depth + 1);
        const int made = int(m_tree.m_nodes.size());
        if (last == JsonTree::none)
            m_tree.m_nodes[std::size_t(node)].first = made;
        else
            m_tree.m_nodes[std::size_t(last)].next = made;
        last = made;
        return value(node, keyBegin, keyEnd, depth + 1);
    }

    JsonTree &m_tree;
    const std::string &m_text;
    const int m_kept; ///< deeper values are read, but get no node
    std::size_t m_at = 0;
    std::size_t m_faultAt = 0;
    std::string m_message;
};

JsonPath operator/(JsonPath path, std::string key)
{
    path.push_back({ std::move(key), -1 });
    return path;
}

JsonPath operator/(JsonPath path, int index)
{
    path.push_back({ {}, index });
    return path;
}

std::string pathText(const JsonPath &path)
{
    std::string text;
    for (const JsonStep &step : path) {
        if (step.index >= 0) {
            text += '[' + std::to_string(step.index) + ']';
            continue;
        }
        const bool plain =
            !step.key.empty() && std::all_of(step.key.begin(), step.key.end(), [](char c) {
                return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'
                    || c == '-';
            });
        if (plain)
            text += (text.empty() ? "" : ".") + step.key;
        else
            text += '[' + jsonString(step.key) + ']';
    }
    return text;
}

Expected<JsonTree, JsonFault> JsonTree::parse(std::string text, int kept)
{
    JsonTree tree;
    tree.m_text = std::move(text);
    JsonTreeParser parser(tree, kept);
    if (!parser.run())
        return unexpected(parser.fault());
    return tree;
}

std::string_view JsonTree::raw(int node) const
{
    return std::string_view(m_text).substr(begin(node), end(node) - begin(node));
}

std::string JsonTree::key(int node) const
{
    const Node &held = m_nodes[std::size_t(node)];
    return decoded(std::string_view(m_text).substr(held.keyBegin, held.keyEnd - held.keyBegin));
}

bool JsonTree::isNamed(int node, std::string_view name) const
{
    const Node &held = m_nodes[std::size_t(node)];
    const std::string_view literal =
        std::string_view(m_text).substr(held.keyBegin, held.keyEnd - held.keyBegin);
    if (literal.find('\\') != std::string_view::npos)
        return decoded(literal) == name;
    return literal.size() == name.size() + 2 && literal.substr(1, name.size()) == name;
}

std::string JsonTree::string(int node) const
{
    return kind(node) == Kind::String ? decoded(raw(node)) : std::string(raw(node));
}

std::size_t JsonTree::memberBegin(int node) const
{
    const Node &held = m_nodes[std::size_t(node)];
    return held.keyEnd > 0 ? held.keyBegin : held.begin;
}

int JsonTree::count(int node) const
{
    int count = 0;
    for (int child = first(node); child != none; child = next(child))
        ++count;
    return count;
}

int JsonTree::child(int node, std::string_view name) const
{
    int found = none;
    if (isObject(node))
        for (int child = first(node); child != none; child = next(child))
            if (isNamed(child, name))
                found = child;
    return found;
}

int JsonTree::item(int node, int index) const
{
    int child = isArray(node) && index >= 0 ? first(node) : none;
    for (; child != none && index > 0; --index)
        child = next(child);
    return child;
}

int JsonTree::at(const JsonPath &path) const
{
    int node = 0;
    for (const JsonStep &step : path) {
        node = step.index >= 0 ? item(node, step.index) : child(node, step.key);
        if (node == none)
            return none;
    }
    return node;
}

std::string JsonTree::canonical(int node) const
{
    std::string out;
    canonical(node, out);
    return out;
}

void JsonTree::canonical(int node, std::string &out) const
{
    switch (kind(node)) {
    case Kind::String:
        out += jsonString(string(node));
        return;
    case Kind::Number:
        out += plainNumber(raw(node));
        return;
    case Kind::Array:
        out += '[';
        for (int child = first(node); child != none; child = next(child)) {
            canonical(child, out);
            out += ',';
        }
        out += ']';
        return;
    case Kind::Object: {
        std::vector<std::pair<std::string, int>> members;
        for (int child = first(node); child != none; child = next(child))
            members.emplace_back(key(child), child);
        std::stable_sort(members.begin(), members.end(),
            [](const auto &a, const auto &b) { return a.first < b.first; });
        out += '{';
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (i + 1 < members.size() && members[i + 1].first == members[i].first)
                continue; // the last of equal names counts
            out += jsonString(members[i].first) + ':';
            canonical(members[i].second, out);
            out += ',';
        }
        out += '}';
        return;
    }
    default:
        out += raw(node);
    }
}

} // namespace signalbox::schema
