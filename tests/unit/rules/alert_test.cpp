// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/alert.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>

using namespace signalbox::rules;

namespace {

constexpr std::int64_t tick = 2000;

AlertReading reading(AlertKind kind, const std::string &subject, std::optional<double> value,
    std::vector<std::string> causes = {})
{
    return { kind, subject, "acme", "f", value, std::move(causes) };
}

/// Looks every two seconds and keeps what changed, "call ID", "group ID", "end ID".
struct Watch {
    AlertBook book;
    std::vector<AlertRule> rules;
    std::int64_t now = 0;
    std::vector<std::string> told;
    void look(const std::vector<AlertReading> &readings, bool known = true)
    {
        static constexpr const char *words[] { "call ", "group ", "end " };
        for (const AlertChange &change : book.look(now, readings, rules, known))
            told.push_back(words[change.what] + change.id);
        now += tick;
    }
    void lookFor(std::int64_t ms, const std::vector<AlertReading> &readings)
    {
        for (const std::int64_t end = now + ms; now <= end;)
            look(readings);
    }
};

} // namespace

TEST(Alert, isRaisedAfterItsDelayAndEndsAfterItsOwn)
{
    Watch watch;
    const auto over = reading(AlertKind::Backlog, "q", 6000);
    watch.lookFor(58000, { over });
    EXPECT_TRUE(watch.told.empty());
    watch.lookFor(2000, { over });
    EXPECT_EQ(watch.told, (std::vector<std::string> { "call backlog|q" }));
    watch.lookFor(300000, { reading(AlertKind::Backlog, "q", 4500) }); // below 5000, not below 4000
    EXPECT_EQ(watch.told.size(), 1U);
    watch.lookFor(64000, { reading(AlertKind::Backlog, "q", 3999) });
    EXPECT_EQ(watch.told.back(), "end backlog|q");
    EXPECT_TRUE(watch.book.alerts().empty());
}

TEST(Alert, whatIsUnknownNeitherRaisesNorEnds)
{
    Watch watch;
    const auto over = reading(AlertKind::Backlog, "q", 6000);
    watch.lookFor(40000, { over });
    watch.look({ reading(AlertKind::Backlog, "q", {}) });
    watch.lookFor(40000, { over });
    EXPECT_TRUE(watch.told.empty());
    watch.lookFor(40000, { over });
    EXPECT_EQ(watch.told.size(), 1U);
    for (int i = 0; i < 200; ++i)
        watch.look({}, false); // the connection is gone
    EXPECT_EQ(watch.told.size(), 1U);
    watch.lookFor(62000, {});
    EXPECT_EQ(watch.told.back(), "end backlog|q");
}

TEST(Alert, theNarrowestRuleCounts)
{
    const auto rule = [](const char *workspace, const char *flow, double limit) {
        AlertLimit with = defaultLimit(AlertKind::Backlog);
        with.limit = limit;
        return AlertRule { AlertKind::Backlog, workspace, flow, with };
    };
    const std::vector<AlertRule> rules { rule("acme", "f", 4), rule("acme", "", 2),
        rule("", "", 1) };
    const auto limit = [&](const char *workspace, const char *flow) {
        return limitFor(rules, AlertKind::Backlog, workspace, flow).limit;
    };
    EXPECT_EQ(limit("acme", "f"), 4);
    EXPECT_EQ(limit("acme", "g"), 2);
    EXPECT_EQ(limit("other", "f"), 1);
    EXPECT_EQ(limitFor({}, AlertKind::Backlog, "acme", "f"), defaultLimit(AlertKind::Backlog));
}

TEST(Alert, oneCauseCallsOnce)
{
    Watch watch;
    const auto dead = reading(AlertKind::WorkerDead, "acme/chunker", 1);
    const auto unread = reading(AlertKind::NoConsumer, "q", 1, { "worker-dead|acme/chunker" });
    const auto full =
        reading(AlertKind::Backlog, "q", 9000, { "worker-dead|acme/chunker", "no-consumer|q" });
    watch.lookFor(120000, { dead, unread, full });
    EXPECT_EQ(watch.told,
        (std::vector<std::string> {
            "call worker-dead|acme/chunker", "group no-consumer|q", "group backlog|q" }));
    EXPECT_EQ(watch.book.groupedUnder("worker-dead|acme/chunker"), 2);
    // It comes back and drains: nobody is called for what it left behind …
    watch.lookFor(60000, { full });
    EXPECT_EQ(watch.told.at(3), "end no-consumer|q");
    EXPECT_EQ(watch.told.size(), 5U);
    // … unless that does not drain.
    watch.lookFor(AlertBook::leftOverMs, { full });
    EXPECT_EQ(watch.told.back(), "call backlog|q");
    EXPECT_EQ(watch.told.size(), 6U);
}

