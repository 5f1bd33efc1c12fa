// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/replaylog.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace signalbox::rules {
namespace {

constexpr std::int64_t lateMs = 100; ///< who samples comes about once a second
constexpr std::int64_t backMs = 60000; ///< a clock that was set back by more begins anew
constexpr std::uint64_t continued = 0x80;

void putNumber(std::vector<std::uint8_t> &into, std::int64_t value)
{
    // the sign becomes the last bit, so that small differences stay short
    auto rest = (std::uint64_t(value) << 1) ^ std::uint64_t(value >> 63);
    for (; rest >= continued; rest >>= 7)
        into.push_back(std::uint8_t(rest | continued));
    into.push_back(std::uint8_t(rest));
}

std::int64_t takeNumber(const std::vector<std::uint8_t> &from, std::size_t &at)
{
    std::uint64_t value = 0;
    for (unsigned shift = 0; at < from.size(); shift += 7) {
        const std::uint8_t byte = from[at++];
        value |= (std::uint64_t(byte) & (continued - 1)) << shift;
        if (byte < continued)
            break;
    }
    return std::int64_t(value >> 1) ^ -std::int64_t(value & 1);
}

} // namespace

std::int32_t ReplayLog::count(std::int64_t value)
{
    return value < 0 || value > std::numeric_limits<std::int32_t>::max() ? unknown
                                                                         : std::int32_t(value);
}

std::int32_t ReplayLog::rate(std::optional<double> perSecond)
{
    constexpr double most = double(std::numeric_limits<std::int32_t>::max()) / 100 - 1e6;
    if (!perSecond || !(*perSecond >= 0) || *perSecond > most)
        return unknown;
    const auto hundredths = std::int64_t(std::llround(*perSecond * 100));
    std::int64_t unit = 1;
    while (hundredths / unit >= 1000)
        unit *= 10;
    return count((hundredths + unit / 2) / unit * unit);
}

std::optional<double> ReplayLog::perSecond(std::int32_t rate)
{
    return rate < 0 ? std::nullopt : std::optional(double(rate) / 100);
}

// ---- samples ----

std::uint32_t ReplayLog::add()
{
    if (!m_gone.empty() && !m_samples.empty() && m_gone.front().sample <= m_first) {
        const std::uint32_t number = m_gone.front().number;
        m_gone.pop_front();
        m_told[number] = m_stamp;
        if (number < m_then.size())
            m_then[number] = nothing; // who looks at an instant that is let go saw another thing
        return number;
    }
    m_last.push_back(nothing);
    m_told.push_back(m_stamp);
    return std::uint32_t(m_last.size() - 1);
}

std::int64_t ReplayLog::stepMs() const
{
    const double perByte =
        double(m_bounds.spanMs) / double(std::max<std::size_t>(1, m_bounds.bytes));
    return std::clamp(
        std::int64_t(double(m_lastBytes) * perByte), m_bounds.leastStepMs, m_bounds.mostStepMs);
}

bool ReplayLog::due(std::int64_t nowMs) const
{
    if (m_samples.empty() || m_samples.back().dark || nowMs < m_samples.back().ms - backMs)
        return true;
    // A clock that was set back a little must not wait until it is where it was.
    return nowMs < m_begunMs || nowMs - m_begunMs >= stepMs() - lateMs;
}

void ReplayLog::begin(std::int64_t nowMs)
{
    close();
    if (!m_samples.empty() && nowMs < m_samples.back().ms - backMs)
        forget();
    if (++m_stamp == 0)
        m_stamp = 1;
    m_open = true;
    m_begunMs = nowMs;
    m_making = {};
    m_making.ms = m_samples.empty() ? nowMs : std::max(nowMs, m_samples.back().ms);
    m_before = 0;
}

void ReplayLog::change(std::uint32_t number, const Figures &figures)
{
    Figures &last = m_last[number];
    if (figures == last)
        return;
    putNumber(m_making.changes, std::int64_t(number) - std::int64_t(m_before));
    m_before = number;
    unsigned which = 0;
    for (std::size_t i = 0; i < FigureCount; ++i)
        which |= figures[i] != last[i] ? 1U << i : 0U;
    m_making.changes.push_back(std::uint8_t(which));
    for (std::size_t i = 0; i < FigureCount; ++i)
        if (figures[i] != last[i])
            putNumber(m_making.changes, std::int64_t(figures[i]) - last[i]);
    last = figures;
}

void ReplayLog::tell(std::uint32_t number, const Figures &figures)
{
    if (!m_open || number >= m_last.size())
        return;
    m_told[number] = m_stamp;
    change(number, figures);
}

void ReplayLog::end()
{
    if (!m_open)
        return;
    for (std::uint32_t number = 0; number < m_told.size(); ++number) {
        if (m_told[number] == 0 || m_told[number] == m_stamp)
            continue;
        change(number, nothing);
        m_told[number] = 0;
        m_gone.push_back({ number, m_first + std::int64_t(m_samples.size()) });
    }
    close();
}

