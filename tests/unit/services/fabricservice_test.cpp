// SPDX-License-Identifier: GPL-3.0-only
#include "tests/unit/services/platformtest.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;

class FabricServiceTest : public PlatformTest {
protected:
    void SetUp() override { bootWith(quick()); }
    void bootWith(PlatformOptions options)
    {
        boot(std::move(options));
        for (const char *workspace : { "acme", "beta" })
            for (const char *name : { "in", "out" }) {
                const std::string topic = std::string("flow:tg:") + name + ":" + workspace;
                ASSERT_TRUE(fabric().ensureTopic(topic, { "workspace", workspace, "", "" }));
                ASSERT_TRUE(
                    fabric().ensureQueue(topic, "work--" + std::string(workspace) + "--v--input"));
            }
    }
    Json call(const std::string &workspace, Json body)
    {
        body["actor"] = { { "user", "u" }, { "workspace", workspace } };
        return ask("fabric", body);
    }
    std::string fault(const std::string &workspace, const Json &body)
    {
        const Json answer = call(workspace, body);
        return answer.contains("error") ? answer["error"]["type"].get<std::string>() : "";
    }
    Json list(const std::string &workspace, Json more = Json::object())
    {
        more["operation"] = "list-queues";
        return call(workspace, more);
    }
    static std::vector<std::string> names(const Json &answer, const char *list, const char *member)
    {
        std::vector<std::string> names;
        for (const Json &row : answer[list])
            names.push_back(row[member]);
        return names;
    }
    void send(const std::string &topic, const std::string &value)
    {
        Message message;
        message.value = value;
        ASSERT_TRUE((*fabric().createProducer(topic))->send(message));
    }
    const std::string acmeIn = "flow:tg:in:acme.work--acme--v--input";
    const std::string acmeOut = "flow:tg:out:acme.work--acme--v--input";
    const std::string betaIn = "flow:tg:in:beta.work--beta--v--input";
};

TEST_F(FabricServiceTest, WithoutACallerNothingIsShown)
{
    EXPECT_EQ(ask("fabric", { { "operation", "list-queues" } })["error"]["type"],
        "operation-not-permitted");
}

TEST_F(FabricServiceTest, ALeaseForOneWorkspaceChangesNothingOfAnother)
{
    const auto leased = [&](Json body) {
        body["actor"] = { { "user", "u" }, { "workspace", "*" }, { "leased", "acme" } };
        const Json answer = ask("fabric", body);
        return answer.contains("error") ? answer["error"]["type"].get<std::string>() : "";
    };
    ASSERT_TRUE(fabric().ensureTopic("flow:tg:everybodys", { "global", "", "", "" }));
    ASSERT_TRUE(fabric().ensureQueue("flow:tg:everybodys", "reader"));
    send("flow:tg:in:beta", "1");
    for (const std::string &queue : { betaIn, std::string("flow:tg:everybodys.reader") })
        for (const char *operation : { "purge", "delete-queue" })
            EXPECT_EQ(
                leased({ { "operation", operation }, { "queue", queue }, { "expected-ready", 1 } }),
                "lease-required")
                << operation << " " << queue;
    EXPECT_EQ(leased({ { "operation", "move" }, { "queue", acmeIn }, { "to", betaIn },
                  { "expected-ready", 1 } }),
        "lease-required");
    EXPECT_EQ(
        leased({ { "operation", "publish" }, { "topic", "flow:tg:in:beta" }, { "payload", "{}" } }),
        "lease-required");
    EXPECT_EQ(fabric().queue(betaIn)->row.ready, 1);
    EXPECT_EQ(leased({ { "operation", "peek" }, { "queue", betaIn } }), "") << "looking is free";
    EXPECT_EQ(
        leased({ { "operation", "publish" }, { "topic", "flow:tg:in:acme" }, { "payload", "{}" } }),
        "");
    EXPECT_EQ(
        leased({ { "operation", "purge" }, { "queue", acmeIn }, { "expected-ready", 1 } }), "");
}

