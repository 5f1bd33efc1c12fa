// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/fakechat.h"

#include "models/rules/resource.h"
#include "tests/support/faketalks.h"

#include <QDateTime>

#include <algorithm>

namespace signalbox {
namespace {

Reply told(std::string body)
{
    Response response;
    response.body = std::move(body);
    return response;
}

Reply absent()
{
    return unexpected(GatewayError {
        ErrorKind::NotFound, QStringLiteral("not-found"), QStringLiteral("not found"), false });
}

std::string filled(std::string text, const std::string &words)
{
    if (const auto at = text.find("%1"); at != text.npos)
        text.replace(at, 2, words);
    return text;
}

schema::ChatFrame frameOf(schema::ChatFrame::Kind kind, const std::string &text = {})
{
    schema::ChatFrame frame;
    frame.kind = kind;
    frame.text = text;
    return frame;
}

} // namespace

FakeChat::FakeChat(FakeGateway &gateway)
    : m_gateway(gateway)
{
    gateway.capabilities().tenants = true;
    gateway.answerWith("portal", [this](const Request &request) { return portal(request); });
    gateway.answerWith("chat", [this](const Request &request) { return chat(request); });
    gateway.streamWith("chat", [this](const QPointer<FakeStream> &stream, const Request &request) {
        m_stream = stream;
        claimed = schema::decode<schema::ChatLineRequest>(request.body)->role;
        auto first = frameOf(
            claimed == role ? schema::ChatFrame::Kind::Ready : schema::ChatFrame::Kind::Error);
        first.code = claimed == role ? "" : "auth";
        first.message = claimed == role ? "" : "the claims do not fit the bearer";
        m_frames.push_front(first);
    });
    connect(&m_clock, &QTimer::timeout, this, [this] {
        if (!m_held)
            step();
    });
    m_clock.start(0);
}

void FakeChat::hold(bool held)
{
    m_held = held;
}

bool FakeChat::step()
{
    if (m_frames.empty())
        return false;
    const schema::ChatFrame frame = m_frames.front();
    m_frames.pop_front();
    using Kind = schema::ChatFrame::Kind;
    schema::ChatFrame heard = frame;
    if (frame.kind == Kind::Done) // stored, then published
        store("assistant", frame.text, *frame.messageId);
    if (!ids)
        heard.messageId.reset();
    if (m_stream) {
        std::string text = schema::encode(heard);
        if (hostile == "frame" && heard.kind == Kind::Done)
            text.insert(1, R"("tenant_id":"intruder",)");
        const schema::ChatPart part { text, QDateTime::currentMSecsSinceEpoch() };
        emit m_stream->part(schema::encode(part), false);
    }
    return true;
}

void FakeChat::cut()
{
    std::erase_if(
        m_frames, [](const auto &frame) { return frame.kind == schema::ChatFrame::Kind::Ready; });
    if (auto stream = std::exchange(m_stream, nullptr))
        emit stream->failed(
            { ErrorKind::Network, {}, QStringLiteral("the socket was lost"), true });
}

void FakeChat::store(const std::string &role, const std::string &text, const std::string &id)
{
    schema::WebConversationMessage message;
    message.id = id;
    message.tenantId = m_tenant;
    message.role = role;
    message.content = text;
    message.createdAt = fakeTime();
    history.push_back(message);
}

void FakeChat::queue(schema::ChatFrame frame)
{
    m_frames.push_back(std::move(frame));
}

void FakeChat::take(const std::string &text, const std::string &id)
{
    using Kind = schema::ChatFrame::Kind;
    sentIds.push_back(id);
    if (std::count(sentIds.begin(), sentIds.end(), id) > 1) {
        auto dropped = frameOf(Kind::Error);
        dropped.code = "duplicate";
        dropped.message = "this message was taken before";
        m_frames.insert(m_frames.begin() + (m_frames.empty() ? 0 : 1), dropped);
        return;
    }
    const std::string user = "u" + std::to_string(m_next);
    const std::string mine = "a" + std::to_string(m_next++);
    store("user", text, user);
    auto typing = frameOf(Kind::Typing);
    typing.messageId = user;
    queue(typing);
    if (text == "silence")
        return;
    if (text == "fault") {
        auto fault = frameOf(Kind::Error);
        fault.code = "llm";
        fault.message = "no model answers";
        return queue(fault);
    }
    auto call = frameOf(text == "confirm" ? Kind::ConfirmationRequired : Kind::ToolCall);
    call.callId = "c" + mine;
    call.messageId = mine;
    call.tool = "lookup_order";
    call.arguments.text = R"({"order":"7731"})";
    call.expiresAt = fakeTime(600);
    if (text == "tool" || text == "confirm")
        queue(call);
    if (text == "confirm") {
        m_parked = call;
        return;
    }
    if (text == "tool") {
        auto result = call;
        result.kind = Kind::ToolResult;
        result.result.text = "\"found\"";
        result.durationMs = 86;
        queue(result);
    }
    if (text == "person") {
        auto over = frameOf(Kind::Escalated);
        over.reason = "asked for a person";
        queue(over);
    }
    queueAnswer(filled(answer, text), mine, text == "long" ? 1 : 7);
}

void FakeChat::queueAnswer(const std::string &whole, const std::string &id, std::size_t piece)
{
    using Kind = schema::ChatFrame::Kind;
    for (std::size_t at = 0; at < whole.size(); at += piece) {
        auto frame = frameOf(Kind::Chunk, whole.substr(at, piece));
        frame.messageId = id;
        queue(frame);
    }
    auto done = frameOf(Kind::Done, whole);
    done.messageId = id;
    queue(done);
}

void FakeChat::resolve(const std::string &decision, const std::string &by)
{
    using Kind = schema::ChatFrame::Kind;
    if (!m_parked)
        return;
    auto frame = *std::exchange(m_parked, std::nullopt);
    const std::string id = *frame.messageId;
    frame.kind = Kind::ConfirmationResolved;
    frame.decision = decision;
    frame.by = by;
    queue(frame);
    queue(frameOf(Kind::Typing));
    frame.kind = Kind::ToolResult;
    frame.result.text = "\"booked\"";
    queue(frame);
    queueAnswer("Booked.", id, 3);
}

std::optional<Reply> FakeChat::chat(const Request &request)
{
    const auto wish = schema::decode<schema::ChatLineRequest>(request.body);
    if (request.operation == "send") {
        if (!m_stream)
            return unexpected(GatewayError {
                ErrorKind::Network, {}, QStringLiteral("the chat is not open"), true });
        take(wish->text, wish->id);
    } else if (request.operation == "drop") {
        QTimer::singleShot(0, this, [this] { cut(); });
    }
    return told("{}");
}

std::optional<Reply> FakeChat::portal(const Request &request)
{
    const auto line = rules::resourceCall(request.operation);
    if (!line)
        return absent();
    const auto at = line->segments();
    const std::string path(line->path);
    if (path == "/auth/me") {
        schema::PortalIdentity me;
        me.user.id = me.user.name = "mira";
        me.user.role = role == "platform_admin" ? role : "";
        me.memberships = { { "mira", "globex", "customer_operator", {} },
            { "mira", "acme", role == "platform_admin" ? "customer_admin" : role, {} } };
        return told(schema::encode(me));
    }
    if (path == "/tenants" && line->method == "GET") {
        schema::Page<schema::Tenant> page;
        for (const auto &[id, name] :
            { std::pair("acme", "Acme Rail"), std::pair("globex", "Globex") }) {
            schema::Tenant tenant;
            tenant.id = tenant.slug = id;
            tenant.name = name;
            tenant.subscriptionState = states[id];
            page.items.push_back(tenant);
        }
        return told(schema::encode(page));
    }
    if (at.size() == 3 && at[2] == "agents") {
        schema::Page<schema::Agent> page;
        for (const char *name : { "Support agent", "Ops agent" }) {
            schema::Agent agent;
            agent.id = std::string(at[1]) + "-" + name;
            agent.tenantId = hostile == "agents" ? "intruder" : at[1];
            agent.name = name;
            agent.isActive = resting != name;
            agent.systemPrompt = "You are the support agent of a railway shop.";
            agent.modelPreference = "scripted";
            page.items.push_back(agent);
        }
        return told(schema::encode(page));
    }
    if (at.back() == "test") {
        const auto wish = schema::decode<schema::AgentTry>(request.body);
        schema::AgentTryResult result;
        result.text = filled("Now: %1", wish->text);
        result.turn.latencyMs = 420;
        if (hostile == "try")
            return told(R"({"text":"theirs","tenant_id":"intruder"})");
        return told(schema::encode(result));
    }
    if (path == "/chat/conversations" && line->method == "POST") {
        if (refusesChat)
            return unexpected(GatewayError { ErrorKind::Denied, QStringLiteral("forbidden"),
                QStringLiteral("you are no member of that tenant"), false });
        schema::WebConversation made;
        made.id = "w" + std::to_string(++m_conversations);
        m_tenant = schema::decode<schema::ConversationRequest>(request.body)->tenantId;
        made.tenantId = hostile == "made" ? "intruder" : m_tenant;
        history.clear();
        return told(schema::encode(made));
    }
    if (at.back() == "messages") {
        schema::Page<schema::WebConversationMessage> page;
        page.items = history;
        if (hostile == "history")
            page.items.emplace_back().tenantId = "intruder";
        return told(schema::encode(page));
    }
    if (line->method == "DELETE" && at.size() == 3) {
        removed.emplace_back(at[2]);
        return told("{}");
    }
    return absent();
}

} // namespace signalbox
