// SPDX-License-Identifier: GPL-3.0-only
// Blueprints of one real gateway process, from the page's view model: made, edited, moved away
// under a draft, run, refused to be deleted, deleted.
#include "app/client/connection.h"
#include "app/client/embeddedgateway.h"
#include "models/stores/configdrafts.h"
#include "models/stores/flowstore.h"
#include "models/stores/workspacestore.h"
#include "views/pages/blueprintspage.h"
#include "views/pages/configreview.h"

#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

namespace {

constexpr int patience = 20000;

struct Client {
    QTemporaryDir profile;
    Session session;
    Connection connection { &session };
    BlueprintsPage page;
    ConfigReview review;
    void open(const QUrl &url, const std::string &key, bool readOnly = false)
    {
        session.config()->setFolder(profile.path());
        Connection::Target target;
        target.name = QStringLiteral("shared");
        target.url = url;
        target.apiKey = key;
        target.readOnly = readOnly;
        connection.open(target);
        page.setSession(&session);
        review.setSession(&session);
    }
    /// Writes the drafts; what went wrong, "" nothing.
    QString apply(const QStringList &ids)
    {
        review.beginDrafts(ids);
        if (!review.whyNot().isEmpty())
            return review.whyNot();
        review.run();
        [&] { QTRY_VERIFY_WITH_TIMEOUT(!review.busy(), patience); }();
        return review.error();
    }
    QString text(const QString &id)
    {
        const ConfigRow *row = session.config()->find(id);
        return row && row->exists ? QString::fromStdString(row->value) : QString();
    }
};

} // namespace

class TestBlueprints : public QObject {
    Q_OBJECT
private slots:
    void aBlueprintLivesFromDraftToDelete();
};

void TestBlueprints::aBlueprintLivesFromDraftToDelete()
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
    const QString workspace = QStringLiteral("default");
    for (Client *client : { &mira, &anna, &guest }) {
        QTRY_VERIFY_WITH_TIMEOUT(client->session.workspaces()->ids().contains(workspace), patience);
        client->session.setWorkspace(workspace);
        QTRY_VERIFY_WITH_TIMEOUT(client->page.list()->total() > 0, patience);
        QTRY_VERIFY_WITH_TIMEOUT(client->session.flows()->loadedIn(workspace), patience);
    }
    // Made: a copy of one that the demo platform runs, seen by the other console.
    const QString source = mira.page.list()->keyAt(0);
    const QString id = mira.page.createNamed(QStringLiteral("probe line/ü"), source);
    QCOMPARE(mira.page.draftIds(), QStringList { id });
    QCOMPARE(mira.apply({ id }), QString());
    QTRY_VERIFY_WITH_TIMEOUT(!anna.text(id).isEmpty(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(anna.page.list()->rowOf(id) >= 0, patience);

    // Edited by both: hers stays a draft and is not written over the other's.
    anna.page.setCurrentKey(id);
    mira.page.setCurrentKey(id);
    QString text = anna.page.editor()->text();
    anna.page.editor()->edit(text.replace(
        QStringLiteral("\"description\": \""), QStringLiteral("\"description\": \"Anna's ")));
    QVERIFY(anna.page.editor()->edited());
    text = mira.page.editor()->text();
    mira.page.editor()->edit(text.replace(
        QStringLiteral("\"description\": \""), QStringLiteral("\"description\": \"Mira's ")));
    QCOMPARE(mira.apply({ id }), QString());
    QTRY_VERIFY_WITH_TIMEOUT(anna.page.editor()->conflict(), patience);
    QVERIFY(!anna.apply({ id }).isEmpty());
    QVERIFY(mira.text(id).contains(QStringLiteral("Mira's")));
    anna.page.editor()->discard();

    // A read-only console makes no draft, and the guard refuses the delete beneath it.
    QTRY_COMPARE_WITH_TIMEOUT(guest.text(id), mira.text(id), patience);
    guest.page.markDeleted({ id });
    QVERIFY(guest.page.draftIds().isEmpty());
    const auto refused = guest.session.config()->apply(workspace,
        { { QStringLiteral("flow-blueprint"), QStringLiteral("probe line/ü"),
            guest.text(id).toStdString(), std::nullopt } });
    QTRY_VERIFY_WITH_TIMEOUT(refused.isFinished(), patience);
    QVERIFY(refused.result().error && refused.result().error->kind == ErrorKind::ReadOnly);

    // Run: the page knows who runs it, and says that a delete will be refused.
    const auto started = mira.session.flows()->start(workspace, QStringLiteral("probe-run"),
        QStringLiteral("probe line/ü"), QStringLiteral("made by a test"), {});
    QTRY_VERIFY_WITH_TIMEOUT(started.isFinished(), patience);
    QVERIFY2(started.result().hasValue(),
        started.result().hasValue() ? "" : qPrintable(started.result().error().text));
    QTRY_COMPARE_WITH_TIMEOUT(mira.page.usedBy(), 1, patience);
    mira.page.markDeleted({ id });
    QVERIFY(!mira.apply({ id }).isEmpty());
    // The gateway itself refuses, whatever a console believes.
    const auto denied = anna.session.config()->apply(workspace,
        { { QStringLiteral("flow-blueprint"), QStringLiteral("probe line/ü"),
            anna.text(id).toStdString(), std::nullopt } });
    QTRY_VERIFY_WITH_TIMEOUT(denied.isFinished(), patience);
    QVERIFY(denied.result().error);
    QVERIFY2(denied.result().error->text.contains(QStringLiteral("probe-run")),
        qPrintable(denied.result().error->text));
    QVERIFY(!mira.text(id).isEmpty());

    // Edited while it runs: the flow stops by what it was started from.
    mira.page.discard({ id });
    mira.page.setCurrentKey({});
    mira.page.setCurrentKey(id);
    QVERIFY(!mira.page.editMeaning().isEmpty());
    mira.page.editor()->edit(QStringLiteral("{\"blueprint\":{},\"flow\":{}}"));
    QCOMPARE(mira.apply({ id }), QString());
    const auto stopped = mira.session.flows()->stop(workspace, QStringLiteral("probe-run"));
    QTRY_VERIFY_WITH_TIMEOUT(stopped.isFinished(), patience);
    QVERIFY2(stopped.result().hasValue(),
        stopped.result().hasValue() ? "" : qPrintable(stopped.result().error().text));

    // Deleted, and gone for everybody.
    QTRY_COMPARE_WITH_TIMEOUT(mira.page.usedBy(), 0, patience);
    mira.page.markDeleted({ id });
    QCOMPARE(mira.apply({ id }), QString());
    QTRY_VERIFY_WITH_TIMEOUT(anna.text(id).isEmpty(), patience);
    QTRY_COMPARE_WITH_TIMEOUT(anna.page.list()->rowOf(id), -1, patience);
}

QTEST_MAIN(TestBlueprints)

#include "tst_blueprints.moc"
