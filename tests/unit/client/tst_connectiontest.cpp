// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/connectiontest.h"
#include "models/stores/openidsettings.h"
#include "tests/support/fakeserver.h"
#include "tests/support/tlsfront.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace signalbox;

namespace {

struct Stage {
    FakeServer server;
    ConnectionTest test;
    QSignalSpy finished { &test, &ConnectionCheck::finished };
    QMap<CheckStep::Kind, CheckStep> steps;
    QList<ShownCertificate> certificates;
    SavedConnection connection;
    QString secret;

    Stage()
    {
        server.beOwn();
        connection.name = QStringLiteral("test");
        connection.url = server.url().toString();
        secret = server.token;
        QObject::connect(&test, &ConnectionCheck::step, &test,
            [this](const CheckStep &step) { steps[step.kind] = step; });
        QObject::connect(&test, &ConnectionCheck::certificate, &test,
            [this](const ShownCertificate &shown) { certificates.append(shown); });
    }
    void start() { test.start(connection, secret, {}); }
    CheckStep::State state(CheckStep::Kind kind) const { return steps[kind].state; }
};

} // namespace

class TestConnectionTest : public QObject {
    Q_OBJECT
private slots:
    void everyStepPassesAndSaysHowLongItTook();
    void aPasswordSignsIn();
    void aProviderIsFoundButNoBrowserIsOpened();
    void whatFailsSaysWhatToDoAndEndsTheWalk_data();
    void whatFailsSaysWhatToDoAndEndsTheWalk();
    void anUntrustedCertificateIsShownAndNothingIsSent();
    void anAcceptedCertificateIsACaution();
    void metricsThatMayNotBeReadAreACaution();
    void whoCancelsHearsNothingMore();
};

void TestConnectionTest::everyStepPassesAndSaysHowLongItTook()
{
    Stage stage;
    stage.server.setRest(QStringLiteral("/api/metrics/query"), { 200, R"({"status":"success"})" });
    stage.start();
    QTRY_COMPARE(stage.finished.count(), 1);
    for (int kind = 0; kind < CheckStep::kinds; ++kind) {
        const CheckStep step = stage.steps[CheckStep::Kind(kind)];
        const auto wanted = kind == CheckStep::Tls ? CheckStep::Skipped : CheckStep::Passed;
        QVERIFY2(step.state == wanted, qPrintable(step.text));
        QVERIFY(step.micros >= 0);
        QVERIFY(!step.text.isEmpty());
    }
    QCOMPARE(stage.server.count(QStringLiteral("iam"), QStringLiteral("whoami")), 1);
    QTRY_COMPARE(stage.server.sockets(), 0);
}

void TestConnectionTest::aProviderIsFoundButNoBrowserIsOpened()
{
    Stage stage;
    stage.connection.signIn = SignIn::OpenId;
    const QString issuer = stage.server.url().toString();
    OpenIdSettings settings;
    settings.issuer = issuer;
    settings.clientId = QStringLiteral("signalbox");
    settings.putInto(stage.connection);
    stage.start();
    QTRY_COMPARE(stage.finished.count(), 1);
    QCOMPARE(stage.state(CheckStep::SigningIn), CheckStep::Failed);
    QVERIFY(stage.steps[CheckStep::SigningIn].text.contains(issuer));
    const QByteArray document =
        R"({"issuer":"%1","jwks_uri":"%1/k","authorization_endpoint":"%1/a",)"
        R"("token_endpoint":"%1/t"})";
    stage.server.setRest(QStringLiteral("/.well-known/openid-configuration"),
        { 200, QString::fromLatin1(document).arg(issuer).toLatin1() });
    stage.start();
    QTRY_COMPARE(stage.finished.count(), 2);
    QCOMPARE(stage.state(CheckStep::SigningIn), CheckStep::Caution);
    QCOMPARE(stage.state(CheckStep::Workspace), CheckStep::Skipped);
}

void TestConnectionTest::aPasswordSignsIn()
{
    Stage stage;
    stage.server.setRest(QStringLiteral("/api/v1/auth/login"),
        { 200, "{\"jwt\":\"" + stage.server.token.toUtf8() + "\"}" });
    stage.connection.signIn = SignIn::Password;
    stage.connection.user = QStringLiteral("mira");
    stage.secret = QStringLiteral("pw");
    stage.start();
    QTRY_COMPARE(stage.finished.count(), 1);
    QCOMPARE(stage.state(CheckStep::SigningIn), CheckStep::Passed);
}

void TestConnectionTest::whatFailsSaysWhatToDoAndEndsTheWalk_data()
{
    QTest::addColumn<QString>("fault");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("text");
    QTest::newRow("name") << QStringLiteral("name") << int(CheckStep::Name)
                          << QStringLiteral("nobody knows the name");
    QTest::newRow("port") << QStringLiteral("port") << int(CheckStep::Tcp)
                          << QStringLiteral("nobody listens on port");
    QTest::newRow("plain") << QStringLiteral("plain") << int(CheckStep::Tls) << QString();
    QTest::newRow("key") << QStringLiteral("key") << int(CheckStep::SigningIn)
                         << QStringLiteral("refused: auth failure");
    QTest::newRow("no key") << QStringLiteral("no key") << int(CheckStep::SigningIn)
                            << QStringLiteral("no API key is given");
    QTest::newRow("password") << QStringLiteral("password") << int(CheckStep::SigningIn)
                              << QStringLiteral("user or password is wrong");
}

