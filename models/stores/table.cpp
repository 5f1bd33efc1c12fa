// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/table.h"

#include "models/stores/soon.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace signalbox {
namespace {

enum Place : char { Outside, Filtered, Shown };

/// Beyond so many separate spans one enclosing change is cheaper for every view than many small
/// ones.
constexpr int spansPerFlush = 64;
constexpr std::chrono::milliseconds sortEvery { 250 };

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

QString csvField(QString text, bool number)
{
    // A spreadsheet runs text that begins like a formula; numbers are ours.
    static const QString formula = QStringLiteral("=+-@\t\r");
    if (!number && !text.isEmpty() && formula.contains(text.front()))
        text.prepend(u'\'');
    if (!text.contains(u'"') && !text.contains(u',') && !text.contains(u'\n')
        && !text.contains(u'\r'))
        return text;
    return u'"' + text.replace(QStringLiteral("\""), QStringLiteral("\"\"")) + u'"';
}

QString plainCell(const CellData &cell)
{
    return cell.copy.isEmpty() ? cell.text : cell.copy;
}

} // namespace

struct TableModel::Data {
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
    Soon sorting { sortEvery };
    std::vector<double> numbers; ///< sort keys by store row while a number column is sorted
};

TableModel::TableModel(QObject *parent)
    : QAbstractTableModel(parent)
    , d(std::make_unique<Data>())
{
    d->sorting.calls([this] { resort(); });
}

TableModel::~TableModel() = default;

int TableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(d->order.size());
}

int TableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(columns().size());
}

QVariant TableModel::data(const QModelIndex &index, int role) const
{
    QModelRoleData one(role);
    multiData(index, one);
    return one.data();
}

void TableModel::multiData(const QModelIndex &index, QModelRoleDataSpan span) const
{
    const int row = storeRowAt(index.row());
    if (!index.isValid() || row < 0 || index.column() >= columnCount()) {
        for (auto &one : span)
            one.clearData();
        return;
    }
    std::optional<CellData> held;
    auto shown = [&]() -> const CellData & {
        if (!held)
            held = cell(row, index.column());
        return *held;
    };
    for (auto &one : span) {
        switch (one.role()) {
        case Qt::DisplayRole:
            one.setData(shown().text);
            break;
        case KindRole:
            one.setData(int(columns()[index.column()].kind));
            break;
        case ToneRole:
            one.setData(int(shown().tone));
            break;
        case AspectRole:
            one.setData(int(shown().aspect));
            break;
        case TipRole:
            one.setData(shown().tip);
            break;
        case SeriesRole:
            one.setData(QVariant::fromValue(shown().series));
            break;
        case KeyRole:
            one.setData(key(row));
            break;
        case CopyRole:
            one.setData(plainCell(shown()));
            break;
        default:
            one.clearData();
        }
    }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const Column &column = columns()[section];
    if (role == Qt::DisplayRole)
        return column.title;
    if (role == Qt::ToolTipRole || role == TipRole)
        return column.tip;
    return {};
}

QHash<int, QByteArray> TableModel::roleNames() const
{
    return { { Qt::DisplayRole, "display" }, { KindRole, "kind" }, { ToneRole, "tone" },
        { AspectRole, "aspect" }, { TipRole, "tip" }, { SeriesRole, "series" }, { KeyRole, "key" },
        { CopyRole, "copy" } };
}

int TableModel::count() const
{
    return int(d->order.size());
}
int TableModel::total() const
{
    return d->total;
}
QString TableModel::filter() const
{
    return d->filterText;
}
QString TableModel::filterError() const
{
    return d->filterError;
}
int TableModel::filterErrorPosition() const
{
    return d->filterErrorPosition;
}
int TableModel::sortColumn() const
{
    return d->sortColumn;
}
bool TableModel::sortDescending() const
{
    return d->descending;
}
QString TableModel::workspace() const
{
    return d->workspace;
}
bool TableModel::stale() const
{
    return d->stale;
}
const rules::Filter &TableModel::compiledFilter() const
{
    return d->filter;
}

