// SPDX-License-Identifier: GPL-3.0-only
// A far end without events is polled, and asked for metrics.
#include "tests/unit/client/tst_connection.h"

#include "app/client/poller.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuesources.h"
#include "models/stores/queuestore.h"

#include <QElapsedTimer>

#include <algorithm>

using namespace signalbox;

void TestConnection::realGatewayIsPolledAndAskedForMetrics()
{
    Stage stage;
    stage.server.beReal('D');
    const char *const sample =
        R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{%},"value":[1700000000,"%"]}]}})";
    auto vector = [sample](const char *labels, const char *value) {
        QByteArray text(sample);
        text.replace(text.indexOf('%'), 1, labels);
        text.replace(text.lastIndexOf('%'), 1, value);
        return text;
    };
    const char *const queue = R"("queue":"tg.flow.chunk-load:acme:eu.embedder--acme--eu--input")";
    stage.server.setMetric(QStringLiteral("count(tg_processor_info)"), vector("", "34"));
    stage.server.setMetric(
        QStringLiteral("pubsub_backend"), vector(R"("pubsub_backend":"rabbitmq")", "34"));
    stage.server.setMetric(QStringLiteral("rabbitmq_queue_messages_ready"), vector(queue, "4711"));
    stage.server.setMetric(QStringLiteral("rabbitmq_queue_messages_unacked"), vector(queue, "1"));
    stage.server.setMetric(QStringLiteral("rabbitmq_queue_consumers"), vector(queue, "2"));
    stage.connection->poller()->setPace({ 50, 100, 1000 });
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Polling);
    QCOMPARE(stage.session.capabilities().metrics, Capabilities::Metrics::New);
    QCOMPARE(stage.session.backend(), QStringLiteral("gateway 2.8 · RabbitMQ · Prometheus"));
    QVERIFY(stage.session.knowsQueues());
    QTRY_COMPARE(stage.session.queues()->count(), 1);
    QCOMPARE(stage.session.queues()->rows().front().row.ready, 4711);
    QCOMPARE(stage.session.queues()->rows().front().row.consumers, 2);
    stage.server.setMetric(QStringLiteral("rabbitmq_queue_messages_ready"), vector(queue, "5"));
    QTRY_COMPARE(stage.session.queues()->rows().front().row.ready, 5);
    // Another client starts a flow: the version tells, then it is fetched.
    QTRY_COMPARE(stage.session.flows()->count(), 1);
    stage.server.setFlows(QStringLiteral("acme"),
        { { QStringLiteral("eu"), flowRecord(QStringLiteral("b")) },
            { QStringLiteral("us"), flowRecord(QStringLiteral("b")) } });
    QTRY_COMPARE(stage.session.flows()->count(), 2);
    QCOMPARE(stage.server.count(QStringLiteral("fabric")), 0);
    // Without change nothing but the version is asked again.
    auto polls = [&] {
        return stage.server.count(QStringLiteral("config"), QStringLiteral("list"));
    };
    const int asked = polls();
    QTRY_VERIFY(polls() > asked + 5); // what the change has caused is over
    const int fetched = stage.server.count(QStringLiteral("config"), QStringLiteral("getvalues"));
    QTRY_VERIFY(polls() > asked + 10);
    QCOMPARE(stage.server.count(QStringLiteral("config"), QStringLiteral("getvalues")), fetched);
}

namespace {

/// One sample of an instant query.
QByteArray instant(const char *labels, int value)
{
    return R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{)"
        + QByteArray(labels) + R"(},"value":[1700000000,")" + QByteArray::number(value)
        + R"("]}]}})";
}

constexpr const char *embedderLabel =
    R"("queue":"tg.flow.chunk-load:acme:eu.embedder--acme--eu--input")";

void setRabbitSeries(FakeServer &server, int ready)
{
    server.setMetric(
        QStringLiteral("rabbitmq_queue_messages_ready"), instant(embedderLabel, ready));
    server.setMetric(QStringLiteral("rabbitmq_queue_messages_unacked"), instant(embedderLabel, 1));
    server.setMetric(QStringLiteral("rabbitmq_queue_consumers"), instant(embedderLabel, 2));
}

void setPlatformSeries(FakeServer &server)
{
    server.setMetric(QStringLiteral("count(tg_processor_info)"), instant("", 34));
    server.setMetric(
        QStringLiteral("pubsub_backend"), instant(R"("pubsub_backend":"rabbitmq")", 34));
}

} // namespace

