// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/session.h"

#include <QElapsedTimer>
#include <QTimer>

#include <functional>

namespace signalbox {

/// Owns all periodic reads of a connection without events, and of its broker; one per key however
/// many views look.
/// Pauses while nobody looks or nobody answers (while nobody looks and somebody is to be called, it
/// is slow instead), slows down when the far end is slow or nothing
/// changes, never has more than two reads outstanding. GUI thread.
class Poller : public QObject {
    Q_OBJECT
public:
    struct Pace {
        int versionMs = 5000; ///< cheap: one counter over all workspaces (TG §3.2)
        int metricsMs = 15000; ///< the scrape interval (TG §11)
        int brokerMs = 5000; ///< the broker's own interval of statistics (field-notes §4)
        int slowestMs = 60000;
    };
    explicit Poller(Session *session, QObject *parent);
    void setPace(const Pace &pace);
    qint64 polls() const { return m_polls; } ///< since the beginning
    qint64 skipped() const
    {
        return m_skipped;
    } ///< turns left out because two reads were outstanding

private:
    struct Job {
        QString key;
        int everyMs;
        int nowMs; ///< adapted
        qint64 dueAt;
        bool running;
        std::function<void(Job &)> run;
        bool ofBroker = false; ///< asks another far end, which tells what events do not
        qint64 askedAt = 0;
    };
    void turn();
    void paceBroker();
    void takeAttention();
    int paceOf(const Job &job) const; ///< of now, ms
    void restart();
    bool due(const Job &job) const;
    bool anyDue() const;
    Job *ended(const QString &key); ///< nullptr: there is none of that key
    void finished(const QString &key, bool fine, bool news, qint64 tookMs);
    void askVersion(Job &job);
    void askMetrics(Job &job);
    void lookForMetrics();
    void askBroker(Job &job);
    Job *job(const QString &key);

    Session *m_session;
    Pace m_pace;
    std::vector<Job> m_jobs;
    QTimer m_timer;
    QElapsedTimer m_clock;
    qint64 m_version = -1;
    qint64 m_polls = 0;
    qint64 m_skipped = 0;
    int m_outstanding = 0;
};

} // namespace signalbox
