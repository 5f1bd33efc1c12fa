// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/queuebulk.h"

#include "models/rules/expand.h"
#include "models/schema/fabric.h"
#include "models/stores/format.h"
#include "models/stores/queuestore.h"
#include "views/pages/flowtext.h"

#include <algorithm>

namespace signalbox {

using flowtext::qs;

namespace {

constexpr qint64 showEveryMs = 200; ///< while results come in

CellData bulkCell(const QString &text, Cell::Tone tone = Cell::Normal)
{
    return { text, tone, Cell::Unknown, text, text, {} };
}

std::vector<Column> bulkColumns()
{
    const auto tr = [](const char *text) { return QueueBulk::tr(text); };
    return { { QStringLiteral("queue"), tr("Queue"), Cell::Mono, 330, false, {} },
        { QStringLiteral("ready"), tr("Ready"), Cell::Number, 76, false, {} },
        { QStringLiteral("consumers"), tr("Consumers"), Cell::Number, 90, false, {} },
        { QStringLiteral("outcome"), tr("What happens"), Cell::Text, 240, false, {} } };
}

} // namespace

QueueBulk::QueueBulk(QObject *parent)
    : QObject(parent)
    , m_parts(new PartTable(bulkColumns(), this))
{
}

QueueBulk::~QueueBulk() = default;

void QueueBulk::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    if (m_session) {
        connect(m_session, &Session::changed, this, &QueueBulk::changed);
        connect(m_session, &Session::pulse, this, [this] {
            if (m_step == Preview && !m_items.empty())
                look(); // counts move
        });
    }
    emit changed();
}

void QueueBulk::open(Kind kind, const QStringList &queues)
{
    ++m_turn;
    m_running = 0;
    m_kind = kind;
    m_step = Preview;
    m_typed.clear();
    m_ifUnused = true;
    m_items.clear();
    m_beyond = std::max<qint64>(0, queues.size() - limit);
    for (const QString &queue : queues.first(std::min<qsizetype>(queues.size(), limit))) {
        Item item;
        item.queue = queue;
        m_items.push_back(std::move(item));
    }
    look();
}

QString QueueBulk::whyLeftOut(const QueueState *queue) const
{
    if (!queue)
        return tr("left out: it is gone");
    const auto &row = queue->row;
    if (!queue->countsNow())
        return tr("left out: what waits in it is not known now");
    if (row.scope == "system" || rules::systemOwnedTopic(row.topic))
        return tr("left out: it belongs to the system");
    const QString denied = m_session->denied(QStringLiteral("fabric"),
        m_kind == Purge ? QStringLiteral("purge") : QStringLiteral("delete-queue"),
        qs(row.workspace));
    if (!denied.isEmpty())
        return tr("left out: %1").arg(flowtext::whyDenied(denied));
    if (m_kind == Purge && row.ready == 0)
        return tr("left out: nothing waits in it");
    if (m_kind == Delete && m_ifUnused && row.consumers > 0)
        return tr("left out: %1 consumers").arg(format::count(qint64(row.consumers)));
    return {};
}

void QueueBulk::lookAt(Item &item) const
{
    const QueueState *queue =
        m_session ? m_session->queues()->find(item.queue.toStdString()) : nullptr;
    item.known = queue && queue->countsNow();
    if (queue) {
        item.workspace = queue->row.workspace;
        item.ready = qint64(queue->row.ready);
        item.unacked = qint64(queue->row.unacked);
        item.consumers = qint64(queue->row.consumers);
    }
    item.text = m_session ? whyLeftOut(queue) : QString();
    item.outcome = item.text.isEmpty() ? Waiting : LeftOut;
}

void QueueBulk::look()
{
    for (Item &item : m_items)
        lookAt(item);
    showParts();
    emit changed();
}

int QueueBulk::countOf(Outcome outcome) const
{
    return int(std::count_if(m_items.begin(), m_items.end(),
        [outcome](const Item &item) { return item.outcome == outcome; }));
}

int QueueBulk::willDo() const
{
    return m_step == Preview ? countOf(Waiting) : count() - countOf(LeftOut);
}

int QueueBulk::failed() const
{
    return countOf(Failed);
}

