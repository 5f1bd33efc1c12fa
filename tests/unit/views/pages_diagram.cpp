// SPDX-License-Identifier: GPL-3.0-only
// Layout by `dot` with everything that can go wrong, and the diagram of a flow with live figures.
#include "models/stores/format.h"
#include "models/stores/session.h"
#include "tests/support/fakegateway.h"
#include "views/pages/diagramscene.h"
#include "views/pages/flowdiagram.h"

#include <QAbstractItemModelTester>
#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <functional>

using namespace signalbox;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<const rules::Diagram> line(int stations)
{
    schema::Blueprint blueprint;
    for (int i = 0; i < stations; ++i) {
        schema::ProcessorEntry entry;
        if (i > 0)
            entry.topics.emplace_back("input", "flow:tg:t" + std::to_string(i));
        entry.topics.emplace_back("output", "flow:tg:t" + std::to_string(i + 1));
        blueprint.flow.emplace_back("p" + std::to_string(i) + ":{id}", entry);
    }
    return std::make_shared<const rules::Diagram>(
        rules::diagramOf(rules::expand(blueprint, { "acme", "b", "f", {} }), "acme"));
}

DotAnswer ask(DotRunner &runner, int stations = 3)
{
    QFuture<DotAnswer> future = runner.layOut(line(stations));
    future.waitForFinished();
    return future.result();
}

} // namespace

