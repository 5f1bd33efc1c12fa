// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/expand.h"
#include "models/stores/session.h"
#include "models/stores/table.h"
#include "views/pages/parttable.h"

#include <QPointer>
#include <QTimer>

namespace signalbox {

struct FlowRow;

/// Everything about one flow: why it is as it is, its queues per consumer, interfaces, parameters,
/// processors and record. Follows the live stores at most four times a second. GUI thread.
class FlowDetail : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by FlowsPageModel")
    Q_PROPERTY(bool exists READ exists NOTIFY changed FINAL)
    Q_PROPERTY(QString workspace READ workspace NOTIFY changed FINAL)
    Q_PROPERTY(QString id READ id NOTIFY changed FINAL)
    Q_PROPERTY(QString shownId READ shownId NOTIFY changed FINAL) ///< with what is not seen
    Q_PROPERTY(QString subtitle READ subtitle NOTIFY changed
            FINAL) ///< "everything · 36 processors · 51 queues"
    Q_PROPERTY(
        QString queuesText READ queuesText NOTIFY changed FINAL) ///< which queues the number counts
    Q_PROPERTY(QString why READ why NOTIFY changed FINAL)
    Q_PROPERTY(int whyTone READ whyTone NOTIFY changed FINAL)
    Q_PROPERTY(QString fault READ fault NOTIFY changed
            FINAL) ///< why queues and processors cannot be told, or ""
    Q_PROPERTY(
        QString queueSource READ queueSource NOTIFY changed FINAL) ///< where the numbers come from
    Q_PROPERTY(QString record READ record NOTIFY changed FINAL) ///< JSON, indented
    Q_PROPERTY(signalbox::TableModel *queues READ queues CONSTANT FINAL)
    Q_PROPERTY(signalbox::TableModel *interfaces READ interfaces CONSTANT FINAL)
    Q_PROPERTY(signalbox::TableModel *parameters READ parameters CONSTANT FINAL)
    Q_PROPERTY(signalbox::TableModel *processors READ processors CONSTANT FINAL)
public:
    explicit FlowDetail(QObject *parent = nullptr);
    ~FlowDetail() override;

    void setSession(Session *session);
    void show(const QString &workspace, const QString &id); ///< "" "" shows nothing

    bool exists() const { return m_exists; }
    QString workspace() const { return m_workspace; }
    QString id() const { return m_id; }
    QString shownId() const;
    QString subtitle() const { return m_subtitle; }
    QString queuesText() const { return m_queuesText; }
    QString why() const { return m_why; }
    Cell::Tone whyTone() const { return m_whyTone; }
    QString fault() const { return m_fault; }
    QString queueSource() const;
    QString record() const { return m_record; }
    TableModel *queues() const { return m_queues; }
    TableModel *interfaces() const { return m_interfaces; }
    TableModel *parameters() const { return m_parameters; }
    TableModel *processors() const { return m_processors; }

signals:
    void changed();

private:
    void loadBlueprint();
    void reload(); ///< record and blueprint
    void refreshLive(); ///< numbers
    void expand(const FlowRow &row);

    QPointer<Session> m_session;
    QString m_workspace;
    QString m_id;
    bool m_exists = false;
    QString m_subtitle;
    QString m_queuesText;
    QString m_why;
    Cell::Tone m_whyTone = Cell::Muted;
    QString m_fault;
    QString m_record;
    rules::Expansion m_expansion;
    std::vector<rules::ExpectedQueue> m_expected;
    PartTable *m_queues;
    PartTable *m_interfaces;
    PartTable *m_parameters;
    PartTable *m_processors;
    QTimer m_live;
};

} // namespace signalbox
