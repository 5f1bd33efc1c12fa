// SPDX-License-Identifier: GPL-3.0-only
// What a platform at work leaves at a broker, made of a recording: its exchanges, its queues, and a
// consumer at each, as long as the process lives.
#pragma once

#include <QByteArray>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <iostream>

namespace signalbox {

/// One connection to the broker; every step says whether it went well.
class AmqpWorkers {
public:
    explicit AmqpWorkers(int port)
        : m_connection(amqp_new_connection())
    {
        amqp_socket_t *socket = amqp_tcp_socket_new(m_connection);
        m_fine = socket && amqp_socket_open(socket, "127.0.0.1", port) == AMQP_STATUS_OK;
        if (!m_fine)
            return;
        const auto login =
            amqp_login(m_connection, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest");
        m_fine = login.reply_type == AMQP_RESPONSE_NORMAL;
        amqp_channel_open(m_connection, 1);
        step();
        amqp_basic_qos(m_connection, 1, 0, 1, 0); // one at a time, as the platform's own
        step();
    }
    ~AmqpWorkers() { amqp_destroy_connection(m_connection); }
    AmqpWorkers(const AmqpWorkers &) = delete;
    AmqpWorkers &operator=(const AmqpWorkers &) = delete;

    /// Listens to one queue that is there, as long as this object lives.
    bool consume(const QByteArray &queue)
    {
        amqp_basic_consume(
            m_connection, 1, bytes(queue), amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
        step();
        return m_fine;
    }
    bool layOut(const QJsonObject &recorded)
    {
        for (const auto &exchange : recorded.value(QStringLiteral("exchanges")).toArray()) {
            const QByteArray name = exchange.toString().toUtf8();
            amqp_exchange_declare(m_connection, 1, bytes(name), amqp_cstring_bytes("fanout"), 0, 1,
                0, 0, amqp_empty_table);
            step();
        }
        for (const auto &each : recorded.value(QStringLiteral("queues")).toArray())
            layOutQueue(each.toObject());
        return m_fine;
    }
    /// Takes messages, one at each queue, and never says that it is done with it.
    int work()
    {
        if (!m_fine)
            return 1;
        std::cout << "working" << std::endl;
        for (;;) {
            amqp_envelope_t envelope;
            amqp_maybe_release_buffers(m_connection);
            const auto reply = amqp_consume_message(m_connection, &envelope, nullptr, 0);
            if (reply.reply_type != AMQP_RESPONSE_NORMAL)
                return 2;
            amqp_destroy_envelope(&envelope);
        }
    }

private:
    static amqp_bytes_t bytes(const QByteArray &text)
    {
        return { std::size_t(text.size()), const_cast<char *>(text.constData()) };
    }
    void step()
    {
        m_fine = m_fine && amqp_get_rpc_reply(m_connection).reply_type == AMQP_RESPONSE_NORMAL;
    }
    void layOutQueue(const QJsonObject &queue)
    {
        const auto flag = [&](const char *name) {
            return queue.value(QLatin1String(name)).toBool();
        };
        const QByteArray name = queue.value(QStringLiteral("name")).toString().toUtf8();
        amqp_queue_declare(m_connection, 1, bytes(name), 0, flag("durable"), flag("exclusive"),
            flag("auto_delete"), amqp_empty_table);
        step();
        for (const auto &exchange : queue.value(QStringLiteral("bound_to")).toArray()) {
            const QByteArray from = exchange.toString().toUtf8();
            amqp_queue_bind(
                m_connection, 1, bytes(name), bytes(from), bytes(name), amqp_empty_table);
            step();
        }
        if (queue.value(QStringLiteral("consumers")).toInt(1) == 0)
            return; // nobody reads what a stopped flow has left
        amqp_basic_consume(
            m_connection, 1, bytes(name), amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
        step();
    }

    amqp_connection_state_t m_connection;
    bool m_fine = false;
};

inline QJsonObject recordedLayout(const QString &file)
{
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(in.readAll()).object()
                                        : QJsonObject();
}

} // namespace signalbox
