// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/connectionsteps.h"

#include "app/client/localcall.h"
#include "app/client/oidccredential.h"
#include "models/schema/iam.h"

#include <QHostInfo>
#include <QLocale>
#include <QSslCipher>

namespace signalbox {
namespace {

constexpr auto stepLimit = std::chrono::seconds(8);

quint16 portOf(const QUrl &url)
{
    return quint16(url.port(url.scheme() == QLatin1String("https") ? 443 : 80));
}

QString firstName(const QStringList &names)
{
    return names.isEmpty() ? ConnectionSteps::tr("nobody") : names.join(QStringLiteral(", "));
}

} // namespace

ConnectionSteps::ConnectionSteps(
    const SavedConnection &connection, std::string secret, std::string keyPassphrase)
    : m_connection(connection)
    , m_secret(std::move(secret))
    , m_trust { connection.caFile, connection.certificateFile, connection.keyFile,
        std::move(keyPassphrase), connection.acceptedCertificate }
    , m_url(connection.url)
    , m_rest(new Rest(this))
    , m_limit(this)
{
    m_limit.setSingleShot(true);
    m_limit.setInterval(stepLimit);
}

ConnectionSteps::~ConnectionSteps()
{
    m_over = true; // what ends with us says nothing any more
}

void ConnectionSteps::begin()
{
    m_rest->setTls(m_trust);
    m_rest->setBase(m_url, {});
    connect(&m_limit, &QTimer::timeout, this, [this] {
        fail(tr("no answer within %1 s").arg(stepLimit.count()),
            tr("Something on the way swallows it: a firewall, a missing VPN, or a gateway that "
               "hangs."));
    });
    run(CheckStep::Name, &ConnectionSteps::findName);
}

void ConnectionSteps::run(Kind kind, void (ConnectionSteps::*what)())
{
    m_at = kind;
    m_clock.start();
    m_limit.start();
    emit step({ kind, CheckStep::Running });
    (this->*what)();
}

void ConnectionSteps::pass(const QString &text, CheckStep::State state, const QString &advice)
{
    if (m_over)
        return;
    emit step({ m_at, state, text, advice, m_clock.nsecsElapsed() / 1000 });
    next();
}

void ConnectionSteps::next()
{
    switch (m_at) {
    case CheckStep::Name:
        return run(CheckStep::Tcp, &ConnectionSteps::reach);
    case CheckStep::Tcp:
        return run(CheckStep::Tls, &ConnectionSteps::shakeHands);
    case CheckStep::Tls:
        return run(CheckStep::Era, &ConnectionSteps::askEra);
    case CheckStep::Era:
        return run(CheckStep::SigningIn, &ConnectionSteps::signIn);
    case CheckStep::SigningIn:
        return run(CheckStep::Workspace, &ConnectionSteps::askWorkspace);
    case CheckStep::Workspace:
        return run(CheckStep::Metrics, &ConnectionSteps::askMetrics);
    case CheckStep::Metrics:
        break;
    }
    m_over = true;
    m_limit.stop();
    emit finished();
}

void ConnectionSteps::fail(const QString &text, const QString &advice)
{
    end(CheckStep::Failed, text, advice);
}

/// Here it ends, and what would come is skipped.
void ConnectionSteps::end(CheckStep::State state, const QString &text, const QString &advice)
{
    if (std::exchange(m_over, true))
        return;
    m_limit.stop();
    m_rest->abortAll();
    emit step({ m_at, state, text, advice, m_clock.nsecsElapsed() / 1000 });
    for (int kind = m_at + 1; kind < CheckStep::kinds; ++kind)
        emit step({ Kind(kind), CheckStep::Skipped });
    emit finished();
}

void ConnectionSteps::findName()
{
    const QString host = m_url.host();
    if (!QHostAddress(host).isNull())
        return pass(tr("%1 is an address already").arg(host));
    QHostInfo::lookupHost(host, this, [this, host](const QHostInfo &info) {
        if (m_over || m_at != CheckStep::Name)
            return;
        const auto addresses = info.addresses();
        if (addresses.isEmpty())
            return fail(tr("nobody knows the name %1").arg(host),
                tr("Is it spelled right? A name of an own network needs its VPN or name server."));
        QStringList shown;
        for (const auto &address : addresses.mid(0, 3))
            shown.append(address.toString());
        pass(shown.join(QStringLiteral(", ")));
    });
}

void ConnectionSteps::reach()
{
    m_socket = new QTcpSocket(this);
    connect(m_socket, &QTcpSocket::connected, this, [this] {
        const QString where = tr("port %1 answers").arg(portOf(m_url));
        m_socket->disconnect(this);
        m_socket->abort();
        pass(where);
    });
    connect(m_socket, &QTcpSocket::errorOccurred, this, [this](QAbstractSocket::SocketError error) {
        if (error == QAbstractSocket::ConnectionRefusedError)
            return fail(tr("nobody listens on port %1").arg(portOf(m_url)),
                tr("Is the gateway running, and is this its port? A gateway's own port is 8888, "
                   "before 2.8.6 it was 8088."));
        fail(m_socket->errorString(), tr("Is this machine in the right network?"));
    });
    m_socket->connectToHost(m_url.host(), portOf(m_url));
}

void ConnectionSteps::shakeHands()
{
    if (m_url.scheme() != QLatin1String("https")) {
        if (insecurityOf(m_connection.url, {}).isEmpty())
            return pass(tr("none is needed: nothing leaves this machine"), CheckStep::Skipped);
        return pass(tr("not encrypted"), CheckStep::Caution,
            tr("Everybody on the way can read the sign-in and all else. Use https:// where the "
               "gateway offers it."));
    }
    const auto configuration = tlsConfiguration(m_trust);
    if (!configuration)
        return fail(configuration.error(), tr("Choose another file below."));
    auto *socket = new QSslSocket(this);
    m_socket = socket;
    socket->setSslConfiguration(*configuration);
    auto fault = std::make_shared<QString>();
    connect(socket, &QSslSocket::sslErrors, this,
        [this, socket, fault](const QList<QSslError> &errors) {
            *fault = explainTls(errors, socket->peerCertificate(), m_url.host());
            if (acceptsTls(m_trust, socket->peerCertificate()))
                socket->ignoreSslErrors(errors);
        });
    const auto show = [this, socket, fault](bool taken) {
        const QSslCertificate shown = socket->peerCertificate();
        if (!shown.isNull())
            emit certificate({ firstName(shown.subjectInfo(QSslCertificate::CommonName)),
                firstName(shown.issuerInfo(QSslCertificate::CommonName)), shown.expiryDate(),
                fingerprintOf(shown), taken ? QString() : *fault });
    };
    connect(socket, &QSslSocket::encrypted, this, [this, socket, fault, show] {
        show(true);
        const QString text =
            tr("%1, certificate until %2")
                .arg(socket->sessionCipher().protocolString(),
                    QLocale().toString(
                        socket->peerCertificate().expiryDate().date(), QLocale::ShortFormat));
        socket->disconnect(this);
        socket->abort();
        takeHandshake(fault->isEmpty() ? text : *fault, fault->isEmpty());
    });
    connect(socket, &QSslSocket::errorOccurred, this, [this, socket, fault, show] {
        if (!fault->isEmpty()) {
            show(false);
            return fail(*fault,
                tr("Give the file of the authority that signed it, or take just this certificate "
                   "if you know it."));
        }
        fail(socket->errorString(),
            tr("Does this port speak TLS? A plain gateway wants http://; some want a certificate "
               "of yours."));
    });
    socket->connectToHostEncrypted(m_url.host(), portOf(m_url));
}

void ConnectionSteps::takeHandshake(const QString &text, bool secure)
{
    if (secure)
        return pass(text);
    pass(tr("taken all the same: %1").arg(text), CheckStep::Caution,
        tr("It is taken because somebody said so; nothing proves who answers."));
}

void ConnectionSteps::askEra()
{
    m_probe = new Probe(m_rest, m_timing.probe, this);
    connect(m_probe, &Probe::finished, this, [this] {
        const auto &version = m_probe->facts().version;
        if (version.status == 0)
            return fail(
                version.error, tr("It listens but speaks no HTTP. Is this the gateway's port?"));
        m_capabilities = judge(m_probe->facts());
        pass(m_capabilities.product);
    });
    m_probe->start();
}

void ConnectionSteps::signIn()
{
    switch (m_connection.signIn) {
    case SignIn::OpenId:
        return findProvider();
    case SignIn::Anonymous:
        return signInWith({});
    case SignIn::ApiKey:
        if (m_secret.empty())
            return fail(tr("no API key is given"), tr("Put it in above."));
        return signInWith(m_secret);
    case SignIn::Password:
        break;
    }
    if (m_secret.empty() || m_connection.user.isEmpty())
        return fail(tr("user or password is missing"), tr("Put both in above."));
    auto *login = new Login(m_url, m_trust, m_timing.signIn, this);
    connect(login, &Login::finished, this, [this](const Login::Outcome &outcome) {
        if (outcome.kind != Login::Outcome::Done)
            return fail(outcome.text,
                tr("After several tries some back ends wait; an administrator can reset the "
                   "password."));
        signInWith(outcome.token);
    });
    login->start(m_connection.user.toStdString(), std::exchange(m_secret, {}));
}

/// As far as it goes without a person: a test opens no browser.
void ConnectionSteps::findProvider()
{
    const auto settings = OpenIdSettings::of(m_connection);
    auto *provider = new OidcProvider(
        OidcCredential::configOf(settings), OidcCredential::tlsFor(m_connection.caFile), this);
    provider->discover(this, [this](const OidcResult<schema::OidcDiscovery> &found) {
        if (!found)
            return fail(found.error().text,
                tr("Its address is the one that the provider calls itself, without anything "
                   "behind it."));
        end(CheckStep::Caution, tr("the provider answers; the rest needs you in the browser"),
            tr("Connect to sign in there."));
    });
}

void ConnectionSteps::signInWith(const std::string &token)
{
    m_token = token;
    m_mux = new MuxSocket(m_timing, this);
    m_mux->setTls(m_trust);
    connect(m_mux, &MuxSocket::signedIn, this, [this](const QString &workspace) {
        m_defaultWorkspace = workspace;
        pass(m_connection.signIn == SignIn::Anonymous ? tr("let in without signing in")
                                                      : tr("signed in"));
    });
    connect(m_mux, &MuxSocket::refused, this, [this](const QString &why) {
        fail(tr("refused: %1").arg(why),
            m_connection.signIn == SignIn::Anonymous
                ? tr("This back end wants to know who comes: choose a key or a password.")
                : tr("Keys end and are revoked: is it the right one, for this back end?"));
    });
    connect(m_mux, &MuxSocket::lost, this, [this](const QString &why) {
        fail(why,
            m_mux->handshakeStatus() == 401
                ? tr("This back end wants its token at the handshake. Is it the right one?")
                : tr("Does a proxy in between let WebSockets through?"));
    });
    const bool old =
        m_capabilities.era == Capabilities::Era::A || m_capabilities.era == Capabilities::Era::B;
    m_mux->open(m_rest->socketUrl(QStringLiteral("/api/v1/socket")), token, old && !token.empty());
}

void ConnectionSteps::ask(const char *operation, std::function<void(const Reply &)> then)
{
    schema::IamRequest body;
    body.operation = operation;
    Request request;
    request.service = "iam";
    request.operation = operation;
    request.body = schema::encode(body);
    request.timeout = m_timing.probe;
    m_mux->ask(
        request, std::make_unique<LocalCall>([this, then = std::move(then)](const Reply &reply) {
            if (!m_over)
                then(reply);
        }));
}

void ConnectionSteps::askWorkspace()
{
    if (m_mux->preIam())
        return pass(tr("this back end knows no workspaces of its own"), CheckStep::Skipped);
    ask("whoami", [this](const Reply &reply) {
        schema::User user;
        if (reply)
            if (const auto answer = schema::decode<schema::IamResponse>(reply->body);
                answer && answer->user)
                user = *answer->user;
        ask(m_capabilities.listMyWorkspaces ? "list-my-workspaces" : "list-workspaces",
            [this, user](const Reply &reply) { takeWorkspaces(user, reply); });
    });
}

void ConnectionSteps::takeWorkspaces(const schema::User &user, const Reply &reply)
{
    const QString who =
        user.username.empty() ? tr("somebody") : QString::fromStdString(user.username);
    const QString home = m_defaultWorkspace.isEmpty()
        ? QString::fromStdString(user.defaultWorkspace)
        : m_defaultWorkspace;
    if (!reply)
        return pass(tr("%1, workspace %2; the list is not to be had: %3")
                        .arg(who, home, reply.error().text),
            CheckStep::Caution, tr("Pages over all workspaces stay empty for this caller."));
    const auto answer = schema::decode<schema::IamResponse>(reply->body);
    const auto count = answer ? answer->workspaces.size() : 0;
    if (user.mustChangePassword)
        return pass(tr("%1, workspace %2").arg(who, home), CheckStep::Caution,
            tr("The server wants another password: it is asked for after connecting."));
    pass(tr("%1, workspace %2, %n seen", nullptr, int(count)).arg(who, home));
}

void ConnectionSteps::askMetrics()
{
    m_rest->setBase(m_url, m_token);
    m_rest->get(QStringLiteral("/api/metrics/query?query=count(up)"), true, m_timing.probe,
        [this](const RestAnswer &answer) {
            if (answer.status == 200)
                return pass(tr("answered"));
            if (answer.status == 401 || answer.status == 403)
                return pass(tr("this caller may not read them"), CheckStep::Caution,
                    tr("Rates stay unknown: the capability is metrics:read."));
            pass(answer.status == 0 ? answer.error : tr("not to be had (%1)").arg(answer.status),
                CheckStep::Caution,
                tr("Rates and history come from metrics; all else works without."));
        });
}

} // namespace signalbox
