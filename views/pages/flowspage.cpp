// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/flowspage.h"

#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/workspacestore.h"
#include "views/pages/flowtext.h"

namespace signalbox {

FlowsPage::FlowsPage(QObject *parent)
    : QObject(parent)
    , m_detail(new FlowDetail(this))
{
}

FlowsPage::~FlowsPage() = default;

void FlowsPage::setSession(Session *session)
{
    if (m_session == session)
        return;
    if (m_session) {
        m_session->disconnect(this);
        m_session->flows()->disconnect(this);
    }
    delete m_table;
    m_table = nullptr;
    m_session = session;
    if (m_session)
        connectSession();
    m_detail->setSession(session);
    emit sessionChanged();
    emit changed();
}

void FlowsPage::connectSession()
{
    m_table = m_session->flows()->newTable(this);
    m_table->setWorkspace(m_session->workspace());
    connect(m_session, &Session::workspaceChanged, this, [this] {
        m_table->setWorkspace(m_session->workspace());
        emit changed();
    });
    connect(m_session, &Session::changed, this, &FlowsPage::changed);
    connect(m_session, &Session::pulse, this, &FlowsPage::changed);
    connect(m_session->flows(), &FlowStore::changed, this, &FlowsPage::changed);
    connect(m_table, &TableModel::countChanged, this, &FlowsPage::changed);
    connect(m_table, &TableModel::filterChanged, this, &FlowsPage::changed);
    connect(m_session->flows(), &FlowStore::flowGone, this,
        [this](const QString &workspace, const QString &id) {
            emit flowGone(FlowStore::key(workspace, id));
        });
}

void FlowsPage::setCurrentKey(const QString &key)
{
    if (m_currentKey == key)
        return;
    m_currentKey = key;
    const auto [workspace, id] = flowtext::parseKey(key);
    m_detail->show(workspace, id);
    emit currentKeyChanged();
    emit changed(); // what may be done to it
}

QString FlowsPage::summary() const
{
    if (!m_session || !m_table || (!m_session->flows()->loaded() && m_table->total() == 0))
        return {};
    const QString where =
        m_session->workspace().isEmpty() ? tr("all workspaces") : m_session->workspace();
    const QString shown = m_table->count() == m_table->total()
        ? format::count(m_table->total())
        : tr("%1 of %2").arg(format::count(m_table->count()), format::count(m_table->total()));
    return tr("%1 · %2").arg(shown, where);
}

bool FlowsPage::loading() const
{
    return m_session && !m_session->flows()->loaded() && error().isEmpty();
}

QString FlowsPage::error() const
{
    return m_session ? m_session->flows()->error() : QString();
}

QString FlowsPage::staleness() const
{
    if (!m_session || !m_session->flows()->loaded())
        return {};
    const bool live = m_session->state() == Session::Live || m_session->state() == Session::Polling;
    const qint64 age = live ? m_session->flows()->ageMs() : m_session->ageMs();
    if (m_session->state() == Session::Live || age < staleAfterMs)
        return {};
    return tr("shown as of %1 ago").arg(format::age(age));
}

QString FlowsPage::emptyTitle() const
{
    if (!m_session || !m_table)
        return {};
    if (!error().isEmpty())
        return tr("The flows could not be read");
    if (loading())
        return tr("Reading the flows…");
    if (m_table->total() > 0)
        return tr("No flow matches the filter");
    return m_session->workspace().isEmpty() ? tr("No flow runs in any workspace")
                                            : tr("No flow runs in %1").arg(m_session->workspace());
}

QString FlowsPage::emptyText() const
{
    if (!m_session || !m_table)
        return {};
    if (!error().isEmpty())
        return error();
    if (loading())
        return m_session->stateText();
    if (m_table->total() > 0)
        return flowtext::counted(m_table->total(),
            tr("1 flow is hidden. Change the filter, or press Esc in it to show all."),
            tr("%1 flows are hidden. Change the filter, or press Esc in it to show all."));
    return startDenied().isEmpty() ? tr("Start one: choose a blueprint, look at the queues and "
                                        "processors that will come into being, then start.")
                                   : tr("Starting one is not possible here. %1").arg(startDenied());
}

QString FlowsPage::startDenied() const
{
    if (!m_session)
        return tr("Not connected.");
    QStringList workspaces { m_session->workspace() };
    if (workspaces.constFirst().isEmpty())
        workspaces = m_session->workspaces()->ids();
    if (workspaces.isEmpty())
        workspaces.append(QString());
    QString first;
    for (const QString &workspace : std::as_const(workspaces)) {
        const QString denied =
            m_session->denied(QStringLiteral("flow"), QStringLiteral("start-flow"), workspace);
        if (denied.isEmpty())
            return {};
        if (first.isEmpty())
            first = denied;
    }
    return flowtext::whyDenied(first);
}

QString FlowsPage::stopDenied() const
{
    return m_currentKey.isEmpty() ? tr("Select a flow first.") : whyNotStop({ m_currentKey });
}

QString FlowsPage::whyNotStop(const QStringList &keys) const
{
    if (!m_session)
        return tr("Not connected.");
    bool any = false;
    for (const QString &key : keys) {
        const auto [workspace, id] = flowtext::parseKey(key);
        const FlowRow *row = m_session->flows()->find(workspace, id);
        if (!row)
            continue;
        const QString denied =
            m_session->denied(QStringLiteral("flow"), QStringLiteral("stop-flow"), workspace);
        if (!denied.isEmpty())
            return flowtext::whyDenied(denied);
        any = any || !row->stopping;
    }
    if (any)
        return {};
    return keys.isEmpty() ? tr("Select a flow first.") : tr("It is stopping already, or gone.");
}

QString FlowsPage::idOf(const QString &key) const
{
    return flowtext::parseKey(key).id;
}

QString FlowsPage::workspaceOf(const QString &key) const
{
    return flowtext::parseKey(key).workspace;
}

QString FlowsPage::linkTo(const QString &key) const
{
    const auto [workspace, id] = flowtext::parseKey(key);
    return flowtext::flowLink(workspace, id);
}

QString FlowsPage::jsonOf(const QString &key) const
{
    const int row = m_table ? m_table->rowOf(key) : -1;
    if (row >= 0)
        return m_table->jsonOf(row);
    const auto [workspace, id] = flowtext::parseKey(key);
    const FlowRow *flow = m_session ? m_session->flows()->find(workspace, id) : nullptr;
    return flow ? flowtext::qs(schema::pretty(schema::encode(flow->record))) : QString();
}

void FlowsPage::copy(const QString &text)
{
    emit copied(flowtext::copyToClipboard(text));
}

} // namespace signalbox
