// SPDX-License-Identifier: GPL-3.0-only
// The client library, a real OpenID provider and the real gateway. Nobody has to press anything:
// the provider takes the person's choice from the address that the browser is shown.
#include "app/client/connection.h"
#include "app/client/oidccredential.h"
#include "tests/support/gatewayprocess.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QSignalSpy>
#include <QTcpSocket>
#include <QTest>
#include <QUrlQuery>

using namespace signalbox;
namespace support = signalbox::support;

namespace {

constexpr int patience = 20000;
const QString api = QStringLiteral("https://signalbox.example/api");

QJsonObject objectOf(const QByteArray &text)
{
    return QJsonDocument::fromJson(text).object();
}

/// The provider of provider.mjs.
class Provider {
public:
    QString issuer;

    bool start()
    {
        m_process.setWorkingDirectory(qEnvironmentVariable("SIGNALBOX_TEST_PROVIDER"));
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(QStringLiteral("node"), { QStringLiteral("provider.mjs") });
        while (!m_process.canReadLine())
            if (!m_process.waitForReadyRead(patience))
                return false;
        const QJsonObject said = objectOf(m_process.readLine());
        issuer = said[QStringLiteral("issuer")].toString();
        m_control = QUrl(said[QStringLiteral("control")].toString());
        return !issuer.isEmpty();
    }
    ~Provider()
    {
        m_process.closeWriteChannel();
        m_process.waitForFinished(patience);
    }
    QJsonObject control(const QString &path, const QJsonObject &body = {})
    {
        QUrl url(m_control);
        url.setPath(path);
        QNetworkRequest request(url);
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
        QNetworkReply *reply = m_network.post(request, QJsonDocument(body).toJson());
        const bool finished = QTest::qWaitFor([reply] { return reply->isFinished(); }, patience);
        const QJsonObject answer = finished ? objectOf(reply->readAll()) : QJsonObject();
        reply->deleteLater();
        return answer;
    }
    std::string sign(
        const QJsonObject &claims, const char *algorithm = "ES256", const QJsonObject &header = {})
    {
        return control(QStringLiteral("/sign"),
            { { QStringLiteral("claims"), claims },
                { QStringLiteral("alg"), QLatin1String(algorithm) },
                { QStringLiteral("header"), header } })[QStringLiteral("token")]
            .toString()
            .toStdString();
    }
    int keyReadings() { return control(QStringLiteral("/counts"))[QStringLiteral("keys")].toInt(); }
    OidcConfig config() const
    {
        OidcConfig all;
        all.issuer = issuer;
        all.clientId = QStringLiteral("signalbox");
        all.audience = api;
        all.shortestRefresh = milliseconds(100);
        return all;
    }

private:
    QProcess m_process;
    QUrl m_control;
    QNetworkAccessManager m_network;
};

/// Somebody before a browser: goes where it is sent, and says yes or no.
struct Person {
    QNetworkAccessManager browser;
    QString account = QStringLiteral("ines"); ///< deny… says no
    QList<QUrl> shown;
    bool looks = true; ///< false: the window was closed

    OidcSignIn::Browser opener()
    {
        return [this](const QUrl &url) {
            shown.append(url);
            if (!looks)
                return true;
            QUrl chosen(url);
            QUrlQuery query(url);
            query.addQueryItem(QStringLiteral("login_hint"), account);
            chosen.setQuery(query);
            QNetworkReply *reply = browser.get(QNetworkRequest(chosen));
            QObject::connect(reply, &QNetworkReply::finished, reply, &QObject::deleteLater);
            return true;
        };
    }
    QString asked(const char *name) const
    {
        return QUrlQuery(shown.constLast()).queryItemValue(QLatin1String(name), QUrl::FullyDecoded);
    }
};

/// What a connection would hear of its credential.
struct Ear {
    std::vector<std::string> bearers;
    std::optional<CredentialFault> fault;

    explicit Ear(CredentialSource *source)
    {
        QObject::connect(source, &CredentialSource::bearer, source,
            [this](const std::string &token) { bearers.push_back(token); });
        QObject::connect(source, &CredentialSource::lost, source,
            [this](const CredentialFault &lost) { fault = lost; });
    }
    bool hears()
    {
        return QTest::qWaitFor([this] { return fault || !bearers.empty(); }, patience);
    }
};

} // namespace

