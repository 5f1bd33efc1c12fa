// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/connectionform.h"
#include "views/pages/connectionmatches.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

namespace {

/// Answers when it is told to.
class FakeSecrets : public SecretStore {
public:
    State state() const override { return m_state; }
    void look() override { ++looks; }
    void read(const QString &key, QObject *, Got got) override
    {
        ++reads;
        got(held.value(key), error);
    }
    void write(const QString &key, const QString &secret, QObject *, Done done) override
    {
        if (error.isEmpty())
            held.insert(key, secret);
        done(error);
    }
    void forget(const QString &key) override { held.remove(key); }
    void become(State state)
    {
        m_state = state;
        emit stateChanged();
    }
    QHash<QString, QString> held;
    QString error;
    int looks = 0;
    int reads = 0;

private:
    State m_state = Unknown;
};

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

SavedConnection named(const QString &name, const QString &group = {})
{
    SavedConnection connection;
    connection.name = name;
    connection.url = QStringLiteral("https://%1.example.org").arg(name);
    connection.group = group;
    return connection;
}

struct Desk {
    SettingsStore settings { QString() };
    FakeSecrets secrets;
    FakeCheck check;
    ConnectionList list { &settings };
    ConnectionForm form;

    Desk()
    {
        list.setSecrets(&secrets);
        list.setCheck(&check);
        form.setList(&list);
    }
    QStringList names() const
    {
        QStringList names;
        for (int row = 1; row < list.count(); ++row)
            names.append(list.at(row).name);
        return names;
    }
    QString fetched(const QString &name)
    {
        QString got;
        list.fetch(name, &list, [&got](const QString &secret, const QString &) { got = secret; });
        return got;
    }
};

} // namespace

class PagesConnections : public QObject {
    Q_OBJECT
private slots:
    void groupsStayTogetherInTheirOrder();
    void everythingSurvivesAStartAndWhatIsUnknownToo();
    void theOpenOneStaysTheOpenOneUnderAnotherName();
    void whatIsKeptOfItStaysItsOwnUnderAnotherName();
    void wordsNarrowTheList();
    void twoHundredAreReadWithoutAskingAnybody();
    void aDuplicateIsSavedOnlyWhenToldAndHasNoSecret();
    void aSecretNeverGoesToAnotherAddress();
    void theKeychainHoldsWhatAPersonChoseAndMemoryNothing();
    void withoutAKeychainMemoryHoldsItAndSaysSo();
    void whatIsKeptNowhereIsGivenOnce();
    void removingForgetsInTheKeychainToo();
    void aPasswordIsKeptNowhereUnlessChosen();
    void hintsComeWhileTypingAndNeverNag_data();
    void hintsComeWhileTypingAndNeverNag();
    void aTestSavesNothingAndUsesWhatIsTyped();
    void aTemplateOfLogsIsSavedOnceItCanBeUsed();
    void aTestDoesNotSendAHeldKeyElsewhere();
    void aChangeEndsTheTest();
    void aCertificateIsTakenOnlyByTheHandThatSaw();
    void theBrokersPasswordGoesToItsAddressAndUserOnly();
    void aBrokerWithoutAnAddressIsNotSaved();
    void aPulsarHasATokenAndNothingOfARabbit();
};

namespace {

QString brokerSecret(Desk &desk, const QString &name)
{
    QString got;
    desk.list.fetchBrokerSecret(name, &desk.list, [&got](const QString &secret) { got = secret; });
    return got;
}

void typeBroker(ConnectionForm &form, const QString &url)
{
    form.setProperty("brokerKind", QStringLiteral("rabbitmq"));
    form.setProperty("brokerUrl", url);
    form.setProperty("brokerUser", QStringLiteral("watcher"));
}

} // namespace

