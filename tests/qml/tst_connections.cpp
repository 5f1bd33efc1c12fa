// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/configstore.h"
#include "models/stores/connectioncheck.h"
#include "models/stores/draftstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/session.h"
#include "resources/fonts.h"
#include "tests/qml/mainwindow.h"
#include "tests/support/fakegateway.h"
#include "views/pages/appstate.h"
#include "views/pages/connectionform.h"
#include "views/pages/connectionlist.h"

#include <QAccessible>
#include <QDir>
#include <QQmlApplicationEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

namespace {

class FakeCheck : public ConnectionCheck {
public:
    void start(const SavedConnection &connection, const QString &secret, const QString &) override
    {
        ++starts;
        last = connection;
        lastSecret = secret;
    }
    void cancel() override { ++cancels; }
    int starts = 0;
    int cancels = 0;
    SavedConnection last;
    QString lastSecret;
};

class NoSecrets : public SecretStore {
public:
    State state() const override { return Absent; }
    void look() override { }
    void read(const QString &, QObject *, Got got) override { got({}, QStringLiteral("nobody")); }
    void write(const QString &, const QString &, QObject *, Done done) override
    {
        done(QStringLiteral("no keychain answers"));
    }
    void forget(const QString &) override { }
};

SavedConnection named(const char *name, const char *url, const char *group)
{
    SavedConnection connection;
    connection.name = QString::fromLatin1(name);
    connection.url = QString::fromLatin1(url);
    connection.group = QString::fromLatin1(group);
    return connection;
}

} // namespace

/// The connection dialog in the real window, by keyboard and by eye.
class Connections : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void aNewConnectionByKeyboard();
    void hintsAndFaults();
    void aProviderIsNamedAndKept_data();
    void aProviderIsNamedAndKept();
    void aSecondAddressIsNamedAndKept_data() { aProviderIsNamedAndKept_data(); }
    void aSecondAddressIsNamedAndKept();
    void onlyWhoSignedInAtAProviderCanSignOut();
    void theTestShowsEachStep_data();
    void theTestShowsEachStep();
    void aCertificateIsTakenAndShownInTheFrame();
    void whatIsHalfTypedIsThereAgain();
    void aFileIsChosenInTheColoursOfTheWindow();
    void groupsAndSearch();
    void removingIsConfirmed();
    void aMissingPasswordIsAskedFor();
    void thePasswordDialogWantsTheSameTwice();
    void theFrameSaysWhatIsNotSafe_data();
    void theFrameSaysWhatIsNotSafe();

private:
    struct Desk {
        SettingsStore settings { QString() };
        Session session;
        FakeGateway gateway;
        NoSecrets secrets;
        FakeCheck check;
        AppState app { &session, &settings };
        ConnectionList connections { &settings };
        QQmlApplicationEngine engine;
        QQuickWindow *window = nullptr;
    };
    void saveSome() const;
    QQuickItem *openDialog() const;
    ConnectionForm *form() const;
    QQuickItem *item(const char *property, const QString &value) const;
    QQuickItem *field(const QString &name) const { return item("name", name); }
    void type(const QString &name, const QString &text) const;
    void press(const QString &text) const;
    void picture(const QString &name) const;
    static QQuickItem *pressable(QQuickItem *from, const QString &text);
    static QQuickItem *below(QQuickItem *from, const char *property, const QString &value);
    std::unique_ptr<Desk> d;
};

void Connections::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    static const QStringList missing = loadFonts();
    QCOMPARE(missing, QStringList());
    d = std::make_unique<Desk>();
    d->connections.setSecrets(&d->secrets);
    d->connections.setCheck(&d->check);
    QCOMPARE(openWindow(*d, { 1440, 900 }), QString());
    d->gateway.fillDemo();
    d->gateway.connectTo(d->session);
}

void Connections::cleanup()
{
    delete d->window;
    d.reset();
}

