// SPDX-License-Identifier: GPL-3.0-only
// A far end that plays a large platform through a real socket: `queue_generator TIER TRUTH-FILE`.
// Flows of a blueprint that is there and makes just the queues and workers that are told of.
// Prints one line with address and key; what comes on standard input: `play`, `stop`, `jump` (every
// value changes and nobody is told), `drop` (cuts every connection). Ends with its input.
#include "tests/bench/generatormain.h"
#include "tests/bench/playedqueues.h"
#include "tests/support/fakeserver.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTimer>

#include <cstdio>

namespace signalbox::bench {
namespace {

constexpr int tickMs = 20;
constexpr int pageLimit = 5000;
constexpr int rowsPerEvent = 500;

class Generator : public QObject {
public:
    Generator(const Tier &tier, PlayedTotals *totals, PlayedQueue *truth)
        : m_tier(tier)
        , m_totals(totals)
        , m_truth(truth)
        , m_random(7)
    {
        m_server.beOwn();
        m_server.setRest(QStringLiteral("/api/v1/version"),
            { 200,
                R"({"product":"signalbox-gateway","version":"9.9","api":"trustgraph-2.8","capabilities":["events","fabric","cancel","flow-stop:queues","flow-snapshots","edited-flows"]})" });
        m_server.setFlows(QStringLiteral("acme"), {});
        for (int workspace = 0; workspace < tier.workspaces; ++workspace) {
            QJsonObject flows;
            for (int flow = 0; flow < tier.flows; ++flow)
                flows.insert(QString::fromStdString(flowName(flow)),
                    QJsonObject { { QStringLiteral("description"), QString() },
                        { QStringLiteral("blueprint-name"), QLatin1String(playedBlueprint) },
                        { QStringLiteral("interfaces"), QJsonObject() },
                        { QStringLiteral("parameters"), QJsonObject() } });
            m_server.setFlows(QString::fromStdString(workspaceName(workspace)), flows);
        }
        m_heads.reserve(std::size_t(tier.total()));
        for (int queue = 0; queue < tier.total(); ++queue)
            m_heads.push_back(head(queue));
        m_blueprint = blueprints();
        m_toldOf.resize(std::size_t(tier.workspaces), 0);
        m_server.rawPayload = [this](const QString &service, const QString &operation,
                                  const QJsonObject &request) {
            return service == QLatin1String("fabric") && operation == QLatin1String("list-queues")
                ? page(request)
                : service == QLatin1String("fabric")
                    && operation == QLatin1String("list-processors")
                ? workerPage(request)
                : service == QLatin1String("flow")
                    && operation == QLatin1String("list-edited-flows")
                ? QByteArrayLiteral("{\"flow-ids\":[]}")
                : service == QLatin1String("config")
                    && request.value(QStringLiteral("type")).toString()
                        == QLatin1String("flow-blueprint")
                ? m_blueprint
                : QByteArray();
        };
        m_timer.setTimerType(Qt::PreciseTimer);
        connect(&m_timer, &QTimer::timeout, this, &Generator::tick);
    }

    QUrl url() const { return m_server.url(); }
    QString key() const { return m_server.token; }
    void play()
    {
        m_playedUs = nowUs();
        m_owed = m_owedWorkers = 0;
        m_timer.start(tickMs);
    }
    void stop() { m_timer.stop(); }
    void drop() { m_server.dropAll(); }
    /// Every queue gets a new value that nobody is told.
    void jump()
    {
        for (int queue = 0; queue < m_tier.total(); ++queue)
            change(queue, nowUs());
    }

private:
    QByteArray head(int queue) const
    {
        const int flow = queue / m_tier.queues;
        const std::string workspace = workspaceName(flow / m_tier.flows);
        const PlayedPlace place = placeOf(queue % m_tier.queues);
        const std::string name = queueName(m_tier, queue);
        return QByteArray::fromStdString("{\"name\":\"" + name + "\",\"topic\":\""
            + name.substr(0, name.find('.')) + "\",\"class\":\"" + place.topicClass
            + "\",\"scope\":\"flow\",\"workspace\":\"" + workspace + "\",\"flow\":\""
            + flowName(flow % m_tier.flows) + "\",\"blueprint\":\"" + playedBlueprint
            + "\",\"processor\":\"" + processorName(place.processor) + "\"");
    }

