// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/rest.h"
#include "app/client/tls.h"

#include <QUrl>

#include <chrono>
#include <string>

namespace signalbox {

/// What POST /auth/login and /auth/change-password of one far end answer (TG §2.2). Neither is ever
/// sent twice by itself, neither is in the wire log. I/O thread, or any other with an event loop;
/// its signals come from there.
class Login : public QObject {
    Q_OBJECT
public:
    struct Outcome {
        enum Kind { Done, Refused, Unreachable };
        Kind kind = Unreachable;
        std::string token; ///< of a login that was Done; "" where nobody has to sign in
        std::chrono::seconds lifetime { 0 }; ///< 0 unknown
        QString text; ///< why not
    };

    Login(const QUrl &url, const TlsTrust &tls, milliseconds timeout, QObject *parent = nullptr);
    void start(const std::string &user, const std::string &password);
    void change(const std::string &token, const std::string &current, const std::string &next);
    void abort();

signals:
    void finished(const signalbox::Login::Outcome &outcome);
    void changed(const signalbox::Login::Outcome &outcome);

private:
    static Outcome outcomeOf(const RestAnswer &answer);

    QUrl m_url;
    TlsTrust m_tls;
    milliseconds m_timeout;
    Rest *m_rest;
};

} // namespace signalbox
