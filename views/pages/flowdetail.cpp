// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/flowdetail.h"

#include "models/rules/topic.h"
#include "models/stores/blueprintstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/queuestore.h"
#include "views/pages/flowtext.h"

#include <QSet>

namespace signalbox {

using flowtext::qs;

namespace {

std::vector<Column> queueColumns()
{
    const auto tr = [](const char *text) { return FlowDetail::tr(text); };
    return {
        { QStringLiteral("signal"), QString(), Cell::Signal, 36, false,
            tr("Whether somebody consumes it") },
        { QStringLiteral("processor"), tr("Processor"), Cell::Strong, 190, false, {} },
        { QStringLiteral("topic"), tr("Topic"), Cell::Mono, 320, false, {} },
        { QStringLiteral("scope"), tr("Scope"), Cell::Text, 90, false, {} },
        { QStringLiteral("ready"), tr("Ready"), Cell::Number, 90, false, tr("Messages that wait") },
        { QStringLiteral("unacked"), tr("Unacked"), Cell::Number, 90, false,
            tr("Handed out, not yet acknowledged") },
        { QStringLiteral("consumers"), tr("Consumers"), Cell::Number, 90, false, {} },
        { QStringLiteral("in"), tr("In /s"), Cell::Number, 80, false,
            tr("Published per second, last 5 s") },
        { QStringLiteral("out"), tr("Out /s"), Cell::Number, 80, false,
            tr("Acknowledged per second, last 5 s") },
        { QStringLiteral("oldest"), tr("Oldest"), Cell::Number, 90, false,
            tr("Age of the oldest message that waits") },
        { QStringLiteral("queue"), tr("Queue"), Cell::Mono, 420, true, {} },
    };
}

std::vector<Column> interfaceColumns()
{
    const auto tr = [](const char *text) { return FlowDetail::tr(text); };
    return {
        { QStringLiteral("interface"), tr("Interface"), Cell::Strong, 220, false, {} },
        { QStringLiteral("kind"), tr("Kind"), Cell::Text, 150, false, {} },
        { QStringLiteral("send"), tr("Takes messages on"), Cell::Mono, 360, false, {} },
        { QStringLiteral("answer"), tr("Answers on"), Cell::Mono, 360, false, {} },
    };
}

std::vector<Column> parameterColumns()
{
    const auto tr = [](const char *text) { return FlowDetail::tr(text); };
    return {
        { QStringLiteral("parameter"), tr("Parameter"), Cell::Strong, 220, false, {} },
        { QStringLiteral("value"), tr("Value"), Cell::Mono, 260, false, {} },
        { QStringLiteral("description"), tr("Description"), Cell::Text, 360, false, {} },
        { QStringLiteral("controlled"), tr("Follows"), Cell::Text, 160, false,
            tr("The parameter whose value it takes over") },
    };
}

std::vector<Column> processorColumns()
{
    const auto tr = [](const char *text) { return FlowDetail::tr(text); };
    return {
        { QStringLiteral("signal"), QString(), Cell::Signal, 36, false,
            tr("Whether it consumes all its queues") },
        { QStringLiteral("processor"), tr("Processor"), Cell::Strong, 220, false, {} },
        { QStringLiteral("variant"), tr("Variant"), Cell::Mono, 180, false, {} },
        { QStringLiteral("scope"), tr("Scope"), Cell::Text, 100, false, {} },
        { QStringLiteral("reads"), tr("Reads"), Cell::Number, 80, false,
            tr("Topics that it consumes") },
        { QStringLiteral("writes"), tr("Writes"), Cell::Number, 80, false,
            tr("Topics that it produces") },
        { QStringLiteral("ready"), tr("Waiting"), Cell::Number, 100, false,
            tr("Messages that wait for it") },
        { QStringLiteral("parameters"), tr("Parameters"), Cell::Mono, 320, false, {} },
    };
}

Cell::Tone toneOf(Cell::Aspect aspect)
{
    switch (aspect) {
    case Cell::Clear:
        return Cell::Good;
    case Cell::Warning:
        return Cell::Caution;
    case Cell::Stop:
        return Cell::Danger;
    case Cell::Unknown:
        return Cell::Muted;
    }
    return Cell::Muted;
}

CellData text(const QString &text, Cell::Tone tone = Cell::Normal)
{
    return { text, tone, Cell::Unknown, text, text, {} };
}

CellData number(
    std::optional<qint64> value, Cell::Tone tone = Cell::Normal, const QString &unknownWhy = {})
{
    const QString exact = value ? QString::number(*value) : QString();
    return { format::count(value), value ? tone : Cell::Muted, Cell::Unknown,
        value ? exact : unknownWhy, exact, {} };
}

CellData rate(std::optional<double> value)
{
    return { format::rate(value), value ? Cell::Normal : Cell::Muted, Cell::Unknown,
        value ? QString::number(*value, 'f', 3) : FlowDetail::tr("unknown"),
        value ? QString::number(*value, 'f', 3) : QString(), {} };
}

CellData signal(Cell::Aspect aspect, const QString &tip)
{
    return { QString(), toneOf(aspect), aspect, tip, QString(), {} };
}

double orUnknown(std::optional<double> value)
{
    return value.value_or(PartTable::unknown);
}

} // namespace

FlowDetail::FlowDetail(QObject *parent)
    : QObject(parent)
    , m_queues(new PartTable(queueColumns(), this))
    , m_interfaces(new PartTable(interfaceColumns(), this))
    , m_parameters(new PartTable(parameterColumns(), this))
    , m_processors(new PartTable(processorColumns(), this))
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
                    m_fault = flowtext::failure(tr("Reading the blueprints"), loaded.error());
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
    m_record = qs(schema::pretty(schema::encode(row->record)));
    fillInterfaces(*row);
    fillParameters(*row);
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
    const schema::Blueprint *blueprint = schema::find(held->blueprints, name);
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
        m_why = m_id.isEmpty() ? QString() : tr("This flow is gone.");
        m_whyTone = Cell::Muted;
        m_queues->setParts({});
        m_processors->setParts({});
        emit changed();
        return;
    }
    m_subtitle = tr("%1 · %2 · %3")
                     .arg(row->blueprint,
                         flowtext::counted(row->processors, tr("1 processor"), tr("%1 processors")),
                         flowtext::counted(row->queues, tr("1 queue"), tr("%1 queues")));
    m_why = row->why;
    m_whyTone = toneOf(row->aspect);
    fillQueues();
    fillProcessors();
    emit changed();
}