void TestConnectionTest::whatFailsSaysWhatToDoAndEndsTheWalk()
{
    QFETCH(QString, fault);
    QFETCH(int, kind);
    QFETCH(QString, text);
    Stage stage;
    if (fault == QLatin1String("name"))
        stage.connection.url = QStringLiteral("http://gateway.invalid:8088");
    else if (fault == QLatin1String("port"))
        stage.server.refuseConnections();
    else if (fault == QLatin1String("plain"))
        stage.connection.url.replace(QStringLiteral("http:"), QStringLiteral("https:"));
    else if (fault == QLatin1String("key"))
        stage.secret = QStringLiteral("tg_other");
    else if (fault == QLatin1String("no key"))
        stage.secret.clear();
    else {
        stage.connection.signIn = SignIn::Password;
        stage.connection.user = QStringLiteral("mira");
        stage.server.setRest(
            QStringLiteral("/api/v1/auth/login"), { 401, R"({"error":"auth failure"})" });
    }
    stage.start();
    QTRY_COMPARE_WITH_TIMEOUT(stage.finished.count(), 1, 15000);
    const CheckStep step = stage.steps[CheckStep::Kind(kind)];
    QCOMPARE(step.state, CheckStep::Failed);
    QVERIFY2(step.text.contains(text), qPrintable(step.text));
    QVERIFY(!step.advice.isEmpty());
    for (int later = kind + 1; later < CheckStep::kinds; ++later)
        QCOMPARE(stage.state(CheckStep::Kind(later)), CheckStep::Skipped);
}

void TestConnectionTest::anUntrustedCertificateIsShownAndNothingIsSent()
{
    Certificates certificates;
    QVERIFY2(certificates.makeSelfSigned(QStringLiteral("self"), QStringLiteral("IP:127.0.0.1")),
        qPrintable(certificates.fault()));
    Stage stage;
    const TlsFront front(certificates, QStringLiteral("self"), quint16(stage.server.url().port()));
    stage.connection.url = front.url().toString();
    stage.start();
    QTRY_COMPARE(stage.finished.count(), 1);
    QCOMPARE(stage.state(CheckStep::Tls), CheckStep::Failed);
    QCOMPARE(stage.certificates.size(), 1);
    QCOMPARE(stage.certificates[0].subject, QStringLiteral("self"));
    QCOMPARE(stage.certificates[0].fingerprint.size(), 64);
    QVERIFY(!stage.certificates[0].fault.isEmpty());
    QCOMPARE(stage.server.seen.size(), 0);
}

void TestConnectionTest::anAcceptedCertificateIsACaution()
{
    Certificates certificates;
    QVERIFY2(certificates.makeSelfSigned(QStringLiteral("self"), QStringLiteral("IP:127.0.0.1")),
        qPrintable(certificates.fault()));
    Stage stage;
    const TlsFront front(certificates, QStringLiteral("self"), quint16(stage.server.url().port()));
    stage.connection.url = front.url().toString();
    stage.start();
    QTRY_COMPARE(stage.finished.count(), 1);
    stage.connection.acceptedCertificate = stage.certificates[0].fingerprint;
    stage.start();
    QTRY_COMPARE(stage.finished.count(), 2);
    QCOMPARE(stage.state(CheckStep::Tls), CheckStep::Caution);
    QCOMPARE(stage.state(CheckStep::SigningIn), CheckStep::Passed);
}

void TestConnectionTest::metricsThatMayNotBeReadAreACaution()
{
    Stage stage;
    stage.server.setRest(
        QStringLiteral("/api/metrics/query"), { 403, R"({"error":"access denied"})" });
    stage.start();
    QTRY_COMPARE(stage.finished.count(), 1);
    QCOMPARE(stage.state(CheckStep::Metrics), CheckStep::Caution);
    QVERIFY(stage.steps[CheckStep::Metrics].advice.contains(QStringLiteral("metrics:read")));
}

void TestConnectionTest::whoCancelsHearsNothingMore()
{
    Stage stage;
    stage.server.silent = true;
    stage.start();
    QTRY_COMPARE(stage.state(CheckStep::Workspace), CheckStep::Running);
    stage.test.cancel();
    const auto before = stage.steps;
    QTRY_COMPARE(stage.server.sockets(), 0);
    QCoreApplication::processEvents();
    QCOMPARE(stage.steps, before);
    QCOMPARE(stage.finished.count(), 0);
}

QTEST_GUILESS_MAIN(TestConnectionTest)

#include "tst_connectiontest.moc"
