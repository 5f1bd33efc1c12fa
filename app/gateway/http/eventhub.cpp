// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/eventhub.h"

#include "app/gateway/fabric/requester.h"
#include "app/gateway/http/eventview.h"
#include "app/gateway/http/jsonbody.h"
#include "app/gateway/wallclock.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

using schema::Event;

namespace {

constexpr std::size_t rowsPerDraw = 1000;
constexpr std::size_t rowsPerEvent = 500;
constexpr std::size_t ringRows =
    20000; // beside queue rows; a client that lags further gets a gap and fetches anew
/// Counts are sampled, queues and workers together: a console then draws once for both.
/// Configuration and flow events do not wait for it.
constexpr const char *tenantTopic = "notify:tg:tenants"; // services/tenantcore.h
constexpr auto sampleInterval = std::chrono::seconds(1);
constexpr auto longestInterval = std::chrono::milliseconds(60000);

std::size_t rowsOf(const Event &event)
{
    return event.queues.size() + event.removedQueues.size();
}

Event flowEvent(const std::string &text)
{
    Event event;
    const auto flow = schema::decode<schema::FlowEvent>(text);
    if (!flow)
        return event;
    event.kind = Event::Kind::Flow;
    event.flow = *flow;
    const auto body = parseBody(text);
    if (body.is_object() && body.contains("workspace") && body["workspace"].is_string())
        event.workspace = body["workspace"].get<std::string>();
    return event;
}

} // namespace

struct EventHub::Flows {
    std::mutex mutex;
    EventHub *hub = nullptr;
    std::shared_ptr<Consumer> consumer;
    std::shared_ptr<Consumer> tenants;

    void drainTenants()
    {
        const std::lock_guard lock(mutex);
        while (hub && tenants) {
            const auto message = tenants->tryReceive();
            if (!message)
                return;
            tenants->acknowledge(*message);
            hub->takeTenant(*message);
        }
    }

    void drain()
    {
        const std::lock_guard lock(mutex);
        while (hub && consumer) {
            const auto message = consumer->tryReceive();
            if (!message)
                return;
            consumer->acknowledge(*message);
            Event event = flowEvent(message->value);
            if (event.kind == Event::Kind::Flow)
                hub->publish(std::move(event));
            else
                spdlog::warn("events: unreadable flow notice");
        }
    }
};

EventHub::EventHub(Backend &fabric, const HttpLimits &limits)
    : m_fabric(fabric)
    , m_limits(limits)
    , m_ring(limits.eventRing, ringRows, unixMs())
    , m_flows(std::make_shared<Flows>())
{
}

EventHub::~EventHub()
{
    stop();
}

void EventHub::setProcessors(Processors processors)
{
    m_processors = std::move(processors);
}

FabricResult<Done> EventHub::start()
{
    {
        const std::lock_guard lock(m_polling);
        static_cast<void>(m_fabric.changesSince(m_mark)); // what is there already is no change
    }
    ConsumerOptions options;
    options.processor = "gateway";
    options.prefetch = 64;
    auto consumer = m_fabric.createConsumer("notify:tg:flow", "gateway--events--" + newUuid(),
        InitialPosition::Latest, ConsumerType::Exclusive, options);
    if (!consumer)
        return unexpected(consumer.error());
    {
        const std::lock_guard lock(m_flows->mutex);
        m_flows->hub = this;
        m_flows->consumer = *consumer;
    }
    (*consumer)->onReadable([weak = std::weak_ptr(m_flows)] {
        if (const auto flows = weak.lock())
            flows->drain();
    });
    m_flows->drain();
    return followTenants();
}

/// A gateway without the tenant platform has no such topic.
FabricResult<Done> EventHub::followTenants()
{
    if (!m_fabric.topicExists(tenantTopic))
        return Done {};
    ConsumerOptions options;
    options.processor = "gateway";
    options.prefetch = 256;
    auto consumer = m_fabric.createConsumer(tenantTopic, "gateway--events--" + newUuid(),
        InitialPosition::Latest, ConsumerType::Exclusive, options);
    if (!consumer)
        return unexpected(consumer.error());
    {
        const std::lock_guard lock(m_flows->mutex);
        m_flows->tenants = *consumer;
    }
    (*consumer)->onReadable([weak = std::weak_ptr(m_flows)] {
        if (const auto flows = weak.lock())
            flows->drainTenants();
    });
    m_flows->drainTenants();
    return Done {};
}

