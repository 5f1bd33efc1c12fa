// SPDX-License-Identifier: GPL-3.0-only
#include "tests/unit/services/platformtest.h"

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;

/// All scopes: {id}, {blueprint}, {workspace}, a literal, and topics of a system service; both
/// sections.
const char *const lineBlueprint = R"({
  "description": "a line", "tags": ["test"],
  "parameters": {"model": {"type": "model-type", "description": "Model", "order": 1},
                 "small": {"type": "model-type", "description": "Small", "order": 2, "controlled-by": "model"}},
  "blueprint": {"embed:{blueprint}": {"topics": {"request": "request:tg:embed:{workspace}:{blueprint}",
                                                 "response": "response:tg:embed:{workspace}:{blueprint}"}}},
  "flow": {"chunk:{id}": {"topics": {"input": "flow:tg:chunk:{workspace}:{id}", "output": "flow:tg:store:{workspace}",
                                     "librarian-request": "request:tg:librarian:{workspace}",
                                     "librarian-response": "response:tg:librarian:{workspace}"},
                          "parameters": {"model": "{model}", "small": "{small}", "odd": "{odd}"}},
           "store:{workspace}": {"topics": {"input": "flow:tg:store:{workspace}", "audit": "flow:tg:audit"}},
           "watch:{id}": {"topics": {"input": "flow:tg:store:{workspace}"}}},
  "interfaces": {"text-load": {"flow": "flow:tg:chunk:{workspace}:{id}"}}
})";

const std::string chunkTopic = "flow:tg:chunk:default:f1";
const std::string storeQueue = "flow:tg:store:default.store--default--default--input";

class FlowServiceTest : public PlatformTest {
protected:
    void SetUp() override { bootWith(quick()); }
    void bootWith(PlatformOptions options)
    {
        boot(std::move(options));
        if (keys("default", "flow-blueprint").empty())
            seed("default");
    }
    void seed(const std::string &workspace)
    {
        put(workspace, "flow-blueprint", "line", lineBlueprint);
        put(workspace, "parameter-type", "model-type",
            R"({"type":"string","default":"m1","required":true})");
    }
    Json start(const std::string &id, const std::string &workspace = "default",
        const Json &parameters = Json::object())
    {
        return flow(workspace,
            { { "operation", "start-flow" }, { "flow-id", id }, { "blueprint-name", "line" },
                { "description", "d" }, { "parameters", parameters } });
    }
    Json stop(const std::string &id, const std::string &workspace = "default")
    {
        return flow(workspace, { { "operation", "stop-flow" }, { "flow-id", id } });
    }
    Json record(const std::string &id) { return Json::parse(text("default", "flow", id)); }
    std::string text(const std::string &workspace, const std::string &type, const std::string &key)
    {
        const Json answer = system({ { "operation", "get" }, { "workspace", workspace },
            { "keys", Json::array({ { { "type", type }, { "key", key } } }) } });
        const Json &value = answer["values"][0]["value"];
        return value.is_string() ? value.get<std::string>() : "";
    }
    std::vector<std::string> topics()
    {
        std::vector<std::string> names;
        for (const schema::TopicRow &row : fabric().topics())
            names.push_back(row.topic);
        return names;
    }
    std::vector<std::string> queues()
    {
        std::vector<std::string> names;
        for (const schema::QueueRow &row : fabric().queues())
            if (row.scope != "subscriber")
                names.push_back(row.name);
        return names;
    }
    const Json ok = Json::parse(
        R"({"blueprint-names":[],"flow-ids":[],"blueprint-definition":"","flow":"","description":"","parameters":{}})");
};

