// SPDX-License-Identifier: GPL-3.0-only
// What a real broker held at each stage of two flows' lives, and what the reconciler makes of it.
#include "models/rules/health.h"
#include "models/rules/reconcile.h"
#include "models/schema/config.h"
#include "tests/contract/schema/understanding.h"

#include <cstdio>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace signalbox;
using namespace signalbox::contract;
using rules::Mismatch;

namespace {

/// The stock blueprint of 36 entries, as a workspace's configuration holds it.
std::optional<schema::Blueprint> stockBlueprint()
{
    for (const Exchange &exchange : readExchanges(SIGNALBOX_ANSWERS)) {
        const auto answer = schema::decode<schema::ConfigResponse>(exchange.answer);
        if (!answer)
            continue;
        for (const auto &[type, values] : answer->config)
            for (const auto &[key, value] : values)
                if (type == "flow-blueprint" && key == "everything")
                    if (auto blueprint = schema::decode<schema::Blueprint>(value))
                        return std::move(*blueprint);
    }
    return std::nullopt;
}

rules::Platform stage(const std::string &file, const std::vector<std::string> &flows)
{
    rules::Platform platform;
    platform.queuesComplete = true;
    const auto held = nlohmann::json::parse(readFile(SIGNALBOX_ANSWERS "/" + file));
    for (const auto &queue : held.at("queues"))
        platform.queues.push_back({ queue.at("name"), !queue.at("bound_to").empty(),
            queue.at("consumers"), queue.at("ready"), queue.at("unacked") });
    for (const std::string &flow : flows) {
        rules::LiveFlow live { "default", flow, {}, stockBlueprint() };
        live.record.blueprintName = "everything";
        platform.flows.push_back(std::move(live));
    }
    return platform;
}

rules::Reconciliation look(const std::string &file, const std::vector<std::string> &flows)
{
    auto result = rules::reconcile(stage(file, flows));
    std::printf("%s: %zu queues, %zu matched, %zu orphans, %zu missing\n", file.c_str(),
        result.queues, result.matched, result.count(Mismatch::OrphanQueue),
        result.count(Mismatch::MissingQueue));
    return result;
}

} // namespace

TEST(RecordedBroker, aRunningStockFlowHasAllItsQueuesButTwoThatShipWithoutAProcess)
{
    const auto seen = look("amqp-1-default-running.json", { "default" });
    EXPECT_EQ(seen.matched, 33U);
    EXPECT_EQ(seen.count(Mismatch::OrphanQueue), 0U);
    EXPECT_EQ(seen.count(Mismatch::NoConsumer), 0U);
    EXPECT_EQ(seen.count(Mismatch::ServiceUnbound), 0U);
    EXPECT_GT(seen.count(Mismatch::MissingQueue), 0U);
    for (const auto &finding : seen.findings)
        EXPECT_TRUE(finding.kind == Mismatch::MissingQueue && finding.shipsSo) << finding.subject;
}

TEST(RecordedBroker, aStoppedStockFlowLeaves33OrphansAndAnUnboundLibrarian)
{
    const auto seen = look("amqp-2-after-stop.json", {});
    EXPECT_EQ(seen.count(Mismatch::OrphanQueue), 33U);
    EXPECT_EQ(seen.services, 7U);
    ASSERT_EQ(seen.count(Mismatch::ServiceUnbound), 1U);
    for (const auto &finding : seen.findings)
        if (finding.kind == Mismatch::ServiceUnbound) {
            EXPECT_EQ(finding.subject, "tg.request.librarian:default.librarian");
        }
    EXPECT_EQ(seen.findings.size(), 34U);
}

TEST(RecordedBroker, theOrphansOfOneFlowAreToldFromTheQueuesOfAnother)
{
    const auto seen = look("amqp-5-f2-stopped.json", { "f1" });
    EXPECT_EQ(seen.matched, 33U);
    EXPECT_EQ(seen.count(Mismatch::OrphanQueue), 66U); // 33 of f2, 33 of the one before
    std::size_t ofSecond = 0;
    for (const auto &finding : seen.findings)
        ofSecond += finding.kind == Mismatch::OrphanQueue
            && finding.subject.find("--f2--") != std::string::npos;
    EXPECT_EQ(ofSecond, 33U);
    // Started again it takes its own ones back.
    const auto again = look("amqp-6-f2-restarted.json", { "f1", "f2" });
    EXPECT_EQ(again.matched, 66U);
    EXPECT_EQ(again.count(Mismatch::OrphanQueue), 33U);
}

TEST(RecordedBroker, everyQueueIsCountedOnce)
{
    for (const char *file : { "amqp-1-default-running.json", "amqp-2-after-stop.json",
             "amqp-5-f2-stopped.json", "amqp-8-after-all-tests.json" }) {
        const auto seen = rules::reconcile(stage(file, { "default", "f1" }));
        EXPECT_EQ(seen.queues,
            seen.matched + seen.services + seen.subscribers + seen.undecided
                + seen.count(Mismatch::OrphanQueue) + seen.count(Mismatch::GatewayLeftover)
                + seen.count(Mismatch::ForeignConsumer))
            << file;
    }
}
