// SPDX-License-Identifier: GPL-3.0-only
// Import and export sockets, contract TG §1.7 and §1.8.
#include "tests/integration/gateway/session.h"

#include <gtest/gtest.h>

namespace signalbox::integration {
namespace {

using support::GatewayProcess;
using support::TemporaryFolder;
using support::WebSocketClient;

const std::string triple =
    R"({"metadata":{"id":"doc1"},"triples":[{"s":{"t":"i","i":"a"},"p":{"t":"i","i":"b"},"o":{"t":"l","v":"ä"}}]})";

class FlowSockets : public ::testing::Test {
protected:
    FlowSockets()
        : gateway(SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data")
    {
        Json entries = Json::object();
        Json interfaces = Json::object();
        for (const char *interface : { "triples-store", "graph-embeddings-store",
                 "document-embeddings-store", "rows-store", "entity-contexts-load" }) {
            const std::string topic = std::string("flow:tg:") + interface + ":{workspace}:{id}";
            interfaces[interface] = { { "flow", topic } };
            entries[std::string(interface) + "-eater:{id}"] = {
                { "topics", { { "input", topic } } }, { "parameters", Json::object() }
            };
        }
        const Json blueprint { { "description", "stores" }, { "blueprint", Json::object() },
            { "flow", entries }, { "interfaces", interfaces } };
        done(gateway, "/api/v1/flow",
            { { "operation", "put-blueprint" }, { "blueprint-name", "stores" },
                { "blueprint-definition", blueprint.dump() } });
        startFlow(gateway, "f", "stores");
    }
    [[nodiscard]] std::string path(const std::string &what, const std::string &flow = "f") const
    {
        return "/api/v1/flow/" + flow + "/" + what + "?token=" + gateway.key();
    }
    [[nodiscard]] Json queue(const std::string &topic) const
    {
        const Json listed = done(gateway, "/api/v1/fabric",
            { { "operation", "list-queues" }, { "workspace", "default" } });
        Json found = Json::array();
        for (const Json &row : listed.at("queues"))
            if (row.at("topic") == topic)
                found.push_back(row);
        return found;
    }
    /// Waits until the topic has so many queues.
    [[nodiscard]] bool hasQueues(const std::string &topic, std::size_t count) const
    {
        const auto deadline = std::chrono::steady_clock::now() + support::patience;
        while (std::chrono::steady_clock::now() < deadline)
            if (queue(topic).size() == count)
                return true;
        return false;
    }
    /// Waits until so many messages are ready for the flow's own consumer of triples.
    [[nodiscard]] bool hasWaiting(int count) const
    {
        const auto deadline = std::chrono::steady_clock::now() + support::patience;
        while (std::chrono::steady_clock::now() < deadline)
            for (const Json &row : queue(topic))
                if (row.at("ready") == count
                    && !row.at("name").get<std::string>().starts_with(topic + ".gateway-"))
                    return true;
        return false;
    }
    /// Waits for the close and gives its code.
    static int closedWith(WebSocketClient &socket)
    {
        while (socket.receive()) { }
        return socket.closeCode();
    }

    const std::string topic = "flow:tg:triples-store:default:f";
    TemporaryFolder folder;
    GatewayProcess gateway;
};

TEST_F(FlowSockets, WhatIsImportedIsExportedWithWholeMetadata)
{
    WebSocketClient out(gateway.port(), path("export/triples"));
    ASSERT_TRUE(hasQueues(topic, 2));
    WebSocketClient in(gateway.port(), path("import/triples"));
    in.sendText(triple);
    Json expected = Json::parse(triple);
    expected["metadata"]["root"] = "";
    expected["metadata"]["collection"] = "";
    EXPECT_EQ(Json::parse(out.receive().value()), expected);
    EXPECT_TRUE(in.silentFor(std::chrono::milliseconds(100))) << "an import answers nothing";
    EXPECT_TRUE(hasWaiting(1)) << "the flow's own consumer gets it too";
}

TEST_F(FlowSockets, EveryKindHasItsInterface)
{
    const std::vector<std::vector<std::string>> kinds {
        { "graph-embeddings", "graph-embeddings-store",
            R"({"metadata":{"id":"d"},"entities":[{"entity":{"t":"i","i":"a"},"vector":[1]}]})" },
        { "document-embeddings", "document-embeddings-store",
            R"({"metadata":{"id":"d"},"chunks":[{"chunk_id":"c","vector":[1]}]})" },
        { "entity-contexts", "entity-contexts-load",
            R"({"metadata":{"id":"d"},"entities":[{"entity":{"t":"i","i":"a"},"context":"x"}]})" },
    };
    for (const auto &kind : kinds) {
        WebSocketClient out(gateway.port(), path("export/" + kind[0]));
        ASSERT_TRUE(hasQueues("flow:tg:" + kind[1] + ":default:f", 2)) << kind[0];
        WebSocketClient in(gateway.port(), path("import/" + kind[0]));
        in.sendText(kind[2]);
        EXPECT_EQ(Json::parse(out.receive().value()).at("metadata").at("id"), "d") << kind[0];
    }
    WebSocketClient rows(gateway.port(), path("import/rows"));
    rows.sendText(R"({"metadata":{"id":"d"},"schema_name":"s","values":[]})");
    const auto deadline = std::chrono::steady_clock::now() + support::patience;
    while (queue("flow:tg:rows-store:default:f")[0].at("ready") != 1)
        ASSERT_LT(std::chrono::steady_clock::now(), deadline);
}

/// Trap 11, mended.
TEST_F(FlowSockets, AnExportLeavesNoQueueBehind)
{
    {
        WebSocketClient out(gateway.port(), path("export/triples"));
        ASSERT_TRUE(hasQueues(topic, 2));
        const Json rows = queue(topic);
        EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [&](const Json &row) {
            return row.at("name").get<std::string>().starts_with(topic + ".gateway-");
        }));
    }
    EXPECT_TRUE(hasQueues(topic, 1));
}

TEST_F(FlowSockets, RefusalsComeBeforeTheUpgrade)
{
    const auto refused = [&](const std::string &target) {
        try {
            const WebSocketClient socket(gateway.port(), target);
        } catch (const std::runtime_error &fault) {
            return std::string(fault.what());
        }
        return std::string("upgraded");
    };
    const std::string base = "/api/v1/flow/f/";
    EXPECT_NE(refused(base + "import/triples").find("401"), std::string::npos);
    EXPECT_NE(refused(base + "export/triples?token=tg_wrong").find("401"), std::string::npos);
    EXPECT_NE(refused(path("import/nosuch")).find("404"), std::string::npos);
    EXPECT_NE(refused(path("export/rows")).find("404"), std::string::npos);
    const Reader reader = makeUser(gateway, "rita", "reader");
    EXPECT_NE(refused(base + "import/triples?token=" + reader.key).find("403"), std::string::npos);
    EXPECT_EQ(refused(base + "export/triples?token=" + reader.key), "upgraded");
    EXPECT_NE(refused(base + "export/triples?workspace=other&token=" + reader.key).find("403"),
        std::string::npos);
}

TEST_F(FlowSockets, AFlowThatIsNotThereClosesWithoutAMessage)
{
    for (const std::string &target : { path("import/triples", "nosuch"),
             path("export/triples", "nosuch"), path("export/triples") + "&workspace=nosuch" }) {
        WebSocketClient socket(gateway.port(), target);
        EXPECT_EQ(socket.receive(), std::nullopt) << target;
        EXPECT_EQ(socket.closeCode(), 1000) << target;
    }
    startFlow(gateway, "g", "stores");
    done(gateway, "/api/v1/flow",
        { { "operation", "put-blueprint" }, { "blueprint-name", "small" },
            { "blueprint-definition", smallBlueprint() } });
    startFlow(gateway, "without", "small");
    WebSocketClient socket(gateway.port(), path("export/triples", "without"));
    EXPECT_EQ(closedWith(socket), 1000);
    EXPECT_EQ(socket.closeReason(), "This kind not supported by flow");
}

TEST_F(FlowSockets, AMalformedObjectEndsTheImport)
{
    WebSocketClient in(gateway.port(), path("import/triples"));
    in.sendText(triple);
    in.sendText(R"({"metadata":{"id":"d"},"triples":7})");
    EXPECT_EQ(closedWith(in), 1000);
    EXPECT_EQ(in.closeReason(), "triples: a list expected");
    EXPECT_TRUE(hasWaiting(1)) << "what came before was taken";
}

/// The client is held back by the flow's bound, nothing is lost.
TEST_F(FlowSockets, AnImportWaitsWhileTheQueueIsFull)
{
    constexpr int depth = 20000;
    WebSocketClient in(gateway.port(), path("import/triples"));
    for (int i = 0; i < depth + 5; ++i)
        in.sendText(R"({"metadata":{"id":"d"},"triples":[]})");
    EXPECT_TRUE(hasWaiting(depth));
    done(gateway, "/api/v1/fabric",
        { { "operation", "purge" }, { "queue", queue(topic)[0].at("name") },
            { "expected-ready", depth } });
    EXPECT_TRUE(hasWaiting(5));
}

TEST_F(FlowSockets, SocketsOfAUserAreBounded)
{
    const Reader wanda = makeUser(gateway, "wanda", "writer");
    const std::string target = "/api/v1/flow/f/import/triples?token=" + wanda.key;
    constexpr int limit = 64;
    std::vector<std::unique_ptr<WebSocketClient>> open;
    for (int i = 0; i < limit; ++i) {
        open.push_back(std::make_unique<WebSocketClient>(gateway.port(), target));
        open.back()->sendText(triple);
    }
    ASSERT_TRUE(hasWaiting(limit)) << "each is in";
    WebSocketClient refused(gateway.port(), target);
    EXPECT_EQ(closedWith(refused), 1008);
    EXPECT_EQ(refused.closeReason(), "too many sockets of this user: the limit is 64");
    open.pop_back();
    const auto deadline = std::chrono::steady_clock::now() + support::patience;
    for (bool again = false; !again;) {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline);
        WebSocketClient next(gateway.port(), target);
        again = next.silentFor(std::chrono::milliseconds(50));
    }
}

