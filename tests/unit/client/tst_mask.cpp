// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/mask.h"

#include <gtest/gtest.h>

#include <random>

using signalbox::masked;

TEST(Mask, hidesKeysAnywhere)
{
    EXPECT_EQ(masked("see tg_AbC123xyz-_9 there"), "see tg_••• there");
    EXPECT_EQ(masked(R"({"x":"tg_AbC123"})"), R"({"x":"tg_•••"})");
    EXPECT_EQ(masked("keytg_AbC123"), "keytg_•••");
}

TEST(Mask, keepsNamesOfMetrics)
{
    const std::string query = "sum(rate(tg_consumer_processing_total[1m])) by (tg_processor_info)";
    EXPECT_EQ(masked(query), query);
}

TEST(Mask, hidesMembersThatAreNamedLikeSecrets)
{
    for (const char *name : { "token", "auth-token", "Authorization", "password", "new_password",
             "api_key", "api-key", "apiKey", "api_key_plaintext", "object_store_secret_key",
             "rabbitmq_password", "jwt", "bootstrap_token", "credentials" }) {
        const std::string text =
            std::string("{\"a\":1,\"") + name + "\" : \"s3cr3t \\\" more\",\"b\":2}";
        const std::string result = masked(text);
        EXPECT_EQ(result.find("s3cr3t"), std::string::npos) << result;
        EXPECT_EQ(result.find("more"), std::string::npos) << result;
        EXPECT_NE(result.find("\"b\":2"), std::string::npos) << result;
    }
}

TEST(Mask, reachesIntoJsonInsideStrings)
{
    const std::string once =
        R"({"value":"{\"url\":\"http://x\",\"auth-token\":\"s3cr3t\",\"n\":1}"})";
    EXPECT_EQ(masked(once), R"({"value":"{\"url\":\"http://x\",\"auth-token\":\"•••\",\"n\":1}"})");
    const std::string twice = R"({"v":"{\"w\":\"{\\\"password\\\":\\\"s3cr3t\\\"}\"}"})";
    EXPECT_EQ(masked(twice).find("s3cr3t"), std::string::npos);
}

TEST(Mask, hidesThemInATextThatBeginsAnywhere)
{
    const std::string whole = R"({"a":"b","list":[{"x":"y: z"}],"password":"s3cr3t","c":"d"})";
    for (std::size_t from = 0; from <= whole.find("\"password"); ++from) {
        const std::string result = masked(whole.substr(from));
        EXPECT_EQ(result.find("s3cr3t"), std::string::npos) << from << ' ' << result;
        EXPECT_NE(result.find(R"("c":"d")"), std::string::npos) << from << ' ' << result;
    }
}

TEST(Mask, hidesListsNumbersAndObjectsUnderSuchNames)
{
    EXPECT_EQ(masked(R"({"password":12345,"n":1})"), R"({"password":"•••","n":1})");
    EXPECT_EQ(masked(R"({"secrets":["a]b","c"],"n":1})"), R"({"secrets":"•••","n":1})");
    EXPECT_EQ(
        masked(R"({"credentials":{"a":{"b":"x}"}},"n":1})"), R"({"credentials":"•••","n":1})");
    EXPECT_EQ(masked(R"({"password":null,"secret":true})"), R"({"password":null,"secret":true})");
}

TEST(Mask, keepsWhatIsNoSecret)
{
    for (const char *text : { R"({"in_tokens":5,"out_tokens":7,"jwt_expires":"2026"})",
             R"({"api_keys":[{"id":"k1","name":"laptop"}]})",
             R"({"topic":"flow:tg:chunk-load:acme:eu"})", R"({"processor":"tokenizer"})" })
        EXPECT_EQ(masked(text), text);
}

TEST(Mask, hidesJwtsBearersAndQueryItems)
{
    EXPECT_EQ(masked("x eyJhbGciOi.eyJzdWIiOi.c2ln y"), "x ••• y");
    EXPECT_EQ(masked("Authorization: Bearer abc.def"), "Authorization: Bearer •••");
    EXPECT_EQ(masked("/socket?token=abc&workspace=acme"), "/socket?token=•••&workspace=acme");
}

TEST(Mask, survivesTextThatIsCutOffAnywhere)
{
    const std::string text =
        R"({"a":"{\"password\":\"s3cr3t\",\"token\":[\"s3cr3t\"]}","api_key":"s3cr3t"})";
    for (std::size_t end = 0; end <= text.size(); ++end)
        EXPECT_EQ(masked(text.substr(0, end)).find("s3cr3t"), std::string::npos) << end;
}

TEST(Mask, neverLeaksFromRandomNesting)
{
    const unsigned seed = 42;
    std::mt19937 random(seed);
    for (int round = 0; round < 500; ++round) {
        std::string text = R"({"password":"s3cr3t"})";
        for (unsigned depth = random() % 4; depth > 0; --depth) {
            std::string quoted;
            for (char c : text) {
                if (c == '"' || c == '\\')
                    quoted += '\\';
                quoted += c;
            }
            text = "{\"k" + std::to_string(random() % 9) + "\":\"" + quoted
                + "\",\"n\":" + std::to_string(random() % 99) + "}";
        }
        EXPECT_EQ(masked(text).find("s3cr3t"), std::string::npos)
            << "seed " << seed << ": " << text;
    }
}
