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
constexpr std::size_t mostAttachments = 20; ///< of one message
constexpr std::size_t longestAttachmentMember = 2000; ///< bytes of a name or an address

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

bool isFresh(const std::string &timestamp)
{
    const std::int64_t age = unixMs() / 1000 - numberOf(timestamp);
    return age <= signatureAge && age >= -signatureAge;
}

/// `v0=` HMAC-SHA-256 of `v0:timestamp:body`, not older than five minutes.
bool signedBy(const std::string &secret, const std::string &timestamp, const std::string &signature,
    const std::string &body)
{
    return !secret.empty() && isFresh(timestamp)
        && sameText(signature, "v0=" + hmacSha256Hex(secret, "v0:" + timestamp + ":" + body));
}

std::string signingSecretOf(const std::string &secrets)
{
    const Json kept = Json::parse(secrets, nullptr, false);
    return kept.is_object() ? text(kept, "signing_secret").value_or("") : std::string();
}

/// The thread's id is of the connection and the channel's own, so that two cannot meet in one.
std::string threadIdOf(
    const std::string &channelType, const std::string &connection, const std::string &thread)
{
    return channelType + "-" + sha256Hex(connection + '\n' + thread).substr(0, 24);
}

std::string mediaTypeOf(const std::string &mimeType)
{
    for (const char *type : { "image", "audio", "video" })
        if (mimeType.starts_with(std::string(type) + "/"))
            return type;
    return "document";
}

/// What is told of a file; the file itself is not fetched.
schema::MediaAttachment attachmentOf(
    const Json &given, const char *mime, const char *name, const char *size, const char *address)
{
    const auto member = [&given](const char *of) {
        return shortened(text(given, of).value_or(""), longestAttachmentMember);
    };
    schema::MediaAttachment attachment;
    attachment.mimeType = member(mime);
    attachment.filename = member(name);
    attachment.url = member(address);
    const auto bytes = given.find(size);
    if (bytes != given.end() && bytes->is_number_unsigned())
        attachment.sizeBytes =
            std::int64_t(std::min(bytes->get<std::uint64_t>(), std::uint64_t(1) << 53));
    const std::string type = text(given, "media_type").value_or("");
    attachment.mediaType =
        type == "image" || type == "audio" || type == "video" || type == "document"
        ? type
        : mediaTypeOf(attachment.mimeType);
    return attachment;
}

/// nullopt: it is no list of objects, or too long a one.
std::optional<std::vector<schema::MediaAttachment>> attachmentsOf(const Json &body)
{
    std::vector<schema::MediaAttachment> all;
    const auto list = body.find("attachments");
    if (list == body.end() || list->is_null())
        return all;
    if (!list->is_array() || list->size() > mostAttachments)
        return std::nullopt;
    for (const Json &each : *list) {
        if (!each.is_object())
            return std::nullopt;
        all.push_back(attachmentOf(each, "mime_type", "filename", "size_bytes", "url"));
    }
    return all;
}

std::vector<schema::MediaAttachment> slackFiles(const Json &event)
{
    std::vector<schema::MediaAttachment> all;
    const auto list = event.find("files");
    if (list == event.end() || !list->is_array())
        return all;
    for (const Json &each : *list)
        if (each.is_object() && all.size() < mostAttachments)
            all.push_back(attachmentOf(each, "mimetype", "name", "size", "url_private"));
    return all;
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
        return notAllowed("GET, POST");
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
    if (const auto refused = halted(*place.tenant))
        return *refused;
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
            m_core.forgetThread(*tenant, *thread);
            m_core.tellRemoved(*tenant, row->id);
            return ok("{}");
        }
        if (call.path.size() == 3)
            return notAllowed("GET, DELETE");
        if (call.path.size() != 4 || call.path[3] != "messages")
            return missing("address");
        if (!call.is("GET"))
            return notAllowed("GET");
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
        return notAllowed("POST");
    if (call.path.size() < 2 || call.path.size() > 3 || !body.is_object())
        return fail(400, "invalid", "the body is no JSON object");
    const bool slack = call.path.size() == 2 && call.path[1] == "slack";
    if (!slack && call.path.size() != 3)
        return missing("address");
    // It verifies an address before that is any team's, so it names none.
    if (slack && text(body, "type").value_or("") == "url_verification" && !body.contains("team_id"))
        return slackChallenge(call, body);
    const std::string workspace = slack ? text(body, "team_id").value_or("") : call.path[2];
    const auto route = m_store.route(call.path[1], workspace);
    const auto tenant = Tenant::of(route ? route->tenantId : std::string());
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
    const std::string secret = signingSecretOf(*secrets);
    const char *const names[] = { slack ? "x-slack-request-timestamp" : "x-signalbox-timestamp",
        slack ? "x-slack-signature" : "x-signalbox-signature" };
    const std::string signature = headerOf(call.headers, names[1]);
    if (!signedBy(secret, headerOf(call.headers, names[0]), signature, call.body))
        return refused;
    if (!connection->active)
        return fail(409, "inactive", "this connection is switched off");
    if (slack)
        return slackEvent(call, body);
    return channelMessage(*tenant, connectionOf(tenant->text(), *connection), body, signature);
}

PortalService::Answer PortalService::channelMessage(const Tenant &tenant,
    const schema::ChannelConnection &connection, const Json &body, const std::string &signature)
{
    auto attachments = attachmentsOf(body);
    if (!attachments)
        return fail(422, "invalid",
            "a list of at most " + std::to_string(mostAttachments) + " objects", "attachments");
    ChatInput input;
    input.text = text(body, "text").value_or("");
    input.senderId = text(body, "user_id").value_or("");
    if ((input.text.empty() && attachments->empty()) || input.senderId.empty())
        return fail(422, "invalid", "user_id and text are needed");
    input.attachments = std::move(*attachments);
    input.senderName = text(body, "user_name").value_or(input.senderId);
    // Without an id of its own the signature is: what is played again has the same.
    input.messageId = text(body, "id").value_or(signature);
    const std::string thread = text(body, "thread_id").value_or(input.senderId);
    return inbound(tenant, connection, thread, std::move(input));
}

