// SPDX-License-Identifier: GPL-3.0-only
// Prints `bench NAME VALUE UNIT limit LIMIT`: what a key costs that is typed into a JSON editor, on
// the Configuration and the Blueprints page, in a window of its own with the software renderer. A
// person types twelve keys a second; each is measured from the moment it is due, so that what is
// done between the keys counts as soon as it is in the way of the next one.
#include "models/stores/configstore.h"
#include "models/stores/session.h"
#include "resources/fonts.h"
#include "tests/bench/windowprobe.h"
#include "tests/support/fakegateway.h"
#include "views/pages/appstate.h"
#include "views/pages/configpage.h"

#include <QFile>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickView>
#include <QTemporaryDir>
#include <QtQml/QQmlExtensionPlugin>

#include <cstdio>

Q_IMPORT_QML_PLUGIN(SignalboxPlugin)
Q_IMPORT_QML_PLUGIN(Signalbox_ControlsPlugin)
Q_IMPORT_QML_PLUGIN(Signalbox_ItemsPlugin)
Q_IMPORT_QML_PLUGIN(Signalbox_ModelsPlugin)
Q_IMPORT_QML_PLUGIN(Signalbox_PagesPlugin)

using namespace signalbox;
using namespace signalbox::bench;

namespace {

constexpr int keys = 150;
constexpr int formKeys = 40;
constexpr std::int64_t everyUs = 80'000;
constexpr double keyLimitMs = 16;
constexpr double shownLimitMs = 50;
constexpr double blockedLimitMs = 50;
/// Just below what the editor shows as text.
constexpr std::size_t largest = std::size_t(ConfigEditor::textLimit) - 8192;
constexpr std::size_t megabyte = 1'000'000;
const QString acme = QStringLiteral("acme");

void report(const QString &name, double value, double limit = -1)
{
    std::printf("bench typing-%s %.3g ms", qPrintable(name), value);
    if (limit >= 0)
        std::printf(" limit %g", limit);
    std::printf("\n");
    std::fflush(stdout);
}

void reportParts(const QString &name, std::vector<double> times, double limit)
{
    std::sort(times.begin(), times.end());
    const auto part = [&](std::size_t percent) {
        return times[(times.size() - 1) * percent / 100];
    };
    report(name + QStringLiteral("-p50"), part(50), limit);
    report(name + QStringLiteral("-p99"), part(99), limit);
}

/// The blueprint with 36 entries that a real back end has in stock; where its recording is not at
/// hand, one that is as long.
std::string stockBlueprint()
{
#ifdef SIGNALBOX_RECORDINGS
    QFile file(QStringLiteral(SIGNALBOX_RECORDINGS "/rest/048-flow-get-blueprint.txt"));
    if (file.open(QIODevice::ReadOnly)) {
        const QByteArray text = file.readAll();
        const auto answer = text.indexOf("{\"blueprint-names\"");
        const auto end = text.indexOf('\n', std::max<qsizetype>(answer, 0));
        const auto body = QJsonDocument::fromJson(
            text.mid(std::max<qsizetype>(answer, 0), end < 0 ? -1 : end - answer));
        const QString blueprint =
            body.object().value(QStringLiteral("blueprint-definition")).toString();
        if (!blueprint.isEmpty())
            return blueprint.toStdString();
    }
#endif
    std::printf("# without the recordings: a played blueprint of 36 entries\n");
    return blueprintText({});
}

std::string numbered(const char *before, int number, const char *after)
{
    return before + padded(number, 5) + after;
}

/// Laid out, so that it is shown as it is.
std::string largeBlueprint()
{
    std::string text = "{\n  \"description\": \"large\",\n  \"flow\": {\n";
    for (int i = 0; text.size() < largest; ++i)
        text += numbered("    \"worker-", i, ":{id}\": {\n      \"topics\": {\n")
            + numbered("        \"input\": \"flow:tg:part-", i, ":{workspace}:{id}\",\n")
            + numbered("        \"output\": \"flow:tg:part-", i + 1, ":{workspace}:{id}\"\n")
            + "      },\n      \"parameters\": {}\n    },\n";
    return text
        + "    \"last:{id}\": {\n      \"topics\": {},\n      \"parameters\": {}\n    }\n  },\n"
          "  \"blueprint\": {},\n  \"interfaces\": {},\n  \"parameters\": {}\n}\n";
}

std::string largeValue(std::size_t size)
{
    std::string text = "{\n  \"description\": \"large\",\n  \"name\": \"n\",\n"
                       "  \"type\": \"knowledge-query\",\n  \"arguments\": []";
    for (int i = 0; text.size() < size; ++i)
        text += numbered(",\n  \"note-", i, "\": \"what somebody wrote down about the yard\"");
    return text + "\n}\n";
}

QQuickItem *jsonEditor(QQuickItem *item)
{
    const QMetaObject *meta = item->metaObject();
    if (item->isVisible() && meta->indexOfProperty("typing") >= 0
        && meta->indexOfProperty("finding") >= 0)
        return item;
    const auto children = item->childItems();
    for (QQuickItem *child : children)
        if (QQuickItem *found = jsonEditor(child))
            return found;
    return nullptr;
}

class Bench {
public:
    Bench()
        : m_app(&m_session, &m_settings)
    {
        m_far.fillDemo();
        m_far.putBlueprint("acme", "stock", stockBlueprint());
        m_far.putBlueprint("acme", "large", largeBlueprint());
        m_far.putConfig("acme", "tool", "large", largeValue(largest));
        m_far.putConfig("acme", "tool", "megabyte", largeValue(megabyte));
        m_session.config()->setFolder(m_folder.path()); // drafts are written as they always are
        m_far.connectTo(m_session);
        m_session.setWorkspace(acme);
    }

