// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/apitext.h"

#include "app/gateway/metrics/api.h"
#include "app/gateway/metrics/promql/lexer.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace signalbox::gateway::metrics {

namespace {

constexpr double mostSeconds = 9e12; ///< far beyond any clock, far below an overflow

std::optional<double> numberOf(std::string_view text)
{
    if (text.starts_with('+'))
        text.remove_prefix(1);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
        return std::nullopt;
    return number;
}

/// `count` digits at `at`, which moves on.
std::optional<int> digits(std::string_view text, std::size_t &at, std::size_t count)
{
    int value = 0;
    if (at + count > text.size())
        return std::nullopt;
    for (const std::size_t end = at + count; at < end; ++at) {
        if (text[at] < '0' || text[at] > '9')
            return std::nullopt;
        value = value * 10 + (text[at] - '0');
    }
    return value;
}

bool skip(std::string_view text, std::size_t &at, char c)
{
    if (at >= text.size() || text[at] != c)
        return false;
    ++at;
    return true;
}

/// `Z`, `+01:00`: minutes to take off; the text must end there.
std::optional<int> zoneOf(std::string_view text, std::size_t at)
{
    if (at + 1 == text.size() && (text[at] == 'Z' || text[at] == 'z'))
        return 0;
    if (at >= text.size() || (text[at] != '+' && text[at] != '-'))
        return std::nullopt;
    const int sign = text[at++] == '+' ? 1 : -1;
    const auto hours = digits(text, at, 2);
    const bool colon = skip(text, at, ':');
    const auto minutes = digits(text, at, 2);
    if (!hours || !colon || !minutes || at != text.size())
        return std::nullopt;
    return sign * (*hours * 60 + *minutes);
}

std::optional<std::int64_t> rfc3339(std::string_view text)
{
    std::size_t at = 0;
    const auto year = digits(text, at, 4);
    bool good = skip(text, at, '-');
    const auto month = digits(text, at, 2);
    good = skip(text, at, '-') && good;
    const auto day = digits(text, at, 2);
    good = (skip(text, at, 'T') || skip(text, at, 't')) && good;
    const auto hour = digits(text, at, 2);
    good = skip(text, at, ':') && good;
    const auto minute = digits(text, at, 2);
    good = skip(text, at, ':') && good;
    const auto second = digits(text, at, 2);
    if (!good || !year || !month || !day || !hour || !minute || !second)
        return std::nullopt;
    std::int64_t ms = 0;
    if (skip(text, at, '.')) {
        int weight = 100;
        const std::size_t begin = at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, weight /= 10)
            ms += weight * (text[at] - '0');
        if (at == begin)
            return std::nullopt;
    }
    const auto zone = zoneOf(text, at);
    const std::chrono::year_month_day date { std::chrono::year(*year),
        std::chrono::month(static_cast<unsigned>(*month)),
        std::chrono::day(static_cast<unsigned>(*day)) };
    if (!zone || !date.ok() || *hour > 23 || *minute > 59 || *second > 59)
        return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return ((days * 24 + *hour) * 60 + *minute - *zone) * 60000 + *second * 1000 + ms;
}

std::string timeText(std::int64_t timeMs)
{
    const std::int64_t whole = std::abs(timeMs) / 1000;
    const std::int64_t part = std::abs(timeMs) % 1000;
    char text[32];
    if (part)
        std::snprintf(text, sizeof text, "%s%lld.%03lld", timeMs < 0 ? "-" : "",
            static_cast<long long>(whole), static_cast<long long>(part));
    else
        std::snprintf(
            text, sizeof text, "%s%lld", timeMs < 0 ? "-" : "", static_cast<long long>(whole));
    return text;
}

} // namespace

std::optional<std::int64_t> timeOf(std::string_view text)
{
    if (const auto seconds = numberOf(text)) {
        if (std::abs(*seconds) > mostSeconds)
            return std::nullopt;
        return std::llround(*seconds * 1000);
    }
    return rfc3339(text);
}

std::optional<std::int64_t> stepOf(std::string_view text)
{
    if (const auto seconds = numberOf(text)) {
        if (std::abs(*seconds) > mostSeconds)
            return std::nullopt;
        return static_cast<std::int64_t>(*seconds * 1000);
    }
    std::int64_t ms = 0;
    if (!promql::durationOf(text, ms))
        return std::nullopt;
    return ms;
}

std::string isoText(std::int64_t timeMs)
{
    const std::chrono::sys_time<std::chrono::milliseconds> time { std::chrono::milliseconds(
        timeMs) };
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    char text[48];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
        static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
        static_cast<int>(clock.subseconds().count()));
    return text;
}

std::string jsonText(std::string_view text)
{
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string labelsJson(const Labels &labels)
{
    std::string text = "{";
    for (const auto &[name, value] : labels) {
        if (text.size() > 1)
            text += ',';
        text += jsonText(name) + ':' + jsonText(value);
    }
    return text + '}';
}

std::string pointJson(std::int64_t timeMs, double value)
{
    return '[' + timeText(timeMs) + ",\"" + valueText(value) + "\"]";
}

std::string seriesJson(const Series &series)
{
    std::string text = "{\"metric\":" + labelsJson(series.labels) + ",\"values\":[";
    for (const Point &point : series.points) {
        if (text.back() != '[')
            text += ',';
        text += pointJson(point.timeMs, point.value);
    }
    return text + "]}";
}

std::string valueText(double value)
{
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "+Inf" : "-Inf";
    const double size = std::abs(value);
    const bool plain = size == 0 || (size >= 1e-6 && size < 1e21);
    char text[64];
    const auto [end, error] = std::to_chars(text, text + sizeof text, value,
        plain ? std::chars_format::fixed : std::chars_format::scientific);
    return { text, end };
}

} // namespace signalbox::gateway::metrics
