// SPDX-License-Identifier: GPL-3.0-only
// The program itself: options, endpoint line, limits of connections and sizes, end and restart.
#include "tests/integration/gateway/session.h"

#include <fstream>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace signalbox::integration {
namespace {

using support::GatewayProcess;
using support::TemporaryFolder;
using support::WebSocketClient;

const std::string program = SIGNALBOX_GATEWAY_PROGRAM;

bool endedWell(int status)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(Process, HelpAndVersionGoToStandardOutput)
{
    const auto help = support::runProgram(program, { "--help" });
    EXPECT_EQ(help.code, 0);
    for (const char *option : { "--port", "--bind", "--data", "--demo", "--print-endpoint",
             "--log-level", "--api-key-file", "--anonymous", "--protect", "--exit-with-parent",
             "SIGNALBOX_GATEWAY_PORT" })
        EXPECT_NE(help.output.find(option), std::string::npos) << option;
    const auto version = support::runProgram(program, { "--version" });
    EXPECT_EQ(version.code, 0);
    EXPECT_TRUE(version.output.starts_with("signalbox-gateway ")) << version.output;
}

TEST(Process, UnknownOptionIsAUsageError)
{
    const auto finished = support::runProgram(program, { "--nonsense" });
    EXPECT_EQ(finished.code, 2);
    EXPECT_EQ(finished.output, "");
    EXPECT_NE(finished.errors.find("--nonsense"), std::string::npos);
}

TEST(Process, PortInUseIsSaidWithStatusOne)
{
    TemporaryFolder folder;
    GatewayProcess first(program, folder.path() + "/data");
    const std::string port = std::to_string(first.port());
    const auto second =
        support::runProgram(program, { "--port", port, "--data", folder.path() + "/other" });
    EXPECT_EQ(second.code, 1);
    EXPECT_EQ(second.output, "");
    EXPECT_NE(second.errors.find(port), std::string::npos) << second.errors;
    EXPECT_NE(second.errors.find("in use"), std::string::npos) << second.errors;
}

TEST(Process, KeyFileGivesTheFirstKey)
{
    TemporaryFolder folder;
    const std::string key = "tg_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef";
    std::ofstream(folder.path() + "/key") << key << "\n";
    GatewayProcess gateway(
        program, folder.path() + "/data", { "--api-key-file", folder.path() + "/key" });
    EXPECT_EQ(gateway.key(), key);
    EXPECT_EQ(support::http(gateway.port(), "POST", "/api/v1/iam", R"({"operation":"whoami"})", key)
                  .status,
        200);
    const auto without =
        support::runProgram(program, { "--api-key-file", folder.path() + "/nothing" });
    EXPECT_EQ(without.code, 1);
}

TEST(Process, RestartKeepsStateAndKey)
{
    TemporaryFolder folder;
    const std::string data = folder.path() + "/data";
    std::string key;
    Json before;
    {
        GatewayProcess gateway(program, data);
        key = gateway.key();
        done(gateway, "/api/v1/flow",
            { { "operation", "put-blueprint" }, { "blueprint-name", "small" },
                { "blueprint-definition", smallBlueprint() } });
        startFlow(gateway, "kept");
        before = done(gateway, "/api/v1/config", { { "operation", "config" } });
        EXPECT_TRUE(endedWell(gateway.stop()));
    }
    GatewayProcess gateway(program, data);
    EXPECT_EQ(gateway.key(), key);
    EXPECT_EQ(done(gateway, "/api/v1/config", { { "operation", "config" } }), before);
    const Json queues = done(
        gateway, "/api/v1/fabric", { { "operation", "list-queues" }, { "workspace", "default" } });
    EXPECT_NE(queues.dump().find("request:tg:text-completion:default:kept"), std::string::npos)
        << "topics of live flows are ensured at start";
}

TEST(Process, ReadyWithinAHundredMillisecondsOnAnExistingFolder)
{
    TemporaryFolder folder;
    const std::string data = folder.path() + "/data";
    {
        GatewayProcess gateway(program, data);
        gateway.stop();
    }
    auto best = std::chrono::microseconds::max();
    for (int i = 0; i < 5; ++i) {
        GatewayProcess gateway(program, data);
        best = std::min(best, gateway.startTime());
        gateway.stop();
    }
    // The best of five: the machine that tests run on may be busy with something else.
    EXPECT_LE(best, std::chrono::milliseconds(100)) << best.count() << " us";
    std::cout << "ready after " << best.count() << " us" << std::endl;
}

TEST(Process, SignalsEndItGracefullyAndSocketsAreTold)
{
    for (const int number : { SIGTERM, SIGINT, SIGHUP }) {
        TemporaryFolder folder;
        GatewayProcess gateway(program, folder.path() + "/data");
        WebSocketClient socket(gateway.port(), "/api/v1/socket");
        signIn(socket, gateway.key());
        gateway.signal(number);
        while (socket.receive()) { }
        EXPECT_EQ(socket.closeCode(), 1001) << number;
        EXPECT_TRUE(endedWell(gateway.wait())) << number;
    }
}

TEST(Process, EndsWhenItsStandardInputCloses)
{
    TemporaryFolder folder;
    GatewayProcess gateway(program, folder.path() + "/data", { "--exit-with-parent" });
    gateway.closeInput();
    EXPECT_TRUE(endedWell(gateway.wait()));
}

TEST(Process, StaysWhenStandardInputClosesUnasked)
{
    TemporaryFolder folder;
    GatewayProcess gateway(program, folder.path() + "/data");
    gateway.closeInput();
    EXPECT_EQ(support::http(gateway.port(), "GET", "/api/v1/version").status, 200);
    EXPECT_TRUE(endedWell(gateway.stop()));
}

TEST(Process, ListensOnLoopbackOnly)
{
    TemporaryFolder folder;
    GatewayProcess gateway(program, folder.path() + "/data");
    std::ifstream table("/proc/net/tcp");
    char hexPort[8];
    std::snprintf(hexPort, sizeof hexPort, ":%04X", gateway.port());
    std::string line;
    int listeners = 0;
    while (std::getline(table, line))
        if (line.find(hexPort + std::string(" 00000000:0000 0A")) != std::string::npos) {
            ++listeners;
            EXPECT_NE(line.find("0100007F" + std::string(hexPort)), std::string::npos) << line;
        }
    EXPECT_EQ(listeners, 1);
}

TEST(Limits, HeaderBodyAndRequestLine)
{
    TemporaryFolder folder;
    GatewayProcess gateway(program, folder.path() + "/data", { "--max-body", "2" });
    const std::string bearer = "Authorization: Bearer " + gateway.key() + "\r\n";
    const std::string post = "POST /api/v1/config HTTP/1.1\r\nHost: x\r\n";
    EXPECT_EQ(support::rawHttp(gateway.port(), post + "X: " + std::string(70000, 'x') + "\r\n\r\n")
                  .status,
        431);
    const auto large =
        support::rawHttp(gateway.port(), post + bearer + "Content-Length: 2097153\r\n\r\n");
    EXPECT_EQ(large.status, 413) << "refused before the body is sent";
    EXPECT_TRUE(large.body.starts_with("413: ")) << large.body;
    EXPECT_EQ(
        support::rawHttp(gateway.port(), post + "Content-Length: 2000000\r\n\r\n").status, 413)
        << "nobody has that much to say unsigned";
    const std::string chunk = "100000\r\n" + std::string(0x100000, ' ') + "\r\n";
    EXPECT_EQ(support::rawHttp(gateway.port(),
                  post + bearer + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk + "1\r\n")
                  .status,
        413);
    EXPECT_EQ(support::rawHttp(gateway.port(), "nonsense\r\n\r\n").status, 400);
    EXPECT_EQ(support::rawHttp(gateway.port(), "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n").status, 400);
    EXPECT_EQ(support::http(gateway.port(), "GET", "/api/v1/version").status, 200)
        << "and serves on";
}

TEST(Limits, ExpectContinueIsAnswered)
{
    TemporaryFolder folder;
    GatewayProcess gateway(program, folder.path() + "/data");
    support::TcpClient client(gateway.port());
    const std::string body = R"({"operation":"list-flows"})";
    client.send(
        "POST /api/v1/flow HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nAuthorization: Bearer "
        + gateway.key() + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
    EXPECT_TRUE(client.receive().starts_with("HTTP/1.1 100 "));
    client.send(body);
    EXPECT_TRUE(client.receive().starts_with("HTTP/1.1 200 "));
}

TEST(Limits, ConnectionsOverTheLimitAreToldSo)
{
    TemporaryFolder folder;
    GatewayProcess gateway(program, folder.path() + "/data", { "--max-connections", "3" });
    std::vector<std::unique_ptr<support::HttpClient>> held;
    for (int i = 0; i < 3; ++i) {
        held.push_back(std::make_unique<support::HttpClient>(gateway.port()));
        EXPECT_EQ(held.back()->request("GET", "/api/v1/version").status, 200);
    }
    support::TcpClient fourth(gateway.port());
    const std::string refusal = fourth.receive();
    EXPECT_TRUE(refusal.starts_with("HTTP/1.1 503 ")) << refusal;
    EXPECT_NE(refusal.find("too many connections"), std::string::npos);
}

TEST(Limits, SocketsOfOneUserAreCounted)
{
    TemporaryFolder folder;
    GatewayProcess gateway(program, folder.path() + "/data");
    std::vector<std::unique_ptr<WebSocketClient>> held;
    for (int i = 0; i < 64; ++i) {
        held.push_back(std::make_unique<WebSocketClient>(gateway.port(), "/api/v1/socket"));
        ASSERT_EQ(signIn(*held.back(), gateway.key()).at("type"), "auth-ok") << i;
    }
    WebSocketClient more(gateway.port(), "/api/v1/socket");
    const Json refused = signIn(more, gateway.key());
    EXPECT_EQ(refused.at("type"), "auth-failed");
    EXPECT_NE(refused.at("error").get<std::string>().find("too many sockets"), std::string::npos);
}

TEST(Limits, AReaderThatStopsIsCutOffWithoutBoundlessMemory)
{
    TemporaryFolder folder;
    GatewayProcess gateway(program, folder.path() + "/data");
    const std::string megabytes(std::size_t(8) << 20, 'x');
    done(gateway, "/api/v1/config",
        { { "operation", "put" },
            { "values", { { { "type", "big" }, { "key", "k" }, { "value", megabytes } } } } });
    WebSocketClient socket(gateway.port(), "/api/v1/socket", 4096);
    signIn(socket, gateway.key());
    const Json get { { "operation", "get" },
        { "keys", { { { "type", "big" }, { "key", "k" } } } } };
    for (int i = 0; i < 64; ++i) // half a gigabyte is asked for, nothing of it read
        send(socket, { { "id", i }, { "service", "config" }, { "request", get } });
    const auto residentKiB = [&] {
        std::ifstream status("/proc/" + std::to_string(gateway.pid()) + "/status");
        std::string line;
        while (std::getline(status, line))
            if (line.starts_with("VmHWM:"))
                return std::stol(line.substr(6));
        return 0L;
    };
    EXPECT_EQ(support::http(gateway.port(), "GET", "/api/v1/version").status, 200);
    // Others are served while the slow one is dealt with.
    WebSocketClient other(gateway.port(), "/api/v1/socket");
    signIn(other, gateway.key());
    EXPECT_TRUE(ask(other, 1, "flow", { { "operation", "list-flows" } }).contains("response"));
    EXPECT_GT(residentKiB(), 0);
    EXPECT_LT(residentKiB(), 600 * 1024);
}

TEST(Limits, HalfOpenConnectionsDoNotHoldUpTheEnd)
{
    TemporaryFolder folder;
    GatewayProcess gateway(program, folder.path() + "/data");
    support::TcpClient halfRequest(gateway.port());
    halfRequest.send("POST /api/v1/config HTTP/1.1\r\nContent-Le");
    WebSocketClient silent(gateway.port(), "/api/v1/socket"); // never answers a close
    EXPECT_EQ(support::http(gateway.port(), "GET", "/api/v1/version").status, 200);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_TRUE(endedWell(gateway.stop()));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

} // namespace
} // namespace signalbox::integration
