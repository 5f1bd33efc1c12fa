// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/topic.h"

#include <gtest/gtest.h>

using namespace signalbox::rules;

TEST(Topic, isSplitAtTheFirstTwoColons)
{
    const auto topic = parseTopic("request:tg:agent:acme:plant");
    ASSERT_TRUE(topic);
    EXPECT_EQ(*topic, (TopicAddress { TopicClass::Request, "tg", "agent:acme:plant", "" }));
    EXPECT_EQ(topic->text(), "request:tg:agent:acme:plant");
}

TEST(Topic, theOldFormIsReadAndTheQualityKept)
{
    EXPECT_EQ(
        parseTopic("q1/tg/flow/chunks"), (TopicAddress { TopicClass::Flow, "tg", "chunks", "q1" }));
    EXPECT_EQ(parseTopic("q0/acme/state/config")->topicClass, TopicClass::Notify);
    EXPECT_EQ(parseTopic("persistent://tg/request/x")->text(), "request:tg:x");
    EXPECT_EQ(parseTopic("non-persistent/tg/response/a/b")->name, "a/b");
}

TEST(Topic, anythingElseIsUnknown)
{
    for (const char *text : { "", "flow", "flow:tg", "flow:tg:", "flow::x", "other:tg:x",
             "q3/tg/flow/x", "q0/tg/other/x", "q0/tg/flow", "q0//flow/x", "://a/b/c" })
        EXPECT_FALSE(parseTopic(text)) << text;
}

TEST(Topic, rolesAndDirections)
{
    EXPECT_EQ(topicRole("input"), TopicRole::Input);
    EXPECT_EQ(topicRole("document-input"), TopicRole::Input);
    EXPECT_EQ(topicRole("request"), TopicRole::ServerRequest);
    EXPECT_EQ(topicRole("response"), TopicRole::ServerResponse);
    EXPECT_EQ(topicRole("prompt-request"), TopicRole::ClientRequest);
    EXPECT_EQ(topicRole("prompt-response"), TopicRole::ClientResponse);
    EXPECT_EQ(topicRole("explainability"), TopicRole::Output);
    EXPECT_EQ(topicRole(" "), TopicRole::Unknown);
    EXPECT_EQ(direction(TopicRole::ClientResponse), Direction::Consumes);
    EXPECT_EQ(direction(TopicRole::ServerResponse), Direction::Produces);
    EXPECT_EQ(direction(TopicRole::Unknown), Direction::Unknown);
    EXPECT_EQ(clientOf("prompt-request"), "prompt");
    EXPECT_EQ(clientOf("request"), "");
}

TEST(Topic, rabbitNamesGoBothWays)
{
    const auto topic = parseTopic("flow:tg:chunk-load:w:f").value();
    EXPECT_EQ(rabbitExchange(topic), "tg.flow.chunk-load:w:f");
    EXPECT_EQ(topicOfRabbitExchange("tg.flow.chunk-load:w:f"), topic);
    EXPECT_FALSE(topicOfRabbitExchange("amq.direct"));
    const auto queue = parseRabbitQueue(
        "tg.flow.chunk-load:w:f." + subscriptionName("kg-extract", "w", "f", "input"));
    ASSERT_TRUE(queue);
    EXPECT_EQ(queue->topic, topic);
    EXPECT_EQ(queue->processor, "kg-extract");
    EXPECT_EQ(queue->workspace, "w");
    EXPECT_EQ(queue->variant, "f");
    EXPECT_EQ(queue->spec, "input");
    EXPECT_EQ(parseRabbitQueue("tg.request.config.config-svc")->processor, "");
}

TEST(Topic, gatewayLeftoversAreTold)
{
    EXPECT_TRUE(parseRabbitQueue("tg.flow.t:w:f.gateway-0b8e6d1c-5a90-4f7e-9f55-0f3a5a1d2c3b")
                    ->gatewayLeftover);
    EXPECT_FALSE(parseRabbitQueue("tg.flow.t:w:f.gateway-main")->gatewayLeftover);
}

TEST(Topic, identitiesAndThePortalCarrySecrets)
{
    for (const char *text : { "request:tg:iam", "response:tg:iam", "request:tg:portal",
             "response:tg:portal", "response:tg:iam:acme", "q0/tg/request/iam" })
        EXPECT_TRUE(carriesSecrets(text)) << text;
    for (const char *text : { "", "iam", "notify:tg:iam", "flow:tg:iam:acme:f", "request:tg:iam-ui",
             "request:tg:iam:acme:f", "request:tg:config", "request:other:iam" })
        EXPECT_FALSE(carriesSecrets(text)) << text;
}
