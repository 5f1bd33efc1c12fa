// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/oidccredential.h"

#include <QSslCertificate>
#include <QUrlQuery>

namespace signalbox {

using std::chrono::seconds;

OidcCredential::OidcCredential(
    OidcConfig config, const QSslConfiguration &tls, OidcSignIn::Browser browser, QObject *parent)
    : CredentialSource(parent)
    , m_provider(std::move(config), tls)
    , m_browser(std::move(browser))
    , m_signIn(&m_provider, m_browser)
{
    m_renew.setSingleShot(true);
    m_end.setSingleShot(true);
    connect(&m_renew, &QTimer::timeout, this, &OidcCredential::refresh);
    connect(&m_end, &QTimer::timeout, this, [this] {
        m_grant.accessToken.clear();
        if (!m_refreshing) // else its answer decides
            lose({ OidcFault::Ended, tr("the sign-in has ended") });
    });
    connect(&m_signIn, &OidcSignIn::finished, this, [this](const OidcGrant &grant) {
        emit waitsForPersonChanged();
        take(grant);
    });
    connect(&m_signIn, &OidcSignIn::failed, this, [this](const OidcFault &fault) {
        emit waitsForPersonChanged();
        lose(fault);
    });
}

OidcCredential::~OidcCredential()
{
    m_signIn.disconnect(this);
}

OidcConfig OidcCredential::configOf(const OpenIdSettings &settings)
{
    OidcConfig config;
    config.issuer = settings.issuer;
    config.clientId = settings.clientId;
    config.audience = settings.audience;
    config.scopes = settings.scopes.isEmpty() ? OpenIdSettings::usualScopes() : settings.scopes;
    return config;
}

QSslConfiguration OidcCredential::tlsFor(const QString &caFile)
{
    auto tls = QSslConfiguration::defaultConfiguration();
    if (!caFile.isEmpty())
        tls.addCaCertificates(QSslCertificate::fromPath(caFile));
    return tls;
}

seconds OidcCredential::refreshBefore(seconds lifetime)
{
    return std::min(seconds(300), lifetime / 5);
}

milliseconds OidcCredential::left() const
{
    return m_end.isActive() ? std::max(milliseconds(0), m_end.remainingTimeAsDuration())
                            : milliseconds(0);
}

void OidcCredential::acquire()
{
    m_wanted = true;
    if (!m_grant.refreshToken.empty())
        return refresh();
    if (left() > milliseconds(0)) // good still, and no other can be had without the person
        return emit bearer(m_grant.accessToken);
    m_end.stop();
    m_grant = {};
    if (m_signIn.running())
        return;
    m_signIn.start();
    emit waitsForPersonChanged();
}

void OidcCredential::release()
{
    m_wanted = m_refreshing = false;
    m_renew.stop();
    m_provider.abort();
    cancel();
}

void OidcCredential::cancel()
{
    m_signIn.cancel();
}

void OidcCredential::refresh()
{
    m_renew.stop();
    if (m_refreshing)
        return;
    m_refreshing = true;
    m_provider.discover(this, [this](const OidcResult<schema::OidcDiscovery> &found) {
        if (!m_refreshing)
            return;
        if (!found) {
            m_refreshing = false;
            return refreshFailed(found.error());
        }
        QList<QPair<QString, QString>> form { { QStringLiteral("grant_type"),
                                                  QStringLiteral("refresh_token") },
            { QStringLiteral("refresh_token"), QString::fromStdString(m_grant.refreshToken) },
            { QStringLiteral("client_id"), m_provider.config().clientId } };
        form += audienceParameters(m_provider.config().audience);
        m_provider.post(QUrl(QString::fromStdString(found->tokenEndpoint)), form, this,
            [this](int status, const QByteArray &text) { takeRefresh(status, text); });
    });
}

void OidcCredential::takeRefresh(int status, const QByteArray &text)
{
    if (!std::exchange(m_refreshing, false))
        return;
    if (status == 0 || status >= 500)
        return refreshFailed({ OidcFault::Unreachable,
            tr("%1 cannot be reached: %2")
                .arg(m_provider.config().issuer,
                    status ? tr("status %1").arg(status) : QString::fromUtf8(text)) });
    auto grant = checkTokens(status, { text.constData(), size_t(text.size()) }, m_provider.config(),
        {}, QDateTime::currentDateTimeUtc());
    if (!grant)
        return refreshFailed(grant.error());
    if (grant->refreshToken.empty()) // it goes on with the same one (RFC 6749 §6)
        grant->refreshToken = m_grant.refreshToken;
    if (grant->idToken.empty())
        grant->idToken = m_grant.idToken;
    take(*grant);
}

/// A token that is good still is used to its end, and asked for again until then.
void OidcCredential::refreshFailed(const OidcFault &fault)
{
    if (fault.kind != OidcFault::Unreachable)
        m_grant.refreshToken.clear();
    else if (left() > milliseconds(0))
        m_renew.start(std::max(m_provider.config().shortestRefresh, left() / 4));
    if (left() == milliseconds(0))
        lose(fault);
}

void OidcCredential::take(const OidcGrant &grant)
{
    m_grant = grant;
    m_end.stop();
    m_renew.stop();
    if (grant.lifetime > seconds(0)) {
        // A timer counts milliseconds in an int.
        const seconds lifetime = std::min(grant.lifetime, seconds(2000000));
        m_end.start(lifetime);
        if (!grant.refreshToken.empty())
            m_renew.start(std::max<milliseconds>(
                m_provider.config().shortestRefresh, lifetime - refreshBefore(lifetime)));
    }
    if (m_wanted)
        emit bearer(m_grant.accessToken);
}

void OidcCredential::lose(const OidcFault &fault)
{
    if (!m_wanted)
        return;
    CredentialFault told { CredentialFault::Refused, fault.text };
    if (fault.kind == OidcFault::Unreachable)
        told.kind = CredentialFault::Unreachable;
    else if (fault.kind == OidcFault::Ended)
        told.kind = CredentialFault::Ended;
    emit lost(told);
}

void OidcCredential::signOut()
{
    const OidcGrant given = std::exchange(m_grant, {});
    m_end.stop();
    release();
    m_provider.discover(this, [this, given](const OidcResult<schema::OidcDiscovery> &found) {
        if (found)
            revoke(given, *found);
        else
            emit signedOut(found.error().text);
    });
}

void OidcCredential::revoke(const OidcGrant &given, const schema::OidcDiscovery &discovery)
{
    if (!discovery.endSessionEndpoint.empty() && !given.idToken.empty()) {
        QUrl url(QString::fromStdString(discovery.endSessionEndpoint));
        QUrlQuery query(url);
        // No id_token_hint: this address becomes an argument of the browser's process, which
        // everybody on this machine can read. The provider asks the person instead.
        query.addQueryItem(QStringLiteral("client_id"),
            QString::fromUtf8(QUrl::toPercentEncoding(m_provider.config().clientId)));
        url.setQuery(query);
        m_browser(url);
    }
    const bool refreshing = !given.refreshToken.empty();
    const std::string &token = refreshing ? given.refreshToken : given.accessToken;
    if (discovery.revocationEndpoint.empty() || token.empty())
        return emit signedOut(token.empty() || !discovery.endSessionEndpoint.empty()
                ? QString()
                : tr("the provider offers no way to take the sign-in back: it ends by itself"));
    m_provider.post(QUrl(QString::fromStdString(discovery.revocationEndpoint)),
        { { QStringLiteral("token"), QString::fromStdString(token) },
            { QStringLiteral("token_type_hint"),
                refreshing ? QStringLiteral("refresh_token") : QStringLiteral("access_token") },
            { QStringLiteral("client_id"), m_provider.config().clientId } },
        this, [this](int status, const QByteArray &) {
            emit signedOut(status == 200
                    ? QString()
                    : tr("the provider has not taken the sign-in back: it ends by itself"));
        });
}

} // namespace signalbox
