// SPDX-License-Identifier: GPL-3.0-only
// The eight rules of a notice handler, one test each, in their order (signalbox-gateway §2).
#include "app/gateway/services/configreceiver.h"
#include "tests/unit/services/platformtest.h"

#include <condition_variable>
#include <mutex>

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;

/// What a handler was given, in order.
class Log {
public:
    ConfigReceiver::Handler handler(const std::string &name)
    {
        return [this, name](const ConfigUpdate &update) {
            std::string line = name + (update.everything ? " all" : "");
            for (const auto &[type, workspaces] : update.changes)
                for (const std::string &workspace : workspaces)
                    line += " " + workspace + "/" + type;
            for (const schema::ConfigValue &value : update.values)
                line += " " + value.workspace + "/" + value.type + "/" + value.key + "="
                    + value.value.value_or("null");
            {
                std::lock_guard lock(m_mutex);
                m_lines.push_back(line);
            }
            m_changed.notify_all();
        };
    }
    std::vector<std::string> take(std::size_t count)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, 10s, [&] { return m_lines.size() >= count; });
        return std::exchange(m_lines, {});
    }
    std::size_t size()
    {
        std::lock_guard lock(m_mutex);
        return m_lines.size();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<std::string> m_lines;
};

using Lines = std::vector<std::string>;

class ConfigReceiverTest : public PlatformTest {
protected:
    void SetUp() override
    {
        boot(quick());
        put("default", "t", "a", "1");
        receiver = std::make_unique<ConfigReceiver>(
            fabric(), ConfigReceiver::Options { "test", 300ms, 10ms });
    }
    void TearDown() override
    {
        if (receiver)
            receiver->stop();
        receiver.reset();
    }
    std::int64_t version()
    {
        return system(
            { { "operation", "list" }, { "workspace", "default" }, { "type", "t" } })["version"];
    }
    void announce(std::int64_t version, const Json &changes)
    {
        const auto producer = fabric().createProducer("notify:tg:config");
        Message message;
        message.value = Json {
            { "version", version }, { "changes", changes },
            { "workspace_changes", { { "created", Json::array() }, { "deleted", Json::array() } } }
        }.dump();
        ASSERT_TRUE((*producer)->send(message));
    }
    void begin()
    {
        const auto started = receiver->start();
        ASSERT_TRUE(started) << started.error().text;
        ASSERT_TRUE(receiver->waitFor(0, 10s));
    }
    std::int64_t responseSubscribers() { return fabric().topic("response:tg:config")->queues; }

    std::unique_ptr<ConfigReceiver> receiver;
    Log log;
};

TEST_F(ConfigReceiverTest, Rule1ItSubscribesThenFetchesWithRetryThenAppliesToAllHandlers)
{
    receiver->addHandler({ "t" }, log.handler("one"));
    receiver->addHandler({ "u" }, log.handler("two"));
    platform->service("config").pause(true);
    ASSERT_TRUE(receiver->start());
    EXPECT_EQ(fabric().topic("notify:tg:config")->queues, 2)
        << "the flow service and us, before anything was fetched";
    ASSERT_TRUE(eventually([&] { return receiver->failedFetches() > 0; }));
    EXPECT_EQ(log.size(), 0u);
    platform->service("config").pause(false);
    EXPECT_EQ(log.take(2), Lines({ "one all default/t/a=1", "two all" }));
    ASSERT_TRUE(receiver->waitFor(version(), 10s));
}

TEST_F(ConfigReceiverTest, Rule2AnOlderOrSameVersionIsSkipped)
{
    receiver->addHandler({ "t" }, log.handler("one"));
    begin();
    log.take(1);
    const std::int64_t now = version();
    announce(now, { { "t", { "default" } } });
    announce(now - 1, { { "t", { "default" } } });
    announce(now, Json::object());
    announce(now + 1, { { "t", { "default" } } });
    ASSERT_TRUE(receiver->waitFor(now + 1, 10s));
    EXPECT_EQ(log.take(1), Lines({ "one default/t default/t/a=1" }));
}

