// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/metrics/source.h"

#include <memory>
#include <string>

namespace signalbox::gateway {

/// "" or why this is no address of a Prometheus: `http://host[:port][/path]` is one.
std::string prometheusFault(const std::string &url);

/// A Prometheus elsewhere answers /api/metrics/… : status and body as it gives them, 502 when it
/// cannot be reached (TG §1.12). Own thread. Bounds: 32 questions at once, 10 s to connect, 60 s to
/// answer, 64 MiB a body.
class PrometheusProxy final : public metrics::MetricsSource {
public:
    explicit PrometheusProxy(const std::string &url); ///< prometheusFault() has found nothing
    ~PrometheusProxy() override;
    void ask(std::string path, metrics::Parameters parameters, Reply reply) override;
    void start() override;
    void stop() override;

private:
    struct Data;
    const std::unique_ptr<Data> m_data;
};

} // namespace signalbox::gateway
