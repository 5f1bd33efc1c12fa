// SPDX-License-Identifier: GPL-3.0-only
// rabbitmq-c behind values and errors as text. Blocking; one thread a connection.
#pragma once

#include "app/client/amqptail.h"

#include <amqp.h>
#include <chrono>
#include <optional>

namespace signalbox {

/// One connection with a queue of its own. Every call that fails throws AmqpFault.
struct AmqpFault {
    ErrorKind kind = ErrorKind::Network;
    QString text;
};

class AmqpTail::Wire {
public:
    explicit Wire(const AmqpTarget &target); ///< connected and signed in
    ~Wire();
    Wire(const Wire &) = delete;
    Wire &operator=(const Wire &) = delete;

    void declare(const std::string &queue);
    void bind(const std::string &queue, const schema::RabbitBinding &binding);
    void consume(const std::string &queue);
    /// The next message, numbered by the caller; nullopt when none came in time.
    std::optional<schema::FabricMessage> next(
        std::chrono::milliseconds wait, const std::atomic<bool> &stop);
    void acknowledge(); ///< all that next() gave
    std::int64_t waiting(const std::string &queue); ///< messages in it now

private:
    void open(const AmqpTarget &target);
    void signIn(const AmqpTarget &target);
    void check(const amqp_rpc_reply_t &reply, const char *what) const;
    void takeOther();

    amqp_connection_state_t m_connection;
    std::uint64_t m_last = 0; ///< delivery tag
    bool m_whole = false; ///< signed in: may be closed politely
};

} // namespace signalbox