class DiagramTest : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
    }

    // ---- the child process ----
    void graphvizPlacesStationsFromLeftToRight()
    {
        DotRunner runner({});
        const DotAnswer answer = ask(runner);
        QVERIFY2(answer, qPrintable(answer ? QString() : answer.error().text));
        const auto &boxes = answer.value()->stations;
        QCOMPARE(boxes.size(), size_t(3));
        QVERIFY(boxes[0].x + boxes[0].width < boxes[1].x);
        QVERIFY(boxes[1].x + boxes[1].width < boxes[2].x);
        QVERIFY(answer.value()->width > boxes[2].x + boxes[2].width);
    }
    void aLargeDiagramIsLaidOutToo()
    {
        DotRunner runner({});
        const DotAnswer answer = ask(runner, 400);
        QVERIFY(answer);
        QCOMPARE(answer.value()->stations.size(), size_t(400));
    }
    void theSameDiagramIsAskedForOnce()
    {
        DotRunner runner({ QStringLiteral("dot"), m_folder->path() + QStringLiteral("/cache") });
        const DotAnswer first = ask(runner);
        const DotAnswer second = ask(runner);
        QCOMPARE(runner.started(), 1);
        QVERIFY(first && second);
        QCOMPARE(*first.value(), *second.value());
        QCOMPARE(
            QDir(m_folder->path() + QStringLiteral("/cache")).entryList(QDir::Files).size(), 1);
    }
    void anotherRunnerFindsTheLayoutOnDisk()
    {
        const DotRunner::Options options { QStringLiteral("dot"), m_folder->path() };
        DotRunner first(options);
        QVERIFY(ask(first));
        DotRunner second({ QStringLiteral("/nowhere/dot"), m_folder->path() });
        QVERIFY(ask(second));
        QCOMPARE(second.started(), 0);
    }
    void aBrokenCacheFileIsMadeAnew()
    {
        const DotRunner::Options options { QStringLiteral("dot"), m_folder->path() };
        DotRunner first(options);
        QVERIFY(ask(first));
        const QString name = QDir(m_folder->path()).entryList(QDir::Files).value(0);
        QFile file(m_folder->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("graph 1 nonsense");
        file.close();
        DotRunner second(options);
        QVERIFY(ask(second));
        QCOMPARE(second.started(), 1);
    }
    void aMissingProgramIsNamed()
    {
        DotRunner runner({ QStringLiteral("no-such-dot"), {} });
        const DotAnswer answer = ask(runner);
        QVERIFY(!answer);
        QCOMPARE(answer.error(), (DotFault { DotFault::Missing, QStringLiteral("no-such-dot") }));
    }
    void aProgramThatDiesSaysWhy()
    {
        DotRunner runner({ script("cat >/dev/null; echo 'no memory' >&2; exit 3"), {} });
        const DotAnswer answer = ask(runner);
        QVERIFY(!answer);
        QCOMPARE(answer.error(), (DotFault { DotFault::Died, QStringLiteral("no memory") }));
    }
    void aProgramThatHangsIsEnded()
    {
        DotRunner runner({ script("exec sleep 1000"), {}, 200ms });
        const DotAnswer answer = ask(runner);
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, DotFault::TooSlow);
    }
    void garbageIsNoLayout()
    {
        DotRunner runner({ script("cat >/dev/null; echo '<svg/>'"), {} });
        const DotAnswer answer = ask(runner);
        QVERIFY(!answer);
        QCOMPARE(answer.error(),
            (DotFault { DotFault::Garbage, QStringLiteral("line 1 cannot be read") }));
    }
    void anAnswerWithoutEveryStationIsNoLayout()
    {
        DotRunner runner({ script("cat >/dev/null; printf 'graph 1 1 1\\nstop\\n'"), {} });
        QCOMPARE(ask(runner).error().kind, DotFault::Garbage);
    }
    void aRunnerThatGoesEndsItsChild()
    {
        QFuture<DotAnswer> future;
        {
            DotRunner runner({ script("exec sleep 1000"), {} });
            future = runner.layOut(line(2));
            QTRY_COMPARE(runner.started(), 1);
        }
        QVERIFY(future.isFinished());
        QCOMPARE(future.result().error().kind, DotFault::Cancelled);
    }

    // ---- a flow ----
    void aFlowIsDrawnWithTheFiguresOfItsQueues()
    {
        Stage stage;
        QTRY_VERIFY(stage.drawn());
        const TrackScene scene = stage.diagram.scene();
        QCOMPARE(scene->stations.size(), 6);
        const int embedder = stage.track(QStringLiteral("chunker → embedder"));
        QVERIFY(embedder >= 0);
        QTRY_COMPARE(stage.diagram.values().track(embedder).waiting, format::count(18204));
        const TrackValue value = stage.diagram.values().track(embedder);
        QCOMPARE(value.fill, 1.0);
        QCOMPARE(value.aspect, int(Cell::Warning));
        QVERIFY(value.tip.contains(QStringLiteral("oldest 4 m 12 s")));
        QVERIFY(stage.diagram.fault().isEmpty());
        QVERIFY(!stage.diagram.listed());
        QCOMPARE(stage.diagram.queueOf(scene->tracks[embedder].key),
            QStringLiteral("flow:tg:chunk-load:acme:ingest-us.embedder--acme--ingest-us--input"));
    }
    void changesArriveWithoutANewLayout()
    {
        Stage stage;
        QTRY_VERIFY(stage.drawn());
        const TrackScene scene = stage.diagram.scene();
        stage.gateway.changeQueue(
            "flow:tg:vectors:acme:ingest-us.writer--acme--ingest-us--input", [](auto &row) {
                row.ready = 7;
                row.consumers = 0;
            });
        const int writer = stage.track(QStringLiteral("embedder → writer"));
        QTRY_COMPARE(stage.diagram.values().track(writer).aspect, int(Cell::Stop));
        QVERIFY(stage.diagram.scene() == scene);
    }
    void nobodyLooksNothingIsDone()
    {
        Stage stage(false);
        QSignalSpy news(stage.diagram.picture(), &TrackSource::valuesChanged);
        stage.gateway.pass(3);
        QTRY_VERIFY(stage.session.queues());
        QCOMPARE(news.size(), 0);
        QVERIFY(!stage.diagram.known());
        stage.diagram.setActive(true);
        QTRY_VERIFY(stage.drawn());
    }
    void withoutGraphvizTheFiguresStandInAList()
    {
        Stage stage(false);
        const QAbstractItemModelTester tester(stage.diagram.list());
        stage.diagram.setRunner({ QStringLiteral("no-such-dot"), {} });
        stage.diagram.setActive(true);
        QTRY_VERIFY(!stage.diagram.fault().isEmpty());
        QVERIFY(stage.diagram.fault().contains(QStringLiteral("graphviz")));
        QVERIFY(stage.diagram.listed());
        QTRY_COMPARE(stage.diagram.list()->total(), 6 + int(stage.diagram.values().tracks.size()));
        const int row =
            stage.diagram.list()->rowOf(QStringLiteral("t:embedder:ingest-us:flow:input"));
        QVERIFY(row >= 0);
        QTRY_COMPARE(stage.diagram.list()->index(row, 3).data().toString(), format::count(18204));
        stage.diagram.setRunner({});
        stage.diagram.retry();
        QTRY_VERIFY(stage.drawn());
        QVERIFY(stage.diagram.fault().isEmpty());
        QVERIFY(!stage.diagram.listed());
    }
    void aBackEndWithoutCountsIsUnknownNotZero()
    {
        Stage stage(true, [](FakeGateway &far) { far.setCapabilities(foreign()); });
        QTRY_VERIFY(stage.drawn());
        const int writer = stage.track(QStringLiteral("embedder → writer"));
        QTRY_VERIFY(stage.diagram.values().track(writer).fill < 0);
        QCOMPARE(stage.diagram.values().track(writer).aspect, int(Cell::Unknown));
        QCOMPARE(stage.diagram.values().track(writer).rate, QStringLiteral("—"));
    }
    void aQueueThatIsNotThereWarns()
    {
        Stage stage(false);
        stage.gateway.removeQueue("flow:tg:vectors:acme:ingest-us.writer--acme--ingest-us--input");
        stage.diagram.setActive(true);
        QTRY_VERIFY(stage.drawn());
        const int writer = stage.track(QStringLiteral("embedder → writer"));
        QTRY_COMPARE(stage.diagram.values().track(writer).aspect, int(Cell::Warning));
        QVERIFY(stage.diagram.values().track(writer).fill < 0);
        QCOMPARE(stage.diagram.values().track(writer).rate, QStringLiteral("—"));
        QVERIFY(stage.diagram.values().track(writer).tip.contains(QStringLiteral("is not there")));
    }
    void aBrokersQueuesFillThePictureToo()
    {
        Stage stage(true, [](FakeGateway &far) {
            far.setCapabilities(foreign(Capabilities::Metrics::New));
            const auto tell = [&far](const char *series, const char *value) {
                far.answerMetric(series,
                    R"({"status":"success","data":{"resultType":"vector","result":[{"metric":)"
                    R"({"queue":"tg.flow.chunk-load:acme:ingest-us.embedder--acme--ingest-us--input"},)"
                    R"("value":[1700000000,")"
                        + std::string(value) + R"("]}]}})");
            };
            tell("rabbitmq_queue_messages_ready", "4711");
            tell("rabbitmq_queue_messages_unacked", "1");
            tell("rabbitmq_queue_consumers", "2");
        });
        QTRY_VERIFY(stage.drawn());
        const int embedder = stage.track(QStringLiteral("chunker → embedder"));
        QVERIFY(embedder >= 0);
        QTRY_COMPARE(stage.diagram.values().track(embedder).waiting, format::count(qint64(4711)));
        QVERIFY(stage.diagram.values().track(embedder).fill > 0);
        QCOMPARE(stage.diagram.values().track(embedder).aspect, int(Cell::Clear));
    }
    void picturesAreWrittenOnceUnlessReplacing()
    {
        FlowDiagram diagram;
        const QString path = m_folder->filePath(QStringLiteral("x.svg"));
        QCOMPARE(diagram.save(path, "<svg/>", false), QString());
        QVERIFY(!diagram.save(path, "<svg/>", false).isEmpty());
        QCOMPARE(diagram.save(path, "<svg/>", true), QString());
        QVERIFY(!diagram.save(QStringLiteral("/nowhere/x.svg"), "<svg/>", false).isEmpty());
    }

