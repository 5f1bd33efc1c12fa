// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/journalstore.h"

namespace signalbox {

/// The writes of the journal as a table.
TableModel *newJournalTable(JournalStore *store, QObject *parent);

/// "applied", "refused" … for people.
QString journalOutcome(const JournalRow &row);
/// What it was about: "prompt/system, prompt/other", "flow eu".
QString journalTarget(const schema::JournalWrite &write);

} // namespace signalbox
