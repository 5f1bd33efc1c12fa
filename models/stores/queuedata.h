// SPDX-License-Identifier: GPL-3.0-only
// What QueueStore holds; seen by its own sources only.
#pragma once

#include "models/stores/queuebroker.h"
#include "models/stores/queuehistory.h"
#include "models/stores/queueledger.h"
#include "models/stores/queuepulsar.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuesources.h"
#include "models/stores/queuestore.h"
#include "models/stores/soon.h"

#include <QElapsedTimer>

#include <unordered_map>
#include <unordered_set>

namespace signalbox {

/// The row of a queue that a blueprint names, without figures.
schema::QueueRow expectedRow(const ExpectedFlowQueue &expected, const std::string &name);

/// A queue without a name of its own is told by what feeds it: `name:workspace:flow`.
void takeTopic(schema::QueueRow &row, const rules::TopicAddress &topic);

struct QueueStore::Data {
    Session *session;
    QueueLedger ledger;
    QElapsedTimer clock;
    qint64 rated = 0; ///< when rates were last taken
    /// Rates and ages of many queues are taken a part at a time, so that nothing waits for them.
    struct Round {
        int next = -1; ///< row; -1 none is under way
        qint64 agedFrom = 0;
        bool told = false; ///< something comes from our gateway
        bool known = false; ///< something comes from it or from the broker
    } round;
    QTimer parts;
    QTimer retry; ///< of a list that failed where nobody asks for it regularly
    qint64 agedAt = 0; ///< until when the ages of waiting messages have run on
    qint64 brokerAskedAt = 0; ///< when the broker's round began that is under way
    qint64 wholeFrom = 0; ///< when its last one began that told every queue
    Soon showing { std::chrono::milliseconds(250) }; ///< pages of a list that is being read
    Soon owners { std::chrono::milliseconds(0) }; ///< many workspaces at once, one pass
    bool loaded = false;
    bool fetching = false;
    bool again = false;
    struct List {
        int number = 0; ///< of the try
        int asked = 0; ///< pages
        int taken = 0;
        bool ends = false; ///< with what was asked
    } list;
    qint64 fetchSeq = 0; ///< of the first page: older batches are contained in it
    std::vector<LiveBatchPtr> buffered;
    QString error;
    QString source;
    bool countsKnown = false;
    QueueHistory *history = nullptr; ///< child of the store
    QueueReplay *replay = nullptr; ///< likewise
    int untilRedrawn = 0; ///< samples until the trends of quiet queues are drawn again
    QueueSources *sources = nullptr;
    QueueBroker *broker = nullptr; ///< RabbitMQ's
    QueuePulsar *pulsar = nullptr;
    bool brokerWhole = false; ///< its last list told every queue
    unsigned late = 0; ///< sources that fell silent, bits
    qint64 chosenAt = 0; ///< when figures were last chosen anew for it
    bool expectedMoved = false; ///< `expected` changed since it was indexed
    bool expectedUntold = false; ///< and since it was told
    bool expectedAtBroker = false; ///< under the names of a broker
    QueueSources::Turn fabricTurn; ///< of the list that is being read
    /// By name at a broker; only without fabric service.
    QHash<QString, std::vector<ExpectedFlowQueue>> expected;
    std::unordered_set<std::string> flowless; ///< workspaces that were read and have no flow
    std::unordered_map<std::string, ExpectedFlowQueue> expectedNames;
    std::unordered_set<std::string> liveFlows; ///< "workspace\nflow" of them
};

} // namespace signalbox
