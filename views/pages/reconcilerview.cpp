// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/reconcilerview.h"

#include "models/stores/queuestore.h"
#include "views/pages/flowtext.h"

namespace signalbox {

ReconcilerView::ReconcilerView(QObject *parent)
    : QObject(parent)
    , m_steps(new RepairSteps(this))
{
    connect(m_steps, &RepairSteps::changed, this, &ReconcilerView::changed);
    connect(m_steps, &RepairSteps::finished, this, [this] {
        if (!m_session)
            return;
        m_session->queues()->fetch();
        m_session->queues()->fetchBroker();
    });
}

ReconcilerView::~ReconcilerView() = default;

void ReconcilerView::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    m_steps->setSession(session);
    if (session) {
        m_store = new ReconcileStore(session, this);
        m_table = m_store->newTable(this);
        connect(m_store, &ReconcileStore::changed, this, &ReconcilerView::changed);
        connect(session, &Session::changed, this, &ReconcilerView::changed);
        connect(session, &Session::emptied, this, &ReconcilerView::leavePlan);
    }
    emit tableChanged();
    emit changed();
}

void ReconcilerView::look()
{
    if (!m_store || running())
        return;
    leavePlan();
    m_store->look();
}

void ReconcilerView::setChosen(const QStringList &keys)
{
    if (m_chosen == keys)
        return;
    m_chosen = keys;
    emit changed();
}

void ReconcilerView::setWithMessages(bool with)
{
    if (m_withMessages == with || running())
        return;
    m_withMessages = with;
    if (m_planning && !over())
        makePlan();
    emit changed();
}

QString ReconcilerView::error() const
{
    return m_planning ? m_steps->error() : m_store ? m_store->error() : QString();
}

QString ReconcilerView::whyNoPlan() const
{
    return !looked() || busy()    ? tr("Look first.")
        : m_store->rows().empty() ? tr("There is nothing to repair.")
                                  : QString();
}

void ReconcilerView::makePlan()
{
    std::vector<rules::Finding> findings;
    for (const ReconcileRow &row : m_store->rows())
        if (m_chosen.isEmpty() ? !row.finding.shipsSo : m_chosen.contains(row.key))
            findings.push_back(row.finding);
    m_steps->plan(rules::planRepair(findings, m_store->means(), m_withMessages));
}

void ReconcilerView::plan()
{
    if (!whyNoPlan().isEmpty())
        return;
    m_typed.clear();
    m_planning = true;
    makePlan();
    emit changed();
}

void ReconcilerView::leavePlan()
{
    if (running())
        return;
    m_planning = false; // its steps stay until the next plan: they may still be on their way out
    emit changed();
}

QString ReconcilerView::planText() const
{
    if (over())
        return tr("%1 of %2 steps are done.").arg(m_steps->done()).arg(m_steps->asked());
    const QString asked =
        tr("%1 requests, one after the other; a queue that is kept does not stop the rest.")
            .arg(m_steps->asked());
    return m_steps->byHand() == 0
        ? asked
        : asked + QLatin1Char(' ') + tr("%1 things are left to do by hand.").arg(m_steps->byHand());
}

QString ReconcilerView::byHand() const
{
    return m_steps->byHandWords().join(u'\n');
}

QString ReconcilerView::wanted() const
{
    return m_session ? m_session->connectionName() : QString();
}

void ReconcilerView::setTyped(const QString &typed)
{
    if (m_typed == typed)
        return;
    m_typed = typed;
    emit changed();
}

QString ReconcilerView::whyNot() const
{
    if (const QString why = m_steps->whyNot(); !why.isEmpty())
        return why;
    return m_typed != wanted() ? tr("Type the name of the connection first: %1").arg(wanted())
                               : QString();
}

void ReconcilerView::run()
{
    if (whyNot().isEmpty())
        m_steps->run();
}

} // namespace signalbox