TEST_F(ConfigReceiverTest, Rule3TypesThatNobodyHandlesAreSkippedButTheVersionIsTaken)
{
    receiver->addHandler({ "t" }, log.handler("one"));
    begin();
    log.take(1);
    put("default", "other", "x", "1");
    ASSERT_TRUE(receiver->waitFor(version(), 10s));
    EXPECT_EQ(log.size(), 0u);
}

TEST_F(ConfigReceiverTest, Rule4ATypeThatIntersectsIsFetchedThenHandled)
{
    receiver->addHandler({ "t", "processor:*" }, log.handler("one"));
    begin();
    log.take(1);
    put("default", "t", "b", "2");
    EXPECT_EQ(log.take(1), Lines({ "one default/t default/t/a=1 default/t/b=2" }));
    put("default", "processor:x", "v", "3");
    EXPECT_EQ(log.take(1), Lines({ "one default/processor:x default/processor:x/v=3" }));
}

TEST_F(ConfigReceiverTest, Rule5AHandlerWithoutTypesIsAlwaysCalled)
{
    receiver->addHandler({}, log.handler("any"));
    begin();
    EXPECT_EQ(log.take(1), Lines({ "any all default/t/a=1" }));
    put("default", "whatever", "x", "1");
    EXPECT_EQ(log.take(1), Lines({ "any default/whatever default/whatever/x=1" }));
}

TEST_F(ConfigReceiverTest, Rule6MixedHandlersGoEachByTheirOwnRule)
{
    receiver->addHandler({ "u" }, log.handler("typed"));
    receiver->addHandler({}, log.handler("any"));
    begin();
    log.take(2);
    put("default", "t", "a", "5");
    EXPECT_EQ(log.take(1), Lines({ "any default/t default/t/a=5" }));
    put("default", "u", "x", "6");
    EXPECT_EQ(
        log.take(2), Lines({ "typed default/u default/u/x=6", "any default/u default/u/x=6" }));
}

TEST_F(ConfigReceiverTest, Rule7AnEmptyChangeListFetchesEverythingForAllHandlers)
{
    receiver->addHandler({ "t" }, log.handler("one"));
    receiver->addHandler({ "u" }, log.handler("two"));
    begin();
    log.take(2);
    announce(version() + 1, Json::object());
    EXPECT_EQ(log.take(2), Lines({ "one all default/t/a=1", "two all" }));
}

TEST_F(ConfigReceiverTest, Rule8AFailedFetchIsRetriedLosesNoLaterNoticeAndClosesItsClient)
{
    receiver->addHandler({ "t" }, log.handler("one"));
    begin();
    log.take(1);
    platform->service("config").pause(true);
    const std::int64_t known = receiver->version();
    announce(known + 1, { { "t", { "default" } } });
    announce(known + 2, { { "t", { "default" } } });
    ASSERT_TRUE(eventually([&] { return receiver->failedFetches() >= 2; }));
    EXPECT_EQ(receiver->version(), known);
    platform->service("config").pause(false);
    ASSERT_TRUE(receiver->waitFor(known + 2, 10s));
    EXPECT_EQ(log.take(2), Lines({ "one default/t default/t/a=1", "one default/t default/t/a=1" }));
    EXPECT_TRUE(eventually([&] { return responseSubscribers() == 0; }));
}

TEST_F(ConfigReceiverTest, WorkspacesAreToldAtTheStartAndWhenTheyComeAndGo)
{
    std::mutex mutex;
    Lines told;
    receiver->onWorkspaces([&](const WorkspaceUpdate &update) {
        std::lock_guard lock(mutex);
        for (const std::string &id : update.created)
            told.push_back((update.everything ? "all " : "new ") + id);
        for (const std::string &id : update.deleted)
            told.push_back("gone " + id);
    });
    begin();
    makeWorkspace("acme");
    iam({ { "operation", "disable-workspace" }, { "workspace_record", { { "id", "acme" } } } });
    ASSERT_TRUE(receiver->waitFor(version(), 10s));
    std::lock_guard lock(mutex);
    EXPECT_EQ(told, Lines({ "all default", "new acme", "gone acme" }));
}

} // namespace
} // namespace signalbox::gateway
