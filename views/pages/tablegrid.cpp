// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/tablegrid.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace signalbox {

TableGrid::TableGrid(QObject *parent)
    : QAbstractTableModel(parent)
    , m_selection(new TableSelection(this))
{
    connect(m_selection, &TableSelection::changed, this, &TableGrid::selectionChanged);
    connect(m_selection, &TableSelection::currentChanged, this, &TableGrid::selectionChanged);
}

void TableGrid::setSource(TableModel *source)
{
    if (m_source == source)
        return;
    beginResetModel();
    if (m_source)
        m_source->disconnect(this);
    m_source = source;
    m_deliveredSort = source ? sortState() : QString();
    m_held = defaults();
    rebuild();
    endResetModel();
    if (m_source)
        connectSource();
    m_selection->setSource(source);
    emit sourceChanged();
    emit stateChanged();
    emit sortChanged();
    if (!m_wanted.isEmpty())
        setState(m_wanted);
}

void TableGrid::connectSource()
{
    TableModel *source = m_source;
    connect(source, &QAbstractItemModel::modelAboutToBeReset, this, [this] { beginResetModel(); });
    connect(source, &QAbstractItemModel::modelReset, this, [this] { endResetModel(); });
    connect(source, &QAbstractItemModel::rowsAboutToBeInserted, this,
        [this](const QModelIndex &, int first, int last) { beginInsertRows({}, first, last); });
    connect(source, &QAbstractItemModel::rowsInserted, this, [this] { endInsertRows(); });
    connect(source, &QAbstractItemModel::rowsAboutToBeRemoved, this,
        [this](const QModelIndex &, int first, int last) { beginRemoveRows({}, first, last); });
    connect(source, &QAbstractItemModel::rowsRemoved, this, [this] { endRemoveRows(); });
    connect(source, &QAbstractItemModel::rowsAboutToBeMoved, this,
        [this](const QModelIndex &, int first, int last, const QModelIndex &, int to) {
            beginMoveRows({}, first, last, {}, to);
        });
    connect(source, &QAbstractItemModel::rowsMoved, this, [this] { endMoveRows(); });
    connect(source, &QAbstractItemModel::layoutAboutToBeChanged, this, &TableGrid::beginLayout);
    connect(source, &QAbstractItemModel::layoutChanged, this, &TableGrid::endLayout);
    connect(source, &QAbstractItemModel::dataChanged, this,
        [this](const QModelIndex &from, const QModelIndex &to, const QList<int> &roles) {
            if (!m_shown.empty())
                emit dataChanged(index(from.row(), 0), index(to.row(), columns() - 1), roles);
        });
    connect(source, &TableModel::sortChanged, this, &TableGrid::sortChanged);
}

void TableGrid::beginLayout()
{
    emit layoutAboutToBeChanged();
    m_layoutOwn = persistentIndexList();
    m_layoutSource.clear();
    for (const QModelIndex &own : std::as_const(m_layoutOwn))
        m_layoutSource.append(m_source->index(own.row(), 0));
}

void TableGrid::endLayout()
{
    QModelIndexList moved;
    moved.reserve(m_layoutOwn.size());
    for (qsizetype i = 0; i < m_layoutOwn.size(); ++i) {
        const QPersistentModelIndex &source = m_layoutSource.at(i);
        moved.append(
            source.isValid() ? index(source.row(), m_layoutOwn.at(i).column()) : QModelIndex());
    }
    changePersistentIndexList(m_layoutOwn, moved);
    m_layoutOwn.clear();
    m_layoutSource.clear();
    emit layoutChanged();
}

void TableGrid::selectionChanged()
{
    const int rows = rowCount();
    if (rows > 0 && !m_shown.empty())
        emit dataChanged(
            index(0, 0), index(rows - 1, columns() - 1), { SelectedRole, CurrentRole });
}

std::vector<TableGrid::Held> TableGrid::defaults() const
{
    std::vector<Held> held;
    for (int column = 0; m_source && column < m_source->columnCount(); ++column)
        held.push_back({ column, m_source->columnWidth(column), !m_source->columnHidden(column) });
    return held;
}

void TableGrid::rebuild()
{
    m_shown.clear();
    for (std::size_t i = 0; i < m_held.size(); ++i) {
        if (m_held[i].shown)
            m_shown.push_back(int(i));
    }
    if (m_shown.empty() && !m_held.empty()) {
        m_held.front().shown = true;
        m_shown.push_back(0);
    }
    if (m_mirrored)
        std::reverse(m_shown.begin(), m_shown.end());
}

void TableGrid::setMirrored(bool mirrored)
{
    if (m_mirrored == mirrored)
        return;
    m_mirrored = mirrored;
    setHeld(m_held, false);
}

void TableGrid::setHeld(std::vector<Held> held, bool byPerson)
{
    beginResetModel();
    m_held = std::move(held);
    rebuild();
    endResetModel();
    emit stateChanged();
    emit sortChanged();
    if (byPerson)
        emit edited();
}

