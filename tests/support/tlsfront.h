// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QSslConfiguration>
#include <QSslServer>
#include <QTemporaryDir>
#include <QUrl>

namespace signalbox {

/// Certificates made by the openssl program, in a folder that goes with it.
class Certificates {
public:
    Certificates(); ///< makes an authority of its own
    bool isValid() const { return m_fault.isEmpty(); }
    QString fault() const { return m_fault; }
    QString path(const QString &name) const { return m_folder.filePath(name); }
    QString authority() const { return path(QStringLiteral("authority.pem")); }
    /// NAME.pem and NAME.key, signed by the authority. `alternative`: "IP:127.0.0.1", "DNS:…".
    /// Negative days: it has ended. A passphrase encrypts the key.
    bool make(const QString &name, const QString &alternative, int days = 2,
        const QString &passphrase = {});
    bool makeSelfSigned(const QString &name, const QString &alternative);

private:
    bool run(const QStringList &arguments);

    QTemporaryDir m_folder;
    QString m_fault;
};

/// Speaks TLS on 127.0.0.1 and passes everything on to a plain port there, as a proxy in front of a
/// gateway does.
class TlsFront : public QObject {
    Q_OBJECT
public:
    /// `name` of the certificate; with `askForClient` only who shows one of the authority comes in.
    TlsFront(const Certificates &certificates, const QString &name, quint16 behind,
        bool askForClient = false, QObject *parent = nullptr);
    quint16 port() const { return m_server.serverPort(); }
    QUrl url() const { return QUrl(QStringLiteral("https://127.0.0.1:%1").arg(port())); }
    int accepted() const { return m_accepted; } ///< connections that came through

private:
    void take();

    QSslServer m_server;
    quint16 m_behind;
    int m_accepted = 0;
};

} // namespace signalbox
