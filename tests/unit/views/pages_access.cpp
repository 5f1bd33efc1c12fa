// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "models/rules/roles.h"
#include "models/stores/leasestore.h"
#include "tests/support/fakeiam.h"
#include "views/pages/accesspage.h"
#include "views/pages/accesstext.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using namespace signalbox;

class PagesAccess : public QObject {
    Q_OBJECT

    std::unique_ptr<FakeGateway> gateway;
    std::unique_ptr<FakeIam> iam;
    std::unique_ptr<Session> session;
    std::unique_ptr<AccessPage> page;

    /// What is in flight ends while those who asked are there.
    void leave()
    {
        gateway->dropConnection();
        QThreadPool::globalInstance()->waitForDone();
        page.reset();
        session.reset();
        gateway->reconnect();
    }
    void look(int part = AccessPage::Users)
    {
        if (session)
            leave();
        session = std::make_unique<Session>();
        gateway->connectTo(*session);
        page = std::make_unique<AccessPage>();
        page->setSession(session.get());
        page->setPart(part);
        page->setLooked(true);
        QTRY_VERIFY(page->store()->usersPart().loaded);
        QTRY_VERIFY(page->store()->workspacesPart().loaded);
    }
    void signInAs(const std::string &role)
    {
        schema::User user;
        user.id = user.username = "mira";
        user.defaultWorkspace = "acme";
        user.roles = { role };
        gateway->setUser(user);
    }
    std::unique_ptr<AccessForm> form(AccessForm::Kind kind, const QString &target = {})
    {
        auto made = std::make_unique<AccessForm>();
        made->setStore(page->store());
        made->open(kind, target);
        return made;
    }
    std::unique_ptr<AccessAction> action(
        AccessAction::Kind kind, const QString &target, const QString &owner = {})
    {
        auto made = std::make_unique<AccessAction>();
        made->setStore(page->store());
        made->open(kind, target, owner);
        return made;
    }
    schema::Lease lease(const std::string &id, const std::string &user, int minutes) const
    {
        schema::Lease made;
        made.id = id;
        made.user = user;
        made.workspace = "acme";
        made.scopes = { "flows", "destroy" };
        made.minutes = minutes;
        made.reason = "repair of " + id;
        made.takenMs = QDateTime::currentMSecsSinceEpoch();
        made.expiresMs = made.takenMs + minutes * 60000 - 1000;
        return made;
    }
    schema::IamRequest lastAsked(const std::string &operation) const
    {
        schema::IamRequest found;
        for (const Request &request : gateway->asked())
            if (request.service == "iam" && request.operation == operation)
                found = schema::decode<schema::IamRequest>(request.body).value();
        return found;
    }
    static QString cell(const TableModel &table, const QString &key, const QString &column)
    {
        for (int at = 0; at < table.columnCount(); ++at)
            if (table.columnId(at) == column)
                return table.index(table.rowOf(key), at).data().toString();
        return QStringLiteral("no such column");
    }

private slots:
    void init()
    {
        page.reset();
        session.reset();
        iam.reset();
        gateway = std::make_unique<FakeGateway>();
        iam = std::make_unique<FakeIam>(*gateway);
        gateway->fillDemo();
        iam->fillDemo();
    }
    void cleanup() { leave(); }

    void usersAreListedWithHomeRolesAndState()
    {
        look();
        const TableModel &users = *page->table();
        QTRY_COMPARE(users.count(), 5);
        QCOMPARE(cell(users, "mira", "user"), "mira (you)");
        QCOMPARE(cell(users, "ines", "home"), "acme");
        QCOMPARE(cell(users, "otto", "state"), "must change password");
        QCOMPARE(cell(users, "gone", "state"), "disabled");
        QCOMPARE(cell(users, "caesar", "roles"), "emperor");
        QCOMPARE(cell(users, "ines", "keys"), "—"); // nobody looked at them yet
        page->setFilter("state:disabled");
        QCOMPARE(page->table()->count(), 1);
        QCOMPARE(page->summary(), "1 of 5");
    }

