// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/connection.h"
#include "app/client/poller.h"
#include "models/rules/lease.h"
#include "models/schema/config.h"
#include "models/schema/metrics.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuesources.h"
#include "models/stores/queuestore.h"
#include "models/stores/wirestore.h"
#include "models/stores/workspacestore.h"
#include "tests/support/fakeserver.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>

using namespace signalbox;

namespace {

LinkTiming quick()
{
    LinkTiming timing;
    timing.probe = milliseconds(2000);
    timing.signIn = milliseconds(2000);
    timing.ping = timing.eventPing = milliseconds(150);
    timing.pong = milliseconds(300);
    timing.firstRetry = milliseconds(20);
    timing.lastRetry = milliseconds(200);
    timing.refusedRetry = milliseconds(100);
    return timing;
}

QJsonObject flowRecord(const QString &blueprint)
{
    return { { QStringLiteral("description"), QString() },
        { QStringLiteral("blueprint-name"), blueprint },
        { QStringLiteral("interfaces"), QJsonObject() },
        { QStringLiteral("parameters"), QJsonObject() } };
}

QJsonObject queueRow(const QString &name, int ready)
{
    return { { QStringLiteral("name"), name }, { QStringLiteral("class"), QStringLiteral("flow") },
        { QStringLiteral("workspace"), QStringLiteral("acme") },
        { QStringLiteral("flow"), QStringLiteral("eu") }, { QStringLiteral("ready"), ready },
        { QStringLiteral("consumers"), 1 } };
}

struct Stage {
    FakeServer server;
    Session session;
    std::unique_ptr<Connection> connection;

    explicit Stage(const LinkTiming &timing = quick())
        : connection(std::make_unique<Connection>(&session, timing))
    {
        server.setFlows(
            QStringLiteral("acme"), { { QStringLiteral("eu"), flowRecord(QStringLiteral("b")) } });
    }
    Connection::Target target() const
    {
        Connection::Target target;
        target.name = QStringLiteral("test");
        target.url = server.url();
        target.apiKey = server.token.toStdString();
        return target;
    }
    void open() { connection->open(target()); }
};

Request make(const std::string &service, const std::string &operation, int timeoutMs = 5000)
{
    Request request;
    request.service = service;
    request.operation = operation;
    request.body = "{\"operation\":\"" + operation + "\"}";
    request.timeout = milliseconds(timeoutMs);
    return request;
}

std::optional<Reply> settled(const QFuture<Reply> &future)
{
    return future.isFinished() && future.resultCount() == 1 ? std::optional(future.result())
                                                            : std::nullopt;
}

} // namespace

class TestConnection : public QObject {
    Q_OBJECT
private slots:
    void init();
    void connectsToOursAndSubscribesBeforeItFetches();
    void erasAreTold_data();
    void erasAreTold();
    void wrongKeyIsRefusedAndTriedAgain();
    void lostConnectionFailsEachRequestOnce();
    void reconnectsAndFetchesAnew();
    void halfOpenConnectionIsNoticed();
    void nobodyListensIsRetriedForEver();
    void silenceIsATimeout();
    void slowServerSeesTwelveAtMost();
    void malformedFramesHarmNothing();
    void undecodableAnswersFailAtOnce_data();
    void undecodableAnswersFailAtOnce();
    void undecodableSignInIsSaidAtOnce();
    void undecodableMetricsFailAtOnce();
    void requestLinesGoOverHttpWithTheirMethodAndBody();
    void errorsOfTheTenantPlatformTellWhatCameAlong();
    void undecodableStreamFailsAtOnce();
    void undecodableEventFetchesAnew();
    void binaryFramesAreReadAsText();
    void connectionsThatNeverOpenAreLeftWithoutAWord();
    void nothingThatWasNeverOpenIsSaidToHaveBeenClosed();
    void readOnlyIsSwitchedWithoutConnectingAnew();
    void lossesOfAStopAreSaid();
    void lossesSaidAfterTheGoodbyeAreHeard();
    void errorShapesAreUnderstood_data();
    void errorShapesAreUnderstood();
    void eventsArriveAndResume();
    void gapFetchesAnew();
    void readOnlyStopsWritesBeforeTheWire();
    void secretsStayOutOfTheWireStore();
    void realGatewayIsPolledAndAskedForMetrics();
    void aPrometheusThatComesLaterIsFound();
    void aPrometheusThatGoesIsSaidToBeGoneAndIsUsedAgain();
    void metricsThatMayNotBeReadAreNotAskedForAgain();
    void pollingPausesWhileNobodyLooks();
    void streamsUseTheirOwnSocketAndCanBeCancelled();
    void destroyingTheConnectionSettlesEverything();
    void choosingAnotherConnectionLeavesTheFirst();
};

/// Qt warns where a socket is used that is not open (any more): no path of a connection may.
void TestConnection::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
}

void TestConnection::connectsToOursAndSubscribesBeforeItFetches()
{
    Stage stage;
    stage.server.beOwn();
    stage.server.setQueues({ queueRow(QStringLiteral("q1"), 7) });
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Live);
    QTRY_COMPARE(stage.session.flows()->count(), 1);
    QTRY_COMPARE(stage.session.queues()->count(), 1);
    QCOMPARE(stage.session.user(), QStringLiteral("mira"));
    QVERIFY(stage.session.capabilities().own);
    QVERIFY(stage.session.capabilities().stopDeletesQueues);
    QCOMPARE(stage.session.backend(), QStringLiteral("signalbox-gateway 9.9"));
    const int subscribed = stage.server.indexOf(
        QStringLiteral("events"), QStringLiteral("events"), QStringLiteral("subscribe"));
    const int fetched = stage.server.indexOf(
        QStringLiteral("short"), QStringLiteral("fabric"), QStringLiteral("list-queues"));
    QVERIFY(subscribed >= 0 && fetched > subscribed);
    QVERIFY(stage.session.ageMs() >= 0);
}

void TestConnection::erasAreTold_data()
{
    QTest::addColumn<char>("era");
    QTest::addColumn<int>("expected");
    QTest::addColumn<QString>("product");
    QTest::newRow("A") << 'A' << int(Capabilities::Era::A)
                       << QStringLiteral("gateway 2.3 or older");
    QTest::newRow("B") << 'B' << int(Capabilities::Era::B) << QStringLiteral("gateway 2.4");
    QTest::newRow("C") << 'C' << int(Capabilities::Era::C) << QStringLiteral("gateway 2.4");
    QTest::newRow("D") << 'D' << int(Capabilities::Era::D) << QStringLiteral("gateway 2.8");
}

