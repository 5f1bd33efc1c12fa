// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/flowdiagram.h"

#include "models/stores/blueprintstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "models/stores/whendone.h"
#include "views/pages/diagramfigures.h"
#include "views/pages/diagramscene.h"
#include "views/pages/flowtext.h"

#include <QFile>
#include <QSaveFile>

namespace signalbox {

using flowtext::qs;

FlowDiagram::FlowDiagram(QObject *parent)
    : QObject(parent)
    , m_picture(new TrackSource(this))
    , m_list(new PartTable(diagramfigures::columns(), this))
{
    m_live.setSingleShot(true);
    m_live.setInterval(refreshMs);
    connect(&m_live, &QTimer::timeout, this, &FlowDiagram::refresh);
}

FlowDiagram::~FlowDiagram() = default;

void FlowDiagram::setSession(Session *session)
{
    if (m_session == session)
        return;
    if (m_session) {
        m_session->flows()->disconnect(this);
        m_session->queues()->disconnect(this);
        m_session->blueprints()->disconnect(this);
    }
    m_session = session;
    if (m_session) {
        connect(m_session->flows(), &FlowStore::changed, this, &FlowDiagram::wake);
        connect(m_session->queues(), &QueueStore::changed, this, &FlowDiagram::wake);
        connect(m_session->flows(), &FlowStore::flowChanged, this,
            [this](const QString &workspace, const QString &id) {
                if (workspace == m_workspace && id == m_flow)
                    reload();
            });
        connect(m_session->blueprints(), &BlueprintStore::changed, this,
            [this](const QString &workspace) {
                if (workspace == m_workspace)
                    reload();
            });
    }
    reload();
}

void FlowDiagram::setWorkspace(const QString &workspace)
{
    if (m_workspace == workspace)
        return;
    m_workspace = workspace;
    reload();
}

void FlowDiagram::setFlow(const QString &flow)
{
    if (m_flow == flow)
        return;
    m_flow = flow;
    reload();
}

void FlowDiagram::setPreview(BlueprintPreview *preview)
{
    if (m_preview == preview)
        return;
    if (m_preview)
        m_preview->disconnect(this);
    m_preview = preview;
    if (m_preview)
        connect(m_preview, &BlueprintPreview::diagramChanged, this, &FlowDiagram::reload);
    reload();
    emit changed();
}

void FlowDiagram::setProfile(const QString &folder)
{
    if (m_profile == folder)
        return;
    m_profile = folder;
    emit changed();
}

void FlowDiagram::setActive(bool active)
{
    if (m_active == active)
        return;
    m_active = active;
    if (m_active)
        reload();
    else
        m_live.stop();
    emit changed();
}

void FlowDiagram::setListed(bool listed)
{
    if (m_listed == listed)
        return;
    m_listed = listed;
    fillList();
    emit changed();
}

void FlowDiagram::setRunner(const DotRunner::Options &options)
{
    m_runner = std::make_unique<DotRunner>(options);
}

QString FlowDiagram::summary() const
{
    if (!known())
        return {};
    return tr("%1 · %2").arg(
        flowtext::counted(qint64(m_diagram->stations.size()), tr("1 station"), tr("%1 stations")),
        flowtext::counted(qint64(m_diagram->tracks.size()), tr("1 track"), tr("%1 tracks")));
}

void FlowDiagram::wake()
{
    if (m_active && !m_live.isActive() && !m_flow.isEmpty() && !m_preview)
        m_live.start();
}

/// The flow or its blueprint is another: the graph is built now when somebody looks, else when
/// somebody does.
void FlowDiagram::reload()
{
    m_stale = true;
    if (m_active)
        refresh();
}

rules::Diagram FlowDiagram::graph() const
{
    if (m_preview)
        return m_preview->diagram();
    const FlowRow *row =
        m_session && !m_flow.isEmpty() ? m_session->flows()->find(m_workspace, m_flow) : nullptr;
    const auto held = row ? m_session->blueprints()->held(m_workspace) : nullptr;
    const std::string name = row ? row->blueprint.toStdString() : std::string();
    const schema::Blueprint *blueprint = held ? held->of(m_flow.toStdString(), name) : nullptr;
    if (!blueprint)
        return {};
    const std::string workspace = m_workspace.toStdString();
    return rules::diagramOf(rules::expand(*blueprint,
                                { workspace, name, m_flow.toStdString(), row->record.parameters }),
        workspace);
}

void FlowDiagram::build()
{
    auto diagram = std::make_shared<rules::Diagram>(graph());
    if (m_diagram && *m_diagram == *diagram && (m_fault.isEmpty() || m_working))
        return;
    m_diagram = std::move(diagram);
    m_notes = diagramfigures::notes(*m_diagram);
    m_picture->setScene({});
    m_picture->setValues({});
    layOut();
}

void FlowDiagram::layOut()
{
    m_fault.clear();
    m_working = known();
    if (!m_working)
        return;
    if (!m_runner) {
        DotRunner::Options options;
        if (!m_profile.isEmpty())
            options.cacheFolder = m_profile + QStringLiteral("/cache/diagrams");
        setRunner(options);
    }
    whenDone(
        this, m_runner->layOut(m_diagram), [this, diagram = m_diagram](const DotAnswer &answer) {
            if (diagram == m_diagram)
                take(answer);
        });
}

void FlowDiagram::take(const DotAnswer &answer)
{
    m_working = false;
    if (answer) {
        m_fault.clear();
        m_picture->setScene(trackSceneOf(*m_diagram, *answer.value()));
    } else if (answer.error().kind != DotFault::Cancelled) {
        m_fault = diagramfigures::words(answer.error());
    }
    refresh();
    emit changed();
}

void FlowDiagram::retry()
{
    if (!m_diagram || m_working)
        return;
    layOut();
    emit changed();
}

void FlowDiagram::refresh()
{
    if (m_stale) {
        m_stale = false;
        build();
        emit changed();
    }
    if (!m_session || !known())
        return;
    const TrackValues now = m_preview
        ? diagramfigures::plannedValues(*m_diagram)
        : diagramfigures::valuesOf(*m_diagram, *m_session, m_workspace, m_flow);
    if (now != values())
        m_picture->setValues(now);
    fillList();
}

void FlowDiagram::fillList()
{
    if (!listed() || !m_diagram || !m_session) {
        m_list->setParts({});
        return;
    }
    m_list->setParts(diagramfigures::parts(*m_diagram, values(), *m_session, m_workspace, m_flow));
}

namespace {
/// Index behind a key as trackKey() and stationKey() write it.
template <class KeyOf>
std::optional<std::size_t> indexOf(std::size_t count, const KeyOf &keyOf, const QString &key)
{
    for (std::size_t i = 0; i < count; ++i) {
        if (keyOf(i) == key)
            return i;
    }
    return std::nullopt;
}
} // namespace

QString FlowDiagram::queueOf(const QString &key) const
{
    if (!m_diagram || !m_session)
        return {};
    const auto track = indexOf(
        m_diagram->tracks.size(), [this](std::size_t i) { return trackKey(*m_diagram, i); }, key);
    const QueueState *state = track ? diagramfigures::queueOf(m_diagram->tracks[*track], *m_diagram,
                                  *m_session, m_workspace, m_flow)
                                    : nullptr;
    return state ? state->name : QString();
}

QString FlowDiagram::topicOf(const QString &key) const
{
    const auto track = !m_diagram
        ? std::nullopt
        : indexOf(
            m_diagram->tracks.size(), [this](std::size_t i) { return trackKey(*m_diagram, i); },
            key);
    return track ? qs(m_diagram->tracks[*track].topic) : QString();
}

QString FlowDiagram::processorOf(const QString &key) const
{
    const auto station = !m_diagram
        ? std::nullopt
        : indexOf(
            m_diagram->stations.size(), [this](std::size_t i) { return stationKey(*m_diagram, i); },
            key);
    return station ? qs(m_diagram->stations[*station].processor) : QString();
}

QString FlowDiagram::save(const QString &path, const QByteArray &bytes, bool replace) const
{
    if (path.trimmed().isEmpty())
        return tr("Where to? The file needs a name.");
    if (bytes.isEmpty())
        return tr("There is no picture to write.");
    if (!replace && QFile::exists(path))
        return tr("The file exists already.");
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return tr("Cannot write the file: %1").arg(file.errorString());
    return {};
}

} // namespace signalbox
