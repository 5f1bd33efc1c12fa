// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/eventview.h"

#include "models/rules/access.h"

#include <algorithm>

namespace signalbox::gateway {

using schema::Event;

EventView::EventView(const schema::Subscribe &wish, const Identity &who)
    : m_wish(wish)
    , m_who(who)
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

void EventView::take(const Event &event)
{
    ++m_rows;
    switch (event.kind) {
    case Event::Kind::Config:
        if (wants("config"))
            takeConfig(event);
        return;
    case Event::Kind::Flow:
        if (wants("flow") && sees("flows:read", event.workspace))
            m_events.push_back(event);
        return;
    case Event::Kind::Queue:
        if (wants("queue") && sees("fabric:read", event.workspace))
            takeQueues(event);
        return;
    case Event::Kind::Processor:
        if (!wants("processor") || !sees("fabric:read", event.workspace))
            return;
        m_rows += event.processors.size();
        m_events.push_back(event);
        return;
    case Event::Kind::Lost:
    case Event::Kind::Gap:
    case Event::Kind::Subscribed:
    case Event::Kind::Unknown:
        return;
    }
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

void EventView::takeQueues(const Event &event)
{
    Queues &queues = m_queues[event.workspace];
    queues.seq = event.seq;
    queues.tsMs = event.tsMs;
    for (const std::string &name : event.removedQueues) {
        if (const auto place = queues.places.find(name); place != queues.places.end()) {
            ++m_dropped;
            queues.changed[place->second].first.clear(); // no longer sent
            queues.places.erase(place);
        }
        queues.removed[name] = true;
        ++m_rows;
    }
    for (const schema::QueueRow &row : event.queues) {
        queues.removed.erase(row.name);
        const auto [place, isNew] = queues.places.try_emplace(row.name, queues.changed.size());
        if (isNew) {
            queues.changed.emplace_back(row.name, row);
            ++m_rows;
        } else {
            queues.changed[place->second].second = row;
            ++m_dropped;
        }
    }
}

std::vector<Event> EventView::events()
{
    for (auto &[workspace, queues] : m_queues) {
        Event event;
        event.kind = Event::Kind::Queue;
        event.seq = queues.seq;
        event.tsMs = queues.tsMs;
        event.workspace = workspace;
        for (auto &[name, row] : queues.changed)
            if (!name.empty())
                event.queues.push_back(std::move(row));
        for (const auto &[name, gone] : queues.removed)
            event.removedQueues.push_back(name);
        if (!event.queues.empty() || !event.removedQueues.empty())
            m_events.push_back(std::move(event));
    }
    m_queues.clear();
    std::sort(m_events.begin(), m_events.end(),
        [](const Event &a, const Event &b) { return a.seq < b.seq; });
    return std::move(m_events);
}

} // namespace signalbox::gateway
