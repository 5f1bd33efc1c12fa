// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/configstore.h"
#include "models/stores/session.h"
#include "views/pages/difflines.h"

#include <QPointer>

namespace signalbox {

/// What is to be written, looked at before it is: drafts, or what a file would change. Each change
/// can be chosen; the chosen ones of a workspace go out as one put and one delete. GUI thread.
class ConfigReview : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(
        signalbox::Session *session READ session WRITE setSession NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(int chosen READ chosen NOTIFY changed FINAL)
    Q_PROPERTY(int current READ current WRITE setCurrent NOTIFY changed FINAL)
    Q_PROPERTY(signalbox::DiffLines *diff READ diff CONSTANT FINAL)
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL) ///< "2 new, 3 changed, 1 deleted"
    Q_PROPERTY(QString left READ left NOTIFY changed FINAL) ///< of a file: what is not listed, why
    Q_PROPERTY(QString consequence READ consequence NOTIFY changed FINAL) ///< of the current one
    Q_PROPERTY(bool consequenceHurts READ consequenceHurts NOTIFY changed FINAL)
    Q_PROPERTY(QString typingWanted READ typingWanted NOTIFY changed FINAL) ///< "" = none
    Q_PROPERTY(QString typed READ typed WRITE setTyped NOTIFY changed FINAL)
    Q_PROPERTY(QString whyNot READ whyNot NOTIFY changed FINAL)
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString result READ result NOTIFY changed FINAL)
    Q_PROPERTY(QString report READ report NOTIFY changed FINAL) ///< the dry run as text
public:
    enum Kind { New, Change, Delete, Conflict };
    Q_ENUM(Kind)
    enum Role {
        KindRole = Qt::UserRole + 1,
        KeyRole,
        TypeRole,
        WorkspaceRole,
        ChosenRole,
        NoteRole,
        BlockedRole
    };
    static constexpr qint64 fileLimit = 64 * 1024 * 1024;

    explicit ConfigReview(QObject *parent = nullptr);

    Session *session() const { return m_session; }
    void setSession(Session *session);
    int count() const { return int(m_entries.size()); }
    int chosen() const;
    int current() const { return m_current; }
    void setCurrent(int row);
    DiffLines *diff() const { return m_diff; }
    QString summary() const;
    QString left() const { return m_left; }
    QString consequence() const;
    bool consequenceHurts() const;
    QString typingWanted() const;
    QString typed() const { return m_typed; }
    void setTyped(const QString &typed);
    QString whyNot() const;
    bool busy() const { return m_busy; }
    QString error() const { return m_error; }
    QString result() const { return m_result; }
    QString report() const;

    Q_INVOKABLE void beginDrafts(const QStringList &ids);
    /// What a file of the command line tool would change in a workspace; "" or why it cannot be
    /// read.
    Q_INVOKABLE QString beginFile(const QString &path, const QString &workspace);
    Q_INVOKABLE void choose(int row, bool chosen);
    Q_INVOKABLE void chooseAll(bool chosen);
    Q_INVOKABLE void run();
    Q_INVOKABLE QString idAt(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void changed();
    void applied();

private:
    struct Entry {
        QString id;
        QString workspace;
        ConfigChange change;
        Kind kind = Change;
        bool chosen = true;
        bool draft = true;
        bool follows = false; ///< made by us, because others need it
        QString note;
        QString blocked; ///< why it cannot be applied
    };
    void begin();
    void add(const QString &id, const std::optional<std::string> &base,
        const std::optional<std::string> &value, bool draft);
    void addFollowers();
    void finish();
    void next();
    void settle(const ConfigOutcome &outcome, const QString &workspace);
    [[nodiscard]] QString dependentsText(const Entry &entry) const;
    [[nodiscard]] QString blueprintConsequence(const Entry &entry) const;
    [[nodiscard]] std::vector<int> deletions() const;

    QPointer<Session> m_session;
    std::vector<Entry> m_entries;
    int m_current = -1;
    DiffLines *m_diff;
    QString m_left;
    QString m_typed;
    bool m_busy = false;
    QString m_error;
    QString m_result;
    QString m_source;
    QStringList m_waiting; ///< workspaces still to be written
    int m_written = 0;
    int m_deleted = 0;
};

} // namespace signalbox
