// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QtGlobal>

#include <array>
#include <optional>

namespace signalbox {

/// Rates per second of two cumulative counters over the last five seconds or, when samples come
/// less often, over the last two of them. A counter that goes back (its owner restarted) starts
/// anew and is unknown until the next sample.
class RateRing {
public:
    void push(qint64 atMs, qint64 in, qint64 out)
    {
        if (m_count > 0 && (in < at(m_count - 1).in || out < at(m_count - 1).out))
            m_count = 0;
        if (m_count > 0 && atMs - at(m_count - 1).ms < minimumMs)
            return;
        while (m_count > 1 && (m_count == capacity || atMs - at(1).ms >= spanMs)) {
            m_first = (m_first + 1) % capacity;
            --m_count;
        }
        m_samples[(m_first + m_count) % capacity] = { atMs, in, out };
        ++m_count;
    }
    [[nodiscard]] std::optional<double> inRate() const { return rate(&Sample::in); }
    [[nodiscard]] std::optional<double> outRate() const { return rate(&Sample::out); }

private:
    static constexpr int capacity = 7;
    static constexpr qint64 spanMs = 5000;
    static constexpr qint64 minimumMs = 200;
    struct Sample {
        qint64 ms = 0;
        qint64 in = 0;
        qint64 out = 0;
    };
    [[nodiscard]] const Sample &at(int i) const { return m_samples[(m_first + i) % capacity]; }
    [[nodiscard]] std::optional<double> rate(qint64 Sample::*member) const
    {
        if (m_count < 2)
            return {};
        const Sample &oldest = at(0);
        const Sample &newest = at(m_count - 1);
        return double(newest.*member - oldest.*member) * 1000 / double(newest.ms - oldest.ms);
    }
    std::array<Sample, capacity> m_samples;
    int m_first = 0;
    int m_count = 0;
};

} // namespace signalbox
