// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "models/schema/rabbit.h"
#include "models/stores/queuestore.h"
#include "tests/support/fakegateway.h"
#include "views/pages/flowtext.h"
#include "views/pages/queueaction.h"
#include "views/pages/queuebulk.h"
#include "views/pages/queuespage.h"
#include "views/pages/tailmodel.h"

#include <QAbstractItemModelTester>
#include <QtTest>

#include <random>

using namespace signalbox;

namespace {

schema::FabricResponse part(int from, int count, std::int64_t received, std::int64_t filtered = 0)
{
    schema::FabricResponse response;
    for (int i = 0; i < count; ++i) {
        schema::FabricMessage message;
        message.seq = from + i;
        message.payload = "{\"n\":" + std::to_string(from + i) + "}";
        message.size = std::int64_t(message.payload.size());
        response.messages.push_back(message);
    }
    response.received = received;
    response.filtered = filtered;
    response.dropped = received - filtered - (from + count - 1);
    return response;
}

bool balances(const TailModel &tail)
{
    return tail.received()
        == tail.shown() + tail.held() + tail.filtered() + tail.dropped() + tail.pending()
        && tail.dropped() >= 0;
}

/// A far end without fabric service, whose broker has an address of its own and one queue.
struct BrokerScene {
    FakeGateway gateway;
    Session session;
    const std::string name;

    explicit BrokerScene(const QString &kind = QStringLiteral("rabbitmq"),
        std::string queue = "tg.flow.chunk-load:acme:ingest-us.embedder--acme--ingest-us--input",
        bool readOnly = false)
        : name(std::move(queue))
    {
        gateway.fillDemo();
        Capabilities real;
        real.era = Capabilities::Era::D;
        real.listMyWorkspaces = true;
        real.metrics = Capabilities::Metrics::None;
        gateway.setCapabilities(real);
        gateway.setBroker(kind);
        gateway.setReadOnly(readOnly);
        gateway.answerWith("rabbitmq", [this](const Request &request) -> std::optional<Reply> {
            if (request.operation == "bindings")
                return Reply(Response { schema::encode(schema::RabbitBindings()) });
            schema::RabbitQueuePage page;
            page.page = page.pageCount = page.totalCount = 1;
            page.items.resize(1);
            page.items.front().name = name;
            page.items.front().ready = 3;
            page.items.front().consumers = 0;
            return Reply(Response { schema::encode(page) });
        });
        gateway.answerWith("fabric", [](const Request &request) -> std::optional<Reply> {
            schema::FabricResponse answer;
            if (request.operation == "purge" || request.operation == "delete-queue")
                return Reply(Response { schema::encode(answer) }); // how many it does not say
            if (request.operation != "tail")
                return {};
            answer.pending = 0; // as the broker's own tail begins
            return Reply(Response { schema::encodeTail(answer) });
        });
        gateway.connectTo(session);
        session.queues()->fetchBroker();
    }
    bool ready()
    {
        const QueueState *queue = session.queues()->find(name);
        return queue && queue->countsKnown;
    }
};

} // namespace

class PagesTail : public QObject {
    Q_OBJECT
private slots:
    void newestComesFirstAndCountsAddUp()
    {
        TailModel tail;
        QAbstractItemModelTester tester(
            &tail, QAbstractItemModelTester::FailureReportingMode::QtTest);
        tail.take(part(1, 3, 3));
        tail.take(part(4, 2, 9)); // four were lost on the way
        QCOMPARE(tail.count(), 5);
        QCOMPARE(tail.message(0)->seq, std::int64_t(5));
        QCOMPARE(tail.received(), qint64(9));
        QCOMPARE(tail.dropped(), qint64(4));
        QVERIFY(balances(tail));
    }

    void pauseHoldsWithoutLossUpToItsBound()
    {
        TailModel tail;
        QAbstractItemModelTester tester(
            &tail, QAbstractItemModelTester::FailureReportingMode::QtTest);
        tail.setPaused(true);
        const int more = TailModel::pauseCapacity + 100;
        tail.take(part(1, more, more));
        QCOMPARE(tail.count(), 0);
        QCOMPARE(tail.held(), qint64(TailModel::pauseCapacity));
        QCOMPARE(tail.dropped(), qint64(100));
        QVERIFY(balances(tail));
        tail.setPaused(false);
        QCOMPARE(tail.held(), qint64(0));
        QCOMPARE(tail.shown(), qint64(TailModel::pauseCapacity));
        QCOMPARE(tail.count(), TailModel::capacity);
        QCOMPARE(tail.left(), qint64(TailModel::pauseCapacity - TailModel::capacity));
        QVERIFY(balances(tail));
    }

