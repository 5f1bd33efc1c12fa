// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/wirestore.h"

namespace signalbox {

/// The frames of the wire log as a table.
TableModel *newWireTable(WireStore *store, QObject *parent);

} // namespace signalbox
