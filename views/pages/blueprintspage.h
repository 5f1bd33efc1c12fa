// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/blueprintoutline.h"
#include "views/pages/blueprintpreview.h"
#include "views/pages/blueprintwords.h"
#include "views/pages/configpage.h"
#include "views/pages/latestwork.h"

#include <QHash>

namespace signalbox {

/// The Blueprints page: the config entries of type `flow-blueprint` of a workspace, what is wrong
/// with them, what a start of them would make, and which flows run them. Drafts, conflicts and
/// writes are those of the configuration (ConfigStore). GUI thread.
class BlueprintsPage : public signalbox::ConfigPage {
    Q_OBJECT
    QML_NAMED_ELEMENT(BlueprintsPageModel)
    Q_PROPERTY(signalbox::TableModel *list READ list CONSTANT FINAL)
    Q_PROPERTY(signalbox::TableModel *users READ users CONSTANT FINAL) ///< flows of all workspaces
    Q_PROPERTY(signalbox::BlueprintOutline *outline READ outline CONSTANT FINAL)
    Q_PROPERTY(signalbox::BlueprintPreview *preview READ preview CONSTANT FINAL)
    Q_PROPERTY(signalbox::DiffLines *comparison READ comparison CONSTANT FINAL)
    Q_PROPERTY(QStringList workspaces READ workspaces NOTIFY looked FINAL)
    Q_PROPERTY(int workspaceIndex READ workspaceIndex NOTIFY looked FINAL) ///< -1 none
    Q_PROPERTY(QStringList choices READ choices NOTIFY looked FINAL) ///< to compare with
    Q_PROPERTY(int choice READ choice WRITE setChoice NOTIFY looked FINAL)
    Q_PROPERTY(QString against READ against WRITE setAgainst NOTIFY looked FINAL) ///< "" none
    /// The flow that runs the text compared with, "" none; and why that is not shown.
    Q_PROPERTY(QString againstFlow READ againstFlow NOTIFY looked FINAL)
    Q_PROPERTY(QString whyNoComparison READ whyNoComparison NOTIFY looked FINAL)
    Q_PROPERTY(QString startDenied READ startDenied NOTIFY changed FINAL) ///< of a flow here
    Q_PROPERTY(bool usersKnown READ usersKnown NOTIFY looked FINAL)
    Q_PROPERTY(QString usedText READ usedText NOTIFY looked FINAL)
    Q_PROPERTY(int usedBy READ usedBy NOTIFY looked FINAL) ///< flows of its own workspace
    Q_PROPERTY(QString editMeaning READ editMeaning NOTIFY looked FINAL)
    Q_PROPERTY(QString deleteMeaning READ deleteMeaning NOTIFY looked FINAL)
public:
    explicit BlueprintsPage(QObject *parent = nullptr);

    TableModel *list() const { return m_list; }
    TableModel *users() const { return m_users; }
    BlueprintOutline *outline() const { return m_outline; }
    BlueprintPreview *preview() const { return m_preview; }
    DiffLines *comparison() const { return m_comparison; }
    QStringList workspaces() const;
    int workspaceIndex() const { return int(workspaces().indexOf(workspace())); }
    /// The back end first, then what flows run, then the other blueprints.
    QStringList choices() const;
    int choice() const;
    void setChoice(int index);
    QStringList others() const; ///< names of the workspace but the one looked at
    /// Flows of the workspace that run a blueprint of this name, where the back end can tell
    /// which text they were started from.
    QStringList runners() const;
    QString against() const { return m_against; }
    QString againstFlow() const { return m_againstFlow; }
    void setAgainstFlow(const QString &flow);
    QString whyNoComparison() const { return m_whyNoComparison; }
    bool usersKnown() const;
    QString startDenied() const;
    void setAgainst(const QString &name);
    QString usedText() const;
    int usedBy() const;
    QString editMeaning() const;
    QString deleteMeaning() const;
    QString summary() const override;
    QString emptyTitle() const override;
    QString emptyText() const override;
    QStringList draftIds() const override;
    QString linkTo(const QString &id) const override;

    Q_INVOKABLE QString whyNotNamed(const QString &name) const; ///< for a new one, "" = fine
    /// A draft of a new blueprint, empty or a copy; its id.
    Q_INVOKABLE QString createNamed(const QString &name, const QString &copyOf);
    Q_INVOKABLE QStringList beginnings() const; ///< of a new one: nothing, or a copy of one
    Q_INVOKABLE int beginningOf(const QString &copyOf) const; ///< index of beginnings()
    Q_INVOKABLE QString idOf(const QString &name) const;
    Q_INVOKABLE QString exportText(const QString &id) const; ///< as it stands in the editor
    /// A file with one blueprint becomes a draft; its id, or "" and importFault() says why.
    Q_INVOKABLE QString importFile(const QString &path, const QString &name);
    Q_INVOKABLE QString importFault() const { return m_importFault; }
    /// The file is one of a whole workspace, to be reviewed entry by entry.
    Q_INVOKABLE bool holdsConfiguration(const QString &path) const;
    Q_INVOKABLE QString nameFor(const QString &path) const; ///< the file's, without its ending

signals:
    void looked(); ///< what is known of the blueprint looked at

private:
    struct Checked {
        std::string text;
        rules::KnownTypes types;
        std::optional<rules::BlueprintSummary> summary; ///< nullopt: no JSON
        int faults = 0;
        int cautions = 0;
        QString first; ///< gravest issue in words
        QString json;
    };
    /// What an edit of the blueprint looked at means, as far as its texts tell.
    struct Meant {
        std::string before;
        std::string after;
        std::optional<schema::Blueprint> blueprint; ///< of `after`
        blueprintwords::Gone gone;
    };
    static Checked checkedOf(const std::string &text, const rules::KnownTypes &types);
    static Meant meantBy(const std::string &before, const std::string &after);
    [[nodiscard]] bool isAbout(const Meant &meant) const;
    void readMeaning();
    void follow();
    void soon();
    void refill();
    void fillUsers();
    void compare();
    [[nodiscard]] std::string textOf(const ConfigRow &row) const;
    /// What is held may be of an older text: then `m_checking` is its id.
    const Checked &checked(
        const QString &id, const std::string &text, const rules::KnownTypes &types);
    [[nodiscard]] PartTable::Part partOf(const ConfigRow &row, const rules::KnownTypes &types);

    PartTable *m_list;
    PartTable *m_users;
    BlueprintOutline *m_outline;
    BlueprintPreview *m_preview;
    DiffLines *m_comparison;
    QPointer<Session> m_followed;
    QHash<QString, Checked> m_checked;
    LatestWork m_check { this }; ///< of the one that is edited
    QString m_checking;
    Checked m_toCheck; ///< its text and types
    LatestWork m_meaning { this };
    Meant m_meant;
    Meant m_toMean; ///< its texts
    QHash<QString, int> m_usersOf; ///< flows of the workspace, by blueprint
    bool m_dirty = true;
    QString m_against;
    QString m_againstFlow;
    std::optional<std::string> m_running; ///< text of `m_againstFlow`
    QString m_whyNoComparison;
    int m_asked = 0; ///< an older answer is void
    QString m_importFault;
    QTimer m_soon;
};

} // namespace signalbox
