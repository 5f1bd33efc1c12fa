// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/chatsession.h"

#include "app/gateway/services/tenantcore.h"
#include "models/rules/resource.h"
#include "models/schema/envelope.h"

#include <nlohmann/json.hpp>

namespace signalbox::gateway {

namespace {

constexpr int chatNoSignIn = 4401;
constexpr int chatPolicy = 1008;
constexpr int chatGoingAway = 1001;
constexpr int chatTryAgain = 1013;
constexpr std::chrono::milliseconds chatLookTime { 500 };
constexpr std::chrono::hours chatPatience { 24 * 365 }; ///< nothing need be said for long
constexpr std::chrono::seconds chatSendPatience { 30 };

} // namespace

ChatSession::ChatSession(Edge &edge, std::shared_ptr<SocketPeer> peer, const RestRequest &rest)
    : m_edge(edge)
    , m_peer(std::move(peer))
    , m_conversation(rest.route.name)
    , m_token(bearerOf(rest.authorization))
    , m_opened(std::chrono::steady_clock::now())
    , m_lookedAt(m_opened)
{
}

template <class Work> auto ChatSession::later(Work work)
{
    return [self = weak_from_this(), peer = m_peer, work](auto... arguments) {
        peer->post([self, work, ... arguments = std::move(arguments)]() mutable {
            const auto session = self.lock();
            if (session && session->m_peer)
                work(*session, std::move(arguments)...);
        });
    };
}

void ChatSession::error(const std::string &code, const std::string &message)
{
    schema::ChatFrame frame;
    frame.kind = schema::ChatFrame::Kind::Error;
    frame.code = code;
    frame.message = message;
    m_peer->send(schema::encode(frame));
}

void ChatSession::refuse(const std::string &why)
{
    error("auth", why);
    m_peer->close(chatNoSignIn, why);
}

void ChatSession::frame(std::string text)
{
    const auto frame = schema::decode<schema::ChatClientFrame>(text);
    if (!frame && !m_ready)
        return refuse("the first frame must sign in: " + frame.error().text());
    if (!frame) {
        if (++m_flawed > m_edge.limits.flawedFramesPerMinute)
            m_peer->close(chatPolicy, "too many unreadable frames");
        return error("invalid", frame.error().text());
    }
    if (frame->kind == schema::ChatClientFrame::Kind::Auth)
        return m_ready ? error("invalid", "signed in already") : signIn(frame->auth);
    if (!m_ready)
        return refuse("the first frame must sign in");
    send(frame->message);
}

void ChatSession::signIn(const schema::ChatAuth &auth)
{
    m_claims = auth;
    if (auth.token && !auth.token->empty())
        m_token = *auth.token;
    m_busy = true;
    m_edge.gatekeeper.authenticate(
        m_token, later([](ChatSession &self, const std::optional<Identity> &who) {
            if (!who)
                return self.refuse("auth failure");
            self.m_who = who;
            self.m_entered = self.m_edge.sockets.enter(who->userId);
            if (!self.m_entered)
                return self.m_peer->close(chatPolicy, "too many sockets of this user");
            self.attach();
        }));
}

std::string ChatSession::request(const char *operation, const schema::ChatSend *message) const
{
    nlohmann::json body { { "operation", operation }, { "tenant", m_claims.tenantId },
        { "conversation", m_conversation }, { "userId", m_claims.userId },
        { "role", m_claims.role }, { "actor", m_who->userId }, { "name", m_who->username },
        { "roles", m_who->roles } };
    if (message) {
        body["text"] = message->text;
        body["id"] = message->id.value_or("");
    }
    return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void ChatSession::attach()
{
    FabricCalls::Ask ask;
    ask.topics = FabricCalls::serviceTopics("webchat");
    ask.value = request("attach", nullptr);
    ask.timeout = chatPatience;
    const auto take =
        later([](ChatSession &self, const Message &message) { self.part(message.value); });
    const auto ended = later([](ChatSession &self, const FabricResult<Message> &) {
        self.m_peer->close(chatTryAgain, "the conversation's frames have ended");
    });
    m_frames = m_edge.calls.ask(
        std::move(ask), [](const Message &) { return false; }, take, ended);
}

void ChatSession::part(const std::string &text)
{
    auto frame = schema::decode<schema::ChatFrame>(text);
    if (!frame)
        return m_peer->close(chatTryAgain, "a frame cannot be read");
    using Kind = schema::ChatFrame::Kind;
    if (frame->kind == Kind::Error && frame->code == "auth") // at the first, or no longer a member
        return refuse(frame->message);
    if (frame->kind == Kind::Ready) {
        m_ready = true;
        m_busy = false;
        m_peer->resume();
    }
    const bool whole = m_claims.dialect == "response";
    if (whole && frame->kind == Kind::Chunk)
        return;
    if (!whole || frame->kind != Kind::Done)
        return m_peer->send(text);
    frame->kind = Kind::Response;
    m_peer->send(schema::encode(*frame));
}

void ChatSession::send(const schema::ChatSend &message)
{
    if (message.text.size() > longestChatText) // the service would say the same, later
        return error("too-large",
            "the message is larger than " + std::to_string(longestChatText) + " bytes");
    m_busy = true; // one after another: they keep their order
    if (!m_edge.gatekeeper.needsLease())
        return deliver(message);
    // A lease may have been taken, or have ended, since the last look.
    m_edge.gatekeeper.reassure(
        m_token, *m_who, later([message](ChatSession &self, const std::optional<Identity> &who) {
            if (!who)
                return self.m_peer->close(chatNoSignIn, "signed out");
            self.m_who = who;
            const std::string line = "POST /chat/conversations/"
                + rules::percentEncoded(self.m_conversation) + "/messages";
            const std::string refusal = self.m_edge.gatekeeper.leaseRefusal(
                *who, { std::string(rules::portalService), line, false, {} });
            if (refusal.empty())
                return self.deliver(message);
            self.m_busy = false;
            self.m_peer->resume();
            self.error("lease-required", refusal);
        }));
}

void ChatSession::deliver(const schema::ChatSend &message)
{
    FabricCalls::Ask ask;
    ask.topics = FabricCalls::serviceTopics("webchat");
    ask.value = request("send", &message);
    ask.timeout = chatSendPatience;
    const auto done = later([](ChatSession &self, const FabricResult<Message> &result) {
        self.m_busy = false;
        self.m_peer->resume();
        if (!result)
            return self.error("unavailable", result.error().text);
        const auto fault = schema::errorOf(result->value);
        if (fault && fault->type == "auth")
            return self.refuse(fault->message);
        if (fault)
            self.error(fault->type, fault->message);
    });
    m_edge.calls.ask(std::move(ask), done);
}

void ChatSession::tick(std::chrono::steady_clock::time_point now)
{
    if (m_edge.draining)
        return stopping();
    if (!m_ready && now - m_opened > m_edge.limits.unauthenticatedIdle)
        return m_peer->close(chatNoSignIn, "no sign-in in time");
    if (!m_who || now - m_lookedAt < chatLookTime || std::exchange(m_looking, true))
        return;
    m_lookedAt = now;
    m_edge.gatekeeper.reassure(
        m_token, *m_who, later([](ChatSession &self, const std::optional<Identity> &who) {
            self.m_looking = false;
            if (who)
                self.m_who = who;
            else
                self.m_peer->close(chatNoSignIn, "signed out");
        }));
}

std::chrono::milliseconds ChatSession::tickInterval() const
{
    return std::chrono::milliseconds(200);
}

void ChatSession::stopping()
{
    FabricCalls::cancel(std::exchange(m_frames, {})); // or a stop would wait for it
    m_peer->close(chatGoingAway, "the gateway is stopping");
}

void ChatSession::closed()
{
    if (m_who && !m_frames.id.empty() && !m_edge.draining) {
        FabricCalls::Ask ask;
        ask.topics = FabricCalls::serviceTopics("webchat");
        const nlohmann::json body { { "operation", "detach" }, { "id", m_frames.id } };
        ask.value = body.dump();
        ask.timeout = chatSendPatience;
        m_edge.calls.ask(std::move(ask), [](const FabricResult<Message> &) {});
    }
    m_peer.reset();
    FabricCalls::cancel(std::exchange(m_frames, {}));
    if (m_entered && m_who)
        m_edge.sockets.leave(m_who->userId);
    m_who.reset();
}

} // namespace signalbox::gateway
