// SPDX-License-Identifier: GPL-3.0-only
#include "app/console/attention.h"
#include "app/console/commandline.h"
#include "app/console/console.h"
#include "app/console/marks.h"
#include "app/console/singleinstance.h"
#include "models/stores/leasestore.h"

#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QStyleHints>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <QWindow>

using namespace signalbox;

class ConsoleParts : public QObject {
    Q_OBJECT
private slots:
    void argumentsAreUnderstood();
    void badArgumentsAreNamed_data();
    void badArgumentsAreNamed();
    void aSecondStartHandsItsLinkOver();
    void aSecondStartHandsItsWholeCommandLineOver();
    void aBusyWindowIsToldOnce();
    void aSocketLeftBehindDoesNotBlock();
    void theClockCountsFromTheStartOfTheProcess();
    void withoutAGraphicsProcessorTheSoftwareRendererDraws();
    void whoTouchesNothingIsRefreshedLessOften();
    void aHiddenWindowIsRefreshedLeast();
    void readOnlyByCommandHoldsForTheWholeRun();
    void aProtectedConnectionIsWrittenToOnlyWithALease();
    void anEditedLogLinkCountsAtOnce();
    void aNewNameCountsAtOnceAndKeepsWhatWasKept();
    void whatWasSaidOfAConnectionGoesWithIt();
};

void ConsoleParts::argumentsAreUnderstood()
{
    QTemporaryDir folder;
    QFile key(folder.filePath(QStringLiteral("key")));
    QVERIFY(key.open(QIODevice::WriteOnly));
    key.write("tg_abc\n");
    key.close();
    const auto line = parseCommandLine({ QStringLiteral("--url"),
        QStringLiteral("http://127.0.0.1:8088"), QStringLiteral("--api-key-file=") + key.fileName(),
        QStringLiteral("--workspace"), QString(), QStringLiteral("--page"),
        QStringLiteral("Chat test"), QStringLiteral("--read-only"), QStringLiteral("--profile"),
        folder.path(), QStringLiteral("signalbox://flow/a/b") });
    QVERIFY(line.hasValue());
    QCOMPARE(line->url, QStringLiteral("http://127.0.0.1:8088"));
    QCOMPARE(line->apiKey, QStringLiteral("tg_abc"));
    QVERIFY(line->workspaceGiven && line->workspace.isEmpty());
    QVERIFY(line->readOnly);
    QCOMPARE(line->profile, folder.path());
    QCOMPARE(line->link, QStringLiteral("signalbox://flow/a/b"));
    const auto none = parseCommandLine({});
    QVERIFY(none.hasValue());
    QVERIFY(QDir::isAbsolutePath(none->profile));
    QVERIFY(!none->workspaceGiven);
}

void ConsoleParts::badArgumentsAreNamed_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("named");
    QTest::newRow("unknown") << QStringList { QStringLiteral("--frobnicate") } << "--frobnicate";
    QTest::newRow("no value") << QStringList { QStringLiteral("--page") } << "--page";
    QTest::newRow("no such page") << QStringList { QStringLiteral("--page"), QStringLiteral("x") }
                                  << "x";
    QTest::newRow("not an address")
        << QStringList { QStringLiteral("--url"), QStringLiteral("gateway") } << "--url";
    QTest::newRow("no such renderer")
        << QStringList { QStringLiteral("--renderer=vulkan") } << "vulkan";
    QTest::newRow("password") << QStringList { QStringLiteral("--url"),
        QStringLiteral("http://a:b@c") }
                              << "--api-key-file";
    QTest::newRow("both") << QStringList { QStringLiteral("--url=http://c"),
        QStringLiteral("--connection=d") }
                          << "--connection";
    QTest::newRow("no key file") << QStringList { QStringLiteral("--url=http://c"),
        QStringLiteral("--api-key-file=/nonexistent") }
                                 << "/nonexistent";
    QTest::newRow("key without url")
        << QStringList { QStringLiteral("--api-key-file=/dev/null") } << "--api-key-file";
}

