// SPDX-License-Identifier: GPL-3.0-only
// What comes and goes over a connection: answers, errors, events, secrets.
#include "tests/unit/client/tst_connection.h"

#include "models/rules/lease.h"
#include "models/schema/config.h"
#include "models/schema/metrics.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "models/stores/wirestore.h"

#include <QElapsedTimer>
#include <QSignalSpy>

#include <algorithm>

using namespace signalbox;

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
