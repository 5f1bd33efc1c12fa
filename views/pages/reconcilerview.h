// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/reconcilestore.h"
#include "views/pages/repairsteps.h"

namespace signalbox {

/// The reconciler: what does not belong together, a choice of it, and the plan that mends it. GUI
/// thread.
class ReconcilerView : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(
        signalbox::Session *session READ session WRITE setSession NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(signalbox::TableModel *table READ table NOTIFY tableChanged FINAL)
    Q_PROPERTY(signalbox::OverviewLines *steps READ steps CONSTANT FINAL)
    Q_PROPERTY(QStringList chosen READ chosen WRITE setChosen NOTIFY changed FINAL) ///< keys
    Q_PROPERTY(bool withMessages READ withMessages WRITE setWithMessages NOTIFY changed
            FINAL) ///< delete queues that hold messages, too
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL) ///< it looks
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL)
    Q_PROPERTY(QStringList limits READ limits NOTIFY changed FINAL)
    Q_PROPERTY(QStringList notes READ notes NOTIFY changed FINAL) ///< the summary, then the limits
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(bool looked READ looked NOTIFY changed FINAL)
    Q_PROPERTY(bool planning READ planning NOTIFY changed FINAL) ///< the plan is shown
    Q_PROPERTY(bool running READ running NOTIFY changed FINAL)
    Q_PROPERTY(bool over READ over NOTIFY changed FINAL) ///< the plan was run
    Q_PROPERTY(int byHandCount READ byHandCount NOTIFY changed FINAL) ///< left to a person
    Q_PROPERTY(QString planText READ planText NOTIFY changed FINAL)
    Q_PROPERTY(QString whyNoPlan READ whyNoPlan NOTIFY changed FINAL)
    Q_PROPERTY(QString whyNot READ whyNot NOTIFY changed FINAL)
    Q_PROPERTY(QString typed READ typed WRITE setTyped NOTIFY changed FINAL)
    Q_PROPERTY(QString wanted READ wanted NOTIFY changed FINAL) ///< what must be typed
public:
    explicit ReconcilerView(QObject *parent = nullptr);
    ~ReconcilerView() override;

    Session *session() const { return m_session; }
    void setSession(Session *session);
    TableModel *table() const { return m_table; }
    OverviewLines *steps() const { return m_steps->lines(); }
    QStringList chosen() const { return m_chosen; }
    void setChosen(const QStringList &keys);
    bool withMessages() const { return m_withMessages; }
    void setWithMessages(bool with);
    bool busy() const { return m_store && m_store->busy(); }
    QString summary() const { return m_store ? m_store->summary() : QString(); }
    QStringList limits() const { return m_store ? m_store->limits() : QStringList(); }
    QStringList notes() const { return QStringList(summary()) + limits(); }
    QString error() const;
    bool looked() const { return m_store && m_store->looked(); }
    bool planning() const { return m_planning; }
    bool running() const { return m_steps->busy(); }
    bool over() const { return m_planning && m_steps->over(); }
    int byHandCount() const { return m_steps->byHand(); }
    QString planText() const;
    QString whyNoPlan() const;
    QString whyNot() const;
    QString typed() const { return m_typed; }
    void setTyped(const QString &typed);
    QString wanted() const;

    Q_INVOKABLE void look();
    Q_INVOKABLE void plan(); ///< of what is chosen, or of all
    Q_INVOKABLE void leavePlan();
    /// What the plan leaves to a person, one a line: commands, or a sentence; "" nothing.
    Q_INVOKABLE QString byHand() const;
    Q_INVOKABLE void run();

signals:
    void changed();
    void tableChanged();

private:
    void makePlan();

    QPointer<Session> m_session;
    ReconcileStore *m_store = nullptr;
    TableModel *m_table = nullptr;
    RepairSteps *m_steps;
    QStringList m_chosen;
    bool m_withMessages = false;
    bool m_planning = false;
    QString m_typed;
};

} // namespace signalbox
