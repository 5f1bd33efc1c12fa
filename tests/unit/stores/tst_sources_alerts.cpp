// SPDX-License-Identifier: GPL-3.0-only
// What is judged by the counts of such sources, and what calls.
#include "tests/unit/stores/tst_sources.h"

#include "models/stores/flowstore.h"

#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>

using namespace signalbox;
using rules::QueueFigure;
using rules::QueueSource;

void TestSources::oldCountsAreSummedAndJudgedNoMore()
{
    Stage stage;
    stage.broker.queues = { brokerRow(embedder, 5) };
    stage.connect();
    const auto totals = [&] {
        return stage.store.totalsOf(QStringLiteral("acme"), QStringLiteral("ingest-us"))
            .value_or(FlowTotals());
    };
    QTRY_COMPARE(totals().ready, 5);
    QVERIFY(totals().unknownCounts < totals().queues);
    QCOMPARE(stage.store.toldBy(*stage.find(embedder)).size(), 2); // and its blueprint
    stage.store.setRefresh(QueueSource::RabbitMq, 50);
    QTRY_VERIFY_WITH_TIMEOUT(stage.find(embedder)->isStale(QueueFigure::Ready), 10000);
    QCOMPARE(totals().ready, 0);
    QCOMPARE(totals().unknownCounts, totals().queues);
    QVERIFY(stage.store.toldBy(*stage.find(embedder)).constFirst().contains(QLatin1String("old")));
    stage.askBroker();
    QTRY_COMPARE(totals().ready, 5);
}

void TestSources::aQueueThatTheBrokerDoesNotHaveMakesItsFlowRed()
{
    Stage stage;
    stage.broker.fault = GatewayError { ErrorKind::Network, {}, QStringLiteral("refused"), true };
    stage.connect();
    const auto flow = [&] {
        return stage.session.flows()->find(QStringLiteral("acme"), QStringLiteral("ingest-us"));
    };
    const auto named = [&] {
        std::vector<std::string> names;
        for (const QueueState *queue :
            stage.store.ofFlow(QStringLiteral("acme"), QStringLiteral("ingest-us")))
            names.push_back(queue->row.name);
        return names;
    };
    QTRY_VERIFY(flow() && named().size() > 1);
    // Not known as long as no list is whole that was read since the flow is expected.
    stage.askBroker();
    for (const auto &name : named()) {
        QVERIFY(!stage.store.missing(*stage.find(name)));
        stage.broker.queues.push_back(brokerRow(name, 0));
    }
    stage.broker.fault.reset();
    stage.askBroker();
    QTRY_COMPARE(flow()->aspect, Cell::Clear);
    const std::string gone = stage.broker.queues.back().name;
    stage.broker.queues.pop_back();
    stage.askBroker();
    QVERIFY(stage.find(gone) && stage.store.missing(*stage.find(gone)));
    QCOMPARE(stage.store.aspectOf(*stage.find(gone)), Cell::Warning);
    QTRY_COMPARE(flow()->finding.reason, rules::HealthReason::NotAttached); // not red at once
    QCOMPARE(flow()->aspect, Cell::Unknown);
    QTRY_COMPARE_WITH_TIMEOUT((stage.askBroker(), flow()->aspect), Cell::Stop, 20000);
    const auto *queue = stage.find(gone);
    QVERIFY2(flow()->why.contains(QString::fromStdString(gone)), qPrintable(flow()->why));
    QVERIFY2(
        flow()->why.contains(QString::fromStdString("restart the process " + queue->row.processor)),
        qPrintable(flow()->why));
    // What it says is forgotten with the list that said it.
    stage.broker.fault = GatewayError { ErrorKind::Network, {}, QStringLiteral("refused"), true };
    stage.store.setRefresh(QueueSource::RabbitMq, 50);
    stage.askBroker();
    QTRY_COMPARE(flow()->aspect, Cell::Unknown);
    QVERIFY(!stage.store.missing(*stage.find(gone)));
    stage.broker.fault.reset();
    stage.store.setRefresh(QueueSource::RabbitMq, 5000);
    stage.broker.queues.push_back(brokerRow(gone, 0));
    stage.askBroker();
    QTRY_COMPARE(flow()->aspect, Cell::Clear);
}

