// SPDX-License-Identifier: GPL-3.0-only
// What the pages say of a stock flow as it was recorded, laid out at a real RabbitMQ that a real
// Prometheus scrapes: with its consumers, without them, and with the ways there cut.
#include "models/stores/alertstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/journalstore.h"
#include "models/stores/queuesources.h"
#include "tests/integration/broker/brokerstage.h"
#include "tests/integration/broker/halfopen.h"
#include "tests/integration/broker/workers.h"
#include "views/pages/flowspage.h"
#include "views/pages/overviewpage.h"
#include "views/pages/queuespage.h"
#include "views/pages/reconcilerview.h"

#include <QGuiApplication>
#include <QProcess>
#include <QTest>

#include <csignal>

using namespace signalbox;

namespace {

const QString recordings = QStringLiteral(SIGNALBOX_RECORDINGS);
const QString layoutFile = recordings + QStringLiteral("/amqp-1-default-running.json");
const QString stoppedFile = recordings + QStringLiteral("/amqp-2-after-stop.json");
const std::string chunks = "tg.flow.chunk-load:default:default";
const QString taker = QString::fromStdString(chunks)
    + QStringLiteral(".kg-extract-definitions--default--default--input");
const QString flowKey = QStringLiteral("default/default");
constexpr int longWait = 40000;

/// The stock blueprint as the back end told it.
/// Without the two entries that did not run where the queues were recorded.
QByteArray stockBlueprint()
{
    QFile file(recordings + QStringLiteral("/rest/048-flow-get-blueprint.txt"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray text = file.readAll();
    const auto answer =
        QJsonDocument::fromJson(text.mid(text.indexOf('{', text.lastIndexOf("\n<")))).object();
    const QByteArray whole =
        answer.value(QStringLiteral("blueprint-definition")).toString().toUtf8();
    QJsonObject parts = QJsonDocument::fromJson(whole).object();
    for (const char *part : { "blueprint", "flow" }) {
        QJsonObject entries = parts.value(QLatin1String(part)).toObject();
        for (const QString &entry : entries.keys())
            if (entry.startsWith(QLatin1String("kw-index"))
                || entry.startsWith(QLatin1String("image-to-text")))
                entries.remove(entry);
        parts.insert(QLatin1String(part), entries);
    }
    return QJsonDocument(parts).toJson(QJsonDocument::Compact);
}

/// The processes of the platform say to Prometheus who they are, secrets and all (TG §1.12).
class Processes : public QTcpServer {
public:
    explicit Processes(const QByteArray &blueprint)
    {
        const auto parts = QJsonDocument::fromJson(blueprint).object();
        for (const char *part : { "blueprint", "flow" })
            for (const QString &entry : parts.value(QLatin1String(part)).toObject().keys())
                m_text += "tg_processor_info{processor=\"" + entry.section(u':', 0, 0).toUtf8()
                    + "\",pubsub_backend=\"rabbitmq\",bootstrap_token=\"s3cret\"} 1\n";
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection())
                connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
                    if (!socket->readAll().contains("\r\n\r\n"))
                        return;
                    socket->write("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"
                                  "Content-Length: "
                        + QByteArray::number(m_text.size()) + "\r\n\r\n" + m_text);
                });
        });
        listen(QHostAddress::LocalHost);
    }

private:
    QByteArray m_text;
};

struct Wall {
    QByteArray blueprint = stockBlueprint();
    Processes processes { blueprint };
    support::PrometheusProcess prometheus { scrapeOf("rabbitmq", "/metrics/per-object",
                                                rabbit().metricsPort())
        + scrapeOf("platform", "/metrics", processes.serverPort()) };
    BrokerStage stage;
    HalfOpenWay way { quint16(rabbit().managementPort()) };
    MetricsProxy proxy { stage.server, prometheus,
        { "rabbitmq_queue_messages_ready", "rabbitmq_queue_messages_unacked",
            "rabbitmq_queue_consumers", "count(tg_processor_info)",
            "count by (processor)(tg_processor_info)" } };
    AlertStore alerts { &stage.session };
    QProcess workers;
    FlowsPage flows;
    QueuesPage queues;
    OverviewPage overview;

