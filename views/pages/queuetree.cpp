// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/queuetree.h"

#include "models/stores/format.h"
#include "models/stores/queuestore.h"
#include "models/stores/queuetable.h"
#include "views/pages/flowtext.h"

#include <algorithm>
#include <array>

namespace signalbox {

using flowtext::qs;

int QueueTree::scopeNumber(const std::string &name)
{
    const auto scope = rules::parseScope(name).value_or(rules::Scope::Unknown);
    return int(std::find(scopes.begin(), scopes.end(), scope) - scopes.begin());
}

void QueueTree::Sums::add(const Sums &other, int sign)
{
    queues += sign * other.queues;
    uncounted += sign * other.uncounted;
    ready += sign * other.ready;
    unacked += sign * other.unacked;
    consumers += sign * other.consumers;
    unrated += sign * other.unrated;
    in += sign * other.in;
    out += sign * other.out;
    stop += sign * other.stop;
    warning += sign * other.warning;
    unclear += sign * other.unclear;
}

QueueTree::QueueTree(QObject *parent)
    : QAbstractListModel(parent)
{
    m_laying.calls([this] { layLines(); });
}

QueueTree::~QueueTree() = default;

void QueueTree::setSource(QueueStore *store, TableModel *table)
{
    if (m_store)
        m_store->disconnect(this);
    if (m_table)
        m_table->disconnect(this);
    m_store = store;
    m_table = table;
    if (m_active)
        follow();
}

void QueueTree::setActive(bool active)
{
    if (active == m_active)
        return;
    m_active = active;
    if (m_store)
        m_store->disconnect(this);
    if (m_table)
        m_table->disconnect(this);
    if (active) {
        follow();
    } else {
        setLines({});
        m_group = {};
        m_told = {};
        m_groups.clear();
        m_groupNumbers.clear();
    }
    emit activeChanged();
}

/// The table followed the store before: what it shows is settled when these are called.
void QueueTree::follow()
{
    if (!m_store || !m_table) {
        rebuild();
        return;
    }
    connect(m_store, &QueueStore::rowsChanged, this, [this](const std::vector<int> &rows) {
        for (const int row : rows)
            place(row);
        rowsMoved();
    });
    connect(m_store, &QueueStore::rowsInserted, this, [this](int first, int last) {
        m_group.resize(m_store->rows().size(), -1);
        m_told.resize(m_store->rows().size());
        for (int row = first; row <= last; ++row)
            place(row);
        rowsMoved();
    });
    connect(m_store, &QueueStore::rowRemoved, this, [this](int row, int movedFrom) {
        if (m_group.size() == m_store->rows().size())
            return; // laid anew meanwhile
        renumber(row, movedFrom);
        takeOut(row);
        if (row != movedFrom) {
            m_group[std::size_t(row)] = m_group[std::size_t(movedFrom)];
            m_told[std::size_t(row)] = m_told[std::size_t(movedFrom)];
        }
        m_group.pop_back();
        m_told.pop_back();
        rowsMoved();
    });
    connect(m_store, &QueueStore::reset, this, &QueueTree::rebuild);
    // a filter or a workspace hides and shows rows that did not change; a filter says so before it
    // is applied, the count comes after
    connect(m_table, &TableModel::filterChanged, this, [this] { m_anew = true; });
    connect(m_table, &TableModel::workspaceChanged, this, [this] { m_anew = true; });
    connect(m_table, &TableModel::countChanged, this, [this] {
        if (std::exchange(m_anew, false))
            rebuild();
    });
    connect(m_table, &QAbstractItemModel::layoutChanged, this, &QueueTree::rowsMoved);
    rebuild();
}

/// The store has moved its last row already: lines follow before anybody reads them.
void QueueTree::renumber(int row, int movedFrom)
{
    int gone = -1;
    for (int line = 0; line < count(); ++line) {
        Line &one = m_lines[std::size_t(line)];
        if (one.level != 2)
            continue;
        if (one.number == row) {
            one.number = nobody;
            gone = line;
        } else if (one.number == movedFrom) {
            one.number = row;
        }
    }
    if (gone < 0)
        return;
    beginRemoveRows({}, gone, gone);
    m_lines.erase(m_lines.begin() + gone);
    endRemoveRows();
    emit counted();
}

void QueueTree::rebuild()
{
    setLines({});
    m_groups.clear();
    m_groupNumbers.clear();
    const std::size_t rows = m_store && m_table ? m_store->rows().size() : 0;
    m_group.assign(rows, -1);
    m_told.assign(rows, {});
    for (int row = 0; row < int(rows); ++row)
        place(row);
    layLines();
}

int QueueTree::groupOf(const QueueState &queue)
{
    const auto &row = queue.row;
    const std::string &owner = row.flow.empty() ? row.blueprint : row.flow;
    std::string key;
    key.reserve(row.scope.size() + row.workspace.size() + owner.size() + 2);
    key.append(row.scope).append(1, '\n').append(row.workspace).append(1, '\n').append(owner);
    const auto [at, fresh] = m_groupNumbers.try_emplace(key, int(m_groups.size()));
    if (fresh) {
        Group group;
        group.key = key;
        group.scope = scopeNumber(row.scope);
        QStringList words;
        for (const std::string *word : { &row.workspace, &owner })
            if (!word->empty())
                words.append(qs(*word));
        group.title = words.isEmpty() ? tr("of no workspace") : words.join(QStringLiteral(" · "));
        m_groups.push_back(std::move(group));
    }
    return at->second;
}

QueueTree::Sums QueueTree::sumsOfRow(int row) const
{
    const QueueState &queue = m_store->rows()[std::size_t(row)];
    Sums sums;
    sums.queues = 1;
    const auto aspect = m_store->shownAspect(queue);
    const QueueFigures now = m_store->shown(queue);
    sums.stop = aspect == Cell::Stop;
    sums.warning = aspect == Cell::Warning;
    sums.unclear = aspect == Cell::Unknown;
    if (!now.current()) {
        sums.uncounted = 1;
        return sums;
    }
    sums.ready = now.ready;
    sums.unacked = now.unacked;
    sums.consumers = now.consumers;
    sums.unrated = !now.inRate || !now.outRate;
    sums.in = now.inRate.value_or(0);
    sums.out = now.outRate.value_or(0);
    return sums;
}

void QueueTree::takeOut(int row)
{
    const int group = m_group[std::size_t(row)];
    if (group >= 0)
        m_groups[std::size_t(group)].sums.add(m_told[std::size_t(row)], -1);
    m_group[std::size_t(row)] = -1;
}

void QueueTree::place(int row)
{
    if (row < 0 || row >= int(m_group.size()))
        return;
    takeOut(row);
    if (m_table->rowOf(m_store->rows()[std::size_t(row)].name) < 0)
        return;
    const int group = groupOf(m_store->rows()[std::size_t(row)]);
    m_group[std::size_t(row)] = group;
    m_told[std::size_t(row)] = sumsOfRow(row);
    m_groups[std::size_t(group)].sums.add(m_told[std::size_t(row)], 1);
}

void QueueTree::rowsMoved()
{
    m_laying.request();
}

// ---- lines ----

bool QueueTree::isOpen(const Line &line) const
{
    if (line.level == 0)
        return !m_toggled.contains(QString::number(line.number));
    return line.level == 1 && m_toggled.contains(qs(m_groups[std::size_t(line.number)].key));
}

void QueueTree::layLines()
{
    m_laying.met();
    std::vector<std::vector<int>> below(scopes.size());
    for (int group = 0; group < int(m_groups.size()); ++group)
        if (m_groups[std::size_t(group)].sums.queues > 0)
            below[std::size_t(m_groups[std::size_t(group)].scope)].push_back(group);
    // the rows of open owners, in the order of the table
    std::unordered_map<int, std::vector<int>> rows;
    for (const auto &groups : below)
        for (const int group : groups)
            if (isOpen({ 1, group }))
                rows.try_emplace(group);
    for (int shown = 0; !rows.empty() && m_table && shown < m_table->count(); ++shown) {
        const int row = queueRowAt(*m_table, shown);
        if (row < 0 || row >= int(m_group.size()))
            continue;
        if (const auto at = rows.find(m_group[std::size_t(row)]); at != rows.end())
            at->second.push_back(row);
    }
    std::vector<Line> lines;
    for (int scope = 0; scope < int(below.size()); ++scope) {
        auto &groups = below[std::size_t(scope)];
        if (groups.empty())
            continue;
        lines.push_back({ 0, scope });
        if (!isOpen(lines.back()))
            continue;
        std::sort(groups.begin(), groups.end(), [this](int a, int b) {
            return m_groups[std::size_t(a)].key < m_groups[std::size_t(b)].key;
        });
        for (const int group : groups) {
            lines.push_back({ 1, group });
            if (const auto at = rows.find(group); at != rows.end())
                for (const int row : at->second)
                    lines.push_back({ 2, row });
        }
    }
    setLines(std::move(lines));
    if (!m_lines.empty())
        emit dataChanged(index(0), index(count() - 1));
}

/// Only what lies between the lines that stay, so that a view keeps its place.
void QueueTree::setLines(std::vector<Line> lines)
{
    if (lines == m_lines)
        return;
    const auto same = std::mismatch(lines.begin(), lines.end(), m_lines.begin(), m_lines.end());
    const auto head = same.first - lines.begin();
    std::ptrdiff_t tail = 0;
    const auto shorter = std::ptrdiff_t(std::min(lines.size(), m_lines.size())) - head;
    while (tail < shorter
        && lines[lines.size() - 1 - std::size_t(tail)]
            == m_lines[m_lines.size() - 1 - std::size_t(tail)])
        ++tail;
    const auto oldEnd = std::ptrdiff_t(m_lines.size()) - tail;
    const auto newEnd = std::ptrdiff_t(lines.size()) - tail;
    if (oldEnd > head) {
        beginRemoveRows({}, int(head), int(oldEnd) - 1);
        m_lines.erase(m_lines.begin() + head, m_lines.begin() + oldEnd);
        endRemoveRows();
    }
    if (newEnd > head) {
        beginInsertRows({}, int(head), int(newEnd) - 1);
        m_lines.insert(m_lines.begin() + head, lines.begin() + head, lines.begin() + newEnd);
        endInsertRows();
    }
    emit counted();
}

void QueueTree::toggle(int line)
{
    if (line >= 0 && line < count())
        setOpen(line, !isOpen(m_lines[std::size_t(line)]));
}

void QueueTree::setOpen(int line, bool open)
{
    if (line < 0 || line >= count())
        return;
    const Line at = m_lines[std::size_t(line)];
    if (at.level == 2 || isOpen(at) == open)
        return;
    const QString key =
        at.level == 0 ? QString::number(at.number) : qs(m_groups[std::size_t(at.number)].key);
    if (!m_toggled.remove(key))
        m_toggled.insert(key);
    layLines();
}

int QueueTree::parentOf(int line) const
{
    if (line < 0 || line >= count())
        return -1;
    const int level = m_lines[std::size_t(line)].level;
    while (line >= 0 && m_lines[std::size_t(line)].level >= level)
        --line;
    return line;
}

QString QueueTree::keyAt(int line) const
{
    return line >= 0 && line < count() ? index(line).data(KeyRole).toString() : QString();
}

QString QueueTree::queueAt(int line) const
{
    return line >= 0 && line < count() && m_lines[std::size_t(line)].level == 2 ? keyAt(line)
                                                                                : QString();
}

int QueueTree::lineOf(const QString &key) const
{
    const std::string bytes = key.toStdString();
    const auto found = std::find_if(m_lines.begin(), m_lines.end(), [&](const Line &line) {
        if (line.level == 0)
            return key == QString::number(line.number);
        if (line.level == 1)
            return m_groups[std::size_t(line.number)].key == bytes;
        return line.number != nobody && m_store
            && m_store->rows()[std::size_t(line.number)].row.name == bytes;
    });
    return found == m_lines.end() ? -1 : int(found - m_lines.begin());
}

} // namespace signalbox
