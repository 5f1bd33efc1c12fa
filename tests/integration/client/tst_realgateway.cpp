// SPDX-License-Identifier: GPL-3.0-only
// The client and the stores against the real gateway process with the demo platform.
#include "app/client/connection.h"
#include "app/client/embeddedgateway.h"
#include "models/schema/fabric.h"
#include "models/schema/metrics.h"
#include "models/stores/blueprintstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "models/stores/wirestore.h"
#include "models/stores/workspacestore.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace signalbox;

namespace {

constexpr int patience = 20000;

LinkTiming quick()
{
    LinkTiming timing;
    timing.firstRetry = milliseconds(50);
    timing.lastRetry = milliseconds(500);
    return timing;
}

/// The console without its window: built-in gateway, connection, session, tables.
struct Console {
    QTemporaryDir folder;
    EmbeddedGateway gateway;
    Session session;
    Connection connection { &session, quick() };
    std::unique_ptr<TableModel> flows { session.flows()->newTable(nullptr) };
    std::unique_ptr<TableModel> queues { session.queues()->newTable(nullptr) };
    QAbstractItemModelTester flowTester { flows.get(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    QAbstractItemModelTester queueTester { queues.get(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    bool readOnly = false;

    Console()
        : gateway({ qEnvironmentVariable("SIGNALBOX_TEST_GATEWAY").toStdString(),
            folder.path().toStdString(), true,
            folder.filePath(QStringLiteral("log")).toStdString() })
    {
        QObject::connect(&gateway, &EmbeddedGateway::ready, &connection,
            [this](const QUrl &url, const std::string &key) {
                if (connection.isOpen())
                    return connection.moveTo(url, key);
                Connection::Target target;
                target.name = QStringLiteral("built-in");
                target.url = url;
                target.apiKey = key;
                target.readOnly = readOnly;
                connection.open(target);
            });
        gateway.start();
    }

    bool live()
    {
        return QTest::qWaitFor(
            [&] {
                return session.state() == Session::Live && session.flows()->loaded()
                    && session.flows()->count() > 0 && session.queues()->loaded();
            },
            patience);
    }

    /// A workspace with a flow of a readable blueprint, and that blueprint's name.
    const FlowRow *model()
    {
        for (const FlowRow &row : session.flows()->rows())
            if (!row.stopping && row.queues > 0)
                return &row;
        return nullptr;
    }
};

template <class T> std::optional<T> wait(QFuture<T> future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, patience)
        || future.resultCount() != 1)
        return {};
    return future.result();
}

} // namespace

class TestRealGateway : public QObject {
    Q_OBJECT
private slots:
    void showsTheDemoPlatform();
    void startsAndStopsAFlow();
    void numbersMoveByThemselves();
    void killedGatewayComesBackWithEverything();
    void whatStandsStillGrowsOld();
    void everyConnectionReadsTheWholePlatform();
    void readOnlyRefusesBeforeTheWire();
    void tailStreamsAndIsCancelled();
    void flowServiceStreamsToItsEnd();
    void lossesOfAStopAreInTheWireLog();
    void metricsAnswerWhatTheStoresAskOfAPrometheus();
};

void TestRealGateway::showsTheDemoPlatform()
{
    Console console;
    QVERIFY2(console.live(), qPrintable(console.session.stateText()));
    QVERIFY(console.session.capabilities().own);
    QVERIFY(console.session.hasEvents());
    QVERIFY(console.session.hasFabric());
    QCOMPARE(console.session.role(), QStringLiteral("admin"));
    QTRY_VERIFY_WITH_TIMEOUT(console.session.workspaces()->ids().size() >= 3, patience);
    QTRY_VERIFY_WITH_TIMEOUT(console.session.queues()->count() > 30, patience);
    QTRY_VERIFY_WITH_TIMEOUT(console.model() && console.model()->backlog.has_value(), patience);
    // As many queues as the blueprints need, by the same rules on both sides. The platform is still
    // being set up and moves on meanwhile: looked at as a whole, again and again.
    std::string missing;
    const auto complete = [&] {
        missing.clear();
        for (const FlowRow &flow : console.session.flows()->rows()) {
            if (flow.stopping)
                continue;
            const auto loaded = console.session.blueprints()->held(flow.workspace);
            const auto *blueprint =
                loaded ? schema::find(loaded->blueprints, flow.record.blueprintName) : nullptr;
            if (!blueprint) {
                missing = "blueprint " + flow.record.blueprintName;
                return false;
            }
            const auto expansion = rules::expand(*blueprint,
                { flow.workspace.toStdString(), flow.record.blueprintName, flow.id.toStdString(),
                    flow.record.parameters });
            for (const auto &queue : rules::expectedQueues(expansion, flow.workspace.toStdString()))
                if (!console.session.queues()->find(queue.queue)) {
                    missing = queue.queue;
                    return false;
                }
        }
        return console.session.flows()->count() > 3;
    };
    QTRY_VERIFY2_WITH_TIMEOUT(complete(), missing.c_str(), patience);
}

void TestRealGateway::startsAndStopsAFlow()
{
    Console console;
    QVERIFY(console.live());
    QTRY_VERIFY_WITH_TIMEOUT(console.model(), patience);
    const FlowRow row = *console.model();
    const QString id = QStringLiteral("started-by-test");
    auto *flows = console.session.flows();
    auto started = wait(flows->start(
        row.workspace, id, row.blueprint, QStringLiteral("made by a test"), row.record.parameters));
    QVERIFY(started.has_value());
    QVERIFY2(started->hasValue(), started->hasValue() ? "" : qPrintable(started->error().text));
    QTRY_VERIFY_WITH_TIMEOUT(flows->find(row.workspace, id), patience);
    QTRY_VERIFY_WITH_TIMEOUT(
        !console.session.queues()->ofFlow(row.workspace, id).empty(), patience);
    const auto again =
        wait(flows->start(row.workspace, id, row.blueprint, QStringLiteral("again"), {}));
    QVERIFY(again && !again->hasValue());
    QVERIFY(!again->error().text.isEmpty());
    const auto stopped = wait(flows->stop(row.workspace, id));
    QVERIFY(stopped.has_value());
    QVERIFY2(stopped->hasValue(), stopped->hasValue() ? "" : qPrintable(stopped->error().text));
    QTRY_VERIFY_WITH_TIMEOUT(!flows->find(row.workspace, id), patience);
    QTRY_VERIFY_WITH_TIMEOUT(console.session.queues()->ofFlow(row.workspace, id).empty(), patience);
}

void TestRealGateway::numbersMoveByThemselves()
{
    Console console;
    QVERIFY(console.live());
    auto moving = [&] {
        for (const FlowRow &row : console.session.flows()->rows())
            if (row.rate.value_or(0) > 0)
                return true;
        return false;
    };
    QTRY_VERIFY_WITH_TIMEOUT(moving(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(console.session.receivedPerSecond() > 0, patience);
    QVERIFY(console.session.asOf().isValid());
}

void TestRealGateway::killedGatewayComesBackWithEverything()
{
    Console console;
    QVERIFY(console.live());
    const int flows = console.session.flows()->count();
    const pid_t pid = console.gateway.pid();
    QVERIFY(pid > 1);
    QSignalSpy ready(&console.gateway, &EmbeddedGateway::ready);
    QCOMPARE(kill(pid, SIGKILL), 0);
    QTRY_VERIFY_WITH_TIMEOUT(console.session.state() != Session::Live, patience);
    QTRY_COMPARE_WITH_TIMEOUT(ready.size(), 1, patience);
    QVERIFY(console.live());
    QTRY_VERIFY_WITH_TIMEOUT(console.session.flows()->count() >= flows - 1, patience);
    console.gateway.stop();
    QCOMPARE(kill(pid, 0), -1);
}

void TestRealGateway::whatStandsStillGrowsOld()
{
    Console console;
    QVERIFY(console.live());
    QTRY_VERIFY_WITH_TIMEOUT(console.session.asOf().isValid(), patience);
    const pid_t pid = console.gateway.pid();
    QCOMPARE(kill(pid, SIGSTOP), 0);
    const auto goOn = qScopeGuard([pid] { kill(pid, SIGCONT); });
    QElapsedTimer still;
    still.start();
    int youngest = INT_MAX;
    const auto watch = QObject::connect(&console.session, &Session::changed, &console.session, [&] {
        if (still.elapsed() > 3000)
            youngest = std::min(youngest, console.session.ageMs() - int(still.elapsed()));
    });
    QTRY_VERIFY_WITH_TIMEOUT(
        console.session.state() == Session::Stale && still.elapsed() > 12000, 2 * patience);
    QObject::disconnect(watch);
    // Nothing came: no sign of its own, no attempt and no loss made it younger.
    QVERIFY2(console.session.ageMs() >= still.elapsed() - 500,
        qPrintable(
            QStringLiteral("%1 of %2 ms").arg(console.session.ageMs()).arg(still.elapsed())));
    QVERIFY2(youngest > -500, qPrintable(QString::number(youngest)));
}

/// What was under way for one connection says nothing of the next.
void TestRealGateway::everyConnectionReadsTheWholePlatform()
{
    Console console;
    QVERIFY(console.live());
    const auto blank = [&] {
        QStringList ids;
        for (const FlowRow &row : console.session.flows()->rows())
            if (!row.stopping && row.processors < 0)
                ids.append(row.workspace + u'/' + row.id);
        return ids;
    };
    QTRY_VERIFY_WITH_TIMEOUT(
        console.session.flows()->count() >= 11 && blank().isEmpty(), 3 * patience);
    for (int turn = 0; turn < 12; ++turn) {
        Connection::Target target;
        target.name = QStringLiteral("connection %1").arg(turn);
        target.url = console.gateway.url();
        target.apiKey = console.gateway.apiKey();
        console.connection.open(target);
        QVERIFY2(console.live(), qPrintable(console.session.stateText()));
        const auto missing = [&] { return blank().join(u' ').toUtf8(); };
        QTRY_VERIFY2_WITH_TIMEOUT(console.session.flows()->count() >= 11 && blank().isEmpty(),
            missing().constData(), patience);
    }
}

void TestRealGateway::readOnlyRefusesBeforeTheWire()
{
    Console console;
    console.readOnly = true;
    QVERIFY(console.live());
    QTRY_VERIFY_WITH_TIMEOUT(console.model(), patience);
    const FlowRow row = *console.model();
    const auto stopped = wait(console.session.flows()->stop(row.workspace, row.id));
    QVERIFY(stopped && !stopped->hasValue());
    QCOMPARE(stopped->error().kind, ErrorKind::ReadOnly);
    const auto has = [&](const QString &operation) {
        return std::any_of(console.session.wire()->rows().begin(),
            console.session.wire()->rows().end(),
            [&](const WireRow &one) { return one.operation == operation; });
    };
    QTRY_VERIFY(has(QStringLiteral("getvalues")));
    QVERIFY(!has(QStringLiteral("stop-flow")));
}

void TestRealGateway::tailStreamsAndIsCancelled()
{
    Console console;
    QVERIFY(console.live());
    auto busiest = [&]() -> const QueueState * {
        const QueueState *best = nullptr;
        for (const QueueState &queue : console.session.queues()->rows())
            if (queue.row.topicClass == "flow"
                && queue.outRate.value_or(0) > (best ? best->outRate.value_or(0) : 0))
                best = &queue;
        return best;
    };
    QTRY_VERIFY_WITH_TIMEOUT(busiest(), patience);
    const auto row = busiest()->row;
    schema::FabricRequest tail;
    tail.operation = "tail";
    tail.queue = row.name;
    Request request;
    request.service = "fabric";
    request.operation = tail.operation;
    request.workspace = row.workspace;
    request.body = schema::encode(tail);
    request.timeout = milliseconds(patience);
    auto stream = console.session.gateway()->stream(request);
    QSignalSpy parts(stream.get(), &Subscription::part);
    QSignalSpy failed(stream.get(), &Subscription::failed);
    auto messages = [&] {
        qint64 received = 0;
        for (const auto &part : parts)
            if (const auto decoded =
                    schema::decode<schema::FabricResponse>(part[0].value<std::string>()))
                received = std::max<qint64>(received, decoded->received);
        return received;
    };
    QTRY_VERIFY_WITH_TIMEOUT(messages() > 0 || !failed.isEmpty(), patience);
    QVERIFY2(failed.isEmpty(),
        failed.isEmpty() ? "" : qPrintable(failed[0][0].value<GatewayError>().text));
}

/// Client → mux → fabric → worker of the demo line → parts → end.
void TestRealGateway::flowServiceStreamsToItsEnd()
{
    Console console;
    QVERIFY(console.live());
    Request request;
    request.service = "text-completion";
    request.flow = "timetable-answers";
    request.workspace = "default";
    request.body = R"({"system":"s","prompt":"When does the night train leave?","streaming":true})";
    request.timeout = milliseconds(patience);
    std::vector<std::string> bodies;
    int lasts = 0;
    // The platform is still being set up: asked until its worker is there.
    const auto answered = [&] {
        bodies.clear();
        lasts = 0;
        auto stream = console.session.gateway()->stream(request);
        QSignalSpy failed(stream.get(), &Subscription::failed);
        QSignalSpy ended(stream.get(), &Subscription::ended);
        QObject::connect(stream.get(), &Subscription::part, stream.get(),
            [&](const std::string &body, bool last) {
                bodies.push_back(body);
                lasts += last;
            });
        return QTest::qWaitFor([&] { return ended.size() == 1; }, patience) && failed.isEmpty();
    };
    QTRY_VERIFY_WITH_TIMEOUT(answered(), 3 * patience);
    QVERIFY(bodies.size() > 2);
    QCOMPARE(lasts, 1);
    for (const std::string &body : bodies)
        QVERIFY2(body.find("\"response\"") != std::string::npos, body.c_str());
    QVERIFY(bodies.back().find("out_token") != std::string::npos);
    // Its queues are there, and nothing of it is left in flight.
    const auto taken = [&] {
        for (const QueueState &one : console.session.queues()->rows())
            if (one.row.topic == "request:tg:text-completion:default:timetable-answers")
                return one.row.acked > 0;
        return false;
    };
    QTRY_VERIFY_WITH_TIMEOUT(taken(), patience);
}

/// The questions of FlowStore and QueueStore, through the guards and the link as theirs.
void TestRealGateway::metricsAnswerWhatTheStoresAskOfAPrometheus()
{
    const auto restore = qScopeGuard([] { qunsetenv("SIGNALBOX_GATEWAY_METRICS_INTERVAL"); });
    qputenv("SIGNALBOX_GATEWAY_METRICS_INTERVAL", "1");
    Console console;
    QVERIFY2(console.live(), qPrintable(console.session.stateText()));
    const auto samples = [&](const char *promql) {
        Request request;
        request.service = "metrics";
        request.operation = "query";
        request.body = schema::encode(schema::MetricsParameters { { { "query", promql } } });
        const auto answer = wait(ask<schema::InstantVector>(*console.session.gateway(), request));
        return answer && *answer ? std::optional((*answer)->samples) : std::nullopt;
    };
    const auto empty = samples("rabbitmq_queue_messages_ready");
    QVERIFY(empty);
    QVERIFY(empty->empty());
    const auto processors = [&] {
        const auto found = samples("count by (processor)(tg_processor_info)");
        return found && found->size() >= 5;
    };
    QTRY_VERIFY_WITH_TIMEOUT(processors(), patience); // the platform is still being set up
    const auto ratesOfFlows = [&] {
        const auto rates =
            samples("sum by (consumer,status)(rate(tg_consumer_processing_total[1m]))");
        return rates && std::any_of(rates->begin(), rates->end(), [](const schema::Sample &sample) {
            const auto *consumer = schema::find(sample.labels, "consumer");
            const auto *status = schema::find(sample.labels, "status");
            return consumer && std::count(consumer->begin(), consumer->end(), ':') == 4 && status
                && *status == "ok" && sample.value > 0;
        });
    };
    QTRY_VERIFY_WITH_TIMEOUT(ratesOfFlows(), patience);
}

void TestRealGateway::lossesOfAStopAreInTheWireLog()
{
    Console console;
    QVERIFY(console.live());
    // One process of the demo dies at work: what waits for it then cannot be drained. While the
    // platform is being set up others are not there yet either, and come.
    const auto waiting = [&] {
        for (const QueueState &queue : console.session.queues()->rows())
            if (queue.row.topicClass == "flow" && queue.row.delivered > 0
                && queue.row.consumers == 0 && queue.row.ready > 0)
                return true;
        return false;
    };
    QTRY_VERIFY_WITH_TIMEOUT(waiting(), 3 * patience);
    QCOMPARE(kill(console.gateway.pid(), SIGTERM), 0);
    const auto said = [&] {
        return std::any_of(console.session.wire()->rows().begin(),
            console.session.wire()->rows().end(), [](const WireRow &row) {
                return row.channel == QLatin1String("events")
                    && row.state.contains(QStringLiteral("messages lost with its stop"));
            });
    };
    const auto events = [&] {
        QStringList told;
        for (const WireRow &row : console.session.wire()->rows())
            if (row.state != QLatin1String("ok"))
                told.append(row.channel + QStringLiteral(": ") + row.state);
        return told.join(u'\n').toUtf8();
    };
    QTRY_VERIFY2_WITH_TIMEOUT(said(), events().constData(), patience);
    QVERIFY(console.live()); // started again by itself
}

QTEST_GUILESS_MAIN(TestRealGateway)
#include "tst_realgateway.moc"