void TestConnection::erasAreTold()
{
    QFETCH(char, era);
    QFETCH(int, expected);
    QFETCH(QString, product);
    Stage stage;
    stage.server.beReal(era);
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Polling);
    QCOMPARE(int(stage.session.capabilities().era), expected);
    QCOMPARE(stage.session.capabilities().product, product);
    QCOMPARE(stage.session.capabilities().metrics, Capabilities::Metrics::None);
    QCOMPARE(stage.session.capabilities().edition,
        era == 'D' ? Capabilities::Edition::Open : Capabilities::Edition::Unknown);
    QVERIFY(!stage.session.hasEvents());
    QCOMPARE(stage.session.capabilities().bootstrapAvailable.has_value(), era == 'C' || era == 'D');
    QTRY_COMPARE(
        stage.server.count(QStringLiteral("config"), QStringLiteral("getvalues")) > 0, true);
}

void TestConnection::wrongKeyIsRefusedAndTriedAgain()
{
    Stage stage;
    stage.server.beOwn();
    stage.server.auth = FakeServer::Auth::Failed;
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Refused);
    QVERIFY(stage.session.stateText().contains(QStringLiteral("auth failure")));
    auto keyless = stage.target();
    keyless.apiKey.clear();
    stage.connection->open(keyless);
    QTRY_COMPARE(stage.session.state(), Session::Refused);
    QVERIFY2(stage.session.stateText().startsWith(QStringLiteral("the API key is needed")),
        qPrintable(stage.session.stateText()));
    stage.open();
    stage.server.auth = FakeServer::Auth::Ok; // perhaps only the IAM service was silent
    QTRY_COMPARE(stage.session.state(), Session::Live);
}

void TestConnection::lostConnectionFailsEachRequestOnce()
{
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Live);
    QTRY_COMPARE(stage.session.queues()->loaded(), true);
    // Flows and both kinds of blueprint values have been asked for: nothing else of the stores
    // comes any more.
    QTRY_VERIFY(stage.server.count(QStringLiteral("config"), QStringLiteral("getvalues")) >= 3);
    stage.server.silent = true;
    std::vector<QFuture<Reply>> futures;
    int completions = 0;
    for (int i = 0; i < 30; ++i) {
        futures.push_back(stage.session.gateway()->request(make("config", "list")));
        futures.back().then(this, [&completions](const Reply &) { ++completions; });
    }
    const auto lists = [&] {
        return stage.server.count(QStringLiteral("config"), QStringLiteral("list"));
    };
    QTRY_COMPARE(lists(), 12); // 18 wait behind them
    stage.server.dropAll();
    for (const auto &future : futures) {
        QTRY_VERIFY(settled(future).has_value());
        QCOMPARE(settled(future)->error().kind, ErrorKind::Network);
        QVERIFY(settled(future)->error().retry);
    }
    QTRY_COMPARE(completions, 30);
    stage.server.silent = false;
    QTRY_COMPARE(stage.session.state(), Session::Live);
    QCOMPARE(completions, 30);
    // Nothing was sent a second time by itself.
    QCOMPARE(lists(), 12);
}

void TestConnection::reconnectsAndFetchesAnew()
{
    Stage stage;
    stage.server.beOwn();
    stage.server.setQueues(
        { queueRow(QStringLiteral("q1"), 7), queueRow(QStringLiteral("q2"), 7) });
    stage.open();
    QTRY_COMPARE(stage.session.flows()->count(), 1);
    QTRY_COMPARE(stage.session.queues()->count(), 2);
    const auto port = quint16(stage.server.url().port());
    stage.server.refuseConnections();
    QTRY_COMPARE(stage.session.state(), Session::Stale);
    QTRY_VERIFY(stage.session.stateText().contains(QStringLiteral("reconnecting")));
    QCOMPARE(stage.session.flows()->count(), 1);
    stage.server.setFlows(
        QStringLiteral("acme"), { { QStringLiteral("us"), flowRecord(QStringLiteral("b")) } });
    stage.server.setQueues({ queueRow(QStringLiteral("q2"), 9) });
    QVERIFY(stage.server.listen(port));
    QTRY_COMPARE(stage.session.state(), Session::Live);
    QTRY_VERIFY(stage.session.flows()->find(QStringLiteral("acme"), QStringLiteral("us")));
    QTRY_VERIFY(!stage.session.flows()->find(QStringLiteral("acme"), QStringLiteral("eu")));
    QTRY_COMPARE(stage.session.queues()->count(), 1);
    QCOMPARE(stage.session.queues()->rows().front().row.ready, 9);
    QVERIFY(stage.server.subscriptions.size() >= 2);
}

void TestConnection::halfOpenConnectionIsNoticed()
{
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Live);
    auto waiting = stage.session.gateway()->request(make("config", "list", 60000));
    stage.server.goDeaf(); // no close, no reset: nothing comes any more
    auto late = stage.session.gateway()->request(make("config", "list", 60000));
    QTRY_VERIFY(settled(late).has_value());
    QCOMPARE(settled(late)->error().kind, ErrorKind::Network);
    QTRY_VERIFY(settled(waiting).has_value());
    QTRY_COMPARE(stage.session.state(), Session::Live); // over a new connection
}

void TestConnection::nobodyListensIsRetriedForEver()
{
    Stage stage;
    stage.server.beOwn();
    const auto target = stage.target();
    const auto port = quint16(target.url.port());
    stage.server.refuseConnections();
    stage.connection->open(target);
    QTRY_VERIFY(stage.session.stateText().contains(QStringLiteral("reconnecting in")));
    QCOMPARE(stage.session.state(), Session::Connecting); // it never was there: nothing is stale
    QVERIFY(stage.server.listen(port));
    stage.session.reconnectNow();
    QTRY_COMPARE(stage.session.state(), Session::Live);
}

