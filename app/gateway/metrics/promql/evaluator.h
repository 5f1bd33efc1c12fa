// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/metrics/promql/syntax.h"

#include <chrono>

namespace signalbox::gateway::promql {

/// Where the samples are.
class Storage {
public:
    virtual ~Storage() = default;
    /// All series that `matchers` accept, with their points from `fromMs` to `toMs`, both included,
    /// marks of their end too; those without any are left out.
    [[nodiscard]] virtual std::vector<metrics::Series> select(
        const std::vector<Matcher> &matchers, std::int64_t fromMs, std::int64_t toMs) const = 0;
};

struct EvaluationLimits {
    std::int64_t lookbackMs = 300000; ///< how old a sample may be to count as the current one
    std::int64_t steps = 11000;
    std::size_t points = 2000000; ///< read from the storage, and given as the answer
    std::chrono::milliseconds time { 10000 };
};

struct EvaluationFault {
    enum class Kind { BadData, Execution, Timeout };
    Kind kind = Kind::Execution;
    std::string text;
};

struct Sample {
    metrics::Labels labels;
    double value = 0;
};

/// Of an instant query; which member counts says `type`.
struct InstantResult {
    ValueType type = ValueType::Scalar;
    double scalar = 0;
    std::vector<Sample> vector; ///< sorted by labels
    std::vector<metrics::Series> range;
};

Expected<InstantResult, EvaluationFault> evaluateAt(const Node &query, const Storage &storage,
    std::int64_t timeMs, const EvaluationLimits &limits = {});

/// At `startMs`, then every `stepMs` until `endMs`. The query's type must not be Range. Sorted by
/// labels.
Expected<std::vector<metrics::Series>, EvaluationFault> evaluateRange(const Node &query,
    const Storage &storage, std::int64_t startMs, std::int64_t endMs, std::int64_t stepMs,
    const EvaluationLimits &limits = {});

} // namespace signalbox::gateway::promql
