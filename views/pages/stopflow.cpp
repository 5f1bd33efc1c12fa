// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/stopflow.h"

#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/liveflows.h"
#include "models/stores/queuestore.h"
#include "views/pages/flowtext.h"
#include "views/pages/precautions.h"

namespace signalbox {

using flowtext::qs;

StopFlow::StopFlow(QObject *parent)
    : QObject(parent)
    , m_topics(new StopLines(this))
    , m_results(new PartTable(StopTargets::columns(), this))
{
    m_wait.setSingleShot(true);
    m_wait.setInterval(100);
    connect(&m_wait, &QTimer::timeout, this, &StopFlow::recompute);
    m_count.setSingleShot(true);
    m_count.setInterval(500);
    connect(&m_count, &QTimer::timeout, this, [this] {
        if (m_step != Preview || !m_session)
            return;
        m_preview.count(*m_session->queues(), m_session->hasFabric());
        m_topics->show(m_preview, m_showAll);
        emit changed();
    });
}

StopFlow::~StopFlow() = default;

void StopFlow::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    if (m_session) {
        const auto flowsChanged = [this] {
            if (m_step == Preview || m_step == Computing)
                m_wait.start();
        };
        FlowStore *flows = m_session->flows();
        connect(flows, &FlowStore::flowAppeared, this, flowsChanged);
        connect(flows, &FlowStore::flowChanged, this, flowsChanged);
        connect(flows, &FlowStore::flowGone, this, flowsChanged);
        connect(m_session, &Session::changed, this, &StopFlow::changed);
        connect(m_session->queues(), &QueueStore::changed, this, [this] {
            if (m_step == Preview && !m_count.isActive())
                m_count.start();
        });
    }
    emit changed();
}

void StopFlow::open(const QStringList &keys)
{
    m_flows.clear();
    for (const QString &key : keys) {
        const auto [workspace, id] = flowtext::parseKey(key);
        const FlowRow *row = m_session ? m_session->flows()->find(workspace, id) : nullptr;
        // one that stops already needs no second request
        if (row && !row->stopping)
            m_flows.add({ workspace.toStdString(), id.toStdString() });
    }
    m_step = Computing;
    m_error.clear();
    m_recomputed.clear();
    m_recomputes = 0;
    m_computed = false;
    m_showAll = false;
    m_typed.clear();
    m_preview = {};
    m_topics->setParts({});
    m_results->setParts(m_flows.parts());
    recompute();
}

void StopFlow::recompute()
{
    if (!m_session || m_flows.empty()) {
        m_error = tr("None of these flows runs any more.");
        m_step = Preview;
        emit changed();
        return;
    }
    if (m_asking) {
        m_again = true;
        return;
    }
    m_asking = true;
    emit changed();
    liveFlows(m_session).then(this, [this](const Answer<LiveFlows> &live) {
        m_asking = false;
        if (m_step != Computing && m_step != Preview)
            return;
        if (!live) {
            m_error = flowtext::readFailure(tr("Computing the consequences"), live.error());
            m_step = Preview;
            m_computed = false;
            emit changed();
            return;
        }
        m_error.clear();
        auto preview = StopPreview::make(m_flows.flows(), live->flows,
            flowtext::stopBehaviour(m_session->capabilities()), *m_session->queues(),
            m_session->hasFabric(), live->unserved + live->unread);
        preview.warnings += precautions::unservedText(live->unserved);
        preview.warnings += precautions::unreadText(live->unread);
        preview.warnings += preview.unsureText();
        take(std::move(preview));
        if (std::exchange(m_again, false))
            m_wait.start();
    });
}

void StopFlow::take(StopPreview preview)
{
    if (m_computed && !preview.sameConsequences(m_preview)) {
        ++m_recomputes;
        m_recomputed = flowtext::counted(m_recomputes,
            tr("Flows changed while this was open: the consequences were computed anew. Look "
               "again."),
            tr("Flows changed while this was open: the consequences were computed anew %1 times. "
               "Look again."));
    }
    m_preview = std::move(preview);
    m_computed = true;
    m_step = Preview;
    m_topics->take(m_preview);
    m_topics->show(m_preview, m_showAll);
    emit changed();
}

void StopFlow::setShowAll(bool all)
{
    if (m_showAll == all)
        return;
    m_showAll = all;
    m_topics->show(m_preview, m_showAll);
    emit changed();
}

QString StopFlow::moreText() const
{
    return m_topics->moreText(m_preview);
}

QString StopFlow::title() const
{
    if (count() == 1)
        return tr("Stop flow %1").arg(qs(m_flows.flows().front().id));
    return tr("Stop %1 flows").arg(count());
}