class TestOidcSignIn : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void aPersonSignsInAndTheGatewayKnowsRoleAndWorkspace();
    void aPersonWithoutAKnownRoleMayNothing();
    void whatTheBrowserIsAskedIsProtected();
    void theAnswersPortIsThisMachinesOnlyAndClosesAgain();
    void denyingIsSaid();
    void aClosedWindowEndsAfterAWhile();
    void givingUpIsSaid();
    void anAnswerToAnotherQuestionIsRefused();
    void anAudienceNobodyKnowsIsSaid();
    void aTokenForSomebodyElseOpensNothing();
    void eachAlgorithmOfTheProviderOpensTheGateway();
    void expiredAndFutureAndUnsignedTokensOpenNothing();
    void rotatedKeysAreFollowed();
    void aFloodOfUnknownKeysDoesNotReachTheProvider();
    void theNextTokenComesBeforeTheFormerEnds();
    void aConnectionStaysOpenOverARefresh();
    void whoIsDisabledHereIsOutAtOnce();
    void signingOutTakesTheRefreshTokenBack();
    void aProviderOutOfReachIsSaid();
    void theCommandLineSaysWhatIsMissing();

private:
    std::unique_ptr<support::GatewayProcess> startGateway(
        const support::TemporaryFolder &folder, const std::vector<std::string> &more = {})
    {
        std::vector<std::string> options { "--oidc-issuer", provider.issuer.toStdString(),
            "--oidc-audience", api.toStdString(), "--oidc-audience",
            "https://signalbox.example/short", "--oidc-role", "line crew=writer" };
        options.insert(options.end(), more.begin(), more.end());
        return std::make_unique<support::GatewayProcess>(program, folder.path(), options);
    }
    support::HttpReply whoami(const std::string &token) const { return whoami(*gateway, token); }
    static support::HttpReply whoami(const support::GatewayProcess &at, const std::string &token)
    {
        return support::http(at.port(), "POST", "/api/v1/iam", R"({"operation":"whoami"})", token);
    }
    static QJsonObject userOf(const support::HttpReply &reply)
    {
        return objectOf(QByteArray::fromStdString(reply.body))[QStringLiteral("user")].toObject();
    }
    /// Of one sign-in with this configuration; nullopt: it gave a bearer.
    std::optional<CredentialFault> faultOf(
        const OidcConfig &config, Person &person, std::string *bearer = nullptr)
    {
        OidcCredential credential(config, QSslConfiguration(), person.opener());
        Ear ear(&credential);
        credential.acquire();
        if (!ear.hears())
            return CredentialFault { CredentialFault::Refused, QStringLiteral("nothing heard") };
        if (bearer && !ear.bearers.empty())
            *bearer = ear.bearers.front();
        return ear.fault;
    }

    const std::string program = qEnvironmentVariable("SIGNALBOX_TEST_GATEWAY").toStdString();
    Provider provider;
    support::TemporaryFolder folder;
    std::unique_ptr<support::GatewayProcess> gateway;
};

void TestOidcSignIn::initTestCase()
{
    QVERIFY2(provider.start(), "the provider does not start");
    gateway = startGateway(folder);
}

void TestOidcSignIn::aPersonSignsInAndTheGatewayKnowsRoleAndWorkspace()
{
    Person person;
    std::string token;
    const auto fault = faultOf(provider.config(), person, &token);
    QVERIFY2(!fault, fault ? qPrintable(fault->text) : "");
    const auto reply = whoami(token);
    QCOMPARE(reply.status, 200);
    const QJsonObject user = userOf(reply);
    QCOMPARE(user[QStringLiteral("username")].toString(), QStringLiteral("ines"));
    QCOMPARE(user[QStringLiteral("name")].toString(), QStringLiteral("Inés"));
    QCOMPARE(user[QStringLiteral("roles")].toArray(), QJsonArray { QStringLiteral("writer") });
    QCOMPARE(user[QStringLiteral("default_workspace")].toString(), QStringLiteral("default"));
    const auto denied = support::http(
        gateway->port(), "POST", "/api/v1/iam", R"({"operation":"list-users"})", token);
    QCOMPARE(denied.status, 403);
}

void TestOidcSignIn::aPersonWithoutAKnownRoleMayNothing()
{
    Person person;
    person.account = QStringLiteral("olaf");
    std::string token;
    QVERIFY(!faultOf(provider.config(), person, &token));
    const auto reply = whoami(token);
    QCOMPARE(userOf(reply)[QStringLiteral("username")].toString(), QStringLiteral("olaf"));
    QVERIFY(userOf(reply)[QStringLiteral("roles")].toArray().isEmpty());
}