    void filterCountsWhatItKeepsBack()
    {
        TailModel tail;
        tail.setFilter("7");
        tail.take(part(1, 10, 12, 0));
        QCOMPARE(tail.count(), 1);
        QCOMPARE(tail.filtered(), qint64(9));
        QCOMPARE(tail.dropped(), qint64(2));
        QVERIFY(balances(tail));
        tail.setFilter("size>");
        QVERIFY(!tail.filterError().isEmpty());
        tail.take(part(11, 10, 22, 0));
        QCOMPARE(tail.count(), 2); // the last good filter stays in force: 17
        QVERIFY(balances(tail));
    }

    void clearCountsFromNothing()
    {
        TailModel tail;
        tail.take(part(1, 3, 3));
        tail.clear();
        QCOMPARE(tail.received(), qint64(0));
        QVERIFY(balances(tail));
    }

    void whatWaitsAtTheBrokerCountsApartAndIsNoLoss()
    {
        TailModel tail;
        const auto told = [](int from, int count, std::int64_t dropped, std::int64_t pending) {
            auto response = part(from, count, from + count - 1 + dropped + pending);
            response.dropped = dropped;
            response.pending = pending;
            return response;
        };
        tail.take(told(1, 3, 0, 40));
        QCOMPARE(tail.received(), qint64(43));
        QCOMPARE(tail.pending(), qint64(40));
        QCOMPARE(tail.dropped(), qint64(0));
        QVERIFY(balances(tail));
        tail.take(told(4, 30, 5, 5)); // it was an estimate: five of them were dropped meanwhile
        QCOMPARE(tail.received(), qint64(43));
        QCOMPARE(tail.pending(), qint64(5));
        QCOMPARE(tail.dropped(), qint64(5));
        QVERIFY(balances(tail));
        tail.take(told(34, 0, 5, 0)); // fewer than before: what was estimated too high is no loss
        QCOMPARE(tail.received(), qint64(38));
        QCOMPARE(tail.dropped(), qint64(5));
        QVERIFY(balances(tail));
    }

    void aBrokerIsListenedToButNeverPeekedAt()
    {
        BrokerScene scene;
        QTRY_VERIFY(scene.ready());
        FakeGateway &gateway = scene.gateway;
        QueuesPage page;
        page.setSession(&scene.session);
        page.setCurrentKey(QString::fromStdString(scene.name));
        QCOMPARE(page.unknownWhy(), QString());
        QCOMPARE(page.detail()->unknownWhy(), QString());
        QCOMPARE(page.detail()->tailDenied(), QString());
        QVERIFY(page.detail()->peekDenied().contains("redelivered"));
        QVERIFY(page.detail()->publishDenied().contains("fabric"));
        QVERIFY(page.detail()->moveDenied().contains("fabric"));
        page.detail()->peek(20);
        QCOMPARE(gateway.askedCount("fabric", "peek"), 0);
        page.detail()->startTail();
        QTRY_COMPARE(page.detail()->tail()->state(), TailModel::Tailing);
        page.detail()->stopTail();
    }

    void atARabbitQueuesArePurgedAndDeletedFromTheirPage()
    {
        BrokerScene scene;
        QTRY_VERIFY(scene.ready());
        const QString name = QString::fromStdString(scene.name);
        QueuesPage page;
        page.setSession(&scene.session);
        page.setCurrentKey(name);
        QCOMPARE(page.detail()->purgeDenied(), QString());
        QCOMPARE(page.detail()->deleteDenied(), QString());
        QCOMPARE(page.bulkDenied("purge"), QString());
        QCOMPARE(page.bulkDenied("delete-queue"), QString());
        QueueAction action;
        action.setSession(&scene.session);
        action.open(QueueAction::Purge, name);
        action.setTyped(name);
        QCOMPARE(action.whyNot(), QString());
        action.run();
        QTRY_VERIFY(!action.result().isEmpty());
        QVERIFY2(action.result().contains("unknown"), qPrintable(action.result()));
        QCOMPARE(scene.gateway.askedCount("fabric", "purge"), 1);
        QueueBulk bulk;
        bulk.setSession(&scene.session);
        bulk.open(QueueBulk::Delete, { name });
        bulk.setTyped(QStringLiteral("delete 1"));
        QCOMPARE(bulk.whyNot(), QString());
        bulk.run();
        QTRY_COMPARE(bulk.step(), QueueBulk::Finished);
        QCOMPARE(scene.gateway.askedCount("fabric", "delete-queue"), 1);
        // The broker does not say how many it were: none would be a guess.
        QVERIFY2(bulk.summary().contains("not told"), qPrintable(bulk.summary()));
        QVERIFY2(bulk.report().contains("deleted; with how many"), qPrintable(bulk.report()));
        QTRY_COMPARE(scene.gateway.pending(), 0); // before those go who asked
    }

