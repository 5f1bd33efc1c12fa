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
#include "app/gateway/metrics/source.h"

#include <atomic>
#include <string>
#include <vector>

namespace signalbox::gateway {

/// What all connections of one server share. Thread-safe after start().
struct Edge {
    Edge(Backend &backend, const HttpLimits &httpLimits, std::string productVersion,
        std::vector<std::string> offered);

    Backend &fabric;
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
    metrics::Meters *meters = nullptr; ///< what counts; none: nothing is counted
    metrics::MetricsSource *metricsSource = nullptr; ///< what stands behind /api/metrics/…
    const metrics::OwnMetrics *sampled = nullptr; ///< the same, unless a Prometheus answers
    std::atomic<int> restInFlight { 0 };
    std::atomic<bool> draining { false }; ///< no new request is taken

    /// May the caller do that? Counted.
    [[nodiscard]] bool allows(
        const Identity &who, std::string_view capability, std::string_view workspace) const;
    void countAuthFailure() const;
};

} // namespace signalbox::gateway
