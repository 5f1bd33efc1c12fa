// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/promql/lexer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace signalbox::gateway::promql {

namespace {

using Kind = Token::Kind;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct Unit {
    std::string_view name;
    std::int64_t ms;
};
/// Descending; `m` after `ms` is told apart by the longer match.
constexpr std::array<Unit, 7> units { { { "y", 365LL * 86400000 }, { "w", 7LL * 86400000 },
    { "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 } } };

const Unit *unitAt(std::string_view text)
{
    const Unit *found = nullptr;
    for (const Unit &unit : units)
        if (text.starts_with(unit.name) && (!found || unit.name.size() > found->name.size()))
            found = &unit;
    return found;
}

void appendUtf8(std::string &text, std::uint32_t code)
{
    if (code < 0x80) {
        text += static_cast<char>(code);
    } else if (code < 0x800) {
        text += static_cast<char>(0xC0 | (code >> 6));
        text += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        text += static_cast<char>(0xE0 | (code >> 12));
        text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        text += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        text += static_cast<char>(0xF0 | (code >> 18));
        text += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        text += static_cast<char>(0x80 | (code & 0x3F));
    }
}

class Lexer {
public:
    explicit Lexer(std::string_view query)
        : m_query(query)
    {
    }
    Expected<std::vector<Token>, QueryFault> run();

private:
    void skipBlank();
    bool next();
    bool number();
    bool word();
    bool sign();
    bool text();
    bool escape(std::string &value, char quote);
    bool code(std::string &value, int digits, int base, bool byte);
    bool fail(std::size_t position, std::string_view what)
    {
        m_fault = faultAt(m_query, position, what);
        return false;
    }
    [[nodiscard]] char peek(std::size_t ahead = 0) const
    {
        return m_at + ahead < m_query.size() ? m_query[m_at + ahead] : '\0';
    }

    std::string_view m_query;
    std::size_t m_at = 0;
    std::vector<Token> m_tokens;
    std::optional<QueryFault> m_fault;
};

void Lexer::skipBlank()
{
    for (;;) {
        while (isSpace(peek()))
            ++m_at;
        if (peek() != '#')
            return;
        m_at = std::min(m_query.find('\n', m_at), m_query.size());
    }
}

/// Digits, or digits with units, or a float, or a hexadecimal number.
bool Lexer::number()
{
    const std::size_t begin = m_at;
    Token token { Kind::Number, begin, {}, 0, 0 };
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
        std::uint64_t value = 0;
        const char *last = m_query.data() + m_query.size();
        const auto [end, error] = std::from_chars(m_query.data() + begin + 2, last, value, 16);
        if (error != std::errc())
            return fail(begin, "parse error: bad number or duration syntax");
        token.number = static_cast<double>(value);
        m_at = static_cast<std::size_t>(end - m_query.data());
    } else {
        std::size_t end = begin;
        while (end < m_query.size() && isDigit(m_query[end]))
            ++end;
        if (end > begin && unitAt(m_query.substr(end))) {
            while (end < m_query.size() && m_query[end] != ':'
                && (isDigit(m_query[end]) || isLetter(m_query[end])))
                ++end;
            token.kind = Kind::Duration;
            if (!durationOf(m_query.substr(begin, end - begin), token.durationMs))
                return fail(begin, "parse error: bad number or duration syntax");
            m_at = end;
            token.text = std::string(m_query.substr(begin, end - begin));
            m_tokens.push_back(std::move(token));
            return true;
        }
        const char *first = m_query.data() + begin;
        const auto [stop, error] =
            std::from_chars(first, m_query.data() + m_query.size(), token.number);
        if (error == std::errc::result_out_of_range)
            token.number = std::numeric_limits<double>::infinity();
        else if (error != std::errc())
            return fail(begin, "parse error: bad number or duration syntax");
        m_at = static_cast<std::size_t>(stop - m_query.data());
    }
    if (isLetter(peek()) || isDigit(peek()))
        return fail(begin, "parse error: bad number or duration syntax");
    token.text = std::string(m_query.substr(begin, m_at - begin));
    m_tokens.push_back(std::move(token));
    return true;
}

bool Lexer::word()
{
    const std::size_t begin = m_at;
    while (isLetter(peek()) || isDigit(peek()))
        ++m_at;
    m_tokens.push_back(
        { Kind::Word, begin, std::string(m_query.substr(begin, m_at - begin)), 0, 0 });
    return true;
}

bool Lexer::sign()
{
    static constexpr std::array<std::string_view, 24> signs { "==", "!=", "=~", "!~",
        ">=", "<=", "=", ">", "<", "+", "-", "*", "/", "%", "^", "(", ")", "{", "}", "[", "]", ",",
        ":", "@" };
    for (const std::string_view one : signs)
        if (m_query.substr(m_at).starts_with(one)) {
            m_tokens.push_back({ Kind::Sign, m_at, std::string(one), 0, 0 });
            m_at += one.size();
            return true;
        }
    return fail(
        m_at, "parse error: unexpected character: '" + std::string(m_query.substr(m_at, 1)) + "'");
}

/// The digits of \x41, \101, \u00e4, \U0001F600.
bool Lexer::code(std::string &value, int digits, int base, bool byte)
{
    std::uint32_t number = 0;
    const std::string_view part = m_query.substr(m_at, static_cast<std::size_t>(digits));
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number, base);
    if (error != std::errc() || end != part.data() + digits)
        return fail(m_at, "parse error: illegal character in escape sequence");
    if (byte ? number > 0xFF : number > 0x10FFFF || (number >= 0xD800 && number < 0xE000))
        return fail(m_at, "parse error: escape sequence is an invalid Unicode code point");
    m_at += static_cast<std::size_t>(digits);
    if (byte)
        value += static_cast<char>(number);
    else
        appendUtf8(value, number);
    return true;
}

bool Lexer::escape(std::string &value, char quote)
{
    static constexpr std::string_view names = "abfnrtv\\";
    static constexpr std::string_view meant = "\a\b\f\n\r\t\v\\";
    const char c = peek();
    if (const std::size_t which = names.find(c); c && which != std::string_view::npos) {
        value += meant[which];
        ++m_at;
        return true;
    }
    if (c == quote && c) {
        value += c;
        ++m_at;
        return true;
    }
    if (c >= '0' && c <= '7')
        return code(value, 3, 8, true);
    if (c != 'x' && c != 'u' && c != 'U')
        return fail(m_at, "parse error: unknown escape sequence");
    ++m_at;
    return code(value, c == 'x' ? 2 : c == 'u' ? 4 : 8, 16, c == 'x');
}

bool Lexer::text()
{
    const std::size_t begin = m_at;
    const char quote = m_query[m_at++];
    Token token { Kind::Text, begin, {}, 0, 0 };
    while (m_at < m_query.size() && m_query[m_at] != quote) {
        const char c = m_query[m_at++];
        if (c == '\n' && quote != '`')
            return fail(begin, "parse error: unterminated quoted string");
        if (c != '\\' || quote == '`')
            token.text += c;
        else if (!escape(token.text, quote))
            return false;
    }
    if (m_at >= m_query.size())
        return fail(begin, "parse error: unterminated quoted string");
    ++m_at;
    m_tokens.push_back(std::move(token));
    return true;
}

bool Lexer::next()
{
    const char c = peek();
    if (isDigit(c) || (c == '.' && isDigit(peek(1))))
        return number();
    if (c == '"' || c == '\'' || c == '`')
        return text();
    if (isLetter(c) && c != ':')
        return word();
    // A colon begins a name of a recording rule, or stands in a subquery.
    return c == ':' && (m_tokens.empty() || m_tokens.back().kind != Kind::Duration) ? word()
                                                                                    : sign();
}

Expected<std::vector<Token>, QueryFault> Lexer::run()
{
    if (m_query.size() > maxQueryBytes)
        return unexpected(faultAt(m_query, 0,
            "parse error: the query is longer than " + std::to_string(maxQueryBytes) + " bytes"));
    for (skipBlank(); m_at < m_query.size(); skipBlank())
        if (!next())
            return unexpected(std::move(*m_fault));
    m_tokens.push_back({ Kind::End, m_query.size(), {}, 0, 0 });
    return std::move(m_tokens);
}

} // namespace

QueryFault faultAt(std::string_view query, std::size_t position, std::string_view what)
{
    position = std::min(position, query.size());
    const std::string_view before = query.substr(0, position);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t newline = before.rfind('\n');
    const std::size_t column = position - (newline == std::string_view::npos ? 0 : newline + 1) + 1;
    return { position,
        std::to_string(line) + ":" + std::to_string(column) + ": " + std::string(what) };
}

bool durationOf(std::string_view text, std::int64_t &milliseconds)
{
    constexpr std::int64_t longest = std::int64_t(100) * 365 * 86400000;
    std::int64_t total = 0;
    const Unit *before = nullptr;
    while (!text.empty()) {
        std::int64_t count = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (error != std::errc() || !isDigit(text.front()))
            return false;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const Unit *unit = unitAt(text);
        if (!unit || (before && unit->ms >= before->ms) || count > longest / unit->ms)
            return false;
        total += count * unit->ms;
        if (total > longest)
            return false;
        text.remove_prefix(unit->name.size());
        before = unit;
    }
    milliseconds = total;
    return before != nullptr;
}

Expected<std::vector<Token>, QueryFault> tokensOf(std::string_view query)
{
    return Lexer(query).run();
}

} // namespace signalbox::gateway::promql