void Connections::saveSome() const
{
    auto &list = d->connections;
    auto staging = named("rail-eu staging", "https://gateway.staging.example.org", "Europe");
    staging.environment = QStringLiteral("staging");
    auto production = named("rail-eu production", "https://gateway.example.org", "Europe");
    production.environment = QStringLiteral("production");
    production.protectedConnection = true;
    production.signIn = SignIn::Password;
    production.user = QStringLiteral("mira");
    production.keep = SignIn::Nowhere;
    list.put(-1, staging, QStringLiteral("tg_x"), {});
    list.put(-1, production, {}, {});
    list.put(-1, named("old yard", "http://10.20.30.40:8088", "America"), {}, {});
    list.put(-1,
        named("a connection whose name is very long, longer than the list is wide",
            "https://gateway.with.a.very.long.name.that.goes.on.and.on.example.org:8443/prefix",
            ""),
        {}, {});
}

QQuickItem *Connections::below(QQuickItem *from, const char *property, const QString &value)
{
    if (from->isVisible() && from->property(property).toString() == value)
        return from;
    const auto children = from->childItems();
    for (QQuickItem *child : children)
        if (auto *found = below(child, property, value))
            return found;
    return nullptr;
}

QQuickItem *Connections::pressable(QQuickItem *from, const QString &text)
{
    if (from->isVisible() && from->property("text").toString() == text
        && from->metaObject()->indexOfSignal("triggered()") >= 0)
        return from;
    const auto children = from->childItems();
    for (QQuickItem *child : children)
        if (auto *found = pressable(child, text))
            return found;
    return nullptr;
}

QQuickItem *Connections::item(const char *property, const QString &value) const
{
    return below(d->window->contentItem(), property, value);
}

QQuickItem *Connections::openDialog() const
{
    emit d->app.commandRequested(QStringLiteral("connections"));
    QQuickItem *list = nullptr;
    const bool shown = QTest::qWaitFor([&] {
        list = field(QStringLiteral("Find a connection"));
        return list != nullptr;
    });
    return shown ? list : nullptr;
}

ConnectionForm *Connections::form() const
{
    const auto found = d->window->findChildren<ConnectionForm *>();
    return found.isEmpty() ? nullptr : found.constFirst();
}

void Connections::type(const QString &name, const QString &text) const
{
    auto *at = field(name);
    QVERIFY2(at, qPrintable(name));
    at->forceActiveFocus();
    for (const QChar letter : text)
        QTest::keyClick(d->window, letter.toLatin1());
    QCOMPARE(at->property("text").toString(), text);
}

void Connections::press(const QString &text) const
{
    auto *button = pressable(d->window->contentItem(), text);
    QVERIFY2(button, qPrintable(text));
    QMetaObject::invokeMethod(button, "triggered");
}

void Connections::picture(const QString &name) const
{
    const QString folder = qEnvironmentVariable("SIGNALBOX_PICTURES");
    const QImage image = d->window->grabWindow();
    QVERIFY(!image.isNull());
    if (!folder.isEmpty() && QDir().mkpath(folder))
        QVERIFY(image.save(QDir(folder).filePath(name + QStringLiteral(".png"))));
}

void Connections::whatIsHalfTypedIsThereAgain()
{
    const QTemporaryDir folder;
    d->session.config()->setFolder(folder.path());
    QVERIFY(openDialog());
    press(QStringLiteral("New connection"));
    QTRY_VERIFY(field(QStringLiteral("Name")) && field(QStringLiteral("Name"))->hasActiveFocus());
    type(QStringLiteral("Name"), QStringLiteral("half"));
    type(QStringLiteral("API key"), QStringLiteral("tg_neverkept"));
    d->session.config()->draftStore()->flush();
    d->session.config()->setFolder(folder.path()); // what is on disk is all that is left
    form()->load(-1);
    QCOMPARE(field(QStringLiteral("Name"))->property("text").toString(), QStringLiteral("half"));
    QCOMPARE(field(QStringLiteral("API key"))->property("text").toString(), QString());
    QVERIFY(form()->formDraft()->restored().startsWith(QStringLiteral("Restored from")));
    picture(QStringLiteral("connections-draft"));
    form()->formDraft()->startOver();
    QCOMPARE(field(QStringLiteral("Name"))->property("text").toString(), QString());
    QDir drafts(folder.filePath(QStringLiteral("drafts")));
    QCOMPARE(drafts.entryList(QDir::Files), QStringList());
}

