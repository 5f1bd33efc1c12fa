// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/table.h"

namespace signalbox {

class ReconcileStore;
TableModel *newReconcileTable(ReconcileStore *store, QObject *parent);

} // namespace signalbox
