// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/fabric/fabric.h"
#include "app/gateway/http/limits.h"
#include "app/gateway/metrics/source.h"
#include "models/schema/fabric.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace signalbox::gateway {

struct ServerOptions {
    std::string bind = "127.0.0.1"; ///< numeric address
    std::uint16_t port = 0; ///< 0 = any free one
    int threads = 2;
    std::string version;
    std::vector<std::string> capabilities; ///< for GET /api/v1/version
    HttpLimits limits;
    // All of them optional; they outlive the server.
    metrics::Meters *meters = nullptr;
    metrics::MetricsSource *metricsSource = nullptr; ///< behind /api/metrics/…
    const metrics::OwnMetrics *sampled = nullptr; ///< the gateway's own series, for ?timestamps
};

/// REST and WebSockets on one port. Own threads. Talks to services only over the fabric, which must
/// outlive it. start(), drain() and stop() are called from one thread.
class Server {
public:
    Server(Backend &fabric, ServerOptions options);
    ~Server(); ///< stops
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    void setProcessors(
        std::function<std::vector<schema::ProcessorRow>()> processors); ///< before start()
    /// The port that is listened on; the error says which address and why.
    Expected<std::uint16_t, std::string> start();
    /// Number of the last event; thread-safe.
    [[nodiscard]] std::int64_t eventSequence() const;
    /// Takes no new request and waits for those in flight, at most `limits.drain`. Returns how many
    /// were left.
    std::size_t drain();
    /// Tells the clients of the events what a stop could not drain; between drain() and stop().
    void tellLost(const std::string &workspace, const schema::Members<std::int64_t> &queues);
    /// Closes every connection (sockets with 1001) and ends the threads.
    void stop();

private:
    struct Data;
    std::unique_ptr<Data> m_data;
};

} // namespace signalbox::gateway
