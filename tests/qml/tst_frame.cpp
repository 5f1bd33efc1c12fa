// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/alertstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/journalstore.h"
#include "models/stores/leasestore.h"
#include "models/stores/queuehistory.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuesources.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "models/stores/workspacestore.h"
#include "resources/fonts.h"
#include "tests/support/fakegateway.h"
#include "views/pages/appstate.h"
#include "views/pages/connectionlist.h"
#include "views/pages/pagelist.h"
#include "views/pages/queuetrend.h"

#include <QAccessible>
#include <QDir>
#include <QQmlApplicationEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QSet>
#include <QSignalSpy>
#include <QTest>
#include <QThreadPool>

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
    void aPageThatIsOpenedHasTheKeys();
    void aClosedDialogGivesTheKeysBack();
    void writingOnAProtectedConnectionWantsALease();
    void theJournalShowsWhatWasWrittenAndTakesItBack();
    void aDeadProcessorRingsTheBell();
    void theReconcilerShowsItsPlanBeforeItActs();
    void aMissingKeyIsToldAndAskedFor();
    void nothingLeavesTheTopBar_data();
    void nothingLeavesTheTopBar();
    void noWordOfTheTopBarIsCutWhereThereIsRoom();
    void thePastIsShownByOneKeyAndNowByTheSame();
    void theChartTellsTheFiguresOfTheInstant();
    void aLinkToLogsIsAskedAbout();
    void theConnectionSaysHowEachSourceIs();
    void theThemeFollowsTheSettings();
    void aBrokenConnectionIsTold();
    void aLostConnectionIsToldOnTheOverview();
    void whatTheKeyboardReachesHasANameAndARole_data();
    void whatTheKeyboardReachesHasANameAndARole();
    void aScreenReaderCanPressTheFrame();
    void theLayoutTurnsRound();

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
    QStringList nameless(QQuickItem *from) const;
    static void pillsBelow(QQuickItem *from, QList<QQuickItem *> &pills);
    void keepAnHour();
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

void Frame::aDeadProcessorRingsTheBell()
{
    const auto now = std::make_shared<qint64>(0);
    d->app.alerts()->setClock([now] { return *now; });
    fill();
    const QString dead = QStringLiteral("worker-dead|acme/chunker:ontology-lab");
    const auto raised = [&] {
        for (int i = 0; i < 45; ++i, *now += AlertStore::lookMs)
            d->app.alerts()->look();
        return d->app.alerts()->find(dead) != nullptr;
    };
    QTRY_VERIFY(raised());
    const auto bell = [this] {
        return find(
            QAccessible::Button, QStringLiteral("Alerts: %1 raised").arg(d->app.alerts()->count()));
    };
    QTRY_VERIFY(bell());
    d->app.open(QStringLiteral("overview"));
    QTRY_VERIFY(page());
    QTRY_VERIFY(find(QAccessible::List, QStringLiteral("Alerts")));
    picture(QStringLiteral("alerts-overview"));
    bell()->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QTRY_VERIFY(d->window->property("dialogOpen").toBool());
    QCoreApplication::processEvents();
    picture(QStringLiteral("alerts-popup"));
    auto *more = find(QAccessible::Button, QStringLiteral("Acknowledge, mute, history, rules…"));
    QVERIFY(more);
    more->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QTRY_VERIFY(find(QAccessible::Button, QStringLiteral("Acknowledge")));
    picture(QStringLiteral("alerts-now"));
    const auto note = [this] {
        auto *field = find(QAccessible::EditableText, QStringLiteral("Note"));
        return field ? qobject_cast<QQuickItem *>(field->object()) : nullptr;
    };
    QVERIFY(note());
    note()->forceActiveFocus();
    QTest::keyClick(d->window, Qt::Key_A);
    QTest::keyClick(d->window, Qt::Key_D);
    QCOMPARE(note()->property("text").toString(), QStringLiteral("ad"));
    QTest::keyClick(d->window, Qt::Key_Escape);
    QTRY_VERIFY(!d->window->property("dialogOpen").toBool());
    emit d->app.commandRequested(QStringLiteral("alerts"));
    QTRY_VERIFY(note());
    QTRY_COMPARE(note()->property("text").toString(), QStringLiteral("ad"));
    const int calls = d->app.alerts()->count();
    d->app.alerts()->acknowledge(dead, QStringLiteral("Ada restarts it"));
    d->app.alerts()->mute(d->app.alerts()->rows().front().id, 60);
    QCOMPARE(d->app.alerts()->count(), calls - 2);
    for (const char *tab : { "History", "Rules and calls" }) {
        auto *button = find(QAccessible::PageTab, QLatin1String(tab));
        QVERIFY2(button, tab);
        button->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
        QCoreApplication::processEvents();
        picture(QStringLiteral("alerts-") + QLatin1String(tab).left(5));
    }
    QTest::keyClick(d->window, Qt::Key_Escape);
    QTRY_VERIFY(!d->window->property("dialogOpen").toBool());
}

