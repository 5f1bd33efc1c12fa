// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "tests/support/fakegateway.h"
#include "views/pages/reconcilerview.h"
#include "views/pages/repairsteps.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace signalbox;

namespace {

std::string leftOf(const std::string &flow)
{
    return "flow:tg:text-load:acme:" + flow + ".chunker--acme--" + flow + "--input";
}

struct Stage {
    FakeGateway far;
    Session session;
    ReconcilerView view;

    Stage()
    {
        far.fillDemo();
        far.connectTo(session);
        view.setSession(&session);
    }
    void type() { view.setTyped(session.connectionName()); }
    void leave(const std::string &flow, std::int64_t ready)
    {
        schema::QueueRow row;
        row.name = leftOf(flow);
        row.topic = "flow:tg:text-load:acme:" + flow;
        row.topicClass = "flow";
        row.scope = "orphan";
        row.workspace = "acme";
        row.processor = "chunker";
        row.ready = row.published = ready;
        far.setQueue(row);
    }
    QStringList keysOf(rules::Mismatch kind)
    {
        QStringList keys;
        for (int i = 0; i < view.table()->count(); ++i)
            if (view.table()->keyAt(i).startsWith(QString::number(int(kind)) + u'|'))
                keys.append(view.table()->keyAt(i));
        keys.sort();
        return keys;
    }
};

} // namespace

class TestReconciler : public QObject {
    Q_OBJECT
private slots:
    void orphansAreFoundAndDeletedStepByStep();
    void aQueueThatIsKeptIsToldAndTheRestGoesOn();
    void anyOtherFailureEndsThePlan();
    void withTheAddressOfTheBrokerItsQueuesAreDeleted();
    void queuesWithMessagesAreSparedUnlessSaidSo();
    void readOnlyRepairsNothing();
    void anEntryThatNoFlowExpectsIsDeleted();
    void anEntryThatAFlowHasByNowStays();
    void aFlowThatRunsAgainIsNotStopped();
    void whatAFlowRunsByItsFormerTextIsItsOwn();
    void whereAFlowCannotBeReadNothingIsLeftOver();
};

