// SPDX-License-Identifier: GPL-3.0-only
#include "tests/unit/demo/yard.h"

#include "app/gateway/demo/cargo.h"

#include <nlohmann/json.hpp>

using namespace signalbox;
using namespace signalbox::gateway;
using namespace signalbox::gateway::demo;

namespace {
using WorkerTest = YardTest;
const std::string in = "flow:tg:sorted-text:acme:plant";
const std::string out = "flow:tg:chunk-load:acme:plant";

std::string ask(const std::string &kind)
{
    return "request:tg:" + kind + ":acme:plant";
}
std::string tell(const std::string &kind)
{
    return "response:tg:" + kind + ":acme:plant";
}

TEST_F(WorkerTest, AChunkerForwardsEveryPieceOfEveryPaperOnce)
{
    station("chunker");
    const auto chunkLoad = listen(out);
    open("chunker", { { "input", in }, { "output", out } },
        { { "chunk-size", "90" }, { "chunk-overlap", "15" } });
    Random random(1);
    std::size_t expected = 0;
    for (int i = 0; i < 40; ++i) {
        const std::string text = yard->words.paragraph(int(random.between(1, 8)), random);
        expected += chunks(text, 90, 15).size();
        publish(in, schema::Json { { "text", text } }.dump());
    }
    const std::string input = queue(in, "chunker", "input");
    ASSERT_TRUE(eventually([&] { return row(input).acked == 40; }));
    std::size_t arrived = 0;
    while (chunkLoad->tryReceive())
        ++arrived;
    EXPECT_EQ(arrived, expected);
    balanced(row(input));
}

TEST_F(WorkerTest, APausedWorkerLeavesExactlyWhatWasPublished)
{
    station("chunker");
    listen(out);
    const auto worker = open("chunker", { { "input", in }, { "output", out } });
    {
        const std::lock_guard lock(yard->mutex);
        worker->pause();
    }
    for (int i = 0; i < 137; ++i)
        publish(in, R"({"text":"x"})");
    const std::string input = queue(in, "chunker", "input");
    EXPECT_EQ(row(input).ready, 137);
    EXPECT_EQ(row(input).unacked, 0);
    EXPECT_EQ(row(input).consumers, 1);
    EXPECT_EQ(rowOf(*worker).state, "paused");
    {
        const std::lock_guard lock(yard->mutex);
        worker->resume();
    }
    EXPECT_TRUE(eventually([&] { return row(input).acked == 137; }));
    EXPECT_EQ(rowOf(*worker).processed, 137);
    balanced(row(input));
}

TEST_F(WorkerTest, ADeadWorkerLosesNothingAndItsBacklogStays)
{
    Station &slow = station("chunker");
    slow.medianMs = 1e6; // never done with what it holds
    slow.lanes = 3;
    listen(out);
    const auto worker = open("chunker", { { "input", in }, { "output", out } });
    for (int i = 0; i < 10; ++i)
        publish(in, R"({"text":"x"})");
    const std::string input = queue(in, "chunker", "input");
    ASSERT_TRUE(eventually([&] { return row(input).unacked == 3; }));
    {
        const std::lock_guard lock(yard->mutex);
        worker->fail("drill");
    }
    EXPECT_EQ(row(input).ready, 10);
    EXPECT_EQ(row(input).unacked, 0);
    EXPECT_EQ(row(input).consumers, 0);
    EXPECT_EQ(rowOf(*worker).state, "dead");
    {
        const std::lock_guard lock(yard->mutex);
        schema::ProcessorEntry changed = worker->entry();
        changed.parameters.emplace_back("chunk-size", "50");
        worker->restart(changed);
        worker->sweep();
        worker->pause();
    }
    EXPECT_EQ(rowOf(*worker).state, "dead") << "neither a new entry nor a pause revives it";
    EXPECT_EQ(row(input).consumers, 0);
    station("chunker");
    {
        const std::lock_guard lock(yard->mutex);
        worker->resume();
    }
    EXPECT_TRUE(eventually([&] { return row(input).acked == 10; }));
    EXPECT_GE(row(input).redelivered, 3);
    balanced(row(input));
}

TEST_F(WorkerTest, FailedMessagesComeBackUntilEachIsDoneOnce)
{
    Station &shaky = station("chunker");
    shaky.errorShare = 0.3;
    shaky.lanes = 8;
    yard->speed = 200; // so that the pause after a failure is short
    const auto chunkLoad = listen(out);
    const auto worker = open("chunker", { { "input", in }, { "output", out } });
    for (int i = 0; i < 100; ++i)
        publish(in, R"({"text":"one piece"})");
    const std::string input = queue(in, "chunker", "input");
    ASSERT_TRUE(eventually([&] { return row(input).acked == 100; }));
    int arrived = 0;
    while (chunkLoad->tryReceive())
        ++arrived;
    EXPECT_EQ(arrived, 100);
    EXPECT_GT(rowOf(*worker).errors, 10);
    EXPECT_EQ(rowOf(*worker).errors, row(input).redelivered);
    EXPECT_EQ(rowOf(*worker).processed, 100);
    balanced(row(input));
}

TEST_F(WorkerTest, AFullQueueAheadHoldsItBackAndNothingIsLost)
{
    Limits limits;
    limits.maxDepth = 4;
    build(limits);
    station("chunker");
    ASSERT_TRUE(fabric->ensureTopic(out, { "flow", "acme", "plant", "bp" }));
    ASSERT_TRUE(fabric->ensureQueue(out, "listener"));
    open("chunker", { { "input", in }, { "output", out } },
        { { "chunk-size", "10" }, { "chunk-overlap", "0" } });
    const std::string text(95, 'x');
    publish(in, schema::Json { { "text", text } }.dump());
    ASSERT_TRUE(eventually([&] { return row(out + ".listener").ready == 4; }));
    EXPECT_EQ(row(queue(in, "chunker", "input")).unacked, 1);
    ConsumerOptions options;
    options.prefetch = 1;
    const auto reader = fabric->createConsumer(
        out, "listener", InitialPosition::Latest, ConsumerType::Shared, options);
    ASSERT_TRUE(reader);
    std::string whole;
    for (int i = 0; i < 10; ++i) {
        const auto piece = (*reader)->receive(std::chrono::seconds(10));
        ASSERT_TRUE(piece) << i;
        whole += schema::Json::parse(piece->value)["text"];
        (*reader)->acknowledge(*piece);
    }
    EXPECT_EQ(whole, text) << "in order, once each";
    EXPECT_TRUE(eventually([&] { return row(queue(in, "chunker", "input")).acked == 1; }));
}

TEST_F(WorkerTest, AServiceAnswersWithTheIdAndReallyAsksTheServiceBehindIt)
{
    station("prompt").calls = { { "text-completion", 1 } };
    station("text-completion");
    open("text-completion",
        { { "request", ask("text-completion") }, { "response", tell("text-completion") } });
    open("prompt",
        { { "request", ask("prompt") }, { "response", tell("prompt") },
            { "text-completion-request", ask("text-completion") },
            { "text-completion-response", tell("text-completion") } });
    for (int i = 0; i < 25; ++i) {
        const auto answer = request(*fabric, { ask("prompt"), tell("prompt") }, "test",
            R"({"id":"read-paper","variables":{}})", std::chrono::seconds(10));
        ASSERT_TRUE(answer) << answer.error().text;
        const auto json = schema::Json::parse(answer->value);
        EXPECT_EQ(json["end_of_stream"], true) << answer->value;
        EXPECT_FALSE(json["text"].get<std::string>().empty());
    }
    // The answer goes out before the request is acknowledged.
    EXPECT_TRUE(eventually([&] {
        return row(queue(ask("prompt"), "prompt", "request")).acked == 25
            && row(queue(ask("text-completion"), "text-completion", "request")).acked == 25;
    }));
}

TEST_F(WorkerTest, AStreamedAnswerComesInPartsOfOneId)
{
    station("text-completion");
    yard->speed = 50;
    open("text-completion",
        { { "request", ask("text-completion") }, { "response", tell("text-completion") } });
    int parts = 0;
    const auto answer = request(*fabric, { ask("text-completion"), tell("text-completion") },
        "test", R"({"system":"s","prompt":"p","streaming":true})", std::chrono::seconds(10),
        [&parts](const Message &part) {
            ++parts;
            return isLast("text-completion", part.value);
        });
    ASSERT_TRUE(answer);
    EXPECT_GT(parts, 2);
    EXPECT_EQ(schema::Json::parse(answer->value)["response"], "");
}

TEST_F(WorkerTest, AnUnansweredCallFailsTheAnswerInTime)
{
    yard->callTimeout = std::chrono::milliseconds(1);
    station("prompt").calls = { { "text-completion", 1 } };
    const auto worker = open("prompt",
        { { "request", ask("prompt") }, { "response", tell("prompt") },
            { "text-completion-request", ask("text-completion") },
            { "text-completion-response", tell("text-completion") } });
    const auto listener = fabric->createConsumer(
        tell("prompt"), "test", InitialPosition::Latest, ConsumerType::Exclusive, {});
    ASSERT_TRUE(listener);
    publish(ask("prompt"), R"({"id":"read-paper"})", "42");
    std::optional<Message> answer;
    ASSERT_TRUE(eventually([&] {
        const std::lock_guard lock(yard->mutex);
        worker->sweep();
        answer = (*listener)->tryReceive();
        return answer.has_value();
    }));
    EXPECT_EQ(answer->property("id"), "42");
    EXPECT_NE(failureIn(answer->value).find("no answer within"), std::string::npos)
        << answer->value;
    EXPECT_EQ(row(queue(ask("prompt"), "prompt", "request")).acked, 1);
}

TEST_F(WorkerTest, AStageWhoseCallFailsHandsTheMessageBack)
{
    yard->callTimeout = std::chrono::milliseconds(1);
    yard->speed = 1000;
    station("extractor").calls = { { "prompt", 1 } };
    const auto worker = open("extractor",
        { { "input", in }, { "prompt-request", ask("prompt") },
            { "prompt-response", tell("prompt") }, { "output", out } });
    publish(in, R"({"text":"x"})");
    const std::string input = queue(in, "extractor", "input");
    EXPECT_TRUE(eventually([&] {
        const std::lock_guard lock(yard->mutex);
        worker->sweep();
        return row(input).redelivered >= 3;
    }));
    EXPECT_EQ(row(input).acked, 0);
    balanced(row(input));
}

TEST_F(WorkerTest, ARateLimitIsKept)
{
    Station &limited = station("text-completion");
    limited.perSecond = 100;
    limited.lanes = 50;
    open("text-completion",
        { { "request", ask("text-completion") }, { "response", tell("text-completion") } });
    const auto began = Clock::now();
    for (int i = 0; i < 32; ++i)
        publish(ask("text-completion"), R"({"prompt":"p"})", std::to_string(i));
    const std::string input = queue(ask("text-completion"), "text-completion", "request");
    ASSERT_TRUE(eventually([&] { return row(input).acked == 32; }));
    EXPECT_GE(Clock::now() - began, std::chrono::milliseconds(290))
        << "30 of 32 wait for a token of 10 ms each";
}

TEST_F(WorkerTest, AChangedEntryMovesItToItsNewTopics)
{
    station("chunker");
    listen(out);
    const auto worker = open("chunker", { { "input", in }, { "output", out } });
    const std::string other = "flow:tg:page-text:acme:plant";
    schema::ProcessorEntry changed;
    changed.topics = { { "input", other }, { "output", out } };
    ensure("chunker", changed);
    {
        const std::lock_guard lock(yard->mutex);
        worker->restart(changed);
    }
    publish(other, R"({"text":"x"})");
    EXPECT_TRUE(eventually([&] { return row(queue(other, "chunker", "input")).acked == 1; }));
    EXPECT_EQ(row(queue(in, "chunker", "input")).consumers, 0);
}

TEST_F(WorkerTest, ItAttachesAgainWhenItsQueueWasDeletedAndMadeAnew)
{
    station("chunker");
    listen(out);
    const auto worker = open("chunker", { { "input", in }, { "output", out } });
    const std::string input = queue(in, "chunker", "input");
    ASSERT_TRUE(fabric->deleteQueue(input, false, std::nullopt));
    const auto sweep = [&] {
        const std::lock_guard lock(yard->mutex);
        worker->sweep();
    };
    EXPECT_TRUE(eventually([&] {
        sweep();
        return rowOf(*worker).state == "dead";
    }));
    ASSERT_TRUE(
        fabric->ensureQueue(in, rules::subscriptionName("chunker", "acme", "plant", "input")));
    EXPECT_TRUE(eventually([&] {
        sweep();
        return rowOf(*worker).state == "running";
    }));
    publish(in, R"({"text":"x"})");
    EXPECT_TRUE(eventually([&] { return row(input).acked == 1; }));
}

TEST_F(WorkerTest, APlannedFaultKillsItOnceAfterItsMessages)
{
    station("chunker");
    yard->faults = { { "acme", "plant", "chunker", 5, "unreadable" } };
    listen(out);
    const auto worker = open("chunker", { { "input", in }, { "output", out } });
    for (int i = 0; i < 9; ++i)
        publish(in, R"({"text":"x"})");
    const std::string input = queue(in, "chunker", "input");
    ASSERT_TRUE(eventually([&] { return rowOf(*worker).state == "dead"; }));
    EXPECT_EQ(row(input).acked, 5);
    EXPECT_EQ(row(input).ready, 4);
    {
        const std::lock_guard lock(yard->mutex);
        worker->resume();
    }
    EXPECT_TRUE(eventually([&] { return row(input).acked == 9; }))
        << "the second life is a healthy one";
    EXPECT_EQ(rowOf(*worker).state, "running");
}

TEST_F(WorkerTest, ItReadsResponsesOfOthersAsItsInput)
{
    station("metering");
    const auto worker = open("metering", { { "input", tell("text-completion") } });
    for (int i = 0; i < 12; ++i)
        publish(tell("text-completion"), R"({"response":"","end_of_stream":true})", "x");
    EXPECT_TRUE(eventually([&] { return rowOf(*worker).processed == 12; }));
}

TEST_F(WorkerTest, ItMovesNothingOnceItIsClosed)
{
    station("chunker");
    listen(out);
    const auto worker = open("chunker", { { "input", in }, { "output", out } });
    {
        const std::lock_guard lock(yard->mutex);
        worker->close();
    }
    publish(in, R"({"text":"x"})");
    EXPECT_EQ(row(queue(in, "chunker", "input")).ready, 1);
    EXPECT_EQ(row(queue(in, "chunker", "input")).consumers, 0);
}
} // namespace
