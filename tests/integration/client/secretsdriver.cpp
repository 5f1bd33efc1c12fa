// SPDX-License-Identifier: GPL-3.0-only
#include "tests/integration/client/secretsdriver.h"

#include "app/console/commandline.h"
#include "app/console/console.h"
#include "models/stores/alertstore.h"
#include "models/stores/chatrun.h"
#include "models/stores/configdrafts.h"
#include "models/stores/configstore.h"
#include "models/stores/draftstore.h"
#include "models/stores/loglinks.h"
#include "models/stores/wirestore.h"
#include "views/pages/accessform.h"
#include "views/pages/accesspage.h"
#include "views/pages/connectionform.h"
#include "views/pages/tenantform.h"
#include "views/pages/tenantspage.h"

#include <QAccessible>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QQuickItem>
#include <QTest>

#include <cstdio>
#include <iostream>

namespace signalbox {

/// The system's browser with somebody before it: goes where it is sent. What it is given stands
/// among the arguments of a process, so it is kept to be looked through.
class Browser : public QObject {
    Q_OBJECT
public:
    explicit Browser(const QString &folder)
        : m_log(QDir(folder).filePath(QStringLiteral("browser.txt")))
    {
        if (m_log.open(QIODevice::WriteOnly))
            QDesktopServices::setUrlHandler(QStringLiteral("http"), this, "open");
    }
    ~Browser() override { QDesktopServices::unsetUrlHandler(QStringLiteral("http")); }
    int shown = 0;
    int answered = 0;

public slots:
    void open(const QUrl &url)
    {
        ++shown;
        m_log.write(url.toEncoded() + '\n');
        m_log.flush();
        QNetworkReply *reply = m_network.get(QNetworkRequest(url));
        connect(reply, &QNetworkReply::finished, this, [this, reply] {
            ++answered;
            reply->deleteLater();
        });
    }

private:
    QFile m_log;
    QNetworkAccessManager m_network;
};

namespace {

constexpr int patience = 30000;

QString line()
{
    std::string text;
    std::getline(std::cin, text);
    return QString::fromStdString(text);
}

void tell(const char *text)
{
    std::printf("%s\n", text);
    std::fflush(stdout);
}

/// What a person is told goes into the output too: it is looked through as all else.
bool fail(const char *what, const Console &console)
{
    std::printf("failed: %s: %s\n", what,
        qPrintable(const_cast<Console &>(console).session()->stateText()));
    std::fflush(stdout);
    return false;
}

bool reaches(Console &console, Session::State state)
{
    return QTest::qWaitFor([&] { return console.session()->state() == state; }, patience);
}

/// All that a screen reader is told, of everything in the window.
void spell(QAccessibleInterface *of, QString &into)
{
    if (!of)
        return;
    for (const auto text : { QAccessible::Name, QAccessible::Description, QAccessible::Value })
        into += of->text(text) + u'\n';
    if (auto *words = of->textInterface())
        into += words->text(0, words->characterCount()) + u'\n';
    for (int i = 0; i < of->childCount(); ++i)
        spell(of->child(i), into);
}

QQuickItem *fieldNamed(QQuickItem *below, const QString &name)
{
    if (below->isVisible() && below->property("name").toString() == name
        && below->property("echoMode").isValid())
        return below;
    const auto children = below->childItems();
    for (QQuickItem *child : children)
        if (auto *found = fieldNamed(child, name))
            return found;
    return nullptr;
}

bool keepPicture(Console &console, const QString &folder, const QString &name)
{
    QString words;
    spell(QAccessible::queryAccessibleInterface(console.window()), words);
    QFile file(QDir(folder).filePath(name + QStringLiteral(".txt")));
    return file.open(QIODevice::WriteOnly) && file.write(words.toUtf8()) > 0
        && console.window()->grabWindow().save(
            QDir(folder).filePath(name + QStringLiteral(".png")));
}

/// The dialog with a secret typed and not yet saved.
bool typeIntoTheDialog(Console &console, const QString &folder, const QString &secret)
{
    emit console.app()->commandRequested(QStringLiteral("connection-key"));
    QQuickItem *field = nullptr;
    const auto there = [&] {
        field = fieldNamed(console.window()->contentItem(), QStringLiteral("API key"));
        return field != nullptr;
    };
    if (!QTest::qWaitFor(there, patience))
        return fail("the dialog", console);
    field->forceActiveFocus();
    console.window()->requestActivate();
    for (const QChar letter : secret)
        QTest::keyClick(console.window(), letter.toLatin1());
    if (field->property("text").toString() != secret)
        return fail("typing", console);
    return keepPicture(console, folder, QStringLiteral("dialog"));
}

struct Wanted {
    QString url, ca, certificate, key, user, password, next, wrong, passphrase, token, plainUrl,
        hook, channel, value, issuer, typed;
};

Wanted wanted()
{
    Wanted all;
    for (QString *one : { &all.url, &all.ca, &all.certificate, &all.key, &all.user, &all.password,
             &all.next, &all.wrong, &all.passphrase, &all.token, &all.plainUrl, &all.hook,
             &all.channel, &all.value, &all.issuer, &all.typed })
        *one = line();
    return all;
}

SavedConnection byPassword(const Wanted &all)
{
    SavedConnection connection;
    connection.name = QStringLiteral("by password");
    connection.url = all.url;
    connection.signIn = SignIn::Password;
    connection.user = all.user;
    connection.caFile = all.ca;
    connection.certificateFile = all.certificate;
    connection.keyFile = all.key;
    return connection;
}

bool testAndOpen(Console &console, const Wanted &all)
{
    auto *list = console.connections();
    const int row = list->put(-1, byPassword(all), all.password, all.passphrase);
    ConnectionForm form;
    form.setList(list);
    form.load(row);
    form.test();
    if (!QTest::qWaitFor([&] { return !form.testing(); }, patience) || !form.passed()) {
        for (int step = 0; step < form.steps()->rowCount(); ++step)
            tell(qPrintable(form.steps()->at(step).text));
        return fail("the test", console);
    }
    list->open(row);
    return reaches(console, Session::Live) || fail("sign-in with a password", console);
}

bool openByToken(Console &console, const Wanted &all)
{
    SavedConnection connection;
    connection.name = QStringLiteral("by token");
    connection.url = all.plainUrl;
    connection.keep = SignIn::Keychain; // which does not answer here
    console.connections()->open(console.connections()->put(-1, connection, all.token, {}));
    return reaches(console, Session::Live) || fail("sign-in with a token", console);
}

bool changePassword(Console &console, const Wanted &all)
{
    auto *list = console.connections();
    list->open(list->indexOf(QStringLiteral("by password")));
    if (!reaches(console, Session::Live))
        return fail("sign-in before the change", console);
    QString error = QStringLiteral("none yet");
    const auto told = QObject::connect(list, &ConnectionList::passwordChanged, list,
        [&error](const QString &text) { error = text; });
    list->changePassword(all.password, all.next);
    const bool done = QTest::qWaitFor([&] { return error.isEmpty(); }, patience);
    QObject::disconnect(told);
    return done || fail("change of the password", console);
}

bool beRefused(Console &console, const Wanted &all)
{
    auto *list = console.connections();
    const int row = list->indexOf(QStringLiteral("by password"));
    list->put(row, list->at(row), all.wrong, {});
    list->open(row);
    return reaches(console, Session::Refused) || fail("a wrong password", console);
}

/// A person is called by a webhook whose path is a secret; nobody is there.
bool callByWebhook(Console &console, const Wanted &all)
{
    AlertStore &alerts = *console.app()->alerts();
    alerts.setWebhook(QStringLiteral("http://127.0.0.1:9/hooks/") + all.hook);
    schema::AlertEvent event;
    event.event = "raised";
    event.text = "a queue is full";
    emit alerts.called(event);
    return QTest::qWaitFor([&] { return alerts.webhookState().contains(u"failed"); }, patience)
        || fail("the webhook", console);
}

bool sendLine(Console &console, const std::string &line, const std::string &body)
{
    Request request;
    request.service = "portal";
    request.operation = line;
    request.body = body;
    auto answer = console.session()->gateway()->request(request);
    return QTest::qWaitFor([&] { return answer.isFinished(); }, patience) && answer.result();
}

/// What a tenant's channel signs with is written through the console, never read.
bool writeChannel(Console &console, const Wanted &all)
{
    const std::string secret = all.channel.toStdString();
    return (sendLine(console, "POST /tenants", R"({"id":"rail","name":"Rail","slug":"rail"})")
               && sendLine(console, "POST /tenants/rail/channels",
                   R"({"channel_type":"slack","workspace_id":"T1","config":{"signing_secret":")"
                       + secret + R"(","bot_token":")" + secret + R"("}})"))
        || fail("the channel", console);
}

