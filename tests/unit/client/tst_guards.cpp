// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/readonlyguard.h"
#include "app/client/wirelog.h"
#include "models/schema/fabric.h"

#include <QSignalSpy>
#include <QTest>

using namespace signalbox;

namespace {

/// Counts what reaches the network end.
class Recorder final : public Gateway {
public:
    std::vector<Request> requests;
    std::string answer = "{}";
    QFuture<Reply> request(Request request) override
    {
        requests.push_back(std::move(request));
        return ready<Reply>(Response { answer, {} });
    }
    std::unique_ptr<Subscription> stream(Request request) override
    {
        requests.push_back(std::move(request));
        class Quiet final : public Subscription {
            void cancel() override { }
        };
        return std::make_unique<Quiet>();
    }
};

Request make(std::string_view service, std::string_view operation)
{
    Request request;
    request.service = service;
    request.operation = operation;
    request.body = "{\"operation\":\"" + std::string(operation) + "\"}";
    return request;
}

Reply result(QFuture<Reply> future)
{
    future.waitForFinished();
    return future.result();
}

} // namespace

class TestGuards : public QObject {
    Q_OBJECT
private slots:
    void nothingButReadsPassesWhileReadOnly();
    void everythingPassesOtherwise();
    void aWriteCannotTravelUnderTheNameOfARead();
    void unknownOperationsCountAsWrites();
    void aRequestLineIsReadByItsMethod();
    void aLeaseLetsThroughWhatItCoversUntilItEnds();
    void aLeaseCanBeTakenWithoutOneButNotWhereNothingIsWritten();
    void nothingIsWrittenWhileAPastInstantIsShown();
    void secretsNeverEnterTheWireStore();
    void rowsCarrySizesLatencyAndIds();
};

void TestGuards::nothingButReadsPassesWhileReadOnly()
{
    int reads = 0;
    for (const auto &operation : rules::allOperations()) {
        for (const bool flowHosted : { false, true }) {
            auto below = std::make_shared<Recorder>();
            ReadOnlyGuard guard(below);
            guard.setReadOnly(true);
            auto request = make(operation.service, operation.operation);
            if (flowHosted)
                request.flow = "f";
            const auto reply = result(guard.request(request));
            auto stream = guard.stream(request);
            const bool isFlowService = operation.operation.empty();
            const bool mayPass = operation.operationClass == rules::OperationClass::Read
                && flowHosted == isFlowService;
            reads += mayPass && reply.hasValue();
            if (!mayPass || operation.operationClass != rules::OperationClass::Read) {
                QVERIFY2(below->requests.empty(),
                    std::string(operation.service).append("/").append(operation.operation).c_str());
                QCOMPARE(reply.error().kind, ErrorKind::ReadOnly);
                QSignalSpy failed(stream.get(), &Subscription::failed);
                QVERIFY(failed.wait(1000));
            }
        }
    }
    QVERIFY(reads > 20);
}

void TestGuards::everythingPassesOtherwise()
{
    auto below = std::make_shared<Recorder>();
    ReadOnlyGuard guard(below);
    guard.setReadOnly(false);
    for (const auto &operation : rules::allOperations())
        QVERIFY(result(guard.request(make(operation.service, operation.operation))).hasValue());
    QCOMPARE(below->requests.size(), rules::allOperations().size());
}

void TestGuards::aWriteCannotTravelUnderTheNameOfARead()
{
    auto below = std::make_shared<Recorder>();
    ReadOnlyGuard guard(below);
    auto request = make("config", "getvalues");
    request.body = R"({"operation":"put","values":[]})";
    QCOMPARE(result(guard.request(request)).error().kind, ErrorKind::ReadOnly);
    request = make("flow", "list-flows");
    request.body = R"({"operation":"stop-flow","flow-id":"x"})";
    QCOMPARE(result(guard.request(request)).error().kind, ErrorKind::ReadOnly);
    request.body = "not json";
    QCOMPARE(result(guard.request(request)).error().kind, ErrorKind::ReadOnly);
    request = make("fabric", "list-queues");
    schema::FabricRequest purge;
    purge.operation = "purge";
    request.body = schema::encode(purge);
    QCOMPARE(result(guard.request(request)).error().kind, ErrorKind::ReadOnly);
    QVERIFY(below->requests.empty());
    QVERIFY(result(guard.request(make("config", "getvalues"))).hasValue());
}

