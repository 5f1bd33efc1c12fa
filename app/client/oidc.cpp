// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/oidc.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QHostAddress>
#include <QRandomGenerator>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int longestQuote = 200;

class Words {
    Q_DECLARE_TR_FUNCTIONS(signalbox::OidcSignIn)
};

Unexpected<OidcFault> fault(OidcFault::Kind kind, const QString &text)
{
    return { { kind, text } };
}

QString inQuotes(const std::string &text)
{
    return QString::fromStdString(text).left(longestQuote).simplified();
}

bool names(const std::vector<std::string> &audience, const QString &one)
{
    return std::find(audience.begin(), audience.end(), one.toStdString()) != audience.end();
}

QString minutes(qint64 seconds)
{
    return Words::tr("%n minute(s)", nullptr, int(std::max<qint64>(1, (seconds + 30) / 60)));
}

/// OpenID Connect Core §3.1.3.7. The signature is not looked at: the token comes over TLS from the
/// provider itself (item 6), and whoever takes the access token checks that one's.
OidcResult<Done> checkIdToken(
    std::string_view token, const OidcConfig &config, const QString &nonce, qint64 now)
{
    const auto parts = schema::takeApart(token);
    const auto claims = parts ? schema::decode<schema::OidcClaims>(parts->payload)
                              : schema::Decoded<schema::OidcClaims>(unexpected(parts.error()));
    if (!claims)
        return fault(OidcFault::Provider,
            Words::tr("its ID token cannot be read: %1")
                .arg(QString::fromStdString(claims.error().text())));
    if (QString::fromStdString(claims->issuer) != config.issuer)
        return fault(OidcFault::Provider,
            Words::tr("its ID token is of another issuer, %1").arg(inQuotes(claims->issuer)));
    if (!names(claims->audience, config.clientId)
        || (claims->audience.size() > 1
            && QString::fromStdString(claims->authorizedParty) != config.clientId))
        return fault(OidcFault::Audience,
            Words::tr("its ID token is meant for another client than %1").arg(config.clientId));
    if (!nonce.isEmpty() && QString::fromStdString(claims->nonce) != nonce)
        return fault(OidcFault::Nonce, Words::tr("its ID token was made for another sign-in"));
    if (!claims->issued || !claims->expires)
        return fault(OidcFault::Provider, Words::tr("its ID token says not when it was made"));
    const qint64 leeway = config.leeway.count();
    if (*claims->issued > now + leeway)
        return fault(OidcFault::Clock,
            Words::tr("the clock of this machine is %1 behind the provider's")
                .arg(minutes(*claims->issued - now)));
    if (*claims->expires + leeway <= now)
        return fault(OidcFault::Clock,
            Words::tr("the clock of this machine is %1 ahead of the provider's: a new token has "
                      "ended already")
                .arg(minutes(now - *claims->issued)));
    return Done {};
}

/// The gateway needs a token that it can check by itself.
OidcResult<Done> checkAccessToken(std::string_view token, const OidcConfig &config)
{
    const auto parts = schema::takeApart(token);
    if (!parts)
        return fault(OidcFault::Audience,
            config.audience.isEmpty()
                ? Words::tr("the provider's access token means nothing to a gateway: name an "
                            "audience that it has been set up for")
                : Words::tr("the provider's access token means nothing to a gateway: %1 is not set "
                            "up for signed tokens there")
                      .arg(config.audience));
    if (config.audience.isEmpty())
        return Done {};
    const auto claims = schema::decode<schema::OidcClaims>(parts->payload);
    if (claims && names(claims->audience, config.audience))
        return Done {};
    return fault(OidcFault::Audience,
        claims && !claims->audience.empty()
            ? Words::tr("the access token is meant for %1, not for %2")
                  .arg(inQuotes(claims->audience.front()), config.audience)
            : Words::tr("the access token is not meant for %1").arg(config.audience));
}

OidcFault refusal(int status, std::string_view body)
{
    const auto said = schema::decode<schema::OAuthError>(body);
    if (!said)
        return { OidcFault::Provider,
            Words::tr("it answers the question for a token with status %1").arg(status) };
    const QString why = inQuotes(said->description.empty() ? said->error : said->description);
    if (said->error == "invalid_grant")
        return { OidcFault::Ended, Words::tr("the sign-in has ended: %1").arg(why) };
    if (said->error == "access_denied" || said->error == "unauthorized_client")
        return { OidcFault::Denied, Words::tr("the provider refuses: %1").arg(why) };
    if (said->error == "invalid_target")
        return { OidcFault::Audience,
            Words::tr("the provider knows no such audience: %1").arg(why) };
    return { OidcFault::Provider, Words::tr("the provider gives no token: %1").arg(why) };
}

} // namespace

