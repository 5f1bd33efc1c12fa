// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/http/configfeed.h"
#include "app/gateway/http/dispatcher.h"
#include "app/gateway/http/eventhub.h"
#include "app/gateway/http/fabriccalls.h"
#include "app/gateway/http/gatekeeper.h"
#include "app/gateway/http/limits.h"
#include "app/gateway/http/socketcensus.h"
#include "app/gateway/http/workspaceregistry.h"

#include <atomic>
#include <string>
#include <vector>

namespace signalbox::gateway {

/// What all connections of one server share. Thread-safe after start().
struct Edge {
    Edge(Backend &fabric, const HttpLimits &httpLimits, std::string productVersion,
        std::vector<std::string> offered);

    HttpLimits limits;
    std::string version;
    std::vector<std::string> capabilities; ///< as answered by GET /api/v1/version
    FabricCalls calls;
    ConfigFeed feed;
    WorkspaceRegistry workspaces;
    Gatekeeper gatekeeper;
    Dispatcher dispatcher;
    EventHub events;
    SocketCensus sockets;
    std::atomic<int> restInFlight { 0 };
    std::atomic<bool> draining { false }; ///< no new request is taken
};

} // namespace signalbox::gateway
