// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/startflow.h"

#include "models/stores/flowstore.h"
#include "models/stores/liveflows.h"
#include "models/stores/workspacestore.h"
#include "views/pages/flowtext.h"
#include "views/pages/precautions.h"
#include "views/pages/startparts.h"

#include <algorithm>

namespace signalbox {

using flowtext::qs;

StartFlow::StartFlow(QObject *parent)
    : QObject(parent)
    , m_form(new StartForm(this))
    , m_topics(new PartTable(startparts::topicColumns(), this))
    , m_entries(new PartTable(startparts::entryColumns(), this))
{
    connect(m_form, &StartForm::valuesChanged, this, [this] {
        if (!m_filling)
            touched();
    });
    connect(&m_watch, &StartWatch::changed, this, [this] {
        if (m_step == Following && m_watch.over())
            m_step = Finished;
        emit changed();
    });
    const auto once = [this](QTimer &timer, int ms, void (StartFlow::*then)()) {
        timer.setSingleShot(true);
        timer.setInterval(ms);
        connect(&timer, &QTimer::timeout, this, then);
    };
    once(m_planSoon, 60, &StartFlow::plan);
    once(m_liveSoon, 200, &StartFlow::fetchLive);
    once(m_draftSoon, 300, &StartFlow::keepDraft);
}

StartFlow::~StartFlow()
{
    if (m_draftSoon.isActive())
        keepDraft();
}

void StartFlow::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    if (m_session) {
        FlowStore *flows = m_session->flows();
        const auto later = [this] {
            if (m_step == Editing && m_liveKnown)
                m_liveSoon.start();
        };
        connect(flows, &FlowStore::flowAppeared, this, later);
        connect(flows, &FlowStore::flowChanged, this, later);
        connect(flows, &FlowStore::flowGone, this, later);
        connect(m_session, &Session::changed, this, &StartFlow::changed);
        connect(m_session->workspaces(), &WorkspaceStore::changed, this, &StartFlow::changed);
        connect(m_session->blueprints(), &BlueprintStore::changed, this,
            [this](const QString &workspace) {
                if (workspace == m_workspace && m_step == Editing && !m_loading)
                    useBlueprint(m_form->edited());
            });
    }
    emit changed();
}

void StartFlow::setFolder(const QString &folder)
{
    if (m_drafts && m_folder == folder)
        return;
    m_folder = folder;
    m_drafts = std::make_unique<StartDraftFile>(folder);
    emit changed();
}

QStringList StartFlow::workspaces() const
{
    QStringList allowed;
    if (!m_session)
        return allowed;
    const QStringList all = m_session->workspaces()->ids();
    for (const QString &workspace : all) {
        if (m_session->denied(QStringLiteral("flow"), QStringLiteral("start-flow"), workspace)
                .isEmpty())
            allowed.append(workspace);
    }
    return allowed;
}

bool StartFlow::workspaceFixed() const
{
    return m_session && m_session->workspace() == m_workspace && !m_workspace.isEmpty();
}

void StartFlow::open(const QString &workspace, const QString &blueprint)
{
    m_step = Editing;
    m_error.clear();
    m_draftError.clear();
    m_startedKey.clear();
    m_watch.stop();
    m_restored = false;
    m_id.clear();
    m_description.clear();
    m_typed.clear();
    m_blueprint = blueprint;
    m_workspace = workspace.isEmpty() && m_session ? m_session->workspace() : workspace;
    m_draftOf = m_session ? m_session->connectionIdentity() : QString();
    if (m_drafts && m_session && blueprint.isEmpty()
        && !restore(StartDraftFile::ofRestart(m_draftOf))) // of a flow that does not run by now
        restore(m_draftOf);
    if (m_workspace.isEmpty() && workspaces().size() == 1)
        m_workspace = workspaces().constFirst();
    m_form->clear();
    m_draftSoon.stop();
    loadBlueprints();
    fetchLive();
    emit changed();
}

bool StartFlow::restore(const QString &of)
{
    const auto draft = m_drafts->read(of);
    if (!draft || (!m_workspace.isEmpty() && m_workspace != draft->workspace))
        return false;
    m_workspace = draft->workspace;
    m_blueprint = draft->blueprint;
    m_id = draft->id;
    m_description = draft->description;
    m_typed = draft->values;
    m_restored = true;
    m_draftOf = of;
    return true;
}

void StartFlow::discardDraft()
{
    if (m_drafts && m_session) {
        m_drafts->clear(m_draftOf);
        m_draftOf = m_session->connectionIdentity();
    }
    m_draftSoon.stop();
    m_restored = false;
    m_id.clear();
    m_description.clear();
    m_typed.clear();
    useBlueprint({});
}