TEST_F(FlowServiceTest, FaultsHaveTheTextsThatClientsKnow)
{
    const auto fails = [&](Json body, const char *message) {
        const Json answer = flow("default", std::move(body));
        EXPECT_TRUE(hasError(answer, "flow-error", message)) << answer;
    };
    ASSERT_EQ(start("f1"), ok);
    fails({ { "operation", "get-blueprint" } }, "No blueprint name");
    fails({ { "operation", "put-blueprint" } }, "No blueprint name");
    fails({ { "operation", "delete-blueprint" } }, "No blueprint name");
    fails({ { "operation", "get-flow" } }, "No flow ID");
    fails({ { "operation", "stop-flow" } }, "No flow ID");
    fails({ { "operation", "get-flow" }, { "flow-id", "x" } },
        "the JSON object must be str, bytes or bytearray, not NoneType");
    fails({ { "operation", "stop-flow" }, { "flow-id", "x" } }, "Flow ID invalid");
    fails({ { "operation", "start-flow" }, { "flow-id", "x" } }, "No blueprint name");
    fails({ { "operation", "start-flow" }, { "blueprint-name", "line" } }, "No flow ID");
    fails({ { "operation", "start-flow" }, { "blueprint-name", "line" }, { "flow-id", "f1" } },
        "Flow already exists");
    fails({ { "operation", "start-flow" }, { "blueprint-name", "line" }, { "flow-id", "x" } },
        "No description");
    fails({ { "operation", "start-flow" }, { "blueprint-name", "none" }, { "flow-id", "x" },
              { "description", "" } },
        "Blueprint does not exist");
    for (const auto &[given, type] : { std::pair(Json::array({ 1 }), "list"),
             std::pair(Json::array(), "list"), std::pair(Json("model=m1"), "str"),
             std::pair(Json(7), "int"), std::pair(Json(false), "bool") })
        EXPECT_TRUE(hasError(start("x", "default", given), "flow-error",
            std::string("parameters must be an object, not ") + type))
            << given;
    EXPECT_EQ(start("x", "default", nullptr), ok); // as left out
    EXPECT_TRUE(
        hasError(flow("default", { { "operation", "dance" } }), "bad-operation", "Bad operation"));
}

TEST_F(FlowServiceTest, FlowsThatGoOnByAFormerTextAreNamed)
{
    const auto edited = [&] {
        return flow("default", { { "operation", "list-edited-flows" } })["flow-ids"];
    };
    const std::string before = text("default", "flow-blueprint", "line");
    const auto put = [&](const std::string &definition) {
        EXPECT_EQ(flow("default",
                      { { "operation", "put-blueprint" }, { "blueprint-name", "line" },
                          { "blueprint-definition", definition } }),
            ok);
    };
    ASSERT_EQ(start("f1"), ok);
    EXPECT_EQ(edited(), Json::array());
    Json changed = Json::parse(before);
    changed["description"] = "another";
    put(changed.dump());
    ASSERT_EQ(start("f2"), ok);
    EXPECT_EQ(edited(), Json::array({ "f1" }));
    put("not to be read");
    EXPECT_EQ(edited(), Json::array({ "f1", "f2" }));
    put(before + " "); // the same to whoever reads it
    EXPECT_EQ(edited(), Json::array({ "f2" }));
    ASSERT_EQ(stop("f2"), ok);
    EXPECT_EQ(edited(), Json::array());
}

TEST_F(FlowServiceTest, ABlueprintIsStoredUncheckedAndFailsAtTheStart)
{
    const auto startOf = [&](const char *definition) {
        EXPECT_EQ(flow("default",
                      { { "operation", "put-blueprint" }, { "blueprint-name", "bad" },
                          { "blueprint-definition", definition } }),
            ok);
        const Json answer = flow("default",
            { { "operation", "start-flow" }, { "flow-id", "x" }, { "blueprint-name", "bad" },
                { "description", "d" } });
        return answer["error"]["message"].get<std::string>();
    };
    EXPECT_EQ(startOf("{nope"),
        "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)");
    EXPECT_EQ(startOf(""), "Expecting value: line 1 column 1 (char 0)");
    EXPECT_EQ(startOf("{\"flow\":\n{},}"),
        "Expecting property name enclosed in double quotes: line 2 column 4 (char 12)");
    EXPECT_EQ(startOf("{}{"), "Extra data: line 1 column 3 (char 2)");
    EXPECT_EQ(startOf(R"({"blueprint":{}})"), "'flow'");
    EXPECT_EQ(startOf(R"({"flow":{}})"), "'blueprint'");
    EXPECT_NE(startOf(R"({"blueprint":{},"flow":{"nocolon":{"topics":{}}}})").find("nocolon"),
        std::string::npos);
    EXPECT_NE(startOf(R"({"blueprint":{},"flow":{"p:{id}":{"topics":{"input":7}}}})"), "");
    EXPECT_TRUE(keys("default", "flow").empty());
}

