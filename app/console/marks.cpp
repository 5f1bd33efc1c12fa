// SPDX-License-Identifier: GPL-3.0-only
#include "app/console/marks.h"

#include "models/stores/session.h"

#include <QFile>
#include <QQuickItem>
#include <QQuickWindow>

#include <chrono>
#include <cstdio>
#ifdef Q_OS_LINUX
#include <ctime>
#include <unistd.h>
#endif

namespace signalbox {

double sinceProcessStart()
{
#ifdef Q_OS_LINUX
    // Field 22 of /proc/self/stat, after the name in brackets: start in clock ticks since boot.
    static const double startedAt = [] {
        QFile file(QStringLiteral("/proc/self/stat"));
        if (!file.open(QIODevice::ReadOnly))
            return 0.0;
        const QByteArray stat = file.readAll();
        const QList<QByteArray> fields = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
        return fields.size() > 19 ? fields[19].toDouble() * 1000.0 / double(sysconf(_SC_CLK_TCK))
                                  : 0.0;
    }();
    timespec now {};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return double(now.tv_sec) * 1000.0 + double(now.tv_nsec) / 1e6 - startedAt;
#else
    static const auto first = std::chrono::steady_clock::now();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - first)
        .count();
#endif
}

Marks::Marks(QQuickWindow *window, Session *session, QObject *parent)
    : QObject(parent)
    , m_window(window)
{
    connect(window, &QQuickWindow::beforeSynchronizing, this, &Marks::synchronizing,
        Qt::DirectConnection);
    connect(window, &QQuickWindow::frameSwapped, this, &Marks::shown, Qt::DirectConnection);
    const auto connected = [this, session] {
        if (m_connected
            || (session->state() != Session::Live && session->state() != Session::Polling))
            return;
        m_connected = true;
        print("connected", sinceProcessStart());
    };
    connect(session, &Session::changed, this, connected);
    connected();
}

bool Marks::hasRow(const QQuickItem *item)
{
    if (!item->isVisible())
        return false;
    if (item->inherits("QQuickTableView") && item->property("rows").toInt() > 0) {
        const auto *content = item->property("contentItem").value<QQuickItem *>();
        const auto cells = content ? content->childItems() : QList<QQuickItem *>();
        for (const auto *cell : cells)
            if (cell->isVisible() && cell->width() > 0 && cell->height() > 0)
                return true;
    }
    const auto children = item->childItems();
    for (const auto *child : children)
        if (hasRow(child))
            return true;
    return false;
}

void Marks::synchronizing()
{
    if (!m_rowSeen && m_window && hasRow(m_window->contentItem()))
        m_rowSeen = true;
}

void Marks::shown()
{
    const double now = sinceProcessStart();
    if (!m_frame.exchange(true))
        print("first-frame", now);
    if (m_rowSeen && !m_rowShown.exchange(true)) {
        print("first-row", now);
        // Nothing is left to watch for.
        QMetaObject::invokeMethod(
            this,
            [this] {
                if (m_window)
                    disconnect(m_window, nullptr, this, nullptr);
            },
            Qt::QueuedConnection);
    }
}

void Marks::print(const char *name, double ms)
{
    std::printf("mark %s %.1f\n", name, ms);
    std::fflush(stdout);
}

} // namespace signalbox
