// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/replaylog.h"
#include "models/stores/queuestate.h"

#include <QHash>
#include <QObject>
#include <QTimer>

namespace signalbox {

class QueueLedger;

/// The figures of every queue over the last hour, or as much of it as fits (rules/replaylog), and
/// the instant that is shown instead of now. While one is shown, QueueStore::shown() gives its
/// figures, Session refuses every change, and what has no history is unknown. Sampling and seeking
/// are cut into turns of the event loop. Owned by QueueStore. GUI thread.
class QueueReplay : public QObject {
    Q_OBJECT
public:
    static constexpr int rowsPerTurn = 16384;
    static constexpr std::size_t bytesPerTurn = std::size_t(1) << 20;

    explicit QueueReplay(QueueLedger *ledger, QObject *parent);
    ~QueueReplay() override;

    [[nodiscard]] bool active() const { return m_active; }
    /// Asked for. Unix time by our clock, as all here.
    [[nodiscard]] qint64 instantMs() const { return m_instant; }
    [[nodiscard]] std::optional<qint64> shownMs() const; ///< of the sample; nullopt: nothing known
    [[nodiscard]] bool seeking() const { return m_seek.isActive(); }
    [[nodiscard]] bool empty() const { return m_log.empty(); }
    [[nodiscard]] qint64 fromMs() const { return m_log.fromMs(); }
    [[nodiscard]] qint64 toMs() const { return m_log.toMs(); }
    [[nodiscard]] qint64 stepMs() const { return m_log.stepMs(); }
    [[nodiscard]] qint64 bytes() const { return qint64(m_log.bytes()); }
    [[nodiscard]] int goneThen() const { return m_gone; } ///< queues of then that are no more

    void show(qint64 instantMs); ///< within what is kept; nothing kept: stays live
    void live();

    [[nodiscard]] QueueFigures figures(const QueueState &queue) const;
    /// Sums of that instant over the queues of one flow; nullopt: not one of them is known.
    [[nodiscard]] std::optional<FlowTotals> totals(
        const QString &workspace, const QString &flow) const;

    // by QueueStore
    /// Takes one when it is due. `gatewayTells`: else what only our gateway knows is unknown.
    void sample(qint64 nowMs, bool gatewayTells = true);
    void dark(qint64 nowMs) { m_log.dark(nowMs); } ///< sources tell nothing
    void clear(); ///< another connection

signals:
    void toggled(); ///< a past instant is shown, or now again
    void moved(); ///< figures are those of another instant
    void sampled();

private:
    void tellRows();
    void seek();

    QueueLedger *m_ledger;
    rules::ReplayLog m_log;
    QTimer m_telling;
    int m_untold = 0; ///< rows of the open sample, told from the last one down
    bool m_gatewayTells = true; ///< in the open sample
    QTimer m_seek;
    bool m_active = false;
    qint64 m_instant = 0;
    int m_gone = 0;
};

} // namespace signalbox
