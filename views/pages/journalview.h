// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/journalstore.h"
#include "models/stores/undo.h"
#include "views/pages/difflines.h"

#include <QPointer>

namespace signalbox {

class Session;

/// The journal: what this console wrote here, one write looked at, and the way back from it. Taking
/// back looks at the world first and is refused when it has moved on. GUI thread.
class JournalView : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(signalbox::Session *session READ session WRITE setSession NOTIFY sessionChanged
            REQUIRED FINAL)
    Q_PROPERTY(signalbox::TableModel *table READ table NOTIFY sessionChanged FINAL)
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString currentKey READ currentKey WRITE setCurrentKey NOTIFY changed FINAL)
    Q_PROPERTY(QString title READ title NOTIFY changed FINAL)
    Q_PROPERTY(QString facts READ facts NOTIFY changed FINAL) ///< who, where, when, both clocks
    Q_PROPERTY(QString outcome READ outcome NOTIFY changed FINAL)
    Q_PROPERTY(QString why READ why NOTIFY changed FINAL)
    Q_PROPERTY(QString unknown READ unknown NOTIFY changed FINAL) ///< what was not kept, and why
    Q_PROPERTY(signalbox::DiffLines *diff READ diff CONSTANT FINAL)
    Q_PROPERTY(bool undoing READ undoing NOTIFY changed FINAL) ///< the way back is shown
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL)
    Q_PROPERTY(QString whyNoUndo READ whyNoUndo NOTIFY changed FINAL) ///< "" = Undo… leads on
    Q_PROPERTY(QString whyNot READ whyNot NOTIFY changed FINAL) ///< "" = it can be done now
    Q_PROPERTY(QString refusal READ refusal NOTIFY changed FINAL) ///< the world has moved on
    /// `diff` is between what the write left and what there is now, while it is refused for that.
    Q_PROPERTY(bool movedShown READ movedShown NOTIFY changed FINAL)
    Q_PROPERTY(QString costs READ costs NOTIFY changed FINAL) ///< what else undoing does
    Q_PROPERTY(QString result READ result NOTIFY changed FINAL)
public:
    explicit JournalView(QObject *parent = nullptr);
    ~JournalView() override;

    Session *session() const;
    void setSession(Session *session);
    TableModel *table() const { return m_table; }
    QString summary() const;
    QString error() const;
    QString currentKey() const { return m_key; }
    void setCurrentKey(const QString &key);
    QString title() const;
    QString facts() const;
    QString outcome() const;
    QString why() const;
    QString unknown() const;
    DiffLines *diff() const { return m_diff; }
    bool undoing() const { return m_undoing; }
    bool busy() const { return m_busy; }
    QString whyNoUndo() const;
    QString whyNot() const;
    QString refusal() const { return m_refusal; }
    bool movedShown() const { return m_moved; }
    QString costs() const { return m_ready ? m_plan.costs : QString(); }
    QString result() const { return m_result; }

    Q_INVOKABLE void beginUndo(); ///< looks at the world, then shows the way back as a diff
    Q_INVOKABLE void cancelUndo();
    Q_INVOKABLE void undo();

signals:
    void sessionChanged();
    void changed();
    void stopWanted(const QString &key); ///< the stop preview of this flow decides

private:
    const JournalRow *row() const;
    void show();
    void looked(const Reply &answer);
    void done(const QString &error, const QString &result);
    void undoConfig();
    void undoRequest(std::size_t step); ///< of UndoPlan::first, then UndoPlan::request

    QPointer<Session> m_session;
    TableModel *m_table = nullptr;
    DiffLines *m_diff;
    QString m_key;
    UndoPlan m_plan;
    bool m_undoing = false;
    bool m_ready = false;
    bool m_busy = false;
    bool m_moved = false;
    std::string m_left; ///< by the write
    std::string m_now;
    int m_round = 0; ///< an answer of an older one is void
    QString m_refusal;
    QString m_result;
};

} // namespace signalbox
