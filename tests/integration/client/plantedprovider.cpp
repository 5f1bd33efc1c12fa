// SPDX-License-Identifier: GPL-3.0-only
#include "tests/integration/client/plantedprovider.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpSocket>
#include <QUrlQuery>

#include <optional>

namespace signalbox {
namespace {

const QString code = QStringLiteral("Fahrkarte-37-einfach");
const QString refreshToken = QStringLiteral("Dauerkarte~43/immer");

QByteArray reply(const QByteArray &status, const QByteArray &headers, const QByteArray &body)
{
    return "HTTP/1.1 " + status + "\r\nConnection: close\r\n" + headers
        + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

QByteArray reply(const QJsonObject &object)
{
    return reply("200 OK", "Content-Type: application/json\r\n",
        QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QString part(const QByteArray &text)
{
    return QString::fromLatin1(
        text.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

/// A gateway's token is a JWT; whose signature this is nobody knows.
QString accessToken()
{
    return part(R"({"alg":"ES256"})") + u'.' + part(R"({"sub":"mira","aud":"somebody"})") + u'.'
        + part("Zugangsmarke 41 offen");
}

/// The body, once all of the request is there.
std::optional<QByteArray> bodyOf(const QByteArray &request)
{
    const qsizetype end = request.indexOf("\r\n\r\n");
    if (end < 0)
        return std::nullopt;
    const QByteArray head = request.left(end).toLower();
    const qsizetype at = head.indexOf("content-length:");
    const qsizetype length = at < 0 ? 0 : head.mid(at + 15).split('\r').first().trimmed().toInt();
    const QByteArray body = request.mid(end + 4);
    return body.size() < length ? std::nullopt : std::optional(body);
}

} // namespace

PlantedProvider::PlantedProvider(SecretScan *scan)
    : m_scan(scan)
{
    m_scan->plant(QStringLiteral("access token"), accessToken());
    m_scan->plant(QStringLiteral("access token's signature"), accessToken().section(u'.', 2));
    m_scan->plant(QStringLiteral("refresh token"), refreshToken);
    m_scan->plant(QStringLiteral("authorisation code"), code);
    listen(QHostAddress::LocalHost);
    connect(this, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *socket = nextPendingConnection()) {
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            connect(
                socket, &QTcpSocket::readyRead, this, [this, socket, all = QByteArray()]() mutable {
                    all += socket->readAll();
                    const auto body = bodyOf(all);
                    if (!body)
                        return;
                    socket->write(answer(all.left(all.indexOf('\r')), *body));
                    socket->disconnectFromHost();
                });
        }
    });
}

QString PlantedProvider::issuer() const
{
    return QStringLiteral("http://127.0.0.1:%1").arg(serverPort());
}

QByteArray PlantedProvider::answer(const QByteArray &line, const QByteArray &body)
{
    const QUrl asked(QString::fromLatin1(line.split(' ').value(1)));
    const QString path = asked.path();
    if (path == QLatin1String("/.well-known/openid-configuration")) {
        QJsonObject document { { QStringLiteral("issuer"), issuer() } };
        for (const auto &[name, where] : { std::pair { "jwks_uri", "/keys" },
                 { "authorization_endpoint", "/auth" }, { "token_endpoint", "/token" },
                 { "revocation_endpoint", "/revoke" }, { "end_session_endpoint", "/end" } })
            document[QLatin1String(name)] = issuer() + QLatin1String(where);
        return reply(document);
    }
    if (path == QLatin1String("/auth"))
        return agree(asked);
    if (path == QLatin1String("/token"))
        return giveTokens(body);
    revoked += path == QLatin1String("/revoke") ? 1 : 0;
    ended += path == QLatin1String("/end") ? 1 : 0;
    return reply(QJsonObject());
}

QByteArray PlantedProvider::agree(const QUrl &asked)
{
    const QUrlQuery query(asked);
    const auto value = [&query](const char *name) {
        return query.queryItemValue(QLatin1String(name), QUrl::FullyDecoded);
    };
    m_nonce = value("nonce");
    const QString back =
        value("redirect_uri") + QStringLiteral("?code=%1&state=%2").arg(code, value("state"));
    return reply("302 Found", "Location: " + back.toLatin1() + "\r\n", {});
}

QByteArray PlantedProvider::giveTokens(const QByteArray &form)
{
    const QUrlQuery query(QString::fromLatin1(form));
    const bool again =
        query.queryItemValue(QStringLiteral("grant_type")) == QLatin1String("refresh_token");
    ++(again ? refreshes : signIns);
    const QString verifier = query.queryItemValue(QStringLiteral("code_verifier"));
    if (!verifier.isEmpty())
        m_scan->plant(QStringLiteral("code verifier"), verifier);
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    QJsonObject claims { { QStringLiteral("iss"), issuer() },
        { QStringLiteral("sub"), QStringLiteral("mira") },
        { QStringLiteral("aud"), QStringLiteral("console") }, { QStringLiteral("iat"), now },
        { QStringLiteral("exp"), now + 600 } };
    if (!again)
        claims[QStringLiteral("nonce")] = m_nonce;
    const QString idToken = part(R"({"alg":"ES256"})") + u'.'
        + part(QJsonDocument(claims).toJson(QJsonDocument::Compact)) + QStringLiteral(".c2ln");
    m_scan->plant(QStringLiteral("ID token"), idToken);
    return reply({ { QStringLiteral("access_token"), accessToken() },
        { QStringLiteral("refresh_token"), refreshToken }, { QStringLiteral("id_token"), idToken },
        { QStringLiteral("token_type"), QStringLiteral("Bearer") },
        { QStringLiteral("expires_in"), 600 } });
}

} // namespace signalbox
