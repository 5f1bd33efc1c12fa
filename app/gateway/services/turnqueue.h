// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace signalbox::gateway {

/// Turns of many conversations on a few threads. What one conversation is asked is done one after
/// the other, in the order that it was added; no thread waits for a conversation, and the tenants
/// that have something to do take turns. A thread begins when none is idle, so a platform where
/// little is said has few. All calls from any thread, but start() and stop() from one.
class TurnQueue {
public:
    using Work = std::function<void()>;

    /// `waitingAtMost` of one conversation.
    TurnQueue(std::size_t threadsAtMost, std::size_t waitingAtMost);
    ~TurnQueue(); ///< stops
    TurnQueue(const TurnQueue &) = delete;
    TurnQueue &operator=(const TurnQueue &) = delete;

    void start();
    /// Waits for what runs; what had not begun is forgotten.
    void stop();
    /// False: too many wait in that conversation, it was not taken.
    bool add(const std::string &tenant, const std::string &conversation, Work work);
    /// Whether something of it runs or waits.
    [[nodiscard]] bool has(const std::string &tenant, const std::string &conversation) const;

private:
    using Place = std::pair<std::string, std::string>; ///< tenant, conversation
    struct Lane {
        std::deque<Work> waiting;
        bool running = false;
    };
    void run();
    void ready(const Place &place);
    Place next();
    void staff(); ///< with the mutex: a thread for what no idle one takes

    const std::size_t m_threadsAtMost;
    const std::size_t m_waitingAtMost;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::map<Place, Lane> m_lanes; ///< that have something to do
    std::map<std::string, std::deque<std::string>> m_ready; ///< conversations that may run now
    std::deque<std::string> m_tenants; ///< those of m_ready, whose turn it is first
    std::size_t m_readyCount = 0; ///< of m_ready, all tenants together
    std::size_t m_idle = 0; ///< threads that wait for work
    std::vector<std::thread> m_threads;
    bool m_stopping = true;
};

} // namespace signalbox::gateway
