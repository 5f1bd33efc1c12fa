// SPDX-License-Identifier: GPL-3.0-only
// What a real RabbitMQ 3.10 and a real Prometheus have said about one stock flow.
#include "models/rules/topic.h"
#include "models/schema/metrics.h"
#include "models/schema/rabbit.h"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

using namespace signalbox;

namespace {

nlohmann::ordered_json recorded(const std::string &name)
{
    std::ifstream file(SIGNALBOX_BROKER "/" + name);
    return nlohmann::ordered_json::parse(file);
}

/// The answer alone: the recordings of the management API hold the request beside it.
template <class T> T answer(const std::string &name)
{
    const auto all = recorded(name);
    const auto value =
        schema::decode<T>(all.contains("response") ? all.at("response").dump() : all.dump());
    EXPECT_TRUE(value) << name << ": " << (value ? "" : value.error().text());
    return value ? *value : T {};
}

} // namespace

TEST(RecordedBroker, everyQueueIsNamedOrFedByANamedExchange)
{
    const auto page = answer<schema::RabbitQueuePage>("queues-columns.json");
    ASSERT_EQ(page.totalCount, std::int64_t(page.items.size()));
    std::multimap<std::string, std::string> fed;
    for (const auto &binding : answer<schema::RabbitBindings>("bindings.json").items)
        if (!binding.source.empty())
            fed.emplace(binding.destination, binding.source);
    int named = 0;
    int anonymous = 0;
    for (const auto &queue : page.items) {
        EXPECT_TRUE(queue.ready) << queue.name;
        if (rules::parseRabbitQueue(queue.name)) {
            ++named;
            EXPECT_FALSE(queue.exclusive) << queue.name;
            continue;
        }
        ++anonymous;
        ASSERT_EQ(fed.count(queue.name), 1U) << queue.name;
        const auto topic = rules::topicOfRabbitExchange(fed.find(queue.name)->second);
        ASSERT_TRUE(topic) << queue.name;
        EXPECT_TRUE(topic->topicClass == rules::TopicClass::Response
            || topic->topicClass == rules::TopicClass::Notify);
    }
    EXPECT_EQ(named + anonymous, 188);
    EXPECT_GT(named, 60);
    EXPECT_GT(anonymous, 60);
}

TEST(RecordedBroker, aPageOfWholeQueuesReadsAsOneOfColumns)
{
    const auto page = answer<schema::RabbitQueuePage>("queues-page-1.json");
    ASSERT_EQ(page.items.size(), 40U);
    EXPECT_GT(page.pageCount, 1);
    EXPECT_TRUE(std::any_of(page.items.begin(), page.items.end(),
        [](const auto &queue) { return queue.stats && queue.stats->published > 0; }));
}

TEST(RecordedBroker, everyConsumerIsOfAQueueThatIsListed)
{
    std::set<std::string> names;
    for (const auto &queue : answer<schema::RabbitQueuePage>("queues-columns.json").items)
        names.insert(queue.name);
    const auto consumers = answer<schema::RabbitConsumers>("consumers.json");
    EXPECT_FALSE(consumers.items.empty());
    for (const auto &consumer : consumers.items)
        EXPECT_TRUE(names.contains(consumer.queue)) << consumer.queue;
    EXPECT_EQ(answer<schema::RabbitConsumers>("queue-detail.json").items.size(), 1U);
    EXPECT_FALSE(answer<schema::RabbitExchanges>("exchanges.json").items.empty());
    EXPECT_EQ(answer<schema::RabbitOverview>("overview.json").version, "3.10.8");
}

TEST(RecordedBroker, prometheusAndTheManagementApiTellTheSameQueues)
{
    std::set<std::string> managed;
    for (const auto &queue : answer<schema::RabbitQueuePage>("queues-columns.json").items)
        managed.insert(queue.name);
    std::set<std::string> scraped;
    for (const auto &sample : answer<schema::InstantVector>("prometheus-ready.json").samples) {
        const auto *queue = schema::find(sample.labels, "queue");
        ASSERT_TRUE(queue);
        scraped.insert(*queue);
    }
    EXPECT_EQ(scraped, managed);
}

/// The plain series carries every start parameter. Before 2.8.4 it was called otherwise.
TEST(RecordedBroker, processorsAreNamedAndTheirSecretsStayOutside)
{
    std::ifstream file(SIGNALBOX_BROKER "/../rest/128-metrics-info.txt");
    std::string line; // of the answer
    bool more = true;
    while (more && !line.starts_with("{\"status\""))
        more = bool(std::getline(file, line));
    ASSERT_NE(line.find("_password"), std::string::npos);
    const std::string name = "\"tg_processor_info\"";
    std::string former = line;
    for (std::size_t at = 0; (at = former.find(name, at)) != std::string::npos;)
        former.replace(at, name.size(), "\"processor_info\"");
    for (const std::string &text : { line, former }) {
        const auto told = schema::decode<schema::InstantVector>(text);
        ASSERT_TRUE(told) << told.error().text();
        std::set<std::string> processors;
        for (const auto &sample : told->samples) {
            ASSERT_TRUE(schema::find(sample.labels, "processor"));
            processors.insert(*schema::find(sample.labels, "processor"));
            for (const auto &[label, value] : sample.labels)
                for (const char *secret : { "password", "secret", "token", "api_key", "base_url" })
                    EXPECT_EQ(label.find(secret), std::string::npos) << label;
        }
        EXPECT_EQ(processors.size(), 41U);
        EXPECT_TRUE(processors.contains("kg-extract-definitions"));
    }
}
