// SPDX-License-Identifier: GPL-3.0-only
#include "tests/contract/schema/understanding.h"

#include "models/schema/metrics.h"

#include <cstdio>
#include <filesystem>
#include <gtest/gtest.h>

using namespace signalbox;
using namespace signalbox::contract;

namespace {
const std::string folder = SIGNALBOX_ANSWERS;
}

TEST(Understanding, everyAnswerOverHttp)
{
    int replay = 0;
    int client = 0;
    for (const Exchange &exchange : readExchanges(folder)) {
        EXPECT_NE(exchange.status, 0) << exchange.name;
        EXPECT_EQ(faultOf(exchange), "") << exchange.name;
        ++(exchange.use == "replay" ? replay : client);
    }
    std::printf("answers understood: %d replay, %d client\n", replay, client);
    EXPECT_GT(replay, 0);
    EXPECT_GT(client, 0);
}

TEST(Understanding, everyFrameOfTheSocket)
{
    int sent = 0;
    int received = 0;
    for (const Frame &frame : readFrames(folder)) {
        EXPECT_EQ(faultOf(frame), "") << frame.file << ": " << frame.text.substr(0, 300);
        ++(frame.direction == '>' ? sent : received);
    }
    std::printf("frames understood: %d sent, %d received\n", sent, received);
    EXPECT_GT(sent, 0);
    EXPECT_GT(received, 0);
}

TEST(Understanding, everySampleOfPrometheusAndNoSecret)
{
    int files = 0;
    std::size_t samples = 0;
    for (const auto &entry : std::filesystem::directory_iterator(folder + "/broker")) {
        if (!entry.path().filename().string().starts_with("prometheus-"))
            continue;
        const auto vector = schema::decode<schema::InstantVector>(readFile(entry.path().string()));
        ASSERT_TRUE(vector) << entry.path() << ": " << vector.error().text();
        for (const schema::Sample &sample : vector->samples)
            for (const auto &[label, value] : sample.labels)
                EXPECT_EQ(label.find("password"), std::string::npos) << label;
        samples += vector->samples.size();
        ++files;
    }
    std::printf("metrics understood: %d files, %zu samples\n", files, samples);
    EXPECT_GT(samples, 0u);
}
