// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/tls.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFile>
#include <QLocale>
#include <QSslKey>

namespace signalbox {
namespace {

constexpr qint64 pemLimit = 4 << 20;

struct TlsWords {
    Q_DECLARE_TR_FUNCTIONS(Tls)
};

Expected<QByteArray, QString> pemOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return unexpected(TlsWords::tr("%1 cannot be read: %2").arg(path, file.errorString()));
    return file.read(pemLimit);
}

Expected<QList<QSslCertificate>, QString> certificatesOf(const QString &path)
{
    const auto pem = pemOf(path);
    if (!pem)
        return unexpected(pem.error());
    auto found = QSslCertificate::fromData(*pem, QSsl::Pem);
    if (found.isEmpty())
        return unexpected(TlsWords::tr("%1 holds no certificate in PEM form").arg(path));
    return found;
}

/// A PEM file says in words what is in it, but one with a passphrase says no kind of key.
Expected<QSslKey, QString> keyOf(const QString &path, const std::string &passphrase)
{
    const auto pem = pemOf(path);
    if (!pem)
        return unexpected(pem.error());
    const QByteArray secret = QByteArray::fromStdString(passphrase);
    for (const auto algorithm : { QSsl::Rsa, QSsl::Ec, QSsl::Dsa })
        if (const QSslKey key(*pem, algorithm, QSsl::Pem, QSsl::PrivateKey, secret); !key.isNull())
            return key;
    if (!pem->contains("PRIVATE KEY"))
        return unexpected(TlsWords::tr("%1 holds no private key in PEM form").arg(path));
    if (pem->contains("ENCRYPTED"))
        return unexpected(passphrase.empty()
                ? TlsWords::tr("the key %1 wants its passphrase").arg(path)
                : TlsWords::tr("the passphrase does not open %1").arg(path));
    return unexpected(TlsWords::tr("the key %1 is of a kind that is not understood").arg(path));
}

QString nameOf(const QStringList &names, const QString &otherwise)
{
    return names.isEmpty() ? otherwise : names.join(QStringLiteral(", "));
}

QString dayOf(const QDateTime &time)
{
    return QLocale().toString(time.toUTC().date(), QLocale::ShortFormat);
}

QString namesIn(const QSslCertificate &certificate)
{
    QStringList names = certificate.subjectInfo(QSslCertificate::CommonName);
    const auto more = certificate.subjectAlternativeNames().values();
    for (const QString &name : more)
        if (!names.contains(name))
            names.append(name);
    return nameOf(names, TlsWords::tr("nobody"));
}

QString explainOne(const QSslError &error, const QSslCertificate &certificate, const QString &host)
{
    switch (error.error()) {
    case QSslError::HostNameMismatch:
        return TlsWords::tr("its certificate is for %1, not for %2")
            .arg(namesIn(certificate), host);
    case QSslError::CertificateExpired:
        return TlsWords::tr("its certificate ended on %1").arg(dayOf(certificate.expiryDate()));
    case QSslError::CertificateNotYetValid:
        return TlsWords::tr("its certificate begins only on %1; is this machine's clock right?")
            .arg(dayOf(certificate.effectiveDate()));
    case QSslError::SelfSignedCertificate:
        return TlsWords::tr("nobody known has signed its certificate: it signed itself");
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
        return TlsWords::tr("its certificate is signed by %1, whom this machine does not know")
            .arg(nameOf(
                certificate.issuerInfo(QSslCertificate::CommonName), TlsWords::tr("somebody")));
    case QSslError::CertificateRevoked:
        return TlsWords::tr("its certificate was revoked");
    default:
        return error.errorString();
    }
}

} // namespace

Expected<QSslConfiguration, QString> tlsConfiguration(const TlsTrust &trust)
{
    auto configuration = QSslConfiguration::defaultConfiguration();
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    if (!trust.caFile.isEmpty()) {
        const auto authorities = certificatesOf(trust.caFile);
        if (!authorities)
            return unexpected(authorities.error());
        configuration.setCaCertificates(*authorities);
    }
    if (!trust.certificateFile.isEmpty()) {
        const auto chain = certificatesOf(trust.certificateFile);
        if (!chain)
            return unexpected(chain.error());
        const auto key = keyOf(
            trust.keyFile.isEmpty() ? trust.certificateFile : trust.keyFile, trust.keyPassphrase);
        if (!key)
            return unexpected(key.error());
        configuration.setLocalCertificateChain(*chain);
        configuration.setPrivateKey(*key);
    }
    return configuration;
}

QString fingerprintOf(const QSslCertificate &certificate)
{
    return certificate.isNull()
        ? QString()
        : QString::fromLatin1(certificate.digest(QCryptographicHash::Sha256).toHex());
}

QString explainTls(
    const QList<QSslError> &errors, const QSslCertificate &certificate, const QString &host)
{
    QStringList found;
    for (const QSslError &error : errors) {
        const QString text = explainOne(error, certificate, host);
        // What the chain lacks is told in several ways.
        if (!text.isEmpty() && !found.contains(text))
            found.append(text);
    }
    return found.join(QStringLiteral("; "));
}

bool acceptsTls(const TlsTrust &trust, const QSslCertificate &certificate)
{
    return !trust.acceptedCertificate.isEmpty() && !certificate.isNull()
        && trust.acceptedCertificate == fingerprintOf(certificate);
}

} // namespace signalbox
