// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/portal.h"

#include "models/schema/tenantparts.h"

namespace signalbox::schema {

template <class V> void members(V &v, const PortalUser *)
{
    v("id", &PortalUser::id, Always);
    v("email", &PortalUser::email, Always);
    v("name", &PortalUser::name, Always);
    v("role", &PortalUser::role, Always);
    v("created_at", &PortalUser::createdAt);
}

template <class V> void members(V &v, const Membership *)
{
    v("user_id", &Membership::userId, Always);
    v("tenant_id", &Membership::tenantId, Always);
    v("role", &Membership::role, Always);
}

template <class V> void members(V &v, const NewMember *)
{
    v("user", &NewMember::user, Always | Required);
    v("role", &NewMember::role, Always | Required);
}

template <class V> void members(V &v, const Invitation *)
{
    v("id", &Invitation::id, Always);
    v("tenant_id", &Invitation::tenantId, Always);
    v("email", &Invitation::email, Always);
    v("role", &Invitation::role, Always);
    v("token", &Invitation::token);
    v("expires_at", &Invitation::expiresAt);
    v("accepted_at", &Invitation::acceptedAt);
    v("created_at", &Invitation::createdAt);
}

template <class V> void members(V &v, const PortalLogin *)
{
    v("email", &PortalLogin::email, Always | Required, "username");
    v("password", &PortalLogin::password, Always | Required);
}

template <class V> void members(V &v, const PortalIdentity *)
{
    v("token", &PortalIdentity::token);
    v("user", &PortalIdentity::user, Always);
    v("memberships", &PortalIdentity::memberships, Always);
}

template <class V> void members(V &v, const PortalError *)
{
    v("code", &PortalError::code, Always);
    v("message", &PortalError::message, Always);
    v("field", &PortalError::field);
    v("version", &PortalError::version);
    v("holder", &PortalError::holder);
    v("decision", &PortalError::decision);
    v("by", &PortalError::by);
    v("retry_after_ms", &PortalError::retryAfterMs);
}

template <class V> void members(V &v, const ConversationRequest *)
{
    v("tenant_id", &ConversationRequest::tenantId, Always | Required);
    v("agent_id", &ConversationRequest::agentId, Always | Required);
    v("test", &ConversationRequest::test);
}

template <class V> void members(V &v, const PromptMessage *)
{
    v("role", &PromptMessage::role, Always);
    v("content", &PromptMessage::content, Always);
}

template <class V> void members(V &v, const AgentTry *)
{
    v("text", &AgentTry::text, Always | Required);
    v("history", &AgentTry::history);
    v("draft", &AgentTry::draft);
}

template <class V> void members(V &v, const AgentTryResult *)
{
    v("text", &AgentTryResult::text, Always);
    v("tools", &AgentTryResult::tools, Always);
    v("escalated", &AgentTryResult::escalated, Always);
    v("reason", &AgentTryResult::reason);
    v("turn", &AgentTryResult::turn, Always);
}

// The wire wraps an error; the value does not. The name `error` beside is read by errorOf() too.
template <> Decoded<PortalError> decode<PortalError>(std::string_view text)
{
    const auto tree = parseTree(text);
    if (!tree)
        return unexpected(tree.error());
    SchemaError error;
    const Reader in(*tree, error);
    PortalError out;
    std::size_t hint = 0;
    if (in.isObject()) {
        if (const Json *inner = findMember(*tree, "error", hint))
            read<PortalError>(Reader(in, "error", *inner), out);
        else
            in.missing("error");
    }
    if (in.failed())
        return unexpected(std::move(error));
    return out;
}

template <> std::string encode<PortalError>(const PortalError &value)
{
    Json object = Json::object();
    object["error"] = write<PortalError>(value);
    return dumpTree(object);
}

SIGNALBOX_WIRE(PortalUser)
SIGNALBOX_WIRE(Page<PortalUser>)
SIGNALBOX_WIRE(Membership)
SIGNALBOX_WIRE(Page<Membership>)
SIGNALBOX_WIRE(NewMember)
SIGNALBOX_WIRE(Invitation)
SIGNALBOX_WIRE(Page<Invitation>)
SIGNALBOX_WIRE(PortalLogin)
SIGNALBOX_WIRE(PortalIdentity)
SIGNALBOX_WIRE(ConversationRequest)
SIGNALBOX_WIRE(AgentTry)
SIGNALBOX_WIRE(AgentTryResult)

} // namespace signalbox::schema
