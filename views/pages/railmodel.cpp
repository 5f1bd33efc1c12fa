// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/railmodel.h"

#include "models/stores/blueprintstore.h"
#include "models/stores/conversationstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "models/stores/workspacestore.h"
#include "views/pages/pagelist.h"

#include <algorithm>

namespace signalbox {

RailModel::RailModel(QObject *parent)
    : QAbstractListModel(parent)
{
    m_soon.calls([this] { recount(); });
}

RailModel::~RailModel() = default;

Session *RailModel::session() const
{
    return m_session;
}

void RailModel::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    if (session) {
        connect(session->flows(), &FlowStore::changed, this, &RailModel::soon);
        connect(session->queues(), &QueueStore::changed, this, &RailModel::soon);
        connect(session->blueprints(), &BlueprintStore::changed, this, &RailModel::soon);
        connect(session->workspaces(), &WorkspaceStore::changed, this, &RailModel::soon);
        connect(
            ConversationStore::of(session), &ConversationStore::changed, this, &RailModel::soon);
        connect(session, &Session::workspaceChanged, this, &RailModel::recount);
        connect(session, &Session::changed, this, &RailModel::soon); // stale() turns
    }
    recount();
    emit sessionChanged();
}

int RailModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(pageList.size());
}

QVariant RailModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto &counts = m_counts[size_t(index.row())];
    switch (role) {
    case PageRole:
        return QString::fromLatin1(pageList[size_t(index.row())].id);
    case Qt::DisplayRole:
    case NameRole:
        return pageName(index.row());
    case GlyphRole:
        return int(pageList[size_t(index.row())].glyph);
    case CountRole:
        return counts.text;
    case BadgeRole:
        return counts.badge;
    case AlarmRole:
        return counts.alarm;
    case StaleRole:
        return counts.stale;
    default:
        return {};
    }
}

QHash<int, QByteArray> RailModel::roleNames() const
{
    return { { PageRole, "page" }, { NameRole, "name" }, { GlyphRole, "glyph" },
        { CountRole, "count" }, { BadgeRole, "badge" }, { AlarmRole, "alarm" },
        { StaleRole, "stale" } };
}

void RailModel::soon()
{
    // Glanced at, not read: a few times a second is enough, and only a changed text is told.
    m_soon.request();
}

RailModel::Counts RailModel::countOf(int page) const
{
    Counts counts;
    counts.stale = m_session->stale();
    const QString workspace = m_session->workspace();
    if (page == 1 && m_session->flows()->loaded() && m_session->workspaces()->loaded()) {
        const auto &rows = m_session->flows()->rows();
        const auto here = [&](const FlowRow &row) {
            return workspace.isEmpty() || row.workspace == workspace;
        };
        counts.text = format::count(std::count_if(rows.begin(), rows.end(), here));
        for (const FlowRow &row : rows) {
            if (!here(row))
                continue;
            counts.badge += row.aspect == Cell::Stop || row.aspect == Cell::Warning;
            counts.alarm = counts.alarm || row.aspect == Cell::Stop;
        }
    } else if (page == 2) {
        const int known = m_session->blueprints()->countIn(workspace);
        if (known >= 0)
            counts.text = format::count(known);
    } else if (page == 3 && m_session->queues()->loaded()) {
        const std::string wanted = workspace.toStdString();
        const auto &rows = m_session->queues()->rows();
        counts.text =
            format::count(std::count_if(rows.begin(), rows.end(), [&](const QueueState &queue) {
                return wanted.empty() || queue.row.workspace == wanted;
            }));
    } else if (page == 6) {
        // Conversations belong to tenants: the chosen workspace does not narrow them.
        const auto *talks = ConversationStore::of(m_session);
        if (talks->offered() && talks->loaded())
            counts.badge = talks->waiting();
    }
    return counts;
}

void RailModel::recount()
{
    if (!m_session)
        return;
    for (int page = 0; page < int(pageList.size()); ++page) {
        const Counts counts = countOf(page);
        if (counts == m_counts[size_t(page)])
            continue;
        m_counts[size_t(page)] = counts;
        emit dataChanged(index(page), index(page), { CountRole, BadgeRole, AlarmRole, StaleRole });
    }
}

} // namespace signalbox
