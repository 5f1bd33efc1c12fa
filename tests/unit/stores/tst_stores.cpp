// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/metrics.h"
#include "models/stores/blueprintstore.h"
#include "models/stores/flowhealth.h"
#include "models/stores/flowhistory.h"
#include "models/stores/flowstore.h"
#include "models/stores/flowworkers.h"
#include "models/stores/format.h"
#include "models/stores/liveflows.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "models/stores/wirestore.h"
#include "models/stores/workspacestore.h"
#include "tests/support/fakegateway.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

#include <cmath>

using namespace signalbox;

namespace {

const QString acme = QStringLiteral("acme");
const std::string promptQueue =
    "request:tg:prompt:acme:document-rag.prompt--acme--document-rag--request";
const std::string chunkQueue = "flow:tg:chunk-load:acme:ingest-us.embedder--acme--ingest-us--input";

/// A platform, a session on it and a table on everything, each watched by a model tester.
struct Stage {
    FakeGateway far;
    Session session;
    std::unique_ptr<TableModel> flows { session.flows()->newTable(nullptr) };
    std::unique_ptr<TableModel> queues { session.queues()->newTable(nullptr) };
    std::unique_ptr<TableModel> workspaces { session.workspaces()->newTable(nullptr) };
    QAbstractItemModelTester flowTester { flows.get(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    QAbstractItemModelTester queueTester { queues.get(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    QAbstractItemModelTester workspaceTester { workspaces.get(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
};

Capabilities realGateway(Capabilities::Metrics metrics)
{
    Capabilities can;
    can.era = Capabilities::Era::D;
    can.product = QStringLiteral("gateway 2.8");
    can.listMyWorkspaces = true;
    can.metrics = metrics;
    return can;
}

template <class T> T wait(QFuture<T> future)
{
    QElapsedTimer timer;
    timer.start();
    while (!future.isFinished() && timer.elapsed() < 5000)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    return future.result();
}

} // namespace

class TestStores : public QObject {
    Q_OBJECT
private slots:
    void everythingAppearsAfterSignIn();
    void flowSignalsSayWhy();
    void startAndStopAreFollowed();
    void liveQueueChangesArrive();
    void queuesPushedDuringAFetchAreNotLost();
    void gapFetchesAnew();
    void reconnectFetchesEverythingAnew();
    void anotherConnectionEmptiesEverything();
    void withoutAnySourceCountsAreUnknown();
    void prometheusTellsDepthsAndRates();
    void namesFromBefore284TellOfProcessesAndFlows();
    void aFlowThatOnlyFailsWeighsInTheShareOfErrors();
    void aWorkerThatOnlyFailsHasNoShareOfNought();
    void aMinuteAgoIsATimeAndNotTheNumberOfASample();
    void withoutConfigReadTheFlowServiceIsAsked();
    void withoutWorkspaceListTheDefaultOneIsShown();
    void blueprintsAreFetchedOnceAndAgainOnChange();
    void liveFlowsCarryTheirBlueprints();
    void aLostConnectionIsAnErrorNotASilence();
    void deniedNamesTheMissingCapability();
    void everySignalSaysWhyInOneSentence();
    void rowsSurviveAStreamOfChanges();
    void trafficIsCountedWhileBatchesKeepComing();
    void aSharedQueueCountsInEachFlowAndOnceInTheWorkspace();
    void aSharedWorkerTroublesEveryFlowThatItServes();
    void subscribersQueuesCountAmongTheQueuesOfAFlow();
    void theStartTimeComesFromTheRecord();
    void agesGoByTheServersClock();
    void theZoneOfTimesReachesEveryTableAtOnce();
    void ratesAreUnknownOnceNothingComesAnyMore();
    void whatALostConnectionToldIsOldAtOnce();
    void aWaitingMessageGrowsOlderWithoutBeingTold();
    void aStopThatWasNotSeenToBeginHasLastedAtLeastSoLong();
    void aStopThatBeganWhileNobodyWasConnectedHasAnUnknownBeginning();
    void aWorkspaceWhoseFlowsCouldNotBeReadCountsNone();
    void aRecordThatIsNoFlowHasAnUnknownState();
    void aFlowStartedHereIsUpSinceThenWhereRecordsDoNotTell();
};

void TestStores::trafficIsCountedWhileBatchesKeepComing()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    QTRY_VERIFY(stage.session.queues()->loaded());
    QTimer batches;
    connect(&batches, &QTimer::timeout, this, [&stage] {
        LiveBatch batch;
        batch.received = 10;
        stage.far.emitBatch(std::move(batch));
    });
    batches.start(200); // often enough that the pulse never has to come by itself
    QTRY_VERIFY_WITH_TIMEOUT(stage.session.receivedPerSecond() > 0, 5000);
}

void TestStores::everythingAppearsAfterSignIn()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    QTRY_COMPARE(stage.session.flows()->count(), 6);
    QTRY_VERIFY(stage.session.queues()->loaded());
    QCOMPARE(stage.session.workspaces()->ids(),
        QStringList(
            { QStringLiteral("acme"), QStringLiteral("globex"), QStringLiteral("initech") }));
    QVERIFY(stage.session.flows()->loaded());
    QTRY_COMPARE(stage.session.flows()->find(acme, QStringLiteral("ingest-eu"))->processors, 6);
    QCOMPARE(stage.session.flows()->find(acme, QStringLiteral("ingest-eu"))->queues, 6);
    QCOMPARE(stage.session.backend(), QStringLiteral("signalbox-gateway 0.1.0 · memory"));
    QCOMPARE(stage.session.user(), QStringLiteral("mira"));
    QCOMPARE(stage.session.state(), Session::Live);
    stage.flows->setWorkspace(QStringLiteral("globex"));
    QCOMPARE(stage.flows->count(), 1);
    stage.flows->setWorkspace({});
    stage.flows->setFilter(QStringLiteral("state:stopping"));
    QTRY_COMPARE(stage.flows->count(), 1);
    QCOMPARE(stage.flows->keyAt(0), QStringLiteral("acme/legacy-sync"));
    QTRY_COMPARE(stage.session.workspaces()->rows().front().flows, 5);
    QVERIFY(stage.session.workspaces()->rows().front().backlog.value_or(-1) >= 18204);
}

void TestStores::flowSignalsSayWhy()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    auto *flows = stage.session.flows();
    QTRY_VERIFY(flows->find(acme, QStringLiteral("ontology-lab")));
    QTRY_COMPARE(flows->find(acme, QStringLiteral("ontology-lab"))->aspect, Cell::Stop);
    QVERIFY(
        flows->find(acme, QStringLiteral("ontology-lab"))->why.contains(QStringLiteral("chunker")));
    QTRY_COMPARE(flows->find(acme, QStringLiteral("ingest-eu"))->aspect, Cell::Clear);
    QCOMPARE(flows->find(acme, QStringLiteral("legacy-sync"))->aspect, Cell::Unknown);
    QTRY_COMPARE(flows->find(acme, QStringLiteral("ingest-us"))->backlog.value_or(-1), 18204);
    QTRY_COMPARE(stage.session.workspaces()->rows().front().aspect, Cell::Stop);
}

void TestStores::startAndStopAreFollowed()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    auto *flows = stage.session.flows();
    QTRY_COMPARE(flows->count(), 6);
    QSignalSpy appeared(flows, &FlowStore::flowAppeared);
    QSignalSpy gone(flows, &FlowStore::flowGone);
    auto started =
        flows->start(acme, QStringLiteral("fresh"), QStringLiteral("mirror"), QString(), {});
    QVERIFY(wait(started).hasValue());
    QTRY_COMPARE(appeared.size(), 1);
    QCOMPARE(appeared[0][1].toString(), QStringLiteral("fresh"));
    QTRY_COMPARE(stage.session.queues()->ofFlow(acme, QStringLiteral("fresh")).size(), 1u);
    const auto again =
        wait(flows->start(acme, QStringLiteral("fresh"), QStringLiteral("mirror"), QString(), {}));
    QVERIFY(!again.hasValue());
    QCOMPARE(again.error().text, QStringLiteral("Flow already exists"));
    QVERIFY(wait(flows->stop(acme, QStringLiteral("fresh"))).hasValue());
    QTRY_COMPARE(gone.size(), 1);
    QTRY_COMPARE(stage.session.queues()->ofFlow(acme, QStringLiteral("fresh")).size(), 0u);
    QCOMPARE(flows->count(), 6);
}

void TestStores::liveQueueChangesArrive()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    auto *queues = stage.session.queues();
    QTRY_VERIFY(queues->loaded());
    const auto before = queues->find(chunkQueue)->row.ready;
    stage.far.pass(7);
    QCOMPARE(queues->find(chunkQueue)->row.ready, before);
    QCOMPARE(queues->find(chunkQueue)->row.published, 20007);
    // Messages keep passing: the counters become rates.
    stage.far.keepPassing(50);
    QTRY_VERIFY_WITH_TIMEOUT(queues->find(chunkQueue)->inRate.value_or(0) > 0, 8000);
    QTRY_VERIFY_WITH_TIMEOUT(
        stage.session.flows()->find(acme, QStringLiteral("ingest-eu"))->rate.value_or(0) > 0, 8000);
    stage.far.keepPassing(0);
    QVERIFY(stage.session.dropped() == 0);
}

void TestStores::queuesPushedDuringAFetchAreNotLost()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.hold(true);
    stage.far.connectTo(stage.session);
    stage.far.hold(false); // the answers are on their way …
    stage.far.changeQueue(chunkQueue, [](auto &row) { row.ready = 77; });
    schema::QueueRow fresh;
    fresh.name = "flow:tg:new:acme:x.worker--acme--x--input";
    fresh.topicClass = "flow";
    stage.far.setQueue(fresh); // … and these come before them
    QTRY_VERIFY(stage.session.queues()->loaded());
    QCOMPARE(stage.session.queues()->find(chunkQueue)->row.ready, 77);
    QVERIFY(stage.session.queues()->find(fresh.name));
}

