// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/transcript.h"

#include <gmock/gmock.h>

#include <random>

using namespace signalbox;
using namespace signalbox::rules;

namespace {

ChatRecord record(ChatKind kind, const std::string &text, const std::string &id = {})
{
    ChatRecord value;
    value.kind = kind;
    value.text = text;
    value.id = id;
    return value;
}

std::vector<std::string> textsOf(const Transcript &transcript)
{
    std::vector<std::string> texts;
    for (const auto &entry : transcript.entries())
        texts.push_back(entry.record.text);
    return texts;
}

schema::ToolCall call(const std::string &state)
{
    schema::ToolCall value;
    value.id = "c1";
    value.tool = "lookup_order";
    value.arguments.text = R"({"order":"7731"})";
    value.state = state;
    return value;
}

/// Follows the rows as an item model would.
struct Mirror : Transcript::Watch {
    const Transcript *of = nullptr;
    int rows = 0;
    int first = 0, count = 0;
    void inserting(int from, int to) override
    {
        EXPECT_GE(from, 0);
        EXPECT_LE(from, rows);
        first = from;
        count = to - from + 1;
    }
    void inserted() override
    {
        rows += count;
        EXPECT_EQ(std::size_t(rows), of->entries().size());
    }
    void removing(int from, int to) override
    {
        EXPECT_LT(to, rows);
        count = to - from + 1;
    }
    void removed() override
    {
        rows -= count;
        EXPECT_EQ(std::size_t(rows), of->entries().size());
    }
    void changed(int row) override { EXPECT_LT(row, rows); }
};

} // namespace

TEST(Transcript, anAnswerGrowsByChunksAndItsEndReplacesIt)
{
    Transcript chat;
    chat.said("where is my parcel?", "me", 1000);
    EXPECT_EQ(chat.state(), TurnState::Sent);
    chat.typing(1010);
    EXPECT_TRUE(chat.isTyping());
    chat.chunk("It is ", 1400);
    EXPECT_FALSE(chat.isTyping());
    chat.chunk("on its way", 1500);
    EXPECT_THAT(textsOf(chat), testing::ElementsAre("where is my parcel?", "It is on its way"));
    EXPECT_EQ(chat.entries().back().state, ChatEntry::State::Streaming);
    chat.answered(record(ChatKind::Assistant, "It is on its way."), 1900);
    EXPECT_THAT(textsOf(chat), testing::ElementsAre("where is my parcel?", "It is on its way."));
    EXPECT_EQ(chat.state(), TurnState::Done);
    EXPECT_EQ(chat.entries().back().record.turn->latencyMs, 900);
    EXPECT_EQ(chat.entries().back().record.turn->firstChunkMs, 400);
}

TEST(Transcript, typingEndsWithTheAnswerWithAnErrorWithACutAndWithTime)
{
    for (const int how : { 0, 1, 2, 3 }) {
        Transcript chat;
        chat.said("hello", "me", 1000);
        chat.typing(1001);
        ASSERT_TRUE(chat.isTyping());
        if (how == 0)
            chat.answered(record(ChatKind::Assistant, "hi"), 1100);
        if (how == 1)
            chat.failed("no model", 1100);
        if (how == 2)
            chat.cut();
        if (how == 3)
            chat.tick(1001 + Transcript::answerLimitMs);
        EXPECT_FALSE(chat.isTyping()) << how;
    }
}

TEST(Transcript, aTurnWithoutASignTimesOutAndALateAnswerIsStillShown)
{
    Transcript chat;
    chat.said("hello", "me", 0);
    chat.tick(Transcript::answerLimitMs - 1);
    EXPECT_EQ(chat.state(), TurnState::Sent);
    chat.tick(Transcript::answerLimitMs);
    EXPECT_EQ(chat.state(), TurnState::TimedOut);
    chat.answered(record(ChatKind::Assistant, "hi", "a1"), Transcript::answerLimitMs + 5);
    EXPECT_THAT(textsOf(chat), testing::ElementsAre("hello", "hi"));
    EXPECT_EQ(chat.state(), TurnState::TimedOut);
}

