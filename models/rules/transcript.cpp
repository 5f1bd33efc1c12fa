// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/transcript.h"

#include <algorithm>

namespace signalbox::rules {

using State = ChatEntry::State;

namespace {

/// Is this what we already show, only without its id?
bool sameThing(const ChatEntry &entry, const ChatRecord &record)
{
    const ChatRecord &held = entry.record;
    if (!entry.local() || held.kind != record.kind)
        return false;
    if (held.kind == ChatKind::Assistant && entry.grows())
        return record.text.compare(0, held.text.size(), held.text) == 0;
    return held.text == record.text;
}

} // namespace

void ChatRecord::keepKnown(const ChatRecord &held)
{
    if (!turn)
        turn = held.turn;
    if (author.empty())
        author = held.author;
    if (!tools.empty())
        return;
    tools = held.tools;
    for (auto &call : tools)
        if (call.state == "waiting") // the answer is there; how it was decided is not known
            call.state.clear();
}

bool waits(const std::vector<schema::ToolCall> &calls)
{
    return std::any_of(
        calls.begin(), calls.end(), [](const auto &call) { return call.state == "waiting"; });
}

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
    value.keepKnown(entry.record);
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
        if (sameThing(m_entries[row], record) && !isParked(int(row)))
            return int(row);
    return -1;
}

/// An answer that waits, while something else was asked: what comes without an id is not its end.
bool Transcript::isParked(int row) const
{
    const ChatEntry &entry = m_entries[std::size_t(row)];
    if (entry.record.kind != ChatKind::Assistant || !waits(entry.record.tools))
        return false;
    return std::any_of(m_entries.begin() + row, m_entries.end(),
        [](const ChatEntry &later) { return later.record.kind == ChatKind::User; });
}

int Transcript::rowOfCall(const std::string &callId) const
{
    for (int row = callId.empty() ? -1 : int(m_entries.size()) - 1; row >= 0; --row)
        for (const auto &call : m_entries[std::size_t(row)].record.tools)
            if (call.id == callId)
                return row;
    return -1;
}

std::string Transcript::oldestId() const
{
    for (const auto &entry : m_entries)
        if (!entry.local())
            return entry.record.id;
    return {};
}

// ---- history ----

/// Puts a record of the history where it belongs; `position` is the row after the last one put.
void Transcript::place(const ChatRecord &record, int &position)
{
    int row = rowOfId(record.id);
    if (row >= 0 && m_entries[std::size_t(row)].grows()) {
        const int turn = turnOf(record.id); // its last frame may be lost: this is the end
        if (turn >= 0)
            end(turn, TurnState::Done, m_turns[std::size_t(turn)].doneMs);
    }
    if (row < 0) {
        row = localFor(record);
        if (row >= 0) {
            const auto was = m_entries[std::size_t(row)].state;
            // Its last frame may still come, now that somebody listens again.
            if (m_catchesUp && record.kind == ChatKind::Assistant && was != State::Complete)
                m_owed.push_back(record.text);
            if (row < position)
                row = move(row, position - 1);
        } else {
            row = insert(position, record, State::Settled);
            if (m_catchesUp && record.kind == ChatKind::Assistant)
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
        std::none_of(m_entries.begin(), m_entries.end(), [](const auto &e) { return !e.local(); });
    const bool known = std::any_of(
        page.begin(), page.end(), [this](const auto &record) { return rowOfId(record.id) >= 0; });
    if (!first && !known && hasOlder) {
        // More was said than one page holds: what lies between is read on the way back.
        for (int row = int(m_entries.size()) - 1; row >= 0; --row)
            if (const ChatEntry &entry = m_entries[std::size_t(row)];
                !entry.local() && entry.number < m_cutMark)
                remove(row);
        m_hasOlder = true;
    } else if (first) {
        m_hasOlder = hasOlder;
    }
    const int ran = current();
    const std::size_t owed = m_owed.size();
    // A second cut asks a second time: the first answer may have been read before the turn ended.
    m_catchesUp = m_wasCut || (ran >= 0 && m_turns[std::size_t(ran)].cut);
    reconcile(page);
    m_catchesUp = false;
    // The answer that a cut turn waited for was in the history.
    if (ran >= 0 && m_turns[std::size_t(ran)].cut && m_owed.size() > owed)
        end(ran, TurnState::Done, m_turns[std::size_t(ran)].doneMs);
    bool unsure = false;
    for (std::size_t row = 0; row < m_entries.size(); ++row)
        if (m_wasCut && m_entries[row].state == State::Sending) {
            m_entries[row].state = State::Unsure;
            unsure = true;
            touch(int(row));
        }
    // What never arrived is never answered: nobody waits two minutes for that.
    const int open = current();
    if (unsure && open >= 0 && m_turns[std::size_t(open)].cut
        && m_turns[std::size_t(open)].typingMs == 0)
        end(open, TurnState::Failed, m_lastSignMs,
            "the connection was lost before the message arrived");
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

} // namespace signalbox::rules