QStringList TableModel::filterFields() const
{
    QStringList names;
    for (const auto &field : fields())
        names.append(QString::fromStdString(field.name));
    return names;
}

void TableModel::setFilter(const QString &text)
{
    if (text == d->filterText)
        return;
    d->filterText = text;
    const std::string bytes = text.toStdString();
    auto compiled = rules::Filter::compile(bytes, fields());
    if (!compiled) {
        const auto &error = compiled.error();
        d->filterError = QString::fromStdString(error.message);
        d->filterErrorPosition =
            int(QString::fromStdString(bytes.substr(0, error.position)).size());
        emit filterChanged();
        return;
    }
    d->filterError.clear();
    d->filterErrorPosition = -1;
    d->filter = std::move(*compiled);
    emit filterChanged();
    evaluateAll();
}

void TableModel::setWorkspace(const QString &workspace)
{
    if (workspace == d->workspace)
        return;
    d->workspace = workspace;
    emit workspaceChanged();
    evaluateAll();
}

void TableModel::sortBy(int column, bool descending)
{
    if (column < -1 || column >= columnCount())
        return;
    d->sortColumn = column;
    d->descending = descending;
    emit sortChanged();
    resort();
}

QString TableModel::keyAt(int row) const
{
    const int storeRow = storeRowAt(row);
    return storeRow < 0 ? QString() : key(storeRow);
}

int TableModel::rowOf(const QString &key) const
{
    const int row = storeRowOf(key);
    return row < 0 || row >= int(d->position.size()) ? -1 : d->position[row];
}

int TableModel::storeRowAt(int row) const
{
    if (row < 0 || row >= int(d->order.size()))
        return -1;
    // While a row leaves, the store no longer has it.
    const int storeRow = d->order[row];
    return storeRow < storeSize() ? std::max(storeRow, -1) : -1;
}

bool TableModel::sortsByNumber(int) const
{
    return false;
}
std::optional<double> TableModel::sortNumber(int, int) const
{
    return {};
}

int TableModel::storeRowOf(const QString &wanted) const
{
    for (int row = 0; row < storeSize(); ++row)
        if (key(row) == wanted)
            return row;
    return -1;
}

QString TableModel::columnId(int column) const
{
    return column < 0 || column >= columnCount() ? QString() : columns()[column].id;
}
QString TableModel::columnTitle(int column) const
{
    return column < 0 || column >= columnCount() ? QString() : columns()[column].title;
}
int TableModel::columnKind(int column) const
{
    return column < 0 || column >= columnCount() ? int(Cell::Text) : int(columns()[column].kind);
}
int TableModel::columnWidth(int column) const
{
    return column < 0 || column >= columnCount() ? 0 : columns()[column].width;
}
bool TableModel::columnHidden(int column) const
{
    return column < 0 || column >= columnCount() || columns()[column].hidden;
}

QString TableModel::copyText(int row, int column) const
{
    const int storeRow = storeRowAt(row);
    if (storeRow < 0 || column >= columnCount())
        return {};
    if (column >= 0)
        return plainCell(cell(storeRow, column));
    QStringList cells;
    for (int c = 0; c < columnCount(); ++c)
        cells.append(plainCell(cell(storeRow, c)).simplified());
    return cells.join(u'\t');
}

QString TableModel::jsonOf(int row) const
{
    const int storeRow = storeRowAt(row);
    return storeRow < 0 ? QString() : json(storeRow);
}

QString TableModel::exportCsv() const
{
    QString text = QStringLiteral("# ")
        + tr("%1 of %2 rows, filter: %3, workspace: %4")
              .arg(count())
              .arg(total())
              .arg(d->filter.empty() ? tr("none") : QString::fromStdString(d->filter.text()),
                  d->workspace.isEmpty() ? tr("all") : d->workspace)
              .replace(u'\n', u' ')
        + u'\n';
    QStringList titles;
    for (const Column &column : columns())
        titles.append(csvField(column.id, false));
    text += titles.join(u',') + u'\n';
    for (int row : d->order) {
        QStringList cells;
        for (int c = 0; c < columnCount(); ++c)
            cells.append(csvField(plainCell(cell(row, c)), columns()[c].kind == Cell::Number));
        text += cells.join(u',') + u'\n';
    }
    return text;
}

