// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"

namespace signalbox {

/// A stream that never began; says so with the next turn of the event loop, when its owner listens.
class FailedStream final : public Subscription {
public:
    explicit FailedStream(GatewayError error)
    {
        QMetaObject::invokeMethod(
            this, [this, error = std::move(error)] { emit failed(error); }, Qt::QueuedConnection);
    }
    void cancel() override { }
};

} // namespace signalbox
