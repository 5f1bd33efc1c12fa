// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QFutureWatcher>

#include <utility>

namespace signalbox {

/// Calls `done` with the result of work on another thread, on the thread of `context` (the caller's
/// one), in the order in which works of one thread end. Nothing is called once `context` is gone or
/// when the work was cancelled. QFuture::then(context) looks at the context from the worker's
/// thread, which is too late when it dies meanwhile.
template <class T, class Done> void whenDone(QObject *context, const QFuture<T> &future, Done done)
{
    auto *watcher = new QFutureWatcher<T>(context);
    QObject::connect(watcher, &QFutureWatcher<T>::finished, context,
        [watcher, done = std::move(done)]() mutable {
            watcher->deleteLater();
            if (watcher->future().resultCount() > 0)
                done(watcher->result());
        });
    watcher->setFuture(future);
}

} // namespace signalbox