void TestConnection::silenceIsATimeout()
{
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.queues()->loaded(), true);
    stage.server.silent = true;
    auto future = stage.session.gateway()->request(make("config", "list", 100));
    QTRY_VERIFY(settled(future).has_value());
    QCOMPARE(settled(future)->error().kind, ErrorKind::Timeout);
    QTRY_COMPARE(stage.server.cancels, 1); // capability `cancel`
    stage.server.silent = false;
    auto next = stage.session.gateway()->request(make("config", "list"));
    QTRY_VERIFY(settled(next).has_value());
    QVERIFY(settled(next)->hasValue());
}

void TestConnection::slowServerSeesTwelveAtMost()
{
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.queues()->loaded(), true);
    stage.server.delayMs = 20;
    std::vector<QFuture<Reply>> futures;
    for (int i = 0; i < 100; ++i)
        futures.push_back(stage.session.gateway()->request(make("config", "list")));
    for (const auto &future : futures) {
        QTRY_VERIFY(settled(future).has_value());
        QVERIFY(settled(future)->hasValue());
    }
    QVERIFY2(
        stage.server.mostInFlight <= 12, qPrintable(QString::number(stage.server.mostInFlight)));
    QVERIFY(stage.server.mostInFlight > 4);
}

void TestConnection::malformedFramesHarmNothing()
{
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.queues()->loaded(), true);
    for (const char *frame : { "not json", "[]", "{}", "null", "{\"id\":7,\"response\":{}}",
             "{\"id\":\"nobody\",\"response\":{},\"complete\":true}", "{\"response\":1}",
             "\xc3\xa4" })
        stage.server.sendRaw(QString::fromUtf8(frame));
    // They are seen in the wire log, as what they are.
    auto strays = [&] {
        int count = 0;
        for (const auto &row : stage.session.wire()->rows())
            count += row.failed && row.channel == QLatin1String("short");
        return count;
    };
    QTRY_VERIFY(strays() >= 6);
    auto future = stage.session.gateway()->request(make("config", "list"));
    QTRY_VERIFY(settled(future).has_value());
    QVERIFY(settled(future)->hasValue());
    QCOMPARE(stage.session.state(), Session::Live);
}

void TestConnection::undecodableAnswersFailAtOnce_data()
{
    QTest::addColumn<QString>("frame");
    QTest::addColumn<QString>("path");
    auto row = [](const char *name, const char *frame, const char *path) {
        QTest::newRow(name) << QString::fromUtf8(frame) << QString::fromUtf8(path);
    };
    row("wrong type of complete", R"({"id":%1,"response":{},"complete":"yes"})", "complete");
    row("without response", R"({"id":%1,"complete":true})", "response");
    row("cut off", R"({"id":%1,"response":{"values":[)", "unexpected answer");
    row("no JSON", "<html>502 Bad Gateway</html>", "unexpected answer");
    row("payload is no object", R"({"id":%1,"response":[1,2],"complete":true})",
        "expected object, found array");
    row("payload is wrong within",
        R"({"id":%1,"response":{"version":1,"values":[{"type":"t","key":7}]},"complete":true})",
        "values[0].key");
}

void TestConnection::undecodableAnswersFailAtOnce()
{
    QFETCH(QString, frame);
    QFETCH(QString, path);
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.queues()->loaded(), true);
    QTRY_VERIFY(stage.server.count(QStringLiteral("config"), QStringLiteral("getvalues")) >= 3);
    QTRY_COMPARE(stage.session.flows()->count(), 1);
    stage.server.setRawAnswer(QStringLiteral("config"), QStringLiteral("get"),
        frame + QStringLiteral("\n{\"id\":%1,\"response\":{\"version\":1},\"complete\":true}"));
    int completions = 0;
    std::optional<GatewayError> error;
    QElapsedTimer took;
    took.start();
    ask<schema::ConfigResponse>(*stage.session.gateway(), make("config", "get", 60000))
        .then(this, [&](const Answer<schema::ConfigResponse> &answer) {
            ++completions;
            if (!answer)
                error = answer.error();
        });
    QTRY_COMPARE(completions, 1);
    QVERIFY(error.has_value());
    QCOMPARE(error->kind, ErrorKind::Protocol);
    QVERIFY2(error->text.contains(path), qPrintable(error->text));
    QVERIFY(!error->retry);
    // The right answer that came behind it changes nothing, and the socket goes on.
    auto next = stage.session.gateway()->request(make("config", "list"));
    QTRY_VERIFY(settled(next).has_value());
    QVERIFY(settled(next)->hasValue());
    QCOMPARE(completions, 1);
    QCOMPARE(stage.session.state(), Session::Live);
}

void TestConnection::undecodableSignInIsSaidAtOnce()
{
    auto timing = quick();
    timing.signIn = milliseconds(60000); // nobody waits for that
    timing.firstRetry = milliseconds(60000);
    Stage stage(timing);
    stage.server.beOwn();
    stage.server.auth = FakeServer::Auth::Garbage;
    stage.open();
    QTRY_VERIFY(stage.session.stateText().contains(QStringLiteral("unexpected answer")));
}

void TestConnection::requestLinesGoOverHttpWithTheirMethodAndBody()
{
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Live);
    stage.server.setRest(
        QStringLiteral("GET /api/portal/tenants"), { 200, R"({"items":[],"error":null})" });
    stage.server.setRest(QStringLiteral("PUT /api/portal/tenants/a%20b"), { 200, R"({"id":"a"})" });
    stage.server.setRest(QStringLiteral("DELETE /api/portal/tenants/a"), { 204, "" });
    stage.server.setRest(QStringLiteral("GET /ops/keys"), { 200, R"({"items":[1]})" });
    const auto ask = [&](const char *service, const std::string &line, std::string body = "{}") {
        Request request = make(service, line);
        request.body = std::move(body);
        auto future = stage.session.gateway()->request(request);
        return QTest::qWaitFor([&] { return future.isFinished(); })
            ? future.result()
            : Reply(unexpected(GatewayError()));
    };
    QVERIFY(ask("portal", "GET /tenants?limit=5").hasValue());
    const auto put = ask("portal", "PUT /tenants/a%20b", R"({"name":"x"})");
    QVERIFY(put.hasValue());
    QCOMPARE(put->body, R"({"id":"a"})");
    QCOMPARE(ask("portal", "DELETE /tenants/a", "")->body, "{}");
    QCOMPARE(ask("ops", "GET /keys?tenant=a")->body, R"({"items":[1]})");
    const auto seen = [&](const char *method, const char *path) {
        return stage.server.indexOf(
            QStringLiteral("rest"), QLatin1String(path), QLatin1String(method));
    };
    QVERIFY(seen("GET", "/api/portal/tenants?limit=5") >= 0);
    const int at = seen("PUT", "/api/portal/tenants/a%20b");
    QVERIFY(at >= 0);
    QCOMPARE(
        stage.server.seen[at].frame.value(QStringLiteral("name")).toString(), QStringLiteral("x"));
    QVERIFY(seen("DELETE", "/api/portal/tenants/a") >= 0);
    QVERIFY(seen("GET", "/ops/keys?tenant=a") >= 0);
    // Nothing that is no request line leaves the program.
    QCOMPARE(ask("portal", "GET /tenants/../iam").error().kind, ErrorKind::Protocol);
    QCOMPARE(seen("GET", "/api/portal/iam"), -1);
    QCOMPARE(seen("GET", "/api/portal/tenants/../iam"), -1);
    QCOMPARE(stage.server.count(QStringLiteral("portal")), 0); // nor over a socket
}

