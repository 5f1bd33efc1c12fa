// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "models/schema/metrics.h"
#include "models/stores/flowstore.h"
#include "models/stores/queueledger.h"
#include "models/stores/queuestore.h"
#include "tests/support/fakegateway.h"
#include "views/pages/stopflow.h"

#include <QtTest>

using namespace signalbox;

class PagesStop : public QObject {
    Q_OBJECT

    std::unique_ptr<FakeGateway> gateway;
    std::unique_ptr<Session> session;

    void connectSession()
    {
        session = std::make_unique<Session>();
        gateway->connectTo(*session);
        QTRY_VERIFY(session->flows()->loaded());
        QTRY_VERIFY(session->queues()->loaded());
    }
    /// Requests of the configuration of globex end like this, from the beginning on.
    void connectWithoutGlobex(const GatewayError &error)
    {
        gateway->answerWith("config", [error](const Request &request) -> std::optional<Reply> {
            if (request.workspace != "globex")
                return {};
            return unexpected(error);
        });
        session = std::make_unique<Session>();
        gateway->connectTo(*session);
        QTRY_VERIFY(session->flows()->loadedIn("acme"));
        QTRY_VERIFY(session->flows()->error().contains("globex"));
        QTRY_VERIFY(session->queues()->loaded());
    }
    void connectReal(Capabilities::Metrics metrics)
    {
        Capabilities real;
        real.era = Capabilities::Era::D;
        real.product = "gateway 2.8";
        real.listMyWorkspaces = true;
        real.metrics = metrics;
        gateway->setCapabilities(real);
        session = std::make_unique<Session>();
        gateway->connectTo(*session);
        QTRY_VERIFY(session->flows()->loaded());
    }
    static int fates(const StopFlow &stop, rules::Fate fate)
    {
        int count = 0;
        for (const StopPreview::Line &line : stop.preview().lines)
            count += line.fate.fate == fate ? 1 : 0;
        return count;
    }

private slots:
    void init()
    {
        session.reset();
        gateway = std::make_unique<FakeGateway>();
        gateway->fillDemo();
    }
    void cleanup() { session.reset(); }

    void figuresCountQueuesAndTheMessagesThatGoWithThem()
    {
        connectSession();
        StopFlow stop;
        stop.setSession(session.get());
        stop.open({ "acme/ingest-us" });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        QCOMPARE(stop.whyNot(), QString());
        // its own queues die; those of the blueprint are kept by its sisters
        qint64 waiting = 0;
        int queues = 0;
        for (const QueueState &queue : session->queues()->rows()) {
            if (queue.row.workspace == "acme" && queue.row.flow == "ingest-us") {
                waiting += queue.row.ready + queue.row.unacked;
                ++queues;
            }
        }
        QVERIFY(waiting >= 18204);
        QCOMPARE(stop.preview().messagesLost, std::optional<qint64>(waiting));
        QCOMPARE(stop.preview().queuesDeleted, queues);
        QVERIFY(fates(stop, rules::Fate::Kept) > 0);
        QCOMPARE(stop.preview().liveFlows, 5); // legacy-sync is stopping
        QCOMPARE(stop.preview().workspaces, 2);
        QCOMPARE(stop.topics()->keyAt(0), "flow:tg:chunk-load:acme:ingest-us"); // the fullest first
    }

    void rowsAndWhatIsNotShownAddUpToTheFigures()
    {
        connectSession();
        StopFlow stop;
        stop.setSession(session.get());
        stop.open({ "acme/ingest-us" });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        const auto shown = [&stop] {
            int sum = 0;
            for (int row = 0; row < stop.topics()->count(); ++row)
                sum += stop.topics()->index(row, 3).data().toString().toInt();
            return sum;
        };
        const int all = stop.preview().queuesDeleted + stop.preview().queuesKept;
        int hidden = 0;
        for (const QString &words : stop.moreText().split(" · "))
            if (words.contains("more queue"))
                hidden += words.section(' ', 0, 0).toInt();
        QVERIFY(hidden > 0);
        QCOMPARE(shown() + hidden, all);
        stop.setShowAll(true);
        QCOMPARE(shown(), all);
        QCOMPARE(stop.moreText(), QString());
    }

