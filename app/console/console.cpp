// SPDX-License-Identifier: GPL-3.0-only
#include "app/console/console.h"

#include "models/stores/alertstore.h"
#include "models/stores/brokersettings.h"
#include "models/stores/configstore.h"
#include "models/stores/journalstore.h"
#include "models/stores/leasestore.h"
#include "views/pages/pagelist.h"

#include <QDir>
#include <QGuiApplication>
#include <QScreen>

#include <algorithm>
#include <utility>

namespace signalbox {

namespace {

/// The window is shown again where it was, if a screen is there; never larger than the screen,
/// which has less room at another scale.
QRect visibleGeometry(QRect wanted)
{
    for (const QScreen *screen : QGuiApplication::screens()) {
        const QRect room = screen->availableGeometry();
        if (!room.intersects(wanted.adjusted(40, 0, -40, -wanted.height() / 2)))
            continue;
        wanted.setSize(wanted.size().boundedTo(room.size()));
        wanted.moveRight(std::min(wanted.right(), room.right()));
        wanted.moveBottom(std::min(wanted.bottom(), room.bottom()));
        wanted.moveTopLeft(
            { std::max(wanted.left(), room.left()), std::max(wanted.top(), room.top()) });
        return wanted;
    }
    return {};
}

BrokerTarget brokerOf(const SavedConnection &saved)
{
    const auto settings = BrokerSettings::of(saved);
    BrokerTarget broker;
    broker.kind = settings.kind;
    broker.url = QUrl(settings.url);
    broker.amqpUrl = QUrl(settings.amqpUrl);
    broker.vhost = settings.vhost.isEmpty() ? QStringLiteral("/") : settings.vhost;
    broker.user = settings.user;
    broker.tls = { settings.caFile, settings.certificateFile, settings.keyFile, {}, {} };
    return broker;
}

} // namespace

Console::Console(const CommandLine &line, QObject *parent)
    : QObject(parent)
    , m_line(line)
    , m_settings(line.profile)
    , m_connections(&m_settings)
    , m_app(&m_session, &m_settings)
    , m_gateway(gatewayOptions(line.profile))
    , m_connection(&m_session)
{
    m_session.config()->setFolder(line.profile);
    m_app.alerts()->setFolder(line.profile);
    m_connections.setSecrets(&m_keychain);
    m_app.alerts()->setSecrets(&m_keychain);
    m_connections.setCheck(&m_check);
    watchOpenIds();
    m_session.journal()->setFolder(line.profile);
    connect(&m_connections, &ConnectionList::openRequested, this, &Console::openConnection);
    connect(&m_connections, &ConnectionList::listChanged, this, &Console::takeEdits);
    connect(&m_connections, &ConnectionList::keepFailed, &m_app, &AppState::say);
    connect(
        &m_connections, &ConnectionList::passwordChangeRequested, this, &Console::changePassword);
    connect(&m_connection, &Connection::connected, this, [this] {
        if (m_password && m_session.mustChangePassword())
            emit m_app.commandRequested(QStringLiteral("change-password"));
    });
    connect(&m_app, &AppState::commandRequested, this, [this](const QString &command) {
        if (command == QLatin1String("read-only"))
            toggleReadOnly();
        else if (command == QLatin1String("sign-out"))
            signOut();
        else if (command == QLatin1String("copy-link"))
            m_app.copy(QStringLiteral("signalbox://page/") + m_app.page(), tr("link"));
    });
    connect(&m_app, &AppState::restartRequested, this, [this] {
        m_restart = true;
        QGuiApplication::quit();
    });
    connect(
        &m_gateway, &EmbeddedGateway::ready, this, [this](const QUrl &url, const std::string &key) {
            if (!m_open.url.isEmpty())
                return;
            if (m_connection.isOpen())
                m_connection.moveTo(url, key);
            else
                connectTo(m_open);
        });
    connect(&m_gateway, &EmbeddedGateway::failed, this, [this](const QString &text) {
        if (m_open.url.isEmpty() && !m_connection.isOpen())
            m_connection.announce(targetOf(m_open), Session::Disconnected, text);
    });
}

Console::~Console()
{
    // The window reads from everything below it.
    delete m_window;
}

GatewayProcess::Options Console::gatewayOptions(const QString &profile)
{
    GatewayProcess::Options options;
    options.dataDir = QDir(profile).filePath(QStringLiteral("gateway")).toStdString();
    options.logFile = QDir(profile).filePath(QStringLiteral("gateway.log")).toStdString();
    return options;
}

bool Console::wantsBuiltIn(const CommandLine &line)
{
    if (!line.url.isEmpty())
        return false;
    SettingsStore settings(line.profile);
    const ConnectionList connections(&settings);
    const auto *chosen =
        connections.find(line.connection.isEmpty() ? connections.current() : line.connection);
    return chosen && chosen->url.isEmpty();
}

QString Console::chooseConnection(const CommandLine &line)
{
    if (!line.url.isEmpty()) {
        SavedConnection connection;
        connection.name = QUrl(line.url).authority();
        connection.url = line.url;
        connection.readOnly = line.readOnly;
        return m_connections.addTransient(connection, line.apiKey);
    }
    if (line.connection.isEmpty())
        return m_connections.current();
    if (m_connections.find(line.connection))
        return line.connection;
    m_app.say(tr("There is no connection “%1”.").arg(line.connection));
    return m_connections.current();
}

bool Console::start(std::unique_ptr<GatewayProcess> early)
{
    if (m_line.workspaceGiven)
        m_session.setWorkspace(m_line.workspace);
    if (!m_line.page.isEmpty())
        m_app.open(m_line.page);
    if (early)
        m_gateway.start(std::move(early));
    openConnection(chooseConnection(m_line));

    m_engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    m_engine.setInitialProperties({ { QStringLiteral("app"), QVariant::fromValue(&m_app) },
        { QStringLiteral("connections"), QVariant::fromValue(&m_connections) } });
    m_engine.load(QUrl(QStringLiteral("qrc:/qt/qml/Signalbox/Main.qml")));
    m_window = qobject_cast<QQuickWindow *>(m_engine.rootObjects().value(0));
    if (!m_window)
        return false;
    placeWindow();
    m_attention.watch(m_window);
    if (!m_line.link.isEmpty())
        m_app.openLink(m_line.link);
    return true;
}

void Console::placeWindow()
{
    const QRect kept = visibleGeometry(m_settings.geometry());
    if (kept.isValid()) {
        m_window->setGeometry(kept);
    } else {
        const QSize room =
            m_window->screen() ? m_window->screen()->availableSize() : QSize(1440, 900);
        m_window->resize(QSize(1440, 900).boundedTo(room));
    }
    if (m_settings.maximized())
        m_window->showMaximized();
    else
        m_window->show();
}

void Console::follow(const CommandLine &line)
{
    // First of all: nothing of the rest may happen while writing is still allowed.
    if (line.readOnly && !m_line.readOnly) {
        m_line.readOnly = true;
        m_connection.setReadOnly(true);
        m_app.say(
            tr("Started with --read-only: every change is refused until this window closes."));
    }
    if (!line.url.isEmpty() || !line.connection.isEmpty()) {
        openConnection(chooseConnection(line));
        if (line.workspaceGiven)
            m_wanted = line.workspace; // another connection begins with all of them
    }
    if (line.workspaceGiven)
        m_session.setWorkspace(line.workspace);
    if (!line.page.isEmpty())
        m_app.open(line.page);
    if (!line.link.isEmpty())
        m_app.openLink(line.link);
    if (!m_window)
        return;
    if (m_window->visibility() == QWindow::Minimized)
        m_window->showNormal();
    m_window->raise();
    m_window->requestActivate();
}

Connection::Target Console::targetOf(const SavedConnection &saved) const
{
    Connection::Target target;
    target.name = saved.name;
    target.identity = saved.identity();
    target.environment = saved.environment;
    target.protectedConnection = saved.protectedConnection;
    target.readOnly = saved.readOnly || m_line.readOnly;
    target.logs = LogTemplates::of(saved);
    if (saved.url.isEmpty()) {
        target.url = m_gateway.url();
        target.apiKey = m_gateway.apiKey();
    } else {
        target.url = QUrl(saved.url);
        target.apiKey = m_secret;
        target.signIn = saved.signIn;
        target.tls = m_tls;
        target.credential = m_credential;
        target.broker = brokerOf(saved);
        target.broker.password = m_brokerSecret;
    }
    return target;
}

/// What it is called and where logs are is no matter of the connection itself: an edit counts at
/// once.
void Console::takeEdits()
{
    const auto *saved = m_connections.find(m_connections.current());
    if (!saved || m_open.name.isEmpty() || saved->url != m_open.url)
        return;
    if (saved->identity() == m_open.identity()) {
        m_open.name = saved->name;
        m_open.keptAs = saved->keptAs;
        m_session.setConnectionName(saved->name);
    }
    const LogTemplates logs = LogTemplates::of(*saved);
    logs.putInto(m_open);
    m_session.setLogs(logs);
}

void Console::openConnection(const QString &name)
{
    const auto *saved = m_connections.find(name);
    if (!saved) {
        m_app.say(tr("There is no connection “%1”.").arg(name));
        return;
    }
    if (!m_open.name.isEmpty() && m_open.name != name)
        m_app.say({}); // what was said of the former one is not true of this one
    m_open = *saved;
    m_wanted.reset();
    const int opened = ++m_opened;
    leaveCredential(); // what signed the former one in is not this one's
    m_connections.setCurrent(name);
    if (saved->url.isEmpty() && !m_gateway.isReady()) {
        m_connection.close();
        m_connection.announce(
            targetOf(m_open), Session::Connecting, tr("starting the built-in gateway"));
        if (m_gateway.pid() < 0)
            m_gateway.start();
        return;
    }
    if (saved->url.isEmpty())
        return connectTo(m_open);
    m_connection.close();
    if (saved->keep == SignIn::Keychain)
        m_connection.announce(
            targetOf(m_open), Session::Connecting, tr("asking the keychain of this machine"));
    if (saved->signIn == SignIn::Password && saved->certificateFile.isEmpty())
        return connectWith({}, {}); // the password is fetched when it is asked for
    m_connections.fetch(
        name, this, [this, opened](const QString &secret, const QString &passphrase) {
            if (opened != m_opened)
                return;
            if (m_open.signIn == SignIn::Password && m_open.keep == SignIn::Nowhere)
                m_connections.setKey(m_open.name, secret); // not used up by the passphrase
            connectWith(secret, passphrase);
        });
}

void Console::leaveCredential()
{
    m_credential.reset();
    m_password.reset();
    m_secret.clear();
    m_brokerSecret.clear();
    m_newPassword.clear();
    m_tls = {};
}

void Console::connectWith(const QString &secret, const QString &passphrase)
{
    m_tls = { m_open.caFile, m_open.certificateFile, m_open.keyFile, passphrase.toStdString(),
        m_open.acceptedCertificate };
    if (m_open.signIn == SignIn::Password) {
        m_credential = m_password = credentialFor(m_open, m_tls);
        watchCredential();
    } else if (m_open.signIn == SignIn::ApiKey) {
        m_secret = secret.toStdString();
    } else if (m_open.signIn == SignIn::OpenId) {
        m_credential = m_openIds.of(m_open);
    }
    connectTo(m_open);
}

void Console::watchOpenIds()
{
    connect(&m_openIds, &OpenIdSignIns::waitsForPerson, this, [this](const QString &identity) {
        if (identity == m_open.identity())
            m_session.setState(Session::Connecting, tr("sign in in the browser"));
    });
    connect(&m_openIds, &OpenIdSignIns::signedOut, this,
        [this](const QString &name, const QString &problem) {
            m_app.say(problem.isEmpty() ? tr("Signed out of “%1”.").arg(name)
                                        : tr("Signed out here, but %1.").arg(problem));
        });
}

void Console::signOut()
{
    if (m_open.signIn != SignIn::OpenId)
        return;
    m_connection.close();
    m_openIds.signOut(m_open.identity());
    m_connection.announce(
        targetOf(m_open), Session::Refused, tr("signed out; open the connection to sign in again"));
}

std::shared_ptr<PasswordCredential> Console::credentialFor(
    const SavedConnection &saved, const TlsTrust &tls)
{
    PasswordCredential::Options options;
    options.url = QUrl(saved.url);
    options.tls = tls;
    options.user = saved.user;
    return std::make_shared<PasswordCredential>(
        options,
        [this, name = saved.name](QObject *context, std::function<void(std::string)> then) {
            m_connections.fetch(
                name, context, [then = std::move(then)](const QString &secret, const QString &) {
                    then(secret.toStdString());
                });
        },
        m_connection.ioThread());
}

void Console::watchCredential()
{
    connect(
        m_password.get(), &PasswordCredential::passwordChanged, this, [this](const QString &error) {
            if (error.isEmpty()) {
                m_connections.replaceKey(m_open.name, m_newPassword);
                m_app.say(tr("The password is changed."));
            }
            m_newPassword.clear();
            emit m_connections.passwordChanged(error);
        });
}

void Console::changePassword(const QString &current, const QString &next)
{
    if (!m_password) {
        emit m_connections.passwordChanged(tr("This connection signs in without a password."));
        return;
    }
    m_newPassword = next;
    m_password->changePassword(current.toStdString(), next.toStdString());
}

void Console::connectTo(const SavedConnection &saved)
{
    m_connections.fetchBrokerSecret(
        saved.name, this, [this, saved, opened = m_opened](const QString &secret) {
            if (opened != m_opened)
                return;
            m_brokerSecret = secret.toStdString();
            m_connection.open(targetOf(saved));
            if (const auto wanted = std::exchange(m_wanted, std::nullopt))
                m_session.setWorkspace(*wanted);
        });
}

void Console::toggleReadOnly()
{
    if (m_line.readOnly) {
        m_app.say(
            tr("Started with --read-only: every change is refused until this window closes."));
        return;
    }
    if (m_session.leaseNeeded() && !m_open.readOnly) {
        emit m_app.commandRequested(QStringLiteral("ask-writing")); // taken, renewed, ended there
        return;
    }
    m_open.readOnly = !m_open.readOnly;
    m_connection.setReadOnly(m_open.readOnly);
    m_app.say(m_open.readOnly            ? tr("Every change is refused from now on.")
            : m_open.protectedConnection ? tr("Changes need a lease from now on.")
                                         : tr("Changes are allowed from now on."));
}

void Console::remember()
{
    if (m_window && m_line.tour.isEmpty())
        m_settings.setGeometry(m_window->geometry(), m_window->visibility() == QWindow::Maximized);
    m_settings.sync();
}

} // namespace signalbox