TEST(Alert, aCauseThatIsOnlySuspectedHoldsTheCallBack)
{
    Watch watch;
    watch.rules = { { AlertKind::Backlog, "", "", { true, 10, 0, 1, 0 } } };
    const auto full = reading(AlertKind::Backlog, "q", 100, { "no-consumer|q" });
    const auto unread = reading(AlertKind::NoConsumer, "q", 1);
    watch.look({ full, unread });
    EXPECT_EQ(watch.told, (std::vector<std::string> { "group backlog|q" }));
    watch.lookFor(20000, { full, unread });
    EXPECT_EQ(watch.told.back(), "call no-consumer|q");
}

TEST(Alert, switchedOffItEnds)
{
    Watch watch;
    const auto over = reading(AlertKind::Backlog, "q", 6000);
    watch.lookFor(70000, { over });
    AlertLimit off = defaultLimit(AlertKind::Backlog);
    off.on = false;
    watch.rules = { { AlertKind::Backlog, "acme", "", off } };
    watch.lookFor(62000, { over });
    EXPECT_EQ(watch.told.back(), "end backlog|q");
    watch.lookFor(120000, { over });
    EXPECT_EQ(watch.told.size(), 2U);
}

TEST(Alert, namesAreReadBack)
{
    for (const AlertKind kind : alertKinds)
        EXPECT_EQ(parseAlertKind(name(kind)), kind);
    EXPECT_FALSE(parseAlertKind("alarm"));
}

TEST(AlertProperty, flappingInputDoesNotFlap)
{
    std::mt19937 random(4);
    for (int round = 0; round < 200; ++round) {
        Watch watch;
        const AlertLimit limit = defaultLimit(AlertKind::Backlog);
        // Runs over and under, each shorter than the delay: whatever it starts as, it stays.
        bool over = round % 2 == 0;
        const bool raisedBefore = round % 4 < 2;
        if (raisedBefore)
            watch.lookFor(limit.forMs + tick, { reading(AlertKind::Backlog, "q", 9999) });
        const std::size_t before = watch.told.size();
        for (int run = 0; run < 100; ++run, over = !over) {
            const auto length = tick
                * std::uniform_int_distribution<std::int64_t>(1, limit.forMs / tick - 1)(random);
            for (const std::int64_t end = watch.now + length; watch.now < end;)
                watch.look({ reading(AlertKind::Backlog, "q", over ? 9999 : 1) });
        }
        EXPECT_EQ(watch.told.size(), before);
    }
}

/// Against a reference that looks back over everything that was told.
TEST(AlertProperty, raisesAndEndsAsTheRuleSays)
{
    std::mt19937 random(5);
    for (int round = 0; round < 300; ++round) {
        Watch watch;
        const AlertLimit limit { true, 10, 8000, 0.5, 6000 };
        watch.rules = { { AlertKind::Backlog, "", "", limit } };
        std::vector<std::optional<double>> seen;
        bool raised = false;
        std::size_t raisedAt = 0;
        double value = 0;
        for (std::size_t i = 0; i < 300; ++i) {
            if (random() % 4 == 0)
                value = double(random() % 20);
            const bool known = random() % 15 != 0;
            seen.push_back(known ? std::optional(value) : std::nullopt);
            watch.told.clear();
            watch.look({ reading(AlertKind::Backlog, "q", seen.back()) });
            const auto lasted = [&](std::size_t from, std::int64_t ms, auto &&test) {
                const std::size_t looks = std::size_t(ms / tick) + 1;
                if (seen.size() < from + looks)
                    return false;
                for (std::size_t back = 1; back <= looks; ++back)
                    if (const auto &one = seen[seen.size() - back]; !one || !test(*one))
                        return false;
                return true;
            };
            const bool ends =
                raised && lasted(raisedAt, limit.clearMs, [](double v) { return v < 5; });
            const bool rises = !raised && lasted(0, limit.forMs, [](double v) { return v >= 10; });
            EXPECT_EQ(watch.told.size(), ends || rises ? 1U : 0U) << round << ' ' << i;
            if (ends || rises) {
                EXPECT_EQ(watch.told.at(0), ends ? "end backlog|q" : "call backlog|q");
                raised = rises;
                raisedAt = i;
            }
        }
    }
}

TEST(AlertProperty, underACauseNobodyIsCalled)
{
    std::mt19937 random(6);
    for (int round = 0; round < 100; ++round) {
        Watch watch;
        bool dead = false;
        for (int i = 0; i < 400; ++i) {
            if (random() % 60 == 0)
                dead = !dead;
            std::vector<AlertReading> readings;
            if (dead)
                readings.push_back(reading(AlertKind::WorkerDead, "w", 1));
            for (const char *queue : { "q1", "q2" })
                readings.push_back(reading(AlertKind::Backlog, queue,
                    dead || random() % 3 == 0 ? 9999.0 : 10.0, { "worker-dead|w" }));
            watch.told.clear();
            watch.look(readings);
            for (const std::string &line : watch.told) {
                EXPECT_FALSE(dead && line.starts_with("call backlog")) << line;
            }
        }
    }
}