QString QueueBulk::messages() const
{
    qint64 sum = 0;
    for (const Item &item : m_items)
        sum += item.outcome == LeftOut ? 0 : item.ready;
    return format::count(sum);
}

QString QueueBulk::consumers() const
{
    qint64 sum = 0;
    for (const Item &item : m_items)
        sum += item.outcome == LeftOut ? 0 : item.consumers;
    return format::count(sum);
}

QString QueueBulk::leftOut() const
{
    return format::count(qint64(countOf(LeftOut)));
}

QString QueueBulk::consequence() const
{
    const QString queues = flowtext::counted(willDo(), tr("one queue"), tr("%1 queues"));
    if (m_kind == Purge)
        return tr("%1 waiting messages of %2 are deleted for good. What was handed out stays with "
                  "its consumers.")
            .arg(messages(), queues);
    return tr("%2 and their %1 waiting messages are deleted for good; %3 consumers lose theirs.")
        .arg(messages(), queues, consumers());
}

void QueueBulk::setIfUnused(bool only)
{
    if (m_ifUnused == only || m_step != Preview)
        return;
    m_ifUnused = only;
    look();
}

QString QueueBulk::typeThis() const
{
    return m_kind == Purge ? tr("purge %1").arg(willDo()) : tr("delete %1").arg(willDo());
}

void QueueBulk::setTyped(const QString &typed)
{
    if (m_typed == typed)
        return;
    m_typed = typed;
    emit changed();
}

QString QueueBulk::whyNot() const
{
    if (const QString why = flowtext::whyNotNow(m_session); !why.isEmpty())
        return why;
    if (m_step != Preview)
        return tr("Working…");
    if (!m_session->queues()->canDelete())
        return flowtext::whyQueuesStay();
    if (m_beyond > 0)
        return tr("%1 queues are chosen, %2 more than go at once.")
            .arg(format::count(count() + m_beyond), format::count(m_beyond));
    if (willDo() == 0) {
        const bool one = !m_items.empty()
            && std::all_of(m_items.begin(), m_items.end(),
                [this](const Item &item) { return item.text == m_items.front().text; });
        return one ? m_items.front().text : tr("Every one of them is left out.");
    }
    return m_typed != typeThis() ? tr("Type “%1” first.").arg(typeThis()) : QString();
}

void QueueBulk::run()
{
    if (!whyNot().isEmpty())
        return;
    m_step = Working;
    next();
}

void QueueBulk::stop()
{
    for (Item &item : m_items)
        if (item.outcome == Waiting) {
            item.outcome = Skipped;
            item.text = tr("not asked for: stopped before");
        }
    next();
}

void QueueBulk::retryFailed()
{
    if (m_step != Finished)
        return;
    std::erase_if(m_items, [](const Item &item) { return item.outcome != Failed; });
    m_step = Preview;
    m_typed.clear();
    look();
}

void QueueBulk::next()
{
    for (int i = 0; i < count() && m_running < atOnce; ++i)
        if (m_items[std::size_t(i)].outcome == Waiting)
            ask(i);
    const bool over = m_step == Working && m_running == 0;
    if (over) {
        m_step = Finished;
        m_session->queues()->fetch();
        m_session->queues()->fetchBroker();
    }
    if (over || !m_shown.isValid() || m_shown.elapsed() > showEveryMs) {
        showParts();
        m_shown.start();
    }
    emit changed();
}

void QueueBulk::ask(int number)
{
    Item &item = m_items[std::size_t(number)];
    if (!m_session || !m_session->online() || !m_session->gateway()) {
        item.outcome = Failed;
        item.text = tr("not asked for: not connected");
        return;
    }
    schema::FabricRequest body;
    body.operation = m_kind == Purge ? "purge" : "delete-queue";
    body.queue = item.queue.toStdString();
    body.expectedReady = item.ready;
    if (m_kind == Delete)
        body.ifUnused = m_ifUnused;
    Request request;
    request.service = "fabric";
    request.operation = body.operation;
    request.workspace = item.workspace;
    request.body = schema::encode(body);
    item.outcome = Running;
    ++m_running;
    signalbox::ask<schema::FabricResponse>(*m_session->gateway(), std::move(request))
        .then(this, [this, number, turn = m_turn](const Answer<schema::FabricResponse> &answer) {
            if (turn != m_turn)
                return;
            const QString why = answer
                ? QString()
                : flowtext::failure(
                    m_kind == Purge ? tr("Purging") : tr("Deleting"), answer.error());
            settle(number, answer.hasValue(), why,
                answer ? answer->affected : std::optional<std::int64_t>());
        });
}

