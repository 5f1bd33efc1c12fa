// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/call.h"
#include "app/client/livesocket.h"
#include "models/schema/envelope.h"

#include <deque>
#include <map>

namespace signalbox {

/// One multiplexed socket (TG §1.6): signs in with the first frame, keeps at most 12 requests in
/// flight and a bounded queue behind them, one time limit per awaited part. I/O thread. When it is
/// lost, every request in it fails once.
class MuxSocket : public QObject {
    Q_OBJECT
public:
    MuxSocket(const LinkTiming &timing, QObject *parent);
    ~MuxSocket() override;

    /// `token` in the URL for the eras that want it at the handshake (A and B, TG §7.1).
    void open(const QUrl &url, const std::string &token, bool tokenInUrl);
    void setTls(const TlsTrust &trust) { m_socket.setTls(trust); }
    /// Signs the open socket in anew; what is in flight goes on.
    void renew(const std::string &token);
    void ask(Request request, std::unique_ptr<Call> call);
    void cancel(const std::string &id); ///< the asker has gone
    void close(const GatewayError &error); ///< fails what is in it
    bool ready() const { return m_ready; }
    void setCancels(bool cancels) { m_cancels = cancels; } ///< capability `cancel`
    bool preIam() const { return m_preIam; } ///< answered the auth frame like eras A and B
    bool oldField() const
    {
        return m_oldField;
    } ///< `workspace` instead of `default_workspace`: 2.4.5–2.6.1
    int handshakeStatus() const { return m_handshakeStatus; }
    bool untrusted() const { return m_socket.untrusted(); }
    qint64 strayFrames() const { return m_stray; } ///< unreadable, or for nobody

signals:
    void signedIn(const QString &defaultWorkspace); ///< the first time only
    void refused(const QString &why);
    void lost(const QString &why);
    void traffic(qint64 requests, qint64 bytes);
    void strayFrame(const std::string &text, const QString &why);

private:
    struct Flight {
        Request request;
        std::unique_ptr<Call> call;
        qint64 deadline = 0;
    };
    void signIn();
    void takeFrame(const std::string &text);
    void takeFlawed(const std::string &text, const schema::SchemaError &fault);
    void takeAuth(const schema::ServerFrame &frame);
    void takeStray(const schema::ServerFrame &frame, const std::string &text);
    void pump();
    std::deque<Flight> *nextWaiting();
    std::size_t waiting() const;
    void sendRequest(const Request &request);
    void checkDeadlines();
    void failAll(const GatewayError &error);
    qint64 now() const;

    LinkTiming m_timing;
    LiveSocket m_socket;
    std::string m_token;
    bool m_tokenInUrl = false;
    bool m_ready = false;
    bool m_cancels = false;
    bool m_preIam = false;
    bool m_oldField = false;
    int m_handshakeStatus = 0;
    qint64 m_stray = 0;
    qint64 m_nextId = 1;
    std::map<std::string, Flight> m_flying;
    std::map<std::string, std::deque<Flight>>
        m_waiting; ///< by service: many questions to one do not hold up another
    QTimer m_clock;
};

} // namespace signalbox
