// SPDX-License-Identifier: GPL-3.0-only
// Internal to this folder.
#pragma once

#include "app/gateway/cache/cache.h"

#include <mutex>

namespace signalbox::gateway {

/// Who listens to one channel. It is called under `mutex`, so that the end of a subscription waits
/// for a running call.
class Listening {
public:
    explicit Listening(CacheListener listener)
        : m_listener(std::move(listener))
    {
    }

    void tell(const std::string &text)
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_ended && m_listener.message)
            m_listener.message(text);
    }
    void tellGap()
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_ended && m_listener.gap)
            m_listener.gap();
    }
    void end()
    {
        const std::scoped_lock lock(m_mutex);
        m_ended = true;
    }

private:
    std::mutex m_mutex;
    const CacheListener m_listener;
    bool m_ended = false;
};

} // namespace signalbox::gateway
