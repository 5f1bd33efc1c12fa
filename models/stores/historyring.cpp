// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/historyring.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

const HistoryRing::Slot &HistoryRing::at(const Level &level, std::size_t i)
{
    return level.held[(level.newest + 1 + i) % level.held.size()];
}

void HistoryRing::push(qint64 atMs, const Values &values)
{
    if (atMs < 0)
        return;
    std::erase_if(m_ends, [atMs](qint64 endMs) { return endMs > atMs; });
    for (int span = 0; span < SpanCount; ++span)
        put(m_levels[std::size_t(span)], Span(span), atMs, values);
}

void HistoryRing::put(Level &level, Span span, qint64 atMs, const Values &values)
{
    const auto number = std::uint32_t(atMs / stepMs(span));
    const Slot slot { number, values, values };
    if (!level.held.empty() && level.held[level.newest].number > number)
        turnBack(level, number);
    if (!level.held.empty() && level.held[level.newest].number == number)
        return merge(level.held[level.newest], slot);
    if (level.held.size() < std::size_t(slotCount(span))) {
        // it has not turned round yet: the newest one is the last
        level.held.push_back(slot);
        level.newest = level.held.size() - 1;
        return;
    }
    level.newest = (level.newest + 1) % level.held.size();
    level.held[level.newest] = slot;
}

void HistoryRing::merge(Slot &slot, const Slot &other)
{
    for (std::size_t i = 0; i < MetricCount; ++i) {
        slot.low[i] = std::fmin(slot.low[i], other.low[i]); // ignores NaN
        slot.high[i] = std::fmax(slot.high[i], other.high[i]);
    }
}

/// The clock was set back: what was told after its new time becomes that slot, so that no spike
/// vanishes and what comes next is seen at once.
void HistoryRing::turnBack(Level &level, std::uint32_t number)
{
    auto &held = level.held;
    std::rotate(held.begin(), held.begin() + std::ptrdiff_t(level.newest) + 1, held.end());
    Slot last = held.back();
    last.number = number;
    while (!held.empty() && held.back().number >= number) {
        merge(last, held.back());
        held.pop_back();
    }
    held.push_back(last);
    level.newest = held.size() - 1;
}

void HistoryRing::end(qint64 atMs)
{
    m_ends.push_back(atMs);
    if (m_ends.size() > endsKept)
        m_ends.erase(m_ends.begin());
}

HistoryRing::Points HistoryRing::points(Span span, Metric metric, qint64 nowMs) const
{
    const Level &level = m_levels[std::size_t(span)];
    const int count = slotCount(span);
    const qint64 last = nowMs / stepMs(span);
    const qint64 first = last - count + 1;
    constexpr qreal nothing = std::numeric_limits<qreal>::quiet_NaN();
    Points points { first * stepMs(span), stepMs(span), QList<qreal>(count, nothing),
        QList<qreal>(count, nothing) };
    const qint64 bridged = std::max<qint64>(1, bridgedMs / stepMs(span));
    qint64 before = -1; // number of the slot drawn last
    qreal told = nothing;
    const auto ended = [&](qint64 until) { // it was another one by then
        return std::any_of(m_ends.begin(), m_ends.end(), [&](qint64 endMs) {
            return endMs / stepMs(span) >= before && endMs / stepMs(span) < until;
        });
    };
    const auto bridge = [&](qint64 until) {
        if (before < 0 || until - before > bridged || std::isnan(told) || ended(until))
            return;
        for (qint64 slot = std::max(before + 1, first); slot < until; ++slot)
            points.low[slot - first] = points.high[slot - first] = told;
    };
    for (std::size_t i = 0; i < level.held.size(); ++i) {
        const Slot &slot = at(level, i);
        const qint64 number = slot.number;
        if (number > last)
            break;
        if (number >= first) {
            bridge(number);
            points.low[number - first] = qreal(slot.low[std::size_t(metric)]);
            points.high[number - first] = qreal(slot.high[std::size_t(metric)]);
        }
        before = number;
        told = qreal(slot.high[std::size_t(metric)]);
    }
    bridge(last + 1);
    return points;
}

QList<qreal> HistoryRing::trend(Metric metric, qint64 nowMs, int steps) const
{
    const Points all = points(TenMinutes, metric, nowMs);
    const auto unknownAt = [&](qsizetype slot) { return std::isnan(all.high[slot]); };
    qsizetype begin = 0;
    while (begin < all.high.size() && unknownAt(begin))
        ++begin;
    const qsizetype told = all.high.size() - begin;
    if (told == 0)
        return {};
    // a young history is drawn as wide as an old one, of as many values as there are
    const auto count = int(std::min<qsizetype>(steps, std::max<qsizetype>(told, 2)));
    begin = std::min(begin, all.high.size() - count);
    QList<qreal> trend;
    trend.reserve(count);
    for (int step = 0; step < count; ++step) {
        const qsizetype from = begin + step * (all.high.size() - begin) / count;
        const qsizetype to = begin + (step + 1) * (all.high.size() - begin) / count;
        qreal highest = std::numeric_limits<qreal>::quiet_NaN();
        for (qsizetype i = from; i < to; ++i)
            highest = std::fmax(highest, all.high[i]);
        trend.append(highest);
    }
    return trend;
}

QList<qreal> HistoryRing::trendUntil(Metric metric, qint64 untilMs, qint64 nowMs, int steps) const
{
    const Points all = points(Hour, metric, nowMs);
    // A slot that goes on after the instant holds what came later too.
    const qint64 last = (untilMs + 1 - all.fromMs) / all.stepMs - 1;
    QList<qreal> trend;
    bool known = false;
    for (qint64 slot = last - steps + 1; slot <= last; ++slot) {
        const bool within = slot >= 0 && slot < all.high.size();
        trend.append(within ? all.high[slot] : std::numeric_limits<qreal>::quiet_NaN());
        known = known || !std::isnan(trend.constLast());
    }
    return known ? trend : QList<qreal>();
}

qint64 HistoryRing::firstMs() const
{
    const Level &level = m_levels[Day];
    // the day's slot begins before the first value; the finest span that still holds it says more
    for (const Span span : { TenMinutes, Hour }) {
        const Level &fine = m_levels[std::size_t(span)];
        if (!fine.held.empty() && fine.held.size() < std::size_t(slotCount(span)))
            return qint64(at(fine, 0).number) * stepMs(span);
    }
    return level.held.empty() ? -1 : qint64(at(level, 0).number) * stepMs(Day);
}

qint64 HistoryRing::bytes() const
{
    qint64 bytes = sizeof(*this) + qint64(m_ends.capacity() * sizeof(qint64));
    for (const Level &level : m_levels)
        bytes += qint64(level.held.capacity() * sizeof(Slot));
    return bytes;
}

} // namespace signalbox
