// SPDX-License-Identifier: GPL-3.0-only
// The past in the window.
#include "tests/qml/tst_frame.h"

#include "models/stores/format.h"
#include "models/stores/queuehistory.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuestore.h"
#include "views/pages/queuetrend.h"

#include <QSignalSpy>

using namespace signalbox;

/// Figures of forty minutes, so that there is a past to look at.
void Frame::keepAnHour()
{
    QueueReplay &replay = *d->session.queues()->replay();
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    for (int minute = 40; minute >= 0; --minute) {
        d->gateway.pass(minute % 7 == 0 ? 90 : 3);
        QCoreApplication::processEvents();
        QSignalSpy sampled(&replay, &QueueReplay::sampled);
        replay.sample(now - minute * 60000);
        QTRY_VERIFY(!sampled.isEmpty());
        d->session.queues()->history()->sample(now - minute * 60000);
    }
}

void Frame::thePastIsShownByOneKeyAndNowByTheSame()
{
    fill();
    keepAnHour();
    QueueReplay &replay = *d->session.queues()->replay();
    for (const char *page : { "queues", "flows" }) {
        d->app.open(QLatin1String(page));
        QTRY_VERIFY(this->page());
        QTest::keyClick(d->window, Qt::Key_T, Qt::ControlModifier);
        QTRY_VERIFY(replay.active());
        auto *slider = find(QAccessible::Slider, QStringLiteral("Instant that is shown"));
        QVERIFY(slider);
        QTRY_VERIFY(slider->state().focused);
        const qint64 newest = replay.instantMs();
        QTest::keyClick(d->window, Qt::Key_PageUp);
        QTest::keyClick(d->window, Qt::Key_PageUp);
        QTest::keyClick(d->window, Qt::Key_Left);
        QCOMPARE(replay.instantMs(), newest - 610000);
        const QString clock = format::clockSeconds(replay.instantMs(), d->session.zone());
        QTRY_VERIFY(
            find(QAccessible::Button, QStringLiteral("Connection state: %1 · replay").arg(clock)));
        QVERIFY(find(QAccessible::Button, QStringLiteral("Read-only")));
        picture(QStringLiteral("replay-%1").arg(QLatin1String(page)));
        d->settings.setTheme(QStringLiteral("light"));
        d->window->resize(720, 450);
        QTRY_COMPARE(d->window->contentItem()->size().toSize(), QSize(720, 450));
        picture(QStringLiteral("replay-%1-small").arg(QLatin1String(page)));
        d->settings.setTheme(QStringLiteral("dark"));
        d->window->resize(1440, 900);
        QTRY_COMPARE(d->window->contentItem()->size().toSize(), QSize(1440, 900));
        QTest::keyClick(d->window, Qt::Key_T, Qt::ControlModifier);
        QTRY_VERIFY(!replay.active());
        QVERIFY(find(QAccessible::Button, QStringLiteral("Writing")));
    }
    QTest::keyClick(d->window, Qt::Key_T, Qt::ControlModifier);
    QTRY_VERIFY(replay.active());
    d->app.open(QStringLiteral("overview"));
    QTRY_VERIFY(page());
    picture(QStringLiteral("replay-overview"));
    auto *back = find(QAccessible::Button, QStringLiteral("Back to now"));
    QVERIFY(back);
    back->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QTRY_VERIFY(!replay.active());
}

void Frame::theChartTellsTheFiguresOfTheInstant()
{
    fill();
    QueueReplay &replay = *d->session.queues()->replay();
    const std::string queue =
        "flow:tg:text-load:acme:ontology-lab.chunker--acme--ontology-lab--input";
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    replay.sample(now - 900000); // nobody had looked at it: no history is drawn of then
    const qint64 ready = d->session.queues()->find(queue)->row.ready;
    d->gateway.pass(50);
    QTRY_VERIFY(d->session.queues()->find(queue)->row.ready > ready);
    replay.sample(now);
    d->session.queues()->history()->sample(now);
    QueueTrend trend;
    trend.setSession(&d->session);
    trend.show(QString::fromStdString(queue));
    QCOMPARE(trend.instantMessages(), QString());
    replay.show(now - 600000);
    QVERIFY(trend.instantMessages().contains(format::count(ready)));
    QVERIFY(
        trend.instantMessages().startsWith(format::clockSeconds(now - 600000, d->session.zone())));
    QCOMPARE(trend.span(), int(HistoryRing::Hour)); // ten minutes do not reach back to it
    QVERIFY(trend.instant() > 0.5 && trend.instant() < 1);
    replay.live();
    QCOMPARE(trend.instantMessages(), QString());
    // What was told last is not what is so now.
    QueueHistory &history = *d->session.queues()->history();
    d->session.noteFresh(0);
    history.sample(now + 1000);
    trend.setSeen(false);
    trend.setSeen(true); // reads anew
    QVERIFY2(trend.messagesSummary().contains(QStringLiteral(" now ")),
        qPrintable(trend.messagesSummary()));
    // Nor is the highest of a longer slot.
    const qint64 waiting = d->session.queues()->find(queue)->row.ready;
    d->gateway.changeQueue(queue, [](schema::QueueRow &row) { row.ready = 1; });
    QTRY_COMPARE(d->session.queues()->find(queue)->row.ready, std::int64_t(1));
    d->session.noteFresh(0);
    history.sample(history.nowMs() + 2000);
    trend.setSeen(false);
    trend.setSeen(true);
    QVERIFY2(trend.messagesSummary().contains(QStringLiteral("ready now 1,")),
        qPrintable(trend.messagesSummary()));
    QVERIFY2(trend.messagesSummary().contains(QStringLiteral("highest ") + format::count(waiting)),
        qPrintable(trend.messagesSummary()));
    history.sample(now + 60000, false);
    trend.setSeen(false);
    trend.setSeen(true);
    QVERIFY2(trend.messagesSummary().contains(QStringLiteral("not known now, last")),
        qPrintable(trend.messagesSummary()));
    // Nor what a connection told that is lost, though nothing is sampled any more.
    d->session.noteFresh(0);
    history.sample(history.nowMs() + 1000);
    trend.setSeen(false);
    trend.setSeen(true);
    QVERIFY(trend.messagesSummary().contains(QStringLiteral("ready now 1,")));
    d->session.setState(Session::Stale, QStringLiteral("the gateway is away"));
    QVERIFY2(trend.messagesSummary().contains(QStringLiteral("ready not known now, last 1,")),
        qPrintable(trend.messagesSummary()));
}
