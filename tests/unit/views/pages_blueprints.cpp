// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/configdrafts.h"
#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "tests/support/fakegateway.h"
#include "views/pages/blueprintlist.h"
#include "views/pages/blueprintspage.h"
#include "views/pages/configreview.h"
#include "views/pages/flowdiagram.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

using namespace signalbox;

namespace {

const QString acme = QStringLiteral("acme");

QString id(const char *name)
{
    return ConfigStore::idOf(acme, QStringLiteral("flow-blueprint"), QString::fromUtf8(name));
}

/// Of so many entries that it is looked through on a thread.
QString large()
{
    QString text = QStringLiteral("{\n  \"description\": \"large 🚉\",\n  \"flow\": {\n");
    for (int i = 0; text.size() < 2 * qsizetype(LatestWork::small); ++i)
        text += QStringLiteral("    \"worker-%1:{id}\": {\n      \"topics\": {\n"
                               "        \"input\": \"flow:tg:part-%1:{workspace}:{id}\",\n"
                               "        \"output\": \"flow:tg:part-%2:{workspace}:{id}\"\n"
                               "      }\n    },\n")
                    .arg(i)
                    .arg(i + 1);
    return text
        + QStringLiteral("    \"last:{id}\": { \"topics\": {} }\n  },\n  \"blueprint\": {},\n"
                         "  \"interfaces\": {},\n  \"parameters\": {}\n}\n");
}

struct Stage {
    QTemporaryDir folder;
    FakeGateway far;
    Session session;
    BlueprintsPage page;
    ConfigReview review;
    QAbstractItemModelTester listTester { page.list(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    QAbstractItemModelTester outlineTester { page.outline(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    QAbstractItemModelTester userTester { page.users(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    QAbstractItemModelTester entryTester { page.preview()->entries(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    QAbstractItemModelTester topicTester { page.preview()->topics(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    QAbstractItemModelTester queueTester { page.preview()->queues(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };

    void open(bool own = true, bool readOnly = false)
    {
        far.fillDemo();
        far.capabilities().own = own;
        far.setReadOnly(readOnly);
        session.config()->setFolder(folder.path());
        far.connectTo(session);
        session.setWorkspace(acme);
        page.setSession(&session);
        review.setSession(&session);
        QTRY_VERIFY(session.config()->loaded(acme));
        QTRY_VERIFY(session.flows()->loaded());
        QTRY_COMPARE(page.list()->count(), 2);
    }
    void look(const char *name)
    {
        page.setCurrentKey(id(name));
        QCOMPARE(page.editor()->title(), QString::fromUtf8(name));
    }
    QString cell(const char *name, int column)
    {
        const int row = page.list()->rowOf(id(name));
        return row < 0 ? QStringLiteral("absent") : page.list()->copyText(row, column);
    }
    int rowNamed(const char *name)
    {
        for (int row = 0; row < page.outline()->count(); ++row)
            if (text(row, BlueprintOutline::NameRole) == QString::fromUtf8(name))
                return row;
        return -1;
    }
    QString text(int row, int role)
    {
        return page.outline()->data(page.outline()->index(row), role).toString();
    }
    void lookAtLarge()
    {
        open();
        far.putConfig("acme", "flow-blueprint", "large", large().toStdString());
        QTRY_COMPARE(page.list()->count(), 3);
        look("large");
        QCOMPARE(page.editor()->text(), large());
        QVERIFY(!page.outline()->checking());
    }
    std::string value(const char *name)
    {
        const ConfigRow *row = session.config()->find(id(name));
        return row && row->exists ? row->value : "absent";
    }
};

} // namespace

class TestBlueprintsPage : public QObject {
    Q_OBJECT
private slots:
    void theListCountsScopesUsersAndIssues();
    void anIssueStandsAtItsRowAndItsCharacter();
    void whatIsNoJsonKeepsTheStructureInView();
    void rowsComeAndGoWhileTyping();
    void theStructureIsReadOnceForAnEdit();
    void aLargeBlueprintIsReadOnAThread();
    void theListTellsOfTheNewestText();
    void whatALargeEditTakesOutIsTold();
    void foldedRowsStillTellOfIssues();
    void thePreviewPlansForAnExample();
    void theDiagramIsThatOfTheText();
    void usersAreOfAllWorkspacesButCountedInOne();
    void theTextIsComparedWithWhatAFlowRuns();
    void usersAreUnknownWithoutAConnection();
    void anEditKeepsEveryOtherByte();
    void editMeaningIsThatOfTheBackEnd();
    void deleteInUseIsBlockedHereAndWarnedOfElsewhere();
    void whatTheBackEndRefusesIsSaid();
    void aConflictIsNeverOverwritten();
    void draftsAreThereAgainInAnotherRun();
    void aFileBecomesADraft();
    void onlyBlueprintsAreReviewedHere();
    void readOnlyMakesNothing();
    void anotherPageMayStopLooking();
};

void TestBlueprintsPage::theListCountsScopesUsersAndIssues()
{
    Stage stage;
    stage.open();
    using namespace blueprintlist;
    QCOMPARE(stage.cell("document-rag", Entries), QStringLiteral("6"));
    QCOMPARE(stage.cell("document-rag", ScopeText), QStringLiteral("5 flow · 1 blueprint"));
    QCOMPARE(stage.cell("document-rag", Interfaces), QStringLiteral("2"));
    QCOMPARE(stage.cell("document-rag", Parameters), QStringLiteral("3"));
    QTRY_COMPARE(stage.cell("document-rag", Used), QStringLiteral("4"));
    QCOMPARE(stage.cell("document-rag", Validity), QStringLiteral("sound"));
    QCOMPARE(stage.cell("mirror", Validity), QStringLiteral("1 caution")); // nobody reads "out"
    stage.far.putConfig("acme", "flow-blueprint", "broken", "{\"flow\":");
    QTRY_COMPARE(stage.cell("broken", Validity), QStringLiteral("1 fault"));
    QCOMPARE(stage.cell("broken", Entries), format::unknown()); // not 0
    stage.far.removeFlow("acme", "ingest-us");
    QTRY_COMPARE(stage.cell("document-rag", Used), QStringLiteral("3"));
    stage.page.list()->setFilter(QStringLiteral("state:fault"));
    QCOMPARE(stage.page.list()->count(), 1);
    stage.look("mirror");
    stage.session.setWorkspace(QStringLiteral("globex"));
    QTRY_COMPARE(stage.page.workspace(), QStringLiteral("globex"));
    QCOMPARE(stage.page.currentKey(), QString()); // it was of acme
    stage.page.list()->setFilter({});
    QTRY_COMPARE(stage.page.list()->count(), 2);
}

void TestBlueprintsPage::anIssueStandsAtItsRowAndItsCharacter()
{
    Stage stage;
    stage.open();
    stage.look("mirror");
    QString text = stage.page.editor()->text();
    text.replace(QStringLiteral("\"flow:tg:out:{workspace}:{id}\""), QStringLiteral("true"));
    text.replace(QStringLiteral("One station"), QStringLiteral("Eine Stätion 🚉"));
    stage.page.editor()->edit(text);
    const BlueprintOutline &outline = *stage.page.outline();
    QCOMPARE(outline.faults(), 1);
    const int row = stage.rowNamed("output");
    QVERIFY(row > 0);
    QCOMPARE(stage.text(row, BlueprintOutline::SeverityRole), QStringLiteral("2"));
    QVERIFY(!stage.text(row, BlueprintOutline::RemarkRole).isEmpty());
    const int at = outline.characterAt(row);
    QCOMPARE(text.mid(at, 4), QStringLiteral("true"));
    QCOMPARE(stage.page.editor()->faultAt(), at);
    QCOMPARE(stage.page.editor()->faultLine(), int(text.left(at).count(u'\n')) + 1);
    stage.page.outline()->follow(at + 2);
    QCOMPARE(outline.current(), row);
    stage.page.outline()->setCurrent(-1);
    QCOMPARE(stage.page.outline()->nextIssue(false), row);
    // the back end still has the sound one
    QVERIFY(stage.value("mirror").find("true") == std::string::npos);
}

void TestBlueprintsPage::whatIsNoJsonKeepsTheStructureInView()
{
    Stage stage;
    stage.open();
    stage.look("document-rag");
    const int before = stage.page.outline()->count();
    const QString text = stage.page.editor()->text();
    stage.page.editor()->edit(text.left(text.size() - 2));
    QVERIFY(stage.page.outline()->stale());
    QCOMPARE(stage.page.outline()->count(), before);
    QCOMPARE(stage.page.outline()->faults(), 1);
    QCOMPARE(stage.page.outline()->characterAt(0), -1);
    QVERIFY(stage.page.editor()->fault().startsWith(QStringLiteral("Line ")));
    stage.page.editor()->edit(text);
    QVERIFY(!stage.page.outline()->stale());
    QVERIFY(!stage.page.editor()->edited());
}

void TestBlueprintsPage::rowsComeAndGoWhileTyping()
{
    Stage stage;
    stage.open();
    stage.look("mirror");
    const QString text = stage.page.editor()->text();
    const int before = stage.page.outline()->count();
    stage.page.outline()->setCurrent(stage.rowNamed("input"));
    QString more = text;
    more.replace(QStringLiteral("\"interfaces\""), QStringLiteral("\"x-new\": 1,\n\"interfaces\""));
    stage.page.editor()->edit(more);
    QCOMPARE(stage.page.outline()->count(), before + 1);
    QCOMPARE(stage.text(stage.page.outline()->current(), BlueprintOutline::NameRole),
        QStringLiteral("input"));
    stage.page.editor()->edit(QStringLiteral("{}"));
    QCOMPARE(stage.page.outline()->count(), 0);
    QCOMPARE(stage.page.outline()->faults(), 2);
    stage.page.editor()->edit(text);
    QCOMPARE(stage.page.outline()->count(), before);
    stage.page.setCurrentKey({});
    QCOMPARE(stage.page.outline()->count(), 0);
}

void TestBlueprintsPage::theStructureIsReadOnceForAnEdit()
{
    Stage stage;
    stage.open();
    stage.look("mirror");
    QString text = stage.page.editor()->text();
    text.replace(QStringLiteral("One station"), QStringLiteral("A station"));
    QSignalSpy rows(stage.page.outline(), &QAbstractItemModel::dataChanged);
    stage.page.editor()->edit(text);
    QCOMPARE(rows.size(), 1);
    QSignalSpy filled(&stage.page, &BlueprintsPage::looked);
    QTRY_VERIFY(!filled.isEmpty()); // the list, a moment later
    QCOMPARE(rows.size(), 1);
}

void TestBlueprintsPage::aLargeBlueprintIsReadOnAThread()
{
    Stage stage;
    stage.lookAtLarge();
    BlueprintOutline &outline = *stage.page.outline();
    const int before = outline.count();
    QVERIFY(before > 0);
    QString text = large();
    text.replace(QStringLiteral("\"flow:tg:part-7:{workspace}:{id}\",\n"), QStringLiteral("7,\n"));
    const auto at = text.indexOf(QStringLiteral("7,\n"));
    stage.page.editor()->edit(text);
    QVERIFY(outline.checking());
    QCOMPARE(outline.verdict(), QStringLiteral("checking…"));
    QTRY_VERIFY(!outline.checking());
    QCOMPARE(outline.faults(), 1);
    QCOMPARE(outline.count(), before);
    QCOMPARE(stage.page.editor()->faultAt(), int(at));
    QCOMPARE(stage.page.editor()->faultLine(), int(text.left(at).count(u'\n')) + 1);
    const int row = outline.nextIssue(false);
    QVERIFY(row >= 0);
    for (int step = 0; step < outline.count(); ++step) {
        const int next = outline.nextIssue(false);
        if (outline.characterAt(next) == int(at))
            break;
    }
    QCOMPARE(outline.characterAt(outline.current()), int(at));
    // where the cursor is, before and behind
    const int found = outline.current();
    outline.follow(0);
    outline.follow(int(at) + 1);
    QCOMPARE(outline.current(), found);
    outline.follow(int(at) - 1);
    outline.follow(int(at) + 1);
    QCOMPARE(outline.current(), found);
    // another one is there at once, and the late answer is of nobody
    stage.page.editor()->edit(large());
    stage.look("mirror");
    QVERIFY(!outline.checking());
    const int rows = outline.count();
    QThreadPool::globalInstance()->waitForDone();
    QCoreApplication::processEvents();
    QCOMPARE(outline.count(), rows);
    QCOMPARE(outline.faults(), 0);
}

void TestBlueprintsPage::theListTellsOfTheNewestText()
{
    Stage stage;
    stage.lookAtLarge();
    const QString sound = stage.cell("large", blueprintlist::Validity);
    QString text = large();
    text.replace(QStringLiteral("\"flow:tg:part-7:{workspace}:{id}\",\n"), QStringLiteral("7,\n"));
    stage.page.editor()->edit(text);
    QTRY_VERIFY(stage.cell("large", blueprintlist::Validity).startsWith(QStringLiteral("1 fault")));
    stage.page.editor()->edit(text + QStringLiteral(" {"));
    stage.page.editor()->edit(large());
    QTRY_COMPARE(stage.cell("large", blueprintlist::Validity), sound);
    QTRY_VERIFY(!stage.page.editor()->edited());
    QTRY_VERIFY(!stage.page.outline()->checking());
    QCOMPARE(stage.page.outline()->faults(), 0);
    BlueprintPreview &preview = *stage.page.preview();
    preview.setActive(true);
    QTRY_VERIFY(preview.planned());
    QVERIFY(preview.entries()->total() > 60);
}

void TestBlueprintsPage::whatALargeEditTakesOutIsTold()
{
    Stage stage;
    stage.open(false);
    const auto *held = stage.session.config()->find(id("document-rag"));
    QVERIFY(held);
    QString text = QString::fromStdString(held->value);
    const QString note = QStringLiteral("\"x-note\":\"%1\",")
                             .arg(QString(2 * qsizetype(LatestWork::small), QLatin1Char('x')));
    text.insert(text.indexOf(u'{') + 1, note);
    stage.far.putConfig("acme", "flow-blueprint", "document-rag", text.toStdString());
    QTRY_COMPARE(stage.value("document-rag"), text.toStdString());
    stage.look("document-rag");
    QTRY_COMPARE(stage.page.usedBy(), 4);
    text = stage.page.editor()->text();
    text.replace(QStringLiteral("chunker:{id}"), QStringLiteral("cutter:{id}"));
    stage.page.editor()->edit(text);
    QTRY_VERIFY2(stage.page.editMeaning().contains(QStringLiteral("flow.chunker:{id}")),
        qPrintable(stage.page.editMeaning()));
    QVERIFY(stage.page.editMeaning().contains(QStringLiteral("ingest-eu")));
}

void TestBlueprintsPage::foldedRowsStillTellOfIssues()
{
    Stage stage;
    stage.open();
    stage.look("mirror");
    BlueprintOutline &outline = *stage.page.outline();
    const int entry = stage.rowNamed("mirror:{id}");
    const int before = outline.count();
    outline.toggle(entry);
    QCOMPARE(outline.count(), before - 2);
    QCOMPARE(stage.text(entry, BlueprintOutline::SeverityRole), QStringLiteral("1"));
    QVERIFY(stage.page.editor()
                ->text()
                .mid(outline.characterAt(entry))
                .startsWith(QStringLiteral("\"flow:tg:out:")));
    outline.toggle(entry);
    QCOMPARE(outline.count(), before);
}

void TestBlueprintsPage::thePreviewPlansForAnExample()
{
    Stage stage;
    stage.open();
    stage.look("document-rag");
    BlueprintPreview &preview = *stage.page.preview();
    QVERIFY(!preview.planned()); // nobody looks
    preview.setActive(true);
    QTRY_VERIFY(preview.planned());
    QCOMPARE(preview.entries()->total(), 6);
    QVERIFY(preview.sharedTopics() > 0);
    QVERIFY(preview.values().contains(QStringLiteral("chunk-size = 2000")));
    preview.setFlow(QStringLiteral("night"));
    QTRY_VERIFY(preview.queues()->rowOf(
                    QStringLiteral("flow:tg:chunk-load:acme:night.embedder--acme--night--input"))
        >= 0);
    preview.setFlow(QStringLiteral("ingest-eu"));
    QTRY_VERIFY(!preview.problems().isEmpty());
    preview.setWorkspace(QStringLiteral("initech"));
    QTRY_VERIFY(preview.problems().isEmpty());
    QCOMPARE(preview.sharedTopics(), 0); // nobody runs it there
    stage.page.editor()->edit(QStringLiteral("[]"));
    QTRY_VERIFY(!preview.planned());
    QVERIFY(!preview.why().isEmpty());
    QCOMPARE(stage.far.askedCount("flow", "start-flow"), 0);
}

void TestBlueprintsPage::theDiagramIsThatOfTheText()
{
    Stage stage;
    stage.open();
    FlowDiagram diagram;
    diagram.setSession(&stage.session);
    diagram.setPreview(stage.page.preview());
    diagram.setActive(true);
    QVERIFY(!diagram.known());
    stage.look("document-rag");
    QTRY_VERIFY(diagram.known());
    QVERIFY(diagram.summary().startsWith(QStringLiteral("6 stations")));
    QTRY_VERIFY(!diagram.working());
    QCOMPARE(diagram.values().stations.size(), 6);
    QCOMPARE(diagram.values().station(1).aspect, int(Cell::Unknown)); // nothing runs: no figures
    QCOMPARE(diagram.values().track(0).rate, QString());
    stage.look("mirror");
    QTRY_VERIFY(diagram.summary().startsWith(QStringLiteral("1 station")));
}

void TestBlueprintsPage::usersAreOfAllWorkspacesButCountedInOne()
{
    Stage stage;
    stage.open();
    stage.look("document-rag");
    QTRY_COMPARE(stage.page.users()->total(), 5);
    QCOMPARE(stage.page.usedBy(), 4);
    QVERIFY(stage.page.usedText().startsWith(QStringLiteral("4 flows of acme run it.")));
    const int news =
        stage.page.users()->rowOf(FlowStore::key(QStringLiteral("globex"), QStringLiteral("news")));
    QVERIFY(news >= 0);
    QTRY_VERIFY(stage.page.users()->copyText(news, 4).contains(QStringLiteral("the same")));
    stage.far.putConfig(
        "globex", "flow-blueprint", "document-rag", R"({"blueprint":{},"flow":{}})");
    QTRY_VERIFY(stage.page.users()->copyText(news, 4).contains(QStringLiteral("another")));
}

void TestBlueprintsPage::theTextIsComparedWithWhatAFlowRuns()
{
    Stage stage;
    stage.far.capabilities().raw.append(QStringLiteral("flow-snapshots"));
    stage.open();
    stage.look("document-rag");
    const QStringList flows = stage.page.runners();
    QVERIFY(!flows.isEmpty());
    QVERIFY(
        stage.page.choices().contains(QStringLiteral("what the flow %1 runs").arg(flows.first())));
    std::string asked;
    stage.far.answerWith("flow", [&asked](const Request &request) -> std::optional<Reply> {
        const auto body = schema::decode<schema::FlowRequest>(request.body);
        if (request.operation != "get-blueprint" || !body || !body->flowId)
            return {};
        asked = *body->flowId;
        schema::FlowResponse answer;
        answer.blueprintDefinition = R"({"description":"as it was"})";
        return Response { schema::encode(answer), {} };
    });
    stage.page.setChoice(1);
    QCOMPARE(stage.page.againstFlow(), flows.first());
    QVERIFY(!stage.page.whyNoComparison().isEmpty());
    QTRY_COMPARE(stage.page.whyNoComparison(), QString());
    QCOMPARE(asked, flows.first().toStdString());
    QVERIFY(stage.page.comparison()->removed() > 0);
    QVERIFY(stage.page.comparison()->added() > 0);
    QCOMPARE(stage.page.choice(), 1);
    stage.page.setChoice(int(flows.size()) + 1); // the other blueprint
    QCOMPARE(stage.page.against(), stage.page.others().first());
    QCOMPARE(stage.page.againstFlow(), QString());
    QCOMPARE(stage.page.choice(), int(flows.size()) + 1);
    stage.far.failNext("flow", "get-blueprint",
        { ErrorKind::Service, {}, QStringLiteral("flow-svc does not answer"), true });
    stage.page.setAgainstFlow(flows.first());
    QTRY_VERIFY(stage.page.whyNoComparison().contains(QStringLiteral("does not answer")));
    QCOMPARE(stage.page.comparison()->count(), 0);
    stage.look(qPrintable(stage.page.others().first()));
    QCOMPARE(stage.page.againstFlow(), QString());
}

void TestBlueprintsPage::usersAreUnknownWithoutAConnection()
{
    Stage stage;
    stage.open();
    stage.look("document-rag");
    QVERIFY(stage.page.usersKnown());
    stage.far.dropConnection();
    Session other; // nothing has been read on it
    BlueprintsPage page;
    page.setSession(&other);
    page.setCurrentKey(id("document-rag"));
    QVERIFY(!page.usersKnown());
    QVERIFY(page.usedText().contains(QStringLiteral("not known yet")));
}

void TestBlueprintsPage::anEditKeepsEveryOtherByte()
{
    Stage stage;
    stage.open();
    const std::string odd =
        R"({"description":"d","x-rank":1.50e0,"blueprint":{},"flow":{"a:{id}":{"topics":{"input":"flow:tg:a:{workspace}"},"x-own":[ 1,2]}}})";
    stage.far.putConfig("acme", "flow-blueprint", "odd", odd);
    QTRY_COMPARE(stage.page.list()->count(), 3);
    stage.look("odd");
    QString text = stage.page.editor()->text();
    text.replace(QStringLiteral("\"d\""), QStringLiteral("\"e\""));
    stage.page.editor()->edit(text);
    stage.review.beginDrafts(stage.page.draftIds());
    stage.review.run();
    QTRY_VERIFY(!stage.review.busy());
    std::string expected = odd;
    expected[expected.find("\"d\"") + 1] = 'e';
    const auto before = schema::JsonTree::parse(expected);
    const auto after = schema::JsonTree::parse(stage.value("odd"));
    QVERIFY(before && after);
    QCOMPARE(schema::onOneLine(*after, false), schema::onOneLine(*before, false));
}

void TestBlueprintsPage::editMeaningIsThatOfTheBackEnd()
{
    for (const bool own : { true, false }) {
        Stage stage;
        stage.open(own);
        stage.look("document-rag");
        QTRY_COMPARE(stage.page.usedBy(), 4);
        QString text = stage.page.editor()->text();
        text.replace(QStringLiteral("chunker:{id}"), QStringLiteral("cutter:{id}"));
        stage.page.editor()->edit(text);
        stage.review.beginDrafts(stage.page.draftIds());
        const QString said = stage.review.consequence();
        QVERIFY2(said.contains(QStringLiteral("ingest-eu")), qPrintable(said));
        QCOMPARE(said.contains(QStringLiteral("flow.chunker:{id}")), !own);
        QCOMPARE(said.contains(QStringLiteral("New starts take this one")), own);
        QCOMPARE(stage.review.consequenceHurts(), !own);
    }
}

void TestBlueprintsPage::deleteInUseIsBlockedHereAndWarnedOfElsewhere()
{
    for (const bool own : { true, false }) {
        Stage stage;
        stage.open(own);
        stage.look("document-rag");
        QTRY_COMPARE(stage.page.usedBy(), 4);
        stage.page.markDeleted({ id("document-rag") });
        stage.review.beginDrafts({ id("document-rag") });
        QCOMPARE(stage.review.chosen(), own ? 0 : 1);
        QVERIFY(stage.review.consequenceHurts());
        QCOMPARE(stage.review.consequence().contains(QStringLiteral("refuses")), own);
        if (own)
            continue;
        stage.review.run();
        QTRY_VERIFY(!stage.review.busy());
        QCOMPARE(stage.far.askedCount("flow", "delete-blueprint"), 1);
        QCOMPARE(stage.value("document-rag"), std::string("absent"));
        QVERIFY(stage.page.draftIds().isEmpty());
    }
}

void TestBlueprintsPage::whatTheBackEndRefusesIsSaid()
{
    Stage stage;
    stage.open();
    stage.far.putConfig("acme", "flow-blueprint", "spare", R"({"blueprint":{},"flow":{}})");
    QTRY_COMPARE(stage.page.list()->count(), 3);
    stage.page.markDeleted({ id("spare") });
    stage.review.beginDrafts({ id("spare") });
    QVERIFY(stage.review.consequence().startsWith(QStringLiteral("No flow runs it")));
    // a flow that came in between: only the back end knows
    stage.far.failNext("flow", "delete-blueprint",
        { ErrorKind::Conflict, QStringLiteral("conflict"),
            QStringLiteral("Blueprint is in use by: late"), false });
    stage.review.run();
    QTRY_VERIFY(!stage.review.busy());
    QVERIFY(stage.review.error().contains(QStringLiteral("in use by: late")));
    QVERIFY(stage.value("spare") != "absent");
    QCOMPARE(stage.page.draftIds(), QStringList { id("spare") });
}

void TestBlueprintsPage::aConflictIsNeverOverwritten()
{
    Stage stage;
    stage.open();
    stage.look("mirror");
    QString text = stage.page.editor()->text();
    stage.page.editor()->edit(text.replace(QStringLiteral("One"), QStringLiteral("My")));
    const char *theirs = R"({"description":"theirs","blueprint":{},"flow":{}})";
    stage.far.putConfig("acme", "flow-blueprint", "mirror", theirs);
    QTRY_VERIFY(stage.page.editor()->conflict());
    QVERIFY(stage.page.editor()->text().contains(QStringLiteral("My station")));
    stage.review.beginDrafts(stage.page.draftIds());
    QCOMPARE(stage.review.chosen(), 0);
    QCOMPARE(stage.value("mirror"), std::string(theirs));
    QCOMPARE(stage.far.askedCount("config", "put"), 0);
}

void TestBlueprintsPage::draftsAreThereAgainInAnotherRun()
{
    QTemporaryDir folder;
    const auto run = [&](const std::function<void(Session &, BlueprintsPage &)> &work) {
        FakeGateway far;
        far.fillDemo();
        Session session;
        session.config()->setFolder(folder.path());
        far.connectTo(session);
        session.setWorkspace(acme);
        BlueprintsPage page;
        page.setSession(&session);
        QTRY_VERIFY(session.config()->loaded(acme));
        QTRY_VERIFY(page.list()->count() >= 2);
        work(session, page);
    };
    run([](Session &, BlueprintsPage &page) {
        page.setCurrentKey(id("mirror"));
        page.editor()->edit(QStringLiteral("{ not yet"));
        QVERIFY(!page.createNamed(QStringLiteral("fresh"), id("document-rag")).isEmpty());
    });
    run([](Session &, BlueprintsPage &page) {
        QCOMPARE(page.drafts(), 2);
        page.setCurrentKey(id("mirror"));
        QCOMPARE(page.editor()->text(), QStringLiteral("{ not yet"));
        QTRY_COMPARE(page.list()->count(), 3);
        QVERIFY(page.others().contains(QStringLiteral("fresh")));
    });
}

void TestBlueprintsPage::aFileBecomesADraft()
{
    Stage stage;
    stage.open();
    const auto file = [&](const char *name, const QByteArray &content) {
        const QString path = stage.folder.filePath(QString::fromUtf8(name));
        QFile out(path);
        [&] { QVERIFY(out.open(QIODevice::WriteOnly)); }();
        out.write(content);
        return path;
    };
    const QString good = file("line.json", R"({"x":1.50,"blueprint":{},"flow":{}})");
    QCOMPARE(stage.page.nameFor(good), QStringLiteral("line"));
    QVERIFY(!stage.page.holdsConfiguration(good));
    QCOMPARE(stage.page.importFile(good, QStringLiteral("line")), id("line"));
    QCOMPARE(stage.page.drafts(), 1);
    stage.page.setCurrentKey(id("line"));
    QVERIFY(stage.page.exportText(id("line")).contains(QStringLiteral("\"x\": 1.50")));
    QCOMPARE(stage.page.importFile(good, QStringLiteral("line")), QString()); // there is a draft
    QVERIFY(!stage.page.importFault().isEmpty());
    for (const char *bad : { "[1]", "{", "{\"a\":1}" }) {
        QCOMPARE(stage.page.importFile(file("bad.json", bad), QStringLiteral("bad")), QString());
        QVERIFY(!stage.page.importFault().isEmpty());
    }
    QVERIFY(
        stage.page.importFile(QStringLiteral("/nowhere/x.json"), QStringLiteral("x")).isEmpty());
    QVERIFY(stage.page.holdsConfiguration(
        file("all.json", R"({"config":{"flow-blueprint":{"a":"{}"}}})")));
}

void TestBlueprintsPage::onlyBlueprintsAreReviewedHere()
{
    Stage stage;
    stage.open();
    stage.session.config()->drafts()->edit(
        ConfigStore::idOf(acme, QStringLiteral("tool"), QStringLiteral("t")), std::string("{}"));
    QCOMPARE(stage.page.drafts(), 0);
    QCOMPARE(stage.page.linkTo(id("a/b")), QStringLiteral("signalbox://blueprint/acme/a%2Fb"));
    QVERIFY(!stage.page.whyNotNamed(QStringLiteral("mirror")).isEmpty());
    QVERIFY(!stage.page.whyNotNamed(QString()).isEmpty());
    QCOMPARE(stage.page.whyNotNamed(QStringLiteral("other")), QString());
}

void TestBlueprintsPage::readOnlyMakesNothing()
{
    Stage stage;
    stage.open(true, true);
    stage.look("mirror");
    stage.page.editor()->edit(QStringLiteral("{}"));
    QVERIFY(stage.page.createNamed(QStringLiteral("x"), {}).isEmpty());
    stage.page.markDeleted({ id("mirror") });
    QCOMPARE(stage.page.drafts(), 0);
    QVERIFY(!stage.page.writeDenied().isEmpty());
    QVERIFY2(stage.page.startDenied().contains(QLatin1String("read-only")),
        qPrintable(stage.page.startDenied()));
    Stage writable;
    writable.open();
    QCOMPARE(writable.page.startDenied(), QString());
}

void TestBlueprintsPage::anotherPageMayStopLooking()
{
    Stage stage;
    stage.open();
    ConfigPage configuration;
    configuration.setSession(&stage.session);
    configuration.setActive(false);
    stage.far.putConfig("acme", "flow-blueprint", "late", R"({"blueprint":{},"flow":{}})");
    QTRY_COMPARE(stage.page.list()->count(), 3);
    stage.page.setActive(false);
    stage.far.putConfig("acme", "flow-blueprint", "later", R"({"blueprint":{},"flow":{}})");
    stage.far.forgetAsked();
    stage.page.setActive(true);
    QTRY_COMPARE(stage.page.list()->count(), 4);
}

QTEST_MAIN(TestBlueprintsPage)

#include "pages_blueprints.moc"
