// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/workspacestore.h"

namespace signalbox {

/// The workspaces with their totals as a table.
TableModel *newWorkspaceTable(WorkspaceStore *store, QObject *parent);

} // namespace signalbox
