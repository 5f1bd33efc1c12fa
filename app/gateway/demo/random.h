// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::gateway::demo {

/// Small seeded generator (splitmix64): hundreds of workers own one each.
class Random {
public:
    explicit Random(std::uint64_t seed)
        : m_state(seed)
    {
    }
    std::uint64_t next();
    double unit(); ///< [0, 1)
    std::int64_t between(std::int64_t low, std::int64_t high); ///< both included
    bool chance(double share) { return share > 0 && unit() < share; }
    double exponential(double mean);
    double logNormal(double median, double sigma);
    std::string hex(int digits);
    const std::string &pick(const std::vector<std::string> &from); ///< must not be empty

private:
    std::uint64_t m_state;
};

/// Seed of a named thing: the same name and base give the same course of events.
std::uint64_t seedFor(std::uint64_t base, std::string_view name);

} // namespace signalbox::gateway::demo
