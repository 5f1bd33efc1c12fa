// SPDX-License-Identifier: GPL-3.0-only
#include "tests/unit/demo/yard.h"

using namespace signalbox;
using namespace signalbox::gateway;
using namespace signalbox::gateway::demo;

namespace {
using SourceTest = YardTest;
const std::string load = "flow:tg:document-load:acme:plant";

TEST_F(SourceTest, AnOpeningBringsExactlyItsPapers)
{
    yard->speed = 100;
    const auto papers = listen(load);
    const auto intake =
        open("intake", { { "output", load } }, { { "per-minute", "0" }, { "opening", "23" } });
    EXPECT_TRUE(eventually([&] { return rowOf(*intake).processed == 23; }));
    int arrived = 0;
    while (papers->tryReceive())
        ++arrived;
    EXPECT_EQ(arrived, 23);
}

TEST_F(SourceTest, ItDeliversByItselfAtItsRate)
{
    yard->speed = 100;
    listen(load);
    const auto intake =
        open("intake", { { "output", load } }, { { "per-minute", "600" }, { "shape", "steady" } });
    EXPECT_TRUE(eventually([&] { return rowOf(*intake).processed > 200; }));
    EXPECT_EQ(row(load + ".listener").published, rowOf(*intake).processed);
}

TEST_F(SourceTest, ItHoldsWhileAQueueOfItsFlowIsTooDeep)
{
    yard->speed = 100;
    listen(load);
    {
        const std::lock_guard lock(yard->mutex);
        yard->deepest[{ "acme", "plant" }] = 51;
    }
    const auto intake = open("intake", { { "output", load } },
        { { "per-minute", "600" }, { "shape", "steady" }, { "hold-above", "50" } });
    listen("flow:tg:clock:acme:other");
    schema::ProcessorEntry other;
    other.topics = { { "output", "flow:tg:clock:acme:other" } };
    other.parameters = { { "per-minute", "600" }, { "shape", "steady" } };
    const auto clock =
        std::make_shared<Worker>(*yard, Worker::Name { "intake", "acme", "other" }, other);
    {
        const std::lock_guard lock(yard->mutex);
        workers.push_back(clock);
        clock->open();
    }
    ASSERT_TRUE(eventually([&] { return rowOf(*clock).processed > 50; }));
    EXPECT_EQ(rowOf(*intake).processed, 0) << "time passed, nothing came";
    {
        const std::lock_guard lock(yard->mutex);
        yard->deepest[{ "acme", "plant" }] = 50;
    }
    EXPECT_TRUE(eventually([&] { return rowOf(*intake).processed > 10; }));
}

TEST_F(SourceTest, PapersThatAFullQueueRefusesComeLater)
{
    Limits limits;
    limits.maxDepth = 3;
    build(limits);
    yard->speed = 100;
    ASSERT_TRUE(fabric->ensureTopic(load, { "flow", "acme", "plant", "bp" }));
    ASSERT_TRUE(fabric->ensureQueue(load, "listener"));
    const auto intake =
        open("intake", { { "output", load } }, { { "per-minute", "0" }, { "opening", "7" } });
    ASSERT_TRUE(eventually([&] { return row(load + ".listener").ready == 3; }));
    const auto reader =
        fabric->createConsumer(load, "listener", InitialPosition::Latest, ConsumerType::Shared, {});
    ASSERT_TRUE(reader);
    for (int i = 0; i < 7; ++i) {
        const auto paper = (*reader)->receive(std::chrono::seconds(10));
        ASSERT_TRUE(paper) << i;
        (*reader)->acknowledge(*paper);
    }
    EXPECT_EQ(rowOf(*intake).processed, 7);
}

TEST_F(SourceTest, AnEnquiryDeskAsksAndCountsTheAnswers)
{
    yard->speed = 100;
    station("document-answers");
    open("document-answers",
        { { "request", "request:tg:document-rag:acme:plant" },
            { "response", "response:tg:document-rag:acme:plant" } });
    const auto desk = open("enquiry-desk",
        { { "document-rag-request", "request:tg:document-rag:acme:plant" },
            { "document-rag-response", "response:tg:document-rag:acme:plant" } },
        { { "per-minute", "300" }, { "shape", "steady" } });
    EXPECT_TRUE(eventually([&] { return rowOf(*desk).processed > 30; }));
    EXPECT_EQ(rowOf(*desk).errors, 0);
}

TEST_F(SourceTest, AClosedYardHearsNothingNew)
{
    yard->speed = 100;
    listen(load);
    const auto intake =
        open("intake", { { "output", load } }, { { "per-minute", "1200" }, { "shape", "steady" } });
    ASSERT_TRUE(eventually([&] { return rowOf(*intake).processed > 5; }));
    std::int64_t before = 0;
    {
        const std::lock_guard lock(yard->mutex);
        yard->closed = true;
        before = intake->row().processed;
    }
    const auto later = Clock::now() + std::chrono::milliseconds(60);
    ASSERT_TRUE(eventually([&] { return Clock::now() > later; }));
    EXPECT_EQ(rowOf(*intake).processed, before);
}
} // namespace
