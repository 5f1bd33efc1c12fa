// SPDX-License-Identifier: GPL-3.0-only
// The Conversations page of the real window: ten thousand open conversations, two thousand pieces
// of answers a second through a real socket, one of twenty thousand messages that is looked at.
// Prints `bench NAME VALUE UNIT limit LIMIT`. SIGNALBOX_BENCH_BACKEND: llvmpipe or software;
// SIGNALBOX_BENCH_SECONDS: of the steady phase (default 20).
#include "models/stores/conversationstore.h"
#include "resources/fonts.h"
#include "tests/bench/playedchats.h"
#include "tests/bench/windowbench.h"
#include "views/pages/conversationspage.h"

#include <QGuiApplication>
#include <QTemporaryDir>
#include <QtQml/QQmlExtensionPlugin>

Q_IMPORT_QML_PLUGIN(SignalboxPlugin)

using namespace signalbox;
using namespace signalbox::bench;

namespace {

class Bench final : public WindowBench {
public:
    explicit Bench(const QString &backend)
        : WindowBench(QStringLiteral("chat"), backend)
    {
    }

    bool open(const QString &profile);
    bool openLongest(const char *name);
    void leave();
    void steady(int seconds);
    void scrollsBack();
    bool account();

private:
    /// Processor time of the GUI thread for one frame: what does not depend on who else is running.
    void reportFrames(const std::string &name, double limit)
    {
        auto frames = std::exchange(m_frameCpu, {});
        if (frames.empty())
            return;
        std::sort(frames.begin(), frames.end());
        report(name + "-frame-cpu-median", frames[frames.size() / 2], "ms");
        report(name + "-frame-cpu-p99", frames[frames.size() * 99 / 100], "ms", limit);
    }
    [[nodiscard]] TranscriptModel *lines() const { return m_page->thread()->transcript(); }

    std::vector<double> m_frameCpu;
    double m_cpuMs = 0;
    QQuickItem *m_item = nullptr;
    ConversationsPage *m_page = nullptr;
};

bool Bench::open(const QString &profile)
{
    CommandLine options;
    if (!startGenerator(QStringLiteral("chat_generator"), {}, options))
        return false;
    options.profile = profile;
    options.page = QStringLiteral("conversations");
    const std::int64_t begin = nowUs();
    if (!openConsole(options))
        return false;
    QObject::connect(window(), &QQuickWindow::afterAnimating, m_console.get(), [this] {
        const double now = threadCpuMs();
        m_frameCpu.push_back(now - std::exchange(m_cpuMs, now));
    });
    auto *store = ConversationStore::of(m_console->session());
    if (!waitFor([&] { return store->loaded() && store->total() == chatConversations; }, 60000))
        return false;
    report("all-conversations", drawn(begin), "ms", 3000);
    m_item = itemWith(window()->contentItem(), "looking", "pane");
    m_page = m_item ? m_item->property("page").value<ConversationsPage *>() : nullptr;
    m_probe = std::make_unique<WaitProbe>();
    return m_page;
}

bool Bench::openLongest(const char *name)
{
    const std::int64_t since = nowUs();
    const double cpu = threadCpuMs();
    QMetaObject::invokeMethod(m_item, "look", Q_ARG(QString, QString::fromStdString(chatKey(0))));
    if (!waitFor([&] { return lines()->count() >= 100; }, 10000))
        return false;
    report(name, drawn(since), "ms", 200);
    report(std::string(name) + "-cpu", threadCpuMs() - cpu, "ms");
    return true;
}

void Bench::leave()
{
    QMetaObject::invokeMethod(m_item, "look", Q_ARG(QString, QString()));
    pause(500);
}

/// The way back through all of it, page by page, as somebody who holds the wheel.
void Bench::scrollsBack()
{
    m_probe->begin();
    m_frameCpu.clear();
    const std::int64_t begin = nowUs();
    const QPointF middle(window()->width() * 0.55, window()->height() * 0.5);
    while (lines()->count() < chatMessages && nowUs() - begin < 180'000'000) {
        turnWheel(middle, 2400);
        pause(16);
    }
    reportWaits("scroll-back", m_probe->end());
    reportFrames("scroll-back", 16);
    report("scroll-back-messages", lines()->count(), "messages");
    report("scroll-back-took", double(nowUs() - begin) / 1e6, "s");
}

void Bench::steady(int seconds)
{
    tell("play");
    pause(2000);
    m_probe->begin();
    m_frameCpu.clear();
    const int frames = m_frames;
    const double cpu = threadCpuMs();
    const std::int64_t begin = nowUs();
    pause(seconds * 1000.0);
    const double took = double(nowUs() - begin) / 1e6;
    reportWaits("steady", m_probe->end());
    reportFrames("steady", 16);
    report("steady-gui-cpu", (threadCpuMs() - cpu) / took / 10, "%");
    report("steady-frames", (m_frames - frames) / took, "frames/s");
    report("memory", pssMiB(), "MiB", 400);
}

/// When nothing more comes, the transcript is what was said: all of it, and its last words.
bool Bench::account()
{
    tell("stop");
    if (!m_generator.waitForReadyRead(10000))
        return false;
    const QByteArray line = m_generator.readLine().trimmed();
    const int messages = line.left(line.indexOf(' ')).toInt();
    const QString words = QString::fromUtf8(line.mid(line.indexOf(' ') + 1));
    const int first = chatMessages - 100;
    const auto whole = [&] {
        return lines()->count() >= messages - first
            && lines()->wholeText(lines()->count() - 1).trimmed() == words;
    };
    const bool same = waitFor(whole, 5000);
    report("messages-missing-in-the-end",
        same ? 0 : std::max(1, messages - first - lines()->count()), "messages", 0);
    const auto *store = ConversationStore::of(m_console->session());
    report("conversations-still-live", store->live(), "conversations", 0);
    return same;
}

} // namespace

int main(int argc, char **argv)
{
    settleHeap();
    const QString backend =
        qEnvironmentVariable("SIGNALBOX_BENCH_BACKEND", QStringLiteral("llvmpipe"));
    const int seconds =
        qEnvironmentVariable("SIGNALBOX_BENCH_SECONDS", QStringLiteral("20")).toInt();
    QCoreApplication::setApplicationName(QStringLiteral("signalbox"));
    applyRenderer(backend == QLatin1String("software") ? Renderer::Software : Renderer::OpenGl);
    QGuiApplication application(argc, argv);
    loadFonts();
    QTemporaryDir profile;
    Bench bench(backend);
    if (!bench.open(profile.path()) || !bench.openLongest("open-20000-messages-first")) {
        std::fprintf(stderr, "chat_bench: the conversations did not come\n");
        return 1;
    }
    bench.leave();
    bench.openLongest("open-20000-messages");
    bench.steady(std::max(seconds, 5));
    const bool same = bench.account();
    bench.scrollsBack();
    return same ? 0 : 1;
}
