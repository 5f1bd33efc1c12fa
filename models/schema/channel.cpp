// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/channel.h"

#include "models/schema/tenantparts.h"

#include <algorithm>

namespace signalbox::schema {

template <class V> void members(V &v, const SenderInfo *)
{
    v("user_id", &SenderInfo::userId, Always);
    v("display_name", &SenderInfo::displayName, Always);
    v("email", &SenderInfo::email);
    v("is_bot", &SenderInfo::isBot, Always);
}

template <class V> void members(V &v, const MediaAttachment *)
{
    v("media_type", &MediaAttachment::mediaType, Always);
    v("url", &MediaAttachment::url, Always);
    v("storage_key", &MediaAttachment::storageKey, Always);
    v("mime_type", &MediaAttachment::mimeType, Always);
    v("size_bytes", &MediaAttachment::sizeBytes, Always);
    v("filename", &MediaAttachment::filename, Always);
}

template <class V> void members(V &v, const MessageContent *)
{
    v("text", &MessageContent::text, Always);
    v("html", &MessageContent::html);
    v("attachments", &MessageContent::attachments, Always);
    v("mentions", &MessageContent::mentions, Always);
}

template <class V> void members(V &v, const KonstructMessage *)
{
    v("id", &KonstructMessage::id, Always);
    v("tenant_id", &KonstructMessage::tenantId, Always);
    v("channel", &KonstructMessage::channel, Always);
    v("channel_metadata", &KonstructMessage::channelMetadata, Always);
    v("sender", &KonstructMessage::sender, Always);
    v("content", &KonstructMessage::content, Always);
    v("timestamp", &KonstructMessage::timestamp, Always);
    v("thread_id", &KonstructMessage::threadId);
    v("reply_to", &KonstructMessage::replyTo);
    v("context", &KonstructMessage::context, Always);
}

template <class V> void members(V &v, const ChannelConnection *)
{
    v("id", &ChannelConnection::id, Always);
    v("tenant_id", &ChannelConnection::tenantId, Always);
    v("channel_type", &ChannelConnection::channelType, Always);
    v("workspace_id", &ChannelConnection::workspaceId, Always);
    v("config", &ChannelConnection::config, Always);
    v("is_active", &ChannelConnection::isActive, Always);
    v("created_at", &ChannelConnection::createdAt);
    v("version", &ChannelConnection::version);
}

template <class V> void members(V &v, const ChannelTestStep *)
{
    v("name", &ChannelTestStep::name, Always);
    v("state", &ChannelTestStep::state, Always);
    v("text", &ChannelTestStep::text, Always);
}

template <class V> void members(V &v, const ChannelTest *)
{
    v("ok", &ChannelTest::ok, Always);
    v("steps", &ChannelTest::steps, Always);
}

namespace {

constexpr std::string_view channelTypeNames[] = { "slack", "whatsapp", "mattermost", "rocketchat",
    "teams", "telegram", "signal", "web" };

struct NameLister {
    template <class F, class T>
    void operator()(std::string_view key, F T::*, unsigned = Sparse, std::string_view = {})
    {
        names.push_back(key);
    }
    std::vector<std::string_view> names;
};

/// An object with no other members than those of T.
template <class T> void allowOnly(const Reader &in)
{
    if (in.failed() || !in.isObject())
        return;
    NameLister lister;
    members(lister, static_cast<const T *>(nullptr));
    for (const auto &[key, value] : in.value().get_ref<const Json::object_t &>())
        if (std::find(lister.names.begin(), lister.names.end(), key) == lister.names.end())
            return Reader(in, key, value).fail("unknown member");
}

const Json *need(const Reader &in, std::string_view key)
{
    std::size_t hint = 0;
    const Json *found = findMember(in.value(), key, hint);
    if (!found || found->is_null()) {
        in.missing(key);
        return nullptr;
    }
    return found;
}

void validateContent(const Reader &in)
{
    allowOnly<MessageContent>(in);
    if (in.failed())
        return;
    std::size_t hint = 0;
    const Json *list = findMember(in.value(), "attachments", hint);
    if (!need(in, "text") || !list)
        return;
    const Reader attachments(in, "attachments", *list);
    if (!list->is_array())
        return attachments.expected("array");
    std::size_t index = 0;
    for (const Json &item : *list)
        allowOnly<MediaAttachment>(Reader(attachments, index++, item));
}

void validateMessage(const Reader &in)
{
    allowOnly<KonstructMessage>(in);
    for (const char *key : { "id", "tenant_id", "channel", "timestamp" }) {
        if (in.failed())
            return;
        const Json *found = need(in, key);
        if (found && found->is_string() && found->get_ref<const std::string &>().empty())
            Reader(in, key, *found).fail("must not be empty");
    }
    if (in.failed())
        return;
    if (const Json *sender = need(in, "sender")) {
        const Reader here(in, "sender", *sender);
        allowOnly<SenderInfo>(here);
        if (!in.failed())
            need(here, "user_id");
    }
    if (in.failed())
        return;
    if (const Json *content = need(in, "content"))
        validateContent(Reader(in, "content", *content));
}

std::string take(Json &object, const char *key)
{
    const auto found = object.find(key);
    if (found == object.end())
        return {};
    std::string value = found->is_string() ? found->get<std::string>() : std::string();
    object.erase(found);
    return value;
}

} // namespace

std::span<const std::string_view> channelTypes()
{
    return channelTypeNames;
}

bool isChannelType(std::string_view type)
{
    return std::find(std::begin(channelTypeNames), std::end(channelTypeNames), type)
        != std::end(channelTypeNames);
}

SIGNALBOX_WIRE(SenderInfo)
SIGNALBOX_WIRE(MediaAttachment)
SIGNALBOX_WIRE(MessageContent)
SIGNALBOX_WIRE_PART(MediaAttachment)
SIGNALBOX_WIRE(KonstructMessage)
SIGNALBOX_WIRE(ChannelConnection)
SIGNALBOX_WIRE(Page<ChannelConnection>)
SIGNALBOX_WIRE(ChannelTest)

Decoded<KonstructMessage> decodeStrictMessage(std::string_view text)
{
    const auto tree = parseTree(text);
    if (!tree)
        return unexpected(tree.error());
    SchemaError error;
    KonstructMessage out;
    const Reader in(*tree, error);
    validateMessage(in);
    if (!in.failed())
        read(in, out);
    if (in.failed())
        return unexpected(std::move(error));
    return out;
}

std::string encodeDispatch(
    const KonstructMessage &message, std::string_view conversationId, std::string_view portalUserId)
{
    Json object = write(message);
    object["conversation_id"] = conversationId;
    object["portal_user_id"] = portalUserId;
    return dumpTree(object);
}

Decoded<ChatDispatch> popExtras(std::string_view text)
{
    auto tree = parseTree(text);
    if (!tree)
        return unexpected(tree.error());
    SchemaError error;
    if (!Reader(*tree, error).isObject())
        return unexpected(std::move(error));
    ChatDispatch out;
    out.conversationId = take(*tree, "conversation_id");
    out.portalUserId = take(*tree, "portal_user_id");
    out.message = dumpTree(*tree);
    return out;
}

} // namespace signalbox::schema
