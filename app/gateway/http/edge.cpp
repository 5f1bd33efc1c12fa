// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/edge.h"

#include <algorithm>

namespace signalbox::gateway {

namespace {
bool offers(const std::vector<std::string> &capabilities, std::string_view name)
{
    return std::find(capabilities.begin(), capabilities.end(), name) != capabilities.end();
}
} // namespace

Edge::Edge(Backend &backend, const HttpLimits &httpLimits, std::string productVersion,
    std::vector<std::string> offered)
    : fabric(backend)
    , limits(httpLimits)
    , version(std::move(productVersion))
    , capabilities(std::move(offered))
    , calls(fabric)
    , feed(fabric)
    , workspaces(calls)
    , gatekeeper(calls, limits, offers(capabilities, "anonymous"), offers(capabilities, "leases"))
    , dispatcher(fabric, calls, limits)
    , events(fabric, limits)
    , sockets(limits.socketsPerUser)
{
    feed.onNotice([this](const schema::ConfigNotice &notice) {
        workspaces.apply(notice);
        events.publishConfig(notice);
    });
}

bool Edge::allows(
    const Identity &who, std::string_view capability, std::string_view workspace) const
{
    const bool allowed = Gatekeeper::may(who, capability, workspace);
    if (meters)
        meters->authorisation(allowed);
    return allowed;
}

void Edge::countAuthFailure() const
{
    if (meters)
        meters->authFailure("refused");
}

} // namespace signalbox::gateway
