// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/webaddress.h"

#include <algorithm>

namespace signalbox::gateway {

std::string WebAddress::authority() const
{
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + port;
}

std::optional<WebAddress> webAddressOf(std::string_view url)
{
    WebAddress place;
    place.secure = url.starts_with("https://");
    if (!place.secure && !url.starts_with("http://"))
        return std::nullopt;
    url.remove_prefix(place.secure ? 8 : 7);
    const std::size_t path = std::min(url.find_first_of("/?#"), url.size());
    std::string_view authority = url.substr(0, path);
    place.target = url.substr(path, url.find('#', path) - path);
    if (!place.target.starts_with('/'))
        place.target.insert(0, "/");
    place.port = place.secure ? "443" : "80";
    const std::size_t bracket = authority.find(']');
    const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
        place.port = authority.substr(colon + 1);
        authority = authority.substr(0, colon);
    }
    if (authority.starts_with('[') && authority.ends_with(']'))
        authority = authority.substr(1, authority.size() - 2);
    place.host = authority;
    const bool numeric = !place.port.empty() && place.port.size() <= 5
        && std::all_of(
            place.port.begin(), place.port.end(), [](char c) { return c >= '0' && c <= '9'; });
    const bool clean = std::all_of(url.begin(), url.end(),
        [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; });
    if (place.host.empty() || !numeric || !clean || place.host.find('@') != std::string::npos)
        return std::nullopt;
    return place;
}

} // namespace signalbox::gateway
