// SPDX-License-Identifier: GPL-3.0-only
// What a provider's answers must be before they are believed. tests/integration/oidc has a real
// provider; here are the answers that none would give.
#include "app/client/oidccredential.h"
#include "tests/support/fakeserver.h"
#include "tests/support/tlsfront.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace signalbox;

namespace {

const QDateTime now = QDateTime::fromSecsSinceEpoch(1800000000, Qt::UTC);
const QString nonce = QStringLiteral("the-nonce");

OidcConfig config()
{
    OidcConfig all;
    all.issuer = QStringLiteral("https://id.example.org");
    all.clientId = QStringLiteral("console");
    all.audience = QStringLiteral("https://gateway.example.org");
    return all;
}

QString jws(const QJsonObject &claims)
{
    const auto part = [](const QByteArray &text) {
        return QString::fromLatin1(
            text.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
    };
    return part("{\"alg\":\"ES256\"}") + QLatin1Char('.')
        + part(QJsonDocument(claims).toJson(QJsonDocument::Compact)) + QStringLiteral(".c2ln");
}

QJsonObject idClaims()
{
    const qint64 time = now.toSecsSinceEpoch();
    return { { QStringLiteral("iss"), config().issuer },
        { QStringLiteral("sub"), QStringLiteral("u") },
        { QStringLiteral("aud"), config().clientId }, { QStringLiteral("iat"), time },
        { QStringLiteral("exp"), time + 300 }, { QStringLiteral("nonce"), nonce } };
}

/// An answer with a good access token and this ID token.
OidcResult<OidcGrant> with(const QJsonObject &id, const OidcConfig &asked = config())
{
    const QJsonObject access { { QStringLiteral("aud"), config().audience } };
    const QJsonObject body { { QStringLiteral("access_token"), jws(access) },
        { QStringLiteral("id_token"), jws(id) },
        { QStringLiteral("token_type"), QStringLiteral("Bearer") },
        { QStringLiteral("expires_in"), 300 } };
    return checkTokens(200, QJsonDocument(body).toJson().toStdString(), asked, nonce, now);
}

int kind(const OidcResult<OidcGrant> &result)
{
    return result ? -1 : int(result.error().kind);
}

QJsonObject changed(const char *name, const QJsonValue &value)
{
    QJsonObject claims = idClaims();
    claims[QLatin1String(name)] = value;
    return claims;
}

} // namespace

class TestOidc : public QObject {
    Q_OBJECT
private slots:
    void aGoodAnswerIsTaken();
    void anIdTokenOfAnotherSignInIsRefused();
    void anIdTokenForAnotherClientIsRefused();
    void clocksThatDifferAreToldApart();
    void anAccessTokenForSomebodyElseIsRefused();
    void refusalsSayWhy();
    void aDiscoveryDocumentMustBeOfTheIssuerAndSafe();
    void onlyHttpsOrThisMachineIsTrusted();
    void theChallengeIsTheOneOfTheStandard();
    void theAudienceIsAskedForInBothWays();
    void theNextTokenIsAskedForInTime();
    void aProviderHasToProveWhoItIs();
    void aProvidersRedirectIsNotFollowed();
    void whatAConnectionKeepsOfItsProviderIsNoSecret();
};

void TestOidc::aGoodAnswerIsTaken()
{
    const auto grant = with(idClaims());
    QVERIFY2(grant, grant ? "" : qPrintable(grant.error().text));
    QCOMPARE(grant->lifetime.count(), 300);
    QVERIFY(with(changed("aud", QJsonArray { config().clientId })));
}

void TestOidc::anIdTokenOfAnotherSignInIsRefused()
{
    QCOMPARE(kind(with(changed("nonce", QStringLiteral("another")))), int(OidcFault::Nonce));
    QCOMPARE(kind(with(changed("nonce", QJsonValue()))), int(OidcFault::Nonce));
    QCOMPARE(kind(with(changed("iss", QStringLiteral("https://evil.example")))),
        int(OidcFault::Provider));
}

void TestOidc::anIdTokenForAnotherClientIsRefused()
{
    QCOMPARE(kind(with(changed("aud", QStringLiteral("other")))), int(OidcFault::Audience));
    const QJsonArray both { config().clientId, QStringLiteral("other") };
    QCOMPARE(kind(with(changed("aud", both))), int(OidcFault::Audience));
    QJsonObject claims = changed("aud", both);
    claims[QStringLiteral("azp")] = config().clientId;
    QVERIFY(with(claims));
}

void TestOidc::clocksThatDifferAreToldApart()
{
    const qint64 time = now.toSecsSinceEpoch();
    QVERIFY(with(changed("iat", time + 60)));
    const auto behind = with(changed("iat", time + 61 * 5));
    QCOMPARE(kind(behind), int(OidcFault::Clock));
    QVERIFY(behind.error().text.contains(QStringLiteral("5 minute")));
    QVERIFY(behind.error().text.contains(QStringLiteral("behind")));
    QJsonObject old = changed("iat", time - 3600);
    old[QStringLiteral("exp")] = time - 60;
    const auto ahead = with(old);
    QCOMPARE(kind(ahead), int(OidcFault::Clock));
    QVERIFY(ahead.error().text.contains(QStringLiteral("ahead")));
}

void TestOidc::anAccessTokenForSomebodyElseIsRefused()
{
    OidcConfig asked = config();
    asked.audience = QStringLiteral("https://other.example.org");
    const auto wrong = with(idClaims(), asked);
    QCOMPARE(kind(wrong), int(OidcFault::Audience));
    QVERIFY(wrong.error().text.contains(config().audience));
    const QByteArray opaque = R"({"access_token":"secret-opaque","token_type":"bearer"})";
    const auto unreadable = checkTokens(200, opaque.toStdString(), config(), {}, now);
    QCOMPARE(kind(unreadable), int(OidcFault::Audience));
    QVERIFY(!unreadable.error().text.contains(QStringLiteral("secret")));
}

void TestOidc::refusalsSayWhy()
{
    const auto refused = [](const char *body) {
        return checkTokens(400, body, config(), nonce, now);
    };
    QCOMPARE(kind(refused(R"({"error":"invalid_grant"})")), int(OidcFault::Ended));
    QCOMPARE(kind(refused(R"({"error":"invalid_target"})")), int(OidcFault::Audience));
    QCOMPARE(kind(refused(R"({"error":"access_denied"})")), int(OidcFault::Denied));
    QCOMPARE(kind(refused("<html>")), int(OidcFault::Provider));
    const auto none =
        checkTokens(200, R"({"access_token":"a.b.c","token_type":"mac"})", config(), {}, now);
    QCOMPARE(kind(none), int(OidcFault::Provider));
}

void TestOidc::aDiscoveryDocumentMustBeOfTheIssuerAndSafe()
{
    QJsonObject document { { QStringLiteral("issuer"), config().issuer },
        { QStringLiteral("jwks_uri"), QStringLiteral("https://id.example.org/keys") },
        { QStringLiteral("authorization_endpoint"), QStringLiteral("https://id.example.org/auth") },
        { QStringLiteral("token_endpoint"), QStringLiteral("https://id.example.org/token") },
        { QStringLiteral("revocation_endpoint"), QStringLiteral("http://id.example.org/revoke") } };
    const auto check = [&] {
        return checkDiscovery(QJsonDocument(document).toJson().toStdString(), config());
    };
    const auto fine = check();
    QVERIFY(fine);
    QVERIFY2(fine->revocationEndpoint.empty(), "in the clear it is not used");
    document[QStringLiteral("code_challenge_methods_supported")] =
        QJsonArray { QStringLiteral("plain") };
    QVERIFY(!check());
    document.remove(QStringLiteral("code_challenge_methods_supported"));
    document[QStringLiteral("token_endpoint")] = QStringLiteral("http://id.example.org/token");
    QVERIFY(!check());
    document[QStringLiteral("token_endpoint")] = QStringLiteral("https://id.example.org/token");
    document[QStringLiteral("issuer")] = QStringLiteral("https://id.example.org/");
    QVERIFY(!check());
}

void TestOidc::onlyHttpsOrThisMachineIsTrusted()
{
    for (const char *good :
        { "https://a.example", "http://127.0.0.1:80/x", "http://localhost", "http://[::1]:8" })
        QVERIFY2(trustworthyUrl(QUrl(QLatin1String(good))), good);
    for (const char *bad : { "", "http://a.example", "ftp://localhost", "https://",
             "https://u:p@a.example", "http://127.0.0.1.evil.example" })
        QVERIFY2(!trustworthyUrl(QUrl(QLatin1String(bad))), bad);
}

void TestOidc::theChallengeIsTheOneOfTheStandard()
{
    // RFC 7636, appendix B
    QCOMPARE(challengeOf(QStringLiteral("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")),
        QStringLiteral("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
    QCOMPARE(randomText(32).size(), 43);
    QVERIFY(randomText(32) != randomText(32));
}

void TestOidc::theAudienceIsAskedForInBothWays()
{
    QVERIFY(audienceParameters({}).isEmpty());
    QCOMPARE(audienceParameters(QStringLiteral("gateway")).size(), 1);
    const auto both = audienceParameters(config().audience);
    QCOMPARE(both.size(), 2);
    QCOMPARE(both.at(0).first, QStringLiteral("resource"));
}

void TestOidc::theNextTokenIsAskedForInTime()
{
    using std::chrono::seconds;
    QCOMPARE(OidcCredential::refreshBefore(seconds(3600)), seconds(300));
    QCOMPARE(OidcCredential::refreshBefore(seconds(60)), seconds(12));
}

namespace {

/// What somebody hears who asks for the discovery document.
int heard(const QString &issuer, const QSslConfiguration &tls)
{
    OidcConfig asked = config();
    asked.issuer = issuer;
    OidcProvider provider(asked, tls);
    std::optional<int> kind;
    provider.discover(&provider, [&](const OidcResult<schema::OidcDiscovery> &found) {
        kind = found ? -1 : int(found.error().kind);
    });
    return QTest::qWaitFor([&] { return kind.has_value(); }, 10000) ? *kind : -2;
}

void publish(FakeServer &server, const QString &issuer)
{
    const QJsonObject document { { QStringLiteral("issuer"), issuer },
        { QStringLiteral("jwks_uri"), issuer + QStringLiteral("/keys") },
        { QStringLiteral("authorization_endpoint"), issuer + QStringLiteral("/auth") },
        { QStringLiteral("token_endpoint"), issuer + QStringLiteral("/token") } };
    server.setRest(QStringLiteral("/.well-known/openid-configuration"),
        { 200, QJsonDocument(document).toJson() });
}

} // namespace

void TestOidc::aProviderHasToProveWhoItIs()
{
    Certificates certificates;
    QVERIFY2(certificates.isValid(), qPrintable(certificates.fault()));
    QVERIFY(certificates.make(QStringLiteral("server"), QStringLiteral("IP:127.0.0.1")));
    QVERIFY(certificates.make(QStringLiteral("other"), QStringLiteral("DNS:id.example.org")));
    FakeServer server;
    const auto front = std::make_unique<TlsFront>(
        certificates, QStringLiteral("server"), quint16(server.url().port()));
    const QString issuer = front->url().toString();
    publish(server, issuer);
    const QSslConfiguration trusting = OidcCredential::tlsFor(certificates.authority());
    QCOMPARE(heard(issuer, trusting), -1);
    QCOMPARE(heard(issuer, OidcCredential::tlsFor({})), int(OidcFault::Unreachable));
    const auto stranger = std::make_unique<TlsFront>(
        certificates, QStringLiteral("other"), quint16(server.url().port()));
    publish(server, stranger->url().toString());
    QCOMPARE(heard(stranger->url().toString(), trusting), int(OidcFault::Unreachable));
}

void TestOidc::aProvidersRedirectIsNotFollowed()
{
    FakeServer server;
    server.setRest(QStringLiteral("/.well-known/openid-configuration"), { 302, {} });
    QCOMPARE(heard(server.url().toString(), QSslConfiguration()), int(OidcFault::Provider));
    publish(server, server.url().toString());
    QCOMPARE(heard(server.url().toString(), QSslConfiguration()), -1);
}

void TestOidc::whatAConnectionKeepsOfItsProviderIsNoSecret()
{
    SavedConnection connection;
    connection.more.insert(QStringLiteral("later"), QStringLiteral("kept"));
    OpenIdSettings settings;
    settings.issuer = config().issuer;
    settings.clientId = QStringLiteral(" console ");
    settings.putInto(connection);
    QCOMPARE(connection.more.size(), 3);
    const OidcConfig asked = OidcCredential::configOf(OpenIdSettings::of(connection));
    QCOMPARE(asked.issuer, config().issuer);
    QCOMPARE(asked.clientId, QStringLiteral("console"));
    QCOMPARE(asked.scopes, QStringLiteral("openid profile offline_access"));
    OpenIdSettings::removeFrom(connection);
    QCOMPARE(connection.more.size(), 1);
}

QTEST_GUILESS_MAIN(TestOidc)
#include "tst_oidc.moc"
