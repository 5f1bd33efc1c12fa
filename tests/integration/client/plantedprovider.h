// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "tests/support/secretscan.h"

#include <QTcpServer>
#include <QUrl>

namespace signalbox {

/// An OpenID provider on this machine whose person always says yes. All that it gives or takes
/// which somebody else could sign in with is planted in `scan`.
class PlantedProvider : public QTcpServer {
public:
    explicit PlantedProvider(SecretScan *scan);
    QString issuer() const;

    int signIns = 0;
    int refreshes = 0;
    int revoked = 0;
    int ended = 0;

private:
    QByteArray answer(const QByteArray &line, const QByteArray &body);
    QByteArray agree(const QUrl &asked);
    QByteArray giveTokens(const QByteArray &form);

    SecretScan *m_scan;
    QString m_nonce;
};

} // namespace signalbox
