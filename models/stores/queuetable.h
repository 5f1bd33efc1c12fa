// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/queuestore.h"

namespace signalbox {

/// Every queue of the connection as a table.
TableModel *newQueueTable(QueueStore *store, QObject *parent);

} // namespace signalbox
