// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/queuestore.h"

namespace signalbox {

/// Every queue of the connection as a table.
TableModel *newQueueTable(QueueStore *store, QObject *parent);
/// Row of the store behind a shown one; -1 out of range. `table` is one of newQueueTable().
int queueRowAt(const TableModel &table, int shown);

} // namespace signalbox
