// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/restartflow.h"

#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/liveflows.h"
#include "models/stores/queuestore.h"
#include "views/pages/flowtext.h"
#include "views/pages/partcells.h"
#include "views/pages/precautions.h"

#include <set>

namespace signalbox {

using flowtext::qs;
using partcells::text;

namespace {

std::vector<Column> differenceColumns()
{
    const auto tr = [](const char *text) { return RestartFlow::tr(text); };
    return { { QStringLiteral("what"), tr("What"), Cell::Text, 80, false, {} },
        { QStringLiteral("name"), tr("Name"), Cell::Mono, 210, false, {} },
        { QStringLiteral("before"), tr("Now"), Cell::Mono, 115, false, {} },
        { QStringLiteral("after"), tr("After the restart"), Cell::Mono, 115, false, {} } };
}

PartTable::Part line(
    const QString &what, const std::string &name, const QString &before, const QString &after)
{
    PartTable::Part part;
    part.key = what + QLatin1Char(' ') + qs(name);
    part.cells = { text(what, Cell::Muted), text(qs(name)), text(before, Cell::Muted),
        text(after, before == after ? Cell::Muted : Cell::Accent) };
    return part;
}

} // namespace

RestartFlow::RestartFlow(QObject *parent)
    : QObject(parent)
    , m_form(new StartForm(this))
    , m_draft(new FormDraft(this))
    , m_differences(new PartTable(differenceColumns(), this))
{
    m_planSoon.setSingleShot(true);
    m_planSoon.setInterval(60);
    connect(&m_planSoon, &QTimer::timeout, this, &RestartFlow::plan);
    m_liveSoon.setSingleShot(true);
    m_liveSoon.setInterval(200);
    connect(&m_liveSoon, &QTimer::timeout, this, &RestartFlow::load);
    m_draft->setForm(QStringLiteral("restart"));
    connect(m_draft, &FormDraft::startedOver, this, &RestartFlow::fill);
    connect(m_form, &StartForm::valuesChanged, this, [this] {
        keepTyped();
        m_planSoon.start();
        emit changed();
    });
    connect(&m_watch, &StartWatch::changed, this, [this] {
        if (m_step == Following && m_watch.over())
            m_step = Finished;
        emit changed();
    });
}

RestartFlow::~RestartFlow() = default;

void RestartFlow::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    m_draft->setSession(session);
    if (m_session) {
        const auto later = [this] {
            if (m_step == Editing)
                m_liveSoon.start();
        };
        connect(m_session->flows(), &FlowStore::flowAppeared, this, later);
        connect(m_session->flows(), &FlowStore::flowGone, this, later);
        connect(m_session->flows(), &FlowStore::flowChanged, this, later);
        connect(m_session, &Session::changed, this, &RestartFlow::changed);
    }
    emit changed();
}

bool RestartFlow::busy() const
{
    return m_step == Loading || m_step == Stopping || m_step == Starting || m_step == Following;
}

void RestartFlow::open(const QString &key)
{
    const auto [workspace, id] = flowtext::parseKey(key);
    m_workspace = workspace;
    m_id = id;
    m_typed.clear();
    m_error.clear();
    m_preview = {};
    m_liveKnown = false;
    m_watch.stop();
    m_form->clear();
    m_step = Loading;
    const FlowRow *row = m_session ? m_session->flows()->find(workspace, id) : nullptr;
    if (!row) {
        m_error = tr("The flow is gone.");
        emit changed();
        return;
    }
    m_record = row->record;
    m_blueprint = row->blueprint;
    m_description = qs(m_record.description);
    m_session->blueprints()->load(workspace).then(
        this, [this, workspace = workspace](const Answer<BlueprintStore::LoadedPtr> &loaded) {
            if (workspace != m_workspace || m_step != Loading)
                return;
            if (!loaded) {
                m_error = flowtext::readFailure(tr("Reading the blueprints"), loaded.error());
                emit changed();
                return;
            }
            fill();
        });
    emit changed();
}

const schema::Blueprint *RestartFlow::current() const
{
    const auto held = m_session ? m_session->blueprints()->held(m_workspace) : nullptr;
    return held ? schema::find(held->blueprints, m_blueprint.toStdString()) : nullptr;
}

