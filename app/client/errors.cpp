// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/errors.h"

#include <QCoreApplication>

namespace signalbox {
namespace {

struct ErrorWords {
    Q_DECLARE_TR_FUNCTIONS(GatewayError)
};

ErrorKind kindOf(const schema::ServiceError &error, int httpStatus)
{
    const std::string &type = error.type;
    const std::string &text = error.message;
    if (httpStatus == 401 || type == "auth-required" || text == "auth failure")
        return ErrorKind::Auth;
    if (type == "lease-required")
        return ErrorKind::ReadOnly;
    if (httpStatus == 403 || type == "access-denied" || text == "access denied")
        return ErrorKind::Denied;
    if (httpStatus == 404 || type == "not-found" || type == "workspace-not-found"
        || type == "unknown-service" || type == "unknown-operation" || text == "unknown operation")
        return ErrorKind::NotFound;
    if (httpStatus == 409 || type == "conflict" || type == "duplicate")
        return ErrorKind::Conflict;
    if (type == "cancelled")
        return ErrorKind::Cancelled;
    if (httpStatus == 504 || type == "timeout" || (type == "gateway-error" && text.empty())
        || (type == "flow-error" && text.empty()))
        return ErrorKind::Timeout; // a Python timeout prints as an empty text (trap 3)
    if (httpStatus == 502 || httpStatus == 503)
        return ErrorKind::Network;
    if (error.shape == schema::ServiceError::Shape::Plain && httpStatus == 200)
        return ErrorKind::Protocol;
    return ErrorKind::Service;
}

} // namespace

GatewayError gatewayError(const schema::ServiceError &error, int httpStatus)
{
    GatewayError ours;
    ours.kind = kindOf(error, httpStatus);
    ours.code = QString::fromStdString(error.type);
    ours.text = QString::fromStdString(error.explained());
    ours.retry = ours.kind == ErrorKind::Timeout || ours.kind == ErrorKind::Network
        || ours.kind == ErrorKind::Auth;
    return ours;
}

Reply replyFrom(std::string body, int httpStatus, std::chrono::microseconds elapsed)
{
    if (const auto error = schema::errorOf(body, httpStatus)) {
        auto ours = gatewayError(*error, httpStatus);
        if (ours.kind == ErrorKind::Protocol)
            ours.text = ErrorWords::tr("unexpected answer, no JSON: %1").arg(ours.text);
        return unexpected(std::move(ours));
    }
    return Response { std::move(body), elapsed };
}

Reply resourceReply(std::string body, int httpStatus)
{
    constexpr std::size_t most = std::size_t(1) << 20U; // of what comes with an error
    if (body.find_first_not_of(" \t\r\n") == body.npos && httpStatus >= 200 && httpStatus < 300)
        return Response { "{}", {} };
    std::string kept = body.size() <= most && schema::isJson(body) ? body : std::string();
    auto reply = replyFrom(std::move(body), httpStatus, {});
    if (reply)
        return reply;
    GatewayError error = reply.error();
    error.retry = error.retry || httpStatus == 429;
    error.body = std::move(kept);
    return unexpected(std::move(error));
}

GatewayError protocolError(const schema::SchemaError &fault)
{
    return { ErrorKind::Protocol, {},
        ErrorWords::tr("unexpected answer, %1").arg(QString::fromStdString(fault.text())), false };
}

GatewayError networkError(const QString &text)
{
    return { ErrorKind::Network, {}, text, true };
}

GatewayError timeoutError(std::chrono::milliseconds after)
{
    return { ErrorKind::Timeout, {},
        ErrorWords::tr("no answer within %1 s").arg(double(after.count()) / 1000), true };
}

} // namespace signalbox
