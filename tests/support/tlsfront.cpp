// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/tlsfront.h"

#include <QFile>
#include <QProcess>
#include <QSslKey>
#include <QSslSocket>

namespace signalbox {
namespace {

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

bool Certificates::run(const QStringList &arguments)
{
    QProcess openssl;
    openssl.setWorkingDirectory(m_folder.path());
    openssl.setProcessChannelMode(QProcess::MergedChannels);
    openssl.start(QStringLiteral("openssl"), arguments);
    if (openssl.waitForFinished(20000) && openssl.exitCode() == 0)
        return true;
    m_fault =
        QStringLiteral("openssl %1: %2")
            .arg(arguments.join(u' '),
                openssl.error() == QProcess::FailedToStart ? openssl.errorString()
                                                           : QString::fromUtf8(openssl.readAll()));
    return false;
}

Certificates::Certificates()
{
    run({ QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"),
        QStringLiteral("ec"), QStringLiteral("-pkeyopt"),
        QStringLiteral("ec_paramgen_curve:prime256v1"), QStringLiteral("-nodes"),
        QStringLiteral("-keyout"), QStringLiteral("authority.key"), QStringLiteral("-out"),
        QStringLiteral("authority.pem"), QStringLiteral("-days"), QStringLiteral("3"),
        QStringLiteral("-subj"), QStringLiteral("/CN=Junction Authority") });
}

bool Certificates::make(
    const QString &name, const QString &alternative, int days, const QString &passphrase)
{
    QFile extension(path(name + QStringLiteral(".ext")));
    if (!extension.open(QIODevice::WriteOnly))
        return false;
    extension.write("subjectAltName=" + alternative.toUtf8() + '\n');
    extension.close();
    QStringList request { QStringLiteral("req"), QStringLiteral("-new"), QStringLiteral("-newkey"),
        QStringLiteral("rsa:2048"), QStringLiteral("-keyout"), name + QStringLiteral(".key"),
        QStringLiteral("-out"), name + QStringLiteral(".csr"), QStringLiteral("-subj"),
        QStringLiteral("/CN=") + name };
    if (passphrase.isEmpty())
        request << QStringLiteral("-nodes");
    else // over a file: other programs can read a command line
        request << QStringLiteral("-passout") << QStringLiteral("file:secret.txt");
    QFile secret(path(QStringLiteral("secret.txt")));
    if (!passphrase.isEmpty()
        && (!secret.open(QIODevice::WriteOnly) || secret.write(passphrase.toUtf8()) < 0))
        return false;
    secret.close();
    const bool made = run(request)
        && run({ QStringLiteral("x509"), QStringLiteral("-req"), QStringLiteral("-in"),
            name + QStringLiteral(".csr"), QStringLiteral("-CA"), QStringLiteral("authority.pem"),
            QStringLiteral("-CAkey"), QStringLiteral("authority.key"),
            QStringLiteral("-CAcreateserial"), QStringLiteral("-out"),
            name + QStringLiteral(".pem"), QStringLiteral("-days"), QString::number(days),
            QStringLiteral("-extfile"), name + QStringLiteral(".ext") });
    QFile::remove(path(QStringLiteral("secret.txt")));
    return made;
}

bool Certificates::makeSelfSigned(const QString &name, const QString &alternative)
{
    return run({ QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"),
        QStringLiteral("rsa:2048"), QStringLiteral("-nodes"), QStringLiteral("-keyout"),
        name + QStringLiteral(".key"), QStringLiteral("-out"), name + QStringLiteral(".pem"),
        QStringLiteral("-days"), QStringLiteral("2"), QStringLiteral("-subj"),
        QStringLiteral("/CN=") + name, QStringLiteral("-addext"),
        QStringLiteral("subjectAltName=") + alternative });
}

TlsFront::TlsFront(const Certificates &certificates, const QString &name, quint16 behind,
    bool askForClient, QObject *parent)
    : QObject(parent)
    , m_behind(behind)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setLocalCertificateChain(
        QSslCertificate::fromPath(certificates.path(name + QStringLiteral(".pem"))));
    configuration.setPrivateKey(
        QSslKey(contentOf(certificates.path(name + QStringLiteral(".key"))), QSsl::Rsa, QSsl::Pem));
    configuration.setCaCertificates(QSslCertificate::fromPath(certificates.authority()));
    configuration.setPeerVerifyMode(askForClient ? QSslSocket::VerifyPeer : QSslSocket::VerifyNone);
    m_server.setSslConfiguration(configuration);
    connect(&m_server, &QSslServer::pendingConnectionAvailable, this, &TlsFront::take);
    m_server.listen(QHostAddress::LocalHost);
}

void TlsFront::take()
{
    while (QTcpSocket *outer = m_server.nextPendingConnection()) {
        ++m_accepted;
        auto *inner = new QTcpSocket(outer);
        inner->connectToHost(QHostAddress(QHostAddress::LocalHost), m_behind);
        const auto toInner = [outer, inner] { inner->write(outer->readAll()); };
        connect(inner, &QTcpSocket::connected, outer, toInner);
        connect(outer, &QTcpSocket::readyRead, inner, [inner, toInner] {
            if (inner->state() == QAbstractSocket::ConnectedState)
                toInner();
        });
        connect(inner, &QTcpSocket::readyRead, outer,
            [outer, inner] { outer->write(inner->readAll()); });
        connect(inner, &QTcpSocket::disconnected, outer, &QTcpSocket::disconnectFromHost);
        connect(outer, &QTcpSocket::disconnected, outer, [outer, inner] {
            inner->disconnectFromHost();
            outer->deleteLater();
        });
    }
}

} // namespace signalbox
