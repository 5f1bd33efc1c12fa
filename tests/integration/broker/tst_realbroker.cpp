// SPDX-License-Identifier: GPL-3.0-only
// The console's stores against a real RabbitMQ and a real Prometheus that scrapes it.
#include "models/stores/journalstore.h"
#include "models/stores/queuesources.h"
#include "tests/integration/broker/brokerstage.h"
#include "tests/integration/broker/halfopen.h"
#include "tests/integration/broker/workers.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSet>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <csignal>
#include <iostream>

using namespace signalbox;
using rules::QueueFigure;
using rules::QueueSource;

namespace {

const std::string exchange = "tg.flow.chunk-load:default:line-1";
const std::string subscription = "kg-extract-definitions--default--line-1--input";
const std::string queueName = exchange + "." + subscription;

/// What one stock flow lays out, a part of it: one exchange with its queue.
void layOut()
{
    rabbit().declareExchange(exchange);
    rabbit().declareQueue(queueName);
    rabbit().bindQueue(queueName, exchange);
}

struct Stage : BrokerStage {
    /// Done, or why not.
    Reply change(const char *operation, const std::string &queue, std::int64_t expected)
    {
        schema::FabricRequest body;
        body.operation = operation;
        body.queue = queue;
        body.expectedReady = expected;
        body.ifUnused = true;
        Request request;
        request.service = "fabric";
        request.operation = operation;
        request.body = schema::encode(body);
        return answerTo(std::move(request));
    }
    Reply answerTo(Request request)
    {
        const auto future = session.gateway()->request(std::move(request));
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, 20000))
            return unexpected(GatewayError { ErrorKind::Timeout, {}, QStringLiteral("none"), {} });
        return future.result();
    }
    const QueueState *queue(const std::string &name = queueName) const { return store.find(name); }
    std::unique_ptr<Subscription> tail(const std::string &queue = queueName)
    {
        schema::FabricRequest body;
        body.operation = "tail";
        body.queue = queue;
        Request request;
        request.service = "fabric";
        request.operation = "tail";
        request.body = schema::encode(body);
        return session.gateway()->stream(request);
    }
};

/// What a tail has said so far.
struct Heard {
    schema::FabricResponse last;
    std::vector<schema::FabricMessage> messages;
    std::optional<GatewayError> fault;
    bool balanced = true;
    int parts = 0;

    explicit Heard(Subscription &stream)
    {
        QObject::connect(
            &stream, &Subscription::part, &stream, [this](const std::string &body, bool) {
                const auto part = schema::decode<schema::FabricResponse>(body);
                if (!part)
                    return;
                ++parts;
                last = *part;
                messages.insert(messages.end(), part->messages.begin(), part->messages.end());
                balanced = balanced
                    && part->received
                        == std::int64_t(messages.size()) + part->dropped
                            + part->pending.value_or(0);
            });
        QObject::connect(&stream, &Subscription::failed, &stream,
            [this](const GatewayError &error) { fault = error; });
    }
};

int ownQueues()
{
    const auto all = rabbit().queues();
    return int(std::count_if(all.begin(), all.end(),
        [](const auto &queue) { return queue.name.starts_with("signalbox-tail-"); }));
}

/// Names of the connections that call themselves a tail, as far as the broker lists them.
QSet<QString> tailConnections()
{
    const auto all = QJsonDocument::fromJson(
        QByteArray::fromStdString(rabbit().manage("GET", "/api/connections")))
                         .array();
    QSet<QString> names;
    for (const auto &one : all) {
        const auto connection = one.toObject();
        const auto client = connection.value(QStringLiteral("client_properties")).toObject();
        if (client.value(QStringLiteral("connection_name")) == QStringLiteral("Signalbox tail"))
            names.insert(connection.value(QStringLiteral("name")).toString());
    }
    return names;
}

