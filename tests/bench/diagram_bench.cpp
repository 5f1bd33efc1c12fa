// SPDX-License-Identifier: GPL-3.0-only
// Prints `bench NAME VALUE UNIT limit LIMIT`: layout of a track diagram by `dot`, from the
// blueprint to every line, and a frame while somebody drags it, at 36 and at 1 000 stations. Also
// processor time for a second of looking on, quiet and with pulses. A name says which renderer
// drew.
#include "views/items/trackdiagram.h"
#include "views/pages/diagramscene.h"
#include "views/pages/dotrunner.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QGuiApplication>
#include <QQuickView>
#include <QSGRendererInterface>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <random>
#include <sys/resource.h>

using namespace signalbox;

namespace {

/// A line shaped like a real one: most stations read what one of the last few wrote, every fifth
/// asks a server that others ask too.
rules::Diagram diagramOf(int stations)
{
    std::mt19937 random(3);
    schema::Blueprint blueprint;
    for (int i = 0; i < stations; ++i) {
        schema::ProcessorEntry entry;
        if (i % 5 == 4) {
            const std::string name = "server-" + std::to_string(i);
            entry.topics = { { "request", "request:tg:" + name },
                { "response", "response:tg:" + name } };
        } else {
            if (i > 0)
                entry.topics.emplace_back(
                    "input", "flow:tg:t" + std::to_string(std::max(0, i - 1 - int(random() % 12))));
            entry.topics.emplace_back("output", "flow:tg:t" + std::to_string(i));
            const std::string server = "server-" + std::to_string(i / 5 * 5 + 4);
            entry.topics.emplace_back("llm-request", "request:tg:" + server);
            entry.topics.emplace_back("llm-response", "response:tg:" + server);
        }
        blueprint.flow.emplace_back("station-" + std::to_string(i) + ":{id}", entry);
    }
    return rules::diagramOf(rules::expand(blueprint, { "acme", "bench", "f", {} }), "acme");
}

bool report(const QString &name, double value, double limit)
{
    std::printf("bench %s %.1f ms limit %.0f\n", qPrintable(name), value, limit);
    std::fflush(stdout);
    return value <= limit;
}

DotLayoutPtr benchLayout(
    const std::shared_ptr<const rules::Diagram> &diagram, double limit, bool &fine)
{
    double best = 1e9;
    DotLayoutPtr layout;
    for (int round = 0; round < 3; ++round) {
        DotRunner runner({}); // a new one: nothing is kept
        QElapsedTimer clock;
        clock.start();
        QFuture<DotAnswer> future = runner.layOut(diagram);
        future.waitForFinished();
        best = std::min(best, double(clock.nsecsElapsed()) / 1e6);
        if (!future.result()) {
            std::fprintf(stderr, "no layout: %s\n", qPrintable(future.result().error().text));
            fine = false;
            return nullptr;
        }
        layout = future.result().value();
    }
    fine = report(QStringLiteral("diagram-layout-%1").arg(diagram->stations.size()), best, limit)
        && fine;
    return layout;
}

TrackValues valuesFor(const rules::Diagram &diagram, double perSecond)
{
    TrackValues values;
    for (std::size_t i = 0; i < diagram.stations.size(); ++i)
        values.stations.append({ 0, QStringLiteral("2 consumers"), {} });
    for (std::size_t i = 0; i < diagram.tracks.size(); ++i)
        values.tracks.append(
            { 0, 0.3, QStringLiteral("12"), QStringLiteral("41/s"), perSecond, {} });
    return values;
}

/// A window with one diagram in it.
struct Screen {
    Screen(const rules::Diagram &diagram, const rules::DiagramLayout &layout)
        : item(view.contentItem())
    {
        view.resize(1252, 700);
        item.setSize(view.size());
        item.setProperty("trackColor", QColor(Qt::gray));
        item.setProperty("stationColor", QColor(Qt::darkBlue));
        item.setProperty("textColor", QColor(Qt::white));
        item.setProperty("accentColor", QColor(Qt::cyan));
        item.setScene(trackSceneOf(diagram, layout));
        item.setValues(valuesFor(diagram, 0));
    }
    QString renderer() const
    {
        return view.rendererInterface()->graphicsApi() == QSGRendererInterface::Software
            ? QStringLiteral("software")
            : QStringLiteral("gl");
    }
    QQuickView view;
    TrackDiagram item;
};

double processorMs()
{
    rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    const auto ms = [](const timeval &time) {
        return double(time.tv_sec) * 1000 + double(time.tv_usec) / 1000;
    };
    return ms(usage.ru_utime) + ms(usage.ru_stime);
}

/// Processor time for a second of looking on, after everything has been drawn.
double secondOfLooking()
{
    const auto wait = [](int ms) {
        QEventLoop loop;
        QTimer::singleShot(ms, &loop, &QEventLoop::quit);
        loop.exec();
    };
    constexpr int settleMs = 1500;
    constexpr int lookMs = 4000;
    wait(settleMs);
    const double before = processorMs();
    wait(lookMs);
    return (processorMs() - before) * 1000 / lookMs;
}

/// A diagram that nothing moves in costs nothing; pulses cost little.
bool benchLooking(const rules::Diagram &diagram, const rules::DiagramLayout &layout)
{
    Screen screen(diagram, layout);
    screen.view.show();
    const double quiet = secondOfLooking();
    screen.item.setValues(valuesFor(diagram, 12));
    const double moving = secondOfLooking();
    const QString where =
        QStringLiteral("%1-%2").arg(QString::number(diagram.stations.size()), screen.renderer());
    const bool first = report(QStringLiteral("diagram-quiet-second-") + where, quiet, 5);
    return report(QStringLiteral("diagram-pulses-second-") + where, moving, 200) && first;
}

/// From the begin of a frame to its presentation, median of dragging frames.
bool benchFrame(const rules::Diagram &diagram, const rules::DiagramLayout &layout, double limit)
{
    Screen screen(diagram, layout);
    QQuickView &view = screen.view;
    TrackDiagram &item = screen.item;
    QList<double> times;
    QElapsedTimer clock;
    QEventLoop loop;
    constexpr int warm = 40;
    constexpr int measured = 120;
    int frame = 0;
    QObject::connect(
        &view, &QQuickWindow::beforeSynchronizing, &view, [&] { clock.start(); },
        Qt::DirectConnection);
    QObject::connect(
        &view, &QQuickWindow::frameSwapped, &view,
        [&] {
            if (++frame > warm)
                times.append(double(clock.nsecsElapsed()) / 1e6);
        },
        Qt::DirectConnection);
    QTimer drag;
    QObject::connect(&drag, &QTimer::timeout, &view, [&] {
        item.panBy(frame % 40 < 20 ? 3 : -3, 0);
        if (frame >= warm + measured)
            loop.quit();
    });
    view.show();
    drag.start(10);
    QTimer::singleShot(60000, &loop, &QEventLoop::quit);
    loop.exec();
    if (times.isEmpty()) {
        std::fprintf(stderr, "no frame was drawn\n");
        return false;
    }
    std::sort(times.begin(), times.end());
    return report(QStringLiteral("diagram-frame-%1-%2")
                      .arg(QString::number(diagram.stations.size()), screen.renderer()),
        times[times.size() / 2], limit);
}

} // namespace

int main(int argc, char **argv)
{
    if (qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QGuiApplication app(argc, argv);
    bool fine = true;
    struct Size {
        int stations;
        double layoutMs;
        double frameMs;
    };
    for (const Size &size : { Size { 36, 500, 16 }, Size { 1000, 1000, 50 } }) {
        const auto diagram = std::make_shared<const rules::Diagram>(diagramOf(size.stations));
        const DotLayoutPtr layout = benchLayout(diagram, size.layoutMs, fine);
        if (layout)
            fine = benchFrame(*diagram, *layout, size.frameMs) && fine;
        if (layout && size.stations < 100)
            fine = benchLooking(*diagram, *layout) && fine;
    }
    return fine ? 0 : 1;
}
