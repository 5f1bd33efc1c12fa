// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/link.h"
#include "app/client/login.h"
#include "models/stores/connectioncheck.h"

#include <QElapsedTimer>
#include <QSslSocket>

namespace signalbox {

/// One walk: name, TCP, TLS, which back end, sign-in, workspace, metrics. What fails ends it, and
/// the rest is skipped. Deleting it ends it without a word. Any thread with an event loop.
class ConnectionSteps : public QObject {
    Q_OBJECT
public:
    ConnectionSteps(
        const SavedConnection &connection, std::string secret, std::string keyPassphrase);
    ~ConnectionSteps() override;
    void begin();

signals:
    void step(const signalbox::CheckStep &step);
    void certificate(const signalbox::ShownCertificate &shown);
    void finished();

private:
    using Kind = CheckStep::Kind;
    void run(Kind kind, void (ConnectionSteps::*what)());
    void pass(const QString &text, CheckStep::State state = CheckStep::Passed,
        const QString &advice = {});
    void fail(const QString &text, const QString &advice);
    void end(CheckStep::State state, const QString &text, const QString &advice);
    void next();

    void findName();
    void reach();
    void shakeHands();
    void takeHandshake(const QString &text, bool secure);
    void askEra();
    void signIn();
    void signInWith(const std::string &token);
    void findProvider();
    void askWorkspace();
    void takeWorkspaces(const schema::User &user, const Reply &reply);
    void askMetrics();
    void ask(const char *operation, std::function<void(const Reply &)> then);

    SavedConnection m_connection;
    std::string m_secret;
    TlsTrust m_trust;
    LinkTiming m_timing;
    QUrl m_url;
    std::string m_token;
    Rest *m_rest;
    QTcpSocket *m_socket = nullptr;
    Probe *m_probe = nullptr;
    MuxSocket *m_mux = nullptr;
    QString m_defaultWorkspace;
    Capabilities m_capabilities;
    QTimer m_limit;
    QElapsedTimer m_clock;
    Kind m_at = CheckStep::Name;
    bool m_over = false;
};

} // namespace signalbox
