// SPDX-License-Identifier: GPL-3.0-only
#include "app/console/singleinstance.h"

#include <QCryptographicHash>
#include <QDeadlineTimer>
#include <QDir>
#include <QLocalServer>
#include <QLocalSocket>
#include <QThread>

namespace signalbox {

SingleInstance::SingleInstance(QObject *parent)
    : QObject(parent)
{
}

SingleInstance::~SingleInstance() = default;

QString SingleInstance::address(const QString &profile)
{
    // A hash: the path of a local socket has to be short. The folder must be the same however it
    // was written.
    const QString folder =
        QDir(profile).canonicalPath().isEmpty() ? profile : QDir(profile).canonicalPath();
    const QByteArray hash =
        QCryptographicHash::hash(folder.toUtf8(), QCryptographicHash::Sha256).toHex().left(24);
    return QStringLiteral("signalbox-") + QString::fromLatin1(hash);
}

SingleInstance::Outcome SingleInstance::claim(const QString &profile, const QString &message)
{
    const QString name = address(profile);
    bool delivered = false;
    if (handOver(name, message, handOverMs, &delivered))
        return HandedOver;
    m_server = std::make_unique<QLocalServer>();
    m_server->setSocketOptions(QLocalServer::UserAccessOption);
    if (!m_server->listen(name)) {
        // Nobody answers there: what lies in the way was left by a program that died.
        QLocalServer::removeServer(name);
        if (!m_server->listen(name))
            return Unavailable;
    }
    connect(m_server.get(), &QLocalServer::newConnection, this, &SingleInstance::accept);
    return First;
}

bool SingleInstance::handOverOnly(
    const QString &profile, const QString &message, int patienceMs) const
{
    const QDeadlineTimer deadline(patienceMs);
    const QString name = address(profile);
    for (;;) {
        bool delivered = false;
        if (handOver(name, message, int(deadline.remainingTime()), &delivered))
            return true;
        if (delivered || deadline.hasExpired())
            return false; // said twice it would be done twice
        QThread::msleep(50);
    }
}

bool SingleInstance::handOver(
    const QString &address, const QString &message, int answerMs, bool *delivered) const
{
    QLocalSocket socket;
    socket.connectToServer(address);
    if (!socket.waitForConnected(handOverMs))
        return false;
    *delivered = true;
    socket.write(message.toUtf8().left(messageLimit - 1) + '\n');
    return socket.waitForBytesWritten(handOverMs) && socket.waitForReadyRead(answerMs);
}

void SingleInstance::accept()
{
    while (QLocalSocket *socket = m_server->nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        const auto read = [this, socket] {
            if (socket->bytesAvailable() > messageLimit)
                return socket->abort();
            if (!socket->canReadLine())
                return;
            const QString message = QString::fromUtf8(socket->readLine()).trimmed();
            socket->write("ok\n");
            socket->disconnectFromServer();
            emit received(message);
        };
        connect(socket, &QLocalSocket::readyRead, this, read);
        read();
    }
}

} // namespace signalbox
