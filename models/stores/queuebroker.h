// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/rules/queuefigures.h"
#include "models/schema/rabbit.h"
#include "models/stores/queuesources.h"

#include <QElapsedTimer>
#include <QObject>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace signalbox {

class Session;

/// One queue as a broker tells it.
struct BrokerQueue {
    std::string name;
    rules::QueueReading reading; ///< toldMs is set by who takes it
    bool exclusive = false;
};

/// Reads the list of queues of a RabbitMQ broker, page by page, and what they are bound to: when
/// one is new, when it is told to, and now and then, for bindings come and go without a word. Asks
/// when it is told to; one round at a time. GUI thread, answers are decoded on the I/O thread.
class QueueBroker : public QObject {
    Q_OBJECT
public:
    QueueBroker(Session *session, QObject *parent);
    void ask();
    bool asking() const { return m_asking; }
    void clear();
    /// The exchange that feeds a queue ("" for none that has a name); nullptr: not known yet.
    const std::string *exchangeOf(const std::string &queue) const;
    /// With the next round; more of them where what feeds the queues may go a little later.
    void renewBindings(int rounds = 1) { m_renewals = std::max(m_renewals, rounds); }
    int bindingsRead() const { return m_bindingsRead; } ///< how often
    const QueueSources::Turn &turn() const { return m_turn; } ///< of the last round

signals:
    void page(const std::vector<signalbox::BrokerQueue> &queues);
    /// `whole`: every queue was told exactly once, so that one that was not told is not there.
    void listed(int queues, bool whole);
    void failed(const signalbox::GatewayError &error);

private:
    template <class T, class Then> void get(const char *operation, std::int64_t page, Then then);
    void askPage(std::int64_t number);
    void takePage(const schema::RabbitQueuePage &page);
    void askBindings();
    void takeBindings(const schema::RabbitBindings &bindings);
    void finish();
    void fail(const GatewayError &error);

    Session *m_session;
    bool m_asking = false;
    int m_generation = 0;
    QElapsedTimer m_since;
    QueueSources::Turn m_turn;
    QueueSources::Turn m_running;
    std::unordered_set<std::string> m_told; ///< in this round
    std::int64_t m_total = -1; ///< as the first page said
    bool m_whole = true;
    bool m_unknownBinding = true;
    int m_renewals = 0; ///< rounds that read the bindings whatever is known
    int m_bindingsRead = 0;
    int m_roundsSince = 0; ///< they were read
    qint64 m_bindingsTookMs = 0;
    QElapsedTimer m_bindingsAsked;
    std::unordered_map<std::string, std::string> m_exchanges; ///< by queue
};

} // namespace signalbox
