// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/overviewlists.h"

#include "models/stores/plaintext.h"

namespace signalbox {

int OverviewLines::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant OverviewLines::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto &line = m_lines[size_t(index.row())];
    switch (role) {
    case KeyRole:
        return line.key;
    case AspectRole:
        return int(line.aspect);
    case Qt::DisplayRole:
    case TitleRole:
        return plainName(line.title);
    case DetailRole:
        return plainName(line.detail, true);
    case ValueRole:
        return line.value;
    case ToneRole:
        return int(line.tone);
    case WorkspaceRole:
        return plainName(line.workspace);
    case PageRole:
        return line.page;
    case TargetRole:
        return line.target;
    case FilterRole:
        return line.filter;
    case SeriesRole:
        return QVariant::fromValue(line.series);
    default:
        return {};
    }
}

QHash<int, QByteArray> OverviewLines::roleNames() const
{
    return { { KeyRole, "key" }, { AspectRole, "aspect" }, { TitleRole, "title" },
        { DetailRole, "detail" }, { ValueRole, "value" }, { ToneRole, "tone" },
        { WorkspaceRole, "workspace" }, { PageRole, "page" }, { TargetRole, "target" },
        { FilterRole, "filter" }, { SeriesRole, "series" } };
}

void OverviewLines::set(std::vector<OverviewLine> lines, int more)
{
    const int before = count();
    const int after = int(lines.size());
    if (after < before) {
        beginRemoveRows({}, after, before - 1);
        m_lines.resize(size_t(after));
        endRemoveRows();
    }
    const int common = std::min(before, after);
    for (int i = 0; i < common; ++i) {
        if (m_lines[size_t(i)] == lines[size_t(i)])
            continue;
        m_lines[size_t(i)] = std::move(lines[size_t(i)]);
        emit dataChanged(index(i), index(i));
    }
    if (after > before) {
        beginInsertRows({}, before, after - 1);
        m_lines.insert(m_lines.end(), std::make_move_iterator(lines.begin() + before),
            std::make_move_iterator(lines.end()));
        endInsertRows();
    }
    if (before != after || m_more != more) {
        m_more = more;
        emit countChanged();
    }
}

} // namespace signalbox
