// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/session.h"

#include <QAbstractListModel>
#include <QPointer>

namespace signalbox {

/// The configuration of a workspace as a file of the command line tool, type by type. Entries that
/// hold secrets are left out and counted. GUI thread.
class ConfigExport : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(
        signalbox::Session *session READ session WRITE setSession NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(QString workspace READ workspace NOTIFY changed FINAL)
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(int entries READ entries NOTIFY changed FINAL) ///< that go into the file
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL)
    Q_PROPERTY(QString fileName READ fileName NOTIFY changed FINAL)
public:
    enum Role { TypeRole = Qt::UserRole + 1, EntriesRole, ChosenRole, NoteRole };
    explicit ConfigExport(QObject *parent = nullptr);

    Session *session() const { return m_session; }
    void setSession(Session *session);
    QString workspace() const { return m_workspace; }
    int count() const { return int(m_types.size()); }
    int entries() const;
    QString summary() const;
    QString fileName() const;

    Q_INVOKABLE void begin(const QString &workspace);
    Q_INVOKABLE void choose(int row, bool chosen);
    Q_INVOKABLE QString content() const; ///< of the file

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void changed();

private:
    struct Type {
        QString type;
        int entries = 0;
        int secrets = 0;
        bool chosen = false;
    };
    QPointer<Session> m_session;
    QString m_workspace;
    std::vector<Type> m_types;
};

} // namespace signalbox
