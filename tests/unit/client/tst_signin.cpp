// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/connection.h"
#include "app/client/passwordcredential.h"
#include "tests/support/fakeserver.h"

#include <QSignalSpy>
#include <QTest>

using namespace signalbox;

namespace {

LinkTiming quick()
{
    LinkTiming timing;
    timing.probe = timing.signIn = milliseconds(2000);
    timing.ping = timing.eventPing = milliseconds(500);
    timing.firstRetry = milliseconds(20);
    timing.lastRetry = milliseconds(100);
    timing.refusedRetry = milliseconds(60000);
    return timing;
}

QString tokenOf(int serial, int seconds)
{
    const auto part = [](const QByteArray &json) {
        return json.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    // issued by a clock that is years behind: only the difference counts
    const QByteArray claims = QByteArray("{\"sub\":\"u1\",\"iat\":1000,\"exp\":")
        + QByteArray::number(1000 + seconds) + ",\"n\":" + QByteArray::number(serial) + "}";
    return QString::fromLatin1(part("{\"alg\":\"EdDSA\"}") + '.' + part(claims) + ".c2ln");
}

struct Stage {
    FakeServer server;
    Session session;
    Connection connection { &session, quick() };
    QString password = QStringLiteral("Pa$$ w0rd"); ///< what the far end takes
    std::string held = "Pa$$ w0rd"; ///< what a person left to be fetched
    int serial = 0;
    int lifetime = 3600;
    std::shared_ptr<PasswordCredential> credential;

    Stage()
    {
        server.beOwn();
        nextToken();
    }
    ~Stage() { connection.close(); }
    void nextToken()
    {
        server.token = tokenOf(++serial, lifetime);
        server.setRest(QStringLiteral("/api/v1/auth/login"),
            { 200, "{\"jwt\":\"" + server.token.toUtf8() + "\"}" });
    }
    void open()
    {
        PasswordCredential::Options options;
        options.url = server.url();
        options.user = QStringLiteral("mira");
        options.shortestRenewal = milliseconds(20);
        credential = std::make_shared<PasswordCredential>(
            options,
            [this](QObject *context, const std::function<void(std::string)> &then) {
                QMetaObject::invokeMethod(
                    context, [then, held = held] { then(held); }, Qt::QueuedConnection);
            },
            connection.ioThread());
        Connection::Target target;
        target.name = QStringLiteral("test");
        target.url = server.url();
        target.signIn = SignIn::Password;
        target.credential = credential;
        connection.open(target);
    }
    int logins() const
    {
        int count = 0;
        for (const auto &one : server.seen)
            count += one.service.startsWith(QStringLiteral("/api/v1/auth/login")) ? 1 : 0;
        return count;
    }
};

} // namespace

class TestSignIn : public QObject {
    Q_OBJECT
private slots:
    void aPasswordBecomesATokenAndTheTokenSignsIn();
    void theNextTokenSignsInOnTheOpenSockets();
    void aWrongPasswordIsToldAndNotTriedAgain();
    void aFarEndThatIsAwayIsAskedAgain();
    void aTokenThatEndedEarlyIsReplacedOnce();
    void aPasswordThatIsNotKeptIsAskedForWhenTheTokenEnds();
    void leavingForgetsTheToken();
    void thePasswordIsChangedWithTheToken();
    void noSignInMeansAnonymous();
};

void TestSignIn::aPasswordBecomesATokenAndTheTokenSignsIn()
{
    Stage stage;
    stage.open();
    QCOMPARE(stage.session.stateText(), QStringLiteral("signing in"));
    QTRY_COMPARE(stage.session.state(), Session::Live);
    QCOMPARE(stage.logins(), 1);
    QCOMPARE(stage.credential->token(), stage.server.token.toStdString());
    QVERIFY(!stage.session.anonymous());
}

void TestSignIn::theNextTokenSignsInOnTheOpenSockets()
{
    Stage stage;
    stage.lifetime = 2;
    stage.nextToken();
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Live);
    const auto first = stage.credential->token();
    const int sockets = stage.server.sockets();
    QSignalSpy connected(&stage.connection, &Connection::connected);
    // A request is under way while the next token signs in.
    stage.server.holdAfter = 0;
    Request request;
    request.service = "config";
    request.operation = "config";
    request.body = R"({"operation":"config"})";
    auto reply = stage.session.gateway()->request(request);
    stage.lifetime = 3600;
    stage.nextToken();
    QTRY_VERIFY(stage.credential->token() != first);
    QVERIFY(!reply.isFinished());
    stage.server.release();
    QTRY_VERIFY(reply.isFinished());
    QVERIFY(reply.result());
    QCOMPARE(stage.logins(), 2);
    QCOMPARE(stage.session.state(), Session::Live);
    QCOMPARE(stage.server.sockets(), sockets);
    QCOMPARE(connected.count(), 0);
}

