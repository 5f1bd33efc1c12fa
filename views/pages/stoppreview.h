// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/plan.h"

#include <QString>
#include <QStringList>

#include <optional>

namespace signalbox {

class QueueStore;

/// What stopping some flows together does, over all live flows of all workspaces. A plain value,
/// computed anew whenever flows change. Numbers that are not known are nullopt.
struct StopPreview {
    struct Line {
        rules::TopicFate fate;
        std::optional<qint64> waiting; ///< messages in its queues
        int queues = 0;
        bool unsure = false; ///< deleted, or kept by a flow of a workspace that is not served
    };
    std::vector<rules::FlowRef> flows; ///< those that the preview is about
    std::vector<Line> lines; ///< deleted, broken, left behind, kept, never touched
    std::vector<rules::EntryFate> brokenEntries; ///< removed from under other flows
    int queuesDeleted = 0;
    int queuesLeft = 0; ///< left behind as orphans
    int queuesKept = 0;
    int queuesUnsure = 0; ///< counted nowhere else
    std::optional<qint64> messagesLost; ///< with the deleted queues; nullopt too while it is not
                                        ///< known whether a queue with messages goes
    std::optional<qint64> messagesLeft; ///< in the orphans
    int entriesRemoved = 0;
    int entriesKept = 0;
    int liveFlows = 0;
    int workspaces = 0;
    QStringList warnings;
    QStringList problems; ///< why it cannot be done

    /// `countsAreWhole`: the store holds every queue of the broker, so a queue that it lacks does
    /// not exist. `unserved`: workspaces whose flows are not known and may run on.
    static StopPreview make(const std::vector<rules::FlowRef> &flows,
        const std::vector<rules::LiveFlow> &live, const rules::StopBehaviour &behaviour,
        const QueueStore &queues, bool countsAreWhole, const QStringList &unserved = {});
    [[nodiscard]] QStringList unsureText() const; ///< none, or one sentence
    /// Same consequences? Message counts move all the time and do not count.
    [[nodiscard]] bool sameConsequences(const StopPreview &other) const;
    void count(const QueueStore &queues,
        bool countsAreWhole); ///< fills in the numbers of queues and messages

    std::vector<rules::ExpectedQueue>
        expected; ///< queues of the flows' entries, without duplicates
    bool deletesQueues = true;
};

} // namespace signalbox