    bool run(const char *page, const char *source)
    {
        m_app.open(QString::fromLatin1(page));
        QQuickView view;
        view.engine()->addImportPath(QStringLiteral("qrc:/qt/qml"));
        view.setResizeMode(QQuickView::SizeRootObjectToView);
        view.resize(1252, 830);
        view.setInitialProperties({ { QStringLiteral("app"), QVariant::fromValue(&m_app) } });
        view.show();
        view.setSource(
            QUrl(QStringLiteral("qrc:/qt/qml/Signalbox/pages/%1.qml").arg(QLatin1String(source))));
        if (view.status() != QQuickView::Ready)
            return false;
        m_view = &view;
        m_page = view.rootObject()->property("page").value<ConfigPage *>();
        m_detail = view.rootObject()->property("detailPane").value<QQuickItem *>();
        const auto counting = QObject::connect(
            &view, &QQuickWindow::frameSwapped, &view, [this] { ++m_frames; },
            Qt::DirectConnection);
        const bool config = QLatin1String(page) == QLatin1String("configuration");
        const bool fine = m_page && m_detail
            && waitFor([this] { return m_session.config()->loaded(acme); }, 30000)
            && type("flow-blueprint", "stock", config ? "config-stock" : "blueprint-stock", config)
            && (config ? type("tool", "large", "config-504-kib", true) && openMegabyte()
                       : type("flow-blueprint", "large", "blueprint-504-kib", false));
        QObject::disconnect(counting);
        return fine;
    }

private:
    double shownAfter(std::int64_t sinceUs)
    {
        const int before = m_frames;
        m_view->update();
        waitFor([&] { return m_frames > before; }, 5000);
        return double(nowUs() - sinceUs) / 1000;
    }
    double look(const char *type, const char *key, int part)
    {
        const std::int64_t since = nowUs();
        m_page->setCurrentKey(
            ConfigStore::idOf(acme, QLatin1String(type), QString::fromLatin1(key)));
        m_detail->setProperty("part", part);
        return shownAfter(since);
    }

    /// Presses keys in time and says how long each took.
    template <class Press> void measure(const QString &name, int count, Press press)
    {
        std::vector<double> handled;
        std::vector<double> shown;
        WaitProbe probe;
        probe.begin();
        std::int64_t due = nowUs();
        for (int i = 0; i < count; ++i) {
            // nobody presses a key before the one before is to be seen
            due = std::max(due + everyUs, i == 0 ? 0 : due + std::int64_t(shown.back() * 1000));
            waitFor([due] { return nowUs() >= due; }, 60000);
            press(i);
            handled.push_back(double(nowUs() - due) / 1000);
            shown.push_back(shownAfter(due));
        }
        const std::int64_t typed = nowUs();
        waitFor([this] { return !m_page->editor()->checking(); }, 30000);
        report(name + QStringLiteral("-checked"), double(nowUs() - typed) / 1000);
        pause(1000); // what waits for the typing to pause
        const auto waits = probe.end();
        reportParts(name + QStringLiteral("-key"), handled, keyLimitMs);
        reportParts(name + QStringLiteral("-shown"), shown, shownLimitMs);
        report(name + QStringLiteral("-blocked-p99"), waits[(waits.size() - 1) * 99 / 100],
            keyLimitMs);
        report(name + QStringLiteral("-blocked-most"), waits.back(), blockedLimitMs);
    }