void TestOidcSignIn::whatTheBrowserIsAskedIsProtected()
{
    Person person;
    QVERIFY(!faultOf(provider.config(), person));
    QCOMPARE(person.asked("response_type"), QStringLiteral("code"));
    QCOMPARE(person.asked("code_challenge_method"), QStringLiteral("S256"));
    QCOMPARE(person.asked("code_challenge").size(), 43);
    QCOMPARE(person.asked("resource"), api);
    QCOMPARE(person.asked("scope"), QStringLiteral("openid profile offline_access"));
    const QString state = person.asked("state");
    const QString nonce = person.asked("nonce");
    QVERIFY(state.size() >= 43 && nonce.size() >= 43 && state != nonce);
    QVERIFY(!faultOf(provider.config(), person));
    QVERIFY(person.asked("state") != state && person.asked("nonce") != nonce);
}

void TestOidcSignIn::theAnswersPortIsThisMachinesOnlyAndClosesAgain()
{
    Person person;
    person.looks = false;
    OidcCredential credential(provider.config(), QSslConfiguration(), person.opener());
    credential.acquire();
    QVERIFY(QTest::qWaitFor([&] { return !person.shown.isEmpty(); }, patience));
    const QUrl redirect(person.asked("redirect_uri"));
    QCOMPARE(redirect.host(), QStringLiteral("127.0.0.1"));
    const auto open = [&](const char *address) {
        QTcpSocket socket;
        socket.connectToHost(QLatin1String(address), quint16(redirect.port()));
        return socket.waitForConnected(patience);
    };
    QVERIFY(open("127.0.0.1"));
    QVERIFY2(!open("127.0.0.2"), "listens on more than one address");
    credential.cancel();
    QVERIFY(!open("127.0.0.1"));
}

void TestOidcSignIn::denyingIsSaid()
{
    Person person;
    person.account = QStringLiteral("deny");
    const auto fault = faultOf(provider.config(), person);
    QVERIFY(fault);
    QCOMPARE(fault->kind, CredentialFault::Refused);
    QVERIFY2(fault->text.contains(QStringLiteral("the person said no")), qPrintable(fault->text));
}

void TestOidcSignIn::aClosedWindowEndsAfterAWhile()
{
    Person person;
    person.looks = false;
    OidcConfig config = provider.config();
    config.patience = milliseconds(200);
    const auto fault = faultOf(config, person);
    QVERIFY(fault);
    QCOMPARE(fault->kind, CredentialFault::Refused);
    QVERIFY2(fault->text.contains(QStringLiteral("closed")), qPrintable(fault->text));
}

void TestOidcSignIn::givingUpIsSaid()
{
    Person person;
    person.looks = false;
    OidcCredential credential(provider.config(), QSslConfiguration(), person.opener());
    Ear ear(&credential);
    credential.acquire();
    QVERIFY(credential.waitsForPerson());
    QVERIFY(QTest::qWaitFor([&] { return !person.shown.isEmpty(); }, patience));
    credential.cancel();
    QVERIFY(ear.fault && ear.fault->kind == CredentialFault::Refused);
    QVERIFY(!credential.waitsForPerson());
}

void TestOidcSignIn::anAnswerToAnotherQuestionIsRefused()
{
    Person person;
    person.looks = false;
    OidcCredential credential(provider.config(), QSslConfiguration(), person.opener());
    Ear ear(&credential);
    credential.acquire();
    QVERIFY(QTest::qWaitFor([&] { return !person.shown.isEmpty(); }, patience));
    QUrl forged(person.asked("redirect_uri"));
    forged.setQuery(QStringLiteral("code=stolen&state=guessed"));
    QNetworkReply *page = person.browser.get(QNetworkRequest(forged));
    QVERIFY(ear.hears());
    QVERIFY2(ear.fault && ear.fault->text.contains(QStringLiteral("belongs to no question")),
        qPrintable(ear.fault ? ear.fault->text : QString()));
    QVERIFY(QTest::qWaitFor([page] { return page->isFinished(); }, patience));
    QVERIFY2(page->readAll().contains("can be closed"), "the browser is told all the same");
}

void TestOidcSignIn::anAudienceNobodyKnowsIsSaid()
{
    Person person;
    OidcConfig config = provider.config();
    config.audience = QStringLiteral("https://signalbox.example/nowhere");
    const auto fault = faultOf(config, person);
    QVERIFY(fault);
    QVERIFY2(fault->text.contains(QStringLiteral("audience")), qPrintable(fault->text));
}

