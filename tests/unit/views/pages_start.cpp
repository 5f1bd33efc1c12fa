// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "models/schema/flow.h"
#include "models/stores/flowstore.h"
#include "tests/support/fakegateway.h"
#include "views/pages/restartflow.h"
#include "views/pages/startdraft.h"
#include "views/pages/startflow.h"
#include "views/pages/startform.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace signalbox;

namespace {

schema::Blueprint blueprintOf(const char *json)
{
    const auto decoded = schema::decode<schema::Blueprint>(json);
    return decoded ? *decoded : schema::Blueprint();
}

const char *const modelled = R"({"description":"d","parameters":{
 "rag":{"type":"model","description":"RAG model","order":2,"advanced":true,"controlled-by":"model"},
 "size":{"type":"size","description":"Size","order":3},
 "model":{"type":"model","description":"Model","order":1},
 "loud":{"type":"flag","description":"Loud"}},
 "blueprint":{},"flow":{},"interfaces":{}})";

schema::Members<schema::ParameterType> types()
{
    schema::ParameterType model;
    model.defaultValue = "small";
    model.choices = { { "small", "Small" }, { "large", "Large" } };
    schema::ParameterType size;
    size.type = "integer";
    size.required = true;
    size.min = 10;
    size.max = 20;
    schema::ParameterType flag;
    flag.type = "boolean";
    return { { "model", model }, { "size", size }, { "flag", flag } };
}

QVariant at(const StartForm &form, int row, StartForm::Role role)
{
    return form.data(form.index(row), role);
}

} // namespace

class PagesStart : public QObject {
    Q_OBJECT

    FakeGateway gateway;
    Session session;

private slots:
    void initTestCase()
    {
        gateway.fillDemo();
        gateway.connectTo(session);
        QTRY_VERIFY(session.flows()->loaded());
    }

    void formOrdersFieldsAdvancedLastUnorderedAfterOrdered()
    {
        StartForm form;
        form.build(blueprintOf(modelled), types());
        QStringList names;
        for (int row = 0; row < form.rowCount(); ++row)
            names.append(at(form, row, StartForm::NameRole).toString());
        QCOMPARE(names, (QStringList { "model", "size", "loud", "rag" }));
        QCOMPARE(form.advancedCount(), 1);
        QCOMPARE(at(form, 0, StartForm::WidgetRole).toInt(), int(StartForm::Choice));
        QCOMPARE(at(form, 1, StartForm::WidgetRole).toInt(), int(StartForm::Number));
        QCOMPARE(at(form, 2, StartForm::WidgetRole).toInt(), int(StartForm::Toggle));
    }

    void controlledFieldFollowsUntilEditedAndAgainAfterRevert()
    {
        StartForm form;
        form.build(blueprintOf(modelled), types());
        form.setValue("model", "large");
        QCOMPARE(at(form, 3, StartForm::ValueRole).toString(), "large");
        form.setValue("rag", "small");
        form.setValue("model", "small");
        form.setValue("model", "large");
        QCOMPARE(at(form, 3, StartForm::ValueRole).toString(), "small");
        form.revert("rag");
        QCOMPARE(at(form, 3, StartForm::ValueRole).toString(), "large");
    }

    void everyValueIsSentAsTextSwitchesIncluded()
    {
        StartForm form;
        form.build(blueprintOf(modelled), types());
        form.setValue("size", "12");
        const auto values = form.values();
        QCOMPARE(*schema::find(values, "size"), std::string("12"));
        QCOMPARE(*schema::find(values, "loud"), std::string("false"));
        QCOMPARE(*schema::find(values, "rag"), std::string("small"));
    }

    void faultyValuesAreToldAtTheirField()
    {
        StartForm form;
        form.build(blueprintOf(modelled), types());
        // required, empty: no fault before somebody was there
        QCOMPARE(at(form, 1, StartForm::ProblemRole).toString(), QString());
        QVERIFY(at(form, 1, StartForm::HelpRole).toString().startsWith("needed"));
        QCOMPARE(form.problems(), 1);
        form.setValue("size", "1");
        form.setValue("size", "");
        QCOMPARE(at(form, 1, StartForm::ProblemRole).toString(), QString("A value is needed."));
        form.setValue("size", "99");
        QVERIFY(!at(form, 1, StartForm::ProblemRole).toString().isEmpty());
        form.setValue("size", "15");
        QVERIFY(at(form, 1, StartForm::ProblemRole).toString().isEmpty());
        QCOMPARE(form.problems(), 0);
    }

