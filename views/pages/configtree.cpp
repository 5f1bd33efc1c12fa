// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/configtree.h"

#include "models/stores/configdrafts.h"
#include "models/stores/format.h"
#include "models/stores/workspacestore.h"

#include <QHash>
#include <QTimer>

namespace signalbox {

ConfigTree::ConfigTree(QObject *parent)
    : QAbstractListModel(parent)
{
}

void ConfigTree::setSession(Session *session)
{
    if (m_session) {
        m_session->disconnect(this);
        m_session->workspaces()->disconnect(this);
        m_session->config()->disconnect(this);
        m_session->config()->drafts()->disconnect(this);
    }
    m_session = session;
    m_drafts.clear();
    if (m_session) {
        // Many entries change at once: one rebuild for all of them.
        const auto soon = [this] {
            if (!std::exchange(m_rebuilding, true))
                QTimer::singleShot(0, this, [this] {
                    m_rebuilding = false;
                    rebuild();
                });
        };
        connect(m_session, &Session::workspaceChanged, this, soon);
        connect(m_session->workspaces(), &WorkspaceStore::changed, this, soon);
        connect(m_session->config(), &ConfigStore::changed, this, soon);
        // With every key that is typed; only what becomes of a draft is counted.
        connect(m_session->config()->drafts(), &ConfigDrafts::changed, this,
            [this, soon](const QString &id) {
                if (id.isEmpty()) {
                    m_drafts.clear();
                    return soon();
                }
                const auto now = m_session->config()->drafts()->state(id);
                const auto known = m_drafts.constFind(id);
                if (known != m_drafts.cend() && *known == now)
                    return;
                m_drafts.insert(id, now);
                soon();
            });
    }
    rebuild();
}

void ConfigTree::setCurrent(const QString &workspace, const QString &type)
{
    if (m_workspace == workspace && m_type == type)
        return;
    m_workspace = workspace;
    m_type = type;
    if (!workspace.isEmpty())
        m_open.insert(workspace);
    rebuild();
    emit currentChanged();
}

int ConfigTree::currentRow() const
{
    for (int row = 0; row < count(); ++row)
        if (m_rows[std::size_t(row)].workspace == m_workspace
            && m_rows[std::size_t(row)].type == m_type)
            return row;
    return -1;
}

void ConfigTree::toggle(int row)
{
    if (row < 0 || row >= count())
        return;
    const QString workspace = m_rows[std::size_t(row)].workspace;
    if (!m_open.remove(workspace)) {
        m_open.insert(workspace);
        if (m_session)
            m_session->config()->watch(workspace);
    }
    rebuild();
}

QString ConfigTree::workspaceAt(int row) const
{
    return row >= 0 && row < count() ? m_rows[std::size_t(row)].workspace : QString();
}

QString ConfigTree::typeAt(int row) const
{
    return row >= 0 && row < count() ? m_rows[std::size_t(row)].type : QString();
}

void ConfigTree::rebuild()
{
    std::vector<Row> rows;
    if (m_session) {
        const ConfigStore *store = m_session->config();
        // One pass over all entries, whatever their number of types. "" sums over the workspace.
        QHash<QString, QHash<QString, Row>> sums;
        for (const ConfigRow &entry : store->rows()) {
            auto &types = sums[entry.workspace];
            for (const QString &type : { QString(), entry.type }) {
                Row &sum = types[type];
                sum.entries = std::max(sum.entries, 0) + 1;
                sum.drafts += entry.draft != ConfigRow::None;
                sum.conflicts += entry.draft == ConfigRow::Conflict;
            }
        }
        QStringList workspaces = m_session->workspaces()->ids();
        if (!m_session->workspace().isEmpty())
            workspaces = { m_session->workspace() };
        for (const QString &workspace : std::as_const(workspaces)) {
            const bool loaded = store->loaded(workspace);
            const auto types = sums.value(workspace);
            Row row = types.value(QString());
            row.workspace = workspace;
            row.entries = loaded ? std::max(row.entries, 0) : -1;
            row.open = m_open.contains(workspace) || workspaces.size() == 1;
            row.busy = store->watched(workspace) && !loaded && store->error(workspace).isEmpty();
            rows.push_back(row);
            if (!row.open)
                continue;
            QStringList names = types.keys();
            names.removeAll(QString());
            names.sort();
            for (const QString &type : std::as_const(names)) {
                Row below = types.value(type);
                below.workspace = workspace;
                below.type = type;
                rows.push_back(below);
            }
        }
    }
    const int before = count();
    const bool sameShape = rows.size() == m_rows.size()
        && std::equal(rows.begin(), rows.end(), m_rows.begin(), [](const Row &a, const Row &b) {
               return a.workspace == b.workspace && a.type == b.type;
           });
    if (sameShape) {
        for (int row = 0; row < before; ++row)
            if (!(m_rows[std::size_t(row)] == rows[std::size_t(row)])) {
                m_rows[std::size_t(row)] = rows[std::size_t(row)];
                emit dataChanged(index(row), index(row));
            }
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
    emit countChanged();
    emit currentChanged();
}

int ConfigTree::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant ConfigTree::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[std::size_t(index.row())];
    switch (role) {
    case TitleRole:
    case Qt::DisplayRole:
        return row.type.isEmpty() ? row.workspace : row.type;
    case LevelRole:
        return row.type.isEmpty() ? 0 : 1;
    case EntriesRole:
        return row.entries < 0 ? QString() : format::count(row.entries);
    case DraftsRole:
        return row.drafts;
    case ConflictsRole:
        return row.conflicts;
    case OpenRole:
        return row.open;
    case BusyRole:
        return row.busy;
    case WorkspaceRole:
        return row.workspace;
    case TypeRole:
        return row.type;
    default:
        return {};
    }
}

QHash<int, QByteArray> ConfigTree::roleNames() const
{
    return { { TitleRole, "title" }, { LevelRole, "level" }, { EntriesRole, "entries" },
        { DraftsRole, "drafts" }, { ConflictsRole, "conflicts" }, { OpenRole, "unfolded" },
        { BusyRole, "busy" }, { WorkspaceRole, "workspace" }, { TypeRole, "type" } };
}

} // namespace signalbox