void Connections::aFileIsChosenInTheColoursOfTheWindow()
{
    const auto pathBar = [this] {
        std::function<QQuickItem *(QQuickItem *)> below = [&](QQuickItem *item) -> QQuickItem * {
            if (item->property("upButton").isValid())
                return item;
            const auto children = item->childItems();
            for (QQuickItem *child : children)
                if (QQuickItem *found = below(child))
                    return found;
            return nullptr;
        };
        return below(d->window->contentItem());
    };
    QVERIFY(openDialog());
    press(QStringLiteral("New connection"));
    QTRY_VERIFY(field(QStringLiteral("Address")));
    type(QStringLiteral("Address"), QStringLiteral("https://a.example"));
    const QString button = QStringLiteral("Authority file: choose a file…");
    QTRY_VERIFY(pressable(d->window->contentItem(), button));
    QObject *chooser = pressable(d->window->contentItem(), button);
    press(button);
    QTRY_VERIFY(chooser->findChild<QObject *>(QStringLiteral("filePicker")));
    QObject *picker = chooser->findChild<QObject *>(QStringLiteral("filePicker"));
    QTRY_VERIFY(picker->property("visible").toBool());
    picture(QStringLiteral("connections-file"));
    // Neither its middle nor the path at its top is Qt's white.
    QTRY_VERIFY(pathBar());
    const QImage dark = d->window->grabWindow();
    const QRectF bar = pathBar()->mapRectToScene(pathBar()->boundingRect());
    for (const QPoint &at : { dark.rect().center(), bar.topRight().toPoint() + QPoint(-20, 8) })
        QVERIFY2(dark.pixelColor(at).lightness() < 100, qPrintable(dark.pixelColor(at).name()));
    QMetaObject::invokeMethod(picker, "close");
    QTRY_VERIFY(!picker->property("visible").toBool());
}

void Connections::aNewConnectionByKeyboard()
{
    QVERIFY(openDialog());
    press(QStringLiteral("New connection"));
    QTRY_VERIFY(field(QStringLiteral("Name")) && field(QStringLiteral("Name"))->hasActiveFocus());
    QTest::keyClick(d->window, 'e');
    QTest::keyClick(d->window, 'u');
    QTest::keyClick(d->window, Qt::Key_Tab); // group
    QTest::keyClick(d->window, Qt::Key_Tab);
    QTRY_VERIFY(field(QStringLiteral("Address"))->hasActiveFocus());
    type(QStringLiteral("Address"), QStringLiteral("https://eu.example.org"));
    type(QStringLiteral("API key"), QStringLiteral("tg_typed"));
    picture(QStringLiteral("connection-new"));
    QSignalSpy opened(&d->connections, &ConnectionList::openRequested);
    QTest::keyClick(d->window, Qt::Key_Return);
    QCOMPARE(opened.count(), 1);
    QCOMPARE(d->connections.at(1).name, QStringLiteral("eu"));
    QCOMPARE(d->connections.key(QStringLiteral("eu")), QStringLiteral("tg_typed"));
    QCOMPARE(field(QStringLiteral("API key"))->property("text").toString(), QString());
}

void Connections::hintsAndFaults()
{
    QVERIFY(openDialog());
    press(QStringLiteral("New connection"));
    QTRY_VERIFY(field(QStringLiteral("Address")));
    type(QStringLiteral("Address"), QStringLiteral("http://10.0.0.7:8088/api/v1"));
    QTRY_VERIFY(item(
        "text", QStringLiteral("Without what follows 10.0.0.7:8088: /api/v1 is added by itself.")));
    picture(QStringLiteral("connection-hint"));
    press(QStringLiteral("Save"));
    QTRY_VERIFY(item("text", QStringLiteral("Give it a name.")));
    picture(QStringLiteral("connection-fault"));
    QCOMPARE(d->connections.count(), 1);
}

