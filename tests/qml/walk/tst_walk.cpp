// SPDX-License-Identifier: GPL-3.0-only
// The whole window with all of its pages, pressed and typed into at random: on a connection that is
// not written to, the far end hears no write. The same walk where nothing guards reaches many.
#include "app/client/journalgate.h"
#include "app/client/readonlyguard.h"
#include "models/rules/lease.h"
#include "models/stores/alertstore.h"
#include "models/stores/configstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/journalstore.h"
#include "models/stores/leasestore.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "resources/fonts.h"
#include "tests/qml/mainwindow.h"
#include "tests/qml/walk/farend.h"
#include "tests/qml/walk/walker.h"
#include "views/pages/appstate.h"
#include "views/pages/connectionlist.h"
#include "views/pages/pagelist.h"

#include <QDesktopServices>
#include <QDir>
#include <QQmlApplicationEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>
#include <QUrl>

using namespace signalbox;

namespace {

constexpr quint32 seeds[] = { 20260101, 20260102, 20260103 };
constexpr int stepsPerSeed = 40;
constexpr int leastClicked = 60; ///< different things pressed or typed into in one row
constexpr int leastShortcuts = 20;
constexpr int leastWrites = 11; ///< different ones reached where nothing guards

/// What the window believes, and what really is.
enum Guarding { ReadOnly, Leases, GuardOnly, Nothing };

} // namespace

class Walk : public QObject {
    Q_OBJECT
public slots:
    void takeAddress(const QUrl &) { } // no browser is opened

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void cleanupTestCase();
    void noWayLeadsPastTheGuard_data();
    void noWayLeadsPastTheGuard();

private:
    struct Desk {
        QTemporaryDir folder;
        SettingsStore settings { folder.path() };
        FarEnd end;
        Witness below { &end }; ///< what the far end hears
        std::shared_ptr<JournalGate> journal;
        std::shared_ptr<ReadOnlyGuard> guard;
        std::shared_ptr<Witness> above; ///< what the window asks for
        Session session;
        AppState app { &session, &settings };
        ConnectionList connections { &settings };
        QQmlApplicationEngine engine;
        QQuickWindow *window = nullptr;
        std::unique_ptr<Walker> walker;
    };
    void open(Guarding guarding);
    void follow(Guarding guarding); ///< the guard does what the session says
    void learn();
    void looked(); ///< after each step
    void wholePalette();
    void everyShortcut();
    void present();
    void scenes();
    QTemporaryDir m_place;
    std::unique_ptr<Desk> d;
    QStringList m_trail;
};

void Walk::initTestCase()
{
    QVERIFY(QDir::setCurrent(m_place.path())); // what they save goes there
    QGuiApplication::setQuitOnLastWindowClosed(false);
    for (const char *scheme : { "http", "https" })
        QDesktopServices::setUrlHandler(QLatin1String(scheme), this, "takeAddress");
    QCOMPARE(loadFonts(), QStringList());
}

void Walk::cleanupTestCase()
{
    for (const char *scheme : { "http", "https" })
        QDesktopServices::unsetUrlHandler(QLatin1String(scheme));
}

void Walk::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    m_trail.clear();
    d = std::make_unique<Desk>();
}

void Walk::cleanup()
{
    if (QTest::currentTestFailed())
        for (const QString &did : std::as_const(m_trail))
            std::fprintf(stderr, "  %s\n", qPrintable(did));
    d->end.drop();
    QThreadPool::globalInstance()->waitForDone();
    d->walker.reset();
    delete d->window;
    d.reset();
}

void Walk::follow(Guarding guarding)
{
    using Mode = ReadOnlyGuard::Mode;
    const LeaseStore *leases = d->session.leases();
    d->guard->setMode(guarding == GuardOnly || d->session.forcedReadOnly() ? Mode::Closed
            : d->session.leaseNeeded()                                     ? Mode::NeedsLease
                                                                           : Mode::Open);
    d->guard->setReplay(d->session.replaying());
    d->guard->setLease(
        leases->lease() ? std::optional(*leases->lease()) : std::nullopt, leases->end());
    d->guard->setDefaultWorkspace(d->session.defaultWorkspace().toStdString());
}