void TestStores::gapFetchesAnew()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    QTRY_VERIFY(stage.session.queues()->loaded());
    stage.far.forgetAsked();
    stage.far.emitGap();
    QTRY_COMPARE(stage.far.askedCount("fabric", "list-queues"), 1);
}

void TestStores::reconnectFetchesEverythingAnew()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    QTRY_COMPARE(stage.session.flows()->count(), 6);
    QTRY_VERIFY(stage.session.queues()->loaded());
    QTRY_VERIFY(stage.session.blueprints()->held(acme));
    QTRY_COMPARE(stage.far.pending(), 0);
    stage.far.dropConnection();
    QCOMPARE(stage.session.state(), Session::Stale);
    QCOMPARE(stage.session.flows()->count(), 6); // still shown, and said to be old
    // While nobody was connected the world went on.
    stage.far.startFlow("acme", "later", "mirror");
    stage.far.removeFlow("globex", "news");
    stage.far.forgetAsked();
    stage.far.reconnect();
    QTRY_VERIFY(stage.session.flows()->find(acme, QStringLiteral("later")));
    QTRY_VERIFY(!stage.session.flows()->find(QStringLiteral("globex"), QStringLiteral("news")));
    QTRY_COMPARE(
        stage.session.queues()->ofFlow(QStringLiteral("globex"), QStringLiteral("news")).size(),
        0u);
    QTRY_COMPARE(stage.session.queues()->ofFlow(acme, QStringLiteral("later")).size(), 1u);
    QVERIFY(stage.far.askedCount("iam", "list-my-workspaces") >= 1);
    QVERIFY(stage.far.askedCount("fabric", "list-processors") >= 1);
}

void TestStores::anotherConnectionEmptiesEverything()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    QTRY_COMPARE(stage.session.flows()->count(), 6);
    QTRY_VERIFY(stage.session.queues()->loaded());
    FakeGateway other;
    other.addWorkspace("acme");
    stage.far.hold(true);
    stage.session.refresh();
    other.connectTo(stage.session);
    QCOMPARE(stage.session.flows()->count(), 0);
    QCOMPARE(stage.session.queues()->count(), 0);
    stage.far.hold(false); // answers of the old one are void
    QTRY_VERIFY(stage.session.queues()->loaded());
    QTRY_VERIFY(stage.session.flows()->loaded());
    QTRY_COMPARE(stage.far.pending(), 0);
    QCOMPARE(stage.session.flows()->count(), 0);
}

