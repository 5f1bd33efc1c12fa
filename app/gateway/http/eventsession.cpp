// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/eventsession.h"
#include "app/gateway/http/jsonbody.h"

#include "models/schema/envelope.h"

#include <nlohmann/json.hpp>

namespace signalbox::gateway {

using Frame = schema::ServerFrame;

namespace {

std::string typeOf(const std::string &text)
{
    const auto body = parseBody(text);
    return body.is_object() && body.contains("type") && body["type"].is_string()
        ? body["type"].get<std::string>()
        : std::string();
}
} // namespace

EventSession::EventSession(Edge &edge, std::shared_ptr<SocketPeer> peer)
    : m_edge(edge)
    , m_peer(std::move(peer))
    , m_woken(std::make_shared<std::atomic<bool>>(false))
    , m_opened(std::chrono::steady_clock::now())
{
}

template <class Work> auto EventSession::later(Work work)
{
    return [self = weak_from_this(), peer = m_peer, work](auto... arguments) {
        peer->post([self, work, ... arguments = std::move(arguments)]() mutable {
            const auto session = self.lock();
            if (session && session->m_peer)
                work(*session, std::move(arguments)...);
        });
    };
}

bool EventSession::wantsFrame() const
{
    return m_peer && !m_busy;
}

void EventSession::frame(std::string text)
{
    const std::string type = typeOf(text);
    if (type == "auth") {
        const auto frame = schema::decode<schema::ClientFrame>(text);
        if (frame)
            return signIn(frame->token);
    }
    if (type == "subscribe")
        return subscribe(text);
    refuse("error", "expected a frame of type auth or subscribe");
}

void EventSession::refuse(std::string type, std::string message)
{
    Frame frame;
    frame.kind = Frame::Kind::Error;
    frame.error.type = std::move(type);
    frame.error.message = std::move(message);
    m_peer->send(schema::encode(frame));
    if (++m_flawed > m_edge.limits.flawedFramesPerMinute)
        m_peer->close(closePolicy, "too many unreadable frames");
}

void EventSession::signIn(const std::string &token)
{
    if (m_edge.draining)
        return m_peer->close(closeGoingAway, "the gateway is stopping");
    m_busy = true;
    m_edge.gatekeeper.authenticate(
        token, later([token](EventSession &self, const std::optional<Identity> &who) {
            self.m_busy = false;
            self.signedIn(token, who);
            self.m_peer->resume();
        }));
}

void EventSession::signedIn(const std::string &token, const std::optional<Identity> &who)
{
    Frame frame;
    frame.kind = Frame::Kind::AuthFailed;
    frame.error.shape = schema::ServiceError::Shape::Text;
    frame.error.message = "auth failure";
    const bool sameUser = who && m_who && who->userId == m_who->userId;
    const bool room = !who || sameUser || m_edge.sockets.enter(who->userId);
    if (!who || !room) {
        if (!room)
            frame.error.message = "too many sockets of this user: the limit is "
                + std::to_string(m_edge.limits.socketsPerUser);
        m_peer->send(schema::encode(frame));
        return;
    }
    if (m_who && !sameUser)
        m_edge.sockets.leave(m_who->userId);
    m_who = who;
    m_token = token;
    frame.kind = Frame::Kind::AuthOk;
    frame.defaultWorkspace = who->defaultWorkspace;
    m_peer->send(schema::encode(frame));
}

void EventSession::subscribe(const std::string &text)
{
    if (!m_who)
        return refuse("auth-required", "auth failure");
    const auto wish = schema::decode<schema::Subscribe>(text);
    if (!wish)
        return refuse("error", wish.error().text());
    const auto tooMany = [&](const std::optional<std::vector<std::string>> &names) {
        return names && names->size() > m_edge.limits.subscribedNames;
    };
    if (tooMany(wish->kinds) || tooMany(wish->workspaces) || tooMany(wish->tenants))
        return refuse("limit",
            "too many names in one subscription: the limit is "
                + std::to_string(m_edge.limits.subscribedNames));
    const bool held = m_place && m_place->wish.intervalMs;
    m_place = m_edge.events.placeFor(*wish);
    if (held)
        m_place->heldTo = m_edge.events.sequence();
    schema::Event subscribed;
    subscribed.kind = schema::Event::Kind::Subscribed;
    subscribed.seq = m_place->next - 1;
    m_peer->send(schema::encode(subscribed));
    if (m_listener == 0) {
        auto wake = later([](EventSession &self) {
            *self.m_woken = false;
            self.send();
        });
        // Many events between two turns of this connection make one post.
        m_listener = m_edge.events.addListener([wake = std::move(wake), woken = m_woken] {
            if (!woken->exchange(true))
                wake();
        });
    }
    send();
}

void EventSession::send()
{
    if (m_place && m_who && m_edge.events.due(*m_place, std::chrono::steady_clock::now()))
        drawAll();
}

void EventSession::drawAll()
{
    while (m_peer->unsent() < m_edge.limits.readPauseBytes) {
        const std::vector<std::string> frames = m_edge.events.draw(*m_place, *m_who);
        for (const std::string &frame : frames)
            m_peer->send(frame);
        if (m_place->next > m_edge.events.sequence())
            return;
    }
}

void EventSession::drained()
{
    send();
}

void EventSession::tick(std::chrono::steady_clock::time_point now)
{
    if (!m_who) {
        if (now - m_opened > m_edge.limits.unauthenticatedIdle)
            m_peer->close(closePolicy, "no sign-in in time");
        return;
    }
    send(); // what an interval held back
    // The services end during a stop: who is signed in then stays so until the goodbye.
    if (m_edge.draining || std::exchange(m_checking, true))
        return;
    m_edge.gatekeeper.reassure(m_token, *m_who,
        later([](EventSession &self, const std::optional<Identity> &who) { self.reassured(who); }));
}

void EventSession::reassured(const std::optional<Identity> &who)
{
    m_checking = false;
    if (who) {
        m_who = who;
        return;
    }
    if (m_who)
        m_edge.sockets.leave(m_who->userId);
    m_who.reset();
    m_place.reset();
    Frame frame;
    frame.kind = Frame::Kind::AuthFailed;
    frame.error.shape = schema::ServiceError::Shape::Text;
    frame.error.message = "auth failure";
    m_peer->send(schema::encode(frame));
    m_peer->close(closePolicy, "auth failure");
}

std::chrono::milliseconds EventSession::tickInterval() const
{
    return std::chrono::milliseconds(200); // before the sign-in too: it is in force when that ends
}

void EventSession::stopping()
{
    if (m_place && m_who)
        drawAll(); // what was lost is told before the goodbye, whatever the interval
    m_peer->close(closeGoingAway, "the gateway is stopping");
}

void EventSession::closed()
{
    if (m_listener != 0)
        m_edge.events.removeListener(m_listener);
    m_listener = 0;
    m_place.reset();
    if (m_who)
        m_edge.sockets.leave(m_who->userId);
    m_who.reset();
    m_peer.reset();
}

} // namespace signalbox::gateway