TEST(Transcript, aToolCallIsPartOfItsAnswerWithItsDuration)
{
    Transcript chat;
    chat.said("refund 7731", "me", 0);
    chat.tool(call("running"), 100);
    auto done = call("done");
    done.arguments.text = "null";
    done.result = schema::JsonText { "\"found\"" };
    chat.tool(done, 186);
    chat.answered(record(ChatKind::Assistant, "found it", "a1"), 200);
    ASSERT_EQ(chat.entries().size(), 2U);
    const auto &tools = chat.entries().back().record.tools;
    ASSERT_EQ(tools.size(), 1U);
    EXPECT_EQ(tools[0].durationMs, 86);
    EXPECT_EQ(tools[0].state, "done");
    EXPECT_EQ(tools[0].arguments.text, R"({"order":"7731"})");
    EXPECT_EQ(chat.turn()->tools.size(), 1U);
}

TEST(Transcript, aMessageTheHistoryDoesNotHaveAfterACutIsUnsureUntilItComes)
{
    Transcript chat;
    chat.loaded({ record(ChatKind::User, "before", "u0") }, false);
    chat.said("did you get this?", "me", 0);
    chat.cut();
    chat.loaded({ record(ChatKind::User, "before", "u0") }, false);
    EXPECT_EQ(chat.entries().back().state, ChatEntry::State::Unsure);
    EXPECT_EQ(chat.state(), TurnState::Failed); // an answer need not be waited for
    chat.arrived(record(ChatKind::User, "did you get this?", "u1"), 5);
    EXPECT_THAT(textsOf(chat), testing::ElementsAre("before", "did you get this?"));
    EXPECT_EQ(chat.entries().back().state, ChatEntry::State::Settled);
}

TEST(Transcript, aTurnThatWasCutEndsWithWhateverReadOfTheHistoryHasItsAnswer)
{
    // Two cuts, two reads: the first was asked for before the answer was stored.
    Transcript transcript;
    transcript.said("where is it?", "Ann", 1000);
    transcript.cut();
    transcript.loaded({ record(ChatKind::User, "where is it?", "u1") }, false);
    ASSERT_TRUE(transcript.turn()->open());
    transcript.loaded({ record(ChatKind::User, "where is it?", "u1"),
                          record(ChatKind::Assistant, "Here.", "a1") },
        false);
    EXPECT_EQ(transcript.turn()->state, TurnState::Done);
    EXPECT_EQ(textsOf(transcript), (std::vector<std::string> { "where is it?", "Here." }));
}

TEST(Transcript, aToolThatWaitedDuringACutIsPartOfTheAnswerThatComesThen)
{
    Transcript chat;
    chat.said("book it", "me", 0);
    chat.delivered("u1");
    chat.tool(call("waiting"), 10);
    chat.cut();
    chat.loaded({ record(ChatKind::User, "book it", "u1") }, false);
    chat.tool(call("running"), 100);
    chat.tool(call("done"), 110);
    chat.chunk("boo", 120);
    chat.answered(record(ChatKind::Assistant, "booked", "a1"), 130);
    EXPECT_THAT(textsOf(chat), testing::ElementsAre("book it", "booked"));
    ASSERT_EQ(chat.entries().back().record.tools.size(), 1U);
    EXPECT_EQ(chat.entries().back().record.tools[0].state, "done");
    EXPECT_EQ(chat.entries().back().state, ChatEntry::State::Settled);
    EXPECT_EQ(chat.state(), TurnState::Done);
}

