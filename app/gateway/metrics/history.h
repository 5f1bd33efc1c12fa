// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/metrics/column.h"
#include "app/gateway/metrics/promql/evaluator.h"

#include <deque>
#include <mutex>
#include <unordered_map>

namespace signalbox::gateway::metrics {

/// The samples of the last while in memory. All series are sampled together; a series that is
/// missing from a sampling gets the mark of its end. Thread-safe.
class History : public promql::Storage {
public:
    struct Limits {
        std::size_t samplings = 360; ///< per series; older ones go, in steps of a chunk
        std::size_t series = 20000; ///< at once; further ones are refused and counted
    };
    explicit History(Limits limits);

    /// `samples` gives each sample, labels sorted, on this thread and under the lock. `timeMs` must
    /// be later than that of the sampling before, else nothing is asked.
    void append(std::int64_t timeMs, const std::function<void(const TakeSample &)> &samples);

    [[nodiscard]] std::vector<Series> select(const std::vector<promql::Matcher> &matchers,
        std::int64_t fromMs, std::int64_t toMs) const override;
    /// The label sets that have a sample in the time.
    [[nodiscard]] std::vector<Labels> labelsOf(
        const std::vector<promql::Matcher> &matchers, std::int64_t fromMs, std::int64_t toMs) const;
    /// What the last sampling took.
    [[nodiscard]] std::vector<promql::Sample> last(std::int64_t &timeMs) const;

    struct Size {
        std::size_t series = 0;
        std::size_t samplings = 0;
        std::size_t bytes = 0; ///< of labels and packed values, about
        std::int64_t refused = 0; ///< samples of series over the limit, since the start
    };
    [[nodiscard]] Size size() const;

private:
    /// Consecutive samplings of one series.
    struct Chunk {
        std::uint64_t first = 0; ///< number of the sampling
        Column values;
    };
    struct Line {
        std::vector<Chunk> chunks; ///< ascending
        std::uint64_t seen = 0; ///< number of the last sampling that had it
        double value = 0;
    };
    template <class Found>
    void each(const std::vector<promql::Matcher> &matchers, std::int64_t fromMs, std::int64_t toMs,
        Found found) const;
    void take(std::uint64_t number, const Labels &labels, double value);
    static void put(Line &line, std::uint64_t number, double value);
    void dropOld();

    const Limits m_limits;
    mutable std::mutex m_mutex;
    std::uint64_t m_next = 0; ///< number of the next sampling
    std::deque<std::int64_t> m_times; ///< of the samplings kept, the last of them m_next - 1
    std::unordered_map<std::string, Line> m_lines; ///< by packed labels
    std::int64_t m_refused = 0;
};

} // namespace signalbox::gateway::metrics