void RestartFlow::fill()
{
    const schema::Blueprint *blueprint = current();
    if (!blueprint) {
        m_error = tr("Blueprint %1 cannot be read any more. Put it back first: without it the flow "
                     "can be neither stopped nor started.")
                      .arg(m_blueprint);
        emit changed();
        return;
    }
    m_form->build(*blueprint, m_session->blueprints()->held(m_workspace)->types);
    // what differs from the form's own idea was somebody's choice and does not follow its
    // controller
    schema::Members<std::string> chosen;
    const auto initial = m_form->values();
    for (const auto &[name, value] : m_record.parameters) {
        const std::string *own = schema::find(initial, name);
        if (!own || *own != value)
            chosen.emplace_back(name, value);
    }
    m_form->setValues(chosen, true);
    m_runs = m_form->values();
    if (m_draft->begin(m_workspace + QLatin1Char('/') + m_id))
        for (const auto &[name, value] : m_runs)
            if (m_draft->has(qs(name)))
                m_form->setValue(qs(name), m_draft->text(qs(name)));
    m_step = Editing;
    load();
}

/// What is typed and differs from what runs is there again after a crash.
void RestartFlow::keepTyped()
{
    if (m_step != Editing)
        return;
    const auto typed = m_form->values();
    for (const auto &[name, value] : m_runs) {
        const std::string *now = schema::find(typed, name);
        m_draft->keep(qs(name), now ? qs(*now) : QString(), qs(value));
    }
}

void RestartFlow::load()
{
    if (!m_session || m_step != Editing)
        return;
    liveFlows(m_session).then(this, [this](const Answer<LiveFlows> &live) {
        if (m_step != Editing)
            return;
        if (!live) {
            m_error = flowtext::readFailure(tr("Computing the consequences"), live.error());
            emit changed();
            return;
        }
        m_live = live->flows;
        m_unservedIds = live->unserved + live->unread;
        m_unserved =
            precautions::unservedText(live->unserved) + precautions::unreadText(live->unread);
        m_liveKnown = true;
        plan();
    });
}

void RestartFlow::setDescription(const QString &description)
{
    if (m_description == description)
        return;
    m_description = description;
    emit changed();
}

bool RestartFlow::typingNeeded() const
{
    return precautions::namesAreTyped(m_session);
}

void RestartFlow::setTyped(const QString &typed)
{
    if (m_typed == typed)
        return;
    m_typed = typed;
    emit changed();
}

void RestartFlow::plan()
{
    const schema::Blueprint *blueprint = current();
    if (!blueprint || !m_liveKnown || m_step != Editing)
        return;
    const rules::FlowRef self { m_workspace.toStdString(), m_id.toStdString() };
    m_preview =
        StopPreview::make({ self }, m_live, flowtext::stopBehaviour(m_session->capabilities()),
            *m_session->queues(), m_session->hasFabric(), m_unservedIds);
    m_problems = m_preview.problems;
    std::vector<PartTable::Part> parts = parameterDifferences();
    m_changedParameters = int(parts.size());
    std::vector<PartTable::Part> topics = topicDifferences(*blueprint);
    m_changedTopics = int(topics.size());
    std::move(topics.begin(), topics.end(), std::back_inserter(parts));
    m_differences->setParts(std::move(parts));
    emit changed();
}

std::vector<PartTable::Part> RestartFlow::parameterDifferences()
{
    std::vector<PartTable::Part> parts;
    const auto values = m_form->values();
    for (const auto &[name, value] : values) {
        const std::string *before = schema::find(m_record.parameters, name);
        if (!before || *before != value)
            parts.push_back(line(tr("parameter"), name,
                before ? partcells::shownValue(name, *before) : tr("not set"),
                partcells::shownValue(name, value)));
    }
    for (const auto &[name, value] : m_record.parameters) {
        if (!schema::find(values, name))
            parts.push_back(
                line(tr("parameter"), name, partcells::shownValue(name, value), tr("not set")));
    }
    return parts;
}

std::vector<PartTable::Part> RestartFlow::topicDifferences(const schema::Blueprint &blueprint)
{
    const rules::FlowRef self { m_workspace.toStdString(), m_id.toStdString() };
    std::vector<rules::LiveFlow> others;
    std::set<std::string> before;
    for (const rules::LiveFlow &flow : m_live) {
        if (rules::FlowRef { flow.workspace, flow.id } != self) {
            others.push_back(flow);
        } else if (flow.blueprint) {
            // the snapshot that runs, which an edit of the blueprint has not touched
            const auto running = rules::expand(*flow.blueprint,
                { flow.workspace, flow.record.blueprintName, flow.id, flow.record.parameters });
            for (const rules::ExpandedTopic &topic : running.topics)
                before.insert(topic.topic);
        }
    }
    const auto resolution = rules::resolveParameters(
        blueprint, m_form->values(), m_form->lookup(), m_session->capabilities().own);
    const rules::StartPlan start = rules::planStart(
        self.workspace, self.id, m_blueprint.toStdString(), blueprint, resolution.values, others);
    for (const std::string &problem : start.problems)
        m_problems.append(qs(problem));
    if (!resolution.missing.empty())
        m_problems.append(tr("Without a value: %1.").arg(flowtext::joined(resolution.missing)));
    std::vector<PartTable::Part> parts;
    std::set<std::string> after;
    for (const rules::ExpandedTopic &topic : start.expansion.topics) {
        after.insert(topic.topic);
        if (!before.contains(topic.topic))
            parts.push_back(line(tr("topic"), topic.topic, tr("none"), tr("comes into being")));
    }
    for (const std::string &topic : before) {
        if (!after.contains(topic))
            parts.push_back(line(tr("topic"), topic, tr("used"), tr("no longer used")));
    }
    return parts;
}