    void press(int key, const QString &text)
    {
        for (const auto type : { QEvent::KeyPress, QEvent::KeyRelease }) {
            QKeyEvent event(type, key, Qt::NoModifier, text);
            QCoreApplication::sendEvent(m_view, &event);
        }
    }
    /// Letters in a text; now and then a quotation mark or a line's end, a fault until it is taken
    /// back.
    void pressNext(int i)
    {
        switch (i % 20) {
        case 16:
            return press(Qt::Key_QuoteDbl, QStringLiteral("\""));
        case 18:
            return press(Qt::Key_Return, QStringLiteral("\r"));
        case 17:
        case 19:
            return press(Qt::Key_Backspace, QStringLiteral("\b"));
        default:
            const char letter = char('a' + i % 20);
            return press(Qt::Key_A + i % 20, QString(QLatin1Char(letter)));
        }
    }

    bool type(const char *type, const char *key, const char *name, bool config)
    {
        const QString called = QString::fromLatin1(name);
        report(called + QStringLiteral("-open"), look(type, key, config ? 1 : 0));
        QQuickItem *editor = jsonEditor(m_detail);
        const QString before = m_page->editor()->text();
        const QString place = QStringLiteral("\"description\": \"");
        const auto at = before.indexOf(place);
        if (!editor || at < 0 || !m_page->editor()->textFrozen().isEmpty())
            return fail(called, QStringLiteral("there is nothing to type into"));
        QMetaObject::invokeMethod(editor, "goTo", Q_ARG(int, int(at + place.size())));
        pause(1500); // opening has effects of its own
        measure(called, keys, [this](int i) { pressNext(i); });
        constexpr int lettersOfTwenty = 16;
        const int letters = keys / 20 * lettersOfTwenty + std::min(keys % 20, lettersOfTwenty);
        if (m_page->editor()->text().size() != before.size() + letters)
            return fail(called, QStringLiteral("what was typed did not arrive"));
        m_page->editor()->discard();
        pause(500);
        return true;
    }

    /// As text it is not edited: too long for that. Its form is.
    bool openMegabyte()
    {
        const QString called = QStringLiteral("config-1-mb");
        report(called + QStringLiteral("-open"), look("tool", "megabyte", 0));
        ConfigForm *form = m_page->editor()->form();
        int row = 0;
        while (row < form->count()
            && form->data(form->index(row), ConfigForm::LabelRole).toString()
                != QLatin1String("Name"))
            ++row;
        if (m_page->editor()->textFrozen().isEmpty() || row == form->count())
            return fail(called, QStringLiteral("it should have a form and no text"));
        pause(1500);
        QString typed = QStringLiteral("n");
        measure(called + QStringLiteral("-form"), formKeys, [&](int i) {
            typed += QLatin1Char(char('a' + i % 20));
            form->setValue(row, typed);
        });
        m_page->editor()->discard();
        pause(500);
        return true;
    }

    static bool fail(const QString &name, const QString &why)
    {
        std::fprintf(stderr, "typing_bench: %s: %s\n", qPrintable(name), qPrintable(why));
        return false;
    }

    QTemporaryDir m_folder;
    SettingsStore m_settings { QString() };
    Session m_session;
    FakeGateway m_far;
    AppState m_app;
    QQuickView *m_view = nullptr;
    ConfigPage *m_page = nullptr;
    QQuickItem *m_detail = nullptr;
    int m_frames = 0;
};

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QQuickWindow::setGraphicsApi(QSGRendererInterface::Software);
    QGuiApplication application(argc, argv);
    loadFonts();
    Bench bench;
    const bool config = bench.run("configuration", "ConfigPage");
    return bench.run("blueprints", "BlueprintsPage") && config ? 0 : 1;
}
