// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/queueaction.h"

#include "models/stores/format.h"
#include "models/stores/plaintext.h"
#include "models/stores/queuestore.h"
#include "views/pages/flowtext.h"

namespace signalbox {

using flowtext::qs;

namespace {

/// "name: value" lines; the number of the first line that is none, 0 = all fine.
int parseProperties(const QString &text, schema::Members<std::string> *into)
{
    const QStringList lines = text.split(QLatin1Char('\n'));
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QString line = lines.at(i).trimmed();
        if (line.isEmpty())
            continue;
        const qsizetype colon = line.indexOf(QLatin1Char(':'));
        if (colon < 1)
            return int(i) + 1;
        if (into)
            schema::set(*into, line.left(colon).trimmed().toStdString(),
                line.mid(colon + 1).trimmed().toStdString());
    }
    return 0;
}

/// What an editor makes of a text: it knows one line end and one kind of space.
QString asEdited(QString text)
{
    text.replace(QStringLiteral("\r\n"), QStringLiteral("\n"));
    for (QChar &letter : text) {
        const char16_t code = letter.unicode();
        if (code == u'\r' || code == 0x2028 || code == 0x2029 || code == 0xFDD0 || code == 0xFDD1)
            letter = QLatin1Char('\n');
        else if (code == 0xA0)
            letter = QLatin1Char(' ');
    }
    return text;
}

template <class T> bool assign(T &held, const T &value)
{
    if (held == value)
        return false;
    held = value;
    return true;
}

} // namespace

QueueAction::QueueAction(QObject *parent)
    : QObject(parent)
{
}

void QueueAction::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    if (m_session) {
        connect(m_session, &Session::changed, this, &QueueAction::changed);
        connect(m_session, &Session::pulse, this, [this] {
            if (!m_busy && m_result.isEmpty() && !publishes())
                emit changed(); // counts move
        });
    }
    emit changed();
}

void QueueAction::open(Kind kind, const QString &queue)
{
    m_kind = kind;
    m_queue = queue;
    m_topic = live() ? qs(live()->row.topic) : QString();
    m_ifUnused = true;
    m_typed.clear();
    m_to.clear();
    m_most.clear();
    countBound();
    m_busy = false;
    m_error.clear();
    m_result.clear();
    emit changed();
}

void QueueAction::openResend(
    const QString &queue, const QString &properties, const QString &payload)
{
    m_properties = properties;
    m_payload = m_original = payload;
    open(Resend, queue);
}

void QueueAction::countBound()
{
    m_bound = m_boundConsumers = 0;
    if (!publishes() || m_topic.isEmpty() || !m_session)
        return;
    const std::string topic = m_topic.toStdString();
    for (const QueueState &queue : m_session->queues()->rows()) {
        if (queue.row.topic != topic)
            continue;
        ++m_bound;
        m_boundConsumers += queue.row.consumers;
    }
}

const QueueState *QueueAction::target() const
{
    return m_session && !m_to.isEmpty() ? m_session->queues()->find(m_to.toStdString()) : nullptr;
}

void QueueAction::setTo(const QString &queue)
{
    if (assign(m_to, queue.trimmed()))
        emit changed();
}

void QueueAction::setMost(const QString &most)
{
    if (assign(m_most, most.trimmed()))
        emit changed();
}

/// Shared queues of the same workspace whose names hold what was typed; none once one is named.
QStringList QueueAction::toChoices() const
{
    QStringList found;
    const QueueState *from = live();
    if (m_kind != Move || !from || target() || m_to.size() < 2)
        return found;
    for (const QueueState &queue : m_session->queues()->rows()) {
        if (queue.row.workspace != from->row.workspace || queue.row.scope == "subscriber"
            || queue.row.scope == "system" || queue.name == m_queue
            || !queue.name.contains(m_to, Qt::CaseInsensitive))
            continue;
        found.append(queue.name);
        if (found.size() == choices)
            break;
    }
    return found;
}

QString QueueAction::toFacts() const
{
    const QueueState *queue = target();
    if (!queue)
        return m_to.isEmpty() ? tr("Type part of a queue's name.") : tr("No queue has this name.");
    const QString used =
        flowtext::counted(queue->row.consumers, tr("one consumer"), tr("%1 consumers"));
    return tr("%1 wait there already · %2 · %3")
        .arg(format::count(qint64(queue->row.ready)), used,
            flowtext::scopeName(
                rules::parseScope(queue->row.scope).value_or(rules::Scope::Unknown)));
}