TEST_F(FabricServiceTest, ACallerSeesItsWorkspaceAndNoNameBeyond)
{
    EXPECT_EQ(names(list("acme"), "queues", "name"), std::vector<std::string>({ acmeIn, acmeOut }));
    EXPECT_EQ(list("acme", { { "workspace", "beta" } })["total"], 0);
    for (const char *operation : { "get-queue", "peek", "purge", "delete-queue", "tail" })
        EXPECT_EQ(fault("acme", { { "operation", operation }, { "queue", betaIn } }), "not-found")
            << operation;
    EXPECT_EQ(
        fault("acme",
            { { "operation", "publish" }, { "topic", "flow:tg:in:beta" }, { "payload", "{}" } }),
        "not-found");
    EXPECT_EQ(names(list("*", { { "workspace", "beta" } }), "queues", "name").front(), betaIn);
    EXPECT_EQ(names(call("acme", { { "operation", "list-topics" } }), "topics", "topic"),
        std::vector<std::string>({ "flow:tg:in:acme", "flow:tg:out:acme" }));
}

TEST_F(FabricServiceTest, PagesGoOnByCursorUntilAllIsTold)
{
    // subscriber queues come and go with every request, the others stay
    const char *shared = "-scope:subscriber";
    const std::vector<std::string> all =
        names(list("*", { { "filter", shared } }), "queues", "name");
    std::vector<std::string> paged;
    Json more { { "limit", 2 }, { "filter", shared } };
    for (;;) {
        const Json page = list("*", more);
        EXPECT_EQ(page["total"], all.size());
        for (const std::string &name : names(page, "queues", "name"))
            paged.push_back(name);
        if (!page.contains("cursor"))
            break;
        more["cursor"] = page["cursor"];
    }
    EXPECT_GT(all.size(), 4u);
    EXPECT_EQ(paged, all);
    EXPECT_EQ(list("*", { { "limit", 5001 } })["error"]["type"], "invalid-argument");
    EXPECT_EQ(list("*", { { "cursor", "x" } })["error"]["type"], "invalid-argument");
}

TEST_F(FabricServiceTest, ListsAreFilteredByScopeAndLanguage)
{
    send("flow:tg:in:acme", "1");
    send("flow:tg:in:acme", "2");
    EXPECT_EQ(names(list("acme", { { "filter", "backlog>1" } }), "queues", "name"),
        std::vector<std::string>({ acmeIn }));
    EXPECT_EQ(names(list("acme", { { "filter", "-\"tg:in\"" } }), "queues", "name"),
        std::vector<std::string>({ acmeOut }));
    EXPECT_EQ(list("*", { { "scope", "workspace" } })["total"], 4);
    const Json wrong = list("*", { { "filter", "ready>many" } });
    ASSERT_TRUE(wrong.contains("error")) << wrong;
    EXPECT_EQ(wrong["error"]["type"], "invalid-argument");
    EXPECT_NE(wrong["error"]["message"].get<std::string>().find("position"), std::string::npos);
}

TEST_F(FabricServiceTest, ColumnsSayTheSameAsRows)
{
    const Json columns = list("acme", { { "format", "columns" } })["columns"];
    EXPECT_EQ(columns["name"], Json({ acmeIn, acmeOut }));
    EXPECT_EQ(columns["ready"], Json({ 0, 0 }));
}

TEST_F(FabricServiceTest, ListsTellTheEventNumberTheyFitTo)
{
    platform->setEventSequence([] { return 42; });
    EXPECT_EQ(list("acme")["seq"], 42);
    EXPECT_EQ(call("acme", { { "operation", "get-queue" }, { "queue", acmeIn } })["seq"], 42);
}

TEST_F(FabricServiceTest, WhatBelongsToTheSystemIsNotTouched)
{
    const std::string queue = "request:tg:config.config-svc";
    for (const char *operation : { "purge", "delete-queue" })
        EXPECT_EQ(fault("*", { { "operation", operation }, { "queue", queue } }), "conflict")
            << operation;
    for (const char *topic :
        { "request:tg:iam", "response:tg:iam", "notify:tg:config", "request:tg:config:default" })
        EXPECT_EQ(
            fault("*", { { "operation", "publish" }, { "topic", topic }, { "payload", "{}" } }),
            "conflict")
            << topic;
    EXPECT_TRUE(call("*", { { "operation", "get-queue" }, { "queue", queue } }).contains("queue"));
}