void Frame::theReconcilerShowsItsPlanBeforeItActs()
{
    d->gateway.fillDemo();
    for (const char *flow :
        { "old-trial", "older-trial-with-a-very-long-name-that-nobody-wants" }) {
        schema::QueueRow row;
        row.topic = std::string("flow:tg:text-load:acme:") + flow;
        row.name = row.topic + ".chunker--acme--" + flow + "--input";
        row.topicClass = "flow";
        row.scope = "orphan";
        row.workspace = "acme";
        row.processor = "chunker";
        d->gateway.setQueue(row);
    }
    d->gateway.connectTo(d->session);
    QTRY_VERIFY(d->session.flows()->loaded() && d->session.queues()->loaded());
    emit d->app.commandRequested(QStringLiteral("reconciler"));
    QTRY_VERIFY(find(QAccessible::Button, QStringLiteral("Plan for all…")));
    auto *plan = find(QAccessible::Button, QStringLiteral("Plan for all…"));
    QTRY_COMPARE(plan->text(QAccessible::Description), QString());
    QCoreApplication::processEvents();
    picture(QStringLiteral("reconciler"));
    plan->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QTRY_VERIFY(find(QAccessible::Button, QStringLiteral("Repair")));
    QCOMPARE(d->gateway.askedCount("fabric", "delete-queue"), 0);
    QCoreApplication::processEvents();
    picture(QStringLiteral("reconciler-plan"));
    const auto repair = [this] {
        find(QAccessible::Button, QStringLiteral("Repair"))
            ->actionInterface()
            ->doAction(QAccessibleActionInterface::pressAction());
    };
    repair();
    QCOMPARE(d->gateway.askedCount("fabric", "delete-queue"), 0); // the name comes first
    auto *name = find(QAccessible::EditableText, QStringLiteral("Type the name of the connection"));
    QVERIFY(name);
    qobject_cast<QQuickItem *>(name->object())->forceActiveFocus();
    for (const char letter : d->session.connectionName().toLatin1())
        QTest::keyClick(d->window, letter);
    repair();
    QTRY_VERIFY(d->gateway.askedCount("fabric", "delete-queue") >= 2);
    QTRY_VERIFY(d->window->property("dialog")
                    .value<QObject *>()
                    ->property("view")
                    .value<QObject *>()
                    ->property("over")
                    .toBool());
    picture(QStringLiteral("reconciler-done"));
    QTest::keyClick(d->window, Qt::Key_Escape);
    QTRY_VERIFY(!d->window->property("dialogOpen").toBool());
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

void Frame::writingOnAProtectedConnectionWantsALease()
{
    d->gateway.setEnvironment(QStringLiteral("production"), true);
    d->gateway.setLeaseNeeded(true);
    fill();
    const LeaseStore *leases = d->session.leases();
    QVERIFY(d->session.readOnly());
    emit d->app.commandRequested(QStringLiteral("ask-writing"));
    QTRY_VERIFY(d->window->property("dialogOpen").toBool());
    QTest::keyClick(d->window, Qt::Key_Return);
    QVERIFY(!leases->held());
    picture(QStringLiteral("lease"));
    for (const char letter : QByteArray("mend the line"))
        QTest::keyClick(d->window, letter);
    QTest::keyClick(d->window, Qt::Key_Return);
    QVERIFY(!leases->held()); // its name is not typed yet
    QTest::keyClick(d->window, Qt::Key_Tab);
    for (const QChar letter : d->session.connectionName())
        QTest::keyClick(d->window, letter.toLatin1());
    picture(QStringLiteral("lease-filled"));
    QTest::keyClick(d->window, Qt::Key_Return);
    QTRY_VERIFY(leases->held());
    QVERIFY(!d->session.readOnly());
    QCOMPARE(leases->reason(), QStringLiteral("mend the line"));
    QTRY_VERIFY(!d->window->property("dialogOpen").toBool());
    picture(QStringLiteral("lease-running"));
    emit d->app.commandRequested(QStringLiteral("ask-writing"));
    QTRY_VERIFY(d->window->property("dialogOpen").toBool());
    picture(QStringLiteral("lease-renew"));
    d->session.leases()->stop();
    QVERIFY(d->session.readOnly());
    picture(QStringLiteral("lease-ended"));
}

void Frame::theJournalShowsWhatWasWrittenAndTakesItBack()
{
    d->gateway.setUser([] {
        schema::User user;
        user.id = user.username = "ada";
        user.roles = { "admin" };
        user.defaultWorkspace = "acme";
        return user;
    }());
    fill();
    emit d->app.commandRequested(QStringLiteral("journal"));
    QTRY_VERIFY(d->window->property("dialogOpen").toBool());
    picture(QStringLiteral("journal-empty"));
    JournalStore *journal = d->session.journal();
    const auto wrote = [&](const std::string &operation, const std::string &key,
                           std::optional<std::string> before, std::optional<std::string> after,
                           JournalRow::Outcome outcome) {
        schema::JournalWrite write;
        write.service = operation == "put" || operation == "delete" ? "config" : "flow";
        write.operation = operation;
        write.workspace = "acme";
        schema::JournalPart part;
        part.kind = write.service == "config" ? "config" : "flow";
        part.type = write.service == "config" ? "prompt" : "";
        part.key = key;
        part.before = std::move(before);
        part.after = std::move(after);
        part.beforeKnown = part.afterKnown = true;
        write.parts.push_back(std::move(part));
        journal->settle(journal->begin(write), outcome,
            outcome == JournalRow::Refused ? QStringLiteral("Flow already exists") : QString(), 21);
    };
    journal->setNote(QStringLiteral("the line is too chatty"));
    wrote(
        "put", "template.answer", R"({"text":"long"})", R"({"text":"short"})", JournalRow::Applied);
    wrote("start-flow", "a-flow-with-a-rather-long-name-that-does-not-fit", {},
        R"({"blueprint-name":"line"})", JournalRow::Refused);
    wrote("delete", "template.old", R"({"text":"old"})", {}, JournalRow::Unknown);
    QTRY_COMPARE(journal->count(), 3);
    picture(QStringLiteral("journal"));
    auto *view = d->window->findChild<QObject *>(QStringLiteral("journalView"));
    QVERIFY(view);
    view->setProperty("currentKey", QStringLiteral("1"));
    picture(QStringLiteral("journal-detail"));
    // Somebody else has changed it since: refused, with what moved.
    d->gateway.putConfig("acme", "prompt", "template.answer", R"({"text":"another"})");
    QVERIFY(QMetaObject::invokeMethod(view, "beginUndo"));
    QTRY_VERIFY(!view->property("refusal").toString().isEmpty());
    QVERIFY(view->property("refusal").toString().contains(QStringLiteral("template.answer")));
    picture(QStringLiteral("journal-undo-refused"));
    QVERIFY(QMetaObject::invokeMethod(view, "cancelUndo"));
    // As the write left it: taken back with one put.
    d->gateway.putConfig("acme", "prompt", "template.answer", R"({"text":"short"})");
    QVERIFY(QMetaObject::invokeMethod(view, "beginUndo"));
    QTRY_VERIFY(view->property("undoing").toBool() && !view->property("busy").toBool());
    QCOMPARE(view->property("whyNot").toString(), QString());
    picture(QStringLiteral("journal-undo"));
    d->gateway.forgetAsked();
    QVERIFY(QMetaObject::invokeMethod(view, "undo"));
    QTRY_VERIFY(!view->property("result").toString().isEmpty());
    QCOMPARE(d->gateway.askedCount("config", "put"), 1);
    picture(QStringLiteral("journal-undone"));
    d->settings.setTheme(QStringLiteral("light"));
    QVERIFY(QMetaObject::invokeMethod(view, "cancelUndo"));
    picture(QStringLiteral("journal-light"));
    d->window->resize(720, 450);
    QTRY_COMPARE(d->window->contentItem()->width(), 720);
    picture(QStringLiteral("journal-light-narrow"));
}

void Frame::aMissingKeyIsToldAndAskedFor()
{
    QVERIFY(d->connections.save(-1, QStringLiteral("rail-eu"),
                QStringLiteral("https://gateway.example.org"), QStringLiteral("staging"), false,
                false, QString())
        > 0);
    d->connections.setCurrent(QStringLiteral("rail-eu"));
    Session::Connection connection;
    connection.name = QStringLiteral("rail-eu");
    d->session.setConnection(connection);
    d->session.setState(Session::Refused, QStringLiteral("the API key is needed"));
    d->app.open(QStringLiteral("flows"), QStringLiteral("acme/ingest-us"));
    const auto label = [this](const QString &text) { return find(QAccessible::StaticText, text); };
    QTRY_VERIFY(label(QStringLiteral("Not connected")));
    QVERIFY(find(QAccessible::Button, QStringLiteral("Connection state: the API key is needed")));
    QVERIFY(!label(QStringLiteral("This flow is gone.")));
    auto *start = find(QAccessible::Button, QStringLiteral("Start flow…"));
    QVERIFY(start);
    QVERIFY(start->text(QAccessible::Description)
                .startsWith(QStringLiteral("Not available: Not connected: ")));
    picture(QStringLiteral("key-missing-flows"));
    auto *enter = find(QAccessible::Button, QStringLiteral("Open the connection…"));
    QVERIFY(enter);
    enter->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QTRY_VERIFY(d->window->property("dialogOpen").toBool());
    const auto focused = [this] {
        auto *item = d->window->activeFocusItem();
        return item ? item->property("name").toString() : QString();
    };
    QTRY_COMPARE(focused(), QStringLiteral("API key"));
    QVERIFY(label(QStringLiteral("the API key is needed")));
    picture(QStringLiteral("key-missing-dialog"));
    auto *entry = find(QAccessible::Button, QStringLiteral("rail-eu"));
    QVERIFY(entry);
    QVERIFY(entry->text(QAccessible::Description).endsWith(QStringLiteral("refused")));
    QTest::keyClick(d->window, Qt::Key_Escape);
    QTRY_VERIFY(!d->window->property("dialogOpen").toBool());
    d->app.open(QStringLiteral("queues"));
    QTRY_VERIFY(find(QAccessible::Button, QStringLiteral("Open the connection…")));
    picture(QStringLiteral("key-missing-queues"));
    d->app.open(QStringLiteral("overview"));
    QCoreApplication::processEvents();
    picture(QStringLiteral("key-missing-overview"));
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

/// Figures of forty minutes, so that there is a past to look at.
void Frame::keepAnHour()
{
    QueueReplay &replay = *d->session.queues()->replay();
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    for (int minute = 40; minute >= 0; --minute) {
        d->gateway.pass(minute % 7 == 0 ? 90 : 3);
        QCoreApplication::processEvents();
        QSignalSpy sampled(&replay, &QueueReplay::sampled);
        replay.sample(now - minute * 60000);
        QTRY_VERIFY(!sampled.isEmpty());
        d->session.queues()->history()->sample(now - minute * 60000);
    }
}

void Frame::thePastIsShownByOneKeyAndNowByTheSame()
{
    fill();
    keepAnHour();
    QueueReplay &replay = *d->session.queues()->replay();
    for (const char *page : { "queues", "flows" }) {
        d->app.open(QLatin1String(page));
        QTRY_VERIFY(this->page());
        QTest::keyClick(d->window, Qt::Key_T, Qt::ControlModifier);
        QTRY_VERIFY(replay.active());
        auto *slider = find(QAccessible::Slider, QStringLiteral("Instant that is shown"));
        QVERIFY(slider);
        QTRY_VERIFY(slider->state().focused);
        const qint64 newest = replay.instantMs();
        QTest::keyClick(d->window, Qt::Key_PageUp);
        QTest::keyClick(d->window, Qt::Key_PageUp);
        QTest::keyClick(d->window, Qt::Key_Left);
        QCOMPARE(replay.instantMs(), newest - 610000);
        const QString clock = format::clockSeconds(replay.instantMs(), d->session.zone());
        QTRY_VERIFY(
            find(QAccessible::Button, QStringLiteral("Connection state: %1 · replay").arg(clock)));
        QVERIFY(find(QAccessible::Button, QStringLiteral("Read-only")));
        picture(QStringLiteral("replay-%1").arg(QLatin1String(page)));
        d->settings.setTheme(QStringLiteral("light"));
        d->window->resize(720, 450);
        QTRY_COMPARE(d->window->contentItem()->size().toSize(), QSize(720, 450));
        picture(QStringLiteral("replay-%1-small").arg(QLatin1String(page)));
        d->settings.setTheme(QStringLiteral("dark"));
        d->window->resize(1440, 900);
        QTRY_COMPARE(d->window->contentItem()->size().toSize(), QSize(1440, 900));
        QTest::keyClick(d->window, Qt::Key_T, Qt::ControlModifier);
        QTRY_VERIFY(!replay.active());
        QVERIFY(find(QAccessible::Button, QStringLiteral("Writing")));
    }
    QTest::keyClick(d->window, Qt::Key_T, Qt::ControlModifier);
    QTRY_VERIFY(replay.active());
    d->app.open(QStringLiteral("overview"));
    QTRY_VERIFY(page());
    picture(QStringLiteral("replay-overview"));
    auto *back = find(QAccessible::Button, QStringLiteral("Back to now"));
    QVERIFY(back);
    back->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QTRY_VERIFY(!replay.active());
}

void Frame::theChartTellsTheFiguresOfTheInstant()
{
    fill();
    QueueReplay &replay = *d->session.queues()->replay();
    const std::string queue =
        "flow:tg:text-load:acme:ontology-lab.chunker--acme--ontology-lab--input";
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    replay.sample(now - 900000); // nobody had looked at it: no history is drawn of then
    const qint64 ready = d->session.queues()->find(queue)->row.ready;
    d->gateway.pass(50);
    QTRY_VERIFY(d->session.queues()->find(queue)->row.ready > ready);
    replay.sample(now);
    d->session.queues()->history()->sample(now);
    QueueTrend trend;
    trend.setSession(&d->session);
    trend.show(QString::fromStdString(queue));
    QCOMPARE(trend.instantMessages(), QString());
    replay.show(now - 600000);
    QVERIFY(trend.instantMessages().contains(format::count(ready)));
    QVERIFY(
        trend.instantMessages().startsWith(format::clockSeconds(now - 600000, d->session.zone())));
    QCOMPARE(trend.span(), int(HistoryRing::Hour)); // ten minutes do not reach back to it
    QVERIFY(trend.instant() > 0.5 && trend.instant() < 1);
    replay.live();
    QCOMPARE(trend.instantMessages(), QString());
    // What was told last is not what is so now.
    QueueHistory &history = *d->session.queues()->history();
    d->session.noteFresh(0);
    history.sample(now + 1000);
    trend.setSeen(false);
    trend.setSeen(true); // reads anew
    QVERIFY2(trend.messagesSummary().contains(QStringLiteral(" now ")),
        qPrintable(trend.messagesSummary()));
    // Nor is the highest of a longer slot.
    const qint64 waiting = d->session.queues()->find(queue)->row.ready;
    d->gateway.changeQueue(queue, [](schema::QueueRow &row) { row.ready = 1; });
    QTRY_COMPARE(d->session.queues()->find(queue)->row.ready, std::int64_t(1));
    d->session.noteFresh(0);
    history.sample(history.nowMs() + 2000);
    trend.setSeen(false);
    trend.setSeen(true);
    QVERIFY2(trend.messagesSummary().contains(QStringLiteral("ready now 1,")),
        qPrintable(trend.messagesSummary()));
    QVERIFY2(trend.messagesSummary().contains(QStringLiteral("highest ") + format::count(waiting)),
        qPrintable(trend.messagesSummary()));
    history.sample(now + 60000, false);
    trend.setSeen(false);
    trend.setSeen(true);
    QVERIFY2(trend.messagesSummary().contains(QStringLiteral("not known now, last")),
        qPrintable(trend.messagesSummary()));
    // Nor what a connection told that is lost, though nothing is sampled any more.
    d->session.noteFresh(0);
    history.sample(history.nowMs() + 1000);
    trend.setSeen(false);
    trend.setSeen(true);
    QVERIFY(trend.messagesSummary().contains(QStringLiteral("ready now 1,")));
    d->session.setState(Session::Stale, QStringLiteral("the gateway is away"));
    QVERIFY2(trend.messagesSummary().contains(QStringLiteral("ready not known now, last 1,")),
        qPrintable(trend.messagesSummary()));
}

void Frame::aLinkToLogsIsAskedAbout()
{
    fill();
    QVERIFY(d->app.whyNoLogs(QStringLiteral("flow"), QStringLiteral("acme"), QStringLiteral("f"))
                .contains(QStringLiteral("Connections")));
    Session::Connection connection;
    connection.name = QStringLiteral("rail-eu staging");
    connection.logs.processor =
        QStringLiteral("https://logs.example.org/{workspace}?p={processor}");
    d->session.setConnection(connection);
    const auto why = [this](const QString &processor) {
        return d->app.whyNoLogs(
            QStringLiteral("processor"), QStringLiteral("acme"), QStringLiteral("f"), processor);
    };
    QVERIFY(why({}).contains(QStringLiteral("{processor}")));
    QCOMPARE(why(QStringLiteral("a b")), QString());
    d->app.askForLogs(QStringLiteral("processor"), QStringLiteral("acme"), QStringLiteral("f"),
        QStringLiteral("a b"));
    QCOMPARE(d->app.address(), QStringLiteral("https://logs.example.org/acme?p=a%20b"));
    QTRY_VERIFY(find(QAccessible::Button, QStringLiteral("Open")));
    picture(QStringLiteral("logs-asked"));
    QTest::keyClick(d->window, Qt::Key_Escape);
    QTRY_VERIFY(!d->window->property("dialogOpen").toBool());
    QVERIFY(!d->app.notice().contains(QStringLiteral("browser")));
}

void Frame::theConnectionSaysHowEachSourceIs()
{
    fill();
    using rules::QueueSource;
    QueueSources &sources = *d->session.queues()->sources();
    sources.use(QueueSource::RabbitMq, QStringLiteral("RabbitMQ"), 5000);
    sources.succeeded(QueueSource::RabbitMq, 1888, { 4, 61000, 38 });
    sources.use(QueueSource::Pulsar, QStringLiteral("Pulsar"), 15000);
    sources.failed(QueueSource::Pulsar,
        QStringLiteral("the broker sends on to another one, which is not followed: give the "
                       "address of what stands before all of them"),
        {});
    sources.use(QueueSource::Prometheus, QStringLiteral("Prometheus"), 60000);
    sources.tellsNone(QueueSource::Prometheus,
        QStringLiteral("not to be had through this gateway; looked for again"), {});
    for (const char *theme : { "dark", "light" }) {
        d->settings.setTheme(QLatin1String(theme));
        emit d->app.commandRequested(QStringLiteral("connection-state"));
        QTRY_VERIFY(d->window->property("dialogOpen").toBool());
        picture(QStringLiteral("sources-") + QLatin1String(theme));
        QTest::keyClick(d->window, Qt::Key_Escape);
        QTRY_VERIFY(!d->window->property("dialogOpen").toBool());
    }
    QVERIFY(sources.fault().contains(QStringLiteral("Pulsar")));
    QVERIFY(!sources.fault().contains(QStringLiteral("Prometheus"))); // many have none
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

int main(int argc, char **argv)
{
    qputenv("QT_ACCESSIBILITY", "1");
    QGuiApplication application(argc, argv);
    Frame test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_frame.moc"
