// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/session.h"

#include <QPointer>
#include <QTimer>
#include <QWindow>

namespace signalbox {

/// Tells the session how closely somebody looks, from input to the program and from what the window
/// shows: Hidden while it is minimised or covered, Calm after 15 s without key, pointer or touch,
/// else Watched. A calm text cursor does not blink: each blink would redraw the window. GUI thread.
class Attention : public QObject {
    Q_OBJECT
public:
    explicit Attention(
        Session *session, std::chrono::milliseconds calmAfter = std::chrono::seconds(15));
    void watch(QWindow *window); ///< the window has to outlive this

    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void touched();
    void settle();

    Session *m_session;
    QPointer<QWindow> m_window;
    QTimer m_calm;
    int m_flashTime;
};

} // namespace signalbox
