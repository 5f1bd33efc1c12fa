// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/savedconnection.h"

#include <QDateTime>

namespace signalbox {

/// One step of a way to a back end, and how it went.
struct CheckStep {
    enum Kind { Name, Tcp, Tls, Era, SigningIn, Workspace, Metrics };
    enum State { Waiting, Running, Passed, Caution, Failed, Skipped };
    static constexpr int kinds = 7;
    Kind kind = Name;
    State state = Waiting;
    QString text {}; ///< what was found
    QString advice {}; ///< what to do about it; "" = nothing
    qint64 micros = -1; ///< how long it took; -1 not known
    bool operator==(const CheckStep &) const = default;
};

/// What the far end shows of itself.
struct ShownCertificate {
    QString subject {};
    QString issuer {};
    QDateTime ends {};
    QString fingerprint {}; ///< SHA-256, hexadecimal
    QString fault {}; ///< why it is not taken; "" = it is
    bool operator==(const ShownCertificate &) const = default;
};

/// Walks the way to a back end step by step, with what is in a form and not yet saved. Keeps and
/// saves nothing. GUI thread; implemented in app/client. step() and certificate() come until
/// finished() does, exactly once for each start() that is not cancelled.
class ConnectionCheck : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void start(
        const SavedConnection &connection, const QString &secret, const QString &keyPassphrase) = 0;
    virtual void cancel() = 0;

signals:
    void step(const signalbox::CheckStep &step);
    void certificate(const signalbox::ShownCertificate &shown);
    void finished();
};

} // namespace signalbox
