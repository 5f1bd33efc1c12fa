// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/http/edge.h"
#include "app/gateway/http/socketsession.h"

#include <atomic>
#include <optional>

namespace signalbox::gateway {

/// One client of `/api/v1/events`: signs in as on the mux, subscribes, then draws from the hub as
/// fast as it reads.
class EventSession : public SocketSession, public std::enable_shared_from_this<EventSession> {
public:
    EventSession(Edge &edge, std::shared_ptr<SocketPeer> peer);

    void frame(std::string text) override;
    [[nodiscard]] bool wantsFrame() const override;
    void drained() override;
    void tick(std::chrono::steady_clock::time_point now) override;
    [[nodiscard]] std::chrono::milliseconds tickInterval() const override;
    void stopping() override;
    void closed() override;

private:
    void signIn(const std::string &token);
    void signedIn(const std::string &token, const std::optional<Identity> &who);
    void refuse(std::string type, std::string message);
    void subscribe(const std::string &text);
    void send();
    void drawAll();
    void reassured(const std::optional<Identity> &who);
    template <class Work> auto later(Work work);

    Edge &m_edge;
    std::shared_ptr<SocketPeer> m_peer;
    bool m_busy = false; ///< a sign-in is being checked
    bool m_checking = false;
    std::optional<Identity> m_who;
    std::string m_token;
    std::optional<EventHub::Place> m_place;
    int m_listener = 0;
    int m_flawed = 0;
    std::shared_ptr<std::atomic<bool>> m_woken;
    std::chrono::steady_clock::time_point m_opened;
};

} // namespace signalbox::gateway