void ConsoleParts::badArgumentsAreNamed()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, named);
    const auto line = parseCommandLine(arguments);
    QVERIFY(!line.hasValue());
    QVERIFY2(line.error().contains(named), qPrintable(line.error()));
}

void ConsoleParts::aSecondStartHandsItsLinkOver()
{
    QTemporaryDir folder;
    SingleInstance first;
    QSignalSpy received(&first, &SingleInstance::received);
    QCOMPARE(first.claim(folder.path(), {}), SingleInstance::First);
    // Another process in truth: its blocking hand-over must not wait for this thread.
    SingleInstance::Outcome outcome = SingleInstance::Unavailable;
    const QString profile = folder.path();
    QThread *second = QThread::create([&outcome, profile] {
        SingleInstance instance;
        outcome = instance.claim(profile, QStringLiteral("signalbox://page/wire"));
    });
    second->start();
    QTRY_VERIFY(second->isFinished());
    delete second;
    QCOMPARE(outcome, SingleInstance::HandedOver);
    QCOMPARE(received.count(), 1);
    QCOMPARE(received[0][0].toString(), QStringLiteral("signalbox://page/wire"));
    QTemporaryDir other;
    SingleInstance elsewhere;
    QCOMPARE(elsewhere.claim(other.path(), {}), SingleInstance::First);
}

void ConsoleParts::aSecondStartHandsItsWholeCommandLineOver()
{
    QTemporaryDir folder;
    QFile key(folder.filePath(QStringLiteral("key")));
    QVERIFY(key.open(QIODevice::WriteOnly));
    key.write("tg_a+b&c=d%20\n");
    key.close();
    const auto line = parseCommandLine(
        { QStringLiteral("--url=http://127.0.0.1:8088/a?b=c&d"), QStringLiteral("--api-key-file"),
            key.fileName(), QStringLiteral("--page=queues"), QStringLiteral("--workspace="),
            QStringLiteral("--read-only"), QStringLiteral("signalbox://page/wire?x=1&y=ä%26") });
    QVERIFY2(line, line ? "" : qPrintable(line.error()));
    const QString text = handOverText(*line);
    QVERIFY(!text.contains(u'\n'));
    const CommandLine told = handedOver(text);
    QCOMPARE(told.url, line->url);
    QCOMPARE(told.apiKey, QStringLiteral("tg_a+b&c=d%20"));
    QCOMPARE(told.page, line->page);
    QCOMPARE(told.link, line->link);
    QVERIFY(told.workspaceGiven);
    QCOMPARE(told.workspace, QString());
    QVERIFY(told.readOnly);
    // A start without a wish only brings the window to the front.
    const CommandLine nothing = handedOver(handOverText(CommandLine()));
    QVERIFY(!nothing.readOnly && !nothing.workspaceGiven);
    QCOMPARE(nothing.url + nothing.connection + nothing.page + nothing.link, QString());
}

void ConsoleParts::aBusyWindowIsToldOnce()
{
    QTemporaryDir folder;
    SingleInstance first;
    QSignalSpy received(&first, &SingleInstance::received);
    QCOMPARE(first.claim(folder.path(), {}), SingleInstance::First);
    bool told = false;
    const QString profile = folder.path();
    const std::unique_ptr<QThread> second(QThread::create([&told, profile] {
        const SingleInstance instance;
        told = instance.handOverOnly(profile, QStringLiteral("page=wire"), 20000);
    }));
    second->start();
    QVERIFY(!second->wait(3 * SingleInstance::handOverMs)); // this thread answers nobody meanwhile
    QTRY_VERIFY_WITH_TIMEOUT(second->isFinished(), 20000);
    QVERIFY(told);
    QCOMPARE(received.count(), 1);
}

void ConsoleParts::aSocketLeftBehindDoesNotBlock()
{
    QTemporaryDir folder;
    {
        SingleInstance gone;
        QCOMPARE(gone.claim(folder.path(), {}), SingleInstance::First);
    }
    SingleInstance next;
    QCOMPARE(next.claim(folder.path(), {}), SingleInstance::First);
}

