// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/queuedetailview.h"

#include "models/rules/parties.h"
#include "models/rules/queuerates.h"
#include "models/rules/topic.h"
#include "models/stores/blueprintstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/plaintext.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuesources.h"
#include "models/stores/queuestore.h"
#include "views/pages/flowtext.h"

namespace signalbox {

using flowtext::qs;

namespace {

std::vector<Column> factColumns()
{
    return { { QStringLiteral("fact"), QueueDetailView::tr("Fact"), Cell::Text, 170, false, {} },
        { QStringLiteral("value"), QueueDetailView::tr("Value"), Cell::Mono, 300, false, {} } };
}

std::vector<Column> consumerColumns()
{
    const auto tr = [](const char *text) { return QueueDetailView::tr(text); };
    return { { QStringLiteral("processor"), tr("Processor"), Cell::Strong, 180, false, {} },
        { QStringLiteral("state"), tr("State"), Cell::Text, 90, false, {} },
        { QStringLiteral("unacked"), tr("Unacked"), Cell::Number, 90, false, {} },
        { QStringLiteral("flow"), tr("Flow"), Cell::Text, 160, false, {} },
        { QStringLiteral("id"), tr("Consumer"), Cell::Mono, 260, false, {} } };
}

CellData plain(const QString &text, Cell::Tone tone = Cell::Normal, const QString &tip = {})
{
    return { text, tone, Cell::Unknown, tip.isEmpty() ? text : tip, text, {} };
}

QString drainText(const rules::Drain &drain)
{
    switch (drain.kind) {
    case rules::Drain::Kind::Unknown:
        break;
    case rules::Drain::Kind::Empty:
        return QueueDetailView::tr("nothing waits");
    case rules::Drain::Kind::Draining:
        return format::age(qint64(drain.seconds * 1000));
    case rules::Drain::Kind::Standing:
        return QueueDetailView::tr("stands: about as much comes as goes");
    case rules::Drain::Kind::Growing:
        return QueueDetailView::tr("grows: more comes than goes");
    }
    return format::unknown();
}

} // namespace

QueueDetailView::QueueDetailView(QObject *parent)
    : QObject(parent)
    , m_facts(new PartTable(factColumns(), this))
    , m_consumers(new PartTable(consumerColumns(), this))
    , m_tail(new TailModel(this))
    , m_trend(new QueueTrend(this))
{
    m_look.setInterval(lookEveryMs);
    connect(&m_look, &QTimer::timeout, this, &QueueDetailView::look);
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(250);
    connect(&m_refresh, &QTimer::timeout, this, &QueueDetailView::refresh);
}

QueueDetailView::~QueueDetailView() = default;

void QueueDetailView::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    m_trend->setSession(session);
    m_tail->close();
    if (m_session) {
        connect(m_session->queues(), &QueueStore::changed, this, [this] {
            if (!m_refresh.isActive() && !m_name.isEmpty())
                m_refresh.start();
        });
        connect(m_session->queues()->sources(), &QueueSources::changed, this, [this] {
            if (!m_refresh.isActive() && m_look.isActive()) // ages go on
                m_refresh.start();
        });
        connect(m_session, &Session::changed, this, &QueueDetailView::changed);
        connect(m_session->queues()->replay(), &QueueReplay::toggled, this, [this] {
            m_bindings.clear(); // and who consumes has no history
            m_consumers->setParts({});
            if (m_look.isActive())
                look();
        });
        connect(
            m_session->blueprints(), &BlueprintStore::changed, this, &QueueDetailView::findParties);
        connect(m_session->flows(), &FlowStore::flowAppeared, this, &QueueDetailView::findParties);
        connect(m_session->flows(), &FlowStore::flowGone, this, &QueueDetailView::findParties);
        connect(m_session, &Session::zoneChanged, this, &QueueDetailView::showTimes);
        showTimes();
    }
    refresh();
}

void QueueDetailView::showTimes()
{
    m_tail->setZone(m_session->zone());
    emit payloadChanged(); // the facts of a message name its time
}

void QueueDetailView::show(const QString &name)
{
    if (m_name == name)
        return;
    m_name = name;
    m_error.clear();
    m_bindings.clear();
    m_consumers->setParts({});
    m_asking = false;
    m_tail->close();
    m_tail->clear();
    m_trend->show(name);
    findParties();
    refresh();
    if (m_look.isActive())
        look();
}

