// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/alertlists.h"
#include "views/pages/overviewlists.h"

namespace signalbox {

/// What calls for a person, what did, and by which limits; one alert chosen, and what can be done
/// about it. GUI thread.
class AlertsView : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("models/stores/alertstore.h")
    Q_PROPERTY(
        signalbox::AlertStore *alerts READ alerts WRITE setAlerts NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(signalbox::OverviewLines *active READ active CONSTANT FINAL)
    Q_PROPERTY(signalbox::OverviewLines *history READ history CONSTANT FINAL) ///< newest first
    Q_PROPERTY(signalbox::AlertRules *rules READ rules CONSTANT FINAL)
    Q_PROPERTY(
        bool causesOnly MEMBER m_causesOnly NOTIFY changed FINAL) ///< without what they explain
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL)
    Q_PROPERTY(QString calm READ calm NOTIFY changed FINAL) ///< said where there is none
    Q_PROPERTY(QString currentKey READ currentKey WRITE setCurrentKey NOTIFY changed FINAL)
    Q_PROPERTY(QString currentText READ currentText NOTIFY changed FINAL)
    Q_PROPERTY(bool currentMuted READ currentMuted NOTIFY changed FINAL)
    Q_PROPERTY(QString whyNotTake READ whyNotTake NOTIFY changed FINAL) ///< "" = acknowledge it
    Q_PROPERTY(QString whyNotMute READ whyNotMute NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
public:
    static constexpr int historyShown = 300;

    explicit AlertsView(QObject *parent = nullptr);
    AlertStore *alerts() const { return m_alerts; }
    void setAlerts(AlertStore *alerts);
    OverviewLines *active() const { return m_active; }
    OverviewLines *history() const { return m_history; }
    AlertRules *rules() const { return m_rules; }
    QString summary() const;
    QString calm() const;
    QString currentKey() const { return m_key; }
    void setCurrentKey(const QString &key);
    QString currentText() const;
    bool currentMuted() const;
    QString whyNotTake() const;
    QString whyNotMute() const;
    QString error() const { return m_alerts ? m_alerts->error() : QString(); }

    Q_INVOKABLE void choose(int row); ///< of `active`
    Q_INVOKABLE void acknowledge(const QString &note);
    Q_INVOKABLE void mute(int minutes);
    Q_INVOKABLE void unmute();

signals:
    void changed();

private:
    void show();
    void showHistory();
    [[nodiscard]] const AlertRow *current() const;
    [[nodiscard]] OverviewLine lineOf(const AlertRow &row) const;

    QPointer<AlertStore> m_alerts;
    OverviewLines *m_active;
    OverviewLines *m_history;
    AlertRules *m_rules;
    bool m_causesOnly = false;
    QString m_key;
};

} // namespace signalbox
