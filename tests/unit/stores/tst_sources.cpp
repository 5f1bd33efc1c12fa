// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/metrics.h"
#include "models/schema/rabbit.h"
#include "models/stores/alertstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuehistory.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuesources.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "tests/support/fakegateway.h"

#include <QAbstractItemModelTester>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <map>
#include <random>

using namespace signalbox;
using rules::QueueFigure;
using rules::QueueSource;

namespace {

const std::string embedder = "tg.flow.chunk-load:acme:ingest-us.embedder--acme--ingest-us--input";

schema::RabbitQueueRow brokerRow(const std::string &name, std::int64_t ready)
{
    schema::RabbitQueueRow row;
    row.name = name;
    row.ready = ready;
    row.unacked = 0;
    row.consumers = 1;
    row.bytes = 10 * ready;
    row.stats = schema::RabbitStats { ready + 100, 100, 0, 0, 3 };
    return row;
}

/// A RabbitMQ broker that answers what it is given.
struct FakeBroker {
    std::vector<schema::RabbitQueueRow> queues;
    schema::RabbitBindings bindings;
    std::size_t pageSize = 500;
    int rounds = 0;
    std::optional<GatewayError> fault;
    std::function<void(std::int64_t page)> beforePage = [](std::int64_t) {};

    std::optional<Reply> answer(const Request &request)
    {
        if (fault) {
            ++rounds;
            return Reply(unexpected(*fault));
        }
        if (request.operation == "bindings")
            return Reply(Response { schema::encode(bindings) });
        const auto asked = schema::decode<schema::RabbitRequest>(request.body);
        rounds += asked->page == 1;
        beforePage(asked->page);
        schema::RabbitQueuePage page;
        page.page = asked->page;
        page.totalCount = std::int64_t(queues.size());
        page.pageCount =
            std::max<std::int64_t>(1, std::int64_t((queues.size() + pageSize - 1) / pageSize));
        for (std::size_t i = std::size_t(page.page - 1) * pageSize;
             i < queues.size() && page.items.size() < pageSize; ++i)
            page.items.push_back(queues[i]);
        return Reply(Response { schema::encode(page) });
    }
    void bind(const std::string &queue, const std::string &exchange)
    {
        bindings.items.push_back({ "", queue, "queue", queue, {} });
        bindings.items.push_back({ exchange, queue, "queue", queue, {} });
    }
};

std::string vector(const std::vector<std::pair<std::string, int>> &values)
{
    schema::InstantVector all;
    for (const auto &[queue, value] : values) {
        schema::Sample sample;
        sample.labels = { { "queue", queue }, { "vhost", "/" } };
        sample.value = value;
        all.samples.push_back(sample);
    }
    return schema::encode(all);
}

struct Stage {
    FakeGateway far;
    FakeBroker broker;
    Session session;
    QueueStore &store = *session.queues();
    std::unique_ptr<TableModel> table { store.newTable(nullptr) };
    QAbstractItemModelTester tester { table.get(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    QAbstractItemModelTester sourcesTester { store.sources(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };

    explicit Stage(Capabilities::Metrics metrics = Capabilities::Metrics::None)
    {
        Capabilities can;
        can.era = Capabilities::Era::D;
        can.product = QStringLiteral("gateway 2.8");
        can.listMyWorkspaces = true;
        can.metrics = metrics;
        far.fillDemo();
        far.setCapabilities(can);
        far.setBroker(QStringLiteral("rabbitmq"));
        far.answerWith(
            "rabbitmq", [this](const Request &request) { return broker.answer(request); });
    }
    void scrape(const std::vector<std::pair<std::string, int>> &ready)
    {
        for (const char *name : { "rabbitmq_queue_messages_ready",
                 "rabbitmq_queue_messages_unacked", "rabbitmq_queue_consumers" })
            far.answerMetric(name, vector(ready));
    }
    void processes(const std::vector<std::string> &names)
    {
        schema::InstantVector all;
        for (const std::string &name : names) {
            schema::Sample sample;
            sample.labels = { { "processor", name } };
            sample.value = 1;
            all.samples.push_back(sample);
        }
        far.answerMetric("(tg_processor_info)", schema::encode(all));
        far.answerMetric("(processor_info)", schema::encode(all)); // before 2.8.4
    }
    void connect() { far.connectTo(session); }
    /// A round of the broker that begins from now on, to its end.
    void askBroker()
    {
        const int before = broker.rounds;
        while (broker.rounds == before) {
            QSignalSpy asked(&store, &QueueStore::brokerAsked);
            store.fetchBroker(); // or the one under way, which may have begun earlier
            QVERIFY(asked.count() > 0 || asked.wait());
        }
    }
    const QueueState *find(const std::string &name) const { return store.find(name); }
};

/// Alerts of a stage; time goes by when the test says so.
struct Alarm {
    explicit Alarm(Session &of)
        : session(of)
    {
        alerts.setClock([this] { return now; });
        QObject::connect(&alerts, &AlertStore::called, [this](const schema::AlertEvent &event) {
            calls.append(QString::fromStdString(event.id));
        });
    }
    void pass(qint64 ms)
    {
        for (const qint64 end = now + ms; now < end; now += AlertStore::lookMs)
            alerts.look();
    }
    void passWell(qint64 ms) ///< the gateway is as well as ever
    {
        session.noteFresh(0);
        pass(ms);
    }
    int ended(const QString &id) const
    {
        const auto &history = alerts.history();
        return int(std::count_if(history.begin(), history.end(), [&](const auto &event) {
            return event.event == "ended" && event.id == id.toStdString();
        }));
    }
    Session &session;
    AlertStore alerts { &session };
    qint64 now = 0;
    QStringList calls;
};

} // namespace

class TestSources : public QObject {
    Q_OBJECT
private slots:
    void theBrokerTellsWhatAScrapeCannot();
    void queuesWithoutANameAreNamedByTheirBinding();
    void aSourceThatFailsBlanksNothing();
    void aScrapeIsNoNewerBecauseItIsAskedMoreOften();
    void whatOnlyASilentSourceKnewIsShownAsOld();
    void aDeletedQueueIsNotBroughtBackByAnOldScrape();
    void aQueueThatOnlyAScrapeKnewGoesWithTheBrokersList();
    void aScrapeThatLostItsSeriesTakesNothingFromTheBroker();
    void aListThatShiftedBetweenPagesRemovesNothing();
    void queuesOfStoppedFlowsAreOrphansOnceNothingFeedsThem();
    void whatAStopLeavesIsAnOrphanThoughNothingNewComes();
    void aBindingThatGoesByItselfIsNoticedWithinSomeRounds();
    void aCopiedRowHasNoNoughtForWhatNobodyTells();
    void chartsGoOnWhileOnlyTheGatewayIsSilent();
    void ourGatewayAndTheBrokerTellOneQueueOnce();
    void randomListsEqualWhatTheBrokerHolds();
    void anotherConnectionKnowsNothingOfTheFormerBroker();
    void oldCountsAreSummedAndJudgedNoMore();
    void aQueueThatTheBrokerDoesNotHaveMakesItsFlowRed();
    void aSilentSourceCallsOnceAndOldCountsEndNothing();
    void countsThatNobodyTellsEndNoAlert();
    void oneProcessThatIsGoneCallsOnceHoweverManyFlowsWait_data();
    void oneProcessThatIsGoneCallsOnceHoweverManyFlowsWait();
    void whatWasTakenOfAProcessByItsFlowStaysTaken();
    void aSharedWorkerThatIsGoneCallsOnceAndItsQueueIsGrouped();
    void whileTheConsoleAsksNothingTheConnectionIsNotSilent();
    void aSourceIsNotMuteWhileNobodyAsks();
    void aScrapeWithoutSeriesIsNoFault();
};

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
#include "tst_sources.moc"
