// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/loglink.h"

#include <algorithm>

namespace signalbox::rules {
namespace {

using FaultKind = LogLinkFault::Kind;

char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

bool beginsWith(std::string_view text, std::string_view begin)
{
    return text.size() >= begin.size()
        && std::equal(begin.begin(), begin.end(), text.begin(),
            [](char a, char b) { return a == lowered(b); });
}

/// Length of "http://" or "https://", 0 when it is neither.
std::size_t schemeLength(std::string_view text)
{
    for (const std::string_view scheme :
        { std::string_view("https://"), std::string_view("http://") })
        if (beginsWith(text, scheme))
            return scheme.size();
    return 0;
}

void encodeInto(std::string &into, std::string_view value)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view plain = "-._~";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        const bool letter =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter || plain.find(c) != std::string_view::npos) {
            into.push_back(c);
            continue;
        }
        into.push_back('%');
        into.push_back(digits[byte >> 4U]);
        into.push_back(digits[byte & 15U]);
    }
}

const std::string &partOf(const LogPlace &place, std::string_view name)
{
    return name == "workspace" ? place.workspace
        : name == "flow"       ? place.flow
        : name == "processor"  ? place.processor
                               : place.queue;
}

std::optional<LogLinkFault> addressFault(std::string_view pattern)
{
    const std::size_t begin = schemeLength(pattern);
    if (begin == 0)
        return LogLinkFault { FaultKind::NotWeb };
    const auto end = std::min(pattern.size(), pattern.find_first_of("/?#\\", begin));
    const std::string_view host = pattern.substr(begin, end - begin);
    if (host.find_first_of("{}") != std::string_view::npos)
        return LogLinkFault { FaultKind::PlaceholderInHost };
    if (host.find('@') != std::string_view::npos)
        return LogLinkFault { FaultKind::Account };
    if (host.empty() || host.front() == ':')
        return LogLinkFault { FaultKind::NoHost };
    const bool odd = std::any_of(pattern.begin(), pattern.end(),
        [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 127; });
    return odd ? std::optional(LogLinkFault { FaultKind::Character }) : std::nullopt;
}

/// Copies what stands there and calls for each placeholder, which may refuse.
template <class Take>
std::optional<LogLinkFault> walk(std::string_view pattern, std::string &into, const Take &take)
{
    while (!pattern.empty()) {
        const std::size_t brace = std::min(pattern.size(), pattern.find_first_of("{}"));
        into.append(pattern.substr(0, brace));
        pattern.remove_prefix(brace);
        if (pattern.empty())
            break;
        const std::size_t close = pattern.find('}');
        if (pattern.front() == '}' || close == std::string_view::npos)
            return LogLinkFault { FaultKind::Brace };
        const std::string_view name = pattern.substr(1, close - 1);
        if (std::find(logPlaceholders.begin(), logPlaceholders.end(), name)
            == logPlaceholders.end())
            return LogLinkFault { FaultKind::Unknown, std::string(name) };
        if (auto fault = take(name))
            return fault;
        pattern.remove_prefix(close + 1);
    }
    return {};
}

} // namespace

std::optional<LogLinkFault> logLinkFault(std::string_view pattern)
{
    if (pattern.empty())
        return {};
    if (auto fault = addressFault(pattern))
        return fault;
    std::string unused;
    return walk(pattern, unused,
        [](std::string_view) -> std::optional<LogLinkFault> { return std::nullopt; });
}

LogLink logLink(std::string_view pattern, const LogPlace &place)
{
    LogLink link;
    if (pattern.empty())
        return link;
    link.fault = addressFault(pattern);
    if (!link.fault)
        link.fault =
            walk(pattern, link.address, [&](std::string_view name) -> std::optional<LogLinkFault> {
                const std::string &part = partOf(place, name);
                if (part.empty())
                    return LogLinkFault { FaultKind::Missing, std::string(name) };
                encodeInto(link.address, part);
                return std::nullopt;
            });
    if (link.fault)
        link.address.clear();
    return link;
}

} // namespace signalbox::rules