TEST_F(FabricServiceTest, IdentityTrafficIsNotShownToAnybody)
{
    const std::string refused = "operation-not-permitted";
    EXPECT_EQ(
        fault("*", { { "operation", "peek" }, { "queue", "request:tg:iam.iam-svc" } }), refused);
    EXPECT_EQ(
        fault("*", { { "operation", "tail" }, { "queue", "request:tg:iam.iam-svc" } }), refused);
    EXPECT_EQ(fault("*", { { "operation", "tail" }, { "topic", "response:tg:iam" } }), refused);
    EXPECT_EQ(
        fault("*", { { "operation", "get-payload" }, { "topic", "request:tg:iam" }, { "seq", 1 } }),
        refused);
}

TEST_F(FabricServiceTest, PublishPeekPurgeAndDeleteDoWhatTheySay)
{
    const Json sent = call("acme",
        { { "operation", "publish" }, { "topic", "flow:tg:in:acme" },
            { "properties", { { "id", "7" } } }, { "payload", "{\"a\":1}" } });
    EXPECT_EQ(sent["affected"], 1) << sent;
    const Json peeked =
        call("acme", { { "operation", "peek" }, { "queue", acmeIn }, { "count", 5 } });
    ASSERT_EQ(peeked["messages"].size(), 1u) << peeked;
    EXPECT_EQ(peeked["messages"][0]["payload"], "{\"a\":1}");
    EXPECT_EQ(peeked["messages"][0]["properties"]["id"], "7");
    EXPECT_EQ(fault("acme", { { "operation", "peek" }, { "queue", acmeIn }, { "count", 101 } }),
        "invalid-argument");
    EXPECT_EQ(fault("acme", { { "operation", "purge" }, { "queue", acmeIn } }), "invalid-argument");
    EXPECT_EQ(
        fault("acme", { { "operation", "purge" }, { "queue", acmeIn }, { "expected-ready", 0 } }),
        "conflict");
    EXPECT_EQ(
        call("acme",
            { { "operation", "purge" }, { "queue", acmeIn }, { "expected-ready", 1 } })["affected"],
        1);
    const auto consumer = fabric().createConsumer("flow:tg:in:acme", "work--acme--v--input");
    EXPECT_EQ(fault("acme",
                  { { "operation", "delete-queue" }, { "queue", acmeIn }, { "if-unused", true },
                      { "expected-ready", 0 } }),
        "conflict");
    EXPECT_EQ(fault("acme", { { "operation", "delete-queue" }, { "queue", acmeIn } }),
        "invalid-argument");
    EXPECT_EQ(call("acme",
                  { { "operation", "delete-queue" }, { "queue", acmeIn },
                      { "expected-ready", 0 } })["affected"],
        0);
    EXPECT_FALSE(fabric().queueExists(acmeIn));
}

TEST_F(FabricServiceTest, MoveTakesWhatWasSeenToAnotherQueueAndKeepsBothBalances)
{
    for (const char *value : { "1", "2", "3" })
        send("flow:tg:in:acme", value);
    Json ask { { "operation", "move" }, { "queue", acmeIn }, { "to", acmeOut }, { "count", 2 } };
    EXPECT_EQ(fault("acme", ask), "invalid-argument"); // how many were seen is not said
    ask["expected-ready"] = 2;
    EXPECT_EQ(fault("acme", ask), "conflict"); // one more came
    ask["expected-ready"] = 3;
    Json other = ask;
    other["to"] = betaIn;
    EXPECT_EQ(fault("acme", other), "not-found");
    other["to"] = "request:tg:config.config-svc";
    EXPECT_EQ(fault("*", other), "conflict");
    other["to"] = acmeIn;
    EXPECT_EQ(fault("acme", other), "conflict");
    other.erase("to");
    EXPECT_EQ(fault("acme", other), "invalid-argument");
    other = ask;
    other["count"] = 0;
    EXPECT_EQ(fault("acme", other), "invalid-argument");
    EXPECT_EQ(call("acme", ask)["affected"], 2);
    const Json got = call("acme", { { "operation", "peek" }, { "queue", acmeOut } })["messages"];
    ASSERT_EQ(got.size(), 2u);
    EXPECT_EQ(got[0]["payload"], "1");
    EXPECT_EQ(got[1]["payload"], "2");
    for (const std::string &queue : { acmeIn, acmeOut }) {
        const Json row =
            call("acme", { { "operation", "get-queue" }, { "queue", queue } })["queue"];
        const auto n = [&row](const char *member) { return row.value(member, std::int64_t(0)); };
        EXPECT_EQ(n("published"), n("acked") + n("ready") + n("unacked") + n("deleted")) << row;
    }
}

