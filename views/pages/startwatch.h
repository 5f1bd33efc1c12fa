// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/session.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>

namespace signalbox {

/// Follows a flow after its start until the far end says that its processors are ready, or cannot
/// tell. Asks twice a second for at most a minute (a start answers before anything consumes,
/// contract TG §4.4). GUI thread.
class StartWatch : public QObject {
    Q_OBJECT
public:
    enum State { Idle, Waiting, Ready, Running, Late };
    Q_ENUM(State)
    static constexpr int everyMs = 500;
    static constexpr int limitMs = 60000;

    explicit StartWatch(QObject *parent = nullptr);
    void follow(Session *session, const QString &workspace, const QString &id);
    void stop();
    State state() const { return m_state; }
    QString text() const { return m_text; } ///< for people
    [[nodiscard]] bool over() const { return m_state != Waiting; }

signals:
    void changed();

private:
    void look();
    void set(State state, const QString &text);
    [[nodiscard]] QString processors() const;

    QPointer<Session> m_session;
    QString m_workspace;
    QString m_id;
    State m_state = Idle;
    QString m_text;
    QTimer m_timer;
    QElapsedTimer m_since;
    bool m_asking = false;
};

} // namespace signalbox
