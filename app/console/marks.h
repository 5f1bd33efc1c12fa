// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QObject>
#include <QPointer>

#include <atomic>

QT_BEGIN_NAMESPACE
class QQuickItem;
class QQuickWindow;
QT_END_NAMESPACE

namespace signalbox {

class Session;

/// Milliseconds since this process was started (Linux: from /proc; elsewhere since the first call).
double sinceProcessStart();

/// Prints `mark NAME MILLISECONDS` on standard output, flushed, once each: first-frame, connected,
/// first-row. The row is one of a table's delegates that was there when a frame was synchronised;
/// its time is when that frame was shown.
class Marks : public QObject {
    Q_OBJECT
public:
    Marks(QQuickWindow *window, Session *session, QObject *parent = nullptr);

private:
    void synchronizing(); ///< render thread, the GUI thread is blocked
    void shown(); ///< render thread
    void print(const char *name, double ms);
    static bool hasRow(const QQuickItem *item);

    QPointer<QQuickWindow> m_window;
    bool m_connected = false;
    std::atomic<bool> m_frame { false };
    std::atomic<bool> m_rowSeen { false };
    std::atomic<bool> m_rowShown { false };
};

} // namespace signalbox