void TestSources::aSilentSourceCallsOnceAndOldCountsEndNothing()
{
    Stage stage;
    auto row = brokerRow(embedder, 9000);
    row.consumers = 0;
    stage.broker.queues = { row };
    AlertStore alerts(&stage.session);
    qint64 now = 0;
    alerts.setClock([&now] { return now; });
    alerts.setRules({ { rules::AlertKind::SourceStale, {}, {}, { true, 0.2, 0, 1, 0 } } });
    QStringList calls;
    QObject::connect(&alerts, &AlertStore::called, [&calls](const schema::AlertEvent &event) {
        calls.append(QString::fromStdString(event.id));
    });
    const auto pass = [&](qint64 ms) {
        stage.session.noteFresh(0); // the gateway is as well as ever
        for (const qint64 end = now + ms; now < end; now += AlertStore::lookMs)
            alerts.look();
    };
    const QString starving = QStringLiteral("no-consumer|") + QString::fromStdString(embedder);
    const QString mute = QStringLiteral("source-stale|counts/rabbitmq");
    stage.connect();
    QTRY_VERIFY(stage.session.flows()->loaded() && stage.find(embedder));
    QTRY_VERIFY((pass(30000), alerts.find(starving)));
    stage.store.setRefresh(QueueSource::RabbitMq, 50);
    stage.broker.fault = GatewayError { ErrorKind::Network, {}, QStringLiteral("refused"), true };
    stage.askBroker();
    QTRY_VERIFY_WITH_TIMEOUT(stage.find(embedder)->isStale(QueueFigure::Ready), 10000);
    QTRY_VERIFY((pass(2000), alerts.find(mute)));
    QCOMPARE(alerts.find(mute)->title, QStringLiteral("RabbitMQ"));
    pass(600000);
    QVERIFY(alerts.find(starving)); // nobody said that it is over
    QCOMPARE(calls.count(mute), 1);
    stage.broker.fault.reset();
    stage.broker.queues = { brokerRow(embedder, 0) };
    stage.store.setRefresh(QueueSource::RabbitMq, 5000);
    stage.askBroker();
    QTRY_VERIFY((pass(30000), !alerts.find(mute) && !alerts.find(starving)));
}

void TestSources::countsThatNobodyTellsEndNoAlert()
{
    Stage stage(Capabilities::Metrics::New);
    stage.far.setBroker({});
    stage.scrape({ { embedder, 9000 } });
    Alarm alarm(stage.session);
    const QString full = QStringLiteral("backlog|") + QString::fromStdString(embedder);
    stage.connect();
    QTRY_VERIFY(stage.session.flows()->loaded() && stage.find(embedder)
        && stage.find(embedder)->countsNow());
    QTRY_VERIFY((alarm.passWell(70000), alarm.alerts.find(full)));
    alarm.alerts.acknowledge(full, QStringLiteral("known"));
    stage.scrape({}); // Prometheus was started anew
    QTRY_VERIFY((stage.store.fetch(), !stage.find(embedder)->countsNow()));
    alarm.passWell(600000);
    QVERIFY(alarm.alerts.find(full));
    stage.scrape({ { embedder, 9000 } });
    QTRY_VERIFY((stage.store.fetch(), stage.find(embedder)->countsNow()));
    alarm.passWell(70000);
    QCOMPARE(alarm.calls.count(full), 1);
    QCOMPARE(alarm.ended(full), 0);
    QCOMPARE(alarm.alerts.find(full)->note, QStringLiteral("known"));
    stage.scrape({ { embedder, 3 } });
    QTRY_VERIFY((stage.store.fetch(), alarm.passWell(70000), !alarm.alerts.find(full)));
    QCOMPARE(alarm.ended(full), 1);
}

void TestSources::oneProcessThatIsGoneCallsOnceHoweverManyFlowsWait_data()
{
    QTest::addColumn<bool>("old");
    QTest::newRow("names of now") << false;
    QTest::newRow("names from before 2.8.4") << true;
}

