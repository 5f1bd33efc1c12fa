// SPDX-License-Identifier: GPL-3.0-only
// The real window while a large platform changes: a generator in a process of its own plays a tier
// of the product's scale through a real socket. Prints `bench NAME VALUE UNIT limit LIMIT`.
// SIGNALBOX_BENCH_BACKEND: llvmpipe or software; SIGNALBOX_BENCH_TIER: M, L or XL;
// SIGNALBOX_BENCH_SECONDS: of the steady phase (default 30); SIGNALBOX_BENCH_PHASES: of s(teady)
// k(eystrokes) r (sorts) x (scrolls) those that are wanted (default all), for a profile of one.
#include "models/stores/queuestore.h"
#include "resources/fonts.h"
#include "tests/bench/playedqueues.h"
#include "tests/bench/windowbench.h"

#include <QFile>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QTemporaryDir>
#include <QtQml/QQmlExtensionPlugin>

#include <algorithm>
#include <malloc.h>

Q_IMPORT_QML_PLUGIN(SignalboxPlugin)

using namespace signalbox;
using namespace signalbox::bench;

namespace {

constexpr double farMs = 120000;

class Bench final : public WindowBench {
public:
    Bench(const Tier &tier, const QString &tierName, const QString &backend)
        : WindowBench(QStringLiteral("monitor-") + tierName, backend)
        , m_tier(tier)
        , m_tierName(tierName)
    {
    }

    [[gnu::noinline]] bool open(const QString &profile);
    void play()
    {
        tell("play");
        pause(3000);
    }
    [[gnu::noinline]] void steady(int seconds);
    [[gnu::noinline]] void keystrokes();
    [[gnu::noinline]] void sorts();
    [[gnu::noinline]] void scrolls();
    [[gnu::noinline]] void account();
    [[gnu::noinline]] void resync();
    [[nodiscard]] bool allTrue() const;
    [[nodiscard]] bool isLast(const QueueState &queue) const;

private:
    void lookAtCells();
    const PlayedQueue *truthOf(const std::string &name) const
    {
        const auto at = m_numbers.find(name);
        return at == m_numbers.end() ? nullptr : m_truth + at->second;
    }

