// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/configdrafts.h"
#include "models/stores/confighistory.h"
#include "models/stores/configtable.h"
#include "models/stores/draftstore.h"
#include "models/stores/session.h"
#include "tests/support/fakegateway.h"

#include <QAbstractItemModelTester>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

#include <random>

using namespace signalbox;

namespace {

const QString acme = QStringLiteral("acme");

QString id(const char *type, const char *key)
{
    return ConfigStore::idOf(acme, QString::fromUtf8(type), QString::fromUtf8(key));
}

/// A workspace with some entries, a session on it, and its table under a model tester.
struct Stage {
    QTemporaryDir folder;
    FakeGateway far;
    Session session;
    std::unique_ptr<ConfigTable> table { static_cast<ConfigTable *>(
        session.config()->newTable(nullptr)) };
    QAbstractItemModelTester tester { table.get(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };

    ConfigStore &store() { return *session.config(); }
    ConfigDrafts &drafts() { return *session.config()->drafts(); }
    void open(bool withFolder = true)
    {
        far.addWorkspace("acme");
        far.addWorkspace("globex");
        far.putConfig("acme", "tool", "kq", R"({"name":"K","type":"knowledge-query"})");
        far.putConfig("acme", "prompt", "template.q", R"({"prompt":"one\ntwo\nthree"})");
        far.putConfig("globex", "tool", "kq", "{}");
        if (withFolder)
            store().setFolder(folder.path());
        far.connectTo(session);
        store().watch(acme);
        QTRY_VERIFY(store().loaded(acme));
    }
    ConfigOutcome apply(std::vector<ConfigChange> changes)
    {
        const auto future = store().apply(acme, std::move(changes));
        [&future] { QTRY_VERIFY(future.isFinished()); }();
        return future.isFinished() ? future.result() : ConfigOutcome();
    }
    std::string value(const char *type, const char *key)
    {
        const ConfigRow *row = store().find(id(type, key));
        return row && row->exists ? row->value : "absent";
    }
};

QStringList draftFiles(const QTemporaryDir &folder)
{
    return QDir(folder.filePath(QStringLiteral("drafts")))
        .entryList({ QStringLiteral("*.draft") }, QDir::Files);
}

/// One that is looked through on a thread before it is kept.
std::string largeDraft(const std::string &begin = "{")
{
    return begin + "\"note\":\"" + std::string(100000, 'x') + "\"}";
}

/// The draft that another run of the console finds.
std::string keptDraft(const QTemporaryDir &folder, const QString &id)
{
    FakeGateway far;
    far.addWorkspace("acme");
    Session session;
    session.config()->setFolder(folder.path());
    far.connectTo(session);
    const ConfigDrafts &drafts = *session.config()->drafts();
    const bool found = QTest::qWaitFor([&] { return drafts.find(id) != nullptr; });
    const auto *draft = found ? drafts.find(id) : nullptr;
    return draft ? draft->text.value_or("deleted") : "none";
}

} // namespace

class TestConfig : public QObject {
    Q_OBJECT
private slots:
    void aWatchedWorkspaceIsReadAndFollowed();
    void agesGrowOnWithoutAChange();
    void noticesOfOtherWorkspacesAskNothing();
    void nothingIsFetchedWhileNobodyLooks();
    void aBatchIsOnePut();
    void aValueThatChangedMeanwhileStopsTheWholeBatch();
    void aDraftIsNeverOverwritten();
    void aDraftThatCameTrueGoes();
    void aNewEntryHasARowBeforeItIsThere();
    void draftsSurviveACrash();
    void aLargeDraftIsKeptOnAThread();
    void aDraftThatIsLookedThroughIsNotLostAtTheEnd();
    void aDiscardedDraftDoesNotComeBack();
    void aLargeSecretStaysInMemory();
    void secretsAreNotWrittenToDisk();
    void historyKeepsWhatWasSeenAndWritten();
    void historyIsBoundedAndSaysSo();
    void aCutOffLineCostsOnlyItself();
    void filterLooksIntoValues();
    void anotherConnectionEmptiesEverything();
    void aFailedReadIsAnErrorAndIsAskedAgain();
    void aFailedDeleteTellsWhatWasWritten();
    void tableSurvivesAStreamOfChanges();
    void blueprintsAreDeletedByTheFlowServiceWhichMayRefuse();
    void itIsActiveWhileAnybodyLooks();
};

void TestConfig::aWatchedWorkspaceIsReadAndFollowed()
{
    Stage stage;
    stage.open();
    stage.table->setWorkspace(acme);
    QCOMPARE(stage.table->count(), 2);
    QCOMPARE(stage.far.askedCount("config", "config"), 1);
    QCOMPARE(stage.store().find(id("tool", "kq"))->changedMs, 0);
    stage.far.putConfig("acme", "tool", "kq", R"({"name":"K2"})");
    QTRY_COMPARE(stage.value("tool", "kq"), R"({"name":"K2"})");
    QVERIFY(stage.store().find(id("tool", "kq"))->changedMs > 0);
    QCOMPARE(stage.far.askedCount("config", "config"), 1); // only the type was fetched
    stage.far.deleteConfig("acme", "prompt", "template.q");
    QTRY_COMPARE(stage.table->count(), 1);
}

void TestConfig::agesGrowOnWithoutAChange()
{
    Stage stage;
    stage.open();
    stage.table->setWorkspace(acme);
    const QSignalSpy told(stage.table.get(), &QAbstractItemModel::dataChanged);
    const auto onlyAges = [&told] {
        return std::any_of(told.begin(), told.end(), [](const QList<QVariant> &one) {
            return one.at(0).toModelIndex().column() == ConfigTable::Changed
                && one.at(1).toModelIndex().column() == ConfigTable::Changed;
        });
    };
    QTRY_VERIFY(onlyAges());
}

void TestConfig::noticesOfOtherWorkspacesAskNothing()
{
    Stage stage;
    stage.open();
    stage.far.forgetAsked();
    stage.far.putConfig("globex", "tool", "kq", R"({"a":1})");
    stage.far.putConfig("acme", "tool", "kq", R"({"a":1})");
    QTRY_COMPARE(stage.value("tool", "kq"), R"({"a":1})");
    for (const Request &request : stage.far.asked())
        QVERIFY(
            request.workspace != "globex" || request.body.find("\"tool\"") == std::string::npos);
}

void TestConfig::nothingIsFetchedWhileNobodyLooks()
{
    Stage stage;
    stage.open();
    stage.store().setActive(false);
    stage.far.forgetAsked();
    stage.far.putConfig("acme", "tool", "kq", R"({"a":2})");
    QCoreApplication::processEvents();
    QCOMPARE(stage.far.askedCount("config", "getvalues"), 0);
    stage.store().setActive(true);
    QTRY_COMPARE(stage.value("tool", "kq"), R"({"a":2})");
}

void TestConfig::aBatchIsOnePut()
{
    Stage stage;
    stage.open();
    stage.far.forgetAsked();
    const auto outcome = stage.apply({ { QStringLiteral("tool"), QStringLiteral("kq"),
                                           stage.value("tool", "kq"), std::string("{\"n\":1}") },
        { QStringLiteral("tool"), QStringLiteral("b"), {}, std::string("{}") },
        { QStringLiteral("prompt"), QStringLiteral("template.q"),
            stage.value("prompt", "template.q"), {} } });
    QVERIFY(!outcome.error);
    QCOMPARE(outcome.written, 2);
    QCOMPARE(outcome.deleted, 1);
    QCOMPARE(stage.far.askedCount("config", "put"), 1);
    QCOMPARE(stage.far.askedCount("config", "delete"), 1);
    QCOMPARE(stage.value("tool", "kq"), "{\"n\":1}");
    QCOMPARE(stage.value("prompt", "template.q"), "absent");
}

void TestConfig::aValueThatChangedMeanwhileStopsTheWholeBatch()
{
    Stage stage;
    stage.open();
    const std::string base = stage.value("tool", "kq");
    stage.store().setActive(false); // the notice is not followed: only the check can find it
    stage.far.putConfig("acme", "tool", "kq", "{\"theirs\":1}");
    stage.far.forgetAsked();
    const auto outcome = stage.apply(
        { { QStringLiteral("tool"), QStringLiteral("kq"), base, std::string("{\"mine\":1}") },
            { QStringLiteral("tool"), QStringLiteral("b"), {}, std::string("{}") } });
    QCOMPARE(outcome.conflicts, QStringList { id("tool", "kq") });
    QCOMPARE(stage.far.askedCount("config", "put"), 0);
    QCOMPARE(stage.value("tool", "kq"), "{\"theirs\":1}");
}

void TestConfig::aDraftIsNeverOverwritten()
{
    Stage stage;
    stage.open();
    stage.drafts().edit(id("tool", "kq"), std::string("{\"mine\":1}"));
    QCOMPARE(stage.drafts().state(id("tool", "kq")), ConfigRow::Edited);
    stage.far.putConfig("acme", "tool", "kq", "{\"theirs\":1}");
    QTRY_COMPARE(stage.drafts().state(id("tool", "kq")), ConfigRow::Conflict);
    QCOMPARE(*stage.drafts().find(id("tool", "kq"))->text, "{\"mine\":1}");
    QCOMPARE(
        *stage.drafts().find(id("tool", "kq"))->base, R"({"name":"K","type":"knowledge-query"})");
    QCOMPARE(stage.store().find(id("tool", "kq"))->draft, ConfigRow::Conflict);
    stage.far.deleteConfig("acme", "tool", "kq");
    QTRY_VERIFY(!stage.store().find(id("tool", "kq"))->exists); // the row stays for the draft
    stage.drafts().discard(id("tool", "kq"));
    QVERIFY(!stage.store().find(id("tool", "kq")));
}

void TestConfig::aDraftThatCameTrueGoes()
{
    Stage stage;
    stage.open();
    stage.drafts().edit(id("tool", "kq"), std::string("{\"same\":1}"));
    stage.far.putConfig("acme", "tool", "kq", "{\"same\":1}");
    QTRY_VERIFY(!stage.drafts().find(id("tool", "kq")));
    stage.drafts().edit(id("tool", "kq"), std::string("{}"));
    stage.drafts().edit(id("tool", "kq"), std::string("{\"same\":1}")); // typed back
    QVERIFY(!stage.drafts().find(id("tool", "kq")));
}

void TestConfig::aNewEntryHasARowBeforeItIsThere()
{
    Stage stage;
    stage.open();
    stage.drafts().edit(id("tool", "new one"), std::string("{}"));
    const ConfigRow *row = stage.store().find(id("tool", "new one"));
    QVERIFY(row && !row->exists);
    QCOMPARE(row->key, QStringLiteral("new one"));
    QCOMPARE(row->draft, ConfigRow::New);
    stage.drafts().discard(id("tool", "new one"));
    QVERIFY(!stage.store().find(id("tool", "new one")));
}

void TestConfig::draftsSurviveACrash()
{
    Stage stage;
    stage.open();
    stage.drafts().edit(id("tool", "kq"), std::string("{ not finished"));
    stage.drafts().edit(id("prompt", "template.q"), std::nullopt);
    const QDir drafts(QDir(stage.folder.path()).filePath(QStringLiteral("drafts")));
    QTRY_COMPARE(drafts.entryList({ QStringLiteral("*.draft") }, QDir::Files).size(), 2);
    // Nothing of the first session is told that it ends: another one finds what is on disk.
    Session second;
    second.config()->setFolder(stage.folder.path());
    FakeGateway far;
    far.addWorkspace("acme");
    far.putConfig("acme", "tool", "kq", R"({"name":"K","type":"knowledge-query"})");
    far.connectTo(second);
    second.config()->watch(acme);
    QTRY_VERIFY(second.config()->loaded(acme));
    const auto *draft = second.config()->drafts()->find(id("tool", "kq"));
    QVERIFY(draft);
    QCOMPARE(*draft->text, "{ not finished");
    QCOMPARE(second.config()->drafts()->state(id("tool", "kq")), ConfigRow::Edited);
}

void TestConfig::aLargeDraftIsKeptOnAThread()
{
    Stage stage;
    stage.open();
    QSignalSpy kept(&stage.drafts(), &ConfigDrafts::kept);
    stage.drafts().edit(id("tool", "kq"), largeDraft());
    QVERIFY(stage.drafts().saving(id("tool", "kq")));
    QCOMPARE(stage.drafts().state(id("tool", "kq")), ConfigRow::Edited);
    stage.drafts().edit(id("tool", "kq"), largeDraft() + ' '); // what came meanwhile follows
    QTRY_COMPARE(kept.size(), 1);
    QVERIFY(!stage.drafts().saving(id("tool", "kq")));
    stage.store().draftStore()->flush();
    QCOMPARE(keptDraft(stage.folder, id("tool", "kq")), largeDraft() + ' ');
    QTRY_COMPARE(draftFiles(stage.folder).size(), 1);
    stage.drafts().edit(id("prompt", "template.q"), largeDraft()); // nobody says flush
    QTRY_COMPARE(draftFiles(stage.folder).size(), 2);
}

void TestConfig::aDraftThatIsLookedThroughIsNotLostAtTheEnd()
{
    QTemporaryDir folder;
    {
        FakeGateway far;
        far.addWorkspace("acme");
        Session session;
        session.config()->setFolder(folder.path());
        far.connectTo(session);
        session.config()->watch(acme);
        QTRY_VERIFY(session.config()->loaded(acme));
        session.config()->drafts()->edit(id("tool", "kq"), largeDraft());
        QVERIFY(session.config()->drafts()->saving(id("tool", "kq")));
    }
    QCOMPARE(keptDraft(folder, id("tool", "kq")), largeDraft());
}

void TestConfig::aDiscardedDraftDoesNotComeBack()
{
    Stage stage;
    stage.open();
    stage.drafts().edit(id("tool", "kq"), largeDraft());
    stage.drafts().discard(id("tool", "kq"));
    QVERIFY(!stage.drafts().saving(id("tool", "kq")));
    QThreadPool::globalInstance()->waitForDone();
    QCoreApplication::processEvents();
    stage.store().draftStore()->flush();
    QCOMPARE(draftFiles(stage.folder).size(), 0);
    // nor one whose file is written just now
    QTemporaryDir folder;
    DraftStore drafts;
    drafts.setFolder(folder.path());
    for (int i = 0; i < 3; ++i) {
        drafts.put(QStringLiteral("k"), largeDraft() + std::to_string(i));
        QTRY_COMPARE(draftFiles(folder).size(), 1);
        drafts.put(QStringLiteral("k"), "another");
        drafts.remove(QStringLiteral("k"));
        QCOMPARE(draftFiles(folder).size(), 0);
        drafts.flush();
        QCOMPARE(draftFiles(folder).size(), 0);
    }
}

void TestConfig::aLargeSecretStaysInMemory()
{
    Stage stage;
    stage.open();
    stage.drafts().edit(
        id("mcp", "search"), largeDraft(R"({"url":"u","auth-token":"planted-large",)"));
    QTRY_VERIFY(!stage.drafts().saving(id("mcp", "search")));
    QVERIFY(stage.drafts().inMemoryOnly(id("mcp", "search")));
    stage.store().draftStore()->flush();
    QCOMPARE(draftFiles(stage.folder).size(), 0);
}

void TestConfig::secretsAreNotWrittenToDisk()
{
    Stage stage;
    stage.open();
    const std::string secret = R"({"url":"u","auth-token":"planted-secret-1"})";
    stage.drafts().edit(id("mcp", "search"), secret);
    QVERIFY(stage.drafts().inMemoryOnly(id("mcp", "search")));
    QVERIFY(
        !stage.apply({ { QStringLiteral("mcp"), QStringLiteral("search"), {}, secret } }).error);
    stage.far.putConfig("acme", "mcp", "search", R"({"url":"u","auth-token":"planted-secret-2"})");
    QTRY_VERIFY(stage.value("mcp", "search").find("secret-2") != std::string::npos);
    stage.drafts().edit(id("mcp", "search"), std::string("{\"auth-token\":\"planted-secret-3\""));
    stage.drafts().edit(id("tool", "kq"), std::string("{}"));
    const QDir drafts(QDir(stage.folder.path()).filePath(QStringLiteral("drafts")));
    QTRY_COMPARE(drafts.entryList({ QStringLiteral("*.draft") }, QDir::Files).size(), 1);
    QDirIterator files(stage.folder.path(), QDir::Files, QDirIterator::Subdirectories);
    int count = 0;
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains("planted-secret"), qPrintable(file.fileName()));
        ++count;
    }
    QVERIFY(count > 0);
    const auto versions = stage.store().history()->versions(
        { QStringLiteral("fake"), acme, QStringLiteral("mcp"), QStringLiteral("search") });
    QVERIFY(versions.size() >= 2); // kept in memory
}

