// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/meteredbackend.h"

#include <gtest/gtest.h>

#include <thread>

namespace signalbox::gateway::metrics {
namespace {

using std::chrono::milliseconds;

class MetersTest : public ::testing::Test {
protected:
    /// nullopt: there is no such series.
    [[nodiscard]] std::optional<double> value(Labels labels) const
    {
        labels = sorted(std::move(labels));
        std::optional<double> found;
        meters.values([&](Labels given, double value) {
            if (sorted(std::move(given)) == labels)
                found = value;
        });
        return found;
    }
    Meters meters;
};

TEST_F(MetersTest, CountersAndHistogramsHaveTheNamesOfTheContract)
{
    meters.gatewayRequest("config", true, milliseconds(1500));
    meters.gatewayRequest("config", false, milliseconds(1));
    meters.authorisation(false);
    meters.authFailure("refused");
    meters.iamRequest("create-api-key", "ok", milliseconds(1));
    meters.tokens("m", 3, 5);
    const auto requests = [&](const char *status) {
        return value({ { "__name__", "tg_gateway_request_total" }, { "service", "config" },
            { "status", status } });
    };
    EXPECT_EQ(requests("ok"), 1);
    EXPECT_EQ(requests("error"), 1);
    const auto bucket = [&](const char *bound) {
        return value({ { "__name__", "tg_gateway_request_duration_seconds_bucket" },
            { "service", "config" }, { "le", bound } });
    };
    EXPECT_EQ(bucket("1"), 1);
    EXPECT_EQ(bucket("5"), 2);
    EXPECT_EQ(bucket("+Inf"), 2);
    EXPECT_EQ(
        value({ { "__name__", "tg_gateway_authz_decision_total" }, { "outcome", "deny" } }), 1);
    EXPECT_EQ(
        value({ { "__name__", "tg_gateway_auth_failure_total" }, { "reason", "refused" } }), 1);
    EXPECT_EQ(value({ { "__name__", "tg_iam_api_key_created_total" } }), 1);
    EXPECT_EQ(value({ { "__name__", "tg_metering_tokens_total" }, { "model", "m" },
                  { "direction", "output" } }),
        5);
}

TEST_F(MetersTest, GaugesAreAskedUntilTheyAreTakenAway)
{
    meters.addGauge("tg_iam_user_count", "Users", [] { return 7.0; });
    EXPECT_EQ(value({ { "__name__", "tg_iam_user_count" } }), 7);
    EXPECT_NE(meters.exposition().find("# TYPE tg_iam_user_count gauge"), std::string::npos);
    meters.removeGauges();
    EXPECT_EQ(value({ { "__name__", "tg_iam_user_count" } }), std::nullopt);
}

class MeteredFabric : public MetersTest {
protected:
    MeteredFabric()
        : fabric(metered(makeMemoryBackend(), meters))
    {
        EXPECT_TRUE(fabric->ensureTopic(topic, {}));
        EXPECT_TRUE(fabric->ensureQueue(topic, "s"));
    }
    std::shared_ptr<Consumer> consumer()
    {
        return *fabric->createConsumer(
            topic, "s", InitialPosition::Latest, ConsumerType::Shared, { "eater", "w", "f", 1 });
    }
    void send()
    {
        const auto producer = fabric->createProducer(topic, {}, { "feeder", milliseconds(0) });
        EXPECT_TRUE((*producer)->send({ "{}", {} }));
    }
    [[nodiscard]] std::optional<double> processed(const char *status) const
    {
        return value({ { "__name__", "tg_consumer_processing_total" }, { "processor", "eater" },
            { "consumer", topic }, { "status", status } });
    }
    [[nodiscard]] std::optional<double> state(const char *which) const
    {
        return value({ { "__name__", "tg_consumer_state" }, { "processor", "eater" },
            { "consumer", topic }, { "tg_consumer_state", which } });
    }
    const std::string topic = "flow:tg:feed:w:f";
    std::unique_ptr<Backend> fabric;
};

TEST_F(MeteredFabric, WhatIsSentAcknowledgedAndGivenBackIsCounted)
{
    const auto eater = consumer();
    send();
    send();
    EXPECT_EQ(value({ { "__name__", "tg_producer_messages_total" }, { "processor", "feeder" },
                  { "producer", topic } }),
        2);
    eater->negativeAcknowledge(*eater->receive(milliseconds(1000)));
    eater->acknowledge(*eater->receive(milliseconds(1000)));
    eater->acknowledge(*eater->tryReceive());
    EXPECT_EQ(processed("ok"), 2);
    EXPECT_EQ(processed("error"), 1);
    EXPECT_EQ(value({ { "__name__", "tg_consumer_request_duration_seconds_count" },
                  { "processor", "eater" }, { "consumer", topic } }),
        3);
}

TEST_F(MeteredFabric, AStateOutlivesItsConsumerButNotItsTopic)
{
    auto eater = consumer();
    EXPECT_EQ(state("running"), 1);
    EXPECT_EQ(state("stopped"), 0);
    eater->close();
    EXPECT_EQ(state("running"), 0);
    EXPECT_EQ(state("stopped"), 1);
    eater = consumer();
    EXPECT_EQ(state("running"), 1);
    EXPECT_TRUE(fabric->deleteTopic(topic));
    eater.reset();
    EXPECT_EQ(state("running"), std::nullopt);
    EXPECT_EQ(processed("ok"), std::nullopt);
}

TEST_F(MeteredFabric, ATopicMadeAnewWhileItsOldConsumerLivesIsCountedOn)
{
    const auto old = consumer();
    EXPECT_TRUE(fabric->deleteTopic(topic));
    EXPECT_TRUE(fabric->ensureTopic(topic, {}));
    EXPECT_TRUE(fabric->ensureQueue(topic, "s"));
    const auto eater = consumer();
    old->close();
    send();
    eater->acknowledge(*eater->receive(milliseconds(1000)));
    EXPECT_EQ(processed("ok"), 1);
}

TEST_F(MeteredFabric, CompletionsAreMeteredOnce)
{
    const std::string answers = "response:tg:text-completion:w:f";
    EXPECT_TRUE(fabric->ensureTopic(answers, {}));
    const auto producer = fabric->createProducer(answers, {}, { "model", milliseconds(0) });
    EXPECT_TRUE((*producer)->send({ R"({"response":"a","end_of_stream":false})", {} }));
    EXPECT_TRUE((*producer)->send(
        { R"({"response":"","in_token":3,"out_token":26,"model":"m","end_of_stream":true})", {} }));
    EXPECT_EQ(value({ { "__name__", "tg_metering_tokens_total" }, { "model", "m" },
                  { "direction", "input" } }),
        3);
    EXPECT_EQ(value({ { "__name__", "tg_metering_tokens_total" }, { "model", "m" },
                  { "direction", "output" } }),
        26);
}

TEST_F(MeteredFabric, NotifiesAreNotMetered)
{
    EXPECT_TRUE(fabric->ensureTopic("notify:tg:config", {}));
    const auto listener = fabric->createConsumer("notify:tg:config", "x", InitialPosition::Latest,
        ConsumerType::Exclusive, { "eater", "", "", 1 });
    ASSERT_TRUE(listener);
    EXPECT_EQ(value({ { "__name__", "tg_consumer_state" }, { "processor", "eater" },
                  { "consumer", "notify:tg:config" }, { "tg_consumer_state", "running" } }),
        std::nullopt);
}

TEST_F(MetersTest, AGaugeMayWaitForWhoeverCountsTokens)
{
    meters.addGauge("g", "", [this] {
        std::thread([this] { meters.tokens("m", 1, 1); }).join();
        return 1.0;
    });
    EXPECT_EQ(value({ { "__name__", "g" } }), 1);
}

} // namespace
} // namespace signalbox::gateway::metrics
