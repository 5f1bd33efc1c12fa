// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/rabbit.h"
#include "models/stores/configstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "models/stores/workspacestore.h"
#include "tests/support/fakegateway.h"
#include "tests/support/faketalks.h"
#include "views/items/sparkline.h"
#include "views/pages/accesspage.h"
#include "views/pages/appstate.h"
#include "views/pages/blueprintspage.h"
#include "views/pages/blueprintwords.h"
#include "views/pages/commandpalette.h"
#include "views/pages/configpage.h"
#include "views/pages/connectionlist.h"
#include "views/pages/flowspage.h"
#include "views/pages/flowtext.h"
#include "views/pages/overviewpage.h"
#include "views/pages/pagelist.h"
#include "views/pages/railmodel.h"
#include "views/pages/statusline.h"
#include "views/pages/tenantspage.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

class FrameViews : public QObject {
    Q_OBJECT
private slots:
    void thePagesHaveTheirFixedNamesAndOrder();
    void fuzzySearchPrefersWholeWordsAndBeginnings_data();
    void fuzzySearchPrefersWholeWordsAndBeginnings();
    void backAndForwardRestorePageWorkspaceAndTarget();
    void aNewStepForgetsWhatWasAhead();
    void historyIsBounded();
    void linksLeadToObjectsAndBadOnesAreTold();
    void everyNameOfAFlowHasAKeyAndALinkOfItsOwn();
    void thePlaceSurvivesARestart();
    void settingsRefuseUnknownThemesAndBoundTheScale();
    void anotherScaleWaitsForTheNextStart();
    void keysOfConnectionsAreNeverWritten();
    void connectionsNameTheirFaults();
    void theBuiltInConnectionStays();
    void aFileIsNotReplacedUnasked();
    void theOverviewCountsWhatTheStoresHold();
    void unknownNumbersAreDashesOnTheOverview();
    void inTroubleIsTheSameNumberEverywhere();
    void whatIsNotThereIsNotUnknown();
    void whatIsOldIsMarkedAndNotActedOn();
    void aTriedAgainConnectionSaysSo();
    void whoMayChangeNothingIsNotSaidToWrite();
    void theCalmSentenceClaimsNoMoreThanTheTiles();
    void everyOverviewLineLeadsSomewhere();
    void theRailCountsTheChosenWorkspace();
    void theRailSaysHowManyConversationsWait();
    void thePaletteFindsFlowsAndSaysWhyACommandIsBlocked();
    void thePaletteModelKeepsTheModelContract();
    void theStatusLineTellsUnknownAsDash();
    void theStatusLineSaysWhatItCannotAccountFor();
    void theWallShowsNowWhileAnInstantIsReplayed();
    void theStatusLineSaysWhereNobodySignsIn();
    void sparklinesKeepASpikeWhenReduced();

private:
    struct Desk {
        SettingsStore settings { QString() };
        Session session;
        FakeGateway gateway;
        AppState app { &session, &settings };
        ConnectionList connections { &settings };
        void connect()
        {
            gateway.fillDemo();
            gateway.connectTo(session);
            QTRY_VERIFY(session.flows()->loaded() && session.queues()->loaded()
                && session.flows()->count() > 0);
        }
    };
};

void FrameViews::thePagesHaveTheirFixedNamesAndOrder()
{
    QStringList names;
    for (int i = 0; i < int(pageList.size()); ++i)
        names.append(pageName(i));
    QCOMPARE(names.join(QLatin1Char(',')),
        QStringLiteral("Overview,Flows,Blueprints,Queues,Configuration,Tenants,Conversations,Chat "
                       "test,Access,Wire"));
    QCOMPARE(pageIndex(QStringLiteral("Chat test")), 7);
    QCOMPARE(pageIndex(QStringLiteral("FLOWS")), 1);
    QCOMPARE(pageIndex(QStringLiteral("nowhere")), -1);
}

void FrameViews::fuzzySearchPrefersWholeWordsAndBeginnings_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("better");
    QTest::addColumn<QString>("worse");
    QTest::newRow("beginning") << "in"
                               << "ingest-eu"
                               << "main";
    QTest::newRow("word") << "eu"
                          << "ingest-eu"
                          << "queue";
    QTest::newRow("in one piece") << "flow"
                                  << "Start flow"
                                  << "f-l-o-w";
    QTest::newRow("initials") << "ie"
                              << "ingest-eu"
                              << "xixxe";
    QTest::newRow("case") << "QUEUES"
                          << "Queues"
                          << "queue list us";
}