void StartFlow::keepDraft()
{
    m_draftSoon.stop();
    if (!m_drafts || !m_session || m_step == Finished || m_step == Following)
        return;
    // while the blueprint is not there yet, what was typed is still in m_typed
    const auto values = m_form->count() > 0 ? m_form->edited() : m_typed;
    const QString why =
        m_drafts->write(m_draftOf, { m_workspace, m_blueprint, m_id, m_description, values });
    if (why != m_draftError) {
        m_draftError = why;
        emit changed();
    }
}

void StartFlow::setWorkspace(const QString &workspace)
{
    if (m_workspace == workspace || m_step != Editing)
        return;
    if (m_form->count() > 0) // else it is still there
        m_typed = m_form->edited();
    m_workspace = workspace;
    loadBlueprints();
    touched();
}

void StartFlow::setBlueprint(const QString &blueprint)
{
    if (m_blueprint == blueprint || m_step != Editing)
        return;
    // values of the same name carry over to the other blueprint
    const auto typed = m_form->count() > 0 ? m_form->edited() : m_typed;
    m_blueprint = blueprint;
    useBlueprint(typed);
    touched();
}

void StartFlow::setId(const QString &id)
{
    if (m_id == id || m_step != Editing)
        return;
    m_id = id;
    touched();
}

void StartFlow::setDescription(const QString &description)
{
    if (m_description == description || m_step != Editing)
        return;
    m_description = description;
    touched();
}

void StartFlow::touched()
{
    m_error.clear();
    m_planSoon.start();
    m_draftSoon.start();
    emit changed();
}

void StartFlow::loadBlueprints()
{
    m_loadError.clear();
    if (!m_session || m_workspace.isEmpty())
        return;
    m_loading = true;
    m_session->blueprints()
        ->load(m_workspace)
        .then(
            this, [this, workspace = m_workspace](const Answer<BlueprintStore::LoadedPtr> &loaded) {
                if (workspace != m_workspace)
                    return;
                m_loading = false;
                if (!loaded) {
                    m_loadError = flowtext::readFailure(
                        tr("Reading the blueprints of %1").arg(workspace), loaded.error());
                    emit changed();
                    return;
                }
                useBlueprint(m_typed);
            });
    emit changed();
}

const schema::Blueprint *StartFlow::chosen() const
{
    const auto held =
        m_session && !m_workspace.isEmpty() ? m_session->blueprints()->held(m_workspace) : nullptr;
    return held ? schema::find(held->blueprints, m_blueprint.toStdString()) : nullptr;
}

void StartFlow::useBlueprint(const schema::Members<std::string> &typed)
{
    const auto held =
        m_session && !m_workspace.isEmpty() ? m_session->blueprints()->held(m_workspace) : nullptr;
    if (held && m_blueprint.isEmpty() && held->blueprints.size() == 1)
        m_blueprint = qs(held->blueprints.front().first);
    m_filling = true;
    if (const schema::Blueprint *blueprint = chosen()) {
        m_form->build(*blueprint, held->types);
        m_form->setValues(typed, true);
    } else {
        m_typed = typed;
        m_form->clear();
    }
    m_filling = false;
    m_planSoon.start();
    emit changed();
}

QStringList StartFlow::blueprints() const
{
    QStringList names;
    const auto held =
        m_session && !m_workspace.isEmpty() ? m_session->blueprints()->held(m_workspace) : nullptr;
    if (held) {
        for (const auto &[name, blueprint] : held->blueprints)
            names.append(qs(name));
    }
    names.sort();
    return names;
}

QStringList StartFlow::blueprintTexts() const
{
    QStringList texts;
    const auto held =
        m_session && !m_workspace.isEmpty() ? m_session->blueprints()->held(m_workspace) : nullptr;
    const QStringList names = blueprints();
    for (const QString &name : names) {
        const schema::Blueprint *blueprint = schema::find(held->blueprints, name.toStdString());
        const QString about = blueprint ? qs(blueprint->description) : QString();
        texts.append(about.isEmpty() ? name : tr("%1 — %2").arg(name, about));
    }
    return texts;
}

QString StartFlow::blueprintAbout() const
{
    const schema::Blueprint *blueprint = chosen();
    return blueprint ? qs(blueprint->description) : QString();
}

QString StartFlow::blueprintsFault() const
{
    if (!m_loadError.isEmpty())
        return m_loadError;
    const auto held =
        m_session && !m_workspace.isEmpty() ? m_session->blueprints()->held(m_workspace) : nullptr;
    if (!held || held->faults.empty())
        return {};
    const auto &[name, why] = held->faults.front();
    const QString first = tr("%1 cannot be read: %2").arg(qs(name), qs(why));
    return held->faults.size() == 1
        ? first
        : tr("%1 (and %2 more)").arg(first).arg(held->faults.size() - 1);
}