void QueueBulk::settle(
    int number, bool done, const QString &text, const std::optional<std::int64_t> &affected)
{
    Item &item = m_items[std::size_t(number)];
    item.outcome = done ? Done : Failed;
    item.affected = affected;
    item.text = text;
    --m_running;
    next();
}

QString QueueBulk::outcomeText(const Item &item) const
{
    switch (item.outcome) {
    case Waiting:
        if (m_step != Preview)
            return tr("waits");
        return m_kind == Purge ? tr("%1 messages deleted").arg(format::count(item.ready))
                               : tr("deleted with %1 messages").arg(format::count(item.ready));
    case Running:
        return tr("asked for…");
    case Done:
        if (!item.affected)
            return m_kind == Purge ? tr("purged; how many messages is not told")
                                   : tr("deleted; with how many messages is not told");
        return m_kind == Purge
            ? tr("purged: %1 messages").arg(format::count(qint64(*item.affected)))
            : tr("deleted with %1 messages").arg(format::count(qint64(*item.affected)));
    case LeftOut:
    case Failed:
    case Skipped:
        break;
    }
    return item.text;
}

void QueueBulk::showParts()
{
    std::vector<PartTable::Part> parts;
    parts.reserve(m_items.size());
    for (const Item &item : m_items) {
        const auto n = [&](qint64 value) {
            return item.known ? format::count(value) : format::unknown();
        };
        const Cell::Tone tone = item.outcome == Failed ? Cell::Danger
            : item.outcome == Done                     ? Cell::Good
            : item.outcome == LeftOut                  ? Cell::Muted
                                                       : Cell::Normal;
        PartTable::Part part;
        part.key = item.queue;
        part.cells = { bulkCell(item.queue), bulkCell(n(item.ready)), bulkCell(n(item.consumers)),
            bulkCell(outcomeText(item), tone) };
        part.order = { PartTable::unknown, double(item.ready), double(item.consumers),
            PartTable::unknown };
        parts.push_back(std::move(part));
    }
    m_parts->setParts(std::move(parts));
}

QString QueueBulk::summary() const
{
    qint64 affected = 0;
    int untold = 0;
    for (const Item &item : m_items) {
        if (item.outcome != Done)
            continue;
        affected += item.affected.value_or(0);
        untold += !item.affected;
    }
    if (m_step == Working)
        return tr("%1 of %2 done").arg(countOf(Done) + countOf(Failed)).arg(willDo());
    if (m_step != Finished)
        return {};
    const QString did = m_kind == Purge ? tr("purged") : tr("deleted");
    QStringList words { tr("%1 of %2 %3, %4 messages deleted")
                            .arg(countOf(Done))
                            .arg(count())
                            .arg(did, format::count(affected)) };
    if (untold > 0)
        words = { untold < countOf(Done) ? tr("%1 of %2 %3, at least %4 messages deleted")
                                               .arg(countOf(Done))
                                               .arg(count())
                                               .arg(did, format::count(affected))
                                         : tr("%1 of %2 %3, how many messages is not told")
                                               .arg(countOf(Done))
                                               .arg(count())
                                               .arg(did) };
    if (failed() > 0)
        words.append(tr("%1 failed").arg(failed()));
    if (countOf(LeftOut) > 0)
        words.append(tr("%1 left out").arg(countOf(LeftOut)));
    if (countOf(Skipped) > 0)
        words.append(tr("%1 not asked for").arg(countOf(Skipped)));
    return words.join(QStringLiteral(" · "));
}

QString QueueBulk::report() const
{
    QStringList lines { summary() };
    for (const Item &item : m_items)
        lines.append(item.queue + QLatin1Char('\t') + outcomeText(item));
    return lines.join(QLatin1Char('\n'));
}

} // namespace signalbox
