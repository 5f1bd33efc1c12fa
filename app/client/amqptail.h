// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/call.h"
#include "app/client/tls.h"
#include "models/schema/fabric.h"
#include "models/schema/rabbit.h"

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace signalbox {

/// Where messages are listened to. The password is memory only.
struct AmqpTarget {
    std::string host;
    int port = 5672;
    bool secure = false; ///< TLS; files as the connection's trust says
    TlsTrust tls;
    std::string user;
    std::string password;
    std::string vhost = "/";
};

/// The last payloads in full, for those that a tail has cut. Any thread. Bounded by bytes.
class TailPayloads {
public:
    static constexpr std::size_t byteLimit = std::size_t(64) << 20; ///< as signalbox-gateway §6
    std::int64_t keep(std::string payload); ///< its number
    [[nodiscard]] std::optional<std::string> find(std::int64_t seq) const;

private:
    mutable std::mutex m_mutex;
    std::deque<std::string> m_payloads;
    std::int64_t m_first = 1;
    std::size_t m_bytes = 0;
};

/// Listens at a RabbitMQ broker to what a queue is fed with: an own queue beside it, bound alike.
/// It is exclusive (the broker deletes it with the connection, however that ends), expires by
/// itself, and holds at most `queueLimit` messages and `queueBytes`: beyond that the oldest go,
/// which no publisher notices. Nothing of the queue that is looked at is touched.
///
/// received = given on + pending + dropped at every part. `pending` waits in the own queue,
/// `dropped` is what the broker's statistics say besides; they come late, until then a drop shows
/// as nothing, never as received. One thread of its own; parts go to the call in order, at most
/// `partsOnTheWay` before the GUI has taken them.
class AmqpTail {
public:
    static constexpr int queueLimit = 10000;
    static constexpr std::int64_t queueBytes = std::int64_t(64) << 20;
    static constexpr int expiresMs = 30000;
    static constexpr int heartbeatSeconds = 10;
    static constexpr int partsOnTheWay = 4;
    static constexpr int prefetchLimit = 1000; ///< given out by the broker and not yet taken

    /// `over` is called on the tail's thread when it has ended by itself or by stop().
    AmqpTail(AmqpTarget target, std::vector<schema::RabbitBinding> bindings,
        std::unique_ptr<StreamCall> call, std::shared_ptr<TailPayloads> payloads,
        std::function<void()> over);
    ~AmqpTail(); ///< waits for the thread, a few seconds at most
    AmqpTail(const AmqpTail &) = delete;
    AmqpTail &operator=(const AmqpTail &) = delete;

    void stop() { m_stop = true; } ///< does not wait
    [[nodiscard]] const std::string &queue() const { return m_queue; }
    /// How many messages the broker's statistics say it was given so far; any thread.
    void setPublished(std::int64_t published) { m_published = published; }

private:
    class Wire;
    void run();
    void listen(Wire &wire);
    void hand(schema::FabricResponse part);

    AmqpTarget m_target;
    std::vector<schema::RabbitBinding> m_bindings;
    std::unique_ptr<StreamCall> m_call; ///< the thread's, once it runs
    std::shared_ptr<TailPayloads> m_payloads;
    std::function<void()> m_over;
    std::string m_queue;
    std::atomic<bool> m_stop = false;
    std::atomic<std::int64_t> m_published = 0;
    std::shared_ptr<std::atomic<int>> m_onTheWay = std::make_shared<std::atomic<int>>(0);
    std::int64_t m_taken = 0;
    std::int64_t m_dropped = 0;
    std::thread m_thread;
};

} // namespace signalbox
