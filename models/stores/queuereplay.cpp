// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/queuereplay.h"

#include "models/stores/queueledger.h"

#include <algorithm>

namespace signalbox {
namespace {

using rules::ReplayLog;

ReplayLog::Figures keptOf(const QueueState &queue, bool gatewayTells)
{
    if (!queue.countsNow() || (!gatewayTells && queue.readings.empty()))
        return ReplayLog::nothing;
    return { ReplayLog::count(queue.row.ready), ReplayLog::count(queue.row.unacked),
        ReplayLog::count(queue.row.consumers), ReplayLog::rate(queue.inRate),
        ReplayLog::rate(queue.outRate) };
}

} // namespace

QueueReplay::QueueReplay(QueueLedger *ledger, QObject *parent)
    : QObject(parent)
    , m_ledger(ledger)
{
    m_telling.setSingleShot(true);
    connect(&m_telling, &QTimer::timeout, this, &QueueReplay::tellRows);
    m_seek.setSingleShot(true);
    connect(&m_seek, &QTimer::timeout, this, &QueueReplay::seek);
}

QueueReplay::~QueueReplay() = default;

std::optional<qint64> QueueReplay::shownMs() const
{
    const auto ms = m_active ? m_log.shownMs() : std::nullopt;
    return ms ? std::optional(qint64(*ms)) : std::nullopt;
}

// ---- taking ----

void QueueReplay::sample(qint64 nowMs, bool gatewayTells)
{
    if (m_log.open() || !m_log.due(nowMs))
        return;
    m_gatewayTells = gatewayTells;
    m_log.begin(nowMs);
    m_untold = m_ledger->count();
    tellRows();
}

/// From the last row down: one that moves into a gap is told twice rather than never.
void QueueReplay::tellRows()
{
    if (!m_log.open())
        return; // somebody looks back: the next sample has the rest
    const auto &rows = m_ledger->rows();
    m_untold = std::min(m_untold, int(rows.size()));
    const int until = std::max(0, m_untold - rowsPerTurn);
    while (m_untold > until) {
        const QueueState &queue = rows[std::size_t(--m_untold)];
        if (queue.kept == 0)
            queue.kept = m_log.add() + 1;
        m_log.tell(queue.kept - 1, keptOf(queue, m_gatewayTells));
    }
    if (m_untold > 0) {
        m_telling.start(0);
        return;
    }
    m_log.end();
    emit sampled();
}

void QueueReplay::clear()
{
    m_telling.stop();
    m_log.clear();
    live();
    emit sampled();
}

// ---- showing ----

void QueueReplay::show(qint64 instantMs)
{
    if (m_log.empty())
        return;
    m_instant = std::clamp(instantMs, fromMs(), toMs());
    const bool entered = !std::exchange(m_active, true);
    if (entered)
        emit toggled(); // before any figure: from here on nothing is written
    seek();
}

void QueueReplay::seek()
{
    if (!m_active)
        return;
    if (!m_log.seek(m_instant, bytesPerTurn)) {
        m_seek.start(0); // what was shown before is gone: unknown until it is there
        return;
    }
    m_seek.stop();
    m_gone = int(m_log.goneSince());
    emit moved();
}

void QueueReplay::live()
{
    m_seek.stop();
    m_log.leave();
    m_gone = 0;
    if (!std::exchange(m_active, false))
        return;
    emit moved();
    emit toggled();
}

QueueFigures QueueReplay::figures(const QueueState &queue) const
{
    QueueFigures then;
    if (queue.kept == 0)
        return then;
    const auto kept = m_log.at(queue.kept - 1);
    if (std::any_of(kept.begin(), kept.begin() + ReplayLog::In,
            [](std::int32_t count) { return count == ReplayLog::unknown; }))
        return then;
    then.known = true;
    then.ready = kept[ReplayLog::Ready];
    then.unacked = kept[ReplayLog::Unacked];
    then.consumers = kept[ReplayLog::Consumers];
    then.inRate = ReplayLog::perSecond(kept[ReplayLog::In]);
    then.outRate = ReplayLog::perSecond(kept[ReplayLog::Out]);
    return then;
}

std::optional<FlowTotals> QueueReplay::totals(const QString &workspace, const QString &flow) const
{
    const auto sum = m_ledger->totalsOf(workspace.toStdString(), flow.toStdString(),
        [this](const QueueState &queue) { return figures(queue); });
    return sum && sum->queues > sum->unknownCounts ? sum : std::nullopt;
}

} // namespace signalbox
