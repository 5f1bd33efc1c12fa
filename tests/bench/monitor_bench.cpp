// SPDX-License-Identifier: GPL-3.0-only
// The real window while a large platform changes: a generator in a process of its own plays a tier
// of the product's scale through a real socket. Prints `bench NAME VALUE UNIT limit LIMIT`.
// `monitor_bench [--tier M|L|XL] [--minutes N]`: the tier (default L), and how long the steady
// phase takes (default half a minute). What is about speed and memory has its limits at M and L; at
// XL what is shown may be shown less often, but it has to be true, and to be said.
// SIGNALBOX_BENCH_BACKEND: llvmpipe or software; SIGNALBOX_BENCH_PHASES: of s(teady) k(eystrokes)
// r (sorts) x (scrolls) those that are wanted (default all), for a profile of one.
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "resources/fonts.h"
#include "tests/bench/playedqueues.h"
#include "tests/bench/windowbench.h"

#include <QCommandLineParser>
#include <QFile>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QTemporaryDir>
#include <QtQml/QQmlExtensionPlugin>

#include <algorithm>
#include <cstdlib>

Q_IMPORT_QML_PLUGIN(SignalboxPlugin)

using namespace signalbox;
using namespace signalbox::bench;

namespace {

constexpr double farMs = 120000;
constexpr double growthMiB = 20; ///< over the steady phase, whatever its length: flat

class Bench final : public WindowBench {
public:
    Bench(const Tier &tier, const QString &tierName, const QString &backend)
        : WindowBench(QStringLiteral("monitor-") + tierName, backend)
        , m_tier(tier)
        , m_tierName(tierName)
        , m_limited(tierName != QLatin1String("XL"))
    {
    }

    [[gnu::noinline]] bool open(const QString &profile);
    void play()
    {
        tell("play");
        pause(3000);
    }
    [[gnu::noinline]] void steady(double seconds);
    [[gnu::noinline]] void keystrokes();
    [[gnu::noinline]] void sorts();
    [[gnu::noinline]] void scrolls();
    [[gnu::noinline]] void account();
    [[gnu::noinline]] void resync();
    [[nodiscard]] bool allTrue() const;
    [[nodiscard]] bool isLast(const QueueState &queue) const;

private:
    void lookAtCells();
    void reportFlows(std::int64_t beginUs);
    [[nodiscard]] int flowsNotWhole() const;
    void weighFor(double ms);
    void reportSpeed(const std::string &name, double value, const char *unit, double limit) const
    {
        report(name, value, unit, m_limited ? limit : -1);
    }
    const PlayedQueue *truthOf(const std::string &name) const
    {
        const auto at = m_numbers.find(name);
        return at == m_numbers.end() ? nullptr : m_truth + at->second;
    }