void ConsoleParts::withoutAGraphicsProcessorTheSoftwareRendererDraws()
{
    QTemporaryDir devices;
    QCOMPARE(settled(Renderer::Auto, devices.path()), Renderer::Software);
    QCOMPARE(settled(Renderer::OpenGl, devices.path()), Renderer::OpenGl);
    QFile node(devices.filePath(QStringLiteral("renderD128")));
    QVERIFY(node.open(QIODevice::WriteOnly));
    QCOMPARE(settled(Renderer::Auto, devices.path()), Renderer::OpenGl);
    QCOMPARE(settled(Renderer::Software, devices.path()), Renderer::Software);
}

void ConsoleParts::whoTouchesNothingIsRefreshedLessOften()
{
    Session session;
    Attention attention(&session, std::chrono::milliseconds(50));
    QCOMPARE(session.attention(), Session::Watched);
    QCOMPARE(session.refreshMs(), 1000);
    QTRY_COMPARE(session.attention(), Session::Calm);
    QCOMPARE(session.refreshMs(), 5000);
    QCOMPARE(QGuiApplication::styleHints()->cursorFlashTime(), 0);
    QWindow window;
    QTest::keyClick(&window, Qt::Key_Down);
    QCOMPARE(session.attention(), Session::Watched);
    QVERIFY(QGuiApplication::styleHints()->cursorFlashTime() > 0);
    QTRY_COMPARE(session.attention(), Session::Calm);
}

void ConsoleParts::aHiddenWindowIsRefreshedLeast()
{
    Session session;
    Attention attention(&session);
    QWindow window;
    window.resize(100, 100);
    attention.watch(&window);
    QCOMPARE(session.attention(), Session::Hidden);
    window.show();
    QTRY_COMPARE(session.attention(), Session::Watched);
    window.hide();
    QTRY_COMPARE(session.attention(), Session::Hidden);
    QCOMPARE(session.refreshMs(), 30000);
}

namespace {

/// A connection that never answers: what counts here is what the window may send.
struct Opened {
    QTemporaryDir folder;
    std::unique_ptr<Console> console;
    explicit Opened(bool readOnlyByCommand, bool isProtected)
    {
        CommandLine line;
        line.profile = folder.path();
        line.readOnly = readOnlyByCommand;
        console = std::make_unique<Console>(line);
        console->openConnection(console->connections()->addTransient(
            { QStringLiteral("far"), QStringLiteral("http://127.0.0.1:9"),
                QStringLiteral("production"), isProtected, false },
            QString()));
    }
    void command(const char *id) { emit console->app()->commandRequested(QString::fromLatin1(id)); }
    bool readOnly() const { return console->session()->readOnly(); }
    void takeLease()
    {
        schema::Lease wanted;
        wanted.scopes = { "flows" };
        wanted.minutes = 5;
        wanted.reason = "drill";
        console->session()->leases()->take(wanted);
    }
};

} // namespace

void ConsoleParts::readOnlyByCommandHoldsForTheWholeRun()
{
    for (const bool isProtected : { false, true }) {
        Opened opened(true, isProtected);
        QVERIFY(opened.readOnly());
        QSignalSpy commands(opened.console->app(), &AppState::commandRequested);
        opened.command("read-only");
        QVERIFY(opened.readOnly());
        QCOMPARE(commands.size(), 1); // nothing asks
        QVERIFY(opened.console->app()->notice().contains(QStringLiteral("--read-only")));
        opened.takeLease();
        QVERIFY(opened.readOnly());
        QVERIFY(!opened.console->session()->leases()->error().isEmpty());
        opened.console->openConnection(QStringLiteral("far"));
        QVERIFY(opened.readOnly());
    }
    Opened free(false, false);
    QVERIFY(!free.readOnly());
    free.command("read-only");
    QVERIFY(free.readOnly());
    free.command("read-only");
    QVERIFY(!free.readOnly());
}

