// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/livesocket.h"
#include "models/schema/chatline.h"

#include <QSemaphore>
#include <QThread>

namespace signalbox {

/// One web chat (`/chat/ws/{conversation}`, tenant-platform §4) on a thread of its own, so that one
/// that reads slowly stops nobody else. Made, asked and deleted on the I/O thread; signals arrive
/// there.
class ChatSocket : public QObject {
    Q_OBJECT
public:
    static constexpr int slowFrameMs = 400;

    ChatSocket(const LinkTiming &timing, const TlsTrust &trust, schema::ChatLineRequest request,
        QObject *parent);
    ~ChatSocket() override; ///< closes politely; one that reads slowly does not finish its nap

    void open(const QUrl &url, const std::string &token);
    void send(const std::string &text, const std::string &id);
    void drop(); ///< the connection is cut without a close frame
    const std::string &conversation() const { return m_request.conversation; }

signals:
    void frame(const std::string &text, qint64 atMs);
    void lost(const QString &why); ///< once; of no use any more
    void sent(const std::string &frame); ///< for the wire log; without the token
    void traffic(qint64 bytes);

private:
    schema::ChatLineRequest m_request;
    QThread m_thread;
    QSemaphore m_leaving; ///< free from the destructor on: naps end
    QObject *m_home; ///< lives on m_thread; holds the socket
    LiveSocket *m_socket = nullptr; ///< on m_thread
    LinkTiming m_timing;
    TlsTrust m_trust;
};

} // namespace signalbox
