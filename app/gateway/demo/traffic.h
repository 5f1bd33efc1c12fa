// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/demo/catalogue.h"
#include "app/gateway/demo/random.h"

namespace signalbox::gateway::demo {

/// When the messages of a source come: an average rate, spread over time by a shape.
class Traffic {
public:
    /// `shape`: steady, day, surge; another one counts as steady.
    Traffic(const LineBook &book, double perMinute, std::string shape);
    /// Of the average rate, `ms` after the start of the line.
    [[nodiscard]] double factor(double ms) const;
    /// Highest factor of the shape.
    [[nodiscard]] double peak() const;
    /// Milliseconds until the next candidate; a candidate counts when accept() says so (thinning).
    [[nodiscard]] double nextCandidate(Random &random) const;
    [[nodiscard]] bool accept(double ms, Random &random) const;
    [[nodiscard]] bool flows() const { return m_perMinute > 0; }

private:
    double m_perMinute;
    std::string m_shape;
    double m_dayMs;
    SurgeSpec m_surge;
};

} // namespace signalbox::gateway::demo