void QueueDetailView::watch(bool watching)
{
    if (watching == m_look.isActive())
        return;
    if (!watching) {
        m_look.stop();
        return;
    }
    m_look.start();
    look();
}

const QueueState *QueueDetailView::live() const
{
    return m_session && !m_name.isEmpty() ? m_session->queues()->find(m_name.toStdString())
                                          : nullptr;
}

QString QueueDetailView::shownName() const
{
    return plainName(m_name);
}

QString QueueDetailView::topic() const
{
    const QueueState *queue = live();
    return queue ? qs(queue->row.topic) : QString();
}

bool QueueDetailView::known() const
{
    return m_session && m_session->queues()->loaded();
}

QString QueueDetailView::subtitle() const
{
    const QueueState *queue = live();
    if (!queue)
        return m_name.isEmpty() ? QString() : known() ? tr("gone") : tr("not known yet");
    QStringList words { flowtext::scopeName(
        rules::parseScope(queue->row.scope).value_or(rules::Scope::Unknown)) };
    for (const std::string *owner :
        { &queue->row.workspace, &queue->row.flow, &queue->row.blueprint, &queue->row.processor }) {
        if (!owner->empty())
            words.append(qs(*owner));
    }
    const QStringList flows = m_session->queues()->flowsOf(queue->row.name);
    if (queue->row.flow.empty() && flows.size() == 1)
        words.append(tr("for %1").arg(flows.constFirst()));
    else if (flows.size() > 1)
        words.append(tr("shared by %1").arg(flows.join(QStringLiteral(", "))));
    return plainName(words.join(QStringLiteral(" · ")));
}

QStringList QueueDetailView::logPlace() const
{
    const QueueState *queue = live();
    if (!queue)
        return { QString(), QString(), QString(), m_name };
    const QStringList flows = m_session->queues()->flowsOf(queue->row.name);
    const QString flow = !queue->row.flow.empty() ? qs(queue->row.flow)
        : flows.size() == 1                       ? flows.constFirst()
                                                  : QString();
    return { qs(queue->row.workspace), flow, qs(queue->row.processor), m_name };
}

QString QueueDetailView::flowKey() const
{
    const QueueState *queue = live();
    return queue && !queue->row.flow.empty()
        ? FlowStore::key(qs(queue->row.workspace), qs(queue->row.flow))
        : QString();
}

bool QueueDetailView::balanced() const
{
    const QueueState *queue = live();
    if (!queue)
        return true;
    const auto &row = queue->row;
    return row.published == row.acked + row.ready + row.unacked + row.deleted;
}

QString QueueDetailView::balance() const
{
    const QueueState *queue = live();
    if (!queue || !queue->countsKnown || !m_session->hasFabric() || m_session->replaying())
        return {};
    const auto &row = queue->row;
    const auto n = [](std::int64_t value) { return format::count(qint64(value)); };
    const QString sum =
        tr("published %1 = acked %2 + ready %3 + unacked %4 + deleted %5")
            .arg(n(row.published), n(row.acked), n(row.ready), n(row.unacked), n(row.deleted));
    if (balanced())
        return sum;
    return tr("%1 does not close: off by %2")
        .arg(sum, n(row.published - row.acked - row.ready - row.unacked - row.deleted));
}

QString QueueDetailView::unknownWhy() const
{
    if (!m_session || m_name.isEmpty())
        return {};
    if (!live())
        return known() ? tr("The queue is gone: it was deleted, or its subscriber left.")
                       : QString();
    if (m_session->replaying())
        return tr("Of a past instant counts and rates are kept; who consumed, how long messages "
                  "waited and totals are not known. Messages are those of now.");
    if (m_session->canTail())
        return {};
    const QString source = m_session->queues()->sourceText();
    return tr("This back end lets nobody look into a queue: messages, bindings and totals are not "
              "known. Counts come from: %1.")
        .arg(source);
}

QString QueueDetailView::denied(const char *operation) const
{
    if (!m_session || !m_session->online())
        return tr("Not connected.");
    const std::string_view asked(operation);
    const bool listens = asked == "tail";
    const bool removes = asked == "purge" || asked == "delete-queue";
    if (removes && !m_session->queues()->canDelete())
        return flowtext::whyQueuesStay();
    if (!removes && (listens ? !m_session->canTail() : !m_session->hasFabric()))
        return m_session->canTail() && asked == "peek"
            ? tr(
                "A broker marks what was looked at as redelivered: only listening leaves no trace.")
            : tr("This back end cannot do it: it has no fabric service.");
    const QueueState *queue = live();
    if (!queue)
        return known() ? tr("The queue is gone.") : tr("Not connected.");
    if ((listens || asked == "peek") && rules::carriesSecrets(queue->row.topic))
        return tr("Its messages carry passwords and keys: nobody is shown them.");
    if (listens && !m_session->hasFabric())
        return {}; // at the broker its own user decides, not the roles at the gateway
    return flowtext::whyDenied(m_session->denied(
        QStringLiteral("fabric"), QLatin1String(operation), qs(queue->row.workspace)));
}