QString TableGrid::state() const
{
    QStringList parts;
    for (const Held &held : m_held) {
        parts.append((held.shown ? QString() : QStringLiteral("-"))
            + m_source->columnId(held.source) + QLatin1Char(':') + QString::number(held.width));
    }
    const QString sort = m_source ? sortState() : QString();
    return parts.join(QLatin1Char(',')) + (sort.isEmpty() ? QString() : QLatin1Char(';') + sort);
}

QString TableGrid::sortState() const
{
    return m_source->columnId(m_source->sortColumn())
        + (m_source->sortColumn() < 0        ? QString()
                : m_source->sortDescending() ? QStringLiteral(":down")
                                             : QStringLiteral(":up"));
}

void TableGrid::restoreSort(const QString &sort)
{
    for (int column = 0; column < m_source->columnCount(); ++column)
        if (sort.section(QLatin1Char(':'), 0, 0) == m_source->columnId(column))
            m_source->sortBy(column, sort.endsWith(QLatin1String(":down")));
}

void TableGrid::setState(const QString &state)
{
    m_wanted = state;
    if (!m_source)
        return;
    if (state.isEmpty()) {
        restoreSort(m_deliveredSort);
        return setHeld(defaults(), false);
    }
    std::vector<Held> rest = defaults();
    std::vector<Held> held;
    const QStringList parts =
        state.section(QLatin1Char(';'), 0, 0).split(QLatin1Char(','), Qt::SkipEmptyParts);
    restoreSort(state.section(QLatin1Char(';'), 1, 1));
    for (const QString &part : parts) {
        const bool hidden = part.startsWith(QLatin1Char('-'));
        const qsizetype colon = part.lastIndexOf(QLatin1Char(':'));
        const QString id = part.mid(hidden ? 1 : 0, colon - (hidden ? 1 : 0));
        const auto found = std::find_if(rest.begin(), rest.end(),
            [&](const Held &known) { return m_source->columnId(known.source) == id; });
        bool number = false;
        const int width = colon < 0 ? 0 : part.mid(colon + 1).toInt(&number);
        if (found == rest.end() || !number)
            continue;
        held.push_back({ found->source, std::clamp(width, minimumWidth, maximumWidth), !hidden });
        rest.erase(found);
    }
    // columns that are new since then go where they are by default
    for (const Held &added : rest)
        held.insert(held.begin() + std::min<std::ptrdiff_t>(added.source, std::ssize(held)), added);
    const bool same = std::equal(
        held.begin(), held.end(), m_held.begin(), m_held.end(), [](const Held &a, const Held &b) {
            return a.source == b.source && a.width == b.width && a.shown == b.shown;
        });
    if (!same)
        setHeld(std::move(held), false);
}

int TableGrid::sortedColumn() const
{
    if (!m_source)
        return -1;
    for (int column = 0; column < columns(); ++column) {
        if (sourceColumn(column) == m_source->sortColumn())
            return column;
    }
    return -1;
}

bool TableGrid::sortDescending() const
{
    return m_source && m_source->sortDescending();
}

int TableGrid::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || !m_source ? 0 : m_source->rowCount();
}

int TableGrid::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columns();
}

QVariant TableGrid::data(const QModelIndex &index, int role) const
{
    if (!m_source || !index.isValid())
        return {};
    if (role == SelectedRole)
        return m_selection->contains(m_source->keyAt(index.row()));
    if (role == CurrentRole)
        return m_selection->currentRow() == index.row();
    return m_source->data(m_source->index(index.row(), sourceColumn(index.column())), role);
}

void TableGrid::multiData(const QModelIndex &index, QModelRoleDataSpan span) const
{
    for (QModelRoleData &role : span)
        role.setData(data(index, role.role()));
}

QVariant TableGrid::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (!m_source || orientation != Qt::Horizontal)
        return {};
    return m_source->headerData(sourceColumn(section), orientation, role);
}

QHash<int, QByteArray> TableGrid::roleNames() const
{
    QHash<int, QByteArray> names {
        { Qt::DisplayRole, "display" },
        { TableModel::KindRole, "kind" },
        { TableModel::ToneRole, "tone" },
        { TableModel::AspectRole, "aspect" },
        { TableModel::TipRole, "tip" },
        { TableModel::SeriesRole, "series" },
        { TableModel::KeyRole, "key" },
        { TableModel::CopyRole, "copy" },
    };
    names.insert(SelectedRole, "selected");
    names.insert(CurrentRole, "current");
    return names;
}

QString TableGrid::title(int column) const
{
    return sourceTitle(sourceColumn(column));
}

QString TableGrid::tip(int column) const
{
    return headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString();
}

int TableGrid::kind(int column) const
{
    return m_source ? m_source->columnKind(sourceColumn(column)) : int(Cell::Text);
}

int TableGrid::width(int column) const
{
    if (column < 0 || column >= columns())
        return 0;
    return m_held[std::size_t(m_shown[std::size_t(column)])].width;
}

bool TableGrid::holdsWords(int column) const
{
    const int kind = this->kind(column);
    return kind == Cell::Text || kind == Cell::Strong || kind == Cell::Mono;
}

bool TableGrid::asDelivered() const
{
    return m_source && std::all_of(m_held.begin(), m_held.end(), [this](const Held &held) {
        return held.width == m_source->columnWidth(held.source);
    });
}

