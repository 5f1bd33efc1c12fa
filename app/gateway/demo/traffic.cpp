// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/traffic.h"

#include <algorithm>
#include <cmath>

namespace signalbox::gateway::demo {

namespace {
constexpr double dayPeak = 2.4;

/// Quiet nights, a sharp morning, a broad evening; the mean over a day is 1.
double ofDay(double share)
{
    const auto hump = [share](double at, double width, double height) {
        const double x = (share - at) / width;
        return height * std::exp(-x * x);
    };
    return std::min(dayPeak, 0.35 + hump(0.36, 0.09, 2.0) + hump(0.70, 0.12, 1.55));
}
} // namespace

Traffic::Traffic(const LineBook &book, double perMinute, std::string shape)
    : m_perMinute(std::clamp(perMinute, 0.0, 6000.0))
    , m_shape(std::move(shape))
    , m_dayMs(book.dayMs)
    , m_surge(book.surge)
{
}

double Traffic::factor(double ms) const
{
    if (m_shape == "day") // starts in the morning
        return ofDay(std::fmod(ms / m_dayMs + 0.27, 1.0));
    if (m_shape == "surge")
        return std::fmod(ms, m_surge.floodMs + m_surge.pauseMs) < m_surge.floodMs
            ? m_surge.floodFactor
            : m_surge.pauseFactor;
    return 1.0;
}

double Traffic::peak() const
{
    if (m_shape == "day")
        return dayPeak;
    return m_shape == "surge" ? std::max(m_surge.floodFactor, m_surge.pauseFactor) : 1.0;
}

double Traffic::nextCandidate(Random &random) const
{
    return random.exponential(60000.0 / (m_perMinute * peak()));
}

bool Traffic::accept(double ms, Random &random) const
{
    return random.unit() * peak() < factor(ms);
}

} // namespace signalbox::gateway::demo