    Wall()
    {
        const QJsonObject record { { QStringLiteral("description"), QString() },
            { QStringLiteral("blueprint-name"), QStringLiteral("everything") },
            { QStringLiteral("interfaces"), QJsonObject() },
            { QStringLiteral("parameters"), QJsonObject() } };
        stage.server.setFlows(QStringLiteral("default"), { { QStringLiteral("default"), record } });
        const QByteArray values = QJsonDocument(
            QJsonObject { { QStringLiteral("version"), 5 },
                { QStringLiteral("values"),
                    QJsonArray {
                        QJsonObject { { QStringLiteral("type"), QStringLiteral("flow-blueprint") },
                            { QStringLiteral("key"), QStringLiteral("everything") },
                            { QStringLiteral("value"), QString::fromUtf8(blueprint) } } } } })
                                      .toJson(QJsonDocument::Compact);
        stage.server.rawPayload = [values](const QString &service, const QString &,
                                      const QJsonObject &request) {
            const bool asked = service == QLatin1String("config")
                && request.value(QStringLiteral("type")) == QStringLiteral("flow-blueprint");
            return asked ? values : QByteArray();
        };
        alerts.setClock([this] { return now; });
        flows.setSession(&stage.session);
        queues.setSession(&stage.session);
        overview.setSession(&stage.session);
        overview.setActive(true);
        work();
        stage.open(way.port());
        stage.session.setWorkspace(QStringLiteral("default"));
    }
    ~Wall() { kill(); }
    void work(const QString &layout = layoutFile)
    {
        workers.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        workers.start(QCoreApplication::applicationFilePath(),
            { QStringLiteral("--work"), QString::number(rabbit().amqpPort()), layout });
        if (!workers.waitForReadyRead(30000))
            qWarning("the workers do not work");
        workers.readAll();
    }
    void kill()
    {
        if (workers.state() == QProcess::NotRunning)
            return;
        ::kill(pid_t(workers.processId()), SIGKILL);
        workers.waitForFinished(10000);
    }
    QVariant cell(const TablePage &page, const QString &key, const char *column, int role) const
    {
        const TableModel *table = page.table();
        const int row = table ? table->rowOf(key) : -1;
        for (int i = 0; row >= 0 && i < table->columnCount(); ++i)
            if (table->columnId(i) == QLatin1String(column))
                return table->index(row, i).data(role);
        return {};
    }
    QString fact(const char *key) const
    {
        const TableModel *facts = queues.detail()->facts();
        const int row = facts->rowOf(QLatin1String(key));
        return row < 0 ? QString() : facts->index(row, 1).data().toString();
    }
    QString queueText(const char *column) const
    {
        return cell(queues, taker, column, Qt::DisplayRole).toString();
    }
    /// -1: there is no such row, which is not the first of the signals.
    int signal(const TablePage &page, const QString &key) const
    {
        const QVariant shown = cell(page, key, "aspect", TableModel::AspectRole);
        return shown.isValid() ? shown.toInt() : -1;
    }
    int queueSignal() const { return signal(queues, taker); }
    int flowSignal() const { return signal(flows, flowKey); }
    QString flowWhy() const
    {
        return cell(flows, flowKey, "aspect", TableModel::TipRole).toString();
    }
    QString tile(const char *key) const
    {
        for (const OverviewLine &line : overview.tiles()->lines())
            if (line.key == QLatin1String(key))
                return line.value;
        return {};
    }
    bool inTrouble() const
    {
        const auto &lines = overview.attention()->lines();
        return std::any_of(lines.begin(), lines.end(), [](const OverviewLine &line) {
            return line.key == QStringLiteral("flow/") + flowKey && line.aspect == Cell::Stop;
        });
    }
    /// The alerts that are raised after so long, by a clock of the test.
    QStringList raised(qint64 ms)
    {
        for (const qint64 end = now + ms; now < end; now += AlertStore::lookMs)
            alerts.look();
        QStringList ids;
        for (const AlertRow &row : alerts.rows())
            ids.append(row.id);
        return ids;
    }
    qint64 now = 0;
};

} // namespace