    void everyTableSatisfiesTheModelTester()
    {
        look();
        gateway->capabilities().raw.append("leases");
        iam->leases.push_back(lease("one", "otto", 10));
        look();
        for (int part = AccessPage::Users; part <= AccessPage::Leases; ++part) {
            page->setPart(part);
            QAbstractItemModelTester tester(
                page->table(), QAbstractItemModelTester::FailureReportingMode::QtTest);
            if (part == AccessPage::Keys)
                QTRY_COMPARE(page->table()->count(), 3);
            QTRY_VERIFY(page->table()->count() > 0);
            iam->addUser("late-" + std::to_string(part), "acme", { "reader" });
            page->store()->fetch();
            QTRY_COMPARE(page->partCount(AccessPage::Users), QString::number(6 + part));
            page->setFilter("zzz");
            QCOMPARE(page->table()->count(), 0);
            page->setFilter({});
        }
    }

    void keysThatCouldNotBeReadAreNoEndlessReading()
    {
        iam->keys.clear();
        look();
        gateway->failNext("iam", "list-api-keys",
            { ErrorKind::Service, {}, QStringLiteral("iam-svc does not answer"), true });
        page->setPart(AccessPage::Keys);
        QTRY_COMPARE(page->emptyTitle(), "No API keys of the users that were read");
        QCOMPARE(page->emptyText(), "The keys of one user could not be read.");
        page->store()->fetch(); // they are read again now and then
        QTRY_COMPARE(page->emptyTitle(), "No API keys");
    }

    void aLeaseThatIsEndedWhileItIsRenewedDoesNotComeBack()
    {
        gateway->capabilities().raw.append("leases");
        gateway->setEnvironment("production", true);
        gateway->setLeaseNeeded(true);
        look();
        LeaseStore &leases = *session->leases();
        schema::Lease wanted;
        wanted.scopes = { "flows" };
        wanted.minutes = 5;
        wanted.reason = "a repair";
        leases.take(wanted);
        QTRY_VERIFY(leases.held());
        QTRY_COMPARE(gateway->pending(), 0);
        gateway->hold(true);
        leases.renew(30);
        QVERIFY(leases.busy());
        leases.stop();
        QVERIFY(!leases.held());
        gateway->hold(false);
        QTRY_COMPARE(gateway->askedCount("iam", "end-lease"), 1);
        QTRY_VERIFY(!leases.busy() && iam->leases.empty());
        QVERIFY(!leases.held());
    }

    void leasesOfOthersAreListedAndCanBeEnded()
    {
        gateway->capabilities().raw.append("leases");
        iam->leases = { lease("one", "otto", 10), lease("two", "mira", 5) };
        look(AccessPage::Leases);
        const TableModel &leases = *page->table();
        QTRY_COMPARE(leases.count(), 2);
        QCOMPARE(cell(leases, "one", "user"), "otto");
        QCOMPARE(cell(leases, "two", "user"), "mira (you)");
        QCOMPARE(cell(leases, "one", "what"), "flows, deleting");
        QCOMPARE(cell(leases, "one", "where"), "acme");
        QCOMPARE(cell(leases, "one", "reason"), "repair of one");
        QVERIFY(cell(leases, "one", "left").startsWith("in 9 m"));
        page->setCurrentKey("one");
        QCOMPARE(page->detail()->name(), "Lease of otto");
        QVERIFY(page->detail()->facts()->count() > 4);
        QCOMPARE(page->detail()->related()->count(), 1);
        auto end = action(AccessAction::RevokeLease, "one", page->detail()->owner());
        QVERIFY(end->destructive());
        QVERIFY(end->consequences().join(' ').contains("otto"));
        QCOMPARE(end->whyNot(), "");
        end->run();
        QTRY_COMPARE(end->result(), "The lease of otto has ended.");
        QTRY_COMPARE(leases.count(), 1);
        QVERIFY(!page->detail()->exists());
    }

    void aWriterSeesItsOwnLeasesAndTakesNobodysAway()
    {
        signInAs("writer");
        gateway->capabilities().raw.append("leases");
        iam->leases = { lease("one", "otto", 10), lease("two", "mira", 5) };
        look(AccessPage::Leases);
        QTRY_COMPARE(page->table()->count(), 1);
        QVERIFY(page->notice().contains("iam:admin"));
        auto end = action(AccessAction::RevokeLease, "two");
        QVERIFY(end->whyNot().contains("iam:admin"));
        end->run();
        QCOMPARE(gateway->askedCount("iam", "revoke-lease"), 0);
    }

    void withoutLeasesAtTheFarEndTheTabSaysSo()
    {
        look(AccessPage::Leases);
        QCOMPARE(page->emptyTitle(), "This back end keeps no leases");
        QVERIFY(page->emptyText().contains("--protect"));
        QCOMPARE(gateway->askedCount("iam", "list-leases"), 0);
    }

