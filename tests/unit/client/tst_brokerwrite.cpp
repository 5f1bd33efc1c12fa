// SPDX-License-Identifier: GPL-3.0-only
// What is emptied or deleted at a RabbitMQ only after the broker told what waits in it, and what is
// never listened to there.
#include "app/client/broker.h"
#include "app/client/linkstream.h"
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

    /// Why a tail ended; it never comes so far as to listen.
    GatewayError tailFault(const char *queue, const char *topic)
    {
        schema::FabricRequest body;
        body.operation = "tail";
        if (*queue)
            body.queue = queue;
        if (*topic)
            body.topic = topic;
        Request request;
        request.id = "1";
        request.service = "fabric";
        request.operation = "tail";
        request.body = schema::encode(body);
        auto sink = std::make_shared<StreamSink>();
        LinkStream stream(sink, [] {});
        std::optional<GatewayError> fault;
        connect(&stream, &Subscription::failed, &stream,
            [&fault](const GatewayError &error) { fault = error; });
        broker.askStream(std::move(request), std::make_unique<StreamCall>(sink));
        while (!fault)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        return *fault;
    }

private slots:
    void initTestCase()
    {
        BrokerTarget target;
        target.kind = QStringLiteral("rabbitmq");
        target.url = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(management.serverPort()));
        target.amqpUrl = QUrl(QStringLiteral("amqp://127.0.0.1:1"));
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
    void whatCarriesPasswordsAndKeysIsNotListenedTo()
    {
        for (const char *topic : { "request:tg:iam", "response:tg:iam", "response:tg:portal" })
            QCOMPARE(tailFault("", topic).kind, ErrorKind::Denied);
        QVERIFY(management.asked.isEmpty());
        // A queue is what feeds it, whatever it is called.
        management.row = R"([{"source":"tg.flow.load","destination":"amq.gen-1"},
            {"source":"tg.response.iam","destination":"amq.gen-1","destination_type":"queue"}])";
        const auto fault = tailFault("amq.gen-1", "");
        QCOMPARE(fault.kind, ErrorKind::Denied);
        QVERIFY2(fault.text.contains(QStringLiteral("passwords")), qPrintable(fault.text));
    }
};

QTEST_GUILESS_MAIN(BrokerWriteTest)
#include "tst_brokerwrite.moc"
