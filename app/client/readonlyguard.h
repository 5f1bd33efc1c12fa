// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"

#include <atomic>

namespace signalbox {

/// Lets only reads through while it is closed; an unknown operation counts as a write. What it
/// refuses never reaches the gateway below. Also refuses a request whose body names another
/// operation than the request does, so that a write cannot travel under the name of a read.
class ReadOnlyGuard : public Gateway {
public:
    explicit ReadOnlyGuard(std::shared_ptr<Gateway> below);
    void setReadOnly(bool readOnly) { m_readOnly = readOnly; }
    QFuture<Reply> request(Request request) override;
    std::unique_ptr<Subscription> stream(Request request) override;

private:
    [[nodiscard]] std::optional<GatewayError> refusal(const Request &request) const;

    std::shared_ptr<Gateway> m_below;
    std::atomic<bool> m_readOnly { true };
};

} // namespace signalbox
