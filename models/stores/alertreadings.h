// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/alert.h"

#include <QString>

#include <memory>

namespace signalbox {

class Session;

/// Of so many queues that nobody reads, and of so many that are slow, one is told by name.
inline constexpr int mostAlertingQueues = 500;

struct AlertReadings {
    std::vector<rules::AlertReading> readings;
    int queuesBeyond = 0; ///< over a limit, and not among the readings: there are too many
};
/// What is to be judged now: everything that may be over one of the limits, and of what `book`
/// holds also that of which nobody tells now how it is; the rest is under them. Of too many queues
/// those that are held stay, and the fullest come. One pass over flows and queues, in parts, so
/// that nothing waits for it: a queue that goes between two parts may hide another one from this
/// pass. GUI thread.
class AlertGathering {
public:
    AlertGathering(const Session &session, const std::vector<rules::AlertRule> &rules,
        const rules::AlertBook &book);
    ~AlertGathering();
    bool next(int queues); ///< looks at so many more; false: that was all
    AlertReadings take();

private:
    class Pass;
    std::unique_ptr<Pass> d;
};

/// Something is known now: there is a connection, and it is not silent.
bool alertsKnown(const Session &session);

/// Something tells now how that thing is: what is not met of it is well, or gone.
bool alertTells(const Session &session, const rules::AlertReading &reading);

/// Name of the thing for people: a processor, a queue, a flow, or the connection.
QString alertTitle(const rules::AlertReading &reading);
/// One sentence: what is wrong, and by how much. Numbers only where they are known.
QString alertSentence(const rules::AlertReading &reading, const rules::AlertLimit &limit);
QString alertKindText(rules::AlertKind kind); ///< "messages waiting in a queue"
QString alertUnit(rules::AlertKind kind); ///< "s", "%", "messages"; "" for states
/// Where it is looked at: page and target for AppState::open().
std::pair<QString, QString> alertPlace(const rules::AlertReading &reading);

} // namespace signalbox
