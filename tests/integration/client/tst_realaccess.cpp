// SPDX-License-Identifier: GPL-3.0-only
// The Access page against the real gateway process.
#include "app/client/connection.h"
#include "app/client/embeddedgateway.h"
#include "views/pages/accesspage.h"

#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

namespace {

constexpr int patience = 20000;

/// A console without its window on an address.
struct Desk {
    Session session;
    Connection connection { &session };
    AccessPage page;

    void open(const QUrl &url, const std::string &key, bool readOnly = false)
    {
        Connection::Target target;
        target.name = QStringLiteral("desk");
        target.url = url;
        target.apiKey = key;
        target.readOnly = readOnly;
        page.setSession(&session);
        page.setLooked(true);
        connection.open(target);
    }
    bool reads()
    {
        return QTest::qWaitFor(
            [&] { return session.online() && page.store()->usersPart().loaded; }, patience);
    }
    ~Desk() { page.setSession(nullptr); }
};

/// The gateway process, without the demo.
struct Far {
    QTemporaryDir folder;
    EmbeddedGateway gateway;
    QUrl url;
    std::string key;

    Far()
        : gateway({ qEnvironmentVariable("SIGNALBOX_TEST_GATEWAY").toStdString(),
            folder.path().toStdString(), false,
            folder.filePath(QStringLiteral("log")).toStdString() })
    {
        QObject::connect(&gateway, &EmbeddedGateway::ready, &gateway,
            [this](const QUrl &at, const std::string &with) {
                url = at;
                key = with;
            });
        gateway.start();
    }
    bool ready()
    {
        return QTest::qWaitFor([this] { return url.isValid(); }, patience);
    }
};

QString idOf(const AccessStore &store, const char *username)
{
    for (const schema::User &user : store.users())
        if (user.username == username)
            return QString::fromStdString(user.id);
    return {};
}

} // namespace

class TestRealAccess : public QObject {
    Q_OBJECT
private slots:
    void aUserGetsAKeyWorksWithItAndLosesIt();
    void workspacesComeAndGo();
    void readOnlyRefusesBelowThePage();
    void anAnonymousGatewayIsEnteredWithoutAKeyAndSaysSo();
};

void TestRealAccess::aUserGetsAKeyWorksWithItAndLosesIt()
{
    Far far;
    QVERIFY(far.ready());
    Desk admin;
    admin.open(far.url, far.key);
    QVERIFY2(admin.reads(), qPrintable(admin.session.stateText()));
    AccessForm form;
    form.setStore(admin.page.store());
    form.open(AccessForm::NewUser);
    form.setName(QStringLiteral("nora"));
    QTRY_COMPARE_WITH_TIMEOUT(form.home(), QStringLiteral("default"), patience);
    form.run();
    QTRY_VERIFY_WITH_TIMEOUT(!form.result().isEmpty(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(!idOf(*admin.page.store(), "nora").isEmpty(), patience);
    const QString nora = idOf(*admin.page.store(), "nora");
    form.open(AccessForm::NewKey, nora);
    form.setName(QStringLiteral("laptop"));
    form.run();
    QTRY_VERIFY_WITH_TIMEOUT(form.secret().startsWith(QStringLiteral("tg_")), patience);

    Desk other;
    other.open(far.url, form.secret().toStdString());
    QVERIFY2(other.reads(), qPrintable(other.session.stateText()));
    QCOMPARE(other.session.user(), QStringLiteral("nora"));
    QTRY_COMPARE_WITH_TIMEOUT(other.page.table()->total(), 1, patience);
    QVERIFY(other.page.notice().contains(QStringLiteral("users:read")));

    AccessAction revoke;
    revoke.setStore(admin.page.store());
    QTRY_VERIFY_WITH_TIMEOUT(
        admin.page.store()->keysOf(nora) && admin.page.store()->keysOf(nora)->rows.size() == 1,
        patience);
    const auto &key = admin.page.store()->keysOf(nora)->rows.front();
    revoke.open(AccessAction::RevokeKey, QString::fromStdString(key.id), nora);
    revoke.run();
    QTRY_COMPARE_WITH_TIMEOUT(revoke.result(), QStringLiteral("laptop is revoked."), patience);
    QTRY_VERIFY_WITH_TIMEOUT(!other.session.online(), patience);
}

void TestRealAccess::workspacesComeAndGo()
{
    Far far;
    QVERIFY(far.ready());
    Desk admin;
    admin.open(far.url, far.key);
    QVERIFY(admin.reads());
    AccessForm form;
    form.setStore(admin.page.store());
    form.open(AccessForm::NewWorkspace);
    form.setName(QStringLiteral("branch"));
    form.setFullName(QStringLiteral("The branch line"));
    form.run();
    const auto branch = [&] { return admin.page.store()->workspace(QStringLiteral("branch")); };
    QTRY_VERIFY_WITH_TIMEOUT(branch(), patience);
    QCOMPARE(branch()->name, std::string("The branch line"));
    AccessAction action;
    action.setStore(admin.page.store());
    for (const auto kind : { AccessAction::DisableWorkspace, AccessAction::EnableWorkspace }) {
        action.open(kind, QStringLiteral("branch"));
        action.run();
        QTRY_VERIFY_WITH_TIMEOUT(!action.result().isEmpty(), patience);
        QTRY_COMPARE_WITH_TIMEOUT(
            branch()->enabled, kind == AccessAction::EnableWorkspace, patience);
    }
}

void TestRealAccess::readOnlyRefusesBelowThePage()
{
    Far far;
    QVERIFY(far.ready());
    Desk admin;
    admin.open(far.url, far.key, true);
    QVERIFY(admin.reads());
    schema::IamRequest request; // as a page with a fault might send it
    request.operation = "rotate-signing-key";
    auto answer = admin.page.store()->change(request);
    QTRY_VERIFY_WITH_TIMEOUT(answer.isFinished(), patience);
    const auto refused = answer.result();
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::ReadOnly);
}

void TestRealAccess::anAnonymousGatewayIsEnteredWithoutAKeyAndSaysSo()
{
    qputenv("SIGNALBOX_GATEWAY_ANONYMOUS", "1");
    Far far;
    const bool ready = far.ready();
    qunsetenv("SIGNALBOX_GATEWAY_ANONYMOUS");
    QVERIFY(ready);
    Desk nobody;
    nobody.open(far.url, {});
    QVERIFY2(nobody.reads(), qPrintable(nobody.session.stateText()));
    QVERIFY(nobody.session.capabilities().anonymous);
    QCOMPARE(nobody.session.user(), QStringLiteral("anonymous"));
    QCOMPARE(nobody.session.role(), QStringLiteral("admin"));
    QTRY_COMPARE_WITH_TIMEOUT(nobody.page.table()->total(), 2, patience);
    QVERIFY(nobody.page.notice().contains(QStringLiteral("everybody")));
}

QTEST_GUILESS_MAIN(TestRealAccess)
#include "tst_realaccess.moc"
