// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "models/stores/queuehistory.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "tests/support/fakegateway.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace signalbox;

namespace {

constexpr qint64 begin = 1'700'000'000'000;

HistoryRing::Values waiting(float value)
{
    return { value, 0, HistoryRing::unknown, HistoryRing::unknown };
}

schema::QueueRow row(const std::string &name, std::int64_t count)
{
    schema::QueueRow row;
    row.name = name;
    row.topic = "flow:tg:x:acme:f";
    row.topicClass = "flow";
    row.scope = "flow";
    row.workspace = "acme";
    row.ready = row.published = count;
    row.consumers = 1;
    return row;
}

} // namespace

class TestHistory : public QObject {
    Q_OBJECT
private slots:
    void everySpanKeepsTheExtremesOfANaiveReference();
    void ringsTakeNoMoreThanTheirBound();
    void aShortSilenceIsBridgedAndALongOneIsAGap();
    void aClockThatIsSetBackLosesNothing();
    void aClockThatIsSetBackFreezesNothing();
    void nothingIsBridgedOverAnEnd();
    void whatIsWatchedDeepOrInTroubleIsKept();
    void whoWentLongestWithoutAReasonIsLetGo();
    void aRowThatIsSeenGetsATrend();
    void aQueueThatWasMadeAgainGoesOnAfterAGap();
    void whatNobodyTellsIsAGap();
    void aClockThatIsSetFarBackBeginsAnew();
    void aYoungTrendIsAsWideAsAnOldOne();
    void theTrendBeforeAnInstantEndsThere();
    void anotherConnectionBeginsAnew();
};

void TestHistory::everySpanKeepsTheExtremesOfANaiveReference()
{
    std::mt19937 random(11);
    std::uniform_real_distribution<float> value(0, 1000);
    HistoryRing ring;
    std::vector<std::pair<qint64, float>> all;
    qint64 now = begin;
    for (int i = 0; i < 30000; ++i) {
        now += 400 + qint64(random() % 1200);
        all.emplace_back(now, value(random));
        ring.push(now, waiting(all.back().second));
    }
    for (const auto span : { HistoryRing::TenMinutes, HistoryRing::Hour, HistoryRing::Day }) {
        const auto points = ring.points(span, HistoryRing::Ready, now);
        QCOMPARE(points.high.size(), HistoryRing::slotCount(span));
        for (qsizetype slot = 0; slot < points.high.size(); ++slot) {
            const qint64 from = points.fromMs + slot * points.stepMs;
            float low = NAN;
            float high = NAN;
            for (const auto &[at, told] : all)
                if (at >= from && at < from + points.stepMs) {
                    low = std::fmin(low, told);
                    high = std::fmax(high, told);
                }
            if (std::isnan(high))
                continue; // bridged or before the first
            QCOMPARE(points.low[slot], qreal(low));
            QCOMPARE(points.high[slot], qreal(high));
        }
    }
}