void TestStores::withoutAnySourceCountsAreUnknown()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.setCapabilities(realGateway(Capabilities::Metrics::Denied));
    stage.far.connectTo(stage.session);
    QCOMPARE(stage.session.state(), Session::Polling);
    QVERIFY(!stage.session.knowsQueues());
    QTRY_COMPARE(stage.session.flows()->count(), 6);
    // Expected queues come from the blueprints, without counts.
    QTRY_COMPARE(stage.session.queues()->ofFlow(acme, QStringLiteral("ingest-eu")).size(), 6u);
    const auto *queue = stage.session.queues()->find(chunkQueue);
    QVERIFY(queue);
    QVERIFY(!queue->countsKnown);
    const int row = stage.queues->rowOf(QString::fromStdString(chunkQueue));
    QVERIFY(row >= 0);
    QCOMPARE(stage.queues->index(row, 6).data().toString(), QStringLiteral("—"));
    QTRY_COMPARE(
        stage.session.flows()->find(acme, QStringLiteral("ingest-eu"))->aspect, Cell::Unknown);
    QVERIFY(!stage.session.flows()->find(acme, QStringLiteral("ingest-eu"))->backlog);
    stage.queues->setFilter(QStringLiteral("ready>=0"));
    QCOMPARE(stage.queues->count(), 0); // unknown matches no comparison
    QCOMPARE(stage.far.askedCount("fabric", ""), 0);
    QCOMPARE(stage.far.askedCount("metrics", ""), 0);
}

void TestStores::prometheusTellsDepthsAndRates()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.setCapabilities(realGateway(Capabilities::Metrics::New));
    auto vector = [](const char *labels, const char *value) {
        return std::string(
                   R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{)")
            + labels + R"(},"value":[1700000000,")" + value + R"("]}]}})";
    };
    const char *const queue =
        R"("queue":"tg.flow.chunk-load:acme:ingest-us.embedder--acme--ingest-us--input")";
    stage.far.answerMetric("rabbitmq_queue_messages_ready", vector(queue, "4711"));
    stage.far.answerMetric("rabbitmq_queue_messages_unacked", vector(queue, "1"));
    stage.far.answerMetric("rabbitmq_queue_consumers", vector(queue, "2"));
    stage.far.answerMetric("tg_consumer_processing_total",
        vector(R"("consumer":"flow:tg:chunk-load:acme:ingest-us","status":"ok")", "12.5"));
    stage.far.answerMetric("tg_processor_info", vector(R"("processor":"embedder")", "1"));
    stage.far.connectTo(stage.session);
    QTRY_VERIFY(stage.session.flows()->find(acme, QStringLiteral("ingest-us")));
    QTRY_COMPARE(
        stage.session.flows()->find(acme, QStringLiteral("ingest-us"))->backlog.value_or(-1), 4711);
    // Its other queues are told by nobody: it is no less.
    int column = 0;
    while (stage.flows->columnId(column) != QLatin1String("backlog"))
        ++column;
    QTRY_COMPARE(
        stage.flows
            ->index(stage.flows->rowOf(FlowStore::key(acme, QStringLiteral("ingest-us"))), column)
            .data()
            .toString(),
        QStringLiteral("≥ ") + format::count(qint64(4711)));
    const std::string name = "tg.flow.chunk-load:acme:ingest-us.embedder--acme--ingest-us--input";
    QVERIFY(stage.session.queues()->find(name));
    QTRY_COMPARE(stage.session.queues()->find(name)->row.flow, std::string("ingest-us"));
    const auto *row = stage.session.queues()->find(name);
    QCOMPARE(row->row.consumers, 2);
    QCOMPARE(row->row.scope, std::string("flow"));
    QVERIFY(!row->inRate); // the broker's series tell no counters
    QTRY_COMPARE(
        stage.session.flows()->find(acme, QStringLiteral("ingest-us"))->rate.value_or(-1), 12.5);
    QTRY_COMPARE(
        stage.session.flows()->find(acme, QStringLiteral("ingest-us"))->processorsUp.value_or(-1),
        1);
    QCOMPARE(stage.session.backend(), QStringLiteral("gateway 2.8 · Prometheus"));
}

/// Their samples name a flow without its workspace, a process perhaps by its job alone; what else
/// is in their labels may be a secret.
void TestStores::namesFromBefore284TellOfProcessesAndFlows()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.setCapabilities(realGateway(Capabilities::Metrics::Old));
    QVERIFY(stage.far.startFlow("initech", "news", "mirror")); // globex has one of that name, too
    const auto answer = [&](const char *query, const std::string &series) {
        stage.far.answerMetric(query,
            R"({"status":"success","data":{"resultType":"vector","result":[)" + series + "]}}");
    };
    answer("(rate(processing_count_total[1m]))",
        R"({"metric":{"flow":"ingest-us","status":"success"},"value":[1,"30"]},
           {"metric":{"flow":"ingest-us","status":"error"},"value":[1,"10"]},
           {"metric":{"flow":"news","status":"ok"},"value":[1,"5"]},
           {"metric":{"flow":"document-rag","status":"ok"},"value":[1,"9"]})");
    answer("(processor_info)",
        R"({"metric":{"processor":"embedder","job":"ingest"},"value":[1,"1"]},
           {"metric":{"job":"chunker","rabbitmq_password":"s3cret"},"value":[1,"1"]})");
    const auto *flows = stage.session.flows();
    stage.far.connectTo(stage.session);
    QTRY_VERIFY(flows->find(acme, QStringLiteral("ingest-us")));
    QTRY_COMPARE(flows->processRuns("chunker"), std::optional(true));
    QCOMPARE(flows->processRuns("embedder"), std::optional(true));
    QCOMPARE(flows->processRuns("decoder"), std::optional(false));
    const auto flow = [&](const char *workspace, const char *id) {
        return flows->find(QString::fromLatin1(workspace), QString::fromLatin1(id));
    };
    QTRY_COMPARE(flow("acme", "ingest-us")->rate.value_or(-1), 30.);
    QCOMPARE(flow("acme", "ingest-us")->errorPercent.value_or(-1), 25.);
    QTRY_COMPARE(flow("acme", "ingest-us")->processorsUp.value_or(-1), 2);
    // Whose figure it is cannot be told, or nobody measured it: neither is a nought.
    for (const auto &[workspace, id] : { std::pair("globex", "news"), std::pair("initech", "news"),
             std::pair("acme", "ingest-eu") }) {
        QTRY_VERIFY(flow(workspace, id));
        QVERIFY(!flow(workspace, id)->rate);
        QVERIFY(!flow(workspace, id)->errorPercent);
    }
    for (const Request &request : stage.far.asked())
        QVERIFY2(request.service != "metrics" || request.body.find("tg_") == std::string::npos,
            request.body.c_str());
}

