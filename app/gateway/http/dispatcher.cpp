// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/dispatcher.h"

#include "app/gateway/http/answer.h"
#include "app/gateway/http/jsonbody.h"
#include "models/rules/access.h"
#include "models/schema/config.h"
#include "models/schema/envelope.h"
#include "models/schema/flow.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <nlohmann/json.hpp>

namespace signalbox::gateway {

using Json = nlohmann::json;

struct Dispatcher::Running {
    ServiceCall call;
    Part part;
    DoneFn done;
    std::mutex mutex;
    FabricCalls::Ticket ticket;
    bool ended = false;
    bool cancelled = false;

    /// False when it had ended before.
    bool end()
    {
        const std::lock_guard lock(mutex);
        return !std::exchange(ended, true);
    }
    void finish(CallOutcome outcome)
    {
        if (end())
            done(std::move(outcome));
    }
    void pass(std::string payload)
    {
        {
            const std::lock_guard lock(mutex);
            if (ended)
                return;
        }
        part(std::move(payload));
    }
};

namespace {

constexpr std::array<std::string_view, 3> laterServices { "librarian", "knowledge",
    "collection-management" };
constexpr std::string_view thruPrefix = "thru/";

struct Required {
    std::string_view kind;
    std::array<std::string_view, 3> members;
};
/// Members without which TG §4.7 answers `gateway-error` with the quoted name.
constexpr std::array<Required, 14> requiredMembers { {
    { "text-completion", { "system", "prompt" } },
    { "prompt", { "id" } },
    { "agent", { "question" } },
    { "graph-rag", { "query" } },
    { "document-rag", { "query" } },
    { "embeddings", { "texts" } },
    { "graph-embeddings", { "vector" } },
    { "document-embeddings", { "vector" } },
    { "row-embeddings", { "vector", "schema_name" } },
    { "reranker", { "queries", "documents" } },
    { "sparql", { "query" } },
    { "rows", { "query" } },
    { "nlp-query", { "question" } },
    { "mcp-tool", { "name" } },
} };

bool flag(const Json &part, const char *name)
{
    const auto member = part.find(name);
    return member != part.end() && member->is_boolean() && member->get<bool>();
}

bool saysMore(const Json &part, const char *name)
{
    const auto member = part.find(name);
    return member != part.end() && member->is_boolean() && !member->get<bool>();
}

std::string text(const Json &value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string lacksMember(const Json &elements, std::initializer_list<const char *> members)
{
    if (!elements.is_array())
        return {};
    for (const Json &element : elements)
        for (const char *member : members)
            if (element.is_object() && !element.contains(member))
                return member;
    return {};
}

std::string missingInConfig(const ServiceCall &call)
{
    if (call.operation != "get" && call.operation != "put" && call.operation != "delete")
        return {};
    const Json body = parseBody(call.request);
    if (!body.is_object())
        return {};
    if (call.operation == "put")
        return lacksMember(body.value("values", Json()), { "type", "key", "value" });
    return lacksMember(body.value("keys", Json()), { "type", "key" });
}

/// `done`, counted before (TG §5.8). What a caller may name freely is one service.
Dispatcher::DoneFn metered(
    metrics::Meters &meters, const ServiceCall &call, Dispatcher::DoneFn done)
{
    const std::string service = call.service.starts_with(thruPrefix) ? "thru" : call.service;
    return [&meters, service, begin = std::chrono::steady_clock::now(), done = std::move(done)](
               CallOutcome outcome) {
        constexpr std::size_t longestError = 4096;
        const bool failed = !outcome.edgeError.empty()
            || (outcome.payload.size() < longestError && schema::errorOf(outcome.payload));
        meters.gatewayRequest(service, !failed, std::chrono::steady_clock::now() - begin);
        done(std::move(outcome));
    };
}

CallOutcome fabricFailure(const FabricError &error)
{
    // TG §1.4: HTTP 200 and gateway-error. The real one says nothing on a timeout (trap 3); ours
    // says what happened.
    return { serviceErrorBody("gateway-error", error.text), {} };
}

/// What goes over the fabric: the client's own JSON; `actor` is always ours (services/platform.h).
std::string fabricRequest(const ServiceCall &call)
{
    if (call.service != "iam" && call.service != "fabric")
        return call.request;
    Json body = parseBody(call.request);
    if (!body.is_object())
        body = Json::object();
    if (call.service == "iam") {
        body["actor"] = call.who.userId;
    } else {
        const bool all = std::any_of(call.who.roles.begin(), call.who.roles.end(),
            [](const std::string &role) { return rules::roleSpansWorkspaces(role); });
        body["actor"] = { { "user", call.who.userId },
            { "workspace", all ? std::string("*") : call.workspace } };
        if (call.leasedHereOnly)
            body["actor"]["leased"] = call.workspace;
    }
    return text(body);
}

} // namespace

bool isLastPart(std::string_view kind, std::string_view part)
{
    const Json body = parseBody(part);
    if (!body.is_object() || body.contains("error"))
        return true;
    if (kind == "agent")
        return flag(body, "end_of_dialog");
    if (kind == "graph-rag" || kind == "document-rag")
        return flag(body, "end_of_session");
    return !saysMore(body, "end_of_stream") && !saysMore(body, "complete");
}

std::string missingMember(const ServiceCall &call)
{
    if (call.flow.empty())
        return call.service == "config" ? missingInConfig(call) : std::string();
    for (const Required &required : requiredMembers) {
        if (required.kind != call.service)
            continue;
        const Json body = parseBody(call.request);
        for (const std::string_view member : required.members)
            if (!member.empty() && body.is_object() && !body.contains(std::string(member)))
                return std::string(member);
    }
    return {};
}

Dispatcher::Dispatcher(Backend &fabric, FabricCalls &calls, const HttpLimits &limits)
    : m_fabric(fabric)
    , m_calls(calls)
    , m_limits(limits)
{
}

std::shared_ptr<Dispatcher::Running> Dispatcher::start(ServiceCall call, Part part, DoneFn done)
{
    auto running = std::make_shared<Running>();
    running->done = m_meters ? metered(*m_meters, call, std::move(done)) : std::move(done);
    running->call = std::move(call);
    running->part = std::move(part);
    if (running->call.flow.empty())
        startSystem(running);
    else
        startFlowHosted(running);
    return running;
}

void Dispatcher::startSystem(const std::shared_ptr<Running> &running)
{
    const ServiceCall &call = running->call;
    if (std::find(laterServices.begin(), laterServices.end(), call.service)
        != laterServices.end()) {
        running->finish({ serviceErrorBody("not-implemented",
                              "this gateway does not have the service " + call.service + " yet"),
            {} });
        return;
    }
    if (const std::string missing = missingMember(call); !missing.empty()) {
        running->finish({ serviceErrorBody("gateway-error", "'" + missing + "'"), {} });
        return;
    }
    const bool global = call.service == "iam" || call.service == "fabric";
    const rules::Operation *operation = rules::findOperation(call.service, call.operation);
    Recipient last;
    if (operation && operation->streams)
        last = [](const Message &part) { return schema::errorOf(part.value).has_value(); };
    send(running, FabricCalls::serviceTopics(call.service, global ? "" : call.workspace),
        fabricRequest(call), std::move(last), false);
}

void Dispatcher::send(const std::shared_ptr<Running> &running, RequestTopics topics,
    std::string value, Recipient last, bool ownRequester)
{
    FabricCalls::Ask ask;
    ask.topics = std::move(topics);
    ask.value = std::move(value);
    ask.timeout = m_limits.answer;
    ask.ownRequester = ownRequester;
    const bool thru = running->call.service.starts_with(thruPrefix);
    const auto payloadOf = [thru](const Message &message) {
        if (!thru)
            return message.value;
        const Json body = parseBody(message.value);
        return body.is_object() && body.contains("payload") ? text(body["payload"]) : message.value;
    };
    auto ticket = m_calls.ask(
        std::move(ask), std::move(last),
        [running, payloadOf](const Message &part) { running->pass(payloadOf(part)); },
        [running, payloadOf](FabricResult<Message> result) {
            running->finish(
                result ? CallOutcome { payloadOf(*result), {} } : fabricFailure(result.error()));
        });
    bool cancelled = false;
    {
        const std::lock_guard lock(running->mutex);
        running->ticket = ticket;
        cancelled = running->cancelled;
    }
    if (cancelled)
        stop(running->call, ticket);
}

void Dispatcher::startFlowHosted(const std::shared_ptr<Running> &running)
{
    const ServiceCall &call = running->call;
    m_calls.ask(FabricCalls::flowRecord(call.workspace, call.flow),
        [this, running](FabricResult<Message> result) {
            if (!result) {
                running->finish(fabricFailure(result.error()));
                return;
            }
            const auto response = schema::decode<schema::ConfigResponse>(result->value);
            if (!response || response->values.empty() || !response->values.front().value) {
                running->finish(
                    { {}, "Invalid flow " + running->call.workspace + "/" + running->call.flow });
                return;
            }
            callInterface(running, *response->values.front().value);
        });
}

void Dispatcher::callInterface(const std::shared_ptr<Running> &running, const std::string &record)
{
    const ServiceCall &call = running->call;
    const auto flow = schema::decode<schema::FlowRecord>(record);
    if (!flow) {
        running->finish({ {}, "Invalid flow " + call.workspace + "/" + call.flow });
        return;
    }
    const bool thru = call.service.starts_with(thruPrefix);
    // From v2.8.11 the interface of thru/<x> is <x> (TG §4.7).
    const auto *interface = schema::find(
        flow->interfaces, thru ? call.service.substr(thruPrefix.size()) : call.service);
    if (!interface || !interface->request || !interface->response) {
        running->finish({ {}, "This kind not supported by flow" });
        return;
    }
    if (const std::string missing = missingMember(call); !missing.empty()) {
        running->finish({ serviceErrorBody("gateway-error", "'" + missing + "'"), {} });
        return;
    }
    if (!m_fabric.hasConsumers(*interface->request)) {
        running->finish({ serviceErrorBody("not-implemented",
                              "no worker serves " + call.service + " of flow " + call.flow),
            {} });
        return;
    }
    const std::string value = thru ? "{\"payload\":" + call.request + "}" : call.request;
    send(
        running, { *interface->request, *interface->response }, value,
        [kind = call.service](const Message &part) { return isLastPart(kind, part.value); }, true);
}

void Dispatcher::cancel(const std::shared_ptr<Running> &running)
{
    if (!running)
        return;
    FabricCalls::Ticket ticket;
    {
        const std::lock_guard lock(running->mutex);
        if (std::exchange(running->ended, true))
            return;
        running->cancelled = true;
        ticket = running->ticket;
    }
    if (ticket.requester)
        stop(running->call, ticket);
}

void Dispatcher::stop(const ServiceCall &call, const FabricCalls::Ticket &ticket)
{
    FabricCalls::cancel(ticket);
    if (call.service != "fabric" || ticket.id.empty())
        return;
    // A tail goes on until it is told (services/platform.h).
    ServiceCall cancel = call;
    cancel.request = "{\"operation\":\"cancel\",\"id\":" + jsonString(ticket.id) + "}";
    FabricCalls::Ask ask;
    ask.topics = FabricCalls::serviceTopics("fabric");
    ask.value = fabricRequest(cancel);
    ask.timeout = std::chrono::seconds(10);
    m_calls.ask(std::move(ask), [](const FabricResult<Message> &) {});
}

} // namespace signalbox::gateway
