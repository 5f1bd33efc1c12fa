// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/access.h"
#include "models/schema/codec.h"

#include <QFuture>
#include <QObject>
#include <QPromise>
#include <QString>

#include <chrono>
#include <memory>
#include <string>

namespace signalbox {

enum class ErrorKind {
    Network,
    Auth,
    Denied,
    NotFound,
    Conflict,
    Service,
    Timeout,
    Protocol,
    Cancelled,
    ReadOnly
};

/// Why a request has no answer. `text` is for people; `code` is the back end's own type ("" when it
/// gave none).
struct GatewayError {
    ErrorKind kind = ErrorKind::Network;
    QString code;
    QString text;
    bool retry = false; ///< whether asking again can help
    std::string body {}; ///< REST shape: the whole answer, JSON text, e.g. the version that is
                         ///< there now (409); "" for all others
    bool operator==(const GatewayError &) const = default;
};

/// One question to the far end. `body` is the JSON text of the payload without `operation`'s
/// envelope. Services of the REST shape (portal, ops; rules/resource.h) have a request line for an
/// operation, "PUT /tenants/acme?x=y"; `body` is what is sent with it, not looked at for GET.
struct Request {
    std::string service; ///< iam config flow fabric metrics portal ops …
    std::string operation; ///< also inside `body`; named here for guards and the wire log
    std::string workspace; ///< "" = the caller's default
    std::string flow; ///< flow-hosted services only
    std::string body = "{}";
    std::chrono::milliseconds timeout { 30000 }; ///< per awaited part
    std::string id; ///< on the wire; "" = the client core chooses (the wire log does, so that its
                    ///< rows match frames)
};

struct Response {
    std::string body; ///< JSON text of the payload; never holds an `error` member
    std::chrono::microseconds elapsed { 0 };
};

using Reply = Expected<Response, GatewayError>;

/// A running stream. Deleting it cancels. Signals arrive on the thread that made it.
class Subscription : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void cancel() = 0;
signals:
    void part(const std::string &body, bool last);
    void failed(const signalbox::GatewayError &error);
    void ended();
};

/// The one interface through which models ask the far end. Implemented in app/client, decorated by
/// guards (ReadOnlyGuard, WireLog), faked in tests. All calls from the GUI thread; a future
/// completes on the I/O thread, so a continuation with QtFuture::Launch::Sync decodes there and
/// `.then(context, …)` comes home. Every request completes exactly once, also when the connection
/// is lost. Nothing is ever sent twice.
class Gateway {
public:
    virtual ~Gateway() = default;
    virtual QFuture<Reply> request(Request request) = 0;
    virtual std::unique_ptr<Subscription> stream(Request request) = 0;
};

template <class T> using Answer = Expected<T, GatewayError>;

/// A future that is already there.
template <class T> QFuture<T> ready(T value)
{
    QPromise<T> promise;
    promise.start();
    promise.addResult(std::move(value));
    promise.finish();
    return promise.future();
}

template <class T> Answer<T> answerOf(const Reply &reply)
{
    if (!reply)
        return unexpected(reply.error());
    auto value = schema::decode<T>(reply->body);
    if (!value)
        return unexpected(GatewayError { ErrorKind::Protocol, QString(),
            QString::fromStdString("unexpected answer, " + value.error().text()), false });
    return std::move(*value);
}

/// Asks and decodes on the I/O thread.
template <class T> QFuture<Answer<T>> ask(Gateway &gateway, Request request)
{
    return gateway.request(std::move(request)).then(QtFuture::Launch::Sync, [](const Reply &reply) {
        return answerOf<T>(reply);
    });
}

} // namespace signalbox