/// A value of the configuration that holds a secret: a draft, then applied.
bool writeValue(Console &console, const Wanted &all)
{
    auto *config = console.session()->config();
    const QString workspace = console.session()->defaultWorkspace();
    const std::string text =
        R"({"url":"http://127.0.0.1:9/","auth-token":")" + all.value.toStdString() + "\"}";
    config->drafts()->edit(
        ConfigStore::idOf(workspace, QStringLiteral("mcp"), QStringLiteral("half-done")), text);
    config->draftStore()->flush();
    auto applied = config->apply(
        workspace, { { QStringLiteral("mcp"), QStringLiteral("planted"), {}, text } });
    return (QTest::qWaitFor([&] { return applied.isFinished(); }, patience)
               && !applied.result().error && applied.result().written == 1)
        || fail("the value", console);
}

/// Opens a connection whose sign-in the far end refuses, wherever the session stands now.
bool isRefusedAnew(Console &console, int row)
{
    bool left = false;
    Session *session = console.session();
    const auto watch = QObject::connect(session, &Session::changed, session,
        [&left, session] { left = left || session->state() != Session::Refused; });
    console.connections()->open(row);
    const bool refused =
        QTest::qWaitFor([&] { return left && session->state() == Session::Refused; }, patience);
    QObject::disconnect(watch);
    return refused;
}

