// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/connection.h"
#include "app/client/tls.h"
#include "tests/support/fakeserver.h"
#include "tests/support/tlsfront.h"

#include <QTest>

using namespace signalbox;

namespace {

const QString here = QStringLiteral("IP:127.0.0.1");

/// One folder of certificates for all tests: keys take a while to make.
const Certificates &certificates()
{
    static Certificates made;
    static const bool all = made.isValid() && made.make(QStringLiteral("server"), here)
        && made.make(QStringLiteral("elsewhere"), QStringLiteral("DNS:gateway.example.org"))
        && made.make(QStringLiteral("ended"), here, -1)
        && made.make(QStringLiteral("client"), QStringLiteral("DNS:mira"))
        && made.make(
            QStringLiteral("locked"), QStringLiteral("DNS:mira"), 2, QStringLiteral("open sesame"))
        && made.makeSelfSigned(QStringLiteral("self"), here);
    Q_UNUSED(all)
    return made;
}

struct Stage {
    FakeServer server;
    Session session;
    std::unique_ptr<TlsFront> front;
    std::unique_ptr<Connection> connection;
    TlsTrust trust;

    explicit Stage(const QString &certificate, bool askForClient = false)
        : front(std::make_unique<TlsFront>(
            certificates(), certificate, quint16(server.url().port()), askForClient))
    {
        server.beOwn();
        LinkTiming timing;
        timing.firstRetry = milliseconds(20);
        connection = std::make_unique<Connection>(&session, timing);
        trust.caFile = certificates().authority();
    }
    void open()
    {
        Connection::Target target;
        target.name = QStringLiteral("test");
        target.url = front->url();
        target.apiKey = server.token.toStdString();
        target.tls = trust;
        connection->open(target);
    }
    bool says(const QString &text) const { return session.stateText().contains(text); }
};

QString fingerprint(const QString &name)
{
    return fingerprintOf(
        QSslCertificate::fromPath(certificates().path(name + QStringLiteral(".pem"))).value(0));
}

} // namespace

class TestTls : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void aCertificateOfOurOwnAuthorityIsTaken();
    void theMachineDoesNotKnowThatAuthority();
    void whatIsWrongIsSaid_data();
    void whatIsWrongIsSaid();
    void theOneThatWasAcceptedIsTakenAndShown();
    void anotherThanTheAcceptedIsNot();
    void ourOwnCertificateIsShown_data();
    void ourOwnCertificateIsShown();
    void withoutOurCertificateNobodyComesIn();
    void filesAtFaultAreNamed_data();
    void filesAtFaultAreNamed();
    void insecureWaysAreKnown_data();
    void insecureWaysAreKnown();
};

void TestTls::initTestCase()
{
    QVERIFY2(certificates().isValid(), qPrintable(certificates().fault()));
}

void TestTls::aCertificateOfOurOwnAuthorityIsTaken()
{
    Stage stage(QStringLiteral("server"));
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Live);
    QCOMPARE(stage.session.insecure(), QString());
}

void TestTls::theMachineDoesNotKnowThatAuthority()
{
    Stage stage(QStringLiteral("server"));
    stage.trust = {};
    stage.open();
    QTRY_VERIFY2(
        stage.says(QStringLiteral(
            "its certificate is signed by Junction Authority, whom this machine does not know")),
        qPrintable(stage.session.stateText()));
    QCOMPARE(stage.server.seen.size(), 0);
}

void TestTls::whatIsWrongIsSaid_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("words");
    QTest::newRow("name") << QStringLiteral("elsewhere")
                          << QStringLiteral("its certificate is for elsewhere, "
                                            "gateway.example.org, not for 127.0.0.1");
    QTest::newRow("ended") << QStringLiteral("ended")
                           << QStringLiteral("its certificate ended on ");
    QTest::newRow("self") << QStringLiteral("self")
                          << QStringLiteral("nobody known has signed its certificate");
}

void TestTls::whatIsWrongIsSaid()
{
    QFETCH(QString, certificate);
    QFETCH(QString, words);
    Stage stage(certificate);
    stage.open();
    QTRY_VERIFY2(stage.says(words), qPrintable(stage.session.stateText()));
    QCOMPARE(stage.server.seen.size(), 0);
}

