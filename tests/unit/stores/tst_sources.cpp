// SPDX-License-Identifier: GPL-3.0-only
#include "tests/unit/stores/tst_sources.h"

#include "models/stores/flowstore.h"
#include "models/stores/queuehistory.h"
#include "models/stores/queuereplay.h"

#include <map>
#include <random>

using namespace signalbox;
using rules::QueueFigure;
using rules::QueueSource;

void TestSources::theBrokerTellsWhatAScrapeCannot()
{
    Stage stage(Capabilities::Metrics::New);
    stage.scrape({ { embedder, 4 } });
    stage.broker.queues = { brokerRow(embedder, 5) };
    stage.connect();
    QTRY_VERIFY(stage.find(embedder) && stage.find(embedder)->row.ready == 5);
    const auto *row = stage.find(embedder);
    QCOMPARE(row->row.published, 105);
    QCOMPARE(row->row.redelivered, 3);
    QCOMPARE(row->row.bytes, 50);
    QVERIFY(!row->tells(QueueFigure::Oldest));
    QCOMPARE(stage.store.sourceOf(*row, QueueFigure::Ready), QStringLiteral("RabbitMQ"));
    QTRY_COMPARE(stage.store.sources()->count(), 2);
    QTRY_VERIFY(stage.store.sourceText().contains(QLatin1String("RabbitMQ every 5 s")));
    QTRY_COMPARE(stage.find(embedder)->row.scope, std::string("flow")); // by its blueprint
    QCOMPARE(stage.find(embedder)->row.flow, std::string("ingest-us"));
    QCOMPARE(stage.store.sources()->fault(), QString());
}

void TestSources::queuesWithoutANameAreNamedByTheirBinding()
{
    Stage stage;
    auto row = brokerRow("amq.gen-7", 0);
    row.exclusive = true;
    stage.broker.queues = { row };
    stage.broker.bind("amq.gen-7", "tg.response.prompt:acme:ingest-us");
    stage.connect();
    QTRY_VERIFY(stage.find("amq.gen-7"));
    QTRY_COMPARE(stage.find("amq.gen-7")->row.flow, std::string("ingest-us"));
    const auto *queue = stage.find("amq.gen-7");
    QCOMPARE(queue->row.topic, std::string("response:tg:prompt:acme:ingest-us"));
    QCOMPARE(queue->row.scope, std::string("subscriber"));
    QCOMPARE(queue->row.workspace, std::string("acme"));
    QCOMPARE(stage.store.labelOf(*queue),
        QStringLiteral("tg.response.prompt:acme:ingest-us · amq.gen-7"));
    // One that comes later is looked up before the next list.
    stage.broker.queues.push_back(brokerRow("amq.gen-8", 0));
    stage.broker.bind("amq.gen-8", "tg.notify.config");
    stage.askBroker();
    QVERIFY(stage.find("amq.gen-8"));
    stage.askBroker();
    QCOMPARE(stage.find("amq.gen-8")->row.topic, std::string("notify:tg:config"));
}

void TestSources::aSourceThatFailsBlanksNothing()
{
    Stage stage(Capabilities::Metrics::New);
    stage.scrape({ { embedder, 4 } });
    stage.broker.queues = { brokerRow(embedder, 5) };
    stage.connect();
    QTRY_VERIFY(stage.find(embedder) && stage.find(embedder)->row.ready == 5);
    QTRY_COMPARE(stage.store.sources()->count(), 2);
    stage.store.setRefresh(QueueSource::RabbitMq, 50); // old after 150 ms
    stage.broker.fault = GatewayError { ErrorKind::Network, {}, QStringLiteral("refused"), true };
    stage.askBroker();
    QVERIFY(stage.store.sources()->fault().contains(QLatin1String("refused")));
    QCOMPARE(stage.find(embedder)->row.published, 105); // still what it said
    stage.scrape({ { embedder, 9 } });
    // The other one goes on telling what it can; the rest is kept, marked as old.
    QTRY_VERIFY_WITH_TIMEOUT((stage.store.fetch(), stage.find(embedder)->row.ready == 9), 5000);
    const auto *row = stage.find(embedder);
    QCOMPARE(stage.store.sourceOf(*row, QueueFigure::Ready), QStringLiteral("Prometheus"));
    QVERIFY(!row->isStale(QueueFigure::Ready));
    QVERIFY(row->isStale(QueueFigure::Published));
    QCOMPARE(row->row.published, 105);
    QVERIFY(stage.store.ageOf(*row, QueueFigure::Published).value_or(0) > 150);
    QVERIFY(!row->inRate);
    stage.broker.fault.reset();
    stage.askBroker();
    QCOMPARE(stage.find(embedder)->row.ready, 5);
    QVERIFY(!stage.find(embedder)->isStale(QueueFigure::Published));
    QCOMPARE(stage.store.sources()->fault(), QString());
}