bool trustworthyUrl(const QUrl &url)
{
    if (!url.isValid() || url.host().isEmpty() || !url.userInfo().isEmpty())
        return false;
    if (url.scheme() == QStringLiteral("https"))
        return true;
    return url.scheme() == QStringLiteral("http")
        && (url.host() == QStringLiteral("localhost") || QHostAddress(url.host()).isLoopback());
}

QString configFault(const OidcConfig &config)
{
    OpenIdSettings asked;
    asked.issuer = config.issuer;
    asked.clientId = config.clientId;
    if (const QString wrong = asked.issuerFault(); !wrong.isEmpty())
        return wrong;
    return asked.clientIdFault();
}

OidcResult<schema::OidcDiscovery> checkDiscovery(
    std::string_view document, const OidcConfig &config)
{
    auto found = schema::decode<schema::OidcDiscovery>(document);
    if (!found)
        return fault(OidcFault::Provider,
            Words::tr("there is no OpenID provider at %1: %2")
                .arg(config.issuer, QString::fromStdString(found.error().text())));
    if (QString::fromStdString(found->issuer) != config.issuer)
        return fault(OidcFault::Provider,
            Words::tr("the provider calls itself %1, not %2")
                .arg(inQuotes(found->issuer), config.issuer));
    for (const std::string *needed : { &found->authorizationEndpoint, &found->tokenEndpoint })
        if (!trustworthyUrl(QUrl(QString::fromStdString(*needed))))
            return fault(OidcFault::Provider,
                Words::tr("the provider's address for signing in is not safe: %1")
                    .arg(inQuotes(*needed)));
    for (std::string *offered : { &found->revocationEndpoint, &found->endSessionEndpoint })
        if (!trustworthyUrl(QUrl(QString::fromStdString(*offered))))
            offered->clear();
    const auto &methods = found->challengeMethods;
    if (!methods.empty() && std::find(methods.begin(), methods.end(), "S256") == methods.end())
        return fault(OidcFault::Provider,
            Words::tr("the provider does not know the protection that is needed (PKCE, S256)"));
    return std::move(*found);
}

OidcResult<OidcGrant> checkTokens(int status, std::string_view body, const OidcConfig &config,
    const QString &nonce, const QDateTime &now)
{
    if (status != 200)
        return unexpected(refusal(status, body));
    auto tokens = schema::decode<schema::OidcTokens>(body);
    if (!tokens || tokens->accessToken.empty()
        || QString::fromStdString(tokens->type)
                .compare(QStringLiteral("bearer"), Qt::CaseInsensitive)
            != 0)
        return fault(OidcFault::Provider, Words::tr("the provider's answer holds no bearer token"));
    if (tokens->idToken.empty() && !nonce.isEmpty())
        return fault(OidcFault::Provider, Words::tr("the provider's answer holds no ID token"));
    if (!tokens->idToken.empty())
        if (const auto fine = checkIdToken(tokens->idToken, config, nonce, now.toSecsSinceEpoch());
            !fine)
            return unexpected(fine.error());
    if (const auto fine = checkAccessToken(tokens->accessToken, config); !fine)
        return unexpected(fine.error());
    OidcGrant grant;
    grant.accessToken = std::move(tokens->accessToken);
    grant.idToken = std::move(tokens->idToken);
    grant.refreshToken = std::move(tokens->refreshToken);
    grant.lifetime = std::chrono::seconds(std::max<std::int64_t>(0, tokens->expiresIn.value_or(0)));
    return grant;
}

QList<QPair<QString, QString>> audienceParameters(const QString &audience)
{
    QList<QPair<QString, QString>> parameters;
    if (audience.isEmpty())
        return parameters;
    const QUrl address(audience, QUrl::StrictMode);
    if (address.isValid() && !address.isRelative() && !address.hasFragment())
        parameters.append({ QStringLiteral("resource"), audience });
    parameters.append({ QStringLiteral("audience"), audience });
    return parameters;
}

QString randomText(int count)
{
    QByteArray bytes;
    bytes.reserve(count);
    for (int i = 0; i < count; ++i)
        bytes.append(char(QRandomGenerator::system()->bounded(256)));
    return QString::fromLatin1(
        bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

QString challengeOf(const QString &verifier)
{
    const QByteArray hash =
        QCryptographicHash::hash(verifier.toLatin1(), QCryptographicHash::Sha256);
    return QString::fromLatin1(
        hash.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

} // namespace signalbox
