// SPDX-License-Identifier: GPL-3.0-only
// What QueueStore holds; seen by its own sources only.
#pragma once

#include "models/stores/queuehistory.h"
#include "models/stores/queueledger.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuestore.h"
#include "models/stores/soon.h"

#include <QElapsedTimer>

namespace signalbox {

struct QueueStore::Data {
    Session *session;
    QueueLedger ledger;
    QElapsedTimer clock;
    qint64 rated = 0; ///< when rates were last taken
    qint64 agedAt = 0; ///< until when the ages of waiting messages have run on
    Soon owners { std::chrono::milliseconds(0) }; ///< many workspaces at once, one pass
    bool loaded = false;
    bool fetching = false;
    bool again = false;
    qint64 fetchSeq = 0; ///< of the first page: older batches are contained in it
    std::vector<LiveBatchPtr> buffered;
    QString error;
    QString source;
    bool countsKnown = false;
    QueueHistory *history = nullptr; ///< child of the store
    QueueReplay *replay = nullptr; ///< likewise
    int untilRedrawn = 0; ///< samples until the trends of quiet queues are drawn again
    QHash<QString, std::vector<ExpectedFlowQueue>> expected; ///< only without fabric service
};

} // namespace signalbox
