// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QHash>
#include <QTcpServer>
#include <QTcpSocket>

#include <memory>

namespace signalbox {

/// Carries everything between a console and a gateway on 127.0.0.1, byte by byte, and cuts the web
/// chats where it is told: in the middle of a frame as well as between two.
class Cutter : public QObject {
    Q_OBJECT
public:
    struct Cut {
        bool up = false; ///< counted are bytes to the gateway, else those from it
        qint64 after = 0; ///< so many more are let through
    };
    Cutter(quint16 gatewayPort, QObject *parent);

    QUrl url() const;
    /// Whoever comes from now on gets to that one.
    void setGateway(quint16 port) { m_gatewayPort = port; }
    /// The next cut of that conversation's socket: of the one that is there, or of the next.
    void arm(const QString &conversation, const Cut &cut) { m_cuts[conversation] = cut; }
    /// Cuts now what was armed and has not come to it.
    void cutNow(const QString &conversation);
    bool armed(const QString &conversation) const { return m_cuts.contains(conversation); }
    /// Bytes from the gateway to that conversation's sockets so far.
    qint64 heard(const QString &conversation) const { return m_heard.value(conversation); }
    int cuts() const { return m_done; }

private:
    struct Line {
        QTcpSocket *near = nullptr; ///< the console
        QTcpSocket *far = nullptr;
        QString chat; ///< the conversation, "" when it is no chat
        bool known = false; ///< its first bytes were seen
        bool over = false;
    };
    void accept();
    void carry(const std::shared_ptr<Line> &line, bool up);
    static void hangUp(Line &line);

    quint16 m_gatewayPort;
    QTcpServer m_server;
    QHash<QString, Cut> m_cuts;
    QHash<QString, qint64> m_heard;
    QList<std::weak_ptr<Line>> m_lines;
    int m_done = 0;
};

} // namespace signalbox