    const Tier m_tier;
    const QString m_tierName;
    QFile m_file;
    PlayedTotals *m_totals = nullptr;
    PlayedQueue *m_truth = nullptr;
    std::unordered_map<std::string, int> m_numbers;
    TableModel *m_table = nullptr;
    mutable std::size_t m_lookedAt = 0;
    int m_cellsSeen = 0;
    int m_cellsOld = 0;
    double m_oldestMs = 0;
};

bool Bench::open(const QString &profile)
{
    for (int queue = 0; queue < m_tier.total(); ++queue)
        m_numbers.emplace(queueName(m_tier, queue), queue);
    const QString truth = profile + QStringLiteral("/truth");
    CommandLine options;
    if (!startGenerator(QStringLiteral("queue_generator"), { m_tierName, truth }, options))
        return false;
    m_file.setFileName(truth);
    if (!m_file.open(QIODevice::ReadOnly))
        return false;
    uchar *memory = m_file.map(0, m_file.size());
    m_totals = reinterpret_cast<PlayedTotals *>(memory);
    m_truth = reinterpret_cast<PlayedQueue *>(memory + sizeof(PlayedTotals));

    options.profile = profile;
    options.page = QStringLiteral("queues");
    options.workspaceGiven = true;
    const std::int64_t begin = nowUs();
    if (!openConsole(options))
        return false;
    const auto *queues = m_console->session()->queues();
    if (!waitFor([&] { return queues->count() > 0; }, farMs))
        return false;
    report("first-rows", drawn(begin), "ms", 1000);
    if (!waitFor([&] { return queues->loaded() && queues->count() == m_tier.total(); }, farMs))
        return false;
    report("all-rows", double(nowUs() - begin) / 1000, "ms", 3000);
    std::printf("# frames until then: %d\n", m_frames.load());
    QQuickItem *table = itemWith(window()->contentItem(), "tableId", "table");
    m_table = table ? table->property("table").value<TableModel *>() : nullptr;
    m_probe = std::make_unique<WaitProbe>(window());
    return m_table;
}

/// Every cell of the column Ready that can be seen: what it shows must have been true within the
/// last 150 ms.
void Bench::lookAtCells()
{
    QString heading;
    for (int column = 0; column < m_table->columnCount(); ++column)
        if (m_table->columnId(column) == QLatin1String("ready"))
            heading = m_table->columnTitle(column);
    // what the view itself says it shows: those that wait to be used again are visible items, too
    QQuickItem *table = itemWith(window()->contentItem(), "tableId", "table");
    auto *view = table ? table->property("view").value<QQuickItem *>() : nullptr;
    if (!view)
        return;
    std::vector<QQuickItem *> cells;
    for (int row = view->property("topRow").toInt(); row <= view->property("bottomRow").toInt();
         ++row)
        for (int column = view->property("leftColumn").toInt();
             column <= view->property("rightColumn").toInt(); ++column) {
            QQuickItem *cell = nullptr;
            QMetaObject::invokeMethod(view, "itemAtCell", Q_RETURN_ARG(QQuickItem *, cell),
                Q_ARG(QPoint, QPoint(column, row)));
            if (cell && cell->property("heading").toString() == heading)
                cells.push_back(cell);
        }
    const std::int64_t now = nowUs();
    for (QQuickItem *cell : cells) {
        const auto *truth = truthOf(m_table->keyAt(cell->property("row").toInt()).toStdString());
        if (!truth)
            continue;
        QString digits = cell->property("display").toString();
        digits.removeIf([](QChar c) { return !c.isDigit(); });
        const std::int64_t shown = digits.toLongLong();
        ++m_cellsSeen;
        // the moment from which on it was no longer true: the first later change
        std::int64_t since = 0;
        for (const auto &change : truth->changes)
            if (change.ready > shown && (since == 0 || change.atUs < since))
                since = change.atUs;
        const double oldMs = since == 0 ? 0 : double(now - since) / 1000;
        m_oldestMs = std::max(m_oldestMs, oldMs);
        if (oldMs <= 150)
            continue;
        if (++m_cellsOld <= 5) {
            const auto *held = m_console->session()->queues()->find(
                m_table->keyAt(cell->property("row").toInt()).toStdString());
            std::printf("# a cell of row %d shows %lld for %.0f ms; held %lld, changes %lld\n",
                cell->property("row").toInt(), static_cast<long long>(shown), oldMs,
                static_cast<long long>(held ? held->row.ready : -1),
                static_cast<long long>(truth->count.load()));
        }
    }
}

void Bench::steady(int seconds)
{
    tell("play");
    pause(3000);
    const double before = pssMiB();
    const std::int64_t changes = m_totals->changes;
    const std::int64_t begin = nowUs();
    m_probe->begin();
    for (int look = 0; look < 20; ++look) {
        pause(seconds * 1000.0 / 20 * (0.6 + 0.8 * double(look % 7) / 7));
        lookAtCells();
    }
    reportWaits("steady", m_probe->end());
    const double took = double(nowUs() - begin) / 1e6;
    report("changes", double(m_totals->changes - changes) / took, "rows/s", 0.95 * m_tier.changes);
    report("generator-behind", double(m_totals->late), "rows");
    report("cells-looked-at", m_cellsSeen, "cells");
    report("cells-older-than-150-ms", m_cellsOld, "cells", 0);
    report("oldest-cell", m_oldestMs, "ms", 150);
    const double after = pssMiB();
    report("memory", after, "MiB", 400);
    report("memory-growth", (after - before) * 60 / took, "MiB/min");
}

void Bench::keystrokes()
{
    QMetaObject::invokeMethod(window(), "focusFilter");
    pause(300);
    double most = 0;
    QString typed;
    for (const QChar c : QStringLiteral("yard-0042 ")) {
        typed += c;
        const std::int64_t since = nowUs();
        for (const auto type : { QEvent::KeyPress, QEvent::KeyRelease })
            QCoreApplication::postEvent(window(),
                new QKeyEvent(type, c == u' ' ? int(Qt::Key_Space) : int(c.toUpper().unicode()),
                    Qt::NoModifier, QString(c)));
        waitFor([&] { return m_table->filter() == typed; }, 5000);
        const double filtered = double(nowUs() - since) / 1000;
        const double shown = drawn(since);
        std::printf("# keystroke %lld: filtered after %.0f ms, shown after %.0f ms, %d rows\n",
            static_cast<long long>(typed.size()), filtered, shown, m_table->count());
        most = std::max(most, shown);
    }
    report("keystroke-to-rows-most", most, "ms", 50);
    report("rows-that-match", m_table->count(), "rows");
    for (qsizetype i = 0; i < typed.size(); ++i)
        for (const auto type : { QEvent::KeyPress, QEvent::KeyRelease })
            QCoreApplication::postEvent(
                window(), new QKeyEvent(type, Qt::Key_Backspace, Qt::NoModifier));
    waitFor([&] { return m_table->filter().isEmpty(); }, 5000);
}

void Bench::sorts()
{
    double most = 0;
    for (int column = 0; column < m_table->columnCount(); ++column) {
        if (m_table->columnHidden(column) || m_table->columnKind(column) == Cell::Spark)
            continue;
        const std::int64_t since = nowUs();
        m_table->sortBy(column, true);
        most = std::max(most, drawn(since));
        pause(200);
    }
    report("sort-most", most, "ms", 150);
    m_table->sortBy(1, false);
}

void Bench::scrolls()
{
    m_probe->begin();
    const int frames = m_frames;
    const std::int64_t begin = nowUs();
    QQuickItem *table = itemWith(window()->contentItem(), "tableId", "table");
    auto *view = table->property("view").value<QQuickItem *>();
    double way = 0;
    double last = view->property("contentY").toDouble();
    const QPointF middle(window()->width() * 0.4, window()->height() * 0.5);
    while (nowUs() - begin < 5'000'000) {
        const bool down = (nowUs() - begin) / 1'250'000 % 2 == 0;
        turnWheel(middle, down ? -120 : 120);
        pause(16);
        const double at = view->property("contentY").toDouble();
        way += std::abs(at - last);
        last = at;
    }
    const double took = double(nowUs() - begin) / 1e6;
    report("scrolled", way, "px"); // a view that does not move is no measure
    reportWaits("scroll", m_probe->end());
    report("scroll", (m_frames - frames) / took, "frames/s", 58);
}

bool Bench::allTrue() const
{
    const auto *queues = m_console->session()->queues();
    const auto &rows = queues->rows();
    if (queues->count() != m_tier.total())
        return false;
    // from where the last look ended, so that looking takes no time from what is looked at
    for (m_lookedAt = std::min(m_lookedAt, rows.size()); m_lookedAt < rows.size(); ++m_lookedAt)
        if (!isLast(rows[m_lookedAt]))
            return false;
    m_lookedAt = 0;
    return std::all_of(
        rows.begin(), rows.end(), [&](const QueueState &queue) { return isLast(queue); });
}

bool Bench::isLast(const QueueState &queue) const
{
    const auto *truth = truthOf(queue.row.name);
    if (!truth)
        return false;
    const std::int64_t said = truth->count;
    const auto newest = std::size_t((said - 1) % std::int64_t(truth->changes.size()));
    return queue.row.ready == (said == 0 ? 0 : truth->changes[newest].ready.load());
}

/// When nothing more comes, every row must be the last that was sent.
void Bench::account()
{
    tell("stop");
    waitFor([&] { return allTrue(); }, 5000, 100);
    const auto &rows = m_console->session()->queues()->rows();
    const auto wrong = std::count_if(
        rows.begin(), rows.end(), [&](const QueueState &queue) { return !isLast(queue); });
    report("rows-that-differ-in-the-end", double(wrong), "rows", 0);
}

/// Everything changes while the line is cut: it is there again when every row is the new one.
void Bench::resync()
{
    tell("jump");
    const std::int64_t since = nowUs();
    tell("drop");
    const bool there = waitFor([&] { return allTrue(); }, farMs, 50);
    report("reconnect-with-everything", there ? double(nowUs() - since) / 1000 : farMs, "ms", 3000);
}

} // namespace

