// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/scheduler.h"

#include <utility>

namespace signalbox::gateway::demo {

Scheduler::Scheduler(std::chrono::microseconds tick)
    : m_tick(tick)
{
}

Scheduler::~Scheduler()
{
    stop();
}

void Scheduler::start()
{
    const std::lock_guard lock(m_mutex);
    if (m_running)
        return;
    m_running = true;
    m_thread = std::thread([this] { run(); });
}

void Scheduler::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_running)
            return;
        m_running = false;
    }
    m_wake.notify_all();
    m_thread.join();
    std::vector<Task> posted;
    std::priority_queue<Timer> timers;
    {
        const std::lock_guard lock(m_mutex);
        posted.swap(m_posted);
        timers.swap(m_timers);
    }
}

void Scheduler::post(Task task)
{
    bool wake = false;
    {
        const std::lock_guard lock(m_mutex);
        m_posted.push_back(std::move(task));
        wake = m_waiting;
    }
    if (wake)
        m_wake.notify_one();
}

void Scheduler::at(Clock::time_point due, Task task)
{
    if (m_tick.count() > 0) {
        const auto since = due.time_since_epoch();
        const auto tick = std::chrono::duration_cast<Clock::duration>(m_tick);
        due = Clock::time_point((since + tick - Clock::duration(1)) / tick * tick);
    }
    bool wake = false;
    {
        const std::lock_guard lock(m_mutex);
        wake = m_waiting && (m_timers.empty() || due < m_timers.top().due);
        m_timers.push(Timer { due, m_order++, std::move(task) });
    }
    if (wake)
        m_wake.notify_one();
}

bool Scheduler::takeDue(std::vector<Task> &tasks)
{
    std::unique_lock lock(m_mutex);
    while (m_running) {
        const auto now = Clock::now();
        while (!m_timers.empty() && m_timers.top().due <= now) {
            tasks.push_back(std::move(const_cast<Timer &>(m_timers.top()).task));
            m_timers.pop();
        }
        for (Task &task : m_posted)
            tasks.push_back(std::move(task));
        m_posted.clear();
        if (!tasks.empty())
            return true;
        m_waiting = true;
        if (m_timers.empty()) {
            m_wake.wait(lock);
        } else {
            const auto due = m_timers.top().due;
            m_wake.wait_until(lock, due);
        }
        m_waiting = false;
    }
    return false;
}

void Scheduler::run()
{
    std::vector<Task> tasks;
    while (takeDue(tasks)) {
        for (const Task &task : tasks)
            task();
        tasks.clear();
    }
}

} // namespace signalbox::gateway::demo
