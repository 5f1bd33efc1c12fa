// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/portalroutes.h"

#include "app/gateway/http/authroutes.h"
#include "app/gateway/http/jsonbody.h"
#include "models/rules/resource.h"
#include "models/schema/portal.h"

#include <nlohmann/json.hpp>

namespace signalbox::gateway {

namespace {

using PortalJson = nlohmann::json;
using PortalReply = std::function<void(Answer)>;

constexpr std::size_t portalBodyBytes = std::size_t(2) << 20;
constexpr std::chrono::seconds portalPatience { 180 }; ///< a test of an agent waits for its model

/// The path after the base.
std::vector<std::string> pathOf(const RestRequest &request)
{
    const auto &segments = request.target.segments;
    const std::size_t skipped = request.route.name == rules::opsService ? 0 : 2;
    return { segments.begin() + std::ptrdiff_t(std::min(skipped, segments.size())),
        segments.end() };
}

PortalJson portalRequest(const RestRequest &request, const Identity &who)
{
    PortalJson query = PortalJson::object();
    for (const auto &[name, value] : request.target.query)
        query[name] = value;
    PortalJson headers = PortalJson::object();
    for (const auto &[name, value] : request.headers)
        headers[name] = value;
    return { { "operation", "rest" }, { "method", request.method }, { "path", pathOf(request) },
        { "query", std::move(query) }, { "headers", std::move(headers) }, { "body", request.body },
        { "actor", who.userId }, { "name", who.username }, { "roles", who.roles } };
}

void askPortal(Edge &edge, const PortalJson &request, const PortalReply &reply)
{
    FabricCalls::Ask ask;
    ask.topics = FabricCalls::serviceTopics("portal");
    ask.value = request.dump(-1, ' ', false, PortalJson::error_handler_t::replace);
    ask.timeout = portalPatience;
    edge.calls.ask(std::move(ask), [reply](const FabricResult<Message> &result) {
        if (!result)
            return reply(portalError(
                503, "unavailable", "the tenant platform does not answer: " + result.error().text));
        const auto body = parseBody(result->value);
        if (!body.is_object() || !body.contains("status"))
            return reply(portalError(500, "internal-error", "the tenant platform failed"));
        Answer answer = jsonAnswer(body["body"].get<std::string>());
        answer.status = body["status"].get<int>();
        answer.allow = body.value("allow", std::string());
        reply(std::move(answer));
    });
}

/// One registry of users: the same sign-in as everywhere, told in the portal's words.
void answerPortalLogin(Edge &edge, const RestRequest &request, const PortalReply &reply)
{
    const auto asked = schema::decode<schema::PortalLogin>(request.body);
    if (!asked)
        return reply(portalError(400, "invalid", asked.error().text()));
    const PortalJson login { { "username", asked->email }, { "password", asked->password } };
    answerLogin(edge, login.dump(-1, ' ', false, PortalJson::error_handler_t::replace),
        [&edge, reply](const Answer &answer) {
            const auto body = parseBody(answer.body);
            if (answer.status != 200 || !body.is_object() || !body.contains("jwt"))
                return reply(portalError(401, "unauthorized", "name or password do not fit"));
            const auto token = body["jwt"].get<std::string>();
            edge.gatekeeper.authenticate(token, [=, &edge](const std::optional<Identity> &who) {
                if (!who)
                    return reply(portalError(401, "unauthorized", "sign in first"));
                RestRequest me;
                me.method = "GET";
                me.route.name = std::string(rules::portalService);
                me.target.segments = { "api", "portal", "auth", "me" };
                askPortal(edge, portalRequest(me, *who), [reply, token](Answer told) {
                    auto identity = schema::decode<schema::PortalIdentity>(told.body);
                    if (told.status != 200 || !identity)
                        return reply(std::move(told));
                    identity->token = token;
                    reply(jsonAnswer(schema::encode(*identity)));
                });
            });
        });
}

/// What changes the platform, or makes an agent act, needs a lease where leases are.
bool changes(const RestRequest &request, const std::vector<std::string> &path)
{
    if (request.method == "GET" || request.method == "HEAD" || path.empty())
        return false;
    return path[0] != "auth" && path[0] != "invitations";
}

} // namespace

Answer portalError(int status, const char *code, const std::string &message)
{
    schema::PortalError error;
    error.code = code;
    error.message = message;
    Answer answer = jsonAnswer(schema::encode(error));
    answer.status = status;
    return answer;
}

void answerPortal(Edge &edge, RestRequest request, PortalReply reply)
{
    const std::vector<std::string> path = pathOf(request);
    if (request.body.size() > portalBodyBytes)
        return reply(portalError(413, "too-large", "the body is larger than 2 MiB"));
    if (!path.empty() && path[0] == "webhooks")
        return askPortal(edge, portalRequest(request, {}), reply);
    if (path == std::vector<std::string> { "auth", "login" }) {
        if (request.method == "POST")
            return answerPortalLogin(edge, request, reply);
        Answer refusal =
            portalError(405, "method-not-allowed", "this address does not take that method");
        refusal.allow = "POST";
        return reply(std::move(refusal));
    }
    const std::string token = bearerOf(request.authorization);
    edge.gatekeeper.authenticate(token,
        [&edge, path, reply = std::move(reply),
            asked = std::make_shared<RestRequest>(std::move(request))](
            const std::optional<Identity> &who) {
            if (!who) {
                edge.countAuthFailure();
                return reply(portalError(401, "unauthorized", "sign in first"));
            }
            if (changes(*asked, path)) {
                std::string line = asked->method + " ";
                for (const std::string &segment : path)
                    line += "/" + rules::percentEncoded(segment);
                const std::string service = asked->route.name;
                const auto refusal =
                    edge.gatekeeper.leaseRefusal(*who, { service, line, false, {} });
                if (!refusal.empty())
                    return reply(portalError(403, "lease-required", refusal));
            }
            askPortal(edge, portalRequest(*asked, *who), reply);
        });
}

} // namespace signalbox::gateway
