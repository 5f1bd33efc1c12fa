// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/http/edge.h"
#include "app/gateway/http/socketsession.h"
#include "models/schema/envelope.h"

#include <deque>
#include <map>
#include <optional>

namespace signalbox::gateway {

/// The multiplexed socket, contract TG §1.6 and signalbox-gateway §6 (cancel). Frames are taken and
/// authorised one at a time, answers of different ids interleave.
class MuxSession : public SocketSession, public std::enable_shared_from_this<MuxSession> {
public:
    MuxSession(Edge &edge, std::shared_ptr<SocketPeer> peer);

    void frame(std::string text) override;
    [[nodiscard]] bool wantsFrame() const override;
    void drained() override { }
    void tick(std::chrono::steady_clock::time_point now) override;
    [[nodiscard]] std::chrono::milliseconds tickInterval() const override;
    void stopping() override;
    void closed() override;

private:
    struct InFlight {
        schema::JsonText id;
        std::shared_ptr<Dispatcher::Running> running;
        std::string capability; ///< that it was let in with, "" = none was needed
        std::string workspace; ///< that it is about
        bool ends =
            true; ///< with the caller's right; false: an iam call, which may end that right itself
    };

    void next();
    void handle(const std::string &text);
    void flawed(const std::string &text, const schema::SchemaError &fault);
    void signIn(const std::string &token);
    void signedIn(const std::string &token, std::optional<Identity> who);
    /// Where nobody is asked for a credential, the first request signs in by itself (trap 39).
    void enterUnasked(const schema::SocketRequest &request);
    void request(const schema::SocketRequest &request);
    void authorise(ServiceCall call, std::string capability, schema::JsonText id);
    void checkWorkspace(ServiceCall call, std::string capability, schema::JsonText id);
    void dispatch(
        ServiceCall call, std::string capability, std::string target, schema::JsonText id);
    /// What is still running is ended as soon as its caller lost the right to it.
    void recheck();
    void rechecked(const std::optional<Identity> &who);
    void ended(std::uint64_t number, const CallOutcome &outcome);
    void cancel(const schema::JsonText &id);
    /// The asynchronous step in hand is over: the next frame may come.
    void proceed();

    void sendError(
        const std::optional<schema::JsonText> &id, std::string type, std::string message);
    void sendResponse(const schema::JsonText &id, std::string payload, bool complete);
    /// Runs on the sequence, only while the socket is open.
    template <class Work> auto later(Work work);

    Edge &m_edge;
    std::shared_ptr<SocketPeer> m_peer;
    std::deque<std::string> m_frames;
    bool m_busy = false;
    bool m_checking = false;
    std::optional<Identity> m_who;
    std::string m_token;
    std::map<std::uint64_t, InFlight> m_inFlight;
    std::uint64_t m_number = 0;
    int m_flawed = 0;
    std::chrono::steady_clock::time_point m_opened;
    std::chrono::steady_clock::time_point m_flawedSince;
};

} // namespace signalbox::gateway