/// Trap 59, copied: the older form of an entry.
TEST_F(FlowServiceTest, AnEntryWithoutTopicsStartsAndHasNone)
{
    put("default", "flow-blueprint", "old",
        R"({"blueprint":{},"flow":{"old:{id}":{"input":"flow:tg:old:{workspace}:{id}"}}})");
    const Json started = flow("default",
        { { "operation", "start-flow" }, { "flow-id", "f1" }, { "blueprint-name", "old" },
            { "description", "d" } });
    ASSERT_EQ(started, ok);
    EXPECT_EQ(Json::parse(text("default", "processor:old", "f1"))["topics"], Json::object());
    EXPECT_TRUE(std::ranges::none_of(
        topics(), [](const std::string &topic) { return topic.starts_with("flow:tg:old"); }));
}

TEST_F(FlowServiceTest, BlueprintsAreListedGotAndDeleted)
{
    EXPECT_EQ(flow("default", { { "operation", "list-blueprints" } })["blueprint-names"],
        Json({ "line" }));
    EXPECT_EQ(flow("default",
                  { { "operation", "get-blueprint" },
                      { "blueprint-name", "line" } })["blueprint-definition"],
        lineBlueprint);
    EXPECT_FALSE(flow("default", { { "operation", "get-blueprint" }, { "blueprint-name", "none" } })
                     .contains("blueprint-definition"));
    EXPECT_EQ(
        flow("default", { { "operation", "delete-blueprint" }, { "blueprint-name", "line" } }), ok);
    EXPECT_EQ(
        flow("default", { { "operation", "delete-blueprint" }, { "blueprint-name", "line" } }), ok);
    EXPECT_EQ(
        flow("default", { { "operation", "list-blueprints" } })["blueprint-names"], Json::array());
}

TEST_F(FlowServiceTest, TheTextThatAFlowRunsOutlivesAnEdit)
{
    ASSERT_EQ(flow("default",
                  { { "operation", "start-flow" }, { "flow-id", "f1" },
                      { "blueprint-name", "line" }, { "description", "d" } }),
        ok);
    const auto runs = [&](const char *id) {
        return flow("default", { { "operation", "get-blueprint" }, { "flow-id", id } });
    };
    const Json before = Json::parse(runs("f1")["blueprint-definition"].get<std::string>());
    EXPECT_EQ(before, Json::parse(std::string(lineBlueprint)));
    ASSERT_EQ(flow("default",
                  { { "operation", "put-blueprint" }, { "blueprint-name", "line" },
                      { "blueprint-definition", R"({"blueprint":{},"flow":{}})" } }),
        ok);
    EXPECT_EQ(Json::parse(runs("f1")["blueprint-definition"].get<std::string>()), before);
    EXPECT_EQ(runs("f2")["error"]["type"], "flow-error");
}

TEST_F(FlowServiceTest, AStartWritesEntriesRecordAndSnapshotInOneVersion)
{
    const auto version = [&] {
        return system(
            { { "operation", "list" }, { "workspace", "default" }, { "type", "flow" } })["version"]
            .get<int>();
    };
    const int before = version();
    ASSERT_EQ(start("f1", "default", { { "odd", 3 }, { "model", true } }), ok);
    EXPECT_EQ(version(), before + 1);
    Json kept = record("f1");
    EXPECT_EQ(kept.erase("started"), 1u); // when it was: see below
    EXPECT_EQ(kept, Json::parse(R"({"description":"d","blueprint-name":"line",
            "interfaces":{"text-load":{"flow":"flow:tg:chunk:default:f1"}},
            "parameters":{"model":"True","small":"True","odd":"3"}})"));
    const Json entry = Json::parse(text("default", "processor:chunk", "f1"));
    EXPECT_EQ(entry["topics"]["input"], chunkTopic);
    EXPECT_EQ(entry["parameters"], Json::parse(R"({"model":"True","small":"True","odd":"3"})"));
    EXPECT_NE(text("default", "processor:embed", "line"), "");
    EXPECT_NE(text("default", "processor:store", "default"), "");
    EXPECT_EQ(keys("__flows__", "default"), std::vector<std::string>({ "f1" }));
}

/// Trap 15, mended.
TEST_F(FlowServiceTest, AChangedParameterTypeCountsForTheNextStart)
{
    start("f1");
    EXPECT_EQ(record("f1").at("parameters").at("model"), "m1");
    put("default", "parameter-type", "model-type", R"({"type":"string","default":"m2"})");
    start("f2");
    EXPECT_EQ(record("f2").at("parameters").at("model"), "m2");
}

