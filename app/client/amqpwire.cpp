// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/amqpwire.h"

#include <QCoreApplication>
#include <QDateTime>

#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

namespace signalbox {

namespace {

constexpr int channel = 1;
constexpr int counting = 2; ///< asks for counts while the other one is being served
constexpr int frameMax = 131072;
constexpr timeval connectTime { 10, 0 };
constexpr timeval answerTime { 5, 0 };

QString words(const char *text)
{
    return QCoreApplication::translate("AmqpTail", text);
}

QString textOf(amqp_bytes_t bytes)
{
    return QString::fromUtf8(static_cast<const char *>(bytes.bytes), qsizetype(bytes.len));
}

std::string bytesOf(amqp_bytes_t bytes)
{
    return { static_cast<const char *>(bytes.bytes), bytes.len };
}

amqp_bytes_t bytes(const std::string &text)
{
    return { text.size(), const_cast<char *>(text.data()) };
}

/// What the broker says when it closes a channel or the connection.
std::optional<AmqpFault> closedBy(const amqp_method_t &method)
{
    if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
        const auto *close = static_cast<amqp_channel_close_t *>(method.decoded);
        const auto kind = close->reply_code == AMQP_NOT_FOUND ? ErrorKind::NotFound
            : close->reply_code == AMQP_ACCESS_REFUSED        ? ErrorKind::Denied
                                                              : ErrorKind::Service;
        return AmqpFault { kind, textOf(close->reply_text) };
    }
    if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
        const auto *close = static_cast<amqp_connection_close_t *>(method.decoded);
        return AmqpFault { close->reply_code == AMQP_ACCESS_REFUSED ? ErrorKind::Auth
                                                                    : ErrorKind::Network,
            textOf(close->reply_text) };
    }
    return {};
}

std::string valueText(const amqp_field_value_t &value)
{
    switch (value.kind) {
    case AMQP_FIELD_KIND_UTF8:
    case AMQP_FIELD_KIND_BYTES:
        return bytesOf(value.value.bytes);
    case AMQP_FIELD_KIND_BOOLEAN:
        return value.value.boolean ? "true" : "false";
    case AMQP_FIELD_KIND_I8:
        return std::to_string(value.value.i8);
    case AMQP_FIELD_KIND_U8:
        return std::to_string(value.value.u8);
    case AMQP_FIELD_KIND_I16:
        return std::to_string(value.value.i16);
    case AMQP_FIELD_KIND_U16:
        return std::to_string(value.value.u16);
    case AMQP_FIELD_KIND_I32:
        return std::to_string(value.value.i32);
    case AMQP_FIELD_KIND_U32:
        return std::to_string(value.value.u32);
    case AMQP_FIELD_KIND_I64:
        return std::to_string(value.value.i64);
    case AMQP_FIELD_KIND_U64:
    case AMQP_FIELD_KIND_TIMESTAMP:
        return std::to_string(value.value.u64);
    case AMQP_FIELD_KIND_VOID:
        return "null";
    default:
        return "…"; // a list or table: shown as there, not taken apart
    }
}

/// Headers first: `id` is what requests and answers are paired by (TG §5.3).
schema::Members<std::string> propertiesOf(const amqp_basic_properties_t &from)
{
    schema::Members<std::string> all;
    if (from._flags & AMQP_BASIC_HEADERS_FLAG)
        for (int i = 0; i < from.headers.num_entries; ++i)
            schema::set(all, bytesOf(from.headers.entries[i].key),
                valueText(from.headers.entries[i].value));
    const auto add = [&](amqp_flags_t flag, const char *name, amqp_bytes_t value) {
        if (from._flags & flag)
            schema::set(all, name, bytesOf(value));
    };
    add(AMQP_BASIC_CONTENT_TYPE_FLAG, "content_type", from.content_type);
    add(AMQP_BASIC_CONTENT_ENCODING_FLAG, "content_encoding", from.content_encoding);
    add(AMQP_BASIC_CORRELATION_ID_FLAG, "correlation_id", from.correlation_id);
    add(AMQP_BASIC_REPLY_TO_FLAG, "reply_to", from.reply_to);
    add(AMQP_BASIC_MESSAGE_ID_FLAG, "message_id", from.message_id);
    add(AMQP_BASIC_TYPE_FLAG, "type", from.type);
    if (from._flags & AMQP_BASIC_DELIVERY_MODE_FLAG)
        schema::set(all, "delivery_mode", std::to_string(from.delivery_mode));
    return all;
}

