// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "models/stores/accessstore.h"
#include "models/stores/configstore.h"
#include "models/stores/draftstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/leasestore.h"
#include "models/stores/session.h"
#include "tests/support/fakeiam.h"
#include "views/pages/accessform.h"
#include "views/pages/connectionform.h"
#include "views/pages/formdraft.h"
#include "views/pages/restartflow.h"

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

using namespace signalbox;

class PagesDrafts : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<FakeGateway> m_far;
    std::unique_ptr<FakeIam> m_iam;
    std::unique_ptr<Session> m_session;

    /// The program anew: only what is on disk is there.
    void start()
    {
        leave();
        m_session = std::make_unique<Session>();
        m_session->config()->setFolder(m_folder.path());
        m_far->connectTo(*m_session);
    }
    void leave()
    {
        if (!m_session)
            return;
        m_far->dropConnection();
        QThreadPool::globalInstance()->waitForDone();
        m_session.reset();
        m_far->reconnect();
    }
    QByteArray onDisk() const
    {
        QByteArray all;
        const QDir drafts(m_folder.filePath("drafts"));
        for (const QString &name : drafts.entryList(QDir::Files)) {
            QFile file(drafts.filePath(name));
            if (file.open(QIODevice::ReadOnly))
                all += file.readAll();
        }
        return all;
    }

