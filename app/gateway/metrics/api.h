// SPDX-License-Identifier: GPL-3.0-only
// The HTTP interface of Prometheus (version 1), as far as signalbox-gateway §8 has it: query,
// query_range, series, labels, label/<name>/values, targets.
#pragma once

#include "app/gateway/metrics/history.h"

namespace signalbox::gateway::metrics {

/// As parsed from the target, in order; names may repeat (`match[]`).
using Parameters = std::vector<std::pair<std::string, std::string>>;

struct ApiAnswer {
    int status = 200;
    std::string body; ///< JSON; or text, for 5xx of a proxy
};

/// The one that is scraped: this gateway, by itself.
struct TargetState {
    std::string job;
    std::string instance; ///< host:port
    std::int64_t lastMs = 0; ///< Unix time of the last sampling; 0 = none yet
    double lastSeconds = 0; ///< what it took
    std::int64_t intervalMs = 0;
};

/// `path` is what follows /api/metrics/ . A path, a parameter or a query that this gateway does not
/// have is 400 `bad_data` and says so.
ApiAnswer answerApi(const History &history, const TargetState &target, std::string_view path,
    const Parameters &parameters, std::int64_t nowMs);

/// `{"status":"error","errorType":…,"error":…}`
ApiAnswer apiError(int status, std::string_view type, std::string_view text);

/// The shortest text that reads back as the same number, as Prometheus writes it.
std::string valueText(double value);

} // namespace signalbox::gateway::metrics
