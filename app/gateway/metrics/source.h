// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/metrics/api.h"
#include "app/gateway/metrics/meters.h"

#include <functional>
#include <memory>

namespace signalbox::gateway::metrics {

/// What stands behind /api/metrics/… . Thread-safe.
class MetricsSource {
public:
    using Reply = std::function<void(ApiAnswer)>;
    virtual ~MetricsSource() = default;
    /// `path` follows /api/metrics/ . `reply` is called exactly once, perhaps inline, on any
    /// thread.
    virtual void ask(std::string path, Parameters parameters, Reply reply) = 0;
    virtual void start() = 0;
    /// Ends its threads. What was not answered yet is answered with an error.
    virtual void stop() = 0;
};

struct OwnMetricsOptions {
    std::chrono::milliseconds interval { 10000 }; ///< between two samplings
    History::Limits history;
    std::size_t waiting = 32; ///< questions; further ones are refused with 503
};

/// The series of this gateway: `meters` are sampled into a ring in memory, queries answered from it
/// on a thread of its own.
class OwnMetrics final : public MetricsSource {
public:
    OwnMetrics(const Meters &meters, OwnMetricsOptions options);
    ~OwnMetrics() override;

    void setInstance(std::string hostAndPort); ///< before start()
    void ask(std::string path, Parameters parameters, Reply reply) override;
    void start() override;
    void stop() override;

    /// Text of the last sampling, each line with its time: what a Prometheus that takes times from
    /// its targets stores as it is. Without the labels that a scrape adds.
    [[nodiscard]] std::string lastSampling() const;
    [[nodiscard]] History::Size size() const;

private:
    struct Data;
    const std::unique_ptr<Data> m_data;
};

} // namespace signalbox::gateway::metrics