void TestConfig::historyKeepsWhatWasSeenAndWritten()
{
    Stage stage;
    stage.open();
    const ConfigAddress address { QStringLiteral("fake"), acme, QStringLiteral("tool"),
        QStringLiteral("kq") };
    QVERIFY(stage.store().history()->versions(address).empty());
    const std::string first = stage.value("tool", "kq");
    QVERIFY(!stage.apply({ { address.type, address.key, first, std::string("{\"n\":2}") } }).error);
    stage.far.putConfig("acme", "tool", "kq", "{\"n\":3}");
    QTRY_COMPARE(stage.value("tool", "kq"), "{\"n\":3}");
    stage.far.deleteConfig("acme", "tool", "kq");
    QTRY_COMPARE(stage.value("tool", "kq"), "absent");
    ConfigHistory again;
    again.setFolder(stage.folder.path());
    const auto versions = again.versions(address);
    QCOMPARE(versions.size(), std::size_t(4));
    QVERIFY(!versions[0].value);
    QCOMPARE(*versions[1].value, "{\"n\":3}");
    QCOMPARE(versions[1].origin, "seen");
    QCOMPARE(*versions[2].value, "{\"n\":2}");
    QCOMPARE(versions[2].origin, "wrote");
    QCOMPARE(versions[2].who, "mira");
    QCOMPARE(*versions[3].value, first);
}

