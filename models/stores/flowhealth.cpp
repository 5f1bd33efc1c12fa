// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/flowhealth.h"

#include "models/stores/format.h"

#include <QCoreApplication>

namespace signalbox {
namespace {

constexpr qint64 stoppingTooLongMs = 30000; ///< a stop takes 1 s, 10 s with retries (TG §4.5)
constexpr qint64 attachMs = 10000; ///< consumers come after the start was answered (trap 19)
constexpr double errorsStop = 10;
constexpr double errorsWarn = 1;
constexpr qint64 backlogFloor = 100;

QString tr(const char *text)
{
    return QCoreApplication::translate("FlowHealth", text);
}

bool growing(const FlowFacts &facts)
{
    if (!facts.backlog || !facts.backlogMinuteAgo)
        return false;
    return *facts.backlog >= backlogFloor && *facts.backlog > *facts.backlogMinuteAgo * 5 / 4;
}

FlowHealth stoppingHealth(const FlowFacts &facts)
{
    if (facts.stoppingForMs < stoppingTooLongMs)
        return { Cell::Unknown,
            facts.stoppingSeen ? tr("It is being stopped.")
                               : tr("It is being stopped; since when is not known.") };
    const QString time = format::age(facts.stoppingForMs);
    return { Cell::Warning,
        facts.stoppingSeen ? tr("It has been stopping for %1.").arg(time)
                           : tr("It has been stopping for at least %1.").arg(time) };
}

QString names(const QStringList &processors)
{
    return processors.size() == 1
        ? processors.front()
        : tr("%1 and %2 more").arg(processors.front()).arg(processors.size() - 1);
}

} // namespace

FlowHealth healthOf(const FlowFacts &facts)
{
    if (facts.stopping)
        return stoppingHealth(facts);
    if (!facts.recordFault.isEmpty())
        return { Cell::Warning, facts.recordFault };
    if (!facts.deadProcessors.isEmpty())
        return { Cell::Stop, tr("%1: dead.").arg(names(facts.deadProcessors)) };
    if (!facts.countsKnown)
        return { Cell::Unknown, tr("Nothing on this connection tells queue counts.") };
    if (!facts.totals || facts.totals->queues == 0)
        return { Cell::Unknown, tr("None of its queues is known yet.") };
    const FlowTotals &sum = *facts.totals;
    if (sum.starving > 0 && sum.starvingReady == 0 && facts.starvingForMs < attachMs)
        return { Cell::Unknown, tr("%1 of its queues have no consumer yet.").arg(sum.starving) };
    if (sum.starving > 0)
        return { Cell::Stop,
            tr("%1: no consumer, %2 waiting.")
                .arg(facts.starvingProcessor, format::count(sum.starvingReady)) };
    if (facts.errorPercent.value_or(0) >= errorsStop)
        return { Cell::Stop,
            tr("%1 % of the messages fail.").arg(format::percent(facts.errorPercent)) };
    if (!facts.pausedProcessors.isEmpty())
        return { Cell::Warning, tr("%1: paused.").arg(names(facts.pausedProcessors)) };
    if (growing(facts))
        return { Cell::Warning,
            tr("%1 falls behind: %2 waiting, %3 a minute ago.")
                .arg(facts.deepestProcessor, format::count(facts.backlog),
                    format::count(facts.backlogMinuteAgo)) };
    if (facts.errorPercent.value_or(0) >= errorsWarn)
        return { Cell::Warning,
            tr("%1 % of the messages fail.").arg(format::percent(facts.errorPercent)) };
    if (sum.unknownCounts > 0)
        return { Cell::Unknown,
            tr("%1 of %2 queues are not known to the broker.")
                .arg(sum.unknownCounts)
                .arg(sum.queues) };
    if (facts.processorsUp && *facts.processorsUp < facts.processors)
        return { Cell::Clear,
            tr("Every queue has a consumer; %1 of %2 processors say that they run.")
                .arg(*facts.processorsUp)
                .arg(facts.processors) };
    return { Cell::Clear, tr("Every queue has a consumer.") };
}

} // namespace signalbox