    void whereNothingCanBeDeletedOrMayBeThePageSaysWhy()
    {
        BrokerScene shut(QStringLiteral("rabbitmq"), "tg.flow.a:acme:f.p--acme--f--input", true);
        QTRY_VERIFY(shut.ready());
        QueuesPage page;
        page.setSession(&shut.session);
        page.setCurrentKey(QString::fromStdString(shut.name));
        QVERIFY(page.detail()->purgeDenied().contains("read-only"));
        QVERIFY(page.detail()->deleteDenied().contains("read-only"));
        QVERIFY(page.bulkDenied("purge").contains("read-only"));
        QCOMPARE(page.detail()->tailDenied(), QString());
        BrokerScene other(QStringLiteral("pulsar"));
        QueuesPage unserved;
        unserved.setSession(&other.session);
        QCOMPARE(unserved.bulkDenied("purge"), flowtext::whyQueuesStay());
        QCOMPARE(unserved.detail()->deleteDenied(), flowtext::whyQueuesStay());
        QTRY_COMPARE(shut.gateway.pending() + other.gateway.pending(), 0);
    }

    void passwordsAndKeysAreNotListenedTo()
    {
        BrokerScene scene(QStringLiteral("rabbitmq"), "tg.request.iam.iam-svc");
        QTRY_VERIFY(scene.ready());
        QueuesPage page;
        page.setSession(&scene.session);
        page.setCurrentKey(QString::fromStdString(scene.name));
        QVERIFY2(page.detail()->tailDenied().contains("passwords"),
            qPrintable(page.detail()->tailDenied()));
        page.detail()->startTail();
        QCOMPARE(page.detail()->tail()->state(), TailModel::Off);
        QCOMPARE(scene.gateway.askedCount("fabric", "tail"), 0);
        QTRY_COMPARE(scene.gateway.pending(), 0);
    }

    void tailOpensThroughTheGatewayAndShowsAMessage()
    {
        FakeGateway gateway;
        gateway.fillDemo();
        Session session;
        gateway.connectTo(session);
        QTRY_VERIFY(session.queues()->loaded());
        QueuesPage page;
        page.setSession(&session);
        const QString name = QString::fromStdString(gateway.queueNames().front());
        page.setCurrentKey(name);
        QVERIFY(page.detail()->exists());
        QCOMPARE(page.detail()->tailDenied(), QString());
        page.detail()->startTail();
        QTRY_COMPARE(page.detail()->tail()->count(), 1);
        QCOMPARE(page.detail()->tail()->state(), TailModel::Tailing);
        QVERIFY(page.detail()->payload(0, QueueDetailView::Json).contains("one message"));
        QVERIFY(page.detail()->payload(0, QueueDetailView::Hex).startsWith("00000000"));
        page.detail()->stopTail();
        QCOMPARE(page.detail()->tail()->state(), TailModel::Off);
        page.detail()->peek(20);
        QTRY_COMPARE(page.detail()->tail()->state(), TailModel::Peeked);
    }