amqp_table_entry_t number(const char *key, std::int64_t value)
{
    amqp_table_entry_t entry {};
    entry.key = amqp_cstring_bytes(key);
    entry.value.kind = AMQP_FIELD_KIND_I64;
    entry.value.value.i64 = value;
    return entry;
}

} // namespace

AmqpTail::Wire::Wire(const AmqpTarget &target)
    : m_connection(amqp_new_connection())
{
    try {
        open(target);
        signIn(target);
    } catch (...) {
        amqp_destroy_connection(m_connection);
        throw;
    }
}

AmqpTail::Wire::~Wire()
{
    if (m_whole)
        amqp_connection_close(m_connection, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(m_connection);
}

void AmqpTail::Wire::open(const AmqpTarget &target)
{
    amqp_socket_t *socket =
        target.secure ? amqp_ssl_socket_new(m_connection) : amqp_tcp_socket_new(m_connection);
    if (!socket)
        throw AmqpFault { ErrorKind::Network, words("no socket could be made") };
    if (target.secure) {
        const auto path = [](const QString &file) { return file.toStdString(); };
        const std::string authority = target.tls.caFile.isEmpty()
            ? std::string("/etc/ssl/certs/ca-certificates.crt")
            : path(target.tls.caFile);
        if (amqp_ssl_socket_set_cacert(socket, authority.c_str()) != AMQP_STATUS_OK)
            throw AmqpFault { ErrorKind::Network,
                words("%1 cannot be read").arg(QString::fromStdString(authority)) };
        if (!target.tls.certificateFile.isEmpty()) {
            const std::string certificate = path(target.tls.certificateFile);
            const std::string key =
                target.tls.keyFile.isEmpty() ? certificate : path(target.tls.keyFile);
            if (amqp_ssl_socket_set_key(socket, certificate.c_str(), key.c_str()) != AMQP_STATUS_OK)
                throw AmqpFault { ErrorKind::Network,
                    words("the certificate %1 cannot be used").arg(target.tls.certificateFile) };
        }
        amqp_ssl_socket_set_verify_peer(socket, 1);
        amqp_ssl_socket_set_verify_hostname(socket, 1);
    }
    const int status =
        amqp_socket_open_noblock(socket, target.host.c_str(), target.port, &connectTime);
    if (status != AMQP_STATUS_OK)
        throw AmqpFault { ErrorKind::Network,
            words("%1:%2 cannot be reached: %3")
                .arg(QString::fromStdString(target.host))
                .arg(target.port)
                .arg(QString::fromUtf8(amqp_error_string2(status))) };
}

void AmqpTail::Wire::signIn(const AmqpTarget &target)
{
    amqp_set_handshake_timeout(m_connection, &connectTime);
    amqp_set_rpc_timeout(m_connection, &answerTime);
    amqp_table_entry_t name {};
    name.key = amqp_cstring_bytes("connection_name");
    name.value.kind = AMQP_FIELD_KIND_UTF8;
    name.value.value.bytes = amqp_cstring_bytes("Signalbox tail");
    const amqp_table_t properties { 1, &name };
    const auto reply = amqp_login_with_properties(m_connection, target.vhost.c_str(), 0, frameMax,
        heartbeatSeconds, &properties, AMQP_SASL_METHOD_PLAIN, target.user.c_str(),
        target.password.c_str());
    // Some brokers just hang up on a wrong password.
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION
        && (reply.library_error == AMQP_STATUS_SOCKET_ERROR
            || reply.library_error == AMQP_STATUS_CONNECTION_CLOSED))
        throw AmqpFault { ErrorKind::Auth,
            words("the broker hung up on the sign-in: wrong user, password or virtual host") };
    check(reply, "sign-in");
    m_whole = true;
    for (const int each : { channel, counting }) {
        amqp_channel_open(m_connection, amqp_channel_t(each));
        check(amqp_get_rpc_reply(m_connection), "channel");
    }
    amqp_basic_qos(m_connection, channel, 0, prefetchLimit, 0);
    check(amqp_get_rpc_reply(m_connection), "prefetch");
}

void AmqpTail::Wire::check(const amqp_rpc_reply_t &reply, const char *what) const
{
    if (reply.reply_type == AMQP_RESPONSE_NORMAL)
        return;
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION)
        if (auto closed = closedBy(reply.reply))
            throw AmqpFault { *closed };
    const QString text = reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION
        ? QString::fromUtf8(amqp_error_string2(reply.library_error))
        : words("no answer");
    throw AmqpFault { ErrorKind::Network,
        QStringLiteral("%1: %2").arg(QString::fromUtf8(what), text) };
}

