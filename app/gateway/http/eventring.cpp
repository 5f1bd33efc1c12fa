// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/eventring.h"

#include <utility>

namespace signalbox::gateway {

using schema::Event;

namespace {

/// What a record costs beside the queue rows, of which there is one per queue at most.
constexpr std::size_t bytesPerRow = 256;

/// Of what can be long in an event of the tenant platform, so that the ring's bound is one of
/// memory.
std::size_t textOf(const schema::TenantEvent &about)
{
    std::size_t bytes = 0;
    const auto addTool = [&](const schema::ToolCall &tool) {
        bytes += tool.arguments.text.size() + (tool.result ? tool.result->text.size() : 0);
    };
    if (about.message) {
        bytes += about.message->content.size();
        for (const schema::ToolCall &tool : about.message->tools)
            addTool(tool);
    }
    if (about.chunk)
        bytes += about.chunk->text.size();
    if (about.tool)
        addTool(*about.tool);
    if (about.confirmation)
        bytes += about.confirmation->arguments.text.size();
    return bytes;
}

std::size_t rowsOf(const EventRing::Record &record)
{
    const Event *event = record.event.get();
    if (event && !event->about.empty())
        return 1 + textOf(event->about.front()) / bytesPerRow;
    return event ? event->removedQueues.size() + event->processors.size() + event->lost.size() + 1
                 : 1;
}

} // namespace

EventRing::EventRing(std::size_t maxEvents, std::size_t maxRows, std::int64_t last)
    : m_maxEvents(maxEvents)
    , m_maxRows(maxRows)
    , m_last(last)
{
}

EventRing::Record *EventRing::recordOf(std::int64_t seq)
{
    return seq < first() || seq > m_last ? nullptr
                                         : &m_records[static_cast<std::size_t>(seq - first())];
}

std::string EventRing::workspaceOf(const std::string &queue) const
{
    const auto held = m_queues.find(queue);
    return held == m_queues.end() ? std::string() : held->second.workspace;
}

void EventRing::takeOut(const Held &held)
{
    Record *record = recordOf(held.seq);
    if (!record)
        return; // it has left the ring
    auto &rows = record->queues;
    if (held.index + 1 < rows.size()) {
        rows[held.index] = std::move(rows.back());
        m_queues.at(rows[held.index]->name).index = held.index;
    }
    rows.pop_back();
    if (rows.empty())
        rows.shrink_to_fit();
    ++record->replaced;
}

void EventRing::push(Event event, std::int64_t tsMs)
{
    for (const std::string &name : event.removedQueues)
        if (const auto held = m_queues.find(name); held != m_queues.end()) {
            takeOut(held->second);
            m_queues.erase(held);
        }
    if (event.kind == Event::Kind::Processor) {
        const auto [before, isFirst] = m_processors.try_emplace(event.workspace, 0);
        if (Record *record = isFirst ? nullptr : recordOf(before->second)) {
            m_rows -= rowsOf(*record) - 1;
            record->event.reset();
        }
        before->second = m_last + 1;
    }
    Record record { ++m_last, tsMs, event.workspace, event.tenant, nullptr, {}, 0 };
    event.seq = record.seq;
    event.tsMs = tsMs;
    record.queues.reserve(event.queues.size());
    m_records.push_back(std::move(record));
    for (schema::QueueRow &row : std::exchange(event.queues, {})) {
        auto [held, isNew] = m_queues.try_emplace(row.name);
        if (!isNew)
            takeOut(held->second);
        auto &rows = m_records.back().queues;
        held->second = { event.workspace, m_last, rows.size() };
        rows.push_back(std::make_shared<const schema::QueueRow>(std::move(row)));
    }
    if (event.kind != Event::Kind::Queue || !event.removedQueues.empty())
        m_records.back().event = std::make_shared<const Event>(std::move(event));
    m_rows += rowsOf(m_records.back());
    while (m_records.size() > m_maxEvents || (m_rows > m_maxRows && m_records.size() > 1))
        dropFirst();
}

void EventRing::dropFirst()
{
    m_rows -= rowsOf(m_records.front());
    m_records.pop_front();
}

} // namespace signalbox::gateway