bool holds(const std::string &name)
{
    const auto all = rabbit().queues();
    return std::any_of(
        all.begin(), all.end(), [&name](const auto &queue) { return queue.name == name; });
}

int readyIn(const std::string &name)
{
    for (const auto &queue : rabbit().queues())
        if (queue.name == name)
            return queue.ready;
    return -1;
}

} // namespace

class TestRealBroker : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanup();
    void theListTellsWhatTheBrokerHolds();
    void aHalfOpenWayMakesFiguresOldAndComesBack();
    void aWrongPasswordIsSaidAndNotShown();
    void aQueueGoesOnlyWhereWritingIsAllowedAndWhileNobodyNeedsIt();
    void aRealScrapeStandsInWhenTheBrokerIsSilent();
    void aTailHearsWhatIsPublishedAndTakesNothing();
    void aTailPausedAtTheConsoleLosesOnlyWhatItSays();
    void aTailWhoseWayGoesDeadSaysSo();
    void aTailThatTheBrokerEndsSaysSo();
    void aKilledConsoleLeavesNothing();
};

void TestRealBroker::initTestCase()
{
    layOut();
}

void TestRealBroker::cleanup()
{
    rabbit().manage("DELETE",
        "/api/queues/%2F/"
            + QUrl::toPercentEncoding(QString::fromStdString(queueName)).toStdString()
            + "/contents");
}

void TestRealBroker::theListTellsWhatTheBrokerHolds()
{
    Stage stage;
    stage.open();
    for (int i = 0; i < 5; ++i)
        rabbit().publish(exchange, "{\"n\":" + std::to_string(i) + "}");
    QTRY_VERIFY_WITH_TIMEOUT(stage.queue() && stage.queue()->row.ready == 5, 20000);
    QTRY_VERIFY_WITH_TIMEOUT(stage.queue()->row.published >= 5, 20000);
    const auto *row = stage.queue();
    QCOMPARE(row->row.topic, std::string("flow:tg:chunk-load:default:line-1"));
    QCOMPARE(row->row.processor, std::string("kg-extract-definitions"));
    QCOMPARE(row->row.consumers, 0);
    QCOMPARE(stage.store.sourceOf(*row, QueueFigure::Ready), QStringLiteral("RabbitMQ"));
    QCOMPARE(stage.store.aspectOf(*row), Cell::Stop); // messages wait and nobody takes them
    rabbit().declareQueue("tg.request.flow:default.flow-svc", false);
    QTRY_VERIFY_WITH_TIMEOUT(stage.queue("tg.request.flow:default.flow-svc"), 20000);
    QCOMPARE(stage.queue("tg.request.flow:default.flow-svc")->row.scope, std::string("system"));
    rabbit().manage("DELETE", "/api/queues/%2F/tg.request.flow%3Adefault.flow-svc");
    QTRY_VERIFY_WITH_TIMEOUT(!stage.queue("tg.request.flow:default.flow-svc"), 20000);
}

void TestRealBroker::aHalfOpenWayMakesFiguresOldAndComesBack()
{
    HalfOpenWay way(quint16(rabbit().managementPort()));
    Stage stage;
    stage.open(way.port());
    QTRY_VERIFY_WITH_TIMEOUT(stage.queue() && stage.queue()->tells(QueueFigure::Ready), 20000);
    way.setDead(true);
    QTRY_VERIFY_WITH_TIMEOUT(stage.queue()->isStale(QueueFigure::Ready), 20000);
    QCOMPARE(stage.store.aspectOf(*stage.queue()), Cell::Unknown);
    QTRY_VERIFY_WITH_TIMEOUT(!stage.store.sources()->fault().isEmpty(), 20000);
    QVERIFY(stage.session.online()); // the gateway is as well as before
    way.setDead(false);
    QTRY_VERIFY_WITH_TIMEOUT(!stage.queue()->isStale(QueueFigure::Ready), 30000);
    QTRY_COMPARE_WITH_TIMEOUT(stage.store.sources()->fault(), QString(), 10000);
}

