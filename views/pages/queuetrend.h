// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/historyring.h"
#include "models/stores/session.h"

#include <QPointer>

namespace signalbox {

class QueueHistory;

/// What one queue did in the last 10 minutes, hour or day, for two charts. Its history is kept from
/// the moment it is shown here and for as long as it is. GUI thread.
class QueueTrend : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by QueueDetailView")
    Q_PROPERTY(
        int span READ span WRITE setSpan NOTIFY changed FINAL) ///< 0: 10 min, 1: 1 h, 2: 24 h
    Q_PROPERTY(QList<qreal> readyLow READ readyLow NOTIFY changed FINAL)
    Q_PROPERTY(QList<qreal> readyHigh READ readyHigh NOTIFY changed FINAL)
    Q_PROPERTY(QList<qreal> unackedLow READ unackedLow NOTIFY changed FINAL)
    Q_PROPERTY(QList<qreal> unackedHigh READ unackedHigh NOTIFY changed FINAL)
    Q_PROPERTY(QList<qreal> inLow READ inLow NOTIFY changed FINAL)
    Q_PROPERTY(QList<qreal> inHigh READ inHigh NOTIFY changed FINAL)
    Q_PROPERTY(QList<qreal> outLow READ outLow NOTIFY changed FINAL)
    Q_PROPERTY(QList<qreal> outHigh READ outHigh NOTIFY changed FINAL)
    Q_PROPERTY(QString messagesSummary READ messagesSummary NOTIFY changed FINAL) ///< in words
    Q_PROPERTY(QString ratesSummary READ ratesSummary NOTIFY changed FINAL)
    /// Where the instant that is replayed stands, 0 (left) to 1; -1: now is shown.
    Q_PROPERTY(double instant READ instant NOTIFY changed FINAL)
    /// What the tables show of that instant, also where no history is drawn; "" while now is shown.
    Q_PROPERTY(QString instantMessages READ instantMessages NOTIFY changed FINAL)
    Q_PROPERTY(QString instantRates READ instantRates NOTIFY changed FINAL)
    Q_PROPERTY(QString fromText READ fromText NOTIFY changed FINAL) ///< of the left edge
    Q_PROPERTY(QString sinceText READ sinceText NOTIFY changed FINAL) ///< how far it reaches back
    Q_PROPERTY(QString keptText READ keptText NOTIFY changed FINAL) ///< of how many queues, and why
public:
    explicit QueueTrend(QObject *parent = nullptr);
    ~QueueTrend() override;

    void setSession(Session *session);
    void show(const QString &queue); ///< "" none
    /// Values are read only while somebody sees them.
    Q_INVOKABLE void setSeen(bool seen);

    int span() const { return m_span; }
    void setSpan(int span);
    QList<qreal> readyLow() const { return m_lines[HistoryRing::Ready].low; }
    QList<qreal> readyHigh() const { return m_lines[HistoryRing::Ready].high; }
    QList<qreal> unackedLow() const { return m_lines[HistoryRing::Unacked].low; }
    QList<qreal> unackedHigh() const { return m_lines[HistoryRing::Unacked].high; }
    QList<qreal> inLow() const { return m_lines[HistoryRing::In].low; }
    QList<qreal> inHigh() const { return m_lines[HistoryRing::In].high; }
    QList<qreal> outLow() const { return m_lines[HistoryRing::Out].low; }
    QList<qreal> outHigh() const { return m_lines[HistoryRing::Out].high; }
    QString messagesSummary() const;
    QString ratesSummary() const;
    double instant() const;
    QString instantMessages() const;
    QString instantRates() const;
    QString fromText() const;
    QString sinceText() const;
    QString keptText() const;
    /// The values at a place of a chart, 0 (left) to 1, of its two lines: "14:02:31 · ready 12 to
    /// 40 · unacked 3".
    Q_INVOKABLE QString messagesAt(double place) const;
    Q_INVOKABLE QString ratesAt(double place) const;
    Q_INVOKABLE QString axisText(double value, bool rate) const;

signals:
    void changed();

private:
    void read();
    void followInstant();
    [[nodiscard]] QString spanName() const;
    [[nodiscard]] QString valueText(HistoryRing::Metric metric, double value) const;
    [[nodiscard]] QString rangeText(HistoryRing::Metric metric) const;
    [[nodiscard]] bool toldNow() const;
    [[nodiscard]] QString at(
        double place, HistoryRing::Metric first, HistoryRing::Metric second) const;
    [[nodiscard]] QString then(bool rates) const;
    static QString nameOf(HistoryRing::Metric metric);

    QPointer<Session> m_session;
    QPointer<QueueHistory> m_history;
    std::string m_queue;
    int m_span = HistoryRing::TenMinutes;
    bool m_seen = false;
    bool m_toldNow = false; ///< when it was last read
    std::array<double, HistoryRing::MetricCount> m_latest {}; ///< NaN: not known
    std::array<HistoryRing::Points, HistoryRing::MetricCount> m_lines;
};

} // namespace signalbox