void Walk::open(Guarding guarding)
{
    FakeGateway &far = d->end.far;
    far.setReadOnly(guarding == ReadOnly);
    far.setLeaseNeeded(guarding == Leases);
    far.setEnvironment(
        guarding == Leases ? QStringLiteral("production") : QStringLiteral("development"),
        guarding == Leases);
    d->below.allows = [this, guarding](const Request &request) {
        if (guarding == Nothing)
            return true;
        // With a lease, and to take one, requests pass as they shall.
        return guarding == Leases
            && (d->session.leases()->held()
                || rules::needsNoLease({ request.service, request.operation, false, {} }));
    };
    d->settings.setReducedMotion(true);
    d->session.config()->setFolder(d->folder.path());
    d->session.journal()->setFolder(d->folder.path());
    // As app/client/connection.cpp puts them together.
    d->journal = std::make_shared<JournalGate>(
        std::shared_ptr<Gateway>(&d->below, [](Gateway *) {}), d->session.journal());
    d->guard = std::make_shared<ReadOnlyGuard>(d->journal);
    d->journal->setCheck(
        [guard = d->guard.get()](const Request &request) { return guard->refusal(request); });
    d->above = std::make_shared<Witness>(d->guard.get());
    connect(&d->session, &Session::changed, this, [this, guarding] { follow(guarding); });
    far.connectTo(d->session);
    d->session.setGateway(d->above, far.live());
    follow(guarding);
    far.reconnect(); // all of it is asked through the guard

    QCOMPARE(openWindow(*d, { 1280, 800 }), QString());
    QTRY_VERIFY(d->session.flows()->loaded() && d->session.queues()->loaded()
        && d->session.flows()->count() > 0);
    // One alert calls, by a clock that stands still from then on.
    const auto now = std::make_shared<qint64>(0);
    d->app.alerts()->setClock([now] { return *now; });
    for (int i = 0; i < 45; ++i, *now += AlertStore::lookMs)
        d->app.alerts()->look();
    d->walker = std::make_unique<Walker>(
        d->window, &d->app, &d->connections, [this] { return d->end.idle(); });
    d->walker->settle();
    learn();
}

void Walk::learn()
{
    Walker &walker = *d->walker;
    walker.words = { QStringLiteral("x"), QStringLiteral("stop news"), QStringLiteral("start"),
        QStringLiteral("purge"), QStringLiteral("state:running"), QStringLiteral("walk") };
    const auto coded = [](const QString &text) {
        return QString::fromLatin1(QUrl::toPercentEncoding(text));
    };
    const auto link = [&walker](const QString &path) {
        walker.links.append(QStringLiteral("signalbox://") + path);
    };
    for (const PageEntry &page : pageList)
        link(QStringLiteral("page/") + QLatin1String(page.id));
    for (const auto &row : d->session.flows()->rows()) {
        walker.words << row.id;
        link(QStringLiteral("flow/%1/%2").arg(coded(row.workspace), coded(row.id)));
        link(QStringLiteral("blueprint/%1/%2").arg(coded(row.workspace), coded(row.blueprint)));
        link(QStringLiteral("stop/%1/%2").arg(coded(row.workspace), coded(row.id)));
    }
    int queues = 0;
    for (const auto &name : d->end.far.queueNames())
        if (++queues <= 8)
            link(QStringLiteral("queue/") + coded(QString::fromStdString(name)));
    for (const char *entry : { "prompt/system", "tool/papers", "depot/tracks" })
        link(QStringLiteral("config/acme/") + QLatin1String(entry));
    for (const char *path : { "workspace/acme", "workspace/globex", "start/acme", "queue", "flow/",
             "config/acme/depot/tracks/delete" })
        link(QLatin1String(path));
}

void Walk::looked()
{
    m_trail.append(d->app.page() + QStringLiteral(": ") + d->walker->last);
    if (m_trail.size() > 25)
        m_trail.removeFirst();
    d->end.far.forgetAsked();
    QVERIFY2(d->below.wrong.isEmpty(),
        qPrintable(d->walker->last + QStringLiteral(" reached ") + d->below.wrong.join(u", ")));
    if (d->session.leases()->held()) // taken as it shall be: on without one
        d->session.leases()->stop();
}

