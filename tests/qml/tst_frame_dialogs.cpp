// SPDX-License-Identifier: GPL-3.0-only
// What is asked and told over the pages: writing, alerts, repairs, the connection.
#include "tests/qml/tst_frame.h"

#include "models/stores/alertstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/journalstore.h"
#include "models/stores/leasestore.h"
#include "models/stores/queuesources.h"
#include "models/stores/queuestore.h"

using namespace signalbox;

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
