// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/eventview.h"

#include "models/rules/access.h"

#include <algorithm>

namespace signalbox::gateway {

using schema::Event;

EventView::EventView(const schema::Subscribe &wish, const Identity &who, const Members &members)
    : m_wish(wish)
    , m_who(who)
    , m_members(members)
{
}

bool EventView::wants(std::string_view kind) const
{
    return m_wish.kinds.empty()
        || std::find(m_wish.kinds.begin(), m_wish.kinds.end(), kind) != m_wish.kinds.end();
}

bool EventView::sees(std::string_view capability, const std::string &workspace) const
{
    if (m_wish.workspaces
        && std::find(m_wish.workspaces->begin(), m_wish.workspaces->end(), workspace)
            == m_wish.workspaces->end())
        return false;
    if (!workspace.empty())
        return Gatekeeper::may(m_who, capability, workspace);
    // What belongs to no workspace is for those who see all of them.
    return std::any_of(m_who.roles.begin(), m_who.roles.end(), [&](const std::string &role) {
        return rules::roleSpansWorkspaces(role) && rules::roleHas(role, capability);
    });
}

void EventView::take(const EventRing::Record &record)
{
    ++m_rows;
    takeQueues(record);
    const Event::Kind kind = record.event ? record.event->kind : Event::Kind::Unknown;
    switch (kind) {
    case Event::Kind::Config:
        if (wants("config"))
            takeConfig(*record.event);
        return;
    case Event::Kind::Flow:
        return takeWhole(record, "flow", "flows:read");
    case Event::Kind::Processor:
        return takeWhole(record, "processor", "fabric:read");
    case Event::Kind::Lost:
        return takeWhole(record, "lost", "fabric:read");
    case Event::Kind::Queue:
    case Event::Kind::Gap:
    case Event::Kind::Subscribed:
    case Event::Kind::Unknown:
        return;
    case Event::Kind::Conversation:
    case Event::Kind::Message:
    case Event::Kind::Typing:
    case Event::Kind::Chunk:
    case Event::Kind::Tool:
    case Event::Kind::Confirmation:
    case Event::Kind::Escalation:
    case Event::Kind::Audit:
        return takeTenant(record);
    }
}

void EventView::takeTenant(const EventRing::Record &record)
{
    const auto &tenants = m_wish.tenants;
    if (!wants(record.event->kindText)
        || (tenants
            && std::find(tenants->begin(), tenants->end(), record.tenant) == tenants->end()))
        return;
    const auto members = m_members.find(record.tenant);
    const bool sees =
        std::find(m_who.roles.begin(), m_who.roles.end(), "admin") != m_who.roles.end()
        || (members != m_members.end() && members->second.contains(m_who.userId)
            && !m_who.roles.empty());
    if (sees)
        m_events.push_back(*record.event);
}

void EventView::takeWhole(
    const EventRing::Record &record, std::string_view kind, std::string_view capability)
{
    if (!wants(kind) || !sees(capability, record.workspace))
        return;
    m_rows += record.event->processors.size() + record.event->lost.size();
    m_events.push_back(*record.event);
}

void EventView::takeConfig(const Event &event)
{
    Event seen = event;
    seen.config.changes.clear();
    const auto hidden = [&](const std::string &workspace) {
        return !sees("config:read", workspace);
    };
    for (const auto &[type, workspaces] : event.config.changes) {
        std::vector<std::string> visible = workspaces;
        std::erase_if(visible, hidden);
        if (!visible.empty())
            seen.config.changes.emplace_back(type, std::move(visible));
    }
    std::erase_if(seen.config.created, hidden);
    std::erase_if(seen.config.deleted, hidden);
    const bool start = event.config.changes.empty() && event.config.created.empty()
        && event.config.deleted.empty();
    if (start || !seen.config.changes.empty() || !seen.config.created.empty()
        || !seen.config.deleted.empty())
        m_events.push_back(std::move(seen));
}

void EventView::takeQueues(const EventRing::Record &record)
{
    const bool removes = record.event && record.event->kind == Event::Kind::Queue;
    if (record.queues.empty() && record.replaced == 0 && !removes)
        return;
    if (!wants("queue") || !sees("fabric:read", record.workspace))
        return;
    m_dropped += record.replaced;
    if (record.queues.empty() && !removes)
        return; // nothing but replaced rows: their last values follow with later numbers
    Queues &queues = m_queues[record.workspace];
    queues.seq = record.seq;
    queues.tsMs = record.tsMs;
    if (removes)
        queues.removed.insert(
            record.event->removedQueues.begin(), record.event->removedQueues.end());
    for (const auto &row : record.queues) {
        queues.removed.erase(row->name);
        queues.changed.push_back(row);
    }
    m_rows += record.queues.size() + (removes ? record.event->removedQueues.size() : 0);
}

std::vector<Event> EventView::events()
{
    for (auto &[workspace, queues] : m_queues) {
        Event event;
        event.kind = Event::Kind::Queue;
        event.seq = queues.seq;
        event.tsMs = queues.tsMs;
        event.workspace = workspace;
        event.queues.reserve(queues.changed.size());
        for (const auto &row : queues.changed)
            event.queues.push_back(*row);
        event.removedQueues.assign(queues.removed.begin(), queues.removed.end());
        if (!event.queues.empty() || !event.removedQueues.empty())
            m_events.push_back(std::move(event));
    }
    m_queues.clear();
    std::sort(m_events.begin(), m_events.end(),
        [](const Event &a, const Event &b) { return a.seq < b.seq; });
    return std::move(m_events);
}

} // namespace signalbox::gateway
