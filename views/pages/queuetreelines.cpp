// SPDX-License-Identifier: GPL-3.0-only
// What a line of the tree of queues shows.
#include "views/pages/queuetree.h"

#include "models/stores/format.h"
#include "models/stores/plaintext.h"
#include "models/stores/queuestore.h"
#include "views/pages/flowtext.h"

#include <algorithm>

namespace signalbox {

using flowtext::qs;

QueueTree::Sums QueueTree::sumsOf(const Line &line) const
{
    if (line.level == 2)
        return sumsOfRow(line.number);
    if (line.level == 1)
        return m_groups[std::size_t(line.number)].sums;
    Sums sums;
    for (const Group &group : m_groups)
        if (group.scope == line.number)
            sums.add(group.sums, 1);
    return sums;
}

QString QueueTree::titleOf(const Line &line) const
{
    if (line.level == 0)
        return flowtext::scopeName(scopes[std::size_t(line.number)]);
    return line.level == 1 ? m_groups[std::size_t(line.number)].title
                           : m_store->rows()[std::size_t(line.number)].name;
}

QString QueueTree::figure(const Line &line, int role) const
{
    const Sums sums = sumsOf(line);
    const bool known = sums.uncounted < sums.queues;
    // of some only: at least so many
    const QString more = sums.uncounted > 0 && known ? QStringLiteral("≥ ") : QString();
    const auto n = [&](qint64 value) {
        return known ? more + format::count(value) : format::unknown();
    };
    const auto perSecond = [&](double value) {
        return sums.unrated + sums.uncounted >= sums.queues
            ? format::unknown()
            : (sums.unrated + sums.uncounted > 0 ? QStringLiteral("≥ ") : QString())
                + format::rate(std::max(0.0, value));
    };
    switch (role) {
    case QueuesRole:
        return line.level == 2 ? QString() : format::count(sums.queues);
    case ReadyRole:
        return n(sums.ready);
    case UnackedRole:
        return n(sums.unacked);
    case ConsumersRole:
        return n(sums.consumers);
    case InRole:
        return perSecond(sums.in);
    case OutRole:
        return perSecond(sums.out);
    default:
        return {};
    }
}

int QueueTree::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant QueueTree::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Line &line = m_lines[std::size_t(index.row())];
    const int rows = m_store ? int(m_store->rows().size()) : 0;
    if (line.level == 2 && (line.number == nobody || line.number >= rows))
        return {}; // it is about to leave, the store no longer has it
    switch (role) {
    case Qt::DisplayRole:
    case TitleRole:
        return plainName(titleOf(line));
    case LevelRole:
        return line.level;
    case KeyRole:
        return line.level == 2 ? titleOf(line)
            : line.level == 1  ? qs(m_groups[std::size_t(line.number)].key)
                               : QString::number(line.number);
    case OpenRole:
        return isOpen(line);
    case AspectRole: {
        const Sums sums = sumsOf(line);
        return int(sums.stop > 0   ? Cell::Stop
                : sums.warning > 0 ? Cell::Warning
                : sums.unclear > 0 ? Cell::Unknown
                                   : Cell::Clear);
    }
    case SummaryRole:
        return tr("%1 ready, %2 unacked, %3 consumers")
            .arg(figure(line, ReadyRole), figure(line, UnackedRole), figure(line, ConsumersRole));
    case QueuesRole:
    case ReadyRole:
    case UnackedRole:
    case ConsumersRole:
    case InRole:
    case OutRole:
        return figure(line, role);
    default:
        return {};
    }
}

QHash<int, QByteArray> QueueTree::roleNames() const
{
    return { { TitleRole, "title" }, { LevelRole, "level" }, { KeyRole, "key" },
        { OpenRole, "open" }, { AspectRole, "aspect" }, { QueuesRole, "queues" },
        { ReadyRole, "ready" }, { UnackedRole, "unacked" }, { ConsumersRole, "consumers" },
        { InRole, "inRate" }, { OutRole, "outRate" }, { SummaryRole, "summary" } };
}

} // namespace signalbox
