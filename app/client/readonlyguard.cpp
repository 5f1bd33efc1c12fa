// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/readonlyguard.h"

#include "app/client/brokergate.h"
#include "app/client/failedstream.h"
#include "models/rules/lease.h"
#include "models/rules/resource.h"
#include "models/schema/config.h"
#include "models/schema/fabric.h"
#include "models/schema/flow.h"
#include "models/schema/iam.h"

#include <QCoreApplication>

namespace signalbox {
namespace {

template <class T> std::optional<std::string> operationIn(const std::string &body)
{
    const auto decoded = schema::decode<T>(body);
    return decoded ? std::optional(decoded->operation) : std::nullopt;
}

/// The operation that the far end will read in the body; nullopt when it cannot be told.
std::optional<std::string> bodyOperation(const Request &request)
{
    if (request.service == "iam")
        return operationIn<schema::IamRequest>(request.body);
    if (request.service == "flow")
        return operationIn<schema::FlowRequest>(request.body);
    if (request.service == "fabric")
        return operationIn<schema::FabricRequest>(request.body);
    return operationIn<schema::ConfigRequest>(request.body);
}

QString words(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

} // namespace

ReadOnlyGuard::ReadOnlyGuard(std::shared_ptr<Gateway> below)
    : m_below(std::move(below))
{
}

void ReadOnlyGuard::setLease(const std::optional<schema::Lease> &lease, const LeaseEnd &end)
{
    m_lease = lease;
    m_end = end;
}

bool ReadOnlyGuard::leased(const rules::Change &change) const
{
    if (m_mode != Mode::NeedsLease)
        return false;
    return rules::needsNoLease(change)
        || (m_lease && !m_end.passed() && rules::covers(*m_lease, change));
}

/// Why nothing that changes anything goes out: one instant is shown, another would be changed.
std::optional<GatewayError> ReadOnlyGuard::inReplay(const rules::Change &change) const
{
    if (!m_replay || rules::classOf(change) == rules::OperationClass::Read
        || rules::needsNoLease(change))
        return {};
    return GatewayError { ErrorKind::ReadOnly, {},
        QCoreApplication::translate("ReadOnlyGuard", "A past instant is shown: %1 %2 was not sent.")
            .arg(words(change.service), words(change.operation)),
        false };
}

std::optional<GatewayError> ReadOnlyGuard::refusal(const Request &request) const
{
    if (m_mode == Mode::Open && !m_replay)
        return {};
    const bool hosted = !request.flow.empty();
    // The metrics proxy and, by its own services, the broker are only ever asked with GET (TG
    // §1.12).
    if (BrokerGate::onlyReads(request))
        return {};
    // A queue without a workspace is nobody's, not one of the caller's own.
    const bool own = request.workspace.empty() && request.service != "fabric";
    const rules::Change change { request.service, request.operation, hosted,
        own ? m_workspace : request.workspace };
    if (auto past = inReplay(change))
        return past;
    if (m_mode != Mode::Open && rules::classOf(change) != rules::OperationClass::Read
        && !leased(change))
        return GatewayError { ErrorKind::ReadOnly, {},
            (m_mode == Mode::NeedsLease ? QCoreApplication::translate(
                 "ReadOnlyGuard", "Writing needs a lease that covers it: %1 %2 was not sent.")
                                        : QCoreApplication::translate("ReadOnlyGuard",
                                            "The connection is read-only: %1 %2 was not sent."))
                .arg(QString::fromStdString(request.service),
                    QString::fromStdString(request.operation)),
            false };
    // What a request line says is what is sent: there is no other name in the body.
    if (!hosted && rules::isResource(request.service))
        return {};
    if (!hosted && bodyOperation(request) != request.operation)
        return GatewayError { ErrorKind::ReadOnly, {},
            QCoreApplication::translate("ReadOnlyGuard",
                "The connection is read-only: the request does not say which operation it is."),
            false };
    return {};
}

QFuture<Reply> ReadOnlyGuard::request(Request request)
{
    if (auto error = refusal(request))
        return ready<Reply>(unexpected(std::move(*error)));
    return m_below->request(std::move(request));
}

std::unique_ptr<Subscription> ReadOnlyGuard::stream(Request request)
{
    if (auto error = refusal(request))
        return std::make_unique<FailedStream>(std::move(*error));
    return m_below->stream(std::move(request));
}

} // namespace signalbox