void TestConnection::errorsOfTheTenantPlatformTellWhatCameAlong()
{
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Live);
    const auto ask = [&](int status, const QByteArray &body) {
        stage.server.setRest(QStringLiteral("GET /api/portal/x"), { status, body });
        auto future = stage.session.gateway()->request(make("portal", "GET /x"));
        if (!QTest::qWaitFor([&] { return future.isFinished(); }) || future.result().hasValue())
            return GatewayError();
        return future.result().error();
    };
    const auto conflict = ask(409,
        R"({"error":{"code":"conflict","message":"somebody was faster"},"current":{"version":4}})");
    QCOMPARE(conflict.kind, ErrorKind::Conflict);
    QCOMPARE(conflict.code, QStringLiteral("conflict"));
    QCOMPARE(conflict.text, QStringLiteral("somebody was faster"));
    QVERIFY(conflict.body.find(R"("current":{"version":4})") != std::string::npos);
    QCOMPARE(ask(403, R"({"error":{"code":"forbidden","message":"no"}})").kind, ErrorKind::Denied);
    QCOMPARE(
        ask(404, R"({"error":{"code":"not-found","message":"no"}})").kind, ErrorKind::NotFound);
    QCOMPARE(ask(401, R"({"error":{"code":"auth","message":"no"}})").kind, ErrorKind::Auth);
    const auto invalid = ask(422, R"({"error":{"code":"invalid","message":"m","field":"slug"}})");
    QCOMPARE(invalid.kind, ErrorKind::Service);
    QVERIFY(invalid.body.find("slug") != std::string::npos);
    QVERIFY(ask(429, R"({"error":{"code":"rate","message":"slow down"}})").retry);
    QCOMPARE(ask(200, "<html>").kind, ErrorKind::Protocol);
    QCOMPARE(ask(502, "<html>").kind, ErrorKind::Network);
    QVERIFY(ask(502, "<html>").body.empty());
}

void TestConnection::undecodableMetricsFailAtOnce()
{
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.queues()->loaded(), true);
    Request query = make("metrics", "query", 60000);
    query.body = R"({"query":"up"})";
    const std::pair<const char *, const char *> bodies[] = { { "<html>no</html>", "no JSON" },
        { R"({"status":"success","data":{"resultType":"vector"}})", "data.result" },
        { R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1]}]}})",
            "data.result[0].value" } };
    for (const auto &[body, path] : bodies) {
        stage.server.setRest(QStringLiteral("/api/metrics/query"), { 200, body });
        auto future = ask<schema::InstantVector>(*stage.session.gateway(), query);
        QTRY_VERIFY(future.isFinished());
        const auto answer = future.result();
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Protocol);
        QVERIFY2(
            answer.error().text.contains(QLatin1String(path)), qPrintable(answer.error().text));
    }
    query.body = "[]"; // our own fault is told in the same way
    auto future = stage.session.gateway()->request(query);
    QTRY_VERIFY(settled(future).has_value());
    QCOMPARE(settled(future)->error().kind, ErrorKind::Protocol);
}

void TestConnection::undecodableStreamFailsAtOnce()
{
    Stage stage;
    stage.server.beOwn();
    stage.server.setRawAnswer(QStringLiteral("fabric"), QStringLiteral("tail"),
        QStringLiteral("{\"id\":%1,\"response\":{\"received\":1},\"complete\":false}\n{\"id\":%1,"
                       "\"complete\":[]}"));
    stage.open();
    QTRY_COMPARE(stage.session.queues()->loaded(), true);
    auto stream = stage.session.gateway()->stream(make("fabric", "tail", 60000));
    QSignalSpy failed(stream.get(), &Subscription::failed);
    QSignalSpy ended(stream.get(), &Subscription::ended);
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(ended.size(), 1);
    const auto error = failed[0][0].value<GatewayError>();
    QCOMPARE(error.kind, ErrorKind::Protocol);
    QVERIFY2(error.text.contains(QStringLiteral("complete")), qPrintable(error.text));
}

void TestConnection::undecodableEventFetchesAnew()
{
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.queues()->loaded(), true);
    const int before = stage.server.count(QStringLiteral("fabric"), QStringLiteral("list-queues"));
    stage.server.pushEvent({ { QStringLiteral("kind"), QStringLiteral("queue") },
        { QStringLiteral("data"),
            QJsonObject { { QStringLiteral("queues"), QStringLiteral("many") } } } });
    QTRY_VERIFY(
        stage.server.count(QStringLiteral("fabric"), QStringLiteral("list-queues")) > before);
    QCOMPARE(stage.session.state(), Session::Live);
}

void TestConnection::binaryFramesAreReadAsText()
{
    Stage stage;
    stage.server.beOwn();
    stage.server.binary = true;
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Live);
    QTRY_COMPARE(stage.session.flows()->count(), 1);
}

void TestConnection::nothingThatWasNeverOpenIsSaidToHaveBeenClosed()
{
    QTcpServer gone;
    QVERIFY(gone.listen(QHostAddress::LocalHost));
    const quint16 port = gone.serverPort();
    gone.close();
    for (const QUrl &url : { QUrl(QStringLiteral("http://127.0.0.1:%1").arg(port)),
             QUrl(QStringLiteral("http://no-such-host.invalid")) }) {
        Stage stage;
        auto target = stage.target();
        target.url = url;
        QStringList told;
        QObject::connect(
            &stage.session, &Session::changed, [&] { told.append(stage.session.stateText()); });
        stage.connection->open(target);
        QTRY_VERIFY(stage.session.stateText().contains(QStringLiteral("reconnecting in")));
        for (const QString &words : std::as_const(told))
            QVERIFY2(!words.contains(QStringLiteral("far end closed")), qPrintable(words));
    }
}

