// SPDX-License-Identifier: GPL-3.0-only
// What was said in one conversation, put together from history (authoritative), pushed frames
// (early, may be cut off at any place) and what we sent ourselves. Pure: time is handed in.
// Contract tenant-platform §4: after a lost socket nothing is shown twice and nothing is lost.
#pragma once

#include "models/schema/conversation.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace signalbox::rules {

enum class ChatKind { User, Assistant, Person, Notice };

/// One of them waits for a person.
[[nodiscard]] bool waits(const std::vector<schema::ToolCall> &calls);

/// One line of a conversation. From history it has an id; from a frame perhaps not.
struct ChatRecord {
    ChatKind kind = ChatKind::User;
    std::string id;
    std::string author;
    std::string text;
    std::int64_t atMs = 0; ///< Unix time
    std::vector<schema::ToolCall> tools {}; ///< of an assistant's answer
    std::optional<schema::TurnFigures> turn {};
    std::optional<schema::Delivery> delivery {}; ///< to another channel than the web
    std::vector<schema::MediaAttachment> attachments {}; ///< shown, never loaded by themselves
    bool operator==(const ChatRecord &) const = default;
    /// What the frames told, as `held`, and the history does not know stays.
    void keepKnown(const ChatRecord &held);
};

/// One line of a recorded conversation, as its agent came to hear it.
struct HeardLine {
    std::size_t line = 0; ///< in the record
    std::optional<std::size_t> question {}; ///< that it answers, a line of the record
    bool operator==(const HeardLine &) const = default;
};
/// The record (oldest first) in the order that the agent heard it: a message that waited for the
/// answer to the one before it comes after that answer. Which message an answer is to is told by
/// when its turn began, so that late answers, and messages that never got one, keep their places;
/// without figures it is the last one said.
[[nodiscard]] std::vector<HeardLine> heardOrder(const std::vector<ChatRecord> &said);

struct ChatEntry {
    /// Unsure: sent, then the socket was lost, and the history does not have it.
    enum class State { Settled, Sending, Streaming, Complete, Interrupted, Unsure };
    std::uint64_t number = 0; ///< ours; never changes while the entry is there
    State state = State::Settled;
    ChatRecord record;
    std::int64_t missing = 0; ///< bytes at its beginning that were not heard, while it grows
    bool operator==(const ChatEntry &) const = default;
    [[nodiscard]] bool local() const { return record.id.empty(); } ///< not known to the history
    [[nodiscard]] bool grows() const
    {
        return state == State::Streaming || state == State::Interrupted;
    }
};

/// Waiting: one of its calls waits for a person; it goes on when that is decided, and until then
/// the next message may be said and answered.
enum class TurnState { Idle, Sent, Typing, Streaming, Waiting, Done, TimedOut, Failed };

/// Times of one turn, Unix ms, 0 = it did not come to that.
struct ChatTurn {
    std::uint64_t number = 0;
    TurnState state = TurnState::Idle;
    std::string said;
    std::int64_t sentMs = 0;
    std::int64_t typingMs = 0;
    std::int64_t firstChunkMs = 0;
    std::int64_t doneMs = 0;
    std::int64_t chunks = 0;
    std::vector<schema::ToolCall> tools;
    std::vector<std::int64_t> toolStartMs; ///< one for each of them
    std::string answer; ///< id of its answer, "" not known yet
    std::uint64_t row = 0; ///< number of the entry that is its answer, 0 none yet
    bool escalated = false;
    bool cut = false; ///< the socket was lost meanwhile
    std::string error;
    [[nodiscard]] bool open() const
    {
        return state == TurnState::Sent || state == TurnState::Typing
            || state == TurnState::Streaming || state == TurnState::Waiting;
    }
};

class Transcript {
public:
    /// Told before and after each change, so that an item model can follow.
    struct Watch {
        virtual ~Watch() = default;
        virtual void inserting(int first, int last) = 0;
        virtual void inserted() = 0;
        virtual void removing(int first, int last) = 0;
        virtual void removed() = 0;
        virtual void changed(int row) = 0;
    };
    static constexpr std::int64_t answerLimitMs = 120'000; ///< without a sign: timed out
    static constexpr std::size_t turnLimit = 500; ///< older turns are let go

    explicit Transcript(Watch *watch = nullptr)
        : m_watch(watch)
    {
    }

    void clear();
    /// The newest page of the history, oldest first: the first time, and after a lost socket.
    void loaded(const std::vector<ChatRecord> &page, bool hasOlder);
    void older(const std::vector<ChatRecord> &page, bool hasOlder);

