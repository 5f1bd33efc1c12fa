// SPDX-License-Identifier: GPL-3.0-only
// Ages, clocks and what time makes of a figure.
#include "tests/unit/stores/tst_stores.h"

#include "models/stores/flowhealth.h"
#include "models/stores/flowhistory.h"
#include "models/stores/format.h"
#include "models/stores/wirestore.h"

#include <QSignalSpy>

#include <cmath>

using namespace signalbox;

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