class TestBrokerPages : public QObject {
    Q_OBJECT
private slots:
    void cleanup();
    void aStockFlowAtWorkIsClear();
    void killedConsumersAreSeenEverywhere();
    void cutWaysMakeEveryPageSayThatItDoesNotKnow();
    void aQueueThatIsGoneMakesItsFlowRed();
    void whatAStoppedFlowLeavesIsFoundAndThePlanMendsIt();
};

/// The next test finds no queues: emptying them would leave what a killed worker still holds.
void TestBrokerPages::cleanup()
{
    for (const auto &queue : rabbit().queues())
        if (queue.name.starts_with("tg."))
            rabbit().manage("DELETE",
                "/api/queues/%2F/"
                    + QUrl::toPercentEncoding(QString::fromStdString(queue.name)).toStdString());
}

void TestBrokerPages::aStockFlowAtWorkIsClear()
{
    Wall wall;
    QTRY_COMPARE_WITH_TIMEOUT(wall.flowSignal(), int(Cell::Clear), longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.queueText("consumers"), QStringLiteral("1"), longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.queueSignal(), int(Cell::Clear), longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.tile("running"), QStringLiteral("1"), longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.tile("unserved"), QStringLiteral("0"), longWait);
    // Every queue of the recording is there once, whoever tells of it.
    const auto recorded = recordedLayout(layoutFile).value(QStringLiteral("queues")).toArray();
    QVERIFY(recorded.size() > 100);
    int named = 0;
    for (const auto &each : recorded) {
        const QString name = each.toObject().value(QStringLiteral("name")).toString();
        QVERIFY2(wall.stage.store.find(name.toStdString()), qPrintable(name));
        named += name.contains(QStringLiteral("--default--default--"));
    }
    QCOMPARE(named, 33);
    // One message a consumer is in hand, the others wait: those are the broker's own figures.
    for (int i = 0; i < 5; ++i)
        rabbit().publish(chunks, "{}");
    QTRY_COMPARE_WITH_TIMEOUT(wall.queueText("ready"), QStringLiteral("4"), longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.queueText("unacked"), QStringLiteral("1"), longWait);
    // The broker itself goes before a scrape of it, however often either is asked.
    QTRY_VERIFY_WITH_TIMEOUT(wall.cell(wall.queues, taker, "ready", TableModel::TipRole)
                                 .toString()
                                 .contains(QStringLiteral("RabbitMQ")),
        longWait);
    wall.queues.setCurrentKey(taker);
    QTRY_VERIFY_WITH_TIMEOUT(
        wall.fact("source").startsWith(QStringLiteral("RabbitMQ, ")), longWait);
    QTRY_VERIFY_WITH_TIMEOUT(
        wall.fact("source1").startsWith(QStringLiteral("Prometheus, ")), longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.fact("ready"), QStringLiteral("4"), longWait);
    QVERIFY(!wall.stage.store.sources()->report().contains(QStringLiteral("s3cret")));
    QTRY_COMPARE_WITH_TIMEOUT(wall.stage.store.sources()->count(), 2, longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.stage.store.sources()->fault(), QString(), longWait);
}

void TestBrokerPages::killedConsumersAreSeenEverywhere()
{
    Wall wall;
    QTRY_COMPARE_WITH_TIMEOUT(wall.queueText("consumers"), QStringLiteral("1"), longWait);
    for (int i = 0; i < 3; ++i)
        rabbit().publish(chunks, "{}");
    QTRY_VERIFY_WITH_TIMEOUT(wall.queueText("unacked") == QStringLiteral("1"), longWait);
    wall.kill();
    QTRY_COMPARE_WITH_TIMEOUT(wall.queueText("consumers"), QStringLiteral("0"), longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.queueText("unacked"), QStringLiteral("0"), longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.queueSignal(), int(Cell::Stop), longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.flowSignal(), int(Cell::Stop), longWait);
    QVERIFY2(wall.flowWhy().contains(QStringLiteral("consumer")), qPrintable(wall.flowWhy()));
    QTRY_VERIFY_WITH_TIMEOUT(wall.inTrouble(), longWait);
    QTRY_VERIFY_WITH_TIMEOUT(wall.tile("unserved").toInt() > 0, longWait);
    const QString id = QStringLiteral("no-consumer|") + taker;
    QVERIFY(wall.raised(60000).contains(id));
    // They come back, and everything is well again.
    wall.work();
    QTRY_COMPARE_WITH_TIMEOUT(wall.queueText("consumers"), QStringLiteral("1"), longWait);
    QTRY_VERIFY_WITH_TIMEOUT(wall.flowSignal() != int(Cell::Stop), longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.tile("unserved"), QStringLiteral("0"), longWait);
    QVERIFY(!wall.raised(60000).contains(id));
}

