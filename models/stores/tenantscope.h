// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/rules/isolation.h"
#include "models/schema/event.h"

#include <QObject>
#include <QPointer>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

class Session;

/// The isolation prover around what one view asks about tenants: every answer, stream part, frame
/// and event is checked against the tenant that it is for (rules/isolation.h) before the view gets
/// it. One that speaks of another tenant never arrives: the request fails with code
/// "foreign-tenant", the view stops (every later request fails until resume()), and the evidence is
/// filed as a row of Wire and a line of the journal. GUI thread; answers are checked on the I/O
/// thread.
///
/// A view of one tenant calls setTenant(); a view of all tenants leaves it "", and each request is
/// checked against the tenant that its own path or query names.
class TenantScope : public QObject, public Gateway {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by a store")
    Q_PROPERTY(bool stopped READ stopped NOTIFY changed FINAL)
    Q_PROPERTY(QString why READ why NOTIFY changed FINAL) ///< for a banner, "" while it runs
    Q_PROPERTY(int caught READ caught NOTIFY changed FINAL) ///< since the program started
public:
    /// `view` names it for people, e.g. tr("Tenants").
    TenantScope(Session *session, QString view, QObject *parent = nullptr);
    ~TenantScope() override;

    /// Another tenant is looked at: answers for the one before are let go, and a stopped view runs
    /// again.
    void setTenant(const QString &tenant);
    [[nodiscard]] QString tenant() const;
    [[nodiscard]] bool stopped() const { return !m_why.isEmpty(); }
    [[nodiscard]] QString why() const { return m_why; }
    [[nodiscard]] int caught() const { return m_caught; }
    Q_INVOKABLE void resume(); ///< a person has seen it and looks again

    QFuture<Reply> request(Request request) override;
    std::unique_ptr<Subscription> stream(Request request) override;
    /// May the view take this event? False: it is another tenant's by its own word (not this view's
    /// affair), or it says one tenant and carries another, which is evidence.
    bool admits(const schema::Event &event);
    /// The same for one frame of a socket that was opened for the view's tenant.
    bool admits(const std::string &frame, const QString &what);

signals:
    void changed();
    void caughtForeign(const QString &evidence);

private:
    struct Gate; ///< shared with the I/O thread
    void file(const rules::ForeignTenant &proof, const QString &what, bool stops = true);
    [[nodiscard]] GatewayError refusal() const;

    QPointer<Session> m_session;
    QString m_view;
    QString m_why;
    int m_caught = 0;
    std::shared_ptr<Gate> m_gate;
};

} // namespace signalbox
