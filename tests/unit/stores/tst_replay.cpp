// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "models/stores/flowhistory.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "tests/support/fakegateway.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace signalbox;

namespace {

constexpr qint64 begin = 1'700'000'000'000;

schema::QueueRow row(const std::string &name, std::int64_t ready, std::int64_t consumers = 1)
{
    schema::QueueRow row;
    row.name = name;
    row.topic = "flow:tg:x:acme:f";
    row.topicClass = "flow";
    row.scope = "flow";
    row.workspace = "acme";
    row.flow = "f";
    row.ready = row.published = ready;
    row.consumers = consumers;
    return row;
}

struct Yard {
    FakeGateway far;
    Session session;
    std::unique_ptr<TableModel> table;

    explicit Yard(std::vector<schema::QueueRow> rows)
    {
        far.addWorkspace("acme");
        far.putBlueprint("acme", "bp", R"({"class":{},"flow":{},"interfaces":{}})");
        far.startFlow("acme", "f", "bp");
        for (const auto &one : rows)
            far.setQueue(one);
        far.connectTo(session);
    }
    bool ready() const
    {
        return session.queues()->loaded() && session.flows()->loaded() && far.pending() == 0;
    }
    QueueReplay &replay() const { return *session.queues()->replay(); }
    /// Takes a sample and waits for its end.
    void sample(qint64 ms) const
    {
        QSignalSpy sampled(&replay(), &QueueReplay::sampled);
        replay().sample(ms);
        QTRY_VERIFY(!sampled.isEmpty());
    }
    void set(const schema::QueueRow &row)
    {
        far.setQueue(row);
        QTRY_COMPARE(session.queues()->find(row.name)->row.ready, row.ready);
    }
    QString cell(const char *queue, const char *column)
    {
        if (!table)
            table.reset(session.queues()->newTable(nullptr));
        int number = 0;
        while (table->columnId(number) != QLatin1String(column))
            ++number;
        return table->index(table->rowOf(QString::fromLatin1(queue)), number)
            .data(Qt::DisplayRole)
            .toString();
    }
};

} // namespace

class TestReplay : public QObject {
    Q_OBJECT
private slots:
    void tablesShowTheInstantAndNowAgain();
    void aFlowShowsWhatItsQueuesHeldThen();
    void aFlowsTrendAndSignalFollowTheInstant();
    void whyAFlowStoodSoIsReplayedToo();
    void flowsAreKeptWhereTheyChangeAndNoLongerThanCanBeShown();
    void aReasonWithoutRoomForItsNameIsNotKept();
    void whatNobodyToldOfAFlowIsAGap();
    void whatWasNotThereThenIsUnknownAndWhatWentIsCounted();
    void filtersAndOrderFollowTheInstant();
    void nothingIsWrittenWhileThePastIsShown();
    void aSilenceIsUnknownAndNotWhatWasBefore();
    void anotherConnectionIsShownNow();
    void manyRowsAreSampledInTurns();
};

