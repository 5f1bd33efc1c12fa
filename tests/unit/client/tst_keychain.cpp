// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/keychain.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace signalbox;

/// Runs twice: without a keychain, and (SIGNALBOX_TEST_KEYCHAIN) with a real secret service on a
/// bus of its own.
class TestKeychain : public QObject {
    Q_OBJECT
private slots:
    void whatIsWrittenIsReadUntilItIsForgotten();
    void anEntryThatIsNotThereIsNoError();
    void withoutAKeychainItSaysSoAndNeverBlocks();
    void whoHasGoneIsNotCalled();

private:
    static bool present() { return qEnvironmentVariableIsSet("SIGNALBOX_TEST_KEYCHAIN"); }
    struct Told {
        int count = 0;
        QString secret;
        QString error;
    };
    static SecretStore::Got into(Told &told)
    {
        return [&told](const QString &secret, const QString &error) {
            ++told.count;
            told.secret = secret;
            told.error = error;
        };
    }
};

void TestKeychain::whatIsWrittenIsReadUntilItIsForgotten()
{
    if (!present())
        return; // the other run does
    Keychain keychain(QStringLiteral("signalbox-test"));
    const QString key = QStringLiteral("rail-eu https://gateway.example.org api-key");
    QString error = QStringLiteral("none yet");
    keychain.write(key, QStringLiteral("tg_Kept\u00e9"), this,
        [&error](const QString &told) { error = told; });
    QTRY_COMPARE(error, QString());
    QCOMPARE(keychain.state(), SecretStore::Present);
    Keychain another(QStringLiteral("signalbox-test")); // a later start
    Told told;
    another.read(key, this, into(told));
    QTRY_COMPARE(told.count, 1);
    QCOMPARE(told.secret, QStringLiteral("tg_Kept\u00e9"));
    another.forget(key);
    another.read(key, this, into(told));
    QTRY_COMPARE(told.count, 2);
    QCOMPARE(told.secret, QString());
    QCOMPARE(told.error, QString());
}

void TestKeychain::anEntryThatIsNotThereIsNoError()
{
    if (!present())
        return; // the other run does
    Keychain keychain(QStringLiteral("signalbox-test"));
    QCOMPARE(keychain.state(), SecretStore::Unknown);
    keychain.look();
    QCOMPARE(keychain.state(), SecretStore::Asking);
    QTRY_COMPARE(keychain.state(), SecretStore::Present);
    Told told;
    keychain.read(QStringLiteral("nobody"), this, into(told));
    QTRY_COMPARE(told.count, 1);
    QCOMPARE(told.error, QString());
}

void TestKeychain::withoutAKeychainItSaysSoAndNeverBlocks()
{
    if (present())
        return; // the other run does
    Keychain keychain(QStringLiteral("signalbox-test"), std::chrono::milliseconds(2000));
    QElapsedTimer clock;
    clock.start();
    keychain.look();
    Told told;
    keychain.read(QStringLiteral("x"), this, into(told));
    QString error;
    keychain.write(QStringLiteral("x"), QStringLiteral("y"), this,
        [&error](const QString &why) { error = why; });
    QVERIFY2(clock.elapsed() < 100, "the calls themselves wait for nobody");
    QTRY_COMPARE(keychain.state(), SecretStore::Absent);
    QTRY_COMPARE(told.count, 1);
    QVERIFY(!told.error.isEmpty());
    QTRY_VERIFY(!error.isEmpty());
}

void TestKeychain::whoHasGoneIsNotCalled()
{
    Keychain keychain(QStringLiteral("signalbox-test"), std::chrono::milliseconds(2000));
    Told gone;
    Told told;
    {
        QObject context;
        keychain.read(QStringLiteral("x"), &context, into(gone));
    }
    keychain.read(QStringLiteral("x"), this, into(told));
    QTRY_COMPARE(told.count, 1);
    QCOMPARE(gone.count, 0);
}

QTEST_GUILESS_MAIN(TestKeychain)

#include "tst_keychain.moc"
