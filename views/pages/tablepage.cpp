// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/tablepage.h"

#include "models/stores/format.h"

namespace signalbox {

void TablePage::setSession(Session *session)
{
    if (m_session == session)
        return;
    if (m_session) {
        m_session->disconnect(this);
        store()->disconnect(this);
    }
    delete m_table;
    m_table = nullptr;
    m_session = session;
    if (m_session) {
        m_table = makeTable();
        m_table->setWorkspace(m_session->workspace());
        connect(m_session, &Session::workspaceChanged, this, [this] {
            m_table->setWorkspace(m_session->workspace());
            emit changed();
        });
        connect(m_session, &Session::changed, this, &TablePage::changed);
        connect(m_session, &Session::pulse, this, &TablePage::changed);
        connect(m_table, &TableModel::countChanged, this, &TablePage::changed);
        connect(m_table, &TableModel::filterChanged, this, &TablePage::changed);
    }
    sessionSet();
    emit sessionChanged();
    emit changed();
}

void TablePage::setCurrentKey(const QString &key)
{
    if (m_currentKey == key)
        return;
    m_currentKey = key;
    looked();
    emit currentKeyChanged();
    emit changed(); // what may be done to it
}

QString TablePage::summary() const
{
    if (!m_table || (!loaded() && m_table->total() == 0))
        return {};
    const QString where =
        m_session->workspace().isEmpty() ? tr("all workspaces") : m_session->workspace();
    const QString shown = m_table->count() == m_table->total()
        ? format::count(m_table->total())
        : tr("%1 of %2").arg(format::count(m_table->count()), format::count(m_table->total()));
    return tr("%1 · %2").arg(shown, where);
}

QString TablePage::staleness() const
{
    if (!m_session || !loaded() || !m_session->stale())
        return {};
    return tr("shown as of %1 ago").arg(format::age(qint64(m_session->ageMs())));
}

bool TablePage::filterAtFault() const
{
    return m_table && !m_table->filterError().isEmpty();
}

QString TablePage::jsonOf(const QString &key) const
{
    const int row = m_table ? m_table->rowOf(key) : -1;
    return row < 0 ? QString() : m_table->jsonOf(row);
}

} // namespace signalbox
