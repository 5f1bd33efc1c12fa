// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/accessaction.h"
#include "views/pages/accesstables.h"

namespace signalbox {

/// What is looked at on the Access page: a user with its keys, a workspace with its users, a key,
/// a right with those who hold it, or a lease; and why something may not be done to it. GUI thread.
class AccessDetail : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by AccessPageModel")
    Q_PROPERTY(Kind kind READ kind NOTIFY changed FINAL)
    Q_PROPERTY(bool exists READ exists NOTIFY changed FINAL)
    Q_PROPERTY(QString key READ key NOTIFY changed FINAL)
    Q_PROPERTY(QString name READ name NOTIFY changed FINAL)
    Q_PROPERTY(QString subtitle READ subtitle NOTIFY changed FINAL)
    Q_PROPERTY(QString warning READ warning NOTIFY changed FINAL)
    Q_PROPERTY(bool enabled READ enabled NOTIFY changed FINAL)
    Q_PROPERTY(bool me READ me NOTIFY changed FINAL)
    Q_PROPERTY(QString owner READ owner NOTIFY changed FINAL) ///< user id of a key
    Q_PROPERTY(signalbox::TableModel *facts READ facts CONSTANT FINAL)
    Q_PROPERTY(signalbox::TableModel *related READ related NOTIFY changed FINAL)
    Q_PROPERTY(QString relatedTitle READ relatedTitle NOTIFY changed FINAL)
    Q_PROPERTY(QString relatedEmpty READ relatedEmpty NOTIFY changed FINAL)
    Q_PROPERTY(QString relatedEmptyText READ relatedEmptyText NOTIFY changed FINAL)
public:
    enum Kind { User, Workspace, Key, Right, Lease };
    Q_ENUM(Kind)

    explicit AccessDetail(QObject *parent = nullptr);

    void setStore(AccessStore *store);
    void show(Kind kind, const QString &key);
    void refresh();

    Kind kind() const { return m_kind; }
    QString key() const { return m_key; }
    bool exists() const;
    QString name() const;
    QString subtitle() const;
    QString warning() const;
    bool enabled() const;
    bool me() const;
    QString owner() const;
    TableModel *facts() const { return m_facts; }
    TableModel *related() const;
    QString relatedTitle() const;
    QString relatedEmpty() const;
    QString relatedEmptyText() const;

signals:
    void changed();

private:
    [[nodiscard]] const schema::User *user() const;
    [[nodiscard]] const schema::ApiKey *apiKey() const;
    [[nodiscard]] const schema::Workspace *workspace() const;
    [[nodiscard]] const schema::Lease *lease() const;
    [[nodiscard]] std::vector<PartTable::Part> userFacts() const;
    [[nodiscard]] std::vector<PartTable::Part> workspaceFacts() const;
    [[nodiscard]] std::vector<PartTable::Part> keyFacts() const;
    [[nodiscard]] std::vector<PartTable::Part> rightFacts() const;
    [[nodiscard]] std::vector<PartTable::Part> leaseFacts() const;
    [[nodiscard]] std::vector<PartTable::Part> relatedUsers() const;

    QPointer<AccessStore> m_store;
    Kind m_kind = User;
    QString m_key;
    PartTable *m_facts;
    PartTable *m_keys;
    PartTable *m_users;
};

} // namespace signalbox
