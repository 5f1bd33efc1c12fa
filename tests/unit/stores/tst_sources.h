// SPDX-License-Identifier: GPL-3.0-only
// A session whose counts a broker and a Prometheus of the tests tell.
#pragma once

#include "models/schema/metrics.h"
#include "models/schema/rabbit.h"
#include "models/stores/alertstore.h"
#include "models/stores/queuesources.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "tests/support/fakegateway.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <functional>

namespace signalbox {

inline const std::string embedder =
    "tg.flow.chunk-load:acme:ingest-us.embedder--acme--ingest-us--input";

inline schema::RabbitQueueRow brokerRow(const std::string &name, std::int64_t ready)
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

inline std::string vector(const std::vector<std::pair<std::string, int>> &values)
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

} // namespace signalbox

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