void TestConfig::historyIsBoundedAndSaysSo()
{
    QTemporaryDir folder;
    ConfigHistory history;
    history.setFolder(folder.path());
    const ConfigAddress address { QStringLiteral("c"), acme, QStringLiteral("t"),
        QStringLiteral("k") };
    for (int i = 0; i < ConfigHistory::perEntry + 5; ++i) {
        schema::ConfigVersion version;
        version.value = std::to_string(i);
        history.note(address, version, false);
        history.note(address, version, false); // the same again adds nothing
    }
    QCOMPARE(int(history.versions(address).size()), ConfigHistory::perEntry);
    QCOMPARE(history.letGo(address), 5);
    for (int i = 0; i < 200; ++i) {
        schema::ConfigVersion version;
        version.value = std::string(200000, 'x') + std::to_string(i);
        history.note(
            { QStringLiteral("c"), acme, QStringLiteral("t"), QString::number(i) }, version, false);
    }
    QVERIFY(history.versions(address).empty()); // the oldest went first
    QVERIFY(QFileInfo(QDir(folder.path()).filePath(QStringLiteral("config-history.jsonl"))).size()
        < 4 * ConfigHistory::totalBytes);
}

void TestConfig::aCutOffLineCostsOnlyItself()
{
    QTemporaryDir folder;
    const ConfigAddress address { QStringLiteral("c"), acme, QStringLiteral("t"),
        QStringLiteral("k") };
    {
        ConfigHistory history;
        history.setFolder(folder.path());
        schema::ConfigVersion version;
        version.value = "1";
        history.note(address, version, false);
    }
    QFile file(QDir(folder.path()).filePath(QStringLiteral("config-history.jsonl")));
    QVERIFY(file.open(QIODevice::Append));
    file.write("{\"connection\":\"c\",\"work");
    file.close();
    ConfigHistory history;
    history.setFolder(folder.path());
    QCOMPARE(history.versions(address).size(), std::size_t(1));
}

