// SPDX-License-Identifier: GPL-3.0-only
// What is emptied or deleted at a RabbitMQ only after the broker told what waits in it.
#include "app/client/broker.h"
#include "models/schema/fabric.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace signalbox;

namespace {

/// The management API, as far as one queue: its row, and what deletes from it.
class FakeManagement : public QTcpServer {
public:
    FakeManagement()
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection())
                connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
                    const QByteArray head = socket->readAll();
                    asked += head.left(head.indexOf(' ')) + ' ';
                    const bool reads = head.startsWith("GET ");
                    const QByteArray body = reads ? row : QByteArray();
                    socket->write("HTTP/1.1 " + QByteArray(reads ? "200" : "204")
                        + " X\r\nContent-Type: application/json\r\nContent-Length: "
                        + QByteArray::number(body.size()) + "\r\n\r\n" + body);
                });
        });
        listen(QHostAddress::LocalHost);
    }
    QByteArray row;
    QByteArray asked; ///< methods, one a word
};

} // namespace

class BrokerWriteTest : public QObject {
    Q_OBJECT

    FakeManagement management;
    Broker broker { milliseconds(60000) };

    Reply change(const char *operation, std::int64_t expected)
    {
        schema::FabricRequest body;
        body.operation = operation;
        body.queue = "tg.flow.load:default:gone.chunker--default--gone--input";
        body.expectedReady = expected;
        Request request;
        request.service = "fabric";
        request.operation = operation;
        request.body = schema::encode(body);
        auto call = std::make_unique<SingleCall>();
        auto answer = call->future();
        broker.ask(std::move(request), std::move(call));
        while (!answer.isFinished())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        return answer.result();
    }

private slots:
    void initTestCase()
    {
        BrokerTarget target;
        target.kind = QStringLiteral("rabbitmq");
        target.url = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(management.serverPort()));
        target.user = QStringLiteral("guest");
        target.password = "guest";
        broker.open(target);
    }
    void init() { management.asked.clear(); }

    void nothingIsEmptiedOfWhichTheBrokerTellsNoCount()
    {
        management.row = R"({"name":"q","vhost":"/","durable":true})"; // its first seconds
        for (const std::int64_t expected : { 0, 4 }) {
            const auto reply = change("purge", expected);
            QVERIFY(!reply);
            QCOMPARE(reply.error().kind, ErrorKind::Conflict);
            QVERIFY(reply.error().text.contains(QStringLiteral("does not tell yet")));
        }
        QVERIFY(!change("delete-queue", 4));
        QVERIFY(!management.asked.contains("DELETE"));
    }
    void moreThanWasSeenIsNotEmptied()
    {
        management.row = R"({"name":"q","vhost":"/","messages_ready":5})";
        QVERIFY(!change("purge", 4));
        QVERIFY(!management.asked.contains("DELETE"));
        QVERIFY(change("purge", 5));
        QCOMPARE(management.asked.count("DELETE"), 1);
    }
    void anEmptyOneIsLeftToTheBrokersOwnJudgement()
    {
        management.row = R"({"name":"q","vhost":"/"})";
        QVERIFY(change("delete-queue", 0)); // sent with if-empty
        QCOMPARE(management.asked.count("DELETE"), 1);
    }
};

QTEST_GUILESS_MAIN(BrokerWriteTest)
#include "tst_brokerwrite.moc"