/// A request is answered on the response topic of the same name (signalbox-gateway §1).
QString QueueDetailView::answersTopic() const
{
    const QueueState *queue = live();
    constexpr std::string_view asking = "request:";
    if (!queue || !std::string_view(queue->row.topic).starts_with(asking))
        return {};
    return QStringLiteral("response:") + qs(queue->row.topic.substr(asking.size()));
}

QString QueueDetailView::moveDenied() const
{
    const QString why = denied("move");
    if (!why.isEmpty() || m_session->capabilities().raw.contains(QStringLiteral("move")))
        return why;
    return tr("This back end cannot move messages.");
}

void QueueDetailView::look()
{
    if (!m_session || !m_session->online() || !m_session->gateway() || !m_session->canTail()
        || m_name.isEmpty() || m_asking || m_session->replaying())
        return;
    schema::FabricRequest body;
    body.operation = "get-queue";
    body.queue = m_name.toStdString();
    Request request;
    request.service = "fabric";
    request.operation = "get-queue";
    request.body = schema::encode(body);
    m_asking = true;
    ask<schema::FabricResponse>(*m_session->gateway(), std::move(request))
        .then(this, [this, name = m_name](const Answer<schema::FabricResponse> &answer) {
            if (name != m_name)
                return;
            m_asking = false;
            if (m_session->replaying())
                return;
            m_error = answer ? QString()
                             : flowtext::readFailure(tr("Looking at the queue"), answer.error());
            if (answer && answer->queue) {
                m_bindings.clear();
                for (const std::string &binding : answer->queue->bindings)
                    m_bindings.append(qs(binding));
                std::vector<PartTable::Part> parts;
                for (const schema::ConsumerRow &row : answer->queue->consumers) {
                    PartTable::Part part;
                    part.key = qs(row.id);
                    const bool runs = row.state == "running";
                    part.cells = { plain(qs(row.processor)),
                        plain(qs(row.state), runs ? Cell::Normal : Cell::Caution),
                        plain(format::count(qint64(row.unacked))), plain(qs(row.flow), Cell::Muted),
                        plain(qs(row.id), Cell::Muted) };
                    part.order = { PartTable::unknown, PartTable::unknown, double(row.unacked),
                        PartTable::unknown, PartTable::unknown };
                    parts.push_back(std::move(part));
                }
                m_consumers->setParts(std::move(parts));
            }
            refresh();
        });
}

void QueueDetailView::findParties()
{
    m_producers = m_takers = QString();
    const QueueState *queue = live();
    if (!queue || queue->row.workspace.empty())
        return;
    const QString workspace = qs(queue->row.workspace);
    const auto held = m_session->blueprints()->held(workspace);
    if (!held) {
        // the flows of the workspace have them read, and changed() tells when they are there
        m_producers = m_takers = tr("the blueprints are not read yet");
        return refresh();
    }
    QStringList producers;
    QStringList takers;
    int unread = 0;
    const auto name = [](const std::vector<std::string> &processors, const QString &flow,
                          QStringList &into) {
        for (const std::string &processor : processors)
            into.append(tr("%1 (%2)").arg(qs(processor), flow));
    };
    for (const FlowRow &flow : m_session->flows()->rows()) {
        const auto *blueprint = flow.workspace == workspace
            ? held->of(flow.id.toStdString(), flow.record.blueprintName)
            : nullptr;
        unread += flow.workspace == workspace && !blueprint;
        if (!blueprint)
            continue;
        const auto parties =
            rules::partiesOf(rules::expand(*blueprint,
                                 { workspace.toStdString(), flow.record.blueprintName,
                                     flow.id.toStdString(), flow.record.parameters }),
                queue->row.topic);
        name(parties.producers, flow.id, producers);
        name(parties.consumers, flow.id, takers);
    }
    if (unread > 0)
        for (QStringList *list : { &producers, &takers })
            list->append(
                flowtext::counted(unread, tr("of 1 flow not known: its blueprint cannot be read"),
                    tr("of %1 flows not known: their blueprints cannot be read")));
    m_producers = producers.isEmpty() ? tr("nobody by the blueprints: it comes from outside")
                                      : producers.join(QStringLiteral(", "));
    m_takers = takers.isEmpty() ? tr("nobody by the blueprints of live flows")
                                : takers.join(QStringLiteral(", "));
    refresh();
}

