// SPDX-License-Identifier: GPL-3.0-only
// Two consoles edit the configuration of one real gateway process.
#include "app/client/connection.h"
#include "app/client/embeddedgateway.h"
#include "models/stores/configdrafts.h"
#include "models/stores/confighistory.h"
#include "models/stores/workspacestore.h"

#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

namespace {

constexpr int patience = 20000;

struct Client {
    QTemporaryDir profile;
    Session session;
    Connection connection { &session };
    void open(const QUrl &url, const std::string &key, bool readOnly = false)
    {
        session.config()->setFolder(profile.path());
        Connection::Target target;
        target.name = QStringLiteral("shared");
        target.url = url;
        target.apiKey = key;
        target.readOnly = readOnly;
        connection.open(target);
    }
    ConfigStore &store() { return *session.config(); }
};

} // namespace

class TestConfigClients : public QObject {
    Q_OBJECT
private slots:
    void twoConsolesSeeEachOtherAndNeverOverwrite();
};

void TestConfigClients::twoConsolesSeeEachOtherAndNeverOverwrite()
{
    QTemporaryDir folder;
    EmbeddedGateway gateway({ qEnvironmentVariable("SIGNALBOX_TEST_GATEWAY").toStdString(),
        folder.path().toStdString(), true, folder.filePath(QStringLiteral("log")).toStdString() });
    Client mira;
    Client anna;
    Client guest;
    QObject::connect(&gateway, &EmbeddedGateway::ready, &mira.connection,
        [&](const QUrl &url, const std::string &key) {
            mira.open(url, key);
            anna.open(url, key);
            guest.open(url, key, true);
        });
    gateway.start();
    QTRY_VERIFY_WITH_TIMEOUT(!mira.session.workspaces()->ids().isEmpty()
            && !anna.session.workspaces()->ids().isEmpty()
            && !guest.session.workspaces()->ids().isEmpty(),
        patience);
    const QString workspace = mira.session.workspaces()->ids().constFirst();
    const QString type = QStringLiteral("tool");
    const QString key = QStringLiteral("probe tool/ü");
    const QString id = ConfigStore::idOf(workspace, type, key);
    for (Client *client : { &mira, &anna, &guest })
        client->store().watch(workspace);
    QTRY_VERIFY_WITH_TIMEOUT(mira.store().loaded(workspace) && anna.store().loaded(workspace)
            && guest.store().loaded(workspace),
        patience);
    QTRY_VERIFY_WITH_TIMEOUT(!mira.store().types(workspace).empty(), patience);

    const auto apply = [&](Client &client, std::vector<ConfigChange> changes) {
        const auto future = client.store().apply(workspace, std::move(changes));
        [&] { QTRY_VERIFY_WITH_TIMEOUT(future.isFinished(), patience); }();
        return future.isFinished() ? future.result() : ConfigOutcome();
    };
    const auto valueAt = [&](Client &client) {
        const ConfigRow *row = client.store().find(id);
        return row && row->exists ? row->value : std::string();
    };
    // Mira writes, Anna sees it by the notice.
    const std::string first = R"({"name":"p","x":1.50e0})";
    auto outcome = apply(mira, { { type, key, {}, first } });
    QVERIFY2(!outcome.error, outcome.error ? qPrintable(outcome.error->text) : "");
    QCOMPARE(outcome.written, 1);
    QTRY_COMPARE_WITH_TIMEOUT(valueAt(anna), first, patience);

    // Anna edits while Mira writes: her draft stays and becomes a conflict.
    anna.store().drafts()->edit(id, std::string(R"({"name":"anna"})"));
    const std::string second = R"({"name":"mira","x":1.50e0})";
    QCOMPARE(apply(mira, { { type, key, first, second } }).written, 1);
    QTRY_COMPARE_WITH_TIMEOUT(anna.store().drafts()->state(id), ConfigRow::Conflict, patience);
    QCOMPARE(*anna.store().drafts()->find(id)->text, R"({"name":"anna"})");
    // Writing it from where she began is refused as a whole.
    outcome = apply(anna,
        { { type, key, first, std::string(R"({"name":"anna"})") },
            { type, QStringLiteral("other"), {}, std::string("{}") } });
    QCOMPARE(outcome.conflicts, QStringList { id });
    QCOMPARE(outcome.written, 0);
    QVERIFY(!anna.store().find(ConfigStore::idOf(workspace, type, QStringLiteral("other"))));
    // Decided for hers, it goes.
    QCOMPARE(apply(anna, { { type, key, second, std::string(R"({"name":"anna"})") } }).written, 1);
    QTRY_COMPARE_WITH_TIMEOUT(valueAt(mira), std::string(R"({"name":"anna"})"), patience);

    // The guard refuses what the guest's console tries.
    outcome = apply(guest, { { type, key, std::string(R"({"name":"anna"})"), std::string("{}") } });
    QVERIFY(outcome.error && outcome.error->kind == ErrorKind::ReadOnly);

    // A delete is seen too, and every value is in the history of who saw it.
    QCOMPARE(apply(mira, { { type, key, std::string(R"({"name":"anna"})"), {} } }).deleted, 1);
    QTRY_VERIFY_WITH_TIMEOUT(valueAt(anna).empty(), patience);
    const auto versions =
        anna.store().history()->versions({ QStringLiteral("shared"), workspace, type, key });
    QVERIFY(versions.size() >= 3);
    QVERIFY(!versions.front().value);
}

QTEST_GUILESS_MAIN(TestConfigClients)

#include "tst_configclients.moc"
