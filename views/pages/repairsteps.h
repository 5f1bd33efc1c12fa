// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/reconcile.h"
#include "models/stores/session.h"
#include "views/pages/overviewlists.h"

#include <QPointer>

namespace signalbox {

/// A plan of repair, one guarded request after the other. A queue that the far end keeps stays, and
/// the rest goes on; any other failure ends it. What only a person can do stands in it with what to
/// do, and is never sent. GUI thread.
class RepairSteps : public QObject {
    Q_OBJECT
public:
    enum State { Planned, Running, Done, Failed, NotRun };

    explicit RepairSteps(QObject *parent = nullptr);
    void setSession(Session *session) { m_session = session; }
    void plan(std::vector<rules::RepairStep> steps);
    void run();
    bool busy() const { return m_running >= 0; }
    bool over() const { return m_over; }
    int asked() const; ///< steps that send a request
    int byHand() const { return int(m_steps.size()) - asked(); }
    QStringList byHandWords() const; ///< what a person does for each of them
    int done() const;
    QString error() const { return m_error; }
    QString whyNot() const; ///< read-only, no right, not connected; "" = it can be run
    OverviewLines *lines() const { return m_lines; }

signals:
    void changed();
    void finished();

private:
    struct Step {
        rules::RepairStep step;
        State state = Planned;
        QString word;
    };
    void next();
    void ended(const QString &word);
    void failed(const QString &error);
    void keptQueue(const QString &why);
    void tellFault(const QString &why);
    void finish();
    void lookAgain(const rules::RepairStep &step); ///< what it is about may have changed since
    void stopFlow(const rules::Finding &finding);
    void deleteEntry(const rules::Finding &finding);
    void deleteQueue(const rules::Finding &finding);
    void show();

    QPointer<Session> m_session;
    std::vector<Step> m_steps;
    int m_running = -1;
    bool m_over = false;
    QString m_error;
    QString m_fault; ///< the first
    OverviewLines *m_lines;
};

} // namespace signalbox