void TestConnection::readOnlyIsSwitchedWithoutConnectingAnew()
{
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Live);
    QTRY_COMPARE(stage.session.flows()->count(), 1);
    const auto subscribed = stage.server.subscriptions.size();
    QSignalSpy emptied(&stage.session, &Session::emptied);
    Request write;
    write.service = "config";
    write.operation = "put";
    write.workspace = "default";
    stage.connection->setReadOnly(true);
    QVERIFY(stage.session.readOnly());
    auto refused = stage.session.gateway()->request(write);
    QTRY_VERIFY(refused.isFinished());
    QVERIFY(!refused.result());
    QCOMPARE(refused.result().error().kind, ErrorKind::ReadOnly);
    stage.connection->setReadOnly(false);
    QVERIFY(!stage.session.readOnly());
    QCOMPARE(stage.session.state(), Session::Live);
    QCOMPARE(stage.session.flows()->count(), 1);
    QCOMPARE(emptied.count(), 0);
    QCOMPARE(stage.server.subscriptions.size(), subscribed);
}

void TestConnection::connectionsThatNeverOpenAreLeftWithoutAWord()
{
    // A port that takes the connection and never says anything; left while still opening.
    QTcpServer mute;
    QVERIFY(mute.listen(QHostAddress::LocalHost));
    Stage stage;
    auto target = stage.target();
    target.url.setPort(mute.serverPort());
    for (int i = 0; i < 3; ++i) {
        stage.connection->open(target);
        QTRY_VERIFY(mute.hasPendingConnections());
        while (mute.hasPendingConnections())
            mute.nextPendingConnection()->setParent(&mute);
        stage.connection->close();
        QTRY_COMPARE(stage.session.state(), Session::Disconnected);
    }
    // And one whose far end goes while it is being opened.
    stage.connection->open(target);
    QTRY_VERIFY(mute.hasPendingConnections());
    while (mute.hasPendingConnections())
        mute.nextPendingConnection()->abort();
    mute.close();
    QTRY_VERIFY(stage.session.stateText().contains(QStringLiteral("reconnecting in")));
}

void TestConnection::lossesOfAStopAreSaid()
{
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.queues()->loaded(), true);
    QCOMPARE(stage.server.subscriptions.back()
                 .value(QStringLiteral("kinds"))
                 .toArray()
                 .contains(QStringLiteral("lost")),
        true);
    stage.server.pushEvent({ { QStringLiteral("kind"), QStringLiteral("lost") },
        { QStringLiteral("workspace"), QStringLiteral("acme") },
        { QStringLiteral("data"),
            QJsonObject { { QStringLiteral("lost"),
                QJsonObject { { QStringLiteral("q1"), 3 }, { QStringLiteral("q2"), 4 } } } } } });
    auto said = [&] {
        return std::any_of(stage.session.wire()->rows().begin(), stage.session.wire()->rows().end(),
            [](const WireRow &row) {
                return row.channel == QLatin1String("events") && row.state.contains(u'7');
            });
    };
    QTRY_VERIFY(said());
    const auto port = quint16(stage.server.url().port());
    stage.server.refuseConnections();
    QTRY_VERIFY(stage.session.stateText().contains(QStringLiteral("lost with its stop: 7")));
    QVERIFY(stage.server.listen(port));
    QTRY_COMPARE(stage.session.state(), Session::Live);
    QVERIFY(!stage.session.stateText().contains(u'7'));
}

/// Two sockets are read in no order: the requests' may be at its end before the events' is.
void TestConnection::lossesSaidAfterTheGoodbyeAreHeard()
{
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Live);
    stage.server.stop();
    QTRY_VERIFY(stage.session.state() != Session::Live);
    stage.server.pushEvent({ { QStringLiteral("kind"), QStringLiteral("lost") },
        { QStringLiteral("workspace"), QStringLiteral("acme") },
        { QStringLiteral("data"),
            QJsonObject { { QStringLiteral("lost"), QJsonObject { { QStringLiteral("q"), 7 } } } } } });
    QTRY_VERIFY(stage.session.stateText().contains(QStringLiteral("lost with its stop: 7")));
}

void TestConnection::errorShapesAreUnderstood_data()
{
    QTest::addColumn<QString>("frame");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("text");
    auto row = [](const char *name, const char *frame, ErrorKind kind, const char *text) {
        QTest::newRow(name) << QString::fromUtf8(frame) << int(kind) << QString::fromUtf8(text);
    };
    row("edge denied",
        R"({"id":%1,"error":{"type":"access-denied","message":"access denied"},"complete":true})",
        ErrorKind::Denied, "access denied");
    row("edge auth",
        R"({"id":%1,"error":{"type":"auth-required","message":"auth failure"},"complete":true})",
        ErrorKind::Auth, "auth failure");
    row("edge workspace",
        R"({"id":%1,"error":{"type":"workspace-not-found","message":"workspace not found"},"complete":true})",
        ErrorKind::NotFound, "workspace not found");
    row("edge text", R"({"id":%1,"error":"something broke","complete":true})", ErrorKind::Service,
        "something broke");
    row("inside object",
        R"({"id":%1,"response":{"error":{"type":"flow-error","message":"Flow already exists"}},"complete":true})",
        ErrorKind::Service, "Flow already exists");
    row("inside text", R"({"id":%1,"response":{"error":"Invalid flow acme/x"},"complete":true})",
        ErrorKind::Service, "Invalid flow acme/x");
    row("empty is timeout",
        R"({"id":%1,"response":{"error":{"type":"gateway-error","message":""}},"complete":true})",
        ErrorKind::Timeout, "");
    row("conflict",
        R"({"id":%1,"response":{"error":{"type":"conflict","message":"taken"}},"complete":true})",
        ErrorKind::Conflict, "taken");
    row("cancelled",
        R"({"id":%1,"error":{"type":"cancelled","message":"cancelled"},"complete":true})",
        ErrorKind::Cancelled, "cancelled");
    row("without id", R"({"error":{"type":"error","message":"Bad message"},"complete":true})",
        ErrorKind::Service, "Bad message");
    row("quoted field",
        R"({"id":%1,"response":{"error":{"type":"gateway-error","message":"'prompt'"}},"complete":true})",
        ErrorKind::Service, "prompt");
}

