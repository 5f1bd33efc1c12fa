// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/tableselection.h"

#include <algorithm>

namespace signalbox {

TableSelection::TableSelection(QObject *parent)
    : QObject(parent)
{
}

void TableSelection::setSource(TableModel *source)
{
    if (m_source == source)
        return;
    if (m_source)
        m_source->disconnect(this);
    m_source = source;
    if (m_source) {
        connect(m_source, &QAbstractItemModel::modelReset, this, &TableSelection::rowsMoved);
        connect(m_source, &QAbstractItemModel::layoutChanged, this, &TableSelection::rowsMoved);
        connect(m_source, &QAbstractItemModel::rowsInserted, this, &TableSelection::rowsMoved);
        connect(m_source, &QAbstractItemModel::rowsRemoved, this, &TableSelection::rowsMoved);
    }
    emit sourceChanged();
    rowsMoved();
}

void TableSelection::setMultiple(bool multiple)
{
    if (m_multiple == multiple)
        return;
    m_multiple = multiple;
    emit sourceChanged();
}

void TableSelection::setCurrentKey(const QString &key)
{
    if (key == m_current && (key.isEmpty() ? m_keys.isEmpty() : m_keys.contains(key)))
        return;
    m_anchor = key;
    setCurrent(key);
    replace(key.isEmpty() ? QSet<QString>() : QSet<QString> { key });
}

QStringList TableSelection::keys() const
{
    QList<std::pair<int, QString>> rows;
    rows.reserve(m_keys.size());
    for (const QString &key : m_keys) {
        const int row = m_source ? m_source->rowOf(key) : -1;
        rows.append({ row < 0 ? std::numeric_limits<int>::max() : row, key });
    }
    std::sort(rows.begin(), rows.end());
    QStringList keys;
    keys.reserve(rows.size());
    for (const auto &[row, key] : std::as_const(rows))
        keys.append(key);
    return keys;
}

int TableSelection::hidden() const
{
    if (!m_source)
        return int(m_keys.size());
    return int(std::count_if(m_keys.begin(), m_keys.end(),
        [this](const QString &key) { return m_source->rowOf(key) < 0; }));
}

void TableSelection::press(int row, int modifiers)
{
    const QString key = m_source ? m_source->keyAt(row) : QString();
    if (key.isEmpty())
        return;
    const bool extend = m_multiple && (modifiers & Qt::ShiftModifier);
    const bool toggle = m_multiple && (modifiers & Qt::ControlModifier);
    setCurrent(key);
    if (extend && m_source->rowOf(m_anchor) >= 0) {
        selectRange(m_anchor, key);
        return;
    }
    m_anchor = key;
    if (toggle)
        toggleCurrent();
    else
        replace({ key });
}

void TableSelection::moveTo(int row, int modifiers)
{
    if (!m_source || m_source->count() == 0)
        return;
    row = std::clamp(row, 0, m_source->count() - 1);
    if (m_multiple && (modifiers & Qt::ControlModifier) && !(modifiers & Qt::ShiftModifier)) {
        setCurrent(m_source->keyAt(row));
        return;
    }
    press(row, modifiers & ~int(Qt::ControlModifier));
}

void TableSelection::toggleCurrent()
{
    if (m_current.isEmpty())
        return;
    m_anchor = m_current;
    if (!m_multiple) {
        replace({ m_current });
        return;
    }
    QSet<QString> keys = m_keys;
    if (!keys.remove(m_current))
        keys.insert(m_current);
    replace(std::move(keys));
}

void TableSelection::selectAll()
{
    if (!m_source || !m_multiple)
        return;
    QSet<QString> keys;
    const int count = m_source->count();
    keys.reserve(count);
    for (int row = 0; row < count; ++row)
        keys.insert(m_source->keyAt(row));
    replace(std::move(keys));
}

void TableSelection::clear()
{
    replace({});
}

void TableSelection::forget(const QString &key)
{
    if (m_current == key)
        setCurrent(QString());
    if (m_anchor == key)
        m_anchor.clear();
    QSet<QString> keys = m_keys;
    if (keys.remove(key))
        replace(std::move(keys));
}

void TableSelection::setCurrent(const QString &key)
{
    const int row = m_source && !key.isEmpty() ? m_source->rowOf(key) : -1;
    if (key == m_current && row == m_currentRow)
        return;
    m_current = key;
    m_currentRow = row;
    emit currentChanged();
}

void TableSelection::selectRange(const QString &from, const QString &to)
{
    const auto [first, last] = std::minmax({ m_source->rowOf(from), m_source->rowOf(to) });
    QSet<QString> keys;
    keys.reserve(last - first + 1);
    for (int row = first; row <= last; ++row)
        keys.insert(m_source->keyAt(row));
    replace(std::move(keys));
}

void TableSelection::replace(QSet<QString> keys)
{
    if (keys == m_keys)
        return;
    m_keys = std::move(keys);
    emit changed();
}

void TableSelection::rowsMoved()
{
    setCurrent(m_current);
    if (!m_keys.isEmpty())
        emit changed(); // their order and how many are hidden
}

} // namespace signalbox
