// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "models/stores/workspacestore.h"
#include "tests/support/fakegateway.h"

#include <QAbstractItemModelTester>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTest>

#include <memory>
#include <string>

namespace signalbox {

inline const QString acme = QStringLiteral("acme");
inline const std::string promptQueue =
    "request:tg:prompt:acme:document-rag.prompt--acme--document-rag--request";
inline const std::string chunkQueue =
    "flow:tg:chunk-load:acme:ingest-us.embedder--acme--ingest-us--input";

/// A platform, a session on it and a table on everything, each watched by a model tester.
struct Stage {
    FakeGateway far;
    Session session;
    std::unique_ptr<TableModel> flows { session.flows()->newTable(nullptr) };
    std::unique_ptr<TableModel> queues { session.queues()->newTable(nullptr) };
    std::unique_ptr<TableModel> workspaces { session.workspaces()->newTable(nullptr) };
    QAbstractItemModelTester flowTester { flows.get(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    QAbstractItemModelTester queueTester { queues.get(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
    QAbstractItemModelTester workspaceTester { workspaces.get(),
        QAbstractItemModelTester::FailureReportingMode::QtTest };
};

inline Capabilities realGateway(Capabilities::Metrics metrics)
{
    Capabilities can;
    can.era = Capabilities::Era::D;
    can.product = QStringLiteral("gateway 2.8");
    can.listMyWorkspaces = true;
    can.metrics = metrics;
    return can;
}

template <class T> T wait(QFuture<T> future)
{
    QElapsedTimer timer;
    timer.start();
    while (!future.isFinished() && timer.elapsed() < 5000)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    return future.result();
}

} // namespace signalbox

class TestStores : public QObject {
    Q_OBJECT
private slots:
    void everythingAppearsAfterSignIn();
    void flowSignalsSayWhy();
    void startAndStopAreFollowed();
    void liveQueueChangesArrive();
    void queuesPushedDuringAFetchAreNotLost();
    void aListOfManyPagesArrivesWhole();
    void aListThatNamesMoreAfterAnEmptyPageEnds();
    void aListWhoseSecondPageFailsIsNotHalfTrue();
    void gapFetchesAnew();
    void aListThatFailedAfterAGapIsAskedForAgain();
    void reconnectFetchesEverythingAnew();
    void anotherConnectionEmptiesEverything();
    void withoutAnySourceCountsAreUnknown();
    void prometheusTellsDepthsAndRates();
    void namesFromBefore284TellOfProcessesAndFlows();
    void aFlowThatOnlyFailsWeighsInTheShareOfErrors();
    void aWorkerThatOnlyFailsHasNoShareOfNought();
    void aMinuteAgoIsATimeAndNotTheNumberOfASample();
    void withoutConfigReadTheFlowServiceIsAsked();
    void withoutWorkspaceListTheDefaultOneIsShown();
    void blueprintsAreFetchedOnceAndAgainOnChange();
    void liveFlowsCarryTheirBlueprints();
    void answersThatAreThereAtOnceAreTakenWhole();
    void aLostConnectionIsAnErrorNotASilence();
    void deniedNamesTheMissingCapability();
    void everySignalSaysWhyInOneSentence();
    void rowsSurviveAStreamOfChanges();
    void trafficIsCountedWhileBatchesKeepComing();
    void aSharedQueueCountsInEachFlowAndOnceInTheWorkspace();
    void aSharedWorkerTroublesEveryFlowThatItServes();
    void aQueueThatOurGatewayDoesNotListIsMissedByItsFlow();
    void subscribersQueuesCountAmongTheQueuesOfAFlow();
    void theStartTimeComesFromTheRecord();
    void agesGoByTheServersClock();
    void theZoneOfTimesReachesEveryTableAtOnce();
    void ratesAreUnknownOnceNothingComesAnyMore();
    void whatALostConnectionToldIsOldAtOnce();
    void aWaitingMessageGrowsOlderWithoutBeingTold();
    void aStopThatWasNotSeenToBeginHasLastedAtLeastSoLong();
    void aStopThatBeganWhileNobodyWasConnectedHasAnUnknownBeginning();
    void aWorkspaceWhoseFlowsCouldNotBeReadCountsNone();
    void aRecordThatIsNoFlowHasAnUnknownState();
    void aFlowStartedHereIsUpSinceThenWhereRecordsDoNotTell();
};
