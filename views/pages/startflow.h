// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/plan.h"
#include "models/stores/blueprintstore.h"
#include "models/stores/session.h"
#include "views/pages/parttable.h"
#include "views/pages/startdraft.h"
#include "views/pages/startform.h"
#include "views/pages/startwatch.h"

namespace signalbox {

/// The start dialog: workspace → blueprint → form → preview of what comes into being → start →
/// followed until ready. What is typed is kept in the profile at once and forgotten only when the
/// flow has started. GUI thread.
class StartFlow : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(
        signalbox::Session *session READ session WRITE setSession NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(QString folder READ folder WRITE setFolder NOTIFY changed REQUIRED
            FINAL) ///< of the profile, for drafts
    Q_PROPERTY(Step step READ step NOTIFY changed FINAL)
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString draftError READ draftError NOTIFY changed FINAL)
    Q_PROPERTY(bool restored READ restored NOTIFY changed FINAL) ///< the form began with a draft
    Q_PROPERTY(QStringList workspaces READ workspaces NOTIFY changed
            FINAL) ///< those where a start is allowed
    Q_PROPERTY(QString workspace READ workspace WRITE setWorkspace NOTIFY changed FINAL)
    Q_PROPERTY(int workspaceIndex READ workspaceIndex NOTIFY changed FINAL) ///< -1 none
    Q_PROPERTY(int blueprintIndex READ blueprintIndex NOTIFY changed FINAL)
    Q_PROPERTY(bool workspaceFixed READ workspaceFixed NOTIFY changed FINAL)
    Q_PROPERTY(QStringList blueprints READ blueprints NOTIFY changed FINAL)
    Q_PROPERTY(QStringList blueprintTexts READ blueprintTexts NOTIFY changed
            FINAL) ///< "name — description"
    Q_PROPERTY(QString blueprint READ blueprint WRITE setBlueprint NOTIFY changed FINAL)
    Q_PROPERTY(QString blueprintAbout READ blueprintAbout NOTIFY changed FINAL)
    Q_PROPERTY(QString blueprintsFault READ blueprintsFault NOTIFY changed
            FINAL) ///< those that cannot be read, and why
    Q_PROPERTY(QString id READ id WRITE setId NOTIFY changed FINAL)
    Q_PROPERTY(QString idProblem READ idProblem NOTIFY changed FINAL)
    Q_PROPERTY(QString description READ description WRITE setDescription NOTIFY changed FINAL)
    Q_PROPERTY(signalbox::StartForm *form READ form CONSTANT FINAL)
    Q_PROPERTY(signalbox::TableModel *topics READ topics CONSTANT FINAL)
    Q_PROPERTY(signalbox::TableModel *entries READ entries CONSTANT FINAL)
    Q_PROPERTY(QStringList problems READ problems NOTIFY changed FINAL)
    /// What the plan cannot know; none of it hinders a start.
    Q_PROPERTY(QStringList cautions READ cautions NOTIFY changed FINAL)
    Q_PROPERTY(int entryCount READ entryCount NOTIFY changed FINAL)
    Q_PROPERTY(int queueCount READ queueCount NOTIFY changed FINAL)
    Q_PROPERTY(int newTopics READ newTopics NOTIFY changed FINAL)
    Q_PROPERTY(int sharedTopics READ sharedTopics NOTIFY changed FINAL)
    Q_PROPERTY(int literalTopics READ literalTopics NOTIFY changed FINAL)
    Q_PROPERTY(bool planned READ planned NOTIFY changed FINAL)
    Q_PROPERTY(QString whyNot READ whyNot NOTIFY changed FINAL)
    Q_PROPERTY(QString progress READ progress NOTIFY changed FINAL)
    Q_PROPERTY(
        QString startedKey READ startedKey NOTIFY changed FINAL) ///< "workspace/id" once it runs
public:
    enum Step { Editing, Starting, Following, Finished };
    Q_ENUM(Step)