void TestConfig::filterLooksIntoValues()
{
    Stage stage;
    stage.open();
    stage.table->setWorkspace(acme);
    stage.table->setFilter(QStringLiteral("three"));
    QCOMPARE(stage.table->count(), 1);
    stage.table->setFilter(QStringLiteral("type:tool"));
    QCOMPARE(stage.table->count(), 1);
    stage.table->setFilter(QString());
    stage.table->setType(QStringLiteral("prompt"));
    QCOMPARE(stage.table->count(), 1);
    QCOMPARE(stage.table->keyAt(0), id("prompt", "template.q"));
}

void TestConfig::anotherConnectionEmptiesEverything()
{
    Stage stage;
    stage.open();
    stage.drafts().edit(id("tool", "kq"), std::string("{}"));
    Session::Connection other;
    other.name = QStringLiteral("other");
    stage.session.setConnection(other);
    QVERIFY(stage.store().rows().empty());
    QVERIFY(stage.drafts().ids().isEmpty());
    stage.far.connectTo(stage.session);
    QCOMPARE(stage.drafts().ids().size(), 1); // there again with its connection
}

void TestConfig::aFailedReadIsAnErrorAndIsAskedAgain()
{
    Stage stage;
    stage.open();
    stage.far.failNext(
        "config", "getvalues", { ErrorKind::Service, {}, QStringLiteral("dead"), true });
    stage.far.putConfig("acme", "tool", "kq", "{\"n\":9}");
    QTRY_COMPARE(stage.store().error(acme), QStringLiteral("dead"));
    stage.far.putConfig("acme", "prompt", "x", "1"); // the next notice
    QTRY_COMPARE(stage.value("tool", "kq"), "{\"n\":9}");
    QVERIFY(stage.store().error(acme).isEmpty());
}

