// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/jsondiff.h"
#include "views/pages/difflines.h"

#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// One JSON value that two people changed, three ways: what both began from, what is there now, and
/// mine. What only one side changed is merged; the rows are the places where both did, and one
/// chooses. Secrets are masked in what is shown. GUI thread.
class ConflictMerge : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by what can be in conflict")
    Q_PROPERTY(int count READ count NOTIFY compared FINAL) ///< places that both changed
    Q_PROPERTY(int merged READ merged NOTIFY compared FINAL) ///< changes of theirs that go in
    Q_PROPERTY(QString base READ base NOTIFY compared FINAL)
    Q_PROPERTY(QString theirs READ theirs NOTIFY compared FINAL)
    Q_PROPERTY(QString mine READ mine NOTIFY compared FINAL)
    Q_PROPERTY(QString outcome READ outcome NOTIFY compared FINAL) ///< of the merge, as chosen
    Q_PROPERTY(bool mergeable READ mergeable NOTIFY compared FINAL) ///< both sides have a value
    Q_PROPERTY(signalbox::DiffLines *theirDiff READ theirDiff CONSTANT FINAL) ///< base → theirs
    Q_PROPERTY(signalbox::DiffLines *myDiff READ myDiff CONSTANT FINAL) ///< base → mine
    Q_PROPERTY(signalbox::DiffLines *outcomeDiff READ outcomeDiff CONSTANT FINAL) ///< theirs →
                                                                                  ///< outcome
public:
    enum Role { PathRole = Qt::UserRole + 1, BaseRole, TheirsRole, MineRole, TakesTheirsRole };
    using Text = std::optional<std::string>; ///< nullopt: it is not there

    explicit ConflictMerge(QObject *parent = nullptr);
    ~ConflictMerge() override;

    /// `theirsAlways`: paths that nobody types, such as a version, where theirs goes in unasked.
    void compare(
        Text base, Text theirs, Text mine, const std::vector<std::string> &theirsAlways = {});
    [[nodiscard]] std::string merge() const; ///< as chosen
    int count() const { return int(m_merge.conflicts.size()); }
    int merged() const { return m_merge.taken; }
    QString base() const;
    QString theirs() const;
    QString mine() const;
    QString outcome() const;
    bool mergeable() const { return m_mine && m_theirs; }
    DiffLines *theirDiff() const { return m_theirDiff; }
    DiffLines *myDiff() const { return m_myDiff; }
    DiffLines *outcomeDiff() const { return m_outcomeDiff; }

    Q_INVOKABLE void choose(int row, bool theirs);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void compared();

protected:
    [[nodiscard]] const Text &theirText() const { return m_theirs; }
    [[nodiscard]] const Text &myText() const { return m_mine; }

private:
    void showOutcome();

    Text m_base;
    Text m_theirs;
    Text m_mine;
    rules::Merge m_merge;
    std::vector<char> m_takesTheirs;
    DiffLines *m_theirDiff;
    DiffLines *m_myDiff;
    DiffLines *m_outcomeDiff;
};

} // namespace signalbox
