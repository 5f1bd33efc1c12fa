// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/flowhistory.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace signalbox {
namespace {

constexpr std::uint32_t bridgedSteps = 2; ///< a sample may come that much late

std::int32_t bounded(qint64 value)
{
    return std::int32_t(std::clamp<qint64>(value, 0, std::numeric_limits<std::int32_t>::max()));
}

} // namespace

bool FlowHistory::Sample::like(const Sample &other) const
{
    return backlog == other.backlog && errors == other.errors && aspect == other.aspect;
}

void FlowHistory::tell(const QString &flow, qint64 atMs, const Figures &figures)
{
    Flow &known = m_flows[flow];
    Sample sample;
    sample.step = stepOf(atMs);
    if (figures.backlog)
        sample.backlog = bounded(*figures.backlog);
    if (figures.errorPercent)
        sample.errors = std::int16_t(std::lround(std::clamp(*figures.errorPercent, 0., 100.) * 10));
    sample.aspect = std::int16_t(figures.aspect);
    if (!known.held.empty() && sample.step < known.held.back().step)
        known = {}; // the clock was put back
    // Nobody told for a while: what was before does not hold until now.
    if (!known.held.empty() && sample.step > known.last + bridgedSteps) {
        Sample gap;
        gap.step = known.last + 1;
        if (!known.held.back().like(gap))
            known.held.push_back(gap);
    }
    known.last = sample.step;
    if (!known.held.empty() && known.held.back().step == sample.step)
        known.held.back() = sample;
    else if (known.held.empty() || !known.held.back().like(sample))
        known.held.push_back(sample);
    // One that began before the time that is kept still holds in it.
    while (known.held.size() > 1 && known.held[1].step + steps <= sample.step)
        known.held.pop_front();
}

/// The last one that is not younger, within a step or two of the last one that was told.
const FlowHistory::Sample *FlowHistory::find(const Flow &flow, std::uint32_t step)
{
    if (flow.held.empty() || step > flow.last + bridgedSteps)
        return nullptr;
    const auto after = std::upper_bound(flow.held.begin(), flow.held.end(), step,
        [](std::uint32_t at, const Sample &sample) { return at < sample.step; });
    return after == flow.held.begin() ? nullptr : &*std::prev(after);
}

std::optional<FlowHistory::Figures> FlowHistory::at(const QString &flow, qint64 atMs) const
{
    const auto known = m_flows.constFind(flow);
    const Sample *sample = known == m_flows.cend() ? nullptr : find(*known, stepOf(atMs));
    if (!sample)
        return {};
    Figures figures;
    if (sample->backlog >= 0)
        figures.backlog = sample->backlog;
    if (sample->errors >= 0)
        figures.errorPercent = sample->errors / 10.;
    figures.aspect = Cell::Aspect(sample->aspect);
    return figures;
}

QList<qreal> FlowHistory::backlogUntil(const QString &flow, qint64 untilMs, int points) const
{
    QList<qreal> values;
    const auto known = m_flows.constFind(flow);
    if (known == m_flows.cend())
        return values;
    const std::uint32_t until = stepOf(untilMs);
    bool any = false;
    for (int back = points - 1; back >= 0; --back) {
        const Sample *sample = find(*known, until - std::uint32_t(back));
        if (!sample && values.isEmpty())
            continue;
        const bool told = sample && sample->backlog >= 0;
        any = any || told;
        values.append(told ? qreal(sample->backlog) : std::numeric_limits<qreal>::quiet_NaN());
    }
    return any ? values : QList<qreal>();
}

qsizetype FlowHistory::samples(const QString &flow) const
{
    const auto known = m_flows.constFind(flow);
    return known == m_flows.cend() ? 0 : qsizetype(known->held.size());
}

} // namespace signalbox
