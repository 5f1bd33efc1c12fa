// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/diagram.h"
#include "models/rules/plan.h"
#include "models/stores/blueprintstore.h"
#include "models/stores/session.h"
#include "views/pages/latestwork.h"
#include "views/pages/parttable.h"

#include <QPointer>
#include <QTimer>

namespace signalbox {

/// What a start of a blueprint's text would create, for a flow id and a workspace as an example,
/// and its graph. Nothing is sent but reads. GUI thread.
class BlueprintPreview : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by BlueprintsPage")
    Q_PROPERTY(QStringList workspaces READ workspaces NOTIFY changed FINAL)
    Q_PROPERTY(int workspaceIndex READ workspaceIndex NOTIFY changed FINAL) ///< -1 none
    Q_PROPERTY(QString workspace READ workspace WRITE setWorkspace NOTIFY changed FINAL)
    Q_PROPERTY(QString flow READ flow WRITE setFlow NOTIFY changed FINAL) ///< id of the example
    Q_PROPERTY(bool active READ active WRITE setActive NOTIFY changed FINAL) ///< somebody looks
    Q_PROPERTY(bool planned READ planned NOTIFY changed FINAL)
    Q_PROPERTY(QString why READ why NOTIFY changed FINAL) ///< why nothing is planned
    Q_PROPERTY(signalbox::TableModel *topics READ topics CONSTANT FINAL)
    Q_PROPERTY(signalbox::TableModel *entries READ entries CONSTANT FINAL)
    Q_PROPERTY(signalbox::TableModel *queues READ queues CONSTANT FINAL)
    Q_PROPERTY(int newTopics READ newTopics NOTIFY changed FINAL)
    Q_PROPERTY(int sharedTopics READ sharedTopics NOTIFY changed FINAL)
    Q_PROPERTY(int literalTopics READ literalTopics NOTIFY changed FINAL)
    Q_PROPERTY(QString problems READ problems NOTIFY changed FINAL) ///< that a start would name
    Q_PROPERTY(QString values READ values NOTIFY changed FINAL) ///< of the parameters, by default
public:
    explicit BlueprintPreview(QObject *parent = nullptr);

    void setSession(Session *session);
    /// `home`: the workspace of the blueprint. Another blueprint begins with a fresh example.
    void show(const QString &home, const QString &name, const std::string &text);
    QStringList workspaces() const;
    int workspaceIndex() const { return int(workspaces().indexOf(m_workspace)); }
    QString workspace() const { return m_workspace; }
    void setWorkspace(const QString &workspace);
    QString flow() const { return m_flow; }
    void setFlow(const QString &id);
    bool active() const { return m_active; }
    void setActive(bool active);
    bool planned() const { return m_planned; }
    QString why() const { return m_why; }
    TableModel *topics() const { return m_topics; }
    TableModel *entries() const { return m_entries; }
    TableModel *queues() const { return m_queues; }
    int newTopics() const { return int(m_plan.newTopics.size()); }
    int sharedTopics() const { return int(m_plan.sharedTopics.size()); }
    int literalTopics() const { return int(m_plan.literalTopics.size()); }
    QString problems() const { return m_problems; }
    QString values() const { return m_values; }
    /// Of the last text that could be read.
    [[nodiscard]] const rules::Diagram &diagram() const { return m_diagram; }

signals:
    void changed();
    void diagramChanged();

private:
    struct Question {
        std::string text;
        std::string name;
        std::string workspace;
        std::string flow;
        BlueprintStore::LoadedPtr types;
        std::shared_ptr<const std::vector<rules::LiveFlow>> live; ///< nullptr: no plan is wanted
        bool own = false;
    };
    struct Outcome {
        std::string fault; ///< why the text cannot be read
        rules::Resolution resolution;
        rules::Diagram diagram;
        rules::StartPlan plan;
    };
    static Outcome outcomeOf(const Question &question); ///< any thread
    void fetch();
    void plan() { plan(false); }
    void plan(bool atOnce);
    void tell(Outcome outcome);
    void clear(const QString &why);

    QPointer<Session> m_session;
    QString m_home;
    QString m_name;
    std::string m_text;
    QString m_workspace;
    QString m_flow;
    bool m_active = false;
    bool m_planned = false;
    bool m_liveKnown = false;
    QString m_why;
    QString m_fetchError;
    QString m_problems;
    QString m_values;
    std::shared_ptr<const std::vector<rules::LiveFlow>> m_live;
    QStringList m_unserved; ///< what is not known of m_live, for people
    rules::StartPlan m_plan;
    rules::Diagram m_diagram;
    PartTable *m_topics;
    PartTable *m_entries;
    PartTable *m_queues;
    LatestWork m_work { this };
    QTimer m_planSoon;
    QTimer m_fetchSoon;
};

} // namespace signalbox
