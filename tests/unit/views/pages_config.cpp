// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/configdrafts.h"
#include "tests/support/fakegateway.h"
#include "views/pages/configconflict.h"
#include "views/pages/configexport.h"
#include "views/pages/configpage.h"
#include "views/pages/configreview.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

using namespace signalbox;

namespace {

const QString acme = QStringLiteral("acme");
const char *const tool =
    R"({"name":"Papers","description":"d","type":"knowledge-query","x":1.50e0,"arguments":[]})";

QString id(const char *type, const char *key)
{
    return ConfigStore::idOf(acme, QString::fromUtf8(type), QString::fromUtf8(key));
}

/// A tool, laid out, that is looked through on a thread and yet is a draft with every key; `end` is
/// what stands before the last bracket.
QString middling(const QString &end = {})
{
    QString text = QStringLiteral("{\n  \"name\": \"Papers\",\n  \"description\": \"d\",\n"
                                  "  \"type\": \"knowledge-query\",\n  \"arguments\": []");
    for (int i = 0; text.size() < 2 * qsizetype(LatestWork::small); ++i)
        text += QStringLiteral(",\n  \"note-%1\": \"what somebody wrote down, ä and 🚉\"").arg(i);
    return text + end + QStringLiteral("\n}");
}

/// Whatever is looked through on a thread has ended, and was told.
void comeToRest()
{
    QThreadPool::globalInstance()->waitForDone();
    QCoreApplication::processEvents();
}

struct Stage {
    QTemporaryDir folder;
    FakeGateway far;
    Session session;
    ConfigPage page;
    ConfigReview review;
    ConfigConflict conflict;
    QAbstractItemModelTester treeTester { page.tree(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    QAbstractItemModelTester formTester { page.editor()->form(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    QAbstractItemModelTester diffTester { page.editor()->diff(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    QAbstractItemModelTester versionTester { page.editor()->versions(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    QAbstractItemModelTester reviewTester { &review,
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    QAbstractItemModelTester conflictTester { &conflict,
        QAbstractItemModelTester::FailureReportingMode::QtTest };

    void open(bool readOnly = false, bool isProtected = false)
    {
        far.fillDemo();
        far.putConfig("acme", "tool", "papers", tool);
        far.putConfig("acme", "prompt", "template-index", R"(["a"])");
        far.putConfig("acme", "prompt", "template.a", R"({"prompt":"Hi {{name}}"})");
        far.setReadOnly(readOnly);
        far.setEnvironment(QStringLiteral("development"), isProtected);
        session.config()->setFolder(folder.path());
        far.connectTo(session);
        session.setWorkspace(acme);
        page.setSession(&session);
        review.setSession(&session);
        conflict.setSession(&session);
        QTRY_VERIFY(session.config()->loaded(acme));
    }
    ConfigDrafts &drafts() { return *session.config()->drafts(); }
    ConfigEditor &editor() { return *page.editor(); }
    /// Opens the page at a tool that is looked through on a thread.
    void openMiddling()
    {
        open();
        far.putConfig("acme", "tool", "middling", middling().toStdString());
        QTRY_VERIFY(session.config()->find(id("tool", "middling")));
        page.setCurrentKey(id("tool", "middling"));
        QCOMPARE(editor().text(), middling());
        QVERIFY(!editor().checking());
    }
    std::string value(const char *type, const char *key)
    {
        const ConfigRow *row = session.config()->find(id(type, key));
        return row && row->exists ? row->value : "absent";
    }
    int fieldRow(const QString &label)
    {
        const ConfigForm *form = page.editor()->form();
        for (int row = 0; row < form->count(); ++row)
            if (form->data(form->index(row), ConfigForm::LabelRole).toString() == label)
                return row;
        return -1;
    }
    void run()
    {
        QCOMPARE(review.whyNot(), QString());
        review.run();
        QTRY_VERIFY(!review.busy());
    }
};

} // namespace

class TestConfigPages : public QObject {
    Q_OBJECT
private slots:
    void treeFollowsWorkspacesAndTypes();
    void theTreeCountsDraftsWhateverTheySay();
    void aFormEditChangesOneValueOfTheStoredText();
    void anEditInTheTextKeepsHowTheValueIsLaidOut();
    void aLargeTextIsCheckedAndKeptWhenTheTypingPauses();
    void aLargeValueOfAFormIsKeptWhenTheTypingPauses();
    void aMiddlingTextIsADraftAtOnceAndCheckedOnAThread();
    void theAnswerOfAnOlderTextIsDropped();
    void aLateAnswerNamesTheRightPlace();
    void whiteSpaceInAMiddlingTextIsNoEdit();
    void aCheckIsOfNobodyOnceThePageIsLeft();
    void aCheckEndsWithItsPage();
    void nothingIsAppliedUnchecked();
    void whatCameWhileSomebodyTypedIsAConflict();
    void whatIsTypedAfterAReviewIsNotLost();
    void aFormAndItsTextStayTogether();
    void oneEditIsComparedOnce();
    void whiteSpaceAloneIsNoEdit();
    void aFaultNamesItsPlaceAndBlocksTheWrite();
    void aFaultyToolIsCautionedAgainst();
    void readOnlyEditsNothing();
    void aBatchGoesOutAsOnePut();
    void theIndexGoesAlongWithANewPrompt();
    void aDeleteTellsWhoUsesItAndWantsTheNameOnAProtectedConnection();
    void aConflictFoundByTheCheckStopsAndSaysSo();
    void theMergeBecomesADraftOnTheirValue();
    void aRestoredVersionIsAnOrdinaryEdit();
    void anyTwoVersionsAreCompared();
    void exportReadsBackTheSame();
    void secretsStayOutOfFilesAndDifferences();
    void aFileThatIsNoneSaysWhy();
    void whatNobodyHasTouchedIsNeededAndNoFault();
    void listFieldsGrowAndShrink();
    void anEmptyLineBeingTypedIsNotTakenAway();
};

void TestConfigPages::treeFollowsWorkspacesAndTypes()
{
    Stage stage;
    stage.open();
    ConfigTree *tree = stage.page.tree();
    QTRY_VERIFY(tree->count() > 4);
    QCOMPARE(tree->workspaceAt(0), acme);
    QCOMPARE(tree->typeAt(1), QStringLiteral("flow"));
    const int before = tree->count();
    stage.far.putConfig("acme", "mcp", "x", "{}");
    QTRY_COMPARE(tree->count(), before + 1);
    stage.session.setWorkspace({});
    QTRY_VERIFY(tree->workspaceAt(tree->count() - 1) == QStringLiteral("initech"));
    stage.page.showScope(QStringLiteral("globex"), QStringLiteral("flow"));
    QTRY_COMPARE(stage.page.table()->count(), 1);
    QTRY_VERIFY(tree->currentRow() > 0);
}

void TestConfigPages::theTreeCountsDraftsWhateverTheySay()
{
    Stage stage;
    stage.open();
    const ConfigTree &tree = *stage.page.tree();
    const auto drafts = [&tree] {
        return tree.data(tree.index(0), ConfigTree::DraftsRole).toInt();
    };
    QTRY_COMPARE(tree.workspaceAt(0), acme);
    QCOMPARE(drafts(), 0);
    for (const char *text : { "{}", "{\"n\":1}", "{\"n\":2}" }) {
        stage.drafts().edit(id("tool", "papers"), std::string(text));
        QTRY_COMPARE(drafts(), 1);
    }
    // one that was there before the page
    ConfigPage late;
    late.setSession(&stage.session);
    QTRY_COMPARE(late.tree()->data(late.tree()->index(0), ConfigTree::DraftsRole).toInt(), 1);
    stage.drafts().edit(id("tool", "b"), std::string("{}"));
    QTRY_COMPARE(drafts(), 2);
    stage.drafts().discard(id("tool", "papers"));
    stage.drafts().discard(id("tool", "b"));
    QTRY_COMPARE(drafts(), 0);
    QTRY_COMPARE(late.tree()->data(late.tree()->index(0), ConfigTree::DraftsRole).toInt(), 0);
}

void TestConfigPages::aFormEditChangesOneValueOfTheStoredText()
{
    Stage stage;
    stage.open();
    stage.page.setCurrentKey(id("tool", "papers"));
    QVERIFY(stage.page.editor()->hasForm());
    stage.page.editor()->form()->setValue(
        stage.fieldRow(QStringLiteral("Name")), QStringLiteral("Search"));
    std::string expected = tool;
    expected.replace(expected.find("Papers"), 6, "Search");
    QCOMPARE(*stage.drafts().find(id("tool", "papers"))->text, expected);
    QVERIFY(stage.page.editor()->text().contains(QStringLiteral("\"name\": \"Search\"")));
    stage.review.beginDrafts(stage.page.draftIds());
    stage.run();
    QCOMPARE(stage.value("tool", "papers"), expected);
    QVERIFY(!stage.page.editor()->edited());
}

void TestConfigPages::anEditInTheTextKeepsHowTheValueIsLaidOut()
{
    Stage stage;
    stage.open();
    stage.page.setCurrentKey(id("tool", "papers"));
    QString text = stage.page.editor()->text();
    QVERIFY(text.contains(QLatin1Char('\n'))); // laid out to be read
    text.replace(QStringLiteral("\"d\""), QStringLiteral("\"other\""));
    stage.page.editor()->edit(text);
    QCOMPARE(stage.page.editor()->text(), text);
    stage.review.beginDrafts(stage.page.draftIds());
    QCOMPARE(stage.page.editor()->text(), text);
    stage.run();
    std::string expected = tool;
    expected.replace(expected.find("\"d\""), 3, "\"other\"");
    QCOMPARE(stage.value("tool", "papers"), expected);
    QCOMPARE(stage.page.drafts(), 0);
}

void TestConfigPages::aLargeTextIsCheckedAndKeptWhenTheTypingPauses()
{
    Stage stage;
    stage.open();
    stage.page.setCurrentKey(id("tool", "papers"));
    ConfigEditor &editor = *stage.page.editor();
    QSignalSpy read(&editor, &ConfigEditor::textChanged);
    QString text = QStringLiteral("{\n  \"n\": \"")
        + QString(ConfigEditor::largeText, QLatin1Char('x')) + QStringLiteral("\"\n}");
    for (int i = 0; i < 20; ++i) {
        text.insert(10, QLatin1Char('y'));
        editor.edit(text);
        QCOMPARE(editor.text(), text);
    }
    QVERIFY(read.size() <= 1); // not with every key
    QTRY_VERIFY(editor.edited());
    QCOMPARE(editor.text(), text);
    QCOMPARE(editor.fault(), QString());
    editor.edit(text.left(text.size() - 1));
    QTRY_VERIFY(!editor.fault().isEmpty());
    // what was typed last is kept by whoever goes on to another entry
    editor.edit(text + QStringLiteral("\n "));
    text.insert(10, QLatin1Char('z'));
    editor.edit(text);
    stage.page.setCurrentKey(id("tool", "b"));
    stage.page.setCurrentKey(id("tool", "papers"));
    QCOMPARE(editor.text(), text);
    // and discarded before it was kept
    editor.discard();
    QVERIFY(!editor.edited());
    text.insert(10, QLatin1Char('z'));
    editor.edit(text);
    editor.discard();
    QVERIFY(!editor.text().contains(QLatin1Char('z')));
    QVERIFY(!editor.edited());
}

void TestConfigPages::aLargeValueOfAFormIsKeptWhenTheTypingPauses()
{
    Stage stage;
    stage.open();
    std::string large = tool;
    large.insert(large.size() - 1,
        ",\"x-note\":\"" + std::string(std::size_t(ConfigEditor::largeText), 'x') + '"');
    stage.far.putConfig("acme", "tool", "large", large);
    QTRY_VERIFY(stage.session.config()->find(id("tool", "large")));
    stage.page.setCurrentKey(id("tool", "large"));
    ConfigEditor &editor = *stage.page.editor();
    const int name = stage.fieldRow(QStringLiteral("Name"));
    QVERIFY(name >= 0);
    const auto draft = [&] {
        const auto *held = stage.drafts().find(id("tool", "large"));
        return held ? held->text.value_or(std::string()) : std::string();
    };
    QSignalSpy read(&editor, &ConfigEditor::textChanged);
    QString typed = QStringLiteral("P");
    for (int i = 0; i < 20; ++i) {
        typed += QLatin1Char('a');
        editor.form()->setValue(name, typed);
    }
    QCOMPARE(read.size(), 0); // not with every key
    const std::string whole = '"' + typed.toStdString() + '"';
    QTRY_VERIFY(draft().find(whole) != std::string::npos);
    // what was typed last is kept by whoever goes on to another entry
    editor.form()->setValue(name, QStringLiteral("Last"));
    stage.page.setCurrentKey(id("tool", "papers"));
    QVERIFY(draft().find("\"Last\"") != std::string::npos);
    // and discarded before it was kept
    stage.page.setCurrentKey(id("tool", "large"));
    QCOMPARE(stage.fieldRow(QStringLiteral("Name")), name);
    editor.form()->setValue(name, QStringLiteral("Once more"));
    editor.discard();
    QVERIFY(!editor.edited());
    QCOMPARE(editor.form()->data(editor.form()->index(name), ConfigForm::ValueRole).toString(),
        QStringLiteral("Papers"));
    stage.page.setCurrentKey(id("tool", "papers"));
    QVERIFY(draft().empty());
}

void TestConfigPages::aMiddlingTextIsADraftAtOnceAndCheckedOnAThread()
{
    Stage stage;
    stage.openMiddling();
    QString text = middling();
    text.replace(QStringLiteral("\"type\": \"knowledge-query\""),
        QStringLiteral("\"type\": \"mcp-tool\", \"mcp-tool\": \"gone\""));
    stage.editor().edit(text);
    QVERIFY(stage.editor().edited());
    QCOMPARE(*stage.drafts().find(id("tool", "middling"))->text, text.toStdString());
    QVERIFY(stage.editor().checking());
    QVERIFY(!stage.editor().whyNotApply().isEmpty());
    QTRY_VERIFY(!stage.editor().checking());
    QCOMPARE(stage.editor().whyNotApply(), QString());
    QCOMPARE(stage.editor().fault(), QString());
    QVERIFY(stage.editor().caution().contains(QStringLiteral("gone")));
    QCOMPARE(stage.editor().text(), text);
    QTRY_VERIFY(!stage.editor().diff()->busy());
    QVERIFY(stage.editor().diff()->added() > 0);
    QTRY_VERIFY(!stage.editor().versions()->diff()->busy());
    QVERIFY(stage.editor().versions()->diff()->added() > 0);
    QVERIFY(stage.editor().hasForm());
    QCOMPARE(stage.editor()
                 .form()
                 ->data(stage.editor().form()->index(stage.fieldRow(QStringLiteral("Name"))),
                     ConfigForm::ValueRole)
                 .toString(),
        QStringLiteral("Papers"));
    stage.editor().discard();
    QCOMPARE(stage.editor().text(), middling());
    QVERIFY(!stage.editor().checking());
}

void TestConfigPages::theAnswerOfAnOlderTextIsDropped()
{
    Stage stage;
    stage.openMiddling();
    const QString good = middling(QStringLiteral(",\n  \"x\": 1"));
    const QString bad = middling(QStringLiteral(",\n  \"x\": 1 2"));
    int told = 0;
    connect(&stage.editor(), &ConfigEditor::changed, this, [&] {
        if (stage.editor().checking())
            return;
        ++told;
        QCOMPARE(!stage.editor().fault().isEmpty(), stage.editor().text() == bad);
    });
    for (int i = 0; i < 20; ++i) {
        stage.editor().edit(i % 2 == 0 ? bad : good);
        QVERIFY(stage.editor().checking());
        QCoreApplication::processEvents();
    }
    stage.editor().edit(bad);
    QTRY_VERIFY(!stage.editor().checking());
    comeToRest();
    QVERIFY(told > 0);
    QCOMPARE(stage.editor().text(), bad);
    QVERIFY(!stage.editor().fault().isEmpty());
    disconnect(&stage.editor(), nullptr, this, nullptr);
}

void TestConfigPages::aLateAnswerNamesTheRightPlace()
{
    Stage stage;
    stage.openMiddling();
    const QString text = middling(QStringLiteral("\n  \"no comma\": 1"));
    stage.editor().edit(text);
    QTRY_VERIFY(!stage.editor().checking());
    const auto at = text.indexOf(QStringLiteral("\"no comma\""));
    QCOMPARE(stage.editor().faultAt(), int(at));
    QCOMPARE(stage.editor().faultLine(), int(text.left(at).count(u'\n')) + 1);
    QVERIFY(!stage.editor().hasForm());
}

void TestConfigPages::whiteSpaceInAMiddlingTextIsNoEdit()
{
    Stage stage;
    stage.openMiddling();
    const QString text = middling() + QStringLiteral("\n\n");
    stage.editor().edit(text);
    QTRY_VERIFY(!stage.editor().checking());
    QVERIFY(!stage.editor().edited());
    QCOMPARE(stage.editor().text(), text); // as typed
    QTRY_VERIFY(!stage.editor().diff()->busy());
    QCOMPARE(stage.editor().diff()->added() + stage.editor().diff()->removed(), 0);
    // whoever goes on before that is known leaves no draft of nothing either
    stage.editor().edit(text + QString(ConfigEditor::largeText, QLatin1Char(' ')));
    stage.page.setCurrentKey(id("tool", "papers"));
    QCOMPARE(stage.page.drafts(), 0);
}

void TestConfigPages::aCheckIsOfNobodyOnceThePageIsLeft()
{
    Stage stage;
    stage.openMiddling();
    stage.editor().edit(middling(QStringLiteral(" 2")));
    QVERIFY(stage.editor().checking());
    stage.page.setCurrentKey(id("tool", "papers"));
    const QString shown = stage.editor().text();
    QVERIFY(shown.contains(QStringLiteral("Papers")));
    QVERIFY(!stage.editor().checking());
    comeToRest();
    QCOMPARE(stage.editor().text(), shown);
    QCOMPARE(stage.editor().fault(), QString());
    QCOMPARE(stage.page.draftIds(), QStringList { id("tool", "middling") });
    stage.page.setCurrentKey(id("tool", "middling"));
    QVERIFY(!stage.editor().fault().isEmpty());
}

void TestConfigPages::aCheckEndsWithItsPage()
{
    Stage stage;
    stage.openMiddling();
    const QString large =
        middling(QStringLiteral(",\n  \"x\": \"%1\"").arg(QString(ConfigEditor::largeText, u'x')));
    for (const QString &text : { middling(QStringLiteral(",\n  \"x\": 1")), large }) {
        {
            ConfigPage other;
            other.setSession(&stage.session);
            other.setCurrentKey(id("tool", "middling"));
            other.editor()->edit(text);
            QVERIFY(other.editor()->checking());
        }
        comeToRest();
        QCOMPARE(*stage.drafts().find(id("tool", "middling"))->text, text.toStdString());
    }
    QTRY_COMPARE(stage.editor().text(), large);
}

void TestConfigPages::nothingIsAppliedUnchecked()
{
    Stage stage;
    stage.openMiddling();
    stage.editor().edit(middling(QStringLiteral(" 2"))); // no JSON, which nobody has told yet
    QVERIFY(!stage.editor().whyNotApply().isEmpty());
    stage.review.beginDrafts(stage.page.draftIds());
    QCOMPARE(stage.review.chosen(), 0);
    stage.review.choose(0, true);
    QVERIFY(!stage.review.whyNot().isEmpty());
    stage.review.run();
    QCOMPARE(stage.far.askedCount("config", "put"), 0);
    // so is what waits for the typing to pause
    stage.editor().edit(middling(QStringLiteral(",\n  \"x\": \"%1\"")
                                     .arg(QString(ConfigEditor::largeText, QLatin1Char('x')))));
    QVERIFY(!stage.editor().whyNotApply().isEmpty());
    QTRY_COMPARE(stage.editor().whyNotApply(), QString());
    QCOMPARE(stage.editor().fault(), QString());
    stage.review.beginDrafts(stage.page.draftIds());
    stage.run();
    QCOMPARE(stage.far.askedCount("config", "put"), 1);
    QTRY_VERIFY(!stage.editor().edited());
}

void TestConfigPages::whatCameWhileSomebodyTypedIsAConflict()
{
    Stage stage;
    stage.openMiddling();
    const QString mine = middling(QStringLiteral(",\n  \"x\": \"%1\"")
                                      .arg(QString(ConfigEditor::largeText, QLatin1Char('x'))));
    stage.editor().edit(mine);
    QVERIFY(!stage.editor().edited()); // it waits for a pause
    stage.far.putConfig("acme", "tool", "middling", R"({"name":"theirs"})");
    QTRY_COMPARE(stage.value("tool", "middling"), R"({"name":"theirs"})");
    QTRY_VERIFY(stage.editor().conflict());
    QCOMPARE(stage.editor().text(), mine);
    QCOMPARE(*stage.drafts().find(id("tool", "middling"))->base, middling().toStdString());
}

void TestConfigPages::whatIsTypedAfterAReviewIsNotLost()
{
    Stage stage;
    stage.open();
    stage.drafts().edit(id("tool", "papers"), std::string("{\"n\":1}"));
    stage.review.beginDrafts(stage.page.draftIds());
    stage.drafts().edit(id("tool", "papers"), std::string("{\"n\":2}"));
    stage.run();
    QCOMPARE(stage.value("tool", "papers"), "{\"n\":1}");
    QCOMPARE(*stage.drafts().find(id("tool", "papers"))->text, "{\"n\":2}");
    QCOMPARE(stage.drafts().state(id("tool", "papers")), ConfigRow::Edited);
}

void TestConfigPages::aFormAndItsTextStayTogether()
{
    Stage stage;
    stage.openMiddling();
    const int name = stage.fieldRow(QStringLiteral("Name"));
    QVERIFY(name >= 0);
    stage.editor().form()->setValue(name, QStringLiteral("First"));
    QVERIFY(stage.editor().edited());
    QVERIFY(stage.editor().checking());
    QTRY_VERIFY(!stage.editor().checking());
    QVERIFY(stage.editor().text().contains(QStringLiteral("\"First\"")));
    // typed into the text that is not shown with it yet: the form's counts
    stage.editor().form()->setValue(name, QStringLiteral("Second"));
    stage.editor().edit(stage.editor().text() + QStringLiteral(" "));
    QVERIFY(stage.editor().text().contains(QStringLiteral("\"Second\"")));
    comeToRest();
    QVERIFY(stage.editor().text().contains(QStringLiteral("\"Second\"")));
    QVERIFY(
        stage.drafts().find(id("tool", "middling"))->text->find("\"Second\"") != std::string::npos);
}

void TestConfigPages::oneEditIsComparedOnce()
{
    Stage stage;
    stage.open();
    stage.page.setCurrentKey(id("tool", "papers"));
    ConfigEditor &editor = *stage.page.editor();
    QSignalSpy compared(editor.diff(), &DiffLines::changed);
    QSignalSpy versions(editor.versions()->diff(), &DiffLines::changed);
    editor.edit(QStringLiteral("{\n  \"name\": \"Papers of today\"\n}"));
    QCOMPARE(compared.size(), 1);
    QCOMPARE(versions.size(), 1);
    QVERIFY(editor.diff()->added() > 0);
    editor.discard();
    QCOMPARE(editor.diff()->added(), 0); // another text is compared again
    QCOMPARE(editor.diff()->removed(), 0);
}

void TestConfigPages::whiteSpaceAloneIsNoEdit()
{
    Stage stage;
    stage.open();
    stage.page.setCurrentKey(id("tool", "papers"));
    stage.page.editor()->edit(stage.page.editor()->text() + QStringLiteral("\n\n"));
    QVERIFY(!stage.page.editor()->edited());
    stage.page.editor()->edit(QStringLiteral("{ \"n\": 1 }"));
    QVERIFY(stage.page.editor()->edited());
    QCOMPARE(stage.page.editor()->text(), QStringLiteral("{ \"n\": 1 }")); // as typed
    stage.page.editor()->discard();
    QVERIFY(!stage.page.editor()->edited());
    QVERIFY(stage.page.editor()->text().contains(QStringLiteral("Papers")));
}

void TestConfigPages::aFaultNamesItsPlaceAndBlocksTheWrite()
{
    Stage stage;
    stage.open();
    stage.page.setCurrentKey(id("tool", "papers"));
    stage.page.editor()->edit(QStringLiteral("{\n  \"ä\": 1\n  \"b\": 2\n}"));
    QCOMPARE(stage.page.editor()->faultLine(), 3);
    QCOMPARE(stage.page.editor()->faultAt(), 13); // characters
    QVERIFY(stage.page.editor()->fault().startsWith(QStringLiteral("Line 3, column 3")));
    QVERIFY(!stage.page.editor()->hasForm());
    stage.review.beginDrafts(stage.page.draftIds());
    QCOMPARE(stage.review.chosen(), 0);
    stage.review.choose(0, true);
    QCOMPARE(stage.review.chosen(), 0);
    QVERIFY(!stage.review.whyNot().isEmpty());
}

void TestConfigPages::aFaultyToolIsCautionedAgainst()
{
    Stage stage;
    stage.open();
    stage.page.setCurrentKey(id("tool", "papers"));
    stage.page.editor()->edit(QStringLiteral(
        "{\"name\":\"n\",\"description\":\"d\",\"type\":\"mcp-tool\",\"mcp-tool\":\"gone\"}"));
    QVERIFY(stage.page.editor()->caution().contains(QStringLiteral("gone")));
    stage.page.editor()->edit(
        QStringLiteral("{\"name\":\"n\",\"description\":\"d\",\"type\":\"magic\"}"));
    QVERIFY(stage.page.editor()->caution().contains(QStringLiteral("magic")));
    stage.page.setCurrentKey(id("flow", "ingest-eu"));
    QVERIFY(stage.page.editor()->caution().contains(QStringLiteral("flow service")));
}

void TestConfigPages::readOnlyEditsNothing()
{
    Stage stage;
    stage.open(true);
    stage.page.setCurrentKey(id("tool", "papers"));
    QVERIFY(!stage.page.editor()->frozen().isEmpty());
    stage.page.editor()->edit(QStringLiteral("{}"));
    stage.page.editor()->form()->setValue(0, QStringLiteral("x"));
    QCOMPARE(stage.page.drafts(), 0);
    stage.page.markDeleted({ id("tool", "papers") });
    QCOMPARE(stage.page.drafts(), 0);
    QVERIFY(stage.page.create(acme, QStringLiteral("tool"), QStringLiteral("n")).isEmpty());
    // A draft of before cannot be written either.
    stage.drafts().edit(id("tool", "papers"), std::string("{}"));
    stage.review.beginDrafts(stage.page.draftIds());
    QVERIFY(stage.review.whyNot().contains(QStringLiteral("read-only"), Qt::CaseInsensitive));
    stage.review.run();
    QCOMPARE(stage.far.askedCount("config", "put"), 0);
}

void TestConfigPages::aBatchGoesOutAsOnePut()
{
    Stage stage;
    stage.open();
    stage.drafts().edit(id("tool", "papers"), std::string("{\"n\":1}"));
    stage.drafts().edit(id("tool", "b"), std::string("{}"));
    stage.drafts().edit(id("collection", "c"), std::string("{}"));
    stage.review.beginDrafts(stage.page.draftIds());
    QCOMPARE(stage.review.count(), 3);
    stage.review.choose(0, false); // the collection stays a draft
    QCOMPARE(stage.review.idAt(0), id("collection", "c"));
    stage.run();
    QCOMPARE(stage.far.askedCount("config", "put"), 1);
    QCOMPARE(stage.page.drafts(), 1);
    QCOMPARE(stage.value("tool", "b"), "{}");
    QCOMPARE(stage.value("collection", "c"), "absent");
}

void TestConfigPages::theIndexGoesAlongWithANewPrompt()
{
    Stage stage;
    stage.open();
    stage.page.create(acme, QStringLiteral("prompt"), QStringLiteral("template.b"));
    stage.review.beginDrafts(stage.page.draftIds());
    QCOMPARE(stage.review.count(), 2);
    QCOMPARE(stage.review.idAt(1), id("prompt", "template-index"));
    stage.review.choose(0, false);
    QCOMPARE(stage.review.count(), 1); // not without the prompt
    stage.review.choose(0, true);
    stage.run();
    QCOMPARE(stage.value("prompt", "template-index"), R"(["a", "b"])");
    QCOMPARE(stage.far.askedCount("config", "put"), 1);
}

void TestConfigPages::aDeleteTellsWhoUsesItAndWantsTheNameOnAProtectedConnection()
{
    Stage stage;
    stage.open(false, true);
    stage.page.markDeleted({ id("parameter-type", "model") });
    stage.review.beginDrafts(stage.page.draftIds());
    QVERIFY(stage.review.consequence().contains(QStringLiteral("flow-blueprint document-rag")));
    QVERIFY(stage.review.consequence().contains(QStringLiteral("flow ingest-eu")));
    QVERIFY(stage.review.consequenceHurts());
    QCOMPARE(stage.review.typingWanted(), QStringLiteral("model"));
    stage.review.run();
    QCOMPARE(stage.far.askedCount("config", "delete"), 0);
    stage.review.setTyped(QStringLiteral("model"));
    stage.run();
    QCOMPARE(stage.far.askedCount("config", "delete"), 1);
    QCOMPARE(stage.value("parameter-type", "model"), "absent");
}

void TestConfigPages::aConflictFoundByTheCheckStopsAndSaysSo()
{
    Stage stage;
    stage.open();
    stage.drafts().edit(id("tool", "papers"), std::string("{\"mine\":1}"));
    stage.drafts().edit(id("tool", "b"), std::string("{}"));
    stage.review.beginDrafts(stage.page.draftIds());
    stage.session.config()->setActive(false); // no notice is followed: the check must find it
    stage.far.putConfig("acme", "tool", "papers", "{\"theirs\":1}");
    stage.run();
    QVERIFY(stage.review.error().contains(QStringLiteral("Nothing was written")));
    QCOMPARE(stage.far.askedCount("config", "put"), 0);
    QCOMPARE(stage.drafts().state(id("tool", "papers")), ConfigRow::Conflict);
    QCOMPARE(*stage.drafts().find(id("tool", "papers"))->text, "{\"mine\":1}");
    QCOMPARE(stage.page.conflicts(), 1);
}

void TestConfigPages::theMergeBecomesADraftOnTheirValue()
{
    Stage stage;
    stage.open();
    stage.far.putConfig("acme", "tool", "t", R"({"a":1,"b":1,"c":1})");
    QTRY_COMPARE(stage.value("tool", "t"), R"({"a":1,"b":1,"c":1})");
    stage.drafts().edit(id("tool", "t"), std::string(R"({"a":2,"b":1,"c":2})"));
    stage.far.putConfig("acme", "tool", "t", R"({"a":1,"b":3,"c":3})");
    QTRY_COMPARE(stage.page.conflicts(), 1);
    stage.conflict.begin(id("tool", "t"));
    QVERIFY(stage.conflict.mergeable());
    QCOMPARE(stage.conflict.count(), 1);
    stage.conflict.choose(0, true);
    // They change it once more while it is looked at.
    stage.far.putConfig("acme", "tool", "t", R"({"a":1,"b":4,"c":3})");
    QTRY_VERIFY(stage.conflict.theirs().contains(QStringLiteral("\"b\": 4")));
    stage.conflict.choose(0, true);
    stage.conflict.takeMerged();
    QCOMPARE(*stage.drafts().find(id("tool", "t"))->text, R"({"a":2,"b":4,"c":3})");
    QCOMPARE(stage.drafts().state(id("tool", "t")), ConfigRow::Edited);
    stage.review.beginDrafts(stage.page.draftIds());
    stage.run();
    QCOMPARE(stage.value("tool", "t"), R"({"a":2,"b":4,"c":3})");
}

void TestConfigPages::aRestoredVersionIsAnOrdinaryEdit()
{
    Stage stage;
    stage.open();
    stage.page.setCurrentKey(id("tool", "papers"));
    stage.far.putConfig("acme", "tool", "papers", "{\"n\":2}");
    QTRY_COMPARE(stage.value("tool", "papers"), "{\"n\":2}");
    ConfigVersions *versions = stage.page.editor()->versions();
    QTRY_COMPARE(versions->count(), 2);
    versions->restore(1);
    QCOMPARE(*stage.drafts().find(id("tool", "papers"))->text, tool);
    QCOMPARE(stage.far.askedCount("config", "put"), 0);
    QCOMPARE(versions->count(), 3); // the draft is among them
    stage.far.deleteConfig("acme", "tool", "papers");
    QTRY_VERIFY(stage.value("tool", "papers") == "absent");
    QCOMPARE(stage.drafts().state(id("tool", "papers")), ConfigRow::Conflict);
}

void TestConfigPages::anyTwoVersionsAreCompared()
{
    Stage stage;
    stage.open();
    stage.page.setCurrentKey(id("tool", "papers"));
    for (const char *value : { "{\"n\":1}", "{\"n\":2}", "{\"n\":3}" }) {
        stage.far.putConfig("acme", "tool", "papers", value);
        QTRY_COMPARE(stage.value("tool", "papers"), value);
    }
    ConfigVersions *versions = stage.page.editor()->versions();
    QTRY_COMPARE(versions->count(), 4);
    versions->setFirst(2);
    versions->setSecond(1);
    QCOMPARE(versions->diff()->places(), 1);
    versions->diff()->setStructural(true);
    QCOMPARE(versions->diff()->count(), 3);
    versions->setSecond(2);
    QCOMPARE(versions->diff()->places(), 0);
    QVERIFY(versions->bound().contains(QStringLiteral("30")));
}

void TestConfigPages::exportReadsBackTheSame()
{
    Stage stage;
    stage.open();
    ConfigExport content;
    QAbstractItemModelTester tester(
        &content, QAbstractItemModelTester::FailureReportingMode::QtTest);
    content.setSession(&stage.session);
    content.begin(acme);
    const QString text = content.content();
    QVERIFY(text.startsWith(
        QStringLiteral("{\n  \"source_workspace\": \"acme\",\n  \"source_version\": ")));
    QVERIFY(!text.contains(QStringLiteral("ingest-eu"))); // flows are not chosen
    QFile file(stage.folder.filePath(QStringLiteral("all.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text.toUtf8());
    file.close();
    QCOMPARE(stage.review.beginFile(file.fileName(), acme), QString());
    QCOMPARE(stage.review.count(), 0);
    QVERIFY(!stage.review.left().isEmpty());
    QCOMPARE(stage.review.beginFile(file.fileName(), QStringLiteral("globex")), QString());
    QVERIFY(stage.review.count() > 0);
    QVERIFY(stage.review.report().contains(QStringLiteral("tool\tpapers")));
}

void TestConfigPages::secretsStayOutOfFilesAndDifferences()
{
    Stage stage;
    stage.open();
    stage.far.putConfig("acme", "mcp", "s", R"({"url":"u","auth-token":"planted-one"})");
    QTRY_VERIFY(stage.value("mcp", "s") != "absent");
    ConfigExport content;
    content.setSession(&stage.session);
    content.begin(acme);
    for (int row = 0; row < content.count(); ++row)
        content.choose(row, true);
    QVERIFY(!content.content().contains(QStringLiteral("planted")));
    QVERIFY(content.summary().contains(QStringLiteral("left out")));
    stage.page.setCurrentKey(id("mcp", "s"));
    QVERIFY(!stage.page.editor()->text().contains(QStringLiteral("planted")));
    stage.page.editor()->edit(QStringLiteral("{}")); // not while it is hidden
    QVERIFY(!stage.page.editor()->edited());
    stage.drafts().edit(id("mcp", "s"), std::string(R"({"url":"u","auth-token":"planted-two"})"));
    const DiffLines *diff = stage.page.editor()->diff();
    QVERIFY(diff->added() > 0); // a changed secret is a change
    for (int row = 0; row < diff->count(); ++row)
        QVERIFY(!diff->data(diff->index(row, 0), DiffLines::ContentRole)
                     .toString()
                     .contains(QStringLiteral("planted")));
    QVERIFY(!stage.page.jsonOf(id("mcp", "s")).contains(QStringLiteral("planted")));
}

void TestConfigPages::aFileThatIsNoneSaysWhy()
{
    Stage stage;
    stage.open();
    QVERIFY(stage.review.beginFile(QStringLiteral("/no/such/file"), acme)
                .contains(QStringLiteral("cannot be read")));
    QFile file(stage.folder.filePath(QStringLiteral("x.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"tool\": {\"a\": ");
    file.close();
    QVERIFY(!stage.review.beginFile(file.fileName(), acme).isEmpty());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"tool": {"a": {"name": "as an object"}, "b": "{}"}})"); // by hand
    file.close();
    QCOMPARE(stage.review.beginFile(file.fileName(), acme), QString());
    QCOMPARE(stage.review.count(), 2);
}

void TestConfigPages::whatNobodyHasTouchedIsNeededAndNoFault()
{
    ConfigForm form;
    const QString tenant = QStringLiteral("portal/tenant");
    const std::string blank = R"({"name":"","slug":""})";
    const auto show = [&](const QString &key) {
        form.show(tenant, key, blank, [](const std::string &) { return QStringList(); });
    };
    const auto field = [&form](const QString &label, int role) {
        for (int row = 0; row < form.count(); ++row)
            if (form.data(form.index(row), ConfigForm::LabelRole).toString() == label)
                return role < 0 ? QString::number(row)
                                : form.data(form.index(row), role).toString();
        return QStringLiteral("absent");
    };
    const QString label = QStringLiteral("Name");
    const QString missing = QStringLiteral("is missing");
    form.begin(true);
    show({});
    QCOMPARE(field(label, ConfigForm::FaultRole), QString());
    QVERIFY(field(label, ConfigForm::HelpRole).startsWith(QStringLiteral("Needed.")));
    QCOMPARE(form.firstFault(), QStringLiteral("Name is needed"));
    const int row = field(label, -1).toInt();
    QSignalSpy judged(&form, &ConfigForm::judged);
    form.leave(row);
    QCOMPARE(field(label, ConfigForm::FaultRole), missing);
    QVERIFY(!field(label, ConfigForm::HelpRole).startsWith(QStringLiteral("Needed.")));
    QCOMPARE(form.firstFault(), QStringLiteral("Name is missing"));
    form.leave(row);
    QCOMPARE(judged.size(), 1);
    // another one, with the same fields: what was typed and taken away is told too
    form.begin(true);
    show({});
    QCOMPARE(field(label, ConfigForm::FaultRole), QString());
    form.setValue(row, QStringLiteral("A"));
    form.setValue(row, QString());
    QCOMPARE(field(label, ConfigForm::FaultRole), missing);
    // what has stood there before is told at once
    form.begin(false);
    show({});
    QCOMPARE(field(label, ConfigForm::FaultRole), missing);
    form.setFresh(true);
    show(QStringLiteral("another"));
    QCOMPARE(field(label, ConfigForm::FaultRole), QString());
    form.setFresh(false);
    show(QStringLiteral("a third"));
    QCOMPARE(field(label, ConfigForm::FaultRole), missing);
}

void TestConfigPages::listFieldsGrowAndShrink()
{
    Stage stage;
    stage.open();
    stage.far.putConfig("acme", "schema", "s", R"({"name":"s","fields":[]})");
    QTRY_VERIFY(stage.value("schema", "s") != "absent");
    stage.page.setCurrentKey(id("schema", "s"));
    ConfigForm *form = stage.page.editor()->form();
    const int before = form->count();
    form->addItem(before - 1);
    form->addItem(form->count() - 1);
    QVERIFY(form->count() > before + 10);
    form->removeItem(stage.fieldRow(QStringLiteral("Field 1")));
    form->removeItem(stage.fieldRow(QStringLiteral("Field 1")));
    QCOMPARE(form->count(), before);
    QVERIFY(!stage.page.editor()->edited()); // as it was
}

void TestConfigPages::anEmptyLineBeingTypedIsNotTakenAway()
{
    Stage stage;
    stage.open();
    stage.far.putConfig("acme", "collection", "c", R"({"collection":"c","tags":["a"]})");
    QTRY_VERIFY(stage.value("collection", "c") != "absent");
    stage.page.setCurrentKey(id("collection", "c"));
    ConfigForm *form = stage.page.editor()->form();
    const int row = stage.fieldRow(QStringLiteral("Tags"));
    form->setValue(row, QStringLiteral("a\n"));
    QCOMPARE(form->data(form->index(row), ConfigForm::ValueRole).toString(), QStringLiteral("a\n"));
    form->setValue(row, QStringLiteral("a\nb"));
    QCOMPARE(
        form->data(form->index(row), ConfigForm::ValueRole).toString(), QStringLiteral("a\nb"));
    QCOMPARE(*stage.drafts().find(id("collection", "c"))->text,
        R"({"collection":"c","tags":["a", "b"]})");
}

QTEST_MAIN(TestConfigPages)

#include "pages_config.moc"
