// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/blueprintstore.h"
#include "models/stores/session.h"
#include "views/pages/formdraft.h"
#include "views/pages/parttable.h"
#include "views/pages/startdraft.h"
#include "views/pages/startform.h"
#include "views/pages/startwatch.h"
#include "views/pages/stoppreview.h"

namespace signalbox {

/// Restart of one flow with other parameters (or its changed blueprint) as one previewed plan:
/// stop, then start under the same id. The far end has no such operation (contract TG §4.5), so the
/// second half can fail alone: then the form is kept as a draft and can be started again. GUI
/// thread.
class RestartFlow : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(
        signalbox::Session *session READ session WRITE setSession NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(QString folder READ folder WRITE setFolder NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(Step step READ step NOTIFY changed FINAL)
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString id READ id NOTIFY changed FINAL)
    Q_PROPERTY(QString workspace READ workspace NOTIFY changed FINAL)
    Q_PROPERTY(QString blueprint READ blueprint NOTIFY changed FINAL)
    Q_PROPERTY(QString description READ description WRITE setDescription NOTIFY changed FINAL)
    Q_PROPERTY(signalbox::StartForm *form READ form CONSTANT FINAL)
    Q_PROPERTY(signalbox::TableModel *differences READ differences CONSTANT FINAL)
    Q_PROPERTY(QStringList warnings READ warnings NOTIFY changed FINAL)
    Q_PROPERTY(QString queuesDeleted READ queuesDeleted NOTIFY changed FINAL)
    Q_PROPERTY(QString messagesLost READ messagesLost NOTIFY changed FINAL)
    Q_PROPERTY(bool deletesQueues READ deletesQueues NOTIFY changed FINAL)
    Q_PROPERTY(bool losesMessages READ losesMessages NOTIFY changed FINAL)
    Q_PROPERTY(int changedParameters READ changedParameters NOTIFY changed FINAL)
    Q_PROPERTY(int changedTopics READ changedTopics NOTIFY changed FINAL)
    Q_PROPERTY(bool typingNeeded READ typingNeeded NOTIFY changed FINAL)
    Q_PROPERTY(QString typed READ typed WRITE setTyped NOTIFY changed FINAL)
    Q_PROPERTY(QString whyNot READ whyNot NOTIFY changed FINAL)
    Q_PROPERTY(QString progress READ progress NOTIFY changed FINAL)
    Q_PROPERTY(signalbox::FormDraft *draft READ draft CONSTANT FINAL) ///< of the parameters
public:
    /// HalfDone: it is stopped, the start failed.
    enum Step { Loading, Editing, Stopping, Starting, Following, Finished, HalfDone };
    Q_ENUM(Step)

    explicit RestartFlow(QObject *parent = nullptr);
    ~RestartFlow() override;

    Session *session() const { return m_session; }
    void setSession(Session *session);
    QString folder() const { return m_folder; }
    void setFolder(const QString &folder) { m_folder = folder; }
    Step step() const { return m_step; }
    bool busy() const;
    QString error() const { return m_error; }
    QString id() const { return m_id; }
    QString workspace() const { return m_workspace; }
    QString blueprint() const { return m_blueprint; }
    QString description() const { return m_description; }
    void setDescription(const QString &description);
    StartForm *form() const { return m_form; }
    FormDraft *draft() const { return m_draft; }
    TableModel *differences() const { return m_differences; }
    QStringList warnings() const;
    QString queuesDeleted() const;
    QString messagesLost() const;
    bool deletesQueues() const { return m_preview.deletesQueues; }
    bool losesMessages() const { return m_preview.messagesLost.value_or(1) > 0; }
    int changedParameters() const { return m_changedParameters; }
    int changedTopics() const { return m_changedTopics; }
    bool typingNeeded() const;
    QString typed() const { return m_typed; }
    void setTyped(const QString &typed);
    QString whyNot() const;
    QString progress() const;

    Q_INVOKABLE void open(const QString &key); ///< "workspace/id"
    Q_INVOKABLE void run();
    Q_INVOKABLE void retryStart(); ///< in HalfDone

signals:
    void changed();

private:
    void load();
    void fill();
    void plan();
    void start();
    [[nodiscard]] QString draftOf() const; ///< under what it is kept between the halves
    void keepDraft();
    void keepTyped();
    std::vector<PartTable::Part> parameterDifferences();
    std::vector<PartTable::Part> topicDifferences(const schema::Blueprint &blueprint);
    [[nodiscard]] const schema::Blueprint *current() const;

    QPointer<Session> m_session;
    QString m_folder;
    Step m_step = Loading;
    QString m_error;
    QString m_workspace;
    QString m_id;
    QString m_blueprint;
    QString m_description;
    QString m_typed;
    schema::FlowRecord m_record;
    StartForm *m_form;
    FormDraft *m_draft;
    schema::Members<std::string> m_runs; ///< the values of the form before anybody typed
    PartTable *m_differences;
    StopPreview m_preview;
    std::vector<rules::LiveFlow> m_live;
    QStringList m_unservedIds;
    QStringList m_unserved; ///< what is not known of m_live, for people
    bool m_liveKnown = false;
    QStringList m_problems;
    int m_changedParameters = 0;
    int m_changedTopics = 0;
    StartWatch m_watch;
    QTimer m_planSoon;
    QTimer m_liveSoon;
};

} // namespace signalbox
