// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/restexchange.h"

#include "app/gateway/http/authroutes.h"
#include "app/gateway/http/flowsocket.h"
#include "app/gateway/http/joinedparts.h"
#include "app/gateway/http/jsonbody.h"
#include "app/gateway/http/packs.h"
#include "app/gateway/http/portalroutes.h"
#include "models/rules/access.h"
#include "models/rules/lease.h"
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

Answer accessDenied()
{
    return edgeError(403, "access denied");
}

Answer badRequest()
{
    return edgeError(400, "bad request");
}

Answer notYet(const std::string &what)
{
    return serviceError("not-implemented", "this gateway does not have " + what + " yet");
}

/// True when the caller was told that the change needs a lease.
bool refusedWithoutLease(
    const Edge &edge, const Identity &who, const rules::Change &change, const Reply &reply)
{
    const std::string refusal = edge.gatekeeper.leaseRefusal(who, change);
    if (refusal.empty())
        return false;
    Answer answer = serviceError("lease-required", refusal);
    answer.status = 403;
    reply(std::move(answer));
    return true;
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
        [&edge, reply, then = std::move(then)](std::optional<Identity> who) {
            if (who)
                return then(std::move(*who));
            edge.countAuthFailure();
            reply(unauthorized());
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
    const std::string operation = stringMember(body, "operation");
    if (named == body.end() || named->is_null() || (named->is_string() && operation.empty()))
        return reply(edgeError(400, "missing operation"));
    const std::string service = request.route.name;
    const rules::Operation *known = service == "iam" || rules::findFlowService(service)
        ? nullptr
        : rules::findOperation(service, operation);
    if (!known)
        return reply(edgeError(400, "unknown operation"));
    const auto asked = askedWorkspace(body);
    const bool streams = known->streams && service == "fabric";
    const std::string capability(known->capability);
    authenticated(edge, request, reply, [=, &edge, body = request.body](Identity who) {
        if (!asked)
            return reply(badRequest());
        const std::string workspace = asked->empty() ? who.defaultWorkspace : *asked;
        if (!edge.allows(who, capability, workspace))
            return reply(accessDenied());
        edge.workspaces.whenChecked(workspace, [=, &edge](bool live) {
            if (!live)
                return reply(edgeError(404, "workspace not found"));
            if (streams)
                return reply(serviceError(
                    "bad-operation", operation + " streams: use the socket /api/v1/socket"));
            if (refusedWithoutLease(edge, who, { service, operation, false, workspace }, reply))
                return;
            const bool one = edge.gatekeeper.leasedOneOnly(who, service, operation);
            dispatch(edge, { service, operation, workspace, {}, body, who, one }, reply);
        });
    });
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
        const auto asked = askedOfIam(body);
        if (!capability.empty() && !asked)
            return reply(badRequest());
        if (!capability.empty()
            && !edge.allows(who, capability, asked->empty() ? who.defaultWorkspace : *asked))
            return reply(accessDenied());
        if (refusedWithoutLease(edge, who, { "iam", operation, false, {} }, reply))
            return;
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
        const auto asked = askedWorkspace(body);
        if (!asked)
            return reply(badRequest());
        const std::string workspace = asked->empty() ? who.defaultWorkspace : *asked;
        if (!edge.allows(who, capability, workspace))
            return reply(accessDenied());
        edge.workspaces.whenChecked(workspace, [=, &edge](bool live) {
            if (!live)
                return reply(edgeError(200, "Invalid flow " + workspace + "/" + route.flow));
            if (refusedWithoutLease(edge, who, { route.name, {}, true, workspace }, reply))
                return;
            const auto joined = std::make_shared<JoinedParts>(route.name);
            edge.dispatcher.start(
                { route.name, {}, workspace, route.flow, withoutStreaming(text), who },
                [joined](const std::string &part) { joined->add(part); },
                [joined, reply](CallOutcome outcome) {
                    if (outcome.edgeError.empty())
                        outcome.payload = joined->with(std::move(outcome.payload));
                    reply(outcomeAnswer(outcome));
                });
        });
    });
}

