// SPDX-License-Identifier: GPL-3.0-only
// What the pages say of a stock flow as it was recorded, laid out at a real RabbitMQ that a real
// Prometheus scrapes: with its consumers, and without them.
#include "models/stores/alertstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuesources.h"
#include "tests/integration/broker/brokerstage.h"
#include "tests/integration/broker/halfopen.h"
#include "tests/integration/broker/workers.h"
#include "views/pages/flowspage.h"
#include "views/pages/overviewpage.h"
#include "views/pages/queuespage.h"

#include <QGuiApplication>
#include <QProcess>
#include <QTest>

#include <csignal>

using namespace signalbox;

namespace {

const QString recordings = QStringLiteral(SIGNALBOX_RECORDINGS);
const QString layoutFile = recordings + QStringLiteral("/amqp-1-default-running.json");
const std::string chunks = "tg.flow.chunk-load:default:default";
const QString taker = QString::fromStdString(chunks)
    + QStringLiteral(".kg-extract-definitions--default--default--input");
const QString flowKey = QStringLiteral("default/default");
constexpr int longWait = 40000;

/// The stock blueprint as the back end told it.
QByteArray stockBlueprint()
{
    QFile file(recordings + QStringLiteral("/rest/048-flow-get-blueprint.txt"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray text = file.readAll();
    const auto answer =
        QJsonDocument::fromJson(text.mid(text.indexOf('{', text.lastIndexOf("\n<")))).object();
    return answer.value(QStringLiteral("blueprint-definition")).toString().toUtf8();
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
    void work()
    {
        workers.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        workers.start(QCoreApplication::applicationFilePath(),
            { QStringLiteral("--work"), QString::number(rabbit().amqpPort()), layoutFile });
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
    int queueSignal() const
    {
        return cell(queues, taker, "aspect", TableModel::AspectRole).toInt();
    }
    int flowSignal() const
    {
        return cell(flows, flowKey, "aspect", TableModel::AspectRole).toInt();
    }
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
    void killedConsumersAreSeenEverywhere();
};

/// The next test finds no messages.
void TestBrokerPages::cleanup()
{
    for (const auto &queue : rabbit().queues())
        if (queue.name.starts_with("tg."))
            rabbit().manage("DELETE",
                "/api/queues/%2F/"
                    + QUrl::toPercentEncoding(QString::fromStdString(queue.name)).toStdString()
                    + "/contents");
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
