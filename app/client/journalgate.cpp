// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/journalgate.h"

#include "app/client/brokergate.h"
#include "app/client/call.h"
#include "app/client/mask.h"
#include "models/rules/lease.h"
#include "models/stores/journalparts.h"

#include <QElapsedTimer>

namespace signalbox {
namespace {

/// Not even half a secret may come to disk: a value in which one would be masked is left out.
void hideSecrets(std::vector<schema::JournalPart> &parts)
{
    for (schema::JournalPart &part : parts) {
        const auto secret = [](const std::optional<std::string> &text) {
            return text && masked(*text) != *text;
        };
        if (!secret(part.before) && !secret(part.after))
            continue;
        part.secret = true;
        part.before.reset();
        part.after.reset();
    }
}

/// Whether the far end may have done it although no answer came.
JournalRow::Outcome outcomeOf(const GatewayError &error)
{
    switch (error.kind) {
    case ErrorKind::Network:
    case ErrorKind::Timeout:
    case ErrorKind::Cancelled:
    case ErrorKind::Protocol:
        return JournalRow::Unknown;
    default:
        return JournalRow::Refused;
    }
}

QString maskedText(const QString &text)
{
    return QString::fromStdString(masked(text.toStdString()));
}

} // namespace

struct JournalGate::Job {
    Request request;
    std::vector<schema::JournalPart> parts;
    SingleCall call; ///< settles as cancelled when nobody else does
};

JournalGate::JournalGate(std::shared_ptr<Gateway> below, JournalStore *store)
    : m_below(std::move(below))
    , m_store(store)
{
}

bool JournalGate::isWrite(const Request &request) const
{
    if (!m_store || BrokerGate::onlyReads(request))
        return false;
    const rules::Change change { request.service, request.operation, !request.flow.empty(), {} };
    return rules::classOf(change) != rules::OperationClass::Read
        && !(rules::needsNoLease(change) && request.operation != "change-password");
}

qint64 JournalGate::record(const Request &request, std::vector<schema::JournalPart> parts)
{
    schema::JournalWrite write;
    write.service = request.service;
    write.operation = request.operation;
    write.workspace = request.workspace;
    write.flow = request.flow;
    hideSecrets(parts);
    write.parts = std::move(parts);
    return m_store->begin(std::move(write));
}

QFuture<Reply> JournalGate::request(Request request)
{
    if (!isWrite(request))
        return m_below->request(std::move(request));
    auto job = std::make_shared<Job>();
    job->parts = journalParts(request);
    job->request = std::move(request);
    auto future = job->call.future();
    const auto question = journalQuestion(job->request);
    if (!question) {
        send(job);
        return future;
    }
    const std::weak_ptr<bool> alive = m_alive;
    m_below->request(*question).then(m_store.data(), [this, alive, job](const Reply &answer) {
        if (alive.expired())
            return;
        takeBefore(job->parts, job->request, answer);
        send(job);
    });
    return future;
}

void JournalGate::send(const std::shared_ptr<Job> &job)
{
    if (m_check)
        if (auto error = m_check(job->request))
            return job->call.settle(unexpected(std::move(*error)));
    const qint64 number = record(job->request, std::move(job->parts));
    QElapsedTimer since;
    since.start();
    m_below->request(std::move(job->request))
        .then(m_store.data(),
            [this, alive = std::weak_ptr<bool>(m_alive), job, number, since, store = m_store](
                const Reply &reply) {
                if (store && reply)
                    store->settle(number, JournalRow::Applied, {}, since.elapsed());
                else if (store)
                    store->settle(number, outcomeOf(reply.error()), maskedText(reply.error().text),
                        since.elapsed());
                if (!reply && !alive.expired() && m_refused)
                    m_refused(reply.error());
                job->call.settle(reply);
            });
}

std::unique_ptr<Subscription> JournalGate::stream(Request request)
{
    if (!isWrite(request))
        return m_below->stream(std::move(request));
    const qint64 number = record(request, journalParts(request));
    QElapsedTimer since;
    since.start();
    auto stream = m_below->stream(std::move(request));
    QObject::connect(stream.get(), &Subscription::part, m_store.data(),
        [store = m_store, number, since](const std::string &, bool last) {
            if (last)
                store->settle(number, JournalRow::Applied, {}, since.elapsed());
        });
    QObject::connect(stream.get(), &Subscription::failed, m_store.data(),
        [store = m_store, number, since](const GatewayError &error) {
            store->settle(number, outcomeOf(error), maskedText(error.text), since.elapsed());
        });
    QObject::connect(
        stream.get(), &QObject::destroyed, m_store.data(), [store = m_store, number, since] {
            const JournalRow *row = store->find(number);
            if (row && row->outcome == JournalRow::Sent) // let go before its end
                store->settle(number, JournalRow::Unknown, {}, since.elapsed());
        });
    return stream;
}

} // namespace signalbox
