// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/accessdetail.h"
#include "views/pages/accessform.h"

namespace signalbox {

/// The Access page: users, workspaces, API keys, what each role may do, and who may write for a
/// while; and before anything is
/// tried, which right is missing for it. GUI thread.
class AccessPage : public QObject {
    Q_OBJECT
    QML_NAMED_ELEMENT(AccessPageModel)
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(signalbox::Session *session READ session WRITE setSession NOTIFY sessionChanged
            REQUIRED FINAL)
    Q_PROPERTY(signalbox::AccessStore *store READ store NOTIFY sessionChanged FINAL)
    Q_PROPERTY(signalbox::AccessDetail *detail READ detail CONSTANT FINAL)
    Q_PROPERTY(int part READ part WRITE setPart NOTIFY partChanged FINAL) ///< Part
    Q_PROPERTY(signalbox::TableModel *table READ table NOTIFY partChanged FINAL)
    Q_PROPERTY(QStringList partIds READ partIds CONSTANT FINAL)
    Q_PROPERTY(bool looked READ looked WRITE setLooked NOTIFY changed FINAL)
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged FINAL)
    Q_PROPERTY(QString currentKey READ currentKey WRITE setCurrentKey NOTIFY currentKeyChanged
            FINAL) ///< of the part shown
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL)
    Q_PROPERTY(QString notice READ notice NOTIFY changed FINAL) ///< what is not seen, and why
    Q_PROPERTY(bool noticeIsCaution READ noticeIsCaution NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString emptyTitle READ emptyTitle NOTIFY changed FINAL)
    Q_PROPERTY(QString emptyText READ emptyText NOTIFY changed FINAL)
    Q_PROPERTY(QString changePasswordDenied READ changePasswordDenied NOTIFY changed FINAL)
public:
    enum Part { Users, Workspaces, Keys, Rights, Leases };
    Q_ENUM(Part)
    static constexpr int flowsMs = 500;

    explicit AccessPage(QObject *parent = nullptr);
    ~AccessPage() override;

    Session *session() const { return m_session; }
    void setSession(Session *session);
    AccessStore *store() const { return m_store; }
    AccessDetail *detail() const { return m_detail; }
    int part() const { return m_part; }
    void setPart(int part);
    TableModel *table() const;
    QStringList partIds() const;
    bool looked() const { return m_looked; }
    void setLooked(bool looked);
    QString filter() const { return m_filter; }
    void setFilter(const QString &filter);
    QString currentKey() const { return m_current; }
    void setCurrentKey(const QString &key);
    QString summary() const;
    QString notice() const;
    bool noticeIsCaution() const;
    QString error() const;
    QString emptyTitle() const;
    QString emptyText() const;
    QString changePasswordDenied() const;

    Q_INVOKABLE QString partTitle(int part) const;
    Q_INVOKABLE QString partCount(int part) const; ///< "" while not known
    /// Why a form or an action cannot be begun, for its button; "" = it can.
    Q_INVOKABLE QString whyNotForm(int kind) const; ///< AccessForm.Kind
    Q_INVOKABLE QString whyNotAction(int kind) const; ///< AccessAction.Kind
    Q_INVOKABLE QString jsonOf(const QString &key) const;
    Q_INVOKABLE QString myId() const;

signals:
    void sessionChanged();
    void changed();
    void partChanged();
    void filterChanged();
    void currentKeyChanged();

private:
    [[nodiscard]] int keyOwnersUnread() const; ///< they failed, or come yet
    [[nodiscard]] bool keysAreComing() const;
    [[nodiscard]] QString whyNot(const char *operation) const;
    [[nodiscard]] const AccessStore::Part *statePart() const;
    void watch();
    void refill();

    QPointer<Session> m_session;
    QTimer m_flowsCounted;
    AccessStore *m_store = nullptr;
    AccessTables *m_tables;
    AccessDetail *m_detail;
    int m_part = Users;
    bool m_looked = false;
    QString m_filter;
    QString m_current;
};

} // namespace signalbox