int main(int argc, char **argv)
{
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_TRIM_THRESHOLD, 256 * 1024);
    mallopt(M_MMAP_THRESHOLD, 256 * 1024);
    const QString backend =
        qEnvironmentVariable("SIGNALBOX_BENCH_BACKEND", QStringLiteral("llvmpipe"));
    const QString tier = qEnvironmentVariable("SIGNALBOX_BENCH_TIER", QStringLiteral("L"));
    const int seconds =
        qEnvironmentVariable("SIGNALBOX_BENCH_SECONDS", QStringLiteral("30")).toInt();
    QCoreApplication::setApplicationName(QStringLiteral("signalbox"));
    applyRenderer(backend == QLatin1String("software") ? Renderer::Software : Renderer::OpenGl);
    QGuiApplication application(argc, argv);
    loadFonts();
    QTemporaryDir profile;
    Bench bench(tierOf(tier.toStdString()), tier, backend);
    if (!bench.open(profile.path())) {
        std::fprintf(stderr, "monitor_bench: the queues did not come\n");
        return 1;
    }
    const QString phases = qEnvironmentVariable("SIGNALBOX_BENCH_PHASES", QStringLiteral("skrx"));
    if (phases.contains(u's'))
        bench.steady(std::max(seconds, 5));
    else
        bench.play();
    if (phases.contains(u'k'))
        bench.keystrokes();
    if (phases.contains(u'r'))
        bench.sorts();
    if (phases.contains(u'x'))
        bench.scrolls();
    bench.account();
    bench.resync();
    return 0;
}
