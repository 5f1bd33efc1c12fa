// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/expand.h"
#include "models/stores/table.h"

#include <optional>

/// Cells of the tables that pages make themselves (PartTable).
namespace signalbox::partcells {

CellData text(const QString &text, Cell::Tone tone = Cell::Normal); ///< its own tip and copy
/// Unknown is a dash with the reason as its tip.
CellData number(
    std::optional<qint64> value, Cell::Tone tone = Cell::Normal, const QString &unknownWhy = {});
CellData rate(std::optional<double> value); ///< per second
CellData signal(Cell::Aspect aspect, const QString &tip);
/// A value of a parameter as it is shown: dots for one that is named like a secret.
QString shownValue(const std::string &name, const std::string &value);
CellData parameters(const rules::ExpandedEntry &entry); ///< "model=small size=3"

} // namespace signalbox::partcells
