// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "tests/support/fakegateway.h"
#include "views/pages/flowspage.h"
#include "views/pages/overviewpage.h"
#include "views/pages/queuespage.h"
#include "views/pages/stopflow.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using namespace signalbox;

namespace {

const QString key = "acme/ingest-eu";
const std::string promptQueue =
    "request:tg:prompt:acme:document-rag.prompt--acme--document-rag--request";

struct Desk {
    Session session;
    FakeGateway gateway;
    FlowsPage page;
    Desk()
    {
        gateway.fillDemo();
        gateway.connectTo(session);
        page.setSession(&session);
        page.setCurrentKey(key);
    }
    const FlowRow *flow() { return session.flows()->find("acme", "ingest-eu"); }
    QString cell(TableModel *table, const QString &row, int column, int role = Qt::DisplayRole)
    {
        return table->index(table->rowOf(row), column).data(role).toString();
    }
};

schema::QueueRow subscriber()
{
    schema::QueueRow row;
    row.name = "response:tg:prompt:acme:document-rag.writer--acme--ingest-eu--r--1";
    row.topic = "response:tg:prompt:acme:document-rag";
    row.topicClass = "response";
    row.scope = "subscriber";
    row.workspace = "acme";
    row.flow = "ingest-eu";
    row.consumers = 1;
    return row;
}

const std::string rabbitQueue =
    "tg.flow.chunk-load:acme:ingest-eu.embedder--acme--ingest-eu--input";

std::string vector(const char *value)
{
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":"
           "{\"queue\":\""
        + rabbitQueue + "\"},\"value\":[1700000000,\"" + value + "\"]}]}}";
}

} // namespace

class PagesFlow : public QObject {
    Q_OBJECT
private slots:
    void titleTabAndTableNameTheSameNumberOfQueues()
    {
        Desk desk;
        QAbstractItemModelTester tester(desk.page.detail()->queues());
        const auto number = [&desk](int expected) {
            QTRY_COMPARE(desk.page.detail()->queues()->total(), expected);
            QTRY_VERIFY2(
                desk.page.detail()->subtitle().endsWith(QString("%1 queues").arg(expected)),
                qPrintable(desk.page.detail()->subtitle()));
            QCOMPARE(desk.flow()->queues, expected);
            QCOMPARE(desk.cell(desk.page.table(), key, 6), QString::number(expected));
        };
        number(6);
        desk.gateway.setQueue(subscriber());
        number(7);
        QVERIFY(desk.page.detail()->queuesText().contains("1 of subscribers"));
        desk.gateway.removeQueue(subscriber().name);
        number(6);
        // A queue that the blueprint names and the broker lacks is shown, and counted.
        desk.gateway.removeQueue(
            "flow:tg:text-load:acme:ingest-eu.chunker--acme--ingest-eu--input");
        number(6);
    }

    void aSharedQueueNamesWhoSharesIt()
    {
        Desk desk;
        TableModel *queues = desk.page.detail()->queues();
        const QString name = QString::fromStdString(promptQueue);
        QTRY_COMPARE(desk.cell(queues, name, 3, TableModel::TipRole),
            QString("Shared with ingest-us, ontology-lab, support-rag: its messages are of all "
                    "of them."));
        QueuesPage page;
        page.setSession(&desk.session);
        page.setCurrentKey(name);
        QTRY_VERIFY2(page.detail()->subtitle().contains(
                         "shared by ingest-eu, ingest-us, ontology-lab, support-rag"),
            qPrintable(page.detail()->subtitle()));
    }

    void queuesThatPrometheusNamesStandForTheExpectedOnes()
    {
        Session session;
        FakeGateway gateway;
        gateway.fillDemo();
        Capabilities can;
        can.era = Capabilities::Era::D;
        can.listMyWorkspaces = true;
        can.metrics = Capabilities::Metrics::New;
        gateway.setCapabilities(can);
        gateway.answerMetric("rabbitmq_queue_messages_ready", vector("7"));
        gateway.answerMetric("rabbitmq_queue_messages_unacked", vector("0"));
        gateway.answerMetric("rabbitmq_queue_consumers", vector("1"));
        gateway.connectTo(session);
        FlowsPage page;
        page.setSession(&session);
        page.setCurrentKey(key);
        TableModel *queues = page.detail()->queues();
        const QString name = QString::fromStdString(rabbitQueue);
        QTRY_VERIFY(queues->rowOf(name) >= 0);
        QTRY_COMPARE(queues->index(queues->rowOf(name), 4).data().toString(), QString("7"));
        QCOMPARE(queues->total(), 6); // not once more under the name of the fabric
        QTRY_COMPARE(session.flows()->find("acme", "ingest-eu")->queues, 6);
    }

