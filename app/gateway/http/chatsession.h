// SPDX-License-Identifier: GPL-3.0-only
// `/chat/ws/{conversation_id}`, tenant-platform §4.
#pragma once

#include "app/gateway/http/edge.h"
#include "app/gateway/http/restexchange.h"
#include "app/gateway/http/socketsession.h"
#include "models/schema/chatframe.h"

#include <memory>

namespace signalbox::gateway {

/// One person at one conversation. The service `webchat` subscribes for it and sends the frames as
/// parts of one answer. All on the connection's sequence.
class ChatSession final : public SocketSession, public std::enable_shared_from_this<ChatSession> {
public:
    ChatSession(Edge &edge, std::shared_ptr<SocketPeer> peer, const RestRequest &rest);

    void frame(std::string text) override;
    [[nodiscard]] bool wantsFrame() const override { return m_peer && !m_busy; }
    void drained() override { }
    void tick(std::chrono::steady_clock::time_point now) override;
    [[nodiscard]] std::chrono::milliseconds tickInterval() const override;
    void stopping() override;
    void closed() override;

private:
    void signIn(const schema::ChatAuth &auth);
    void attach();
    void part(const std::string &text);
    void send(const schema::ChatSend &message);
    void deliver(const schema::ChatSend &message);
    void refuse(const std::string &why);
    void error(const std::string &code, const std::string &message);
    [[nodiscard]] std::string request(const char *operation, const schema::ChatSend *message) const;
    template <class Work> auto later(Work work);

    Edge &m_edge;
    std::shared_ptr<SocketPeer> m_peer;
    const std::string m_conversation;
    std::string m_token;
    schema::ChatAuth m_claims;
    std::optional<Identity> m_who;
    FabricCalls::Ticket m_frames;
    std::chrono::steady_clock::time_point m_opened;
    std::chrono::steady_clock::time_point m_lookedAt;
    bool m_busy = false; ///< a sign-in or a message is under way
    bool m_ready = false; ///< subscribed
    bool m_entered = false; ///< counted among the user's sockets
    bool m_looking = false;
    int m_flawed = 0;
};

} // namespace signalbox::gateway
