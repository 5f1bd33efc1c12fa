// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/session.h"
#include "views/pages/stoplines.h"
#include "views/pages/stoptargets.h"

#include <QPointer>
#include <QTimer>

namespace signalbox {

/// The stop dialog: one flow or a selection, previewed as one, then stopped one after the other (at
/// most four at a time) with a result per flow. The preview follows the live flows until the stop
/// is asked for. GUI thread.
class StopFlow : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(
        signalbox::Session *session READ session WRITE setSession NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(Step step READ step NOTIFY changed FINAL)
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString title READ title NOTIFY changed FINAL) ///< "Stop flow ingest-us"
    Q_PROPERTY(QString scopeText READ scopeText NOTIFY changed
            FINAL) ///< "in acme · computed over 12 live flows in 3 workspaces"
    Q_PROPERTY(QString recomputed READ recomputed NOTIFY changed
            FINAL) ///< "" or what changed while it was open
    Q_PROPERTY(QStringList warnings READ warnings NOTIFY changed FINAL)
    Q_PROPERTY(QString queuesDeleted READ queuesDeleted NOTIFY changed FINAL)
    Q_PROPERTY(QString messagesLost READ messagesLost NOTIFY changed FINAL)
    Q_PROPERTY(QString queuesLeft READ queuesLeft NOTIFY changed FINAL)
    Q_PROPERTY(QString messagesLeft READ messagesLeft NOTIFY changed FINAL)
    Q_PROPERTY(QString queuesKept READ queuesKept NOTIFY changed FINAL)
    Q_PROPERTY(QString entriesRemoved READ entriesRemoved NOTIFY changed FINAL)
    Q_PROPERTY(bool deletesQueues READ deletesQueues NOTIFY changed FINAL)
    Q_PROPERTY(
        bool losesMessages READ losesMessages NOTIFY changed FINAL) ///< more than none, or unknown
    Q_PROPERTY(bool showAll READ showAll WRITE setShowAll NOTIFY changed FINAL)
    Q_PROPERTY(QString moreText READ moreText NOTIFY changed
            FINAL) ///< "45 more deleted · 2 more kept", "" when all is shown
    Q_PROPERTY(signalbox::TableModel *topics READ topics CONSTANT FINAL)
    Q_PROPERTY(signalbox::TableModel *results READ results CONSTANT FINAL)
    Q_PROPERTY(bool typingNeeded READ typingNeeded NOTIFY changed FINAL)
    Q_PROPERTY(QString typeThis READ typeThis NOTIFY changed FINAL)
    Q_PROPERTY(QString typed READ typed WRITE setTyped NOTIFY changed FINAL)
    Q_PROPERTY(QString whyNot READ whyNot NOTIFY changed
            FINAL) ///< why stop() would do nothing now, "" = go
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL) ///< progress, then the result
    Q_PROPERTY(int stopped READ stopped NOTIFY changed FINAL)
    Q_PROPERTY(int failed READ failed NOTIFY changed FINAL)
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
public:
    enum Step { Computing, Preview, Stopping, Finished };
    Q_ENUM(Step)
    static constexpr int inFlight = 4;

    explicit StopFlow(QObject *parent = nullptr);
    ~StopFlow() override;

    Session *session() const { return m_session; }
    void setSession(Session *session);
    Step step() const { return m_step; }
    bool busy() const { return m_step == Computing || m_step == Stopping; }
    QString error() const { return m_error; }
    QString title() const;
    QString scopeText() const;
    QString recomputed() const { return m_recomputed; }
    QStringList warnings() const { return m_preview.warnings + m_preview.problems; }
    QString queuesDeleted() const;
    QString messagesLost() const;
    QString queuesLeft() const;
    QString messagesLeft() const;
    QString queuesKept() const;
    QString entriesRemoved() const;
    bool deletesQueues() const { return m_preview.deletesQueues; }
    bool losesMessages() const;
    bool showAll() const { return m_showAll; }
    void setShowAll(bool all);
    QString moreText() const;
    TableModel *topics() const { return m_topics; }
    TableModel *results() const { return m_results; }
    bool typingNeeded() const;
    QString typeThis() const;
    QString typed() const { return m_typed; }
    void setTyped(const QString &typed);
    QString whyNot() const;
    QString summary() const;
    int stopped() const { return m_flows.stopped(); }
    int failed() const { return m_flows.failed(); }
    int count() const { return m_flows.count(); }
    const StopPreview &preview() const { return m_preview; }

    Q_INVOKABLE void open(const QStringList &keys); ///< "workspace/id" each
    Q_INVOKABLE void stop();
    Q_INVOKABLE void retryFailed(); ///< back to a preview of those that failed
    Q_INVOKABLE QString report() const; ///< the results as text, for the clipboard

signals:
    void changed();
    void finished(bool allStopped);

private:
    void recompute();
    void take(StopPreview preview);
    void next();
    void settle(const rules::FlowRef &flow, const Answer<Done> &answer);

    QPointer<Session> m_session;
    Step m_step = Computing;
    QString m_error;
    QString m_recomputed;
    int m_recomputes = 0;
    bool m_computed = false;
    bool m_asking = false; ///< liveFlows() is on its way
    bool m_again = false; ///< something changed meanwhile
    bool m_showAll = false;
    QString m_typed;
    StopTargets m_flows;
    StopPreview m_preview;
    StopLines *m_topics;
    PartTable *m_results;
    QTimer m_wait; ///< many changes at once, one computation
    QTimer m_count;
};

} // namespace signalbox
