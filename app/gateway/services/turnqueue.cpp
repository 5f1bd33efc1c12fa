// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/turnqueue.h"

#include <spdlog/spdlog.h>

namespace signalbox::gateway {

TurnQueue::TurnQueue(std::size_t threadsAtMost, std::size_t waitingAtMost)
    : m_threadsAtMost(threadsAtMost)
    , m_waitingAtMost(waitingAtMost)
{
}

TurnQueue::~TurnQueue()
{
    stop();
}

void TurnQueue::start()
{
    const std::lock_guard lock(m_mutex);
    m_stopping = false;
    staff();
}

void TurnQueue::staff()
{
    while (!m_stopping && m_readyCount > m_idle && m_threads.size() < m_threadsAtMost) {
        m_threads.emplace_back([this] { run(); });
        ++m_idle; // until it takes something
    }
}

void TurnQueue::stop()
{
    std::vector<std::thread> threads;
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        threads.swap(m_threads); // no other begins
    }
    m_wake.notify_all();
    for (std::thread &thread : threads)
        thread.join();
    const std::lock_guard lock(m_mutex);
    m_lanes.clear();
    m_ready.clear();
    m_tenants.clear();
    m_readyCount = 0;
    m_idle = 0;
}

bool TurnQueue::add(const std::string &tenant, const std::string &conversation, Work work)
{
    {
        const std::lock_guard lock(m_mutex);
        const Place place(tenant, conversation);
        Lane &lane = m_lanes[place];
        if (lane.waiting.size() >= m_waitingAtMost)
            return false;
        lane.waiting.push_back(std::move(work));
        if (lane.running || lane.waiting.size() > 1)
            return true; // who runs it, or will, finds it
        ready(place);
        staff();
    }
    m_wake.notify_one();
    return true;
}

bool TurnQueue::has(const std::string &tenant, const std::string &conversation) const
{
    const std::lock_guard lock(m_mutex);
    return m_lanes.contains({ tenant, conversation });
}

void TurnQueue::ready(const Place &place)
{
    std::deque<std::string> &conversations = m_ready[place.first];
    if (conversations.empty())
        m_tenants.push_back(place.first);
    conversations.push_back(place.second);
    ++m_readyCount;
}

TurnQueue::Place TurnQueue::next()
{
    const std::string tenant = m_tenants.front();
    m_tenants.pop_front();
    const auto found = m_ready.find(tenant);
    Place place(tenant, found->second.front());
    found->second.pop_front();
    --m_readyCount;
    if (found->second.empty())
        m_ready.erase(found);
    else
        m_tenants.push_back(tenant);
    return place;
}

void TurnQueue::run()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock, [this] { return m_stopping || !m_tenants.empty(); });
        if (m_stopping)
            return;
        const Place place = next();
        --m_idle;
        Lane &lane = m_lanes[place]; // stays until this thread takes it out
        const Work work = std::move(lane.waiting.front());
        lane.waiting.pop_front();
        lane.running = true;
        lock.unlock();
        try {
            work();
        } catch (const std::exception &error) {
            spdlog::error("orchestrator: {} {}: {}", place.first, place.second, error.what());
        }
        lock.lock();
        ++m_idle;
        lane.running = false;
        if (lane.waiting.empty())
            m_lanes.erase(place);
        else
            ready(place); // behind those that wait longer
    }
}

} // namespace signalbox::gateway
