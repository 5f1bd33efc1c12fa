// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "models/schema/iam.h"
#include "models/stores/session.h"
#include "tests/support/fakegateway.h"
#include "tests/support/fakeiam.h"
#include "views/pages/journalview.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using namespace signalbox;

namespace {

schema::JournalWrite put(std::string key, std::string before, std::string after)
{
    schema::JournalWrite write;
    write.service = "config";
    write.operation = "put";
    write.workspace = "acme";
    auto &part = write.parts.emplace_back();
    part.kind = "config";
    part.type = "prompt";
    part.key = std::move(key);
    part.beforeKnown = part.afterKnown = true;
    part.before = std::move(before);
    part.after = std::move(after);
    return write;
}

schema::JournalWrite workspaceWrite(const char *operation, bool before, bool after)
{
    schema::JournalWrite write;
    write.service = "iam";
    write.operation = operation;
    auto &part = write.parts.emplace_back();
    part.kind = "workspace";
    part.key = "acme";
    part.beforeKnown = part.afterKnown = true;
    part.before = schema::encode(schema::Workspace { "acme", "Acme Rail", before, {}, {} });
    part.after = schema::encode(schema::Workspace { "acme", "Acme Rail", after, {}, {} });
    return write;
}

QString lines(const DiffLines &diff, DiffLines::Kind kind)
{
    QStringList found;
    for (int row = 0; row < diff.count(); ++row)
        if (diff.data(diff.index(row), DiffLines::KindRole).toInt() == int(kind))
            found.append(diff.data(diff.index(row), DiffLines::ContentRole).toString().trimmed());
    return found.join(u'|');
}

struct Stage {
    FakeGateway far;
    Session session;
    JournalView view;

    Stage()
    {
        far.fillDemo();
        far.connectTo(session);
        view.setSession(&session);
        view.diff()->setStructural(false);
    }
    ~Stage()
    {
        far.dropConnection();
        QThreadPool::globalInstance()->waitForDone();
    }
    void write(const schema::JournalWrite &write)
    {
        const qint64 number = session.journal()->begin(write);
        session.journal()->settle(number, JournalRow::Applied, {}, 1);
        view.setCurrentKey(QString::number(number));
    }
};

} // namespace