void TestConfig::aFailedDeleteTellsWhatWasWritten()
{
    Stage stage;
    stage.open();
    stage.far.failNext("config", "delete", { ErrorKind::Service, {}, QStringLiteral("no"), false });
    const auto outcome =
        stage.apply({ { QStringLiteral("tool"), QStringLiteral("b"), {}, std::string("{}") },
            { QStringLiteral("tool"), QStringLiteral("kq"), stage.value("tool", "kq"), {} } });
    QCOMPARE(outcome.written, 1);
    QCOMPARE(outcome.deleted, 0);
    QVERIFY(outcome.error);
    QVERIFY(stage.value("tool", "kq") != "absent");
}

void TestConfig::tableSurvivesAStreamOfChanges()
{
    Stage stage;
    stage.open();
    stage.table->setWorkspace(acme);
    stage.table->sortBy(ConfigTable::Key, true);
    std::mt19937 random(17);
    std::map<QString, std::string> expected;
    for (const ConfigRow &row : stage.store().rows())
        expected[row.id] = row.value;
    for (int step = 0; step < 400; ++step) {
        const std::string type = random() % 2 ? "a" : "b";
        const std::string key = std::to_string(random() % 25);
        const QString row = id(type.c_str(), key.c_str());
        switch (random() % 5) {
        case 0:
            stage.far.deleteConfig("acme", type, key);
            expected.erase(row);
            break;
        case 1:
            stage.drafts().edit(row, std::to_string(step));
            break;
        case 2:
            stage.drafts().discard(row);
            break;
        default:
            stage.far.putConfig("acme", type, key, "\"" + std::to_string(step) + "\"");
            expected[row] = "\"" + std::to_string(step) + "\"";
        }
        if (step % 7 == 0)
            QCoreApplication::processEvents();
    }
    const auto now = [&] {
        std::map<QString, std::string> values;
        for (const ConfigRow &row : stage.store().rows())
            if (row.exists)
                values[row.id] = row.value;
        return values;
    };
    QTRY_VERIFY(now() == expected);
    QCOMPARE(stage.table->total(), int(stage.store().rows().size()));
    for (int row = 0; row < stage.table->count(); ++row)
        QCOMPARE(stage.store().rowOf(stage.table->keyAt(row)) >= 0, true);
}