/// Each line of the palette, and lines with words behind them.
void Walk::wholePalette()
{
    Walker &walker = *d->walker;
    const QStringList titles = walker.paletteTitles();
    for (const QString &title : titles) {
        walker.clean();
        // A command's name may change with what was done before it.
        if (!walker.paletteTitles(title.left(8)).contains(title))
            continue;
        walker.runPalette(title.left(8), title);
        QVERIFY2(walker.commands.contains(title), qPrintable(title));
        looked();
        if (QTest::currentTestFailed())
            return;
        walker.accept();
        looked();
        if (QTest::currentTestFailed())
            return;
    }
    for (const QString &word : std::as_const(walker.words)) {
        walker.clean();
        walker.runPalette(word);
        looked();
        if (QTest::currentTestFailed())
            return;
    }
    walker.clean();
}

void Walk::everyShortcut()
{
    Walker &walker = *d->walker;
    const QStringList sequences = walker.shortcuts();
    QVERIFY2(sequences.size() > leastShortcuts, qPrintable(sequences.join(QLatin1Char(' '))));
    for (const QString &sequence : sequences) {
        walker.clean();
        walker.pressShortcut(sequence);
        looked();
        if (QTest::currentTestFailed())
            return;
    }
    walker.clean();
}

/// Now is shown, not an instant of the past: there nothing is written anyway.
void Walk::present()
{
    d->walker->clean();
    if (d->session.replaying())
        d->session.queues()->replay()->live();
    d->walker->settle();
}

/// Where the walk would seldom come by itself: it begins there.
void Walk::scenes()
{
    Walker &walker = *d->walker;
    present();
    const auto at = [&](const QString &page, const QString &target = {}) {
        walker.clean();
        d->app.open(page, target);
        walker.settle();
    };
    const auto through = [&] {
        for (int i = 0; i < 3; ++i) {
            walker.accept();
            looked();
        }
    };
    const auto names = d->end.far.queueNames();
    const QString queue = QString::fromStdString(names.front());
    const QString other = QString::fromStdString(names.back());
    const auto fillQueue = [&] {
        d->end.far.changeQueue(queue.toStdString(), [](schema::QueueRow &row) { row.ready = 3; });
        walker.settle();
    };
    d->session.setWorkspace(QStringLiteral("acme"));
    at(QStringLiteral("configuration"), QStringLiteral("acme/depot/tracks"));
    walker.press(QStringLiteral("JSON"));
    walker.fillArea(QStringLiteral("{\"count\": 14}"));
    walker.press(QStringLiteral("Apply…"));
    through();
    at(QStringLiteral("chat-test"));
    walker.press(QStringLiteral("Begin a chat"));
    walker.settle();
    walker.fill(QStringLiteral("Message to the agent"), QStringLiteral("hello"));
    walker.press(QStringLiteral("Send"));
    looked();
    walker.press(QStringLiteral("End"));
    walker.otherQueue = other;
    const struct {
        const char *page;
        QString target;
        const char *button;
        const char *tab = nullptr; ///< of what is looked at, or of the page
    } forms[] = { { "queues", queue, "Publish…" }, { "queues", queue, "Purge…" },
        { "queues", queue, "Move its messages…" }, { "queues", other, "Delete the queue…" },
        { "flows", {}, "Start flow…" },
        { "flows", QStringLiteral("acme/ontology-lab"), "Restart…" },
        { "blueprints", {}, "New blueprint…" }, { "configuration", {}, "New entry…" },
        { "configuration", QStringLiteral("acme/depot/gates"), "Delete…" },
        { "configuration", {}, "Review" }, { "tenants", {}, "New tenant…" },
        { "tenants", QStringLiteral("acme"), "New agent…", "Agents" },
        { "tenants", QStringLiteral("acme"), "New channel…", "Channels" },
        { "tenants", QStringLiteral("acme"), "Invite…", "Users" },
        { "access", {}, "New user…", "Users" },
        { "access", QStringLiteral("mira"), "New key…", "Users" },
        { "access", QStringLiteral("otto"), "Disable…", "Users" },
        { "access", QStringLiteral("initech"), "Enable…", "Workspaces" } };
    for (const auto &form : forms) {
        fillQueue();
        at(QLatin1String(form.page), form.target);
        // These two do not take what is looked at from the address; a part of the page comes
        // before its row, what a tenant has after it.
        const bool tenants = std::string_view(form.page) == "tenants";
        if (form.tab && !tenants)
            walker.press(QLatin1String(form.tab));
        if (form.tab)
            walker.look(form.target);
        if (form.tab && tenants)
            walker.press(QLatin1String(form.tab));
        walker.press(QString::fromUtf8(form.button));
        through();
        if (QTest::currentTestFailed())
            return;
    }
    at(QStringLiteral("conversations"), QStringLiteral("acme/C04-8841"));
    walker.press(QStringLiteral("Take over"));
    looked();
    at(QStringLiteral("flows"), QStringLiteral("globex/news"));
    walker.press(QStringLiteral("Stop…"));
    through();
    walker.clean();
}