void TestSources::aScrapeIsNoNewerBecauseItIsAskedMoreOften()
{
    Stage stage(Capabilities::Metrics::New);
    stage.scrape({ { embedder, 4 } });
    stage.broker.queues = { brokerRow(embedder, 5) };
    stage.connect();
    QTRY_COMPARE(stage.store.sources()->count(), 2);
    for (const auto source : { QueueSource::RabbitMq, QueueSource::Prometheus })
        stage.store.setRefresh(source, 1000);
    stage.askBroker();
    stage.scrape({ { embedder, 9 } }); // of before, for all that one knows
    const auto scraped = [&stage] {
        const auto &readings = stage.find(embedder)->readings;
        return std::any_of(readings.begin(), readings.end(), [](const auto &reading) {
            return reading.source == QueueSource::Prometheus
                && reading.value(QueueFigure::Ready) == 9;
        });
    };
    QTRY_VERIFY((stage.askBroker(), stage.store.fetch(), scraped()));
    QCOMPARE(stage.find(embedder)->row.ready, 5);
}

void TestSources::whatOnlyASilentSourceKnewIsShownAsOld()
{
    Stage stage;
    stage.broker.queues = { brokerRow(embedder, 5) };
    stage.connect();
    QTRY_VERIFY(stage.find(embedder));
    QCOMPARE(stage.store.aspectOf(*stage.find(embedder)), Cell::Clear);
    stage.store.setRefresh(QueueSource::RabbitMq, 50);
    QTRY_VERIFY_WITH_TIMEOUT(stage.find(embedder)->isStale(QueueFigure::Ready), 10000);
    const auto *row = stage.find(embedder);
    QCOMPARE(row->row.ready, 5);
    QCOMPARE(stage.store.aspectOf(*row), Cell::Unknown);
    QVERIFY(stage.store.whyOf(*row).contains(QLatin1String("RabbitMQ")));
    const QString copied =
        stage.table->jsonOf(stage.table->rowOf(QString::fromStdString(embedder)));
    QVERIFY2(copied.contains(QLatin1String("\"stale\": true")), qPrintable(copied));
    QVERIFY(copied.contains(QLatin1String("\"age-ms\": ")));
}

void TestSources::aDeletedQueueIsNotBroughtBackByAnOldScrape()
{
    Stage stage(Capabilities::Metrics::New);
    const std::string gone = "tg.request.old:acme.old--acme--x--request";
    stage.scrape({ { embedder, 4 }, { gone, 1 } });
    stage.broker.queues = { brokerRow(embedder, 5), brokerRow(gone, 1) };
    stage.connect();
    QTRY_VERIFY(stage.find(gone));
    QTRY_COMPARE(stage.store.sources()->count(), 2);
    stage.broker.queues.pop_back();
    stage.askBroker();
    QVERIFY(!stage.find(gone));
    QSignalSpy changed(&stage.store, &QueueStore::changed);
    stage.store.fetch(); // the scrape still has it
    QVERIFY(changed.wait());
    QVERIFY(!stage.find(gone));
    QVERIFY(stage.find(embedder));
}