int TableGrid::flexible() const
{
    if (!asDelivered())
        return -1;
    int widest = -1;
    for (int column = 0; column < columns(); ++column) {
        if (holdsWords(column) && (widest < 0 || width(column) > width(widest)))
            widest = column;
    }
    return widest;
}

std::vector<int> TableGrid::inView(double viewWidth) const
{
    std::vector<int> kept;
    double sum = 0;
    for (int column = 0; column < columns(); ++column) {
        kept.push_back(column);
        sum += width(column);
    }
    const int flexible = this->flexible(); // gives way by itself
    const auto rank = [this, flexible](int column) {
        const int yields = m_source->columnYields(sourceColumn(column));
        return yields > 0 && column != flexible ? yields : std::numeric_limits<int>::max();
    };
    while (sum > viewWidth && !kept.empty()) {
        const auto next = std::min_element(
            kept.begin(), kept.end(), [&](int a, int b) { return rank(a) < rank(b); });
        if (rank(*next) == std::numeric_limits<int>::max())
            break;
        sum -= width(*next);
        kept.erase(next);
    }
    return kept;
}

double TableGrid::shownWidth(int column, double viewWidth) const
{
    const double own = width(column);
    const int flexible = this->flexible();
    if (flexible < 0 && column != lastColumn())
        return own;
    double left = viewWidth;
    if (flexible >= 0) {
        const std::vector<int> kept = inView(viewWidth);
        if (std::find(kept.begin(), kept.end(), column) == kept.end())
            return 0;
        if (column != flexible)
            return own;
        for (const int other : kept)
            left -= other == column ? 0 : width(other);
    } else {
        for (int other = 0; other < columns(); ++other)
            left -= other == column ? 0 : width(other);
    }
    // in a narrow view the others are scrolled to; what tells rows apart stays readable
    constexpr double readable = 160;
    return std::max(flexible < 0 ? own : std::max(own / 2, std::min(own, readable)), left);
}

int TableGrid::sourceColumn(int column) const
{
    if (column < 0 || column >= columns())
        return -1;
    return m_held[std::size_t(m_shown[std::size_t(column)])].source;
}

void TableGrid::setWidth(int column, int width)
{
    if (column < 0 || column >= columns())
        return;
    Held &held = m_held[std::size_t(m_shown[std::size_t(column)])];
    width = std::clamp(width, minimumWidth, maximumWidth);
    if (held.width == width)
        return;
    held.width = width;
    emit widthChanged(column);
    emit edited();
}

void TableGrid::resize(int column, int width, double viewWidth)
{
    const int flexible = this->flexible();
    if (flexible >= 0 && flexible != column)
        setWidth(flexible, int(std::lround(shownWidth(flexible, viewWidth))));
    setWidth(column, width);
}

void TableGrid::moveColumn(int from, int to)
{
    if (from == to || from < 0 || to < 0 || from >= columns() || to >= columns())
        return;
    std::vector<Held> held = m_held;
    const int source = m_shown[std::size_t(from)];
    const int target = m_shown[std::size_t(to)];
    const Held moved = held[std::size_t(source)];
    held.erase(held.begin() + source);
    held.insert(held.begin() + target, moved);
    setHeld(std::move(held), true);
}

void TableGrid::sortBy(int column)
{
    const int source = sourceColumn(column);
    if (source < 0)
        return;
    const bool again = source == m_source->sortColumn();
    // numbers are mostly looked at from the largest down
    const bool largestFirst = m_source->columnKind(source) == Cell::Number;
    m_source->sortBy(source, again ? !m_source->sortDescending() : largestFirst);
    emit edited();
}

int TableGrid::sourceColumns() const
{
    return int(m_held.size());
}

QString TableGrid::sourceTitle(int sourceColumn) const
{
    return m_source && sourceColumn >= 0 ? m_source->columnTitle(sourceColumn) : QString();
}

bool TableGrid::isShown(int sourceColumn) const
{
    return std::any_of(m_held.begin(), m_held.end(),
        [&](const Held &held) { return held.source == sourceColumn && held.shown; });
}

void TableGrid::setShown(int sourceColumn, bool shown)
{
    if (isShown(sourceColumn) == shown || (!shown && columns() < 2))
        return;
    std::vector<Held> held = m_held;
    for (Held &column : held) {
        if (column.source == sourceColumn)
            column.shown = shown;
    }
    setHeld(std::move(held), true);
}

void TableGrid::resetColumns()
{
    if (m_source)
        restoreSort(m_deliveredSort);
    setHeld(defaults(), true);
}

QString TableGrid::copyText(const QStringList &keys) const
{
    QStringList lines;
    for (const QString &key : keys) {
        const int row = m_source ? m_source->rowOf(key) : -1;
        if (row < 0)
            continue;
        QStringList cells;
        for (int column = 0; column < columns(); ++column) {
            const int kind = this->kind(column);
            if (kind != Cell::Spark && kind != Cell::Signal)
                cells.append(m_source->copyText(row, sourceColumn(column)));
        }
        lines.append(cells.join(QLatin1Char('\t')));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace signalbox
