// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/overviewlists.h"

#include <QElapsedTimer>
#include <QHash>
#include <QPointer>
#include <QTimer>

namespace signalbox {

class Session;
class TokenMeter;

/// The overview of one or all workspaces: totals, what needs a person, the hottest queues, what
/// failed last. Every line leads somewhere. Computed from the stores at most once a second while
/// shown. GUI thread.
class OverviewPage : public QObject {
    Q_OBJECT
    QML_NAMED_ELEMENT(OverviewPageModel)
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(signalbox::Session *session READ session WRITE setSession NOTIFY sessionChanged
            REQUIRED FINAL)
    Q_PROPERTY(bool active READ active WRITE setActive NOTIFY sessionChanged
            FINAL) ///< false: nothing is computed
    Q_PROPERTY(signalbox::TableModel *workspaces READ workspaces NOTIFY sessionChanged FINAL)
    Q_PROPERTY(signalbox::OverviewLines *tiles READ tiles CONSTANT FINAL)
    Q_PROPERTY(signalbox::OverviewLines *attention READ attention CONSTANT FINAL)
    Q_PROPERTY(signalbox::OverviewLines *hottest READ hottest CONSTANT FINAL)
    Q_PROPERTY(signalbox::OverviewLines *failures READ failures CONSTANT FINAL)
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString staleness READ staleness NOTIFY changed FINAL) ///< "" when fresh
    Q_PROPERTY(bool loading READ loading NOTIFY changed
            FINAL) ///< nothing has come yet and it is on its way
    Q_PROPERTY(bool partial READ partial NOTIFY changed
            FINAL) ///< some workspaces or the queues have not answered yet
    Q_PROPERTY(QString calm READ calm NOTIFY changed
            FINAL) ///< what it means that nothing needs a person: all is clear, or not known
    Q_PROPERTY(QString calmQueues READ calmQueues NOTIFY changed
            FINAL) ///< why there is no hottest queue; says so when it is not known
    Q_PROPERTY(QString queueSource READ queueSource NOTIFY changed FINAL)
public:
    static constexpr int attentionLimit = 50;
    static constexpr int hottestLimit = 12;
    static constexpr int failureLimit = 8;

    explicit OverviewPage(QObject *parent = nullptr);
    ~OverviewPage() override;

    Session *session() const;
    void setSession(Session *session);
    bool active() const { return m_active; }
    void setActive(bool active);
    TableModel *workspaces() const { return m_workspaces; }
    OverviewLines *tiles() const { return m_tiles; }
    OverviewLines *attention() const { return m_attention; }
    OverviewLines *hottest() const { return m_hottest; }
    OverviewLines *failures() const { return m_failures; }
    QString summary() const { return m_summary; }
    QString error() const;
    QString staleness() const;
    bool loading() const;
    bool partial() const;
    QString calm() const { return m_calm; }
    QString calmQueues() const;
    QString queueSource() const;

signals:
    void sessionChanged();
    void changed();

private:
    void soon();
    void compute();
    void computeTiles();
    void addRates(std::vector<OverviewLine> &tiles) const;
    void sampleTrend(const char *tile, std::optional<double> value);
    void computeAttention();
    QString calmNow() const;
    void computeHottest();
    void computeFailures();
    bool flowsRead() const; ///< of every workspace looked at
    bool here(const QString &workspace) const;
    void mentionFlows(std::vector<OverviewLine> &lines) const;
    void mentionQueues(std::vector<OverviewLine> &lines) const;
    int mentionTalks(std::vector<OverviewLine> &lines) const;

    QPointer<Session> m_session;
    bool m_active = true;
    QTimer m_timer;
    TableModel *m_workspaces = nullptr;
    OverviewLines *m_tiles;
    OverviewLines *m_attention;
    OverviewLines *m_hottest;
    OverviewLines *m_failures;
    TokenMeter *m_meter = nullptr;
    QHash<QString, QList<qreal>> m_trends; ///< by tile, while this page lives, shown or not
    QTimer m_sampling; ///< while another page is shown
    QElapsedTimer m_trendAt;
    QString m_summary;
    QString m_calm;
};

} // namespace signalbox
