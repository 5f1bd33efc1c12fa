// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/queuespage.h"

#include "models/stores/format.h"
#include "models/stores/queuesources.h"
#include "models/stores/queuestore.h"
#include "views/pages/flowtext.h"
#include "views/pages/queueexporter.h"

namespace signalbox {

QueuesPage::QueuesPage(QObject *parent)
    : TablePage(parent)
    , m_detail(new QueueDetailView(this))
    , m_tree(new QueueTree(this))
{
}

QueuesPage::~QueuesPage() = default;

TableModel *QueuesPage::makeTable()
{
    return session()->queues()->newTable(this);
}

QObject *QueuesPage::store() const
{
    return session()->queues();
}

bool QueuesPage::loaded() const
{
    return session()->queues()->loaded();
}

void QueuesPage::sessionSet()
{
    if (session()) {
        connect(session()->queues()->sources(), &QueueSources::changed, this,
            &QueuesPage::sourcesChanged);
        connect(session()->queues(), &QueueStore::changed, this, &QueuesPage::sourcesChanged);
        applyFilter();
    }
    emit sourcesChanged();
    m_detail->setSession(session());
    m_tree->setSource(session() ? session()->queues() : nullptr, table());
}

void QueuesPage::looked()
{
    m_detail->show(currentKey());
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
    if (table())
        table()->setFilter(wholeFilter());
    emit filterChanged();
    emit changed();
}

QString QueuesPage::wholeFilter() const
{
    // the chip comes last, so that a fault's position is the one in the field
    return m_scope.isEmpty() ? m_filter : m_filter + QStringLiteral(" scope:") + m_scope;
}

QString QueuesPage::bulkDenied(const QString &operation) const
{
    if (const QString why = flowtext::whyNotNow(session()); !why.isEmpty())
        return why;
    if (!session()->queues()->canDelete())
        return flowtext::whyQueuesStay();
    const QString denied = session()->denied(QStringLiteral("fabric"), operation);
    // of one workspace only: the preview tells queue by queue
    return denied == QLatin1String("read-only") || denied == QLatin1String("replay")
        ? flowtext::whyDenied(denied)
        : QString();
}

QString QueuesPage::exportCsv() const
{
    return table() ? exportQueues(*session(), *table(), QueueExportFormat::Csv) : QString();
}

QString QueuesPage::exportJson() const
{
    return table() ? exportQueues(*session(), *table(), QueueExportFormat::Json) : QString();
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

QString QueuesPage::sourceText() const
{
    return session() ? session()->queues()->sourceText() : QString();
}

bool QueuesPage::sourceFault() const
{
    return session() && !session()->queues()->sources()->fault().isEmpty();
}

QString QueuesPage::sourceReport() const
{
    return session() ? session()->queues()->sources()->report() : QString();
}

QString QueuesPage::unknownWhy() const
{
    if (!session() || session()->canTail() || session()->state() == Session::Disconnected
        || session()->state() == Session::Connecting)
        return {};
    if (session()->hasBroker()) // one that is only asked for counts
        return tr("Counts come from %1; messages cannot be looked at here.").arg(sourceText());
    if (session()->knowsQueues())
        return tr("This back end lists no queues. Shown are those that blueprints and Prometheus "
                  "tell of; messages cannot be looked at.");
    return tr("This back end lists no queues and no metrics answer: shown are the queues that the "
              "blueprints of live flows expect, their counts are unknown.");
}

QString QueuesPage::error() const
{
    return session() ? session()->queues()->error() : QString();
}

QString QueuesPage::emptyTitle() const
{
    if (!table())
        return {};
    if (!error().isEmpty())
        return tr("The queues could not be read");
    if (!session()->queues()->loaded())
        return flowtext::notYet(*session(), tr("Reading the queues…"));
    if (filterAtFault())
        return tr("The filter cannot be read");
    return table()->total() > 0 ? tr("No queue matches the filter") : tr("No queue here");
}

QString QueuesPage::emptyText() const
{
    if (!table())
        return {};
    if (!error().isEmpty())
        return error();
    if (!session()->queues()->loaded())
        return session()->stateText();
    if (table()->total() > 0)
        return flowtext::counted(table()->total(),
            tr("1 queue is hidden. Change the filter or the scope."),
            tr("%1 queues are hidden. Change the filter or the scope."));
    return tr("Queues come into being when a flow starts: its consumers make them.");
}

QString QueuesPage::linkTo(const QString &key) const
{
    return flowtext::queueLink(key);
}

} // namespace signalbox
