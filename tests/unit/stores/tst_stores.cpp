// SPDX-License-Identifier: GPL-3.0-only
#include "tests/unit/stores/tst_stores.h"

#include "models/stores/blueprintstore.h"
#include "models/stores/liveflows.h"
#include "models/stores/queuesources.h"

#include <QSignalSpy>
#include <QTimer>

using namespace signalbox;

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

namespace {

schema::QueueRow manyQueue(int number)
{
    schema::QueueRow row;
    row.name = "flow:tg:many:acme:x.worker--acme--x--" + std::to_string(100000 + number);
    row.topicClass = "flow";
    row.ready = number;
    return row;
}

} // namespace

/// Pages are decoded beside the line: in whatever order that ends, each row is there once, and
/// what was pushed meanwhile wins.
void TestStores::aListOfManyPagesArrivesWhole()
{
    constexpr int many = 12000;
    Stage stage;
    stage.far.fillDemo();
    for (int number = 0; number < many; ++number)
        stage.far.setQueue(manyQueue(number));
    stage.far.connectTo(stage.session);
    stage.far.changeQueue(manyQueue(7).name, [](auto &row) { row.ready = 123456; });
    QTRY_VERIFY(stage.session.queues()->loaded());
    for (const int number : { 0, 4999, 5000, 9999, 10000, many - 1 }) {
        const QueueState *queue = stage.session.queues()->find(manyQueue(number).name);
        QVERIFY2(queue, std::to_string(number).c_str());
        QCOMPARE(queue->row.ready, number);
    }
    QTRY_COMPARE(stage.session.queues()->find(manyQueue(7).name)->row.ready, 123456);
    QCOMPARE(stage.far.askedCount("fabric", "list-queues"), 3);
    stage.far.emitGap();
    QTRY_COMPARE(stage.far.askedCount("fabric", "list-queues"), 6);
    QCOMPARE(stage.session.queues()->find(manyQueue(many - 1).name)->row.ready, many - 1);
}

void TestStores::aListThatNamesMoreAfterAnEmptyPageEnds()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.answerWith("fabric", [](const Request &request) -> std::optional<Reply> {
        if (request.operation != "list-queues")
            return std::nullopt;
        const auto ask = schema::decode<schema::FabricRequest>(request.body);
        schema::FabricResponse answer;
        if (!ask->cursor)
            answer.queues.push_back(manyQueue(1));
        answer.cursor = "more";
        return Response { schema::encodeColumns(answer), {} };
    });
    stage.far.connectTo(stage.session);
    QTRY_VERIFY(stage.session.queues()->loaded());
    QVERIFY(stage.session.queues()->find(manyQueue(1).name));
    QVERIFY(stage.far.askedCount("fabric", "list-queues") <= 3); // one may be on its way
}

void TestStores::aListWhoseSecondPageFailsIsNotHalfTrue()
{
    bool fails = true;
    Stage stage;
    stage.far.fillDemo();
    stage.far.answerWith("fabric", [&fails](const Request &request) -> std::optional<Reply> {
        const auto ask = schema::decode<schema::FabricRequest>(request.body);
        if (request.operation != "list-queues" || !ask->cursor || !fails)
            return std::nullopt;
        return unexpected(
            GatewayError { ErrorKind::Service, {}, QStringLiteral("the disk is full"), false });
    });
    for (int number = 0; number < 6000; ++number)
        stage.far.setQueue(manyQueue(number));
    stage.far.connectTo(stage.session);
    QTRY_VERIFY(stage.session.queues()->error().contains(QStringLiteral("the disk is full")));
    QVERIFY(!stage.session.queues()->loaded());
    fails = false;
    stage.far.emitGap();
    QTRY_VERIFY(stage.session.queues()->loaded());
    QVERIFY(stage.session.queues()->find(manyQueue(5999).name));
    QCOMPARE(stage.session.queues()->error(), QString());
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

/// Else what changed in the gap would be wrong until somebody asks for all anew.
void TestStores::aListThatFailedAfterAGapIsAskedForAgain()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    QTRY_VERIFY(stage.session.queues()->loaded());
    stage.far.forgetAsked();
    stage.far.failNext(
        "fabric", "list-queues", { ErrorKind::Timeout, {}, QStringLiteral("late"), true });
    stage.far.emitGap();
    QTRY_VERIFY(stage.session.queues()->sources()->fault().contains(QStringLiteral("late")));
    QTRY_VERIFY_WITH_TIMEOUT(stage.session.queues()->sources()->fault().isEmpty(), 20000);
    QCOMPARE(stage.far.askedCount("fabric", "list-queues"), 2);
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
    // One that is listed and not told has not gone.
    stage.far.failNext("config", "getvalues",
        { ErrorKind::Denied, QStringLiteral("access-denied"), QStringLiteral("access denied"),
            false });
    stage.far.failNext(
        "flow", "get-flow", { ErrorKind::Timeout, {}, QStringLiteral("too late"), true });
    stage.session.flows()->fetchWorkspace(acme);
    QTRY_VERIFY(stage.session.flows()->errorIn(acme).contains(QStringLiteral("too late")));
    QCOMPARE(stage.session.flows()->count(), 2);
    QCOMPARE(wait(liveFlows(&stage.session)).value().unread, QStringList(acme));
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
    QVERIFY(flows.value().unserved.isEmpty() && flows.value().unread.isEmpty());
    for (const auto &flow : flows.value().flows)
        QVERIFY(flow.blueprint.has_value());
    // A record that cannot be read is of a flow that may run.
    stage.far.putConfig("acme", "flow", "broken", "[]");
    QTRY_COMPARE(wait(liveFlows(&stage.session)).value().unread, QStringList(acme));
}

/// A future that has ended runs what is tied to it at once: two of three answers were taken for
/// all.
void TestStores::answersThatAreThereAtOnceAreTakenWhole()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.capabilities().raw.append(QStringLiteral("edited-flows"));
    stage.far.answerWith("flow", [](const Request &request) -> std::optional<Reply> {
        if (request.operation != "list-edited-flows")
            return std::nullopt;
        return Response { R"({"flow-ids":[]})", {} };
    });
    stage.far.answerAtOnce();
    stage.far.connectTo(stage.session);
    QTRY_VERIFY(stage.session.flows()->loaded() && stage.session.queues()->loaded());
    const auto known = [&] {
        const auto &rows = stage.session.flows()->rows();
        return !rows.empty() && std::all_of(rows.begin(), rows.end(), [](const FlowRow &row) {
            return row.blueprint.isEmpty() || row.processors >= 0;
        });
    };
    QTRY_VERIFY(known());
    const auto held = stage.session.blueprints()->held(acme);
    QVERIFY(held && !held->blueprints.empty() && !held->types.empty());
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

int main(int argc, char **argv)
{
    qputenv("TZ", "UTC-1"); // POSIX: an hour east
    QCoreApplication app(argc, argv);
    TestStores test;
    return QTest::qExec(&test, argc, argv);
}

#include "moc_tst_stores.cpp"