void PagesConnections::theBrokersPasswordGoesToItsAddressAndUserOnly()
{
    Desk desk;
    const QString name = QStringLiteral("line");
    const QString password = QStringLiteral("pw-of-the-broker");
    const int row = desk.list.put(-1, named(name), {}, {});
    desk.form.load(row);
    typeBroker(desk.form, QStringLiteral("http://127.0.0.1:15672"));
    desk.form.setProperty("brokerSecret", password);
    QVERIFY(desk.form.dirty());
    QVERIFY(desk.form.save());
    QVERIFY(!desk.form.dirty());
    QCOMPARE(desk.form.property("brokerSecret").toString(), QString());
    QCOMPARE(brokerSecret(desk, name), password);
    for (const QString &line :
        desk.settings.value(QStringLiteral("connections/list")).toStringList())
        QVERIFY(!line.contains(password));
    const auto kept = BrokerSettings::of(ConnectionList(&desk.settings).at(row));
    QCOMPARE(kept.url, QStringLiteral("http://127.0.0.1:15672"));
    QCOMPARE(kept.user, QStringLiteral("watcher"));
    // Kept in the keychain from now on, and in memory no more.
    desk.form.setProperty("keep", int(SignIn::Keychain));
    QVERIFY(desk.form.save());
    QVERIFY(!desk.list.holdsBrokerSecret(name));
    QCOMPARE(desk.secrets.held.values(), QStringList(password));
    QCOMPARE(brokerSecret(desk, name), password);
    // Another address has another password, and this one is forgotten.
    typeBroker(desk.form, QStringLiteral("http://elsewhere.example.org:15672"));
    QVERIFY(desk.form.save());
    QCOMPARE(brokerSecret(desk, name), QString());
    QVERIFY(desk.secrets.held.isEmpty());
}

void PagesConnections::aBrokerWithoutAnAddressIsNotSaved()
{
    Desk desk;
    desk.form.load(desk.list.put(-1, named(QStringLiteral("line")), {}, {}));
    typeBroker(desk.form, QStringLiteral("amqp://127.0.0.1:5672"));
    QVERIFY(!desk.form.save());
    QVERIFY(!desk.form.property("brokerUrlFault").toString().isEmpty());
    typeBroker(desk.form, QStringLiteral("http://me:secret@127.0.0.1:15672"));
    QVERIFY(!desk.form.save()); // it would be stored
    desk.form.setProperty("brokerKind", QString());
    QVERIFY(desk.form.save());
    QVERIFY(!BrokerSettings::of(desk.list.at(1)).wanted());
}

void PagesConnections::aPulsarHasATokenAndNothingOfARabbit()
{
    Desk desk;
    const QString name = QStringLiteral("line");
    SavedConnection connection = named(name);
    connection.keep = SignIn::Keychain;
    const int row = desk.list.put(-1, connection, {}, {});
    desk.form.load(row);
    typeBroker(desk.form, QStringLiteral("http://127.0.0.1:8080"));
    desk.form.setProperty("brokerVhost", QStringLiteral("/rail"));
    desk.form.setProperty("brokerAmqp", QStringLiteral("no address at all"));
    desk.form.setProperty("brokerKind", QStringLiteral("pulsar")); // those fields are hidden by now
    desk.form.setProperty("brokerSecret", QStringLiteral("pulsar-token"));
    QVERIFY(desk.form.save());
    const auto kept = BrokerSettings::of(ConnectionList(&desk.settings).at(row));
    QCOMPARE(kept.kind, QStringLiteral("pulsar"));
    QCOMPARE(kept.url, QStringLiteral("http://127.0.0.1:8080"));
    QCOMPARE(kept.user + kept.vhost + kept.amqpUrl, QString());
    QCOMPARE(desk.secrets.held.values(), QStringList(QStringLiteral("pulsar-token")));
    QCOMPARE(brokerSecret(desk, name), QStringLiteral("pulsar-token"));
    desk.form.setProperty("brokerUrl", QStringLiteral("pulsar://127.0.0.1:6650"));
    QVERIFY(!desk.form.save());
    QVERIFY(desk.form.property("brokerUrlFault").toString().contains(QStringLiteral("8080")));
}

