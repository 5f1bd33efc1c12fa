// SPDX-License-Identifier: GPL-3.0-only
#include "tests/integration/client/cutter.h"

#include <QUrl>

namespace signalbox {

Cutter::Cutter(quint16 gatewayPort, QObject *parent)
    : QObject(parent)
    , m_gatewayPort(gatewayPort)
{
    connect(&m_server, &QTcpServer::newConnection, this, &Cutter::accept);
    m_server.listen(QHostAddress::LocalHost);
}

QUrl Cutter::url() const
{
    return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_server.serverPort()));
}

void Cutter::accept()
{
    while (QTcpSocket *near = m_server.nextPendingConnection()) {
        auto line = std::make_shared<Line>();
        line->near = near;
        line->far = new QTcpSocket(near); // goes with it
        near->setParent(this);
        line->far->connectToHost(QHostAddress::LocalHost, m_gatewayPort);
        connect(near, &QTcpSocket::readyRead, this, [this, line] { carry(line, true); });
        connect(line->far, &QTcpSocket::readyRead, this, [this, line] { carry(line, false); });
        connect(near, &QTcpSocket::disconnected, line->far, &QTcpSocket::disconnectFromHost);
        connect(near, &QTcpSocket::disconnected, near, &QObject::deleteLater);
        connect(line->far, &QTcpSocket::disconnected, near, &QTcpSocket::disconnectFromHost);
        m_lines.removeIf([](const auto &gone) { return gone.expired(); });
        m_lines.append(line);
    }
}

void Cutter::carry(const std::shared_ptr<Line> &line, bool up)
{
    QByteArray bytes = (up ? line->near : line->far)->readAll();
    if (line->over)
        return;
    if (up && !std::exchange(line->known, true)) {
        const QByteArray begin("GET /chat/ws/");
        if (bytes.startsWith(begin))
            line->chat = QString::fromUtf8(
                bytes.mid(begin.size(), bytes.indexOf(' ', begin.size()) - begin.size()));
    }
    bool cut = false;
    if (const auto at = m_cuts.find(line->chat);
        !line->chat.isEmpty() && at != m_cuts.end() && at->up == up) {
        cut = at->after < bytes.size();
        if (cut) {
            bytes.truncate(at->after);
            m_cuts.erase(at);
        } else {
            at->after -= bytes.size();
        }
    }
    if (!up)
        m_heard[line->chat] += bytes.size();
    (up ? line->far : line->near)->write(bytes);
    if (!cut)
        return;
    ++m_done;
    hangUp(*line);
}

/// What was let through goes out; what comes the other way is not heard any more.
void Cutter::hangUp(Line &line)
{
    line.over = true;
    for (QTcpSocket *end : { line.near, line.far })
        if (end->state() == QAbstractSocket::ConnectedState)
            end->flush();
    line.far->disconnectFromHost();
    line.near->disconnectFromHost();
}

void Cutter::cutNow(const QString &conversation)
{
    if (m_cuts.remove(conversation) == 0)
        return;
    for (const auto &weak : qAsConst(m_lines))
        if (const auto line = weak.lock(); line && line->chat == conversation
            && line->near->state() == QAbstractSocket::ConnectedState) {
            ++m_done;
            hangUp(*line);
        }
}

} // namespace signalbox
