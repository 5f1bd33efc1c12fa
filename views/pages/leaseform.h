// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/leasestore.h"
#include "models/stores/session.h"

#include <QPointer>
#include <QStringList>

namespace signalbox {

/// The form in which a person asks for the right to write: which kinds of changes, where, how long
/// and why. GUI thread.
class LeaseForm : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(
        signalbox::Session *session READ session WRITE setSession NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(QStringList scopeNames READ scopeNames CONSTANT FINAL) ///< ids
    Q_PROPERTY(QStringList scopeTitles READ scopeTitles CONSTANT FINAL)
    Q_PROPERTY(QStringList scopeHelps READ scopeHelps CONSTANT FINAL)
    Q_PROPERTY(QList<int> minuteChoices READ minuteChoices CONSTANT FINAL)
    Q_PROPERTY(QStringList scopes READ scopes WRITE setScopes NOTIFY changed FINAL) ///< chosen ids
    Q_PROPERTY(QString workspace READ workspace WRITE setWorkspace NOTIFY changed FINAL) ///< "" all
    Q_PROPERTY(QStringList places READ places NOTIFY changed FINAL) ///< first is "" for all
    Q_PROPERTY(int minutes READ minutes WRITE setMinutes NOTIFY changed FINAL)
    Q_PROPERTY(QString reason READ reason WRITE setReason NOTIFY changed FINAL)
    Q_PROPERTY(QString typed READ typed WRITE setTyped NOTIFY changed FINAL)
    Q_PROPERTY(QString whyNot READ whyNot NOTIFY changed FINAL) ///< "" = it can be asked for
public:
    explicit LeaseForm(QObject *parent = nullptr);

    Session *session() const { return m_session; }
    void setSession(Session *session);
    QStringList scopeNames() const;
    QStringList scopeTitles() const;
    QStringList scopeHelps() const;
    QList<int> minuteChoices() const;
    QStringList scopes() const { return m_scopes; }
    void setScopes(const QStringList &scopes);
    QString workspace() const { return m_workspace; }
    void setWorkspace(const QString &workspace);
    QStringList places() const;
    int minutes() const { return m_minutes; }
    void setMinutes(int minutes);
    QString reason() const { return m_reason; }
    void setReason(const QString &reason);
    QString typed() const { return m_typed; }
    void setTyped(const QString &typed);
    QString whyNot() const;

    Q_INVOKABLE void choose(const QString &scope, bool chosen);
    Q_INVOKABLE void take();
    Q_INVOKABLE void renew(); ///< for `minutes` from now

signals:
    void changed();
    void taken();

private:
    QPointer<Session> m_session;
    QStringList m_scopes { QStringLiteral("flows"), QStringLiteral("config") };
    QString m_workspace;
    int m_minutes = 15;
    QString m_reason;
    QString m_typed;
};

} // namespace signalbox