void TestGuards::unknownOperationsCountAsWrites()
{
    auto below = std::make_shared<Recorder>();
    ReadOnlyGuard guard(below);
    for (const auto &request :
        { make("config", "explode"), make("nobody", "list"), make("", ""), make("flow", "") })
        QCOMPARE(result(guard.request(request)).error().kind, ErrorKind::ReadOnly);
    QVERIFY(below->requests.empty());
    QVERIFY(result(guard.request(make("metrics", "query"))).hasValue()); // only ever a GET
    auto hosted = make("metrics", "query");
    hosted.flow = "f";
    QCOMPARE(result(guard.request(hosted)).error().kind, ErrorKind::ReadOnly);
}

void TestGuards::aRequestLineIsReadByItsMethod()
{
    auto below = std::make_shared<Recorder>();
    ReadOnlyGuard guard(below);
    const auto passes = [&](const char *line) {
        Request request;
        request.service = "portal";
        request.operation = line;
        // A body that names a harmless operation changes nothing.
        request.body = R"({"operation":"GET /tenants"})";
        return result(guard.request(request)).hasValue();
    };
    QVERIFY(passes("GET /tenants"));
    for (const char *line : { "POST /tenants", "PUT /tenants/a", "DELETE /tenants/a", "/tenants",
             "GET /tenants/../../v1/iam", "get /tenants", "PATCH /tenants/a", "" })
        QVERIFY2(!passes(line), line);
    QCOMPARE(below->requests.size(), 1u);

    guard.setMode(ReadOnlyGuard::Mode::NeedsLease);
    schema::Lease lease;
    lease.scopes = { "config" };
    guard.setLease(lease, LeaseEnd::in(std::chrono::minutes(5)));
    QVERIFY(passes("PUT /tenants/a/agents/b"));
    QVERIFY(!passes("DELETE /tenants/a/agents/b"));
    QVERIFY(!passes("PUT /tenants/a"));
}

void TestGuards::aLeaseLetsThroughWhatItCoversUntilItEnds()
{
    auto below = std::make_shared<Recorder>();
    ReadOnlyGuard guard(below);
    guard.setMode(ReadOnlyGuard::Mode::NeedsLease);
    guard.setDefaultWorkspace("acme");
    schema::Lease lease;
    lease.workspace = "acme";
    lease.scopes = { "flows" };
    const auto passes = [&](const Request &request) {
        return result(guard.request(request)).hasValue();
    };
    auto start = make("flow", "start-flow");
    QVERIFY(!passes(start));
    guard.setLease(lease, LeaseEnd::in(std::chrono::minutes(5)));
    QVERIFY(passes(start)); // without a workspace: the caller's own
    QVERIFY(!passes(make("flow", "stop-flow"))); // destroys
    QVERIFY(!passes(make("config", "put")));
    start.workspace = "beta";
    QVERIFY(!passes(start));
    start.workspace = "acme";
    QVERIFY(passes(start));
    guard.setLease(lease, LeaseEnd::in(std::chrono::milliseconds(0)));
    QVERIFY(!passes(start)); // no timer had to tell
    LeaseEnd end = LeaseEnd::in(std::chrono::minutes(5));
    end.wall -= std::chrono::minutes(10); // the machine slept
    guard.setLease(lease, end);
    QVERIFY(!passes(start));
    schema::Lease messages = lease;
    messages.scopes = { "messages" };
    guard.setLease(messages, LeaseEnd::in(std::chrono::minutes(5)));
    auto publish = make("fabric", "publish");
    QVERIFY(!passes(publish)); // without a workspace: nobody's queue
    publish.workspace = "acme";
    QVERIFY(passes(publish));
    guard.setMode(ReadOnlyGuard::Mode::Closed);
    guard.setLease(lease, LeaseEnd::in(std::chrono::minutes(5)));
    QVERIFY(!passes(start));
    QCOMPARE(below->requests.size(), 3u);
}

void TestGuards::aLeaseCanBeTakenWithoutOneButNotWhereNothingIsWritten()
{
    auto below = std::make_shared<Recorder>();
    ReadOnlyGuard guard(below);
    guard.setMode(ReadOnlyGuard::Mode::NeedsLease);
    for (const char *operation : { "take-lease", "renew-lease", "end-lease", "list-my-leases" })
        QVERIFY(result(guard.request(make("iam", operation))).hasValue());
    auto disguised = make("iam", "take-lease");
    disguised.body = R"({"operation":"delete-user"})";
    QVERIFY(!result(guard.request(disguised)).hasValue());
    guard.setMode(ReadOnlyGuard::Mode::Closed);
    QVERIFY(!result(guard.request(make("iam", "take-lease"))).hasValue());
}