    void selectionIsOnePlanInWhichNoneKeepsAnythingForAnother()
    {
        connectSession();
        StopFlow stop;
        stop.setSession(session.get());
        stop.open({ "acme/ingest-us", "acme/ingest-eu", "acme/support-rag", "acme/ontology-lab" });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        QCOMPARE(fates(stop, rules::Fate::Kept), 0);
        StopFlow one;
        one.setSession(session.get());
        one.open({ "acme/ingest-us" });
        QTRY_COMPARE(one.step(), StopFlow::Preview);
        QVERIFY(fates(one, rules::Fate::Kept) > 0);
    }

    void previewFollowsTheFlowsAndSaysThatItChanged()
    {
        connectSession();
        StopFlow stop;
        stop.setSession(session.get());
        stop.open({ "globex/news" });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        QCOMPARE(stop.recomputed(), QString());
        QCOMPARE(fates(stop, rules::Fate::Kept), 0);
        gateway->startFlow("globex", "sister", "document-rag", { { "model", "small" } });
        QTRY_VERIFY(fates(stop, rules::Fate::Kept) > 0);
        QVERIFY(!stop.recomputed().isEmpty());
    }

    void realBackEndLeavesQueuesBehindAndUnknownStaysUnknown()
    {
        connectReal(Capabilities::Metrics::None);
        StopFlow stop;
        stop.setSession(session.get());
        stop.open({ "acme/ingest-us" });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        QVERIFY(!stop.deletesQueues());
        QCOMPARE(stop.preview().queuesDeleted, 0);
        QVERIFY(stop.preview().queuesLeft > 0);
        QCOMPARE(stop.preview().messagesLeft, std::optional<qint64>());
        QCOMPARE(stop.messagesLeft(), "unknown");
        QVERIFY(!stop.warnings().isEmpty());
    }

    void queuesThatPrometheusNamesAreCountedOnce()
    {
        connectReal(Capabilities::Metrics::New);
        StopFlow stop;
        stop.setSession(session.get());
        stop.open({ "acme/ingest-us" });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        const int queues = stop.preview().queuesLeft;
        const auto expected = stop.preview().expected;
        QVERIFY(queues > 0);
        QVERIFY(!stop.preview().messagesLeft);
        schema::InstantVector scraped; // by the broker's own names
        for (const rules::ExpectedQueue &queue : expected) {
            schema::Sample sample;
            sample.labels = { { "queue", QueueLedger::rabbitName(queue) }, { "vhost", "/" } };
            sample.value = 2;
            scraped.samples.push_back(sample);
        }
        for (const char *name : { "rabbitmq_queue_messages_ready",
                 "rabbitmq_queue_messages_unacked", "rabbitmq_queue_consumers" })
            gateway->answerMetric(name, schema::encode(scraped));
        session->queues()->fetch();
        QTRY_VERIFY(session->queues()->countsKnown());
        stop.open({ "acme/ingest-us" });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        QCOMPARE(stop.preview().queuesLeft, queues);
        QCOMPARE(stop.preview().messagesLeft, std::optional<qint64>(4 * queues));
    }

    void protectedConnectionWantsTheNameTyped()
    {
        gateway->setEnvironment("production", true);
        connectSession();
        StopFlow stop;
        stop.setSession(session.get());
        stop.open({ "globex/news" });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        QVERIFY(stop.typingNeeded());
        stop.stop();
        QCOMPARE(gateway->askedCount("flow", "stop-flow"), 0);
        stop.setTyped("new");
        QVERIFY(!stop.whyNot().isEmpty());
        stop.setTyped("news");
        QCOMPARE(stop.whyNot(), QString());
        stop.stop();
        QTRY_COMPARE(stop.step(), StopFlow::Finished);
        QCOMPARE(gateway->askedCount("flow", "stop-flow"), 1);
    }

    void whereWritingTakesALeaseTheNameIsTypedToo()
    {
        gateway->setLeaseNeeded(true); // the far end says so, the connection is not marked
        connectSession();
        StopFlow stop;
        stop.setSession(session.get());
        stop.open({ "globex/news" });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        QVERIFY(stop.typingNeeded());
    }

    void aWorkspaceThatIsNotServedIsNamedAndHindersNoStop()
    {
        connectWithoutGlobex(
            { ErrorKind::NotFound, "workspace-not-found", "workspace not found", false });
        StopFlow stop;
        stop.setSession(session.get());
        stop.open({ "acme/ingest-us" });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        QCOMPARE(stop.error(), QString());
        QCOMPARE(stop.whyNot(), QString());
        QVERIFY(stop.preview().queuesDeleted > 0);
        QCOMPARE(stop.warnings().filter("globex is not served").size(), 1);
    }