void FrameViews::fuzzySearchPrefersWholeWordsAndBeginnings()
{
    QFETCH(QString, query);
    QFETCH(QString, better);
    QFETCH(QString, worse);
    QVERIFY(fuzzyScore(better, query) > fuzzyScore(worse, query));
    QCOMPARE(fuzzyScore(better, QStringLiteral("zzz")), -1);
}

void FrameViews::backAndForwardRestorePageWorkspaceAndTarget()
{
    Desk desk;
    QSignalSpy starts(&desk.app, &AppState::startRequested);
    QCOMPARE(desk.app.page(), QStringLiteral("overview"));
    QVERIFY(!desk.app.canGoBack());
    desk.app.open(QStringLiteral("flows"), QStringLiteral("acme/ingest"));
    desk.session.setWorkspace(QStringLiteral("acme"));
    desk.app.open(QStringLiteral("queues"));
    desk.app.back();
    QCOMPARE(desk.app.page(), QStringLiteral("flows"));
    QCOMPARE(desk.session.workspace(), QStringLiteral("acme"));
    desk.app.back();
    QCOMPARE(desk.session.workspace(), QString());
    QCOMPARE(desk.app.target(), QStringLiteral("acme/ingest"));
    desk.app.back();
    QCOMPARE(desk.app.page(), QStringLiteral("overview"));
    QVERIFY(!desk.app.canGoBack());
    desk.app.forward();
    desk.app.forward();
    desk.app.forward();
    QCOMPARE(desk.app.page(), QStringLiteral("queues"));
    QCOMPARE(desk.session.workspace(), QStringLiteral("acme"));
    QVERIFY(!desk.app.canGoForward());
    QVERIFY(starts.isEmpty());
    desk.app.startFlowOf(QStringLiteral("acme"), QStringLiteral("line"));
    QCOMPARE(desk.app.page(), QStringLiteral("flows"));
    QCOMPARE(starts.count(), 1);
    QCOMPARE(starts.constFirst().at(1).toString(), QStringLiteral("line"));
}

void FrameViews::aNewStepForgetsWhatWasAhead()
{
    Desk desk;
    desk.app.open(QStringLiteral("flows"));
    desk.app.open(QStringLiteral("queues"));
    desk.app.back();
    desk.app.open(QStringLiteral("wire"));
    QVERIFY(!desk.app.canGoForward());
    desk.app.back();
    QCOMPARE(desk.app.page(), QStringLiteral("flows"));
}

void FrameViews::historyIsBounded()
{
    Desk desk;
    for (int i = 0; i < 3 * AppState::historyLimit; ++i)
        desk.app.open(i % 2 ? QStringLiteral("flows") : QStringLiteral("wire"));
    int steps = 0;
    while (desk.app.canGoBack()) {
        desk.app.back();
        ++steps;
    }
    QCOMPARE(steps, AppState::historyLimit - 1);
}

void FrameViews::linksLeadToObjectsAndBadOnesAreTold()
{
    Desk desk;
    QVERIFY(desk.app.openLink(QStringLiteral("signalbox://flow/acme/a%20b")));
    QCOMPARE(desk.app.page(), QStringLiteral("flows"));
    QCOMPARE(desk.app.target(), QStringLiteral("acme/a b"));
    QVERIFY(desk.app.openLink(QStringLiteral("signalbox://queue/flow%3Atg%3Aload%3Aacme%2Fx")));
    QCOMPARE(desk.app.target(), QStringLiteral("flow:tg:load:acme/x"));
    QVERIFY(desk.app.openLink(QStringLiteral("signalbox://page/wire")));
    QCOMPARE(desk.app.page(), QStringLiteral("wire"));
    for (const char *bad : { "https://example.org/flow/a/b", "signalbox://page/nowhere",
             "signalbox://", "signalbox://flow/only-one" }) {
        QVERIFY2(!desk.app.openLink(QString::fromLatin1(bad)), bad);
        QVERIFY(!desk.app.notice().isEmpty());
        QCOMPARE(desk.app.page(), QStringLiteral("wire"));
    }
}