void TestConfig::blueprintsAreDeletedByTheFlowServiceWhichMayRefuse()
{
    Stage stage;
    stage.open();
    stage.far.putConfig("acme", "flow-blueprint", "used", R"({"blueprint":{},"flow":{}})");
    stage.far.putConfig("acme", "flow-blueprint", "spare", R"({"blueprint":{},"flow":{}})");
    stage.far.putConfig("acme", "flow", "f", R"({"description":"","blueprint-name":"used"})");
    QTRY_VERIFY(stage.value("flow-blueprint", "spare") != "absent");
    stage.far.capabilities().own = true;
    stage.far.forgetAsked();
    const auto change = [&](const char *type, const char *key) {
        return ConfigChange { QString::fromUtf8(type), QString::fromUtf8(key),
            stage.value(type, key), {} };
    };
    const auto outcome = stage.apply({ change("flow-blueprint", "spare"),
        change("flow-blueprint", "used"), change("prompt", "template.q") });
    QVERIFY(outcome.error);
    QCOMPARE(outcome.error->kind, ErrorKind::Conflict);
    QCOMPARE(outcome.deleted, 2);
    QCOMPARE(stage.far.askedCount("flow", "delete-blueprint"), 2);
    QCOMPARE(stage.far.askedCount("config", "delete"), 1);
    QCOMPARE(stage.value("flow-blueprint", "spare"), "absent");
    QVERIFY(stage.value("flow-blueprint", "used") != "absent");
}

void TestConfig::itIsActiveWhileAnybodyLooks()
{
    Stage stage;
    stage.open();
    auto first = std::make_unique<QObject>();
    const QObject second;
    stage.store().look(first.get(), true);
    stage.store().look(&second, true);
    stage.store().look(&second, false);
    stage.far.putConfig("acme", "tool", "kq", R"({"a":2})");
    QTRY_COMPARE(stage.value("tool", "kq"), R"({"a":2})");
    first.reset();
    stage.far.putConfig("acme", "tool", "kq", R"({"a":3})");
    stage.far.forgetAsked();
    stage.store().look(&second, true);
    QTRY_COMPARE(stage.value("tool", "kq"), R"({"a":3})");
}

QTEST_GUILESS_MAIN(TestConfig)

#include "tst_config.moc"