void TestRealBroker::aWrongPasswordIsSaidAndNotShown()
{
    Stage stage;
    stage.open(0, 0, "s3cret-of-nobody");
    QTRY_VERIFY_WITH_TIMEOUT(
        stage.store.sources()->fault().contains(QLatin1String("does not let this user in")), 20000);
    QVERIFY(!stage.store.sources()->fault().contains(QLatin1String("s3cret")));
    auto stream = stage.tail();
    const Heard heard(*stream);
    QTRY_VERIFY_WITH_TIMEOUT(heard.fault, 20000);
    QVERIFY(!heard.fault->text.contains(QLatin1String("s3cret")));
}

void TestRealBroker::aQueueGoesOnlyWhereWritingIsAllowedAndWhileNobodyNeedsIt()
{
    const std::string left = "tg.flow.load:default:gone.chunker--default--gone--input";
    const std::string feed = "tg.flow.load:default:gone";
    rabbit().declareExchange(feed);
    rabbit().declareQueue(left);
    rabbit().bindQueue(left, feed);
    const auto isThere = [&left] { return holds(left); };
    {
        Stage stage;
        stage.open(0, 0, "guest", true);
        QTRY_VERIFY_WITH_TIMEOUT(stage.queue(left), 20000);
        QCOMPARE(stage.change("delete-queue", left, 0).error().kind, ErrorKind::ReadOnly);
        QCOMPARE(stage.change("purge", left, 0).error().kind, ErrorKind::ReadOnly);
        QVERIFY(isThere());
        QCOMPARE(stage.session.journal()->count(), 0);
    }
    Stage stage;
    stage.open();
    QTRY_VERIFY_WITH_TIMEOUT(stage.queue(left), 20000);
    const auto kept = [&](const char *operation, std::int64_t expected, const char *why) {
        const auto reply = stage.change(operation, left, expected);
        return !reply && reply.error().kind == ErrorKind::Conflict
            && reply.error().text.contains(QLatin1String(why));
    };
    // Nothing passes under another name.
    Request disguised;
    disguised.service = "fabric";
    disguised.operation = "get-queue";
    schema::FabricRequest body;
    body.operation = "delete-queue";
    body.queue = left;
    body.expectedReady = 0;
    disguised.body = schema::encode(body);
    QVERIFY(!stage.answerTo(disguised));
    QVERIFY(isThere());
    rabbit().publish(feed, "{}");
    QVERIFY(kept("delete-queue", 0, "wait in it by now")); // told by the broker or by its counts
    QTRY_COMPARE_WITH_TIMEOUT(stage.queue(left)->row.ready, 1, 20000);
    QVERIFY(kept("purge", 0, "1 messages wait in it by now, not 0"));
    QVERIFY(stage.change("purge", left, 1));
    QTRY_COMPARE_WITH_TIMEOUT(stage.queue(left)->row.ready, 0, 20000);
    {
        AmqpWorkers reader(rabbit().amqpPort());
        QVERIFY(reader.consume(QByteArray::fromStdString(left)));
        QVERIFY(kept("delete-queue", 0, "somebody reads it by now"));
        QVERIFY(isThere());
    }
    // The broker notices a moment later that the reader has gone.
    Reply done = unexpected(GatewayError());
    const auto deleted = [&] {
        return done || (done = stage.change("delete-queue", left, 0)).hasValue(); // once
    };
    QTRY_VERIFY2_WITH_TIMEOUT(deleted(), qPrintable(done ? QString() : done.error().text), 20000);
    QCOMPARE(schema::decode<schema::FabricResponse>(done->body)->affected, std::optional(0L));
    QVERIFY(!holds(left));
    QCOMPARE(stage.change("delete-queue", left, 0).error().kind, ErrorKind::NotFound);
    // Every one of them is in the journal, with what came of it.
    int applied = 0;
    for (const JournalRow &row : stage.session.journal()->rows())
        applied += row.outcome == JournalRow::Applied;
    QCOMPARE(applied, 2);
    QVERIFY(stage.session.journal()->count() >= 6);
    // What a service of the platform owns stays, whoever asks.
    rabbit().declareQueue("tg.request.flow:default.flow-svc", false);
    const auto own = stage.change("delete-queue", "tg.request.flow:default.flow-svc", 0);
    QCOMPARE(own.error().kind, ErrorKind::Conflict);
    QVERIFY(holds("tg.request.flow:default.flow-svc"));
    rabbit().manage("DELETE", "/api/queues/%2F/tg.request.flow%3Adefault.flow-svc");
    rabbit().manage("DELETE", "/api/exchanges/%2F/tg.flow.load%3Adefault%3Agone");
}