    void nothingIsAskedWhileNobodyLooks()
    {
        session = std::make_unique<Session>();
        gateway->connectTo(*session);
        page = std::make_unique<AccessPage>();
        page->setSession(session.get());
        QTRY_COMPARE(gateway->pending(), 0);
        QCOMPARE(gateway->askedCount("iam", "list-users"), 0);
        page->setLooked(true);
        QTRY_COMPARE(gateway->askedCount("iam", "list-users"), 1);
        page->setLooked(false);
        session->refresh();
        QTRY_COMPARE(gateway->pending(), 0);
        QCOMPARE(gateway->askedCount("iam", "list-users"), 1);
    }

    void aReaderSeesItselfAndWhichRightIsMissing()
    {
        signInAs("reader");
        look();
        QTRY_COMPARE(page->table()->count(), 1);
        QVERIFY2(page->notice().contains("users:read"), qPrintable(page->notice()));
        QVERIFY(page->whyNotForm(AccessForm::NewUser).contains("users:admin"));
        QVERIFY(page->whyNotForm(AccessForm::NewKey).contains("keys:admin"));
        QVERIFY(page->whyNotAction(AccessAction::RotateSigningKey).contains("iam:admin"));
        QCOMPARE(page->whyNotForm(AccessForm::ChangePassword), QString());
        page->setPart(AccessPage::Keys);
        QVERIFY(page->emptyText().contains("keys:admin"));
        page->setPart(AccessPage::Workspaces);
        QVERIFY(page->notice().contains("workspaces:admin"));
        QCOMPARE(gateway->askedCount("iam", "list-users"), 0); // nothing is tried in vain
        QCOMPARE(gateway->askedCount("iam", "list-workspaces"), 0);
        QCOMPARE(gateway->askedCount("iam", "list-api-keys"), 0);
    }

    void anotherEditionThatRefusesIsTakenAsAMissingRight()
    {
        gateway->failNext("iam", "list-users", { ErrorKind::Denied, "access-denied", "no", false });
        look();
        QTRY_COMPARE(page->table()->count(), 1);
        QVERIFY(page->notice().contains("users:read"));
    }

    void aMissingListIsAnEmptyOne()
    {
        look();
        page->setCurrentKey("ines");
        QTRY_COMPARE(page->detail()->relatedEmpty(), "No API keys");
        QCOMPARE(page->detail()->related()->total(), 0);
        page->setCurrentKey("mira");
        QTRY_COMPARE(page->detail()->related()->total(), 2);
        QTRY_COMPARE(cell(*page->table(), "mira", "keys"), "2");
    }

    void keysOfAllUsersAreReadWhenLookedAt()
    {
        look();
        QCOMPARE(gateway->askedCount("iam", "list-api-keys"), 0);
        page->setPart(AccessPage::Keys);
        QTRY_COMPARE(page->table()->count(), 3);
        const TableModel &keys = *page->table();
        QCOMPARE(cell(keys, "key-3", "owner"), "otto");
        QVERIFY(cell(keys, "key-3", "expires").endsWith("ago"));
        QCOMPARE(cell(keys, "key-2", "expires"), "never");
        QTRY_COMPARE(page->summary(), "3");
    }

    void whatCannotBeReadIsToldAndWhatIsHeldStays()
    {
        look();
        QTRY_COMPARE(page->table()->count(), 5);
        gateway->failNext("iam", "list-users", { ErrorKind::Timeout, {}, "no answer", true });
        page->store()->fetch();
        QTRY_COMPARE(page->error(), "no answer");
        QCOMPARE(page->table()->count(), 5);
        page->store()->fetch();
        QTRY_COMPARE(page->error(), QString());
    }

    void rightsAreThoseOfTheRulesAndTellWhatIsYours()
    {
        signInAs("writer");
        look(AccessPage::Rights);
        const TableModel &rights = *page->table();
        QCOMPARE(rights.count(), int(rules::allCapabilities().size()));
        QCOMPARE(cell(rights, "flows:write", "writer"), "—");
        QCOMPARE(cell(rights, "flows:write", "admin"), "yes");
        QCOMPARE(cell(rights, "documents:write", "you"), "yes");
        QVERIFY(cell(rights, "flows:write", "opens").contains("flow start-flow"));
        QCOMPARE(cell(rights, "entity-contexts:read", "opens"), "export entity-contexts");
        QVERIFY(cell(rights, "document-embeddings:write", "opens")
                    .contains("import document-embeddings"));
        page->setCurrentKey("documents:write");
        QVERIFY(page->detail()->facts()->count() > 3);
    }

