// SPDX-License-Identifier: GPL-3.0-only
#include "tests/unit/client/tst_connection.h"

#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "models/stores/wirestore.h"

#include <QRegularExpression>
#include <QSignalSpy>
#include <QTcpServer>

#include <algorithm>

using namespace signalbox;

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

/// A list of queues does not wait for what five hundred workspaces are asked.
void TestConnection::manyQuestionsToOneServiceDoNotHoldUpAnother()
{
    Stage stage;
    stage.server.beOwn();
    stage.open();
    QTRY_COMPARE(stage.session.queues()->loaded(), true);
    stage.server.delayMs = 5;
    stage.server.seen.clear();
    std::vector<QFuture<Reply>> futures;
    for (int i = 0; i < 60; ++i)
        futures.push_back(stage.session.gateway()->request(make("config", "list")));
    futures.push_back(stage.session.gateway()->request(make("fabric", "list-topics")));
    futures.push_back(stage.session.gateway()->request(make("fabric", "get-queue")));
    for (const auto &future : futures)
        QTRY_VERIFY(settled(future).has_value());
    const auto before = [&](const QString &operation) {
        const auto &seen = stage.server.seen;
        const auto at = std::find_if(seen.begin(), seen.end(),
            [&](const FakeServer::Seen &one) { return one.operation == operation; });
        return std::count_if(seen.begin(), at, [](const FakeServer::Seen &one) {
            return one.service == QLatin1String("config") && one.operation == QLatin1String("list");
        });
    };
    const auto all = stage.server.count(QStringLiteral("config"), QStringLiteral("list"));
    QCOMPARE(all, 60);
    QVERIFY2(before(QStringLiteral("list-topics")) < 20,
        qPrintable(QString::number(before(QStringLiteral("list-topics")))));
    QVERIFY2(before(QStringLiteral("get-queue")) < 20,
        qPrintable(QString::number(before(QStringLiteral("get-queue")))));
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
            QJsonObject {
                { QStringLiteral("lost"), QJsonObject { { QStringLiteral("q"), 7 } } } } } });
    QTRY_VERIFY(stage.session.stateText().contains(QStringLiteral("lost with its stop: 7")));
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
#include "moc_tst_connection.cpp"