TEST_F(FabricServiceTest, AFullQueueAnswersAtOnce)
{
    PlatformOptions options = quick();
    options.limits.maxDepth = 50;
    bootWith(options);
    for (int i = 0; i < 50; ++i)
        send("flow:tg:in:acme", "x");
    EXPECT_EQ(
        fault("acme",
            { { "operation", "publish" }, { "topic", "flow:tg:in:acme" }, { "payload", "x" } }),
        "limit");
}

/// Collects what a tail sends.
class Parts {
public:
    Parts(Backend &fabric, Json body, const std::string &workspace)
        : m_requester(fabric, { "request:tg:fabric", "response:tg:fabric" }, "tail-test")
    {
        body["operation"] = "tail";
        body["actor"] = { { "user", "u" }, { "workspace", workspace } };
        id = m_requester.send(
            body.dump(), 60s,
            [](const Message &part) { return Json::parse(part.value).contains("error"); },
            [this](const Message &part) { add(Json::parse(part.value), false); },
            [this](FabricResult<Message> last) {
                add(last ? Json::parse(last->value) : Json { { "failed", last.error().text } },
                    true);
            });
    }
    /// Waits until `enough` of all parts so far.
    bool wait(const std::function<bool(const std::vector<Json> &)> &enough)
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, 20s, [&] { return enough(m_parts); });
    }
    bool waitForMessages(std::size_t count)
    {
        return wait(
            [&](const std::vector<Json> &parts) { return payloadsOf(parts).size() >= count; });
    }
    std::vector<std::string> payloads()
    {
        std::lock_guard lock(m_mutex);
        return payloadsOf(m_parts);
    }
    Json last()
    {
        wait([this](const auto &) { return m_ended; });
        std::lock_guard lock(m_mutex);
        return m_parts.back();
    }
    std::string id;

private:
    static std::vector<std::string> payloadsOf(const std::vector<Json> &parts)
    {
        std::vector<std::string> payloads;
        for (const Json &part : parts)
            for (const Json &message : part.value("messages", Json::array()))
                payloads.push_back(message["payload"]);
        return payloads;
    }
    void add(Json part, bool ended)
    {
        {
            std::lock_guard lock(m_mutex);
            m_parts.push_back(std::move(part));
            m_ended = ended;
        }
        m_changed.notify_all();
    }
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<Json> m_parts;
    bool m_ended = false;
    Requester m_requester;
};

const auto begun = [](const std::vector<Json> &parts) { return !parts.empty(); };

TEST_F(FabricServiceTest, ATailShowsWhatPassesUntilItIsCancelled)
{
    Parts tail(fabric(), { { "topic", "flow:tg:in:acme" } }, "acme");
    ASSERT_TRUE(tail.wait(begun)) << "the first part says that it works";
    send("flow:tg:in:acme", "one");
    send("flow:tg:in:beta", "not ours");
    send("flow:tg:in:acme", "two");
    ASSERT_TRUE(tail.waitForMessages(2));
    EXPECT_EQ(tail.payloads(), std::vector<std::string>({ "one", "two" }));
    EXPECT_EQ(fabric().queue(acmeIn)->row.ready, 2) << "a copy, never a delivery";
    EXPECT_EQ(fault("acme", { { "operation", "cancel" }, { "id", tail.id } }), "");
    EXPECT_EQ(tail.last()["error"]["type"], "cancelled");
    EXPECT_EQ(fault("acme", { { "operation", "cancel" }, { "id", tail.id } }), "not-found");
}