std::optional<qint64> QueueAction::moving() const
{
    const QueueState *queue = live();
    if (!queue)
        return {};
    if (m_most.isEmpty())
        return qint64(queue->row.ready);
    bool number = false;
    const qint64 most = m_most.toLongLong(&number);
    if (!number || most < 1)
        return {};
    return std::min<qint64>(most, queue->row.ready);
}

QString QueueAction::moveConsequence() const
{
    const QueueState *to = target();
    const auto number = moving();
    if (!to || !number)
        return tr("The oldest waiting messages leave this queue and join the end of the other one. "
                  "Nobody else who listens there gets them.");
    const QString who = to->row.consumers == 0
        ? tr("Nobody consumes it: they wait there.")
        : flowtext::counted(to->row.consumers, tr("Its one consumer will handle them."),
            tr("Its %1 consumers will handle them."));
    return tr("%1 messages leave this queue, the oldest first, and join the end of the other one, "
              "which then holds %2. %3 They keep properties and age. The %4 that were handed out "
              "stay.")
        .arg(
            format::count(*number), format::count(qint64(to->row.ready) + *number), who, unacked());
}

QString QueueAction::place() const
{
    return plainName(m_kind == Publish ? m_topic : m_queue);
}

const QueueState *QueueAction::live() const
{
    return m_session && !m_queue.isEmpty() ? m_session->queues()->find(m_queue.toStdString())
                                           : nullptr;
}

QString QueueAction::ready() const
{
    const QueueState *queue = live();
    return queue && queue->countsKnown ? format::count(qint64(queue->row.ready))
                                       : format::unknown();
}

QString QueueAction::unacked() const
{
    const QueueState *queue = live();
    return queue && queue->countsKnown ? format::count(qint64(queue->row.unacked))
                                       : format::unknown();
}

QString QueueAction::consumers() const
{
    const QueueState *queue = live();
    return queue && queue->countsKnown ? format::count(qint64(queue->row.consumers))
                                       : format::unknown();
}

QString QueueAction::consequence() const
{
    const QueueState *queue = live();
    if (!queue)
        return tr("The queue is gone.");
    const int used = int(queue->row.consumers);
    if (m_kind == Purge)
        return tr("%1 waiting messages are deleted for good. The %2 that were handed out stay with "
                  "their consumers.")
            .arg(ready(), unacked());
    if (m_kind == Publish)
        return tr("Every queue bound to the topic gets a copy, and the processors behind them act "
                  "on it.");
    if (m_kind == Resend)
        return tr("The message is published once more: %1 queues of the topic, with %2 consumers, "
                  "get a copy and act on it again. What was done the first time is not undone.")
            .arg(format::count(m_bound), format::count(m_boundConsumers));
    if (m_kind == Move)
        return moveConsequence();
    if (!queue->countsNow())
        return tr("The queue is deleted for good, with what waits in it: how much that is and who "
                  "consumes it is not known now.");
    if (used > 0)
        return tr("The queue and its %1 waiting messages are deleted for good. %2")
            .arg(ready(),
                flowtext::counted(used, tr("One consumer loses it."), tr("%1 consumers lose it.")));
    return tr("The queue and its %1 waiting messages are deleted for good. Nobody consumes it.")
        .arg(ready());
}

bool QueueAction::typingNeeded() const
{
    return m_kind != Publish;
}

void QueueAction::setIfUnused(bool only)
{
    if (assign(m_ifUnused, only))
        emit changed();
}

void QueueAction::setTyped(const QString &typed)
{
    if (assign(m_typed, typed))
        emit changed();
}

void QueueAction::setProperties(const QString &text)
{
    if (assign(m_properties, text))
        emit changed();
}

void QueueAction::setPayload(const QString &text)
{
    // A message that nobody changed goes as it came.
    const bool untouched = m_kind == Resend && text == asEdited(m_original);
    if (assign(m_payload, untouched ? m_original : text))
        emit changed();
}

QString QueueAction::payloadNote() const
{
    if (m_payload.isEmpty())
        return {};
    return schema::isJson(m_payload.toStdString())
        ? tr("JSON · %1").arg(format::bytes(m_payload.toUtf8().size()))
        : tr("text, not JSON · %1").arg(format::bytes(m_payload.toUtf8().size()));
}

std::string QueueAction::operation() const
{
    return m_kind == Purge ? "purge"
        : m_kind == Delete ? "delete-queue"
        : m_kind == Move   ? "move"
                           : "publish";
}

QString QueueAction::publishWhyNot() const
{
    if (m_payload.isEmpty())
        return tr("Write a payload first.");
    if (m_payload.toUtf8().size() > payloadLimit)
        return tr("The payload is longer than %1.").arg(format::bytes(payloadLimit));
    const int fault = parseProperties(m_properties, nullptr);
    return fault ? tr("Line %1 of the properties is not “name: value”.").arg(fault) : QString();
}

