// SPDX-License-Identifier: GPL-3.0-only
// The order of a table's rows.
#include "models/stores/tabledata.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

bool TableModel::before(int left, int right) const
{
    if (d->sortColumn < 0)
        return left < right;
    if (sortsByNumber(d->sortColumn)) {
        const double a = d->numbers[left];
        const double b = d->numbers[right];
        if (std::isnan(a) || std::isnan(b))
            return !std::isnan(a) && std::isnan(b);
        return d->descending ? b < a : a < b;
    }
    return d->descending ? lessThan(right, left, d->sortColumn)
                         : lessThan(left, right, d->sortColumn);
}

void TableModel::loadNumbers()
{
    if (d->sortColumn < 0 || !sortsByNumber(d->sortColumn)) {
        d->numbers.clear();
        return;
    }
    const int size = storeSize();
    d->numbers.resize(size);
    for (int row = 0; row < size; ++row)
        d->numbers[row] = sortNumber(row, d->sortColumn).value_or(std::nan(""));
}

/// Stable: rows that compare equal keep the order that the operator saw.
void TableModel::sortRows(std::vector<int> &rows)
{
    loadNumbers();
    auto less = [this](int left, int right) { return before(left, right); };
    if (!std::is_sorted(rows.begin(), rows.end(), less))
        std::stable_sort(rows.begin(), rows.end(), less);
}

void TableModel::resort()
{
    d->sorting.met();
    auto order = d->order;
    sortRows(order);
    if (order != d->order)
        arrange(std::move(order));
    setStale(false);
}

/// The same rows in another order; persistent indexes follow their rows.
void TableModel::arrange(std::vector<int> order)
{
    emit layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const auto before = d->order;
    const QModelIndexList from = persistentIndexList();
    d->order = std::move(order);
    reposition();
    QModelIndexList to;
    to.reserve(from.size());
    for (const QModelIndex &old : from)
        to.append(index(d->position[before[old.row()]], old.column()));
    changePersistentIndexList(from, to);
    emit layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

void TableModel::reposition(int from)
{
    if (from == 0)
        d->position.assign(d->place.size(), -1);
    for (int i = from; i < int(d->order.size()); ++i)
        d->position[d->order[i]] = i;
}

void TableModel::setStale(bool stale)
{
    if (stale == d->stale)
        return;
    d->stale = stale;
    emit staleChanged();
}

} // namespace signalbox
