// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/oidccredential.h"

#include <map>

namespace signalbox {

/// The sign-ins at OpenID providers that this window has: one for each connection, kept while the
/// window is open, so that going back to a connection needs no browser. GUI thread.
class OpenIdSignIns : public QObject {
    Q_OBJECT
public:
    explicit OpenIdSignIns(QObject *parent = nullptr);
    ~OpenIdSignIns() override;
    /// Instead of the system's own; for tests.
    void setBrowser(OidcSignIn::Browser browser) { m_browser = std::move(browser); }

    /// The one there is, unless the connection has another provider, audience or user since.
    std::shared_ptr<OidcCredential> of(const SavedConnection &connection);
    /// Forgets it, here and at the provider; a sign-in under way is given up.
    void signOut(const QString &identity);

signals:
    /// The browser is open and somebody has to sign in there.
    void waitsForPerson(const QString &identity);
    void signedOut(const QString &connection, const QString &problem); ///< "" = the provider knows

private:
    struct Held {
        SavedConnection connection;
        std::shared_ptr<OidcCredential> credential;
    };
    std::map<QString, Held> m_held;
    OidcSignIn::Browser m_browser;
};

} // namespace signalbox