    void draftSurvivesAndIsOnlyWhatWasTyped()
    {
        QTemporaryDir folder;
        {
            StartFlow flow;
            flow.setSession(&session);
            flow.setFolder(folder.path());
            flow.open("acme");
            QTRY_VERIFY(flow.blueprints().contains("document-rag"));
            flow.setBlueprint("document-rag");
            QTRY_VERIFY(flow.form()->count() > 0);
            flow.setId("half-way");
            flow.form()->setValue("chunk-size", "1234");
            flow.keepDraft(); // what a crash would leave
        }
        // The built-in gateway has another port after each start.
        Session::Connection moved;
        moved.name = session.connectionName();
        moved.url = "http://127.0.0.1:2";
        session.setConnection(moved);
        session.setGateway(std::shared_ptr<Gateway>(&gateway, [](Gateway *) {}), gateway.live());
        gateway.reconnect();
        QTRY_VERIFY(session.flows()->loaded());
        StartFlow again;
        again.setSession(&session);
        again.setFolder(folder.path());
        again.open("acme");
        QTRY_VERIFY(again.form()->count() > 0);
        QVERIFY(again.restored());
        QCOMPARE(again.id(), "half-way");
        QCOMPARE(again.blueprint(), "document-rag");
        QCOMPARE(again.form()->edited().size(), std::size_t(1));
        QCOMPARE(*schema::find(again.form()->values(), "chunk-size"), std::string("1234"));
        again.discardDraft();
        QVERIFY(!StartDraftFile(folder.path()).read(session.connectionIdentity()));
    }