void TestSources::aQueueThatOnlyAScrapeKnewGoesWithTheBrokersList()
{
    Stage stage(Capabilities::Metrics::New);
    const std::string gone = "tg.request.old:acme.old--acme--x--request";
    stage.broker.queues = { brokerRow(embedder, 5) };
    stage.broker.fault = GatewayError { ErrorKind::Network, {}, QStringLiteral("refused"), true };
    stage.scrape({ { embedder, 4 }, { gone, 1 } });
    stage.connect();
    QTRY_VERIFY(stage.find(gone)); // the broker never told of it
    stage.broker.fault.reset();
    stage.askBroker();
    QTRY_VERIFY((stage.askBroker(), !stage.find(gone)));
    QVERIFY(stage.find(embedder));
}

void TestSources::aScrapeThatLostItsSeriesTakesNothingFromTheBroker()
{
    Stage stage(Capabilities::Metrics::New);
    const std::string other = "tg.request.other:acme.other--acme--x--request";
    stage.scrape({ { embedder, 4 }, { other, 1 } });
    stage.broker.queues = { brokerRow(embedder, 5), brokerRow(other, 1) };
    stage.connect();
    QTRY_VERIFY(stage.find(other));
    QTRY_COMPARE(stage.store.toldBy(*stage.find(other)).size(), 2); // the broker and the scrape
    stage.scrape({ { embedder, 4 } });
    QTRY_COMPARE((stage.store.fetch(),
                     stage.find(other) ? stage.store.toldBy(*stage.find(other)) : QStringList())
                     .size(),
        1);
    QVERIFY(stage.find(other)->tells(QueueFigure::Published));
}

void TestSources::aListThatShiftedBetweenPagesRemovesNothing()
{
    Stage stage;
    for (int i = 0; i < 7; ++i)
        stage.broker.queues.push_back(brokerRow("tg.request.s" + std::to_string(i) + ".svc", i));
    stage.broker.pageSize = 3;
    stage.connect();
    QTRY_VERIFY(stage.find("tg.request.s6.svc"));
    // One of the first page goes while the second is asked for: s3 moves to the first, unseen.
    stage.broker.beforePage = [&](std::int64_t page) {
        if (page == 2 && stage.broker.queues.size() == 7)
            stage.broker.queues.erase(stage.broker.queues.begin());
    };
    stage.askBroker();
    QVERIFY(stage.find("tg.request.s3.svc"));
    QVERIFY(stage.find("tg.request.s0.svc")); // nobody could say so yet
    stage.askBroker();
    QVERIFY(stage.find("tg.request.s3.svc"));
    QVERIFY(!stage.find("tg.request.s0.svc"));
}

void TestSources::queuesOfStoppedFlowsAreOrphansOnceNothingFeedsThem()
{
    Stage stage;
    const std::string fed = "tg.flow.load:acme:gone.loader--acme--gone--input";
    const std::string left = "tg.flow.parse:acme:gone.parser--acme--gone--input";
    stage.broker.queues = { brokerRow(fed, 2), brokerRow(left, 3) };
    for (auto &row : stage.broker.queues)
        row.consumers = 0;
    stage.broker.bind(fed, "tg.flow.load:acme:gone");
    stage.broker.bindings.items.push_back({ "", left, "queue", left, {} });
    stage.connect();
    QTRY_VERIFY(stage.find(left) && stage.find(left)->row.scope == "orphan");
    QVERIFY(stage.find(fed)->row.scope != "orphan");
}

void TestSources::aBindingThatGoesByItselfIsNoticedWithinSomeRounds()
{
    Stage stage;
    const std::string left = "tg.flow.parse:acme:gone.parser--acme--gone--input";
    stage.broker.queues = { brokerRow(left, 3) };
    stage.broker.queues.front().consumers = 0;
    stage.broker.bind(left, "late");
    stage.connect();
    QTRY_VERIFY(stage.find(left) && stage.find(left)->row.scope == "unknown");
    // Somebody takes the exchange away. No queue comes or goes, no flow, no reader.
    stage.broker.bindings.items.clear();
    stage.broker.bindings.items.push_back({ "", left, "queue", left, {} });
    for (int round = 0; round < 5 && stage.find(left)->row.scope != "orphan"; ++round)
        stage.askBroker();
    QCOMPARE(stage.find(left)->row.scope, std::string("orphan"));
}

