// SPDX-License-Identifier: GPL-3.0-only
// A session on a far end of the tests that has a real broker as its second address.
#pragma once

#include "app/client/connection.h"
#include "app/client/poller.h"
#include "models/stores/queuestore.h"
#include "tests/support/fakeserver.h"
#include "tests/support/prometheusprocess.h"
#include "tests/support/rabbitprocess.h"

#include <QTimer>

namespace signalbox {

/// One for all tests of the program.
inline support::RabbitProcess &rabbit()
{
    static support::RabbitProcess process;
    return process;
}

inline LinkTiming quickTiming()
{
    LinkTiming timing;
    timing.probe = milliseconds(2000);
    timing.brokerStatistics = milliseconds(500);
    return timing;
}

/// What Prometheus is told to scrape. A busy machine may take a while to answer for every queue.
inline std::string scrapeOf(const std::string &job, const std::string &path, int port)
{
    return "  - job_name: " + job
        + "\n    scrape_interval: 2s\n    scrape_timeout: 2s\n    metrics_path: " + path
        + "\n    static_configs:\n      - targets: ['127.0.0.1:" + std::to_string(port) + "']\n";
}

struct BrokerStage {
    FakeServer server;
    Session session;
    std::unique_ptr<Connection> connection;
    QueueStore &store = *session.queues();

    BrokerStage()
        : connection(std::make_unique<Connection>(&session, quickTiming()))
    {
        server.beReal('D');
        Poller::Pace pace;
        pace.metricsMs = 700;
        pace.brokerMs = 500;
        pace.slowestMs = 1000;
        connection->poller()->setPace(pace);
    }
    void open(quint16 management = 0, quint16 amqp = 0, const std::string &password = "guest",
        bool readOnly = false)
    {
        Connection::Target target;
        target.name = QStringLiteral("real");
        target.url = server.url();
        target.apiKey = server.token.toStdString();
        target.broker.kind = QStringLiteral("rabbitmq");
        target.broker.url = QUrl(QStringLiteral("http://127.0.0.1:%1")
                                     .arg(management ? management : rabbit().managementPort()));
        if (amqp)
            target.broker.amqpUrl = QUrl(QStringLiteral("amqp://127.0.0.1:%1").arg(amqp));
        target.broker.user = QStringLiteral("guest");
        target.broker.password = password;
        target.readOnly = readOnly;
        connection->open(target);
    }
};

/// What the gateway's metrics proxy does: hands on what a real Prometheus answers, byte by byte.
/// The answers are fetched ahead, since the far end of the tests does not wait for anybody.
class MetricsProxy : public QObject {
public:
    MetricsProxy(FakeServer &server, const support::PrometheusProcess &prometheus,
        const QList<QByteArray> &queries)
        : m_server(server)
        , m_prometheus(prometheus)
        , m_queries(queries)
    {
        connect(&m_timer, &QTimer::timeout, this, [this] { handOn(); });
        m_timer.start(250);
        handOn();
    }
    /// Prometheus goes on, and nothing of it arrives: the last answers are refused.
    void cut()
    {
        m_timer.stop();
        for (const QByteArray &query : m_queries)
            m_server.setMetric(QString::fromUtf8(query), "no answer");
    }
    void mend()
    {
        handOn();
        m_timer.start(250);
    }

private:
    void handOn()
    {
        for (const QByteArray &query : m_queries) {
            const auto answer = support::http(m_prometheus.port(), "GET",
                "/api/v1/query?query="
                    + QUrl::toPercentEncoding(QString::fromUtf8(query)).toStdString());
            m_server.setMetric(QString::fromUtf8(query), QByteArray::fromStdString(answer.body));
        }
    }
    FakeServer &m_server;
    const support::PrometheusProcess &m_prometheus;
    QList<QByteArray> m_queries;
    QTimer m_timer;
};

} // namespace signalbox