TEST_F(FlowServiceTest, ARequiredParameterWithoutDefaultStopsTheStart)
{
    put("default", "parameter-type", "model-type", R"({"type":"string","required":true})");
    EXPECT_TRUE(hasError(
        start("f1"), "flow-error", "Required parameter 'model' not provided and has no default"))
        << "and the changed type counts at once: trap 15";
    EXPECT_EQ(start("f1", "default", { { "model", "x" }, { "small", "y" } }), ok);
}

TEST_F(FlowServiceTest, AStartMakesOwnedTopicsAndTheQueuesOfItsConsumers)
{
    const auto before = topics();
    ASSERT_EQ(start("f1"), ok);
    for (const char *topic : { "flow:tg:chunk:default:f1", "flow:tg:store:default",
             "request:tg:embed:default:line", "response:tg:embed:default:line",
             "request:tg:librarian:default", "response:tg:librarian:default" })
        EXPECT_TRUE(fabric().topicExists(topic)) << topic;
    EXPECT_FALSE(fabric().topicExists("flow:tg:audit"))
        << "a literal is never made by the flow service";
    const auto row = fabric().queue("flow:tg:chunk:default:f1.chunk--default--f1--input");
    ASSERT_TRUE(row);
    EXPECT_EQ(row->row.scope, "flow");
    EXPECT_EQ(row->row.workspace, "default");
    EXPECT_EQ(row->row.flow, "f1");
    EXPECT_EQ(row->row.blueprint, "line");
    EXPECT_EQ(fabric().topic("request:tg:embed:default:line")->scope, "blueprint");
    EXPECT_EQ(fabric().topic("flow:tg:store:default")->scope, "workspace");
    EXPECT_EQ(fabric().topic("request:tg:librarian:default")->scope, "system");
    EXPECT_TRUE(fabric().queueExists(storeQueue));
}

TEST_F(FlowServiceTest, AfterStartAndStopOnlyLiteralsAndSystemTopicsRemain)
{
    ASSERT_TRUE(fabric().ensureTopic("flow:tg:audit", { "global", "", "", "" }));
    auto topicsBefore = topics();
    const auto queuesBefore = queues();
    ASSERT_EQ(start("f1"), ok);
    ASSERT_EQ(stop("f1"), ok);
    for (const char *kept : { "request:tg:librarian:default", "response:tg:librarian:default" })
        topicsBefore.emplace_back(kept);
    std::sort(topicsBefore.begin(), topicsBefore.end());
    EXPECT_EQ(topics(), topicsBefore);
    EXPECT_EQ(queues(), queuesBefore);
    EXPECT_TRUE(keys("default", "flow").empty());
    EXPECT_TRUE(keys("__flows__", "default").empty());
    const Json whole = config("default", { { "operation", "config" } })["config"];
    for (const auto &[type, values] : whole.items())
        EXPECT_FALSE(type.starts_with("processor:")) << type;
}

TEST_F(FlowServiceTest, WhatAnotherLiveFlowProducesIsKeptEntriesIncluded)
{
    ASSERT_EQ(start("f1"), ok);
    ASSERT_EQ(start("f2"), ok);
    ASSERT_EQ(stop("f1"), ok);
    EXPECT_FALSE(fabric().topicExists(chunkTopic));
    EXPECT_TRUE(fabric().topicExists("flow:tg:store:default"));
    EXPECT_TRUE(fabric().topicExists("request:tg:embed:default:line"));
    EXPECT_TRUE(fabric().queueExists(storeQueue));
    EXPECT_NE(text("default", "processor:store", "default"), "")
        << "a shared entry belongs to the other flow too";
    EXPECT_NE(text("default", "processor:embed", "line"), "");
    EXPECT_EQ(text("default", "processor:chunk", "f1"), "");
    EXPECT_FALSE(fabric().queueExists("flow:tg:store:default.watch--default--f1--input"))
        << "the queue of an entry that is gone, on a topic that is kept";
    EXPECT_TRUE(fabric().queueExists("flow:tg:store:default.watch--default--f2--input"));
    ASSERT_EQ(stop("f2"), ok);
    EXPECT_FALSE(fabric().topicExists("flow:tg:store:default"));
    EXPECT_EQ(text("default", "processor:embed", "line"), "");
}