    void aFlowThatCannotBeReadIsToldOf()
    {
        gateway->putConfig("acme", "flow", "broken", "[]");
        connectSession();
        StopFlow stop;
        stop.setSession(session.get());
        stop.open({ "acme/ingest-us" });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        QTRY_COMPARE(stop.warnings().filter("Not every flow of acme could be read").size(), 1);
        QCOMPARE(stop.whyNot(), QString());
    }

    void whatAWorkspaceThatIsNotServedMayKeepIsNotCalledDeleted()
    {
        gateway->putBlueprint("acme", "pooled", R"({
"blueprint":{"pool:{blueprint}":{"topics":{"request":"request:tg:pool:{blueprint}"}},
 "near:{blueprint}":{"topics":{"request":"request:tg:near:{workspace}:{blueprint}"}}},
"flow":{"in:{id}":{"topics":{"input":"flow:tg:in:{workspace}:{id}","pool-request":"request:tg:pool:{blueprint}"}}}})");
        QVERIFY(gateway->startFlow("acme", "pooled-1", "pooled"));
        connectWithoutGlobex(
            { ErrorKind::NotFound, "workspace-not-found", "workspace not found", false });
        StopFlow stop;
        stop.setSession(session.get());
        stop.open({ "acme/pooled-1" });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        int unsure = 0;
        int deleted = 0;
        stop.setShowAll(true);
        for (const StopPreview::Line &line : stop.preview().lines) {
            QCOMPARE(line.unsure, line.fate.topic == "request:tg:pool:pooled");
            (line.unsure ? unsure : deleted) += line.queues;
            if (!line.unsure)
                continue;
            const int row = stop.topics()->rowOf(QString::fromStdString(line.fate.topic));
            QVERIFY(row >= 0);
            for (int column = 0; column < stop.topics()->columnCount(); ++column) {
                const QString text = stop.topics()->index(row, column).data().toString();
                QVERIFY2(!text.contains("deleted"), qPrintable(text));
            }
        }
        QVERIFY(unsure > 0 && deleted > 0);
        QCOMPARE(stop.preview().queuesUnsure, unsure);
        QCOMPARE(stop.preview().queuesDeleted, deleted);
        QCOMPARE(stop.warnings().filter("Whether").size(), 1);
    }

    void aWorkspaceThatCannotBeReadIsNamedAndHindersTheStop()
    {
        connectWithoutGlobex({ ErrorKind::Service, {}, "config-svc does not answer", true });
        StopFlow stop;
        stop.setSession(session.get());
        stop.open({ "acme/ingest-us" });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        QVERIFY(stop.error().contains("globex"));
        QVERIFY(stop.error().contains("does not answer"));
        QVERIFY(!stop.whyNot().isEmpty());
        QVERIFY(!stop.whyNot().contains("does not answer")); // said once, above
    }

    void readOnlyRefuses()
    {
        gateway->setReadOnly(true);
        connectSession();
        StopFlow stop;
        stop.setSession(session.get());
        stop.open({ "globex/news" });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        QVERIFY(stop.whyNot().contains("read-only"));
        stop.stop();
        QCOMPARE(gateway->askedCount("flow", "stop-flow"), 0);
    }

    void partialFailureIsReportedPerFlowAndTheFailedCanBeTriedAgain()
    {
        connectSession();
        StopFlow stop;
        stop.setSession(session.get());
        stop.open({ "acme/ingest-us", "acme/ingest-eu", "globex/news" });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        gateway->failNext(
            "flow", "stop-flow", { ErrorKind::Service, "flow-error", "stuck", false });
        stop.stop();
        QTRY_COMPARE(stop.step(), StopFlow::Finished);
        QCOMPARE(stop.stopped(), 2);
        QCOMPARE(stop.failed(), 1);
        QVERIFY(stop.report().contains("stuck"));
        QVERIFY(stop.report().contains("2 stopped, 1 failed"));
        stop.retryFailed();
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        QCOMPARE(stop.count(), 1);
        stop.stop();
        QTRY_COMPARE(stop.step(), StopFlow::Finished);
        QCOMPARE(stop.failed(), 0);
    }

    void flowsThatStopAlreadyAreLeftOut()
    {
        connectSession();
        StopFlow stop;
        stop.setSession(session.get());
        stop.open({ "acme/legacy-sync", "globex/news" });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        QCOMPARE(stop.count(), 1);
    }
};

QTEST_MAIN(PagesStop)
#include "pages_stop.moc"
