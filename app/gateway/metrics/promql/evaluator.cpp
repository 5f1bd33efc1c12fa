// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/promql/evaluator.h"

#include "app/gateway/metrics/promql/functions.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <optional>

namespace signalbox::gateway::promql {

namespace {

using metrics::Labels;
using metrics::nameLabel;
using metrics::Point;
using metrics::Series;
using Vector = std::vector<Sample>;
using Value = std::variant<double, Vector>;
using Fault = EvaluationFault;

/// Thrown within this file only.
struct Failure {
    Fault fault;
};

[[noreturn]] void fail(Fault::Kind kind, std::string text)
{
    throw Failure { { kind, std::move(text) } };
}

template <class... Visitors> struct Overloaded : Visitors... {
    using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>; // clang 14 asks for it

std::optional<double> boundOf(std::string_view text)
{
    if (text == "+Inf" || text == "Inf")
        return std::numeric_limits<double>::infinity();
    double bound = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bound);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return bound;
}

void dropName(Labels &labels)
{
    metrics::removeLabel(labels, nameLabel);
}

class Evaluation {
public:
    Evaluation(const Node &query, const Storage &storage, const EvaluationLimits &limits,
        std::int64_t startMs, std::int64_t endMs)
        : m_limits(limits)
        , m_storage(storage)
        , m_deadline(std::chrono::steady_clock::now() + limits.time)
    {
        load(query, startMs, endMs);
    }

    Value at(const Node &node, std::int64_t timeMs);
    [[nodiscard]] std::vector<Series> rangeAt(const Node &node, std::int64_t timeMs) const;
    void count(std::size_t points);

private:
    void load(const Node &node, std::int64_t startMs, std::int64_t endMs);
    Vector instant(const Node &node, std::int64_t timeMs) const;
    Value binary(const Binary &binary, std::int64_t timeMs);
    static Vector against(const Binary &binary, const Vector &vector, double scalar, bool swapped);
    Vector aggregation(const Aggregation &aggregation, std::int64_t timeMs);
    Vector rate(const Rate &rate, std::int64_t timeMs) const;
    Vector quantile(const Quantile &quantile, std::int64_t timeMs);
    Vector vectorOf(const Node &node, std::int64_t timeMs)
    {
        return std::get<Vector>(at(node, timeMs));
    }
    static Vector distinct(Vector vector);