    void whileDisconnectedNoQueueIsAskedForAndAFailedReadIsNoLoss()
    {
        Session session;
        FakeGateway gateway;
        gateway.fillDemo();
        gateway.connectTo(session);
        QueuesPage page;
        page.setSession(&session);
        QTRY_VERIFY(page.table()->count() > 0);
        page.setCurrentKey(page.table()->keyAt(0));
        page.detail()->watch(true);
        QTRY_COMPARE(gateway.askedCount("fabric", "get-queue"), 1);
        page.detail()->startTail();
        QTRY_COMPARE(page.detail()->tail()->state(), TailModel::Tailing);
        gateway.dropConnection();
        gateway.forgetAsked();
        page.detail()->watch(false);
        page.detail()->watch(true); // looks at once
        QCOMPARE(gateway.askedCount("fabric", "get-queue"), 0);
        QVERIFY(!page.detail()->tailDenied().isEmpty());
        const GatewayError lost { ErrorKind::Network, {}, "the connection was lost", true };
        QVERIFY(!flowtext::readFailure("The tail", lost).contains("arrived"));
        QVERIFY(flowtext::failure("Stopping x", lost).contains("Whether it arrived"));
        gateway.reconnect();
        page.detail()->watch(false);
        page.detail()->watch(true);
        QTRY_COMPARE(gateway.askedCount("fabric", "get-queue"), 1);
        QTRY_COMPARE(gateway.pending(), 0); // before those go who asked
    }

    void scopeChipAndFilterWorkTogether()
    {
        FakeGateway gateway;
        gateway.fillDemo();
        Session session;
        gateway.connectTo(session);
        QTRY_VERIFY(session.queues()->loaded());
        QueuesPage page;
        page.setSession(&session);
        QTRY_VERIFY(page.table()->count() > 0);
        const int all = page.table()->count();
        page.setScope("blueprint");
        QVERIFY(page.table()->count() > 0);
        QVERIFY(page.table()->count() < all);
        page.setFilter("no-such-queue");
        QCOMPARE(page.table()->count(), 0);
        QVERIFY(page.emptyTitle().contains("filter"));
    }

    void backEndWithoutFabricSaysWhyNothingCanBeLookedAt()
    {
        FakeGateway gateway;
        gateway.fillDemo();
        Capabilities real;
        real.era = Capabilities::Era::D;
        real.listMyWorkspaces = true;
        real.metrics = Capabilities::Metrics::None;
        gateway.setCapabilities(real);
        Session session;
        gateway.connectTo(session);
        QueuesPage page;
        page.setSession(&session);
        QVERIFY(!page.unknownWhy().isEmpty());
        QVERIFY(page.detail()->tailDenied().contains("fabric"));
        page.detail()->startTail();
        QCOMPARE(gateway.askedCount("fabric", ""), 0);
    }

    void purgeNamesTheCountThatWasSeenAndWantsTheNameTyped_data()
    {
        QTest::addColumn<bool>("guarded");
        QTest::newRow("any connection") << false;
        QTest::newRow("a protected one") << true;
    }

    void purgeNamesTheCountThatWasSeenAndWantsTheNameTyped()
    {
        QFETCH(bool, guarded);
        FakeGateway gateway;
        gateway.fillDemo();
        if (guarded)
            gateway.setEnvironment("production", true);
        Session session;
        gateway.connectTo(session);
        QTRY_VERIFY(session.queues()->loaded());
        const QString name = "flow:tg:chunk-load:acme:ingest-us.embedder--acme--ingest-us--input";
        QueueAction action;
        action.setSession(&session);
        action.open(QueueAction::Purge, name);
        QVERIFY(!action.whyNot().isEmpty());
        action.run();
        QCOMPARE(gateway.askedCount("fabric", "purge"), 0);
        action.setTyped(name);
        QCOMPARE(action.whyNot(), QString());
        action.run();
        QTRY_VERIFY(!action.busy());
        QCOMPARE(gateway.askedCount("fabric", "purge"), 1);
        const auto purge = std::find_if(gateway.asked().begin(), gateway.asked().end(),
            [](const Request &request) { return request.operation == "purge"; });
        QVERIFY(purge->body.find("\"expected-ready\":18204") != std::string::npos);
        QCOMPARE(action.error(), QString());
        QTRY_COMPARE(gateway.queue(name.toStdString())->ready, std::int64_t(0));
        QCOMPARE(gateway.queue(name.toStdString())->deleted, std::int64_t(18204));
    }