void TestStores::aFlowThatOnlyFailsWeighsInTheShareOfErrors()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.setCapabilities(realGateway(Capabilities::Metrics::New));
    const auto measure =
        [&](std::initializer_list<std::tuple<const char *, const char *, int>> all) {
            schema::InstantVector answer;
            for (const auto &[flow, status, perSecond] : all) {
                schema::Sample sample;
                sample.labels = { { "consumer", std::string("flow:tg:chunk-load:acme:") + flow },
                    { "status", status } };
                sample.value = perSecond;
                answer.samples.push_back(sample);
            }
            stage.far.answerMetric("tg_consumer_processing_total", schema::encode(answer));
            stage.session.flows()->fetchMetrics();
        };
    const auto share = [&] {
        for (const WorkspaceRow &row : stage.session.workspaces()->rows())
            if (row.id == acme)
                return row.errorPercent.value_or(-1);
        return -2.;
    };
    stage.far.connectTo(stage.session);
    QTRY_VERIFY(stage.session.flows()->loaded());
    measure({ { "ingest-us", "ok", 10 }, { "ingest-eu", "error", 10 } });
    QTRY_COMPARE_WITH_TIMEOUT(share(), 50., 8000);
    const FlowRow *failing = stage.session.flows()->find(acme, QStringLiteral("ingest-eu"));
    QVERIFY(failing);
    QCOMPARE(failing->errorPercent.value_or(-1), 100.);
    measure({ { "ingest-eu", "error", 10 } });
    QTRY_COMPARE_WITH_TIMEOUT(share(), 100., 8000);
    measure({ { "ingest-us", "ok", 10 } });
    QTRY_COMPARE_WITH_TIMEOUT(share(), 0., 8000);
}

void TestStores::aWorkerThatOnlyFailsHasNoShareOfNought()
{
    FlowWorkers workers;
    const auto tell = [&](std::int64_t well, std::int64_t failed, qint64 ms) {
        schema::ProcessorRow row;
        row.processor = "chunker";
        row.variant = row.flow = "f";
        row.workspace = "acme";
        row.state = "running";
        row.processed = well;
        row.errors = failed;
        workers.take({ row }, ms);
    };
    const auto tried = [&] { return workers.tried(FlowStore::key(acme, QStringLiteral("f"))); };
    tell(100, 0, 0);
    QVERIFY(!tried());
    tell(100, 0, 2000);
    QCOMPARE(tried()->errorPercent, 0.);
    tell(100, 40, 4000);
    QCOMPARE(tried()->errorPercent, 100.);
    QCOMPARE(tried()->perSecond, 10.);
    tell(140, 40, 8000);
    QCOMPARE(tried()->errorPercent, 50.);
}

void TestStores::aMinuteAgoIsATimeAndNotTheNumberOfASample()
{
    constexpr qint64 step = FlowHistory::stepMs;
    QList<qreal> series;
    const auto come = [&](qint64 sinceMs, std::optional<qint64> backlog) {
        FlowHistory::extend(series, sinceMs, backlog, 60);
    };
    const auto ago = [&](qint64 ms) { return FlowHistory::valueAgo(series, ms); };
    for (qint64 value = 0; value < 10; ++value)
        come(step, value);
    QCOMPARE(ago(0), std::optional<qint64>(9));
    QCOMPARE(ago(60000), std::optional<qint64>(3));
    QVERIFY(!ago(120000) && !ago(-60000));
    // Every 30 s while nobody looks: two samples are a minute.
    come(3 * step, 50);
    come(3 * step, 80);
    QCOMPARE(ago(30000), std::optional<qint64>(50));
    QCOMPARE(ago(60000), std::optional<qint64>(9));
    // What was not known then is no trend, and what follows an outage is none either.
    for (int i = 0; i < 6; ++i)
        come(step, std::nullopt);
    come(step, 500);
    QVERIFY(!ago(60000));
    QCOMPARE(ago(70000), std::optional<qint64>(80));
    come(20 * step, 700);
    QVERIFY(!ago(60000) && std::isnan(series[series.size() - 2]));
    for (int i = 0; i < 100; ++i)
        come(step, std::nullopt);
    QVERIFY(series.isEmpty());
}

void TestStores::withoutConfigReadTheFlowServiceIsAsked()
{
    Stage stage;
    stage.far.addWorkspace("acme");
    stage.far.putBlueprint("acme", "b",
        R"({"blueprint":{},"flow":{"m:{id}":{"topics":{"input":"flow:tg:in:{workspace}:{id}"}}}})");
    stage.far.startFlow("acme", "one", "b");
    stage.far.startFlow("acme", "two", "b");
    stage.far.failNext("config", "getvalues",
        { ErrorKind::Denied, QStringLiteral("access-denied"), QStringLiteral("access denied"),
            false });
    stage.far.connectTo(stage.session);
    QTRY_COMPARE(stage.session.flows()->count(), 2);
    QCOMPARE(stage.far.askedCount("flow", "list-flows"), 1);
    QCOMPARE(stage.far.askedCount("flow", "get-flow"), 2);
}