private:
    static Capabilities foreign(Capabilities::Metrics metrics = Capabilities::Metrics::None)
    {
        Capabilities can;
        can.era = Capabilities::Era::D;
        can.product = QStringLiteral("gateway 2.8");
        can.listMyWorkspaces = true;
        can.metrics = metrics;
        return can;
    }

    struct Stage {
        explicit Stage(
            bool active = true, const std::function<void(FakeGateway &)> &prepare = nullptr)
        {
            gateway.fillDemo();
            if (prepare)
                prepare(gateway);
            gateway.connectTo(session);
            diagram.setSession(&session);
            diagram.setWorkspace(QStringLiteral("acme"));
            diagram.setFlow(QStringLiteral("ingest-us"));
            diagram.setActive(active);
        }
        bool drawn() const { return !diagram.scene()->stations.isEmpty(); }
        int track(const QString &name) const
        {
            const auto &tracks = diagram.scene()->tracks;
            for (qsizetype i = 0; i < tracks.size(); ++i) {
                if (tracks[i].name == name)
                    return int(i);
            }
            return -1;
        }
        FakeGateway gateway;
        Session session;
        FlowDiagram diagram;
    };

    QString script(const QByteArray &body)
    {
        QFile file(m_folder->filePath(QStringLiteral("dot")));
        if (file.open(QIODevice::WriteOnly))
            file.write("#!/bin/sh\n" + body + "\n");
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return file.fileName();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_MAIN(DiagramTest)
#include "pages_diagram.moc"
