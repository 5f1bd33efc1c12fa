// SPDX-License-Identifier: GPL-3.0-only
// The order of a table's rows.
#include "models/stores/tabledata.h"
#include "models/stores/textorder.h"

#include <algorithm>
#include <cmath>

namespace signalbox {
namespace {

/// As std::upper_bound, in steps that double: few comparisons where the place is near the
/// beginning.
template <class Iterator, class Less>
Iterator upperBoundNear(Iterator begin, Iterator end, int row, Less less)
{
    std::ptrdiff_t step = 1;
    while (step < end - begin && !less(row, *(begin + step - 1))) {
        begin += step;
        step *= 2;
    }
    return std::upper_bound(begin, std::min(end, begin + step), row, less);
}

} // namespace

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
    const auto less = [this](int left, int right) { return before(left, right); };
    if (std::is_sorted(rows.begin(), rows.end(), less) || sortByNumber(rows) || sortByText(rows))
        return;
    std::stable_sort(rows.begin(), rows.end(), less);
}

/// As before(), beside each other. False: the column has no numbers, nothing was done.
bool TableModel::sortByNumber(std::vector<int> &rows)
{
    if (d->sortColumn < 0 || !sortsByNumber(d->sortColumn))
        return false;
    struct Numbered {
        double number;
        int row;
    };
    std::vector<Numbered> known;
    std::vector<int> unknown;
    known.reserve(rows.size());
    for (const int row : rows)
        if (const double number = d->numbers[row]; std::isnan(number))
            unknown.push_back(row);
        else
            known.push_back({ d->descending ? -number : number, row });
    std::stable_sort(known.begin(), known.end(),
        [](const Numbered &left, const Numbered &right) { return left.number < right.number; });
    const auto rest = std::transform(
        known.begin(), known.end(), rows.begin(), [](const Numbered &one) { return one.row; });
    std::copy(unknown.begin(), unknown.end(), rest);
    return true;
}

/// False: the rows have to be compared, nothing was done.
bool TableModel::sortByText(std::vector<int> &rows)
{
    if (d->sortColumn < 0)
        return false;
    std::vector<std::string_view> texts;
    texts.reserve(rows.size());
    for (const int row : rows) {
        const auto text = sortText(row, d->sortColumn);
        if (!text)
            return false;
        texts.push_back(*text);
    }
    orderByText(rows, texts, d->descending);
    return true;
}

void TableModel::resort()
{
    d->sorting.met();
    d->moved.clear();
    d->orderUnknown = false;
    auto order = d->order;
    sortRows(order);
    if (order != d->order)
        arrange(std::move(order));
    setStale(false);
}

/// Which of these rows do not fit between their neighbours any more. Whatever pair is in the wrong
/// order, one of the two has changed.
void TableModel::noteMoved(const std::vector<int> &storeRows)
{
    if (d->sortColumn < 0 || orderIsFixed(d->sortColumn))
        return;
    if (sortsByNumber(d->sortColumn)) {
        if (int(d->numbers.size()) != storeSize())
            loadNumbers();
        for (const int row : storeRows)
            if (row >= 0 && row < storeSize())
                d->numbers[row] = sortNumber(row, d->sortColumn).value_or(std::nan(""));
    }
    for (const int row : storeRows) {
        const int at = row >= 0 && row < int(d->position.size()) ? d->position[row] : -1;
        if (at < 0)
            continue;
        if ((at > 0 && before(row, d->order[at - 1]))
            || (at + 1 < count() && before(d->order[at + 1], row)))
            d->moved.push_back(row);
    }
}

/// Few of many rows have moved: they are taken out and put where they belong, the others stay.
/// `othersFit`: it is known that those are in order.
void TableModel::resortMoved(bool othersFit)
{
    std::vector<char> leaving(d->place.size(), 0);
    for (const int row : d->moved)
        leaving[row] = 1;
    std::vector<int> kept;
    std::vector<int> movers;
    kept.reserve(d->order.size());
    for (const int row : d->order)
        (leaving[row] ? movers : kept).push_back(row);
    const auto less = [this](int left, int right) { return before(left, right); };
    if (d->orderUnknown || (!othersFit && !std::is_sorted(kept.begin(), kept.end(), less)))
        return resort();
    d->sorting.met();
    d->moved.clear();
    if (!sortByNumber(movers) && !sortByText(movers))
        std::stable_sort(movers.begin(), movers.end(), less);
    std::vector<int> order;
    order.reserve(d->order.size());
    auto from = kept.begin();
    for (const int row : movers) {
        // those of a page of a list follow each other: the place is near the last one
        const auto to = upperBoundNear(from, kept.end(), row, less);
        order.insert(order.end(), from, to);
        order.push_back(row);
        from = to;
    }
    order.insert(order.end(), from, kept.end());
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
