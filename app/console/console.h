// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/alertcaller.h"
#include "app/client/connection.h"
#include "app/client/connectiontest.h"
#include "app/client/embeddedgateway.h"
#include "app/client/keychain.h"
#include "app/client/passwordcredential.h"
#include "app/console/attention.h"
#include "app/console/commandline.h"
#include "app/console/openidsignins.h"
#include "models/stores/session.h"
#include "views/pages/appstate.h"
#include "views/pages/connectionlist.h"
#include "views/pages/settingsstore.h"

#include <QQmlApplicationEngine>
#include <QQuickWindow>

#include <optional>

namespace signalbox {

/// Puts the parts together: settings, session, connection, built-in gateway and window. Its order
/// of members is the order of their lives. GUI thread.
class Console : public QObject {
    Q_OBJECT
public:
    explicit Console(const CommandLine &line, QObject *parent = nullptr);
    ~Console() override;

    static GatewayProcess::Options gatewayOptions(const QString &profile);
    /// Whether this start will want the built-in gateway; reads the settings only.
    static bool wantsBuiltIn(const CommandLine &line);

    /// Shows the window and connects; `early` is a gateway that main() has started. False: the
    /// window cannot be made.
    bool start(std::unique_ptr<GatewayProcess> early);
    /// A second start: what it was asked to do is done here. --read-only then holds for this
    /// window.
    void follow(const CommandLine &line);
    void openConnection(const QString &name);
    void takeEdits();
    void toggleReadOnly(); ///< asks for a lease where one is needed; never against --read-only
    void remember(); ///< geometry and settings, before the end

    QQuickWindow *window() const { return m_window; }
    AppState *app() { return &m_app; }
    ConnectionList *connections() { return &m_connections; }
    Session *session() { return &m_session; }
    SettingsStore *settings() { return &m_settings; }
    const EmbeddedGateway *gateway() const { return &m_gateway; }
    bool restartWanted() const { return m_restart; }

private:
    void connectTo(const SavedConnection &saved);
    void connectWith(const QString &secret, const QString &passphrase);
    std::shared_ptr<PasswordCredential> credentialFor(
        const SavedConnection &saved, const TlsTrust &tls);
    void watchCredential();
    void leaveCredential();
    void watchOpenIds();
    void signOut();
    void changePassword(const QString &current, const QString &next);
    Connection::Target targetOf(const SavedConnection &saved) const;
    QString chooseConnection(const CommandLine &line);
    void placeWindow();

    CommandLine m_line;
    SettingsStore m_settings;
    Session m_session;
    Keychain m_keychain;
    ConnectionTest m_check;
    OpenIdSignIns m_openIds;
    ConnectionList m_connections;
    AppState m_app;
    AlertCaller m_caller { m_app.alerts() };
    EmbeddedGateway m_gateway;
    Connection m_connection;
    Attention m_attention { &m_session };
    QQmlApplicationEngine m_engine;
    QQuickWindow *m_window = nullptr;
    SavedConnection m_open;
    TlsTrust m_tls; ///< of the open one
    std::string m_secret; ///< the API key of the open one
    std::shared_ptr<CredentialSource> m_credential; ///< of the open one; null: a key, or nobody
    std::shared_ptr<PasswordCredential> m_password; ///< the same where it is one
    std::string m_brokerSecret; ///< of the open one's broker
    QString m_newPassword; ///< while the far end is asked to take it
    std::optional<QString> m_wanted; ///< workspace of a second start, for the one that opens
    int m_opened = 0; ///< answers of the keychain for an older one are void
    bool m_restart = false;
};

} // namespace signalbox
