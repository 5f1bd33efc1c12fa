// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/pulsar.h"

#include <gtest/gtest.h>

using namespace signalbox::schema;

TEST(PulsarStats, aTopicsSubscriptionsAreReadAndTheRestIsLeft)
{
    // The shape that the admin REST's documents give; shortened.
    const auto stats = decode<PulsarTopicStats>(R"({
        "msgRateIn":2.5,"msgThroughputIn":512.0,"msgInCounter":4711,"bytesInCounter":99,
        "publishers":[{"accessMode":"Shared","msgRateIn":2.5,"producerName":"p-1","address":"/10.0.0.2:1"}],
        "subscriptions":{
          "embedder--acme--eu--input":{"msgRateOut":1.0,"msgOutCounter":4600,"msgBacklog":120,
            "unackedMessages":3,"backlogSize":-1,"type":"Shared","msgRateExpired":0.0,
            "consumers":[{"consumerName":"a","unackedMessages":3,"address":"/10.0.0.3:2"},{"consumerName":"b"}]},
          "old--acme--eu--input":{"msgBacklog":7,"backlogSize":2048,"consumers":[]}},
        "replication":{},"deduplicationStatus":"Disabled"})");
    ASSERT_TRUE(stats);
    EXPECT_EQ(stats->published, 4711);
    ASSERT_EQ(stats->subscriptions.size(), 2U);
    const auto &at = stats->subscriptions.at(0);
    EXPECT_EQ(at.first, "embedder--acme--eu--input");
    EXPECT_EQ(at.second.backlog, 120);
    EXPECT_EQ(at.second.unacked, 3);
    EXPECT_EQ(at.second.backlogBytes, -1);
    ASSERT_EQ(at.second.consumers.size(), 2U);
    EXPECT_EQ(at.second.consumers.at(1).name, "b");
    EXPECT_EQ(stats->subscriptions.at(1).second.backlogBytes, 2048);
    // Addresses and whatever else came are kept nowhere.
    EXPECT_EQ(encode(*stats).find("10.0.0"), std::string::npos);
}

TEST(PulsarStats, whatIsNotToldIsNotKnown)
{
    const auto stats = decode<PulsarTopicStats>(R"({"subscriptions":{}})");
    ASSERT_TRUE(stats);
    EXPECT_EQ(stats->published, -1);
    EXPECT_TRUE(stats->subscriptions.empty());
}

TEST(PulsarStats, sumsOverPartitionsSayHowManyThereAre)
{
    const auto stats = decode<PulsarTopicStats>(R"({
        "msgInCounter": 12, "metadata": {"partitions": 3, "deleted": false}, "partitions": {},
        "subscriptions": {"a": {"msgBacklog": 5, "unackedMessages": 0, "consumers": []}}})");
    ASSERT_TRUE(stats);
    EXPECT_EQ(stats->partitions, (PulsarPartitions { 3 }));
    EXPECT_EQ(stats->subscriptions.front().second.backlog, 5);
    EXPECT_FALSE(decode<PulsarTopicStats>(R"({"subscriptions":{}})")->partitions);
}

TEST(PulsarTopics, aListOfNames)
{
    const auto topics = decode<PulsarTopics>(R"(["persistent://tg/flow/chunk-load:acme:eu"])");
    ASSERT_TRUE(topics);
    ASSERT_EQ(topics->items.size(), 1U);
    EXPECT_EQ(topics->items.at(0), "persistent://tg/flow/chunk-load:acme:eu");
    EXPECT_FALSE(decode<PulsarTopics>(R"({"reason":"Namespace not found"})"));
}

TEST(PulsarRequests, comeBackAsTheyWere)
{
    const PulsarRequest ask { "stats", "non-persistent", "tg/request", "config" };
    const auto back = decode<PulsarRequest>(encode(ask));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, ask);
}
