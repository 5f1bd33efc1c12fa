// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/brokersettings.h"
#include "models/stores/connectioncheck.h"
#include "models/stores/openidsettings.h"
#include "views/pages/checksteps.h"
#include "views/pages/connectionlist.h"
#include "views/pages/formdraft.h"

#include <QPointer>

namespace signalbox {

/// What is typed about one connection, until it is saved: faults and hints, where its secret will
/// be kept, and the test, which saves nothing. Secrets typed live in it until it is loaded anew or
/// goes. What else is typed is there again after a crash, where `draft` has a session. GUI thread.
class ConnectionForm : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(signalbox::ConnectionList *list READ list WRITE setList NOTIFY loaded FINAL REQUIRED)
    Q_PROPERTY(int row READ row NOTIFY loaded FINAL) ///< in the list; -1 a new one
    Q_PROPERTY(bool builtIn READ builtIn NOTIFY loaded FINAL)
    Q_PROPERTY(QString name MEMBER m_name NOTIFY changed FINAL)
    Q_PROPERTY(QString url MEMBER m_url NOTIFY changed FINAL)
    Q_PROPERTY(QString group MEMBER m_group NOTIFY changed FINAL)
    Q_PROPERTY(QString environment MEMBER m_environment NOTIFY changed FINAL)
    Q_PROPERTY(bool protectedConnection MEMBER m_protected NOTIFY changed FINAL)
    Q_PROPERTY(bool readOnly MEMBER m_readOnly NOTIFY changed FINAL)
    Q_PROPERTY(int signIn READ signIn WRITE setSignIn NOTIFY changed FINAL) ///< SignIn.Kind
    Q_PROPERTY(int keep MEMBER m_keep NOTIFY changed FINAL) ///< SignIn.Keep
    Q_PROPERTY(QString user MEMBER m_user NOTIFY changed FINAL)
    Q_PROPERTY(QString secret MEMBER m_secret NOTIFY changed FINAL)
    Q_PROPERTY(QString issuer MEMBER m_issuer NOTIFY changed FINAL) ///< of an OpenID provider
    Q_PROPERTY(QString clientId MEMBER m_clientId NOTIFY changed FINAL)
    Q_PROPERTY(QString scopes MEMBER m_scopes NOTIFY changed FINAL) ///< "" = the usual ones
    Q_PROPERTY(QString audience MEMBER m_audience NOTIFY changed FINAL)
    Q_PROPERTY(QString issuerFault READ issuerFault NOTIFY changed FINAL) ///< once a save was tried
    Q_PROPERTY(QString clientIdFault READ clientIdFault NOTIFY changed FINAL) ///< likewise
    Q_PROPERTY(QString flowLogs MEMBER m_flowLogs NOTIFY changed FINAL) ///< template of an address
    Q_PROPERTY(QString processorLogs MEMBER m_processorLogs NOTIFY changed FINAL)
    Q_PROPERTY(QString queueLogs MEMBER m_queueLogs NOTIFY changed FINAL)
    Q_PROPERTY(QString flowLogsFault READ flowLogsFault NOTIFY changed FINAL) ///< likewise
    Q_PROPERTY(QString processorLogsFault READ processorLogsFault NOTIFY changed FINAL)
    Q_PROPERTY(QString queueLogsFault READ queueLogsFault NOTIFY changed FINAL)
    Q_PROPERTY(QString caFile MEMBER m_caFile NOTIFY changed FINAL)
    Q_PROPERTY(QString certificateFile MEMBER m_certificateFile NOTIFY changed FINAL)
    Q_PROPERTY(QString keyFile MEMBER m_keyFile NOTIFY changed FINAL)
    Q_PROPERTY(QString passphrase MEMBER m_passphrase NOTIFY changed FINAL)
    Q_PROPERTY(QString acceptedCertificate READ acceptedCertificate NOTIFY changed FINAL)
    /// The second address, that of the broker: BrokerSettings, and its password.
    Q_PROPERTY(QString brokerKind MEMBER m_brokerKind NOTIFY changed FINAL)
    Q_PROPERTY(QString brokerUrl MEMBER m_brokerUrl NOTIFY changed FINAL)
    Q_PROPERTY(QString brokerUser MEMBER m_brokerUser NOTIFY changed FINAL)
    Q_PROPERTY(QString brokerSecret MEMBER m_brokerSecret NOTIFY changed FINAL)
    Q_PROPERTY(QString brokerVhost MEMBER m_brokerVhost NOTIFY changed FINAL)
    Q_PROPERTY(QString brokerAmqp MEMBER m_brokerAmqp NOTIFY changed FINAL)
    Q_PROPERTY(QString brokerCa MEMBER m_brokerCa NOTIFY changed FINAL)
    Q_PROPERTY(QString brokerCertificate MEMBER m_brokerCertificate NOTIFY changed FINAL)
    Q_PROPERTY(QString brokerKeyFile MEMBER m_brokerKeyFile NOTIFY changed FINAL)
    Q_PROPERTY(bool brokerSecure READ brokerSecure NOTIFY changed FINAL) ///< https
    Q_PROPERTY(QString brokerSecretHint READ brokerSecretHint NOTIFY changed FINAL)
    Q_PROPERTY(QString brokerUrlFault READ brokerUrlFault NOTIFY changed FINAL) ///< likewise
    Q_PROPERTY(QString brokerAmqpFault READ brokerAmqpFault NOTIFY changed FINAL) ///< likewise
    Q_PROPERTY(bool secure READ secure NOTIFY changed FINAL) ///< https
    Q_PROPERTY(QString nameFault READ nameFault NOTIFY changed FINAL) ///< once a save was tried
    Q_PROPERTY(QString urlFault READ urlFault NOTIFY changed FINAL) ///< once a save was tried
    Q_PROPERTY(QString urlHint READ urlHint NOTIFY changed FINAL) ///< while it is typed
    Q_PROPERTY(QString secretHint READ secretHint NOTIFY changed FINAL) ///< within the empty field
    Q_PROPERTY(QString keepHint READ keepHint NOTIFY changed FINAL) ///< where it will be kept
    Q_PROPERTY(bool dirty READ dirty NOTIFY changed FINAL)
    Q_PROPERTY(bool testing READ testing NOTIFY testChanged FINAL)
    Q_PROPERTY(bool tested READ tested NOTIFY testChanged FINAL) ///< there are steps to show
    Q_PROPERTY(QString verdict READ verdict NOTIFY testChanged FINAL) ///< of the test, a sentence
    Q_PROPERTY(bool passed READ passed NOTIFY testChanged FINAL)
    Q_PROPERTY(QString certificate READ certificate NOTIFY testChanged FINAL) ///< that was shown
    /// The far end's certificate is not taken, and a person may say that it shall be.
    Q_PROPERTY(bool mayAccept READ mayAccept NOTIFY testChanged FINAL)
    Q_PROPERTY(signalbox::CheckSteps *steps READ steps CONSTANT FINAL)
    Q_PROPERTY(signalbox::FormDraft *draft READ formDraft CONSTANT FINAL)
public:
    explicit ConnectionForm(QObject *parent = nullptr);
    ~ConnectionForm() override;

