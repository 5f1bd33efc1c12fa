// SPDX-License-Identifier: GPL-3.0-only
// What a screen reader is told of our controls, asked for as the bridge asks.
#include "views/items/fieldsecrecy.h"

#include <QAccessible>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>

#include <initializer_list>
#include <memory>

#include <QtGui/private/qguiapplication_p.h>
#include <qpa/qplatformaccessibility.h>
#include <qpa/qplatformintegration.h>

namespace {

QStringList heard; ///< with changes

void hear(QAccessibleEvent *event)
{
    switch (event->type()) {
    case QAccessible::TextInserted:
        heard += static_cast<QAccessibleTextInsertEvent *>(event)->textInserted();
        break;
    case QAccessible::TextRemoved:
        heard += static_cast<QAccessibleTextRemoveEvent *>(event)->textRemoved();
        break;
    case QAccessible::TextUpdated:
        heard += static_cast<QAccessibleTextUpdateEvent *>(event)->textInserted();
        heard += static_cast<QAccessibleTextUpdateEvent *>(event)->textRemoved();
        break;
    case QAccessible::ValueChanged:
        heard += static_cast<QAccessibleValueChangeEvent *>(event)->value().toString();
        break;
    default:
        break;
    }
    if (const auto *interface = event->accessibleInterface())
        heard += interface->text(QAccessible::Value);
}

/// All that can be asked for as text, of everything below.
void ask(QAccessibleInterface *of, QStringList &answers)
{
    for (int kind = QAccessible::Name; kind <= QAccessible::Accelerator; ++kind)
        answers += of->text(QAccessible::Text(kind));
    for (const auto kind : { QAccessible::DebugDescription, QAccessible::UserText })
        answers += of->text(kind);
    if (auto *value = of->valueInterface())
        answers += value->currentValue().toString();
    if (auto *words = of->textInterface()) {
        const int count = words->characterCount();
        answers += words->text(0, count);
        int from = 0;
        int to = 0;
        for (int at = 0; at <= count; ++at) {
            answers += words->attributes(at, &from, &to);
            for (int unit = QAccessible::CharBoundary; unit <= QAccessible::NoBoundary; ++unit) {
                const auto boundary = QAccessible::TextBoundaryType(unit);
                answers += words->textBeforeOffset(at, boundary, &from, &to);
                if (at < count) // Qt's own fields never answer there
                    answers += words->textAtOffset(at, boundary, &from, &to);
                answers += words->textAfterOffset(at, boundary, &from, &to);
            }
        }
    }
    for (int i = 0; i < of->childCount(); ++i) {
        if (auto *child = of->child(i))
            ask(child, answers);
    }
}

} // namespace

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
        // Qt looks once how names are attached, and the types have to be known by then.
        QVERIFY(make("Item { Accessible.name: \"first\" }"));
        // As with a screen reader: QAccessible::setActive() alone makes nothing tell its changes.
        QGuiApplicationPrivate::platformIntegration()->accessibility()->setActive(true);
        QVERIFY(QAccessible::isActive());
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

    void nobodyIsToldWhatAPasswordFieldHides_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("later");
        QTest::newRow("hidden from the beginning")
            << QByteArray("echoMode: TextInput.Password") << false;
        QTest::newRow("with a text before")
            << QByteArray("text: \"\u2641\u2642\u2643\"; echoMode: TextInput.Password") << false;
        QTest::newRow("both by bindings, the text first")
            << QByteArray("property int w: 2; property string v: \"\u2641\u2642\u2643\"; "
                          "text: v; echoMode: w === 2 ? TextInput.Password : TextInput.Normal")
            << false;
        QTest::newRow("shown while typing")
            << QByteArray("echoMode: TextInput.PasswordEchoOnEdit") << false;
        QTest::newRow("hidden later") << QByteArray("Accessible.editable: true") << true;
    }
    void nobodyIsToldWhatAPasswordFieldHides()
    {
        QFETCH(QByteArray, body);
        QFETCH(bool, later);
        const QString typed = QStringLiteral("^~|^~|^");
        const QString given = QStringLiteral("\u2641\u2642\u2643\u2644\u2645");
        const QString open = QStringLiteral("ordinary text");
        QAccessible::installUpdateHandler(hear);
        signalbox::FieldSecrecy::listen();
        heard.clear();

        std::unique_ptr<QQuickItem> field(make("TextField { name: \"API key\"; " + body + " }"));
        std::unique_ptr<QQuickItem> ordinary(make("TextField { name: \"Address\"; y: 50 }"));
        QVERIFY(field && ordinary);
        if (later) {
            QAccessible::queryAccessibleInterface(field.get());
            field->setProperty("echoMode", 2);
        }
        field->setProperty("text", QString());
        QStringList answers;
        field->forceActiveFocus();
        m_window.requestActivate();
        for (const QChar letter : typed) {
            QTest::keyClick(&m_window, letter.toLatin1());
            ask(QAccessible::queryAccessibleInterface(&m_window), answers);
        }
        QCOMPARE(field->property("text").toString(), typed);
        QTest::keyClick(&m_window, Qt::Key_Backspace);
        QTest::keyClick(&m_window, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(&m_window, Qt::Key_Delete);
        for (const QString &text : { typed, given, QString(), given, typed, given })
            field->setProperty("text", text);
        ordinary->setProperty("text", open);
        for (QQuickItem *of : { field.get(), ordinary.get() }) {
            const QString text = of == ordinary.get() ? open : given;
            QAccessibleTextUpdateEvent updated(of, 0, text, text);
            QAccessibleTextInsertEvent inserted(of, 0, text);
            QAccessibleTextRemoveEvent removed(of, 0, text);
            QAccessibleValueChangeEvent changed(of, text);
            heard += QStringLiteral("next");
            for (QAccessibleEvent *event : std::initializer_list<QAccessibleEvent *> {
                     &updated, &inserted, &removed, &changed })
                QAccessible::updateAccessibility(event);
        }
        ask(QAccessible::queryAccessibleInterface(&m_window), answers);

        auto *interface = QAccessible::queryAccessibleInterface(field.get());
        QCOMPARE(interface->role(), QAccessible::EditableText);
        QCOMPARE(interface->text(QAccessible::Name), QStringLiteral("API key"));
        QVERIFY(interface->state().passwordEdit && interface->state().editable
            && interface->state().focused);
        QVERIFY(!interface->rect().isEmpty());
        QVERIFY(interface->parent() && interface->parent()->indexOfChild(interface) >= 0);
        QCOMPARE(interface->textInterface()->characterCount(), int(given.size()));
        // not one character of it, and what is no secret is found in the same answers
        for (const QChar letter : typed + given) {
            QVERIFY2(answers.filter(letter).isEmpty(), qPrintable(QString(letter)));
            QVERIFY2(heard.filter(letter).isEmpty(), qPrintable(QString(letter)));
        }
        QVERIFY(answers.contains(open));
        const QStringList last = heard.mid(heard.lastIndexOf(QStringLiteral("next")));
        QCOMPARE(last.count(open), 5 + 4); // five texts in four changes, and each answer meanwhile

        // A field that shows its text again says it.
        field->setProperty("echoMode", 0);
        interface = QAccessible::queryAccessibleInterface(field.get());
        QCOMPARE(interface->text(QAccessible::Value), given);
        QVERIFY(!interface->state().passwordEdit);
        QAccessible::installUpdateHandler(nullptr);
        signalbox::FieldSecrecy::listen();
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

    void anEntryOfAMenuThatCannotBeUsedSaysSoAndWhy()
    {
        auto *entry = make("MenuItem { text: \"Purge…\"; why: \"nothing waits in it\" }");
        QVERIFY(entry);
        auto *told = QAccessible::queryAccessibleInterface(entry);
        QVERIFY(told);
        QCOMPARE(told->text(QAccessible::Description),
            QStringLiteral("Not available: nothing waits in it"));
        entry->setProperty("why", QString());
        QCOMPARE(told->text(QAccessible::Description), QString());
    }

    void aLinkTellsWhatItsTipSays()
    {
        auto *link = make("LinkText { text: \"Journal\"; tip: \"What was written here\" }");
        QVERIFY(link);
        auto *told = QAccessible::queryAccessibleInterface(link);
        QVERIFY(told);
        QCOMPARE(told->text(QAccessible::Description), QStringLiteral("What was written here"));
    }
};

QTEST_MAIN(AccessibleTest)
#include "tst_accessible.moc"
