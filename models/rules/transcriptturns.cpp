// SPDX-License-Identifier: GPL-3.0-only
// The turns of a conversation: what frames tell while an answer grows, waits and ends.
#include "models/rules/transcript.h"

#include <algorithm>

namespace signalbox::rules {

using State = ChatEntry::State;

namespace {

bool sameCall(const schema::ToolCall &left, const schema::ToolCall &right)
{
    return left.id.empty() || right.id.empty() ? left.tool == right.tool && left.state == "running"
                                               : left.id == right.id;
}

/// Puts the call as it is now among those that are known; where it stands.
std::size_t takeCall(std::vector<schema::ToolCall> &calls, schema::ToolCall &call)
{
    const auto at = std::find_if(calls.begin(), calls.end(),
        [&call](const schema::ToolCall &held) { return sameCall(held, call); });
    if (at == calls.end()) {
        calls.push_back(call);
        return calls.size() - 1;
    }
    if (call.arguments.text == "null")
        call.arguments = at->arguments;
    *at = call;
    return std::size_t(at - calls.begin());
}

void measure(const ChatTurn &turn, ChatRecord &record, std::int64_t nowMs)
{
    if (record.turn || !turn.open() || turn.sentMs == 0)
        return;
    record.turn.emplace();
    record.turn->latencyMs = nowMs - turn.sentMs;
    record.turn->firstChunkMs = turn.firstChunkMs > 0 ? turn.firstChunkMs - turn.sentMs : 0;
}

/// Finds the message that each answer is to.
class Pairing {
public:
    explicit Pairing(const std::vector<ChatRecord> &said)
        : m_said(said)
        , m_open(said.size())
        , m_heard(said.size())
    {
        for (std::size_t line = 0; line < said.size(); ++line) {
            m_open[line] = said[line].kind == ChatKind::User;
            m_heard[line].line = line;
            m_dated = m_dated && said[line].atMs > 0;
        }
    }
    [[nodiscard]] bool dated() const { return m_dated; } ///< all of it: else the order stays
    /// A turn's beginning; of all else when it was said.
    [[nodiscard]] std::int64_t began(std::size_t line) const
    {
        const ChatRecord &record = m_said[line];
        return record.atMs - (timed(record) ? record.turn->latencyMs : 0);
    }
    void take(std::size_t line);
    [[nodiscard]] std::vector<HeardLine> inOrder() const;

private:
    [[nodiscard]] bool timed(const ChatRecord &record) const
    {
        return m_dated && record.kind == ChatKind::Assistant && record.turn
            && record.turn->latencyMs > 0;
    }
    /// Of the messages before `line`.
    template <class Fits>
    [[nodiscard]] std::optional<std::size_t> first(std::size_t line, const Fits &fits) const
    {
        for (std::size_t at = 0; at < line; ++at)
            if (m_said[at].kind == ChatKind::User && fits(at))
                return at;
        return std::nullopt;
    }
    template <class Fits>
    [[nodiscard]] std::optional<std::size_t> last(std::size_t line, const Fits &fits) const
    {
        for (std::size_t at = line; at > 0; --at)
            if (m_said[at - 1].kind == ChatKind::User && fits(at - 1))
                return at - 1;
        return std::nullopt;
    }
    [[nodiscard]] std::optional<std::size_t> questionOf(std::size_t line) const;