    void aSecretIsHiddenWhileItIsTypedAndNeverKept()
    {
        StartForm form;
        form.build(blueprintOf(R"({"parameters":{
            "mail-token":{"type":"t","order":1},"max-tokens":{"type":"t","order":2}}})"),
            {});
        QVERIFY(at(form, 0, StartForm::SecretRole).toBool());
        QVERIFY(!at(form, 1, StartForm::SecretRole).toBool());
        QTemporaryDir folder;
        StartDraftFile file(folder.path());
        const QString said = file.write("here",
            { "acme", "line", "id", "", { { "mail-token", "planted" }, { "max-tokens", "9" } } });
        QVERIFY2(said.contains("mail-token"), qPrintable(said));
        const auto kept = StartDraftFile(folder.path()).read("here");
        QVERIFY(kept);
        QCOMPARE(kept->values, (schema::Members<std::string> { { "max-tokens", "9" } }));
        QFile onDisk(folder.filePath("drafts.ini"));
        QVERIFY(onDisk.open(QIODevice::ReadOnly));
        const QByteArray text = onDisk.readAll();
        QVERIFY(text.contains("max-tokens") && !text.contains("planted"));
    }

    void draftOfAnotherConnectionIsNotOffered()
    {
        QTemporaryDir folder;
        StartDraftFile file(folder.path());
        QCOMPARE(file.write("http://a", { "w", "b", "id", "", {} }), QString());
        QVERIFY(!file.read("http://b"));
        QVERIFY(StartDraftFile(folder.path()).read("http://a"));
    }

    void previewTellsNewSharedAndGlobalTopics()
    {
        QTemporaryDir folder;
        StartFlow flow;
        flow.setSession(&session);
        flow.setFolder(folder.path());
        flow.open("acme");
        QTRY_VERIFY(flow.blueprints().contains("document-rag"));
        flow.setBlueprint("document-rag");
        flow.setId("fresh");
        QTRY_VERIFY(flow.planned());
        QTRY_COMPARE(flow.whyNot(), QString());
        QVERIFY(flow.newTopics() > 0);
        QVERIFY(flow.sharedTopics() > 0); // prompt of the blueprint, kept alive by the other flows
        QCOMPARE(flow.entryCount(), 6);
        flow.setId("ingest-eu");
        QVERIFY(!flow.idProblem().isEmpty());
        flow.setId("No Such Id");
        QVERIFY(!flow.idProblem().isEmpty());
        flow.discardDraft();
    }

    void aStartedFlowIsNoObstacleToItself()
    {
        QTemporaryDir folder;
        StartFlow start;
        start.setSession(&session);
        start.setFolder(folder.path());
        start.open("acme", "mirror");
        start.setId("selfish");
        QTRY_VERIFY2(start.whyNot().isEmpty(), qPrintable(start.whyNot()));
        const auto happens = [&start] { return start.topics()->index(0, 2).data().toString(); };
        QTRY_COMPARE(happens(), QString("comes into being"));
        start.start();
        QTRY_VERIFY(!start.startedKey().isEmpty());
        QTRY_VERIFY(session.flows()->find("acme", "selfish"));
        QCOMPARE(start.idProblem(), QString());
        QCOMPARE(happens(), QString("came into being"));
        start.setId("another");
        QCOMPARE(start.id(), QString("selfish"));
        gateway.removeFlow("acme", "selfish");
        QTRY_VERIFY(!session.flows()->find("acme", "selfish"));
    }

    void failedStartKeepsTheFormSaysWhyAndCanBeTriedAgain()
    {
        QTemporaryDir folder;
        StartFlow flow;
        flow.setSession(&session);
        flow.setFolder(folder.path());
        flow.open("acme");
        QTRY_VERIFY(flow.blueprints().contains("document-rag"));
        flow.setBlueprint("document-rag");
        flow.setId("second-try");
        flow.form()->setValue("chunk-size", "777");
        QTRY_COMPARE(flow.whyNot(), QString());
        gateway.failNext(
            "flow", "start-flow", { ErrorKind::Service, "flow-error", "no worker", false });
        flow.start();
        QTRY_COMPARE(flow.step(), StartFlow::Editing);
        QVERIFY(flow.error().contains("no worker"));
        QCOMPARE(flow.id(), "second-try");
        QVERIFY(StartDraftFile(folder.path()).read(session.connectionIdentity()));
        QTRY_COMPARE(flow.whyNot(), QString());
        flow.start();
        QTRY_VERIFY(flow.step() == StartFlow::Following || flow.step() == StartFlow::Finished);
        QTRY_VERIFY(session.flows()->find("acme", "second-try") != nullptr);
        QVERIFY(!StartDraftFile(folder.path()).read(session.connectionIdentity()));
        QTRY_COMPARE_WITH_TIMEOUT(flow.step(), StartFlow::Finished, 10000);
        const auto &record = session.flows()->find("acme", "second-try")->record;
        QCOMPARE(*schema::find(record.parameters, "chunk-size"), std::string("777"));
        QCOMPARE(*schema::find(record.parameters, "rag-model"), std::string("small"));
    }

    void readOnlyRefusesAndSaysSo()
    {
        FakeGateway far;
        far.fillDemo();
        far.setReadOnly(true);
        Session readOnly;
        far.connectTo(readOnly);
        QTRY_VERIFY(readOnly.flows()->loaded());
        StartFlow flow;
        flow.setSession(&readOnly);
        flow.setFolder(QString());
        flow.open("acme");
        QVERIFY(flow.whyNot().contains("read-only"));
        flow.start();
        QCOMPARE(far.askedCount("flow", "start-flow"), 0);
    }

    void restartShowsWhatDiffersAndRunsBothHalves()
    {
        QTemporaryDir folder;
        gateway.startFlow("initech", "swap", "document-rag",
            { { "model", "small" }, { "chunk-size", "2000" }, { "rag-model", "small" } });
        QTRY_VERIFY(session.flows()->find("initech", "swap") != nullptr);
        RestartFlow restart;
        restart.setSession(&session);
        restart.setFolder(folder.path());
        restart.open("initech/swap");
        QTRY_COMPARE(restart.step(), RestartFlow::Editing);
        QTRY_COMPARE(restart.whyNot(), QString());
        QCOMPARE(restart.changedParameters(), 0);
        restart.form()->setValue("chunk-size", "500");
        QTRY_COMPARE(restart.changedParameters(), 1);
        restart.run();
        QTRY_COMPARE_WITH_TIMEOUT(restart.step(), RestartFlow::Finished, 10000);
        QTRY_VERIFY(session.flows()->find("initech", "swap") != nullptr);
        QCOMPARE(*schema::find(
                     session.flows()->find("initech", "swap")->record.parameters, "chunk-size"),
            std::string("500"));
    }

    void restartWhoseSecondHalfFailsKeepsTheDraftAndStartsAgain()
    {
        QTemporaryDir folder;
        gateway.startFlow("initech", "half", "document-rag",
            { { "model", "small" }, { "chunk-size", "2000" }, { "rag-model", "small" } });
        QTRY_VERIFY(session.flows()->find("initech", "half") != nullptr);
        const QString connection = session.connectionIdentity();
        const QString ofRestart = StartDraftFile::ofRestart(connection);
        QCOMPARE(StartDraftFile(folder.path())
                     .write(connection, { "initech", "document-rag", "typed-before", "", {} }),
            QString());
        RestartFlow restart;
        restart.setSession(&session);
        restart.setFolder(folder.path());
        restart.open("initech/half");
        QTRY_COMPARE(restart.step(), RestartFlow::Editing);
        restart.form()->setValue("model", "large");
        QTRY_COMPARE(restart.whyNot(), QString());
        gateway.failNext(
            "flow", "start-flow", { ErrorKind::Service, "flow-error", "broken", false });
        restart.run();
        QTRY_COMPARE(restart.step(), RestartFlow::HalfDone);
        QVERIFY(restart.error().contains("broken"));
        QTRY_VERIFY(session.flows()->find("initech", "half") == nullptr);
        const auto draft = StartDraftFile(folder.path()).read(ofRestart);
        QVERIFY(draft);
        QCOMPARE(draft->id, "half");
        {
            StartFlow afterACrash;
            afterACrash.setSession(&session);
            afterACrash.setFolder(folder.path());
            afterACrash.open("initech");
            QVERIFY(afterACrash.restored());
            QCOMPARE(afterACrash.id(), "half");
        }
        restart.retryStart();
        QTRY_COMPARE_WITH_TIMEOUT(restart.step(), RestartFlow::Finished, 10000);
        QTRY_VERIFY(session.flows()->find("initech", "half") != nullptr);
        QVERIFY(!StartDraftFile(folder.path()).read(ofRestart));
        // What was typed into another start is no matter of the restart.
        StartFlow start;
        start.setSession(&session);
        start.setFolder(folder.path());
        start.open("initech");
        QVERIFY(start.restored());
        QCOMPARE(start.id(), "typed-before");
    }
};

QTEST_MAIN(PagesStart)
#include "pages_start.moc"
