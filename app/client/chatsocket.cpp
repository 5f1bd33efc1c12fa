// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/chatsocket.h"

#include "models/schema/chatframe.h"

#include <QDateTime>

namespace signalbox {

ChatSocket::ChatSocket(const LinkTiming &timing, const TlsTrust &trust,
    schema::ChatLineRequest request, QObject *parent)
    : QObject(parent)
    , m_request(std::move(request))
    , m_home(new QObject)
    , m_timing(timing)
    , m_trust(trust)
{
    m_thread.setObjectName(QStringLiteral("chat"));
    m_home->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_home, &QObject::deleteLater);
    m_thread.start();
}

ChatSocket::~ChatSocket()
{
    m_leaving.release();
    QMetaObject::invokeMethod(m_home, [this] {
        if (m_socket)
            m_socket->close();
    });
    m_thread.quit();
    m_thread.wait();
}

void ChatSocket::open(const QUrl &url, const std::string &token)
{
    QMetaObject::invokeMethod(m_home, [this, url, token] {
        m_socket = new LiveSocket(m_timing, m_timing.eventPing, m_home);
        m_socket->setTls(m_trust);
        QObject::connect(m_socket, &LiveSocket::opened, m_home, [this, token] {
            schema::ChatClientFrame first;
            first.kind = schema::ChatClientFrame::Kind::Auth;
            first.auth.userId = m_request.userId;
            first.auth.role = m_request.role;
            first.auth.tenantId = m_request.tenantId;
            emit sent(schema::encode(first));
            if (!token.empty())
                first.auth.token = token;
            m_socket->send(schema::encode(first));
            m_socket->signedIn();
        });
        QObject::connect(m_socket, &LiveSocket::frame, m_home, [this](const std::string &text) {
            // The next one waits in the kernel, then at the far end.
            if (m_request.slow && m_leaving.tryAcquire(1, slowFrameMs))
                return m_leaving.release(); // for the next one that was read with this one
            emit frame(text, QDateTime::currentMSecsSinceEpoch());
        });
        QObject::connect(
            m_socket, &LiveSocket::lost, m_home, [this](const QString &why) { emit lost(why); });
        QObject::connect(
            m_socket, &LiveSocket::traffic, m_home, [this](qint64 bytes) { emit traffic(bytes); });
        m_socket->open(url);
    });
}

void ChatSocket::send(const std::string &text, const std::string &id)
{
    QMetaObject::invokeMethod(m_home, [this, text, id] {
        if (!m_socket)
            return;
        schema::ChatClientFrame frame;
        frame.message.text = text;
        if (!id.empty())
            frame.message.id = id;
        const std::string bytes = schema::encode(frame);
        emit sent(bytes);
        m_socket->send(bytes);
    });
}

void ChatSocket::drop()
{
    QMetaObject::invokeMethod(m_home, [this] {
        if (!m_socket)
            return;
        m_socket->abort();
        emit lost(tr("cut by hand"));
    });
}

} // namespace signalbox