    ConnectionList *list() const { return m_list; }
    void setList(ConnectionList *list);
    int row() const { return m_row; }
    bool builtIn() const { return m_row == 0; }
    int signIn() const { return m_signIn; }
    void setSignIn(int kind);
    QString acceptedCertificate() const { return m_accepted; }
    bool secure() const;
    bool brokerSecure() const;
    QString brokerSecretHint() const;
    QString brokerUrlFault() const;
    QString brokerAmqpFault() const;
    QString nameFault() const;
    QString urlFault() const;
    QString issuerFault() const;
    QString clientIdFault() const;
    QString flowLogsFault() const { return logsFault(m_flowLogs); }
    QString processorLogsFault() const { return logsFault(m_processorLogs); }
    QString queueLogsFault() const { return logsFault(m_queueLogs); }
    QString urlHint() const;
    QString secretHint() const;
    QString keepHint() const;
    bool dirty() const;
    bool testing() const { return m_testing; }
    bool tested() const { return m_tested; }
    QString verdict() const;
    bool passed() const;
    QString certificate() const;
    bool mayAccept() const;
    CheckSteps *steps() { return &m_steps; }
    FormDraft *formDraft() const { return m_formDraft; }

    Q_INVOKABLE void load(int row); ///< -1: an empty one
    Q_INVOKABLE void duplicate(); ///< a new one like this; its secret stays with this one
    Q_INVOKABLE bool save(); ///< false: faults say why
    Q_INVOKABLE void test();
    Q_INVOKABLE void cancelTest();
    Q_INVOKABLE void accept(); ///< the certificate that was shown, whatever is wrong with it
    Q_INVOKABLE void refuse(); ///< takes accept() back
    static QString hintFor(const QString &url);

signals:
    void changed();
    void loaded();
    void testChanged();

private:
    SavedConnection draft() const;
    OpenIdSettings provider() const;
    QString logsFault(const QString &pattern) const;
    BrokerSettings broker() const;
    void loadBroker();
    void forgetTest();
    void fill(); ///< as it is saved
    void restore(); ///< what the draft holds, on top of that
    void keepDraft();
    void visitFields(const std::function<void(const char *field, QString &value)> &visit);

    QPointer<ConnectionList> m_list;
    int m_row = 0;
    SavedConnection m_before; ///< as it is saved
    SavedConnection m_underTest;
    QString m_name, m_url, m_group, m_environment, m_user, m_secret;
    QString m_flowLogs, m_processorLogs, m_queueLogs;
    QString m_issuer, m_clientId, m_scopes, m_audience;
    QString m_brokerKind, m_brokerUrl, m_brokerUser, m_brokerSecret, m_brokerVhost, m_brokerAmqp;
    QString m_brokerCa, m_brokerCertificate, m_brokerKeyFile;
    QString m_caFile, m_certificateFile, m_keyFile, m_passphrase, m_accepted;
    bool m_protected = false;
    bool m_readOnly = false;
    int m_signIn = SignIn::ApiKey;
    int m_keep = SignIn::Window;
    bool m_tried = false;
    bool m_testing = false;
    bool m_tested = false;
    int m_asked = 0; ///< answers of an older test are void
    CheckSteps m_steps;
    FormDraft *m_formDraft;
    QHash<QString, QString> m_blank; ///< by field, as it is saved
    ShownCertificate m_shown;
};

} // namespace signalbox
