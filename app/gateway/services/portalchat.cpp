// SPDX-License-Identifier: GPL-3.0-only
// Web conversations over REST, and what other channels send in.
#include "app/gateway/services/credentials.h"
#include "app/gateway/services/portalservice.h"
#include "app/gateway/services/webchat.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {

constexpr std::int64_t signatureAge = 300; ///< seconds, as Slack says

bool sameText(const std::string &a, const std::string &b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::int64_t numberOf(const std::string &text)
{
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string headerOf(const std::map<std::string, std::string> &headers, const char *name)
{
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
}

/// `v0=` HMAC-SHA-256 of `v0:timestamp:body`, not older than five minutes.
bool signedBy(const std::string &secret, const std::string &timestamp, const std::string &signature,
    const std::string &body)
{
    const std::int64_t age = unixMs() / 1000 - numberOf(timestamp);
    return !secret.empty() && age <= signatureAge && age >= -signatureAge
        && sameText(signature, "v0=" + hmacSha256Hex(secret, "v0:" + timestamp + ":" + body));
}

} // namespace

PortalService::Answer PortalService::chat(const Call &call)
{
    if (call.path.size() < 2 || call.path[1] != "conversations")
        return missing("address");
    if (call.path.size() > 2)
        return conversationItem(call);
    if (call.is("POST"))
        return openConversation(call);
    if (!call.is("GET"))
        return notAllowed();
    const std::string only = call.asked("tenant");
    std::vector<schema::WebConversation> list;
    for (const schema::Tenant &each : tenantsOf(call)) {
        const auto tenant = Tenant::of(each.id);
        if (!tenant || (!only.empty() && only != each.id))
            continue;
        const auto rows = m_store.conversations(*tenant, call.caller.id, 0, call.limit(1000, 100));
        if (!rows)
            return faultOf(rows.error(), "conversation");
        for (const auto &row : *rows)
            list.push_back(webConversationOf(each.id, row));
    }
    return ok(schema::encode(
        schema::Page<schema::WebConversation> { std::move(list), std::nullopt, std::nullopt }));
}

PortalService::Answer PortalService::openConversation(const Call &call)
{
    const auto asked = bodyAs<schema::ConversationRequest>(call);
    if (!asked)
        return asked.error();
    const Place place = placeOf(call, asked->tenantId);
    if (!place.member())
        return forbidden();
    const auto agent = m_store.agent(*place.tenant, asked->agentId);
    if (!agent)
        return faultOf(agent.error(), "agent");
    const std::int64_t now = unixMs();
    gateway::ConversationRow wanted;
    wanted.id = newUuid();
    wanted.agentId = asked->agentId;
    wanted.userId = asked->test ? "test-" + newUuid() : call.caller.id;
    wanted.createdMs = wanted.updatedMs = now;
    const auto opened = m_store.openConversation(*place.tenant, wanted);
    if (!opened)
        return faultOf(opened.error(), "conversation");
    if (opened->created) {
        const auto named = m_core.changeThread(
            *place.tenant, opened->row.id, [&](ThreadRow &row, ThreadFacts &facts) {
                facts.userName = asked->test ? "test of " + call.caller.name : call.caller.name;
                facts.test = asked->test;
                facts.openedBy = call.caller.id;
                row.sinceMs = now;
            });
        if (!named)
            return faultOf(named.error(), "conversation");
        m_core.tellThread(*place.tenant, opened->row.id);
    }
    return ok(schema::encode(webConversationOf(place.tenant->text(), opened->row)),
        opened->created ? 201 : 200);
}

/// A conversation's id does not say whose it is: only the caller's own tenants are looked through.
PortalService::Answer PortalService::conversationItem(const Call &call)
{
    const std::string only = call.asked("tenant");
    for (const schema::Tenant &each : tenantsOf(call)) {
        const auto tenant = Tenant::of(each.id);
        if (!tenant || (!only.empty() && only != each.id))
            continue;
        const auto row = m_store.conversation(*tenant, call.path[2]);
        const auto thread = m_store.thread(*tenant, call.path[2]);
        if (!row || !thread)
            continue;
        const Place place = placeOf(call, each.id);
        const bool own =
            row->userId == call.caller.id || factsOf(*thread).openedBy == call.caller.id;
        if (!own && !place.admin())
            continue;
        if (call.path.size() == 3 && call.is("GET"))
            return ok(schema::encode(webConversationOf(each.id, *row)));
        if (call.path.size() == 3 && call.is("DELETE")) {
            if (const auto gone = m_store.deleteConversation(*tenant, row->id); !gone)
                return faultOf(gone.error(), "conversation");
            m_core.tellRemoved(*tenant, row->id);
            return ok("{}");
        }
        if (call.path.size() != 4 || call.path[3] != "messages" || !call.is("GET"))
            return notAllowed();
        MessageQuery query;
        query.before = numberOf(call.asked("before"));
        query.limit = call.limit(1000, 100);
        const auto rows = m_store.messages(*tenant, row->id, query);
        if (!rows)
            return faultOf(rows.error(), "conversation");
        schema::Page<schema::WebConversationMessage> page;
        for (const ThreadMessageRow &message : *rows) {
            if (message.role != "user" && message.role != "assistant" && message.role != "human")
                continue; // notices are frames, not history
            const WebMessageRow shown { message.seq, message.id, row->id,
                message.role == "user" ? "user" : "assistant", message.text, message.createdMs };
            page.items.push_back(webMessageOf(each.id, shown));
        }
        if (rows->size() == static_cast<std::size_t>(query.limit))
            page.cursor = std::to_string(rows->front().seq);
        return ok(schema::encode(page));
    }
    return forbidden();
}

/// `webhooks/slack` (the body names the workspace) and `webhooks/{channel}/{workspace}`, signed
/// alike: `v0` HMAC-SHA-256 by the connection's `signing_secret`.
PortalService::Answer PortalService::hook(const Call &call)
{
    const Json body = Json::parse(call.body, nullptr, false);
    if (!call.is("POST"))
        return notAllowed();
    if (call.path.size() < 2 || call.path.size() > 3 || !body.is_object())
        return fail(400, "invalid", "the body is no JSON object");
    const bool slack = call.path.size() == 2 && call.path[1] == "slack";
    if (!slack && call.path.size() != 3)
        return missing("address");
    const std::string workspace = slack ? text(body, "team_id").value_or("") : call.path[2];
    const auto route = m_store.route(call.path[1], workspace);
    const auto tenant = Tenant::of(route ? route->tenantId : std::string());
    // Slack verifies an address before its team is known to us; that is signed by nobody we know.
    const Answer refused = fail(401, "signature", "the signature does not fit");
    if (!tenant)
        return refused;
    const auto connection = m_store.connection(*tenant, route->connectionId);
    const auto secrets = m_store.connectionSecrets(*tenant, route->connectionId);
    if (connection && !secrets && secrets.error().kind != StoreError::Kind::NotFound) {
        spdlog::warn("webhook: {}/{}: {}", tenant->text(), route->connectionId,
            secrets.error().text); // who is not known yet is not told
        return fail(503, "unavailable", "the signature cannot be checked now");
    }
    if (!connection || !secrets)
        return refused;
    const Json kept = Json::parse(*secrets, nullptr, false);
    const std::string secret = kept.is_object() ? text(kept, "signing_secret").value_or("") : "";
    const char *const names[] = { slack ? "x-slack-request-timestamp" : "x-signalbox-timestamp",
        slack ? "x-slack-signature" : "x-signalbox-signature" };
    const std::string signature = headerOf(call.headers, names[1]);
    if (!signedBy(secret, headerOf(call.headers, names[0]), signature, call.body))
        return refused;
    if (!connection->active)
        return fail(409, "inactive", "this connection is switched off");
    if (slack)
        return slackEvent(call, body);
    const std::string said = text(body, "text").value_or("");
    const std::string user = text(body, "user_id").value_or("");
    if (said.empty() || user.empty())
        return fail(422, "invalid", "user_id and text are needed");
    return inbound(*tenant, connectionOf(tenant->text(), *connection), user,
        text(body, "user_name").value_or(user), text(body, "thread_id").value_or(user),
        // Without an id of its own the signature is: what is played again has the same.
        text(body, "id").value_or(signature), said);
}

/// The signature was checked. Slack wants an answer within three seconds: nothing waits for a turn.
PortalService::Answer PortalService::slackEvent(const Call &, const Json &body)
{
    const std::string type = text(body, "type").value_or("");
    if (type == "url_verification")
        return ok(dump({ { "challenge", text(body, "challenge").value_or("") } }));
    const auto found = body.find("event");
    if (type != "event_callback" || found == body.end() || !found->is_object())
        return ok("{}");
    const Json &event = *found;
    const std::string kind = text(event, "type").value_or("");
    const bool bot = event.contains("bot_id") || event.contains("subtype");
    if (bot || (kind != "message" && kind != "app_mention"))
        return ok("{}");
    const std::string channel = text(event, "channel").value_or("");
    const std::string thread =
        channel + ":" + text(event, "thread_ts").value_or(text(event, "ts").value_or(""));
    const auto route = m_store.route("slack", text(body, "team_id").value_or(""));
    const auto tenant = Tenant::of(route ? route->tenantId : std::string());
    if (!tenant)
        return missing("connection");
    // In a channel it answers who mentions it, and goes on in threads that it is engaged in.
    const auto engaged = m_core.cache().get(rules::engagedThreadKey(*tenant, thread));
    const bool direct = text(event, "channel_type").value_or("") == "im";
    if (kind == "message" && !direct && !(engaged && engaged->has_value()))
        return ok("{}");
    const auto connection = m_store.connection(*tenant, route->connectionId);
    if (!connection)
        return faultOf(connection.error(), "connection");
    const std::string user = text(event, "user").value_or("");
    return inbound(*tenant, connectionOf(tenant->text(), *connection), user, user, thread,
        text(body, "event_id").value_or(""), text(event, "text").value_or(""));
}

PortalService::Answer PortalService::inbound(const Tenant &tenant,
    const schema::ChannelConnection &connection, const std::string &user, const std::string &name,
    const std::string &thread, const std::string &id, const std::string &said)
{
    if (said.size() > longestChatText)
        return fail(413, "too-large", "the message is too large");
    // The thread's id is the channel's own, so that two channels cannot meet in one.
    const std::string threadId =
        connection.channelType + "-" + sha256Hex(connection.id + '\n' + thread).substr(0, 24);
    const auto held = m_store.thread(tenant, threadId);
    if (!held) {
        const auto agents = m_store.agents(tenant);
        if (!agents)
            return faultOf(agents.error(), "agent");
        const auto *named = schema::find(connection.config, "agent_id");
        std::string agent;
        for (const AgentRow &row : *agents) {
            const bool wanted = named && named->text == schema::jsonString(row.id);
            if (row.active && (agent.empty() || wanted))
                agent = row.id;
        }
        if (agent.empty())
            return fail(409, "no-agent", "this tenant has no active agent");
        ThreadRow row;
        row.id = threadId;
        row.channelType = connection.channelType;
        row.agentId = agent;
        row.userId = user;
        row.sinceMs = row.createdMs = row.updatedMs = unixMs();
        ThreadFacts facts;
        facts.userName = name;
        facts.connectionId = connection.id;
        facts.channelThread = thread;
        row.body = bodyOf(facts);
        const auto made = m_store.insertThread(tenant, row);
        if (!made && made.error().kind != StoreError::Kind::Duplicate)
            return faultOf(made.error(), "thread");
    } else if (factsOf(*held).connectionId != connection.id) { // of before answers were sent
        const auto known =
            m_core.changeThread(tenant, threadId, [&](ThreadRow &, ThreadFacts &facts) {
                facts.connectionId = connection.id;
                facts.channelThread = thread;
            });
        if (!known)
            return faultOf(known.error(), "thread");
    }
    ChatInput input;
    input.threadId = threadId;
    input.text = said;
    input.messageId = id;
    input.senderId = user;
    input.senderName = name;
    input.metadata = { { "connection_id", { schema::jsonString(connection.id) } },
        { "thread", { schema::jsonString(thread) } } };
    const auto accepted = m_chat.accept(tenant, input);
    if (!accepted)
        return fail(503, "unavailable", accepted.error());
    return ok(dump({ { "ok", true }, { "thread_id", threadId }, { "message_id", *accepted } }));
}

} // namespace signalbox::gateway
