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
#include <fstream>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace signalbox::bench {

/// How long an input that comes now would wait: asked every few milliseconds from another thread.
/// Made in the thread that is asked.
class WaitProbe {
public:
    WaitProbe()
        : m_thread([this] { run(); })
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
                &m_gui,
                [this, asked = nowUs()] {
                    const std::lock_guard lock(m_mutex);
                    m_waits.push_back(double(nowUs() - asked) / 1000);
                },
                Qt::QueuedConnection);
        }
    }

    QObject m_gui; ///< what waits goes with it
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

/// What of this process is in memory, in MiB: quick to ask, so that a curve can be drawn.
inline double rssMiB()
{
    std::ifstream file("/proc/self/statm");
    double pages = 0;
    double resident = 0;
    file >> pages >> resident;
    return resident * double(sysconf(_SC_PAGESIZE)) / 1024 / 1024;
}

/// Memory over time, and how steep it is.
class MemoryCurve {
public:
    void begin()
    {
        m_points.clear();
        m_beginUs = nowUs();
        weigh();
    }
    void weigh() { m_points.push_back({ double(nowUs() - m_beginUs) / 60e6, rssMiB() }); }
    /// MiB a minute: the straight line that is nearest to all points.
    [[nodiscard]] double slope() const
    {
        double minutes = 0;
        double weights = 0;
        for (const Point &point : m_points) {
            minutes += point.minute;
            weights += point.mib;
        }
        minutes /= double(m_points.size());
        weights /= double(m_points.size());
        double together = 0;
        double spread = 0;
        for (const Point &point : m_points) {
            together += (point.minute - minutes) * (point.mib - weights);
            spread += (point.minute - minutes) * (point.minute - minutes);
        }
        return spread > 0 ? together / spread : 0;
    }
    /// MiB from the begin to the end, each the middle of a tenth of the points: one that swings
    /// says nothing.
    [[nodiscard]] double growth() const
    {
        const std::size_t some = std::max<std::size_t>(1, m_points.size() / 10);
        const auto mean = [&](std::size_t from) {
            double sum = 0;
            for (std::size_t i = from; i < from + some; ++i)
                sum += m_points[i].mib;
            return sum / double(some);
        };
        return m_points.empty() ? 0 : mean(m_points.size() - some) - mean(0);
    }

private:
    struct Point {
        double minute;
        double mib;
    };
    std::vector<Point> m_points;
    std::int64_t m_beginUs = 0;
};

/// Processor time of the calling thread so far.
inline double threadCpuMs()
{
    timespec time {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

} // namespace signalbox::bench
