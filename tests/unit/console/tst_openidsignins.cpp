// SPDX-License-Identifier: GPL-3.0-only
#include "app/console/openidsignins.h"

#include <QSignalSpy>
#include <QTest>

using namespace signalbox;

namespace {

SavedConnection connectionNamed(const char *name)
{
    SavedConnection connection;
    connection.name = QString::fromLatin1(name);
    connection.url = QStringLiteral("https://gateway.example.org");
    connection.signIn = SignIn::OpenId;
    OpenIdSettings settings;
    settings.issuer = QStringLiteral("http://127.0.0.1:9"); // nobody is there
    settings.clientId = QStringLiteral("signalbox");
    settings.putInto(connection);
    return connection;
}

} // namespace

class TestOpenIdSignIns : public QObject {
    Q_OBJECT
private slots:
    void aConnectionKeepsItsSignInWhileItStaysTheSame();
    void whoWaitsForThePersonIsNamed();
    void givingUpEndsTheWaiting();
};

void TestOpenIdSignIns::aConnectionKeepsItsSignInWhileItStaysTheSame()
{
    OpenIdSignIns all;
    SavedConnection one = connectionNamed("one");
    const auto first = all.of(one);
    one.readOnly = true;
    one.environment = QStringLiteral("production");
    QCOMPARE(all.of(one), first);
    QVERIFY2(all.of(connectionNamed("two")) != first, "each has its own");
    one.url = QStringLiteral("https://elsewhere.example.org");
    QVERIFY2(all.of(one) != first, "what was given for one gateway is shown to no other");
    const auto second = all.of(one);
    one.more[QStringLiteral("audience")] = QStringLiteral("other");
    QVERIFY(all.of(one) != second);
}

void TestOpenIdSignIns::whoWaitsForThePersonIsNamed()
{
    OpenIdSignIns all;
    QSignalSpy waits(&all, &OpenIdSignIns::waitsForPerson);
    const auto credential = all.of(connectionNamed("one"));
    QSignalSpy lost(credential.get(), &CredentialSource::lost);
    credential->acquire();
    QCOMPARE(waits.count(), 1);
    QCOMPARE(waits.at(0).at(0).toString(), QStringLiteral("one"));
    QTRY_COMPARE(lost.count(), 1); // nobody answers there
    QCOMPARE(waits.count(), 1);
}

void TestOpenIdSignIns::givingUpEndsTheWaiting()
{
    OpenIdSignIns all;
    const auto credential = all.of(connectionNamed("one"));
    QSignalSpy lost(credential.get(), &CredentialSource::lost);
    QSignalSpy out(&all, &OpenIdSignIns::signedOut);
    credential->acquire();
    QVERIFY(credential->waitsForPerson());
    all.signOut(QStringLiteral("one"));
    QVERIFY(!credential->waitsForPerson());
    QCOMPARE(lost.count(), 0);
    QCOMPARE(out.count(), 0);
    all.signOut(QStringLiteral("nobody"));
}

QTEST_GUILESS_MAIN(TestOpenIdSignIns)
#include "tst_openidsignins.moc"