    void aStarvingSharedQueueIsToldByItsFlowsOnly()
    {
        Desk desk;
        OverviewPage overview;
        overview.setSession(&desk.session);
        overview.setActive(true);
        QTRY_VERIFY(desk.flow() && desk.flow()->aspect == Cell::Clear);
        desk.gateway.changeQueue(promptQueue, [](auto &row) {
            row.consumers = 0;
            row.ready = 9;
        });
        const auto lines = [&overview] {
            QStringList titles;
            for (int row = 0; row < overview.attention()->rowCount({}); ++row)
                titles.append(
                    overview.attention()->index(row, 0).data(OverviewLines::TitleRole).toString());
            return titles;
        };
        QTRY_VERIFY2(lines().contains("ingest-eu"), qPrintable(lines().join(", ")));
        QVERIFY(!lines().contains(QString::fromStdString(promptQueue)));
    }

    void aFlowWithASlashInItsIdIsTheOneThatIsOpened()
    {
        Desk desk;
        QVERIFY(desk.gateway.startFlow("acme", "eu/zz 100%", "mirror"));
        QVERIFY(desk.gateway.startFlow("acme", "zz 100%", "mirror"));
        QTRY_VERIFY(desk.session.flows()->find("acme", "eu/zz 100%"));
        int row = -1;
        QTRY_VERIFY((row = desk.page.table()->rowOf(FlowStore::key("acme", "eu/zz 100%"))) >= 0);
        const QString chosen = desk.page.table()->keyAt(row);
        desk.page.setCurrentKey(chosen);
        QCOMPARE(desk.page.detail()->id(), QString("eu/zz 100%"));
        QCOMPARE(desk.page.detail()->workspace(), QString("acme"));
        QVERIFY(desk.page.detail()->exists());
        QCOMPARE(desk.page.whyNotStop({ chosen }), QString());
        StopFlow stop;
        stop.setSession(&desk.session);
        stop.open({ chosen });
        QTRY_COMPARE(stop.step(), StopFlow::Preview);
        QCOMPARE(stop.title(), QString("Stop flow eu/zz 100%"));
        QCOMPARE(stop.whyNot(), QString());
        // The filter that leads to its queues survives blanks and colons.
        desk.page.table()->setFilter(desk.page.filterOf(chosen));
        QCOMPARE(desk.page.table()->filterError(), QString());
        QCOMPARE(desk.page.table()->count(), 1);
        QCOMPARE(desk.page.table()->keyAt(0), chosen);
    }

    void aSecretParameterIsNeitherShownNorCopied()
    {
        Desk desk;
        QTRY_VERIFY(desk.flow());
        desk.gateway.startFlow("acme", "mailing", "document-rag",
            { { "mail-token", "planted" }, { "model", "small" } });
        QTRY_VERIFY(desk.session.flows()->find("acme", "mailing"));
        desk.page.setCurrentKey("acme/mailing");
        const auto shown = [&desk] {
            const TableModel &table = *desk.page.detail()->parameters();
            QStringList words;
            for (int row = 0; row < table.rowCount(); ++row)
                for (int column = 0; column < table.columnCount(); ++column)
                    words.append(table.index(row, column).data().toString());
            return words;
        };
        QTRY_VERIFY(shown().contains("small"));
        QVERIFY(shown().contains("mail-token") && !shown().contains("planted"));
        const QString copied = desk.page.jsonOf("acme/mailing");
        QVERIFY(copied.contains("mail-token") && !copied.contains("planted"));
        desk.gateway.removeFlow("acme", "mailing");
    }

    void aFlowHiddenByTheFilterCanStillBeCopied()
    {
        Desk desk;
        QTRY_VERIFY(desk.flow());
        desk.page.table()->setFilter("state:stopping");
        QCOMPARE(desk.page.table()->rowOf(key), -1);
        QVERIFY(desk.page.jsonOf(key).contains("document-rag"));
        QCOMPARE(desk.page.jsonOf("acme/nobody"), QString());
    }
};

QTEST_MAIN(PagesFlow)
#include "pages_flow.moc"
