// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/secretstore.h"

#include <chrono>

namespace signalbox {

/// The keychain of this machine through QtKeychain, whose calls are asynchronous throughout (its
/// queue lives on the GUI thread, and so do we). Who does not answer within `limit` is taken for
/// absent.
class Keychain : public SecretStore {
    Q_OBJECT
public:
    /// `service` names our entries in it.
    explicit Keychain(const QString &service = QStringLiteral("signalbox"),
        std::chrono::milliseconds limit = std::chrono::seconds(5), QObject *parent = nullptr);

    State state() const override { return m_state; }
    void look() override;
    void read(const QString &key, QObject *context, Got got) override;
    void write(const QString &key, const QString &secret, QObject *context, Done done) override;
    void forget(const QString &key) override;

private:
    class Errand;
    void settle(State state);

    QString m_service;
    std::chrono::milliseconds m_limit;
    State m_state = Unknown;
};

} // namespace signalbox
