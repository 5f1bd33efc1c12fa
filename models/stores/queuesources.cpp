// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/queuesources.h"

#include "models/stores/format.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr qint64 lateRounds = 3;

} // namespace

QueueSources::QueueSources(QObject *parent)
    : QAbstractListModel(parent)
{
}

int QueueSources::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QHash<int, QByteArray> QueueSources::roleNames() const
{
    return { { NameRole, "name" }, { AspectRole, "aspect" }, { StateRole, "state" },
        { CostRole, "cost" } };
}

QVariant QueueSources::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return row.name;
    case AspectRole:
        if (row.none)
            return Cell::Unknown;
        if (late(row))
            return Cell::Stop;
        return !row.error.isEmpty() ? Cell::Warning
            : row.since.isValid()   ? Cell::Clear
                                    : Cell::Unknown;
    case StateRole:
        return stateOf(row);
    case CostRole:
        return costOf(row);
    default:
        return {};
    }
}

QueueSources::Row *QueueSources::row(rules::QueueSource source)
{
    const auto at = std::find_if(
        m_rows.begin(), m_rows.end(), [source](const Row &row) { return row.source == source; });
    return at == m_rows.end() ? nullptr : &*at;
}

const QueueSources::Row *QueueSources::row(rules::QueueSource source) const
{
    return const_cast<QueueSources *>(this)->row(source);
}

/// What it told is older than it should be, or it never told anything and says why.
bool QueueSources::late(const Row &row) const
{
    if (row.none)
        return false;
    if (row.everyMs == 0)
        return row.silent || !row.error.isEmpty();
    return row.since.isValid() ? row.since.elapsed() > lateRounds * row.everyMs
                               : !row.error.isEmpty();
}

QString QueueSources::stateOf(const Row &row) const
{
    const qint64 age = row.since.isValid() ? row.since.elapsed() : -1;
    if (row.none)
        return row.error;
    if (!row.error.isEmpty())
        return age < 0 ? tr("never told anything: %1").arg(row.error)
                       : tr("last told %1 ago: %2").arg(format::age(age), row.error);
    if (age < 0)
        return tr("asked for the first time");
    const QString told = tr("%n queues", nullptr, row.queues);
    const QString queues = row.cut.isEmpty() ? told : told + u' ' + row.cut;
    if (row.everyMs == 0)
        return row.silent ? tr("%1; nothing comes now").arg(queues)
                          : tr("%1, pushed as they change").arg(queues);
    return tr("%1, %2 ago").arg(queues, format::age(age));
}

QString QueueSources::costOf(const Row &row) const
{
    if (row.everyMs == 0 || row.turn.requests == 0)
        return {};
    return tr("%n requests, %1 and %2 ms each %3 s", nullptr, row.turn.requests)
        .arg(format::bytes(row.turn.bytes))
        .arg(row.turn.tookMs)
        .arg(row.everyMs / 1000);
}

QString QueueSources::fault() const
{
    QStringList faults;
    for (const Row &row : m_rows)
        if (const QString one = faultOf(row); !one.isEmpty())
            faults.append(one);
    return faults.join(QStringLiteral(" · "));
}

QString QueueSources::report() const
{
    QStringList lines;
    for (const Row &row : m_rows) {
        const QString cost = costOf(row);
        lines.append(cost.isEmpty() ? tr("%1: %2").arg(row.name, stateOf(row))
                                    : tr("%1: %2 · %3").arg(row.name, stateOf(row), cost));
    }
    return lines.join(u'\n');
}

std::vector<QueueSources::Mute> QueueSources::mute() const
{
    std::vector<Mute> mute;
    for (const Row &row : m_rows)
        if (row.everyMs > 0 && row.waiting.isValid())
            mute.push_back(
                { row.source, row.name, row.waitedMs + (m_asking ? row.waiting.elapsed() : 0) });
    return mute;
}

