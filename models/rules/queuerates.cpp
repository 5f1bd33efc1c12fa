// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/queuerates.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace signalbox::rules {
namespace {

constexpr double msPerSecond = 1000;
constexpr double noise = 0.01; ///< of the larger rate
constexpr double longest = 30.0 * 24 * 3600; ///< s

} // namespace

std::optional<double> counterRate(std::int64_t before, std::int64_t after, std::int64_t passedMs)
{
    if (passedMs <= 0 || after < before)
        return std::nullopt;
    return static_cast<double>(after - before) * msPerSecond / static_cast<double>(passedMs);
}

Drain timeToDrain(std::int64_t ready, std::optional<double> in, std::optional<double> out)
{
    if (ready <= 0)
        return { Drain::Kind::Empty, 0 };
    if (!in || !out)
        return {};
    const double net = *out - *in;
    if (std::abs(net) <= noise * std::max(std::abs(*in), std::abs(*out)))
        return { Drain::Kind::Standing, 0 };
    if (net < 0)
        return { Drain::Kind::Growing, 0 };
    const double seconds = static_cast<double>(ready) / net;
    if (seconds > longest)
        return { Drain::Kind::Standing, 0 };
    return { Drain::Kind::Draining, seconds };
}

std::optional<double> drainMs(const Drain &drain)
{
    switch (drain.kind) {
    case Drain::Kind::Unknown:
        break;
    case Drain::Kind::Empty:
        return 0;
    case Drain::Kind::Draining:
        return drain.seconds * msPerSecond;
    case Drain::Kind::Standing:
        return std::numeric_limits<double>::max();
    case Drain::Kind::Growing:
        return std::numeric_limits<double>::infinity();
    }
    return std::nullopt;
}

} // namespace signalbox::rules
