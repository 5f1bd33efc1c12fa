// SPDX-License-Identifier: GPL-3.0-only
#include "tests/unit/services/platformtest.h"

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;

class ConfigServiceTest : public PlatformTest {
protected:
    void SetUp() override
    {
        boot(quick());
        notices = *fabric().createConsumer("notify:tg:config", "test");
    }
    Json notice()
    {
        const auto message = notices->receive(10s);
        EXPECT_TRUE(message) << message.error().text;
        notices->acknowledge(*message);
        return Json::parse(message->value);
    }
    bool quiet() { return notices->receive(0ms).error().kind == FabricError::Kind::Timeout; }
    static Json entry(const char *type, const char *key)
    {
        return { { "type", type }, { "key", key } };
    }
    static Json entry(const char *type, const char *key, const Json &value)
    {
        return { { "type", type }, { "key", key }, { "value", value } };
    }
    /// A braced list of one would be that one itself.
    static Json listOf(std::initializer_list<Json> items)
    {
        Json list = Json::array();
        for (const Json &item : items)
            list.push_back(item);
        return list;
    }
    Json put(std::initializer_list<Json> items) { return putAll(listOf(items)); }
    Json putAll(const Json &values)
    {
        return config("default", { { "operation", "put" }, { "values", values } });
    }

    std::shared_ptr<Consumer> notices;
    const Json empty = Json::parse(R"({"version":0,"values":[],"directory":[],"config":{}})");
};

TEST_F(ConfigServiceTest, PutAndDeleteAnswerVersionZeroAndAllMembers)
{
    EXPECT_EQ(put({ entry("t", "k", "v") }).dump(), empty.dump());
    EXPECT_EQ(
        config("default", { { "operation", "delete" }, { "keys", listOf({ entry("t", "k") }) } })
            .dump(),
        empty.dump());
    EXPECT_EQ(config("default",
                  { { "operation", "delete" }, { "keys", listOf({ entry("t", "nosuch") }) } }),
        empty);
}

TEST_F(ConfigServiceTest, GetKeepsTheOrderAndAnswersNullForAMissingKey)
{
    put({ entry("t", "a", "1"), entry("t", "b", "\"2\"") });
    const Json answer = config("default",
        { { "operation", "get" },
            { "keys", listOf({ entry("t", "b"), entry("t", "x"), entry("t", "a") }) } });
    EXPECT_EQ(answer["values"].dump(),
        R"([{"type":"t","key":"b","value":"\"2\""},{"type":"t","key":"x","value":null},{"type":"t","key":"a","value":"1"}])");
    EXPECT_GT(answer["version"], 0);
}

TEST_F(ConfigServiceTest, ListGetvaluesAndConfigShowTheWorkspace)
{
    put({ entry("t", "a", "1"), entry("u", "b", "2") });
    EXPECT_EQ(config("default", { { "operation", "list" }, { "type", "t" } })["directory"],
        Json({ "a" }));
    EXPECT_EQ(config("default", { { "operation", "list" }, { "type", "none" } })["directory"],
        Json::array());
    EXPECT_EQ(config("default", { { "operation", "getvalues" }, { "type", "u" } })["values"],
        Json({ entry("u", "b", "2") }));
    EXPECT_EQ(config("default", { { "operation", "config" } })["config"],
        Json::parse(R"({"t":{"a":"1"},"u":{"b":"2"}})"));
}

TEST_F(ConfigServiceTest, FaultsHaveTheTextsThatClientsKnow)
{
    EXPECT_TRUE(hasError(config("default", { { "operation", "get" } }), "config-error",
        "'NoneType' object is not iterable"));
    EXPECT_TRUE(hasError(config("default", { { "operation", "put" } }), "config-error",
        "'NoneType' object is not iterable"));
    EXPECT_TRUE(hasError(put({ entry("t", "k") }), "gateway-error", "'value'"));
    EXPECT_TRUE(
        hasError(put({ Json { { "type", "t" }, { "value", "v" } } }), "gateway-error", "'key'"));
    EXPECT_TRUE(hasError(put({ entry("t", "k", { { "a", 1 } }) }), "config-error",
        "Error binding parameter 4: type 'dict' is not supported"));
    EXPECT_TRUE(
        hasError(config("default", { { "operation", "getvalues-all-ws" }, { "type", "t" } }),
            "bad-operation", "Bad operation"));
    EXPECT_TRUE(hasError(config("default", Json::object()), "bad-operation", "Bad operation"));
}

TEST_F(ConfigServiceTest, AFaultyElementLeavesTheWholeBatchUndone)
{
    EXPECT_TRUE(put({ entry("t", "a", "1"), entry("t", "b", 5) }).contains("error"));
    EXPECT_TRUE(keys("default", "t").empty());
    EXPECT_TRUE(quiet());
}