void EventHub::takeTenant(const Message &message)
{
    auto event = schema::decode<Event>(message.value);
    if (!event)
        return spdlog::warn("events: unreadable tenant notice: {}", event.error().text());
    std::set<std::string> members;
    const std::string ids = message.property("members");
    for (std::size_t begin = 0; begin < ids.size();) {
        const std::size_t end = std::min(ids.find('\n', begin), ids.size());
        members.insert(ids.substr(begin, end - begin));
        begin = end + 1;
    }
    {
        const std::lock_guard lock(m_mutex);
        m_members[event->tenant] = std::move(members);
    }
    if (!event->about.empty()) // else only the members were told
        publish(std::move(*event));
}

void EventHub::stop()
{
    std::shared_ptr<Consumer> consumer;
    std::shared_ptr<Consumer> tenants;
    {
        const std::lock_guard lock(m_flows->mutex);
        m_flows->hub = nullptr;
        consumer.swap(m_flows->consumer);
        tenants.swap(m_flows->tenants);
    }
    for (const auto &each : { consumer, tenants })
        if (each)
            each->unsubscribe();
}

void EventHub::publishConfig(const schema::ConfigNotice &notice)
{
    Event event;
    event.kind = Event::Kind::Config;
    event.config = notice;
    publish(std::move(event));
}

void EventHub::publishLost(
    const std::string &workspace, const schema::Members<std::int64_t> &queues)
{
    for (std::size_t from = 0; from < queues.size(); from += rowsPerEvent) {
        const auto first = queues.begin() + static_cast<std::ptrdiff_t>(from);
        const auto count = std::min(rowsPerEvent, queues.size() - from);
        Event event;
        event.kind = Event::Kind::Lost;
        event.workspace = workspace;
        event.lost.assign(first, first + static_cast<std::ptrdiff_t>(count));
        publish(std::move(event));
    }
}

void EventHub::publish(Event event)
{
    {
        const std::lock_guard lock(m_mutex);
        m_ring.push(std::move(event), unixMs());
    }
    wakeAll();
}

void EventHub::wakeAll()
{
    std::vector<std::function<void()>> wakes;
    {
        const std::lock_guard lock(m_mutex);
        for (const auto &[id, wake] : m_listeners)
            wakes.push_back(wake);
    }
    for (const auto &wake : wakes)
        wake();
}

void EventHub::tick(std::chrono::steady_clock::time_point now)
{
    const std::lock_guard lock(m_polling);
    if (now - m_sampledAt < sampleInterval)
        return;
    m_sampledAt = now;
    publishQueues();
    publishProcessors();
}

void EventHub::publishQueues()
{
    Backend::Delta delta = m_fabric.changesSince(m_mark);
    if (delta.changed.empty() && delta.removed.empty())
        return;
    std::unique_lock lock(m_mutex);
    std::map<std::string, std::vector<Event>> byWorkspace;
    const auto eventFor = [&](const std::string &workspace) -> Event & {
        auto &events = byWorkspace[workspace];
        if (events.empty() || rowsOf(events.back()) > rowsPerEvent) {
            Event event;
            event.kind = Event::Kind::Queue;
            event.workspace = workspace;
            events.push_back(std::move(event));
        }
        return events.back();
    };
    for (std::string &name : delta.removed) {
        const std::string workspace = m_ring.workspaceOf(name);
        eventFor(workspace).removedQueues.push_back(std::move(name));
    }
    for (schema::QueueRow &row : delta.changed) {
        const std::string workspace = row.workspace;
        eventFor(workspace).queues.push_back(std::move(row));
    }
    for (auto &[workspace, events] : byWorkspace)
        for (Event &event : events)
            m_ring.push(std::move(event), unixMs());
    lock.unlock();
    wakeAll();
}