void TestConnection::errorShapesAreUnderstood()
{
    QFETCH(QString, frame);
    QFETCH(int, kind);
    QFETCH(QString, text);
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.queues()->loaded(), true);
    QTRY_COMPARE(stage.session.flows()->count(), 1);
    QTRY_VERIFY(stage.server.count(QStringLiteral("config"), QStringLiteral("getvalues"))
        >= 3); // blueprints, too
    stage.server.setRawAnswer(QStringLiteral("flow"), QStringLiteral("get-flow"), frame);
    auto future = stage.session.gateway()->request(make("flow", "get-flow"));
    QTRY_VERIFY(settled(future).has_value());
    QVERIFY(!settled(future)->hasValue());
    QCOMPARE(int(settled(future)->error().kind), kind);
    QVERIFY2(
        settled(future)->error().text.contains(text), qPrintable(settled(future)->error().text));
    QVERIFY(!settled(future)->error().text.isEmpty());
}

void TestConnection::eventsArriveAndResume()
{
    Stage stage;
    stage.server.beOwn();
    stage.server.setQueues({ queueRow(QStringLiteral("q1"), 7) });
    stage.open();
    QTRY_COMPARE(stage.session.queues()->count(), 1);
    auto queueEvent = [](int ready) {
        return QJsonObject { { QStringLiteral("kind"), QStringLiteral("queue") },
            { QStringLiteral("ts"), 1700000000000.0 },
            { QStringLiteral("data"),
                QJsonObject { { QStringLiteral("queues"),
                    QJsonArray { queueRow(QStringLiteral("q1"), ready) } } } } };
    };
    for (int ready = 8; ready <= 60; ++ready)
        stage.server.pushEvent(queueEvent(ready));
    QTRY_COMPARE(stage.session.queues()->rows().front().row.ready, 60);
    QVERIFY(stage.session.asOf().isValid());
    // A config notice makes the stores fetch.
    stage.server.setFlows(QStringLiteral("acme"),
        { { QStringLiteral("eu"), flowRecord(QStringLiteral("b")) },
            { QStringLiteral("us"), flowRecord(QStringLiteral("b")) } });
    stage.server.pushEvent({ { QStringLiteral("kind"), QStringLiteral("config") },
        { QStringLiteral("data"),
            QJsonObject { { QStringLiteral("version"), 7 },
                { QStringLiteral("changes"),
                    QJsonObject { { QStringLiteral("flow"),
                        QJsonArray { QStringLiteral("acme") } } } } } } });
    QTRY_COMPARE(stage.session.flows()->count(), 2);
    const double last = double(stage.server.seq);
    stage.server.dropAll();
    QTRY_VERIFY(stage.server.subscriptions.size() >= 2);
    QCOMPARE(stage.server.subscriptions.back().value(QStringLiteral("since")).toDouble(), last);
    QTRY_COMPARE(stage.session.state(), Session::Live);
}

void TestConnection::gapFetchesAnew()
{
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.queues()->loaded(), true);
    const int before = stage.server.count(QStringLiteral("fabric"), QStringLiteral("list-queues"));
    stage.server.pushEvent({ { QStringLiteral("type"), QStringLiteral("gap") },
        { QStringLiteral("from"), 1 }, { QStringLiteral("to"), 90 } });
    QTRY_VERIFY(
        stage.server.count(QStringLiteral("fabric"), QStringLiteral("list-queues")) > before);
}

void TestConnection::readOnlyStopsWritesBeforeTheWire()
{
    Stage stage;
    stage.server.beOwn();
    auto target = stage.target();
    target.protectedConnection = true;
    stage.connection->open(target);
    QTRY_COMPARE(stage.session.queues()->loaded(), true);
    QVERIFY(stage.session.readOnly());
    for (const auto &operation : rules::allOperations()) {
        if (operation.operationClass == rules::OperationClass::Read
            || rules::needsNoLease(
                { operation.service, operation.operation, operation.operation.empty(), {} }))
            continue;
        auto request = make(std::string(operation.service), std::string(operation.operation));
        if (operation.operation.empty())
            request.flow = "eu";
        const auto reply = settled(stage.session.gateway()->request(request));
        QVERIFY(reply.has_value());
        QCOMPARE(reply->error().kind, ErrorKind::ReadOnly);
    }
    auto marker = stage.session.gateway()->request(make("config", "list"));
    QTRY_VERIFY(settled(marker).has_value()); // whatever was sent before has arrived before
    for (const auto &one : stage.server.seen)
        if (one.channel == QLatin1String("short"))
            QCOMPARE(rules::operationClass(one.service.toStdString(), one.operation.toStdString()),
                rules::OperationClass::Read);
}

void TestConnection::secretsStayOutOfTheWireStore()
{
    Stage stage;
    stage.server.beOwn();
    stage.server.setAnswer(QStringLiteral("config"), QStringLiteral("config"),
        { { QStringLiteral("config"),
            QJsonObject { { QStringLiteral("mcp"),
                QJsonObject { { QStringLiteral("a"),
                    QStringLiteral("{\"auth-token\":\"s3cr3t\"}") } } } } } });
    stage.open();
    QTRY_COMPARE(stage.session.queues()->loaded(), true);
    auto future = stage.session.gateway()->request(make("config", "config"));
    QTRY_VERIFY(settled(future).has_value());
    QTRY_VERIFY(std::any_of(stage.session.wire()->rows().begin(),
        stage.session.wire()->rows().end(), [](const WireRow &row) {
            return row.operation == QLatin1String("config") && row.direction == QStringLiteral("←");
        }));
    stage.server.dropAll();
    QTRY_COMPARE(stage.session.state(), Session::Live);
    const QString all = stage.session.wire()->exportJsonl();
    QVERIFY(!all.contains(QStringLiteral("s3cr3t")));
    QVERIFY(!all.contains(stage.server.token.mid(3)));
    QVERIFY(!stage.session.url().contains(stage.server.token));
}

