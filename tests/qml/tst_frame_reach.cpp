// SPDX-License-Identifier: GPL-3.0-only
// What there is for those who use no mouse, do not see it or read from the right.
#include "tests/qml/tst_frame.h"

#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "views/pages/pagelist.h"

#include <QScopeGuard>
#include <QSet>

using namespace signalbox;

/// What may have the keyboard or be pressed and tells nobody what it is.
QStringList Frame::nameless(QQuickItem *from) const
{
    QStringList found;
    const auto path = [](QQuickItem *item) {
        QStringList names;
        for (; item; item = item->parentItem())
            names.prepend(QString::fromLatin1(item->metaObject()->className())
                              .section(QLatin1Char('_'), 0, 0));
        return names.join(QLatin1Char('/'));
    };
    if (!from->isVisible())
        return found;
    if (from->activeFocusOnTab() && from->isEnabled()) {
        const auto *told = QAccessible::queryAccessibleInterface(from);
        const auto role = told ? told->role() : QAccessible::NoRole;
        if (!told || role == QAccessible::NoRole || role == QAccessible::Client)
            found.append(QStringLiteral("no role: ") + path(from));
        else if (told->text(QAccessible::Name).trimmed().isEmpty())
            found.append(QStringLiteral("no name: ") + path(from)
                + from->property("placeholderText").toString());
    }
    auto *told = QAccessible::queryAccessibleInterface(from);
    const QSet<QAccessible::Role> pressable { QAccessible::Button, QAccessible::Link,
        QAccessible::CheckBox, QAccessible::ComboBox, QAccessible::PageTab, QAccessible::MenuItem };
    if (told && pressable.contains(told->role()) && from->isEnabled()) {
        auto *actions = told->actionInterface();
        if (!actions || !actions->actionNames().contains(QAccessibleActionInterface::pressAction()))
            found.append(QStringLiteral("cannot be pressed: ") + path(from));
        if (told->text(QAccessible::Name).trimmed().isEmpty())
            found.append(QStringLiteral("pressable without a name: ") + path(from));
    }
    for (QQuickItem *child : from->childItems())
        found.append(nameless(child));
    return found;
}

void Frame::whatTheKeyboardReachesHasANameAndARole_data()
{
    QTest::addColumn<QString>("page");
    QTest::addColumn<QString>("dialog");
    QTest::addColumn<QString>("call");
    for (const auto &page : pageList)
        QTest::newRow(page.id) << QString::fromLatin1(page.id) << QString() << QString();
    for (const char *file :
        { "CommandPaletteDialog", "ConnectionDialog", "SettingsDialog", "ShortcutsDialog",
            "AboutDialog", "ConnectionStateDialog", "ConnectionPopup", "WorkspacePopup" })
        QTest::newRow(file) << QStringLiteral("flows") << QString::fromLatin1(file) << QString();
    for (const char *call : { "newConnection", "dropWorkspaces", "startFlow", "stopFlow",
             "restartFlow", "purge", "delete", "publish" })
        QTest::newRow(call) << QString(QLatin1String(call) == QLatin1String("purge")
                    || QLatin1String(call) == QLatin1String("delete")
                    || QLatin1String(call) == QLatin1String("publish")
                ? QStringLiteral("queues")
                : QStringLiteral("flows"))
                            << QString() << QString::fromLatin1(call);
}

void Frame::whatTheKeyboardReachesHasANameAndARole()
{
    QFETCH(QString, page);
    QFETCH(QString, dialog);
    QFETCH(QString, call);
    fill();
    const auto &row = d->session.flows()->rows().front();
    const QString flow = FlowStore::key(row.workspace, row.id);
    const QString queue = QString::fromStdString(d->session.queues()->rows().front().row.name);
    d->app.open(page,
        page == QLatin1String("flows")        ? flow
            : page == QLatin1String("queues") ? queue
                                              : QString());
    QTRY_VERIFY(this->page());
    const QStringList queueActions { QStringLiteral("purge"), QStringLiteral("delete"),
        QStringLiteral("publish") };
    if (!dialog.isEmpty())
        QVERIFY(QMetaObject::invokeMethod(d->window, "showDialog", Q_ARG(QString, dialog)));
    else if (queueActions.contains(call))
        QVERIFY(QMetaObject::invokeMethod(
            this->page(), "act", Q_ARG(int, int(queueActions.indexOf(call)))));
    else if (call == QLatin1String("restartFlow"))
        QVERIFY(QMetaObject::invokeMethod(this->page(), "restartFlow", Q_ARG(QString, flow)));
    else if (call == QLatin1String("stopFlow"))
        QVERIFY(QMetaObject::invokeMethod(d->window, "stopFlow", Q_ARG(QString, flow)));
    else if (!call.isEmpty())
        QVERIFY(QMetaObject::invokeMethod(d->window, call.toLatin1().constData()));
    // from the root item down: popups hang in the overlay beside the content
    QQuickItem *top = d->window->contentItem();
    QTRY_COMPARE(nameless(top).join(QLatin1Char('\n')), QString());
}

void Frame::aScreenReaderCanPressTheFrame()
{
    fill();
    const auto press = [this](const QString &name) {
        auto *button = find(QAccessible::Button, name);
        QVERIFY2(button, qPrintable(name));
        button->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    };
    press(QStringLiteral("Search or run a command"));
    QTRY_VERIFY(d->window->property("dialogOpen").toBool());
    QTest::keyClick(d->window, Qt::Key_Escape);
    QTRY_VERIFY(!d->window->property("dialogOpen").toBool());
    press(QStringLiteral("Workspace All workspaces"));
    QTRY_VERIFY(d->window->property("dialogOpen").toBool());
    // a list's line is a button to the bus: that is what the templates of Qt 6.4 tell
    auto *entry = find(QAccessible::Button, QStringLiteral("globex"));
    QVERIFY(entry);
    entry->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QTRY_COMPARE(d->session.workspace(), QStringLiteral("globex"));
}

void Frame::theLayoutTurnsRound()
{
    fill();
    const auto left = [this](const QString &name) {
        const auto *entry = find(QAccessible::Button, name);
        return entry ? entry->rect().center().x() - d->window->x() : -1;
    };
    QVERIFY(left(QStringLiteral("Overview")) < 200);
    const auto back = qScopeGuard([] { QGuiApplication::setLayoutDirection(Qt::LeftToRight); });
    QGuiApplication::setLayoutDirection(Qt::RightToLeft);
    QTRY_VERIFY(left(QStringLiteral("Overview")) > d->window->width() - 200);
    for (const auto &page : pageList) {
        d->app.open(QString::fromLatin1(page.id));
        QTRY_VERIFY(this->page());
        picture(QStringLiteral("right-to-left-") + QLatin1String(page.id));
    }
}
