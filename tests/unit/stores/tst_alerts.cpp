// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/alertreadings.h"
#include "models/stores/alertstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "models/stores/secretstore.h"
#include "models/stores/session.h"
#include "tests/support/fakegateway.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

namespace {

const std::string fullQueue = "flow:tg:text-load:acme:ingest-eu.chunker--acme--ingest-eu--input";

class HeldSecrets : public SecretStore {
public:
    State state() const override { return Present; }
    void look() override { }
    void read(const QString &key, QObject *, Got got) override { got(held.value(key), {}); }
    void write(const QString &key, const QString &secret, QObject *, Done done) override
    {
        held.insert(key, secret);
        done({});
    }
    void forget(const QString &key) override { held.remove(key); }
    QHash<QString, QString> held;
};

/// A platform, a session on it and its alerts; time goes by when the test says so.
struct Stage {
    FakeGateway far;
    Session session;
    AlertStore alerts { &session };
    qint64 now = 0;
    QStringList calls;

    explicit Stage(const QString &folder = {})
    {
        alerts.setClock([this] { return now; });
        alerts.setFolder(folder);
        QObject::connect(&alerts, &AlertStore::called, [this](const schema::AlertEvent &event) {
            calls.append(QString::fromStdString(event.id));
        });
        far.fillDemo();
        far.connectTo(session);
    }
    void passTime(qint64 ms)
    {
        for (const qint64 end = now + ms; now < end; now += AlertStore::lookMs)
            alerts.look();
    }
    const FlowRow *lab() const
    {
        return session.flows()->find(QStringLiteral("acme"), QStringLiteral("ontology-lab"));
    }
    bool labIsDead() const { return lab() && lab()->finding.reason == rules::HealthReason::Dead; }
    QStringList ids() const
    {
        QStringList all;
        for (const AlertRow &row : alerts.rows())
            all.append(row.id);
        return all;
    }
};

} // namespace

class TestAlerts : public QObject {
    Q_OBJECT
private slots:
    void aDeadWorkerCallsOnceAndItsQueuesAreGrouped();
    void ofTooManyQueuesTheRestIsCounted();
    void ofTooManyQueuesTheFullestCallAndStay();
    void whatACauseLeftBehindIsNotCounted();
    void whatIsOpenOutlivesALongHistory();
    void aFlowThatIsBeingStoppedCallsOnceAndItsQueuesNever();
    void theWebhookIsNeverInAFile();
    void whatIsTakenOrMutedDoesNotCall();
    void historyAndRulesOutliveTheProgram();
    void anEarlierStartDoesNotCallAgain();
    void aLostConnectionEndsNothing();
    void aQueueThatIsNotThereCalls();
    void aServiceOfThePlatformThatNobodyRunsCallsOnceItIsAsked();
    void aStopIsNotJudgedByWhatWasFoundBefore();
    void aWebhookAddressIsLookedAt();
};

void TestAlerts::ofTooManyQueuesTheRestIsCounted()
{
    Stage stage;
    QTRY_VERIFY(stage.session.queues()->loaded());
    constexpr int queues = mostAlertingQueues + 70;
    LiveBatch batch;
    for (int i = 0; i < queues; ++i) {
        schema::QueueRow row;
        row.workspace = "acme";
        row.flow = "ingest-eu";
        row.topicClass = row.scope = "flow";
        row.topic = "flow:tg:storm:acme:ingest-eu";
        row.name = row.topic + ".sorter-" + std::to_string(i) + "--acme--ingest-eu--input";
        row.ready = row.published = 90000;
        row.consumers = 1;
        batch.queues.push_back(row);
    }
    const int before = stage.session.queues()->count();
    stage.far.emitBatch(std::move(batch));
    QTRY_COMPARE(stage.session.queues()->count(), before + queues);
    stage.passTime(70000);
    const auto stormy = std::count_if(stage.alerts.rows().begin(), stage.alerts.rows().end(),
        [](const AlertRow &row) { return row.reading.subject.starts_with("flow:tg:storm:"); });
    QVERIFY2(stormy > mostAlertingQueues / 2, qPrintable(QString::number(stormy)));
    QVERIFY(stormy <= mostAlertingQueues);
    QVERIFY(stage.alerts.queuesBeyond() >= 70);
    QVERIFY(stage.alerts.queuesBeyond() + stormy >= queues);
}

