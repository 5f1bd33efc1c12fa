// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/queuespage.h"

#include "models/stores/format.h"
#include "models/stores/queuestore.h"
#include "views/pages/flowtext.h"

namespace signalbox {

QueuesPage::QueuesPage(QObject *parent)
    : QObject(parent)
    , m_detail(new QueueDetailView(this))
{
}

QueuesPage::~QueuesPage() = default;

void QueuesPage::setSession(Session *session)
{
    if (m_session == session)
        return;
    if (m_session) {
        m_session->disconnect(this);
        m_session->queues()->disconnect(this);
    }
    delete m_table;
    m_table = nullptr;
    m_session = session;
    if (m_session) {
        m_table = m_session->queues()->newTable(this);
        m_table->setWorkspace(m_session->workspace());
        connect(m_session, &Session::workspaceChanged, this, [this] {
            m_table->setWorkspace(m_session->workspace());
            emit changed();
        });
        connect(m_session, &Session::changed, this, &QueuesPage::changed);
        connect(m_session, &Session::pulse, this, &QueuesPage::changed);
        connect(m_table, &TableModel::countChanged, this, &QueuesPage::changed);
        connect(m_table, &TableModel::filterChanged, this, &QueuesPage::changed);
        applyFilter();
    }
    m_detail->setSession(session);
    emit sessionChanged();
    emit changed();
}

void QueuesPage::setCurrentKey(const QString &key)
{
    if (m_currentKey == key)
        return;
    m_currentKey = key;
    m_detail->show(key);
    emit currentKeyChanged();
}

void QueuesPage::setFilter(const QString &filter)
{
    if (m_filter == filter)
        return;
    m_filter = filter;
    applyFilter();
}

void QueuesPage::setScope(const QString &scope)
{
    if (m_scope == scope)
        return;
    m_scope = scope;
    applyFilter();
}

void QueuesPage::applyFilter()
{
    // the chip comes last, so that a fault's position is the one in the field
    if (m_table)
        m_table->setFilter(
            m_scope.isEmpty() ? m_filter : m_filter + QStringLiteral(" scope:") + m_scope);
    emit filterChanged();
    emit changed();
}

QStringList QueuesPage::scopes() const
{
    return { QString(), QStringLiteral("flow"), QStringLiteral("blueprint"),
        QStringLiteral("workspace"), QStringLiteral("global"), QStringLiteral("system"),
        QStringLiteral("subscriber"), QStringLiteral("orphan") };
}

QString QueuesPage::scopeTitle(const QString &scope) const
{
    const auto known = rules::parseScope(scope.toStdString());
    return known ? flowtext::scopeName(*known) : tr("all");
}

QString QueuesPage::summary() const
{
    if (!m_table || (!m_session->queues()->loaded() && m_table->total() == 0))
        return {};
    const QString where =
        m_session->workspace().isEmpty() ? tr("all workspaces") : m_session->workspace();
    const QString shown = m_table->count() == m_table->total()
        ? format::count(m_table->total())
        : tr("%1 of %2").arg(format::count(m_table->count()), format::count(m_table->total()));
    return tr("%1 · %2").arg(shown, where);
}

QString QueuesPage::sourceText() const
{
    return m_session ? m_session->queues()->sourceText() : QString();
}

QString QueuesPage::unknownWhy() const
{
    if (!m_session || m_session->hasFabric() || m_session->state() == Session::Disconnected
        || m_session->state() == Session::Connecting)
        return {};
    if (m_session->knowsQueues())
        return tr("This back end lists no queues. Shown are those that blueprints and Prometheus "
                  "tell of; messages cannot be looked at.");
    return tr("This back end lists no queues and no metrics answer: shown are the queues that the "
              "blueprints of live flows expect, their counts are unknown.");
}

QString QueuesPage::error() const
{
    return m_session ? m_session->queues()->error() : QString();
}

QString QueuesPage::emptyTitle() const
{
    if (!m_table)
        return {};
    if (!error().isEmpty())
        return tr("The queues could not be read");
    if (!m_session->queues()->loaded())
        return tr("Reading the queues…");
    return m_table->total() > 0 ? tr("No queue matches the filter") : tr("No queue here");
}

QString QueuesPage::emptyText() const
{
    if (!m_table)
        return {};
    if (!error().isEmpty())
        return error();
    if (!m_session->queues()->loaded())
        return m_session->stateText();
    if (m_table->total() > 0)
        return flowtext::counted(m_table->total(),
            tr("1 queue is hidden. Change the filter or the scope."),
            tr("%1 queues are hidden. Change the filter or the scope."));
    return tr("Queues come into being when a flow starts: its consumers make them.");
}

QString QueuesPage::linkTo(const QString &key) const
{
    return flowtext::queueLink(key);
}

QString QueuesPage::jsonOf(const QString &key) const
{
    const int row = m_table ? m_table->rowOf(key) : -1;
    return row < 0 ? QString() : m_table->jsonOf(row);
}

} // namespace signalbox