    void aNewUserHasAPasswordThatIsShownOnce()
    {
        look();
        const auto made = form(AccessForm::NewUser);
        QVERIFY(!made->whyNot().isEmpty());
        made->setName("ines");
        QVERIFY(made->nameFault().contains("already"));
        made->setName("nora");
        made->setHome("globex");
        made->setRole("writer", true);
        QCOMPARE(made->whyNot(), QString());
        made->run();
        QTRY_VERIFY(!made->result().isEmpty());
        QCOMPARE(made->secret().size(), 20);
        QCOMPARE(made->secret().toStdString(), iam->lastPassword);
        QVERIFY(!made->result().contains(made->secret()));
        made->forget();
        QCOMPARE(made->secret(), QString());
        QTRY_COMPARE(page->table()->count(), 6);
        const auto sent = lastAsked("create-user");
        QCOMPARE(sent.workspace, std::optional<std::string>("globex"));
        const auto user = schema::decode<schema::NewUser>(sent.user->text).value();
        QCOMPARE(user.roles, std::vector<std::string>({ "reader", "writer" }));
        QVERIFY(user.mustChangePassword);
    }

    void aTypedPasswordIsAskedTwiceAndNotKept()
    {
        look();
        const auto made = form(AccessForm::ChangePassword);
        made->setCurrentPassword("old");
        made->setPassword("new");
        made->setRepeated("newer");
        QVERIFY(!made->passwordFault().isEmpty());
        made->setRepeated("new");
        QCOMPARE(made->whyNot(), QString());
        made->run();
        QTRY_VERIFY(!made->result().isEmpty());
        QCOMPARE(iam->lastPassword, std::string("new"));
        QCOMPARE(made->password() + made->currentPassword() + made->repeated(), QString());
        QCOMPARE(lastAsked("change-password").userId, std::optional<std::string>("mira"));
    }

    void anEditSaysBothFlagsSoThatNobodyIsEnabledByOmission()
    {
        look();
        const auto edit = form(AccessForm::EditUser, "gone");
        edit->setFullName("Gone Girl");
        edit->run();
        QTRY_VERIFY(!edit->result().isEmpty());
        QVERIFY(lastAsked("update-user").user->text.find("\"enabled\":false") != std::string::npos);
        QTRY_COMPARE(page->store()->user("gone")->name, std::string("Gone Girl"));
        QVERIFY(!page->store()->user("gone")->enabled);
    }

    void anEditDoesNotEnableWhomSomebodyDisabledMeanwhile()
    {
        look();
        const auto edit = form(AccessForm::EditUser, "ines");
        edit->setFullName("Ines M.");
        for (schema::User &user : iam->users) // by another window
            user.enabled = user.enabled && user.id != "ines";
        page->store()->fetch();
        QTRY_VERIFY(!page->store()->user("ines")->enabled);
        edit->run();
        QTRY_VERIFY(!edit->result().isEmpty());
        QVERIFY(!schema::decode<schema::UserChange>(lastAsked("update-user").user->text)->enabled);
        const auto rename = form(AccessForm::EditWorkspace, "globex");
        rename->setFullName("Globex Lines");
        for (schema::Workspace &workspace : iam->workspaces)
            workspace.enabled = workspace.enabled && workspace.id != "globex";
        page->store()->fetch();
        QTRY_VERIFY(!page->store()->workspace("globex")->enabled);
        rename->run();
        QTRY_VERIFY(!rename->result().isEmpty());
        QVERIFY(!schema::decode<schema::WorkspaceChange>(
            lastAsked("update-workspace").workspaceRecord->text)
                     ->enabled);
    }

    void rolesThatWeDoNotKnowSurviveAnEdit()
    {
        look();
        const auto edit = form(AccessForm::EditUser, "caesar");
        QCOMPARE(edit->otherRoles(), "emperor");
        QVERIFY(edit->reach().contains("emperor"));
        edit->setRole("reader", true);
        edit->run();
        QTRY_VERIFY(!edit->result().isEmpty());
        QCOMPARE(schema::decode<schema::UserChange>(lastAsked("update-user").user->text)->roles,
            std::vector<std::string>({ "reader", "emperor" }));
        const auto bare = form(AccessForm::EditUser, "ines");
        bare->setRole("writer", false);
        QVERIFY(bare->whyNot().contains("role")); // an empty list would mean "keep"
    }

