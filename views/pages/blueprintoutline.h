// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/blueprintcheck.h"
#include "models/rules/blueprintrows.h"
#include "views/pages/latestwork.h"

#include <QAbstractListModel>
#include <QSet>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// A blueprint's text as a tree to read, every issue at its row. A text that is no JSON leaves the
/// rows as they were (`stale`). GUI thread.
class BlueprintOutline : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by BlueprintsPage")
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(int current READ current WRITE setCurrent NOTIFY currentChanged FINAL) ///< row, -1
    Q_PROPERTY(bool stale READ stale NOTIFY changed FINAL)
    Q_PROPERTY(bool checking READ checking NOTIFY changed FINAL) ///< it is of an older text
    Q_PROPERTY(int faults READ faults NOTIFY changed FINAL)
    Q_PROPERTY(int cautions READ cautions NOTIFY changed FINAL)
    Q_PROPERTY(QString verdict READ verdict NOTIFY changed FINAL) ///< "2 faults, 1 caution"
    Q_PROPERTY(int verdictTone READ verdictTone NOTIFY changed FINAL)
    Q_PROPERTY(QString issue READ issue NOTIFY currentChanged FINAL) ///< of the current row
    Q_PROPERTY(int issueTone READ issueTone NOTIFY currentChanged FINAL)
public:
    enum Role {
        LevelRole = Qt::UserRole + 1,
        NameRole,
        ValueRole,
        ScopeRole,
        DutyRole, ///< what the entry does with a topic
        PartsRole, ///< "4 topics"
        SeverityRole, ///< -1 none, else rules::BlueprintIssue::Severity
        RemarkRole, ///< the gravest issue in words
        FoldableRole,
        UnfoldedRole
    };
    /// More rows than this begin with entries and interfaces folded.
    static constexpr int foldAbove = 60;

    explicit BlueprintOutline(QObject *parent = nullptr);

    /// `which` tells the blueprint; another one begins unfolded or folded anew. A large text that
    /// follows on one of the same is looked through on a thread.
    void show(const QString &which, const std::string &text, const rules::KnownTypes &types);
    int count() const { return int(m_shown.size()); }
    int current() const;
    void setCurrent(int row);
    bool stale() const { return m_stale; }
    bool checking() const { return m_awaited || m_work.busy(); }
    void setAwaited(bool awaited); ///< a newer text is not given yet
    int faults() const { return m_faults; }
    int cautions() const { return m_cautions; }
    QString verdict() const;
    int verdictTone() const;
    QString issue() const;
    int issueTone() const;
    [[nodiscard]] const std::vector<rules::BlueprintIssue> &issues() const { return m_issues; }

    Q_INVOKABLE void toggle(int row);
    /// Character of the text at which the row, or its gravest issue, stands; -1 out of range.
    Q_INVOKABLE int characterAt(int row) const;
    Q_INVOKABLE void follow(int character); ///< the row that holds it becomes the current one
    /// The next row with an issue, going round; unfolds what hides it. -1 when there is none.
    Q_INVOKABLE int nextIssue(bool backwards);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void changed();
    void currentChanged();

private:
    struct Row {
        rules::BlueprintRow row;
        QString key; ///< path as text
        int issue = -1; ///< gravest of its own, index
        int last = 0; ///< last row below it
    };
    /// Holds all that is shown, for rows go while the model still tells of them.
    struct Shown {
        QString key;
        rules::BlueprintRow row;
        bool foldable = false;
        bool unfolded = true;
        int severity = -1; ///< gravest, hidden rows below included
        QString remark;
        std::size_t mark = 0; ///< byte of the issue, else of the row
        [[nodiscard]] bool looksLike(const Shown &other) const;
    };
    [[nodiscard]] bool foldable(const Row &row) const;
    [[nodiscard]] std::vector<Shown> visible() const;
    using Issues = std::vector<rules::BlueprintIssue>;
    struct Reading {
        std::string text;
        Issues issues;
        std::vector<Row> rows;
        bool json = false;
    };
    static Reading readingOf(const std::string &text, const rules::KnownTypes &types);
    static void placeIssues(const Issues &issues, std::vector<Row> &rows);
    static int graver(const Issues &issues, int a, int b);
    void take(Reading reading, bool another);
    [[nodiscard]] std::size_t byteOf(int character);
    void arrange(); ///< rows come and go, the rest only changes
    [[nodiscard]] QString partsText(const rules::BlueprintRow &row) const;

    QString m_which;
    std::string m_asked; ///< text that was given last
    rules::KnownTypes m_types;
    LatestWork m_work { this };
    bool m_awaited = false;
    std::string m_text; ///< that the rows are of
    std::pair<int, std::size_t> m_place; ///< a character of it, and its byte
    std::vector<Row> m_rows;
    std::vector<Shown> m_shown;
    Issues m_issues;
    QSet<QString> m_folded;
    QString m_current; ///< key
    bool m_stale = false;
    int m_faults = 0;
    int m_cautions = 0;
};

} // namespace signalbox