    const std::vector<ChatRecord> &m_said;
    std::vector<bool> m_open; ///< messages that nothing has answered
    std::vector<HeardLine> m_heard;
    std::int64_t m_busyUntilMs = 0; ///< by the turns that were taken
    bool m_dated = true;
};

std::optional<std::size_t> Pairing::questionOf(std::size_t line) const
{
    const auto any = [](std::size_t) { return true; };
    const auto open = [this](std::size_t at) { return m_open[at]; };
    if (!timed(m_said[line]))
        return last(line, any);
    const auto fits = [this, byMs = began(line)](
                          std::size_t at) { return m_open[at] && m_said[at].atMs <= byMs; };
    const auto newest = last(line, fits);
    // Nothing waited when it was said after the turns before were over; else they go in order.
    if (newest && m_said[*newest].atMs >= m_busyUntilMs)
        return newest;
    if (const auto oldest = newest ? first(line, fits) : first(line, open))
        return oldest;
    return last(line, any);
}

void Pairing::take(std::size_t line)
{
    constexpr std::string_view noAnswer = "No answer: "; // how our gateway says it
    const ChatRecord &record = m_said[line];
    if (record.kind == ChatKind::Notice) {
        if (!record.text.starts_with(noAnswer))
            return;
        if (const auto failed = first(line, [this](std::size_t at) { return m_open[at]; }))
            m_open[*failed] = false;
    } else {
        const auto question = questionOf(line);
        m_heard[line].question = question;
        if (question)
            m_open[*question] = false;
    }
    if (record.kind == ChatKind::Person) // answers all that was said so far
        std::fill(m_open.begin(), m_open.begin() + std::ptrdiff_t(line), false);
    else
        m_busyUntilMs = std::max(m_busyUntilMs, record.atMs);
}

std::vector<HeardLine> Pairing::inOrder() const
{
    std::vector<HeardLine> order = m_heard;
    if (!m_dated)
        return order;
    std::vector<std::int64_t> heardMs;
    for (const ChatRecord &record : m_said)
        heardMs.push_back(record.atMs);
    for (const HeardLine &heard : m_heard)
        if (heard.question && timed(m_said[heard.line]))
            heardMs[*heard.question] = std::max(heardMs[*heard.question], began(heard.line));
    for (const HeardLine &heard : m_heard)
        if (heard.question) // whatever clocks say
            heardMs[heard.line] = std::max(heardMs[heard.line], heardMs[*heard.question]);
    std::stable_sort(order.begin(), order.end(),
        [&heardMs](const auto &a, const auto &b) { return heardMs[a.line] < heardMs[b.line]; });
    return order;
}

} // namespace

std::vector<HeardLine> heardOrder(const std::vector<ChatRecord> &said)
{
    Pairing pairing(said);
    std::vector<std::size_t> answers;
    for (std::size_t line = 0; line < said.size(); ++line)
        if (said[line].kind != ChatKind::User)
            answers.push_back(line);
    if (pairing.dated()) // turns begin in the order of their questions, whenever they end
        std::stable_sort(answers.begin(), answers.end(), [&pairing](std::size_t a, std::size_t b) {
            return pairing.began(a) < pairing.began(b);
        });
    for (const std::size_t line : answers)
        pairing.take(line);
    return pairing.inOrder();
}

int Transcript::current() const
{
    for (int turn = int(m_turns.size()) - 1; turn >= 0; --turn)
        if (const ChatTurn &one = m_turns[std::size_t(turn)];
            one.open() && one.state != TurnState::Waiting)
            return turn;
    return -1;
}

int Transcript::turnOf(const std::string &answer) const
{
    for (int turn = answer.empty() ? -1 : int(m_turns.size()) - 1; turn >= 0; --turn)
        if (m_turns[std::size_t(turn)].answer == answer)
            return turn;
    return -1;
}

/// The turn that gives the answer `id`: known to, or the one that runs, or a new one.
ChatTurn &Transcript::openTurn(std::int64_t nowMs, const std::string &id)
{
    int turn = turnOf(id);
    if (turn < 0) {
        turn = current();
        if (turn >= 0 && !id.empty() && !m_turns[std::size_t(turn)].answer.empty())
            turn = -1;
    }
    if (turn < 0) {
        if (m_turns.size() >= turnLimit)
            m_turns.erase(m_turns.begin());
        ChatTurn fresh;
        fresh.number = m_next++;
        fresh.state = TurnState::Sent;
        fresh.sentMs = nowMs;
        m_turns.push_back(std::move(fresh));
        turn = int(m_turns.size()) - 1;
    }
    sign(nowMs);
    ChatTurn &found = m_turns[std::size_t(turn)];
    if (!id.empty())
        found.answer = id;
    return found;
}

void Transcript::end(int turn, TurnState state, std::int64_t nowMs, const std::string &error)
{
    m_typing = false;
    if (turn < 0 || !m_turns[std::size_t(turn)].open())
        return;
    ChatTurn &one = m_turns[std::size_t(turn)];
    one.state = state;
    one.doneMs = nowMs;
    one.error = error;
}

void Transcript::said(const std::string &text, const std::string &author, std::int64_t nowMs)
{
    end(current(), TurnState::Failed, nowMs, "the next message was sent before an answer came");
    ChatTurn &turn = openTurn(nowMs);
    m_broken = false;
    turn.said = text;
    ChatRecord record;
    record.kind = ChatKind::User;
    record.author = author;
    record.text = text;
    record.atMs = nowMs;
    add(std::move(record), State::Sending);
}

void Transcript::sendingFailed(const std::string &why)
{
    for (int row = int(m_entries.size()) - 1; row >= 0; --row) {
        ChatEntry &entry = m_entries[std::size_t(row)];
        if (entry.record.kind == ChatKind::User && entry.state == State::Sending) {
            entry.state = State::Unsure;
            touch(row);
            break;
        }
    }
    if (const int turn = current(); turn >= 0)
        end(turn, TurnState::Failed, m_turns[std::size_t(turn)].sentMs, why);
}

void Transcript::typing(std::int64_t nowMs)
{
    ChatTurn &turn = openTurn(nowMs);
    if (turn.typingMs == 0)
        turn.typingMs = nowMs;
    if (turn.state == TurnState::Sent) {
        turn.state = TurnState::Typing;
        if (!turn.cut)
            m_owed.clear(); // frames come in order: nothing of an earlier turn is still on its way
    }
    m_typing = m_streaming == 0;
}

/// Row of the turn's answer; a new one when there is none. What was told of it before its id was
/// known, or before a cut, goes on.
int Transcript::growing(ChatTurn &turn, std::int64_t nowMs, const std::string &id)
{
    int row = rowOfId(id);
    if (row < 0) {
        row = rowOfNumber(turn.row > 0 || !id.empty() ? turn.row : m_streaming);
        if (row >= 0) {
            const ChatEntry &entry = m_entries[std::size_t(row)];
            if (!entry.grows() || (!id.empty() && !entry.local()))
                row = -1;
        }
    }
    if (row < 0) {
        ChatRecord record;
        record.id = id;
        record.kind = ChatKind::Assistant;
        record.atMs = nowMs;
        row = add(std::move(record), State::Streaming);
    }
    ChatEntry &entry = m_entries[std::size_t(row)];
    if (entry.local() && !id.empty()) {
        entry.record.id = id;
        m_ids.insert(id);
    }
    entry.state = State::Streaming;
    m_streaming = turn.row = entry.number;
    return row;
}

/// A piece of its text has come.
void Transcript::streamed(ChatTurn &turn, std::int64_t nowMs)
{
    if (turn.firstChunkMs == 0)
        turn.firstChunkMs = nowMs;
    if (turn.open())
        turn.state = TurnState::Streaming;
    ++turn.chunks;
    m_typing = false;
}

void Transcript::piece(
    const std::string &id, std::int64_t offset, std::string_view text, std::int64_t nowMs)
{
    const int known = rowOfId(id);
    if (known >= 0 && !m_entries[std::size_t(known)].grows())
        return; // it is there as a whole
    ChatTurn &turn = openTurn(nowMs, id);
    streamed(turn, nowMs);
    const int row = growing(turn, nowMs, id);
    ChatEntry &entry = m_entries[std::size_t(row)];
    const std::int64_t end = entry.missing + std::int64_t(entry.record.text.size());
    if (offset > end) { // pieces are missing: what is shown begins here
        entry.record.text = text;
        entry.missing = offset;
    } else if (offset + std::int64_t(text.size()) > end) {
        entry.record.text += text.substr(std::size_t(end - offset));
    }
    touch(row);
}

void Transcript::delivered(const std::string &id)
{
    if (id.empty() || rowOfId(id) >= 0)
        return;
    int found = -1;
    for (int row = int(m_entries.size()) - 1; row >= 0; --row) {
        const ChatEntry &entry = m_entries[std::size_t(row)];
        if (entry.record.kind == ChatKind::User && entry.local()
            && (found < 0 || entry.state == State::Sending))
            found = row;
    }
    if (found < 0)
        return;
    ChatEntry &entry = m_entries[std::size_t(found)];
    entry.record.id = id;
    m_ids.insert(id);
    entry.state = State::Settled;
    touch(found);
}

void Transcript::chunk(std::string_view text, std::int64_t nowMs, const std::string &id)
{
    const int known = rowOfId(id);
    if (known >= 0 && !m_entries[std::size_t(known)].grows())
        return; // it is there as a whole
    if (id.empty() && !isOpen() && !m_owed.empty())
        return; // the rest of an answer that the history already told
    ChatTurn &turn = openTurn(nowMs, id);
    streamed(turn, nowMs);
    if (m_broken)
        return; // its beginning was lost; the whole comes with the end
    const int row = growing(turn, nowMs, id);
    m_entries[std::size_t(row)].record.text += text;
    touch(row);
}

bool Transcript::owedTaken(const std::string &text)
{
    const auto at = std::find(m_owed.begin(), m_owed.end(), text);
    if (at == m_owed.end())
        return false;
    m_owed.erase(m_owed.begin(), at + 1);
    return true;
}

void Transcript::answered(const ChatRecord &record, std::int64_t nowMs)
{
    sign(nowMs);
    int turn = turnOf(record.id);
    if (const int known = rowOfId(record.id); known >= 0)
        return settleTurn(turn, known, record, nowMs);
    // Told by the history before its own frame came.
    if (record.id.empty() && m_streaming == 0 && owedTaken(record.text)) {
        m_broken = false;
        return;
    }
    ChatRecord value = record;
    value.kind = ChatKind::Assistant;
    if (value.atMs == 0)
        value.atMs = nowMs;
    if (turn < 0)
        turn = current();
    if (turn >= 0 && !value.id.empty() && !m_turns[std::size_t(turn)].answer.empty()
        && m_turns[std::size_t(turn)].answer != value.id)
        turn = -1; // it gives another one
    int row = rowOfNumber(m_streaming);
    if (turn >= 0) {
        const ChatTurn &ran = m_turns[std::size_t(turn)];
        measure(ran, value, nowMs);
        if (ran.row > 0)
            row = rowOfNumber(ran.row);
    }
    if (row >= 0) {
        const ChatEntry &entry = m_entries[std::size_t(row)];
        if (!entry.grows() || (!value.id.empty() && !entry.local()))
            row = -1;
    }
    if (row < 0)
        row = localFor(value);
    if (row >= 0 && value.id.empty() && m_entries[std::size_t(row)].state == State::Complete)
        row = -1; // the same words a second time
    const auto state = value.id.empty() ? State::Complete : State::Settled;
    if (row < 0) {
        add(std::move(value), state);
    } else {
        value.keepKnown(m_entries[std::size_t(row)].record);
        m_ids.insert(value.id);
        m_entries[std::size_t(row)].record = std::move(value);
        m_entries[std::size_t(row)].state = state;
        touch(row);
    }
    m_streaming = 0;
    m_broken = false;
    end(turn, TurnState::Done, nowMs);
}

/// The whole of an answer whose row is there.
void Transcript::settleTurn(int turn, int row, const ChatRecord &record, std::int64_t nowMs)
{
    ChatRecord value = record;
    if (turn >= 0)
        measure(m_turns[std::size_t(turn)], value, nowMs);
    settle(row, value);
    if (turn < 0) {
        // A late word about an earlier turn does not end this one.
        for (int later = row + 1; later < int(m_entries.size()); ++later)
            if (m_entries[std::size_t(later)].record.kind == ChatKind::User)
                return;
        turn = current();
    }
    m_broken = false;
    end(turn, TurnState::Done, nowMs);
}

void Transcript::toldAgain(const ChatRecord &record)
{
    if (const int known = rowOfId(record.id); known >= 0)
        settle(known, record);
}

void Transcript::arrived(const ChatRecord &record, std::int64_t nowMs)
{
    if (record.kind == ChatKind::Assistant)
        return answered(record, nowMs);
    int row = rowOfId(record.id);
    if (row < 0)
        row = localFor(record);
    if (row >= 0) {
        settle(row, record);
        return;
    }
    if (record.kind == ChatKind::User)
        openTurn(record.atMs > 0 ? record.atMs : nowMs).said = record.text;
    if (record.kind == ChatKind::Person)
        end(current(), TurnState::Done, nowMs);
    add(record, State::Settled);
}

void Transcript::tool(const schema::ToolCall &call, std::int64_t nowMs, const std::string &id)
{
    schema::ToolCall value = call;
    int row = rowOfId(id);
    if (row < 0)
        row = rowOfCall(call.id);
    if (row >= 0 && !m_entries[std::size_t(row)].grows()) {
        if (id.empty()) { // else it was told with the whole
            takeCall(m_entries[std::size_t(row)].record.tools, value);
            touch(row);
        }
        return;
    }
    const auto mine = std::find_if(m_turns.begin(), m_turns.end(), [&](const ChatTurn &turn) {
        return row >= 0 && turn.row == m_entries[std::size_t(row)].number;
    });
    ChatTurn &turn = mine == m_turns.end() ? openTurn(nowMs, id) : *mine;
    sign(nowMs);
    const std::size_t at = takeCall(turn.tools, value);
    if (at == turn.toolStartMs.size())
        turn.toolStartMs.push_back(nowMs);
    else if (value.durationMs == 0 && value.state != "running" && value.state != "waiting")
        turn.tools[at].durationMs = value.durationMs = nowMs - turn.toolStartMs[at];
    m_typing = false;
    row = growing(turn, nowMs, id);
    takeCall(m_entries[std::size_t(row)].record.tools, value);
    if (value.state == "waiting" && turn.open()) {
        turn.state = TurnState::Waiting;
        m_streaming = 0; // what comes next may be the answer of another turn
    } else {
        goesOn(turn);
    }
    touch(row);
}

void Transcript::goesOn(ChatTurn &turn)
{
    if (turn.state == TurnState::Waiting && !waits(turn.tools))
        turn.state = TurnState::Typing;
}

void Transcript::decided(const std::string &callId, std::int64_t nowMs)
{
    for (ChatTurn &turn : m_turns)
        for (auto &call : turn.tools) {
            if (call.id != callId || turn.state != TurnState::Waiting)
                continue;
            call.state = "running";
            m_broken = false; // whoever hears this hears the rest
            sign(nowMs);
            goesOn(turn);
            if (const int row = rowOfNumber(turn.row); row >= 0) {
                takeCall(m_entries[std::size_t(row)].record.tools, call);
                touch(row);
            }
            return;
        }
}

bool Transcript::waitsFor(const std::string &callId) const
{
    return std::any_of(m_turns.begin(), m_turns.end(), [&callId](const ChatTurn &turn) {
        return turn.state == TurnState::Waiting
            && std::any_of(turn.tools.begin(), turn.tools.end(),
                [&callId](const auto &call) { return call.id == callId; });
    });
}

void Transcript::escalated(const std::string &reason, std::int64_t nowMs)
{
    if (!m_turns.empty())
        m_turns[std::size_t(isOpen() ? current() : int(m_turns.size()) - 1)].escalated = true;
    // No other frame may say that it arrived.
    for (std::size_t row = 0; row < m_entries.size(); ++row)
        if (m_entries[row].state == State::Sending) {
            m_entries[row].state = State::Complete;
            touch(int(row));
        }
    notice(reason, nowMs);
}

void Transcript::notice(const std::string &text, std::int64_t nowMs)
{
    ChatRecord record;
    record.kind = ChatKind::Notice;
    record.text = text;
    record.atMs = nowMs;
    add(std::move(record), State::Complete);
}

/// What has come of an answer stays, marked as a piece.
void Transcript::interrupt()
{
    if (const int row = rowOfNumber(m_streaming); row >= 0) {
        m_entries[std::size_t(row)].state = State::Interrupted;
        touch(row);
    }
    m_streaming = 0;
}

void Transcript::failed(const std::string &why, std::int64_t nowMs)
{
    end(current(), TurnState::Failed, nowMs, why);
    interrupt();
}

void Transcript::cut()
{
    m_typing = false;
    m_wasCut = true;
    m_cutMark = m_next;
    m_broken = false;
    m_owed.clear();
    for (ChatTurn &turn : m_turns)
        if (turn.open())
            m_broken = turn.cut = true;
    interrupt();
}

void Transcript::tick(std::int64_t nowMs)
{
    if (!isOpen() || nowMs - m_lastSignMs < answerLimitMs)
        return;
    end(current(), TurnState::TimedOut, nowMs, "no sign for two minutes");
    interrupt();
}

} // namespace signalbox::rules