void TestStores::withoutWorkspaceListTheDefaultOneIsShown()
{
    Stage stage;
    stage.far.addWorkspace("acme");
    stage.far.failNext("iam", "list-my-workspaces",
        { ErrorKind::Service, QStringLiteral("unknown-service"),
            QStringLiteral("unknown operation"), false });
    stage.far.failNext("iam", "list-workspaces",
        { ErrorKind::Denied, QStringLiteral("access-denied"), QStringLiteral("access denied"),
            false });
    stage.far.connectTo(stage.session);
    QTRY_VERIFY(stage.session.workspaces()->loaded());
    QCOMPARE(stage.session.workspaces()->ids(), QStringList(acme));
}

void TestStores::blueprintsAreFetchedOnceAndAgainOnChange()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    auto *blueprints = stage.session.blueprints();
    QTRY_VERIFY(blueprints->held(acme));
    QTRY_COMPARE(stage.far.pending(), 0);
    stage.far.forgetAsked();
    QVERIFY(wait(blueprints->load(acme)).hasValue());
    QCOMPARE(stage.far.askedCount("config", "getvalues"), 0);
    QCOMPARE(blueprints->countIn(acme), 2);
    QCOMPARE(blueprints->countIn(QString()), 2);
    QCOMPARE(blueprints->countIn(QStringLiteral("nowhere")), -1);
    stage.far.putBlueprint("acme", "broken", "{not json");
    QTRY_COMPARE(blueprints->countIn(acme), 3);
    QCOMPARE(blueprints->held(acme)->faults.size(), 1u);
    QVERIFY(schema::find(blueprints->held(acme)->types, "model"));
}

void TestStores::liveFlowsCarryTheirBlueprints()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    QTRY_COMPARE(stage.session.flows()->count(), 6);
    const auto flows = wait(liveFlows(&stage.session));
    QVERIFY(flows.hasValue());
    QCOMPARE(flows.value().flows.size(), 6u);
    QVERIFY(flows.value().unserved.isEmpty());
    for (const auto &flow : flows.value().flows)
        QVERIFY(flow.blueprint.has_value());
}

void TestStores::aLostConnectionIsAnErrorNotASilence()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    QTRY_COMPARE(stage.session.flows()->count(), 6);
    stage.far.hold(true);
    auto stopping = stage.session.flows()->stop(acme, QStringLiteral("ingest-eu"));
    stage.far.dropConnection();
    const auto answer = wait(stopping);
    QVERIFY(!answer.hasValue());
    QCOMPARE(answer.error().kind, ErrorKind::Network);
}

void TestStores::deniedNamesTheMissingCapability()
{
    Stage stage;
    schema::User reader;
    reader.id = "r";
    reader.roles = { "reader" };
    reader.defaultWorkspace = "acme";
    stage.far.setUser(reader);
    stage.far.addWorkspace("acme");
    stage.far.connectTo(stage.session);
    QCOMPARE(stage.session.denied(QStringLiteral("flow"), QStringLiteral("list-flows")), QString());
    QVERIFY(!stage.session.denied(QStringLiteral("flow"), QStringLiteral("start-flow")).isEmpty());
    FakeGateway other;
    other.addWorkspace("acme");
    other.setReadOnly(true);
    other.connectTo(stage.session);
    QCOMPARE(stage.session.denied(QStringLiteral("flow"), QStringLiteral("start-flow")),
        QStringLiteral("read-only"));
    QCOMPARE(stage.session.denied(QStringLiteral("flow"), QStringLiteral("list-flows")), QString());
    QCOMPARE(stage.session.denied(QStringLiteral("nobody"), QStringLiteral("knows")),
        QStringLiteral("read-only"));
}

void TestStores::rowsSurviveAStreamOfChanges()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    QTRY_VERIFY(stage.session.queues()->loaded());
    QTRY_COMPARE(stage.session.flows()->count(), 6);
    stage.queues->sortBy(6, true);
    for (int round = 0; round < 15; ++round) {
        const std::string id = "burst-" + std::to_string(round % 4);
        if (!stage.session.flows()->find(QStringLiteral("initech"), QString::fromStdString(id)))
            stage.far.startFlow("initech", id, "document-rag");
        else
            stage.far.removeFlow("initech", id);
        stage.far.pass(1 + round % 3);
        QCoreApplication::processEvents();
    }
    QTRY_COMPARE(stage.far.pending(), 0);
    QTRY_COMPARE(stage.session.queues()->count(), int(stage.far.queueNames().size()));
    for (const auto &name : stage.far.queueNames())
        QVERIFY(stage.session.queues()->find(name)->row == *stage.far.queue(name));
}