/// Signed with the secret of the application whose address is verified: one of those that are
/// connected and switched on.
PortalService::Answer PortalService::slackChallenge(const Call &call, const Json &body)
{
    const Answer refused = fail(401, "signature", "the signature does not fit");
    const std::string timestamp = headerOf(call.headers, "x-slack-request-timestamp");
    if (!isFresh(timestamp))
        return refused;
    const std::unique_lock alone(m_challenge, std::try_to_lock);
    if (!alone)
        return fail(429, "busy", "another address is being verified");
    const std::string signature = headerOf(call.headers, "x-slack-signature");
    for (const schema::Tenant &each : m_core.tenants()) {
        const auto tenant = Tenant::of(each.id);
        const auto connections = tenant
            ? m_store.connections(*tenant)
            : StoreResult<std::vector<ConnectionRow>>(std::vector<ConnectionRow> {});
        if (!connections)
            return faultOf(connections.error(), "connection");
        for (const ConnectionRow &connection : *connections) {
            if (connection.channelType != "slack" || !connection.active)
                continue;
            const auto secrets = m_store.connectionSecrets(*tenant, connection.id);
            if (secrets && signedBy(signingSecretOf(*secrets), timestamp, signature, call.body))
                return ok(dump({ { "challenge", text(body, "challenge").value_or("") } }));
        }
    }
    return refused;
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
    const std::string subtype = text(event, "subtype").value_or("");
    const bool bot = event.contains("bot_id") || (!subtype.empty() && subtype != "file_share");
    if (bot || (kind != "message" && kind != "app_mention"))
        return ok("{}");
    const std::string channel = text(event, "channel").value_or("");
    const std::string thread =
        channel + ":" + text(event, "thread_ts").value_or(text(event, "ts").value_or(""));
    const auto route = m_store.route("slack", text(body, "team_id").value_or(""));
    const auto tenant = Tenant::of(route ? route->tenantId : std::string());
    if (!tenant)
        return missing("connection");
    // In a channel it answers who mentions it, and goes on in threads that it is engaged in or that
    // a person has.
    const std::string id = threadIdOf("slack", route->connectionId, thread);
    const bool direct = text(event, "channel_type").value_or("") == "im";
    if (kind == "message" && !direct && !engagedIn(*tenant, id))
        return ok("{}");
    const auto connection = m_store.connection(*tenant, route->connectionId);
    if (!connection)
        return faultOf(connection.error(), "connection");
    ChatInput input;
    input.text = text(event, "text").value_or("");
    input.senderId = input.senderName = text(event, "user").value_or("");
    // A mention comes twice, as a message and as a mention: two events of one time stamp.
    const std::string stamp = text(event, "ts").value_or("");
    input.messageId = stamp.empty() ? text(body, "event_id").value_or("") : channel + ":" + stamp;
    input.attachments = slackFiles(event);
    return inbound(*tenant, connectionOf(tenant->text(), *connection), thread, std::move(input));
}

bool PortalService::engagedIn(const Tenant &tenant, const std::string &thread)
{
    const auto engaged = m_core.cache().get(rules::engagedThreadKey(tenant, thread));
    if (engaged && engaged->has_value())
        return true;
    const auto held = m_store.thread(tenant, thread);
    return held && (held->state == "escalated" || held->state == "human");
}

/// Another agent than the one that is named would say what nobody asked it to.
StoreResult<std::optional<AgentRow>> PortalService::answererOf(
    const Tenant &tenant, const schema::ChannelConnection &connection)
{
    const auto agents = m_store.agents(tenant);
    if (!agents)
        return unexpected(agents.error());
    const std::string named = namedAgent(connection);
    for (const AgentRow &row : *agents)
        if (named.empty() ? row.active : named == schema::jsonString(row.id))
            return std::optional(row);
    return std::optional<AgentRow>();
}

PortalService::Answer PortalService::inbound(const Tenant &tenant,
    const schema::ChannelConnection &connection, const std::string &thread, ChatInput input)
{
    if (input.text.size() > longestChatText)
        return fail(413, "too-large", "the message is too large");
    if (const auto refused = halted(tenant))
        return *refused;
    const std::string threadId = threadIdOf(connection.channelType, connection.id, thread);
    const auto held = m_store.thread(tenant, threadId);
    if (!held) {
        const auto agent = answererOf(tenant, connection);
        if (!agent)
            return faultOf(agent.error(), "agent");
        if (!*agent)
            return fail(409, "no-agent", whyNobody(connection));
        ThreadRow row;
        row.id = threadId;
        row.channelType = connection.channelType;
        row.agentId = (*agent)->id;
        row.userId = input.senderId;
        row.sinceMs = row.createdMs = row.updatedMs = unixMs();
        ThreadFacts facts;
        facts.userName = input.senderName;
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
    input.threadId = threadId;
    input.metadata = { { "connection_id", { schema::jsonString(connection.id) } },
        { "thread", { schema::jsonString(thread) } } };
    const auto accepted = m_chat.accept(tenant, input);
    if (!accepted)
        return fail(503, "unavailable", accepted.error());
    return ok(dump({ { "ok", true }, { "thread_id", threadId }, { "message_id", *accepted } }));
}

} // namespace signalbox::gateway
