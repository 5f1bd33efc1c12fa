// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/promql/functions.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace signalbox::gateway::promql {

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double seconds = 1000;

/// What the counter gained, resets made good.
double gained(std::span<const metrics::Point> points)
{
    double result = points.back().value - points.front().value;
    for (std::size_t i = 1; i < points.size(); ++i)
        if (points[i].value < points[i - 1].value)
            result += points[i - 1].value;
    return result;
}

/// Buckets of one bound are one; counts never fall with the bound.
void tidy(std::vector<Bucket> &buckets)
{
    std::vector<Bucket> whole;
    for (const Bucket &bucket : buckets) {
        if (!whole.empty() && whole.back().upperBound == bucket.upperBound)
            whole.back().count += bucket.count;
        else
            whole.push_back(bucket);
    }
    for (std::size_t i = 1; i < whole.size(); ++i)
        whole[i].count = std::max(whole[i].count, whole[i - 1].count);
    buckets = std::move(whole);
}

} // namespace

std::optional<double> extrapolated(std::span<const metrics::Point> points, std::int64_t endMs,
    std::int64_t rangeMs, bool perSecond)
{
    if (points.size() < 2)
        return std::nullopt;
    const double gain = gained(points);
    const double sampled =
        static_cast<double>(points.back().timeMs - points.front().timeMs) / seconds;
    const double average = sampled / static_cast<double>(points.size() - 1);
    double toStart = static_cast<double>(points.front().timeMs - (endMs - rangeMs)) / seconds;
    const double toEnd = static_cast<double>(endMs - points.back().timeMs) / seconds;
    // A counter cannot have been below zero before its first sample.
    if (gain > 0 && points.front().value >= 0)
        toStart = std::min(toStart, sampled * (points.front().value / gain));
    const double threshold = average * 1.1;
    const double covered = sampled + (toStart < threshold ? toStart : average / 2)
        + (toEnd < threshold ? toEnd : average / 2);
    double factor = covered / sampled;
    if (perSecond)
        factor /= static_cast<double>(rangeMs) / seconds;
    return gain * factor;
}

double bucketQuantile(double quantile, std::vector<Bucket> buckets)
{
    if (std::isnan(quantile))
        return notANumber;
    if (quantile < 0)
        return -infinite;
    if (quantile > 1)
        return infinite;
    std::sort(buckets.begin(), buckets.end(),
        [](const Bucket &a, const Bucket &b) { return a.upperBound < b.upperBound; });
    if (buckets.empty() || buckets.back().upperBound != infinite)
        return notANumber;
    tidy(buckets);
    if (buckets.size() < 2 || buckets.back().count == 0 || std::isnan(buckets.back().count))
        return notANumber;
    double rank = quantile * buckets.back().count;
    const auto found = std::find_if(buckets.begin(), buckets.end() - 1,
        [rank](const Bucket &bucket) { return bucket.count >= rank; });
    if (found == buckets.end() - 1)
        return (buckets.end() - 2)->upperBound;
    if (found == buckets.begin() && found->upperBound <= 0)
        return found->upperBound;
    double begin = 0;
    double count = found->count;
    if (found != buckets.begin()) {
        begin = (found - 1)->upperBound;
        count -= (found - 1)->count;
        rank -= (found - 1)->count;
    }
    return begin + (found->upperBound - begin) * (rank / count);
}

double calculated(Binary::Operator what, double left, double right)
{
    using Op = Binary::Operator;
    switch (what) {
    case Op::Add:
        return left + right;
    case Op::Subtract:
        return left - right;
    case Op::Multiply:
        return left * right;
    case Op::Divide:
        return left / right;
    case Op::Modulo:
        return std::fmod(left, right);
    case Op::Power:
        return std::pow(left, right);
    }
    return notANumber;
}

bool compared(Binary::Comparison what, double left, double right)
{
    using Cmp = Binary::Comparison;
    switch (what) {
    case Cmp::Equal:
        return left == right;
    case Cmp::NotEqual:
        return left != right;
    case Cmp::Less:
        return left < right;
    case Cmp::Greater:
        return left > right;
    case Cmp::LessOrEqual:
        return left <= right;
    case Cmp::GreaterOrEqual:
        return left >= right;
    }
    return false;
}

void Accumulator::addToMean(double value)
{
    if (std::isinf(m_value)
        && ((std::isinf(value) && (value > 0) == (m_value > 0))
            || (!std::isinf(value) && !std::isnan(value))))
        return; // infinite it stays
    const auto count = static_cast<double>(m_count);
    m_value += value / count - m_value / count;
}

void Accumulator::add(double value)
{
    ++m_count;
    switch (m_kind) {
    case Aggregation::Kind::Sum:
        m_value += value;
        break;
    case Aggregation::Kind::Average:
        addToMean(value);
        break;
    case Aggregation::Kind::Maximum:
        if (m_count == 1 || m_value < value || std::isnan(m_value))
            m_value = value;
        break;
    case Aggregation::Kind::Count:
        break;
    }
}

double Accumulator::result() const
{
    return m_kind == Aggregation::Kind::Count ? static_cast<double>(m_count) : m_value;
}

} // namespace signalbox::gateway::promql