void AmqpTail::Wire::declare(const std::string &queue)
{
    amqp_table_entry_t overflow {};
    overflow.key = amqp_cstring_bytes("x-overflow");
    overflow.value.kind = AMQP_FIELD_KIND_UTF8;
    overflow.value.value.bytes = amqp_cstring_bytes("drop-head");
    amqp_table_entry_t entries[] = { number("x-max-length", queueLimit),
        number("x-max-length-bytes", queueBytes), number("x-expires", expiresMs), overflow };
    const amqp_table_t arguments { int(std::size(entries)), entries };
    amqp_queue_declare(m_connection, channel, bytes(queue), 0, 0, 1, 1, arguments);
    check(amqp_get_rpc_reply(m_connection), "queue");
}

void AmqpTail::Wire::bind(const std::string &queue, const schema::RabbitBinding &binding)
{
    amqp_queue_bind(m_connection, channel, bytes(queue), bytes(binding.source),
        bytes(binding.routingKey), amqp_empty_table);
    check(amqp_get_rpc_reply(m_connection), "binding");
}

void AmqpTail::Wire::consume(const std::string &queue)
{
    amqp_basic_consume(
        m_connection, channel, bytes(queue), amqp_empty_bytes, 0, 0, 1, amqp_empty_table);
    check(amqp_get_rpc_reply(m_connection), "consumer");
}

/// A frame that is no delivery: the broker ends something, or says that it blocks publishers.
void AmqpTail::Wire::takeOther()
{
    amqp_frame_t frame;
    const timeval now { 0, 0 };
    const int status = amqp_simple_wait_frame_noblock(m_connection, &frame, &now);
    if (status == AMQP_STATUS_TIMEOUT)
        return;
    if (status != AMQP_STATUS_OK)
        throw AmqpFault { ErrorKind::Network, QString::fromUtf8(amqp_error_string2(status)) };
    if (frame.frame_type != AMQP_FRAME_METHOD)
        return;
    if (auto closed = closedBy(frame.payload.method))
        throw AmqpFault { *closed };
    if (frame.payload.method.id == AMQP_BASIC_CANCEL_METHOD)
        throw AmqpFault { ErrorKind::NotFound, words("somebody deleted the tail's own queue") };
}

std::optional<schema::FabricMessage> AmqpTail::Wire::next(
    std::chrono::milliseconds wait, const std::atomic<bool> &stop)
{
    amqp_maybe_release_buffers(m_connection);
    if (stop)
        return {};
    amqp_envelope_t envelope;
    const timeval time { 0, suseconds_t(wait.count() * 1000) };
    const auto reply = amqp_consume_message(m_connection, &envelope, &time, 0);
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) {
        if (reply.library_error == AMQP_STATUS_TIMEOUT)
            return {};
        if (reply.library_error == AMQP_STATUS_UNEXPECTED_STATE) {
            takeOther();
            return {};
        }
    }
    check(reply, "delivery");
    schema::FabricMessage message;
    const auto &properties = envelope.message.properties;
    message.atMs = properties._flags & AMQP_BASIC_TIMESTAMP_FLAG
        ? std::int64_t(properties.timestamp) * 1000
        : QDateTime::currentMSecsSinceEpoch();
    message.properties = propertiesOf(properties);
    message.size = std::int64_t(envelope.message.body.len);
    message.payload = bytesOf(envelope.message.body);
    message.redelivered = envelope.redelivered;
    m_last = envelope.delivery_tag;
    amqp_destroy_envelope(&envelope);
    return message;
}

void AmqpTail::Wire::acknowledge()
{
    if (m_last == 0)
        return;
    const int status = amqp_basic_ack(m_connection, channel, std::exchange(m_last, 0), 1);
    if (status != AMQP_STATUS_OK)
        throw AmqpFault { ErrorKind::Network, QString::fromUtf8(amqp_error_string2(status)) };
}

std::int64_t AmqpTail::Wire::waiting(const std::string &queue)
{
    const auto *answer =
        amqp_queue_declare(m_connection, counting, bytes(queue), 1, 0, 0, 0, amqp_empty_table);
    check(amqp_get_rpc_reply(m_connection), "count");
    return answer ? std::int64_t(answer->message_count) : 0;
}

} // namespace signalbox