    void said(const std::string &text, const std::string &author, std::int64_t nowMs);
    void sendingFailed(const std::string &why); ///< the last said never left
    /// What was said first of what is still on its way is stored under this id.
    void delivered(const std::string &id);
    void typing(std::int64_t nowMs);
    /// `id` of the answer that it belongs to; "": of the turn that runs.
    void chunk(std::string_view text, std::int64_t nowMs, const std::string &id = {});
    /// A piece of the answer that will be stored as `id`; `offset` bytes of it came before. Pieces
    /// told twice count once; where pieces are missing only what follows is shown.
    void piece(
        const std::string &id, std::int64_t offset, std::string_view text, std::int64_t nowMs);
    /// A whole answer; `id` "" where the frame has none.
    void answered(const ChatRecord &record, std::int64_t nowMs);
    /// A message with an id that somebody else caused (an event).
    void arrived(const ChatRecord &record, std::int64_t nowMs);
    /// A stored message is told again, as what becomes of its delivery. One that is not here comes
    /// with its page of the history.
    void toldAgain(const ChatRecord &record);
    /// Begins, waits or ends: calls are told apart by their id, without one by their name. `id` of
    /// the answer, "" where it is not told. A turn whose call waits keeps its place.
    void tool(const schema::ToolCall &call, std::int64_t nowMs, const std::string &id = {});
    /// A person (or the end of the time) has decided: the turn that waited goes on.
    void decided(const std::string &callId, std::int64_t nowMs);
    [[nodiscard]] bool waitsFor(const std::string &callId) const;
    void typingEnded() { m_typing = false; }
    void escalated(const std::string &reason, std::int64_t nowMs);
    void notice(const std::string &text, std::int64_t nowMs);
    void failed(const std::string &why, std::int64_t nowMs);
    /// Nothing more will come: a thread that was handed to a person need not answer.
    void handedOver(std::int64_t nowMs) { end(current(), TurnState::Done, nowMs); }
    void cut(); ///< the socket is lost
    void tick(std::int64_t nowMs); ///< a turn without an end ends as timed out

    [[nodiscard]] const std::vector<ChatEntry> &entries() const { return m_entries; }
    [[nodiscard]] const std::vector<ChatTurn> &turns() const { return m_turns; }
    [[nodiscard]] const ChatTurn *turn() const
    {
        return m_turns.empty() ? nullptr : &m_turns.back();
    }
    [[nodiscard]] TurnState state() const
    {
        return m_turns.empty() ? TurnState::Idle : m_turns.back().state;
    }
    [[nodiscard]] bool isTyping() const { return m_typing; }
    [[nodiscard]] bool hasOlder() const { return m_hasOlder; }
    [[nodiscard]] std::string oldestId() const; ///< of the history, "" none

private:
    ChatTurn &openTurn(std::int64_t nowMs, const std::string &id = {});
    void sign(std::int64_t nowMs) { m_lastSignMs = nowMs; }
    void end(int turn, TurnState state, std::int64_t nowMs, const std::string &error = {});
    int add(ChatRecord record, ChatEntry::State state);
    int insert(int at, ChatRecord record, ChatEntry::State state);
    void remove(int at);
    void touch(int at);
    void settle(int at, const ChatRecord &record);
    int move(int from, int to);
    int growing(ChatTurn &turn, std::int64_t nowMs, const std::string &id);
    void streamed(ChatTurn &turn, std::int64_t nowMs);
    void settleTurn(int turn, int row, const ChatRecord &record, std::int64_t nowMs);
    void goesOn(ChatTurn &turn);
    void interrupt();
    /// The youngest turn that runs and waits for nobody; -1 none.
    [[nodiscard]] int current() const;
    [[nodiscard]] int turnOf(const std::string &answer) const; ///< that is known to give it; -1
    [[nodiscard]] bool isOpen() const { return current() >= 0; }
    [[nodiscard]] bool isParked(int row) const;
    [[nodiscard]] int rowOfCall(const std::string &callId) const;
    [[nodiscard]] int rowOfId(const std::string &id) const;
    [[nodiscard]] int rowOfNumber(std::uint64_t number) const;
    [[nodiscard]] int localFor(const ChatRecord &record) const;
    void place(const ChatRecord &record, int &position);
    void reconcile(const std::vector<ChatRecord> &page);
    bool owedTaken(const std::string &text);

    Watch *m_watch;
    std::vector<ChatEntry> m_entries;
    std::unordered_set<std::string> m_ids; ///< of them all: most that is told is new
    std::vector<ChatTurn> m_turns;
    std::uint64_t m_next = 1;
    std::uint64_t m_streaming = 0; ///< number of the answer that grows, 0 none
    /// Answers that the history told while their frames may still be on their way.
    std::vector<std::string> m_owed;
    std::int64_t m_lastSignMs = 0;
    bool m_typing = false;
    bool m_hasOlder = false;
    std::uint64_t m_cutMark = 0; ///< numbers from here on are younger than the last cut
    bool m_wasCut = false; ///< and the history was not read since
    bool m_catchesUp = false; ///< what a cut turn waited for may be in the page that is read
    bool m_broken = false; ///< chunks were lost: what comes until the end is not the whole
};

} // namespace signalbox::rules