TEST_F(FabricServiceTest, ATailFiltersAndCountsWhatItLeftOut)
{
    Parts tail(fabric(), { { "queue", acmeIn }, { "filter", "wanted" } }, "acme");
    ASSERT_TRUE(tail.wait(begun));
    for (const char *value : { "wanted 1", "other", "wanted 2" })
        send("flow:tg:in:acme", value);
    ASSERT_TRUE(
        tail.wait([](const auto &parts) { return parts.back().value("received", 0) == 3; }));
    EXPECT_EQ(tail.payloads(), std::vector<std::string>({ "wanted 1", "wanted 2" }));
    EXPECT_TRUE(
        tail.wait([](const auto &parts) { return parts.back().value("filtered", 0) == 1; }));
}

TEST_F(FabricServiceTest, ALongPayloadIsCutInTheTailAndFetchedWhole)
{
    Parts tail(fabric(), { { "topic", "flow:tg:in:acme" } }, "acme");
    ASSERT_TRUE(tail.wait(begun));
    const std::string large(100000, 'z');
    send("flow:tg:in:acme", large);
    ASSERT_TRUE(tail.waitForMessages(1));
    EXPECT_EQ(tail.payloads()[0].size(), 65536u);
    ASSERT_TRUE(fabric().purge(acmeIn, {}));
    const Json whole = call(
        "acme", { { "operation", "get-payload" }, { "topic", "flow:tg:in:acme" }, { "seq", 1 } });
    ASSERT_EQ(whole["messages"].size(), 1u) << whole;
    EXPECT_EQ(whole["messages"][0]["payload"], large);
    EXPECT_EQ(fault("acme", { { "operation", "get-payload" }, { "queue", acmeIn }, { "seq", 9 } }),
        "not-found");
}

TEST_F(FabricServiceTest, ATailEndsWithItsTopic)
{
    Parts tail(fabric(), { { "topic", "flow:tg:in:acme" } }, "acme");
    ASSERT_TRUE(tail.wait(begun));
    ASSERT_TRUE(fabric().deleteTopic("flow:tg:in:acme"));
    EXPECT_EQ(tail.last()["error"]["type"], "not-found");
}

TEST_F(FabricServiceTest, AQuietTailStillSaysThatItLives)
{
    PlatformOptions options = quick();
    options.tailHeartbeat = 20ms;
    bootWith(options);
    Parts tail(fabric(), { { "topic", "flow:tg:in:acme" } }, "acme");
    EXPECT_TRUE(tail.wait([](const auto &parts) { return parts.size() >= 3; }));
}

class FakeLine : public ProcessorRegistry, public LineControl {
public:
    std::vector<schema::ProcessorRow> processors() const override
    {
        schema::ProcessorRow a, b;
        a.processor = "chunk";
        a.workspace = "acme";
        a.state = "running";
        b = a;
        b.workspace = "beta";
        b.state = "dead";
        return { b, a };
    }
    Expected<std::int64_t, ServiceFault> control(const LineCommand &command) override
    {
        last = command;
        if (command.processor != "chunk")
            return unexpected(ServiceFault { "not-found", "no such processor" });
        return 1;
    }
    LineCommand last;
};

TEST_F(FabricServiceTest, TheLineIsListedAndControlledWhereThereIsOne)
{
    const Json pause { { "operation", "line-control" }, { "action", "pause" },
        { "processor", "chunk" }, { "variant", "v" } };
    const Json processors { { "operation", "list-processors" } };
    EXPECT_EQ(fault("*", pause), "not-implemented");
    EXPECT_EQ(call("*", processors)["total"], 0);
    FakeLine line;
    platform->setLine(&line, &line);
    EXPECT_EQ(call("acme", pause)["affected"], 1);
    EXPECT_EQ(line.last.action, "pause");
    EXPECT_EQ(line.last.workspace, "acme");
    EXPECT_EQ(line.last.variant, "v");
    EXPECT_EQ(fault("*", { { "operation", "line-control" }, { "processor", "x" } }), "not-found");
    const Json dead = call("*", { { "operation", "list-processors" }, { "filter", "state:dead" } });
    EXPECT_EQ(names(dead, "processors", "workspace"), std::vector<std::string>({ "beta" }));
    EXPECT_EQ(call("acme", processors)["total"], 1);
    platform->setLine(nullptr, nullptr);
    EXPECT_EQ(fault("*", pause), "not-implemented");
}

} // namespace
} // namespace signalbox::gateway