void TestSources::oneProcessThatIsGoneCallsOnceHoweverManyFlowsWait()
{
    QFETCH(bool, old);
    Stage stage(old ? Capabilities::Metrics::Old : Capabilities::Metrics::New);
    stage.far.setBroker({});
    stage.processes({ "chunker", "embedder" });
    Alarm alarm(stage.session);
    const QString gone = QStringLiteral("worker-dead|embedder");
    const auto *flows = stage.session.flows();
    const auto runs = [&](std::optional<bool> expected) {
        stage.session.noteFresh(0);
        stage.session.flows()->fetchMetrics();
        return flows->processRuns("embedder") == expected;
    };
    const auto waiting = [&] {
        return std::count_if(flows->rows().begin(), flows->rows().end(),
            [](const FlowRow &flow) { return flow.finding.reason == rules::HealthReason::Absent; });
    };
    stage.connect();
    QTRY_VERIFY(flows->loaded() && runs(true));
    stage.processes({ "chunker" });
    QTRY_VERIFY_WITH_TIMEOUT(runs(false) && waiting() > 1, 30000); // flows give it ten seconds
    alarm.passWell(30000);
    QCOMPARE(alarm.calls.filter(QStringLiteral("worker-dead")), QStringList { gone });
    QCOMPARE(alarm.alerts.find(gone)->title, QStringLiteral("embedder"));
    QVERIFY(alarm.alerts.find(gone)->sentence.contains(QLatin1String("flows wait for it")));
    stage.processes({}); // Prometheus was started anew
    QTRY_VERIFY(runs({}));
    alarm.passWell(600000);
    QVERIFY(alarm.alerts.find(gone));
    // It tells again, that the process is not there; the flows give it ten seconds anew.
    stage.processes({ "chunker" });
    QTRY_VERIFY(runs(false));
    alarm.passWell(600000);
    QVERIFY(alarm.alerts.find(gone));
    QCOMPARE(alarm.ended(gone), 0);
    QCOMPARE(alarm.calls.count(gone), 1);
    stage.processes({ "chunker", "embedder" });
    QTRY_VERIFY((runs(true), alarm.passWell(30000), !alarm.alerts.find(gone)));
    QCOMPARE(alarm.ended(gone), 1);
}

void TestSources::whatWasTakenOfAProcessByItsFlowStaysTaken()
{
    const QTemporaryDir folder;
    const QString gone = QStringLiteral("worker-dead|embedder");
    const std::string earlier = "worker-dead|acme/embedder:ingest-eu";
    Stage stage(Capabilities::Metrics::New);
    stage.far.setBroker({});
    stage.processes({ "chunker", "embedder" });
    stage.connect();
    const auto *flows = stage.session.flows();
    const auto runs = [&](bool expected) {
        stage.session.noteFresh(0);
        stage.session.flows()->fetchMetrics();
        return flows->processRuns("embedder") == expected;
    };
    QTRY_VERIFY(flows->loaded() && runs(true));
    { // what an earlier version left: called for, taken and muted, by the flow that waits
        const QString identity = stage.session.connectionIdentity();
        const QString hash = QString::fromLatin1(
            QCryptographicHash::hash(identity.toUtf8(), QCryptographicHash::Sha256).toHex());
        const QDir alerts(folder.filePath(QStringLiteral("alerts")));
        QVERIFY(alerts.mkpath(QStringLiteral(".")));
        const auto put = [&alerts](const QString &name, const std::string &text) {
            QFile file(alerts.filePath(name));
            return file.open(QIODevice::WriteOnly)
                && file.write(text.data(), qint64(text.size())) == qint64(text.size());
        };
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        schema::AlertEvent event;
        event.event = "raised";
        event.id = earlier;
        event.kind = "worker-dead";
        event.subject = "embedder";
        event.workspace = "acme";
        event.flow = "ingest-eu";
        event.atMs = now - 60000;
        std::string lines = schema::encode(event) + '\n';
        event.event = "acknowledged";
        event.note = "known";
        lines += schema::encode(event) + '\n';
        schema::AlertSettings settings;
        settings.mutes.push_back({ identity.toStdString(), earlier, now + 3600000, {} });
        QVERIFY(put(hash.left(32) + QStringLiteral(".jsonl"), lines));
        QVERIFY(put(QStringLiteral("settings.json"), schema::encode(settings)));
    }
    stage.processes({ "chunker" });
    QTRY_VERIFY_WITH_TIMEOUT(runs(false)
            && std::any_of(flows->rows().begin(), flows->rows().end(),
                [](const FlowRow &flow) {
                    return flow.finding.reason == rules::HealthReason::Absent;
                }),
        30000); // flows give it ten seconds
    for (int start = 0; start < 2; ++start) { // and once more with what is written now
        Alarm alarm(stage.session);
        alarm.alerts.setFolder(folder.path());
        alarm.passWell(30000);
        QCOMPARE(alarm.calls.filter(QStringLiteral("worker-dead")), QStringList());
        const AlertRow *row = alarm.alerts.find(gone);
        QVERIFY(row && row->acknowledged);
        QCOMPARE(row->note, QStringLiteral("known"));
        QVERIFY(row->mutedUntilMs > 0);
        QCOMPARE(alarm.ended(QString::fromStdString(earlier)), 1);
        QCOMPARE(alarm.ended(gone), 0);
    }
}