    void workspaceIdsThatWouldNotFitIntoQueueNamesAreRefused()
    {
        look(AccessPage::Workspaces);
        const auto made = form(AccessForm::NewWorkspace);
        for (const char *bad : { "Acme", "a b", "a:b", "-a", "acme" }) {
            made->setName(bad);
            QVERIFY2(!made->nameFault().isEmpty(), bad);
        }
        made->setName("umbrella");
        made->setFullName("Umbrella Lines");
        made->run();
        QTRY_VERIFY(!made->result().isEmpty());
        QTRY_VERIFY(page->store()->workspace("umbrella"));
        QTRY_VERIFY(page->table()->rowOf("umbrella") >= 0);
    }

    void aKeyIsShownOnceAndItsLifetimeIsChecked()
    {
        look();
        page->setCurrentKey("ines");
        const auto made = form(AccessForm::NewKey, "ines");
        made->setName("robot");
        made->setLifetime(AccessForm::Until);
        QVERIFY(!made->whyNot().isEmpty());
        made->setUntil("soon"); // a server would take it for "never"
        QVERIFY(!made->untilFault().isEmpty());
        made->setUntil("2001-01-01");
        QVERIFY(!made->untilFault().isEmpty());
        made->setUntil("2101-01-31T18:00");
        QCOMPARE(made->whyNot(), QString());
        made->run();
        QTRY_VERIFY(made->secret().startsWith("tg_"));
        QCOMPARE(schema::decode<schema::NewApiKey>(lastAsked("create-api-key").key->text)->expires,
            std::string("2101-01-31T18:00:00+00:00"));
        QTRY_COMPARE(page->detail()->related()->total(), 1);
    }

    void consequencesCountWhatGoes()
    {
        look();
        const auto gone = action(AccessAction::DisableUser, "mira");
        QTRY_VERIFY(gone->consequences().join(' ').contains("2 API keys"));
        QCOMPARE(gone->warnings().size(), 2); // it is you, and the last administrator
        const auto house = action(AccessAction::DisableWorkspace, "globex");
        QVERIFY(house->consequences().join(' ').contains("2 users"));
        QCOMPARE(house->warnings(), QStringList());
        QCOMPARE(action(AccessAction::DisableWorkspace, "acme")->warnings().size(), 1);
    }

    void deletingAUserDeletesItsKeysAndIsTold()
    {
        look(AccessPage::Keys);
        QTRY_COMPARE(page->table()->count(), 3);
        const auto gone = action(AccessAction::DeleteUser, "otto");
        gone->run();
        QTRY_COMPARE(gone->result(), "otto is deleted.");
        QTRY_COMPARE(page->table()->count(), 2);
        QVERIFY(!page->store()->user("otto"));
    }

    void aProtectedConnectionWantsTheNameTyped()
    {
        gateway->setEnvironment("production", true);
        look();
        const auto gone = action(AccessAction::DeleteUser, "otto");
        QVERIFY(gone->typingNeeded());
        gone->run();
        QCOMPARE(gateway->askedCount("iam", "delete-user"), 0);
        gone->setTyped("otto");
        gone->run();
        QTRY_VERIFY(!gone->result().isEmpty());
        const auto back = action(AccessAction::EnableUser, "gone");
        QVERIFY(!back->typingNeeded());
    }

    void aReadOnlyConnectionSaysSoAndSendsNothing()
    {
        gateway->setReadOnly(true);
        look();
        QVERIFY(page->whyNotForm(AccessForm::NewUser).contains("read-only"));
        const auto made = form(AccessForm::NewUser);
        made->setName("nora");
        made->run();
        const auto gone = action(AccessAction::DeleteUser, "otto");
        gone->run();
        QVERIFY(gone->whyNot().contains("read-only"));
        QTRY_COMPARE(gateway->pending(), 0);
        QCOMPARE(gateway->askedCount("iam", "create-user"), 0);
        QCOMPARE(gateway->askedCount("iam", "delete-user"), 0);
        QTRY_COMPARE(page->table()->count(), 5); // reading goes on
    }

    void flowsOfADisabledWorkspaceAreNotKnown()
    {
        look(AccessPage::Workspaces);
        const TableModel &workspaces = *page->table();
        QTRY_COMPARE(cell(workspaces, "globex", "flows"), "1");
        QCOMPARE(cell(workspaces, "initech", "flows"), "—"); // they run on, unseen
    }