void TestConnection::realGatewayIsPolledAndAskedForMetrics()
{
    Stage stage;
    stage.server.beReal('D');
    const char *const sample =
        R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{%},"value":[1700000000,"%"]}]}})";
    auto vector = [sample](const char *labels, const char *value) {
        QByteArray text(sample);
        text.replace(text.indexOf('%'), 1, labels);
        text.replace(text.lastIndexOf('%'), 1, value);
        return text;
    };
    const char *const queue = R"("queue":"tg.flow.chunk-load:acme:eu.embedder--acme--eu--input")";
    stage.server.setMetric(QStringLiteral("count(tg_processor_info)"), vector("", "34"));
    stage.server.setMetric(
        QStringLiteral("pubsub_backend"), vector(R"("pubsub_backend":"rabbitmq")", "34"));
    stage.server.setMetric(QStringLiteral("rabbitmq_queue_messages_ready"), vector(queue, "4711"));
    stage.server.setMetric(QStringLiteral("rabbitmq_queue_messages_unacked"), vector(queue, "1"));
    stage.server.setMetric(QStringLiteral("rabbitmq_queue_consumers"), vector(queue, "2"));
    stage.connection->poller()->setPace({ 50, 100, 1000 });
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Polling);
    QCOMPARE(stage.session.capabilities().metrics, Capabilities::Metrics::New);
    QCOMPARE(stage.session.backend(), QStringLiteral("gateway 2.8 · RabbitMQ · Prometheus"));
    QVERIFY(stage.session.knowsQueues());
    QTRY_COMPARE(stage.session.queues()->count(), 1);
    QCOMPARE(stage.session.queues()->rows().front().row.ready, 4711);
    QCOMPARE(stage.session.queues()->rows().front().row.consumers, 2);
    stage.server.setMetric(QStringLiteral("rabbitmq_queue_messages_ready"), vector(queue, "5"));
    QTRY_COMPARE(stage.session.queues()->rows().front().row.ready, 5);
    // Another client starts a flow: the version tells, then it is fetched.
    QTRY_COMPARE(stage.session.flows()->count(), 1);
    stage.server.setFlows(QStringLiteral("acme"),
        { { QStringLiteral("eu"), flowRecord(QStringLiteral("b")) },
            { QStringLiteral("us"), flowRecord(QStringLiteral("b")) } });
    QTRY_COMPARE(stage.session.flows()->count(), 2);
    QCOMPARE(stage.server.count(QStringLiteral("fabric")), 0);
    // Without change nothing but the version is asked again.
    auto polls = [&] {
        return stage.server.count(QStringLiteral("config"), QStringLiteral("list"));
    };
    const int asked = polls();
    QTRY_VERIFY(polls() > asked + 5); // what the change has caused is over
    const int fetched = stage.server.count(QStringLiteral("config"), QStringLiteral("getvalues"));
    QTRY_VERIFY(polls() > asked + 10);
    QCOMPARE(stage.server.count(QStringLiteral("config"), QStringLiteral("getvalues")), fetched);
}

namespace {

/// One sample of an instant query.
QByteArray instant(const char *labels, int value)
{
    return R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{)"
        + QByteArray(labels) + R"(},"value":[1700000000,")" + QByteArray::number(value)
        + R"("]}]}})";
}

constexpr const char *embedderLabel =
    R"("queue":"tg.flow.chunk-load:acme:eu.embedder--acme--eu--input")";

void setRabbitSeries(FakeServer &server, int ready)
{
    server.setMetric(
        QStringLiteral("rabbitmq_queue_messages_ready"), instant(embedderLabel, ready));
    server.setMetric(QStringLiteral("rabbitmq_queue_messages_unacked"), instant(embedderLabel, 1));
    server.setMetric(QStringLiteral("rabbitmq_queue_consumers"), instant(embedderLabel, 2));
}

void setPlatformSeries(FakeServer &server)
{
    server.setMetric(QStringLiteral("count(tg_processor_info)"), instant("", 34));
    server.setMetric(
        QStringLiteral("pubsub_backend"), instant(R"("pubsub_backend":"rabbitmq")", 34));
}

} // namespace

void TestConnection::aPrometheusThatComesLaterIsFound()
{
    Stage stage;
    stage.server.beReal('D');
    stage.connection->poller()->setPace({ 50, 100, 100, 400 });
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Polling);
    QVERIFY(!stage.session.hasMetrics());
    auto *sources = stage.session.queues()->sources();
    QTRY_COMPARE(sources->count(), 1);
    QVERIFY2(sources->report().contains(QLatin1String("looked for again")),
        qPrintable(sources->report()));
    QCOMPARE(sources->fault(), QString()); // many have none: that is no fault
    QCOMPARE(stage.session.queues()->sourceText(), QStringLiteral("unknown: no source"));
    // It is looked for more and more seldom.
    QTRY_COMPARE(sources->everyMs(rules::QueueSource::Prometheus), 400);
    setRabbitSeries(stage.server, 4711);
    setPlatformSeries(stage.server);
    QTRY_VERIFY(stage.session.hasMetrics());
    QTRY_COMPARE(stage.session.backend(), QStringLiteral("gateway 2.8 · RabbitMQ · Prometheus"));
    QTRY_COMPARE(stage.session.queues()->count(), 1);
    QCOMPARE(stage.session.queues()->rows().front().row.ready, 4711);
    QTRY_COMPARE(sources->everyMs(rules::QueueSource::Prometheus), 100); // and asked as always
    QVERIFY2(sources->report().contains(QLatin1String("1 queues")), qPrintable(sources->report()));
}