TEST_F(FlowServiceTest, WorkspacesAreApart)
{
    makeWorkspace("acme");
    seed("acme");
    ASSERT_EQ(start("f1"), ok);
    ASSERT_EQ(start("f1", "acme"), ok);
    ASSERT_EQ(stop("f1"), ok);
    EXPECT_TRUE(fabric().topicExists("flow:tg:chunk:acme:f1"));
    EXPECT_TRUE(fabric().topicExists("flow:tg:store:acme"));
    EXPECT_FALSE(fabric().topicExists("flow:tg:store:default"));
    EXPECT_EQ(keys("__flows__", "acme"), std::vector<std::string>({ "f1" }));
}

TEST_F(FlowServiceTest, ABlueprintInUseIsNotDeleted)
{
    ASSERT_EQ(start("f1"), ok);
    const Json answer =
        flow("default", { { "operation", "delete-blueprint" }, { "blueprint-name", "line" } });
    EXPECT_EQ(answer["error"]["type"], "conflict") << answer;
    EXPECT_NE(answer["error"]["message"].get<std::string>().find("f1"), std::string::npos);
    ASSERT_EQ(stop("f1"), ok);
    EXPECT_EQ(
        flow("default", { { "operation", "delete-blueprint" }, { "blueprint-name", "line" } }), ok);
}

TEST_F(FlowServiceTest, AnEditedBlueprintDoesNotConfuseARunningFlow)
{
    ASSERT_EQ(start("f1"), ok);
    put("default", "flow-blueprint", "line", R"({"blueprint":{},"flow":{}})");
    ASSERT_EQ(stop("f1"), ok);
    EXPECT_FALSE(fabric().topicExists(chunkTopic));
    EXPECT_EQ(text("default", "processor:chunk", "f1"), "");
}

TEST_F(FlowServiceTest, GetFlowSaysWhetherEveryQueueHasItsConsumer)
{
    ASSERT_EQ(start("f1"), ok);
    const auto get = [&] {
        return flow("default", { { "operation", "get-flow" }, { "flow-id", "f1" } });
    };
    EXPECT_EQ(get()["ready"], false);
    EXPECT_EQ(Json::parse(get()["flow"].get<std::string>()), record("f1"));
    EXPECT_EQ(get()["description"], "d");
    EXPECT_EQ(get()["parameters"], Json::parse(R"({"model":"m1","small":"m1"})"));
    std::vector<std::shared_ptr<Consumer>> consumers;
    for (const schema::QueueRow &row : fabric().queues())
        if (row.scope != "system" && row.scope != "subscriber") {
            EXPECT_EQ(get()["ready"], false);
            consumers.push_back(
                *fabric().createConsumer(row.topic, row.name.substr(row.topic.size() + 1)));
        }
    EXPECT_EQ(get()["ready"], true);
}

TEST_F(FlowServiceTest, TheRecordTellsWhenItWasStarted)
{
    const auto nowMs = [] {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::system_clock::now().time_since_epoch())
            .count();
    };
    const auto before = nowMs();
    ASSERT_EQ(start("f1"), ok);
    const auto started = record("f1")["started"].get<std::int64_t>();
    EXPECT_GE(started, before);
    EXPECT_LE(started, nowMs());
}

TEST_F(FlowServiceTest, EventsTellWhatAFlowDoes)
{
    const auto events = *fabric().createConsumer("notify:tg:flow", "test");
    start("f1");
    stop("f1");
    for (const char *state : { "running", "stopping", "stopped" }) {
        const auto message = events->receive(10s);
        ASSERT_TRUE(message);
        events->acknowledge(*message);
        const Json event = Json::parse(message->value);
        EXPECT_EQ(event["workspace"], "default");
        EXPECT_EQ(event["flow"], "f1");
        EXPECT_EQ(event["state"], state);
        EXPECT_EQ(event["blueprint"], "line");
    }
}

TEST_F(FlowServiceTest, WithTheConfigWorkerPausedCallsEndWithAnEmptyTextAndTheBacklogShows)
{
    PlatformOptions options = quick();
    options.configTimeout = 100ms;
    bootWith(options);
    platform->service("config").pause(true);
    EXPECT_TRUE(hasError(flow("default", { { "operation", "list-flows" } }), "flow-error", ""));
    EXPECT_TRUE(hasError(start("f1"), "flow-error", ""));
    EXPECT_GE(fabric().queue("request:tg:config.config-svc")->row.ready, 2);
    EXPECT_TRUE(eventually([&] { return fabric().topic("response:tg:config")->queues == 0; }))
        << "unsubscribed on every path";
    platform->service("config").pause(false);
    EXPECT_EQ(start("f1"), ok);
}

