// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/queuedetailview.h"

#include "models/stores/flowstore.h"
#include "models/stores/format.h"
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

QString hexDump(std::string_view bytes)
{
    constexpr std::size_t limit = 64 * 1024;
    QString text;
    for (std::size_t at = 0; at < std::min(bytes.size(), limit); at += 16) {
        const std::string_view line = bytes.substr(at, 16);
        QString hex;
        QString letters;
        for (const char c : line) {
            const auto byte = static_cast<unsigned char>(c);
            hex += QStringLiteral("%1 ").arg(byte, 2, 16, QLatin1Char('0'));
            letters += byte >= 32 && byte < 127 ? QLatin1Char(c) : QLatin1Char('.');
        }
        text += QStringLiteral("%1  %2 %3\n")
                    .arg(at, 8, 16, QLatin1Char('0'))
                    .arg(hex, -48)
                    .arg(letters);
    }
    if (bytes.size() > limit)
        text += QueueDetailView::tr("… %1 more bytes").arg(bytes.size() - limit);
    return text;
}

} // namespace

QueueDetailView::QueueDetailView(QObject *parent)
    : QObject(parent)
    , m_facts(new PartTable(factColumns(), this))
    , m_consumers(new PartTable(consumerColumns(), this))
    , m_tail(new TailModel(this))
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
    m_tail->close();
    if (m_session) {
        connect(m_session->queues(), &QueueStore::changed, this, [this] {
            if (!m_refresh.isActive() && !m_name.isEmpty())
                m_refresh.start();
        });
        connect(m_session, &Session::changed, this, &QueueDetailView::changed);
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
    return words.join(QStringLiteral(" · "));
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
    if (!queue || !queue->countsKnown || !m_session->hasFabric())
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
    if (m_session->hasFabric())
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
    if (!m_session->hasFabric())
        return tr("This back end cannot do it: it has no fabric service.");
    const QueueState *queue = live();
    if (!queue)
        return known() ? tr("The queue is gone.") : tr("Not connected.");
    return flowtext::whyDenied(m_session->denied(
        QStringLiteral("fabric"), QLatin1String(operation), qs(queue->row.workspace)));
}

void QueueDetailView::look()
{
    if (!m_session || !m_session->online() || !m_session->gateway() || !m_session->hasFabric()
        || m_name.isEmpty() || m_asking)
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

void QueueDetailView::refresh()
{
    const QueueState *queue = live();
    std::vector<PartTable::Part> parts;
    const auto add = [&](const QString &id, const QString &label, const QString &value,
                         const QString &tip = {}) {
        PartTable::Part part;
        part.key = id;
        part.cells = { plain(label, Cell::Muted), plain(value, Cell::Normal, tip) };
        parts.push_back(std::move(part));
    };
    if (queue) {
        const bool counts = queue->countsKnown;
        const bool totals = counts && m_session->hasFabric();
        const auto n = [](bool known, std::int64_t value) {
            return known ? format::count(qint64(value)) : format::unknown();
        };
        const auto &row = queue->row;
        add(QStringLiteral("ready"), tr("Ready"), n(counts, row.ready));
        add(QStringLiteral("unacked"), tr("Unacked"), n(counts, row.unacked));
        add(QStringLiteral("consumers"), tr("Consumers"), n(counts, row.consumers));
        add(QStringLiteral("in"), tr("In"), format::ratePerSecond(queue->inRate));
        add(QStringLiteral("out"), tr("Out"), format::ratePerSecond(queue->outRate));
        add(QStringLiteral("oldest"), tr("Oldest waits"),
            format::age(m_session->queues()->oldestMs(*queue)));
        add(QStringLiteral("bytes"), tr("Size"),
            totals ? format::bytes(row.bytes) : format::unknown());
        add(QStringLiteral("depth"), tr("Bound"),
            row.maxDepth > 0 ? format::count(qint64(row.maxDepth)) : format::unknown());
        add(QStringLiteral("redelivered"), tr("Redelivered"), n(totals, row.redelivered));
        add(QStringLiteral("topic"), tr("Topic"), qs(row.topic));
        add(QStringLiteral("class"), tr("Class"), qs(row.topicClass));
        for (qsizetype i = 0; i < m_bindings.size(); ++i)
            add(QStringLiteral("binding%1").arg(i), i == 0 ? tr("Bound to") : QString(),
                m_bindings.at(i));
        add(QStringLiteral("source"), tr("Known from"), queue->source);
    }
    m_facts->setParts(std::move(parts));
    emit changed();
}

void QueueDetailView::startTail()
{
    if (tailDenied().isEmpty())
        m_tail->open(m_session->gateway(), m_name.toStdString());
}

void QueueDetailView::peek(int count)
{
    if (denied("peek").isEmpty())
        m_tail->peek(m_session->gateway(), m_name.toStdString(), count);
}

void QueueDetailView::stopTail()
{
    m_tail->close();
}

QString QueueDetailView::payload(int row, PayloadView as) const
{
    const schema::FabricMessage *message = m_tail->message(row);
    if (!message)
        return {};
    if (as == Json)
        return qs(schema::pretty(message->payload));
    return as == Hex ? hexDump(message->payload) : qs(message->payload);
}

QString QueueDetailView::messageFacts(int row) const
{
    const schema::FabricMessage *message = m_tail->message(row);
    if (!message || !m_session)
        return {};
    QStringList lines { tr("number %1 · %2 · %3%4")
                            .arg(QString::number(message->seq),
                                format::dateTime(message->atMs, m_session->zone()),
                                format::bytes(message->size),
                                message->redelivered ? tr(" · redelivered") : QString()) };
    for (const auto &[name, value] : message->properties)
        lines.append(qs(name) + QStringLiteral(": ") + qs(value));
    return lines.join(QLatin1Char('\n'));
}

void QueueDetailView::fetchWhole(int row)
{
    const schema::FabricMessage *message = m_tail->message(row);
    if (!message || !message->truncated || !m_session || !m_session->gateway())
        return;
    schema::FabricRequest body;
    body.operation = "get-payload";
    body.queue = m_name.toStdString();
    body.seq = message->seq;
    Request request;
    request.service = "fabric";
    request.operation = "get-payload";
    request.body = schema::encode(body);
    ask<schema::FabricResponse>(*m_session->gateway(), std::move(request))
        .then(this, [this, seq = message->seq](const Answer<schema::FabricResponse> &answer) {
            if (!answer || answer->messages.empty())
                m_error = answer
                    ? tr("The far end no longer holds this message.")
                    : flowtext::readFailure(tr("Fetching the whole message"), answer.error());
            else
                m_tail->replacePayload(seq, answer->messages.front().payload);
            emit changed();
            emit payloadChanged();
        });
}

} // namespace signalbox