void TestReconciler::orphansAreFoundAndDeletedStepByStep()
{
    Stage stage;
    const QAbstractItemModelTester tester(
        stage.view.table(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    stage.leave("gone-1", 0);
    stage.leave("gone-2", 0);
    QTRY_VERIFY(stage.session.flows()->loaded() && stage.session.queues()->loaded());
    QTRY_VERIFY(stage.session.queues()->find(leftOf("gone-2")));
    stage.view.look();
    QTRY_VERIFY(stage.view.looked() && !stage.view.busy());
    const QStringList orphans = stage.keysOf(rules::Mismatch::OrphanQueue);
    QVERIFY(orphans.size() >= 2);
    const auto mine = orphans.filter(QStringLiteral("--gone-"));
    QCOMPARE(mine.size(), 2);
    stage.view.setChosen(mine);
    stage.view.plan();
    QCOMPARE(stage.view.steps()->count(), 2);
    QVERIFY2(stage.view.whyNot().contains(stage.view.wanted()), qPrintable(stage.view.whyNot()));
    stage.view.run();
    QVERIFY(!stage.view.running() && !stage.view.over()); // without the name nothing begins
    stage.type();
    QCOMPARE(stage.view.whyNot(), QString());
    stage.view.run();
    QTRY_VERIFY(stage.view.over());
    QCOMPARE(stage.view.error(), QString());
    QVERIFY(!stage.far.queue(leftOf("gone-1")) && !stage.far.queue(leftOf("gone-2")));
    QVERIFY(!stage.view.whyNot().isEmpty()); // once
    stage.view.look();
    QTRY_VERIFY(!stage.view.busy());
    QTRY_VERIFY(
        stage.keysOf(rules::Mismatch::OrphanQueue).filter(QStringLiteral("--gone-")).isEmpty());
}

void TestReconciler::aQueueThatIsKeptIsToldAndTheRestGoesOn()
{
    Stage stage;
    for (const char *flow : { "gone-1", "gone-2", "gone-3" })
        stage.leave(flow, 0);
    QTRY_VERIFY(stage.session.flows()->loaded() && stage.session.queues()->loaded());
    QTRY_VERIFY(stage.session.queues()->find(leftOf("gone-3")));
    stage.view.look();
    QTRY_VERIFY(stage.view.looked() && !stage.view.busy());
    stage.view.setChosen(
        stage.keysOf(rules::Mismatch::OrphanQueue).filter(QStringLiteral("--gone-")));
    stage.view.plan();
    stage.type();
    stage.far.failNext("fabric", "delete-queue",
        { ErrorKind::Conflict, {}, QStringLiteral("somebody reads it"), false });
    stage.view.run();
    QTRY_VERIFY(stage.view.over());
    QVERIFY(stage.view.error().endsWith(QStringLiteral("somebody reads it")));
    QVERIFY2(
        stage.view.error().contains(QStringLiteral("--gone-1--")), qPrintable(stage.view.error()));
    QVERIFY(stage.far.queue(leftOf("gone-1")));
    QVERIFY(!stage.far.queue(leftOf("gone-2")) && !stage.far.queue(leftOf("gone-3")));
    QCOMPARE(stage.far.askedCount("fabric", "delete-queue"), 3);
    const auto &lines = stage.view.steps()->lines();
    QCOMPARE(lines.front().value, QStringLiteral("failed"));
    QCOMPARE(lines.front().detail, QStringLiteral("somebody reads it"));
    QCOMPARE(lines.back().value, QStringLiteral("done"));
    QVERIFY2(stage.view.planText().startsWith(QStringLiteral("2 of 3")),
        qPrintable(stage.view.planText()));
}

void TestReconciler::withTheAddressOfTheBrokerItsQueuesAreDeleted()
{
    Stage stage;
    stage.leave("gone-1", 0);
    Capabilities can;
    can.era = Capabilities::Era::D;
    can.product = QStringLiteral("gateway 2.8");
    can.listMyWorkspaces = true;
    stage.far.setCapabilities(can);
    const auto canDelete = [&] {
        stage.far.connectTo(stage.session);
        return stage.session.queues()->canDelete();
    };
    QVERIFY(!canDelete());
    stage.far.setBroker(QStringLiteral("pulsar"));
    QVERIFY(!canDelete());
    stage.far.setBroker(QStringLiteral("rabbitmq"));
    QVERIFY(canDelete());
    ReconcileStore store(&stage.session);
    QVERIFY(store.means().deleteQueues);
    // What is only for now leaves the steps in the plan; a right that will not come does not.
    stage.far.setReadOnly(true);
    QVERIFY(canDelete());
    QVERIFY(store.means().deleteQueues);
    stage.far.setReadOnly(false);
    schema::User reader;
    reader.id = "r";
    reader.username = "rita";
    reader.roles = { "reader" };
    stage.far.setUser(reader);
    QVERIFY(canDelete());
    QVERIFY(!store.means().deleteQueues);
}

void TestReconciler::anyOtherFailureEndsThePlan()
{
    Stage stage;
    stage.leave("gone-1", 0);
    stage.leave("gone-2", 0);
    QTRY_VERIFY(stage.session.flows()->loaded() && stage.session.queues()->loaded());
    QTRY_VERIFY(stage.session.queues()->find(leftOf("gone-2")));
    stage.view.look();
    QTRY_VERIFY(stage.view.looked() && !stage.view.busy());
    stage.view.setChosen(
        stage.keysOf(rules::Mismatch::OrphanQueue).filter(QStringLiteral("--gone-")));
    stage.view.plan();
    stage.type();
    stage.far.failNext(
        "fabric", "delete-queue", { ErrorKind::Denied, {}, QStringLiteral("it may not"), false });
    stage.view.run();
    QTRY_VERIFY(stage.view.over());
    QVERIFY(stage.view.error().endsWith(QStringLiteral("it may not")));
    QVERIFY(stage.far.queue(leftOf("gone-1")) && stage.far.queue(leftOf("gone-2")));
    QCOMPARE(stage.far.askedCount("fabric", "delete-queue"), 1);
    QCOMPARE(stage.view.steps()->lines().back().value, QStringLiteral("not run"));
}

void TestReconciler::queuesWithMessagesAreSparedUnlessSaidSo()
{
    Stage stage;
    stage.leave("gone-1", 7);
    QTRY_VERIFY(stage.session.flows()->loaded() && stage.session.queues()->loaded());
    QTRY_VERIFY(stage.session.queues()->find(leftOf("gone-1")));
    stage.view.look();
    QTRY_VERIFY(stage.view.looked() && !stage.view.busy());
    stage.view.setChosen(
        stage.keysOf(rules::Mismatch::OrphanQueue).filter(QStringLiteral("--gone-")));
    stage.view.plan();
    QVERIFY(!stage.view.whyNot().isEmpty());
    QVERIFY(stage.view.steps()->lines().front().detail.contains(QStringLiteral("rabbitmqctl")));
    stage.view.setWithMessages(true);
    stage.type();
    QCOMPARE(stage.view.whyNot(), QString());
    // The far end refuses when more has come since.
    stage.far.changeQueue(leftOf("gone-1"), [](schema::QueueRow &row) { row.ready = 8; });
    stage.view.run();
    QTRY_VERIFY(stage.view.over());
    QVERIFY(!stage.view.error().isEmpty());
    QVERIFY(stage.far.queue(leftOf("gone-1")));
}

void TestReconciler::readOnlyRepairsNothing()
{
    Stage stage;
    stage.far.setReadOnly(true);
    stage.far.connectTo(stage.session);
    stage.leave("gone-1", 0);
    QTRY_VERIFY(stage.session.flows()->loaded() && stage.session.queues()->loaded());
    QTRY_VERIFY(stage.session.queues()->find(leftOf("gone-1")));
    stage.view.look();
    QTRY_VERIFY(stage.view.looked() && !stage.view.busy());
    stage.view.plan();
    stage.type();
    QVERIFY(!stage.view.whyNot().isEmpty());
    stage.view.run();
    QCOMPARE(stage.far.askedCount("fabric", "delete-queue"), 0);
}

void TestReconciler::anEntryThatNoFlowExpectsIsDeleted()
{
    Stage stage;
    stage.far.putConfig("acme", "processor:chunker", "gone-1", R"({"topics":{},"parameters":{}})");
    QTRY_VERIFY(stage.session.flows()->loaded() && stage.session.queues()->loaded());
    stage.view.look();
    QTRY_VERIFY(stage.view.looked() && !stage.view.busy());
    const auto found =
        stage.keysOf(rules::Mismatch::OrphanEntry).filter(QStringLiteral("chunker:gone-1"));
    QCOMPARE(found.size(), 1);
    stage.view.setChosen(found);
    stage.view.plan();
    stage.type();
    stage.view.run();
    QTRY_VERIFY(stage.view.over());
    QCOMPARE(stage.view.error(), QString());
    stage.view.look();
    QTRY_VERIFY(!stage.view.busy());
    QVERIFY(stage.keysOf(rules::Mismatch::OrphanEntry)
                .filter(QStringLiteral("chunker:gone-1"))
                .isEmpty());
}

void TestReconciler::anEntryThatAFlowHasByNowStays()
{
    Stage stage;
    stage.far.putConfig("acme", "processor:chunker", "gone-1", R"({"topics":{},"parameters":{}})");
    QTRY_VERIFY(stage.session.flows()->loaded() && stage.session.queues()->loaded());
    stage.view.look();
    QTRY_VERIFY(stage.view.looked() && !stage.view.busy());
    stage.view.setChosen(
        stage.keysOf(rules::Mismatch::OrphanEntry).filter(QStringLiteral("chunker:gone-1")));
    stage.view.plan();
    stage.type();
    QVERIFY(stage.far.startFlow("acme", "gone-1", "document-rag"));
    QTRY_VERIFY(
        stage.session.flows()->find(QStringLiteral("acme"), QStringLiteral("gone-1")) != nullptr);
    stage.view.run();
    QTRY_VERIFY(stage.view.over());
    QVERIFY2(stage.view.error().contains(QStringLiteral("belong to a flow")),
        qPrintable(stage.view.error()));
    QCOMPARE(stage.far.askedCount("config", "delete"), 0);
}

void TestReconciler::aFlowThatRunsAgainIsNotStopped()
{
    RepairSteps steps;
    Stage stage;
    QTRY_VERIFY(stage.session.flows()->loaded());
    steps.setSession(&stage.session);
    rules::RepairStep stuck;
    stuck.kind = rules::RepairStep::StopFlow;
    stuck.finding.kind = rules::Mismatch::StuckStopping;
    stuck.finding.workspace = "acme";
    stuck.finding.flow = stuck.finding.subject = "ingest-eu"; // which runs by now
    steps.plan({ stuck });
    steps.run();
    QTRY_VERIFY(steps.over());
    QVERIFY2(steps.error().contains(QStringLiteral("runs again")), qPrintable(steps.error()));
    QCOMPARE(stage.far.askedCount("flow", "stop-flow"), 0);
    stuck.finding.flow = stuck.finding.subject = "legacy-sync"; // still being stopped
    steps.plan({ stuck });
    steps.run();
    QTRY_VERIFY(steps.over());
    QCOMPARE(stage.far.askedCount("flow", "stop-flow"), 1);
}

/// What looks left over may be of the flow whose record is broken.
void TestReconciler::whereAFlowCannotBeReadNothingIsLeftOver()
{
    Stage stage;
    stage.leave("gone-1", 0);
    QTRY_VERIFY(stage.session.flows()->loaded() && stage.session.queues()->loaded());
    QTRY_VERIFY(stage.session.queues()->find(leftOf("gone-1")));
    const auto orphans = [&] {
        stage.view.look();
        return QTest::qWaitFor([&] { return stage.view.looked() && !stage.view.busy(); })
            ? int(stage.keysOf(rules::Mismatch::OrphanQueue)
                      .filter(QStringLiteral("--gone-1"))
                      .size())
            : -1;
    };
    QTRY_COMPARE(orphans(), 1);
    stage.far.putConfig("acme", "flow", "broken", "[]");
    QTRY_VERIFY(!stage.session.flows()->errorIn(QStringLiteral("acme")).isEmpty());
    QTRY_COMPARE(orphans(), 0);
    stage.far.deleteConfig("acme", "flow", "broken");
    QTRY_VERIFY(stage.session.flows()->errorIn(QStringLiteral("acme")).isEmpty());
    QTRY_COMPARE(orphans(), 1);
}

/// The blueprint of a live flow was edited: entries that it was started with are not left over, and
/// those that it never had are not missing.
void TestReconciler::whatAFlowRunsByItsFormerTextIsItsOwn()
{
    Stage stage;
    const char *const former =
        R"({"blueprint":{},"flow":{"mirror:{id}":{"topics":{"input":"flow:tg:in:{workspace}:{id}"}},
"watch:{id}":{"topics":{"input":"flow:tg:out:{workspace}:{id}"}}},"interfaces":{}})";
    stage.far.capabilities().raw.append(QStringLiteral("edited-flows"));
    bool readable = true;
    stage.far.answerWith("flow", [&](const Request &request) -> std::optional<Reply> {
        schema::FlowResponse answer;
        if (request.operation == "list-edited-flows" && request.workspace == "globex")
            answer.flowIds = { "news-mirror" };
        else if (request.operation == "get-blueprint" && !readable)
            return unexpected(GatewayError {
                ErrorKind::Service, {}, QStringLiteral("flow-svc does not answer"), true });
        else if (request.operation == "get-blueprint")
            answer.blueprintDefinition = former;
        else if (request.operation != "list-edited-flows")
            return {};
        return Response { schema::encode(answer), {} };
    });
    stage.far.startFlow("globex", "news-mirror", "mirror");
    stage.far.putConfig(
        "globex", "processor:watch", "news-mirror", R"({"topics":{},"parameters":{}})");
    stage.far.putConfig("globex", "flow-blueprint", "mirror",
        R"({"blueprint":{},"flow":{"ghost:{id}":{"topics":{"input":"flow:tg:in:{workspace}:{id}"}}}})");
    stage.far.connectTo(stage.session);
    const auto entries = [&](rules::Mismatch kind) {
        stage.view.look();
        return QTest::qWaitFor([&] { return stage.view.looked() && !stage.view.busy(); })
            ? stage.keysOf(kind).filter(QStringLiteral("news-mirror"))
            : QStringList { QStringLiteral("it does not end") };
    };
    QTRY_VERIFY(stage.session.flows()->loaded() && stage.session.queues()->loaded());
    QTRY_COMPARE(entries(rules::Mismatch::OrphanEntry), QStringList());
    QVERIFY(entries(rules::Mismatch::MissingEntry).filter(QStringLiteral("ghost")).isEmpty());
    // When that text cannot be read nothing is concluded either.
    readable = false;
    stage.far.dropConnection();
    stage.far.reconnect();
    QTRY_VERIFY(stage.session.online());
    QTRY_VERIFY(!stage.keysOf(rules::Mismatch::Unreadable).isEmpty()
        || !entries(rules::Mismatch::Unreadable).isEmpty());
    QCOMPARE(entries(rules::Mismatch::OrphanEntry), QStringList());
}

QTEST_MAIN(TestReconciler)
#include "pages_reconciler.moc"
