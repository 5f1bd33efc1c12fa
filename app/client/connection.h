// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/brokergate.h"
#include "app/client/credential.h"
#include "app/client/link.h"
#include "app/client/linktiming.h"
#include "models/stores/savedconnection.h"
#include "models/stores/session.h"

#include <QThread>

namespace signalbox {

class JournalGate;
class Poller;
class ReadOnlyGuard;

/// One open connection: owns the I/O thread, drives a Session and is the only one that hands it a
/// Gateway, decorated by ReadOnlyGuard, JournalGate and WireLog. The broker behind the far end,
/// where it has an address of its own, is asked through the same. GUI thread.
class Connection : public QObject {
    Q_OBJECT
public:
    struct Target {
        QString name;
        QUrl url;
        std::string
            apiKey; ///< memory only; "" = anonymous; not looked at where there is a credential
        SignIn::Kind signIn = SignIn::ApiKey;
        std::shared_ptr<CredentialSource> credential {}; ///< gives bearers; null: apiKey is the one
        TlsTrust tls {};
        BrokerTarget broker {}; ///< second address; kind "" = none
        QString environment = QStringLiteral("development");
        bool protectedConnection = false; ///< written to with a lease only
        bool readOnly = false;
        LogTemplates logs {};
        QString identity {}; ///< what is kept of it is found under this; "" = its name
    };

    explicit Connection(Session *session, const LinkTiming &timing = {}, QObject *parent = nullptr);
    ~Connection() override; ///< everything in flight has failed when it returns

    void open(const Target &target); ///< leaves the previous one, if any
    /// The same far end under another address or key (a built-in gateway that was started again);
    /// the data stays.
    void moveTo(const QUrl &url, const std::string &apiKey);
    /// The open connection from now on; nothing is fetched anew, what is shown stays.
    void setReadOnly(bool readOnly);
    void close();
    /// What the frame shows while there is nowhere to connect to yet.
    void announce(const Target &target, Session::State state, const QString &text);
    bool isOpen() const { return m_open; }
    Poller *poller() const { return m_poller; }
    QThread *ioThread() { return &m_thread; } ///< where a credential may ask

signals:
    void connected(); ///< first time and after every reconnect

private:
    void openBroker(const BrokerTarget &target);
    void takeBearer(const std::string &token);
    void takeFault(const CredentialFault &fault);
    void retryCredential();
    void leaveCredential();
    void refusedBy(const QString &text);
    void takePhase(Link::Phase phase, const QString &text, int retryInMs);
    void showCountdown();
    void guard(); ///< lets through what the session says

    class Sender;
    class Live;
    Session *m_session;
    LinkTiming m_timing;
    QThread m_thread;
    Link *m_link; ///< lives on m_thread
    std::shared_ptr<WireBuffer> m_wire;
    std::shared_ptr<Sender> m_sender;
    Broker *m_broker; ///< lives on m_thread
    std::shared_ptr<BrokerGate> m_brokerGate;
    std::shared_ptr<JournalGate> m_journal;
    std::shared_ptr<ReadOnlyGuard> m_guard;
    std::shared_ptr<Gateway> m_decorated;
    Live *m_live;
    Poller *m_poller;
    Target m_target;
    bool m_open = false;
    bool m_linked = false; ///< the link has been opened with a bearer of the credential
    bool m_bearerTaken = false; ///< the far end let the present bearer in
    int m_credentialFailures = 0;
    QTimer m_credentialRetry;
    QTimer m_countdown;
    qint64 m_retryAt = 0;
    QString m_why;
};

} // namespace signalbox