void TestConnection::aPrometheusThatGoesIsSaidToBeGoneAndIsUsedAgain()
{
    Stage stage;
    stage.server.beReal('D');
    setRabbitSeries(stage.server, 7);
    setPlatformSeries(stage.server);
    stage.server.setMetric(QStringLiteral("tg_consumer_processing_total"),
        instant(R"("consumer":"flow:tg:chunk-load:acme:eu","status":"success")", 3));
    stage.connection->poller()->setPace({ 50, 100, 100, 400 });
    stage.open();
    const auto flow = [&] {
        return stage.session.flows()->find(QStringLiteral("acme"), QStringLiteral("eu"));
    };
    QTRY_VERIFY(flow() && flow()->errorPercent);
    QCOMPARE(*flow()->rate, 3.0);
    // The proxy cannot reach it any more.
    for (const char *query : { "rabbitmq_queue_messages_ready", "rabbitmq_queue_messages_unacked",
             "rabbitmq_queue_consumers", "tg_consumer_processing_total",
             "count(tg_processor_info)" })
        stage.server.setMetric(QLatin1String(query), "no answer");
    auto *sources = stage.session.queues()->sources();
    QTRY_VERIFY(!sources->fault().isEmpty());
    QTRY_VERIFY(!flow()->errorPercent); // told too long ago: not known any more
    QTRY_VERIFY(!flow()->rate);
    QTRY_VERIFY(stage.session.queues()->rows().front().isStale(rules::QueueFigure::Ready));
    // It was started anew and has scraped nothing yet: that is no sign of anything.
    stage.server.setMetric(QStringLiteral("tg_consumer_processing_total"),
        R"({"status":"success","data":{"resultType":"vector","result":[]}})");
    QVERIFY(!flow()->rate);
    setRabbitSeries(stage.server, 8);
    stage.server.setMetric(QStringLiteral("tg_consumer_processing_total"),
        instant(R"("consumer":"flow:tg:chunk-load:acme:eu","status":"success")", 2));
    QTRY_COMPARE(stage.session.queues()->rows().front().row.ready, 8);
    QTRY_COMPARE(sources->fault(), QString());
    QTRY_VERIFY(flow()->rate && *flow()->rate == 2.0);
}

void TestConnection::metricsThatMayNotBeReadAreNotAskedForAgain()
{
    Stage stage;
    stage.server.beReal('D');
    stage.server.setRest(QStringLiteral("/api/metrics"), { 403, R"({"error":"access denied"})" });
    stage.connection->poller()->setPace({ 50, 50, 50, 100 });
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Polling);
    QCOMPARE(stage.session.capabilities().metrics, Capabilities::Metrics::Denied);
    QTRY_VERIFY(
        stage.session.queues()->sources()->report().contains(QLatin1String("needs metrics:read")));
    const auto asked = [&] {
        return std::count_if(stage.server.seen.cbegin(), stage.server.seen.cend(),
            [](const auto &one) { return one.service.contains(QLatin1String("metrics")); });
    };
    const auto before = asked();
    const auto polls = [&] {
        return stage.server.count(QStringLiteral("config"), QStringLiteral("list"));
    };
    const int polled = polls();
    QTRY_VERIFY(polls() > polled + 8);
    QCOMPARE(asked(), before);
}

void TestConnection::pollingPausesWhileNobodyLooks()
{
    Stage stage;
    stage.server.beReal('D');
    stage.connection->poller()->setPace({ 30, 30, 1000, 100 });
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Polling);
    QTRY_VERIFY(stage.connection->poller()->polls() > 3);
    stage.session.setAttention(Session::Hidden);
    const auto before = stage.connection->poller()->polls();
    QElapsedTimer timer;
    timer.start();
    QTRY_VERIFY(timer.elapsed() > 200);
    QCOMPARE(stage.connection->poller()->polls(), before);
    stage.session.setCallsOutside(true); // somebody is to be called: slowly it goes on
    QTRY_VERIFY(stage.connection->poller()->polls() > before);
    stage.session.setCallsOutside(false);
    stage.session.setAttention(Session::Watched);
    QTRY_VERIFY(stage.connection->poller()->polls() > before + 2);
}

void TestConnection::streamsUseTheirOwnSocketAndCanBeCancelled()
{
    Stage stage;
    stage.server.beOwn();
    stage.server.setRawAnswer(QStringLiteral("fabric"), QStringLiteral("tail"),
        QStringLiteral("{\"id\":%1,\"response\":{\"received\":1},\"complete\":false}\n{\"id\":%1,"
                       "\"response\":{\"received\":2},\"complete\":false}"));
    stage.open();
    QTRY_COMPARE(stage.session.queues()->loaded(), true);
    const int sockets = stage.server.sockets();
    auto stream = stage.session.gateway()->stream(make("fabric", "tail", 60000));
    QSignalSpy parts(stream.get(), &Subscription::part);
    QTRY_COMPARE(parts.size(), 2);
    QCOMPARE(stage.server.sockets(), sockets + 1);
    stream.reset();
    QTRY_COMPARE(stage.server.cancels, 1);
    auto lost = stage.session.gateway()->stream(make("fabric", "tail", 60000));
    QSignalSpy failed(lost.get(), &Subscription::failed);
    QSignalSpy ended(lost.get(), &Subscription::ended);
    QSignalSpy more(lost.get(), &Subscription::part);
    QTRY_COMPARE(more.size(), 2);
    stage.server.dropAll();
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(ended.size(), 1);
}

void TestConnection::destroyingTheConnectionSettlesEverything()
{
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.queues()->loaded(), true);
    stage.server.silent = true;
    std::vector<QFuture<Reply>> futures;
    for (int i = 0; i < 20; ++i)
        futures.push_back(stage.session.gateway()->request(make("config", "list", 60000)));
    auto stream = stage.session.gateway()->stream(make("fabric", "tail", 60000));
    stage.connection.reset();
    for (const auto &future : futures) {
        QVERIFY(settled(future).has_value());
        QVERIFY(!settled(future)->hasValue());
    }
    // The session keeps its gateway, which now says that nobody is there.
    auto after = stage.session.gateway()->request(make("config", "list"));
    QVERIFY(settled(after).has_value());
    QVERIFY(!settled(after)->hasValue());
}

void TestConnection::choosingAnotherConnectionLeavesTheFirst()
{
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.flows()->count(), 1);
    FakeServer other;
    other.beReal('D');
    other.setFlows(QStringLiteral("acme"), {});
    auto target = stage.target();
    target.name = QStringLiteral("other");
    target.url = other.url();
    stage.connection->open(target);
    QCOMPARE(stage.session.flows()->count(), 0);
    QTRY_COMPARE(stage.session.state(), Session::Polling);
    QTRY_VERIFY(stage.session.flows()->loaded());
    QCOMPARE(stage.session.flows()->count(), 0);
    QTRY_COMPARE(stage.server.sockets(), 0);
    QVERIFY(!stage.session.hasFabric());
}

QTEST_GUILESS_MAIN(TestConnection)
#include "tst_connection.moc"
