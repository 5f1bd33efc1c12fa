// SPDX-License-Identifier: GPL-3.0-only
// The gateway killed with -9 at random moments of start-flow, stop-flow and batch puts.
// Acknowledged writes stay, batches are whole, records, entries and queues agree, and the version
// never goes back.
#include "tests/integration/gateway/session.h"

#include <atomic>
#include <condition_variable>
#include <gtest/gtest.h>
#include <iostream>
#include <random>
#include <set>
#include <thread>

namespace signalbox::integration {
namespace {

using support::GatewayProcess;
using support::HttpClient;

constexpr int rounds = 50;
constexpr int batchKeys = 8;
constexpr std::size_t mostFlows = 12;

/// What the far end has acknowledged, and the one operation whose fate a kill left open.
struct Ledger {
    std::set<std::string> flows;
    std::string uncertainFlow; ///< being started or stopped when the process died
    std::int64_t batch = 0; ///< last acknowledged
    std::int64_t uncertainBatch = 0;
    std::int64_t version = 0; ///< highest seen
    int operations = 0;
    int made = 0; ///< flows ever asked for; ids are never used twice
};

class Crash : public ::testing::Test {
protected:
    Crash()
        : seed(std::random_device {}())
        , random(seed)
    {
        std::cout << "seed " << seed << std::endl;
    }

    int upTo(int most) { return std::uniform_int_distribution<int>(0, most)(random); }
    Json call(HttpClient &client, const GatewayProcess &gateway, const std::string &path,
        const Json &body);
    void work(const GatewayProcess &gateway);
    void startSome(HttpClient &client, const GatewayProcess &gateway);
    void stopSome(HttpClient &client, const GatewayProcess &gateway);
    void putBatch(HttpClient &client, const GatewayProcess &gateway);
    void settle(const GatewayProcess &gateway);
    void check(const GatewayProcess &gateway);
    void checkBatch(const Json &config);
    void checkEntries(const Json &config) const;
    void checkQueues(const GatewayProcess &gateway) const;

