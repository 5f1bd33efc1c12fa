// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/livesocket.h"

#include <QRegularExpression>

namespace signalbox {
namespace {
constexpr quint64 frameLimit = 256ull
    << 20; ///< a whole workspace's config in one answer is far below
}

LiveSocket::LiveSocket(const LinkTiming &timing, milliseconds pingEvery, QObject *parent)
    : QObject(parent)
    , m_timing(timing)
    , m_socket(std::make_unique<QWebSocket>())
{
    m_socket->setMaxAllowedIncomingMessageSize(frameLimit);
    m_socket->setMaxAllowedIncomingFrameSize(frameLimit);
    m_pingTimer.setInterval(pingEvery);
    m_deadline.setSingleShot(true);
    connect(&m_pingTimer, &QTimer::timeout, this, &LiveSocket::ping);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        lose(isOpen() ? tr("no sign of life for %1 s").arg(double(m_deadline.interval()) / 1000)
                      : tr("no answer within %1 s").arg(double(m_deadline.interval()) / 1000));
    });
    connect(m_socket.get(), &QWebSocket::connected, this, [this] {
        m_connected = true;
        m_pingTimer.start();
        emit opened();
    });
    connect(m_socket.get(), &QWebSocket::textMessageReceived, this, [this](const QString &text) {
        const std::string bytes = text.toStdString();
        emit traffic(qint64(bytes.size()));
        emit frame(bytes);
    });
    // The interface is text, but whoever sends the same text in a binary frame is understood too.
    connect(m_socket.get(), &QWebSocket::binaryMessageReceived, this,
        [this](const QByteArray &message) {
            emit traffic(message.size());
            emit frame(message.toStdString());
        });
    connect(m_socket.get(), &QWebSocket::pong, this, [this] {
        m_deadline.stop();
        emit alive();
    });
    connect(m_socket.get(), &QWebSocket::disconnected, this, [this] {
        const QString reason = m_socket->closeReason();
        if (m_connected)
            return lose(reason.isEmpty() ? tr("the far end closed the connection") : reason);
        // Nothing was open that could be closed: the error, which may follow, tells why.
        QMetaObject::invokeMethod(
            this, [this] { lose(m_socket->errorString()); }, Qt::QueuedConnection);
    });
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const auto failed = &QWebSocket::errorOccurred;
#else
    const auto failed = QOverload<QAbstractSocket::SocketError>::of(&QWebSocket::error);
#endif
    connect(m_socket.get(), failed, this, [this] {
        QString text = m_socket->errorString();
        // Qt tells the status of a refused handshake only in words.
        static const QRegularExpression status(QStringLiteral("\\b([1-5][0-9]{2})\\b"));
        if (const auto match = status.match(text); match.hasMatch())
            m_handshakeStatus = match.captured(1).toInt();
        if (m_handshakeStatus >= 200 && m_handshakeStatus != 401)
            text = tr("it answers, with status %1 where a gateway opens a socket")
                       .arg(m_handshakeStatus);
        lose(m_untrusted.isEmpty() ? text : m_untrusted);
    });
    connect(m_socket.get(), &QWebSocket::sslErrors, this, [this](const QList<QSslError> &errors) {
        const QSslCertificate certificate = m_socket->sslConfiguration().peerCertificate();
        const QSslCertificate given =
            certificate.isNull() ? errors.value(0).certificate() : certificate;
        if (acceptsTls(m_trust, given))
            m_socket->ignoreSslErrors(errors);
        else
            m_untrusted = explainTls(errors, given, m_socket->requestUrl().host());
    });
}

LiveSocket::~LiveSocket()
{
    m_lost = true;
    m_socket->disconnect(this);
}

void LiveSocket::open(const QUrl &url)
{
    m_deadline.start(m_timing.signIn);
    if (url.scheme() == QLatin1String("wss")) {
        const auto configuration = tlsConfiguration(m_trust);
        if (!configuration) {
            m_untrusted = configuration.error();
            QMetaObject::invokeMethod(
                this, [this, why = configuration.error()] { lose(why); }, Qt::QueuedConnection);
            return;
        }
        m_socket->setSslConfiguration(*configuration);
    }
    m_socket->open(url);
}

void LiveSocket::send(const std::string &text)
{
    if (!isOpen())
        return; // lost() says or has said so to everybody who waits
    emit traffic(qint64(text.size()));
    m_socket->sendTextMessage(QString::fromStdString(text));
}

bool LiveSocket::isOpen() const
{
    return !m_lost && m_socket->state() == QAbstractSocket::ConnectedState;
}

void LiveSocket::signedIn()
{
    m_deadline.stop();
}

void LiveSocket::close()
{
    m_lost = true;
    m_pingTimer.stop();
    m_deadline.stop();
    m_socket->disconnect(this);
    hangUp();
}

void LiveSocket::abort()
{
    m_lost = true;
    m_pingTimer.stop();
    m_deadline.stop();
    m_socket->disconnect(this);
    m_socket->abort();
}

/// A close frame can only be written where there is a connection: Qt writes it all the same.
void LiveSocket::hangUp()
{
    if (m_socket->state() == QAbstractSocket::ConnectedState)
        m_socket->close();
    else if (m_socket->state() != QAbstractSocket::UnconnectedState)
        m_socket->abort();
}

void LiveSocket::ping()
{
    if (m_deadline.isActive() || !isOpen())
        return;
    m_deadline.start(m_timing.pong);
    m_socket->ping();
}

void LiveSocket::lose(const QString &why)
{
    if (std::exchange(m_lost, true))
        return;
    m_pingTimer.stop();
    m_deadline.stop();
    m_socket->disconnect(this);
    if (m_socket->state() != QAbstractSocket::UnconnectedState)
        m_socket->abort();
    emit lost(why);
}

} // namespace signalbox