void TestReplay::tablesShowTheInstantAndNowAgain()
{
    Yard yard({ row("a", 5), row("b", 1, 0) });
    QTRY_VERIFY(yard.ready());
    yard.sample(begin);
    yard.set(row("a", 900));
    yard.set(row("b", 1, 1));
    yard.sample(begin + 2000);
    QCOMPARE(yard.cell("a", "ready"), "900");
    const QAbstractItemModelTester tester(
        yard.table.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    yard.replay().show(begin + 1000);
    QVERIFY(yard.replay().active());
    QCOMPARE(*yard.replay().shownMs(), begin);
    QCOMPARE(yard.cell("a", "ready"), "5");
    QCOMPARE(yard.session.queues()->shownAspect(*yard.session.queues()->find("b")), Cell::Stop);
    QCOMPARE(yard.session.queues()->aspectOf(*yard.session.queues()->find("b")), Cell::Clear);
    QCOMPARE(yard.cell("a", "redelivered"), "—"); // has no history
    QCOMPARE(yard.cell("a", "oldest"), "—");
    const QString copied = yard.table->jsonOf(yard.table->rowOf("a"));
    QVERIFY2(copied.contains("\"ready\": 5"), qPrintable(copied));
    QVERIFY(copied.contains("\"as-of-ms\": " + QString::number(begin + 1000)));
    for (const char *untold : { "published", "acked", "redelivered", "bytes", "age-ms" })
        QVERIFY2(!copied.contains(QLatin1Char('"') + QLatin1String(untold)), untold);
    yard.set(row("a", 901)); // what comes meanwhile is kept, and shown when now is shown
    QCOMPARE(yard.cell("a", "ready"), "5");
    yard.replay().live();
    QCOMPARE(yard.cell("a", "ready"), "901");
    QVERIFY(!yard.table->jsonOf(yard.table->rowOf("a")).contains("as-of-ms"));
    QVERIFY(yard.cell("a", "redelivered") != "—");
}

void TestReplay::aFlowShowsWhatItsQueuesHeldThen()
{
    Yard yard({ row("a", 5, 0), row("b", 1) });
    QTRY_VERIFY(yard.ready());
    yard.sample(begin);
    yard.set(row("a", 0, 1));
    const auto &rows = yard.session.flows()->shown();
    QCOMPARE(rows.size(), std::size_t(1));
    QTRY_COMPARE(yard.session.flows()->shown().front().backlog, std::optional<qint64>(1));
    yard.replay().show(begin);
    const FlowRow &then = yard.session.flows()->shown().front();
    QCOMPARE(then.backlog, std::optional<qint64>(6));
    QCOMPARE(then.aspect, Cell::Stop); // nobody read what waited
    QCOMPARE(then.processors, -1);
    QVERIFY(!then.errorPercent && !then.startedAtMs && then.series.isEmpty());
    QCOMPARE(yard.session.flows()->rows().front().backlog, std::optional<qint64>(1));
    yard.replay().live();
    QCOMPARE(yard.session.flows()->shown().front().backlog, std::optional<qint64>(1));
}

void TestReplay::aFlowsTrendAndSignalFollowTheInstant()
{
    Yard yard({ row("a", 5) });
    QTRY_VERIFY(yard.ready());
    const QString flow = FlowStore::key("acme", "f");
    FlowHistory &history = yard.session.flows()->history();
    QTRY_VERIFY(history.samples(flow) > 0); // of now: the store tells it by itself
    history.tell(flow, begin, { 3, 0.5, Cell::Clear });
    history.tell(flow, begin + 10000, { 40, 2.0, Cell::Warning });
    history.tell(flow, begin + 20000, { 7, {}, Cell::Clear });
    yard.sample(begin);
    yard.sample(begin + 12000);
    yard.sample(begin + 25000);
    const auto then = [&]() -> const FlowRow & { return yard.session.flows()->shown().front(); };
    yard.replay().show(begin + 12000);
    QCOMPARE(then().series, QList<qreal>({ 3, 40 }));
    QCOMPARE(then().aspect, Cell::Warning);
    QCOMPARE(then().errorPercent, std::optional<double>(2.0));
    QCOMPARE(then().backlog, std::optional<qint64>(5)); // the queues' own samples are finer
    const std::unique_ptr<TableModel> table(yard.session.flows()->newTable(nullptr));
    int column = 0;
    while (table->columnId(column) != QLatin1String("series"))
        ++column;
    QCOMPARE(table->index(0, column).data(TableModel::SeriesRole).value<QList<qreal>>(),
        QList<qreal>({ 3, 40 }));
    yard.replay().show(begin + 25000);
    QCOMPARE(then().series, QList<qreal>({ 3, 40, 7 }));
    QCOMPARE(then().aspect, Cell::Clear);
    QVERIFY(!then().errorPercent);
}

void TestReplay::whyAFlowStoodSoIsReplayedToo()
{
    Yard yard({ row("a", 5) });
    QTRY_VERIFY(yard.ready());
    const QString flow = FlowStore::key("acme", "f");
    FlowHistory &history = yard.session.flows()->history();
    QTRY_VERIFY(history.samples(flow) > 0);
    using rules::HealthReason;
    FlowHistory::Figures told { 40, {}, Cell::Warning };
    told.finding = rules::HealthFinding { rules::Signal::Caution, HealthReason::FallsBehind,
        { "embedder" }, 40, 3, 0, {} };
    told.processors = 7;
    told.processorsUp = 6;
    history.tell(flow, begin, told);
    told = { 0, {}, Cell::Stop };
    told.finding = rules::HealthFinding { rules::Signal::Danger, HealthReason::Missing,
        { "embedder", "prompt" }, 2, 0, 0, "tg.flow.x.embedder" };
    told.processors = 8;
    history.tell(flow, begin + 10000, told);
    told = { 0, {}, Cell::Warning };
    told.finding =
        rules::HealthFinding { rules::Signal::Caution, HealthReason::Fault, {}, 0, 0, 0, {} };
    told.fault = "Its blueprint b is gone.";
    history.tell(flow, begin + 20000, told);
    history.tell(flow, begin + 30000, { 0, {}, Cell::Warning }); // by whom is not kept
    for (int i = 0; i < 4; ++i)
        yard.sample(begin + i * 10000);
    const auto then = [&](int step) -> const FlowRow & {
        yard.replay().show(begin + step * 10000);
        return yard.session.flows()->shown().front();
    };
    QCOMPARE(
        then(0).why, QStringLiteral("Falls behind: 40 waiting, 3 a minute ago; most at embedder."));
    QCOMPARE(then(0).processors, 7);
    QCOMPARE(then(0).processorsUp, std::optional(6));
    QCOMPARE(then(1).aspect, Cell::Stop);
    QVERIFY2(then(1).why.contains(QStringLiteral("tg.flow.x.embedder and 1 more")),
        qPrintable(then(1).why));
    QVERIFY2(then(1).why.contains(QStringLiteral("embedder and 1 more.")), qPrintable(then(1).why));
    QCOMPARE(then(1).processors, 8);
    QVERIFY(!then(1).processorsUp);
    QCOMPARE(then(2).why, QStringLiteral("Its blueprint b is gone."));
    QCOMPARE(then(3).why, QStringLiteral("Its signal stood so then; what decided it is not kept."));
    QCOMPARE(then(3).processors, -1);
    // What decides now is not what decided then.
    yard.replay().live();
    QCOMPARE(yard.session.flows()->shown().front().aspect, Cell::Clear);
}

void TestReplay::aReasonWithoutRoomForItsNameIsNotKept()
{
    FlowHistory history;
    FlowHistory::Figures told { 1, {}, Cell::Stop };
    const auto dead = [&](int number) {
        told.finding = rules::HealthFinding { rules::Signal::Danger, rules::HealthReason::Dead,
            { "p" + std::to_string(number) }, 0, 0, 0, {} };
        history.tell("f", begin + number * FlowHistory::stepMs, told);
    };
    for (int number = 0; number < int(FlowHistory::mostNames) + 1; ++number)
        dead(number);
    QVERIFY(history.reasons("f") <= FlowHistory::steps + 1);
    const auto at = [&](std::size_t number) {
        return history.at("f", begin + qint64(number) * FlowHistory::stepMs);
    };
    QCOMPARE(at(FlowHistory::mostNames - 1)->finding->processors.front(),
        "p" + std::to_string(FlowHistory::mostNames - 1));
    QVERIFY(!at(FlowHistory::mostNames)->finding);
    QCOMPARE(at(FlowHistory::mostNames)->aspect, Cell::Stop);
    // A flow that stays as it is costs one.
    for (int i = 0; i < 100; ++i)
        history.tell("quiet", begin + i * FlowHistory::stepMs, { i, {}, Cell::Clear });
    QCOMPARE(history.reasons("quiet"), 1);
}

void TestReplay::flowsAreKeptWhereTheyChangeAndNoLongerThanCanBeShown()
{
    FlowHistory history;
    for (int i = 0; i < 1000; ++i)
        history.tell("quiet", begin + i * FlowHistory::stepMs, { 5, 0., Cell::Clear });
    QCOMPARE(history.samples("quiet"), 1);
    QCOMPARE(history.backlogUntil("quiet", begin + 999 * FlowHistory::stepMs, 60).size(), 60);
    for (int i = 0; i < 1000; ++i)
        history.tell("busy", begin + i * FlowHistory::stepMs, { i, 0., Cell::Clear });
    QVERIFY(history.samples("busy") <= FlowHistory::steps + 1);
    const qint64 last = begin + 999 * FlowHistory::stepMs;
    QCOMPARE(history.at("busy", last)->backlog, std::optional<qint64>(999));
    const qint64 oldest = last - 3600000;
    QCOMPARE(history.backlogUntil("busy", oldest, 60).size(), 60); // ten minutes before the hour
    QCOMPARE(history.backlogUntil("busy", oldest, 60).back(), 639.);
    QVERIFY(!history.at("busy", begin));
    QVERIFY(!history.at("nobody", last));
    history.remove("busy");
    QCOMPARE(history.samples("busy"), 0);
}

void TestReplay::whatNobodyToldOfAFlowIsAGap()
{
    FlowHistory history;
    history.tell("f", begin, { 5, {}, Cell::Clear });
    QVERIFY(!history.at("f", begin - 20000));
    QVERIFY(history.at("f", begin + 10000)); // it may come a little late
    QVERIFY(!history.at("f", begin + 100000));
    history.tell("f", begin + 100000, { {}, {}, Cell::Unknown });
    history.tell("f", begin + 110000, { 6, {}, Cell::Stop });
    QVERIFY(!history.at("f", begin + 50000)->backlog);
    QCOMPARE(history.at("f", begin + 50000)->aspect, Cell::Unknown);
    const auto values = history.backlogUntil("f", begin + 110000, 60);
    QCOMPARE(values.size(), 12);
    QCOMPARE(values.front(), 5.);
    QCOMPARE(values.back(), 6.);
    for (int i = 1; i < 11; ++i)
        QVERIFY(std::isnan(values[i]));
    history.tell("f", begin + 50000, { 1, {}, Cell::Clear }); // the clock was put back
    QCOMPARE(history.samples("f"), 1);
    // By a little: what was before stays, and the newest counts where it had been.
    history.tell("g", begin, { 5, {}, Cell::Clear });
    history.tell("g", begin + 30000, { 7, {}, Cell::Stop });
    history.tell("g", begin + 10000, { 9, {}, Cell::Clear });
    QCOMPARE(history.at("g", begin)->backlog, std::optional<qint64>(5));
    QCOMPARE(history.at("g", begin + 30000)->backlog, std::optional<qint64>(9));
    QCOMPARE(history.at("g", begin + 30000)->aspect, Cell::Clear);
}

void TestReplay::whatWasNotThereThenIsUnknownAndWhatWentIsCounted()
{
    Yard yard({ row("a", 5), row("gone", 3) });
    QTRY_VERIFY(yard.ready());
    yard.sample(begin);
    yard.far.removeQueue("gone");
    yard.far.setQueue(row("young", 7));
    QTRY_VERIFY(yard.session.queues()->find("young") && !yard.session.queues()->find("gone"));
    yard.sample(begin + 2000);
    yard.replay().show(begin);
    QCOMPARE(yard.replay().goneThen(), 1);
    QCOMPARE(yard.cell("young", "ready"), "—");
    QCOMPARE(yard.cell("a", "ready"), "5");
    yard.replay().show(begin + 2000);
    QCOMPARE(yard.replay().goneThen(), 0);
    QCOMPARE(yard.cell("young", "ready"), "7");
}

void TestReplay::filtersAndOrderFollowTheInstant()
{
    Yard yard({ row("a", 5), row("b", 50) });
    QTRY_VERIFY(yard.ready());
    yard.sample(begin);
    yard.set(row("a", 500));
    yard.set(row("b", 0));
    yard.cell("a", "ready");
    yard.table->setFilter("ready>10");
    QCOMPARE(yard.table->count(), 1);
    QCOMPARE(yard.table->keyAt(0), "a");
    yard.replay().show(begin);
    QTRY_COMPARE(yard.table->keyAt(0), "b");
    QCOMPARE(yard.table->count(), 1);
    yard.replay().live();
    QTRY_COMPARE(yard.table->keyAt(0), "a");
}

void TestReplay::nothingIsWrittenWhileThePastIsShown()
{
    Yard yard({ row("a", 5) });
    QTRY_VERIFY(yard.ready());
    yard.sample(begin);
    QSignalSpy changed(&yard.session, &Session::changed);
    QCOMPARE(yard.session.denied("fabric", "purge", "acme"), "");
    yard.replay().show(begin);
    QVERIFY(!changed.isEmpty());
    QVERIFY(yard.session.replaying() && yard.session.readOnly());
    QCOMPARE(yard.session.denied("fabric", "purge", "acme"), "replay");
    QCOMPARE(yard.session.denied("flow", "stop-flow", "acme"), "replay");
    QCOMPARE(yard.session.denied("fabric", "list-queues", "acme"), "");
    yard.replay().live();
    QVERIFY(!yard.session.replaying() && !yard.session.readOnly());
    QCOMPARE(yard.session.denied("fabric", "purge", "acme"), "");
}

void TestReplay::aSilenceIsUnknownAndNotWhatWasBefore()
{
    Yard yard({ row("a", 5) });
    QTRY_VERIFY(yard.ready());
    yard.sample(begin);
    yard.replay().dark(begin + 10'000);
    yard.sample(begin + 60'000);
    yard.replay().show(begin + 30'000);
    QVERIFY(!yard.replay().shownMs());
    QCOMPARE(yard.cell("a", "ready"), "—");
    yard.replay().show(begin + 5'000);
    QCOMPARE(yard.cell("a", "ready"), "5");
}

void TestReplay::anotherConnectionIsShownNow()
{
    Yard yard({ row("a", 5) });
    QTRY_VERIFY(yard.ready());
    yard.sample(begin);
    yard.replay().show(begin);
    Session::Connection other;
    other.name = "other";
    yard.session.setConnection(other);
    QVERIFY(!yard.replay().active());
    QVERIFY(yard.replay().empty());
    QVERIFY(!yard.session.readOnly());
}

void TestReplay::manyRowsAreSampledInTurns()
{
    std::vector<schema::QueueRow> rows;
    for (int i = 0; i < QueueReplay::rowsPerTurn + 100; ++i)
        rows.push_back(row("q" + std::to_string(i), i));
    Yard yard(std::move(rows));
    QTRY_VERIFY(yard.ready());
    QSignalSpy sampled(&yard.replay(), &QueueReplay::sampled);
    yard.replay().sample(begin);
    QVERIFY(sampled.isEmpty()); // the rest comes in the next turn
    QTRY_COMPARE(sampled.size(), 1);
    yard.replay().show(begin);
    for (const char *name : { "q0", "q99", "q16000", "q16483" })
        QCOMPARE(yard.cell(name, "ready").remove(QChar(0x2009)).remove(QChar(0xa0)).remove(u' '),
            QString::fromLatin1(name).mid(1));
}

QTEST_GUILESS_MAIN(TestReplay)
#include "tst_replay.moc"
