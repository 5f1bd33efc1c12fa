// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/session.h"
#include "models/stores/table.h"
#include "views/items/tracksource.h"
#include "views/pages/blueprintpreview.h"
#include "views/pages/dotrunner.h"
#include "views/pages/parttable.h"

#include <QPointer>
#include <QTimer>

namespace signalbox {

/// The track diagram of one flow: its graph, the layout, live values at most four times a second
/// while `active`. Without a layout (no `dot`, or it failed) the same figures stand in `list`. GUI
/// thread.
class FlowDiagram : public QObject {
    Q_OBJECT
    QML_NAMED_ELEMENT(FlowDiagramModel)
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(
        signalbox::Session *session READ session WRITE setSession NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(QString workspace READ workspace WRITE setWorkspace NOTIFY changed FINAL)
    Q_PROPERTY(QString flow READ flow WRITE setFlow NOTIFY changed FINAL)
    /// Shows what a start of a blueprint would make, instead of a flow that runs. May be null.
    Q_PROPERTY(
        signalbox::BlueprintPreview *preview READ preview WRITE setPreview NOTIFY changed FINAL)
    Q_PROPERTY(QString profile READ profile WRITE setProfile NOTIFY changed
            FINAL) ///< folder that keeps layouts, "" none
    Q_PROPERTY(bool active READ active WRITE setActive NOTIFY changed FINAL) ///< somebody looks
    Q_PROPERTY(bool listed READ listed WRITE setListed NOTIFY changed
            FINAL) ///< the person wants the list; also true without a layout
    Q_PROPERTY(signalbox::TrackSource *picture READ picture CONSTANT FINAL)
    Q_PROPERTY(bool known READ known NOTIFY changed FINAL) ///< the flow's blueprint is here
    Q_PROPERTY(bool working READ working NOTIFY changed FINAL) ///< the layout is being made
    Q_PROPERTY(QString fault READ fault NOTIFY changed FINAL) ///< why there is no picture, "" fine
    Q_PROPERTY(QString notes READ notes NOTIFY changed FINAL) ///< what the picture cannot tell
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL) ///< "36 stations · 38 tracks"
    Q_PROPERTY(signalbox::TableModel *list READ list CONSTANT FINAL)
public:
    static constexpr int refreshMs = 250;

    explicit FlowDiagram(QObject *parent = nullptr);
    ~FlowDiagram() override;

    Session *session() const { return m_session; }
    void setSession(Session *session);
    QString workspace() const { return m_workspace; }
    void setWorkspace(const QString &workspace);
    QString flow() const { return m_flow; }
    void setFlow(const QString &flow);
    BlueprintPreview *preview() const { return m_preview; }
    void setPreview(BlueprintPreview *preview);
    QString profile() const { return m_profile; }
    void setProfile(const QString &folder);
    bool active() const { return m_active; }
    void setActive(bool active);
    bool listed() const { return m_listed || !m_fault.isEmpty(); }
    void setListed(bool listed);
    TrackSource *picture() const { return m_picture; }
    const TrackScene &scene() const { return m_picture->scene(); }
    const TrackValues &values() const { return m_picture->values(); }
    bool known() const { return m_diagram && !m_diagram->stations.empty(); }
    bool working() const { return m_working; }
    QString fault() const { return m_fault; }
    QString notes() const { return m_notes; }
    QString summary() const;
    TableModel *list() const { return m_list; }
    /// For tests: another program, another time limit. Before the first layout.
    void setRunner(const DotRunner::Options &options);

    Q_INVOKABLE void retry(); ///< lays out again after a fault
    Q_INVOKABLE QString queueOf(const QString &key) const; ///< of a track, "" when it has none
    Q_INVOKABLE QString topicOf(const QString &key) const; ///< of a track
    Q_INVOKABLE QString processorOf(const QString &key) const; ///< of a station
    /// Writes a picture to a file of the person; "" or why not.
    Q_INVOKABLE QString save(const QString &path, const QByteArray &bytes, bool replace) const;

signals:
    void changed();

private:
    void wake();
    void reload();
    void build();
    [[nodiscard]] rules::Diagram graph() const;
    void layOut();
    void take(const DotAnswer &answer);
    void refresh();
    void fillList();

    QPointer<Session> m_session;
    QString m_workspace;
    QString m_flow;
    QPointer<BlueprintPreview> m_preview;
    QString m_profile;
    bool m_active = false;
    bool m_listed = false;
    bool m_working = false;
    bool m_stale = true; ///< the graph was not built since the flow or blueprint changed
    QString m_fault;
    QString m_notes;
    std::shared_ptr<const rules::Diagram> m_diagram;
    std::unique_ptr<DotRunner> m_runner;
    TrackSource *m_picture;
    PartTable *m_list;
    QTimer m_live;
};

} // namespace signalbox