/// TG §1.4: a document stream says so when nobody told it which document.
void answerDocumentStream(Edge &edge, const RestRequest &request, const Reply &reply)
{
    const std::string asked = request.target.queryValue("workspace").value_or("");
    const bool named = !request.target.queryValue("document-id").value_or("").empty();
    authenticated(edge, request, reply, [=, &edge](const Identity &who) {
        if (!edge.allows(who, "documents:read", asked.empty() ? who.defaultWorkspace : asked))
            return reply(accessDenied());
        if (!named)
            return reply(plainAnswer(500, "Missing required parameter: document-id"));
        reply(notYet("document-stream"));
    });
}

void answerLater(Edge &edge, const RestRequest &request, const Reply &reply, std::string capability,
    std::string what)
{
    const std::string asked = request.target.queryValue("workspace").value_or("");
    authenticated(edge, request, reply, [=, &edge](Identity who) {
        if (!edge.allows(who, capability, asked.empty() ? who.defaultWorkspace : asked))
            return reply(accessDenied());
        reply(notYet(what));
    });
}

/// Metrics are of all workspaces: the capability must be too (trap 8, mended).
void answerMetrics(Edge &edge, const RestRequest &request, const Reply &reply)
{
    authenticated(edge, request, reply,
        [&edge, reply, path = request.route.name, query = request.target.query](Identity who) {
            if (!edge.allows(who, "metrics:read", ""))
                return reply(accessDenied());
            if (!edge.metricsSource)
                return reply(plainAnswer(501, "501: this gateway was started without metrics"));
            // text/plain, as the proxy of the real one (trap 60)
            edge.metricsSource->ask(path, query, [reply](metrics::ApiAnswer answer) {
                reply(plainAnswer(answer.status, std::move(answer.body)));
            });
        });
}

/// What a Prometheus scrapes.
void answerScrape(Edge &edge, const RestRequest &request, const Reply &reply)
{
    const bool timed = request.target.queryValue("timestamps") == "true";
    authenticated(edge, request, reply, [&edge, reply, timed](Identity who) {
        if (!edge.allows(who, "metrics:read", ""))
            return reply(accessDenied());
        if (!edge.meters || (timed && !edge.sampled))
            return reply(plainAnswer(501, "501: this gateway keeps no series of its own"));
        Answer answer =
            plainAnswer(200, timed ? edge.sampled->lastSampling() : edge.meters->exposition());
        answer.contentType = "text/plain; version=0.0.4; charset=utf-8";
        reply(std::move(answer));
    });
}

bool knownFlowSocket(const Route &route)
{
    return std::find(importKinds.begin(), importKinds.end(), route.name) != importKinds.end()
        && (route.kind == Kind::Import || route.name != "rows");
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
        return answerMetrics(edge, request, counted);
    case Kind::Scrape:
        return answerScrape(edge, request, counted);
    case Kind::Portal:
        return answerPortal(edge, std::move(request), counted);
    case Kind::ImportCore:
        return answerLater(edge, request, counted, "users:admin", "import-core");
    case Kind::ExportCore:
        return answerLater(edge, request, counted, "users:admin", "export-core");
    case Kind::DocumentStream:
        return answerDocumentStream(edge, request, counted);
    case Kind::Import:
    case Kind::Export:
        if (!knownFlowSocket(request.route))
            return counted(edgeError(404, "unknown kind"));
        [[fallthrough]];
    case Kind::Socket:
    case Kind::Events:
    case Kind::Chat:
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
    if (route.kind == Kind::Socket || route.kind == Kind::Events || route.kind == Kind::Chat)
        return decided(std::nullopt);
    if (!knownFlowSocket(route))
        return decided(edgeError(404, "unknown kind"));
    const std::string asked = request.target.queryValue("workspace").value_or("default");
    const std::string capability = flowSocketCapability(route);
    edge.gatekeeper.authenticate(request.target.queryValue("token").value_or(""),
        [=, &edge](const std::optional<Identity> &who) {
            if (!who) {
                edge.countAuthFailure();
                return decided(unauthorized());
            }
            if (!edge.allows(*who, capability, asked))
                return decided(accessDenied());
            const std::string refusal = edge.gatekeeper.socketRefusal(*who, capability, asked);
            if (refusal.empty())
                return decided(std::nullopt);
            Answer answer = serviceError("lease-required", refusal);
            answer.status = 403;
            decided(std::move(answer));
        });
}

} // namespace signalbox::gateway