void TestSources::whatAStopLeavesIsAnOrphanThoughNothingNewComes()
{
    Stage stage;
    const std::string later = "tg.flow.parse:acme:gone.parser--acme--gone--input";
    stage.broker.queues = { brokerRow(embedder, 2), brokerRow(later, 3) };
    stage.broker.bind(embedder, "tg.flow.chunk-load:acme:ingest-us");
    stage.broker.bind(later, "tg.flow.parse:acme:gone");
    stage.connect();
    QTRY_VERIFY(stage.find(embedder) && stage.find(embedder)->row.scope == "flow");
    QVERIFY(stage.find(later)->row.scope == "unknown");
    QTRY_COMPARE(stage.far.pending(), 0);
    const auto unfeed = [&](const std::string &queue, std::size_t row) {
        std::erase_if(stage.broker.bindings.items, [&](const schema::RabbitBinding &one) {
            return one.destination == queue && !one.source.empty();
        });
        stage.broker.queues[row].consumers = 0;
    };
    // The flow went, with its exchanges; its queue stays, and no queue comes.
    unfeed(embedder, 0);
    stage.far.removeFlow("acme", "ingest-us");
    stage.session.flows()->fetchWorkspace(QStringLiteral("acme"));
    QTRY_VERIFY(!stage.session.flows()->find(QStringLiteral("acme"), QStringLiteral("ingest-us")));
    QTRY_COMPARE(stage.far.pending(), 0);
    stage.askBroker();
    QTRY_COMPARE(stage.find(embedder)->row.scope, std::string("orphan"));
    // Of one whose flow was never seen the last reader goes: seen in one round, asked in the next.
    QVERIFY(stage.find(later)->row.scope == "unknown");
    unfeed(later, 1);
    stage.askBroker();
    stage.askBroker();
    QTRY_COMPARE(stage.find(later)->row.scope, std::string("orphan"));
}

void TestSources::aCopiedRowHasNoNoughtForWhatNobodyTells()
{
    Stage stage;
    auto starting = brokerRow(embedder, 4);
    starting.bytes.reset();
    stage.broker.queues = { starting };
    stage.connect();
    QTRY_VERIFY(stage.find(embedder) && stage.find(embedder)->countsNow());
    const auto copied = [&](const std::string &name) {
        return stage.table->jsonOf(stage.table->rowOf(QString::fromStdString(name)));
    };
    const QString told = copied(embedder);
    QVERIFY2(told.contains(QLatin1String("\"ready\": 4")), qPrintable(told));
    QVERIFY(told.contains(QLatin1String("\"acked\": 100")));
    for (const char *unknown : { "bytes", "delivered", "deleted", "max-depth", "oldest-ms" })
        QVERIFY2(!told.contains(QLatin1Char('"') + QLatin1String(unknown)), unknown);
    // One that only a blueprint expects.
    const auto uncounted = [&] {
        for (const QueueState &queue : stage.store.rows())
            if (!queue.countsKnown)
                return queue.row.name;
        return std::string();
    };
    QTRY_VERIFY(!uncounted().empty());
    const QString expected = copied(uncounted());
    QVERIFY(expected.contains(QLatin1String("\"name\"")));
    for (const char *unknown : { "ready", "unacked", "consumers", "published" })
        QVERIFY2(!expected.contains(QLatin1Char('"') + QLatin1String(unknown)), unknown);
}

void TestSources::chartsGoOnWhileOnlyTheGatewayIsSilent()
{
    Stage stage;
    stage.broker.queues = { brokerRow(embedder, 2) };
    stage.connect();
    QTRY_VERIFY(stage.find(embedder) && stage.find(embedder)->countsNow());
    QueueHistory &history = *stage.store.history();
    history.watch(embedder);
    stage.session.noteFresh(0);
    stage.session.setState(Session::Stale, QStringLiteral("the gateway is away"));
    QVERIFY(stage.session.silent());
    stage.broker.queues[0].ready = 9;
    stage.askBroker();
    QCOMPARE(stage.find(embedder)->row.ready, std::int64_t(9));
    QSignalSpy replayed(stage.store.replay(), &QueueReplay::sampled);
    QTRY_VERIFY_WITH_TIMEOUT(history.trend(embedder, HistoryRing::Ready).endsWith(9.), 10000);
    QTRY_VERIFY_WITH_TIMEOUT(!replayed.isEmpty(), 12000);
}