void FlowDetail::fillInterfaces(const FlowRow &row)
{
    std::vector<PartTable::Part> parts;
    for (const auto &[name, interface] : row.record.interfaces) {
        const bool oneWay = interface.flow.has_value();
        PartTable::Part part;
        part.key = qs(name);
        part.cells = { text(qs(name)),
            text(oneWay ? tr("one way") : tr("request, response"), Cell::Muted),
            text(qs(oneWay ? *interface.flow : interface.request.value_or(std::string()))),
            text(qs(interface.response.value_or(std::string()))) };
        part.json = qs(schema::encode(interface));
        parts.push_back(std::move(part));
    }
    m_interfaces->setParts(std::move(parts));
}

void FlowDetail::fillParameters(const FlowRow &row)
{
    const auto held = m_session->blueprints()->held(m_workspace);
    const schema::Blueprint *blueprint =
        held ? schema::find(held->blueprints, row.blueprint.toStdString()) : nullptr;
    std::vector<PartTable::Part> parts;
    for (const auto &[name, value] : row.record.parameters) {
        const schema::BlueprintParameter *known =
            blueprint ? schema::find(blueprint->parameters, name) : nullptr;
        const QString about = known
            ? qs(known->description)
            : (blueprint ? tr("not a parameter of the blueprint") : QString());
        PartTable::Part part;
        part.key = qs(name);
        part.cells = { text(qs(name)), text(qs(value)), text(about, Cell::Muted),
            text(
                known && known->controlledBy ? qs(*known->controlledBy) : QString(), Cell::Muted) };
        parts.push_back(std::move(part));
    }
    m_parameters->setParts(std::move(parts));
}

PartTable::Part FlowDetail::queuePart(
    const rules::ExpectedQueue &expected, const QueueState *live) const
{
    const bool counts = live && live->countsKnown;
    const QString unknownWhy =
        live ? tr("no source tells counts: %1").arg(queueSource()) : tr("not seen at the broker");
    Cell::Aspect aspect = Cell::Unknown;
    QString tip = live ? tr("not known whether anybody consumes it")
                       : tr("expected, but not seen at the broker");
    if (counts) {
        const bool consumed = live->row.consumers > 0;
        aspect = consumed ? Cell::Clear : (live->row.ready > 0 ? Cell::Stop : Cell::Warning);
        tip = consumed
            ? flowtext::counted(live->row.consumers, tr("1 consumer"), tr("%1 consumers"))
            : tr("no consumer");
    }
    const auto known = [&](std::int64_t value) {
        return counts ? std::optional<qint64>(value) : std::nullopt;
    };
    const auto ready = known(live ? live->row.ready : 0);
    const auto unacked = known(live ? live->row.unacked : 0);
    const auto consumers = known(live ? live->row.consumers : 0);
    const auto in = counts ? live->inRate : std::nullopt;
    const auto out = counts ? live->outRate : std::nullopt;
    const std::optional<qint64> oldest =
        counts && live->row.oldestMs ? std::optional<qint64>(*live->row.oldestMs) : std::nullopt;
    const Cell::Tone backlogTone = ready.value_or(0) > 0
        ? toneOf(aspect == Cell::Clear ? Cell::Warning : aspect)
        : Cell::Normal;
    const auto order = [](const auto &value) {
        return value ? double(*value) : PartTable::unknown;
    };
    PartTable::Part part;
    part.key = qs(expected.queue);
    part.cells = { signal(aspect, tip), text(qs(expected.processor)), text(qs(expected.topic)),
        text(flowtext::scopeName(expected.scope), Cell::Muted),
        number(ready,
            ready.value_or(0) >= 1000 || aspect == Cell::Stop ? backlogTone : Cell::Normal,
            unknownWhy),
        number(unacked, Cell::Normal, unknownWhy),
        number(consumers, consumers == 0 ? Cell::Danger : Cell::Normal, unknownWhy), rate(in),
        rate(out),
        { format::age(oldest), oldest ? Cell::Normal : Cell::Muted, Cell::Unknown,
            oldest ? tr("%1 ms").arg(*oldest)
                   : (counts && ready == 0 ? tr("nothing waits") : unknownWhy),
            oldest ? QString::number(*oldest) : QString(), {} },
        text(qs(expected.queue)) };
    part.order = { double(aspect), PartTable::unknown, PartTable::unknown, PartTable::unknown,
        order(ready), order(unacked), order(consumers), orUnknown(in), orUnknown(out),
        order(oldest), PartTable::unknown };
    return part;
}