    /// Acked follows from the balance: published = acked + ready + unacked + deleted.
    void appendRow(QByteArray &into, int queue, std::int64_t ready) const
    {
        into += m_heads[std::size_t(queue)];
        into += ",\"ready\":" + QByteArray::number(qint64(ready));
        into += ",\"unacked\":1,\"consumers\":1,\"published\":"
            + QByteArray::number(qint64(3 * ready + 1));
        into += ",\"delivered\":" + QByteArray::number(qint64(2 * ready + 1));
        into += ",\"acked\":" + QByteArray::number(qint64(2 * ready));
        into += ",\"redelivered\":0,\"deleted\":0,\"oldest-ms\":40,\"bytes\":"
            + QByteArray::number(qint64(200 * ready));
        into += ",\"max-depth\":1000000}";
    }

    std::int64_t change(int queue, std::int64_t atUs)
    {
        PlayedQueue &played = m_truth[queue];
        auto &change =
            played.changes[std::size_t(played.count % std::int64_t(played.changes.size()))];
        change.ready = ++m_ready;
        change.atUs = atUs;
        ++played.count;
        return m_ready;
    }

    std::int64_t readyOf(int queue) const
    {
        const PlayedQueue &played = m_truth[queue];
        const std::int64_t count = played.count;
        return count == 0
            ? 0
            : played.changes[std::size_t((count - 1) % std::int64_t(played.changes.size()))]
                  .ready.load();
    }

    QByteArray page(const QJsonObject &request) const
    {
        const int first = request.value(QStringLiteral("cursor")).toString().toInt();
        const int limit =
            std::min(request.value(QStringLiteral("limit")).toInt(pageLimit), pageLimit);
        const int end = std::min(first + limit, m_tier.total());
        QByteArray text = "{\"queues\":[";
        for (int queue = first; queue < end; ++queue) {
            if (queue > first)
                text += ',';
            appendRow(text, queue, readyOf(queue));
        }
        text += "],\"total\":" + QByteArray::number(m_tier.total());
        text += ",\"seq\":" + QByteArray::number(m_server.seq);
        if (end < m_tier.total())
            text += ",\"cursor\":\"" + QByteArray::number(end) + '"';
        return text + '}';
    }

    /// Every workspace has the same one.
    QByteArray blueprints() const
    {
        const QJsonObject value { { QStringLiteral("type"), QStringLiteral("flow-blueprint") },
            { QStringLiteral("key"), QLatin1String(playedBlueprint) },
            { QStringLiteral("value"), QString::fromStdString(blueprintText(m_tier)) } };
        return QJsonDocument(QJsonObject { { QStringLiteral("version"), m_server.version },
                                 { QStringLiteral("values"), QJsonArray { value } } })
            .toJson(QJsonDocument::Compact);
    }

    /// Workers are numbered by workspace, flow and processor. What one has done grows with every
    /// time that it is told of.
    void appendWorker(QByteArray &into, int worker) const
    {
        const int flow = worker / playedProcessors;
        const int workspace = flow / m_tier.flows;
        const std::string id = flowName(flow % m_tier.flows);
        into +=
            QByteArray::fromStdString("{\"processor\":\"" + processorName(worker % playedProcessors)
                + "\",\"variant\":\"" + id + "\",\"workspace\":\"" + workspaceName(workspace)
                + "\",\"flow\":\"" + id + "\",\"state\":\"running\",\"processed\":");
        into += QByteArray::number(1000 + 90 * qint64(m_toldOf[std::size_t(workspace)]));
        into += ",\"errors\":0,\"mean-ms\":12.5,\"config-version\":1}";
    }

    QByteArray workerPage(const QJsonObject &request) const
    {
        const int first = request.value(QStringLiteral("cursor")).toString().toInt();
        const int limit =
            std::min(request.value(QStringLiteral("limit")).toInt(pageLimit), pageLimit);
        const int end = std::min(first + limit, m_tier.totalWorkers());
        QByteArray text = "{\"processors\":[";
        for (int worker = first; worker < end; ++worker) {
            if (worker > first)
                text += ',';
            appendWorker(text, worker);
        }
        text += "],\"total\":" + QByteArray::number(m_tier.totalWorkers());
        if (end < m_tier.totalWorkers())
            text += ",\"cursor\":\"" + QByteArray::number(end) + '"';
        return text + '}';
    }

