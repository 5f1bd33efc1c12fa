// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/errors.h"
#include "models/gateway.h"

#include <QMutex>
#include <QPointer>

#include <chrono>

namespace signalbox {

/// Where the parts of an answer go. Lives on the I/O thread; whoever drops one that was never
/// settled settles it as cancelled, so that each request completes exactly once on every path.
class Call {
public:
    virtual ~Call() = default;
    virtual void part(std::string body, bool last) = 0;
    virtual void failed(const GatewayError &error) = 0;
};

/// One answer: the last part. Completes its future exactly once.
class SingleCall final : public Call {
public:
    SingleCall()
        : m_started(std::chrono::steady_clock::now())
    {
        m_promise.start();
    }
    ~SingleCall() override
    {
        settle(unexpected(GatewayError {
            ErrorKind::Cancelled, {}, QStringLiteral("the connection was closed"), true }));
    }
    QFuture<Reply> future() { return m_promise.future(); }
    void part(std::string body, bool last) override
    {
        if (last)
            settle(replyFrom(std::move(body), 0,
                std::chrono::duration_cast<std::chrono::microseconds>(
                    std::chrono::steady_clock::now() - m_started)));
    }
    void failed(const GatewayError &error) override { settle(unexpected(error)); }
    void settle(Reply reply)
    {
        if (std::exchange(m_settled, true))
            return;
        m_promise.addResult(std::move(reply));
        m_promise.finish();
    }

private:
    QPromise<Reply> m_promise;
    std::chrono::steady_clock::time_point m_started;
    bool m_settled = false;
};

class LinkStream;

/// The way from the I/O thread to a stream that its owner may delete at any moment.
struct StreamSink {
    QMutex mutex;
    LinkStream *stream = nullptr;
};

class StreamCall final : public Call {
public:
    explicit StreamCall(std::shared_ptr<StreamSink> sink)
        : m_sink(std::move(sink))
    {
    }
    ~StreamCall() override;
    void part(std::string body, bool last) override { part(std::move(body), last, {}); }
    /// `ticket` is let go when the stream's owner has taken the part, or never will.
    void part(std::string body, bool last, std::shared_ptr<void> ticket);
    void failed(const GatewayError &error) override;

private:
    std::shared_ptr<StreamSink> m_sink;
    bool m_settled = false;
};

} // namespace signalbox