void TestConnection::aPrometheusThatComesLaterIsFound()
{
    Stage stage;
    stage.server.beReal('D');
    stage.connection->poller()->setPace({ 50, 100, 100, 400 });
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Polling);
    QVERIFY(!stage.session.hasMetrics());
    auto *sources = stage.session.queues()->sources();
    QTRY_COMPARE(sources->count(), 1);
    QVERIFY2(sources->report().contains(QLatin1String("looked for again")),
        qPrintable(sources->report()));
    QCOMPARE(sources->fault(), QString()); // many have none: that is no fault
    QCOMPARE(stage.session.queues()->sourceText(), QStringLiteral("unknown: no source"));
    // It is looked for more and more seldom.
    QTRY_COMPARE(sources->everyMs(rules::QueueSource::Prometheus), 400);
    setRabbitSeries(stage.server, 4711);
    setPlatformSeries(stage.server);
    QTRY_VERIFY(stage.session.hasMetrics());
    QTRY_COMPARE(stage.session.backend(), QStringLiteral("gateway 2.8 · RabbitMQ · Prometheus"));
    QTRY_COMPARE(stage.session.queues()->count(), 1);
    QCOMPARE(stage.session.queues()->rows().front().row.ready, 4711);
    QTRY_COMPARE(sources->everyMs(rules::QueueSource::Prometheus), 100); // and asked as always
    QVERIFY2(sources->report().contains(QLatin1String("1 queues")), qPrintable(sources->report()));
}

void TestConnection::aPrometheusThatGoesIsSaidToBeGoneAndIsUsedAgain()
{
    Stage stage;
    stage.server.beReal('D');
    setRabbitSeries(stage.server, 7);
    setPlatformSeries(stage.server);
    stage.server.setMetric(QStringLiteral("tg_consumer_processing_total"),
        instant(R"("consumer":"flow:tg:chunk-load:acme:eu","status":"success")", 3));
    stage.connection->poller()->setPace({ 50, 100, 100, 400 });
    stage.open();
    const auto flow = [&] {
        return stage.session.flows()->find(QStringLiteral("acme"), QStringLiteral("eu"));
    };
    QTRY_VERIFY(flow() && flow()->errorPercent);
    QCOMPARE(*flow()->rate, 3.0);
    // The proxy cannot reach it any more.
    for (const char *query : { "rabbitmq_queue_messages_ready", "rabbitmq_queue_messages_unacked",
             "rabbitmq_queue_consumers", "tg_consumer_processing_total",
             "count(tg_processor_info)" })
        stage.server.setMetric(QLatin1String(query), "no answer");
    auto *sources = stage.session.queues()->sources();
    QTRY_VERIFY(!sources->fault().isEmpty());
    QTRY_VERIFY(!flow()->errorPercent); // told too long ago: not known any more
    QTRY_VERIFY(!flow()->rate);
    QTRY_VERIFY(stage.session.queues()->rows().front().isStale(rules::QueueFigure::Ready));
    // It was started anew and has scraped nothing yet: that is no sign of anything.
    stage.server.setMetric(QStringLiteral("tg_consumer_processing_total"),
        R"({"status":"success","data":{"resultType":"vector","result":[]}})");
    QVERIFY(!flow()->rate);
    setRabbitSeries(stage.server, 8);
    stage.server.setMetric(QStringLiteral("tg_consumer_processing_total"),
        instant(R"("consumer":"flow:tg:chunk-load:acme:eu","status":"success")", 2));
    QTRY_COMPARE(stage.session.queues()->rows().front().row.ready, 8);
    QTRY_COMPARE(sources->fault(), QString());
    QTRY_VERIFY(flow()->rate && *flow()->rate == 2.0);
}

void TestConnection::metricsThatMayNotBeReadAreNotAskedForAgain()
{
    Stage stage;
    stage.server.beReal('D');
    stage.server.setRest(QStringLiteral("/api/metrics"), { 403, R"({"error":"access denied"})" });
    stage.connection->poller()->setPace({ 50, 50, 50, 100 });
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Polling);
    QCOMPARE(stage.session.capabilities().metrics, Capabilities::Metrics::Denied);
    QTRY_VERIFY(
        stage.session.queues()->sources()->report().contains(QLatin1String("needs metrics:read")));
    const auto asked = [&] {
        return std::count_if(stage.server.seen.cbegin(), stage.server.seen.cend(),
            [](const auto &one) { return one.service.contains(QLatin1String("metrics")); });
    };
    const auto before = asked();
    const auto polls = [&] {
        return stage.server.count(QStringLiteral("config"), QStringLiteral("list"));
    };
    const int polled = polls();
    QTRY_VERIFY(polls() > polled + 8);
    QCOMPARE(asked(), before);
}

void TestConnection::pollingPausesWhileNobodyLooks()
{
    Stage stage;
    stage.server.beReal('D');
    stage.connection->poller()->setPace({ 30, 30, 1000, 100 });
    stage.open();
    QTRY_COMPARE(stage.session.state(), Session::Polling);
    QTRY_VERIFY(stage.connection->poller()->polls() > 3);
    stage.session.setAttention(Session::Hidden);
    const auto before = stage.connection->poller()->polls();
    QElapsedTimer timer;
    timer.start();
    QTRY_VERIFY(timer.elapsed() > 200);
    QCOMPARE(stage.connection->poller()->polls(), before);
    stage.session.setCallsOutside(true); // somebody is to be called: slowly it goes on
    QTRY_VERIFY(stage.connection->poller()->polls() > before);
    stage.session.setCallsOutside(false);
    stage.session.setAttention(Session::Watched);
    QTRY_VERIFY(stage.connection->poller()->polls() > before + 2);
}
