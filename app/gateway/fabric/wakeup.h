// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace signalbox::gateway {

/// A callback that any thread may trigger. Never runs twice at once: a trigger that comes while it
/// runs makes it run once more and returns at once. After set() or clear() has returned the earlier
/// function is not running and will not run, unless it is the caller itself.
class Wakeup {
public:
    void set(std::function<void()> function)
    {
        std::unique_lock lock(m_mutex);
        m_function =
            function ? std::make_shared<std::function<void()>>(std::move(function)) : nullptr;
        m_set.store(m_function != nullptr);
        m_idle.wait(lock, [this] {
            return m_runner == std::thread::id() || m_runner == std::this_thread::get_id();
        });
    }
    void clear() { set({}); }
    [[nodiscard]] bool isSet() const { return m_set.load(); }

    void trigger()
    {
        if (m_pending.fetch_add(1) > 0)
            return;
        for (;;) {
            const int seen = m_pending.load();
            run();
            if (m_pending.fetch_sub(seen) == seen)
                return;
        }
    }

private:
    void run()
    {
        std::shared_ptr<std::function<void()>> function;
        {
            std::lock_guard lock(m_mutex);
            function = m_function;
            m_runner = std::this_thread::get_id();
        }
        if (function)
            (*function)();
        {
            std::lock_guard lock(m_mutex);
            m_runner = std::thread::id();
        }
        m_idle.notify_all();
    }

    std::mutex m_mutex;
    std::condition_variable m_idle;
    std::shared_ptr<std::function<void()>> m_function;
    std::thread::id m_runner;
    std::atomic<int> m_pending { 0 };
    std::atomic<bool> m_set { false };
};

} // namespace signalbox::gateway
