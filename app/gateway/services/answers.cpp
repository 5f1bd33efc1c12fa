// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/answers.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

namespace signalbox::gateway {

std::string dump(const Json &value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string errorAnswer(const ServiceFault &fault)
{
    Json answer;
    answer["error"]["type"] = fault.type;
    answer["error"]["message"] = fault.message;
    return dump(answer);
}

std::optional<std::string> text(const Json &object, const char *name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string())
        return std::nullopt;
    return found->get<std::string>();
}

std::optional<std::int64_t> integer(const Json &object, const char *name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_integer())
        return std::nullopt;
    return found->get<std::int64_t>();
}

std::string pythonType(const Json &value)
{
    switch (value.type()) {
    case Json::value_t::null:
        return "NoneType";
    case Json::value_t::object:
        return "dict";
    case Json::value_t::array:
        return "list";
    case Json::value_t::string:
        return "str";
    case Json::value_t::boolean:
        return "bool";
    case Json::value_t::number_float:
        return "float";
    default:
        return "int";
    }
}

std::string pythonText(const Json &value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_boolean())
        return value.get<bool>() ? "True" : "False";
    if (value.is_null())
        return "None";
    return dump(value);
}

namespace {

/// Walks JSON as Python's decoder does and stops at the first fault.
class PythonScan {
public:
    explicit PythonScan(std::string_view text)
        : m_text(text)
    {
    }

    std::string fault()
    {
        blanks();
        if (!value(0))
            return m_fault;
        blanks();
        if (m_at < m_text.size())
            stop("Extra data", m_at);
        return m_fault;
    }

private:
    static constexpr int maxDepth = 900;

    [[nodiscard]] char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    void blanks()
    {
        while (m_at < m_text.size()
            && std::string_view(" \t\n\r").find(m_text[m_at]) != std::string_view::npos)
            ++m_at;
    }
    bool stop(const char *message, std::size_t at)
    {
        if (!m_fault.empty())
            return false;
        // Python counts characters, not bytes.
        std::size_t line = 1, column = 1, position = 0;
        for (std::size_t i = 0; i < at && i < m_text.size(); ++i) {
            if ((static_cast<unsigned char>(m_text[i]) & 0xC0) == 0x80)
                continue;
            ++position;
            ++column;
            if (m_text[i] == '\n') {
                ++line;
                column = 1;
            }
        }
        m_fault = std::string(message) + ": line " + std::to_string(line) + " column "
            + std::to_string(column) + " (char " + std::to_string(position) + ")";
        return false;
    }

    bool value(int depth)
    {
        if (depth > maxDepth) {
            m_fault = "maximum recursion depth exceeded while decoding a JSON object";
            return false;
        }
        switch (peek()) {
        case '{':
            return object(depth);
        case '[':
            return array(depth);
        case '"':
            return string();
        default:
            return number() || word();
        }
    }
    bool object(int depth)
    {
        ++m_at;
        blanks();
        if (peek() == '}')
            return ++m_at, true;
        for (;;) {
            if (peek() != '"')
                return stop("Expecting property name enclosed in double quotes", m_at);
            if (!string())
                return false;
            blanks();
            if (peek() != ':')
                return stop("Expecting ':' delimiter", m_at);
            ++m_at;
            blanks();
            if (!value(depth + 1))
                return false;
            blanks();
            if (peek() == '}')
                return ++m_at, true;
            if (peek() != ',')
                return stop("Expecting ',' delimiter", m_at);
            ++m_at;
            blanks();
        }
    }
    bool array(int depth)
    {
        ++m_at;
        blanks();
        if (peek() == ']')
            return ++m_at, true;
        for (;;) {
            if (!value(depth + 1))
                return false;
            blanks();
            if (peek() == ']')
                return ++m_at, true;
            if (peek() != ',')
                return stop("Expecting ',' delimiter", m_at);
            ++m_at;
            blanks();
        }
    }
    bool string()
    {
        const std::size_t from = m_at++;
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (c == '"')
                return ++m_at, true;
            if (static_cast<unsigned char>(c) < 0x20)
                return stop("Invalid control character at", m_at);
            if (c != '\\')
                continue;
            const std::size_t escape = m_at++;
            if (m_at >= m_text.size())
                break;
            if (m_text[m_at] == 'u') {
                for (int i = 0; i < 4; ++i)
                    if (++m_at >= m_text.size()
                        || !std::isxdigit(static_cast<unsigned char>(m_text[m_at])))
                        return stop("Invalid \\uXXXX escape", escape + 1);
            } else if (std::string_view("\"\\/bfnrt").find(m_text[m_at])
                == std::string_view::npos) {
                return stop("Invalid \\escape", escape);
            }
        }
        return stop("Unterminated string starting at", from);
    }
    std::size_t digits()
    {
        const std::size_t from = m_at;
        while (peek() >= '0' && peek() <= '9')
            ++m_at;
        return m_at - from;
    }
    bool number()
    {
        const std::size_t from = m_at;
        if (peek() == '-')
            ++m_at;
        if (peek() == '0') {
            ++m_at;
        } else if (digits() == 0) {
            m_at = from;
            return false;
        }
        std::size_t good = m_at;
        if (peek() == '.') {
            ++m_at;
            if (digits() > 0)
                good = m_at;
            m_at = good;
        }
        if (peek() == 'e' || peek() == 'E') {
            ++m_at;
            if (peek() == '+' || peek() == '-')
                ++m_at;
            if (digits() > 0)
                good = m_at;
        }
        m_at = good;
        return true;
    }
    bool word()
    {
        for (const std::string_view known :
            { "true", "false", "null", "NaN", "Infinity", "-Infinity" })
            if (m_text.substr(m_at, known.size()) == known) {
                m_at += known.size();
                return true;
            }
        return stop("Expecting value", m_at);
    }

