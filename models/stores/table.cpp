// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/plaintext.h"
#include "models/stores/tabledata.h"

#include <QTimer>

#include <algorithm>

namespace signalbox {
namespace {

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

/// Names come from outside: what would not be seen in them is. What is copied stays as it is.
void showPlain(CellData &cell)
{
    QString text = plainName(cell.text);
    if (text != cell.text) {
        if (cell.copy.isEmpty())
            cell.copy = cell.text;
        cell.text = std::move(text);
    }
    cell.tip = plainName(cell.tip, true);
}

} // namespace

TableModel::TableModel(QObject *parent)
    : QAbstractTableModel(parent)
    , d(std::make_unique<Data>())
{
    d->sorting.calls([this] { resortMoved(); });
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
    const auto shown = [&]() -> const CellData & { return cellOf(row, index.column()); };
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

const CellData &TableModel::cellOf(int row, int column) const
{
    auto &asked = d->asked;
    if (asked.row != row || asked.column != column) {
        asked.cell = cell(row, column);
        showPlain(asked.cell);
        asked.row = row;
        asked.column = column;
        if (!d->askedEnds) {
            d->askedEnds = true;
            QTimer::singleShot(0, this, [held = d.get()] {
                held->askedEnds = false;
                held->forget();
            });
        }
    }
    return asked.cell;
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

/// What can be read of a filter up to the term at fault.
rules::Filter TableModel::readablePart(const std::string &bytes, std::size_t fault) const
{
    for (std::size_t end = std::min(fault, bytes.size()); end > 0; --end) {
        if (bytes[end - 1] != ' ')
            continue;
        if (auto part = rules::Filter::compile(bytes.substr(0, end - 1), fields()))
            return std::move(*part);
    }
    return {};
}

void TableModel::setFilter(const QString &text)
{
    if (text == d->filterText)
        return;
    const QString before = d->filterError.isEmpty() ? d->filterText : QString();
    d->filterText = text;
    const std::string bytes = text.toStdString();
    auto compiled = rules::Filter::compile(bytes, fields());
    if (!compiled) {
        const auto &error = compiled.error();
        d->filterError = QString::fromStdString(error.message);
        d->filterErrorPosition =
            int(QString::fromStdString(bytes.substr(0, error.position)).size());
        // The rows of the last good filter stay. While a term is being typed, its beginning was
        // read as words to look for ("backlog" of "backlog>5"): that was not meant.
        const bool typing = !before.isEmpty() && text.startsWith(before);
        if (typing)
            d->filter = readablePart(bytes, error.position);
        emit filterChanged();
        if (typing)
            evaluateAll();
        return;
    }
    d->filterError.clear();
    d->filterErrorPosition = -1;
    const bool narrower = compiled->implies(d->filter);
    const bool wider = d->filter.implies(*compiled);
    d->filter = std::move(*compiled);
    emit filterChanged();
    if (narrower)
        evaluate(Data::Shown);
    else if (wider)
        evaluate(Data::Filtered);
    else
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
std::optional<std::string_view> TableModel::sortText(int, int) const
{
    return {};
}
bool TableModel::orderIsFixed(int) const
{
    return false;
}

void TableModel::fetch(int, Ahead) const { }

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
int TableModel::columnYields(int column) const
{
    return column < 0 || column >= columnCount() ? 0 : columns()[column].yields;
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

} // namespace signalbox
