// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "models/stores/workspacestore.h"
#include "resources/fonts.h"
#include "tests/support/fakegateway.h"
#include "views/pages/appstate.h"
#include "views/pages/connectionlist.h"
#include "views/pages/pagelist.h"

#include <QAccessible>
#include <QDir>
#include <QQmlApplicationEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QRegularExpression>
#include <QTest>

using namespace signalbox;

/// The real window on a far end inside the process. Any QML warning fails the test that caused it.
class Frame : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void everyPageLoadsWithoutAWarning();
    void everyDialogOpensAndClosesWithEscape_data();
    void everyDialogOpensAndClosesWithEscape();
    void theRailHasTheTenPagesByName();
    void numbersBackAndForwardWorkByKey();
    void thePaletteOpensAPageByKeys();
    void theThemeFollowsTheSettings();
    void aBrokenConnectionIsTold();
    void aLostConnectionIsToldOnTheOverview();

private:
    struct Desk {
        SettingsStore settings { QString() };
        Session session;
        FakeGateway gateway;
        AppState app { &session, &settings };
        ConnectionList connections { &settings };
        QQmlApplicationEngine engine;
        QQuickWindow *window = nullptr;
    };
    void fill();
    void picture(const QString &name) const;
    QAccessibleInterface *find(QAccessible::Role role, const QString &name) const;
    static QAccessibleInterface *findBelow(
        QAccessibleInterface *from, QAccessible::Role role, const QString &name);
    QQuickItem *page() const;
    std::unique_ptr<Desk> d;
};

void Frame::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    static const QStringList missing = loadFonts();
    QCOMPARE(missing, QStringList());
    d = std::make_unique<Desk>();
    d->engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    d->engine.setInitialProperties({ { QStringLiteral("app"), QVariant::fromValue(&d->app) },
        { QStringLiteral("connections"), QVariant::fromValue(&d->connections) } });
    d->engine.load(QUrl(QStringLiteral("qrc:/qt/qml/Signalbox/Main.qml")));
    d->window = qobject_cast<QQuickWindow *>(d->engine.rootObjects().value(0));
    QVERIFY(d->window);
    d->window->resize(1440, 900);
    d->window->show();
    QVERIFY(QTest::qWaitForWindowExposed(d->window));
    d->window->requestActivate();
    QVERIFY(QTest::qWaitForWindowActive(d->window));
}

void Frame::cleanup()
{
    delete d->window;
    d.reset();
}

void Frame::fill()
{
    d->gateway.fillDemo();
    d->gateway.connectTo(d->session);
    QTRY_VERIFY(d->session.flows()->loaded() && d->session.queues()->loaded()
        && d->session.flows()->count() > 0);
    d->gateway.pass(20);
}

void Frame::picture(const QString &name) const
{
    const QString folder = qEnvironmentVariable("SIGNALBOX_PICTURES");
    const QImage image = d->window->grabWindow();
    QVERIFY(!image.isNull());
    if (!folder.isEmpty() && QDir().mkpath(folder))
        QVERIFY(image.save(QDir(folder).filePath(name + QStringLiteral(".png"))));
}

QAccessibleInterface *Frame::findBelow(
    QAccessibleInterface *from, QAccessible::Role role, const QString &name)
{
    if (!from)
        return nullptr;
    if (from->role() == role && from->text(QAccessible::Name) == name)
        return from;
    for (int i = 0; i < from->childCount(); ++i)
        if (auto *found = findBelow(from->child(i), role, name))
            return found;
    return nullptr;
}

QAccessibleInterface *Frame::find(QAccessible::Role role, const QString &name) const
{
    return findBelow(QAccessible::queryAccessibleInterface(d->window), role, name);
}

QQuickItem *Frame::page() const
{
    return d->window->property("currentPage").value<QQuickItem *>();
}

void Frame::everyPageLoadsWithoutAWarning()
{
    fill();
    for (int i = 0; i < int(pageList.size()); ++i) {
        d->app.openIndex(i);
        QTRY_VERIFY2(page(), pageList[size_t(i)].id);
        QVERIFY(page()->isVisible());
        picture(QStringLiteral("%1-%2")
                    .arg(i + 1, 2, 10, QLatin1Char('0'))
                    .arg(QLatin1String(pageList[size_t(i)].id)));
    }
}

