// SPDX-License-Identifier: GPL-3.0-only
// Channels and the message that travels from a channel to an agent, contract tenant-platform §1.
// Times are RFC 3339 in UTC. Channel types are strings: an unknown one is kept and shown.
#pragma once

#include "models/schema/page.h"

#include <span>

namespace signalbox::schema {

/// The eight that a gateway stores, `web` last.
std::span<const std::string_view> channelTypes();
bool isChannelType(std::string_view type);

struct SenderInfo {
    std::string userId; ///< the channel's own id
    std::string displayName;
    std::optional<std::string> email;
    bool isBot = false;
    Rest rest;
    bool operator==(const SenderInfo &) const = default;
};

struct MediaAttachment {
    std::string mediaType; ///< image document audio video
    std::string url;
    std::string storageKey;
    std::string mimeType;
    std::int64_t sizeBytes = 0;
    std::string filename;
    Rest rest;
    bool operator==(const MediaAttachment &) const = default;
};

struct MessageContent {
    std::string text;
    std::optional<std::string> html; ///< never rendered
    std::vector<MediaAttachment> attachments;
    std::vector<std::string> mentions;
    Rest rest;
    bool operator==(const MessageContent &) const = default;
};

struct KonstructMessage {
    std::string id; ///< UUID, what duplicates are told by
    std::string tenantId;
    std::string channel;
    Members<JsonText> channelMetadata;
    SenderInfo sender;
    MessageContent content;
    std::string timestamp;
    std::optional<std::string> threadId;
    std::optional<std::string> replyTo;
    Members<JsonText> context;
    Rest rest;
    bool operator==(const KonstructMessage &) const = default;
};

/// As the pipeline reads it (§3): id, tenant, channel, sender, content and timestamp must be there,
/// and any member that the types above do not know is an error that names its path.
Decoded<KonstructMessage> decodeStrictMessage(std::string_view text);

/// A message on its way to the orchestrator: beside its members it carries two extras, which are
/// popped before the message is validated (§4.4).
struct ChatDispatch {
    std::string conversationId;
    std::string portalUserId;
    std::string message; ///< JSON of the message without the extras
};
/// `message` with both extras beside its members.
std::string encodeDispatch(const KonstructMessage &message, std::string_view conversationId,
    std::string_view portalUserId);
/// Takes both extras out; absent ones are "". The message is not validated yet.
Decoded<ChatDispatch> popExtras(std::string_view text);

struct ChannelConnection {
    std::string id;
    std::string tenantId;
    std::string channelType;
    std::string workspaceId; ///< the channel's own id, tells the tenant of what comes in
    Members<JsonText> config; ///< secrets: written, read back masked
    bool isActive = true;
    std::string createdAt;
    std::int64_t version = 0; ///< of the row; a write that names an older one is refused (409)
    Rest rest;
    bool operator==(const ChannelConnection &) const = default;
};

/// What a secret reads back as. Written back it keeps what is stored.
inline constexpr std::string_view maskedSecret = "********";

/// Answer of `POST /tenants/{tid}/channels/{cid}/test`.
struct ChannelTestStep {
    std::string name;
    std::string state; ///< ok failed untested
    std::string text;
    bool operator==(const ChannelTestStep &) const = default;
};
struct ChannelTest {
    bool ok = false; ///< nothing that could be tested failed
    std::vector<ChannelTestStep> steps;
    bool operator==(const ChannelTest &) const = default;
};

} // namespace signalbox::schema
