// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/broker.h"

#include <memory>

namespace signalbox {

/// Sends each request where it belongs: to the broker what only that knows, everything else on.
/// Below the guards and the wire log, so that nothing goes there unseen. GUI thread; the broker is
/// on the I/O thread.
class BrokerGate final : public Gateway {
public:
    BrokerGate(std::shared_ptr<Gateway> below, Broker *broker);
    QFuture<Reply> request(Request request) override;
    std::unique_ptr<Subscription> stream(Request request) override;

    /// The far end has no fabric service: the broker answers for it.
    void setFabric(bool atBroker) { m_fabric = atBroker; }
    void detach(); ///< the broker is about to go

    /// Asks with GET only, whatever the operation.
    static bool onlyReads(const Request &request);

private:
    bool toBroker(const Request &request) const;

    std::shared_ptr<Gateway> m_below;
    Broker *m_broker;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
    bool m_fabric = false;
};

} // namespace signalbox
