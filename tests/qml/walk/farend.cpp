// SPDX-License-Identifier: GPL-3.0-only
#include "tests/qml/walk/farend.h"

#include "models/rules/lease.h"
#include "models/rules/resource.h"

#include <set>
#include <string_view>
#include <tuple>

namespace signalbox {
namespace {

/// What only looks, written down by hand: all else changes something.
const std::set<std::string_view> plainReads { "iam whoami", "iam list-my-workspaces",
    "iam bootstrap-status", "iam list-users", "iam get-user", "iam list-api-keys",
    "iam list-workspaces", "iam get-workspace", "iam list-my-leases", "iam list-leases",
    "config get", "config list", "config getvalues", "config config", "config getvalues-all-ws",
    "flow list-blueprints", "flow get-blueprint", "flow list-flows", "flow list-edited-flows",
    "flow get-flow", "fabric list-queues", "fabric get-queue", "fabric list-topics",
    "fabric list-consumers", "fabric list-processors", "fabric tail", "fabric peek",
    "fabric get-payload" };

/// Of addresses; all else in them is an id.
const std::set<std::string_view> pathWords { "tenants", "agents", "channels", "users",
    "invitations", "kb", "chat", "conversations", "messages", "threads", "escalations",
    "confirmations", "test", "accept", "send", "resolve", "take", "release" };

bool readsPlainly(const Request &request)
{
    if (!request.flow.empty())
        return false; // a hosted service may call tools
    if (request.service == "metrics")
        return true; // asked with GET only
    if (request.service == "portal" || request.service == "ops")
        return request.operation.starts_with("GET /");
    return plainReads.contains(request.service + " " + request.operation);
}

} // namespace

bool isWrite(const Request &request)
{
    if (!readsPlainly(request))
        return true;
    if (request.service == "metrics")
        return false;
    return rules::classOf({ request.service, request.operation, !request.flow.empty(), {} })
        != rules::OperationClass::Read;
}

QString kindOf(const Request &request)
{
    QString kind = QString::fromStdString(request.service);
    const auto call =
        rules::isResource(request.service) ? rules::resourceCall(request.operation) : std::nullopt;
    if (!call)
        return kind + QLatin1Char(' ') + QString::fromStdString(request.operation);
    kind += QLatin1Char(' ') + QString::fromUtf8(call->method.data(), int(call->method.size()));
    QString path;
    for (const auto segment : call->segments())
        path += QLatin1Char('/')
            + (pathWords.contains(segment) ? QString::fromUtf8(segment.data(), int(segment.size()))
                                           : QStringLiteral("*"));
    return kind + QLatin1Char(' ') + path;
}

// ---- Witness ----

void Witness::look(const Request &request)
{
    if (!isWrite(request))
        return;
    const QString kind = kindOf(request);
    if (!writes.contains(kind))
        writes.append(kind);
    if (allows && !allows(request))
        wrong.append(kind);
}

QFuture<Reply> Witness::request(Request request)
{
    look(request);
    return m_below->request(std::move(request));
}

std::unique_ptr<Subscription> Witness::stream(Request request)
{
    look(request);
    return m_below->stream(std::move(request));
}

// ---- FarEnd ----

FarEnd::FarEnd()
{
    far.fillDemo();
    m_iam.fillDemo();
    m_tenants.fillDemo();
    m_talks.fillDemo();
    schema::User mira;
    mira.id = mira.username = "mira";
    mira.name = "Mira";
    mira.defaultWorkspace = "acme";
    mira.roles = { "admin" };
    far.setUser(mira);
    for (const auto &[type, key, value] :
        { std::tuple("prompt", "system", R"("You answer for the depot.")"),
            std::tuple("tool", "papers", R"({"id":"papers","name":"Search papers"})"),
            std::tuple("depot", "tracks", R"({"count": 12})"),
            std::tuple("depot", "gates", R"({"count": 3})") })
        far.putConfig("acme", type, key, value);
}

FakeGateway &FarEnd::whose(const Request &request)
{
    if (request.service == "chat")
        return m_chatFar;
    const auto call = request.service == rules::portalService
        ? rules::resourceCall(request.operation)
        : std::nullopt;
    const bool chats =
        call && (call->segments().front() == "chat" || call->segments().front() == "auth");
    return chats ? m_chatFar : far;
}

QFuture<Reply> FarEnd::request(Request request)
{
    return whose(request).request(std::move(request));
}

std::unique_ptr<Subscription> FarEnd::stream(Request request)
{
    return whose(request).stream(std::move(request));
}

void FarEnd::drop()
{
    far.dropConnection();
    m_chatFar.dropConnection();
}

} // namespace signalbox
