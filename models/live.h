// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/event.h"

#include <QObject>

#include <memory>
#include <vector>

namespace signalbox {

/// What arrived since the last hand-over (≤ one per 16 ms), made on the I/O thread, immutable.
/// Keyed: a later value of the same queue replaced the earlier one. received = queues.size() +
/// coalesced.
struct LiveBatch {
    std::vector<schema::QueueRow> queues;
    std::vector<std::string> removedQueues;
    std::vector<schema::ConfigNotice> config;
    std::vector<std::pair<std::string, schema::FlowEvent>> flows; ///< workspace, event
    std::vector<schema::ProcessorRow> processors;
    /// Of the tenant platform, in order; the chunks of a turn are one. More than 16 384 are a gap.
    std::vector<schema::Event> tenants;
    qint64 lastSeq = 0;
    qint64 serverTimeMs = 0;
    qint64 received = 0; ///< queue rows taken off the wire
    qint64 coalesced = 0; ///< of them replaced by a later one within this batch
    qint64 droppedByServer = 0; ///< as the server counts them since the subscription
    bool gap = false; ///< events were lost: fetch anew
};
using LiveBatchPtr = std::shared_ptr<const LiveBatch>;

/// Pushed changes. Emits on the GUI thread. With a real gateway there is none (polling instead).
class LiveSource : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
signals:
    void batch(const signalbox::LiveBatchPtr &batch);
};

} // namespace signalbox