    explicit StartFlow(QObject *parent = nullptr);
    ~StartFlow() override;

    Session *session() const { return m_session; }
    void setSession(Session *session);
    QString folder() const { return m_folder; }
    void setFolder(const QString &folder);
    Step step() const { return m_step; }
    bool busy() const { return m_loading || m_step == Starting || m_step == Following; }
    QString error() const { return m_error; }
    QString draftError() const { return m_draftError; }
    bool restored() const { return m_restored; }
    QStringList workspaces() const;
    QString workspace() const { return m_workspace; }
    void setWorkspace(const QString &workspace);
    int workspaceIndex() const { return int(workspaces().indexOf(m_workspace)); }
    int blueprintIndex() const { return int(blueprints().indexOf(m_blueprint)); }
    bool workspaceFixed() const;
    QStringList blueprints() const;
    QStringList blueprintTexts() const;
    QString blueprint() const { return m_blueprint; }
    void setBlueprint(const QString &blueprint);
    QString blueprintAbout() const;
    QString blueprintsFault() const;
    QString id() const { return m_id; }
    void setId(const QString &id);
    QString idProblem() const;
    QString description() const { return m_description; }
    void setDescription(const QString &description);
    StartForm *form() const { return m_form; }
    TableModel *topics() const { return m_topics; }
    TableModel *entries() const { return m_entries; }
    QStringList problems() const { return m_problems; }
    QStringList cautions() const { return m_unserved; }
    int entryCount() const { return int(m_plan.expansion.entries.size()); }
    int queueCount() const { return int(m_plan.queues.size()); }
    int newTopics() const { return int(m_plan.newTopics.size()); }
    int sharedTopics() const { return int(m_plan.sharedTopics.size()); }
    int literalTopics() const { return int(m_plan.literalTopics.size()); }
    bool planned() const { return m_planned; }
    QString whyNot() const;
    QString progress() const;
    QString startedKey() const { return m_startedKey; }
    const rules::StartPlan &plan() const { return m_plan; }

    /// Begins: with the draft when there is one, else in `workspace` ("" = the session's) with
    /// `blueprint`.
    Q_INVOKABLE void open(const QString &workspace = {}, const QString &blueprint = {});
    Q_INVOKABLE void start();
    Q_INVOKABLE void discardDraft(); ///< an empty form again
    Q_INVOKABLE void keepDraft(); ///< now; happens by itself soon after each change

signals:
    void changed();
    void started(const QString &key);

private:
    bool restore(const QString &of); ///< the draft that is kept under it; false: there is none
    void loadBlueprints();
    void useBlueprint(const schema::Members<std::string> &typed);
    void touched(); ///< a person changed something
    void fetchLive();
    void plan();
    void fillPlan();
    [[nodiscard]] const schema::Blueprint *chosen() const;

    QPointer<Session> m_session;
    QString m_folder;
    std::unique_ptr<StartDraftFile> m_drafts;
    Step m_step = Editing;
    bool m_loading = false;
    bool m_restored = false;
    QString m_draftOf; ///< under what it is kept, since the form was opened
    bool m_planned = false;
    bool m_filling = false; ///< the program, not a person, sets the form
    QString m_error;
    QString m_draftError;
    QString m_loadError;
    QString m_workspace;
    QString m_blueprint;
    QString m_id;
    QString m_description;
    QString m_startedKey;
    schema::Members<std::string> m_typed; ///< edited values to put back when the blueprint is there
    StartForm *m_form;
    PartTable *m_topics;
    PartTable *m_entries;
    rules::StartPlan m_plan;
    QStringList m_problems;
    std::vector<rules::LiveFlow> m_live;
    QStringList m_unserved; ///< what is not known of m_live, for people
    bool m_liveKnown = false;
    StartWatch m_watch;
    QTimer m_planSoon;
    QTimer m_liveSoon;
    QTimer m_draftSoon;
};

} // namespace signalbox