void TestAlerts::ofTooManyQueuesTheFullestCallAndStay()
{
    Stage stage;
    QTRY_VERIFY(stage.session.queues()->loaded());
    constexpr int queues = mostAlertingQueues + 70;
    const auto nameOf = [](int i) {
        return "flow:tg:storm:acme:ingest-eu.sorter-" + std::to_string(i)
            + "--acme--ingest-eu--input";
    };
    LiveBatch batch;
    for (int i = 0; i < queues; ++i) {
        schema::QueueRow row;
        row.workspace = "acme";
        row.flow = "ingest-eu";
        row.topicClass = row.scope = "flow";
        row.topic = "flow:tg:storm:acme:ingest-eu";
        row.name = nameOf(i);
        row.ready = row.published = 90000 + i;
        row.consumers = 1;
        batch.queues.push_back(row);
    }
    const int before = stage.session.queues()->count();
    stage.far.emitBatch(std::move(batch));
    QTRY_COMPARE(stage.session.queues()->count(), before + queues);
    stage.passTime(70000);
    const auto raised = [&](int i) {
        return stage.alerts.find(QStringLiteral("backlog|") + QString::fromStdString(nameOf(i)));
    };
    QVERIFY(raised(queues - 1));
    QVERIFY(!raised(0));
    // Rows change places when others go: what called stays, and nothing is told to have ended.
    const auto names = stage.far.queueNames();
    constexpr int gone = 20;
    QVERIFY(int(names.size()) > gone);
    for (int i = 0; i < gone; ++i)
        stage.far.removeQueue(*std::next(names.begin(), i));
    QTRY_COMPARE(stage.session.queues()->count(), before + queues - gone);
    stage.passTime(300000);
    QVERIFY(raised(queues - 1));
    const auto &history = stage.alerts.history();
    QCOMPARE(std::count_if(history.begin(), history.end(),
                 [](const schema::AlertEvent &event) {
                     return event.event == "ended" && event.subject.starts_with("flow:tg:storm:");
                 }),
        0);
}

void TestAlerts::whatACauseLeftBehindIsNotCounted()
{
    Stage stage;
    const QString dead = QStringLiteral("worker-dead|acme/chunker:ontology-lab");
    QTRY_VERIFY(stage.labIsDead());
    stage.passTime(30000);
    QVERIFY(stage.alerts.find(dead) && stage.alerts.find(dead)->grouped > 0);
    stage.far.setProcessor(
        { "chunker", "ontology-lab", "acme", "ontology-lab", "running", 100, 12, 40, 1 });
    QTRY_VERIFY(!stage.labIsDead());
    stage.passTime(12000);
    QVERIFY(!stage.alerts.find(dead));
    int leftOver = 0;
    int called = 0;
    for (const AlertRow &row : stage.alerts.rows()) {
        if (!row.under.isEmpty())
            continue;
        QCOMPARE(row.called, stage.calls.contains(row.id));
        ++(row.called ? called : leftOver);
    }
    QVERIFY(leftOver > 0);
    QCOMPARE(stage.alerts.count(), called);
    QCOMPARE(stage.alerts.total(), called);
    stage.passTime(rules::AlertBook::leftOverMs);
    QVERIFY(stage.alerts.count() > called); // it did not go away
}

void TestAlerts::whatIsOpenOutlivesALongHistory()
{
    const QTemporaryDir folder;
    const QString dead = QStringLiteral("worker-dead|acme/chunker:ontology-lab");
    const auto raise = [](Stage &stage) {
        QTRY_VERIFY(stage.labIsDead());
        stage.passTime(30000);
    };
    const auto fileName = [&] {
        const QDir alerts(folder.filePath(QStringLiteral("alerts")));
        const auto files = alerts.entryList({ QStringLiteral("*.jsonl") });
        return files.size() == 1 ? alerts.filePath(files.constFirst()) : QString();
    };
    {
        Stage stage(folder.path());
        raise(stage);
        stage.alerts.acknowledge(dead, QStringLiteral("known"));
    }
    { // a busy night
        schema::AlertEvent other;
        other.event = "muted";
        other.id = "backlog|another";
        QFile file(fileName());
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Append));
        for (std::size_t i = 0; i < 2 * AlertStore::historyLimit; ++i)
            file.write(QByteArray::fromStdString(schema::encode(other) + '\n'));
    }
    {
        Stage stage(folder.path());
        raise(stage);
        QCOMPARE(stage.calls.count(dead), 0);
        stage.alerts.mute(dead, 15); // one line more: the file is written anew
        stage.alerts.unmute(dead);
        QFile file(fileName());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().count('\n') < 2 * int(AlertStore::historyLimit));
    }
    Stage again(folder.path());
    raise(again);
    QCOMPARE(again.calls.count(dead), 0);
    QVERIFY(again.alerts.find(dead)->acknowledged);
    QCOMPARE(again.alerts.find(dead)->note, QStringLiteral("known"));
}

