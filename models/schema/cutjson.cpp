// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/cutjson.h"

#include <algorithm>

namespace signalbox::schema {
namespace {

constexpr std::size_t cutIndent = 2;
constexpr std::size_t deepestIndent = 64; ///< levels: what nests deeper stays below each other

/// A parser takes nothing that ends early, so this looks at brackets and quotes only.
class CutLayout {
public:
    std::string of(std::string_view text)
    {
        m_out.reserve(text.size() + text.size() / 4);
        for (std::size_t at = 0; at < text.size(); ++at)
            take(text, at);
        return std::move(m_out);
    }

private:
    void line() { m_out.append(1, '\n').append(cutIndent * std::min(m_depth, deepestIndent), ' '); }
    void take(std::string_view text, std::size_t &at)
    {
        const char c = text[at];
        switch (c) {
        case '"': {
            const std::size_t end = endOfText(text, at);
            m_out += text.substr(at, end - at);
            at = end - 1;
            break;
        }
        case '{':
        case '[': {
            const std::size_t next = text.find_first_not_of(" \t\r\n", at + 1);
            m_out += c;
            if (next != text.npos && (text[next] == '}' || text[next] == ']')) {
                m_out += text[next];
                at = next;
                break;
            }
            ++m_depth;
            line();
            break;
        }
        case '}':
        case ']':
            m_depth -= m_depth > 0 ? 1 : 0;
            line();
            m_out += c;
            break;
        case ',':
            m_out += c;
            line();
            break;
        case ':':
            m_out += ": ";
            break;
        case ' ':
        case '\t':
        case '\r':
        case '\n':
            break;
        default:
            m_out += c;
        }
    }
    static std::size_t endOfText(std::string_view text, std::size_t from)
    {
        std::size_t at = from + 1;
        while (at < text.size() && text[at] != '"')
            at += text[at] == '\\' ? 2 : 1;
        return std::min(at + 1, text.size());
    }

    std::string m_out;
    std::size_t m_depth = 0;
};

} // namespace

std::string prettyCut(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos || (text[first] != '{' && text[first] != '['))
        return std::string(text);
    return CutLayout().of(text);
}

} // namespace signalbox::schema
