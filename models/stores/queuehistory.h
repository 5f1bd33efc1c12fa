// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/historyring.h"

#include <QObject>

#include <string>
#include <unordered_map>
#include <vector>

namespace signalbox {

class QueueStore;

/// What queues did over time, in memory, for as long as the connection is open. Of 150 000 queues
/// it keeps `capacity`: those somebody watches (as long as they are watched), those with an alert,
/// those with most waiting, and those that were looked at, from the first look on. When it is full
/// the one that went longest without any of these is let go. GUI thread.
class QueueHistory : public QObject {
    Q_OBJECT
    Q_PROPERTY(QString summary READ summary NOTIFY sampled FINAL) ///< how many it keeps, and why
public:
    enum Why { Looked, Hottest, Alerting, Watched }; ///< the highest that holds
    static constexpr int capacity = 300;
    static constexpr int hottest = 60;
    static constexpr int alerting = 60;
    static constexpr int looksPerSample = 60; ///< beyond it a look counts at the next sample
    static constexpr int rankEvery = 5; ///< samples
    static constexpr int trendSteps = 60;

    explicit QueueHistory(QueueStore *store);
    ~QueueHistory() override;

    void watch(const std::string &queue); ///< counted: one release() for each
    void release(const std::string &queue);
    void look(const std::string &queue); ///< somebody sees it
    /// Takes what the store holds now. Unix milliseconds; about once a second. `gatewayTells`:
    /// else what only our gateway knows is a gap.
    void sample(qint64 nowMs, bool gatewayTells = true);
    /// It was deleted: one that is made again under the name goes on after a gap.
    void gone(const std::string &queue);
    void clear();

    [[nodiscard]] bool keeps(const std::string &queue) const;
    [[nodiscard]] HistoryRing::Points points(
        const std::string &queue, HistoryRing::Span span, HistoryRing::Metric metric) const;
    [[nodiscard]] QList<qreal> trend(const std::string &queue, HistoryRing::Metric metric) const;
    /// The ten minutes before a past instant, from the slots of the hour.
    [[nodiscard]] QList<qreal> trendUntil(
        const std::string &queue, HistoryRing::Metric metric, qint64 untilMs) const;
    [[nodiscard]] qint64 sinceMs(const std::string &queue) const; ///< -1: nothing yet
    [[nodiscard]] qint64 nowMs() const { return m_now; } ///< of the last sample
    [[nodiscard]] int count() const { return int(m_kept.size()); }
    [[nodiscard]] int count(Why why) const;
    [[nodiscard]] qint64 evicted() const { return m_evicted; }
    [[nodiscard]] qint64 bytes() const;
    [[nodiscard]] QString summary() const;
    [[nodiscard]] std::vector<int> rows() const; ///< of those kept, ascending

signals:
    void sampled();

private:
    struct Kept {
        HistoryRing ring;
        Why why = Looked;
        int watchers = 0;
        qint64 wantedMs = 0; ///< when there was last a reason to keep it
    };
    Kept *keep(const std::string &queue, Why why);
    bool letGo();
    void rank();

    QueueStore *m_store;
    std::unordered_map<std::string, Kept> m_kept;
    std::vector<std::string> m_looks;
    qint64 m_now = 0;
    int m_untilRank = 0;
    qint64 m_evicted = 0;
};

} // namespace signalbox