void Frame::everyDialogOpensAndClosesWithEscape_data()
{
    QTest::addColumn<QString>("file");
    for (const char *file : { "CommandPaletteDialog", "ConnectionDialog", "SettingsDialog",
             "ShortcutsDialog", "AboutDialog", "ConnectionStateDialog" })
        QTest::newRow(file) << QString::fromLatin1(file);
}

void Frame::everyDialogOpensAndClosesWithEscape()
{
    QFETCH(QString, file);
    fill();
    QVERIFY(QMetaObject::invokeMethod(d->window, "showDialog", Q_ARG(QString, file)));
    const auto open = [this] { return d->window->property("dialogOpen").toBool(); };
    QTRY_VERIFY(open());
    QCoreApplication::processEvents();
    picture(file);
    QTest::keyClick(d->window, Qt::Key_Escape);
    QTRY_VERIFY(!open());
}

void Frame::theRailHasTheTenPagesByName()
{
    fill();
    for (int i = 0; i < int(pageList.size()); ++i) {
        auto *entry = find(QAccessible::Button, pageName(i));
        QVERIFY2(entry, pageList[size_t(i)].id);
        QVERIFY(entry->actionInterface());
        entry->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
        QCOMPARE(d->app.currentIndex(), i);
    }
}

void Frame::numbersBackAndForwardWorkByKey()
{
    fill();
    QTest::keyClick(d->window, Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(d->app.page(), QStringLiteral("flows"));
    QTest::keyClick(d->window, Qt::Key_0, Qt::ControlModifier);
    QCOMPARE(d->app.page(), QStringLiteral("wire"));
    QTest::keyClick(d->window, Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(d->app.page(), QStringLiteral("flows"));
    QTest::keyClick(d->window, Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(d->app.page(), QStringLiteral("wire"));
    d->gateway.forgetAsked();
    QTest::keyClick(d->window, Qt::Key_F5);
    QTRY_VERIFY(!d->gateway.asked().empty());
}

void Frame::thePaletteOpensAPageByKeys()
{
    fill();
    QTest::keyClick(d->window, Qt::Key_K, Qt::ControlModifier);
    QTRY_VERIFY(d->window->property("dialogOpen").toBool());
    for (const char letter : { 'q', 'u', 'e', 'u', 'e', 's' })
        QTest::keyClick(d->window, letter);
    QTest::keyClick(d->window, Qt::Key_Return);
    QTRY_COMPARE(d->app.page(), QStringLiteral("queues"));
    QTRY_VERIFY(!d->window->property("dialogOpen").toBool());
}

void Frame::theThemeFollowsTheSettings()
{
    fill();
    QCOMPARE(d->window->color(), QColor(0x0e, 0x11, 0x16));
    d->settings.setTheme(QStringLiteral("light"));
    QVERIFY(d->window->color().lightness() > 240);
    picture(QStringLiteral("light-overview"));
    d->app.open(QStringLiteral("flows"));
    picture(QStringLiteral("light-flows"));
    d->settings.setTheme(QStringLiteral("contrast"));
    picture(QStringLiteral("contrast-flows"));
    d->settings.setTheme(QStringLiteral("dark"));
}

void Frame::aBrokenConnectionIsTold()
{
    Session::Connection connection;
    connection.name = QStringLiteral("rail-eu production");
    connection.environment = QStringLiteral("production");
    connection.protectedConnection = true;
    connection.readOnly = true;
    d->session.setConnection(connection);
    d->session.setState(Session::Refused, QStringLiteral("the key was refused"));
    QTRY_VERIFY(find(QAccessible::AlertMessage, QStringLiteral("the key was refused")));
    QVERIFY(find(QAccessible::StaticText, QStringLiteral("Environment: production")));
    QVERIFY(find(QAccessible::Button, QStringLiteral("Read-only, protected")));
    picture(QStringLiteral("refused"));
}

void Frame::aLostConnectionIsToldOnTheOverview()
{
    fill();
    d->gateway.dropConnection(QStringLiteral("the far end went away"));
    QTRY_VERIFY(d->session.state() != Session::Live);
    QTRY_VERIFY(find(QAccessible::Button, QStringLiteral("Search or run a command")));
    picture(QStringLiteral("lost"));
}

int main(int argc, char **argv)
{
    qputenv("QT_ACCESSIBILITY", "1");
    QGuiApplication application(argc, argv);
    Frame test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_frame.moc"
