// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/jsondiff.h"
#include "models/stores/session.h"
#include "views/pages/difflines.h"

#include <QPointer>

namespace signalbox {

/// A draft whose entry changed meanwhile, three ways: the value it began from, the one that is
/// there now, and the draft. What only one side changed is merged; where both did, one chooses. The
/// decision makes a draft on top of their value, nothing is written here. GUI thread.
class ConfigConflict : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(
        signalbox::Session *session READ session WRITE setSession NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(QString title READ title NOTIFY changed FINAL)
    Q_PROPERTY(QString subtitle READ subtitle NOTIFY changed FINAL)
    Q_PROPERTY(int count READ count NOTIFY changed FINAL) ///< places that both changed
    Q_PROPERTY(int merged READ merged NOTIFY changed FINAL) ///< changes of theirs that go in
    Q_PROPERTY(QString base READ base NOTIFY changed FINAL)
    Q_PROPERTY(QString theirs READ theirs NOTIFY changed FINAL)
    Q_PROPERTY(QString mine READ mine NOTIFY changed FINAL)
    Q_PROPERTY(QString outcome READ outcome NOTIFY changed FINAL) ///< of the merge, as chosen
    Q_PROPERTY(bool mergeable READ mergeable NOTIFY changed FINAL) ///< both sides have a value
    Q_PROPERTY(bool open READ open NOTIFY changed FINAL) ///< still a conflict
    Q_PROPERTY(signalbox::DiffLines *theirDiff READ theirDiff CONSTANT FINAL) ///< base → theirs
    Q_PROPERTY(signalbox::DiffLines *myDiff READ myDiff CONSTANT FINAL) ///< base → mine
    Q_PROPERTY(signalbox::DiffLines *outcomeDiff READ outcomeDiff CONSTANT FINAL) ///< theirs →
                                                                                  ///< outcome
public:
    enum Role { PathRole = Qt::UserRole + 1, BaseRole, TheirsRole, MineRole, TakesTheirsRole };
    explicit ConfigConflict(QObject *parent = nullptr);

    Session *session() const { return m_session; }
    void setSession(Session *session);
    QString title() const;
    QString subtitle() const;
    int count() const { return int(m_merge.conflicts.size()); }
    int merged() const { return m_merge.taken; }
    QString base() const;
    QString theirs() const;
    QString mine() const;
    QString outcome() const;
    bool mergeable() const { return m_mine && m_theirs; }
    bool open() const;
    DiffLines *theirDiff() const { return m_theirDiff; }
    DiffLines *myDiff() const { return m_myDiff; }
    DiffLines *outcomeDiff() const { return m_outcomeDiff; }

    Q_INVOKABLE void begin(const QString &id);
    Q_INVOKABLE void choose(int row, bool theirs);
    Q_INVOKABLE void takeMine();
    Q_INVOKABLE void takeTheirs();
    Q_INVOKABLE void takeMerged();

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void changed();
    void decided();

private:
    void read();
    void compare();
    [[nodiscard]] std::string merge() const;

    QPointer<Session> m_session;
    QString m_id;
    std::optional<std::string> m_base;
    std::optional<std::string> m_theirs;
    std::optional<std::string> m_mine;
    rules::Merge m_merge;
    std::vector<char> m_takesTheirs;
    DiffLines *m_theirDiff;
    DiffLines *m_myDiff;
    DiffLines *m_outcomeDiff;
};

} // namespace signalbox