void Connections::aSecondAddressIsNamedAndKept()
{
    QFETCH(QString, theme);
    d->settings.setTheme(theme);
    saveSome();
    QVERIFY(openDialog());
    form()->load(1);
    QVERIFY(!field(QStringLiteral("Address of the broker")));
    type(QStringLiteral("Logs: of a flow"),
        QStringLiteral("https://logs.example.org/{workspace}/{flaw}"));
    form()->setProperty("brokerKind", QStringLiteral("rabbitmq"));
    QTRY_VERIFY(field(QStringLiteral("User at the broker")));
    QVERIFY(field(QStringLiteral("AMQP address")) && field(QStringLiteral("Virtual host")));
    picture(QStringLiteral("connection-rabbit-") + theme);
    form()->setProperty("brokerKind", QStringLiteral("pulsar"));
    QTRY_VERIFY(field(QStringLiteral("Token for the broker")));
    QVERIFY(!field(QStringLiteral("User at the broker")) && !field(QStringLiteral("AMQP address")));
    press(QStringLiteral("Save"));
    QTRY_VERIFY(item("text",
        QStringLiteral("An address like http://127.0.0.1:8080, without a password in it.")));
    field(QStringLiteral("Logs: of a flow"))->forceActiveFocus();
    picture(QStringLiteral("connection-logs-fault-") + theme);
    field(QStringLiteral("Token for the broker"))->forceActiveFocus();
    picture(QStringLiteral("connection-pulsar-fault-") + theme);
    field(QStringLiteral("Logs: of a flow"))->setProperty("text", QString());
    type(QStringLiteral("Logs: of a flow"), QStringLiteral("https://logs.example.org/{flow}"));
    const QString address = QStringLiteral(
        "https://pulsar-proxy.messaging.rail-operations.eu-central.example.org:8443");
    type(QStringLiteral("Address of the broker"), address);
    type(QStringLiteral("Token for the broker"), QStringLiteral("eyJhbGciOi"));
    picture(QStringLiteral("connection-pulsar-") + theme);
    press(QStringLiteral("Save"));
    const SavedConnection &saved = d->connections.at(1);
    QCOMPARE(saved.more.value(QStringLiteral("broker")), QStringLiteral("pulsar"));
    QCOMPARE(saved.more.value(QStringLiteral("broker-url")), address);
    QVERIFY(d->connections.holdsBrokerSecret(saved.name));
}

void Connections::aProviderIsNamedAndKept_data()
{
    QTest::addColumn<QString>("theme");
    QTest::newRow("dark") << QStringLiteral("dark");
    QTest::newRow("light") << QStringLiteral("light");
}

void Connections::aProviderIsNamedAndKept()
{
    QFETCH(QString, theme);
    d->settings.setTheme(theme);
    saveSome();
    QVERIFY(openDialog());
    form()->load(1);
    QVERIFY(!field(QStringLiteral("Client ID")));
    form()->setSignIn(SignIn::OpenId);
    QTRY_VERIFY(field(QStringLiteral("Client ID")));
    QVERIFY2(!field(QStringLiteral("API key")), "there is nothing secret to type");
    QVERIFY(item("text", QStringLiteral("OpenID Connect")));
    type(QStringLiteral("Address of the provider"), QStringLiteral("http://id.example.org"));
    press(QStringLiteral("Save"));
    QTRY_VERIFY(item("text", QStringLiteral("It must be https: passwords are typed there.")));
    picture(QStringLiteral("connection-openid-fault-") + theme);
    QVERIFY(d->connections.at(1).more.isEmpty());
    field(QStringLiteral("Address of the provider"))->setProperty("text", QString());
    type(QStringLiteral("Address of the provider"), QStringLiteral("https://id.example.org"));
    type(QStringLiteral("Client ID"), QStringLiteral("signalbox"));
    type(QStringLiteral("Audience"), QStringLiteral("https://gateway.example.org/api"));
    press(QStringLiteral("Save"));
    const SavedConnection &saved = d->connections.at(1);
    QCOMPARE(saved.signIn, SignIn::OpenId);
    QCOMPARE(saved.more.value(QStringLiteral("issuer")), QStringLiteral("https://id.example.org"));
    QCOMPARE(saved.more.value(QStringLiteral("client-id")), QStringLiteral("signalbox"));
    picture(QStringLiteral("connection-openid-") + theme);
    const ConnectionList again(&d->settings);
    QCOMPARE(again.find(saved.name)->more, saved.more);
    form()->setSignIn(SignIn::ApiKey);
    press(QStringLiteral("Save"));
    QVERIFY2(d->connections.at(1).more.isEmpty(), "what is not used is not kept");
}

