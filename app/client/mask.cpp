// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/mask.h"

#include "models/schema/secretname.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <unordered_map>

namespace signalbox {
namespace {

constexpr std::string_view mark = "•••";

/// Every frame passes here: what a character is comes from a table.
class CharacterSet {
public:
    constexpr explicit CharacterSet(std::string_view members)
    {
        for (const char c : members)
            m_has[static_cast<unsigned char>(c)] = true;
    }
    [[nodiscard]] constexpr bool has(char c) const { return m_has[static_cast<unsigned char>(c)]; }

private:
    std::array<bool, 256> m_has {};
};

constexpr CharacterSet wordCharacters(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
/// With which anything that is hidden can begin.
constexpr CharacterSet openings("\"\\teBb?&");

bool isWord(char c)
{
    return wordCharacters.has(c);
}

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string plainName(std::string_view name)
{
    std::string plain;
    for (char c : name)
        if (std::isalnum(static_cast<unsigned char>(c)))
            plain += char(std::tolower(static_cast<unsigned char>(c)));
    return plain;
}

bool namesKeyRecord(const std::string &plain)
{
    return plain.find("apikey") != std::string::npos;
}

/// A quote at some depth of JSON-in-JSON: `"`, `\"`, `\\\"`; its length tells the depth. 0 when
/// there is none.
std::size_t quoteAt(std::string_view text, std::size_t at)
{
    std::size_t end = at;
    while (end < text.size() && text[end] == '\\')
        ++end;
    return end < text.size() && text[end] == '"' ? end - at + 1 : 0;
}

/// Position of the closing quote of the same depth; npos when the text ends before.
std::size_t closingQuote(std::string_view text, std::size_t from, std::size_t depth)
{
    for (std::size_t at = from; at < text.size();) {
        if (text[at] != '"' && text[at] != '\\') {
            ++at;
            continue;
        }
        const std::size_t length = quoteAt(text, at);
        if (length == 0) {
            ++at;
            continue;
        }
        if (length == depth)
            return at;
        at += length;
    }
    return std::string_view::npos;
}

/// End of a balanced list or object, strings respected; the end of the text when it is cut off.
std::size_t balancedEnd(std::string_view text, std::size_t from, std::size_t depth)
{
    int level = 0;
    for (std::size_t at = from; at < text.size();) {
        if (const std::size_t length = quoteAt(text, at); length == depth) {
            const std::size_t close = closingQuote(text, at + length, depth);
            if (close == std::string_view::npos)
                return text.size();
            at = close + depth;
            continue;
        }
        if (text[at] == '{' || text[at] == '[')
            ++level;
        else if ((text[at] == '}' || text[at] == ']') && --level == 0)
            return at + 1;
        ++at;
    }
    return text.size();
}

class Masker {
public:
    explicit Masker(std::string_view text)
        : m_text(text)
    {
        m_out.reserve(text.size());
    }

    std::string run()
    {
        while (m_at < m_text.size()) {
            std::size_t next = m_at;
            while (next < m_text.size() && !openings.has(m_text[next]))
                ++next;
            m_out += m_text.substr(m_at, next - m_at);
            m_at = next;
            if (m_at < m_text.size() && !member() && !key() && !jwt() && !bearer() && !queryItem())
                m_out += m_text[m_at++];
        }
        return std::move(m_out);
    }

private:
    /// `"name": value` with a telling name.
    bool member()
    {
        const std::size_t depth = quoteAt(m_text, m_at);
        if (depth == 0 || m_at == m_nameEnd || (m_at > 0 && m_text[m_at - 1] == '\\'))
            return false;
        const std::size_t from = m_at + depth;
        const std::size_t close =
            closingQuote(m_text.substr(0, std::min(m_text.size(), from + 200)), from, depth);
        if (close == std::string_view::npos)
            return false;
        std::size_t value = close + depth;
        while (value < m_text.size() && isSpace(m_text[value]))
            ++value;
        if (value >= m_text.size() || m_text[value] != ':')
            return false;
        ++value;
        while (value < m_text.size() && isSpace(m_text[value]))
            ++value;
        const std::string_view name = m_text.substr(from, close - from);
        m_nameEnd = close;
        if (!namesSecret(name) || value >= m_text.size())
            return false;
        return hide(value, depth, plainName(name));
    }

    bool hide(std::size_t value, std::size_t depth, const std::string &name)
    {
        const std::string quote(m_text.substr(m_at, depth));
        std::size_t end = 0;
        if (quoteAt(m_text, value) == depth) {
            const std::size_t close = closingQuote(m_text, value + depth, depth);
            end = close == std::string_view::npos ? m_text.size() : close + depth;
        } else if (m_text[value] == '{' || m_text[value] == '[') {
            if (namesKeyRecord(name))
                return false;
            end = balancedEnd(m_text, value, depth);
        } else if (std::isdigit(static_cast<unsigned char>(m_text[value]))
            || m_text[value] == '-') {
            end = value;
            while (end < m_text.size()
                && (isWord(m_text[end]) || m_text[end] == '.' || m_text[end] == '+'))
                ++end;
        } else {
            return false; // null, true, false
        }
        m_out += m_text.substr(m_at, value - m_at);
        m_out += quote;
        m_out += mark;
        m_out += quote;
        m_at = end;
        return true;
    }

    [[nodiscard]] bool wordBegins() const { return m_at == 0 || !isWord(m_text[m_at - 1]); }

    bool key()
    {
        if (!m_text.substr(m_at).starts_with("tg_"))
            return false;
        std::size_t end = m_at;
        while (end < m_text.size() && isWord(m_text[end]))
            ++end;
        const std::string_view word = m_text.substr(m_at, end - m_at);
        if (word.size() < 6 || metricName(word))
            return false;
        m_out += "tg_";
        m_out += mark;
        m_at = end;
        return true;
    }

    /// Names of metrics begin with tg_ too (TG §5.8).
    static bool metricName(std::string_view word)
    {
        static constexpr std::array families { "processor_", "config_", "consumer_", "producer_",
            "downstream_", "gateway_", "iam_", "text_", "image_", "embeddings_", "reranker_",
            "metering_", "agent_", "tool_", "dynamic_", "chunk_", "extraction_", "ontology_",
            "triples_", "graph_", "document_", "fabric_" };
        const bool shape = std::all_of(word.begin(), word.end(),
            [](char c) { return std::islower(static_cast<unsigned char>(c)) || c == '_'; });
        return shape && std::any_of(families.begin(), families.end(), [&](const char *family) {
            return word.substr(3).starts_with(family);
        });
    }

    bool jwt()
    {
        if (!wordBegins() || !m_text.substr(m_at).starts_with("eyJ"))
            return false;
        std::size_t end = m_at;
        int dots = 0;
        while (end < m_text.size() && (isWord(m_text[end]) || m_text[end] == '.'))
            dots += m_text[end++] == '.';
        if (dots < 2)
            return false;
        m_out += mark;
        m_at = end;
        return true;
    }

    bool bearer()
    {
        static constexpr std::string_view word = "earer ";
        if (!wordBegins() || (m_text[m_at] != 'B' && m_text[m_at] != 'b')
            || !m_text.substr(m_at + 1).starts_with(word))
            return false;
        std::size_t end = m_at + 1 + word.size();
        const std::size_t from = end;
        while (end < m_text.size() && !isSpace(m_text[end]) && m_text[end] != '"'
            && m_text[end] != '\\' && m_text[end] != '\'')
            ++end;
        if (end == from)
            return false;
        m_out += m_text.substr(m_at, from - m_at);
        m_out += mark;
        m_at = end;
        return true;
    }

    bool queryItem()
    {
        if (m_text[m_at] != '?' && m_text[m_at] != '&')
            return false;
        std::size_t equals = m_at + 1;
        while (equals < m_text.size() && isWord(m_text[equals]))
            ++equals;
        if (equals >= m_text.size() || m_text[equals] != '='
            || !schema::namesSecret(m_text.substr(m_at + 1, equals - m_at - 1)))
            return false;
        std::size_t end = equals + 1;
        while (end < m_text.size() && m_text[end] != '&' && !isSpace(m_text[end])
            && m_text[end] != '"' && m_text[end] != '\\')
            ++end;
        m_out += m_text.substr(m_at, equals + 1 - m_at);
        m_out += mark;
        m_at = end;
        return true;
    }

    /// A list of rows says the same names again and again.
    bool namesSecret(std::string_view name)
    {
        const auto [known, isNew] = m_names.try_emplace(name, false);
        if (isNew)
            known->second = schema::namesSecret(name);
        return known->second;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::size_t m_nameEnd = std::string_view::npos; ///< this quote closes a name, it opens nothing
    std::unordered_map<std::string_view, bool> m_names;
    std::string m_out;
};

} // namespace

std::string masked(std::string_view text)
{
    return Masker(text).run();
}

} // namespace signalbox
