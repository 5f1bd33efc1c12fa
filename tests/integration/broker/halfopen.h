// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>

namespace signalbox {

/// A way to a port of this machine that can go dead without a word: nothing passes, nothing closes.
class HalfOpenWay : public QObject {
public:
    explicit HalfOpenWay(quint16 to)
        : m_to(to)
    {
        connect(&m_server, &QTcpServer::newConnection, this, &HalfOpenWay::join);
        m_server.listen(QHostAddress::LocalHost);
    }
    quint16 port() const { return m_server.serverPort(); }
    void setDead(bool dead)
    {
        m_dead = dead;
        if (!dead)
            for (const auto &socket : std::as_const(m_sockets))
                if (socket)
                    emit socket->readyRead();
    }

private:
    void join()
    {
        while (QTcpSocket *near = m_server.nextPendingConnection()) {
            auto *far = new QTcpSocket(near);
            far->connectToHost(QHostAddress::LocalHost, m_to);
            pass(near, far);
            pass(far, near);
            m_sockets.append(near);
            m_sockets.append(far);
        }
    }
    void pass(QTcpSocket *from, QTcpSocket *to)
    {
        connect(from, &QTcpSocket::readyRead, to, [this, from, to] {
            if (!m_dead)
                to->write(from->readAll());
        });
        connect(from, &QTcpSocket::disconnected, to, [this, to] {
            if (!m_dead)
                to->disconnectFromHost();
        });
    }
    QTcpServer m_server;
    quint16 m_to;
    bool m_dead = false;
    QList<QPointer<QTcpSocket>> m_sockets;
};

} // namespace signalbox
