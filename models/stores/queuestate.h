// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/expand.h"
#include "models/rules/queuefigures.h"
#include "models/schema/fabric.h"

#include <QString>

#include <optional>

namespace signalbox {

/// One queue with what we derive from two snapshots. Rates are per second over the last 5 s.
struct QueueState {
    schema::QueueRow row;
    QString name; ///< row.name once, for tables
    bool countsKnown =
        true; ///< false: only its existence is expected (blueprint), no source tells counts
    std::optional<double> inRate;
    std::optional<double> outRate;
    qint64 seenMs = 0; ///< steady clock of the last value
    QString source; ///< of what waits: events, fabric, rabbitmq, pulsar, prometheus, blueprint
    /// By source, where another one than our own gateway tells the queue too; else empty.
    std::vector<rules::QueueReading> readings {};
    std::uint16_t told = rules::allQueueFigures; ///< figures that some source tells, bits
    std::uint16_t stale = 0; ///< of them those that are older than they should be
    /// Texts of the row that are part of its name: whoever looks for a word need not look there.
    enum InName : std::uint8_t { Topic = 1, Processor = 2, Workspace = 4, Flow = 8, Class = 16 };
    std::uint8_t inName = 0;
    bool tells(rules::QueueFigure figure) const { return (told >> unsigned(figure)) & 1U; }
    bool isStale(rules::QueueFigure figure) const { return (stale >> unsigned(figure)) & 1U; }
    /// What waits and who reads is known and no older than it should be: fit to judge and to sum.
    bool countsNow() const
    {
        return countsKnown && !isStale(rules::QueueFigure::Ready)
            && !isStale(rules::QueueFigure::Consumers);
    }
    mutable std::uint32_t kept = 0; ///< its number at QueueReplay plus one; 0: it has none yet
};

/// What is shown of a queue: the figures of now, or of a past instant, of which less is known.
struct QueueFigures {
    bool known = false;
    qint64 ready = 0;
    qint64 unacked = 0;
    qint64 consumers = 0;
    std::optional<double> inRate {};
    std::optional<double> outRate {};
    std::optional<qint64> oldestMs {};
    bool old = false; ///< known, and older than it should be
    bool current() const { return known && !old; } ///< fit to judge and to sum
};

/// A queue that an entry of a flow's blueprint consumes. Where no fabric service lists queues it is
/// also all that is known to exist.
struct ExpectedFlowQueue {
    std::string workspace;
    std::string flow;
    std::string blueprint;
    rules::ExpectedQueue queue;
};

/// Sums over the queues that a flow consumes: those of its own (subscribers' queues included) and
/// those that it shares with other flows because they are scoped to a blueprint or a workspace. A
/// shared queue counts in full for each of its flows, since each waits for all of it.
struct FlowTotals {
    int queues = 0;
    int named = 0; ///< of them named by the blueprint; the others belong to subscribers
    int shared = 0; ///< of them consumed by other flows too
    int unknownCounts = 0; ///< of them without counts, or with old ones only
    qint64 ready = 0;
    qint64 sharedReady = 0; ///< part of `ready`
    qint64 unacked = 0;
    double outRate = 0;
    bool ratesKnown = true; ///< every queue with counts has told its rate
    int starving = 0; ///< named flow/request queues without a consumer
    qint64 starvingReady = 0; ///< messages that wait in them
    int worst = -1; ///< row of the starving queue with most waiting, -1
    int deepest = -1; ///< row of the queue with most ready, -1
};

/// Sums over the queues of one workspace, each queue once.
struct WorkspaceTotals {
    int queues = 0; ///< all of them, whoever owns them
    int consumed = 0; ///< of them consumed by a flow; the rest of the sums is over these
    int unknownCounts = 0;
    int onlyExpected = 0; ///< of them those that a blueprint names and no source
    qint64 ready = 0;
    double outRate = 0;
    bool ratesKnown = false; ///< at least one queue has told its rate
    int unrated = 0; ///< queues that have told none
};

} // namespace signalbox