    void enablingAWorkspaceAnnouncesItFirst()
    {
        look(AccessPage::Workspaces);
        const auto back = action(AccessAction::EnableWorkspace, "initech");
        back->run();
        QTRY_VERIFY(!back->result().isEmpty());
        QStringList order;
        for (const Request &request : gateway->asked())
            if (request.operation.find("-workspace") != std::string::npos
                && request.operation.find("list") == std::string::npos)
                order.append(QString::fromStdString(request.operation));
        QCOMPARE(order, QStringList({ "create-workspace", "update-workspace" }));
        QTRY_VERIFY(page->store()->workspace("initech")->enabled);
    }

    void aTemporaryPasswordIsShownOnce()
    {
        look();
        const auto reset = action(AccessAction::ResetPassword, "ines");
        reset->run();
        QTRY_COMPARE(reset->secret(), "temp-orary-1");
        reset->forget();
        QCOMPARE(reset->secret(), QString());
    }

    void aFailureIsToldAndCanBeTriedAgain()
    {
        look();
        gateway->failNext(
            "iam", "create-user", { ErrorKind::Service, "duplicate", "taken", false });
        const auto made = form(AccessForm::NewUser);
        made->setName("nora");
        made->run();
        QTRY_VERIFY(made->error().contains("taken"));
        QCOMPARE(made->name(), "nora");
        made->run();
        QTRY_VERIFY(!made->result().isEmpty());
    }

    void anAnswerThatComesAfterClosingTellsNobodyASecret()
    {
        look();
        const auto reset = action(AccessAction::ResetPassword, "ines");
        QTRY_COMPARE(gateway->pending(), 0);
        gateway->hold(true);
        reset->run();
        QVERIFY(reset->busy());
        reset->forget();
        gateway->hold(false);
        QTRY_COMPARE(gateway->pending(), 0);
        QCOMPARE(reset->secret(), QString());
        QCOMPARE(reset->result(), QString());
    }

    void rotatingTheSigningKeyOfAForeignBackEndIsWarnedOf()
    {
        look();
        QCOMPARE(action(AccessAction::RotateSigningKey, {})->warnings(), QStringList());
        gateway->capabilities().own = false;
        look();
        const auto rotate = action(AccessAction::RotateSigningKey, {});
        QCOMPARE(rotate->warnings().size(), 1);
        QVERIFY(rotate->typingNeeded());
        rotate->setTyped(rotate->typeThis());
        rotate->run();
        QTRY_COMPARE(iam->signingKeys, 2);
    }

    void whereNobodySignsInThePageSaysSo()
    {
        gateway->capabilities().anonymous = true;
        look();
        QVERIFY(page->notice().contains("everybody"));
        QVERIFY(page->noticeIsCaution());
        QVERIFY(!page->store()->powerless()); // ours: keys and passwords still count
        gateway->capabilities().own = false;
        look();
        QVERIFY(page->store()->powerless());
        const auto made = form(AccessForm::NewUser);
        made->setName("nora");
        QVERIFY(made->whyNot().contains("Nobody signs in"));
    }

    void aBackEndWithoutUsersIsNotAsked()
    {
        gateway->capabilities().own = false;
        gateway->capabilities().era = Capabilities::Era::B;
        session = std::make_unique<Session>();
        gateway->connectTo(*session);
        page = std::make_unique<AccessPage>();
        page->setSession(session.get());
        page->setLooked(true);
        QTRY_COMPARE(gateway->pending(), 0);
        QCOMPARE(gateway->askedCount("iam", "list-users"), 0);
        QCOMPARE(page->emptyTitle(), "No users here");
        QVERIFY(!page->whyNotForm(AccessForm::NewUser).isEmpty());
    }

    void timesAreReadAsTheServerMeansThem()
    {
        QCOMPARE(accesstext::timeOf("1970-01-01T00:00:01+00:00"), 1000);
        QCOMPARE(accesstext::timeOf("1970-01-01T01:00:01+01:00"), 1000);
        QCOMPARE(accesstext::timeOf("1970-01-01T00:00:01"), 1000); // without zone: UTC
        QCOMPARE(accesstext::timeOf("1970-01-01T00:00:01.500000+00:00"), 1500);
        QCOMPARE(accesstext::timeOf(""), 0);
        QCOMPARE(accesstext::timeOf("soon"), 0);
    }
};

QTEST_MAIN(PagesAccess)
#include "pages_access.moc"
