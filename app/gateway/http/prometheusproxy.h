// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/metrics/source.h"

#include <memory>
#include <string>

namespace signalbox::gateway {

class Fetcher;

/// "" or why this is no address of a Prometheus: `http(s)://host[:port][/path]` is one.
std::string prometheusFault(const std::string &url);

/// A Prometheus elsewhere answers /api/metrics/… : status and body as it gives them, 502 when it
/// cannot be reached (TG §1.12). Own thread. Bounds: 32 questions at once, 10 s to connect, 60 s to
/// answer, 64 MiB a body.
class PrometheusProxy final : public metrics::MetricsSource {
public:
    /// prometheusFault() has found nothing. `authorities`: PEM file of who may vouch for an https
    /// one, "" = the system's; the error says why it cannot be used.
    static Expected<std::unique_ptr<PrometheusProxy>, std::string> make(
        std::string url, const std::string &authorities);
    ~PrometheusProxy() override;
    void ask(std::string path, metrics::Parameters parameters, Reply reply) override;
    void start() override;
    void stop() override;

private:
    PrometheusProxy(std::string base, std::unique_ptr<Fetcher> fetcher);
    const std::string m_base; ///< without a slash at its end
    const std::unique_ptr<Fetcher> m_fetcher;
};

} // namespace signalbox::gateway