void TestTls::theOneThatWasAcceptedIsTakenAndShown()
{
    Stage stage(QStringLiteral("self"));
    stage.trust.acceptedCertificate = fingerprint(QStringLiteral("self"));
    QCOMPARE(stage.trust.acceptedCertificate.size(), 64);
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Live);
    QCOMPARE(stage.session.insecure(), QStringLiteral("unverified"));
}

void TestTls::anotherThanTheAcceptedIsNot()
{
    Stage stage(QStringLiteral("elsewhere"));
    stage.trust.acceptedCertificate = fingerprint(QStringLiteral("self"));
    stage.open();
    QTRY_VERIFY(stage.says(QStringLiteral("its certificate is for elsewhere")));
    QCOMPARE(stage.server.seen.size(), 0);
}

void TestTls::ourOwnCertificateIsShown_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("passphrase");
    QTest::newRow("plain key") << QStringLiteral("client") << QString();
    QTest::newRow("locked key") << QStringLiteral("locked") << QStringLiteral("open sesame");
}

void TestTls::ourOwnCertificateIsShown()
{
    QFETCH(QString, name);
    QFETCH(QString, passphrase);
    Stage stage(QStringLiteral("server"), true);
    stage.trust.certificateFile = certificates().path(name + QStringLiteral(".pem"));
    stage.trust.keyFile = certificates().path(name + QStringLiteral(".key"));
    stage.trust.keyPassphrase = passphrase.toStdString();
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Live);
}

void TestTls::withoutOurCertificateNobodyComesIn()
{
    Stage stage(QStringLiteral("server"), true);
    stage.open();
    QTRY_VERIFY(stage.session.stateText().startsWith(QStringLiteral("reconnecting in")));
    QCOMPARE(stage.server.seen.size(), 0);
}

void TestTls::filesAtFaultAreNamed_data()
{
    QTest::addColumn<QString>("ca");
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("passphrase");
    QTest::addColumn<QString>("words");
    const auto path = [](const char *name) {
        return certificates().path(QString::fromLatin1(name));
    };
    QTest::newRow("absent") << path("none.pem") << QString() << QString() << QString()
                            << QStringLiteral("none.pem cannot be read");
    QTest::newRow("no certificate") << path("server.key") << QString() << QString() << QString()
                                    << QStringLiteral("holds no certificate in PEM form");
    QTest::newRow("no key") << QString() << path("client.pem") << QString() << QString()
                            << QStringLiteral("holds no private key in PEM form");
    QTest::newRow("locked") << QString() << path("locked.pem") << path("locked.key") << QString()
                            << QStringLiteral("wants its passphrase");
    QTest::newRow("wrong") << QString() << path("locked.pem") << path("locked.key")
                           << QStringLiteral("open") << QStringLiteral("does not open");
}

void TestTls::filesAtFaultAreNamed()
{
    QFETCH(QString, ca);
    QFETCH(QString, certificate);
    QFETCH(QString, key);
    QFETCH(QString, passphrase);
    QFETCH(QString, words);
    const auto made = tlsConfiguration({ ca, certificate, key, passphrase.toStdString(), {} });
    QVERIFY(!made);
    QVERIFY2(made.error().contains(words), qPrintable(made.error()));
    Stage stage(QStringLiteral("server"));
    stage.trust = { ca, certificate, key, passphrase.toStdString(), {} };
    stage.open();
    QTRY_VERIFY2(stage.says(words), qPrintable(stage.session.stateText()));
}

void TestTls::insecureWaysAreKnown_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("accepted");
    QTest::addColumn<QString>("insecure");
    const auto row = [](const char *url, const char *accepted, const char *insecure) {
        QTest::newRow(url) << QString::fromLatin1(url) << QString::fromLatin1(accepted)
                           << QString::fromLatin1(insecure);
    };
    row("", "", "");
    row("http://127.0.0.1:8088", "", "");
    row("http://localhost:8088", "", "");
    row("http://[::1]:8088", "", "");
    row("http://127.evil.example.org", "", "unencrypted");
    row("http://10.0.0.7:8088", "", "unencrypted");
    row("http://gateway", "", "unencrypted");
    row("https://gateway", "", "");
    row("https://127.0.0.1", "ab12", "unverified");
}

void TestTls::insecureWaysAreKnown()
{
    QFETCH(QString, url);
    QFETCH(QString, accepted);
    QTEST(insecurityOf(url, accepted), "insecure");
}

QTEST_GUILESS_MAIN(TestTls)

#include "tst_tls.moc"