void TestBrokerPages::cutWaysMakeEveryPageSayThatItDoesNotKnow()
{
    Wall wall;
    rules::AlertRule soon { rules::AlertKind::SourceStale, {}, {}, { true, 3, 0, 1, 0 } };
    wall.alerts.setRules({ soon });
    QTRY_COMPARE_WITH_TIMEOUT(wall.flowSignal(), int(Cell::Clear), longWait);
    // Prometheus comes to be known some time after the sign-in, as soon as it has scraped.
    QTRY_COMPARE_WITH_TIMEOUT(wall.stage.store.sources()->fault(), QString(), longWait);
    QTRY_VERIFY_WITH_TIMEOUT(
        wall.stage.store.sources()->ageMs(rules::QueueSource::Prometheus) >= 0, longWait);
    // Half-open: nothing closes, nothing comes. Prometheus still tells the counts.
    wall.way.setDead(true);
    QTRY_VERIFY_WITH_TIMEOUT(!wall.stage.store.sources()->fault().isEmpty(), longWait);
    QTRY_VERIFY_WITH_TIMEOUT(wall.cell(wall.queues, taker, "ready", TableModel::TipRole)
                                 .toString()
                                 .contains(QStringLiteral("Prometheus")),
        longWait);
    QCOMPARE(wall.queueSignal(), int(Cell::Clear));
    QVERIFY(wall.queues.sourceFault());
    QTRY_VERIFY_WITH_TIMEOUT(
        wall.raised(4000).contains(QStringLiteral("source-stale|counts/rabbitmq")), longWait);
    QVERIFY(!wall.raised(4000).contains(QStringLiteral("source-stale|counts/prometheus")));
    // And now nobody tells anything: what is shown is said to be old, and judged no more.
    wall.proxy.cut();
    QTRY_COMPARE_WITH_TIMEOUT(wall.queueSignal(), int(Cell::Unknown), longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.flowSignal(), int(Cell::Unknown), longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.tile("waiting"), format::unknown(), longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.tile("unserved"), format::unknown(), longWait);
    QVERIFY(!wall.inTrouble());
    for (const char *told : { "RabbitMQ: last told", "Prometheus: last told" })
        QTRY_VERIFY2_WITH_TIMEOUT(wall.queues.sourceReport().contains(QLatin1String(told)),
            qPrintable(wall.queues.sourceReport()), longWait);
    QVERIFY(wall.stage.session.online()); // the gateway itself is as well as before
    wall.way.setDead(false);
    wall.proxy.mend();
    QTRY_COMPARE_WITH_TIMEOUT(wall.flowSignal(), int(Cell::Clear), longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.queueSignal(), int(Cell::Clear), longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.stage.store.sources()->fault(), QString(), longWait);
    QTRY_VERIFY_WITH_TIMEOUT(
        !wall.raised(8000).contains(QStringLiteral("source-stale|counts/rabbitmq")), longWait);
}

namespace {

std::string placeOf(const char *what, const QString &name)
{
    return std::string("/api/") + what + "/%2F/" + QUrl::toPercentEncoding(name).toStdString();
}

/// As the back end stops its only flow: the record goes and the exchanges, the librarian's among
/// them; queues stay, without a consumer and without a binding.
void stopTheFlow(Wall &wall)
{
    const auto now = recordedLayout(stoppedFile).value(QStringLiteral("exchanges")).toArray();
    const auto before = recordedLayout(layoutFile).value(QStringLiteral("exchanges")).toArray();
    wall.kill();
    for (const auto &exchange : before)
        if (!now.contains(exchange))
            rabbit().manage("DELETE", placeOf("exchanges", exchange.toString()));
    wall.work(stoppedFile);
    wall.stage.server.setFlows(QStringLiteral("default"), {});
    ++wall.stage.server.version;
}

QStringList found(ReconcilerView &view, rules::Mismatch kind)
{
    QStringList keys;
    for (int i = 0; i < view.table()->count(); ++i)
        if (view.table()->keyAt(i).startsWith(QString::number(int(kind)) + u'|'))
            keys.append(view.table()->keyAt(i));
    return keys;
}

} // namespace

