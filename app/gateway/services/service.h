// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/fabric/requester.h"

#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace signalbox::gateway {

/// A system service: one thread that consumes request topics and answers on the matching response
/// topics
/// (`request:…` → `response:…`, property `id` copied). Services talk to each other only over the
/// fabric.
class Service {
public:
    virtual ~Service() = default;
    virtual void start() = 0; ///< ensures its own queues, then consumes
    virtual void
    stop() = 0; ///< returns when the thread ended; unacked requests go back to the queue
    /// Tests and fault drills: the worker takes no further message until resumed.
    virtual void pause(bool paused) = 0;
};

} // namespace signalbox::gateway