    const std::string_view m_text;
    std::size_t m_at = 0;
    std::string m_fault;
};

} // namespace

std::string pythonJsonError(std::string_view text)
{
    return PythonScan(text).fault();
}

std::string isoTime(std::int64_t unixMicros, bool micros)
{
    const std::time_t seconds = unixMicros / 1000000;
    std::tm parts {};
    gmtime_r(&seconds, &parts);
    std::array<char, 64> buffer {};
    const std::size_t used =
        std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::string text(buffer.data(), used);
    if (micros) {
        std::array<char, 16> fraction {};
        std::snprintf(
            fraction.data(), fraction.size(), ".%06d", static_cast<int>(unixMicros % 1000000));
        text += fraction.data();
    }
    return text + "+00:00";
}

std::optional<std::int64_t> parseIsoTime(std::string_view text)
{
    std::tm parts {};
    const std::string copy(text);
    int hour = 0, minute = 0, second = 0, used = 0;
    if (std::sscanf(
            copy.c_str(), "%4d-%2d-%2d%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday, &used)
            != 3
        || used != 10)
        return std::nullopt;
    std::size_t at = 10;
    std::int64_t micros = 0;
    if (at < copy.size()) {
        if (copy[at] != 'T' && copy[at] != ' ')
            return std::nullopt;
        ++at;
        used = 0;
        if (std::sscanf(copy.c_str() + at, "%2d:%2d%n", &hour, &minute, &used) != 2 || used != 5)
            return std::nullopt;
        at += 5;
        used = 0;
        if (std::sscanf(copy.c_str() + at, ":%2d%n", &second, &used) == 1 && used == 3)
            at += 3;
        if (at < copy.size() && copy[at] == '.') {
            std::int64_t unit = 100000;
            for (++at; at < copy.size() && std::isdigit(static_cast<unsigned char>(copy[at]));
                 ++at, unit /= 10)
                micros += (copy[at] - '0') * unit;
        }
    }
    int offset = 0;
    const std::string zone = copy.substr(at);
    if (!zone.empty() && zone != "Z") {
        int zoneHour = 0, zoneMinute = 0;
        char sign = 0;
        used = 0;
        if (std::sscanf(zone.c_str(), "%c%2d:%2d%n", &sign, &zoneHour, &zoneMinute, &used) != 3
            || used != 6 || zone.size() != 6 || (sign != '+' && sign != '-'))
            return std::nullopt;
        offset = (zoneHour * 60 + zoneMinute) * (sign == '-' ? -60 : 60);
    }
    if (parts.tm_mon < 1 || parts.tm_mon > 12 || parts.tm_mday < 1 || parts.tm_mday > 31
        || hour > 23 || minute > 59 || second > 60)
        return std::nullopt;
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    parts.tm_hour = hour;
    parts.tm_min = minute;
    parts.tm_sec = second;
    return (static_cast<std::int64_t>(timegm(&parts)) - offset) * 1000000 + micros;
}

} // namespace signalbox::gateway
