// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/expected.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslError>
#include <QString>

#include <string>

namespace signalbox {

/// What a connection trusts and shows of itself. Files are PEM. The passphrase is memory only.
struct TlsTrust {
    QString caFile; ///< "" = the authorities of this machine; else those of this file alone
    QString certificateFile; ///< our own, with what signed it; "" = none
    QString keyFile; ///< of our certificate; "" = in the same file
    std::string keyPassphrase;
    /// SHA-256 in hexadecimal of the one certificate that is taken whatever is wrong with it,
    /// because a person said so; "" = none.
    QString acceptedCertificate;
    bool operator==(const TlsTrust &) const = default;
};

/// Reads the files; an error names the file and what is wrong with it.
Expected<QSslConfiguration, QString> tlsConfiguration(const TlsTrust &trust);
QString fingerprintOf(const QSslCertificate &certificate);
/// One clause for people: another name, expired, unknown issuer, …; `host` is who was meant.
QString explainTls(
    const QList<QSslError> &errors, const QSslCertificate &certificate, const QString &host);
/// Whether a person took just this certificate.
bool acceptsTls(const TlsTrust &trust, const QSslCertificate &certificate);

} // namespace signalbox