void TestAlerts::aDeadWorkerCallsOnceAndItsQueuesAreGrouped()
{
    Stage stage;
    const QString dead = QStringLiteral("worker-dead|acme/chunker:ontology-lab");
    QTRY_VERIFY(stage.labIsDead());
    stage.passTime(30000);
    QCOMPARE(stage.calls.count(dead), 1);
    const AlertRow *row = stage.alerts.find(dead);
    QVERIFY(row);
    QCOMPARE(row->title, QStringLiteral("chunker"));
    QVERIFY(row->grouped > 0); // its queue has no consumer
    for (const AlertRow &one : stage.alerts.rows())
        if (one.reading.kind == rules::AlertKind::NoConsumer
            && one.title.contains(QStringLiteral("chunker--acme--ontology-lab")))
            QCOMPARE(one.under, dead);
    stage.passTime(60000);
    QCOMPARE(stage.calls.count(dead), 1);
    // It runs again: the alert ends.
    stage.far.setProcessor(
        { "chunker", "ontology-lab", "acme", "ontology-lab", "running", 100, 12, 40, 1 });
    QTRY_VERIFY(!stage.labIsDead());
    stage.passTime(12000);
    QVERIFY(!stage.alerts.find(dead));
    QCOMPARE(stage.alerts.history().back().event, std::string("ended"));
}

void TestAlerts::aFlowThatIsBeingStoppedCallsOnceAndItsQueuesNever()
{
    Stage stage;
    QTRY_VERIFY(stage.session.flows()->loaded() && stage.session.queues()->loaded());
    const QString flow = QStringLiteral("ingest-eu");
    stage.far.setStopping("acme", "ingest-eu");
    for (const std::string &name : stage.far.queueNames())
        if (stage.far.queue(name)->flow == "ingest-eu")
            stage.far.changeQueue(name, [](schema::QueueRow &row) { row.consumers = 0; });
    QTRY_VERIFY(stage.session.flows()->find(QStringLiteral("acme"), flow)->stopping);
    QTRY_COMPARE(stage.session.queues()->find(fullQueue)->row.consumers, 0);
    stage.passTime(300000);
    const auto ofTheFlow = [&](rules::AlertKind kind) {
        return std::count_if(
            stage.alerts.rows().begin(), stage.alerts.rows().end(), [&](const AlertRow &row) {
                return row.reading.kind == kind && row.reading.flow == "ingest-eu";
            });
    };
    QCOMPARE(ofTheFlow(rules::AlertKind::NoConsumer), 0);
    QCOMPARE(ofTheFlow(rules::AlertKind::Backlog), 0);
}

void TestAlerts::whatIsTakenOrMutedDoesNotCall()
{
    Stage stage;
    QTRY_VERIFY(stage.session.flows()->loaded() && stage.session.queues()->loaded());
    QTRY_VERIFY(stage.labIsDead());
    stage.passTime(90000);
    QVERIFY(stage.alerts.count() > 1);
    const int before = stage.alerts.count();
    const QString first = stage.ids().constFirst();
    stage.alerts.acknowledge(first, QStringLiteral("  I look at it "));
    QCOMPARE(stage.alerts.count(), before - 1);
    QCOMPARE(stage.alerts.find(first)->note, QStringLiteral("I look at it"));
    QCOMPARE(stage.alerts.history().back().note, std::string("I look at it"));
    const QString second = stage.ids().constFirst();
    QVERIFY(second != first); // what is taken goes below what calls
    stage.alerts.mute(second, 15);
    QCOMPARE(stage.alerts.count(), before - 2);
    QCOMPARE(stage.alerts.total(), before);
    stage.alerts.unmute(second);
    QCOMPARE(stage.alerts.count(), before - 1);
}

