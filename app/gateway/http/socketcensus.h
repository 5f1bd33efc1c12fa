// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <map>
#include <mutex>
#include <string>

namespace signalbox::gateway {

/// How many signed-in sockets each user holds. Thread-safe.
class SocketCensus {
public:
    explicit SocketCensus(int perUser)
        : m_perUser(perUser)
    {
    }
    /// False when the user has as many as allowed.
    bool enter(const std::string &user)
    {
        const std::lock_guard lock(m_mutex);
        int &count = m_counts[user];
        if (count >= m_perUser)
            return false;
        ++count;
        return true;
    }
    void leave(const std::string &user)
    {
        const std::lock_guard lock(m_mutex);
        const auto entry = m_counts.find(user);
        if (entry != m_counts.end() && --entry->second <= 0)
            m_counts.erase(entry);
    }

private:
    const int m_perUser;
    std::mutex m_mutex;
    std::map<std::string, int> m_counts;
};

} // namespace signalbox::gateway
