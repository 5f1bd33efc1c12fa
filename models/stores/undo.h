// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/stores/configstore.h"
#include "models/stores/journalstore.h"

#include <vector>

namespace signalbox {

/// How a write of the journal can be taken back. Pure; the world is looked at by `question`.
struct UndoPlan {
    /// Config: one batch through ConfigStore::apply(), which looks again. Send: `request`. Stop:
    /// the stop preview of the flow decides.
    enum class Kind { Impossible, Config, Send, Stop };
    Kind kind = Kind::Impossible;
    QString impossible; ///< why, for people
    Request question; ///< what to ask before
    std::vector<ConfigChange> changes; ///< Config: `base` is what the write left
    std::vector<Request> first; ///< Send: go out before `request`, each when the one before it did
    Request request; ///< Send
    QString costs; ///< what else happens by it; "" = nothing
    QString remains; ///< what stays as the write left it all the same; "" = nothing
    std::string before; ///< what there is now when nobody came between; JSON or ""
    std::string after; ///< what there will be
};

UndoPlan undoPlan(const JournalRow &row);

/// Why the world has moved on since; "" when it has not. `answer` is that to `question`.
QString movedOn(const JournalRow &row, const Reply &answer);

/// What there is now by that answer, laid out as UndoPlan::before is; "" when nothing is there or
/// nothing could be read.
std::string presentState(const JournalRow &row, const Reply &answer);

} // namespace signalbox
