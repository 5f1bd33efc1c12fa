// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "tests/support/fakegateway.h"
#include "views/pages/reconcilerview.h"

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
    stage.view.run();
    QTRY_VERIFY(stage.view.over());
    QCOMPARE(stage.view.error(), QString());
    stage.view.look();
    QTRY_VERIFY(!stage.view.busy());
    QVERIFY(stage.keysOf(rules::Mismatch::OrphanEntry)
                .filter(QStringLiteral("chunker:gone-1"))
                .isEmpty());
}

QTEST_MAIN(TestReconciler)
#include "pages_reconciler.moc"
