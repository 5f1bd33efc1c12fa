// SPDX-License-Identifier: GPL-3.0-only
// Counts, rates and signals: who tells them, and what nobody tells.
#include "tests/unit/stores/tst_stores.h"

#include "models/schema/metrics.h"
#include "models/stores/flowhealth.h"
#include "models/stores/flowworkers.h"
#include "models/stores/format.h"

using namespace signalbox;

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
    // Nor is it in the sum of the workspace.
    const auto ofWorkspace = [&](int role) {
        int backlog = 0;
        while (stage.workspaces->columnId(backlog) != QLatin1String("backlog"))
            ++backlog;
        return stage.workspaces->index(stage.workspaces->rowOf(acme), backlog)
            .data(role)
            .toString();
    };
    QTRY_COMPARE(ofWorkspace(Qt::DisplayRole), QStringLiteral("≥ ") + format::count(qint64(4711)));
    QVERIFY(ofWorkspace(TableModel::TipRole).contains(QStringLiteral("is not known now")));
    QCOMPARE(ofWorkspace(TableModel::CopyRole), QStringLiteral("4711"));
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

/// Its workers go on running, and every queue that is left is read.
void TestStores::aQueueThatOurGatewayDoesNotListIsMissedByItsFlow()
{
    Stage stage;
    stage.far.fillDemo();
    stage.far.connectTo(stage.session);
    const auto flow = [&](const char *id) {
        return stage.session.flows()->find(acme, QString::fromLatin1(id));
    };
    QTRY_VERIFY(flow("ingest-eu") && flow("ingest-eu")->aspect == Cell::Clear);
    const std::string own = "flow:tg:text-load:acme:ingest-eu.chunker--acme--ingest-eu--input";
    const schema::QueueRow before = *stage.far.queue(own);
    stage.far.removeQueue(own);
    QTRY_VERIFY(flow("ingest-eu")->aspect != Cell::Clear); // at first unknown, in a while red
    QTRY_COMPARE(flow("support-rag")->aspect, Cell::Clear);
    // One comes, and another one goes.
    const schema::QueueRow shared = *stage.far.queue(promptQueue);
    stage.far.removeQueue(promptQueue);
    stage.far.setQueue(before);
    QTRY_VERIFY(flow("support-rag")->aspect != Cell::Clear);
    QTRY_COMPARE_WITH_TIMEOUT(
        flow("support-rag")->finding.reason, rules::HealthReason::Missing, 30000);
    QCOMPARE(flow("support-rag")->aspect, Cell::Stop);
    QTRY_VERIFY2(flow("ingest-eu")->why.contains(QString::fromStdString(promptQueue)),
        qPrintable(flow("ingest-eu")->why));
    stage.far.setQueue(shared);
    QTRY_COMPARE(flow("ingest-eu")->aspect, Cell::Clear);
    QTRY_COMPARE(flow("support-rag")->aspect, Cell::Clear);
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
