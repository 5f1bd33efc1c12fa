// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/rabbit.h"

#include <gtest/gtest.h>

using namespace signalbox::schema;

TEST(RabbitQueues, countsThatAreNotThereYetAreNotKnown)
{
    const auto page = decode<RabbitQueuePage>(R"({"items":[
        {"name":"fresh","durable":true,"auto_delete":false,"exclusive":false},
        {"name":"quiet","messages_ready":0,"messages_unacknowledged":0,"consumers":1,"message_bytes":0},
        {"name":"busy","messages_ready":5,"messages_unacknowledged":2,"consumers":1,
         "message_stats":{"publish":12,"ack":5,"redeliver":1,"publish_details":{"rate":0.4}}}],
        "page":2,"page_count":3,"total_count":1200,"filtered_count":1200,"item_count":3,"page_size":500})");
    ASSERT_TRUE(page);
    ASSERT_EQ(page->items.size(), 3U);
    EXPECT_FALSE(page->items[0].ready);
    EXPECT_FALSE(page->items[0].consumers);
    EXPECT_TRUE(page->items[0].durable);
    EXPECT_EQ(page->items[1].ready, 0);
    EXPECT_FALSE(page->items[1].stats);
    EXPECT_EQ(page->items[2].stats->published, 12);
    EXPECT_EQ(page->items[2].stats->acked, 5);
    EXPECT_EQ(page->page, 2);
    EXPECT_EQ(page->pageCount, 3);
    EXPECT_EQ(page->totalCount, 1200);
}

TEST(RabbitBindings, argumentsStayAsTheyAre)
{
    const auto list = decode<RabbitBindings>(
        R"([{"source":"tg.notify.config","vhost":"/","destination":"amq.gen-1","destination_type":"queue",
            "routing_key":"amq.gen-1","arguments":{"x-match":"all"},"properties_key":"x"}])");
    ASSERT_TRUE(list);
    ASSERT_EQ(list->items.size(), 1U);
    EXPECT_EQ(list->items[0].source, "tg.notify.config");
    EXPECT_EQ(list->items[0].destination, "amq.gen-1");
    EXPECT_EQ(list->items[0].arguments.text, R"({"x-match":"all"})");
}

TEST(RabbitConsumers, aListAndAQueuesDetailReadAlike)
{
    const char *const one =
        R"({"consumer_tag":"c","active":true,"prefetch_count":1,"queue":{"name":"q","vhost":"/"},)"
        R"j("channel_details":{"name":"127.0.0.1:1 -> 127.0.0.1:2 (3)","user":"guest"}})j";
    const auto list = decode<RabbitConsumers>(std::string("[") + one + "]");
    const auto detail =
        decode<RabbitConsumers>(std::string(R"({"name":"q","consumer_details":[)") + one + "]}");
    ASSERT_TRUE(list);
    ASSERT_TRUE(detail);
    EXPECT_EQ(*list, *detail);
    EXPECT_EQ(list->items.at(0).queue, "q");
    EXPECT_EQ(list->items.at(0).peer, "127.0.0.1:1 -> 127.0.0.1:2 (3)");
}

TEST(RabbitConsumers, aClosedChannelIsAnEmptyList)
{
    // Erlang's JSON writes an empty object as a list.
    const auto list = decode<RabbitConsumers>(
        R"([{"consumer_tag":"c","queue":{"name":"q"},"channel_details":[],"active":false}])");
    ASSERT_TRUE(list);
    EXPECT_EQ(list->items.at(0).peer, "");
    EXPECT_FALSE(list->items.at(0).active);
}

TEST(RabbitOverview, tellsWhereAmqpListens)
{
    const auto overview = decode<RabbitOverview>(
        R"({"rabbitmq_version":"3.10.8","product_name":"RabbitMQ","cluster_name":"n@h",
            "listeners":[{"node":"n@h","protocol":"amqp","port":5672,"socket_opts":{}},
                         {"protocol":"clustering","port":25672,"socket_opts":[]}]})");
    ASSERT_TRUE(overview);
    EXPECT_EQ(overview->version, "3.10.8");
    EXPECT_EQ(overview->listeners.at(0).port, 5672);
}
