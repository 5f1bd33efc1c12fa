// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/fabric/fabric.h"
#include "app/gateway/services/lineaccess.h"
#include "models/rules/filter.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace signalbox::gateway {

/// Live tails of topics and queues: copies of what passes, collected on the sender's thread, sent
/// in parts by one thread. A slow reader loses messages, counted in `dropped`; a sender never waits
/// for it.
class Tails {
public:
    using Respond = std::function<void(
        const std::string &requestTopic, const std::string &id, const std::string &answer)>;
    struct Options {
        std::chrono::milliseconds interval { 100 };
        std::chrono::milliseconds heartbeat { 15000 };
        std::int64_t ringBytes = std::int64_t(64) << 20;
    };
    Tails(Backend &fabric, Options options, Respond respond);
    ~Tails();

    Expected<Done, ServiceFault> begin(const std::string &requestTopic, const std::string &id,
        const std::string &place, const rules::Filter &filter);
    /// The last part says `cancelled`. False when there is no such tail.
    bool cancel(const std::string &id);
    /// A payload that was cut in a part, while it is in the ring.
    std::optional<schema::FabricMessage> payload(const std::string &place, std::int64_t seq) const;
    void start();
    void stop(); ///< ends all tails

    static const std::vector<rules::FilterField> &filterFields();

private:
    struct Tail;
    void run();
    void collect(Tail &tail, const Message &message);
    void remember(const std::string &place, const Message &message);
    void flush(const std::shared_ptr<Tail> &tail);
    void end(const std::shared_ptr<Tail> &tail, const ServiceFault &why);

    Backend &m_fabric;
    const Options m_options;
    const Respond m_respond;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::map<std::string, std::shared_ptr<Tail>> m_tails; ///< by request id
    bool m_stopping = false;
    std::thread m_thread;

    struct Kept {
        std::string place;
        schema::FabricMessage message;
    };
    mutable std::mutex m_ringMutex;
    std::deque<Kept> m_ring;
    std::int64_t m_ringUsed = 0;
};

} // namespace signalbox::gateway