    void publishedMessageReachesTheTailAndTheQueuesOfItsTopic()
    {
        FakeGateway gateway;
        gateway.fillDemo();
        Session session;
        gateway.connectTo(session);
        QTRY_VERIFY(session.queues()->loaded());
        const QString name = "flow:tg:in:acme:legacy-sync.mirror--acme--legacy-sync--input";
        QueuesPage page;
        page.setSession(&session);
        page.setCurrentKey(name);
        page.detail()->startTail();
        QTRY_COMPARE(page.detail()->tail()->state(), TailModel::Tailing);
        const int before = page.detail()->tail()->count();
        QueueAction action;
        action.setSession(&session);
        action.open(QueueAction::Publish, name);
        action.setPayload("{\"text\":\"by hand\"}");
        QCOMPARE(action.whyNot(), QString());
        action.run();
        QTRY_COMPARE(page.detail()->tail()->count(), before + 1);
        QVERIFY(balances(*page.detail()->tail()));
        QVERIFY(page.detail()->payload(0, QueueDetailView::Json).contains("by hand"));
        QCOMPARE(gateway.queue(name.toStdString())->ready, std::int64_t(1));
    }

    void requestsAndAnswersArePairedInWhateverOrderTheyCome()
    {
        FakeGateway gateway;
        gateway.fillDemo();
        Session session;
        gateway.connectTo(session);
        QTRY_VERIFY(session.queues()->loaded());
        QString name;
        for (const QueueState &queue : session.queues()->rows())
            if (queue.row.topicClass == "request" && queue.row.scope != "system")
                name = queue.name;
        QVERIFY(!name.isEmpty());
        QueuesPage page;
        page.setSession(&session);
        page.setCurrentKey(name);
        QueueDetailView &queue = *page.detail();
        QVERIFY(queue.answersTopic().startsWith("response:"));
        queue.startTail();
        TailModel &tail = *queue.tail();
        QTRY_COMPARE(tail.state(), TailModel::Tailing);
        QVERIFY(tail.paired());
        tail.clear();
        const auto message = [](std::int64_t seq, std::int64_t atMs, const std::string &id) {
            schema::FabricMessage one;
            one.seq = seq;
            one.atMs = atMs;
            one.payload = "{}";
            one.properties = { { "id", id } };
            return one;
        };
        const auto take = [&](bool answer, const schema::FabricMessage &one,
                              std::int64_t received) {
            schema::FabricResponse told;
            told.messages = { one };
            told.received = received;
            tail.take(told, answer);
            QVERIFY(balances(tail));
        };
        take(true, message(1, 1040, "x"), 1); // its request comes by the other stream, later
        QVERIFY(tail.isAnswer(0));
        QCOMPARE(tail.pairText(0), QString("its request was not seen"));
        take(false, message(1, 1000, "x"), 1);
        QCOMPARE(tail.pairText(0), QString("answered after 40 ms"));
        QCOMPARE(tail.pairText(1), QString("after 40 ms"));
        take(false, message(2, 2000, "y"), 2);
        QCOMPARE(tail.pairText(0), QString("no answer yet"));
        take(true, message(2, 2100, "y"), 2);
        take(true, message(3, 3500, "y"), 3);
        QVERIFY2(tail.pairText(2).startsWith("2 answers, after 100 ms to 1.5 s"),
            qPrintable(tail.pairText(2)));
        QCOMPARE(tail.received(), qint64(5));
        QCOMPARE(tail.shown(), qint64(5));
        QVERIFY(!queue.resendDenied(0).isEmpty()); // an answer
        QVERIFY(queue.resendDenied(2).isEmpty());
        take(true, message(9, 4000, "z"), 7); // three were lost on the way
        QCOMPARE(tail.dropped(), qint64(3));
        // What an editor of lines would change is not sent again as something else.
        take(false, message(3, 5000, "one\nby: two"), 3);
        QVERIFY2(queue.resendDenied(0).contains("id"), qPrintable(queue.resendDenied(0)));
        auto bytes = message(4, 6000, "w");
        bytes.payload = "\xff\xfe\x01";
        take(false, bytes, 4);
        QVERIFY2(queue.resendDenied(0).contains("no text"), qPrintable(queue.resendDenied(0)));
        auto turned = message(5, 7000, "v\u202ex");
        turned.payload = "invoice\u202efdp.exe";
        take(false, turned, 5);
        QCOMPARE(tail.data(tail.index(0), TailModel::PreviewRole).toString(),
            QString::fromUtf8("invoice⟦RLO⟧fdp.exe"));
        QVERIFY(tail.data(tail.index(0), TailModel::PropertiesRole)
                    .toString()
                    .contains(QString::fromUtf8("v⟦RLO⟧x")));
        QVERIFY(queue.messageFacts(0).contains(QString::fromUtf8("v⟦RLO⟧x")));
        QCOMPARE(
            queue.payload(0, QueueDetailView::Text), QString::fromUtf8("invoice\u202efdp.exe"));
    }