void TestOidcSignIn::aTokenForSomebodyElseOpensNothing()
{
    Person person;
    OidcConfig config = provider.config();
    config.audience = QStringLiteral("https://signalbox.example/other");
    std::string token;
    QVERIFY(!faultOf(config, person, &token));
    const auto reply = whoami(token);
    QCOMPARE(reply.status, 401);
    QCOMPARE(reply.body, std::string("{\"error\":\"auth failure\"}"));
    const std::string log = gateway->log();
    QVERIFY2(log.find(token.substr(token.rfind('.'))) == std::string::npos, "a token in the log");
    QVERIFY(log.find("meant for 'https://signalbox.example/other'") != std::string::npos);
}

void TestOidcSignIn::eachAlgorithmOfTheProviderOpensTheGateway()
{
    for (const char *algorithm : { "ES256", "EdDSA", "RS256", "PS256" })
        QCOMPARE(whoami(provider.sign({}, algorithm)).status, 200);
}

void TestOidcSignIn::expiredAndFutureAndUnsignedTokensOpenNothing()
{
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    QCOMPARE(whoami(provider.sign({ { QStringLiteral("exp"), now - 50 } })).status, 200);
    QCOMPARE(whoami(provider.sign({ { QStringLiteral("exp"), now - 70 } })).status, 401);
    QCOMPARE(whoami(provider.sign({ { QStringLiteral("nbf"), now + 120 } })).status, 401);
    QCOMPARE(
        whoami(provider.sign({ { QStringLiteral("iss"), QStringLiteral("http://x") } })).status,
        401);
    QCOMPARE(whoami(provider.sign({}, "none")).status, 401);
}

void TestOidcSignIn::rotatedKeysAreFollowed()
{
    const std::string before = provider.sign({});
    QCOMPARE(whoami(before).status, 200);
    provider.control(QStringLiteral("/rotate"));
    QCOMPARE(whoami(provider.sign({})).status, 200);
    QVERIFY2(QTest::qWaitFor([&] { return whoami(before).status == 401; }, patience),
        "the withdrawn key goes on");
}

void TestOidcSignIn::aFloodOfUnknownKeysDoesNotReachTheProvider()
{
    const std::string good = provider.sign({});
    QCOMPARE(whoami(good).status, 200);
    const int before = provider.keyReadings();
    for (int i = 0; i < 100; ++i) {
        const QString kid = QStringLiteral("nobody-%1").arg(i);
        const auto token = provider.sign({}, "ES256", { { QStringLiteral("kid"), kid } });
        QCOMPARE(whoami(token).status, 401);
    }
    QVERIFY2(provider.keyReadings() - before <= 4, "three at once, and what time gives back");
    QCOMPARE(whoami(good).status, 200);
}

void TestOidcSignIn::theNextTokenComesBeforeTheFormerEnds()
{
    Person person;
    OidcConfig config = provider.config();
    config.audience = QStringLiteral("https://signalbox.example/short");
    OidcCredential credential(config, QSslConfiguration(), person.opener());
    Ear ear(&credential);
    credential.acquire();
    QVERIFY(QTest::qWaitFor([&] { return ear.bearers.size() >= 2; }, patience));
    QVERIFY2(!ear.fault, ear.fault ? qPrintable(ear.fault->text) : "");
    QCOMPARE(person.shown.size(), 1);
    QVERIFY(ear.bearers[0] != ear.bearers[1]);
    QCOMPARE(whoami(ear.bearers.back()).status, 200);
    const size_t before = ear.bearers.size();
    credential.acquire(); // asked for a fresh one: no browser either
    QVERIFY(QTest::qWaitFor([&] { return ear.bearers.size() > before; }, patience));
    QCOMPARE(person.shown.size(), 1);
}

