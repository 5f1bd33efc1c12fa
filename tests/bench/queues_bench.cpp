// SPDX-License-Identifier: GPL-3.0-only
// The store of queues and its table at tier L: 150 000 rows, 20 000 changes a second.
#include "models/stores/queuehistory.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "tests/support/fakegateway.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <random>
#include <unistd.h>

using namespace signalbox;

namespace {

constexpr int queues = 150'000;
constexpr int flows = 3'000;
constexpr int workspaces = 500;
constexpr int changesPerSecond = 20'000;
constexpr int batchesPerSecond = 60;
constexpr int seconds = 10;

void report(const char *name, double value, const char *unit, double limit)
{
    std::printf("bench %s %.2f %s limit %.0f\n", name, value, unit, limit);
    std::fflush(stdout);
}

double megabytes()
{
    std::ifstream file("/proc/self/statm");
    long pages = 0;
    long resident = 0;
    file >> pages >> resident;
    return double(resident) * double(sysconf(_SC_PAGESIZE)) / 1e6;
}

schema::QueueRow rowOf(int number)
{
    schema::QueueRow row;
    const int flow = number % flows;
    row.workspace = "workspace-" + std::to_string(flow % workspaces);
    row.flow = "flow-" + std::to_string(flow);
    row.topic =
        "flow:tg:step-" + std::to_string(number / flows) + ':' + row.workspace + ':' + row.flow;
    row.topicClass = "flow";
    row.scope = "flow";
    row.blueprint = "document-rag";
    row.processor = "processor-" + std::to_string(number / flows);
    row.name = row.topic + '.' + row.processor + "--" + row.workspace + "--" + row.flow + "--input";
    row.consumers = 1 + number % 3;
    row.ready = row.published = number % 1000;
    row.maxDepth = 20'000;
    return row;
}

double percentile(std::vector<double> &times, double part)
{
    std::sort(times.begin(), times.end());
    return times[std::size_t(double(times.size() - 1) * part)];
}

class Bench {
public:
    bool load()
    {
        QElapsedTimer timer;
        timer.start();
        m_far.addWorkspace("workspace-0");
        m_far.addWorkspace("acme"); // where who signs in is at home: without it nothing is answered
        LiveBatch batch;
        for (int i = 0; i < queues; ++i)
            m_rows.push_back(rowOf(i));
        m_far.connectTo(m_session);
        while (!m_session.queues()->loaded() && timer.elapsed() < 10'000)
            QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
        batch.queues = m_rows;
        batch.received = queues;
        m_table.reset(m_session.queues()->newTable(nullptr));
        m_far.emitBatch(std::move(batch));
        while (m_session.queues()->count() < queues && timer.elapsed() < 60'000)
            QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
        return m_table->count() == queues;
    }

    std::string state() const
    {
        return std::to_string(m_session.queues()->count()) + " rows of the store, "
            + std::to_string(m_table ? m_table->count() : -1) + " of the table, loaded "
            + std::to_string(m_session.queues()->loaded());
    }

    void sort()
    {
        double worst = 0;
        for (const char *id : { "ready", "queue", "flow", "drain", "in", "oldest", "processor" }) {
            int column = 0;
            while (m_table->columnId(column) != QLatin1String(id))
                ++column;
            QElapsedTimer timer;
            timer.start();
            m_table->sortBy(column, true);
            const double ms = double(timer.nsecsElapsed()) / 1e6;
            worst = std::max(worst, ms);
            std::printf("# sort by %s: %.1f ms\n", id, ms);
        }
        report("queues-sort-150000", worst, "ms", 150);
    }

    void filter()
    {
        m_table->sortBy(2, true);
        double worst = 0;
        for (const char *text : { "r", "re", "ready", "ready>", "ready>9", "ready>99",
                 "ready>99 flow-12", "ready>99 flow-123", "", "flow:flow-77", "drain>1h", "" }) {
            QElapsedTimer timer;
            timer.start();
            m_table->setFilter(QLatin1String(text));
            const double ms = double(timer.nsecsElapsed()) / 1e6;
            worst = std::max(worst, ms);
            std::printf("# filter '%s': %.1f ms, %d rows\n", text, ms, m_table->count());
        }
        report("queues-filter-150000", worst, "ms", 50);
    }

    /// Batches as the window gets them: one a frame. What each costs the GUI thread, and whether
    /// the last value of every queue is the one that is shown.
    bool live()
    {
        m_table->setFilter({});
        m_table->sortBy(2, true);
        std::mt19937 random(1);
        std::vector<double> times;
        const double before = megabytes();
        QElapsedTimer frame;
        QElapsedTimer all;
        all.start();
        for (int turn = 0; turn < seconds * batchesPerSecond; ++turn) {
            LiveBatch batch;
            for (int i = 0; i < changesPerSecond / batchesPerSecond; ++i) {
                auto &row = m_rows[random() % queues];
                row.published += 3;
                row.acked += 2;
                row.ready += 1;
                batch.queues.push_back(row);
            }
            batch.received = qint64(batch.queues.size());
            frame.start();
            m_far.emitBatch(std::move(batch));
            QCoreApplication::processEvents();
            times.push_back(double(frame.nsecsElapsed()) / 1e6);
            const qint64 due = (turn + 1) * 1000LL / batchesPerSecond;
            while (all.elapsed() < due)
                QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
        }
        std::vector<double> copy = times;
        report("queues-batch-p99", percentile(copy, 0.99), "ms", 16);
        report("queues-batch-worst", copy.back(), "ms", 50);
        report("queues-memory", megabytes(), "MB", 400);
        report("queues-memory-growth", megabytes() - before, "MB", 25);
        report("queues-history", double(m_session.queues()->history()->bytes()) / 1e6, "MB", 25);
        for (const auto &row : m_rows) {
            const QueueState *state = m_session.queues()->find(row.name);
            if (!state || state->row.ready != row.ready) {
                std::printf("# %s is not what was sent last\n", row.name.c_str());
                return false;
            }
        }
        return true;
    }

private:
    FakeGateway m_far;
    Session m_session;
    std::unique_ptr<TableModel> m_table;
    std::vector<schema::QueueRow> m_rows;
};

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    Bench bench;
    if (!bench.load()) {
        std::printf("# the rows did not come: %s\n", bench.state().c_str());
        return 1;
    }
    bench.sort();
    bench.filter();
    return bench.live() ? 0 : 1;
}