// ---- keeping up with the store ----

char TableModel::placeOf(int row) const
{
    if (!d->workspace.isEmpty() && !inWorkspace(row, d->workspace))
        return Outside;
    return d->filter.empty() || matches(row, d->filter) ? Shown : Filtered;
}

void TableModel::storeReset()
{
    beginResetModel();
    const int size = storeSize();
    d->place.resize(size);
    d->order.clear();
    d->total = 0;
    for (int row = 0; row < size; ++row) {
        d->place[row] = placeOf(row);
        d->total += d->place[row] != Outside;
        if (d->place[row] == Shown)
            d->order.push_back(row);
    }
    sortRows(d->order);
    reposition();
    endResetModel();
    setStale(false);
    emit countChanged();
}

void TableModel::evaluateAll()
{
    std::vector<int> all(d->place.size());
    for (int row = 0; row < int(all.size()); ++row)
        all[row] = row;
    replace(all);
    emit countChanged();
}

void TableModel::rowsChanged(const std::vector<int> &storeRows)
{
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
    if (d->sortColumn >= 0 && !changed.empty()) {
        if (!d->sorting.request())
            setStale(true);
    }
    if (shownBefore != count() || totalBefore != d->total)
        emit countChanged();
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
    for (int row : storeRows) {
        if (row < 0 || row >= int(d->place.size()))
            continue;
        const char before = d->place[row];
        const char after = placeOf(row);
        if (before == after)
            continue;
        d->place[row] = after;
        d->total += int(after != Outside) - int(before != Outside);
        if (before == Shown)
            hide.push_back(row);
        else if (after == Shown)
            show.push_back(row);
    }
    hideRows(hide);
    showRows(show);
}

void TableModel::hideRows(const std::vector<int> &storeRows)
{
    if (storeRows.empty())
        return;
    std::vector<int> rows;
    rows.reserve(storeRows.size());
    for (int row : storeRows)
        rows.push_back(d->position[row]);
    std::sort(rows.begin(), rows.end());
    auto spans = spansOf(rows);
    if (spans.size() > spansPerFlush) {
        // Gather them at the end, then take them away as one span.
        std::vector<char> leaving(d->order.size(), 0);
        for (int row : rows)
            leaving[row] = 1;
        std::vector<int> order;
        order.reserve(d->order.size());
        for (std::size_t i = 0; i < d->order.size(); ++i)
            if (!leaving[i])
                order.push_back(d->order[i]);
        const int kept = int(order.size());
        for (int row : rows)
            order.push_back(d->order[row]);
        arrange(std::move(order));
        spans = { { kept, count() - 1 } };
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
        resort();
        return;
    }
    loadNumbers();
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
    const int size = storeSize();
    const int known = int(d->place.size());
    if (first < 0 || last < first || first > known)
        return;
    d->place.resize(size, Outside);
    d->position.resize(size, -1);
    std::vector<int> rows;
    for (int row = known; row <= last && row < size; ++row)
        rows.push_back(row);
    replace(rows);
    emit countChanged();
}

void TableModel::rowRemoved(int storeRow, int movedFrom)
{
    const int last = int(d->place.size()) - 1;
    if (storeRow < 0 || storeRow > last || movedFrom != last)
        return;
    // The store has moved its last row already: follow it first, so that whoever reads during the
    // removal reads a row.
    const int gone = d->position[storeRow];
    d->total -= d->place[storeRow] != Outside;
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
    count = std::min(count, int(d->place.size()));
    if (count <= 0)
        return;
    std::vector<int> gone;
    for (int row = 0; row < count; ++row) {
        d->total -= d->place[row] != Outside;
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

// ---- order ----

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