void TestRealBroker::aRealScrapeStandsInWhenTheBrokerIsSilent()
{
    const support::PrometheusProcess prometheus(
        scrapeOf("rabbitmq", "/metrics/per-object", rabbit().metricsPort()));
    Stage stage;
    HalfOpenWay way(quint16(rabbit().managementPort()));
    const MetricsProxy proxy(stage.server, prometheus,
        { "rabbitmq_queue_messages_ready", "rabbitmq_queue_messages_unacked",
            "rabbitmq_queue_consumers" });
    stage.server.setMetric(QStringLiteral("count(tg_processor_info)"),
        R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"3"]}]}})");
    rabbit().publish(exchange, "{}");
    stage.open(way.port());
    QTRY_VERIFY_WITH_TIMEOUT(stage.queue() && stage.queue()->row.ready == 1, 20000);
    QTRY_COMPARE_WITH_TIMEOUT(stage.store.sources()->count(), 2, 20000);
    QTRY_COMPARE_WITH_TIMEOUT(stage.store.sourceOf(*stage.queue(), QueueFigure::Ready),
        QStringLiteral("RabbitMQ"), 20000);
    QTRY_VERIFY_WITH_TIMEOUT(stage.queue()->tells(QueueFigure::Published), 20000);
    way.setDead(true);
    rabbit().publish(exchange, "{}");
    QTRY_VERIFY_WITH_TIMEOUT(stage.queue()->row.ready == 2, 30000);
    QCOMPARE(
        stage.store.sourceOf(*stage.queue(), QueueFigure::Ready), QStringLiteral("Prometheus"));
    QVERIFY(!stage.queue()->isStale(QueueFigure::Ready));
    QVERIFY(stage.queue()->isStale(QueueFigure::Published)); // only the broker told that
}

void TestRealBroker::aTailHearsWhatIsPublishedAndTakesNothing()
{
    Stage stage;
    stage.open();
    QTRY_VERIFY_WITH_TIMEOUT(stage.session.online() && stage.queue(), 20000);
    QVERIFY(stage.session.canTail());
    auto stream = stage.tail();
    const Heard heard(*stream);
    QTRY_VERIFY_WITH_TIMEOUT(heard.parts > 0 || heard.fault, 20000);
    QVERIFY2(!heard.fault, heard.fault ? qPrintable(heard.fault->text) : "");
    QCOMPARE(ownQueues(), 1);
    const std::string large(200000, 'x');
    rabbit().publish(exchange, "{\"hello\":\"world\"}");
    rabbit().publish(exchange, large);
    QTRY_COMPARE_WITH_TIMEOUT(heard.messages.size(), std::size_t(2), 20000);
    QCOMPARE(heard.messages[0].payload, std::string("{\"hello\":\"world\"}"));
    QCOMPARE(*schema::find(heard.messages[0].properties, "id"), std::string("id-1"));
    QVERIFY(heard.messages[1].truncated);
    QCOMPARE(heard.messages[1].size, std::int64_t(large.size()));
    QVERIFY(heard.balanced);
    // Whole on demand.
    schema::FabricRequest whole;
    whole.operation = "get-payload";
    whole.seq = heard.messages[1].seq;
    Request request;
    request.service = "fabric";
    request.operation = whole.operation;
    request.body = schema::encode(whole);
    auto answer = ask<schema::FabricResponse>(*stage.session.gateway(), request);
    QTRY_VERIFY(answer.isFinished());
    QVERIFY(answer.result());
    QCOMPARE(answer.result()->messages.at(0).payload, large);
    // The queue itself still has both, never handed out.
    QTRY_COMPARE_WITH_TIMEOUT(readyIn(queueName), 2, 20000);
    stream.reset();
    QTRY_COMPARE_WITH_TIMEOUT(ownQueues(), 0, 20000);
}

