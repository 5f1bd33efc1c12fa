// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/oidcprovider.h"

#include <QTimer>

class QOAuth2AuthorizationCodeFlow;

namespace signalbox {

/// One sign-in in the system's browser: authorisation code with PKCE S256, state and nonce, the
/// answer on a free port of 127.0.0.1 that is open only meanwhile. GUI thread.
class OidcSignIn : public QObject {
    Q_OBJECT
public:
    /// Shows an address to the person, in the system's browser; false when that is not possible.
    using Browser = std::function<bool(const QUrl &)>;

    OidcSignIn(OidcProvider *provider, Browser browser, QObject *parent = nullptr);
    ~OidcSignIn() override;

    void start(); ///< ends with finished() or failed(), once
    void cancel(); ///< failed() with Cancelled, if it was under way
    bool running() const { return m_running; }

signals:
    void finished(const signalbox::OidcGrant &grant);
    void failed(const signalbox::OidcFault &fault);

private:
    class Replies;
    void authorise(const schema::OidcDiscovery &discovery);
    void takeCallback(const QVariantMap &values);
    void takeTokens(int status, const QByteArray &text);
    void end();
    void fail(OidcFault::Kind kind, const QString &text) { fail(OidcFault { kind, text }); }
    void fail(const OidcFault &fault);

    OidcProvider *m_provider;
    const Browser m_browser;
    QOAuth2AuthorizationCodeFlow *m_flow = nullptr;
    Replies *m_replies = nullptr;
    QTimer m_limit;
    QString m_state;
    QString m_nonce;
    QString m_verifier;
    bool m_running = false;
};

} // namespace signalbox
