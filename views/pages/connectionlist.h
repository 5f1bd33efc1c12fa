// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/settingsstore.h"

#include <QAbstractListModel>

namespace signalbox {

/// One way to a back end. The built-in gateway has an empty url.
struct SavedConnection {
    QString name;
    QString url;
    QString environment = QStringLiteral("development"); ///< development staging production
    bool protectedConnection = false;
    bool readOnly = false;
    bool operator==(const SavedConnection &) const = default;
};

/// The connections a person has named. Kept in the settings without their keys: a key lives in
/// memory until the program ends. The first row is the built-in gateway and can be neither changed
/// nor removed. GUI thread.
class ConnectionList : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the program")
    Q_PROPERTY(int count READ count NOTIFY listChanged FINAL)
    Q_PROPERTY(QString current READ current NOTIFY currentChanged FINAL) ///< name of the open one
public:
    enum Role {
        NameRole = Qt::UserRole + 1,
        UrlRole,
        EnvironmentRole,
        ProtectedRole,
        ReadOnlyRole,
        BuiltInRole,
        HasKeyRole
    };
    static constexpr int limit = 200; ///< saved ones
    static QString builtInName();

    explicit ConnectionList(SettingsStore *settings, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    int count() const { return int(m_rows.size()); }
    QString current() const { return m_current; }
    const SavedConnection *find(const QString &name) const;
    const SavedConnection &at(int row) const { return m_rows[size_t(row)]; }
    QString key(const QString &name) const { return m_keys.value(name); }
    void setKey(const QString &name, const QString &key) { m_keys.insert(name, key); }

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
    Q_INVOKABLE void remove(int row); ///< never the built-in one
    Q_INVOKABLE void open(int row); ///< the program connects; failures are told by the session
    void setCurrent(const QString &name);
    /// A connection of this start only (command line): listed, not stored. Returns its name.
    QString addTransient(const SavedConnection &connection, const QString &key);

signals:
    void listChanged();
    void currentChanged();
    void openRequested(const QString &name);

private:
    void load();
    void store();

    SettingsStore *m_settings;
    std::vector<SavedConnection> m_rows;
    QStringList m_transient;
    QHash<QString, QString> m_keys;
    QString m_current;
};

} // namespace signalbox
