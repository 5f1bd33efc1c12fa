// SPDX-License-Identifier: GPL-3.0-only
// What FlowStore holds; seen by its own sources only.
#pragma once

#include "models/stores/flowhistory.h"
#include "models/stores/flowstore.h"
#include "models/stores/flowworkers.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "models/stores/soon.h"

#include <QElapsedTimer>

#include <unordered_set>
#include <utility>

namespace signalbox {

struct FlowStore::Data {
    static constexpr qint64 sampleMs = FlowHistory::stepMs; ///< 60 points in 10 minutes
    static constexpr int seriesPoints = 60;
    static constexpr qint64 metricsMs = 15000; ///< the scrape interval (TG §11)
    struct WorkspaceState {
        bool loaded = false;
        bool followed = false; ///< read since the connection came: what changes now begins now
        bool fetching = false;
        bool again = false;
        QString error;
    };
    struct Measured {
        double ok = 0;
        double error = 0;
    };
    /// What the blueprint and the clock tell of one flow.
    struct Facts {
        int namedQueues = -1; ///< that its blueprint names; -1 while unknown
        QString fault; ///< the blueprint is gone or cannot be read
        qint64 stoppingSince = -1; ///< steady
        bool stoppingSeen = false; ///< it ran before
        qint64 starvingSince = -1; ///< steady, as those below
        qint64 absentSince = -1;
        qint64 missingSince = -1;
        /// What its backlog was summed over, and since when: named queues, and unknown ones.
        std::pair<int, int> summed { -1, -1 };
        qint64 summedSince = 0;
        /// Queues that its blueprint names and our gateway does not list, and of how many rows
        /// that was found; -1: not looked yet.
        std::vector<rules::MissingQueue> unlisted {};
        int unlistedAt = -1;
        qint64 stillSince = -1;
        qint64 driftSince = -1;
    };
    Session *session;
    std::vector<FlowRow> rows;
    std::vector<FlowRow> then; ///< FlowStore::shown() of a past instant; empty: to be made
    QHash<QString, int> index; ///< by flow key, as all below
    QHash<QString, WorkspaceState> workspaces;
    QHash<QString, Facts> facts;
    FlowWorkers workers;
    FlowHistory history;
    /// When Prometheus last told each of these, by `clock`; -1 never, or so long ago that it is
    /// forgotten.
    struct Told {
        qint64 measured = -1;
        qint64 processors = -1;
        qint64 versions = -1;
        qint64 limits = -1;
    } told;
    bool oldNames = false; ///< Prometheus uses those from before 2.8.4
    QHash<QString, int> named; ///< with old names: how much a flow's id is used as a name
    QHash<QString, Measured> measured; ///< per second, from Prometheus; by metricKey()
    QHash<QString, qint64> startedHere; ///< Unix time, server's clock; where records tell none
    bool workersListed = false; ///< the fabric service has named each worker
    std::unordered_set<std::string> liveProcessors; ///< Prometheus
    std::unordered_set<std::string> everLive; ///< the same since the connection was opened
    std::unordered_map<std::string, std::int64_t> configVersions; ///< by processor; Prometheus
    QHash<QString, std::map<std::string, double>> rateLimited; ///< as `measured`, by processor
    QElapsedTimer clock;
    qint64 freshAt = -1;
    qint64 sampledAt = -sampleMs;
    QString error;
    Soon summary { std::chrono::milliseconds(250) };
    int nextRow = -1; ///< of the round that sums up, -1 none is under way
    int looksLeft = 0; ///< flows whose blueprint may be expanded in this part of the round
    bool moved = false; ///< something changed in this round
    bool again = false; ///< another round is wanted
    QTimer parts;
};

} // namespace signalbox
