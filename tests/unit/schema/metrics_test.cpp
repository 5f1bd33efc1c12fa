// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/metrics.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace signalbox::schema;

TEST(InstantVector, secretsNeverComeIn)
{
    const auto vector = decode<InstantVector>(
        R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"tg_processor_info",)"
        R"("processor":"p","rabbitmq_password":"hidden","bootstrap_token":"hidden","pubsub_backend":"rabbitmq",)"
        R"("object_store_secret_key":"hidden"},"value":[1700000000.5,"1"]}]}})");
    ASSERT_TRUE(vector);
    ASSERT_EQ(vector->samples.size(), 1u);
    EXPECT_EQ(vector->samples[0].labels,
        (Members<std::string> { { "__name__", "tg_processor_info" }, { "processor", "p" },
            { "pubsub_backend", "rabbitmq" } }));
    EXPECT_EQ(encode(*vector).find("hidden"), std::string::npos);
}

TEST(InstantVector, secretsOfTheNamesBefore284NeverComeInEither)
{
    const auto vector = decode<InstantVector>(
        R"({"data":{"resultType":"vector","result":[{"metric":{"__name__":"processor_info",)"
        R"("processor":"p","flow":"f","pulsar_api_key":"hidden","cassandra_password":"hidden"},)"
        R"("value":[1,"1"]}]}})");
    ASSERT_TRUE(vector);
    EXPECT_EQ(vector->samples.at(0).labels,
        (Members<std::string> {
            { "__name__", "processor_info" }, { "processor", "p" }, { "flow", "f" } }));
}

TEST(InstantVector, enumLabelsAreKept)
{
    const auto vector = decode<InstantVector>(
        R"({"data":{"result":[{"metric":{"tg_consumer_state":"running","consumer":"c"},"value":[1,"1"]}]}})");
    ASSERT_TRUE(vector);
    EXPECT_EQ(vector->samples[0].labels.size(), 2u);
}

TEST(InstantVector, valuesThatAreNoPlainNumbers)
{
    const auto vector = decode<InstantVector>(R"({"data":{"resultType":"vector","result":[
        {"metric":{},"value":[1,"NaN"]},{"metric":{},"value":[1,"+Inf"]},{"metric":{},"value":[1,"-Inf"]},
        {"metric":{},"value":[1,"1e3"]}]}})");
    ASSERT_TRUE(vector);
    EXPECT_TRUE(std::isnan(vector->samples[0].value));
    EXPECT_TRUE(std::isinf(vector->samples[1].value) && vector->samples[1].value > 0);
    EXPECT_TRUE(std::isinf(vector->samples[2].value) && vector->samples[2].value < 0);
    EXPECT_EQ(vector->samples[3].value, 1000);
    EXPECT_EQ(encode(decode<InstantVector>(encode(*vector)).value()), encode(*vector));
}

TEST(InstantVector, aScalarIsOneSample)
{
    const auto vector =
        decode<InstantVector>(R"({"data":{"resultType":"scalar","result":[2,"5"]}})");
    ASSERT_TRUE(vector);
    ASSERT_EQ(vector->samples.size(), 1u);
    EXPECT_EQ(vector->samples[0].value, 5);
}

TEST(InstantVector, errorsNameThePath)
{
    const auto text = [](const char *body) { return decode<InstantVector>(body).error().text(); };
    EXPECT_EQ(text(R"({"status":"error","errorType":"bad_data","error":"parse error"})"),
        "error: parse error");
    EXPECT_EQ(text(R"({"data":{"resultType":"matrix","result":[]}})"),
        "data.resultType: expected \"vector\"");
    EXPECT_EQ(text(R"({"data":{"result":[{"metric":{},"value":[1,"x"]}]}})"),
        "data.result[0].value[1]: expected a number in a string");
    EXPECT_EQ(text(R"({"data":{"result":[{"metric":{}}]}})"), "data.result[0].value: missing");
    EXPECT_EQ(text("{}"), "data: missing");
}

TEST(MetricsParameters, areOneFlatObjectInItsOrder)
{
    const MetricsParameters asked { { { "query", "up{job=\"x\"}" }, { "time", "1.5" } } };
    EXPECT_EQ(encode(asked), R"({"query":"up{job=\"x\"}","time":"1.5"})");
    EXPECT_EQ(decode<MetricsParameters>(encode(asked)).value(), asked);
    EXPECT_EQ(decode<MetricsParameters>(R"({"step":15})")->values,
        (Members<std::string> { { "step", "15" } }));
    EXPECT_FALSE(decode<MetricsParameters>("[]"));
    EXPECT_EQ(decode<MetricsParameters>(R"({"query":{}})").error().path, "query");
}
