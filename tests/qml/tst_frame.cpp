// SPDX-License-Identifier: GPL-3.0-only
#include "tests/qml/tst_frame.h"

#include "models/stores/alertstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "resources/fonts.h"
#include "tests/qml/mainwindow.h"
#include "views/pages/pagelist.h"

#include <QDir>
#include <QRegularExpression>
#include <QThreadPool>

using namespace signalbox;

void Frame::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    static const QStringList missing = loadFonts();
    QCOMPARE(missing, QStringList());
    d = std::make_unique<Desk>();
    QCOMPARE(openWindow(*d, { 1440, 900 }), QString());
}

void Frame::cleanup()
{
    // What is in flight ends while those who asked are there.
    d->gateway.dropConnection();
    QThreadPool::globalInstance()->waitForDone();
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
             "ShortcutsDialog", "AboutDialog", "ConnectionStateDialog", "WritingDialog",
             "JournalDialog", "AlertsDialog", "ReconcilerDialog" })
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

void Frame::aPageThatIsOpenedHasTheKeys()
{
    fill();
    for (const char *page : { "flows", "queues", "overview", "flows" }) {
        const int index = pageIndex(QString::fromLatin1(page));
        QTest::keyClick(d->window, Qt::Key(int(Qt::Key_1) + index), Qt::ControlModifier);
        QTRY_COMPARE(d->app.page(), QString::fromLatin1(page));
        const auto row = [this] {
            auto *table = d->window->activeFocusItem();
            const auto *chosen =
                table ? qvariant_cast<QObject *>(table->property("selection")) : nullptr;
            return chosen ? chosen->property("currentRow").toInt() : -2;
        };
        QTRY_VERIFY2(row() >= -1, page); // a table has them
        const int before = row();
        QTest::keyClick(d->window, Qt::Key_Down);
        QTRY_VERIFY2(row() == before + 1, page);
    }
}

void Frame::aClosedDialogGivesTheKeysBack()
{
    fill();
    QTest::keyClick(d->window, Qt::Key_2, Qt::ControlModifier);
    QTest::keyClick(d->window, Qt::Key_Down);
    auto *before = d->window->activeFocusItem();
    QVERIFY(before && before->property("selection").isValid());
    for (const char *file : { "CommandPaletteDialog", "ConnectionDialog", "SettingsDialog" }) {
        QVERIFY(QMetaObject::invokeMethod(
            d->window, "showDialog", Q_ARG(QString, QString::fromLatin1(file))));
        QTRY_VERIFY(d->window->activeFocusItem() != before);
        QTest::keyClick(d->window, Qt::Key_Escape);
        QTRY_VERIFY(!d->window->property("dialogOpen").toBool());
        QTRY_COMPARE(d->window->activeFocusItem(), before);
    }
    QVERIFY(QMetaObject::invokeMethod(d->window, "startFlow"));
    QTRY_VERIFY(d->window->activeFocusItem() != before);
    QTest::keyClick(d->window, Qt::Key_Escape);
    QTRY_COMPARE(d->window->activeFocusItem(), before);
    QTest::keyClick(d->window, Qt::Key_F10, Qt::ShiftModifier);
    QTRY_VERIFY(d->window->activeFocusItem() != before);
    QTest::keyClick(d->window, Qt::Key_Escape);
    QTRY_COMPARE(d->window->activeFocusItem(), before);
}

void Frame::nothingLeavesTheTopBar_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("lost");
    for (const bool lost : { false, true })
        for (const QSize &size :
            { QSize(1440, 900), QSize(960, 700), QSize(720, 450), QSize(640, 400) })
            QTest::addRow("%d%s", size.width(), lost ? " lost" : "") << size << lost;
}

void Frame::nothingLeavesTheTopBar()
{
    QFETCH(QSize, size);
    QFETCH(bool, lost);
    fill();
    d->gateway.setEnvironment(QStringLiteral("production"), true);
    d->gateway.connectTo(d->session);
    QTRY_VERIFY(d->session.flows()->loaded());
    if (lost)
        d->gateway.dropConnection(QStringLiteral("the far end closed the connection"));
    d->app.open(QStringLiteral("flows"));
    d->window->resize(size);
    QTRY_COMPARE(d->window->contentItem()->size().toSize(), size);
    const QRect frame(d->window->mapToGlobal(QPoint(0, 0)), size);
    QStringList told;
    const auto check = [&](QAccessibleInterface *from, auto &&self) -> void {
        const QString name = from->text(QAccessible::Name);
        if (from->role() == QAccessible::Button && from->rect().top() < frame.top() + 44
            && from->rect().height() > 0 && !from->state().invisible) {
            told.append(name);
            QVERIFY2(frame.left() <= from->rect().left() && from->rect().right() < frame.right(),
                qPrintable(QStringLiteral("%1: %2 … %3")
                               .arg(name)
                               .arg(from->rect().left() - frame.left())
                               .arg(from->rect().right() - frame.left())));
        }
        for (int i = 0; i < from->childCount(); ++i)
            self(from->child(i), self);
    };
    QTRY_VERIFY(page());
    QCoreApplication::processEvents();
    picture(QStringLiteral("top-%1%2")
                .arg(size.width())
                .arg(lost ? QStringLiteral("-lost") : QString()));
    check(QAccessible::queryAccessibleInterface(d->window), check);
    QVERIFY2(told.size() == 6, qPrintable(told.join(QStringLiteral(" | "))));
}

void Frame::pillsBelow(QQuickItem *from, QList<QQuickItem *> &pills)
{
    if (from->property("fullWidth").isValid() && from->isVisible())
        pills.append(from);
    const auto children = from->childItems();
    for (QQuickItem *child : children)
        pillsBelow(child, pills);
}

void Frame::noWordOfTheTopBarIsCutWhereThereIsRoom()
{
    const auto now = std::make_shared<qint64>(0);
    d->app.alerts()->setClock([now] { return *now; });
    fill();
    const auto rung = [&] {
        for (int i = 0; i < 45; ++i, *now += AlertStore::lookMs)
            d->app.alerts()->look();
        return d->app.alerts()->count() > 0;
    };
    QTRY_VERIFY(rung()); // the bell takes its place too
    for (const int width : { 1440, 1280 }) {
        d->window->resize(width, 900);
        QTRY_COMPARE(d->window->contentItem()->size().toSize().width(), width);
        QList<QQuickItem *> pills;
        pillsBelow(d->window->contentItem(), pills);
        QVERIFY(pills.size() >= 5);
        for (const QQuickItem *pill : std::as_const(pills))
            QTRY_VERIFY2(pill->width() >= pill->implicitWidth() - 1,
                qPrintable(QStringLiteral("%1 at %2: %3 of %4")
                               .arg(pill->property("name").toString())
                               .arg(width)
                               .arg(pill->width())
                               .arg(pill->implicitWidth())));
    }
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

int main(int argc, char **argv)
{
    qputenv("QT_ACCESSIBILITY", "1");
    QGuiApplication application(argc, argv);
    Frame test;
    return QTest::qExec(&test, argc, argv);
}

#include "moc_tst_frame.cpp"