void TestSources::aSharedWorkerThatIsGoneCallsOnceAndItsQueueIsGrouped()
{
    Stage stage;
    stage.far.setBroker({});
    Capabilities can;
    can.own = can.events = can.fabric = can.listMyWorkspaces = true;
    can.era = Capabilities::Era::D;
    stage.far.setCapabilities(can);
    stage.far.answerWith("fabric", [](const Request &request) -> std::optional<Reply> {
        if (request.operation != "list-processors")
            return {};
        return Reply(Response { schema::encode(schema::FabricResponse()) });
    });
    const auto names = stage.far.queueNames();
    const auto shared = std::find_if(names.begin(), names.end(), [](const std::string &name) {
        return name.find(".prompt--acme--document-rag--") != std::string::npos;
    });
    QVERIFY(shared != names.end());
    Alarm alarm(stage.session);
    const QString gone = QStringLiteral("worker-dead|acme/prompt:document-rag");
    stage.connect();
    QTRY_VERIFY_WITH_TIMEOUT((alarm.pass(2000), alarm.alerts.find(gone)), 30000);
    stage.far.changeQueue(*shared, [](schema::QueueRow &row) { row.consumers = 0; });
    QTRY_VERIFY(stage.find(*shared) && stage.find(*shared)->row.consumers == 0);
    alarm.pass(60000);
    QCOMPARE(alarm.calls.filter(QStringLiteral("acme/prompt:")), QStringList { gone });
    QVERIFY(alarm.alerts.find(gone)->sentence.contains(QLatin1String("flows wait for it")));
    const AlertRow *unread =
        alarm.alerts.find(QStringLiteral("no-consumer|") + QString::fromStdString(*shared));
    QVERIFY(unread);
    QCOMPARE(unread->under, gone);
}

void TestSources::whileTheConsoleAsksNothingTheConnectionIsNotSilent()
{
    Stage stage(Capabilities::Metrics::New);
    stage.far.setBroker({});
    Alarm alarm(stage.session);
    alarm.alerts.setRules({ { rules::AlertKind::SourceStale, {}, {}, { true, 0, 0, 1, 0 } } });
    const QString silent = QStringLiteral("source-stale|connection");
    stage.connect();
    QTRY_VERIFY(stage.session.flows()->loaded());
    stage.session.noteFresh(0);
    stage.far.dropConnection();
    stage.session.setAttention(Session::Hidden);
    stage.far.reconnect();
    QCOMPARE(stage.session.state(), Session::Polling);
    QVERIFY(stage.session.stale()); // nothing came since
    QVERIFY(!stage.session.asks());
    alarm.pass(300000);
    QCOMPARE(alarm.calls.count(silent), 0);
    // With calls outside of the window it is asked while the window is hidden.
    alarm.alerts.setDesktop(true);
    QVERIFY(stage.session.asks());
    alarm.pass(4000);
    QCOMPARE(alarm.calls.count(silent), 1);
    // Hidden without such calls again: what was raised before is not over for that.
    alarm.alerts.setDesktop(false);
    alarm.pass(300000);
    QVERIFY(alarm.alerts.find(silent));
    QCOMPARE(alarm.ended(silent), 0);
}

void TestSources::aSourceIsNotMuteWhileNobodyAsks()
{
    QueueSources sources(nullptr);
    sources.use(QueueSource::RabbitMq, QStringLiteral("RabbitMQ"), 5000);
    sources.use(QueueSource::Fabric, QStringLiteral("events"), 0);
    sources.asked(QueueSource::Fabric); // it pushes: its connection says how it is
    QVERIFY(sources.mute().empty());
    sources.asked(QueueSource::RabbitMq);
    QCOMPARE(sources.mute().size(), std::size_t(1));
    QTRY_VERIFY(sources.mute().front().forMs > 20);
    sources.setAsking(false);
    const qint64 held = sources.mute().front().forMs;
    QElapsedTimer hidden;
    hidden.start();
    QTRY_VERIFY(hidden.hasExpired(50));
    QCOMPARE(sources.mute().front().forMs, held);
    sources.setAsking(true);
    QTRY_VERIFY(sources.mute().front().forMs > held);
    sources.succeeded(QueueSource::RabbitMq, 3, {});
    QVERIFY(sources.mute().empty());
}
