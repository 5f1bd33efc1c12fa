// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/flowdetail.h"

namespace signalbox {

/// The Flows page: the table of one or all workspaces, what may be done, and the flow looked at.
/// GUI thread.
class FlowsPage : public QObject {
    Q_OBJECT
    QML_NAMED_ELEMENT(FlowsPageModel)
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(signalbox::Session *session READ session WRITE setSession NOTIFY sessionChanged
            REQUIRED FINAL)
    Q_PROPERTY(signalbox::TableModel *table READ table NOTIFY sessionChanged FINAL)
    Q_PROPERTY(signalbox::FlowDetail *detail READ detail CONSTANT FINAL)
    Q_PROPERTY(
        QString currentKey READ currentKey WRITE setCurrentKey NOTIFY currentKeyChanged FINAL)
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL) ///< "5 of 12 · acme"
    Q_PROPERTY(bool loading READ loading NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(
        QString staleness READ staleness NOTIFY changed FINAL) ///< "from 40 s ago", "" when fresh
    Q_PROPERTY(QString emptyTitle READ emptyTitle NOTIFY changed FINAL)
    Q_PROPERTY(QString emptyText READ emptyText NOTIFY changed FINAL)
    Q_PROPERTY(QString startDenied READ startDenied NOTIFY changed FINAL) ///< why not, "" = allowed
    Q_PROPERTY(QString stopDenied READ stopDenied NOTIFY changed FINAL)
public:
    static constexpr int staleAfterMs = 15000;

    explicit FlowsPage(QObject *parent = nullptr);
    ~FlowsPage() override;

    Session *session() const { return m_session; }
    void setSession(Session *session);
    TableModel *table() const { return m_table; }
    FlowDetail *detail() const { return m_detail; }
    QString currentKey() const { return m_currentKey; }
    void setCurrentKey(const QString &key); ///< "workspace/id"
    QString summary() const;
    bool loading() const;
    QString error() const;
    QString staleness() const;
    QString emptyTitle() const;
    QString emptyText() const;
    QString startDenied() const;
    QString stopDenied() const;

    /// Why these flows cannot be stopped now: the right is missing, or all of them are stopping
    /// already.
    Q_INVOKABLE QString whyNotStop(const QStringList &keys) const;
    Q_INVOKABLE QString idOf(const QString &key) const;
    Q_INVOKABLE QString workspaceOf(const QString &key) const;
    Q_INVOKABLE QString linkTo(const QString &key) const;
    Q_INVOKABLE QString jsonOf(const QString &key) const;
    Q_INVOKABLE void copy(const QString &text);

signals:
    void sessionChanged();
    void changed();
    void currentKeyChanged();
    void copied(const QString &text);
    void flowGone(const QString &key);

private:
    void connectSession();

    QPointer<Session> m_session;
    TableModel *m_table = nullptr;
    FlowDetail *m_detail;
    QString m_currentKey;
};

} // namespace signalbox