void QueueDetailView::refresh()
{
    const QueueState *queue = live();
    if (queue && m_producers.isEmpty() && !queue->row.workspace.empty())
        return findParties(); // the queue was not known before
    std::vector<PartTable::Part> parts;
    const auto add = [&](const QString &id, const QString &label, const QString &value,
                         const QString &tip = {}, Cell::Tone tone = Cell::Normal) {
        PartTable::Part part;
        part.key = id;
        part.cells = { plain(label, Cell::Muted), plain(value, tone, tip) };
        parts.push_back(std::move(part));
    };
    if (queue) {
        using rules::QueueFigure;
        const QueueFigures now = m_session->queues()->shown(*queue);
        const bool past = m_session->replaying();
        const auto &row = queue->row;
        // A figure says who told it and when; one that is too old says so by itself.
        const auto told = [&](const QString &id, const QString &label, QueueFigure figure,
                              const QString &value, bool kept) {
            if (!now.known || (past ? !kept : !queue->tells(figure)))
                return add(id, label, format::unknown());
            if (past)
                return add(id, label, value);
            const QString age = format::age(m_session->queues()->ageOf(*queue, figure));
            const QString from = m_session->queues()->sourceOf(*queue, figure);
            const bool old = queue->isStale(figure);
            add(id, label, old ? tr("%1, %2 ago").arg(value, age) : value,
                tr("%1, from %2, %3 ago").arg(value, from, age), old ? Cell::Muted : Cell::Normal);
        };
        const auto count = [](std::int64_t value) { return format::count(qint64(value)); };
        told(QStringLiteral("ready"), tr("Ready"), QueueFigure::Ready, count(now.ready), true);
        told(QStringLiteral("unacked"), tr("Unacked"), QueueFigure::Unacked, count(now.unacked),
            true);
        told(QStringLiteral("consumers"), tr("Consumers"), QueueFigure::Consumers,
            count(now.consumers), true);
        add(QStringLiteral("in"), tr("In"), format::ratePerSecond(now.inRate));
        add(QStringLiteral("out"), tr("Out"), format::ratePerSecond(now.outRate));
        add(QStringLiteral("oldest"), tr("Oldest waits"), format::age(now.oldestMs));
        const rules::Drain drain =
            now.current() ? rules::timeToDrain(now.ready, now.inRate, now.outRate) : rules::Drain();
        add(QStringLiteral("drain"), tr("Drains in"), drainText(drain));
        told(QStringLiteral("bytes"), tr("Size"), QueueFigure::Bytes, format::bytes(row.bytes),
            false);
        add(QStringLiteral("depth"), tr("Bound"),
            row.maxDepth > 0 ? format::count(qint64(row.maxDepth)) : format::unknown());
        told(QStringLiteral("redelivered"), tr("Redelivered"), QueueFigure::Redelivered,
            count(row.redelivered), false);
        add(QStringLiteral("topic"), tr("Topic"), qs(row.topic));
        if (const int partitions = m_session->queues()->partitionsOf(*queue); partitions > 0)
            add(QStringLiteral("partitions"), tr("Partitions"),
                tr("%1; what is shown is their sum").arg(partitions));
        add(QStringLiteral("class"), tr("Class"), qs(row.topicClass));
        for (qsizetype i = 0; i < m_bindings.size(); ++i)
            add(QStringLiteral("binding%1").arg(i), i == 0 ? tr("Bound to") : QString(),
                m_bindings.at(i));
        add(QStringLiteral("producers"), tr("Sent to by"), m_producers);
        add(QStringLiteral("takers"), tr("Taken by"), m_takers);
        const QStringList sources = m_session->queues()->toldBy(*queue);
        for (qsizetype i = 0; i < sources.size(); ++i)
            add(i == 0 ? QStringLiteral("source") : QStringLiteral("source%1").arg(i),
                i == 0 ? tr("Known from") : QString(), sources.at(i));
    }
    m_facts->setParts(std::move(parts));
    emit changed();
}

} // namespace signalbox
