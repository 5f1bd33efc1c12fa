// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

namespace signalbox::gateway::demo {

using Clock = std::chrono::steady_clock;
using Task = std::function<void()>;

/// One thread for all workers: runs tasks when they are due. Thread-safe.
class Scheduler {
public:
    /// `tick`: due times are rounded up to it, so that many timers share one wake-up.
    explicit Scheduler(std::chrono::microseconds tick);
    ~Scheduler();

    void start();
    void stop(); ///< returns when the running task has ended; tasks that are left are dropped
    void post(Task task); ///< as soon as possible
    void at(Clock::time_point due, Task task);

private:
    struct Timer {
        Clock::time_point due;
        std::uint64_t order;
        Task task;
        bool operator<(const Timer &other) const
        {
            return due != other.due ? due > other.due : order > other.order;
        }
    };
    void run();
    bool takeDue(std::vector<Task> &tasks); ///< waits; false when stopped

    const std::chrono::microseconds m_tick;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<Task> m_posted;
    std::priority_queue<Timer> m_timers;
    std::uint64_t m_order = 0;
    bool m_running = false;
    bool m_waiting = false;
    std::thread m_thread;
};

} // namespace signalbox::gateway::demo