void FrameViews::everyNameOfAFlowHasAKeyAndALinkOfItsOwn()
{
    Desk desk;
    QRandomGenerator random(20261121);
    const QString letters = QStringLiteral("/:% 2F5?#&.aZ\u00e4");
    const auto name = [&] {
        QString text;
        for (int left = 1 + random.bounded(7); left > 0; --left)
            text.append(letters.at(random.bounded(int(letters.size()))));
        return text;
    };
    QHash<QString, std::pair<QString, QString>> keys;
    for (int i = 0; i < 5000; ++i) {
        const std::pair flow { name(), name() };
        const QString key = FlowStore::key(flow.first, flow.second);
        QCOMPARE(FlowStore::parseKey(key), flow);
        QCOMPARE(*keys.insert(key, keys.value(key, flow)), flow);
        const QString link = flowtext::flowLink(flow.first, flow.second);
        QVERIFY2(desk.app.openLink(link), qPrintable(link));
        QCOMPARE(desk.app.target(), key);
        const QString blueprint = blueprintwords::blueprintLink(flow.first, flow.second);
        QVERIFY2(desk.app.openLink(blueprint), qPrintable(blueprint));
        QCOMPARE(desk.app.page(), QStringLiteral("blueprints"));
        QCOMPARE(desk.app.target(),
            ConfigStore::idOf(flow.first, QStringLiteral("flow-blueprint"), flow.second));
    }
}

void FrameViews::thePlaceSurvivesARestart()
{
    QTemporaryDir folder;
    {
        SettingsStore settings(folder.path());
        Session session;
        AppState app(&session, &settings);
        session.setWorkspace(QStringLiteral("acme"));
        app.open(QStringLiteral("queues"), QStringLiteral("q1"));
        settings.setTheme(QStringLiteral("light"));
        settings.setGeometry(QRect(10, 20, 1200, 800), false);
        settings.setValue(
            QStringLiteral("flows/filter"), QStringLiteral("state:running backlog>0"));
    }
    SettingsStore settings(folder.path());
    Session session;
    AppState app(&session, &settings);
    QCOMPARE(app.page(), QStringLiteral("queues"));
    QCOMPARE(app.target(), QStringLiteral("q1"));
    QCOMPARE(session.workspace(), QStringLiteral("acme"));
    QCOMPARE(settings.theme(), QStringLiteral("light"));
    QCOMPARE(settings.geometry(), QRect(10, 20, 1200, 800));
    QCOMPARE(settings.value(QStringLiteral("flows/filter")).toString(),
        QStringLiteral("state:running backlog>0"));
}

void FrameViews::settingsRefuseUnknownThemesAndBoundTheScale()
{
    SettingsStore settings { QString() };
    settings.setTheme(QStringLiteral("pink"));
    QCOMPARE(settings.theme(), QStringLiteral("dark"));
    settings.setScale(100000);
    QCOMPARE(settings.scale(), SettingsStore::maximumScale);
    settings.setScale(-1);
    QCOMPARE(settings.scale(), SettingsStore::minimumScale);
}

void FrameViews::anotherScaleWaitsForTheNextStart()
{
    const QTemporaryDir folder;
    {
        SettingsStore settings(folder.path());
        settings.setScale(150);
        QCOMPARE(settings.scale(), 150);
        QCOMPARE(settings.scaleInForce(), 100);
        settings.sync();
    }
    const SettingsStore again(folder.path());
    QCOMPARE(again.scaleInForce(), 150);
}