/// Signs in at an OpenID provider that the gateway knows nothing of, once in the browser, once with
/// what was given for later, and signs out.
bool signInByOpenId(Console &console, const Wanted &all, const QString &folder)
{
    Browser browser(folder);
    OpenIdSettings settings;
    settings.issuer = all.issuer;
    settings.clientId = QStringLiteral("console");
    SavedConnection connection;
    connection.name = QStringLiteral("by OpenID");
    connection.url = all.plainUrl;
    connection.signIn = SignIn::OpenId;
    settings.putInto(connection);
    const int row = console.connections()->put(-1, connection, {}, {});
    if (!isRefusedAnew(console, row) || !isRefusedAnew(console, row))
        return fail("the gateway's word about a stranger", console);
    if (browser.shown != 1)
        return fail("the browser", console);
    emit console.app()->commandRequested(QStringLiteral("sign-out"));
    const auto out = [&] {
        return browser.answered == 2 && console.app()->notice().startsWith(u"Signed out of");
    };
    return QTest::qWaitFor(out, patience) || fail("signing out", console);
}

/// Forms with a secret in them, typed and not sent; and addresses with one where none belongs.
bool leaveFormsHalfDone(Console &console, const Wanted &all)
{
    const QString address = QStringLiteral("https://mira:%1@half-typed-address/")
                                .arg(QString::fromUtf8(QUrl::toPercentEncoding(all.typed)));
    if (LogTemplates::fault(address).isEmpty())
        return fail("a password within a link to logs", console);
    ConnectionForm connection;
    connection.setList(console.connections());
    connection.formDraft()->setSession(console.session());
    connection.load(-1);
    connection.setProperty("name", QStringLiteral("half-typed connection"));
    for (const char *field : { "secret", "brokerSecret", "passphrase" })
        connection.setProperty(field, all.typed);
    for (const char *field : { "url", "brokerUrl", "flowLogs", "processorLogs", "queueLogs" })
        connection.setProperty(field, address);

    AccessPage people;
    people.setSession(console.session());
    AccessForm user;
    user.setStore(people.store());
    user.draft()->setSession(console.session());
    user.open(AccessForm::NewUser);
    user.setGenerate(false);
    user.setName(QStringLiteral("half-typed-user"));
    user.setCurrentPassword(all.typed);
    user.setPassword(all.typed);
    user.setRepeated(all.typed);

    TenantsPage tenants;
    tenants.setSession(console.session());
    TenantForm channel;
    channel.setStore(tenants.store());
    channel.draft()->setSession(console.session());
    channel.open(TenantForm::AChannel, QStringLiteral("rail"));
    channel.edit(
        QStringLiteral(R"({"channel_type":"slack","config":{"bot_token":"%1"}})").arg(all.typed));
    console.session()->config()->draftStore()->flush();
    return true;
}