void TestRealBroker::aTailPausedAtTheConsoleLosesOnlyWhatItSays()
{
    Stage stage;
    stage.open();
    QTRY_VERIFY_WITH_TIMEOUT(stage.session.online() && stage.queue(), 20000);
    auto stream = stage.tail();
    const Heard heard(*stream);
    QTRY_VERIFY_WITH_TIMEOUT(heard.parts > 0 || heard.fault, 20000);
    // The window stands still while much arrives: more than the own queue and what is under way.
    const int published = AmqpTail::queueLimit + 5000;
    QProcess publisher;
    publisher.start(QCoreApplication::applicationFilePath(),
        { QStringLiteral("--publish"), QString::number(rabbit().amqpPort()),
            QString::fromStdString(exchange), QString::number(published) });
    QVERIFY(publisher.waitForFinished(60000)); // no event is handled here meanwhile
    QCOMPARE(publisher.exitCode(), 0);
    QTRY_VERIFY_WITH_TIMEOUT(heard.last.received == published
            && std::int64_t(heard.messages.size()) + heard.last.dropped == published,
        60000);
    QVERIFY(heard.balanced);
    QVERIFY(heard.last.dropped > 0);
    QVERIFY(std::int64_t(heard.messages.size()) >= AmqpTail::queueLimit);
    QCOMPARE(heard.last.pending.value_or(-1), 0);
}

void TestRealBroker::aTailWhoseWayGoesDeadSaysSo()
{
    HalfOpenWay way(quint16(rabbit().amqpPort()));
    Stage stage;
    stage.open(0, way.port());
    QTRY_VERIFY_WITH_TIMEOUT(stage.session.online() && stage.queue(), 20000);
    auto stream = stage.tail();
    const Heard heard(*stream);
    QTRY_VERIFY_WITH_TIMEOUT(heard.parts > 0 || heard.fault, 20000);
    way.setDead(true);
    QTRY_VERIFY_WITH_TIMEOUT(heard.fault, 40000);
    QCOMPARE(heard.fault->kind, ErrorKind::Network);
    // The broker misses the heartbeats too and deletes what belonged to the connection.
    QTRY_COMPARE_WITH_TIMEOUT(ownQueues(), 0, 60000);
}

void TestRealBroker::aTailThatTheBrokerEndsSaysSo()
{
    Stage stage;
    stage.open();
    QTRY_VERIFY_WITH_TIMEOUT(stage.session.online() && stage.queue(), 20000);
    auto missing = stage.tail("tg.flow.nothing:default:line-1.x--default--line-1--input");
    const Heard nothing(*missing);
    QTRY_VERIFY_WITH_TIMEOUT(nothing.fault, 20000);
    QVERIFY(nothing.fault->text.contains(QLatin1String("Nothing feeds"))); // nor is it there
    const QSet<QString> before = tailConnections();
    auto stream = stage.tail();
    const Heard heard(*stream);
    QTRY_VERIFY_WITH_TIMEOUT(heard.parts > 0 || heard.fault, 20000);
    // Exclusive: nobody but its own connection can delete it; the connection can be closed. The
    // broker lists it with its next statistics, not at once.
    QSet<QString> listed;
    QTRY_VERIFY_WITH_TIMEOUT(!(listed = tailConnections() - before).isEmpty(), 20000);
    QCOMPARE(listed.size(), 1);
    QVERIFY(!heard.fault);
    rabbit().manage(
        "DELETE", "/api/connections/" + QUrl::toPercentEncoding(*listed.cbegin()).toStdString());
    QTRY_VERIFY_WITH_TIMEOUT(heard.fault, 20000);
    QTRY_COMPARE_WITH_TIMEOUT(ownQueues(), 0, 20000);
}