    void withoutTheAnswersTheMessagesStillCome()
    {
        FakeGateway gateway;
        gateway.fillDemo();
        Session session;
        gateway.connectTo(session);
        QTRY_VERIFY(session.queues()->loaded());
        TailModel tail;
        gateway.failNext("fabric", "tail",
            { ErrorKind::NotFound, "not-found", "no topic", false }); // of the answers
        tail.open(session.gateway(), session.queues()->rows().front().row.name, "response:tg:none");
        QTRY_COMPARE(tail.state(), TailModel::Tailing);
        QTRY_VERIFY(!tail.answersFault().isEmpty());
        QVERIFY(!tail.paired());
        QTRY_COMPARE(tail.received(), qint64(1));
        QVERIFY(balances(tail));
    }

    void whoSendsAndWhoTakesIsToldByTheBlueprints()
    {
        FakeGateway gateway;
        gateway.fillDemo();
        Session session;
        gateway.connectTo(session);
        QTRY_VERIFY(session.queues()->loaded());
        QueuesPage page;
        page.setSession(&session);
        page.setCurrentKey("flow:tg:chunk-load:acme:ingest-us.embedder--acme--ingest-us--input");
        const auto fact = [&](const QString &key) {
            TableModel &facts = *page.detail()->facts();
            return facts.copyText(facts.rowOf(key), 1);
        };
        QTRY_COMPARE(fact("takers"), QString("embedder (ingest-us)"));
        QCOMPARE(fact("producers"), QString("chunker (ingest-us)"));
        QTRY_COMPARE(gateway.pending(), 0); // before those go who asked
    }

    void aBurstAndAPauseAndBothStreamsStillAddUp()
    {
        std::mt19937 random(21);
        TailModel tail;
        std::array<std::int64_t, 2> sent {};
        std::array<std::int64_t, 2> filtered {};
        for (int turn = 0; turn < 3000; ++turn) {
            const bool answer = random() % 2 == 0;
            schema::FabricResponse told;
            const int count = int(random() % 40);
            for (int i = 0; i < count; ++i) {
                schema::FabricMessage one;
                one.seq = ++sent[answer];
                one.payload = std::string(random() % 30, 'x');
                one.properties = { { "id", std::to_string(random() % 50) } };
                if (random() % 10 != 0) // else lost on the way
                    told.messages.push_back(one);
            }
            filtered[answer] += std::int64_t(random() % 3);
            told.filtered = filtered[answer];
            told.received = sent[answer] + filtered[answer];
            tail.take(told, answer);
            QVERIFY(balances(tail));
            if (random() % 20 == 0)
                tail.setPaused(!tail.paused());
            if (random() % 50 == 0)
                tail.setFilter(random() % 2 == 0 ? "size>20" : "");
            QVERIFY(balances(tail));
            QVERIFY(tail.held() <= TailModel::pauseCapacity);
        }
        QCOMPARE(tail.received(), qint64(sent[0] + sent[1] + filtered[0] + filtered[1]));
        QVERIFY(tail.dropped() > 0);
    }

    void usedQueueIsDeletedOnlyWhenThatIsWished()
    {
        FakeGateway gateway;
        gateway.fillDemo();
        Session session;
        gateway.connectTo(session);
        QTRY_VERIFY(session.queues()->loaded());
        const QString name = "flow:tg:chunk-load:acme:ingest-us.embedder--acme--ingest-us--input";
        QueueAction action;
        action.setSession(&session);
        action.open(QueueAction::Delete, name);
        action.setIfUnused(false);
        action.setTyped(name);
        // More came in since the person looked: the far end refuses, and says what it is now.
        gateway.failNext("fabric", "delete-queue",
            { ErrorKind::Conflict, "conflict", "holds 18300 messages by now, not 18204", false });
        action.run();
        QTRY_VERIFY(!action.busy());
        QVERIFY(action.error().contains("18300"));
        QVERIFY(gateway.queue(name.toStdString()));
        action.run();
        QTRY_VERIFY(!gateway.queue(name.toStdString()));
    }
};

QTEST_MAIN(PagesTail)
#include "pages_tail.moc"
