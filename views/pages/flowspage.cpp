// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/flowspage.h"

#include "models/schema/configform.h"
#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "views/pages/blueprintwords.h"
#include "views/pages/flowtext.h"

namespace signalbox {

FlowsPage::FlowsPage(QObject *parent)
    : TablePage(parent)
    , m_detail(new FlowDetail(this))
{
}

FlowsPage::~FlowsPage() = default;

TableModel *FlowsPage::makeTable()
{
    return session()->flows()->newTable(this);
}

QObject *FlowsPage::store() const
{
    return session()->flows();
}

bool FlowsPage::loaded() const
{
    return session()->flows()->loaded();
}

void FlowsPage::sessionSet()
{
    if (session()) {
        connect(session()->flows(), &FlowStore::changed, this, &FlowsPage::changed);
        connect(session()->flows(), &FlowStore::flowGone, this,
            [this](const QString &workspace, const QString &id) {
                emit flowGone(FlowStore::key(workspace, id));
            });
    }
    m_detail->setSession(session());
}

void FlowsPage::looked()
{
    const auto [workspace, id] = flowtext::parseKey(currentKey());
    m_detail->show(workspace, id);
}

bool FlowsPage::loading() const
{
    return session() && !session()->flows()->loaded() && error().isEmpty();
}

QString FlowsPage::error() const
{
    return session() ? session()->flows()->error() : QString();
}

QString FlowsPage::emptyTitle() const
{
    if (!session() || !table())
        return {};
    if (!error().isEmpty())
        return tr("The flows could not be read");
    if (loading())
        return flowtext::notYet(*session(), tr("Reading the flows…"));
    if (filterAtFault())
        return tr("The filter cannot be read");
    if (table()->total() > 0)
        return tr("No flow matches the filter");
    return session()->workspace().isEmpty() ? tr("No flow runs in any workspace")
                                            : tr("No flow runs in %1").arg(session()->workspace());
}

QString FlowsPage::emptyText() const
{
    if (!session() || !table())
        return {};
    if (!error().isEmpty())
        return error();
    if (loading())
        return session()->stateText();
    if (table()->total() > 0)
        return flowtext::counted(table()->total(),
            tr("1 flow is hidden. Change the filter, or press Esc in it to show all."),
            tr("%1 flows are hidden. Change the filter, or press Esc in it to show all."));
    return startDenied().isEmpty() ? tr("Start one: choose a blueprint, look at the queues and "
                                        "processors that will come into being, then start.")
                                   : tr("Starting one is not possible here. %1").arg(startDenied());
}

QString FlowsPage::startDenied() const
{
    const QString chosen = session() ? session()->workspace() : QString();
    return flowtext::whyNoStart(session(), chosen.isEmpty() ? QStringList() : QStringList(chosen));
}

QString FlowsPage::stopDenied() const
{
    return currentKey().isEmpty() ? tr("Select a flow first.") : whyNotStop({ currentKey() });
}

QString FlowsPage::whyNotStop(const QStringList &keys) const
{
    if (const QString why = flowtext::whyNotNow(session()); !why.isEmpty())
        return why;
    bool any = false;
    for (const QString &key : keys) {
        const auto [workspace, id] = flowtext::parseKey(key);
        const FlowRow *row = session()->flows()->find(workspace, id);
        if (!row)
            continue;
        const QString denied =
            session()->denied(QStringLiteral("flow"), QStringLiteral("stop-flow"), workspace);
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

QString FlowsPage::filterOf(const QString &key) const
{
    const auto [workspace, id] = flowtext::parseKey(key);
    return QStringLiteral("flow:%1 ws:%2")
        .arg(flowtext::filterValue(id), flowtext::filterValue(workspace));
}

QString FlowsPage::blueprintLinkOf(const QString &key) const
{
    const auto [workspace, id] = flowtext::parseKey(key);
    const FlowRow *flow = session() ? session()->flows()->find(workspace, id) : nullptr;
    return blueprintwords::blueprintLink(workspace, flow ? flow->blueprint : QString());
}

QString FlowsPage::jsonOf(const QString &key) const
{
    const auto [workspace, id] = flowtext::parseKey(key);
    const FlowRow *flow = session() ? session()->flows()->find(workspace, id) : nullptr;
    return flow ? flowtext::qs(schema::shownMasked(schema::encode(flow->record))) : QString();
}

void FlowsPage::copy(const QString &text)
{
    emit copied(flowtext::copyToClipboard(text));
}

} // namespace signalbox