void TestOidcSignIn::aConnectionStaysOpenOverARefresh()
{
    Person person;
    OidcConfig config = provider.config();
    config.audience = QStringLiteral("https://signalbox.example/short");
    Session session;
    Connection connection(&session);
    Connection::Target target;
    target.name = QStringLiteral("by provider");
    target.url = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(gateway->port()));
    target.signIn = SignIn::OpenId;
    target.credential =
        std::make_shared<OidcCredential>(config, QSslConfiguration(), person.opener());
    Ear ear(target.credential.get());
    QSignalSpy reconnected(&connection, &Connection::connected);
    connection.open(target);
    QVERIFY(QTest::qWaitFor([&] { return session.online(); }, patience));
    QCOMPARE(session.user(), QStringLiteral("ines"));
    QVERIFY(QTest::qWaitFor([&] { return ear.bearers.size() >= 2; }, patience));
    Request request;
    request.service = "iam";
    request.operation = "whoami";
    request.body = R"({"operation":"whoami"})";
    auto answer = session.gateway()->request(request);
    QVERIFY(QTest::qWaitFor([&] { return answer.isFinished(); }, patience));
    QVERIFY(answer.result());
    QVERIFY(session.online());
    QCOMPARE(reconnected.size(), 1);
    QCOMPARE(person.shown.size(), 1);
    connection.close();
}

void TestOidcSignIn::whoIsDisabledHereIsOutAtOnce()
{
    const std::string token = provider.sign({ { QStringLiteral("sub"), QStringLiteral("nora") },
        { QStringLiteral("preferred_username"), QStringLiteral("nora") } });
    const QString id = userOf(whoami(token))[QStringLiteral("id")].toString();
    QVERIFY(id.startsWith(QStringLiteral("oidc-")));
    const auto body = R"({"operation":"disable-user","user_id":")" + id.toStdString() + "\"}";
    const auto disabled =
        support::http(gateway->port(), "POST", "/api/v1/iam", body, gateway->key());
    QCOMPARE(disabled.status, 200);
    QVERIFY2(QTest::qWaitFor([&] { return whoami(token).status == 401; }, 2000),
        "still let in, although its token lives");
}

void TestOidcSignIn::signingOutTakesTheRefreshTokenBack()
{
    Person person;
    OidcCredential credential(provider.config(), QSslConfiguration(), person.opener());
    Ear ear(&credential);
    QSignalSpy out(&credential, &OidcCredential::signedOut);
    credential.acquire();
    QVERIFY(ear.hears() && !ear.fault);
    credential.signOut();
    QVERIFY(QTest::qWaitFor([&] { return !out.isEmpty(); }, patience));
    QCOMPARE(out.at(0).at(0).toString(), QString());
    QVERIFY(!credential.signedIn());
    QCOMPARE(person.shown.size(), 2);
    QVERIFY(person.shown.constLast().path().endsWith(QStringLiteral("/session/end")));
    QCOMPARE(person.asked("client_id"), provider.config().clientId);
    QVERIFY2(person.asked("id_token_hint").isEmpty(), "others can read what a browser is given");
    credential.acquire(); // nothing is left to refresh with: the person is asked again
    QVERIFY(QTest::qWaitFor([&] { return person.shown.size() == 3; }, patience));
    QVERIFY(QTest::qWaitFor([&] { return ear.bearers.size() == 2; }, patience));
}

void TestOidcSignIn::aProviderOutOfReachIsSaid()
{
    Person person;
    OidcConfig config = provider.config();
    QTcpSocket taken; // a port that surely nobody listens on: it is bound by us
    QVERIFY(taken.bind(QHostAddress(QHostAddress::LocalHost)));
    config.issuer = QStringLiteral("http://127.0.0.1:%1").arg(taken.localPort());
    const auto fault = faultOf(config, person);
    QVERIFY(fault);
    QCOMPARE(fault->kind, CredentialFault::Unreachable);
    QVERIFY2(fault->text.contains(config.issuer), qPrintable(fault->text));
}

void TestOidcSignIn::theCommandLineSaysWhatIsMissing()
{
    const auto said = [this](const std::vector<std::string> &arguments) {
        const auto done = support::runProgram(program, arguments);
        return done.code == 2 ? QString::fromStdString(done.errors) : QString();
    };
    const std::string issuer = "https://id.example.org";
    QVERIFY(said({ "--oidc-issuer", issuer }).contains(QStringLiteral("--oidc-audience")));
    QVERIFY(said({ "--oidc-issuer", "http://id.example.org", "--oidc-audience", "a" })
                .contains(QStringLiteral("https")));
    QVERIFY(said({ "--oidc-issuer", issuer, "--oidc-audience", "a", "--oidc-role", "x=emperor" })
                .contains(QStringLiteral("x=emperor")));
    QVERIFY(said({ "--oidc-issuer", issuer, "--oidc-audience", "a", "--oidc-ca", "/nowhere.pem" })
                .contains(QStringLiteral("/nowhere.pem")));
}

QTEST_GUILESS_MAIN(TestOidcSignIn)
#include "tst_oidcsignin.moc"
