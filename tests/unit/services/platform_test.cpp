// SPDX-License-Identifier: GPL-3.0-only
#include "tests/unit/services/platformtest.h"

#include <atomic>
#include <sys/stat.h>
#include <thread>

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;

class PlatformLife : public PlatformTest {
protected:
    PlatformOptions onDisk()
    {
        PlatformOptions options = quick();
        options.dataDirectory = folder.path + "/data";
        return options;
    }
    Json start(const std::string &workspace, const char *id)
    {
        return flow(workspace,
            { { "operation", "start-flow" }, { "flow-id", id }, { "blueprint-name", "one" },
                { "description", "d" } });
    }
    void startFlow()
    {
        put("default", "flow-blueprint", "one",
            R"({"blueprint":{},"flow":{"work:{id}":{"topics":{"input":"flow:tg:in:{workspace}:{id}"}}}})");
        const Json started = start("default", "f");
        ASSERT_FALSE(started.contains("error")) << started;
    }
    void send(int count)
    {
        const auto producer = fabric().createProducer("flow:tg:in:default:f");
        ASSERT_TRUE(producer);
        for (int i = 0; i < count; ++i)
            ASSERT_TRUE((*producer)->send({}));
    }
    const std::string queue = "flow:tg:in:default:f.work--default--f--input";
    Folder folder;
};

TEST_F(PlatformLife, TheAdminKeyStaysTheSameAndItsFileIsPrivate)
{
    boot(onDisk());
    const std::string key = platform->adminKey();
    platform->stop();
    boot(onDisk());
    EXPECT_EQ(platform->adminKey(), key);
    EXPECT_EQ(
        iam({ { "operation", "resolve-api-key" }, { "token", key } })["user"]["username"], "admin");
    struct stat status { };
    ASSERT_EQ(::stat((folder.path + "/data/admin.key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    platform->stop();
    std::filesystem::remove(folder.path + "/data/admin.key");
    boot(onDisk());
    EXPECT_EQ(platform->adminKey(), "") << "it is not made a second time";
}

TEST_F(PlatformLife, AGivenAdminKeyIsTaken)
{
    PlatformOptions options = onDisk();
    options.adminKey = "tg_given";
    boot(options);
    EXPECT_EQ(platform->adminKey(), "tg_given");
    EXPECT_TRUE(
        iam({ { "operation", "resolve-api-key" }, { "token", "tg_given" } }).contains("user"));
}

/// Trap 41, copied.
TEST_F(PlatformLife, AnAdminKeyThatTheEdgeWouldNotKnowIsRefused)
{
    PlatformOptions options = onDisk();
    options.adminKey = "given";
    Platform refused(options);
    const auto started = refused.start();
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().find("must begin with 'tg_'"), std::string::npos) << started.error();
}

TEST_F(PlatformLife, AStopWaitsUntilTheQueuesAreEmpty)
{
    PlatformOptions options = quick();
    options.drain = 30s;
    boot(options);
    startFlow();
    send(5);
    std::atomic<int> worked { 0 };
    std::thread worker([&] {
        const auto consumer =
            fabric().createConsumer("flow:tg:in:default:f", "work--default--f--input");
        for (int i = 0; i < 5; ++i) {
            const auto message = (*consumer)->receive(20s);
            ASSERT_TRUE(message);
            ++worked;
            (*consumer)->acknowledge(*message);
        }
    });
    int before = -1;
    EXPECT_TRUE(platform->stop([&] { before = worked; }).empty());
    EXPECT_EQ(before, 5);
    worker.join();
}

TEST_F(PlatformLife, WhatAStopLosesIsToldByItAndByTheNextStart)
{
    boot(onDisk());
    startFlow();
    send(3);
    const std::vector<LostMessages> lost { { queue, "default", 3 } };
    EXPECT_EQ(platform->stop(), lost);
    boot(onDisk());
    EXPECT_EQ(platform->lostAtLastStop(), lost);
    ASSERT_TRUE(fabric().queueExists(queue)) << "the queues of live flows are there again";
    EXPECT_EQ(fabric().queue(queue)->row.ready, 0);
    makeWorkspace("acme");
    put("acme", "flow-blueprint", "one", R"({"blueprint":{},"flow":{}})");
    EXPECT_FALSE(start("acme", "g").contains("lost")) << "another workspace's names are not told";
    EXPECT_EQ(start("default", "g")["lost"], (Json { { queue, 3 } }));
    EXPECT_FALSE(start("default", "h").contains("lost")) << "once";
    platform->stop();
    boot(onDisk());
    EXPECT_TRUE(platform->lostAtLastStop().empty());
}

TEST_F(PlatformLife, NothingWrittenIsLostByAKillAndTheVersionNeverGoesBack)
{
    std::int64_t version = 0;
    for (int round = 0; round < 3; ++round) {
        boot(onDisk());
        const auto current = [&]() -> std::int64_t {
            return system({ { "operation", "list" }, { "workspace", "default" },
                { "type", "t" } })["version"];
        };
        EXPECT_GE(current(), version);
        put("default", "t", "k" + std::to_string(round), "v");
        EXPECT_EQ(keys("default", "t").size(), static_cast<std::size_t>(round + 1));
        version = current();
        kill();
    }
}

TEST_F(PlatformLife, ADataFolderThatCannotBeUsedIsToldInWords)
{
    PlatformOptions options = quick();
    options.dataDirectory = "/proc/nothing";
    Platform refused(options);
    const auto started = refused.start();
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().find("/proc/nothing"), std::string::npos);
}

TEST_F(PlatformLife, ServicesAreFoundByName)
{
    boot(quick());
    for (const char *name : { "config", "flow", "iam", "fabric" })
        EXPECT_NO_THROW((void)platform->service(name));
    EXPECT_THROW((void)platform->service("librarian"), std::out_of_range);
}

} // namespace
} // namespace signalbox::gateway
