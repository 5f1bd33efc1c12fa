// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/table.h"

namespace signalbox {

/// "clear", "warning", "stop", "unknown": for filters, copies and accessibility.
QString aspectName(Cell::Aspect aspect);
Cell::Tone aspectTone(Cell::Aspect aspect);
/// Clear < unknown < warning < stop, so that descending brings trouble to the top.
double aspectRank(Cell::Aspect aspect);

} // namespace signalbox
