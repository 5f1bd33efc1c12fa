// SPDX-License-Identifier: GPL-3.0-only
// A real Prometheus as a child process, on loopback, in a folder of its own.
#pragma once

#include "tests/support/gatewayprocess.h"

#include <string>
#include <sys/types.h>

namespace signalbox::support {

class PrometheusProcess {
public:
    /// `scrapes` is the YAML list below `scrape_configs:`. Waits until it is ready.
    explicit PrometheusProcess(const std::string &scrapes);
    ~PrometheusProcess(); ///< ends it
    PrometheusProcess(const PrometheusProcess &) = delete;
    PrometheusProcess &operator=(const PrometheusProcess &) = delete;

    [[nodiscard]] int port() const { return m_port; }

private:
    TemporaryFolder m_folder;
    pid_t m_pid = -1;
    int m_port = 0;
};

} // namespace signalbox::support
