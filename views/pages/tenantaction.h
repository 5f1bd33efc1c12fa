// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/tenantstore.h"

#include <QPointer>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// What is done to a tenant or to something that it has without a form: delete, switch on and off,
/// test. What it does stands there before it is done. GUI thread.
class TenantAction : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(signalbox::TenantStore *store READ store WRITE setStore NOTIFY changed FINAL)
    Q_PROPERTY(QString title READ title NOTIFY changed FINAL)
    Q_PROPERTY(QString subtitle READ subtitle NOTIFY changed FINAL)
    Q_PROPERTY(QString verb READ verb NOTIFY changed FINAL)
    Q_PROPERTY(bool destructive READ destructive NOTIFY changed FINAL)
    Q_PROPERTY(QStringList consequences READ consequences NOTIFY changed FINAL)
    Q_PROPERTY(QString typeThis READ typeThis NOTIFY changed FINAL) ///< "" = no typing needed
    Q_PROPERTY(QString typed READ typed WRITE setTyped NOTIFY changed FINAL)
    Q_PROPERTY(QString whyNot READ whyNot NOTIFY changed FINAL)
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString result READ result NOTIFY changed FINAL)
    Q_PROPERTY(QStringList steps READ steps NOTIFY changed FINAL) ///< of a test, in words
public:
    enum Kind {
        DeleteTenant,
        DeleteAgent,
        DeleteChannel,
        DeleteText,
        RemoveMember,
        RevokeInvitation,
        SwitchAgent, ///< on or off, whichever it is not
        SwitchChannel,
        TestChannel
    };
    Q_ENUM(Kind)

    explicit TenantAction(QObject *parent = nullptr);

    TenantStore *store() const { return m_store; }
    void setStore(TenantStore *store);
    QString title() const;
    QString subtitle() const { return m_name; }
    QString verb() const;
    bool destructive() const;
    QStringList consequences() const;
    QString typeThis() const;
    QString typed() const { return m_typed; }
    void setTyped(const QString &typed);
    QString whyNot() const;
    bool busy() const { return m_busy; }
    QString error() const { return m_error; }
    QString result() const { return m_result; }
    QStringList steps() const { return m_steps; }

    Q_INVOKABLE void open(
        signalbox::TenantAction::Kind kind, const QString &tenant, const QString &id = {});
    Q_INVOKABLE void run();
    Q_INVOKABLE void forget();
    /// Why it cannot be begun at all, for a button; "" = it can.
    Q_INVOKABLE QString denied(int kind, const QString &tenant, const QString &id) const;
    /// The same for a form (TenantForm.Kind); "" as `id` makes a new one.
    Q_INVOKABLE QString deniedForm(int kind, const QString &tenant, const QString &id) const;

signals:
    void changed();
    void done();

private:
    [[nodiscard]] bool switchesOff() const;
    [[nodiscard]] QString deniedLine(const std::string &line, const QString &tenant) const;
    [[nodiscard]] std::string line(Kind kind, const QString &tenant, const QString &id) const;
    [[nodiscard]] std::string body() const;
    void countConversations();

    QPointer<TenantStore> m_store;
    Kind m_kind = DeleteTenant;
    QString m_tenant;
    QString m_id;
    QString m_name;
    QString m_typed;
    bool m_wasActive = false;
    int m_round = 0; ///< answers of an older one are void
    bool m_busy = false;
    QString m_error;
    QString m_result;
    QStringList m_steps;
    QString m_affected; ///< which conversations an agent leaves alone, "" not asked
};

} // namespace signalbox
