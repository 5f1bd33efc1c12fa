// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/webchat.h"

#include "app/gateway/services/credentials.h"
#include "models/schema/channel.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {

constexpr std::size_t earlyAtMost = 1000;
constexpr std::size_t longestMessageId = 200;

std::string errorFrame(const char *code, const std::string &message)
{
    schema::ChatFrame frame;
    frame.kind = schema::ChatFrame::Kind::Error;
    frame.code = code;
    frame.message = message;
    return schema::encode(frame);
}

/// A client chooses what its duplicates are told by, but no id of a row: it could take another's.
std::string rowIdOf(const ChatInput &input)
{
    if (input.messageId.empty())
        return newUuid();
    return sha256Hex(input.threadId + '\n' + input.senderId + '\n' + input.messageId).substr(0, 32);
}

} // namespace

WebChat::WebChat(TenantCore &core)
    : RequestServer(core.fabric(), "webchat", "webchat-svc", 2)
    , m_core(core)
{
}

WebChat::~WebChat()
{
    stop();
}

Expected<Done, std::string> WebChat::prepare()
{
    ProducerOptions options;
    options.processor = "webchat-svc";
    auto router = m_fabric.createProducer("request:tg:chat-router", {}, options);
    if (!router)
        return unexpected(router.error().text);
    m_router = *router;
    if (const auto opened = open({}); !opened)
        return unexpected(opened.error().text);
    return Done {};
}

void WebChat::ended()
{
    std::map<std::string, Attached> attached;
    const std::lock_guard lock(m_mutex);
    attached.swap(m_attached);
}

std::string WebChat::handle(const Request &request)
{
    const std::string operation = text(request.body, "operation").value_or("");
    if (operation == "attach")
        return attach(request);
    if (operation == "send")
        return send(request);
    if (operation == "detach")
        return detach(request);
    return errorAnswer({ errorType(), "unknown operation" });
}

std::string WebChat::refusal(const Request &request, const rules::TenantId &tenant)
{
    const TenantCaller caller = callerOf(request.body);
    const std::string role = roleIn(m_core, caller, tenant);
    const std::string conversation = text(request.body, "conversation").value_or("");
    if (role.empty())
        return "not a member of that tenant";
    if (const auto claimed = text(request.body, "role"); claimed && *claimed != role)
        return "the claimed role is not what the bearer is entitled to";
    if (const auto claimed = text(request.body, "userId");
        claimed && *claimed != caller.id && *claimed != caller.name)
        return "the claimed user is not the bearer's";
    const auto row = m_core.store().conversation(tenant, conversation);
    if (!row)
        return "no such conversation";
    if (row->userId == caller.id)
        return {};
    const auto thread = m_core.store().thread(tenant, conversation);
    const bool own = thread && factsOf(*thread).test && factsOf(*thread).openedBy == caller.id;
    return own ? std::string() : "no such conversation";
}

std::string WebChat::attach(const Request &request)
{
    const auto tenant = rules::TenantId::of(text(request.body, "tenant").value_or(""));
    const std::string refused = tenant ? refusal(request, *tenant) : tenant.error();
    if (!refused.empty())
        return errorFrame("auth", refused);
    const std::string conversation = text(request.body, "conversation").value_or("");
    CacheListener listener;
    listener.message = [this, topic = request.topic, id = request.id](
                           const std::string &frame) { respond(topic, id, frame); };
    listener.gap = [this, topic = request.topic, id = request.id] {
        respond(topic, id, errorFrame("gap", "frames may be missing: read the history"));
    };
    auto subscription = m_core.cache().subscribe(
        rules::webchatResponseKey(*tenant, conversation), std::move(listener));
    if (!subscription)
        return errorFrame("unavailable", subscription.error().text);
    {
        const std::lock_guard lock(m_mutex);
        if (m_early.erase(request.id) == 0)
            m_attached.insert_or_assign(request.id,
                Attached {
                    *tenant, callerOf(request.body), request.topic, std::move(*subscription) });
    }
    schema::ChatFrame ready;
    ready.kind = schema::ChatFrame::Kind::Ready;
    ready.conversationId = conversation;
    return schema::encode(ready);
}

std::string WebChat::detach(const Request &request)
{
    std::unique_ptr<CacheSubscription> gone;
    const std::string id = text(request.body, "id").value_or("");
    const std::lock_guard lock(m_mutex);
    const auto found = m_attached.find(id);
    if (found != m_attached.end()) {
        gone = std::move(found->second.subscription);
        m_attached.erase(found);
    } else if (m_early.size() < earlyAtMost) {
        m_early.insert(id);
    }
    return "{}";
}

/// Not while the store cannot tell.
bool WebChat::isLeftOut(const TenantCaller &caller, const rules::TenantId &tenant)
{
    if (caller.admin) {
        const auto row = m_core.store().tenant(tenant);
        return !row && row.error().kind == StoreError::Kind::NotFound;
    }
    const auto rows = m_core.store().membershipsOf(caller.id);
    return rows && std::none_of(rows->begin(), rows->end(), [&tenant](const MembershipRow &row) {
        return row.tenantId == tenant.text();
    });
}