void TestBrokerPages::aQueueThatIsGoneMakesItsFlowRed()
{
    Wall wall;
    QTRY_COMPARE_WITH_TIMEOUT(wall.flowSignal(), int(Cell::Clear), longWait);
    rabbit().manage("DELETE", placeOf("queues", taker));
    QTRY_COMPARE_WITH_TIMEOUT(wall.flowSignal(), int(Cell::Unknown), longWait); // not at once
    QTRY_COMPARE_WITH_TIMEOUT(wall.flowSignal(), int(Cell::Stop), longWait);
    QVERIFY2(wall.flowWhy().contains(taker), qPrintable(wall.flowWhy()));
    QVERIFY2(wall.flowWhy().contains(QStringLiteral("restart the process kg-extract-definitions")),
        qPrintable(wall.flowWhy()));
    QCOMPARE(wall.queueSignal(), int(Cell::Warning));
    wall.kill();
    wall.work();
    QTRY_COMPARE_WITH_TIMEOUT(wall.flowSignal(), int(Cell::Clear), longWait);
}

void TestBrokerPages::whatAStoppedFlowLeavesIsFoundAndThePlanMendsIt()
{
    Wall wall;
    QTRY_COMPARE_WITH_TIMEOUT(wall.flowSignal(), int(Cell::Clear), longWait);
    stopTheFlow(wall);
    const auto &queues = wall.stage.store.rows();
    const auto orphans = [&] {
        return std::count_if(queues.begin(), queues.end(),
            [](const QueueState &queue) { return queue.row.scope == "orphan"; });
    };
    // The broker's figures are seconds old: until they know of the end, somebody reads each queue.
    const auto abandoned = [&] {
        return std::count_if(queues.begin(), queues.end(), [](const QueueState &queue) {
            const auto &row = queue.row;
            return row.scope == "orphan" && queue.countsNow() && row.consumers == 0
                && row.ready + row.unacked == 0;
        });
    };
    const auto toldOf = [&](const std::string &name) {
        const QueueState *queue = wall.stage.store.find(name);
        if (!queue)
            return name + ": not there\n";
        const auto &row = queue->row;
        return name + ": " + row.scope + ", " + std::to_string(row.consumers) + " consumers, "
            + std::to_string(row.ready) + " ready, " + std::to_string(row.unacked) + " unacked, "
            + (queue->countsNow() ? "now" : "stale") + "; the broker: "
            + rabbit().manage("GET",
                placeOf("queues", QString::fromStdString(name))
                    + "?columns=consumers,messages_ready,messages_unacknowledged")
            + '\n';
    };
    QTRY_COMPARE_WITH_TIMEOUT(abandoned(), 33, longWait);
    QTRY_COMPARE_WITH_TIMEOUT(wall.stage.session.flows()->count(), 0, longWait);
    ReconcilerView view;
    view.setSession(&wall.stage.session);
    view.look();
    QTRY_VERIFY_WITH_TIMEOUT(view.looked() && !view.busy(), longWait);
    QCOMPARE(view.error(), QString());
    QVERIFY2(found(view, rules::Mismatch::OrphanQueue).size() == 33,
        qPrintable(view.notes().join(u'\n')));
    const QStringList lost = found(view, rules::Mismatch::ServiceUnbound);
    QCOMPARE(lost.size(), 1);
    QVERIFY2(lost.first().contains(QStringLiteral("librarian:default")), qPrintable(lost.first()));
    QCOMPARE(view.table()->count(), 34);
    // The console carries it out at the broker, step by step; only the service is left to a person.
    view.plan();
    QCOMPARE(view.steps()->count(), 34);
    QCOMPARE(view.byHandCount(), 1);
    QVERIFY(!view.wanted().isEmpty() && !view.whyNot().isEmpty());
    view.setTyped(view.wanted());
    QCOMPARE(view.whyNot(), QString());
    // Meanwhile somebody comes to read one, and a message comes into another: the broker keeps
    // both.
    const QStringList left = found(view, rules::Mismatch::OrphanQueue);
    const QByteArray used = left.at(4).section(u'|', 2).toUtf8();
    const QString filled = left.at(7).section(u'|', 2);
    auto reader = std::make_unique<AmqpWorkers>(rabbit().amqpPort());
    QVERIFY(reader->consume(used));
    rabbit().declareExchange("late");
    rabbit().bindQueue(filled.toStdString(), "late");
    rabbit().publish("late", "{}");
    view.run();
    QTRY_VERIFY_WITH_TIMEOUT(view.over(), longWait);
    QVERIFY2(view.planText().startsWith(QStringLiteral("31 of 33")), qPrintable(view.planText()));
    QHash<QString, OverviewLine> told;
    for (const OverviewLine &line : view.steps()->lines())
        told.insert(line.title, line);
    QCOMPARE(told.value(QString::fromUtf8(used)).value, QStringLiteral("failed"));
    QVERIFY(
        told.value(QString::fromUtf8(used)).detail.contains(QLatin1String("somebody reads it")));
    QCOMPARE(told.value(filled).value, QStringLiteral("failed"));
    QVERIFY2(told.value(filled).detail.contains(QLatin1String("wait in it by now")),
        qPrintable(told.value(filled).detail));
    QVERIFY2(view.error().endsWith(QLatin1String("(and 1 more)")), qPrintable(view.error()));
    int deleted = 0;
    for (const JournalRow &row : wall.stage.session.journal()->rows())
        deleted += row.write.operation == "delete-queue" && row.outcome == JournalRow::Applied;
    QCOMPARE(deleted, 31);
    // Once nobody needs them any more, and the broker's figures have come to tell both, the next
    // plan mends the rest.
    const auto row = [&](const std::string &name) {
        const QueueState *queue = wall.stage.store.find(name);
        return queue && queue->countsNow() ? queue->row : schema::QueueRow();
    };
    QTRY_COMPARE_WITH_TIMEOUT(row(used.toStdString()).consumers, 1, longWait);
    QTRY_COMPARE_WITH_TIMEOUT(row(filled.toStdString()).ready, 1, longWait);
    reader.reset();
    rabbit().manage("DELETE", placeOf("queues", filled) + "/contents");
    rabbit().manage("DELETE", "/api/exchanges/%2F/late");
    QTRY_VERIFY2_WITH_TIMEOUT(abandoned() == 2,
        (toldOf(used.toStdString()) + toldOf(filled.toStdString())).c_str(), longWait);
    view.look();
    QTRY_VERIFY_WITH_TIMEOUT(!view.busy(), longWait);
    view.plan();
    QCOMPARE(view.byHandCount(), 1);
    view.setTyped(view.wanted());
    view.run();
    QTRY_VERIFY_WITH_TIMEOUT(view.over(), longWait);
    QCOMPARE(view.error(), QString());
    QTRY_COMPARE_WITH_TIMEOUT(orphans(), 0, longWait);
    view.look();
    QTRY_VERIFY_WITH_TIMEOUT(!view.busy(), longWait);
    QCOMPARE(view.table()->count(), 1); // the librarian is still lost
    rabbit().declareExchange("tg.request.librarian:default");
    rabbit().bindQueue("tg.request.librarian:default.librarian", "tg.request.librarian:default");
    view.look();
    QTRY_VERIFY_WITH_TIMEOUT(!view.busy(), longWait);
    QCOMPARE(view.table()->count(), 0); // everything belongs together
}

int main(int argc, char **argv)
{
    if (argc == 4 && QByteArray(argv[1]) == "--work") {
        AmqpWorkers workers(QByteArray(argv[2]).toInt());
        return workers.layOut(recordedLayout(QString::fromLocal8Bit(argv[3]))) ? workers.work() : 3;
    }
    const QGuiApplication app(argc, argv);
    TestBrokerPages test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_brokerpages.moc"
