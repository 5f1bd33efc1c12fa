// SPDX-License-Identifier: GPL-3.0-only
// What a screen reader is told of our controls, asked for as the bridge asks.
#include <QAccessible>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>

class AccessibleTest : public QObject {
    Q_OBJECT

    QQuickWindow m_window;
    QQmlEngine m_engine;

    /// Owned by the window's content.
    QQuickItem *make(const QByteArray &body)
    {
        QQmlComponent component(&m_engine);
        component.setData("import QtQuick\nimport Signalbox.Controls\n" + body, QUrl());
        auto *item = qobject_cast<QQuickItem *>(component.create());
        if (!item) {
            qWarning().noquote() << component.errorString();
            return nullptr;
        }
        item->setParent(m_window.contentItem());
        item->setParentItem(m_window.contentItem());
        return item;
    }

private slots:
    void initTestCase()
    {
        m_engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
        QAccessible::setActive(true);
        m_window.resize(400, 300);
        m_window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&m_window));
    }

    void aPasswordFieldTellsItsName_data()
    {
        QTest::addColumn<QByteArray>("mode");
        QTest::newRow("from the beginning") << QByteArray("echoMode: TextInput.Password");
        QTest::newRow("hidden later")
            << QByteArray("Component.onCompleted: echoMode = TextInput.Password");
    }
    void aPasswordFieldTellsItsName()
    {
        QFETCH(QByteArray, mode);
        auto *field = make("TextField { name: \"API key\"; text: \"tg_planted\"; " + mode + " }");
        QVERIFY(field);
        auto *told = QAccessible::queryAccessibleInterface(field);
        QVERIFY(told);
        QCOMPARE(told->text(QAccessible::Name), QStringLiteral("API key"));
        QVERIFY(told->state().passwordEdit);
        for (const auto type : { QAccessible::Name, QAccessible::Description })
            QVERIFY(!told->text(type).contains(QLatin1String("planted")));
    }

    void aButtonThatCannotBeUsedSaysSoAndWhy()
    {
        auto *button = make("Button { text: \"Stop…\"; why: \"you lack flows:write\" }");
        QVERIFY(button);
        auto *told = QAccessible::queryAccessibleInterface(button);
        QVERIFY(told);
        QCOMPARE(told->text(QAccessible::Name), QStringLiteral("Stop…"));
        QCOMPARE(told->text(QAccessible::Description),
            QStringLiteral("Not available: you lack flows:write"));
        button->setProperty("why", QString());
        QCOMPARE(told->text(QAccessible::Description), QString());
    }
};

QTEST_MAIN(AccessibleTest)
#include "tst_accessible.moc"
