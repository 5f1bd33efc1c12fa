// SPDX-License-Identifier: GPL-3.0-only
// The demo platform over the real services, inside one process.
#include "app/gateway/demo/answers.h"
#include "app/gateway/demo/demo.h"
#include "app/gateway/demo/scheduler.h"
#include "app/gateway/demo/seeder.h"
#include "app/gateway/demo/shuttle.h"
#include "models/rules/topic.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace signalbox;
using namespace signalbox::gateway;
using namespace signalbox::gateway::demo;
using schema::Json;

namespace {
bool eventually(const std::function<bool()> &condition,
    std::chrono::seconds patience = std::chrono::seconds(60))
{
    const auto deadline = Clock::now() + patience;
    while (!condition()) {
        if (Clock::now() >= deadline)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

struct DemoPlatform : testing::Test {
    std::unique_ptr<Platform> platform;
    std::unique_ptr<Demo> demo;
    std::atomic<bool> stopping { false };
    std::unique_ptr<ServiceCalls> calls;
    std::string admin;

    void SetUp() override
    {
        PlatformOptions options;
        options.passwordIterations = 1000;
        options.drain = std::chrono::milliseconds(0);
        options.flowStep = StopDrill();
        platform = std::make_unique<Platform>(options);
        const auto started = platform->start();
        ASSERT_TRUE(started) << started.error();
        calls = std::make_unique<ServiceCalls>(platform->fabric(), stopping);
        const auto who = calls->call("iam",
            Json { { "operation", "resolve-api-key" }, { "token", platform->adminKey() } }.dump());
        ASSERT_TRUE(who) << who.error();
        admin = Json::parse(*who)["user"]["id"];
    }
    void TearDown() override
    {
        if (demo)
            demo->quiesce();
        platform->stop([this] { demo.reset(); });
    }

    void begin(bool seed, double speed, bool shuttle = false)
    {
        DemoOptions options;
        options.seed = seed;
        options.shuttle = shuttle;
        options.line.speed = speed;
        options.line.tick = std::chrono::microseconds(0);
        options.line.faults = seed;
        demo = std::make_unique<Demo>(*platform, options);
        const auto started = demo->start();
        ASSERT_TRUE(started) << started.error().text;
    }

    /// A flow of a built-in blueprint without traffic of its own, attached completely.
    void startQuietFlow(const std::string &blueprint, const std::string &id, const Json &parameters)
    {
        Json values = Json::array();
        for (const auto &[name, text] : parameterTypes())
            values.push_back({ { "type", "parameter-type" }, { "key", name }, { "value", text } });
        ASSERT_TRUE(calls->config("default", { { "operation", "put" }, { "values", values } }));
        ASSERT_TRUE(calls->flow("default",
            { { "operation", "put-blueprint" }, { "blueprint-name", blueprint },
                { "blueprint-definition", blueprintText(blueprint) } }));
        Json all = parameters;
        all["intake-rate"] = "0";
        all["enquiry-rate"] = "0";
        const auto started = calls->flow("default",
            { { "operation", "start-flow" }, { "flow-id", id }, { "blueprint-name", blueprint },
                { "description", "" }, { "parameters", all } });
        ASSERT_TRUE(started) << started.error();
        ASSERT_TRUE(eventually([&] { return ready(id); }));
    }

    bool ready(const std::string &id)
    {
        const auto flow =
            calls->flow("default", { { "operation", "get-flow" }, { "flow-id", id } });
        return flow && Json::parse(*flow).value("ready", false);
    }

    Json fabricCall(Json request)
    {
        request["actor"] = { { "user", admin }, { "workspace", "*" } };
        const auto answer = calls->call("fabric", request.dump());
        EXPECT_TRUE(answer) << request.dump() << ": " << (answer ? "" : answer.error());
        return answer ? Json::parse(*answer) : Json::object();
    }

    void publish(const std::string &topic, const Json &payload)
    {
        fabricCall({ { "operation", "publish" }, { "topic", topic },
            { "properties", Json::object() }, { "payload", payload.dump() } });
    }

    void line(const std::string &action, const std::string &processor, const std::string &variant)
    {
        const Json answer = fabricCall({ { "operation", "line-control" }, { "action", action },
            { "processor", processor }, { "variant", variant } });
        EXPECT_EQ(answer.value("affected", 0), 1) << action << ' ' << answer.dump();
    }

    schema::QueueRow row(const std::string &topic, const std::string &processor,
        const std::string &variant, const std::string &spec,
        const std::string &workspace = "default")
    {
        const std::string name =
            topic + "." + rules::subscriptionName(processor, workspace, variant, spec);
        const auto detail = platform->fabric().queue(name);
        return detail ? detail->row : schema::QueueRow {};
    }

    std::optional<schema::ProcessorRow> worker(
        const std::string &workspace, const std::string &processor, const std::string &variant)
    {
        for (const schema::ProcessorRow &row : demo->line().processors())
            if (row.workspace == workspace && row.processor == processor && row.variant == variant)
                return row;
        return std::nullopt;
    }

    void everyBalanceCloses()
    {
        for (const schema::QueueRow &row : platform->fabric().queues())
            EXPECT_EQ(row.published, row.acked + row.ready + row.unacked + row.deleted) << row.name;
    }

    std::int64_t version()
    {
        const auto answer =
            calls->config("default", { { "operation", "list" }, { "type", "flow" } });
        return answer ? Json::parse(*answer)["version"].get<std::int64_t>() : -1;
    }
};

std::string flowTopic(const std::string &kind, const std::string &id)
{
    return "flow:tg:" + kind + ":default:" + id;
}

TEST_F(DemoPlatform, PapersFromOutsideReachTheStoreCountedExactly)
{
    begin(false, 50);
    startQuietFlow(
        "document-desk", "count", { { "chunk-size", "120" }, { "chunk-overlap", "20" } });
    const Words words;
    Random random(17);
    std::int64_t expected = 0;
    constexpr int papers = 30;
    for (int i = 0; i < papers; ++i) {
        const std::string text = words.paragraph(int(random.between(1, 9)), random);
        expected += std::int64_t(chunks(text, 120, 20).size());
        publish(flowTopic("page-text", "count"), { { "text", text } });
    }
    const auto stored = [&] {
        return row(flowTopic("document-embeddings-store", "count"), "chunk-vectors-write", "count",
            "input");
    };
    ASSERT_TRUE(eventually([&] { return stored().acked == expected; }))
        << stored().acked << " of " << expected;
    EXPECT_EQ(row(flowTopic("page-text", "count"), "chunker", "count", "input").acked, papers);
    EXPECT_EQ(
        row(flowTopic("chunk-load", "count"), "chunk-embedder", "count", "input").acked, expected);
    EXPECT_EQ(row("request:tg:embeddings:default:count", "embeddings", "count", "request").acked,
        expected);
    EXPECT_EQ(stored().published, expected) << "not one more";
    EXPECT_EQ(worker("default", "chunk-vectors-write", "count")->processed, expected);
    everyBalanceCloses();
}

TEST_F(DemoPlatform, APausedWorkerHasExactlyNWaitingInItsQueue)
{
    begin(false, 50);
    startQuietFlow("full-line", "halt", Json::object());
    line("pause", "triples-write", "halt");
    constexpr int n = 321;
    for (int i = 0; i < n; ++i)
        publish(flowTopic("triples-store", "halt"), { { "triples", Json::array() } });
    const auto held = [&] {
        return row(flowTopic("triples-store", "halt"), "triples-write", "halt", "input");
    };
    EXPECT_EQ(held().ready, n);
    EXPECT_EQ(held().published, n);
    EXPECT_EQ(held().unacked, 0);
    EXPECT_EQ(worker("default", "triples-write", "halt")->state, "paused");
    EXPECT_TRUE(eventually([&] {
        return row(flowTopic("triples-store", "halt"), "core-keeper", "halt", "triples-input").acked
            == n;
    })) << "the other subscriber of the same topic goes on";
    everyBalanceCloses();
    line("resume", "triples-write", "halt");
    EXPECT_TRUE(eventually([&] { return held().acked == n; }));
    EXPECT_EQ(held().ready, 0);
    everyBalanceCloses();
}

TEST_F(DemoPlatform, WorkersComeAndGoWithTheirFlow)
{
    begin(false, 50);
    startQuietFlow("shared-desk", "one", Json::object());
    startQuietFlow("shared-desk", "two", Json::object());
    const auto of = [&](const std::string &variant) {
        std::size_t count = 0;
        for (const schema::ProcessorRow &row : demo->line().processors())
            count += row.variant == variant ? 1 : 0;
        return count;
    };
    EXPECT_EQ(of("one"), 10u);
    EXPECT_EQ(of("two"), 10u);
    EXPECT_EQ(of("shared-desk"), 4u) << "shared by both";
    EXPECT_EQ(of("default"), 2u);
    EXPECT_EQ(worker("default", "fraud-scorer", "one")->flow, "one");
    EXPECT_EQ(worker("default", "prompt", "shared-desk")->flow, "");
    ASSERT_TRUE(calls->flow("default", { { "operation", "stop-flow" }, { "flow-id", "one" } }));
    EXPECT_TRUE(eventually([&] { return of("one") == 0; }));
    EXPECT_EQ(of("two"), 10u);
    EXPECT_EQ(of("shared-desk"), 4u) << "the other flow keeps them";
    ASSERT_TRUE(calls->flow("default", { { "operation", "stop-flow" }, { "flow-id", "two" } }));
    EXPECT_TRUE(eventually([&] { return of("two") + of("shared-desk") + of("default") == 0; }));
    for (const schema::QueueRow &row : platform->fabric().queues())
        EXPECT_FALSE(row.flow == "one" || row.flow == "two") << row.name;
}

TEST_F(DemoPlatform, AFlowServiceAnswersARequestFromOutside)
{
    begin(false, 50);
    startQuietFlow("document-desk", "ask", Json::object());
    const auto answer = request(platform->fabric(),
        { "request:tg:document-rag:default:ask", "response:tg:document-rag:default:ask" }, "test",
        R"({"query":"Where are the roof trusses?","streaming":false})", std::chrono::seconds(30),
        [](const Message &part) { return isLast("document-rag", part.value); });
    ASSERT_TRUE(answer) << answer.error().text;
    EXPECT_FALSE(Json::parse(answer->value)["response"].get<std::string>().empty());
    EXPECT_EQ(row("request:tg:prompt:default:ask", "prompt", "ask", "request").acked, 1);
    EXPECT_EQ(
        row("request:tg:text-completion:default:ask", "text-completion", "ask", "request").acked,
        1);
    EXPECT_EQ(worker("default", "metering", "ask")->processed, 1);
}

TEST_F(DemoPlatform, ControlsOfTheLineAreCheckedAndConfinedToTheWorkspace)
{
    begin(false, 50);
    startQuietFlow("document-desk", "ctl", Json::object());
    Line &line = demo->line();
    EXPECT_EQ(line.control({ "pause", "northport", "chunker", "", 1 }).error().type, "not-found");
    EXPECT_EQ(line.control({ "pause", "*", "nobody", "", 1 }).error().type, "not-found");
    EXPECT_EQ(line.control({ "explode", "*", "chunker", "", 1 }).error().type, "invalid-argument");
    EXPECT_EQ(line.control({ "pause", "*", "", "", 1 }).error().type, "invalid-argument");
    EXPECT_EQ(line.control({ "speed", "*", "chunker", "", 0 }).error().type, "invalid-argument");
    EXPECT_EQ(*line.control({ "speed", "*", "chunker", "ctl", 3 }), 1);
    EXPECT_EQ(*line.control({ "fail", "default", "chunker", "", 1 }), 1);
    EXPECT_EQ(worker("default", "chunker", "ctl")->state, "dead");
    EXPECT_EQ(*line.control({ "fail", "default", "chunker", "", 1 }), 0) << "dead already";
    EXPECT_EQ(*line.control({ "resume", "default", "chunker", "", 1 }), 1);
    EXPECT_EQ(worker("default", "chunker", "ctl")->state, "running");
}

TEST_F(DemoPlatform, SeedingHappensOnceAndLeavesAnOperatorsChangesAlone)
{
    begin(true, 1);
    ASSERT_TRUE(demo->waitSeeded(std::chrono::seconds(90)));
    const SeedPlan plan = seedPlan();
    std::size_t flows = 0;
    std::size_t blueprints = 0;
    for (const std::string workspace : { "default", "northport", "alpine-cover" }) {
        const auto running = calls->flows(workspace);
        ASSERT_TRUE(running) << running.error();
        flows += running->size();
        const auto held = calls->flow(workspace, { { "operation", "list-blueprints" } });
        ASSERT_TRUE(held);
        blueprints += Json::parse(*held)["blueprint-names"].size();
    }
    EXPECT_EQ(flows, plan.flows.size() + 1);
    EXPECT_EQ(blueprints, 3 * plan.blueprints.size());
    ASSERT_TRUE(
        calls->flow("northport", { { "operation", "stop-flow" }, { "flow-id", "cargo-claims" } }));
    ASSERT_TRUE(calls->config("default",
        { { "operation", "put" },
            { "values",
                Json::array({ { { "type", "parameter-type" }, { "key", "chunk-size" },
                    { "value", R"({"type":"integer","default":999})" } } }) } }));
    const std::int64_t before = version();

    demo->quiesce();
    demo->stop();
    demo.reset();
    begin(true, 1);
    ASSERT_TRUE(demo->waitSeeded(std::chrono::seconds(90)));
    EXPECT_EQ(version(), before) << "nothing was written again";
    const auto running = calls->flows("northport");
    ASSERT_TRUE(running);
    EXPECT_EQ(std::count(running->begin(), running->end(), "cargo-claims"), 0);
}

TEST_F(DemoPlatform, OneStopHangsHalfWayUntilSomebodyStopsTheFlowAgain)
{
    begin(true, 5, true);
    const SeedFlow flow = seedPlan().interrupted;
    const auto status = [&] {
        const auto answer = calls->config(flow.workspace,
            { { "operation", "get" },
                { "keys", Json::array({ { { "type", "flow" }, { "key", flow.id } } }) } });
        const Json value = answer ? Json::parse(*answer)["values"][0]["value"] : Json();
        return value.is_string() ? Json::parse(value.get<std::string>()).value("status", "running")
                                 : "absent";
    };
    ASSERT_TRUE(eventually([&] { return status() == "stopping"; }));
    EXPECT_TRUE(eventually([&] { return !worker(flow.workspace, "chunker", flow.id); }));
    EXPECT_TRUE(platform->fabric().topicExists(flowTopic("chunk-load", flow.id)))
        << "its topics and what waits in them are still there";
    ASSERT_TRUE(
        calls->flow(flow.workspace, { { "operation", "stop-flow" }, { "flow-id", flow.id } }));
    EXPECT_EQ(status(), "absent");
    EXPECT_FALSE(platform->fabric().topicExists(flowTopic("chunk-load", flow.id)));
    EXPECT_TRUE(eventually([&] {
        const auto flag = calls->flag("demo-interrupted-stop");
        return flag && !flag->empty();
    })) << "it is remembered that an operator has done this";

    demo->quiesce();
    demo->stop();
    demo.reset();
    begin(true, 5, true);
    ASSERT_TRUE(demo->waitSeeded(std::chrono::seconds(60)));
    ASSERT_TRUE(
        eventually([&] { return worker("northport", "intake", "night-balance").has_value(); }));
    EXPECT_EQ(status(), "absent");
}

TEST_F(DemoPlatform, AnotherFlowsStopIsNeverInterrupted)
{
    begin(false, 50);
    startQuietFlow("document-desk", "mine", Json::object());
    startQuietFlow("document-desk", "other", Json::object());
    const StopDrill drill = *platform->options().flowStep.target<StopDrill>();
    ASSERT_TRUE(drill.arm(platform->fabric(), "default", "mine"));
    EXPECT_TRUE(calls->flow("default", { { "operation", "stop-flow" }, { "flow-id", "other" } }));
    EXPECT_FALSE(calls->flow("default", { { "operation", "stop-flow" }, { "flow-id", "mine" } }));
    EXPECT_TRUE(drill.disarm());
    EXPECT_TRUE(calls->flow("default", { { "operation", "stop-flow" }, { "flow-id", "mine" } }));
}

TEST_F(DemoPlatform, TheShuttleStopsAndStartsItsFlowUntilAnOperatorStopsIt)
{
    begin(false, 50);
    startQuietFlow("waybill-tables", "night", Json::object());
    ShuttlePlan plan;
    plan.flow = { "default", "night", "waybill-tables", "",
        { { "intake-rate", "0" }, { "enquiry-rate", "0" } } };
    plan.runs = std::chrono::milliseconds(150);
    plan.rests = std::chrono::milliseconds(100);
    Shuttle shuttle(*calls, plan, [] {});
    std::thread thread([&shuttle] { shuttle.run(); });
    const auto runs = [&] {
        const auto flows = calls->flows("default");
        return flows && std::count(flows->begin(), flows->end(), "night") == 1;
    };
    for (int round = 0; round < 3; ++round) {
        EXPECT_TRUE(eventually([&] { return !runs(); })) << round;
        EXPECT_TRUE(eventually([&] { return runs(); })) << round;
    }
    // Whoever comes first stops it; an operator tries until he was the one.
    EXPECT_TRUE(eventually([&] {
        const auto flag = calls->flag("demo-shuttle");
        if (!flag || *flag != R"({"resting":false})" || !runs())
            return false;
        return calls->flow("default", { { "operation", "stop-flow" }, { "flow-id", "night" } })
                   .hasValue()
            && calls->flag("demo-shuttle").valueOr("") == *flag;
    }));
    const auto later = Clock::now() + 4 * (plan.runs + plan.rests);
    EXPECT_TRUE(eventually([&] { return Clock::now() > later; }));
    EXPECT_FALSE(runs());
    shuttle.stop();
    thread.join();
}

TEST_F(DemoPlatform, EverySeededFlowIsInTheStateThatItIsThereFor)
{
    begin(true, 25);
    ASSERT_TRUE(demo->waitSeeded(std::chrono::seconds(90)));
    const auto extractor = [&] { return worker("default", "ontology-extractor", "hazard-lab"); };
    const auto backlog = [&] {
        return row(
            flowTopic("chunk-load", "hazard-lab"), "ontology-extractor", "hazard-lab", "input");
    };
    EXPECT_TRUE(eventually([&] { return extractor() && extractor()->state == "dead"; }));
    EXPECT_TRUE(eventually([&] { return backlog().ready > 200; })) << backlog().ready;
    EXPECT_EQ(backlog().consumers, 0);
    const auto processed = [&](const char *workspace, const char *processor, const char *flow) {
        const auto row = worker(workspace, processor, flow);
        return row ? row->processed : -1;
    };
    EXPECT_TRUE(
        eventually([&] { return processed("default", "triples-write", "ingest-eu") > 50; }));
    EXPECT_TRUE(
        eventually([&] { return processed("default", "dispatcher-agent", "ingest-eu") > 0; }));
    EXPECT_TRUE(
        eventually([&] { return processed("northport", "archive-write", "northport") > 10; }));
    EXPECT_TRUE(
        eventually([&] { return processed("alpine-cover", "metering", "shared-desk") > 3; }));
    EXPECT_TRUE(eventually([&] {
        return row(flowTopic("chunk-load", "ingest-us"), "chunk-embedder", "ingest-us", "input")
                   .ready
            > 100;
    })) << "the overseas line falls behind";
    for (const schema::ProcessorRow &row : demo->line().processors()) {
        if (row.variant == "handbook-archive") {
            EXPECT_EQ(row.processed, 0) << row.processor << ": an idle flow";
        }
        if (row.processor != "ontology-extractor") {
            EXPECT_EQ(row.state, "running")
                << row.workspace << ' ' << row.processor << ' ' << row.variant;
        }
    }
    EXPECT_EQ(extractor()->state, "dead") << "it stays dead";
    everyBalanceCloses();
}
} // namespace