/// What was told so far happened.
void ReplayLog::close()
{
    if (!std::exchange(m_open, false))
        return;
    put(std::move(m_making));
    m_making = {};
}

void ReplayLog::dark(std::int64_t nowMs)
{
    close();
    if (m_samples.empty() || m_samples.back().dark)
        return;
    Sample sample;
    sample.ms = std::max(nowMs, m_samples.back().ms);
    sample.dark = true;
    put(std::move(sample));
}

void ReplayLog::put(Sample sample)
{
    sample.changes.shrink_to_fit();
    m_lastBytes = sizeof(Sample) + sample.changes.capacity();
    m_bytes += m_lastBytes;
    const std::int64_t now = sample.ms;
    m_samples.push_back(std::move(sample));
    trim(now);
}

void ReplayLog::trim(std::int64_t nowMs)
{
    while (m_samples.size() > 1
        && (m_bytes > m_bounds.bytes || nowMs - m_samples.front().ms > m_bounds.spanMs)) {
        m_bytes -= sizeof(Sample) + m_samples.front().changes.capacity();
        m_samples.pop_front();
        ++m_first;
    }
}

void ReplayLog::forget()
{
    leave();
    m_first += std::int64_t(m_samples.size());
    m_samples.clear();
    m_bytes = m_lastBytes = 0;
}

void ReplayLog::clear()
{
    const Bounds bounds = m_bounds;
    *this = ReplayLog(bounds);
}

std::int64_t ReplayLog::fromMs() const
{
    return m_samples.empty() ? 0 : m_samples.front().ms;
}

std::int64_t ReplayLog::toMs() const
{
    return m_samples.empty() ? 0 : m_samples.back().ms;
}

// ---- looking back ----

void ReplayLog::apply(const Sample &sample, std::int32_t sign)
{
    std::size_t at = 0;
    std::int64_t number = 0;
    while (at < sample.changes.size()) {
        number += takeNumber(sample.changes, at);
        const unsigned which = at < sample.changes.size() ? sample.changes[at++] : 0;
        for (std::size_t i = 0; i < FigureCount; ++i)
            if ((which & (1U << i)) != 0) {
                const std::int64_t by = takeNumber(sample.changes, at);
                if (std::size_t(number) < m_then.size())
                    m_then[std::size_t(number)][i] += std::int32_t(by) * sign;
            }
    }
}

/// Running number of the last sample at or before the instant, else of the oldest one.
std::int64_t ReplayLog::indexAt(std::int64_t ms) const
{
    const auto after = std::upper_bound(m_samples.begin(), m_samples.end(), ms,
        [](std::int64_t instant, const Sample &sample) { return instant < sample.ms; });
    return m_first + std::max<std::int64_t>(0, (after - m_samples.begin()) - 1);
}

bool ReplayLog::seek(std::int64_t atMs, std::size_t budget)
{
    close();
    if (m_samples.empty()) {
        leave();
        return true;
    }
    const std::int64_t newest = m_first + std::int64_t(m_samples.size()) - 1;
    if (!m_looking || m_at < m_first) {
        m_then = m_last;
        m_at = newest;
        m_looking = true;
    }
    m_then.resize(m_last.size(), nothing);
    m_there = false;
    const std::int64_t target = indexAt(atMs);
    std::size_t read = 0;
    while (m_at != target && read <= budget) {
        const bool forward = m_at < target;
        m_at += forward ? 1 : 0;
        const Sample &sample = m_samples[std::size_t(m_at - m_first)];
        apply(sample, forward ? 1 : -1);
        m_at -= forward ? 0 : 1;
        read += sample.changes.size();
    }
    if (m_at != target)
        return false;
    m_there = true;
    m_thenMs = m_samples[std::size_t(m_at - m_first)].ms;
    m_thenDark = m_samples[std::size_t(m_at - m_first)].dark;
    return true;
}

void ReplayLog::leave()
{
    m_looking = m_there = false;
    m_then = {};
}

std::optional<std::int64_t> ReplayLog::shownMs() const
{
    return m_there && !m_thenDark ? std::optional(m_thenMs) : std::nullopt;
}

ReplayLog::Figures ReplayLog::at(std::uint32_t number) const
{
    return m_there && !m_thenDark && number < m_then.size() ? m_then[number] : nothing;
}

std::size_t ReplayLog::goneSince() const
{
    if (!m_there || m_thenDark)
        return 0;
    std::size_t gone = 0;
    for (std::size_t number = 0; number < std::min(m_then.size(), m_told.size()); ++number)
        gone += m_told[number] == 0 && m_then[number] != nothing ? 1 : 0;
    return gone;
}

} // namespace signalbox::rules