void PagesConnections::groupsStayTogetherInTheirOrder()
{
    Desk desk;
    QAbstractItemModelTester tester(
        &desk.list, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const QString eu = QStringLiteral("Europe");
    const QString us = QStringLiteral("America");
    desk.list.put(-1, named(QStringLiteral("a"), eu), {}, {});
    desk.list.put(-1, named(QStringLiteral("b"), us), {}, {});
    QCOMPARE(desk.list.put(-1, named(QStringLiteral("c"), eu), {}, {}), 2);
    QCOMPARE(desk.names().join(u' '), QStringLiteral("a c b"));
    QCOMPARE(desk.list.groups(), QStringList({ eu, us }));
    QCOMPARE(desk.list.put(1, named(QStringLiteral("a"), us), {}, {}), 3); // moves
    QCOMPARE(desk.names().join(u' '), QStringLiteral("c b a"));
    // those without a group stay with the built-in one, before all groups
    QCOMPARE(desk.list.put(-1, named(QStringLiteral("d")), {}, {}), 1);
    ConnectionList again(&desk.settings);
    QCOMPARE(again.at(4).name, QStringLiteral("a"));
    QCOMPARE(again.at(4).group, us);
    QCOMPARE(again.at(1).name, QStringLiteral("d"));
}

void PagesConnections::everythingSurvivesAStartAndWhatIsUnknownToo()
{
    Desk desk;
    SavedConnection full = named(QStringLiteral("full"), QStringLiteral("a = b"));
    full.signIn = SignIn::Password;
    full.keep = SignIn::Nowhere;
    full.user = QStringLiteral("mira");
    full.caFile = QStringLiteral("/etc/ca.pem");
    full.certificateFile = QStringLiteral("/etc/own.pem");
    full.keyFile = QStringLiteral("/etc/own.key");
    full.acceptedCertificate = QString(64, u'a');
    full.more.insert(QStringLiteral("issuer"), QStringLiteral("https://id.example.org?x=1"));
    desk.list.put(-1, full, QStringLiteral("secret"), QStringLiteral("opens"));
    ConnectionList again(&desk.settings);
    QCOMPARE(again.at(1), full);
    again.save(1, full.name, full.url, QStringLiteral("staging"), false, false, {});
    full.environment = QStringLiteral("staging");
    ConnectionList third(&desk.settings);
    QCOMPARE(third.at(1), full);
    // as an earlier version wrote it
    desk.settings.setValue(QStringLiteral("connections/list"),
        QStringList { QStringLiteral("old\thttp://127.0.0.1:8088\tproduction\t1\t0") });
    ConnectionList old(&desk.settings);
    QCOMPARE(old.at(1).environment, QStringLiteral("production"));
    QCOMPARE(old.at(1).signIn, SignIn::ApiKey);
}

void PagesConnections::theOpenOneStaysTheOpenOneUnderAnotherName()
{
    Desk desk;
    desk.list.put(-1, named(QStringLiteral("other")), {}, {});
    int row = desk.list.put(-1, named(QStringLiteral("line")), {}, {});
    desk.list.setCurrent(QStringLiteral("line"));
    QSignalSpy moved(&desk.list, &ConnectionList::currentChanged);
    auto renamed = desk.list.at(row);
    renamed.name = QStringLiteral("main line");
    row = desk.list.put(row, renamed, {}, {});
    QCOMPARE(desk.list.current(), QStringLiteral("main line"));
    QCOMPARE(moved.count(), 1);
    renamed.name = QStringLiteral("north");
    renamed.group = QStringLiteral("lines"); // which moves it as well
    row = desk.list.put(row, renamed, {}, {});
    QCOMPARE(desk.list.current(), QStringLiteral("north"));
    QCOMPARE(ConnectionList(&desk.settings).current(), QStringLiteral("north")); // the next start
    auto other = desk.list.at(desk.list.indexOf(QStringLiteral("other")));
    other.name = QStringLiteral("another");
    desk.list.put(desk.list.indexOf(QStringLiteral("other")), other, {}, {});
    QCOMPARE(desk.list.current(), QStringLiteral("north"));
}

void PagesConnections::whatIsKeptOfItStaysItsOwnUnderAnotherName()
{
    Desk desk;
    const QString line = QStringLiteral("line");
    auto kept = named(line);
    kept.keep = SignIn::Keychain;
    int row = desk.list.put(-1, kept, QStringLiteral("tg_one"), {});
    QCOMPARE(desk.list.at(row).identity(), line);
    kept.name = QStringLiteral("main line");
    desk.list.put(row, kept, {}, {});
    QCOMPARE(desk.list.at(row).name, kept.name);
    QCOMPARE(desk.list.at(row).identity(), line);
    QCOMPARE(desk.fetched(kept.name), QStringLiteral("tg_one")); // it is in the keychain only
    // Another one of that name has a place of its own, and so has the next.
    const int other = desk.list.put(-1, named(line), {}, {});
    QCOMPARE(desk.list.at(other).identity(), QStringLiteral("line 2"));
    QCOMPARE(desk.fetched(line), QString());
    ConnectionList again(&desk.settings);
    QCOMPARE(again.find(kept.name)->identity(), line);
    QCOMPARE(again.find(line)->identity(), QStringLiteral("line 2"));
    // Back under its first name it is as if nothing had been.
    desk.list.remove(desk.list.indexOf(line));
    kept.name = line;
    desk.list.put(desk.list.indexOf(QStringLiteral("main line")), kept, {}, {});
    QCOMPARE(desk.list.find(line)->keptAs, QString());
    QCOMPARE(desk.fetched(line), QStringLiteral("tg_one"));
}

void PagesConnections::wordsNarrowTheList()
{
    Desk desk;
    desk.list.put(-1, named(QStringLiteral("rail-eu"), QStringLiteral("Staging")), {}, {});
    desk.list.put(-1, named(QStringLiteral("rail-us")), {}, {});
    ConnectionMatches matches;
    matches.setList(&desk.list);
    QAbstractItemModelTester tester(
        &matches, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(matches.rowCount(), 3);
    matches.setText(QStringLiteral("RAIL stag"));
    QCOMPARE(matches.rowCount(), 1);
    QCOMPARE(matches.rowOf(0), 2);
    QCOMPARE(matches.shownAt(1), -1);
    matches.setText(QStringLiteral("us.example"));
    QCOMPARE(matches.rowOf(0), 1);
    matches.setText({});
    QCOMPARE(matches.rowCount(), 3);
}

void PagesConnections::twoHundredAreReadWithoutAskingAnybody()
{
    Desk desk;
    for (int i = 0; i < 200; ++i) {
        auto one = named(QStringLiteral("c%1").arg(i), QStringLiteral("g%1").arg(i % 7));
        one.keep = SignIn::Keychain;
        QVERIFY(desk.list.put(-1, one, {}, {}) > 0);
    }
    FakeSecrets secrets;
    FakeCheck check;
    ConnectionList again(&desk.settings);
    again.setSecrets(&secrets);
    again.setCheck(&check);
    QCOMPARE(again.count(), 201);
    QCOMPARE(secrets.looks + secrets.reads + check.starts, 0);
}

void PagesConnections::aDuplicateIsSavedOnlyWhenToldAndHasNoSecret()
{
    Desk desk;
    auto one = named(QStringLiteral("eu"), QStringLiteral("g"));
    one.more.insert(QStringLiteral("issuer"), QStringLiteral("x"));
    desk.list.put(-1, one, QStringLiteral("tg_one"), {});
    desk.form.load(1);
    typeBroker(desk.form, QStringLiteral("http://127.0.0.1:15672"));
    desk.form.setProperty("brokerSecret", QStringLiteral("pw-of-the-broker"));
    QVERIFY(desk.form.save());
    desk.form.duplicate();
    QCOMPARE(desk.form.row(), -1);
    QCOMPARE(desk.list.count(), 2);
    QVERIFY(desk.form.dirty());
    QVERIFY(desk.form.save());
    QCOMPARE(desk.names().join(u','), QStringLiteral("eu,eu copy"));
    QCOMPARE(desk.list.at(2).url, one.url);
    QCOMPARE(desk.list.at(2).group, one.group);
    const auto broker = BrokerSettings::of(desk.list.at(2));
    QCOMPARE(broker.url, QStringLiteral("http://127.0.0.1:15672"));
    QCOMPARE(broker.user, QStringLiteral("watcher"));
    QCOMPARE(brokerSecret(desk, QStringLiteral("eu copy")), QString());
    QCOMPARE(desk.fetched(QStringLiteral("eu copy")), QString());
    QCOMPARE(desk.fetched(QStringLiteral("eu")), QStringLiteral("tg_one"));
}

void PagesConnections::aSecretNeverGoesToAnotherAddress()
{
    Desk desk;
    auto one = named(QStringLiteral("eu"));
    desk.list.put(-1, one, QStringLiteral("tg_one"), {});
    one.name = QStringLiteral("renamed");
    desk.list.put(1, one, {}, {});
    QCOMPARE(desk.fetched(QStringLiteral("renamed")), QStringLiteral("tg_one"));
    one.url = QStringLiteral("https://evil.example.org");
    desk.list.put(1, one, {}, {});
    QCOMPARE(desk.fetched(QStringLiteral("renamed")), QString());
    one.keep = SignIn::Keychain;
    desk.list.put(1, one, QStringLiteral("tg_two"), {});
    QCOMPARE(desk.fetched(QStringLiteral("renamed")), QStringLiteral("tg_two"));
    one.url = QStringLiteral("http://evil.example.org"); // no longer encrypted is elsewhere too
    desk.list.put(1, one, {}, {});
    QCOMPARE(desk.fetched(QStringLiteral("renamed")), QString());
    QVERIFY(desk.secrets.held.isEmpty());
}

void PagesConnections::theKeychainHoldsWhatAPersonChoseAndMemoryNothing()
{
    Desk desk;
    auto one = named(QStringLiteral("eu"));
    one.keep = SignIn::Keychain;
    desk.list.put(-1, one, QStringLiteral("tg_one"), {});
    QCOMPARE(desk.secrets.held.size(), 1);
    QCOMPARE(desk.list.key(one.name), QString());
    QCOMPARE(desk.fetched(one.name), QStringLiteral("tg_one"));
    desk.list.replaceKey(one.name, QStringLiteral("tg_two"));
    QCOMPARE(desk.fetched(one.name), QStringLiteral("tg_two"));
    one.keep = SignIn::Window; // no longer
    desk.list.put(1, one, {}, {});
    QVERIFY(desk.secrets.held.isEmpty());
}

void PagesConnections::withoutAKeychainMemoryHoldsItAndSaysSo()
{
    Desk desk;
    desk.secrets.error = QStringLiteral("nobody answers");
    QSignalSpy failed(&desk.list, &ConnectionList::keepFailed);
    desk.form.load(-1);
    QCOMPARE(desk.secrets.looks, 1);
    desk.form.setProperty("name", QStringLiteral("eu"));
    desk.form.setProperty("url", QStringLiteral("https://eu.example.org"));
    desk.form.setProperty("secret", QStringLiteral("tg_one"));
    desk.form.setProperty("keep", SignIn::Keychain);
    QCOMPARE(desk.form.keepHint(), QStringLiteral("Looking for a keychain…"));
    desk.secrets.become(SecretStore::Absent);
    QCOMPARE(desk.form.keepHint(),
        QStringLiteral("Kept until the window closes: no keychain answers here."));
    QVERIFY(desk.form.save());
    QCOMPARE(failed.count(), 1);
    QCOMPARE(desk.fetched(QStringLiteral("eu")), QStringLiteral("tg_one"));
}

void PagesConnections::whatIsKeptNowhereIsGivenOnce()
{
    Desk desk;
    auto one = named(QStringLiteral("eu"));
    one.signIn = SignIn::Password;
    one.user = QStringLiteral("mira");
    one.keep = SignIn::Nowhere;
    desk.list.put(-1, one, QStringLiteral(" pass word "), {});
    QCOMPARE(desk.fetched(one.name), QStringLiteral(" pass word "));
    QCOMPARE(desk.fetched(one.name), QString());
}

void PagesConnections::removingForgetsInTheKeychainToo()
{
    Desk desk;
    auto one = named(QStringLiteral("eu"));
    one.keep = SignIn::Keychain;
    one.certificateFile = QStringLiteral("/own.pem");
    desk.list.put(-1, one, QStringLiteral("tg_one"), QStringLiteral("opens"));
    QCOMPARE(desk.secrets.held.size(), 2);
    desk.list.remove(1);
    QVERIFY(desk.secrets.held.isEmpty());
}

void PagesConnections::aPasswordIsKeptNowhereUnlessChosen()
{
    Desk desk;
    desk.form.load(-1);
    desk.form.setSignIn(SignIn::Password);
    QCOMPARE(desk.form.property("keep").toInt(), int(SignIn::Nowhere));
    desk.form.setSignIn(SignIn::ApiKey);
    QCOMPARE(desk.form.property("keep").toInt(), int(SignIn::Window));
}

void PagesConnections::hintsComeWhileTypingAndNeverNag_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("hint");
    const auto row = [](const char *typed, const char *hint) {
        QTest::newRow(*typed ? typed : "nothing")
            << QString::fromLatin1(typed) << QString::fromLatin1(hint);
    };
    row("", "");
    row("h", "");
    row("htt", "");
    row("https:/", "");
    row("https://", "");
    row("https://g", "");
    row("https://gateway.example.org:8443/prefix", "");
    row("http://127.0.0.1:8088", "");
    row("gateway", "Begin with https://");
    row("wss://gateway", "Write https://");
    row("ftp://gateway", "reached by https://");
    row("http://127.0.0.1", "port 80");
    row("http://10.0.0.7:8088", "Not encrypted");
    row("https://gateway/api/v1/socket", "Without what follows gateway");
    row("https://me:pw@gateway", "No password here");
    row("https://gate way", "no address yet");
}

void PagesConnections::hintsComeWhileTypingAndNeverNag()
{
    QFETCH(QString, typed);
    QFETCH(QString, hint);
    const QString told = ConnectionForm::hintFor(typed);
    QVERIFY2(hint.isEmpty() ? told.isEmpty() : told.contains(hint), qPrintable(told));
    Desk desk;
    desk.form.load(-1);
    desk.form.setProperty("url", typed);
    QCOMPARE(desk.form.urlFault(), QString()); // red only after a try
}

void PagesConnections::aTestSavesNothingAndUsesWhatIsTyped()
{
    Desk desk;
    desk.form.load(-1);
    desk.form.test();
    QCOMPARE(desk.check.starts, 0); // no address: it says so
    QVERIFY(!desk.form.urlFault().isEmpty());
    desk.form.setProperty("url", QStringLiteral("https://eu.example.org"));
    desk.form.setProperty("secret", QStringLiteral("tg_typed"));
    desk.form.test();
    QCOMPARE(desk.check.starts, 1);
    QCOMPARE(desk.check.lastSecret, QStringLiteral("tg_typed"));
    QCOMPARE(desk.list.count(), 1);
    emit desk.check.step({ CheckStep::Name, CheckStep::Failed, QStringLiteral("x"), {}, 5 });
    emit desk.check.finished();
    QVERIFY(!desk.form.testing());
    QVERIFY(!desk.form.passed());
    QCOMPARE(desk.form.verdict(), QStringLiteral("It does not work yet."));
    QVERIFY(desk.secrets.held.isEmpty());
}

void PagesConnections::aTemplateOfLogsIsSavedOnceItCanBeUsed()
{
    Desk desk;
    desk.form.load(-1);
    desk.form.setProperty("name", QStringLiteral("rail-eu"));
    desk.form.setProperty("url", QStringLiteral("https://eu.example.org"));
    desk.form.setProperty("flowLogs", QStringLiteral("ftp://logs/{flow}"));
    QVERIFY(desk.form.flowLogsFault().isEmpty()); // nothing in red while it is typed
    QVERIFY(!desk.form.save());
    QVERIFY(desk.form.flowLogsFault().contains(QStringLiteral("https://")));
    desk.form.setProperty("flowLogs", QStringLiteral(" https://logs.example.org/{flow} "));
    desk.form.setProperty("queueLogs", QStringLiteral("https://logs.example.org/{tube}"));
    QVERIFY(!desk.form.save());
    QVERIFY(desk.form.queueLogsFault().contains(QStringLiteral("{tube}")));
    desk.form.setProperty("queueLogs", QString());
    QVERIFY(desk.form.save());
    desk.form.load(1);
    QCOMPARE(desk.form.property("flowLogs").toString(),
        QStringLiteral("https://logs.example.org/{flow}"));
    QVERIFY(!desk.form.dirty());
    desk.form.setProperty("flowLogs", QString());
    QVERIFY(desk.form.save());
    QVERIFY(desk.list.at(1).more.isEmpty());
}

void PagesConnections::aTestDoesNotSendAHeldKeyElsewhere()
{
    Desk desk;
    desk.list.put(-1, named(QStringLiteral("eu")), QStringLiteral("tg_one"), {});
    desk.form.load(1);
    desk.form.test();
    QCOMPARE(desk.check.lastSecret, QStringLiteral("tg_one"));
    desk.form.setProperty("url", QStringLiteral("https://evil.example.org"));
    desk.form.test();
    QCOMPARE(desk.check.starts, 2);
    QCOMPARE(desk.check.lastSecret, QString());
}

void PagesConnections::aChangeEndsTheTest()
{
    Desk desk;
    desk.list.put(-1, named(QStringLiteral("eu")), QStringLiteral("tg_one"), {});
    desk.form.load(1);
    desk.form.test();
    emit desk.check.step({ CheckStep::Name, CheckStep::Running });
    desk.secrets.become(SecretStore::Present); // is no change
    QVERIFY(desk.form.testing());
    desk.form.setProperty("url", QStringLiteral("https://us.example.org"));
    QVERIFY(!desk.form.testing());
    QCOMPARE(desk.check.cancels, 1);
    QCOMPARE(desk.form.verdict(), QStringLiteral("The test was cancelled."));
}

void PagesConnections::aCertificateIsTakenOnlyByTheHandThatSaw()
{
    Desk desk;
    desk.list.put(-1, named(QStringLiteral("eu")), QStringLiteral("tg_one"), {});
    desk.form.load(1);
    QVERIFY(!desk.form.mayAccept());
    desk.form.accept();
    QCOMPARE(desk.form.acceptedCertificate(), QString());
    desk.form.test();
    ShownCertificate shown;
    shown.subject = QStringLiteral("self");
    shown.fingerprint = QString(64, u'b');
    shown.fault = QStringLiteral("it signed itself");
    emit desk.check.certificate(shown);
    emit desk.check.finished();
    QVERIFY(desk.form.mayAccept());
    QCOMPARE(desk.list.at(1).acceptedCertificate, QString());
    desk.form.accept();
    QVERIFY(desk.form.save());
    QCOMPARE(desk.list.at(1).acceptedCertificate, shown.fingerprint);
    QCOMPARE(desk.list.data(desk.list.index(1), ConnectionList::InsecureRole).toString(),
        QStringLiteral("unverified"));
    desk.form.refuse();
    QVERIFY(desk.form.save());
    QCOMPARE(desk.list.at(1).acceptedCertificate, QString());
}

QTEST_GUILESS_MAIN(PagesConnections)

#include "pages_connections.moc"
