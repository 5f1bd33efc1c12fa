// SPDX-License-Identifier: GPL-3.0-only
// What is changed at a RabbitMQ: a queue that goes, and what waits in one.
#include "app/client/broker.h"

#include "models/rules/expand.h"
#include "models/rules/topic.h"

#include <algorithm>

namespace signalbox {

namespace {

GatewayError refused(const QString &text)
{
    return { ErrorKind::Conflict, QStringLiteral("conflict"), text, false };
}

/// Whom it belongs to may not lose it from here, as at our gateway.
bool belongsToTheSystem(const std::string &queue)
{
    const auto parsed = rules::parseRabbitQueue(queue);
    return parsed && rules::systemOwnedTopic(parsed->topic.text());
}

/// "406 PRECONDITION_FAILED - queue 'x' in vhost '/' in use"
GatewayError conflictOf(const RestAnswer &answer)
{
    const auto fault = schema::decode<schema::RabbitFault>(answer.body);
    const QString reason = fault ? QString::fromStdString(fault->reason) : QString();
    if (reason.endsWith(QLatin1String("in use")))
        return refused(Broker::tr("the broker keeps it: somebody reads it by now"));
    if (reason.endsWith(QLatin1String("not empty")))
        return refused(Broker::tr("the broker keeps it: messages wait in it by now"));
    return refused(Broker::tr("the broker keeps it: %1")
                       .arg(reason.isEmpty() ? Broker::tr("it does not say why") : reason));
}

} // namespace

/// What waits is looked at first, since the broker compares no counts: its figures may be seconds
/// old. "Empty" and "unused" it judges itself, in one step with the deletion.
void Broker::change(
    const schema::FabricRequest &asked, milliseconds timeout, std::shared_ptr<Call> call)
{
    const std::string queue = asked.queue.value_or(std::string());
    if (m_target.kind != QLatin1String("rabbitmq"))
        return call->failed({ ErrorKind::Service, QStringLiteral("not-implemented"),
            tr("At a broker of this kind nothing is changed."), false });
    if (queue.empty() || !asked.expectedReady)
        return call->failed({ ErrorKind::Service, QStringLiteral("request-error"),
            tr("Which queue, and how many messages were seen waiting in it, must be said."),
            false });
    if (belongsToTheSystem(queue))
        return call->failed(
            refused(tr("%1 belongs to the system").arg(QString::fromStdString(queue))));
    const auto wait = std::min(timeout, patience);
    get(queuePath(queue), wait, [this, asked, queue, wait, call](const Reply &reply) {
        if (!reply)
            return call->failed(reply.error());
        const auto row = schema::decode<schema::RabbitQueueRow>(reply->body);
        if (!row)
            return call->failed(protocolError(row.error()));
        const bool purge = asked.operation == "purge";
        const bool ifEmpty = !purge && *asked.expectedReady == 0;
        if (!row->ready && !ifEmpty)
            return call->failed(refused(tr("the broker does not tell yet what waits in it")));
        if (row->ready.value_or(0) > *asked.expectedReady)
            return call->failed(refused(tr("%1 messages wait in it by now, not %2")
                                            .arg(*row->ready)
                                            .arg(*asked.expectedReady)));
        QString path = queuePath(queue);
        path += purge ? QStringLiteral("/contents")
                      : QStringLiteral("?if-unused=%1&if-empty=%2")
                            .arg(asked.ifUnused.value_or(false) ? QStringLiteral("true")
                                                                : QStringLiteral("false"),
                                ifEmpty ? QStringLiteral("true") : QStringLiteral("false"));
        remove(path, ifEmpty, wait, call);
    });
}

/// Once, whatever comes of it.
void Broker::remove(
    const QString &path, bool empty, milliseconds timeout, std::shared_ptr<Call> call)
{
    m_rest->send("DELETE", path, {}, true, timeout,
        [this, turn = m_turn, empty, timeout, call = std::move(call)](const RestAnswer &answer) {
            if (auto error = unanswered(answer, turn, timeout))
                return call->failed(*error);
            if (answer.status == 401 || answer.status == 403)
                return call->failed({ ErrorKind::Denied, {},
                    tr("the broker does not let this user change it"), false });
            if (answer.status == 400)
                return call->failed(conflictOf(answer));
            if (auto reply = resourceReply(answer.body, answer.status); !reply)
                return call->failed(reply.error());
            schema::FabricResponse done;
            if (empty)
                done.affected = 0; // else how many it were the broker does not tell
            call->part(schema::encode(done), true);
        });
}

} // namespace signalbox