void FrameViews::keysOfConnectionsAreNeverWritten()
{
    QTemporaryDir folder;
    const QString secret = QStringLiteral("tg_never-on-disk");
    {
        SettingsStore settings(folder.path());
        ConnectionList connections(&settings);
        const int row = connections.save(-1, QStringLiteral("eu"),
            QStringLiteral("https://gateway.example.org"), QStringLiteral("production"), true,
            false, secret);
        QCOMPARE(row, 1);
        QCOMPARE(connections.key(QStringLiteral("eu")), secret);
    }
    QFile file(folder.filePath(QStringLiteral("settings.ini")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray written = file.readAll();
    QVERIFY(written.contains("gateway.example.org"));
    QVERIFY(!written.contains(secret.toUtf8()));
    SettingsStore settings(folder.path());
    ConnectionList connections(&settings);
    const auto *saved = connections.find(QStringLiteral("eu"));
    QVERIFY(saved);
    QCOMPARE(saved->environment, QStringLiteral("production"));
    QVERIFY(saved->protectedConnection);
    QVERIFY(connections.key(QStringLiteral("eu")).isEmpty());
}

void FrameViews::connectionsNameTheirFaults()
{
    SettingsStore settings { QString() };
    ConnectionList connections(&settings);
    const auto fault = [&](const char *name, const char *url) {
        return connections.faults(-1, QString::fromLatin1(name), QString::fromLatin1(url))
            .keys()
            .join(QLatin1Char(','));
    };
    QCOMPARE(fault("eu", "https://gateway.example.org"), QString());
    QCOMPARE(fault("", "https://gateway.example.org"), QStringLiteral("name"));
    QCOMPARE(fault("Built-in demo", "https://gateway.example.org"), QStringLiteral("name"));
    QCOMPARE(fault("eu", "gateway.example.org"), QStringLiteral("url"));
    QCOMPARE(fault("eu", "ftp://gateway.example.org"), QStringLiteral("url"));
    QCOMPARE(fault("eu", "https://me:secret@gateway.example.org"), QStringLiteral("url"));
    QCOMPARE(fault("", ""), QStringLiteral("name,url"));
    QCOMPARE(connections.save(-1, QString(), QString(), QString(), false, false, QString()), -1);
}

void FrameViews::theBuiltInConnectionStays()
{
    SettingsStore settings { QString() };
    ConnectionList connections(&settings);
    QAbstractItemModelTester tester(
        &connections, QAbstractItemModelTester::FailureReportingMode::QtTest);
    connections.remove(0);
    QCOMPARE(connections.count(), 1);
    QCOMPARE(connections.save(0, QStringLiteral("x"), QStringLiteral("http://127.0.0.1:1"),
                 QString(), false, false, {}),
        -1);
    QCOMPARE(connections.save(-1, QStringLiteral("x"), QStringLiteral("http://127.0.0.1:1"),
                 QString(), false, false, {}),
        1);
    connections.remove(1);
    QCOMPARE(connections.count(), 1);
}

void FrameViews::aFileIsNotReplacedUnasked()
{
    QTemporaryDir folder;
    Desk desk;
    const QString path = folder.filePath(QStringLiteral("x.jsonl"));
    QCOMPARE(desk.app.save(path, QStringLiteral("one"), false), QString());
    QVERIFY(!desk.app.save(path, QStringLiteral("two"), false).isEmpty());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("one"));
    file.close();
    QCOMPARE(desk.app.save(path, QStringLiteral("two"), true), QString());
    QVERIFY(!desk.app.save(QStringLiteral("relative.txt"), {}, false).isEmpty());
    QVERIFY(
        !desk.app.save(folder.filePath(QStringLiteral("no/such/folder/x")), {}, false).isEmpty());
}

void FrameViews::theOverviewCountsWhatTheStoresHold()
{
    Desk desk;
    desk.connect();
    OverviewPage overview;
    overview.setSession(&desk.session);
    qint64 running = 0;
    for (const auto &flow : desk.session.flows()->rows())
        running += !flow.stopping;
    QTRY_VERIFY(overview.tiles()->count() > 0);
    QTRY_COMPARE(overview.tiles()->lines()[0].value, QString::number(running));
    QVERIFY(!overview.loading());
    int trouble = 0;
    for (const auto &flow : desk.session.flows()->rows())
        trouble += flow.aspect == Cell::Stop || flow.aspect == Cell::Warning;
    int told = 0;
    for (const auto &line : overview.attention()->lines())
        told += line.page == QLatin1String("flows");
    QCOMPARE(told, trouble);
}

void FrameViews::unknownNumbersAreDashesOnTheOverview()
{
    Desk desk;
    OverviewPage overview;
    overview.setSession(&desk.session);
    QVERIFY(overview.loading());
    for (const auto &tile : overview.tiles()->lines())
        QCOMPARE(tile.value, QStringLiteral("—"));
}

void FrameViews::inTroubleIsTheSameNumberEverywhere()
{
    Desk desk;
    desk.connect();
    desk.gateway.setProcessor(
        { "chunker", "support-rag", "acme", "support-rag", "paused", 100, 0, 40, 1 });
    OverviewPage overview;
    overview.setSession(&desk.session);
    RailModel rail;
    rail.setSession(&desk.session);
    const auto aspect = [&](const char *id) {
        const auto *row =
            desk.session.flows()->find(QStringLiteral("acme"), QString::fromLatin1(id));
        return row ? row->aspect : Cell::Unknown;
    };
    QTRY_COMPARE(aspect("ontology-lab"), Cell::Stop);
    QTRY_COMPARE(aspect("support-rag"), Cell::Warning);
    const QString two = QStringLiteral("2");
    QTRY_COMPARE(overview.tiles()->lines().at(1).value, two);
    QTRY_COMPARE(rail.data(rail.index(1), RailModel::BadgeRole).toInt(), 2);
    QVERIFY(rail.data(rail.index(1), RailModel::AlarmRole).toBool());
    QTRY_COMPARE(desk.session.workspaces()->rows().front().flowsInTrouble, 2);
    std::unique_ptr<TableModel> flows(desk.session.flows()->newTable(nullptr));
    flows->setFilter(overview.tiles()->lines().at(1).filter);
    QCOMPARE(flows->count(), 2);
}

void FrameViews::whatIsNotThereIsNotUnknown()
{
    Desk desk;
    Capabilities can;
    can.era = Capabilities::Era::D;
    can.product = QStringLiteral("gateway 2.8");
    can.listMyWorkspaces = true;
    desk.gateway.setCapabilities(can);
    desk.gateway.setBroker(QStringLiteral("rabbitmq"));
    std::vector<schema::RabbitQueueRow> held;
    desk.gateway.answerWith("rabbitmq", [&held](const Request &request) -> std::optional<Reply> {
        if (request.operation == "bindings")
            return Reply(Response { schema::encode(schema::RabbitBindings {}) });
        schema::RabbitQueuePage page;
        page.page = page.pageCount = 1;
        page.items = held;
        page.totalCount = std::int64_t(held.size());
        return Reply(Response { schema::encode(page) });
    });
    desk.connect();
    QueueStore &queues = *desk.session.queues();
    QTRY_VERIFY(!queues.ofFlow(QStringLiteral("acme"), QStringLiteral("ingest-us")).empty()
        && !queues.ofFlow(QStringLiteral("globex"), QStringLiteral("news")).empty());
    OverviewPage overview;
    overview.setSession(&desk.session);
    overview.setActive(true);
    const auto tile = [&](const char *key) {
        for (const OverviewLine &line : overview.tiles()->lines())
            if (line.key == QLatin1String(key))
                return line;
        return OverviewLine();
    };
    for (const QueueState &queue : queues.rows()) {
        schema::RabbitQueueRow row;
        row.name = queue.row.name;
        row.ready = row.unacked = row.bytes = 0;
        row.consumers = 1;
        held.push_back(row);
    }
    held.pop_back();
    const auto asked = [&] {
        queues.fetchBroker();
        return tile("queues").detail;
    };
    QTRY_COMPARE_WITH_TIMEOUT(asked(), QStringLiteral("1 more are missing"), 20000);
    QCOMPARE(tile("queues").value, QString::number(held.size()));
    QCOMPARE(tile("waiting").value, QStringLiteral("0"));
    QCOMPARE(tile("waiting").detail, QString());
}

void FrameViews::whatIsOldIsMarkedAndNotActedOn()
{
    Desk desk;
    desk.connect();
    FlowsPage page;
    page.setSession(&desk.session);
    QTRY_VERIFY(page.table()->count() > 0);
    page.setCurrentKey(QStringLiteral("acme/ingest-eu"));
    RailModel rail;
    rail.setSession(&desk.session);
    const auto ofFlows = [&rail](int role) { return rail.data(rail.index(1), role); };
    QTRY_VERIFY(ofFlows(RailModel::BadgeRole).toInt() > 0);
    desk.gateway.pass(1);
    QTRY_VERIFY(!ofFlows(RailModel::StaleRole).toBool());
    QCOMPARE(page.staleness(), QString());
    QCOMPARE(page.stopDenied(), QString());
    desk.gateway.hold(true);
    QTRY_VERIFY_WITH_TIMEOUT(page.staleness().startsWith(QStringLiteral("shown as of")), 9000);
    QVERIFY(desk.session.ageMs() < 15000);
    QVERIFY(!page.stopDenied().isEmpty());
    QVERIFY(!page.startDenied().isEmpty());
    QTRY_VERIFY(page.detail()->why().contains(QStringLiteral("as of")));
    QTRY_VERIFY(ofFlows(RailModel::StaleRole).toBool());
    QVERIFY(ofFlows(RailModel::BadgeRole).toInt() > 0); // what it was, and said to be old
    desk.gateway.hold(false);
    QTRY_VERIFY(!ofFlows(RailModel::StaleRole).toBool());
    QTRY_COMPARE(page.staleness(), QString());
    QTRY_COMPARE(page.stopDenied(), QString());
    desk.gateway.dropConnection();
    QVERIFY(!page.stopDenied().isEmpty());
}

void FrameViews::aTriedAgainConnectionSaysSo()
{
    Session session;
    const QString reading = QStringLiteral("Reading…");
    session.setConnection({ QStringLiteral("far"), QStringLiteral("http://127.0.0.1:1") });
    session.setState(Session::Connecting, QStringLiteral("connecting"));
    QCOMPARE(flowtext::notYet(session, reading), QStringLiteral("Connecting…"));
    session.setState(Session::Connecting, QStringLiteral("reconnecting in 4 s: refused"));
    const QString trying = QStringLiteral("Not connected, trying again");
    QCOMPARE(flowtext::notYet(session, reading), trying);
    { // no page says that it reads while nothing can be read
        AccessPage access;
        access.setSession(&session);
        QCOMPARE(access.emptyTitle(), trying);
        BlueprintsPage blueprints;
        blueprints.setSession(&session);
        QCOMPARE(blueprints.emptyTitle(), trying);
        ConfigPage config;
        config.setSession(&session);
        QCOMPARE(config.emptyTitle(), trying);
        TenantsPage tenants;
        tenants.setSession(&session);
        QCOMPARE(tenants.emptyTitle(), trying);
    }
    session.noteFresh(0);
    session.setState(Session::Live, QStringLiteral("live"));
    QCOMPARE(flowtext::notYet(session, reading), reading);
    session.setState(Session::Stale, QStringLiteral("reconnecting in 4 s: gone"));
    QVERIFY(flowtext::notYet(session, reading).startsWith(QStringLiteral("Connection lost ")));
}

void FrameViews::whoMayChangeNothingIsNotSaidToWrite()
{
    Desk desk;
    desk.connect();
    StatusLine line;
    line.setApp(&desk.app);
    const auto roles = [&](std::vector<std::string> names) {
        schema::User user = desk.session.account();
        user.roles = std::move(names);
        desk.session.setSignedIn(
            desk.session.capabilities(), user, desk.session.defaultWorkspace());
    };
    roles({ "reader" });
    QVERIFY(!line.mayChange());
    roles({ "reader", "writer" });
    QVERIFY(line.mayChange());
    roles({ "admin" });
    QVERIFY(line.mayChange());
    roles({}); // nobody tells them
    QVERIFY(line.mayChange());
}

void FrameViews::theCalmSentenceClaimsNoMoreThanTheTiles()
{
    Desk desk;
    OverviewPage overview;
    overview.setSession(&desk.session);
    QVERIFY(!overview.calm().contains(QStringLiteral("Every flow is clear")));
    desk.connect();
    desk.session.setWorkspace(QStringLiteral("initech")); // no flow, nothing waits
    QTRY_VERIFY2(overview.calm().contains(QStringLiteral("Every flow is clear")),
        qPrintable(overview.calm()));
    desk.session.setWorkspace(QStringLiteral("globex"));
    QTRY_VERIFY(desk.session.flows()->find(QStringLiteral("globex"), QStringLiteral("news")));
    QTRY_VERIFY_WITH_TIMEOUT(overview.calm().contains(QStringLiteral("Every flow is clear")), 8000);
    // A flow that has just lost its readers is not in trouble yet: the sentence must not deny it.
    schema::QueueRow lost;
    lost.name = "response:tg:answer:globex:news.gone--globex--news--r--1";
    lost.topic = "response:tg:answer:globex:news";
    lost.topicClass = "response";
    lost.scope = "subscriber";
    lost.workspace = "globex";
    lost.flow = "news";
    lost.ready = 6;
    desk.gateway.setQueue(lost);
    const auto told = [&] {
        return !overview.calm().contains(QStringLiteral("every queue is read"))
            && overview.attention()->count() == 1;
    };
    QTRY_VERIFY(told());
    const auto &tiles = overview.tiles()->lines();
    const auto unserved = std::find_if(tiles.begin(), tiles.end(),
        [](const OverviewLine &tile) { return tile.key == QLatin1String("unserved"); });
    QVERIFY(unserved != tiles.end());
    QCOMPARE(unserved->value, QStringLiteral("1"));
}

void FrameViews::everyOverviewLineLeadsSomewhere()
{
    Desk desk;
    desk.connect();
    OverviewPage overview;
    QAbstractItemModelTester tiles(
        overview.tiles(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QAbstractItemModelTester attention(
        overview.attention(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QAbstractItemModelTester hottest(
        overview.hottest(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    overview.setSession(&desk.session);
    desk.gateway.pass(50);
    QTRY_VERIFY(overview.hottest()->count() > 0);
    for (const auto *list : { overview.tiles(), overview.attention(), overview.hottest() })
        for (const auto &line : list->lines())
            QVERIFY2(pageIndex(line.page) >= 0, qPrintable(line.key));
    const QString one = desk.session.workspaces()->ids().value(0);
    desk.session.setWorkspace(one);
    for (const auto &line : overview.attention()->lines())
        QCOMPARE(line.workspace, one);
}

void FrameViews::theRailCountsTheChosenWorkspace()
{
    Desk desk;
    RailModel rail;
    QAbstractItemModelTester tester(&rail, QAbstractItemModelTester::FailureReportingMode::QtTest);
    rail.setSession(&desk.session);
    const auto flows = [&] { return rail.data(rail.index(1), RailModel::CountRole).toString(); };
    QCOMPARE(flows(), QString()); // unknown is not 0
    desk.connect();
    QTRY_COMPARE(flows(), QString::number(desk.session.flows()->count()));
    const QString one = desk.session.workspaces()->ids().value(0);
    int here = 0;
    for (const auto &flow : desk.session.flows()->rows())
        here += flow.workspace == one;
    desk.session.setWorkspace(one);
    QCOMPARE(flows(), QString::number(here));
}

void FrameViews::theRailSaysHowManyConversationsWait()
{
    Desk desk;
    FakeTalks talks(desk.gateway);
    talks.fillDemo();
    desk.gateway.capabilities().ops = true;
    RailModel rail;
    rail.setSession(&desk.session);
    const auto badge = [&] { return rail.data(rail.index(6), RailModel::BadgeRole).toInt(); };
    QCOMPARE(badge(), 0);
    desk.connect();
    QTRY_COMPARE(badge(), 3);
    auto *nora = talks.find("acme", "c-8840");
    nora->thread.needs.clear();
    talks.announce(*nora);
    QTRY_COMPARE(badge(), 2);
}

void FrameViews::thePaletteFindsFlowsAndSaysWhyACommandIsBlocked()
{
    Desk desk;
    desk.gateway.setReadOnly(true);
    desk.connect();
    CommandPalette palette;
    palette.setApp(&desk.app);
    palette.setConnections(&desk.connections);
    const auto &flow = desk.session.flows()->rows().front();
    palette.setQuery(flow.id);
    bool found = false;
    for (int row = 0; row < palette.count() && !found; ++row) {
        const QModelIndex at = palette.index(row);
        found = palette.data(at, CommandPalette::KindRole) == QStringLiteral("flow")
            && at.data().toString() == flow.id;
        if (found)
            QVERIFY(palette.run(row));
    }
    QVERIFY(found);
    QCOMPARE(desk.app.page(), QStringLiteral("flows"));
    QVERIFY(desk.app.target().endsWith(QLatin1Char('/') + flow.id));

    palette.setQuery(QStringLiteral("Start flow"));
    QCOMPARE(palette.data(palette.index(0), CommandPalette::WhyRole).toString(),
        QStringLiteral("this connection is read-only"));
    QSignalSpy asked(&desk.app, &AppState::commandRequested);
    QVERIFY(!palette.run(0));
    QCOMPARE(asked.count(), 0);
    QVERIFY(palette.runCommand(QStringLiteral("settings")));
    QCOMPARE(asked.count(), 1);
    palette.setQuery(QStringLiteral("zzzzzzzz"));
    QCOMPARE(palette.count(), 0);
}

void FrameViews::thePaletteModelKeepsTheModelContract()
{
    Desk desk;
    CommandPalette palette;
    QAbstractItemModelTester tester(
        &palette, QAbstractItemModelTester::FailureReportingMode::QtTest);
    palette.setApp(&desk.app);
    palette.setConnections(&desk.connections);
    desk.connect();
    for (const char *query : { "", "f", "fl", "flow", "e", "" })
        palette.setQuery(QString::fromLatin1(query));
    QVERIFY(palette.count() <= CommandPalette::shownLimit);
}

void FrameViews::theStatusLineTellsUnknownAsDash()
{
    Desk desk;
    StatusLine line;
    line.setApp(&desk.app);
    QVERIFY(line.traffic().contains(QStringLiteral("—")));
    QCOMPARE(line.asOf(), QStringLiteral("nothing read yet"));
    QCOMPARE(line.who(), QStringLiteral("not signed in"));
    desk.gateway.fillDemo();
    desk.gateway.hold(true);
    desk.gateway.connectTo(desk.session);
    QTRY_VERIFY(line.state().startsWith(QStringLiteral("live")));
    QCOMPARE(line.asOf(), QStringLiteral("reading…"));
    desk.gateway.hold(false);
    QTRY_VERIFY(desk.session.flows()->loaded());
    desk.gateway.pass(1);
    QTRY_VERIFY(desk.session.ageMs() >= 0);
    QCOMPARE(line.aspect(), int(Cell::Clear));
    QVERIFY(!line.open());
    desk.gateway.dropConnection(QStringLiteral("the far end closed the connection"));
    QTRY_VERIFY(line.aspect() != int(Cell::Clear));
    // the age comes first, the reason is in the detail
    QVERIFY2(line.state().startsWith(QStringLiteral("data from ")), qPrintable(line.state()));
    QVERIFY2(line.state().endsWith(QStringLiteral("ago · reconnecting")), qPrintable(line.state()));
    QVERIFY(line.stateDetail().contains(QStringLiteral("the far end closed")));
    QVERIFY2(line.asOf().startsWith(QStringLiteral("stale: as of ")), qPrintable(line.asOf()));
    QVERIFY(!line.asOf().contains(QStringLiteral("—")));
}

void FrameViews::theStatusLineSaysWhatItCannotAccountFor()
{
    Desk desk;
    desk.connect();
    StatusLine line;
    line.setApp(&desk.app);
    QTRY_VERIFY(line.traffic().contains(QStringLiteral("shown")));
    QVERIFY2(!line.traffic().contains(QStringLiteral("off by")), qPrintable(line.traffic()));
    QVERIFY(!line.drops());
    LiveBatch lossy; // three thousand rows came, none of them is shown
    lossy.received = 3000;
    desk.gateway.emitBatch(std::move(lossy));
    QTRY_VERIFY(line.traffic().contains(QStringLiteral("off by")));
    QVERIFY(line.drops());
}

void FrameViews::theWallShowsNowWhileAnInstantIsReplayed()
{
    Desk desk;
    desk.connect();
    OverviewPage overview;
    overview.setSession(&desk.session);
    QueueStore &queues = *desk.session.queues();
    QTRY_VERIFY(!overview.hottest()->lines().empty());
    const QString name = overview.hottest()->lines().front().key;
    const auto queue = [&] { return queues.find(name.toStdString()); };
    QSignalSpy sampled(queues.replay(), &QueueReplay::sampled);
    queues.replay()->sample(QDateTime::currentMSecsSinceEpoch());
    QTRY_VERIFY(!sampled.isEmpty());
    const std::int64_t after = queue()->row.consumers > 0 ? 0 : 2;
    desk.gateway.changeQueue(
        name.toStdString(), [after](schema::QueueRow &row) { row.consumers = after; });
    QTRY_COMPARE(queue()->row.consumers, after);
    queues.replay()->show(queues.replay()->fromMs());
    QTRY_VERIFY(queues.replay()->shownMs());
    QVERIFY(queues.shownAspect(*queue()) != queues.aspectOf(*queue()));
    const auto shown = [&] {
        for (const OverviewLine &line : overview.hottest()->lines())
            if (line.key == name)
                return int(line.aspect);
        return -1;
    };
    QTRY_COMPARE(shown(), int(queues.aspectOf(*queue())));
}

void FrameViews::theStatusLineSaysWhereNobodySignsIn()
{
    Desk desk;
    desk.gateway.capabilities().anonymous = true;
    StatusLine line;
    line.setApp(&desk.app);
    desk.connect();
    QTRY_VERIFY(line.open());
    QVERIFY2(line.who().contains(QStringLiteral("everybody")), qPrintable(line.who()));
}

void FrameViews::sparklinesKeepASpikeWhenReduced()
{
    QList<qreal> values(10000, 1.0);
    values[5003] = 100;
    const auto points = Sparkline::outline(values, QSizeF(100, 20));
    QVERIFY(points.size() <= 2 * 100);
    qreal top = 20;
    for (const auto &point : points)
        top = std::min(top, point.y());
    QVERIFY(top < 3);
    QVERIFY(Sparkline::outline({}, QSizeF(100, 20)).isEmpty());
    QVERIFY(Sparkline::outline({ 1 }, QSizeF(100, 20)).isEmpty());
}

QTEST_MAIN(FrameViews)
#include "frame_views.moc"
