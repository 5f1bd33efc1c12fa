// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/flowstore.h"

namespace signalbox {

/// The flows of one or all workspaces as a table.
TableModel *newFlowTable(FlowStore *store, QObject *parent);

} // namespace signalbox
