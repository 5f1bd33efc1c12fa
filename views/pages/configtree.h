// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/configstore.h"
#include "models/stores/session.h"

#include <QAbstractListModel>
#include <QHash>
#include <QPointer>
#include <QSet>

namespace signalbox {

/// Workspaces and the types of their entries, as a list that opens and closes. GUI thread.
class ConfigTree : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ConfigPage")
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    Q_PROPERTY(int currentRow READ currentRow NOTIFY currentChanged FINAL)
public:
    enum Role {
        TitleRole = Qt::UserRole + 1,
        LevelRole, ///< 0 workspace, 1 type
        EntriesRole, ///< "1 024", "" while not known
        DraftsRole, ///< drafts below
        ConflictsRole,
        OpenRole,
        BusyRole,
        WorkspaceRole,
        TypeRole
    };
    explicit ConfigTree(QObject *parent = nullptr);

    void setSession(Session *session);
    void setCurrent(const QString &workspace, const QString &type);
    int count() const { return int(m_rows.size()); }
    int currentRow() const;
    Q_INVOKABLE void toggle(int row); ///< opens or closes a workspace
    Q_INVOKABLE QString workspaceAt(int row) const;
    Q_INVOKABLE QString typeAt(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();
    void currentChanged();

private:
    struct Row {
        QString workspace;
        QString type; ///< "" = the workspace
        int entries = -1;
        int drafts = 0;
        int conflicts = 0;
        bool open = false;
        bool busy = false;
        bool operator==(const Row &) const = default;
    };
    void rebuild();

    QPointer<Session> m_session;
    std::vector<Row> m_rows;
    QSet<QString> m_open;
    QHash<QString, ConfigRow::Draft> m_drafts; ///< as they were counted, by id
    QString m_workspace;
    QString m_type;
    bool m_rebuilding = false;
};

} // namespace signalbox