void FlowDetail::fillQueues()
{
    const QueueStore *queues = m_session->queues();
    std::vector<PartTable::Part> parts;
    QSet<QString> seen;
    for (const rules::ExpectedQueue &expected : m_expected) {
        parts.push_back(queuePart(expected, queues->find(expected.queue)));
        seen.insert(parts.back().key);
    }
    // what the broker has for this flow beyond what the blueprint says, subscribers for one
    for (const QueueState *live : queues->ofFlow(m_workspace, m_id)) {
        if (seen.contains(live->name))
            continue;
        parts.push_back(
            queuePart({ live->row.name, live->row.topic, live->row.processor, {}, {},
                          rules::parseScope(live->row.scope).value_or(rules::Scope::Unknown) },
                live));
    }
    m_queues->setParts(std::move(parts));
}

void FlowDetail::fillProcessors()
{
    std::vector<PartTable::Part> parts;
    for (const rules::ExpandedEntry &entry : m_expansion.entries) {
        int reads = 0;
        for (const auto &[name, topic] : entry.entry.topics) {
            if (rules::direction(rules::topicRole(name)) == rules::Direction::Consumes)
                ++reads;
        }
        int queues = 0;
        int consumed = 0;
        int known = 0;
        qint64 ready = 0;
        for (const rules::ExpectedQueue &expected : m_expected) {
            if (expected.processor != entry.processor || expected.variant != entry.variant)
                continue;
            ++queues;
            const QueueState *live = m_session->queues()->find(expected.queue);
            if (!live || !live->countsKnown)
                continue;
            ++known;
            consumed += live->row.consumers > 0 ? 1 : 0;
            ready += live->row.ready;
        }
        const bool all = queues > 0 && known == queues;
        const Cell::Aspect aspect = !all ? Cell::Unknown
            : consumed == queues         ? Cell::Clear
            : consumed == 0              ? Cell::Stop
                                         : Cell::Warning;
        const QString tip = queues == 0
            ? tr("It reads no named queue, so nothing tells whether it is up")
            : all ? tr("consumes %1 of %2 queues").arg(consumed).arg(queues)
                  : tr("unknown: counts of %1 of %2 queues are known").arg(known).arg(queues);
        QStringList parameters;
        for (const auto &[name, value] : entry.entry.parameters)
            parameters.append(qs(name) + QLatin1Char('=') + qs(value));
        const auto waiting = all ? std::optional<qint64>(ready) : std::nullopt;
        PartTable::Part part;
        part.key = qs(entry.processor) + QLatin1Char(':') + qs(entry.variant) + QLatin1Char(':')
            + qs(entry.section);
        part.cells = { signal(aspect, tip), text(qs(entry.processor)),
            text(qs(entry.variant), Cell::Muted),
            text(flowtext::scopeName(entry.scope), Cell::Muted), number(reads),
            number(qint64(entry.entry.topics.size()) - reads),
            number(waiting, ready > 0 ? toneOf(aspect) : Cell::Normal, tip),
            text(parameters.join(QLatin1Char(' ')), Cell::Muted) };
        part.order = { double(aspect), PartTable::unknown, PartTable::unknown, PartTable::unknown,
            double(reads), double(entry.entry.topics.size()) - reads,
            waiting ? double(ready) : PartTable::unknown, PartTable::unknown };
        part.json = qs(schema::encode(entry.entry));
        parts.push_back(std::move(part));
    }
    m_processors->setParts(std::move(parts));
}

} // namespace signalbox