private slots:
    void init()
    {
        m_far = std::make_unique<FakeGateway>();
        m_iam = std::make_unique<FakeIam>(*m_far);
        m_far->fillDemo();
        m_iam->fillDemo();
        start();
    }
    void cleanup()
    {
        leave();
        m_iam.reset();
        m_far.reset();
        QDir(m_folder.filePath("drafts")).removeRecursively();
    }

    void aFormIsThereAgainUntilItIsSent()
    {
        {
            FormDraft draft;
            draft.setSession(m_session.get());
            draft.setForm("publish");
            QVERIFY(!draft.begin("q1"));
            draft.keep("payload", "half a thought");
            draft.keep("mail-token", "s3cr3t"); // a parameter of a flow may be called so
            draft.keep("properties", "");
            QTRY_VERIFY(onDisk().contains("half a thought")); // within DraftStore::delayMs
            QVERIFY(!draft.has("mail-token") && !onDisk().contains("s3cr3t"));
        }
        start();
        FormDraft again;
        again.setSession(m_session.get());
        again.setForm("publish");
        QVERIFY(!again.begin("q2"));
        QVERIFY(again.begin("q1"));
        QCOMPARE(again.text("payload"), "half a thought");
        QVERIFY(again.restored().startsWith("Restored from"));
        QVERIFY(!again.has("properties"));
        QSignalSpy over(&again, &FormDraft::startedOver);
        again.startOver();
        QCOMPARE(over.size(), 1);
        QVERIFY(again.restored().isEmpty());
        QVERIFY(onDisk().isEmpty());
        again.keep("payload", "x");
        again.keep("payload", ""); // emptied by hand
        m_session->config()->draftStore()->flush();
        QVERIFY(onDisk().isEmpty());
    }

    void aConnectionFormKeepsAllButSecrets()
    {
        SettingsStore settings { QString() };
        ConnectionList list { &settings };
        SavedConnection saved;
        saved.name = "staging";
        saved.url = "https://staging.example.org";
        list.put(-1, saved, {}, {});
        {
            ConnectionForm form;
            form.formDraft()->setSession(m_session.get());
            form.setList(&list);
            form.load(1);
            QCOMPARE(form.formDraft()->restored(), "");
            form.setProperty("url", "https://staging-2.example.org");
            form.setProperty("caFile", "/etc/ssl/rail.pem");
            form.setProperty("protectedConnection", true);
            form.setProperty("brokerKind", "rabbitmq");
            form.setProperty("brokerUrl", "http://127.0.0.1:15672");
            form.setProperty("brokerUser", "watcher");
            form.setProperty("brokerAmqp", "amqp://eve:s3cr3t@127.0.0.1"); // not to be saved so
            form.setProperty("brokerSecret", "s3cr3t of the broker");
            form.setProperty("secret", "tg_s3cr3t");
            form.setProperty("passphrase", "s3cr3t too");
            QTRY_VERIFY(onDisk().contains("rail.pem"));
            form.load(-1);
            form.setProperty("name", "new one");
            form.setProperty("url", "https://ada:s3cr3t@example.org"); // it has its own field
            form.setProperty("secret", "tg_s3cr3t");
            QTRY_VERIFY(onDisk().contains("new one"));
            QVERIFY(!onDisk().contains("s3cr3t"));
            QVERIFY(!onDisk().contains("ada") && !onDisk().contains("eve:"));
        }
        start();
        ConnectionForm form;
        form.formDraft()->setSession(m_session.get());
        form.setList(&list);
        form.load(1);
        QVERIFY(form.formDraft()->restored().startsWith("Restored from"));
        QCOMPARE(form.property("url").toString(), "https://staging-2.example.org");
        QCOMPARE(form.property("caFile").toString(), "/etc/ssl/rail.pem");
        QVERIFY(form.property("protectedConnection").toBool());
        QCOMPARE(form.property("name").toString(), "staging");
        QCOMPARE(form.property("brokerKind").toString(), "rabbitmq");
        QCOMPARE(form.property("brokerUrl").toString(), "http://127.0.0.1:15672");
        QCOMPARE(form.property("brokerUser").toString(), "watcher");
        QCOMPARE(form.property("brokerSecret").toString(), "");
        QCOMPARE(form.property("secret").toString(), "");
        QVERIFY(form.dirty());
        QVERIFY(form.save());
        QCOMPARE(list.at(1).url, "https://staging-2.example.org");
        QVERIFY(!onDisk().contains("rail.pem"));
        form.load(-1);
        QCOMPARE(form.property("name").toString(), "new one");
        form.formDraft()->startOver();
        QCOMPARE(form.property("name").toString(), "");
        QVERIFY(onDisk().isEmpty());
        form.load(1);
        QCOMPARE(form.formDraft()->restored(), "");
        QVERIFY(!form.dirty());
    }

    void anAccessFormKeepsAllButPasswords()
    {
        {
            AccessStore store(m_session.get());
            AccessForm form;
            form.setStore(&store);
            form.open(AccessForm::NewUser);
            QVERIFY(form.draft()->restored().isEmpty());
            form.setName("ada");
            form.setRole("writer", true);
            form.setGenerate(false);
            form.setPassword("s3cr3t-word");
            form.setRepeated("s3cr3t-word");
            QTRY_VERIFY(onDisk().contains("ada"));
            QVERIFY(!onDisk().contains("s3cr3t"));
        }
        start();
        AccessStore store(m_session.get());
        AccessForm form;
        form.setStore(&store);
        form.open(AccessForm::EditUser, "other");
        QVERIFY(form.name() != "ada");
        form.open(AccessForm::NewUser);
        QCOMPARE(form.name(), "ada");
        QVERIFY(form.hasRole("writer"));
        QVERIFY(form.password().isEmpty());
        form.draft()->startOver();
        QVERIFY(form.name().isEmpty());
        QVERIFY(!form.hasRole("writer"));
    }

    void aRestartKeepsWhatDiffersFromWhatRuns()
    {
        QTRY_VERIFY(m_session->flows()->count() > 0);
        QString key;
        QString parameter;
        {
            RestartFlow restart;
            restart.setSession(m_session.get());
            for (const FlowRow &row : m_session->flows()->rows()) {
                key = FlowStore::key(row.workspace, row.id);
                restart.open(key);
                const auto settled = [&] {
                    return restart.step() != RestartFlow::Loading || !restart.error().isEmpty();
                };
                QTRY_VERIFY(settled());
                if (restart.form()->count() > 0)
                    break;
            }
            QVERIFY(restart.form()->count() > 0);
            parameter = restart.form()->index(0).data(StartForm::NameRole).toString();
            restart.form()->setValue(parameter, "typed-by-hand");
            QTRY_VERIFY(onDisk().contains("typed-by-hand"));
            leave(); // while who asked is there
        }
        start();
        QTRY_VERIFY(m_session->flows()->count() > 0);
        RestartFlow restart;
        restart.setSession(m_session.get());
        restart.open(key);
        QTRY_COMPARE(restart.step(), RestartFlow::Editing);
        QCOMPARE(restart.form()->index(0).data(StartForm::ValueRole).toString(), "typed-by-hand");
        QVERIFY(!restart.draft()->restored().isEmpty());
        restart.draft()->startOver();
        QVERIFY(restart.form()->index(0).data(StartForm::ValueRole).toString() != "typed-by-hand");
        QVERIFY(onDisk().isEmpty());
        leave(); // while who asked is there
    }

    void aLeaseThatEndsIsToldAndWhatIsTypedStays()
    {
        m_far->setLeaseNeeded(true);
        start();
        AccessStore store(m_session.get());
        AccessForm form;
        form.setStore(&store);
        form.open(AccessForm::NewUser);
        form.setName("ada");
        QVERIFY(form.whyNot().contains("lease"));
        schema::Lease lease;
        lease.scopes = { "access" };
        lease.minutes = 5;
        lease.reason = "drill";
        m_session->leases()->take(lease);
        QVERIFY2(!form.whyNot().contains("lease"), qPrintable(form.whyNot()));
        QSignalSpy changed(&form, &AccessForm::changed);
        m_session->leases()->stop();
        QTRY_VERIFY(!changed.isEmpty()); // the dialog hears of it
        QVERIFY(form.whyNot().contains("has ended"));
        QCOMPARE(form.name(), "ada");
        form.run();
        QCOMPARE(m_far->askedCount("iam", "create-user"), 0);
    }
};

QTEST_MAIN(PagesDrafts)
#include "pages_drafts.moc"
