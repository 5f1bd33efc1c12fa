// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/lease.h"

#include <QObject>
#include <QTimer>
#include <QtQml/qqmlregistration.h>

#include <chrono>
#include <optional>

namespace signalbox {

class Session;

/// The end of a lease, by two clocks: neither a clock that is set nor a machine that slept makes it
/// longer.
struct LeaseEnd {
    std::chrono::steady_clock::time_point steady;
    std::chrono::system_clock::time_point wall;
    static LeaseEnd in(std::chrono::milliseconds time);
    [[nodiscard]] bool passed() const;
    [[nodiscard]] std::chrono::milliseconds left() const; ///< ≥ 0
};

/// The right to write on this connection for a while (ARCHITECTURE.md, annex). Where the far end
/// gives leases it is asked, and its clock counts; else this console keeps them itself. The guard
/// below the stores follows it (app/client). GUI thread.
class LeaseStore : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by Session")
    Q_PROPERTY(bool needed READ needed NOTIFY changed FINAL) ///< writing needs a lease here
    Q_PROPERTY(bool atServer READ atServer NOTIFY changed FINAL) ///< the far end enforces it too
    Q_PROPERTY(bool held READ held NOTIFY changed FINAL)
    Q_PROPERTY(QString scopeText READ scopeText NOTIFY changed FINAL) ///< "flows, access · acme"
    Q_PROPERTY(QString reason READ reason NOTIFY changed FINAL)
    Q_PROPERTY(QString ended READ ended NOTIFY changed FINAL) ///< why the last one ended, or ""
    Q_PROPERTY(int remainingS READ remainingS NOTIFY ticked FINAL)
    Q_PROPERTY(QString remaining READ remaining NOTIFY ticked FINAL) ///< "4:59"
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
public:
    static constexpr int lookAgainS = 10; ///< whether the far end still knows the lease

    explicit LeaseStore(Session *session);

    bool needed() const;
    bool atServer() const;
    bool held() const { return m_lease.has_value(); }
    QString scopeText() const;
    QString reason() const;
    QString ended() const { return m_ended; }
    int remainingS() const;
    QString remaining() const;
    bool busy() const { return m_busy; }
    QString error() const { return m_error; }
    // of anybody's lease
    [[nodiscard]] static QString scopesOf(const schema::Lease &lease); ///< "flows, access"
    [[nodiscard]] static QString placeOf(const schema::Lease &lease); ///< "acme", "all workspaces"
    const schema::Lease *lease() const { return m_lease ? &*m_lease : nullptr; }
    const LeaseEnd &end() const { return m_end; }
    [[nodiscard]] bool covers(const rules::Change &change) const;

    /// `wanted`: scopes, workspace, minutes, reason. Replaces the one that is held.
    void take(const schema::Lease &wanted);
    void renew(int minutes);
    Q_INVOKABLE void stop(); ///< ends it now; here at once, at the far end as soon as it hears
    /// The far end refused a write for want of a lease: what we hold is worth nothing.
    void lost();

signals:
    void changed();
    void ticked(); ///< once a second while one is held
    void taken();

private:
    void adopt(const schema::Lease &lease, std::chrono::milliseconds time);
    void drop(const QString &why);
    void ask(const char *operation, const schema::Lease &lease);
    void lookAgain();
    void tick();
    void fail(const QString &error);

    Session *m_session;
    std::optional<schema::Lease> m_lease;
    LeaseEnd m_end;
    QString m_ended;
    QString m_error;
    bool m_busy = false;
    int m_generation = -1; ///< of the session when asked
    int m_round = 0; ///< the answer to an older question is void
    int m_sinceLook = 0;
    QTimer m_timer;
};

} // namespace signalbox
