// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/linktiming.h"
#include "app/client/tls.h"

#include <QObject>
#include <QTimer>
#include <QUrl>
#include <QWebSocket>

#include <memory>
#include <string>

namespace signalbox {

/// A WebSocket that notices when its peer has died without a word: protocol pings, and a limit for
/// opening. I/O thread. After lost() it is of no use any more.
class LiveSocket : public QObject {
    Q_OBJECT
public:
    LiveSocket(const LinkTiming &timing, milliseconds pingEvery, QObject *parent);
    ~LiveSocket() override;
    void setTls(const TlsTrust &trust) { m_trust = trust; } ///< before open()
    void open(const QUrl &url);
    void send(const std::string &text);
    void close(); ///< politely, without a signal
    void abort(); ///< cut without a close frame and without a signal
    bool isOpen() const;
    void signedIn(); ///< the limit for opening and signing in is over
    bool untrusted() const { return !m_untrusted.isEmpty(); } ///< that is why it was lost
    int handshakeStatus() const
    {
        return m_handshakeStatus;
    } ///< HTTP status of a refused handshake, 0 unknown

signals:
    void opened();
    void frame(const std::string &text);
    void alive(); ///< a pong came
    void lost(const QString &why); ///< once
    void traffic(qint64 bytes);

private:
    void lose(const QString &why);
    void ping();
    void hangUp();

    LinkTiming m_timing;
    std::unique_ptr<QWebSocket> m_socket;
    TlsTrust m_trust;
    QString m_untrusted; ///< why the certificate is not taken
    QTimer m_pingTimer;
    QTimer m_deadline;
    bool m_lost = false;
    int m_handshakeStatus = 0;
    bool m_connected = false; ///< at some time
};

} // namespace signalbox