QStringList RestartFlow::warnings() const
{
    return m_preview.warnings + m_unserved + m_preview.unsureText() + m_problems;
}

QString RestartFlow::queuesDeleted() const
{
    return m_liveKnown ? format::count(
               qint64(m_preview.deletesQueues ? m_preview.queuesDeleted : m_preview.queuesLeft))
                       : format::unknown();
}

QString RestartFlow::messagesLost() const
{
    if (!m_liveKnown)
        return format::unknown();
    const auto &messages =
        m_preview.deletesQueues ? m_preview.messagesLost : m_preview.messagesLeft;
    return messages ? format::count(*messages) : tr("unknown");
}

QString RestartFlow::whyNot() const
{
    if (const QString why = flowtext::whyNotNow(m_session); !why.isEmpty())
        return why;
    for (const char *operation : { "stop-flow", "start-flow" }) {
        const QString denied =
            m_session->denied(QStringLiteral("flow"), QLatin1String(operation), m_workspace);
        if (!denied.isEmpty())
            return flowtext::whyDenied(denied);
    }
    if (m_step == HalfDone)
        return {};
    if (m_step != Editing)
        return m_error.isEmpty() ? tr("Working…") : m_error;
    if (!m_liveKnown)
        return tr("The consequences are being computed.");
    if (m_form->problems() > 0)
        return flowtext::counted(
            m_form->problems(), tr("1 value needs a look."), tr("%1 values need a look."));
    if (!m_problems.isEmpty())
        return m_problems.constFirst();
    if (typingNeeded() && m_typed != m_id)
        return tr("Type %1 first.").arg(m_id);
    return {};
}

QString RestartFlow::progress() const
{
    switch (m_step) {
    case Loading:
        return m_error.isEmpty() ? tr("Reading the flow…") : QString();
    case Editing:
        return {};
    case Stopping:
        return tr("1 of 2: stopping %1…").arg(m_id);
    case Starting:
        return tr("2 of 2: %1 is stopped, starting it again…").arg(m_id);
    case Following:
    case Finished:
        return m_watch.text();
    case HalfDone:
        return tr("%1 is stopped and does not run. What you typed is kept.").arg(m_id);
    }
    return {};
}

QString RestartFlow::draftOf() const
{
    return StartDraftFile::ofRestart(m_session->connectionIdentity());
}

void RestartFlow::keepDraft()
{
    StartDraftFile drafts(m_folder);
    const QString why = drafts.write(
        draftOf(), { m_workspace, m_blueprint, m_id, m_description, m_form->values() });
    if (!why.isEmpty())
        m_error += QLatin1Char(' ') + why;
}

void RestartFlow::run()
{
    if (m_planSoon.isActive()) {
        m_planSoon.stop();
        plan();
    }
    if (m_step != Editing || !whyNot().isEmpty())
        return;
    // kept before the first half: whatever happens in between, the way back is there
    m_error.clear();
    keepDraft();
    m_step = Stopping;
    emit changed();
    m_session->flows()->stop(m_workspace, m_id).then(this, [this](const Answer<Done> &answer) {
        if (!answer) {
            m_step = Editing;
            m_error = flowtext::failure(tr("Stopping %1").arg(m_id), answer.error());
            StartDraftFile(m_folder).clear(draftOf());
            m_liveSoon.start();
            emit changed();
            return;
        }
        start();
    });
}

void RestartFlow::retryStart()
{
    if (m_step == HalfDone && whyNot().isEmpty())
        start();
}

void RestartFlow::start()
{
    if (!m_session)
        return;
    m_step = Starting;
    m_error.clear();
    emit changed();
    m_session->flows()
        ->start(m_workspace, m_id, m_blueprint, m_description, m_form->values())
        .then(this, [this](const Answer<Done> &answer) {
            if (!answer) {
                m_step = HalfDone;
                m_error = flowtext::failure(tr("Starting %1 again").arg(m_id), answer.error());
                emit changed();
                return;
            }
            StartDraftFile(m_folder).clear(draftOf());
            m_draft->drop();
            m_step = Following;
            m_watch.follow(m_session, m_workspace, m_id);
            emit changed();
        });
}

} // namespace signalbox
