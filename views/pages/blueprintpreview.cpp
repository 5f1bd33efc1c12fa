// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/blueprintpreview.h"

#include "models/stores/flowstore.h"
#include "models/stores/liveflows.h"
#include "models/stores/workspacestore.h"
#include "views/pages/flowtext.h"
#include "views/pages/precautions.h"
#include "views/pages/startparts.h"

namespace signalbox {

using flowtext::qs;

namespace {

constexpr int planMs = 60; ///< after the last key
constexpr int fetchMs = 500; ///< after the last flow that came or went

void once(QTimer &timer, int ms)
{
    timer.setSingleShot(true);
    timer.setInterval(ms);
}

} // namespace

BlueprintPreview::BlueprintPreview(QObject *parent)
    : QObject(parent)
    , m_flow(QStringLiteral("example"))
    , m_topics(new PartTable(startparts::topicColumns(), this))
    , m_entries(new PartTable(startparts::entryColumns(), this))
    , m_queues(new PartTable(startparts::queueColumns(), this))
{
    once(m_planSoon, planMs);
    once(m_fetchSoon, fetchMs);
    connect(&m_planSoon, &QTimer::timeout, this, [this] { plan(); });
    connect(&m_fetchSoon, &QTimer::timeout, this, &BlueprintPreview::fetch);
}

void BlueprintPreview::setSession(Session *session)
{
    if (m_session == session)
        return;
    if (m_session) {
        m_session->flows()->disconnect(this);
        m_session->blueprints()->disconnect(this);
        m_session->workspaces()->disconnect(this);
    }
    m_session = session;
    m_liveKnown = false;
    m_live.reset();
    m_unserved.clear();
    if (!m_session)
        return clear({});
    const auto later = [this] {
        if (m_active)
            m_fetchSoon.start();
        m_liveKnown = m_liveKnown && m_active;
    };
    connect(m_session->flows(), &FlowStore::flowAppeared, this, later);
    connect(m_session->flows(), &FlowStore::flowGone, this, later);
    connect(m_session->flows(), &FlowStore::flowChanged, this, later);
    connect(m_session->flows(), &FlowStore::reset, this, later);
    connect(m_session->workspaces(), &WorkspaceStore::changed, this, &BlueprintPreview::changed);
    connect(
        m_session->blueprints(), &BlueprintStore::changed, this, [this] { m_planSoon.start(); });
}

void BlueprintPreview::show(const QString &home, const QString &name, const std::string &text)
{
    const bool another = m_home != home || m_name != name;
    if (!another && m_text == text)
        return;
    m_home = home;
    m_name = name;
    m_text = text;
    if (another) {
        m_workspace = home;
        plan(true); // the one looked at before must not stay in view
    } else {
        m_planSoon.start();
    }
}

QStringList BlueprintPreview::workspaces() const
{
    return m_session ? m_session->workspaces()->ids() : QStringList();
}

void BlueprintPreview::setWorkspace(const QString &workspace)
{
    if (workspace.isEmpty() || m_workspace == workspace)
        return;
    m_workspace = workspace;
    plan();
}

void BlueprintPreview::setFlow(const QString &id)
{
    if (m_flow == id)
        return;
    m_flow = id;
    m_planSoon.start();
    emit changed();
}

void BlueprintPreview::setActive(bool active)
{
    if (std::exchange(m_active, active) == active)
        return;
    if (m_active && !m_liveKnown)
        fetch();
    plan();
}

void BlueprintPreview::fetch()
{
    if (!m_session || !m_active)
        return;
    liveFlows(m_session).then(this, [this](const Answer<LiveFlows> &live) {
        m_liveKnown = live.hasValue();
        m_fetchError =
            live ? QString() : flowtext::readFailure(tr("Reading the live flows"), live.error());
        if (live) {
            m_live = std::make_shared<const std::vector<rules::LiveFlow>>(live->flows);
            m_unserved = precautions::unservedText(live->unserved);
        }
        plan();
    });
}

void BlueprintPreview::clear(const QString &why)
{
    m_planned = false;
    m_why = why;
    m_plan = {};
    m_problems.clear();
    m_values.clear();
    m_topics->setParts({});
    m_entries->setParts({});
    m_queues->setParts({});
    emit changed();
}

/// A large text is read and planned for on a thread.
void BlueprintPreview::plan(bool atOnce)
{
    m_planSoon.stop();
    if (!m_session || m_name.isEmpty()) {
        m_work.forget();
        m_diagram = {};
        emit diagramChanged();
        return clear({});
    }
    Question asked { m_text, m_name.toStdString(), m_workspace.toStdString(),
        m_flow.isEmpty() ? std::string("example") : m_flow.toStdString(),
        m_session->blueprints()->held(m_workspace), nullptr, m_session->capabilities().own };
    if (!asked.types) // says changed() when they are there
        m_session->blueprints()->load(m_workspace);
    if (m_active && m_liveKnown) // over thousands of live flows a plan is not for nothing
        asked.live = m_live;
    m_work.ask(
        atOnce || m_text.size() <= LatestWork::small,
        [asked = std::move(asked)] { return outcomeOf(asked); },
        [this](Outcome outcome) { tell(std::move(outcome)); });
    if (m_work.busy() && !m_planned && m_active) {
        m_why = tr("Planning…");
        emit changed();
    }
}

BlueprintPreview::Outcome BlueprintPreview::outcomeOf(const Question &asked)
{
    Outcome out;
    const auto blueprint = schema::decode<schema::Blueprint>(asked.text);
    if (!blueprint) {
        out.fault = blueprint.error().text();
        return out;
    }
    out.resolution = rules::resolveParameters(
        *blueprint, {},
        [&](const std::string &name) {
            const auto *type = asked.types ? schema::find(asked.types->types, name) : nullptr;
            return type ? std::optional(*type) : std::nullopt;
        },
        asked.own);
    out.diagram =
        rules::diagramOf(rules::expand(*blueprint,
                             { asked.workspace, asked.name, asked.flow, out.resolution.values }),
            asked.workspace);
    if (asked.live)
        out.plan = rules::planStart(asked.workspace, asked.flow, asked.name, *blueprint,
            out.resolution.values, *asked.live);
    return out;
}

void BlueprintPreview::tell(Outcome outcome)
{
    if (!outcome.fault.empty())
        return clear(tr("The text cannot be read: %1").arg(qs(outcome.fault)));
    if (outcome.diagram != m_diagram) {
        m_diagram = std::move(outcome.diagram);
        emit diagramChanged();
    }
    if (!m_active)
        return clear({});
    if (!m_liveKnown)
        return clear(m_fetchError.isEmpty() ? tr("Reading the live flows…") : m_fetchError);
    m_plan = std::move(outcome.plan);
    QStringList problems;
    for (const std::string &problem : m_plan.problems)
        problems.append(qs(problem));
    problems += m_unserved;
    QStringList values;
    for (const auto &[name, value] : outcome.resolution.values)
        values.append(tr("%1 = %2").arg(qs(name), qs(value)));
    if (!outcome.resolution.missing.empty())
        values.append(tr("a start asks for %1").arg(flowtext::joined(outcome.resolution.missing)));
    if (!outcome.resolution.unresolved.empty())
        values.append(
            tr("without a value: %1").arg(flowtext::joined(outcome.resolution.unresolved)));
    m_problems = problems.join(QStringLiteral(" · "));
    m_values = values.join(QStringLiteral(" · "));
    m_why.clear();
    m_planned = true;
    m_topics->setParts(startparts::topics(m_plan, false));
    m_entries->setParts(startparts::entries(m_plan));
    m_queues->setParts(startparts::queues(m_plan));
    emit changed();
}

} // namespace signalbox
