// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/linkstream.h"

namespace signalbox {

LinkStream::LinkStream(std::shared_ptr<StreamSink> sink, std::function<void()> cancelFarEnd)
    : m_sink(std::move(sink))
    , m_cancelFarEnd(std::move(cancelFarEnd))
{
    m_sink->stream = this;
}

LinkStream::~LinkStream()
{
    {
        const QMutexLocker lock(&m_sink->mutex);
        m_sink->stream = nullptr;
    }
    if (!std::exchange(m_over, true))
        m_cancelFarEnd();
}

void LinkStream::cancel()
{
    if (std::exchange(m_over, true))
        return;
    m_cancelFarEnd();
    emit ended();
}

void LinkStream::deliver(const std::string &body, bool last)
{
    if (m_over)
        return;
    m_over = last;
    emit part(body, last);
    if (last)
        emit ended();
}

void LinkStream::fail(const GatewayError &error)
{
    if (std::exchange(m_over, true))
        return;
    emit failed(error);
    emit ended();
}

StreamCall::~StreamCall()
{
    failed({ ErrorKind::Cancelled, {}, QStringLiteral("the connection was closed"), true });
}

void StreamCall::part(std::string body, bool last, std::shared_ptr<void> ticket)
{
    auto reply = replyFrom(std::move(body), 0, {});
    if (!reply)
        return failed(reply.error());
    if (m_settled)
        return;
    m_settled = last;
    const QMutexLocker lock(&m_sink->mutex);
    if (auto *stream = m_sink->stream)
        QMetaObject::invokeMethod(
            stream,
            [stream, body = std::move(reply->body), last, ticket = std::move(ticket)] {
                stream->deliver(body, last);
            },
            Qt::QueuedConnection);
}

void StreamCall::failed(const GatewayError &error)
{
    if (std::exchange(m_settled, true))
        return;
    const QMutexLocker lock(&m_sink->mutex);
    if (auto *stream = m_sink->stream)
        QMetaObject::invokeMethod(
            stream, [stream, error] { stream->fail(error); }, Qt::QueuedConnection);
}

} // namespace signalbox
