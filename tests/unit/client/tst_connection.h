// SPDX-License-Identifier: GPL-3.0-only
// A connection to a far end of the tests, with timers short enough to wait for.
#pragma once

#include "app/client/connection.h"
#include "models/stores/session.h"
#include "tests/support/fakeserver.h"

#include <QTest>

#include <memory>
#include <optional>

namespace signalbox {

inline LinkTiming quick()
{
    LinkTiming timing;
    timing.probe = milliseconds(2000);
    timing.signIn = milliseconds(2000);
    timing.ping = timing.eventPing = milliseconds(150);
    timing.pong = milliseconds(300);
    timing.firstRetry = milliseconds(20);
    timing.lastRetry = milliseconds(200);
    timing.refusedRetry = milliseconds(100);
    return timing;
}

inline QJsonObject flowRecord(const QString &blueprint)
{
    return { { QStringLiteral("description"), QString() },
        { QStringLiteral("blueprint-name"), blueprint },
        { QStringLiteral("interfaces"), QJsonObject() },
        { QStringLiteral("parameters"), QJsonObject() } };
}

inline QJsonObject queueRow(const QString &name, int ready)
{
    return { { QStringLiteral("name"), name }, { QStringLiteral("class"), QStringLiteral("flow") },
        { QStringLiteral("workspace"), QStringLiteral("acme") },
        { QStringLiteral("flow"), QStringLiteral("eu") }, { QStringLiteral("ready"), ready },
        { QStringLiteral("consumers"), 1 } };
}

struct Stage {
    FakeServer server;
    Session session;
    std::unique_ptr<Connection> connection;

    explicit Stage(const LinkTiming &timing = quick())
        : connection(std::make_unique<Connection>(&session, timing))
    {
        server.setFlows(
            QStringLiteral("acme"), { { QStringLiteral("eu"), flowRecord(QStringLiteral("b")) } });
    }
    Connection::Target target() const
    {
        Connection::Target target;
        target.name = QStringLiteral("test");
        target.url = server.url();
        target.apiKey = server.token.toStdString();
        return target;
    }
    void open() { connection->open(target()); }
};

inline Request make(const std::string &service, const std::string &operation, int timeoutMs = 5000)
{
    Request request;
    request.service = service;
    request.operation = operation;
    request.body = "{\"operation\":\"" + operation + "\"}";
    request.timeout = milliseconds(timeoutMs);
    return request;
}

inline std::optional<Reply> settled(const QFuture<Reply> &future)
{
    return future.isFinished() && future.resultCount() == 1 ? std::optional(future.result())
                                                            : std::nullopt;
}

} // namespace signalbox

class TestConnection : public QObject {
    Q_OBJECT
private slots:
    void init();
    void connectsToOursAndSubscribesBeforeItFetches();
    void erasAreTold_data();
    void erasAreTold();
    void wrongKeyIsRefusedAndTriedAgain();
    void lostConnectionFailsEachRequestOnce();
    void reconnectsAndFetchesAnew();
    void halfOpenConnectionIsNoticed();
    void nobodyListensIsRetriedForEver();
    void silenceIsATimeout();
    void slowServerSeesTwelveAtMost();
    void manyQuestionsToOneServiceDoNotHoldUpAnother();
    void malformedFramesHarmNothing();
    void undecodableAnswersFailAtOnce_data();
    void undecodableAnswersFailAtOnce();
    void undecodableSignInIsSaidAtOnce();
    void undecodableMetricsFailAtOnce();
    void requestLinesGoOverHttpWithTheirMethodAndBody();
    void errorsOfTheTenantPlatformTellWhatCameAlong();
    void undecodableStreamFailsAtOnce();
    void undecodableEventFetchesAnew();
    void binaryFramesAreReadAsText();
    void connectionsThatNeverOpenAreLeftWithoutAWord();
    void nothingThatWasNeverOpenIsSaidToHaveBeenClosed();
    void readOnlyIsSwitchedWithoutConnectingAnew();
    void lossesOfAStopAreSaid();
    void lossesSaidAfterTheGoodbyeAreHeard();
    void errorShapesAreUnderstood_data();
    void errorShapesAreUnderstood();
    void eventsArriveAndResume();
    void gapFetchesAnew();
    void readOnlyStopsWritesBeforeTheWire();
    void secretsStayOutOfTheWireStore();
    void realGatewayIsPolledAndAskedForMetrics();
    void aPrometheusThatComesLaterIsFound();
    void aPrometheusThatGoesIsSaidToBeGoneAndIsUsedAgain();
    void metricsThatMayNotBeReadAreNotAskedForAgain();
    void pollingPausesWhileNobodyLooks();
    void streamsUseTheirOwnSocketAndCanBeCancelled();
    void destroyingTheConnectionSettlesEverything();
    void choosingAnotherConnectionLeavesTheFirst();
};