TEST(Transcript, anAnswerThatWaitsForAPersonKeepsItsPlaceWhileAnotherIsGiven)
{
    for (const bool ids : { true, false }) {
        const std::string first = ids ? "a1" : "";
        const std::string second = ids ? "a2" : "";
        Transcript chat;
        chat.said("book friday", "me", 0);
        chat.delivered("u1");
        chat.typing(1);
        chat.chunk("One moment. ", 5, first);
        chat.tool(call("waiting"), 10, first);
        EXPECT_EQ(chat.state(), TurnState::Waiting);
        EXPECT_TRUE(chat.waitsFor("c1"));
        chat.said("and something else", "me", 20);
        chat.delivered("u2");
        chat.typing(21);
        chat.chunk("Of ", 30, second);
        chat.chunk("course", 31, second);
        EXPECT_THAT(textsOf(chat),
            testing::ElementsAre("book friday", "One moment. ", "and something else", "Of course"));
        chat.answered(record(ChatKind::Assistant, "Of course.", second), 40);
        EXPECT_EQ(chat.turns()[0].state, TurnState::Waiting);
        EXPECT_EQ(chat.turns()[1].state, TurnState::Done);
        EXPECT_EQ(chat.turns()[1].firstChunkMs, 30);
        EXPECT_TRUE(chat.turns()[1].tools.empty());
        chat.tick(Transcript::answerLimitMs * 2); // a person may take longer
        EXPECT_EQ(chat.turns()[0].state, TurnState::Waiting);

        chat.decided("c1", 300'000);
        EXPECT_FALSE(chat.waitsFor("c1"));
        chat.typing(300'001);
        chat.tool(call("done"), 300'010, first);
        chat.chunk("Booked", 300'020, first);
        chat.answered(record(ChatKind::Assistant, "One moment. Booked.", first), 300'030);
        EXPECT_THAT(textsOf(chat),
            testing::ElementsAre(
                "book friday", "One moment. Booked.", "and something else", "Of course."));
        EXPECT_EQ(chat.turns().size(), 2U);
        EXPECT_EQ(chat.turns()[0].state, TurnState::Done);
        ASSERT_EQ(chat.entries()[1].record.tools.size(), 1U);
        EXPECT_EQ(chat.entries()[1].record.tools[0].state, "done");
        EXPECT_TRUE(chat.entries()[3].record.tools.empty());
    }
}

TEST(Transcript, anAnswerWhoseIdIsToldOnlyWithItsTextIsOneLine)
{
    Transcript chat;
    chat.said("refund 7731", "me", 1000);
    chat.tool(call("running"), 1100);
    chat.tool(call("done"), 1110);
    chat.chunk("found", 1120, "a1");
    chat.answered(record(ChatKind::Assistant, "found it", "a1"), 1200);
    EXPECT_THAT(textsOf(chat), testing::ElementsAre("refund 7731", "found it"));
    EXPECT_EQ(chat.entries()[1].record.tools.size(), 1U);
    EXPECT_EQ(chat.entries()[1].record.turn->latencyMs, 200);
    EXPECT_EQ(chat.turns().size(), 1U);
}

TEST(Transcript, whatWasDecidedDuringACutWaitsNoLonger)
{
    Transcript chat;
    chat.said("book friday", "me", 0);
    chat.delivered("u1");
    chat.tool(call("waiting"), 10, "a1");
    chat.said("and something else", "me", 20);
    chat.delivered("u2");
    chat.answered(record(ChatKind::Assistant, "Of course.", "a2"), 40);
    chat.cut();
    chat.loaded({ record(ChatKind::User, "book friday", "u1"),
                    record(ChatKind::User, "and something else", "u2"),
                    record(ChatKind::Assistant, "Of course.", "a2"),
                    record(ChatKind::Assistant, "Booked.", "a1") },
        false);
    EXPECT_FALSE(chat.waitsFor("c1"));
    EXPECT_THAT(textsOf(chat),
        testing::ElementsAre("book friday", "Booked.", "and something else", "Of course."));
    EXPECT_NE(chat.entries()[1].record.tools[0].state, "waiting");
    EXPECT_EQ(chat.turns()[0].state, TurnState::Done);
}

TEST(Transcript, messagesSentQuicklyAreAcceptedInTheirOrder)
{
    Transcript chat;
    chat.said("one", "me", 0);
    chat.said("two", "me", 1);
    chat.delivered("u1");
    chat.delivered("u2");
    EXPECT_EQ(chat.entries()[0].record.id, "u1");
    EXPECT_EQ(chat.entries()[1].record.id, "u2");
}

TEST(Transcript, olderPagesComeBeforeAndNothingTwice)
{
    Transcript chat;
    chat.loaded({ record(ChatKind::User, "3", "3"), record(ChatKind::Assistant, "4", "4") }, true);
    EXPECT_EQ(chat.oldestId(), "3");
    chat.older({ record(ChatKind::User, "1", "1"), record(ChatKind::Assistant, "2", "2"),
                   record(ChatKind::User, "3", "3") },
        false);
    EXPECT_THAT(textsOf(chat), testing::ElementsAre("1", "2", "3", "4"));
    EXPECT_FALSE(chat.hasOlder());
}

TEST(Transcript, moreThanAPageWasSaidMeanwhileMakesTheListBeginAnew)
{
    Transcript chat;
    chat.loaded({ record(ChatKind::User, "1", "1") }, false);
    chat.cut();
    chat.loaded({ record(ChatKind::User, "8", "8"), record(ChatKind::User, "9", "9") }, true);
    EXPECT_THAT(textsOf(chat), testing::ElementsAre("8", "9"));
    EXPECT_TRUE(chat.hasOlder());
}

TEST(Transcript, anAnswerThatIsSaidTwiceIsShownTwice)
{
    Transcript chat;
    for (int turn = 0; turn < 2; ++turn) {
        chat.said("ping", "me", turn * 10);
        chat.typing(turn * 10 + 1);
        chat.answered(record(ChatKind::Assistant, "pong"), turn * 10 + 2);
    }
    EXPECT_THAT(textsOf(chat), testing::ElementsAre("ping", "pong", "ping", "pong"));
}

TEST(Transcript, piecesByOffsetCountOnceAndAMissingBeginningIsSaid)
{
    Transcript chat;
    chat.piece("a1", 0, "Hello ", 1);
    chat.piece("a1", 0, "Hello ", 2);
    chat.piece("a1", 3, "lo world", 3);
    EXPECT_THAT(textsOf(chat), testing::ElementsAre("Hello world"));
    chat.piece("a1", 20, "end", 4);
    EXPECT_THAT(textsOf(chat), testing::ElementsAre("end"));
    EXPECT_EQ(chat.entries()[0].missing, 20);
    chat.answered(record(ChatKind::Assistant, "Hello world. The end", "a1"), 5);
    EXPECT_THAT(textsOf(chat), testing::ElementsAre("Hello world. The end"));
    EXPECT_EQ(chat.entries()[0].missing, 0);
    EXPECT_EQ(chat.state(), TurnState::Done);
    chat.piece("a1", 0, "Hello ", 6);
    EXPECT_EQ(chat.state(), TurnState::Done);
}

TEST(Transcript, whatIsToldAgainChangesItsLineAndNothingElse)
{
    Transcript chat;
    chat.loaded(
        { record(ChatKind::User, "hello", "1"), record(ChatKind::Assistant, "hi", "2") }, true);
    chat.arrived(record(ChatKind::User, "and?", "3"), 10);
    ChatRecord sent = record(ChatKind::Assistant, "hi", "2");
    sent.delivery = schema::Delivery { "sent", 2, {}, "2026-11-22T05:00:00Z" };
    chat.toldAgain(sent);
    ASSERT_EQ(chat.entries().size(), 3U);
    EXPECT_EQ(chat.entries()[1].record.delivery->state, "sent");
    EXPECT_TRUE(chat.turn()->open()) << "the turn that runs is another one's";
    sent.id = "of a page that nobody has read";
    chat.toldAgain(sent);
    EXPECT_EQ(chat.entries().size(), 3U);
}

TEST(Transcript, aPersonsMessageEndsTheTurn)
{
    Transcript chat;
    chat.said("a human please", "me", 0);
    chat.typing(1);
    chat.arrived(record(ChatKind::Person, "mira here", "h1"), 9);
    EXPECT_EQ(chat.state(), TurnState::Done);
    EXPECT_FALSE(chat.isTyping());
}

// ---- a socket that is cut anywhere ----

namespace {

struct WireFrame {
    enum Kind { Typing, Chunk, Done } kind;
    std::string text;
    std::string id;
};

/// A back end that goes on while nobody listens. Every message is a text of its own.
struct FarEnd {
    std::vector<ChatRecord> history;
    std::vector<WireFrame> frames; ///< of the turn that runs, not yet sent

    void take(const std::string &text, int turn, std::minstd_rand &random)
    {
        const auto number = std::to_string(turn);
        history.push_back(record(ChatKind::User, text, "u" + number));
        frames.push_back({ WireFrame::Typing, {}, "u" + number });
        std::string whole;
        for (unsigned n = random() % 5; n > 0; --n) {
            const std::string piece = "piece " + std::to_string(n) + " of " + number + " ";
            frames.push_back({ WireFrame::Chunk, piece, "a" + number });
            whole += piece;
        }
        whole += "end of " + number;
        frames.push_back({ WireFrame::Done, whole, "a" + number });
    }
    /// One frame leaves; the answer is stored before its last frame is published.
    WireFrame step()
    {
        const WireFrame frame = frames.front();
        frames.erase(frames.begin());
        if (frame.kind == WireFrame::Done)
            history.push_back(record(ChatKind::Assistant, frame.text, frame.id));
        return frame;
    }
};

enum class Ids { None, Messages, Pieces };

void hear(Transcript &chat, const WireFrame &frame, Ids told, std::int64_t now)
{
    const bool ids = told != Ids::None;
    if (frame.kind == WireFrame::Typing) {
        if (ids)
            chat.delivered(frame.id);
        chat.typing(now);
    } else if (frame.kind == WireFrame::Chunk) {
        chat.chunk(frame.text, now, told == Ids::Pieces ? frame.id : std::string());
    } else {
        chat.answered(record(ChatKind::Assistant, frame.text, ids ? frame.id : std::string()), now);
    }
}

/// No two entries are the same message or a piece of it.
void expectNothingTwice(const Transcript &chat, unsigned seed)
{
    const auto texts = textsOf(chat);
    for (std::size_t i = 0; i < texts.size(); ++i)
        for (std::size_t j = 0; j < texts.size(); ++j)
            ASSERT_FALSE(i != j && texts[j].compare(0, texts[i].size(), texts[i]) == 0)
                << "seed " << seed << ": “" << texts[i] << "” and “" << texts[j] << "”";
}

void runWithCuts(unsigned seed, Ids ids)
{
    std::minstd_rand random(seed);
    Mirror mirror;
    Transcript chat(&mirror);
    mirror.of = &chat;
    FarEnd far;
    std::int64_t now = 1;
    for (int turn = 0; turn < 6; ++turn) {
        const std::string text = "question " + std::to_string(turn) + "?";
        chat.said(text, "me", ++now);
        // The cut may take the message itself with it.
        const bool neverArrives = random() % 8 == 0;
        if (!neverArrives)
            far.take(text, turn, random);
        const std::size_t cutAt = random() % (far.frames.size() + 2);
        for (std::size_t n = 0; n < cutAt && !far.frames.empty(); ++n)
            hear(chat, far.step(), ids, ++now);
        chat.cut();
        expectNothingTwice(chat, seed);
        // The far end goes on alone for a while; what it sends is lost.
        for (unsigned n = random() % 6; n > 0 && !far.frames.empty(); --n)
            far.step();
        // Signed in and subscribed first, then the history is read; frames may overtake it.
        const auto page = far.history;
        for (unsigned n = random() % 3; n > 0 && !far.frames.empty(); --n)
            hear(chat, far.step(), ids, ++now);
        chat.loaded(page, false);
        expectNothingTwice(chat, seed);
        while (!far.frames.empty()) {
            hear(chat, far.step(), ids, ++now);
            expectNothingTwice(chat, seed);
        }
    }
    // Everything that was stored is there, in its order; more is only what never arrived.
    std::vector<std::string> shown;
    for (const auto &entry : chat.entries())
        if (entry.state != ChatEntry::State::Unsure)
            shown.push_back(entry.record.text);
    std::vector<std::string> stored;
    for (const auto &message : far.history)
        stored.push_back(message.text);
    ASSERT_EQ(shown, stored) << "seed " << seed << ", ids " << int(ids);
}

} // namespace

TEST(TranscriptProperty, aHundredCutsLoseNothingAndShowNothingTwice)
{
    for (unsigned seed = 1; seed <= 100; ++seed) {
        runWithCuts(seed, Ids::Messages);
        if (testing::Test::HasFatalFailure())
            return;
    }
}

TEST(TranscriptProperty, aHundredCutsWithoutMessageIdsLoseNothingAndShowNothingTwice)
{
    for (unsigned seed = 1; seed <= 100; ++seed) {
        runWithCuts(seed, Ids::None);
        if (testing::Test::HasFatalFailure())
            return;
    }
}

TEST(TranscriptProperty, aHundredCutsOfNumberedPiecesLoseNothingAndShowNothingTwice)
{
    for (unsigned seed = 1; seed <= 100; ++seed) {
        runWithCuts(seed, Ids::Pieces);
        if (testing::Test::HasFatalFailure())
            return;
    }
}

namespace {

ChatRecord recorded(
    ChatKind kind, const std::string &text, std::int64_t atMs, std::int64_t latencyMs = 0)
{
    ChatRecord value = record(kind, text);
    value.atMs = atMs;
    if (latencyMs > 0)
        value.turn.emplace().latencyMs = latencyMs;
    return value;
}

/// Each line as it was heard, an answer with what it is to.
std::string heard(const std::vector<ChatRecord> &said)
{
    std::string text;
    for (const HeardLine &each : heardOrder(said)) {
        text += (text.empty() ? "" : " ") + said[each.line].text;
        if (each.question)
            text += ">" + said[*each.question].text;
    }
    return text;
}

} // namespace

TEST(HeardOrder, WhatWaitedForTheAnswerBeforeItKeepsItsOwn)
{
    EXPECT_EQ(
        heard({ recorded(ChatKind::User, "u1", 1000), recorded(ChatKind::User, "u2", 1100),
            recorded(ChatKind::User, "u3", 1200), recorded(ChatKind::Assistant, "a1", 4000, 2995),
            recorded(ChatKind::Assistant, "a2", 5000, 999),
            recorded(ChatKind::Assistant, "a3", 6000, 999) }),
        "u1 a1>u1 u2 a2>u2 u3 a3>u3");
}

TEST(HeardOrder, AnAnswerThatWaitedForAPersonComesLate)
{
    EXPECT_EQ(heard({ recorded(ChatKind::User, "u1", 1000), recorded(ChatKind::User, "u2", 9000),
                  recorded(ChatKind::Assistant, "a2", 10000, 999),
                  recorded(ChatKind::Assistant, "a1", 60000, 58990) }),
        "u1 u2 a2>u2 a1>u1");
}

TEST(HeardOrder, WhatGotNoAnswerTakesNobodyElses)
{
    EXPECT_EQ(
        heard({ recorded(ChatKind::User, "u1", 1000),
            recorded(ChatKind::Assistant, "a1", 2000, 995), recorded(ChatKind::User, "u2", 5000),
            recorded(ChatKind::User, "u3", 9000), recorded(ChatKind::Assistant, "a3", 9500, 495) }),
        "u1 a1>u1 u2 u3 a3>u3");
    EXPECT_EQ(heard({ recorded(ChatKind::User, "u1", 1000), recorded(ChatKind::User, "u2", 1100),
                  recorded(ChatKind::User, "u3", 1200),
                  recorded(ChatKind::Notice, "No answer: it failed", 4000),
                  recorded(ChatKind::Assistant, "a2", 5000, 999),
                  recorded(ChatKind::Assistant, "a3", 6000, 999) }),
        "u1 No answer: it failed u2 a2>u2 u3 a3>u3");
}

TEST(HeardOrder, APersonAnswersWhatWasSaidSoFar)
{
    EXPECT_EQ(heard({ recorded(ChatKind::User, "u1", 1000), recorded(ChatKind::User, "u2", 2000),
                  recorded(ChatKind::Person, "p", 3000), recorded(ChatKind::User, "u3", 5000),
                  recorded(ChatKind::Assistant, "a3", 5500, 495) }),
        "u1 u2 p>u2 u3 a3>u3");
}

TEST(HeardOrder, WithoutTimesTheOrderStays)
{
    EXPECT_EQ(heard({ record(ChatKind::Assistant, "hello"), record(ChatKind::User, "u1"),
                  record(ChatKind::User, "u2"), record(ChatKind::Assistant, "a") }),
        "hello u1 u2 a>u2");
    EXPECT_EQ(heard({}), "");
}

TEST(HeardOrder, AClockThatIsLateLosesNothing)
{
    EXPECT_EQ(heard({ recorded(ChatKind::User, "u1", 9000),
                  recorded(ChatKind::Assistant, "a1", 2000, 1000) }),
        "u1 a1>u1");
}
