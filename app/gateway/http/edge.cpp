// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/edge.h"

namespace signalbox::gateway {

Edge::Edge(Backend &fabric, const HttpLimits &httpLimits, std::string productVersion,
    std::vector<std::string> offered)
    : limits(httpLimits)
    , version(std::move(productVersion))
    , capabilities(std::move(offered))
    , calls(fabric)
    , feed(fabric)
    , workspaces(calls)
    , gatekeeper(calls, limits)
    , dispatcher(fabric, calls, limits)
    , events(fabric, limits)
    , sockets(limits.socketsPerUser)
{
    feed.onNotice([this](const schema::ConfigNotice &notice) {
        workspaces.apply(notice);
        events.publishConfig(notice);
    });
}

} // namespace signalbox::gateway
