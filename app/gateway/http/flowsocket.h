// SPDX-License-Identifier: GPL-3.0-only
// Import and export sockets of a flow, contract TG §1.7 and §1.8.
#pragma once

#include "app/gateway/http/edge.h"
#include "app/gateway/http/restexchange.h"
#include "app/gateway/http/socketsession.h"

#include <memory>
#include <string>

namespace signalbox::gateway {

/// What the two have in common: the socket counts among its user's, the topic behind the flow's
/// interface is looked up, and whoever opened the socket is looked at again twice a second. All on
/// the connection's sequence.
class FlowSocket : public SocketSession, public std::enable_shared_from_this<FlowSocket> {
public:
    struct Place {
        std::string workspace;
        std::string flow;
        std::string kind; ///< triples, rows …
        std::string token;
        std::string capability;
    };
    FlowSocket(Edge &edge, std::shared_ptr<SocketPeer> peer, Place place);

    void begin(); ///< once, after construction
    void tick(std::chrono::steady_clock::time_point now) override;
    [[nodiscard]] std::chrono::milliseconds tickInterval() const override;
    void stopping() override;
    void closed() override;

protected:
    virtual void opened(const std::string &topic) = 0;
    virtual void beat() = 0; ///< ten times a second while open
    /// The peer is told; nothing more is taken. TG §1.7: 1000, whatever was wrong.
    void end(const std::string &reason);
    /// Runs on the sequence, only while the socket is open.
    template <class Work> auto later(Work work);

    Edge &m_edge;
    std::shared_ptr<SocketPeer> m_peer;
    const Place m_place;
    bool m_open = false; ///< the topic is known

private:
    void found(const FabricResult<Message> &result);
    void reassure();
    void enter(const Identity &who);

    std::optional<Identity> m_who;
    std::chrono::steady_clock::time_point m_lookedAt;
    bool m_looking = false;
};

/// `rest.route` is an import or an export whose upgrade was granted by checkUpgrade().
std::shared_ptr<SocketSession> openFlowSocket(
    Edge &edge, std::shared_ptr<SocketPeer> peer, const RestRequest &rest);

/// The capability that the socket needs: `triples:write`.
std::string flowSocketCapability(const Route &route);

/// "" or what is wrong with an object for the import of `kind`, with its path.
std::string importFault(std::string_view kind, std::string_view text);

} // namespace signalbox::gateway
