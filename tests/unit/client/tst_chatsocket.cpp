// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/chatsocket.h"

#include <QElapsedTimer>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace signalbox;

namespace {

/// A far end that says so many things at once to whoever comes.
struct Talkative {
    QWebSocketServer server { QStringLiteral("far"), QWebSocketServer::NonSecureMode };
    explicit Talkative(int frames)
    {
        QObject::connect(&server, &QWebSocketServer::newConnection, &server, [this, frames] {
            QWebSocket *peer = server.nextPendingConnection();
            peer->setParent(&server);
            for (int i = 0; i < frames; ++i)
                peer->sendTextMessage(QStringLiteral(R"({"type":"typing"})"));
        });
    }
    QUrl url() const { return QUrl(QStringLiteral("ws://127.0.0.1:%1/").arg(server.serverPort())); }
};

schema::ChatLineRequest slowly()
{
    schema::ChatLineRequest request;
    request.operation = "open";
    request.conversation = "c";
    request.slow = true;
    return request;
}

} // namespace

class ChatSocketTest : public QObject {
    Q_OBJECT
private slots:
    void aSlowReaderHandsFramesOverOneByOne();
    void leavingDoesNotWaitForASlowReader();
};

void ChatSocketTest::aSlowReaderHandsFramesOverOneByOne()
{
    Talkative far(3);
    QVERIFY(far.server.listen(QHostAddress::LocalHost));
    std::vector<qint64> times;
    QElapsedTimer since;
    ChatSocket socket({}, {}, slowly(), nullptr);
    connect(&socket, &ChatSocket::frame, this, [&] { times.push_back(since.elapsed()); });
    since.start();
    socket.open(far.url(), {});
    QTRY_COMPARE(times.size(), 3U);
    QVERIFY(times[0] >= ChatSocket::slowFrameMs);
    QVERIFY(times[2] - times[0] >= 2 * ChatSocket::slowFrameMs - 50);
}

void ChatSocketTest::leavingDoesNotWaitForASlowReader()
{
    Talkative far(50);
    QVERIFY(far.server.listen(QHostAddress::LocalHost));
    auto socket = std::make_unique<ChatSocket>(
        LinkTiming {}, TlsTrust {}, slowly(), static_cast<QObject *>(nullptr));
    bool came = false;
    connect(socket.get(), &ChatSocket::frame, this, [&] { came = true; });
    socket->open(far.url(), {});
    QTRY_VERIFY(came); // and it sleeps over the next of those that it has read
    QElapsedTimer since;
    since.start();
    socket.reset();
    QVERIFY2(since.elapsed() < ChatSocket::slowFrameMs / 2,
        qPrintable(QString::number(since.elapsed())));
}

QTEST_GUILESS_MAIN(ChatSocketTest)
#include "tst_chatsocket.moc"
