// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/queuedetailview.h"

namespace signalbox {

/// The Queues page: every queue of the broker by scope and owner, and the one looked at. GUI
/// thread.
class QueuesPage : public QObject {
    Q_OBJECT
    QML_NAMED_ELEMENT(QueuesPageModel)
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(signalbox::Session *session READ session WRITE setSession NOTIFY sessionChanged
            REQUIRED FINAL)
    Q_PROPERTY(signalbox::TableModel *table READ table NOTIFY sessionChanged FINAL)
    Q_PROPERTY(signalbox::QueueDetailView *detail READ detail CONSTANT FINAL)
    Q_PROPERTY(
        QString currentKey READ currentKey WRITE setCurrentKey NOTIFY currentKeyChanged FINAL)
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged
            FINAL) ///< what the person typed
    Q_PROPERTY(QString scope READ scope WRITE setScope NOTIFY filterChanged FINAL) ///< "" = all
    Q_PROPERTY(QStringList scopes READ scopes CONSTANT FINAL)
    Q_PROPERTY(int scopeIndex READ scopeIndex NOTIFY filterChanged FINAL)
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL)
    Q_PROPERTY(QString sourceText READ sourceText NOTIFY changed FINAL)
    Q_PROPERTY(QString unknownWhy READ unknownWhy NOTIFY changed
            FINAL) ///< a banner: what is not known here, and why
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString emptyTitle READ emptyTitle NOTIFY changed FINAL)
    Q_PROPERTY(QString emptyText READ emptyText NOTIFY changed FINAL)
public:
    explicit QueuesPage(QObject *parent = nullptr);
    ~QueuesPage() override;

    Session *session() const { return m_session; }
    void setSession(Session *session);
    TableModel *table() const { return m_table; }
    QueueDetailView *detail() const { return m_detail; }
    QString currentKey() const { return m_currentKey; }
    void setCurrentKey(const QString &key);
    QString filter() const { return m_filter; }
    void setFilter(const QString &filter);
    QString scope() const { return m_scope; }
    void setScope(const QString &scope);
    QStringList scopes() const;
    int scopeIndex() const { return int(scopes().indexOf(m_scope)); }
    QString summary() const;
    QString sourceText() const;
    QString unknownWhy() const;
    QString error() const;
    QString emptyTitle() const;
    QString emptyText() const;
    Q_INVOKABLE QString scopeTitle(const QString &scope) const;
    Q_INVOKABLE QString linkTo(const QString &key) const;
    Q_INVOKABLE QString jsonOf(const QString &key) const;

signals:
    void sessionChanged();
    void changed();
    void currentKeyChanged();
    void filterChanged();

private:
    void applyFilter();

    QPointer<Session> m_session;
    TableModel *m_table = nullptr;
    QueueDetailView *m_detail;
    QString m_currentKey;
    QString m_filter;
    QString m_scope;
};

} // namespace signalbox