class PagesJournal : public QObject {
    Q_OBJECT
private slots:
    void whatMovedOnIsShownWithWhatIsThereNow()
    {
        Stage stage;
        QAbstractItemModelTester tester(
            stage.view.diff(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        stage.far.putConfig("acme", "prompt", "greeting", R"("theirs")");
        stage.write(put("greeting", R"("mine before")", R"("mine after")"));
        QCOMPARE(stage.view.whyNoUndo(), QString());
        stage.view.beginUndo();
        QTRY_VERIFY(!stage.view.refusal().isEmpty());
        QVERIFY(stage.view.movedShown());
        QCOMPARE(lines(*stage.view.diff(), DiffLines::Removed), R"("mine after")");
        QCOMPARE(lines(*stage.view.diff(), DiffLines::Added), R"("theirs")");
        stage.view.undo(); // refused: nothing goes out
        QCOMPARE(stage.far.askedCount("config", "put"), 0);
        stage.view.cancelUndo();
        QVERIFY(!stage.view.movedShown());
        QCOMPARE(lines(*stage.view.diff(), DiffLines::Added), R"("mine after")");
    }

    void whatIsGoneIsShownAsGone()
    {
        Stage stage;
        stage.write(put("never-there", R"("before")", R"("after")"));
        stage.view.beginUndo();
        QTRY_VERIFY(!stage.view.refusal().isEmpty());
        QVERIFY(stage.view.movedShown());
        QCOMPARE(lines(*stage.view.diff(), DiffLines::Removed), R"("after")");
        QCOMPARE(lines(*stage.view.diff(), DiffLines::Added), QString());
    }

    void whatCannotBeLookedAtShowsNoDifference()
    {
        Stage stage;
        stage.far.putConfig("acme", "prompt", "greeting", R"("after")");
        stage.write(put("greeting", R"("before")", R"("after")"));
        stage.far.failNext("config", "get",
            { ErrorKind::Service, {}, QStringLiteral("config-svc does not answer"), true });
        stage.view.beginUndo();
        QTRY_VERIFY(stage.view.refusal().contains("does not answer"));
        QVERIFY(!stage.view.movedShown());
    }

    void theWayBackIsShownWhenNothingMoved()
    {
        Stage stage;
        stage.far.putConfig("acme", "prompt", "greeting", R"("after")");
        stage.write(put("greeting", R"("before")", R"("after")"));
        stage.view.beginUndo();
        QTRY_COMPARE(stage.view.whyNot(), QString());
        QVERIFY(!stage.view.movedShown());
        QCOMPARE(lines(*stage.view.diff(), DiffLines::Added), R"("before")");
    }

    void aDisabledWorkspaceIsRegisteredAgainBeforeItIsEnabled()
    {
        Stage stage;
        FakeIam iam(stage.far);
        iam.fillDemo();
        iam.workspaces.front().enabled = false;
        stage.write(workspaceWrite("disable-workspace", true, false));
        stage.view.beginUndo();
        QTRY_COMPARE(stage.view.whyNot(), QString());
        stage.far.forgetAsked();
        stage.view.undo();
        QTRY_VERIFY(stage.view.result().startsWith("Taken back."));
        QVERIFY(stage.view.result().contains("Users")); // they stay disabled
        QStringList sent;
        for (const Request &request : stage.far.asked())
            if (request.service == "iam" && request.operation.ends_with("e-workspace"))
                sent.append(QString::fromStdString(request.operation));
        QCOMPARE(sent, QStringList({ "create-workspace", "update-workspace" }));
        QVERIFY(iam.workspaces.front().enabled);
        QVERIFY(!stage.view.whyNot().contains("chosen"));
    }

    void whatCannotBeRegisteredAgainIsNotEnabled()
    {
        Stage stage;
        FakeIam iam(stage.far);
        iam.fillDemo();
        iam.workspaces.front().enabled = false;
        stage.write(workspaceWrite("disable-workspace", true, false));
        stage.view.beginUndo();
        QTRY_COMPARE(stage.view.whyNot(), QString());
        stage.far.failNext("iam", "create-workspace",
            { ErrorKind::Service, {}, QStringLiteral("config-svc does not answer"), true });
        stage.view.undo();
        QTRY_VERIFY(stage.view.refusal().contains("does not answer"));
        QCOMPARE(stage.view.result(), QString());
        QCOMPARE(stage.far.askedCount("iam", "update-workspace"), 0);
    }

    void aDisabledWorkspaceThatWasRenamedIsNotDisabledOnceMore()
    {
        const auto plan = [](const char *operation, bool before, bool after) {
            return undoPlan(
                { workspaceWrite(operation, before, after), JournalRow::Applied, {}, 1 });
        };
        QCOMPARE(plan("update-workspace", false, false).request.operation, "update-workspace");
        QCOMPARE(plan("update-workspace", false, true).request.operation, "disable-workspace");
        QVERIFY(plan("update-workspace", false, true).costs.contains("loses all API keys"));
        QVERIFY(plan("update-workspace", true, true).first.empty());
        QCOMPARE(plan("update-workspace", true, true).costs, QString());
    }

    void whatElseUndoingDoesIsSaidBefore()
    {
        Stage stage;
        FakeIam iam(stage.far);
        iam.fillDemo();
        stage.write(workspaceWrite("update-workspace", false, true));
        QCOMPARE(stage.view.costs(), QString());
        iam.workspaces.front() = { "acme", "Acme Rail", true, {}, {} };
        stage.view.beginUndo();
        QTRY_COMPARE(stage.view.whyNot(), QString());
        QVERIFY(stage.view.costs().contains("loses all API keys"));
        QCOMPARE(stage.far.askedCount("iam", "disable-workspace"), 0);
        stage.view.cancelUndo();
        QCOMPARE(stage.view.costs(), QString());
    }
};

QTEST_MAIN(PagesJournal)
#include "pages_journal.moc"