    const Tier m_tier;
    const QString m_tierName;
    const bool m_limited; ///< what is about speed and memory
    QFile m_file;
    PlayedTotals *m_totals = nullptr;
    PlayedQueue *m_truth = nullptr;
    std::unordered_map<std::string, int> m_numbers;
    TableModel *m_table = nullptr;
    mutable std::size_t m_lookedAt = 0;
    int m_cellsSeen = 0;
    int m_cellsOld = 0;
    int m_cellsUnsaid = 0; ///< old, and nobody is told that rows are shown less often
    int m_cellsFalse = 0; ///< of no instant at all
    double m_oldestMs = 0;
    MemoryCurve m_memory;
    qint64 m_received = 0; ///< rows, as the batches tell
    qint64 m_shown = 0;
    qint64 m_merged = 0;
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
    QObject::connect(
        m_console->session(), &Session::live, m_console.get(), [this](const LiveBatchPtr &batch) {
            m_received += batch->received;
            m_shown += qint64(batch->queues.size());
            m_merged += batch->coalesced;
        });
    const auto *queues = m_console->session()->queues();
    if (!waitFor([&] { return queues->count() > 0; }, farMs))
        return false;
    reportSpeed("first-rows", drawn(begin), "ms", 1000);
    if (!waitFor([&] { return queues->loaded() && queues->count() == m_tier.total(); }, farMs))
        return false;
    reportSpeed("all-rows", double(nowUs() - begin) / 1000, "ms", 3000);
    std::printf("# frames until then: %d\n", m_frames.load());
    reportFlows(begin);
    QQuickItem *table = itemWith(window()->contentItem(), "tableId", "table");
    m_table = table ? table->property("table").value<TableModel *>() : nullptr;
    m_probe = std::make_unique<WaitProbe>();
    return m_table;
}

/// Flows whose blueprint does not make just the queues and workers that the far end tells of: with
/// those the way through expansion and health would not be the one that is meant.
int Bench::flowsNotWhole() const
{
    const auto &rows = m_console->session()->flows()->rows();
    const auto whole = std::count_if(rows.begin(), rows.end(), [this](const FlowRow &row) {
        return row.processors == playedProcessors && row.queues == m_tier.queues
            && row.processorsUp == playedProcessors;
    });
    return m_tier.totalFlows() - int(whole);
}

void Bench::reportFlows(std::int64_t beginUs)
{
    waitFor([this] { return flowsNotWhole() == 0; }, farMs, 50);
    report("flows-known-whole", double(nowUs() - beginUs) / 1000, "ms");
    report("flows-not-whole", flowsNotWhole(), "flows", 0);
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
        bool remembered = false;
        bool laterThanOne = false;
        for (const auto &change : truth->changes) {
            const std::int64_t said = change.ready;
            if (said > shown && (since == 0 || change.atUs < since))
                since = change.atUs;
            remembered = remembered || said == shown;
            laterThanOne = laterThanOne || (said > 0 && said < shown);
        }
        m_cellsFalse += laterThanOne && !remembered;
        const double oldMs = since == 0 ? 0 : double(now - since) / 1000;
        m_oldestMs = std::max(m_oldestMs, oldMs);
        if (oldMs <= 150)
            continue;
        m_cellsUnsaid += m_console->session()->mergedPerSecond() == 0;
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

/// Waits, and looks at the memory meanwhile.
void Bench::weighFor(double ms)
{
    constexpr double everyMs = 5000;
    const std::int64_t end = nowUs() + std::int64_t(ms * 1000);
    do {
        pause(std::clamp(double(end - nowUs()) / 1000, 0.0, everyMs));
        m_memory.weigh();
    } while (nowUs() < end);
}

void Bench::steady(double seconds)
{
    tell("play");
    pause(3000);
    const std::int64_t changes = m_totals->changes;
    const std::int64_t workers = m_totals->workers;
    const qint64 merged = m_merged;
    const std::int64_t begin = nowUs();
    m_memory.begin();
    m_probe->begin();
    for (int look = 0; look < 20; ++look) {
        // 20 looks at uneven distances; 18.5 is the sum of all brackets
        weighFor(seconds * 1000 / 18.5 * (0.6 + 0.8 * double(look % 7) / 7));
        lookAtCells();
    }
    reportWaits("steady", m_probe->end(), m_limited);
    const double took = double(nowUs() - begin) / 1e6;
    report("steady-took", took / 60, "min");
    reportSpeed(
        "changes", double(m_totals->changes - changes) / took, "rows/s", 0.95 * m_tier.changes);
    reportSpeed("worker-changes", double(m_totals->workers - workers) / took, "rows/s",
        0.9 * m_tier.workerRows());
    report("changes-merged", double(m_merged - merged) / took, "rows/s");
    report("generator-behind", double(m_totals->late), "rows");
    report("cells-looked-at", m_cellsSeen, "cells");
    reportSpeed("cells-older-than-150-ms", m_cellsOld, "cells", 0);
    reportSpeed("oldest-cell", m_oldestMs, "ms", 150);
    report("old-cells-that-nobody-told", m_cellsUnsaid, "cells", 0);
    report("cells-that-were-never-true", m_cellsFalse, "cells", 0);
    reportSpeed("memory", pssMiB(), "MiB", 400);
    report("memory-slope", m_memory.slope(), "MiB/min");
    reportSpeed("memory-growth", m_memory.growth(), "MiB", growthMiB);
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
    reportSpeed("keystroke-to-rows-most", most, "ms", 50);
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
    reportSpeed("sort-most", most, "ms", 150);
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
    reportWaits("scroll", m_probe->end(), m_limited);
    reportSpeed("scroll", (m_frames - frames) / took, "frames/s", 58);
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

/// When nothing more comes, every row must be the last that was sent; what was sent has come, and
/// was shown or replaced by a newer one.
void Bench::account()
{
    tell("stop");
    const std::int64_t since = nowUs();
    waitFor([&] { return allTrue(); }, m_limited ? 5000 : farMs, 100);
    report("all-true-after", double(nowUs() - since) / 1000, "ms");
    const auto &rows = m_console->session()->queues()->rows();
    const auto wrong = std::count_if(
        rows.begin(), rows.end(), [&](const QueueState &queue) { return !isLast(queue); });
    report("rows-that-differ-in-the-end", double(wrong), "rows", 0);
    waitFor([this] { return m_received >= m_totals->changes; }, 5000, 50);
    const auto off = [](std::int64_t a, std::int64_t b) { return double(std::abs(a - b)); };
    report("changes-sent", double(m_totals->changes), "rows");
    report("changes-that-did-not-come", off(m_totals->changes, m_received), "rows", 0);
    report("changes-not-accounted-for", off(m_received, m_shown + m_merged), "rows", 0);
}

/// Everything changes while the line is cut: it is there again when every row is the new one.
void Bench::resync()
{
    tell("jump");
    const std::int64_t since = nowUs();
    tell("drop");
    const bool there = waitFor([&] { return allTrue(); }, farMs, 50);
    reportSpeed(
        "reconnect-with-everything", there ? double(nowUs() - since) / 1000 : farMs, "ms", 3000);
}

} // namespace

int main(int argc, char **argv)
{
    settleHeap();
    const QString backend =
        qEnvironmentVariable("SIGNALBOX_BENCH_BACKEND", QStringLiteral("llvmpipe"));
    QCoreApplication::setApplicationName(QStringLiteral("signalbox"));
    applyRenderer(backend == QLatin1String("software") ? Renderer::Software : Renderer::OpenGl);
    QGuiApplication application(argc, argv);
    loadFonts();
    QCommandLineParser parser;
    parser.addOptions(
        { { QStringLiteral("tier"), QString(), QStringLiteral("M|L|XL"), QStringLiteral("L") },
            { QStringLiteral("minutes"), QString(), QStringLiteral("N"), QStringLiteral("0.5") } });
    parser.process(application);
    const QString tier = parser.value(QStringLiteral("tier"));
    bool number = false;
    const double seconds = 60 * parser.value(QStringLiteral("minutes")).toDouble(&number);
    if (!number || seconds <= 0) {
        std::fprintf(stderr, "monitor_bench: --minutes wants a number above 0\n");
        return 2;
    }
    if (!QStringList { QStringLiteral("M"), QStringLiteral("L"), QStringLiteral("XL") }.contains(
            tier)) {
        std::fprintf(stderr, "monitor_bench: there is no tier %s\n", qPrintable(tier));
        return 2;
    }
    QTemporaryDir profile;
    Bench bench(tierOf(tier.toStdString()), tier, backend);
    if (!bench.open(profile.path())) {
        std::fprintf(stderr, "monitor_bench: the queues did not come\n");
        return 1;
    }
    const QString phases = qEnvironmentVariable("SIGNALBOX_BENCH_PHASES", QStringLiteral("skrx"));
    if (phases.contains(u's'))
        bench.steady(std::max(seconds, 5.0));
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
