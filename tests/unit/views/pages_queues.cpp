// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "models/schema/queueexport.h"
#include "models/stores/queuestore.h"
#include "tests/support/fakegateway.h"
#include "views/pages/queueaction.h"
#include "views/pages/queuebulk.h"
#include "views/pages/queuespage.h"
#include "views/pages/savedfilters.h"
#include "views/pages/settingsstore.h"

#include <QAbstractItemModelTester>
#include <QTemporaryDir>
#include <QtTest>

#include <random>

using namespace signalbox;

namespace {

schema::QueueRow row(
    const std::string &name, const std::string &scope, const std::string &flow, std::int64_t ready)
{
    schema::QueueRow row;
    row.name = name;
    row.topic = "flow:tg:" + name;
    row.topicClass = "flow";
    row.scope = scope;
    row.workspace = "acme";
    row.flow = flow;
    row.ready = row.published = ready;
    row.consumers = 1;
    return row;
}

/// A far end with a few queues of no blueprint, connected and read.
struct Scene {
    FakeGateway far;
    Session session;
    Scene(bool isProtected = false, bool readOnly = false)
    {
        far.addWorkspace("acme");
        for (int i = 0; i < 6; ++i)
            far.setQueue(row("a" + std::to_string(i), "flow", "f1", i));
        far.setQueue(row("b", "flow", "f2", 100));
        far.setQueue(row("o", "orphan", "", 7));
        far.setEnvironment("production", isProtected);
        far.setReadOnly(readOnly);
        far.connectTo(session);
    }
    /// What was asked for is answered before those go who asked.
    ~Scene()
    {
        far.hold(false);
        if (!QTest::qWaitFor([this] { return far.pending() == 0; }))
            qWarning("requests are left without an answer");
    }
    bool ready() { return session.queues()->loaded() && session.queues()->count() == 8; }
};

/// Sums by owner straight from the store and the table.
std::map<QString, std::pair<qint64, qint64>> naiveSums(const QueuesPage &page)
{
    std::map<QString, std::pair<qint64, qint64>> sums;
    for (const QueueState &queue : page.session()->queues()->rows()) {
        if (page.table()->rowOf(queue.name) < 0)
            continue;
        QStringList words;
        for (const auto &word : { queue.row.workspace, queue.row.flow })
            if (!word.empty())
                words.append(QString::fromStdString(word));
        auto &[queues, waiting] =
            sums[QString::fromStdString(queue.row.scope) + "/" + words.join(QStringLiteral(" · "))];
        ++queues;
        waiting += queue.row.ready;
    }
    return sums;
}

std::map<QString, std::pair<qint64, qint64>> treeSums(const QueueTree &tree)
{
    const auto number = [](QString text) { return text.remove(QChar(0x2009)).toLongLong(); };
    const QStringList names { "flow", "blueprint", "workspace", "global", "system", "subscriber",
        "orphan", "" };
    std::map<QString, std::pair<qint64, qint64>> sums;
    QString scope;
    for (int line = 0; line < tree.count(); ++line) {
        const QModelIndex at = tree.index(line);
        if (at.data(QueueTree::LevelRole) == 0)
            scope = names.at(at.data(QueueTree::KeyRole).toInt());
        if (at.data(QueueTree::LevelRole) == 1)
            sums[scope + "/" + at.data(QueueTree::TitleRole).toString()] = {
                number(at.data(QueueTree::QueuesRole).toString()),
                number(at.data(QueueTree::ReadyRole).toString())
            };
    }
    return sums;
}

} // namespace

