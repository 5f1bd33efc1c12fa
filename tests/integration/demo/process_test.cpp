// SPDX-License-Identifier: GPL-3.0-only
// The real program with --demo, over REST and socket.
#include "app/gateway/demo/catalogue.h"
#include "tests/support/gatewayprocess.h"

#include <functional>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <thread>

using namespace signalbox;
using support::GatewayProcess;
using Json = nlohmann::json;

namespace {
const std::string program = SIGNALBOX_GATEWAY_PROGRAM;

bool eventually(const std::function<bool()> &condition)
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= deadline)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

Json post(const GatewayProcess &gateway, const std::string &kind, const Json &body)
{
    const auto reply =
        support::http(gateway.port(), "POST", "/api/v1/" + kind, body.dump(), gateway.key());
    EXPECT_EQ(reply.status, 200) << kind << ' ' << body.dump() << ": " << reply.body;
    return Json::parse(reply.body, nullptr, false);
}

std::vector<std::string> flows(const GatewayProcess &gateway, const std::string &workspace)
{
    const auto reply = support::http(gateway.port(), "POST", "/api/v1/flow",
        Json { { "operation", "list-flows" }, { "workspace", workspace } }.dump(), gateway.key());
    const Json json = Json::parse(reply.body, nullptr, false);
    return reply.status == 200 && json.contains("flow-ids")
        ? json["flow-ids"].get<std::vector<std::string>>()
        : std::vector<std::string>();
}

std::size_t seededFlows()
{
    return gateway::demo::seedPlan().flows.size() + 2;
} // + shuttle + interrupted

bool complete(const GatewayProcess &gateway)
{
    std::size_t count = 0;
    for (const char *workspace : { "default", "northport", "alpine-cover" })
        count += flows(gateway, workspace).size();
    return count == seededFlows();
}

Json queue(const GatewayProcess &gateway, const std::string &name)
{
    return post(gateway, "fabric", { { "operation", "get-queue" }, { "queue", name } })["queue"];
}

TEST(DemoProcess, AnOperatorFindsThreeWorkspacesWithAllFlows)
{
    support::TemporaryFolder folder;
    GatewayProcess gateway(program, folder.path(), { "--demo" });
    ASSERT_TRUE(eventually([&] { return complete(gateway); }));
    const Json mine = post(gateway, "iam", { { "operation", "list-my-workspaces" } });
    EXPECT_EQ(mine["workspaces"].size(), 3u) << mine.dump();
    for (const Json &workspace : mine["workspaces"])
        EXPECT_FALSE(workspace["name"].get<std::string>().empty()) << workspace.dump();
    EXPECT_TRUE(eventually([&] {
        const Json record = post(gateway, "config",
            { { "operation", "get" }, { "workspace", "default" },
                { "keys", Json::array({ { { "type", "flow" }, { "key", "legacy-sync" } } }) } });
        const Json value = record["values"][0]["value"];
        return value.is_string()
            && Json::parse(value.get<std::string>()).value("status", "") == "stopping";
    })) << "one flow hangs in stopping";
    EXPECT_EQ(gateway.stop(), 0);
}

TEST(DemoProcess, NMessagesFromOutsideWaitInAPausedWorkersQueue)
{
    support::TemporaryFolder folder;
    GatewayProcess gateway(program, folder.path(), { "--demo" });
    ASSERT_TRUE(eventually([&] { return complete(gateway); }));
    const std::string topic = "flow:tg:document-embeddings-store:northport:handbook-archive";
    const std::string name = topic + ".chunk-vectors-write--northport--handbook-archive--input";
    ASSERT_TRUE(eventually([&] { return queue(gateway, name).value("consumers", 0) == 1; }));
    const auto control = [&](const char *action) {
        const Json answer = post(gateway, "fabric",
            { { "operation", "line-control" }, { "workspace", "northport" }, { "action", action },
                { "processor", "chunk-vectors-write" }, { "variant", "handbook-archive" } });
        EXPECT_EQ(answer.value("affected", 0), 1) << answer.dump();
    };
    control("pause");
    constexpr int n = 47;
    for (int i = 0; i < n; ++i)
        post(gateway, "fabric",
            { { "operation", "publish" }, { "workspace", "northport" }, { "topic", topic },
                { "properties", Json::object() }, { "payload", R"({"vector":[0.5]})" } });
    const Json held = queue(gateway, name);
    EXPECT_EQ(held["ready"], n);
    EXPECT_EQ(held["published"], n);
    EXPECT_EQ(held["unacked"], 0);
    control("resume");
    EXPECT_TRUE(eventually([&] { return queue(gateway, name)["acked"] == n; }));
    EXPECT_EQ(gateway.stop(), 0);
}

