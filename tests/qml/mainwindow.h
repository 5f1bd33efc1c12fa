// SPDX-License-Identifier: GPL-3.0-only
// The program's own window in a test.
#pragma once

#include <QQmlApplicationEngine>
#include <QQuickWindow>
#include <QSize>
#include <QString>
#include <QTest>
#include <QUrl>
#include <QVariant>

namespace signalbox {

/// Loads Main.qml on what `desk` holds, shows it and gives it the keyboard; what is wrong, or "".
template <class Desk> QString openWindow(Desk &desk, const QSize &size)
{
    desk.engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    desk.engine.setInitialProperties({ { QStringLiteral("app"), QVariant::fromValue(&desk.app) },
        { QStringLiteral("connections"), QVariant::fromValue(&desk.connections) } });
    desk.engine.load(QUrl(QStringLiteral("qrc:/qt/qml/Signalbox/Main.qml")));
    desk.window = qobject_cast<QQuickWindow *>(desk.engine.rootObjects().value(0));
    if (!desk.window)
        return QStringLiteral("no window was loaded");
    desk.window->resize(size);
    desk.window->show();
    if (!QTest::qWaitForWindowExposed(desk.window))
        return QStringLiteral("the window is not exposed");
    desk.window->requestActivate();
    if (!QTest::qWaitForWindowActive(desk.window))
        return QStringLiteral("the window is not active");
    return {};
}

} // namespace signalbox
