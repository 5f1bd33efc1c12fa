// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/chatframe.h"

#include "models/schema/reader.h"

namespace signalbox::schema {

template <class V> void members(V &v, const ChatAuth *)
{
    v("userId", &ChatAuth::userId, Always | Required);
    v("role", &ChatAuth::role, Always | Required);
    v("tenantId", &ChatAuth::tenantId, Always | Required);
    v("token", &ChatAuth::token);
    v("dialect", &ChatAuth::dialect);
}

template <class V> void members(V &v, const ChatSend *)
{
    v("text", &ChatSend::text, Always | Required);
    v("id", &ChatSend::id);
}

template <class V> void members(V &v, const ChatFrame *)
{
    v("type", &ChatFrame::type, Always);
    v("conversation_id", &ChatFrame::conversationId);
    v("text", &ChatFrame::text);
    v("message_id", &ChatFrame::messageId);
    v("call_id", &ChatFrame::callId);
    v("tool", &ChatFrame::tool);
    v("arguments", &ChatFrame::arguments);
    v("result", &ChatFrame::result);
    v("error", &ChatFrame::error);
    v("duration_ms", &ChatFrame::durationMs);
    v("expires_at", &ChatFrame::expiresAt);
    v("decision", &ChatFrame::decision);
    v("by", &ChatFrame::by);
    v("reason", &ChatFrame::reason);
    v("from", &ChatFrame::from);
    v("code", &ChatFrame::code);
    v("message", &ChatFrame::message);
}

namespace {

constexpr std::pair<ChatFrame::Kind, std::string_view> frameNames[] = {
    { ChatFrame::Kind::Ready, "ready" },
    { ChatFrame::Kind::Typing, "typing" },
    { ChatFrame::Kind::Response, "response" },
    { ChatFrame::Kind::Chunk, "chunk" },
    { ChatFrame::Kind::Done, "done" },
    { ChatFrame::Kind::ToolCall, "tool_call" },
    { ChatFrame::Kind::ToolResult, "tool_result" },
    { ChatFrame::Kind::ConfirmationRequired, "confirmation_required" },
    { ChatFrame::Kind::ConfirmationResolved, "confirmation_resolved" },
    { ChatFrame::Kind::Escalated, "escalated" },
    { ChatFrame::Kind::HumanMessage, "human_message" },
    { ChatFrame::Kind::Error, "error" },
};

bool carriesText(ChatFrame::Kind kind)
{
    return kind == ChatFrame::Kind::Response || kind == ChatFrame::Kind::Chunk
        || kind == ChatFrame::Kind::Done || kind == ChatFrame::Kind::HumanMessage;
}

} // namespace

void read(const Reader &in, ChatClientFrame &out)
{
    if (!in.isObject())
        return;
    std::string type;
    readMember(in, "type", type);
    if (in.failed())
        return;
    if (type == "auth") {
        out.kind = ChatClientFrame::Kind::Auth;
        read(in, out.auth);
    } else if (type == "message") {
        out.kind = ChatClientFrame::Kind::Message;
        read(in, out.message);
    } else {
        in.fail("unknown type \"" + type + "\"");
    }
}

Json write(const ChatClientFrame &frame)
{
    const bool auth = frame.kind == ChatClientFrame::Kind::Auth;
    Json object = Json::object();
    object["type"] = auth ? "auth" : "message";
    Json rest = auth ? write(frame.auth) : write(frame.message);
    for (auto &[key, value] : rest.get_ref<Json::object_t &>())
        object[key] = std::move(value);
    return object;
}

void read(const Reader &in, ChatFrame &out)
{
    if (!in.isObject())
        return;
    MemberReader<ChatFrame> reader(in, out);
    members(reader, static_cast<const ChatFrame *>(nullptr));
    for (const auto &[kind, name] : frameNames)
        if (name == out.type)
            out.kind = kind;
}

Json write(const ChatFrame &frame)
{
    MemberWriter<ChatFrame> writer(frame);
    members(writer, static_cast<const ChatFrame *>(nullptr));
    for (const auto &[kind, name] : frameNames)
        if (kind == frame.kind)
            writer.object["type"] = name;
    if (carriesText(frame.kind))
        writer.object["text"] = frame.text; // although it is empty
    return std::move(writer.object);
}

SIGNALBOX_WIRE(ChatClientFrame)
SIGNALBOX_WIRE(ChatFrame)

} // namespace signalbox::schema
