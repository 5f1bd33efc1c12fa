// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/session.h"
#include "models/stores/table.h"

#include <QPointer>

namespace signalbox {

/// What the pages over one live table have in common: the table of the session's workspace, the row
/// looked at, and the words in the head. GUI thread.
class TablePage : public QObject {
    Q_OBJECT
    QML_ANONYMOUS
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(signalbox::Session *session READ session WRITE setSession NOTIFY sessionChanged
            REQUIRED FINAL)
    Q_PROPERTY(signalbox::TableModel *table READ table NOTIFY sessionChanged FINAL)
    Q_PROPERTY(
        QString currentKey READ currentKey WRITE setCurrentKey NOTIFY currentKeyChanged FINAL)
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL) ///< "5 of 12 · acme"
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString staleness READ staleness NOTIFY changed
            FINAL) ///< "shown as of 40 s ago", "" when fresh
    Q_PROPERTY(QString emptyTitle READ emptyTitle NOTIFY changed FINAL)
    Q_PROPERTY(QString emptyText READ emptyText NOTIFY changed FINAL)
public:
    using QObject::QObject;

    Session *session() const { return m_session; }
    void setSession(Session *session);
    TableModel *table() const { return m_table; }
    QString currentKey() const { return m_currentKey; }
    void setCurrentKey(const QString &key);
    QString summary() const;
    QString staleness() const;
    virtual QString error() const = 0;
    virtual QString emptyTitle() const = 0;
    virtual QString emptyText() const = 0;
    Q_INVOKABLE virtual QString jsonOf(const QString &key) const; ///< "" when it is not shown

signals:
    void sessionChanged();
    void changed();
    void currentKeyChanged();

protected:
    virtual TableModel *makeTable() = 0;
    virtual QObject *store() const = 0; ///< of the table; let go with the session
    virtual bool loaded() const = 0; ///< the store has answered once
    virtual void sessionSet() = 0; ///< the table is there, or the session is gone
    virtual void looked() = 0; ///< at another row

    /// The table's filter cannot be read: what is shown is not what it asks for.
    bool filterAtFault() const;

private:
    QPointer<Session> m_session;
    TableModel *m_table = nullptr;
    QString m_currentKey;
};

} // namespace signalbox
