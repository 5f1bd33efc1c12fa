// SPDX-License-Identifier: GPL-3.0-only
// One connection for all subscriptions, on a thread of its own that begins with the first. Internal
// to this folder.
#pragma once

#include "app/gateway/cache/listening.h"
#include "app/gateway/cache/redisconnection.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <thread>

namespace signalbox::gateway {

/// Thread-safe.
class RedisListener {
public:
    explicit RedisListener(RedisAddress address);
    ~RedisListener();
    RedisListener(const RedisListener &) = delete;
    RedisListener &operator=(const RedisListener &) = delete;

    /// Waits until the server has confirmed it.
    CacheResult<std::shared_ptr<Listening>> add(const std::string &channel, CacheListener listener);
    void remove(const std::string &channel, const std::shared_ptr<Listening> &listening);

private:
    /// Confirmed when every `SUBSCRIBE` that was sent has been answered: the answer to an earlier
    /// one says nothing about a later one.
    struct Channel {
        std::vector<std::shared_ptr<Listening>> listening;
        int sent = 0;
        int answered = 0;
        bool missed = false; ///< the connection was lost since
    };
    using Words = std::vector<std::string>;

    void run();
    bool connect(); ///< false: has waited a while in vain
    void converse();
    bool sendWaiting();
    bool readAnswers();
    void handle(const redisReply &reply);
    void confirm(const std::string &channel);
    void deliver(const std::string &channel, const std::string &text);
    void wake() const;
    void rest(std::chrono::milliseconds time) const;

    const RedisAddress m_address;
    const int m_wake; ///< an eventfd
    std::mutex m_mutex; ///< of all below but the connection
    std::condition_variable m_confirmed;
    std::map<std::string, Channel> m_channels;
    std::deque<Words> m_waiting;
    bool m_stopping = false;
    std::thread m_thread;
    std::unique_ptr<RedisConnection> m_connection; ///< the thread's
    bool m_told = false; ///< the thread's: that there is no server
};

} // namespace signalbox::gateway
