// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/flowdetail.h"

#include "models/schema/configform.h"
#include "models/stores/aspect.h"
#include "models/stores/blueprintstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/plaintext.h"
#include "models/stores/queuestore.h"
#include "views/pages/flowparts.h"
#include "views/pages/flowtext.h"

namespace signalbox {

using flowtext::qs;

FlowDetail::FlowDetail(QObject *parent)
    : QObject(parent)
    , m_queues(new PartTable(flowparts::queueColumns(), this))
    , m_interfaces(new PartTable(flowparts::interfaceColumns(), this))
    , m_parameters(new PartTable(flowparts::parameterColumns(), this))
    , m_processors(new PartTable(flowparts::processorColumns(), this))
{
    m_live.setSingleShot(true);
    m_live.setInterval(250);
    connect(&m_live, &QTimer::timeout, this, &FlowDetail::refreshLive);
}

FlowDetail::~FlowDetail() = default;

void FlowDetail::setSession(Session *session)
{
    if (m_session == session)
        return;
    if (m_session) {
        m_session->disconnect(this);
        m_session->flows()->disconnect(this);
        m_session->queues()->disconnect(this);
        m_session->blueprints()->disconnect(this);
    }
    m_session = session;
    if (!m_session)
        return;
    const auto wake = [this] {
        if (!m_live.isActive() && !m_id.isEmpty())
            m_live.start();
    };
    connect(m_session->flows(), &FlowStore::changed, this, wake);
    connect(m_session->queues(), &QueueStore::changed, this, wake);
    connect(m_session, &Session::pulse, this, wake); // ages
    connect(m_session->flows(), &FlowStore::flowChanged, this,
        [this](const QString &workspace, const QString &id) {
            if (workspace == m_workspace && id == m_id)
                reload();
        });
    connect(
        m_session->blueprints(), &BlueprintStore::changed, this, [this](const QString &workspace) {
            if (workspace == m_workspace)
                reload();
        });
    reload();
}

void FlowDetail::show(const QString &workspace, const QString &id)
{
    if (workspace == m_workspace && id == m_id)
        return;
    m_workspace = workspace;
    m_id = id;
    loadBlueprint();
    reload();
}

QString FlowDetail::shownId() const
{
    return plainName(m_id);
}

QString FlowDetail::queueSource() const
{
    return m_session ? m_session->queues()->sourceText() : QString();
}

void FlowDetail::loadBlueprint()
{
    if (!m_session || m_workspace.isEmpty() || m_session->blueprints()->held(m_workspace))
        return;
    m_session->blueprints()
        ->load(m_workspace)
        .then(
            this, [this, workspace = m_workspace](const Answer<BlueprintStore::LoadedPtr> &loaded) {
                if (workspace != m_workspace)
                    return;
                if (!loaded)
                    m_fault = flowtext::readFailure(tr("Reading the blueprints"), loaded.error());
                else
                    reload();
                emit changed();
            });
}

void FlowDetail::reload()
{
    const FlowRow *row =
        m_session && !m_id.isEmpty() ? m_session->flows()->find(m_workspace, m_id) : nullptr;
    if (!row) {
        refreshLive();
        return;
    }
    expand(*row);
    m_record = qs(schema::shownMasked(schema::encode(row->record)));
    const auto held = m_session->blueprints()->held(m_workspace);
    m_interfaces->setParts(flowparts::interfaces(row->record));
    m_parameters->setParts(flowparts::parameters(
        row->record, held ? held->of(m_id.toStdString(), row->blueprint.toStdString()) : nullptr));
    refreshLive();
}

void FlowDetail::expand(const FlowRow &row)
{
    m_expansion = {};
    m_expected.clear();
    m_fault.clear();
    const auto held = m_session->blueprints()->held(m_workspace);
    if (!held)
        return;
    const std::string name = row.blueprint.toStdString();
    const schema::Blueprint *blueprint = held->of(m_id.toStdString(), name);
    if (!blueprint) {
        const std::string *fault = schema::find(held->faults, name);
        m_fault = fault ? tr("Blueprint %1 cannot be read: %2").arg(row.blueprint, qs(*fault))
                        : tr("Blueprint %1 does not exist any more. Which queues and processors "
                             "belong to the flow cannot be "
                             "told, and a stop may fail until it is put back.")
                              .arg(row.blueprint);
        return;
    }
    m_expansion = rules::expand(
        *blueprint, { m_workspace.toStdString(), name, m_id.toStdString(), row.record.parameters });
    m_expected = rules::expectedQueues(m_expansion, m_workspace.toStdString());
}

void FlowDetail::refreshLive()
{
    const FlowRow *row =
        m_session && !m_id.isEmpty() ? m_session->flows()->find(m_workspace, m_id) : nullptr;
    m_exists = row != nullptr;
    if (!row) {
        m_subtitle.clear();
        m_queuesText.clear();
        m_why = m_id.isEmpty()                          ? QString()
            : m_session && m_session->flows()->loaded() ? tr("This flow is gone.")
                                                        : tr("Nothing is known of this flow yet.");
        m_whyTone = Cell::Muted;
        m_queues->setParts({});
        m_processors->setParts({});
        emit changed();
        return;
    }
    const bool past = m_session->replaying();
    const FlowRow &shown = m_session->flows()->shownAs(*row);
    m_subtitle = tr("%1 · %2 · %3")
                     .arg(row->blueprint,
                         flowtext::counted(row->processors, tr("1 processor"), tr("%1 processors")),
                         flowtext::counted(row->queues, tr("1 queue"), tr("%1 queues")));
    m_queuesText = row->queuesText;
    m_subtitle = plainName(m_subtitle);
    const QString asOf = m_session->asOfText();
    m_why = asOf.isEmpty() || past ? shown.why : tr("%1 (%2)").arg(shown.why, asOf);
    m_why = plainName(m_why);
    m_whyTone = asOf.isEmpty() || past ? aspectTone(shown.aspect) : Cell::Muted;
    const QueueStore &queues = *m_session->queues();
    const auto dated = [&asOf, past](std::vector<PartTable::Part> parts) {
        if (!asOf.isEmpty() && !past)
            for (PartTable::Part &part : parts)
                part.cells.front().tip = tr("%1 (%2)").arg(part.cells.front().tip, asOf);
        return parts;
    };
    m_queues->setParts(dated(flowparts::queues(queues, m_workspace, m_id, m_expected)));
    m_processors->setParts(dated(flowparts::processors(queues, m_expansion, m_expected)));
    emit changed();
}

} // namespace signalbox