void TestGuards::nothingIsWrittenWhileAPastInstantIsShown()
{
    auto below = std::make_shared<Recorder>();
    ReadOnlyGuard guard(below);
    guard.setMode(ReadOnlyGuard::Mode::Open);
    guard.setReplay(true);
    const auto refused = result(guard.request(make("fabric", "purge")));
    QVERIFY(!refused && refused.error().kind == ErrorKind::ReadOnly);
    QVERIFY(refused.error().text.contains(QStringLiteral("past")));
    guard.stream(make("flow", "stop-flow"));
    QVERIFY(!result(guard.request(make("frobnicate", "all"))));
    QVERIFY(below->requests.empty());
    QVERIFY(result(guard.request(make("fabric", "list-queues"))));
    QVERIFY(result(guard.request(make("iam", "end-lease")))); // less right to write is always given
    QCOMPARE(below->requests.size(), std::size_t(2));
    guard.setReplay(false);
    QVERIFY(result(guard.request(make("fabric", "purge"))));
    QCOMPARE(below->requests.size(), std::size_t(3));
}

void TestGuards::secretsNeverEnterTheWireStore()
{
    WireStore store(nullptr);
    auto buffer = std::make_shared<WireBuffer>(&store);
    auto below = std::make_shared<Recorder>();
    below->answer =
        R"({"api_key_plaintext":"s3cr3t","values":[{"value":"{\"auth-token\":\"s3cr3t\"}"}],"note":"tg_s3cr3tABC"})";
    WireLog log(below, buffer);
    auto request = make("iam", "create-api-key");
    request.body = R"({"operation":"create-api-key","password":"s3cr3t","x":"Bearer s3cr3t"})";
    QVERIFY(result(log.request(request)).hasValue());
    QTRY_COMPARE(store.rows().size(), 2u);
    for (const auto &row : store.rows())
        QVERIFY2(!row.text.text().contains(QStringLiteral("s3cr3t")), qPrintable(row.text.text()));
    QVERIFY(!store.exportJsonl().contains(QStringLiteral("s3cr3t")));
    QVERIFY(!store.textOf(QStringLiteral("2")).contains(QStringLiteral("s3cr3t")));
    QVERIFY(!store.curlOf(QStringLiteral("1")).contains(QStringLiteral("s3cr3t")));
    // Settings of a channel are secret under any name, in the question and in the answer.
    below->answer = R"({"items":[{"config":{"pin":"s3cr3t","deep":{"x":"s3cr3t"}},"id":"c1"}]})";
    Request channel;
    channel.service = "portal";
    channel.operation = "POST /tenants/acme/channels";
    channel.body = R"({"channel_type":"pigeon","config":{"pin":"s3cr3t"}})";
    QVERIFY(result(log.request(channel)).hasValue());
    channel.body = "s3cr3t, no JSON";
    QVERIFY(result(log.request(channel)).hasValue());
    QTRY_COMPARE(store.rows().size(), 6u);
    QVERIFY(!store.exportJsonl().contains(QStringLiteral("s3cr3t")));
    QVERIFY(store.exportJsonl().contains(QStringLiteral("pigeon")));
    // What goes over the wire is untouched.
    QVERIFY(below->requests.front().body.find("s3cr3t") != std::string::npos);
}

void TestGuards::rowsCarrySizesLatencyAndIds()
{
    WireStore store(nullptr);
    auto buffer = std::make_shared<WireBuffer>(&store);
    auto below = std::make_shared<Recorder>();
    below->answer = std::string(100000, 'x');
    WireLog log(below, buffer);
    QVERIFY(result(log.request(make("config", "list"))).hasValue());
    QTRY_COMPARE(store.rows().size(), 2u);
    const auto &sent = store.rows()[0];
    const auto &received = store.rows()[1];
    QCOMPARE(sent.id, received.id);
    QCOMPARE(sent.id.toStdString(), below->requests.front().id);
    QVERIFY(!sent.id.isEmpty());
    QCOMPARE(received.size, 100000);
    QVERIFY(received.truncated);
    QVERIFY(received.text.utf8().size() <= 16 * 1024);
    QVERIFY(received.latencyUs >= 0);
    QCOMPARE(received.state, QStringLiteral("ok"));
    QCOMPARE(sent.state, QStringLiteral("sent"));
}

QTEST_GUILESS_MAIN(TestGuards)
#include "tst_guards.moc"
