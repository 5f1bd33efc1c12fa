// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/restexchange.h"

#include "app/gateway/http/authroutes.h"
#include "app/gateway/http/jsonbody.h"
#include "app/gateway/http/packs.h"
#include "models/rules/access.h"
#include "models/schema/envelope.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace signalbox::gateway {

using Json = nlohmann::json;
using Reply = std::function<void(Answer)>;
using Kind = Route::Kind;

namespace {

constexpr std::array<std::string_view, 5> importKinds { "triples", "graph-embeddings",
    "document-embeddings", "entity-contexts", "rows" };

std::string stringMember(const Json &body, const char *name)
{
    const auto member = body.find(name);
    return member != body.end() && member->is_string() ? member->get<std::string>() : std::string();
}

std::string nested(const Json &body, const char *object, const char *name)
{
    const auto member = body.find(object);
    return member != body.end() && member->is_object() ? stringMember(*member, name)
                                                       : std::string();
}

Answer authFailure()
{
    return edgeError(401, "auth failure");
}
Answer accessDenied()
{
    return edgeError(403, "access denied");
}

Answer outcomeAnswer(const CallOutcome &outcome)
{
    if (!outcome.edgeError.empty())
        return edgeError(200, outcome.edgeError);
    return jsonAnswer(outcome.payload);
}

/// Authenticates; `then` only runs for a known caller.
void authenticated(
    Edge &edge, const RestRequest &request, const Reply &reply, std::function<void(Identity)> then)
{
    edge.gatekeeper.authenticate(bearerOf(request.authorization),
        [reply, then = std::move(then)](std::optional<Identity> who) {
            if (who)
                then(std::move(*who));
            else
                reply(authFailure());
        });
}

void dispatch(Edge &edge, ServiceCall call, const Reply &reply)
{
    edge.dispatcher.start(
        std::move(call), [](const std::string &) {}, // REST keeps the last part only (TG §1.5)
        [reply](const CallOutcome &outcome) { reply(outcomeAnswer(outcome)); });
}

void answerWorkspaceKind(Edge &edge, RestRequest request, const Reply &reply)
{
    const Json body = parseBody(request.body);
    if (body.is_discarded())
        return reply(edgeError(400, "invalid json"));
    if (!body.is_object())
        return reply(edgeError(400, "body must be an object"));
    const auto named = body.find("operation");
    if (named == body.end() || named->is_null())
        return reply(edgeError(400, "missing operation"));
    const std::string operation = stringMember(body, "operation");
    const std::string service = request.route.name;
    const rules::Operation *known = service == "iam" || rules::findFlowService(service)
        ? nullptr
        : rules::findOperation(service, operation);
    if (!known)
        return reply(edgeError(400, "unknown operation"));
    const std::string asked = stringMember(body, "workspace");
    const bool streams = known->streams && service == "fabric";
    const std::string capability(known->capability);
    authenticated(edge, request, reply, [=, &edge, body = request.body](Identity who) {
        const std::string workspace = asked.empty() ? who.defaultWorkspace : asked;
        if (!Gatekeeper::may(who, capability, workspace))
            return reply(accessDenied());
        edge.workspaces.whenChecked(workspace, [=, &edge](bool live) {
            if (!live)
                return reply(edgeError(404, "workspace not found"));
            if (streams)
                return reply(serviceError(
                    "bad-operation", operation + " streams: use the socket /api/v1/socket"));
            dispatch(edge, { service, operation, workspace, {}, body, who }, reply);
        });
    });
}

/// The workspace an iam operation is about (TG §2.4: parameters).
std::string iamTarget(const Json &body, const Identity &who)
{
    for (const std::string &workspace : { nested(body, "user", "workspace"),
             nested(body, "workspace_record", "id"), stringMember(body, "workspace") })
        if (!workspace.empty())
            return workspace;
    return who.defaultWorkspace;
}

void answerIam(Edge &edge, RestRequest request, const Reply &reply)
{
    const Json body = parseBody(request.body);
    if (body.is_discarded())
        return reply(edgeError(400, "invalid json"));
    if (!body.is_object())
        return reply(edgeError(400, "body must be an object"));
    const std::string operation = stringMember(body, "operation");
    const rules::Operation *known = rules::findOperation("iam", operation);
    if (!known)
        return reply(edgeError(400, "unknown operation"));
    if (known->capability == "public")
        return dispatch(edge, { "iam", operation, {}, {}, request.body, {} },
            [reply, operation](Answer answer) {
                reply(operation == "login" ? maskedLogin(std::move(answer)) : std::move(answer));
            });
    const std::string capability(known->capability);
    authenticated(edge, request, reply, [=, &edge, text = request.body](Identity who) {
        if (!capability.empty() && !Gatekeeper::may(who, capability, iamTarget(body, who)))
            return reply(accessDenied());
        const bool reads = rules::operationClass("iam", operation) == rules::OperationClass::Read;
        dispatch(
            edge, { "iam", operation, {}, {}, text, who }, [&edge, reply, reads](Answer answer) {
                if (!reads) // what it changed counts at once for everybody
                    edge.gatekeeper.forgetAll();
                reply(std::move(answer));
            });
    });
}

void answerFlowService(Edge &edge, RestRequest request, const Reply &reply)
{
    const rules::Operation *known = rules::findFlowService(request.route.name);
    if (!known)
        return reply(edgeError(404, "unknown kind"));
    const std::string capability(known->capability);
    const Route route = request.route;
    authenticated(edge, request, reply, [=, &edge, text = request.body](Identity who) {
        const Json body = parseBody(text);
        if (body.is_discarded()) // HTTP 200, as the real one (TG §1.4)
            return reply(edgeError(200, "the body is not JSON"));
        if (!body.is_object())
            return reply(edgeError(200, "the body is not a JSON object"));
        // Authorised on the workspace that is really called (trap 7, mended).
        const std::string asked = stringMember(body, "workspace");
        const std::string workspace = asked.empty() ? who.defaultWorkspace : asked;
        if (!Gatekeeper::may(who, capability, workspace))
            return reply(accessDenied());
        edge.workspaces.whenChecked(workspace, [=, &edge](bool live) {
            if (!live)
                return reply(edgeError(200, "Invalid flow " + workspace + "/" + route.flow));
            dispatch(edge, { route.name, {}, workspace, route.flow, text, who }, reply);
        });
    });
}

void answerLater(Edge &edge, const RestRequest &request, const Reply &reply, std::string capability,
    bool onWorkspace, int status, std::string what)
{
    const std::string asked = request.target.queryValue("workspace").value_or("");
    authenticated(edge, request, reply, [=](Identity who) {
        const std::string workspace =
            onWorkspace ? (asked.empty() ? who.defaultWorkspace : asked) : std::string();
        if (!Gatekeeper::may(who, capability, workspace))
            return reply(accessDenied());
        Answer answer =
            serviceError("not-implemented", "this gateway does not have " + what + " yet");
        answer.status = status;
        reply(std::move(answer));
    });
}

Answer packAnswer(const std::string &language)
{
    const auto pack = packOf(language);
    return pack ? jsonAnswer(*pack) : plainAnswer(400, "Invalid language code");
}

} // namespace

