// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/rules/queuefigures.h"
#include "models/rules/topic.h"
#include "models/stores/queuesources.h"

#include <QElapsedTimer>
#include <QObject>

#include <deque>
#include <unordered_map>
#include <unordered_set>

namespace signalbox::schema {
struct PulsarTopics;
struct PulsarTopicStats;
} // namespace signalbox::schema

namespace signalbox {

class Session;

/// One subscription of a topic, which is what the platform calls a queue (TG §5.4).
struct PulsarQueue {
    rules::TopicAddress topic;
    std::string subscription;
    rules::QueueReading reading; ///< toldMs is set by who takes it
};

/// Reads topics and subscriptions of the platform's four namespaces from Pulsar's admin REST: eight
/// lists, then one request a topic, a few at a time. A topic that is divided into partitions is
/// one, with the sums that Pulsar makes. Asks when it is told to; one round at a time. GUI thread,
/// answers are decoded on the I/O thread.
class QueuePulsar : public QObject {
    Q_OBJECT
public:
    static constexpr int atOnce = 6; ///< requests under way
    static constexpr std::size_t mostTopics = 20000; ///< beyond that a list is not whole
    static constexpr std::size_t pageSize = 500; ///< queues handed on at once

    QueuePulsar(Session *session, QObject *parent);
    void ask();
    bool asking() const { return m_asking; }
    void clear();
    const QueueSources::Turn &turn() const { return m_turn; } ///< of the last round
    /// How many a topic is divided into, as the last round said; 0 it is not.
    int partitionsOf(const std::string &topic) const;

signals:
    void page(const std::vector<signalbox::PulsarQueue> &queues);
    /// `whole`: every topic told its subscriptions, so that one that was not told is not there.
    void listed(int queues, bool whole);
    void failed(const signalbox::GatewayError &error);

private:
    struct Place {
        std::string domain;
        std::string space;
        std::string topic;
        bool divided = false; ///< `topic` stands for all of its partitions
    };
    using Names = std::unordered_set<std::string>;
    template <class T, class Then> void get(const char *operation, const Place &place, Then then);
    void askTopics(const Place &space, const schema::PulsarTopics *divided);
    void takeTopics(const schema::PulsarTopics &topics, const Names &divided);
    bool wait(const std::string &topic, bool divided);
    void askMore();
    void takeStats(const Place &place, const schema::PulsarTopicStats &stats);
    void handOn();
    void finish();
    void fail(const GatewayError &error);

    Session *m_session;
    bool m_asking = false;
    int m_generation = 0;
    QElapsedTimer m_since;
    QueueSources::Turn m_turn;
    QueueSources::Turn m_running;
    std::deque<Place> m_waiting; ///< topics that are still to be asked for
    std::vector<PulsarQueue> m_gathered; ///< not handed on yet
    std::unordered_map<std::string, int> m_partitions; ///< by topic, as the platform names it
    std::unordered_map<std::string, int> m_partitionsNow; ///< of the round under way
    int m_onTheWay = 0;
    int m_told = 0; ///< queues in this round
    bool m_whole = true;
    bool m_found = false; ///< any of the namespaces
};

} // namespace signalbox
