// SPDX-License-Identifier: GPL-3.0-only
// What TableModel holds; seen by its own sources only.
#pragma once

#include "models/stores/soon.h"
#include "models/stores/table.h"

namespace signalbox {

struct TableModel::Data {
    enum Place : char { Outside, Filtered, Shown };

    std::vector<int> order; ///< shown row → store row
    std::vector<int> position; ///< store row → shown row, -1
    std::vector<char> place; ///< store row → Place
    int total = 0;
    rules::Filter filter;
    QString filterText;
    QString filterError;
    int filterErrorPosition = -1;
    QString workspace;
    int sortColumn = -1;
    bool descending = false;
    bool stale = false;
    Soon sorting { std::chrono::milliseconds(250) };
    std::vector<double> numbers; ///< sort keys by store row while a number column is sorted
    std::vector<int> moved; ///< store rows that left their place in the order since it was sorted
    bool orderUnknown = false; ///< others may have, too

    /// A view asks for the roles of a cell one after the other: what the last one shows, until a
    /// row changes or the event loop turns.
    struct Asked {
        int row = -1; ///< of the store; -1: none
        int column = -1;
        CellData cell;
    };
    Asked asked;
    bool askedEnds = false; ///< the end of the turn is waited for
    void forget() { asked.row = -1; }
};

} // namespace signalbox