QString QueueAction::moveWhyNot() const
{
    if (!m_session->capabilities().raw.contains(QStringLiteral("move")))
        return tr("This back end cannot move messages.");
    if (live()->row.ready == 0)
        return tr("Nothing waits in it.");
    if (!target())
        return tr("Name the queue that takes them.");
    if (m_to == m_queue)
        return tr("It is the same queue.");
    const QString denied =
        m_session->denied(QStringLiteral("fabric"), qs(operation()), qs(target()->row.workspace));
    if (!denied.isEmpty()) // a lease may be for the other workspace only
        return flowtext::whyDenied(denied);
    return moving() ? QString() : tr("How many must be a number from 1.");
}

QString QueueAction::whyNot() const
{
    if (const QString why = flowtext::whyNotNow(m_session); !why.isEmpty())
        return why;
    if (m_busy)
        return tr("Working…");
    const bool here = m_kind == Purge || m_kind == Delete;
    if (here && !m_session->queues()->canDelete())
        return flowtext::whyQueuesStay();
    if (!here && !m_session->hasFabric())
        return tr("This back end cannot do it: it has no fabric service.");
    const QueueState *queue = live();
    if (!queue)
        return tr("The queue is gone.");
    const QString denied =
        m_session->denied(QStringLiteral("fabric"), qs(operation()), qs(queue->row.workspace));
    if (!denied.isEmpty())
        return flowtext::whyDenied(denied);
    const QString why = publishes() ? publishWhyNot() : m_kind == Move ? moveWhyNot() : QString();
    if (!why.isEmpty())
        return why;
    if (m_kind == Delete && m_ifUnused && queue->row.consumers > 0)
        return flowtext::counted(queue->row.consumers,
            tr("One consumer uses it. Switch off “only if nobody uses it” to delete it all the "
               "same."),
            tr("%1 consumers use it. Switch off “only if nobody uses it” to delete it all the "
               "same."));
    if (here && !queue->countsNow())
        return tr("What waits in it is not known now.");
    if (m_kind == Purge && queue->row.ready == 0)
        return tr("Nothing waits in it.");
    if (typingNeeded() && m_typed != m_queue)
        return tr("Type the name of the queue first.");
    return {};
}

void QueueAction::run()
{
    const QueueState *queue = live();
    if (!queue || !whyNot().isEmpty())
        return;
    schema::FabricRequest body;
    body.operation = operation();
    if (publishes()) {
        body.topic = m_topic.toStdString();
        body.payload = m_payload.toStdString();
        parseProperties(m_properties, &body.properties);
    } else {
        body.queue = m_queue.toStdString();
        body.expectedReady = queue->row.ready;
        if (m_kind == Move) {
            body.to = m_to.toStdString();
            if (!m_most.isEmpty())
                body.count = moving();
        }
        if (m_kind == Delete)
            body.ifUnused = m_ifUnused;
    }
    Request request;
    request.service = "fabric";
    request.operation = body.operation;
    request.workspace = queue->row.workspace;
    request.body = schema::encode(body);
    m_busy = true;
    m_error.clear();
    m_result.clear();
    emit changed();
    ask<schema::FabricResponse>(*m_session->gateway(), std::move(request))
        .then(this, [this](const Answer<schema::FabricResponse> &answer) { finish(answer); });
}

void QueueAction::finish(const Answer<schema::FabricResponse> &answer)
{
    m_busy = false;
    if (answer || m_kind == Resend) // a failure may hide that it was sent
        m_typed.clear();
    if (!answer) {
        m_error = flowtext::failure(m_kind == Purge ? tr("Purging")
                : m_kind == Delete                  ? tr("Deleting")
                : m_kind == Move                    ? tr("Moving")
                                                    : tr("Publishing"),
            answer.error());
        emit changed();
        return;
    }
    const QString n =
        answer->affected ? format::count(qint64(*answer->affected)) : tr("an unknown number of");
    m_result = publishes()
        ? (answer->affected ? tr("Published to %1 queues.").arg(n) : tr("Published."))
        : m_kind == Purge ? tr("Purged: %1 messages deleted.").arg(n)
        : m_kind == Move  ? tr("Moved: %1 messages, to %2.").arg(n, m_to)
                          : tr("Deleted, with %1 messages.").arg(n);
    m_session->queues()->fetch();
    m_session->queues()->fetchBroker();
    emit changed();
    emit done(m_result);
}

} // namespace signalbox
