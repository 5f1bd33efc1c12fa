// SPDX-License-Identifier: GPL-3.0-only
// The arithmetic of Prometheus 2: results must be equal to its own.
#pragma once

#include "app/gateway/metrics/promql/syntax.h"

#include <optional>
#include <span>

namespace signalbox::gateway::promql {

/// increase() or, per second, rate() over the range that ends at `endMs`: resets are made good, the
/// ends extrapolated. nullopt with less than two points.
std::optional<double> extrapolated(std::span<const metrics::Point> points, std::int64_t endMs,
    std::int64_t rangeMs, bool perSecond);

struct Bucket {
    double upperBound = 0;
    double count = 0; ///< cumulative
};

/// The `quantile` of a histogram; interpolates linearly within a bucket.
double bucketQuantile(double quantile, std::vector<Bucket> buckets);

double calculated(Binary::Operator what, double left, double right);
bool compared(Binary::Comparison what, double left, double right);

/// The values of one group, one after another.
class Accumulator {
public:
    explicit Accumulator(Aggregation::Kind kind)
        : m_kind(kind)
    {
    }
    void add(double value);
    [[nodiscard]] double result() const;

private:
    void addToMean(double value);

    Aggregation::Kind m_kind;
    std::int64_t m_count = 0;
    double m_value = 0; ///< sum, mean or maximum
};

} // namespace signalbox::gateway::promql
