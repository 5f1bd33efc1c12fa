// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/portalservice.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace signalbox::gateway {

PortalService::PortalService(
    TenantCore &core, WebChat &chat, Orchestrator &orchestrator, ChatTools &tools)
    : RequestServer(core.fabric(), "portal", "portal-svc", 3)
    , m_core(core)
    , m_store(core.store())
    , m_chat(chat)
    , m_orchestrator(orchestrator)
    , m_tools(tools)
{
}

PortalService::~PortalService()
{
    stop();
}

Expected<Done, std::string> PortalService::prepare()
{
    if (const auto opened = open({}); !opened)
        return unexpected(opened.error().text);
    return Done {};
}

std::string PortalService::Call::asked(const char *name) const
{
    const auto found = query.find(name);
    return found == query.end() ? std::string() : found->second;
}

int PortalService::Call::limit(int most, int otherwise) const
{
    const std::string text = asked("limit");
    int value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::clamp(value, 1, most);
}

PortalService::Answer PortalService::ok(std::string body, int status)
{
    return { status, std::move(body) };
}

PortalService::Answer PortalService::fail(
    int status, const char *code, std::string message, std::optional<std::string> field)
{
    schema::PortalError error;
    error.code = code;
    error.message = std::move(message);
    error.field = std::move(field);
    return { status, schema::encode(error) };
}

PortalService::Answer PortalService::forbidden()
{
    return fail(403, "forbidden", "access denied");
}

std::optional<PortalService::Answer> PortalService::halted(const Tenant &tenant)
{
    const auto owner = m_core.tenant(tenant);
    if (!owner || schema::mayTalk(*owner))
        return std::nullopt;
    return fail(409, "tenant-inactive", whyHalted(*owner));
}

PortalService::Answer PortalService::notAllowed(const char *allow)
{
    Answer answer = fail(405, "method-not-allowed", "this address does not take that method");
    answer.allow = allow;
    return answer;
}

PortalService::Answer PortalService::missing(const char *what)
{
    return fail(404, "not-found", std::string("there is no such ") + what);
}

PortalService::Answer PortalService::faultOf(const StoreError &error, const char *what)
{
    schema::PortalError answer;
    answer.message = error.text;
    switch (error.kind) {
    case StoreError::Kind::NotFound:
        return missing(what);
    case StoreError::Kind::Conflict:
        answer.code = "conflict";
        answer.message = std::string("this ") + what + " was changed meanwhile";
        answer.version = error.version;
        return { 409, schema::encode(answer) };
    case StoreError::Kind::Duplicate:
        answer.code = "duplicate";
        answer.message = std::string("another ") + what + " has that already";
        return { 409, schema::encode(answer) };
    case StoreError::Kind::Invalid:
        answer.code = "invalid";
        return { 422, schema::encode(answer) };
    case StoreError::Kind::Limit:
        answer.code = "limit";
        return { 422, schema::encode(answer) };
    case StoreError::Kind::Busy:
    case StoreError::Kind::Io:
        break;
    }
    answer.code = "unavailable";
    return { 503, schema::encode(answer) };
}

std::string PortalService::handle(const Request &request)
{
    Call call;
    call.method = text(request.body, "method").value_or("");
    call.body = text(request.body, "body").value_or("");
    call.caller = callerOf(request.body);
    for (const Json &segment : request.body.value("path", Json::array()))
        call.path.push_back(segment.is_string() ? segment.get<std::string>() : std::string());
    for (const char *list : { "query", "headers" }) {
        const Json held = request.body.value(list, Json::object());
        auto &into = std::string_view(list) == "query" ? call.query : call.headers;
        for (const auto &[key, value] : held.items())
            if (value.is_string())
                into[key] = value.get<std::string>();
    }
    const Answer answer = answered(call);
    noteWrite(call, answer);
    return dump(
        { { "status", answer.status }, { "body", answer.body }, { "allow", answer.allow } });
}

PortalService::Answer PortalService::answered(const Call &call)
{
    if (call.path.empty())
        return missing("address");
    if (call.path[0] == "webhooks")
        return hook(call);
    if (call.caller.id.empty())
        return fail(401, "unauthorized", "sign in first");
    return authorised(call);
}

PortalService::Place PortalService::placeOf(const Call &call, const std::string &tenant)
{
    Place place;
    const auto id = Tenant::of(tenant);
    if (!id)
        return place;
    place.role = roleIn(m_core, call.caller, *id);
    if (place.member())
        place.tenant = *id;
    return place;
}

std::vector<schema::Tenant> PortalService::tenantsOf(const Call &call)
{
    if (call.caller.admin)
        return m_core.tenants();
    std::vector<schema::Tenant> seen;
    const auto memberships = m_store.membershipsOf(call.caller.id);
    if (!memberships)
        return seen;
    for (const MembershipRow &row : *memberships)
        if (const auto id = Tenant::of(row.tenantId))
            if (auto tenant = m_core.tenant(*id))
                seen.push_back(std::move(*tenant));
    return seen;
}

PortalService::Answer PortalService::authorised(const Call &call)
{
    const Path &path = call.path;
    const std::size_t depth = path.size();
    if (path[0] == "auth" && depth == 2 && path[1] == "me")
        return call.is("GET") ? me(call) : notAllowed("GET");
    if (path[0] == "invitations" && depth == 2 && path[1] == "accept")
        return call.is("POST") ? acceptInvitation(call) : notAllowed("POST");
    if (path[0] == "agent-templates" && depth == 1)
        return call.is("GET") ? templates(call) : notAllowed("GET");
    if (path[0] == "tools" && depth == 1)
        return call.is("GET") ? ok(schema::encode(
                   schema::Page<schema::ToolInfo> { m_tools.all(), std::nullopt, std::nullopt }))
                              : notAllowed("GET");
    if (path[0] == "chat")
        return chat(call);
    if (path[0] == "ops")
        return ops(call);
    if (path[0] == "tenants" && depth == 1)
        return tenants(call);
    if (path[0] == "tenants" && depth == 2)
        return tenantItem(call);
    if ((path[0] != "tenants" && path[0] != "usage") || depth < 3)
        return missing("address");
    const Place place = placeOf(call, path[1]);
    if (!place.member())
        return forbidden();
    if (path[0] == "usage")
        return depth > 3     ? missing("address")
            : call.is("GET") ? usage(call, place)
                             : notAllowed("GET");
    const std::string &what = path[2];
    if (what == "agents")
        return depth == 3 ? agents(call, place) : agentItem(call, place);
    if (what == "channels")
        return depth == 3 ? channels(call, place) : channelItem(call, place);
    if (what == "users")
        return users(call, place);
    if (what == "invitations")
        return invitations(call, place);
    if (what == "kb")
        return knowledge(call, place);
    return missing("address");
}

} // namespace signalbox::gateway