    EvaluationLimits m_limits;
    const Storage &m_storage;
    std::chrono::steady_clock::time_point m_deadline;
    std::map<const Node *, std::vector<Series>> m_loaded; ///< per selector
    std::size_t m_points = 0;
};

void Evaluation::count(std::size_t points)
{
    m_points += points;
    if (m_points > m_limits.points)
        fail(Fault::Kind::Execution,
            "query processing would load too many samples into memory in query execution: the "
            "limit is "
                + std::to_string(m_limits.points));
}

void Evaluation::load(const Node &node, std::int64_t startMs, std::int64_t endMs)
{
    const auto into = [&](const NodePtr &child) { load(*child, startMs, endMs); };
    std::visit(Overloaded { [](const Number &) {},
                   [&](const Selector &selector) {
                       const std::int64_t back =
                           selector.rangeMs > 0 ? selector.rangeMs : m_limits.lookbackMs;
                       auto series = m_storage.select(selector.matchers, startMs - back, endMs);
                       for (const Series &one : series)
                           count(one.points.size());
                       m_loaded[&node] = std::move(series);
                   },
                   [&](const Negation &negation) { into(negation.operand); },
                   [&](const Binary &binary) {
                       into(binary.left);
                       into(binary.right);
                   },
                   [&](const Aggregation &aggregation) { into(aggregation.operand); },
                   [&](const Rate &rate) { into(rate.range); },
                   [&](const Quantile &quantile) {
                       into(quantile.which);
                       into(quantile.buckets);
                   } },
        node.what);
}

auto endOf(const std::vector<Point> &points, std::int64_t timeMs)
{
    return std::upper_bound(points.begin(), points.end(), timeMs,
        [](std::int64_t time, const Point &point) { return time < point.timeMs; });
}

Vector Evaluation::instant(const Node &node, std::int64_t timeMs) const
{
    Vector vector;
    for (const Series &series : m_loaded.at(&node)) {
        const auto end = endOf(series.points, timeMs);
        if (end == series.points.begin())
            continue;
        const Point &last = *(end - 1);
        if (last.timeMs >= timeMs - m_limits.lookbackMs && !metrics::isStale(last.value))
            vector.push_back({ series.labels, last.value });
    }
    return vector;
}

std::vector<Series> Evaluation::rangeAt(const Node &node, std::int64_t timeMs) const
{
    const auto &selector = std::get<Selector>(node.what);
    std::vector<Series> result;
    for (const Series &series : m_loaded.at(&node)) {
        Series part { series.labels, {} };
        const auto end = endOf(series.points, timeMs);
        for (auto at = endOf(series.points, timeMs - selector.rangeMs - 1); at != end; ++at)
            if (!metrics::isStale(at->value))
                part.points.push_back(*at);
        if (!part.points.empty())
            result.push_back(std::move(part));
    }
    return result;
}

/// Two series that differ in their name only become one without it: that is refused.
Vector Evaluation::distinct(Vector vector)
{
    std::sort(vector.begin(), vector.end(),
        [](const Sample &a, const Sample &b) { return a.labels < b.labels; });
    const auto twin = std::adjacent_find(vector.begin(), vector.end(),
        [](const Sample &a, const Sample &b) { return a.labels == b.labels; });
    if (twin != vector.end())
        fail(Fault::Kind::Execution, "vector cannot contain metrics with the same labelset");
    return vector;
}

Vector Evaluation::against(const Binary &binary, const Vector &vector, double scalar, bool swapped)
{
    Vector result;
    for (const Sample &sample : vector) {
        const double left = swapped ? scalar : sample.value;
        const double right = swapped ? sample.value : scalar;
        Sample made = sample;
        if (const auto *what = std::get_if<Binary::Operator>(&binary.what)) {
            made.value = calculated(*what, left, right);
            dropName(made.labels);
        } else {
            const bool holds = compared(std::get<Binary::Comparison>(binary.what), left, right);
            if (!holds && !binary.asNumber)
                continue;
            if (binary.asNumber) {
                made.value = holds ? 1 : 0;
                dropName(made.labels);
            }
        }
        result.push_back(std::move(made));
    }
    return distinct(std::move(result));
}

Value Evaluation::binary(const Binary &binary, std::int64_t timeMs)
{
    const Value left = at(*binary.left, timeMs);
    const Value right = at(*binary.right, timeMs);
    const double *leftScalar = std::get_if<double>(&left);
    const double *rightScalar = std::get_if<double>(&right);
    if (!leftScalar)
        return against(binary, std::get<Vector>(left), *rightScalar, false);
    if (!rightScalar)
        return against(binary, std::get<Vector>(right), *leftScalar, true);
    if (const auto *what = std::get_if<Binary::Operator>(&binary.what))
        return calculated(*what, *leftScalar, *rightScalar);
    return compared(std::get<Binary::Comparison>(binary.what), *leftScalar, *rightScalar) ? 1.0
                                                                                          : 0.0;
}

Vector Evaluation::aggregation(const Aggregation &aggregation, std::int64_t timeMs)
{
    std::map<Labels, Accumulator> groups;
    for (const Sample &sample : vectorOf(*aggregation.operand, timeMs)) {
        Labels labels = metrics::grouped(sample.labels, aggregation.labels, aggregation.without);
        groups.try_emplace(std::move(labels), aggregation.kind).first->second.add(sample.value);
    }
    Vector result;
    for (const auto &[labels, values] : groups)
        result.push_back({ labels, values.result() });
    return result;
}

Vector Evaluation::rate(const Rate &rate, std::int64_t timeMs) const
{
    const std::int64_t rangeMs = std::get<Selector>(rate.range->what).rangeMs;
    Vector result;
    for (Series &series : rangeAt(*rate.range, timeMs)) {
        const auto value = extrapolated(series.points, timeMs, rangeMs, rate.perSecond);
        if (!value)
            continue;
        dropName(series.labels);
        result.push_back({ std::move(series.labels), *value });
    }
    return distinct(std::move(result));
}

Vector Evaluation::quantile(const Quantile &quantile, std::int64_t timeMs)
{
    const double which = std::get<double>(at(*quantile.which, timeMs));
    std::map<Labels, std::vector<Bucket>> histograms;
    for (Sample &sample : vectorOf(*quantile.buckets, timeMs)) {
        const auto bound = boundOf(metrics::labelValue(sample.labels, "le"));
        if (!bound)
            continue;
        dropName(sample.labels);
        metrics::removeLabel(sample.labels, "le");
        histograms[std::move(sample.labels)].push_back({ *bound, sample.value });
    }
    Vector result;
    for (auto &[labels, buckets] : histograms)
        result.push_back({ labels, bucketQuantile(which, std::move(buckets)) });
    return result;
}

Value Evaluation::at(const Node &node, std::int64_t timeMs)
{
    if (std::chrono::steady_clock::now() > m_deadline)
        fail(Fault::Kind::Timeout, "query timed out in expression evaluation");
    return std::visit(
        Overloaded { [](const Number &number) -> Value { return number.value; },
            [&](const Selector &) -> Value { return instant(node, timeMs); },
            [&](const Negation &negation) -> Value {
                Value value = at(*negation.operand, timeMs);
                if (double *scalar = std::get_if<double>(&value))
                    return -*scalar;
                for (Sample &sample : std::get<Vector>(value)) {
                    sample.value = -sample.value;
                    dropName(sample.labels);
                }
                return distinct(std::move(std::get<Vector>(value)));
            },
            [&](const Binary &what) -> Value { return binary(what, timeMs); },
            [&](const Aggregation &what) -> Value { return aggregation(what, timeMs); },
            [&](const Rate &what) -> Value { return rate(what, timeMs); },
            [&](const Quantile &what) -> Value { return quantile(what, timeMs); } },
        node.what);
}

} // namespace

Expected<InstantResult, EvaluationFault> evaluateAt(
    const Node &query, const Storage &storage, std::int64_t timeMs, const EvaluationLimits &limits)
{
    try {
        Evaluation evaluation(query, storage, limits, timeMs, timeMs);
        InstantResult result;
        result.type = query.type;
        if (query.type == ValueType::Range) {
            result.range = evaluation.rangeAt(query, timeMs);
            return result;
        }
        Value value = evaluation.at(query, timeMs);
        if (const double *scalar = std::get_if<double>(&value))
            result.scalar = *scalar;
        else
            result.vector = std::move(std::get<Vector>(value));
        std::sort(result.vector.begin(), result.vector.end(),
            [](const Sample &a, const Sample &b) { return a.labels < b.labels; });
        return result;
    } catch (Failure &failure) {
        return unexpected(std::move(failure.fault));
    }
}

Expected<std::vector<Series>, EvaluationFault> evaluateRange(const Node &query,
    const Storage &storage, std::int64_t startMs, std::int64_t endMs, std::int64_t stepMs,
    const EvaluationLimits &limits)
{
    if ((endMs - startMs) / stepMs > limits.steps)
        return unexpected(EvaluationFault { EvaluationFault::Kind::BadData,
            "exceeded maximum resolution of " + std::to_string(limits.steps)
                + " points per timeseries. Try decreasing the query resolution (?step=XX)" });
    try {
        Evaluation evaluation(query, storage, limits, startMs, endMs);
        std::map<Labels, std::vector<Point>> lines;
        for (std::int64_t time = startMs; time <= endMs; time += stepMs) {
            Value value = evaluation.at(query, time);
            if (const double *scalar = std::get_if<double>(&value)) {
                evaluation.count(1);
                lines[{}].push_back({ time, *scalar });
                continue;
            }
            evaluation.count(std::get<Vector>(value).size());
            for (Sample &sample : std::get<Vector>(value))
                lines[std::move(sample.labels)].push_back({ time, sample.value });
        }
        std::vector<Series> result;
        for (auto &[labels, points] : lines)
            result.push_back({ labels, std::move(points) });
        return result;
    } catch (Failure &failure) {
        return unexpected(std::move(failure.fault));
    }
}

} // namespace signalbox::gateway::promql