void TestRealBroker::aKilledConsoleLeavesNothing()
{
    QProcess console;
    console.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    console.start(QCoreApplication::applicationFilePath(),
        { QStringLiteral("--tail"), QString::number(rabbit().managementPort()) });
    QVERIFY(console.waitForReadyRead(30000)); // it says when it listens
    QCOMPARE(ownQueues(), 1);
    ::kill(pid_t(console.processId()), SIGKILL);
    QVERIFY(console.waitForFinished(10000));
    QTRY_COMPARE_WITH_TIMEOUT(ownQueues(), 0, 20000);
    const auto bindings = rabbit().manage("GET", "/api/bindings/%2F");
    QVERIFY(bindings.find("signalbox-tail-") == std::string::npos);
}

namespace {

/// A console that listens to one queue until it is killed.
int tailForever(int managementPort)
{
    FakeServer server;
    server.beReal('D');
    Session session;
    Connection connection(&session, quickTiming());
    Connection::Target target;
    target.name = QStringLiteral("child");
    target.url = server.url();
    target.apiKey = server.token.toStdString();
    target.broker.kind = QStringLiteral("rabbitmq");
    target.broker.url = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(managementPort));
    target.broker.user = QStringLiteral("guest");
    target.broker.password = "guest";
    connection.open(target);
    std::unique_ptr<Subscription> stream;
    QObject::connect(&connection, &Connection::connected, &session, [&] {
        if (stream)
            return;
        Request request;
        request.service = "fabric";
        request.operation = "tail";
        schema::FabricRequest body;
        body.operation = "tail";
        body.queue = queueName;
        request.body = schema::encode(body);
        stream = session.gateway()->stream(request);
        QObject::connect(stream.get(), &Subscription::part, &session,
            [](const std::string &, bool) { std::cout << "listening" << std::endl; });
    });
    return QCoreApplication::exec();
}

/// Publishes as fast as the broker takes it.
int publishMany(int port, const std::string &to, int count)
{
    amqp_connection_state_t connection = amqp_new_connection();
    amqp_socket_t *socket = amqp_tcp_socket_new(connection);
    if (!socket || amqp_socket_open(socket, "127.0.0.1", port) != AMQP_STATUS_OK)
        return 1;
    const auto login =
        amqp_login(connection, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest");
    amqp_channel_open(connection, 1);
    if (login.reply_type != AMQP_RESPONSE_NORMAL
        || amqp_get_rpc_reply(connection).reply_type != AMQP_RESPONSE_NORMAL)
        return 2;
    amqp_confirm_select(connection, 1);
    for (int i = 0; i < count; ++i) {
        const std::string body = std::to_string(i);
        if (amqp_basic_publish(connection, 1, { to.size(), const_cast<char *>(to.data()) },
                amqp_empty_bytes, 0, 0, nullptr, { body.size(), const_cast<char *>(body.data()) })
            != AMQP_STATUS_OK)
            return 3;
    }
    amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(connection);
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    if (arguments.value(1) == QLatin1String("--tail"))
        return tailForever(arguments.value(2).toInt());
    if (arguments.value(1) == QLatin1String("--publish"))
        return publishMany(arguments.value(2).toInt(), arguments.value(3).toStdString(),
            arguments.value(4).toInt());
    TestRealBroker test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_realbroker.moc"
