// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/random.h"

#include <cmath>
#include <numbers>

namespace signalbox::gateway::demo {

std::uint64_t Random::next()
{
    m_state += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = m_state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

double Random::unit()
{
    return double(next() >> 11) * 0x1.0p-53;
}

std::int64_t Random::between(std::int64_t low, std::int64_t high)
{
    return low + std::int64_t(next() % std::uint64_t(high - low + 1));
}

double Random::exponential(double mean)
{
    return -mean * std::log(1.0 - unit());
}

double Random::logNormal(double median, double sigma)
{
    const double radius = std::sqrt(-2.0 * std::log(1.0 - unit()));
    return median * std::exp(sigma * radius * std::cos(2.0 * std::numbers::pi * unit()));
}

std::string Random::hex(int digits)
{
    std::string text;
    for (int i = 0; i < digits; ++i)
        text += "0123456789abcdef"[next() & 15];
    return text;
}

const std::string &Random::pick(const std::vector<std::string> &from)
{
    return from[next() % from.size()];
}

std::uint64_t seedFor(std::uint64_t base, std::string_view name)
{
    std::uint64_t hash = 0xcbf29ce484222325ULL ^ base;
    for (const char c : name)
        hash = (hash ^ std::uint8_t(c)) * 0x100000001b3ULL;
    return hash;
}

} // namespace signalbox::gateway::demo
