// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/connectioncheck.h"

#include <QPointer>
#include <QThread>

namespace signalbox {

class ConnectionSteps;

/// Walks the way on a thread of its own, which begins with the first start().
class ConnectionTest : public ConnectionCheck {
    Q_OBJECT
public:
    using ConnectionCheck::ConnectionCheck;
    ~ConnectionTest() override;
    void start(const SavedConnection &connection, const QString &secret,
        const QString &keyPassphrase) override;
    void cancel() override;

private:
    QThread m_thread;
    QPointer<ConnectionSteps> m_steps; ///< lives on m_thread
};

} // namespace signalbox