void Connections::onlyWhoSignedInAtAProviderCanSignOut()
{
    saveSome();
    auto connection = named("by provider", "https://gateway.example.org", "");
    connection.signIn = SignIn::OpenId;
    d->connections.put(-1, connection, {}, {});
    const auto shows = [&](const QString &name, const QString &text) {
        d->connections.setCurrent(name);
        QMetaObject::invokeMethod(
            d->window, "showDialog", Q_ARG(QString, QStringLiteral("ConnectionStateDialog")));
        return QTest::qWaitFor([&] { return item("text", QStringLiteral("Reconnect now")); })
            && item("text", text);
    };
    QVERIFY(!shows(QStringLiteral("rail-eu staging"), QStringLiteral("Sign out")));
    QVERIFY(shows(QStringLiteral("by provider"), QStringLiteral("Sign out")));
    picture(QStringLiteral("connection-sign-out"));
    QSignalSpy asked(&d->app, &AppState::commandRequested);
    press(QStringLiteral("Sign out"));
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked.at(0).at(0).toString(), QStringLiteral("sign-out"));
    d->session.setState(Session::Connecting, QStringLiteral("sign in in the browser"));
    QTRY_VERIFY(item("text", QStringLiteral("Give up")));
}

void Connections::theTestShowsEachStep_data()
{
    QTest::addColumn<QString>("theme");
    QTest::addColumn<bool>("works");
    QTest::newRow("dark works") << QStringLiteral("dark") << true;
    QTest::newRow("light fails") << QStringLiteral("light") << false;
    QTest::newRow("contrast fails") << QStringLiteral("contrast") << false;
}

