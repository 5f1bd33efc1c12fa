// SPDX-License-Identifier: GPL-3.0-only
// Label sets and samples, as Prometheus has them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox::gateway::metrics {

inline constexpr std::string_view nameLabel = "__name__";

/// Sorted by name, each once, no value empty (an empty label is an absent one).
using Labels = std::vector<std::pair<std::string, std::string>>;

/// "" when absent.
std::string_view labelValue(const Labels &labels, std::string_view name);
/// Sorts, drops the empty.
Labels sorted(Labels labels);
void removeLabel(Labels &labels, std::string_view name);
/// Those of `names` only, or, for `without`, all but those and the name of the metric.
Labels grouped(const Labels &labels, const std::vector<std::string> &names, bool without);

struct Point {
    std::int64_t timeMs = 0; ///< Unix time
    double value = 0;
};

/// What is given one series after another, so that thousands never lie side by side.
using TakeSample = std::function<void(Labels labels, double value)>;

/// The mark that a series has ended: a NaN of its own, as Prometheus has it.
double staleMark();
bool isStale(double value);

struct Series {
    Labels labels;
    std::vector<Point> points; ///< ascending in time
};

} // namespace signalbox::gateway::metrics
