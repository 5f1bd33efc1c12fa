// SPDX-License-Identifier: GPL-3.0-only
// What the answers of a probe mean, step by step of contract TG §7.2.
#include "app/client/probe.h"

#include <QTest>

using namespace signalbox;

namespace {

RestAnswer answer(int status, const std::string &body = {})
{
    RestAnswer one;
    one.status = status;
    one.body = body;
    return one;
}

const std::string someSamples =
    R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"34"]}]}})";
const std::string noSamples = R"({"status":"success","data":{"resultType":"vector","result":[]}})";

/// A gateway 2.8 of the open edition, asked by an administrator.
ProbeFacts newest()
{
    ProbeFacts facts;
    facts.version = answer(405, "405: Method Not Allowed");
    facts.i18n = answer(200, "{}");
    facts.bootstrapStatus = answer(200, R"({"bootstrap_available":false})");
    facts.listMyWorkspaces = answer(401, R"({"error":"auth failure"})");
    facts.listGroups = answer(200,
        R"({"error":{"type":"invalid-argument","message":"unknown or not-yet-implemented operation: 'list-groups'"}})");
    facts.reranker = facts.imageToText = facts.thru = answer(401, R"({"error":"auth failure"})");
    facts.metricsNew = answer(200, someSamples);
    facts.metricsOld = answer(200, noSamples);
    facts.broker = answer(200,
        R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{"pubsub_backend":"rabbitmq"},"value":[1,"34"]}]}})");
    return facts;
}

const RestAnswer unknownKind = answer(404, R"({"error":"unknown kind"})");

} // namespace

class TestProbe : public QObject {
    Q_OBJECT
private slots:
    void theNewestIsTold()
    {
        const auto can = judge(newest());
        QCOMPARE(can.era, Capabilities::Era::D);
        QCOMPARE(can.product, QStringLiteral("gateway 2.8"));
        QCOMPARE(can.edition, Capabilities::Edition::Open);
        QCOMPARE(can.metrics, Capabilities::Metrics::New);
        QCOMPARE(can.broker, QStringLiteral("RabbitMQ"));
        QVERIFY(can.listMyWorkspaces);
        QVERIFY(!can.own && !can.events && !can.fabric && !can.cancel && !can.stopDeletesQueues);
        QVERIFY(!can.anonymous);
    }

    void versionsAreToldByTheFeaturesThatCameWithThem()
    {
        auto facts = newest();
        facts.metricsNew = answer(200, noSamples); // nothing scraped yet
        QCOMPARE(judge(facts).product, QStringLiteral("gateway 2.8")); // `thru`
        facts.thru = unknownKind;
        QCOMPARE(judge(facts).product, QStringLiteral("gateway 2.7"));
        facts.imageToText = unknownKind;
        QCOMPARE(judge(facts).product, QStringLiteral("gateway 2.6"));
        facts.reranker = unknownKind;
        QCOMPARE(judge(facts).product, QStringLiteral("gateway 2.5"));
        facts.listMyWorkspaces = answer(400, R"({"error":"unknown operation"})");
        QCOMPARE(judge(facts).product, QStringLiteral("gateway 2.4"));
        QCOMPARE(judge(facts).era, Capabilities::Era::C);
        QVERIFY(!judge(facts).listMyWorkspaces);
    }

    void anIamWithoutBootstrapStatusIsEraC()
    {
        auto facts = newest();
        facts.bootstrapStatus = answer(404, "404: Not Found");
        facts.listMyWorkspaces = answer(400, R"({"error":"unknown operation"})");
        QCOMPARE(judge(facts).era, Capabilities::Era::C);
        QVERIFY(!judge(facts).bootstrapAvailable);
    }

    void aSocketThatKnowsNoSignInIsEraAOrB()
    {
        auto facts = newest();
        facts.preIamSocket = true;
        facts.bootstrapStatus = answer(404, "404: Not Found");
        QCOMPARE(judge(facts).era, Capabilities::Era::B);
        facts.i18n = answer(404, "404: Not Found");
        QCOMPARE(judge(facts).era, Capabilities::Era::A);
        QCOMPARE(judge(facts).product, QStringLiteral("gateway 2.3 or older"));
    }

    void editionIsToldOnlyByAnAnswer()
    {
        using Edition = Capabilities::Edition;
        auto facts = newest();
        facts.listGroups = answer(200, R"({"groups_json":"[]"})");
        QCOMPARE(judge(facts).edition, Edition::Enterprise);
        QCOMPARE(judge(facts).product, QStringLiteral("gateway 2.8 enterprise"));
        for (const auto &silent : { answer(403, R"({"error":"access denied"})"),
                 answer(400, R"({"error":"unknown operation"})"), answer(404), answer(0),
                 answer(200, "<html>"),
                 answer(200, R"({"error":{"type":"gateway-error","message":""}})") }) {
            facts.listGroups = silent;
            QCOMPARE(judge(facts).edition, Edition::Unknown);
            QCOMPARE(judge(facts).product, QStringLiteral("gateway 2.8"));
        }
    }

    void metricsAreOldNewDeniedAbsentOrUnknown()
    {
        using Metrics = Capabilities::Metrics;
        auto facts = newest();
        facts.metricsNew = answer(200, noSamples);
        facts.metricsOld = answer(200, someSamples);
        QCOMPARE(judge(facts).metrics, Metrics::Old);
        facts.metricsNew = facts.metricsOld = answer(403, R"({"error":"access denied"})");
        QCOMPARE(judge(facts).metrics, Metrics::Denied);
        facts.metricsNew = facts.metricsOld = answer(502, "Bad Gateway");
        QCOMPARE(judge(facts).metrics, Metrics::None);
        facts.metricsNew = answer(0);
        facts.metricsNew.timedOut = true;
        QCOMPARE(judge(facts).metrics, Metrics::Unknown);
    }

    void whereNobodyIsAskedWhoHeIsEverybodyIsAnonymous()
    {
        auto facts = newest();
        facts.listMyWorkspaces = answer(200, R"({})");
        facts.reranker = facts.imageToText = facts.thru =
            answer(200, R"({"error":"Invalid flow default/x"})");
        const auto can = judge(facts);
        QVERIFY(can.anonymous);
        QCOMPARE(can.era, Capabilities::Era::D);
        QCOMPARE(can.product, QStringLiteral("gateway 2.8"));
    }

    void silenceIsUnknownAndNothingIsInvented()
    {
        ProbeFacts facts;
        facts.version = answer(405);
        const auto can = judge(facts);
        QCOMPARE(can.era, Capabilities::Era::Unknown);
        QCOMPARE(can.edition, Capabilities::Edition::Unknown);
        QVERIFY(can.broker.isEmpty());
        QVERIFY(!can.bootstrapAvailable);
        QVERIFY(!can.listMyWorkspaces);
    }

    void oursSaysWhatItCan()
    {
        ProbeFacts facts;
        facts.version = answer(200,
            R"({"product":"signalbox-gateway","version":"1.2.3","api":"trustgraph-2.8","capabilities":["events","fabric","cancel","flow-stop:queues","broker:memory"]})");
        const auto can = judge(facts);
        QVERIFY(can.own && can.events && can.fabric && can.cancel && can.stopDeletesQueues);
        QCOMPARE(can.product, QStringLiteral("signalbox-gateway 1.2.3"));
        QCOMPARE(can.broker, QStringLiteral("memory"));
        facts.version.body = R"({"product":"proxy","version":"1"})"; // somebody else's idea of it
        QVERIFY(!judge(facts).own);
    }
};

QTEST_GUILESS_MAIN(TestProbe)
#include "tst_probe.moc"