void TestStores::aSharedQueueCountsInEachFlowAndOnceInTheWorkspace()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    auto *flows = stage.session.flows();
    const auto backlog = [flows](const char *id) {
        const FlowRow *row = flows->find(acme, QString::fromLatin1(id));
        return row ? row->backlog.value_or(-1) : -1;
    };
    const auto inAcme = [&stage] {
        const auto &rows = stage.session.workspaces()->rows();
        return rows.empty() ? -1 : rows.front().backlog.value_or(-1);
    };
    QTRY_COMPARE(backlog("ingest-us"), 18204);
    QTRY_COMPARE(backlog("ingest-eu"), 0);
    QTRY_COMPARE(inAcme(), 18204 + 2911);
    stage.far.changeQueue(promptQueue, [](auto &row) { row.ready = 500; });
    QTRY_COMPARE(backlog("ingest-eu"), 500);
    QTRY_COMPARE(backlog("ingest-us"), 18704);
    QTRY_COMPARE(inAcme(), 18204 + 2911 + 500);

    // Nobody reads it any more: all that share it are in trouble, the other flow is not.
    stage.far.changeQueue(promptQueue, [](auto &row) { row.consumers = 0; });
    for (const char *id : { "ingest-eu", "ingest-us", "support-rag" }) {
        QTRY_COMPARE(flows->find(acme, QString::fromLatin1(id))->aspect, Cell::Stop);
        QVERIFY(
            flows->find(acme, QString::fromLatin1(id))->why.startsWith(QLatin1String("prompt")));
    }
    QCOMPARE(flows->find(acme, QStringLiteral("legacy-sync"))->aspect, Cell::Unknown);

    // It is shown with those who share it, and found under each of them.
    QCOMPARE(stage.session.queues()->flowsOf(promptQueue),
        QStringList({ QStringLiteral("ingest-eu"), QStringLiteral("ingest-us"),
            QStringLiteral("ontology-lab"), QStringLiteral("support-rag") }));
    const auto shown = [&stage] {
        return stage.queues->rowOf(QString::fromStdString(promptQueue));
    };
    const auto shownFlow = [&] {
        int column = 0;
        while (stage.queues->columnId(column) != QLatin1String("flow"))
            ++column;
        return stage.queues->index(shown(), column).data().toString();
    };
    QCOMPARE(shownFlow(), QStringLiteral("4 flows"));
    stage.queues->setFilter(QStringLiteral("flow:ingest-eu ws:acme"));
    QVERIFY(shown() >= 0);
    QCOMPARE(stage.queues->count(),
        flows->find(acme, QStringLiteral("ingest-eu"))->queues); // what the number promises
    stage.queues->setFilter(QStringLiteral("flow:legacy-sync"));
    QCOMPARE(shown(), -1);

    // A flow that goes shares no more.
    stage.queues->setFilter({});
    stage.far.removeFlow("acme", "support-rag");
    QTRY_COMPARE(stage.session.queues()->flowsOf(promptQueue).size(), 3);
    QTRY_COMPARE(shownFlow(), QStringLiteral("3 flows"));
}

void TestStores::aSharedWorkerTroublesEveryFlowThatItServes()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    auto *flows = stage.session.flows();
    QTRY_COMPARE(flows->count(), 6);
    QTRY_COMPARE(flows->find(acme, QStringLiteral("ingest-eu"))->processors, 6);
    QTRY_COMPARE(flows->find(acme, QStringLiteral("ingest-eu"))->aspect, Cell::Clear);
    stage.far.setProcessor({ "prompt", "document-rag", "acme", "", "dead", 100, 0, 40, 1 });
    for (const char *id : { "ingest-eu", "ingest-us", "support-rag" }) {
        const QString flow = QString::fromLatin1(id);
        QTRY_COMPARE(flows->find(acme, flow)->why, QStringLiteral("prompt: dead."));
        QCOMPARE(flows->find(acme, flow)->aspect, Cell::Stop);
    }
    QCOMPARE(flows->find(QStringLiteral("globex"), QStringLiteral("news"))->aspect, Cell::Clear);
    stage.far.setProcessor({ "prompt", "document-rag", "acme", "", "running", 100, 0, 40, 1 });
    QTRY_COMPARE(flows->find(acme, QStringLiteral("ingest-eu"))->aspect, Cell::Clear);
    QCOMPARE(flows->find(acme, QStringLiteral("ingest-eu"))->processorsUp.value_or(-1), 6);
}

void TestStores::subscribersQueuesCountAmongTheQueuesOfAFlow()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    auto *flows = stage.session.flows();
    const QString id = QStringLiteral("ingest-eu");
    QTRY_VERIFY(flows->find(acme, id) && flows->find(acme, id)->queues == 6);
    schema::QueueRow subscriber;
    subscriber.name = "response:tg:prompt:acme:document-rag.writer--acme--ingest-eu--r--1";
    subscriber.topic = "response:tg:prompt:acme:document-rag";
    subscriber.topicClass = "response";
    subscriber.scope = "subscriber";
    subscriber.workspace = "acme";
    subscriber.flow = "ingest-eu";
    subscriber.consumers = 1;
    stage.far.setQueue(subscriber);
    QTRY_COMPARE(flows->find(acme, id)->queues, 7);
    QCOMPARE(stage.session.queues()->ofFlow(acme, id).size(), 7u);
    QCOMPARE(flows->find(acme, id)->queuesText,
        QStringLiteral("6 named by its blueprint, 1 of them shared with other flows; 1 of "
                       "subscribers, which come and go with them"));
    stage.far.removeQueue(subscriber.name);
    QTRY_COMPARE(flows->find(acme, id)->queues, 6);
}

void TestStores::ratesAreUnknownOnceNothingComesAnyMore()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    stage.far.keepPassing(50);
    const auto queue = [&] { return stage.session.queues()->find(chunkQueue); };
    const auto flow = [&] {
        return stage.session.flows()->find(acme, QStringLiteral("ingest-us"));
    };
    QTRY_VERIFY_WITH_TIMEOUT(queue() && queue()->inRate.value_or(0) > 0, 8000);
    QTRY_VERIFY_WITH_TIMEOUT(flow() && flow()->rate, 8000);
    QVERIFY(!stage.session.silent() && !stage.session.stale());
    QCOMPARE(stage.session.asOfText(), QString());
    const auto aspect = flow()->aspect;
    QSignalSpy changed(&stage.session, &Session::changed);
    stage.far.keepPassing(0);
    stage.far.hold(true);
    QTRY_VERIFY_WITH_TIMEOUT(!queue()->inRate && !queue()->outRate, 9000);
    QTRY_VERIFY_WITH_TIMEOUT(!flow()->rate && !flow()->errorPercent, 2000);
    QVERIFY(stage.session.silent());
    QVERIFY(stage.session.ageMs() >= 2 * stage.session.refreshMs() + 2000);
    QCOMPARE(flow()->aspect, aspect); // with its age beside it
    const int row = stage.flows->rowOf(QStringLiteral("acme/ingest-us"));
    QCOMPARE(stage.flows->index(row, 8).data().toString(), QStringLiteral("—"));
    QVERIFY(stage.flows->index(row, 0)
                .data(TableModel::TipRole)
                .toString()
                .contains(QStringLiteral("as of")));
    QTRY_VERIFY_WITH_TIMEOUT(stage.session.stale(), 4000);
    QTRY_VERIFY_WITH_TIMEOUT(!changed.isEmpty(), 4000);
    // Looked at again after a while away, old stays old until something comes.
    stage.session.setAttention(Session::Calm);
    QVERIFY(stage.session.stale() && stage.session.silent());
    stage.far.hold(false);
    stage.far.pass(1);
    QVERIFY(!stage.session.stale() && !stage.session.silent());
}