void WebChat::leaveOut(const rules::TenantId &tenant)
{
    std::map<std::string, TenantCaller> callers;
    {
        const std::lock_guard lock(m_mutex);
        for (const auto &[id, each] : m_attached)
            if (each.tenant.text() == tenant.text())
                callers.emplace(each.caller.id, each.caller);
    }
    std::erase_if(callers, [&](const auto &each) { return !isLeftOut(each.second, tenant); });
    if (callers.empty())
        return;
    std::vector<std::pair<std::string, std::string>> told; // topic and id
    std::vector<std::unique_ptr<CacheSubscription>> gone; // ends without the lock
    {
        const std::lock_guard lock(m_mutex);
        for (auto &[id, each] : m_attached)
            if (each.subscription && each.tenant.text() == tenant.text()
                && callers.contains(each.caller.id)) {
                gone.push_back(std::move(each.subscription));
                told.emplace_back(each.topic, id);
            }
    }
    gone.clear();
    for (const auto &[topic, id] : told)
        respond(topic, id, errorFrame("auth", "no longer a member of that tenant"));
}

std::string WebChat::send(const Request &request)
{
    const auto tenant = rules::TenantId::of(text(request.body, "tenant").value_or(""));
    const std::string refused = tenant ? refusal(request, *tenant) : tenant.error();
    if (!refused.empty())
        return errorAnswer({ "auth", refused });
    const TenantCaller caller = callerOf(request.body);
    ChatInput input;
    input.threadId = text(request.body, "conversation").value_or("");
    input.text = text(request.body, "text").value_or("");
    input.messageId = text(request.body, "id").value_or("");
    input.senderId = caller.id;
    input.senderName = caller.name;
    input.metadata = { { "portal_user_id", { schema::jsonString(caller.id) } } };
    if (input.text.find_first_not_of(" \t\r\n") == std::string::npos)
        return errorAnswer({ "invalid", "the message is empty" });
    if (input.text.size() > longestChatText)
        return errorAnswer({ "too-large",
            "the message is larger than " + std::to_string(longestChatText) + " bytes" });
    if (input.messageId.size() > longestMessageId)
        return errorAnswer({ "invalid", "the id of the message is too long" });
    if (const auto owner = m_core.tenant(*tenant); owner && !schema::mayTalk(*owner))
        return errorAnswer({ "tenant-inactive", whyHalted(*owner) });
    const auto accepted = accept(*tenant, input);
    if (!accepted)
        return errorAnswer({ "unavailable", accepted.error() });
    return dump({ { "message_id", *accepted } });
}

Expected<std::string, std::string> WebChat::accept(
    const rules::TenantId &tenant, const ChatInput &input)
{
    const auto thread = m_core.store().thread(tenant, input.threadId);
    if (!thread)
        return unexpected(thread.error().text);
    const ThreadFacts facts = factsOf(*thread);
    schema::ChannelThreadMessage kept;
    kept.id = rowIdOf(input);
    kept.threadId = input.threadId;
    kept.role = "user";
    kept.author = input.senderName;
    kept.content = input.text;
    kept.attachments = input.attachments;
    if (!m_core.instance().empty())
        kept.gateway = m_core.instance();
    const auto stored = m_core.addMessage(tenant, kept);
    // One that is there was perhaps stored, but not dispatched: the router tells duplicates.
    if (!stored && stored.error().kind != StoreError::Kind::Duplicate)
        return unexpected(stored.error().text);

    schema::KonstructMessage message;
    message.id = kept.id;
    message.tenantId = tenant.text();
    message.channel = thread->channelType;
    message.channelMetadata = input.metadata;
    message.channelMetadata.emplace_back(
        "tenant_id", schema::JsonText { schema::jsonString(tenant.text()) });
    message.channelMetadata.emplace_back(
        "conversation_id", schema::JsonText { schema::jsonString(input.threadId) });
    message.channelMetadata.emplace_back(
        "agent_id", schema::JsonText { schema::jsonString(thread->agentId) });
    message.sender.userId = thread->userId;
    message.sender.displayName = input.senderName;
    message.content.text = input.text;
    message.content.attachments = input.attachments;
    message.timestamp = rfc3339(unixMs());
    message.threadId = input.threadId;
    if (facts.test)
        message.context.emplace_back("test", schema::JsonText { "true" });

    schema::ChatFrame typing;
    typing.kind = schema::ChatFrame::Kind::Typing;
    typing.conversationId = input.threadId;
    typing.messageId = kept.id;
    m_core.frame(tenant, input.threadId, typing);
    Message dispatch;
    dispatch.value = schema::encodeDispatch(message, input.threadId, input.senderId);
    dispatch.properties.emplace_back("id", kept.id);
    if (const auto sent = m_router->send(std::move(dispatch)); !sent)
        return unexpected(sent.error().text);
    return kept.id;
}

} // namespace signalbox::gateway
