// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/transcript.h"

#include <algorithm>

namespace signalbox::rules {

namespace {

using State = ChatEntry::State;

bool local(const ChatEntry &entry)
{
    return entry.record.id.empty();
}

bool grows(const ChatEntry &entry)
{
    return entry.state == State::Streaming || entry.state == State::Interrupted;
}

/// Is this what we already show, only without its id?
bool sameThing(const ChatEntry &entry, const ChatRecord &record)
{
    const ChatRecord &held = entry.record;
    if (!local(entry) || held.kind != record.kind)
        return false;
    if (held.kind == ChatKind::Assistant && grows(entry))
        return record.text.compare(0, held.text.size(), held.text) == 0;
    return held.text == record.text;
}

bool sameCall(const schema::ToolCall &left, const schema::ToolCall &right)
{
    return left.id.empty() || right.id.empty() ? left.tool == right.tool && left.state == "running"
                                               : left.id == right.id;
}

/// What the frames told and the history does not know stays.
void keepKnown(const ChatRecord &held, ChatRecord &record)
{
    if (!record.turn)
        record.turn = held.turn;
    if (record.author.empty())
        record.author = held.author;
    if (record.tools.empty())
        record.tools = held.tools;
}

} // namespace

void Transcript::clear()
{
    if (!m_entries.empty()) {
        if (m_watch)
            m_watch->removing(0, int(m_entries.size()) - 1);
        m_entries.clear();
        m_ids.clear();
        if (m_watch)
            m_watch->removed();
    }
    m_turns.clear();
    m_owed.clear();
    m_streaming = 0;
    m_typing = m_hasOlder = m_broken = m_wasCut = false;
}

// ---- rows ----

int Transcript::insert(int at, ChatRecord record, State state)
{
    if (m_watch)
        m_watch->inserting(at, at);
    m_ids.insert(record.id);
    m_entries.insert(m_entries.begin() + at, ChatEntry { m_next++, state, std::move(record) });
    if (m_watch)
        m_watch->inserted();
    return at;
}

int Transcript::add(ChatRecord record, State state)
{
    return insert(int(m_entries.size()), std::move(record), state);
}

void Transcript::remove(int at)
{
    if (m_watch)
        m_watch->removing(at, at);
    m_ids.erase(m_entries[std::size_t(at)].record.id);
    m_entries.erase(m_entries.begin() + at);
    if (m_watch)
        m_watch->removed();
}

void Transcript::touch(int at)
{
    if (m_watch)
        m_watch->changed(at);
}

int Transcript::move(int from, int to)
{
    if (from == to)
        return to;
    ChatEntry entry = m_entries[std::size_t(from)];
    remove(from);
    if (m_watch)
        m_watch->inserting(to, to);
    m_ids.insert(entry.record.id);
    m_entries.insert(m_entries.begin() + to, std::move(entry));
    if (m_watch)
        m_watch->inserted();
    return to;
}

void Transcript::settle(int at, const ChatRecord &record)
{
    ChatEntry &entry = m_entries[std::size_t(at)];
    ChatRecord value = record;
    keepKnown(entry.record, value);
    if (entry.number == m_streaming)
        m_streaming = 0;
    if (entry.state == State::Settled && entry.record == value)
        return;
    entry.record = std::move(value);
    m_ids.insert(entry.record.id);
    entry.state = State::Settled;
    entry.missing = 0;
    touch(at);
}

int Transcript::rowOfId(const std::string &id) const
{
    if (id.empty() || !m_ids.contains(id))
        return -1;
    for (int row = int(m_entries.size()) - 1; row >= 0; --row)
        if (m_entries[std::size_t(row)].record.id == id)
            return row;
    return -1;
}

int Transcript::rowOfNumber(std::uint64_t number) const
{
    if (number == 0)
        return -1;
    for (int row = int(m_entries.size()) - 1; row >= 0; --row)
        if (m_entries[std::size_t(row)].number == number)
            return row;
    return -1;
}

int Transcript::localFor(const ChatRecord &record) const
{
    for (std::size_t row = 0; row < m_entries.size(); ++row)
        if (sameThing(m_entries[row], record))
            return int(row);
    return -1;
}

std::string Transcript::oldestId() const
{
    for (const auto &entry : m_entries)
        if (!local(entry))
            return entry.record.id;
    return {};
}

// ---- history ----

/// Puts a record of the history where it belongs; `position` is the row after the last one put.
void Transcript::place(const ChatRecord &record, int &position)
{
    int row = rowOfId(record.id);
    if (row < 0) {
        row = localFor(record);
        if (row >= 0) {
            const auto was = m_entries[std::size_t(row)].state;
            // Its last frame may still come, now that somebody listens again.
            if (m_wasCut && record.kind == ChatKind::Assistant && was != State::Complete)
                m_owed.push_back(record.text);
            if (row < position)
                row = move(row, position - 1);
        } else {
            row = insert(position, record, State::Settled);
            if (m_wasCut && record.kind == ChatKind::Assistant)
                m_owed.push_back(record.text);
        }
    }
    settle(row, record);
    position = std::max(position, row + 1);
}

void Transcript::reconcile(const std::vector<ChatRecord> &page)
{
    // Where nothing of the page is known, all that is here came later: pushed, or our own.
    int position = 0;
    for (const auto &record : page)
        if (const int row = rowOfId(record.id); row >= 0) {
            position = row;
            break;
        }
    for (const auto &record : page)
        place(record, position);
}

void Transcript::loaded(const std::vector<ChatRecord> &page, bool hasOlder)
{
    const bool first =
        std::none_of(m_entries.begin(), m_entries.end(), [](const auto &e) { return !local(e); });
    const bool known = std::any_of(
        page.begin(), page.end(), [this](const auto &record) { return rowOfId(record.id) >= 0; });
    if (!first && !known && hasOlder) {
        // More was said than one page holds: what lies between is read on the way back.
        for (int row = int(m_entries.size()) - 1; row >= 0; --row)
            if (const ChatEntry &entry = m_entries[std::size_t(row)];
                !local(entry) && entry.number < m_cutMark)
                remove(row);
        m_hasOlder = true;
    } else if (first) {
        m_hasOlder = hasOlder;
    }
    const bool wasOpen = isOpen();
    const std::size_t owed = m_owed.size();
    reconcile(page);
    // The answer that a cut turn waited for was in the history.
    if (wasOpen && m_turns.back().cut && m_owed.size() > owed)
        end(TurnState::Done, m_turns.back().doneMs);
    bool unsure = false;
    for (std::size_t row = 0; row < m_entries.size(); ++row)
        if (m_wasCut && m_entries[row].state == State::Sending) {
            m_entries[row].state = State::Unsure;
            unsure = true;
            touch(int(row));
        }
    // What never arrived is never answered: nobody waits two minutes for that.
    if (unsure && isOpen() && m_turns.back().cut && m_turns.back().typingMs == 0)
        end(TurnState::Failed, m_lastSignMs, "the connection was lost before the message arrived");
    m_wasCut = false;
}

void Transcript::older(const std::vector<ChatRecord> &page, bool hasOlder)
{
    m_hasOlder = hasOlder;
    std::vector<const ChatRecord *> fresh;
    for (const auto &record : page)
        if (rowOfId(record.id) < 0)
            fresh.push_back(&record);
    if (fresh.empty())
        return;
    if (m_watch)
        m_watch->inserting(0, int(fresh.size()) - 1);
    std::vector<ChatEntry> entries;
    entries.reserve(fresh.size() + m_entries.size());
    for (const auto *record : fresh) {
        m_ids.insert(record->id);
        entries.push_back({ m_next++, State::Settled, *record });
    }
    std::move(m_entries.begin(), m_entries.end(), std::back_inserter(entries));
    m_entries = std::move(entries);
    if (m_watch)
        m_watch->inserted();
}

// ---- turns ----

ChatTurn &Transcript::openTurn(std::int64_t nowMs)
{
    if (!isOpen()) {
        if (m_turns.size() >= turnLimit)
            m_turns.erase(m_turns.begin());
        ChatTurn turn;
        turn.number = m_next++;
        turn.state = TurnState::Sent;
        turn.sentMs = nowMs;
        m_turns.push_back(std::move(turn));
    }
    sign(nowMs);
    return m_turns.back();
}

void Transcript::end(TurnState state, std::int64_t nowMs, const std::string &error)
{
    m_typing = false;
    if (!isOpen())
        return;
    ChatTurn &turn = m_turns.back();
    turn.state = state;
    turn.doneMs = nowMs;
    turn.error = error;
}

void Transcript::said(const std::string &text, const std::string &author, std::int64_t nowMs)
{
    if (isOpen())
        end(TurnState::Failed, nowMs, "the next message was sent before an answer came");
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
    if (isOpen())
        end(TurnState::Failed, m_turns.back().sentMs, why);
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

/// Row of the answer that grows; a new one when there is none.
int Transcript::growing(std::int64_t nowMs, const std::string &id)
{
    int row = id.empty() ? rowOfNumber(m_streaming) : rowOfId(id);
    if (row >= 0)
        return row;
    if (id.empty() && isOpen() && m_turns.back().cut) {
        // What the turn had begun before the cut goes on.
        for (row = int(m_entries.size()) - 1; row >= 0; --row) {
            ChatEntry &entry = m_entries[std::size_t(row)];
            if (entry.record.kind == ChatKind::User)
                break;
            if (!local(entry) || entry.state != State::Interrupted)
                continue;
            entry.state = State::Streaming;
            m_streaming = entry.number;
            return row;
        }
    }
    ChatRecord record;
    record.id = id;
    record.kind = ChatKind::Assistant;
    record.atMs = nowMs;
    row = add(std::move(record), State::Streaming);
    m_streaming = m_entries[std::size_t(row)].number;
    return row;
}

void Transcript::piece(
    const std::string &id, std::int64_t offset, std::string_view text, std::int64_t nowMs)
{
    const int known = rowOfId(id);
    if (known >= 0 && !grows(m_entries[std::size_t(known)]))
        return; // it is there as a whole
    ChatTurn &turn = openTurn(nowMs);
    if (turn.firstChunkMs == 0)
        turn.firstChunkMs = nowMs;
    turn.state = TurnState::Streaming;
    ++turn.chunks;
    m_typing = false;
    const int row = growing(nowMs, id);
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
    for (int row = int(m_entries.size()) - 1; row >= 0; --row) {
        ChatEntry &entry = m_entries[std::size_t(row)];
        if (entry.record.kind != ChatKind::User || !local(entry))
            continue;
        entry.record.id = id;
        m_ids.insert(id);
        entry.state = State::Settled;
        return touch(row);
    }
}

void Transcript::chunk(std::string_view text, std::int64_t nowMs)
{
    if (!isOpen() && !m_owed.empty())
        return; // the rest of an answer that the history already told
    ChatTurn &turn = openTurn(nowMs);
    if (turn.firstChunkMs == 0)
        turn.firstChunkMs = nowMs;
    turn.state = TurnState::Streaming;
    ++turn.chunks;
    m_typing = false;
    if (m_broken)
        return; // its beginning was lost; the whole comes with the end
    const int row = growing(nowMs);
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
    if (const int known = rowOfId(record.id); known >= 0) {
        settle(known, record);
        // A late word about an earlier turn does not end this one.
        for (int row = known + 1; row < int(m_entries.size()); ++row)
            if (m_entries[std::size_t(row)].record.kind == ChatKind::User)
                return;
        m_broken = false;
        return end(TurnState::Done, nowMs);
    }
    // Told by the history before its own frame came.
    if (record.id.empty() && m_streaming == 0 && owedTaken(record.text)) {
        m_broken = false;
        return;
    }
    ChatRecord value = record;
    value.kind = ChatKind::Assistant;
    if (value.atMs == 0)
        value.atMs = nowMs;
    if (isOpen() && !value.turn && m_turns.back().sentMs > 0) {
        const ChatTurn &turn = m_turns.back();
        value.turn.emplace();
        value.turn->latencyMs = nowMs - turn.sentMs;
        value.turn->firstChunkMs = turn.firstChunkMs > 0 ? turn.firstChunkMs - turn.sentMs : 0;
    }
    int row = rowOfNumber(m_streaming);
    if (row < 0)
        row = localFor(value);
    if (row >= 0 && value.id.empty() && m_entries[std::size_t(row)].state == State::Complete)
        row = -1; // the same words a second time
    const auto state = value.id.empty() ? State::Complete : State::Settled;
    if (row < 0) {
        add(std::move(value), state);
    } else {
        keepKnown(m_entries[std::size_t(row)].record, value);
        m_ids.insert(value.id);
        m_entries[std::size_t(row)].record = std::move(value);
        m_entries[std::size_t(row)].state = state;
        touch(row);
    }
    m_streaming = 0;
    m_broken = false;
    end(TurnState::Done, nowMs);
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
        end(TurnState::Done, nowMs);
    add(record, State::Settled);
}

void Transcript::tool(const schema::ToolCall &call, std::int64_t nowMs, const std::string &id)
{
    if (const int known = rowOfId(id); known >= 0 && !grows(m_entries[std::size_t(known)]))
        return; // told with the whole
    ChatTurn &turn = openTurn(nowMs);
    const auto same = [&call](const schema::ToolCall &held) { return sameCall(held, call); };
    const auto at = std::find_if(turn.tools.begin(), turn.tools.end(), same);
    schema::ToolCall value = call;
    if (at == turn.tools.end()) {
        turn.tools.push_back(value);
        turn.toolStartMs.push_back(nowMs);
    } else {
        if (value.arguments.text == "null")
            value.arguments = at->arguments;
        if (value.durationMs == 0 && value.state != "running")
            value.durationMs = nowMs - turn.toolStartMs[std::size_t(at - turn.tools.begin())];
        *at = value;
    }
    m_typing = false;
    const int row = growing(nowMs, id);
    auto &shown = m_entries[std::size_t(row)].record.tools;
    if (const auto it = std::find_if(shown.begin(), shown.end(), same); it != shown.end())
        *it = value;
    else
        shown.push_back(value);
    touch(row);
}

void Transcript::escalated(const std::string &reason, std::int64_t nowMs)
{
    if (!m_turns.empty())
        m_turns.back().escalated = true;
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
    end(TurnState::Failed, nowMs, why);
    interrupt();
}

void Transcript::cut()
{
    m_typing = false;
    m_wasCut = true;
    m_cutMark = m_next;
    m_broken = isOpen();
    m_owed.clear();
    if (isOpen())
        m_turns.back().cut = true;
    interrupt();
}

void Transcript::tick(std::int64_t nowMs)
{
    if (!isOpen() || nowMs - m_lastSignMs < answerLimitMs)
        return;
    end(TurnState::TimedOut, nowMs, "no sign for two minutes");
    interrupt();
}

} // namespace signalbox::rules