void TestStores::whatALostConnectionToldIsOldAtOnce()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    stage.far.keepPassing(50);
    const auto flow = [&] {
        return stage.session.flows()->find(acme, QStringLiteral("ingest-us"));
    };
    QTRY_VERIFY_WITH_TIMEOUT(flow() && flow()->rate, 8000);
    QVERIFY(!stage.session.silent() && !stage.session.stale());
    stage.far.dropConnection();
    QVERIFY(stage.session.silent() && stage.session.stale());
    QVERIFY(!stage.session.asOfText().isEmpty());
    QVERIFY(stage.session.ageMs() < 2 * stage.session.refreshMs());
    QTRY_VERIFY_WITH_TIMEOUT(!flow()->rate, 1000);
    stage.far.reconnect();
    stage.far.pass(1);
    QVERIFY(!stage.session.silent() && !stage.session.stale());
}

void TestStores::aWaitingMessageGrowsOlderWithoutBeingTold()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    auto *queues = stage.session.queues();
    QTRY_VERIFY(queues->loaded());
    const auto oldest = [&] { return queues->oldestMs(*queues->find(chunkQueue)).value_or(0); };
    QVERIFY(oldest() >= 252000);
    QTRY_VERIFY(stage.queues->rowOf(QString::fromStdString(chunkQueue)) >= 0);
    const auto shown = [&] {
        const int row = stage.queues->rowOf(QString::fromStdString(chunkQueue));
        return stage.queues->index(row, 7).data().toString();
    };
    const QString before = shown();
    QSignalSpy told(stage.queues.get(), &QAbstractItemModel::dataChanged);
    QTRY_VERIFY_WITH_TIMEOUT(oldest() >= 254000, 8000);
    QVERIFY(shown() != before);
    QVERIFY(!told.isEmpty());
    QCOMPARE(queues->find(chunkQueue)->row.oldestMs.value_or(0), 252000); // as it was told
}

void TestStores::aStopThatWasNotSeenToBeginHasLastedAtLeastSoLong()
{
    rules::FlowEvidence evidence;
    evidence.stopping = true;
    evidence.stoppingForMs = 60000;
    const auto why = [&] { return whyOf(rules::judgeFlow(evidence), evidence); };
    QVERIFY(!why().contains(QStringLiteral("at least")));
    evidence.stoppingSeen = false;
    QVERIFY(why().contains(QStringLiteral("at least")));
}

void TestStores::everySignalSaysWhyInOneSentence()
{
    using rules::HealthReason;
    using rules::Signal;
    rules::FlowEvidence evidence;
    evidence.fault = "Its blueprint is gone.";
    for (int reason = 0; reason <= int(HealthReason::Clear); ++reason)
        for (const Signal signal :
            { Signal::Clear, Signal::Caution, Signal::Danger, Signal::Unknown }) {
            const auto why =
                whyOf({ signal, HealthReason(reason), { "chunker", "x" }, 3, 2, 1.5 }, evidence);
            QVERIFY2(
                why.endsWith(u'.') && !why.contains(u'%' + QString::number(1)), qPrintable(why));
        }
}

void TestStores::aStopThatBeganWhileNobodyWasConnectedHasAnUnknownBeginning()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    const auto why = [&stage](const char *id) {
        const FlowRow *row = stage.session.flows()->find(acme, QLatin1String(id));
        return row ? row->why : QString();
    };
    QTRY_VERIFY(!why("ingest-us").isEmpty());
    QTRY_COMPARE(stage.far.pending(), 0);
    const auto stop = [&stage](const char *id) {
        auto record = stage.session.flows()->find(acme, QLatin1String(id))->record;
        record.status = "stopping";
        stage.far.putConfig("acme", "flow", id, schema::encode(record));
    };
    stage.far.dropConnection();
    stop("ingest-us");
    stage.far.reconnect();
    QTRY_COMPARE(why("ingest-us"), QStringLiteral("It is being stopped; since when is not known."));
    stop("ingest-eu");
    QTRY_COMPARE(why("ingest-eu"), QStringLiteral("It is being stopped."));
}

void TestStores::aWorkspaceWhoseFlowsCouldNotBeReadCountsNone()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.failNext("config", "getvalues",
        GatewayError { ErrorKind::Service, {}, QStringLiteral("broken"), true });
    stage.far.connectTo(stage.session);
    auto *flows = stage.session.flows();
    QTRY_VERIFY(flows->count() > 0 && !flows->error().isEmpty());
    const auto cell = [&](int row, int column) {
        return stage.workspaces->index(row, column).data().toString();
    };
    int unread = 0;
    QTRY_COMPARE(stage.workspaces->count(), 3);
    const auto count = [&] {
        unread = 0;
        for (int row = 0; row < 3; ++row) {
            const bool known = flows->loadedIn(stage.workspaces->keyAt(row));
            const bool dashes =
                cell(row, 3) == QStringLiteral("—") && cell(row, 4) == QStringLiteral("—");
            unread += !known && dashes;
        }
        return unread;
    };
    QTRY_COMPARE(count(), 1);
    QVERIFY(!flows->loaded());
}

void TestStores::aRecordThatIsNoFlowHasAnUnknownState()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    QTRY_COMPARE(stage.session.flows()->count(), 6);
    stage.far.putConfig("acme", "flow", "odd", "{}");
    QTRY_VERIFY(stage.flows->rowOf(QStringLiteral("acme/odd")) >= 0);
    const int row = stage.flows->rowOf(QStringLiteral("acme/odd"));
    QCOMPARE(stage.flows->index(row, 4).data().toString(), QStringLiteral("unknown"));
    stage.flows->setFilter(QStringLiteral("state:running"));
    QCOMPARE(stage.flows->rowOf(QStringLiteral("acme/odd")), -1);
    stage.flows->setFilter(QStringLiteral("state:unknown"));
    QCOMPARE(stage.flows->count(), 1);
    // A value that no row can have is told, with those there are.
    stage.flows->setFilter(QStringLiteral("state:runing"));
    QVERIFY2(stage.flows->filterError().contains(QStringLiteral("running, stopping, unknown")),
        qPrintable(stage.flows->filterError()));
    QCOMPARE(stage.flows->count(), 1);
}

