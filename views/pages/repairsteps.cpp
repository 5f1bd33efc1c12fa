// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/repairsteps.h"

#include "models/schema/fabric.h"
#include "models/stores/configstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/liveflows.h"
#include "models/stores/reconcilestore.h"
#include "views/pages/flowtext.h"

#include <algorithm>

namespace signalbox {

using flowtext::qs;

namespace {

QString stateWord(RepairSteps::State state)
{
    switch (state) {
    case RepairSteps::Running:
        return RepairSteps::tr("running…");
    case RepairSteps::Done:
        return RepairSteps::tr("done");
    case RepairSteps::Failed:
        return RepairSteps::tr("failed");
    case RepairSteps::NotRun:
        return RepairSteps::tr("not run");
    default:
        return {};
    }
}

Cell::Aspect stepAspect(RepairSteps::State state)
{
    return state == RepairSteps::Done  ? Cell::Clear
        : state == RepairSteps::Failed ? Cell::Stop
                                       : Cell::Unknown;
}

} // namespace

RepairSteps::RepairSteps(QObject *parent)
    : QObject(parent)
    , m_lines(new OverviewLines(this))
{
}

void RepairSteps::plan(std::vector<rules::RepairStep> steps)
{
    if (busy())
        return;
    m_steps.clear();
    for (auto &step : steps)
        m_steps.push_back({ std::move(step), Planned, {} });
    m_over = false;
    m_error.clear();
    show();
}

int RepairSteps::asked() const
{
    return int(std::count_if(m_steps.begin(), m_steps.end(),
        [](const Step &step) { return step.step.kind != rules::RepairStep::ByHand; }));
}

int RepairSteps::done() const
{
    return int(std::count_if(
        m_steps.begin(), m_steps.end(), [](const Step &step) { return step.state == Done; }));
}

QStringList RepairSteps::byHandWords() const
{
    QStringList words;
    for (const Step &step : m_steps)
        if (step.step.kind == rules::RepairStep::ByHand)
            words.append(byHandText(step.step.finding));
    return words;
}

QString RepairSteps::whyNot() const
{
    if (const QString why = flowtext::whyNotNow(m_session); !why.isEmpty())
        return why;
    if (busy())
        return tr("Working…");
    if (m_over)
        return tr("It was run; look again first.");
    if (asked() == 0)
        return tr("Nothing in it can be asked of the back end.");
    for (const Step &step : m_steps) {
        const QString workspace = qs(step.step.finding.workspace);
        QString denied;
        if (step.step.kind == rules::RepairStep::DeleteQueue)
            denied = m_session->denied(
                QStringLiteral("fabric"), QStringLiteral("delete-queue"), workspace);
        else if (step.step.kind == rules::RepairStep::DeleteEntry)
            denied =
                m_session->denied(QStringLiteral("config"), QStringLiteral("delete"), workspace);
        else if (step.step.kind == rules::RepairStep::StopFlow)
            denied =
                m_session->denied(QStringLiteral("flow"), QStringLiteral("stop-flow"), workspace);
        if (!denied.isEmpty())
            return flowtext::whyDenied(denied);
    }
    return {};
}

void RepairSteps::run()
{
    if (!whyNot().isEmpty())
        return;
    m_running = -1;
    m_error.clear();
    next();
}

void RepairSteps::next()
{
    const auto at = std::find_if(m_steps.begin(), m_steps.end(), [](const Step &step) {
        return step.state == Planned && step.step.kind != rules::RepairStep::ByHand;
    });
    if (at == m_steps.end()) {
        finish();
        return;
    }
    at->state = Running;
    m_running = int(at - m_steps.begin());
    const rules::RepairStep step = at->step;
    show();
    if (step.kind == rules::RepairStep::StopFlow)
        stopFlow(step.finding);
    else if (step.kind == rules::RepairStep::DeleteEntry)
        lookAgain(step);
    else
        deleteQueue(step.finding); // the far end itself sees to that nobody reads it
}

/// One that was stuck may have ended, and been started anew.
void RepairSteps::stopFlow(const rules::Finding &finding)
{
    const auto *flow = m_session->flows()->find(qs(finding.workspace), qs(finding.flow));
    if (!flow)
        return ended(tr("it is gone already"));
    if (!flow->stopping)
        return failed(tr("It runs again: it is not stopped by this plan."));
    m_session->flows()
        ->stop(qs(finding.workspace), qs(finding.flow))
        .then(this, [this](const Answer<signalbox::Done> &answer) {
            if (answer)
                ended({});
            else
                failed(answer.error().text);
        });
}

/// A flow that was started meanwhile writes the entry that was left behind, value for value.
void RepairSteps::lookAgain(const rules::RepairStep &step)
{
    liveFlows(m_session).then(this, [this, step](const Answer<LiveFlows> &live) {
        if (!live)
            return failed(live.error().text);
        rules::Platform now;
        now.flows = live->flows;
        const QStringList blind = live->unserved + live->unread;
        for (const QString &workspace : blind)
            now.unserved.insert(workspace.toStdString());
        now.entries = { { step.finding.workspace, step.finding.processor, step.finding.variant } };
        if (rules::reconcile(now).count(rules::Mismatch::OrphanEntry) == 0)
            return failed(tr("It may belong to a flow by now."));
        deleteEntry(step.finding);
    });
}

/// Through the store: it checks that the entry is still what was looked at.
void RepairSteps::deleteEntry(const rules::Finding &finding)
{
    const QString workspace = qs(finding.workspace);
    const QString type = QStringLiteral("processor:") + qs(finding.processor);
    auto *config = m_session->config();
    const ConfigRow *held = nullptr;
    for (const ConfigRow &row : config->rows())
        if (row.workspace == workspace && row.type == type && row.key == qs(finding.variant)
            && row.exists)
            held = &row;
    if (!held)
        return ended(tr("it is gone already"));
    config->apply(workspace, { { type, held->key, held->value, std::nullopt } })
        .then(this, [this](const ConfigOutcome &outcome) {
            if (!outcome.conflicts.isEmpty())
                failed(tr("It has changed since it was looked at."));
            else if (outcome.error)
                failed(outcome.error->text);
            else
                ended({});
        });
}

/// The far end refuses when somebody reads it by now, or when its count has moved.
void RepairSteps::deleteQueue(const rules::Finding &finding)
{
    schema::FabricRequest body;
    body.operation = "delete-queue";
    body.queue = finding.subject;
    body.expectedReady = finding.ready;
    body.ifUnused = true;
    Request request;
    request.service = "fabric";
    request.operation = body.operation;
    request.workspace = finding.workspace;
    request.body = schema::encode(body);
    ask<schema::FabricResponse>(*m_session->gateway(), std::move(request))
        .then(this, [this](const Answer<schema::FabricResponse> &answer) {
            if (!answer && answer.error().kind == ErrorKind::NotFound)
                return ended(tr("it is gone already"));
            if (!answer && answer.error().kind == ErrorKind::Conflict)
                return keptQueue(answer.error().text);
            if (!answer)
                return failed(answer.error().text);
            ended(answer->affected
                    ? tr("with %1 messages").arg(format::count(qint64(*answer->affected)))
                    : QString());
        });
}

void RepairSteps::ended(const QString &word)
{
    Step &step = m_steps[std::size_t(m_running)];
    step.state = Done;
    step.word = word;
    next();
}

/// The first is told in full, the others by number: each stands at its step.
void RepairSteps::tellFault(const QString &why)
{
    Step &step = m_steps[std::size_t(m_running)];
    step.state = Failed;
    step.word = why;
    const auto faults = std::count_if(
        m_steps.begin(), m_steps.end(), [](const Step &one) { return one.state == Failed; });
    if (faults == 1)
        m_fault = tr("%1: %2").arg(qs(step.step.finding.subject), why);
    m_error = faults == 1 ? m_fault : tr("%1 (and %2 more)").arg(m_fault).arg(faults - 1);
}

/// Each queue is a matter of its own.
void RepairSteps::keptQueue(const QString &why)
{
    tellFault(why);
    next();
}

void RepairSteps::failed(const QString &error)
{
    tellFault(error);
    for (Step &one : m_steps)
        if (one.state == Planned && one.step.kind != rules::RepairStep::ByHand)
            one.state = NotRun;
    finish();
}

void RepairSteps::finish()
{
    m_running = -1;
    m_over = true;
    show();
    emit finished();
}

void RepairSteps::show()
{
    std::vector<OverviewLine> lines;
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        const Step &step = m_steps[i];
        const auto &finding = step.step.finding;
        OverviewLine line;
        line.key = QString::number(i);
        line.aspect = stepAspect(step.state);
        line.title = qs(finding.subject);
        line.workspace = qs(finding.workspace);
        line.value =
            step.step.kind == rules::RepairStep::ByHand ? tr("by hand") : stateWord(step.state);
        line.tone = step.state == Failed ? Cell::Danger
            : step.state == Done         ? Cell::Good
                                         : Cell::Muted;
        line.detail = step.step.kind == rules::RepairStep::ByHand
            ? byHandText(finding)
            : QStringLiteral("%1. %2").arg(repairText(step.step.kind), mismatchWhy(finding));
        if (!step.word.isEmpty())
            line.detail = step.word;
        lines.push_back(std::move(line));
    }
    m_lines->set(std::move(lines));
    emit changed();
}

} // namespace signalbox