TEST_F(FlowSockets, AStopEndsThem)
{
    WebSocketClient out(gateway.port(), path("export/triples"));
    WebSocketClient in(gateway.port(), path("import/triples"));
    ASSERT_TRUE(hasQueues(topic, 2));
    stopFlow(gateway, "f");
    EXPECT_EQ(closedWith(out), 1000);
    EXPECT_EQ(closedWith(in), 1000);
    EXPECT_EQ(in.closeReason(), "the flow has stopped");
}

TEST_F(FlowSockets, ARevokedKeyEndsThemWithinASecondOrSo)
{
    const Reader writer = makeUser(gateway, "wanda", "writer");
    const std::string target = "/api/v1/flow/f/import/triples?token=" + writer.key;
    WebSocketClient in(gateway.port(), target);
    in.sendText(triple);
    done(gateway, "/api/v1/iam", { { "operation", "revoke-api-key" }, { "key_id", writer.keyId } });
    EXPECT_EQ(closedWith(in), 1008);
}

TEST_F(FlowSockets, TheEndOfTheGatewayIsSaid)
{
    WebSocketClient out(gateway.port(), path("export/triples"));
    ASSERT_TRUE(hasQueues(topic, 2));
    gateway.signal(15);
    EXPECT_EQ(closedWith(out), 1001);
    gateway.wait();
}

} // namespace
} // namespace signalbox::integration