void TestSources::ourGatewayAndTheBrokerTellOneQueueOnce()
{
    Stage stage;
    stage.far.capabilities().fabric = stage.far.capabilities().events = true;
    stage.connect();
    const std::string own = "flow:tg:chunk-load:acme:ingest-us.embedder--acme--ingest-us--input";
    QTRY_VERIFY(stage.find(own));
    const int before = stage.store.count();
    stage.broker.queues = { brokerRow(embedder, 77) };
    stage.askBroker();
    QCOMPARE(stage.store.count(), before);
    QVERIFY(!stage.find(embedder));
    // What is pushed is always newer than what is asked for.
    QVERIFY(stage.find(own)->row.ready != 77);
    stage.far.changeQueue(own, [](schema::QueueRow &row) { row.ready = 12; });
    QTRY_COMPARE(stage.find(own)->row.ready, 12);
    QCOMPARE(
        stage.store.sourceOf(*stage.find(own), QueueFigure::Ready), QStringLiteral("our gateway"));
    stage.far.removeQueue(own);
    QTRY_VERIFY(stage.find(own) && stage.find(own)->row.ready == 77); // the broker still has it
    stage.broker.queues.clear();
    stage.askBroker();
    QVERIFY(!stage.find(own));
}

void TestSources::randomListsEqualWhatTheBrokerHolds()
{
    Stage stage;
    stage.connect();
    QTRY_VERIFY(stage.store.loaded());
    std::minstd_rand random(7);
    stage.broker.pageSize = 5;
    for (int round = 0; round < 60; ++round) {
        stage.broker.queues.clear();
        std::map<std::string, std::int64_t> held;
        for (int i = 0; i < 40; ++i)
            if (random() % 3 != 0) {
                const std::string name = "tg.request.r" + std::to_string(i) + ":acme.svc";
                held[name] = std::int64_t(random() % 50);
                stage.broker.queues.push_back(brokerRow(name, held[name]));
            }
        stage.askBroker();
        std::map<std::string, std::int64_t> shown;
        for (const auto &row : stage.store.rows())
            if (row.row.name.starts_with("tg.request.r"))
                shown[row.row.name] = row.row.ready;
        QCOMPARE(shown, held);
        for (int row = 0; row < stage.store.count(); ++row)
            QCOMPARE(stage.store.rowOf(stage.store.rows()[std::size_t(row)].row.name), row);
    }
}

void TestSources::anotherConnectionKnowsNothingOfTheFormerBroker()
{
    Stage stage;
    stage.broker.queues = { brokerRow(embedder, 5) };
    stage.connect();
    QTRY_VERIFY(stage.find(embedder));
    stage.store.fetchBroker(); // its answer is still to come
    Session::Connection other;
    other.name = QStringLiteral("other");
    stage.session.setConnection(other);
    QCOMPARE(stage.store.count(), 0);
    QCOMPARE(stage.store.sources()->count(), 0);
    QCoreApplication::processEvents();
    QCOMPARE(stage.store.count(), 0);
}

void TestSources::aScrapeWithoutSeriesIsNoFault()
{
    Stage stage(Capabilities::Metrics::New);
    stage.scrape({});
    stage.connect();
    QTRY_COMPARE(stage.store.sources()->count(), 2);
    QTRY_VERIFY(stage.store.sources()->report().contains(QLatin1String("without series")));
    QCOMPARE(stage.store.sources()->faultOf(QueueSource::Prometheus), QString());
    // Once it has told some, that it tells none any more is one.
    stage.scrape({ { embedder, 4 } });
    QTRY_VERIFY((stage.store.fetch(), stage.store.sources()->ageMs(QueueSource::Prometheus) >= 0));
    stage.scrape({});
    QTRY_VERIFY(
        (stage.store.fetch(), !stage.store.sources()->faultOf(QueueSource::Prometheus).isEmpty()));
}

QTEST_GUILESS_MAIN(TestSources)
#include "moc_tst_sources.cpp"
