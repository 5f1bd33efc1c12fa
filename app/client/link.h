// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/call.h"
#include "app/client/eventsocket.h"
#include "app/client/muxsocket.h"
#include "app/client/probe.h"
#include "app/client/rest.h"
#include "app/client/wirelog.h"
#include "models/schema/iam.h"

#include <map>
#include <random>

namespace signalbox {

class ChatSocket;

/// Where a link leads. The key is kept in memory only and goes nowhere but into sign-in frames and
/// Authorization headers.
struct LinkTarget {
    QUrl url; ///< http(s)://host:port, perhaps with a path prefix
    std::string apiKey; ///< or another bearer; "" asks for anonymous access
    TlsTrust tls;
};

/// Everything that talks to one far end: probe, sign-in, two request sockets, events, reconnecting
/// for ever. I/O thread; the Connection on the GUI thread speaks to it by queued calls and hears
/// its signals.
class Link : public QObject {
    Q_OBJECT
public:
    enum class Phase { Idle, Connecting, Live, Polling, Waiting, Refused, Untrusted };
    Q_ENUM(Phase)

    Link(const LinkTiming &timing, std::shared_ptr<WireBuffer> wire);
    ~Link() override;

    void open(const LinkTarget &target);
    /// The same caller with the next bearer: the open sockets are signed in anew, what is in flight
    /// goes on.
    void renew(const std::string &bearer);
    void close();
    void reconnectNow();
    void ask(Request request, std::unique_ptr<Call> call);
    void askStream(Request request, std::unique_ptr<Call> call);
    void cancelStream(const std::string &id);
    void batchTaken();
    void setInterval(int ms); ///< of counts in events; 0 = as they come

signals:
    /// Each change; `retryInMs` ≥ 0 while it waits to try again.
    void phaseChanged(signalbox::Link::Phase phase, const QString &text, int retryInMs);
    void signedIn(const signalbox::Capabilities &capabilities, const signalbox::schema::User &user,
        const QString &defaultWorkspace);
    void batch(const signalbox::LiveBatchPtr &batch);
    void alive();
    void traffic(qint64 requests, qint64 bytes);

private:
    void connectNow();
    void openShort(bool tokenInUrl);
    void openEvents();
    void openStreams();
    void askWhoAmI();
    void settleSignIn();
    void goLive();
    void lose(const QString &why);
    void loseEvents(const QString &why);
    void refuse(const QString &why);
    void distrust(const QString &why);
    void drop(const GatewayError &error);
    void part();
    void end(EventSocket *&events);
    void takeLosses(qint64 messages, int queues);
    void setPhase(Phase phase, const QString &text, int retryInMs = -1);
    void askMetrics(const Request &request, std::unique_ptr<Call> call);
    void askResource(const Request &request, std::unique_ptr<Call> call);
    void openChat(const Request &request, std::unique_ptr<Call> call);
    void askChat(const Request &request, std::unique_ptr<Call> call);
    bool endChat(const std::string &id, const GatewayError *error);
    void note(const QString &channel, const QString &what, std::string_view text, bool sent,
        bool failed = false, const QString &workspace = {});
    milliseconds nextRetry();
    QString withLosses(const QString &why) const;

    LinkTiming m_timing;
    std::shared_ptr<WireBuffer> m_wire;
    LinkTarget m_target;
    Rest *m_rest;
    Probe *m_probe = nullptr;
    MuxSocket *m_short = nullptr;
    MuxSocket *m_streams = nullptr;
    EventSocket *m_events = nullptr;
    EventSocket *m_parting = nullptr; ///< of the try that was lost, for its last words
    std::vector<std::pair<Request, std::unique_ptr<Call>>>
        m_forStreams; ///< until the stream socket is signed in
    struct Chat {
        ChatSocket *socket = nullptr;
        std::shared_ptr<Call> call;
    };
    std::map<std::string, Chat> m_chats; ///< by the id of the request that opened it
    QTimer m_retry;
    QTimer m_eventRetry;
    QTimer m_partingEnd;
    Phase m_phase = Phase::Idle;
    Capabilities m_capabilities;
    schema::User m_user;
    QString m_defaultWorkspace;
    bool m_probed = false;
    bool m_whoKnown = false;
    bool m_signedIn = false;
    bool m_subscribed = false;
    bool m_handshakeToken = false;
    int m_intervalMs = 0;
    int m_failures = 0;
    int m_eventFailures = 0;
    std::optional<qint64> m_since;
    qint64 m_lostMessages = 0; ///< as the far end said when it stopped; until it is back
    int m_lostQueues = 0;
    QString m_lostWhy; ///< the connection was lost
    std::minstd_rand m_random;
};

} // namespace signalbox
