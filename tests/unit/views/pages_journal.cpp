// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "models/stores/session.h"
#include "tests/support/fakegateway.h"
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
};

QTEST_MAIN(PagesJournal)
#include "pages_journal.moc"