void TestStores::aFlowStartedHereIsUpSinceThenWhereRecordsDoNotTell()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    auto *flows = stage.session.flows();
    QTRY_COMPARE(flows->count(), 6);
    const qint64 before = stage.session.serverNowMs();
    QVERIFY(
        wait(flows->start(acme, QStringLiteral("fresh"), QStringLiteral("mirror"), QString(), {}))
            .hasValue());
    QTRY_VERIFY(flows->find(acme, QStringLiteral("fresh")));
    QTRY_VERIFY(flows->find(acme, QStringLiteral("fresh"))->startedAtMs);
    QVERIFY(*flows->find(acme, QStringLiteral("fresh"))->startedAtMs >= before);
}

void TestStores::theStartTimeComesFromTheRecord()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    auto *flows = stage.session.flows();
    QTRY_COMPARE(flows->count(), 6);
    stage.far.putConfig("acme", "flow", "told",
        R"({"description":"","blueprint-name":"mirror","interfaces":{},"parameters":{},"started":1763735861042})");
    stage.far.putConfig("acme", "flow", "untold",
        R"({"description":"","blueprint-name":"mirror","interfaces":{},"parameters":{}})");
    QTRY_VERIFY(
        flows->find(acme, QStringLiteral("told")) && flows->find(acme, QStringLiteral("untold")));
    QCOMPARE(flows->find(acme, QStringLiteral("told"))->startedAtMs.value_or(0), 1763735861042);
    QVERIFY(!flows->find(acme, QStringLiteral("untold"))->startedAtMs);
    const auto up = [&stage](const char *key) {
        const int row = stage.flows->rowOf(QString::fromLatin1(key));
        return stage.flows->index(row, stage.flows->columnCount() - 1).data().toString();
    };
    QCOMPARE(up("acme/untold"), QStringLiteral("—"));
    QVERIFY(up("acme/told") != QStringLiteral("—"));
    stage.flows->setFilter(QStringLiteral("up>1h"));
    QVERIFY(stage.flows->rowOf(QStringLiteral("acme/told")) >= 0);
    QCOMPARE(stage.flows->rowOf(QStringLiteral("acme/untold")), -1);
}

void TestStores::agesGoByTheServersClock()
{
    Stage stage;
    stage.far.addWorkspace("acme");
    stage.far.connectTo(stage.session);
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    constexpr qint64 hour = 3600000;
    stage.session.noteFresh(now + hour); // the server is ahead by an hour
    QVERIFY(std::abs(stage.session.skewMs() + hour) < 5000);
    // A value that was late on its way is no sign of another clock.
    stage.session.noteFresh(now + hour - 20000);
    QVERIFY(std::abs(stage.session.skewMs() + hour) < 5000);
    stage.far.putConfig("acme", "flow", "young",
        R"({"description":"","blueprint-name":"b","interfaces":{},"parameters":{},"started":)"
            + std::to_string(now + hour - 600000) + "}");
    QTRY_COMPARE(stage.flows->count(), 1);
    const QModelIndex up = stage.flows->index(0, stage.flows->columnCount() - 1);
    QCOMPARE(up.data().toString(), QStringLiteral("10 m"));
    stage.flows->setFilter(QStringLiteral("up<11m up>9m"));
    QCOMPARE(stage.flows->count(), 1);
    FakeGateway other; // another connection, another clock
    other.addWorkspace("acme");
    other.connectTo(stage.session);
    QVERIFY(std::abs(stage.session.skewMs()) < 5000);
}

void TestStores::theZoneOfTimesReachesEveryTableAtOnce()
{
    Stage stage;
    stage.far.addWorkspace("acme");
    stage.far.connectTo(stage.session);
    stage.far.putConfig("acme", "flow", "old",
        R"({"description":"","blueprint-name":"b","interfaces":{},"parameters":{},"started":1700000000412})");
    QTRY_COMPARE(stage.flows->count(), 1);
    WireRow frame;
    frame.atMs = 1700000000412;
    frame.service = QStringLiteral("flow");
    stage.session.wire()->append({ frame });
    const std::unique_ptr<TableModel> wire(stage.session.wire()->newTable(nullptr));
    QSignalSpy wireChanged(wire.get(), &QAbstractItemModel::dataChanged);
    QSignalSpy flowsChanged(stage.flows.get(), &QAbstractItemModel::dataChanged);
    const QModelIndex up = stage.flows->index(0, stage.flows->columnCount() - 1);
    // The test runs in a zone an hour east of UTC, see main().
    QCOMPARE(wire->index(0, 0).data().toString(), QStringLiteral("23:13:20.4"));
    QCOMPARE(up.data(TableModel::TipRole).toString(),
        QStringLiteral("2023-11-14 23:13:20.412 UTC+01:00"));

    stage.session.setZone(format::Zone::Utc);
    QVERIFY(!wireChanged.isEmpty());
    QVERIFY(!flowsChanged.isEmpty());
    QCOMPARE(wire->index(0, 0).data().toString(), QStringLiteral("22:13:20.4 UTC"));
    const auto exact = QStringLiteral("2023-11-14 22:13:20.412 UTC");
    QCOMPARE(wire->index(0, 0).data(TableModel::TipRole).toString(), exact);
    QCOMPARE(up.data(TableModel::TipRole).toString(), exact);
    QVERIFY(wire->exportCsv().contains(exact));
    QVERIFY(stage.session.wire()->exportJsonl().contains(exact));
    stage.session.setZone(format::Zone::Local);
    QCOMPARE(wire->index(0, 0).data().toString(), QStringLiteral("23:13:20.4"));
}

int main(int argc, char **argv)
{
    qputenv("TZ", "UTC-1"); // POSIX: an hour east
    QCoreApplication app(argc, argv);
    TestStores test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_stores.moc"
