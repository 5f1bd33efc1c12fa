// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/reconcilestore.h"

#include "models/stores/configstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/liveflows.h"
#include "models/stores/queuestore.h"
#include "models/stores/reconciletable.h"
#include "models/stores/session.h"
#include "models/stores/whendone.h"
#include "models/stores/workspacestore.h"

#include <QtConcurrent>

#include <algorithm>

namespace signalbox {
namespace {

const QString entryPrefix = QStringLiteral("processor:");

Cell::Aspect aspectOfMismatch(const rules::Finding &finding)
{
    switch (finding.kind) {
    case rules::Mismatch::ServiceUnbound:
    case rules::Mismatch::NoConsumer:
    case rules::Mismatch::MissingEntry:
        return Cell::Stop;
    case rules::Mismatch::MissingQueue:
        return finding.shipsSo ? Cell::Unknown : Cell::Stop;
    case rules::Mismatch::OrphanQueue:
    case rules::Mismatch::GatewayLeftover:
        return finding.ready.value_or(0) > 0 ? Cell::Warning : Cell::Unknown;
    default:
        return Cell::Warning;
    }
}

} // namespace

ReconcileStore::ReconcileStore(Session *session, QObject *parent)
    : QObject(parent)
    , m_session(session)
{
    connect(session, &Session::emptied, this, [this] {
        ++m_round;
        m_busy = m_looked = false;
        m_bindingsWanted = -1;
        m_error.clear();
        m_rows.clear();
        m_waiting.clear();
        m_result = {};
        emit reset();
        emit changed();
    });
    connect(session->queues(), &QueueStore::brokerAsked, this, &ReconcileStore::takeBindings);
    connect(session->config(), &ConfigStore::changed, this, [this](const QString &workspace) {
        const auto *config = m_session->config();
        if (!m_waiting.contains(workspace)
            || (!config->loaded(workspace) && config->error(workspace).isEmpty()))
            return;
        m_waiting.remove(workspace);
        if (m_waiting.isEmpty())
            entriesRead();
    });
}

ReconcileStore::~ReconcileStore()
{
    if (m_session)
        m_session->config()->look(this, false);
}

Session *ReconcileStore::session() const
{
    return m_session;
}

void ReconcileStore::look()
{
    if (m_busy || !m_session)
        return;
    if (!m_session->online())
        return fail(tr("Not connected."));
    ++m_round;
    m_busy = true;
    m_error.clear();
    emit changed();
    readBindings();
}

/// Only RabbitMQ itself tells what feeds a queue; a queue may have lost it since it was seen first.
void ReconcileStore::readBindings()
{
    m_bindingsTold = false;
    m_bindingsWanted = -1;
    if (m_session->broker().kind != QLatin1String("rabbitmq"))
        return readEntries();
    m_bindingsWanted = m_session->queues()->bindingsRead() + 1;
    m_session->queues()->fetchBindings();
}

void ReconcileStore::takeBindings(bool fine)
{
    if (m_bindingsWanted < 0)
        return;
    m_bindingsTold = fine && m_session->queues()->bindingsRead() >= m_bindingsWanted;
    if (fine && !m_bindingsTold)
        return m_session->queues()->fetchBindings(); // the round had begun before
    m_bindingsWanted = -1;
    readEntries();
}

void ReconcileStore::readEntries()
{
    const auto ids = m_session->workspaces()->ids();
    m_entriesOf = ids.size() <= workspacesRead ? ids
        : m_session->workspace().isEmpty()     ? QStringList()
                                               : QStringList { m_session->workspace() };
    auto *config = m_session->config();
    config->look(this, true);
    m_waiting.clear();
    for (const QString &workspace : std::as_const(m_entriesOf)) {
        config->watch(workspace);
        if (!config->loaded(workspace))
            m_waiting.insert(workspace);
    }
    if (m_waiting.isEmpty())
        entriesRead();
}

void ReconcileStore::entriesRead()
{
    m_session->config()->look(this, false);
    const int round = m_round;
    liveFlows(m_session).then(this, [this, round](const Answer<LiveFlows> &live) {
        if (round != m_round)
            return;
        if (!live)
            return fail(live.error().text);
        compare(*live);
    });
}

void ReconcileStore::addEntries(rules::Platform &platform) const
{
    std::set<std::string> read;
    platform.entries.emplace();
    for (const QString &workspace : m_entriesOf)
        if (m_session->config()->loaded(workspace))
            read.insert(workspace.toStdString());
    if (read.empty())
        platform.entries.reset();
    else
        for (const ConfigRow &row : m_session->config()->rows())
            if (row.type.startsWith(entryPrefix) && row.exists
                && read.contains(row.workspace.toStdString()))
                platform.entries->push_back({ row.workspace.toStdString(),
                    row.type.mid(entryPrefix.size()).toStdString(), row.key.toStdString() });
    platform.entriesOf = std::move(read);
}

void ReconcileStore::compare(const LiveFlows &live)
{
    rules::Platform platform;
    platform.flows = live.flows;
    m_unserved = live.unserved;
    m_unread = live.unread;
    const QStringList blind = live.unserved + live.unread;
    for (const QString &workspace : blind)
        platform.unserved.insert(workspace.toStdString());
    for (const FlowRow &row : m_session->flows()->rows()) {
        const rules::FlowRef flow { row.workspace.toStdString(), row.id.toStdString() };
        using rules::HealthReason;
        const auto reason = row.finding.reason; // of another one the number is no time
        if (reason == HealthReason::Stopping || reason == HealthReason::StoppingTooLong)
            platform.stoppingForMs[flow] = row.finding.number;
        if (reason == HealthReason::NotAttached)
            platform.attaching.insert(flow);
    }
    const auto *queues = m_session->queues();
    platform.queuesComplete = queues->listsEach();
    platform.globalsListed = !m_session->hasFabric();
    for (const QueueState &queue : queues->rows()) {
        platform.globalsListed = platform.globalsListed || queue.row.workspace.empty();
        if (!queue.countsKnown) // it is only expected
            continue;
        rules::BrokerQueue told { queue.row.name, {}, {}, {}, {} };
        if (m_bindingsTold)
            told.bound = queues->isBound(queue);
        if (queue.countsNow()) { // nothing is concluded from what was
            told.consumers = queue.row.consumers;
            told.ready = queue.row.ready;
            told.unacked = queue.row.unacked;
        }
        platform.queues.push_back(std::move(told));
    }
    addEntries(platform);
    const int round = m_round;
    const auto comparing =
        QtConcurrent::run([platform = std::move(platform)] { return rules::reconcile(platform); });
    whenDone(this, comparing, [this, round](const rules::Reconciliation &result) {
        if (round == m_round)
            take(result);
    });
}

void ReconcileStore::take(const rules::Reconciliation &result)
{
    m_busy = false;
    m_looked = true;
    m_result = result;
    m_rows.clear();
    const auto steps = rules::planRepair(result.findings, means(), true);
    for (const rules::RepairStep &step : steps) {
        ReconcileRow row;
        row.finding = step.finding;
        row.repair = step.kind;
        row.key = QStringLiteral("%1|%2|%3")
                      .arg(int(row.finding.kind))
                      .arg(QString::fromStdString(row.finding.workspace),
                          QString::fromStdString(row.finding.subject));
        row.aspect = aspectOfMismatch(row.finding);
        row.what = mismatchText(row.finding.kind);
        row.why = mismatchWhy(row.finding);
        m_rows.push_back(std::move(row));
    }
    emit reset();
    emit changed();
}

void ReconcileStore::fail(const QString &error)
{
    m_busy = false;
    m_error = error;
    emit changed();
}

rules::RepairMeans ReconcileStore::means() const
{
    if (!m_session)
        return { false, true, true };
    const QString denied =
        m_session->denied(QStringLiteral("fabric"), QStringLiteral("delete-queue"));
    // Read-only and a lease are for now; a right that is not there will not come.
    return { m_session->queues()->canDelete() && !denied.contains(u':'), true, true };
}

int ReconcileStore::rowOf(const QString &key) const
{
    const auto at = std::find_if(
        m_rows.begin(), m_rows.end(), [&](const ReconcileRow &row) { return row.key == key; });
    return at == m_rows.end() ? -1 : int(at - m_rows.begin());
}

QString ReconcileStore::summary() const
{
    if (!m_looked)
        return {};
    const auto count = [](std::size_t number) { return format::count(qint64(number)); };
    return tr("%1 findings · %2 flows and %3 queues compared: %4 of flows, %5 of services, %6 of "
              "subscribers, %7 undecided")
        .arg(count(m_result.findings.size()), count(m_result.flows), count(m_result.queues),
            count(m_result.matched), count(m_result.services), count(m_result.subscribers),
            count(m_result.undecided));
}

QStringList ReconcileStore::limits() const
{
    QStringList all;
    if (!m_looked)
        return all;
    const bool counts = m_session->queues()->countsKnown();
    if (!counts)
        all.append(tr("No source lists the queues of the broker: they are not compared."));
    else if (!m_session->queues()->listsEach())
        all.append(tr("No source lists every queue now: which are missing is not known."));
    if (counts && !m_bindingsTold)
        all.append(tr("No source tells bindings here: whether a service has lost its exchange is "
                      "not known."));
    if (!m_unserved.isEmpty())
        all.append(tr("Not served by the gateway, so what belongs to their flows is not known and "
                      "left undecided: %1.")
                       .arg(m_unserved.join(QStringLiteral(", "))));
    if (!m_unread.isEmpty())
        all.append(tr("Flows that could not be read: what may belong to them is left undecided in "
                      "%1.")
                       .arg(m_unread.join(QStringLiteral(", "))));
    if (m_result.heldEntries > 0)
        all.append(
            tr("Left alone: %1 processor entries that no blueprint has now and that carry the "
               "name of a live flow, its blueprint or workspace. The flow may have been "
               "started before an edit.")
                .arg(format::count(qint64(m_result.heldEntries))));
    const auto workspaces = m_session->workspaces()->ids().size();
    if (m_entriesOf.size() < workspaces)
        all.append(tr("Processor entries of %1 of %2 workspaces are compared; choose a workspace "
                      "to compare its own.")
                       .arg(m_entriesOf.size())
                       .arg(workspaces));
    return all;
}

TableModel *ReconcileStore::newTable(QObject *parent)
{
    return newReconcileTable(this, parent);
}

} // namespace signalbox