void TestAlerts::historyAndRulesOutliveTheProgram()
{
    const QTemporaryDir folder;
    rules::AlertRule rule { rules::AlertKind::Backlog, "acme", "ingest-eu", { true, 7, 0, 1, 0 } };
    std::size_t events = 0;
    {
        Stage stage(folder.path());
        stage.alerts.setRules({ rule });
        QTRY_VERIFY(stage.session.flows()->loaded() && stage.session.queues()->loaded());
        stage.passTime(60000);
        events = stage.alerts.history().size();
        QVERIFY(events > 0);
    }
    Stage again(folder.path());
    QVERIFY(again.alerts.rules() == std::vector { rule });
    again.alerts.look();
    QVERIFY(again.alerts.history().size() >= events);
    QVERIFY(again.alerts.error().isEmpty());
}

void TestAlerts::anEarlierStartDoesNotCallAgain()
{
    const QTemporaryDir folder;
    const QString dead = QStringLiteral("worker-dead|acme/chunker:ontology-lab");
    const auto raise = [&](Stage &stage) {
        QTRY_VERIFY(stage.labIsDead());
        stage.passTime(30000);
    };
    {
        Stage stage(folder.path());
        raise(stage);
        QCOMPARE(stage.calls.count(dead), 1);
        stage.alerts.acknowledge(dead, QStringLiteral("known"));
    }
    Stage again(folder.path());
    raise(again);
    QCOMPARE(again.calls.count(dead), 0);
    QVERIFY(again.alerts.find(dead)->acknowledged);
    QCOMPARE(again.alerts.find(dead)->note, QStringLiteral("known"));
}

void TestAlerts::aLostConnectionEndsNothing()
{
    Stage stage;
    QTRY_VERIFY(stage.session.flows()->loaded() && stage.session.queues()->loaded());
    stage.passTime(60000);
    const int total = stage.alerts.total();
    QVERIFY(total > 0);
    QVERIFY(stage.alerts.known());
    stage.far.dropConnection();
    QSignalSpy changed(&stage.alerts, &AlertStore::changed);
    stage.passTime(600000);
    QVERIFY(stage.alerts.total() >= total); // and the source may be one more
    QVERIFY(!stage.alerts.known());
    QVERIFY(!changed.isEmpty());
}

void TestAlerts::aQueueThatIsNotThereCalls()
{
    Stage stage;
    const auto flow = [&] {
        return stage.session.flows()->find(QStringLiteral("acme"), QStringLiteral("ingest-eu"));
    };
    QTRY_VERIFY(flow() && flow()->aspect == Cell::Clear);
    const schema::QueueRow before = *stage.far.queue(fullQueue);
    const QString id = QStringLiteral("no-consumer|") + QString::fromStdString(fullQueue);
    stage.far.removeQueue(fullQueue);
    QTRY_COMPARE_WITH_TIMEOUT(flow()->finding.reason, rules::HealthReason::Missing, 30000);
    stage.passTime(30000);
    QCOMPARE(stage.calls.count(id), 1);
    const AlertRow *row = stage.alerts.find(id);
    QVERIFY(row);
    QCOMPARE(row->aspect, Cell::Stop);
    QCOMPARE(row->sentence,
        QStringLiteral("This queue of ingest-eu is not there: what is sent to it is lost."));
    QCOMPARE(alertPlace(row->reading).first, QStringLiteral("flows"));
    stage.far.setQueue(before);
    QTRY_COMPARE(flow()->aspect, Cell::Clear);
    stage.passTime(30000);
    QVERIFY(!stage.alerts.find(id));
}

void TestAlerts::aServiceOfThePlatformThatNobodyRunsCallsOnceItIsAsked()
{
    Stage stage;
    QTRY_VERIFY(stage.session.flows()->loaded() && stage.session.queues()->loaded());
    schema::QueueRow config;
    config.name = "request:tg:config.config-svc";
    config.topic = "request:tg:config";
    config.topicClass = "request";
    config.scope = "system";
    schema::QueueRow orphan = config;
    orphan.name = "request:tg:old:acme:gone.worker--acme--gone--request";
    orphan.topic = "request:tg:old:acme:gone";
    orphan.scope = "orphan";
    orphan.workspace = "acme";
    orphan.ready = orphan.published = 5;
    stage.far.setQueue(config);
    stage.far.setQueue(orphan);
    const auto held = [&](const std::string &name) { return stage.session.queues()->find(name); };
    QTRY_VERIFY(held(config.name) && held(orphan.name));
    const auto called = [&](const std::string &name) {
        return stage.alerts.find(QStringLiteral("no-consumer|") + QString::fromStdString(name));
    };
    stage.passTime(60000);
    QVERIFY(!called(config.name));
    config.ready = config.published = 3;
    stage.far.setQueue(config);
    QTRY_COMPARE(held(config.name)->row.ready, 3);
    stage.passTime(60000);
    QVERIFY(called(config.name));
    QCOMPARE(called(config.name)->sentence,
        QStringLiteral("Messages wait in it, and nobody reads them."));
    QVERIFY(!called(orphan.name)); // a stopped flow leaves many, and loses nothing by them
    config.consumers = 1;
    stage.far.setQueue(config);
    QTRY_COMPARE(held(config.name)->row.consumers, 1);
    stage.passTime(30000);
    QVERIFY(!called(config.name));
}