std::string versionBody(const Edge &edge)
{
    schema::VersionInfo info;
    info.product = "signalbox-gateway";
    info.version = edge.version;
    info.api = "trustgraph-2.8";
    info.capabilities = edge.capabilities;
    return schema::encode(info);
}

void answerRest(Edge &edge, RestRequest request, Reply reply)
{
    if (edge.draining)
        return reply(edgeError(503, "the gateway is stopping"));
    if (edge.restInFlight.fetch_add(1) >= edge.limits.inFlightRest) {
        --edge.restInFlight;
        return reply(edgeError(503,
            "too many requests at once: the limit is " + std::to_string(edge.limits.inFlightRest)));
    }
    Reply counted = [&edge, reply = std::move(reply)](Answer answer) {
        --edge.restInFlight;
        reply(std::move(answer));
    };
    switch (request.route.kind) {
    case Kind::Refused:
        return counted(request.route.refusal);
    case Kind::Version:
        return counted(jsonAnswer(versionBody(edge)));
    case Kind::Pack:
        return counted(packAnswer(request.route.name));
    case Kind::Login:
        return answerLogin(edge, request.body, counted);
    case Kind::Bootstrap:
    case Kind::BootstrapStatus:
        return answerBootstrap(edge, request.route.kind == Kind::BootstrapStatus, counted);
    case Kind::ChangePassword:
        return answerChangePassword(edge, request.authorization, request.body, counted);
    case Kind::Iam:
        return answerIam(edge, std::move(request), counted);
    case Kind::Workspace:
        return answerWorkspaceKind(edge, std::move(request), counted);
    case Kind::FlowService:
        return answerFlowService(edge, std::move(request), counted);
    case Kind::Metrics:
        return answerLater(edge, request, counted, "metrics:read", false, 501, "metrics");
    case Kind::ImportCore:
        return answerLater(edge, request, counted, "users:admin", true, 200, "import-core");
    case Kind::ExportCore:
        return answerLater(edge, request, counted, "users:admin", true, 200, "export-core");
    case Kind::DocumentStream:
        return answerLater(edge, request, counted, "documents:read", true, 200, "document-stream");
    case Kind::Socket:
    case Kind::Events:
    case Kind::Import:
    case Kind::Export:
        return counted(plainAnswer(426, "426: this path is a WebSocket: send an Upgrade request"));
    }
    counted(notFound());
}

void checkUpgrade(
    Edge &edge, const RestRequest &request, std::function<void(std::optional<Answer>)> decided)
{
    const Route &route = request.route;
    if (route.kind == Kind::Refused)
        return decided(route.refusal);
    if (edge.draining)
        return decided(edgeError(503, "the gateway is stopping"));
    if (route.kind == Kind::Socket || route.kind == Kind::Events)
        return decided(std::nullopt);
    const bool imports = route.kind == Kind::Import;
    const bool known =
        std::find(importKinds.begin(), importKinds.end(), route.name) != importKinds.end()
        && (imports || route.name != "rows");
    if (!known)
        return decided(edgeError(404, "unknown kind"));
    const std::string asked = request.target.queryValue("workspace").value_or("default");
    const std::string capability = route.name + (imports ? ":write" : ":read");
    edge.gatekeeper.authenticate(
        request.target.queryValue("token").value_or(""), [=](const std::optional<Identity> &who) {
            if (!who)
                return decided(authFailure());
            if (!Gatekeeper::may(*who, capability, asked))
                return decided(accessDenied());
            Answer answer = serviceError(
                "not-implemented", "this gateway does not have import and export sockets yet");
            answer.status = 501;
            decided(std::move(answer));
        });
}

} // namespace signalbox::gateway
