// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/queueaction.h"

#include "models/schema/fabric.h"
#include "models/stores/format.h"
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
            if (!m_busy && m_result.isEmpty() && m_kind != Publish)
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
    m_busy = false;
    m_error.clear();
    m_result.clear();
    emit changed();
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
    if (used > 0)
        return tr("The queue and its %1 waiting messages are deleted for good. %2")
            .arg(ready(),
                flowtext::counted(used, tr("One consumer loses it."), tr("%1 consumers lose it.")));
    return tr("The queue and its %1 waiting messages are deleted for good. Nobody consumes it.")
        .arg(ready());
}

bool QueueAction::typingNeeded() const
{
    return m_kind != Publish && m_session && m_session->protectedConnection();
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
    if (assign(m_payload, text))
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
    return m_kind == Purge ? "purge" : m_kind == Delete ? "delete-queue" : "publish";
}

QString QueueAction::whyNot() const
{
    if (const QString why = flowtext::whyNotNow(m_session); !why.isEmpty())
        return why;
    if (m_busy)
        return tr("Working…");
    if (!m_session->hasFabric())
        return tr("This back end cannot do it: it has no fabric service.");
    const QueueState *queue = live();
    if (!queue)
        return tr("The queue is gone.");
    const QString denied =
        m_session->denied(QStringLiteral("fabric"), qs(operation()), qs(queue->row.workspace));
    if (!denied.isEmpty())
        return flowtext::whyDenied(denied);
    if (m_kind == Publish) {
        if (m_payload.isEmpty())
            return tr("Write a payload first.");
        if (m_payload.toUtf8().size() > payloadLimit)
            return tr("The payload is longer than %1.").arg(format::bytes(payloadLimit));
        const int fault = parseProperties(m_properties, nullptr);
        return fault ? tr("Line %1 of the properties is not “name: value”.").arg(fault) : QString();
    }
    if (m_kind == Delete && m_ifUnused && queue->row.consumers > 0)
        return flowtext::counted(queue->row.consumers,
            tr("One consumer uses it. Switch off “only if nobody uses it” to delete it all the "
               "same."),
            tr("%1 consumers use it. Switch off “only if nobody uses it” to delete it all the "
               "same."));
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
    if (m_kind == Publish) {
        body.topic = m_topic.toStdString();
        body.payload = m_payload.toStdString();
        parseProperties(m_properties, &body.properties);
    } else {
        body.queue = m_queue.toStdString();
        body.expectedReady = queue->row.ready;
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
        .then(this, [this](const Answer<schema::FabricResponse> &answer) {
            m_busy = false;
            if (!answer) {
                m_error = flowtext::failure(m_kind == Purge ? tr("Purging")
                        : m_kind == Delete                  ? tr("Deleting")
                                                            : tr("Publishing"),
                    answer.error());
                emit changed();
                return;
            }
            const QString n = answer->affected ? format::count(qint64(*answer->affected))
                                               : tr("an unknown number of");
            m_result = m_kind == Publish
                ? (answer->affected ? tr("Published to %1 queues.").arg(n) : tr("Published."))
                : m_kind == Purge ? tr("Purged: %1 messages deleted.").arg(n)
                                  : tr("Deleted, with %1 messages.").arg(n);
            m_session->queues()->fetch();
            emit changed();
            emit done(m_result);
        });
}

} // namespace signalbox
