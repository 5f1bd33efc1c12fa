// SPDX-License-Identifier: GPL-3.0-only
// How a table keeps up with the rows of its store.
#include "models/stores/tabledata.h"

#include <algorithm>

namespace signalbox {
namespace {

/// Beyond so many separate spans one enclosing change is cheaper for every view than many small
/// ones.
constexpr int spansPerFlush = 64;

/// As far ahead of the row that is matched; about what the memory needs.
constexpr std::size_t soonRows = 24;
constexpr std::size_t nextRows = 12;

struct Span {
    int first;
    int last;
};

/// Sorted row numbers → contiguous spans.
std::vector<Span> spansOf(const std::vector<int> &rows)
{
    std::vector<Span> spans;
    for (int row : rows) {
        if (!spans.empty() && spans.back().last + 1 >= row)
            spans.back().last = row;
        else
            spans.push_back({ row, row });
    }
    return spans;
}

} // namespace

char TableModel::placeOf(int row) const
{
    if (!d->workspace.isEmpty() && !inWorkspace(row, d->workspace))
        return Data::Outside;
    return d->filter.empty() || matches(row, d->filter) ? Data::Shown : Data::Filtered;
}

void TableModel::storeReset()
{
    d->forget();
    beginResetModel();
    const int size = storeSize();
    d->place.resize(size);
    d->order.clear();
    d->total = 0;
    for (int row = 0; row < size; ++row) {
        d->place[row] = placeOf(row);
        d->total += d->place[row] != Data::Outside;
        if (d->place[row] == Data::Shown)
            d->order.push_back(row);
    }
    sortRows(d->order);
    d->moved.clear();
    d->orderUnknown = false;
    reposition();
    endResetModel();
    setStale(false);
    emit countChanged();
}

void TableModel::evaluateAll()
{
    d->forget();
    std::vector<int> all(d->place.size());
    for (int row = 0; row < int(all.size()); ++row)
        all[row] = row;
    replace(all);
    emit countChanged();
}

/// Only of the rows in that place can the answer be another one.
void TableModel::evaluate(char place)
{
    d->forget();
    std::vector<int> rows;
    for (int row = 0; row < int(d->place.size()); ++row)
        if (d->place[row] == place)
            rows.push_back(row);
    replace(rows);
    emit countChanged();
}

void TableModel::rowsChanged(const std::vector<int> &storeRows)
{
    d->forget();
    if (storeRows.empty())
        return;
    const int shownBefore = count();
    const int totalBefore = d->total;
    replace(storeRows);
    std::vector<int> changed;
    changed.reserve(storeRows.size());
    for (int row : storeRows)
        if (row >= 0 && row < int(d->position.size()) && d->position[row] >= 0)
            changed.push_back(d->position[row]);
    emitChanged(changed);
    noteMoved(storeRows);
    if ((!d->moved.empty() || d->orderUnknown) && !d->sorting.request())
        setStale(true);
    if (shownBefore != count() || totalBefore != d->total)
        emit countChanged();
}

void TableModel::timesChanged()
{
    d->forget();
    for (int column = 0; column < columnCount() && count() > 0; ++column)
        if (columns()[column].kind == Cell::Time)
            emit dataChanged(index(0, column), index(count() - 1, column));
}

void TableModel::emitChanged(std::vector<int> &rows)
{
    if (rows.empty())
        return;
    std::sort(rows.begin(), rows.end());
    const int lastColumn = columnCount() - 1;
    auto spans = spansOf(rows);
    if (spans.size() > spansPerFlush)
        spans = { { rows.front(), rows.back() } };
    for (const Span &span : spans)
        emit dataChanged(index(span.first, 0), index(span.last, lastColumn));
}

/// Re-evaluates the given store rows and hides or shows what changed sides.
void TableModel::replace(const std::vector<int> &storeRows)
{
    std::vector<int> hide;
    std::vector<int> show;
    const std::size_t size = storeRows.size();
    for (std::size_t i = 0; i < size; ++i) {
        if (i + soonRows < size)
            fetch(storeRows[i + soonRows], Ahead::Soon);
        if (i + nextRows < size)
            fetch(storeRows[i + nextRows], Ahead::Next);
        const int row = storeRows[i];
        if (row < 0 || row >= int(d->place.size()))
            continue;
        const char before = d->place[row];
        const char after = placeOf(row);
        if (before == after)
            continue;
        d->place[row] = after;
        d->total += int(after != Data::Outside) - int(before != Data::Outside);
        if (before == Data::Shown)
            hide.push_back(row);
        else if (after == Data::Shown)
            show.push_back(row);
    }
    hideRows(hide);
    showRows(show);
}

void TableModel::hideRows(const std::vector<int> &storeRows)
{
    if (storeRows.empty())
        return;
    const int size = count();
    std::vector<char> leaving(std::size_t(size), 0);
    for (int row : storeRows)
        leaving[d->position[row]] = 1;
    std::vector<Span> spans;
    for (int row = 0; row < size && spans.size() <= spansPerFlush; ++row) {
        if (!leaving[row])
            continue;
        if (!spans.empty() && spans.back().last + 1 == row)
            spans.back().last = row;
        else
            spans.push_back({ row, row });
    }
    if (spans.size() > spansPerFlush) {
        // Gather them at the end, then take them away as one span.
        std::vector<int> order(d->order);
        int kept = 0;
        int gone = size - int(storeRows.size());
        for (int row = 0; row < size; ++row)
            order[leaving[row] ? gone++ : kept++] = d->order[row];
        arrange(std::move(order));
        spans = { { kept, size - 1 } };
    }
    for (auto span = spans.rbegin(); span != spans.rend(); ++span) {
        beginRemoveRows({}, span->first, span->last);
        for (int row = span->first; row <= span->last; ++row)
            d->position[d->order[row]] = -1;
        d->order.erase(d->order.begin() + span->first, d->order.begin() + span->last + 1);
        reposition(span->first);
        endRemoveRows();
    }
}

void TableModel::showRows(std::vector<int> storeRows)
{
    if (storeRows.empty())
        return;
    if (storeRows.size() > spansPerFlush || d->sortColumn < 0) {
        const int first = count();
        beginInsertRows({}, first, first + int(storeRows.size()) - 1);
        d->order.insert(d->order.end(), storeRows.begin(), storeRows.end());
        reposition(first);
        endInsertRows();
        const bool sorted = d->moved.empty() && !d->orderUnknown && first > 0;
        if (!sorted)
            return resort();
        loadNumbers();
        d->moved = std::move(storeRows);
        // otherwise a row may have changed of which nobody has heard yet
        return resortMoved(d->sortColumn >= 0 && orderIsFixed(d->sortColumn));
    }
    loadNumbers();
    d->orderUnknown = d->orderUnknown || !d->moved.empty(); // places among those are a guess
    for (int row : storeRows) {
        const auto place = std::upper_bound(d->order.begin(), d->order.end(), row,
            [this](int left, int right) { return before(left, right); });
        const int at = int(place - d->order.begin());
        beginInsertRows({}, at, at);
        d->order.insert(place, row);
        reposition(at);
        endInsertRows();
    }
}

void TableModel::rowsInserted(int first, int last)
{
    d->forget();
    const int size = storeSize();
    const int known = int(d->place.size());
    if (first < 0 || last < first || first > known)
        return;
    d->place.resize(size, Data::Outside);
    d->position.resize(size, -1);
    std::vector<int> rows;
    for (int row = known; row <= last && row < size; ++row)
        rows.push_back(row);
    replace(rows);
    emit countChanged();
}

void TableModel::rowRemoved(int storeRow, int movedFrom)
{
    d->forget();
    const int last = int(d->place.size()) - 1;
    if (storeRow < 0 || storeRow > last || movedFrom != last)
        return;
    // The store has moved its last row already: follow it first, so that whoever reads during the
    // removal reads a row.
    const int gone = d->position[storeRow];
    d->total -= d->place[storeRow] != Data::Outside;
    d->orderUnknown = d->orderUnknown || !d->moved.empty(); // one of them may have another number
    d->moved.clear();
    if (int(d->numbers.size()) == last + 1) {
        d->numbers[storeRow] = d->numbers[movedFrom];
        d->numbers.pop_back();
    }
    if (movedFrom != storeRow) {
        const int moved = d->position[movedFrom];
        if (moved >= 0)
            d->order[moved] = storeRow;
        d->place[storeRow] = d->place[movedFrom];
        d->position[storeRow] = moved;
    }
    d->place.pop_back();
    d->position.pop_back();
    if (gone >= 0) {
        beginRemoveRows({}, gone, gone);
        d->order.erase(d->order.begin() + gone);
        reposition(gone);
        endRemoveRows();
    }
    emit countChanged();
}

void TableModel::rowsEvicted(int count)
{
    d->forget();
    count = std::min(count, int(d->place.size()));
    if (count <= 0)
        return;
    d->orderUnknown = d->orderUnknown || !d->moved.empty();
    d->moved.clear();
    d->numbers.clear();
    std::vector<int> gone;
    for (int row = 0; row < count; ++row) {
        d->total -= d->place[row] != Data::Outside;
        if (d->position[row] >= 0)
            gone.push_back(d->position[row]);
    }
    // As above: numbers first, so that the remaining rows read true during the removal.
    std::sort(gone.begin(), gone.end());
    for (int &row : d->order)
        row -= count;
    d->place.erase(d->place.begin(), d->place.begin() + count);
    d->position.erase(d->position.begin(), d->position.begin() + count);
    const auto spans = spansOf(gone);
    for (auto span = spans.rbegin(); span != spans.rend(); ++span) {
        beginRemoveRows({}, span->first, span->last);
        d->order.erase(d->order.begin() + span->first, d->order.begin() + span->last + 1);
        reposition(span->first);
        endRemoveRows();
    }
    emit countChanged();
}

} // namespace signalbox
