// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <functional>

namespace signalbox {

/// Many requests, one run: at the end of the current turn of the event loop, but at most once per
/// interval. What one batch of changes sets off in several stores so ends in one frame. GUI thread.
class Soon {
public:
    explicit Soon(std::chrono::milliseconds interval)
        : m_interval(interval)
    {
        m_timer.setSingleShot(true);
    }
    void calls(std::function<void()> work)
    {
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, std::move(work));
    }

    /// True: at the end of this turn; false: the interval is not over yet, it will be later.
    bool request()
    {
        if (!m_timer.isActive()) {
            const auto since =
                m_last.isValid() ? std::chrono::milliseconds(m_last.elapsed()) : m_interval;
            m_timer.start(std::max(std::chrono::milliseconds(0), m_interval - since));
        }
        return m_timer.interval() == 0;
    }
    /// The work says it is being done now, asked for or not: a request that waits is thereby met.
    void met()
    {
        m_timer.stop();
        m_last.start();
    }

private:
    std::chrono::milliseconds m_interval;
    QTimer m_timer;
    QElapsedTimer m_last;
};

} // namespace signalbox
