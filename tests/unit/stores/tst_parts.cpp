// SPDX-License-Identifier: GPL-3.0-only
// What is done in parts: every row gets its turn, and sums that follow each change are the sums.
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "tests/support/fakegateway.h"

#include <QTest>

#include <random>

using namespace signalbox;

namespace {

const QString acme = QStringLiteral("acme");
constexpr const char *plain = R"({"class":{},"blueprint":{},"flow":{
"sorter:{id}":{"topics":{"input":"flow:tg:in:{workspace}:{id}","output":"flow:tg:out:{workspace}:{id}"}}},
"interfaces":{"in":{"flow":"flow:tg:in:{workspace}:{id}"}}})";

schema::QueueRow rowOf(int number, const std::string &workspace, const std::string &flow)
{
    schema::QueueRow row;
    row.workspace = workspace;
    row.flow = flow;
    row.topicClass = row.scope = "flow";
    row.topic = "flow:tg:parts:" + workspace + ':' + flow;
    row.name = row.topic + ".sorter-" + std::to_string(number) + "--" + workspace + "--" + flow
        + "--input";
    row.consumers = 1;
    return row;
}

void waitForQueues(FakeGateway &far, Session &session)
{
    far.connectTo(session);
    QTRY_VERIFY(session.queues()->loaded());
}

} // namespace

class TestParts : public QObject {
    Q_OBJECT
private slots:
    void everyQueueOfManyGetsItsRate();
    void everyFlowOfManyIsSummed();
    void sumsFollowEveryChange();
};

void TestParts::everyQueueOfManyGetsItsRate()
{
    FakeGateway far;
    Session session;
    far.addWorkspace("acme");
    waitForQueues(far, session);
    constexpr int queues = 15000;
    LiveBatch batch;
    for (int i = 0; i < queues; ++i)
        batch.queues.push_back(rowOf(i, "acme", "f" + std::to_string(i % 20)));
    far.emitBatch(batch);
    QTRY_COMPARE(session.queues()->count(), queues);
    const auto known = [&] {
        return std::count_if(session.queues()->rows().begin(), session.queues()->rows().end(),
            [](const QueueState &queue) { return queue.inRate.value_or(0) > 0; });
    };
    QElapsedTimer timer;
    timer.start();
    while (known() < queues && timer.elapsed() < 20000) {
        for (auto &row : batch.queues)
            row.published = ++row.ready;
        far.emitBatch(batch);
        if (QTest::qWaitFor([&] { return known() == queues; }, 1000))
            break;
    }
    QCOMPARE(known(), queues);
}

void TestParts::everyFlowOfManyIsSummed()
{
    FakeGateway far;
    Session session;
    far.addWorkspace("acme");
    far.putBlueprint("acme", "parts", plain);
    constexpr int flows = 700;
    for (int i = 0; i < flows; ++i)
        QVERIFY(far.startFlow("acme", "f" + std::to_string(i), "parts"));
    waitForQueues(far, session);
    QTRY_COMPARE(session.flows()->count(), flows);
    LiveBatch batch;
    for (int i = 0; i < flows; ++i) {
        auto row = rowOf(i, "acme", "f" + std::to_string(i));
        row.ready = row.published = i + 1;
        batch.queues.push_back(row);
    }
    far.emitBatch(std::move(batch));
    const auto right = [&] {
        const auto &rows = session.flows()->rows();
        return std::all_of(rows.begin(), rows.end(), [](const FlowRow &row) {
            return row.backlog.value_or(-1) >= row.id.mid(1).toInt() + 1;
        });
    };
    QTRY_VERIFY_WITH_TIMEOUT(right(), 10000);
}

/// Against sums made anew from all rows.
void TestParts::sumsFollowEveryChange()
{
    const unsigned seed = 20261122;
    std::mt19937 random(seed);
    FakeGateway far;
    Session session;
    far.addWorkspace("acme");
    far.addWorkspace("globex");
    waitForQueues(far, session);
    QueueStore &store = *session.queues();
    std::vector<std::string> names;
    int next = 0;
    for (int step = 0; step < 300; ++step) {
        LiveBatch batch;
        for (unsigned n = 1 + random() % 8; n > 0; --n) {
            const bool fresh = names.empty() || random() % 3 == 0;
            const int number = fresh ? next++ : int(random() % unsigned(next));
            const std::string workspace = number % 3 ? "acme" : "globex";
            auto row = rowOf(number, workspace, "f" + std::to_string(number % 5));
            if (number % 7 == 0)
                row.flow.clear(); // nobody's
            row.ready = int(random() % 1000);
            row.unacked = int(random() % 10);
            row.consumers = int(random() % 3);
            if (fresh)
                names.push_back(row.name);
            batch.queues.push_back(std::move(row));
        }
        if (names.size() > 20 && random() % 3 == 0)
            batch.removedQueues.push_back(names[random() % names.size()]);
        far.emitBatch(std::move(batch));
        QCoreApplication::processEvents();
        for (const char *workspace : { "acme", "globex" }) {
            WorkspaceTotals naive;
            for (int row = 0; row < store.count(); ++row) {
                const auto &queue = store.rows()[std::size_t(row)];
                if (queue.row.workspace != workspace)
                    continue;
                ++naive.queues;
                if (!store.consumed(row))
                    continue;
                ++naive.consumed;
                naive.ready += queue.row.ready;
            }
            const auto sums = store.totalsIn(QLatin1String(workspace));
            QVERIFY2(sums.queues == naive.queues && sums.consumed == naive.consumed
                    && sums.ready == naive.ready && sums.unknownCounts == 0,
                qPrintable(QStringLiteral("seed %1 step %2").arg(seed).arg(step)));
            for (int flow = 0; flow < 5; ++flow) {
                const std::string id = "f" + std::to_string(flow);
                FlowTotals own;
                for (const auto &queue : store.rows()) {
                    if (queue.row.workspace != workspace || queue.row.flow != id)
                        continue;
                    ++own.queues;
                    own.ready += queue.row.ready;
                    own.unacked += queue.row.unacked;
                    own.starving += queue.row.consumers == 0;
                    own.starvingReady += queue.row.consumers == 0 ? queue.row.ready : 0;
                }
                const auto told =
                    store.totalsOf(QLatin1String(workspace), QString::fromStdString(id));
                QCOMPARE(told.has_value(), own.queues > 0);
                const FlowTotals sum = told.value_or(FlowTotals());
                QVERIFY2(sum.queues == own.queues && sum.ready == own.ready
                        && sum.unacked == own.unacked && sum.starving == own.starving
                        && sum.starvingReady == own.starvingReady,
                    qPrintable(QStringLiteral("seed %1 step %2").arg(seed).arg(step)));
            }
        }
    }
    QVERIFY(store.count() > 100);
}

QTEST_GUILESS_MAIN(TestParts)
#include "tst_parts.moc"