TEST_F(ConfigServiceTest, OneBatchIsOneVersionIsOneNotice)
{
    const Json before =
        system({ { "operation", "list" }, { "workspace", "default" }, { "type", "t" } });
    put({ entry("t", "a", "1"), entry("t", "b", "2"), entry("s", "c", "3") });
    const Json told = notice();
    EXPECT_EQ(told["version"], before["version"].get<int>() + 1);
    EXPECT_EQ(told["changes"], Json::parse(R"({"s":["default"],"t":["default"]})"));
    EXPECT_TRUE(quiet());
    config("default",
        { { "operation", "delete" }, { "keys", listOf({ entry("t", "a"), entry("t", "b") }) } });
    EXPECT_EQ(notice()["version"], before["version"].get<int>() + 2);
    EXPECT_TRUE(quiet());
}

TEST_F(ConfigServiceTest, AnEmptyBatchChangesNothing)
{
    putAll(Json::array());
    EXPECT_TRUE(quiet());
}

TEST_F(ConfigServiceTest, ABodyCannotNameAnotherWorkspaceOnAWorkspaceQueue)
{
    Json element = entry("t", "a", "1");
    element["workspace"] = "__template__";
    config("default",
        { { "operation", "put" }, { "workspace", "other" }, { "values", listOf({ element }) } });
    EXPECT_EQ(keys("default", "t"), std::vector<std::string>({ "a" }));
    EXPECT_TRUE(keys("__template__", "t").empty());
    EXPECT_TRUE(keys("other", "t").empty());
}

TEST_F(ConfigServiceTest, TheSystemQueueWritesSeveralWorkspacesInOneBatch)
{
    makeWorkspace("acme");
    notice();
    Json one = entry("flow", "f", "{}"), two = entry("acme", "f", "{}");
    one["workspace"] = "acme";
    two["workspace"] = "__flows__";
    system({ { "operation", "put" }, { "values", listOf({ one, two }) } });
    EXPECT_EQ(notice()["changes"], Json::parse(R"({"flow":["acme"]})"))
        << "reserved workspaces are not announced";
    EXPECT_EQ(keys("__flows__", "acme"), std::vector<std::string>({ "f" }));
    const Json all = system({ { "operation", "getvalues-all-ws" }, { "type", "flow" } });
    EXPECT_EQ(all["values"],
        Json::parse(R"([{"type":"flow","key":"f","value":"{}","workspace":"acme"}])"));
}

TEST_F(ConfigServiceTest, ANewWorkspaceIsFilledFromTheTemplateAndServedAtOnce)
{
    PlatformTest::put("__template__", "prompt", "system", "\"hello\"");
    PlatformTest::put("__template__", "tool", "t1", "{}");
    PlatformTest::put("acme", "tool", "t1", "own");
    EXPECT_EQ(notice()["changes"], Json::parse(R"({"tool":["acme"]})"));
    makeWorkspace("acme");
    const Json told = notice();
    EXPECT_EQ(told["workspace_changes"]["created"], Json({ "acme" }));
    EXPECT_EQ(told["changes"], Json::parse(R"({"prompt":["acme"]})"));
    EXPECT_TRUE(quiet());
    EXPECT_EQ(config("acme", { { "operation", "config" } })["config"],
        Json::parse(R"({"prompt":{"system":"\"hello\""},"tool":{"t1":"own"}})"));
    EXPECT_EQ(flow("acme", { { "operation", "list-flows" } })["flow-ids"], Json::array());
}

TEST_F(ConfigServiceTest, AnUnregisteredWorkspaceIsAnnouncedAsDeleted)
{
    makeWorkspace("acme");
    notice();
    iam({ { "operation", "disable-workspace" }, { "workspace_record", { { "id", "acme" } } } });
    EXPECT_EQ(notice()["workspace_changes"]["deleted"], Json({ "acme" }));
}

TEST_F(ConfigServiceTest, APausedWorkerLeavesTheBacklogInItsQueue)
{
    platform->service("config").pause(true);
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(ask("config", { { "operation", "list" } }, 10ms).contains("failed"));
    EXPECT_GE(fabric().queue("request:tg:config.config-svc")->row.ready, 3)
        << "and what the services ask";
    platform->service("config").pause(false);
    EXPECT_EQ(keys("__workspaces__", "workspace"), std::vector<std::string>({ "default" }));
}

TEST_F(PlatformTest, AFullWorkspaceRefusesTheBatchAndSaysTheLimit)
{
    PlatformOptions options = quick();
    options.storeLimits.workspaceConfigKeys = 2;
    boot(options);
    const auto batch = [](std::initializer_list<const char *> names) {
        Json values = Json::array();
        for (const char *name : names)
            values.push_back({ { "type", "t" }, { "key", name }, { "value", "v" } });
        return Json { { "operation", "put" }, { "values", values } };
    };
    EXPECT_FALSE(config("default", batch({ "a" })).contains("error"));
    EXPECT_TRUE(hasError(config("default", batch({ "b", "c" })), "limit",
        "too many configuration keys in workspace default: the limit is 2"));
    EXPECT_EQ(keys("default", "t"), std::vector<std::string>({ "a" }));
}

} // namespace
} // namespace signalbox::gateway