void ConsoleParts::aProtectedConnectionIsWrittenToOnlyWithALease()
{
    Opened opened(false, true);
    QVERIFY(opened.readOnly());
    QSignalSpy commands(opened.console->app(), &AppState::commandRequested);
    opened.command("read-only");
    QVERIFY(opened.readOnly());
    // asked within the command, so told before it
    QCOMPARE(commands.first().first().toString(), QStringLiteral("ask-writing"));
    Session *session = opened.console->session();
    const auto denied = [&](const char *operation) {
        return session->denied(QStringLiteral("flow"), QLatin1String(operation));
    };
    QCOMPARE(denied("start-flow"), QStringLiteral("lease"));
    opened.takeLease(); // what the dialog does
    QVERIFY(!opened.readOnly());
    QCOMPARE(denied("start-flow"), QString());
    QCOMPARE(denied("stop-flow"), QStringLiteral("lease")); // another scope
    QVERIFY(session->protectedConnection());
    QVERIFY(session->leases()->remainingS() > 290);
    session->leases()->renew(30);
    QVERIFY(session->leases()->remainingS() > 1790);
    session->leases()->stop();
    QVERIFY(opened.readOnly());
    QVERIFY(!session->leases()->ended().isEmpty());
    QCOMPARE(denied("start-flow"), QStringLiteral("lease-over"));
    opened.takeLease();
    opened.console->openConnection(QStringLiteral("far")); // opened again: read-only again
    QVERIFY(opened.readOnly());
}

void ConsoleParts::anEditedLogLinkCountsAtOnce()
{
    Opened opened(false, false);
    ConnectionList &list = *opened.console->connections();
    int row = 0;
    while (list.at(row).name != QStringLiteral("far"))
        ++row;
    const auto edit = [&](const QString &flow) {
        SavedConnection edited = list.at(row);
        LogTemplates { flow, {}, {} }.putInto(edited);
        row = list.put(row, edited, {}, {});
    };
    const int generation = opened.console->session()->generation();
    const QString first = QStringLiteral("https://logs.example.org/{flow}");
    edit(first);
    QCOMPARE(opened.console->session()->logs().flow, first);
    QCOMPARE(opened.console->session()->generation(), generation); // nothing was opened anew
    edit({});
    QCOMPARE(opened.console->session()->logs().flow, QString());
    edit(first);
    opened.command("read-only"); // opens it again, as it is kept
    QCOMPARE(opened.console->session()->logs().flow, first);
}

void ConsoleParts::aNewNameCountsAtOnceAndKeepsWhatWasKept()
{
    Opened opened(false, false);
    ConnectionList &list = *opened.console->connections();
    Session &session = *opened.console->session();
    const int row = list.indexOf(QStringLiteral("far"));
    QVERIFY(row > 0);
    const int generation = session.generation();
    SavedConnection edited = list.at(row);
    edited.name = QStringLiteral("farther");
    list.put(row, edited, {}, {});
    QCOMPARE(session.connectionName(), QStringLiteral("farther"));
    QCOMPARE(session.connectionIdentity(), QStringLiteral("far"));
    QCOMPARE(session.generation(), generation); // nothing was opened anew
    opened.console->openConnection(QStringLiteral("farther"));
    QCOMPARE(session.connectionName(), QStringLiteral("farther"));
    QCOMPARE(session.connectionIdentity(), QStringLiteral("far"));
}

void ConsoleParts::whatWasSaidOfAConnectionGoesWithIt()
{
    Opened opened(false, false);
    opened.command("read-only");
    QVERIFY(!opened.console->app()->notice().isEmpty()); // every change is refused from now on
    opened.console->openConnection(QStringLiteral("far"));
    QVERIFY(!opened.console->app()->notice().isEmpty()); // still the same one
    opened.console->openConnection(opened.console->connections()->addTransient(
        { QStringLiteral("other"), QStringLiteral("http://127.0.0.1:9"),
            QStringLiteral("development"), false, false },
        QString()));
    QCOMPARE(opened.console->app()->notice(), QString());
    QVERIFY(!opened.readOnly());
}

void ConsoleParts::theClockCountsFromTheStartOfTheProcess()
{
    const double first = sinceProcessStart();
    QVERIFY(first >= 0 && first < 60000);
    QTRY_VERIFY(sinceProcessStart() > first);
}

QTEST_MAIN(ConsoleParts)
#include "tst_console.moc"
