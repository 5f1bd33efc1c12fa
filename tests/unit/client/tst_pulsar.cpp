// SPDX-License-Identifier: GPL-3.0-only
// A connection whose second address is the admin REST of a Pulsar, from the socket to the row.
#include "app/client/connection.h"
#include "app/client/poller.h"
#include "models/stores/alertstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuesources.h"
#include "models/stores/queuestore.h"
#include "models/stores/wirestore.h"
#include "tests/support/fakepulsar.h"
#include "tests/support/fakeserver.h"

#include <QAbstractItemModelTester>
#include <QJsonDocument>
#include <QTest>

using namespace signalbox;
using rules::QueueFigure;
using rules::QueueSource;

namespace {

const QByteArray flowSpace = "persistent/tg/flow";
const QByteArray requestSpace = "non-persistent/tg/request";
const QByteArray responseSpace = "non-persistent/tg/response";
const std::string embedder = "flow:tg:chunk-load:acme:eu.embedder--acme--eu--input";

struct PulsarStage {
    FakeServer server;
    FakePulsar pulsar;
    Session session;
    QueueStore &store = *session.queues();
    std::unique_ptr<TableModel> table { store.newTable(nullptr) };
    QAbstractItemModelTester tester { table.get(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    std::unique_ptr<Connection> connection;

    PulsarStage()
    {
        LinkTiming timing;
        timing.probe = timing.signIn = milliseconds(2000);
        connection = std::make_unique<Connection>(&session, timing);
        connection->poller()->setPace({ 200, 100, 100, 400 });
        server.beReal('D');
        const QJsonObject record { { QStringLiteral("description"), QString() },
            { QStringLiteral("blueprint-name"), QStringLiteral("b") },
            { QStringLiteral("interfaces"), QJsonObject() },
            { QStringLiteral("parameters"), QJsonObject() } };
        server.setFlows(QStringLiteral("acme"), { { QStringLiteral("eu"), record } });
        const QByteArray blueprint =
            R"({"description":"","blueprint":{},"interfaces":{},"parameters":{},"flow":{)"
            R"("embedder:{id}":{"topics":{"input":"flow:tg:chunk-load:{workspace}:{id}"}}}})";
        const QByteArray values = QJsonDocument(
            QJsonObject { { QStringLiteral("version"), 5 },
                { QStringLiteral("values"),
                    QJsonArray {
                        QJsonObject { { QStringLiteral("type"), QStringLiteral("flow-blueprint") },
                            { QStringLiteral("key"), QStringLiteral("b") },
                            { QStringLiteral("value"), QString::fromUtf8(blueprint) } } } } })
                                      .toJson(QJsonDocument::Compact);
        server.rawPayload = [values](const QString &service, const QString &,
                                const QJsonObject &request) {
            const bool asked = service == QLatin1String("config")
                && request.value(QStringLiteral("type")) == QStringLiteral("flow-blueprint");
            return asked ? values : QByteArray();
        };
        pulsar.setTopic(flowSpace, "chunk-load:acme:eu",
            FakePulsar::stats(4711, "embedder--acme--eu--input", 120, 3, 2));
        pulsar.setTopic(requestSpace, "config", FakePulsar::stats(50, "config", 0, 0, 1));
        pulsar.setTopic(
            responseSpace, "prompt-rag:acme:eu", FakePulsar::stats(8, "0a1b2c3d", 0, 0, 1));
    }
    void open(const std::string &token = {})
    {
        Connection::Target target;
        target.name = QStringLiteral("test");
        target.url = server.url();
        target.apiKey = server.token.toStdString();
        target.broker.kind = QStringLiteral("pulsar");
        target.broker.url = pulsar.url();
        target.broker.password = token;
        connection->open(target);
    }
    const QueueState *find(const std::string &name) const { return store.find(name); }
    QString report() const { return store.sources()->report(); }
};

} // namespace

class TestPulsar : public QObject {
    Q_OBJECT
private slots:
    void subscriptionsAreTheQueuesThatBlueprintsExpect();
    void itIsOnlyReadAndWithItsTokenOnly();
    void aWrongTokenIsSaidAndBlanksNothing();
    void partitionsOfATopicAreOneQueue();
    void aSubscriptionThatIsNoMoreGoes();
    void aSubscriptionWithoutAFlowIsAnOrphan();
    void whatTheLastFlowLeavesIsAnOrphanToo();
    void whereNothingOfThePlatformIsItSaysSo();
    void aRedirectIsNotFollowed();
    void itIsAskedNoOftenerThanAScrape();
};

void TestPulsar::subscriptionsAreTheQueuesThatBlueprintsExpect()
{
    PulsarStage stage;
    stage.open();
    QTRY_VERIFY(stage.find(embedder) && stage.find(embedder)->countsKnown);
    QTRY_COMPARE(QString::fromStdString(stage.find(embedder)->row.scope), QStringLiteral("flow"));
    const QueueState &queue = *stage.find(embedder);
    QCOMPARE(queue.row.ready, 117); // what was handed out is part of a backlog there
    QCOMPARE(queue.row.unacked, 3);
    QCOMPARE(queue.row.consumers, 2);
    QCOMPARE(queue.row.flow, std::string("eu"));
    QCOMPARE(queue.row.processor, std::string("embedder"));
    QCOMPARE(stage.store.sourceOf(queue, QueueFigure::Ready), QStringLiteral("Pulsar"));
    QVERIFY(!stage.store.oldestMs(queue)); // nobody tells it
    // Three of the four namespaces are there; each subscription is a queue, once.
    QTRY_COMPARE(stage.store.count(), 3);
    const QueueState *config = stage.find("request:tg:config.config");
    QVERIFY(config);
    QCOMPARE(config->row.scope, std::string("system"));
    const QueueState *answer = stage.find("response:tg:prompt-rag:acme:eu.0a1b2c3d");
    QVERIFY(answer);
    QCOMPARE(answer->row.scope, std::string("subscriber"));
    QTRY_COMPARE(
        stage.find("response:tg:prompt-rag:acme:eu.0a1b2c3d")->row.flow, std::string("eu"));
    // The flow is judged by them.
    const auto row = [&] {
        return stage.session.flows()->find(QStringLiteral("acme"), QStringLiteral("eu"));
    };
    QTRY_VERIFY(row() && row()->backlog && *row()->backlog == 117);
    QTRY_COMPARE(row()->aspect, Cell::Clear);
    QVERIFY(!stage.session.canTail());
    QVERIFY2(
        stage.report().contains(QLatin1String("Pulsar: 3 queues")), qPrintable(stage.report()));
    // What is consumed meanwhile shows with the next round, and as a rate.
    qint64 published = 4711;
    const auto flows = [&] { // goes on while we look: the rate of one change passes by
        published += 89;
        stage.pulsar.setTopic(flowSpace, "chunk-load:acme:eu",
            FakePulsar::stats(published, "embedder--acme--eu--input", 20, 0, 2));
        return stage.find(embedder)->outRate.value_or(0) > 0;
    };
    QTRY_VERIFY(flows());
    QTRY_COMPARE(stage.find(embedder)->row.ready, 20);
}

void TestPulsar::itIsOnlyReadAndWithItsTokenOnly()
{
    PulsarStage stage;
    stage.pulsar.token = "s3cret-token";
    stage.open("s3cret-token");
    QTRY_VERIFY(stage.find(embedder) && stage.find(embedder)->countsKnown);
    QCOMPARE(stage.pulsar.methods.simplified().replace("GET", "").simplified(), QByteArray());
    // It is in nothing that is shown.
    const auto shown = [&] { return stage.session.wire()->exportJsonl(); };
    QTRY_VERIFY(shown().contains(QLatin1String("pulsar")));
    QVERIFY(!shown().contains(QLatin1String("s3cret-token")));
    QVERIFY(!stage.report().contains(QLatin1String("s3cret")));
    QVERIFY(!stage.session.broker().url.contains(QLatin1String("s3cret")));
}

void TestPulsar::aWrongTokenIsSaidAndBlanksNothing()
{
    PulsarStage stage;
    stage.pulsar.token = "right";
    stage.open("wrong");
    QTRY_VERIFY(stage.report().contains(QLatin1String("does not let this user in")));
    QTRY_COMPARE(stage.session.flows()->count(), 1); // all else is there
    QTRY_VERIFY(stage.find(embedder)); // expected by the blueprint
    QVERIFY(!stage.find(embedder)->countsKnown);
    stage.pulsar.token.clear();
    QTRY_VERIFY(stage.find(embedder)->countsKnown);
    QTRY_COMPARE(stage.store.sources()->faultOf(QueueSource::Pulsar), QString());
    // It fails again: what it told stays, and is said to be old in the end.
    stage.pulsar.status = 500;
    QTRY_VERIFY(!stage.store.sources()->faultOf(QueueSource::Pulsar).isEmpty());
    QCOMPARE(stage.find(embedder)->row.ready, 117);
    QTRY_VERIFY(stage.find(embedder)->isStale(QueueFigure::Ready));
    QTRY_COMPARE(stage.store.aspectOf(*stage.find(embedder)), Cell::Unknown);
    const auto flow = [&] {
        return stage.session.flows()->find(QStringLiteral("acme"), QStringLiteral("eu"))->aspect;
    };
    QTRY_COMPARE(flow(), Cell::Unknown);
    // It is back with the same figures: everything is known again.
    stage.pulsar.status = 0;
    QTRY_COMPARE(stage.store.aspectOf(*stage.find(embedder)), Cell::Clear);
    QTRY_COMPARE(flow(), Cell::Clear);
    QTRY_COMPARE(stage.store.sources()->faultOf(QueueSource::Pulsar), QString());
}

void TestPulsar::partitionsOfATopicAreOneQueue()
{
    PulsarStage stage;
    stage.pulsar.dropTopic(flowSpace, "chunk-load:acme:eu");
    const QByteArray name = "embedder--acme--eu--input";
    const auto divide = [&](qint64 published, qint64 backlog) {
        stage.pulsar.setDivided(flowSpace, "chunk-load:acme:eu",
            { FakePulsar::stats(published, name, backlog, 1, 2),
                FakePulsar::stats(published, name, 2 * backlog, 2, 2),
                FakePulsar::stats(published, name, 0, 0, 2) });
    };
    divide(1000, 10);
    // It is called so, and is a topic like any other.
    stage.pulsar.setTopic(flowSpace, "odd-partition-1", FakePulsar::stats(5, "reader", 4, 0, 1));
    stage.open();
    QTRY_VERIFY(stage.find(embedder) && stage.find(embedder)->countsKnown);
    QCOMPARE(stage.find(embedder)->row.ready, 27); // of 30, 3 are handed out
    QCOMPARE(stage.find(embedder)->row.unacked, 3);
    QCOMPARE(stage.find(embedder)->row.consumers, 2); // each listens to every partition
    QCOMPARE(stage.find(embedder)->row.published, 3000);
    QCOMPARE(stage.store.partitionsOf(*stage.find(embedder)), 3);
    QTRY_COMPARE(stage.find(embedder)->row.scope, std::string("flow"));
    QVERIFY(stage.find("flow:tg:odd-partition-1.reader"));
    QCOMPARE(stage.store.partitionsOf(*stage.find("flow:tg:odd-partition-1.reader")), 0);
    for (const QueueState &queue : stage.store.rows())
        QVERIFY2(!queue.name.contains(QLatin1String("eu-partition-")), qPrintable(queue.name));
    QCOMPARE(stage.store.count(), 4);
    QTRY_COMPARE(stage.session.flows()->find(QStringLiteral("acme"), QStringLiteral("eu"))->backlog,
        std::optional<qint64>(27));
    divide(1200, 1);
    QTRY_COMPARE(stage.find(embedder)->row.ready, 0);
    // More with each look: a rate is of the last answer, which may have come twice meanwhile.
    qint64 published = 1200;
    const auto flows = [&] {
        divide(published += 200, 1);
        return stage.find(embedder)->inRate.value_or(0) > 0;
    };
    QTRY_VERIFY(flows());
}

void TestPulsar::aSubscriptionThatIsNoMoreGoes()
{
    PulsarStage stage;
    stage.open();
    QTRY_COMPARE(stage.store.count(), 3);
    stage.pulsar.dropTopic(responseSpace, "prompt-rag:acme:eu");
    QTRY_COMPARE(stage.store.count(), 2);
    // The flow's own is expected all the same.
    stage.pulsar.dropTopic(flowSpace, "chunk-load:acme:eu");
    QTRY_VERIFY(!stage.find(embedder)->countsKnown);
    QCOMPARE(stage.store.count(), 2);
}

void TestPulsar::aSubscriptionWithoutAFlowIsAnOrphan()
{
    PulsarStage stage;
    stage.pulsar.setTopic(flowSpace, "chunk-load:acme:gone",
        FakePulsar::stats(9, "embedder--acme--gone--input", 9, 0, 0));
    stage.open();
    const std::string orphan = "flow:tg:chunk-load:acme:gone.embedder--acme--gone--input";
    QTRY_VERIFY(stage.find(orphan));
    QTRY_COMPARE(stage.find(orphan)->row.scope, std::string("orphan"));
    QCOMPARE(stage.find(orphan)->row.ready, 9);
    QCOMPARE(stage.find(embedder)->row.scope, std::string("flow"));
}

void TestPulsar::whatTheLastFlowLeavesIsAnOrphanToo()
{
    PulsarStage stage;
    stage.open();
    QTRY_VERIFY(stage.find(embedder) && stage.find(embedder)->row.scope == "flow");
    stage.pulsar.setTopic(flowSpace, "chunk-load:acme:eu",
        FakePulsar::stats(4711, "embedder--acme--eu--input", 120, 0, 0));
    stage.server.setFlows(QStringLiteral("acme"), {});
    ++stage.server.version;
    QTRY_COMPARE(stage.session.flows()->count(), 0);
    QTRY_COMPARE(stage.find(embedder)->row.scope, std::string("orphan"));
    QCOMPARE(stage.find(embedder)->row.ready, 120);
}

void TestPulsar::whereNothingOfThePlatformIsItSaysSo()
{
    PulsarStage stage;
    FakePulsar empty;
    Connection::Target target;
    target.name = QStringLiteral("test");
    target.url = stage.server.url();
    target.apiKey = stage.server.token.toStdString();
    target.broker.kind = QStringLiteral("pulsar");
    target.broker.url = empty.url();
    stage.connection->open(target);
    QTRY_VERIFY(stage.report().contains(QLatin1String("none of the platform's namespaces")));
    QTRY_VERIFY(stage.find(embedder));
    QVERIFY(!stage.find(embedder)->countsKnown);
}

void TestPulsar::aRedirectIsNotFollowed()
{
    PulsarStage stage;
    stage.pulsar.status = 307;
    stage.open("s3cret");
    QTRY_VERIFY2(stage.report().contains(QLatin1String("sends on to another one")),
        qPrintable(stage.report()));
}

void TestPulsar::itIsAskedNoOftenerThanAScrape()
{
    PulsarStage stage;
    stage.connection->poller()->setPace({ 100, 60000, 50, 60000 });
    stage.open();
    QTRY_VERIFY(stage.find(embedder) && stage.find(embedder)->countsKnown);
    const int asked = stage.pulsar.lists;
    const auto polls = [&] {
        return stage.server.count(QStringLiteral("config"), QStringLiteral("list"));
    };
    const int before = polls();
    QTRY_VERIFY(polls() > before + 10); // a second: RabbitMQ would have been asked twenty times
    QVERIFY2(stage.pulsar.lists <= asked + 1, qPrintable(QString::number(stage.pulsar.lists)));
}

QTEST_GUILESS_MAIN(TestPulsar)
#include "tst_pulsar.moc"