void Connections::theTestShowsEachStep()
{
    QFETCH(QString, theme);
    QFETCH(bool, works);
    d->settings.setTheme(theme);
    saveSome();
    QVERIFY(openDialog());
    QVERIFY(form());
    form()->load(2);
    press(QStringLiteral("Test"));
    QCOMPARE(d->check.starts, 1);
    QCOMPARE(d->check.lastSecret, QStringLiteral("tg_x"));
    QTRY_VERIFY(item("text", QStringLiteral("Testing; nothing is saved by it.")));
    auto &check = d->check;
    emit check.step({ CheckStep::Name, CheckStep::Passed, QStringLiteral("192.0.2.7"), {}, 3200 });
    emit check.step(
        { CheckStep::Tcp, CheckStep::Passed, QStringLiteral("port 443 answers"), {}, 11800 });
    emit check.step({ CheckStep::Tls, CheckStep::Running });
    picture(QStringLiteral("connection-testing-") + theme);
    ShownCertificate shown { QStringLiteral("gateway.staging.example.org"),
        QStringLiteral("Junction Authority"), QDateTime(QDate(2027, 3, 1), QTime(0, 0)),
        QStringLiteral("4f").repeated(32), {} };
    if (works) {
        emit check.certificate(shown);
        emit check.step({ CheckStep::Tls, CheckStep::Passed,
            QStringLiteral("TLSv1.3, certificate until 3/1/27"), {}, 24000 });
        emit check.step(
            { CheckStep::Era, CheckStep::Passed, QStringLiteral("gateway 2.8"), {}, 41000 });
        emit check.step(
            { CheckStep::SigningIn, CheckStep::Passed, QStringLiteral("signed in"), {}, 8000 });
        emit check.step({ CheckStep::Workspace, CheckStep::Passed,
            QStringLiteral("mira, workspace acme, 3 seen"), {}, 15000 });
        emit check.step({ CheckStep::Metrics, CheckStep::Caution,
            QStringLiteral("this caller may not read them"),
            QStringLiteral("Rates stay unknown: the capability is metrics:read."), 5000 });
    } else {
        shown.fault = QStringLiteral(
            "its certificate is signed by Junction Authority, whom this machine does not know");
        emit check.certificate(shown);
        emit check.step({ CheckStep::Tls, CheckStep::Failed, shown.fault,
            QStringLiteral("Give the file of the authority that signed it, or take just this "
                           "certificate if you know it."),
            24000 });
        for (int kind = CheckStep::Era; kind < CheckStep::kinds; ++kind)
            emit check.step({ CheckStep::Kind(kind), CheckStep::Skipped });
    }
    emit check.finished();
    QTRY_VERIFY(item("text",
        works ? QStringLiteral("It works; 1 to look at.")
              : QStringLiteral("It does not work yet.")));
    QCOMPARE(item("text", QStringLiteral("Take this certificate")) != nullptr, !works);
    picture((works ? QStringLiteral("connection-works-") : QStringLiteral("connection-fails-"))
        + theme);
}

void Connections::aCertificateIsTakenAndShownInTheFrame()
{
    saveSome();
    QVERIFY(openDialog());
    form()->load(2);
    press(QStringLiteral("Test"));
    ShownCertificate shown { QStringLiteral("self"), QStringLiteral("self"),
        QDateTime(QDate(2027, 3, 1), QTime(0, 0)), QStringLiteral("4f").repeated(32),
        QStringLiteral("it signed itself") };
    emit d->check.certificate(shown);
    emit d->check.step({ CheckStep::Tls, CheckStep::Failed, shown.fault, {}, 1 });
    emit d->check.finished();
    QTRY_VERIFY(item("text", QStringLiteral("Take this certificate")));
    press(QStringLiteral("Take this certificate"));
    QCOMPARE(d->check.starts, 2);
    QCOMPARE(d->check.last.acceptedCertificate, shown.fingerprint);
    QVERIFY(d->connections.at(2).acceptedCertificate.isEmpty()); // not before Save
    press(QStringLiteral("Save"));
    QCOMPARE(d->connections.at(2).acceptedCertificate, shown.fingerprint);
    picture(QStringLiteral("connection-accepted"));
}

void Connections::groupsAndSearch()
{
    saveSome();
    QVERIFY(openDialog());
    QTRY_VERIFY(item("text", QStringLiteral("Europe")) && item("text", QStringLiteral("America")));
    form()->load(1);
    picture(QStringLiteral("connection-groups"));
    type(QStringLiteral("Find a connection"), QStringLiteral("europe prod"));
    QTRY_VERIFY(!item("text", QStringLiteral("America")));
    QVERIFY(item("text", QStringLiteral("rail-eu production")));
    form()->load(3);
    QTRY_VERIFY(field(QStringLiteral("Password")));
    QCOMPARE(field(QStringLiteral("User"))->property("text").toString(), QStringLiteral("mira"));
    picture(QStringLiteral("connection-password"));
}

void Connections::removingIsConfirmed()
{
    saveSome();
    QVERIFY(openDialog());
    form()->load(4);
    press(QStringLiteral("Remove…"));
    QCOMPARE(d->connections.count(), 5);
    QTRY_VERIFY(item("text", QStringLiteral("Keep it")));
    picture(QStringLiteral("connection-remove"));
    press(QStringLiteral("Keep it"));
    QTRY_VERIFY(item("text", QStringLiteral("Remove…")));
    press(QStringLiteral("Remove…"));
    press(QStringLiteral("Yes, remove"));
    QCOMPARE(d->connections.count(), 4);
    QCOMPARE(form()->row(), 0);
}