    void tick()
    {
        const std::int64_t now = nowUs();
        m_owed += double(now - m_playedUs) * m_tier.changes / 1e6;
        m_owedWorkers += double(now - m_playedUs) * m_tier.workerRows() / 1e6;
        m_playedUs = now;
        const int ofOne = m_tier.flows * playedProcessors;
        for (; m_owedWorkers >= ofOne && m_server.subscribed(); m_owedWorkers -= ofOne)
            sendWorkers(m_nextWorkspace++ % m_tier.workspaces);
        while (m_owed >= 1 && m_server.subscribed()) {
            const int rows = int(std::min<double>(m_owed, rowsPerEvent));
            m_owed -= rows;
            send(rows);
        }
        m_totals->late = std::int64_t(m_owed);
    }

    /// As our gateway does: all workers of a workspace in one event.
    void sendWorkers(int workspace)
    {
        ++m_server.seq;
        ++m_toldOf[std::size_t(workspace)];
        const int ofOne = m_tier.flows * playedProcessors;
        QByteArray text = "{\"seq\":" + QByteArray::number(m_server.seq)
            + ",\"ts\":" + QByteArray::number(QDateTime::currentMSecsSinceEpoch())
            + ",\"kind\":\"processor\",\"workspace\":\""
            + QByteArray::fromStdString(workspaceName(workspace)) + "\",\"data\":{\"processors\":[";
        for (int i = 0; i < ofOne; ++i) {
            if (i > 0)
                text += ',';
            appendWorker(text, workspace * ofOne + i);
        }
        m_server.pushText(text + "]}}");
        m_totals->workers += ofOne;
    }

    void send(int rows)
    {
        ++m_server.seq;
        QByteArray text = "{\"seq\":" + QByteArray::number(m_server.seq)
            + ",\"ts\":" + QByteArray::number(QDateTime::currentMSecsSinceEpoch())
            + ",\"kind\":\"queue\",\"data\":{\"dropped\":0,\"removed\":[],\"queues\":[";
        const std::int64_t now = nowUs();
        for (int i = 0; i < rows; ++i) {
            const int queue = int(m_random.bounded(m_tier.total()));
            const std::int64_t ready = change(queue, now);
            if (i > 0)
                text += ',';
            appendRow(text, queue, ready);
        }
        m_server.pushText(text + "]}}");
        m_totals->changes += rows;
    }

    const Tier m_tier;
    PlayedTotals *const m_totals;
    PlayedQueue *const m_truth;
    FakeServer m_server;
    std::vector<QByteArray> m_heads;
    QByteArray m_blueprint;
    std::vector<int> m_toldOf; ///< by workspace: how often its workers were told of
    QRandomGenerator m_random;
    QTimer m_timer;
    std::int64_t m_playedUs = 0;
    std::int64_t m_ready = 0;
    double m_owed = 0;
    double m_owedWorkers = 0;
    int m_nextWorkspace = 0;
};

} // namespace
} // namespace signalbox::bench

int main(int argc, char **argv)
{
    using namespace signalbox::bench;
    QCoreApplication application(argc, argv);
    if (argc != 3) {
        std::fprintf(stderr, "usage: queue_generator M|L|XL TRUTH-FILE\n");
        return 2;
    }
    const Tier tier = tierOf(argv[1]);
    QFile file(QString::fromLocal8Bit(argv[2]));
    const qint64 size =
        qint64(sizeof(PlayedTotals) + sizeof(PlayedQueue) * std::size_t(tier.total()));
    if (!file.open(QIODevice::ReadWrite) || !file.resize(size)) {
        std::fprintf(stderr, "queue_generator: %s: %s\n", argv[2], qPrintable(file.errorString()));
        return 1;
    }
    uchar *memory = file.map(0, size);
    if (!memory)
        return 1;
    auto *totals = new (memory) PlayedTotals;
    auto *truth = reinterpret_cast<PlayedQueue *>(memory + sizeof(PlayedTotals));
    for (int queue = 0; queue < tier.total(); ++queue)
        new (truth + queue) PlayedQueue;
    Generator generator(tier, totals, truth);
    return runGenerator(application, generator.url(), generator.key(), [&](const QByteArray &word) {
        if (word == "play")
            generator.play();
        else if (word == "stop")
            generator.stop();
        else if (word == "jump")
            generator.jump();
        else if (word == "drop")
            generator.drop();
    });
}
