// SPDX-License-Identifier: GPL-3.0-only
// What benches of the real window measure with.
#pragma once

#include "tests/bench/playedqueues.h"
#include "tests/support/processcost.h"

#include <QEventLoop>
#include <QObject>
#include <QTimer>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <mutex>
#include <thread>
#include <vector>

namespace signalbox::bench {

/// How long an input that comes now would wait: asked every few milliseconds from another thread.
class WaitProbe {
public:
    explicit WaitProbe(QObject *gui)
        : m_gui(gui)
        , m_thread([this] { run(); })
    {
    }
    ~WaitProbe()
    {
        m_ends = true;
        m_thread.join();
    }
    void begin()
    {
        const std::lock_guard lock(m_mutex);
        m_waits.clear();
    }
    std::vector<double> end()
    {
        const std::lock_guard lock(m_mutex);
        std::sort(m_waits.begin(), m_waits.end());
        return std::exchange(m_waits, {});
    }

private:
    void run()
    {
        while (!m_ends) {
            std::this_thread::sleep_for(std::chrono::milliseconds(4));
            QMetaObject::invokeMethod(
                m_gui,
                [this, asked = nowUs()] {
                    const std::lock_guard lock(m_mutex);
                    m_waits.push_back(double(nowUs() - asked) / 1000);
                },
                Qt::QueuedConnection);
        }
    }

    QObject *m_gui;
    std::mutex m_mutex;
    std::vector<double> m_waits;
    std::atomic<bool> m_ends { false };
    std::thread m_thread;
};

using support::pssMiB;

template <class Condition> bool waitFor(Condition condition, double limitMs, int everyMs = 1)
{
    const std::int64_t end = nowUs() + std::int64_t(limitMs * 1000);
    while (!condition()) {
        if (nowUs() > end)
            return false;
        QEventLoop loop;
        QTimer::singleShot(everyMs, &loop, &QEventLoop::quit);
        loop.exec();
    }
    return true;
}

inline void pause(double ms)
{
    waitFor([] { return false; }, ms);
}

/// Processor time of the calling thread so far.
inline double threadCpuMs()
{
    timespec time {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

} // namespace signalbox::bench