QString StopFlow::scopeText() const
{
    if (!m_computed)
        return m_asking ? tr("computing over all live flows…") : QString();
    const QStringList workspaces = m_flows.workspaces();
    const QString where = workspaces.size() <= 2 ? workspaces.join(tr(" and "))
                                                 : tr("%1 workspaces").arg(workspaces.size());
    return tr("in %1 · computed over %2 in %3")
        .arg(where, flowtext::counted(m_preview.liveFlows, tr("1 live flow"), tr("%1 live flows")),
            flowtext::counted(m_preview.workspaces, tr("1 workspace"), tr("%1 workspaces")));
}

QString StopFlow::queuesDeleted() const
{
    return m_computed ? format::count(m_preview.queuesDeleted) : format::unknown();
}

QString StopFlow::messagesLost() const
{
    return m_computed
        ? (m_preview.messagesLost ? format::count(*m_preview.messagesLost) : tr("unknown"))
        : format::unknown();
}

QString StopFlow::queuesLeft() const
{
    return m_computed ? format::count(m_preview.queuesLeft) : format::unknown();
}

QString StopFlow::messagesLeft() const
{
    return m_computed
        ? (m_preview.messagesLeft ? format::count(*m_preview.messagesLeft) : tr("unknown"))
        : format::unknown();
}

QString StopFlow::queuesKept() const
{
    return m_computed ? format::count(m_preview.queuesKept) : format::unknown();
}

QString StopFlow::entriesRemoved() const
{
    return m_computed ? format::count(m_preview.entriesRemoved) : format::unknown();
}

bool StopFlow::losesMessages() const
{
    return m_preview.messagesLost.value_or(1) > 0;
}

bool StopFlow::typingNeeded() const
{
    return precautions::namesAreTyped(m_session);
}

QString StopFlow::typeThis() const
{
    // a number cannot be typed by reflex either, and nobody types forty names
    return count() == 1 ? qs(m_flows.flows().front().id) : tr("stop %1 flows").arg(count());
}

void StopFlow::setTyped(const QString &typed)
{
    if (m_typed == typed)
        return;
    m_typed = typed;
    emit changed();
}

QString StopFlow::whyNot() const
{
    if (const QString why = flowtext::whyNotNow(m_session); !why.isEmpty())
        return why;
    const QStringList workspaces = m_flows.workspaces();
    for (const QString &workspace : workspaces) {
        const QString denied =
            m_session->denied(QStringLiteral("flow"), QStringLiteral("stop-flow"), workspace);
        if (!denied.isEmpty())
            return flowtext::whyDenied(denied);
    }
    if (m_step == Stopping)
        return tr("Stopping…");
    if (!m_computed)
        return m_error.isEmpty() ? tr("The consequences are being computed.")
                                 : tr("What it would do is not known.");
    if (!m_preview.problems.isEmpty())
        return m_preview.problems.constFirst();
    if (typingNeeded() && m_typed != typeThis())
        return tr("Type %1 first.").arg(typeThis());
    return {};
}

void StopFlow::stop()
{
    if (m_step != Preview || !whyNot().isEmpty())
        return;
    m_step = Stopping;
    m_wait.stop();
    next();
}

void StopFlow::next()
{
    while (m_flows.running() < inFlight) {
        const auto flow = m_flows.startNext();
        if (!flow)
            break;
        m_session->flows()
            ->stop(qs(flow->workspace), qs(flow->id))
            .then(this, [this, flow = *flow](const Answer<Done> &answer) { settle(flow, answer); });
    }
    m_results->setParts(m_flows.parts());
    const bool over = m_flows.running() == 0 && m_step == Stopping;
    if (over)
        m_step = Finished;
    emit changed();
    if (over)
        emit finished(failed() == 0);
}

void StopFlow::settle(const rules::FlowRef &flow, const Answer<Done> &answer)
{
    m_flows.settle(flow, answer);
    if (m_session) {
        next();
        return;
    }
    m_step = Finished;
    emit changed();
}

QString StopFlow::summary() const
{
    if (m_step == Stopping)
        return tr("%1 of %2 answered").arg(stopped() + failed()).arg(count());
    if (m_step != Finished)
        return {};
    if (failed() == 0)
        return count() == 1 ? tr("%1 is stopped.").arg(qs(m_flows.flows().front().id))
                            : tr("All %1 flows are stopped.").arg(count());
    return tr("%1 stopped, %2 failed.").arg(stopped()).arg(failed());
}

void StopFlow::retryFailed()
{
    open(m_flows.failedKeys());
}

QString StopFlow::report() const
{
    return summary() + QLatin1Char('\n') + m_flows.report();
}

} // namespace signalbox