void TestHistory::ringsTakeNoMoreThanTheirBound()
{
    HistoryRing ring;
    for (qint64 i = 0; i < 2 * 86400; ++i)
        ring.push(begin + i * 1000, waiting(float(i)));
    QVERIFY2(ring.bytes() < 100'000, qPrintable(QString::number(ring.bytes())));
    QVERIFY(ring.firstMs() > begin);
}

void TestHistory::aShortSilenceIsBridgedAndALongOneIsAGap()
{
    HistoryRing ring;
    ring.push(begin, waiting(5));
    ring.push(begin + 30'000, waiting(7));
    ring.push(begin + 200'000, waiting(9));
    const qint64 now = begin + 205'000;
    const auto points = ring.points(HistoryRing::TenMinutes, HistoryRing::Ready, now);
    const auto at = [&](qint64 ms) { return points.high[(ms - points.fromMs) / points.stepMs]; };
    QCOMPARE(at(begin), 5.0);
    QCOMPARE(at(begin + 20'000), 5.0);
    QCOMPARE(at(begin + 30'000), 7.0);
    QVERIFY(std::isnan(at(begin + 100'000)));
    QVERIFY(std::isnan(at(begin - 1000)));
    QCOMPARE(at(begin + 200'000), 9.0);
    QCOMPARE(at(now), 9.0);
    QVERIFY(ring.points(HistoryRing::TenMinutes, HistoryRing::In, now).high.size() == 600);
    QVERIFY(std::isnan(ring.points(HistoryRing::TenMinutes, HistoryRing::In, now).high.last()));
}

void TestHistory::aClockThatIsSetBackLosesNothing()
{
    HistoryRing ring;
    ring.push(begin + 60'000, waiting(3));
    ring.push(begin, waiting(900));
    const auto points = ring.points(HistoryRing::TenMinutes, HistoryRing::Ready, begin);
    QCOMPARE(points.high.last(), 900.0);
    QCOMPARE(points.low.last(), 3.0);
}

void TestHistory::aClockThatIsSetBackFreezesNothing()
{
    for (const int told : { 40, 5000 }) { // one ring that is young, one that has turned round
        HistoryRing ring;
        qint64 now = begin;
        for (int second = 0; second < told; ++second, now += 1000)
            ring.push(now, waiting(5));
        now -= 30'000;
        for (int second = 0; second < 12; ++second, now += 1000)
            ring.push(now, waiting(float(100 + second)));
        now -= 1000;
        for (const auto span : { HistoryRing::TenMinutes, HistoryRing::Hour, HistoryRing::Day }) {
            const auto points = ring.points(span, HistoryRing::Ready, now);
            QCOMPARE(points.high.last(), 111.0); // what comes next is there at once
            QCOMPARE(points.high.size(), HistoryRing::slotCount(span));
        }
        const auto points = ring.points(HistoryRing::TenMinutes, HistoryRing::Ready, now);
        QCOMPARE(points.low.last(), 111.0);
        QCOMPARE(points.low[points.low.size() - 13], 5.0); // and what was before stays
        QCOMPARE(points.low[points.low.size() - 12], 5.0); // with what was told after its new time
    }
}

void TestHistory::nothingIsBridgedOverAnEnd()
{
    HistoryRing ring;
    ring.push(begin, waiting(5));
    ring.end(begin + 1000);
    ring.push(begin + 29'000, waiting(7));
    const qint64 now = begin + 31'000;
    for (const auto span : { HistoryRing::TenMinutes, HistoryRing::Hour }) {
        const auto points = ring.points(span, HistoryRing::Ready, now);
        const auto at = [&](qint64 ms) {
            return points.high[ms / points.stepMs - points.fromMs / points.stepMs];
        };
        QCOMPARE(at(begin), 5.0);
        QVERIFY(std::isnan(at(begin + 15'000)));
        QCOMPARE(at(begin + 29'000), 7.0);
        QCOMPARE(at(now), 7.0); // the new one's silence is bridged as ever
    }
    for (int i = 0; i < 1000; ++i)
        ring.end(now + i);
    QVERIFY(ring.bytes() < 2000);
}

void TestHistory::whatIsWatchedDeepOrInTroubleIsKept()
{
    FakeGateway far;
    far.addWorkspace("acme");
    for (int i = 0; i < 400; ++i)
        far.setQueue(row("q" + std::to_string(i), i));
    auto starving = row("starving", 3);
    starving.consumers = 0;
    far.setQueue(starving);
    Session session;
    far.connectTo(session);
    QTRY_VERIFY(session.queues()->loaded() && far.pending() == 0);
    QueueHistory &history = *session.queues()->history();
    history.watch("q1");
    history.sample(begin);
    QVERIFY(history.keeps("q1")); // watched
    QVERIFY(history.keeps("q399")); // deepest
    QVERIFY(history.keeps("starving"));
    QVERIFY(!history.keeps("q2"));
    QCOMPARE(history.count(QueueHistory::Watched), 1);
    QCOMPARE(history.count(QueueHistory::Alerting), 1);
    QCOMPARE(history.count(QueueHistory::Hottest), int(QueueHistory::hottest));
    QVERIFY(history.summary().contains("402") || history.summary().contains("401"));
}

void TestHistory::whoWentLongestWithoutAReasonIsLetGo()
{
    FakeGateway far;
    far.addWorkspace("acme");
    for (int i = 0; i < 1000; ++i)
        far.setQueue(row("q" + std::to_string(i), 0));
    Session session;
    far.connectTo(session);
    QTRY_VERIFY(session.queues()->loaded() && far.pending() == 0);
    QueueHistory &history = *session.queues()->history();
    history.watch("q0");
    int next = 0;
    for (qint64 second = 0; second < 20; ++second) {
        for (int i = 0; i < QueueHistory::looksPerSample + 5; ++i)
            history.look("q" + std::to_string(next + i));
        next += QueueHistory::looksPerSample;
        history.sample(begin + second * 1000);
        QVERIFY(history.count() <= QueueHistory::capacity);
    }
    QVERIFY(history.keeps("q0")); // watched all the time
    QVERIFY(!history.keeps("q1"));
    QVERIFY(history.keeps("q999") || history.keeps("q" + std::to_string(next - 1)));
    QVERIFY(history.evicted() > 0);
    history.release("q0");
    for (int i = 0; i < 8; ++i) {
        for (int k = 0; k < QueueHistory::looksPerSample; ++k)
            history.look("q" + std::to_string(1 + i * 60 + k));
        history.sample(begin + 30'000 + i * 1000);
    }
    QVERIFY(!history.keeps("q0"));
}

void TestHistory::aRowThatIsSeenGetsATrend()
{
    FakeGateway far;
    far.addWorkspace("acme");
    far.setQueue(row("q", 0));
    Session session;
    far.connectTo(session);
    QTRY_VERIFY(session.queues()->loaded() && far.pending() == 0);
    QueueHistory &history = *session.queues()->history();
    const std::unique_ptr<TableModel> table(session.queues()->newTable(nullptr));
    int trend = 0;
    while (table->columnId(trend) != "trend")
        ++trend;
    history.sample(begin);
    QVERIFY(!history.keeps("q"));
    const auto series = [&] {
        return table->index(0, trend).data(TableModel::SeriesRole).value<QList<qreal>>();
    };
    QVERIFY(series().isEmpty());
    history.sample(begin + 1000);
    QVERIFY(history.keeps("q"));
    QCoreApplication::processEvents(); // a cell is asked anew with each turn
    QCOMPARE(series().last(), 0.0);
}

void TestHistory::aQueueThatWasMadeAgainGoesOnAfterAGap()
{
    FakeGateway far;
    far.addWorkspace("acme");
    far.setQueue(row("q", 5));
    Session session;
    far.connectTo(session);
    QTRY_VERIFY(session.queues()->loaded() && far.pending() == 0);
    QueueHistory &history = *session.queues()->history();
    history.watch("q");
    history.sample(begin);
    history.gone("q"); // and made again before the next sample
    history.sample(begin + 20'000);
    const auto points = history.points("q", HistoryRing::TenMinutes, HistoryRing::Ready);
    const auto at = [&](qint64 ms) { return points.high[(ms - points.fromMs) / points.stepMs]; };
    QCOMPARE(at(begin), 5.0);
    QVERIFY(std::isnan(at(begin + 10'000)));
    QCOMPARE(at(begin + 20'000), 5.0);
    // While there is none of the name nothing is drawn on.
    far.removeQueue("q");
    QTRY_VERIFY(!session.queues()->find("q"));
    history.sample(history.nowMs() + 2000);
    const auto after = history.points("q", HistoryRing::TenMinutes, HistoryRing::Ready);
    QVERIFY(std::isnan(after.high.last()));
}

void TestHistory::whatNobodyTellsIsAGap()
{
    FakeGateway far;
    far.addWorkspace("acme");
    far.setQueue(row("q", 5));
    Session session;
    far.connectTo(session);
    QTRY_VERIFY(session.queues()->loaded() && far.pending() == 0);
    QueueHistory &history = *session.queues()->history();
    history.watch("q");
    history.sample(begin);
    history.sample(begin + 2000, false); // only our gateway knows it
    const auto points = history.points("q", HistoryRing::TenMinutes, HistoryRing::Ready);
    QVERIFY(std::isnan(points.high.last()));
}

void TestHistory::aClockThatIsSetFarBackBeginsAnew()
{
    FakeGateway far;
    far.addWorkspace("acme");
    far.setQueue(row("q", 5));
    Session session;
    far.connectTo(session);
    QTRY_VERIFY(session.queues()->loaded() && far.pending() == 0);
    QueueHistory &history = *session.queues()->history();
    history.watch("q");
    history.sample(begin + 3'600'000);
    history.sample(begin);
    const auto points = history.points("q", HistoryRing::TenMinutes, HistoryRing::Ready);
    QCOMPARE(points.high.last(), 5.0);
}

void TestHistory::aYoungTrendIsAsWideAsAnOldOne()
{
    HistoryRing ring;
    QVERIFY(ring.trend(HistoryRing::Ready, begin, 60).isEmpty());
    for (int second = 0; second < 5; ++second)
        ring.push(begin + second * 1000, waiting(float(second)));
    QCOMPARE(ring.trend(HistoryRing::Ready, begin + 4000, 60), QList<qreal>({ 0, 1, 2, 3, 4 }));
    for (int second = 5; second < 1200; ++second)
        ring.push(begin + second * 1000, waiting(float(second)));
    const auto old = ring.trend(HistoryRing::Ready, begin + 1'199'000, 60);
    QCOMPARE(old.size(), qsizetype(60));
    QCOMPARE(old.first(), 609.0); // the highest of its step of ten seconds
    QCOMPARE(old.last(), 1199.0);
}

void TestHistory::theTrendBeforeAnInstantEndsThere()
{
    HistoryRing ring;
    for (int second = 0; second < 3000; ++second)
        ring.push(begin + second * 1000, waiting(float(second)));
    const qint64 now = begin + 2'999'000;
    const auto then = ring.trendUntil(HistoryRing::Ready, begin + 2'000'000, now, 60);
    QCOMPARE(then.size(), qsizetype(60));
    QCOMPARE(then.last(), 1999.0); // nothing of what came later
    QVERIFY(then.first() >= 1400.0 && then.first() < 1420.0);
    QVERIFY(ring.trendUntil(HistoryRing::Ready, begin - 3'600'000, now, 60).isEmpty());
}

void TestHistory::anotherConnectionBeginsAnew()
{
    FakeGateway far;
    far.addWorkspace("acme");
    far.setQueue(row("q", 4));
    Session session;
    far.connectTo(session);
    QTRY_VERIFY(session.queues()->loaded() && far.pending() == 0);
    QueueHistory &history = *session.queues()->history();
    history.watch("q");
    history.sample(begin);
    QVERIFY(history.sinceMs("q") > 0);
    history.clear();
    QVERIFY(history.keeps("q")); // somebody still watches it
    QCOMPARE(history.sinceMs("q"), qint64(-1));
}

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