void Walk::noWayLeadsPastTheGuard_data()
{
    QTest::addColumn<int>("guarding");
    QTest::newRow("read-only") << int(ReadOnly);
    QTest::newRow("without a lease") << int(Leases);
    QTest::newRow("only the guard knows") << int(GuardOnly);
    QTest::newRow("nothing guards: the same does write") << int(Nothing);
}

void Walk::noWayLeadsPastTheGuard()
{
    QFETCH(int, guarding);
    open(Guarding(guarding));
    if (QTest::currentTestFailed())
        return;
    Walker &walker = *d->walker;
    walker.seed(seeds[0]);
    for (int i = 0; i < int(pageList.size()); ++i) {
        walker.openPage(i);
        QTRY_VERIFY2(
            d->window->property("currentPage").value<QQuickItem *>(), pageList[size_t(i)].id);
        looked();
    }
    if (guarding != Nothing)
        wholePalette();
    if (QTest::currentTestFailed())
        return;
    everyShortcut();
    if (QTest::currentTestFailed())
        return;
    scenes();
    if (QTest::currentTestFailed())
        return;
    for (const quint32 seed : seeds) {
        walker.seed(seed);
        for (int i = 0; i < stepsPerSeed; ++i) {
            if (i % 10 == 0) {
                d->end.far.pass(2);
                present();
            }
            walker.step();
            looked();
            if (QTest::currentTestFailed())
                return;
        }
    }
    walker.clean();
    const QStringList asked = d->above->writes;
    const QStringList heard = d->below.writes;
    qInfo("pressed %d, commands %d, asked for: %s; heard: %s", int(walker.clicked.size()),
        int(walker.commands.size()), qPrintable(asked.join(u", ")), qPrintable(heard.join(u", ")));
    for (const PageEntry &page : pageList)
        QVERIFY2(walker.visited.contains(QLatin1String(page.id)), page.id);
    QVERIFY2(
        walker.clicked.size() > leastClicked, qPrintable(QString::number(walker.clicked.size())));
    // So that it would be noticed: the same hands do write where nothing, or only the guard, is
    // in their way.
    if (guarding != GuardOnly && guarding != Nothing)
        return;
    const QStringList &reached = guarding == Nothing ? heard : asked;
    for (const char *kind :
        { "flow stop-flow", "flow start-flow", "config put", "fabric publish", "fabric purge" })
        QVERIFY2(reached.contains(QLatin1String(kind)), kind);
    if (guarding == Nothing) {
        for (const char *kind :
            { "chat send", "fabric move", "iam create-api-key", "iam disable-user" })
            QVERIFY2(heard.contains(QLatin1String(kind)), kind);
        QVERIFY2(heard.size() >= leastWrites, qPrintable(heard.join(u", ")));
    }
}

int main(int argc, char **argv)
{
    const QTemporaryDir home; // what is saved by default goes there
    qputenv("HOME", home.path().toLocal8Bit());
    qputenv("QT_ACCESSIBILITY", "1");
    QGuiApplication application(argc, argv);
    Walk test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_walk.moc"
