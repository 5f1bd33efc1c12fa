// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "models/stores/wirestore.h"
#include "tests/support/fakegateway.h"
#include "views/pages/appstate.h"
#include "views/pages/flowspage.h"
#include "views/pages/overviewpage.h"
#include "views/pages/queuespage.h"
#include "views/pages/statusline.h"
#include "views/pages/tailmodel.h"
#include "views/pages/wirepage.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace signalbox;

namespace {

constexpr qint64 then = 1700000000412; // 2023-11-14 22:13:20.412 UTC
const QString local = "23:13:20.4"; // the test runs an hour east of UTC, see main()
const QString utc = "22:13:20.4 UTC";
const QString exactLocal = "2023-11-14 23:13:20.412 UTC+01:00";
const QString exactUtc = "2023-11-14 22:13:20.412 UTC";

struct Desk {
    SettingsStore settings { QString() };
    Session session;
    FakeGateway gateway;
    AppState app { &session, &settings };
    void connect()
    {
        gateway.fillDemo();
        gateway.connectTo(session);
        QTRY_VERIFY(session.flows()->loaded() && session.queues()->loaded());
    }
};

schema::FabricResponse oneMessage()
{
    schema::FabricMessage message;
    message.seq = 1;
    message.atMs = then;
    message.payload = "{}";
    schema::FabricResponse part;
    part.messages.push_back(message);
    part.received = 1;
    return part;
}

} // namespace

/// The switch between local times and UTC reaches every time that is shown, at once.
class PagesTimes : public QObject {
    Q_OBJECT
private slots:
    void theSettingIsInForceFromTheStart()
    {
        SettingsStore settings { QString() };
        settings.setUtc(true);
        Session session;
        AppState app(&session, &settings);
        QCOMPARE(app.clock(double(then)), utc);
        settings.setUtc(false);
        QCOMPARE(app.clock(double(then)), local);
    }

    void messagesOfAQueueFollowTheSwitch()
    {
        Desk desk;
        desk.connect();
        QueuesPage page;
        page.setSession(&desk.session);
        page.setCurrentKey("flow:tg:chunk-load:acme:ingest-us.embedder--acme--ingest-us--input");
        TailModel *tail = page.detail()->tail();
        QAbstractItemModelTester tester(tail);
        tail->take(oneMessage());
        QCOMPARE(tail->index(0, 0).data(TailModel::TimeRole).toString(), local);
        QVERIFY(page.detail()->messageFacts(0).contains(exactLocal));
        QSignalSpy rows(tail, &QAbstractItemModel::dataChanged);
        QSignalSpy facts(page.detail(), &QueueDetailView::payloadChanged);
        desk.settings.setUtc(true);
        QCOMPARE(rows.size(), 1);
        QVERIFY(!facts.isEmpty());
        QCOMPARE(tail->index(0, 0).data(TailModel::TimeRole).toString(), utc);
        QCOMPARE(tail->index(0, 0).data(TailModel::ExactTimeRole).toString(), exactUtc);
        QVERIFY(page.detail()->messageFacts(0).contains(exactUtc));
    }

    void framesAndFailuresFollowTheSwitch()
    {
        Desk desk;
        desk.connect();
        WireRow frame;
        frame.atMs = then;
        frame.service = "flow";
        frame.failed = true;
        frame.state = "refused";
        desk.session.wire()->append({ frame });
        WirePage wire;
        wire.setSession(&desk.session);
        wire.setCurrentKey(wire.table()->keyAt(0));
        OverviewPage overview;
        overview.setSession(&desk.session);
        overview.setActive(true);
        const auto failure = [&overview] {
            return overview.failures()->index(0, 0).data(OverviewLines::ValueRole).toString();
        };
        QVERIFY(wire.facts().contains(exactLocal));
        QCOMPARE(failure(), local);
        desk.settings.setUtc(true);
        QVERIFY2(wire.facts().contains(exactUtc), qPrintable(wire.facts()));
        QCOMPARE(failure(), utc);
    }

    void framesAreLaidOutAlsoWhereTheyWereCutAndShownAsTheyWent()
    {
        Desk desk;
        desk.connect();
        WireRow whole;
        whole.text = PackedText(std::string("{\"flows\":[1],\"text\":\"a,b\"}"));
        WireRow cut;
        cut.text = PackedText(std::string("{\"flows\":[1,{\"id\":\"lin"));
        cut.truncated = true;
        desk.session.wire()->append({ whole, cut });
        WirePage wire;
        wire.setSession(&desk.session);
        QStringList laidOut;
        QStringList raw;
        for (int row = 0; row < wire.table()->count(); ++row) {
            wire.setCurrentKey(wire.table()->keyAt(row));
            laidOut.append(wire.text());
            wire.setRaw(true);
            raw.append(wire.text());
            wire.setRaw(false);
        }
        QVERIFY(laidOut.contains("{\n  \"flows\": [\n    1\n  ],\n  \"text\": \"a,b\"\n}"));
        QVERIFY(laidOut.contains("{\n  \"flows\": [\n    1,\n    {\n      \"id\": \"lin"));
        QVERIFY(raw.contains("{\"flows\":[1],\"text\":\"a,b\"}"));
        QVERIFY(raw.contains("{\"flows\":[1,{\"id\":\"lin"));
    }

    void theStatusLineFollowsTheSwitchAndTellsTheSkew()
    {
        Desk desk;
        desk.connect();
        StatusLine line;
        line.setApp(&desk.app);
        QCOMPARE(line.skew(), QString());
        desk.session.noteFresh(QDateTime::currentMSecsSinceEpoch() + 90500);
        emit desk.session.changed();
        QCOMPARE(line.skew(), QString("clock 1 m 30 s behind the server"));
        QVERIFY(!line.asOf().endsWith("UTC"));
        desk.settings.setUtc(true);
        QVERIFY(line.asOf().endsWith(" UTC"));
    }
};

int main(int argc, char **argv)
{
    qputenv("TZ", "UTC-1"); // POSIX: an hour east
    QTEST_SET_MAIN_SOURCE_PATH
    QGuiApplication app(argc, argv);
    PagesTimes test;
    return QTest::qExec(&test, argc, argv);
}

#include "pages_times.moc"
