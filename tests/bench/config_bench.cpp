// SPDX-License-Identifier: GPL-3.0-only
// Prints `bench NAME VALUE UNIT limit LIMIT`: the Configuration page with 10 000 keys, in a window
// of its own with the software renderer: open, filter, scroll.
#include "models/rules/jsondiff.h"
#include "models/stores/configtable.h"
#include "models/stores/session.h"
#include "resources/fonts.h"
#include "tests/support/fakegateway.h"
#include "views/pages/appstate.h"

#include <QElapsedTimer>
#include <QGuiApplication>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickView>
#include <QtQml/QQmlExtensionPlugin>

#include <algorithm>
#include <cstdio>

Q_IMPORT_QML_PLUGIN(SignalboxPlugin)
Q_IMPORT_QML_PLUGIN(Signalbox_ControlsPlugin)
Q_IMPORT_QML_PLUGIN(Signalbox_ItemsPlugin)
Q_IMPORT_QML_PLUGIN(Signalbox_ModelsPlugin)
Q_IMPORT_QML_PLUGIN(Signalbox_PagesPlugin)

using namespace signalbox;

namespace {

constexpr int keys = 10000;
constexpr double openLimitMs = 1000;
constexpr double filterLimitMs = 50;
constexpr double frameLimitMs = 16;

double ms(const QElapsedTimer &timer)
{
    return double(timer.nsecsElapsed()) / 1e6;
}

bool report(const char *name, double value, double limit)
{
    std::printf("bench %s %.3g ms limit %g\n", name, value, limit);
    std::fflush(stdout);
    return value <= limit;
}

/// Time until the change that was just made has been drawn.
double drawn(QQuickView &view, const QElapsedTimer &timer)
{
    bool swapped = false;
    const auto connection =
        QObject::connect(&view, &QQuickWindow::frameSwapped, &view, [&] { swapped = true; });
    view.update();
    while (!swapped)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
    QObject::disconnect(connection);
    return ms(timer);
}

double middle(std::vector<double> times, double part)
{
    std::sort(times.begin(), times.end());
    return times[std::size_t(double(times.size() - 1) * part)];
}

QQuickItem *tableView(QQuickItem *item)
{
    if (item->property("tableId").toString() == QLatin1String("configuration"))
        return qvariant_cast<QQuickItem *>(item->property("view"));
    for (QQuickItem *child : item->childItems())
        if (QQuickItem *found = tableView(child))
            return found;
    return nullptr;
}

void fill(FakeGateway &far)
{
    far.fillDemo();
    for (int i = 0; i < keys; ++i) {
        char key[32];
        std::snprintf(key, sizeof key, "entry-%05d", i);
        far.putConfig("acme", "note-" + std::to_string(i % 40), key,
            R"({"description":"Entry )" + std::to_string(i)
                + R"( of the yard, with enough words to fill a line","visible":true,"tags":["a","b"]})");
    }
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QGuiApplication application(argc, argv);
    loadFonts();
    SettingsStore settings { QString() };
    Session session;
    FakeGateway far;
    fill(far);
    far.connectTo(session);
    AppState app(&session, &settings);
    app.open(QStringLiteral("configuration"));
    session.setWorkspace(QStringLiteral("acme"));

    QQuickView view;
    view.engine()->addImportPath(QStringLiteral("qrc:/qt/qml"));
    view.setResizeMode(QQuickView::SizeRootObjectToView);
    view.resize(1252, 830);
    view.setInitialProperties({ { QStringLiteral("app"), QVariant::fromValue(&app) } });
    view.show();

    QElapsedTimer timer;
    timer.start();
    view.setSource(QUrl(QStringLiteral("qrc:/qt/qml/Signalbox/pages/ConfigPage.qml")));
    if (view.status() != QQuickView::Ready)
        return 1;
    QObject *page = view.rootObject()->property("page").value<QObject *>();
    auto *table = page->property("table").value<TableModel *>();
    while (table->count() < keys)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
    bool fine = report("config-open-10000-keys", drawn(view, timer), openLimitMs);

    std::vector<double> times;
    for (const char *text : { "e", "en", "entry", "entry-0", "entry-01", "type:note-3", "yard 77",
             "value:x", "", "zzz", "" }) {
        timer.start();
        table->setFilter(QString::fromLatin1(text));
        times.push_back(drawn(view, timer));
    }
    fine = report("config-filter-keystroke-median", middle(times, 0.5), filterLimitMs) && fine;
    fine = report("config-filter-keystroke-worst", middle(times, 1), filterLimitMs) && fine;

    QQuickItem *rows = tableView(view.rootObject());
    if (!rows)
        return 1;
    times.clear();
    for (int step = 0; step < 300; ++step) {
        timer.start();
        rows->setProperty("contentY", 37.0 * step + (step > 200 ? 60000 : 0));
        times.push_back(drawn(view, timer));
    }
    fine = report("config-scroll-frame-median", middle(times, 0.5), frameLimitMs) && fine;
    fine = report("config-scroll-frame-p95", middle(times, 0.95), frameLimitMs) && fine;

    std::string base = "{";
    for (int i = 0; i < 400; ++i)
        base += "\"k" + std::to_string(i) + "\":\"value " + std::to_string(i) + "\",";
    base += "\"end\":1}";
    std::string mine = base;
    std::string theirs = base;
    mine.replace(mine.find("value 7\""), 7, "mine");
    theirs.replace(theirs.find("value 300\""), 9, "theirs");
    timer.start();
    const auto merge = rules::merge3(base, mine, theirs);
    fine = report("config-merge-400-members", ms(timer), 20) && merge.conflicts.empty() && fine;
    return fine ? 0 : 1;
}