void QueueSources::setAsking(bool asking)
{
    if (m_asking == asking)
        return;
    for (Row &row : m_rows) {
        if (!row.waiting.isValid())
            continue;
        if (asking)
            row.waiting.start();
        else
            row.waitedMs += row.waiting.elapsed();
    }
    m_asking = asking;
}

QString QueueSources::faultOf(const Row &row) const
{
    return !row.none && (late(row) || !row.error.isEmpty())
        ? tr("%1: %2").arg(row.name, stateOf(row))
        : QString();
}

QString QueueSources::faultOf(rules::QueueSource source) const
{
    const Row *known = row(source);
    return known ? faultOf(*known) : QString();
}

QString QueueSources::words() const
{
    QStringList words;
    for (const Row &row : m_rows) {
        if (!row.since.isValid())
            continue;
        words.append(row.everyMs == 0 ? row.name
                                      : tr("%1 every %2 s").arg(row.name).arg(row.everyMs / 1000));
    }
    return words.join(QStringLiteral(", "));
}

void QueueSources::use(rules::QueueSource source, const QString &name, qint64 everyMs)
{
    if (Row *known = row(source)) {
        if (known->name == name && known->everyMs == everyMs)
            return;
        known->name = name;
        known->everyMs = everyMs;
        return tell(*known);
    }
    beginInsertRows({}, count(), count());
    m_rows.push_back({ source, name, everyMs, {} });
    endInsertRows();
    emit changed();
}

void QueueSources::drop(rules::QueueSource source)
{
    const Row *known = row(source);
    if (!known)
        return;
    const int number = int(known - m_rows.data());
    beginRemoveRows({}, number, number);
    m_rows.erase(m_rows.begin() + number);
    endRemoveRows();
    emit changed();
}

void QueueSources::asked(rules::QueueSource source)
{
    Row *known = row(source);
    if (!known || known->waiting.isValid())
        return;
    known->waiting.start();
    known->waitedMs = 0;
}

void QueueSources::tellsNone(rules::QueueSource source, const QString &why, const Turn &turn)
{
    Row *known = row(source);
    if (!known)
        return;
    if (known->since.isValid()) // it did tell some
        return failed(source, why, turn);
    known->waiting.invalidate();
    known->none = true;
    known->error = why;
    known->turn = turn;
    tell(*known);
}

void QueueSources::succeeded(
    rules::QueueSource source, int queues, const Turn &turn, const QString &cut)
{
    Row *known = row(source);
    if (!known)
        return;
    known->since.start();
    known->waiting.invalidate();
    known->none = false;
    known->error.clear();
    known->queues = queues;
    known->cut = cut;
    known->turn = turn;
    tell(*known);
}

void QueueSources::failed(rules::QueueSource source, const QString &why, const Turn &turn)
{
    Row *known = row(source);
    if (!known)
        return;
    known->none = false;
    known->error = why.isEmpty() ? tr("no reason given") : why;
    known->turn = turn;
    tell(*known);
}

bool QueueSources::uses(rules::QueueSource source) const
{
    return row(source) != nullptr;
}

qint64 QueueSources::everyMs(rules::QueueSource source) const
{
    const Row *known = row(source);
    return known ? known->everyMs : 0;
}

qint64 QueueSources::ageMs(rules::QueueSource source) const
{
    const Row *known = row(source);
    return known && known->since.isValid() ? known->since.elapsed() : -1;
}

void QueueSources::tick(bool silent)
{
    for (Row &row : m_rows) {
        row.silent = silent && row.source == rules::QueueSource::Fabric;
        QString state = stateOf(row);
        if (state == row.shown)
            continue;
        row.shown = std::move(state);
        tell(row);
    }
}

void QueueSources::clear()
{
    if (m_rows.empty())
        return;
    beginResetModel();
    m_rows.clear();
    endResetModel();
    emit changed();
}

void QueueSources::tell(const Row &row)
{
    const QModelIndex at = index(int(&row - m_rows.data()));
    emit dataChanged(at, at);
    emit changed();
}

} // namespace signalbox
