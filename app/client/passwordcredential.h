// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/credential.h"
#include "app/client/login.h"

#include <QPointer>
#include <QTimer>

#include <functional>

class QThread;

namespace signalbox {

/// User and password → a token, and the next one before it ends. GUI thread; asks on `io`, which
/// must outlive it.
///
/// The password is held only while a login runs. For the next one it is fetched anew from `fetch`,
/// which a person decides: the keychain, the memory of this window, or nothing (then the sign-in
/// ends with the token, and says so).
class PasswordCredential : public CredentialSource {
    Q_OBJECT
public:
    struct Options {
        QUrl url;
        TlsTrust tls;
        QString user;
        milliseconds timeout { 10000 };
        milliseconds shortestRenewal { 5000 }; ///< no login sooner after the one before
    };
    /// Called with who wants it; answers once, perhaps later, with "" when there is none.
    using Fetch = std::function<void(QObject *context, std::function<void(std::string)> then)>;

    PasswordCredential(Options options, Fetch fetch, QThread *io, QObject *parent = nullptr);
    ~PasswordCredential() override;

    void acquire() override;
    void release() override;
    /// In force at once: the far end has answered changed() when nothing failed.
    void changePassword(const std::string &current, const std::string &next);
    const std::string &token() const { return m_token; }

    /// How long before the end of a token the next one is asked for.
    static milliseconds renewalBefore(milliseconds lifetime);

signals:
    void passwordChanged(const QString &error); ///< "" = done

private:
    void login(const std::string &password);
    void take(const Login::Outcome &outcome);
    void lose(CredentialFault::Kind kind, const QString &text);

    Options m_options;
    Fetch m_fetch;
    QPointer<Login> m_login; ///< lives on the I/O thread and ends with it
    QTimer m_renew;
    QTimer m_end; ///< of the present token
    std::string m_token;
    int m_wanted = 0; ///< answers to an older wish are void
    bool m_asking = false; ///< a login is under way
    bool m_held = false; ///< a token that is good still
};

} // namespace signalbox