QString StartFlow::idProblem() const
{
    if (m_id.isEmpty())
        return {};
    if (!rules::validId(m_id.toStdString()))
        return tr("Small letters, digits, - and _ only, beginning with a letter or digit, at most "
                  "64: it becomes part of queue names.");
    // once it is being started, the flow of this id is this one
    if (m_step == Editing && m_session && m_session->flows()->find(m_workspace, m_id))
        return tr("A flow of this id exists in %1.").arg(m_workspace);
    return {};
}

void StartFlow::fetchLive()
{
    if (!m_session)
        return;
    liveFlows(m_session).then(this, [this](const Answer<LiveFlows> &live) {
        if (live) {
            m_live = live->flows;
            m_unserved = precautions::unservedText(live->unserved);
            m_liveKnown = true;
        } else {
            m_liveKnown = false;
            m_error = flowtext::readFailure(tr("Reading the live flows"), live.error());
        }
        m_planSoon.start();
        emit changed();
    });
}

void StartFlow::plan()
{
    if (m_step == Following || m_step == Finished)
        return fillPlan(); // what was planned is what has been done
    m_problems.clear();
    m_plan = {};
    const schema::Blueprint *blueprint = chosen();
    m_planned = blueprint && m_liveKnown;
    if (!m_planned) {
        fillPlan();
        return;
    }
    const auto resolution = rules::resolveParameters(
        *blueprint, m_form->values(), m_form->lookup(), m_session->capabilities().own);
    // an id that is still being typed is no fault of the plan
    const std::string id =
        m_id.isEmpty() || !idProblem().isEmpty() ? std::string("new-flow") : m_id.toStdString();
    m_plan = rules::planStart(m_workspace.toStdString(), id, m_blueprint.toStdString(), *blueprint,
        resolution.values, m_live);
    for (const std::string &problem : m_plan.problems)
        m_problems.append(qs(problem));
    if (!resolution.missing.empty())
        m_problems.append(tr("Without a value: %1.").arg(flowtext::joined(resolution.missing)));
    fillPlan();
}

void StartFlow::fillPlan()
{
    m_topics->setParts(startparts::topics(m_plan, m_step == Following || m_step == Finished));
    m_entries->setParts(startparts::entries(m_plan));
    emit changed();
}

QString StartFlow::whyNot() const
{
    if (const QString why = flowtext::whyNotNow(m_session); !why.isEmpty())
        return why;
    const QString denied =
        m_session->denied(QStringLiteral("flow"), QStringLiteral("start-flow"), m_workspace);
    if (!denied.isEmpty())
        return flowtext::whyDenied(denied);
    if (m_step == Starting || m_step == Following)
        return tr("Starting…");
    if (m_workspace.isEmpty())
        return tr("Choose a workspace.");
    if (!chosen())
        return m_loading ? tr("Reading the blueprints…") : tr("Choose a blueprint.");
    if (m_id.isEmpty())
        return tr("Give the flow an id.");
    if (!idProblem().isEmpty())
        return idProblem();
    if (m_form->problems() > 0)
        return flowtext::counted(
            m_form->problems(), tr("1 value needs a look."), tr("%1 values need a look."));
    if (!m_planned)
        return tr("The preview is being computed.");
    return m_problems.isEmpty() ? QString() : m_problems.constFirst();
}

QString StartFlow::progress() const
{
    return m_step == Starting ? tr("Starting %1…").arg(m_id) : m_watch.text();
}

void StartFlow::start()
{
    if (m_planSoon.isActive()) {
        m_planSoon.stop();
        plan();
    }
    if (m_step != Editing || !whyNot().isEmpty())
        return;
    keepDraft();
    m_step = Starting;
    m_error.clear();
    emit changed();
    // every value is sent: the far end's own defaults and inheritance cannot be relied on (contract
    // TG §4.3)
    m_session->flows()
        ->start(m_workspace, m_id, m_blueprint, m_description, m_form->values())
        .then(this, [this](const Answer<Done> &answer) {
            if (!answer) {
                m_step = Editing;
                m_error = flowtext::failure(tr("Starting %1").arg(m_id), answer.error());
                m_liveSoon.start();
                emit changed();
                return;
            }
            if (m_drafts && m_session)
                m_drafts->clear(m_draftOf);
            m_draftSoon.stop();
            m_restored = false;
            m_startedKey = FlowStore::key(m_workspace, m_id);
            m_step = Following;
            fillPlan();
            m_watch.follow(m_session, m_workspace, m_id);
            emit started(m_startedKey);
            emit changed();
        });
}

} // namespace signalbox
