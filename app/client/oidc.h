// SPDX-License-Identifier: GPL-3.0-only
// Signing in at an OpenID provider: what has to be known, what comes of it, what can go wrong, and
// whether the answers may be believed. Plain functions without network.
#pragma once

#include "app/client/linktiming.h"
#include "models/schema/oidc.h"
#include "models/stores/openidsettings.h"

#include <QDateTime>
#include <QList>
#include <QString>
#include <QUrl>

namespace signalbox {

struct OidcConfig {
    QString issuer {}; ///< https://…, exactly as the provider calls itself
    QString clientId {}; ///< of a public client: there is no secret
    QString scopes =
        QStringLiteral("openid profile offline_access"); ///< `openid` is always asked for
    QString audience {}; ///< whom the access token shall be meant for; "" = as the provider decides
    milliseconds patience { 300000 }; ///< for the person in the browser
    milliseconds timeout { 10000 }; ///< for the provider, each request
    std::chrono::seconds leeway { 60 }; ///< between its clock and ours
    milliseconds shortestRefresh { 5000 }; ///< no refresh sooner after the one before
    bool operator==(const OidcConfig &) const = default;
};

struct OidcFault {
    enum Kind {
        Unreachable, ///< or no TLS with it
        Denied, ///< the person, or the provider, said no
        TimedOut, ///< nobody answered: the window was closed
        Cancelled,
        State, ///< the answer belongs to no question of ours
        Nonce, ///< the ID token was made for another sign-in
        Audience,
        Clock,
        Provider, ///< its answers are not what they have to be
        Ended ///< the refresh token counts no more
    };
    Kind kind = Provider;
    QString text {}; ///< for people, one clause; holds no token
    bool operator==(const OidcFault &) const = default;
};

/// Memory only; written and logged nowhere.
struct OidcGrant {
    std::string accessToken {};
    std::string idToken {}; ///< of the last answer that had one
    std::string refreshToken {}; ///< "" = none was given
    std::chrono::seconds lifetime { 0 }; ///< of the access token, from now; 0 = not told
};

template <class T> using OidcResult = Expected<T, OidcFault>;

/// https, or http to this very machine.
bool trustworthyUrl(const QUrl &url);
/// The faults of a configuration, before anybody is asked; "" = none.
QString configFault(const OidcConfig &config);
/// What was published is of this issuer, complete, and speaks PKCE as we do.
OidcResult<schema::OidcDiscovery> checkDiscovery(
    std::string_view document, const OidcConfig &config);
/// The answer of a token endpoint with its status. `nonce` "" = of a refresh, where an ID token
/// need not come. `now` is what decides whether the clocks agree.
OidcResult<OidcGrant> checkTokens(int status, std::string_view body, const OidcConfig &config,
    const QString &nonce, const QDateTime &now);

/// How to ask for an access token for `audience`: the standard's own way (RFC 8707) where it is an
/// address, and the one that other providers know. Empty for "".
QList<QPair<QString, QString>> audienceParameters(const QString &audience);
/// `count` random bytes as base64url.
QString randomText(int count);
/// S256 of RFC 7636.
QString challengeOf(const QString &verifier);

} // namespace signalbox
