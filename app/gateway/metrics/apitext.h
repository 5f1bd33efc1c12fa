// SPDX-License-Identifier: GPL-3.0-only
// Times and JSON of the interface of Prometheus. Internal to this folder.
#pragma once

#include "app/gateway/metrics/labels.h"

#include <optional>

namespace signalbox::gateway::metrics {

/// Unix seconds with a fraction, or RFC 3339. Milliseconds.
std::optional<std::int64_t> timeOf(std::string_view text);
/// Seconds with a fraction, or `15s`, `1h30m`. Milliseconds.
std::optional<std::int64_t> stepOf(std::string_view text);
/// 2026-08-05T16:00:00.123Z
std::string isoText(std::int64_t timeMs);

std::string jsonText(std::string_view text);
/// `{"__name__":"up","job":"x"}`
std::string labelsJson(const Labels &labels);
/// `[1700000000.123,"1"]`
std::string pointJson(std::int64_t timeMs, double value);
std::string seriesJson(const Series &series);

} // namespace signalbox::gateway::metrics
