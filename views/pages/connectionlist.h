// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/savedconnection.h"
#include "models/stores/secretstore.h"
#include "views/pages/settingsstore.h"

#include <QAbstractListModel>

#include <functional>

namespace signalbox {

class ConnectionCheck;

/// The connections a person has named, those of one group next to each other. Kept in the settings
/// without what they sign in with: that is in the keychain where a person chose it, else in memory
/// until the program ends, and never goes along to another address. The first row is the built-in
/// gateway and can be neither changed nor removed. Nothing is connected, and no keychain asked,
/// before a connection is used. GUI thread.
class ConnectionList : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the program")
    Q_PROPERTY(int count READ count NOTIFY listChanged FINAL)
    Q_PROPERTY(QString current READ current NOTIFY currentChanged FINAL) ///< name of the open one
    /// The open one signs in at a provider, where a person can sign out.
    Q_PROPERTY(bool signsOut READ signsOut NOTIFY currentChanged FINAL)
public:
    enum Role {
        NameRole = Qt::UserRole + 1,
        UrlRole,
        EnvironmentRole,
        ProtectedRole,
        ReadOnlyRole,
        BuiltInRole,
        HasKeyRole,
        GroupRole,
        InsecureRole ///< as insecurityOf()
    };
    static constexpr int limit = 1000; ///< saved ones
    static QString builtInName();

    explicit ConnectionList(SettingsStore *settings, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    int count() const { return int(m_rows.size()); }
    QString current() const { return m_current; }
    bool signsOut() const;
    const SavedConnection *find(const QString &name) const;
    const SavedConnection &at(int row) const { return m_rows[size_t(row)]; }
    /// What is held in memory, of whatever kind.
    QString key(const QString &name) const { return m_keys.value(name); }
    void setKey(const QString &name, const QString &key) { m_keys.insert(name, key); }
    QString keyPassphrase(const QString &name) const { return m_passphrases.value(name); }
    QStringList groups() const; ///< in the order of the list, without ""

    void setSecrets(SecretStore *secrets); ///< may be nullptr: memory only
    SecretStore *secrets() const { return m_secrets; }
    void setCheck(ConnectionCheck *check) { m_check = check; }
    ConnectionCheck *check() const { return m_check; }
    /// What it signs in with, from memory or the keychain, "" when there is none; and the
    /// passphrase of its certificate's key. What shall be kept nowhere is given once.
    using Fetched = std::function<void(const QString &secret, const QString &passphrase)>;
    void fetch(const QString &name, QObject *context, Fetched then);
    /// The password of its broker (BrokerSettings), kept where the connection's own is. "": the one
    /// at hand.
    void keepBrokerSecret(const QString &name, const QString &typed);
    void fetchBrokerSecret(
        const QString &name, QObject *context, std::function<void(const QString &secret)> then);
    bool holdsBrokerSecret(const QString &name) const; ///< in memory
    /// The password was changed: what is kept becomes the new one.
    void replaceKey(const QString &name, const QString &key);

    Q_INVOKABLE int indexOf(const QString &name) const; ///< -1
    Q_INVOKABLE QString nameAt(int row) const;
    Q_INVOKABLE QVariantMap entry(int row) const; ///< for the form
    /// What is wrong with these values: {name: …, url: …}; empty when fine. `row` is the one being
    /// edited, -1 a new one.
    Q_INVOKABLE QVariantMap faults(int row, const QString &name, const QString &url) const;
    /// Stores; returns its row, -1 when faults() is not empty or the list is full. An empty key
    /// keeps the one at hand.
    Q_INVOKABLE int save(int row, const QString &name, const QString &url,
        const QString &environment, bool protectedConnection, bool readOnly, const QString &key);
    /// The same with all that a connection has. An address or a user that changed takes nothing of
    /// what is kept along. Returns its row, which another group may move.
    int put(int row, const SavedConnection &connection, const QString &key,
        const QString &keyPassphrase);
    Q_INVOKABLE void changePassword(
        const QString &current, const QString &next); ///< of the open one
    Q_INVOKABLE void remove(int row); ///< never the built-in one
    Q_INVOKABLE void open(int row); ///< the program connects; failures are told by the session
    void setCurrent(const QString &name);
    /// A connection of this start only (command line): listed, not stored. Returns its name.
    QString addTransient(const SavedConnection &connection, const QString &key);

signals:
    void listChanged();
    void currentChanged();
    void openRequested(const QString &name);
    void passwordChangeRequested(const QString &current, const QString &next);
    void passwordChanged(const QString &error); ///< the far end has answered; "" = it is changed
    void keepFailed(const QString &text); ///< the keychain did not take it; a sentence

private:
    void load();
    void store();
    void keep(const SavedConnection &connection, const QString &key, const QString &passphrase);
    void forget(const SavedConnection &connection);
    int placeOf(const QString &group) const;
    QString freeIdentity(const QString &name, int except) const;

    SettingsStore *m_settings;
    std::vector<SavedConnection> m_rows;
    QStringList m_transient;
    QHash<QString, QString> m_keys;
    QHash<QString, QString> m_passphrases;
    QHash<QString, QString> m_brokerSecrets; ///< by BrokerSettings::secretKey()
    SecretStore *m_secrets = nullptr;
    ConnectionCheck *m_check = nullptr;
    QString m_current;
};

} // namespace signalbox