void TestSignIn::aWrongPasswordIsToldAndNotTriedAgain()
{
    Stage stage;
    stage.server.setRest(
        QStringLiteral("/api/v1/auth/login"), { 401, R"({"error":"auth failure"})" });
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Refused);
    QCOMPARE(stage.session.stateText(),
        QStringLiteral("user or password is wrong, or the user is disabled"));
    QCOMPARE(stage.server.sockets(), 0);
    QCOMPARE(stage.logins(), 1);
    // Reconnect now asks once again; nothing does so by itself.
    stage.session.reconnectNow();
    QTRY_COMPARE(stage.logins(), 2);
    QTRY_COMPARE(stage.session.state(), Session::Refused);
}

void TestSignIn::aFarEndThatIsAwayIsAskedAgain()
{
    Stage stage;
    const quint16 port = quint16(stage.server.url().port());
    QSignalSpy changed(&stage.session, &Session::changed);
    stage.server.refuseConnections();
    // The address is told before it listens again.
    stage.server.listen(port);
    stage.server.refuseConnections();
    PasswordCredential::Options options;
    options.url = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(port));
    options.user = QStringLiteral("mira");
    Connection::Target target;
    target.name = QStringLiteral("test");
    target.url = options.url;
    target.signIn = SignIn::Password;
    target.credential = std::make_shared<PasswordCredential>(
        options, [](QObject *, const std::function<void(std::string)> &then) { then("x"); },
        stage.connection.ioThread());
    stage.connection.open(target);
    QTRY_VERIFY(stage.session.stateText().startsWith(QStringLiteral("reconnecting in")));
    QVERIFY(stage.server.listen(port));
    QTRY_COMPARE(stage.session.state(), Session::Live);
}

void TestSignIn::aTokenThatEndedEarlyIsReplacedOnce()
{
    Stage stage;
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Live);
    stage.nextToken(); // the signing key was rotated: the former token is worth nothing
    stage.server.dropAll();
    QTRY_COMPARE(stage.logins(), 2);
    QTRY_COMPARE(stage.session.state(), Session::Live);
    // A far end that takes no token at all is not asked for ever.
    stage.server.auth = FakeServer::Auth::Failed;
    stage.server.dropAll();
    QTRY_COMPARE(stage.session.state(), Session::Refused);
    QCOMPARE(stage.logins(), 3);
}

void TestSignIn::aPasswordThatIsNotKeptIsAskedForWhenTheTokenEnds()
{
    Stage stage;
    stage.lifetime = 1;
    stage.nextToken();
    stage.open();
    stage.connection.connect(stage.credential.get(), &CredentialSource::bearer, &stage.connection,
        [&stage] { stage.held.clear(); });
    QTRY_COMPARE(stage.session.state(), Session::Live);
    QTRY_COMPARE(stage.session.state(), Session::Refused);
    QCOMPARE(stage.session.stateText(),
        QStringLiteral("the sign-in has ended: the password is needed again"));
    QCOMPARE(stage.logins(), 1);
    stage.held = "Pa$$ w0rd";
    stage.lifetime = 3600;
    stage.nextToken();
    stage.session.reconnectNow();
    QTRY_COMPARE(stage.session.state(), Session::Live);
}

void TestSignIn::leavingForgetsTheToken()
{
    Stage stage;
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Live);
    stage.connection.close();
    QCOMPARE(stage.credential->token(), std::string());
}

void TestSignIn::thePasswordIsChangedWithTheToken()
{
    Stage stage;
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Live);
    QSignalSpy changed(stage.credential.get(), &PasswordCredential::passwordChanged);
    stage.server.setRest(
        QStringLiteral("/api/v1/auth/change-password"), { 401, R"({"error":"auth failure"})" });
    stage.credential->changePassword("wrong", "next");
    QTRY_COMPARE(changed.count(), 1);
    QCOMPARE(changed.takeFirst().at(0).toString(), QStringLiteral("the present password is wrong"));
    stage.server.setRest(QStringLiteral("/api/v1/auth/change-password"), { 200, "{}" });
    stage.credential->changePassword("Pa$$ w0rd", "next");
    QTRY_COMPARE(changed.count(), 1);
    QCOMPARE(changed.takeFirst().at(0).toString(), QString());
}

void TestSignIn::noSignInMeansAnonymous()
{
    Stage stage;
    Connection::Target target;
    target.name = QStringLiteral("test");
    target.url = stage.server.url();
    target.signIn = SignIn::Anonymous;
    stage.connection.open(target);
    QVERIFY(stage.session.anonymous());
    QTRY_COMPARE(stage.session.state(), Session::Refused);
    QCOMPARE(stage.session.stateText(), QStringLiteral("nobody is let in here without signing in"));
    stage.connection.close();
    stage.server.token.clear();
    stage.connection.open(target);
    QTRY_COMPARE(stage.session.state(), Session::Live);
}

QTEST_GUILESS_MAIN(TestSignIn)

#include "tst_signin.moc"