TEST(DemoProcess, ServicesOfAFlowAnswerOverRestAndStreamOverTheSocket)
{
    support::TemporaryFolder folder;
    GatewayProcess gateway(program, folder.path(), { "--demo" });
    ASSERT_TRUE(eventually([&] { return complete(gateway); }));
    EXPECT_TRUE(eventually([&] {
        const auto reply = support::http(gateway.port(), "POST",
            "/api/v1/flow/timetable-answers/service/text-completion",
            R"({"system":"s","prompt":"When does the night train leave?","workspace":"default"})",
            gateway.key());
        const Json json = Json::parse(reply.body, nullptr, false);
        return reply.status == 200 && json.value("response", "") != "";
    }));
    support::WebSocketClient socket(gateway.port(), "/api/v1/socket");
    socket.sendText(Json { { "type", "auth" }, { "token", gateway.key() } }.dump());
    ASSERT_TRUE(socket.receive());
    socket.sendText(Json { { "id", 1 }, { "service", "text-completion" },
        { "flow", "timetable-answers" }, { "workspace", "default" },
        { "request", { { "system", "s" }, { "prompt", "p" }, { "streaming", true } } } }
                        .dump());
    int parts = 0;
    Json frame;
    do {
        const auto text = socket.receive();
        ASSERT_TRUE(text);
        frame = Json::parse(*text);
        ASSERT_TRUE(frame.contains("response")) << *text;
        ++parts;
    } while (!frame.value("complete", true));
    EXPECT_GT(parts, 2);
    EXPECT_GT(frame["response"].value("out_token", 0), 0) << frame.dump();
    EXPECT_EQ(gateway.stop(), 0);
}

TEST(DemoProcess, ARestartSeedsNothingAndKeepsWhatAnOperatorStopped)
{
    support::TemporaryFolder folder;
    {
        GatewayProcess gateway(program, folder.path(), { "--demo" });
        ASSERT_TRUE(eventually([&] { return complete(gateway); }));
        post(gateway, "flow",
            { { "operation", "stop-flow" }, { "workspace", "alpine-cover" },
                { "flow-id", "policy-desk" } });
        EXPECT_EQ(gateway.stop(), 0);
    }
    GatewayProcess gateway(program, folder.path(), { "--demo" });
    EXPECT_EQ(flows(gateway, "alpine-cover"), std::vector<std::string> { "storm-claims" });
    EXPECT_TRUE(eventually([&] {
        const Json line =
            post(gateway, "fabric", { { "operation", "list-processors" }, { "limit", 5000 } });
        std::size_t running = 0;
        for (const Json &row : line["processors"])
            running += row["workspace"] == "alpine-cover" && row["state"] == "running" ? 1 : 0;
        return running == 16;
    })) << "the workers of storm-claims are there again";
    EXPECT_EQ(flows(gateway, "alpine-cover"), std::vector<std::string> { "storm-claims" });
    EXPECT_EQ(gateway.stop(), 0);
}

TEST(DemoProcess, WithoutDemoNothingIsSeededAndNoWorkerRuns)
{
    support::TemporaryFolder folder;
    GatewayProcess gateway(program, folder.path(), {});
    EXPECT_TRUE(flows(gateway, "default").empty());
    const Json answer = post(gateway, "fabric",
        { { "operation", "line-control" }, { "action", "pause" }, { "processor", "prompt" } });
    EXPECT_EQ(answer["error"]["type"], "not-implemented") << answer.dump();
    EXPECT_EQ(gateway.stop(), 0);
}
} // namespace
