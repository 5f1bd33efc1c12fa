// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/credential.h"
#include "app/client/oidcsignin.h"
#include "models/stores/openidsettings.h"

namespace signalbox {

/// A bearer from an OpenID provider: signs in in the browser, then refreshes before the token ends
/// for as long as the provider goes along. Everything is memory only. GUI thread.
class OidcCredential : public CredentialSource {
    Q_OBJECT
public:
    OidcCredential(OidcConfig config, const QSslConfiguration &tls, OidcSignIn::Browser browser,
        QObject *parent = nullptr);
    ~OidcCredential() override;

    static OidcConfig configOf(const OpenIdSettings &settings);
    /// The authorities of this machine and, where there is one, that of `caFile`; never a
    /// certificate of our own, which is the gateway's to see.
    static QSslConfiguration tlsFor(const QString &caFile);

    /// By the refresh token when there is one; else a token that is good still is given again, and
    /// without one the browser is opened.
    void acquire() override;
    /// What was given stays: opening the connection again needs no browser.
    void release() override;
    /// Waiting for the person: gives up.
    void cancel();
    bool waitsForPerson() const { return m_signIn.running(); }
    bool signedIn() const { return !m_grant.accessToken.empty(); }

    /// Forgets everything here, revokes it at the provider and ends the session there, in the
    /// browser, where it offers that. Ends with signedOut().
    void signOut();

    /// How long before the end of a token the next one is asked for.
    static std::chrono::seconds refreshBefore(std::chrono::seconds lifetime);

signals:
    void waitsForPersonChanged();
    void signedOut(const QString &problem); ///< "" = the provider knows of it

private:
    void refresh();
    void takeRefresh(int status, const QByteArray &text);
    void take(const OidcGrant &grant);
    void refreshFailed(const OidcFault &fault);
    void lose(const OidcFault &fault);
    void revoke(const OidcGrant &given, const schema::OidcDiscovery &discovery);
    milliseconds left() const; ///< of the present token; 0 = it has ended

    OidcProvider m_provider;
    OidcSignIn::Browser m_browser;
    OidcSignIn m_signIn;
    OidcGrant m_grant;
    QTimer m_renew;
    QTimer m_end; ///< of the present token; runs only when its lifetime is known
    bool m_wanted = false;
    bool m_refreshing = false;
};

} // namespace signalbox