    const unsigned seed;
    std::mt19937 random;
    support::TemporaryFolder folder;
    Ledger ledger;
};

Json Crash::call(
    HttpClient &client, const GatewayProcess &gateway, const std::string &path, const Json &body)
{
    const auto reply = client.request("POST", path, body.dump(), gateway.key());
    const Json given = Json::parse(reply.body, nullptr, false);
    if (reply.status != 200 || !given.is_object() || given.contains("error"))
        ADD_FAILURE() << body << " answered " << reply.body << " seed " << seed;
    return given;
}

void Crash::startSome(HttpClient &client, const GatewayProcess &gateway)
{
    ledger.uncertainFlow = "c" + std::to_string(++ledger.made);
    call(client, gateway, "/api/v1/flow",
        { { "operation", "start-flow" }, { "flow-id", ledger.uncertainFlow },
            { "blueprint-name", "small" }, { "description", "" } });
    ledger.flows.insert(std::exchange(ledger.uncertainFlow, ""));
}

void Crash::stopSome(HttpClient &client, const GatewayProcess &gateway)
{
    const auto victim =
        std::next(ledger.flows.begin(), upTo(static_cast<int>(ledger.flows.size()) - 1));
    ledger.uncertainFlow = *victim;
    ledger.flows.erase(victim);
    call(client, gateway, "/api/v1/flow",
        { { "operation", "stop-flow" }, { "flow-id", ledger.uncertainFlow } });
    ledger.uncertainFlow.clear();
}

void Crash::putBatch(HttpClient &client, const GatewayProcess &gateway)
{
    ledger.uncertainBatch = ledger.batch + 1;
    Json values = Json::array();
    for (int i = 0; i < batchKeys; ++i)
        values.push_back({ { "type", "batch" }, { "key", "k" + std::to_string(i) },
            { "value", std::to_string(ledger.uncertainBatch) } });
    call(client, gateway, "/api/v1/config", { { "operation", "put" }, { "values", values } });
    ledger.batch = std::exchange(ledger.uncertainBatch, 0);
}

/// Until the process dies under it.
void Crash::work(const GatewayProcess &gateway)
{
    try {
        HttpClient client(gateway.port());
        for (;; ++ledger.operations) {
            const int choice = upTo(2);
            if (choice == 0)
                putBatch(client, gateway);
            else if (ledger.flows.empty() || (choice == 1 && ledger.flows.size() < mostFlows))
                startSome(client, gateway);
            else
                stopSome(client, gateway);
            const Json version = call(client, gateway, "/api/v1/config",
                { { "operation", "list" }, { "type", "batch" } });
            ledger.version = std::max(ledger.version, version.at("version").get<std::int64_t>());
        }
    } catch (const std::runtime_error &) {
        // killed: what was under way stays uncertain
    }
}

/// Interrupted stops are resumed at start-up; waits until none is left.
void Crash::settle(const GatewayProcess &gateway)
{
    support::WebSocketClient socket(gateway.port(), "/api/v1/events");
    signIn(socket, gateway.key());
    send(socket, { { "type", "subscribe" }, { "kinds", { "config" } }, { "workspaces", "*" } });
    next(socket);
    for (;;) {
        bool stopping = false;
        const Json records =
            done(gateway, "/api/v1/config", { { "operation", "getvalues" }, { "type", "flow" } });
        for (const Json &value : records.at("values"))
            stopping =
                stopping || Json::parse(value.at("value").get<std::string>()).contains("status");
        if (!stopping)
            return;
        next(socket); // the record's end is a config change
    }
}

void Crash::checkBatch(const Json &config)
{
    std::set<std::string> values;
    const Json batch = config.value("batch", Json::object());
    for (const auto &[key, value] : batch.items())
        values.insert(value.get<std::string>());
    if (values.empty()) {
        EXPECT_EQ(ledger.batch, 0);
        return;
    }
    EXPECT_EQ(batch.size(), static_cast<std::size_t>(batchKeys));
    ASSERT_EQ(values.size(), 1u) << "a batch was written in part: " << batch;
    const std::int64_t found = std::stoll(*values.begin());
    EXPECT_TRUE(
        found == ledger.batch || (ledger.uncertainBatch != 0 && found == ledger.uncertainBatch))
        << found << " instead of " << ledger.batch;
    ledger.batch = found;
    ledger.uncertainBatch = 0;
}

void Crash::checkEntries(const Json &config) const
{
    for (const char *processor : { "text-completion", "eater" }) {
        std::set<std::string> variants;
        const Json entries = config.value(std::string("processor:") + processor, Json::object());
        for (const auto &[variant, entry] : entries.items())
            variants.insert(variant);
        EXPECT_EQ(variants, ledger.flows) << processor;
    }
}

void Crash::checkQueues(const GatewayProcess &gateway) const
{
    std::set<std::string> fed;
    const std::string prefix = "flow:tg:feed:default:";
    const Json listed = done(gateway, "/api/v1/fabric",
        { { "operation", "list-topics" }, { "workspace", "default" }, { "limit", 5000 } });
    for (const Json &topic : listed.at("topics"))
        if (const std::string name = topic.at("topic"); name.starts_with(prefix))
            fed.insert(name.substr(prefix.size()));
    EXPECT_EQ(fed, ledger.flows) << gateway.log();
}

void Crash::check(const GatewayProcess &gateway)
{
    settle(gateway);
    const Json flows = done(gateway, "/api/v1/flow", { { "operation", "list-flows" } });
    std::set<std::string> found;
    for (const Json &flow : flows.at("flow-ids"))
        found.insert(flow.get<std::string>());
    if (!ledger.uncertainFlow.empty() && found.contains(ledger.uncertainFlow))
        ledger.flows.insert(ledger.uncertainFlow);
    ledger.uncertainFlow.clear();
    EXPECT_EQ(found, ledger.flows) << "acknowledged starts and stops";
    const Json whole = done(gateway, "/api/v1/config", { { "operation", "config" } });
    EXPECT_GE(whole.at("version").get<std::int64_t>(), ledger.version) << "the version went back";
    ledger.version = std::max(ledger.version, whole.at("version").get<std::int64_t>());
    checkBatch(whole.at("config"));
    checkEntries(whole.at("config"));
    checkQueues(gateway);
}

TEST_F(Crash, KilledFiftyTimesNothingAcknowledgedIsLostAndNothingIsHalf)
{
    for (int round = 0; round < rounds && !HasFailure(); ++round) {
        SCOPED_TRACE("round " + std::to_string(round) + " seed " + std::to_string(seed));
        GatewayProcess gateway(SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data");
        if (round == 0)
            done(gateway, "/api/v1/flow",
                { { "operation", "put-blueprint" }, { "blueprint-name", "small" },
                    { "blueprint-definition", smallBlueprint() } });
        check(gateway);
        const auto moment = std::chrono::microseconds(upTo(120000));
        std::thread worker([&] { work(gateway); });
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable().wait_for(lock, moment, [] { return false; });
        gateway.signal(9);
        worker.join();
        gateway.wait();
    }
    GatewayProcess gateway(SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data");
    check(gateway);
    std::cout << "operations " << ledger.operations << ", flows ever " << ledger.made
              << ", version " << ledger.version << std::endl;
    EXPECT_GT(ledger.operations, rounds);
}

} // namespace
} // namespace signalbox::integration
