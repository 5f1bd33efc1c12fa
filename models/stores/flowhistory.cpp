// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/flowhistory.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace signalbox {
namespace {

constexpr std::uint32_t bridgedSteps = 2; ///< a sample may come that much late
constexpr std::uint32_t backSteps = 5; ///< a clock that was set back by more begins anew

std::int32_t bounded(qint64 value)
{
    return std::int32_t(std::clamp<qint64>(value, 0, std::numeric_limits<std::int32_t>::max()));
}

std::int16_t small(int value)
{
    return std::int16_t(std::clamp<int>(value, -1, std::numeric_limits<std::int16_t>::max()));
}

/// The newest that is not younger; nullptr none.
template <class List>
const typename List::value_type *newestUntil(const List &list, std::uint32_t step)
{
    const auto after = std::upper_bound(list.begin(), list.end(), step,
        [](std::uint32_t at, const auto &one) { return at < one.step; });
    return after == list.begin() ? nullptr : &*std::prev(after);
}

/// One more, where it differs from the last. One that began before the time that is kept still
/// holds in it.
template <class List> void put(List &list, const typename List::value_type &one)
{
    if (!list.empty() && list.back().step == one.step)
        list.back() = one;
    else if (list.empty() || !list.back().like(one))
        list.push_back(one);
    while (list.size() > 1 && list[1].step + FlowHistory::steps <= one.step)
        list.pop_front();
}

} // namespace

bool FlowHistory::Sample::like(const Sample &other) const
{
    return backlog == other.backlog && errors == other.errors && aspect == other.aspect;
}

bool FlowHistory::Reason::like(const Reason &other) const
{
    const auto all = [](const Reason &one) {
        return std::tie(one.who, one.queue, one.number, one.other, one.share, one.reason,
            one.signal, one.processorsNamed, one.processors, one.processorsUp, one.stoppingSeen);
    };
    return all(*this) == all(other);
}

void FlowHistory::clear()
{
    *this = FlowHistory();
}

std::optional<std::uint32_t> FlowHistory::nameOf(const std::string &name)
{
    if (name.empty())
        return 0;
    const auto known = m_numbers.find(name);
    if (known != m_numbers.end())
        return known->second;
    if (m_names.size() > mostNames)
        return std::nullopt;
    const auto number = std::uint32_t(m_names.size());
    m_names.push_back(name);
    m_numbers.emplace(name, number);
    return number;
}

FlowHistory::Reason FlowHistory::reasonOf(std::uint32_t step, const Figures &figures)
{
    Reason reason;
    reason.step = step;
    reason.processors = small(figures.processors);
    reason.processorsUp = small(figures.processorsUp.value_or(-1));
    if (!figures.finding)
        return reason;
    const rules::HealthFinding &found = *figures.finding;
    const bool fault = found.reason == rules::HealthReason::Fault;
    const auto who = nameOf(fault      ? figures.fault
            : found.processors.empty() ? std::string()
                                       : found.processors.front());
    const auto queue = nameOf(found.queue);
    if (!who || !queue)
        return reason;
    reason.who = *who;
    reason.queue = *queue;
    reason.number = bounded(found.number);
    reason.other = bounded(found.other);
    reason.share = float(found.share);
    reason.reason = std::int16_t(found.reason);
    reason.signal = std::int16_t(found.signal);
    reason.processorsNamed = std::uint16_t(std::min<std::size_t>(found.processors.size(), 0xffff));
    reason.stoppingSeen = figures.stoppingSeen;
    return reason;
}

void FlowHistory::putReason(const Reason &reason, Figures &figures) const
{
    figures.processors = reason.processors;
    if (reason.processorsUp >= 0)
        figures.processorsUp = reason.processorsUp;
    if (reason.reason < 0)
        return;
    rules::HealthFinding found;
    found.signal = rules::Signal(reason.signal);
    found.reason = rules::HealthReason(reason.reason);
    found.number = reason.number;
    found.other = reason.other;
    found.share = double(reason.share);
    found.queue = m_names[reason.queue];
    found.processors.resize(reason.processorsNamed);
    if (found.reason == rules::HealthReason::Fault)
        figures.fault = m_names[reason.who];
    else if (!found.processors.empty())
        found.processors.front() = m_names[reason.who];
    figures.stoppingSeen = reason.stoppingSeen;
    figures.finding = std::move(found);
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
    if (!known.held.empty() && sample.step + backSteps < known.last)
        known = {};
    else
        sample.step = std::max(sample.step, known.last); // set back a little: the newest counts
    // Nobody told for a while: what was before does not hold until now.
    if (!known.held.empty() && sample.step > known.last + bridgedSteps) {
        Sample gap;
        gap.step = known.last + 1;
        put(known.held, gap);
        put(known.reasons, reasonOf(gap.step, {}));
    }
    known.last = sample.step;
    put(known.held, sample);
    put(known.reasons, reasonOf(sample.step, figures));
}

/// The last one that is not younger, within a step or two of the last one that was told.
const FlowHistory::Sample *FlowHistory::find(const Flow &flow, std::uint32_t step)
{
    if (flow.held.empty() || step > flow.last + bridgedSteps)
        return nullptr;
    return newestUntil(flow.held, step);
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
    if (const Reason *reason = newestUntil(known->reasons, stepOf(atMs)))
        putReason(*reason, figures);
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

void FlowHistory::extend(
    QList<qreal> &series, qint64 sinceMs, const std::optional<qint64> &backlog, qsizetype points)
{
    constexpr qint64 bridged = 3;
    constexpr qreal unknown = std::numeric_limits<qreal>::quiet_NaN();
    const qint64 passed = std::lround(double(sinceMs) / double(stepMs));
    const qreal between = series.isEmpty() || passed > bridged ? unknown : series.constLast();
    for (qint64 step = std::min<qint64>(passed, points); step > 1; --step)
        series.append(between);
    series.append(backlog ? qreal(*backlog) : unknown);
    while (series.size() > points)
        series.removeFirst();
    while (!series.isEmpty() && std::isnan(series.constFirst()))
        series.removeFirst();
}

std::optional<qint64> FlowHistory::valueAgo(const QList<qreal> &series, qint64 beforeLastMs)
{
    const qsizetype back = std::lround(double(beforeLastMs) / double(stepMs));
    const qsizetype at = series.size() - 1 - back;
    if (back < 0 || at < 0 || std::isnan(series[at]))
        return {};
    return qint64(series[at]);
}

qsizetype FlowHistory::samples(const QString &flow) const
{
    const auto known = m_flows.constFind(flow);
    return known == m_flows.cend() ? 0 : qsizetype(known->held.size());
}

qsizetype FlowHistory::reasons(const QString &flow) const
{
    const auto known = m_flows.constFind(flow);
    return known == m_flows.cend() ? 0 : qsizetype(known->reasons.size());
}

} // namespace signalbox