TEST_F(FlowServiceTest, AStartBeyondALimitLeavesNothingBehind)
{
    PlatformOptions options = quick();
    options.limits.maxTopics = 15; // two more than the services have
    bootWith(options);
    const auto before = topics();
    const Json answer = start("f1");
    EXPECT_EQ(answer["error"]["type"], "flow-error") << answer;
    EXPECT_EQ(topics(), before);
    EXPECT_TRUE(keys("default", "flow").empty());
}

TEST_F(FlowServiceTest, AStartThatCannotBeWrittenLeavesNoQueueOnATopicOfOthers)
{
    PlatformOptions options = quick();
    options.storeLimits.workspaceConfigKeys = 8; // two of seed(), five of f1, and f2 has three
    bootWith(options);
    ASSERT_EQ(start("f1"), ok);
    const auto topicsBefore = topics();
    const auto queuesBefore = queues();
    ASSERT_TRUE(fabric().queueExists("flow:tg:store:default.watch--default--f1--input"));
    const Json answer = start("f2");
    EXPECT_EQ(answer["error"]["type"], "flow-error") << answer;
    EXPECT_FALSE(fabric().queueExists("flow:tg:store:default.watch--default--f2--input"))
        << "it would fill up for nobody";
    EXPECT_EQ(topics(), topicsBefore);
    EXPECT_EQ(queues(), queuesBefore);
}

/// Stops at one step of an operation as a crash would, starts again on the same data.
class Crash : public FlowServiceTest {
protected:
    void SetUp() override { }
    void crashAt(const std::string &step, const std::function<void()> &operation)
    {
        PlatformOptions options = quick();
        options.dataDirectory = folder.path;
        std::shared_ptr<bool> armed = std::make_shared<bool>(false);
        options.flowStep = [armed, step](const std::string &at) { return !*armed || at != step; };
        bootWith(options);
        start("f1");
        start("f2");
        *armed = true;
        operation();
        kill();
        options.flowStep = {};
        bootWith(options);
    }
    /// Of each flow: either all is there, or nothing.
    void expectRunning(const std::string &id, bool running)
    {
        SCOPED_TRACE(id);
        const std::string own = "flow:tg:chunk:default:" + id;
        EXPECT_EQ(fabric().topicExists(own), running);
        EXPECT_EQ(fabric().queueExists(own + ".chunk--default--" + id + "--input"), running);
        EXPECT_EQ(text("default", "processor:chunk", id).empty(), !running);
        EXPECT_EQ(text("default", "flow", id).empty(), !running);
        EXPECT_EQ(text("__flows__", "default", id).empty(), !running);
    }
    Folder folder;
};

TEST_F(Crash, AStopKilledBetweenItsPhasesGoesOnAtTheNextStart)
{
    for (const char *step : { "stop:marked", "stop:entries", "stop:topics" }) {
        SCOPED_TRACE(step);
        crashAt(step, [&] { stop("f1"); });
        expectRunning("f1", false);
        expectRunning("f2", true);
        EXPECT_TRUE(fabric().queueExists(storeQueue));
        EXPECT_EQ(start("f1"), ok);
        kill();
    }
}

TEST_F(Crash, AStartKilledBeforeItsWriteLeavesNothingAndAfterItEverything)
{
    for (const char *step : { "start:planned", "start:topics", "start:written" }) {
        SCOPED_TRACE(step);
        crashAt(step, [&] { start("f3"); });
        expectRunning("f1", true);
        expectRunning("f3", std::string(step) == "start:written");
        stop("f3");
        kill();
    }
}

TEST_F(Crash, AStoppingFlowIsSeenAsSuchAndKeepsNothingAlive)
{
    PlatformOptions options = quick();
    std::shared_ptr<bool> armed = std::make_shared<bool>(true);
    options.flowStep = [armed](const std::string &at) { return !*armed || at != "stop:marked"; };
    bootWith(options);
    start("f1");
    start("f2");
    stop("f1");
    EXPECT_EQ(record("f1")["status"], "stopping");
    EXPECT_EQ(flow("default", { { "operation", "list-flows" } })["flow-ids"], Json({ "f1", "f2" }));
    *armed = false;
    ASSERT_EQ(stop("f2"), ok);
    EXPECT_FALSE(fabric().topicExists("flow:tg:store:default"));
    EXPECT_EQ(stop("f1"), ok) << "a second call finishes the first";
    EXPECT_TRUE(keys("default", "flow").empty());
}

} // namespace
} // namespace signalbox::gateway