class PagesQueues : public QObject {
    Q_OBJECT
private slots:
    void theTreeSumsWhatTheTableShowsWhateverHappens()
    {
        Scene scene;
        QTRY_VERIFY(scene.ready());
        QueuesPage page;
        page.setSession(&scene.session);
        QueueTree &tree = *page.tree();
        const QAbstractItemModelTester tester(
            &tree, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(tree.count(), 0);
        tree.setActive(true);
        QCOMPARE(treeSums(tree), naiveSums(page));
        QCOMPARE(tree.count(), 5); // flow: f1, f2; orphan: one
        std::mt19937 random(5);
        for (int turn = 0; turn < 300; ++turn) {
            const auto names = scene.far.queueNames();
            const auto &any = names[random() % names.size()];
            switch (random() % 8) {
            case 0:
                scene.far.setQueue(row("new" + std::to_string(turn),
                    turn % 3 == 0 ? "orphan" : "flow", "f" + std::to_string(turn % 4), turn));
                break;
            case 1:
                if (names.size() > 3)
                    scene.far.removeQueue(any);
                break;
            case 2:
                page.setFilter(turn % 2 == 0 ? "ready>20" : "");
                break;
            case 3:
                tree.toggle(int(random() % unsigned(std::max(1, tree.count()))));
                break;
            case 4:
                page.table()->sortBy(int(random() % 5), random() % 2 == 0);
                break;
            default:
                scene.far.changeQueue(any, [&](schema::QueueRow &one) {
                    one.ready = std::int64_t(random() % 90);
                    one.flow = random() % 9 == 0 && one.scope == "flow" ? "f9" : one.flow;
                });
            }
        }
        for (int line = tree.count() - 1; line >= 0; --line)
            if (tree.index(line).data(QueueTree::LevelRole) == 0)
                tree.setOpen(line, true);
        QTRY_VERIFY(treeSums(tree) == naiveSums(page));
        tree.setActive(false);
        QCOMPARE(tree.count(), 0);
    }

    void anOpenOwnerShowsItsQueuesInTheOrderOfTheTable()
    {
        Scene scene;
        QTRY_VERIFY(scene.ready());
        QueuesPage page;
        page.setSession(&scene.session);
        QueueTree &tree = *page.tree();
        tree.setActive(true);
        tree.setOpen(1, true); // acme · f1
        QCOMPARE(tree.queueAt(2), QString("a0"));
        QCOMPARE(tree.parentOf(2), 1);
        QCOMPARE(tree.parentOf(1), 0);
        QCOMPARE(tree.parentOf(0), -1);
        page.table()->sortBy(2, true); // most ready first
        QTRY_COMPARE(tree.queueAt(2), QString("a5"));
        QCOMPARE(tree.lineOf("a5"), 2);
        tree.toggle(1);
        QCOMPARE(tree.lineOf("a5"), -1);
    }

    void aBulkPurgeTellsOfEachQueueWhatCameOfIt()
    {
        Scene scene;
        QTRY_VERIFY(scene.ready());
        QueueBulk bulk;
        bulk.setSession(&scene.session);
        const QAbstractItemModelTester tester(
            bulk.parts(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        bulk.open(QueueBulk::Purge, { "a0", "a1", "a2", "b", "o", "gone" });
        QCOMPARE(bulk.count(), 6);
        QCOMPARE(bulk.willDo(), 4); // a0 is empty, one is gone
        QCOMPARE(bulk.messages(), QString("110"));
        QCOMPARE(bulk.whyNot(), QString("Type “purge 4” first."));
        bulk.run();
        QCOMPARE(bulk.step(), QueueBulk::Preview);
        bulk.setTyped("purge 4");
        QVERIFY(bulk.whyNot().isEmpty());
        QCOMPARE(scene.far.askedCount("fabric", "purge"), 0);
        scene.far.failNext("fabric", "purge",
            { ErrorKind::Conflict, "conflict", "holds 9 messages by now, not 1", false });
        bulk.run();
        QTRY_COMPARE(bulk.step(), QueueBulk::Finished);
        QCOMPARE(scene.far.askedCount("fabric", "purge"), 4);
        QCOMPARE(bulk.failed(), 1);
        QVERIFY2(bulk.summary().contains("3 of 6"), qPrintable(bulk.summary()));
        QVERIFY(bulk.summary().contains("109")); // deleted messages, of those that went well
        QVERIFY(bulk.report().contains("holds 9 messages"));
        QCOMPARE(scene.far.queue("b")->ready, std::int64_t(0));
        QCOMPARE(scene.far.queue("a1")->ready, std::int64_t(1));
        bulk.retryFailed();
        QCOMPARE(bulk.count(), 1);
        QVERIFY(!bulk.whyNot().isEmpty()); // typed anew: it is another number
        bulk.setTyped("purge 1");
        bulk.run();
        QTRY_COMPARE(bulk.step(), QueueBulk::Finished);
        QCOMPARE(scene.far.queue("a1")->ready, std::int64_t(0));
    }

    void aBulkDeleteLeavesUsedQueuesUnlessThatIsWished()
    {
        Scene scene;
        scene.far.changeQueue("o", [](schema::QueueRow &one) { one.consumers = 0; });
        QTRY_VERIFY(scene.ready());
        QTRY_COMPARE(scene.session.queues()->find("o")->row.consumers, std::int64_t(0));
        QueueBulk bulk;
        bulk.setSession(&scene.session);
        bulk.open(QueueBulk::Delete, { "b", "o" });
        QCOMPARE(bulk.willDo(), 1);
        bulk.setIfUnused(false);
        QCOMPARE(bulk.willDo(), 2);
        bulk.setIfUnused(true);
        bulk.setTyped("delete 1");
        bulk.run();
        QTRY_COMPARE(bulk.step(), QueueBulk::Finished);
        QVERIFY(scene.far.queue("b"));
        QVERIFY(!scene.far.queue("o"));
    }

    void aBulkActionStopsWhereAPersonSaysSo()
    {
        Scene scene;
        for (int i = 0; i < 40; ++i)
            scene.far.setQueue(row("many" + std::to_string(i), "flow", "f", 5));
        QTRY_COMPARE(scene.session.queues()->count(), 48);
        QStringList names;
        for (int i = 0; i < 40; ++i)
            names.append("many" + QString::number(i));
        QueueBulk bulk;
        bulk.setSession(&scene.session);
        bulk.open(QueueBulk::Purge, names);
        bulk.setTyped(bulk.typeThis());
        scene.far.hold(true);
        bulk.run();
        QTRY_COMPARE(scene.far.askedCount("fabric", "purge"), int(QueueBulk::atOnce));
        bulk.stop();
        scene.far.hold(false);
        QTRY_COMPARE(bulk.step(), QueueBulk::Finished);
        QCOMPARE(scene.far.askedCount("fabric", "purge"), int(QueueBulk::atOnce));
        QVERIFY2(bulk.summary().contains("36 not asked for"), qPrintable(bulk.summary()));
    }

    void aProtectedConnectionWantsTypingAndAReadOnlyOneRefuses()
    {
        Scene guarded(true);
        QTRY_VERIFY(guarded.ready());
        QueueBulk bulk;
        bulk.setSession(&guarded.session);
        bulk.open(QueueBulk::Purge, { "a1", "b" });
        QVERIFY(!bulk.whyNot().isEmpty());
        bulk.run();
        QCOMPARE(bulk.step(), QueueBulk::Preview);
        bulk.setTyped(bulk.typeThis());
        QVERIFY2(bulk.whyNot().isEmpty(), qPrintable(bulk.whyNot()));

        Scene shut(false, true);
        QTRY_VERIFY(shut.ready());
        QueueBulk refused;
        refused.setSession(&shut.session);
        refused.open(QueueBulk::Purge, { "a1", "b" });
        QCOMPARE(refused.willDo(), 0);
        refused.run();
        QCOMPARE(shut.far.askedCount("fabric", "purge"), 0);
        QVERIFY2(refused.whyNot().contains("read-only"), qPrintable(refused.whyNot()));
    }

    void moveShowsBothEndsAndSendsWhatWasSeen()
    {
        Scene scene;
        QTRY_VERIFY(scene.ready());
        QueueAction action;
        action.setSession(&scene.session);
        action.open(QueueAction::Move, "b");
        QVERIFY(!action.whyNot().isEmpty()); // to where?
        action.setTo("a");
        QVERIFY(action.toChoices().isEmpty()); // too short a word fits too much
        action.setTo("a3");
        QVERIFY2(action.toFacts().startsWith("3 wait"), qPrintable(action.toFacts()));
        action.setMost("x");
        QVERIFY(!action.whyNot().isEmpty());
        action.setMost("40");
        QCOMPARE(action.whyNot(), QString("Type the name of the queue first."));
        action.run();
        QCOMPARE(scene.far.askedCount("fabric", "move"), 0);
        action.setTyped("b"); // the one that loses them
        QVERIFY2(action.whyNot().isEmpty(), qPrintable(action.whyNot()));
        QVERIFY2(action.consequence().startsWith("40 messages"), qPrintable(action.consequence()));
        QVERIFY(action.consequence().contains("43"));
        action.run();
        QTRY_VERIFY(!action.result().isEmpty());
        QCOMPARE(scene.far.queue("b")->ready, std::int64_t(60));
        QCOMPARE(scene.far.queue("a3")->ready, std::int64_t(43));
        action.open(QueueAction::Move, "b");
        action.setTo("b");
        QVERIFY(!action.whyNot().isEmpty());
        scene.far.capabilities().raw.clear();
        scene.far.connectTo(scene.session);
        QTRY_VERIFY(scene.ready());
        action.setTo("a3");
        QVERIFY(action.whyNot().contains("cannot move"));
    }

    void sendingAgainSaysWhoGetsItAndWantsTyping()
    {
        Scene scene;
        QTRY_VERIFY(scene.ready());
        QueueAction action;
        action.setSession(&scene.session);
        action.openResend("b", "id: 7", "{\"a\":1}");
        QVERIFY2(action.consequence().contains("1 queues"), qPrintable(action.consequence()));
        QVERIFY(!action.whyNot().isEmpty());
        action.setTyped("b");
        QVERIFY2(action.whyNot().isEmpty(), qPrintable(action.whyNot()));
        action.run();
        QTRY_VERIFY(!action.result().isEmpty());
        QCOMPARE(scene.far.queue("b")->ready, std::int64_t(101));
        // Once more wants its name once more.
        QCOMPARE(action.typed(), QString());
        QCOMPARE(action.whyNot(), QString("Type the name of the queue first."));
        action.run();
        QCOMPARE(scene.far.askedCount("fabric", "publish"), 1);
        action.setTyped("b");
        action.run();
        QTRY_COMPARE(scene.far.queue("b")->ready, std::int64_t(102));
    }

    void whatIsSentAgainIsNotChangedByItsEditor()
    {
        Scene scene;
        QTRY_VERIFY(scene.ready());
        QueueAction action;
        action.setSession(&scene.session);
        const QString came = QString::fromUtf8("one\r\ntwo\u00a0three\u2028four");
        action.openResend("b", "id: 7", came);
        action.setPayload(QString::fromUtf8("one\ntwo three\nfour")); // so the editor gives it back
        QCOMPARE(action.payload(), came);
        action.setPayload(QString::fromUtf8("one\ntwo three\nfive"));
        QCOMPARE(action.payload(), QString::fromUtf8("one\ntwo three\nfive"));
        action.setPayload(QString::fromUtf8("one\ntwo three\nfour"));
        QCOMPARE(action.payload(), came);
    }

    void whatIsNotSeenInANameIsShown()
    {
        Scene scene;
        scene.far.setQueue(row("flow:tg:x.\u202eb\u200f\x07", "flow", "f\u200e1", 3));
        const QString name = QString::fromUtf8("flow:tg:x.\u202eb\u200f\x07");
        QTRY_VERIFY(
            scene.session.queues()->loaded() && scene.session.queues()->find(name.toStdString()));
        const std::unique_ptr<TableModel> table(scene.session.queues()->newTable(nullptr));
        const int at = table->rowOf(name);
        QVERIFY(at >= 0);
        const QModelIndex cell = table->index(at, 1);
        const QString shown = QString::fromUtf8("flow:tg:x.⟦RLO⟧b⟦RLM⟧␇");
        QVERIFY2(cell.data().toString().endsWith(shown), qPrintable(cell.data().toString()));
        QCOMPARE(cell.data(TableModel::KeyRole).toString(), name);
        QVERIFY(cell.data(TableModel::CopyRole).toString().endsWith(name)); // to look for it
        QueuesPage page;
        page.setSession(&scene.session);
        page.setCurrentKey(name);
        QCOMPARE(page.detail()->name(), name);
        QCOMPARE(page.detail()->shownName(), shown);
        QTRY_VERIFY2(page.detail()->subtitle().contains(QString::fromUtf8("f⟦LRM⟧1")),
            qPrintable(page.detail()->subtitle()));
        QueueAction action;
        action.setSession(&scene.session);
        action.open(QueueAction::Purge, name);
        QCOMPARE(action.place(), shown);
    }

    void theExportSaysFilterAndCounts()
    {
        Scene scene;
        scene.far.setQueue(row("=1+1", "flow", "f\"x", 3));
        QTRY_COMPARE(scene.session.queues()->count(), 9);
        QueuesPage page;
        page.setSession(&scene.session);
        page.setFilter("ready>2");
        page.setScope("flow");
        const QString csv = page.exportCsv();
        const QStringList lines = csv.split('\n');
        const int shown = page.table()->count();
        QVERIFY2(lines.constFirst().startsWith(
                     QString("# %1 queues shown of 9 known, %2 hidden, 0 stale, 0 without counts")
                         .arg(shown)
                         .arg(9 - shown)),
            qPrintable(lines.constFirst()));
        QVERIFY(lines.constFirst().contains("scope:flow"));
        QCOMPARE(lines.size(), shown + 3); // comment, titles, rows, the end
        QVERIFY(csv.contains("'=1+1"));
        QVERIFY(csv.contains("\"f\"\"x\""));
        const auto read = schema::decode<schema::QueueExport>(page.exportJson().toStdString());
        QVERIFY(read);
        QCOMPARE(int(read->queues.size()), shown);
        QCOMPARE(read->known, read->shown + read->hidden);
        for (int i = 0; i < shown; ++i)
            QCOMPARE(
                QString::fromStdString(read->queues[std::size_t(i)].name), page.table()->keyAt(i));
        // Each row says how old it is, and those that are too old say that.
        QVERIFY2(lines.at(1).endsWith(",age-ms,stale"), qPrintable(lines.at(1)));
        for (const auto &queue : read->queues)
            QVERIFY(queue.ageMs && !queue.stale);
        scene.session.noteFresh(0);
        scene.session.setState(Session::Stale, "the gateway is away");
        QVERIFY(scene.session.stale());
        const auto old = schema::decode<schema::QueueExport>(page.exportJson().toStdString());
        QVERIFY(old);
        QCOMPARE(int(old->queues.size()), shown);
        QCOMPARE(old->stale, old->shown);
        for (const auto &queue : old->queues)
            QVERIFY(queue.ageMs && queue.stale);
        QVERIFY(page.exportCsv().split('\n').at(2).endsWith(",true"));
    }

    void filtersAreKeptPerConnectionAndBounded()
    {
        Scene scene;
        QTRY_VERIFY(scene.ready());
        const QTemporaryDir folder;
        {
            SettingsStore settings(folder.path());
            AppState app(&scene.session, &settings);
            SavedFilters saved;
            saved.setApp(&app);
            saved.setPage("queues");
            QVERIFY(!saved.whyNotSave("deep", " ").isEmpty());
            QVERIFY(!saved.whyNotSave(" ", "ready>1").isEmpty());
            saved.save("deep", "ready>100 scope:flow");
            saved.save("slow/old", "age>1m");
            QCOMPARE(saved.names(), QStringList({ "deep", "slow/old" }));
            saved.save("deep", "ready>200");
            settings.sync();
        }
        SettingsStore settings(folder.path());
        AppState app(&scene.session, &settings);
        SavedFilters saved;
        saved.setApp(&app);
        saved.setPage("queues");
        QCOMPARE(saved.filter("deep"), QString("ready>200"));
        saved.remove("slow/old");
        QCOMPARE(saved.names(), QStringList({ "deep" }));
        for (int i = 0; i < 60; ++i)
            saved.save("f" + QString::number(i), "ready>1");
        QCOMPARE(saved.names().size(), SavedFilters::limit);
        QVERIFY(!saved.whyNotSave("one more", "ready>1").isEmpty());
        QVERIFY(saved.whyNotSave("deep", "ready>1").isEmpty());
        QVERIFY(SavedFilters::read(settings, "queues", "another connection").isEmpty());
    }
};

QTEST_MAIN(PagesQueues)
#include "pages_queues.moc"