/// The number of an earlier finding is one of messages, not of milliseconds.
void TestAlerts::aStopIsNotJudgedByWhatWasFoundBefore()
{
    Stage stage;
    const QString id = QStringLiteral("stopping|acme/ontology-lab");
    stage.far.setProcessor(
        { "chunker", "ontology-lab", "acme", "ontology-lab", "running", 100, 12, 40, 1 });
    stage.far.changeQueue("flow:tg:text-load:acme:ontology-lab.chunker--acme--ontology-lab--input",
        [](schema::QueueRow &row) { row.published = row.ready = 90000; });
    QTRY_VERIFY(stage.lab() && stage.lab()->finding.reason == rules::HealthReason::Starving);
    QTRY_COMPARE(stage.lab()->finding.number, 90000);
    // It is said to be stopping, and in the same turn it is looked at.
    bool looked = false;
    const auto look = [&](const QString &, const QString &flow) {
        if (flow != QStringLiteral("ontology-lab") || !stage.lab()->stopping)
            return;
        looked = true;
        stage.passTime(AlertStore::lookMs);
    };
    QObject::connect(stage.session.flows(), &FlowStore::flowChanged, &stage.session, look);
    stage.far.setStopping("acme", "ontology-lab");
    QTRY_VERIFY(looked);
    QVERIFY(!stage.alerts.find(id));
    QCOMPARE(stage.calls.count(id), 0);
}

void TestAlerts::aWebhookAddressIsLookedAt()
{
    Session session;
    AlertStore alerts(&session);
    alerts.setWebhook(QStringLiteral("ftp://example.org/x"));
    QVERIFY(!alerts.webhookFault().isEmpty());
    alerts.setWebhook(QStringLiteral("https://me:secret@example.org/x"));
    QVERIFY(!alerts.webhookFault().isEmpty());
    QCOMPARE(alerts.webhook(), QString());
    alerts.setWebhook(QStringLiteral("https://example.org/x"));
    QCOMPARE(alerts.webhookFault(), QString());
    QCOMPARE(alerts.webhook(), QStringLiteral("https://example.org/x"));
}

void TestAlerts::theWebhookIsNeverInAFile()
{
    const QString address = QStringLiteral("https://hooks.example.org/T1/s3cr3t");
    const QTemporaryDir folder;
    const auto onDisk = [&folder] {
        QFile file(folder.filePath(QStringLiteral("alerts/settings.json")));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    HeldSecrets secrets;
    {
        Stage stage(folder.path());
        stage.alerts.setWebhook(address);
        QVERIFY(stage.alerts.webhookKeep().contains(QStringLiteral("until the window closes")));
        QVERIFY(!onDisk().isEmpty() && !onDisk().contains("s3cr3t"));
        stage.alerts.setSecrets(&secrets);
        QVERIFY(stage.alerts.webhookKeep().contains(QStringLiteral("keychain")));
        QVERIFY(!onDisk().contains("s3cr3t"));
        QCOMPARE(secrets.held.size(), 1);
    }
    {
        Stage stage(folder.path());
        QCOMPARE(stage.alerts.webhook(), QString());
        stage.alerts.setSecrets(&secrets);
        QCOMPARE(stage.alerts.webhook(), address);
        stage.alerts.setWebhook({});
        QVERIFY(secrets.held.isEmpty());
    }
    // What an earlier version wrote goes from the file at the first start.
    QFile file(folder.filePath(QStringLiteral("alerts/settings.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"rules":[],"mutes":[],"webhook":"https://hooks.example.org/T1/s3cr3t"})");
    file.close();
    Stage stage(folder.path());
    QCOMPARE(stage.alerts.webhook(), address);
    QVERIFY(!onDisk().contains("s3cr3t"));
}

QTEST_GUILESS_MAIN(TestAlerts)
#include "tst_alerts.moc"
