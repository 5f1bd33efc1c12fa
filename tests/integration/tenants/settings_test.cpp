// SPDX-License-Identifier: GPL-3.0-only
// Flag, environment, file: what wins, and what is said about a file that is wrong. The whole
// program on PostgreSQL and Redis.
#include "tests/support/serverprocess.h"

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>

namespace signalbox::support {
namespace {

const std::string program = SIGNALBOX_GATEWAY_PROGRAM;

class Settings : public testing::Test {
protected:
    void TearDown() override
    {
        unsetenv("SIGNALBOX_GATEWAY_API_KEY_FILE");
        unsetenv("SIGNALBOX_GATEWAY_CONFIG");
    }
    std::string write(const std::string &text)
    {
        const std::string file = folder.path() + "/gateway.conf";
        std::ofstream(file) << text;
        return file;
    }
    /// Which key file the program has asked for: it ends there, and names it.
    std::string keyFile(const std::vector<std::string> &arguments)
    {
        const Finished finished = runProgram(program, arguments);
        EXPECT_EQ(finished.code, 1);
        const std::string before = "no API key (tg_…) in ";
        const std::size_t at = finished.errors.find(before);
        if (at == std::string::npos)
            return finished.errors;
        return finished.errors.substr(
            at + before.size(), finished.errors.find('\n', at) - at - before.size());
    }
    std::string fault(const std::string &text)
    {
        const Finished finished = runProgram(program, { "--config", write(text) });
        EXPECT_EQ(finished.code, 2) << text;
        EXPECT_EQ(finished.output, "") << text;
        return finished.errors;
    }
    TemporaryFolder folder;
};

TEST_F(Settings, TheCommandLineWinsThenTheEnvironmentThenTheFile)
{
    const std::string file =
        write("# comment\n\n  api-key-file = /of/the file  \nlog-level = off\ndemo = false\n");
    EXPECT_EQ(keyFile({ "--config", file }), "/of/the file");
    setenv("SIGNALBOX_GATEWAY_API_KEY_FILE", "/of/environment", 1);
    EXPECT_EQ(keyFile({ "--config", file }), "/of/environment");
    EXPECT_EQ(keyFile({ "--config", file, "--api-key-file", "/of/flag" }), "/of/flag");
    setenv("SIGNALBOX_GATEWAY_API_KEY_FILE", "", 1);
    EXPECT_EQ(keyFile({ "--config", file }), "/of/the file") << "empty is not set";
    setenv("SIGNALBOX_GATEWAY_CONFIG", file.c_str(), 1);
    EXPECT_EQ(keyFile({}), "/of/the file");
}

TEST_F(Settings, AFaultIsSaidWithFileAndLine)
{
    const std::string at = "signalbox-gateway: " + folder.path() + "/gateway.conf:";
    EXPECT_EQ(fault("port = 1\n\nprot = 2\n"), at + "3: unknown setting prot\n");
    EXPECT_EQ(fault("port 1\n"), at + "1: expected name = value\n");
    EXPECT_EQ(fault("port = 1\nport = 2\n"), at + "2: port is set in line 1 already\n");
    EXPECT_EQ(fault("print-endpoint = true\n"), at + "1: unknown setting print-endpoint\n");
    EXPECT_EQ(fault("config = other\n"), at + "1: unknown setting config\n");
    EXPECT_TRUE(fault("port = 70000\n").starts_with(at + "1: --port: ")) << fault("port = x\n");
    EXPECT_TRUE(fault("store = mysql://x\n").starts_with(at + "1: --store: not postgres://"));
    EXPECT_TRUE(fault("cache = redis://x:y\n").starts_with(at + "1: --cache: the port is no"));
    const Finished missing = runProgram(program, { "--config", folder.path() + "/none" });
    EXPECT_EQ(missing.code, 2);
    EXPECT_EQ(missing.errors,
        "signalbox-gateway: " + folder.path() + "/none: No such file or directory\n");
}

TEST_F(Settings, TheExampleFileIsReadable)
{
    std::ifstream example(std::string(SIGNALBOX_SOURCE_DIR) + "/installer/signalbox-gateway.conf");
    std::string uncommented;
    int settings = 0;
    for (std::string line; std::getline(example, line);) {
        const bool setting = line.size() > 1 && line[0] == '#' && line[1] != ' ';
        uncommented += (setting ? line.substr(1) : line) + '\n';
        settings += setting ? 1 : 0;
    }
    EXPECT_GE(settings, 10);
    const std::string file = write(uncommented);
    EXPECT_EQ(keyFile({ "--config", file, "--api-key-file", "/x" }), "/x") << "no fault before";
}

TEST_F(Settings, TheGatewayRunsOnPostgresAndRedis)
{
    PostgresServer postgres;
    RedisServer redis;
    const std::string file =
        write("store = " + postgres.appUrl() + "\ncache = " + redis.url() + '\n');
    const Finished early = runProgram(
        program, { "--port", "0", "--data", folder.path() + "/early", "--config", file });
    EXPECT_EQ(early.code, 1);
    EXPECT_NE(early.errors.find("tenant store: the database has version 0"), std::string::npos)
        << early.errors;
    EXPECT_EQ(early.errors.find("only-of-this-test"), std::string::npos) << "no password";
    GatewayProcess gateway(program, folder.path() + "/data",
        { "--config", file, "--store-owner", postgres.ownerUrl() });
    EXPECT_EQ(http(gateway.port(), "GET", "/api/v1/version").status, 200);
    EXPECT_EQ(gateway.stop(), 0);
    redis.stop();
    const Finished without =
        runProgram(program, { "--port", "0", "--data", folder.path() + "/data", "--config", file });
    EXPECT_EQ(without.code, 1);
    EXPECT_NE(without.errors.find("cache: redis: Connection refused"), std::string::npos)
        << without.errors;
    const std::string wrong = write("store = postgres://konstruct_app:wrong-secret@127.0.0.1:"
        + postgres.appUrl().substr(postgres.appUrl().rfind(':') + 1) + '\n');
    const Finished refused = runProgram(
        program, { "--port", "0", "--data", folder.path() + "/data", "--config", wrong });
    EXPECT_EQ(refused.code, 1);
    EXPECT_NE(refused.errors.find("password authentication failed"), std::string::npos)
        << refused.errors;
    EXPECT_EQ(refused.errors.find("wrong-secret"), std::string::npos) << "no password";
}

} // namespace
} // namespace signalbox::support