/// A chat test from a file and what is kept of it; the first frame of its chat carries the token.
bool runChatTest(Console &console, const QString &folder)
{
    if (!sendLine(console, "POST /tenants/rail/agents",
            R"({"name":"Ada","role":"support","model_preference":"scripted"})"))
        return fail("the agent", console);
    QFile file(QDir(folder).filePath(QStringLiteral("hello.chat.json")));
    if (!file.open(QIODevice::WriteOnly))
        return false;
    file.write(R"({"name":"hello","tenant":"rail","agent":"Ada",)"
               R"("steps":[{"say":"Hello","expect":[{"regex":"."}]}]})");
    file.close();
    ChatRun run(console.session());
    run.run(readChatTests(file.fileName()));
    if (!QTest::qWaitFor([&] { return !run.running(); }, patience) || run.failed() != 0
        || run.results().empty())
        return fail("the chat test", console);
    QFile report(QDir(folder).filePath(QStringLiteral("chats.xml")));
    return report.open(QIODevice::WriteOnly) && report.write(junitOf(run.results())) > 0;
}

/// What carries passwords and tokens through the gateway is shown to nobody.
bool mayNotListen(Console &console)
{
    for (const char *operation : { "peek", "tail", "get-payload" }) {
        Request request;
        request.service = "fabric";
        request.operation = operation;
        request.body = R"({"queue":"request:tg:iam.iam-svc","topic":"request:tg:iam","seq":1})";
        auto answer = console.session()->gateway()->request(request);
        if (!QTest::qWaitFor([&] { return answer.isFinished(); }, patience) || answer.result())
            return fail(operation, console);
    }
    return true;
}

bool run(Console &console, const QString &profile, const Wanted &all)
{
    if (!reaches(console, Session::Live))
        return fail("sign-in with a key", console);
    if (!testAndOpen(console, all) || !openByToken(console, all) || !changePassword(console, all)
        || !beRefused(console, all) || !signInByOpenId(console, all, profile))
        return false;
    console.app()->open(QStringLiteral("Wire"));
    if (!keepPicture(console, profile, QStringLiteral("wire")))
        return fail("the picture", console);
    console.connections()->open(console.connections()->indexOf(QStringLiteral("by token")));
    if (!reaches(console, Session::Live)
        || !typeIntoTheDialog(console, profile, QStringLiteral("tg_TypedButNotSaved1"))
        || !callByWebhook(console, all) || !writeChannel(console, all) || !writeValue(console, all)
        || !runChatTest(console, profile) || !leaveFormsHalfDone(console, all)
        || !mayNotListen(console))
        return false;
    emit console.app()->commandRequested(QStringLiteral("alerts"));
    if (!keepPicture(console, profile, QStringLiteral("alerts")))
        return fail("the picture of the alerts", console);
    // What went over the wire comes here from its own thread.
    QByteArray kept;
    const auto whole = [&] {
        kept = console.session()->wire()->exportJsonl().toUtf8();
        return kept.contains("tenants/rail/channels") && kept.contains("auth-token")
            && kept.contains("request:tg:iam");
    };
    if (!QTest::qWaitFor(whole, patience))
        return fail("the wire's log", console);
    QFile wire(QDir(profile).filePath(QStringLiteral("wire.jsonl")));
    return wire.open(QIODevice::WriteOnly) && wire.write(kept) > 0;
}

} // namespace

int driveConsole(int argc, char **argv)
{
    QGuiApplication application(argc, argv);
    QAccessible::setActive(true);
    QStringList arguments;
    for (int i = 2; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    const auto options = parseCommandLine(arguments);
    if (!options)
        return 2;
    const Wanted all = wanted();
    bool fine = false;
    {
        Console console(*options);
        if (!console.start({}))
            return 3;
        fine = run(console, options->profile, all);
        console.remember();
        tell(fine ? "parked" : "failed");
        line(); // until the other half has looked at this process
    }
    return fine ? 0 : 1;
}

} // namespace signalbox

#include "secretsdriver.moc"
