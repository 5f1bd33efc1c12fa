// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/schema/envelope.h"

#include <QThreadPool>

namespace signalbox {

/// One page of a list. Where the list goes on ("" = nowhere) is there before the page itself,
/// which is decoded beside the I/O thread: the next one is on its way meanwhile. The pages of one
/// list may therefore be decoded in another order than they came.
template <class T> struct Page {
    QFuture<std::string> cursor;
    QFuture<Answer<T>> content;
};

/// As ask(). Continuations of both futures want a context.
template <class T> Page<T> askPage(Gateway &gateway, Request request)
{
    constexpr std::size_t small = 65536; // bytes: sooner decoded than handed over
    constexpr int ahead = 1; // of the work that waits in the pool
    auto promise = std::make_shared<QPromise<Answer<T>>>();
    promise->start();
    auto content = promise->future();
    auto cursor =
        gateway.request(std::move(request))
            .then(QtFuture::Launch::Sync, [promise](const Reply &reply) {
                const auto tell = [promise](const Reply &told) {
                    promise->addResult(answerOf<T>(told));
                    promise->finish();
                };
                if (!reply || reply->body.size() <= small)
                    tell(reply);
                else
                    QThreadPool::globalInstance()->start([tell, reply] { tell(reply); }, ahead);
                return reply ? schema::cursorOf(reply->body) : std::string();
            });
    return { cursor, content };
}

} // namespace signalbox