void Connections::aMissingPasswordIsAskedFor()
{
    saveSome();
    d->connections.setCurrent(QStringLiteral("rail-eu production"));
    d->session.setState(Session::Refused, QStringLiteral("the password of mira is needed"));
    emit d->app.commandRequested(QStringLiteral("connection-key"));
    QTRY_VERIFY(field(QStringLiteral("Password")));
    QTRY_VERIFY(field(QStringLiteral("Password"))->hasActiveFocus());
    QVERIFY(item("text", QStringLiteral("the password of mira is needed")));
    picture(QStringLiteral("connection-asked"));
}

void Connections::thePasswordDialogWantsTheSameTwice()
{
    emit d->app.commandRequested(QStringLiteral("change-password"));
    QTRY_VERIFY(field(QStringLiteral("Present password")));
    QSignalSpy asked(&d->connections, &ConnectionList::passwordChangeRequested);
    type(QStringLiteral("Present password"), QStringLiteral("one"));
    type(QStringLiteral("New password"), QStringLiteral("two"));
    type(QStringLiteral("New password again"), QStringLiteral("twp"));
    QTest::keyClick(d->window, Qt::Key_Return);
    QCOMPARE(asked.count(), 0);
    QTest::keyClick(d->window, Qt::Key_Backspace);
    QTest::keyClick(d->window, 'o');
    picture(QStringLiteral("connection-change-password"));
    QTest::keyClick(d->window, Qt::Key_Return);
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked.at(0).at(1).toString(), QStringLiteral("two"));
    emit d->connections.passwordChanged(QStringLiteral("the present password is wrong"));
    QTRY_VERIFY(item("text", QStringLiteral("the present password is wrong")));
    emit d->connections.passwordChanged({});
    QTRY_VERIFY(!field(QStringLiteral("Present password")));
}

void Connections::theFrameSaysWhatIsNotSafe_data()
{
    QTest::addColumn<QString>("insecure");
    QTest::addColumn<bool>("anonymous");
    QTest::addColumn<QString>("words");
    QTest::addColumn<int>("width");
    for (const int width : { 1440, 700 }) {
        QTest::addRow("unencrypted %d", width)
            << QStringLiteral("unencrypted") << false << QStringLiteral("not encrypted") << width;
        QTest::addRow("unverified %d", width)
            << QStringLiteral("unverified") << false << QStringLiteral("certificate not verified")
            << width;
        QTest::addRow("anonymous %d", width)
            << QString() << true << QStringLiteral("anonymous") << width;
    }
}

void Connections::theFrameSaysWhatIsNotSafe()
{
    QFETCH(QString, insecure);
    QFETCH(bool, anonymous);
    QFETCH(QString, words);
    QFETCH(int, width);
    d->window->resize(width, 900);
    Session::Connection connection;
    connection.name = QStringLiteral("old yard");
    connection.url = QStringLiteral("http://10.20.30.40:8088");
    connection.environment = QStringLiteral("production");
    connection.insecure = insecure;
    connection.anonymous = anonymous;
    d->session.setConnection(connection);
    QTRY_COMPARE(qRound(d->window->contentItem()->width()), width);
    QTRY_VERIFY(item("words", words));
    const auto *tag = item("words", words);
    QTRY_VERIFY(tag->width() > 0 && tag->mapToScene({ tag->width(), 0 }).x() <= d->window->width());
    picture(QStringLiteral("safety-%1-%2").arg(words).arg(width));
    connection.insecure.clear();
    connection.anonymous = false;
    d->session.setConnection(connection);
    QTRY_VERIFY(!item("words", words));
}

QTEST_MAIN(Connections)

#include "tst_connections.moc"
