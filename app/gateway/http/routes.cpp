// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/routes.h"

#include "models/schema/hex.h"

#include <algorithm>
#include <array>

namespace signalbox::gateway {

namespace {

using Kind = Route::Kind;

std::optional<std::string> percentDecoded(std::string_view text, bool plusIsSpace)
{
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plusIsSpace) {
            decoded += ' ';
        } else if (text[i] == '%') {
            if (i + 2 >= text.size())
                return std::nullopt;
            const int high = schema::hexValue(text[i + 1]);
            const int low = schema::hexValue(text[i + 2]);
            if (high < 0 || low < 0)
                return std::nullopt;
            decoded += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

/// Split first, decode then: `%2F` inside an id is no separator.
std::optional<std::vector<std::string>> segmentsOf(std::string_view path)
{
    std::vector<std::string> segments;
    std::size_t begin = 1;
    while (begin <= path.size()) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        auto segment = percentDecoded(path.substr(begin, end - begin), false);
        if (!segment || segment->find('\0') != std::string::npos)
            return std::nullopt;
        segments.push_back(std::move(*segment));
        begin = end + 1;
    }
    return segments;
}

Route refused(Answer answer)
{
    Route route;
    route.refusal = std::move(answer);
    return route;
}

Route found(Kind kind, std::string name = {}, std::string flow = {})
{
    Route route;
    route.kind = kind;
    route.name = std::move(name);
    route.flow = std::move(flow);
    return route;
}

/// HEAD is taken wherever GET is, without the body (RFC 9110 §9.3.2); a socket has no head.
bool fits(std::string_view allowed, std::string_view method, const Route &route)
{
    return method == allowed || (method == "HEAD" && allowed == "GET" && !route.webSocket());
}

std::string allowOf(std::string_view allowed, const Route &route)
{
    return allowed == "GET" && !route.webSocket() ? "GET, HEAD" : std::string(allowed);
}

Route only(std::string_view allowed, std::string_view method, Route route)
{
    if (fits(allowed, method, route))
        return route;
    return refused(methodNotAllowed(allowOf(allowed, route)));
}

struct Fixed {
    std::string_view name;
    std::string_view method;
    Kind kind;
};

constexpr std::array<Fixed, 7> fixedRoutes { {
    { "version", "GET", Kind::Version },
    { "socket", "GET", Kind::Socket },
    { "events", "GET", Kind::Events },
    { "iam", "POST", Kind::Iam },
    { "import-core", "POST", Kind::ImportCore },
    { "export-core", "GET", Kind::ExportCore },
    { "document-stream", "GET", Kind::DocumentStream },
} };

constexpr std::array<Fixed, 4> authRoutes { {
    { "login", "POST", Kind::Login },
    { "bootstrap", "POST", Kind::Bootstrap },
    { "bootstrap-status", "POST", Kind::BootstrapStatus },
    { "change-password", "POST", Kind::ChangePassword },
} };

Route oneSegment(std::string_view method, const std::string &name)
{
    if (name.empty())
        return refused(notFound());
    // The paths that are also a POST kind answer for both methods, as /api/v1/{kind} exists (TG
    // §1.2).
    std::string allow = "POST";
    for (const Fixed &fixed : fixedRoutes) {
        if (fixed.name != name)
            continue;
        const Route route = found(fixed.kind);
        if (fits(fixed.method, method, route))
            return route;
        if (fixed.method != "POST")
            allow = allowOf(fixed.method, route) + ", POST";
    }
    return method == "POST" ? found(Kind::Workspace, name) : refused(methodNotAllowed(allow));
}

Route flowRoute(std::string_view method, const std::vector<std::string> &segments)
{
    // api v1 flow <flow> (service|import|export) <kind…>
    const std::string &flow = segments[3];
    const std::string &what = segments[4];
    std::string kind = segments[5];
    for (std::size_t i = 6; i < segments.size(); ++i)
        kind += "/" + segments[i];
    const bool deep = segments.size() > 6;
    if (flow.empty() || kind.empty())
        return refused(notFound());
    if (what == "service") {
        if (deep && segments[5] != "thru")
            return refused(notFound());
        return only("POST", method, found(Kind::FlowService, kind, flow));
    }
    if (deep || (what != "import" && what != "export"))
        return refused(notFound());
    return only("GET", method, found(what == "import" ? Kind::Import : Kind::Export, kind, flow));
}

std::string joined(const std::vector<std::string> &segments, std::size_t from)
{
    std::string text;
    for (std::size_t i = from; i < segments.size(); ++i)
        text += (i == from ? "" : "/") + segments[i];
    return text;
}

} // namespace

std::optional<std::string> Target::queryValue(std::string_view name) const
{
    for (const auto &[key, value] : query)
        if (key == name)
            return value;
    return std::nullopt;
}

std::optional<Target> parseTarget(std::string_view text)
{
    if (text.empty() || text.front() != '/')
        return std::nullopt;
    const std::size_t mark = text.find('?');
    auto segments = segmentsOf(text.substr(0, mark));
    if (!segments)
        return std::nullopt;
    Target target;
    target.segments = std::move(*segments);
    std::string_view rest = mark == std::string_view::npos ? "" : text.substr(mark + 1);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('&'), rest.size());
        const std::string_view pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const auto key = percentDecoded(pair.substr(0, equals), true);
        const auto value = percentDecoded(pair.substr(std::min(equals + 1, pair.size())), true);
        if (!key || !value)
            return std::nullopt;
        if (!key->empty())
            target.query.emplace_back(*key, *value);
    }
    return target;
}

bool Route::webSocket() const
{
    return kind == Kind::Socket || kind == Kind::Events || kind == Kind::Import
        || kind == Kind::Export || kind == Kind::Chat;
}

Route routeOf(std::string_view method, const Target &target)
{
    const std::vector<std::string> &segments = target.segments;
    if (segments.size() == 1 && segments[0] == "metrics")
        return only("GET", method, found(Kind::Scrape));
    if (segments.size() >= 2 && segments[0] == "ops")
        return found(Kind::Portal, "ops"); // every method: the service says which it takes
    if (segments.size() >= 3 && segments[0] == "api" && segments[1] == "portal")
        return found(Kind::Portal, "portal");
    if (segments.size() == 3 && segments[0] == "chat" && segments[1] == "ws"
        && !segments[2].empty())
        return only("GET", method, found(Kind::Chat, segments[2]));
    if (segments.size() < 3 || segments[0] != "api")
        return refused(notFound());
    if (segments[1] == "metrics") // `/api/metrics` alone does not match (TG §1.2)
        return segments[2].empty() && segments.size() == 3
            ? refused(notFound())
            : only("GET", method, found(Kind::Metrics, joined(segments, 2)));
    if (segments[1] != "v1")
        return refused(notFound());
    if (segments.size() == 3)
        return oneSegment(method, segments[2]);
    if (segments[2] == "auth" && segments.size() == 4) {
        for (const Fixed &fixed : authRoutes)
            if (fixed.name == segments[3])
                return only("POST", method, found(fixed.kind));
    }
    if (segments[2] == "i18n" && segments[3] == "packs" && segments.size() >= 5)
        return only("GET", method, found(Kind::Pack, joined(segments, 4)));
    if (segments[2] == "flow" && segments.size() >= 6)
        return flowRoute(method, segments);
    return refused(notFound());
}

} // namespace signalbox::gateway
