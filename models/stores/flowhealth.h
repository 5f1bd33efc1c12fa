// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"

namespace signalbox {

/// What the signal of a flow is decided from.
struct FlowFacts {
    bool stopping = false;
    qint64 stoppingForMs = 0; ///< since we saw it
    bool stoppingSeen = true; ///< we saw it begin; false: it may have been stopping before
    bool countsKnown = false; ///< some source tells queue counts
    bool connected = true;
    const FlowTotals *totals = nullptr; ///< nullptr: no queue of the flow is known
    QString starvingProcessor; ///< of totals->worst
    qint64 starvingForMs = 0; ///< since we saw a queue without a consumer
    QString deepestProcessor;
    QStringList deadProcessors;
    QStringList pausedProcessors;
    int processors = -1; ///< of its blueprint; -1 unknown
    std::optional<int> processorsUp;
    std::optional<double> errorPercent;
    std::optional<qint64> backlog;
    std::optional<qint64> backlogMinuteAgo;
    QString recordFault; ///< the blueprint is gone or cannot be read
};

struct FlowHealth {
    Cell::Aspect aspect = Cell::Unknown;
    QString why;
};

/// The worst fact decides; one sentence says which.
FlowHealth healthOf(const FlowFacts &facts);

} // namespace signalbox