void EventHub::publishProcessors()
{
    if (!m_processors)
        return;
    std::map<std::string, std::vector<schema::ProcessorRow>> rows;
    for (schema::ProcessorRow &row : m_processors())
        rows[row.workspace].push_back(std::move(row));
    for (const auto &[workspace, held] : m_lastProcessors)
        rows.try_emplace(workspace); // all of its workers went away: an empty list says so
    for (const auto &[workspace, current] : rows) {
        const auto held = m_lastProcessors.find(workspace);
        if (held != m_lastProcessors.end() && held->second == current)
            continue;
        Event event;
        event.kind = Event::Kind::Processor;
        event.workspace = workspace;
        event.processors = current;
        publish(std::move(event));
    }
    std::erase_if(rows, [](const auto &entry) { return entry.second.empty(); });
    m_lastProcessors = std::move(rows);
}

std::int64_t EventHub::sequence() const
{
    const std::lock_guard lock(m_mutex);
    return m_ring.last();
}

EventHub::Place EventHub::placeFor(const schema::Subscribe &wish) const
{
    const std::lock_guard lock(m_mutex);
    return { wish, wish.since.value_or(m_ring.last()) + 1, 0, {}, 0 };
}

bool EventHub::due(const Place &place, std::chrono::steady_clock::time_point now) const
{
    // A sample that is a moment early belongs to this interval, not to the next.
    const auto interval =
        std::min(std::chrono::milliseconds(place.wish.intervalMs.value_or(0)), longestInterval)
        - std::chrono::milliseconds(sampleInterval) / 2;
    if (now - place.drawn >= interval)
        return true;
    const std::lock_guard lock(m_mutex);
    if (place.next < m_ring.first() || place.next > m_ring.last() + 1)
        return true;
    std::size_t rows = 0;
    for (std::int64_t seq = place.next; seq <= m_ring.last(); ++seq) {
        const EventRing::Record &record = m_ring.at(seq);
        if (!record.event)
            continue; // counts only
        if (record.event->kind != Event::Kind::Queue
            && record.event->kind != Event::Kind::Processor)
            return true;
        rows += rowsOf(*record.event) + record.event->processors.size();
    }
    return rows > ringRows / 4
        || static_cast<std::size_t>(m_ring.last() + 1 - place.next) > m_limits.eventRing / 4;
}

std::vector<std::string> EventHub::draw(Place &place, const Identity &who) const
{
    std::vector<std::string> frames;
    EventView view(place.wish, who, m_members); // looked at under the lock only
    place.drawn = std::chrono::steady_clock::now();
    const bool catchingUp = place.next <= place.heldTo;
    {
        const std::lock_guard lock(m_mutex);
        const std::int64_t first = m_ring.first();
        const std::int64_t last = m_ring.last();
        if (place.next < first || place.next > last + 1) {
            Event gap;
            gap.kind = Event::Kind::Gap;
            gap.gapFrom = place.next;
            gap.gapTo = place.next < first ? first - 1 : last;
            frames.push_back(schema::encode(gap));
            place.next = place.next < first ? first : last + 1;
        }
        while (place.next <= last && view.rows() < rowsPerDraw)
            view.take(m_ring.at(place.next++));
    }
    // What was replaced within the interval that the client asked for is not lost.
    if (!catchingUp && !place.wish.intervalMs)
        place.dropped += view.dropped();
    for (Event &event : view.events()) {
        if (event.kind == Event::Kind::Queue)
            event.dropped = place.dropped;
        frames.push_back(schema::encode(event));
    }
    return frames;
}

int EventHub::addListener(std::function<void()> wake)
{
    const std::lock_guard lock(m_mutex);
    m_listeners.emplace(++m_lastListener, std::move(wake));
    return m_lastListener;
}

void EventHub::removeListener(int listener)
{
    const std::lock_guard lock(m_mutex);
    m_listeners.erase(listener);
}

} // namespace signalbox::gateway
